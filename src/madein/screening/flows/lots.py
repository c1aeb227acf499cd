"""Lots of a lane: whether what leaves weighs as much as something that came before, oftener than chance would have it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Days = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LotMatch:
    """Matches of a lane.

    Attributes
    ----------
    like : int array
        For each export line the import line most like in mass that came in time, -1 where none is.
    expected, observed : float
        Shipments that would find their like if masses were drawn independently, and that do.
    weight : float
        Log likelihood ratio of passing through against independence, nats.
    """

    like: NDArray[np.int64]
    expected: float
    observed: float
    weight: float


def shipments(day: Days, buyer: NDArray[np.int64], price: Numbers, within: int) -> NDArray[np.int64]:
    """Number the shipments of export lines: lines to one buyer, at one price, a few days apart, are one.

    Parameters
    ----------
    day : int array (n,), rising
    buyer : int array (n,)
        Numbers of the buyers.
    price : float array (n,)
        Per kilogram; equal within a thousandth.
    within : int
        Days between the first line of a shipment and its last.

    Examples
    --------
    >>> shipments(np.array([1, 5, 40]), np.array([7, 7, 7]), np.array([2.0, 2.0, 2.0]), 15).tolist()
    [0, 0, 1]
    """
    out = np.full(len(day), -1, np.int64)
    open_: dict[tuple[int, int], tuple[int, int]] = {}
    count = 0
    logs = np.round(np.log(np.maximum(price, 1e-12)) / 0.001).astype(np.int64)
    for j, (at, who, log) in enumerate(zip(day.tolist(), buyer.tolist(), logs.tolist(), strict=True)):
        found = None
        for key in ((who, log), (who, log - 1), (who, log + 1)):
            held = open_.get(key)
            if held is not None and at - held[1] <= within:
                found = held
                break
        if found is None:
            found = open_[who, log] = (count, at)
            count += 1
        out[j] = found[0]
    return out


def _chance(x: Numbers, low: float, high: float, centre: float, spread: float) -> Numbers:
    """Chance that a log mass drawn from the normal lies where `x` minus it falls between low and high."""
    from scipy.special import ndtr

    return np.asarray(ndtr((x - low - centre) / spread) - ndtr((x - high - centre) / spread), dtype=np.float64)


def match_lots(
    came: Days, came_kg: Numbers, left: Days, left_kg: Numbers, shipment: NDArray[np.int64], like: tuple[float, float], window: int, hit: float
) -> LotMatch:
    """Match shipments with lots that came up to `window` days before.

    The null is that masses of shipments and lots are independent draws; log masses of lots are taken as normal, so that the
    number of lots to choose from is paid for.

    Parameters
    ----------
    came, left : int arrays
        Days, rising.
    came_kg, left_kg : float arrays
        Kilograms, positive.
    shipment : int array
        Of `shipments`.
    like : (float, float)
        Lowest and highest log of mass out over mass in.
    window : int
        Days.
    hit : float
        Chance that goods passing through find their like.
    """
    n = int(shipment.max()) + 1 if len(shipment) else 0
    if not n or not len(came):
        return LotMatch(np.full(len(left), -1, np.int64), 0.0, 0.0, 0.0)
    mass = np.bincount(shipment, left_kg, n)
    first = np.full(n, np.iinfo(np.int64).max)
    np.minimum.at(first, shipment, left)
    a, x = np.log(came_kg), np.log(mass)
    d = x[:, None] - a[None, :]
    in_time = (came[None, :] <= first[:, None]) & (came[None, :] >= first[:, None] - window)
    middle = (like[0] + like[1]) / 2
    away = np.where(in_time & (d >= like[0]) & (d <= like[1]), np.abs(d - middle), np.inf)
    best = away.argmin(axis=1)
    found = np.isfinite(away[np.arange(n), best])
    spread = max(float(a.std(ddof=1)) if len(a) > 2 else 1.0, 0.4)
    one = _chance(x, like[0], like[1], float(a.mean()), spread)
    chance = np.clip(1 - (1 - one) ** in_time.sum(axis=1), 0.02, 0.98)
    weight = float(np.where(found, np.log(hit / chance), np.log((1 - hit) / (1 - chance))).sum())
    return LotMatch(np.where(found, best, -1)[shipment], float(chance.sum()), float(found.sum()), weight)
