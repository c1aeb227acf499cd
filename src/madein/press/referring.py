"""Expressions of time that mean what was told before: "the same period of 2023", "in the quarter", "so far this year"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from madein.core.periods import Period
from madein.press.carried import Carried
from madein.press.sentence import Sentence
from madein.press.times import TimeFound

_SINCE = frozenset({"year_to_date", "since_new_year"})
"""Tags of a stretch from New Year to a day that another sentence may tell."""

_TO_A_DAY = frozenset({"as_of_month_day", "as_of_day_month", "days"})
"""Tags of a stretch that ends with a day."""

_RECENT = {"in_the_quarter": "quarter", "in_the_month": "month", "in_the_half": "half"}
"""Tags that mean the stretch of a kind told last."""


_THIS = {"this_quarter": "quarter", "this_month": "month"}
"""Tags that count from the date of the article, or from what was told last where that date is only inferred."""


def referred(times: Sequence[TimeFound], carried: Carried, *, dated: bool = True) -> list[TimeFound]:
    """Times of a sentence, those that refer to others with the period they mean; what is told is carried on.

    `dated` is False where the date of the article is inferred from the times it tells: then "this quarter" is the one told last.

    Examples
    --------
    >>> told = Carried(period=Period.parse("2025-Q1"), recent={"quarter": Period.parse("2025-Q1")})
    >>> times = [TimeFound(0, 3, "in_the_quarter", None), TimeFound(5, 9, "same_before", Period.year(2023))]
    >>> [str(t.period) for t in referred(times, told)]
    ['2025-Q1', '2023-Q1']
    """
    out = [_as_before(t, carried) for t in _with_bases(times, carried.period)]
    if not dated:
        out = [replace(t, period=carried.recent.get(_THIS.get(t.tag, ""), t.period)) for t in out]
    for t in out:
        if t.period is not None and not t.point and t.tag != "same_before":
            carried.recent[t.period.kind] = t.period
    return out


def _with_bases(times: Sequence[TimeFound], told: Period | None) -> Iterator[TimeFound]:
    """Times in which "the same period of 2023" means the stretch told before it, in that year, and "the month" its last."""
    for t in times:
        if t.tag in _RECENT:
            yield t
        elif t.tag == "same_month":
            told = None if told is None else Period.month(told.last.year, told.last.month)
            yield replace(t, period=told)
        elif t.tag == "same_before":
            years = 0 if told is None else told.last.year - t.period.first.year if t.period else 1
            yield replace(t, period=told.shift(-12 * years) if told is not None and years > 0 else None)
        else:
            told = t.period if t.period is not None and not t.point else told
            yield t


def _as_before(t: TimeFound, carried: Carried) -> TimeFound:
    """A time with the period that the text told before, where it means that."""
    told = carried.period
    if t.tag in _RECENT:
        return replace(t, period=carried.recent.get(_RECENT[t.tag]), inferred=True)
    if t.tag == "same_period":
        return replace(t, period=told, inferred=True)
    if told is None:
        return t
    if t.tag == "whole_year":
        return replace(t, period=Period.year(told.last.year), inferred=True)
    counts_on = t.tag in _SINCE and t.period is not None and t.period.first < told.last < t.period.last
    if counts_on and t.period is not None and told.kind == "range" and not told.whole_months:
        carried.by_day = Period(t.period.first, told.last)
        return replace(t, period=carried.by_day)
    return t


def _counted_up(s: Sentence, period: Period) -> bool:
    """True for a stretch from New Year to a day by which something had been reached: "by April 30 exports had amounted to"."""
    since_new_year = (period.first.month, period.first.day) == (1, 1) and period.kind != "year"
    return since_new_year and any(
        t.point and t.period and t.period.kind == "day" and t.period.last == period.last and s.isin(t.first - 1, "horizon") for t in s.times
    )


def as_told(s: Sentence, period: Period | None, carried: Carried) -> str | None:
    """A period as text, in days where the article counts up to a day: "as of 31 October"."""
    if any(t.tag in _TO_A_DAY and t.period == period for t in s.times) or (period is not None and _counted_up(s, period)):
        carried.by_day = period
    if period is not None and any(t.tag in _SINCE and t.period == period for t in s.times):
        day = next((t.period for t in s.times if t.period and t.point and s.isin(t.first - 1, "horizon")), None)
        if day is not None and day.last > period.first:
            carried.by_day = Period(period.first, day.last)
        if carried.by_day is not None and carried.by_day.first == period.first:
            period = carried.by_day
    if period is None or period != carried.by_day or period.kind == "day":
        return None if period is None else str(period)
    return f"{period.first.isoformat()}..{period.last.isoformat()}"
