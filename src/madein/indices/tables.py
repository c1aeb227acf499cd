"""Observations and what is computed from them, as tables with a reference in every row."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from madein.core.periods import Period, runs
from madein.core.step import Ref, Table, row_at
from madein.indices.frequency import periods_of
from madein.indices.growth import Dense, change, growth_rate, why_absent
from madein.indices.model import Series

_TEXT = pl.String
SCHEMA: dict[str, Any] = {"series": _TEXT, "period": _TEXT, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "unit": _TEXT}

KINDS = {"previous": False, "yoy": False, "ytd_yoy": True, "previous_abs": False, "yoy_abs": False, "ytd_yoy_abs": True}
"""Comparison: whether it runs from the beginning of the year."""

PREVIOUS = {1: "mom", 3: "qoq"}
"""What growth on the period before is called, by the months a period covers; of years it is yoy already."""


def lag_of(kind: str, per_year: int) -> int:
    """Periods between a number and its base."""
    return 1 if kind.startswith("previous") else per_year


def dense(frame: pl.DataFrame, series: Series) -> Dense:
    """One series of an `Observations` frame in its own unit, holes as NaN."""
    rows = frame.filter(pl.col("key") == series.key).sort("month")
    value, half = (rows[c].to_numpy() * series.scale for c in ("value", "half"))
    return Dense.of(rows["month"].to_numpy(), value, half, series.every)


def levels(frame: pl.DataFrame, catalogue: Sequence[Series]) -> Table:
    """Monthly values as printed, scale resolved; each row rests on one cell."""
    scale = {s.key: s.scale for s in catalogue}
    unit = {s.key: s.unit for s in catalogue}
    value = pl.col("value") * pl.col("key").replace_strict(scale, return_dtype=pl.Float64)
    half = pl.col("half") * pl.col("key").replace_strict(scale, return_dtype=pl.Float64)
    months = periods_of(frame, catalogue[0].every if catalogue else 1)
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
        for i, number in enumerate(total.numbers.tolist()):
            since = number - number % data.per_year
            if np.isnan(total.value[i]) or number == since:
                continue
            period = data.period(since, number)
            n = number - since + 1 if series.over_time == "mean" else 1
            parts = (data.period(k) for k in range(since, number + 1))
            src = [str(Ref("table:.levels", row_at({"series": series.key, "period": str(p)}))) for p in parts]
            value, half = total.value[i] / n, total.half[i] / n
            rows.append((series.key, str(period), value, value - half, value + half, series.unit, src))
    frame = pl.DataFrame(rows, {**SCHEMA, "_src": pl.List(_TEXT)}, orient="row").sort("series", "period")
    return Table(frame, ("series", "period"), _UNITS, "Year to date: sums of flows, means of indices")


def growth(catalogue: Iterable[tuple[Series, Dense]]) -> Table:
    """Every growth of every month that has a value, or why it cannot be computed."""
    rows: list[tuple[Any, ...]] = []
    for series, data in catalogue:
        total = data.year_to_date()
        for kind, cumulative in KINDS.items():
            absolute = kind.endswith("_abs")
            if (cumulative and series.over_time == "none") or "comparison" in series.dims:
                continue
            if kind.startswith("previous") and data.every not in PREVIOUS:
                continue
            now = total if cumulative else data
            value, low, high = (change if absolute else growth_rate)(now, now.lag(lag_of(kind, data.per_year)))
            unit = series.unit if absolute else "percent"
            for i, number in enumerate(data.numbers.tolist()):
                if np.isnan(data.value[i]) or (cumulative and number % data.per_year == 0):
                    continue
                rows.append(_growth_row(series, data, kind, number, (value[i], low[i], high[i]), unit))
    schema = {"series": _TEXT, "comparison": _TEXT, **{k: v for k, v in SCHEMA.items() if k != "series"}, "absent": _TEXT, "_src": pl.List(_TEXT)}
    frame = pl.DataFrame(rows, schema, orient="row").sort("series", "comparison", "period")
    return Table(frame, ("series", "comparison", "period"), _UNITS, "Growth and change")


def _growth_row(series: Series, data: Dense, kind: str, number: int, found: tuple[float, float, float], unit: str) -> tuple[Any, ...]:
    cumulative, base = KINDS[kind], number - lag_of(kind, data.per_year)
    since = number % data.per_year if cumulative else 0
    period, before = data.period(number - since, number), data.period(base - since, base)
    if cumulative and series.over_time == "mean" and kind.endswith("_abs"):
        found = (found[0] / (since + 1), found[1] / (since + 1), found[2] / (since + 1))
    table = "to_date" if cumulative else "levels"
    src = [str(Ref(f"table:.{table}", row_at({"series": series.key, "period": str(p)}))) for p in (period, before)]
    absent = why_absent(data, number, base, cumulative) if np.isnan(found[0]) else None
    numbers = (None, None, None) if absent else found
    comparison = kind.replace("previous", PREVIOUS.get(data.every, "previous"))
    if period.kind in ("quarter", "year"):
        # A whole quarter or year against the one before is plain yoy, whatever it was summed from.
        comparison = comparison.removeprefix("ytd_")
    return (series.key, comparison, str(period), *numbers, unit, absent, [] if absent else src)


def gaps(catalogue: Iterable[tuple[Series, Dense]]) -> Table:
    """Stretches inside each series for which no value is held."""
    rows = [(series.key, str(gap), gap.n_months) for series, data in catalogue for gap in gaps_of(data)]
    frame = pl.DataFrame(rows, {"series": _TEXT, "period": _TEXT, "months": pl.Int64}, orient="row").sort("series", "period")
    return Table(frame, ("series", "period"), {"months": "month"}, "Months without a value")


def gaps_of(data: Dense) -> list[Period]:
    """Stretches of a series without values."""
    holes = [m for n in data.numbers[np.isnan(data.value)].tolist() for m in range(n * data.every, (n + 1) * data.every)]
    return runs(holes)


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


FIGURE_DIMS = ("economy", "place", "partner", "industry", "product", "series")


def figures(made: Mapping[str, Table], catalogue: Sequence[Series]) -> Table:
    """Every number of the step in the form in which statements are checked: measure, dimensions, comparison, period, bounds."""
    about = pl.DataFrame(
        [(s.key, s.measure, s.dims.get("comparison", ""), s.vintage, *(s.dims.get(d) for d in FIGURE_DIMS)) for s in catalogue],
        dict.fromkeys(("of", "measure", "printed", "vintage", *FIGURE_DIMS), _TEXT), orient="row",
    )  # fmt: skip
    parts = []
    for name, keys in (("levels", ("series", "period")), ("to_date", ("series", "period")), ("growth", ("series", "comparison", "period"))):
        frame = made[name].frame.filter(pl.col("value").is_not_null())
        src = [[str(Ref(f"table:.{name}", row_at(dict(zip(keys, row, strict=True)))))] for row in frame.select(keys).iter_rows()]
        comparison = pl.col("comparison") if name == "growth" else pl.lit("")
        parts.append(frame.select(
            of="series", comparison=comparison, period="period", value="value", low="low", high="high", unit="unit",
            _src=pl.Series(src, dtype=pl.List(_TEXT)),
        ))  # fmt: skip
    frame = pl.concat(parts).join(about, on="of", how="left", maintain_order="left")
    frame = frame.with_columns(comparison=pl.when(pl.col("printed") != "").then("printed").otherwise("comparison")).drop("printed")
    order = ["of", "comparison", "period", "measure", *FIGURE_DIMS, "vintage", "value", "low", "high", "unit", "_src"]
    return Table(
        frame.select(order).sort("of", "comparison", "period"), ("of", "comparison", "period"), _UNITS, "Every number of the step by what it says"
    )
