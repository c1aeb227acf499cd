"""Units that do not fit what is measured, rates against counts, unlike currencies, and output against capacity."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from madein.core.units import format_value, is_money, unit_kind
from madein.ledger.bounds import exceeds
from madein.ledger.checks.model import Bounded, Finding, bounded, finding, named, told
from madein.ledger.model import Claim, Subject
from madein.ledger.rules import rules
from madein.ledger.view import View, claims_of

_MEANT = {
    "count": "a count, such as vehicle", "rate": "a count per time, such as vehicle/year", "money": "an amount of money, such as USD",
    "area": "an area, such as hectare", "percent": "percent", "duration": "a length of time, such as day",
}  # fmt: skip


def family(unit: str) -> str:
    """What a unit measures: count, rate, money, area, percent, duration, or what `madein.core.units` calls it.

    Examples
    --------
    >>> [family(u) for u in ("vehicle", "vehicle/year", "USD", "hectare", "percent", "day", "")]
    ['count', 'rate', 'money', 'area', 'percent', 'duration', 'none']
    """
    if not unit:
        return "none"
    if unit in rules().area_units:
        return "area"
    if unit in rules().duration_units:
        return "duration"
    if is_money(unit):
        return "money"
    kind = unit_kind(unit)
    return "rate" if kind == "count" and "/" in unit else kind


def unit_unlike_predicate(view: View) -> Iterator[Finding]:
    """Units of another kind than the predicate's: a capacity in vehicles instead of vehicles a year, capital in hectares."""
    wanted = {k: p.unit for k, p in view.words.predicates.items() if p.unit not in ("", "any")}
    frame = view.frame.filter(
        pl.col("predicate").is_in(list(wanted)) & (pl.col("number").is_not_null() | pl.col("low").is_not_null() | pl.col("high").is_not_null())
    )
    units = {u: family(u) for u in frame["unit"].unique()}
    odd = [(p, u) for p, u in frame.select("predicate", "unit").unique().iter_rows() if units[u] != wanted[p]]
    for predicate, unit in sorted(odd):
        for claim in claims_of(frame.filter((pl.col("predicate") == predicate) & (pl.col("unit") == unit))):
            label = view.words.predicates[predicate].label
            what = f"{label} of {named(claim.subject)} is told as {told(claim)}; it should be {_MEANT[wanted[predicate]]}."
            yield finding("unit_unlike_predicate", claim.subject, predicate, what, (claim.id,))


def rate_against_count(view: View) -> Iterator[Finding]:
    """One thing told once as a rate and once as a count, so that the figures cannot be compared."""
    for (subject, predicate), claims in _by_item(view).items():
        heads: dict[str, list[Claim]] = {}
        for c in claims:
            heads.setdefault(c.unit.partition("/")[0], []).append(c)
        for same in heads.values():
            rates, counts = [c for c in same if "/" in c.unit], [c for c in same if "/" not in c.unit]
            if rates and counts and not is_money(rates[0].unit):
                label = view.words.predicates[predicate].label
                what = f"{label} of {named(subject)} is told as {told(rates[0])} and as {told(counts[0])}: a rate and a count."
                yield finding("rate_against_count", subject, predicate, what, [c.id for c in (*rates, *counts)])


def mixed_currencies(view: View) -> Iterator[Finding]:
    """Amounts of one project, or of its phases, in several currencies: nothing here converts them, so they are not added up."""
    found: dict[tuple[str, str], list[Claim]] = {}
    for (subject, predicate), claims in _by_item(view).items():
        found.setdefault((str(Subject.parse(subject).whole), predicate), []).extend(c for c in claims if is_money(c.unit) and "/" not in c.unit)
    for (subject, predicate), claims in found.items():
        currencies = sorted({c.unit for c in claims})
        if len(currencies) > 1:
            listed = "; ".join(f"{named(c.subject)}: {told(c)}" for c in claims)
            what = (
                f"{view.words.predicates[predicate].label} of {named(subject)} is told in {' and '.join(currencies)}, and is not added up: {listed}."
            )
            yield finding("mixed_currencies", subject, predicate, what, [c.id for c in claims])


def _by_item(view: View) -> dict[tuple[str, str], list[Claim]]:
    frame = view.frame.filter(pl.col("current") & (pl.col("unit") != ""))
    out: dict[tuple[str, str], list[Claim]] = {}
    for claim in claims_of(frame):
        out.setdefault((claim.subject, claim.predicate), []).append(claim)
    return out


def output_over_capacity(view: View) -> Iterator[Finding]:
    """Output of a stretch of time, scaled to a year, above the capacity of the same project or part."""
    frame = view.frame.filter(pl.col("current") & pl.col("predicate").is_in(["output", "capacity"]))
    made: dict[tuple[str, str], list[Bounded]] = {}
    room: dict[tuple[str, str], list[Bounded]] = {}
    for b in bounded(frame):
        head, _, per = b.claim.unit.partition("/")
        if b.claim.predicate == "output" and not per:
            made.setdefault((b.claim.subject, head), []).append(b)
        elif b.claim.predicate == "capacity" and per == "year":
            room.setdefault((b.claim.subject, head), []).append(b)
    for key, outputs in made.items():
        limits = room.get(key, [])
        for b in outputs if limits else ():
            start, end = b.claim.valid_from, b.claim.valid_to
            if start is None or end is None:
                continue
            years = ((end - start).days + 1) / 365.25
            high = max(x.high for x in limits)
            # A leap year makes 366 days; a thousandth of slack is less than any figure here is known to.
            if exceeds(b.low / years, high * 1.003):
                rate = format_value(b.low / years, key[1]).replace("\xa0", " ")
                made_so = f"Output of {named(key[0])} is {told(b.claim)} from {start} to {end}, at least {rate} a year"
                what = f"{made_so}, above its capacity of {told(limits[0].claim)}."
                yield finding("output_over_capacity", key[0], "output", what, (b.id, *(x.id for x in limits)))
