"""Growth of monthly series with the interval that rounding leaves.

A printed number v with half-unit h stands for any number in [v - h, v + h]. Growth of a positive base b is then at least
(v - h) / (b + hb) - 1 and at most (v + h) / (b - hb) - 1. Year-to-date growth is the ratio of the sums of the months, not
the mean of their rates (UN, International Recommendations for the Index of Industrial Production 2010, chapter VI; it is
what the National Statistics Office of Viet Nam prints as "cumulative against the same period").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.periods import Period

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Dense:
    """One series on a gapless run of months, quarters or years.

    Parameters
    ----------
    start : int
        Number of the first period: its last month's number (`madein.core.periods.month_number`) over `every`.
    value, half : ndarray, shape (periods,), float64
        Values and rounding half-units; NaN where the period has no number.
    every : int
        Months a period covers: 1, 3 or 12.
    """

    start: int
    value: FloatArray
    half: FloatArray
    every: int = 1

    @classmethod
    def of(cls, months: NDArray[np.int64], value: FloatArray, half: FloatArray, every: int = 1) -> Dense:
        """From the sorted last months of periods, with holes.

        Examples
        --------
        >>> Dense.of(np.array([5, 7]), np.array([1.0, 2.0]), np.array([0.5, 0.5])).value
        array([ 1., nan,  2.])
        """
        numbers = months // every
        start = int(numbers[0])
        dense = np.full((2, int(numbers[-1]) - start + 1), np.nan)
        dense[:, numbers - start] = value, half
        return cls(start, dense[0], dense[1], every)

    @property
    def numbers(self) -> NDArray[np.int64]:
        """Number of every period."""
        return np.arange(self.start, self.start + len(self.value))

    @property
    def per_year(self) -> int:
        """Periods in a year."""
        return 12 // self.every

    @property
    def last(self) -> Period:
        """The latest period."""
        return self.period(self.start + len(self.value) - 1)

    def period(self, first: int, last: int | None = None) -> Period:
        """The stretch from one numbered period to another."""
        return Period.months(first * self.every, (first if last is None else last) * self.every + self.every - 1)

    def lag(self, n: int) -> Dense:
        """The value `n` periods earlier beside each period."""
        value, half = (np.concatenate([np.full(min(n, len(a)), np.nan), a[: max(0, len(a) - n)]]) for a in (self.value, self.half))
        return Dense(self.start, value, half, self.every)

    def year_to_date(self) -> Dense:
        """Sum from the first period of each year on; NaN from the first hole of a year to its end."""
        value, half = self.value.copy(), self.half.copy()
        numbers = self.numbers
        for i in range(1, len(value)):
            if numbers[i] % self.per_year:
                value[i] += value[i - 1]
                half[i] += half[i - 1]
        if numbers[0] % self.per_year:
            # The year in which a series begins later than January has no year to date.
            part = int(self.per_year - numbers[0] % self.per_year)
            value[:part] = half[:part] = np.nan
        return Dense(self.start, value, half, self.every)

    def moving(self, n: int) -> Dense:
        """Sum of each period and the `n` - 1 before it; NaN where one of them is missing.

        Examples
        --------
        >>> one = Dense(0, np.array([1.0, 2.0, 3.0, 4.0]), np.full(4, 0.5))
        >>> one.moving(3).value, one.moving(3).half
        (array([nan, nan,  6.,  9.]), array([nan, nan, 1.5, 1.5]))
        """
        lagged = [self.lag(i) for i in range(n)]
        return Dense(self.start, _added([x.value for x in lagged]), _added([x.half for x in lagged]), self.every)

    def quarters(self) -> Dense:
        """Months added up to calendar quarters; NaN where a quarter lacks a month. Quarters stay as they are.

        Raises
        ------
        ValueError
            For a series of years.
        """
        if self.every == 3:
            return self
        if self.every != 1:
            raise ValueError("years hold no quarters")
        sums = self.moving(3)
        ends = np.flatnonzero(self.numbers % 3 == 2)
        if not len(ends):
            return Dense(self.start // 3, np.full(1, np.nan), np.full(1, np.nan), 3)
        return Dense(int(self.numbers[ends[0]]) // 3, sums.value[ends], sums.half[ends], 3)


def _added(parts: list[FloatArray]) -> FloatArray:
    total = parts[0].copy()
    for part in parts[1:]:
        total += part
    return total


def growth_rate(now: Dense, base: Dense) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Percent change and its bounds.

    Returns
    -------
    rate, low, high : ndarray, shape (months,), percent
        NaN where a number is missing or the base may be zero or negative, for which no rate is defined.

    Examples
    --------
    Turnover of 786.3 after a rise of 15.4 % (both as printed) came from a base near 681.4:

    >>> one = lambda v, h: Dense(0, np.array([v]), np.array([h]))
    >>> rate, low, high = growth_rate(one(786.3, 0.05), one(681.08, 0.005))
    >>> print(f"{rate[0]:.2f} in {low[0]:.2f} to {high[0]:.2f}")
    15.45 in 15.44 to 15.46
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        smallest, largest = base.value - base.half, base.value + base.half
        good = smallest > 0
        bottom, top = now.value - now.half, now.value + now.half
        rate = np.where(good, now.value / base.value - 1, np.nan)
        low = np.where(good, bottom / np.where(bottom >= 0, largest, smallest) - 1, np.nan)
        high = np.where(good, top / np.where(top >= 0, smallest, largest) - 1, np.nan)
    return 100 * rate, 100 * low, 100 * high


def annualised(rate: FloatArray, low: FloatArray, high: FloatArray, per_year: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """A rate compounded to a year, and its bounds: ((1 + g/100) ** per_year - 1) * 100.

    Parameters
    ----------
    rate, low, high : ndarray, percent
        As `growth_rate` returns them.
    per_year : float
        How often the step of the rate goes into a year: 12 for a month, 4 for a quarter or three months on three months.

    Returns
    -------
    rate, low, high : ndarray, percent
        NaN where a rate is below -100 %.

    Examples
    --------
    >>> one = np.array([1.0])
    >>> [round(float(a[0]), 2) for a in annualised(one, one - 0.05, one + 0.05, 12)]
    [12.68, 12.01, 13.35]
    """
    with np.errstate(invalid="ignore"):
        out = [np.where(x >= -100, 100 * (np.power(np.maximum(1 + x / 100, 0.0), per_year) - 1), np.nan) for x in (rate, low, high)]
    return out[0], out[1], out[2]


def contribution(now: Dense, base: Dense, total: Dense, weight: float = 1.0) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Percentage points that a part adds to the growth of its total, and their bounds: weight * (now - base) / total * 100.

    Parameters
    ----------
    now, base : Dense
        The part in a period and in the base period of the comparison.
    total : Dense
        The total in the base period.
    weight : float
        Weight of the part in the total; 1 for sums of money, the share in the base year for a fixed-base index.

    Examples
    --------
    A section of weight 0.7 that goes from 120 to 126 while the total was 117 adds 3.59 points:

    >>> one = lambda v, h: Dense(0, np.array([v]), np.array([h]))
    >>> [round(float(a[0]), 2) for a in contribution(one(126.0, 0.5), one(120.0, 0.5), one(117.0, 0.5), 0.7)]
    [3.59, 2.98, 4.21]
    """
    moved, low, high = change(now, base)
    with np.errstate(divide="ignore", invalid="ignore"):
        least, most = total.value - total.half, total.value + total.half
        good = least > 0
        points = np.where(good, moved / total.value, np.nan)
        bottom = np.where(good, low / np.where(low >= 0, most, least), np.nan)
        top = np.where(good, high / np.where(high >= 0, least, most), np.nan)
    scaled = 100 * weight
    if weight < 0:
        bottom, top = top, bottom
    return scaled * points, scaled * bottom, scaled * top


