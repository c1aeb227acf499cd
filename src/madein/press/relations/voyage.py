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


def leavings(said: Said) -> list[int]:
    """Tokens that tell of leaving: a verb of carriage, "left" before a town or port, "set sail".

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("The ship set sail from Yantai with 40 buses left over."), relation_language("en")))
    >>> leavings(said)
    [2]
    """

    def leaves(k: int) -> bool:
        # "Left" alone is a side: a town or "port" must follow.
        town = said.name_at(k + 1) is not None or said.isin(k + 1, "rel_port") or said.isin(k + 1, "rel_article")
        return (said.isin(k, "rel_left") and town) or said.isin(k, "rel_carried")

    out = [k for k in range(len(said.tokens)) if leaves(k)]
    return sorted({*out, *(m.first for m in said.lang.scan("rel_leave", said.tokens))})


def landings(said: Said) -> list[int]:
    """Tokens that tell of arriving, where a consignment or a ship is spoken of."""
    told = any(said.isin(k, "rel_batch") or said.isin(k, "rel_vessel") or said.isin(k, "rel_aboard") for k in range(len(said.tokens)))
    return [k for k in range(len(said.tokens)) if told and said.isin(k, "rel_landed")]


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
        before = name.first - 1 - said.isin(name.first - 1, "rel_article")
        before -= said.isin(before, "rel_port")
        if origin is None and (said.isin(before, "rel_from") or (said.isin(before, "rel_left") and before == verb)):
            origin = name
        elif destination is None and said.isin(before, "rel_bound"):
            destination = name
    return origin, destination


def arrival_of(said: Said) -> Arrival | None:
    """Place and days of "due to arrive in Dakar within 12 days"."""
    town: Name | None = None
    for m in said.lang.scan("rel_arrive", said.tokens):
        k = m.last + said.isin(m.last, "rel_article")
        k += said.isin(k, "rel_port")
        place = said.name_at(k)
        town = place if town is None and place is not None and place.kind in ("place", "name", "site") else town
        days = next((p for p in said.facts if m.last <= p.first <= m.last + 14 and p.fact.kind == "duration" and p.fact.unit in _DAYS), None)
        if days is not None and isinstance(days.fact.value, float | int) and not (town is None and m.tag == "arrive" and _again(said, m.last)):
            return Arrival(town, days.fact.value * _DAYS[days.fact.unit], Mark("eta_days", days.fact.start, days.fact.end), days.fact.id)
    return Arrival(town, None, None, "") if town is not None else None


def _again(said: Said, i: int) -> bool:
    """True where another word of arriving follows: "expected to arrive in Dakar"."""
    return any(m.first < i + 6 for m in said.lang.scan("rel_arrive", said.tokens) if m.first >= i)


def departed_on(said: Said) -> tuple[str, Mark] | None:
    """The day near a verb of leaving."""
    for k in leavings(said):
        if not said.isin(k, "rel_boarded"):
            t = next((t for t in said.times if t.period and t.period.kind == "day" and abs(t.first - k) <= 30 and not _ends_by(said, t.first)), None)
            if t is not None:
                return str(t.period), said.mark("depart", t.first, t.last)
    return None


def _ends_by(said: Said, i: int) -> bool:
    return said.isin(i - 1, "rel_until")


def handover_of(said: Said) -> tuple[str, Mark] | None:
    """The day by which goods are handed over."""
    for m in said.lang.scan("rel_handover", said.tokens):
        t = said.time_after(m.last, 14)
        if t is not None and t.period is not None:
            return str(t.period.last if t.period.kind != "day" else t.period), said.mark("handover_by", t.first, t.last)
    return None


def batch_of(said: Said) -> tuple[str, Mark] | None:
    """The ordinal of "the first batch"."""
    ordinals = {**said.lang.maps["ordinals"], **said.lang.maps["rel_ordinals"]}
    step = 1 if said.lang.maps["grammar"]["noun-before"] else -1
    for k in range(len(said.tokens)):
        at = k + step
        if said.isin(k, "rel_batch") and step > 0 and said.low(at) not in ordinals:
            at += 1  # "lô xe đầu tiên"
        if said.isin(k, "rel_batch") and said.low(at) in ordinals:
            return said.low(at), said.mark("batch", at, at + 1)
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
