"""How good a ranking is: precision, recall and revenue in the top n percent, area under the curve, best F1, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Labels = NDArray[np.int8]
SHARES = (1.0, 2.0, 5.0, 10.0)
"""Percent of declarations inspected at which DATE reports precision, recall and revenue (Kim et al. 2020, section 5.1)."""
THRESHOLDS = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
"""Thresholds over which the same paper takes the best F1."""
_POINTS = 200
_RESAMPLES = 200


@dataclass(frozen=True, slots=True)
class Metrics:
    """Quality of one ranking on rows with labels.

    Attributes
    ----------
    rows, positives : int
    auc : float
        Chance that a row with the label stands above one without, ties counted half; nan where one class is missing.
    auc_low, auc_high : float
        95 percent interval over resampled rows; nan where `auc` is.
    f1 : float
        Best F1 over `THRESHOLDS`; nan for scores that are no probabilities.
    top : polars.DataFrame
        percent, inspected, precision, recall, revenue, and the 95 percent interval of precision and revenue (``_low``, ``_high``).
        Shares run from 0 to 1; revenue is null where no revenue is known.
    """

    rows: int
    positives: int
    auc: float
    auc_low: float
    auc_high: float
    f1: float
    top: pl.DataFrame

    def at(self, percent: float) -> dict[str, float | None]:
        """Precision, recall and revenue in the top n percent.

        Raises
        ------
        KeyError
            If the percentage was not computed.
        """
        found = self.top.filter(pl.col("percent") == percent)
        if found.is_empty():
            raise KeyError(percent)
        return found.row(0, named=True)


def order(score: Reals) -> NDArray[np.intp]:
    """Rows from the highest score down; equal scores stay in the order of the rows, so that every run inspects the same.

    Examples
    --------
    >>> order(np.array([0.1, 0.9, 0.9])).tolist()
    [1, 2, 0]
    """
    return np.argsort(-score, kind="stable")


def auc(label: Labels, score: Reals) -> float:
    """Area under the receiver operating curve by the rank sum of Mann and Whitney; ties count half, nan with one class only.

    Examples
    --------
    >>> auc(np.array([0, 0, 1, 1], np.int8), np.array([0.1, 0.4, 0.35, 0.8]))
    0.75
    """
    n1 = int(label.sum())
    n0 = len(label) - n1
    if not n1 or not n0:
        return float("nan")
    _, where, count = np.unique(score, return_inverse=True, return_counts=True)
    above = np.cumsum(count) - (count - 1) / 2
    return float((above[where][label == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0))


def inspected(percent: float, rows: int) -> int:
    """How many rows the top n percent are: rounded half up, at least one.

    Examples
    --------
    >>> inspected(1, 8927), inspected(5, 10)
    (89, 1)
    """
    return min(rows, max(1, int(np.floor(percent / 100 * rows + 0.5))))


def best_f1(label: Labels, probability: Reals) -> float:
    """Best F1 over `THRESHOLDS`; 0 where nothing is found at any.

    Examples
    --------
    >>> round(best_f1(np.array([1, 1, 0, 0], np.int8), np.array([0.9, 0.3, 0.25, 0.05])), 3)
    1.0
    """
    best = 0.0
    for threshold in THRESHOLDS:
        hit = probability >= threshold
        total = int(hit.sum()) + int(label.sum())
        best = max(best, 2 * int(label[hit].sum()) / total if total else 0.0)
    return best


def measure(
    label: Labels, score: Reals, revenue: Reals | None = None, probability: Reals | None = None, shares: Sequence[float] = SHARES, seed: int = 0
) -> Metrics:
    """DATE's measures of a ranking.

    Parameters
    ----------
    label : int8 array (rows,)
        1 with the label, 0 without.
    score : float array (rows,)
        Higher is inspected first.
    revenue : float array (rows,)
        What a row with the label brings when it is found, in any one currency; that of rows without it is not counted.
    probability : float array (rows,)
        For F1; the score where none is given.
    shares : percentages
    seed : int
        Of the resampled rows behind the intervals.

    Returns
    -------
    Metrics
        Precision: labels in the top over its rows. Recall: labels in the top over all. Revenue: the same, weighted.

    References
    ----------
    Kim et al. (2020), DATE: Dual Attentive Tree-aware Embedding for Customs Fraud Detection, KDD, section 5.1.

    Examples
    --------
    >>> m = measure(np.array([1, 0, 1, 0], np.int8), np.array([0.9, 0.8, 0.3, 0.1]), np.array([5.0, 0, 15, 0]), shares=(50,))
    >>> m.at(50)["precision"], m.at(50)["recall"], m.at(50)["revenue"], m.auc
    (0.5, 0.5, 0.25, 0.75)
    """
    n, found = len(label), int(label.sum())
    held = None if revenue is None else np.where(label == 1, np.nan_to_num(revenue), 0.0)
    point = _top(label, held, order(score), shares)
    rng = np.random.Generator(np.random.Philox(seed))
    drawn: list[Reals] = []
    areas: list[float] = []
    for _ in range(_RESAMPLES if n else 0):
        pick = np.sort(rng.integers(0, n, n))
        areas.append(auc(label[pick], score[pick]))
        drawn.append(_top(label[pick], None if held is None else held[pick], order(score[pick]), shares))
    low, high = (np.quantile(np.array(drawn), q, axis=0) if drawn else point for q in (0.025, 0.975))
    real = [a for a in areas if np.isfinite(a)]
    a_low, a_high = (float(np.quantile(real, q)) if real else float("nan") for q in (0.025, 0.975))
    top = pl.DataFrame({
        "percent": [float(s) for s in shares], "inspected": [inspected(s, n) if n else 0 for s in shares],
        "precision": point[:, 0], "precision_low": low[:, 0], "precision_high": high[:, 0], "recall": point[:, 1],
        "revenue": point[:, 2], "revenue_low": low[:, 2], "revenue_high": high[:, 2],
    })  # fmt: skip
    if held is None:
        top = top.with_columns(pl.lit(None, pl.Float64).alias(c) for c in ("revenue", "revenue_low", "revenue_high"))
    said = score if probability is None else probability
    f1 = best_f1(label, said) if n and float(said.min()) >= 0 and float(said.max()) <= 1 else float("nan")
    return Metrics(n, found, auc(label, score), a_low, a_high, f1, top)


def _top(label: Labels, revenue: Reals | None, rows: NDArray[np.intp], shares: Sequence[float]) -> Reals:
    """Precision, recall and revenue by share; 0 stands for a denominator of nothing, so that a quantile can be taken."""
    out = np.zeros((len(shares), 3))
    if not len(label):
        return out
    hits = np.cumsum(label[rows].astype(np.int64))
    money = None if revenue is None else np.cumsum(revenue[rows])
    for i, share in enumerate(shares):
        k = inspected(share, len(label))
        out[i, 0] = hits[k - 1] / k
        out[i, 1] = hits[k - 1] / max(hits[-1], 1)
        out[i, 2] = 0.0 if money is None else money[k - 1] / money[-1] if money[-1] > 0 else 0.0
    return out


def curve(label: Labels, score: Reals, revenue: Reals | None = None, points: int = _POINTS) -> pl.DataFrame:
    """The whole curve: precision, recall and revenue at every share of declarations inspected.

    Returns
    -------
    polars.DataFrame
        percent (0 to 100), inspected, precision, recall, revenue (null where none is known), rising in `percent`, at most `points` rows.

    Examples
    --------
    >>> curve(np.array([1, 0], np.int8), np.array([0.9, 0.1]), np.array([3.0, 0.0]))["precision"].to_list()
    [1.0, 0.5]
    """
    n = len(label)
    k = np.unique(np.ceil(np.linspace(0, 1, points + 1)[1:] * n).astype(np.int64)) if n else np.zeros(0, np.int64)
    rows = order(score)
    hits = np.cumsum(label[rows].astype(np.int64))[k - 1] if n else np.zeros(0)
    out = pl.DataFrame({"percent": 100 * k / max(n, 1), "inspected": k, "precision": hits / k, "recall": hits / max(int(label.sum()), 1)})
    if revenue is None:
        return out.with_columns(revenue=pl.lit(None, pl.Float64))
    money = np.cumsum(np.where(label == 1, np.nan_to_num(revenue), 0.0)[rows])
    return out.with_columns(revenue=pl.Series(money[k - 1] / money[-1] if n and money[-1] > 0 else np.zeros(len(k))))
