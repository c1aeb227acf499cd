"""Scores made into probabilities: Platt's line, beta calibration or isotonic regression, chosen on later rows, and what is left of error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from madein.screening.labelled.metrics import Labels, Reals

METHODS = ("none", "platt", "beta", "isotonic")
BINS = 10
_EDGE = 1e-6


def _clip(p: Reals) -> Reals:
    return np.clip(p, _EDGE, 1 - _EDGE)


def _inputs(method: str, p: Reals) -> Reals:
    p = _clip(p)
    return np.log(p / (1 - p))[:, None] if method == "platt" else np.column_stack([np.log(p), -np.log1p(-p)])


@dataclass(frozen=True, slots=True)
class Calibrator:
    """A monotone map of scores to probabilities.

    Attributes
    ----------
    method : {"none", "platt", "beta", "isotonic"}
    weights : tuple of float
        Slopes and constant of a logistic map: one slope on the logit (Platt), or two on ln p and -ln(1 - p) (beta).
    x, y : tuple of float
        Corners of the isotonic map, joined by straight lines.
    """

    method: str
    weights: tuple[float, ...] = ()
    x: tuple[float, ...] = ()
    y: tuple[float, ...] = ()

    def __call__(self, p: Reals) -> Reals:
        """Probabilities of scores between 0 and 1."""
        if self.method == "none":
            return p
        if self.method == "isotonic":
            return np.asarray(np.interp(p, self.x, self.y), dtype=np.float64)
        z = _inputs(self.method, p) @ np.array(self.weights[:-1]) + self.weights[-1]
        return np.asarray(1 / (1 + np.exp(-z)), dtype=np.float64)


def log_losses(label: Labels, p: Reals) -> Reals:
    """Of each row, -ln of the probability given to what happened."""
    p = _clip(p)
    return np.asarray(-np.where(label == 1, np.log(p), np.log1p(-p)), dtype=np.float64)


def log_loss(label: Labels, p: Reals) -> float:
    """Mean of `log_losses`."""
    return float(log_losses(label, p).mean())


def _logistic(x: Reals, target: Reals, steps: int = 100) -> tuple[float, ...]:
    """Weights by Newton's method with a touch of ridge, so that separable rows have an answer; slopes below 0 are fixed at 0."""
    free = np.ones(x.shape[1], dtype=bool)
    while True:
        design = np.column_stack([x[:, free], np.ones(len(x))])
        w = np.zeros(design.shape[1])
        for _ in range(steps):
            p = 1 / (1 + np.exp(-np.clip(design @ w, -500, 500)))
            hessian = (design * (p * (1 - p))[:, None]).T @ design + 1e-6 * np.eye(len(w))
            step = np.linalg.solve(hessian, design.T @ (target - p) - 1e-6 * w)
            # A full step overshoots where the curve is flat; half a logit of change a row is Newton's safe ground.
            w += step / max(1.0, float(np.abs(design @ step).max()) / 4)
            if float(np.abs(step).max()) < 1e-9:
                break
        full = np.zeros(x.shape[1])
        full[free] = w[:-1]
        if (full >= 0).all():
            return (*(float(v) for v in full), float(w[-1]))
        free &= full >= 0


