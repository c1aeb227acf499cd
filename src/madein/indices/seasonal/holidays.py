"""Regressors of moving holidays: the share of a window around the holiday that falls in each month, centred.

Bell and Hillmer, "Modeling time series with calendar variation", JASA 78 (1983); Lin and Liu, "Modeling lunar calendar
holiday effects in Taiwan", 2003 (RePEc wpa/0306005). Holidays, windows and dates stand in ``holidays.yaml``; a file of the
same form brings others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from madein.core.errors import MadeinError
from madein.core.periods import month_number
from madein.indices.seasonal.moon import lunar_new_year

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

_FILE = Path(__file__).parent / "holidays.yaml"


@dataclass(frozen=True)
class MovingHoliday:
    """A holiday whose date moves through the calendar.

    Parameters
    ----------
    key, label, source : str
        Short name (it heads the names of the regressors), name for readers, where the dates come from.
    dates : tuple of date
        In order.
    years, centre : pair of int
        First and last year for which the dates are whole, and over which the calendar-month means are taken.
    windows : mapping
        First and last day of each window, counted from the holiday.
    """

    key: str
    label: str
    dates: tuple[date, ...]
    years: tuple[int, int]
    centre: tuple[int, int]
    windows: Mapping[str, tuple[int, int]]
    source: str = ""
    _cache: dict[str, FloatArray] = field(default_factory=dict, compare=False, repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the regressors: ``tet_pre``, ``tet_dur``, ``tet_post``."""
        return tuple(f"{self.key}_{w}" for w in self.windows)

    def shares(self, window: str) -> FloatArray:
        """Share of a window that falls in each month, from January of the first year to December of the last.

        Examples
        --------
        Tet of 2023 fell on 22 January: all seven days in that month.

        >>> tet = moving_holiday("tet")
        >>> float(tet.shares("dur")[(2023 - tet.years[0]) * 12])
        1.0
        """
        if window not in self._cache:
            first, last = self.windows[window]
            start = month_number(self.years[0], 1)
            days = np.zeros((self.years[1] - self.years[0] + 1) * 12)
            for holiday in self.dates:
                for offset in range(first, last + 1):
                    day = holiday + timedelta(days=offset)
                    at = month_number(day.year, day.month) - start
                    if 0 <= at < len(days):
                        days[at] += 1
            self._cache[window] = days / (last - first + 1)
        return self._cache[window]

    def regressors(self, start: int, months: int, names: tuple[str, ...] = (), period: int = 12) -> FloatArray:
        """Centred regressors.

        Parameters
        ----------
        start : int
            Number of the first period: year times `period` plus its place in the year, from 0.
        months : int
            How many periods.
        names : tuple of str
            Which of `names`, all where empty.
        period : int
            12, or 4: a quarter holds the sum of its months.

        Returns
        -------
        ndarray, shape (months, names)

        Raises
        ------
        MadeinError
            Where the dates of the holiday do not reach that far.

        Examples
        --------
        >>> moving_holiday("tet").regressors(2023 * 12, 2, ("tet_dur",)).round(4).tolist()
        [[0.749], [-0.749]]
        """
        first = self.years[0] * period
        end = (self.years[1] + 1) * period
        if start < first or start + months > end:
            raise MadeinError(
                f"the dates of {self.label} are held for {self.years[0]} to {self.years[1]}",
                where=f"periods of {start // period} to {(start + months - 1) // period}",
                why="the series goes further, with what the method needs beyond its end", fix="shorten the series or give a longer table of dates",
            )  # fmt: skip
        columns = []
        for name in names or self.names:
            raw = self.shares(name.removeprefix(self.key + "_"))
            if period == 4:
                raw = raw.reshape(-1, 3).sum(axis=1)
            years = raw.reshape(-1, period)
            held = years[self.centre[0] - self.years[0] : self.centre[1] - self.years[0] + 1]
            columns.append((years - held.mean(axis=0)).ravel()[start - first : start - first + months])
        return np.stack(columns, axis=1)


def read_holidays(path: Path | str) -> dict[str, MovingHoliday]:
    """Holidays of a YAML table in the form of ``holidays.yaml``.

    Raises
    ------
    MadeinError
        Naming the holiday whose entry is wrong.
    """
    path = Path(path)
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        entries = dict(rows).items()
    except (OSError, yaml.YAMLError, TypeError, ValueError) as err:
        raise MadeinError("the table of holidays cannot be read", where=path.name, why=str(err).split("\n")[0], fix="write it as YAML") from err
    out = {}
    for key, row in entries:
        try:
            out[str(key)] = _holiday(str(key), row)
        except (KeyError, TypeError, ValueError) as err:
            raise MadeinError(
                f"the holiday {key!r} cannot be read", where=path.name, why=f"{type(err).__name__}: {err}",
                fix="give label, years, centre, windows, and dates in order, as YYYY-MM-DD, within the years",
            ) from err  # fmt: skip
    return out


def _holiday(key: str, row: Mapping[str, Any]) -> MovingHoliday:
    if not key.isidentifier() or not key.isascii() or len(key) > 16:
        raise ValueError("the name must be a short ASCII word")
    first, last = (int(y) for y in row["years"])
    if "calendar" in row:
        offset = float(row["calendar"]["utc_offset"])
        dates = tuple(lunar_new_year(y, offset) for y in range(first, last + 1))
    else:
        dates = tuple(d if isinstance(d, date) else date.fromisoformat(str(d)) for d in row["dates"])
    centre = tuple(int(y) for y in row.get("centre", (first, last)))
    windows = {str(w): (int(a), int(b)) for w, (a, b) in row["windows"].items()}
    if any(a > b for a, b in windows.values()) or not all(w.isidentifier() and w.isascii() for w in windows):
        raise ValueError("a window has a plain name, a first and a last day")
    if list(dates) != sorted(set(dates)) or not first <= centre[0] <= centre[1] <= last:
        raise ValueError("dates stand out of order, twice, or the years of the centre outside")
    bare = [y for y in range(first, last + 1) if not any(d.year == y for d in dates)]
    if bare:
        raise ValueError(f"no date in {bare[0]}")
    return MovingHoliday(key, str(row["label"]), dates, (first, last), (centre[0], centre[1]), windows, str(row.get("source", "")))


@lru_cache(maxsize=1)
def _rows() -> dict[str, Any]:
    return dict(yaml.safe_load(_FILE.read_text(encoding="utf-8")))


@lru_cache(maxsize=16)
def moving_holiday(key: str) -> MovingHoliday:
    """A holiday of the project's table: tet, cny, eid, diwali.

    Raises
    ------
    MadeinError
        If there is none of that name.

    Examples
    --------
    >>> moving_holiday("tet").names
    ('tet_pre', 'tet_dur', 'tet_post')
    """
    known = _rows()
    if key not in known:
        raise MadeinError(f"no moving holiday {key!r}", fix=f"name one of: {', '.join(sorted(known))}; or give a table of dates")
    return _holiday(key, known[key])
