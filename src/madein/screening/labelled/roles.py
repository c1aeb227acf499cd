"""What each column of a labelled table is: label, day, parties, categories, numbers, money at stake; proposed, shown, confirmed, kept as YAML."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import Any

import polars as pl

from madein.core.errors import BadInput, MadeinError, Problem
from madein.screening.doors.mapping import DATES
from madein.screening.doors.reading import header_and_sample
from madein.screening.doors.vocabulary import door_of, doors, squeeze

_LISTS = ("categories", "numbers", "entities", "stake", "positive", "negative", "aside")


@dataclass(frozen=True, slots=True)
class Roles:
    """Columns of a labelled table by what they are.

    Attributes
    ----------
    label : str
        Result of the inspection; empty cells are rows never inspected, which are scored and never learnt from.
    date : str
        Day of the declaration.
    id : str
        Names a row in the results; its number where no column does.
    entities : tuple of str
        Parties: importers, declarants, sellers. Coded as categories; new ones are reported apart.
    categories, numbers : tuple of str
        What else may be learnt from.
    stake : tuple of str
        Numbers known at declaration whose product is the revenue at stake, for example price and rate.
    stake_scale : float
        What that product is multiplied by: 0.01 where the rate is in percent.
    revenue : str
        Amount found by the inspection: used for measures and never learnt from. Where none is named, the stake stands for it.
    decided : str
        Day on which the label became known: no model learns from a label of a later day than it could have seen.
    tuples : tuple of tuple of str
        Combinations of columns whose seen and unseen values are reported apart.
    positive, negative : tuple of str
        Cells of the label that mean yes and no; usual words where none are named.
    aside : tuple of str
        Columns that are not read.
    dates : str
        Order of dates, one of `madein.screening.doors.mapping.DATES`.
    decimal : {".", ","}
    questions : tuple of str
        What a proposal could not settle.
    confirmed : bool
        A proposal is used once a person has looked at it.
    """

    label: str
    date: str
    id: str = ""
    entities: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    stake: tuple[str, ...] = ()
    stake_scale: float = 1.0
    revenue: str = ""
    decided: str = ""
    tuples: tuple[tuple[str, ...], ...] = ()
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    dates: str = "iso"
    decimal: str = "."
    questions: tuple[str, ...] = ()
    confirmed: bool = True

    @property
    def features(self) -> tuple[str, ...]:
        """Columns that are learnt from, parties first."""
        return (*self.entities, *self.categories, *self.numbers)

    def without(self, columns: Sequence[str]) -> Roles:
        """The same with some columns not learnt from; their stake and tuples stay."""
        gone = set(columns)

        def left(names: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(n for n in names if n not in gone)

        return replace(self, entities=left(self.entities), categories=left(self.categories), numbers=left(self.numbers))

    def rows(self) -> list[tuple[str, str]]:
        """What to show a person: role and column. No cell of the table is shown."""
        out = [(role, getattr(self, role)) for role in ("label", "date", "id", "revenue", "decided") if getattr(self, role)]
        out += [(role, name) for role in ("entities", "categories", "numbers", "stake") for name in getattr(self, role)]
        return out + [("(not read)", name) for name in self.aside]

    def answer(self, **answers: Any) -> Roles:
        """The roles with fields replaced; a question about a replaced field is settled. A column moves to the role it is given.

        Examples
        --------
        >>> Roles("", "day", categories=("hit",), questions=("label: ...",), confirmed=False).answer(label="hit").categories
        ()
        """
        given: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in answers.items()}
        unknown = sorted(set(given) - {k for k in Roles.__dataclass_fields__ if k not in ("questions", "confirmed")})
        if unknown:
            raise MadeinError(f"roles have no {', '.join(unknown)}", fix="answer " + ", ".join(list(Roles.__dataclass_fields__)[:-2]))
        moved = {c for k, v in given.items() if k in ("label", "date", "id", "revenue", "decided", "entities", "categories", "numbers", "aside")
                 for c in ((v,) if isinstance(v, str) else v)}  # fmt: skip
        kept: dict[str, Any] = {
            k: tuple(c for c in getattr(self, k) if c not in moved) for k in ("entities", "categories", "numbers", "aside") if k not in given
        }
        return replace(self, **kept, **given, questions=tuple(q for q in self.questions if q.partition(":")[0] not in given))

    def confirm(self) -> Roles:
        """The roles as looked at and agreed to.

        Raises
        ------
        BadInput
            If a question is open.
        """
        if self.questions:
            raise BadInput([Problem(f"an open question of the roles: {q}", fix="answer it, then confirm") for q in self.questions])
        return replace(self, confirmed=True)

    def save(self, path: Path) -> None:
        """Write the roles as YAML."""
        import yaml

        held = {k: getattr(self, k) for k in Roles.__dataclass_fields__}
        plain = {k: [list(t) for t in v] if k == "tuples" else list(v) if isinstance(v, tuple) else v for k, v in held.items()}
        path.write_text(yaml.safe_dump(plain, sort_keys=False, allow_unicode=True, width=120), "utf-8")


def load_roles(path: Path | str) -> Roles:
    """Roles from YAML.

    Raises
    ------
    MadeinError
        If the file is missing or holds something else.
    """
    import yaml

    path = Path(path)
    if not path.is_file():
        raise MadeinError("there are no such roles", path.name, fix="have them proposed, look at them and confirm them")
    try:
        data = yaml.safe_load(path.read_text("utf-8"))
        known = {k: data[k] for k in data if k in Roles.__dataclass_fields__}
        if len(known) != len(data):
            raise ValueError("unknown fields: " + ", ".join(sorted(str(k) for k in data if k not in known)))
        for name in (*_LISTS, "questions"):
            if name in known:
                known[name] = tuple(str(v) for v in known[name] or ())
        known["tuples"] = tuple(tuple(str(c) for c in t) for t in known.get("tuples") or ())
        known["stake_scale"] = float(known.get("stake_scale", 1.0))
        return Roles(**known)
    except (yaml.YAMLError, TypeError, ValueError, AttributeError, KeyError, UnicodeDecodeError) as fault:
        raise MadeinError("the file holds no roles", path.name, " ".join(str(fault).split()), "have them proposed and saved again") from fault


@functools.cache
def words() -> dict[str, Any]:
    """The names of ``roles.yaml``."""
    import yaml

    return dict(yaml.safe_load(resources.files("madein.screening.labelled").joinpath("roles.yaml").read_text("utf-8")))


def propose_roles(table: pl.DataFrame | Path | str) -> Roles:
    """What the columns of a labelled table seem to be.

    Names are looked up among those of labels and outcomes, then in the vocabularies of the doors; what is left is told by its cells.
    What cannot be settled is asked.

    Parameters
    ----------
    table : Polars frame, or a CSV, Parquet file or workbook

    Returns
    -------
    Roles
        Not confirmed.

    Examples
    --------
    >>> r = propose_roles(pl.DataFrame({"Date": ["2024-01-31"], "Importer ID": ["a"], "HS6 Code": ["010121"], "Fraud": [1]}))
    >>> r.label, r.date, r.entities, r.categories
    ('Fraud', 'Date', ('Importer ID',), ('HS6 Code',))
    """
    frame = table if isinstance(table, pl.DataFrame) else header_and_sample(Path(table))
    names = {squeeze(h): h for h in reversed(frame.columns)}
    held = words()

    def called(kind: str) -> list[str]:
        return [names[s] for s in dict.fromkeys(squeeze(w) for w in held[kind]) if s in names]

    labels, outcomes, rates = called("label"), called("outcome"), called("rate")
    role_of: dict[str, str] = dict.fromkeys(outcomes, "aside") | dict.fromkeys(labels[1:], "aside")
    by_field = _fields(frame.columns)
    roles = {field: role for role, fields in held["fields"].items() for field in fields}
    for name in frame.columns:
        if name in role_of or name in labels:
            continue
        field = by_field.get(name, "")
        role_of[name] = "entities" if name in called("entities") else roles.get(field) or _by_cells(frame[name], held["few"])
    one = {role: next((n for n in frame.columns if role_of.get(n) == role), "") for role in ("date", "id")}
    decided, revenue = (next(iter(called(k)), "") for k in ("decided", "revenue"))
    questions = []
    if not labels:
        questions.append("label: which column holds the result of the inspection?")
    if not one["date"]:
        questions.append("date: which column holds the day of the declaration?")
    value = next((n for n, f in by_field.items() if f == "value"), "")
    stake = (value, rates[0]) if value and rates else ()
    scale = 1.0
    if stake:
        most = frame[rates[0]].cast(pl.Float64, strict=False).max()
        scale = 0.01 if isinstance(most, float) and most > 1 else 1.0

    def of(role: str) -> tuple[str, ...]:
        return tuple(n for n in frame.columns if role_of.get(n) == role and n not in (one["date"], one["id"], decided))

    again = tuple(n for n in frame.columns if role_of.get(n) in ("date", "id") and n not in one.values())
    return Roles(
        labels[0] if labels else "", one["date"], one["id"], of("entities"), of("categories"), of("numbers"), stake, scale, revenue, decided,
        aside=tuple(n for n in (*of("aside"), *again) if n not in (revenue, decided)), questions=tuple(questions), confirmed=False,
    )  # fmt: skip


def _fields(header: Sequence[str]) -> dict[str, str]:
    """Field of the schema of each column that a vocabulary knows, those of the header's own door first."""
    own = door_of(header)
    out: dict[str, str] = {}
    for door in (own, *(d for d in doors().values() if d is not own and d.table == "declarations" and d.name != "baci")):
        for field, spellings in door.columns.items():
            for name in header:
                if squeeze(name) in spellings:
                    out.setdefault(name, field)
    return out


