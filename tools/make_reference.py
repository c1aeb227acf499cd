"""Writes the generated pages of docs/reference/ from the code and from a run of the example.

``python tools/make_reference.py`` writes them, ``--check`` ends with 1 and names the pages that are out of date.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import inspect
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
EXAMPLE = ROOT / "examples" / "vietnam"
MARK = "<!-- Made by tools/make_reference.py; edit that, not this. -->\n"


def pages(study: Path) -> dict[str, str]:
    """Every generated page by file name; `study` is the example, already run with its report, workbook and warehouse."""
    made: dict[str, Callable[[], Iterable[str]]] = {
        "commands.md": commands,
        "study-yaml.md": study_yaml,
        "measures.md": measures,
        "tables.md": lambda: tables(study),
        "units-and-periods.md": units_and_periods,
        "files.md": lambda: files(study),
        "errors.md": errors,
    }
    return {name: MARK + "\n".join(page()).rstrip() + "\n" for name, page in made.items()}


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A Markdown table with a blank line before and after."""
    head = list(header)
    yield ""
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in row) + " |"
    yield ""


def code(text: object) -> str:
    return f"`{text}`" if str(text) else ""


def sentence(text: str) -> str:
    """Text with a capital at its head and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "?")) else ".")


def described(names: Iterable[str], meanings: Mapping[str, str], of: str) -> list[tuple[str, str]]:
    """Names with their meanings; a name without one, or a meaning without a name, is an error."""
    names = list(names)
    if missing := [n for n in names if n not in meanings]:
        raise SystemExit(f"{of}: say what {', '.join(missing)} means, in tools/make_reference.py")
    if stale := [n for n in meanings if n not in names]:
        raise SystemExit(f"{of}: {', '.join(stale)} is no more, remove it from tools/make_reference.py")
    return [(n, meanings[n]) for n in names]


# ---------------------------------------------------------------------------------------------------------- commands


def commands() -> Iterator[str]:
    import typer

    from madein.cli import app

    yield "# Commands"
    yield ""
    yield "`python -m madein` is the same as `madein`. Every command takes `--help`. How commands end: [exit codes](errors.md#exit-codes)."
    root = typer.main.get_command(app)
    yield from table(("option of `madein`", "meaning"), [(code(", ".join(p.opts)), sentence(p.help or "")) for p in root.params])
    for path, command in walk_commands("madein", root):
        yield f"## {path}"
        yield ""
        yield sentence(inspect.cleandoc(command.help or ""))
        yield ""
        if hasattr(command, "commands"):
            verb = inspect.getclosurevars(type(command).parse_args).nonlocals.get("verb", "")
            if verb:
                yield f"`{path} ...` is short for `{path} {verb} ...`."
                yield ""
            continue
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        options = [p for p in command.params if p.param_type_name == "option"]
        usage = [path, *(p.name.upper() + ("..." if p.nargs == -1 else "") for p in arguments), *(["[OPTIONS]"] if options else [])]
        yield from ("```text", " ".join(usage), "```")
        rows = [(code(p.name.upper()), takes(p), "", sentence(p.help or "")) for p in arguments]
        rows += [(code(", ".join(p.opts)), takes(p), default(p), sentence(p.help or "")) for p in options]
        yield from table(("", "takes", "default", "meaning"), rows)


def walk_commands(path: str, command: Any) -> Iterator[tuple[str, Any]]:
    for name, child in command.commands.items():
        yield f"{path} {name}", child
        if hasattr(child, "commands"):
            yield from walk_commands(f"{path} {name}", child)


def takes(param: Any) -> str:
    if getattr(param, "is_flag", False):
        return "nothing"
    if hasattr(param.type, "choices"):
        return ", ".join(code(c) for c in param.type.choices if c)
    return {"integer": "a whole number", "float": "a number"}.get(param.type.name, "a path" if "path" in param.type.name else "text")


def default(param: Any) -> str:
    value = param.default
    return "" if value in (None, "", False) or callable(value) else code(value)


# -------------------------------------------------------------------------------------------------------- study.yaml

TOP = {
    "title": "Title of the report. `A study` if left out.",
    "summary": "A sentence or two under the title.",
    "steps": "The list of steps; needed. Each step becomes a chapter, in this order.",
    "sources": "What is known of the files, by their name relative to the folder of the study.",
}
STEP = {
    "id": "Name of the step in tables and references: small letters, digits and `_`, a letter first. The name in `use` if left out.",
    "use": "Which step to use; needed. The names are those of the sections below.",
    "title": "Title of the chapter; made from the id if left out.",
    "from": "What goes in, by role; needed. A role takes files (`data/*.csv`, or a list of them) or one table (`STEP.TABLE`).",
    "with": "Options of the step; see its section below.",
}
SOURCE = {
    "title": "What the file holds.",
    "publisher": "Who published it.",
    "licence": "Under which terms.",
    "date": "When it was published or taken, as you like to write it.",
    "basis": "What its numbers rest on; see [basis](measures.md#basis). `published` if left out.",
    "url": "Where it was taken from. Nothing is ever fetched from there.",
}


def study_yaml() -> Iterator[str]:
    from madein.study import config
    from madein.study.steps import STEPS, load_step, step_source

    yield "# study.yaml"
    yield ""
    yield "A study is a folder with a `study.yaml`. The file names data files and steps; `madein validate` checks it without running anything."
    yield "An unknown key is an error that names the line and the nearest known key. YAML aliases (`*name`) and keys given twice are refused."
    yield "A study reads nothing outside its own folder: absolute paths, `..` and links that lead out are errors."
    yield ""
    yield "```yaml"
    yield (EXAMPLE / "study.yaml").read_text("utf-8").split("  - id: iip_printed")[0].rstrip()
    yield "```"
    for title, names, meanings in (
        ("The file", config._TOP, TOP), ("A step", config._STEP, STEP), ("A source", config._SOURCE, SOURCE),
    ):  # fmt: skip
        yield ""
        yield f"## {title}"
        yield from table(("key", "meaning"), [(code(n), m) for n, m in described(names, meanings, "study.yaml")])
    for use in STEPS:
        module = load_step(use)
        yield f"## use: {use}"
        yield ""
        yield sentence(inspect.cleandoc(sys.modules[module.Config.__module__].__doc__ or "").split("\n\n")[0])
        yield from table(("role in `from`", "takes"), [(code(r), "files" if k == "source" else "a table") for r, k in step_source(use).roles.items()])
        schema = module.Config.model_json_schema()
        yield "Options in `with`:"
        yield from options(schema, schema)
        for name, inner in schema.get("$defs", {}).items():
            yield f"### {use}: {spaced(name)}"
            yield ""
            yield sentence(inner.get("description", ""))
            yield from options(inner, schema)


def options(schema: Mapping[str, Any], whole: Mapping[str, Any]) -> Iterator[str]:
    needed = schema.get("required", ())
    rows = []
    for name, about in schema["properties"].items():
        if not about.get("description"):
            raise SystemExit(f"option {name!r} of {whole.get('title')} has no description")
        plain = about.get("default")
        shown = "needed" if name in needed else "" if plain in (None, "", {}, []) else code(plain)
        rows.append((code(name), kind(about), shown, sentence(about["description"])))
    yield from table(("option", "takes", "default", "meaning"), rows)


def kind(about: Mapping[str, Any]) -> str:
    """What an option takes, in words, from its JSON schema."""
    if "allOf" in about:
        return kind(about["allOf"][0])
    if "anyOf" in about:
        return " or ".join(kind(a) for a in about["anyOf"] if a.get("type") != "null")
    if "$ref" in about:
        return f"a mapping: {spaced(about['$ref'].rpartition('/')[2])}"
    if "enum" in about:
        return ", ".join(code(v) for v in about["enum"] if v != "")
    if "const" in about:
        return code(about["const"])
    if about.get("type") == "object":
        inner = about.get("additionalProperties")
        return f"a mapping; each entry is {kind(inner)}" if isinstance(inner, dict) else "a mapping"
    if about.get("type") == "array":
        return f"a list of {kind(about.get('items', {}))}"
    words = {"string": "text", "integer": "a whole number", "number": "a number", "boolean": "`true`, `false`"}
    said = words.get(str(about.get("type")), "anything")
    if "minimum" in about and "maximum" in about:
        said += f", {about['minimum']} to {about['maximum']}"
    elif "minimum" in about:
        said += f", at least {about['minimum']}"
    if "pattern" in about:
        said += f" matching `{about['pattern']}`"
    if about.get("maxLength") == 1:
        said = "one character"
    return said


def spaced(name: str) -> str:
    """``SeriesConfig`` as ``one series``-like words: the class name split, without Config."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Config")).lower()


