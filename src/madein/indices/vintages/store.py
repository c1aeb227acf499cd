"""A store of vintages: what was known of a series on any day.

The data model is that of real-time data sets: an observation is keyed by series, period and release date (Croushore and
Stark, "A real-time data set for macroeconomists", Journal of Econometrics 105, 2001). Nothing is overwritten; to ask for a
day is to take, for every observation, the latest release up to that day.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError, Problem, Problems
from madein.core.periods import Period, runs
from madein.indices.growth import Dense
from madein.indices.vintages.frame import COLUMNS, KEY, SPANS, span_of, tidy

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Known:
    """One number as it was known on a day.

    Parameters
    ----------
    value, half : float
        The number and half a unit of its last printed digit, in the unit of the store.
    release : datetime.date
        The release it comes from, on or before the day asked for.
    print_number : int
        1 for the first print, 2 for the second, and so on.
    status, unit, base, source, cell : str
        As printed there.
    superseded : datetime.date or None
        The first later release that prints another value; None if there is none in the store.
    """

    value: float
    half: float
    release: date
    print_number: int
    status: str
    unit: str
    base: str
    source: str
    cell: str
    superseded: date | None


@dataclass(frozen=True, slots=True)
class VintageStore:
    """Every print of every observation; make one with `of` or `read`.

    Parameters
    ----------
    frame : polars.DataFrame
        Sorted by ``series, growth, span, month, release``, unique in them. ``growth`` is ``level`` or a type of growth,
        ``span`` month, quarter, year or ytd, ``month`` the number of the last month covered
        (`madein.core.periods.month_number`), ``release`` a date, ``value`` and ``half`` float64, the rest text: ``unit``,
        ``base`` (``2015=100``), ``definition``, ``status`` (estimate, preliminary, official or empty), ``basis``,
        ``source`` and ``cell``.
    warnings : tuple of Problem
        What was noticed while the frame was read.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"series": "iip", "period": ["2024-06", "2024-06", "2024-07"], "value": [110.9, 112.4, 111.2],
    ...                      "release": ["2024-06-29", "2024-07-29", "2024-07-29"]})
    >>> store = VintageStore.of(rows)
    >>> store.known("iip", "2024-06", date(2024, 7, 1)).value, store.known("iip", "2024-06", date(2024, 8, 1)).value
    (110.9, 112.4)
    """

    frame: pl.DataFrame
    warnings: tuple[Problem, ...] = ()

    @classmethod
    def of(cls, frame: pl.DataFrame, where: str = "vintages") -> VintageStore:
        """From a tidy frame with ``series``, ``period`` (or ``month``), ``release``, ``value`` and any other column of a store.

        Raises
        ------
        BadInput
            With every row that cannot stand: no period, no date, text among numbers, a release before its period begins,
            two values for one key in one release.
        """
        problems = Problems(where)
        tidied = tidy(frame, problems)
        problems.raise_errors()
        return cls(tidied, tuple(problems.warnings))

    @classmethod
    def read(cls, path: str | Path) -> VintageStore:
        """From a Parquet file written by `write`, or a Parquet or CSV file that holds a tidy frame.

        Raises
        ------
        MadeinError
            If the file cannot be opened, or as `of`.
        """
        import polars as pl

        path = Path(path)
        try:
            if path.suffix.lower() == ".parquet":
                frame = pl.read_parquet(path)
            else:
                frame = pl.read_csv(path, infer_schema_length=0)
        except (OSError, pl.exceptions.PolarsError) as fault:
            raise MadeinError("the file cannot be read as a table", path.name, str(fault).splitlines()[0][:120],
                              "give a Parquet or CSV file with series, period, release and value") from fault  # fmt: skip
        return cls.of(frame, path.name)

    def write(self, path: str | Path) -> None:
        """Write the frame to Parquet; equal stores give equal bytes."""
        self.frame.write_parquet(Path(path), compression="zstd", statistics=True, row_group_size=100_000)

    def join(self, other: VintageStore) -> VintageStore:
        """Both stores in one; a key printed unlike in both for one release is an error, as in `of`."""
        import polars as pl

        return VintageStore.of(pl.concat([self.frame, other.frame]), "joined vintages")

    def only(self, series: str, growth: str = "level", span: str = "month") -> VintageStore:
        """The prints of one series of one growth type and span.

        Raises
        ------
        MadeinError
            If the store holds none, naming what it does hold.
        """
        import polars as pl

        mine = self.frame.filter((pl.col("series") == series) & (pl.col("growth") == growth) & (pl.col("span") == span))
        if mine.height:
            return VintageStore(mine, self.warnings)
        kinds = self.frame.filter(pl.col("series") == series).select("growth", "span").unique().sort("growth", "span").rows()
        if kinds:
            raise MadeinError(f"no {growth} by {span} of {series!r}", "vintages", fix="it holds " + ", ".join(f"{g} by {s}" for g, s in kinds[:12]))
        near = self.frame["series"].unique().sort().to_list()
        raise MadeinError(f"no series {series!r}", "vintages", fix=f"the store holds {len(near)}: " + ", ".join(near[:12]))

    @property
    def releases(self) -> list[date]:
        """Every day on which something was released, in order."""
        return self.frame["release"].unique().sort().to_list()

    def as_known(self, on: date | str, *, whole: bool = False) -> pl.DataFrame:
        """All numbers as known at the end of a day: for every observation the latest release up to then.

        Parameters
        ----------
        on : date or text ``2024-08-29``
            The day.
        whole : bool
            True where every release prints a series whole (a database dump): a period missing from the latest release
            of its series is then a hole. False where a release prints only the newest months.

        Returns
        -------
        polars.DataFrame
            The columns of the store, one row per observation, sorted by key.
        """
        import polars as pl

        seen = self.frame.filter(pl.col("release") <= _day(on))
        if whole:
            return seen.filter(pl.col("release") == pl.col("release").max().over("series", "growth", "span"))
        # The frame is sorted by key, then release: the last row of a key is the latest print.
        last = pl.any_horizontal([pl.col(c).ne_missing(pl.col(c).shift(-1)) for c in KEY])
        return seen.filter(last)

    def known(self, series: str, period: str | Period, on: date | str, growth: str = "level") -> Known:
        """One number as known on a day.

        Raises
        ------
        MadeinError
            If nothing was out by then, saying when the first print came.
        """
        import polars as pl

        read = span_of(str(period))
        if read is None:
            raise MadeinError(f"{period} is no month, quarter, year or year to date", "vintages", fix="write 2024-07 or 2024-01..2024-07")
        span, month = read
        prints = self.only(series, growth, span).frame.filter(pl.col("month") == month)
        day = _day(on)
        out = prints.filter(pl.col("release") <= day)
        if not out.height:
            why = f"its first print is of {prints['release'][0]}" if prints.height else "no release prints it"
            raise MadeinError(f"{series!r} {period} was not known on {day}", "vintages", why)
        row = out.row(-1, named=True)
        later = prints.filter((pl.col("release") > row["release"]) & (pl.col("value") != row["value"]))
        return Known(
            row["value"], row["half"], row["release"], out.height, row["status"], row["unit"], row["base"], row["source"], row["cell"],
            later["release"][0] if later.height else None,
        )  # fmt: skip

    def prints(self) -> pl.DataFrame:
        """The frame with ``k``, the number of each print among those of its observation, from 1."""
        import polars as pl

        return self.frame.with_columns(k=pl.col("release").cum_count().over(KEY).cast(pl.Int64))

    def triangle(self, series: str, growth: str = "level", span: str = "month") -> pl.DataFrame:
        """The revision triangle: a row per period, a column per release, null where a release does not print the period.

        Returns
        -------
        polars.DataFrame
            ``period`` (text), then one float64 column per release, named by its day, in order.
        """
        mine = self.only(series, growth, span).frame
        wide = mine.select("month", "release", "value").pivot(on="release", index="month", values="value", sort_columns=True).sort("month")
        texts = period_texts(wide["month"].to_list(), span)
        return wide.insert_column(0, pl_series("period", texts)).drop("month")

    def holes(self, series: str, growth: str = "level", span: str = "month", on: date | str = date.max) -> list[Period]:
        """Stretches between the first and the last period that have no number as known on a day."""
        import polars as pl

        mine = self.only(series, growth, span).frame.filter(pl.col("release") <= _day(on))
        held = set(mine["month"].to_list())
        if not held:
            return []
        every = SPANS[span]
        missing = [m for m in range(min(held), max(held) + 1, every) if m not in held]
        if every == 1:
            return runs(missing)
        return [Period.months(m - every + 1, m) for m in missing]

    def dense(self, series: str, on: date | str, growth: str = "level", span: str = "month", base: str | None = None) -> Dense:
        """One series as known on a day, on a gapless run of periods, NaN in its holes.

        Where the prints known on the day have several bases, only those of `base`, or of the latest release, are taken:
        levels of two bases do not go together.

        Raises
        ------
        MadeinError
            If nothing was known on the day, or for sums since January, whose gap between years is no hole.
        """
        import polars as pl

        if span == "ytd":
            raise MadeinError("sums since January make no gapless run", "vintages", fix="take the months")
        mine = VintageStore(self.only(series, growth, span).frame)
        seen = mine.frame.filter(pl.col("release") <= _day(on))
        if not seen.height:
            raise MadeinError(f"nothing of {series!r} was known on {_day(on)}", "vintages", f"its first release is of {mine.releases[0]}")
        wanted = seen.sort("release", "month")["base"][-1] if base is None else base
        row = VintageStore(seen.filter(pl.col("base") == wanted)).as_known(on)
        months, value, half = (row[c].to_numpy() for c in ("month", "value", "half"))
        return Dense.of(months.astype(np.int64), value, half, SPANS[span])


def period_texts(months: list[int], span: str) -> list[str]:
    """Canonical texts of periods from their last months."""
    back = {"month": 0, "quarter": 2, "year": 11}
    return [str(Period.months(m - m % 12 if span == "ytd" else m - back[span], m)) for m in months]


def pl_series(name: str, values: list[str]) -> pl.Series:
    """A text column, also where it is empty."""
    import polars as pl

    return pl.Series(name, values, dtype=pl.String)


def _day(on: date | str) -> date:
    if isinstance(on, str):
        try:
            return date.fromisoformat(on)
        except ValueError as fault:
            raise MadeinError(f"{on!r} is no day", fix="write it as 2024-08-29") from fault
    return on


__all__ = ["COLUMNS", "Known", "VintageStore", "period_texts"]
