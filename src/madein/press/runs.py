"""The tokens of one sentence, and what every rule asks of them by their positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from madein.press.language import Language, Match
from madein.press.model import Token


class Run:
    """Tokens in a row with the text they stand in and the language they are read in.

    Positions outside the run are allowed everywhere: nothing stands there.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> said = "Sales rose by 5%"
    >>> run = Run(said, tokenize(said), language("en"))
    >>> run.low(1), run.isin(1, "rise", "fall"), run.has(0, 3, "fall"), run.words(0, 2), run.low(-1)
    ('rose', True, False, 'Sales rose', '')
    """

    __slots__ = ("_lows", "lang", "lists", "maps", "text", "tokens")

    def __init__(self, text: str, tokens: Sequence[Token], lang: Language) -> None:
        self.text, self.tokens, self.lang = text, tokens, lang
        self.lists: Mapping[str, frozenset[str]] = lang.lists
        self.maps: Mapping[str, Mapping[str, Any]] = lang.maps
        self._lows = [t.low for t in tokens]

    def __len__(self) -> int:
        return len(self._lows)

    def low(self, i: int) -> str:
        """Lower-case form of a token."""
        return self._lows[i] if 0 <= i < len(self._lows) else ""

    def isin(self, i: int, *names: str) -> bool:
        """True if a token is in one of some word lists."""
        if not 0 <= i < len(self._lows):
            return False
        low = self._lows[i]
        for name in names:  # noqa: SIM110 the loop is half the time of any()
            if low in self.lists[name]:
                return True
        return False

    def has(self, first: int, last: int, *names: str) -> bool:
        """True if a word of one of some lists stands between two positions, `last` outside."""
        window = self._lows[max(0, first) : max(0, last)]
        for name in names:  # noqa: SIM110
            if not self.lists[name].isdisjoint(window):
                return True
        return False

    def kind(self, i: int) -> str:
        """Kind of a token: 'w', 'd' or 'p'."""
        return self.tokens[i].kind if 0 <= i < len(self._lows) else ""

    def upper(self, i: int) -> bool:
        """True if a token begins with a capital."""
        return 0 <= i < len(self._lows) and self.tokens[i].upper

    def glued(self, i: int) -> bool:
        """True if no space stands before a token that is not the first."""
        return 0 < i < len(self._lows) and self.tokens[i].glued

    def printed(self, i: int) -> str:
        """A token as printed."""
        return self.text[self.tokens[i].start : self.tokens[i].end] if 0 <= i < len(self._lows) else ""

    def words(self, first: int, last: int) -> str:
        """The text as printed between two positions, on one line."""
        if first >= last or first >= len(self._lows):
            return ""
        return " ".join(self.text[self.tokens[first].start : self.tokens[last - 1].end].split())

    def find(self, name: str, i: int) -> Match | None:
        """The longest pattern of a group that begins at a position."""
        return self.lang.find(name, self.tokens, i) if 0 <= i < len(self._lows) else None
