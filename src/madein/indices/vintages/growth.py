"""Growth of a series at any vintage, of a stated type, with the interval its rounding leaves.

A growth rate without its type is no fact: -6.8 % on a year before and +5.7 % since January can both hold for one month. The
type is therefore a field with a closed list of values, those of the dimension ``comparison`` and three months on three months.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from madein.core.errors import MadeinError
from madein.indices.growth import Dense, annualised, change, contribution, growth_rate
from madein.indices.model import OverTime
from madein.indices.vintages.store import VintageStore, period_texts, pl_series

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

GrowthType = Literal[
    "mom", "qoq", "yoy", "ytd_yoy", "3m_3m", "annualised", "mom_abs", "qoq_abs", "yoy_abs", "ytd_yoy_abs", "contribution",
]  # fmt: skip
"""Types of growth. ``annualised`` compounds the step of the series (month or quarter); ``contribution`` is in points of the
yearly growth of a total; those in ``_abs`` are changes in the unit of the series, all others percent."""


def growth_of(
    series: Dense, kind: GrowthType, *, over_time: OverTime = "sum", total: Dense | None = None, weight: float = 1.0
) -> tuple[Dense, FloatArray, FloatArray, FloatArray]:
    """Growth of one series.

    Parameters
    ----------
    series : Dense
        Levels.
    kind : GrowthType
        Which growth.
    over_time : {"sum", "mean", "none"}
        How months make longer periods: flows add up, an index averages (its rates are the same, its absolute changes are
        of the mean), a stock does neither and has no year to date, no quarter of months and no 3m/3m.
    total, weight : Dense and float
        For ``contribution``: the total and the weight of the part in it.

    Returns
    -------
    grid : Dense
        The periods of the result (quarters for ``qoq`` of months); its values are not of interest.
    rate, low, high : ndarray, shape (periods,)
        Percent, points or the unit of the series; NaN where a number it needs is missing.

    Raises
    ------
    MadeinError
        If the type does not fit the frequency or the kind of series, or a contribution lacks its total.

    Examples
    --------
    >>> levels = Dense(0, np.array([100.0, 102.0, 101.0, 104.0, 105.0, 106.0]), np.full(6, 0.05))
    >>> _, rate, low, high = growth_of(levels, "3m_3m")
    >>> print(f"{rate[-1]:.2f} in {low[-1]:.2f} to {high[-1]:.2f}")
    3.96 in 3.86 to 4.06
    """
    if kind not in get_args(GrowthType):
        raise MadeinError(f"{kind!r} is no type of growth", fix="use one of " + ", ".join(get_args(GrowthType)))
    if over_time == "none" and (kind in ("3m_3m", "ytd_yoy", "ytd_yoy_abs") or (kind in ("qoq", "qoq_abs") and series.every == 1)):
        raise MadeinError(f"a stock has no {kind}", why="its months neither add up nor average", fix="use mom or yoy")
    year = series.per_year
    if kind == "contribution":
        return _contribution(series, total, weight)
    if kind in ("mom", "mom_abs"):
        _wants(series, 1, kind)
        return _pair(series, series.lag(1), kind)
    if kind in ("qoq", "qoq_abs"):
        if series.every == 12:
            raise MadeinError("years hold no quarters", fix="use yoy")
        grid = series.quarters()
        return _pair(grid, grid.lag(1), kind, 3 if over_time == "mean" and series.every == 1 else 1)
    if kind in ("yoy", "yoy_abs"):
        return _pair(series, series.lag(year), kind)
    if kind in ("ytd_yoy", "ytd_yoy_abs"):
        if series.every == 12:
            raise MadeinError("years have no year to date", fix="use yoy")
        summed = series.year_to_date()
        months = (series.numbers % year + 1).astype(np.float64) if over_time == "mean" else 1
        return _pair(summed, summed.lag(year), kind, months)
    if kind == "3m_3m":
        _wants(series, 1, kind)
        three = series.moving(3)
        return _pair(three, three.lag(3), kind)
    if series.every == 12:
        raise MadeinError("a yearly rate is annual already", fix="use yoy")
    grid, rate, low, high = _pair(series, series.lag(1), kind)
    return grid, *annualised(rate, low, high, year)


def _wants(series: Dense, every: int, kind: str) -> None:
    if series.every != every:
        raise MadeinError(f"{kind} wants months", why=f"a period of the series covers {series.every} months", fix="use qoq or yoy")


def _pair(now: Dense, base: Dense, kind: str, share: float | FloatArray = 1.0) -> tuple[Dense, FloatArray, FloatArray, FloatArray]:
    if not kind.endswith("_abs"):
        return now, *growth_rate(now, base)
    value, low, high = change(now, base)
    return now, value / share, low / share, high / share


def _contribution(series: Dense, total: Dense | None, weight: float) -> tuple[Dense, FloatArray, FloatArray, FloatArray]:
    if total is None:
        raise MadeinError("a contribution needs its total", fix="give total, and weight for an index")
    if total.every != series.every:
        raise MadeinError("the total is of another frequency", fix="give both by one frequency")
    first, end = series.start, series.start + len(series.value)
    at = np.arange(first, end) - total.start
    inside = (at >= 0) & (at < len(total.value))
    value, half = (np.where(inside, a[np.clip(at, 0, len(a) - 1)], np.nan) for a in (total.value, total.half))
    whole = Dense(first, value, half, series.every)
    return series, *contribution(series, series.lag(series.per_year), whole.lag(series.per_year), weight)


def growth_as_known(
    store: VintageStore, series: str, kind: GrowthType, on: date | str, *, span: str = "month", over_time: OverTime = "sum",
    total: str = "", weight: float = 1.0, base: str | None = None,
) -> pl.DataFrame:  # fmt: skip
    """Growth computed from the levels as known on a day.

    Returns
    -------
    polars.DataFrame
        ``period``, ``month`` (number of its last month), ``value``, ``low``, ``high``; periods without a rate are left out.

    Raises
    ------
    MadeinError
        As `growth_of`, or if nothing was known on the day.
    """
    import polars as pl

    levels = store.dense(series, on, span=span, base=base)
    whole = store.dense(total, on, span=span) if total else None
    grid, rate, low, high = growth_of(levels, kind, over_time=over_time, total=whole, weight=weight)
    months = (grid.numbers + 1) * grid.every - 1
    kept = ~np.isnan(rate)
    told = "ytd" if kind.startswith("ytd") else {1: "month", 3: "quarter", 12: "year"}[grid.every]
    texts = pl_series("period", period_texts([int(m) for m in months[kept]], told))
    frame = {"month": months[kept].astype(np.int64), "value": rate[kept], "low": low[kept], "high": high[kept]}
    return pl.DataFrame(frame).insert_column(0, texts)


def growth_vintages(
    store: VintageStore, series: str, kind: GrowthType, *, span: str = "month", over_time: OverTime = "sum", total: str = "", weight: float = 1.0
) -> VintageStore:
    """A store of growth rates, one for every release of a series, so that rates can be compared where levels cannot.

    Where a base changes, each release is computed within its own base; rates of two bases compare, levels do not.

    Returns
    -------
    VintageStore
        Its ``growth`` is `kind`; ``half`` is half the width of the interval, so a rate is known no finer than its levels.
        A period appears in a release only where the rate, its interval or its base differs from the one before.

    Raises
    ------
    MadeinError
        As `growth_of`.
    """
    import polars as pl

    mine = store.only(series, span=span)
    source = store if total else mine
    parts: list[pl.DataFrame] = []
    for release in mine.releases:
        base = mine.frame.filter(pl.col("release") == release)["base"][0]
        rates = growth_as_known(source, series, kind, release, span=span, over_time=over_time, total=total, weight=weight, base=base)
        parts.append(rates.with_columns(release=pl.lit(release), base=pl.lit(base)))
    frame = pl.concat(parts).sort("month", "release")
    same = pl.all_horizontal([pl.col(c).eq_missing(pl.col(c).shift(1)) for c in ("month", "value", "low", "high", "base")])
    frame = frame.filter(~same.fill_null(False))
    unit = mine.frame["unit"][0] if kind.endswith("_abs") else "pp" if kind == "contribution" else "percent"
    half = (pl.col("high") - pl.col("low")) / 2
    return VintageStore.of(frame.drop("month").with_columns(
        series=pl.lit(series), growth=pl.lit(kind), half=half, unit=pl.lit(unit), basis=pl.lit("computed"),
    ))  # fmt: skip
