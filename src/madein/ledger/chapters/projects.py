"""The chapter *Projects*: who builds what where, what capacity comes when, and which promises moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import polars as pl

from madein.core.provinces import provinces
from madein.core.step import Block, Figure, Ref, Result, Table
from madein.ledger.chapters import Asked
from madein.ledger.chapters.charts import pipeline_bars, province_map
from madein.ledger.chapters.common import claims_table, closed, findings, findings_blocks, row_ref, table
from madein.ledger.pipeline import capacity_pipeline
from madein.ledger.projects import Project, capital_per_capacity, project_rows, projects_of
from madein.ledger.slippage import slips
from madein.ledger.view import View

CHARTED = 3
"""Phases that tell a capacity in one unit, for a chart of it; fewer stand in the table alone."""


def chapter(asked: Asked) -> Result:
    """Tables projects, pipeline, capital, cost, moves, places, claims and findings, their figures and the blocks."""
    view = asked.held.claims.as_of(asked.day)
    projects = projects_of(view, asked.config.economy)
    tables = {
        "projects": _projects(projects, view.frame, asked),
        "pipeline": _pipeline(view, asked),
        "capital": _capital(projects, asked),
        "cost": _cost(projects, asked),
        "moves": _moves(asked),
        "claims": claims_table(asked, ("project", "venture", "plan")),
    }  # fmt: skip
    names = dict(tables["projects"].frame.select("project", "name").unique("project", keep="first", maintain_order=True).iter_rows())
    for key, column in (("pipeline", "project"), ("capital", "project"), ("cost", "project"), ("moves", "subject")):
        tables[key] = _named(tables[key], column, names)
    tables["places"] = _places(tables["projects"], asked)
    tables["findings"], contradictions = findings(asked, ("project", "venture"))
    figures = [*_figures(projects, tables, asked), contradictions]
    return Result(tables, tuple(figures), tuple(_blocks(tables, figures, contradictions)))


def _projects(projects: Sequence[Project], frame: pl.DataFrame, asked: Asked) -> Table:
    rows = project_rows(projects)
    ids = dict(frame.with_columns(whole=pl.col("subject").str.extract("^([^/]+)", 1)).group_by("whole").agg("id").iter_rows())
    rows = rows.with_columns(pl.Series("claims", [ids.get(p, []) for p in rows["project"]], pl.List(pl.String)))
    labels = [_label(p, asked) for p in rows["province_key"]]
    rows = rows.with_columns(
        pl.Series("province_now", labels, pl.String), state=pl.when(pl.col("state") == "").then(pl.lit("not told")).otherwise("state")
    )
    return table(rows, ("project", "phase"), {"silent_months": "month"}, "Projects by phase, as known on the day", asked)


def _named(told: Table, column: str, names: dict[str, str]) -> Table:
    """A table with the name of the project beside its subject."""
    whole = [s.partition("/")[0] for s in told.frame[column]]
    shown = pl.Series("name", [names.get(s) or s.partition(":")[2].replace("-", " ") for s in whole], pl.String)
    return Table(told.frame.with_columns(shown), told.key, told.units, told.title)


def _label(key: str, asked: Asked) -> str:
    held = provinces(asked.config.economy)
    return held[key].en if key in held else ""


def _pipeline(view: View, asked: Asked) -> Table:
    rows = capacity_pipeline(view, asked.config.economy)
    rows = rows.with_columns(state=pl.when(pl.col("state") == "").then(pl.lit("not told")).otherwise("state"))
    return table(rows, ("project", "phase", "product", "unit"), dict.fromkeys(("value", "low", "high"), "@unit"),
                 "Capacity that each phase adds, and when", asked)  # fmt: skip


def _capital(projects: Sequence[Project], asked: Asked) -> Table:
    rows = []
    for p in projects:
        for unit in p.units("capital"):
            for a in p.added("capital", unit):
                low, high = a.interval.ends
                if not a.value and not high and a.notes:
                    continue  # nothing is left of the whole beside its phases
                rows.append((p.subject, a.phase, a.unit, a.value, low, high, "; ".join(a.notes), list(a.ids)))
    schema: dict[str, Any] = {**dict.fromkeys(("project", "phase", "unit"), pl.String), **dict.fromkeys(("value", "low", "high"), pl.Float64),
              "note": pl.String, "claims": pl.List(pl.String)}  # fmt: skip
    frame = pl.DataFrame(rows, schema, orient="row")
    return table(frame, ("project", "phase", "unit"), dict.fromkeys(("value", "low", "high"), "@unit"), "Capital that each phase adds", asked)


def _cost(projects: Sequence[Project], asked: Asked) -> Table:
    rows = capital_per_capacity(projects).with_columns(per=pl.col("currency") + "/" + pl.col("unit").str.replace("/.*", ""))
    key, units = ("project", "phase", "currency", "unit"), dict.fromkeys(("value", "low", "high"), "@per")
    return table(rows, key, units, "Capital per unit of capacity", asked)


def _moves(asked: Asked) -> Table:
    rows = slips(asked.held.claims, kind="project", day=asked.day)
    several = rows.filter(pl.col("telling").max().over("subject", "predicate") > 1)
    several = several.with_columns(
        event=pl.col("predicate").str.replace_all("_", " "), claims=pl.concat_list("id"), nth=pl.col("telling").cast(pl.String).str.zfill(3)
    )
    units = dict.fromkeys(("moved", "moved_low", "moved_high", "total"), "day") | {"telling": "statement"}
    return table(several, ("subject", "predicate", "nth"), units, "Dates told more than once, and the days by which they moved", asked)


def _places(projects: Table, asked: Asked) -> Table:
    """Every province of the day with its centroid, and how many projects stand in it."""
    counted = dict(projects.frame.filter(pl.col("phase") == "").group_by("province_key").len().iter_rows())
    names = {
        key: "; ".join(rows.sort()) for key, rows in (
            (k, projects.frame.filter((pl.col("phase") == "") & (pl.col("province_key") == k))["name"]) for k in counted
        )
    }  # fmt: skip
    rows = [
        (p.key, p.en, p.lon, p.lat, counted.get(p.key, 0), names.get(p.key, ""))
        for p in provinces(asked.config.economy).values() if p.on(asked.day)
    ]  # fmt: skip
    schema = {"place": pl.String, "name": pl.String, "lon": pl.Float64, "lat": pl.Float64, "projects": pl.Int64, "which": pl.String}
    frame = pl.DataFrame(rows, schema, orient="row").sort("place")
    return Table(frame, ("place",), {"lon": "degree", "lat": "degree", "projects": "project"}, "Provinces of the day, and the projects in them")


def _figures(projects: Sequence[Project], tables: dict[str, Table], asked: Asked) -> Iterator[Figure]:
    period = {"period": asked.when}
    yield Figure("projects", period, float(len(projects)), "project", (Ref("table:.projects"),), method="counted")
    for name, measure in (("capital", "planned_capital"), ("pipeline", "planned_capacity"), ("cost", "capital_per_capacity")):
        done: set[str] = set()
        for row in tables[name].frame.iter_rows(named=True):
            if row["value"] is None or (name == "cost" and row["phase"]):
                continue
            unit = row["per"] if name == "cost" else row["unit"]
            series = "/".join(x for x in (row["project"], f"phase={row['phase']}" if row["phase"] else "", unit if name != "capital" else "") if x)
            dims = {"series": series, **({"product": row["product"]} if row.get("product") else {}), **period}
            parents = (row_ref(name, {k: row[k] for k in tables[name].key}),)
            figure = Figure(measure, dims, row["value"], unit, parents, *closed(row["low"], row["high"]), method="as stated, phase by phase")
            if figure.id not in done:
                done.add(figure.id)
                yield figure
    last = tables["moves"].frame.group_by("subject", "predicate", maintain_order=True).last()
    for row in last.iter_rows(named=True):
        if row["total"] is not None:
            key = {k: row[k] for k in tables["moves"].key}
            yield Figure("slippage", {"series": f"{row['subject']} {row['predicate']}", **period}, float(row["total"]), "day",
                         (row_ref("moves", key),), method="from the deadline first told to the one told last")  # fmt: skip


def _blocks(tables: dict[str, Table], figures: Sequence[Figure], contradictions: Figure) -> Iterator[Block]:
    count = next(f for f in figures if f.measure == "projects")
    if not count.value:
        yield Block("note", "Projects", {"text": "No claim about a project was known on that day."})
        return
    yield Block("finding", "", {"text": f"{{{count.id}}} are known as of {{{count.id}|period}}, each by what was said of it until then."})
    worst = max((f for f in figures if f.measure == "slippage" and f.value), key=lambda f: abs(f.value or 0.0), default=None)
    if worst is not None and worst.value:
        subject, _, event = worst.dims["series"].rpartition(" ")
        rows = tables["moves"].frame.filter(pl.col("subject") == subject)
        name = "".join(c for c in rows["name"][0] if not c.isdigit() and c not in "{}|")
        verb = "put off" if worst.value > 0 else "brought forward"
        yield Block("finding", "", {"text": f"The date that moved most is {_event(event)} of {name}: {verb} by {{{worst.id}|abs}}."})
    pipeline = tables["pipeline"].frame
    for unit, told in sorted(Counter(pipeline["unit"].to_list()).items(), key=lambda x: (-x[1], x[0])):
        if told >= CHARTED:
            yield Block("chart", f"Capacity by year of start, {unit.replace('/', ' a ')}", {
                "spec": pipeline_bars(unit, pipeline.filter(pl.col("unit") == unit)["state"].unique().to_list()), "table": "pipeline",
                "alt": f"Bars of capacity in {unit} by the year in which production is said to start, coloured by state."})  # fmt: skip
    if pipeline.height:
        yield Block(
            "table",
            "Capacity to come",
            {"table": "pipeline", "columns": ("name", "phase", "product", "value", "bucket", "state"), "labels": {"bucket": "start"}},
        )
    yield Block(
        "table",
        "Projects",
        {
            "table": "projects",
            "columns": ("name", "phase", "investors", "site", "province_now", "products", "state", "last_said"),
            "labels": {"province_now": "province"},
        },
    )
    if tables["places"].frame.height:
        yield Block("chart", "Where they stand", {"spec": province_map(), "table": "places",
                    "alt": "A map of the provinces as dots, larger and dark where projects stand."})  # fmt: skip
    for name, title, columns in (
        ("capital", "Capital", ("name", "phase", "value", "note")),
        ("cost", "Capital per unit of capacity", ("name", "phase", "value", "low", "high")),
        ("moves", "Dates that moved", ("name", "event", "said_by", "first", "last", "status", "moved", "total")),
    ):
        if tables[name].frame.height:
            yield Block("table", title, {"table": name, "columns": columns})
    yield from findings_blocks(tables["findings"], contradictions)
    yield Block("note", "How projects are held", {"text": _NOTE})


def _event(predicate: str) -> str:
    return predicate.replace("_", " ")


_NOTE = """Each line is what was known on the day, by what was said until then; a later statement takes the place of an earlier one \
only from the day on which it was made, and nothing is overwritten. Where sources differ, both stand and the finding says so.

Amounts of phases are told cumulative or incremental by their sources; here each phase shows what it adds. "More than" is a \
lower bound, so the upper end stays open. A capacity nobody has dated is never spread over years: it stands under "undated". \
A project of which nothing is heard for two years counts as shelved, after four as cancelled, the rule of the Global Energy \
Monitor's trackers. Provinces carry the days on which they exist, so a plant announced in a province that has since been merged is \
shown in the one of today."""
