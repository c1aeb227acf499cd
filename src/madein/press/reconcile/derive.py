"""Numbers that follow from what is printed: the level before a growth, the plan behind a percentage of it, totals behind shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madein.core.units import is_money
from madein.press.reconcile.alike import AMOUNTS, Stated, is_base, is_threshold, nearest
from madein.press.reconcile.confront import confront
from madein.press.reconcile.intervals import Interval, prior
from madein.press.reconcile.same import base_period
from madein.press.reconcile.verdicts import Verdict, parent, shown

_GROWTHS = frozenset({"yoy", "ytd_yoy", "mom", "qoq", "vs_previous"})
_TEXT = {"yoy": "a year before", "ytd_yoy": "in the same months a year before", "mom": "in the month before", "qoq": "in the quarter before"}


@dataclass(frozen=True, slots=True)
class Derived:
    """A derived number with the facts it came from: what it is, where it lies, and for which period."""

    verdict: Verdict
    interval: Interval
    source: Stated
    other: Stated


def derived(held: Sequence[Stated]) -> Iterator[Derived]:
    """Everything that follows from a growth, a percentage of plan or a share beside a level.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> seen = read_text("In 2024 foreign trade came to $786.3 billion, a rise of 15.4% year on year.")
    >>> [(d.verdict.period, round(d.verdict.low / 1e9, 2), round(d.verdict.high / 1e9, 2)) for d in derived(stated([seen]))]
    [('2023', 681.03, 681.71)]
    """
    by_sentence: dict[tuple[int, int], list[Stated]] = {}
    by_period: dict[tuple[tuple[int, int], str | None], list[Stated]] = {}
    for s in held:
        if _is_level(s):
            by_sentence.setdefault((s.page, s.fact.sent_start), []).append(s)
            by_period.setdefault((s.item, s.fact.period), []).append(s)
    for s in held:
        fact = s.fact
        change = fact.unit == "percent" and (fact.comparison in _GROWTHS or fact.comparison == "vs_plan")
        absolute = fact.comparison is not None and fact.comparison.endswith("_abs")
        if (fact.kind == "growth" and (change or absolute or fact.unit == "multiple")) or fact.comparison in ("ratio_to_plan", "share_of_total"):
            level = _level_of(s, by_sentence.get((s.page, fact.sent_start), []), by_period.get((s.item, fact.period), []))
            if level is not None:
                found = _derive(s, level)
                if found is not None:
                    yield found


def _is_level(s: Stated) -> bool:
    """True for amounts a growth can be the growth of."""
    return s.fact.kind in AMOUNTS and s.fact.unit not in ("percent", "pp", "number") and not is_threshold(s) and not is_base(s)


def _level_of(s: Stated, same_sentence: Sequence[Stated], same_period: Sequence[Stated]) -> Stated | None:
    """The level a change is a change of: in its sentence the one that shares most words, else the only one of its item and period."""
    if s.fact.unit not in ("percent", "multiple", "pp"):
        same_sentence = [x for x in same_sentence if x.fact.unit == s.fact.unit]
        same_period = [x for x in same_period if x.fact.unit == s.fact.unit]
    here = [x for x in same_sentence if _period_fits(s, x) and _same_measure(s, x)]
    if here:
        best = max(here, key=lambda x: (_likeness(s, x), -_distance(s, x)))
        if _likeness(s, best) > 0 or (len(here) == 1 and not s.words):
            return best
    near = [x for x in nearest(s, same_period) if x.fact.start < s.fact.start and not x.headline and _likeness(s, x) >= 0.5]
    if here or s.fact.comparison == "share_of_total" or s.fact.period is None:
        return None
    # Several amounts of one item and period with the same words: which of them changed cannot be told.
    return near[0] if near and len({(x.fact.value, x.fact.unit) for x in near}) == 1 else None


def _same_measure(s: Stated, x: Stated) -> bool:
    """False for "down 17.2% in volume" beside an amount of money, and for "in value" beside tonnes."""
    tail = s.fact.sentence[s.fact.end - s.fact.sent_start :][:24].lower()
    money = is_money(x.fact.unit)
    if any(tail.lstrip().startswith(w) for w in ("in volume", "by volume", "in quantity", "in terms of volume")):
        return not money
    return money or not any(tail.lstrip().startswith(w) for w in ("in value", "by value", "in terms of value"))


def _period_fits(s: Stated, x: Stated) -> bool:
    return s.fact.period is None or x.fact.period is None or s.fact.period == x.fact.period


def _likeness(a: Stated, b: Stated) -> float:
    """Share of the shorter name's words that both have."""
    least = min(len(a.words), len(b.words))
    return len(a.words & b.words) / least if least else 0.0


def _distance(a: Stated, b: Stated) -> int:
    return b.fact.start - a.fact.end if b.fact.start >= a.fact.end else a.fact.start - b.fact.end


