"""Ports by code and name: marks, typing errors, names that several places bear, and parts of countries."""

from __future__ import annotations

import csv
import json
import pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("searoute", reason="needs the extra 'ledger'")

from madein.core.errors import MadeinError
from madein.ledger.places import find_place
from madein.ledger.ports import PortQuestion, data_file, find_port, great_circle, nearest_ports, ports


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("VNHPH", "VNHPH"), ("VNHAP", "VNHPH"), ("vn hap", "VNHPH"), ("Hai Phong", "VNHPH"), ("HẢI PHÒNG", "VNHPH"), ("Hải Phòng", "VNHPH"),
        ("Haiphong", "VNHPH"), ("Cảng Hải Phòng", "VNHPH"), ("Port of Hai Phong", "VNHPH"), ("MPC Port Hai Phong", "VNHPH"),
        ("Hai Phong, Vietnam", "VNHPH"), ("Sài Gòn", "VNSGN"), ("Đà Nẵng", "VNDAD"), ("Chu Lai", "VNKYH"), ("Zeebrugge", "BEZEE"),
        ("Antwerp", "BEANR"), ("Busan", "KRPUS"), ("Gent (Ghent)", "BEGNE"), ("Benicia", "USBNC"), ("Port Hueneme", "USNTD"),
        ("St John's, Canada", "CASJF"), ("ARATU", "ARATU"), ("Aratu, Brazil", "BRARB"), ("Saint John, NB", "CASJB"), ("Vancouver, Canada", "CAVAN"), ("Vancouver, US-WA", "USVAN"),
        ("Portland, Oregon", "USPDX"), ("Portland, ME", "USPWM"), ("Genova", "ITGOA"), ("Genoa", "ITGOA"), ("Osaka", "JPOSA"),
    ],
)  # fmt: skip
def test_found(text: str, code: str) -> None:
    assert find_port(text).code == code


def test_a_country_narrows() -> None:
    assert {find_port("Portland", c).code for c in ("Australia", "GBR", "Vương quốc Anh")} == {"AUPTJ", "GBPTL"}
    assert find_port("Cartagena", "EU").code == "ESCAR"
    with pytest.raises(PortQuestion, match=r"no port called 'Zeebrugge' in Japan.*Zeebrugge \(BEZEE\)"):
        find_port("Zeebrugge", "Japan")
    with pytest.raises(MadeinError, match="no country, state or coast"):
        find_port("Portland", "Atlantis")


@pytest.mark.parametrize(("text", "codes"), [("Vancouver", {"CAVAN", "USVAN"}), ("Portland", {"AUPTJ", "GBPTL", "USPDX", "USPWM"})])
def test_several_of_a_name_are_asked_back(text: str, codes: set[str]) -> None:
    with pytest.raises(PortQuestion, match="ports are called") as asked:
        find_port(text, where="shipments.csv row 3")
    assert {p.code for p in asked.value.candidates} == codes
    assert asked.value.problems[0].where == "shipments.csv row 3"
    again = pickle.loads(pickle.dumps(asked.value))
    assert again.candidates == asked.value.candidates and str(again) == str(asked.value)


def test_one_place_under_two_codes_is_one() -> None:
    assert find_port("Hong Kong").code == "HKHKG" and find_port("Willemstad", "Curaçao").code == "CWWIL"


@pytest.mark.parametrize(("text", "code"), [("Hai Pong", "VNHPH"), ("Zeebruge", "BEZEE"), ("Los Angelos", "USLAX"), ("Roterdam", "NLRTM")])
def test_typing_errors_are_offered_and_never_taken(text: str, code: str) -> None:
    with pytest.raises(PortQuestion, match="did you mean") as asked:
        find_port(text)
    assert asked.value.candidates[0].code == code


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_a_letter_lost_in_a_name_never_leads_elsewhere_in_silence(data: st.DataObject) -> None:
    served = sorted((p for p in ports().values() if p.commercial and len(p.name) >= 7), key=lambda p: p.code)
    port = data.draw(st.sampled_from(served))
    at = data.draw(st.integers(0, len(port.name) - 1))
    typed = port.name[:at] + port.name[at + 1 :]
    try:
        found = find_port(typed, port.country)
    except PortQuestion as asked:
        assert port in asked.candidates or port in nearest_ports(typed, port.country, 12)
    else:
        # What was lost was a space or mark, or what is left is another's exact name.
        assert found == port or find_port(found.name, found.country) == found


