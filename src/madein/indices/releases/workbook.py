"""A release workbook to cells: its tables found by the words of their titles, its columns by their headers.

The look is that of the monthly releases of Viet Nam's National Statistics Office: a title, perhaps with an English one below it,
a unit at the right, a header whose words are broken over several lines and merged over several columns, then rows of a label,
perhaps a unit, and numbers. Columns move, are merged and are renamed from year to year, so that nothing is found by its place.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError, Problem
from madein.core.grid import Sheet, read_sheets
from madein.core.period_labels import fold
from madein.core.periods import Period
from madein.core.printed import Mark, iter_numeric, looks_numeric, parse_numbers, settle
from madein.core.units import names_unit
from madein.indices.layout import UNIT_WORDS
from madein.indices.read import repr_number
from madein.indices.releases.cells import Release, tables, typed_cells
from madein.indices.releases.headers import read_headers
from madein.indices.releases.labels import DITTO

if TYPE_CHECKING:
    import polars as pl

HEAD = 40
"""Rows in which the first row of numbers must stand."""


def read_release(path: str | Path, release: date | None = None, *, source: str = "") -> Release:
    """Read the tables of a release workbook.

    Parameters
    ----------
    path : str or Path
        Excel workbook or CSV of one table.
    release : date, optional
        The day it was released; left out, the end of the newest month a header names, with a warning.
    source : str
        What messages and addresses call the file; its name if empty.

    Returns
    -------
    Release
        Sheets that hold none of the known tables are named in its warnings.

    Raises
    ------
    MadeinError
        If the file cannot be opened or no sheet holds a known table.
    """
    import polars as pl

    path = Path(path)
    label = source or path.name
    parts: list[pl.DataFrame] = []
    left: list[Problem] = []
    for sheet in read_sheets(path, label):
        cells = sheet_cells(sheet, label)
        if isinstance(cells, str):
            left.append(Problem("sheet left out", f"{label} sheet {sheet.name}", cells, severity="warning"))
        else:
            parts.append(cells)
    if not parts:
        raise MadeinError("no sheet holds a table of the release", label, left[0].why if left else "",
                          "the tables known are " + ", ".join(tables()))  # fmt: skip
    cells = pl.concat(parts)
    if release is None:
        newest = max(h.month for h in read_headers(cells["header"].unique().sort().to_list()) if h is not None)
        release = Period.months(newest).last
        left.append(Problem(f"the release is taken for one of {release}", label, "the newest month its headers name ends then",
                            "name the day of the release", "warning"))  # fmt: skip
    found = typed_cells(cells.with_columns(release_date=pl.lit(release.isoformat())), label)
    return Release(found.store, found.labels, found.unread, (*left, *found.warnings))


def sheet_cells(sheet: Sheet, where: str) -> pl.DataFrame | str:
    """The cells of the table in a sheet, or why it holds none.

    Returns
    -------
    polars.DataFrame
        ``table``, ``sheet``, ``row``, ``label``, ``col``, ``header``, ``value``; see `madein.indices.releases.cells.typed_cells`.
    """
    import polars as pl

    head = _spread(sheet)
    body = _first_body_row(sheet, head)
    if body is None:
        return "no row of numbers stands beside a label"
    columns = _number_columns(sheet, body)
    top, title = _title(head[:body], columns)
    table = _table_of(fold(title))
    if not table:
        return "its title names none of the known tables"
    headers = [_header(head[top:body], c) for c in columns]
    if not any(read_headers(headers)):
        return "no column header is understood"
    mark = _mark(sheet, body, columns, where)
    rows: list[tuple[int, str, int, str, str]] = []
    for r in range(body, sheet.text.height):
        label = _label([x or "" for x in sheet.text.row(r)[: columns[0]]])
        if not label:
            continue
        for c, header in zip(columns, headers, strict=True):
            value = _value(sheet, r, c, mark)
            if value:
                rows.append((r, label, c, header, value))
    schema = {"row": pl.Int64, "label": pl.String, "col": pl.Int64, "header": pl.String, "value": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(table=pl.lit(table), sheet=pl.lit(sheet.name))


def _spread(sheet: Sheet) -> list[list[str]]:
    """The first rows, a merged text standing in each column it is merged over (once: in its first row)."""
    head = sheet.head(HEAD)
    for top, left, _, right in sheet.merged:
        if top < len(head) and left < len(head[top]):
            for c in range(left, min(right + 1, len(head[top]))):
                head[top][c] = head[top][left]
    return head


def _first_body_row(sheet: Sheet, head: list[list[str]]) -> int | None:
    """The first row that has a label and, to its right, at least one number, and is followed by another such row."""
    hits = [r for r in range(len(head)) if _is_body(sheet, head, r)]
    return next((r for r in hits if r + 1 in hits or r + 2 in hits or r + 3 in hits), None)


def _is_body(sheet: Sheet, head: list[list[str]], r: int) -> bool:
    row = head[r]
    first = next((c for c, cell in enumerate(row) if cell.strip()), None)
    if first is None or looks_numeric(row[first]) or not any(x.isalpha() for x in row[first]):
        return False
    return any(_is_number(sheet, r, c, row[c]) for c in range(first + 1, len(row)))


def _is_number(sheet: Sheet, r: int, c: int, text: str) -> bool:
    if sheet.numbers is not None and sheet.numbers[r, c] is not None:
        return True
    return looks_numeric(text)


def _number_columns(sheet: Sheet, body: int) -> list[int]:
    """Columns that hold numbers below the header, all to the right of the labels."""
    rows = range(body, sheet.text.height)
    held = []
    for c in range(1, sheet.text.width):
        cells = [(r, x) for r in rows if (x := sheet.text[r, c])]
        numbers = sum(_is_number(sheet, r, c, x) for r, x in cells)
        if numbers and 2 * numbers >= len(cells):
            held.append(c)
    return held


def _title(head: list[list[str]], columns: list[int]) -> tuple[int, str]:
    """First row of the header, and the words above it: rows that name the table reach over the labels, header rows do not."""
    top = 0
    words: list[str] = []
    for r, row in enumerate(head):
        filled = [c for c, cell in enumerate(row) if cell.strip()]
        if filled and filled[0] < columns[0] and (len(set(filter(None, row))) == 1):
            words.append(row[filled[0]])
            top = r + 1
    return top, " ".join(words)


def _table_of(title: str) -> str:
    for name, rules in tables().items():
        if any(all(word in title for word in group) for group in rules["title"]):
            return name
    return ""


def _header(rows: list[list[str]], c: int) -> str:
    """The words above a column, line by line."""
    return " ".join(" ".join(row[c].split()) for row in rows if c < len(row) and row[c].strip())


def _label(texts: list[str]) -> str:
    """Label of a row, with the unit behind ``|`` where the last of several texts is one."""
    held = [" ".join(t.split()) for t in texts if t.strip()]
    if len(held) > 1 and (held[-1] in DITTO or names_unit(held[-1]) or fold(held[-1]) in UNIT_WORDS):
        return f"{' '.join(held[:-1])} | {held[-1]}"
    return " ".join(held) if any(c.isalpha() for c in "".join(held)) else ""


def _mark(sheet: Sheet, body: int, columns: list[int], where: str) -> Mark:
    """The decimal mark of numbers written as text."""
    texts = [sheet.text[r, c] for c in columns for r in range(body, sheet.text.height) if sheet.text[r, c]
             and (sheet.numbers is None or sheet.numbers[r, c] is None)]  # fmt: skip
    found = settle(iter_numeric(texts))
    if found.dot and found.comma:
        raise MadeinError("some numbers have a decimal point, others a decimal comma", f"{where} sheet {sheet.name}",
                          f"{found.dot} cells against {found.comma}", "use one mark throughout")  # fmt: skip
    if not found.dot and not found.comma and found.open_cell:
        raise MadeinError(f"is {found.open_cell!r} a thousand and more, or a number with three decimals?", f"{where} sheet {sheet.name}",
                          "no number in the sheet settles it", "make the cells numbers")  # fmt: skip
    return "," if found.comma else "."


def _value(sheet: Sheet, r: int, c: int, mark: Mark) -> str:
    """A number as plain text, text that is none as it stands, empty for a hole."""
    import polars as pl

    if sheet.numbers is not None and (typed := sheet.numbers[r, c]) is not None:
        return repr_number(typed) or ""
    text = sheet.text[r, c]
    if not text or not text.strip():
        return ""
    values, decimals, bad = parse_numbers(pl.Series([text], dtype=pl.String), mark)
    if bad[0]:
        return str(text)
    return "" if values[0] is None else f"{values[0]:.{decimals[0]}f}"
