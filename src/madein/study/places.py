"""A place inside a source, shown with what stands around it."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from pathlib import Path

from madein.core.errors import MadeinError
from madein.core.grid import EXCEL, TEXT, Sheet, cell_position, column_letters, read_sheets
from madein.core.step import Ref, Source

MAX_BYTES = 20_000_000
"""Sources larger than this are named by address only: their context is one command away, and reports stay quick."""

_CELL = re.compile(r"cell (?:(.*)!)?([A-Z]{1,4}[0-9]{1,9})", re.DOTALL)
_CHARS = re.compile(r"chars ([0-9]{1,12}):([0-9]{1,12})")
_AROUND = 90


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands in a file.

    Parameters
    ----------
    grid : tuple of rows
        Row number (or '') and cell texts, a header row of column letters first; empty where the place is no cell.
    at : tuple of (row, column) or None
        Which entry of `grid` is meant.
    before, text, after : str
        The words around and at a span of characters.
    """

    grid: tuple[tuple[str, ...], ...] = ()
    at: tuple[int, int] | None = None
    before: str = ""
    text: str = ""
    after: str = ""


def place_of(source: Source, ref: Ref) -> Place | None:
    """The context of a reference into a source; None where the file is gone, too large or the place is the whole of it."""
    if not source.path.is_file() or source.path.stat().st_size > MAX_BYTES:
        return None
    cell, chars = _CELL.fullmatch(ref.at), _CHARS.fullmatch(ref.at)
    try:
        if cell and source.path.suffix.lower() in EXCEL | TEXT:
            return _cell_place(_sheets(source.path, source.sha256), cell[1] or "", cell[2])
        if chars:
            return _chars_place(_text(source.path, source.sha256), int(chars[1]), int(chars[2]))
    except (MadeinError, OSError, UnicodeDecodeError):
        return None
    return None


@functools.lru_cache(maxsize=8)
def _sheets(path: Path, _sha256: str) -> list[Sheet]:
    return read_sheets(path)


@functools.lru_cache(maxsize=8)
def _text(path: Path, _sha256: str) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.read()


def _cell_place(sheets: list[Sheet], name: str, cell: str) -> Place | None:
    sheet = next((s for s in sheets if s.name == name), None)
    row, column = cell_position(cell)
    if sheet is None or row >= sheet.text.height or column >= sheet.text.width:
        return None
    rows = sorted({0, *range(max(0, row - 2), min(sheet.text.height, row + 2))})
    columns = sorted({0, *range(max(0, column - 1), min(sheet.text.width, column + 2))})
    grid = [("", *(column_letters(c) for c in columns))]
    for r in rows:
        cells = sheet.text.row(r)
        grid.append((str(r + 1), *(_short(cells[c] or "") for c in columns)))
    return Place(grid=tuple(grid), at=(1 + rows.index(row), 1 + columns.index(column)))


def _chars_place(text: str, start: int, end: int) -> Place | None:
    if not start <= end <= len(text):
        return None
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    return Place(before=" ".join(before.split()), text=text[start:end], after=" ".join(after.split()))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 40 else text[:39] + "…"
