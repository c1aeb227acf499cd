"""Prints of numbers by release, laid out as tables."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.countries import economy
from madein.core.errors import MadeinError, Problem
from madein.core.measures import find_measure, measures
from madein.core.period_labels import fold
from madein.core.step import COMPARISONS, Ref, Table, row_at
from madein.core.units import parse_unit
from madein.indices.held_levels import DIMS

if TYPE_CHECKING:
    from madein.indices.step import SeriesConfig
    from madein.indices.vintages import VintageStore

_TEXT = pl.String
KEY = ("series", "comparison", "period")


@dataclass(frozen=True, slots=True)
class Printed:
    """What a series of prints is of: key, name for readers, measure and dimensions of its figures."""

    name: str
    key: str
    label: str
    measure: str
    dims: Mapping[str, str]


def catalogue(store: VintageStore, given: Mapping[str, SeriesConfig], default: SeriesConfig) -> list[Printed]:
    """What each name in the files is a series of; those configured first.

    Raises
    ------
    MadeinError
        On a name that is configured and not in the files, or an unknown measure.
    """
    names = store.frame["series"].unique(maintain_order=True).to_list()
    unknown = [n for n in given if n not in names]
    if unknown:
        raise MadeinError(f"no series is called {unknown[0]!r}", "with.series", fix="the files hold: " + ", ".join(map(repr, names[:12])))
    out = []
    for name in sorted(names, key=lambda n: list(given).index(n) if n in given else len(given)):
        own = given.get(name, default)
        measure = own.measure or default.measure or find_measure(name) or "observation"
        if measure not in measures():
            raise MadeinError(f"no measure is called {measure!r}", f"series {name!r}", fix="use one of: " + ", ".join(measures()))
        dims = {d: v for d in DIMS if (v := getattr(own, d, "") or getattr(default, d, ""))}
        for d in ("economy", "partner"):
            if dims.get(d):
                dims[d] = economy(dims[d], f"series {name!r}")
        if measure == "observation" and "series" not in dims:
            dims["series"] = name
        key = own.key or "_".join("".join(c if c.isalnum() and c.isascii() else " " for c in fold(name)).split()) or "series"
        out.append(Printed(name, key, own.label or name, measure, dims))
    keys = [p.key for p in out]
    twice = [k for k in keys if keys.count(k) > 1]
    if twice:
        raise MadeinError(f"two series would have the key {twice[0]!r}", "with.series", fix="set key for one of them")
    return out


def prints_table(store: VintageStore, known: Sequence[Printed]) -> Table:
    """Every print: which of its period's prints it is, value, interval, the cell it stands in."""
    from madein.indices.vintages.store import period_texts

    rows = store.prints().filter(pl.col("growth").is_in(["level", *COMPARISONS]))
    key_of = {p.name: p.key for p in known}
    parts = []
    for (span,), part in rows.group_by("span", maintain_order=True):
        parts.append(part.with_columns(period=pl.Series(period_texts(part["month"].to_list(), str(span)), dtype=_TEXT)))
    frame = pl.concat(parts)
    # A rate without a unit is in percent; a level without one is an index of its base, or a plain number.
    bare = pl.when(pl.col("growth") != "level").then(pl.lit("percent")).when(pl.col("base") != "").then(pl.format("index ({})", "base"))
    frame = frame.with_columns(unit=pl.when(pl.col("unit") == "").then(bare.otherwise(pl.lit("number"))).otherwise("unit"))
    scale = {u: parse_unit(u) if u != "number" else (1.0, u) for u in frame["unit"].unique().to_list()}
    factor = pl.col("unit").replace_strict({u: s for u, (s, _) in scale.items()}, return_dtype=pl.Float64)
    src = [[str(Ref(f"source:{s}", f"cell {c}"))] for s, c in frame.select("source", "cell").iter_rows()]
    out = frame.select(
        series=pl.col("series").replace_strict(key_of, return_dtype=_TEXT),
        comparison=pl.when(pl.col("growth") == "level").then(pl.lit("")).otherwise("growth"),
        period="period", release=pl.col("release").dt.to_string("%Y-%m-%d"), print=pl.col("k"),
        value=pl.col("value") * factor, low=(pl.col("value") - pl.col("half")) * factor, high=(pl.col("value") + pl.col("half")) * factor,
        unit=pl.col("unit").replace_strict({u: n for u, (_, n) in scale.items()}, return_dtype=_TEXT),
    ).with_columns(_src=pl.Series(src, dtype=pl.List(_TEXT)))  # fmt: skip
    units = {"value": "@unit", "low": "@unit", "high": "@unit", "print": "print"}
    return Table(out.sort(*KEY, "release"), (*KEY, "release"), units, "Every print by the day of its release")


