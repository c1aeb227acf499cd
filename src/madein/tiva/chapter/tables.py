"""Tables of the chapter: shares, origins, final uses, suppliers, inputs that move home, and what two charts draw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from madein.core.step import Table
from madein.tiva.account import TAXES, TOTAL
from madein.tiva.chapter import Case
from madein.tiva.localisation import localisation_gains
from madein.tiva.sensitivity import ALIKE, domestic_share_gradient

if TYPE_CHECKING:
    from madein.tiva.step import Config

OTHERS = "all others"
OTHER_INDUSTRIES = "All other industries"
GROUPED = 3
"""Exporting industries that the chart of final use tells apart."""


def tables_of(case: Case, config: Config) -> dict[str, Table]:
    """All tables that need the table alone."""
    return {
        "shares": shares_table(case), "origins": origins_table(case), "uses": uses_table(case), "suppliers": suppliers_table(case),
        "gains": gains_table(case, config.part), "whose": whose_table(case, config), "flows": flows_table(case, config),
    }  # fmt: skip


def made(case: Case, frame: pl.DataFrame, key: tuple[str, ...], units: Mapping[str, str], title: str) -> Table:
    """A table sorted by its key whose rows rest on the inter-country table, scale words resolved in columns of money."""
    money = [c for c, unit in units.items() if unit == case.unit]
    columns = [pl.lit([f"source:{case.source}"], pl.List(pl.String)).alias("_src"), pl.lit(case.basis).alias("_basis")]
    return Table(frame.with_columns(*(pl.col(c) * case.scale for c in money), *columns).sort(key), key, units, title)


def _percent(*columns: str) -> list[pl.Expr]:
    return [pl.col(c) * 100.0 for c in columns]


def _named(case: Case, frame: pl.DataFrame, column: str, kind: str, to: str) -> pl.DataFrame:
    """The frame with the names of a column's labels."""
    name = case.names.industry if kind == "industry" else case.names.economy
    return frame.with_columns(pl.Series(to, [name(label) for label in frame[column].to_list()], pl.String))


def shares_table(case: Case) -> Table:
    """Table ``shares``: exports of each industry, taken apart."""
    frame = _named(case, case.profile.shares(), "industry", "industry", "name").with_columns(_percent("share"))
    money = dict.fromkeys(("exports", "domestic", "once", "foreign", "taxes"), case.unit)
    columns = ("industry", "name", "exports", "domestic", "once", "foreign", "taxes", "share")
    return made(case, frame.select(columns), ("industry",), {**money, "share": "percent"}, "Exports by industry and what they hold")


def origins_table(case: Case) -> Table:
    """Table ``origins``: whose value stands in the exports of each industry."""
    frame = _named(case, case.profile.whose(), "origin", "economy", "origin_name").with_columns(_percent("share"))
    frame = frame.select("industry", "origin", "origin_name", pl.col("value").alias("value_added"), "share")
    return made(case, frame, ("industry", "origin"), {"value_added": case.unit, "share": "percent"}, "Whose value exports hold, by industry")


def uses_table(case: Case) -> Table:
    """Table ``uses``: where own value in exports is finally used."""
    frame = _named(case, case.profile.used(), "destination", "economy", "destination_name").with_columns(_percent("share"))
    frame = frame.select("industry", "destination", "destination_name", pl.col("value").alias("value_added"), "share")
    title = "Where own value in exports is finally used, by exporting industry"
    return made(case, frame, ("industry", "destination"), {"value_added": case.unit, "share": "percent"}, title)


def suppliers_table(case: Case) -> Table:
    """Table ``suppliers``: who stands behind each industry's exports from abroad, and how concentrated that is."""
    frame = _named(case, case.profile.suppliers(), "industry", "industry", "name")
    shares = [c for c in frame.columns if c == "foreign" or c.startswith("share_")]
    frame = frame.with_columns(
        *_percent(*shares), *(pl.col(c).map_elements(case.names.economy, pl.String) for c in frame.columns if c.startswith("supplier_"))
    )
    units = {**dict.fromkeys(shares, "percent"), "hhi_low": "index_point", "hhi_high": "index_point"}
    frame = frame.select("industry", "name", *(c for c in frame.columns if c not in ("industry", "name")))
    return made(case, frame, ("industry",), units, "Who stands behind exports from abroad, and how concentrated that is")


