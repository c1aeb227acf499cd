"""Token patterns compiled into automata: words, choices and slots over a bounded window of tokens.

A pattern is words separated by spaces. ``(a|b c)`` is a choice, ``[a]`` may be left out, ``<n>`` a small number in digits
or words, ``<ord>`` an ordinal, ``<half>`` and ``<roman>`` what the maps `halves` and `romans` hold, ``<year>`` four digits,
``<month>`` a month's name, ``<monthnumber>`` its name or number, ``<day>`` and ``<minute>`` one or two digits, ``<open>``
and ``<close>`` round brackets. Patterns have no repetition, so each looks at a bounded window of tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from madein.press.tokens import tokenize


@dataclass(slots=True, eq=False)
class State:
    """A state of the automaton of a group: where each word or slot leads, and the tag of a pattern that ends here."""

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
        If the pattern is empty or brackets do not close.

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


class Node:
    """States that the same tokens lead to, as one: a group is read word by word without trying its patterns in turn.

    Of two patterns that end at one place, that of the first of the `states` counts: the one written last, a slot before a
    word. Nodes below are made when first reached and kept; they are as many as the runs of words that the patterns spell.

    Examples
    --------
    >>> start = State()
    >>> for tag, pattern in (("year", "the year"), ("month", "the month"), ("same", "the [same] year")):
    ...     compile_pattern(start, pattern, tag)
    >>> Node([start]).after("the").after("year").tag
    'same'
    """

    __slots__ = ("_below", "_through", "_words", "slots", "states", "tag")

    def __init__(self, states: Iterable[State]) -> None:
        self.states = tuple(dict.fromkeys(states))
        self.tag = next((s.tag for s in self.states if s.tag is not None), None)
        self.slots = tuple(dict.fromkeys(slot for s in self.states for slot in s.slots))
        self._words: dict[str, list[State]] = {}
        for state in self.states:
            for word, below in state.words.items():
                self._words.setdefault(word, []).extend(reversed(below))
        self._below: dict[str, Node] = {}
        self._through: dict[tuple[str, ...], tuple[tuple[str, Node], ...]] = {}

    def after(self, word: str) -> Node | None:
        """Where a word leads, syllable by syllable if it has several; None where no pattern goes on with it."""
        below = self._below.get(word)
        if below is not None:
            return below
        if word in self._words:
            below = self._below[word] = Node(self._words[word])
            return below
        if " " not in word:
            return None
        node: Node | None = self
        for syllable in word.split():
            node = node.after(syllable) if node is not None else None
        return node

    def through(self, word: str, slots: tuple[str, ...]) -> tuple[tuple[str, Node], ...]:
        """Where a word leads that also fits some slots: each slot, '' for the word itself, and the node behind it."""
        # No word of a text is kept as a key that neither patterns nor lists hold.
        key = (word if word in self._words or " " in word else "", *slots)
        if key not in self._through:
            self._through[key] = tuple(_grouped(self._behind(word, slots)))
        return self._through[key]

    def _behind(self, word: str, slots: tuple[str, ...]) -> Iterator[tuple[str, State]]:
        """Each slot or word and the state behind it, those that count first before the others."""
        for state in self.states:
            for slot, below in reversed(state.slots.items()):
                if slot in slots:
                    yield from ((slot, s) for s in reversed(below))
            node = Node([state]).after(word)
            if node is not None:
                yield from (("", s) for s in node.states)


def _grouped(behind: Iterable[tuple[str, State]]) -> Iterator[tuple[str, Node]]:
    """Neighbours that came through one slot, as one node."""
    last, states = "", list[State]()
    for slot, state in behind:
        if slot != last and states:
            yield last, Node(states)
            states = []
        last = slot
        states.append(state)
    if states:
        yield last, Node(states)
