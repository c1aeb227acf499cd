"""What happens to a project when, and to which phase: events read around expressions of time, and promises put off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from madein.core.periods import Period
from madein.press.language import Match
from madein.press.relations.model import Slip
from madein.press.relations.said import Said
from madein.press.times import TimeFound

WITHIN, WITHIN_CLAUSE = 14, 26
"""Tokens between an event and its time at most, and where no mark stands between."""

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_ENDS_YEAR = frozenset({"end_year", "end_this_year", "end_last_year", "end_next_year"})


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its date, phase and the tokens of the time; `before` is True for a date that was promised and given up."""

    event: str
    date: str
    phase: int | None
    first: int
    last: int
    before: bool = False


def phases_named(said: Said) -> list[tuple[int, int]]:
    """Position and number of every phase a sentence names: "the first phase", "phase 2", "Phase II".

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("The first phase opens in 2026 and phase II in 2028."), relation_language("en")))
    >>> [n for _, n in phases_named(said)]
    [1, 2]
    """
    out: list[tuple[int, int]] = []
    ordinals, numbers = {**said.lang.maps["ordinals"], **said.lang.maps["rel_ordinals"]}, said.lang.maps["numbers"]
    for i in range(len(said.tokens)):
        if not said.isin(i, "rel_phase"):
            alone = out and said.low(i) in ordinals and said.isin(i - 1, "rel_definite") and said.low(i + 1) in (",", "is", "will")
            if alone:  # "the first phase ..., the second, of 120 MW"
                out.append((i, int(ordinals[said.low(i)])))
            continue
        before, after = said.low(i - 1), said.low(i + 1)
        head_first = said.lang.maps["grammar"]["noun-before"]
        if before in ordinals and not head_first:
            out.append((i, int(ordinals[before])))
        elif after in ordinals and head_first:
            out.append((i, int(ordinals[after])))
        elif after in _ROMAN and said.tokens[i + 1].upper:
            out.append((i, _ROMAN[after]))
        elif after in numbers and int(numbers[after]) < 20:
            out.append((i, int(numbers[after])))
        elif i + 1 < len(said.tokens) and said.tokens[i + 1].kind == "d" and len(after) < 3:
            out.append((i, int(after)))
    return out


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}


def phase_of(said: Said, i: int) -> int | None:
    """The phase a token speaks of: named in its clause, or before it in the sentence; none where "total" or "whole" stands by.

    Where a clause names several phases, each speaks for the numbers after it.
    """
    first, last = said.clause(i)
    if any(said.isin(k, "rel_total") for k in range(max(first, i - 6), i)):
        return None
    named = phases_named(said)
    inside = [(at, n) for at, n in named if first <= at < last]
    if inside:
        return next((n for at, n in reversed(inside) if at < i), inside[0][1])
    before = [n for at, n in named if at < i]
    return before[-1] if before else None


def date_of(said: Said, t: TimeFound) -> str:
    """A time as ISO text; "at the end of 2024" is December, "by the end of 2024" the last day."""
    assert t.period is not None
    first, last = said.clause(t.first)
    ahead = any(said.isin(k, "will") or said.isin(k, "rel_ahead") for k in range(first, last))
    if (
        t.inferred
        and ahead
        and t.month_day is None
        and said.day is not None
        and t.period.last < said.day
        and t.tag in ("month", "month_day", "day_month")
    ):
        return str(t.period.shift(12))  # "would begin in September", said in February
    if t.tag in _ENDS_YEAR and said.isin(t.first - 1, "at"):
        return str(Period.month(t.period.last.year, 12))
    return str(t.period)


def events(said: Said) -> Iterator[Event]:
    """Dated events of a sentence, the closest event before a time, or after one that opens the sentence.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "Construction is due to start in May 2026 and the first metal is to be delivered in 2028."
    >>> said = next(said_of(read_text(text), relation_language("en")))
    >>> [(e.event, e.date) for e in events(said)]
    [('construction_start', '2026-05'), ('first_delivery', '2028')]
    """
    found = [m for m in said.lang.scan("rel_event", said.tokens) if not _of_something_else(said, m.first)]
    given_up = _given_up(said)
    for t in said.times:
        if t.period is None or said.isin(t.first - 1, "rel_not_when"):
            continue
        match = _event_at(said, found, t, given_up)
        if match is None:
            continue
        begin = max([u.last for u in said.times if u.last <= match.first] or [0])
        tag = _settled(said, str(match.tag), max(begin, match.first - 20), max(match.last, t.first))
        if tag:
            yield Event(tag, date_of(said, t), phase_of(said, match.first), t.first, t.last, t.first in given_up)


