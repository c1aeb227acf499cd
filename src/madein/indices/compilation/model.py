"""What a compilation of the index of industrial production gives."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError, Problem
from madein.core.periods import Period
from madein.indices.compilation.chain import METHODS, Chain, Method
from madein.indices.compilation.drifts import drift
from madein.indices.compilation.industries import LEVELS, TOTAL
from madein.indices.compilation.points import Contribution, contributions
from madein.indices.compilation.reference import rereference

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Node:
    """One index of the tree.

    Parameters
    ----------
    code : str
        Of the classification, or the name of a product; ``total`` for all.
    level : {"total", "section", "division", "class", "product"}
        How deep it stands.
    parent : str
        Code of the index it is a part of; empty for the total.
    label : str
        Name for readers; the code where the classification holds none.
    """

    code: str
    level: str
    parent: str
    label: str


@dataclass(frozen=True, slots=True)
class Growth:
    """Growth of an index and what its parts add to it.

    Parameters
    ----------
    rate : float
        Percent.
    parts : tuple of Contribution
        In the order of their codes; their points sum to `rate`.
    basis : {"computed", "estimated"}
        Estimated where any part of the index is imputed in either month.
    """

    rate: float
    parts: tuple[Contribution, ...]
    basis: str


@dataclass(frozen=True, slots=True)
class Compiled:
    """Indices of all industry and of its parts.

    Parameters
    ----------
    nodes : tuple of Node
        Every index, from the total down to the products.
    months : ndarray of int, shape (periods,)
        Consecutive months (`madein.core.periods.month_number`).
    index : ndarray, shape (nodes, periods)
        Chained volume index, mean of the reference year 100.
    imputed : ndarray, shape (nodes, periods)
        Share of each index that rests on imputed reports or on siblings, 0 to 1.
    levels : ndarray, shape (segments, nodes, periods)
        Unlinked levels, base of each segment 1.
    shares : ndarray, shape (segments, nodes)
        Weight of each node in the total.
    chain : Chain
        How the segments are joined.
    reference : int
        Reference year.
    imputations : polars.DataFrame
        One row for each report that was not there: ``establishment``, ``product``, ``month``, ``volume``, ``donors`` (whose
        growth stands for it: stratum, product, class, division, section, total; ``carried`` for its own last report).
    links : polars.DataFrame
        Comings and goings: ``product``, ``month``, ``came``, ``went`` (establishments), ``siblings`` (True where the product
        itself moves with its class).
    warnings : tuple of Problem
        What the reader of the result should know.
    """

    nodes: tuple[Node, ...]
    months: NDArray[np.int64]
    index: FloatArray
    imputed: FloatArray
    levels: FloatArray
    shares: FloatArray
    chain: Chain
    reference: int
    imputations: pl.DataFrame
    links: pl.DataFrame
    warnings: tuple[Problem, ...]

    @property
    def unit(self) -> str:
        """Unit of the indices."""
        return f"index ({self.reference}=100)"

    def place(self, code: str) -> int:
        """Position of an index by its code.

        Raises
        ------
        MadeinError
            If there is none of that code.
        """
        for i, node in enumerate(self.nodes):
            if node.code == code:
                return i
        raise MadeinError(f"there is no index of {code!r}", fix="name a section, division, class or product of the rows, or total")

    def series(self, code: str = TOTAL) -> FloatArray:
        """Index of one node, shape (periods,)."""
        return np.array(self.index[self.place(code)])

    def frame(self, *levels: str) -> pl.DataFrame:
        """All indices as rows: ``code``, ``level``, ``parent``, ``label``, ``month``, ``value``, ``imputed``, ``basis``.

        Parameters
        ----------
        *levels : str
            Only these; all if none are named.

        Notes
        -----
        ``basis`` is ``estimated`` where any part of the number is imputed, else ``computed``.
        """
        import polars as pl

        held = [i for i, node in enumerate(self.nodes) if not levels or node.level in levels]
        n = len(self.months)
        about = {k: np.repeat(np.array([getattr(self.nodes[i], k) for i in held], dtype=object), n) for k in ("code", "level", "parent", "label")}
        imputed = self.imputed[held].ravel()
        return pl.DataFrame({
            **{k: pl.Series(v.tolist(), dtype=pl.String) for k, v in about.items()}, "month": np.tile(self.months, len(held)),
            "value": pl.Series(self.index[held].ravel()).fill_nan(None), "imputed": imputed, "basis": np.where(imputed > 0, "estimated", "computed"),
        })  # fmt: skip

    def growth(self, month: int, base: int, of: str = TOTAL, by: str = "section") -> Growth:
        """Growth between two months, and the points that each part of a level adds to it.

        Parameters
        ----------
        month, base : int
            Later and earlier month (`madein.core.periods.month_number`).
        of : str
            Code of the whole.
        by : {"section", "division", "class", "product"}
            Level of the parts, below that of the whole.

        Notes
        -----
        Exact to 1e-12 also where the weights change between the months: the growth is cut into legs at the links.
        """
        start, end = (self._at(m) for m in (base, month))
        top = self.place(of)
        parts = self.parts(top, by)
        points, rate = contributions(self.chain, self.levels[:, parts], self.shares[:, parts], start, end)
        last = self.shares[self.chain.segment_at[end], parts]
        weight = last / last.sum()
        each = tuple(Contribution(self.nodes[i].code, float(p), float(w)) for i, p, w in zip(parts, points, weight, strict=True))
        return Growth(rate, each, "estimated" if (self.imputed[top, [start, end]] > 0).any() else "computed")

    def parts(self, top: int, level: str) -> list[int]:
        """Positions of the nodes of a level below a node."""
        if level not in LEVELS or LEVELS.index(level) <= LEVELS.index(self.nodes[top].level):
            raise MadeinError(f"{self.nodes[top].code} has no parts that are a {level}", fix="name a level below it")
        code_of = {n.code: n for n in self.nodes if n.level != "product"}

        def below(node: Node) -> bool:
            while node.parent and node.code != self.nodes[top].code:
                node = code_of[node.parent]
            return node.code == self.nodes[top].code

        return [i for i, node in enumerate(self.nodes) if node.level == level and below(node)]

    def drift(self, code: str = TOTAL) -> pl.DataFrame:
        """How far the chaining methods lead apart for one index; see `madein.indices.compilation.drifts`."""
        at = self.place(code)
        found: dict[Method, FloatArray] = {}
        for method in METHODS:
            index = replace(self.chain, method=method).index(self.levels[:, at])
            found[method] = to_reference(index, self.months, self.reference, self.chain.segments[0].reference)
        return drift(found, self.months)

    def _at(self, month: int) -> int:
        found = month - int(self.months[0])
        if not 0 <= found < len(self.months):
            raise MadeinError(f"{Period.months(month)} is not compiled", fix=f"choose from {Period.months(*self.months[[0, -1]].tolist())}")
        return found


def to_reference(index: FloatArray, months: NDArray[np.int64], year: int, base: int) -> FloatArray:
    """The index with the mean of a year as 100; a base that is not whole in the months is 1 by its own weights."""
    if year == base and (months // 12 == year).sum() < 12:
        return 100 * index
    return rereference(index, months, year)
