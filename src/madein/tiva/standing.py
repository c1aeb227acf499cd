"""Where industries stand in chains: average distance to final use and to primary inputs, and participation.

Source: P. Antras, D. Chor, T. Fally, R. Hillberry, Measuring the Upstreamness of Production and Trade Flows, AER P&P 102 (2012);
R. Miller and U. Temurshoev, Output Upstreamness and Input Downstreamness (2017). Participation: A. Borin, M. Mancini, D. Taglioni,
World Bank Policy Research Working Paper 9785 (2021): GVC trade is what crosses more than one border.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from madein.core.icio import Floats
from madein.tiva.factored import Factored

if TYPE_CHECKING:
    import polars as pl


def upstreamness(f: Factored) -> Floats:
    """Average number of stages from an industry to final use, (n,), at least 1; 1 where there is no output.

    ``(I - Z / x_row)^-1 1``, which is ``(B x) / x``: one solve with the inverse at hand.
    """
    out: Floats = np.where(f.x != 0, f.solve(np.where(f.x != 0, f.x, 0.0)) * f.xinv, 1.0)
    return out


def downstreamness(f: Factored) -> Floats:
    """Average number of stages from primary inputs to an industry's output, (n,): the column sums of the inverse."""
    return np.asarray(f.solve_left(np.ones((1, f.n)))[0])


def positions(f: Factored) -> pl.DataFrame:
    """Upstreamness and downstreamness of each industry, with its output."""
    import polars as pl

    return pl.DataFrame({
        "economy": f.row_economy, "industry": f.row_industry, "output": f.x, "upstreamness": upstreamness(f), "downstreamness": downstreamness(f),
    })  # fmt: skip


def participation(f: Factored, level: str = "country") -> pl.DataFrame:
    """Backward, forward and total participation in global value chains, as shares of gross exports.

    Backward: imported content and own content that crosses twice (GVCB); forward: own value added that its importer exports on (GVCF).
    A cell without exports has no share: null.
    """
    import polars as pl

    from madein.tiva.bm import borin_mancini

    d = borin_mancini(f, level)  # type: ignore[arg-type]
    share = [
        pl.when(pl.col("GEXP") > 0).then(pl.col(t) / pl.col("GEXP")).alias(n)
        for t, n in (("GVC", "total"), ("GVCB", "backward"), ("GVCF", "forward"))
    ]
    frame = d.frame()
    return frame.select([c for c in frame.columns if c in ("exporter", "economy", "industry", "importer")] + [pl.col("GEXP"), *share])
