"""Expressions of time in a run of tokens, resolved against the date of the item they stand in."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from madein.core.periods import Period
from madein.press.language import Language, Match
from madein.press.model import Token


@dataclass(frozen=True, slots=True)
class TimeFound:
    """An expression of time.

    `tag` is the pattern's, `period` what it means (None where the text gives no year and no anchor helps), `point` is
    True for an end or a day rather than a stretch, `inferred` tells that the year is not in the text.
    """

    first: int
    last: int
    tag: str
    period: Period | None
    point: bool = False
    inferred: bool = False
    month_day: tuple[int, int] | None = None


def find_times(tokens: Sequence[Token], lang: Language, anchor: date | None, text: str) -> list[TimeFound]:
    """Every expression of time, left to right, none inside another.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> said = "Exports rose in the first 11 months of 2025 and in November alone."
    >>> [str(t.period) for t in find_times(tokenize(said), language("en"), date(2025, 12, 6), said)]
    ['2025-01..2025-11', '2025-11']
    """
    out: list[TimeFound] = []
    numeric = {t.first: t for t in _numeric_dates(tokens)}
    end = 0
    for match in lang.scan("period", tokens):
        plausible = _plausible(match, tokens, lang, text)
        while numeric and min(numeric) < match.last:
            day = numeric.pop(min(numeric))
            # "Q3/2024" and "tháng 3/2024" hold what alone would be a date.
            inside = plausible and end <= match.first <= day.first and day.last <= match.last
            if day.first >= end and not inside:
                out.append(day)
                end = day.last
        if match.first < end or not plausible:
            continue
        found = resolve(match, anchor)
        # "trong tháng" needs its first word to tell it from "tháng", which is all of the date.
        inner = found.last - found.first > 2 and tokens[found.first].low in lang.lists["time_prefix"]
        out.append(replace(found, first=found.first + 1) if inner else found)
        end = match.last
    out.extend(t for t in numeric.values() if t.first >= end)
    return sorted(out, key=lambda t: t.first)


def _plausible(match: Match, tokens: Sequence[Token], lang: Language, text: str) -> bool:
    """Drop readings that only look like time: the verb 'may', a year that counts things, a day glued to a name."""
    first, last = tokens[match.first], tokens[match.last - 1]
    before = tokens[match.first - 1] if match.first else None
    after = tokens[match.last] if match.last < len(tokens) else None
    if lang.lists["before_month"] and match.tag in ("month", "month_day", "day_month", "month_or", "months") and "<month>" in dict(match.caught):
        names = [t for t in tokens[match.first : match.last] if t.low in lang.maps["months"]]
        if any(not t.upper for t in names):
            return False
        if match.tag == "month" and any(t.low in lang.lists["month_doubtful"] for t in names):
            return before is not None and before.low in lang.lists["before_month"]
    if before is not None and first.glued and before.kind in ("w", "d") and first.kind != "w":
        return False
    if match.tag == "first_months_or":
        leads = match.first <= 1 and after is not None and after.low == ","
        return leads or (after is not None and after.low in lang.lists["so_far_before"])
    if any(t.low in lang.lists["weak_numbers"] and t.low in lang.maps["months"] and not t.upper for t in _months_in(match, tokens, lang)):
        return False
    if match.tag == "month_day" and after is not None and after.low in lang.lists["after_no_year"]:
        return False
    if match.tag in ("year", "years") and first.kind == "d":
        if after is not None and after.glued and (after.kind == "w" or after.low == "%"):
            return False
        if before is not None and (before.low in lang.lists["before_no_year"] or (before.low in (".", ",", "/") and before.glued and first.glued)):
            return False
        if after is not None and after.low in lang.lists["after_no_year"]:
            return False
        if after is not None and after.low in (",", ".") and after.glued and match.last + 1 < len(tokens):
            nxt = tokens[match.last + 1]
            if nxt.kind == "d" and nxt.glued:
                return False
    del last, text
    return True


def _months_in(match: Match, tokens: Sequence[Token], lang: Language) -> list[Token]:
    """The words that name the months of a match."""
    if not any(slot == "<monthnumber>" for slot, _ in match.caught):
        return []
    inside = range(match.first + 1, match.last)
    return [tokens[i] for i in inside if tokens[i].low in lang.maps["months"] and tokens[i - 1].low in lang.lists["month_words"]]


def _numeric_dates(tokens: Sequence[Token]) -> list[TimeFound]:
    """``13/12/2024`` (day first), ``2024-12-13`` and ``12/2024``."""
    out = []
    i = 0
    while i + 2 < len(tokens):
        a, sep, b = tokens[i : i + 3]
        if a.kind == "d" and sep.low in ("/", "-", ".") and b.kind == "d" and sep.glued and b.glued and not (a.glued and tokens[i - 1].kind == "d"):
            if i + 4 < len(tokens) and tokens[i + 3].low == sep.low and tokens[i + 4].kind == "d" and tokens[i + 3].glued and tokens[i + 4].glued:
                c = tokens[i + 4]
                day = _day(a.low, b.low, c.low) if len(c.low) == 4 else _day(c.low, b.low, a.low) if len(a.low) == 4 else None
                if day:
                    out.append(TimeFound(i, i + 5, "date", Period.day(day), point=True))
                i += 5
                continue
            code = i + 4 < len(tokens) and tokens[i + 3].low == "/" and tokens[i + 3].glued and tokens[i + 4].glued
            if not code and sep.low == "/" and len(b.low) == 4 and "1900" <= b.low <= "2100" and 1 <= int(a.low[:3]) <= 12 and len(a.low) <= 2:
                out.append(TimeFound(i, i + 3, "month_year", Period.month(int(b.low), int(a.low))))
                i += 3
                continue
        i += 1
    return out


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month[:3]), int(day[:3])) if 1900 <= int(year) <= 2100 else None
    except ValueError:
        return None


def _safe_day(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= day <= monthrange(year, month)[1] else None


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


def resolve(match: Match, anchor: date | None) -> TimeFound:
    """The period a match means."""
    months = tuple(v for slot, v in match.caught if slot in ("<month>", "<monthnumber>"))
    said = _Said(match, anchor, match.get("<year>"), months)
    tag = str(match.tag)
    meaning = _MEANING.get(tag)
    day = match.get("<day>")
    return TimeFound(
        match.first,
        match.last,
        tag,
        meaning(said) if meaning else None,
        tag in _POINTS,
        said.year is None,
        (months[0], day) if day and months else None,
    )


_POINTS = frozenset({
    "month_day_year", "month_day", "day_month_year", "day_month", "end_year", "end_this_year", "end_next_year", "end_last_year",
    "end_month", "date",
})  # fmt: skip
"""Tags that name a day, not a stretch."""


def _months(year: int | None, first: int, last: int) -> Period | None:
    if year is None or not (1 <= first <= 12 and 1 <= last <= 12):
        return None
    return Period(date(year if first <= last else year - 1, first, 1), Period.month(year, last).last)


def _quarter(said: _Said, shift: int = 0) -> Period | None:
    year = said.in_year(shift)
    return _told(said, Period.quarter(year, said.n), shift) if year and 1 <= said.n <= 4 else None


def _half(said: _Said, shift: int = 0) -> Period | None:
    return _told(said, _months(said.in_year(shift), 6 * said.n - 5, 6 * said.n), shift) if said.n in (1, 2) else None


def _told(said: _Said, period: Period | None, shift: int) -> Period | None:
    """A quarter named early in a year, before it has begun by half a year or more, is last year's."""
    if period is None or said.year is not None or shift or said.anchor is None:
        return period
    ahead = (period.first - said.anchor).days > 180
    return period.year_before() if ahead else period


