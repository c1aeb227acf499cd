"""Claims and what the ledger makes of them, as a terminal shows them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from madein.cli.grids import MOST_ROWS, Row, amount, counted, grid, grids, more, say

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from madein.ledger.backlog import Backlog
    from madein.ledger.bounds import Interval
    from madein.ledger.checks import Finding
    from madein.ledger.gather import Gathered
    from madein.ledger.voyage import Voyage

MOST_GROUPS = 200
"""Projects, shipments or recognitions that a terminal is shown."""

OTHERS = {"alone": "", "agree": "agree", "differ": "DIFFER", "several": "also told"}
"""How the other sources stand to a claim, in a word."""


# ------------------------------------------------------------------------------------------------------------ claims


def print_claims(console: Console, frame: pl.DataFrame, held: Gathered, day: date, history: bool) -> None:
    """Claims by subject: what, told how, when, by whom, where it stands, and whether others differ or corrected it."""
    import polars as pl

    from madein.ledger.checks.model import shown
    from madein.ledger.view import claims_of

    labels = {k: p.label for k, p in held.claims.words.predicates.items()}
    marks = frame["corrected"].cast(pl.String).to_list() if history else [OTHERS[a] for a in frame["agreement"]]
    parts: dict[str, list[tuple[str, ...]]] = {}
    part = frame.head(MOST_ROWS)
    for c, key, mark in zip(claims_of(part), part["id"], marks, strict=False):
        value = ", ".join(x for x in (c.value if isinstance(c.value, str) else shown(c), c.basis) if x)
        row = (labels[c.predicate], value, c.status, str(c.as_of), c.source, _stands(held, key, c.source, c.place), mark)
        parts.setdefault(c.subject, []).append(row)
    say(console, f"{counted(frame.height, 'claim')} {'said by' if history else 'standing on'} {day}", "bold")
    grids(console, ("what", "told", "status", "said", "by", "stands in", "corrected" if history else "others"), parts)
    more(console, frame.height - part.height)


def _stands(held: Gathered, key: str, source: str, place: str) -> str:
    """File and place of a claim; the file is left out where it is the source."""
    from madein.core.step import Ref

    ref = next((Ref.parse(r) for r in held.places.get(key, ())), None)
    return f"{ref.name if ref and ref.name != source else ''} {place}".strip()


# ---------------------------------------------------------------------------------------------------------- projects


def print_projects(console: Console, tables: Mapping[str, pl.DataFrame], day: date) -> None:
    """Each project with its parties and place, and below it what each phase adds and when it starts."""
    projects = _grouped(tables["projects"], "project")
    adds, capital = (_grouped(tables[n], "project", "phase") for n in ("pipeline", "capital"))
    say(console, f"{counted(len(projects), 'project')} as known on {day}", "bold")
    for (subject,), mine in list(projects.items())[:MOST_GROUPS]:
        first = mine[0]
        console.print()
        say(console, first["name"] or subject, "bold")
        place = ", ".join(x for x in (first["site"], _province(first)) if x)
        silent = f", {counted(first['silent_months'], 'month')} before" if first["silent_months"] else ""
        for label, text in (("by", first["investors"]), ("at", place), ("last heard of", f"{first['last_said']}{silent}"), ("subject", subject)):
            if text:
                say(console, f"{label} {text}", "dim", 2)
        rows = [_phase(p, adds.get((subject, p["phase"]), ()), capital.get((subject, p["phase"]), ())) for p in mine]
        grid(console, ("phase", "makes", "state", "adds a capacity of", "capital", "starts"), [r for r in rows if any(r[1:])])
    more(console, len(projects) - MOST_GROUPS)


def _grouped(frame: pl.DataFrame, *keys: str) -> dict[tuple[str, ...], list[Row]]:
    """Rows by some columns, in the order of the rows."""
    out: dict[tuple[str, ...], list[Row]] = {}
    for row in frame.iter_rows(named=True):
        out.setdefault(tuple(row[k] for k in keys), []).append(row)
    return out


def _province(project: Row) -> str:
    told, now = project["province"], project["province_now"]
    if not now or now.casefold() in told.casefold():
        return str(told)
    return f"{now} (told as {told})" if told else str(now)


def _phase(project: Row, parts: Sequence[Row], capital: Sequence[Row]) -> tuple[str, ...]:
    several = len({r["product"] for r in parts}) > 1
    adds = [(f"{r['product'].replace('-', ' ')}: " if several and r["product"] else "") + amount(r) for r in parts]
    starts = dict.fromkeys(_start(r) for r in parts)
    state = "" if project["state"] == "not told" else project["state"]
    if project["stated"] and state not in ("", project["stated"]):
        state += f" (told as {project['stated']}{', then silence' if project['silent_months'] and ';' not in project['stated'] else ''})"
    return (
        project["phase"] or "all", project["products"], state, "; ".join(adds), "; ".join(amount(r) for r in capital),
        "; ".join(x for x in starts if x),
    )  # fmt: skip


def _start(row: Row) -> str:
    if row["bucket"] == "undated":
        return "undated" if row["stage"] == "ahead" else ""
    event = f" ({row['start_event'].replace('_', ' ')})" if row["start_event"] else ""
    return f"{row['bucket'].replace('..', ' to ')}{event}{', overdue' if row['overdue'] else ''}"


def print_amounts(console: Console, rows: pl.DataFrame, what: str, day: date) -> None:
    """Amounts of phases, one a row: capacity and when it starts, capital, or capital per unit of capacity."""
    told = []
    for r in rows.iter_rows(named=True):
        start = (_start(r), "" if r["state"] == "not told" else r["state"]) if what == "pipeline" else ("", "")
        product = r.get("product", "").replace("-", " ")
        told.append((r["name"], r["phase"] or "all", product, amount({**r, "unit": r.get("per", r["unit"])}), *start, r.get("note", "")))
    say(console, f"{AMOUNTS[what]}, as known on {day}", "bold")
    grid(console, ("project", "phase", "product", "amount", "starts", "state", "note"), told)


AMOUNTS = {"pipeline": "Capacity that each phase adds", "capital": "Capital that each phase adds", "cost": "Capital per unit of capacity"}


def print_moves(console: Console, rows: pl.DataFrame, day: date) -> None:
    """Dates as they were told and told again, with the days by which they moved."""
    told = [
        (r["subject"], r["predicate"].replace("_", " "), _window(r["said_from"], r["said_by"]), _window(r["first"], r["last"]), r["status"],
         _moved(r["moved"]), _moved(r["total"]), r["source"])
        for r in rows.iter_rows(named=True)
    ]  # fmt: skip
    say(console, f"Dates as told until {day}", "bold")
    header = ("of", "what", "said", "date told", "status", "days moved", "in all", "by")
    grid(console, header, told, right=("days moved", "in all"))


# --------------------------------------------------------------------------------------------- shipments, orders, words


def print_shipments(console: Console, legs: pl.DataFrame, day: date) -> None:
    """Each shipment, and below it what was promised for each leg and what happened."""
    from madein.ledger.shipments import LEGS

    shipments = _grouped(legs, "shipment")
    say(console, f"{counted(len(shipments), 'shipment')} as known on {day}", "bold")
    for (subject,), mine in list(shipments.items())[:MOST_GROUPS]:
        first = mine[0]
        console.print()
        say(console, subject.partition(":")[2].replace("-", " "), "bold")
        ship = f"on {first['vessel']}" if first["vessel"] else ""
        goods = ", ".join(x for x in (first["exporter"], first["product"], ship, f"from {first['from_port']}" if first["from_port"] else "") if x)
        for text in (goods, f"subject {subject}"):
            say(console, text, "dim", 2)
        header = ("leg", "units", "to", "first promised", "last promised", "happened", "days moved", "state")
        told = [
            (r["leg"].replace("_", " "), "" if r["units"] is None else f"{r['units']:,.0f}", r["to_port"], r["first_promise"],
             r["last_promise"] if r["last_promise"] != r["first_promise"] else "", r["actual"], _moved(r["slip"]), r["state"])
            for r in sorted(mine, key=lambda r: LEGS.index(r["leg"]))
        ]  # fmt: skip
        grid(console, header, told, right=("units", "days moved"))
    more(console, len(shipments) - MOST_GROUPS)


def _window(first: date | str | None, last: date | str | None) -> str:
    """Two days as the period they make; "" for none."""
    from madein.core.periods import Period

    return str(Period.parse(f"{first}..{last}")) if first and last else ""


def _moved(by: float | None) -> str:
    return "" if by is None else f"{by:+,.0f}" if by else "0"


def print_orders(console: Console, orders: pl.DataFrame, day: date) -> None:
    """Order books, one telling a row."""
    rows = [
        (r["exporter"], r["models"].replace("-", " "), r["market"].replace("-", " "), _window(r["said_from"], r["said_by"]),
         amount({**r, "value": r["orders"], "unit": "number"}), _moved(r["change"] or None), r["kind"], r["source"])
        for r in orders.iter_rows(named=True)
    ]  # fmt: skip
    say(console, f"{counted(orders['subject'].n_unique(), 'order book')} as told until {day}", "bold")
    grid(console, ("maker", "models", "market", "said", "orders", "change", "telling", "by"), rows, right=("orders", "change"))


def print_attestations(console: Console, attestations: pl.DataFrame, day: date) -> None:
    """Recognitions, and what the word of each kind of owner among them proves."""
    from madein.ledger.attestations import owner_kinds

    kinds = owner_kinds()
    rows = list(attestations.iter_rows(named=True))
    say(console, f"{counted(len(rows), 'recognition')} as known on {day}", "bold")
    for r in rows[:MOST_GROUPS]:
        console.print()
        say(console, ": ".join(x for x in (r["holder"], r["product"]) if x) or r["attestation"], "bold")
        kind = f" ({kinds[r['kind']].label})" if r["kind"] != "unknown" else ""
        owner = f"by {r['owner'] or 'nobody named'}{kind}"
        say(console, ", ".join(x for x in (f"{r['scheme']} {owner}".strip(), f"for {r['scope']}" if r["scope"] else "") if x), indent=2)
        issued, until = _window(r["issued_from"], r["issued_by"]), r["valid_to"]
        told = (r["result"], f"issued {issued}" if issued else "", f"last day {until}" if until else "", f"state: {r['state']}")
        say(console, ", ".join(x for x in told if x), indent=2)
        say(console, f"subject {r['attestation']}", "dim", 2)
    more(console, len(rows) - MOST_GROUPS)
    named = {r["kind"] for r in rows}
    if named:
        console.print()
        proved = [(k.label, k.proves, k.proves_not) for k in kinds.values() if k.key in named]
        grid(console, ("the word of a", "proves", "and does not prove"), proved)


def print_findings(console: Console, found: Sequence[Finding], held: Gathered, day: date) -> None:
    """What cannot be true together, then what asks for a look, each in a sentence."""
    ids = {key for f in found for key in f.claims}
    some = held.claims.frame.filter(held.claims.frame["id"].is_in(list(ids)))
    places = {key: _stands(held, key, "", place) for key, place in some.select("id", "place").iter_rows()}
    hard = [f for f in found if f.severity == "contradiction"]
    known = sum(d <= day for d in held.claims.frame["said_by"])
    for title, part, style in (
        ("cannot be true together", hard, "bold red"), ("asks for a look", [f for f in found if f.severity != "contradiction"], "yellow"),
    ):  # fmt: skip
        if part:
            say(console, title, style)
        for n, f in enumerate(part):
            if not n or part[n - 1].label != f.label:
                say(console, f.label, indent=2)
            say(console, f.sentence, indent=4)
            spots = list(dict.fromkeys(places[key] for key in f.claims))
            more = f" and {len(spots) - 4} more" if len(spots) > 4 else ""
            say(console, f"see {', '.join(spots[:4])}{more}", "dim", 4)
    looks = len(found) - len(hard)
    say(console, f"{counted(known, 'claim')} known on {day}: {counted(len(hard), 'contradiction')}, {looks:,} to look at", "bold")


# ---------------------------------------------------------------------------------------------------- voyage, backlog


def voyage_frame(voyage: Voyage) -> pl.DataFrame:
    """One row a way: ports, distance, days at sea, the speed that stated days need, the verdict."""
    import polars as pl

    rows = [
        (r.origin.name, r.origin.code, r.destination.name, r.destination.code, r.way, list(r.passages), r.distance_nm, leg.days.low, leg.usual_days,
         leg.days.high, *((leg.implied_knots.low, leg.implied_knots.high) if leg.implied_knots else (None, None)), leg.verdict or "")
        for leg in voyage.legs for r in (leg.route,)
    ]  # fmt: skip
    texts = ("origin", "origin_code", "destination", "destination_code", "way")
    numbers = ("nautical_miles", "days_low", "days_usual", "days_high", "knots_low", "knots_high")
    schema: dict[str, Any] = {
        **dict.fromkeys(texts, pl.String),
        "passages": pl.List(pl.String),
        **dict.fromkeys(numbers, pl.Float64),
        "verdict": pl.String,
    }
    return pl.DataFrame(rows, schema, orient="row")


def print_voyage(console: Console, voyage: Voyage) -> None:
    """The answer in a line, then every way weighed."""
    from madein.ledger.backlog import said

    say(console, voyage.answer())
    rows = [
        (r.origin.name, r.destination.name, r.way, f"{r.distance_nm:,.0f}", said(leg.days), f"{leg.usual_days:.1f}",
         said(leg.implied_knots, 1) if leg.implied_knots else "", leg.verdict or "")
        for leg in voyage.legs for r in (leg.route,)
    ]  # fmt: skip
    console.print()
    header = ("from", "to", "way", "nautical miles", "days at sea", "usually", "knots needed", "verdict")
    grid(console, header, rows, right=("nautical miles", "usually", "knots needed"))
    ship = voyage.ship
    say(console, f"days at sea: from {ship.full:g} to {ship.slow:g} knots, usually {ship.usual:g}, the speeds of a {ship.kind}; without ports", "dim")
    if voyage.left_out:
        say(console, f"left out, far from any sea lane: {', '.join(p.name for p in voyage.left_out)}", "dim")


def backlog_frame(book: Backlog) -> pl.DataFrame:
    """One row a quantity: what, least, most (null: open), unit, and why it is absent."""
    import polars as pl

    why = dict(book.why_absent)
    parts = (
        ("left", book.left, "unit"), ("share_shipped", book.share_shipped, "percent"), ("voyages", book.voyages, "voyage"),
        ("arrival_days", book.arrival_days, "day"), ("return_days", book.return_days, "day"), ("ships_needed", book.ships_needed, "ship"),
        ("rate_needed", book.rate_needed, "unit/month"), ("months_at_rate", book.months_at_rate, "month"),
    )  # fmt: skip
    rows = [(name, *(value.ends if value else (None, None)), unit, "" if value else why.get(name, "")) for name, value, unit in parts]
    return pl.DataFrame(rows, {"what": pl.String, "low": pl.Float64, "high": pl.Float64, "unit": pl.String, "why_absent": pl.String}, orient="row")


def print_backlog(console: Console, book: Backlog, noun: str) -> None:
    """The answer in a line, then each quantity with its bounds."""
    from madein.ledger.backlog import said

    say(console, book.answer(noun))
    console.print()
    parts = (
        (f"{noun} left", book.left, 0), ("percent shipped", book.share_shipped, 1), ("voyages", book.voyages, 0),
        ("days until the last load arrives", book.arrival_days, 0), ("days until the last ship is back", book.return_days, 0),
        ("ships needed in that time", book.ships_needed, 0), (f"{noun} a month needed in that time", _up(book.rate_needed), 0),
        ("months at that rate", book.months_at_rate, 1),
    )  # fmt: skip
    grid(console, ("", "answer"), [(name, said(value, places)) for name, value, places in parts if value], right=("answer",))


def _up(rate: Interval | None) -> Interval | None:
    """A rate that is needed is rounded up, as in the answer."""
    from madein.ledger.bounds import Interval

    return rate and Interval(math.ceil(rate.low), rate.high if math.isinf(rate.high) else math.ceil(rate.high))
