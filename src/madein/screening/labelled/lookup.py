"""Tables of exact values: what the label was where the same values stood before, and what the columns could say one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from madein.screening.labelled.metrics import Reals

Codes = NDArray[np.int64]
Mask = NDArray[np.bool_]
_DENSE = 1 << 21
"""Up to so many possible joint values are counted directly, without sorting."""


@dataclass(frozen=True, slots=True)
class Table:
    """A lookup fitted on some rows and read at others.

    Attributes
    ----------
    p : float array
        Smoothed share of the label among fitted rows with the same values; the share of all fitted rows where there are none.
    rows : int array
        How many fitted rows have the same values.
    mean : float array
        Their bare share of the label; nan where there are none.
    """

    p: Reals
    rows: Codes
    mean: Reals


def joint(codes: Sequence[Codes]) -> Codes:
    """One code for the values of several columns together.

    Examples
    --------
    >>> joint([np.array([0, 0, 1]), np.array([2, 2, 0])]).tolist()
    [2, 2, 3]
    """
    key = np.zeros(len(codes[0]), np.int64)
    size = 1
    for code in codes:
        most = int(code.max()) + 1 if len(code) else 1
        if size * most > _DENSE:
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
            size = int(key.max()) + 1
        key = key * most + code
        size *= most
    if size > _DENSE:
        key = np.unique(key, return_inverse=True)[1].astype(np.int64)
    return key


def look(key: Codes, label: Reals, fit: Mask, at: Mask, weight: float = 1.0) -> Table:
    """A table over joint values.

    Parameters
    ----------
    key : int array (rows,)
        As `joint` gives it.
    label : float array (rows,)
    fit, at : boolean arrays (rows,)
        Rows it is fitted on and rows it is read at.
    weight : float
        How many rows of the mean share each cell starts from.
    """
    size = int(key.max()) + 1 if len(key) else 1
    rows = np.bincount(key[fit], minlength=size)
    hits = np.bincount(key[fit], label[fit], size)
    base = float(label[fit].mean())
    here = key[at]
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = hits[here] / rows[here]
    return Table((hits[here] + weight * base) / (rows[here] + weight), rows[here].astype(np.int64), mean)


def skill(label: Reals, p: Reals, base: float) -> float:
    """Brier skill: 1 minus the mean squared error over that of one probability for all; 0 where that has no error."""
    worst = float(((label - base) ** 2).mean())
    return 1 - float(((label - p) ** 2).mean()) / worst if worst else 0.0


def repeats(label: Reals, table: Table) -> tuple[float, float, float]:
    """How far a label repeats where the same values stood before.

    Returns
    -------
    agree, kappa, seen : float
        Chance that such a row bears the label of an earlier row with the same values; the same corrected for chance, 1 - disagreement
        over that of rows paired at random (Cohen 1960), which for rare pairs is the share of variance that the values explain; and
        the share of rows with such values. nan where there is none, or only one class.
    """
    seen = table.rows > 0
    if not seen.any():
        return float("nan"), float("nan"), 0.0
    y, q = label[seen], table.mean[seen]
    apart = float((y * (1 - q) + (1 - y) * q).mean())
    chance = float(y.mean() * (1 - q.mean()) + (1 - y.mean()) * q.mean())
    return 1 - apart, 1 - apart / chance if chance > 0 else float("nan"), float(seen.mean())


def additive(codes: Sequence[Codes], label: Reals, fit: Mask, ridge: float = 1.0, sweeps: int = 12) -> Reals:
    """What columns can say one by one: a logistic model with an effect of each value of each column and none of their combinations.

    Parameters
    ----------
    codes : int arrays (rows,)
        A value not among fitted rows has no effect.
    ridge : float
        Precision of the normal prior of each effect.
    sweeps : int
        Rounds over the columns, each a Newton step of all its effects at once.

    Returns
    -------
    float array (rows,)
        Probabilities of all rows.
    """
    base = float(np.clip(label[fit].mean(), 1e-6, 1 - 1e-6))
    eta = np.full(len(label), np.log(base / (1 - base)))
    sizes = [int(c.max()) + 1 for c in codes]
    effects = [np.zeros(s) for s in sizes]
    for _ in range(sweeps):
        for j, code in enumerate(codes):
            p = 1 / (1 + np.exp(-eta[fit]))
            slope = np.bincount(code[fit], label[fit] - p, sizes[j]) - ridge * effects[j]
            bend = np.bincount(code[fit], p * (1 - p), sizes[j]) + ridge
            step = np.clip(slope / bend, -2, 2)
            effects[j] += step
            eta += step[code]
    return np.asarray(1 / (1 + np.exp(-eta)), dtype=np.float64)
