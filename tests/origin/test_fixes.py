"""The cheapest fix against every subset there is, decided one by one by the engine."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import combinations
from typing import Any

from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from madein.origin.decide import Court, decide
from madein.origin.decide import given as given_rule
from madein.origin.fixes import Alternative, Fixes, apply, fixes
from madein.origin.fixes.slots import ancestry, conflict
from madein.origin.hs import HsSet
from madein.origin.model import Bill, Line, Process, Product
from madein.origin.provisions import given_law, tolerance_of
from madein.origin.rules import Rule, node_of

TIMES = float(os.environ.get("MADEIN_EXAMPLES", "1"))
"""How many times as many bills to try as in a run that is to end soon."""

SLOW = settings(
    max_examples=round(80 * TIMES),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
MET = {"minimal_operations": "met", "transport": "met"}

GOODS = {
    "EVFTA": ("870380", "851713", "940139", "640411", "620520", "610910", "160521", "190220", "170490", "950300"),
    "CPTPP": ("870380", "851713", "850440", "850760", "640399", "610910", "620342", "940360"),
}
CODES = (
    "870829",
    "850760",
    "851770",
    "854231",
    "940190",
    "940390",
    "640610",
    "640690",
    "520512",
    "520832",
    "540761",
    "600622",
    "030617",
    "170199",
    "392690",
)


def number(most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(1, most * 100).map(lambda n: Decimal(n) / 100)


@st.composite
def line_of(draw: st.DrawFn, number_: str, unknown: bool) -> Line:
    return Line(
        number_,
        hs=draw(st.sampled_from(CODES)),
        hs_edition="2012",
        origin=draw(st.sampled_from(["CHN", "CHN", "KOR", "MYS"])),
        originating=draw(st.sampled_from([True, False, False, False, None] if unknown else [True, False, False, False])),
        value=draw(number(30)),
        weight_pct=draw(number(15)),
        component=draw(st.sampled_from(["main", "main", "other"])),
        component_weight_pct=draw(number(15)),
        basic_textiles=draw(st.sampled_from([("cotton",), ("wool",), ()])),
        elastomeric=draw(st.sampled_from([False, False, False, True])),
        named=draw(st.sampled_from(["none", "uppers_affixed_to_sole_component"])),
        bought=draw(st.booleans()),
    )


@st.composite
def problems(draw: st.DrawFn, unknown: bool = False, refunds: bool = False) -> tuple[Bill, str, tuple[Alternative, ...]]:
    regime = draw(st.sampled_from(sorted(GOODS)))
    lines = [draw(line_of(str(n + 1), unknown)) for n in range(draw(st.integers(1, 5)))]
    if draw(st.booleans()):
        parts = tuple(draw(line_of(f"1.{m + 1}", unknown)) for m in range(draw(st.integers(1, 2))))
        done = draw(st.sampled_from([(Process("assembly", "VNM", simple=False),), (Process("weaving", "VNM"),)]))
        origin = draw(st.sampled_from(["VNM", "CHN"]))
        lines[0] = replace(
            lines[0], children=parts, originating=None, processes=done, origin=origin, value=lines[0].value + sum(p.value for p in parts)
        )
    basis, destination = ("VOG", "CAN") if regime == "CPTPP" else ("EXW", "EU")
    steps = tuple(
        Process(op, "VNM", simple=False) for op in draw(st.sampled_from([("sewing",), ("weaving", "making_up"), ("assembly",), ("making_up",)]))
    )
    code = draw(st.sampled_from(GOODS[regime]))
    good = Product(
        "good", code, "2022", country="VNM", destination=destination, value=draw(number(120)), basis=basis, currency="USD",
        net_cost=draw(number(110)), processes=steps,
    )  # fmt: skip
    keys = ("assembled_from_pieces", "embroidered", "other_materials_cannot_by_nature_meet_rule", "vehicle_appendix_methodology_used")
    facts = {key: draw(st.booleans()) for key in keys}
    bill = Bill(good, tuple(lines), facts, MET)
    numbers = [line.id for line in bill.walk()]
    table = []
    for n in range(draw(st.integers(1, 6))):
        cost = Decimal(draw(st.integers(-300 if refunds else 0, 2000))) / 100
        kind = draw(st.sampled_from(["local", "local", "local", "cheap", "home", "both", "process"]))
        at = draw(st.sampled_from(numbers))
        value = next(line.value for line in bill.walk() if line.id == at)
        one: dict[str, dict[str, Any]] = {at: {"origin": "VNM", "originating": True, "value": value}}
        extra: dict[str, Any] = {}
        if kind == "cheap":
            one = {at: {"origin": "IDN", "originating": False, "value": draw(number(20))}}
        elif kind == "home":
            one = {
                at: {"origin": "VNM", "bought": False, "originating": None, "processes": (Process("assembly", "VNM", simple=False),), "value": value}
            }
        elif kind == "both":
            other = draw(st.sampled_from(numbers))
            one[other] = {"origin": "VNM", "originating": True, "value": next(x.value for x in bill.walk() if x.id == other)}
        elif kind == "process":
            one = {}
            extra = {
                "processes": (Process(draw(st.sampled_from(["weaving", "knitting", "making_up", "dyeing"])), "VNM", simple=False),),
                "before": "making_up",
            }
        table.append(Alternative(f"a{n}", one, cost, Fraction(draw(st.integers(0, 100))), **extra))
    return bill, regime, tuple(table)


SPLIT = ("853990", "160210", "902221", "870829", "850760", "600622", "520832", "640610")
"""Codes of HS 2022, some of which come from several headings of HS 2012."""


@st.composite
def loose_ends(draw: st.DrawFn) -> tuple[Bill, str, tuple[Alternative, ...]]:
    """Bills of which much is not known, and alternatives that change what is known, done or weighed."""
    bill, regime, table = draw(problems(unknown=True, refunds=draw(st.booleans())))
    lines = []
    for line in bill.lines:
        change: dict[str, Any] = {}
        if draw(st.booleans()):
            change |= {"hs": draw(st.sampled_from(SPLIT)), "hs_edition": "2022"}
        for name, values in (
            ("bought", [None]), ("elastomeric", [None]), ("named", [""]), ("role", ["accessory", "cumulated", "retail_packing"]),
            ("wholly_obtained", [True]), ("weight_pct", [None]), ("weight", [Decimal(1), Decimal(2)]), ("value", [None]),
        ):  # fmt: skip
            if draw(st.integers(0, 5)) == 0:
                change[name] = draw(st.sampled_from(values))
        lines.append(replace(line, **change))
    good = bill.product
    if draw(st.booleans()):
        good = replace(good, weight=Decimal(10))
    if draw(st.integers(0, 3)) == 0:
        good = replace(good, hs=draw(st.sampled_from(["853990", "902221", "160210", "030617"])))
    if draw(st.integers(0, 3)) == 0:
        good = replace(good, processes=draw(st.sampled_from([None, (Process("packing", "VNM"),)])))
    facts = {key: value for key, value in bill.facts.items() if draw(st.booleans())}
    gates = {key: word for key, word in MET.items() if draw(st.integers(0, 3))}
    further = []
    known = {line.id: line for line in bill.walk()}
    for n in range(draw(st.integers(0, 3))):
        at = draw(st.sampled_from(sorted(known)))
        cost = Decimal(draw(st.integers(0, 900))) / 100
        kind = draw(st.sampled_from(["fact", "work", "both", "code", "weight", "obtained"]))
        work = {"add_processes": (Process(draw(st.sampled_from(["weaving", "knitting", "assembly"])), "VNM", simple=False),)}
        key = draw(st.sampled_from([*sorted(bill.facts), "beyond_minimal_operations", "assembled_in_country", "list_refers_to_note6"]))
        one: dict[str, Any] = {
            "fact": {"facts": {key: draw(st.booleans())}},
            "work": {"lines": {at: work}},
            "both": {"lines": {at: work}, "facts": {key: True}},
            "code": {"lines": {at: {"hs": draw(st.sampled_from(CODES)), "hs_edition": "2012"}}},
            "weight": {"lines": {at: {"weight": Decimal(draw(st.integers(1, 3)))}}},
            "obtained": {"lines": {at: {"origin": "VNM", "originating": None, "wholly_obtained": True}}},
        }[kind]
        further.append(Alternative(f"b{n}", one.get("lines", {}), cost, facts=one.get("facts", {})))
    return Bill(good, tuple(lines), facts, gates), regime, (*table[:3], *further)


def yes(bill: Bill, regime: str | Court) -> bool:
    return decide(bill, regime).verdict == "yes"


def every_fix(bill: Bill, regime: str | Court, table: tuple[Alternative, ...]) -> dict[frozenset[str], Fraction]:
    """All minimal sets: the engine says yes, and to no part of them; the order of open questions is of no interest."""
    above = ancestry(bill)[1]
    found: dict[frozenset[str], Fraction] = {}
    for size in range(len(table) + 1):
        for chosen in combinations(table, size):
            ids = frozenset(a.id for a in chosen)
            if any(have <= ids for have in found) or any(conflict(a, b, above) for a, b in combinations(chosen, 2)):
                continue
            if decide(apply(bill, chosen), regime, ranked=False).verdict == "yes":
                found[ids] = sum((Fraction(a.cost or 0) for a in chosen), Fraction(0))
    return found


def proven(bill: Bill, regime: str | Court, found: Fixes) -> None:
    for fix in found.best:
        assert yes(apply(bill, fix), regime)
        for gone in fix.steps:
            assert not yes(apply(bill, [s for s in fix.steps if s is not gone]), regime)


@SLOW
@given(problems())
def test_the_cheapest_set_is_the_cheapest_of_all_subsets(drawn: tuple[Bill, str, tuple[Alternative, ...]]) -> None:
    bill, regime, table = drawn
    assume(not yes(bill, regime))
    every = every_fix(bill, regime, table)
    found = fixes(bill, regime, alternatives=table)
    proven(bill, regime, found)
    assert bool(found.best) == bool(every), (found.best, every)
    if every:
        costs = sorted(every.values())
        assert [fix.cost for fix in found.best] == costs[: len(found.best)]
        assert len(found.best) == min(4, len(every))


@SLOW
@given(problems(unknown=True, refunds=True))
def test_with_open_lines_and_refunds(drawn: tuple[Bill, str, tuple[Alternative, ...]]) -> None:
    bill, regime, table = drawn
    assume(not yes(bill, regime))
    every = every_fix(bill, regime, table)
    found = fixes(bill, regime, alternatives=table)
    proven(bill, regime, found)
    assert bool(found.best) == bool(every), (found.best, every)
    if every:
        assert found.best[0].cost == min(every.values())


@settings(SLOW, max_examples=round(20 * TIMES))
@given(loose_ends())
def test_what_is_called_exact_is_exact_however_much_is_open(drawn: tuple[Bill, str, tuple[Alternative, ...]]) -> None:
    bill, regime, table = drawn
    assume(not yes(bill, regime))
    found = fixes(bill, regime, alternatives=table)
    proven(bill, regime, found)
    every = every_fix(bill, regime, table)
    event("exact" if found.exact else "not exact")
    event("mended" if every else "not mended")
    if found.exact:
        assert bool(found.best) == bool(every), (found.best, every)
        assert not every or found.best[0].cost == min(every.values())


LEAVES = st.one_of(
    st.builds(lambda p: {"test": "max_nom", "pct": p}, st.integers(10, 70)),
    st.builds(lambda p: {"test": "max_nom", "pct": p, "of": "same_heading"}, st.integers(5, 30)),
    st.builds(lambda p: {"test": "max_nom", "pct": p, "of": "hs", "hs": [["85", "87"]]}, st.integers(5, 30)),
    st.builds(lambda m, p: {"test": "rvc", "method": m, "min_pct": p}, st.sampled_from(["build_down", "build_up", "net_cost"]), st.integers(30, 70)),
    st.builds(lambda p: {"test": "rvc", "method": "focused", "min_pct": p, "hs": [["85", "87"]]}, st.integers(50, 90)),
    st.builds(
        lambda p, m: {"test": "max_weight", "pct": p, "hs": [["50", "87"]], "mode": m}, st.integers(5, 40), st.sampled_from(["sum", "individual"])
    ),
    st.builds(lambda p: {"test": "min_weight", "pct": p, "hs": [["01", "97"]], "state": "originating"}, st.integers(5, 30)),
    st.builds(lambda level: {"test": "ctc", "level": level}, st.sampled_from(["chapter", "heading"])),
    st.just({"test": "ctc", "level": "heading", "except": [["8507", "8517"]]}),
    st.just({"test": "any", "except": [["8708", "8708"]]}),
    st.just({"test": "wo_materials", "hs": [["03", "04"], ["85", "85"]]}),
    st.builds(
        lambda p: {"test": "however", "rule": {"test": "ctc", "level": "chapter"}, "relax": {"test": "allow", "of": "same_heading", "pct": p}},
        st.integers(5, 40),
    ),
)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.builds(lambda word, parts: {word: parts}, st.sampled_from(["any_of", "all_of"]), st.lists(inner, min_size=2, max_size=3)),
    max_leaves=4,
)
"""Rules of every test whose arithmetic is a sum, joined in every way."""


def stated(tree: Any, tolerances: tuple[str, ...] = ("value", "weight")) -> Court:
    law = given_law("stated", None, "2012")
    held = {"value": tolerance_of("value", {"kind": "value", "pct": 10}), "weight": tolerance_of("weight", {"kind": "textile_weight", "pct": 10})}
    rule = Rule(
        id="stated", regime="stated", target=HsSet(), ex=None, when=(), exporters=(), importers=(), edition="2012", needs=node_of(tree),
        tolerance=tolerances, joint=False, valid_from=None, valid_to=None, article="as stated", verified=True, note="",
    )  # fmt: skip
    return given_rule(rule, replace(law, tolerances=held))


@st.composite
def covers(draw: st.DrawFn) -> tuple[Bill, tuple[Alternative, ...]]:
    """Many imported lines, a price not far above them, and an alternative or two for each."""
    lines = [
        replace(draw(line_of(str(n + 1), False)), originating=draw(st.sampled_from([False, False, False, False, True])))
        for n in range(draw(st.integers(2, 5)))
    ]
    total = sum((Fraction(line.value) for line in lines), Fraction(0))
    price = total * draw(st.integers(100, 220)) / 100
    good = Product(
        "good", draw(st.sampled_from(["870829", "851770", "940390", "540761"])), "2012", country="VNM", destination="EU", value=price, basis="EXW",
        currency="USD", net_cost=total * draw(st.integers(100, 200)) / 100,
    )  # fmt: skip
    table = []
    for line in lines:
        for n in range(draw(st.integers(1, 2))):
            value = draw(st.sampled_from([None, line.value, Decimal("3.5")]))
            change = (
                {"origin": "VNM", "originating": True}
                if draw(st.integers(0, 3))
                else {"origin": "IDN", "originating": False, "value": line.value / 2}
            )
            if value is not None:
                change["value"] = value
            if draw(st.booleans()):
                change["weight_pct"] = draw(number(15))
            table.append(Alternative(f"{line.id}{'ab'[n]}", {line.id: change}, Decimal(draw(st.integers(0, 900))) / 100))
    return Bill(good, tuple(lines), {}, MET), tuple(table[:7])


@SLOW
@given(TREES, covers())
def test_every_kind_of_sum_and_every_way_to_join_them(tree: Any, drawn: tuple[Bill, tuple[Alternative, ...]]) -> None:
    bill, table = drawn
    court = stated(tree)
    assume(not yes(bill, court))
    every = every_fix(bill, court, table)
    found = fixes(bill, court, alternatives=table)
    proven(bill, court, found)
    assert bool(found.best) == bool(every), (found.best, every)
    costs = sorted(every.values())
    assert [fix.cost for fix in found.best] == costs[: len(found.best)]
    assert len(found.best) == min(4, len(every))


def test_one_tolerance_that_covers_every_condition_is_enough() -> None:
    """Each condition leans on the tolerance that fits it first; that one of them fits both together must not be lost."""
    more = {"origin": "CHN", "originating": False, "weight_pct": Decimal("0.01"), "component": "main", "component_weight_pct": Decimal("0.01"),
            "basic_textiles": ("cotton",), "elastomeric": False, "named": "none", "bought": False}  # fmt: skip
    worth = {"1": ("870829", "0.01"), "2": ("870829", "0.01"), "3": ("850760", "0.01"), "4": ("870829", "0.01"), "5": ("870829", "0.21")}
    lines = tuple(Line(n, hs=hs, hs_edition="2012", value=Decimal(v), **more) for n, (hs, v) in worth.items())  # type: ignore[arg-type]
    good = Product("good", "870829", "2012", country="VNM", destination="EU", value=Fraction(1, 4), basis="EXW", currency="USD")
    tree = {
        "all_of": [{"test": "ctc", "level": "heading", "except": [["8507", "8517"]]}, {"test": "wo_materials", "hs": [["03", "04"], ["85", "85"]]}]
    }
    bill = Bill(good, lines, {}, MET)
    assert yes(bill, stated(tree)) and not yes(bill, stated(tree, ("value",)))
    heavy = replace(lines[4], weight_pct=Decimal(11))
    assert not yes(replace(bill, lines=(*lines[:4], heavy)), stated(tree))
    assert decide(replace(bill, lines=(*lines[:4], replace(heavy, value=Decimal("0.01")))), stated(tree)).verdict == "no"


def test_a_status_that_is_answered_never_takes_a_yes_away() -> None:
    """Two codes of one range, each under the limit of each material alone and together over it: open, whoever knows the second's status."""
    one = Line("1", hs="170114", hs_edition="2012", origin="CHN", originating=False, value=Decimal(1), weight_pct=Decimal(30))
    good = Product("good", "190590", "2012", country="VNM", destination="EU", value=Decimal(100), basis="EXW")
    court = stated({"test": "max_weight", "pct": 40, "hs": [["1701", "1702"]], "mode": "individual"})
    said = [
        decide(Bill(good, (one, replace(one, id="2", hs="170290", origin="", originating=status)), {}, MET), court).verdict
        for status in (False, None, True)
    ]
    assert said == ["unknown", "unknown", "yes"]
