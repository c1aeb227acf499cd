"""Establishment x product rows on a grid of months: which reports are missing, what stands for them, who came and went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.errors import MadeinError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    IntArray = NDArray[np.int64]
    BoolArray = NDArray[np.bool_]

Imputation = Literal["growth", "year", "carry", "refuse"]
IMPUTATIONS: tuple[Imputation, ...] = ("growth", "year", "carry", "refuse")
DONORS = ("stratum", "product", "class", "division", "section", "total")
"""Whose growth stands for a missing report, nearest first."""
CARRIED = len(DONORS)
_NO = -1


@dataclass(frozen=True, slots=True)
class Panel:
    """Reports of units (an establishment's making of a product) by month.

    Parameters
    ----------
    volume : ndarray, shape (periods, units)
        Quantity or deflated value; NaN where nothing was reported.
    expected : ndarray of bool, shape (periods, units)
        True from a unit's first report on, but where its silence is too long to be a missing report.
    product : ndarray, shape (units,)
        Product of each unit, numbers from 0, not falling.
    stratum : ndarray, shape (units,)
        Stratum of each unit within its product, numbered over all.
    """

    volume: FloatArray
    expected: BoolArray
    product: IntArray
    stratum: IntArray


@dataclass(frozen=True, slots=True)
class Completed:
    """A panel without missing reports.

    Parameters
    ----------
    volume : ndarray, shape (periods, units)
        NaN only where a unit is not there.
    donor : ndarray of int8, shape (periods, units)
        Place in `DONORS` whose growth stands for the report; `CARRIED` where the last report was carried, -1 where it was
        reported.
    """

    volume: FloatArray
    donor: NDArray[np.int8]


def impute(panel: Panel, how: Imputation, price: FloatArray, groups: Sequence[IntArray]) -> Completed:
    """Stand-ins for missing reports.

    Parameters
    ----------
    panel : Panel
        With holes.
    how : {"growth", "year", "carry", "refuse"}
        ``growth``: the unit's last month times the growth of those that reported in both months, of its stratum, else of its
        product, class, division, section or all industry (from the class on at constant prices). ``year``: its same month
        of the year before times the growth over the year of the same donors, else as ``growth``. ``carry``: its last month.
    price : ndarray, shape (units,)
        Value of one unit of volume in the base; NaN where unknown.
    groups : sequence of ndarray, shape (units,)
        Class, division, section of each unit as numbers from 0.

    Raises
    ------
    MadeinError
        If a report is missing and `how` is "refuse".

    Examples
    --------
    Two equal works; the second is silent in the second month, the first grows by a tenth:

    >>> panel = Panel(np.array([[10.0, 20.0], [11.0, np.nan]]), np.ones((2, 2), bool), np.zeros(2, int), np.zeros(2, int))
    >>> impute(panel, "growth", np.ones(2), [np.zeros(2, int)] * 3).volume[1]
    array([11., 22.])
    """
    if how not in IMPUTATIONS:
        raise MadeinError(f"no imputation is called {how!r}", fix=f"name one of: {', '.join(IMPUTATIONS)}")
    volume = panel.volume.copy()
    reported = ~np.isnan(volume)
    missing = panel.expected & ~reported
    donor = np.full(volume.shape, _NO, dtype=np.int8)
    if missing.any() and how == "refuse":
        raise MadeinError(f"{int(missing.sum())} reports are missing", why="imputation is refused", fix="fill them in, or name a way to impute")
    levels = [(panel.stratum, None), (panel.product, None), *((g, price) for g in groups), (np.zeros_like(panel.product), price)]
    for t in np.flatnonzero(missing.any(1)).tolist():
        # An empty report after a long silence has nothing to go on from.
        left = missing[t] & ~np.isnan(volume[t - 1])
        if how == "year" and t >= 12:
            _by_growth(volume, donor, reported, left, t, t - 12, levels)
        if how != "carry":
            _by_growth(volume, donor, reported, left, t, t - 1, levels)
        volume[t, left] = volume[t - 1, left]
        donor[t, left] = CARRIED
    # A product with one stratum has no strata to speak of.
    strata = np.bincount(panel.product[np.unique(panel.stratum, return_index=True)[1]])
    donor[(donor == 0) & (strata == 1)[panel.product]] = 1
    return Completed(volume, donor)


def _by_growth(
    volume: FloatArray, donor: NDArray[np.int8], reported: BoolArray, left: BoolArray, t: int, base: int,
    levels: Sequence[tuple[IntArray, FloatArray | None]],
) -> None:  # fmt: skip
    """Fill what is `left` of month t from month `base`, nearest donors first."""
    then = volume[base]
    known = ~np.isnan(then)
    here = np.flatnonzero(left & known)
    both = np.flatnonzero(reported[t] & known)
    for level, (group, price) in enumerate(levels):
        if not len(here) or not len(both):
            return
        worth = np.ones(len(both)) if price is None else np.nan_to_num(price[both])
        size = int(group.max()) + 1
        den = np.bincount(group[both], worth * then[both], size)
        num = np.bincount(group[both], worth * volume[t, both], size)
        with np.errstate(invalid="ignore", divide="ignore"):
            growth = np.where(den > 0, num / den, np.nan)[group[here]]
        found = ~np.isnan(growth)
        at = here[found]
        volume[t, at] = then[at] * growth[found]
        donor[t, at] = level
        left[at] = False
        here = here[~found]


@dataclass(frozen=True, slots=True)
class ProductVolumes:
    """Volumes of products, comings and goings of their establishments linked.

    Parameters
    ----------
    volume : ndarray, shape (periods, products)
        NaN where nobody makes the product; in the unit of its first spell's first panel.
    breaks : ndarray of bool, shape (periods, products)
        True where no establishment links a month to the one before.
    imputed : ndarray, shape (periods, products)
        Share of the volume that is imputed, 0 to 1.
    came, went : ndarray of int, shape (periods, products)
        Units linked in and out.
    """

    volume: FloatArray
    breaks: BoolArray
    imputed: FloatArray
    came: IntArray
    went: IntArray


def by_product(done: Completed, product: IntArray, products: int, entrants: Literal["link", "count"]) -> ProductVolumes:
    """Add up the units of each product.

    With ``link`` the panel of a month is compared with the same panel of the month before: a unit that comes in or goes out
    changes later growth but not the level (overlap). With ``count`` its volume adds to or leaves the level, which is right
    for production that begins or ends in truth.

    Examples
    --------
    >>> done = Completed(np.array([[10.0, np.nan], [11.0, 5.0], [11.0, 10.0]]), np.full((3, 2), -1, np.int8))
    >>> by_product(done, np.zeros(2, int), 1, "link").volume.ravel(), by_product(done, np.zeros(2, int), 1, "count").volume.ravel()
    (array([10.    , 11.    , 14.4375]), array([10., 16., 21.]))
    """
    volume = done.volume
    periods = len(volume)
    there = ~np.isnan(volume)
    flat = np.where(there, volume, 0.0)
    out = np.full((periods, products), np.nan)
    imputed = np.zeros((periods, products))
    breaks = np.zeros((periods, products), dtype=bool)
    came, went = np.zeros((2, periods, products), dtype=np.int64)
    factor = np.ones(products)
    before = np.zeros(products)
    for t in range(periods):
        present = np.bincount(product[there[t]], minlength=products) > 0
        now = np.asarray(np.bincount(product, flat[t], products), dtype=np.float64)
        if t and (there[t] != there[t - 1]).any():
            stay = there[t] & there[t - 1]
            came[t] = np.bincount(product[there[t] & ~stay], minlength=products)
            went[t] = np.bincount(product[there[t - 1] & ~stay], minlength=products)
            if entrants == "link":
                moved = (came[t] + went[t] > 0) & present & ~np.isnan(out[t - 1])
                old = np.bincount(product[stay], flat[t - 1, stay], products)
                new = np.bincount(product[stay], flat[t, stay], products)
                fit = moved & (old > 0) & (new > 0)
                factor[fit] *= (before[fit] / old[fit]) * (new[fit] / now[fit])
                breaks[t] = moved & ~fit
        out[t, present] = factor[present] * now[present]
        filled = np.bincount(product, np.where(done.donor[t] == _NO, 0.0, flat[t]), products)
        np.divide(filled, now, out=imputed[t], where=now > 0)
        before = np.asarray(now, dtype=np.float64)
    return ProductVolumes(out, breaks, imputed, came, went)
