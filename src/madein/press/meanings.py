"""What an expression of time means: the period of a match of the pattern group ``period``, from the date of its item."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from madein.core.periods import Period
from madein.press.language import Match


def meaning(match: Match, anchor: date | None) -> Period | None:
    """The period a match means; None where it names no year and no anchor helps, or for a tag that only its sentence explains.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> def told(said):
    ...     return str(meaning(language("en").find("period", tokenize(said), 0), date(2025, 8, 6)))
    >>> told("the second quarter of last year"), told("first 11 months of 2023"), told("H1 2025"), told("last month")
    ('2024-Q2', '2023-01..2023-11', '2025-01..2025-06', '2025-07')
    """
    rule = _MEANINGS.get(str(match.tag))
    return rule(_Said(match, anchor, match.get("<year>"), months_named(match))) if rule else None


def months_named(match: Match) -> tuple[int, ...]:
    """Numbers of the months that a match names, in order."""
    return tuple(v for slot, v in match.caught if slot in ("<month>", "<monthnumber>"))


def nearest_year(month: int, anchor: date) -> int:
    """The year in which a month named without one lies nearest to the anchor, the past preferred.

    Examples
    --------
    >>> nearest_year(11, date(2025, 12, 6)), nearest_year(12, date(2025, 1, 20)), nearest_year(3, date(2024, 12, 1))
    (2025, 2024, 2024)
    """
    return anchor.year if month <= anchor.month + 1 else anchor.year - 1


@dataclass(frozen=True, slots=True)
class _Said:
    """What a pattern caught: its slots, and the date from which words such as "last year" count."""

    match: Match
    anchor: date | None
    year: int | None
    months: tuple[int, ...]

    @property
    def n(self) -> int:
        """A small number or an ordinal, 0 where there is none."""
        return next((value for slot, value in self.match.caught if slot in ("<ord>", "<roman>", "<half>", "<n>")), 0)

    @property
    def days(self) -> list[int]:
        """Days of a month, in order."""
        return [value for slot, value in self.match.caught if slot == "<day>"]

    def in_year(self, shift: int = 0) -> int | None:
        """The year printed, else the anchor's, some years on."""
        if self.year is not None and not shift:
            return self.year
        return self.anchor.year + shift if self.anchor else None

    def month_year(self) -> int | None:
        """The year of the last month named: printed, else the one nearest to the anchor."""
        if self.year is not None:
            return self.year
        return nearest_year(self.months[-1], self.anchor) if self.anchor else None


_Rule = Callable[[_Said], Period | None]


# -- days and weeks


def _safe_day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


def _day(said: _Said) -> Period | None:
    year = said.month_year()
    at = _safe_day(year, said.months[0], said.days[0]) if year and said.days else None
    return Period.day(at) if at else None


def _days(said: _Said) -> Period | None:
    """From a day to a day; the first may leave out its month."""
    year = said.month_year()
    if year is None or len(said.days) != 2:
        return None
    first = _safe_day(year if said.months[0] <= said.months[-1] else year - 1, said.months[0], said.days[0])
    last = _safe_day(year, said.months[-1], said.days[1])
    return Period(first, last) if first and last and first <= last else None


def _day_span(said: _Said) -> Period | None:
    """Days of one month: "Nov. 1-20"."""
    month = _month(said)
    if month is None or len(said.days) != 2 or not 1 <= said.days[0] <= said.days[1] <= month.last.day:
        return None
    return Period(month.first.replace(day=said.days[0]), month.first.replace(day=said.days[1]))


def _first_days(said: _Said) -> Period | None:
    month = _month(said)
    return Period(month.first, month.first.replace(day=said.n)) if month and 1 <= said.n <= month.last.day else None


def _since_new_year(said: _Said) -> Period | None:
    return Period(date(said.anchor.year, 1, 1), said.anchor) if said.anchor else None


def _week(back: int) -> _Rule:
    """Monday to Sunday of the anchor's week, or of one before."""

    def rule(said: _Said) -> Period | None:
        if said.anchor is None:
            return None
        monday = said.anchor - timedelta(days=said.anchor.weekday() + 7 * back)
        return Period(monday, monday + timedelta(days=6))

    return rule


# -- months


def _span(year: int | None, first: int, last: int) -> Period | None:
    """From a month to a month that ends in a year."""
    if year is None or not (1 <= first <= 12 and 1 <= last <= 12):
        return None
    return Period(date(year if first <= last else year - 1, first, 1), Period.month(year, last).last)


def _month(said: _Said) -> Period | None:
    year = said.month_year()
    return Period.month(year, said.months[0]) if year else None


def _month_in(shift: int) -> _Rule:
    def rule(said: _Said) -> Period | None:
        year = said.in_year(shift)
        return Period.month(year, said.months[0]) if year else None

    return rule


def _month_end(said: _Said) -> Period | None:
    month = _month(said)
    return Period.day(month.last) if month else None


def _half_month(said: _Said) -> Period | None:
    month = _month(said)
    if month is None:
        return None
    return Period(month.first, month.first.replace(day=15)) if said.n == 1 else Period(month.first.replace(day=16), month.last)


def _months(said: _Said) -> Period | None:
    return _span(said.month_year(), said.months[0], said.months[-1])


def _months_last(said: _Said) -> Period | None:
    return _span(said.in_year(-1), said.months[0], said.months[-1])


def _adjoining(said: _Said) -> Period | None:
    """Two months in a row as one stretch; two that are not, as none."""
    return _months(said) if said.months[-1] == said.months[0] % 12 + 1 else None


