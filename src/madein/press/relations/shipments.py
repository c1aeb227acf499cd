"""Goods on their way: what left, on which ship under which flag, from where to where, when it arrives, and from which orders."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from madein.press.relations.cargo import goods_of, vessel_of
from madein.press.relations.model import Mark, Shipment
from madein.press.relations.names import Name
from madein.press.relations.parties import Focus, actor, bodies_from, body_at, told_by
from madein.press.relations.said import Placed, Said
from madein.press.relations.sites import Goods
from madein.press.relations.voyage import arrival_of, batch_of, dateline_of, departed_on, ends_of, handover_of, landings, leavings

_NOT_GOODS = frozenset({"order", "day", "month", "year", "person", "country", "province", "company", "business", "phase", "stage", "market", "model"})


AROUND = 30
"""Sentences before and after in which the same goods are looked for."""


@dataclass(slots=True)
class _Draft:
    fields: dict[str, object] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    facts: list[str] = field(default_factory=list)
    start: int = 0
    end: int = 0

    def take(self, name: str, value: object, mark: Mark | None = None, fact: str = "") -> None:
        """Note a field once."""
        if value in (None, "") or name in self.fields:
            return
        self.fields[name] = value
        if mark:
            self.marks.append(mark)
        if fact:
            self.facts.append(fact)


def shipments(sentences: Sequence[Said], focuses: Sequence[Focus], day: date | None) -> list[Shipment]:
    """Shipments of one item; `day` is the date its words count from, on which goods left where nothing else is said.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "Lanka Weave shipped 48,000 rolls of denim from Chittagong to Rotterdam on the Greek container ship Aegean Dawn on 3 March 2025."
    >>> seen = list(said_of(read_text(text), relation_language("en")))
    >>> got = shipments(seen, [Focus() for _ in seen], None)[0]
    >>> got.actor, got.product, got.units, got.vessel, got.flag, got.origin, got.destination, got.depart
    ('Lanka Weave', 'denim', 48000.0, 'Aegean Dawn', 'Greece', 'Chittagong', 'Rotterdam', '2025-03-03')
    """
    out: list[Shipment] = []
    for n, (said, focus) in enumerate(zip(sentences, focuses, strict=True)):
        found = _loaded(said)
        if found is None:
            continue
        verb, goods = found
        draft = _Draft(start=said.start, end=said.end)
        value = goods.fact.value
        draft.take("units", value, Mark("units", goods.fact.start, goods.fact.end), goods.fact.id)
        product = goods_of(said, goods, focus)
        if product:
            draft.take("product", product.text, said.mark("product", product.first, product.last))
        names, span = actor(said, verb, focus)
        maker = _maker(said, product, focus) or ((names[0], said.mark("actor", *span) if span else None) if names else None)
        if maker is None:
            late = next(((f, s) for s in sentences[n + 1 : n + 2] if (f := _made_by(s, focus)) is not None), None)
            if late is not None:
                maker, draft.end = late[0], max(draft.end, late[1].end)
        if maker is not None:
            draft.take("actor", *maker)
        around = range(max(0, n - AROUND), min(len(sentences), n + AROUND + 1))
        for near in (said, *(sentences[k] for k in around if k != n and _same_cargo(sentences[k], goods, k - n, product.text if product else ""))):
            _follow(near, draft, near is said, verb if near is said else 0)
        if "actor" not in draft.fields:
            earlier = slice(max(0, n - AROUND), n)
            whose = _told_before(sentences[earlier], focuses[earlier], value) or _home(said, verb, focus) or told_by(said, focus)
            told = next((s for s in sentences[earlier] if whose in s.names), said) if whose is not None else said
            if whose is not None:
                draft.take("actor", whose.text, told.mark("actor", whose.first, whose.last))
            elif focus.company:
                draft.take("actor", focus.company)
        if not {"vessel", "origin", "destination"} & set(draft.fields) or (said.isin(verb, "rel_exported") and not (names and span)):
            continue  # "exported" alone is what statistics say of countries
        if not {"actor", "vessel", "depart"} & set(draft.fields):
            continue
        line = dateline_of(sentences[0]) if sentences else None
        if line:
            draft.take("origin", line[0], line[1])
        if day is not None:
            draft.take("depart", day.isoformat())
        out.append(_shipment(draft, said))
    return _merged(out)


def _shipment(draft: _Draft, said: Said) -> Shipment:
    def text(name: str) -> str:
        return str(draft.fields.get(name, ""))

    def number(name: str) -> float | None:
        value = draft.fields.get(name)
        return float(value) if isinstance(value, float | int) else None

    return Shipment(
        actor=text("actor"), product=text("product"), units=number("units"), vessel=text("vessel"), vessel_type=text("vessel_type"),
        flag=text("flag"), origin=text("origin"), destination=text("destination"), depart=text("depart"), eta_days=number("eta_days"),
        handover_by=text("handover_by"), batch=text("batch"), item=said.item, start=draft.start, end=draft.end, marks=tuple(draft.marks),
        facts=tuple(dict.fromkeys(draft.facts)),
    )  # fmt: skip


def _loaded(said: Said) -> tuple[int, Placed] | None:
    """The verb of leaving and the count of goods, where a sentence has both near each other."""
    for verb in (*leavings(said), *landings(said)):
        goods = [
            p
            for p in said.facts
            if isinstance(p.fact.value, float | int)
            and p.fact.kind in ("count", "level", "capacity")
            and abs(p.first - verb) <= 16
            and p.fact.unit not in _NOT_GOODS
            and not said.isin(p.last, "rel_orders")
            and (p.fact.kind == "count" or p.fact.unit == "tonne")
        ]
        if goods:
            return verb, min(goods, key=lambda p: abs(p.first - verb))
    return None


def _maker(said: Said, product: Goods | None, focus: Focus) -> tuple[str, Mark | None] | None:
    """Who made the goods, or whose they are: "built by Zhentai", "ô tô điện của Đại Phong"."""
    made = _made_by(said, focus)
    if made is not None or product is None or not (said.isin(product.last, "rel_of") or said.isin(product.last, "rel_from")):
        return made
    name = body_at(said, product.last + 1, focus, within=3)
    if name is None or said.isin(name.last, "rel_bound"):
        return None  # "320 tonnes of tuna from Duqm to Vigo"
    return name.text, said.mark("actor", name.first, name.last)


def _told_before(sentences: Sequence[Said], focuses: Sequence[Focus], value: object) -> Name | None:
    """The body that acts where the same number was told before."""
    for s, f in zip(sentences, focuses, strict=True):
        if any(p.fact.value == value for p in s.facts):
            who = next((g[0] for g in s.groups if len(g) == 1 and g[0].kind == "name" and not f.is_person(g[0])), None)
            if who is not None:
                return who
    return None


def _home(said: Said, verb: int, focus: Focus) -> Name | None:
    """Whose works the goods left: "left the Jining works of Shanhe Heavy"."""
    origin = ends_of(said, verb)[0]
    of = next((k for k in range(origin.last, origin.last + 3) if said.isin(k, "rel_of")), -1) if origin else -1
    return body_at(said, of + 1, focus) if origin is not None and of > 0 and said.isin(origin.last, "rel_site") else None


def _made_by(said: Said, focus: Focus) -> tuple[str, Mark] | None:
    for k in range(1, len(said.tokens)):
        if said.isin(k, "rel_by") and said.isin(k - 1, "rel_made_by"):
            names = bodies_from(said, k + 1, focus)
            if names:
                return names[0].text, said.mark("actor", names[0].first, names[0].last)
    return None


def _same_cargo(said: Said, goods: Placed, distance: int, product: str) -> bool:
    """True for sentences that speak of the same goods: the same number, or just after with "the cargo", "the ship", "it"."""
    if any(p.fact.value == goods.fact.value and p.fact.kind == goods.fact.kind for p in said.facts):
        return True
    if not 0 < distance <= 3:
        return False
    nouns = {goods.fact.unit, goods.fact.unit + "s", *said.lang.lists["rel_goods"], *product.lower().split()[-1:]}
    batch = any(said.isin(k, "rel_batch") for k in range(min(12, len(said.tokens))))
    return (
        batch
        or said.low(0) in said.lang.lists["rel_pronoun"]
        or any(said.isin(k, "rel_vessel") or said.low(k) in nouns for k in range(min(10, len(said.tokens))))
        or vessel_of(said) is not None
    )


def _follow(said: Said, draft: _Draft, own: bool, verb: int) -> None:
    """Take over what a sentence says of ship, way and dates."""
    draft.start, draft.end = min(draft.start, said.start), max(draft.end, said.end)
    ship = vessel_of(said)
    if ship:
        draft.take("vessel", ship.name.text, said.mark("vessel", ship.name.first, ship.name.last))
        draft.take("vessel_type", ship.type)
        draft.take("flag", ship.flag)
    eta = arrival_of(said)
    if eta:
        if eta.place:
            draft.take("destination", eta.place.text, said.mark("destination", eta.place.first, eta.place.last))
        draft.take("eta_days", eta.days, eta.mark, eta.fact)
    left = next(iter(leavings(said)), -1)
    if own or left >= 0:
        origin, destination = ends_of(said, verb if own else left)
        if origin:
            draft.take("origin", origin.text, said.mark("origin", origin.first, origin.last))
        if destination:
            draft.take("destination", destination.text, said.mark("destination", destination.first, destination.last))
    for name, found in (("depart", departed_on(said)), ("handover_by", handover_of(said)), ("batch", batch_of(said))):
        if found:
            draft.take(name, found[0], replace(found[1], name=name))
            if name != "batch":
                draft.facts += [p.fact.id for p in said.facts if p.fact.start < found[1].end and found[1].start < p.fact.end]


def _merged(found: Sequence[Shipment]) -> list[Shipment]:
    """One shipment per number of units: a second sentence about the same goods adds nothing."""
    out: dict[tuple[float | None, str], Shipment] = {}
    for one in found:
        out.setdefault((one.units, one.actor), one)
    return list(out.values())
