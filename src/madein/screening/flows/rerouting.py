"""The rerouting indicator at country, province, firm and cluster level (Iyoha, Malesky, Wen, Wu and Feng, HBS working paper 24-072).

R = sum over units, codes and quarters of min(imports from the source, exports to the market), as a share of exports to the market.
On random data it is far from zero at coarse levels, so each share comes with its null.
"""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import polars as pl

from madein.screening.flows.frame import Frame, total
from madein.screening.nulls.excess import Excess, absent
from madein.screening.nulls.overlap import Cells, strata, time_excess, unit_excess

LEVELS = ("country", "province", "firm", "cluster")
"""Units, coarse to fine; a cluster is all firms tied by address, telephone or owner."""


def imports_from(lines: Any, source: str) -> Any:
    """Imports that originate in, or were sent from, a source."""
    return lines.filter((lines.flow == "import") & ((lines.origin == source) | (lines.departure == source)))


def exports_to(lines: Any, market: str) -> Any:
    """Exports bound for a market."""
    return lines.filter((lines.flow == "export") & (lines.destination == market))


def rerouted(lines: Any, source: str, market: str, unit: str | None = None, lag: int = 0) -> Any:
    """Imports, exports and the smaller of both by unit, code and quarter.

    Parameters
    ----------
    lines : ibis table
        Of `Frame.lines`, on any backend; `unit` is one of its columns.
    source, market : str
        ISO 3166 alpha-3.
    unit : str, optional
        province, firm_id or another column; none for the country.
    lag : int
        Quarters for which imports stay available.

    Returns
    -------
    ibis table
        (unit,) hs8, q, imports, exports, covered; whole cents.
    """
    keys = ([unit] if unit else []) + ["hs8", "q"]
    came, left = imports_from(lines, source), exports_to(lines, market)
    if unit:
        came, left = came.filter(came[unit].notnull()), left.filter(left[unit].notnull())
    m = came.group_by(keys).agg(cents=total(came.cents))
    if lag:
        # Sums first, so that the lag multiplies cells and not lines.
        shifted = [m.mutate(q=(m.q + s).cast("int32")) for s in range(lag + 1)]
        late = shifted[0].union(*shifted[1:])
        m = late.group_by(keys).agg(cents=total(late.cents))
    x = left.group_by(keys).agg(exports=total(left.cents))
    both = x.inner_join(m.rename(imports="cents"), keys)
    return both.select(*keys, "imports", "exports", covered=ibis.least(both.imports, both.exports))


def _cells(frame: Frame, source: str, market: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    keys = ["firm_id", "province", "hs8", "q"]
    came, left = imports_from(frame.lines, source), exports_to(frame.lines, market)
    # Codes that never leave cannot be covered, and are most of the table.
    came = came.semi_join(left.select("hs8").distinct(), "hs8")
    parts = []
    for held in (came, left):
        held = held.filter(held.firm_id.notnull())  # noqa: PLW2901
        parts.append(frame.con.to_polars(held.group_by(keys).agg(cents=total(held.cents))).with_columns(pl.col("province").fill_null("")))
    return parts[0], parts[1]


def _numbered(tables: tuple[pl.DataFrame, pl.DataFrame], columns: list[str], name: str) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Numbers in place of keys, in sorted order, and the list of keys."""
    keys = pl.concat([t.select(columns) for t in tables]).unique().sort(columns).with_row_index(name)
    return tables[0].join(keys, on=columns), tables[1].join(keys, on=columns), keys


def excesses(
    frame: Frame,
    source: str,
    market: str,
    cluster: pl.DataFrame | None = None,
    levels: tuple[str, ...] = LEVELS,
    lags: tuple[int, ...] = (0, 1),
    seed: int = 0,
) -> list[Excess]:
    """Rerouting shares at all levels and lags, each beside its null.

    Parameters
    ----------
    cluster : Polars frame, optional
        firm_id and cluster, of `networks.clusters`; a firm it does not name is a cluster of its own.
    levels : tuple
        Of `LEVELS`.
    lags : tuple of int
    seed : int
        Of the permutations.

    Returns
    -------
    list of Excess
        Named ``rerouting <level> lag <n>``.
    """
    tables = _cells(frame, source, market)
    names = [f"rerouting {level} lag {lag}" for level in levels for lag in lags]
    if not tables[0].height or not tables[1].height:
        return [absent(n, f"no code comes from {source} and leaves to {market}") for n in names]
    came, left, blocks = _numbered(tables, ["firm_id", "province"], "block")
    came, left, codes = _numbered((came, left), ["hs8"], "code")
    first = min(int(t["q"].min()) for t in (came, left))  # type: ignore[arg-type]
    quarters = max(int(t["q"].max()) for t in (came, left)) - first + 1  # type: ignore[arg-type]

    def cells(t: pl.DataFrame) -> Cells:
        t = t.sort("block", "code", "q")
        block, code, q, cents = (t[c].to_numpy().astype(np.int64) for c in ("block", "code", "q", "cents"))
        return Cells(block, code, q - first, cents)

    m, x = cells(came), cells(left)
    sold = blocks.join(left.group_by("firm_id").agg(pl.col("cents").sum()), on="firm_id", how="left").sort("block")["cents"].fill_null(0).to_numpy()
    layer = strata(blocks.height, sold)
    held = blocks if cluster is None else blocks.join(cluster.select("firm_id", "cluster").unique("firm_id"), on="firm_id", how="left")
    held = held.with_columns(cluster=pl.coalesce("cluster", "firm_id") if cluster is not None else pl.col("firm_id")).sort("block")
    out = []
    for level in levels:
        for lag in lags:
            name = f"rerouting {level} lag {lag}"
            if level == "country":
                out.append(time_excess(name, m, x, codes.height, quarters, lag, seed))
                continue
            column = {"firm": "firm_id"}.get(level, level)
            label = held[column].rank("dense").to_numpy().astype(np.int64) - 1
            out.append(unit_excess(name, m, x, label, layer, codes.height, quarters, lag, seed))
    return out
