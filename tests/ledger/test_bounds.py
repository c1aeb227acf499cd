"""Dates as printed, and what numbers may be."""

from __future__ import annotations

import math
import unicodedata

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.ledger.bounds import Interval, number_bounds, with_bounds
from madein.ledger.model import QUALIFIERS
from madein.ledger.windows import read_window


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("2025Q4", "2025-Q4"), ("2025-Q4", "2025-Q4"), ("Q4 2025", "2025-Q4"), ("2031/2033", "2031..2033"), ("2031-2033", "2031..2033"),
        ("2025H1", "2025-01..2025-06"), ("H2 2025", "2025-07..2025-12"), ("2025-08", "2025-08"), ("8/2025", "2025-08"), ("2018", "2018"),
        ("Quý III/2024", "2024-Q3"), (unicodedata.normalize("NFD", "Tháng 8/2021"), "2021-08"), ("2025-11-02 00:00:00", "2025-11-02"),
        ("2025-11-02T08:30:00+07:00", "2025-11-02"), ("30.04.2025", "2025-04-30"), ("2025-01..2025-03", "2025-Q1"), ("Jan 2025 to Mar 2025", "2025-Q1"),
    ],
)  # fmt: skip
def test_dates_as_printed(text: str, window: str) -> None:
    assert str(read_window(text)) == window


@pytest.mark.parametrize("text", ["", "soon", "03/04/2025", "32/01/2025", "2033/2031", "2025-13", "2025-02-30", "31", "x" * 100, "2025Q5", "2025H3"])
def test_what_is_no_date_or_could_be_two(text: str) -> None:
    assert read_window(text) is None


def test_qualifiers_open_and_widen() -> None:
    assert number_bounds(8e8, None, None, "more_than") == Interval(8e8, math.inf)
    assert number_bounds(2e6, None, None, "nearly") == Interval(0.0, 2e6)
    assert number_bounds(-5.0, None, None, "less_than") == Interval(-math.inf, -5.0)
    assert number_bounds(None, 4.0, 5.0, "") == Interval(4.0, 5.0)
    assert number_bounds(None, None, None, "vague") == Interval(-math.inf, math.inf)
    assert number_bounds(100.0, 90.0, None, "") == Interval(90.0, 100.0)
    assert number_bounds(65000.0, None, None, "exact", rounded=True) == Interval(65000.0, 65000.0)
    # A hundred thousand may be rounded to two digits, not to one.
    assert number_bounds(1e5, None, None, "", rounded=True) == Interval(95000.0, 105000.0)


NUMBER = st.one_of(st.none(), st.floats(-1e12, 1e12, allow_nan=False), st.integers(-(10**6), 10**6).map(lambda n: n * 1000.0))
SIZES = [q for q in QUALIFIERS if q not in ("by", "from")] + [""]


@settings(deadline=None, max_examples=80)
@given(rows=st.lists(st.tuples(NUMBER, NUMBER, NUMBER, st.sampled_from(SIZES)), min_size=1, max_size=12), rounded=st.booleans())
def test_bounds_of_a_frame_are_those_of_its_rows(rows: list[tuple[float | None, float | None, float | None, str]], rounded: bool) -> None:
    told = [(v, *sorted((a, b), key=lambda x: (x is None, x or 0.0)), q) if a is not None and b is not None else (v, a, b, q) for v, a, b, q in rows]
    told = [t for t in told if t[:3] != (None, None, None) or t[3] == "vague"]
    schema = {"number": pl.Float64, "low": pl.Float64, "high": pl.Float64, "qualifier": pl.String}
    frame = pl.DataFrame(told, schema, orient="row").with_columns(
        first=pl.lit(None, pl.Date), last=pl.lit(None, pl.Date), text=pl.lit(None, pl.String)
    )
    found = with_bounds(frame, rounded=rounded)
    for row, lo, hi in zip(told, found["lo"], found["hi"], strict=True):
        expected = number_bounds(*row, rounded=rounded)
        assert {lo, hi} == {expected.low, expected.high} or (lo, hi) == (expected.low, expected.high)


FINITE = st.floats(-1e6, 1e6, allow_nan=False)
INTERVALS = st.tuples(FINITE, FINITE).map(lambda ends: Interval(min(ends), max(ends)))


@settings(deadline=None)
@given(a=INTERVALS, b=INTERVALS, s=st.floats(0, 1), t=st.floats(0, 1))
def test_arithmetic_holds_every_result(a: Interval, b: Interval, s: float, t: float) -> None:
    x, y = a.low + s * (a.high - a.low), b.low + t * (b.high - b.low)

    def inside(value: float, interval: Interval) -> bool:
        slack = 1e-9 * max(1.0, abs(value), *(abs(e) for e in interval.ends if e is not None))
        return interval.low - slack <= value <= interval.high + slack

    assert inside(x + y, a + b)
    assert inside(x - y, a - b)
    if abs(y) > 1e-3:
        assert inside(x / y, a / b)


def test_no_interval() -> None:
    with pytest.raises(ValueError, match="no interval"):
        Interval(2.0, 1.0)
    with pytest.raises(ValueError, match="no interval"):
        Interval(math.nan, 1.0)
