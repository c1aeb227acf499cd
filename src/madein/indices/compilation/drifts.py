"""How far the chaining methods lead apart."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    from madein.indices.compilation.chain import Method

    FloatArray = NDArray[np.float64]


def drift(index: Mapping[Method, FloatArray], numbers: NDArray[np.int64], per_year: int = 12) -> pl.DataFrame:
    """Gap of each method against each other, by year.

    Parameters
    ----------
    index : mapping of method to ndarray, shape (periods,)
        One index chained in several ways, in one reference.
    numbers : ndarray, shape (periods,)
        Period numbers.

    Returns
    -------
    polars.DataFrame
        ``method``, ``against``, ``year``, ``gap`` (percent of the annual mean of `against`), ``previous_gap`` and
        ``year_gap`` (largest difference of the growth over the period before and over the year, points).

    Examples
    --------
    >>> one = {"annual": np.array([100.0, 100.0, 110.0, 110.0]), "one_period": np.array([100.0, 100.0, 111.1, 111.1])}
    >>> drift(one, np.arange(4), per_year=2).select("year", "gap", "year_gap").row(1)
    (1, 1.0, 1.1)
    """
    import polars as pl

    rows = []
    years = numbers // per_year
    for base, other in combinations(index, 2):
        a, b = index[base], index[other]
        with np.errstate(invalid="ignore"):
            steps = [_rates(b, n) - _rates(a, n) for n in (1, per_year)]
        for year in np.unique(years).tolist():
            at = years == year
            with np.errstate(invalid="ignore", divide="ignore"):
                gap = 100 * (b[at].mean() / a[at].mean() - 1)
            rows.append((other, base, year, _clean(gap), *(_clean(_largest(s[at])) for s in steps)))
    columns = {"method": pl.String, "against": pl.String, "year": pl.Int64, "gap": pl.Float64, "previous_gap": pl.Float64, "year_gap": pl.Float64}
    return pl.DataFrame(rows, columns, orient="row")


def _rates(index: FloatArray, lag: int) -> FloatArray:
    out = np.full(len(index), np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        out[lag:] = 100 * (index[lag:] / index[:-lag] - 1) if lag < len(index) else out[lag:]
    return out


def _largest(values: FloatArray) -> float:
    held = values[np.isfinite(values)]
    return float(held[np.abs(held).argmax()]) if len(held) else np.nan


def _clean(value: float) -> float | None:
    return None if not np.isfinite(value) else round(float(value), 12)
