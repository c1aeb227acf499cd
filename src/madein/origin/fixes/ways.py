"""The branches of a rule: every way to meet it, each a plain "all of" of tests, and a regime that knows no other way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import prod

from madein.origin.choose import _reachable, applies
from madein.origin.decide import Court
from madein.origin.fixes.model import Alternative
from madein.origin.fixes.rows import COMPONENTS
from madein.origin.frame import Good, codes_in
from madein.origin.leaves.obtained import GROWN
from madein.origin.model import Bill, Line
from madein.origin.provisions import Tolerance
from madein.origin.rules import AllOf, AnyOf, Leaf, Node, Rule
from madein.origin.sets import set_rule

MOST = 64
"""Branches of one good that are looked at."""

ALL_ORIGINATING = Leaf("all_originating", {})
OBTAINED = Leaf("wo", {})


@dataclass(frozen=True, slots=True)
class Demand:
    """What one rule asks in one branch, for the good under one code."""

    code: str
    rule: Rule | None
    leaves: tuple[Leaf, ...]
    tolerances: tuple[Tolerance, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """One way to originate: every demand must be met."""

    demands: tuple[Demand, ...]
    kind: str = "rule"

    @property
    def rule(self) -> str:
        """Ids of its rules."""
        return " | ".join(dict.fromkeys(d.rule.id for d in self.demands if d.rule is not None))

    @property
    def verified(self) -> bool:
        """Whether the text of every rule was seen."""
        return all(d.rule is None or d.rule.verified for d in self.demands)


def branches(node: Node, most: int = MOST + 1) -> list[tuple[Leaf, ...]]:
    """Ways to meet a tree, as leaves that must all be met; of more than `most` only so many.

    Examples
    --------
    >>> from madein.origin.rules import node_of
    >>> heading, share = {"test": "ctc", "level": "heading"}, {"test": "max_nom", "pct": 70}
    >>> [[leaf.test for leaf in way] for way in branches(node_of({"any_of": [heading, {"all_of": [heading, share]}]}))]
    [['ctc'], ['ctc', 'max_nom']]
    """
    if isinstance(node, Leaf):
        if node.test == "however" and not (isinstance(node.fields["rule"], Leaf) and node.fields["rule"].test != "however"):
            return [tuple(_allowing(leaf, node.fields["relax"]) for leaf in way) for way in branches(node.fields["rule"])]
        return [(node,)]
    parts = [branches(part) for part in node.parts]
    if isinstance(node, AnyOf):
        return [way for part in parts for way in part]
    return [tuple(leaf for way in ways for leaf in way) for ways in islice(product(*parts), most)]


def _allowing(leaf: Leaf, relax: Leaf) -> Leaf:
    return leaf if leaf.test == "however" else Leaf("however", {"rule": leaf, "relax": relax})


def ways(bill: Bill, court: Court, good: Good, steps: Sequence[Alternative] = ()) -> tuple[list[Way], bool]:
    """Every way for a good to originate, and whether these are all.

    Parameters
    ----------
    bill, court
        The bill and the regime.
    good : Good
        The good under its first code, with any lines.
    steps : sequence of Alternative
        What could be done.

    Notes
    -----
    Where facts that choose between rules are open, or the good has several codes in the edition of the rules, a sure yes must meet
    all of them at once.
    """
    product_ = bill.product
    if product_.is_set or (product_.is_set is None and product_.gri):
        chosen = set_rule(good)
        if chosen is not None and chosen.by_components:
            leaf = Leaf(COMPONENTS, {"pct": chosen.pct})
            return [Way((Demand(good.code, None, (leaf,)),), "set"), Way((Demand(good.code, None, (ALL_ORIGINATING,)),), "all_originating")], True
    codes = codes_in(court.law.edition, product_.hs, product_.hs_edition, product_.hs_in) or ("",)
    parts: list[list[Demand]] = []
    for code in codes:
        for rule in court.rules(code) if code or not court.law.parties else ():
            if _reachable(rule, good) and applies(rule, good) is not False:
                usable = tuple(court.law.tolerances[name] for name in rule.tolerance if name in court.law.tolerances)
                parts.append([Demand(code, rule, leaves, usable) for leaves in branches(rule.needs)])
    whole = not any(len(part) > MOST for part in parts)
    everything = Way(tuple(Demand(code, None, (ALL_ORIGINATING,)) for code in codes), "all_originating")
    if len(codes) > 1 and _by_code(bill, court, steps):
        # What originates by cumulation may hang on the code of the good: under one code all does, under another the rule is met.
        parts = _with_all(parts)
    made = [Way(tuple(demands)) for demands in islice(product(*parts), MOST + 1)] if parts else []
    found = [way for way in made if any(d.rule is not None for d in way.demands)]
    whole = whole and len(made) <= MOST
    obtained = [Way(tuple(Demand(code, None, (OBTAINED,)) for code in codes), "obtained")] if _obtainable(bill, steps) else []
    return [*found[:MOST], everything, *obtained], whole


def _by_code(bill: Bill, court: Court, steps: Sequence[Alternative]) -> bool:
    roles = {line.role for line in bill.walk()} | {change.get("role") for step in steps for change in step.lines.values()}
    return "cumulated" in roles or bool(court.law.full)


def _with_all(parts: list[list[Demand]]) -> list[list[Demand]]:
    """Every demand of a code, or that all originates under it."""
    return [[*part, Demand(part[0].code, None, (ALL_ORIGINATING,))] for part in parts]


def _obtainable(bill: Bill, steps: Sequence[Alternative]) -> bool:
    """Whether the good may be wholly obtained, now or after some step."""
    product = bill.product
    done = [*(product.processes or ()), *(p for step in steps for p in step.processes)]
    changes = [change for step in steps for change in step.lines.values()]
    done += [p for change in changes for p in (*(change.get("processes") or ()), *change.get("add_processes", ()))]
    told = any(change.get("wholly_obtained") or change.get("catch") for change in changes)
    grown = any(p.op in GROWN or p.op == "aquaculture_raising" for p in done)
    held = any(line.wholly_obtained or line.catch is not None or _grows(line) for line in bill.walk())
    return bool(product.wholly_obtained_in) or grown or told or held


def _grows(line: Line) -> bool:
    return any(p.op in GROWN for p in line.processes or ())


Mode = tuple[tuple[Tolerance | None, bool], ...]
"""For each demand, the tolerance used for it, and whether that is by weight."""


def modes(way: Way) -> tuple[list[Mode], bool]:
    """Every way to use tolerances, none first or one for each rule, and whether these are all."""
    each: list[list[tuple[Tolerance | None, bool]]] = []
    for demand in way.demands:
        tests = {leaf.fields["rule"].test if leaf.test == "however" else leaf.test for leaf in demand.leaves}
        found: list[tuple[Tolerance | None, bool]] = [(None, False)]
        for tolerance in demand.tolerances:
            if tests & tolerance.lifts:
                found.append((tolerance, False))
                if tolerance.kind == "value_or_weight":
                    found.append((tolerance, True))
        each.append(found)
    return list(islice(product(*each), MOST)), prod(map(len, each)) <= MOST


def court_for(court: Court, way: Way) -> Court:
    """The regime with no other way to meet the rules of a branch."""
    only: Mapping[tuple[str, str], Sequence[Leaf]] = {(d.code, d.rule.id): d.leaves for d in way.demands if d.rule is not None}

    made: dict[str, Sequence[Rule]] = {}

    def rules(code: str) -> Sequence[Rule]:
        if code not in made:
            made[code] = [replace(r, needs=_joined(only[code, r.id])) if (code, r.id) in only else r for r in court.rules(code)]
        return made[code]

    def none(code: str) -> Sequence[Rule]:
        return () if any(d.code == code for d in way.demands) else court.rules(code)

    return Court(court.law, rules if way.kind == "rule" else none, court.gap)


def _joined(leaves: Sequence[Leaf]) -> Node:
    return leaves[0] if len(leaves) == 1 else AllOf(tuple(leaves))


__all__ = ["MOST", "Demand", "Mode", "Way", "branches", "court_for", "modes", "ways"]
