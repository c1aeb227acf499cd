"""The interval a printed number stands for, as its digits and its words leave it."""

from __future__ import annotations

import math
import re

from madein.press.model import Fact

APPROX_UNITS = 2.5
"""Units of the last significant digit printed by which "about" may miss on either side: a convention of ours, visible here."""

_NUMBER = re.compile(r"[0-9][0-9.,]*")


def half_unit(fact: Fact) -> float:
    """Half a unit of the last digit printed, in the unit of the fact.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> [half_unit(f) for f in read_text("In 2024 trade rose by 15.4% to $786.3 billion.").facts]
    [0.05, 50000000.0]
    """
    value = fact.value if isinstance(fact.value, float) else fact.value_high
    found = _NUMBER.search(fact.text)
    if value is None or not found or not value:
        return 0.0
    digits = found[0].rstrip(".,")
    for mark in (".", ","):
        plain = digits.replace("," if mark == "." else ".", "").replace(mark, ".")
        try:
            number = float(plain)
        except ValueError:
            continue
        scale = abs(value) / number if number else 0.0
        # The reading in which the scale is a power of ten (a thousand, a million, none) is the one that was meant.
        if scale and abs(math.log10(scale) - round(math.log10(scale))) < 1e-9:
            return 0.5 * scale * 10.0 ** -len(plain.partition(".")[2])
    return 0.0


def fact_interval(fact: Fact) -> tuple[float, float]:
    """Lower and upper bound of the number a fact states; open ends are infinite.

    "Nearly" opens the interval downwards, "more than" upwards, "about" widens it by `APPROX_UNITS` of its last digit.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> said = read_text("In May 2024 exports were nearly US$990 million, down 6.6% year on year.")
    >>> [f"{low:.6g} to {high:.6g}" for low, high in map(fact_interval, said.facts)]
    ['-inf to 9.905e+08', '-6.65 to -6.55']
    """
    if not isinstance(fact.value, float):
        low, high = fact.value_low, fact.value_high
        return (-math.inf if low is None else low, math.inf if high is None else high)
    half = half_unit(fact)
    slack = 1e-9 * max(1.0, abs(fact.value))
    low, high = fact.value - half, fact.value + half
    # Of a fall, "more than 5 %" is further from zero.
    below, above = (fact.qualifier in ("nearly", "less_than"), fact.qualifier == "more_than")
    if fact.value < 0:
        below, above = above, below
    if fact.qualifier == "approx":
        digits = max(len(_NUMBER.findall(fact.text)[0].replace(",", "").replace(".", "").rstrip("0")), 1) if _NUMBER.search(fact.text) else 1
        unit = 10.0 ** (math.floor(math.log10(abs(fact.value))) - digits + 1) if fact.value else 0.0
        low, high = fact.value - APPROX_UNITS * unit, fact.value + APPROX_UNITS * unit
    return (-math.inf if below else low - slack, math.inf if above else high + slack)
