"""Dependence on suppliers and markets, looked through to the maker and the final user, and what is lost without one of them.

Look-through reliance counts purchases at all stages, not the invoice only: what seems bought at home may be made abroad.

Source: R. Baldwin, R. Freeman, A. Theodorakopoulos, Horses for Courses: Measuring Foreign Supply Chain Exposure, NBER Working Paper
30525 (2022). Extraction: E. Dietzenbacher, B. van Burken, Y. Kondo, Hypothetical Extractions from a Global Perspective, Economic
Systems Research 31 (2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.errors import MadeinError
from madein.core.icio import Floats
from madein.tiva.factored import Factored

if TYPE_CHECKING:
    import polars as pl

Measure = Literal["value added", "gross", "face value"]


def import_reliance(f: Factored, measure: Measure = "value added") -> Floats:
    """Share of each supplying economy in what an industry's output rests on, array (n, R); zeros where nothing is made or bought.

    Parameters
    ----------
    measure : {"value added", "gross", "face value"}
        Share in the value added of a unit of final output; in its inputs of all stages (``B - I``); in its direct inputs.
    """
    if measure == "value added":
        shares = np.where(f.x != 0, f.vb, 0.0).T
    elif measure == "face value":
        direct = np.add.reduceat(f.z, f.starts[:-1], axis=0).T
        shares = _normed(direct)
    else:
        ones = f.by_origin(np.ones(f.n))
        shares = _normed((f.solve_left(ones) - ones).T)
    return np.ascontiguousarray(shares)


def market_reliance(f: Factored, measure: Measure = "value added") -> Floats:
    """Share of each economy in what an industry's output ends up in, array (n, R); zeros where there is no output.

    Parameters
    ----------
    measure : {"value added", "gross", "face value"}
        Share of its final demand in the industry's output, and so in its value added; of its industries in the sales of inputs of all
        stages; of its buyers in direct sales.
    """
    if measure == "value added":
        out: Floats = f.absorbed * f.xinv[:, None]
        return out
    if measure == "face value":
        direct = np.add.reduceat(f.z, f.starts[:-1], axis=1) + f.demand
        return _normed(direct)
    made = f.by_origin(f.x).T
    return _normed(f.solve(made) - made)


def _normed(cells: Floats) -> Floats:
    total = cells.sum(1, keepdims=True)
    return np.asarray(np.divide(cells, total, out=np.zeros_like(cells), where=total > 0))


@dataclass(frozen=True, slots=True)
class Concentration:
    """Herfindahl-Hirschman index in points, 0 to 10,000, with bounds for what a rest of the world hides.

    Attributes
    ----------
    named : float
        Of the named economies alone, the rest spread so thin that nobody in it counts: the lower bound.
    upper : float
        The rest being one supplier.
    largest : str
        The named economy with the largest share.
    share : float
        Its share.
    """

    named: float
    upper: float
    largest: str
    share: float


def concentration(f: Factored, shares: Floats, rest: Sequence[str] = ("ROW", "RoW", "WXD"), home: str = "") -> list[Concentration]:
    """Concentration of each row of shares (k, R), such as those of `import_reliance`.

    Parameters
    ----------
    shares : array (k, R)
        Non-negative; scaled to one after the home economy is left out.
    rest : sequence of str
        Names that stand for many economies.
    home : str
        Economy that is left out: concentration of what comes from abroad.
    """
    unknown = np.array([name in rest for name in f.names])
    keep = np.array([name != home for name in f.names])
    out = []
    for row in np.asarray(shares, dtype=np.float64):
        part = np.where(keep, row, 0.0)
        total = float(part.sum())
        part = part / total if total > 0 else part
        named = float((part[~unknown] ** 2).sum()) * 10_000
        best = int(np.argmax(np.where(unknown, -1.0, part)))
        out.append(Concentration(named, named + float((part[unknown] ** 2).sum()) * 10_000, f.names[best] if total > 0 else "", float(part[best])))
    return out


@dataclass(frozen=True, eq=False)
class Extraction:
    """What remains when flows between a seller and a buyer stop and nothing takes their place.

    Attributes
    ----------
    output, value_added : arrays (n,)
        After; in the table's unit.
    lost_output, lost_value_added : arrays (n,)
        Before less after.
    factored : Factored
        The table.
    """

    output: Floats
    value_added: Floats
    lost_output: Floats
    lost_value_added: Floats
    factored: Factored

    def by_economy(self) -> pl.DataFrame:
        """Value added, and what of it is lost, by economy; the share is null where there is none."""
        import polars as pl

        f = self.factored
        before = np.add.reduceat(f.v * f.x, f.starts[:-1])
        lost = np.add.reduceat(self.lost_value_added, f.starts[:-1])
        return pl.DataFrame({"economy": f.names, "value_added": before, "lost": lost}).with_columns(
            share=pl.when(pl.col("value_added") != 0).then(pl.col("lost") / pl.col("value_added"))
        )


def extract(
    f: Factored, seller: str, buyer: str, industries: Sequence[str] | None = None, what: Literal["all", "inputs", "final"] = "all"
) -> Extraction:
    """Stop what one economy sells to another, and see whose output and value added goes with it.

    A supplier is taken from an economy with that economy as buyer, a market with it as buyer of another's sales. It is an accounting
    bound, not a forecast: nobody substitutes. One small solve with the seller's columns of the inverse replaces a new inverse.

    Parameters
    ----------
    seller, buyer : str
        Economies or groups; ``*`` is everybody else.
    industries : sequence of str, optional
        Whose sales stop; all if left out.
    what : {"all", "inputs", "final"}
        Which flows stop.

    Raises
    ------
    MadeinError
        If an economy or industry is unknown, or both are everybody.
    """
    if seller == "*" and buyer == "*":
        raise MadeinError("everybody cannot stop selling to everybody", fix="name a seller or a buyer")
    for name in industries or ():
        if name not in f.table.industries:
            raise MadeinError(f"no industry is called {name!r}", f.table.source, fix="name one of: " + ", ".join(f.table.industries[:100]))
    all_parts = range(len(f.names))
    sellers = [s for s in all_parts if f.names[s] != buyer] if seller == "*" else [f.index(seller)]
    buyers = [b for b in all_parts if f.names[b] != seller] if buyer == "*" else [f.index(buyer)]
    rows = np.concatenate([np.arange(f.at(s).start, f.at(s).stop) for s in sellers])
    if industries is not None:
        rows = np.array([i for i in rows if f.row_industry[i] in industries], dtype=np.intp)
    columns = np.concatenate([np.arange(f.at(b).start, f.at(b).stop) for b in buyers])
    # Sales to industries without output are a use of their own, so that before is the output of the table.
    uses = f.demand.sum(1) + f.z[:, f.x == 0].sum(1)
    if what != "inputs":
        uses = uses.copy()
        uses[rows] -= f.demand[np.ix_(rows, np.array(buyers))].sum(1)
    with f.limited():
        after = f.solve(uses)
        if what != "final":
            cut = f.z[np.ix_(rows, columns)] * f.xinv[columns]
            if len(rows) <= len(columns):
                unit = np.zeros((f.n, len(rows)))
                unit[rows, np.arange(len(rows))] = 1.0
                b = f.solve(unit)
                after = after - b @ np.linalg.solve(np.eye(len(rows)) + cut @ b[columns], cut @ after[columns])
            else:
                unit = np.zeros((f.n, len(columns)))
                unit[rows] = cut
                b = f.solve(unit)
                after = after - b @ np.linalg.solve(np.eye(len(columns)) + b[columns], after[columns])
    before = np.where(f.x != 0, f.x, 0.0)
    after = np.where(f.x != 0, after, 0.0)
    return Extraction(after, f.v * after, before - after, f.v * (before - after), f)
