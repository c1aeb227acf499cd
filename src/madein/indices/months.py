"""Which row and which column of a sheet are the months.

Cells are counted, not words; a header that says "period" only decides between columns that all hold months.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from madein.core.period_labels import fold, read_day_column, read_month, read_period, read_year
from madein.core.periods import Period, month_number
from madein.core.printed import looks_numeric

YEAR_WORDS = frozenset({"year", "nam"})
MONTH_WORDS = frozenset({"month", "thang"})
PERIOD_WORDS = frozenset({"period", "date", "time", "time_period", "ky", "thoi gian", "thoi ky", "ngay", "month", "thang"})

_PLAIN = re.compile(r"[0-9]{6}|[0-9]{1,2}\.[0-9]{4}|[0-9]{4}\.[0-9]{1,2}")
"""Months that could as well be plain numbers."""


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A header row (or pair of rows: years over months) that holds months.

    Parameters
    ----------
    at, first : int
        Last and first row of the header.
    months : dict of int to int
        Month number by column.
    """

    at: int
    first: int
    months: dict[int, int]


@dataclass(frozen=True, slots=True)
class MonthColumn:
    """A column that holds months.

    Parameters
    ----------
    at : int
        The column.
    months : dict of int to int
        Month number by row.
    headed : bool
        True if a header calls it the period.
    twins : tuple of int
        Columns that hold the same months once more.
    """

    at: int
    months: dict[int, int]
    headed: bool
    twins: tuple[int, ...] = ()

    @property
    def first(self) -> int:
        """First row that holds a month."""
        return min(self.months)


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
    numbers = sum(map(looks_numeric, cells.values()))
    if plain and (max(plain.values()) - min(plain.values()) >= 4 * len(plain) or 2 * len(plain) < numbers):
        return {k: m for k, m in found.items() if k not in plain}
    return found


def _by_chance(labels: Sequence[str]) -> bool:
    """True for one or two plain numbers, which may look like months without being any."""
    return len(labels) < 3 and all(_PLAIN.fullmatch(label.strip()) for label in labels)


def best_row(head: list[list[str]]) -> tuple[MonthRow | None, int | None]:
    """The row with most months, and another one whose months are at odds with it."""
    rows: list[MonthRow] = []
    for r, row in enumerate(head):
        full = _months_in({c: cell for c, cell in enumerate(row) if cell})
        if _by_chance([row[c] for c in full]):
            full = {}
        bare = {c: m for c, cell in enumerate(row) if (m := read_month(cell))}
        paired = _years_above(head, r, bare) if len(bare) >= 2 and len(bare) > len(full) else None
        found = paired or MonthRow(r, r, full)
        if rows and found.months == rows[-1].months and found.first <= rows[-1].at + 1:
            # The same months once more in the next row, in another language.
            rows[-1] = MonthRow(r, rows[-1].first, found.months)
        elif len(set(found.months.values())) > 1:
            rows.append(found)
    best = max(rows, key=lambda x: len(x.months), default=None)
    if best is None:
        return None, None
    odds = (x.at for x in rows if x is not best and len(x.months) >= 3 and 2 * len(x.months) >= len(best.months))
    return best, next(odds, None)


def _years_above(head: list[list[str]], r: int, bare: dict[int, int]) -> MonthRow | None:
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
            return MonthRow(r, up, {c: month_number(years[c], m) for c, m in bare.items()})
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


def best_column(head: list[list[str]]) -> tuple[MonthColumn | None, int | None]:
    """The column with most months, one called the period first, and another one whose months are at odds with it."""
    columns = [found for c in range(max(map(len, head), default=0)) if (found := _month_column(head, c))]
    most = max((len(x.months) for x in columns), default=0)
    rank = [x for x in columns if 2 * len(x.months) >= most]
    pool = [x for x in rank if x.headed] or rank
    best = max(pool, key=lambda x: len(x.months), default=None)
    if best is None:
        return None, None
    same = [x for x in rank if x is not best and all(best.months.get(r, m) == m for r, m in x.months.items())]
    odds = next((x.at for x in pool if x is not best and x not in same), None)
    return MonthColumn(best.at, best.months, best.headed, tuple(x.at for x in same)), odds


def _month_column(head: list[list[str]], c: int) -> MonthColumn | None:
    cells = {r: row[c] for r, row in enumerate(head) if row[c]}
    days = read_day_column(cells.values())
    months = _months_in(cells) or {r: days[cell].first_month for r, cell in cells.items() if cell in days}
    hits = list(months)
    # A month in a title stands alone: none below it, no number beside it.
    while len(hits) > 1 and hits[1] > hits[0] + 1 and not any(looks_numeric(x) and x != cells[hits[0]] for x in head[hits[0]]):
        hits = hits[1:]
    headed = bool(hits) and any(fold(row[c]) in PERIOD_WORDS for row in head[: hits[0]])
    if headed or (len(hits) > 1 and not _by_chance([cells[r] for r in hits])):
        return MonthColumn(c, {r: months[r] for r in hits}, headed)
    return None
