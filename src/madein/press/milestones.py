"""Dates on which something happens, and ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from madein.core.periods import Period
from madein.press.carried import Carried
from madein.press.clauses import Clause
from madein.press.hedges import status_at
from madein.press.indicator import LONGEST, complete, phrase_end
from madein.press.kinds import no_fact
from madein.press.language import Match
from madein.press.model import Fact, Quantity
from madein.press.sentence import Sentence
from madein.press.times import TimeFound
from madein.press.when import period_of, tells_milestone

_NO_DATE = frozenset({
    "this_month", "last_month", "same_month", "year_to_date", "last_months", "first_months", "first_months_or", "months",
    "as_of_month_day", "as_of_day_month", "as_of_month",
})  # fmt: skip
"""Tags of stretches that tell of how long, not of when."""

_DAYS = frozenset({"month_day", "month_day_year", "day_month", "day_month_year", "date"})
_YEAR_END = frozenset({"end_year", "end_this_year", "end_last_year"})
_NO_AMOUNT = frozenset({"duration", "ordinal"})


def dates(s: Sentence, item: int, carried: Carried) -> list[Fact]:
    """Days, months, quarters and years on which something is begun, signed, finished or handed over."""
    out = []
    for t in s.times:
        if t.period is None or t.tag in _NO_DATE or t.first >= t.last:
            continue
        clause = _telling_clause(s, t)
        told = tells_milestone(s, clause) and (t.point or not _tells_amount(s, clause))
        if not told and not _event_day(s, t, clause):
            continue
        period = t.period
        if t.tag in _YEAR_END and s.isin(t.first - 1, "at"):
            period = Period.month(period.last.year, 12)
        about = " ".join(x for x in (_subject(s, clause, carried), s.words(clause.verb, t.first)) if x)[:LONGEST]
        fact = _fact(s, t.first, t.last, "date", about, str(period), "date", item)
        out.append(replace(fact, period=str(period), geography=s.places, status=status_at(s, t.first), inferred=t.inferred))
    return out


def ranks(s: Sentence, item: int, carried: Carried, used: Sequence[Period]) -> list[Fact]:
    """``ranked third in Asia``, ``the top 5``, ``second-largest market``."""
    out = []
    for m in s.matches("rank"):
        value = m.get("<n>") or m.get("<ord>")
        if value is None or any(t.first < m.last and m.first < t.last for t in s.times):
            continue
        inside = [q for q in s.quantities if q.first < m.last and m.first < q.last]
        if any(q.value != float(value) or q.sort not in ("count", "ordinal") for q in inside):
            continue
        period, inferred = period_of(s, Quantity(m.first, m.last, value, "ordinal", "ordinal"), "rank", None, carried, used)
        clause = s.clause_of(m.first)
        about = s.words(m.last, phrase_end(s, m.last, clause)) or s.words(*clause.subject) or carried.indicator
        about = complete(about, replace(carried), s.lang)[:LONGEST]
        fact = _fact(s, *_rank_span(s, m), "rank", about, float(value), "top_n" if m.tag == "top_n" else "ordinal", item)
        told = None if period is None else str(period)
        out.append(replace(fact, period=told, status=status_at(s, m.first), inferred=inferred and period is not None))
    return out


def _fact(s: Sentence, first: int, last: int, kind: str, about: str, value: float | str, unit: str, item: int) -> Fact:
    a, b = s.tokens[first].start, s.tokens[last - 1].end
    return Fact("", a, b, s.text[a:b], s.start, s.end, s.text[s.start : s.end], kind, about, value, unit, item=item)


# -- dates


def _telling_clause(s: Sentence, t: TimeFound) -> Clause:
    """The clause that tells what happens at a time: its own, or the next one where it stands alone at the beginning."""
    clause = s.clause_of(t.first)
    if clause.tells or tells_milestone(s, clause):
        return clause
    after = [c for c in s.clauses if c.first >= clause.last]
    before = [c for c in s.clauses if c.last <= clause.first]
    return min(after, key=lambda c: c.first) if after else max(before, key=lambda c: c.last, default=clause)


def _tells_amount(s: Sentence, clause: Clause, behind: int = 0) -> bool:
    """True if a clause tells an amount from its verb on."""
    since = (clause.verb if clause.tells else clause.first) + behind
    return any(since <= q.first < clause.last and q.sort not in _NO_AMOUNT and not no_fact(s, q) for q in s.quantities)


def _event_day(s: Sentence, t: TimeFound, clause: Clause) -> bool:
    """True for a day on which something happened or will ("lit on 12 December"), unless somebody only spoke on it."""
    day = t.period is not None and t.period.kind == "day" and t.tag in _DAYS and s.isin(t.first - 1, "on")
    if not day or not clause.tells or s.has(clause.first, clause.last, "report_verb"):
        return False
    return not _tells_amount(s, clause, behind=1)


def _subject(s: Sentence, clause: Clause, carried: Carried) -> str:
    """What a clause is about, else what the next one or the text is: "Launched in 2018, the service offers"."""
    own = s.words(*clause.subject)
    if own and own != s.words(clause.verb, clause.verb + 1):
        return own
    after = min((c for c in s.clauses if c.first >= clause.last and c.own), key=lambda c: c.first, default=None)
    following = s.words(*after.subject) if after else ""
    return (following if len(following) > 2 else "") or carried.indicator or s.item.title


# -- ranks


def _rank_span(s: Sentence, m: Match) -> tuple[int, int]:
    """The number alone of "ranked third", all of "the top 5" and "second-largest"."""
    if m.tag not in ("rank", "rank_ordinal"):
        return m.first, m.last
    named = (s.maps["ordinals"], s.maps["numbers"])
    i = next(i for i in range(m.last - 1, m.first - 1, -1) if s.kind(i) == "d" or any(s.low(i) in names for names in named))
    return i, i + 1
