"""Orders a maker holds, and where it says it will export to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from madein.press.relations.cargo import goods_of
from madein.press.relations.model import Amount, ExportPlan, Mark, OrderBook, Shipment
from madein.press.relations.names import Name
from madein.press.relations.owners import marked
from madein.press.relations.parties import Focus, actor, bodies_from, printed
from madein.press.relations.rules import Found, find
from madein.press.relations.said import Placed, Said


def order_books(said: Said, focus: Focus, shipped: Sequence[Shipment]) -> Iterator[OrderBook]:
    """Counts of orders with models and maker; the share already shipped where the same text tells of one shipment.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("Voltara has received orders for 1,240 buses of the E12 and E18 models."), relation_language("en")))
    >>> [(b.actor, b.models, b.orders) for b in order_books(said, Focus(), ())]
    [('Voltara', ('E12', 'E18'), 1240.0)]
    """
    counted: set[str] = set()
    for found in find(said, focus, "order_book"):
        book = _by_rule(said, focus, found)
        if book is not None:
            counted.update(book.facts)
            yield book
    for p in said.facts:
        if p.fact.kind != "count" or p.fact.id in counted or not isinstance(p.fact.value, float | int) or not _of_orders(said, p):
            continue
        names, span = actor(said, p.first, focus)
        who = names[0] if names else next((s.actor for s in shipped if s.actor), "") or focus.company
        if not who:
            continue
        models = [n for n in said.names if n.kind == "model" and p.last <= n.first <= p.last + 12]
        marks = [Mark("orders", p.fact.start, p.fact.end), *(said.mark("models", n.first, n.last) for n in models)]
        if names and span:
            marks.append(said.mark("actor", *span))
        part = _out_of(said, p)
        lot = next((s for s in shipped if s.actor == who and s.units), None)
        share = 100.0 * lot.units / p.fact.value if part and lot and lot.units and p.fact.value else None
        facts = (p.fact.id, *(lot.facts[:1] if lot and share is not None else ()))
        yield OrderBook(
            actor=who,
            models=printed(models),
            orders=float(p.fact.value),
            share_shipped_pct=share,
            item=said.item,
            start=said.start,
            end=said.end,
            marks=tuple(marks),
            facts=facts,
        )


_NO_GOODS = frozenset({"person", "company", "market", "country", "number"})


def _by_rule(said: Said, focus: Focus, found: Found) -> OrderBook | None:
    """The orders a rule tells of; None where nobody holds them."""
    count = next(iter(found.fields["orders"].placed), None) if "orders" in found.fields else None
    worth = next(iter(found.fields["value"].placed), None) if "value" in found.fields else None
    spoken = next((focus.persons[n.text] for n in said.names if n.last <= found.at and focus.persons.get(n.text)), "")
    who = found.text("actor") or spoken or focus.company
    sized = count is not None and ("-" in count.fact.text or said.low(count.last) == "-")
    if not who or (count is not None and count.fact.unit in _NO_GOODS):
        return None
    count = None if sized else count  # "24,000-TEU ships" counts no ships
    if count is None and worth is None:
        return None
    goods = goods_of(said, count, focus) if count is not None and count.fact.unit not in ("order", "item") else None
    models = list(found.texts("models"))
    if goods is not None:
        models += [n.text for n in said.names if n.kind == "model" and goods.last <= n.first <= goods.last + 6]
    marks = [m for name in ("actor", "customer") for m, _ in marked(said, found, name)]
    marks += [Mark(name, p.fact.start, p.fact.end) for name, p in (("orders", count), ("value", worth)) if p is not None]
    if goods is not None:
        marks.append(said.mark("product", goods.first, goods.last))
    value = worth.fact.value if worth is not None else None
    number = count.fact.value if count is not None else None
    return OrderBook(
        actor=who, customer=found.text("customer"), product="" if goods is None or models else goods.text, models=tuple(dict.fromkeys(models)),
        orders=float(number) if isinstance(number, float | int) else None,
        value=Amount(float(value), worth.fact.unit, worth.fact.qualifier) if worth is not None and isinstance(value, float | int) else None,
        item=said.item, start=said.start, end=said.end, marks=tuple(marks), facts=tuple(p.fact.id for p in (count, worth) if p is not None),
    )  # fmt: skip


def _of_orders(said: Said, p: Placed) -> bool:
    """True for "65,000 orders" and "orders for 1,240 buses"."""
    if any(said.isin(k, "rel_place") for k in range(max(0, p.first - 6), p.first)):
        return False  # the buyer's orders, not the maker's
    if p.fact.unit == "order" or any(said.isin(k, "rel_orders") for k in range(p.last, p.last + 2)):
        return True
    return any(
        said.isin(k, "rel_orders") and (said.isin(k + 1, "rel_for") or said.isin(k + 1, "rel_of")) for k in range(max(0, p.first - 5), p.first)
    )


def _out_of(said: Said, p: Placed) -> bool:
    k = p.first - 1 - said.isin(p.first - 1, "rel_article")
    return said.isin(k, "rel_among") or said.isin(k, "rel_of")


def export_plans(said: Said, focus: Focus) -> Iterator[ExportPlan]:
    """Who will export to where, and when.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("Kintara Foods plans to export noodles to Egypt, Kenya and Morocco in 2026."), relation_language("en")))
    >>> [(r.actor, r.destinations, r.period) for r in export_plans(said, Focus())]
    [('Kintara Foods', ('Egypt', 'Kenya', 'Morocco'), '2026')]
    """
    for i in range(1, len(said.tokens)):
        ahead = said.isin(i - 1, "rel_future") or (said.isin(i - 1, "rel_soon") and said.isin(i - 2, "rel_future"))
        if said.isin(i, "rel_export_noun") and said.isin(i - 1, "rel_planning"):
            to = next(
                (
                    k
                    for k in range(i + 1, min(len(said.tokens), i + 12))
                    if said.isin(k, "rel_bound") and bodies_from(said, k + 1, focus, places=True)
                ),
                -1,
            )
            abroad = [n for n in bodies_from(said, to + 1, focus, places=True) if n.kind == "place"] if to > 0 else []
            if abroad:
                yield _export_plan(said, focus, i, to, abroad)
                return
        into = [n for n in bodies_from(said, i + 1, focus, places=True) if n.kind == "place"] if ahead and said.isin(i, "rel_enter") else []
        if into:
            yield _export_plan(said, focus, i, i, into)
            return
        if not said.isin(i, "rel_export") or not ahead:
            continue
        for k in range(i + 1, min(len(said.tokens), i + 10)):
            if said.isin(k, "rel_bound") or (said.isin(k, "rel_in") and said.isin(i, "rel_sell")):
                places = [n for n in bodies_from(said, k + 1, focus, places=True) if n.kind == "place"]
                if not places:
                    continue
                yield _export_plan(said, focus, i, k, places)
                return


def _export_plan(said: Said, focus: Focus, verb: int, to: int, places: Sequence[Name]) -> ExportPlan:
    names, span = actor(said, verb, focus)
    t = said.time_near(to)
    counted = next(
        (
            p
            for p in said.facts
            if verb < p.first < to and (p.fact.kind == "count" or p.fact.unit.startswith("tonne")) and isinstance(p.fact.value, float | int)
        ),
        None,
    )
    goods = goods_of(said, counted, focus) if counted else None
    marks = [said.mark("destinations", n.first, n.last) for n in places]
    facts = [p.fact.id for p in said.facts if t is not None and p.first < t.last and t.first < p.last]
    if t is not None:
        marks.append(said.mark("period", t.first, t.last))
    if names and span:
        marks.append(said.mark("actor", *span))
    if counted is not None:
        marks.append(Mark("units", counted.fact.start, counted.fact.end))
        facts.append(counted.fact.id)
    if goods is not None:
        marks.append(said.mark("product", goods.first, goods.last))
    return ExportPlan(
        actor=names[0] if names else "", product=goods.text if goods else "", destinations=printed(places), period=str(t.period) if t else "",
        units=float(counted.fact.value) if counted and isinstance(counted.fact.value, float | int) else None,
        qualifier=counted.fact.qualifier if counted else "", item=said.item, start=said.start, end=said.end, marks=tuple(marks), facts=tuple(facts),
    )  # fmt: skip
