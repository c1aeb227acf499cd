"""What happens to a project when, and to which phase: events read around expressions of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from madein.core.periods import Period
from madein.press.relations.said import Said
from madein.press.times import TimeFound

WITHIN = 14
"""Tokens between an event and its time at most."""

_BUILDING = frozenset({"construction", "work", "works", "building", "groundbreaking", "ground"})


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its date, phase and the tokens of the time."""

    event: str
    date: str
    phase: int | None
    first: int
    last: int


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
    out = []
    ordinals, numbers = said.lang.maps["ordinals"], said.lang.maps["numbers"]
    for i in range(len(said.tokens)):
        if not said.isin(i, "rel_phase"):
            continue
        before, after = said.low(i - 1), said.low(i + 1)
        if before in ordinals:
            out.append((i, int(ordinals[before])))
        elif after in _ROMAN and said.tokens[i + 1].upper:
            out.append((i, _ROMAN[after]))
        elif after in numbers and int(numbers[after]) < 20:
            out.append((i, int(numbers[after])))
        elif i + 1 < len(said.tokens) and said.tokens[i + 1].kind == "d" and len(after) < 3:
            out.append((i, int(after)))
    return out


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5}


def phase_of(said: Said, i: int) -> int | None:
    """The phase a token speaks of: named in its clause, or before it in the sentence; none where "total" or "whole" stands by."""
    first, last = said.clause(i)
    if any(said.low(k) in ("total", "whole", "overall", "entire", "combined") for k in range(max(first, i - 6), i)):
        return None
    named = phases_named(said)
    inside = [n for at, n in named if first <= at < last]
    if inside:
        return inside[0]
    before = [n for at, n in named if at < i]
    return before[-1] if before else None


def date_of(said: Said, t: TimeFound) -> str:
    """A time as ISO text; "at the end of 2024" is December, "by the end of 2024" the last day."""
    assert t.period is not None
    if t.tag in ("end_year", "end_this_year", "end_last_year", "end_next_year") and said.low(t.first - 1) == "at":
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
    for t in said.times:
        if t.period is None:
            continue
        before = [m for m in found if m.last <= t.first and t.first - m.last <= WITHIN]
        after = [m for m in found if t.last <= m.first <= t.last + WITHIN] if t.first <= 5 else []
        if not before and not after:
            continue
        match = before[-1] if before else after[0]
        begin = max([u.last for u in said.times if u.last <= match.first] or [0])
        tag = _settled(said, str(match.tag), max(begin, match.first - 12), max(match.last, t.first))
        if tag:
            yield Event(tag, date_of(said, t), phase_of(said, match.first), t.first, t.last)


def _of_something_else(said: Said, i: int) -> bool:
    """True for "starting from" and the like, where no event is meant."""
    return said.low(i) in ("starting", "beginning") and said.low(i + 1) in ("from", "in", "on")


def _settled(said: Said, tag: str, first: int, last: int) -> str:
    words = {said.low(k) for k in range(first, last)}
    if tag == "start":
        return "construction_start" if words & _BUILDING else "production_start" if "production" in words else ""
    if tag == "first_delivery" and "first" not in words:
        return ""
    if tag == "established":
        return ""
    return tag
