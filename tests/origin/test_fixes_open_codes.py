"""Goods and materials of many codes in the rule's edition: looking at one code of each kind gives the verdict of looking at all."""

from __future__ import annotations

import os
from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madein.origin.alike import kinds_of_good
from madein.origin.decide import _court, once
from madein.origin.editions import codes, images
from madein.origin.frame import codes_in
from madein.origin.model import Bill, Line, Process, Product
from madein.origin.questions import settle

TIMES = float(os.environ.get("MADEIN_EXAMPLES", "1"))
MANY = [code for code in codes("2022") if 6 < len(images(code, "2022", "2012")) <= 60]
SPLIT = [code for code in codes("2022") if 1 < len(images(code, "2022", "2012")) <= 6]
MARKETS = (("EVFTA", "EU", "EXW"), ("CPTPP", "CAN", "VOG"), ("UKVFTA", "GBR", "EXW"), ("RCEP", "CHN", "FOB"))


@st.composite
def bills(draw: st.DrawFn) -> tuple[Bill, str]:
    regime, destination, basis = draw(st.sampled_from(MARKETS))
    code = draw(st.sampled_from(MANY))
    lines = []
    for n in range(draw(st.integers(1, 3))):
        hs = draw(st.sampled_from([code, code[:4], draw(st.sampled_from(SPLIT)), draw(st.sampled_from(MANY)), "853400", "540761"]))
        origin = draw(st.sampled_from(["CHN", "KOR"]))
        status = draw(st.sampled_from([True, False, False, None]))
        role = draw(st.sampled_from(["", "", "cumulated"]))
        lines.append(
            Line(str(n + 1), hs=hs, hs_edition="2022", origin=origin, originating=status, role=role, value=Decimal(draw(st.integers(1, 40))))
        )
    done = draw(st.sampled_from([None, (Process("assembly", "VNM", simple=False),), (Process("packing", "VNM"),)]))
    good = Product(
        "good", code, "2022", country="VNM", destination=destination, value=Decimal(100), basis=basis, net_cost=Decimal(90), processes=done
    )
    gates = draw(st.sampled_from([{}, {"minimal_operations": "met", "transport": "met"}]))
    return Bill(good, tuple(lines), {}, gates), regime


@settings(max_examples=round(150 * TIMES), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bills(), st.sampled_from([None, False, True]))
def test_one_code_of_each_kind_stands_for_all(drawn: tuple[Bill, str], assume: bool | None) -> None:
    bill, regime = drawn
    court = _court(regime, None)
    assert once(bill, court, assume, True).verdict == once(bill, court, assume).verdict


@settings(max_examples=round(30 * TIMES), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(bills())
def test_the_order_of_questions_changes_no_verdict(drawn: tuple[Bill, str]) -> None:
    bill, regime = drawn
    court = _court(regime, None)
    found = once(bill, court)
    if found.verdict == "unknown":
        assert settle(bill, court, found, True).verdict == settle(bill, court, found, False).verdict


def test_hundreds_of_codes_are_a_few_kinds() -> None:
    court = _court("EVFTA", None)
    line = Line("1", hs="852990", hs_edition="2022", originating=False, origin="CHN", value=Decimal(1))
    bill = Bill(Product("part", "852990", "2022", country="VNM", destination="EU", value=Decimal(2), basis="EXW"), (line,))
    every = codes_in("2012", "852990", "2022", {})
    assert len(every) > 400 and len(kinds_of_good(bill, court, every)) * 8 < len(every)
