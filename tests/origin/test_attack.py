"""Attempts to obtain a yes that the law does not give: each of them must end in no, or in a question."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from madein.core.errors import MadeinError
from madein.origin.decide import decide
from madein.origin.model import Bill, Line, Process, Product, Stop
from madein.origin.result import Decision

D = Decimal
MET = {"minimal_operations": "met", "transport": "met"}


def good(
    hs: str = "940130", lines: tuple[Line, ...] = (), gates: dict[str, str] | None = None, facts: dict[str, bool] | None = None, **more: Any
) -> Bill:
    """A good made in Viet Nam for the Union at 100 ex works, unless told otherwise."""
    fields = {
        "name": "good",
        "hs": hs,
        "hs_edition": "2012",
        "country": "VNM",
        "destination": "EU",
        "value": D(100),
        "basis": "EXW",
        "currency": "USD",
    }
    return Bill(Product(**{**fields, **more}), lines, facts or {}, MET if gates is None else gates)


def part(number: str = "1", hs: str = "830220", value: Any = 30, **more: Any) -> Line:
    """A Chinese material that does not originate, unless told otherwise."""
    fields = {"hs_edition": "2012", "origin": "CHN", "originating": False, "value": None if value is None else D(value)}
    return Line(number, hs=hs, **{**fields, **more})


CAR = {"hs": "870390"}
TROUSERS = {"hs": "620342", "facts": {"embroidered": False}, "processes": (Process("making_up", "VNM"),)}
CANADA = {"destination": "CAN", "basis": "VOG"}


def pack(*children: Line, done: tuple[Process, ...] | None = None, **more: Any) -> Line:
    fields = {"hs_edition": "2012", "origin": "VNM", "value": D(60), "bought": True, "processes": done, "children": children}
    return Line("1", hs="850760", **{**fields, **more})


def test_the_honest_bills_behind_the_attacks_do_originate() -> None:
    assert decide(good(lines=(part(),)), "EVFTA").verdict == "yes"
    assert decide(good(lines=(part(),), **CAR), "EVFTA").verdict == "yes"
    assert decide(good("940360", (part(),), facts={"outdoor_furniture": False}, **CANADA), "CPTPP").verdict == "yes"


ATTACKS: dict[str, tuple[str, Callable[[], Decision]]] = {
    "the exporting country is not named": ("unknown", lambda: decide(good(lines=(part(),), country=""), "EVFTA")),
    "before the agreement, nobody named": ("no", lambda: decide(good(lines=(part(),), country="", destination=""), "EVFTA", date(2019, 1, 1))),
    "the day before entry into force": ("no", lambda: decide(good(lines=(part(),)), "EVFTA", date(2020, 7, 31))),
    "a Party to be": ("no", lambda: decide(good(lines=(part(),), destination="GBR", basis="VOG"), "CPTPP", date(2024, 12, 14))),
    "made outside the Parties": ("no", lambda: decide(good(lines=(part(),), country="THA"), "EVFTA")),
    "sold to no Party": ("no", lambda: decide(good(lines=(part(),), destination="USA"), "EVFTA")),
    "sold inside one Party": ("no", lambda: decide(good(lines=(part(),), country="ITA", destination="FRA"), "EVFTA")),
    "sold from a member to its union": ("no", lambda: decide(good(lines=(part(),), country="ITA", destination="EU"), "EVFTA")),
    "a chapter with codes under no rule": ("unknown", lambda: decide(good("41", (part(hs="010210"),)), "EVFTA")),
    "a code under no rule": ("unknown", lambda: decide(good("4101", (part(hs="010210"),)), "EVFTA")),
    "a material of no edition at all": ("unknown", lambda: decide(good(lines=(part(hs="999999", value=90),)), "EVFTA")),
    "a material of an edition that lacks its code": ("unknown", lambda: decide(good("851712", (part(hs="851713", value=90),)), "EVFTA")),
    "a code that moved, its edition left out": (
        "no",
        lambda: decide(good("854143", (part(hs="854142", hs_edition="", value=90),), hs_edition="2022"), "EVFTA"),
    ),
    "an n:n code that may be the good's own heading": (
        "unknown",
        lambda: decide(good("851712", (part(hs="852491", hs_edition="2022", value=90),)), "EVFTA"),
    ),
    "a Chinese material ticked as originating": ("unknown", lambda: decide(good(lines=(part(value=90, originating=True),), **CAR), "EVFTA")),
    "a Korean material ticked as originating": (
        "unknown",
        lambda: decide(good(lines=(part(value=90, originating=True, origin="KOR"),), **CAR), "EVFTA"),
    ),
    "originating, but nobody can establish it": (
        "no",
        lambda: decide(good(lines=(part(value=90, originating=True, origin="VNM", undeterminable=True),), **CAR), "EVFTA"),
    ),
    "a status under another agreement": (
        "unknown",
        lambda: decide(good(lines=(part(value=90, originating=None, status={"RCEP": True}),), **CAR), "EVFTA"),
    ),
    "a bill of accessories only": (
        "unknown",
        lambda: decide(good("940360", (part(hs="940360", value=90, role="accessory"),), **CANADA), "CPTPP"),
    ),
    "a bill of packing only": (
        "unknown",
        lambda: decide(good("610910", (part(hs="481910", role="retail_packaging"),), processes=(Process("cutting", "VNM"), Process("sewing", "VNM")), **CANADA), "CPTPP"),
    ),
    "an empty bill": ("unknown", lambda: decide(good(), "EVFTA")),
    "no value on the line that decides": ("unknown", lambda: decide(good(lines=(part(value=None), part("2", value=40)), **CAR), "EVFTA")),
    "a value of nothing": ("unknown", lambda: decide(good(lines=(part(value=0), part("2", value=40)), **CAR), "EVFTA")),
    "a value of nothing under a tolerance": ("unknown", lambda: decide(good("940130", (part(hs="940190", value=0),)), "EVFTA")),
    "a value below nothing": ("no", lambda: decide(good(lines=(part(value=-50), part("2", value=80)), **CAR), "EVFTA")),
    "no price": ("unknown", lambda: decide(good(lines=(part(),), value=None, **CAR), "EVFTA")),
    "a price of nothing": ("unknown", lambda: decide(good(lines=(part(value=0),), value=D(0), **CAR), "EVFTA")),
    "a price on a later basis": ("unknown", lambda: decide(good(lines=(part(value=44),), basis="CIF", **CAR), "EVFTA")),
    "materials above the price": (
        "unknown",
        lambda: decide(
            good("940360", (part(hs="940360", value=80), part("2", value=60, originating=True, origin="VNM")), facts={"outdoor_furniture": False}, **CANADA), "CPTPP"
        ),
    ),
    "wholly obtained of foreign materials": ("unknown", lambda: decide(good("100630", (part(hs="100620"),), wholly_obtained_in="VNM"), "EVFTA")),
    "wholly obtained in China": (
        "unknown",
        lambda: decide(good("080121", (part(hs="080119", originating=None, wholly_obtained=True),)), "EVFTA"),
    ),
    "cumulation with a Party without any proof": (
        "unknown",
        lambda: decide(good(lines=(part(hs="520832", origin="ITA", role="cumulated"),), **TROUSERS), "EVFTA"),
    ),
    "cumulation with Korea without proof": (
        "unknown",
        lambda: decide(good(lines=(part(hs="520832", origin="KOR", role="cumulated", basic_textiles=("cotton",)),), **TROUSERS), "EVFTA"),
    ),
    "cumulation with Korea of a good it is not for": (
        "no",
        lambda: decide(good(lines=(part(value=90, origin="KOR", role="cumulated", proof=True),), **CAR), "EVFTA"),
    ),
    "cumulation with Korea a day early": (
        "no",
        lambda: decide(
            good(lines=(part(hs="520832", value=90, origin="KOR", role="cumulated", proof=True, basic_textiles=("cotton",)),), **TROUSERS), "EVFTA", date(2020, 12, 22)
        ),
    ),
    "repacking what is of no stated origin": (
        "no",
        lambda: decide(good("940360", (part(originating=True, origin=""),), {}, processes=(Process("packing", "VNM", simple=True),)), "EVFTA"),
    ),
    "an operation nobody knows": ("unknown", lambda: decide(good(lines=(part(),), gates={}, processes=(Process("magic", "VNM"),)), "EVFTA")),
    "simple assembly after a change of heading": (
        "no",
        lambda: decide(good(lines=(part(),), gates={}, processes=(Process("assembly", "VNM", simple=True),)), "EVFTA"),
    ),
    "an intermediate that was only packed": (
        "no",
        lambda: decide(good(lines=(pack(part("1.1", "850790", 40), done=(Process("packing", "VNM", simple=True),)),), **CAR), "EVFTA"),
    ),
    "an intermediate made nobody says where": (
        "unknown",
        lambda: decide(good(lines=(pack(part("1.1", "850790", 30), origin=""),), **CAR), "EVFTA"),
    ),
    "an intermediate made in China": (
        "no",
        lambda: decide(good(lines=(pack(part("1.1", "850790", 30), origin="CHN"),), **CAR), "EVFTA"),
    ),
    "an intermediate that does not originate": ("no", lambda: decide(good(lines=(pack(part("1.1", "850710", 59)),), **CAR), "EVFTA")),
    "the same line twice": ("no", lambda: decide(good(lines=(part(),) * 2, **CAR), "EVFTA")),
    "a shoe on content alone": ("no", lambda: decide(good("640319", (part(hs="640610"),), **CANADA), "CPTPP")),
    "a preparation on content alone": ("unknown", lambda: decide(good("210690", (part(hs="210690"),), **CANADA), "CPTPP")),
    "a tolerance over a cap on value": ("no", lambda: decide(good(lines=(part(value=46),), **CAR), "EVFTA")),
    "working in another country": (
        "no",
        lambda: decide(good("610910", (part(hs="520512"),), processes=tuple(Process(op, "CHN") for op in ("knitting", "cutting", "sewing")), **CANADA), "CPTPP"),
    ),
    "foreign fabric in place of yarn": (
        "no",
        lambda: decide(
            good("620342", (part(hs="520832", value=30, weight_pct=D(90), basic_textiles=("cotton",)),), facts={"embroidered": False}, processes=(Process("weaving", "VNM"), Process("making_up", "VNM"))), "EVFTA"
        ),
    ),
    "assembled on the way": (
        "no",
        lambda: decide(good(lines=(part(),), gates={"minimal_operations": "met"}, route=(Stop("VNM"), Stop("CHN", ("assembly",), True), Stop("EU"))), "EVFTA"),
    ),
    "a stop out of sight of customs": (
        "no",
        lambda: decide(
            good("940360", (part(),), {}, facts={"outdoor_furniture": False}, route=(Stop("VNM"), Stop("CHN", ("unloading",), False), Stop("CAN")), **CANADA), "CPTPP"
        ),
    ),
    "a set with too much from elsewhere": (
        "no",
        lambda: decide(good("821520", (part(hs="821599", value=16), part("2", value=84, originating=True, origin="VNM")), is_set=True, gri="3b"), "EVFTA"),
    ),
    "a set nobody classified": (
        "unknown",
        lambda: decide(good("821520", (part(hs="821599", value=9), part("2", value=84, originating=True, origin="VNM")), is_set=True, **CANADA), "CPTPP"),
    ),
    "a rule that was not seen": (
        "unknown",
        lambda: decide(good("620342", (part(hs="520832"),), destination="JPN", basis="FOB"), "RCEP"),
    ),
    "a general rule beside an unseen annex": (
        "unknown",
        lambda: decide(good("620342", (part(hs="520832"),), destination="THA", basis="FOB"), "ATIGA"),
    ),
    "a material no rule can tell": ("unknown", lambda: decide(good("851712", (part(hs="", value=71),)), "EVFTA")),
    "all originating but one unknown": (
        "unknown",
        lambda: decide(good(lines=(part(originating=True, origin="VNM"), part("2", value=46, originating=None)), **CAR), "EVFTA"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ATTACKS)
def test_no_yes_is_to_be_had(name: str) -> None:
    expected, ask = ATTACKS[name]
    found = ask()
    assert found.verdict == expected, (found.by, found.fails, [q.text for q in found.questions])
    if expected == "unknown":
        assert found.questions or found.because


@pytest.mark.parametrize("code", ["94O130", "94013", "9401.3", "x", "940130000000"])
def test_what_is_no_code_is_refused_and_not_guessed(code: str) -> None:
    with pytest.raises(MadeinError, match="is no code"):
        decide(good(code, (part(),)), "EVFTA")
    with pytest.raises(MadeinError, match="is no code"):
        decide(good(lines=(part(hs=code),)), "EVFTA")


def test_a_tolerance_the_list_was_not_seen_to_grant_asks_first() -> None:
    yarn = part("2", "520512", 10, weight_pct=D(95), basic_textiles=("cotton",))
    fabric = part("1", "600622", 5, weight_pct=D(5), basic_textiles=("cotton",))
    done = (Process("knitting", "VNM"), Process("making_up", "VNM"))
    shirt = good("610910", (fabric, yarn), facts={"assembled_from_pieces": True}, processes=done)
    found = decide(shirt, "EVFTA")
    assert found.verdict == "unknown"
    assert "list_refers_to_note7" in {q.key for q in found.questions}
    told = replace(shirt, facts={**shirt.facts, "list_refers_to_note7": True})
    assert decide(told, "EVFTA").verdict == "yes"
    refused = replace(shirt, facts={**shirt.facts, "list_refers_to_note7": False, "list_refers_to_note6": False})
    assert decide(refused, "EVFTA").verdict == "no"


def test_working_in_another_member_of_the_union_is_working_at_home() -> None:
    yarn = part(hs="520512", weight_pct=D(90), basic_textiles=("cotton",))
    done = (Process("weaving", "FRA"), Process("making_up", "ITA"))
    fields = {"facts": {"embroidered": False}, "processes": done, "country": "ITA", "destination": "VNM"}
    assert decide(good("620342", (yarn,), **fields), "EVFTA").verdict == "yes"
    assert decide(good("620342", (yarn,), **{**fields, "processes": (Process("weaving", "TUR"), done[1])}), "EVFTA").verdict == "no"
