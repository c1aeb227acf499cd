"""National tables and bilateral flows brought to the same industries: merge the tables, or split the flows.

Bilateral flows are often wider than national tables (all services as one). Merging the tables to the flows blurs which services an
exporter uses and overstates the value added at home where imported ones are used less than average; splitting the flows keeps the
tables as they are and estimates who buys which service from whom from totals that are all known: each economy's exports and
imports by product from its own table, each pair's total from the flows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from madein.core.errors import MadeinError, Problem, Problems
from madein.tiva.build.cube import BilateralCube
from madein.tiva.build.national import abroad
from madein.tiva.readers.national import NationalTable

Floats = NDArray[np.float64]
ROUNDS = 500
TOLERANCE = 1e-9


@cache
def concordances() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Known concordances by name: wide industry -> its members."""
    import yaml

    data: Mapping[str, Mapping[str, Sequence[str]]] = yaml.safe_load(resources.files(__package__).joinpath("concordance.yaml").read_text("utf-8"))
    return data


def members(industries: Sequence[str], wide: Sequence[str], concordance: Mapping[str, Sequence[str]]) -> list[list[int]]:
    """Positions in `industries` of the members of each of `wide`.

    Raises
    ------
    BadInput
        An industry in none or in two of the wide ones, or a wide one without members.

    Examples
    --------
    >>> members(["A", "F", "G"], ["A", "D_T"], {"D_T": ["F", "G"]})
    [[0], [1, 2]]
    """
    found = Problems()
    place = {name: i for i, name in enumerate(industries)}
    # Tables already merged hold the wide industry itself.
    wanted = [[w] if w in place else list(concordance.get(w, [w])) for w in wide]
    out = [[place[m] for m in names if m in place] for names in wanted]
    for w, names in zip(wide, wanted, strict=True):
        for missing in [m for m in names if m not in place]:
            found.error(f"industry {missing!r} of the bilateral flows ({w}) is not in the national tables", fix="give a concordance")
        if not names:
            found.error(f"industry {w!r} of the bilateral flows has no members", fix="name them in the concordance")
    taken = [i for held in out for i in held]
    for i, name in enumerate(industries):
        if taken.count(i) != 1:
            found.error(f"industry {name!r} of the national tables stands in {taken.count(i)} industries of the bilateral flows",
                        fix="name it once in the concordance")  # fmt: skip
    found.raise_errors()
    return out


def merge_national(table: NationalTable, industries: Sequence[str], parts: Sequence[Sequence[int]]) -> NationalTable:
    """A national table with its industries added up to fewer."""
    s = np.zeros((len(industries), len(table.industries)))
    for i, held in enumerate(parts):
        s[i, list(held)] = 1.0
    vectors = {k: s @ getattr(table, k) for k in ("exports", "imports", "nonresident", "value_added", "taxes", "imports_other", "output")}
    return replace(table, industries=tuple(industries), inter=s @ table.inter @ s.T, final=s @ table.final, **vectors)


@dataclass(frozen=True, eq=False)
class Split:
    """Bilateral flows in the industries of the national tables, and how well the totals are met.

    Attributes
    ----------
    cube : BilateralCube
        The finer flows.
    rounds, gap : int, float
        Sweeps, and the largest remaining gap of a pair's total as a share of the exporter's or importer's total.
    notes : tuple of Problem
        Where the totals of table and flows disagree.
    """

    cube: BilateralCube
    rounds: int
    gap: float
    notes: tuple[Problem, ...]


