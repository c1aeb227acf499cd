"""Agreements as data: their general provisions by date, their rules, and which rules a code meets.

``regimes/<name>/regime.yaml`` holds title, parties, tolerances, proofs and every other provision with its article and whether
the text was seen; every other file of the folder holds rules. A regime may inherit another and override what differs.
"""

from __future__ import annotations

import functools
import json
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from madein.core.errors import MadeinError
from madein.origin.hs import HsSet, span
from madein.origin.rules import Rule, node_of


@dataclass(frozen=True, slots=True)
class Provision:
    """One general provision of a regime in one span of time.

    ``value`` is what ``regime.yaml`` says in the words of that file; ``verified`` is False where the text was not seen.
    """

    name: str
    value: Any
    article: str
    verified: bool
    valid_from: date | None
    valid_to: date | None
    note: str


@dataclass(frozen=True)
class Regime:
    """An agreement or regulation: general provisions and product-specific rules.

    Parameters
    ----------
    name, title : str
        Key and full name.
    kind : str
        ``preference`` or ``non_preferential``.
    edition : str
        Edition of the Harmonized System the rules are written in.
    parties : mapping of str to date or None
        ISO alpha-3 code (or a group's key) and the day from which it is a Party.
    rules : tuple of Rule
        Every product-specific rule held.
    provisions : mapping of str to tuple of Provision
        General provisions by name, each as its dated versions.
    tolerances, questions : mapping
        Named tolerances that rules point to; texts of the questions that facts stand for.
    no_rule : HsSet
        Codes for which the published list itself has no rule.
    law_held_as_of : date or None
        Day of the law this data was taken from.
    """

    name: str
    title: str
    kind: str
    edition: str
    parties: Mapping[str, date | None]
    rules: tuple[Rule, ...]
    provisions: Mapping[str, tuple[Provision, ...]]
    tolerances: Mapping[str, Mapping[str, Any]]
    questions: Mapping[str, str]
    no_rule: HsSet
    law_held_as_of: date | None
    _edges: tuple[int, ...] = field(repr=False, compare=False, default=())
    _cells: tuple[tuple[int, ...], ...] = field(repr=False, compare=False, default=())

    def rules_for(self, code: str, on: date | None = None) -> tuple[Rule, ...]:
        """Every rule in force that a good of the code may fall under, in the order of the list.

        Parameters
        ----------
        code : str
            2 to 10 digits in the edition of the rules; a short code returns each rule it may come to.
        on : date, optional
            Day the law is applied at; without it, rules of every day.

        Examples
        --------
        >>> [rule.id for rule in load_regime("EVFTA").rules_for("870390")]
        ['evfta.8701-8710']
        """
        low, high = span(code)
        first, last = bisect_right(self._edges, low) - 1, bisect_left(self._edges, high + 1)
        if first + 1 >= last:
            found: Iterable[int] = self._cells[max(first, 0)] if self._cells else ()
        else:
            found = sorted({n for cell in self._cells[max(first, 0) : last] for n in cell})
        return tuple(rule for n in found if (rule := self.rules[n]).in_force(on))

    def provision(self, name: str, on: date | None = None) -> Provision | None:
        """The version of a general provision that applies on a day; without a day, the newest one."""
        versions = self.provisions.get(name, ())
        if on is None:
            return versions[-1] if versions else None
        return next((p for p in versions if (p.valid_from is None or p.valid_from <= on) and (p.valid_to is None or on <= p.valid_to)), None)


def _index(rules: tuple[Rule, ...]) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """Elementary intervals between all bounds, each with the rules that cover it: no code is ever written out."""
    edges = sorted({0} | {edge for rule in rules for low, high in rule.target.bounds for edge in (low, high + 1)})
    cells: list[list[int]] = [[] for _ in edges]
    for n, rule in enumerate(rules):
        for low, high in rule.target.bounds:
            for at in range(bisect_left(edges, low), bisect_left(edges, high + 1)):
                cells[at].append(n)
    return tuple(edges), tuple(tuple(cell) for cell in cells)


def _home() -> Traversable:
    return resources.files("madein.origin").joinpath("regimes")


def regimes() -> tuple[str, ...]:
    """Keys of the regimes held, sorted.

    Examples
    --------
    >>> "EVFTA" in regimes(), "MERCOSUR" in regimes()
    (True, False)
    """
    return tuple(sorted(p.name.upper() for p in _home().iterdir() if p.is_dir() and p.joinpath("regime.yaml").is_file()))


@functools.cache
def processes() -> Mapping[str, Any]:
    """Words for processes: what each implies, and which belong to a group such as ``finishing``."""
    found: Mapping[str, Any] = read_yaml(_home().joinpath("processes.yaml").read_text("utf-8"))
    return found


def read_yaml(text: str) -> Any:
    """YAML through the C parser where there is one: the Python one takes ten times as long on a list of rules."""
    import yaml

    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def read_rules(text: str) -> Any:
    """The content of a file of rules.

    The files of the package hold one rule a line, in that part of YAML which is JSON too, and are read line by line by the
    JSON parser, twenty times as fast; any other YAML is read as YAML.

    Examples
    --------
    >>> read_rules('defaults: {"verified": true}\\nrules:\\n- {"id": "x.01"}\\n')
    {'defaults': {'verified': True}, 'rules': [{'id': 'x.01'}]}
    """
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    if len(lines) > 2 and lines[0].startswith("defaults: {") and lines[1] == "rules:" and all(line.startswith('- {"') for line in lines[2:]):
        try:
            return {"defaults": json.loads(lines[0].removeprefix("defaults: ")), "rules": [json.loads(line[2:]) for line in lines[2:]]}
        except ValueError:
            pass
    return read_yaml(text)


