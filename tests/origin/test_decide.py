"""Decisions as a whole: every path to an answer, rules that facts choose between, images of codes, questions, and the shape of the answer."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from madein.core.errors import MadeinError
from madein.origin.decide import decide
from madein.origin.editions import codes, known
from madein.origin.explain import decision_record, text, why
from madein.origin.leaves.words import named
from madein.origin.model import Bill, Line, Process, Product
from madein.origin.provisions import law
from madein.origin.questions import answered
from madein.origin.regimes import load_regime, regimes
from madein.origin.result import Question
from madein.origin.rules import leaves

D = Decimal
MET = {"minimal_operations": "met", "transport": "met"}


def good(hs: str, *lines: Line, facts: dict[str, bool] | None = None, **more: Any) -> Bill:
    fields = {"hs_edition": "2012", "country": "VNM", "destination": "EU", "value": D(100), "basis": "EXW", "currency": "USD"}
    return Bill(Product("good", hs, **{**fields, **more}), lines, facts or {}, MET)


def m(hs: str, value: Any = 30, number: str = "1", **more: Any) -> Line:
    return Line(number, hs=hs, **{"hs_edition": "2012", "origin": "CHN", "originating": False, "value": D(value), **more})


def test_the_figure_the_limit_and_the_margin_stand_in_the_tree() -> None:
    found = decide(good("870390", m("870829", "44.5")), "EVFTA")
    assert (found.verdict, found.rule, found.limit, found.by) == ("yes", "evfta.8701-8710", 45, ("MAXNOM",))
    (leaf,) = [n for n in found.tree.walk() if n.code == "MAXNOM"]
    assert (leaf.figure, leaf.limit, leaf.margin, leaf.lines) == (Fraction("44.5"), 45, Fraction("0.5"), ("1",))
    assert leaf.article
    assert "44.50 %, limit 45.00 %, margin 0.50" in text(found.tree)


def test_what_falls_short_says_how_much_must_be_localised() -> None:
    found = decide(good("870390", m("870829", "47.25")), "EVFTA")
    assert found.fails == ("MAXNOM",)
    assert found.figures["min_value_to_localise"] == Fraction("2.25")
    assert "margin -2.25" in why(found)


def test_all_originating_materials_need_no_rule() -> None:
    found = decide(good("870390", m("870829", 95, originating=True, origin="VNM")), "EVFTA")
    assert "ALL_ORIGINATING" in found.by


def test_a_code_without_rule_is_told_from_one_that_is_not_held() -> None:
    gap = decide(good("410120", m("010229")), "EVFTA")
    assert (gap.verdict, gap.because) == ("unknown", "no_rule")
    assert "published list" in text(gap.tree)


def test_an_unknown_regime_names_those_held() -> None:
    with pytest.raises(MadeinError, match="EVFTA"):
        decide(good("870390"), "NAFTA")


@pytest.mark.parametrize(("told", "expected"), [({"assembled_from_pieces": True}, "yes"), ({"assembled_from_pieces": False}, "no"), ({}, "unknown")])
def test_a_fact_chooses_between_rules_of_one_code(told: dict[str, bool], expected: str) -> None:
    # Knitting and making-up is enough for a garment of pieces; one knitted to shape asks for spinning as well.
    yarn = m("520512", 30, weight_pct=D(100), basic_textiles=("cotton",))
    shirt = good("610910", yarn, facts=told, processes=(Process("knitting", "VNM"), Process("making_up", "VNM")))
    found = decide(shirt, "EVFTA")
    assert found.verdict == expected, text(found.tree)
    if not told:
        assert "assembled_from_pieces" in [q.key for q in found.questions]


def test_a_fact_that_changes_nothing_is_not_asked() -> None:
    own = m("520512", 30, originating=True, origin="VNM")
    found = decide(good("610910", own, processes=(Process("knitting", "VNM"), Process("making_up", "VNM"))), "EVFTA")
    assert (found.verdict, found.questions) == ("yes", ())


def test_images_of_a_code_decide_or_are_named() -> None:
    # A display module of HS 2022 may have been a part of a telephone in HS 2012, and was not in most of its other places.
    phone = good("851713", m("852491", 80, hs_edition="2022"), hs_edition="2022")
    found = decide(phone, "EVFTA")
    assert (found.verdict, found.because) == ("unknown", "hs_mapping")
    (depends,) = found.depends
    assert depends.line == "1"
    assert set(depends.results.values()) == {"yes", "no"}
    settled = decide(answered(phone, {Question("hs", "1"): "852990"}), "EVFTA")
    assert settled.verdict == "yes"
    small = decide(good("851713", m("852491", 70, hs_edition="2022"), hs_edition="2022"), "EVFTA")
    assert small.verdict == "yes"


def test_the_same_answer_on_both_readings_is_the_answer() -> None:
    open_line = m("870829", 1, "2", originating=None)
    assert decide(good("870390", m("870829", 40), open_line), "EVFTA").verdict == "yes"
    assert decide(good("870390", m("870829", 46), open_line), "EVFTA").verdict == "no"
    found = decide(good("870390", m("870829", 45), open_line), "EVFTA")
    assert (found.verdict, [q.line for q in found.questions]) == ("unknown", ["2"])


def test_a_bill_is_not_changed_by_answers() -> None:
    bill = good("870390", m("870829", 45), m("870829", 1, "2", originating=None, origin="VNM"))
    told = answered(bill, {Question("originating", "2"): True})
    assert (decide(told, "EVFTA").verdict, bill.lines[1].originating) == ("yes", None)
    with pytest.raises(ValueError, match="no line 9"):
        answered(bill, {Question("originating", "9"): True})
    with pytest.raises(ValueError, match="yes or no"):
        answered(bill, {Question("originating", "2"): "maybe"})


@pytest.mark.parametrize(("basis", "expected"), [("EXW", "yes"), ("FOB", "unknown"), ("CIF", "unknown")])
def test_bases_are_never_mixed(basis: str, expected: str) -> None:
    assert decide(good("870390", m("870829", 44), basis=basis), "EVFTA").verdict == expected


def test_a_later_basis_can_still_say_no() -> None:
    assert decide(good("870390", m("870829", 46), basis="FOB"), "EVFTA").verdict == "no"


def test_a_decision_is_plain_data_for_machines() -> None:
    for bill in (good("870390", m("870829", 44)), good("870390", m("870829", 46)), good("870390", m("870829", 44), value=None)):
        record = json.loads(json.dumps(decision_record(decide(bill, "EVFTA"))))
        assert set(record) >= {"regime", "verdict", "rule", "article", "figures", "limit", "questions", "tree", "by", "fails"}


def test_two_runs_give_the_same_answer_to_the_letter() -> None:
    bill = good("620520", m("520832", 20), m("520512", 20, "2", originating=None), processes=(Process("weaving", "VNM"), Process("making_up", "VNM")))
    assert decide(bill, "EVFTA") == decide(replace(bill), "EVFTA")


def test_every_material_a_rule_names_is_known_and_its_codes_are_those_of_the_rule() -> None:
    for name in regimes():
        for rule in load_regime(name).rules:
            for leaf in leaves(rule.needs):
                entries = [
                    leaf.fields,
                    *(leaf.get("except_named") or ()),
                    *(leaf.get("plus_named") or ()),
                    *([leaf.fields["cap"]] if leaf.get("cap") else []),
                ]
                for entry in entries:
                    key = entry.get("named")
                    if not key:
                        continue
                    known = named(str(key))
                    assert known is not None, (rule.id, key)
                    assert known.words
                    narrowed = known.codes or known.tells
                    if entry.get("hs") is not None and narrowed is not None:
                        assert narrowed.overlaps(entry["hs"]), (rule.id, key)


def test_every_rule_held_answers_without_fault_for_a_plain_bill() -> None:
    """A yes, a no or a question with its article, for the first code of every rule and a bill that says little."""
    for name in regimes():
        regime = load_regime(name)
        members = [code for code in regime.parties if code != "VNM"]
        if not members:
            continue
        said = {"yes": 0, "no": 0, "unknown": 0}
        for rule in regime.rules:
            code = (rule.target.ranges[0][0] + "0000")[:6]
            if not known(code, "2012"):
                code = next((c for c in codes("2012") if rule.target.holds(c)), "")
            if not code:
                continue
            basis = law(name).basis
            for material, value in (("482190", 20), (code, 90)):
                found = decide(good(code, m(material, value), destination=members[0], basis=basis), regime)
                said[found.verdict] += 1
                if found.verdict == "yes":
                    assert found.by
                    assert all(held.verified for held in regime.rules if held.id in found.rule.split(" | "))
                elif found.verdict == "no":
                    assert found.fails
                else:
                    assert found.questions or found.because
        if name in ("EVFTA", "CPTPP"):
            assert min(said.values()) > 0, (name, said)
