"""Gross imports of an economy by whose value they hold, counted once, and by product.

The perimeter is the importer: value that enters it, leaves and enters again is double counted. Without the importer's own purchases of
inputs abroad the inverse is ``B - (B_.r B_rr^-1 - P_r L_r B_rr^-1) B_r.``, so one small solve an importer does.

Source: A. Borin and M. Mancini (2023), the importer's perimeter; F. Belotti, A. Borin, M. Mancini, Stata Journal 21 (2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from madein.core.icio import Floats
from madein.tiva.factored import Factored
from madein.tiva.result import Check, closest, raise_broken

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, eq=False)
class Imports:
    """Imports by origin of value.

    Attributes
    ----------
    importers : tuple of int
        Positions in `Factored.names`.
    gross : array (I, n)
        Imports of each importer by the product's maker (supplying economy's industry).
    va, content : arrays (I, R, n)
        Value added of each origin country in them, counted once and with double counting; None where sectors were not asked for.
    origin_va, origin_content : arrays (I, n)
        The same by origin industry, over all products.
    checks : tuple of Check
        GIMP = VA + DC, and origins that add up.
    """

    importers: tuple[int, ...]
    gross: Floats
    va: Floats | None
    content: Floats | None
    origin_va: Floats
    origin_content: Floats
    factored: Factored = field(repr=False)
    checks: tuple[Check, ...] = ()

    def country(self) -> pl.DataFrame:
        """GIMP, VA and DC of each importer."""
        import polars as pl

        names = [self.factored.names[r] for r in self.importers]
        gross, va = self.gross.sum(1), self.origin_va.sum(1)
        return pl.DataFrame({"importer": names, "GIMP": gross, "VA": va, "DC": self.origin_content.sum(1) - va})

    def bilateral(self) -> pl.DataFrame:
        """VA and DC of each importer by origin economy of the value, its own among them."""
        import polars as pl

        f = self.factored
        va = np.add.reduceat(self.origin_va, f.starts[:-1], axis=1)
        dc = np.add.reduceat(self.origin_content - self.origin_va, f.starts[:-1], axis=1)
        return pl.DataFrame({
            "importer": [f.names[r] for r in self.importers for _ in f.names], "origin": list(f.names) * len(self.importers),
            "VA": va.reshape(-1), "DC": dc.reshape(-1),
        })  # fmt: skip

    def by_origin_industry(self) -> pl.DataFrame:
        """VA and DC of each importer by origin industry of the value."""
        import polars as pl

        f, times = self.factored, len(self.importers)
        return pl.DataFrame({
            "importer": [f.names[r] for r in self.importers for _ in range(f.n)], "origin": f.row_economy * times,
            "industry": f.row_industry * times, "VA": self.origin_va.reshape(-1), "DC": (self.origin_content - self.origin_va).reshape(-1),
        })  # fmt: skip

    def sectors(self, origin: str | None = None) -> pl.DataFrame:
        """GIMP, VA and DC of each importer by the product imported and its supplier; of one origin, without GIMP.

        Raises
        ------
        MadeinError
            If the origin is unknown.
        """
        import polars as pl

        f, times = self.factored, len(self.importers)
        keys = {
            "importer": [f.names[r] for r in self.importers for _ in range(f.n)],
            "supplier": f.row_economy * times,
            "industry": f.row_industry * times,
        }
        if self.va is None or self.content is None:
            return pl.DataFrame({**keys, "GIMP": self.gross.reshape(-1)})
        pick = slice(None) if origin is None else slice(f.index(origin), f.index(origin) + 1)
        va, content = self.va[:, pick].sum(1), self.content[:, pick].sum(1)
        values = {"VA": va.reshape(-1), "DC": (content - va).reshape(-1)}
        return pl.DataFrame({**keys, **({"GIMP": self.gross.reshape(-1)} if origin is None else {}), **values})


def decompose_imports(f: Factored, importers: Sequence[str] | None = None, sectors: bool = False) -> Imports:
    """Gross imports by origin of their value added.

    Parameters
    ----------
    f : Factored
        The table.
    importers : sequence of str, optional
        Economies or groups; all if left out.
    sectors : bool
        Keep origin country by product too, (I, R, n) numbers; for a few importers at a time.

    Raises
    ------
    MadeinError
        If an importer is unknown.
    ContractBroken
        If an identity is missed.
    """
    chosen = [f.index(name) for name in importers] if importers is not None else list(range(len(f.names)))
    if len(chosen) * 3 > len(f.names) or sectors:
        _ = f.inverse
    gross = np.stack([f.exports[:, r] for r in chosen]) if chosen else np.zeros((0, f.n))
    with f.limited():
        content = f.solve(np.ascontiguousarray(gross.T)).T if chosen else gross
        once = content.copy()
        va3, all3 = [], []
        for i, r in enumerate(chosen):
            at, b = f.at(r), f.columns(r)
            inverse = np.linalg.inv(b[at])
            entering = b @ inverse
            entering[at] -= f.local[r] @ inverse
            once[i] -= entering @ content[i, at]
            if sectors:
                through = np.stack([f.v[f.at(t)] @ entering[f.at(t)] for t in range(len(f.names))])
                va3.append((f.vb - through @ f.inverse[at]) * gross[i])
                all3.append(f.vb * gross[i])
    held = Imports(
        tuple(chosen), gross, np.stack(va3) if va3 else None, np.stack(all3) if all3 else None, once * f.v, content * f.v, f,
    )  # fmt: skip
    total, summed = gross.sum(1), held.origin_content.sum(1) + (gross @ f.rest_content if chosen else 0.0)
    checks = [closest("9 imports = value added + double counting", total, summed, total, label=lambda i: f.names[chosen[i]])]
    if sectors and held.va is not None:
        checks.append(closest("9 value added by product = by origin", held.va.sum((1, 2)), held.origin_va.sum(1), total))
    raise_broken(checks, "imports")
    return Imports(held.importers, gross, held.va, held.content, held.origin_va, held.origin_content, f, tuple(checks))