# ---------------------------------------------------------------------------------------------------------- measures

DIMENSIONS = {
    "actor": "who says or does it",
    "economy": "the country or group it is about: ISO 3166 alpha-3, or a group such as `EU`",
    "place": "a province, port or site inside the economy",
    "partner": "the country or group at the other end of a flow",
    "origin": "where goods come from",
    "destination": "where goods go",
    "industry": "a section, division or class of ISIC",
    "product": "what is counted, where it is a product",
    "regime": "a customs or trade regime",
    "series": "the name of a series, where nothing else tells it apart",
    "scenario": "a scenario; none for what happened",
    "comparison": "what a change or share is taken against; none for a level",
    "period": "the period, in its [canonical form](units-and-periods.md#periods)",
}
BASIS = {
    "published": "the source prints it",
    "computed": "computed from published numbers, nothing assumed",
    "estimated": "rests on an estimate or an assumption",
    "illustrative": "made up to show how something works",
    "simulated": "comes from simulated data",
}


def measures() -> Iterator[str]:
    from madein.core import measures as m
    from madein.core import step

    yield "# Measures and dimensions"
    yield ""
    yield "A figure says *what* is measured (one measure), *of what* (dimensions), and *on what basis*. Its id is made of the first two:"
    yield "`exports/economy=VNM/comparison=yoy/period=2024-12`."
    yield ""
    yield "## Measures"
    yield ""
    yield "*Unit* is the kind of unit of a level; a change of any measure is in `percent`, `pp` or the unit of the level. *Over time* says how"
    yield "months make a year to date. *Up is* tells a reader which way is good; no arithmetic uses it."
    for measure in m.measures().values():
        yield ""
        yield f"### `{measure.key}`"
        yield ""
        yield f"{measure.label}. Unit: {measure.unit}. Over time: {measure.over_time}. Up is {measure.higher_is}."
        for language, words in (("English", measure.en), ("Vietnamese", measure.vi)):
            if words:
                yield ""
                yield f"- {language}: {', '.join(words)}"
    yield ""
    yield "A series whose label is one of these words, marks and case aside, gets the measure without being told. The words are read from"
    yield "`core/measures.yaml`."
    yield ""
    yield "## Dimensions"
    yield ""
    yield "Only these, in the order in which they stand in an id:"
    yield from table(("dimension", "meaning"), [(code(d), sentence(x)) for d, x in described(step.DIMS, DIMENSIONS, "DIMS")])
    yield "## Comparisons"
    yield ""
    yield "Values of the dimension `comparison`:"
    yield from table(("comparison", "meaning"), [(code(c), sentence(x)) for c, x in step.COMPARISONS.items()])
    yield "## Basis"
    yield ""
    yield "From best to worst. A figure has the worst basis among itself and all it rests on."
    yield from table(("basis", "meaning"), [(code(b), sentence(x)) for b, x in described(step.BASES, BASIS, "BASES")])


