"""Where the periods, the series and the numbers stand in a sheet.

Four layouts cover what statistical offices hand out: *down* (a period column, one or more columns of numbers, with or
without columns that name the series), *across* (a row of periods, perhaps two: years merged over months), *calendar*
(years down, months across) and *split* (one column for the year, one for the month). They are told apart by counting
cells that read as periods; words in headers, English or Vietnamese, only name the columns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from madein.core.errors import MadeinError
from madein.core.grid import Sheet
from madein.core.period_labels import fold, read_day_column, read_month, read_period, read_year
from madein.core.periods import Period, month_number

HEAD = 60
"""Rows looked at to find the layout."""

YEAR_WORDS = frozenset({"year", "nam"})
MONTH_WORDS = frozenset({"month", "thang"})
PERIOD_WORDS = frozenset({"period", "date", "time", "time_period", "ky", "thoi gian", "thoi ky", "ngay", "month", "thang"})
VALUE_WORDS = frozenset({"value", "obs_value", "gia tri", "tri gia", "so lieu", "so luong"})
UNIT_WORDS = frozenset({"unit", "units", "unit of measure", "unit_measure", "don vi", "don vi tinh", "dvt"})
NOTE_WORDS = frozenset({"note", "notes", "remark", "remarks", "source", "footnote", "ghi chu", "nguon", "stt", "no", "obs_status"})
_UNIT_LINE = re.compile(r"^\W{0,3}(?:unit|units|don vi tinh|don vi|dvt)\s?:\s?(.{1,40}?)\W{0,2}$")


@dataclass(frozen=True, slots=True)
class Layout:
    """Where things stand in a sheet, rows and columns counted from 0.

    Parameters
    ----------
    kind : {"down", "across", "calendar", "split"}
        See the module.
    body : int
        First row of the body.
    names : dict of int to str
        Header text of every column that carries one.
    labels : tuple of int
        Columns whose text names the series of a row.
    numbers : tuple of int
        *down*, *split*: columns of numbers.
    unit_column : int or None
        Column that holds the unit of a row.
    period_columns : tuple of int
        *down*: the period column; *split*: year column, month column; *calendar*: the year column.
    months : dict of int to int
        *across*: month number by column; *calendar*: month of the year by column.
    unit : str
        Unit printed for the whole sheet, such as in "Unit: million USD".
    skipped : tuple of (int, str)
        Columns left out, with the reason.
    """

    kind: Literal["down", "across", "calendar", "split"]
    body: int
    names: dict[int, str]
    labels: tuple[int, ...] = ()
    numbers: tuple[int, ...] = ()
    unit_column: int | None = None
    period_columns: tuple[int, ...] = ()
    months: dict[int, int] = field(default_factory=dict)
    unit: str = ""
    skipped: tuple[tuple[int, str], ...] = ()


def find_layout(sheet: Sheet, where: str) -> Layout:
    """The layout of a sheet.

    Raises
    ------
    MadeinError
        If no row and no column of the first `HEAD` rows reads as months.
    """
    head = _with_merged(sheet)
    across, down = _best_row(head), _best_column(head)
    split = _split_columns(head)
    unit = _sheet_unit(head)
    if split and (across is None or len(across[2]) < 3):
        return _by_rows(head, "split", split[0], split[1], unit)
    if across and (down is None or len(across[2]) >= down[2]):
        return _across(head, across, unit)
    if down:
        return _by_rows(head, "down", down[1], (down[0],), unit)
    calendar = _calendar(head, unit)
    if calendar:
        return calendar
    raise MadeinError(
        "no row or column of months was found", where, "a series needs periods such as 2024-07, Jul 2024 or Tháng 7/2024",
        "put the periods into one column, or into one row above the numbers",
    )  # fmt: skip


def _with_merged(sheet: Sheet) -> list[list[str]]:
    """The first rows, the text of a merged range standing in each of its cells."""
    head = sheet.head(HEAD)
    for top, left, bottom, right in sheet.merged:
        if top < len(head) and left < len(head[top]) and (right > left or bottom > top):
            for row in head[top : bottom + 1]:
                row[left : right + 1] = [head[top][left]] * len(row[left : right + 1])
    return head


def month_of(cell: str) -> int | None:
    """Number of the month a cell names, None where it names no month.

    Examples
    --------
    >>> month_of("2024-07-31") == month_of("T7/2024"), month_of("2024"), month_of("2024-07-15")
    (True, None, None)
    """
    period = read_period(cell) if cell else None
    if period is None:
        return None
    month = Period.months(period.first_month)
    # A date on the first or last day of a month stands for the month.
    edge = period.kind == "day" and period.first in (month.first, month.last)
    return period.first_month if period.kind == "month" or edge else None


def _best_row(head: list[list[str]]) -> tuple[int, int, dict[int, int]] | None:
    """Last header row, first header row and month by column, of the row (or pair of rows) with most months."""
    best: tuple[int, int, dict[int, int]] | None = None
    for r, row in enumerate(head):
        full = {c: m for c, cell in enumerate(row) if (m := month_of(cell)) is not None}
        found = (r, r, full)
        bare = {c: m for c, cell in enumerate(row) if (m := read_month(cell))}
        if len(bare) >= 2 and len(bare) > len(full):
            paired = _years_above(head, r, bare)
            if paired:
                found = paired
        if len(set(found[2].values())) >= 2 and (best is None or len(found[2]) > len(best[2])):
            best = found
    return best


def _years_above(head: list[list[str]], r: int, bare: dict[int, int]) -> tuple[int, int, dict[int, int]] | None:
    for up in range(r - 1, max(-1, r - 4), -1):
        year, years = None, {}
        for c, cell in enumerate(head[up]):
            year = read_year(cell) or (year if not cell else None)
            if year:
                years[c] = year
        months = {c: month_number(years[c], m) for c, m in bare.items() if c in years}
        if len(months) == len(bare):
            return r, up, months
    return None


def _best_column(head: list[list[str]]) -> tuple[int, int, int] | None:
    """Column, first row and count of the column with most months."""
    best: tuple[int, int, int] | None = None
    width = max(map(len, head), default=0)
    for c in range(width):
        cells = [(r, row[c]) for r, row in enumerate(head) if c < len(row) and row[c]]
        hits = [r for r, cell in cells if month_of(cell) is not None]
        if not hits:
            texts = [cell for _, cell in cells[1:]]
            if texts and read_day_column(texts):
                hits = [r for r, _ in cells[1:]]
        if hits and (len(hits) > 1 or fold(head[hits[0] - 1][c] if hits[0] else "") in PERIOD_WORDS) and (best is None or len(hits) > best[2]):
            best = (c, hits[0], len(hits))
    return best


def _split_columns(head: list[list[str]]) -> tuple[int, tuple[int, int]] | None:
    for r, row in enumerate(head[:-1]):
        words = [fold(cell) for cell in row]
        year = next((c for c, w in enumerate(words) if w in YEAR_WORDS), None)
        month = next((c for c, w in enumerate(words) if w in MONTH_WORDS), None)
        if year is None or month is None:
            continue
        below = head[r + 1]
        if read_year(below[year]) and (read_month(below[month]) or below[month].strip().isdigit()):
            return r + 1, (year, month)
    return None


def _calendar(head: list[list[str]], unit: str) -> Layout | None:
    for r, row in enumerate(head[:-1]):
        bare = {c: m for c, cell in enumerate(row) if (m := read_month(cell) or _ordinal(cell))}
        if len(bare) < 3 or len(set(bare.values())) < len(bare):
            continue
        years = [c for c in range(min(bare)) if sum(read_year(x[c]) is not None for x in head[r + 1 :]) >= 1]
        if years:
            return Layout("calendar", r + 1, _names(head, r, r), period_columns=(years[-1],), months=bare, unit=unit)
    return None


def _ordinal(cell: str) -> int | None:
    return int(cell) if cell.isdigit() and 1 <= int(cell[:3]) <= 12 else None


def _names(head: list[list[str]], first: int, last: int) -> dict[int, str]:
    """Header text by column over some rows, equal texts from merged cells said once."""
    names: dict[int, list[str]] = {}
    for row in head[first : last + 1]:
        for c, cell in enumerate(row):
            text = " ".join(cell.split())
            if text and text not in names.setdefault(c, []):
                names[c].append(text)
    return {c: ", ".join(parts) for c, parts in names.items() if parts}


def _header_top(head: list[list[str]], body: int) -> int:
    """First row of the header that ends just above the body: rows with one lone text are titles, not headers."""
    top = body - 1
    while top > 0 and body - top < 3 and len({c for c in head[top - 1] if c}) > 1 and not any(_is_number(c) for c in head[top - 1]):
        top -= 1
    return top


def _is_number(cell: str) -> bool:
    return any(c.isdigit() for c in cell) and not any(c.isalpha() for c in cell)


def _sheet_unit(head: list[list[str]]) -> str:
    for row in head[:15]:
        for cell in row:
            found = _UNIT_LINE.match(fold(cell)) if cell and len(cell) < 80 else None
            if found:
                return found[1]
    return ""


def _roles(head: list[list[str]], names: dict[int, str], body: int, taken: set[int]) -> tuple[tuple[int, ...], int | None, tuple[int, ...]]:
    """Label columns, unit column and number columns of a table whose rows are observations."""
    labels, numbers, unit = [], [], None
    width = max(map(len, head), default=0)
    for c in range(width):
        word = fold(names.get(c, ""))
        cells = [row[c] for row in head[body:] if c < len(row) and row[c]]
        if c in taken or word in NOTE_WORDS or (not cells and not word):
            continue
        if word in UNIT_WORDS:
            unit = c
        elif word in VALUE_WORDS or not cells or 2 * sum(map(_is_number, cells)) >= len(cells):
            numbers.append(c)
        else:
            labels.append(c)
    return tuple(labels), unit, tuple(numbers)


def _by_rows(head: list[list[str]], kind: Literal["down", "split"], body: int, periods: tuple[int, ...], unit: str) -> Layout:
    names = _names(head, _header_top(head, body), body - 1) if body else {}
    labels, unit_column, numbers = _roles(head, names, body, set(periods))
    return Layout(kind, body, names, labels, numbers, unit_column, periods, unit=unit)


def _across(head: list[list[str]], found: tuple[int, int, dict[int, int]], unit: str) -> Layout:
    last, first, months = found
    names = _names(head, first, last)
    left = [c for c in range(min(months)) if any(row[c] for row in head[last + 1 :])]
    unit_column = next((c for c in left if fold(names.get(c, "")) in UNIT_WORDS), None)
    labels = [c for c in left if c != unit_column and fold(names.get(c, "")) not in NOTE_WORDS]
    words = [c for c in labels if any(any(x.isalpha() for x in row[c]) for row in head[last + 1 :])]
    skipped = tuple((c, names[c]) for c in range(min(months), max(map(len, head))) if c not in months and c in names and names[c].strip())
    return Layout("across", last + 1, names, tuple(words or labels), (), unit_column, (), months, unit, skipped)