def _first_months(said: _Said, shift: int = 0) -> Period | None:
    return _months(said.in_year(shift), 1, said.n) if said.n else None


def _final_months(said: _Said, shift: int = 0) -> Period | None:
    return _months(said.in_year(shift), 13 - said.n, 12) if said.n else None


def _days(said: _Said) -> Period | None:
    """From a day to a day; the first may leave out its month."""
    year, days = said.month_year(), [value for slot, value in said.match.caught if slot == "<day>"]
    if year is None or len(days) != 2:
        return None
    first = _safe_day(year if said.months[0] <= said.months[-1] else year - 1, said.months[0], days[0])
    last = _safe_day(year, said.months[-1], days[1])
    return Period(first, last) if first and last and first <= last else None


def _month_of(said: _Said, shift: int) -> Period | None:
    year = said.in_year(shift)
    return Period.month(year, said.months[0]) if year else None


def _year(said: _Said, shift: int = 0) -> Period | None:
    year = said.in_year(shift)
    return Period.year(year) if year else None


def _year_end(said: _Said, shift: int = 0) -> Period | None:
    year = said.in_year(shift)
    return Period.day(date(year, 12, 31)) if year else None


def _month(said: _Said) -> Period | None:
    year = said.month_year()
    return Period.month(year, said.months[0]) if year else None


