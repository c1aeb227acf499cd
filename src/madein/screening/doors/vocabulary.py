"""Names of columns elsewhere, from ``vocabulary.yaml``: which door a header belongs to and what its columns may be."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from madein.core.period_labels import fold
from madein.screening.schema import schemas


@dataclass(frozen=True, slots=True)
class Door:
    """One vocabulary: its table, signatures, names by field and what holds for every file of it."""

    name: str
    about: str
    table: str
    signature: tuple[frozenset[str], ...]
    columns: Mapping[str, tuple[str, ...]]
    constants: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]
    scales: Mapping[str, float]
    basis: Mapping[str, str]
    statistic: bool
    notes: tuple[str, ...]


def squeeze(name: str) -> str:
    """A column's name as it is compared: folded, letters and digits only.

    Examples
    --------
    >>> squeeze("Mã số thuế"), squeeze("Trade Value (US$)"), squeeze("net_kg")
    ('masothue', 'tradevalueus', 'netkg')
    """
    return "".join(c for c in fold(name) if c.isalnum())


@functools.cache
def _data() -> Mapping[str, Any]:
    import yaml

    return dict(yaml.safe_load(resources.files("madein.screening.doors").joinpath("vocabulary.yaml").read_text("utf-8")))


@functools.cache
def doors() -> Mapping[str, Door]:
    """All vocabularies by name."""
    return {
        name: Door(
            name, d["about"], d.get("table", "declarations"), tuple(frozenset(map(squeeze, s)) for s in d["signature"]),
            {k: tuple(squeeze(str(n)) for n in names) for k, names in d["columns"].items()}, d.get("constants", {}), d.get("values", {}),
            d.get("scales", {}), d.get("basis", {}), d.get("statistic", False), tuple(d.get("notes", ())),
        )
        for name, d in _data()["doors"].items()
    }  # fmt: skip


def fields_of(table: str) -> tuple[str, ...]:
    """Everything a column can be mapped to: the columns of the schema, and for declarations what is settled by the flow."""
    own = tuple(schemas()[table].columns)
    return (*own, *_data()["fields"]) if table == "declarations" else own


def common_values(field: str) -> Mapping[str, str]:
    """Cells that mean a value of a field in any door, folded."""
    return {str(k): str(v) for k, v in _data()["values"].get(field, {}).items()}


def door_of(header: Sequence[str]) -> Door:
    """The door whose signature a header carries, or the plain one of the table that most of its names belong to.

    Examples
    --------
    >>> baci, plain, firms = ["t", "i", "j", "k", "v", "q"], ["Mã HS", "Trị giá", "Ngày đăng ký"], ["firm_id", "address", "phone"]
    >>> door_of(baci).name, door_of(plain).name, door_of(firms).name
    ('baci', 'plain', 'firms')
    """
    names = {squeeze(h) for h in header}
    for door in doors().values():
        if any(mark <= names for mark in door.signature):
            return door
    plain = [d for d in doors().values() if not d.signature]
    return max(
        plain,
        key=lambda d: (
            len({n for ns in d.columns.values() for n in ns} & names) + len({squeeze(c) for c in schemas()[d.table].columns} & names),
            d.table == "declarations",
        ),
    )
