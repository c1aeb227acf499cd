"""What a number is compared with: the comparison of a growth, and the period of a figure that is only the base of another."""

from __future__ import annotations

from madein.core.periods import Period
from madein.press.carried import Carried
from madein.press.language import Match
from madein.press.meanings import months_named
from madein.press.model import Quantity
from madein.press.sentence import Sentence
from madein.press.times import TimeFound

_SETTLED = frozenset({"vs_plan", "contribution", "vs_previous"})
"""Comparisons that a number's own words tell."""

_QUARTER_BASES = frozenset({"quarter_base", "quarter_base_last", "last_quarter_base", "last_quarter_base_last", "ord_base"})
"""Tags of a quarter that is named as the base; in those that end so it is one of last year, in the others of the year printed."""

_STEPS = {"yoy": 12, "mom": 1, "qoq": 3}
"""Months from the base of a comparison to its period."""


def settle_comparison(s: Sentence, q: Quantity, kind: str, own: str | None, period: Period | None, carried: Carried) -> str | None:
    """The comparison of a number in the vocabulary of facts.

    Parameters
    ----------
    s, q, kind
        The sentence, the number, its kind.
    own : str or None
        What the words at the number tell; 'abs' for an amount by which something changed, 'other' for what the vocabulary lacks.
    period : Period or None
        Its period.
    carried : Carried
        A growth without a comparison goes on with that of the text, else it is one over a year.
    """
    if kind != "growth" or own in _SETTLED:
        return own
    found = _nearest_comparison(s, q)
    told = _told(found, period)
    if own == "other" or told == "other":
        return None
    tag: str | None = told
    if found is None:
        ahead = any(m.tag in ("plan", "forecast", "hypothetical") and q.first - 12 <= m.first < q.first for m in s.matches("status"))
        if q.sort == "multiple" and s.lang.grammar.close_reading and (period is None or ahead):
            return "vs_previous"
        same_stretch = period is None or str(period) == carried.compared_period
        tag = (carried.comparison if same_stretch else None) or ("yoy" if period is not None and period.kind != "day" else None)
    if tag == "yoy" and period is not None and _to_date(period):
        tag = "ytd_yoy"
    if (own == "abs" or q.unit in ("pp", "index_point")) and tag in ("yoy", "ytd_yoy", "mom", "qoq"):
        return f"{tag}_abs"
    return tag


def _told(found: Match | None, period: Period | None) -> str:
    """The comparison that words mean, 'other' for one outside the vocabulary, '' for no words."""
    tag = str(found.tag) if found else ""
    if found and (tag == "month_base" or tag in _QUARTER_BASES):
        return _based(found, period)
    if found and tag == "months_base":
        return _based_on_months(found, period)
    if tag == "sequential":
        return "qoq" if period is None or period.kind == "quarter" else "mom"
    return "yoy" if tag in ("year_base", "same_base") else tag


def _based(found: Match, period: Period | None) -> str:
    """The comparison with a month or quarter named: yoy with its own, mom or qoq with the one before, other with another."""
    year, months = found.get("<year>"), found.tag == "month_base"
    if str(found.tag).endswith("_last") and period is not None:
        year = period.last.year - 1
    if months:
        base, cycle, near = found.get("<month>") or found.get("<monthnumber>"), 12, "mom"
        at = None if period is None else period.last.month
    else:
        named = found.get("<roman>") or found.get("<ord>") or found.get("<n>")
        base, cycle, near = 4 if str(found.tag).startswith("last_quarter") else named, 4, "qoq"
        at = None if period is None else (period.last.month + 2) // 3
    if at is None or base is None or period is None:
        return near
    if at == base and (year is None or year < period.last.year):
        return "yoy"
    if year is not None and not months:
        return near if (period.last.year - year) * 4 + at - base == 1 else "other"
    return near if period.kind not in ("month", "quarter") or (at - base) % cycle == 1 else "other"


