"""Event tables and relations into claims, by what their headers and fields are called."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from madein.core.errors import MadeinError
from madein.ledger import Claims, check
from madein.ledger.shapes import shapes

TODAY = date(2026, 11, 21)


def told(folder: Path, text: str, name: str = "t.csv", **more: object) -> Claims:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return Claims.read(path, today=TODAY, **more)  # type: ignore[arg-type]


def rows(book: Claims) -> set[tuple[str, str, str, str, str]]:
    return {(c.subject, c.predicate, str(c.value), c.unit, c.status) for c in book}


def test_a_table_of_events(tmp_path: Path) -> None:
    text = (
        "Lô hàng,exporter,units,vessel,event,classifier,date,as_of,source\n"
        "B-1,Delta,120,Orion,departure,ACT,2024-03-01,2024-03-02,wire\nB-1,Delta,120,Orion,handover,PLN,2024Q2,2024-03-02,wire\n"
    )
    book = told(tmp_path, text)
    assert rows(book) == {
        ("shipment:b-1", "exporter", "Delta", "", "actual"), ("shipment:b-1", "vessel", "Orion", "", "actual"),
        ("shipment:b-1/event=departure", "units", "120.0", "unit", "actual"), ("shipment:b-1/event=first_handover", "units", "120.0", "unit", "planned"),
        ("shipment:b-1", "departure", "2024-03-01", "", "actual"), ("shipment:b-1", "first_handover", "2024-Q2", "", "planned"),
    }  # fmt: skip
    assert {c.place for c in book if c.predicate == "departure"} == {"cell G2"}
    assert not book.warnings


def test_projects_by_phase_with_their_basis_in_words(tmp_path: Path) -> None:
    head = (
        "project_id,investors,province,product,phase,status,capacity,capacity_unit,capacity_basis,capex_usd_m,capex_basis,event,date,as_of,source\n"
    )
    text = (
        "P1,Delta 60%;Orion,Ha Nam,tyres,1,construction,5,million tyres/year,cumulative,220,phase only,groundbreaking,2024-05,2024-05-20,a\n"
        "P1,,,tyres,2,announced,12,million tyres/year,cumulative,,EUR 1.5 bn+,operation,2031/2033,2024-05-20,a\n"
        'P1,,,,all,announced,12,million tyres/year,final design,900,"total, about",,,2024-05-20,a\n'
    )
    book = told(tmp_path, head + text)
    found = {(c.subject, c.predicate): c for c in book}
    one = found["project:p1/phase=1/product=tyres", "capacity"]
    assert (one.value, one.unit, one.basis, one.status) == (5e6, "tyre/year", "cumulative", "planned")
    assert found["project:p1/party=delta", "share"].value == 60.0
    assert {c.value for c in book if c.predicate == "investor"} == {"Delta", "Orion"}
    money = [(c.subject, c.value, c.unit, c.basis, c.qualifier) for c in book if c.predicate == "capital"]
    assert money == [
        ("project:p1/phase=1", 220e6, "USD", "incremental", ""), ("project:p1/phase=2", 1.5e9, "EUR", "", "more_than"),
        ("project:p1", 900e6, "USD", "", "approx"),
    ]  # fmt: skip
    # The month is not over, but a project under construction has broken ground.
    assert found["project:p1/phase=1", "groundbreaking"].status == "actual"
    assert str(found["project:p1/phase=2", "operation"].value) == "2031..2033"
    assert found["project:p1", "capacity"].note == "final design"


def test_events_and_columns_nobody_named_are_held(tmp_path: Path) -> None:
    text = "project_id,phase,status,event,date,as_of,source,colour\nP1,1,announced,blessing of the site,2024-05,2024-06-01,a,red\nP1,1,announced,opening,,2024-06-01,a,\n"
    book = told(tmp_path, text)
    assert ("project:p1/event=blessing-of-the-site/phase=1", "event_date", "2024-05", "", "actual") in rows(book)
    assert ("project:p1/field=colour", "detail", "red", "", "actual") in rows(book)
    assert [w.what for w in book.warnings] == ["the event 'blessing of the site' is no predicate", "the event 'opening' has no date"]


def test_recognitions_orders_and_bills(tmp_path: Path) -> None:
    book = told(tmp_path, "subject,product,scheme,scheme_owner,result,date,valid_to\nDelta,phone,Type approval,FCC,requested,2024-02,2025-01-31\n")
    assert {(c.predicate, str(c.value), c.status, str(c.as_of)) for c in book} >= {
        ("result", "requested", "requested", "2024-02"),
        ("valid_until", "2025-01-31", "planned", "2024-02"),
    }
    book = told(tmp_path, "exporter,models,orders,market,as_of,source\nDelta,A;B,5000,US (fleet),2024,wire\n")
    assert ("orders:delta/market=us-fleet/models=a-b", "orders", "5000.0", "order", "actual") in rows(book)
    bill = "item,supplier,supplier_country,cost_usd\nChip,Orion,KR,8.50\nTotal,,,8.50\n"
    with pytest.raises(MadeinError, match="nothing tells when"):
        told(tmp_path, bill, "bom_x.csv")
    book = told(tmp_path, bill, "bom_x.csv", as_of="2009")
    assert ("bom:bom-x/item=chip", "cost", "8.5", "USD", "actual") in rows(book)
    assert len(book) == 4
    assert "row of totals" in book.warnings[0].what


def test_repeated_rows_of_events_are_told(tmp_path: Path) -> None:
    row = "B-1,Delta,departure,ACT,2024-03-01,2024-03-02,wire\n"
    book = told(tmp_path, "batch_id,exporter,event,classifier,date,as_of,source\n" + row * 2)
    assert [w.what for w in book.warnings] == ["the same row again, read once"]


def relations(folder: Path, *told_so: dict[str, object], **more: object) -> Claims:
    return told(folder, "".join(json.dumps(r, ensure_ascii=False) + "\n" for r in told_so), "r.jsonl", **more)


def test_relations_of_every_type(tmp_path: Path) -> None:
    every = {s.record for s in shapes().values() if s.record}
    assert every >= {
        "project",
        "shipment",
        "order_book",
        "export_plan",
        "ownership",
        "joint_venture",
        "person_role",
        "agreement",
        "pilot",
        "recognition",
        "plan",
    }
    book = relations(
        tmp_path,
        {"type": "project", "company": "Delta", "location": "Hưng Phú", "phases": 2, "capacity": 75000, "capacity_unit": "vehicle/year", "phase": 1,
         "investment_eur": 168e6, "investment_qualifier": "approx", "milestones": [{"phase": 1, "event": "completed", "date": "2026-Q1"}, {"event": "opened", "date": "2023"}],
         "parts": [{"phase": 2, "capacity": 5.0, "capacity_unit": "tonne/year", "what": "pellets", "mood": "x"}]},
        {"type": "pilot", "what": "seals", "parties": ["Laos"], "place": "Lang Son", "start": "2025-12-10", "duration_months": 6},
        {"type": "agreement", "what": "rail", "parties": ["A", "B"], "signed": "2024-12"},
        {"type": "recognition", "subject": "Delta", "scheme": "Best", "owner": "Ministry", "result": "awarded", "date": "2024-12-13", "start": 5, "end": 90},
        {"type": "ownership", "child": "Delta", "parent": "Orion", "share_pct": 51},
        {"type": "weather", "city": "Hue", "rain": {"mm": [5, 6]}},
        as_of="2025-01-01",
    )  # fmt: skip
    got = rows(book)
    assert {
        ("project:delta-hung-phu/phase=1", "capacity", "75000.0", "vehicle/year", "actual"), ("project:delta-hung-phu/phase=1", "capital", "168000000.0", "EUR", "actual"),
        ("project:delta-hung-phu/phase=1", "phase_completion", "2026-Q1", "", "planned"), ("project:delta-hung-phu", "operation", "2023", "", "actual"),
        ("project:delta-hung-phu/phase=2/product=pellets", "capacity", "5.0", "tonne/year", "actual"), ("project:delta-hung-phu/field=parts-mood", "detail", "x", "", "actual"),
        ("pilot:seals", "duration", "6.0", "month", "planned"), ("pilot:seals", "site", "Lang Son", "", "actual"), ("pact:rail", "signed", "2024-12", "", "actual"),
        ("party:delta/party=orion", "share", "51.0", "percent", "actual"), ("thing:weather-hue/field=rain-mm-1", "detail", "5", "", "actual"),
    } <= got  # fmt: skip
    assert {c.place for c in book if c.subject.startswith("attestation:")} == {"chars 5:90"}
    assert [w.what for w in book.warnings] == ["no shape is known for 'weather'"]


def test_a_relation_of_a_project_keeps_whole_phase_and_addition_apart(tmp_path: Path) -> None:
    told_so = {
        "type": "project", "company": "Delta", "phase": 1, "area": 11.3, "area_unit": "hectare", "investment_usd": 6e7, "investment_kind": "initial",
        "parts": [{"phase": 1, "area": 64.3, "area_unit": "hectare"}, {"investment": 3e7, "investment_unit": "USD", "investment_kind": "additional"}],
        "slips": [{"phase": 1, "event": "production_start", "was": "2023", "date": "2026-05"}],
    }  # fmt: skip
    book = relations(
        tmp_path,
        told_so,
        {"type": "delivery", "actor": "Delta", "customer": "Orion", "units": 40, "date": "2026-07", "qualifier": "approx"},
        as_of="2025-01-01",
    )
    found = {(c.subject, c.predicate, c.basis): c for c in book}
    assert found["project:delta", "area", ""].value == 11.3
    assert found["project:delta/phase=1", "area", ""].value == 64.3
    assert found["project:delta/phase=1", "capital", "incremental"].value == 6e7
    assert found["project:delta", "capital", "incremental"].note == "additional"
    assert found["project:delta/phase=1", "mass_production", ""].note == "was 2023"
    assert found["shipment:delta-orion", "units", ""].qualifier == "approx"
    assert [f.check for f in check(book)] == ["part_exceeds_whole"]


def test_relations_need_the_day_of_their_article(tmp_path: Path) -> None:
    one = {"article": "a.txt", "type": "ownership", "child": "Delta", "parent": "Orion"}
    with pytest.raises(MadeinError, match=r"line 1: nothing tells when it was said.*a\.txt"):
        relations(tmp_path, one)
    assert {str(c.as_of) for c in relations(tmp_path, one, dates={"a.txt": "2024-05-01"})} == {"2024-05-01"}
    assert {c.source for c in relations(tmp_path, one, as_of="2024")} == {"a.txt"}


def test_a_field_about_somebody_nobody_names_is_held_as_a_detail(tmp_path: Path) -> None:
    book = relations(tmp_path, {"type": "shipment", "vessel": "Orion", "parent": "Delta", "cargo": {"kind": "cars"}}, as_of="2025")
    assert rows(book) == {
        ("shipment:orion", "vessel", "Orion", "", "actual"), ("shipment:orion/field=parent", "detail", "Delta", "", "actual"),
        ("shipment:orion/field=cargo-kind", "detail", "cars", "", "actual"),
    }  # fmt: skip


def test_columns_of_one_name_or_of_none(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="two columns are exporter"):
        told(tmp_path, "batch_id,exporter,exporter,event,date,as_of\nB,Delta,Orion,departure,2024,2024\n")
    book = told(tmp_path, "batch_id,exporter,event,classifier,date,as_of,\nB,Delta,departure,ACT,2023,2024,lost\n")
    assert "cell G1: a column without a name is not read" in str(book.warnings[0])
