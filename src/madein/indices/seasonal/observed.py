"""The numbers that are adjusted: one monthly or quarterly series without gaps in time, holes as NaN."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import BadInput, MadeinError, Problems
from madein.core.periods import Period

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from madein.core.errors import Problem

MAX_PERIODS = 12 * 200


@dataclass(frozen=True)
class Observed:
    """One series ready for adjustment.

    Parameters
    ----------
    key : str
        Any text; it names the series in results and never reaches the program.
    start : int
        Number of the first period: year times `period` plus its place in the year, from 0.
    values : ndarray, shape (periods,), float64
        In the unit of the series; NaN for a hole, never at either end.
    period : int
        12 for months, 4 for quarters.
    warnings : tuple of Problem
        What was left out while reading.

    Examples
    --------
    >>> Observed.of("a", [24288, 24290], [1.0, 2.0]).values
    array([ 1., nan,  2.])
    """

    key: str
    start: int
    values: NDArray[np.float64]
    period: int = 12
    warnings: tuple[Problem, ...] = ()

    @property
    def holes(self) -> int:
        """How many periods have no number."""
        return int(np.isnan(self.values).sum())

    @classmethod
    def of(cls, key: str, months: Sequence[int] | NDArray[np.int64], values: Sequence[float] | NDArray[np.float64]) -> Observed:
        """From month numbers (`madein.core.periods.month_number`) and values, in any order.

        Months that all end a quarter, three apart, are quarters.

        Raises
        ------
        BadInput
            For a period that stands twice, an infinite value, yearly data, or no value at all.
        """
        at = np.asarray(months, dtype=np.int64)
        given = np.asarray(values, dtype=np.float64)
        found = Problems(f"series {key!r}")
        if len(at) != len(given):
            raise MadeinError(f"{len(at)} months and {len(given)} values", where=f"series {key!r}", fix="give one value a month")
        if len(at) and not (at.min() >= 12000 and at.max() < 120000):
            why = "months are numbered year times twelve plus the month from 0"
            raise MadeinError("a month lies outside the years 1000 to 9999", where=f"series {key!r}", why=why, fix="use month_number(year, month)")
        order = np.argsort(at, kind="stable")
        at, given = at[order], given[order]
        for i in np.flatnonzero(np.diff(at) == 0).tolist():
            found.error("a period stands twice", at=str(Period.months(int(at[i]))), why="only one value can hold", fix="keep one of them")
        for i in np.flatnonzero(np.isinf(given)).tolist():
            found.error("the value is infinite", at=str(Period.months(int(at[i]))), why="it cannot be adjusted", fix="give a number or leave it out")
        held = np.flatnonzero(~np.isnan(given))
        if not len(held):
            found.error("there is no value", why="every period is a hole", fix="give values")
        found.raise_errors()
        at, given = at[held[0] : held[-1] + 1], given[held[0] : held[-1] + 1]
        if held[0] or held[-1] + 1 < len(order):
            found.warn("holes at the ends were left out", why="only holes between values are estimated")
        every = _every(at)
        if every == 12:
            raise BadInput([_yearly(key)])
        numbers = at // every
        span = int(numbers[-1] - numbers[0]) + 1
        if span > MAX_PERIODS:
            raise MadeinError(
                "the series spans more than 200 years", where=f"series {key!r}", why="one of its periods is wrong", fix="correct the period"
            )
        dense = np.full(span, np.nan)
        dense[numbers - numbers[0]] = given
        return cls(key, int(numbers[0]), dense, 12 // every, tuple(found.warnings))

    @classmethod
    def from_frame(cls, frame: pl.DataFrame, key: str = "") -> Observed:
        """From a frame with a column ``month`` (numbers), ``period`` (text) or of dates, and a column ``value``.

        Without a column ``value``, the only numeric column beside the periods is taken; the key is the one label of a
        column ``series`` unless it is given.

        Raises
        ------
        MadeinError
            If the columns or a period cannot be told.

        Examples
        --------
        >>> import polars as pl
        >>> Observed.from_frame(pl.DataFrame({"period": ["2024-01", "2024-02"], "value": [1.0, 2.0]})).start == 2024 * 12
        True
        """
        label = key or (str(frame["series"][0]) if "series" in frame.columns and frame["series"].n_unique() == 1 else "series")
        if "series" in frame.columns and frame["series"].n_unique() > 1:
            raise MadeinError(f"{frame['series'].n_unique()} series stand in one frame", fix="filter one, or adjust them as a batch")
        months, used = _months(frame, label)
        numeric = [c for c, t in frame.schema.items() if t.is_numeric() and c != used]
        column = "value" if "value" in frame.columns else numeric[0] if len(numeric) == 1 else ""
        if not column or not frame.schema[column].is_numeric():
            raise MadeinError(
                "no single column of values", where=f"series {label!r}", why=f"columns: {', '.join(frame.columns)}", fix="name it 'value'"
            )
        values = frame[column].cast(float).fill_null(float("nan")).to_numpy()
        return cls.of(label, months, values)


def _yearly(key: str) -> Problem:
    from madein.core.errors import Problem

    return Problem("the series is yearly", f"series {key!r}", "a year has no season", "give months or quarters")


def _every(months: NDArray[np.int64]) -> int:
    steps = np.diff(months)
    if not len(steps):
        return 1
    if (steps % 12 == 0).all():
        return 12
    return 3 if (steps % 3 == 0).all() and months[0] % 3 == 2 else 1


def _months(frame: pl.DataFrame, label: str) -> tuple[list[int], str]:
    if "month" in frame.columns and frame.schema["month"].is_integer():
        return frame["month"].to_list(), "month"
    for column, kind in frame.schema.items():
        if kind.is_temporal():
            return [d.year * 12 + d.month - 1 for d in frame[column].to_list()], column
    from madein.core.period_labels import read_period

    for column in ("period", "month", "date", frame.columns[0] if frame.columns else ""):
        if column in frame.columns and not frame.schema[column].is_numeric():
            read = [read_period(str(x)) if x is not None else None for x in frame[column].to_list()]
            bad = next((i for i, p in enumerate(read) if p is None), None)
            if bad is not None:
                raise MadeinError(
                    f"{str(frame[column][bad])[:40]!r} is no period", where=f"series {label!r} row {bad + 1}", fix="write it as 2024-07 or 2024-Q3"
                )
            return [p.last_month for p in read if p is not None], column
    raise MadeinError(
        "no column of periods", where=f"series {label!r}", why=f"columns: {', '.join(frame.columns)}", fix="name it 'period' or 'month'"
    )
