"""Codes of many lines at once: each distinct code once, with its images in a rule's edition, and tests of codes as array operations.

The tests answer as `madein.origin.frame.Material.inside` and the tests of classification do, for every line at once: 0 for no, 1 for
open, 2 for yes, so that Kleene's "and" is a minimum and its "or" a maximum.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from madein.origin.batch.numbers import distinct
from madein.origin.hs import span
from madein.origin.leaves.words import station

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.hs import HsSet

NO, OPEN, YES = 0, 1, 2
"""Kleene's values as small integers."""

_DIGITS = 10
_SIX = 6
_POWERS = 10 ** np.arange(_DIGITS + 1, dtype=np.int64)


def agreed(states: NDArray[np.int8], starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int8]:
    """One state for each run of states: theirs where all are equal, open where they differ or where the run is empty.

    Parameters
    ----------
    states : int8 array, shape (m,)
        States in runs.
    starts, counts : int64 array, shape (n,)
        First place and length of each run.

    Examples
    --------
    >>> agreed(np.array([2, 2, 0, 2], np.int8), np.array([0, 2, 4]), np.array([2, 2, 0])).tolist()
    [2, 1, 1]
    """
    out = np.full(len(starts), OPEN, np.int8)
    full = counts > 0
    if full.any():
        at = starts[full]
        low, high = np.minimum.reduceat(states, at), np.maximum.reduceat(states, at)
        out[full] = np.where(low == high, low, OPEN)
    return out


class Traits(NamedTuple):
    """What of a code a test asks; codes that agree in all of it have one answer.

    Parameters
    ----------
    sets : tuple of HsSet
        Sets of codes it may lie in.
    stations : bool
        Where it stands in the chains of making.
    chapters : bool
        Its chapters.
    six : bool
        Whether six digits of every image are known.
    whole : bool
        The code itself.
    """

    sets: tuple[HsSet, ...] = ()
    stations: bool = False
    chapters: bool = False
    six: bool = False
    whole: bool = False


_NUMBERS: dict[Hashable, int] = {}


def _numbered(thing: Hashable) -> int:
    """A number for a thing that stays the same while the program runs."""
    return _NUMBERS.setdefault(thing, len(_NUMBERS))