# ------------------------------------------------------------------------------------------------------------ tables

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


def tables(study: Path) -> Iterator[str]:
    from madein.study.finished import open_study

    done = open_study(study)
    yield "# Tables"
    yield ""
    yield "A table is called `STEP.NAME`, where `STEP` is the id of the step in `study.yaml`. It lies in `out/tables/STEP.NAME.parquet`, in a sheet"
    yield "of `figures.xlsx` and in the schema `STEP` of `warehouse.duckdb`. Rows are sorted by the key, and the key addresses them:"
    yield "`madein why vietnam 'iip.levels[series=total,period=2024-07]'`. Columns that begin with `_` are for the certificates."
    yield ""
    yield "The rows counted here are those of the example `vietnam`."
    uses: dict[str, dict[str, list[str]]] = {}
    for chapter in done.chapters:
        for name in done.tables:
            if name.partition(".")[0] == chapter.id:
                uses.setdefault(chapter.use, {}).setdefault(name.partition(".")[2], []).append(name)
    used: set[str] = set()
    for use, by_name in uses.items():
        yield ""
        yield f"## Tables of the step {use}"
        for short, names in by_name.items():
            about = done.tables[names[0]]
            schema = done.table(names[0]).frame.schema
            yield ""
            yield f"### {use}: {short}"
            yield ""
            yield f"{sentence(about['title'])} Key: {', '.join(map(code, about['key']))}."
            yield "In the example: " + ", ".join(f"`{n}` ({done.tables[n]['rows']:,} rows)" for n in names) + "."
            rows = [(code(c), dtype(str(schema[c])), unit_of(about["units"].get(c, "")), meaning(short, c)) for c in about["columns"]]
            used |= set(about["columns"])
            yield from table(("column", "holds", "unit", "meaning"), rows)
    if stale := set(COLUMNS) - used:
        raise SystemExit(f"no table has the columns {', '.join(sorted(stale))}: remove them from tools/make_reference.py")


