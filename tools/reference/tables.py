"""The tables that the example's steps make, from a run of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reference.markdown import code, prose, sentence, table, title

COLUMNS = {
    "series": "Key of the series: `key` in `study.yaml`, else made from its label.",
    "period": "The period, in its canonical form.",
    "comparison": "What a change is taken against; see [comparisons](measures.md#comparisons).",
    "value": "The number, scale words resolved.",
    "low": "The least it can be, given how the printed numbers were rounded.",
    "high": "The most it can be.",
    "unit": "Unit of value, low and high.",
    "absent": "Why there is no value; empty where there is one.",
    "months": "How many months the gap is long.",
    "id": "Article and number of the fact in it.",
    "article": "File of the article, as `study.yaml` names it.",
    "item": "Which article of the page, counted from 0.",
    "start": "First character of the span, counted in the text of the document.",
    "end": "Character after the span.",
    "text": "The span as printed.",
    "press.texts.text": "The whole text, as offsets count it.",
    "kind": "level, count, growth, share, rank, capacity, investment, duration or date.",
    "indicator": "The noun phrase the number is about.",
    "measure": "Key of the [measure](measures.md) it names, where one fits.",
    "press.facts.value": "The number in base units, falls negative; empty for dates and ranges.",
    "value_low": "Lower end of a range the text gives.",
    "value_high": "Upper end of a range the text gives.",
    "press.facts.date": "The day, month, quarter or year a milestone falls on.",
    "press.items.date": "The date from which the article's words count.",
    "press.facts.unit": "Unit of the value: percent, pp, multiple, an ISO 4217 code, a measure, or the thing counted.",
    "press.facts.comparison": "What the text compares with; see [comparisons](measures.md#comparisons).",
    "geography": "Places the sentence names.",
    "actor": "The company or body that acts, where the text names one.",
    "qualifier": "exact, nearly, more_than, less_than or approx.",
    "status": "actual, estimate, forecast, plan or hypothetical.",
    "inferred": "True where the text prints no year and it was completed from the date of the article.",
    "sentence": "The sentence it stands in.",
    "title": "Headline.",
    "language": "Language the text was read in.",
    "press.unread.why": "Why the number states nothing.",
    "press_vs_data.statements.why": "What it was held against, or why nothing is held.",
    "verdict": "agrees, revised, contradicts or nothing.",
    "stated": "The number the article states.",
    "held": "The number held.",
    "press_vs_data.statements.low": "The least the number held can be.",
    "press_vs_data.statements.high": "The most it can be.",
    "relation": "Number of the relation, in the order of the articles.",
    "field": "Which field of the relation.",
    "type": "project, shipment, order_book, export_plan, ownership, joint_venture, person_role, pilot, agreement, recognition or plan.",
    "content": "What the text says; lists and milestones as JSON.",
    "check": "Number of the check.",
    "outcome": "consistent, contradiction, derived, revision or cannot_tell.",
    "about": "What was checked: same, headline, prior, plan, total, share, per_unit, sum, identity, part, record, growth or order.",
    "what": "The check in a sentence.",
    "press.checks.why": "The reason, with the intervals compared.",
    "press.checks.value": "A derived number; empty where one of its parts is only a bound.",
    "of": "Key of the series.",
    "economy": "ISO 3166 code or group.",
    "place": "Province, port or site, where the series is of one.",
    "partner": "Country at the other end of a flow.",
    "industry": "Section, division or class of ISIC.",
    "product": "Product, where the series is of one.",
    "indices.figures.series": "What tells the series from another of the same measure.",
    "vintage": "Order of the print among the prints of one series; empty for the one in force.",
    "_src": "References to what the row was read or computed from.",
}
"""Meaning of a column, or of ``step.table.column`` where one name means different things."""


def page(study: Path) -> Iterator[str]:
    """The page ``tables.md``."""
    from madein.study.finished import open_study

    done = open_study(study)
    yield from title("Tables")
    yield from prose("""
        A table is called `STEP.NAME`, where `STEP` is the id of the step in `study.yaml`. It lies in
        `out/tables/STEP.NAME.parquet`, in a sheet of `figures.xlsx` and in the schema `STEP` of `warehouse.duckdb`. Rows are
        sorted by the key, and the key addresses them: `madein why vietnam 'iip.levels[series=total,period=2024-07]'`.
        Columns that begin with `_` serve the certificates.

        The rows counted here are those of the example `vietnam`.
    """)
    uses: dict[str, dict[str, list[str]]] = {}
    for chapter in done.chapters:
        for full in done.tables:
            if full.partition(".")[0] == chapter.id:
                uses.setdefault(chapter.use, {}).setdefault(full.partition(".")[2], []).append(full)
    used: set[str] = set()
    for use, by_name in uses.items():
        yield from title(f"Tables of the step {use}", 2)
        for name, fulls in by_name.items():
            about = done.tables[fulls[0]]
            schema = done.table(fulls[0]).frame.schema
            yield from title(f"{use}: {name}", 3)
            yield from prose(f"{sentence(about['title'])} Key: {', '.join(map(code, about['key']))}.")
            rows = [(code(c), kind(str(schema[c])), unit(about["units"].get(c, "")), meaning(use, name, c, used)) for c in about["columns"]]
            yield from table(("column", "holds", "unit", "meaning"), rows)
            yield from prose("In the example: " + ", ".join(f"`{f}` ({done.tables[f]['rows']:,} rows)" for f in fulls) + ".")
    if gone := set(COLUMNS) - used:
        raise SystemExit(f"no table has these columns, remove them from tools/reference/tables.py: {', '.join(sorted(gone))}")


def meaning(use: str, name: str, column: str, used: set[str]) -> str:
    """What a column means; one without a meaning ends the program."""
    found = next((k for k in (f"{use}.{name}.{column}", column) if k in COLUMNS), None)
    if found is None:
        raise SystemExit(f"say in tools/reference/tables.py what the column {column!r} of {use}.{name} means")
    used.add(found)
    return COLUMNS[found]


def kind(dtype: str) -> str:
    """A Polars type in words."""
    return {"String": "text", "Float64": "number", "Int64": "whole number", "List(String)": "list of text", "Boolean": "yes or no"}.get(dtype, dtype)


def unit(text: str) -> str:
    """The unit of a column, or where that of the row stands."""
    return f"that in `{text[1:]}`" if text.startswith("@") else code(text)
