"""Leontief origins: whose value added, by country and industry, stands in exports, output or final demand.

Every figure is ``diag(v) B diag(w)`` for what is used w, so only the inverse is held; matrices and frames are made when asked for.

Source: W. Leontief (1936); D. Hummels, J. Ishii, K.-M. Yi, The Nature and Growth of Vertical Specialization in World Trade, Journal of
International Economics 54 (2001), for the foreign content of exports; R. Johnson and G. Noguera (2012) for final demand.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.icio import Floats
from madein.tiva.factored import Factored
from madein.tiva.result import Check, closest, raise_broken

if TYPE_CHECKING:
    import polars as pl

Use = Literal["exports", "output", "final_demand", "none"]


@dataclass(frozen=True, eq=False)
class Origins:
    """Value added by origin in what is used.

    Attributes
    ----------
    use : str
        What the columns use.
    weights : array (n,) or None
        What is used of each industry's product; None for final demand, whose columns are economies.
    checks : tuple of Check
        Columns that add up to what is used.
    """

    use: Use
    weights: Floats | None
    factored: Factored = field(repr=False)
    checks: tuple[Check, ...] = ()

    def by_industry(self) -> Floats:
        """Origin country-industry by user, (n, n), or (n, R) for final demand. A large table's matrix is large."""
        f = self.factored
        if self.weights is None:
            out: Floats = f.v[:, None] * f.absorbed
        else:
            out = f.inverse * f.v[:, None]
            out *= self.weights
        return out

    def by_economy(self) -> Floats:
        """Origin economy by user, (R, n), or (R, R) for final demand; needs no inverse."""
        f = self.factored
        if self.weights is None:
            return np.asarray(np.add.reduceat(f.v[:, None] * f.absorbed, f.starts[:-1], axis=0))
        return f.vb * self.weights

    def frame(self) -> pl.DataFrame:
        """Tidy rows of `by_industry`: origin, origin industry, using economy (and industry), value_added."""
        import polars as pl

        f, cells = self.factored, self.by_industry()
        width = cells.shape[1]
        keys = [
            pl.Series("origin", f.row_economy, pl.Enum(list(f.table.countries))),
            pl.Series("origin_industry", f.row_industry, pl.Enum(list(f.table.industries))),
        ]
        rows = pl.DataFrame(keys).with_columns(pl.int_range(f.n, dtype=pl.UInt32).alias("i")).select(pl.all().repeat_by(width).explode()).drop("i")
        if self.weights is None:
            users = [pl.Series("destination", list(f.names), pl.Enum(list(f.names)))]
        else:
            users = [pl.Series("user", f.row_economy, keys[0].dtype), pl.Series("user_industry", f.row_industry, keys[1].dtype)]
        columns = pl.concat([pl.DataFrame(users)] * f.n)
        return rows.hstack(columns).with_columns(pl.Series("value_added", cells.reshape(-1)))


def leontief(f: Factored, use: Use = "exports") -> Origins:
    """Origins of the value added in exports, output or final demand; ``none`` gives the multipliers.

    Raises
    ------
    ContractBroken
        If columns do not add up to what is used.
    """
    weights = {"exports": f.exports.sum(1), "output": f.x, "final_demand": None, "none": np.ones(f.n)}[use]
    held = Origins(use, weights, f)
    if weights is None:
        total, used = held.by_economy().sum(0) + (f.rest @ f.absorbed if f.rest is not None else 0.0), f.demand[f.x != 0].sum(0)
        # Demand for what nobody makes (inventories of an industry without output) has no origin.
        check = closest("1 value added in final demand = final demand", total, used, np.abs(f.demand).sum(0))
    else:
        live = f.x != 0
        total, used = (f.vb.sum(0) + f.rest_content) * weights * live, weights * live
        check = closest(
            "1 value added in each use = what is used", total, used, np.abs(weights) + 0.0, label=lambda i: f"{f.row_economy[i]}|{f.row_industry[i]}"
        )
    raise_broken([check], f"origins of {use}")
    return Origins(use, weights, f, (check,))


def vertical_specialisation(f: Factored) -> pl.DataFrame:
    """Foreign content of each economy's gross exports (VS), and its share; null where nothing is exported."""
    import polars as pl

    gross = np.array([f.exports[f.at(s)].sum() for s in range(len(f.names))])
    foreign = np.array([f.abroad[f.at(s)] @ f.exports[f.at(s)].sum(1) for s in range(len(f.names))])
    return pl.DataFrame({"economy": f.names, "gross_exports": gross, "foreign_content": foreign}).with_columns(
        vs_share=pl.when(pl.col("gross_exports") > 0).then(pl.col("foreign_content") / pl.col("gross_exports"))
    )
