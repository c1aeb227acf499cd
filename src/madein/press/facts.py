"""From a sentence to facts: what each number counts, compares, when, how surely, and by how much with which sign."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from unicodedata import normalize

from madein.core.periods import Period
from madein.press.clauses import Clause
from madein.press.indicator import indicator_of, phrase_end, respectively
from madein.press.kinds import kind_of, near, no_fact
from madein.press.language import Language, Match
from madein.press.model import Fact, Item, Quantity, Unread
from madein.press.sentence import Sentence, analyse
from madein.press.times import TimeFound
from madein.press.when import Carried, number_of, period_of, settle_comparison, tells_milestone, with_bases


def read_sentence(text: str, start: int, end: int, item: Item, number: int, lang: Language, carried: Carried) -> tuple[list[Fact], list[Unread]]:
    """Facts of one sentence in order of place, and numbers seen but not read."""
    s = analyse(text, start, end, item, lang)
    s.times = with_bases(s.times, carried.period)
    facts: list[Fact] = []
    unread = [Unread(s.tokens[n.first].start, s.tokens[n.last - 1].end, s.words(n.first, n.last), n.why) for n in s.not_read]
    direction = 0
    used: list[Period] = []
    last_indicator = ""
    pairs = respectively(s)
    for k, q in enumerate(s.quantities):
        why = no_fact(s, q)
        if why:
            unread.append(Unread(s.tokens[q.first].start, s.tokens[q.last - 1].end, s.words(q.first, q.last), why))
            continue
        kind, comparison, direction = kind_of(s, q, direction, k)
        indicator, own = indicator_of(s, q, kind, carried, last_indicator)
        if q.first in pairs:
            indicator = pairs[q.first]
        last_indicator = indicator if own or not last_indicator else last_indicator
        period, inferred = period_of(s, q, kind, comparison, carried, used)
        comparison = settle_comparison(s, q, kind, comparison, period, carried)
        fact = _build(s, q, kind, indicator, comparison, period, direction, number, inferred)
        facts.append(fact)
        clause = s.clause_of(q.first)
        aside = any((t.tag == "same_before" and clause.first <= t.first < clause.last) or number_of(s, t) == q for t in s.times)
        if period is not None and kind in ("level", "growth", "count", "share", "investment") and not aside:
            used.append(period)
        if comparison in ("yoy", "mom", "qoq", "ytd_yoy"):
            carried.comparison = "yoy" if comparison == "ytd_yoy" else comparison
            carried.compared_period = str(period or "")
    ranks = _ranks(s, number, carried, used)
    facts = [f for f in facts if f.kind != "count" or not any(r.start <= f.start and f.end <= r.end for r in ranks)]
    facts += ranks
    facts += _dates(s, number)
    carried.named = next((t.period for t in s.times if t.period and not t.point and t.tag not in ("next_year", "same_before")), None)
    carried.period = carried.named or carried.period
    if carried.named and not s.quantities and all(c.verb >= c.last for c in s.clauses) and text[end : end + 1] in ("", "\n", "\r"):
        stretches = {t.period for t in s.times if t.period and not t.point}
        carried.label = carried.named if len(stretches) == 1 else None
    if text[start:end].endswith(":"):
        carried.listed = carried.period
    if last_indicator:
        carried.indicator = last_indicator
    return sorted(facts, key=lambda f: (f.start, f.end)), unread


# -- the fact


def _build(
    s: Sentence, q: Quantity, kind: str, indicator: str, comparison: str | None, period: Period | None, direction: int, number: int, inferred: bool
) -> Fact:
    a, b = s.tokens[q.first].start, s.tokens[q.last - 1].end
    sign = -1.0 if kind == "growth" and direction < 0 and q.sort != "multiple" else 1.0
    value = None if q.value is None else sign * q.value
    low, high = q.low, q.high
    if sign < 0 and low is not None and high is not None:
        low, high = -high, -low
    unit = q.unit
    if kind == "capacity" and "/" not in unit and not unit.endswith("watt") and near(s, s.clause_of(q.first), q, s.lang.lists["annual"]):
        unit += "/year"
    if comparison == "contribution":
        unit = "pp"
    if kind == "level" and unit == "number":
        unit = "index_point" if any(w in normalize("NFC", indicator).lower() for w in s.lang.lists["index"]) else unit
    if kind == "level" and q.sort == "money" and _deficit(s, q) and value:
        value = -abs(value)
    return Fact(
        article="", start=a, end=b, text=s.text[a:b], sent_start=s.start, sent_end=s.end, sentence=s.text[s.start : s.end], kind=kind,
        indicator=indicator, value=value, unit=unit, comparison=comparison, period=None if period is None else str(period),
        geography=s.places, qualifier=_qualifier(s, q, kind), status=_status(s, q), value_low=low, value_high=high, item=number,
        inferred=inferred and period is not None,
    )  # fmt: skip


def _deficit(s: Sentence, q: Quantity) -> bool:
    clause = s.clause_of(q.first)
    words = {s.low(i) for i in range(clause.first, clause.last)} | {f"{s.low(i)} {s.low(i + 1)}" for i in range(clause.first, clause.last)}
    return bool(words & s.lang.lists["deficit"]) and not words & s.lang.lists["surplus"]


def _qualifier(s: Sentence, q: Quantity, kind: str) -> str:
    for m in s.matches("qualifier"):
        if kind == "growth" and q.sort == "percent" and s.low(m.first) in s.lang.lists["exceed"]:
            continue
        if m.last == q.first or (m.last < q.first and q.first - m.last == 1 and s.low(m.last) in s.lang.lists["article"]):
            return str(m.tag)
    tail = s.lang.find("tail_qualifier", s.tokens, q.after) or s.lang.find("tail_qualifier", s.tokens, q.last)
    return str(tail.tag) if tail else "exact"


def _status(s: Sentence, q: Quantity) -> str:
    clause = s.clause_of(q.first)
    best = "actual"
    order = ("actual", "plan", "forecast", "estimate", "hypothetical")
    for m in s.matches("status"):
        if clause.first - 6 <= m.first < q.first and order.index(str(m.tag)) > order.index(best):
            best = str(m.tag)
    return best


def _ranks(s: Sentence, number: int, carried: Carried, used: Sequence[Period]) -> list[Fact]:
    out = []
    for m in s.matches("rank"):
        value = m.get("<n>") or m.get("<ord>")
        if value is None or any(q.first < m.last and m.first < q.last for q in s.quantities if q.sort not in ("count", "ordinal")):
            continue
        period, inferred = period_of(s, Quantity(m.first, m.last, value, "ordinal", "ordinal"), "rank", None, carried, used)
        span = _rank_span(s, m)
        clause = s.clause_of(m.first)
        indicator = s.words(m.last, phrase_end(s, m.last, clause)) or s.words(*clause.subject) or carried.indicator
        unit = "top_n" if m.tag == "top_n" else "ordinal"
        a, b = s.tokens[span[0]].start, s.tokens[span[1] - 1].end
        out.append(Fact("", a, b, s.text[a:b], s.start, s.end, s.text[s.start : s.end], "rank", indicator[:160], float(value), unit, None,
                        None if period is None else str(period), item=number, status=_status_at(s, m.first),
                        inferred=inferred and period is not None))  # fmt: skip
    return out


def _rank_span(s: Sentence, m: Match) -> tuple[int, int]:
    if m.tag in ("rank", "rank_ordinal"):
        named = (s.lang.maps["ordinals"], s.lang.maps["numbers"])
        i = next(i for i in range(m.last - 1, m.first - 1, -1) if s.tokens[i].kind == "d" or any(s.low(i) in names for names in named))
        return i, i + 1
    return m.first, m.last


def _status_at(s: Sentence, i: int) -> str:
    return _status(s, Quantity(i, i + 1, None, "", ""))


# -- milestone dates

_NEVER = frozenset({
    "this_month", "last_month", "same_month", "year_to_date", "last_months", "first_months", "first_months_or", "months",
    "as_of_month_day", "as_of_day_month", "as_of_month",
})  # fmt: skip


_DAYS = frozenset({"month_day", "month_day_year", "day_month", "day_month_year", "date"})


def _dates(s: Sentence, number: int) -> list[Fact]:
    """Days, months, quarters and years on which something is begun, signed, finished or handed over."""
    out = []
    for t in s.times:
        if t.period is None or t.tag in _NEVER or not s.tokens[t.first : t.last]:
            continue
        clause = _telling_clause(s, t)
        amount = any(clause.first <= q.first < clause.last and q.sort not in ("duration", "ordinal") and not no_fact(s, q) for q in s.quantities)
        told = tells_milestone(s, clause) and (t.point or not amount)
        if not told and not _event_day(s, t, clause):
            continue
        a, b = s.tokens[t.first].start, s.tokens[t.last - 1].end
        period = t.period
        if t.tag in ("end_year", "end_this_year", "end_last_year") and s.low(t.first - 1) in s.lang.lists["at"]:
            period = Period.month(period.last.year, 12)
        text = str(period)
        indicator = " ".join(x for x in (s.words(*clause.subject), s.words(clause.verb, t.first)) if x)[:160] or s.item.title
        out.append(
            Fact("", a, b, s.text[a:b], s.start, s.end, s.text[s.start : s.end], "date", indicator, text, "date", None, text, s.places,
                 None, "exact", _status_at(s, t.first), item=number, inferred=t.inferred)
        )  # fmt: skip
    return out


def _event_day(s: Sentence, t: TimeFound, clause: Clause) -> bool:
    """True for a day on which something happened or will ("lit on 12 December"), unless somebody only spoke on it."""
    day = t.period is not None and t.period.kind == "day" and t.tag in _DAYS and s.low(t.first - 1) in s.lang.lists["on"]
    return day and clause.verb < clause.last and not any(s.low(i) in s.lang.lists["report_verb"] for i in range(clause.first, clause.last))


def _telling_clause(s: Sentence, t: TimeFound) -> Clause:
    """The clause that tells what happens at a time: its own, or the next one where it stands alone at the beginning."""
    clause = s.clause_of(t.first)
    if clause.verb < clause.last:
        return clause
    after = [c for c in s.clauses if c.first >= clause.last]
    before = [c for c in s.clauses if c.last <= clause.first]
    return min(after, key=lambda c: c.first) if after else max(before, key=lambda c: c.last) if before else clause


def with_ids(facts: Sequence[Fact], name: str) -> tuple[Fact, ...]:
    """Facts in order, numbered within their article."""
    stem = name.rsplit(".", 1)[0].split("_", maxsplit=1)[0] or name
    return tuple(replace(f, article=name, id=f"{stem}-{i:03d}") for i, f in enumerate(facts, 1))
