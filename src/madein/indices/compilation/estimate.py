"""Weights of the parts of an index from its published series, by constrained least squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError
from madein.core.periods import Period

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class EstimatedWeights:
    """Weights that explain a total by its parts.

    Parameters
    ----------
    names : tuple of str
        Parts.
    weights : ndarray, shape (parts,)
        Within their bounds, summing to one.
    errors : ndarray, shape (parts,)
        Standard errors; 0 for a weight at one of its bounds.
    held : ndarray of bool, shape (parts,)
        True where a weight stands at a bound.
    months : ndarray of int, shape (months,)
        Months used (`madein.core.periods.month_number`).
    fitted, residual : ndarray, shape (months,)
        Weighted mean of the parts, and the published total less it, in index points.
    """

    names: tuple[str, ...]
    weights: FloatArray
    errors: FloatArray
    held: NDArray[np.bool_]
    months: NDArray[np.int64]
    fitted: FloatArray
    residual: FloatArray

    @property
    def largest_error(self) -> float:
        """Largest residual, index points."""
        return float(np.abs(self.residual).max())

    @property
    def standard_error(self) -> float:
        """Root of the residual variance, index points."""
        free = len(self.residual) - max(0, int((~self.held).sum()) - 1)
        return float(np.sqrt((self.residual**2).sum() / free)) if free > 0 else float("nan")


def estimate_weights(
    total: FloatArray,
    parts: Mapping[str, FloatArray],
    months: Sequence[int] | NDArray[np.int64] | None = None,
    *,
    since: int | None = None,
    printed: Mapping[str, float] | None = None,
    half: float = 0.0,
) -> EstimatedWeights:
    """Weights, none negative and summing to one, that bring the parts nearest to the total.

    Parameters
    ----------
    total : ndarray, shape (months,)
        Published total index; months in which anything is NaN are left out.
    parts : mapping of str to ndarray, shape (months,)
        Published indices of the parts, in one reference.
    months : sequence of int, optional
        Month numbers; 0, 1, 2 ... if left out.
    since : int, optional
        Use only months from this one on.
    printed : mapping of str to float, optional
        Weights as printed, which stand for any within `half` of them; the estimate stays inside.
    half : float
        Half a unit of the last digit of `printed`.

    Raises
    ------
    MadeinError
        If there are fewer months than parts, the parts are of unlike length, or no weights fit the bounds.

    Notes
    -----
    The covariance is ``s2 N (N'X'XN)^-1 N'`` with N a basis of the free directions that keep the sum (Judge and others, The
    Theory and Practice of Econometrics, 1985, on restricted least squares). It takes months as independent, so the standard
    errors of a total that was rounded are right and those of one that was revised too small.

    Examples
    --------
    >>> mining, factories = np.array([100.0, 90, 95, 99]), np.array([100.0, 110, 121, 130])
    >>> found = estimate_weights(0.2 * mining + 0.8 * factories, {"B": mining, "C": factories})
    >>> found.weights.round(9), found.largest_error < 1e-9
    (array([0.2, 0.8]), True)
    """
    names = tuple(parts)
    y = np.asarray(total, dtype=float)
    if any(np.shape(parts[n]) != y.shape for n in names) or not names:
        raise MadeinError("the parts and the total are of unlike length", fix="give every part for the same months as the total")
    x = np.column_stack([np.asarray(parts[n], dtype=float) for n in names])
    number = np.arange(len(y)) if months is None else np.asarray(months, dtype=np.int64)
    if number.shape != y.shape:
        raise MadeinError("the months and the total are of unlike length", fix="give one month number for each value")
    good = ~np.isnan(y) & ~np.isnan(x).any(1) & (number >= since if since is not None else True)
    y, x, number = y[good], x[good], number[good]
    if len(y) < len(names):
        span = f"{Period.months(int(number[0]))} to {Period.months(int(number[-1]))}" if len(y) and number[0] > 12 else f"{len(y)} months"
        raise MadeinError(f"{len(names)} weights cannot be told from {len(y)} months", why=span, fix="give more months, or fewer parts")
    low, high = np.zeros(len(names)), np.ones(len(names))
    if printed is not None:
        missing = [n for n in names if n not in printed]
        if missing:
            raise MadeinError(f"no printed weight of {', '.join(missing)}", fix="give one for every part")
        middle = np.array([printed[n] for n in names])
        low, high = np.maximum(0.0, middle - half), np.minimum(1.0, middle + half)
    weights, held = _bounded(x, y, low, high)
    residual = y - x @ weights
    return EstimatedWeights(names, weights, _errors(x, residual, held), held, number, x @ weights, residual)


def _bounded(x: FloatArray, y: FloatArray, low: FloatArray, high: FloatArray) -> tuple[FloatArray, NDArray[np.bool_]]:
    """Least squares with bounds and sum one, by a primal active set (Nocedal and Wright, Numerical Optimization, 16.5)."""
    if low.sum() > 1 + _TINY or high.sum() < 1 - _TINY:
        why = f"they sum to {low.sum():g} to {high.sum():g}"
        raise MadeinError("no weights within the bounds sum to one", why=why, fix="check the printed weights")
    span = high - low
    room = span.sum()
    w = low + span * ((1 - low.sum()) / room if room > 0 else 0.0)
    scale = max(1.0, float(np.abs(x).max()))
    a, b = x / scale, y / scale
    fixed = np.where(span <= _TINY, 1, 0)
    for _ in range(50 * len(low) + 50):
        free = fixed == 0
        step = np.zeros_like(w)
        gradient = a.T @ (a @ w - b)
        if free.sum() > 1:
            basis = _zero_sum(int(free.sum()))
            step[free] = basis @ np.linalg.lstsq(a[:, free] @ basis, b - a @ w, rcond=None)[0]
        if np.abs(step).max() <= 1e-14:
            level = float(gradient[free].mean()) if free.any() else float(np.median(gradient))
            pull = np.where(free | (span <= _TINY), 0.0, fixed * (gradient - level))
            # A weight held at its lower bound (-1) wants up where its gradient is below the others'.
            worst = int(np.argmax(pull))
            if pull[worst] <= 1e-10 * max(1.0, float(np.abs(gradient).max())):
                return np.clip(w, low, high), fixed != 0
            fixed[worst] = 0
            continue
        with np.errstate(divide="ignore", invalid="ignore"):
            reach = np.where(step > 0, (high - w) / step, np.where(step < 0, (low - w) / step, np.inf))
        reach[~free] = np.inf
        first = int(np.argmin(reach))
        if reach[first] >= 1:
            w = w + step
        else:
            w = w + max(0.0, reach[first]) * step
            fixed[first] = 1 if step[first] > 0 else -1
            w[first] = high[first] if step[first] > 0 else low[first]
    raise MadeinError("the weights could not be found", why="the parts move too much alike", fix="give more months, or fewer parts")


def _zero_sum(n: int) -> FloatArray:
    """Orthonormal directions of n numbers that keep their sum, shape (n, n - 1)."""
    q, _ = np.linalg.qr(np.column_stack([np.ones(n), np.eye(n)[:, 1:]]))
    return np.asarray(q[:, 1:], dtype=float)


def _errors(x: FloatArray, residual: FloatArray, held: NDArray[np.bool_]) -> FloatArray:
    out = np.zeros(x.shape[1])
    free = np.flatnonzero(~held)
    spare = len(residual) - max(0, len(free) - 1)
    if len(free) < 2:
        return out
    if spare <= 0:
        out[free] = np.nan
        return out
    basis = _zero_sum(len(free))
    inner = x[:, free] @ basis
    cov = basis @ np.linalg.pinv(inner.T @ inner) @ basis.T * ((residual**2).sum() / spare)
    out[free] = np.sqrt(np.maximum(0.0, np.diag(cov)))
    return out
