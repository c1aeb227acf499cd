"""Goods whose code has many images in a rule's edition: images that lead to one decision are decided once.

The code of a good enters its decision through its rules, through sets of codes that rules, provisions and the words of the tests
name, through its chapter, and where a material is of the same heading or subheading. Of images that agree in all but the last, a bill
needs those of a heading some material has, and one of the others.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from madein.origin.alike import _of_law, sets_in
from madein.origin.leaves.words import station

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.batch.court import Item
    from madein.origin.decide import Court
    from madein.origin.hs import HsSet

_FEW = 4
"""Images of a good that are all decided."""
_HALF = 64
_CHAPTER, _HEADING = 10**8, 10**6
_HEADINGS = 10**4
_DIGITS = 4


def leading(items: Sequence[Item], court: Court, marks: dict[Hashable, Hashable]) -> tuple[int, ...]:
    """The images of a good by kind: for each the place of the first of its kind.

    Parameters
    ----------
    items : sequence of Item
        A good under each of its codes.
    court : Court
        The regime.
    marks : dict
        Keeps what is found for the next good of the same regime.
    """
    if len(items) <= _FEW:
        return tuple(range(len(items)))
    known: dict[Hashable, int] = {}
    return tuple([known.setdefault(_mark(item, court, marks), n) for n, item in enumerate(items)])


def _mark(item: Item, court: Court, marks: dict[Hashable, Hashable]) -> Hashable:
    case, code = item.case, item.code
    name = code, None if case is None else case.key
    found = marks.get(name)
    if found is None:
        sets = (*_of_law(court.law), *(() if case is None else _of_case(item, marks)))
        found = marks[name] = name[1], code[:2], len(code), station(code), tuple([s.holds(code) for s in sets])
    return found


def _of_case(item: Item, marks: dict[Hashable, Hashable]) -> tuple[HsSet, ...]:
    assert item.case is not None
    found = marks.get(item.case.key)
    if not isinstance(found, tuple):
        found = marks[item.case.key] = tuple(dict.fromkeys(s for rule in item.case.rules for s in sets_in(rule.needs)))
    return found


def chapters_of(images: Sequence[tuple[str, ...]], code: NDArray[np.int32], starts: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Chapters that the materials of each bill may be of.

    Parameters
    ----------
    images : sequence of tuple of str
        Images of each distinct code of a material.
    code : int32 array, shape (m,)
        Place of the code of each line.
    starts : int64 array, shape (n,)
        First line of each bill.

    Returns
    -------
    uint64 array, shape (2, n)
        A bit for each chapter: those up to 63, those from 64 on.

    Examples
    --------
    >>> held = chapters_of([("850110",), ("0306", "640110")], np.array([0, 1, 0], np.int32), np.array([0, 2]))
    >>> shared(held, np.array([0, 0, 1, 1]), np.array([85, 3, 64, 85])).tolist()
    [True, True, False, True]
    """
    bits = np.zeros((2, max(1, len(images))), np.uint64)
    for n, codes in enumerate(images):
        for chapter in {int(c[:2]) for c in codes}:
            bits[chapter // _HALF, n] |= np.uint64(1 << chapter % _HALF)
    return np.stack([np.bitwise_or.reduceat(half[code], starts) for half in bits])


def shared(held: NDArray[np.uint64], bills: NDArray[np.integer], chapter: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether bills have a material that may be of a chapter.

    Parameters
    ----------
    held : uint64 array, shape (2, n)
        What `chapters_of` found.
    bills, chapter : int64 array, shape (k,)
        Places of bills; chapters.
    """
    found: NDArray[np.bool_] = (held[chapter // _HALF, bills] >> (chapter % _HALF).astype(np.uint64)) & np.uint64(1) != 0
    return found


def _headings(
    images: Sequence[tuple[str, ...]], code: NDArray[np.int32], starts: NDArray[np.int64], counts: NDArray[np.int64], bills: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Headings that the materials of some bills may be of, as sorted numbers: bill times ten thousand plus heading.

    A material whose heading is not told stands for every heading of its chapter.
    """
    size = counts[bills]
    ends = np.cumsum(size)
    line = np.arange(int(size.sum())) + np.repeat(starts[bills] - np.append(0, ends[:-1]), size)
    kinds, back = np.unique(code[line], return_inverse=True)
    heads = [sorted({head for c in images[k] for head in _heads(c)}) for k in kinds.tolist()]
    many = np.array([len(h) for h in heads], np.int64)
    flat = np.array([head for h in heads for head in h], np.int64)
    first = np.cumsum(many) - many
    times = many[back]
    at = np.arange(int(times.sum())) - np.repeat(np.cumsum(times) - times, times) + np.repeat(first[back], times)
    return np.unique(np.repeat(np.repeat(bills, size), times) * _HEADINGS + flat[at])


def _heads(code: str) -> range:
    return range(int(code[:4]), int(code[:4]) + 1) if len(code) >= _DIGITS else range(int(code[:2]) * 100, int(code[:2]) * 100 + 100)


class Materials:
    """What the materials of each bill may be, for the goods that have many images.

    Parameters
    ----------
    images : sequence of tuple of str
        Images of each distinct code of a material.
    code : int32 array, shape (m,)
        Place of the code of each line.
    starts, counts : int64 array, shape (n,)
        First line and number of lines of each bill.
    """

    def __init__(self, images: Sequence[tuple[str, ...]], code: NDArray[np.int32], starts: NDArray[np.int64], counts: NDArray[np.int64]) -> None:
        self.images, self.code, self.starts, self.counts = images, code, starts, counts
        self._chapters = chapters_of(images, code, starts)

    def needed(
        self, items: Sequence[Item], kinds: NDArray[np.int64], item: NDArray[np.int64], row: NDArray[np.int64], bills: NDArray[np.integer]
    ) -> NDArray[np.bool_]:
        """Which goods under one of their codes have to be decided.

        Parameters
        ----------
        items : sequence of Item; kinds : int64 array
            Goods under one code, and the place in it of the first of the same kind (`leading`).
        item, row : int64 array, shape (k,)
            Item of each good under one of its codes, and which of the bills it is of, in order.
        bills : int array
            Places of the bills.
        """
        out: NDArray[np.bool_] = kinds[item] == item
        rest = np.flatnonzero(~out)
        low = np.array([i.low for i in items], np.int64)[item[rest]]
        rest = rest[shared(self._chapters, bills[row[rest]], low // _CHAPTER)]
        if not len(rest):
            return out
        mine = bills[row[rest]].astype(np.int64)
        held = _headings(self.images, self.code, self.starts, self.counts, np.unique(mine))
        known = np.array([len(i.code) >= _DIGITS for i in items], bool)[item[rest]]
        key = mine * _HEADINGS + np.array([i.low for i in items], np.int64)[item[rest]] // _HEADING
        at = np.minimum(np.searchsorted(held, key), len(held) - 1)
        alike = ~known | (held[at] == key)
        out[rest[alike]] = True
        # Of those of a heading no material has, one of each kind; the first of all may be of another sort.
        apart = rest[~alike]
        _, first = np.unique(row[apart] * len(items) + kinds[item[apart]], return_index=True)
        out[apart[first]] = True
        return out
