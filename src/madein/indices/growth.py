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
