"""What can be wrong with the cells of an inter-country table, each fault told by its label."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from madein.core.errors import Problems

Floats = NDArray[np.float64]

ROUNDING = 1e-9
"""Share of the larger figure below which two figures are the same one."""

NEGLIGIBLE = 1e-4
"""Share of an economy's output down to which a negative one of an industry is taken for rounding of inventories."""

_UNITS = (1e3, 1e6, 1e9)
_TOLD = 50
"""How many labels of one kind of fault are told singly."""


def row_sums(z: Floats, y: Floats) -> Floats:
    """Output of each row; exactly 0 where its cells cancel but for the last digits, so that nothing is divided by noise."""
    x: Floats = z.sum(1) + y.sum(1)
    small = np.flatnonzero(np.abs(x) < 1e-6 * np.abs(x).max(initial=0.0))
    if small.size:
        size = np.abs(z[small]).sum(1) + np.abs(y[small]).sum(1)
        x[small] = np.where(np.abs(x[small]) <= 1e-13 * size, 0.0, x[small])
    return x


def block(cells: ArrayLike, name: str, found: Problems) -> Floats:
    """Cells as a matrix of numbers; told and empty if they are none."""
    try:
        block = np.ascontiguousarray(cells, dtype=np.float64)
    except (ValueError, TypeError) as fault:
        found.error(f"the {name} hold text or rows of unlike length", why=str(fault)[:120], fix="give numbers only")
        return np.zeros((0, 0))
    if block.ndim != 2:
        found.error(f"the {name} have {block.ndim} dimensions", fix="give rows by columns")
    return block


def labels(names: tuple[tuple[str, ...], ...], found: Problems) -> None:
    """Labels that are missing, empty or stand twice."""
    for kind, held in zip(("economy", "industry", "category"), names, strict=True):
        if not held:
            found.error(f"there is no {kind}", fix="give at least one")
        for name in sorted({n for n in held if held.count(n) > 1}):
            found.error(f"{kind} {name!r} stands {held.count(name)} times", fix="give each label once")
        if any(not n.strip() for n in held):
            found.error(f"a label of an {kind} is empty", fix="give each a name")


def shapes(z: Floats, y: Floats, names: tuple[tuple[str, ...], ...], found: Problems) -> None:
    """Blocks that are not square, or do not fit the labels."""
    g, n, m = map(len, names)
    if z.shape[0] != z.shape[1]:
        found.error(f"the intermediate flows have {z.shape[0]} rows and {z.shape[1]} columns", why="rows and columns are the same industries",
                    fix="look for a missing row or a column of totals")  # fmt: skip
    elif z.shape[0] != g * n:
        found.error(
            f"the intermediate flows have {z.shape[0]} rows", why=f"{g} economies of {n} industries make {g * n}", fix="look for missing rows"
        )
    if y.shape != (g * n, g * m):
        found.error(f"final demand has {y.shape[0]} rows and {y.shape[1]} columns", why=f"{g} economies, {n} industries and {m} categories make "
                    f"{g * n} by {g * m}", fix="look for missing rows or columns")  # fmt: skip


def numbers(cells: Floats, rows: list[str], columns: list[str], found: Problems) -> None:
    """Cells that are NaN or infinite, by row and column."""
    if np.isfinite(cells.sum()):
        return
    bad = np.argwhere(~np.isfinite(cells))
    for i, j in bad[:_TOLD]:
        held = "it is empty, or NaN" if np.isnan(cells[i, j]) else f"it holds {cells[i, j]}"
        found.error("a cell is no number", f"row {rows[i]}, column {columns[j]}", held, "give the flow, or 0 where there is none")
    if len(bad) > _TOLD:
        found.error(f"{len(bad) - _TOLD} more cells are no numbers", fix="look at the export of the table")


def vector(values: ArrayLike, item: str, rows: list[str], found: Problems) -> Floats:
    """A stated figure per row, checked for length and numbers."""
    vector = np.array(values, dtype=np.float64).reshape(-1)
    if len(vector) != len(rows):
        found.error(f"{item} has {len(vector)} figures", why=f"there are {len(rows)} rows", fix="give one a row")
        return np.zeros(len(rows))
    for i in np.flatnonzero(~np.isfinite(vector))[:_TOLD]:
        held = "it is empty, or NaN" if np.isnan(vector[i]) else f"it holds {vector[i]}"
        found.error(f"{item} is no number", f"row {rows[i]}", held, "give the figure, or leave the whole vector out")
    return vector


