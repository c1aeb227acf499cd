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
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from madein.core.errors import MadeinError
from madein.core.grid import Sheet
from madein.core.period_labels import fold, read_day_column, read_month, read_month_number, read_period, read_year
from madein.core.periods import Period, month_number
from madein.core.printed import MISSING

if TYPE_CHECKING:
    import polars as pl

HEAD = 60
"""Rows looked at to find the layout."""

YEAR_WORDS = frozenset({"year", "nam"})
MONTH_WORDS = frozenset({"month", "thang"})
PERIOD_WORDS = frozenset({"period", "date", "time", "time_period", "ky", "thoi gian", "thoi ky", "ngay", "month", "thang"})
VALUE_WORDS = frozenset({"value", "obs_value", "gia tri", "tri gia", "so lieu", "so luong"})
UNIT_WORDS = frozenset({"unit", "units", "unit of measure", "unit_measure", "don vi", "don vi tinh", "dvt"})
NOTE_WORDS = frozenset({
    "note", "notes", "remark", "remarks", "source", "footnote", "footnotes", "flag", "flags", "status", "symbol", "no", "stt",
    "ghi chu", "nguon", "trang thai", "obs_status", "obs_flag", "obs_conf", "conf_status", "decimals", "last update", "last_update",
})  # fmt: skip
CODE_WORDS = frozenset({"code", "id", "isic", "nace", "vsic", "hs", "hs code", "sitc", "ma", "ma so", "ma hs", "ma nganh"})
SCALE_WORDS = frozenset({"unit_mult", "unit_multiplier", "unit multiplier"})
_PLAIN = re.compile(r"[0-9]{6}|[0-9]{1,2}\.[0-9]{4}|[0-9]{4}\.[0-9]{1,2}")
"""Months that could as well be plain numbers."""
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
    across, down = _best_row(head), _best_column(head)
    split = _split_columns(head)
    if split and (across is None or len(across[2]) < 3):
        return _by_rows(sheet, head, "split", split[0], split[1])
    if across and down and min(len(across[2]), down[2]) >= 3 and across[0] < down[1] and down[0] < min(across[2]):
        raise MadeinError(
            "months stand both in a row and in a column", where, "to which of them the numbers belong cannot be told",
            "keep one column of a table of vintages, or give the other months names that are no periods",
        )  # fmt: skip
    if across and (down is None or len(across[2]) >= down[2]):
        return _across(head, across, where)
    if down:
        return _by_rows(sheet, head, "down", down[1], (down[0],))
    calendar = _calendar(head)
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


def _months_in(cells: Mapping[int, str]) -> dict[int, int]:
    """Month by place; plain numbers such as 202407 count only where most numbers are such and lie close together."""
    found = {k: m for k, cell in cells.items() if (m := month_of(cell)) is not None}
    plain = {k: m for k, m in found.items() if _PLAIN.fullmatch(cells[k].strip())}
    numbers = sum(map(_is_number, cells.values()))
    if plain and (max(plain.values()) - min(plain.values()) >= 4 * len(plain) or 2 * len(plain) < numbers):
        return {k: m for k, m in found.items() if k not in plain}
    return found


def _best_row(head: list[list[str]]) -> tuple[int, int, dict[int, int]] | None:
    """Last header row, first header row and month by column, of the row (or pair of rows) with most months."""
    best: tuple[int, int, dict[int, int]] | None = None
    for r, row in enumerate(head):
        full = _months_in({c: cell for c, cell in enumerate(row) if cell})
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
        years: dict[int, int] = {}
        blocks: list[list[int]] = [[]]
        year = None
        for c, cell in enumerate(head[up]):
            own = read_year(cell)
            year = own or (year if not cell else None)
            if own:
                blocks.append([])
            if year and c in bare:
                years[c] = year
                blocks[-1].append(bare[c])
        # A year printed once is carried to the right; where the months under it begin anew, it is not theirs any more.
        if len(years) == len(bare) and all(one_way(block) for block in blocks):
            return r, up, {c: month_number(years[c], m) for c, m in bare.items()}
    return None


def one_way(numbers: Sequence[int]) -> bool:
    """True if numbers only rise or only fall.

    Examples
    --------
    >>> one_way([1, 2, 4]), one_way([12, 11]), one_way([11, 12, 1])
    (True, True, False)
    """
    steps = {(b > a) - (b < a) for a, b in pairwise(numbers)}
    return steps <= {1} or steps <= {-1}


