"""General provisions by date: tolerances, cumulation, rolling up, packing, accessories, sets, minimal operations, transport, proofs."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from madein.origin.decide import decide
from madein.origin.model import Bill, Line, Process, Product, ProofDocument, Shipment, Stop
from madein.origin.proofs import proof_valid, proofs
from madein.origin.provisions import law

D = Decimal
MET = {"minimal_operations": "met", "transport": "met"}
HOME = {"origin": "VNM", "originating": True}


def good(hs: str, *lines: Line, gates: dict[str, str] | None = None, facts: dict[str, bool] | None = None, **more: Any) -> Bill:
    fields = {"hs_edition": "2012", "country": "VNM", "destination": "EU", "value": D(100), "basis": "EXW", "currency": "USD"}
    return Bill(Product("good", hs, **{**fields, **more}), lines, facts or {}, MET if gates is None else gates)


def m(hs: str, value: Any = 30, number: str = "1", **more: Any) -> Line:
    return Line(number, hs=hs, **{"hs_edition": "2012", "origin": "CHN", "originating": False, "value": D(value), **more})


CANADA = {"destination": "CAN", "basis": "VOG"}
GARMENT = {"facts": {"embroidered": False}, "processes": (Process("making_up", "VNM"),)}


def verdict(bill: Bill, regime: str = "EVFTA", on: date | None = None) -> str:
    return decide(bill, regime, on).verdict


# Tolerances


@pytest.mark.parametrize(("value", "expected"), [("10", "yes"), ("10.01", "no")])
def test_a_tolerance_of_value_saves_a_change_of_heading(value: str, expected: str) -> None:
    found = decide(good("940130", m("940190", value), m("830220", 65, "2")), "EVFTA")
    assert found.verdict == expected
    assert ("TOLERANCE_VALUE" in found.by) is (expected == "yes")


def test_what_is_tolerated_stays_in_the_count_of_value() -> None:
    found = decide(good("940130", m("940190", 10), m("830220", 65, "2")), "EVFTA")
    assert found.figures["max_nom_pct"] == 75


def test_two_materials_share_one_tolerance() -> None:
    # Each of the two alone fits under the tolerance, both together do not.
    both = decide(good("940130", m("940190", 6), m("940190", 5, "2"), m("830220", 65, "3")), "EVFTA")
    assert both.verdict == "no"


def test_dairy_has_no_tolerance_under_cptpp() -> None:
    assert "TOLERANCE_VALUE" in decide(good("040610", m("040210", 5), m("170199", 5, "2", **HOME), **CANADA), "CPTPP").fails


# Cumulation


@pytest.mark.parametrize(
    ("on", "proof", "expected"),
    [
        (date(2020, 12, 22), True, "no"),
        (date(2020, 12, 23), True, "yes"),
        (None, True, "yes"),
        (date(2021, 6, 1), None, "unknown"),
        (date(2021, 6, 1), False, "no"),
    ],
)
def test_korean_fabric_counts_from_its_day_and_with_its_proof(on: date | None, proof: bool | None, expected: str) -> None:
    fabric = m("520832", 40, origin="KOR", role="cumulated", proof=proof, weight_pct=D(90), basic_textiles=("cotton",))
    assert verdict(good("620342", fabric, **GARMENT), on=on) == expected


def test_korean_fabric_brings_its_entry_and_no_other_good_uses_it() -> None:
    fabric = m("520832", 40, origin="KOR", role="cumulated", proof=True, weight_pct=D(90), basic_textiles=("cotton",))
    found = decide(good("620342", fabric, **GARMENT), "EVFTA")
    assert found.entries == ("Application of Article 3(7) of Protocol 1",)
    assert "CUMULATION" in found.by
    assert verdict(good("630260", fabric, processes=(Process("making_up", "VNM"),))) != "yes"


@pytest.mark.parametrize(("fact", "expected"), [(True, "yes"), (False, "no"), (None, "unknown")])
def test_union_materials_count_in_the_british_agreement_on_conditions(fact: bool | None, expected: str) -> None:
    fabric = m("520832", 40, origin="ITA", role="cumulated", proof=True, weight_pct=D(90), basic_textiles=("cotton",))
    facts = {"embroidered": False, **({} if fact is None else {"cumulation_conditions_met": fact})}
    assert verdict(good("620342", fabric, destination="GBR", processes=(Process("making_up", "VNM"),), facts=facts), "UKVFTA") == expected


def test_british_materials_do_not_count_in_the_union() -> None:
    fabric = m("520832", 40, origin="GBR", role="cumulated", proof=True, weight_pct=D(90), basic_textiles=("cotton",))
    assert verdict(good("620342", fabric, **GARMENT), on=date(2022, 1, 1)) == "no"


def test_full_cumulation_counts_what_a_partner_did() -> None:
    # Yarn spun in Malaysia from Brazilian cotton does not originate, yet the fibre changes chapter in Parties.
    fibre = m("520100", 5, "1.1", origin="BRA")
    yarn = m("520512", 15, originating=None, origin="MYS", children=(fibre,), processes=(Process("spinning", "MYS"),), elastomeric=False)
    steps = tuple(Process(op, "VNM") for op in ("knitting", "cutting", "sewing"))
    assert verdict(good("610910", yarn, processes=steps, **CANADA), "CPTPP") == "yes"
    elsewhere = m(
        "520512",
        15,
        originating=None,
        origin="IND",
        children=(fibre,),
        processes=(Process("spinning", "IND"),),
        elastomeric=False,
        component="main",
        component_weight_pct=D(90),
    )
    assert verdict(good("610910", elsewhere, processes=steps, **CANADA), "CPTPP") == "no"


# Rolling up


def pack(inner: Any, **more: Any) -> Line:
    return m("850760", 60, **{"originating": None, "origin": "VNM", "bought": True, "children": (m("850790", inner, "1.1"),), **more})


def test_an_originating_intermediate_counts_whole() -> None:
    found = decide(good("870390", pack(42)), "EVFTA")
    assert (found.verdict, found.parts) == ("yes", {"1": True})
    assert "ROLL_UP" in found.by
    assert found.figures["without_roll_up_max_nom_pct"] == 42
    assert decide(good("870390", pack("42.01")), "EVFTA").parts == {"1": False}


@pytest.mark.parametrize(("bought", "expected"), [(True, "no"), (False, "yes"), (None, "unknown")])
def test_one_that_does_not_originate_counts_at_its_price_or_by_its_inputs(bought: bool | None, expected: str) -> None:
    cells = m("850760", 44, "1.1")
    assert verdict(good("870390", pack(44, bought=bought, children=(cells,)))) == expected


def test_ten_tiers_are_decided_from_below_and_a_shared_part_once() -> None:
    line = m("720711", 1, "0")
    for n in range(1, 12):
        line = m("732690" if n % 2 else "830220", 1 + n, str(n), originating=None, origin="VNM", bought=True, children=(line,))
    deep = decide(good("940130", line, line), "EVFTA")
    assert deep.verdict == "yes"
    assert set(deep.parts) == {str(n) for n in range(1, 12)}


def test_depth_is_no_limit() -> None:
    line = m("720711", 1, "0")
    for n in range(1, 1500):
        line = Line(str(n), hs="732690", hs_edition="2012", origin="VNM", value=D(2), bought=True, children=(line,))
    assert verdict(good("940130", line)) in ("yes", "no")


# Accessories, packing, sets


def test_accessories_and_packing_stay_out_of_the_change_and_in_the_value() -> None:
    case = m("940360", 20, "2", role="accessory")
    box = m("940360", 20, "3", role="retail_packaging")
    crate = m("940360", 99, "4", role="shipping_packing")
    facts = {"outdoor_furniture": False}
    found = decide(good("940360", m("830220", 10), case, box, crate, facts=facts, **CANADA), "CPTPP")
    assert found.verdict == "yes"
    assert "ACCESSORY" in found.by
    assert found.figures["build_down_pct"] == 50


@pytest.mark.parametrize(("value", "expected"), [("15", "yes"), ("15.01", "no")])
def test_a_set_under_the_european_agreement(value: str, expected: str) -> None:
    parts = (m("821599", value), m("821510", 80, "2", **HOME))
    assert verdict(good("821520", *parts, is_set=True)) == expected


@pytest.mark.parametrize(("value", "expected"), [("10", "yes"), ("10.01", "no")])
def test_a_set_of_rule_3c_under_cptpp(value: str, expected: str) -> None:
    parts = (m("821599", value), m("821510", 80, "2", **HOME))
    assert verdict(good("821520", *parts, is_set=True, gri="3c", **CANADA), "CPTPP") == expected


# Minimal operations, transport


@pytest.mark.parametrize(
    ("done", "expected"),
    [
        ((Process("assembly", "VNM", simple=True), Process("packing", "VNM", simple=True)), "no"),
        ((Process("assembly", "VNM", simple=False),), "yes"),
        ((Process("assembly", "VNM"),), "unknown"),
        ((Process("welding", "VNM"), Process("packing", "VNM", simple=True)), "yes"),
        (None, "unknown"),
    ],
)
def test_minimal_operations_bar_a_good_that_meets_its_rule(done: tuple[Process, ...] | None, expected: str) -> None:
    bill = good("940130", m("830220"), gates={"transport": "met"}, processes=done)
    assert verdict(bill) == expected
    assert (
        verdict(good("940360", m("830220"), gates={"transport": "met"}, processes=done, facts={"outdoor_furniture": False}, **CANADA), "CPTPP")
        == "yes"
    )


@pytest.mark.parametrize(
    ("stop", "facts", "expected"),
    [
        (Stop("SGP", ("unloading", "reloading")), {}, "yes"),
        (Stop("SGP", ("storage",), True), {}, "yes"),
        (Stop("SGP", ("storage",), False), {}, "no"),
        (Stop("SGP", ("storage",)), {}, "unknown"),
        (Stop("SGP", ("repacking",)), {"operation_needed_to_preserve_or_transport": True}, "yes"),
        (Stop("SGP", ("repacking",)), {}, "unknown"),
        (Stop("SGP", ("testing",)), {"operation_needed_to_preserve_or_transport": True}, "no"),
    ],
)
def test_non_alteration(stop: Stop, facts: dict[str, bool], expected: str) -> None:
    route = (Stop("VNM"), stop, Stop("EU"))
    assert verdict(good("940130", m("830220"), gates={"minimal_operations": "met"}, route=route, facts=facts)) == expected


# Proofs


def consignment(value: Any, currency: str = "EUR", status: str = "ordinary", **more: Any) -> Bill:
    return Bill(Product(**{"country": "VNM", "destination": "EU", "shipment": Shipment(D(value), currency, status), **more}))


def test_small_consignments_may_go_with_a_declaration_of_any_exporter() -> None:
    words = ("certificate_of_origin", "origin_declaration_any_exporter")
    assert proofs(consignment(6000), law("EVFTA")).documents == words
    assert proofs(consignment("6000.01"), law("EVFTA")).documents == words[:1]
    assert "origin_declaration_any_exporter" in proofs(consignment(100, "USD"), law("EVFTA")).open


@pytest.mark.parametrize(
    ("destination", "value", "currency", "needed"),
    [
        ("GBR", 1000, "GBP", False),
        ("GBR", "1000.01", "GBP", True),
        ("CAN", 1000, "USD", False),
        ("CAN", "1000.01", "USD", True),
        ("GBR", 900, "USD", None),
    ],
)
def test_waivers_of_cptpp(destination: str, value: Any, currency: str, needed: bool | None) -> None:
    bill = Bill(consignment(value, currency, destination=destination).product, facts={"part_of_series_to_evade": False})
    assert proofs(bill, law("CPTPP", date(2025, 6, 1))).needed is needed


@pytest.mark.parametrize(("presented", "expected"), [(date(2026, 3, 1), True), (date(2026, 3, 2), None)])
def test_a_proof_lasts_twelve_months(presented: date, expected: bool | None) -> None:
    paper = ProofDocument(date(2025, 3, 1), presented)
    assert proof_valid(Bill(Product(country="VNM", destination="EU", proof_document=paper)), law("EVFTA")).state is expected


# Days


@pytest.mark.parametrize(
    ("regime", "destination", "first"),
    [
        ("EVFTA", "EU", date(2020, 8, 1)),
        ("UKVFTA", "GBR", date(2021, 1, 1)),
        ("CPTPP", "CAN", date(2019, 1, 14)),
        ("CPTPP", "GBR", date(2024, 12, 15)),
        ("CPTPP", "PER", date(2021, 9, 19)),
    ],
)
def test_an_agreement_begins_on_its_day(regime: str, destination: str, first: date) -> None:
    bill = good("940130", m("830220"), destination=destination, basis=law(regime).basis)
    assert verdict(bill, regime, first) == "yes"
    before = decide(bill, regime, date.fromordinal(first.toordinal() - 1))
    assert (before.verdict, before.because) == ("no", "not_in_force")


def test_what_rests_on_an_unseen_text_is_marked() -> None:
    for regime in ("RCEP", "ATIGA"):
        assert law(regime).unverified
        assert all(not c.verified for c in law(regime).clauses)
