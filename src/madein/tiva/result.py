"""What a decomposition returns: cells of exporter-industry by importer, with terms, at one of four levels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.errors import ContractBroken, MadeinError
from madein.core.icio import Floats

if TYPE_CHECKING:
    import polars as pl

    from madein.tiva.factored import Factored

Level = Literal["country", "sector", "bilateral", "bilateral-sector"]
LEVELS: tuple[Level, ...] = ("country", "sector", "bilateral", "bilateral-sector")

KEYS: dict[Level, tuple[str, ...]] = {
    "country": ("exporter",),
    "sector": ("exporter", "economy", "industry"),
    "bilateral": ("exporter", "importer"),
    "bilateral-sector": ("exporter", "economy", "industry", "importer"),
}
"""Key columns of a level; `economy` differs from `exporter` for the members of a group."""


@dataclass(frozen=True, slots=True)
class Check:
    """One identity, put to one result.

    Attributes
    ----------
    name : str
        The identity in words.
    miss : float
        By how much it is missed at worst, as a share of the figures it compares.
    tolerance : float
        How much binary arithmetic explains.
    where : str
        The cell that misses most.
    """

    name: str
    miss: float
    tolerance: float
    where: str = ""

    @property
    def holds(self) -> bool:
        """Whether it is met; a figure that is no number meets nothing."""
        return bool(self.miss <= self.tolerance)


@dataclass(frozen=True, eq=False)
class Decomposition:
    """Terms of gross exports for the cells of a level.

    Attributes
    ----------
    method : str
        ``KWW``, ``WWZ``, ``BM`` ...
    perimeter, approach : str
        As the method names them; empty where it has one only.
    level : str
        Of the cells.
    terms : tuple of str
        Names of the last axis of `values`.
    values : array (cells, K)
        In the unit of the table.
    exporter, row, importer : arrays of int (cells,)
        Positions in `Factored.names`, of the row, and of the partner; -1 where the level does not tell them apart.
    factored : Factored
        The table behind it.
    checks : tuple of Check
        The identities that the result was put to.
    """

    method: str
    level: Level
    perimeter: str
    approach: str
    terms: tuple[str, ...]
    values: Floats
    exporter: np.ndarray
    row: np.ndarray
    importer: np.ndarray
    factored: Factored = field(repr=False)
    checks: tuple[Check, ...] = ()

    def term(self, name: str) -> Floats:
        """One term of all cells (cells,).

        Raises
        ------
        MadeinError
            If the decomposition has no such term.
        """
        if name not in self.terms:
            raise MadeinError(f"{self.method} {self.approach} has no term {name!r}", fix="name one of: " + ", ".join(self.terms))
        return np.asarray(self.values[:, self.terms.index(name)])

    def at(self, level: Level) -> Decomposition:
        """The same terms added up to a coarser level.

        Raises
        ------
        MadeinError
            If the level is finer, or the perimeter makes terms of cells that may not be added up.
        """
        if level == self.level:
            return self
        if not set(KEYS[level]) <= set(KEYS[self.level]):
            raise MadeinError(f"{self.level} figures cannot be split to {level}", fix=f"decompose at level {level!r} at once")
        if self.perimeter == "self":
            raise MadeinError("terms of a perimeter of its own flow do not add up across flows", fix=f"decompose with level={level!r}")
        row = self.row if "industry" in KEYS[level] else np.full_like(self.row, -1)
        importer = self.importer if "importer" in KEYS[level] else np.full_like(self.importer, -1)
        keys = np.stack([self.exporter, row, importer], axis=1)
        unique, place = np.unique(keys, axis=0, return_inverse=True)
        values = np.zeros((len(unique), len(self.terms)))
        order = np.argsort(place.reshape(-1), kind="stable")
        starts = np.searchsorted(place.reshape(-1)[order], np.arange(len(unique)))
        if len(unique):
            values = np.add.reduceat(self.values[order], starts, axis=0)
        return Decomposition(
            self.method,
            level,
            self.perimeter,
            self.approach,
            self.terms,
            values,
            unique[:, 0],
            unique[:, 1],
            unique[:, 2],
            self.factored,
            self.checks,
        )

    def keys(self) -> dict[str, list[str]]:
        """The key columns of the cells, by name."""
        f = self.factored
        out = {"exporter": [f.names[s] for s in self.exporter]}
        if "industry" in KEYS[self.level]:
            out["economy"] = [f.row_economy[i] for i in self.row]
            out["industry"] = [f.row_industry[i] for i in self.row]
        if "importer" in KEYS[self.level]:
            out["importer"] = [f.names[r] for r in self.importer]
        return out

    def frame(self, year: bool = False) -> pl.DataFrame:
        """The cells as a tidy Polars frame, one row a cell, one column a term; with `year`, the table's year first."""
        import polars as pl

        f = self.factored
        columns: list[pl.Series] = [label_series("exporter", f.names, self.exporter)]
        if "industry" in KEYS[self.level]:
            n = len(f.table.industries)
            columns += [
                label_series("economy", f.table.countries, f.rows[self.row] // n),
                label_series("industry", f.table.industries, f.rows[self.row] % n),
            ]
        if "importer" in KEYS[self.level]:
            columns.append(label_series("importer", f.names, self.importer))
        columns += [pl.Series(t, np.ascontiguousarray(self.values[:, k])) for k, t in enumerate(self.terms)]
        frame = pl.DataFrame(columns)
        return frame.select(pl.lit(f.table.year, pl.Int32).alias("year"), pl.all()) if year else frame

    def raise_broken(self) -> Decomposition:
        """Return itself if every identity holds.

        Raises
        ------
        ContractBroken
            Naming each identity that is missed, by how much and where.
        """
        raise_broken(self.checks, f"{self.method} {self.perimeter} {self.approach}".strip())
        return self


def raise_broken(checks: Sequence[Check], what: str) -> None:
    """Raise `ContractBroken` with every identity that does not hold."""
    broken = [c for c in checks if not c.holds]
    if broken:
        told = "; ".join(f"{c.name}: missed by {c.miss:.3g} at {c.where}" for c in broken)
        raise ContractBroken(f"{what} breaks {len(broken)} identities", why=told, fix="report the table and the call: the arithmetic is at fault")


def label_series(name: str, labels: Sequence[str], codes: np.ndarray) -> pl.Series:
    """Labels by position as an Enum column."""
    import polars as pl

    return pl.Series("codes", codes, pl.UInt32).cast(pl.UInt32).replace_strict(
        list(range(len(labels))), list(labels), return_dtype=pl.Enum(list(dict.fromkeys(labels)))
    ).alias(name)  # fmt: skip


def closest(name: str, left: Floats, right: Floats, scale: Floats | float, tolerance: float = 1e-9, label: object = None) -> Check:
    """How far two arrays that should be equal are apart, as a share of `scale` (same shape, or one number).

    Examples
    --------
    >>> import numpy as np
    >>> closest("2 = 2", np.array([2.0]), np.array([2.0 + 1e-12]), 1.0).holds
    True
    """
    if not left.size:
        return Check(name, 0.0, tolerance)
    size = (
        np.maximum(np.abs(scale), np.abs(left) * 0 + float(np.abs(scale).max()) * 1e-9)
        if isinstance(scale, np.ndarray)
        else np.full(left.shape, abs(scale))
    )
    off = np.abs(left - right)
    miss = np.divide(off, size, out=np.where(off > 0, off, 0.0), where=size > 0)
    worst = int(np.argmax(np.where(np.isnan(miss), np.inf, miss)))
    value = float(miss.reshape(-1)[worst])
    where = str(label(worst)) if callable(label) else ""
    return Check(name, value, tolerance, where)
