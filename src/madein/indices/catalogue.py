"""What each label in a file is a series of: from the study's configuration, else from its words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import polars as pl

from madein.core.countries import economy
from madein.core.errors import MadeinError, Problem
from madein.core.measures import find_measure, measures
from madein.core.step import DIMS
from madein.core.units import parse_unit
from madein.indices.model import OverTime, Series
from madein.indices.step import SeriesConfig


def catalogue(frame: pl.DataFrame, given: Mapping[str, SeriesConfig], default: SeriesConfig) -> tuple[list[Series], list[Problem]]:
    """One `Series` for every label of an `Observations` frame, in order of first appearance.

    Raises
    ------
    MadeinError
        On a label configured but not in the files, an unknown measure, country or unit, or two labels of one meaning.
    """
    labels = frame.select("series", "unit").group_by("series", maintain_order=True).agg(pl.col("unit").unique(maintain_order=True))
    units = dict(labels.iter_rows())
    unknown = [name for name in given if name not in units]
    if unknown:
        raise MadeinError(
            f"no series is labelled {unknown[0]!r}", "with.series",
            fix="the files hold: " + ", ".join(repr(u) for u in list(units)[:12]),
        )  # fmt: skip
    problems: list[Problem] = []
    many = len(units) > 1
    order = {name: i for i, name in enumerate(given)}
    ranked = sorted(units, key=lambda n: order.get(n, len(order)))
    out = [_series(name, units[name], given.get(name, SeriesConfig()), default, many, problems) for name in ranked]
    _refuse_twins(out)
    return out, problems


def _series(name: str, units: Sequence[str], own: SeriesConfig, default: SeriesConfig, many: bool, problems: list[Problem]) -> Series:
    where = f"series {name!r}"
    if len(set(units)) > 1:
        raise MadeinError(f"has several units: {', '.join(units)}", where, fix="give the rows of each unit their own name")
    measure = own.measure or find_measure(name) or default.measure or "observation"
    if measure not in measures():
        raise MadeinError(f"no measure is called {measure!r}", where, fix="use one of: " + ", ".join(measures()))
    dims: dict[str, str] = {}
    for dim in DIMS:
        value = getattr(own, dim, "") or getattr(default, dim, "")
        if value:
            dims[dim] = economy(value, where) if dim in ("economy", "partner") else value
    comparison = own.comparison or default.comparison
    told_apart = set(dims) - {"economy"} or own != SeriesConfig() or find_measure(name)
    if comparison or (not told_apart and (many or measure == "observation")):
        # A printed rate stands beside the one computed from levels: its name tells them apart.
        dims["series"] = own.label or name
    if comparison:
        dims["comparison"] = comparison
    printed = own.unit or units[0] or default.unit or ("percent" if comparison else "")
    scale, unit = _unit(printed, name, measure, where)
    if comparison and unit != "percent":
        raise MadeinError(f"growth rates in {unit}", where, fix="give rates in percent, 11.2 for a rise of 11.2 %")
    if unit == "number" and measures()[measure].unit not in ("any",):
        problems.append(Problem("no unit is given", where, "values are taken as plain numbers", "set unit", "warning"))
    key = own.key or "".join(c if c.isalnum() else "_" for c in name.lower()).strip("_") or "series"
    over_time = "none" if comparison else cast(OverTime, own.over_time or default.over_time or measures()[measure].over_time)
    return Series(key, own.label or name, measure, dims, unit, scale, over_time)


def _unit(printed: str, name: str, measure: str, where: str) -> tuple[float, str]:
    """Scale and unit from what is printed, else from a bracket in the label such as 'Exports (million USD)'."""
    bracket = name[name.rfind("(") + 1 : -1] if name.endswith(")") and "(" in name else ""
    for text in (printed, bracket):
        if not text:
            continue
        try:
            return parse_unit(text)
        except ValueError as fault:
            if text is printed:
                raise MadeinError(str(fault), where, fix="set unit, such as 'million USD' or 'index (2015=100)'") from fault
    return 1.0, "index" if measures()[measure].unit == "index" else "number"


def _refuse_twins(found: Sequence[Series]) -> None:
    seen: dict[object, Series] = {}
    for series in found:
        for identity in (("key", series.key), (series.measure, *sorted(series.dims.items()))):
            if identity in seen:
                raise MadeinError(
                    f"{series.label!r} and {seen[identity].label!r} would be one series",
                    why=f"both are {series.measure} of {dict(series.dims) or 'everything'}",
                    fix="give one of them an industry, product, partner, place or key under with.series",
                )  # fmt: skip
            seen[identity] = series
