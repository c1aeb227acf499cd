"""Relations read from articles, a field a row, into the claims of the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from madein.core.errors import Problem, Problems
from madein.core.periods import Period
from madein.core.step import Block, Figure, Ref, Result, Table
from madein.ledger.convert import SCHEMA, rows_to_frame, to_claims
from madein.ledger.fields import Reader
from madein.ledger.records import Record, claims_of_record
from madein.ledger.shapes import shape_of_record

LEFT_OUT = frozenset({"item", "start", "end", "marks", "facts", "said"})
"""Fields of a relation that say where it stands, not what it says."""

UNITS = {"number": "@unit", "low": "@unit", "high": "@unit"}


def result(relations: pl.DataFrame, items: pl.DataFrame, types: Sequence[str] = ()) -> Result:
    """Claims of all relations; articles without a date are passed over with a warning.

    Parameters
    ----------
    relations : polars.DataFrame
        The table ``relations`` of the step press: relation, field, article, type, content, _src.
    items : polars.DataFrame
        Its table ``items``: the date of each article of a page.
    types : sequence of str
        Types of relation to take; all if empty.
    """
    relations = relations.filter(pl.col("type").is_in(list(types))) if types else relations
    dates = {(a, n): d for a, n, d in items.select("article", "item", "date").iter_rows()}
    reader, problems, undated = Reader(date.max), Problems(), set()
    drafts: list[dict[str, str]] = []
    src: dict[str, list[str]] = {}
    for (number,), rows in relations.group_by(["relation"], maintain_order=True):
        about = {f: _content(c) for f, c in rows.select("field", "content").iter_rows()}
        article, kind, refs = rows["article"][0], rows["type"][0], list(rows["_src"][0])
        said = about.get("said") or dates.get((article, int(about.get("item", 0) or 0))) or _any_date(dates, article)
        if not said:
            undated.add(article)
            continue
        own = {k: v for k, v in about.items() if k not in LEFT_OUT} | {"type": kind}
        place = Ref.parse(refs[0]).at if refs else ""
        made = claims_of_record(Record(own, f"relation {number} {place}", str(said), article, article), shape_of_record(kind), reader.words, problems)
        for draft in made:
            draft["place"] = place
            src.setdefault(place + article, refs)
        drafts += made
    frame = to_claims(rows_to_frame(drafts), reader, problems) if drafts else pl.DataFrame(schema=SCHEMA)
    problems.raise_errors()
    at = [src.get(p + s, [str(Ref(f"source:{s}"))]) for p, s in frame.select("place", "source").iter_rows()]
    # A table names the unit of every number; texts and days have none.
    unit = pl.when((pl.col("unit") == "") & pl.col("number").is_not_null()).then(pl.lit("number")).otherwise("unit")
    held = frame.with_columns(pl.Series("_src", at, pl.List(pl.String)), unit=unit).sort("id")
    table = Table(held, ("id",), UNITS, "What the articles say, as dated claims")
    figures, blocks = _told(frame)
    warned = [
        Problem("no date was found, so nothing it says is a dated claim", a, fix="give it under with.dates of the step press", severity="warning")
        for a in sorted(undated)
    ]
    return Result({"claims": table}, figures, blocks, (*problems.warnings, *warned))


def _any_date(dates: Mapping[tuple[str, int], str | None], article: str) -> str | None:
    return next((d for (a, _), d in dates.items() if a == article and d), None)


def _content(text: str) -> Any:
    try:
        held = json.loads(text)
    except json.JSONDecodeError:
        return text
    return str(held) if isinstance(held, int | float) and not isinstance(held, bool) else held


def _told(frame: pl.DataFrame) -> tuple[tuple[Figure, ...], tuple[Block, ...]]:
    if not frame.height:
        text = "No article tells of a project, a ship, an order or a recognition."
        return (), (Block("note", "What the articles say, as dated claims", {"text": text}),)
    last = str(Period.day(frame["said_by"].max()))  # type: ignore[arg-type]
    count = Figure("statements", {"series": "claims", "period": last}, float(frame.height), "claim", (Ref("table:.claims"),), method="counted")
    return (count,), (Block("finding", "", {"text": f"The articles make {{{count.id}}} about projects, ships, orders, people and recognitions."}),)
