"""Readings as tables: a row a fact, with the span of characters it stands in."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

import polars as pl

from madein.core.step import Ref, Table
from madein.press.model import Reading
from madein.press.reconcile.verdicts import Verdict
from madein.press.relations.model import Relation

FACT_SCHEMA: dict[str, Any] = {
    "id": pl.String, "article": pl.String, "item": pl.Int64, "start": pl.Int64, "end": pl.Int64, "text": pl.String, "kind": pl.String,
    "indicator": pl.String, "measure": pl.String, "value": pl.Float64, "value_low": pl.Float64, "value_high": pl.Float64, "date": pl.String,
    "unit": pl.String, "comparison": pl.String, "period": pl.String, "geography": pl.String, "actor": pl.String, "qualifier": pl.String,
    "status": pl.String, "inferred": pl.Boolean, "sentence": pl.String, "_src": pl.List(pl.String),
}  # fmt: skip
_COUNTS = {"item": "item", "start": "character", "end": "character"}


def facts_table(readings: Sequence[Reading]) -> Table:
    """All facts, in the order of articles and places."""
    rows = []
    for reading in readings:
        name = reading.document.name
        for n, f in enumerate(reading.facts, 1):
            number = f.value if isinstance(f.value, float) else None
            day = f.value if isinstance(f.value, str) else None
            rows.append((
                f"{name}#{n:03d}", name, f.item, f.start, f.end, f.text, f.kind, f.indicator, f.measure, number, f.value_low, f.value_high, day,
                f.unit, f.comparison, f.period, f.geography, f.actor, f.qualifier, f.status, f.inferred, f.sentence,
                [str(Ref(f"source:{name}", f"chars {f.start}:{f.end}"))],
            ))  # fmt: skip
    frame = pl.DataFrame(rows, FACT_SCHEMA, orient="row").sort("id")
    units = {**_COUNTS, "value": "@unit", "value_low": "@unit", "value_high": "@unit"}
    return Table(frame, ("id",), units, "Facts as the articles state them")


def unread_table(readings: Sequence[Reading]) -> Table:
    """Numbers seen but not read as facts, with the reason."""
    rows = [
        (r.document.name, u.start, u.end, u.text, u.why, [str(Ref(f"source:{r.document.name}", f"chars {u.start}:{u.end}"))])
        for r in readings
        for u in r.unread
    ]
    schema: dict[str, Any] = {
        "article": pl.String,
        "start": pl.Int64,
        "end": pl.Int64,
        "text": pl.String,
        "why": pl.String,
        "_src": pl.List(pl.String),
    }
    frame = pl.DataFrame(rows, schema, orient="row").unique(["article", "start"], keep="first").sort("article", "start")
    return Table(frame, ("article", "start"), {"start": "character", "end": "character"}, "Numbers seen but not read as facts")


def items_table(readings: Sequence[Reading]) -> Table:
    """The articles each page holds, with the date their words count from."""
    rows = [
        (r.document.name, n, i.title[:200], i.start, i.end, str(i.anchor) if i.anchor else None, i.anchor_inferred, r.document.language,
         [str(Ref(f"source:{r.document.name}", f"chars {i.start}:{i.end}"))])
        for r in readings
        for n, i in enumerate(r.items)
    ]  # fmt: skip
    schema: dict[str, Any] = {
        "article": pl.String, "item": pl.Int64, "title": pl.String, "start": pl.Int64, "end": pl.Int64, "date": pl.String,
        "inferred": pl.Boolean, "language": pl.String, "_src": pl.List(pl.String),
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema, orient="row").sort("article", "item")
    return Table(
        frame, ("article", "item"), {"start": "character", "end": "character"}, "Articles on each page, with the date their words count from"
    )


def texts_table(readings: Sequence[Reading]) -> Table:
    """The text of each document, as offsets count it."""
    rows = [(r.document.name, r.document.text, [str(Ref(f"source:{r.document.name}"))]) for r in readings]
    frame = pl.DataFrame(rows, {"article": pl.String, "text": pl.String, "_src": pl.List(pl.String)}, orient="row").sort("article")
    return Table(frame, ("article",), {}, "Text of each document, as offsets count it")


def relations_table(relations: Sequence[Relation]) -> Table:
    """Every field of every relation, in the order of their places; lists and milestones as JSON text."""
    rows = []
    for n, relation in enumerate(relations, 1):
        about = relation.as_dict()
        src = [str(Ref(f"source:{relation.article}", f"chars {relation.start}:{relation.end}"))]
        plain = {
            k: v if isinstance(v, str) else json.dumps(v, ensure_ascii=False)
            for k, v in about.items()
            if k not in ("article", "type") and v is not None
        }
        rows += [(f"{n:04d}", field, relation.article, about["type"], value, src) for field, value in plain.items()]
    schema: dict[str, Any] = dict.fromkeys(("relation", "field", "article", "type", "content"), pl.String)
    frame = pl.DataFrame(rows, {**schema, "_src": pl.List(pl.String)}, orient="row").sort("relation", "field")
    return Table(frame, ("relation", "field"), {}, "Relations between companies, projects, ships and people")


def checks_table(verdicts: Sequence[Verdict]) -> Table:
    """What agrees, contradicts or follows among the facts of all articles."""
    rows = []
    for n, v in enumerate(verdicts, 1):
        bounds = [None if x is None or not math.isfinite(x) else x for x in (v.value, v.low, v.high)]
        src = [str(Ref(f"source:{p.article}", f"chars {p.start}:{p.end}")) for p in v.parents]
        rows.append((f"{n:04d}", v.verdict, v.kind, v.what, v.why, *bounds, v.unit, v.period or None, src))
    schema: dict[str, Any] = {
        **dict.fromkeys(("check", "outcome", "about", "what", "why"), pl.String), "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
        "unit": pl.String, "period": pl.String, "_src": pl.List(pl.String),
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema, orient="row").sort("check")
    return Table(frame, ("check",), dict.fromkeys(("value", "low", "high"), "@unit"), "What agrees, contradicts or follows among the facts")
