"""Excel workbooks as grids: what a spreadsheet prints, cell by cell, in bounded memory.

The engine that reads cells knows neither how a number is printed nor which formula failed. For .xlsx both are taken from the
file itself, so that 0.154 printed as 15.4% arrives as 15.4 and 1234567 printed in thousands as 1234.567, as they would from a
CSV, and ``#DIV/0!`` is not taken for an empty cell.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from madein.core.errors import MadeinError
from madein.core.grid import MAX_EXCEL_BYTES, MAX_EXCEL_CELLS, MAX_EXCEL_UNPACKED, Sheet, cell_position, column_letters

if TYPE_CHECKING:
    from collections.abc import Mapping

_PART = 20_000_000
"""A part that only lists sheets or styles is never larger."""
_BLOCK = 1 << 20
_OVERLAP = 2048

_NAME = re.compile(rb"""\sr\s?=\s?["']([A-Za-z]{1,3})([0-9]{1,7})["']""")
_STYLED = re.compile(rb'<c\s+r="([A-Z]{1,3}[0-9]{1,7})"\s+s="([0-9]{1,6})"')
_FAILED = re.compile(rb'<c\s+r="([A-Z]{1,3}[0-9]{1,7})"[^>]*?\st="e"[^>]*>(?:<f[^<]{0,1000}(?:</f>|/>))?<v>([^<]{1,20})</v>')
_SPELT = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
"""What a number format prints as it stands: quoted, escaped, in brackets, as space or filling."""
_THOUSANDS = re.compile(r"[0#?.](,+)(?![0#?,.])")
_PERCENT = {"9": 2, "10": 2}
"""Powers of ten by which formats that are nowhere spelt out shift the number (ECMA-376 part 1, 18.8.30)."""


@dataclass
class _Marks:
    """What the cells of one worksheet print beyond their value: powers of ten and errors by column and row."""

    shifted: defaultdict[int, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    failed: defaultdict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))


def read_workbook(path: Path, label: str) -> list[Sheet]:
    """Every sheet that holds anything.

    Raises
    ------
    MadeinError
        On a file that is empty, too large, no workbook, or encrypted.
    """
    import python_calamine as calamine

    marks = _inspect(path, label)
    try:
        book = calamine.CalamineWorkbook.from_path(str(path))
        sheets = [_sheet(name, book.get_sheet_by_name(name), marks.get(name, _Marks())) for name in book.sheet_names]
    except calamine.PasswordError as fault:
        raise MadeinError("the workbook is locked by a password", label, fix="save it without one") from fault
    except (calamine.CalamineError, OSError, ValueError) as fault:
        raise _no_workbook(label, fault) from fault
    filled = [s for s in sheets if s.text.height]
    if not filled:
        raise MadeinError("every sheet is empty", label, fix="put a header and at least one row into a sheet")
    return filled


def _no_workbook(label: str, fault: Exception) -> MadeinError:
    return MadeinError("the file is no workbook", label, str(fault)[:200], "open it and save it as .xlsx")


def _inspect(path: Path, label: str) -> Mapping[str, _Marks]:
    """Refuse what is too large to open, and see how cells are printed."""
    size = path.stat().st_size
    if not size:
        raise MadeinError("the file is empty", label, fix="put a header and at least one row into it")
    unpacked = 0
    try:
        with zipfile.ZipFile(path) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
            if size <= MAX_EXCEL_BYTES and unpacked <= MAX_EXCEL_UNPACKED:
                return _all_marks(archive, label)
    except zipfile.BadZipFile:
        pass  # .xls and locked workbooks are no archives
    except (OSError, ValueError, EOFError, RuntimeError, zlib.error) as fault:
        raise _no_workbook(label, fault) from fault
    if size > MAX_EXCEL_BYTES or unpacked > MAX_EXCEL_UNPACKED:
        raise MadeinError(
            f"the workbook holds {max(size, unpacked) / 1e6:,.0f} MB", label,
            f"workbooks over {MAX_EXCEL_BYTES / 1e6:.0f} MB, or {MAX_EXCEL_UNPACKED / 1e9:.0f} GB unpacked, are not opened", "save the sheets as CSV",
        )  # fmt: skip
    return {}


def _all_marks(archive: zipfile.ZipFile, label: str) -> dict[str, _Marks]:
    members = set(archive.namelist())
    shifts = _shifting_styles(_part(archive, "xl/styles.xml")) if "xl/styles.xml" in members else {}
    marks = {name: _scan(archive, name, shifts, label) for name in sorted(members) if name.startswith("xl/worksheets/") and name.endswith(".xml")}
    return {sheet: marks[part] for sheet, part in _sheet_parts(archive, members) if part in marks}


