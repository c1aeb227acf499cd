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
