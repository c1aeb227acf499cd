"""What must not change a verdict, and what may change it one way only.

Splitting a line, reordering lines and counting in another currency change nothing. Making a line originating never turns a yes into
anything else. A verdict given while facts are open is the verdict of every way to answer them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import product as combinations
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from madein.origin.decide import Court, decide
from madein.origin.decide import given as given_rule
from madein.origin.editions import images
from madein.origin.hs import HsSet
from madein.origin.model import Bill, Line, Process, Product
from madein.origin.provisions import given_law, tolerance_of
from madein.origin.rules import Rule, node_of

TIMES = float(os.environ.get("MADEIN_EXAMPLES", "1"))
"""How many times as many bills to try as in a run that is to end soon."""

SLOW = settings(max_examples=round(40 * TIMES), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])

GOODS = {
    "EVFTA": (
        "870380",
        "851713",
        "940139",
        "640411",
        "620520",
        "620442",
        "610910",
        "520812",
        "160521",
        "190220",
        "220299",
        "170490",
        "721070",
        "950300",
    ),
    "CPTPP": ("870380", "851713", "854143", "850440", "850760", "640399", "610910", "620342", "940360", "160414", "210690", "540752"),
}
CODES = (
    "870829",
    "850760",
    "851770",
    "854231",
    "940190",
    "640610",
    "640690",
    "640620",
    "520512",
    "520832",
    "540761",
    "540244",
    "550921",
    "600622",
    "030617",
)
CODES += ("170199", "040120", "110100", "160420", "720711", "720839", "320810", "960621", "392690", "441113", "9401", "85")
NEWER = ("852492", "854142", "851779", "854231")
"""Codes of HS 2022, some with many images in HS 2012."""
STEPS = ("weaving", "knitting", "dyeing", "printing", "bleaching", "calendering", "cutting", "sewing", "making_up", "assembly", "packing", "spinning")
FIBRES = (("cotton",), ("wool",), ("cotton", "wool"), ("polyurethane-polyether yarn",), ())


def number(most: int) -> st.SearchStrategy[Decimal]:
    return st.integers(1, most * 100).map(lambda n: Decimal(n) / 100)


@st.composite
def line_of(draw: st.DrawFn, number_: str, unknown: bool) -> Line:
    status = draw(st.sampled_from([True, False, False, None] if unknown else [True, False, False]))
    code, edition = draw(st.one_of(st.sampled_from(CODES).map(lambda c: (c, "2012")), st.sampled_from(NEWER).map(lambda c: (c, "2022"))))
    return Line(
        number_,
        hs=code,
        hs_edition=edition,
        origin=draw(st.sampled_from(["CHN", "VNM", "KOR", "MYS", "ITA"])),
        originating=status,
        value=draw(number(30)),
        weight_pct=draw(number(15)),
        component=draw(st.sampled_from(["main", "main", "other"])),
        component_weight_pct=draw(number(15)),
        basic_textiles=draw(st.sampled_from(FIBRES)),
        elastomeric=draw(st.sampled_from([False, False, True])),
        named=draw(st.sampled_from(["none", "uppers_affixed_to_sole_component", ""] if unknown else ["none", "uppers_affixed_to_sole_component"])),
        role=draw(st.sampled_from(["", "", "", "lining", "accessory", "retail_packaging", "shipping_packing", "cumulated"])),
        proof=draw(st.sampled_from([True, False, None] if unknown else [True, False])),
        bought=draw(st.booleans()),
    )


@st.composite
def bills(draw: st.DrawFn, unknown: bool = False) -> tuple[Bill, str]:
    regime = draw(st.sampled_from(sorted(GOODS)))
    count = draw(st.integers(1, 6))
    lines = [draw(line_of(str(n + 1), unknown)) for n in range(count)]
    for n in range(draw(st.integers(0, 2))):
        if n < len(lines):
            parts = tuple(draw(line_of(f"{n + 1}.{m + 1}", unknown)) for m in range(draw(st.integers(1, 2))))
            done = draw(st.sampled_from([(Process("spinning", "MYS"),), (Process("assembly", "VNM", simple=False),), (Process("weaving", "VNM"),)]))
            lines[n] = replace(lines[n], children=parts, originating=draw(st.sampled_from([None, False])), processes=done)
    basis, destination = ("VOG", "CAN") if regime == "CPTPP" else ("EXW", "EU")
    steps = tuple(Process(op, "VNM", simple=False) for op in draw(st.lists(st.sampled_from(STEPS), min_size=1, max_size=5)))
    good = Product(
        "good", draw(st.sampled_from(GOODS[regime])), "2022", country="VNM", destination=destination, value=draw(number(200)), basis=basis,
        currency="USD", net_cost=draw(number(150)), processes=steps if not unknown or draw(st.booleans()) else None,
        is_set=draw(st.sampled_from([None, None, None, True])), gri=draw(st.sampled_from(["3b", "3c"])) if draw(st.booleans()) else "",
    )  # fmt: skip
    if good.is_set is None:
        good = replace(good, gri="")
    keys = (
        "assembled_from_pieces",
        "embroidered",
        "other_materials_cannot_by_nature_meet_rule",
        "vehicle_appendix_methodology_used",
        "beyond_minimal_operations",
    )
    choice = st.sampled_from([True, False, None] if unknown else [True, False])
    facts = {key: value for key in keys if (value := draw(choice)) is not None}
    return Bill(good, tuple(lines), facts, {"transport": "met"}), regime


def verdict(bill: Bill, regime: str | Court) -> str:
    return decide(bill, regime).verdict


@SLOW
@given(bills(unknown=True), st.randoms(use_true_random=False))
def test_the_order_of_lines_changes_nothing(drawn: tuple[Bill, str], rng: Any) -> None:
    bill, regime = drawn
    lines = list(bill.lines)
    rng.shuffle(lines)
    first, second = decide(bill, regime), decide(replace(bill, lines=tuple(lines)), regime)
    assert (first.verdict, first.figures) == (second.verdict, second.figures)


@SLOW
@given(bills(unknown=True), st.fractions(Fraction(1, 1000), 100000))
def test_another_currency_changes_nothing(drawn: tuple[Bill, str], rate: Fraction) -> None:
    assume(rate > 0)
    bill, regime = drawn

    def times(line: Line) -> Line:
        return replace(line, value=Fraction(line.value or 0) * rate, children=tuple(times(c) for c in line.children))

    good = replace(bill.product, value=Fraction(bill.product.value or 0) * rate, net_cost=Fraction(bill.product.net_cost or 0) * rate)
    other = replace(bill, product=good, lines=tuple(times(line) for line in bill.lines))
    first, second = decide(bill, regime), decide(other, regime)
    assert first.verdict == second.verdict
    assert {k: v for k, v in first.figures.items() if k.endswith("_pct")} == {k: v for k, v in second.figures.items() if k.endswith("_pct")}


def split(line: Line, share: Fraction) -> tuple[Line, Line]:
    def part(of: Line, by: Fraction, mark: str) -> Line:
        scaled = {
            name: None if getattr(of, name) is None else Fraction(getattr(of, name)) * by for name in ("value", "weight_pct", "component_weight_pct")
        }
        return replace(of, id=of.id + mark, children=tuple(part(c, by, mark) for c in of.children), **scaled)

    return part(line, share, "a"), part(line, 1 - share, "b")


@SLOW
@given(bills(unknown=True), st.fractions(Fraction(1, 10), Fraction(9, 10)), st.data())
def test_splitting_a_line_changes_nothing(drawn: tuple[Bill, str], share: Fraction, data: st.DataObject) -> None:
    bill, regime = drawn
    at = data.draw(st.integers(0, len(bill.lines) - 1))
    lines = (*bill.lines[:at], *split(bill.lines[at], share), *bill.lines[at + 1 :])
    first, second = decide(bill, regime), decide(replace(bill, lines=lines), regime)
    assert first.verdict == second.verdict
    assert {k: v for k, v in first.figures.items() if not k.startswith("part_")} == {
        k: v for k, v in second.figures.items() if not k.startswith("part_")
    }


@SLOW
@given(bills(unknown=True), st.data())
def test_making_a_line_originating_never_takes_a_yes_away(drawn: tuple[Bill, str], data: st.DataObject) -> None:
    bill, regime = drawn
    at = data.draw(st.integers(0, len(bill.lines) - 1))
    better = replace(bill.lines[at], originating=True, wholly_obtained=bill.lines[at].wholly_obtained)
    after = verdict(replace(bill, lines=(*bill.lines[:at], better, *bill.lines[at + 1 :])), regime)
    before = verdict(bill, regime)
    assert not (before == "yes" and after != "yes")
    assert not (after == "no" and before == "yes")


def completions(bill: Bill) -> list[Bill]:
    """Every way to fill in statuses, proofs, facts and names that are open in the lines of a bill."""
    keys = [
        k
        for k in ("assembled_from_pieces", "embroidered", "other_materials_cannot_by_nature_meet_rule", "vehicle_appendix_methodology_used")
        if k not in bill.facts
    ]
    spots: list[tuple[str, tuple[Any, ...]]] = [(f"fact {k}", (True, False)) for k in keys]

    def open_in(line: Line, path: str) -> None:
        if line.originating is None and not line.children:
            spots.append((f"{path} originating", (True, False)))
        if line.proof is None and line.role == "cumulated":
            spots.append((f"{path} proof", (True, False)))
        found = images(line.hs, line.hs_edition, "2012")
        if len(found) > 1:
            spots.append((f"{path} hs_in", tuple({"2012": code} for code in (found[0], found[len(found) // 2], found[-1]))))
        for n, child in enumerate(line.children):
            open_in(child, f"{path}.{n}")

    for n, line in enumerate(bill.lines):
        open_in(line, str(n))
    if len(spots) > 6:
        return []

    def filled(line: Line, path: str, said: Mapping[str, Any]) -> Line:
        change = {name: said[f"{path} {name}"] for name in ("originating", "proof", "hs_in") if f"{path} {name}" in said}
        return replace(line, children=tuple(filled(c, f"{path}.{n}", said) for n, c in enumerate(line.children)), **change)

    found = []
    for answers in combinations(*(choices for _, choices in spots)):
        said = dict(zip((name for name, _ in spots), answers, strict=True))
        facts = {**bill.facts, **{k: said[f"fact {k}"] for k in keys}}
        found.append(replace(bill, facts=facts, lines=tuple(filled(line, str(n), said) for n, line in enumerate(bill.lines))))
    return found


@settings(SLOW, max_examples=round(25 * TIMES))
@given(bills(unknown=True))
def test_a_verdict_given_while_facts_are_open_survives_every_answer(drawn: tuple[Bill, str]) -> None:
    bill, regime = drawn
    said = verdict(bill, regime)
    assume(said != "unknown")
    ways = completions(bill)
    assume(ways)
    assert {verdict(way, regime) for way in ways} == {said}


@SLOW
@given(bills())
def test_a_good_never_has_both_a_yes_and_something_it_fails(drawn: tuple[Bill, str]) -> None:
    found = decide(*drawn)
    assert not (found.by and found.fails)
    assert (found.verdict == "yes") == bool(found.by)
    assert found.tree.word == {"yes": "yes", "no": "no", "unknown": "open"}[found.verdict]
    if found.verdict == "unknown":
        assert found.questions or found.because


LEAVES: tuple[dict[str, Any], ...] = (
    {"test": "ctc", "level": "chapter"},
    {"test": "ctc", "level": "heading"},
    {"test": "ctc", "level": "subheading", "except": [["8507", "8507"], ["5205", "5212"]]},
    {"test": "any", "except": [["6406", "6406"]]},
    {"test": "max_nom", "pct": 45},
    {"test": "max_nom", "pct": 20, "of": "same_heading"},
    {"test": "rvc", "method": "build_down", "min_pct": 40},
    {"test": "rvc", "method": "build_up", "min_pct": 30},
    {"test": "rvc", "method": "focused", "min_pct": 50, "hs": [["85", "85"]]},
    {"test": "max_weight", "pct": 20, "hs": [["02", "04"], ["1701", "1701"]], "mode": "individual"},
    {"test": "max_weight", "pct": 30, "hs": [["02", "17"]], "mode": "sum"},
    {"test": "wo_materials", "hs": [["03", "04"]]},
    {"test": "from_materials", "hs": [["7206", "7207"]]},
    {"test": "process", "all": ["weaving", "making_up"]},
    {"test": "process_with_cap", "all": ["printing", "making_up"], "cap": {"pct": 47.5, "named": "unprinted_fabric"}},
    {"test": "fact", "key": "embroidered"},
    {"test": "all_originating"},
    {"test": "however", "rule": {"test": "ctc", "level": "heading"}, "relax": {"test": "allow", "of": "same_heading", "pct": 20}},
)

TREES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: st.builds(lambda word, parts: {word: parts}, st.sampled_from(["any_of", "all_of"]), st.lists(inner, min_size=1, max_size=3)),
    max_leaves=5,
)


def court(tree: dict[str, Any], verified: bool = True) -> Court:
    law = given_law("stated", None, "2012")
    tolerances = {
        "value": tolerance_of("value", {"kind": "value", "pct": 10}),
        "weight": tolerance_of("weight", {"kind": "textile_weight", "pct": 10}),
    }
    rule = Rule(
        id="stated", regime="stated", target=HsSet(), ex=None, when=(), exporters=(), importers=(), edition="2012", needs=node_of(tree),
        tolerance=("value", "weight"), joint=False, valid_from=None, valid_to=None, article="as stated", verified=verified, note="",
    )  # fmt: skip
    return given_rule(rule, replace(law, tolerances=tolerances))


@SLOW
@given(TREES, bills(unknown=True), st.data())
def test_any_tree_of_tests_keeps_the_same_laws(tree: dict[str, Any], drawn: tuple[Bill, str], data: st.DataObject) -> None:
    bill, _ = drawn
    here = court(tree)
    before = verdict(bill, here)
    assert verdict(replace(bill, lines=tuple(reversed(bill.lines))), here) == before
    at = data.draw(st.integers(0, len(bill.lines) - 1))
    better = replace(bill.lines[at], originating=True)
    after = verdict(replace(bill, lines=(*bill.lines[:at], better, *bill.lines[at + 1 :])), here)
    assert not (before == "yes" and after != "yes")
    halves = split(bill.lines[at], Fraction(1, 3))
    assert verdict(replace(bill, lines=(*bill.lines[:at], *halves, *bill.lines[at + 1 :])), here) == before


@SLOW
@given(TREES, bills(unknown=True))
def test_a_rule_whose_text_was_not_seen_never_says_yes(tree: dict[str, Any], drawn: tuple[Bill, str]) -> None:
    bill, _ = drawn
    assume(any(line.originating is not True for line in bill.walk()))
    seen, unseen = decide(bill, court(tree)), decide(bill, court(tree, verified=False))
    assert unseen.verdict != "yes" or "SETS" in unseen.by or "ALL_ORIGINATING" in unseen.by
    assert not (seen.verdict == "no" and unseen.verdict == "yes")


@settings(SLOW, max_examples=round(25 * TIMES))
@given(TREES, bills(unknown=True))
def test_open_facts_never_hide_a_different_answer_under_any_tree(tree: dict[str, Any], drawn: tuple[Bill, str]) -> None:
    bill, _ = drawn
    here = court(tree)
    said = verdict(bill, here)
    assume(said != "unknown")
    ways = completions(bill)
    assume(ways)
    assert {verdict(way, here) for way in ways} == {said}


def test_the_strategies_reach_every_verdict() -> None:
    from collections import Counter

    found: Counter[str] = Counter()

    @settings(max_examples=150, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(bills(unknown=True))
    def count(drawn: tuple[Bill, str]) -> None:
        found[verdict(*drawn)] += 1

    count()
    assert set(found) == {"yes", "no", "unknown"}, found
    assert min(found.values()) > 3, found


if __name__ == "__main__":
    pytest.main([__file__])
