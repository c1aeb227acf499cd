"""Excel workbooks: text stays text, whatever it begins with."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madein.study.finished import FinishedStudy
from madein.study.run import FIGURE_COLUMNS, figure_row

if TYPE_CHECKING:
    import polars as pl

MOST_ROWS = 1_048_575
"""Rows of data a worksheet can hold below its header."""

MOST_CELL = 32_000
"""Characters a cell can hold."""


def write_workbook(study: FinishedStudy, path: Path) -> None:
    """Figures, sources and every table that fits a worksheet, one sheet each."""
    sheets: dict[str, tuple[Sequence[str], Iterable[Sequence[Any]]]] = {
        "figures": (FIGURE_COLUMNS, map(figure_row, study.figures.values())),
        "sources": (
            ("id", "title", "publisher", "licence", "date", "basis", "url", "sha256"),
            [(s.id, s.title, s.publisher, s.licence, s.date, s.basis, s.url, s.sha256) for s in study.sources.values()],
        ),
    }
    for name, about in study.tables.items():
        if about["rows"] <= MOST_ROWS:
            frame = study.table(name).frame
            rows = ([" ; ".join(c) if isinstance(c, list) else c for c in r] for r in frame.iter_rows())
            sheets[name] = (frame.columns, rows)
    _write(path, sheets)


def write_sheets(path: Path, frames: Mapping[str, pl.DataFrame]) -> None:
    """One sheet a frame."""
    _write(path, {name: (f.columns, f.iter_rows()) for name, f in frames.items()})


def _write(path: Path, sheets: Mapping[str, tuple[Sequence[str], Iterable[Sequence[Any]]]]) -> None:
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "constant_memory": True}
    book = xlsxwriter.Workbook(str(path), options)
    # No clock: the same study gives the same file.
    book.set_properties({"created": datetime.datetime(2000, 1, 1)})
    bold = book.add_format({"bold": True, "bottom": 1})
    used: set[str] = set()
    for name, (header, rows) in sheets.items():
        sheet = book.add_worksheet(_sheet_name(name, used))
        sheet.freeze_panes(1, 0)
        for c, title in enumerate(header):
            sheet.write_string(0, c, title, bold)
            sheet.set_column(c, c, 44 if title in ("id", "_src", "parents", "method", "absent", "sha256") else 16)
        for r, row in enumerate(rows, 1):
            for c, value in enumerate(row):
                if isinstance(value, (int, float)) and not isinstance(value, bool):
                    sheet.write_number(r, c, value)
                elif value is not None:
                    sheet.write_string(r, c, str(value)[:MOST_CELL])
    book.close()


def _sheet_name(name: str, used: set[str]) -> str:
    """At most 31 characters, none that Excel forbids, none twice."""
    base = "".join("_" if c in "[]:*?/\\'" else c for c in name)[:31] or "sheet"
    out, n = base, 2
    while out.lower() in used:
        out = f"{base[: 30 - len(str(n))]}~{n}"
        n += 1
    used.add(out.lower())
    return out
