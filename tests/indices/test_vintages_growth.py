"""Growth types at any vintage: against plain arithmetic, inside their intervals, across a change of base."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.core.periods import month_number
from madein.indices.growth import Dense, annualised, contribution
from madein.indices.vintages import VintageStore, growth_as_known, growth_of, growth_vintages, revision_table

START = month_number(2022, 1)


def monthly(values: list[float], half: float = 0.0) -> Dense:
    return Dense(START, np.array(values), np.full(len(values), half))


def test_every_type_is_what_its_name_says() -> None:
    v = [100.0 + i * (1 + i % 3) for i in range(26)]
    series = monthly(v)

    def last(kind: str, **more: object) -> float:
        return float(growth_of(series, kind, **more)[1][-1])  # type: ignore[arg-type]

    assert last("mom") == pytest.approx(100 * (v[25] / v[24] - 1))
    assert last("yoy") == pytest.approx(100 * (v[25] / v[13] - 1))
    assert last("ytd_yoy") == pytest.approx(100 * (sum(v[24:26]) / sum(v[12:14]) - 1))
    assert last("3m_3m") == pytest.approx(100 * (sum(v[23:26]) / sum(v[20:23]) - 1))
    assert last("qoq") == pytest.approx(100 * (sum(v[21:24]) / sum(v[18:21]) - 1))
    assert last("annualised") == pytest.approx(100 * ((v[25] / v[24]) ** 12 - 1))
    assert last("yoy_abs") == pytest.approx(v[25] - v[13])
    assert last("qoq_abs") == pytest.approx(sum(v[21:24]) - sum(v[18:21]))
    assert last("qoq_abs", over_time="mean") == pytest.approx((sum(v[21:24]) - sum(v[18:21])) / 3)
    assert last("ytd_yoy_abs", over_time="mean") == pytest.approx((sum(v[24:26]) - sum(v[12:14])) / 2)
    total = monthly([2 * x for x in v])
    assert last("contribution", total=total, weight=1.0) == pytest.approx(100 * (v[25] - v[13]) / (2 * v[13]))


@settings(max_examples=80, deadline=None)
@given(st.lists(st.floats(20, 200), min_size=25, max_size=30), st.sampled_from(["mom", "yoy", "ytd_yoy", "3m_3m", "qoq", "annualised", "yoy_abs"]))
def test_the_interval_holds_the_growth_of_the_unrounded(true: list[float], kind: str) -> None:
    rounded = monthly([round(x, 1) for x in true], 0.05)
    _, rate, low, high = growth_of(rounded, kind)  # type: ignore[arg-type]
    _, exact, _, _ = growth_of(monthly(true), kind)  # type: ignore[arg-type]
    known = ~np.isnan(rate)
    assert (np.isnan(exact) == ~known).all()
    assert (low[known] - 1e-7 <= exact[known]).all() and (exact[known] <= high[known] + 1e-7).all()


def test_contributions_of_all_parts_sum_to_the_growth() -> None:
    parts = [monthly([10.0 + i + k * i % 7 for i in range(20)]) for k in range(3)]
    total = monthly([sum(p.value[i] for p in parts) for i in range(20)])
    added = sum(growth_of(p, "contribution", total=total)[1][-1] for p in parts)
    assert added == pytest.approx(growth_of(total, "yoy")[1][-1], abs=1e-12)


def test_holes_make_holes_and_only_where_they_must() -> None:
    v = [100.0 + i for i in range(26)]
    v[20] = math.nan
    series = monthly(v)
    _, mom, _, _ = growth_of(series, "mom")
    assert np.flatnonzero(np.isnan(mom)).tolist() == [0, 20, 21]
    _, three, _, _ = growth_of(series, "3m_3m")
    assert np.flatnonzero(np.isnan(three)).tolist() == [0, 1, 2, 3, 4, 20, 21, 22, 23, 24, 25]


def test_a_type_that_does_not_fit_is_refused() -> None:
    stock = monthly([1.0] * 20)
    for kind in ("ytd_yoy", "3m_3m", "qoq"):
        with pytest.raises(MadeinError, match="a stock has no"):
            growth_of(stock, kind, over_time="none")  # type: ignore[arg-type]
    quarters = Dense(8000, np.arange(1.0, 9.0), np.zeros(8), 3)
    with pytest.raises(MadeinError, match="mom wants months"):
        growth_of(quarters, "mom")
    assert growth_of(quarters, "annualised")[1][-1] == pytest.approx(100 * ((8 / 7) ** 4 - 1))
    with pytest.raises(MadeinError, match="no type of growth"):
        growth_of(quarters, "wow")  # type: ignore[arg-type]
    with pytest.raises(MadeinError, match="needs its total"):
        growth_of(quarters, "contribution")


def test_annualised_below_minus_hundred_is_no_rate() -> None:
    rate, _, _ = annualised(np.array([-100.0, -120.0]), np.zeros(2), np.zeros(2), 12)
    assert rate[0] == -100 and math.isnan(rate[1])


def test_a_contribution_with_an_uncertain_total() -> None:
    one = lambda v, h: Dense(0, np.array([v]), np.array([h]))  # noqa: E731
    value, low, high = contribution(one(8.0, 0.5), one(10.0, 0.5), one(100.0, 5.0))
    assert value[0] == pytest.approx(-2.0) and low[0] == pytest.approx(-100 * 3 / 95) and high[0] == pytest.approx(-100 / 105)


def prints(rows: list[tuple[str, str, float, str]]) -> VintageStore:
    return VintageStore.of(pl.DataFrame([("x", *r) for r in rows], schema=["series", "period", "release", "value", "base"], orient="row"))


def test_growth_is_of_the_levels_known_on_the_day() -> None:
    rows = [("2023-07", "2024-07-01", 100.0, ""), ("2024-07", "2024-08-01", 110.0, ""), ("2023-07", "2024-09-01", 105.0, "")]
    store = prints(rows)
    assert growth_as_known(store, "x", "yoy", "2024-08-15")["value"].to_list() == pytest.approx([10.0])
    assert growth_as_known(store, "x", "yoy", date(2024, 9, 1))["value"].to_list() == pytest.approx([100 * (110 / 105 - 1)])
    assert growth_as_known(store, "x", "yoy", "2024-07-02").height == 0
    made = growth_vintages(store, "x", "yoy")
    assert made.frame["release"].to_list() == [date(2024, 8, 1), date(2024, 9, 1)]


def test_across_a_change_of_base_growth_is_compared_and_levels_are_not() -> None:
    old, new = "2010=100", "2015=100"
    rows = [("2023-07", "2024-08-01", 150.0, old), ("2024-07", "2024-08-01", 165.0, old),
            ("2023-07", "2024-09-01", 100.0, new), ("2024-07", "2024-09-01", 109.0, new)]  # fmt: skip
    store = prints(rows)
    levels = revision_table(store, "x")
    assert levels["revision"].null_count() == 2 and set(levels["why_not"]) == {"base 2010=100 became 2015=100"}
    growth = revision_table(growth_vintages(store, "x", "yoy"), "x", growth="yoy")
    assert growth["revision"].to_list() == pytest.approx([-1.0])
