"""Chaining of Laspeyres volume indices whose weights change: annual overlap, one-period overlap, over the year.

Weights of reference year r value the volumes of later periods at the prices (or value added) of r:
``L_t = sum_k w_k x_kt / xbar_kr / sum_k w_k``. They are used from the first period of r + 1 until younger ones take over.
The index is ``I_t = F_t L_t`` with

* annual overlap: F is the mean of the index over the year before the link, over the mean of L in that year. The mean of
  the months is then the annual chain; a step at January is possible.
* one-period overlap: F is the index of the last period before the link, over L of that period. No step, but the annual
  mean drifts away from the annual chain.
* over the year: F is the index of the same month of the year before the link, over L of that month: twelve factors, one
  for each month of the year. Growth over the year is exact, growth over the month is distorted.

A part that makes nothing in the month of a link has no factor there and takes that of the annual overlap.

Source: UN, International Recommendations for the Index of Industrial Production 2010, chapter VI; IMF, Quarterly National
Accounts Manual 2017, chapter 8.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.errors import MadeinError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]

Method = Literal["annual", "one_period", "over_the_year"]
METHODS: tuple[Method, ...] = ("annual", "one_period", "over_the_year")


@dataclass(frozen=True, slots=True)
class Segment:
    """A run of periods that are valued at one set of weights.

    Parameters
    ----------
    reference : int
        Year of the weights.
    first : int
        Position of the first period in which they are used.
    """

    reference: int
    first: int


@dataclass(frozen=True, slots=True)
class Leg:
    """A stretch of a growth that one set of weights measures.

    Parameters
    ----------
    segment : int
        Whose weights.
    start, end : ndarray of int
        Positions of the periods whose mean is the beginning and the end.
    """

    segment: int
    start: IntArray
    end: IntArray


def segments_of(references: Sequence[int], numbers: IntArray, per_year: int = 12) -> tuple[Segment, ...]:
    """When each set of weights is used.

    Parameters
    ----------
    references : sequence of int
        Years of the weights.
    numbers : ndarray, shape (periods,)
        Consecutive period numbers; ``number // per_year`` is the year.

    Examples
    --------
    >>> segments_of([2020, 2021], np.arange(2020 * 4, 2023 * 4), per_year=4)
    (Segment(reference=2020, first=0), Segment(reference=2021, first=8))
    """
    wanted = sorted(set(references))
    found: list[Segment] = []
    for year in wanted:
        first = int(np.searchsorted(numbers, (year + 1) * per_year))
        if first >= len(numbers) and found:
            break
        # Of sets that all are older than the data, only the youngest is used.
        if found and first == 0:
            found.pop()
        found.append(Segment(year, first if found else 0))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Chain:
    """How segments are joined on a run of periods.

    Parameters
    ----------
    method : {"annual", "one_period", "over_the_year"}
        See the module.
    segments : tuple of Segment
        In time order.
    numbers : ndarray, shape (periods,)
        Consecutive period numbers.
    per_year : int
        Periods in a year: 12 or 4.
    """

    method: Method
    segments: tuple[Segment, ...]
    numbers: IntArray
    per_year: int = 12

    def __post_init__(self) -> None:
        if self.method not in METHODS:
            raise MadeinError(f"no chaining method is called {self.method!r}", fix=f"name one of: {', '.join(METHODS)}")
        for segment in self.segments[1:]:
            need = self.per_year if self.method != "one_period" else 1
            if segment.first < need:
                raise MadeinError(
                    f"the weights of {segment.reference} cannot be linked",
                    why=f"{self.method} needs {need} periods before them, there are {segment.first}",
                    fix="give earlier periods, or leave those weights out",
                )  # fmt: skip

    @property
    def segment_at(self) -> IntArray:
        """Segment of each period, shape (periods,)."""
        firsts = [s.first for s in self.segments]
        return np.searchsorted(firsts, np.arange(len(self.numbers)), side="right") - 1

    def of_year(self, year: int) -> IntArray:
        """Positions of the periods of a year."""
        return np.flatnonzero(self.numbers // self.per_year == year)

    def overlap(self, segment: int) -> IntArray:
        """Positions of the year before a segment begins."""
        first = self.segments[segment].first
        return np.arange(first - self.per_year, first)

    def index(self, levels: FloatArray) -> FloatArray:
        """Chained index from unlinked levels.

        Parameters
        ----------
        levels : ndarray, shape (segments, ..., periods)
            Laspeyres levels of every segment, at least over its own periods and the year before them.

        Returns
        -------
        ndarray, shape (..., periods)
            In the reference of the first segment.
        """
        out = np.array(levels[0], dtype=float)
        for s, segment in enumerate(self.segments[1:], 1):
            ends = [x.first for x in self.segments[s + 1 :]] or [out.shape[-1]]
            own = np.arange(segment.first, ends[0])
            level = levels[s]
            out[..., own] = self._factor(s, out, level)[..., (own - segment.first) % self.per_year] * level[..., own]
        return out

    def _factor(self, segment: int, out: FloatArray, level: FloatArray) -> FloatArray:
        """Link factors of the months of a year, shape (..., per_year)."""
        first = self.segments[segment].first
        year = np.arange(max(0, first - self.per_year), first)
        with np.errstate(divide="ignore", invalid="ignore"):
            annual = (out[..., year].mean(-1) / level[..., year].mean(-1))[..., None]
            if self.method == "annual":
                factor = annual
            elif self.method == "one_period":
                factor = (out[..., first - 1] / level[..., first - 1])[..., None]
            else:
                factor = out[..., year] / level[..., year]
        # What makes nothing in the month of the link is linked over the year.
        fit = np.isfinite(factor) & (factor > 0)
        return np.broadcast_to(np.where(fit, factor, annual), (*out.shape[:-1], self.per_year))

    def legs(self, start: int, end: int) -> list[Leg]:
        """The way from one period to another in stretches that one set of weights measures.

        The product of ``mean L(end) / mean L(start)`` over the legs is the growth factor of the chained index.
        """
        if start > end:
            return [Leg(x.segment, x.end, x.start) for x in reversed(self.legs(end, start))]
        at = self.segment_at
        if self.method != "over_the_year":
            stops = [np.array([start])]
            legs = []
            for s in range(int(at[start]), int(at[end])):
                link = self.overlap(s + 1) if self.method == "annual" else np.array([self.segments[s + 1].first - 1])
                legs.append(Leg(s, stops[-1], link))
                stops.append(link)
            return [*legs, Leg(int(at[end]), stops[-1], np.array([end]))]
        return self._over_the_year(start, end, at)

    def _over_the_year(self, start: int, end: int, at: IntArray) -> list[Leg]:
        head: list[Leg] = []
        tail: list[Leg] = []
        while not (at[start] == at[end] and (at[start] == 0 or (end - start) % self.per_year == 0)):
            later = at[end] >= at[start]
            if later:
                tail.insert(0, Leg(int(at[end]), np.array([end - self.per_year]), np.array([end])))
                end -= self.per_year
            else:
                head.append(Leg(int(at[start]), np.array([start]), np.array([start - self.per_year])))
                start -= self.per_year
        return [*head, Leg(int(at[end]), np.array([start]), np.array([end])), *tail]


def laspeyres(relatives: FloatArray, weights: FloatArray) -> FloatArray:
    """Weighted mean of volume relatives.

    Parameters
    ----------
    relatives : ndarray, shape (components, periods)
        Volume of each component over its base.
    weights : ndarray, shape (components,)
        Value in the base, in any unit.

    Returns
    -------
    ndarray, shape (periods,)

    Examples
    --------
    Frozen fish 600 and canned fish 400 of value, 52 and 21 tonnes against 50 and 20 in the base:

    >>> print(laspeyres(np.array([[52 / 50], [21 / 20]]), np.array([600.0, 400.0])).round(12))
    [1.044]
    """
    if (weights < 0).any() or not weights.sum() > 0:
        raise MadeinError("weights must be zero or more, and some of them more", fix="give each component its value in the base")
    out = np.zeros(relatives.shape[-1])
    # In a fixed order, so that the same rows always give the same bits.
    for weight, row in zip(weights / weights.sum(), relatives, strict=True):
        out += weight * row
    return out