def _based_on_months(found: Match, period: Period | None) -> str:
    """The comparison with months named, "April-June": yoy with its own of the year before, qoq with the quarter before, other else."""
    first, last = months_named(found)[:2]
    if period is None or not period.whole_months or first > last:
        return "other"
    if (period.first.month, period.last.month) == (first, last):
        return "yoy"
    before = (period.first.month - 2) % 12 + 1
    return "qoq" if period.kind == "quarter" and last == before and (last - first) % 12 == _QUARTER - 1 else "other"


_QUARTER = 3
"""Months of a quarter."""


def _to_date(period: Period) -> bool:
    """January over several months, or from 1 January to a day; a quarter or a full year is plain."""
    starts = period.first.month == 1 and period.first.day == 1 and period.first.year == period.last.year
    return starts and period.kind == "range"


def _nearest_comparison(s: Sentence, q: Quantity) -> Match | None:
    """The comparison after a number and before the next one, else the nearest in its clause, else the next in the sentence."""
    limit = next((o.first for o in s.quantities if o.first > q.first), len(s))
    after = next((m for m in s.comparisons if q.last <= m.first < limit), None)
    if after is not None:
        return after
    clause = s.clause_of(q.first)
    inside = [m for m in s.comparisons if m.first in clause]
    if inside:
        return min(inside, key=lambda m: abs(m.first - q.first))
    later = (m for m in s.comparisons if m.first > q.first)
    return next(later, s.comparisons[-1] if s.comparisons else None)


# -- figures that are the base of another


def is_base(s: Sentence, q: Quantity) -> bool:
    """True for a figure that another is compared with: "compared with 344,000", "from 50.3"."""
    return s.has(q.first - 3, q.first, "compare", "off", "than", "after")


def behind_base(s: Sentence, q: Quantity, t: TimeFound) -> bool:
    """True for a time behind "compared with", which tells of what the number is compared with."""
    return s.has(q.last, t.first, "compare", "than", "after")


def base_period(s: Sentence, q: Quantity, told: Period | None, carried: Carried) -> Period | None:
    """The period of a figure quoted as the base of another, counted back from the period `told` last; None for any other figure.

    "from $586 to $463", "to $463 from $586", "compared with 344,000 a year before".
    """
    if told is None or not told.whole_months:
        return None
    shift = s.find("base_shift", q.after)
    if shift:
        amount = q.sort in ("money", "measure", "count") and not s.has(q.first - 4, q.first, "rise", "fall", "growth_noun")
        # The size of a change ("a rise of $2 billion from a year earlier") is no figure of the year before.
        if amount or s.has(q.first - 4, q.first, "compare", "off"):
            return told.shift(-int(shift.tag))
    if not s.isin(q.first - 1, "off"):
        return None
    clause = s.clause_of(q.first)
    if s.has(clause.first, clause.last, "outlook") and any(0 < q.first - o.after <= 2 for o in s.quantities):
        return told  # "cut its target to 1.45 million from 1.5 million": both are of one year
    step = _STEPS.get(carried.comparison or "", 0)
    before = next((o for o in reversed(s.quantities) if o.last <= q.first - 1), None)
    if before is not None and _to_from(s, before, q) and told.kind in ("year", "month", "quarter"):
        step = (step if str(told) == carried.compared_period else 0) or (12 if told.kind == "year" else 0)
        return told.shift(-step) if step else None
    following = next((o for o in s.quantities if o.first > q.last), None)
    if not step or s.times or following is None or not _from_to(s, q, following):
        return None
    return told.shift(-step)


def _to_from(s: Sentence, level: Quantity, base: Quantity) -> bool:
    """True for "to 463 from 586"."""
    return s.isin(level.first - 1, "to") and base.first - level.last <= 2 and level.unit == base.unit


def _from_to(s: Sentence, base: Quantity, level: Quantity) -> bool:
    """True for "from 586 to 463"."""
    return s.isin(level.first - 1, "to") and level.first - base.last <= 2 and level.unit == base.unit