def gains_table(case: Case, part: float) -> Table:
    """Table ``gains``: what the domestic share becomes if an input moves home, one at a time, exports held."""
    frame = localisation_gains(case.profile.factored, case.profile.economy, part=part)
    frame = _named(case, frame, "product", "industry", "name").with_columns(_percent("before", "after", "gain"))
    units = {"moved": case.unit, "before": "percent", "after": "percent", "gain": "pp"}
    title = "What the domestic share of exports becomes if an input is made at home"
    return made(case, frame.select("product", "name", "moved", "before", "after", "gain"), ("product",), units, title)


def intervals_table(case: Case, config: Config) -> Table:
    """Table ``intervals``: how far the share of all exports moves when flows of the table err, by what errs alike."""
    p = case.profile
    g = domestic_share_gradient(p.factored, p.economy)
    rows = []
    for how, words in ALIKE.items():
        i = g.interval(config.noise, config.level, how)
        rows.append((how, words, *(100 * v for v in (config.noise, config.level, i.share, i.deviation, i.low, i.high))))
    units = {**dict.fromkeys(("noise", "level", "share", "low", "high"), "percent"), "deviation": "pp"}
    schema = {"errors": pl.String, "name": pl.String} | dict.fromkeys(("noise", "level", "share", "deviation", "low", "high"), pl.Float64)
    frame = pl.DataFrame(rows, schema, orient="row")
    return made(case, frame, ("errors",), units, "How far the domestic share moves when flows of the table err")


def largest(pairs: Iterable[tuple[str, float]], count: int) -> list[str]:
    """Labels of the largest figures, the largest first; ties by label."""
    return [name for name, _ in sorted(pairs, key=lambda p: (-p[1], p[0]))[:count]]


def shown_industries(case: Case, count: int) -> list[str]:
    """The largest exporting industries."""
    return largest(zip(case.profile.industries, map(float, case.profile.exports), strict=True), count)


def _grouped(case: Case, cells: np.ndarray, labels: Sequence[str], kept: Sequence[str]) -> list[tuple[str, np.ndarray]]:
    """Columns of cells (k, R): those kept by name, the others added up."""
    out = [(case.names.economy(name), cells[:, labels.index(name)]) for name in kept]
    others = [i for i, name in enumerate(labels) if name not in kept]
    return [*out, (OTHERS, cells[:, others].sum(1))] if others else out


def whose_table(case: Case, config: Config) -> Table:
    """Table ``whose``: shares of the largest origins in the exports of the largest industries, as the chart draws them."""
    p = case.profile
    labels, cells = list(p.factored.names), p.origins.T
    rest = [(n, float(v)) for n, v in zip(labels, cells.sum(0), strict=True) if n != p.economy]
    parts = _grouped(case, cells, labels, [p.economy, *largest(rest, config.named)])
    if p.factored.rest is not None:
        parts.append((TAXES, p.taxes))
    rows = [
        (case.names.industry(i).replace(",", ";"), name, 100 * float(v[p.industries.index(i)] / p.exports[p.industries.index(i)]), f"{n:02d}")
        for i in shown_industries(case, config.show) if p.exports[p.industries.index(i)] > 0 for n, (name, v) in enumerate(parts)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, {"industry": pl.String, "origin": pl.String, "share": pl.Float64, "rank": pl.String}, orient="row")
    return made(case, frame, ("industry", "rank"), {"share": "percent"}, "Whose value the exports of the largest industries hold")


def flows_table(case: Case, config: Config) -> Table:
    """Table ``flows``: own value from exporting industries to final users, the largest of both, as the chart draws them."""
    p = case.profile
    labels = list(p.factored.names)
    users = largest(zip(labels, map(float, p.uses.sum(0)), strict=True), config.named)
    chosen = largest(zip(p.industries, map(float, p.domestic), strict=True), GROUPED)
    join = [(case.names.industry(i), [p.industries.index(i)]) for i in chosen]
    others = [k for k, i in enumerate(p.industries) if i not in chosen]
    if others:
        join.append((OTHER_INDUSTRIES, others))
    rows = [
        (f"{a:02d}", f"{b:02d}", name, user, float(v[k].sum()))
        for a, (name, k) in enumerate(join) for b, (user, v) in enumerate(_grouped(case, p.uses, labels, users))
    ]  # fmt: skip
    schema = {"industry_rank": pl.String, "user_rank": pl.String, "industry": pl.String, "user": pl.String, "value_added": pl.Float64}
    frame = pl.DataFrame(rows, schema, orient="row")
    title = "Own value in exports from industries to final users"
    return made(case, frame, ("industry_rank", "user_rank"), {"value_added": case.unit}, title)


def single_industries(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of single industries."""
    return frame.filter(pl.col("industry") != TOTAL)
