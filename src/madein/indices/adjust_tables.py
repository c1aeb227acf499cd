"""Adjusted series as tables: components, quality, windows of the holiday, numbers in the common form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from madein.core.errors import MadeinError
from madein.core.periods import Period
from madein.core.step import Ref, Table, row_at
from madein.indices.growth import Dense, growth_rate
from madein.indices.held_levels import DIMS, Held

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.indices.seasonal import Adjustment

    FloatArray = NDArray[np.float64]

_TEXT = pl.String
COMPONENTS = ("original", "seasonal", "adjusted", "trend", "irregular", "holiday", "trading_day")
ADJUSTED = "seasonally adjusted"
"""What tells an adjusted series from the original."""

KINDS = ("", "mom", "qoq", "yoy", "3m_3m")
"""Comparisons of adjusted series: the level itself, then growth."""


@dataclass(frozen=True)
class Adjusted:
    """A series, its adjustment, and its adjusted series by the other method where that one holds too."""

    held: Held
    made: Adjustment
    other: Adjustment | None = None

    @property
    def dims(self) -> dict[str, str]:
        """Dimensions of its figures."""
        own = self.held.dims.get("series")
        return {**self.held.dims, "series": f"{ADJUSTED}, {own}" if own else ADJUSTED}

    @property
    def basis(self) -> str:
        """Estimated where a hole was filled, since every factor then rests on the filling."""
        return "estimated" if self.made.estimated.any() or self.held.basis else "computed"

    def levels(self, made: Adjustment | None = None) -> Dense:
        """The adjusted series."""
        made = made or self.made
        value = made.adjusted
        return Dense(int(made.numbers[0]), value, np.zeros(len(value)), 12 // made.period)


def by_other_method(made: Adjustment) -> Adjustment | None:
    """The same run taken apart by the other method; None where X-13 refuses it or the model is no ARIMA model."""
    from madein.indices.seasonal import decompose
    from madein.indices.seasonal.spec import X11, Seats

    spec = made.spec
    if made.refused or not made.model:
        return None
    turned = replace(spec, seats=Seats(), x11=None) if spec.seats is None else replace(spec, seats=None, x11=X11())
    try:
        other = decompose(turned, made.key)
    except MadeinError:
        return None
    return None if other.refused or not np.array_equal(other.numbers, made.numbers) else other


def growth_on(levels: Dense, kind: str) -> FloatArray:
    """Growth of adjusted levels, percent; the levels themselves for ''."""
    if not kind:
        return levels.value
    if kind == "3m_3m":
        summed = levels.moving(3)
        return growth_rate(summed, summed.lag(3))[0]
    return growth_rate(levels, levels.lag(levels.per_year if kind == "yoy" else 1))[0]


def kinds_of(every: int) -> tuple[str, ...]:
    """Comparisons that fit a frequency."""
    return tuple(k for k in KINDS if k not in (("qoq",) if every == 1 else ("mom", "3m_3m")))


def components(done: Sequence[Adjusted]) -> Table:
    """Original, seasonal, adjusted, trend, irregular and calendar effects, a row each; the row of the original is their source."""
    parts = []
    for each in done:
        made, held = each.made, each.held
        if made.refused:
            continue
        unit = dict.fromkeys(("original", "adjusted", "trend"), held.unit)
        effects = {"holiday": made.effects.get("holiday"), "trading_day": made.effects.get("trading_day")}
        every = 12 // made.period
        periods = [str(Period.months(n * every, n * every + every - 1)) for n in made.numbers.tolist()]
        src = [[str(held.ref(p))] if known else [] for p, known in zip(periods, (~made.estimated).tolist(), strict=True)]
        for name in COMPONENTS:
            values = effects[name] if name in effects else getattr(made, name)
            if values is None:
                continue
            parts.append(pl.DataFrame({
                "series": [held.key] * len(periods), "component": [name] * len(periods), "period": periods,
                "value": pl.Series(np.asarray(values, dtype=np.float64)).fill_nan(None),
                "unit": [unit.get(name, held.unit if made.mode == "additive" else "number")] * len(periods),
                "_src": pl.Series(src, dtype=pl.List(_TEXT)), "_basis": [each.basis if name != "original" else None] * len(periods),
            }, schema_overrides={"_basis": _TEXT}))  # fmt: skip
    schema: dict[str, Any] = {
        "series": _TEXT,
        "component": _TEXT,
        "period": _TEXT,
        "value": pl.Float64,
        "unit": _TEXT,
        "_src": pl.List(_TEXT),
        "_basis": _TEXT,
    }
    frame = pl.concat(parts) if parts else pl.DataFrame(schema=schema)
    frame = frame.filter(pl.col("value").is_not_null()).sort("series", "component", "period")
    return Table(frame, ("series", "component", "period"), {"value": "@unit"}, "Components of each series")


def drawn(made: Table, keys: Sequence[str], components: Sequence[str], shown: int, title: str) -> Table:
    """The latest periods of some components of some series, for a chart; each row rests on its row of ``components``."""
    frame = made.frame.filter(pl.col("component").is_in(list(components)) & pl.col("series").is_in(list(keys)))
    last = frame.select("series", "period").unique().sort("series", "period").group_by("series", maintain_order=True).tail(shown)
    frame = frame.join(last, on=["series", "period"], how="semi", maintain_order="left").drop("_src")
    src = [[str(Ref("table:.components", row_at(dict(zip(made.key, row, strict=True)))))] for row in frame.select(made.key).iter_rows()]
    return Table(frame.with_columns(_src=pl.Series(src, dtype=pl.List(_TEXT))).sort(made.key), made.key, made.units, title)


def quality(done: Sequence[Adjusted]) -> Table:
    """One row a series: what was done, how good it is, why it is not what was asked."""
    from madein.indices.seasonal import Batch

    frame = Batch(tuple(a.made for a in done)).quality
    src = [[f"table:{a.held.node}"] for a in done]
    units = {c: "number" for c, t in frame.schema.items() if t.is_numeric()} | {
        "observations": "observation", "holes": "observation", "outliers": "outlier", "warnings": "warning", "steps": "step",
        "residual_f_p": "percent",
    }  # fmt: skip
    frame = frame.with_columns(_src=pl.Series(src, dtype=pl.List(_TEXT))).sort("series")
    return Table(frame, ("series",), units, "Quality of each adjustment")


def windows(done: Sequence[Adjusted]) -> Table:
    """AICc of each choice of windows of the moving holiday, and whether it was kept."""
    rows = [
        (a.held.key, tried or "none", value, tried == "+".join(a.made.holiday), [f"table:{a.held.node}"])
        for a in done for tried, value in a.made.holiday_aicc.items()
    ]  # fmt: skip
    schema: dict[str, Any] = {"series": _TEXT, "windows": _TEXT, "aicc": pl.Float64, "kept": pl.Boolean, "_src": pl.List(_TEXT)}
    frame = pl.DataFrame(rows, schema, orient="row").sort("series", "windows")
    return Table(frame, ("series", "windows"), {"aicc": "number"}, "AICc by windows of the moving holiday")


def figures(done: Sequence[Adjusted]) -> Table:
    """Adjusted levels and growth in the form in which statements are checked; bounds span X-11 and SEATS."""
    rows = [row for each in done if not each.made.refused for row in _numbers(each)]
    schema: dict[str, Any] = {"of": _TEXT, "comparison": _TEXT, "period": _TEXT, "measure": _TEXT, **dict.fromkeys(DIMS, _TEXT), "vintage": _TEXT}
    schema |= {
        "adjustment": _TEXT,
        "value": pl.Float64,
        "low": pl.Float64,
        "high": pl.Float64,
        "unit": _TEXT,
        "_src": pl.List(_TEXT),
        "_basis": _TEXT,
    }
    frame = pl.DataFrame(rows, schema, orient="row").sort("of", "comparison", "period")
    units = {"value": "@unit", "low": "@unit", "high": "@unit"}
    return Table(frame, ("of", "comparison", "period"), units, "Adjusted levels and growth by what they say; ours, not the publisher's")


def _numbers(each: Adjusted) -> Iterable[tuple[object, ...]]:
    levels = each.levels()
    other = each.levels(each.other) if each.other is not None else None
    dims = each.dims
    place = tuple(dims.get(d) for d in DIMS)
    for kind in kinds_of(levels.every):
        value = growth_on(levels, kind)
        twin = growth_on(other, kind) if other is not None else value
        low, high = np.fmin(value, twin), np.fmax(value, twin)
        unit = "percent" if kind else each.held.unit
        for i, number in enumerate(levels.numbers.tolist()):
            if not np.isfinite(value[i]):
                continue
            period = levels.period(number)
            bounds = (float(low[i]), float(high[i])) if other is not None else (None, None)
            src = [str(Ref("table:.components", row_at({"series": each.held.key, "component": "adjusted", "period": str(p)})))
                   for p in _rests_on(levels, number, kind)]  # fmt: skip
            yield (each.held.key, kind, str(period), each.held.measure, *place, "", "seasonal", float(value[i]), *bounds, unit, src, each.basis)


def _rests_on(levels: Dense, number: int, kind: str) -> list[Period]:
    back = {"": (0,), "mom": (0, 1), "qoq": (0, 1), "yoy": (0, levels.per_year), "3m_3m": (0, 1, 2, 3, 4, 5)}[kind]
    return [levels.period(number - b) for b in back]
