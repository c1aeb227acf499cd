"""Checks: each planted fault is found by name, and what only looks like one is not."""

from __future__ import annotations

from datetime import date

import pytest

from madein.core.errors import MadeinError
from madein.core.periods import Period
from madein.ledger import Claim, Claims, check
from madein.ledger.checks import finding_rows
from madein.ledger.rules import rules

TODAY = date(2026, 11, 21)
SAID = "2024-12-20"


def say(subject: str, predicate: str, value: object, day: str = SAID, **more: object) -> Claim:
    from madein.ledger import default_vocabulary

    if default_vocabulary().predicates[predicate].kind == "date":
        value = Period.parse(str(value))
    return Claim(subject=subject, predicate=predicate, value=value, as_of=Period.parse(day), **{"source": "x", **more})  # type: ignore[arg-type]


def found(*claims: Claim, day: date | None = None) -> list[str]:
    return [f.check for f in check(Claims.of(claims, today=TODAY), day or TODAY) if f.check != "overdue"]


def area(subject: str, hectares: float, day: str = SAID, **more: object) -> Claim:
    return say(subject, "area", hectares, day, **{"unit": "hectare", **more})


def capital(subject: str, amount: float, day: str = SAID, **more: object) -> Claim:
    return say(subject, "capital", amount, day, **{"unit": "USD", "status": "planned", **more})


def capacity(subject: str, amount: float, day: str = SAID, **more: object) -> Claim:
    return say(subject, "capacity", amount, day, **{"unit": "vehicle/year", "status": "planned", **more})


def test_a_phase_larger_than_its_project() -> None:
    book = Claims.of([area("project:p", 11.3), area("project:p/phase=1", 64.3)], TODAY)
    (one,) = check(book)
    assert (one.check, one.severity, one.subject) == ("part_exceeds_whole", "contradiction", "project:p/phase=1")
    assert set(one.claims) == set(book.frame["id"])
    assert "64.3 hectares" in one.sentence
    assert "11.3 hectares" in one.sentence
    assert one.label == "A part exceeds the whole"
    assert finding_rows([one]).height == 1


def test_what_is_no_contradiction_of_parts() -> None:
    # A missing part, a whole that is only bounded from below, rounding, products of unlike projects, an unlike status.
    assert found(area("project:p", 110.0), area("project:p/phase=1", 40.0)) == []
    assert found(capital("project:p", 8e8, qualifier="more_than"), capital("project:p/phase=1", 9e8)) == []
    assert found(area("project:p", 100.0), area("project:p/phase=1", 100.4)) == []
    assert found(area("project:p", 10.0), area("project:q/phase=1", 40.0)) == []
    assert found(capacity("project:p", 1e5, status="actual"), capacity("project:p/phase=2", 2e5)) == []
    assert found(say("orders:a/market=world", "orders", 55000.0, unit="order"), say("orders:a/market=us", "orders", 40000.0, unit="order"),
                 say("orders:a/market=fleet", "orders", 40000.0, unit="order")) == []  # fmt: skip


def test_parts_and_whole() -> None:
    assert found(capital("project:p", 8e8), *(capital(f"project:p/phase={n}", 3e8, basis="incremental") for n in (1, 2, 3))) == ["parts_exceed_whole"]
    steps = [capital(f"project:p/phase={n}", x, basis="incremental") for n, x in ((1, 2.2e8), (2, 4.2e8), (3, 8e8))]
    assert found(capital("project:p", 8e8), *steps) == ["cumulative_or_incremental"]
    assert (
        found(capital("project:p", 8e8), *(capital(f"project:p/phase={n}", x, basis="incremental") for n, x in ((1, 2.2e8), (2, 2e8), (3, 3.8e8))))
        == []
    )
    two = [capital("project:p", 8e8), say("project:p", "phases", 2.0, unit="phase"), *(capital(f"project:p/phase={n}", 3e8) for n in (1, 2))]
    assert found(*two) == ["parts_short_of_whole"]
    assert found(capacity("project:p/phase=1", 2e5, basis="cumulative"), capacity("project:p/phase=2", 1e5, basis="cumulative")) == [
        "cumulative_falls"
    ]
    assert found(capital("project:p", 8e8, "2023-11-02"), capital("project:p/phase=1", 9e8, "2025-11-02")) == ["part_and_whole_apart"]
    assert found(say("project:p/party=a", "share", 64.0, unit="percent"), say("project:p/party=b", "share", 46.0, unit="percent")) == [
        "parts_exceed_whole"
    ]
    assert found(say("project:p/party=a", "share", 64.0, unit="percent"), say("project:p/party=b", "share", 36.0, unit="percent")) == []
    assert found(say("orders:a/market=world", "orders", 55000.0, unit="order"), say("orders:a/market=us", "orders", 60000.0, unit="order")) == [
        "part_exceeds_whole"
    ]