def _day_of_month(said: _Said) -> Period | None:
    year, day = said.month_year(), said.match.get("<day>")
    at = _safe_day(year, said.months[0], day) if year and day else None
    return Period.day(at) if at else None


def _month_end(said: _Said) -> Period | None:
    month = _month(said)
    return Period.day(month.last) if month else None


def _half_month(said: _Said) -> Period | None:
    month = _month(said)
    if month is None:
        return None
    return Period(month.first, month.first.replace(day=15)) if said.n == 1 else Period(month.first.replace(day=16), month.last)


def _years(said: _Said) -> Period | None:
    first, last = said.year, said.match.get("<year>", 1)
    return Period(date(first, 1, 1), date(last, 12, 31)) if first and last and first <= last else None


def _this(said: _Said, unit: str, back: int = 0) -> Period | None:
    if said.anchor is None:
        return None
    at = Period.month(said.anchor.year, said.anchor.month) if unit == "month" else Period.quarter(said.anchor.year, (said.anchor.month + 2) // 3)
    return at.previous() if back else at


def _since_new_year(period: Period | None) -> Period | None:
    return period.year_to_date() if period else None


_MEANING: dict[str, Callable[[_Said], Period | None]] = {
    "month_year": _month,
    "month": _month,
    "month_or": _month,
    "end_month": _month_end,
    "months": lambda said: _months(said.month_year(), said.months[0], said.months[-1]),
    "months_last": lambda said: _months(said.in_year(-1), said.months[0], said.months[-1]),
    "month_day_year": _day_of_month,
    "month_day": _day_of_month,
    "day_month_year": _day_of_month,
    "day_month": _day_of_month,
    "month_this": lambda said: _month_of(said, 0),
    "month_last": lambda said: _month_of(said, -1),
    "month_next": lambda said: _month_of(said, 1),
    "days": _days,
    "final_months": _final_months,
    "final_months_last": lambda said: _final_months(said, -1),
    "same_before": lambda said: Period.year(said.year) if said.year else None,
    "first_months": _first_months,
    "first_months_or": _first_months,
    "first_months_last": lambda said: _first_months(said, -1),
    "quarter": _quarter,
    "quarter_last": lambda said: _quarter(said, -1),
    "quarter_next": lambda said: _quarter(said, 1),
    "three_quarters": lambda said: _months(said.in_year(), 1, 9),
    "half": _half,
    "half_last": lambda said: _half(said, -1),
    "half_month": _half_month,
    "end_year": _year_end,
    "end_this_year": _year_end,
    "end_next_year": lambda said: _year_end(said, 1),
    "end_last_year": lambda said: _year_end(said, -1),
    "late_year": lambda said: _months(said.in_year(), 10, 12),
    "early_year": lambda said: _months(said.in_year(), 1, 3),
    "mid_year": lambda said: _months(said.in_year(), 4, 9),
    "year": _year,
    "years": _years,
    "this_year": _year,
    "last_year": lambda said: _year(said, -1),
    "next_year": lambda said: _year(said, 1),
    "this_month": lambda said: _this(said, "month"),
    "last_month": lambda said: _this(said, "month", 1),
    "this_quarter": lambda said: _this(said, "quarter"),
    "last_quarter": lambda said: _this(said, "quarter", 1),
    "year_to_date": lambda said: _since_new_year(_this(said, "month")),
    "as_of_month_day": lambda said: _since_new_year(_day_of_month(said)),
    "as_of_day_month": lambda said: _since_new_year(_day_of_month(said)),
    "as_of_month": lambda said: _since_new_year(_month(said)),
}
"""What each tag of the pattern group ``period`` means."""
