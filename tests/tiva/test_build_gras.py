"""GRAS against an independent optimiser, its own conditions of optimality, and sums that cannot be met."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from madein.core.errors import BadInput
from madein.tiva.build import gras

PAPER = np.array([[7.0, 3, 5, -3], [2, 9, 8, 1], [-2, 0, 2, 1]])
ROWS, COLUMNS = [15.0, 26, -1], [9.0, 16, 17, -2]


def test_the_example_of_the_method_against_a_general_optimiser() -> None:
    """The 3 x 4 example that goes with the method, minimised as it is defined, without multipliers."""
    found = gras(PAPER, ROWS, COLUMNS)
    at = np.argwhere(PAPER)
    a = PAPER[at[:, 0], at[:, 1]]

    def cells(z: np.ndarray) -> np.ndarray:
        out = np.zeros_like(PAPER)
        out[at[:, 0], at[:, 1]] = a * z
        return out

    limits = [{"type": "eq", "fun": lambda z, i=i: cells(z)[i].sum() - ROWS[i]} for i in range(3)]
    limits += [{"type": "eq", "fun": lambda z, j=j: cells(z)[:, j].sum() - COLUMNS[j]} for j in range(3)]
    best = minimize(
        lambda z: float((np.abs(a) * z * (np.log(z) - 1)).sum()), np.ones(len(a)), jac=lambda z: np.abs(a) * np.log(z), bounds=[(1e-6, None)] * len(a),
        constraints=limits, method="SLSQP", options={"maxiter": 500, "ftol": 1e-14},
    )  # fmt: skip
    assert best.success
    np.testing.assert_allclose(found.cells, cells(best.x), atol=2e-5)
    np.testing.assert_allclose(found.cells.sum(1), ROWS, rtol=1e-9)
    np.testing.assert_allclose(found.cells.sum(0), COLUMNS, rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(2, 7), st.integers(2, 7), st.integers(0, 2**32 - 1), st.booleans())
def test_sums_of_any_scaled_table_are_met_and_signs_kept(n: int, m: int, seed: int, negatives: bool) -> None:
    draw = np.random.default_rng(seed)
    a = draw.random((n, m)) + 0.1
    if negatives:
        a[draw.random((n, m)) < 0.2] *= -0.3
    target = a * np.exp(draw.normal(0, 0.4, (n, m)))
    found = gras(a, target.sum(1), target.sum(0))
    assert found.converged
    assert (np.sign(found.cells) == np.sign(a)).all()
    gross = np.abs(target)
    assert np.abs(found.cells.sum(1) - target.sum(1)).max() <= 1e-8 * gross.sum()
    # The optimum: the logarithm of the factor, with the sign of the cell, is a row number plus a column number.
    log = np.sign(a) * np.log(found.cells / a)
    twice = log - log.mean(1, keepdims=True) - log.mean(0) + log.mean()
    assert np.abs(twice).max() < 1e-6


def test_without_negative_cells_it_is_ras() -> None:
    a = np.array([[10.0, 20, 5], [7, 3, 9], [1, 8, 6]])
    u, v = np.array([50.0, 15, 20]), np.array([25.0, 40, 20])
    x = a.copy()
    for _ in range(500):
        x *= (u / x.sum(1))[:, None]
        x *= v / x.sum(0)
    np.testing.assert_allclose(gras(a, u, v).cells, x, rtol=1e-8)


def test_zero_sums_clear_cells_of_one_sign() -> None:
    found = gras([[1.0, 2], [3, 4]], [0.0, 10], [4.0, 6])
    assert found.converged
    np.testing.assert_allclose(found.cells, [[0, 0], [4, 6]])


def test_a_row_of_negative_cells_only() -> None:
    found = gras([[-1.0, -2], [5, 9]], [-6.0, 20], [4.0, 10])
    assert found.converged
    np.testing.assert_allclose(found.cells.sum(1), [-6, 20])


@pytest.mark.parametrize(
    ("cells", "rows", "columns", "words"),
    [
        ([[1.0, 1], [1, 1]], [1.0, 2], [1.0, 1], "the row sums add up to 3, the column sums to 2"),
        ([[0.0, 0], [1, 1]], [1.0, 2], [1.0, 2], "wheat: a sum of 1 cannot be reached (it holds only zeros"),
        ([[1.0, 1], [1, 1]], [-1.0, 2], [0.5, 0.5], "wheat: a sum of -1 cannot be reached (it holds no negative cell"),
        ([[1.0, 0], [0, 1]], [5.0, 5], [6.0, 4], "the sums of steel add up to 5, those of Japan to 4"),
        ([[np.nan, 1], [1, 1]], [1.0, 1], [1.0, 1], "wheat, Viet Nam: a cell is no number"),
        ([[1.0, 1], [1, 1]], [np.inf, 1], [1.0, 1], "wheat: a wanted sum is no number"),
        ([[1.0, 1]], [1.0, 1], [1.0, 1], "a table of shape (1, 2) cannot have 2 row sums"),
    ],
)  # fmt: skip
def test_impossible_sums_are_named(cells: list[list[float]], rows: list[float], columns: list[float], words: str) -> None:
    with pytest.raises(BadInput) as told:
        gras(cells, rows, columns, row_labels=["wheat", "steel"], column_labels=["Viet Nam", "Japan"])
    assert words in str(told.value)


def test_a_blocking_set_is_found_among_many() -> None:
    draw = np.random.default_rng(5)
    a = draw.random((12, 12))
    # Rows 0 to 3 sell to columns 0 and 1 only, whose sums are too small for them.
    a[:4, 2:] = 0
    u, v = np.full(12, 10.0), np.r_[15.0, 15.0, np.full(10, 9.0)]
    with pytest.raises(BadInput, match="row 1, row 2, row 3, row 4 add up to 40, those of column 1, column 2 to 30"):
        gras(a, u, v)


def test_too_few_sweeps_are_told_not_hidden() -> None:
    found = gras(PAPER, ROWS, COLUMNS, rounds=2)
    assert not found.converged
    assert found.gap > 1e-10
    assert found.worst
