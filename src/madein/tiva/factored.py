"""A table factored once: coefficients, the Leontief inverse and what all decompositions share.

Every function of this room takes a `Factored`. It holds flows, not coefficients: with ``xinv = 1 / x`` a block of the coefficient
matrix times a vector is the block of flows times ``xinv`` times the vector, so that one large matrix less stays in memory.

Economies may be joined to groups that count as one: the flows inside a group are domestic then, its exports are what leaves it,
and its local inverse is that of all its industries together. Nothing is averaged: the members keep their industries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import blas, lapack
from threadpoolctl import ThreadpoolController

from madein.core.errors import MadeinError
from madein.core.icio import Floats, IcioTable

Share = Literal["residual", "stated"]
_PANEL = 512
"""Columns of the inverse that are solved together."""


class Factored:
    """Coefficients of a table, its factorisation, and the multipliers all decompositions use.

    Parameters
    ----------
    table : IcioTable
        Flows, n = G*N rows.
    groups : mapping of name to economies, optional
        Economies that count as one exporter, importer and origin.
    value_added : {"residual", "stated"}
        Whose value added is traced. With a stated one, the rest of the columns (taxes on products) is traced as its own origin,
        so that shares still add up to one.
    threads : int
        BLAS threads; one gives the same bytes on every machine of a kind.

    Attributes
    ----------
    names : tuple of str
        The R economies and groups, groups where their first member stood.
    z, demand : array (n, n), array (n, R)
        Intermediate flows and final demand, rows ordered by `names`.
    x, xinv, v : array (n,)
        Output, one over it (0 where there is none), value added per unit of output.
    exports : array (n, R)
        Sales to each partner, 0 at home.
    """

    def __init__(
        self, table: IcioTable, groups: Mapping[str, Sequence[str]] | None = None, value_added: Share = "residual", threads: int = 1
    ) -> None:
        self.table, self.threads, self.share = table, threads, value_added
        blocks = _blocks(table, groups or {})
        self.names = tuple(blocks)
        n = len(table.industries)
        order = [c for members in blocks.values() for c in members]
        self.members = {name: tuple(table.countries[c] for c in members) for name, members in blocks.items()}
        sizes = [len(members) * n for members in blocks.values()]
        self.starts: NDArray[np.intp] = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
        self.rows = np.array([c * n + i for c in order for i in range(n)], dtype=np.intp)
        moved = order != sorted(order)
        self.z: Floats = table.inter[np.ix_(self.rows, self.rows)] if moved else table.inter
        columns = table.demand[self.rows] if moved else table.demand
        self.demand: Floats = np.stack([columns[:, list(members)].sum(1) for members in blocks.values()], axis=1)
        self.x: Floats = table.output[self.rows]
        live = self.x != 0
        self.xinv: Floats = np.divide(1.0, self.x, out=np.zeros_like(self.x), where=live)
        used = self.z.sum(0)
        residual = np.where(live, self.x - used, 0.0) * self.xinv
        stated = table.value_added[self.rows] * self.xinv
        self.v: Floats = stated if value_added == "stated" else residual
        self.rest: Floats | None = residual - stated if value_added == "stated" and "value added" in table.stated else None
        self.exports: Floats = np.add.reduceat(self.z, self.starts[:-1], axis=1) + self.demand
        for r in range(len(self.names)):
            self.exports[self.at(r), r] = 0.0

    @property
    def n(self) -> int:
        """Rows: all industries of all economies."""
        return len(self.x)

    def at(self, r: int) -> slice:
        """Rows of the r-th economy or group."""
        return slice(int(self.starts[r]), int(self.starts[r + 1]))

    def index(self, name: str) -> int:
        """Position of an economy or group.

        Raises
        ------
        MadeinError
            If there is none of that name.
        """
        if name not in self.names:
            raise MadeinError(f"no economy or group is called {name!r}", self.table.source, fix="name one of: " + ", ".join(self.names[:100]))
        return self.names.index(name)

    @cached_property
    def row_economy(self) -> list[str]:
        """The economy of each row; members of a group under their own name."""
        n = len(self.table.industries)
        return [self.table.countries[int(r) // n] for r in self.rows]

    @cached_property
    def row_industry(self) -> list[str]:
        """The industry of each row."""
        n = len(self.table.industries)
        return [self.table.industries[int(r) % n] for r in self.rows]

    @contextmanager
    def limited(self) -> Iterator[None]:
        """BLAS held to `threads`."""
        with _controller().limit(limits=self.threads, user_api="blas"):
            yield

    def a(self, s: int, r: int) -> Floats:
        """Coefficients of what r buys from s, (rows of s, rows of r)."""
        block: Floats = self.z[self.at(s), self.at(r)] * self.xinv[self.at(r)]
        return block

    @cached_property
    def _lu(self) -> tuple[Floats, NDArray[np.int32]]:
        with self.limited():
            # The transpose of a matrix by rows is one by columns, which LAPACK factors in place: no copy is made.
            m = self.z * self.xinv
            np.negative(m, out=m)
            m[np.diag_indices(self.n)] += 1.0
            lu, pivots, fault = lapack.dgetrf(m.T, overwrite_a=1)
        size = np.abs(np.diagonal(lu))
        if fault or not size.min(initial=1.0) > 1e-13:
            worst = int(np.argmin(size))
            raise MadeinError(
                "the table has no Leontief inverse", f"column {self.row_economy[worst]}|{self.row_industry[worst]}",
                "some industries use up all that they make", "look at the columns whose inputs reach their output",
            )  # fmt: skip
        return lu, pivots

    def solve(self, b: Floats) -> Floats:
        """B b for (n,) or (n, k): what must be produced for the final use b."""
        if "inverse" in self.__dict__:
            with self.limited():
                return np.asarray(self.inverse @ b)
        lu, pivots = self._lu
        with self.limited():
            return np.ascontiguousarray(lapack.dgetrs(lu, pivots, b, trans=1)[0])

    def solve_left(self, w: Floats) -> Floats:
        """W B for (k, n): the multipliers of weights w."""
        if "inverse" in self.__dict__:
            with self.limited():
                return np.asarray(w @ self.inverse)
        lu, pivots = self._lu
        with self.limited():
            return np.ascontiguousarray(lapack.dgetrs(lu, pivots, w.T)[0].T)

    @cached_property
    def inverse(self) -> Floats:
        """The Leontief inverse B (n, n): inputs of all stages for one unit of final use.

        Where row exchanges are none (the rule for tables, whose columns are dominated by their diagonal), the inverse of the lower
        factor is formed panel by panel and swept with the upper one: 2 n^3 operations, all of them in matrix products.
        """
        lu, pivots = self._lu
        n = self.n
        out = np.zeros((n, n), order="F")
        with self.limited():
            for start in range(0, n, _PANEL):
                stop = min(n, start + _PANEL)
                part = np.zeros((n - start, stop - start), order="F")
                part[np.arange(stop - start), np.arange(stop - start)] = 1.0
                # Only what lies below the panel can be other than zero.
                out[start:, start:stop] = blas.dtrsm(1.0, lu[start:, start:], part, lower=1, diag=1, overwrite_b=1)
                out[:, start:stop] = blas.dtrsm(1.0, lu, out[:, start:stop], lower=0, overwrite_b=0)
        for i in range(n - 1, -1, -1):
            if pivots[i] != i:
                out[:, [i, pivots[i]]] = out[:, [pivots[i], i]]
        return out.T

    def columns(self, s: int) -> Floats:
        """Columns of the inverse that belong to s, (n, rows of s), without forming the rest."""
        if "inverse" in self.__dict__:
            return self.inverse[:, self.at(s)]
        unit = np.zeros((self.n, self.at(s).stop - self.at(s).start), order="F")
        unit[self.at(s)] = np.eye(unit.shape[1])
        return self.solve(unit)

    @cached_property
    def local(self) -> list[Floats]:
        """Local inverses L_s = (I - A_ss)^-1, one an economy."""
        with self.limited():
            return [np.asarray(np.linalg.inv(np.eye(len(self.x[self.at(s)])) - self.a(s, s)), np.float64) for s in range(len(self.names))]

    @cached_property
    def vl(self) -> Floats:
        """Own value added per unit, stages at home only: v_s L_s, all economies side by side (n,)."""
        return np.concatenate([self.v[self.at(s)] @ self.local[s] for s in range(len(self.names))])

    @cached_property
    def vb(self) -> Floats:
        """Value added of each origin in one unit of final output, (R, n): its columns add up to one where there is output."""
        return self.solve_left(self.by_origin(self.v))

    @cached_property
    def rest_content(self) -> Floats:
        """What is neither value added nor input (taxes on products) in one unit of final output (n,); zero with residual value added."""
        return np.zeros(self.n) if self.rest is None else self.solve_left(self.rest[None])[0]

    def by_origin(self, weights: Floats) -> Floats:
        """Weights (n,) on rows of their own economy, (R, n)."""
        out = np.zeros((len(self.names), self.n))
        for s in range(len(self.names)):
            out[s, self.at(s)] = weights[self.at(s)]
        return out

    @cached_property
    def absorbed(self) -> Floats:
        """Output (n, R) that the final demand of each economy draws on, B Y."""
        return self.solve(self.demand)

    @cached_property
    def abroad(self) -> Floats:
        """Value added of others in one unit of the economy's own output, (n,): summed, not subtracted, so that small shares keep their digits."""
        return np.concatenate([np.delete(self.vb[:, self.at(s)], s, axis=0).sum(0) for s in range(len(self.names))])

    @cached_property
    def home(self) -> Floats:
        """Own value added in one unit of output, all stages, (n,)."""
        return np.concatenate([self.vb[s, self.at(s)] for s in range(len(self.names))])


def _blocks(table: IcioTable, groups: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    owner: dict[str, str] = {}
    for name, members in groups.items():
        for member in members:
            if member not in table.countries:
                raise MadeinError(f"group {name!r} names {member!r}, which the table does not hold", table.source, fix="leave it out of the group")
            if member in owner:
                raise MadeinError(f"{member!r} stands in {owner[member]!r} and {name!r}", fix="an economy is in one group at most")
            owner[member] = name
        if name in table.countries and name not in members:
            raise MadeinError(f"group {name!r} has the name of an economy outside it", fix="call the group something else")
    blocks: dict[str, list[int]] = {}
    for at, country in enumerate(table.countries):
        blocks.setdefault(owner.get(country, country), []).append(at)
    return blocks


@cache
def _controller() -> ThreadpoolController:
    """The pools of this process, found once: looking for them costs more than a small table."""
    return ThreadpoolController()