def _best_column(head: list[list[str]]) -> tuple[int, int, int] | None:
    """Column, first row and count of the column with most months."""
    best: tuple[int, int, int] | None = None
    for c in range(max(map(len, head), default=0)):
        cells = {r: row[c] for r, row in enumerate(head) if row[c]}
        days = read_day_column(cells.values())
        hits = list(_months_in(cells)) or [r for r, cell in cells.items() if cell in days]
        # A month in a title stands alone: none below it, no number beside it.
        while len(hits) > 1 and hits[1] > hits[0] + 1 and not any(_is_number(x) and x != cells[hits[0]] for x in head[hits[0]]):
            hits = hits[1:]
        headed = bool(hits and hits[0]) and fold(head[hits[0] - 1][c]) in PERIOD_WORDS
        if (len(hits) > 1 or headed) and (best is None or len(hits) > best[2]):
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
    while top > 0 and body - top < 3 and len({c for c in head[top - 1] if c}) > 1 and not any(_is_number(c) or _unit_line(c) for c in head[top - 1]):
        top -= 1
    return top


def _is_number(cell: str) -> bool:
    return any(c.isdigit() for c in cell) and not any(c.isalpha() for c in cell)


def _has_letter(cell: str) -> bool:
    return any(c.isalpha() for c in cell)


def _counts_columns(row: Sequence[str]) -> bool:
    """True for a row such as ``A | B | 1 | 2 | 3`` that numbers the columns of a printed table."""
    found = [_COLUMN_NUMBER.fullmatch(cell.strip()) for cell in row if cell.strip()]
    numbers = [int(f[1]) for f in found if f and f[1]]
    return None not in found and len(numbers) > 1 and numbers[0] <= 3 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def _unit_line(cell: str) -> str:
    """The unit in ``Unit: million USD``, in its own letters; empty where the cell says none."""
    return cell.partition(":")[2].strip(" .,;()[]") if len(cell) < 80 and _UNIT_LINE.match(fold(cell)) else ""


def _sheet_unit(head: list[list[str]]) -> str:
    return next((unit for row in head[:15] for cell in row if cell and (unit := _unit_line(cell))), "")


def _left_out(names: Mapping[int, str], rows: list[list[str]], header: int, used: set[int]) -> tuple[tuple[str, int, int, str], ...]:
    """Columns of numbers that no period and no role claims."""
    lost = [c for c in range(max(map(len, rows), default=0)) if c not in used and any(_is_number(row[c]) for row in rows)]
    quiet = NOTE_WORDS | CODE_WORDS
    return tuple(
        ("column", header, c, f"{names[c][:60]!r} is no month" if c in names else "no month stands above it")
        for c in lost if fold(names.get(c, "")) not in quiet
    )  # fmt: skip


def _by_rows(sheet: Sheet, head: list[list[str]], kind: Literal["down", "split"], body: int, periods: tuple[int, ...]) -> Layout:
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
        if word in PERIOD_WORDS | YEAR_WORDS | MONTH_WORDS:
            skipped.append(("column", body - 1, c, f"{names[c]!r} stands beside the period"))
        elif word in UNIT_WORDS:
            unit = c
        elif word in SCALE_WORDS:
            scale = c
        elif word in VALUE_WORDS or (word not in CODE_WORDS and _holds_numbers([row[c] for row in head[body:] if row[c]], column)):
            numbers.append(c)
        else:
            labels.append(c)
    return Layout(
        kind, body, names, tuple(labels), tuple(numbers), unit, periods,
        unit=_sheet_unit(head), scale_column=scale, skipped=tuple(skipped),
    )  # fmt: skip


def _holds_digit(row: Sequence[str], period: int) -> bool:
    return any(c.isdigit() for c in row[period]) and any(_is_number(x) and x != row[period] for x in row)


def _holds_numbers(first: list[str], column: pl.Series) -> bool:
    """True for a column mostly of numbers; where its first cells only mark holes, the rest of it tells."""
    told = [x for x in first if x.strip().lower() not in MISSING]
    if told or not first:
        return 2 * sum(map(_is_number, told)) >= len(told)
    return bool(column.str.contains("[0-9]").any()) or not any(map(_has_letter, first))


def _across(head: list[list[str]], found: tuple[int, int, dict[int, int]], where: str) -> Layout:
    last, first, months = found
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
