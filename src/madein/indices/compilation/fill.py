"""Volume relatives of products, where new and vanished ones move with their siblings.

A product that is not there (not yet, no more, or between two spells) moves with the products of its class that are; where
the whole class is missing with its division, then its section, then the total. It comes in at the level it would have had
so, hence the index of its class never jumps on the day on which a product appears or goes. A product without production in
the base year (a zero base) has no relative of its own and comes in the same way in the first month in which it has
production.

Source: UN, International Recommendations for the Index of Industrial Production 2010, chapter VI (new products,
disappearing products, linking by overlap).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]

_PASSES = 200
_SETTLED = 1e-14


@dataclass(frozen=True, slots=True)
class Filled:
    """Relatives of products to their base.

    Parameters
    ----------
    relative : ndarray, shape (periods, products)
        Volume over the mean of the base year; without holes.
    own : ndarray of bool, shape (periods, products)
        False where a product moves with its siblings.
    zero_base : ndarray of bool, shape (products,)
        True where there was a report but no production in the whole base year.
    """

    relative: FloatArray
    own: BoolArray
    zero_base: BoolArray


def fill(
    volume: FloatArray,
    share: FloatArray,
    groups: Sequence[IntArray],
    base: BoolArray,
    base_quantity: FloatArray | None = None,
    breaks: BoolArray | None = None,
) -> Filled:
    """Relatives of all products of an index in one base.

    Parameters
    ----------
    volume : ndarray, shape (periods, products)
        Volume in the product's unit; NaN where the product is not there.
    share : ndarray, shape (products,)
        Weight of each product in the total.
    groups : sequence of ndarray, shape (products,)
        Class, division, section of each product as numbers from 0, nearest first; the total is added.
    base : ndarray of bool, shape (periods,)
        True in the months of the base year.
    base_quantity : ndarray, shape (products,), optional
        Monthly average of the base year where it is given; NaN where the months of the base year are to be averaged.
    breaks : ndarray of bool, shape (periods, products), optional
        True where a volume may not be compared with the one before.

    Examples
    --------
    Of two equal products the second appears in the third month; the index of both moves with the first until then:

    >>> found = fill(np.array([[10.0, np.nan], [11.0, np.nan], [12.0, 3.0], [12.0, 6.0]]), np.array([0.5, 0.5]), [np.zeros(2, int)],
    ...     np.array([True, False, False, False]))
    >>> found.relative.mean(axis=1)
    array([1. , 1.1, 1.2, 1.8])
    """
    products = volume.shape[1]
    own = ~np.isnan(volume)
    given = np.full(products, np.nan) if base_quantity is None else base_quantity
    cut = np.zeros_like(own) if breaks is None else breaks
    start = int(np.argmax(base)) if base.any() else 0
    in_base = own & base[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(in_base, volume, 0.0).sum(0) / in_base.sum(0)
    zero_base = (mean == 0) & np.isnan(given)
    own = own & ~(base[:, None] & zero_base)
    own[start] &= (volume[start] != 0) | (mean > 0) | ~np.isnan(given)
    _drop_idle(volume, own, cut, start)
    sure = np.where(np.isnan(given), np.where(own[base].all(0) & base.any() & (mean > 0), mean, np.nan), given)
    walk = _Walk(volume, own, cut, share, [*groups, np.zeros(products, dtype=np.int64)], start)
    scale = np.where(own[start], 1 / np.where(np.isnan(sure), np.where(mean > 0, mean, np.nan), sure), np.nan)
    level = walk.first(scale)
    with np.errstate(invalid="ignore", divide="ignore"):
        scale = np.where(own[start] & np.isnan(scale), level / volume[start], scale)
    relative = walk.run(scale, level)
    loose = np.isnan(sure)
    if base.any() and loose.any():
        # What a loose product is worth in the base depends on its siblings, and theirs on it: repeat until nothing moves.
        for _ in range(_PASSES):
            factor = _to_base(relative, base, loose)
            if np.abs(factor - 1).max() < _SETTLED:
                break
            scale, level = scale * factor, level * factor
            relative = walk.run(scale, level)
        relative = relative * _to_base(relative, base, loose)
    return Filled(relative, own, zero_base)


def _to_base(relative: FloatArray, base: BoolArray, loose: BoolArray) -> FloatArray:
    """What brings the mean of loose products over the base year to one."""
    mean = relative[base].mean(0)
    return np.where(loose & (mean > 0), 1 / np.where(mean > 0, mean, 1.0), 1.0)


def _drop_idle(volume: FloatArray, own: BoolArray, cut: BoolArray, start: int) -> None:
    """A spell is linked in where there is production: months without it at its link side count as not there."""
    for t in range(start + 1, len(volume)):
        own[t] &= (volume[t] != 0) | (own[t - 1] & ~cut[t])
    for t in range(start - 1, -1, -1):
        own[t] &= (volume[t] != 0) | (own[t + 1] & ~cut[t + 1])


@dataclass(frozen=True, slots=True)
class _Walk:
    """From the start of the base forward to the end and backward to the beginning."""

    volume: FloatArray
    own: BoolArray
    cut: BoolArray
    share: FloatArray
    groups: Sequence[IntArray]
    start: int

    def first(self, scale: FloatArray) -> FloatArray:
        """Levels at the start: own where there is one, else the mean of the siblings that have one."""
        level = scale * np.nan_to_num(self.volume[self.start])
        return self._by_siblings(level, ~np.isnan(level))

    def _by_siblings(self, level: FloatArray, known: BoolArray) -> FloatArray:
        """Levels that are not known at the mean of the nearest siblings whose level is known and not zero."""
        if known.all():
            return level
        held = np.where(known, np.nan_to_num(level), 0.0)
        mean = np.full(len(level), np.nan)
        for group in self.groups:
            size = int(group.max()) + 1
            weight, total = np.bincount(group, np.where(known, self.share, 0.0), size), np.bincount(group, self.share * held, size)
            with np.errstate(invalid="ignore", divide="ignore"):
                mean = np.where(np.isnan(mean), np.where(total > 0, total / weight, np.nan)[group], mean)
        return np.where(known, level, np.where(np.isnan(mean), 1.0, mean))

    def run(self, scale: FloatArray, level: FloatArray) -> FloatArray:
        out = np.empty_like(self.volume)
        out[self.start] = level
        for step, stop in ((1, len(out)), (-1, -1)):
            factor = scale.copy()
            for t in range(self.start + step, stop, step):
                before = t - step
                whole = self.own[t] & self.own[before] & ~self.cut[max(t, before)]
                here = factor * self.volume[t]
                if not whole.all():
                    moved = out[before] * self._growth(here, out[before], whole)
                    here = np.where(whole, here, moved)
                    enter = self.own[t] & ~whole
                    here = self._restart(t, here, factor, enter & ~(here > 0))
                    factor[enter] = here[enter] / self.volume[t, enter]
                out[t] = here
        return out

    def _restart(self, t: int, here: FloatArray, factor: FloatArray, from_zero: BoolArray) -> FloatArray:
        """What was at zero when it went has no level to be linked to: it comes back at its old scale, else at its siblings' level."""
        if not from_zero.any():
            return here
        scaled = factor > 0
        here = np.where(from_zero & scaled, factor * self.volume[t], here)
        return self._by_siblings(here, ~(from_zero & ~scaled))

    def _growth(self, now: FloatArray, before: FloatArray, whole: BoolArray) -> FloatArray:
        """Growth of the nearest group of each product that has one; none at all leaves a product where it was."""
        growth = np.full(len(now), np.nan)
        top = np.where(whole, self.share * np.where(whole, now, 0.0), 0.0)
        bottom = np.where(whole, self.share * before, 0.0)
        for group in self.groups:
            size = int(group.max()) + 1
            den = np.bincount(group, bottom, size)
            with np.errstate(invalid="ignore", divide="ignore"):
                ratio = np.where(den > 0, np.bincount(group, top, size) / den, np.nan)[group]
            growth = np.where(np.isnan(growth), ratio, growth)
        return np.where(np.isnan(growth), 1.0, growth)
