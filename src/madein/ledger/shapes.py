"""Which shape a table or a relation has, as `shapes.yaml` describes them."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

from madein.core.period_labels import fold

LONGEST_HEADER = 60


@dataclass(frozen=True, slots=True)
class Shape:
    """One entry of ``shapes.yaml``."""

    name: str
    subject: tuple[str, ...]
    fields: Mapping[str, Mapping[str, Any]]
    table: tuple[str, ...] = ()
    any: tuple[str, ...] = ()
    record: str = ""
    part: Mapping[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    headers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    event: Mapping[str, Any] = field(default_factory=dict)

    def field_of(self, name: str) -> tuple[Mapping[str, Any], tuple[str, ...]] | None:
        """What a column claims, and the groups of its pattern; None for a column the shape does not know.

        Examples
        --------
        >>> spec, groups = shapes()["projects"].field_of("capex_usd_m")
        >>> spec["predicate"], groups
        ('capital', ('usd', 'm'))
        """
        if name in self.fields:
            return self.fields[name], ()
        for key, spec in self.fields.items():
            found = re.fullmatch(key[1:-1], name) if key.startswith("/") and len(name) <= LONGEST_HEADER else None
            if found:
                return spec, tuple(g or "" for g in found.groups())
        return None

    @property
    def serving(self) -> frozenset[str]:
        """Columns that claim nothing themselves but say something of others."""
        told = {"source", "note", *self.said, *self.table, self.part.get("column", "")}
        told |= {v["from"] if isinstance(v, dict) else v for v in self.event.values() if v is not True}
        for spec in self.fields.values():
            told |= {str(v["from"]) for v in spec.values() if isinstance(v, dict) and "from" in v}
        holes = {h for t in self.subject for h in re.findall(r"\{(\w+)\}", t)}
        return frozenset(x for x in told | holes if isinstance(x, str) and x)


@functools.cache
def _data() -> Mapping[str, Any]:
    import yaml

    held: Mapping[str, Any] = yaml.safe_load(resources.files("madein.ledger").joinpath("shapes.yaml").read_text("utf-8"))
    return held


@functools.cache
def shapes() -> Mapping[str, Shape]:
    """All shapes by name, in the order in which they are tried."""
    made = {}
    for name, spec in _data()["shapes"].items():
        told: dict[str, Any] = {k: spec[k] for k in ("fields", "record", "part", "headers", "event") if k in spec}
        told |= {k: tuple(spec[k]) for k in ("subject", "table", "any", "said") if k in spec}
        made[name] = Shape(name, **told)
    return made


@functools.cache
def claim_columns() -> Mapping[str, str]:
    """Columns of a table of claims by the folded words that may head them."""
    return {fold(w): key for key, words in _data()["columns"].items() for w in (*words, key)}


@functools.cache
def total_words() -> frozenset[str]:
    """What the first cell of a row of totals says, folded."""
    return frozenset(fold(w) for w in _data()["total_words"])


def is_total(cell: str) -> bool:
    """True for the first cell of a row of totals.

    Examples
    --------
    >>> [is_total(x) for x in ("Tổng cộng", "Total:", "Total energies", "VinFast")]
    [True, True, False, False]
    """
    return fold(cell[:LONGEST_HEADER]).rstrip(" :.") in total_words()


def words_of(name: str) -> Any:
    """A list of words of ``shapes.yaml`` by its name."""
    return _data()[name]


def name_columns(header: Sequence[str]) -> dict[int, str] | None:
    """Columns of a table of claims by position; None where a row is no header of one.

    Examples
    --------
    >>> name_columns(["Chủ thể", "Chỉ tiêu", "Giá trị", "colour"]), name_columns(["a", "b"])
    ({0: 'subject', 1: 'predicate', 2: 'value'}, None)
    """
    named = {i: claim_columns()[fold(h)] for i, h in enumerate(header) if len(h) <= LONGEST_HEADER and fold(h) in claim_columns()}
    return named if {"subject", "predicate"} <= set(named.values()) and {"value", "low"} & set(named.values()) else None


def shape_of(header: Sequence[str]) -> tuple[Shape, dict[int, str]] | None:
    """The shape of a table and its columns by position, under the names the shape gives them; None where none fits.

    Examples
    --------
    >>> shape, columns = shape_of(["Lô hàng", "exporter", "event", "classifier", "date", "as_of"])
    >>> shape.name, columns[0], columns[4]
    ('shipments', 'batch_id', 'date')
    """
    plain = [fold(h).replace(" ", "_") if len(h) <= LONGEST_HEADER else "" for h in header]
    for shape in shapes().values():
        if not shape.table:
            continue
        known = {*shape.fields, *shape.serving}
        also = {fold(w).replace(" ", "_"): key for key, words in shape.headers.items() for w in words}
        named = {i: h if h in known else also.get(h, h) for i, h in enumerate(plain) if h}
        held = set(named.values())
        if set(shape.table) <= held and (not shape.any or held & set(shape.any)):
            return shape, named
    return None


def shape_of_record(kind: str) -> Shape | None:
    """The shape of a relation of some type; None for a type nobody described."""
    return next((s for s in shapes().values() if s.record == kind), None)
