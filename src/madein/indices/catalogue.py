"""What each label in a file is a series of: from the study's configuration, else from its words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import cast

import polars as pl

from madein.core.countries import economy
from madein.core.errors import MadeinError, Problem
from madein.core.measures import find_measure, measures
from madein.core.period_labels import fold
from madein.core.step import DIMS
from madein.core.units import names_unit, parse_unit, unit_kind
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
    plain = [find_measure(_without_bracket(n)) for n in units if n not in given]
    shared = {m for m in plain if m and plain.count(m) > 1}
    order = {name: i for i, name in enumerate(given)}
    ranked = sorted(units, key=lambda n: order.get(n, len(order)))
    out = [_series(name, units[name], given.get(name, SeriesConfig()), default, many, shared, problems) for name in ranked]
    out = _own_keys(out, given, ranked)
    _refuse_twins(out)
    return out, problems


def _series(
    name: str, units: Sequence[str], own: SeriesConfig, default: SeriesConfig, many: bool, shared: Collection[str], problems: list[Problem]
) -> Series:  # fmt: skip
    where = f"series {name!r}"
    if len(set(units)) > 1:
        raise MadeinError(f"has several units: {', '.join(units)}", where, fix="give the rows of each unit their own name")
    spoken = find_measure(_without_bracket(name))
    measure = own.measure or spoken or default.measure or "observation"
    if measure not in measures():
        raise MadeinError(f"no measure is called {measure!r}", where, fix="use one of: " + ", ".join(measures()))
    dims: dict[str, str] = {}
    for dim in DIMS:
        value = getattr(own, dim, "") or getattr(default, dim, "")
        if value:
            dims[dim] = economy(value, where) if dim in ("economy", "partner") else value
    comparison = own.comparison or default.comparison
    # Two labels of one measure, such as an index in two bases, are told apart by their names.
    told_apart = set(dims) - {"economy"} or own != SeriesConfig() or (spoken and spoken not in shared)
    if own.series:
        dims["series"] = own.series
    elif comparison or own.vintage or (not told_apart and (many or measure == "observation")):
        # A printed rate stands beside the one computed from levels: its name tells them apart.
        dims["series"] = own.label or name
    if comparison:
        dims["comparison"] = comparison
    printed = own.unit or units[0] or default.unit or ("percent" if comparison else "")
    scale, unit = _unit(printed, name, measure, where)
    if comparison and unit != "percent":
        raise MadeinError(f"growth rates in {unit}", where, fix="give rates in percent, 11.2 for a rise of 11.2 %")
    if not comparison and measures()[measure].unit not in ("any", "number", unit_kind(unit)) and unit != "number":
        raise MadeinError(
            f"the measure {measure} cannot be in {unit}", where, f"it wants a unit of kind {measures()[measure].unit}",
            "set comparison if the numbers are growth rates, else another measure or unit",
        )  # fmt: skip
    if unit == "number" and measures()[measure].unit not in ("any",):
        problems.append(Problem("no unit is given", where, "values are taken as plain numbers", "set unit", "warning"))
    key = own.key or "_".join("".join(c if c.isalnum() and c.isascii() else " " for c in fold(name)).split()) or "series"
    over_time = "none" if comparison else cast(OverTime, own.over_time or default.over_time or measures()[measure].over_time)
    return Series(key, own.label or name, measure, dims, unit, scale, over_time, own.vintage or default.vintage)


def _unit(printed: str, name: str, measure: str, where: str) -> tuple[float, str]:
    """Scale and unit from what is printed, else from a bracket in the label such as 'Exports (million USD)'."""
    bracket = name[name.rfind("(") + 1 : -1] if name.endswith(")") and "(" in name else ""
    for text in (printed, bracket if names_unit(bracket) else ""):
        if not text:
            continue
        try:
            return parse_unit(text)
        except ValueError as fault:
            if text is printed:
                raise MadeinError(str(fault), where, fix="set unit, such as 'million USD' or 'index (2015=100)'") from fault
    return 1.0, "index" if measures()[measure].unit == "index" else "number"


def _without_bracket(name: str) -> str:
    """``Exports`` of ``Exports (million USD)``."""
    return name[: name.rfind("(")].strip() if name.endswith(")") and "(" in name else name


def _own_keys(found: Sequence[Series], given: Mapping[str, SeriesConfig], names: Sequence[str]) -> list[Series]:
    """Keys made from labels, numbered where two labels make the same one."""
    taken = {given[n].key for n in names if n in given and given[n].key}
    out = []
    for name, series in zip(names, found, strict=True):
        key, n = series.key, 2
        if not (name in given and given[name].key):
            while key in taken:
                key, n = f"{series.key}_{n}", n + 1
            taken.add(key)
        out.append(replace(series, key=key))
    return out


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
