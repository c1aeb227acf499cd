"""Any file of cells as one matrix of numbers with labels, every cell that is none named by its labels."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from madein.core.errors import MadeinError, Problems
from madein.core.grid import EXCEL, Sheet, decode, find_delimiter
from madein.core.icio import Floats

_TOLD = 50
_BLANK = 100
"""Empty rows above a table of a sheet that are passed over."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """Cells with labels.

    Attributes
    ----------
    rows, columns : tuple of str
        Labels; two levels are joined by ``|``. Empty for a matrix without any.
    cells : array (rows, columns)
        NaN where a cell was empty.
    source : str
        The file's name.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Floats
    source: str


def is_number(text: str) -> bool:
    """Whether a cell reads as a number.

    Examples
    --------
    >>> is_number("-1.5e3"), is_number(""), is_number("VNM_A01")
    (True, False, False)
    """
    try:
        float(text)
    except ValueError:
        return False
    return True


def text_matrix(data: bytes, label: str) -> Matrix:
    """Delimited text as a matrix.

    Raises
    ------
    MadeinError
        If the text is empty or in another encoding.
    BadInput
        Naming every cell that is neither a number nor empty.
    """
    head, mark, raw = _opened(data, label)
    lines = pl.read_csv(io.BytesIO(head.encode()), has_header=False, infer_schema=False, separator=mark, n_rows=3, truncate_ragged_lines=True)
    top = [[(c or "").strip() for c in row] for row in lines.iter_rows()]
    if lines.width < 2:
        raise MadeinError(
            "the file holds one column only", label, f"it begins {top[0][0][:60]!r}", "give a table of labels and flows, without a title above"
        )
    levels, keys = _shape(top)
    _labelled(top, levels, keys, label)
    body = _body(raw, levels, keys, lines.width, mark, top, label)
    return _matrix(top[:levels], body, keys, label)


def text_head(data: bytes, label: str, rows: int) -> list[list[str]]:
    """The first rows of delimited text, as they stand; none where quotation marks are out of place."""
    head, mark, _ = _opened(data, label)
    try:
        return list(islice(csv.reader(io.StringIO(head), delimiter=mark), rows))
    except csv.Error:
        return []


def text_grid(data: bytes, label: str, top: list[list[str]], keys: int) -> tuple[list[list[str]], Floats]:
    """What stands under a header of several rows: label columns and cells.

    Parameters
    ----------
    top : list of rows
        The header, as `text_head` gives it.
    keys : int
        Columns of labels.

    Raises
    ------
    BadInput
        Naming every cell that is neither a number nor empty.
    """
    _, mark, raw = _opened(data, label)
    body = _body(raw, len(top), keys, max(map(len, top)), mark, top, label)
    left = [[(v or "") for v in row] for row in body[:, :keys].iter_rows()]
    return left, np.ascontiguousarray(body[:, keys:].to_numpy(), dtype=np.float64)


def _opened(data: bytes, label: str) -> tuple[str, str, bytes]:
    """The first megabyte as text, the delimiter, and all bytes in UTF-8."""
    head = decode(data[: 1 << 20] if len(data) <= 1 << 20 else data[: data.rfind(b"\n", 0, 1 << 20) + 1 or len(data)], label)
    if not head.strip():
        raise MadeinError("the file is empty", label, fix="give a header and at least one row")
    raw = data.removeprefix(b"\xef\xbb\xbf") if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else decode(data, label).encode()
    # Labels tell the delimiter best: numbers may hold commas of their own.
    first = head.partition("\n")[0]
    marks = [m for m in ("\t", ";", ",") if m in first]
    return head, marks[0] if len(marks) == 1 else find_delimiter(head), raw


def _body(raw: bytes, levels: int, keys: int, width: int, mark: str, top: list[list[str]], label: str) -> pl.DataFrame:
    schema: dict[str, Any] = {f"c{i}": pl.String if i < keys else pl.Float64 for i in range(width)}
    try:
        return pl.read_csv(io.BytesIO(raw), has_header=False, skip_rows=levels, schema=schema, separator=mark)
    except pl.exceptions.PolarsError:
        return _strings(raw, levels, keys, mark, schema, top, label)


