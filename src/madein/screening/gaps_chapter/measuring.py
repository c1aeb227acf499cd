"""Growth of the legs by product, which products are exposed, and the difference between them with its interval."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from madein.core.errors import MadeinError
from madein.screening.flows.gaps import mean_gap, triple_gap
from madein.screening.gaps_chapter.reading import LEGS

DRAWS = 999
"""Permutations: there are few products, so many draws cost nothing."""

WAY = {"source_home": 1, "home_market": 1, "source_market": -1, "joint": 1}
"""Which way rerouting would move a leg where the wedge holds."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Growth where the wedge holds against growth elsewhere, all in logs; nan where `absent` says why.

    Attributes
    ----------
    exposed_mean, others_mean : float
    difference, low, high : float
        With the 95 % interval.
    p : float
        Chance of a difference as large the way rerouting would move it, had the wedge been dealt to other products.
    exposed, others : int
        Products that count.
    """

    leg: str
    exposed_mean: float
    others_mean: float
    difference: float
    low: float
    high: float
    p: float
    exposed: int
    others: int
    absent: str = ""


def measured(
    trade: pl.DataFrame, points: pl.DataFrame, names: Mapping[str, str], exposed_from: float | None, at_least: float, where: str
) -> tuple[pl.DataFrame, float]:
    """Products with points and trade, each with its growth and whether it is exposed; and the points from which one is.

    Parameters
    ----------
    trade : Polars frame
        product, the legs, late (true in the window after).
    points : Polars frame
        product, points, starts, row.
    at_least : float
        Money a period that a leg must have had before.

    Returns
    -------
    Polars frame
        See `Case.products`.

    Raises
    ------
    MadeinError
        If the wedge is the same for every product, so that nothing tells exposed ones from others.
    """
    ends = trade.group_by("product").agg(
        pl.col(leg).filter(pl.col("late") == late).sort().mean().alias(f"{leg}_{end}")
        for leg in LEGS for end, late in (("before", False), ("after", True))
    )  # fmt: skip
    small = ends.select("product", *((pl.col(f"{leg}_before").fill_null(0.0) < at_least).alias(f"{leg}_small") for leg in LEGS))
    counted = trade.join(small, on="product").with_columns(pl.when(~pl.col(f"{leg}_small")).then(leg).alias(leg) for leg in LEGS)
    grown = triple_gap(counted.select(pl.col("product").alias("hs"), pl.col("late").alias("after"), *LEGS)).rename({"hs": "product"})
    # Two legs that rise are diversion as well as rerouting: without the third nothing tells them apart.
    whole = pl.all_horizontal(pl.col(leg).is_not_null() for leg in LEGS)
    grown = grown.with_columns(joint=pl.when(whole).then("joint"))
    out = points.filter(pl.col("points").is_not_null()).join(ends, on="product").join(grown, on="product").sort("product")
    threshold = exposed_from if exposed_from is not None else middle(out, where)
    named = pl.Series("name", [names.get(p, p) for p in out["product"].to_list()], pl.String)
    return out.with_columns(named, exposed=pl.col("points") >= threshold), threshold


def middle(products: pl.DataFrame, where: str) -> float:
    """Points of the middle product among those with growth: as many are exposed as not, which tells most of a difference.

    Where the middle product has the least points of all, the least above them.
    """
    held = products.filter(pl.any_horizontal(pl.col(leg).is_not_null() for leg in LEGS))["points"]
    if not len(held):
        held = products["points"]
    above = held.filter(held > held.min())
    if not len(above):
        raise MadeinError(
            "the wedge is the same for every product", f"{where} column points", f"it is {held[0]:g}", "set exposed_from, or add products"
        )
    median = held.median()
    assert isinstance(median, float)
    least = above.min()
    assert isinstance(least, float)
    return max(median, least)


def gap(products: pl.DataFrame, leg: str, given: tuple[str, ...], seed: int) -> Gap:
    """The difference of one leg, or of their joint movement.

    Notes
    -----
    Over all permutations the mean difference is nought, so the interval is laid around what is seen and not around what is left
    after the mean of those drawn.
    """
    nan = math.nan
    value = products[leg].cast(pl.Float64).fill_null(nan).to_numpy()
    mark = products["exposed"].to_numpy()
    held = np.isfinite(value)
    k, n = int((held & mark).sum()), int((held & ~mark).sum())
    mine, other = (float(np.sort(value[held & side]).mean()) if (held & side).any() else nan for side in (mark, ~mark))
    if leg not in given and (leg != "joint" or len(given) < len(LEGS)):
        why = "all three legs are needed" if leg == "joint" else "no such leg is given"
        return Gap(leg, mine, other, nan, nan, nan, nan, k, n, why)
    way = WAY[leg]
    found = mean_gap(leg, way * value, mark, seed, DRAWS)
    if found.absent:
        return Gap(leg, mine, other, nan, nan, nan, nan, k, n, f"exposed products {k}, others {n}: at least 5 of each are needed")
    low, high = sorted((way * (found.low + found.null), way * (found.high + found.null)))
    return Gap(leg, mine, other, way * found.share, low, high, found.p, k, n)
