"""The cube nobody could hold: value added by origin industry, exporter-industry, partner, and where it is finally used.

Exports of row i to r are used up by the final demand of u as ``q(i, r, u)``: final goods at once in r, inputs by way of the output of r
that the final demand of u draws on, ``A_ir (B Y)_ru``. What they hold of origin k is a multiplier of the row i alone. So the cube is a
product of two small pieces, and any slice of it costs no more than the slice is large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from madein.core.errors import MadeinError
from madein.core.icio import Floats
from madein.tiva.factored import Factored
from madein.tiva.result import label_series

if TYPE_CHECKING:
    import polars as pl

Content = Literal["all", "once"]
Names = Sequence[str] | None
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Cube:
    """Value added by origin, exporting industry, partner and final destination of one exporter's flows.

    Attributes
    ----------
    factored : Factored
        The table.
    exporter : int
        Position in `Factored.names`.
    origin : array (n, N_s)
        Value added of each origin row in a unit of the exporter's industries.
    use : array (N_s, R, R)
        Exports by industry and partner, split by the economy whose final demand uses them.
    """

    factored: Factored
    exporter: int
    origin: Floats
    use: Floats

    def slice(
        self, origins: Sequence[str] | None = None, industries: Sequence[str] | None = None, partners: Sequence[str] | None = None,
        destinations: Sequence[str] | None = None, origin_industries: Sequence[str] | None = None,
    ) -> pl.DataFrame:  # fmt: skip
        """Tidy rows of a part of the cube; whatever is left out is there in full.

        Parameters
        ----------
        origins, partners, destinations : sequences of economies, optional
            Whose value, sold to whom, finally used by whom.
        industries, origin_industries : sequences of str, optional
            What is exported, and where in the origin the value was added.

        Raises
        ------
        MadeinError
            On an unknown label, or a part of more than fifty million rows: name fewer, or sum with `total`.
        """
        import polars as pl

        f = self.factored
        rows, own, to, by = self._pick(origins, industries, partners, destinations, origin_industries)
        count = len(rows) * len(own) * len(to) * len(by)
        if count > 50_000_000:
            raise MadeinError(f"the part has {count:,} rows", fix="name fewer origins, partners or destinations, or sum it with total()")
        cells = np.einsum("ki,iru->kiru", self.origin[np.ix_(rows, own)], self.use[np.ix_(own, to, by)])
        n, shape = len(f.table.industries), cells.shape
        origin, seller = f.rows[rows], f.rows[own + f.at(self.exporter).start]

        def key(name: str, labels: Sequence[str], codes: Places, axis: int) -> pl.Series:
            along = [1, 1, 1, 1]
            along[axis] = -1
            return label_series(name, labels, np.broadcast_to(codes.reshape(along), shape).reshape(-1))

        return pl.DataFrame([
            key("origin", f.table.countries, origin // n, 0), key("origin_industry", f.table.industries, origin % n, 0),
            key("industry", f.table.industries, seller % n, 1), key("partner", f.names, to, 2), key("destination", f.names, by, 3),
            pl.Series("value_added", cells.reshape(-1)),
        ])  # fmt: skip

    def total(
        self, over: Sequence[Literal["origin", "industry", "partner", "destination"]] = (), origins: Sequence[str] | None = None,
        industries: Sequence[str] | None = None, partners: Sequence[str] | None = None, destinations: Sequence[str] | None = None,
        origin_industries: Sequence[str] | None = None,
    ) -> Floats:  # fmt: skip
        """The part as an array, axes origin, industry, partner, destination in this order, those named in `over` added up."""
        rows, own, to, by = self._pick(origins, industries, partners, destinations, origin_industries)
        left, right = self.origin[np.ix_(rows, own)], self.use[np.ix_(own, to, by)]
        axes = {"origin": "k", "industry": "i", "partner": "r", "destination": "u"}
        kept = "".join(letter for name, letter in axes.items() if name not in over)
        if "origin" in over:
            return np.asarray(np.einsum(f"i,iru->{kept}", left.sum(0), right))
        return np.asarray(np.einsum(f"ki,iru->{kept}", left, right, optimize=True))

    def _pick(
        self, origins: Names, industries: Names, partners: Names, destinations: Names, origin_industries: Names
    ) -> tuple[Places, Places, Places, Places]:
        f, own = self.factored, self.factored.at(self.exporter)
        for kind, asked in (("industry", industries), ("industry", origin_industries)):
            for name in asked or ():
                if name not in f.table.industries:
                    raise MadeinError(f"no {kind} is called {name!r}", f.table.source, fix="name one of: " + ", ".join(f.table.industries[:100]))
        groups = range(len(f.names)) if origins is None else [f.index(o) for o in origins]
        rows = np.concatenate([np.arange(f.at(g).start, f.at(g).stop) for g in groups]) if len(groups) else np.zeros(0, dtype=np.intp)
        if origin_industries is not None:
            rows = np.array([k for k in rows if f.row_industry[k] in origin_industries], dtype=np.intp)
        mine = [i for i in range(own.stop - own.start) if industries is None or f.row_industry[own.start + i] in industries]
        to = [r for r in range(len(f.names)) if r != self.exporter] if partners is None else [f.index(p) for p in partners]
        by = list(range(len(f.names))) if destinations is None else [f.index(d) for d in destinations]
        return rows, np.array(mine, dtype=np.intp), np.array(to, dtype=np.intp), np.array(by, dtype=np.intp)


def cube(f: Factored, exporter: str, content: Content = "all") -> Cube:
    """Origin by destination cube of one exporter.

    Parameters
    ----------
    f : Factored
        The table.
    exporter : str
        Economy or group.
    content : {"all", "once"}
        All value in gross exports, double counting included (the cells add up to gross exports), or what crosses the exporter's border
        for the first time (they add up to DVA + FVA of Borin and Mancini's source approach).

    Raises
    ------
    MadeinError
        If the exporter is unknown.
    """
    s = f.index(exporter)
    own = f.at(s)
    with f.limited():
        b = f.columns(s)
        if content == "once":
            sold = f.z[own] * f.xinv
            sold[:, own] = 0.0
            b = np.asarray(np.linalg.solve((np.eye(b.shape[1]) + sold @ b).T, b.T).T, np.float64)
        origin = b * f.v[:, None]
        use = np.zeros((b.shape[1], len(f.names), len(f.names)))
        for r in range(len(f.names)):
            if r == s:
                continue
            at = f.at(r)
            use[:, r] = f.z[own, at] @ (f.absorbed[at] * f.xinv[at, None])
            use[:, r, r] += f.demand[own, r]
    return Cube(f, s, origin, use)
