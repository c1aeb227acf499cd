"""What may be said of what: predicates, dimensions, and the words others use for statuses and qualifiers; all of it data."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from madein.core.errors import MadeinError, Problems
from madein.core.period_labels import fold
from madein.ledger.model import BASES, QUALIFIERS, STATUSES

Kind = Literal["number", "text", "date"]


@dataclass(frozen=True, slots=True)
class Predicate:
    """One entry of ``predicates.yaml``; the head of that file says what each field means."""

    key: str
    label: str
    kind: Kind
    subjects: tuple[str, ...]
    unit: str = ""
    comparable: bool = False
    change: Literal["revised", "fixed"] = "revised"
    many: bool = False
    parts: Literal["sum", "max", "none"] = "none"
    status: Literal["required", "optional"] = "optional"
    precedes: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Dim:
    """A dimension of subjects: its label, the values that stand for the whole, and whether its values never overlap."""

    key: str
    label: str
    whole: tuple[str, ...]
    disjoint: bool


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All predicates, subject types and dimensions a ledger knows.

    Examples
    --------
    >>> words = default_vocabulary()
    >>> words.predicates["capacity"].parts, words.find("first vehicle"), words.status("PLN"), words.qualifier(">")
    ('sum', 'first_product', 'planned', 'more_than')
    """

    predicates: Mapping[str, Predicate]
    subjects: Mapping[str, str]
    dims: Mapping[str, Dim]
    _names: Mapping[str, str] = field(repr=False)
    _statuses: Mapping[str, str] = field(repr=False)
    _qualifiers: Mapping[str, str] = field(repr=False)
    _bases: Mapping[str, str] = field(repr=False)

    def find(self, text: str) -> str | None:
        """Key of the predicate that a name stands for; None where none does."""
        return text if text in self.predicates else self._names.get(_plain(text))

    def status(self, text: str) -> str | None:
        """The status a word or code stands for; None for an unknown one."""
        return self._statuses.get(_plain(text))

    def qualifier(self, text: str) -> str | None:
        """The qualifier a word stands for; None for an unknown one."""
        return self._qualifiers.get(_plain(text))

    def basis(self, text: str) -> str | None:
        """The basis a word stands for; None for an unknown one."""
        return self._bases.get(_plain(text))

    def extend(self, path: str | Path) -> Vocabulary:
        """The vocabulary with the entries of a file of the same form; an entry of the file takes the place of one here.

        Raises
        ------
        BadInput
            With every entry that lacks a field or has one nobody knows.
        """
        path = Path(path)
        return _build([_packaged(), _load(path.read_text("utf-8"), path.name)], path.name)


def _plain(text: str) -> str:
    return fold(text).replace("_", " ").replace("-", " ").strip()


def _words(keys: Iterable[str], lists: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {_plain(str(w)): key for key in keys for w in (key, *lists.get(key, ()))}


@functools.cache
def default_vocabulary() -> Vocabulary:
    """The vocabulary of the package."""
    return _build([_packaged()], "predicates.yaml")


@functools.cache
def _packaged() -> Mapping[str, Any]:
    return _load(resources.files("madein.ledger").joinpath("predicates.yaml").read_text("utf-8"), "predicates.yaml")


def _load(text: str, label: str) -> Mapping[str, Any]:
    import yaml

    try:
        data = yaml.safe_load(text)
    except yaml.YAMLError as fault:
        raise MadeinError("the file is no YAML", label, str(fault)[:200], "correct the line named") from fault
    if not isinstance(data, dict):
        raise MadeinError("the file holds no predicates", label, fix="write a mapping `predicates:` with one entry for each")
    return data


def _build(layers: list[Mapping[str, Any]], label: str) -> Vocabulary:
    merged: dict[str, dict[str, Any]] = {}
    for layer in layers:
        for section, entries in layer.items():
            merged.setdefault(section, {}).update(entries or {})
    problems = Problems(label)
    held = {key: _predicate(key, entry, problems) for key, entry in merged.get("predicates", {}).items()}
    predicates = {key: p for key, p in held.items() if p is not None}
    for p in predicates.values():
        for later in p.precedes:
            if later not in predicates:
                problems.error(f"predicate {p.key} precedes {later!r}, which is none", fix="name a predicate, or add it")
        for kind in p.subjects:
            if kind != "any" and kind not in merged["subjects"]:
                problems.error(f"predicate {p.key} is said of {kind!r}, which is no type of subject", fix="add it under `subjects`")
    problems.raise_errors()
    dims = {k: Dim(k, d["label"], tuple(d["whole"]), bool(d["disjoint"])) for k, d in merged["dims"].items()}
    # A key wins over a word that another predicate lists.
    names = {_plain(w): p.key for p in predicates.values() for w in p.also} | {_plain(key): key for key in predicates}
    return Vocabulary(
        predicates, dict(merged["subjects"]), dims, names, _words(STATUSES, merged["statuses"]),
        _words(QUALIFIERS, merged["qualifiers"]), _words(BASES, merged["bases"]),
    )  # fmt: skip


_FIELDS: Mapping[str, tuple[object, ...]] = {
    "kind": ("number", "text", "date"), "change": ("revised", "fixed"), "parts": ("sum", "max", "none"),
    "status": ("required", "optional"), "unit": ("", "count", "rate", "money", "area", "percent", "duration", "any"),
    "comparable": (True, False), "many": (True, False),
}  # fmt: skip


def _predicate(key: str, entry: Any, problems: Problems) -> Predicate | None:
    known = {f for f in Predicate.__dataclass_fields__ if f != "key"}
    if not isinstance(entry, dict) or not {"label", "kind", "subjects"} <= entry.keys() or not entry.keys() <= known:
        why = f"it has {sorted(entry)}" if isinstance(entry, dict) else ""
        problems.error(
            f"predicate {key} is not complete, or has a field nobody knows", why=why, fix=f"give label, kind and subjects; known are {sorted(known)}"
        )
        return None
    wrong = {f: entry[f] for f, allowed in _FIELDS.items() if f in entry and entry[f] not in allowed}
    for f, value in wrong.items():
        problems.error(f"{f} of predicate {key} is {value!r}", fix=f"write one of {', '.join(str(x) for x in _FIELDS[f] if x != '')}")
    if wrong:
        return None
    lists = {f: tuple(str(x) for x in entry[f]) for f in ("subjects", "precedes", "also") if f in entry}
    made = Predicate(key, str(entry["label"]), entry["kind"], lists["subjects"])
    return replace(made, **{f: v for f, v in {**entry, **lists}.items() if f not in ("label", "kind")})
