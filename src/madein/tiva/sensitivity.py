"""How the domestic share of exports moves with the cells of the table, and what an uncertain table leaves of it.

The share is ``f = w B e / t`` with ``w`` value added per unit of output of the economy's own industries, ``B`` the Leontief inverse,
``e`` its exports and ``t`` their sum. Two solves, ``l = w B`` and ``q = B e / t``, give its derivative by every cell at once (the adjoint
method); no cell is moved and nothing is solved again. With output held (an increase of a flow goes at the cost of value added and
of home sales to final demand)::

    df/dZ[i, j] = (l[i] - k[j]) q[j] / x[j]  +  (l[i] - f) / t   where i is exported and j is abroad

``k[j]`` is 1 for own industries if value added is the residual, as it falls by what an input grows, and 0 if it is stated. With output
recomputed (a flow more is made in addition) comes, in every cell of row i, ``(k[i] - l[i]) q[i] / x[i]``.
Sherman and Morrison (1950), Annals of Mathematical Statistics 21(1), 124-127, for one cell; adjoints as in Giles and Pierce (2000),
Flow, Turbulence and Combustion 65, 393-415.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from madein.core.errors import MadeinError
from madein.tiva.factored import Factored

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Held = Literal["kept", "recomputed"]
Together = Literal["cell", "row", "column", "pair"]

ALIKE: Mapping[Together, str] = {
    "cell": "nothing: each flow by itself", "row": "all sales of an industry", "column": "all purchases of an industry",
    "pair": "all that an industry buys from one economy",
}  # fmt: skip
"""What errs alike, in words."""


@dataclass(frozen=True, eq=False)
class Gradient:
    """Derivative of an economy's domestic share of exports by the cells of the table.

    Attributes
    ----------
    factored : Factored
        The table.
    economy, industries : str, tuple of str
        Whose exports, and of which industries.
    output : {"kept", "recomputed"}
        What happens to output when a flow grows.
    share, exports : float, float
        The domestic share f and the exports t.
    multipliers, activity : array (n,), array (n,)
        ``l``: own value added in one unit of output of each row; ``q``: output of each row per unit of these exports.
    """

    factored: Factored
    economy: str
    industries: tuple[str, ...]
    output: Held
    share: float
    exports: float
    multipliers: Floats
    activity: Floats

    @cached_property
    def _parts(self) -> tuple[Floats, Floats, Floats, Floats, NDArray[np.bool_]]:
        f = self.factored
        at = f.at(f.index(self.economy))
        own = np.zeros(f.n)
        if f.share == "residual":
            own[at] = 1.0
        right = self.activity * f.xinv
        sold = np.zeros(f.n)
        chosen = _chosen(f, self.economy, self.industries)
        sold[chosen] = (self.multipliers[chosen] - self.share) / self.exports
        abroad = np.ones(f.n, dtype=bool)
        abroad[at] = False
        scaled = (own - self.multipliers) * right if self.output == "recomputed" else np.zeros(f.n)
        return own, right, sold, scaled, abroad

    def rows(self, start: int, stop: int) -> Floats:
        """Derivatives by the flows of rows ``start`` to ``stop`` of the (reordered) table, (stop - start, n), per unit of flow."""
        own, right, sold, scaled, abroad = self._parts
        block: Floats = (self.multipliers[start:stop, None] - own) * right
        block += sold[start:stop, None] * abroad + scaled[start:stop, None]
        return block

    def dense(self) -> Floats:
        """Derivatives by all intermediate flows (n, n), per unit of flow."""
        return self.rows(0, self.factored.n)

    def final(self) -> Floats:
        """Derivatives by final demand (n, R), per unit of flow."""
        f = self.factored
        _, _, sold, scaled, _ = self._parts
        out: Floats = np.repeat(sold[:, None], len(f.names), axis=1)
        out[:, f.index(self.economy)] = 0.0
        return out + scaled[:, None]

    def largest(self, count: int = 20) -> pl.DataFrame:
        """The intermediate flows whose change by one per cent moves the share most.

        Returns
        -------
        polars.DataFrame
            Seller and buyer, the flow, and ``effect``: percentage points of the share for one per cent more of the flow.
        """
        import polars as pl

        f = self.factored
        held: list[tuple[float, int, int]] = []
        for start, stop in _panels(f.n):
            effect = self.rows(start, stop) * f.z[start:stop]
            flat = np.abs(effect).ravel()
            best = np.argpartition(flat, -min(count, flat.size))[-count:]
            held += [(float(effect.flat[b]), start + int(b) // f.n, int(b) % f.n) for b in best]
        held = sorted(held, key=lambda h: (-abs(h[0]), h[1], h[2]))[:count]
        return pl.DataFrame({
            "origin": [f.row_economy[i] for _, i, _ in held], "industry": [f.row_industry[i] for _, i, _ in held],
            "buyer": [f.row_economy[j] for _, _, j in held], "buyer_industry": [f.row_industry[j] for _, _, j in held],
            "flow": [float(f.z[i, j]) for _, i, j in held], "effect": [e for e, _, _ in held],
        })  # fmt: skip

    def spread(self, noise: float | Floats, together: Together = "cell", final: float = 0.0) -> float:
        """Standard deviation of the share when flows are uncertain, to first order.

        Parameters
        ----------
        noise : float or array (n, n)
            Standard deviation of each intermediate flow as a share of it.
        together : {"cell", "row", "column", "pair"}
            What errs alike: nothing; all sales of an industry; all purchases; all flows from one economy to an industry of another
            (the assumption of import proportionality, if it fails, fails so). Errors that go together cancel less.
        final : float
            Standard deviation of each flow to final demand as a share of it, independent.
        """
        f = self.factored
        if np.any(np.asarray(noise) < 0) or final < 0:
            raise MadeinError("the noise of a table is negative", fix="give a standard deviation as a share of the flow, such as 0.1")
        total, columns = 0.0, np.zeros(f.n)
        pairs = np.zeros((len(f.names), f.n)) if together == "pair" else None
        owner = np.repeat(np.arange(len(f.names)), np.diff(f.starts))
        for start, stop in _panels(f.n):
            effect = self.rows(start, stop) * f.z[start:stop]
            effect *= noise if isinstance(noise, float | int) else noise[start:stop]
            if together == "cell":
                total += float(np.einsum("ij,ij->", effect, effect))
            elif together == "row":
                total += float((effect.sum(1) ** 2).sum())
            elif together == "column":
                columns += effect.sum(0)
            elif pairs is not None:
                np.add.at(pairs, owner[start:stop], effect)
        if together == "column":
            total = float((columns**2).sum())
        elif pairs is not None:
            total = float((pairs**2).sum())
        if final:
            total += final**2 * float(((self.final() * f.demand) ** 2).sum())
        return float(np.sqrt(total))

    def interval(self, noise: float | Floats, level: float = 0.9, together: Together = "cell", final: float = 0.0) -> Interval:
        """Interval of the share under noise of the table, from its first-order standard deviation and the normal distribution."""
        if not 0 < level < 1:
            raise MadeinError(f"an interval of level {level} is none", fix="give a level between 0 and 1, such as 0.9")
        deviation = self.spread(noise, together, final)
        reach = NormalDist().inv_cdf((1 + level) / 2) * deviation
        return Interval(self.share, self.share - reach, self.share + reach, deviation, level)


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with the interval that noise of the table leaves.

    Attributes
    ----------
    share, low, high : float
        The share and the ends of the interval.
    deviation, level : float
        Standard deviation, and how much of the distribution the interval holds.
    """

    share: float
    low: float
    high: float
    deviation: float
    level: float