def meaning(name: str, column: str) -> str:
    if column not in COLUMNS:
        raise SystemExit(f"table {name}: say what the column {column} means, in tools/make_reference.py")
    return COLUMNS[column]


def dtype(name: str) -> str:
    return {"String": "text", "Float64": "number", "Int64": "whole number", "List(String)": "list of text"}.get(name, name)


def unit_of(unit: str) -> str:
    return f"that of the row, in {code(unit[1:])}" if unit.startswith("@") else code(unit)


# ------------------------------------------------------------------------------------------------- units and periods

UNITS = ("percent", "pp", "USD", "index (2015=100)", "index_point", "tonne", "vehicle/year", "multiple", "ordinal", "top_n", "date", "number")
PRINTED = ("Triệu USD", "nghìn tỷ đồng", "1000 tonnes", "2015=100", "million USD", "%", "chiếc")
SHOWN: tuple[tuple[float, str, float | None, float | None], ...] = (
    (405_531.74e6, "USD", None, None), (-6.8012, "percent", -6.83, -6.77), (9.2604, "percent", 9.2537, 9.2672),
    (169.9, "index (2015=100)", 169.895, 169.905), (12, "company", None, None),
)  # fmt: skip
PERIODS = ("2024", "2024-Q3", "2024-07", "2024-07-15", "2024-01..2024-07", "2024-01..2024-03", "2020..2024")
LABELS = (
    "2024M7", "202407", "07/2024", "7.2024", "Jul 2024", "Jul-24", "July, 2024", "2024 July", "Tháng 7/2024", "Tháng 7 năm 2024", "T7 2024",
    "Tháng Bảy năm 2024", "Quý III/2024", "Q3 2024", "Năm 2024", "2023 (p)",
)  # fmt: skip


