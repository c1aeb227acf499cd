"""Intervals within which printed numbers lie, and arithmetic on them.

A number printed as 786.3 stands for anything that rounds to it: half a unit of the last digit printed, on both sides. A
qualifier opens one end ("nearly two million" is at most two million) or widens both ("about 168 million").
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

from madein.press.model import Fact

APPROX_UNITS = 2.5
"""Policy: "about" means within this many units of the last significant digit; zeros at the end of a whole number are not significant."""

ROUND_DIGITS = 2
"""Policy: a whole number that ends in zeros may have been rounded, but not to fewer significant digits than these."""

TOLERANCE = 1e-12
"""Relative slack of comparisons: floating-point error of a handful of operations, far below any digit printed."""

_DIGITS = re.compile(r"[0-9]+(?:[.,\u00a0 ][0-9]+)*")


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`, both inside; an infinite end is open.

    Sums, differences, products and quotients contain every result of numbers from the operands (Moore, 1966); division by
    an interval that holds zero gives the whole line.

    Examples
    --------
    >>> Interval(1.0, 2.0) + Interval(10.0, math.inf)
    Interval(low=11.0, high=inf)
    >>> Interval(-1.0, 2.0) * Interval(3.0, 4.0)
    Interval(low=-4.0, high=8.0)
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.high < self.low:
            raise ValueError(f"no interval from {self.low} to {self.high}")

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __mul__(self, other: Interval) -> Interval:
        ends = [_times(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0.0 <= other.high:
            return WHOLE
        ends = [_over(a, b) for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def times(self, factor: float) -> Interval:
        """The interval scaled by a number."""
        return self * Interval(factor, factor)

    def meets(self, other: Interval) -> bool:
        """True if some number lies in both.

        Examples
        --------
        >>> Interval(1.0, 2.0).meets(Interval(2.0, 3.0)), Interval(1.0, 2.0).meets(Interval(2.1, 3.0))
        (True, False)
        """
        return not (_above(self.low, other.high) or _above(other.low, self.high))

    def above(self, other: Interval) -> bool:
        """True if every number of this one exceeds every number of the other."""
        return _above(self.low, other.high)

    def holds(self, value: float) -> bool:
        """True if a number lies inside."""
        return not (_above(self.low, value) or _above(value, self.high))

    def common(self, other: Interval) -> Interval | None:
        """The numbers in both, None where there are none."""
        if not self.meets(other):
            return None
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(min(low, high), max(low, high))

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """Both ends, None for an open one."""
        return (self.low if math.isfinite(self.low) else None, self.high if math.isfinite(self.high) else None)

    @property
    def middle(self) -> float | None:
        """The number half-way, None where an end is open."""
        return (self.low + self.high) / 2 if math.isfinite(self.low) and math.isfinite(self.high) else None


WHOLE = Interval(-math.inf, math.inf)


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0.0 or b == 0.0 else a * b


def _over(a: float, b: float) -> float:
    if math.isinf(b):
        # inf / inf may be anything of its sign; the other ends of the product bound it from the far side.
        return 0.0
    return a / b


def _above(a: float, b: float) -> bool:
    if math.isinf(a) or math.isinf(b):
        return a > b
    return a - b > TOLERANCE * max(abs(a), abs(b))


def total(parts: Iterable[Interval]) -> Interval:
    """The sum of some intervals.

    Examples
    --------
    >>> total([Interval(1.0, 2.0), Interval(3.0, 5.0)])
    Interval(low=4.0, high=7.0)
    """
    out = Interval(0.0, 0.0)
    for part in parts:
        out = out + part
    return out


def printed_step(fact: Fact) -> float:
    """The unit of the last digit printed, in base units of the fact.

    The value over its digits read as one whole number is that unit, whatever mark the language uses for decimals.

    Examples
    --------
    >>> from dataclasses import replace
    >>> fact = Fact("", 0, 0, "$786.3 billion", 0, 0, "", "level", "", 786.3e9, "USD")
    >>> printed_step(fact), printed_step(replace(fact, text="two million", value=2e6)), printed_step(replace(fact, text="65,000", value=65000.0))
    (100000000.0, 1000000.0, 1.0)
    """
    return _step(fact)[0]


def _step(fact: Fact) -> tuple[float, float]:
    """Units of the last printed digit and of the last significant one."""
    value = fact.value if isinstance(fact.value, float | int) else fact.value_high
    if value is None:
        return 0.0, 0.0
    value = abs(float(value))
    runs = _DIGITS.findall(fact.text)
    run = runs[-1] if fact.value is None and runs else runs[0] if runs else ""
    digits = "".join(c for c in run if c in "0123456789")
    whole = run.isdigit() or (bool(run) and all(len(g) == 3 for g in re.split(r"[.,\u00a0 ]", run)[1:]))
    if digits and int(digits) and value:
        step = _power(value / int(digits))
        if step:
            zeros = len(digits) - len(digits.rstrip("0")) if whole else 0
            return step, step * 10.0**zeros
    if digits and not int(digits):
        decimals = 0 if run.isdigit() else len(re.split(r"[.,]", run)[-1])
        step = _scale_named(fact.text) * 10.0**-decimals
        return step, step
    return _in_words(value)


def _scale_named(text: str) -> float:
    """The scale word beside a printed zero, which its value cannot tell."""
    from madein.press.language import language

    scales = language("en").maps["scales"]
    return next((float(scales[w]) for w in text.lower().split() if w in scales), 1.0)


def _power(ratio: float) -> float:
    """The power of ten a ratio is, 0 where it is none (a dozen, a conversion)."""
    exponent = round(math.log10(ratio)) if ratio > 0 else 0
    nearest = float(f"1e{exponent}")
    return nearest if ratio > 0 and math.isclose(ratio, nearest, rel_tol=1e-6) else 0.0


def _in_words(value: float) -> tuple[float, float]:
    """Steps of a number in words: a unit of its scale word, or of its last digit where that is finer."""
    if value < 1000 or value != int(value):
        return 1.0, 1.0
    zeros = len(str(int(value))) - len(str(int(value)).rstrip("0"))
    scale = 1000.0 ** (math.floor(math.log10(value) / 3 + 1e-9))
    step = min(10.0**zeros, scale)
    return step, 10.0**zeros


def interval_of(fact: Fact) -> Interval | None:
    """Where the number of a fact lies, as printed and qualified; None for dates and facts without a number.

    Examples
    --------
    >>> from dataclasses import replace
    >>> fact = Fact("", 0, 0, "15.4 per cent", 0, 0, "", "growth", "", 15.4, "percent")
    >>> [interval_of(replace(fact, qualifier=q)) for q in ("nearly", "more_than")]
    [Interval(low=-inf, high=15.4), Interval(low=15.4, high=inf)]
    >>> [round(x, 3) for x in interval_of(fact).ends]
    [15.35, 15.45]
    """
    return _interval(fact, 0)


def loose_interval_of(fact: Fact) -> Interval | None:
    """Like `interval_of`, but a whole number that ends in zeros may have been rounded to `ROUND_DIGITS` digits.

    Examples
    --------
    >>> loose_interval_of(Fact("", 0, 0, "65,000", 0, 0, "", "count", "", 65000.0, "order"))
    Interval(low=64500.0, high=65500.0)
    """
    return _interval(fact, ROUND_DIGITS)


def _interval(fact: Fact, round_digits: int) -> Interval | None:
    step, significant = _step(fact)
    if isinstance(fact.value, str):
        return None
    if fact.value is None:
        if fact.value_low is None or fact.value_high is None:
            return WHOLE if fact.qualifier == "vague" else None
        return Interval(fact.value_low - step / 2, fact.value_high + step / 2)
    value = float(fact.value)
    if fact.qualifier in _OPEN:
        # A fall of "more than 5 per cent" is below -5: qualifiers speak of the size.
        up = (fact.qualifier == "more_than") == (value >= 0)
        return Interval(value, math.inf) if up else Interval(-math.inf, value)
    if fact.qualifier == "vague":
        return WHOLE
    half = APPROX_UNITS * significant if fact.qualifier == "approx" else step / 2
    if round_digits and fact.qualifier == "exact" and value:
        coarsest = 10.0 ** (math.floor(math.log10(abs(value))) - round_digits + 1)
        half = max(half, min(significant, coarsest) / 2)
    return Interval(value - half, value + half)


_OPEN = frozenset({"nearly", "more_than", "less_than"})


def prior(level: Interval, growth: Interval) -> Interval:
    """The level before a growth in percent: level over one plus growth, falls included.

    For a level v within dv and a growth g within dg this is [(v - dv) / (1 + (g + dg)/100), (v + dv) / (1 + (g - dg)/100)].
    Nothing falls by more than 100 per cent, so "nearly 25%" still bounds the base from below.

    Examples
    --------
    >>> before = prior(Interval(786.25, 786.35), Interval(15.35, 15.45))
    >>> round(before.low, 4), round(before.high, 4)
    (681.0307, 681.7078)
    """
    factor = Interval(max(0.0, 1.0 + growth.low / 100.0), max(0.0, 1.0 + growth.high / 100.0))
    if factor.low > 0.0 or factor.high == 0.0:
        return level / factor
    # From here on the factor may come as near to zero as it likes: the far end of the base is open.
    if level.low >= 0.0:
        return Interval(_over(level.low, factor.high), math.inf)
    return Interval(-math.inf, _over(level.high, factor.high)) if level.high <= 0.0 else WHOLE


def growth_between(before: Interval, after: Interval) -> Interval:
    """Growth in percent from one level to another.

    Examples
    --------
    >>> [round(x, 9) for x in growth_between(Interval(100.0, 100.0), Interval(111.0, 112.0)).ends]
    [11.0, 12.0]
    """
    return (after / before).times(100.0) - Interval(100.0, 100.0)