def _isotonic(p: Reals, label: Labels) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Pool adjacent violators; each pool is a corner at its mean score, so that the map has no steps."""
    xs, where, count = np.unique(p, return_inverse=True, return_counts=True)
    mean = np.bincount(where, label.astype(np.float64)) / count
    pools: list[list[float]] = []
    for x, y, n in zip(xs.tolist(), mean.tolist(), count.tolist(), strict=True):
        pools.append([x, y, float(n)])
        while len(pools) > 1 and pools[-2][1] >= pools[-1][1]:
            x1, y1, n1 = pools.pop()
            x0, y0, n0 = pools[-1]
            pools[-1] = [(x0 * n0 + x1 * n1) / (n0 + n1), (y0 * n0 + y1 * n1) / (n0 + n1), n0 + n1]
    # The ends never say that something is certain: a row of the mean share is thought into the first and the last pool.
    base = float(label.mean())
    low, high = ((q[1] * q[2] + base) / (q[2] + 1) for q in (pools[0], pools[-1]))
    return tuple(q[0] for q in pools), tuple(min(max(q[1], low), high) for q in pools)


def fit_calibrator(method: str, score: Reals, label: Labels) -> Calibrator:
    """A calibrator of one kind.

    Parameters
    ----------
    method : {"none", "platt", "beta", "isotonic"}
    score : float array (rows,)
        Between 0 and 1.
    label : int8 array (rows,)

    References
    ----------
    Platt (1999), Probabilistic outputs for support vector machines, with his smoothed targets; Kull, Silva Filho and Flach (2017),
    Beta calibration, AISTATS; Zadrozny and Elkan (2002), Transforming classifier scores into accurate multiclass probability
    estimates, KDD.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> p = rng.random(20000)
    >>> y = (rng.random(20000) < p**2).astype(np.int8)
    >>> [abs(float(fit_calibrator(m, p, y)(np.array([0.5]))[0]) - 0.25) < 0.03 for m in ("beta", "isotonic")]
    [True, True]
    """
    if method == "none":
        return Calibrator("none")
    if method == "isotonic":
        x, y = _isotonic(score, label)
        return Calibrator("isotonic", (), x, y)
    n1 = int(label.sum())
    n0 = len(label) - n1
    target = np.where(label == 1, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))
    return Calibrator(method, _logistic(_inputs(method, score), target))


def choose_calibrator(score: Reals, label: Labels) -> tuple[Calibrator, pl.DataFrame]:
    """The best kind of calibration on rows in order of time: each is fitted on the earlier half and judged on the later one.

    Returns
    -------
    Calibrator
        The plainest kind, in the order of `METHODS`, whose log loss is within one standard error of the lowest (paired by row),
        fitted again on all rows.
    polars.DataFrame
        method, log_loss on the later half, behind (how far above the lowest), error (standard error of that).
    """
    half = len(label) // 2
    early, late = slice(0, half), slice(half, None)
    losses = [log_losses(label[late], fit_calibrator(m, score[early], label[early])(score[late])) for m in METHODS]
    lowest = losses[int(np.argmin([loss.mean() for loss in losses]))]
    behind = [float((loss - lowest).mean()) for loss in losses]
    error = [float((loss - lowest).std()) / float(np.sqrt(max(len(loss), 1))) for loss in losses]
    best = next(m for m, gap, se in zip(METHODS, behind, error, strict=True) if gap <= se)
    tried = pl.DataFrame({"method": METHODS, "log_loss": [float(loss.mean()) for loss in losses], "behind": behind, "error": error})
    return fit_calibrator(best, score, label), tried


def bins(label: Labels, p: Reals, count: int = BINS, equal: str = "mass") -> pl.DataFrame:
    """Probability said and share found, by bins of probability.

    Parameters
    ----------
    label, p : arrays (rows,)
    count : int
    equal : {"mass", "width"}
        Bins of equally many rows, or of equal width between 0 and 1; empty ones are left out.

    Returns
    -------
    polars.DataFrame
        low, high, rows, said, found and the 95 percent interval of found (Wilson 1927).
    """
    if equal == "width":
        where = np.minimum((p * count).astype(np.int64), count - 1)
    else:
        where = np.empty(len(p), np.int64)
        where[np.argsort(p, kind="stable")] = np.arange(len(p)) * count // max(len(p), 1)
    rows = []
    for b in range(count):
        held = where == b
        n = int(held.sum())
        if n:
            found = float(label[held].mean())
            low, high = _wilson(found, n)
            rows.append((float(p[held].min()), float(p[held].max()), n, float(p[held].mean()), found, low, high))
    return pl.DataFrame(rows, schema={"low": pl.Float64, "high": pl.Float64, "rows": pl.Int64, "said": pl.Float64, "found": pl.Float64,
                                      "found_low": pl.Float64, "found_high": pl.Float64}, orient="row")  # fmt: skip


def _wilson(share: float, n: int) -> tuple[float, float]:
    z = 1.959963984540054
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * float(np.sqrt(share * (1 - share) / n + z * z / (4 * n * n))) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def calibration_error(label: Labels, p: Reals, count: int = BINS, equal: str = "mass") -> float:
    """Expected calibration error: mean over rows of |said - found| of their bin.

    References
    ----------
    Naeini, Cooper and Hauskrecht (2015), Obtaining well calibrated probabilities using Bayesian binning, AAAI.

    Examples
    --------
    >>> calibration_error(np.array([1, 0, 1, 1], np.int8), np.full(4, 0.5), 1)
    0.25
    """
    held = bins(label, p, count, equal)
    return float(((held["said"] - held["found"]).abs() * held["rows"]).sum() / max(len(p), 1))


def error_by_chance(p: Reals, count: int = BINS, equal: str = "mass", seed: int = 0, draws: int = 200) -> tuple[float, float]:
    """Mean and 95th percentile of the calibration error if every probability were right: what sampling alone leaves."""
    rng = np.random.Generator(np.random.Philox(seed))
    drawn = [calibration_error((rng.random(len(p)) < p).astype(np.int8), p, count, equal) for _ in range(draws)]
    return float(np.mean(drawn)), float(np.quantile(drawn, 0.95))
