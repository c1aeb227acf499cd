"""Rules of origin as data: a tree of tests, the goods it applies to, where it is written and since when.

The vocabulary of tests is closed (`FIELDS`): a new rule is a record of YAML, a new kind of test is one entry here and one
function of the engine. Whatever a published rule says that no test expresses is a `fact`: a question in plain words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from madein.core.errors import MadeinError
from madein.origin.hs import HsSet


@dataclass(frozen=True, slots=True)
class Leaf:
    """One test of a rule: its name and what it is asked with."""

    test: str
    fields: Mapping[str, Any]

    def get(self, name: str, default: Any = None) -> Any:
        """A field of the test, or the default where the rule does not set it."""
        return self.fields.get(name, default)


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part must be met."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """The exporter may choose the part to meet."""

    parts: tuple[Node, ...]


Node = Leaf | AllOf | AnyOf
"""A rule's tree."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One product-specific rule.

    Parameters
    ----------
    id : str
        Stable name, such as ``evfta.8501-8502``.
    regime : str
        Key of the agreement, such as ``EVFTA``.
    target : HsSet
        Goods the rule is for, in `edition`.
    ex : str or None
        What part of those goods, in our words, where it is not all of them.
    when : tuple of (str, bool)
        Facts that must all hold of a good of `target` for the rule to apply; empty: it applies to every one.
    edition : str
        Edition of the Harmonized System of every code in the rule.
    needs : Node
        What the good must meet.
    tolerance : tuple of str
        Names in `Regime.tolerances`; any one of them may save a test it lifts.
    exporters, importers : tuple of str
        ISO alpha-3 codes the rule is limited to; empty: no limit.
    joint : bool
        True where all rules that apply to one good must be met, not one of them.
    valid_from, valid_to : date or None
        First and last day of application.
    article : str
        Where the rule stands.
    verified : bool
        False where the text was not seen: such a rule never yields yes.
    note : str
        What a reader should know, in our words.
    """

    id: str
    regime: str
    target: HsSet
    ex: str | None
    when: tuple[tuple[str, bool], ...]
    edition: str
    needs: Node
    tolerance: tuple[str, ...]
    exporters: tuple[str, ...]
    importers: tuple[str, ...]
    joint: bool
    valid_from: date | None
    valid_to: date | None
    article: str
    verified: bool
    note: str

    @property
    def ex_fact(self) -> str | None:
        """First fact that selects the rule, None where it applies to all goods of its target."""
        return self.when[0][0] if self.when else None

    def in_force(self, on: date | None) -> bool:
        """True on the days the rule applies; without a day, True."""
        return on is None or ((self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to))


def leaves(node: Node) -> Iterator[Leaf]:
    """Every leaf of a tree, those inside ``however`` included, in order.

    Examples
    --------
    >>> [leaf.test for leaf in leaves(node_of({"any_of": [{"test": "ctc", "level": "heading"}, {"test": "max_nom", "pct": 70}]}))]
    ['ctc', 'max_nom']
    """
    if isinstance(node, Leaf):
        yield node
        if node.test == "however":
            yield from leaves(node.fields["rule"])
            yield from leaves(node.fields["relax"])
    else:
        for part in node.parts:
            yield from leaves(part)


def _pct(value: Any) -> Fraction:
    share = Fraction(str(value))
    if not 0 <= share <= 100:
        raise ValueError(f"{value} is no percentage")
    return share


def _hs(value: Any) -> HsSet:
    if not isinstance(value, list) or not all(isinstance(r, list) and len(r) == 2 for r in value):
        raise ValueError("codes are a list of [from, to]")
    return HsSet(value)


def _named(value: Any) -> tuple[Mapping[str, Any], ...]:
    return tuple({**v, "hs": _hs(v["hs"])} for v in value)


def _step(value: Any) -> str | Mapping[str, Any]:
    """A word; one of several words; or several steps in any order."""
    if isinstance(value, str):
        return value
    if "together" in value:
        return {"together": _steps(value["together"])}
    any_of = value["any"]
    step = {**value, "any": any_of if isinstance(any_of, str) else tuple(any_of), "count": int(value.get("count", 1))}
    return step | ({"hs": _hs(value["hs"])} if "hs" in value else {})


def _steps(value: Any) -> tuple[str | Mapping[str, Any], ...]:
    return tuple(_step(v) for v in value)


def _cap(value: Any) -> Mapping[str, Any]:
    return {**value, "pct": _pct(value["pct"])} | ({"hs": _hs(value["hs"])} if "hs" in value else {})


def _groups(value: Any) -> tuple[HsSet, ...]:
    return tuple(_hs(v) for v in value)


def _word(*allowed: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"{value!r} is none of {', '.join(allowed)}")
        return str(value)

    return check


def _node(value: Any) -> Node:
    return node_of(value)


_TEXT: Callable[[Any], Any] = str
_FLAG: Callable[[Any], Any] = bool
_EXCEPT = {"except": _hs, "except_named": _named}
_MATERIAL = {"hs": _hs, "named": _TEXT, "words": _TEXT}
_STATE = _word("originating", "wo")

FIELDS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "wo": {"scope": _word("good")},
        "wo_materials": {**_MATERIAL},
        "any": {**_EXCEPT},
        "ctc": {"level": _word("chapter", "heading", "subheading", "split"), "target": _hs, "within_group": _FLAG, **_EXCEPT},
        "nochange": {},
        "max_nom": {
            "pct": _pct,
            "of": _word("all", "hs", "same_heading", "same_subheading", "named", "restricted"),
            "basis": _TEXT,
            "plus_named": _named,
            **_MATERIAL,
        },
        "rvc": {"method": _word("build_down", "build_up", "net_cost", "focused"), "min_pct": _pct, "basis": _TEXT, "plus_named": _named, **_MATERIAL},
        "max_weight": {
            "pct": _pct,
            "mode": _word("individual", "sum", "combined"),
            "groups": _groups,
            "base": _hs,
            "dry": _FLAG,
            **_MATERIAL,
        },
        "min_weight": {"pct": _pct, "base": _hs, "state": _STATE, "dry": _FLAG, **_MATERIAL},
        "from_materials": {"state": _STATE, "or_earlier": _FLAG, **_MATERIAL, **_EXCEPT},
        "process": {"all": _steps, "where": _TEXT, "words": _TEXT},
        "process_with_cap": {"all": _steps, "where": _TEXT, "cap": _cap},
        "chem": {"op": _word("reaction", "purification", "mixing", "particle_size", "isomer", "standards", "separation", "biotech")},
        "fact": {"key": _TEXT, "value": _FLAG, "question": _TEXT, "needs_text": _FLAG},
        "however": {"rule": _node, "relax": _node},
        "allow": {"of": _word("same_heading", "same_subheading", "named", "hs"), "pct": _pct, **_MATERIAL},
        "ref": {"rule": _TEXT, "why": _TEXT},
        "all_originating": {},
    }
)
"""Tests a rule may name, with the fields of each and how a field is read."""

REQUIRED: Mapping[str, Sequence[str]] = MappingProxyType(
    {
        "wo_materials": ("hs",),
        "ctc": ("level",),
        "max_nom": ("pct",),
        "rvc": ("method",),
        "max_weight": ("pct", "hs"),
        "min_weight": ("pct", "hs"),
        "process": ("all",),
        "process_with_cap": ("all", "cap"),
        "chem": ("op",),
        "fact": ("key",),
        "however": ("rule", "relax"),
        "allow": ("of",),
        "ref": ("rule",),
    }
)
"""Fields a test cannot do without."""


def node_of(data: Any, where: str = "rule") -> Node:
    """A tree from its YAML or JSON form.

    Parameters
    ----------
    data : mapping
        ``{"any_of": [...]}``, ``{"all_of": [...]}`` or a leaf ``{"test": name, ...}``.
    where : str
        File and rule, for the message.

    Raises
    ------
    MadeinError
        If a test or a field is unknown, a needed field is absent or a value cannot be read; the message names it.

    Examples
    --------
    >>> node = node_of({"test": "ctc", "level": "heading", "except": [["8503", "8503"]]})
    >>> node.test, str(node.get("except"))
    ('ctc', '8503')
    """
    if not isinstance(data, Mapping):
        raise MadeinError("a part of the rule is no mapping", where, str(data)[:60], "write {test: ...}, {any_of: [...]} or {all_of: [...]}")
    for word, kind in (("any_of", AnyOf), ("all_of", AllOf)):
        if word in data:
            if len(data) > 1 or not data[word]:
                raise MadeinError(f"{word} stands alone over a list that is not empty", where, fix="put other tests beside it in an all_of")
            return kind(tuple(node_of(part, where) for part in data[word]))
    test = data.get("test")
    readers = FIELDS.get(str(test))
    if readers is None:
        raise MadeinError(f"no test is called {test!r}", where, fix=f"known are {', '.join(FIELDS)}")
    missing = [name for name in REQUIRED.get(str(test), ()) if name not in data]
    if missing:
        raise MadeinError(f"the test {test} lacks {', '.join(missing)}", where, fix="add the field")
    read: dict[str, Any] = {}
    for name, value in data.items():
        if name == "test" or (value is None and name != "level"):
            continue
        if name not in readers:
            raise MadeinError(f"the test {test} has no field {name}", where, fix=f"its fields are {', '.join(readers) or 'none'}")
        try:
            read[name] = node_of(value, where) if readers[name] is _node else readers[name](value)
        except (ValueError, TypeError, KeyError, ZeroDivisionError) as error:
            raise MadeinError(f"the field {name} of {test} cannot be read", where, str(error), "correct the value") from error
    return Leaf(str(test), read)
