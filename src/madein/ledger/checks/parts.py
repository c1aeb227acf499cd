"""Parts against the whole: areas, capital, capacity, shares and order books."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from madein.ledger.amounts import is_distributive, phase_order
from madein.ledger.bounds import exceeds
from madein.ledger.checks.model import Bounded, Finding, bounded, finding, named, overlap, printed, shown, told
from madein.ledger.model import Subject
from madein.ledger.view import View
from madein.ledger.vocabulary import Dim, Predicate

_Key = tuple[str, str, str, str, str]


def part_of_whole(view: View) -> Iterator[Finding]:
    """Parts that exceed the whole, alone or together; parts that fall short though all are told; cumulative amounts that fall.

    A part nobody told is no contradiction. Amounts of unlike status, unit or currency are never compared. Where part and
    whole were said on different days, one of them may simply be old: that asks for a look.
    """
    kept = [k for k, p in view.words.predicates.items() if p.parts != "none"]
    frame = view.frame.filter(pl.col("predicate").is_in(kept) & pl.col("current"))
    wholes: dict[tuple[str, str, str, str], list[Bounded]] = {}
    groups: dict[_Key, list[tuple[str, Bounded]]] = {}
    for b in bounded(frame):
        c, subject = b.claim, Subject.parse(b.claim.subject)
        whole = subject
        for name, value in subject.parts:
            dim = view.words.dims.get(name)
            if dim is not None and value in dim.whole:
                whole = whole.without(name)
        status = c.status if view.words.predicates[c.predicate].status == "required" else ""
        # An addition to what stands is no whole.
        if c.basis != "incremental" or whole.parts:
            wholes.setdefault((str(whole), c.predicate, c.unit, status), []).append(b)
        for name, value in subject.parts:
            dim = view.words.dims.get(name)
            if dim is None or value in dim.whole or name == "event" or (name == "product" and is_distributive(value)):
                continue
            groups.setdefault((str(subject.without(name)), c.predicate, c.unit, status, name), []).append((value, b))
    counts: dict[str, float | None] = dict(view.frame.filter(pl.col("predicate") == "phases").select("subject", "number").iter_rows())
    for (base, key, unit, status, name), parts in groups.items():
        predicate, dim = view.words.predicates[key], view.words.dims[name]
        yield from _group(base, predicate, dim, parts, wholes.get((base, key, unit, status), []), counts.get(base))


def _group(
    subject: str, predicate: Predicate, dim: Dim, parts: Sequence[tuple[str, Bounded]], wholes: Sequence[Bounded], count: float | None
) -> Iterator[Finding]:
    if dim.key == "phase":
        yield from _falls(subject, predicate, parts)
    unit = parts[0][1].claim.unit
    implied = unit == "percent" and dim.disjoint
    # Of several unreconciled figures of the whole, one that holds the part is enough.
    high = max([w.high for w in wholes], default=100.0 if implied else None)
    if high is None:
        return
    over = [(v, b) for v, b in parts if exceeds(b.low, high)]
    for _, b in over:
        ids = [b.id, *(w.id for w in wholes)]
        apart = bool(wholes) and not any(overlap(b.claim, w.claim) for w in wholes)
        what = f"{predicate.label} of {named(b.claim.subject)} is {told(b.claim)}, more than the whole: {_of(wholes)}."
        yield finding("part_and_whole_apart" if apart else "part_exceeds_whole", b.claim.subject, predicate.key, what, ids)
    if over or predicate.parts != "sum" or not dim.disjoint:
        return
    added: dict[str, list[Bounded]] = {}
    for value, b in parts:
        if b.claim.basis != "cumulative":
            added.setdefault(value, []).append(b)
    low = sum(min(b.low for b in same) for same in added.values())
    most = sum(max(b.high for b in same) for same in added.values())
    members = [b for same in added.values() for b in same]
    ids = [*(b.id for b in members), *(w.id for w in wholes)]
    listed = ", ".join(f"{v}: {shown(same[0].claim)}" for v, same in sorted(added.items(), key=lambda x: phase_order(x[0])))
    said = [same[0].claim.value for same in added.values()]
    total = printed(sum(v for v in said if isinstance(v, float)), unit or "number") if all(isinstance(v, float) for v in said) else printed(low, unit)
    if len(added) > 1 and exceeds(low, high):
        order = [added[v] for v in sorted(added, key=phase_order)]
        last, rising = order[-1], all(a[0].low <= b[0].low for a, b in zip(order, order[1:], strict=False))
        if dim.key == "phase" and wholes and rising and any(not exceeds(w.low, last[0].high) and not exceeds(last[0].low, w.high) for w in wholes):
            sums = f"{predicate.label} of the phases of {named(subject)} ({listed}) adds up to {total}"
            what = f"{sums}, but the last phase alone equals the whole, {_of(wholes)}: the amounts look cumulative."
            yield finding("cumulative_or_incremental", subject, predicate.key, what, ids)
            return
        apart = bool(wholes) and not all(any(overlap(b.claim, w.claim) for w in wholes) for b in members)
        what = f"{predicate.label} by {dim.label} of {named(subject)} ({listed}) adds up to {total}, more than the whole: {_of(wholes)}."
        yield finding("part_and_whole_apart" if apart else "parts_exceed_whole", subject, predicate.key, what, ids)
    elif dim.key == "phase" and wholes and count is not None and len(added) == int(count) and exceeds(min(w.low for w in wholes), most):
        what = f"{predicate.label} of all {int(count)} phases of {named(subject)} ({listed}) is less than the whole: {_of(wholes)}."
        yield finding("parts_short_of_whole", subject, predicate.key, what, ids)


def _of(wholes: Sequence[Bounded]) -> str:
    return "; ".join(told(w.claim) for w in wholes) or "100 %"


def _falls(subject: str, predicate: Predicate, parts: Sequence[tuple[str, Bounded]]) -> Iterator[Finding]:
    told_so = sorted(((v, b) for v, b in parts if b.claim.basis == "cumulative"), key=lambda x: phase_order(x[0]))
    for (v, a), (w, b) in zip(told_so, told_so[1:], strict=False):
        if v != w and exceeds(a.low, b.high):
            what = (
                f"{predicate.label} of {named(subject)}, told as cumulative, falls from {told(a.claim)} in phase {v} to {told(b.claim)} in phase {w}."
            )
            yield finding("cumulative_falls", subject, predicate.key, what, (a.id, b.id))
