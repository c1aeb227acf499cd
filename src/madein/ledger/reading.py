"""Files into claims: which of the forms a file has, its rows and the place of each."""

from __future__ import annotations

import mmap
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from madein.core.errors import MadeinError, Problems
from madein.core.grid import EXCEL, TEXT, Sheet, column_letters, find_delimiter, read_sheets
from madein.ledger.convert import SCHEMA, rows_to_frame, to_claims
from madein.ledger.documents import read_documents
from madein.ledger.fields import SHOWN, Reader
from madein.ledger.identity import claim_ids
from madein.ledger.records import Draft, Record, claims_of_record
from madein.ledger.shapes import Shape, is_total, name_columns, shape_of

HEAD = 20
"""Rows of a sheet among which its header is looked for."""

LEAVE = frozenset({"instructions", "lists"})
"""Sheets of the template that hold no claims."""

YAML, JSON = frozenset({".yaml", ".yml"}), frozenset({".jsonl", ".ndjson", ".json"})
_GUARDED = "^'+[=+\\-@\uff1d\uff0b\uff0d\uff20]"


def read_claims(path: Path, reader: Reader, dates: Mapping[str, str], encoding: str) -> tuple[pl.DataFrame, Problems]:
    """Claims of one file and what is to be said of it; errors are collected, not raised.

    Raises
    ------
    MadeinError
        If the file cannot be opened, or is none of the forms that are read.
    """
    problems = Problems(path.name)
    if not path.is_file():
        raise MadeinError("there is no such file", path.name, fix="check its name and folder")
    suffix = path.suffix.lower()
    said = dates.get(path.name) or dates.get(path.stem) or reader.as_of
    source = reader.source or path.name
    reader = replace(reader, as_of=said, source=source)
    if suffix == ".parquet":
        return _parquet(path, reader, problems), problems
    # JSON and YAML have one decimal mark, and so have cells that a workbook holds as numbers.
    typed = Reader(reader.today, said, source, reader.words, reader.decimal or ".")
    if suffix in YAML | JSON:
        reader = replace(reader, decimal=reader.decimal or ".")  # as numbers of these forms are written
        return to_claims(read_documents(path, reader, dates, problems), typed, problems), problems
    if suffix not in EXCEL | TEXT:
        raise MadeinError(f"cannot read files ending in {suffix or 'nothing'!r}", path.name, fix="save it as .csv, .xlsx, .yaml, .jsonl or .parquet")
    if suffix in EXCEL:
        sheets = _sheets(path, reader, encoding, problems)
        return to_claims(sheets, reader if "_printed" in sheets.columns else typed, problems), problems
    return to_claims(_unguarded(_text(path, reader, encoding, problems)), reader, problems), problems


def _text(path: Path, reader: Reader, encoding: str, problems: Problems) -> pl.DataFrame:
    quick = None if encoding else _quick(path)
    return _sheets(path, reader, encoding, problems) if quick is None else quick


def _parquet(path: Path, reader: Reader, problems: Problems) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise MadeinError("the file is no Parquet", path.name, str(fault)[:200], "write it once more") from fault
    wrong = [c for c, t in SCHEMA.items() if frame.schema.get(c) != t]
    if wrong:
        raise MadeinError(f"columns {', '.join(wrong)} are not there, or not of the type of claims", path.name, fix="write it with Claims.write")
    frame = frame.select(*SCHEMA)
    changed = frame.with_row_index("_n").filter(frame["id"] != claim_ids(frame))
    for n, key in changed.select("_n", "id").head(SHOWN).iter_rows():
        problems.error(
            "the claim was changed after it was written", f"row {n + 1} column id", f"its id is {key}", "restore the file, and append a correction"
        )
    for n, said in frame.with_row_index("_n").filter(pl.col("said_from") > reader.today).select("_n", "said_from").head(SHOWN).iter_rows():
        problems.error(
            "said in the future", f"row {n + 1} column said_from", f"said {said}, read on {reader.today}", "correct the date, or read on a later day"
        )
    return frame


