"""Observations and what is computed from them, as tables with a reference in every row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from madein.core.periods import Period, runs
from madein.core.step import Ref, Table, row_at
from madein.indices.growth import Dense, change, growth_rate, why_absent
from madein.indices.model import Series

_TEXT = pl.String
SCHEMA: dict[str, Any] = {"series": _TEXT, "period": _TEXT, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "unit": _TEXT}

KINDS = {
    "mom": ("month before", 1, False), "yoy": ("same month a year before", 12, False),
    "ytd_yoy": ("same months a year before", 12, True), "mom_abs": ("month before", 1, False),
    "yoy_abs": ("same month a year before", 12, False), "ytd_yoy_abs": ("same months a year before", 12, True),
}  # fmt: skip
"""Comparison: what it is against, lag in months, whether it runs from January."""


def dense(frame: pl.DataFrame, series: Series) -> Dense:
    """One series of an `Observations` frame in its own unit, holes as NaN."""
    rows = frame.filter(pl.col("key") == series.key).sort("month")
    value, half = (rows[c].to_numpy() * series.scale for c in ("value", "half"))
    return Dense.of(rows["month"].to_numpy(), value, half)


def levels(frame: pl.DataFrame, catalogue: Sequence[Series]) -> Table:
    """Monthly values as printed, scale resolved; each row rests on one cell."""
    scale = {s.key: s.scale for s in catalogue}
    unit = {s.key: s.unit for s in catalogue}
    value = pl.col("value") * pl.col("key").replace_strict(scale, return_dtype=pl.Float64)
    half = pl.col("half") * pl.col("key").replace_strict(scale, return_dtype=pl.Float64)
    months = {n: str(Period.months(n)) for n in frame["month"].unique().to_list()}
    src = [[str(Ref(f"source:{s}", f"cell {c}"))] for s, c in frame.select("source", "cell").iter_rows()]
    out = frame.select(
        series="key",
        period=pl.col("month").replace_strict(months, return_dtype=_TEXT),
        value=value, low=value - half, high=value + half,
        unit=pl.col("key").replace_strict(unit, return_dtype=_TEXT),
    ).with_columns(_src=pl.Series(src, dtype=pl.List(_TEXT)))  # fmt: skip
    return Table(out.sort("series", "period"), ("series", "period"), _UNITS, "Monthly values as printed")


_UNITS = {"value": "@unit", "low": "@unit", "high": "@unit"}


def to_date(catalogue: Iterable[tuple[Series, Dense]]) -> Table:
    """Sums (flows) or means (indices) from January to each month; December's is the year's."""
    rows = []
    for series, data in catalogue:
        if series.over_time == "none":
            continue
        total = data.year_to_date()
        for i, month in enumerate(total.months.tolist()):
            if np.isnan(total.value[i]) or month % 12 == 0:
                continue
            period = Period.months(month).year_to_date()
            n = period.n_months if series.over_time == "mean" else 1
            src = [str(Ref("table:.levels", row_at({"series": series.key, "period": str(p)}))) for p in period.each_month()]
            value, half = total.value[i] / n, total.half[i] / n
            rows.append((series.key, str(period), value, value - half, value + half, series.unit, src))
    frame = pl.DataFrame(rows, {**SCHEMA, "_src": pl.List(_TEXT)}, orient="row").sort("series", "period")
    return Table(frame, ("series", "period"), _UNITS, "Year to date: sums of flows, means of indices")


def growth(catalogue: Iterable[tuple[Series, Dense]]) -> Table:
    """Every growth of every month that has a value, or why it cannot be computed."""
    rows: list[tuple[Any, ...]] = []
    for series, data in catalogue:
        total = data.year_to_date()
        for comparison, (_, lag, cumulative) in KINDS.items():
            absolute = comparison.endswith("_abs")
            if (cumulative and series.over_time == "none") or "comparison" in series.dims:
                continue
            now = total if cumulative else data
            value, low, high = (change if absolute else growth_rate)(now, now.lag(lag))
            unit = series.unit if absolute else "percent"
            for i, month in enumerate(data.months.tolist()):
                if np.isnan(data.value[i]) or (cumulative and month % 12 == 0):
                    continue
                rows.append(_growth_row(series, data, comparison, month, (value[i], low[i], high[i]), unit))
    schema = {"series": _TEXT, "comparison": _TEXT, **{k: v for k, v in SCHEMA.items() if k != "series"}, "absent": _TEXT, "_src": pl.List(_TEXT)}
    frame = pl.DataFrame(rows, schema, orient="row").sort("series", "comparison", "period")
    return Table(frame, ("series", "comparison", "period"), _UNITS, "Growth and change")


def _growth_row(series: Series, data: Dense, comparison: str, month: int, found: tuple[float, float, float], unit: str) -> tuple[Any, ...]:
    _, lag, cumulative = KINDS[comparison]
    period, base = Period.months(month), Period.months(month - lag)
    if cumulative:
        period, base = period.year_to_date(), base.year_to_date()
        scale = period.n_months if series.over_time == "mean" and comparison.endswith("_abs") else 1
        found = (found[0] / scale, found[1] / scale, found[2] / scale)
    table = "to_date" if cumulative else "levels"
    src = [str(Ref(f"table:.{table}", row_at({"series": series.key, "period": str(p)}))) for p in (period, base)]
    absent = why_absent(data, month, month - lag, cumulative) if np.isnan(found[0]) else None
    numbers = (None, None, None) if absent else found
    if period.kind in ("quarter", "year"):
        # A whole quarter or year against the one before is plain yoy, whatever it was summed from.
        comparison = comparison.removeprefix("ytd_")
    return (series.key, comparison, str(period), *numbers, unit, absent, [] if absent else src)


def gaps(catalogue: Iterable[tuple[Series, Dense]]) -> Table:
    """Stretches inside each series for which no value is held."""
    rows = [(series.key, str(gap), gap.n_months) for series, data in catalogue for gap in runs(data.months[np.isnan(data.value)].tolist())]
    frame = pl.DataFrame(rows, {"series": _TEXT, "period": _TEXT, "months": pl.Int64}, orient="row").sort("series", "period")
    return Table(frame, ("series", "period"), {"months": "month"}, "Months without a value")


def latest(made: Mapping[str, Table]) -> pl.DataFrame:
    """The last month of every series beside its growth, for a look."""
    last = made["levels"].frame.sort("series", "period").group_by("series", maintain_order=True).last().select("series", "period", "value", "unit")
    rates = made["growth"].frame.filter(pl.col("unit") == "percent")
    # A year to date has another period than its month; it is found by its last month.
    ends = {p: str(Period.months(Period.parse(p).last_month)) for p in rates["period"].unique().to_list()}
    whole = pl.when(pl.col("period").str.contains("-[0-9]{2}$") & ~pl.col("period").str.contains("..", literal=True))
    rates = rates.with_columns(
        comparison=whole.then("comparison").otherwise(pl.lit("ytd_yoy")),
        period=pl.col("period").replace_strict(ends, return_dtype=_TEXT),
    )
    for name in ("mom", "yoy", "ytd_yoy"):
        one = (
            rates.filter(pl.col("comparison") == name)
            .unique(["series", "period"], keep="last")
            .select("series", "period", pl.col("value").round(4).alias(f"{name}, %"))
        )
        last = last.join(one, on=["series", "period"], how="left", maintain_order="left")
    return last
