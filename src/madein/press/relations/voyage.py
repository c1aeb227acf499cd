"""The way of a shipment: origin, destination, departure, arrival, hand-over."""

from __future__ import annotations

from dataclasses import dataclass

from madein.press.relations.model import Mark
from madein.press.relations.names import Name, place_of
from madein.press.relations.said import Said

_DAYS = {"day": 1.0, "week": 7.0, "hour": 1.0 / 24.0}


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where goods arrive, and after how many days, with the fact that says so."""

    place: Name | None
    days: float | None
    mark: Mark | None
    fact: str


def ends_of(said: Said, verb: int) -> tuple[Name | None, Name | None]:
    """Origin after "from" or "left", destination after "to" or "for".

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("It shipped 40 buses from Chittagong to Rotterdam."), relation_language("en")))
    >>> [n.text for n in ends_of(said, 1)]
    ['Chittagong', 'Rotterdam']
    """
    origin = destination = None
    for name in said.names:
        if name.first < verb or name.kind not in ("place", "name", "site"):
            continue
        before = said.low(name.first - 1) if said.low(name.first - 1) != "the" else said.low(name.first - 2)
        if origin is None and (before == "from" or (before == "left" and name.first - 1 == verb)):
            origin = name
        elif destination is None and before in ("to", "for", "towards"):
            destination = name
    return origin, destination


def arrival_of(said: Said) -> Arrival | None:
    """Place and days of "due to arrive in Dakar within 12 days"."""
    for m in said.lang.scan("rel_arrive", said.tokens):
        k = m.last + 1 if said.low(m.last) == "the" else m.last
        place = said.name_at(k)
        if place is not None and place.kind not in ("place", "name", "site"):
            place = None
        days = next((p for p in said.facts if m.last <= p.first <= m.last + 14 and p.fact.kind == "duration" and p.fact.unit in _DAYS), None)
        if days is not None and isinstance(days.fact.value, float | int):
            return Arrival(place, days.fact.value * _DAYS[days.fact.unit], Mark("eta_days", days.fact.start, days.fact.end), days.fact.id)
        if place is not None:
            return Arrival(place, None, None, "")
    return None


def departed_on(said: Said) -> tuple[str, Mark] | None:
    """The day near a verb of leaving."""
    for k in range(len(said.tokens)):
        if said.isin(k, "rel_carried") and said.low(k) != "boarded":
            t = next((t for t in said.times if t.period and t.period.kind == "day" and abs(t.first - k) <= 30 and not _ends_by(said, t.first)), None)
            if t is not None:
                return str(t.period), said.mark("depart", t.first, t.last)
    return None


def _ends_by(said: Said, i: int) -> bool:
    return said.low(i - 1) in ("by", "before", "until")


def handover_of(said: Said) -> tuple[str, Mark] | None:
    """The day by which goods are handed over."""
    for m in said.lang.scan("rel_handover", said.tokens):
        t = said.time_after(m.last, 14)
        if t is not None and t.period is not None:
            return str(t.period.last if t.period.kind != "day" else t.period), said.mark("handover_by", t.first, t.last)
    return None


def batch_of(said: Said) -> tuple[str, Mark] | None:
    """The ordinal of "the first batch"."""
    ordinals = said.lang.maps["ordinals"]
    for k in range(1, len(said.tokens)):
        if said.isin(k, "rel_batch") and said.low(k - 1) in ordinals:
            return said.low(k - 1), said.mark("batch", k - 1, k)
    return None


def dateline_of(said: Said) -> tuple[str, Mark] | None:
    """The town of a dateline: "HAI PHONG, VIETNAM, November 25 -" at the beginning of an article."""
    times = [t for t in said.times if t.first <= 8]
    if not said.names or said.names[0].first > 0 or not times or said.low(times[0].last) not in ("-", ":", ")", "("):
        return None
    town = said.names[0]
    tokens = said.tokens[town.first : town.last]
    known = place_of(said.text, tokens, said.lang)
    return known or (town.text.title() if town.text.isupper() else town.text), said.mark("origin", town.first, town.last)