def split_cube(tables: Sequence[NationalTable], cube: BilateralCube, parts: Sequence[Sequence[int]]) -> Split:
    """Split wide industries of the flows by the exports and imports by product that the national tables state.

    Parameters
    ----------
    tables : sequence of NationalTable
        Of the economies of the flows but at most one (the rest of the world).
    cube : BilateralCube
        The wide flows.
    parts : sequence of positions
        Of `members`.

    Notes
    -----
    For each wide industry a table exporter x importer x product is fitted (iterative proportional fitting: Deming and Stephan 1940,
    Annals of Mathematical Statistics 11(4), 427-444) to the pairs' totals of the flows, and to the exports and imports by product of
    all economies that have a table, starting from their product. Sales at home are output less exports. An economy without a table
    starts from the shares of all others and is bound by the pairs' totals only.
    """
    have = {t.economy: t for t in tables}
    rest = [i for i, c in enumerate(cube.countries) if c not in have]
    known = np.array([i for i, c in enumerate(cube.countries) if c in have], dtype=int)
    industries = tables[0].industries
    g = len(cube.countries)
    flows = np.zeros((g, g, len(industries)))
    notes: list[Problem] = []
    worst, most = 0.0, 0
    mine = [have[cube.countries[i]] for i in known]
    stack = {"exports": [abroad(t) for t in mine], "imports": [t.imports for t in mine], "output": [t.output for t in mine]}
    known_by = {k: np.array(v) for k, v in stack.items()}
    for w, held in enumerate(parts):
        if len(held) == 1:
            flows[:, :, held[0]] = cube.flows[:, :, w]
            continue
        at = list(held)
        pair = cube.flows[:, :, w].copy()
        own = np.diagonal(pair).copy()
        np.fill_diagonal(pair, 0.0)
        out, into, made = (np.zeros((g, len(at))) for _ in range(3))
        out[known], into[known], made[known] = (known_by[k][:, at] for k in ("exports", "imports", "output"))
        for name, stated, total in (("exports", out, pair.sum(1)), ("imports", into, pair.sum(0))):
            notes += [
                Problem(f"{name} of {cube.industries[w]} are {stated[i].sum():.6g} in the national table, {total[i]:.6g} in the bilateral flows",
                        cube.countries[i], fix="the bilateral total is kept, the table gives the shares", severity="warning")
                for i in known[np.abs(stated[known].sum(1) - total[known]) > 1e-3 * total[known] + 1e-6 * total.sum()]
            ]  # fmt: skip
        for i in rest:
            out[i], into[i], made[i] = (m[known].sum(0) for m in (out, into, made))
        if (out < 0).any() or (into < 0).any():
            c, k = np.argwhere((out < 0) | (into < 0))[0]
            raise MadeinError("exports or imports are negative", f"{cube.countries[c]}, {industries[at[k]]}", fix="correct the national table")
        out, into = _to(out, pair.sum(1)), _to(into, pair.sum(0))
        fitted, rounds, gap = _fit(pair, out, into, known)
        worst, most = max(worst, gap), max(most, rounds)
        home = np.maximum(made - out, 0.0)
        for i in rest:
            home[i] = np.maximum(made[i] / max(made[i].sum(), 1e-300) * (own[i] + pair[i].sum()) - fitted[i].sum(0), 0.0)
        home = _to(home, own)
        fitted[np.arange(g), np.arange(g)] = home
        flows[:, :, at] = fitted
    return Split(replace(cube, flows=flows, industries=tuple(industries)), most, worst, tuple(notes))


def _to(rows: Floats, totals: Floats) -> Floats:
    """Rows scaled to totals."""
    had = rows.sum(1)
    scaled: Floats = rows * np.divide(totals, had, out=np.zeros_like(had), where=had > 0)[:, None]
    return scaled


def _fit(pair: Floats, out: Floats, into: Floats, known: NDArray[np.intp]) -> tuple[Floats, int, float]:
    # Supply and demand by product do not agree to the last dollar (the rest of the world takes the difference): start where they do best.
    world = np.maximum(into.sum(0), 1e-300)
    x = pair[:, :, None] * _shares(out)[:, None, :] * _shares(into)[None, :, :] / (world / world.sum())
    gap, turn = np.inf, 0
    total = np.maximum(pair.sum(1)[:, None], pair.sum(0)[None, :]) + 1e-300
    while turn < ROUNDS:
        turn += 1
        for margin, axis in ((out, 1), (into, 0)):
            held = x.sum(axis)
            ratio = np.divide(margin, held, out=np.ones_like(held), where=held > 0)[known]
            if axis == 1:
                x[known] *= ratio[:, None, :]
            else:
                x[:, known] *= ratio[None, :, :]
        held = x.sum(2)
        gap = float((np.abs(held - pair) / total).max())
        # Pairs last: their totals are the only ones that bind every economy.
        x *= np.divide(pair, held, out=np.zeros_like(held), where=held > 0)[:, :, None]
        if gap < TOLERANCE:
            break
    return x, turn, gap


def _shares(rows: Floats) -> Floats:
    total = rows.sum(1, keepdims=True)
    share: Floats = np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)
    return share
