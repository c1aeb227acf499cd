"""A DuckDB file with the figures, the sources and every table, for people who want SQL."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from madein.study.finished import FinishedStudy

_FIGURES = ("id", "measure", "value", "unit", "low", "high", "basis", "method", "absent")
_SOURCES = ("id", "title", "publisher", "licence", "date", "basis", "url", "sha256")


def write_warehouse(study: FinishedStudy, path: Path) -> None:
    """Load the Parquet tables into schemas named for their step; figures, their dimensions, parents and the sources lie in ``main``."""
    import duckdb

    figures = study.figures.values()
    with duckdb.connect(str(path)) as db:
        db.execute("SET threads = 1")
        for name in study.tables:
            schema, _, table = name.partition(".")
            db.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}")
            _load(db, f"{_quoted(schema)}.{_quoted(table)}", study.out / "tables" / f"{name}.parquet")
        _fill(db, "figures", [{c: getattr(f, c) for c in _FIGURES} for f in figures], {"value": float, "low": float, "high": float})
        _fill(db, "dimensions", [{"figure": f.id, "dimension": d, "value": v} for f in figures for d, v in f.dims.items()])
        _fill(db, "parents", [{"figure": f.id, "node": p.node, "at": p.at} for f in figures for p in f.parents])
        _fill(db, "sources", [{c: getattr(s, c) for c in _SOURCES} for s in study.sources.values()])


def _load(db: Any, name: str, file: Path) -> None:
    db.execute(f"CREATE TABLE {name} AS SELECT * FROM read_parquet(?)", [str(file)])


def _fill(db: Any, name: str, rows: list[dict[str, Any]], kinds: dict[str, type] | None = None) -> None:
    """A table from rows, by way of a Parquet file: row-wise inserts are a hundred times slower."""
    import polars as pl

    if not rows:
        return
    schema = {c: pl.Float64 if (kinds or {}).get(c) is float else pl.String for c in rows[0]}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.parquet"
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(file)
        _load(db, _quoted(name), file)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