def _by_cells(cells: pl.Series, few: int) -> str:
    if cells.dtype.is_temporal():
        return "aside"
    if cells.dtype.is_numeric():
        return "numbers" if cells.n_unique() > few else "categories"
    filled = cells.cast(pl.String, strict=False).drop_nulls()
    number = filled.cast(pl.Float64, strict=False).is_not_null().mean() if len(filled) else 0.0
    return "numbers" if isinstance(number, float) and number > 0.95 and filled.n_unique() > few else "categories"


def check_roles(roles: Roles, columns: Sequence[str], where: str) -> None:
    """Every role names a column that is there, and no column is learnt from that gives the answer by its role.

    Raises
    ------
    BadInput
    """
    found: list[Problem] = []
    known = ", ".join(list(columns)[:40])
    if not roles.confirmed:
        found.append(Problem("the roles are not confirmed", where, "nobody has looked at them yet", "look at them, answer their questions, confirm"))
    found += [Problem(f"no column is named as the {r}", where, "", f"name one of: {known}") for r in ("label", "date") if not getattr(roles, r)]
    singles = [(r, getattr(roles, r)) for r in ("label", "date", "id", "revenue", "decided")]
    named = [(r, n) for r, n in singles if n] + [(r, n) for r in ("entities", "categories", "numbers", "stake") for n in getattr(roles, r)]
    named += [("tuples", n) for t in roles.tuples for n in t]
    found += [
        Problem(f"the table has no column {n!r}", where, f"it is named under {r}", f"write one of: {known}") for r, n in named if n not in columns
    ]
    for name in dict.fromkeys(roles.features):
        if roles.features.count(name) > 1:
            found.append(Problem(f"column {name!r} has two roles", where, "", "name it once among entities, categories and numbers"))
        also = next((r for r in ("label", "date", "id", "revenue", "decided") if getattr(roles, r) == name), "")
        if also:
            found.append(Problem(f"column {name!r} is learnt from and is the {also}", where, "it would give the answer away", "leave it out of one"))
    if not roles.features:
        found.append(Problem("no column is named to learn from", where, "", f"name categories, numbers or entities among: {known}"))
    if roles.dates not in DATES:
        found.append(Problem(f"dates cannot be {roles.dates!r}", where, "", "write one of: " + ", ".join(DATES)))
    if roles.decimal not in (".", ","):
        found.append(Problem(f"the decimal mark cannot be {roles.decimal!r}", where, "", "write . or ,"))
    if found:
        raise BadInput(found)
