"""A compiled index as tables: indices, weights, contributions, imputed reports, drift, numbers in the common form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from madein.core.period_labels import fold
from madein.core.periods import Period
from madein.core.step import Ref, Table, row_at
from madein.indices.growth import Dense, growth_rate
from madein.indices.held_levels import DIMS

if TYPE_CHECKING:
    from madein.indices.compilation import Compiled, Node
    from madein.indices.compile_step import Config

_TEXT = pl.String
_SRC = pl.List(_TEXT)
KINDS = ("mom", "yoy")
_BACK = {"mom": 1, "yoy": 12}
_MOST = 18
"""Rows named as parents of a row; beyond that the whole table or source is."""


def keys_of(made: Compiled) -> dict[str, str]:
    """Key of each index in tables: its code in lower case, the name of a product without marks."""
    out: dict[str, str] = {}
    for node in made.nodes:
        base = "_".join("".join(c if c.isalnum() and c.isascii() else " " for c in fold(node.code)).split()) or "product"
        key, n = base, 2
        while key in out.values():
            key, n = f"{base}_{n}", n + 1
        out[node.code] = key
    return out


def kept(made: Compiled, config: Config) -> list[int]:
    """Positions of the indices of the levels asked for, in their order."""
    return [i for i, node in enumerate(made.nodes) if node.level in config.levels]


def dims_of(node: Node, config: Config) -> dict[str, str]:
    """Dimensions of the figures of an index."""
    own = {"industry": node.code} if node.level in ("section", "division", "class") else {"product": node.label} if node.level == "product" else {}
    return {**({"economy": config.economy} if config.economy else {}), **own}


def index_table(made: Compiled, config: Config, keys: Mapping[str, str], sources: Sequence[str]) -> Table:
    """Every index kept, month by month; an index rests on those of its parts, the finest on the reports."""
    held = kept(made, config)
    level = {n: i for i, n in enumerate(("total", "section", "division", "class", "product"))}
    below = {i: _parts(made, i, min((made.nodes[j].level for j in held if level[made.nodes[j].level] > level[made.nodes[i].level]),
                                    key=lambda n: level[n], default="")) for i in held}  # fmt: skip
    periods = [str(Period.months(int(m))) for m in made.months]
    parts = []
    for i in held:
        node = made.nodes[i]
        children = [keys[made.nodes[j].code] for j in below[i]]
        if not children:
            src = [list(sources)] * len(periods)
        elif len(children) <= _MOST:
            src = [[*(str(Ref("table:.index", row_at({"code": c, "period": p}))) for c in children), "table:.weights"] for p in periods]
        else:
            src = [["table:.weights", *sources]] * len(periods)
        imputed = made.imputed[i]
        parts.append(pl.DataFrame({
            "code": [keys[node.code]] * len(periods), "period": periods, "level": [node.level] * len(periods), "label": [node.label] * len(periods),
            "value": pl.Series(made.index[i]).fill_nan(None), "unit": [made.unit] * len(periods), "imputed": pl.Series(100 * imputed).fill_nan(None),
            "_src": pl.Series(src, dtype=_SRC), "_basis": pl.Series(["estimated" if x > 0 else None for x in imputed.tolist()], dtype=_TEXT),
        }))  # fmt: skip
    frame = pl.concat(parts).sort("code", "period")
    return Table(frame, ("code", "period"), {"value": "@unit", "imputed": "percent"}, "Indices of all industry and of its parts")


def _parts(made: Compiled, top: int, level: str) -> list[int]:
    return made.parts(top, level) if level else []


def weights_table(made: Compiled, config: Config, keys: Mapping[str, str], sources: Sequence[str]) -> Table:
    """Share of every index kept in all industry, by year of the weights."""
    rows = [
        (keys[made.nodes[i].code], str(segment.reference), made.nodes[i].level, made.nodes[i].label, 100 * float(made.shares[s, i]), list(sources))
        for s, segment in enumerate(made.chain.segments) for i in kept(made, config)
    ]  # fmt: skip
    schema: dict[str, Any] = {"code": _TEXT, "year": _TEXT, "level": _TEXT, "label": _TEXT, "weight": pl.Float64, "_src": _SRC}
    frame = pl.DataFrame(rows, schema, orient="row").sort("code", "year")
    return Table(frame, ("code", "year"), {"weight": "percent"}, "Weights: share in all industry by year of the weights")


def contributions_table(made: Compiled, config: Config, keys: Mapping[str, str]) -> Table:
    """What each part adds to the growth of the total, in the latest months; the points of a month sum to its rate."""
    rows = []
    level = config.by if config.by in config.levels else ""
    for kind in KINDS:
        for at in range(max(_BACK[kind], len(made.months) - config.shown), len(made.months)):
            now, base = int(made.months[at]), int(made.months[at - _BACK[kind]])
            found = made.growth(now, base, by=config.by)
            for c in found.parts:
                both = [str(Ref("table:.index", row_at({"code": keys[c.key], "period": str(Period.months(m))}))) for m in (now, base)]
                src = [*(both if level else []), "table:.weights"]
                basis = "estimated" if found.basis == "estimated" else None
                rows.append((kind, str(Period.months(now)), keys[c.key], str(Period.months(base)), c.points, 100 * c.weight, src, basis))
    schema: dict[str, Any] = dict.fromkeys(("comparison", "period", "part", "base"), _TEXT)
    schema |= {"points": pl.Float64, "weight": pl.Float64, "_src": _SRC, "_basis": _TEXT}
    key = ("comparison", "period", "part")
    frame = pl.DataFrame(rows, schema, orient="row").filter(pl.col("points").is_finite()).sort(key)
    return Table(frame, key, {"points": "pp", "weight": "percent"}, "What each part adds to the growth of the total")


def imputations_table(made: Compiled, sources: Sequence[str]) -> Table:
    """Every report that was not there, and what stands for it."""
    frame = made.imputations
    text = [c for c in ("establishment", "product", "donors") if c in frame.columns]
    periods = [str(Period.months(m)) for m in frame["month"].to_list()]
    out = frame.select(*(pl.col(c).cast(_TEXT).str.replace_all(",", " ") for c in text), pl.Series("period", periods, dtype=_TEXT), "volume")
    out = out.with_columns(
        pl.col("volume").fill_nan(None), _src=pl.Series([list(sources)] * out.height, dtype=_SRC), _basis=pl.lit("estimated", _TEXT)
    ).sort("establishment", "product", "period")  # fmt: skip
    return Table(out, ("establishment", "product", "period"), {"volume": "number"}, "Missing reports, and the volumes that stand for them")


def drift_table(made: Compiled) -> Table:
    """How far the ways of chaining lead apart for the total; without rows where one set of weights holds throughout."""
    frame = made.drift() if len(made.chain.segments) > 1 else made.drift().clear()
    out = frame.with_columns(pl.col("year").cast(_TEXT), _src=pl.Series([["table:.index"]] * frame.height, dtype=_SRC))
    out = out.with_columns(pl.col("gap", "previous_gap", "year_gap").fill_nan(None)).sort("method", "against", "year")
    units = {"gap": "percent", "previous_gap": "pp", "year_gap": "pp"}
    return Table(out, ("method", "against", "year"), units, "How far the ways of chaining lead apart")


def figures_table(made: Compiled, config: Config, keys: Mapping[str, str]) -> Table:
    """Levels, growth and contributions in the form in which statements are checked."""
    rows: list[tuple[object, ...]] = []
    numbers = made.months.astype(np.int64)
    for i in kept(made, config):
        node = made.nodes[i]
        dims = dims_of(node, config)
        place = tuple(dims.get(d) for d in DIMS)
        dense = Dense(int(numbers[0]), made.index[i], np.zeros(len(numbers)))
        for kind in ("", *KINDS):
            value = growth_rate(dense, dense.lag(_BACK[kind]))[0] if kind else dense.value
            for at in np.flatnonzero(np.isfinite(value)).tolist():
                back = (0, _BACK[kind]) if kind else (0,)
                at_periods = [str(Period.months(int(numbers[at - b]))) for b in back]
                src = [str(Ref("table:.index", row_at({"code": keys[node.code], "period": p}))) for p in at_periods]
                basis = "estimated" if any(made.imputed[i, at - b] > 0 for b in back) else None
                rows.append((keys[node.code], kind, at_periods[0], config.measure, *place, None, float(value[at]), None, None,
                             "percent" if kind else made.unit, src, basis))  # fmt: skip
    schema: dict[str, Any] = dict.fromkeys(("of", "comparison", "period", "measure", *DIMS, "vintage"), _TEXT)
    schema |= {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "unit": _TEXT, "_src": _SRC, "_basis": _TEXT}
    key = ("of", "comparison", "period")
    frame = pl.DataFrame(rows, schema, orient="row").sort(key)
    return Table(frame, key, dict.fromkeys(("value", "low", "high"), "@unit"), "Indices and growth by what they say; ours, not the publisher's")


def lines_table(made: Compiled, config: Config, keys: Mapping[str, str]) -> Table:
    """The latest months of the total and its sections, for the chart."""
    held = {i: keys[n.code] for i, n in enumerate(made.nodes) if n.level in ("total", "section") and n.level in config.levels}
    first = int(made.months[max(0, len(made.months) - config.shown)])
    rows = []
    for at, key in held.items():
        for m, value in zip(made.months.tolist(), made.index[at].tolist(), strict=True):
            if m >= first and np.isfinite(value):
                period = str(Period.months(m))
                rows.append((key, period, value, made.unit, [str(Ref("table:.index", row_at({"code": key, "period": period})))]))
    schema: dict[str, Any] = {"series": _TEXT, "period": _TEXT, "value": pl.Float64, "unit": _TEXT, "_src": _SRC}
    frame = pl.DataFrame(rows, schema, orient="row").sort("series", "period")
    return Table(frame, ("series", "period"), {"value": "@unit"}, "The total and its sections in the latest months")
