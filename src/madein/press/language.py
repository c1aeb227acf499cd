"""A language as data: word lists and token patterns with an example beside each, compiled into automata.

A pattern is words separated by spaces. ``(a|b c)`` is a choice, ``[a]`` may be left out, ``<n>`` a small number in digits
or words, ``<ord>`` an ordinal, ``<half>`` and ``<roman>`` what the maps `halves` and `romans` hold, ``<year>`` four digits,
``<month>`` a month's name, ``<monthnumber>`` its name or number, ``<day>`` and ``<minute>`` one or two digits, ``<open>``
and ``<close>`` round brackets.
Patterns have no repetition, so each looks at a bounded window of tokens.

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
from madein.press.tokens import tokenize

LANGUAGES = ("en", "vi")


@dataclass(slots=True, eq=False)
class State:
    """A state of the automaton of a list: where each word or slot leads, and the tag of a pattern that ends here."""

    words: dict[str, list[State]] = field(default_factory=dict)
    slots: dict[str, list[State]] = field(default_factory=dict)
    tag: Any = None

    def to(self, part: str, state: State) -> None:
        """Let a word or slot lead to a state."""
        branch = self.slots if part.startswith("<") else self.words
        branch.setdefault(part, []).append(state)


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern found: token span, its tag, and what its slots caught."""

    first: int
    last: int
    tag: Any
    caught: tuple[tuple[str, int], ...]

    def get(self, slot: str, nth: int = 0) -> int | None:
        """The nth value a slot caught, None where there is none."""
        values = [v for s, v in self.caught if s == slot]
        return values[nth] if nth < len(values) else None


def compile_pattern(start: State, pattern: str, tag: Any) -> None:
    """Add a pattern to the automaton that begins at a state; its size grows with the pattern's length, not its choices.

    Raises
    ------
    ValueError
        If brackets do not close.

    Examples
    --------
    >>> start = State()
    >>> compile_pattern(start, "[the] same (period|month) last year", "yoy")
    >>> sorted(start.words)
    ['same', 'the']
    """
    ends, rest = _sequence([start], pattern, 0, "")
    if rest != len(pattern) or start in ends:
        raise ValueError(f"pattern {pattern!r} is empty or does not close its brackets")
    for state in ends:
        state.tag = state.tag if state.tag is not None else tag


def _sequence(begin: list[State], pattern: str, i: int, close: str) -> tuple[list[State], int]:
    """States reached after all choices of a group that ends at `close`."""
    done: list[State] = []
    current = begin
    while i < len(pattern) and pattern[i] != close:
        c = pattern[i]
        if c in "([":
            inner, i = _sequence(current, pattern, i + 1, ")" if c == "(" else "]")
            current = inner + (current if c == "[" else [])
            i += 1
        elif c == "|":
            done += current
            current = begin
            i += 1
        elif c == " ":
            i += 1
        else:
            end = i
            while end < len(pattern) and pattern[end] not in " ()[]|":
                end += 1
            for part in _parts(pattern[i:end]):
                state = State()
                for source in current:
                    source.to(part, state)
                current = [state]
            i = end
    if close and i >= len(pattern):
        raise ValueError(f"pattern {pattern!r} does not close its brackets")
    return done + current, i


def _parts(word: str) -> list[str]:
    return [word] if word.startswith("<") else [t.low for t in tokenize(word)]


_BRACKETS = {"<open>": "(", "<close>": ")"}
"""Slots for the brackets that are marks of choice in a pattern."""

_SLOT_MAPS = {"<month>": "months", "<ord>": "ordinals", "<half>": "halves", "<roman>": "romans"}
"""The maps in which words of these slots are looked up."""


@dataclass(frozen=True, slots=True)
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

    def find(self, name: str, tokens: Sequence[Token], i: int) -> Match | None:
        """The longest pattern of a list that begins at a token."""
        best: Match | None = None
        stack: list[tuple[State, int, tuple[tuple[str, int], ...]]] = [(self.starts[name], i, ())]
        while stack:
            node, at, caught = stack.pop()
            if node.tag is not None and (best is None or at > best.last):
                best = Match(i, at, node.tag, caught)
            if at >= len(tokens):
                continue
            token = tokens[at]
            stack.extend((below, at + 1, caught) for below in _below(node, token.low))
            for slot, belows in node.slots.items():
                value = self.slot(slot, token)
                if value is not None:
                    stack.extend((below, at + 1, (*caught, (slot, value))) for below in belows)
        return best

    def scan(self, name: str, tokens: Sequence[Token]) -> Iterator[Match]:
        """Every longest match from left to right, none inside another."""
        i = 0
        start = self.starts[name]
        while i < len(tokens):
            if start.slots or tokens[i].low.partition(" ")[0] in start.words:
                found = self.find(name, tokens, i)
                if found is not None and found.last > i:
                    yield found
                    i = found.last
                    continue
            i += 1

    def slot(self, slot: str, token: Token) -> int | None:
        """What a token means in a slot."""
        low = token.low
        if slot == "<year>":
            return int(low) if token.kind == "d" and len(low) == 4 and "1900" <= low <= "2100" else None
        if slot in _SLOT_MAPS:
            return self.maps[_SLOT_MAPS[slot]].get(low)
        if slot == "<monthnumber>":
            return int(low) if token.kind == "d" and len(low) <= 2 and 1 <= int(low) <= 12 else self.maps["months"].get(low)
        if slot == "<day>":
            return int(low) if token.kind == "d" and len(low) <= 2 and 1 <= int(low) <= 31 else None
        if slot in _BRACKETS:
            return 0 if low == _BRACKETS[slot] else None
        if slot == "<minute>":
            return int(low) if token.kind == "d" and len(low) <= 2 and int(low) <= 59 else None
        if token.kind == "d":
            return int(low) if len(low) <= 2 else None
        value = self.maps["numbers"].get(low)
        return int(value) if value is not None and value <= 99 else None


def _below(node: State, word: str) -> list[State]:
    """Where a word leads, syllable by syllable if it has several."""
    reached = [node]
    for syllable in word.split():
        reached = [s for state in reached for s in state.words.get(syllable, ())]
    return reached


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
    # Plain text throughout: "on" and "no" are words here.
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


def _number(text: str) -> float | int | str:
    try:
        value = float(text)
    except ValueError:
        return text
    return int(value) if value.is_integer() and value < 1000 else value


_VIETNAMESE = frozenset("ăằắẳẵặầấẩẫậđềếểễệồốổỗộơờớởỡợưừứửữựạảẹẻẽịỉĩọỏụủũỳỵỷỹ")
"""Letters that no other language written in Latin letters uses in running text."""


_ENGLISH = frozenset({"the", "of", "and", "said", "was", "by", "for", "from", "with", "that"})


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
