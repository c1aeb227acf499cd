"""Dates as sources print them, read into days or windows of days."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from madein.core.period_labels import read_period
from madein.core.periods import Period

LONGEST = 60
_HALF = re.compile(r"((?:19|20|21)[0-9]{2})[ -]?H([12])|H([12])[ /-]?((?:19|20|21)[0-9]{2})", re.IGNORECASE)
_YEARS = re.compile(r"((?:19|20|21)[0-9]{2}) ?[/–-] ?((?:19|20|21)[0-9]{2})")
_STAMP = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ][0-9:.+Z-]{5,25}")
_SLASHED = re.compile(r"([0-9]{1,2})[/.]([0-9]{1,2})[/.]([0-9]{4})")
_TO = re.compile(r" (?:to|until|đến) |\.\.|–")


def read_window(text: str) -> Period | None:
    """The day or the stretch of days a text names; None where it names none, or more than one could be meant.

    ``03/04/2025`` may be March or April and is not read; ``25/04/2025`` can only be April.

    Examples
    --------
    >>> for text in ("2025Q4", "2031/2033", "2025H1", "2025-11-02", "Tháng 8/2021", "2026-Q1..2026-Q3", "25/04/2025", "03/04/2025"):
    ...     print(read_window(text))
    2025-Q4
    2031..2033
    2025-01..2025-06
    2025-11-02
    2021-08
    2026-01..2026-09
    2025-04-25
    None
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        return None
    one = _one(text)
    if one is not None:
        return one
    ends = [_one(part.strip()) for part in _TO.split(text)]
    if len(ends) == 2 and ends[0] is not None and ends[1] is not None and ends[0].first <= ends[1].last:
        return Period(ends[0].first, ends[1].last)
    return None


def _one(text: str) -> Period | None:
    if stamp := _STAMP.fullmatch(text):
        text = stamp[1]
    if half := _HALF.fullmatch(text):
        year, part = int(half[1] or half[4]), int(half[2] or half[3])
        return Period(date(year, 6 * part - 5, 1), date(year, 6 * part, monthrange(year, 6 * part)[1]))
    if years := _YEARS.fullmatch(text):
        first, last = int(years[1]), int(years[2])
        return Period(date(first, 1, 1), date(last, 12, 31)) if first <= last else None
    if day := _SLASHED.fullmatch(text):
        return _slashed(int(day[1]), int(day[2]), int(day[3]))
    return read_period(text)


def _slashed(a: int, b: int, year: int) -> Period | None:
    readings = set()
    for day, month in ((a, b), (b, a)):
        try:
            readings.add(date(year, month, day))
        except ValueError:
            continue
    return Period.day(readings.pop()) if len(readings) == 1 else None