def _part(archive: zipfile.ZipFile, name: str) -> ElementTree.Element:
    with archive.open(name) as part:
        try:
            return ElementTree.fromstring(part.read(_PART))
        except (ElementTree.ParseError, LookupError) as fault:
            raise ValueError(f"{name}: {fault}") from fault


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _shifting_styles(styles: ElementTree.Element) -> dict[bytes, int]:
    """Powers of ten by which cell styles shift what they print: percent by two, each closing comma by minus three."""
    formats = dict(_PERCENT)
    for element in styles.iter():
        if _local(element) == "numFmt":
            code = _SPELT.sub("", element.get("formatCode", "")).partition(";")[0]
            commas = _THOUSANDS.search(code)
            formats[element.get("numFmtId", "")] = 2 * code.count("%") - 3 * (len(commas[1]) if commas else 0)
    cells = next((e for e in styles.iter() if _local(e) == "cellXfs"), ())
    powers = {str(i).encode(): formats.get(style.get("numFmtId", ""), 0) for i, style in enumerate(cells)}
    return {style: power for style, power in powers.items() if power}


def _sheet_parts(archive: zipfile.ZipFile, members: set[str]) -> Iterator[tuple[str, str]]:
    """Name of each worksheet and the part that holds it."""
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= members:
        return
    targets = {e.get("Id"): e.get("Target", "") for e in _part(archive, "xl/_rels/workbook.xml.rels")}
    for element in _part(archive, "xl/workbook.xml").iter():
        if _local(element) == "sheet":
            target = targets.get(next((value for key, value in element.items() if key.endswith("}id")), None), "")
            yield element.get("name", ""), target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _scan(archive: zipfile.ZipFile, part: str, shifts: Mapping[bytes, int], label: str) -> _Marks:
    """Marks of one worksheet.

    A sheet is held as a full rectangle, so that one stray cell in its far corner would take all memory: it is refused here.
    """
    marks = _Marks()
    columns: set[bytes] = set()
    rows, rest = 0, b""
    with archive.open(part) as xml:
        while block := xml.read(_BLOCK):
            text = rest + block
            found = _NAME.findall(text)
            columns.update(column for column, _ in found)
            rows = max(rows, max((int(row) for _, row in found), default=0))
            for name, style in _STYLED.findall(text) if shifts else ():
                if style in shifts:
                    row, column = cell_position(name.decode())
                    marks.shifted[column][row] = shifts[style]
            for name, fault in _FAILED.findall(text) if b't="e"' in text else ():
                row, column = cell_position(name.decode())
                marks.failed[column][row] = fault.decode("utf-8", "replace")
            rest = text[-_OVERLAP:]
    wide = max((cell_position(f"{c.decode().upper()}1")[1] + 1 for c in columns), default=0)
    if rows * wide > MAX_EXCEL_CELLS:
        raise MadeinError(
            f"{part} reaches to column {column_letters(wide - 1)} and row {rows:,}", label,
            f"sheets over {MAX_EXCEL_CELLS:,} cells are not opened", "delete the stray cells far from the table, or save the sheet as CSV",
        )  # fmt: skip
    return marks


def _sheet(name: str, sheet: Any, marks: _Marks) -> Sheet:
    import polars as pl

    rows = sheet.to_python(skip_empty_area=False)
    width = max(map(len, rows), default=0)
    texts, numbers = [], []
    for i in range(width):
        column = [row[i] if i < len(row) else "" for row in rows]
        text, number = [_cell_text(c) for c in column], [_cell_number(c) for c in column]
        for row, fault in marks.failed.get(i, {}).items():
            if row < len(rows):
                text[row] = text[row] or fault
        for row, power in marks.shifted.get(i, {}).items():
            if row < len(rows) and (value := number[row]) is not None:
                # Shifted in decimal: a product would carry binary noise that no cell printed.
                shown = float(Decimal(repr(value)).scaleb(power))
                number[row], text[row] = shown, f"{shown:.12g}" + ("%" if power == 2 else "")
        texts.append(pl.Series(f"c{i}", text, pl.String))
        numbers.append(pl.Series(f"c{i}", number, pl.Float64))
    merged = tuple((a[0], a[1], b[0], b[1]) for a, b in sheet.merged_cell_ranges or ())
    return Sheet(name, pl.DataFrame(texts), pl.DataFrame(numbers), merged=merged)


def _cell_text(cell: object) -> str | None:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return repr(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == datetime.min.time() else cell.isoformat(" ")
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell) or None


def _cell_number(cell: object) -> float | None:
    return float(cell) if isinstance(cell, (int, float)) and not isinstance(cell, bool) else None