def change(now: Dense, base: Dense) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Absolute change and its bounds, in the unit of the series.

    Examples
    --------
    >>> one = lambda v, h: Dense(0, np.array([v]), np.array([h]))
    >>> [float(a[0]) for a in change(one(10.0, 0.5), one(7.0, 0.5))]
    [3.0, 2.0, 4.0]
    """
    value = now.value - base.value
    half = now.half + base.half
    return value, value - half, value + half


def why_absent(series: Dense, number: int, base: int, to_date: bool) -> str:
    """Why the growth rate of a period cannot be had: the hole, the beginning of the series, or a base without a rate."""
    for end in (number, base):
        first = end - end % series.per_year if to_date else end
        missing = [n for n in range(first, end + 1) if not _has(series, n)]
        if missing and missing[0] < series.start:
            return f"the series begins in {series.period(series.start).label()}"
        if missing:
            return f"no value for {_hole(series, missing[0]).label()}"
    return "the base is zero or negative, or so near to it that its rounding reaches it"


def _hole(series: Dense, number: int) -> Period:
    """The whole stretch without values around a month, so that one hole gives one reason."""
    first = last = number
    while first - 1 >= series.start and not _has(series, first - 1):
        first -= 1
    while last + 1 - series.start < len(series.value) and not _has(series, last + 1):
        last += 1
    return series.period(first, last)


def _has(series: Dense, number: int) -> bool:
    i = number - series.start
    return 0 <= i < len(series.value) and not np.isnan(series.value[i])