def units_and_periods() -> Iterator[str]:
    from importlib import resources

    from madein.core.period_labels import read_period
    from madein.core.periods import Period
    from madein.core.printed import MISSING
    from madein.core.units import format_value, parse_unit, unit_kind

    words = yaml.safe_load(resources.files("madein.core").joinpath("units.yaml").read_text("utf-8"))
    yield "# Units and periods"
    yield ""
    yield "## Units"
    yield ""
    yield "A unit is a text with one spelling. Scale words are resolved when a number is read: inside there is `USD`, never `million USD`. Any"
    yield "three capital letters are a currency; any small English noun in the singular is a count; both may be per something (`vehicle/year`)."
    yield from table(("unit", "kind"), [(code(u), unit_kind(u)) for u in UNITS])
    yield "### As printed"
    yield ""
    yield "What may stand in a file or in `unit:`, case and Vietnamese marks aside:"
    yield from table(("printed", "multiplied by", "unit"), [(code(p), f"{parse_unit(p)[0]:,.0f}", code(parse_unit(p)[1])) for p in PRINTED])
    yield "Scale words: " + ", ".join(f"`{w}` ({v:g})" for w, v in words["scales"].items()) + "."
    yield ""
    yield "Names of units: " + ", ".join(f"`{w}` ({u})" for w, u in words["names"].items() if w != u) + "."
    yield ""
    yield "### As shown"
    yield ""
    yield "A number is printed no finer than its bounds warrant; the exact value stands in `figures.csv`."
    rows = [(f"{v:,.10g}", code(u), "" if a is None else f"{a:g} to {b:g}", format_value(v, u, a, b).replace("\xa0", " ")) for v, u, a, b in SHOWN]
    yield from table(("value", "unit", "bounds", "shown"), rows)
    yield "### No number"
    yield ""
    yield "A cell with one of these counts as empty: " + " ".join(code(m) for m in sorted(MISSING) if m) + ". Anything else that is no number is an"
    yield "error that names the cell."
    yield ""
    yield "## Periods"
    yield ""
    yield "A period is a first and a last day, and it has one spelling. Equal periods therefore have equal texts: January to March is a quarter."
    rows = []
    for text in PERIODS:
        period = Period.parse(text)
        rows.append((code(text), code(period), period.kind, period.label()))
    yield from table(("written", "canonical", "kind", "in a sentence"), rows)
    yield "### As printed in tables"
    yield ""
    yield "Labels that readers of tables understand, in English and Vietnamese:"
    yield from table(("label", "period"), [(code(label), code(read_period(label) or "")) for label in LABELS])
    yield "A date on the first or last day of a month stands for the month. In a column such as `01/07/2024`, `01/08/2024` the order of day and"
    yield "month is taken from the one reading that gives every row another month; where both readings would do, the column is refused."


# ------------------------------------------------------------------------------------------------------------- files

OUT_FILES = {
    "report.html": "The report: one file, no script, nothing loaded from anywhere. Every number leads to its certificate.",
    "figures.csv": "Every figure, one a row. UTF-8, comma, decimal point.",
    "figures.xlsx": "The figures, the sources, and every table in a sheet of its own.",
    "warehouse.duckdb": "The same as a DuckDB database.",
    "study.json": "The manifest: sources, tables, chapters, figures, and the sha256 of every other file. What `madein why` reads.",
    "tables/": "One Parquet file a table: `STEP.NAME.parquet`. Key, units and title stand in the file's metadata.",
    "problems.csv": "What was noticed but did not stop the run. Only there if there is something in it.",
}
FIGURE_FIELDS = {
    "id": "The measure, then the dimensions: what to ask `madein why` for.",
    "measure": "Key of the [measure](measures.md#measures).",
    "value": "The number in `unit`; empty where `absent` says why.",
    "unit": "See [units](units-and-periods.md#units).",
    "low": "The least it can be, given how its sources round; empty where not known.",
    "high": "The most it can be.",
    "basis": "See [basis](measures.md#basis).",
    "method": "How it was computed, in one clause.",
    "absent": "Why there is no value.",
    "parents": "References to what it rests on, separated by ` ; `.",
}
MANIFEST = {
    "madein": "Version of this layout.",
    "key": "Cache key of the whole study.",
    "finish": "What was added after the tables: report, workbook, warehouse.",
    "title": "Title of the study.",
    "summary": "Its summary.",
    "sources": "Every source with sha256 and what `study.yaml` says of it.",
    "tables": "Every table: key, units, title, rows, columns, basis, inputs.",
    "chapters": "Every step: its blocks and problems, in reading order.",
    "figures": "Every figure with the step that made it.",
    "files": "sha256 of every file of `out/` but this one.",
}


