"""The general provisions of a regime on a day, read once into the form the engine works with.

What an agreement says of value, tolerance, cumulation, packing, minimal operations, transport and proof is data
(``regimes/<name>/regime.yaml``); here it becomes typed records. A provision whose text was not seen keeps ``verified`` False, and
nothing that rests on it alone can make a good originate.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction
from importlib import resources
from typing import Any

from madein.core.countries import find_economy, groups
from madein.core.errors import MadeinError
from madein.origin.hs import HsSet
from madein.origin.regimes import Regime, load_regime, read_yaml, regimes

_NEWEST = date.max


def place(word: str) -> str:
    """A country or group as the engine names it: alpha-3 or group key; a word that is neither stays as it is.

    Examples
    --------
    >>> place("VN"), place("EU"), place("HIGH_SEAS")
    ('VNM', 'EU', 'HIGH_SEAS')
    """
    return _place(str(word))


@functools.lru_cache(4096)
def _place(word: str) -> str:
    return find_economy(word) or word


@functools.lru_cache(4096)
def places(words: tuple[str, ...], on: date | None = None) -> frozenset[str]:
    """Countries for the words, groups with their members of the day.

    Examples
    --------
    >>> "ITA" in places(("EU",), date(2024, 6, 1)), "GBR" in places(("EU",), date(2024, 6, 1))
    (True, False)
    """
    found: set[str] = set()
    for word in words:
        code = place(word)
        found.add(code)
        if code in groups():
            found |= groups()[code].on(on or _NEWEST)
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause of cumulation: whose materials, or whose working, count; for which goods; under which conditions."""

    id: str
    kind: str
    of: frozenset[str]
    article: str
    verified: bool
    materials: HsSet | None = None
    goods: HsSet | None = None
    exporter: frozenset[str] | None = None
    destination: frozenset[str] | None = None
    proof: bool = False
    facts: tuple[str, ...] = ()
    floor: Fraction | None = None
    entry: str = ""
    valid_from: date | None = None
    valid_to: date | None = None

    def in_force(self, on: date | None) -> bool:
        """True on the days it may be used; without a day, if it has not ended."""
        if on is None:
            return self.valid_to is None
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Materials that may fall short of a rule, up to a share of the good; see `madein.origin.leaves.tolerance`.

    ``seen_for`` holds the goods for which the list was seen to refer to the tolerance; for others a fact must say so. None: all.
    """

    name: str
    kind: str
    pct: Fraction
    lifts: frozenset[str]
    code: str
    article: str
    verified: bool
    basis: str = ""
    denominator: str = "product"
    only_mixed: bool = False
    special: tuple[tuple[str, Fraction], ...] = ()
    elsewhere: str = ""
    not_same_subheading: bool = False
    not_for_roles: frozenset[str] = frozenset()
    elastomeric: str = ""
    excluded: tuple[tuple[HsSet | None, HsSet | None, bool], ...] = ()
    goods: HsSet | None = None
    seen_for: HsSet | None = None


@dataclass(frozen=True, slots=True)
class Treatment:
    """Whether lines of one role take part in tests of working and in tests of value."""

    working: bool
    value: bool
    article: str
    verified: bool


@dataclass(frozen=True, slots=True)
class SetRule:
    """How a set originates: by its components up to a share, or by the rule of the set itself."""

    gri: frozenset[str]
    by_components: bool
    pct: Fraction
    textiles: bool


@dataclass(frozen=True)
class Law:
    """Everything the engine asks a regime about on one day.

    Attributes hold the provisions by name; ``article`` gives where each stands, ``unverified`` the names whose text was not seen.
    """

    regime: str
    title: str
    on: date | None
    edition: str
    parties: Mapping[str, date | None]
    members: frozenset[str]
    basis: str
    accepts: frozenset[str]
    clauses: tuple[Clause, ...]
    tolerances: Mapping[str, Tolerance]
    treatments: Mapping[str, Treatment]
    sets: tuple[SetRule, ...]
    self_produced: str
    bought: str
    process_scope: str
    free_goods: HsSet | None
    free_outside: HsSet | None
    free_tests: frozenset[str]
    build_up: str
    minimal: Mapping[str, Any]
    transport: Mapping[str, Any]
    obtained: Mapping[str, Any]
    proof: Mapping[str, Any]
    questions: Mapping[str, str]
    article: Mapping[str, str] = field(default_factory=dict)
    unverified: frozenset[str] = frozenset()

    @functools.cached_property
    def full(self) -> tuple[Clause, ...]:
        """Clauses under which working in other places counts."""
        return tuple(c for c in self.clauses if c.kind == "full")

    @functools.cached_property
    def _homes(self) -> dict[str, frozenset[str]]:
        return {}

    @functools.cached_property
    def _known_abroad(self) -> dict[str, bool]:
        return {}

    def party(self, code: str) -> bool:
        """True if a country, or the group it belongs to, is a Party on the day."""
        return code in self.members

    def home(self, code: str) -> frozenset[str]:
        """Every country of the Party a country belongs to: the members of a union are one Party, the country itself else."""
        found = self._homes.get(code)
        if found is None:
            found = frozenset((code,)) if code else frozenset()
            for name in self.parties:
                if name in groups() and code in (inside := places((name,), self.on)):
                    found = inside
            self._homes[code] = found
        return found

    def abroad(self, code: str) -> bool:
        """True for a country that surely is of no Party: nothing made there originates by itself."""
        found = self._known_abroad.get(code)
        if found is None:
            outside = bool(self.members) and bool(code) and code not in self.members and find_economy(code) is not None
            found = self._known_abroad[code] = outside
        return found


_ROLES = {"accessory": "accessories", "retail_packaging": "retail_packaging", "shipping_packing": "shipping_packing"}


@functools.lru_cache(256)
def law(name: str, on: date | None = None) -> Law:
    """The provisions of a regime of the package on a day; without a day, the newest.

    Raises
    ------
    MadeinError
        If no such regime is held, or a provision is not in the form the engine reads.
    """
    return law_of(load_regime(name), on)


def held(name: str) -> bool:
    """True if the package holds the regime."""
    return name.upper() in regimes()


def law_of(regime: Regime, on: date | None = None) -> Law:
    """Like `law`, for a regime loaded from anywhere."""
    found = {name: p for name in regime.provisions if (p := regime.provision(name, on)) is not None}
    values = {name: p.value for name, p in found.items()}
    articles = {name: p.article for name, p in found.items()}
    unverified = frozenset(name for name, p in found.items() if not p.verified)
    entered = {place(c): day for c, day in regime.parties.items()}
    return _build(regime.name, regime.title, on, regime.edition, entered, values, articles, unverified, regime.tolerances, regime.questions)


@functools.cache
def _given() -> Mapping[str, Any]:
    text = resources.files("madein.origin").joinpath("given.yaml").read_text("utf-8")
    found: Mapping[str, Any] = read_yaml(text)
    return found


def given_law(regime: str, on: date | None = None, edition: str = "", title: str = "") -> Law:
    """Provisions for a rule that comes with the question: those of the regime if it is held, else what agreements commonly have."""
    if held(regime):
        return replace(law(regime.upper(), on), edition=edition)
    data = _given()["provisions"]
    values = {name: p["value"] for name, p in data.items()}
    articles = {name: str(p["article"]) for name, p in data.items()}
    return _build(regime, title or str(_given()["title"]), on, edition, {}, values, articles, frozenset(), {}, {})


def _build(
    name: str, title: str, on: date | None, edition: str, entered: Mapping[str, date | None], values: Mapping[str, Any],
    articles: Mapping[str, str], unverified: frozenset[str], tolerances: Mapping[str, Any], questions: Mapping[str, str],
) -> Law:  # fmt: skip
    default = {n: p["value"] for n, p in _given()["provisions"].items()}
    of = {**{n: default[n] for n in ("undetermined", "process_scope", "wholly_obtained", "transport")}, **values}
    members = places(tuple(c for c, day in entered.items() if on is None or day is None or day <= on), on)
    basis = of.get("value_basis") or {}
    inter = of.get("intermediate") or {}
    free = of.get("free_materials") or {}
    try:
        return Law(
            name, title, on, edition, entered, members,
            str(basis.get("basis", "any")), frozenset(basis.get("accepts", ())),
            tuple(clause_of(c, members, on, articles.get("cumulation", ""), "cumulation" not in unverified) for c in of.get("cumulation") or ()),
            {n: tolerance_of(n, t) for n, t in tolerances.items()},
            {role: _treatment(of.get(n), articles.get(n, ""), n not in unverified) for role, n in _ROLES.items()},
            tuple(_sets(s) for s in of.get("sets") or ()),
            str(inter.get("self_produced", "open")) if "intermediate" not in unverified else "open",
            str(inter.get("bought", "open")) if "intermediate" not in unverified else "open",
            str(of["process_scope"]), _hs(free.get("goods")), _hs(free.get("outside")), frozenset(free.get("tests", ())),
            str((of.get("build_up") or {}).get("counts", "materials")),
            of.get("minimal_operations") or {}, {"may_preserve": default["transport"]["may_preserve"], **of["transport"]},
            of["wholly_obtained"], of.get("proof") or {},
            questions, articles, unverified,
        )  # fmt: skip
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        why = f"{type(error).__name__}: {error}"
        raise MadeinError("a general provision cannot be read", name, why, "write it in the documented form") from error


def _hs(ranges: Any) -> HsSet | None:
    return None if ranges is None else HsSet(ranges)


def _set(words: Any, members: frozenset[str], on: date | None) -> frozenset[str] | None:
    if words is None:
        return None
    return members if words == "parties" else places(tuple(str(w) for w in words), on)


def _entry(data: Any) -> str:
    """What a proof of origin says when the clause was used: the text itself, or the article, whose it is and the agreement applied to.

    Examples
    --------
    >>> _entry({"article": "5(1)", "of": "the Protocol", "to": "the agreement"})
    'Application of Article 5(1) of the Protocol to the agreement'
    """
    if not isinstance(data, Mapping):
        return str(data or "")
    return f"Application of Article {data['article']} of {data['of']}" + (f" to {data['to']}" if "to" in data else "")


def clause_of(data: Mapping[str, Any], members: frozenset[str], on: date | None, article: str = "", verified: bool = True) -> Clause:
    """A clause of cumulation from its record.

    Examples
    --------
    >>> clause_of({"kind": "bilateral", "of": ["A", "B"]}, frozenset(), None).of == {"A", "B"}
    True
    """
    valid = data.get("valid") or {}
    floor = data.get("floor_pct")
    return Clause(
        str(data.get("id", data["kind"])),
        str(data["kind"]),
        _set(data.get("of", data.get("parties")), members, on) or members,
        str(data.get("article", article)),
        bool(data.get("verified", verified)),
        _hs(data.get("materials")),
        _hs(data.get("goods")),
        _set(data.get("exporter"), members, on),
        _set(data.get("destination"), members, on),
        bool(data.get("proof", False)),
        tuple(data.get("facts", ())),
        None if floor is None else Fraction(str(floor)),
        _entry(data.get("entry")),
        valid.get("from"),
        valid.get("to"),
    )


_CODES = {
    "value": "TOLERANCE_VALUE", "weight": "TOLERANCE_WEIGHT", "value_or_weight": "TOLERANCE_VALUE", "textile_value": "TOLERANCE_VALUE",
    "textile_weight": "TOLERANCE_WEIGHT", "component_weight": "TEXTILE_WEIGHT", "note6": "TEXTILE_NOTE6", "note7": "TEXTILE_NOTE7",
}  # fmt: skip

LIFTED = ("ctc", "any", "process", "process_with_cap", "from_materials", "wo_materials", "however")
"""Tests a tolerance lifts where its record does not say: changes of classification and working, never a share."""


def tolerance_of(name: str, data: Mapping[str, Any]) -> Tolerance:
    """A tolerance from its record.

    Examples
    --------
    >>> tolerance_of("value10", {"kind": "value", "pct": 10}).code
    'TOLERANCE_VALUE'
    """
    kind = str(data["kind"])
    excluded = tuple((_hs(e.get("materials")), _hs(e.get("goods")), bool(e.get("open", False))) for e in data.get("not_materials") or ())
    return Tolerance(
        name,
        kind,
        Fraction(str(data["pct"])),
        frozenset(data.get("lifts", LIFTED)),
        str(data.get("code") or _CODES.get(name) or _CODES[kind]),
        str(data.get("article", "")),
        bool(data.get("verified", True)),
        str(data.get("basis", "")),
        str(data.get("denominator", "product")),
        bool(data.get("only_mixed", False)),
        tuple((str(s["basic_textile"]), Fraction(str(s["pct"]))) for s in data.get("special") or ()),
        str(data.get("elsewhere", "")),
        bool(data.get("not_same_subheading", False)),
        frozenset(data.get("not_for_roles") or ()),
        str(data.get("elastomeric", "")),
        excluded,
        _hs(data.get("goods")),
        _hs(data.get("seen_for")),
    )


def _treatment(data: Any, article: str, verified: bool) -> Treatment:
    data = data or {}
    return Treatment(data.get("ctc", "count") == "count", data.get("value", "count") == "count", article, verified)


def _sets(data: Mapping[str, Any]) -> SetRule:
    gri = data.get("gri", "any")
    words: Iterable[str] = ("3a", "3b", "3c", "") if gri == "any" else gri
    by_components = data.get("rule", "components") == "components"
    return SetRule(frozenset(words), by_components, Fraction(str(data.get("pct", 0))), bool(data.get("textiles", False)))
