"""Periods: one text for one stretch of days, and what lies before, after and a year ago."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.periods import Period, month_number, runs

DAYS = st.dates(date(1800, 1, 1), date(2199, 12, 31))
NUMBERS = st.integers(month_number(1800, 1), month_number(2199, 12))
STRETCHES = st.tuples(DAYS, DAYS).map(lambda d: Period(min(d), max(d)))
WHOLE = st.tuples(NUMBERS, st.integers(0, 40)).map(lambda n: Period.months(n[0], n[0] + n[1]))
PERIODS = STRETCHES | WHOLE | DAYS.map(Period.day)


@given(PERIODS)
def test_text_reads_back(p: Period) -> None:
    assert Period.parse(str(p)) == p


@given(PERIODS, PERIODS)
def test_equal_periods_have_equal_texts_and_no_others(a: Period, b: Period) -> None:
    assert (str(a) == str(b)) == (a == b)


@given(PERIODS)
def test_any_way_to_write_a_stretch_gives_one_text(p: Period) -> None:
    assert str(Period.parse(f"{p.first.isoformat()}..{p.last.isoformat()}")) == str(p)


@pytest.mark.parametrize(
    ("text", "canonical", "kind", "label"),
    [
        ("2024", "2024", "year", "2024"),
        ("2024-01..2024-12", "2024", "year", "2024"),
        ("2024-Q1..2024-Q4", "2024", "year", "2024"),
        ("2024-Q3", "2024-Q3", "quarter", "third quarter of 2024"),
        ("2024-07..2024-09", "2024-Q3", "quarter", "third quarter of 2024"),
        ("2024-07", "2024-07", "month", "July 2024"),
        ("2024-02-01..2024-02-29", "2024-02", "month", "February 2024"),
        ("2023-02-01..2023-02-28", "2023-02", "month", "February 2023"),
        ("2024-02-01..2024-02-28", "2024-02-01..2024-02-28", "range", "1 February 2024 to 28 February 2024"),
        ("2024-07-15", "2024-07-15", "day", "15 July 2024"),
        ("2024-01..2024-07", "2024-01..2024-07", "range", "January to July 2024"),
        ("2024-Q1..2024-Q2", "2024-01..2024-06", "range", "January to June 2024"),
        ("2023-11..2024-02", "2023-11..2024-02", "range", "November 2023 to February 2024"),
        ("2022..2024", "2022..2024", "range", "2022 to 2024"),
        ("9999", "9999", "year", "9999"),
        ("9999-12", "9999-12", "month", "December 9999"),
    ],
)
def test_canonical_text_kind_and_label(text: str, canonical: str, kind: str, label: str) -> None:
    p = Period.parse(text)
    assert (str(p), p.kind, p.label()) == (canonical, kind, label)


@pytest.mark.parametrize(
    "text",
    ["", "24", "2024-13", "2024-00", "2024-7", "2024-Q5", "2024-Q0", "2024-02-30", "2023-02-29", "2024-07-00", "2024..", "..2024", "0000",
     "2024..2023", "2024-07-15T00:00", " 2024", "2024 ", "2024-q3", "1.2.3", "٢٠٢٤", "2024...2025", "-2024"],
)  # fmt: skip
def test_what_is_no_period(text: str) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        Period.parse(text)


def test_a_period_cannot_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Period(date(2024, 2, 1), date(2024, 1, 31))


@given(WHOLE, st.integers(-600, 600))
def test_whole_months_shift_there_and_back(p: Period, months: int) -> None:
    moved = p.shift(months)
    assert (moved.first_month - p.first_month, moved.n_months, moved.whole_months) == (months, p.n_months, True)
    assert moved.shift(-months) == p


@given(DAYS, st.integers(-600, 600))
def test_a_shifted_day_keeps_its_number_or_falls_on_the_last_of_the_month(day: date, months: int) -> None:
    moved = Period.day(day).shift(months).first
    assert month_number(moved.year, moved.month) - month_number(day.year, day.month) == months
    assert moved.day == min(day.day, monthrange(moved.year, moved.month)[1])


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2024-02", "2023-02"),
        ("2024-02-29", "2023-02-28"),
        ("2024-Q1", "2023-Q1"),
        ("2024-01..2024-07", "2023-01..2023-07"),
        ("2024", "2023"),
        ("2023-12..2024-02", "2022-12..2023-02"),
        ("2024-01-01..2024-02-29", "2023-01..2023-02"),
        ("2024-07-01..2024-07-15", "2023-07-01..2023-07-15"),
    ],
)
def test_year_before(text: str, before: str) -> None:
    assert str(Period.parse(text).year_before()) == before


@pytest.mark.parametrize(
    ("text", "before"),
    [
        ("2024-01", "2023-12"),
        ("2024-Q1", "2023-Q4"),
        ("2024", "2023"),
        ("2024-03..2024-05", "2023-12..2024-02"),
        ("2024-03-01", "2024-02-29"),
        ("2024-01-01..2024-01-10", "2023-12-22..2023-12-31"),
    ],
)
def test_previous(text: str, before: str) -> None:
    assert str(Period.parse(text).previous()) == before


@given(PERIODS)
def test_previous_ends_the_day_before(p: Period) -> None:
    before = p.previous()
    assert before.last + timedelta(days=1) == p.first
    if p.whole_months:
        assert before.n_months == p.n_months
    else:
        assert before.last - before.first == p.last - p.first


@given(PERIODS)
def test_year_to_date(p: Period) -> None:
    total = p.year_to_date()
    assert (total.first, total.last) == (date(p.last.year, 1, 1), p.last)
    assert total.is_year_to_date == (total.whole_months and p.last.month > 1)


@pytest.mark.parametrize(
    ("text", "is_it"),
    [
        ("2024-01..2024-07", True),
        ("2024", True),
        ("2024-Q1", True),
        ("2024-01", False),
        ("2023-01..2024-01", False),
        ("2024-02..2024-07", False),
        ("2024-01-01..2024-02-10", False),
    ],
)
def test_is_year_to_date(text: str, is_it: bool) -> None:
    assert Period.parse(text).is_year_to_date is is_it


@given(WHOLE, WHOLE)
def test_inside(a: Period, b: Period) -> None:
    months = {str(m) for m in b.each_month()}
    assert (a in b) == all(str(m) in months for m in a.each_month())


@given(st.sets(NUMBERS, max_size=20))
def test_runs_hold_the_same_months_and_do_not_touch(months: set[int]) -> None:
    found = runs(list(months))
    assert [m.first_month for p in found for m in p.each_month()] == sorted(months)
    assert all(a.last_month + 1 < b.first_month for a, b in pairwise(found))


@given(st.lists(PERIODS, max_size=6))
def test_order_is_by_start_then_end(periods: list[Period]) -> None:
    assert sorted(periods) == sorted(periods, key=lambda p: (p.first, p.last))
