"""GRAS: a table with negative cells brought to new row and column sums, staying as close to itself as they allow.

Minimises the sum of ``|a| z ln(z / e)`` over the factors ``z`` by which the cells of ``a`` are multiplied, subject to row and
column sums: Junius and Oosterhaven (2003), Economic Systems Research 15(1), 87-96, with the objective as corrected by Lenzen,
Wood and Gallego (2007), Economic Systems Research 19(4), 461-465; rows or columns without positive cells after Temurshoev,
Miller and Bouwmeester (2013), Economic Systems Research 25(3), 361-367. Without negative cells it is RAS.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from madein.core.errors import BadInput, Problem, Problems

Floats = NDArray[np.float64]

TOLERANCE = 1e-10
"""Relative gap of a row or column sum below which it is met."""
MARGIN = 1e-9
"""Share of the totals by which row sums and column sums may differ in all."""
ROUNDS = 2000
_RUNAWAY = 1e100
"""Multipliers grow without end where the sums cannot be met."""
_NAMED = 12
"""Labels of one blocking set that a message names."""


@dataclass(frozen=True, eq=False, slots=True)
class Balanced:
    """What GRAS made of a table.

    Attributes
    ----------
    cells : array (n, m)
        The balanced table; zero cells stayed zero, no cell changed its sign.
    rows, columns : array (n,), array (m,)
        Multipliers: a positive cell became ``rows * cell * columns``, a negative one ``cell / (rows * columns)``.
    rounds : int
        Sweeps over columns and rows.
    gap : float
        Largest gap of a row or column sum, as a share of the gross sum of its cells.
    worst : str
        Label of that row or column.
    converged : bool
        Whether the gap is below the tolerance.
    """

    cells: Floats
    rows: Floats
    columns: Floats
    rounds: int
    gap: float
    worst: str
    converged: bool


def gras(
    cells: ArrayLike, rows: ArrayLike, columns: ArrayLike, *, row_labels: Sequence[str] = (), column_labels: Sequence[str] = (),
    tolerance: float = TOLERANCE, rounds: int = ROUNDS,
) -> Balanced:  # fmt: skip
    """Bring a table to given row and column sums.

    Parameters
    ----------
    cells : array (n, m)
        The table as it stands; negative cells allowed.
    rows, columns : array (n,), array (m,)
        Sums wanted, negative ones allowed; their totals must be the same within `MARGIN`.
    row_labels, column_labels : sequences of str
        Names for messages; numbers counted from 1 if empty.
    tolerance, rounds : float, int
        When it stops.

    Raises
    ------
    BadInput
        Sums that cannot be met with the signs the cells have, each named; a set of rows that sells only to columns with smaller
        sums, and the like, is found by a minimum cut. A table that may be balanced but was not within `rounds` is returned
        with ``converged`` false.

    Examples
    --------
    >>> b = gras([[7, 3, 5, -3], [2, 9, 8, 1], [-2, 0, 2, 1]], [15, 26, -1], [9, 16, 17, -2])
    >>> b.converged, b.cells.round(3)[0]
    (True, array([ 8.976,  3.743,  5.722, -3.441]))
    """
    a, u, v = (np.array(part, dtype=np.float64) for part in (cells, rows, columns))
    names = tuple(row_labels) or tuple(f"row {i + 1}" for i in range(len(u))), tuple(column_labels) or tuple(f"column {j + 1}" for j in range(len(v)))
    _check(a, u, v, names)
    _clear(a, u, v)
    _one_by_one(a, u, v, names)
    plus, minus = np.maximum(a, 0.0), np.argwhere(a < 0)
    ni, nj = minus[:, 0], minus[:, 1]
    size = -a[ni, nj]
    r, s = np.ones(len(u)), np.ones(len(v))
    # Where the sum wanted is zero, gross sums stand in for it, so that the gap has a scale.
    scale_u, scale_v = np.maximum(np.abs(u), np.abs(a).sum(1)), np.maximum(np.abs(v), np.abs(a).sum(0))
    scale_u[scale_u == 0], scale_v[scale_v == 0] = 1.0, 1.0
    gap, turn = np.inf, 0
    while turn < rounds:
        turn += 1
        s = _multiplier(plus.T @ r, _sums(nj, size / r[ni], len(v)), v)
        p, n = plus @ s, _sums(ni, size / s[nj], len(u))
        gap = float((np.abs(r * p - n / r - u) / scale_u).max(initial=0.0))
        if gap <= tolerance:
            break
        r = _multiplier(p, n, u)
        if max(r.max(initial=0), s.max(initial=0)) > _RUNAWAY:
            break
    out = r[:, None] * plus * s
    out[ni, nj] = -size / (r[ni] * s[nj])
    off = np.concatenate([np.abs(out.sum(1) - u) / scale_u, np.abs(out.sum(0) - v) / scale_v])
    at = int(off.argmax()) if off.size else 0
    result = Balanced(out, r, s, turn, float(off.max(initial=0.0)), (names[0] + names[1])[at] if off.size else "", bool(gap <= tolerance))
    if not result.converged:
        _blocked(a, u, v, names)
    return result


def _sums(at: NDArray[np.intp], values: Floats, length: int) -> Floats:
    # Of no cells, bincount gives integers.
    return np.asarray(np.bincount(at, values, length), dtype=np.float64)


def _multiplier(p: Floats, n: Floats, wanted: Floats) -> Floats:
    """Positive root of ``p m - n / m = wanted``, elementwise; 1 where there are no cells.

    The two forms of the root are the same number; each is used where it does not subtract like from like.
    """
    root = np.sqrt(wanted * wanted + 4.0 * p * n)
    up = wanted >= 0
    top, bottom = np.where(up, wanted + root, 2.0 * n), np.where(up, 2.0 * p, root - wanted)
    return np.divide(top, bottom, out=np.ones_like(p), where=bottom > 0)


def _check(a: Floats, u: Floats, v: Floats, names: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    found = Problems()
    if a.ndim != 2 or a.shape != (len(u), len(v)) or (len(names[0]), len(names[1])) != a.shape:
        found.error(f"a table of shape {a.shape} cannot have {len(u)} row sums and {len(v)} column sums", fix="give one sum and one label to each")
        found.raise_errors()
    for i, j in np.argwhere(~np.isfinite(a))[:20]:
        found.error("a cell is no number", f"{names[0][i]}, {names[1][j]}", f"it holds {a[i, j]}", "give a number, 0 for nothing")
    for sums, labels in ((u, names[0]), (v, names[1])):
        for i in np.flatnonzero(~np.isfinite(sums))[:20]:
            found.error("a wanted sum is no number", labels[i], f"it holds {sums[i]}", "give a number")
    found.raise_errors()
    if abs(u.sum() - v.sum()) > MARGIN * max(np.abs(u).sum(), np.abs(v).sum()):
        found.error(f"the row sums add up to {u.sum():.10g}, the column sums to {v.sum():.10g}", why="both are the sum of all cells",
                    fix="make the two totals equal")  # fmt: skip
    found.raise_errors()


def _clear(a: Floats, u: Floats, v: Floats) -> None:
    """Set to zero the cells of one sign in a row or column whose sum must be zero: the limit of GRAS, reached at once."""
    while True:
        before = int(np.count_nonzero(a))
        a[(u == 0) & ((a >= 0).all(1) | (a <= 0).all(1))] = 0.0
        a[:, (v == 0) & ((a >= 0).all(0) | (a <= 0).all(0))] = 0.0
        if np.count_nonzero(a) == before:
            return


def _one_by_one(a: Floats, u: Floats, v: Floats, names: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    found = Problems()
    for sums, labels, high, low in ((u, names[0], a.max(1, initial=0), a.min(1, initial=0)), (v, names[1], a.max(0, initial=0), a.min(0, initial=0))):
        for i in np.flatnonzero((sums > 0) & (high <= 0) | (sums < 0) & (low >= 0)):
            held = "only zeros" if high[i] <= 0 and low[i] >= 0 else "no positive cell" if sums[i] > 0 else "no negative cell"
            found.error(f"a sum of {sums[i]:.6g} cannot be reached", labels[i], f"it holds {held} that may be scaled",
                        "give it a cell of that sign, or a sum of zero")  # fmt: skip
    found.raise_errors()


def _blocked(a: Floats, u: Floats, v: Floats, names: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    """Name the rows and columns that make the sums impossible, if they are.

    Cells are pipes from row to column (negative ones back), of any width: the sums can be met if and only if all that rows
    give can flow to the columns (max flow, min cut; Ford and Fulkerson 1956).
    """
    from scipy.sparse import csr_matrix
    from scipy.sparse.csgraph import breadth_first_order, maximum_flow

    n, m = a.shape
    need = np.concatenate([u, -v])
    total = float(need[need > 0].sum())
    if total <= 0:
        return
    # maximum_flow counts in 32-bit integers.
    whole = 2**30
    size = np.rint(np.abs(need) / total * whole).astype(np.int64)
    source, sink = n + m, n + m + 1
    i, j = np.nonzero(a)
    forward = a[i, j] > 0
    start = np.concatenate([np.where(forward, i, n + j), np.full((need > 0).sum(), source), np.flatnonzero(need < 0)])
    end = np.concatenate([np.where(forward, n + j, i), np.flatnonzero(need > 0), np.full((need < 0).sum(), sink)])
    width = np.concatenate([np.full(len(i), 2**31 - 1), size[need > 0], size[need < 0]]).astype(np.int32)
    graph = csr_matrix((width, (start, end)), shape=(n + m + 2, n + m + 2))
    result = maximum_flow(graph, source, sink)
    if int(size[need > 0].sum()) - result.flow_value <= 2 * (n + m):
        return
    rest = graph - result.flow
    rest.eliminate_zeros()
    reached = set(breadth_first_order(rest, source, return_predecessors=False).tolist())
    rows, columns = [k for k in range(n) if k in reached], [k for k in range(m) if n + k in reached]
    raise BadInput([
        Problem(
            f"the sums of {_some(names[0], rows)} add up to {u[rows].sum():.6g}, those of {_some(names[1], columns)} to {v[columns].sum():.6g}",
            why="with the signs the cells have, what the former give can only go to the latter" if columns else "they have nowhere to go",
            fix="change these sums, or give the rows a cell in another column",
        )
    ])  # fmt: skip


def _some(labels: Sequence[str], at: Sequence[int]) -> str:
    told = ", ".join(labels[k] for k in at[:_NAMED])
    return (told + (f" and {len(at) - _NAMED} more" if len(at) > _NAMED else "")) or "no column"