def files(study: Path) -> Iterator[str]:
    import duckdb

    from madein.core.step import DIMS
    from madein.study.finished import open_study
    from madein.study.run import FIGURE_COLUMNS

    done = open_study(study)
    yield "# Files"
    yield ""
    yield "A study is a folder you can copy, zip and keep under version control."
    yield from table(
        ("in the folder", "what it is"),
        [
            ("`study.yaml`", "What the study is made of; see [study.yaml](study-yaml.md)."),
            ("your data files", "Anywhere in the folder. They are read, never written."),
            ("`out/`", "What `madein run` makes. It is replaced as a whole by every run that changes something."),
            ("`.madein/`", "The cache and the lock. May be deleted at any time while no run is at work."),
        ],
    )
    yield "## out/"
    there = {p.name + "/" * p.is_dir() for p in done.out.iterdir()} | {"problems.csv"}
    yield from table(
        ("file", "what it is"),
        [(code(n), x) for n, x in described([n for n in OUT_FILES if n in there] + sorted(there - set(OUT_FILES)), OUT_FILES, "out/")],
    )
    yield "## figures.csv"
    yield ""
    yield (
        "After `measure` comes one column for each [dimension](measures.md#dimensions), empty where the figure has none: "
        + ", ".join(map(code, DIMS))
        + "."
    )
    yield from table(
        ("column", "meaning"), [(code(n), x) for n, x in described([c for c in FIGURE_COLUMNS if c not in DIMS], FIGURE_FIELDS, "figures.csv")]
    )
    yield "A text that a spreadsheet would take for a formula has an apostrophe before it."
    yield ""
    yield "## figures.xlsx"
    yield ""
    yield "Sheets `figures`, `sources`, then one a table, called as the table. Names over 31 characters are cut. Text stays text, numbers are numbers."
    yield ""
    yield "## warehouse.duckdb"
    yield ""
    with duckdb.connect(str(done.out / "warehouse.duckdb"), read_only=True) as db:
        found = db.execute(
            "SELECT table_name, list(column_name ORDER BY ordinal_position) FROM information_schema.columns "
            "WHERE table_schema = 'main' GROUP BY 1 ORDER BY 1"
        ).fetchall()
    yield "One schema for each step with its tables (`iip.growth`), and in the schema `main`:"
    yield from table(("table", "columns"), [(code(n), ", ".join(map(code, columns))) for n, columns in found])
    yield "## study.json"
    yield from table(("key", "holds"), [(code(n), x) for n, x in described(done.manifest, MANIFEST, "study.json")])


# ------------------------------------------------------------------------------------------------------------ errors

EXIT_CODES = {
    "OK": "Fine.",
    "FINDING": "Fine, and something lies over the threshold you set. Today only `madein diff --threshold` ends so.",
    "BAD_INPUT": "Something in the files, the options or the command line that you can mend. `out/` stays as it was.",
    "INTERNAL": "A fault of madein or of a step, not of your data. The lines printed say where it happened.",
}
LIMITS = {
    "madein.core.grid": {"MAX_TEXT_BYTES": "bytes of one text file", "MAX_EXCEL_BYTES": "bytes of one workbook", "MAX_EXCEL_UNPACKED": "bytes of one workbook, unpacked"},
    "madein.study.config": {"MAX_BYTES": "bytes of study.yaml"},
    "madein.study.plan": {"MAX_FILES": "files one pattern may match"},
    "madein.core.step": {"MAX_PARENTS": "parents of one figure"},
    "madein.study.places": {"MAX_BYTES": "bytes of a file whose context `madein why` shows"},
    "madein.report.workbook": {"MOST_ROWS": "rows of a table that gets a sheet"},
}  # fmt: skip
MODULES = {
    "core/errors.py": "", "core/grid.py": "Opening CSV and Excel files", "core/countries.py": "Countries", "core/check.py": "The contract between a step and the study",
    "core/periods.py": "Periods", "core/units.py": "Units", "core/money.py": "Money",
}  # fmt: skip


