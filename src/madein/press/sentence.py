"""Everything found in one sentence before it is judged: comparisons, times, quantities, clauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from madein.press.clauses import Clause, clauses
from madein.press.language import Language, Match
from madein.press.model import Item, Quantity, Token
from madein.press.places import places_in
from madein.press.quantities import NotRead, find_quantities
from madein.press.times import TimeFound, find_times
from madein.press.tokens import tokenize


@dataclass(slots=True)
class Sentence:
    """Everything found in one sentence, by token position."""

    text: str
    start: int
    end: int
    tokens: Sequence[Token]
    lang: Language
    item: Item
    times: list[TimeFound] = field(default_factory=list)
    bases: list[Match] = field(default_factory=list)
    comparisons: list[Match] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    quantities: list[Quantity] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    _matches: dict[str, list[Match]] = field(default_factory=dict)
    _places: list[str | None] = field(default_factory=list)

    def low(self, i: int) -> str:
        """Lower-case form of a token, '' outside the sentence."""
        return self.tokens[i].low if 0 <= i < len(self.tokens) else ""

    def matches(self, name: str) -> list[Match]:
        """Every match of a pattern group in the sentence, found once."""
        if name not in self._matches:
            self._matches[name] = list(self.lang.scan(name, self.tokens))
        return self._matches[name]

    @property
    def places(self) -> str | None:
        """Places the sentence names, found once."""
        if not self._places:
            self._places.append(places_in(self.text, self.tokens, self.lang))
        return self._places[0]

    def words(self, first: int, last: int) -> str:
        """The text as printed between two tokens."""
        if first >= last:
            return ""
        return " ".join(self.text[self.tokens[first].start : self.tokens[last - 1].end].split())

    def clause_of(self, i: int) -> Clause:
        """The clause a token stands in."""
        return next((c for c in self.clauses if c.first <= i < c.last), Clause(0, len(self.tokens), 0, (0, 0), False))


def analyse(text: str, start: int, end: int, item: Item, lang: Language) -> Sentence:
    """Find comparisons, times, quantities and clauses of a sentence."""
    tokens = lang.join(tokenize(text, start, end))
    s = Sentence(text, start, end, tokens, lang, item)
    taken = [False] * len(tokens)
    s.comparisons = [m for m in lang.scan("comparison", tokens) if _compares(tokens, m, lang)]
    names = list(lang.scan("name", tokens))
    plans = [m for m in lang.scan("plan", tokens) if m.first and tokens[m.first - 1].low in lang.lists["change_marks"]]
    for m in (*s.comparisons, *names, *plans, *lang.scan("plan_before", tokens)):
        taken[m.first : m.last] = [True] * (m.last - m.first)
    s.bases = [m for m in lang.scan("base_period", tokens) if m.tag == "since" and not any(taken[m.first : m.last])]
    for m in s.bases:
        taken[m.first : m.last] = [True] * (m.last - m.first)
    s.times = [t for t in find_times(tokens, lang, item.anchor, text) if not any(taken[t.first : t.last])]
    for t in s.times:
        taken[t.first : t.last] = [True] * (t.last - t.first)
    s.quantities, s.not_read = find_quantities(text, tokens, lang, taken)
    s.not_read += [NotRead(m.first, m.last, str(m.tag)) for m in names]
    numbers = [False] * len(tokens)
    for q in s.quantities:
        numbers[q.first : q.last] = [True] * (q.last - q.first)
    s.clauses = clauses(tokens, lang, taken, numbers)
    return s


def _compares(tokens: Sequence[Token], m: Match, lang: Language) -> bool:
    """False for a base that only tells when, and for "the same period" that does not stand at once behind a number."""
    if m.tag == "same_base":
        behind = m.first > 0 and (tokens[m.first - 1].low in lang.lists["change_marks"] or tokens[m.first - 1].low in lang.maps["multiples"])
        return behind and not any(t.low in lang.lists["compare"] for t in tokens[max(0, m.first - 10) : m.first])
    return m.tag not in ("year_base", "month_base", "quarter_base") or _after_growth(tokens, m, lang)


def _after_growth(tokens: Sequence[Token], m: Match, lang: Language) -> bool:
    """True if a base such as "from August" follows a percentage or a word of rise and fall: else it tells when."""
    before = [t.low for t in tokens[max(0, m.first - 10) : m.first + 1]]
    return any(w in lang.lists["change_marks"] or w in lang.lists["rise"] or w in lang.lists["fall"] for w in before)
