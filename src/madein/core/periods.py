"""Periods: days, months, quarters, years, ranges, and the year so far.

A period is a first and a last day. Its text is canonical: ``2024``, ``2024-Q3``, ``2024-07``,
``2024-07-15``, or a range ``2024-01..2024-07`` with both ends in one form, so that equal periods
have equal texts. "January to March" therefore prints as ``2024-Q1`` and half-years print as months.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_FORM = re.compile(r"([0-9]{4})(?:-(?:Q([1-4])|([0-9]{2})(?:-([0-9]{2}))?))?")


def month_number(year: int, month: int) -> int:
    """Months since year 0: consecutive months are consecutive integers."""
    return year * 12 + month - 1


def _month_start(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def _month_end(number: int) -> date:
    year, month = number // 12, number % 12 + 1
    return date(year, month, monthrange(year, month)[1])


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of whole days, ordered by start, then end.

    Parameters
    ----------
    first, last : datetime.date
        First and last day, both inside.

    Raises
    ------
    ValueError
        If `last` is before `first`.

    Examples
    --------
    >>> str(Period.parse("2024-01..2024-07").year_before())
    '2023-01..2023-07'
    >>> str(Period.month(2024, 7).year_to_date())
    '2024-01..2024-07'
    >>> Period.parse("2024-Q3").label()
    'third quarter of 2024'
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"a period cannot end ({self.last}) before it begins ({self.first})")

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        """The calendar month; `month` counts from 1."""
        return cls.months(month_number(year, month))

    @classmethod
    def months(cls, first: int, last: int | None = None) -> Period:
        """Whole months from their numbers (see `month_number`)."""
        return cls(_month_start(first), _month_end(first if last is None else last))

    @classmethod
    def quarter(cls, year: int, quarter: int) -> Period:
        """The calendar quarter, 1 to 4."""
        start = month_number(year, 3 * quarter - 2)
        return cls.months(start, start + 2)

    @classmethod
    def year(cls, year: int) -> Period:
        """The calendar year."""
        return cls(date(year, 1, 1), date(year, 12, 31))

    @classmethod
    def day(cls, day: date) -> Period:
        """A single day."""
        return cls(day, day)

    @classmethod
    def parse(cls, text: str) -> Period:
        """Read a canonical text; any range with valid ends is accepted and canonised.

        Raises
        ------
        ValueError
            If the text is none of the forms, or names a day that does not exist.
        """
        head, dots, tail = text.partition("..")
        first = cls._one(head)
        return cls(first.first, cls._one(tail).last) if dots else first

    @classmethod
    def _one(cls, text: str) -> Period:
        found = _FORM.fullmatch(text)
        if not found:
            raise ValueError(f"{text!r} is no period: write 2024, 2024-Q3, 2024-07, 2024-07-15 or a..b")
        year, quarter, month, day = (int(g) if g else 0 for g in found.groups())
        if found[4]:
            return cls.day(date(year, month, day))
        if quarter:
            return cls.quarter(year, quarter)
        if found[3]:
            if not 1 <= month <= 12:
                raise ValueError(f"{text!r} names month {month}")
            return cls.month(year, month)
        return cls.year(year)

    @property
    def whole_months(self) -> bool:
        """True if it begins on a first and ends on a last day of a month."""
        return self.first.day == 1 and self.last == _month_end(self.last_month)

    @property
    def first_month(self) -> int:
        """Number of the month in which it begins."""
        return month_number(self.first.year, self.first.month)

    @property
    def last_month(self) -> int:
        """Number of the month in which it ends."""
        return month_number(self.last.year, self.last.month)

    @property
    def n_months(self) -> int:
        """How many calendar months it touches."""
        return self.last_month - self.first_month + 1

    @property
    def kind(self) -> str:
        """'day', 'month', 'quarter', 'year' or 'range'."""
        if self.first == self.last:
            return "day"
        if self.whole_months:
            n, m = self.n_months, self.first.month
            if n == 1:
                return "month"
            if n == 3 and m % 3 == 1:
                return "quarter"
            if n == 12 and m == 1:
                return "year"
        return "range"

    @property
    def is_year_to_date(self) -> bool:
        """True for January to some month of one year, several months long."""
        return (
            self.whole_months and self.first.month == 1
            and self.n_months > 1 and self.first.year == self.last.year
        )  # fmt: skip

    def __str__(self) -> str:
        a, b = self.first, self.last
        kind = self.kind
        if kind == "day":
            return a.isoformat()
        if kind == "month":
            return f"{a.year:04d}-{a.month:02d}"
        if kind == "quarter":
            return f"{a.year:04d}-Q{(a.month + 2) // 3}"
        if kind == "year":
            return f"{a.year:04d}"
        if not self.whole_months:
            return f"{a.isoformat()}..{b.isoformat()}"
        if a.month == 1 and b.month == 12:
            return f"{a.year:04d}..{b.year:04d}"
        return f"{a.year:04d}-{a.month:02d}..{b.year:04d}-{b.month:02d}"

    def __contains__(self, other: Period) -> bool:
        return self.first <= other.first and other.last <= self.last

    def each_month(self) -> Iterator[Period]:
        """Every calendar month it touches, in order."""
        return (Period.months(n) for n in range(self.first_month, self.last_month + 1))

    def shift(self, months: int) -> Period:
        """The same stretch some months later (negative: earlier); 31 March less a month is 28 or 29 February."""
        if self.whole_months:
            return Period.months(self.first_month + months, self.last_month + months)
        return Period(_shift_day(self.first, months), _shift_day(self.last, months))

    def year_before(self) -> Period:
        """The same stretch one year before: the base of a yoy or ytd_yoy comparison."""
        return self.shift(-12)

    def previous(self) -> Period:
        """The stretch of equal length that ends just before: the base of mom and qoq."""
        if self.whole_months:
            return self.shift(-self.n_months)
        before = self.first - timedelta(days=1)
        return Period(before - (self.last - self.first), before)

    def year_to_date(self) -> Period:
        """From 1 January of the year it ends in to its last day."""
        return Period(date(self.last.year, 1, 1), self.last)

    def label(self) -> str:
        """How an English sentence names it: ``July 2024``, ``January to July 2024``."""
        a, b = self.first, self.last
        kind = self.kind
        if kind == "day":
            return f"{a.day} {MONTHS[a.month - 1]} {a.year}"
        if kind == "month":
            return f"{MONTHS[a.month - 1]} {a.year}"
        if kind == "quarter":
            return f"{('first', 'second', 'third', 'fourth')[(a.month - 1) // 3]} quarter of {a.year}"
        if kind == "year":
            return str(a.year)
        if not self.whole_months:
            return f"{Period.day(a).label()} to {Period.day(b).label()}"
        if a.month == 1 and b.month == 12:
            return f"{a.year} to {b.year}"
        year = "" if a.year == b.year else f" {a.year}"
        return f"{MONTHS[a.month - 1]}{year} to {MONTHS[b.month - 1]} {b.year}"


def _shift_day(day: date, months: int) -> date:
    end = _month_end(month_number(day.year, day.month) + months)
    return end.replace(day=min(day.day, end.day))


def runs(months: list[int]) -> list[Period]:
    """Consecutive month numbers gathered into periods, in order.

    Examples
    --------
    >>> [str(p) for p in runs([24264, 24276, 24277, 24278])]
    ['2022-01', '2023-Q1']
    """
    out: list[tuple[int, int]] = []
    for n in sorted(months):
        if out and n == out[-1][1] + 1:
            out[-1] = (out[-1][0], n)
        else:
            out.append((n, n))
    return [Period.months(a, b) for a, b in out]