class CodeTable:
    """Distinct codes of materials with their images in one edition.

    Parameters
    ----------
    images : sequence of tuple of str
        For each distinct code its images, as `madein.origin.frame.codes_in` gives them; () where it has none.
    """

    def __init__(self, images: Sequence[tuple[str, ...]]) -> None:
        self.images = images
        self.counts = np.array([len(i) for i in images], np.int64)
        self.starts = np.concatenate([[0], np.cumsum(self.counts)[:-1]]).astype(np.int64) if len(images) else np.zeros(0, np.int64)
        flat = [code for i in images for code in i]
        spans = [span(code) for code in flat]
        self.low = np.array([s[0] for s in spans], np.int64)
        self.high = np.array([s[1] for s in spans], np.int64)
        self.length = np.array([len(code) for code in flat], np.int64)
        one = self.counts == 1
        self.single = np.zeros(len(images), np.int64)
        self.single_length = np.zeros(len(images), np.int64)
        self.single[one] = self.low[self.starts[one]]
        self.single_length[one] = self.length[self.starts[one]]
        self._inside: dict[HsSet, NDArray[np.int8]] = {}
        self._classes: dict[Traits, tuple[NDArray[np.int32], list[Hashable], list[int]]] = {}

    def inside(self, codes: HsSet) -> NDArray[np.int8]:
        """Whether each distinct code lies in a set of codes: int8 array, shape (distinct codes,)."""
        found = self._inside.get(codes)
        if found is None:
            if len(codes.bounds):
                lows = np.array([b[0] for b in codes.bounds], np.int64)
                highs = np.array([b[1] for b in codes.bounds], np.int64)
                at = np.searchsorted(lows, self.high, "right") - 1
                near = np.maximum(at, 0)
                apart = (at < 0) | (highs[near] < self.low)
                within = (lows[near] <= self.low) & (self.high <= highs[near])
                flat = np.where(apart, NO, np.where(within, YES, OPEN)).astype(np.int8)
            else:
                flat = np.zeros(len(self.low), np.int8)
            found = self._inside[codes] = agreed(flat, self.starts, self.counts)
        return found

    @cached_property
    def _stations(self) -> NDArray[np.int64]:
        return np.array([_numbered(frozenset(map(station, i))) for i in self.images], np.int64)

    @cached_property
    def _chapters(self) -> NDArray[np.int64]:
        return np.array([_numbered(frozenset(code[:2] for code in i)) for i in self.images], np.int64)

    @cached_property
    def _six(self) -> NDArray[np.int8]:
        return np.array([all(len(code) >= _SIX for code in i) for i in self.images], np.int8)

    def classes(self, traits: Traits) -> tuple[NDArray[np.int32], list[Hashable], list[int]]:
        """Distinct codes by the traits a test asks.

        Returns
        -------
        int32 array, shape (distinct codes,); list; list of int
            Class of each code; what the codes of a class share, equal in every table; one code of each class.
        """
        found = self._classes.get(traits)
        if found is None:
            size = len(self.images)
            if traits.whole:
                found = np.arange(size, dtype=np.int32), list(self.images), list(range(size))
            else:
                parts: list[tuple[NDArray[np.integer], int]] = [(self.inside(codes), YES + 1) for codes in dict.fromkeys(traits.sets)]
                for wanted, name in ((traits.stations, "_stations"), (traits.chapters, "_chapters")):
                    if wanted:
                        column = getattr(self, name)
                        parts.append((column, int(column.max(initial=0)) + 1))
                if traits.six:
                    parts.append((self._six, 2))
                of, combos = distinct(parts, size)
                first = np.zeros(len(combos), np.int64)
                first[of[::-1]] = np.arange(size - 1, -1, -1)
                found = of, list(combos), first.tolist()
            self._classes[traits] = found
        return found

    def differs(self, kinds: NDArray[np.int32], own: NDArray[np.int64], own_length: NDArray[np.int64], length: int) -> NDArray[np.int8]:
        """Whether each line's code differs from the code of its good at a level.

        Parameters
        ----------
        kinds : int32 array, shape (n,)
            Place of each line's code among the distinct codes.
        own, own_length : int64 array, shape (n,)
            Code of the good, filled up to ten digits, and how many digits of it are known.
        length : int
            Digits that are compared.
        """
        scale = _POWERS[_DIGITS - length]
        plain = (self.single_length[kinds] >= length) & (own_length >= length)
        out = np.where(self.single[kinds] // scale != own // scale, YES, NO).astype(np.int8)
        rest = np.flatnonzero(~plain)
        if len(rest):
            # Each pair of a code and the good's code once.
            key = (kinds[rest].astype(np.int64) * (_DIGITS + 1) + own_length[rest]) * _POWERS[length] + own[rest] // scale
            _, first, back = np.unique(key, return_index=True, return_inverse=True)
            some = rest[first]
            out[rest] = self._many(kinds[some], own[some], own_length[some], length)[back]
        return out

    def _many(self, kinds: NDArray[np.int32], own: NDArray[np.int64], own_length: NDArray[np.int64], length: int) -> NDArray[np.int8]:
        counts = self.counts[kinds]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        line = np.repeat(np.arange(len(kinds)), counts)
        at = np.arange(len(line)) - np.repeat(starts, counts) + np.repeat(self.starts[kinds], counts)
        k = np.minimum(np.minimum(length, self.length[at]), own_length[line])
        scale = _POWERS[_DIGITS - k]
        here = np.where(self.low[at] // scale != own[line] // scale, YES, np.where(k == length, NO, OPEN)).astype(np.int8)
        return agreed(here, starts, counts)
