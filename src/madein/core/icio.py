"""Inter-country input-output tables: one object for what every reader returns and every engine takes.

Rows sell, columns buy; both are ordered country by country, industries within. Output is what the rows add up to, value added
what output leaves after the inputs of the column, unless the source states one: a stated one that disagrees is told as a gap,
never used in silence.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from madein.core import icio_faults as faults
from madein.core.errors import BadInput, MadeinError, Problem, Problems
from madein.core.icio_faults import ROUNDING, Floats

__all__ = ["LAYOUT", "ROUNDING", "Floats", "Gap", "IcioTable", "check_same"]

LAYOUT = "madein-icio-1"


@dataclass(frozen=True, slots=True)
class Gap:
    """A stated figure that disagrees with the one that follows from the cells.

    Attributes
    ----------
    label : str
        ``country|industry``.
    item : {"output", "value added"}
        What is stated.
    stated, found : float
        The figure of the source and the one that follows, in the table's unit.
    """

    label: str
    item: str
    stated: float
    found: float

    @property
    def size(self) -> float:
        """Stated less found."""
        return self.stated - self.found


@dataclass(frozen=True, eq=False)
class IcioTable:
    """Flows between the industries of several economies, and their final demand. Make one with `of`.

    Attributes
    ----------
    inter : array (GN, GN)
        Intermediate flows; row sells, column buys, country by country.
    final : array (GN, G*M)
        Final demand, buyer by buyer, the M categories within.
    countries, industries, categories : tuple of str
        Labels of the G economies, N industries and M categories.
    value_added : array (GN,)
        As stated by the source, else the residual.
    stated : tuple of str
        Which of ``output`` and ``value added`` the source states.
    stated_output : array (GN,) or None
        Output as stated; computations take `output`, the row sums.
    unit, year, edition, basis : str, int or None, str, str
        ``USD million``; the year; the publisher's edition; how good the figures are (published, estimated ...).
    sha256, source : str
        Of the file it was read from, and its name; empty if made in memory.
    notes : tuple of Problem
        What the reader of a result should know: negative cells, columns above output, rows of zeros, folded regions.
    """

    inter: Floats
    final: Floats
    countries: tuple[str, ...]
    industries: tuple[str, ...]
    categories: tuple[str, ...]
    value_added: Floats
    stated: tuple[str, ...] = ()
    stated_output: Floats | None = None
    unit: str = ""
    year: int | None = None
    edition: str = ""
    basis: str = "published"
    sha256: str = ""
    source: str = ""
    notes: tuple[Problem, ...] = ()

    @classmethod
    def of(
        cls, inter: ArrayLike, final: ArrayLike, countries: Sequence[str], industries: Sequence[str], categories: Sequence[str] = ("final",), *,
        output: ArrayLike | None = None, value_added: ArrayLike | None = None, unit: str = "", year: int | None = None, edition: str = "",
        basis: str = "published", sha256: str = "", source: str = "", notes: Sequence[Problem] = (),
    ) -> IcioTable:  # fmt: skip
        """Check the cells, name every fault by its label, and make a table.

        Parameters
        ----------
        inter, final : array (GN, GN), array (GN, G*M)
            As the attributes.
        countries, industries, categories : sequences of str
            As the attributes.
        output, value_added : array (GN,), optional
            As stated by the source.

        Raises
        ------
        BadInput
            Labels twice, blocks that are not square, cells that are no numbers, negative output, axes swapped, units that differ.

        Examples
        --------
        >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
        >>> t.output, t.value_added
        (array([11., 14.]), array([7., 8.]))
        """
        found = Problems(source)
        names = tuple(map(str, countries)), tuple(map(str, industries)), tuple(map(str, categories))
        z, y = faults.block(inter, "intermediate flows", found), faults.block(final, "final demand", found)
        faults.labels(names, found)
        found.raise_errors()
        faults.shapes(z, y, names, found)
        found.raise_errors()
        rows = [f"{c}|{i}" for c in names[0] for i in names[1]]
        buyers = [f"{c}|{k}" for c in names[0] for k in names[2]]
        faults.numbers(z, rows, rows, found)
        faults.numbers(y, rows, buyers, found)
        stated = {k: faults.vector(v, k, rows, found) for k, v in (("output", output), ("value added", value_added)) if v is not None}
        found.raise_errors()
        x, used = faults.row_sums(z, y), z.sum(0)
        residual = np.where(x != 0, x - used, 0.0)
        faults.signs(x, used, z, rows, len(names[0]), found)
        faults.swapped(z, rows, x, used, stated, found)
        faults.magnitudes(z, y, x, residual, stated, found)
        found.raise_errors()
        return cls(
            z, y, *names, stated.get("value added", residual), tuple(stated), stated.get("output"), unit, year, edition, basis, sha256, source,
            (*notes, *found.warnings),
        )  # fmt: skip

    @cached_property
    def output(self) -> Floats:
        """Gross output (GN,): the sum of each row, 0 where sales and inventories cancel but for arithmetic."""
        return faults.row_sums(self.inter, self.final)

    @cached_property
    def residual(self) -> Floats:
        """Output less the column's inputs (GN,); zero where there is no output."""
        return np.where(self.output != 0, self.output - self.inter.sum(0), 0.0)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """``country|industry`` of each row."""
        return tuple(f"{c}|{i}" for c in self.countries for i in self.industries)

    @cached_property
    def demand(self) -> Floats:
        """Final demand by buying economy (GN, G), the categories added up."""
        g = len(self.countries)
        return np.ascontiguousarray(self.final.reshape(self.final.shape[0], g, -1).sum(2))

    def gaps(self, tolerance: float = ROUNDING) -> list[Gap]:
        """Stated figures that miss what follows from the cells by more than `tolerance` of output, largest first."""
        out: list[Gap] = []
        for item, stated, found in (("output", self.stated_output, self.output), ("value added", self.value_added, self.residual)):
            if stated is None or item not in self.stated:
                continue
            off = np.abs(stated - found) > tolerance * np.maximum(np.abs(self.output), np.abs(stated))
            out += [Gap(self.labels[i], item, float(stated[i]), float(found[i])) for i in np.flatnonzero(off)]
        return sorted(out, key=lambda g: (-abs(g.size), g.label))

    def country(self, name: str) -> slice:
        """Rows of an economy.

        Raises
        ------
        MadeinError
            If the table does not hold it.
        """
        if name not in self.countries:
            raise MadeinError(f"the table holds no economy {name!r}", self.source, fix="name one of: " + ", ".join(self.countries[:100]))
        at, n = self.countries.index(name), len(self.industries)
        return slice(at * n, (at + 1) * n)

    @cached_property
    def fingerprint(self) -> str:
        """sha256 of labels and cells: the same for the same table, whatever file it came from."""
        digest = hashlib.sha256(json.dumps([self.countries, self.industries, self.categories, self.unit, self.year, self.stated]).encode())
        for part in (self.inter, self.final, self.value_added):
            digest.update(np.ascontiguousarray(part, "<f8").data)
        return digest.hexdigest()

    def save(self, path: Path) -> None:
        """Write the table as npz; the same table gives the same bytes."""
        meta: dict[str, Any] = {"layout": LAYOUT, "unit": self.unit, "year": self.year, "edition": self.edition, "basis": self.basis}
        meta |= {"source": self.source, "sha256": self.sha256, "stated": self.stated}
        arrays: dict[str, Any] = {"inter": self.inter, "final": self.final, "value_added": self.value_added, "meta": np.array(json.dumps(meta))}
        arrays |= {k: np.array(getattr(self, k), dtype=np.str_) for k in ("countries", "industries", "categories")}
        if self.stated_output is not None:
            arrays["output"] = self.stated_output
        with path.open("wb") as file:
            np.savez(file, **arrays)

    @classmethod
    def load(cls, path: Path) -> IcioTable:
        """Read what `save` wrote, checked once more.

        Raises
        ------
        MadeinError
            If the file is no such table.
        """
        try:
            with np.load(path, allow_pickle=False) as held:
                meta = json.loads(str(held["meta"]))
                if meta.pop("layout") != LAYOUT:
                    raise KeyError("layout")
                arrays = {k: held[k] for k in held.files if k != "meta"}
            stated = meta.pop("stated")
            va = arrays["value_added"] if "value added" in stated else None
            labels = [[str(v) for v in arrays[k]] for k in ("countries", "industries", "categories")]
            return cls.of(arrays["inter"], arrays["final"], *labels, output=arrays.get("output"), value_added=va, **meta)
        except (OSError, KeyError, ValueError, TypeError) as fault:
            raise MadeinError(
                "the file is no inter-country table", path.name, str(fault)[:120], f"write it with save(); its layout is {LAYOUT}"
            ) from fault


def check_same(tables: Sequence[IcioTable]) -> None:
    """See that tables of a panel have the same labels and unit.

    Raises
    ------
    BadInput
        Naming each table that differs from the first.
    """
    first = tables[0]
    faults = [
        Problem(f"the {kind} differ from those of {first.source or first.year}", t.source or str(t.year), fix="aggregate both to common labels")
        for t in tables[1:] for kind in ("countries", "industries", "unit") if getattr(t, kind) != getattr(first, kind)
    ]  # fmt: skip
    if faults:
        raise BadInput(faults)
