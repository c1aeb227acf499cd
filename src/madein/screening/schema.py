"""The three tables everything in this room reads: their columns, types, units and keys, and the check that a file holds them.

The tables are described in ``schema.yaml``. A file is checked lazily, block by block, so that a table larger than memory can be
checked; rows that cannot be used are set aside with their reasons and none is dropped in silence.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from madein.core.errors import MadeinError, Problem

TYPES: Mapping[str, Any] = {"text": pl.String, "whole": pl.Int32, "number": pl.Float64, "date": pl.Date, "texts": pl.List(pl.String)}
"""Polars types by the words of ``schema.yaml``."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its type as ``schema.yaml`` calls it, unit, whether a row needs it, its values and its lowest value."""

    name: str
    type: str
    about: str
    unit: str = ""
    needs: bool = False
    one_of: tuple[str, ...] = ()
    low: float | None = None

    @property
    def dtype(self) -> Any:
        """The Polars type."""
        return TYPES[self.type]


@dataclass(frozen=True, slots=True)
class TableSchema:
    """One table: its columns in order and the columns that tell its rows apart.

    Examples
    --------
    >>> held = schemas()
    >>> list(held), held["firms"].key, held["declarations"].columns["net_kg"].unit
    (['declarations', 'firms', 'tariffs'], ('firm_id',), 'kilogram')
    """

    name: str
    about: str
    key: tuple[str, ...]
    columns: Mapping[str, Column]

    @property
    def polars(self) -> dict[str, Any]:
        """Names and Polars types of the columns, in order."""
        return {c.name: c.dtype for c in self.columns.values()}

    def empty(self) -> pl.DataFrame:
        """A table without rows."""
        return pl.DataFrame(schema=self.polars)


@functools.cache
def schemas() -> Mapping[str, TableSchema]:
    """The tables by name."""
    import yaml

    data = yaml.safe_load(resources.files("madein.screening").joinpath("schema.yaml").read_text("utf-8"))
    return {
        name: TableSchema(
            name, table["about"], tuple(table["key"]),
            {
                key: Column(key, c["type"], c["about"], c.get("unit", ""), c.get("needs", False), tuple(c.get("one_of", ())), c.get("low"))
                for key, c in table["columns"].items()
            },
        )
        for name, table in data.items()
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Intake:
    """What happened to rows on their way in.

    Attributes
    ----------
    read, kept : mapping of table to rows
    set_aside : mapping of (table, column, reason) to rows
        A row with two faults counts under both.
    mended : mapping of (table, column, what was done) to cells
        Cells that were changed in a way that needs no judgement, for instance a leading zero put back.
    notes : tuple of Problem
        What was noticed and changed nothing.
    """

    read: Mapping[str, int] = field(default_factory=dict)
    kept: Mapping[str, int] = field(default_factory=dict)
    set_aside: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    mended: Mapping[tuple[str, str, str], int] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Dataset:
    """Tables fit for screening, as paths of Parquet files in the schema, beside what was set aside on the way.

    Attributes
    ----------
    declarations : Path
        Lines of declarations, without the rows set aside.
    firms, tariffs : Path or None
        None where nothing was given.
    rejected : Path or None
        Rows set aside: table, file, row (counted from 1 in the data, the header aside), column, reason, value.
    intake : Intake
        What was read, set aside, mended and noticed; ``quality`` makes a report of it, to be read before anything else.
    """

    declarations: Path
    firms: Path | None = None
    tariffs: Path | None = None
    rejected: Path | None = None
    intake: Intake = field(default_factory=Intake, repr=False)

    def scan(self, table: str = "declarations") -> pl.LazyFrame:
        """A table as a lazy frame with the columns of the schema; without rows where it was not given.

        Raises
        ------
        MadeinError
            If there is no such table.
        """
        if table not in schemas():
            raise MadeinError(f"{table!r} is no table of this room", fix=f"name one of: {', '.join(schemas())}")
        path = getattr(self, table)
        return pl.scan_parquet(path) if path is not None else schemas()[table].empty().lazy()


def faults_of(table: TableSchema) -> list[tuple[str, str, pl.Expr]]:
    """What a row of a table must not be, for rows that have the right types.

    Returns
    -------
    list of (column, reason, expression)
        The expression is true where the reason holds.
    """
    found: list[tuple[str, str, pl.Expr]] = []
    for c in table.columns.values():
        if c.needs:
            missing = pl.col(c.name).is_null()
            found.append((c.name, "missing", missing | (pl.col(c.name) == "") if c.type == "text" else missing))
        if c.one_of:
            found.append((c.name, f"none of {', '.join(c.one_of)}", ~pl.col(c.name).is_in(list(c.one_of))))
        if c.type == "number":
            found.append((c.name, "not a finite number", ~pl.col(c.name).is_finite()))
        if c.low is not None:
            reason = "negative: a correction or a credit, to be netted against the line it corrects" if table.name == "declarations" else "negative"
            found.append((c.name, reason, pl.col(c.name) < c.low))
        if c.name == "hs":
            found.append((c.name, "not a code of 2, 4, 6, 8 or 10 digits", ~pl.col("hs").str.contains(r"^(?:[0-9]{2}){1,5}$")))
    if "from" in table.columns:
        found.append(("to", "ends before it begins", pl.col("to") <= pl.col("from")))
    return [(column, reason, fault.fill_null(False)) for column, reason, fault in found]


def check_columns(path: Path, table: TableSchema) -> list[Problem]:
    """What stands between a Parquet file and the schema of a table, column by column; empty where nothing does."""
    held = pl.read_parquet_schema(path)
    found = []
    for c in table.columns.values():
        if c.name not in held:
            severity = "error" if c.needs else "warning"
            found.append(Problem(f"no column {c.name}", path.name, f"it holds the {c.about}", "add it, or read the file through a mapping", severity))  # type: ignore[arg-type]
        elif held[c.name] != c.dtype and not _widens(held[c.name], c):
            found.append(Problem(f"column {c.name} is {held[c.name]}", path.name, f"the schema has {c.type}", "read the file through a mapping"))
    return found


def _widens(held: Any, column: Column) -> bool:
    """True where a cast to the schema's type cannot change what a value says."""
    if column.type in ("number", "whole"):
        return bool(held.is_numeric() and (column.type == "number" or held.is_integer()))
    if column.type == "text":
        return isinstance(held, pl.Categorical | pl.Enum) or held == pl.Null
    return bool(held == pl.Null) or (column.type == "date" and isinstance(held, pl.Datetime))
