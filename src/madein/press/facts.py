"""From a sentence to facts: what each number counts, compares, when, how surely, and by how much with which sign."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import replace
from unicodedata import normalize

from madein.core.periods import Period
from madein.press.carried import Carried
from madein.press.comparison import is_base, settle_comparison
from madein.press.hedges import qualifier_of, status_at
from madein.press.indicator import complete, indicator_of, names_itself, respectively
from madein.press.kinds import kind_in_list, no_fact
from madein.press.language import Language
from madein.press.lending import converts, in_points, lend, sense_after, with_price_rate, with_rate_of_last
from madein.press.milestones import dates, ranks
from madein.press.model import Fact, Item, Quantity, Unread
from madein.press.named import measure_of, words_of
from madein.press.referring import as_told, referred
from madein.press.senses import Sense, near
from madein.press.sentence import Sentence, analyse
from madein.press.times import TimeFound
from madein.press.units import BARE
from madein.press.when import Told, horizon, number_of, period_of

_LONGEST_TOPIC = 400
"""Characters of a sentence without a number that may still set the topic of those after it."""

_COMPARED = frozenset({"yoy", "mom", "qoq", "ytd_yoy"})
"""Comparisons that the next growth without its own goes on with."""

_STRETCHED = frozenset({"level", "growth", "count", "share", "investment"})
"""Kinds whose period the next number without its own goes on with."""


def read_sentence(text: str, start: int, end: int, item: Item, number: int, lang: Language, carried: Carried) -> tuple[list[Fact], list[Unread]]:
    """Facts of one sentence in order of place, and numbers seen but not read.

    Parameters
    ----------
    text : str
        The document.
    start, end : int
        Characters of the sentence.
    item : Item
        The article it stands in.
    number : int
        Position of the item in its document.
    lang : Language
        Words and patterns.
    carried : Carried
        What the sentences before hand on; what this one hands on is written into it.
    """
    s = analyse(text, start, end, item, lang)
    s.times = referred(s.times, carried, dated=not item.anchor_inferred)
    reader = _Reader(s, number, carried)
    unread = [_unread(s, n.first, n.last, n.why) for n in s.not_read]
    unread += [_unread(s, t.first, t.last, "a day the calendar does not have") for t in s.times if _no_day(t)]
    for k, found in enumerate(s.quantities):
        q = lend(s, found, k, carried)
        why = no_fact(s, q)
        if why:
            unread.append(_unread(s, q.first, q.last, why))
        else:
            reader.read(k, q)
    facts = reader.facts
    ranked = ranks(s, number, carried, reader.used)
    facts = [f for f in facts if f.kind != "count" or not any(r.start <= f.start and f.end <= r.end for r in ranked)]
    facts += [replace(f, measure=measure_of(f.indicator)) for f in (*ranked, *dates(s, number, carried))]
    _hand_on(s, facts, reader.used, carried)
    if reader.about:
        carried.indicator = reader.about
    return sorted(facts, key=lambda f: (f.start, f.end)), unread


def hear(text: str, start: int, end: int, item: Item, lang: Language, carried: Carried) -> None:
    """The topic that a sentence without a number sets for those after it."""
    carried.grow_stale(False)
    if not lang.lists["topic"] or end - start > _LONGEST_TOPIC:
        return
    s = analyse(text, start, end, item, lang)
    lead = min((c for c in s.clauses if c.tells and c.own), key=lambda c: c.first, default=None)
    subject = s.words(*lead.subject) if lead else ""
    if words_of(subject) & lang.lists["topic"]:
        carried.topic = subject


def with_ids(facts: Sequence[Fact], name: str) -> tuple[Fact, ...]:
    """Facts in order, numbered within their article: its whole name is in the number, for "a.txt" and "a.html" are two articles.

    Examples
    --------
    >>> fact = Fact("", 3, 7, "37", 0, 9, "", "count", "", 37.0, "item")
    >>> [f.id for f in with_ids([fact, fact], "dev_01.txt")]
    ['dev_01.txt-001', 'dev_01.txt-002']
    """
    return tuple(replace(f, article=name, id=f"{name}-{i:03d}") for i, f in enumerate(facts, 1))


def _no_day(t: TimeFound) -> bool:
    """True for 31 February, and for 29 February of a year printed that has none."""
    return t.month_day is not None and t.period is None and (not t.inferred or t.month_day[1] > monthrange(2024, t.month_day[0])[1])


def _unread(s: Sentence, first: int, last: int, why: str) -> Unread:
    return Unread(s.tokens[first].start, s.tokens[last - 1].end, s.words(first, last), why)


def _hand_on(s: Sentence, facts: Sequence[Fact], used: Sequence[Period], carried: Carried) -> None:
    """Write what a sentence hands on of its times."""
    told = [t.period for t in s.times if t.period and not t.point]
    free = [t for t in s.times if t.period and not t.point and t.tag not in ("next_year", "same_before")]
    bases = [t for t in free if t.period not in used and _dates_a_base(s, t)]
    named = [t.period for t in (free if len(bases) == len(free) else [t for t in free if t not in bases]) if t.period]
    carried.named = next((p for p in reversed(used) if p in named), named[0] if named else None)
    carried.period = carried.named or carried.period
    ends_a_line = s.text[s.end : s.end + 1] in ("", "\n", "\r")
    if carried.named and ends_a_line and not s.quantities and not any(c.tells for c in s.clauses):
        carried.label = carried.named if len(set(told)) == 1 else None
    carried.grow_stale(carried.named is not None or any(f.period == str(carried.period) for f in facts if f.kind != "date"))
    if s.text[s.start : s.end].endswith(":"):
        carried.listed = carried.period


def _dates_a_base(s: Sentence, t: TimeFound) -> bool:
    """True for the time of what another number is compared with: "after a 16.9 percent fall in September"."""
    before = next((q for q in reversed(s.quantities) if q.last <= t.first), None)
    return before is not None and is_base(s, before) and t.first - before.last <= _BESIDE


_BESIDE = 5
"""Tokens between a number and the time that is its own."""


class _Reader:
    """Reads the numbers of a sentence from left to right; each goes on with what those before it told.

    Attributes
    ----------
    facts : list of Fact
        What was read.
    used : list of Period
        Periods of the facts whose period the next number may share.
    about : str
        The noun phrase told last.
    """

    def __init__(self, s: Sentence, item: int, carried: Carried) -> None:
        self.s, self.item, self.carried = s, item, carried
        self.facts: list[Fact] = []
        self.used: list[Period] = []
        self.about = ""
        self._direction = 0
        self._compared: str | None = None
        self._pairs = respectively(s)
        self._lead = min((c.first for c in s.clauses if c.tells), default=0)

    def read(self, k: int, q: Quantity) -> None:
        """Read the k-th number."""
        s, carried = self.s, self.carried
        kind, comparison, self._direction = sense_after(s, q, kind_in_list(s, q, self._direction, k), self.facts, carried)
        noun = self._noun(q, kind)
        period, inferred = period_of(s, q, kind, comparison, carried, self.used)
        comparison = settle_comparison(s, q, kind, comparison, period, carried)
        unit_topic = s.maps["unit_topics"].get(q.unit, "")
        if unit_topic and not words_of(noun) & s.lists["topic"]:
            noun = f"{noun}, {unit_topic}"
        q, kind = in_points(s, q, kind, carried)
        indicator = self._completed(q, kind, noun)
        q = with_rate_of_last(s, with_price_rate(s, q, noun, carried), carried)
        measure = measure_of(noun if names_itself(noun, s.lang) else indicator)
        fact = self._fact(q, Sense(kind, comparison, self._direction), indicator, measure, (period, inferred))
        if self.facts and converts(s, q, k):
            last = self.facts[-1]
            fact = replace(fact, period=last.period, indicator=last.indicator, comparison=last.comparison, kind=last.kind)
        self.facts.append(fact)
        self._remember(q, kind, comparison, period)

    def _noun(self, q: Quantity, kind: str) -> str:
        """What a number is about; it becomes what the next is about, if its own words say it and it is no part of a list of places."""
        noun, own = indicator_of(self.s, q, kind, self.carried, self.about)
        noun = self._pairs.get(q.first, noun)
        if not self.about or (own and not self.s.isin(q.first - 1, "beside")):
            self.about = noun
        return noun

    def _completed(self, q: Quantity, kind: str, noun: str) -> str:
        """A noun phrase with the topic of the text and the noun of its kind, where it lacks them."""
        s = self.s
        clause = s.clause_of(q.first)
        leads = not self.facts or clause.first <= self._lead
        full = complete(noun, self.carried, s.lang, s.words(*clause.subject) if leads else "")
        if kind == "growth" and (usual := s.maps["grown"].get(noun.rpartition(" ")[2].lower(), "")):
            full = f"{full} ({usual})"  # "Vietnam's economy grew 5.48%"
        of_kind = s.maps["kind_nouns"].get(kind, "")
        return f"{of_kind}, {full}" if of_kind and of_kind not in full.lower() else full

    def _fact(self, q: Quantity, sense: Sense, indicator: str, measure: str | None, told: Told) -> Fact:
        s = self.s
        a, b = s.tokens[q.first].start, s.tokens[q.last - 1].end
        value, low, high = self._signed(q, sense)
        return Fact(
            article="", start=a, end=b, text=s.text[a:b], sent_start=s.start, sent_end=s.end, sentence=s.text[s.start : s.end],
            kind=sense.kind, indicator=indicator, measure=measure, value=value, value_low=low, value_high=high,
            unit=_unit(s, q, sense, indicator), comparison=sense.comparison, period=as_told(s, told[0], self.carried),
            inferred=told[1] and told[0] is not None, geography=s.places, qualifier=qualifier_of(s, q, sense.kind),
            status=status_at(s, q.first), item=self.item,
        )  # fmt: skip

    def _signed(self, q: Quantity, sense: Sense) -> tuple[float | None, float | None, float | None]:
        """Value and ends of a range, falls and deficits negative."""
        if sense.kind == "growth" and sense.sign < 0 and q.sort != "multiple":
            low, high = (None, None) if q.low is None or q.high is None else (-q.high, -q.low)
            return None if q.value is None else -q.value, low, high
        below = sense.kind == "level" and q.sort == "money" and bool(q.value) and _deficit(self.s, q)
        if q.sort == "money" and self.facts and is_base(self.s, q):
            # "a gap of $3 billion, from $2 billion": what a deficit is compared with is one.
            last = self.facts[-1]
            below |= last.kind == "level" and last.unit == q.unit and isinstance(last.value, float) and last.value < 0
        return -abs(q.value) if below and q.value is not None else q.value, q.low, q.high

    def _remember(self, q: Quantity, kind: str, comparison: str | None, period: Period | None) -> None:
        """Keep what the numbers that follow may go on with."""
        s, carried = self.s, self.carried
        if kind in ("count", "level") and q.sort in ("count", "measure") and q.unit not in BARE:
            carried.unit = q.unit
        if q.unit == "percent":
            carried.growth = kind == "growth"
        if period is not None and kind in _STRETCHED and not self._has_period_alone(q, period):
            self.used.append(period)
        if comparison in _COMPARED:
            plain = "yoy" if comparison == "ytd_yoy" else comparison
            # A sentence that tells both leads to the change over a year, one on prices to that over a month.
            prices = words_of(carried.topic) & s.lists["price_index"]
            keeps = self._compared is not None and (plain in ("mom", "qoq") or (prices and self._compared == "mom"))
            carried.comparison = self._compared if keeps else plain
            self._compared = carried.comparison
            carried.compared_period = str(period or "")

    def _has_period_alone(self, q: Quantity, period: Period) -> bool:
        """True if the period of a number is none of the next: that of a base, of a time by which something shall be, of it alone."""
        s = self.s
        clause = s.clause_of(q.first)
        ahead = not s.has(clause.first, q.first, "perfect", "past", "reached")
        if is_base(s, q) or (ahead and any(t.period == period and horizon(s, t) for t in s.times)):
            return True
        alone = (number_of(s, t) for t in s.times)
        return any(t.tag == "same_before" and t.first in clause for t in s.times) or any(o is not None and o.first == q.first for o in alone)


def _unit(s: Sentence, q: Quantity, sense: Sense, indicator: str) -> str:
    """The unit of a fact: capacities and pay with what they are per, contributions in points of percent."""
    if sense.comparison == "contribution":
        return "pp"
    unit = q.unit
    if sense.kind == "capacity" and "/" not in unit and not unit.endswith("watt") and near(s, q, "annual"):
        unit += "/year"
    if q.sort == "money" and "/" not in unit and near(s, q, "monthly") and near(s, q, "pay"):
        unit += "/month"
    if sense.kind == "level" and unit == "number" and any(w in normalize("NFC", indicator).lower() for w in s.lists["index"]):
        return "index_point"
    return unit


def _deficit(s: Sentence, q: Quantity) -> bool:
    """True for an amount by which something falls short: a deficit of trade or budget."""
    clause = s.clause_of(q.first)
    last = next((i for i in range(q.first - 1, max(clause.first, q.first - 8) - 1, -1) if s.isin(i, "deficit", "surplus")), None)
    if last is not None:
        return s.isin(last, "deficit")
    return s.has(clause.first, clause.last, "deficit") and not s.has(clause.first, clause.last, "surplus")
