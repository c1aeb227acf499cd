"""How much of exports is covered by imports of the same unit, code and quarter, and how much of it chance covers.

Two nulls. For units (provinces, firms, clusters) the import portfolios of firms are dealt to other firms that export about as
much: sizes of firms, provinces and products stay as they are, and only who imports what loses its tie to who exports what. For
the country, where there is nobody to deal to, the quarters of imports are dealt anew.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from madein.screening.nulls.excess import GROUPS, Excess, Whole, absent, conclude, draws_for, stream


@dataclass(frozen=True, slots=True)
class Cells:
    """Imports from the source or exports to the market by block, code and quarter.

    Attributes
    ----------
    block : int array (n,)
        Firm and province together.
    code, quarter : int arrays (n,)
        Indices from 0.
    cents : int array (n,)
    """

    block: Whole
    code: Whole
    quarter: Whole
    cents: Whole


def _gather(keys: Whole, cents: Whole) -> tuple[Whole, Whole]:
    """Sums by key, keys rising; whole numbers, so the order of adding is of no account."""
    if not len(keys):
        return keys, cents
    order = np.argsort(keys, kind="stable")
    keys, cents = keys[order], cents[order]
    first = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    return keys[first], np.add.reduceat(cents, first)


def _covered(m: tuple[Whole, Whole], x: tuple[Whole, Whole], quarters: int, codes: int) -> NDArray[np.float64]:
    """Sum of the smaller of both by group of codes."""
    if not len(m[0]) or not len(x[0]):
        return np.zeros(GROUPS)
    at = np.minimum(np.searchsorted(x[0], m[0]), len(x[0]) - 1)
    both = x[0][at] == m[0]
    least = np.minimum(m[1][both], x[1][at[both]])
    code = m[0][both] // quarters % codes
    return np.asarray(np.bincount(code % GROUPS, least.astype(np.float64), GROUPS), dtype=np.float64)


def _lagged(cells: Cells, lag: int, quarters: int) -> Cells:
    """Imports counted in their quarter and in `lag` quarters after it."""
    if not lag:
        return cells
    # What came in the last quarters has no later quarter to wait for.
    kept = [cells.quarter + s < quarters for s in range(lag + 1)]
    block, code, cents = (np.concatenate([column[k] for k in kept]) for column in (cells.block, cells.code, cells.cents))
    return Cells(block, code, np.concatenate([cells.quarter[k] + s for s, k in enumerate(kept)]), cents)


def strata(blocks: int, exports: Whole, most: int = 8) -> Whole:
    """Blocks put together by how much their firm exports: none, then up to eight steps of equally many.

    Examples
    --------
    >>> strata(4, np.array([0, 5, 0, 9]), 2).tolist()
    [0, 1, 0, 2]
    """
    out = np.zeros(blocks, np.int64)
    some = np.flatnonzero(exports > 0)
    steps = max(1, min(most, len(some) // 30)) if len(some) > 60 else min(most, 2, max(len(some), 1))
    rank = np.argsort(np.argsort(exports[some], kind="stable"), kind="stable")
    out[some] = 1 + rank * steps // max(len(some), 1)
    return out


def unit_excess(
    name: str,
    came: Cells,
    left: Cells,
    label: Whole,
    stratum: Whole,
    codes: int,
    quarters: int,
    lag: int = 0,
    seed: int = 0,
    draws: int | None = None,
) -> Excess:
    """Share of exports covered by imports of the same unit, beside the same share with importers dealt anew.

    Parameters
    ----------
    came, left : Cells
    label : int array over blocks
        The unit of each block: its province, firm or cluster.
    stratum : int array over blocks
        Of `strata`; portfolios are dealt within it.
    codes, quarters : int
        How many there are.
    lag : int
        Quarters for which imports stay available.

    Returns
    -------
    Excess
    """
    came = _lagged(came, lag, quarters)
    place_in, place_out = came.code * quarters + came.quarter, left.code * quarters + left.quarter
    step = codes * quarters
    # Cells of codes nobody exports cover nothing, whoever imports them.
    held = np.isin(came.code, np.unique(left.code))
    block, place, cents = came.block[held], place_in[held], came.cents[held]
    x = _gather(label[left.block] * step + place_out, left.cents)
    base = np.bincount(left.code % GROUPS, left.cents.astype(np.float64), GROUPS).astype(np.float64)
    live, block = np.unique(block, return_inverse=True)
    own, layer = label[live], stratum[live]
    order = np.argsort(layer, kind="stable")
    cuts = np.flatnonzero(np.diff(layer[order])) + 1
    rng, n = stream(seed, 32, lag), draws or draws_for(len(block))
    drawn = np.empty((n, GROUPS))
    for d in range(n):
        dealt = own.copy()
        for part in np.split(order, cuts):
            dealt[part] = own[rng.permutation(part)]
        drawn[d] = _covered(_gather(dealt[block] * step + place, cents), x, quarters, codes)
    observed = _covered(_gather(own[block] * step + place, cents), x, quarters, codes)
    return conclude(name, observed, base, drawn, float(left.cents.sum()))


def time_excess(name: str, came: Cells, left: Cells, codes: int, quarters: int, lag: int = 0, seed: int = 0, draws: int | None = None) -> Excess:
    """The same for the country as one unit, with the quarters of imports dealt anew among all of them.

    A code that is imported much and exported much covers itself whatever happens; only covering that comes and goes together
    is excess. What each code and each quarter import stays as it is but for chance: a cell dealt to another quarter takes the
    usual size of that quarter's cells.
    """
    if quarters < 4:
        return absent(name, f"{quarters} quarters: at least 4 are needed to deal imports to other quarters")
    x = np.bincount(left.code * quarters + left.quarter, left.cents.astype(np.float64), codes * quarters).reshape(codes, quarters)
    cents = came.cents.astype(np.float64)
    usual = np.bincount(came.quarter, cents, quarters) / np.maximum(np.bincount(came.quarter, minlength=quarters), 1)
    size = cents / np.maximum(usual[came.quarter], 1.0)
    group = np.arange(codes) % GROUPS

    def covered(quarter: Whole, held: NDArray[np.float64]) -> NDArray[np.float64]:
        m = np.bincount(came.code * quarters + quarter, held, codes * quarters).reshape(codes, quarters)
        late = m.copy()
        for s in range(1, lag + 1):
            late[:, s:] += m[:, :-s]
        return np.asarray(np.bincount(group, np.minimum(late, x).sum(axis=1), GROUPS), dtype=np.float64)

    rng = stream(seed, 33, lag)
    n = draws or draws_for(len(cents))
    drawn = np.empty((n, GROUPS))
    for d in range(n):
        dealt = came.quarter[rng.permutation(len(cents))]
        drawn[d] = covered(dealt, np.floor(size * usual[dealt]))
    base = np.bincount(group, x.sum(axis=1), GROUPS).astype(np.float64)
    return conclude(name, covered(came.quarter, cents), base, drawn, float(x.sum()))
