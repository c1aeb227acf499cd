"""A total adjusted directly, and as the sum of its adjusted components, and what tells the two apart.

ESS Guidelines on Seasonal Adjustment (Eurostat 2015), section 3.4: neither is right in general; components with seasonal
patterns of their own favour the indirect way, and what matters is that the choice and the gap are known, and that no season
is left in the indirect series. The measures are those in use for European totals (Astolfi, Ladiray and Mazzi 2001, Seasonal
Adjustment of European Aggregates: Direct versus Indirect Approach, Eurostat working paper): mean and largest absolute percentage
gap, agreement of the signs of change, roughness. Roughness is taken on the period before and about a trend, as X-13 does for
composite adjustments (Dagum 1979).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError
from madein.indices.seasonal.result import Adjustment

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class DirectIndirect:
    """Both adjustments of a total.

    Parameters
    ----------
    key : str
        Of the total.
    numbers : ndarray, shape (periods,)
        Periods that the total and all components share, counted as `Adjustment.numbers`.
    period : int
        12 or 4.
    original, direct, indirect : ndarray, shape (periods,)
        In the unit of the total.
    gap : ndarray, shape (periods,), percent
        Indirect against direct.
    residual : ndarray, shape (periods,), percent
        What the weighted components of the original miss of the total's original: other than zero, the gap holds that too.
    roughness_direct, roughness_indirect : float, percent
        Root mean square of the change on the period before.
    about_trend_direct, about_trend_indirect : float, percent
        Root mean square of the distance from a Henderson trend of 13 months, or 5 quarters; NaN for shorter series.
    season_direct, season_indirect : float
        p value of QS: small where seasonality is left.
    estimated : ndarray of bool
        True where the total or a component rests on an estimate.
    """

    key: str
    numbers: NDArray[np.int64]
    period: int
    original: FloatArray
    direct: FloatArray
    indirect: FloatArray
    gap: FloatArray
    residual: FloatArray
    roughness_direct: float
    roughness_indirect: float
    about_trend_direct: float
    about_trend_indirect: float
    season_direct: float
    season_indirect: float
    estimated: NDArray[np.bool_]

    @property
    def mean_gap(self) -> float:
        """Mean absolute gap, percent."""
        return float(np.nanmean(np.abs(self.gap))) if np.isfinite(self.gap).any() else float("nan")

    @property
    def largest_gap(self) -> float:
        """Largest absolute gap, percent."""
        return float(np.nanmax(np.abs(self.gap))) if np.isfinite(self.gap).any() else float("nan")

    @property
    def changes(self) -> tuple[FloatArray, FloatArray]:
        """Change on the period before, percent, of the direct and of the indirect series."""
        return _change(self.direct), _change(self.indirect)

    @property
    def same_sign(self) -> float:
        """Percent of the changes on the period before whose signs agree."""
        one, two = self.changes
        both = np.isfinite(one) & np.isfinite(two)
        return float(100 * np.mean(np.sign(one[both]) == np.sign(two[both]))) if both.any() else float("nan")

    @property
    def mean_change_gap(self) -> float:
        """Mean absolute difference of both changes on the period before, percentage points."""
        gap = np.abs(self.changes[1] - self.changes[0])
        return float(np.nanmean(gap)) if np.isfinite(gap).any() else float("nan")

    @property
    def measures(self) -> dict[str, float]:
        """What tells the two apart, by name."""
        residual = self.residual[np.isfinite(self.residual)]
        return {
            "mean_gap": self.mean_gap, "largest_gap": self.largest_gap, "same_sign": self.same_sign, "mean_change_gap": self.mean_change_gap,
            "roughness_direct": self.roughness_direct, "roughness_indirect": self.roughness_indirect,
            "about_trend_direct": self.about_trend_direct, "about_trend_indirect": self.about_trend_indirect,
            "season_direct": self.season_direct, "season_indirect": self.season_indirect,
            "mean_residual": float(np.mean(np.abs(residual))) if len(residual) else float("nan"),
        }  # fmt: skip

    def told(self) -> list[str]:
        """The measures in sentences."""
        unit = "month" if self.period == 12 else "quarter"
        lines = [
            f"{self.key}: indirect against direct, the mean absolute gap is {self.mean_gap:.3f} %, the largest {self.largest_gap:.3f} %; "
            f"{self.same_sign:.1f} % of the changes on the {unit} before have the same sign.",
            f"Roughness, direct and indirect: {self.roughness_direct:.3f} and {self.roughness_indirect:.3f} % on the {unit} before, "
            f"{self.about_trend_direct:.3f} and {self.about_trend_indirect:.3f} % about the trend. "
            f"QS p {self.season_direct:.3f} and {self.season_indirect:.3f}.",
        ]
        if self.measures["mean_residual"] >= 0.005:
            missed = self.measures["mean_residual"]
            lines.append(f"The weighted parts of the original miss its total by {missed:.3f} % on average: the gap holds that too.")
        if self.season_indirect < 0.01 <= self.season_direct:
            lines.append("Season is left in the indirect series: adjust the total directly, or look at its parts.")
        return lines

    @property
    def frame(self) -> pl.DataFrame:
        """One row a period: ``series``, ``period``, ``month``, ``original``, ``direct``, ``indirect``, ``gap``, ``residual``, ``basis``."""
        import polars as pl

        from madein.core.periods import Period

        every = 12 // self.period
        months = ((self.numbers + 1) * every - 1).tolist()
        values = {"original": self.original, "direct": self.direct, "indirect": self.indirect, "gap": self.gap, "residual": self.residual}
        return pl.DataFrame(
            {
                "series": [self.key] * len(months), "period": [str(Period.months(n - every + 1, n)) for n in months], "month": months, **values,
                "basis": np.where(self.estimated, "estimated", "computed").tolist(),
            }
        ).with_columns(pl.col(list(values)).fill_nan(None))  # fmt: skip


def direct_and_indirect(total: Adjustment, components: Sequence[Adjustment], weights: Mapping[str, float] | None = None) -> DirectIndirect:
    """Compare a total adjusted directly with the weighted sum of its adjusted components.

    Parameters
    ----------
    total : Adjustment
        The total, adjusted by itself.
    components : sequence of Adjustment
        Its parts; one that was refused is an error, for nothing says that it has no season.
    weights : mapping, optional
        Weight by component key, for indices; 1 each (a plain sum) where absent. They are used as given.

    Returns
    -------
    DirectIndirect

    Raises
    ------
    MadeinError
        Where a component has no adjusted series, no weight, another frequency, or no period in common.

    Examples
    --------
    >>> both = direct_and_indirect(batch["IIP"], [batch["B"], batch["C"]], {"B": 0.2, "C": 0.8})  # doctest: +SKIP
    >>> both.mean_gap  # doctest: +SKIP
    """
    if not components:
        raise MadeinError("a total needs components", where=f"total {total.key!r}", fix="name them")
    for part in (total, *components):
        if part.refused:
            raise MadeinError(f"{part.key!r} has no adjusted series", where=f"total {total.key!r}", why=part.sentence(), fix="leave it out")
        if part.period != total.period:
            raise MadeinError("components of another frequency", where=f"component {part.key!r}", fix="bring all to one frequency")
    missing = [c.key for c in components if weights is not None and c.key not in weights]
    if missing:
        raise MadeinError("a component has no weight", where=f"component {missing[0]!r}", fix="give one")
    first = max(int(p.numbers[0]) for p in (total, *components))
    last = min(int(p.numbers[-1]) for p in (total, *components))
    if last < first:
        raise MadeinError("total and components have no period in common", where=f"total {total.key!r}", fix="give series of the same years")
    w = [1.0 if weights is None else weights[c.key] for c in components]

    def cut(a: Adjustment, values: FloatArray) -> FloatArray:
        at = first - int(a.numbers[0])
        return values[at : at + last - first + 1]

    direct, original = cut(total, total.adjusted), cut(total, total.filled)
    indirect = np.sum([x * cut(c, c.adjusted) for x, c in zip(w, components, strict=True)], axis=0)
    whole = np.sum([x * cut(c, c.filled) for x, c in zip(w, components, strict=True)], axis=0)
    marks = np.any([cut(a, a.estimated.astype(np.float64)) > 0 for a in (total, *components)], axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.where(direct != 0, 100 * (indirect / direct - 1), np.nan)
        residual = np.where(original != 0, 100 * (whole / original - 1), np.nan)
    return DirectIndirect(
        total.key, np.arange(first, last + 1), total.period, cut(total, total.original), direct, indirect, gap, residual,
        _roughness(direct), _roughness(indirect), about_trend(direct, total.period), about_trend(indirect, total.period),
        qs(direct, total.period), qs(indirect, total.period), marks,
    )  # fmt: skip


def weights_of_parts(total: Adjustment, parts: Sequence[Adjustment], given: Mapping[str, float] | None = None) -> tuple[dict[str, float] | None, str]:
    """Weights by which parts make their total, and how they were found.

    Parameters
    ----------
    total : Adjustment
        The whole.
    parts : sequence of Adjustment
        Its parts.
    given : mapping, optional
        Weights by key, taken as they are.

    Returns
    -------
    weights : dict or None
        None where the parts add up to the total (the median gap is under half a percent); else weights estimated by
        least squares from the originals (`madein.indices.compilation.estimate_weights`).
    how : str
        The same in words.
    """
    if given is not None:
        return dict(given), "weights as given"
    first = max(int(p.numbers[0]) for p in (total, *parts))
    last = min(int(p.numbers[-1]) for p in (total, *parts))
    if last < first:
        raise MadeinError("total and components have no period in common", where=f"total {total.key!r}", fix="give series of the same years")

    def cut(a: Adjustment) -> FloatArray:
        at = first - int(a.numbers[0])
        return np.asarray(a.original[at : at + last - first + 1], dtype=np.float64)

    whole, columns = cut(total), {p.key: cut(p) for p in parts}
    with np.errstate(divide="ignore", invalid="ignore"):
        gap = np.abs(np.sum(list(columns.values()), axis=0) / whole - 1)
    if np.isfinite(gap).any() and np.nanmedian(gap) < _ADDS_UP:
        return None, "the parts add up to the total, weights are one each"
    from madein.indices.compilation import estimate_weights

    every = 12 // total.period
    found = estimate_weights(whole, columns, np.arange(first, last + 1) * every + every - 1)
    told = ", ".join(f"{n} {w:.3f}" for n, w in zip(found.names, found.weights, strict=True))
    return dict(zip(found.names, found.weights.tolist(), strict=True)), f"weights estimated from the originals by least squares: {told}"


_ADDS_UP = 0.005


def _change(values: FloatArray) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(values[:-1] != 0, 100 * (values[1:] / values[:-1] - 1), np.nan)


def _roughness(values: FloatArray) -> float:
    change = _change(values)
    change = change[np.isfinite(change)]
    return float(np.sqrt(np.mean(change**2))) if len(change) else float("nan")


def henderson(terms: int) -> FloatArray:
    """Weights of the symmetric Henderson moving average.

    Source: Ladiray and Quenneville (2001), Seasonal Adjustment with the X-11 Method, section 3.3.

    Examples
    --------
    >>> henderson(5).round(5).tolist()
    [-0.07343, 0.29371, 0.55944, 0.29371, -0.07343]
    """
    n = terms // 2 + 2.0
    j = np.arange(-(terms // 2), terms // 2 + 1, dtype=np.float64)
    top = 315 * ((n - 1) ** 2 - j**2) * (n**2 - j**2) * ((n + 1) ** 2 - j**2) * (3 * n**2 - 16 - 11 * j**2)
    return np.asarray(top / (8 * n * (n**2 - 1) * (4 * n**2 - 1) * (4 * n**2 - 9) * (4 * n**2 - 25)))


def about_trend(values: FloatArray, period: int) -> float:
    """Root mean square distance from a Henderson trend, percent; NaN where the series is shorter than its filter."""
    weights = henderson(13 if period == 12 else 5)
    if len(values) < len(weights) or not np.isfinite(values).all():
        return float("nan")
    trend = np.convolve(values, weights, mode="valid")
    half = len(weights) // 2
    inner = values[half : len(values) - half]
    away = 100 * (inner / trend - 1)[trend != 0]
    return float(np.sqrt(np.mean(away**2))) if len(away) else float("nan")


def qs(values: FloatArray, period: int) -> float:
    """Probability of the QS statistic on changes: small where seasonality is left; NaN for less than three years.

    ``QS = n (n + 2) sum_i max(0, r_i)^2 / (n - i)`` over the first two seasonal lags, zero where the first is not positive;
    chi-square with two degrees of freedom (Maravall 2012, Update of Seasonality Tests and Automatic Model Identification in
    TRAMO-SEATS, Bank of Spain).
    """
    change = np.diff(np.log(values)) if (values > 0).all() else np.diff(values)
    change = change[np.isfinite(change)]
    n = len(change)
    if n < 3 * period - 1:
        return float("nan")
    change = change - change.mean()
    square = float(change @ change)
    if square == 0:
        return 1.0
    lags = (period, 2 * period)
    r = [float(change[k:] @ change[:-k]) / square for k in lags]
    if r[0] <= 0:
        return 1.0
    # Of chi-square with two degrees of freedom, the share above x is exp(-x / 2).
    return float(np.exp(-n * (n + 2) * sum(max(0.0, x) ** 2 / (n - k) for x, k in zip(r, lags, strict=True)) / 2))