def revisions_table(prints: Table) -> Table:
    """First print against the latest: revision, and percent of the first for levels."""
    rows = []
    # Levels of two bases or units are not compared: only prints in the unit of the latest are.
    alike = prints.frame.filter(pl.col("unit") == pl.col("unit").last().over(KEY))
    for (series, comparison, period), part in alike.group_by(KEY, maintain_order=True):
        if part.height < 2:
            continue
        one, two = part.row(0, named=True), part.row(-1, named=True)
        src = [_ref(series, comparison, period, r["release"]) for r in (one, two)]
        change = two["value"] - one["value"]
        half = (one["high"] - one["low"] + two["high"] - two["low"]) / 2
        unit = "pp" if one["unit"] == "percent" else one["unit"]
        percent = 100 * change / one["value"] if not comparison and one["value"] > 0 else None
        rows.append((series, comparison, period, one["release"], one["value"], two["release"], two["value"], one["unit"], round(change, 9),
                     change - half, change + half, unit, percent, src))  # fmt: skip
    schema: dict[str, Any] = dict.fromkeys((*KEY, "first_release"), _TEXT) | {"first": pl.Float64, "later_release": _TEXT, "later": pl.Float64}
    schema |= {"unit": _TEXT, "revision": pl.Float64, "low": pl.Float64, "high": pl.Float64, "revision_unit": _TEXT, "percent": pl.Float64}
    frame = pl.DataFrame(rows, schema | {"_src": pl.List(_TEXT)}, orient="row").sort(KEY)
    units = {"first": "@unit", "later": "@unit", "percent": "percent"} | dict.fromkeys(("revision", "low", "high"), "@revision_unit")
    return Table(frame, KEY, units, "First print against the latest")


def _ref(series: object, comparison: object, period: object, release: object) -> str:
    key = {"series": str(series), "comparison": str(comparison), "period": str(period), "release": str(release)}
    return str(Ref("table:.prints", row_at(key)))


def statistics_table(revisions: Table) -> Table:
    """What the revisions of each series and comparison look like (see `madein.indices.vintages.RevisionStats`)."""
    from madein.indices.vintages import revision_stats

    rows = []
    for (series, comparison), part in revisions.frame.group_by("series", "comparison", maintain_order=True):
        if part.height < 2:
            continue
        stats = revision_stats(part["revision"].to_numpy(), first=part["first"].to_numpy())
        told = [None if math.isnan(x := getattr(stats, n)) else x for n in _STATS]
        rows.append((series, comparison, *told, part["revision_unit"][0], ["table:.revisions"]))
    schema: dict[str, Any] = {"series": _TEXT, "comparison": _TEXT, "n": pl.Int64, **dict.fromkeys(_STATS[1:], pl.Float64)}
    frame = pl.DataFrame(rows, schema | {"unit": _TEXT, "_src": pl.List(_TEXT)}, orient="row").sort("series", "comparison")
    units = dict.fromkeys(("mean", "mean_absolute", "sd", "smallest", "largest"), "@unit")
    plain = dict.fromkeys(("share_up", "share_down", "same_sign", "t", "noise", "news"), "number")
    return Table(frame, ("series", "comparison"), {"n": "period", **units, **plain}, "Statistics of revisions")


_STATS = ("n", "mean", "mean_absolute", "sd", "smallest", "largest", "share_up", "share_down", "same_sign", "t", "noise", "news")


def figures_table(prints: Table, known: Sequence[Printed]) -> Table:
    """Every print in the form in which statements are checked; ``vintage`` is the day of its release."""
    about = pl.DataFrame([(p.key, p.measure, *(p.dims.get(d) for d in DIMS if d != "series")) for p in known],
                         dict.fromkeys(("of", "measure", *(d for d in DIMS if d != "series")), _TEXT), orient="row")  # fmt: skip
    told = prints.frame.with_columns(
        _src=pl.Series([[_ref(*row)] for row in prints.frame.select(*KEY, "release").iter_rows()], dtype=pl.List(_TEXT)),
        vintage=pl.col("release"), of=pl.col("series"),
        series=pl.when(pl.col("print") == 1).then(pl.lit("first print")).otherwise(pl.format("print of {}", "release")),
    ).join(about, on="of", how="left", maintain_order="left")  # fmt: skip
    key = ("of", "comparison", "period", "vintage")
    out = told.select("of", "comparison", "period", "measure", *DIMS, "vintage", "value", "low", "high", "unit", "_src").sort(key)
    return Table(out, key, {"value": "@unit", "low": "@unit", "high": "@unit"}, "Every print by what it says")


def warnings_of(store: VintageStore) -> list[Problem]:
    """What was noticed while the prints were read, growth of unknown types among it."""
    out = list(store.warnings)
    bases = store.frame.filter(pl.col("growth") == "level").group_by("series").agg(pl.concat_str("unit", "base").n_unique().alias("n"))
    out += [
        Problem("levels were printed in several units or bases", f"series {name!r}", "those of different bases are not compared",
                "compare its rates, or link the bases", "warning")
        for name in bases.filter(pl.col("n") > 1)["series"].sort().to_list()
    ]  # fmt: skip
    odd = store.frame.filter(~pl.col("growth").is_in(["level", *COMPARISONS]))["growth"].unique().sort().to_list()
    if odd:
        out.append(Problem(f"growth of type {odd[0]!r} is left out", "prints", fix="use one of " + ", ".join(COMPARISONS), severity="warning"))
    return out
