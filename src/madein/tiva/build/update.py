"""National tables brought to another year by the bilateral flows of that year.

Bilateral flows give an economy's output and purchases of each product for every year; national tables with their technology are
rarer. Two ways to carry a table over, which differ in what they hold:

``fixed``: inputs per unit of output stay as they are in each cell; final demand is what remains of the purchases.
``gras``: value added and inputs in all per unit of output stay; which products the inputs are gives way, as little as it can, to the
purchases of that year (GRAS). Nothing is left over and no final demand turns negative.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from madein.core.errors import MadeinError, Problem
from madein.tiva.build.cube import BilateralCube
from madein.tiva.build.detail import concordances, members, merge_national
from madein.tiva.build.gras import gras
from madein.tiva.build.national import abroad, other
from madein.tiva.readers.national import NationalTable

Floats = NDArray[np.float64]
Update = Literal["gras", "fixed"]
_RECIPE = ("inter", "value_added", "taxes", "imports_other")


@dataclass(frozen=True)
class Updated:
    """National tables of another year.

    Attributes
    ----------
    tables : list of NationalTable
        As `build_table` takes them.
    notes : tuple of Problem
        What had to be assumed: technology an economy had not, final demand that turned negative.
    """

    tables: list[NationalTable]
    notes: tuple[Problem, ...]


def update_tables(
    tables: Sequence[NationalTable], cube: BilateralCube, *, method: Update = "gras", detail: Literal["merge", "split"] = "merge",
    concordance: Mapping[str, Sequence[str]] | str = "oecd_2025",
) -> Updated:  # fmt: skip
    """National tables of the year of the bilateral flows.

    Parameters
    ----------
    tables : sequence of NationalTable
        Of the base year.
    cube : BilateralCube
        Of the year wanted; holds all their economies.
    method : {"gras", "fixed"}
        See above.
    detail : {"merge", "split"}
        The industries of the flows; or those of the tables, an industry within a wide one moving with it.
    concordance : mapping or str
        As `build_table` takes it.

    Returns
    -------
    Updated
        Its tables have one category of final demand, ``final``, as the flows tell none apart.

    Raises
    ------
    BadInput
        Margins that cannot be met, by economy and product.

    Examples
    --------
    >>> a, o = np.array, np.zeros(1)
    >>> t = NationalTable("VNM", "TTL", ("all",), ("final",), a([[4.0]]), a([[6.0]]), a([2.0]), a([2.0]), o, a([6.0]), o, o, a([10.0]), 2022)
    >>> cube = BilateralCube.of([[[16.0], [4.0]], [[4.0], [16.0]]], ["VNM", "JPN"], ["all"], year=2023)
    >>> new = update_tables([t], cube, concordance={}).tables[0]
    >>> new.year, new.output, new.inter.round(6)
    (2023, array([20.]), array([[8.]]))
    """
    parts = members(tables[0].industries, cube.industries, concordances()[concordance] if isinstance(concordance, str) else concordance)
    if detail == "merge":
        tables = [merge_national(t, cube.industries, parts) for t in tables]
        parts = [[i] for i in range(len(cube.industries))]
    made = np.sum([t.inter.sum(0) + t.value_added + other(t) for t in tables], axis=0)
    per = np.divide(1.0, made, out=np.zeros_like(made), where=made > 0)
    average = {k: np.sum([getattr(t, k) for t in tables], axis=0) * per for k in _RECIPE}
    notes: list[Problem] = []
    return Updated([_one(t, cube, parts, average, method, notes) for t in tables], tuple(notes))


def _one(
    t: NationalTable, cube: BilateralCube, parts: Sequence[Sequence[int]], average: Mapping[str, Floats], method: Update, notes: list[Problem]
) -> NationalTable:
    if t.economy not in cube.countries:
        raise MadeinError(f"the bilateral flows do not hold {t.economy}", cube.source, fix="leave its table out")
    at = cube.countries.index(t.economy)
    own = cube.flows[at, at]
    output, sold, into = (_carry(old, new, parts) for old, new in (
        (t.output, cube.output[at]), (abroad(t), cube.output[at] - own), (t.imports, cube.used[at] - own)))  # fmt: skip
    # Inside a wide industry exports may outgrow output: what is missing was bought abroad and sold on.
    into = np.maximum(into, sold - output)
    used = output - sold + into
    live = t.output > 0
    # Shares of what the column adds up to, which is output but for rounding: new columns add up to new output.
    whole = t.inter.sum(0) + t.value_added + other(t)
    per = np.divide(1.0, whole, out=np.zeros_like(whole), where=live & (whole > 0))
    recipe = {k: getattr(t, k) * per for k in _RECIPE}
    for j in np.flatnonzero(~live & (output > 0)):
        for item in _RECIPE:
            recipe[item][..., j] = average[item][..., j]
        notes.append(Problem(f"{t.economy} makes {output[j]:.6g} of {t.industries[j]} in {cube.year}, nothing in {t.year}", t.source,
                             "there is no technology of its own", "it is given the average technology of all tables", "warning"))  # fmt: skip
    new = {k: v * output for k, v in recipe.items()}
    uses = new.pop("inter")
    final = t.final.sum(1)
    if method == "fixed":
        final = used - uses.sum(1)
        notes += [
            Problem(f"final demand of {t.economy} for {t.industries[k]} in {cube.year} is {final[k]:.6g}", t.source,
                    f"the technology of {t.year} uses more than it bought", "see method=gras", "warning")
            for k in np.flatnonzero(final < -1e-6 * max(float(used.sum()), 1e-300))
        ]  # fmt: skip
    else:
        uses, final = _balanced(t, cube, uses, final, used, notes)
    return replace(t, categories=("final",), inter=uses, final=final[:, None], output=output, exports=sold, nonresident=np.zeros_like(sold),
                   imports=into, year=cube.year, **new)  # fmt: skip


def _balanced(t: NationalTable, cube: BilateralCube, uses: Floats, final: Floats, used: Floats, notes: list[Problem]) -> tuple[Floats, Floats]:
    columns = uses.sum(0)
    rest = float(used.sum() - columns.sum())
    final = final.copy()
    bare = (used > 0) & ~((uses > 0).any(1) | (final > 0))
    for k in np.flatnonzero(bare):
        # A product nobody used in the base year has no user to scale; households are given it.
        final[k] = used[k]
        notes.append(Problem(f"{t.economy} uses {used[k]:.6g} of {t.industries[k]} in {cube.year}, nothing in {t.year}", t.source,
                             fix="it is counted as final demand", severity="warning"))  # fmt: skip
    start = np.column_stack([uses, final * (rest / final.sum() if final.sum() > 0 and rest > 0 else 1.0)])
    labels = [f"{t.economy} uses of {i}" for i in t.industries], [f"{t.economy} inputs of {i}" for i in t.industries] + [f"{t.economy} final demand"]
    result = gras(start, used, np.append(columns, rest), row_labels=labels[0], column_labels=labels[1], tolerance=1e-9)
    if not result.converged:
        notes.append(Problem(f"{t.economy} {cube.year} is not balanced", result.worst, f"gap {result.gap:.1e} after {result.rounds} sweeps",
                             "see method=fixed", "warning"))  # fmt: skip
    return result.cells[:, :-1], result.cells[:, -1]


def _carry(old: Floats, new: Floats, parts: Sequence[Sequence[int]]) -> Floats:
    """A vector scaled so that the members of each wide industry add up to its figure; members without a figure share alike."""
    out = np.zeros_like(old)
    for w, held in enumerate(parts):
        at = list(held)
        total = float(old[at].sum())
        out[at] = old[at] * (new[w] / total) if total > 0 else new[w] / len(at)
    return out