@functools.cache
def load_regime(name: str) -> Regime:
    """A regime of the package by its key.

    Raises
    ------
    MadeinError
        If no such regime is held.

    Examples
    --------
    >>> evfta = load_regime("EVFTA")
    >>> evfta.edition, evfta.provision("drawback").article
    ('2012', 'no article')
    """
    folder = _home().joinpath(name.lower().replace("-", "_"))
    if not re.fullmatch(r"[A-Za-z0-9_-]+", name) or not folder.joinpath("regime.yaml").is_file():
        raise MadeinError(f"no regime is called {name!r}", fix=f"held are {', '.join(regimes())}")
    return regime_of(folder)


def regime_of(folder: Traversable | Path) -> Regime:
    """A regime from a folder of YAML files, of the package or of the user.

    Raises
    ------
    MadeinError
        If a file names an unknown test or field, or a rule's id stands twice.
    """
    head = read_yaml(folder.joinpath("regime.yaml").read_text("utf-8"))
    name = str(head["name"])
    base = load_regime(str(head["inherits"])) if head.get("inherits") else None
    rules: list[Rule] = []
    if base is not None:
        prefix = f"{base.name.lower()}."
        entry = _day((head.get("valid") or {}).get("from"))
        rules = [
            replace(rule, id=f"{name.lower()}.{rule.id.removeprefix(prefix)}", regime=name, valid_from=entry or rule.valid_from)
            for rule in base.rules
        ]
    asked: dict[str, str] = {}
    for file in sorted((f for f in folder.iterdir() if f.name.endswith(".yaml") and f.name != "regime.yaml"), key=lambda f: f.name):
        if file.name == "questions.yaml":
            asked = read_yaml(file.read_text("utf-8")) or {}
        else:
            rules += rules_of(read_rules(file.read_text("utf-8")), name, file.name)
    ids: set[str] = set()
    for rule in rules:
        if rule.id in ids:
            raise MadeinError(f"the rule {rule.id} stands twice", name, fix="give each rule an id of its own")
        ids.add(rule.id)
    held = tuple(rules)
    edges, cells = _index(held)
    return Regime(
        name,
        str(head["title"]),
        str(head.get("kind", "preference")),
        str(head.get("edition") or (base.edition if base else "")),
        {str(k): _day(v) for k, v in (head.get("parties") or {}).items()},
        held,
        {**(base.provisions if base else {}), **_provisions(head.get("provisions") or {})},
        {**(base.tolerances if base else {}), **(head.get("tolerances") or {})},
        {**(base.questions if base else {}), **asked, **(head.get("questions") or {})},
        HsSet(head["no_rule"]["codes"]) if head.get("no_rule") else base.no_rule if base else HsSet(),
        _day(head.get("law_held_as_of")),
        edges,
        cells,
    )


def rules_of(data: Any, regime: str, where: str = "rules") -> list[Rule]:
    """Rules from the content of a YAML file: a list of records, or ``{defaults, rules}`` where the defaults fill each record.

    Raises
    ------
    MadeinError
        If a record lacks a field or its tree cannot be read.
    """
    defaults, records = (data.get("defaults") or {}, data["rules"]) if isinstance(data, Mapping) else ({}, data)
    found = []
    for own in records or []:
        record = {**defaults, **own}
        place = f"{where} {record.get('id', 'a rule without id')}"
        try:
            valid = record.get("valid") or {}
            tolerance = record.get("tolerance") or ()
            found.append(
                Rule(
                    str(record["id"]),
                    regime,
                    HsSet(record["target"]),
                    record.get("ex"),
                    tuple((str(k), bool(v)) for k, v in (record.get("when") or {}).items()),
                    str(record["edition"]),
                    node_of(record["needs"], place),
                    () if tolerance == "none" else (tolerance,) if isinstance(tolerance, str) else tuple(tolerance),
                    tuple(record.get("exporters") or ()),
                    tuple(record.get("importers") or ()),
                    bool(record.get("joint", False)),
                    _day(valid.get("from")),
                    _day(valid.get("to")),
                    str(record["article"]),
                    bool(record["verified"]),
                    str(record.get("note") or ""),
                )
            )
        except (KeyError, ValueError, TypeError) as error:
            raise MadeinError("the rule cannot be read", place, f"{type(error).__name__}: {error}", "complete the record") from error
    return found


def _provisions(data: Mapping[str, Any]) -> dict[str, tuple[Provision, ...]]:
    found = {}
    for name, versions in data.items():
        found[name] = tuple(
            Provision(
                name,
                v["value"],
                str(v["article"]),
                bool(v["verified"]),
                _day((v.get("valid") or {}).get("from")),
                _day((v.get("valid") or {}).get("to")),
                str(v.get("note") or ""),
            )
            for v in (versions if isinstance(versions, list) else [versions])
        )
    return found


def _day(value: Any) -> date | None:
    return value if isinstance(value, date) else date.fromisoformat(str(value)) if value else None
