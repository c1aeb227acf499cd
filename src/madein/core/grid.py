"""Spreadsheets and delimited text as grids of text cells that know their address.

CSV and Excel arrive the same way: every cell as text, exactly as printed, plus, where the file itself typed a cell as a
number, that number. Readers of rooms find headers and bodies in the grid; nothing is dropped on the way, so that every
cell can be named as it stands in the file (``C14``, ``IIP!C14``).
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError

if TYPE_CHECKING:
    import polars as pl

MAX_TEXT_BYTES = 1_000_000_000
MAX_COLUMNS = 16_384
MAX_CELLS = 100_000_000
MAX_EXCEL_BYTES = 60_000_000
MAX_EXCEL_UNPACKED = 1_000_000_000
MAX_EXCEL_CELLS = 30_000_000
"""Limits on one file; a larger one is refused with a message rather than taking the machine down."""

EXCEL = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
TEXT = frozenset({".csv", ".tsv", ".txt"})
_HEAD = 40
"""Rows of a text file that are looked at to find its delimiter."""
_CHUNK = 100_000
"""Rows of a text file that are held as Python objects at once."""
_END = "\0"
"""What no text holds. Two of them make a row behind the last; the row that swallows them has an open quotation mark."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One rectangle of cells.

    Parameters
    ----------
    name : str
        Name of the worksheet; empty for a text file.
    text : polars.DataFrame
        All cells as text, columns ``c0 ... cn``; empty cells are null. Row 0 is the first row of the file.
    numbers : polars.DataFrame or None
        Same shape, float64 where the file typed the cell as a number, else null; None for text files.
    delimiter : str
        What separates the columns of a text file.
    merged : tuple of (row, column, row, column)
        Merged ranges, first and last cell, counted from 0.
    """

    name: str
    text: pl.DataFrame
    numbers: pl.DataFrame | None = None
    delimiter: str = ""
    merged: tuple[tuple[int, int, int, int], ...] = ()

    def address(self, row: int, column: int) -> str:
        """``C14`` or ``IIP!C14`` for the cell, both counted from 0.

        Examples
        --------
        >>> import polars as pl
        >>> Sheet("IIP", pl.DataFrame()).address(13, 2)
        'IIP!C14'
        """
        cell = f"{column_letters(column)}{row + 1}"
        return f"{self.name}!{cell}" if self.name else cell

    def head(self, rows: int) -> list[list[str]]:
        """The first rows as lists of text, empty cells as ''."""
        return [[c or "" for c in row] for row in self.text.head(rows).iter_rows()]


def column_letters(column: int) -> str:
    """Spreadsheet name of a column counted from 0.

    Examples
    --------
    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(701), column_letters(702)
    ('A', 'Z', 'AA', 'ZZ', 'AAA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def cell_position(cell: str) -> tuple[int, int]:
    """Row and column, from 0, of an address without sheet.

    Examples
    --------
    >>> cell_position("C14"), cell_position("AAA1")
    ((13, 2), (0, 702))
    """
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]) - 1, column - 1


def read_sheets(path: Path, label: str = "", encoding: str = "", delimiter: str = "", most_bytes: int = 0) -> list[Sheet]:
    """All sheets of a CSV, TSV or Excel file.

    Parameters
    ----------
    path : Path
        The file.
    label : str
        How messages call it; the file's name if empty.
    encoding : str
        Encoding of a text file; UTF-8 (or UTF-16 with a byte order mark) if empty.
    delimiter : str
        Delimiter of a text file; found by counting if empty.
    most_bytes : int
        Read only the lines within so many first bytes of a text file; all if 0.

    Raises
    ------
    MadeinError
        On a file that is empty, too large, no spreadsheet, encrypted, or in another encoding.
    """
    label = label or path.name
    if not path.is_file():
        raise MadeinError("there is no such file", label, fix="check its name and folder")
    if not path.is_file():
        raise MadeinError("there is no such file", label, fix="check its name and folder")
    if path.suffix.lower() in EXCEL:
        from madein.core.workbook import read_workbook

        return read_workbook(path, label)
    if path.suffix.lower() in TEXT:
        return [_read_text(path, label, encoding, delimiter, most_bytes)]
    raise MadeinError(
        f"cannot read files ending in {path.suffix or 'nothing'!r}", label,
        fix="save it as .csv or .xlsx (also read: .tsv .txt .xls .xlsb .xlsm .ods)",
    )  # fmt: skip