def test_dates_in_an_impossible_order() -> None:
    ship = "shipment:s"
    assert found(say(ship, "departure", "2022-11-25", status="actual"), say(ship, "arrival", "2022-11-20", status="actual")) == ["time_order"]
    assert found(say(ship, "departure", "2022-11", status="actual"), say(ship, "arrival", "2022-11-20", status="actual")) == []
    old = say("project:p/phase=1", "mass_production", "2025-Q4", "2023-11-02", status="planned")
    new = say("project:p/phase=1", "phase_completion", "2026-Q1", "2025-06-01", status="planned")
    assert found(old, new, day=date(2025, 7, 1)) == ["stale_promise"]
    assert found(old, say("project:q", "phase_completion", "2026-Q1", "2025-06-01", status="planned")) == []


def test_promises_that_passed() -> None:
    promise = say("shipment:s", "first_handover", "2022-12-31", "2022-11-25", status="planned", qualifier="by")

    def names(day: str, *more: Claim) -> list[str]:
        return [f.check for f in check(Claims.of([promise, *more], TODAY), date.fromisoformat(day))]

    assert names("2022-12-31") == []
    assert names("2023-01-01") == ["overdue"]
    assert names("2023-02-01", say("shipment:s", "first_handover", "2023-02-28", "2023-01-08", status="planned")) == []
    assert names("2023-05-01", say("shipment:s", "first_handover", "2023-03-02", "2023-04-17", status="actual")) == []
    assert names("2023-05-01", say("shipment:s", "last_handover", "2023-03-02", "2023-04-17", status="actual")) == []
    start = say("project:p/phase=1", "construction_start", "2025-Q2", "2025-02-04", status="planned")
    assert [f.check for f in check(Claims.of([start], TODAY), TODAY)] == ["overdue"]
    assert [f.check for f in check(Claims.of([start, say("project:p/phase=1", "state", "construction", "2025-11-02")], TODAY), TODAY)] == []


def test_told_as_done_before_it_could_be() -> None:
    assert found(say("project:p", "operation", "2025-03", "2024-12-20", status="actual")) == ["happened_in_the_future"]
    assert found(say("project:p", "operation", "2024-12", "2024-12-20", status="actual")) == []
    assert found(say("project:p", "operation", "2025-03", "2024-12-20", status="planned", qualifier="by")) == []


def test_units_rates_and_currencies() -> None:
    assert found(capacity("project:p", 5e4, unit="vehicle")) == ["unit_unlike_predicate"]
    assert found(capital("project:p", 5e4, unit="hectare")) == ["unit_unlike_predicate"]
    assert found(area("project:p", 5e4), area("project:p", 5.0, unit="vehicle")) == ["unit_unlike_predicate"]
    assert sorted(found(capacity("project:p", 5e4), capacity("project:p", 5e4, unit="vehicle"))) == ["rate_against_count", "unit_unlike_predicate"]
    assert found(capital("project:p/phase=1", 3e8), capital("project:p/phase=2", 8e12, unit="VND")) == ["mixed_currencies"]
    assert found(capital("project:p", 3e8), capital("project:p", 8e12, unit="VND", source="y")) == ["mixed_currencies"]
    assert found(capital("project:p", 3e8), capital("project:q", 8e12, unit="VND")) == []


