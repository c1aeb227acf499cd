"""A language as data: word lists, maps and token patterns, with an example beside each pattern (see `madein.press.patterns`).

A word of several syllables is written with low lines in lists and maps (``xuất_khẩu``); `Language.join` makes one token of
it, whose `low` has spaces. Patterns see its syllables: they may spell it out.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from madein.press.model import Token
from madein.press.patterns import Match, Node, State, compile_pattern
from madein.press.tokens import tokenize

__all__ = ["LANGUAGES", "Grammar", "Language", "Match", "State", "compile_pattern", "detect", "language"]

LANGUAGES = ("en", "vi")
"""Codes of the languages that are held."""

_BRACKETS = {"(": "<open>", ")": "<close>"}
"""Slots for the brackets, which in a pattern are marks of choice."""

_SMALL = {"<monthnumber>": (1, 12), "<day>": (1, 31), "<minute>": (0, 59)}
"""Slots of one or two digits, the least and the most they hold."""

_SLOT_MAPS = {"<month>": "months", "<ord>": "ordinals", "<half>": "halves", "<roman>": "romans"}
"""The maps in which words of these slots are looked up."""

_UNIT_MAPS = ("scales", "currency_words", "shared_currencies", "currencies", "measures", "durations")
"""The maps whose words, behind a number, make it an amount of something."""


@dataclass(frozen=True, slots=True)
class Grammar:
    """What rules ask of a language as such.

    Attributes
    ----------
    noun_window : int
        Tokens after a number in which its noun may stand.
    plural : bool
        Nouns show that they are many.
    sign_after : bool
        "5% lower" as well as "fell 5%".
    noun_before : bool
        "capacity 200,000 vehicles": a noun stands before its number without "of".
    comma_list : bool
        "textiles, footwear rose" is one subject.
    close_reading : bool
        Rules for lists, brackets, datelines and what is only to come apply. They were written against articles of the language with
        noted facts; a language without such articles goes without them, for what holds in one may misread another.
    adverb_ending : str
        How adverbs end, '' where words do not show it.
    """

    noun_window: int
    plural: bool
    sign_after: bool
    noun_before: bool
    comma_list: bool
    close_reading: bool
    adverb_ending: str


@dataclass(frozen=True)
class Language:
    """Word lists and automata of one language; `joined` holds words of several syllables by their first, the longest first."""

    code: str
    decimal: str
    group: str
    lists: Mapping[str, frozenset[str]]
    maps: Mapping[str, Mapping[str, Any]]
    starts: Mapping[str, State]
    examples: Mapping[str, tuple[tuple[Any, str], ...]]
    joined: Mapping[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict)

    @functools.cached_property
    def grammar(self) -> Grammar:
        """The map `grammar` with types."""
        told = self.maps["grammar"]
        flags = {name: bool(told[name.replace("_", "-")]) for name in ("plural", "sign_after", "noun_before", "comma_list", "close_reading")}
        return Grammar(noun_window=int(told["noun-window"]), adverb_ending=str(told["adverb-ending"]), **flags)

    @functools.cached_property
    def unit_words(self) -> frozenset[str]:
        """Words that make the number before them an amount of something: scales, currencies, measures, lengths of time."""
        return frozenset(word for name in _UNIT_MAPS for word in self.maps[name])

    @functools.cached_property
    def spelled_numbers(self) -> frozenset[str]:
        """Words that are numbers, multiples or scales."""
        return frozenset().union(*(self.maps[name] for name in ("numbers", "multiples", "scales")))

    @functools.cached_property
    def number_words(self) -> frozenset[str]:
        """Words and marks that may begin a number: numbers, articles, multiples, marks of currencies. Digits are none of them."""
        maps = ("numbers", "multiples", "bare_multiples", "dollar_prefix", "shared_marks", "currencies")
        return frozenset().union(*(self.maps[name] for name in maps), self.lists["one_article"], self.lists["half"])

    @functools.cached_property
    def slot_words(self) -> frozenset[str]:
        """Words that mean something in a slot: months, numbers, ordinals."""
        return frozenset(w for name in ("months", "numbers", *_SLOT_MAPS.values()) for w in self.maps[name])

    @functools.cached_property
    def _lists_of(self) -> dict[str, frozenset[str]]:
        names: dict[str, set[str]] = {}
        for name, words in self.lists.items():
            for word in words:
                names.setdefault(word, set()).add(name)
        return {word: frozenset(found) for word, found in names.items()}

    def lists_of(self, word: str) -> frozenset[str]:
        """Names of the lists that hold a word."""
        return self._lists_of.get(word, _NO_LISTS)

    def join(self, tokens: list[Token]) -> list[Token]:
        """Tokens in which each word of several syllables is one, the longest from the left.

        Examples
        --------
        >>> [t.low for t in language("vi").join(tokenize("Thâm hụt hai mươi mốt tỷ"))]
        ['thâm hụt', 'hai mươi mốt', 'tỷ']
        """
        if not self.joined:
            return tokens
        out: list[Token] = []
        i = 0
        while i < len(tokens):
            first, size = tokens[i], 1
            for word in self.joined.get(first.low, ()):
                if all(t.low == syllable for t, syllable in zip(tokens[i : i + len(word)], word, strict=False)) and i + len(word) <= len(tokens):
                    size = len(word)
                    first = first._replace(end=tokens[i + size - 1].end, low=" ".join(word))
                    break
            out.append(first)
            i += size
        return out

    @functools.cached_property
    def _nodes(self) -> dict[str, Node]:
        return {name: Node([start]) for name, start in self.starts.items()}

    @functools.cached_property
    def _openings(self) -> dict[str, tuple[frozenset[str], bool]]:
        """For each group the words that may begin a pattern, and whether digits may."""
        return {name: (frozenset(self._opening_words(start)), bool(start.slots)) for name, start in self.starts.items()}

    def _opening_words(self, start: State) -> Iterator[str]:
        yield from start.words
        yield from (" ".join(word) for first, words in self.joined.items() if first in start.words for word in words)
        if start.slots:
            yield from self.slot_words
            yield from (mark for mark, slot in _BRACKETS.items() if slot in start.slots)

    def scan(self, name: str, tokens: Sequence[Token]) -> Iterator[Match]:
        """Every longest match of a group from left to right, none inside another."""
        words, digits = self._openings[name]
        end = 0
        for i, token in enumerate(tokens):
            if i >= end and (token.low in words or (digits and token.kind == "d")):
                found = self.find(name, tokens, i)
                if found is not None and found.last > i:
                    yield found
                    end = found.last

    def find(self, name: str, tokens: Sequence[Token], i: int) -> Match | None:
        """The longest match of a group that begins at a token; of two as long, see `madein.press.patterns.Node`."""
        start = self._nodes.get(name)
        if start is None:
            return None
        best: Match | None = None
        paths: list[tuple[Node, tuple[tuple[str, int], ...]]] = [(start, ())]
        for at in range(i, len(tokens)):
            low = tokens[at].low
            values = self._slot_values(tokens[at])
            following: list[tuple[Node, tuple[tuple[str, int], ...]]] = []
            for node, caught in paths:
                slots = tuple(slot for slot in node.slots if slot in values) if values and node.slots else ()
                if slots:
                    following += [(below, (*caught, (slot, values[slot])) if slot else caught) for slot, below in node.through(low, slots)]
                elif (below := node.after(low)) is not None:
                    following.append((below, caught))
            if not following:
                break
            paths = following
            told = next(((node.tag, caught) for node, caught in paths if node.tag is not None), None)
            if told is not None:
                best = Match(i, at + 1, *told)
        return best

    @functools.cached_property
    def _values(self) -> dict[str, dict[str, int]]:
        return {}

    def _slot_values(self, token: Token) -> dict[str, int]:
        """What a token means in each slot; kept by word, for words and numbers of which there are few."""
        low, digits = token.low, token.kind == "d"
        means = len(low) <= 4 if digits else low in self.slot_words or low in _BRACKETS
        if not means:
            return _NO_VALUES
        if low not in self._values:
            self._values[low] = dict(self._meanings(low, digits))
        return self._values[low]

    def _meanings(self, low: str, digits: bool) -> Iterator[tuple[str, int]]:
        if low in _BRACKETS:
            yield _BRACKETS[low], 0
        for slot, name in _SLOT_MAPS.items():
            if low in self.maps[name]:
                yield slot, self.maps[name][low]
        if not digits:
            if low in self.maps["months"]:
                yield "<monthnumber>", self.maps["months"][low]
            if self.maps["numbers"].get(low, 100) <= 99:
                yield "<n>", int(self.maps["numbers"][low])
            return
        number = int(low)
        if len(low) == 4 and 1900 <= number <= 2100:
            yield "<year>", number
        if len(low) <= 2:
            yield "<n>", number
            yield from ((slot, number) for slot, (least, most) in _SMALL.items() if least <= number <= most)


_NO_VALUES: dict[str, int] = {}
_NO_LISTS: frozenset[str] = frozenset()


@functools.cache
def language(code: str) -> Language:
    """Load one language of the package.

    Raises
    ------
    ValueError
        If the data of the language are malformed.
    """
    import yaml

    text = resources.files("madein.press").joinpath(f"languages/{code}.yaml").read_text("utf-8")
    # Plain text throughout: "on" and "no" are words here. The loader makes nothing but text, lists and mappings.
    data = yaml.load(text, Loader=yaml.BaseLoader)
    starts: dict[str, State] = {}
    examples: dict[str, tuple[tuple[Any, str], ...]] = {}
    for name, patterns in data["patterns"].items():
        start = starts[name] = State()
        for entry in patterns:
            compile_pattern(start, entry["pattern"], entry["is"])
        examples[name] = tuple((entry["is"], entry["example"]) for entry in patterns)
    lists = {k: frozenset(w.replace("_", " ") for w in v.split()) for k, v in data["lists"].items()}
    maps = {k: {str(w).replace("_", " "): _number(v) for w, v in m.items()} for k, m in data["maps"].items()}
    joined = _joined(w for words in (*lists.values(), *maps.values()) for w in words)
    return Language(code, data["decimal"], data["group"], lists, maps, starts, examples, joined)


def _joined(words: Iterable[str]) -> dict[str, tuple[tuple[str, ...], ...]]:
    """Words of several syllables by their first, the longest first."""
    out: dict[str, set[tuple[str, ...]]] = {}
    for word in words:
        parts = tuple(word.split())
        if len(parts) > 1:
            out.setdefault(parts[0], set()).add(parts)
    return {first: tuple(sorted(found, key=lambda p: (-len(p), p))) for first, found in out.items()}


def _number(text: Any) -> Any:
    if isinstance(text, dict | list):
        return text
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and value < 1000 else value


_VIETNAMESE = frozenset("ăằắẳẵặầấẩẫậđềếểễệồốổỗộơờớởỡợưừứửữựạảẹẻẽịỉĩọỏụủũỳỵỷỹ")
"""Letters that no other language written in Latin letters uses in running text."""

_ENGLISH = frozenset({"the", "of", "and", "said", "was", "by", "for", "from", "with", "that"})
"""Everyday words that no Vietnamese text is full of, whatever names it holds."""


def detect(text: str) -> str:
    """The language of a text: Vietnamese where one word in five holds a letter only it has, and few are English, else English.

    Examples
    --------
    >>> detect("Kim ngạch xuất khẩu tăng 11,2% so với cùng kỳ năm trước"), detect("PM Phạm Minh Chính said that exports rose")
    ('vi', 'en')
    """
    words = [t.low for t in tokenize(text[:20_000]) if t.kind == "w"][:2000]
    hits = sum(not w.isascii() and not _VIETNAMESE.isdisjoint(w) for w in words)
    english = sum(w in _ENGLISH for w in words)
    return "vi" if hits > 0.2 * len(words) and english < 0.08 * len(words) else "en"
