"""Excess over chance: a share, what permutations of it give, and the interval between the two."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
GROUPS = 50
"""Into how many groups products are dealt for the spread over products."""


@dataclass(frozen=True, slots=True)
class Excess:
    """A share beside its null.

    Attributes
    ----------
    name : str
    share, null : float
        Observed share of value, and its mean over permutations; 0 to 1.
    excess, low, high : float
        Share minus null with its 95 percent interval.
    p : float
        Chance of a share as high in permuted data, (1 + as high) / (1 + draws).
    draws : int
        Permutations; 0 where nothing could be permuted, with `absent` saying why and the numbers nan.
    absent : str
    """

    name: str
    share: float
    null: float
    excess: float
    low: float
    high: float
    p: float
    draws: int
    absent: str = ""


def stream(seed: int, *at: int) -> np.random.Generator:
    """Random numbers for one place, the same whatever is drawn elsewhere."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *at])))


def draws_for(cells: int, most: int = 199, work: int = 6_000_000) -> int:
    """How many permutations a table of so many cells is worth: 199, fewer for large ones, 19 at least.

    Large tables need fewer: their null hardly varies, and the interval pays for few draws by Student's t.
    """
    return max(19, min(most, work // max(cells, 1)))


def absent(name: str, why: str) -> Excess:
    """An indicator that cannot be computed, with the reason."""
    nan = math.nan
    return Excess(name, nan, nan, nan, nan, nan, nan, 0, why)


def conclude(name: str, observed: NDArray[np.float64], base: NDArray[np.float64], drawn: NDArray[np.float64], denominator: float) -> Excess:
    """Excess and interval from sums by group of products.

    Parameters
    ----------
    observed, base : float array (groups,)
        Sums of the numerator and denominator of the share.
    drawn : float array (draws, groups)
        The numerator in permuted data.
    denominator : float
        What the share is a share of.

    Notes
    -----
    The variance adds two parts: that of the permuted share, which is what chance alone moves, and that of the excess over groups
    of products, which grows where some products differ from others. On data without a link both measure the same thing, so the
    interval is wider than 95 percent asks for; with a link the first alone would be too narrow.
    """
    from scipy.stats import t

    if denominator <= 0:
        return absent(name, "no value to be a share of")
    draws = len(drawn)
    shares, mean = drawn.sum(axis=1) / denominator, drawn.mean(axis=0)
    share, null = float(observed.sum()) / denominator, float(mean.sum()) / denominator
    apart = observed - mean
    used = base > 0
    g = int(used.sum())
    rest = apart[used] - base[used] * (apart.sum() / max(base.sum(), 1.0))
    between = g / max(g - 1, 1) * float((rest**2).sum()) / denominator**2
    chance = float(shares.var(ddof=1)) * (1 + 1 / draws)
    half = float(t.ppf(0.975, draws - 1)) * math.sqrt(chance + between)
    excess = share - null
    p = (1 + int((shares >= share).sum())) / (draws + 1)
    return Excess(name, share, null, excess, excess - half, excess + half, p, draws)


def exposure_excess(name: str, part: Whole, whole: Whole, exposed: NDArray[np.bool_], seed: int = 0, draws: int = 199) -> Excess:
    """Is a share higher in codes under a wedge than in codes without one? The null deals the wedge to other codes.

    Parameters
    ----------
    part, whole : whole-number arrays over codes
        Numerator and denominator of the share, cents.
    exposed : boolean array over codes

    Returns
    -------
    Excess
        `share` that of exposed codes, `null` what permuted marks give.

    Examples
    --------
    >>> rng = stream(1)
    >>> whole = rng.integers(50, 100, 200)
    >>> e = exposure_excess("drawn", (whole * rng.random(200)).astype(np.int64), whole, np.arange(200) < 60)
    >>> e.low < 0 < e.high
    True
    """
    n, k = len(part), int(exposed.sum())
    if k < 5 or n - k < 5:
        return absent(name, f"{k} codes with a wedge and {n - k} without: at least 5 of each are needed")
    rng = stream(seed, 31)
    group = np.arange(n) % GROUPS

    def sums(mark: NDArray[np.bool_]) -> NDArray[np.float64]:
        # The denominator moves with the marks, so the share of each group's part is put on the observed denominator.
        total = float(whole[mark].sum())
        scale = float(whole[exposed].sum()) / total if total else 0.0
        return np.asarray(np.bincount(group[mark], part[mark].astype(np.float64), GROUPS) * scale, dtype=np.float64)

    drawn = np.array([sums(exposed[rng.permutation(n)]) for _ in range(draws)])
    base = np.bincount(group[exposed], whole[exposed].astype(np.float64), GROUPS).astype(np.float64)
    return conclude(name, sums(exposed), base, drawn, float(whole[exposed].sum()))