def test_output_above_capacity() -> None:
    year = {"valid_from": date(2024, 1, 1), "valid_to": date(2024, 12, 31)}
    half = {"valid_from": date(2024, 1, 1), "valid_to": date(2024, 6, 30)}
    room = capacity("project:p", 5e4, status="actual")

    def made(units: float, **when: object) -> Claim:
        return say("project:p", "output", units, unit="vehicle", status="actual", **when)

    assert found(room, made(6e4, **year)) == ["output_over_capacity"]
    assert found(room, made(3e4, **half)) == ["output_over_capacity"]
    assert found(room, made(50000.0, **year)) == found(room, made(6e4)) == []


def test_sources_against_each_other() -> None:
    assert found(capacity("project:p", 5e4), capacity("project:p", 7.5e4, source="y")) == ["sources_differ"]
    assert found(capacity("project:p", 5e4), capacity("project:p", 5e4, source="y")) == []
    assert found(capacity("project:p", 5e4), capacity("project:p", 7.5e4, "2025-01-01", source="y")) == []
    assert found(say("project:p", "state", "announced", "2025"), say("project:p", "state", "construction", "2025-11-02")) == ["order_open"]
    told = [say("shipment:s", "exporter", "Delta", "2022"), say("shipment:s", "exporter", "Orion", "2024", source="y")]
    assert found(*told) == ["sources_differ"]


def plant(name: str, province: str, day: str, *more: Claim, investor: str = "Geleximco") -> list[Claim]:
    return [say(f"project:{name}", "investor", investor, day), say(f"project:{name}", "province", province, day), *more]


def test_one_project_under_two_names_across_a_merger_of_provinces() -> None:
    a = plant("a", "Thai Binh", "2023-11-02", capacity("project:a", 2e5, "2023-11-02"))
    b = plant("b", "Hung Yen", "2025-11-02", capacity("project:b", 2e5, "2025-11-02"), investor="Geleximco Group")
    assert found(*a, *b) == ["same_project_twice"]
    assert found(*a, *b, say("project:b", "same_as", "project:a")) == found(*a, *b, say("project:b", "different_from", "project:a")) == []
    # Before the merger Hung Yen was another place; another owner, another size or another province is another project.
    assert found(*a, *plant("b", "Hung Yen", "2024-01-01", capacity("project:b", 2e5, "2024-01-01")), day=date(2024, 2, 1)) == []
    assert found(*a, *plant("b", "Hung Yen", "2025-11-02", capacity("project:b", 2e5, "2025-11-02"), investor="Tasco")) == []
    assert found(*a, *plant("b", "Hung Yen", "2025-11-02", capacity("project:b", 9e4, "2025-11-02"))) == []
    assert found(*a, *plant("b", "Ha Nam", "2025-11-02", capacity("project:b", 2e5, "2025-11-02"))) == []


def test_one_place_under_its_old_and_new_name() -> None:
    old, new = say("project:p", "province", "Thái Bình", "2023-11-02"), say("project:p", "province", "Hưng Yên", "2025-11-02")
    assert found(old, new) == ["one_place_two_names"]
    assert found(old, new, day=date(2025, 1, 1)) == []
    assert found(old, say("project:p", "province", "Hà Nam", "2023-11-02", source="y")) == ["two_places"]
    assert found(old, say("project:p", "province", "Hưng Yên", "2023-11-02", source="y"), day=date(2024, 1, 1)) == ["two_places"]
    assert found(old, say("project:p", "province", "Atlantis", "2023-11-02", source="y")) == []


def test_choice_of_checks_and_an_empty_ledger() -> None:
    book = Claims.of([area("project:p", 11.3), area("project:p/phase=1", 64.3)], TODAY)
    assert check(book, only=["time_order"]) == ()
    assert len(check(book, only=["part_exceeds_whole"])) == 1
    with pytest.raises(MadeinError, match="no check is called mood"):
        check(book, only=["mood"])
    assert check(Claims.of([], TODAY)) == ()
    # What was said later is not looked at.
    assert check(book, date(2024, 1, 1)) == ()


def test_every_rule_is_tested_and_every_finding_has_a_rule() -> None:
    from pathlib import Path

    text = Path(__file__).read_text("utf-8")
    assert [name for name in rules().checks if f'"{name}"' not in text] == []
    assert all(set(rule) == {"label", "severity"} and rule["severity"] in ("contradiction", "look") for rule in rules().checks.values())
