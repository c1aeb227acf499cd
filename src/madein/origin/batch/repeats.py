"""Bills that say the same, found by what a decision hangs on, so that each is decided once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.batch.numbers import Amounts

_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def _mixed(columns: list[NDArray[np.generic]], size: int) -> NDArray[np.uint64]:
    """One number for each row of some columns; equal rows have equal numbers."""
    found = np.zeros(size, np.uint64)
    for column in columns:
        found ^= column.astype(np.int64).view(np.uint64)
        found *= _ODD
        found ^= found >> _SHIFT
    return found


def amounts_of(held: dict[str, Amounts]) -> list[NDArray[np.generic]]:
    """Amounts and whether they are given, as columns of whole numbers."""
    return [part for name in sorted(held) for part in (held[name].whole, held[name].given)]


def first_alike(
    lines: list[NDArray[np.generic]], goods: list[NDArray[np.generic]], starts: NDArray[np.int64], counts: NDArray[np.int64], alone: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """For each bill the first that has the same good and the same lines in the same order.

    Parameters
    ----------
    lines : list of arrays, shape (m,)
        Columns of the lines, as whole numbers.
    goods : list of arrays, shape (n,)
        Columns of the goods.
    starts, counts : int64 array, shape (n,)
        First line and number of lines of each bill.
    alone : bool array, shape (n,)
        Bills that are left as they are.

    Returns
    -------
    int64 array, shape (n,)
        Place of the first such bill, its own where there is none.

    Notes
    -----
    Bills are put together by a number mixed from all they say, and then compared field by field, so that the answer is exact.

    Examples
    --------
    >>> starts, counts = np.array([0, 2, 3]), np.array([2, 1, 2])
    >>> first_alike([np.array([7, 8, 7, 7, 8])], [np.array([1, 1, 1])], starts, counts, np.zeros(3, bool)).tolist()
    [0, 1, 0]
    """
    n = len(starts)
    found = np.arange(n)
    if not n:
        return found
    within = np.arange(int(counts.sum())) - np.repeat(starts, counts)
    keys = _mixed([*goods, counts, np.add.reduceat(_mixed([*lines, within], len(within)), starts)], n)
    rows = np.flatnonzero(~alone)
    order = rows[np.argsort(keys[rows], kind="stable")]
    new = np.ones(len(order), bool)
    new[1:] = keys[order[1:]] != keys[order[:-1]]
    head = order[np.maximum.accumulate(np.where(new, np.arange(len(order)), 0))]
    other = head != order
    mine, first = order[other], head[other]
    if not len(mine):
        return found
    same = counts[mine] == counts[first]
    for column in goods:
        same &= column[mine] == column[first]
    mine, first = mine[same], first[same]
    if len(mine):
        size = counts[mine]
        begin = np.concatenate([[0], np.cumsum(size)[:-1]])
        step = np.arange(int(size.sum())) - np.repeat(begin, size)
        left, right = np.repeat(starts[mine], size) + step, np.repeat(starts[first], size) + step
        alike = np.ones(len(step), bool)
        for column in lines:
            alike &= column[left] == column[right]
        fine = np.logical_and.reduceat(alike, begin)
        found[mine[fine]] = first[fine]
    return found
