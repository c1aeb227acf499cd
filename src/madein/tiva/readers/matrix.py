"""Any file of cells as one matrix of numbers with labels, every cell that is none named by its labels."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from madein.core.errors import MadeinError, Problems
from madein.core.grid import EXCEL, decode, find_delimiter, read_sheets
from madein.core.icio import Floats

_TOLD = 50


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
    head = decode(data[: 1 << 20] if len(data) <= 1 << 20 else data[: data.rfind(b"\n", 0, 1 << 20) + 1 or len(data)], label)
    if not head.strip():
        raise MadeinError("the file is empty", label, fix="give a header and at least one row")
    mark = find_delimiter(head)
    raw = data.removeprefix(b"\xef\xbb\xbf") if not data.startswith((b"\xff\xfe", b"\xfe\xff")) else decode(data, label).encode()
    lines = pl.read_csv(io.BytesIO(head.encode()), has_header=False, infer_schema=False, separator=mark, n_rows=3, truncate_ragged_lines=True)
    top = [[(c or "").strip() for c in row] for row in lines.iter_rows()]
    levels, keys = _shape(top)
    schema: dict[str, Any] = {f"c{i}": pl.String if i < keys else pl.Float64 for i in range(lines.width)}
    try:
        body = pl.read_csv(io.BytesIO(raw), has_header=False, skip_rows=levels, schema=schema, separator=mark)
    except pl.exceptions.PolarsError:
        body = _strings(raw, levels, keys, mark, schema, top, label)
    return _matrix(top[:levels], body, keys, label)


def _shape(top: Sequence[Sequence[str]]) -> tuple[int, int]:
    """How many header rows and label columns there are: none, one or two of each."""
    first = top[0]
    if is_number(first[0]) and all(is_number(c) for c in first[1:50]):
        return 0, 0
    levels = 2 if len(top) > 2 and sum(bool(c) and not is_number(c) for c in top[1][2:]) * 2 > len(top[1][2:]) > 0 else 1
    keys = 2 if len(top) > levels and len(top[levels]) > 2 and top[levels][1] and not is_number(top[levels][1]) and levels == 2 else 1
    return levels, keys


def _strings(raw: bytes, levels: int, keys: int, mark: str, schema: dict[str, Any], top: list[list[str]], label: str) -> pl.DataFrame:
    try:
        text = pl.read_csv(io.BytesIO(raw), has_header=False, skip_rows=levels, schema=dict.fromkeys(schema, pl.String), separator=mark)
    except pl.exceptions.PolarsError as fault:
        raise MadeinError("rows have unlike numbers of cells", label, str(fault).splitlines()[0][:120], "save the whole table once more") from fault
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
                found.error("text where a number should be", f"row {row}, column {column}", f"it reads {text[name][i]!r}", "give the flow, or 0")
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


def excel_matrices(path: Path) -> list[Matrix]:
    """Each sheet of a workbook that holds a labelled matrix."""
    out = []
    for sheet in read_sheets(path):
        cells = [[(c or "").strip() for c in row] for row in sheet.text.iter_rows()]
        skipped = 0
        while cells and not any(cells[0]):
            cells.pop(0)
            skipped += 1
        if len(cells) < 2:
            continue
        levels, keys = _shape(cells[:3])
        found = Problems(f"{path.name} sheet {sheet.name}".strip())
        body = np.full((len(cells) - levels, len(cells[0]) - keys), np.nan)
        # A typed number has more digits than its cell prints.
        typed = None if sheet.numbers is None else sheet.numbers.to_numpy()[skipped + levels :, keys:]
        for i, row in enumerate(cells[levels:]):
            for j, text in enumerate(row[keys:]):
                if typed is not None and np.isfinite(number := np.float64(typed[i, j])):
                    body[i, j] = number
                    continue
                if not text:
                    continue
                try:
                    body[i, j] = float(text)
                except ValueError:
                    column = "|".join(filter(None, (t[j + keys] for t in cells[:levels])))
                    found.error(
                        "text where a number should be", f"row {'|'.join(row[:keys])}, column {column}", f"it reads {text!r}", "give the flow, or 0"
                    )
        found.raise_errors()
        columns = tuple("|".join(filter(None, (t[i] for t in cells[:levels]))) for i in range(keys, len(cells[0])))
        rows = tuple("|".join(row[:keys]) for row in cells[levels:])
        out.append(Matrix(rows if keys else (), columns if levels else (), body, f"{path.name} {sheet.name}".strip()))
    if not out:
        raise MadeinError("no sheet holds a table", path.name, fix="put labels into the first row and the first column")
    return out


def is_excel(path: Path) -> bool:
    """Whether a name ends like a workbook's."""
    return path.suffix.lower() in EXCEL
