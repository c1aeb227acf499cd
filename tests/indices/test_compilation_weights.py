"""Weights from published series: exact where series are exact, honest where they are not."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.core.periods import month_number
from madein.indices.compilation import EstimatedWeights, estimate_weights


def series(seed: int, parts: int, months: int) -> np.ndarray:
    draw = np.random.default_rng(seed)
    return 100 * np.cumprod(1 + draw.normal(0, 0.05, (parts, months)), axis=1)


def fit(x: np.ndarray, y: np.ndarray, **settings: object) -> EstimatedWeights:
    return estimate_weights(y, {f"s{i}": row for i, row in enumerate(x)}, **settings)  # type: ignore[arg-type]


def by_trial(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Best of all sets of parts by the normal equations with a multiplier for the sum: another way to the same answer."""
    best, found = np.inf, np.zeros(len(x))
    for size in range(1, len(x) + 1):
        for free in combinations(range(len(x)), size):
            a = x[list(free)]
            system = np.block([[a @ a.T, np.ones((size, 1))], [np.ones((1, size)), np.zeros((1, 1))]])
            w = np.linalg.lstsq(system, np.append(a @ y, 1.0), rcond=None)[0][:size]
            loss = ((y - w @ a) ** 2).sum()
            if (w >= -1e-9).all() and loss < best - 1e-12:
                best, found = loss, np.zeros(len(x))
                found[list(free)] = w
    return found


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(1, 5), st.booleans())
def test_the_same_as_trying_every_set_of_parts(seed: int, parts: int, bound: bool) -> None:
    x = series(seed, parts, 40)
    draw = np.random.default_rng(seed + 1)
    truth = draw.dirichlet(np.ones(parts)) if not bound else draw.normal(1 / parts, 0.5, parts)
    y = truth / truth.sum() @ x + draw.normal(0, 0.5, 40) if not bound else truth @ x
    found = fit(x, y)
    assert np.allclose(found.weights, by_trial(x, y), atol=1e-6)
    assert abs(found.weights.sum() - 1) < 1e-12
    assert (found.weights >= 0).all()


@settings(max_examples=40)
@given(st.integers(0, 10_000), st.integers(2, 6))
def test_exact_weights_are_found(seed: int, parts: int) -> None:
    x = series(seed, parts, 30)
    truth = np.random.default_rng(seed + 1).dirichlet(np.ones(parts))
    found = fit(x, truth @ x)
    assert np.allclose(found.weights, truth, atol=1e-8)
    assert found.largest_error < 1e-8


def test_standard_errors_are_those_of_repeated_draws() -> None:
    """With rounding noise drawn many times the spread of the estimates is what one estimate says of itself."""
    x = series(7, 3, 60)
    truth = np.array([0.2, 0.5, 0.3])
    draw = np.random.default_rng(3)
    found = [fit(x, truth @ x + draw.normal(0, 0.05, 60)) for _ in range(400)]
    spread = np.std([f.weights for f in found], axis=0)
    said = np.mean([f.errors for f in found], axis=0)
    assert np.allclose(said / spread, 1, atol=0.15)


def test_a_part_that_does_not_count_stands_at_zero() -> None:
    x = series(1, 3, 50)
    found = fit(x, 1.2 * x[0] - 0.2 * x[1])
    assert found.held.tolist() == [False, True, False] or found.weights[1] == 0
    assert found.errors[1] == 0


def test_printed_weights_bound_the_estimate() -> None:
    x = series(2, 3, 50)
    truth = np.array([0.1574, 0.6, 0.2426])
    printed = {"s0": 0.157, "s1": 0.6, "s2": 0.243}
    found = fit(x, truth @ x, printed=printed, half=0.0005)
    assert np.allclose(found.weights, truth, atol=1e-9)
    far = fit(x, truth @ x, printed={"s0": 0.2, "s1": 0.6, "s2": 0.2}, half=0.01)
    assert np.all(np.abs(far.weights - [0.2, 0.6, 0.2]) <= 0.01 + 1e-12)
    assert far.held.any()
    assert far.largest_error > 0.01


def test_holes_and_early_months_are_left_out() -> None:
    x = series(3, 2, 24)
    y = 0.3 * x[0] + 0.7 * x[1]
    y[:6] += 5
    y[10] = np.nan
    first = month_number(2020, 1)
    found = fit(x, y, months=np.arange(first, first + 24), since=first + 6)
    assert np.allclose(found.weights, [0.3, 0.7])
    assert len(found.months) == 17
    assert found.months[0] == first + 6


def test_what_cannot_be_told_is_refused() -> None:
    x = series(4, 3, 10)
    y = x.mean(0)
    with pytest.raises(MadeinError, match="unlike length"):
        fit(x, y[:5])
    with pytest.raises(MadeinError, match="months and the total"):
        fit(x, y, months=[1, 2])
    with pytest.raises(MadeinError, match="3 weights cannot be told from 2 months"):
        fit(x[:, :2], y[:2])
    with pytest.raises(MadeinError, match="no weights within the bounds"):
        fit(x, y, printed={"s0": 0.1, "s1": 0.1, "s2": 0.1}, half=0.01)
    with pytest.raises(MadeinError, match="no printed weight of s2"):
        fit(x, y, printed={"s0": 0.5, "s1": 0.5})
    assert np.isnan(fit(x[:, :2][:2], y[:2]).errors).sum() == 0