def _quick(path: Path) -> pl.DataFrame | None:
    """A plain table of claims, read in one pass; None for anything else."""
    if not path.stat().st_size:
        return None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = data.find(b"\n")
        first = data[: end if 0 <= end < 10_000 else 10_000]
        blank = data.find(b"\n\n") >= 0 or data.find(b"\n\r\n") >= 0 or data.find(b"\0") >= 0
    try:
        header = first.decode("utf-8").removeprefix("\ufeff").strip("\r\n")
    except UnicodeDecodeError:
        return None
    if not header.strip() or "\r" in header or "\0" in header:
        return None
    delimiter = find_delimiter(header)
    names = header.split(delimiter)
    columns = name_columns(names)
    if columns is None or blank or '"' in header or len(columns) < len(names) or len(set(columns.values())) < len(names):
        return None
    try:
        frame = pl.read_csv(path, separator=delimiter, infer_schema=False, low_memory=True)
    except pl.exceptions.PolarsError:
        return None
    frame.columns = [columns[i] for i in range(frame.width)]
    return frame


def _unguarded(drafts: pl.DataFrame) -> pl.DataFrame:
    """Text without the apostrophe that keeps a spreadsheet from taking it for a formula; `madein.ledger.writing` puts it there."""
    guarded = [c for c in drafts.columns if drafts.schema[c] == pl.String and drafts[c].str.starts_with("'").any()]
    return drafts.with_columns(
        pl.when(pl.col(c).str.contains(_GUARDED)).then(pl.col(c).str.slice(1)).otherwise(c).alias(c) for c in guarded
    )  # fmt: skip


def _sheets(path: Path, reader: Reader, encoding: str, problems: Problems) -> pl.DataFrame:
    sheets = [s for s in read_sheets(path, path.name, encoding) if s.name.casefold() not in LEAVE]
    frames = []
    for sheet in sheets:
        found = _header(sheet)
        if found is None:
            problems.warn(
                "no table of claims", f"sheet {sheet.name}" if sheet.name else "", "no row names its columns", "begin with the header of the template"
            )
            continue
        row, columns, shape = found
        text = _merged(sheet, row, columns, problems)
        frames.append(
            _claims_table(sheet, text, row, columns, problems)
            if shape is None
            else _event_table(sheet, text, row, columns, shape, path, reader, problems)
        )
    if not frames:
        raise MadeinError("the file holds no claims", path.name, "no row has the columns subject, predicate and value, or those of a known table",
                          "begin with the header of the template")  # fmt: skip
    return pl.concat(frames, how="diagonal")


def _header(sheet: Sheet) -> tuple[int, dict[int, str], Shape | None] | None:
    for n, row in enumerate(sheet.head(HEAD)):
        if columns := name_columns(row):
            return n, columns, None
        if found := shape_of(row):
            return n, found[1], found[0]
    return None


def _merged(sheet: Sheet, header: int, columns: Mapping[int, str], problems: Problems) -> pl.DataFrame:
    """The cells with texts of merged ranges repeated in each row they cover; numbers and ranges over columns are refused."""
    text = sheet.text
    for top, left, bottom, right in sheet.merged:
        if bottom < header or not any(left <= c <= right for c in columns):
            continue
        where = f"cell {sheet.address(top, left)}"
        over = f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"
        if right > left or top <= header:
            problems.error(
                "cells merged across columns" if right > left else "cells merged with the header", where, over, "unmerge them and write each cell"
            )
            continue
        value = text[top, left]
        if value and columns.get(left) not in ("subject", "predicate", "source", "as_of", "status", "note", "unit") and _numeric(value):
            problems.error(
                "a number in merged cells",
                where,
                f"{value!r} in {over} may hold for each row or for all together",
                "unmerge them and write each cell",
            )
            continue
        column = text[:, left].clone()
        text = text.with_columns(column.scatter(list(range(top, min(bottom + 1, text.height))), value))
    return text


def _numeric(text: str) -> bool:
    return any(c.isdigit() for c in text) and not any(c.isalpha() for c in text)


