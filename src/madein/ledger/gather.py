"""Claims of a step's inputs, with the place in a source that each stands at."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from madein.core.errors import BadInput, MadeinError, Problems
from madein.core.grid import EXCEL, TEXT
from madein.core.step import Inputs, Ref, Table
from madein.ledger.claims import Claims, assemble
from madein.ledger.convert import SCHEMA
from madein.ledger.fields import Reader
from madein.ledger.reading import read_claims
from madein.ledger.vocabulary import default_vocabulary

_ROW = re.compile(r"(?:(?P<sheet>.*)!)?row (?P<row>[0-9]+)")
_CELL = re.compile(r"cell (?:.*!)?[A-Z]{1,4}[0-9]+", re.DOTALL)

ALWAYS = date.max
"""A study does not know what day it is: no claim of a file is refused as said in the future."""


@dataclass(frozen=True)
class Gathered:
    """A ledger and, by id of claim, the references to where each stands."""

    claims: Claims
    places: Mapping[str, tuple[str, ...]]

    def refs(self, ids: list[str]) -> list[str]:
        """References of some claims, each once, in order."""
        return list(dict.fromkeys(r for i in ids for r in self.places.get(i, ())))


def gather(inputs: Inputs, dates: Mapping[str, str]) -> Gathered:
    """All claims of the roles ``claims`` and ``told``.

    Raises
    ------
    BadInput
        With every row that cannot be read, by file, row and column.
    """
    problems = Problems()
    frames: list[pl.DataFrame] = []
    places: dict[str, tuple[str, ...]] = {}
    words = default_vocabulary()
    for source in inputs.sources.get("claims", ()):
        reader = Reader(ALWAYS, dates.get(source.id, ""), words=words, here=True)
        try:
            frame, found = read_claims(source.path, reader, {}, "")
        except MadeinError as fault:
            problems.errors += fault.problems
            continue
        problems.errors += found.errors
        problems.warnings += found.warnings
        frames.append(frame)
        is_table = source.path.suffix.lower() in EXCEL | TEXT
        for key, at in frame.select("id", "place").iter_rows():
            places[key] = (*places.get(key, ()), str(Ref(f"source:{source.id}", place_in(at) if is_table else "")))
    for _, table in inputs.many.get("told", ()):
        frames.append(_of_table(table))
        for key, src in table.frame.select("id", "_src").iter_rows():
            places[key] = (*places.get(key, ()), *src)
    if problems.errors:
        raise BadInput(problems.errors)
    return Gathered(assemble(frames, words, problems), places)


def place_in(place: str) -> str:
    """The place of a claim as a reference into its file: ``row 7`` of a table is its cell A7.

    Characters that a claim of a file names are those of the article it was read from, not of the file.

    Examples
    --------
    >>> place_in("row 7"), place_in("cell Claims!C4"), place_in("chars 12:18"), place_in("line 3")
    ('cell A7', 'cell Claims!C4', '', '')
    """
    row = _ROW.fullmatch(place)
    if row:
        sheet = f"{row['sheet']}!" if row["sheet"] else ""
        return f"cell {sheet}A{row['row']}"
    return place if _CELL.fullmatch(place) else ""


def _of_table(table: Table) -> pl.DataFrame:
    missing = [c for c in SCHEMA if c not in table.frame.columns]
    if missing:
        raise MadeinError(f"the table {table.title!r} holds no claims", "from.told", f"it has no column {missing[0]}", "give a table of claims")
    return table.frame.select(*SCHEMA).cast(SCHEMA)  # type: ignore[arg-type]
