"""A total adjusted by itself beside the sum of its adjusted parts, in the chapter of the step ``adjust``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.errors import MadeinError, Problem
from madein.core.periods import Period
from madein.core.step import Block, Figure, Ref, Table, row_at
from madein.indices.adjust_step import Config
from madein.indices.adjust_tables import ADJUSTED, Adjusted
from madein.indices.charts import component_lines
from madein.indices.held_levels import Held, named

if TYPE_CHECKING:
    from madein.indices.seasonal.totals import DirectIndirect

_TEXT = pl.String
_SRC = pl.List(_TEXT)
WORDS = {
    "mean_gap": "mean absolute gap", "largest_gap": "largest absolute gap", "same_sign": "changes of one sign",
    "mean_change_gap": "mean gap of the changes", "roughness_direct": "roughness, direct", "roughness_indirect": "roughness, indirect",
    "about_trend_direct": "distance from the trend, direct", "about_trend_indirect": "distance from the trend, indirect",
    "season_direct": "season left, direct", "season_indirect": "season left, indirect", "mean_residual": "what the parts miss of the original",
}  # fmt: skip
"""Names of the measures for readers; those of `madein.indices.seasonal.totals.DirectIndirect`."""

_UNITS = {"mean_change_gap": "pp", "season_direct": "number", "season_indirect": "number"}
_LINES = {"direct": "Adjusted by itself", "indirect": "Sum of adjusted parts"}


@dataclass(frozen=True)
class BothWays:
    """A total, its parts, how the parts were weighted, and both adjustments of the total."""

    total: Adjusted
    parts: tuple[Adjusted, ...]
    both: DirectIndirect
    weights: dict[str, float] | None
    how: str

    @property
    def basis(self) -> str:
        """Estimated where a weight or a hole is."""
        holes = any(a.basis == "estimated" for a in (self.total, *self.parts))
        weighed = self.weights is not None and "estimated" in self.how
        return "estimated" if weighed or holes else "computed"


def both_ways(
    config: Config, held: list[Held], done: Sequence[Adjusted], adjust: Callable[[Held], Adjusted]
) -> tuple[BothWays | None, list[Problem]]:
    """The comparison a configuration asks for; none, and why, where a part cannot be adjusted.

    Raises
    ------
    MadeinError
        If the total or a part is not held, or there is no part.
    """
    if not config.total:
        return None, []
    if not config.parts:
        raise MadeinError("a total needs parts", "with.parts", fix="name the keys of its parts")
    from madein.indices.seasonal.totals import direct_and_indirect

    whole, parts = named(held, [config.total], "with.total")[0], named(held, config.parts, "with.parts")
    made = {a.held.key: a for a in done}
    total, pieces = (made.get(whole.key) or adjust(whole)), [made.get(p.key) or adjust(p) for p in parts]
    try:
        weights, how = _weights(config, whole, parts)
        both = direct_and_indirect(total.made, [p.made for p in pieces], weights)
    except MadeinError as fault:
        p = fault.problems[0]
        return None, [Problem(f"no sum of adjusted parts: {p.what}", p.where, p.why, p.fix, "warning")]
    return BothWays(total, tuple(pieces), both, weights, how), []


def _weights(config: Config, whole: Held, parts: Sequence[Held]) -> tuple[dict[str, float] | None, str]:
    from madein.indices.explain import weights_for

    if config.weights:
        return dict(config.weights), "as given"
    if whole.flow:
        return None, "one each, since flows add up"
    since = Period.parse(config.since).first_month // whole.dense.every if config.since else None
    found = weights_for(whole, parts, since=since)
    return dict(zip(found.names, found.weights.tolist(), strict=True)), "estimated from the series"


# ------------------------------------------------------------------------------------------------------------- tables


def tables_of(found: BothWays | None) -> dict[str, Table]:
    """Tables ``indirect`` (both series and their gap) and ``agreement`` (what tells them apart), empty without a total."""
    return {"indirect": _indirect(found), "agreement": _agreement(found)}


def _indirect(found: BothWays | None) -> Table:
    def ref(each: Adjusted, period: str) -> str:
        return str(Ref("table:.components", row_at({"series": each.held.key, "component": "adjusted", "period": period})))

    rows = [] if found is None else [
        (found.total.held.key, way, r["period"], r[way], r["gap"] if way == "indirect" else None, found.total.held.unit,
         [ref(found.total, r["period"])] if way == "direct" else [ref(a, r["period"]) for a in found.parts][:18], found.basis)
        for r in found.both.frame.iter_rows(named=True) for way in _LINES
    ]  # fmt: skip
    schema: dict[str, Any] = dict.fromkeys(("series", "component", "period"), _TEXT) | {"value": pl.Float64, "gap": pl.Float64}
    schema |= {"unit": _TEXT, "_src": _SRC, "_basis": _TEXT}
    key = ("series", "component", "period")
    frame = pl.DataFrame(rows, schema, orient="row").filter(pl.col("value").is_not_null()).sort(key)
    return Table(frame, key, {"value": "@unit", "gap": "percent"}, "A total adjusted by itself, and by its parts")


def _agreement(found: BothWays | None) -> Table:
    rows = [] if found is None else [
        (found.total.held.key, name, value, _UNITS.get(name, "percent"), ["table:.indirect"], found.basis)
        for name, value in found.both.measures.items() if math.isfinite(value)
    ]  # fmt: skip
    schema: dict[str, Any] = {"series": _TEXT, "measure": _TEXT, "value": pl.Float64, "unit": _TEXT, "_src": _SRC, "_basis": _TEXT}
    frame = pl.DataFrame(rows, schema, orient="row").sort("series", "measure")
    return Table(frame, ("series", "measure"), {"value": "@unit"}, "What tells both adjustments of a total apart")


# ------------------------------------------------------------------------------------------------ figures and chapter


def figures_of(found: BothWays | None) -> Iterator[Figure]:
    """Gaps, agreement of signs and roughness."""
    for name, value in found.both.measures.items() if found else ():
        if found and math.isfinite(value) and _UNITS.get(name, "percent") in ("percent", "pp"):
            ref = Ref("table:.agreement", row_at({"series": found.total.held.key, "measure": name}))
            yield Figure("adjustment_gap", _dims(found, name), value, _UNITS.get(name, "percent"), (ref,), basis=found.basis,
                         method=f"sum of adjusted parts, weights {found.how}, against the total adjusted by itself")  # fmt: skip


def _dims(found: BothWays, name: str) -> dict[str, str]:
    place = {k: v for k, v in found.total.held.dims.items() if k == "economy"}
    return {**place, "series": f"{found.total.held.key}, {ADJUSTED}, {WORDS[name]}"}


def blocks_of(found: BothWays | None, labels: dict[str, str], plain: Callable[[str], str]) -> Iterator[Block]:
    """A sentence, both lines, the measures."""
    if found is None:
        return
    held = found.total.held

    def hole(name: str) -> str:
        return "{" + Figure("adjustment_gap", _dims(found, name), None, "percent", ()).id + "}"

    name = plain(held.label)
    text = (f"{name}, adjusted by itself and as the sum of its adjusted parts: {hole('mean_gap')} apart on average, {hole('largest_gap')} at most; "
            f"{hole('same_sign')} of the changes on the period before have one sign.")  # fmt: skip
    yield Block("finding", "", {"text": text})
    left = [w for w, p in (("by itself", found.both.season_direct), ("as the sum of its parts", found.both.season_indirect)) if p < _SEASON]
    if left:
        yield Block("finding", "", {"text": f"{name}: season is left in the series adjusted {' and '.join(left)}."})
    body = {
        "spec": component_lines(tuple(_LINES), _LINES), "table": "indirect", "pivot": ("period", "component", "value"), "labels": _LINES,
        "alt": f"Line chart of {held.label} adjusted by itself, and as the sum of its adjusted parts.",
    }  # fmt: skip
    yield Block("chart", f"{held.label}: adjusted by itself and by its parts, {held.unit}", body)
    told = {k: v[:1].upper() + v[1:] for k, v in WORDS.items()}
    grid = {"table": "agreement", "columns": ("measure", "value", "unit"), "labels": labels | told}
    yield Block("table", "What tells both adjustments apart", grid)
    yield Block("note", "Adjusting a total by itself, or by its parts", {"text": _NOTE.format(how=found.how)})


_SEASON = 0.01
"""p value of QS under which a series counts as seasonal, as in X-13's own verdict."""

_NOTE = """Neither way is right in general: parts with seasons of their own speak for the sum, a total that is smoother than its parts for \
itself; what matters is that the choice and the gap are known (Eurostat, ESS Guidelines on Seasonal Adjustment). Weights of the parts \
here: {how}.

Roughness is the root mean square of the change on the period before, and of the distance from a Henderson trend: the smaller the \
smoother. The season left is the p value of QS: small where seasonality remains. Where the parts miss some of the original, the gap \
holds that too."""
