"""The cube nobody could hold: value added by origin industry, exporter-industry, partner, and where it is finally used.

Exports of row i to r are used up by the final demand of u as ``q(i, r, u)``: final goods at once in r, inputs by way of the output of r
that the final demand of u draws on, ``A_ir (B Y)_ru``. What they hold of origin k is a multiplier of the row i alone. So the cube is a
product of two small pieces, and any slice of it costs no more than the slice is large.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
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
Axis = Literal["origin", "origin_industry", "industry", "partner", "destination"]
Names = Sequence[str] | None
Keys = list[tuple[str, ...]]
Places = NDArray[np.intp]
AXES: tuple[Axis, ...] = ("origin", "origin_industry", "industry", "partner", "destination")
"""What the cells of a cube may be told apart by."""


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

    def summed(
        self, by: Sequence[Axis], origins: Names = None, industries: Names = None, partners: Names = None, destinations: Names = None,
        origin_industries: Names = None,
    ) -> pl.DataFrame:  # fmt: skip
        """The part added up to some of its labels: a column for each, ``value_added`` and its share of the part, largest first.

        Parameters
        ----------
        by : sequence of {"origin", "origin_industry", "industry", "partner", "destination"}
            What is told apart; the rest is added up. Members of a group of origins count as one, unless industries of origins are told apart.
        origins, industries, partners, destinations, origin_industries
            As `slice` takes them.

        Raises
        ------
        MadeinError
            On an unknown label or axis, a part that holds nothing, or a result of more than fifty million rows.

        Examples
        --------
        >>> from madein.core.icio import IcioTable
        >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
        >>> [(o, d, round(v, 3)) for o, d, v, _ in cube(Factored(t), "VNM").summed(["origin", "destination"]).rows()]
        [('VNM', 'JPN', 1.584), ('VNM', 'VNM', 0.65), ('JPN', 'JPN', 0.543), ('JPN', 'VNM', 0.223)]
        """
        import polars as pl

        if unknown := [b for b in by if b not in AXES]:
            raise MadeinError(f"nothing is told apart by {unknown[0]!r}", fix="name some of: " + ", ".join(AXES))
        f = self.factored
        if f.names[self.exporter] in (partners or ()):
            raise MadeinError(f"{f.names[self.exporter]} is no partner of itself", f.table.source, fix="name economies abroad")
        rows, own, to, use = self._pick(origins, industries, partners, destinations, origin_industries)
        n, home = len(f.table.industries), own + f.at(self.exporter).start
        owner = np.searchsorted(f.starts, rows, side="right") - 1
        made = {
            "origin": [f.table.countries[r] for r in f.rows[rows] // n] if "origin_industry" in by else [f.names[g] for g in owner],
            "origin_industry": [f.table.industries[i] for i in f.rows[rows] % n],
        }
        origin_keys, left = _joined([made[b] for b in AXES[:2] if b in by], self.origin[np.ix_(rows, own)])
        seller_keys, join = _joined([[f.table.industries[i] for i in f.rows[home] % n]] if "industry" in by else [], np.eye(len(own)))
        kept = "".join(letter for b, letter in (("partner", "r"), ("destination", "u")) if b in by)
        right = np.einsum(f"iru->i{kept}", self.use[np.ix_(own, to, use)])
        labels: dict[str, Keys] = {"r": [(f.names[r],) for r in to], "u": [(f.names[u],) for u in use]}
        axes: list[Keys] = [origin_keys, seller_keys, *(labels[letter] for letter in kept)]
        if (count := int(np.prod([len(a) for a in axes], dtype=np.int64))) > 50_000_000:
            raise MadeinError(f"the part has {count:,} rows", fix="tell fewer things apart, or name fewer economies")
        # Origins by sellers by use: the seller is the one axis that both pieces share.
        cells = np.einsum(f"ki,Ii,i{kept}->kI{kept}", left, join, right, optimize=True).reshape(-1)
        if not cells.any():
            raise MadeinError(f"the exports of {f.names[self.exporter]} hold nothing of that part", f.table.source,
                              fix="ask for industries and partners with exports")  # fmt: skip
        keys = [tuple(part for group in line for part in group) for line in product(*axes)]
        names = [b for b in (*AXES[:3], "partner", "destination") if b in by]
        frame = pl.DataFrame(keys, dict.fromkeys(names, pl.String), orient="row") if names else pl.DataFrame({"all": ["total"] * len(cells)})
        total = float(cells.sum())
        frame = frame.with_columns(value_added=pl.Series(cells), share=pl.Series(cells / total if total else np.zeros_like(cells)))
        return frame.sort("value_added", *frame.columns[:-2], descending=[True, *[False] * (frame.width - 2)])

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


def _joined(keys: Sequence[Sequence[str]], rows: Floats) -> tuple[Keys, Floats]:
    """Rows (k, i) that share their keys added up: the keys, first come first, and their sums. Without keys, one sum."""
    labels: Keys = list(zip(*keys, strict=True)) if keys else [()] * len(rows)
    unique = list(dict.fromkeys(labels)) or [()]
    place = {key: k for k, key in enumerate(unique)}
    out = np.zeros((len(unique), rows.shape[1]))
    np.add.at(out, [place[key] for key in labels], rows)
    return unique, out


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