def signs(x: Floats, used: Floats, z: Floats, rows: list[str], economies: int, found: Problems) -> None:
    """Negative output (an error), inputs over output and negative flows (warnings)."""
    count = max(1, len(x) // economies)
    whole = np.repeat(np.maximum(0.0, x).reshape(economies, -1).sum(1), count) if economies * count == len(x) else np.full(len(x), float(x.sum()))
    for i in np.flatnonzero(x < -NEGLIGIBLE * whole)[:_TOLD]:
        found.error(
            "output is negative", f"row {rows[i]}", f"its sales add up to {x[i]:.6g}", "look at its final demand; inventories may not outweigh sales"
        )
    for i in np.flatnonzero((x < 0) & (x >= -NEGLIGIBLE * whole))[:_TOLD]:
        found.warn("output is a little below nothing", f"row {rows[i]}", f"its sales add up to {x[i]:.6g}, as rounded inventories may",
                   "its coefficients are those of a rounded figure")  # fmt: skip
    for i in np.flatnonzero((used > x + ROUNDING * np.abs(used) + 1e-12) & (x >= 0))[:_TOLD]:
        why = f"inputs {used[i]:.6g}, output {x[i]:.6g}: value added is negative"
        fix = "check the column; its result stands as computed" if x[i] > 0 else "check the column; without output its inputs count for nothing"
        found.warn("the inputs add up to more than output", f"column {rows[i]}", why, fix)
    if (z < 0).any():
        worst = np.unravel_index(int(z.argmin()), z.shape)
        found.warn(f"{int((z < 0).sum())} intermediate flows are negative", f"row {rows[worst[0]]}, column {rows[worst[1]]}",
                   f"the lowest is {z[worst]:.6g}", "shares and bounds need not hold where flows are negative")  # fmt: skip


def swapped(z: Floats, rows: list[str], x: Floats, used: Floats, stated: dict[str, Floats], found: Problems) -> None:
    """Buyers in the rows: columns then exceed output by far, or the stated figures fit the transpose."""
    total = float(x[x > 0].sum())
    excess = float(np.maximum(0.0, used - x)[x > 0].sum())
    fits = False
    if "value added" in stated and "output" in stated:
        # Sold + value added cannot make output unless rows buy.
        missed = float(np.abs(used + stated["value added"] - stated["output"]).sum())
        turned = float(np.abs(z.sum(1) + stated["value added"] - stated["output"]).sum())
        fits = missed > 0.01 * total and turned < 0.01 * missed
    beyond = int((used > 100 * x)[x > 0].sum()) > 0.1 * int((x > 0).sum())
    if total and (excess > 0.1 * total or fits or beyond):
        told = "the stated value added fits the rows, not the columns" if fits else "a column uses far more than it makes"
        why = "rows sell and columns buy"
        place = ""
        if not fits and (used > x).any():
            worst = int(np.argmax(used - x))
            place = f"column {rows[worst]}"
            count = int((used > x).sum())
            why = (f"its inputs add up to {used[worst]:.6g}, its output to {x[worst]:.6g}, most of it sold by {rows[int(np.argmax(z[:, worst]))]}; "
                   f"{count} {'column is' if count == 1 else 'columns are'} so")  # fmt: skip
        fix = (
            "transpose the table: its axes look swapped"
            if fits
            else "look for a seller in another unit; or transpose the table, if its axes look swapped"
        )
        found.error(told, place, why, fix)


def magnitudes(z: Floats, y: Floats, x: Floats, residual: Floats, stated: dict[str, Floats], found: Problems) -> None:
    """Stated figures or blocks that are off by a power of a thousand."""
    for item, ours in (("output", x), ("value added", residual)):
        if item in stated:
            ratio(float(np.abs(stated[item]).sum()), float(np.abs(ours).sum()), f"stated {item}", f"the {item} of the cells", found)
    inner, outer = float(np.abs(z).sum()), float(np.abs(y).sum())
    if inner and outer and not 1e-4 < inner / outer < 1e4:
        found.error(f"intermediate flows are {inner / outer:.3g} times final demand", why="they are of like size in every economy",
                    fix="give both in the same unit")  # fmt: skip


def ratio(a: float, b: float, what: str, against: str, found: Problems) -> None:
    """One sum is a thousand, million or billion times another."""
    if not a or not b:
        return
    for power in _UNITS:
        if any(abs(np.log10(a / b / p)) < 0.3 for p in (power, 1 / power)):
            found.error(f"{what} is {a / b:.3g} times {against}", why="the units differ", fix="give all figures in the same unit")
