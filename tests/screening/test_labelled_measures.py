"""Measures of rankings and calibration against counts done the long way."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.screening.labelled.calibrate import (
    METHODS,
    bins,
    calibration_error,
    choose_calibrator,
    error_by_chance,
    fit_calibrator,
    log_loss,
)  # fmt: skip
from madein.screening.labelled.metrics import auc, best_f1, curve, inspected, measure, order

rows = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=2, max_size=60)


@given(rows)
def test_area_is_the_share_of_pairs_in_order(drawn: list[tuple[int, int]]) -> None:
    y, s = np.array([d[0] for d in drawn], np.int8), np.array([float(d[1]) for d in drawn])
    ones, zeros = s[y == 1], s[y == 0]
    if not len(ones) or not len(zeros):
        assert np.isnan(auc(y, s))
        return
    wins = np.mean([1.0 if a > b else 0.5 if a == b else 0.0 for a in ones for b in zeros])
    assert auc(y, s) == pytest.approx(wins)


@given(rows)
def test_curve_ends_at_everything_and_never_falls(drawn: list[tuple[int, int]]) -> None:
    y, s = np.array([d[0] for d in drawn], np.int8), np.array([float(d[1]) for d in drawn])
    if not y.any():
        return
    found = curve(y, s, np.arange(1.0, len(y) + 1))
    assert found["recall"][-1] == pytest.approx(1) and found["revenue"][-1] == pytest.approx(1)
    assert found["precision"][-1] == pytest.approx(y.mean())
    assert (found["recall"].diff().drop_nulls() >= 0).all() and (found["revenue"].diff().drop_nulls() >= 0).all()


def test_top_of_a_ranking_by_hand() -> None:
    y = np.array([1, 0, 1, 0, 0, 1, 0, 0, 0, 0], np.int8)
    s = np.array([0.9, 0.95, 0.2, 0.1, 0.3, 0.8, 0.05, 0.04, 0.03, 0.02])
    money = np.array([10.0, 99, 30, 0, 0, 60, 0, 0, 0, 7])
    found = measure(y, s, money, shares=(10, 30))
    assert [found.at(10)[k] for k in ("inspected", "precision", "recall", "revenue")] == [1, 0, 0, 0]
    assert [found.at(30)[k] for k in ("inspected", "precision", "recall", "revenue")] == [3, 2 / 3, 2 / 3, pytest.approx(0.7)]
    low, high = found.at(30)["precision_low"], found.at(30)["precision_high"]
    assert low is not None and high is not None and low <= 2 / 3 <= high
    with pytest.raises(KeyError):
        found.at(7)
    # Without revenue the column is empty, not zero.
    assert measure(y, s).at(1)["revenue"] is None


def test_f1_takes_the_best_of_six_thresholds() -> None:
    y, p = np.array([1, 1, 0, 0], np.int8), np.array([0.55, 0.25, 0.15, 0.05])
    counted = [2 * ((p >= t) & (y == 1)).sum() / ((p >= t).sum() + 2) for t in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)]
    assert best_f1(y, p) == pytest.approx(max(counted))


def test_equal_scores_keep_the_order_of_the_rows() -> None:
    assert order(np.array([0.5, 0.7, 0.5, 0.7])).tolist() == [1, 3, 0, 2]
    assert [inspected(1, n) for n in (1, 49, 50, 149, 150, 250)] == [1, 1, 1, 1, 2, 3]


def test_interval_covers_the_truth() -> None:
    rng = np.random.default_rng(5)
    inside = 0
    for seed in range(40):
        s = rng.random(1500)
        y = (rng.random(1500) < 0.1 + 0.5 * s).astype(np.int8)
        found = measure(y, s, shares=(10,), seed=seed).at(10)
        true = 0.1 + 0.5 * 0.95
        inside += bool(found["precision_low"] <= true <= found["precision_high"])  # type: ignore[operator]
    assert inside >= 33


@pytest.mark.parametrize("method", [m for m in METHODS if m != "none"])
def test_calibration_mends_scores_that_are_too_sure(method: str) -> None:
    rng = np.random.default_rng(7)
    z = rng.normal(-1, 1.2, 40_000)
    p = 1 / (1 + np.exp(-z))
    y = (rng.random(len(z)) < p).astype(np.int8)
    sure = 1 / (1 + np.exp(-2.5 * z))
    held = fit_calibrator(method, sure[:20_000], y[:20_000])
    after = held(sure[20_000:])
    assert calibration_error(y[20_000:], sure[20_000:]) > 0.08
    assert calibration_error(y[20_000:], after) < 0.015
    assert (np.diff(held(np.linspace(0, 1, 101))) >= -1e-12).all()
    assert held(np.array([0.0, 1.0])).min() >= 0 and held(np.array([0.0, 1.0])).max() <= 1


def test_scores_that_are_right_are_left_alone() -> None:
    rng = np.random.default_rng(8)
    p = rng.random(20_000)
    held, tried = choose_calibrator(p, (rng.random(20_000) < p).astype(np.int8))
    assert held.method == "none"
    assert tried["method"].to_list() == list(METHODS)


def test_a_curved_distortion_needs_more_than_a_line() -> None:
    rng = np.random.default_rng(9)
    p = rng.random(60_000)
    y = (rng.random(60_000) < 0.5 + 4 * (p - 0.5) ** 3).astype(np.int8)
    held, tried = choose_calibrator(p, y)
    assert held.method == "isotonic"
    assert tried.filter(tried["method"] == "isotonic")["log_loss"][0] == tried["log_loss"].min()


@pytest.mark.parametrize("method", METHODS)
def test_a_score_that_goes_the_wrong_way_is_not_turned_round(method: str) -> None:
    rng = np.random.default_rng(10)
    p = rng.random(5000)
    y = (rng.random(5000) < 1 - p).astype(np.int8)
    out = fit_calibrator(method, p, y)(np.array([0.1, 0.9]))
    assert out[1] >= out[0] - 1e-9


def test_separable_scores_give_no_certainty() -> None:
    p = np.concatenate([np.full(50, 0.1), np.full(50, 0.9)])
    y = (p > 0.5).astype(np.int8)
    for method in ("platt", "beta", "isotonic"):
        out = fit_calibrator(method, p, y)(p)
        assert out.min() > 0 and out.max() < 1 and log_loss(y, out) < 0.2


@given(st.lists(st.tuples(st.integers(0, 1), st.floats(0, 1)), min_size=1, max_size=80), st.integers(1, 12), st.sampled_from(["mass", "width"]))
def test_calibration_error_is_the_weighted_gap_of_the_bins(drawn: list[tuple[int, float]], count: int, equal: str) -> None:
    y, p = np.array([d[0] for d in drawn], np.int8), np.array([d[1] for d in drawn])
    held = bins(y, p, count, equal)
    assert held["rows"].sum() == len(y)
    assert (held["found_low"] <= held["found"] + 1e-12).all() and (held["found"] <= held["found_high"] + 1e-12).all()
    assert calibration_error(y, p, count, equal) == pytest.approx(sum(abs(r["said"] - r["found"]) * r["rows"] for r in held.to_dicts()) / len(y))
    # Bins can only hide gaps, never make them.
    assert calibration_error(y, p, count, equal) >= abs(p.mean() - y.mean()) - 1e-12


def test_error_by_chance_shrinks_with_rows() -> None:
    p = np.random.default_rng(1).random(20_000)
    few, many = error_by_chance(p[:500], draws=50), error_by_chance(p, draws=50)
    assert few[0] > 3 * many[0] and many[0] < many[1] < 0.02