@pytest.mark.parametrize("text", ["", "   ", "Xqzzy", "?", "ZZZZZ", "🚢"])
def test_nonsense_is_refused(text: str) -> None:
    for find in (find_port, find_place):
        with pytest.raises(PortQuestion):
            find(text)


def test_every_code_leads_to_itself() -> None:
    same = data_file("ports.yaml")["same"]
    assert [c for c, p in ports().items() if find_port(c) != p] == []
    assert all(p.code == c and -180 <= p.lon <= 180 and -90 <= p.lat <= 90 and p.name for c, p in ports().items())
    assert not set(same) & set(ports())


def test_places() -> None:
    california = find_place("California")
    assert california.kind == "state" and {"USLAX", "USLGB", "USOAK", "USNTD", "USBNC"} <= {p.code for p in california.ports}
    assert find_place("US-CA") == find_place("bang California") == california
    assert find_place("Calif", "USA") == california
    west = find_place("Bờ Tây Hoa Kỳ")
    assert west.label == "US West Coast" and set(california.ports) < set(west.ports)
    assert {p.country for p in find_place("Canada").ports} == {"CAN"}
    assert {p.country for p in find_place("Viet Nam").ports} == {"VNM"} and find_place("EU").label == "European Union"
    for city in ("Singapore", "New York", "Hong Kong", "Zeebrugge"):
        assert find_place(city).kind == "port" and len(find_place(city).ports) == 1
    with pytest.raises(PortQuestion, match="state Georgia or the country Georgia"):
        find_place("Georgia")
    assert find_place("US-GA").ports != find_place("GEO").ports
    with pytest.raises(PortQuestion, match="did you mean"):
        find_place("Los Angelos")


def test_data_is_whole() -> None:
    regions, extra = data_file("regions.yaml"), data_file("ports.yaml")
    for kind in ("states", "coasts"):
        for label, region in regions[kind].items():
            assert [c for c in region.get("ports", ()) if c not in ports()] == [], label
            for name in (label, *region["names"]):
                assert len(name) == 2 or find_place(name, region.get("country", "")).ports, name
    assert [c for c in extra["names"] if c not in ports()] == []
    for code, names in extra["names"].items():
        for name in names:
            assert find_port(name, ports()[code].country).code == code, name


def test_states_are_those_of_un_locode(reference: Path) -> None:
    with (reference / "ledger" / "locode" / "unlocode_names_2021.csv").open(encoding="utf-8") as file:
        state = {r["unlocode"]: r["subdivision"] for r in csv.DictReader(file)}
    wrong = [
        (label, code, state[code])
        for label, region in data_file("regions.yaml")["states"].items()
        for code in region["ports"]
        if code in state and state[code] != region["names"][0]
    ]
    assert wrong == []


def test_names_and_positions_of_another_list(reference: Path) -> None:
    """Ports of the list sea-ports that stand in ours too, by its names; where the two disagree on a place, both err at times."""
    other = json.loads((reference / "ledger" / "ports" / "sea_ports_0.0.9.json").read_text("utf-8"))
    same = data_file("ports.yaml")["same"]
    found = asked = elsewhere = missed = 0
    near = positions = 0
    for listed, about in other.items():
        code = same.get(listed, listed)
        if code not in ports() or about["country"] == "Netherlands Antilles":
            continue
        port = ports()[code]
        if lonlat := about.get("coordinates"):
            positions += 1
            here = type(port)("", "", "", *lonlat)
            near += great_circle(port, here) <= 25
        try:
            hit = find_port(about["name"], about["country"])
        except PortQuestion as question:
            asked += port in question.candidates
            missed += port not in question.candidates
        else:
            found += great_circle(hit, port) <= 25
            elsewhere += great_circle(hit, port) > 25
    total = found + asked + elsewhere + missed
    assert total > 1100
    assert found >= 0.95 * total and found + asked >= 0.985 * total
    assert elsewhere <= 1  # CNQIN, which ours places in Guangdong, is called Qingdao there
    assert near >= 0.92 * positions
    print(f"{total} ports: {found} found, {asked} offered, {missed} missed, {elsewhere} elsewhere; {near} of {positions} within 25 nm")
