"""The days a simulated economy runs over, and when the added rate begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from madein.screening.simulator.family import Family

EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Quarters of the data and the first quarter and day of the added rate.

    Attributes
    ----------
    bounds : int array, quarters + 1
        Days since 1970-01-01; quarter q runs from ``bounds[q]`` to the day before ``bounds[q + 1]``.
    weights : float array, quarters
        Share of lines in each quarter: slow growth and a season.
    wedge_quarter : int
        First quarter in which goods are rerouted; 0 where there is no added rate within the data.
    wedge_day : int
        First day on which they are; of the rate, where it begins within the data.
    rate_day : date or None
        First day of the added rate; None where there is none.
    """

    bounds: np.ndarray
    weights: np.ndarray
    wedge_quarter: int
    wedge_day: int
    rate_day: date | None

    @property
    def quarters(self) -> int:
        """How many quarters."""
        return len(self.weights)


def quarter_start(first: date, quarters: int) -> date:
    """First day of the quarter some quarters after that of a day.

    Examples
    --------
    >>> quarter_start(date(2025, 4, 5), -4), quarter_start(date(2024, 12, 31), 1)
    (datetime.date(2024, 4, 1), datetime.date(2025, 1, 1))
    """
    number = first.year * 4 + (first.month - 1) // 3 + quarters
    return date(number // 4, 3 * (number % 4) + 1, 1)


def calendar(family: Family, first_day: date) -> Calendar:
    """Lay out the quarters of a family.

    A rate dated by a day begins a third of the way into the data; one dated by a number, so many quarters after `first_day`.
    """
    start = family.tariff_wedge.start
    incentive = family.tariff_wedge.points > 0 and family.tariff_wedge.hs_share > 0
    first = quarter_start(start, -round(family.quarters / 3)) if isinstance(start, date) else quarter_start(first_day, 0)
    bounds = np.array([(quarter_start(first, q) - EPOCH).days for q in range(family.quarters + 1)], dtype=np.int64)
    rate_day = start if isinstance(start, date) else None if start is None else quarter_start(first, start)
    q = np.arange(family.quarters)
    weights = (1 + 0.01 * q) * (1 + 0.08 * np.sin(np.pi * (q % 4) / 2 - 1))
    day = (rate_day - EPOCH).days if rate_day is not None and incentive else int(bounds[0])
    if day >= bounds[-1]:
        day = int(bounds[0])
    quarter = int(np.searchsorted(bounds, day, side="right")) - 1
    return Calendar(bounds, weights / weights.sum(), max(quarter, 0), max(day, int(bounds[0])), rate_day if incentive else None)


def apportion(total: int, weights: np.ndarray) -> np.ndarray:
    """Split a count by weights so that the parts add up to it (largest remainders).

    Examples
    --------
    >>> apportion(10, np.array([1.0, 1.0, 1.0])).tolist()
    [4, 3, 3]
    """
    raw = total * weights / weights.sum()
    parts = np.floor(raw).astype(np.int64)
    order = np.argsort(-(raw - parts), kind="stable")
    parts[order[: total - int(parts.sum())]] += 1
    return np.asarray(parts)
