"""Derived numbers against printed ones, and against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from madein.press.reconcile.alike import AMOUNTS, Stated, places_agree
from madein.press.reconcile.same import revises
from madein.press.reconcile.verdicts import Outcome, Verdict, parent, shown

if TYPE_CHECKING:
    from madein.press.reconcile.derive import Derived

MOST = 12
"""Statements a derived number is compared with at most: a text that says one thing more often says it the same way."""


def confront(found: Sequence[Derived], held: Sequence[Stated], bases: Sequence[Stated]) -> Iterator[Verdict]:
    """Yield a verdict for every derived level that is also printed, and for every two derived levels of one thing and period."""
    printed: dict[tuple[object, ...], list[Stated]] = {}
    for s in held:
        if s.fact.kind in AMOUNTS and s.fact.period and s.words:
            printed.setdefault((s.words, s.fact.unit, s.fact.period), []).append(s)
    known: dict[tuple[object, ...], list[Derived]] = {}
    for d in found:
        if d.verdict.kind != "prior" or not d.verdict.period:
            continue
        key = (d.other.words, d.verdict.unit, d.verdict.period)
        for s in printed.get(key, [])[:MOST]:
            if places_agree(d.other, s) is not False:
                yield _against_printed(d, s)
        for e in known.get(key, [])[-2:]:
            apart = (d.other.page, d.other.fact.sent_start) != (e.other.page, e.other.fact.sent_start)
            if apart and places_agree(d.other, e.other) is not False:
                yield _against_derived(d, e)
        known.setdefault(key, []).append(d)
    yield from _plans(found)
    yield from _from_base(found, bases)
    yield from _totals(found, held)


def _totals(found: Sequence[Derived], held: Sequence[Stated]) -> Iterator[Verdict]:
    """A total behind a share against the total printed in the same item."""
    levels: dict[tuple[object, ...], list[Stated]] = {}
    for s in held:
        if s.fact.kind in AMOUNTS and not s.headline:
            levels.setdefault((s.item, s.fact.unit, s.fact.period), []).append(s)
    for d in found:
        if d.verdict.kind != "total":
            continue
        near = levels.get((d.other.item, d.other.fact.unit, d.other.fact.period), [])[:MOST]
        # What is smaller than the part is not its whole.
        near = [s for s in near if not d.other.strict.above(s.strict)]
        wholes = [s for s in near if s is not d.other and s.words and s.words <= d.source.words and s.words != d.other.words]
        if len(wholes) == 1:
            s = wholes[0]
            agree = d.interval.meets(s.strict)
            outcome: Outcome = "consistent" if agree else "cannot_tell" if d.interval.meets(s.loose) else "contradiction"
            low, high = d.interval.ends
            yield Verdict(
                "share",
                outcome,
                f"{d.other.fact.text} as {d.source.fact.text} of {s.fact.text}",
                tuple(parent(x.fact) for x in (d.other, d.source, s)),
                low,
                high,
                d.verdict.value,
                s.fact.unit,
                f"{shown(s.strict)} printed, {shown(d.interval)} implied",
                d.verdict.period,
            )


def _from_base(found: Sequence[Derived], bases: Sequence[Stated]) -> Iterator[Verdict]:
    """The base printed beside a growth: "rose 25% to $5 billion from $4 billion"."""
    beside: dict[tuple[object, ...], list[Derived]] = {}
    for d in found:
        if d.verdict.kind == "prior" and d.source.fact.sent_start == d.other.fact.sent_start:
            beside.setdefault((d.source.page, d.source.fact.sent_start, d.verdict.unit), []).append(d)
    for s in bases:
        near = beside.get((s.page, s.fact.sent_start, s.fact.unit), [])[:MOST]
        known = s.words and any(s.words == d.other.words and s.fact.period == d.verdict.period for d in near)
        near = [d for d in near if s.fact.period in (None, d.verdict.period, d.other.fact.period)]  # "the 2019 level" is no base of 2024's growth
        if not near or known or _record_word(s):
            continue  # a base with its own period is compared as any printed number is
        d = next((d for d in near if d.interval.meets(s.strict)), near[0])
        agree = d.interval.meets(s.strict)
        sure = len(near) == 1 and not d.interval.meets(s.loose)
        outcome: Outcome = "consistent" if agree else "contradiction" if sure else "cannot_tell"
        low, high = d.interval.ends
        what = f"{d.other.fact.indicator}: from {s.fact.text} to {d.other.fact.text} by {d.source.fact.text}"
        yield Verdict(
            "growth",
            outcome,
            what,
            (parent(s.fact), parent(d.other.fact), parent(d.source.fact)),
            low,
            high,
            d.verdict.value,
            s.fact.unit,
            f"{shown(s.strict)} printed, {shown(d.interval)} implied",
            d.verdict.period,
        )


def _record_word(s: Stated) -> bool:
    """True where the base is a record or a target, which the growth is not measured from."""
    head = s.fact.sentence[: max(0, s.fact.start - s.fact.sent_start)].lower()[-40:]
    return any(w in head for w in ("record", "high of", "peak", "target", "plan"))


def _against_printed(d: Derived, s: Stated) -> Verdict:
    outcome: Outcome = "consistent"
    if not d.interval.meets(s.strict):
        if revises(d.other, s):
            outcome = "revision"
        elif d.interval.meets(s.loose) or places_agree(d.other, s) is None or s.fact.status not in ("actual", "estimate"):
            outcome = "cannot_tell"
        else:
            outcome = "contradiction"
    what = (
        f"{s.fact.indicator} of {s.fact.period}: {s.fact.text} printed, {shown(d.interval)} implied by {d.other.fact.text} and {d.source.fact.text}"
    )
    parents = (parent(s.fact), parent(d.other.fact), parent(d.source.fact))
    low, high = d.interval.ends
    return Verdict(
        "growth",
        outcome,
        what,
        parents,
        low,
        high,
        d.verdict.value,
        d.verdict.unit,
        f"{shown(s.strict)} against {shown(d.interval)}",
        d.verdict.period,
    )


def _against_derived(d: Derived, e: Derived) -> Verdict:
    common = d.interval.common(e.interval)
    outcome: Outcome = "consistent" if common else "revision" if revises(d.other, e.other) else "cannot_tell"
    what = f"{d.other.fact.indicator} of {d.verdict.period}, implied twice"
    parents = tuple(parent(x.fact) for x in (e.other, e.source, d.other, d.source))
    low, high = common.ends if common else (None, None)
    return Verdict(
        "growth", outcome, what, parents, low, high, None, d.verdict.unit, f"{shown(e.interval)} against {shown(d.interval)}", d.verdict.period
    )


def _plans(found: Sequence[Derived]) -> Iterator[Verdict]:
    """A plan that equals the outcome of the year before within rounding: worth knowing, and proof of nothing."""
    plans = {(d.source.item, d.other.fact.id): d for d in found if d.verdict.kind == "plan" and d.source.fact.comparison == "ratio_to_plan"}
    for d in found:
        plan = plans.get((d.source.item, d.other.fact.id)) if d.verdict.kind == "prior" else None
        if plan is not None and (common := plan.interval.common(d.interval)) is not None:
            low, high = common.ends
            parents = (parent(d.other.fact), parent(plan.source.fact), parent(d.source.fact))
            yield Verdict(
                "plan",
                "consistent",
                f"the plan equals the outcome of {d.verdict.period or 'the period before'} within rounding",
                parents,
                low,
                high,
                None,
                d.verdict.unit,
                f"{shown(plan.interval)} against {shown(d.interval)}",
                d.verdict.period,
            )
