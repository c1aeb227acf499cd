"""Contributions of parts to the growth of an index, exact also where weights or bases change on the way.

Within one set of weights part k adds ``100 w_k (L_kt - L_ks) / L_s`` points. Across a link the way is cut into legs that one
set of weights measures each (`madein.indices.compilation.chain.Chain.legs`); the points of a later leg are multiplied by
the growth factor of the legs before it. The points of all parts sum to the growth rate.

Source: UN, International Recommendations for the Index of Industrial Production 2010, chapter VI; IMF, Quarterly National
Accounts Manual 2017, chapter 8, on contributions in chain-linked series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.indices.compilation.chain import Chain

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one part adds to the growth of the whole.

    Parameters
    ----------
    key : str
        Name or code of the part.
    points : float
        Percentage points.
    weight : float
        Share of the part in the whole, in the weights of the last period.
    """

    key: str
    points: float
    weight: float


def contributions(chain: Chain, levels: FloatArray, shares: FloatArray, start: int, end: int) -> tuple[FloatArray, float]:
    """Points of each part and the growth of the whole.

    Parameters
    ----------
    chain : Chain
        How segments are joined.
    levels : ndarray, shape (segments, parts, periods)
        Unlinked volume levels of the parts.
    shares : ndarray, shape (segments, parts)
        Weights of the parts in each segment, in any unit.
    start, end : int
        Positions of the two periods.

    Returns
    -------
    points : ndarray, shape (parts,)
        Percentage points, summing to `growth` within 1e-12.
    growth : float
        Percent.

    Examples
    --------
    >>> from madein.indices.compilation.chain import Chain, Segment
    >>> chain = Chain("annual", (Segment(2023, 0),), np.array([0, 1]))
    >>> points, growth = contributions(chain, np.array([[[1.0, 0.94], [1.2, 1.32]]]), np.array([[0.2, 0.8]]), 0, 1)
    >>> points.round(4), round(growth, 4)
    (array([-1.0345,  8.2759]), 7.2414)
    """
    points = np.zeros(levels.shape[1])
    factor = 1.0
    for leg in chain.legs(start, end):
        weight = shares[leg.segment] / shares[leg.segment].sum()
        before, after = (levels[leg.segment][:, at].mean(1) for at in (leg.start, leg.end))
        whole = float((weight * before).sum())
        if not whole > 0:
            raise MadeinError("there is no growth from nothing", why="the whole is zero at the beginning of a stretch", fix="choose a later start")
        points += factor * weight * (after - before) / whole
        factor *= float((weight * after).sum()) / whole
    return 100 * points, 100 * (factor - 1)


def growth(chain: Chain, levels: FloatArray, start: int, end: int) -> float:
    """Growth in percent of one chained series, leg by leg, hence without the level of any base.

    Parameters
    ----------
    levels : ndarray, shape (segments, periods)
        Unlinked levels.
    """
    return contributions(chain, levels[:, None, :], np.ones((len(levels), 1)), start, end)[1]
