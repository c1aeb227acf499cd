"""Where the periods, the series and the numbers stand in a sheet.

Four layouts cover what statistical offices hand out: *down* (a period column, one or more columns of numbers, with or
without columns that name the series), *across* (a row of periods, perhaps two: years merged over months), *calendar*
(years down, months across) and *split* (one column for the year, one for the month). They are told apart by counting
cells that read as periods; words in headers, English or Vietnamese, only name the columns.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from madein.core.errors import MadeinError
from madein.core.grid import Sheet, column_letters
from madein.core.period_labels import fold, read_month, read_month_number, read_period, read_year
from madein.core.printed import MISSING, looks_numeric
from madein.indices.months import MONTH_WORDS, PERIOD_WORDS, YEAR_WORDS, MonthRow, best_column, best_row

if TYPE_CHECKING:
    import polars as pl

HEAD = 60
"""Rows looked at to find the layout."""

VALUE_WORDS = frozenset({"value", "obs_value", "gia tri", "tri gia", "so lieu", "so luong"})
UNIT_WORDS = frozenset({"unit", "units", "unit of measure", "unit_measure", "don vi", "don vi tinh", "dvt"})
NOTE_WORDS = frozenset({
    "note", "notes", "remark", "remarks", "source", "footnote", "footnotes", "flag", "flags", "status", "symbol", "no", "stt", "tt",
    "ghi chu", "nguon", "trang thai", "obs_status", "obs_flag", "obs_conf", "conf_status", "decimals", "last update", "last_update",
})  # fmt: skip
CODE_WORDS = frozenset({"code", "id", "isic", "nace", "vsic", "hs", "hs code", "sitc", "ma", "ma so", "ma hs", "ma nganh"})
SCALE_WORDS = frozenset({"unit_mult", "unit_multiplier", "unit multiplier"})
_COLUMN_NUMBER = re.compile(r"\(?(?:([0-9]{1,3})|[A-Z])\)?")
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
    scale_column : int or None
        Column of powers of ten by which the numbers are scaled.
    skipped : tuple of (str, int, int, str)
        What is left out ("row", "column"), the row and column where it stands, and why.
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
    scale_column: int | None = None
    skipped: tuple[tuple[str, int, int, str], ...] = ()


def find_layout(sheet: Sheet, where: str) -> Layout:
    """The layout of a sheet.

    Raises
    ------
    MadeinError
        If no row and no column of the first `HEAD` rows reads as months, or if both do and neither is plainly the periods.
    """
    head = _with_merged(sheet)
    across, other_row = best_row(head)
    down, other_column = best_column(head)
    if across and down and down.headed and down.at in across.months and across.at in down.months:
        across = None  # a row of the body that holds several dates
    split = _split_columns(head)
    if split and (across is None or len(across.months) < 3):
        return _by_rows(sheet, head, "split", split[0], split[1])
    if across and down and min(len(across.months), len(down.months)) >= 3 and across.at < down.first and down.at < min(across.months):
        raise _two("a row", "a column", where)
    if across and (down is None or len(across.months) >= len(down.months)):
        if other_row is not None:
            raise _two(f"row {across.at + 1}", f"row {other_row + 1}", where)
        return _across(head, across, where)
    if down:
        if other_column is not None:
            raise _two(f"column {column_letters(down.at)}", f"column {column_letters(other_column)}", where)
        return _by_rows(sheet, head, "down", down.first, (down.at,), down.twins)
    calendar = _calendar(head)
    if calendar:
        return calendar
    raise MadeinError(
        "no row or column of months was found", where, "a series needs periods such as 2024-07, Jul 2024 or Tháng 7/2024",
        "put the periods into one column, or into one row above the numbers",
    )  # fmt: skip


def _two(one: str, other: str, where: str) -> MadeinError:
    return MadeinError(
        f"months stand both in {one} and in {other}", where, "to which of them the numbers belong cannot be told",
        "name the header of the periods 'period', keep one table a sheet, or give the other months names that are no periods",
    )  # fmt: skip


def _with_merged(sheet: Sheet) -> list[list[str]]:
    """The first rows, the text of a merged range standing in each of its cells."""
    head = sheet.head(HEAD)
    for top, left, bottom, right in sheet.merged:
        if top < len(head) and left < len(head[top]) and (right > left or bottom > top):
            for row in head[top : bottom + 1]:
                row[left : right + 1] = [head[top][left]] * len(row[left : right + 1])
    return head


def _split_columns(head: list[list[str]]) -> tuple[int, tuple[int, int]] | None:
    for r, row in enumerate(head[:-1]):
        words = [fold(cell) for cell in row]
        year = next((c for c, w in enumerate(words) if w in YEAR_WORDS), None)
        month = next((c for c, w in enumerate(words) if w in MONTH_WORDS), None)
        if year is None or month is None:
            continue
        below = head[r + 1]
        if read_year(below[year]) and (read_month(below[month]) or read_month_number(below[month])):
            return r + 1, (year, month)
    return None


def _calendar(head: list[list[str]]) -> Layout | None:
    for r, row in enumerate(head[:-1]):
        bare = {c: m for c, cell in enumerate(row) if (m := read_month(cell))} or _twelve(head, r)
        if len(bare) < 3 or len(set(bare.values())) < len(bare):
            continue
        rows = head[r + 1 :]
        years = [c for c in range(min(bare)) if any(read_year(x[c]) for x in rows)]
        if years:
            year = years[-1]
            labels = [c for c in range(min(bare)) if c != year and any(read_year(x[year]) and _has_letter(x[c]) for x in rows)]
            names = _names(head, r, r)
            skipped = _left_out(names, rows, r, {*bare, *labels, year})
            return Layout("calendar", r + 1, names, tuple(labels), (), None, (year,), bare, _sheet_unit(head), skipped=skipped)
    return None


def _twelve(head: list[list[str]], r: int) -> dict[int, int]:
    """Columns headed 1 to 12; where texts stand above, the numbers only count the columns of a table of years."""
    found = {c: m for c, cell in enumerate(head[r]) if (m := read_month_number(cell))}
    above = {head[r - 1][c] for c in found} - {""} if r else set()
    return found if list(found.values()) == list(range(1, 13)) and len(above) <= 1 else {}


def _names(head: list[list[str]], first: int, last: int) -> dict[int, str]:
    """Header text by column over some rows, equal texts from merged cells said once, unit lines left to `_sheet_unit`."""
    names: dict[int, list[str]] = {}
    for row in head[first : last + 1]:
        for c, cell in enumerate(row):
            text = unicodedata.normalize("NFC", " ".join(cell.split()))
            if text and not _unit_line(text) and text not in names.setdefault(c, []):
                names[c].append(text)
    return {c: ", ".join(parts) for c, parts in names.items() if parts}


def _header_top(head: list[list[str]], body: int) -> int:
    """First row of the header that ends just above the body: rows with one lone text or a unit are titles, not headers."""
    top = body - 1
    while top > 0 and body - top < 3:
        above = head[top - 1]
        if len(set(above) - {""}) < 2 or any(looks_numeric(c) or _unit_line(c) for c in above):
            break
        top -= 1
    return top


def _has_letter(cell: str) -> bool:
    return any(c.isalpha() for c in cell)


def _counts_columns(row: Sequence[str]) -> bool:
    """True for a row such as ``A | B | 1 | 2 | 3`` that numbers the columns of a printed table."""
    found = [_COLUMN_NUMBER.fullmatch(cell.strip()) for cell in row if cell.strip()]
    numbers = [int(f[1]) for f in found if f and f[1]]
    return None not in found and len(numbers) > 1 and numbers[0] <= 3 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _unit_line(cell: str) -> str:
    """The unit in ``Unit: million USD``, in its own letters; empty where the cell says none."""
    found = len(cell) < 80 and _UNIT_LINE.match(fold(cell))
    return unicodedata.normalize("NFC", cell.partition(":")[2].strip(" .,;()[]")) if found else ""


def _sheet_unit(head: list[list[str]]) -> str:
    return next((unit for row in head[:15] for cell in row if cell and (unit := _unit_line(cell))), "")


def _left_out(names: Mapping[int, str], rows: list[list[str]], header: int, used: set[int]) -> tuple[tuple[str, int, int, str], ...]:
    """Columns of numbers that no period and no role claims."""
    lost = [c for c in range(max(map(len, rows), default=0)) if c not in used and any(looks_numeric(row[c]) for row in rows)]
    quiet = NOTE_WORDS | CODE_WORDS
    return tuple(
        ("column", header, c, f"{names[c][:60]!r} is no month" if c in names else "no month stands above it")
        for c in lost if fold(names.get(c, "")) not in quiet
    )  # fmt: skip


def _by_rows(
    sheet: Sheet, head: list[list[str]], kind: Literal["down", "split"], body: int, periods: tuple[int, ...], twins: Sequence[int] = ()
) -> Layout:
    """Label, unit, scale and number columns of a table whose rows are observations."""
    # A row of numbers beside a period that cannot be read is no header.
    while body and _holds_digit(above := head[body - 1], periods[-1]) and not _counts_columns(above):
        body -= 1
    end = body - 1 if body and _counts_columns(head[body - 1]) else body
    names = _names(head, _header_top(head, end), end - 1) if end else {}
    labels, numbers, skipped = [], [], []
    unit = scale = None
    for c in range(sheet.text.width):
        word = fold(names.get(c, ""))
        column = sheet.text[body:, c]
        if c in periods or word in NOTE_WORDS or (not word and column.null_count() == len(column)):
            continue
        first = [row[c] for row in head[body:] if row[c]]
        if c in twins or word in PERIOD_WORDS | YEAR_WORDS | MONTH_WORDS:
            skipped.append(("column", max(0, body - 1), c, f"{names.get(c, first[0] if first else '')!r} stands beside the period"))
        elif c < periods[0] and _counts_rows(first):
            skipped.append(("column", max(0, body - 1), c, "it numbers the rows"))
        elif word in UNIT_WORDS:
            unit = c
        elif word in SCALE_WORDS:
            scale = c
        elif word in VALUE_WORDS or (word not in CODE_WORDS and _holds_numbers(first, column)):
            numbers.append(c)
        else:
            labels.append(c)
    return Layout(
        kind, body, names, tuple(labels), tuple(numbers), unit, periods,
        unit=_sheet_unit(head), scale_column=scale, skipped=tuple(skipped),
    )  # fmt: skip


def _counts_rows(cells: Sequence[str]) -> bool:
    return len(cells) > 2 and cells[0].strip() in ("0", "1") and [c.strip() for c in cells] == [str(int(cells[0]) + i) for i in range(len(cells))]


def _holds_digit(row: Sequence[str], period: int) -> bool:
    return any(c.isdigit() for c in row[period]) and any(looks_numeric(x) and x != row[period] for x in row)


def _holds_numbers(first: list[str], column: pl.Series) -> bool:
    """True for a column mostly of numbers; where its first cells only mark holes, the rest of it tells."""
    told = [x for x in first if x.strip().lower() not in MISSING]
    if told or not first:
        return 2 * sum(map(looks_numeric, told)) >= len(told)
    return bool(column.str.contains("[0-9]").any()) or not any(map(_has_letter, first))


def _across(head: list[list[str]], found: MonthRow, where: str) -> Layout:
    last, first, months = found.at, found.first, found.months
    names = _names(head, first, last)
    body = last + 1
    skipped: tuple[tuple[str, int, int, str], ...] = ()
    if body < len(head) and _counts_columns(head[body]):
        skipped = (("row", body, min(months), "it numbers the columns"),)
        body += 1
    rows = head[body:]
    left = [c for c in range(min(months)) if any(row[c] for row in rows) and fold(names.get(c, "")) not in NOTE_WORDS]
    unit_column = next((c for c in left if fold(names.get(c, "")) in UNIT_WORDS), None)
    labels = [c for c in left if c != unit_column and read_period(names.get(c, "")) is None]
    words = [c for c in labels if any(_has_letter(row[c]) for row in rows)] or labels
    skipped += _left_out(names, rows, last, {*months, *words} | ({unit_column} if unit_column is not None else set()))
    for _, row, c, _ in skipped:
        period = read_period(names.get(c, "")) if row == last else None
        if period and period.kind == "day":
            raise MadeinError(
                f"column {names[c]!r} is a day within a month", where, "other columns stand for whole months", "keep one number a month"
            )
    return Layout("across", body, names, tuple(words), (), unit_column, (), months, _sheet_unit(head), skipped=skipped)
