"""Growth and its interval: whatever the unrounded numbers were, their growth lies inside."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import accumulate

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.periods import Period, month_number
from madein.indices.growth import Dense, change, growth_rate, why_absent
from madein.indices.model import OverTime, Series
from madein.indices.tables import dense, gaps, growth, levels, to_date

START = month_number(2022, 1)
SLACK = Fraction(1, 10**7)
"""Percent by which binary arithmetic may move a bound; the bounds below are far wider."""


def series_of(values: list[float | None], half: float = 0.0, start: int = START) -> Dense:
    value = np.array([math.nan if v is None else v for v in values])
    return Dense(start, value, np.where(np.isnan(value), math.nan, half))


def one(value: float, half: float) -> Dense:
    return Dense(START, np.array([value]), np.array([half]))


def rounded(true: Fraction, places: int, up: bool) -> float:
    """As offices round: half up, or half to even."""
    scaled = true * 10**places
    whole = math.floor(scaled + Fraction(1, 2)) if up else round(scaled)
    return float(f"{whole}e-{places}")


TRUE = st.fractions(min_value=Fraction(1, 100), max_value=10**6, max_denominator=10**6)
SIGNED = st.fractions(min_value=-(10**6), max_value=10**6, max_denominator=10**6)
PLACES = st.integers(0, 4)


@settings(deadline=None, max_examples=300)
@given(SIGNED, TRUE, PLACES, PLACES, st.booleans())
def test_the_interval_holds_the_growth_of_the_unrounded_numbers(now: Fraction, base: Fraction, p: int, q: int, up: bool) -> None:
    printed, before = rounded(now, p, up), rounded(base, q, up)
    hp, hq = 0.5 * 10.0**-p, 0.5 * 10.0**-q
    (rate,), (low,), (high,) = growth_rate(one(printed, hp), one(before, hq))
    if Fraction(before) - Fraction(hq) <= SLACK:
        assert math.isnan(low) or Fraction(before) > Fraction(hq)
        return
    truth = 100 * (now / base - 1)
    slack = SLACK * (1 + abs(truth))
    assert Fraction(low) - slack <= truth <= Fraction(high) + slack
    assert low <= rate <= high
    assert rate == pytest.approx(100 * (printed / before - 1))


@settings(deadline=None)
@given(SIGNED, SIGNED, PLACES, PLACES, st.booleans())
def test_the_interval_holds_the_change_of_the_unrounded_numbers(now: Fraction, base: Fraction, p: int, q: int, up: bool) -> None:
    (value,), (low,), (high,) = change(one(rounded(now, p, up), 0.5 * 10.0**-p), one(rounded(base, q, up), 0.5 * 10.0**-q))
    assert Fraction(low) - SLACK <= now - base <= Fraction(high) + SLACK
    assert low <= value <= high


@settings(deadline=None)
@given(st.lists(TRUE, min_size=24, max_size=24), PLACES, st.booleans(), st.integers(1, 12), st.sampled_from(["sum", "mean"]))
def test_the_interval_holds_the_growth_of_a_year_to_date(true: list[Fraction], places: int, up: bool, month: int, over_time: OverTime) -> None:
    data = series_of([rounded(t, places, up) for t in true], 0.5 * 10.0**-places)
    total = data.year_to_date()
    rate, low, high = growth_rate(total, total.lag(12))
    i = 12 + month - 1
    truth = 100 * (sum(true[12 : i + 1]) / sum(true[:month]) - 1)
    if not math.isnan(rate[i]):
        assert Fraction(low[i]) - SLACK * (1 + abs(truth)) <= truth <= Fraction(high[i]) + SLACK * (1 + abs(truth))
    table = to_date([(Series("a", "A", "observation", {}, "USD", 1.0, over_time), data)]).frame
    period = str(Period.months(START + i).year_to_date())
    if month > 1:
        mean = sum(true[12 : i + 1]) / (month if over_time == "mean" else 1)
        ((value, bottom, top),) = table.filter(pl.col("period") == period).select("value", "low", "high").rows()
        assert Fraction(bottom) - SLACK <= mean <= Fraction(top) + SLACK
        assert bottom <= value <= top


def test_the_bounds_are_reached() -> None:
    """No narrower interval would do: the corners of the rounding box attain it."""
    (_, (low,), (high,)) = growth_rate(one(786.3, 0.05), one(681.1, 0.05))
    assert (low, high) == (pytest.approx(100 * (786.25 / 681.15 - 1)), pytest.approx(100 * (786.35 / 681.05 - 1)))
    (_, (low,), (high,)) = growth_rate(one(-2.0, 0.5), one(10.0, 0.5))
    assert (low, high) == (pytest.approx(100 * (-2.5 / 9.5 - 1)), pytest.approx(100 * (-1.5 / 10.5 - 1)))
    (_, (low,), (high,)) = growth_rate(one(0.0, 0.5), one(10.0, 0.5))
    assert (low, high) == (pytest.approx(100 * (-0.5 / 9.5 - 1)), pytest.approx(100 * (0.5 / 9.5 - 1)))


def test_a_printed_rise_bounds_the_year_before() -> None:
    """786.3 up 15.4 %, both as printed, leave 681.03 to 681.71 for the year before; it was 681.08 (354.72 + 326.36)."""
    bottom, top = 786.25 / 1.1545, 786.35 / 1.1535
    assert (round(bottom, 2), round(top, 2)) == (681.03, 681.71)
    assert bottom < 354.72 + 326.36 < top
    (rate,), (low,), (high,) = growth_rate(one(786.3, 0.05), one(681.08, 0.005))
    assert (round(rate, 2), round(low, 2), round(high, 2)) == (15.45, 15.44, 15.46)
    # The printed 15.4 stands for 15.35 to 15.45: the two printed statements agree.
    assert low <= 15.45
    assert high >= 15.35
    for base in (bottom, top):
        (_, (low,), (high,)) = growth_rate(one(786.3, 0.05), one(base, 0.0))
        assert low <= 15.45 + 1e-9
        assert high >= 15.35 - 1e-9


@given(st.integers(0, 11), st.integers(1, 60), st.integers(0, 40))
def test_a_lag_looks_back_whatever_the_length(first: int, length: int, lag: int) -> None:
    data = series_of([float(i) for i in range(length)], start=START + first)
    before = data.lag(lag)
    assert before.start == data.start
    assert len(before.value) == length
    assert [None if math.isnan(v) else v for v in before.value] == [i - lag if i >= lag else None for i in range(length)]


@given(st.integers(0, 11), st.lists(st.one_of(st.none(), st.integers(-50, 50)), min_size=1, max_size=40))
def test_year_to_date_sums_from_january_and_stops_at_a_hole(first: int, values: list[int | None]) -> None:
    data = series_of([None if v is None else float(v) for v in values], 0.5, START + first)
    total = data.year_to_date()
    held = {START + first + i: v for i, v in enumerate(values)}
    for i, month in enumerate(held):
        months = range(month - month % 12, month + 1)
        if all(held.get(m) is not None for m in months):
            assert total.value[i] == sum(held[m] or 0 for m in months)
            assert total.half[i] == 0.5 * len(months)
        else:
            assert math.isnan(total.value[i])
            assert math.isnan(total.half[i])


def test_a_series_with_holes_is_laid_out_month_by_month() -> None:
    data = Dense.of(np.array([5, 7, 8]), np.array([1.0, 2.0, 3.0]), np.array([0.5, 0.05, 0.5]))
    assert data.numbers.tolist() == [5, 6, 7, 8]
    assert np.array_equal(data.value, [1, math.nan, 2, 3], equal_nan=True)
    assert np.array_equal(data.half, [0.5, math.nan, 0.05, 0.5], equal_nan=True)


# -------------------------------------------------------------------------------------------------------------- tables


def rows(values: list[float | None], half: float = 0.5, over_time: OverTime = "sum", start: int = START) -> dict[tuple[str, str], dict[str, object]]:
    """Rows of the growth table by comparison and period."""
    series = Series("a", "A", "observation", {}, "USD", 1.0, over_time)
    table = growth([(series, series_of(values, half, start))])
    return {(r["comparison"], r["period"]): r for r in table.frame.iter_rows(named=True)}


YEARS = [100.0 + i for i in range(12)] + [110.0 + 2 * i for i in range(12)]


def test_every_comparison_of_a_month() -> None:
    found = rows(YEARS)
    assert found["mom", "2023-03"]["value"] == pytest.approx(100 * (114 / 112 - 1))
    assert found["mom", "2023-01"]["value"] == pytest.approx(100 * (110 / 111 - 1))
    assert found["yoy", "2023-03"]["value"] == pytest.approx(100 * (114 / 102 - 1))
    assert found["mom_abs", "2023-03"]["value"] == 2
    assert (found["yoy_abs", "2023-03"]["value"], found["yoy_abs", "2023-03"]["low"], found["yoy_abs", "2023-03"]["high"]) == (12, 11, 13)
    assert found["ytd_yoy", "2023-01..2023-02"]["value"] == pytest.approx(100 * ((110 + 112) / (100 + 101) - 1))
    assert found["ytd_yoy_abs", "2023-01..2023-02"]["value"] == 21
    assert found["yoy", "2023-03"]["_src"] == ["table:.levels::row series=a&period=2023-03", "table:.levels::row series=a&period=2022-03"]
    assert found["ytd_yoy", "2023-01..2023-02"]["_src"] == [
        "table:.to_date::row series=a&period=2023-01..2023-02", "table:.to_date::row series=a&period=2022-01..2022-02"]  # fmt: skip


def test_a_whole_quarter_or_year_is_compared_as_such() -> None:
    found = rows(YEARS)
    assert found["yoy", "2023-Q1"]["value"] == pytest.approx(100 * ((110 + 112 + 114) / (100 + 101 + 102) - 1))
    assert found["yoy", "2023"]["value"] == pytest.approx(100 * (sum(YEARS[12:]) / sum(YEARS[:12]) - 1))
    assert found["yoy_abs", "2023"]["value"] == pytest.approx(sum(YEARS[12:]) - sum(YEARS[:12]))
    assert ("ytd_yoy", "2023-01..2023-12") not in found
    assert {p for c, p in found if c == "ytd_yoy"} == {f"{y}-01..{y}-{m:02d}" for y in (2022, 2023) for m in range(2, 12) if m != 3}


def test_growth_of_a_year_to_date_is_no_mean_of_rates() -> None:
    found = rows([10.0, 1000.0, *[1.0] * 10, 20.0, 1000.0])
    assert found["ytd_yoy", "2023-01..2023-02"]["value"] == pytest.approx(100 * (1020 / 1010 - 1))


def test_indices_average_and_stocks_have_no_year_to_date() -> None:
    found = rows(YEARS, over_time="mean")
    assert found["ytd_yoy", "2023-01..2023-02"]["value"] == pytest.approx(100 * ((110 + 112) / (100 + 101) - 1))
    assert found["ytd_yoy_abs", "2023-01..2023-02"]["value"] == pytest.approx(10.5)
    assert found["ytd_yoy_abs", "2023-01..2023-02"]["low"] == pytest.approx(9.5)
    assert not any("ytd" in c for c, _ in rows(YEARS, over_time="none"))


@pytest.mark.parametrize("length", range(1, 27))
def test_series_of_any_length(length: int) -> None:
    found = rows([100.0 + i for i in range(length)])
    assert {p for c, p in found if c == "mom"} == {str(Period.months(START + i)) for i in range(length)}
    for (comparison, period), row in found.items():
        month = Period.parse(period)
        back = 1 if comparison.startswith("mom") else 12
        held = month.first_month - back >= START
        assert (row["value"] is not None) == held
        assert row["absent"] == (None if held else "the series begins in January 2022")
        assert row["_src"] == ([] if not held else row["_src"])


def test_a_hole_is_named() -> None:
    values: list[float | None] = [float(i) for i in range(10, 46)]
    values[13] = values[14] = None
    found = rows(values)
    hole = "no value for February to March 2023"
    assert ("mom", "2023-02") not in found
    assert found["mom", "2023-04"]["absent"] == hole
    assert found["yoy", "2024-02"]["absent"] == hole
    assert found["yoy", "2024-03"]["absent"] == hole
    assert found["yoy", "2024-04"]["absent"] is None
    assert found["ytd_yoy", "2023-01..2023-04"]["absent"] == hole
    assert found["yoy", "2024"]["absent"] == hole
    assert found["yoy_abs", "2024-02"]["absent"] == hole
    assert found["yoy", "2023-01"]["absent"] is None
    for row in found.values():
        assert (row["value"] is None) == bool(row["absent"])
        assert (row["value"] is None) == (row["low"] is None) == (row["high"] is None) == (row["_src"] == [])
    series = Series("a", "A", "observation", {}, "USD", 1.0, "sum")
    assert gaps([(series, series_of(values))]).frame.rows() == [("a", "2023-02..2023-03", 2)]


@pytest.mark.parametrize("base", [0.0, -5.0, 0.4, 0.5])
def test_no_rate_on_a_base_that_may_be_zero_or_negative(base: float) -> None:
    found = rows([base, 7.0], half=0.5)
    assert found["mom", "2022-02"]["value"] is None
    assert found["mom", "2022-02"]["absent"] == "the base is zero or negative, or so near to it that its rounding reaches it"
    assert found["mom_abs", "2022-02"]["value"] == pytest.approx(7 - base)
    assert rows([base + 0.6 if base >= 0 else 0.6, 7.0], half=0.5)["mom", "2022-02"]["value"] is not None


def test_a_year_that_begins_late_has_no_year_to_date() -> None:
    found = rows([5.0] * 20, start=START + 2)
    assert found["ytd_yoy", "2022-01..2022-04"]["absent"] == "the series begins in March 2022"
    assert found["ytd_yoy", "2023-01..2023-04"]["absent"] == "the series begins in March 2022"
    assert found["yoy", "2023-Q1"]["absent"] == "the series begins in March 2022"


def test_reasons_without_a_base() -> None:
    data = series_of([1.0, None, 3.0])
    assert why_absent(data, START + 2, START - 10, True) == "no value for February 2022"
    assert why_absent(data, START + 2, START + 1, False) == "no value for February 2022"
    assert why_absent(data, START, START - 1, False) == "the series begins in January 2022"


def test_levels_keep_the_scale_and_the_interval() -> None:
    series = Series("a", "A", "exports", {}, "USD", 1e6, "sum")
    numbers = {"key": ["a", "a"], "month": [START, START + 1], "value": [33.574, 24.8], "half": [0.0005, 0.0005]}
    frame = pl.DataFrame({**numbers, "source": ["x.csv"] * 2, "cell": ["B2", "S!B3"]})
    table = levels(frame, [series])
    assert table.frame.select("period", "value", "low", "high", "unit", "_src").rows() == [
        ("2022-01", pytest.approx(33.574e6), pytest.approx(33.5735e6), pytest.approx(33.5745e6), "USD", ["source:x.csv::cell B2"]),
        ("2022-02", pytest.approx(24.8e6), pytest.approx(24.7995e6), pytest.approx(24.8005e6), "USD", ["source:x.csv::cell S!B3"]),
    ]
    data = dense(frame, series)
    assert data.value.tolist() == [pytest.approx(33.574e6), pytest.approx(24.8e6)]
    assert data.half.tolist() == [pytest.approx(500), pytest.approx(500)]


def test_running_sums_are_exact_where_the_numbers_are() -> None:
    values = [float(v) for v in range(1, 13)]
    total = series_of([*values]).year_to_date()
    assert total.value.tolist() == list(accumulate(values))
