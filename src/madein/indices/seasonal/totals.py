"""A total adjusted directly, and as the sum of its adjusted components, and the gap between the two.

ESS Guidelines on Seasonal Adjustment (Eurostat 2015), section 3.4: neither is right in general; components with seasonal
patterns of their own favour the indirect way, and what matters is that the choice and the gap are known.
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
        _roughness(direct), _roughness(indirect), marks,
    )  # fmt: skip


def _roughness(values: FloatArray) -> float:
    with np.errstate(divide="ignore", invalid="ignore"):
        change = 100 * (values[1:] / values[:-1] - 1)
    change = change[np.isfinite(change)]
    return float(np.sqrt(np.mean(change**2))) if len(change) else float("nan")
