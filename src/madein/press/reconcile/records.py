"""Claims of records, and the order of dates: what is said to surpass must be larger, what comes first must be earlier."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from datetime import timedelta

from madein.core.periods import Period
from madein.press.model import Fact
from madein.press.reconcile.alike import AMOUNTS, Stated
from madein.press.reconcile.intervals import Interval, interval_of, loose_interval_of
from madein.press.reconcile.verdicts import Outcome, Parent, Verdict, parent, shown
from madein.press.relations.model import OrderBook, Project, Relation, Shipment

_SURPASS = ("surpass", "exceed", "beat", "eclips", "topp", "outstrip", "overt")
_RECORD = ("record", "all-time high", "previous high", "previous peak", "highest")


def records(held: Sequence[Stated]) -> Iterator[Verdict]:
    """Claims to surpass a record that is printed beside them, or in the sentence after.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> text = "Tea exports came to US$3.62 billion in 2024, surpassing the record of US$3.42 billion set in 2021."
    >>> [v.verdict for v in records(stated([read_text(text)]))]
    ['consistent']
    """
    for n, s in enumerate(held):
        claim = _claims_record(s)
        if not claim:
            continue
        before = [x for x in held[max(0, n - 8) : n] if x.item == s.item and x.fact.unit == s.fact.unit and x.fact.kind in AMOUNTS and not x.headline]
        if not before:
            before = [
                x for x in held[n + 1 : n + 4] if x.item == s.item and x.fact.unit == s.fact.unit and x.fact.kind in AMOUNTS and x.words & s.words
            ]
        if not before:
            continue
        new = before[-1] if claim == "here" else next((x for x in before if x.fact.sent_start == before[-1].fact.sent_start), before[-1])
        outcome: Outcome = "consistent" if new.strict.above(s.strict) else "contradiction" if s.strict.above(new.strict) else "cannot_tell"
        what = f"{new.fact.text} said to surpass the record of {s.fact.text}"
        yield Verdict(
            "record",
            outcome,
            what,
            (parent(new.fact), parent(s.fact)),
            unit=s.fact.unit,
            why=f"{shown(new.strict)} against {shown(s.strict)}",
            period=new.fact.period or "",
        )


def _claims_record(s: Stated) -> str:
    """'here' or 'before' if a number is a record said to be surpassed: by a number of its sentence, or of the one before."""
    if s.fact.kind not in AMOUNTS:
        return ""
    head = s.fact.sentence[: max(0, s.fact.start - s.fact.sent_start)].lower()
    at = max((head.rfind(w) for w in _RECORD), default=-1)
    if at < 0 or len(head) - at > 60:
        return ""
    said = head[max(0, at - 60) : at]
    if not any(w in said for w in _SURPASS):
        return ""
    return "before" if head.lstrip().startswith(("the figure", "this", "it ", "that")) else "here"


def highest(held: Sequence[Stated]) -> Iterator[Verdict]:
    """Claims of "the highest ever" against a higher number printed for an earlier period of the same length.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> text = "Rice exports were 9.1 million tonnes in 2023. Rice exports were 8.6 million tonnes in 2024, the highest level ever recorded."
    >>> [v.verdict for v in highest(stated([read_text(text)]))]
    ['contradiction']
    """
    series: dict[tuple[object, ...], list[Stated]] = {}
    for s in held:
        if s.fact.kind in AMOUNTS and s.fact.period and s.words:
            series.setdefault((s.words, s.fact.unit, s.places), []).append(s)
    for group in series.values():
        for s in group:
            tail = s.fact.sentence[s.fact.end - s.fact.sent_start :].lower()[:120]
            if not ("highest" in tail and ("ever" in tail or "on record" in tail or "all-time" in tail)):
                continue
            own = Period.parse(s.fact.period or "")
            for x in group[:40]:
                other = Period.parse(x.fact.period or "")
                if other.n_months == own.n_months and other.last < own.first and x.strict.above(s.strict):
                    yield Verdict(
                        "record",
                        "contradiction",
                        f"{s.fact.text} said to be the highest ever, {x.fact.text} printed for {x.fact.period}",
                        (parent(s.fact), parent(x.fact)),
                        unit=s.fact.unit,
                        why=f"{shown(s.strict)} against {shown(x.strict)}",
                    )


def _day(text: str) -> Period | None:
    try:
        return Period.parse(text)
    except ValueError:
        return None


def _parents(relation: Relation, facts: dict[str, Fact]) -> tuple[Parent, ...]:
    return tuple(parent(facts[i]) for i in relation.facts if i in facts)


def in_order(relations: Sequence[Relation], facts: dict[str, Fact]) -> Iterator[Verdict]:
    """Dates of shipments and projects in the order in which things happen; shares and costs that relations give.

    Examples
    --------
    >>> sent = Shipment(units=85.0, depart="2024-10-09", eta_days=18.0, handover_by="2024-10-20")
    >>> [(v.kind, v.verdict) for v in in_order([sent], {})]
    [('order', 'contradiction')]
    """
    for relation in relations:
        if isinstance(relation, Shipment):
            yield from _voyage(relation, facts)
        elif isinstance(relation, Project):
            yield from _building(relation, facts)
        elif isinstance(relation, OrderBook):
            yield from _shipped(relation, facts)


def _voyage(sent: Shipment, facts: dict[str, Fact]) -> Iterator[Verdict]:
    """Arrival against hand-over: latest day against latest for agreement, earliest against latest for a contradiction."""
    depart, hand = _day(sent.depart), _day(sent.handover_by)
    if depart is None or hand is None:
        return
    arrive = depart.last + timedelta(days=round(sent.eta_days or 0))
    earliest = depart.first + timedelta(days=math.ceil(_least_days(sent, facts)))
    name = f"arrival by {arrive.isoformat()}" if sent.eta_days else f"departure on {sent.depart}"
    # A day of departure that only the date of the article gives may be wrong.
    told = any(m.name == "depart" for m in sent.marks) or not sent.marks
    outcome: Outcome = "consistent" if arrive <= hand.last else "contradiction" if told and earliest > hand.last else "cannot_tell"
    relation = {"consistent": "precedes", "contradiction": "comes after"}.get(outcome, "may come after")
    yield Verdict(
        "order",
        outcome,
        f"{name} {relation} hand-over by {sent.handover_by}",
        _parents(sent, facts),
        unit="date",
        why=f"{earliest.isoformat()} to {arrive.isoformat()} and {hand.last.isoformat()}",
    )


_AT_MOST = ("within", "in the next", "under", "up to", "at most", "less than", "no more than", "in less than", "trong vòng", "không quá", "dưới")
"""Words before a length of time that make it the longest it may be."""


def _least_days(sent: Shipment, facts: dict[str, Fact]) -> float:
    """The least days a voyage may take: "within 20 days" may be one, "about 20 days" some fewer, "20 days" no less than 19.5."""
    if not sent.eta_days:
        return 0.0
    lengths = [f for i in sent.facts if (f := facts.get(i)) is not None and f.kind == "duration" and isinstance(f.value, float | int)]
    fact = next(iter(lengths), None)
    if fact is None:
        return sent.eta_days
    before = fact.sentence[: max(0, fact.start - fact.sent_start)].lower().rstrip()
    inside = interval_of(fact)
    if inside is None or fact.qualifier in ("nearly", "less_than") or any(before.endswith(w) for w in _AT_MOST):
        return 0.0
    return max(0.0, inside.low) * sent.eta_days / float(fact.value) if isinstance(fact.value, float | int) and fact.value else sent.eta_days


_STEPS = ("construction_start", "completed", "opened", "operational", "production_start", "first_delivery")
"""Construction begins before anything is finished, opened, run or delivered; the order of the rest differs from plant to plant."""


def _building(built: Project, facts: dict[str, Fact]) -> Iterator[Verdict]:
    """Construction before completion, of the whole or of the same phase; earliest against latest day, so that vague dates accuse nobody."""
    told: list[tuple[str, str, int | None]] = [("construction_start", built.construction_start, None), ("first_delivery", built.first_delivery, None)]
    told += [(m.event, m.date, m.phase) for m in built.milestones]
    starts = [(d, phase) for event, text, phase in told if event == "construction_start" and (d := _day(text))]
    for start, phase in starts:
        for event, text, other in told:
            end = _day(text)
            if event not in _STEPS[1:] or end is None or not (phase is None or phase == other):
                continue
            fine = start.first <= end.last
            # What was opened before an extension is begun contradicts nothing.
            outcome: Outcome = "consistent" if fine else "cannot_tell" if _enlarged(built, facts, (str(start), str(end))) else "contradiction"
            yield Verdict(
                "order",
                outcome,
                f"construction from {start} {'precedes' if fine else 'begins after'} {event.replace('_', ' ')} in {end}",
                _parents(built, facts),
                unit="date",
                why=f"{start.first.isoformat()} at the earliest, {end.last.isoformat()} at the latest",
            )


_MORE = (
    "second",
    "another",
    "expansion",
    "extension",
    "expand",
    "extend",
    "enlarge",
    "further",
    "additional",
    "third",
    "upgrade",
    "mở rộng",
    "bổ sung",
)
"""How sentences speak of an extension."""


def _enlarged(built: Project, facts: dict[str, Fact], dates: tuple[str, str]) -> bool:
    """True if a sentence about a project speaks of an extension, or one of two dates is past and the other to come."""
    held = [f for i in built.facts if (f := facts.get(i)) is not None]
    told = [f for f in held if f.kind == "date" and str(f.value) in dates]
    said = " ".join({f.sentence.lower() for f in held})
    past_and_future = len({f.status in ("actual", "estimate") for f in told}) > 1 and len({f.sent_start for f in told}) > 1
    return past_and_future or any(w in said for w in _MORE)


def _shipped(book: OrderBook, facts: dict[str, Fact]) -> Iterator[Verdict]:
    held = [facts[i] for i in book.facts if i in facts]
    ends = [interval_of(f) for f in held]
    if book.share_shipped_pct is None or len(ends) < 2 or ends[0] is None or ends[1] is None:
        return
    share = (ends[1] / ends[0]).times(100.0)
    low, high = share.ends
    over = share.above(Interval(100.0, 100.0))
    yield Verdict(
        "share",
        "contradiction" if over else "derived",
        f"{held[1].text} shipped of {held[0].text} ordered",
        tuple(parent(f) for f in held),
        low,
        high,
        book.share_shipped_pct,
        "percent",
        f"{shown(ends[1])} of {shown(ends[0])}",
    )


def costs(relations: Sequence[Relation], facts: dict[str, Fact]) -> Iterator[Verdict]:
    """Money per unit of capacity of projects, with its interval.

    Examples
    --------
    >>> list(costs([Project(company="Corvane")], {}))
    []
    """
    for built in relations:
        if not isinstance(built, Project) or built.per_unit is None or built.investment is None or built.capacity is None:
            continue
        money = next((f for i in built.facts if (f := facts.get(i)) and f.value == built.investment.value and f.unit == built.investment.unit), None)
        made = next((f for i in built.facts if (f := facts.get(i)) and f.value == built.capacity.value and f is not money), None)
        a, b = interval_of(money) if money else None, interval_of(made) if made else None
        if money is None or made is None or a is None or b is None:
            continue
        low, high = (a / b).ends
        noun = built.capacity.unit
        yield Verdict(
            "per_unit",
            "derived",
            f"investment per unit of capacity, {built.company}: {money.text} for {made.text}",
            (parent(money), parent(made)),
            low,
            high,
            built.per_unit,
            f"{built.investment.unit}/{noun.partition('/')[0]}",
            f"{shown(a)} over {shown(b)}",
        )


_LESS = (
    "without",
    "excluding",
    "not counting",
    "not including",
    "net of",
    "before",
    "except",
    "chưa gồm",
    "không gồm",
    "chưa bao gồm",
    "không bao gồm",
)


def _less_something(fact: Fact) -> bool:
    """True for "78 million without land": an amount that leaves something out cannot be held against another."""
    return any(f" {w} " in f" {fact.sentence[fact.end - fact.sent_start :][:40].lower()} " for w in _LESS)


def amounts_agree(relations: Sequence[Relation], facts: dict[str, Fact]) -> Iterator[Verdict]:
    """A project's capacity, investment or area told twice with numbers that exclude each other.

    Examples
    --------
    >>> list(amounts_agree([Project(company="Corvane")], {}))
    []
    """
    for built in relations:
        if not isinstance(built, Project):
            continue
        for name in ("capacity", "investment", "area"):
            best = getattr(built, name)
            for other in (
                a
                for k, a in built.parts
                if k == name and best is not None and (a.phase, a.what, a.unit, a.basis) == (best.phase, best.what, best.unit, best.basis)
            ):
                pair = [next((f for i in built.facts if (f := facts.get(i)) and f.value == x.value), None) for x in (best, other)]
                if pair[0] is None or pair[1] is None or any(_less_something(f) for f in pair if f):
                    continue
                strict = [interval_of(f) for f in pair if f]
                loose = [loose_interval_of(f) for f in pair if f]
                if None in strict or None in loose:
                    continue
                a, b, c, d = (x for x in (*strict, *loose) if x is not None)
                outcome: Outcome = "consistent" if a.meets(b) else "cannot_tell" if c.meets(d) else "contradiction"
                yield Verdict(
                    "same",
                    outcome,
                    f"{name} of {built.company}: {pair[0].text} and {pair[1].text}",
                    (parent(pair[0]), parent(pair[1])),
                    unit=best.unit,
                    why=f"{shown(a)} against {shown(b)}",
                )
