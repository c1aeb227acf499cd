"""What a regime makes of each kind of product: whether it applies, under which rules the product falls, what the gates say.

Everything that hangs on the kind of product alone (its code, countries, working, answers) is asked of the scalar path once for each
kind. What hangs on the lines is left to `madein.origin.batch.evaluate`.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from itertools import product as combinations
from typing import Any
from zlib import crc32

from madein.origin.batch.codes import NO, OPEN, YES
from madein.origin.batch.images import leading
from madein.origin.batch.table import Told
from madein.origin.choose import _MOST_KEYS, _reachable, applies
from madein.origin.cumulation import working_places
from madein.origin.decide import Court, _barred
from madein.origin.frame import Good, codes_in
from madein.origin.gates import BEYOND, minimal_operations, transport
from madein.origin.hs import span
from madein.origin.leaves.obtained import _first
from madein.origin.leaves.words import nature
from madein.origin.model import Bill, Line
from madein.origin.rules import Node, Rule

Reading = bool | int | None
"""Answers taken for what is open: none, one for all questions, or for each another by the number of the reading."""

KLEENE = {False: NO, None: OPEN, True: YES}
"""States as small integers."""


class Answers(dict[str, bool]):
    """Answers to questions, with an answer of the reading for each that was not given."""

    def __init__(self, given: Mapping[str, bool], other: Reading) -> None:
        super().__init__(given)
        self.other = other

    def get(self, key: str, default: Any = None) -> Any:
        """The answer given, else that of the reading."""
        if self.other is None or key in self:
            return super().get(key, default)
        if isinstance(self.other, bool):
            return self.other
        return key == BEYOND or bool(crc32(f"{self.other} {key}".encode()) & 1)


def chosen(images: tuple[str, ...], other: Reading) -> tuple[str, ...]:
    """The codes that a reading takes of those a good may have."""
    if other is None or not images:
        return images
    at = (0 if other else -1) if isinstance(other, bool) else other * 7919 % len(images)
    return (images[at],)


@dataclass(frozen=True)
class Case:
    """The rules a product may fall under, with every way of answering what chooses between them.

    Parameters
    ----------
    key : tuple
        Equal for products whose rules ask the same.
    rules : tuple of Rule
        The rules, as held.
    fitting : tuple of (joint, tuple of int)
        For each way of answering: whether all rules must be met, and which apply.
    names : str
        Ids of the rules.
    """

    key: tuple[Any, ...]
    rules: tuple[Rule, ...]
    fitting: tuple[tuple[bool, tuple[int, ...]], ...]
    names: str


@dataclass(frozen=True)
class Item:
    """A product under one of its codes in the edition of the rules."""

    code: str
    low: int
    length: int
    case: Case | None
    good: Good


@dataclass(frozen=True)
class Seen:
    """A kind of product under one regime.

    Parameters
    ----------
    barred : str
        Why the regime does not apply, "" where it does.
    items : tuple of Item
        One for each code it may have; the scalar path joins them the same way.
    working, route : int
        What the gates say: `NO`, `OPEN` or `YES`.
    scalar : bool
        Left to the scalar path: sets, goods grown or raised, shipments already settled.
    lead : tuple of int
        Place of the first item of the same kind as each (`madein.origin.batch.images.leading`).
    """

    barred: str
    items: tuple[Item, ...]
    working: int
    route: int
    scalar: bool
    lead: tuple[int, ...] = ()


_PROGRAMS: dict[int, tuple[Node, str]] = {}


def text_of(node: Node) -> str:
    """A node of a rule as text, written once; equal nodes have equal texts."""
    found = _PROGRAMS.get(id(node))
    if found is None or found[0] is not node:
        found = _PROGRAMS[id(node)] = (node, repr(node))
    return found[1]


def _case(court: Court, code: str, good: Good) -> Case | None:
    held = [(rule, state) for rule in court.rules(code) if _reachable(rule, good) and (state := applies(rule, good)) is not False]
    if not held:
        return None
    rules = tuple(rule for rule, _ in held)
    names = " | ".join(rule.id for rule in rules)
    if len(held) == 1 and held[0][1] is True:
        fitting: tuple[tuple[bool, tuple[int, ...]], ...] = ((False, (0,)),)
    else:
        keys = list(dict.fromkeys(key for rule, _ in held for key, _ in rule.when if good.fact(key) is None))
        ways = set()
        for answers in combinations((True, False), repeat=len(keys)) if len(keys) <= _MOST_KEYS else ():
            said = dict(zip(keys, answers, strict=True))
            fits = tuple(n for n, r in enumerate(rules) if all(said.get(k, good.fact(k)) is wanted for k, wanted in r.when))
            ways.add((any(rules[n].joint for n in fits), fits))
        fitting = tuple(sorted(ways)) or ((False, ()),)
    key = tuple((text_of(r.needs), r.tolerance, r.verified) for r in rules), fitting
    return Case(key, rules, fitting, names)


def seen(court: Court, told: Told, destination: str, other: Reading, marks: dict[Hashable, Hashable]) -> Seen:
    """A kind of product under a regime.

    Parameters
    ----------
    court : Court
        The regime on a day.
    told : Told
        The kind of product.
    destination : str
        Importing country, "" for the product's own.
    other : bool, int or None
        Answers taken for questions that are open; None leaves them open.
    marks : dict
        Keeps what tells codes of goods apart, for the next product.
    """
    product = replace(told.product, destination=destination) if destination else told.product
    bill = Bill(product, (), Answers(told.facts, other), told.gates)
    law = court.law
    barred = _barred(bill, law)
    if barred is not None:
        return Seen(barred.because, (), YES, YES, False)
    codes = codes_in(law.edition, product.hs, product.hs_edition, product.hs_in)
    scalar = bool(product.is_set) or bool(product.gri) or product.originated_before_transport or bool(product.wholly_obtained_in)
    items = []
    for code in codes or ("",):
        sure, open_, _ = working_places(law, bill, code, product.country)
        good = Good(
            code, law, bill, None, None, None, [], [], product.processes, bill.facts, product.country, law.basis, "", None, sure, open_
        )  # fmt: skip
        if product.processes and _first(product.processes) is not None and code and nature().holds(code):
            scalar = True
        case = _case(court, code, good) if code else None
        if not code and not law.parties and court.rules(""):
            scalar = True
        low = span(code)[0] if code else 0
        items.append(Item(code, low, len(code), case, good))
    working = route = YES
    if told.gates.get("minimal_operations") != "met":
        gate = [minimal_operations(item.good) for item in items]
        states = {None if g is None else KLEENE[g.state] for g in gate}
        if len(states) > 1:
            scalar = True
        first = gate[0]
        working = YES if first is None else KLEENE[first.state]
    if told.gates.get("transport") == "test":
        route = KLEENE[transport(bill, law).state]
    return Seen("", tuple(items), working, route, scalar, leading(items, court, marks))


def reading(line: Line, other: Reading) -> Line:
    """A kind of line with one answer for every question about it that is open."""
    if other is None:
        return line
    fill = {k: bool(other % 2) for k in ("wholly_obtained", "proof", "elastomeric") if getattr(line, k) is None}
    return replace(line, facts=Answers(line.facts, other), **fill)  # type: ignore[arg-type]
