"""Codes of the Harmonized System as texts of digits, and sets of them as closed intervals that are never expanded.

A code has 2 digits (chapter), 4 (heading), 6 (subheading, the finest the system itself knows) or 8 or 10 (a country's own
splits). A set of codes is a list of ranges ``["6101", "6117"]``: everything from the first code of 6101 to the last of 6117.
A code shorter than the set can tell is neither inside nor outside: `HsSet.holds` then answers None.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from madein.core.errors import MadeinError

DIGITS = 10
"""Longest code that is read; ranges are compared at this length."""

MOST_KEPT = 16_384
"""Answers a set of codes keeps."""

_SCALE = tuple(10 ** (DIGITS - n) for n in range(DIGITS + 1))
_PLAIN = re.compile(r"[0-9]+")
_MARKED = re.compile(r"(?:hs[ :]*)?([0-9]+(?:[ .\u00a0-][0-9]+){0,4})", re.IGNORECASE)
_LEVELS = (2, 4, 6, 8, 10)


def span(code: str) -> tuple[int, int]:
    """First and last ten-digit number a code stands for.

    Examples
    --------
    >>> span("8703")
    (8703000000, 8703999999)
    """
    scale = _SCALE[len(code)]
    first = int(code) * scale
    return first, first + scale - 1


class HsSet:
    """A set of codes of one edition, kept as sorted closed intervals.

    Parameters
    ----------
    ranges : iterable of pairs of str
        ``(first, last)``, digits without dots, both inclusive; the two may differ in length.

    Raises
    ------
    ValueError
        If a bound is not made of digits or a range ends before it begins.

    Examples
    --------
    >>> garments = HsSet([("6101", "6117"), ("62", "62")])
    >>> garments.holds("610910"), garments.holds("640399"), garments.holds("61")
    (True, False, None)
    """

    __slots__ = ("_bounds", "_lows", "memo", "ranges")

    def __init__(self, ranges: Iterable[Sequence[str]] = ()) -> None:
        self.ranges: tuple[tuple[str, str], ...] = tuple((str(a), str(b)) for a, b in ranges)
        spans = []
        for first, last in self.ranges:
            if not (_PLAIN.fullmatch(first) and _PLAIN.fullmatch(last) and max(len(first), len(last)) <= DIGITS):
                raise ValueError(f"[{first}, {last}] is no range of codes: write digits without dots")
            low, high = span(first)[0], span(last)[1]
            if low > high:
                raise ValueError(f"the range [{first}, {last}] ends before it begins")
            spans.append((low, high))
        merged: list[tuple[int, int]] = []
        for low, high in sorted(spans):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], high))
            else:
                merged.append((low, high))
        self._bounds = tuple(merged)
        self._lows = tuple(low for low, _ in merged)
        # Answers given so far, by code or by spans of codes: a catalogue asks a set of a rule for the same few codes again and again.
        self.memo: dict[object, bool | None] = {}

    @property
    def bounds(self) -> tuple[tuple[int, int], ...]:
        """The intervals at ten digits, merged and sorted."""
        return self._bounds

    def holds(self, code: str) -> bool | None:
        """True or False where every good of the code is inside or outside, None where the code is too short to tell."""
        if code in self.memo:
            return self.memo[code]
        low, high = span(code)
        at = bisect_right(self._lows, high) - 1
        if at < 0 or self._bounds[at][1] < low:
            found: bool | None = False
        else:
            found = True if self._bounds[at][0] <= low and high <= self._bounds[at][1] else None
        self.remember(code, found)
        return found

    def remember(self, key: object, found: bool | None) -> None:
        """Keep an answer; with very many of them, all are forgotten at once."""
        if len(self.memo) >= MOST_KEPT:
            self.memo.clear()
        self.memo[key] = found

    def overlaps(self, other: HsSet) -> bool:
        """True if some code is in both sets."""
        return any(self._between(low, high) for low, high in other._bounds)

    def _between(self, low: int, high: int) -> bool:
        at = bisect_right(self._lows, high) - 1
        return at >= 0 and self._bounds[at][1] >= low

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.ranges)

    def __len__(self) -> int:
        return len(self.ranges)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, HsSet) and self._bounds == other._bounds

    def __hash__(self) -> int:
        return hash(self._bounds)

    def __str__(self) -> str:
        return ", ".join(a if a == b else f"{a}-{b}" for a, b in self.ranges)

    def __repr__(self) -> str:
        return f"HsSet({list(self.ranges)})"


@dataclass(frozen=True, slots=True)
class Hs:
    """One code: its digits, and the edition it was checked against (empty where it was not)."""

    digits: str
    edition: str = ""

    @property
    def chapter(self) -> str:
        """First two digits."""
        return self.digits[:2]

    @property
    def heading(self) -> str:
        """First four digits, or fewer where no more are known."""
        return self.digits[:4]

    @property
    def subheading(self) -> str:
        """First six digits, or fewer where no more are known."""
        return self.digits[:6]

    def __str__(self) -> str:
        return self.digits


def parse_hs(text: object, edition: str = "", where: str = "") -> Hs:
    """A code as people and spreadsheets write it.

    Dots, blanks and hyphens between digits and a leading ``HS`` are dropped. Nothing else is repaired: a code that lost its
    leading zero, or its last one, is told with the code it may stand for.

    Parameters
    ----------
    text : object
        A text; a number is taken as the text it prints as, which is where zeros get lost.
    edition : str
        ``2012``, ``2017`` or ``2022`` to require that the edition has the code; empty to take any digits.
    where : str
        File, row and column, for the message.

    Raises
    ------
    MadeinError
        If the text is no code, or the edition has none such; the message names the nearest codes.

    Examples
    --------
    >>> parse_hs("8703.80", "2022").digits, parse_hs("HS 6109 10").heading
    ('870380', '6109')
    >>> parse_hs(90210, "2022")
    Traceback (most recent call last):
    madein.core.errors.MadeinError: '90210' is no code of the Harmonized System (an odd number of digits: the leading zero was \
lost). Mend: write 090210 as text.
    """
    raw = "" if text is None else str(text).strip()
    if not raw:
        raise MadeinError("no code of the Harmonized System is given", where, fix="write 2, 4, 6, 8 or 10 digits")
    shown = raw if len(raw) <= 40 else raw[:40] + "..."
    said = f"{shown!r} is no code of the Harmonized System"
    # A spreadsheet that took a code for a number prints 610910.0.
    whole = raw[:-2] if raw.endswith(".0") and _PLAIN.fullmatch(raw[:-2]) and len(raw) >= 7 else raw
    found = _MARKED.fullmatch(whole[:40])
    if found is None or len(whole) > 40:
        raise MadeinError(said, where, "only digits, with dots or blanks between them, make a code", "write 2, 4, 6, 8 or 10 digits")
    digits = re.sub(r"[^0-9]", "", found[1])
    if len(digits) % 2:
        raise MadeinError(said, where, *_odd(digits, found[1], edition))
    if len(digits) not in _LEVELS:
        raise MadeinError(said, where, f"{len(digits)} digits", "write 2, 4, 6, 8 or 10 digits")
    if edition:
        from madein.origin.editions import known, nearest

        if not known(digits, edition):
            raise MadeinError(f"HS {edition} has no code {digits[:6]}", where, *nearest(digits, edition))
    return Hs(digits, edition)


def _odd(digits: str, written: str, edition: str) -> tuple[str, str]:
    """Why a code has an odd number of digits, and what it may have been."""
    from madein.origin.editions import EDITIONS, known

    tail = re.split(r"[^0-9]", written)[-1]
    lost_first, lost_last = "0" + digits, digits + "0"
    edition = edition or EDITIONS[-1]
    may = [code for code in (lost_first, lost_last) if 2 <= len(code) <= DIGITS and known(code, edition)]
    if len(tail) % 2 and tail != written and lost_last in may:
        return "an odd number of digits after the dot: the last zero was lost", f"write {lost_last} as text"
    if lost_first in may:
        return "an odd number of digits: the leading zero was lost", f"write {lost_first} as text"
    if lost_last in may:
        return "an odd number of digits: a zero was lost", f"write {lost_last} as text"
    return "an odd number of digits", "write the code as text with 2, 4, 6, 8 or 10 digits"
