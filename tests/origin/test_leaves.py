"""Every test a rule may name: a worked bill that meets it, one that does not, and one that leaves it open with its question."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from madein.origin.assemble import assemble
from madein.origin.leaves import TESTS
from madein.origin.model import Bill, Catch, Line, Process, Product
from madein.origin.provisions import law
from madein.origin.rules import FIELDS, Leaf, node_of
from madein.origin.tree import Met, evaluate

D = Decimal


def m(hs: str = "830220", value: Any = 30, number: str = "1", **more: Any) -> Line:
    fields = {"hs_edition": "2012", "origin": "CHN", "originating": False, "value": None if value is None else D(value)}
    return Line(number, hs=hs, **{**fields, **more})


def met(
    needs: dict[str, Any], lines: tuple[Line, ...], hs: str = "940130", regime: str = "EVFTA", facts: dict[str, bool] | None = None, **more: Any
) -> Met:
    fields = {"hs_edition": "2012", "country": "VNM", "value": D(100), "basis": law(regime).basis, "currency": "USD"}
    bill = Bill(Product("good", hs, **{**fields, **more}), lines, facts or {})
    return evaluate(node_of(needs), assemble(bill, law(regime), hs), (), "here")


def done(*ops: str, place: str = "VNM") -> tuple[Process, ...]:
    return tuple(Process(op, place, simple=False) for op in ops)


HOME = {"origin": "VNM", "originating": True}
WEAVE = {"test": "process", "all": ["weaving", "making_up"]}
CAPPED = {"test": "process_with_cap", "all": ["printing", "making_up"], "cap": {"pct": "47.5", "named": "unprinted_fabric"}}
SHOE = {"test": "any", "except_named": [{"named": "uppers_affixed_to_sole_component", "hs": [["6406", "6406"]]}]}
HOWEVER = {"test": "however", "rule": {"test": "ctc", "level": "heading"}, "relax": {"test": "allow", "of": "same_heading", "pct": 20}}
SUGAR = {"test": "max_weight", "pct": 20, "hs": [["1701", "1702"]], "mode": "sum"}
CIGAR = {"test": "min_weight", "pct": 10, "hs": [["2401", "2401"]], "base": [["24", "24"]], "state": "wo"}

# test -> (needs, case -> (lines, more), question asked while it is open)
WORKED: dict[str, tuple[dict[str, Any], dict[str, tuple[tuple[Line, ...], dict[str, Any]]], str]] = {
    "wo": (
        {"test": "wo", "scope": "good"},
        {
            "yes": ((m("100610", **HOME, wholly_obtained=True),), {"hs": "100630"}),
            "no": ((m("100610"),), {"hs": "100630"}),
            "unknown": ((m("100610", **HOME),), {"hs": "100630"}),
        },
        "wholly_obtained",
    ),
    "wo_materials": (
        {"test": "wo_materials", "hs": [["03", "03"]]},
        {
            "yes": ((m("030617", **HOME), m("170199", number="2")), {"hs": "160521"}),
            "no": ((m("030617"),), {"hs": "160521"}),
            "unknown": ((m("030617", originating=None),), {"hs": "160521"}),
        },
        "originating",
    ),
    "any": (
        SHOE,
        {
            "yes": ((m("640620"), m("640610", number="2", named="none")), {"hs": "640411"}),
            "no": ((m("640610", named="uppers_affixed_to_sole_component"),), {"hs": "640411"}),
            "unknown": ((m("640610"),), {"hs": "640411"}),
        },
        "named",
    ),
    "ctc": (
        {"test": "ctc", "level": "heading", "except": [["8302", "8302"]]},
        {"yes": ((m("732690"),), {}), "no": ((m("830220"),), {}), "unknown": ((m("94"),), {})},
        "hs",
    ),
    "nochange": ({"test": "nochange"}, {"yes": ((m("940190"),), {})}, ""),
    "max_nom": (
        {"test": "max_nom", "pct": 45},
        {"yes": ((m(value=45),), {}), "no": ((m(value="45.01"),), {}), "unknown": ((m(value=None),), {})},
        "value",
    ),
    "rvc": (
        {"test": "rvc", "method": "build_down", "min_pct": 40},
        {
            "yes": ((m(value=60),), {"regime": "CPTPP"}),
            "no": ((m(value="60.01"),), {"regime": "CPTPP"}),
            "unknown": ((m(value=60),), {"regime": "CPTPP", "value": None}),
        },
        "price",
    ),
    "max_weight": (
        SUGAR,
        {
            "yes": ((m("170199", weight_pct=D(20)),), {"hs": "190590"}),
            "no": ((m("170199", weight_pct=D("20.01")),), {"hs": "190590"}),
            "unknown": ((m("170199"),), {"hs": "190590"}),
        },
        "weight",
    ),
    "min_weight": (
        CIGAR,
        {
            "yes": ((m("240110", **HOME, wholly_obtained=True, weight_pct=D(10)), m("240120", number="2", weight_pct=D(90))), {"hs": "240210"}),
            "no": (
                (m("240110", **HOME, wholly_obtained=True, weight_pct=D("9.99")), m("240120", number="2", weight_pct=D("90.01"))),
                {"hs": "240210"},
            ),
            "unknown": ((m("240110", **HOME, weight_pct=D(10)), m("240120", number="2", weight_pct=D(90))), {"hs": "240210"}),
        },
        "wholly_obtained",
    ),
    "from_materials": (
        {"test": "from_materials", "hs": [["7206", "7207"]]},
        {"yes": ((m("720711"),), {"hs": "721041"}), "no": ((m("720839"),), {"hs": "721041"}), "unknown": ((m("320810"),), {"hs": "721041"})},
        "fact",
    ),
    "process": (
        WEAVE,
        {
            "yes": ((m("520512"),), {"hs": "620520", "processes": done("weaving", "cutting", "sewing")}),
            "no": ((m("520832"),), {"hs": "620520", "processes": done("weaving", "cutting", "sewing")}),
            "unknown": ((m("520512"),), {"hs": "620520"}),
        },
        "processes",
    ),
    "process_with_cap": (
        CAPPED,
        {
            "yes": ((m("520821", value="47.5"),), {"hs": "620520", "processes": done("printing", "making_up")}),
            "no": ((m("520821", value="47.51"),), {"hs": "620520", "processes": done("printing", "making_up")}),
            "unknown": ((m("520821", value=None),), {"hs": "620520", "processes": done("printing", "making_up")}),
        },
        "value",
    ),
    "chem": (
        {"test": "chem", "op": "reaction"},
        {
            "yes": ((m("290110"),), {"facts": {"chem_reaction": True}}),
            "no": ((m("290110"),), {"facts": {"chem_reaction": False}}),
            "unknown": ((m("290110"),), {}),
        },
        "fact",
    ),
    "fact": (
        {"test": "fact", "key": "smoked", "question": "Is it smoked?", "value": True},
        {"yes": ((m(),), {"facts": {"smoked": True}}), "no": ((m(),), {"facts": {"smoked": False}}), "unknown": ((m(),), {})},
        "fact",
    ),
    "ref": (
        {"test": "ref", "rule": "appendix", "why": "not held"},
        {"yes": ((m(),), {"facts": {"ref_appendix": True}}), "no": ((m(),), {"facts": {"ref_appendix": False}}), "unknown": ((m(),), {})},
        "text",
    ),
    "all_originating": (
        {"test": "all_originating"},
        {"yes": ((m(**HOME),), {}), "no": ((m(),), {}), "unknown": ((m(originating=None),), {})},
        "originating",
    ),
    "however": (
        HOWEVER,
        {"yes": ((m("940190", value=20),), {}), "no": ((m("940190", value="20.01"),), {}), "unknown": ((m("940190", value=None),), {})},
        "",
    ),
}
STATES = {"yes": True, "no": False, "unknown": None}
CASES = [(test, case) for test, (_, cases, _) in WORKED.items() for case in cases]


def test_every_test_of_the_vocabulary_is_worked() -> None:
    assert set(WORKED) == set(FIELDS) - {"allow"} == {*TESTS, "however"}
    assert all(set(cases) == set(STATES) for test, (_, cases, _) in WORKED.items() if test != "nochange")


@pytest.mark.parametrize(("test", "case"), CASES)
def test_worked_example(test: str, case: str) -> None:
    needs, cases, ask = WORKED[test]
    lines, more = cases[case]
    found = met(needs, lines, **more)
    assert found.state is STATES[case], found.node
    if case == "unknown" and ask:
        assert ask in {q.ask for n in found.node.walk() for q in n.asks}
    if case == "yes":
        assert bool(found.by) or test == "nochange"
    if case == "no":
        assert found.fails
    assert all(n.article == "here" or n.article for n in found.node.walk())


@pytest.mark.parametrize(
    ("level", "same", "other"), [("chapter", "940360", "830220"), ("heading", "940190", "940360"), ("subheading", "940130", "940190")]
)
def test_a_change_is_seen_at_its_own_level_only(level: str, same: str, other: str) -> None:
    needs = {"test": "ctc", "level": level}
    assert met(needs, (m(same),)).state is False
    assert met(needs, (m(other),)).state is True


def test_a_change_inside_a_grouped_target_counts_only_where_the_rule_says_so() -> None:
    needs = {"test": "ctc", "level": "heading", "target": [["9401", "9403"]]}
    assert met(needs, (m("940360"),)).state is False
    assert met({**needs, "within_group": True}, (m("940360"),)).state is True


@pytest.mark.parametrize(
    ("method", "lines", "more", "share"),
    [
        ("build_down", (m(value=40),), {}, "60"),
        ("build_up", (m(value=35, **HOME),), {}, "35"),
        ("net_cost", (m(value=40),), {"net_cost": D(80)}, "50"),
        ("focused", (m("850110", value=40), m("830220", value=30, number="2")), {"hs_of": [["85", "85"]]}, "60"),
    ],
)
def test_each_method_of_regional_content_by_hand(method: str, lines: tuple[Line, ...], more: dict[str, Any], share: str) -> None:
    more = dict(more)
    codes = more.pop("hs_of", None)
    needs = {"test": "rvc", "method": method, "min_pct": share, **({"hs": codes} if codes else {})}
    found = met(needs, lines, regime="CPTPP", **more)
    assert found.state is True
    (leaf,) = [n for n in found.node.walk() if n.limit is not None]
    assert (leaf.figure, leaf.margin) == (D(share), 0)


@pytest.mark.parametrize(("mode", "expected"), [("individual", True), ("sum", False), ("combined", False)])
def test_weights_alone_and_together(mode: str, expected: bool) -> None:
    needs = {"test": "max_weight", "pct": 20, "hs": [["04", "04"], ["17", "17"]], "mode": mode, "groups": [[["04", "04"]], [["17", "17"]]]}
    lines = (m("040210", weight_pct=D(15)), m("170199", number="2", weight_pct=D(15)))
    assert met(needs, lines, hs="190590").state is expected


@pytest.mark.parametrize(
    ("ops", "expected"),
    [
        (("weaving", "cutting", "sewing"), True),
        (("weaving", "making_up"), True),
        (("making_up", "weaving"), False),
        (("weaving", "cutting"), False),
        (("knitting", "making_up"), False),
        ((), False),
    ],
)
def test_steps_count_in_their_order(ops: tuple[str, ...], expected: bool) -> None:
    assert met(WEAVE, (m("520512"),), hs="620520", processes=done(*ops)).state is expected


def test_steps_count_only_where_they_may() -> None:
    assert met(WEAVE, (m("520512"),), hs="620520", processes=done("weaving", "making_up", place="CHN")).state is False
    assert met(WEAVE, (m("520512"),), hs="620520", processes=done("weaving", "making_up", place="")).state is None


def test_buttons_are_free_under_a_process_but_not_in_a_cap() -> None:
    button = m("960621", value=30, number="2")
    assert met(WEAVE, (m("520512"), button), hs="620520", processes=done("weaving", "making_up")).state is True
    assert met({"test": "max_nom", "pct": 45}, (m("520512"), button), hs="620520").state is False


@pytest.mark.parametrize(
    ("catch", "expected"),
    [
        (Catch("VN_territorial"), True),
        (Catch("TH_territorial"), False),
        (Catch("high_seas", "VNM", "VNM", D(50)), True),
        (Catch("high_seas", "VNM", "PAN", D(50)), False),
        (Catch("high_seas", "VNM", "VNM", D("49.99"), "CHN"), False),
        (Catch("high_seas", "VNM", "VNM"), None),
        (Catch(""), None),
    ],
)
def test_fish_is_wholly_obtained_by_waters_or_vessel(catch: Catch, expected: bool | None) -> None:
    fish = m("030349", originating=None, origin="", catch=catch)
    assert met({"test": "wo_materials", "hs": [["03", "03"]]}, (fish,), hs="160414").state is expected


def test_a_leaf_built_by_hand_reads_like_one_from_a_rule() -> None:
    assert node_of({"test": "nochange"}) == Leaf("nochange", {})
