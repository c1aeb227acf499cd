"""Duty with and without preference: worked examples, dates that are not held, several lines of a tariff, the cost of claiming."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from madein.core.errors import MadeinError
from madein.origin.duty import TariffLine, Tariffs, compare, held, lines, parse_rate, record
from madein.origin.model import Product, Shipment, exact

F = Fraction
AUTUMN = date(2020, 9, 1)


def good(hs: str, destination: str = "EU", **more: Any) -> Product:
    return Product(
        **{
            "hs": hs,
            "hs_edition": "2022",
            "country": "VNM",
            "destination": destination,
            "value": exact(100),
            "basis": "CIF",
            "currency": "EUR",
            **more,
        }
    )


def line(rate: str, kind: str = "mfn", start: str = "2020-01-01", end: str | None = None, hs: str = "610910", **more: Any) -> TariffLine:
    fields: dict[str, Any] = {
        "importer": "CAN",
        "origin": "VNM" if kind == "preferential" else "erga omnes",
        "regime": "CPTPP" if kind == "preferential" else "",
        "hs": hs,
        "ex": "",
        "edition": "2012",
        "nomenclature": "CAN 2012",
        "start": date.fromisoformat(start),
        "end": date.fromisoformat(end) if end else None,
        "rate": parse_rate(rate).text,
        "kind": kind,
        "source": "a test",
    }
    return TariffLine(**{**fields, **more})


def shirt(*rates: TariffLine, on: date = AUTUMN, **more: Any) -> Any:
    return compare(good("610910", "CAN"), regime="CPTPP", on=on, tariffs=Tariffs(rates), **more)


def test_an_electric_car_to_the_european_union() -> None:
    # 8703.80 of HS 2022 is 8703.90 of HS 2012: base 10%, B7, first of eight cuts: 8.75, down to 8.7.
    found = compare(good("870380", value=exact(30000)), regime="EVFTA", on=AUTUMN, compliance_cost=exact(40), units=exact(5))
    assert (found.mfn.low, found.preferential.low) == (10, F("8.7"))
    assert found.points == (F("1.3"), F("1.3"))
    assert found.per_unit == (390, 390)
    assert found.per_shipment == (1950, 1950)
    assert found.net == (1910, 1910)
    assert (found.benefit, found.worth) == ("yes", "yes")
    assert found.break_even == (F(40) / F("1.3") * 100,) * 2
    # The agreement caps the rate by what was paid before it, which is not held: the saving is the least one.
    assert found.at_least
    assert [q.key for q in found.questions] == ["preferential.ceiling"]
    capped = compare(good("870380"), regime="EVFTA", on=AUTUMN, ceiling_rate="6.5%")
    assert (capped.preferential.low, capped.points, capped.at_least) == (F("6.5"), (F("3.5"), F("3.5")), False)


def test_zero_without_preference_comes_first() -> None:
    # Telephones and photovoltaic cells are free for everybody; no preferential rate need be held to know it is worth nothing.
    for code, place, regime, on in (
        ("851713", "EU", "EVFTA", AUTUMN),
        ("854143", "GBR", "UKVFTA", date(2021, 3, 1)),
        ("847130", "GBR", "CPTPP", date(2021, 3, 1)),
    ):
        found = compare(good(code, place), regime=regime, on=on, compliance_cost=exact(1))
        assert (found.benefit, found.worth, found.points) == ("none", "no", (0, 0))
        assert found.reasons[0] == "the duty without preference is zero"
        assert not found.questions
        assert lines(found)[0].startswith("benefit: none")


def test_a_rate_of_another_day_is_not_held() -> None:
    found = compare(good("870380"), regime="EVFTA", on=date(2025, 6, 2))
    assert (found.mfn.state, found.preferential.low, found.benefit) == ("not held", F("2.5"), "unknown")
    assert "held is 2020-01-01 to 2020-12-31" in found.mfn.notes[0]
    last = compare(good("870380"), regime="EVFTA", on=date(2025, 6, 2), latest=True)
    assert (last.mfn.low, last.points) == (10, (F("7.5"), F("7.5")))
    assert any("mfn rate of 2020-12-31, not of 2025-06-02" in reason for reason in last.reasons)
    # A schedule that goes on keeps its last rate; before it began nothing is taken.
    assert compare(good("870380"), regime="EVFTA", on=date(2099, 1, 1)).preferential.low == 0
    early = compare(good("870380"), regime="EVFTA", on=date(2020, 7, 31), latest=True)
    assert early.preferential.state == "not held"
    assert "it begins on 2020-08-01" in early.preferential.notes[0]


def test_rates_that_are_not_held_are_asked_and_can_be_given() -> None:
    car = good("870380", "GBR")
    found = compare(car, regime="UKVFTA", on=date(2021, 6, 1))
    assert (found.mfn.low, found.preferential.state, found.benefit, found.points) == (10, "not held", "unknown", (0, 10))
    assert [q.key for q in found.questions] == ["preferential.rate"]
    known = compare(car, regime="UKVFTA", on=date(2021, 6, 1), preferential="7.5%")
    assert (known.preferential.state, known.benefit, known.points) == ("given", "yes", (F("2.5"), F("2.5")))
    assert known.preferential.source == "given by the user"
    own = compare(replace(car, mfn_pct=exact(0)), regime="UKVFTA", on=date(2025, 6, 2))
    assert (own.benefit, own.mfn.state) == ("none", "given")


def test_an_early_stage_can_exceed_the_rate_without_preference() -> None:
    found = shirt(line("5%"), line("7.5%", "preferential"))
    assert (found.benefit, found.points, found.worth) == ("none", (0, 0), "no")
    assert "higher than the rate without preference: 7.5% against 5%; early stages" in found.reasons[0]
    assert shirt(line("5%"), line("5%", "preferential")).benefit == "none"
    # Under a ceiling that is not held, even that stays open.
    capped = compare(good("870380"), regime="EVFTA", on=AUTUMN, mfn="5%")
    assert (capped.benefit, capped.questions[-1].key) == ("unknown", "preferential.ceiling")


def test_a_line_that_the_agreement_leaves_out_or_keeps_to_a_quota() -> None:
    assert shirt(line("5%"), line("excluded", "preferential")).benefit == "none"
    inside = shirt(line("5%"), line("quota 0%", "preferential"))
    assert (inside.benefit, [q.key for q in inside.questions]) == ("unknown", ["preferential.in_quota"])
    assert shirt(line("5%"), line("quota 0%", "preferential"), in_quota=True).benefit == "yes"
    assert shirt(line("5%"), line("quota 0%", "preferential"), in_quota=False).benefit == "none"


def test_no_preference_to_the_united_states() -> None:
    found = compare(good("610910", "USA"), regime="US", on=date(2024, 5, 1))
    assert (found.mfn.text, found.preferential.state, found.benefit) == ("16.5%", "none", "none")
    assert any("301" in note for note in found.notes)


def test_several_lines_of_a_tariff_are_a_range_and_a_question() -> None:
    rates = (line("5%", hs="61091010"), line("8%", hs="61091090"), line("2%", "preferential"))
    found = shirt(*rates)
    assert (found.mfn.state, found.mfn.low, found.mfn.high, found.points, found.benefit) == ("open", 5, 8, (3, 6), "yes")
    assert "61091010: 5%; 61091090: 8%" in found.questions[0].text
    assert shirt(*rates, codes={"CAN": "6109.10.90"}).points == (6, 6)
    assert shirt(line("5%", hs="61091010"), line("8%", hs="61091090"), line("6%", "preferential")).benefit == "unknown"
    with pytest.raises(MadeinError, match="'6109109' is no code"):
        shirt(*rates, codes={"CAN": "6109109"})


def test_the_longest_line_holds_and_narrower_ones_are_told() -> None:
    found = shirt(line("18%", hs="6109"), line("17%", hs="610910"), line("0%", hs="6109101000"), line("3%", "preferential", hs="61"))
    assert (found.mfn.low, found.preferential.low) == (17, 3)
    assert "narrower lines have other rates (0%): 6109101000" in found.mfn.notes


def test_a_line_longer_than_the_code_inside_one_shorter_is_as_likely() -> None:
    found = shirt(line("18%", hs="6109"), line("5%", hs="61091010"), line("3%", "preferential", hs="61"))
    assert (found.mfn.state, found.mfn.low, found.mfn.high) == ("open", 5, 18)


def test_several_images_in_the_edition_of_the_tariff() -> None:
    # Display modules of HS 2022 stood in many codes of HS 2012.
    from madein.origin.editions import images

    several = images("852411", "2022", "2012")
    assert len(several) > 1
    table = Tariffs([line(f"{n}%", hs=code) for n, code in enumerate(several)])
    found = compare(good("852411", "CAN"), regime="CPTPP", on=AUTUMN, tariffs=table)
    assert (found.mfn.state, found.mfn.low, found.mfn.high) == ("open", 0, len(several) - 1)
    assert several[0] in found.questions[0].text
    stated = compare(good("852411", "CAN", hs_in={"2012": several[1]}), regime="CPTPP", on=AUTUMN, tariffs=table)
    assert stated.mfn.low == 1


def test_a_specific_duty_is_computed_from_the_weight_or_asked() -> None:
    rates = (line("2% + 50 EUR/100 kg"), line("0%", "preferential"))
    found = shirt(*rates)
    assert (found.benefit, found.points, [q.key for q in found.questions]) == ("yes", (2, None), ["mfn.kg"])
    weighed = shirt(*rates, quantities={"kg": exact("0.2")})
    # 0.2 kg at 0.50 EUR is 0.10 EUR of 100: 0.1 points besides the 2.
    assert weighed.points == (F("2.1"), F("2.1"))


def test_qualifies_is_not_worth_claiming() -> None:
    rates = (line("5%"), line("3%", "preferential"))
    for cost, worth in (("39.99", "yes"), ("40", "no"), ("40.01", "no")):
        assert shirt(*rates, compliance_cost=exact(cost), shipment_value=exact(2000)).worth == worth, cost
    found = shirt(*rates, compliance_cost=exact(30))
    assert (found.benefit, found.worth, found.break_even) == ("yes", "unknown", (1500, 1500))
    assert shirt(*rates).worth == ""
    parcel = compare(good("610910", "CAN", shipment=Shipment(exact(1000), "EUR")), regime="CPTPP", on=AUTUMN, tariffs=Tariffs(rates))
    assert parcel.per_shipment == (20, 20)
    other = compare(good("610910", "CAN", shipment=Shipment(exact(1000), "USD")), regime="CPTPP", on=AUTUMN, tariffs=Tariffs(rates))
    assert other.per_shipment is None


def test_origin_and_importer_must_be_those_of_the_schedule() -> None:
    assert compare(good("870380", country="CHN"), regime="EVFTA", on=AUTUMN).preferential.state == "not held"
    assert compare(good("870380", "DEU"), regime="EVFTA", on=AUTUMN).preferential.low == F("8.7")
    nobody = compare(good("870380", country=""), regime="EVFTA", on=AUTUMN)
    assert "no country of export is given: the preferential rate is the one for VNM" in nobody.notes


def test_what_is_missing_is_said() -> None:
    with pytest.raises(MadeinError, match="no day is given"):
        compare(good("610910"), regime="EVFTA")
    with pytest.raises(MadeinError, match="no importer is given"):
        compare(good("610910", ""), regime="EVFTA", on=AUTUMN)
    with pytest.raises(MadeinError, match="the mfn rate given: 'a lot' is no rate"):
        compare(good("610910"), regime="EVFTA", on=AUTUMN, mfn="a lot")
    bare = compare(Product(country="VNM", destination="EU"), regime="EVFTA", on=AUTUMN)
    assert bare.benefit == "unknown"
    assert "which code has the good" in bare.questions[0].text


def test_rescaling_the_value_rescales_money_and_nothing_else() -> None:
    once = compare(good("610910"), regime="EVFTA", on=AUTUMN, units=exact(10))
    thrice = compare(good("610910", value=exact(300)), regime="EVFTA", on=AUTUMN, units=exact(10))
    assert once.points == thrice.points
    assert once.per_shipment is not None
    assert thrice.per_shipment == tuple(x and x * 3 for x in once.per_shipment)


def test_every_rate_of_the_package_reads_and_names_its_source() -> None:
    from madein.origin.duty.table import layouts

    for x in held():
        assert x.read.text == x.rate
        assert x.source in layouts()["sources"]
        assert x.end is None or x.start <= x.end
    assert {(x.importer, x.regime) for x in held()} >= {("EU", ""), ("EU", "EVFTA"), ("GBR", ""), ("USA", "")}


def test_the_record_is_plain_and_says_the_same() -> None:
    import json

    found = record(compare(good("610910"), regime="EVFTA", on=AUTUMN, compliance_cost=exact(5), units=exact(100)))
    assert json.loads(json.dumps(found)) == found
    assert (found["saving_points"], found["worth_claiming"], found["mfn"]["low_pct"]) == ({"low": "2.00", "high": "2.00"}, "yes", "12.00")