def _read_text(path: Path, label: str, encoding: str, delimiter: str, most_bytes: int) -> Sheet:
    import polars as pl

    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        raise MadeinError(f"the file is {size / 1e9:.1f} GB", label, "files over 1 GB are not read whole", "split it")
    with path.open("rb") as file:
        data = file.read(most_bytes or -1)
    cut = bool(most_bytes) and size > most_bytes
    if cut:
        # In UTF-16 a line end is two bytes, of which the second may come after the one found.
        end = data.rfind(b"\n") + 1
        data = data[: end + end % 2 if data.startswith((b"\xff\xfe", b"\xfe\xff")) else end]
    raw = decode(data, label, encoding).replace("\r\n", "\n").replace("\r", "\n")
    if not raw.strip():
        raise MadeinError("the file is empty", label, fix="put a header and at least one row into it")
    if "\0" in raw:
        raise MadeinError("the file is binary, not text", label, fix="save it as CSV, or give it its true ending")
    delimiter = delimiter or find_delimiter(raw)
    lines = raw.count("\n") + (not raw.endswith("\n"))
    # A quotation mark or a blank line makes a row something else than a line.
    plain = not ('"' in raw or "\n\n" in raw or raw.startswith("\n"))
    _refuse_vast(lines, raw.partition("\n")[0].count(delimiter) + 1, label)
    data = raw.encode("utf-8")
    del raw
    frame = None
    if plain:
        try:
            frame = pl.read_csv(data, has_header=False, infer_schema=False, separator=delimiter)
        except pl.exceptions.PolarsError:
            frame = None
    if frame is None or frame.height != lines:
        frame = _ragged(data, delimiter, label, cut)
    frame.columns = [f"c{i}" for i in range(frame.width)]
    return Sheet("", frame, delimiter=delimiter)


def _refuse_vast(rows: int, columns: int, label: str) -> None:
    if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise MadeinError(
            f"the table has {rows:,} rows and {columns:,} columns", label,
            f"tables over {MAX_COLUMNS:,} columns or {MAX_CELLS:,} cells are not read", "split it, or name its delimiter if that is wrong",
        )  # fmt: skip


def _ragged(data: bytes, delimiter: str, label: str, cut: bool) -> pl.DataFrame:
    """Rows of unlike length, blank lines and quotes kept: the slow and exact way."""
    import polars as pl

    csv.field_size_limit(10_000_000)
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="\n")
    reader = csv.reader(chain(lines, [_END + delimiter + _END]), delimiter=delimiter)
    parts: list[pl.DataFrame] = []
    height, width, closed = 0, 1, False
    try:
        while rows := list(islice(reader, _CHUNK)):
            if rows[-1] == [_END, _END]:
                closed = bool(rows.pop())
            here = max(map(len, rows), default=1)
            height, width = height + len(rows), max(width, here)
            _refuse_vast(height, width, label)
            columns = [[(row[i] or None) if i < len(row) else None for row in rows] for i in range(max(1, here))]
            parts.append(pl.DataFrame([pl.Series(f"c{i}", column, pl.String) for i, column in enumerate(columns)]))
    except csv.Error as fault:
        raise MadeinError("the file is no delimited text", label, str(fault), "save it as CSV once more") from fault
    if not closed and not cut:
        raise MadeinError(
            f"a quotation mark opened in row {height:,} is never closed", label, "it would swallow the rest of the file", "close it, or delete it"
        )
    return pl.concat(parts, how="diagonal")[: height if closed else height - 1]


def decode(data: bytes, label: str, encoding: str = "") -> str:
    """Bytes to text: the encoding named, a byte order mark's, or strict UTF-8.

    Raises
    ------
    MadeinError
        If the bytes are not in that encoding: the first bad line is named, nothing is guessed.

    Examples
    --------
    >>> decode("Thái".encode("utf-16"), "x.csv")
    'Thái'
    """
    if not encoding:
        marks = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
        encoding = next((e for mark, e in marks.items() if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding).removeprefix("\ufeff")
    except LookupError as fault:
        raise MadeinError(f"no encoding is called {encoding!r}", label, fix="try utf-8, cp1258 or utf-16") from fault
    except UnicodeDecodeError as fault:
        line = data[: fault.start].count(b"\n") + 1
        raise MadeinError(
            f"line {line} is not {encoding}", label, f"byte 0x{data[fault.start]:02x} at offset {fault.start}",
            "save the file as UTF-8, or name its encoding, for Vietnamese Windows files cp1258",
        ) from fault  # fmt: skip


def find_delimiter(raw: str) -> str:
    """The one of tab, semicolon, comma and bar that splits the first rows most evenly.

    Examples
    --------
    >>> find_delimiter("kỳ;giá trị\\n2024-01;13,43\\n"), find_delimiter("period,value\\n2024-01,1.5\\n")
    (';', ',')
    """
    lines = [line for line in raw[:65536].replace("\r\n", "\n").replace("\r", "\n").split("\n") if line.strip()][:_HEAD]
    if not lines:
        return ","
    best, best_score = ",", (0.0, 0)
    for mark in ("\t", ";", ",", "|"):
        rows = [len(row) for row in csv.reader(lines, delimiter=mark)]
        width, times = Counter(rows).most_common(1)[0]
        score = (times / len(rows) if width > 1 else 0.0, width if times > 1 else 0)
        if width > 1 and score > best_score:
            best, best_score = mark, score
    return best
