"""A DuckDB file with the figures, the sources and every table, for people who want SQL."""

from __future__ import annotations

from pathlib import Path

from madein.study.finished import FinishedStudy


def write_warehouse(study: FinishedStudy, path: Path) -> None:
    """Load the Parquet tables into schemas named for their step; figures and sources lie in ``main``."""
    import duckdb

    with duckdb.connect(str(path)) as db:
        db.execute("SET threads = 1")
        for name in study.tables:
            schema, _, table = name.partition(".")
            file = str(study.out / "tables" / f"{name}.parquet")
            db.execute(f"CREATE SCHEMA IF NOT EXISTS {_quoted(schema)}")
            db.execute(f"CREATE TABLE {_quoted(schema)}.{_quoted(table)} AS SELECT * FROM read_parquet(?)", [file])
        db.execute(
            "CREATE TABLE figures (id VARCHAR PRIMARY KEY, measure VARCHAR, dims MAP(VARCHAR, VARCHAR), value DOUBLE, unit VARCHAR, "
            "low DOUBLE, high DOUBLE, basis VARCHAR, method VARCHAR, absent VARCHAR, parents VARCHAR[])"
        )
        for f in study.figures.values():
            row = [f.id, f.measure, dict(f.dims), f.value, f.unit, f.low, f.high, f.basis, f.method, f.absent, list(map(str, f.parents))]
            db.execute("INSERT INTO figures VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        db.execute("CREATE TABLE sources (id VARCHAR PRIMARY KEY, title VARCHAR, publisher VARCHAR, licence VARCHAR, date VARCHAR, basis VARCHAR, url VARCHAR, sha256 VARCHAR)")
        for s in study.sources.values():
            db.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?, ?)", [s.id, s.title, s.publisher, s.licence, s.date, s.basis, s.url, s.sha256])


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
