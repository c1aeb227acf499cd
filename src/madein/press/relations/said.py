"""A sentence as relations see it: tokens with the facts, times and names that stand in it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from madein.press.items import sentences
from madein.press.language import Language
from madein.press.model import Fact, Reading, Token
from madein.press.relations.groups import grouped
from madein.press.relations.model import Mark
from madein.press.relations.names import Name, find_names
from madein.press.relations.words import join
from madein.press.times import TimeFound, find_times
from madein.press.tokens import tokenize


@dataclass(frozen=True, slots=True)
class Placed:
    """A fact and the tokens it covers; `last` is outside."""

    first: int
    last: int
    fact: Fact


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence: its place, tokens, facts, times and names, by token position.

    `ending` finds a name by the token after it; `listed` holds for each token the names of the word lists it is in, for rules ask
    of one token again and again. `kept` is where they keep what they have worked out for the sentence.
    """

    text: str
    start: int
    end: int
    item: int
    lang: Language
    tokens: tuple[Token, ...]
    facts: tuple[Placed, ...]
    times: tuple[TimeFound, ...]
    names: tuple[Name, ...]
    groups: tuple[tuple[Name, ...], ...]
    ending: Mapping[int, Name]
    breaks: tuple[int, ...] = field(default=())
    day: date | None = None
    listed: tuple[frozenset[str], ...] = ()
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def low(self, i: int) -> str:
        """Lower-case form of a token, '' outside the sentence."""
        return self.tokens[i].low if 0 <= i < len(self.tokens) else ""

    def isin(self, i: int, *names: str) -> bool:
        """True if a token is in one of some word lists."""
        if not 0 <= i < len(self.listed):
            return False
        listed = self.listed[i]
        if listed:
            for name in names:
                if name in listed:
                    return True
        return False

    def words(self, first: int, last: int) -> str:
        """The text as printed between two tokens, on one line."""
        if first >= last or first >= len(self.tokens):
            return ""
        return " ".join(self.text[self.tokens[first].start : self.tokens[last - 1].end].split())

    def mark(self, name: str, first: int, last: int) -> Mark:
        """The characters of a token span, as evidence for a field."""
        return Mark(name, self.tokens[first].start, self.tokens[last - 1].end)

    def clause(self, i: int) -> tuple[int, int]:
        """The stretch of tokens around a token between marks of break, brackets aside."""
        k = bisect_left(self.breaks, i + 1)
        first = self.breaks[k - 1] + 1 if k else 0
        return first, self.breaks[k] if k < len(self.breaks) else len(self.tokens)

    def name_at(self, i: int) -> Name | None:
        """The name that begins at a token."""
        k = bisect_left(self.names, i, key=lambda n: n.first)
        return self.names[k] if k < len(self.names) and self.names[k].first == i else None

    def time_after(self, i: int, within: int = 12) -> TimeFound | None:
        """The first time that begins at or after a token, a few words on."""
        return next((t for t in self.times if t.period and i <= t.first <= i + within), None)

    def time_near(self, i: int) -> TimeFound | None:
        """The time of the clause a token stands in, else the nearest of the sentence."""
        found = [t for t in self.times if t.period]
        first, last = self.clause(i)
        inside = [t for t in found if first <= t.first < last]
        # "holds a certificate since 2022 and was voted best in 2024": each verb has its own
        second = next((k for k in range(i - 1, first, -1) if self.isin(k, "rel_and") and (k + 1 == i or self.isin(k + 1, "verbs"))), first)
        inside = [t for t in inside if t.first > second] or inside
        return min(inside or found, key=lambda t: (abs(t.first - i), t.first), default=None)


def said_of(reading: Reading, lang: Language) -> Iterator[Said]:
    """Every sentence of a reading, in order; headlines in capitals are left out, for capitals tell nothing there.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> seen = read_text("Voltara shipped 40 buses to Chile in May 2024.")
    >>> [(n.text, n.kind) for s in said_of(seen, relation_language("en")) for n in s.names]
    [('Voltara', 'name'), ('Chile', 'place')]
    """
    text = reading.document.text
    common = common_words(text, lang)
    starts = [f.start for f in reading.facts]
    for number, item in enumerate(reading.items):
        for a, b in sentences(text, item.start, item.end, lang):
            said = said_at(text, a, b, number, item.anchor, lang, common, reading.facts[bisect_left(starts, a) : bisect_left(starts, b)])
            if said is not None:
                yield said


def common_words(text: str, lang: Language) -> frozenset[str]:
    """Words that a text also writes small: at the head of a sentence their capital means nothing."""
    return frozenset(t.low for t in join(lang, tokenize(text)) if t.kind == "w" and not t.upper)


def said_at(
    text: str, a: int, b: int, number: int, anchor: date | None, lang: Language, common: frozenset[str], facts: tuple[Fact, ...] = ()
) -> Said | None:
    """One sentence of a text as relations see it; None for a headline in capitals, where they tell nothing."""
    tokens = tuple(join(lang, tokenize(text, a, b)))
    if _shouting(tokens, text):
        return None
    placed = _placed(tokens, facts)
    times = tuple(find_times(tokens, lang, anchor, text))
    taken = [False] * len(tokens)
    for first, last in (*((t.first, t.last) for t in times), *((p.first, p.last) for p in placed)):
        taken[first:last] = [True] * (last - first)
    names = tuple(find_names(text, tokens, taken, lang, common))
    return Said(
        text, a, b, number, lang, tokens, placed, times, names, grouped(tokens, names, lang), {n.last: n for n in names}, _breaks(tokens), anchor,
        tuple(lang.lists_of(t.low) for t in tokens),
    )  # fmt: skip


def _shouting(tokens: tuple[Token, ...], text: str) -> bool:
    words = [t for t in tokens if t.kind == "w"]
    loud = sum(text[t.start : t.end].isupper() for t in words)
    return (len(words) >= 4 and loud >= 0.7 * len(words)) or (len(words) >= 2 and loud == len(words))


def _placed(tokens: tuple[Token, ...], facts: tuple[Fact, ...]) -> tuple[Placed, ...]:
    starts = [t.start for t in tokens]
    out = []
    for fact in facts:
        first = max(0, bisect_left(starts, fact.start + 1) - 1)
        last = bisect_left(starts, fact.end)
        if last > first:
            out.append(Placed(first, last, fact))
    return tuple(out)


def _breaks(tokens: tuple[Token, ...]) -> tuple[int, ...]:
    """Commas and stronger marks outside round brackets, and glued to no digit: where one clause ends and another begins."""
    out, deep = [], 0
    for i, t in enumerate(tokens):
        deep = max(0, deep + (t.low == "(") - (t.low == ")"))
        inside = t.glued and i + 1 < len(tokens) and tokens[i + 1].glued and tokens[i + 1].kind == "d"
        if t.low in (",", ";", ":", '"') and not deep and not inside:
            out.append(i)
    return tuple(out)