def _shape(top: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many header rows and label columns there are: none, one or two of each."""
    first = top[0]
    if is_number(first[0]) and all(is_number(c) for c in first[1:50]):
        return 0, 0
    levels = 2 if len(top) > 2 and sum(bool(c) and not _digits(c) for c in top[1][2:]) * 2 > len(top[1][2:]) > 0 else 1
    keys = 2 if len(top) > levels and len(top[levels]) > 2 and top[levels][1] and not _digits(top[levels][1]) and levels == 2 else 1
    return levels, keys


def _labelled(top: Sequence[Sequence[str]], levels: int, keys: int, label: str) -> None:
    """A first row that names its own row and holds numbers is no header."""
    if levels and sum(map(is_number, top[0][keys:])) * 2 > len(top[0][keys:]):
        raise MadeinError("the first row holds flows, not labels", label, f"it begins {', '.join(top[0][:3])}", "put the labels of the columns above")


def _digits(text: str) -> bool:
    """Whether a cell is a number, perhaps one with a comma for a point or marks between thousands."""
    return is_number(text) or (any(c.isdigit() for c in text) and all(c.isdigit() or c in " \u00a0\u202f,.'+-" for c in text))


def _mend(text: str) -> str:
    """What to do about a cell that is no number."""
    if _digits(text):
        return "write it like 1234.5: a point before decimals, nothing between thousands"
    return "give the flow, or 0"


def _longer(raw: bytes, width: int, mark: str) -> str:
    """The first row with more cells than the header."""
    text = raw.decode("utf-8", "replace")
    for line, row in enumerate(csv.reader(io.StringIO(text), delimiter=mark), 1):
        if len(row) > width:
            return f"row {row[0].strip() or line}, line {line}, has {len(row)} cells; there are {width} above"
    return ""


def _strings(raw: bytes, levels: int, keys: int, mark: str, schema: dict[str, Any], top: list[list[str]], label: str) -> pl.DataFrame:
    try:
        text = pl.read_csv(io.BytesIO(raw), has_header=False, skip_rows=levels, schema=dict.fromkeys(schema, pl.String), separator=mark)
    except pl.exceptions.PolarsError as fault:
        why = _longer(raw, len(schema), mark) or str(fault).splitlines()[0][:120]
        raise MadeinError("rows have unlike numbers of cells", label, why, "look for a cell too many, or a mark between thousands") from fault
    names = list(schema)[keys:]
    numbers = text.select(pl.col(names).str.strip_chars().cast(pl.Float64, strict=False))
    found = Problems(label)
    told = 0
    for j, name in enumerate(names):
        bad = text[name].is_not_null() & (text[name].str.strip_chars() != "") & numbers[name].is_null()
        for i in bad.arg_true():
            told += 1
            if told <= _TOLD:
                row = "|".join(str(v) for v in text.select(list(schema)[:keys]).row(i)) if keys else f"{i + 1}"
                column = "|".join(filter(None, (level[j + keys] for level in top[:levels]))) or f"{j + 1}"
                value = text[name][i]
                found.error("text where a number should be", f"row {row}, column {column}", f"it reads {value!r}", _mend(value))
    if told > _TOLD:
        found.error(f"{told - _TOLD} more cells hold text", fix="look at the export of the table")
    found.raise_errors()
    return text.select(*list(schema)[:keys]).hstack(numbers) if keys else numbers


def _matrix(top: Sequence[Sequence[str]], body: pl.DataFrame, keys: int, label: str) -> Matrix:
    # A closing delimiter makes a last column without a name or any cell.
    while body.width > keys + 1 and body[:, -1].null_count() == body.height and not any(t[body.width - 1] for t in top if len(t) >= body.width):
        body = body[:, :-1]
    columns = tuple("|".join(filter(None, (t[i] for t in top))) for i in range(keys, body.width)) if top else ()
    rows = tuple("|".join((v or "").strip() for v in row) for row in body[:, :keys].iter_rows()) if keys else ()
    return Matrix(rows, columns, np.ascontiguousarray(body[:, keys:].to_numpy(), dtype=np.float64), label)


def sheet_matrix(sheet: Sheet, source: str) -> Matrix | None:
    """A sheet that holds a labelled matrix; None if it holds no two rows.

    Raises
    ------
    BadInput
        Naming every cell that is neither a number nor empty.
    """
    head = sheet.head(_BLANK)
    skipped = next((i for i, row in enumerate(head) if any(c.strip() for c in row)), len(head))
    if sheet.text.height - skipped < 2:
        return None
    top = [[c.strip() for c in row] for row in sheet.head(skipped + 3)[skipped:]]
    levels, keys = _shape(top)
    _labelled(top, levels, keys, source)
    left, body = sheet_grid(sheet, skipped + levels, keys, top[:levels], source)
    columns = tuple("|".join(filter(None, (t[i] for t in top[:levels]))) for i in range(keys, len(top[0])))
    rows = tuple("|".join(row) for row in left)
    return Matrix(rows if keys else (), columns if levels else (), body, source)


def sheet_grid(sheet: Sheet, start: int, keys: int, top: Sequence[Sequence[str]], source: str) -> tuple[list[list[str]], Floats]:
    """Label columns and cells of a sheet from a row on.

    Raises
    ------
    BadInput
        Naming every cell that is neither a number nor empty.
    """
    text = sheet.text[start:]
    left = [[(c or "").strip() for c in row] for row in text[:, :keys].iter_rows()]
    # A typed number has more digits than its cell prints.
    blank = np.full((text.height, text.width - keys), np.nan)
    body = blank if sheet.numbers is None else np.array(sheet.numbers[start:, keys:].to_numpy(), dtype=np.float64)
    found = Problems(source)
    for j in map(int, np.flatnonzero(np.isnan(body).any(axis=0))):
        column = text[:, j + keys].str.strip_chars()
        number = column.cast(pl.Float64, strict=False)
        for i in np.flatnonzero(np.isnan(body[:, j]) & (column.fill_null("") != "").to_numpy()):
            value = number[int(i)]
            if value is None:
                label = "|".join(filter(None, (t[j + keys].strip() for t in top if len(t) > j + keys))) or str(j + keys + 1)
                place = "|".join(filter(None, left[i])) or str(start + i + 1)
                found.error("text where a number should be", f"row {place}, column {label}", f"it reads {column[int(i)]!r}", _mend(column[int(i)]))
            else:
                body[i, j] = value
    found.raise_errors()
    return left, body


def is_excel(path: Path) -> bool:
    """Whether a name ends like a workbook's."""
    return path.suffix.lower() in EXCEL