def domestic_share_gradient(factored: Factored, economy: str, industries: Sequence[str] = (), output: Held = "kept") -> Gradient:
    """Derivative of the domestic share of an economy's exports by every cell of the table: two solves.

    Parameters
    ----------
    factored : Factored
        The table; its choice of value added (residual or stated) is the one of the share.
    economy : str
        Whose exports.
    industries : sequence of str
        Exports of these industries only; all if empty.
    output : {"kept", "recomputed"}
        Whether output stays when a flow grows, or grows with it.

    Raises
    ------
    MadeinError
        An economy or industry the table does not hold, or exports of nothing.

    Examples
    --------
    >>> from madein.core.icio import IcioTable
    >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
    >>> g = domestic_share_gradient(Factored(t), "VNM")
    >>> round(g.share, 4), g.dense().round(4)
    (0.7447, array([[-0.0272,  0.0238],
           [-0.0905,  0.0048]]))
    """
    s = factored.index(economy)
    chosen = _chosen(factored, economy, industries)
    e = np.zeros(factored.n)
    e[chosen] = factored.exports[chosen].sum(1)
    total = float(e.sum())
    if not total > 0:
        raise MadeinError(f"{economy} exports nothing" + (f" of {', '.join(industries)}" if industries else ""), factored.table.source,
                          fix="ask for an economy and industries that export")  # fmt: skip
    w = np.zeros((1, factored.n))
    w[0, factored.at(s)] = factored.v[factored.at(s)]
    left, right = factored.solve_left(w)[0], factored.solve(e / total)
    return Gradient(factored, economy, tuple(industries), output, float(left @ e) / total, total, left, right)


def _chosen(f: Factored, economy: str, industries: Sequence[str]) -> NDArray[np.intp]:
    at = f.at(f.index(economy))
    for name in industries:
        if name not in f.table.industries:
            raise MadeinError(f"the table holds no industry {name!r}", f.table.source, fix="name one of: " + ", ".join(f.table.industries[:100]))
    return np.array([i for i in range(at.start, at.stop) if not industries or f.row_industry[i] in industries], dtype=np.intp)


def _panels(n: int) -> list[tuple[int, int]]:
    """Stretches of rows whose cells fit the cache of a core many times over, and memory always."""
    step = max(1, 2_000_000 // max(n, 1))
    return [(k, min(n, k + step)) for k in range(0, n, step)]
