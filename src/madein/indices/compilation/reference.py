"""Re-referencing, and one series out of two bases.

Re-referencing divides by the mean of the reference year; growth is unchanged. A change of base joins an old and a new index
where they overlap: over a year by their means, or in one period. Growth across the change is the growth of the old base up
to the link times that of the new base after it (UN, International Recommendations for the Index of Industrial Production
2010, chapter VI).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]


def rereference(index: FloatArray, numbers: IntArray, year: int, per_year: int = 12) -> FloatArray:
    """The index with the mean of a year as 100.

    Parameters
    ----------
    index : ndarray, shape (..., periods)
        In any reference.
    numbers : ndarray, shape (periods,)
        Period numbers; ``number // per_year`` is the year.
    year : int
        Reference year.

    Raises
    ------
    MadeinError
        If a period of the year is missing.

    Examples
    --------
    >>> rereference(np.array([104.0, 106.0, 108.0, 110.0]), np.arange(2020 * 2, 2022 * 2), 2021, per_year=2).round(3)
    array([ 95.413,  97.248,  99.083, 100.917])
    """
    at = np.flatnonzero(numbers // per_year == year)
    if len(at) != per_year or np.isnan(index[..., at]).any():
        raise MadeinError(f"the index cannot be referenced to {year}", why="that year is not whole in it", fix="choose a year with all its periods")
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = index[..., at].mean(-1)[..., None]
        return np.where(mean > 0, 100 * index / mean, np.nan)


def splice(old: FloatArray, new: FloatArray, overlap: IntArray) -> FloatArray:
    """One index out of two bases, in the reference of the new one.

    Parameters
    ----------
    old, new : ndarray, shape (periods,)
        NaN where a base is not compiled.
    overlap : ndarray of int
        Positions in which both are: a year for an annual overlap, one period for a one-period overlap.

    Returns
    -------
    ndarray, shape (periods,)
        The new index from the first overlapping period on, the old one brought to it before.

    Examples
    --------
    >>> splice(np.array([200.0, 220.0, np.nan]), np.array([np.nan, 110.0, 121.0]), np.array([1]))
    array([100., 110., 121.])
    """
    if not len(overlap) or np.isnan(old[overlap]).any() or np.isnan(new[overlap]).any():
        raise MadeinError("the two bases do not overlap", why="a link needs periods that both cover", fix="name periods that both hold")
    factor = new[overlap].mean() / old[overlap].mean()
    later = np.arange(len(old)) >= overlap[0]
    return np.where(later & ~np.isnan(new), new, factor * old)


def growth_across(old: FloatArray, new: FloatArray, start: int, end: int, overlap: IntArray) -> float:
    """Growth in percent from a period of the old base to one of the new, in two legs through the overlap.

    Examples
    --------
    >>> round(growth_across(np.array([200.0, 220.0, np.nan]), np.array([np.nan, 110.0, 121.0]), 0, 2, np.array([1])), 9)
    21.0
    """
    if np.isnan(old[start]) or np.isnan(new[end]):
        raise MadeinError("no growth across the bases", why="the old base has no start, or the new no end", fix="choose periods that they hold")
    splice(old, new, overlap)
    return float(100 * ((old[overlap].mean() / old[start]) * (new[end] / new[overlap].mean()) - 1))