def _derive(s: Stated, level: Stated) -> Derived | None:
    fact, comparison = s.fact, s.fact.comparison
    name, unit = level.fact.indicator, level.fact.unit
    period = level.fact.period or fact.period
    if comparison == "ratio_to_plan":
        return _made("plan", s, level, _ratio(level.strict, s.strict), f"plan of {name} implied by {fact.text} of it", period or "")
    if comparison == "vs_plan":
        return _made("plan", s, level, prior(level.strict, s.strict), f"plan of {name} implied by {fact.text} against it", period or "")
    if comparison == "share_of_total":
        if not _part_of(s, level):
            return None
        return _made("total", s, level, _ratio(level.strict, s.strict), f"total of which {level.fact.text} is {fact.text}", period or "")
    base = base_period(period, comparison)
    if fact.unit == "percent":
        when = _TEXT.get(comparison or "", base)
        return _made("prior", s, level, prior(level.strict, s.strict), f"{name} {when}, from {level.fact.text} and {fact.text}", base)
    if fact.unit == "multiple" and s.strict.low > 0:
        return _made("prior", s, level, level.strict / s.strict, f"{name} before, from {level.fact.text} and {fact.text}", base)
    if fact.unit == unit:
        return _made("prior", s, level, level.strict - s.strict, f"{name} before, from {level.fact.text} and a change of {fact.text}", base)
    return None


def _ratio(level: Interval, percent: Interval) -> Interval:
    """A level over a percentage of the same sign: the ends of an open percentage reach to zero, not beyond."""
    return prior(level, Interval(percent.low - 100.0, percent.high - 100.0))


def _part_of(s: Stated, level: Stated) -> bool:
    """True where the level stands before the share in its clause chain: "exports of $100 billion, accounting for 30 per cent of the total"."""
    before = level.fact.end <= s.fact.start and level.fact.sent_start == s.fact.sent_start
    # "12 goods making up 80 per cent of turnover": a count is no part of a sum of money.
    return before and level.fact.qualifier != "more_than" and level.fact.kind != "count"


def _made(kind: str, s: Stated, level: Stated, interval: Interval, what: str, period: str) -> Derived:
    low, high = interval.ends
    exact = all(x.fact.qualifier in ("exact", "approx") for x in (s, level))
    value = _value(s, level) if exact else None
    why = f"{shown(level.strict)} and {shown(s.strict)} as printed"
    verdict = Verdict(kind, "derived", what, (parent(level.fact), parent(s.fact)), low, high, value, level.fact.unit, why, period)
    return Derived(verdict, interval, s, level)


def _value(s: Stated, level: Stated) -> float | None:
    """The same arithmetic on the printed numbers."""
    v, g = level.fact.value, s.fact.value
    if not isinstance(v, float | int) or not isinstance(g, float | int):
        return None
    if s.fact.comparison in ("ratio_to_plan", "share_of_total"):
        return 100.0 * v / g if g else None
    if s.fact.unit == "percent":
        return v / (1.0 + g / 100.0) if g != -100 else None
    if s.fact.unit == "multiple":
        return v / g if g else None
    return v - g


def against_plan(held: Sequence[Stated]) -> Iterator[Verdict]:
    """A ratio to plan against a distance from it: "124.9% of plan" against "nearly 25% above target": one says of the other what it must be.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> text = "Budget revenue in 2025 was nearly 25% above the target. Budget revenue in 2025 reached 124.9% of the plan."
    >>> [v.verdict for v in against_plan(stated([read_text(text)]))]
    ['consistent']
    """
    ratios: dict[tuple[object, ...], Stated] = {}
    for s in held:
        if s.fact.comparison == "ratio_to_plan":
            ratios[s.item, s.fact.period] = s
    for s in held:
        other = ratios.get((s.item, s.fact.period)) if s.fact.comparison == "vs_plan" else None
        if other is None or (s.words and other.words and not s.words & other.words):
            continue
        above = other.strict - Interval(100.0, 100.0)
        agree = s.strict.meets(above)
        if not agree and (s.fact.sent_start == other.fact.sent_start or s.words != other.words):
            continue  # two things measured against two plans
        why = f"{shown(s.strict)} above plan against {shown(above)}"
        yield Verdict(
            "plan",
            "consistent" if agree else "contradiction",
            f"{s.fact.text} against plan and {other.fact.text} of plan",
            (parent(s.fact), parent(other.fact)),
            unit="percent",
            why=why,
            period=s.fact.period or "",
        )


def confronted(found: Sequence[Derived], held: Sequence[Stated]) -> Iterator[Verdict]:
    """Derived levels against levels stated for the same period, and against each other.

    A base implied by a later article that excludes the number an earlier one printed is a revision, not a contradiction.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> text = "In 2023 coffee exports reached US$4.2 billion. In 2024 coffee exports reached US$5.6 billion, up 33% year on year."
    >>> seen = stated([read_text(text)])
    >>> [v.verdict for v in confronted(list(derived(seen)), seen)]
    ['consistent']
    """
    yield from confront(found, held, [s for s in held if s.fact.kind in AMOUNTS and is_base(s)])