def errors() -> Iterator[str]:
    from madein.core import errors as e

    yield "# Exit codes and messages"
    yield ""
    yield "## Exit codes"
    names = [n for n in dir(e) if n.isupper() and n != "SHOWN"]
    codes = described(sorted(names, key=lambda n: getattr(e, n)), EXIT_CODES, "exit codes")
    yield from table(("code", "name", "meaning"), [(code(getattr(e, n)), n, x) for n, x in codes])
    yield "Stopping a command with Ctrl-C ends it with `130`; nothing is changed then."
    yield ""
    yield "## Messages"
    yield ""
    yield "A message says where, what, why, and what you can do (*mend*). `error` stops the run; `note` does not and goes into the report and into"
    yield f"`problems.csv`. At most {e.SHOWN} errors are printed; if there are more, all of them are written to `problems.csv` in the folder you are in."
    yield "Its columns are `severity`, `where`, `what`, `why` and `fix`. From Python every one of them is a `madein.core.errors.MadeinError`, whose"
    yield "`problems` holds them all."
    yield ""
    yield "## Limits"
    rows = []
    for module, about in LIMITS.items():
        rows += [(f"{getattr(importlib.import_module(module), name):,}", text) for name, text in about.items()]
    yield from table(("at most", "of what"), rows)
    yield "## All messages"
    yield ""
    yield "`…` stands for what differs from case to case."
    root = ROOT / "src" / "madein"
    for path in sorted(root.rglob("*.py")):
        found = list(dict.fromkeys(messages(ast.parse(path.read_text("utf-8")))))
        if found:
            name = path.relative_to(root).as_posix()
            yield ""
            yield f"### {MODULES.get(name) or heading(path)}"
            yield from table(("", "message", "mend"), found)


def heading(path: Path) -> str:
    """The first clause of a module's docstring."""
    doc = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or path.stem
    return re.split(r"[.:;]\s|\.$", doc.split("\n\n")[0].replace("\n", " "))[0].replace("``", "`")


def messages(tree: ast.AST) -> Iterator[tuple[str, str, str]]:
    """Severity, text and mend of every message a module can give."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            name = node.func.id if isinstance(node.func, ast.Name) else node.func.attr if isinstance(node.func, ast.Attribute) else ""
            if name not in ("MadeinError", "Problem", "ContractBroken", "error", "warn") or not node.args:
                continue
            keywords = {k.arg: k.value for k in node.keywords}
            what, mend = words(node.args[0]), words(keywords.get("fix") or (node.args[3] if len(node.args) > 3 else None))
            note = name == "warn" or words(keywords.get("severity") or (node.args[4] if len(node.args) > 4 else None)) == "warning"
            if len(what.strip("… ")) > 3:
                yield "note" if note else "error", tidy(what), tidy(mend)
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and len(node.value.elts) == 2:
            what, mend = map(words, node.value.elts)
            if len(what.strip("… ")) > 3:
                yield "error", tidy("… " + what), tidy(mend)


def words(node: ast.AST | None) -> str:
    """The text of a literal, an f-string or a sum of them; what is computed becomes an ellipsis."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(words(v) for v in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        return words(node.left) + words(node.right)
    if isinstance(node, ast.IfExp):
        return words(node.body) or words(node.orelse)
    return "" if node is None else "…"


def tidy(text: str) -> str:
    text = re.sub(r"…(?:[\s,]*…)+", "…", " ".join(text.split()))
    return text.replace("*", "\\*").replace("<", "&lt;").replace("_", "\\_")


# -------------------------------------------------------------------------------------------------------------- main


def run_example(folder: Path) -> Path:
    """A copy of the example, run as ``madein run`` does."""
    from madein.report import FINISH
    from madein.study.run import run_study

    study = shutil.copytree(EXAMPLE, folder / "vietnam", ignore=shutil.ignore_patterns("out", "out.*", ".madein"))
    run_study(study, FINISH)
    return study


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a page is out of date")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        made = pages(run_example(Path(folder)))
    old = [n for n, text in made.items() if not (REFERENCE / n).is_file() or (REFERENCE / n).read_text("utf-8") != text]
    if check:
        print("out of date: " + ", ".join(old) if old else "all pages are up to date")
        sys.exit(1 if old else 0)
    for name in old:
        (REFERENCE / name).write_text(made[name], encoding="utf-8")
    print("wrote " + ", ".join(old) if old else "all pages are up to date")


if __name__ == "__main__":
    main()
