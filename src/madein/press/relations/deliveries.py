"""Goods handed over: how many of what, by whom, to whom, when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from madein.press.relations.cargo import goods_of
from madein.press.relations.milestones import date_of
from madein.press.relations.model import Delivery, Mark, Shipment
from madein.press.relations.owners import marked
from madein.press.relations.parties import Focus
from madein.press.relations.rules import Found, find
from madein.press.relations.said import Placed, Said
from madein.press.relations.sites import Goods

NO_GOODS = frozenset(
    {"order", "day", "month", "year", "person", "country", "province", "company", "business", "phase", "stage", "market", "model", "project"}
)
"""Counted nouns that nobody hands over."""


def deliveries(said: Said, focus: Focus, shipped: Sequence[Shipment]) -> Iterator[Delivery]:
    """Deliveries a sentence tells of; goods of a shipment of the same text are left to it.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("Sasaki Dockyard delivered two tankers to Aegean Bulk in May 2024."), relation_language("en")))
    >>> [(d.actor, d.units, d.product, d.customer, d.date) for d in deliveries(said, Focus(), ())]
    [('Sasaki Dockyard', 2.0, 'tankers', 'Aegean Bulk', '2024-05')]
    """
    last = focus.company
    for found in find(said, focus, "delivery"):
        if said.isin(found.at - 1, "rel_to_do"):
            continue  # "a contract to deliver 110 buses" delivers none yet
        count = next(iter(found.fields["units"].placed), None) if "units" in found.fields else None
        if count is not None and (count.fact.unit in NO_GOODS or count.fact.kind not in ("count", "level", "capacity")):
            continue
        units = (_part(said, count) or count.fact.value) if count is not None else None
        actor = last = found.text("actor") or (last if count is not None else "")
        goods = _goods(said, count, focus) if count is not None else None
        if not actor or any(s.units == units for s in shipped) or (count is not None and goods is None):
            continue
        yield replace(_delivery(said, found, actor, count, goods), units=float(units) if isinstance(units, float | int) else None)


def _delivery(said: Said, found: Found, actor: str, count: Placed | None, goods: Goods | None) -> Delivery:
    marks = [m for name in ("actor", "customer", "product") for m, _ in marked(said, found, name)]
    units = None
    if count is not None:
        marks.append(Mark("units", count.fact.start, count.fact.end))
        units = float(count.fact.value) if isinstance(count.fact.value, float | int) else None
    if goods is not None:
        marks.append(said.mark("product", goods.first, goods.last))
    t = said.time_near(found.at)
    if t is not None:
        marks.append(said.mark("date", t.first, t.last))
    return Delivery(
        actor=actor, product=goods.text if goods else found.text("product"), units=units,
        qualifier=count.fact.qualifier if count is not None and count.fact.qualifier != "exact" else "", customer=found.text("customer"),
        date=date_of(said, t) if t is not None else "", item=said.item, start=said.start, end=said.end, marks=tuple(marks),
        facts=(count.fact.id,) if count is not None else (),
    )  # fmt: skip


def _part(said: Said, count: Placed) -> float | None:
    """The number of "the first four of 30 trains", where only the second counts things."""
    k = count.first - 1 - said.isin(count.first - 1, "rel_article")
    value = said.lang.maps["numbers"].get(said.low(k - 1)) if said.isin(k, "rel_of") else None
    return None if value is None else float(value)


def _goods(said: Said, count: Placed, focus: Focus) -> Goods | None:
    """What is counted; of "24 of the 60 trains" what the second number counts."""
    whole = next((p for p in said.facts if count.last < p.first <= count.last + 2 and said.isin(count.last, "rel_of")), None)
    return goods_of(said, whole or count, focus)
