"""A column mapping: what each column of a file is in the schema, proposed, shown, confirmed once and kept as YAML."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from madein.core.errors import BadInput, MadeinError, Problem

DATES = ("iso", "dmy", "mdy", "excel")
"""Orders of dates: 2024-07-31 (also 20240731, 2024-07, 202407 and 2024), 31/07/2024, 07/31/2024, and serial days of a spreadsheet."""


@dataclass(frozen=True, slots=True)
class Link:
    """One field and the column it is read from, how sure the proposal is (0 to 1) and on what grounds."""

    target: str
    column: str
    sure: float = 1.0
    why: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """How one kind of file is read into a table of the schema.

    Attributes
    ----------
    table : {"declarations", "firms", "tariffs"}
    door : str
        Which vocabulary it came from; ``plain`` where none.
    header : tuple of str
        Columns of the file it was made for; it fits every file that has the mapped ones.
    links : tuple of Link
    constants : mapping of field to text
        The same for every row.
    values : mapping of field to mapping of cell to value
        Cells in other words than the schema's, beyond those every door knows.
    scales : mapping of field to number
        What numbers are multiplied by: 1000 where a column is in thousands or in tonnes.
    dates : str
        One of `DATES`; "" while it is an open question.
    decimal : str
        Decimal mark, "." or ","; "" while it is an open question.
    statistic : bool
        Rows are cells of a statistic: totals of partners and of coarser codes are set aside, so that nothing counts twice.
    basis : mapping of flow to value basis
    unused : tuple of str
        Columns that are not read.
    questions : tuple of str
        What has to be answered before it can be confirmed.
    notes : tuple of str
    confirmed : bool
        True once a person has looked at it.
    """

    table: str
    door: str
    header: tuple[str, ...]
    links: tuple[Link, ...]
    constants: MappingType[str, str] = field(default_factory=dict)
    values: MappingType[str, MappingType[str, str]] = field(default_factory=dict)
    scales: MappingType[str, float] = field(default_factory=dict)
    dates: str = "iso"
    decimal: str = "."
    statistic: bool = False
    basis: MappingType[str, str] = field(default_factory=dict)
    unused: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    confirmed: bool = False

    def column(self, target: str) -> str | None:
        """The column a field is read from; None where it is read from none."""
        return next((link.column for link in self.links if link.target == target), None)

    def rows(self) -> list[tuple[str, str, str, str]]:
        """What to show a person: field, where from, how sure, on what grounds. No cell of the file is shown."""
        out = [(link.target, link.column, f"{link.sure:.0%}", link.why) for link in self.links]
        out += [(target, f"always {value!r}", "", self.door) for target, value in self.constants.items()]
        return out + [("(not read)", name, "", "") for name in self.unused]

    def answer(self, **answers: Any) -> Mapping:
        """The mapping with open points settled: dates, decimal, constants, scales, values, or columns as ``columns={field: column}``.

        Raises
        ------
        MadeinError
            On an answer that cannot hold: a column the file does not have, a field the schema does not.

        Examples
        --------
        >>> Mapping("declarations", "plain", ("d",), (Link("date", "d"),), dates="", questions=("dates: ...",)).answer(dates="dmy").questions
        ()
        """
        links = list(self.links)
        for target, column in answers.pop("columns", {}).items():
            links = [link for link in links if link.target != target]
            if column:
                links.append(Link(target, column, 1.0, "said"))
        merged: dict[str, Any] = {k: {**getattr(self, k), **answers.pop(k)} for k in ("constants", "scales", "values") if k in answers}
        unknown = set(answers) - {"dates", "decimal", "statistic", "door"}
        if unknown:
            raise MadeinError(f"a mapping has no {', '.join(sorted(unknown))}", fix="answer dates, decimal, columns, constants, scales or values")
        new = replace(self, links=tuple(links), **merged, **answers)
        new = replace(
            new,
            questions=tuple(q for q in self.questions if not _settled(q, new)),
            unused=tuple(c for c in self.unused if c not in {k.column for k in links}),
        )
        _check(new, "mapping")
        return new

    def confirm(self) -> Mapping:
        """The mapping as looked at and agreed to.

        Raises
        ------
        MadeinError
            If a question is open.
        """
        if self.questions:
            raise BadInput([Problem(f"an open question of the mapping: {q}", fix="answer it, then confirm") for q in self.questions])
        return replace(self, confirmed=True)

    def save(self, path: Path) -> None:
        """Write the mapping as YAML."""
        import yaml

        data: dict[str, Any] = {
            "table": self.table, "door": self.door, "confirmed": self.confirmed,
            "columns": {link.target: link.column for link in self.links}, "constants": dict(self.constants),
            "values": {k: dict(v) for k, v in self.values.items()}, "scales": dict(self.scales), "dates": self.dates, "decimal": self.decimal,
            "statistic": self.statistic, "basis": dict(self.basis), "not_read": list(self.unused), "questions": list(self.questions),
            "notes": list(self.notes), "header": list(self.header),
        }  # fmt: skip
        path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=120), "utf-8")


def _settled(question: str, mapping: Mapping) -> bool:
    """True where a question, which opens with the point it is about, no longer stands."""
    about = question.partition(":")[0]
    if about in ("dates", "decimal"):
        return bool(getattr(mapping, about))
    return mapping.column(about) is not None or about in mapping.constants


def load_mapping(path: Path) -> Mapping:
    """A mapping from YAML.

    Raises
    ------
    BadInput
        If the file is missing or holds something else.
    """
    import yaml

    if not path.is_file():
        raise MadeinError("there is no such mapping", path.name, fix="have one proposed, look at it and confirm it")
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        mapping = Mapping(
            table=str(data["table"]), door=str(data["door"]), header=tuple(map(str, data["header"])),
            links=tuple(Link(str(k), str(v)) for k, v in data["columns"].items()),
            constants={str(k): str(v) for k, v in (data.get("constants") or {}).items()},
            values={str(k): {str(a): str(b) for a, b in v.items()} for k, v in (data.get("values") or {}).items()},
            scales={str(k): float(v) for k, v in (data.get("scales") or {}).items()}, dates=str(data.get("dates", "iso")),
            decimal=str(data.get("decimal", ".")), statistic=bool(data.get("statistic", False)), basis=dict(data.get("basis") or {}),
            unused=tuple(map(str, data.get("not_read") or ())), questions=tuple(map(str, data.get("questions") or ())),
            notes=tuple(map(str, data.get("notes") or ())), confirmed=bool(data.get("confirmed", False)),
        )  # fmt: skip
    except (yaml.YAMLError, KeyError, TypeError, ValueError, AttributeError, UnicodeDecodeError) as fault:
        raise MadeinError("the file is no mapping", path.name, " ".join(str(fault).split()), "have one proposed and saved again") from fault
    _check(mapping, path.name)
    return mapping


def _check(mapping: Mapping, where: str) -> None:
    from madein.screening.doors.vocabulary import fields_of
    from madein.screening.schema import schemas

    if mapping.table not in schemas():
        raise MadeinError(f"{mapping.table!r} is no table of this room", where, fix=f"write one of: {', '.join(schemas())}")
    known = fields_of(mapping.table)
    targets = [*(link.target for link in mapping.links), *mapping.constants, *mapping.scales]
    mend = "write one of: " + ", ".join(known)
    found = [Problem(f"{target!r} is no field of {mapping.table}", where, "", mend) for target in targets if target not in known]
    mend = "write one of: " + ", ".join(mapping.header[:40])
    found += [Problem(f"the file has no column {k.column!r}", where, "", mend) for k in mapping.links if k.column not in mapping.header]
    if mapping.dates and mapping.dates not in DATES:
        found.append(Problem(f"dates cannot be {mapping.dates!r}", where, "", "write one of: " + ", ".join(DATES)))
    if mapping.decimal not in ("", ".", ","):
        found.append(Problem(f"the decimal mark cannot be {mapping.decimal!r}", where, "", "write . or ,"))
    if found:
        raise BadInput(found)
