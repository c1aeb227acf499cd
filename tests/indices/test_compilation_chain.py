"""Chaining against exact fractions worked out step by step, and the identities of chained indices."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.indices.compilation import Chain, contributions, drift, growth, growth_across, laspeyres, rereference, segments_of, splice
from madein.indices.compilation.chain import METHODS, Method

A = [[100, 102, 104, 106], [108, 110, 112, 114], [116, 118, 120, 122]]
B = [[50, 48, 46, 44], [42, 40, 38, 36], [34, 32, 30, 28]]
WEIGHTS = {2020: (60, 40), 2021: (68, 32)}
NUMBERS = np.arange(2020 * 4, 2023 * 4)


def level(reference: int, t: int) -> Fraction:
    """Quarter t valued at the weights of a year, its mean 1."""
    year = reference - 2020
    parts = zip(WEIGHTS[reference], (A, B), strict=True)
    return sum(Fraction(w, 100) * Fraction(x[t // 4][t % 4]) / (Fraction(sum(x[year])) / 4) for w, x in parts)


def by_hand(method: Method) -> list[Fraction]:
    """First two years at the weights of 2020; then linked."""
    index = [100 * level(2020, t) for t in range(8)]
    for t in range(8, 12):
        if method == "annual":
            index.append(sum(index[4:8]) / 4 * level(2021, t))
        elif method == "one_period":
            index.append(index[7] * level(2021, t) / level(2021, 7))
        else:
            index.append(index[t - 4] * level(2021, t) / level(2021, t - 4))
    return index


def made(method: Method) -> tuple[Chain, np.ndarray, np.ndarray]:
    x = np.array([np.ravel(A), np.ravel(B)], dtype=float)
    chain = Chain(method, segments_of(list(WEIGHTS), NUMBERS, 4), NUMBERS, 4)
    levels = np.array([x / x[:, chain.of_year(s.reference)].mean(1)[:, None] for s in chain.segments])
    return chain, levels, np.array([WEIGHTS[s.reference] for s in chain.segments], dtype=float)


def total_of(levels: np.ndarray, shares: np.ndarray) -> np.ndarray:
    return np.array([laspeyres(a, w) for a, w in zip(levels, shares, strict=True)])


@pytest.mark.parametrize("method", METHODS)
def test_three_ways_to_chain_equal_their_fractions(method: Method) -> None:
    chain, levels, shares = made(method)
    found = 100 * chain.index(total_of(levels, shares))
    assert np.allclose(found, [float(v) for v in by_hand(method)], rtol=1e-13, atol=0)


def test_annual_means_of_the_annual_overlap_are_the_annual_chain() -> None:
    chain, levels, shares = made("annual")
    mean = chain.index(total_of(levels, shares)).reshape(3, 4).mean(1)
    yearly = [float(Fraction(sum(w * Fraction(sum(x[2]), sum(x[1])) for w, x in zip(WEIGHTS[2021], (A, B), strict=True))) / 100)]
    assert np.isclose(mean[2] / mean[1], yearly[0], rtol=1e-13)


def test_one_period_overlap_has_no_step_and_over_the_year_exact_yearly_growth() -> None:
    chain, levels, shares = made("one_period")
    total = total_of(levels, shares)
    index = chain.index(total)
    assert np.isclose(index[8] / index[7], total[1][8] / total[1][7], rtol=1e-13)
    chain, levels, shares = made("over_the_year")
    index = chain.index(total)
    assert np.allclose(index[8:] / index[4:8], total[1][8:] / total[1][4:8], rtol=1e-13)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(("start", "end"), [(0, 11), (7, 8), (4, 8), (9, 10), (11, 2), (10, 3), (8, 8)])
def test_contributions_add_up_across_a_link(method: Method, start: int, end: int) -> None:
    chain, levels, shares = made(method)
    index = chain.index(total_of(levels, shares))
    points, rate = contributions(chain, levels, shares, start, end)
    assert abs(points.sum() - rate) < 1e-12
    assert np.isclose(rate, 100 * (index[end] / index[start] - 1), rtol=1e-11, atol=1e-12)


def test_drift_is_told_against_each_other_method() -> None:
    x = {m: 100 * made(m)[0].index(total_of(*made(m)[1:])) for m in METHODS}
    found = drift(x, NUMBERS, 4)
    assert found.height == 9
    annual, one = (by_hand(m) for m in ("annual", "one_period"))
    gap = 100 * (sum(one[8:]) / sum(annual[8:]) - 1)
    row = found.row(by_predicate=(pl.col("method") == "one_period") & (pl.col("against") == "annual") & (pl.col("year") == 2022), named=True)
    assert row["gap"] == pytest.approx(float(gap), abs=1e-11)
    assert found.filter((pl.col("year") == 2020) & (pl.col("gap") != 0)).height == 0


def test_weights_too_early_to_link_are_refused() -> None:
    with pytest.raises(MadeinError, match="cannot be linked"):
        Chain("annual", segments_of([2019, 2020], np.arange(2020 * 12 + 6, 2022 * 12)), np.arange(2020 * 12 + 6, 2022 * 12))
    with pytest.raises(MadeinError, match="no chaining method"):
        Chain("monthly", segments_of([2020], NUMBERS, 4), NUMBERS, 4)  # type: ignore[arg-type]


def test_of_weights_that_are_all_older_than_the_data_the_youngest_count() -> None:
    found = segments_of([2005, 2010, 2020], np.arange(2018 * 12, 2022 * 12))
    assert [(s.reference, s.first) for s in found] == [(2010, 0), (2020, 36)]


values = st.floats(0.5, 200, allow_nan=False)


@st.composite
def worlds(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, int]:
    parts, years, per_year = draw(st.integers(1, 4)), draw(st.integers(2, 4)), draw(st.sampled_from([4, 12]))
    x = np.array(draw(st.lists(st.lists(values, min_size=years * per_year, max_size=years * per_year), min_size=parts, max_size=parts)))
    w = np.array(draw(st.lists(st.lists(st.floats(0.1, 10), min_size=parts, max_size=parts), min_size=years - 1, max_size=years - 1)))
    return x, w, per_year


def chain_of(x: np.ndarray, w: np.ndarray, per_year: int, method: Method) -> tuple[Chain, np.ndarray, np.ndarray]:
    numbers = np.arange(2000 * per_year, 2000 * per_year + x.shape[1])
    chain = Chain(method, segments_of(range(2000, 2000 + len(w)), numbers, per_year), numbers, per_year)
    levels = np.array([x / x[:, chain.of_year(s.reference)].mean(1)[:, None] for s in chain.segments])
    return chain, levels, w


@given(worlds(), st.sampled_from(METHODS), st.data())
def test_contributions_always_add_up(world: tuple[np.ndarray, np.ndarray, int], method: Method, data: st.DataObject) -> None:
    chain, levels, shares = chain_of(*world, method)
    last = world[0].shape[1] - 1
    start, end = data.draw(st.integers(0, last)), data.draw(st.integers(0, last))
    index = chain.index(total_of(levels, shares))
    points, rate = contributions(chain, levels, shares, start, end)
    assert abs(points.sum() - rate) <= 1e-12 * max(1.0, np.abs(points).sum())
    assert np.isclose(1 + rate / 100, index[end] / index[start], rtol=1e-10)
    assert np.isclose(growth(chain, total_of(levels, shares), start, end), rate, rtol=1e-9, atol=1e-9)


@given(worlds(), st.sampled_from(METHODS))
def test_a_fixed_base_is_not_changed_by_chaining(world: tuple[np.ndarray, np.ndarray, int], method: Method) -> None:
    """Values of each year at the prices of the first are the weights of one fixed base, linked or not."""
    x, w, per_year = world
    price = w[0] / x[:, :per_year].mean(1)
    yearly = np.array([price * x[:, y * per_year : (y + 1) * per_year].mean(1) for y in range(len(w))])
    chain, levels, shares = chain_of(x, yearly, per_year, method)
    plain = laspeyres(x / x[:, :per_year].mean(1)[:, None], w[0])
    assert np.allclose(chain.index(total_of(levels, shares)), plain, rtol=1e-11)
    assert len(chain.segments) == len(w)


@given(worlds(), st.sampled_from(METHODS), st.floats(0.01, 100))
def test_the_unit_of_a_part_changes_nothing(world: tuple[np.ndarray, np.ndarray, int], method: Method, scale: float) -> None:
    x, w, per_year = world
    other = x.copy()
    other[0] *= scale
    one, two = (c.index(total_of(levels, s)) for c, levels, s in (chain_of(v, w, per_year, method) for v in (x, other)))
    assert np.allclose(one, two, rtol=1e-11)


@given(worlds(), st.data())
def test_rereferencing_leaves_growth(world: tuple[np.ndarray, np.ndarray, int], data: st.DataObject) -> None:
    x, _, per_year = world
    numbers = np.arange(2000 * per_year, 2000 * per_year + x.shape[1])
    year = data.draw(st.sampled_from(sorted(set((numbers // per_year).tolist()))))
    found = rereference(x, numbers, year, per_year)
    assert np.allclose(found[:, 1:] / found[:, :-1], x[:, 1:] / x[:, :-1], rtol=1e-12)
    assert np.allclose(found[:, numbers // per_year == year].mean(1), 100, rtol=1e-12)


def test_a_year_that_is_not_whole_is_no_reference() -> None:
    with pytest.raises(MadeinError, match="cannot be referenced to 2020"):
        rereference(np.arange(1.0, 20.0), np.arange(2019 * 12 + 3, 2019 * 12 + 22), 2020)


def test_growth_across_a_base_change_takes_two_legs() -> None:
    """Old base 90, 100, 104 (month 1 to 3), new base 50, 52, 55.25 (month 2 to 4), linked in months 2 and 3."""
    old, new = np.array([90, 100, 104, np.nan]), np.array([np.nan, 50, 52, 55.25])
    overlap = np.array([1, 2])
    expected = Fraction(102, 90) * Fraction("55.25") / 51 - 1
    assert growth_across(old, new, 0, 3, overlap) == pytest.approx(float(100 * expected), abs=1e-12)
    joined = splice(old, new, overlap)
    assert joined[3] / joined[0] == pytest.approx(float(expected) + 1, rel=1e-14)
    with pytest.raises(MadeinError, match="do not overlap"):
        splice(old, new, np.array([0]))
