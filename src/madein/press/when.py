"""The period of a fact and what it is compared with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from madein.core.periods import Period
from madein.press.clauses import Clause
from madein.press.language import Match
from madein.press.model import Quantity
from madein.press.sentence import Sentence
from madein.press.times import TimeFound


@dataclass(slots=True)
class Carried:
    """What a sentence hands on to the next one of its item: period, comparison, subject.

    A period is handed on within a paragraph, and over its end only by the sentence that names it, by a heading that is only
    a label (`label`), or to the lines of the list that the sentence opens (`listed`).
    """

    period: Period | None = None
    named: Period | None = None
    label: Period | None = None
    listed: Period | None = None
    comparison: str | None = None
    compared_period: str = ""
    indicator: str = ""


def period_of(s: Sentence, q: Quantity, kind: str, comparison: str | None, carried: Carried, used: Sequence[Period]) -> tuple[Period | None, bool]:
    """The period of a fact and whether its year was inferred."""
    clause = s.clause_of(q.first)
    if kind == "duration":
        return _duration_period(s, q), True
    inside = [t for t in s.times if t.period and clause.first <= t.first < clause.last and not _of_another(s, t, q, clause)]
    if inside:
        best = min(inside, key=lambda t: abs(t.first - q.last) if t.first >= q.first else abs(q.first - t.last) + 0.5)
        return best.period, best.inferred
    frame = _frame(s, clause)
    if frame is not None and kind != "capacity":
        return frame.period, frame.inferred
    if kind == "capacity" or (kind == "investment" and not any(s.low(i) in s.lang.lists["reached"] for i in range(clause.first, q.first))):
        return None, False
    if used:
        return used[-1], False
    stretches = [t for t in s.times if t.period and not t.point and t.tag != "same_before" and not _milestone(s, t) and number_of(s, t) is None]
    if stretches:
        best = min(stretches, key=lambda t: abs(t.first - q.first))
        return best.period, best.inferred
    if comparison in ("ratio_to_plan",) and carried.period:
        return carried.period, False
    if not _tells_of_the_past(s, clause):
        return None, False
    if carried.period is not None:
        return carried.period, False
    if s.item.anchor and s.item.precision == "day" and kind in ("count", "level"):
        return Period.day(s.item.anchor), True
    return None, False


def _of_another(s: Sentence, t: TimeFound, q: Quantity, clause: Clause) -> bool:
    """True for a time of another number: in brackets with a number of their own, "of 2019" behind it, or behind "compared with"."""
    own = s.clause_of(t.first)
    aside = own != clause and any(own.first <= o.first < own.last for o in s.quantities)
    based = any(s.low(i) in s.lang.lists["compare"] for i in range(q.last, t.first))
    return aside or based or number_of(s, t) not in (None, q)


def number_of(s: Sentence, t: TimeFound) -> Quantity | None:
    """The number that a time told as "of ..." stands behind, and which alone has that time."""
    if s.low(t.first - 1) not in s.lang.lists["of_time"]:
        return None
    return next((q for q in s.quantities if t.first - 1 in (q.last, q.after)), None)


def _frame(s: Sentence, clause: Clause) -> TimeFound | None:
    """The time in a clause of its own before a clause: "In May, exports rose"; none where another number stands between."""
    for t in reversed(s.times):
        if t.period is None or t.last > clause.first:
            continue
        own = s.clause_of(t.first)
        if own.verb < own.last or own.own or own.last > clause.first or any(own.last <= o.first < clause.first for o in s.quantities):
            return None
        return t if all(s.low(i) in s.lang.lists["stop"] or any(x.first <= i < x.last for x in s.times) for i in range(own.first, own.last)) else None
    return None


def with_bases(times: Sequence[TimeFound], carried: Period | None) -> list[TimeFound]:
    """Times of a sentence, in which "the same period of 2023" means the stretch told before it, in that year, and "the month" its last."""
    out, told = [], carried
    for t in times:
        if t.tag == "same_month":
            told = None if told is None else Period.month(told.last.year, told.last.month)
            out.append(replace(t, period=told))
        elif t.tag != "same_before":
            told = t.period if t.period is not None and not t.point else told
            out.append(t)
        else:
            years = 0 if told is None else told.last.year - t.period.first.year if t.period else 1
            out.append(replace(t, period=told.shift(-12 * years) if told is not None and years > 0 else None))
    return out


def _milestone(s: Sentence, t: TimeFound) -> bool:
    """True for the date of a milestone told in another clause, which is no period of anything else."""
    return tells_milestone(s, s.clause_of(t.first))


def tells_milestone(s: Sentence, clause: Clause) -> bool:
    """True if a clause tells of a beginning, a signature, an end; not where that word belongs to a time ("at the end of May")."""
    words = (i for i in range(clause.first, clause.last) if s.low(i) in s.lang.lists["milestone"])
    return any(not any(t.first <= i < t.last for t in s.times) for i in words)


def _duration_period(s: Sentence, q: Quantity) -> Period | None:
    if q.value is None or q.unit not in ("day", "week", "month", "year"):
        return None
    if s.low(q.first - 1) in s.lang.lists["next"] and s.item.anchor and s.item.precision == "day":
        return Period(s.item.anchor, _after(s.item.anchor, q.value, q.unit))
    start = next(
        (
            t.period
            for t in s.times
            if t.point
            and t.period
            and t.period.kind == "day"
            and t.first >= q.last
            and t.first - q.last <= 8
            and s.low(t.first - 1) in s.lang.lists["from_day"]
        ),
        None,
    )
    return Period(start.first, _after(start.first, q.value, q.unit) - timedelta(days=1)) if start else None


def _after(day: date, n: float, unit: str) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=round(n) * (7 if unit == "week" else 1))
    return Period.day(day).shift(round(n) * (12 if unit == "year" else 1)).first


def _tells_of_the_past(s: Sentence, clause: Clause) -> bool:
    """True where the past is told, or no verb says otherwise; what will be done has no period of the past."""
    if any(s.low(i) in s.lang.lists["will"] for i in range(clause.first, clause.last)):
        return False
    past, present, ending = s.lang.lists["past"], s.lang.lists["present"], tuple(s.lang.lists["past_ending"])
    told = any(t.kind == "w" and (t.low in past or (t.low.endswith(ending) and len(t.low) > 4)) for t in s.tokens[clause.first : clause.last])
    return told or not any(t.low in present for t in s.tokens)


def settle_comparison(s: Sentence, q: Quantity, kind: str, own: str | None, period: Period | None, carried: Carried) -> str | None:
    """The comparison in the vocabulary of facts."""
    if kind != "growth":
        return own
    if own in ("vs_plan", "contribution"):
        return own
    if own == "other":
        return None
    found = _nearest_comparison(s, q)
    tag = str(found.tag) if found else None
    if found and tag in ("year_base", "same_base"):
        tag = "yoy"
    elif found and tag in ("month_base", "quarter_base"):
        tag = _based(found, period)
        if tag is None:
            return None
    elif tag == "other":
        return None
    if tag is None:
        same_stretch = period is None or str(period) == carried.compared_period
        tag = (carried.comparison if same_stretch else None) or (
            "yoy" if period is not None and period.kind in ("month", "quarter", "year", "range") else None
        )
    if tag == "yoy" and period is not None and _to_date(period):
        tag = "ytd_yoy"
    if tag and own == "abs" and tag in ("yoy", "ytd_yoy", "mom", "qoq"):
        tag += "_abs"
    return tag


def _based(found: Match, period: Period | None) -> str | None:
    """The comparison with a month or quarter named: yoy with its own, mom or qoq with the one before, none with another."""
    year, months = found.get("<year>"), found.tag == "month_base"
    if months:
        base, cycle, near = found.get("<month>") or found.get("<monthnumber>"), 12, "mom"
        at = None if period is None else period.last.month
    else:
        base, cycle, near = found.get("<roman>") or found.get("<n>"), 4, "qoq"
        at = None if period is None else (period.last.month + 2) // 3
    if at is None or base is None or period is None:
        return near
    if at == base and (year is None or year < period.last.year):
        return "yoy"
    return near if period.kind not in ("month", "quarter") or (at - base) % cycle == 1 else None


def _to_date(period: Period) -> bool:
    """January over several months, or from 1 January to a day; a quarter or a full year is plain."""
    starts = period.first.month == 1 and period.first.day == 1 and period.first.year == period.last.year
    return starts and period.kind == "range"


def _nearest_comparison(s: Sentence, q: Quantity) -> Match | None:
    """The comparison after a number and before the next one, else the nearest in its clause, else the next in the sentence."""
    following = [o.first for o in s.quantities if o.first > q.first]
    limit = following[0] if following else len(s.tokens)
    after = [m for m in s.comparisons if q.last <= m.first < limit]
    if after:
        return after[0]
    clause = s.clause_of(q.first)
    inside = [m for m in s.comparisons if clause.first <= m.first < clause.last]
    if inside:
        return min(inside, key=lambda m: abs(m.first - q.first))
    later = [m for m in s.comparisons if m.first > q.first]
    return later[0] if later else (s.comparisons[-1] if s.comparisons else None)
