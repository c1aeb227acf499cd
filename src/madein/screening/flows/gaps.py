"""Gaps between statistics: what one side says against what the other says, and three legs of trade around a wedge.

Works on tidy frames, so that declarations, customs statistics and mirror statistics serve alike.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from madein.screening.nulls.excess import Excess, absent, stream

MARGIN = (0.0, 0.2)
"""Lowest and highest freight and insurance in an import value, as share of the export value."""


def mirror_gaps(trade: pl.DataFrame, rounds: int = 50, equal: float = 0.05) -> pl.DataFrame:
    """Both reports of each flow, freight taken off the import side, and a value between them weighted by reliability.

    The margin of a pair is the median of ln(import / export) over its codes and periods, between the bounds of `MARGIN`. The
    reliability of a reporter is the inverse of its mean discrepancy with others weighted by theirs, iterated to a fixed point
    (the method of published mirror reconciliations; a gap of less than `equal` in logs counts as agreement).

    Parameters
    ----------
    trade : Polars frame
        exporter, importer, hs, period, x_fob (by the exporter), m_cif (by the importer); one of the values may be empty.

    Returns
    -------
    Polars frame
        The columns given, margin, gap = ln(m_cif / (1 + margin)) - ln(x_fob), asymmetry = |difference| over the larger, weight_x
        (0 to 1: how much of the value is the exporter's), value, basis (both, exporter, importer). Sorted by the first four.

    Examples
    --------
    >>> t = pl.DataFrame({"exporter": ["CHN"] * 3, "importer": ["VNM"] * 3, "hs": ["01", "02", "03"], "period": ["2024"] * 3,
    ...     "x_fob": [100.0, 100.0, 100.0], "m_cif": [110.0, 110.0, 55.0]})
    >>> [round(g, 3) + 0.0 for g in mirror_gaps(t)["gap"]]
    [0.0, 0.0, -0.693]
    """
    both = (pl.col("x_fob") > 0) & (pl.col("m_cif") > 0)
    keys = ["exporter", "importer", "hs", "period"]
    held = trade.sort(keys).with_columns(raw=pl.when(both).then((pl.col("m_cif") / pl.col("x_fob")).log()))
    usual = (pl.col("raw").median().over("exporter", "importer").exp() - 1).clip(*MARGIN)
    # A pair that only one side reports has the margin of the others; where nobody reports both, the middle of the bounds.
    held = held.with_columns(margin=usual)
    held = held.with_columns(pl.col("margin").fill_null(pl.col("margin").median()).fill_null(sum(MARGIN) / 2))
    held = held.with_columns(fob=pl.col("m_cif") / (1 + pl.col("margin")))
    held = held.with_columns(gap=pl.when(both).then((pl.col("fob") / pl.col("x_fob")).log()))
    high = pl.max_horizontal("fob", "x_fob")
    held = held.with_columns(asymmetry=pl.when(both).then((pl.col("fob") - pl.col("x_fob")).abs() / high))
    reliability = _reliability(held.filter(both), rounds, equal)
    weight = pl.DataFrame({"r": list(reliability), "w": list(reliability.values())}, schema={"r": pl.String, "w": pl.Float64})
    for who, column in (("exporter", "w_x"), ("importer", "w_m")):
        held = held.join(weight.rename({"r": who, "w": column}), on=who, how="left")
    one_x, one_m = pl.col("x_fob").is_not_null() & ~both.fill_null(False), pl.col("m_cif").is_not_null() & ~both.fill_null(False)
    share = (pl.col("w_x") / (pl.col("w_x") + pl.col("w_m"))).fill_null(0.5)
    held = held.with_columns(weight_x=pl.when(both).then(share).when(one_x).then(1.0).when(one_m).then(0.0))
    between = pl.col("weight_x") * pl.col("x_fob") + (1 - pl.col("weight_x")) * pl.col("fob")
    value = pl.when(both).then(between).when(one_x).then("x_fob").otherwise("fob")
    basis = pl.when(both).then(pl.lit("both")).when(one_x).then(pl.lit("exporter")).when(one_m).then(pl.lit("importer"))
    return held.with_columns(value=value, basis=basis).drop("raw", "fob", "w_x", "w_m").sort(keys)


def _reliability(held: pl.DataFrame, rounds: int, equal: float) -> dict[str, float]:
    names = sorted(set(held["exporter"].to_list()) | set(held["importer"].to_list()))
    at = {n: i for i, n in enumerate(names)}
    away = held["gap"].abs().to_numpy()
    away = np.where(away < equal, 0.0, away)
    x, m = (np.array([at[n] for n in held[c].to_list()], np.int64) for c in ("exporter", "importer"))
    weight = np.ones(len(names))
    count = np.bincount(x, minlength=len(names)) + np.bincount(m, minlength=len(names))
    for _ in range(rounds):
        mean = (np.bincount(x, away * weight[m], len(names)) + np.bincount(m, away * weight[x], len(names))) / np.maximum(count, 1)
        new = 1 / (mean + equal)
        new /= max(new.max(initial=0.0), 1e-12)
        if np.abs(new - weight).max(initial=0.0) < 1e-9:
            break
        # Halfway steps: two reporters who only know each other would swing for ever.
        weight = (new + weight) / 2
    return {n: float(weight[i]) for n, i in at.items()}


def triple_gap(legs: pl.DataFrame) -> pl.DataFrame:
    """Growth of the three legs of each code around the wedge: source to home, home to market, source to market.

    Freund and others (Journal of International Economics 2024) and Alfaro and Chor (2023) look for the first two rising while the
    third falls.

    Parameters
    ----------
    legs : Polars frame
        hs, after (true once the wedge holds), source_home, home_market, source_market (empty where not known); one row a code
        and period.

    Returns
    -------
    Polars frame
        hs, the three growth rates in logs of the mean per period, joint: sum of the first two less the third, each counted only
        where it goes the suspicious way; empty where a leg is zero before or after.
    """
    names = ["source_home", "home_market", "source_market"]
    mean = legs.group_by("hs").agg(
        expression for n in names for expression in (
            pl.col(n).filter(~pl.col("after")).cast(pl.Float64).sort().mean().alias(f"{n}_0"),
            pl.col(n).filter(pl.col("after")).cast(pl.Float64).sort().mean().alias(f"{n}_1"),
        )
    )  # fmt: skip

    def grown(n: str) -> pl.Expr:
        return pl.when((pl.col(f"{n}_0") > 0) & (pl.col(f"{n}_1") > 0)).then((pl.col(f"{n}_1") / pl.col(f"{n}_0")).log()).alias(n)

    out = mean.select("hs", *(grown(n) for n in names)).sort("hs")
    third = pl.col("source_market").fill_null(0.0)
    rises = pl.min_horizontal(pl.col("source_home").clip(0), pl.col("home_market").clip(0))
    known = pl.col("source_home").is_not_null() & pl.col("home_market").is_not_null()
    return out.with_columns(joint=pl.when(known).then(rises + (-third).clip(0)))


def mean_gap(name: str, value: np.ndarray, exposed: np.ndarray, seed: int = 0, draws: int = 199) -> Excess:
    """Mean of a number over codes under a wedge less that over others, with the marks permuted as the null.

    Parameters
    ----------
    value : float array over codes
        nan where absent.
    exposed : boolean array over codes

    Examples
    --------
    >>> e = mean_gap("drawn", stream(3).normal(size=300), np.arange(300) < 100)
    >>> e.low < 0 < e.high
    True
    """
    from scipy.stats import t

    held = np.isfinite(value)
    value, exposed = value[held], exposed[held]
    k, n = int(exposed.sum()), len(value)
    if k < 5 or n - k < 5:
        return absent(name, f"{k} codes with a wedge and {n - k} without: at least 5 of each are needed")
    rng = stream(seed, 34)

    def apart(mark: np.ndarray) -> float:
        return float(value[mark].mean() - value[~mark].mean())

    drawn = np.array([apart(exposed[rng.permutation(n)]) for _ in range(draws)])
    seen, null = apart(exposed), float(drawn.mean())
    spread = value[exposed].var(ddof=1) / k + value[~exposed].var(ddof=1) / (n - k)
    half = float(t.ppf(0.975, min(k, n - k) - 1)) * math.sqrt(max(float(drawn.var(ddof=1)), float(spread)) * 1.25)
    return Excess(name, seen, null, seen - null, seen - null - half, seen - null + half, (1 + int((drawn >= seen).sum())) / (draws + 1), draws)
