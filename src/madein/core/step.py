"""The contract: all that ties rooms, study, report and web together.

A *step* is a module with four names: ``Config`` (pydantic, ``extra="forbid"``), ``ROLES``, ``ENGINES`` and
``run(config, inputs) -> Result``. ``ROLES`` and ``ENGINES`` are literals, because a study reads them from the source
text to decide whether a step must run at all before it imports anything heavy.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol
from urllib.parse import unquote

if TYPE_CHECKING:
    import polars as pl
    from pydantic import BaseModel

    from madein.core.errors import Problem

DIMS = (
    "actor", "economy", "place", "partner", "origin", "destination", "industry",
    "product", "regime", "series", "scenario", "comparison", "period",
)  # fmt: skip
"""The only names of dimensions, in the order in which they stand in an id."""

BASES = ("published", "computed", "estimated", "illustrative", "simulated")
"""What a number rests on, best first: the worst of the parents holds for the child."""

COMPARISONS = {
    "mom": "against the month before",
    "qoq": "against the quarter before",
    "yoy": "against the same period a year before",
    "ytd_yoy": "year to date, against the same months a year before",
    "mom_abs": "change on the month before",
    "qoq_abs": "change on the quarter before",
    "yoy_abs": "change on the same period a year before",
    "ytd_yoy_abs": "year to date, change on the same months a year before",
    "3m_3m": "three months against the three before",
    "annualised": "rate scaled to a year",
    "contribution": "contribution to the growth of the total",
    "share_of_total": "share of the whole",
    "vs_plan": "against the plan",
    "ratio_to_plan": "as a percentage of the plan",
    "vs_previous": "against an earlier state",
}
"""Values of the dimension ``comparison``; a level has none."""

MAX_PARENTS = 20

RoleKind = Literal["source", "table", "tables"]
"""What may be plugged into a role: files, one table, or a list of tables."""

NodeKind = Literal["source", "table", "figure"]


@dataclass(frozen=True, slots=True)
class Ref:
    """One arrow of a certificate.

    Parameters
    ----------
    node : str
        ``source:ID``, ``table:STEP.NAME`` or ``figure:ID``. A step that refers to a table of its own result
        writes ``table:.NAME``; the study fills in the step.
    at : str
        The place inside: ``chars 1216:1230``, ``cell IIP!C14``, ``row period=2024-07``; empty for the whole.

    Examples
    --------
    >>> Ref.parse("source:data/iip.csv::cell C14")
    Ref(node='source:data/iip.csv', at='cell C14')
    """

    node: str
    at: str = ""

    def __str__(self) -> str:
        node = self.node.replace("%", "%25").replace("::", "%3A%3A")
        if not self.at:
            return node
        # A colon at the end of the node would lengthen the separator.
        return f"{node[:-1]}%3A::{self.at}" if node.endswith(":") else f"{node}::{self.at}"

    @classmethod
    def parse(cls, text: str) -> Ref:
        """The reference a text such as an entry of ``_src`` stands for."""
        node, _, at = text.partition("::")
        return cls(node.replace("%3A", ":").replace("%25", "%"), at)

    @property
    def kind(self) -> str:
        """'source', 'table' or 'figure'."""
        return self.node.partition(":")[0]

    @property
    def name(self) -> str:
        """The id of the source or figure, or ``STEP.NAME`` of the table."""
        return self.node.partition(":")[2]


def escape(text: str, special: str) -> str:
    """Percent-encode only the given characters (and ``%``), so that names stay readable.

    Examples
    --------
    >>> escape("a/b=c d", "/=")
    'a%2Fb%3Dc d'
    """
    return "".join(f"%{ord(c):02X}" if c in special or c == "%" or ord(c) < 32 else c for c in text)


def row_at(key: Mapping[str, str]) -> str:
    """The ``at`` of a table row: ``row series=Mining&period=2024-07``.

    Examples
    --------
    >>> row_at({"series": "R&D", "period": "2024-07"})
    'row series=R%26D&period=2024-07'
    """
    return "row " + "&".join(f"{k}={escape(v, '&=')}" for k, v in key.items())


def read_row_at(at: str) -> dict[str, str]:
    """The key a row address names; the inverse of `row_at`.

    Examples
    --------
    >>> read_row_at(row_at({"series": "R&D", "period": "2024-07"}))
    {'series': 'R&D', 'period': '2024-07'}
    """
    pairs = (part.partition("=") for part in at.removeprefix("row ").split("&") if part)
    return {k: unquote(v) for k, _, v in pairs}


@dataclass(frozen=True, slots=True)
class Source:
    """A file the study declared. Only the study makes one; a room receives it."""

    id: str
    path: Path
    sha256: str
    publisher: str = ""
    licence: str = ""
    date: str = ""
    basis: str = "published"
    title: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A sorted tidy frame.

    Parameters
    ----------
    frame : polars.DataFrame
        Rows in the order of `key`. An optional column ``_src`` (list of text) holds the `Ref` each row came from, and
        ``_basis`` what the row rests on where that is worse than the step's inputs.
    key : tuple of str
        Columns that address a row.
    units : mapping
        Unit of each numeric column; ``@column`` where the unit of a row stands in another column.
    title : str
        What the table shows, for people.
    """

    frame: pl.DataFrame
    key: tuple[str, ...]
    units: Mapping[str, str] = field(default_factory=dict)
    title: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number somebody may quote.

    Parameters
    ----------
    measure : str
        Key of ``core/measures.yaml``.
    dims : mapping
        Only names of `DIMS`.
    value : float or None
        In `unit`, scale words resolved; None exactly when `absent` says why.
    unit : str
        See `madein.core.units`.
    parents : tuple of Ref
        What it was computed or copied from, 20 at most.
    low, high : float or None
        Bounds within which the number lies, given how its parents were rounded.
    basis : str
        One of `BASES`; the study lowers it to the worst parent's.
    method : str
        How it was computed, in one clause.
    absent : str
        Why there is no value.

    Examples
    --------
    >>> Figure("exports", {"period": "2024", "economy": "VNM"}, 405.5e9, "USD", ()).id
    'exports/economy=VNM/period=2024'
    """

    measure: str
    dims: Mapping[str, str]
    value: float | None
    unit: str
    parents: tuple[Ref, ...]
    low: float | None = None
    high: float | None = None
    basis: str = "computed"
    method: str = ""
    absent: str = ""

    @property
    def id(self) -> str:
        """Readable and stable: the measure, then the dimensions in the order of `DIMS`."""
        return "/".join([self.measure, *(f"{k}={escape(self.dims[k], '/={}|')}" for k in DIMS if k in self.dims)])


BlockKind = Literal["finding", "chart", "table", "excerpt", "tree", "note"]


@dataclass(frozen=True, slots=True)
class Block:
    """What report and web can draw, and all they can draw; `madein.core.blocks` says what each body holds."""

    kind: BlockKind
    title: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """What a step returns: tables, figures, blocks in reading order, and problems that did not stop it."""

    tables: Mapping[str, Table] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    blocks: tuple[Block, ...] = ()
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a step receives.

    Parameters
    ----------
    sources : mapping
        Files of each role of kind "source".
    tables : mapping
        The table of each role of kind "table".
    table_names : mapping
        ``STEP.NAME`` of each of them, for references.
    many : mapping
        ``STEP.NAME`` and table, in the order given, of each role of kind "tables".
    """

    sources: Mapping[str, tuple[Source, ...]] = field(default_factory=dict)
    tables: Mapping[str, Table] = field(default_factory=dict)
    table_names: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, tuple[tuple[str, Table], ...]] = field(default_factory=dict)


class Step(Protocol):
    """The four names a module ``<room>/step.py`` or ``study/links/<name>.py`` offers."""

    Config: type[BaseModel]
    ROLES: Mapping[str, RoleKind]
    ENGINES: tuple[str, ...]

    def run(self, config: Any, inputs: Inputs) -> Result:
        """Compute; the only thing a step does."""
        ...


def worst(bases: Iterable[str]) -> str:
    """The worst of some bases; 'published' where there is none.

    Examples
    --------
    >>> worst(["published", "estimated", "computed"])
    'estimated'
    """
    return max(bases, key=BASES.index, default=BASES[0])