def _months_to(said: _Said) -> Period | None:
    """Some months that end with one: "the nine months to September"."""
    year = said.month_year()
    last = Period.month(year, said.months[-1]) if year else None
    return Period(last.shift(1 - said.n).first, last.last) if last and 1 <= said.n <= 24 else None


def _year_to(said: _Said) -> Period | None:
    """The twelve months that end with a month."""
    year = said.month_year()
    last = Period.month(year, said.months[-1]) if year else None
    return Period(last.shift(-11).first, last.last) if last else None


def _first_months(shift: int = 0) -> _Rule:
    return lambda said: _span(said.in_year(shift), 1, said.n) if said.n else None


def _first_months_short(said: _Said) -> Period | None:
    """The first months of a year; a year or more is no stretch since January."""
    return _span(said.in_year(), 1, said.n) if 2 <= said.n <= 11 else None


def _final_months(shift: int = 0) -> _Rule:
    return lambda said: _span(said.in_year(shift), 13 - said.n, 12) if said.n else None


def _so_far(rule: _Rule) -> _Rule:
    """From New Year to the end of what another rule gives."""

    def whole(said: _Said) -> Period | None:
        end = rule(said)
        return end.year_to_date() if end else None

    return whole


def _this_month(back: int = 0) -> _Rule:
    return lambda said: Period.month(said.anchor.year, said.anchor.month).shift(-back) if said.anchor else None


# -- quarters, halves and years


def _named_early(said: _Said, period: Period | None, shift: int) -> Period | None:
    """A quarter named early in a year, before it has begun by half a year or more, is last year's."""
    if period is None or said.year is not None or shift or said.anchor is None:
        return period
    return period.year_before() if (period.first - said.anchor).days > 180 else period


def _quarter(shift: int = 0) -> _Rule:
    def rule(said: _Said) -> Period | None:
        year = said.in_year(shift)
        return _named_early(said, Period.quarter(year, said.n), shift) if year and 1 <= said.n <= 4 else None

    return rule


def _this_quarter(back: int = 0) -> _Rule:
    return lambda said: Period.quarter(said.anchor.year, (said.anchor.month + 2) // 3).shift(-3 * back) if said.anchor else None


def _half(shift: int = 0) -> _Rule:
    def rule(said: _Said) -> Period | None:
        return _named_early(said, _span(said.in_year(shift), 6 * said.n - 5, 6 * said.n), shift) if said.n in (1, 2) else None

    return rule


def _latest_half(said: _Said) -> Period | None:
    """The half-year that ended last before the anchor."""
    if said.anchor is None:
        return None
    return _span(said.anchor.year, 1, 6) if said.anchor.month > 6 else _span(said.anchor.year - 1, 7, 12)


def _part_of_year(first: int, last: int) -> _Rule:
    return lambda said: _span(said.in_year(), first, last)


def _year(shift: int = 0) -> _Rule:
    def rule(said: _Said) -> Period | None:
        year = said.in_year(shift)
        return Period.year(year) if year else None

    return rule


def _year_end(shift: int = 0) -> _Rule:
    def rule(said: _Said) -> Period | None:
        year = said.in_year(shift)
        return Period.day(date(year, 12, 31)) if year else None

    return rule


def _years(said: _Said) -> Period | None:
    first, last = said.year, said.match.get("<year>", 1)
    return Period(date(first, 1, 1), date(last, 12, 31)) if first and last and first <= last else None


_MEANINGS: dict[str, _Rule] = {
    "month_day_year": _day,
    "month_day": _day,
    "day_month_year": _day,
    "day_month": _day,
    "days": _days,
    "day_span": _day_span,
    "first_days": _first_days,
    "since_new_year": _since_new_year,
    "this_week": _week(0),
    "last_week": _week(1),
    "month_year": _month,
    "month": _month,
    "month_or": _month,
    "month_this": _month_in(0),
    "month_last": _month_in(-1),
    "month_next": _month_in(1),
    "end_month": _month_end,
    "half_month": _half_month,
    "months": _months,
    "months_last": _months_last,
    "months_and": _adjoining,
    "months_to": _months_to,
    "year_to_month": _year_to,
    "first_months": _first_months(),
    "first_months_or": _first_months(),
    "first_months_last": _first_months(-1),
    "adjective_months": _first_months_short,
    "final_months": _final_months(),
    "final_months_last": _final_months(-1),
    "this_month": _this_month(),
    "last_month": _this_month(1),
    "year_to_date": _so_far(_this_month()),
    "as_of_month_day": _so_far(_day),
    "as_of_day_month": _so_far(_day),
    "as_of_month": _so_far(_month),
    "quarter": _quarter(),
    "quarter_last": _quarter(-1),
    "quarter_next": _quarter(1),
    "this_quarter": _this_quarter(),
    "last_quarter": _this_quarter(1),
    "three_quarters": _part_of_year(1, 9),
    "half": _half(),
    "half_last": _half(-1),
    "half_year": _latest_half,
    "late_year": _part_of_year(10, 12),
    "early_year": _part_of_year(1, 3),
    "mid_year": _part_of_year(4, 9),
    "year": _year(),
    "this_year": _year(),
    "whole_year": _year(),
    "same_before": lambda said: Period.year(said.year) if said.year else None,
    "last_year": _year(-1),
    "next_year": _year(1),
    "end_year": _year_end(),
    "end_this_year": _year_end(),
    "end_next_year": _year_end(1),
    "end_last_year": _year_end(-1),
    "years": _years,
}
"""What each tag means. A tag that is not here means nothing by itself: "the same period" takes its sentence, a time of day has no period."""
