"""The period of a fact."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from madein.core.periods import Period
from madein.press.carried import Carried
from madein.press.clauses import Clause
from madein.press.comparison import base_period, behind_base
from madein.press.indicator import sizes
from madein.press.model import Quantity
from madein.press.sentence import Sentence
from madein.press.times import TimeFound

Told = tuple[Period | None, bool]
"""A period, None for none, and whether its year was inferred."""

_NONE: Told = (None, False)

_STANDING = frozenset({"count", "level", "share"})
"""Kinds that the present tense tells of no stretch: "has 84 vendors"."""

_YEAR_END = frozenset({"end_year", "end_this_year", "end_next_year", "end_last_year"})
_OF_A_DAY = frozenset({"month_day", "day_month", "month_day_year", "day_month_year"})
_AS_OF = frozenset({"as_of_month_day", "as_of_day_month"})


def period_of(s: Sentence, q: Quantity, kind: str, comparison: str | None, carried: Carried, used: Sequence[Period]) -> Told:
    """The period of a fact and whether its year was inferred.

    The first of these that there is: the period that its kind or its own words call for, a time in its clause, a time that
    stands before its clause, the period of the number before it (`used` holds those of the sentence), the nearest time of the
    sentence, the one carried over from the text, the day of the article.
    """
    if kind == "capacity":
        return _just_behind(s, q, days=True)
    if kind == "duration":
        return _of_a_length(s, q, carried, used)
    last = used[-1] if used else carried.period
    base = base_period(s, q, last, carried) or _planned_year(s, q)
    if base is not None:
        return base, True
    if _attribute(s, q):
        return _NONE
    if comparison == "ratio_to_plan" and last and s.lang.grammar.close_reading and not any(0 <= q.first - t.last <= 3 for t in s.times):
        return last, False
    clause = s.clause_of(q.first)
    if _spent(s, q, kind, clause):
        return _just_behind(s, q, days=False)
    return _in_clause(s, q, kind, clause) or _without_own_time(s, q, kind, comparison, carried, used)


def _without_own_time(s: Sentence, q: Quantity, kind: str, comparison: str | None, carried: Carried, used: Sequence[Period]) -> Told:
    """The period of a number that neither its words nor its clause give."""
    clause = s.clause_of(q.first)
    since = _since_year(s, q, clause)
    if since is not None:
        return since, True
    if s.lang.grammar.close_reading and _only_ahead(s, q, clause):
        return _NONE
    if kind == "investment" and not (used and s.lang.grammar.close_reading) and not _invested(s, q, clause):
        return _of_certificate(s)
    if s.lang.grammar.close_reading and kind in _STANDING and _states(s, clause):
        return _NONE
    if used:
        return used[-1], False
    past = _tells_of_the_past(s, clause)
    nearest = _nearest(s, q, carried, past)
    if nearest is not None:
        return nearest
    if carried.period is not None and (past or comparison == "ratio_to_plan"):
        return carried.period, False
    if past and s.item.anchor and s.item.precision == "day" and kind in ("count", "level"):
        return Period.day(s.item.anchor), True
    return _NONE


# -- questions about a time


def horizon(s: Sentence, t: TimeFound) -> bool:
    """True for the time by which something shall be: it dates only what its own clause says."""
    return s.isin(t.first - 1, "horizon")


def number_of(s: Sentence, t: TimeFound) -> Quantity | None:
    """The number that a time told as "of ..." stands behind, and which alone has that time."""
    if s.low(t.last) == "'" and s.lang.grammar.close_reading:
        return next((q for q in s.quantities if 0 < q.first - t.last <= 3), None)  # "October's 10.2%"
    if s.isin(t.first - 2, "set_verbs"):
        return next((q for q in s.quantities if t.first - 2 in (q.last, q.after)), None)  # "the record of $62.4 billion set in 2024"
    if not s.isin(t.first - 1, "of_time"):
        return None
    return next((q for q in s.quantities if t.first - 1 in (q.last, q.after)), None)


def tells_milestone(s: Sentence, clause: Clause) -> bool:
    """True if a clause tells of a beginning, a signature, an end; not where that word belongs to a time ("at the end of May")."""
    return any(s.isin(i, "milestone") and not s.timed(i) for i in range(clause.first, clause.last))


def _of_another(s: Sentence, t: TimeFound, q: Quantity, clause: Clause) -> bool:
    """True for a time of another number: in brackets with a number of their own, "of 2019" behind it, or behind "compared with"."""
    if t.point and s.isin(t.first - 2, "issued"):
        return True  # the day of a release, not of what it tells
    own = s.clause_of(t.first)
    if own != clause and any(o.first in own for o in s.quantities):
        return True
    if any(q.last <= o.first < t.first and s.isin(o.first - 1, "off") for o in s.quantities):
        return True
    if s.lang.grammar.close_reading and any(m.tag == "plan" and t.last <= m.first < q.first for m in s.matches("status")):
        return True
    alone = number_of(s, t)
    return behind_base(s, q, t) or (alone is not None and alone.first != q.first)


# -- the period that a kind of number or its own words call for


def _just_behind(s: Sentence, q: Quantity, days: bool) -> Told:
    """The time at once behind a number, of a day only if `days`: "2 million tonnes a year in 2030"."""
    told = next((t for t in s.times if t.period and (days or not t.point) and 0 <= t.first - q.after <= 2), None)
    return (told.period, told.inferred) if told else _NONE


def _of_a_length(s: Sentence, q: Quantity, carried: Carried, used: Sequence[Period]) -> Told:
    """The period of a length of time: when it happened, or the stretch it is."""
    if s.isin(q.first - 1, "in_years") and s.has(q.first - 6, q.first, "superlative"):
        own = next((t.period for t in s.times if t.period and not t.point and t.tag != "same_before"), None)
        return (used[-1] if used else own or carried.period), True  # "the highest in 11 years" is dated where it happened
    behind = (t for t in s.times if t.period and not t.point and 0 <= t.first - q.last <= 2 and s.isin(t.first - 1, "during"))
    told = next(behind, None)
    return (told.period, told.inferred) if told else (_in_a_row(s, q, carried) or _from_a_day(s, q), True)


_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def _in_a_row(s: Sentence, q: Quantity, carried: Carried) -> Period | None:
    """The stretch of "four months in a row", which ends with the period told."""
    if not s.has(q.first, q.last, "in_a_row") and s.find("in_a_row", q.last) is None:
        return None
    told = next((t.period for t in s.times if t.period and not t.point), carried.period)
    months = _MONTHS.get(q.unit, 0)
    if told is None or q.value is None or not months or _MONTHS.get(told.kind, 0) < months:
        return None
    return Period(told.shift(-months * (round(q.value) - 1)).first, told.last)


def _from_a_day(s: Sentence, q: Quantity) -> Period | None:
    """The stretch of "the next 90 days", "for 30 days from 1 July"."""
    if q.value is None or q.unit not in ("day", "week", "month", "year"):
        return None
    if s.isin(q.first - 1, "next") and s.item.anchor and s.item.precision == "day":
        return Period(s.item.anchor, _after(s.item.anchor, q.value, q.unit))
    days = (t.period for t in s.times if t.point and 0 <= t.first - q.last <= 8 and s.isin(t.first - 1, "from_day"))
    start = next((day for day in days if day is not None and day.kind == "day"), None)
    return Period(start.first, _after(start.first, q.value, q.unit) - timedelta(days=1)) if start else None


def _after(day: date, n: float, unit: str) -> date:
    if unit in ("day", "week"):
        return day + timedelta(days=round(n) * (7 if unit == "week" else 1))
    return Period.day(day).shift(round(n) * (12 if unit == "year" else 1)).first


def _attribute(s: Sentence, q: Quantity) -> bool:
    """True for the size of a thing named: "a $190 million factory", "its 24-hectare site"."""
    return sizes(s, q) and not s.isin(q.after, "flow")


def _planned_year(s: Sentence, q: Quantity) -> Period | None:
    """The year of the amount that is the plan: "its 2025 target of 120,000", "the year's goal of 17.5 million"."""
    plan = next((m for m in s.matches("plan_of") if 0 <= q.first - m.last <= 2), None)
    if plan is None:
        return None
    year = plan.get("<year>") or (s.item.anchor.year if s.item.anchor else None)
    return Period.year(year) if year else None


def _spent(s: Sentence, q: Quantity, kind: str, clause: Clause) -> bool:
    """True for what a thing costs, which has no period unless one stands at once behind it."""
    first = max(clause.first, q.first - 5)
    costs = q.sort == "money" and kind in ("level", "investment") and s.has(first, q.first, "costing") and not s.has(first, q.first, "rise", "fall")
    return costs and not s.has(clause.first, clause.last, "flow")


def _since_year(s: Sentence, q: Quantity, clause: Clause) -> Period | None:
    """From a year to the date of the text: "has invested $6.3 billion since 2009"."""
    if s.item.anchor is None or not s.has(clause.first, q.first, "perfect"):
        return None
    start = next((year for m in s.bases if m.first >= q.last and (year := m.get("<year>"))), None)
    return Period(date(start, 1, 1), date(s.item.anchor.year, 12, 31)) if start and start < s.item.anchor.year else None


def _only_ahead(s: Sentence, q: Quantity, clause: Clause) -> bool:
    """True for what is only to come ("will create 14,000 jobs"): no period of the past is its own."""
    ahead = any(clause.first - 6 <= m.first < q.first and m.tag in ("plan", "hypothetical") for m in s.matches("status"))
    return ahead and not s.has(clause.first, q.first, "past")


def _invested(s: Sentence, q: Quantity, clause: Clause) -> bool:
    """True for investment as a flow: "foreign investment rose to", "the province attracted"."""
    flow = clause.verb < q.first and s.has(*clause.subject, "invest") and s.isin(clause.verb, "past")
    return flow or s.has(clause.first, q.first, "reached")


def _of_certificate(s: Sentence) -> Told:
    """The date of the certificate that a sum is taken from, where one is named with its date."""
    told = next((t for t in s.times if t.period and s.has(t.first - 8, t.first, "certificate")), None)
    return (told.period, told.inferred) if told else _NONE


# -- the period of a time in the sentence


def _in_clause(s: Sentence, q: Quantity, kind: str, clause: Clause) -> Told | None:
    """The nearest time in the clause, one behind the number before one as far ahead of it; else the time that frames the clause."""
    inside = [t for t in s.times if t.period and t.first in clause and not _of_another(s, t, q, clause)]
    if any(not t.point for t in inside):
        inside = [t for t in inside if not (t.point and horizon(s, t))]
    if inside:
        best = min(inside, key=lambda t: abs(t.first - q.last) if t.first >= q.first else abs(q.first - t.last) + 0.5)
        return _running(s, best, clause) or _whole_year(s, kind, best, clause), best.inferred
    frame = _frame(s, clause)
    return (_running(s, frame, clause) or frame.period, frame.inferred) if frame is not None else None


def _frame(s: Sentence, clause: Clause) -> TimeFound | None:
    """The time in a clause of its own before a clause: "In May, exports rose"; none where another number stands between."""
    t = next((t for t in reversed(s.times) if t.period is not None and t.last <= clause.first), None)
    if t is None:
        return None
    own = s.clause_of(t.first)
    if own.tells or own.own or own.last > clause.first or any(own.last <= o.first < clause.first for o in s.quantities):
        return None
    return t if all(s.isin(i, "stop") or s.timed(i) for i in range(own.first, own.last)) else None


def _running(s: Sentence, t: TimeFound, clause: Clause) -> Period | None:
    """From New Year to a day: "by April 30 exports had amounted to"; a stock ("as of October 1 workers") has the day alone."""
    if t.period is None:
        return None
    flow = s.has(clause.first, clause.last, "flow")
    if t.tag in _AS_OF and not flow and s.has(clause.first, clause.last, "stock"):
        return Period.day(t.period.last)
    total = t.tag in _OF_A_DAY and flow and horizon(s, t) and s.has(clause.first, clause.last, "perfect", "reached")
    return t.period.year_to_date() if total else None


def _whole_year(s: Sentence, kind: str, t: TimeFound, clause: Clause) -> Period | None:
    """The year of a flow that is to reach an amount by its end; a stock keeps the day."""
    if t.period is None or t.tag not in _YEAR_END or kind not in ("count", "level", "growth") or not s.has(clause.first, clause.last, "flow"):
        return t.period
    return Period.year(t.period.last.year)


def _nearest(s: Sentence, q: Quantity, carried: Carried, past: bool) -> Told | None:
    """The nearest stretch of the sentence; not one told later in a clause of its own, if the text has told one before."""
    free = [t for t in s.times if t.period and not t.point and t.tag != "same_before" and not horizon(s, t)]
    free = [t for t in free if number_of(s, t) is None and not behind_base(s, q, t) and not tells_milestone(s, s.clause_of(t.first))]
    if not free:
        return None
    best = min(free, key=lambda t: abs(t.first - q.first))
    of_its_own = best.first >= q.first and s.clause_of(best.first).tells
    return None if of_its_own and carried.period is not None and past else (best.period, best.inferred)


# -- tense


def _tells_of_the_past(s: Sentence, clause: Clause) -> bool:
    """True where the past is told, or no verb says otherwise; what will be done has no period of the past."""
    if s.has(clause.first, clause.last, "will"):
        return False
    if any(_past(s, i) and not _passive(s, i) for i in range(clause.first, clause.last)):
        return True
    return not s.has(0, len(s), "present") or not any(s.isin(i, "present") and not s.isin(i, "topic") for i in range(len(s)))


def _states(s: Sentence, clause: Clause) -> bool:
    """True for a clause that says how things are: "which employs 2,400 people"; not for "has grown", "are assembled"."""
    if not clause.tells or not s.isin(clause.verb, "present") or s.isin(clause.verb, "topic"):
        return False
    return not (s.isin(clause.verb, "be", "perfect") and any(_past(s, i) for i in range(clause.verb + 1, min(clause.last, clause.verb + 4))))


def _past(s: Sentence, i: int) -> bool:
    if s.kind(i) != "w":
        return False
    return s.isin(i, "past") or (len(s.low(i)) > 4 and s.low(i).endswith(tuple(s.lists["past_ending"])))


def _passive(s: Sentence, i: int) -> bool:
    """True for a participle behind "is", "are", or "has" ("are assembled", "have newly signed"): it tells of no stretch in the past."""
    ending = s.lang.grammar.adverb_ending
    adverb = bool(ending) and s.low(i - 1).endswith(ending)
    return s.isin(i - 1, "be", "perfect") or (adverb and s.isin(i - 2, "be", "perfect"))
