"""Projects by phase, the pipeline, capital per unit of capacity, and how dates slip."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.core.periods import Period
from madein.ledger import Claim, Claims, by_year, capacity_pipeline, capital_per_capacity, projects_of, promised_by, slips
from madein.ledger.amounts import Amount, added_by_phase
from madein.ledger.bounds import Interval
from madein.ledger.names import party_key, party_keys
from madein.ledger.projects import project_rows, state_of
from madein.ledger.rules import rules

TODAY = date(2026, 11, 21)
SAID = "2023-11-02"


def say(subject: str, predicate: str, value: float | str, day: str = SAID, **more: object) -> Claim:
    dated = isinstance(value, str) and predicate not in ("state", "province", "investor", "name", "site", "product", "same_as")
    return Claim(
        subject=f"project:{subject}", predicate=predicate, value=Period.parse(str(value)) if dated else value, as_of=Period.parse(day), **more
    )  # type: ignore[arg-type]


def ledger(*claims: Claim) -> Claims:
    return Claims.of(claims, today=TODAY)


PLANT = [
    say("p", "capacity", 2e5, unit="vehicle/year", status="planned"), say("p", "capital", 8e8, unit="USD", status="planned"),
    say("p/phase=1", "capacity", 5e4, unit="vehicle/year", basis="cumulative", status="planned"),
    say("p/phase=2", "capacity", 1e5, unit="vehicle/year", basis="cumulative", status="planned"),
    say("p/phase=3", "capacity", 2e5, unit="vehicle/year", basis="cumulative", status="planned"),
    say("p/phase=1", "capital", 2.2e8, unit="USD", basis="incremental", status="planned"),
    say("p/phase=2", "capital", 2e8, unit="USD", basis="incremental", status="planned"),
    say("p/phase=3", "capital", 3.8e8, unit="USD", basis="incremental", status="planned"),
    say("p/phase=1", "mass_production", "2025-Q4", status="planned"), say("p/phase=2", "phase_window", "2031..2033", status="planned"),
    say("p/phase=1", "state", "announced"), say("p", "province", "Thai Binh"),
]  # fmt: skip


def test_cumulative_and_incremental_are_told_apart() -> None:
    (p,) = projects_of(ledger(*PLANT).as_of(date(2024, 1, 1)))
    assert [(a.phase, a.value) for a in p.added("capacity", "vehicle/year")] == [("1", 5e4), ("2", 5e4), ("3", 1e5)]
    assert [(a.phase, a.value) for a in p.added("capital", "USD")] == [("1", 2.2e8), ("2", 2e8), ("3", 3.8e8)]
    per = capital_per_capacity([p])
    assert per.select("phase", "value").rows() == [("", 4000.0), ("1", 4400.0), ("2", 4000.0), ("3", 3800.0)]


def test_the_pipeline_dates_what_is_dated_and_spreads_nothing() -> None:
    rows = capacity_pipeline(ledger(*PLANT).as_of(date(2024, 1, 1)))
    assert rows.select("phase", "value", "bucket", "start_event", "stage").rows() == [
        ("1", 5e4, "2025", "mass_production", "ahead"), ("2", 5e4, "2031..2033", "phase_window", "ahead"), ("3", 1e5, "undated", "", "ahead"),
    ]  # fmt: skip
    assert sum(by_year(rows)["value"]) == 2e5
    assert promised_by(rows, date(2025, 11, 30)).rows() == [("vehicle/year", 0.0, 5e4 + 1e5)]
    assert promised_by(rows, date(2032, 1, 1)).rows() == [("vehicle/year", 5e4, 2e5)]


def test_a_lower_bound_stays_one() -> None:
    told = [*PLANT[2:3], say("p/phase=1", "capital", 8e8, unit="USD", qualifier="more_than", status="planned")]
    (row,) = capital_per_capacity(projects_of(ledger(*told).as_of(TODAY))).select("value", "low", "high").rows()
    assert row == (16000.0, 16000.0, None)
    about = [*PLANT[2:3], say("p/phase=1", "capital", 1.68e8, unit="USD", qualifier="approx", status="planned")]
    (row,) = capital_per_capacity(projects_of(ledger(*about).as_of(TODAY))).select("value", "low", "high").rows()
    assert row == pytest.approx((3360.0, 3310.0, 3410.0))


def test_a_promise_overtaken_dates_nothing_any_more() -> None:
    late = say("p/phase=1", "phase_completion", "2026-Q1", "2025-06-01", status="planned")
    rows = capacity_pipeline(ledger(*PLANT, late).as_of(date(2025, 7, 1))).filter(pl.col("phase") == "1")
    assert rows.select("bucket", "start_event", "overdue").rows() == [("2026", "phase_completion", False)]
    assert "mass_production 2025-Q4 was overtaken by phase_completion 2026-Q1" in rows["note"][0]
    after = capacity_pipeline(ledger(*PLANT, late).as_of(date(2026, 7, 1)))
    assert after.filter(pl.col("phase") == "1")["overdue"].to_list() == [True]
    assert promised_by(after.filter(pl.col("phase") == "1"), date(2027, 1, 1)).rows() == [("vehicle/year", 0.0, 5e4)]


def test_only_a_bound_of_the_start_is_no_year() -> None:
    told = [*PLANT[2:3], say("p/phase=1", "operation", "2026", qualifier="from", status="planned")]
    (row,) = capacity_pipeline(ledger(*told).as_of(date(2024, 1, 1))).select("bucket", "note").rows()
    assert row == ("undated", "start only told as from 2026")


def test_sources_that_agree_count_once_and_those_that_differ_widen() -> None:
    again = say("p/phase=1", "capacity", 5e4, unit="vehicle/year", basis="incremental", status="planned", source="y")
    other = say("p/phase=1", "capacity", 6e4, unit="vehicle/year", basis="cumulative", status="planned", source="y")
    for more, value, ends in ((again, 5e4, (5e4, 5e4)), (other, None, (5e4, 6e4))):
        (p,) = projects_of(ledger(*PLANT[:4], more).as_of(TODAY))
        first = p.added("capacity", "vehicle/year")[0]
        assert (first.value, first.interval.ends, len(first.ids)) == (value, ends, 2)


def test_each_item_holds_for_each() -> None:
    told = [
        say("n/phase=1/product=devices", "capacity", 1e7, unit="item/year", basis="incremental", status="actual"),
        say("n/phase=1/product=network", "capacity", 1e7, unit="item/year", basis="incremental", status="actual"),
        say("n/phase=2/product=each-item", "capacity", 2e7, unit="item/year", basis="cumulative", status="planned"),
    ]
    (p,) = projects_of(ledger(*told).as_of(date(2024, 1, 1)))
    assert [(a.phase, a.product, a.value) for a in p.added("capacity", "item/year")] == [
        ("1", "devices", 1e7), ("1", "network", 1e7), ("2", "devices", 1e7), ("2", "network", 1e7),
    ]  # fmt: skip


def test_what_is_not_told_is_open() -> None:
    (p,) = projects_of(ledger(PLANT[3]).as_of(TODAY))
    (second,) = p.added("capacity", "vehicle/year")
    assert (second.value, second.interval.ends, second.notes) == (None, (0.0, 1e5), ("an earlier phase is not told",))
    loose = say("p/phase=2", "capacity", 1e5, unit="vehicle/year", status="planned")
    (p,) = projects_of(ledger(PLANT[2], loose).as_of(TODAY))
    assert p.added("capacity", "vehicle/year")[1].interval.ends == (5e4, 1e5)
    # What the phases told leave of the whole is undated and has no phase.
    (p,) = projects_of(ledger(*PLANT[:3]).as_of(TODAY))
    assert [(a.phase, a.value) for a in p.added("capacity", "vehicle/year")] == [("1", 5e4), ("", 1.5e5)]


AMOUNTS = st.lists(st.tuples(st.integers(1, 10**6), st.integers(0, 10**5)), min_size=1, max_size=6)


@settings(deadline=None)
@given(phases=AMOUNTS)
def test_phases_told_either_way_add_the_same(phases: list[tuple[int, int]]) -> None:
    def amount(n: int, low: float, high: float, basis: str) -> Amount:
        return Amount(low if low == high else None, Interval(low, high), "u/year", basis, str(n), "", "planned", TODAY, (str(n),))

    steps = [float(x) for x, _ in phases]
    sums = [sum(steps[: n + 1]) for n in range(len(steps))]
    one = added_by_phase([amount(n, x, x, "incremental") for n, x in enumerate(steps, 1)])
    two = added_by_phase([amount(n, x, x, "cumulative") for n, x in enumerate(sums, 1)])
    assert [a.value for a in one] == [a.value for a in two] == steps
    # With bounds, what is added always lies within what is computed.
    loose = added_by_phase([amount(n, s - w, s + w, "cumulative") for n, (s, (_, w)) in enumerate(zip(sums, phases, strict=True), 1)])
    assert all(a.interval.low <= x <= a.interval.high for a, x in zip(loose, steps, strict=True))


@pytest.mark.parametrize(
    ("stated", "months", "state"),
    [
        (("announced",), 23, "announced"), (("announced",), 24, "shelved"), (("announced",), 48, "cancelled"), (("under construction",), 47, "shelved"),
        (("operating",), 100, "operating"), (("mothballed",), 100, "mothballed"), ((), 9, ""), (("announced", "construction"), 1, "unclear"), (("odd",), 99, "odd"),
    ],
)  # fmt: skip
def test_silence_tells_by_the_rules(stated: tuple[str, ...], months: int, state: str) -> None:
    assert state_of(stated, months) == state


def test_any_statement_breaks_the_silence_and_dead_capacity_is_apart() -> None:
    view = ledger(*PLANT).as_of(date(2026, 1, 1))
    assert projects_of(view)[0].silent_months == 25
    assert set(capacity_pipeline(view)["stage"]) == {"dead", "ahead"}
    heard = ledger(*PLANT, say("p", "site", "Hung Phu", "2025-12-01")).as_of(date(2026, 1, 1))
    assert projects_of(heard)[0].phase("1").state == "announced"  # type: ignore[union-attr]


def test_provinces_follow_their_mergers() -> None:
    book = ledger(*PLANT, say("q", "province", "Hung Yen", "2024-05-01"), say("r", "province", "Hung Yen (merged Thai Binh)", "2025-11-02"))
    then = {p.subject: p.province.key for p in projects_of(book.as_of(date(2024, 6, 1))) if p.province}
    now = {p.subject: p.province.key for p in projects_of(book.as_of(date(2026, 1, 1))) if p.province}
    assert then == {"project:p": "thai-binh", "project:q": "hung-yen"}
    assert set(now.values()) == {"hung-yen-2025"}
    assert project_rows(projects_of(book.as_of(date(2026, 1, 1))))["province"].to_list()[0] == "Thai Binh"


def test_one_project_under_two_names_is_counted_once_when_said() -> None:
    twin = say("twin", "capacity", 2e5, unit="vehicle/year", status="planned")
    assert len(capacity_pipeline(ledger(PLANT[0], twin).as_of(TODAY))) == 2
    assert capacity_pipeline(ledger(PLANT[0], twin, say("twin", "same_as", "project:p")).as_of(TODAY))["project"].to_list() == ["project:p"]


def test_days_moved_by_each_telling_and_in_all() -> None:
    told = [
        ("2022-12-31", "planned", "2022-11-25", "by"),
        ("2023-01", "planned", "2023-01-08", ""),
        ("2023-02-28", "planned", "2023-02-09", ""),
        ("2023-03-02", "actual", "2023-04-17", ""),
    ]
    book = ledger(*(say("p", "first_delivery", due, said, status=status, qualifier=q) for due, status, said, q in told))
    rows = slips(book)
    assert rows.select("moved", "total").rows() == [(None, None), (31, 31), (28, 59), (2, 61)]
    assert rows.select("moved_low", "moved_high").rows() == [(None, None), (1, None), (28, 58), (2, 2)]
    assert slips(book, day=date(2023, 2, 1)).height == 2
    assert slips(book, subject="project:q").height == slips(book, kind="shipment").height == slips(book, predicate="operation").height == 0
    assert slips(book, subject="project:p", predicate="delivered").height == 4


def test_a_correction_of_the_day_is_no_slip() -> None:
    wrong = say("p", "operation", "2052", status="planned")
    book = ledger(wrong, wrong.correct(value=Period.year(2025)), say("p", "operation", "2026", "2024-01-01", status="planned"))
    assert slips(book).select("first", "moved").rows() == [(date(2025, 1, 1), None), (date(2026, 1, 1), 365)]


def test_tellings_whose_order_is_open_are_marked() -> None:
    book = ledger(say("p", "operation", "2025", "2024", status="planned"), say("p", "operation", "2026", "2024-06-01", status="planned"))
    assert slips(book)["order_sure"].to_list() == [True, False]


def test_names_of_parties() -> None:
    assert party_key("CÔNG TY CỔ PHẦN TẬP ĐOÀN GELEXIMCO") == party_key("Geleximco Group JSC") == "geleximco"
    assert party_key("WNC") == party_key("Wistron NeWeb Corp.") == "wistron neweb"
    assert party_key("Group") == "group"
    assert party_keys("") == party_keys(" ; / ") == frozenset()
    assert party_keys("Tasco Auto; Geely") == {"tasco", "geely"}


def test_rules_of_ones_own(tmp_path: Path) -> None:
    own, odd = tmp_path / "own.yaml", tmp_path / "odd.yaml"
    own.write_text("silence: {announced: [[6, shelved]]}\nstart_events: [phase_window]\n")
    odd.write_text("mood: 1\n")
    view = ledger(*PLANT).as_of(date(2024, 6, 1))
    assert capacity_pipeline(view).select("bucket", "state").row(0) == ("2025", "announced")
    assert capacity_pipeline(view, by=rules(own)).select("bucket", "state").row(0) == ("undated", "shelved")
    with pytest.raises(MadeinError, match="no rule is called mood"):
        rules(odd)
