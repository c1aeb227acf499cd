"""Amounts of a project by phase: what is cumulative and what is added, told apart and turned into what each phase adds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from madein.core.period_labels import fold
from madein.ledger.bounds import Interval, number_bounds, total
from madein.ledger.model import Claim, Subject
from madein.ledger.rules import rules


@dataclass(frozen=True, slots=True)
class Amount:
    """A quantity of one phase of a project, as one claim tells it.

    `value` is None where the source gives bounds only; `interval` holds everything it may be. `phase` is "" for the whole
    project, `product` "" where the source does not part products.
    """

    value: float | None
    interval: Interval
    unit: str
    basis: str
    phase: str
    product: str
    status: str
    said: date
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What one phase adds to the phases before it, with the claims it rests on and, where something is open, why."""

    phase: str
    product: str
    unit: str
    value: float | None
    interval: Interval
    status: str
    ids: tuple[str, ...]
    notes: tuple[str, ...] = field(default=())


def amount_of(claim: Claim) -> Amount:
    """The amount a claim of a number tells."""
    subject = Subject.parse(claim.subject)
    value = float(claim.value) if isinstance(claim.value, float | int) else None
    interval = number_bounds(value, claim.low, claim.high, claim.qualifier)
    dims = subject.dims
    return Amount(
        value, interval, claim.unit, claim.basis, dims.get("phase", ""), dims.get("product", ""), claim.status, claim.as_of.last, (claim.id,)
    )


def phase_order(phase: str) -> tuple[float, str]:
    """Phases in the order of their numbers, others behind by name."""
    digits = "".join(c for c in phase if c.isdigit())
    return (float(digits) if digits else float("inf"), phase)


def is_distributive(product: str) -> bool:
    """True where an amount holds for each product by itself ("each item")."""
    return fold(product).replace("-", " ") in [fold(w) for w in rules().distributive]


def added_by_phase(amounts: Iterable[Amount]) -> tuple[Added, ...]:
    """What each phase of one project adds, in the order of phases.

    A cumulative amount counts the phases before it, so they are taken off; where one of them is unknown the phase adds
    anything between nothing and its amount. An amount without basis is what the first phase adds; of a later phase it may be
    either, and the interval says so. An amount of the whole project stands alone where no phase is told, else what the phases
    leave of it is told as phase "".

    Parameters
    ----------
    amounts : iterable of Amount
        Of one project and one unit; several of one phase and product count once, with what all of them allow.

    Examples
    --------
    >>> def told(phase, value, basis):
    ...     return Amount(value, Interval(value, value), "vehicle/year", basis, phase, "", "planned", date(2023, 11, 2), ())
    >>> [(a.phase, a.value) for a in added_by_phase([told("1", 5e4, "cumulative"), told("2", 1e5, "cumulative"), told("3", 2e5, "cumulative")])]
    [('1', 50000.0), ('2', 50000.0), ('3', 100000.0)]
    """
    by_phase: dict[str, list[Amount]] = {}
    for a in amounts:
        by_phase.setdefault(a.phase, []).append(a)
    whole = by_phase.pop("", [])
    order = sorted(by_phase, key=phase_order)
    out: list[Added] = []
    # What all phases so far make, by product; None after a gap.
    so_far: dict[str, Interval | None] = {}
    expected = 1.0
    for phase in order:
        number = phase_order(phase)[0]
        gap, expected = number != expected, number + 1
        told = _spread(by_phase[phase], so_far)
        found = _together([_added(a, so_far, phase == order[0] and not gap, gap) for a in told])
        out += found
        for f in found:
            before = so_far.get(f.product, Interval(0.0, 0.0))
            counted = [a.interval for a in told if a.product == f.product and a.basis == "cumulative"]
            so_far[f.product] = _meet(counted)[0] if counted else None if before is None or gap else before + f.interval
    # What comes on top of what stands is no total of which phases could be taken off.
    more = _together([Added("", a.product, a.unit, a.value, a.interval, a.status, a.ids) for a in whole if a.basis == "incremental"])
    out += [*_together([_rest(a, out) for a in whole if a.basis != "incremental"]), *more]
    return tuple(a for a in out if a.phase or not order or a.interval.high > 0.0)


def _meet(intervals: Sequence[Interval]) -> tuple[Interval, bool]:
    """What several statements of one amount leave: what all allow, or, where they exclude each other, everything between them."""
    low, high = max(i.low for i in intervals), min(i.high for i in intervals)
    if low <= high:
        return Interval(low, high), True
    return Interval(min(i.low for i in intervals), max(i.high for i in intervals)), False


def _together(found: Sequence[Added]) -> list[Added]:
    """Statements of one phase and product as one, so that nothing is counted twice."""
    by_product: dict[str, list[Added]] = {}
    for a in found:
        by_product.setdefault(a.product, []).append(a)
    # A figure for all products counts those that are told by name.
    if len(by_product) > 1:
        by_product.pop("", None)
    out = []
    for same in by_product.values():
        interval, agree = _meet([a.interval for a in same])
        values = {a.value for a in same}
        notes = dict.fromkeys([n for a in same for n in a.notes] + ([] if agree else ["sources differ"]))
        first = same[0]
        value = first.value if len(values) == 1 else None
        ids = tuple(dict.fromkeys(i for a in same for i in a.ids))
        out.append(Added(first.phase, first.product, first.unit, value, interval, first.status, ids, tuple(notes)))
    return out


def _spread(told: Sequence[Amount], so_far: Mapping[str, Interval | None]) -> list[Amount]:
    """An amount of "each item" once for each product known so far."""
    out: list[Amount] = []
    for a in told:
        products = [p for p in so_far if p] if is_distributive(a.product) else []
        out += [Amount(a.value, a.interval, a.unit, a.basis, a.phase, p, a.status, a.said, a.ids) for p in products] or [a]
    return out


def _added(a: Amount, so_far: Mapping[str, Interval | None], first: bool, gap: bool) -> Added:
    # A new name of the products ("packs and cells") counts on all that was made before.
    if a.product in so_far or not so_far:
        before = so_far.get(a.product, Interval(0.0, 0.0))
    else:
        known = [b for b in so_far.values() if b is not None]
        before = total(known) if len(known) == len(so_far) else None
    notes: list[str] = []
    value, interval = a.value, a.interval
    if a.basis == "cumulative" and not first:
        if before is None or gap:
            notes.append("an earlier phase is not told")
            value, interval = None, Interval(min(0.0, interval.low), interval.high)
        else:
            value = None if a.value is None or before.low != before.high else a.value - before.low
            interval = interval - before
    elif not a.basis and not first:
        notes.append("not told whether it counts earlier phases")
        low = interval.low - before.high if before is not None else 0.0
        value, interval = None, Interval(max(0.0, min(low, interval.low)), interval.high)
    return Added(a.phase, a.product, a.unit, value, interval, a.status, a.ids, tuple(notes))


def _rest(a: Amount, phases: Sequence[Added]) -> Added:
    same = [p for p in phases if p.phase and (p.product == a.product or not a.product or not p.product)]
    if not same:
        return Added("", a.product, a.unit, a.value, a.interval, a.status, a.ids)
    told = total(p.interval for p in same)
    rest = a.interval - told
    left = Interval(max(0.0, rest.low), max(0.0, rest.high))
    value = None if a.value is None or any(p.value is None for p in same) else max(0.0, a.value - sum(p.value or 0.0 for p in same))
    return Added("", a.product, a.unit, value, left, a.status, a.ids, ("what the phases told leave of the whole",))
