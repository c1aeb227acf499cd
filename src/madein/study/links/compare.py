"""One statement against whatever is held: agrees, agrees after a revision, contradicts, nothing held."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from madein.core.countries import countries, economy_label, groups
from madein.core.measures import measures
from madein.core.period_labels import fold
from madein.core.periods import Period
from madein.core.units import format_value
from madein.press.model import Fact
from madein.press.reconcile.intervals import interval_of
from madein.study.links.adjustment import adjustment_of, adjustment_words
from madein.study.links.held import Held, Holdings

NEARLY = 0.1
"""Share by which a number may fall short of what it "nearly" is: a convention of ours, visible here."""

Verdict = Literal["agrees", "revised", "contradicts", "nothing"]


@dataclass(frozen=True, slots=True)
class Compared:
    """A statement, what came of it, the number it was held against, and why in a sentence."""

    fact: Fact
    verdict: Verdict
    held: Held | None
    why: str


_WHOLE = frozenset(
    (
        "total overall whole country countrys nation national nationwide goods merchandise commodity commodities value values turnover "
        "revenue of the s its and in for general entire combined two way kim ngach tong tri gia ca nuoc hang hoa cua "
        "viet nam vietnams vietnamese index indexes"
    ).split()
)
"""Words that leave a measure the whole of an economy; any other word makes it a part, about which nothing is held."""


def compare(fact: Fact, holdings: Holdings, economy: str) -> Compared:
    """Hold a fact against the numbers of one economy.

    A contradiction needs the statement to be about the very same thing: measure of the whole economy, comparison, period
    and unit; and its interval, as its words and digits leave it, must exclude every print held.
    """
    if fact.measure is None or not isinstance(fact.value, float):
        return Compared(fact, "nothing", None, "it names no measure that is held")
    if fact.status in ("plan", "hypothetical"):
        return Compared(fact, "nothing", None, "it is no statement of what happened")
    part = part_words(fact, economy)
    if part:
        return Compared(fact, "nothing", None, f"it is about a part ({' '.join(part[:4])}), and the data held are of the whole")
    if fact.period is None:
        return Compared(fact, "nothing", None, "it names no period")
    adjustment = adjustment_of(fact)
    found = [h for h in holdings.find(fact.measure, fact.comparison or "", fact.period, economy, adjustment) if h.unit == fact.unit]
    if not found:
        adjusted = "seasonally adjusted " if adjustment else ""
        return Compared(fact, "nothing", None, f"no {adjusted}{measures()[fact.measure].label.lower()} of that period and comparison is held")
    return _judge(fact, found)


def _judge(fact: Fact, found: Sequence[Held]) -> Compared:
    low, high = stated_interval(fact)
    fits = [h for h in found if h.low <= high and low <= h.high]
    latest = max((h.vintage for h in found), default="")
    in_force = [h for h in fits if h.vintage in ("", latest)]
    if in_force:
        return Compared(fact, "agrees", in_force[0], f"held: {_say(in_force[0])}")
    if fits:
        now = max(found, key=lambda h: (bool(h.vintage), h.vintage))
        return Compared(fact, "revised", fits[0], f"as first printed: {_say(fits[0])}; since then {_say(now)}")
    nearest = min(found, key=lambda h: abs(h.value - float(fact.value or 0.0)))
    return Compared(fact, "contradicts", nearest, f"held: {_say(nearest)}")


def stated_interval(fact: Fact) -> tuple[float, float]:
    """The interval of a statement when it is held against data: "nearly" must also be near.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> (said,) = read_text("In May 2024 exports were nearly US$990 million.").facts
    >>> "{:.6g} to {:.6g}".format(*stated_interval(said))
    '8.91e+08 to 9.9e+08'
    """
    found = interval_of(fact)
    low, high = (-math.inf, math.inf) if found is None else (found.low, found.high)
    if fact.qualifier == "nearly" and isinstance(fact.value, float):
        near = (1 - NEARLY) * fact.value
        return (max(low, near), high) if fact.value > 0 else (low, min(high, near))
    return low, high


def _say(held: Held) -> str:
    text = format_value(held.value, held.unit, held.low, held.high).replace("\xa0", " ")
    return f"{text} ({held.series})" if held.series else text


def part_words(fact: Fact, economy: str) -> list[str]:
    """Words of a fact's subject that make it a part of the whole: another place, a product, a branch."""
    known = set(_WHOLE) | (adjustment_words() if adjustment_of(fact) else set())
    measure = measures()[fact.measure or "observation"]
    for synonym in (measure.label, *measure.en, *measure.vi):
        known.update(_words(synonym))
    if economy in countries():
        c = countries()[economy]
        for name in (c.en, c.vi, *c.other):
            known.update(_words(name))
    elif economy in groups():
        known.update(_words(economy_label(economy)))
    elsewhere = [p for p in (fact.geography or "").split("; ") if p and p != economy_label(economy)]
    left = [w for w in _words(fact.indicator) if w not in known]
    return left or ([] if not elsewhere or economy_label(economy) in (fact.geography or "") else elsewhere)


def _words(text: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in fold(text)).split()


def fact_from_row(row: dict[str, Any]) -> Fact:
    """The fact a row of the table ``facts`` holds.

    Its period is written as data write theirs: whole months told by their days, "2025-01-01..2025-10-31", are 2025-01..2025-10.
    """
    return Fact(
        article=row["article"], start=row["start"], end=row["end"], text=row["text"], sent_start=0, sent_end=0, sentence=row["sentence"],
        kind=row["kind"], indicator=row["indicator"], value=row["value"] if row["value"] is not None else row["date"], unit=row["unit"],
        comparison=row["comparison"],
        period=str(Period.parse(row["period"])) if row["period"] else None,
        geography=row["geography"], actor=row["actor"], qualifier=row["qualifier"], status=row["status"],
        value_low=row["value_low"], value_high=row["value_high"], measure=row["measure"], item=row["item"], inferred=row["inferred"], id=row["id"],
    )  # fmt: skip
