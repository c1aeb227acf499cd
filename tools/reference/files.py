"""What a study's folder and its ``out/`` hold, from a run of the example, and the tables that screening takes as they are."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from reference.markdown import code, meanings, prose, table, title

FOLDER = {
    "study.yaml": "what the study is made of; see [study.yaml](study-yaml.md)",
    "out/": "what `madein run` makes; replaced as a whole by every run that changes something",
    ".madein/": "the cache and the lock; may be deleted while no run is at work",
}
OUT = {
    "report.html": "the report: one file, no script, nothing loaded from anywhere. Every number leads to its certificate",
    "figures.csv": "every figure, one a row; UTF-8, comma, decimal point",
    "figures.xlsx": "the figures, the sources, and every table in a sheet of its own",
    "warehouse.duckdb": "the same as a DuckDB database",
    "study.json": "the manifest: sources, tables, chapters, figures, sha256 of every other file. It is what `madein why` reads",
    "tables/": "one Parquet file a table, `STEP.NAME.parquet`; key, units and title stand in its metadata",
    "problems.csv": "what was noticed but did not stop the run; only there if there is something in it",
}
FIGURE = {
    "id": "the measure, then the dimensions: what to ask `madein why` for",
    "measure": "key of the [measure](measures.md#measures)",
    "value": "the number in `unit`; empty where `absent` says why",
    "unit": "see [units](units-and-periods.md#units)",
    "low": "the least it can be, given how its sources round; empty where not known",
    "high": "the most it can be",
    "basis": "see [basis](measures.md#basis)",
    "method": "how it was computed, in one clause",
    "absent": "why there is no value",
    "parents": "references to what it rests on, separated by ` ; `",
}
MANIFEST = {
    "madein": "version of this layout",
    "key": "cache key of the whole study",
    "finish": "what was added after the tables: report, workbook, warehouse",
    "title": "title of the study",
    "summary": "its summary",
    "sources": "every source with its sha256 and what `study.yaml` says of it",
    "tables": "every table: key, units, title, rows, columns, basis, inputs",
    "chapters": "every step: its blocks and problems, in reading order",
    "figures": "every figure with the step that made it",
    "files": "the sha256 of every file of `out/` but this one",
}


def page(study: Path) -> Iterator[str]:
    """The page ``files.md``."""
    from madein.core.step import DIMS
    from madein.study.finished import open_study
    from madein.study.run import FIGURE_COLUMNS

    done = open_study(study)
    yield from title("Files")
    yield from prose("A study is a folder that can be copied, zipped and kept under version control. Your data files are read, never written.")
    yield from table(("in the folder", "what it is"), [(code(n), x[:1].upper() + x[1:] + ".") for n, x in FOLDER.items()])
    yield from title("out/", 2)
    there = {p.name + "/" * p.is_dir() for p in done.out.iterdir()} | {"problems.csv"}
    names = [n for n in OUT if n in there] + sorted(there - set(OUT))
    yield from table(("file", "what it is"), meanings(names, OUT, "out/"))
    yield from title("figures.csv", 2)
    yield from prose(f"""
        After `measure` comes one column for each [dimension](measures.md#dimensions), empty where the figure has none:
        {", ".join(map(code, DIMS))}.
    """)
    yield from table(("column", "meaning"), meanings([c for c in FIGURE_COLUMNS if c not in DIMS], FIGURE, "figures.csv"))
    yield from prose("A text that a spreadsheet would take for a formula has an apostrophe before it.")
    yield from title("figures.xlsx", 2)
    yield from prose("""
        Sheets `figures` and `sources`, then one for each table, called as the table; names over 31 characters are cut. Text
        stays text and numbers stay numbers.
    """)
    yield from title("warehouse.duckdb", 2)
    yield from prose("One schema for each step with its tables, such as `iip.growth`, and in the schema `main`:")
    yield from table(("table", "columns"), [(code(n), ", ".join(map(code, columns))) for n, columns in warehouse(done.out)])
    yield from title("study.json", 2)
    yield from table(("key", "holds"), meanings(done.manifest, MANIFEST, "study.json"))
    yield from declared()


def warehouse(out: Path) -> list[tuple[str, list[str]]]:
    """Tables of the schema main with their columns."""
    import duckdb

    with duckdb.connect(str(out / "warehouse.duckdb"), read_only=True) as db:
        return db.execute(
            "SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns() WHERE schema_name = 'main' AND NOT internal "
            "GROUP BY 1 ORDER BY 1"
        ).fetchall()
    yield from declared()


def declared() -> Iterator[str]:
    """The tables that screening takes as they are."""
    from madein.screening.schema import schemas

    yield from title("Declarations, firms, tariffs", 2)
    yield from prose(
        "What `madein screening` reads without a mapping: Parquet or CSV with these columns. A row without a column that is needed is set "
        "aside with its reason; other columns may be missing."
    )
    for name, held in schemas().items():
        yield from title(f"{name}.parquet", 3)
        yield from prose(f"{held.about} Key: {', '.join(code(k) for k in held.key)}.")
        rows = []
        for c in held.columns.values():
            about = c.about[:1].upper() + c.about[1:] + (f"; one of: {', '.join(c.one_of)}" if c.one_of else "") + (f"; {c.unit}" if c.unit else "")
            rows.append((code(c.name), c.type, "yes" if c.needs else "", about + "."))
        yield from table(("column", "type", "needed", "meaning"), rows)