def _kept(sheet: Sheet, text: pl.DataFrame, header: int, problems: Problems) -> list[int]:
    """Rows below the header that hold something and are no totals."""
    rows = []
    for n, row in enumerate(text.slice(header + 1).iter_rows(), header + 1):
        cell = next(((c, i) for i, c in enumerate(row) if c and c.strip()), None)
        if cell is None:
            continue
        if is_total(cell[0]):
            problems.warn("a row of totals left out", f"cell {sheet.address(n, cell[1])}", f"it reads {cell[0]!r}", "nothing, or delete the row")
            continue
        rows.append(n)
    return rows


def _claims_table(sheet: Sheet, text: pl.DataFrame, header: int, columns: Mapping[int, str], problems: Problems) -> pl.DataFrame:
    seen = _once(sheet, header, columns, problems)
    for i, cell in enumerate(sheet.head(header + 1)[header]):
        if cell and i not in columns:
            problems.warn(f"the column {cell!r} is not read", f"cell {sheet.address(header, i)}", fix="name it as in the template, or leave it")
    rows = _kept(sheet, text, header, problems)
    body = text.select(pl.col(f"c{i}").alias(name) for name, i in seen.items())[rows]
    spot = seen.get("value", seen.get("low", 0))
    at = [f"cell {sheet.address(n, spot)}" if sheet.name else f"row {n + 1}" for n in rows]
    body = body.with_columns(pl.Series("_at", at, pl.String))
    return _told_if_printed(body, sheet, text, rows, [seen[name] for name in ("value", "low", "high") if name in seen])


def _once(sheet: Sheet, header: int, columns: Mapping[int, str], problems: Problems) -> dict[str, int]:
    """Position of each column; two of one name are an error."""
    seen: dict[str, int] = {}
    for i, name in columns.items():
        if name in seen:
            why = f"{sheet.address(header, seen[name])} is one, too"
            problems.error(f"two columns are {name}", f"cell {sheet.address(header, i)}", why, "rename or delete one")
        seen.setdefault(name, i)
    return seen


def _told_if_printed(frame: pl.DataFrame, sheet: Sheet, text: pl.DataFrame, rows: list[int], numeric: list[int]) -> pl.DataFrame:
    """Rows of a workbook, marked if a cell holds a number as text, whose decimal mark is then to be found."""
    typed = sheet.numbers
    printed = typed is not None and any(text[n, i] and typed[n, i] is None and _numeric(text[n, i]) for i in numeric for n in rows)
    return frame.with_columns(_printed=pl.lit("yes")) if printed else frame


def _event_table(
    sheet: Sheet, text: pl.DataFrame, header: int, columns: Mapping[int, str], shape: Shape, path: Path, reader: Reader, problems: Problems
) -> pl.DataFrame:
    drafts: list[Draft] = []
    seen: dict[tuple[str | None, ...], int] = {}
    spots = _once(sheet, header, columns, problems)
    rows = _kept(sheet, text, header, problems)
    for i in range(text.width):
        if i not in columns and any(text[n, i] for n in rows):
            problems.warn("a column without a name is not read", f"cell {sheet.address(header, i)}", fix="give it a name")
    for n in rows:
        cells = text.row(n)
        if cells in seen:
            problems.warn("the same row again, read once", f"row {n + 1}", f"row {seen[cells] + 1} is the same", "delete one of them")
            continue
        seen[cells] = n
        fields = {name: (cells[i] or "").strip() for i, name in columns.items() if i < len(cells)}
        said = next((fields[c] for c in shape.said if fields.get(c)), reader.as_of)
        at = {name: f"cell {sheet.address(n, i)}" for i, name in columns.items()}
        record = Record(fields, f"row {n + 1}", said, fields.get("source") or reader.source, path.name, at)
        drafts += claims_of_record(record, shape, reader.words, problems)
    told = {name: shape.field_of(name) for name in spots}
    numbers = [spots[name] for name, spec in told.items() if spec and reader.words.predicates[spec[0]["predicate"]].kind == "number"]
    return _told_if_printed(rows_to_frame(drafts), sheet, text, rows, numbers)
