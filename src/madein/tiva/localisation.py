"""What the domestic share of exports becomes if an input moves home.

A share of what the economy's industries buy of a product abroad is bought from the same industry at home instead; nothing else of any
recipe changes, nor any column sum. The coefficient matrix changes in the r columns of the users, ``A + U E'``, so that its Leontief
inverse follows from the one at hand (Woodbury identity; Hager 1989, SIAM Review 31(2), 221-239)::

    B' = B + B U (I - E'B U)^-1 E'B

and shares from solves with r right sides: the same numbers as a table built anew, without building one. This is accounting, not a
forecast: it asks what the share would be, not whether the product can be made at home at that price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from madein.core.errors import MadeinError
from madein.tiva.factored import Factored

if TYPE_CHECKING:
    import polars as pl

Floats = NDArray[np.float64]
Exports = Literal["held", "recomputed"]
Places = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Localised:
    """Exports of an economy before and after an input moves home.

    Attributes
    ----------
    economy, products, users, industries : str, tuples of str
        Who, what moves home, in which using industries, and whose exports are looked at; all of them if empty.
    part : float
        Share of the imported input that moves.
    moved : float
        Flows that move, in the table's unit.
    exports_before, exports_after : float
        Exports; the same unless they were recomputed.
    origins : tuple of str
        Economies whose value added the exports hold.
    before, after : array (R,), array (R,)
        Value added of each origin in one unit of the exports.
    output : array (n,)
        Change of output of each row that the same exports (held) or the same final demand (recomputed) ask for.
    """

    economy: str
    products: tuple[str, ...]
    users: tuple[str, ...]
    industries: tuple[str, ...]
    part: float
    moved: float
    exports_before: float
    exports_after: float
    origins: tuple[str, ...]
    before: Floats
    after: Floats
    output: Floats

    @property
    def share_before(self) -> float:
        """Domestic share before."""
        return float(self.before[self.origins.index(self.economy)])

    @property
    def share_after(self) -> float:
        """Domestic share after."""
        return float(self.after[self.origins.index(self.economy)])

    def frame(self) -> pl.DataFrame:
        """Origin, share before, share after, change; who loses most first."""
        import polars as pl

        columns = {"origin": self.origins, "before": self.before, "after": self.after, "change": self.after - self.before}
        return pl.DataFrame(columns).sort("change", "origin")


def localise(
    factored: Factored, economy: str, products: str | Sequence[str], *, users: Sequence[str] = (), origins: Sequence[str] = (), part: float = 1.0,
    industries: Sequence[str] = (), exports: Exports = "held",
) -> Localised:  # fmt: skip
    """Move an input home.

    Parameters
    ----------
    factored : Factored
        The table.
    economy : str
        Where the input moves to.
    products : str or sequence of str
        Industries abroad that make the input; each moves to its own industry at home.
    users : sequence of str
        Industries of the economy that use it; all if empty.
    origins : sequence of str
        Economies it moves from; all if empty.
    part : float
        Share of the imported input that moves, above 0 and at most 1.
    industries : sequence of str
        Exports of these industries only; all if empty.
    exports : {"held", "recomputed"}
        The same exports made with the new input; or final demand of the world held and all output, and with it the sales of inputs
        abroad, computed anew.

    Raises
    ------
    MadeinError
        Labels the table does not hold, a part out of range, exports of nothing, a product of which the economy makes nothing.

    Examples
    --------
    >>> from madein.core.icio import IcioTable
    >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
    >>> l = localise(Factored(t), "VNM", "all")
    >>> round(l.share_before, 4), round(l.share_after, 4), l.moved
    (0.7447, 1.0, 3.0)
    """
    named = (products,) if isinstance(products, str) else tuple(products)
    f = factored
    _range(part)
    s = f.index(economy)
    from_ = [f.index(o) for o in origins] or [r for r in range(len(f.names)) if r != s]
    if s in from_:
        raise MadeinError(f"an input cannot move home from {economy} itself", fix="name economies abroad")
    columns, sold = _rows(f, s, users), _rows(f, s, industries)
    u, moved = np.zeros((f.n, len(columns))), 0.0
    for product in named:
        one, value, made = _shift(f, s, product, columns, from_, part)
        if not made:
            raise MadeinError(f"{economy} makes no {product}", f.table.source, "an industry without output has no technology to make it with",
                              "choose a product that is made at home")  # fmt: skip
        u += one
        moved += value
    e = np.zeros(f.n)
    e[sold] = f.exports[sold].sum(1)
    _some(f, economy, industries, e)
    unit = np.zeros((len(columns), f.n))
    unit[np.arange(len(columns)), columns] = 1.0
    rows = f.solve_left(unit)
    # (I - E'B U)^-1 E'B b for the right sides b that are asked for.
    core = np.eye(len(columns)) - rows @ u
    after_e = e
    if exports == "recomputed":
        demand = f.demand.sum(1)
        output = f.solve(u @ np.linalg.solve(core, rows @ demand))
        abroad = np.ones(f.n, dtype=bool)
        abroad[f.at(s)] = False
        after_e = e.copy()
        after_e[sold] += f.z[np.ix_(sold, np.flatnonzero(abroad))] @ (f.xinv * output)[abroad]
    reply = u @ np.linalg.solve(core, rows @ after_e)
    if exports == "held":
        output = f.solve(reply)
    total = float(after_e.sum())
    return Localised(
        economy, named, tuple(users), tuple(industries), part, moved, float(e.sum()), total, f.names, f.vb @ e / e.sum(),
        f.vb @ (after_e + reply) / total, output,
    )  # fmt: skip


def localisation_gains(
    factored: Factored, economy: str, *, industries: Sequence[str] = (), part: float = 1.0, by: Literal["product", "pair"] = "product"
) -> pl.DataFrame:
    """What each input would add to the domestic share if it moved home, one at a time, exports held.

    Parameters
    ----------
    factored, economy, industries, part
        As `localise` takes them.
    by : {"product", "pair"}
        One input for all users, or each input of each user by itself.

    Returns
    -------
    polars.DataFrame
        ``product`` (and ``user``), ``moved`` in the table's unit, ``before``, ``after``, ``gain``; largest gain first; no gain where
        the economy does not make the product at all. All rows come from as many solves as the economy has industries.

    Raises
    ------
    MadeinError
        As `localise`.

    Examples
    --------
    >>> from madein.core.icio import IcioTable
    >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
    >>> localisation_gains(Factored(t), "VNM")["after"].round(4).to_list()
    [1.0]
    """
    import polars as pl

    f = factored
    _range(part)
    s = f.index(economy)
    columns, sold = _rows(f, s, ()), _rows(f, s, industries)
    e = np.zeros(f.n)
    e[sold] = f.exports[sold].sum(1)
    total = _some(f, economy, industries, e)
    unit = np.zeros((len(columns), f.n))
    unit[np.arange(len(columns)), columns] = 1.0
    rows = f.solve_left(unit)
    left = f.v[columns] @ rows
    before, drive = float(left @ e) / total, rows @ e / total
    abroad = [r for r in range(len(f.names)) if r != s]
    out: list[tuple[str, str, float, float | None]] = []
    for product in f.table.industries:
        u, _, made = _shift(f, s, product, columns, abroad, part)
        moved = np.where(u > 0, u, 0.0).sum(0) * f.x[columns]
        if not made:
            out += [(product, "", float(moved.sum()), None)] if by == "product" else [
                (product, f"{f.row_economy[c]}|{f.row_industry[c]}", float(m), None) for c, m in zip(columns, moved, strict=True)
            ]  # fmt: skip
        elif by == "product":
            out.append((product, "", float(moved.sum()), float(left @ u @ np.linalg.solve(np.eye(len(columns)) - rows @ u, drive))))
        else:
            gain = (left @ u) * drive / (1.0 - np.einsum("ji,ij->j", rows, u))
            out += [(product, f"{f.row_economy[c]}|{f.row_industry[c]}", float(m), float(g)) for c, m, g in zip(columns, moved, gain, strict=True)]
    frame = pl.DataFrame(out, schema={"product": pl.String, "user": pl.String, "moved": pl.Float64, "gain": pl.Float64}, orient="row")
    frame = frame.with_columns(before=pl.lit(before), after=before + pl.col("gain")).select("product", "user", "moved", "before", "after", "gain")
    return (frame.drop("user") if by == "product" else frame).sort("gain", "product", descending=[True, False], nulls_last=True)


def _shift(f: Factored, s: int, product: str, columns: Places, origins: Sequence[int], part: float) -> tuple[Floats, float, bool]:
    """Change of the users' columns (n, users) when the product moves home, the flows that move, and whether home can make them."""
    if product not in f.table.industries:
        raise MadeinError(f"the table holds no industry {product!r}", f.table.source, fix="name one of: " + ", ".join(f.table.industries[:100]))
    k, n = f.table.industries.index(product), len(f.table.industries)
    u = np.zeros((f.n, len(columns)))
    away = np.concatenate([np.arange(f.at(r).start, f.at(r).stop, dtype=np.intp)[k::n] for r in origins])
    flows = part * f.z[np.ix_(away, columns)]
    u[away] = -flows * f.xinv[columns]
    # A member of a group gets its input from its own industry.
    start = f.at(s).start
    home = start + (columns - start) // n * n + k
    live = f.x[columns] > 0
    u[home, np.arange(len(columns))] += flows.sum(0) * f.xinv[columns]
    sums = flows.sum(0) * live
    return u, float(sums.sum()), bool((f.x[home][sums > 0] > 0).all())


def _rows(f: Factored, s: int, industries: Sequence[str]) -> Places:
    for name in industries:
        if name not in f.table.industries:
            raise MadeinError(f"the table holds no industry {name!r}", f.table.source, fix="name one of: " + ", ".join(f.table.industries[:100]))
    return np.array([i for i in range(f.at(s).start, f.at(s).stop) if not industries or f.row_industry[i] in industries], dtype=np.intp)


def _some(f: Factored, economy: str, industries: Sequence[str], e: Floats) -> float:
    total = float(e.sum())
    if not total > 0:
        raise MadeinError(f"{economy} exports nothing" + (f" of {', '.join(industries)}" if industries else ""), f.table.source,
                          fix="ask for an economy and industries that export")  # fmt: skip
    return total


def _range(part: float) -> None:
    if not 0 < part <= 1:
        raise MadeinError(f"a part of {part} of an input cannot move home", fix="give a part above 0 and at most 1")
