"""Spreadsheets and delimited text as grids of text cells that know their address.

CSV and Excel arrive the same way: every cell as text, exactly as printed, plus, where the file itself typed a cell as a
number, that number. Readers of rooms find headers and bodies in the grid; nothing is dropped on the way, so that every
cell can be named as it stands in the file (``C14``, ``IIP!C14``).
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madein.core.errors import MadeinError

if TYPE_CHECKING:
    import polars as pl

MAX_TEXT_BYTES = 1_000_000_000
MAX_EXCEL_BYTES = 60_000_000
MAX_EXCEL_UNPACKED = 1_000_000_000
MAX_COLUMNS = 16_384
MAX_CELLS = 100_000_000
MAX_EXCEL_CELLS = 30_000_000
"""Limits on one file; a larger one is refused with a message rather than taking the machine down."""

EXCEL = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
TEXT = frozenset({".csv", ".tsv", ".txt"})
_HEAD = 40
"""Rows of a text file that are looked at to find its delimiter."""
_CHUNK = 100_000
"""Rows of a text file that are held as Python objects at once."""
_END = "\0"
"""What no text holds, a row behind the last: a row that swallows it has an open quotation mark."""
_CELL_NAME = re.compile(rb"""\sr\s?=\s?["']([A-Za-z]{1,3})([0-9]{1,7})["']""")


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
    if path.suffix.lower() in EXCEL:
        return _read_excel(path, label)
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
    if most_bytes and size > most_bytes:
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
        frame = _ragged(data, delimiter, label)
    frame.columns = [f"c{i}" for i in range(frame.width)]
    return Sheet("", frame, delimiter=delimiter)


def _refuse_vast(rows: int, columns: int, label: str) -> None:
    if columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise MadeinError(
            f"the table has {rows:,} rows and {columns:,} columns", label,
            f"tables over {MAX_COLUMNS:,} columns or {MAX_CELLS:,} cells are not read", "split it, or name its delimiter if that is wrong",
        )  # fmt: skip


def _ragged(data: bytes, delimiter: str, label: str) -> pl.DataFrame:
    """Rows of unlike length, blank lines and quotes kept: the slow and exact way."""
    import polars as pl

    csv.field_size_limit(10_000_000)
    lines = io.TextIOWrapper(io.BytesIO(data), "utf-8", newline="\n")
    reader = csv.reader(chain(lines, [_END]), delimiter=delimiter)
    parts: list[pl.DataFrame] = []
    height = width = 1
    try:
        while rows := list(islice(reader, _CHUNK)):
            last = rows[-1]
            height, width = height + len(rows), max(width, *map(len, rows))
            _refuse_vast(height, width, label)
            columns = [[(row[i] or None) if i < len(row) else None for row in rows] for i in range(max(1, *map(len, rows)))]
            parts.append(pl.DataFrame([pl.Series(f"c{i}", column, pl.String) for i, column in enumerate(columns)]))
    except csv.Error as fault:
        raise MadeinError("the file is no delimited text", label, str(fault), "save it as CSV once more") from fault
    if last != [_END]:
        raise MadeinError(
            f"a quotation mark opened in row {height - 1:,} is never closed", label, "it would swallow the rest of the file", "close it, or delete it"
        )
    return pl.concat(parts, how="diagonal")[:-1]


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
    lines = [line for line in raw[:65536].split("\n", _HEAD)[:_HEAD] if line.strip()]
    best, best_score = ",", (0.0, 0)
    for mark in ("\t", ";", ",", "|"):
        rows = [len(row) for row in csv.reader(lines, delimiter=mark)]
        width, times = Counter(rows).most_common(1)[0]
        score = (times / len(rows) if width > 1 else 0.0, width if times > 1 else 0)
        if width > 1 and score > best_score:
            best, best_score = mark, score
    return best


def _read_excel(path: Path, label: str) -> list[Sheet]:
    import python_calamine as calamine

    _check_excel(path, label)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheets = [_sheet(name, book.get_sheet_by_name(name)) for name in book.sheet_names]
    except calamine.PasswordError as fault:
        raise MadeinError("the workbook is locked by a password", label, fix="save it without one") from fault
    except (calamine.CalamineError, OSError, ValueError) as fault:
        raise MadeinError("the file is no workbook", label, str(fault)[:200], "open it and save it as .xlsx") from fault
    filled = [s for s in sheets if s.text.height]
    if not filled:
        raise MadeinError("every sheet is empty", label, fix="put a header and at least one row into a sheet")
    return filled


def _check_excel(path: Path, label: str) -> None:
    size = path.stat().st_size
    if not size:
        raise MadeinError("the file is empty", label, fix="put a header and at least one row into it")
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if max(size / MAX_EXCEL_BYTES, unpacked / MAX_EXCEL_UNPACKED) <= 1:
                for member in archive.infolist():
                    _refuse_far_cells(archive, member, label)
    except zipfile.BadZipFile:
        unpacked = 0  # .xls and locked workbooks are no archives
    except (zlib.error, EOFError, NotImplementedError, RuntimeError) as fault:
        raise MadeinError("the file is no workbook", label, str(fault)[:200], "open it and save it as .xlsx") from fault
    if size > MAX_EXCEL_BYTES or unpacked > MAX_EXCEL_UNPACKED:
        raise MadeinError(
            f"the workbook holds {max(size, unpacked) / 1e6:,.0f} MB", label,
            "workbooks over 60 MB, or 1 GB unpacked, are not opened", "save the sheets as CSV",
        )  # fmt: skip


def _refuse_far_cells(archive: zipfile.ZipFile, member: zipfile.ZipInfo, label: str) -> None:
    """A sheet is held as a full rectangle, so that one stray cell in its far corner would take all memory."""
    if not (member.filename.startswith("xl/worksheets/") and member.filename.endswith(".xml")):
        return
    columns: set[bytes] = set()
    rows, rest = 0, b""
    with archive.open(member) as xml:
        while block := xml.read(1 << 20):
            found = _CELL_NAME.findall(rest + block)
            columns.update(column for column, _ in found)
            rows = max(rows, *(int(row) for _, row in found)) if found else rows
            rest = block[-32:]
    wide = max((cell_position(f"{c.decode().upper()}1")[1] + 1 for c in columns), default=0)
    if rows * wide > MAX_EXCEL_CELLS:
        raise MadeinError(
            f"{member.filename} reaches to column {column_letters(wide - 1)} and row {rows:,}", label,
            f"sheets over {MAX_EXCEL_CELLS:,} cells are not opened", "delete the stray cells far from the table, or save the sheet as CSV",
        )  # fmt: skip


def _sheet(name: str, sheet: Any) -> Sheet:
    import polars as pl

    rows = sheet.to_python(skip_empty_area=False)
    width = max(map(len, rows), default=0)
    texts, numbers = [], []
    for i in range(width):
        column = [row[i] if i < len(row) else "" for row in rows]
        texts.append(pl.Series(f"c{i}", [_cell_text(c) for c in column], pl.String))
        numbers.append(pl.Series(f"c{i}", [_cell_number(c) for c in column], pl.Float64))
    merged = tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ())
    return Sheet(name, pl.DataFrame(texts), pl.DataFrame(numbers), merged=merged)


def _cell_text(cell: object) -> str | None:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) or None


def _cell_number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None