def _event_at(said: Said, found: list[Match], t: TimeFound, given_up: set[int]) -> Match | None:
    """The event a time belongs to: the last before it that has no time of its own yet, or the next where the time leads."""
    begin = said.clause(t.first)[0]
    before = [m for m in found if m.last <= t.first and t.first - m.last <= (WITHIN_CLAUSE if m.first >= begin else WITHIN)]
    opens = t.first <= 5 or said.clause(t.first)[0] >= t.first - 2
    after = [m for m in found if t.last <= m.first <= t.last + WITHIN] if opens else []
    if before:
        taken = any(
            before[-1].last <= u.first < t.first and u.period and u.first not in given_up and said.clause(u.first) != said.clause(t.first)
            for u in said.times
        )
        return None if taken else before[-1]
    return after[0] if after else None


def _given_up(said: Said) -> set[int]:
    """First tokens of the times of a sentence that were promised and given up: "originally due in 2023"."""
    out = set()
    marks = list(said.lang.scan("rel_original", said.tokens))
    for t in said.times:
        first = max([u.last for u in said.times if u.last <= t.first] or [0])
        if any(max(first, t.first - 10) <= m.first < t.first for m in marks):
            out.add(t.first)
    for m in said.lang.scan("rel_slip", said.tokens):
        moved = [t for t in said.times if t.period and m.last <= t.first <= m.last + 12]
        if len(moved) >= 2 and said.isin(moved[0].first - 1, "rel_from"):
            out.add(moved[0].first)
    return out


def slips(said: Said, known: tuple[Event, ...] = ()) -> Iterator[tuple[Slip, tuple[int, int]]]:
    """Promises put off that a sentence tells of, with the tokens of the new date.

    `known` are events told before: "It was originally due in 2023" may stand before "It is now expected in 2026".

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "The mine, originally due to open in 2023, is now expected to start production in May 2026."
    >>> [s for s, _ in slips(next(said_of(read_text(text), relation_language("en"))))]
    [Slip(event='production_start', was='2023', date='2026-05', phase=None)]
    """
    told = list(events(said))
    old = [e for e in told if e.before] or [e for e in known if e.before]
    new = [e for e in told if not e.before]
    moved = list(said.lang.scan("rel_slip", said.tokens))
    if not new and moved:
        new = list(_moved_to(said, moved[0], told))
    late = _late_by(said)
    for event in new:
        was = old[-1].date if old else ""
        if not was and late is not None:
            was = str(Period.parse(event.date).shift(-late[0])) if event.first < late[1] <= event.last + 14 else ""
        put_off = any(m.last <= event.first <= m.last + 20 and said.isin(event.first - 1, "rel_up_to") for m in moved)
        if (was and was != event.date) or put_off:
            yield Slip(event.event, was, event.date, event.phase), (event.first, event.last)


def _moved_to(said: Said, move: Match, told: list[Event]) -> Iterator[Event]:
    """The new date behind "has slipped to", with the event named anywhere before it."""
    t = next((t for t in said.times if t.period and move.last <= t.first <= move.last + 20 and not said.isin(t.first - 1, "rel_from")), None)
    if t is None:
        return
    named = [m for m in said.lang.scan("rel_event", said.tokens) if m.first < t.first]
    event = _settled(said, str(named[-1].tag), 0, t.first) if named else ""
    yield Event(event or (told[-1].event if told else "completed"), date_of(said, t), phase_of(said, t.first), t.first, t.last)


def _late_by(said: Said) -> tuple[int, int] | None:
    """Months of delay and their token: "two years later than first announced", "six months behind schedule"."""
    for m in said.lang.scan("rel_late", said.tokens):
        length = next((p for p in said.facts if p.fact.kind == "duration" and p.last == m.first and p.fact.unit in _MONTHS), None)
        if length is not None and isinstance(length.fact.value, float | int):
            return round(length.fact.value * _MONTHS[length.fact.unit]), length.first
        unit = said.low(m.first - 1)
        if unit in _MONTHS and said.isin(m.first - 2, "rel_article"):
            return _MONTHS[unit], m.first - 2
    return None


def _of_something_else(said: Said, i: int) -> bool:
    """True for "starting from" and the like, where no event is meant."""
    return said.isin(i, "rel_as_from") and (said.isin(i + 1, "rel_from") or said.isin(i + 1, "rel_in"))


def _settled(said: Said, tag: str, first: int, last: int) -> str:
    def any_of(name: str) -> bool:
        return any(said.isin(k, name) for k in range(first, last))

    if tag == "start":
        return "construction_start" if any_of("rel_building") else "production_start" if any_of("rel_producing") else ""
    if tag == "first_delivery" and not any_of("rel_first"):
        return ""
    if tag == "established":
        return ""
    return tag
