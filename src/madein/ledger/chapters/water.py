"""The chapter *On the water*: promises against what happened, whether a sailing time can be, and what an order book takes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from madein.core.errors import Problem
from madein.core.periods import Period
from madein.core.step import Block, Figure, Ref, Result, Table, row_at
from madein.ledger.backlog import Backlog, plan
from madein.ledger.bounds import Interval
from madein.ledger.chapters import Asked
from madein.ledger.chapters.charts import promise_lines, sailing_bars
from madein.ledger.chapters.common import claims_table, closed, findings, findings_blocks, row_ref, table
from madein.ledger.chapters.sailings import Sailing, sailings
from madein.ledger.orders import order_books
from madein.ledger.shipments import shipment_legs
from madein.ledger.slippage import slips
from madein.ledger.step import BacklogConfig
from madein.ledger.voyage import Voyage

Planned = tuple[BacklogConfig, float, dict[str, str], Backlog]
"""An order book: how it was configured, the orders, the row that tells them, and what it amounts to."""


def chapter(asked: Asked) -> Result:
    """Tables shipments, tellings, orders, voyages, backlog, claims and findings, their figures and the blocks."""
    legs = _legs(asked)
    voyages, unplaced = sailings(asked, shipment_legs(asked.held.claims, asked.day))
    orders = _orders(asked)
    plans, problems = _plans(asked, orders)
    tables = {
        "shipments": table(legs, ("shipment", "leg"), {"units": "unit", "tellings": "statement", "slip": "day"},
                           "Legs of shipments: promised, done, and how far they slipped", asked),
        "tellings": _tellings(asked), "orders": orders, "voyages": _voyages(voyages, asked), "backlog": _backlog(plans, orders, asked),
        "claims": claims_table(asked, ("shipment", "orders")),
    }  # fmt: skip
    tables["findings"], contradictions = findings(asked, ("shipment", "orders"))
    figures = [*_figures(tables, voyages, plans, asked), contradictions]
    return Result(tables, tuple(figures), tuple(_blocks(tables, figures, voyages, plans, contradictions)), (*problems, *unplaced))


def _legs(asked: Asked) -> pl.DataFrame:
    legs = shipment_legs(asked.held.claims, asked.day)
    return legs.with_columns(batch=pl.col("shipment").str.extract("^shipment:(.*)$", 1), leg=pl.col("leg").str.replace_all("_", " "))


def _tellings(asked: Asked) -> Table:
    rows = slips(asked.held.claims, kind="shipment", day=asked.day)
    first = pl.col("telling") == 1
    name = pl.col("subject").str.extract("^shipment:([^/]+)", 1)
    rows = rows.with_columns(
        what_of=name + " " + pl.col("predicate").str.replace_all("_", " "),
        nth=pl.col("telling").cast(pl.String).str.zfill(3), claims=pl.concat_list("id"),
    )  # fmt: skip
    rows = rows.with_columns(named=pl.when(first).then("what_of").otherwise(pl.lit("")))
    units = dict.fromkeys(("moved", "moved_low", "moved_high", "total"), "day") | {"telling": "statement"}
    return table(rows, ("subject", "predicate", "nth"), units, "Every date told of a shipment, and by how many days it moved", asked)


def _orders(asked: Asked) -> Table:
    rows = order_books(asked.held.claims, asked.day)
    nth = pl.int_range(1, pl.len() + 1).over("subject").cast(pl.String).str.zfill(3)
    rows = rows.with_columns(nth=nth, claims=pl.concat_list("id"))
    return table(rows, ("subject", "nth"), dict.fromkeys(("orders", "low", "high", "change"), "order"), "Order books over time", asked)


def _plans(asked: Asked, orders: Table) -> tuple[list[Planned], list[Problem]]:
    """Each order book against its ships; an order book that no claim tells is a warning."""
    out, problems = [], []
    for b in asked.config.backlogs:
        told = orders.frame.filter((pl.col("subject") == b.subject) & pl.col("orders").is_not_null())
        if not told.height:
            subjects = ", ".join(orders.frame["subject"].unique().sort().to_list()) or "none"
            problems.append(Problem(f"no claim tells the orders of {b.subject}", "with.backlogs", "", f"order books held: {subjects}", "warning"))
            continue
        row = told.row(-1, named=True)
        within = Period.parse(b.within) if b.within else None
        answer = plan(row["orders"], b.shipped, per_voyage=b.per_voyage, round_trip_days=b.round_trip_days, ships=b.ships, within=within)
        out.append((b, row["orders"], {"subject": row["subject"], "nth": row["nth"]}, answer))
    return out, problems


def _voyages(found: Sequence[Sailing], asked: Asked) -> Table:
    rows = []
    for sailing in found:
        for leg in sailing.voyage.legs:
            r = leg.route
            rows.append((
                f"{r.origin.name} to {r.destination.name} ({r.way})", sailing.shipment, r.origin.code, r.destination.code, r.way,
                sailing.voyage.ship.kind, r.distance_nm, leg.days.low, leg.days.high, leg.usual_days, sailing.days,
                leg.implied_knots.low if leg.implied_knots else None, leg.verdict or "", list(sailing.claims),
            ))  # fmt: skip
    texts, numbers = (
        ("way", "shipment", "origin", "destination", "via", "ship"),
        ("distance", "days_low", "days_high", "usual_days", "stated", "knots"),
    )
    schema: dict[str, Any] = {**dict.fromkeys(texts, pl.String), **dict.fromkeys(numbers, pl.Float64), "verdict": pl.String}
    frame = pl.DataFrame(rows, {**schema, "claims": pl.List(pl.String)}, orient="row")
    units = {"distance": "nautical_mile", **dict.fromkeys(("days_low", "days_high", "usual_days", "stated"), "day"), "knots": "knot"}
    return table(frame, ("way", "ship", "shipment"), units, "Ways by sea and the days they take", asked)


def _backlog(plans: Sequence[Planned], orders: Table, asked: Asked) -> Table:
    told = {(r["subject"], r["nth"]): r["claims"].split() for r in orders.frame.iter_rows(named=True)}
    rows = [
        (b.subject, b.shipped, b.per_voyage, b.round_trip_days, b.ships, answer.answer(b.noun), told.get((key["subject"], key["nth"]), []))
        for b, _, key, answer in plans
    ]
    names = ("shipped", "per_voyage", "round_trip_days", "ships")
    schema: dict[str, Any] = {"subject": pl.String, **dict.fromkeys(names, pl.Float64), "answer": pl.String, "claims": pl.List(pl.String)}
    units = {"shipped": "unit", "per_voyage": "unit", "round_trip_days": "day", "ships": "ship"}
    return table(pl.DataFrame(rows, schema, orient="row"), ("subject",), units, "Order books against the ships that carry them", asked)


def _figures(tables: dict[str, Table], voyages: Sequence[Sailing],
             plans: Sequence[Planned], asked: Asked) -> Iterator[Figure]:  # fmt: skip
    period = {"period": asked.when}
    for row in tables["orders"].frame.group_by("subject", maintain_order=True).last().iter_rows(named=True):
        if row["orders"] is not None:
            key = {"subject": row["subject"], "nth": row["nth"]}
            yield Figure("order_book", {"series": row["subject"], **period}, row["orders"], "order", (row_ref("orders", key),), method="as told last")
    for row in tables["tellings"].frame.group_by("subject", "predicate", maintain_order=True).last().iter_rows(named=True):
        if row["total"] is not None:
            key = {k: row[k] for k in tables["tellings"].key}
            yield Figure("slippage", {"series": f"{row['subject']} {row['predicate']}", **period}, float(row["total"]), "day",
                         (row_ref("tellings", key),), method="from the deadline first told to the one told last")  # fmt: skip
    for sailing in voyages:
        voyage = sailing.voyage
        dims = _dims(sailing)
        key = {"ship": voyage.ship.kind, "shipment": sailing.shipment}
        rows = tuple(Ref("table:.voyages", row_at({"way": w, **key})) for w in _ways(voyage)[:20])
        parents = rows if sailing.claims else (Ref("table:.voyages"),)
        for measure, span, unit in (("sea_distance", voyage.distance_nm, "nautical_mile"), ("sailing_days", voyage.usual_days, "day"),
                                    ("average_speed", voyage.implied_knots, "knot")):  # fmt: skip
            if span is not None and span.low is not None and span.high is not None:
                yield Figure(measure, dims, (span.low + span.high) / 2, unit, parents, *closed(span.low, span.high), method=_METHOD[measure])
    for b, orders, key, answer in plans:
        ref, dims = (row_ref("orders", key), Ref("table:.backlog", row_at({"subject": b.subject}))), {"series": b.subject, **period}
        yield Figure("shipped_share", dims, 100 * b.shipped / orders, "percent", ref, method="units shipped of the orders told last")
        for measure, span, unit in (("voyages", answer.voyages, "voyage"), ("monthly_rate", answer.rate_needed, "unit/month")):
            if isinstance(span, Interval) and span.low == span.high:
                yield Figure(measure, dims, float(span.low), unit, ref, method="arithmetic of the order book, see the methods")


_METHOD = {
    "sea_distance": "shortest way over the lanes of the sea, the middle of the ports of arrival",
    "sailing_days": "distance at the mean speed of the fleet",
    "average_speed": "distance over the days stated",
}


def _dims(sailing: Sailing) -> dict[str, str]:
    ends = {"origin": sailing.voyage.origin.label, "destination": sailing.voyage.destination.label, "scenario": sailing.voyage.ship.kind}
    return {**ends, **({"series": sailing.shipment} if sailing.shipment else {})}


def _ways(voyage: Voyage) -> list[str]:
    return list(dict.fromkeys(f"{leg.route.origin.name} to {leg.route.destination.name} ({leg.route.way})" for leg in voyage.legs))


def _blocks(tables: dict[str, Table], figures: Sequence[Figure], voyages: Sequence[Sailing],
            plans: Sequence[Planned], contradictions: Figure) -> Iterator[Block]:  # fmt: skip
    moved = [f for f in figures if f.measure == "slippage" and f.value]
    if moved:
        worst = max(moved, key=lambda f: abs(f.value or 0))
        verb = "later" if (worst.value or 0) > 0 else "earlier"
        yield Block("finding", "", {"text": f"The promise that slipped most came {{{worst.id}|abs}} {verb} than first told."})
    for f in (f for f in figures if f.measure == "shipped_share"):
        voyages_needed = next((g for g in figures if g.measure == "voyages" and g.dims["series"] == f.dims["series"]), None)
        rate = next((g for g in figures if g.measure == "monthly_rate" and g.dims["series"] == f.dims["series"]), None)
        text = f"What has been shipped is {{{f.id}}} of the order book"
        text += f"; at that load the rest takes {{{voyages_needed.id}}}" if voyages_needed else ""
        text += f", and to deliver all within the time promised takes {{{rate.id}}}" if rate else ""
        yield Block("finding", "", {"text": text + "."})
    for sailing in voyages:
        speed = next((f for f in figures if f.measure == "average_speed" and f.dims == _dims(sailing)), None)
        if speed is not None and sailing.voyage.verdict:
            ends = (_letters(sailing.voyage.origin.label), _letters(sailing.voyage.destination.label))
            text = f"From {ends[0]} to {ends[1]} the time told needs {{{speed.id}|interval}} of a {_letters(sailing.voyage.ship.kind)}"
            yield Block("finding", "", {"text": f"{text}: {sailing.voyage.verdict}."})
    if tables["tellings"].frame.height:
        yield Block("chart", "Dates as they were told", {"spec": promise_lines(), "table": "tellings",
                    "alt": "Each date told of a shipment over the day on which it was told, promises told from what happened."})  # fmt: skip
    for name, title, columns in (
        ("shipments", "Shipments", ("batch", "leg", "units", "vessel", "first_promise", "last_promise", "actual", "slip", "state")),
        ("orders", "Order books", ("exporter", "models", "market", "said_by", "orders", "change", "kind", "source")),
    ):
        if tables[name].frame.height:
            yield Block("table", title, {"table": name, "columns": columns})
    if tables["voyages"].frame.height:
        yield Block("chart", "Days at sea", {"spec": sailing_bars(), "table": "voyages",
                    "alt": "Bars of days at sea from full to slow speed, a tick at the usual time, a mark at the days stated."})  # fmt: skip
    if plans:
        yield Block("table", "What the order book takes", {"table": "backlog", "columns": ("shipped", "per_voyage", "ships", "answer")})
    yield from findings_blocks(tables["findings"], contradictions)
    if not any(t.frame.height for n, t in tables.items() if n != "findings"):
        yield Block("note", "On the water", {"text": "No claim about a shipment or an order book was known on that day."})
        return
    yield Block("note", "How ships and orders are held", {"text": _NOTE})


def _letters(text: str) -> str:
    return "".join(c for c in text if not c.isdigit())


_NOTE = """A date promised and the date on which it happened are two statements of one thing. Slippage counts from the deadline first \
told to the last one told, or to the day it happened; what nobody has told since stays open and is called overdue.

Distances follow the lanes of the sea between the ports; the days run from the full speed of that kind of ship to slow steaming. \
A time stated is plausible if it lies between. Weather, queues and the hours in port are not in it."""
