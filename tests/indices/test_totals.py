"""What tells a total adjusted by itself from the sum of its adjusted parts: known filters, known series, known weights."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from madein.core.errors import MadeinError
from madein.indices.seasonal.totals import about_trend, direct_and_indirect, henderson, qs, weights_of_parts


def fake(key: str, adjusted: Any, original: Any = None, start: int = 2010 * 12) -> Any:
    """What the comparison takes of an adjustment."""
    values = np.asarray(adjusted, dtype=float)
    whole = values if original is None else np.asarray(original, dtype=float)
    none = np.zeros(len(values), dtype=bool)
    return SimpleNamespace(key=key, adjusted=values, filled=whole, original=whole, estimated=none, numbers=start + np.arange(len(values)), period=12,
                           refused=False)  # fmt: skip


def test_weights_of_the_henderson_filter_are_those_of_the_books() -> None:
    # Ladiray and Quenneville 2001, table 3.3, and the X-11 manual.
    assert henderson(13)[:7].tolist() == pytest.approx([-0.019, -0.028, 0.0, 0.066, 0.147, 0.214, 0.240], abs=1e-3)
    assert henderson(9)[:5].tolist() == pytest.approx([-0.041, -0.010, 0.119, 0.267, 0.331], abs=1e-3)


@pytest.mark.parametrize("terms", [5, 9, 13, 23])
def test_a_henderson_filter_leaves_cubics_alone(terms: int) -> None:
    t = np.arange(60.0)
    cubic = 100 + t - 0.02 * t**2 + 0.0003 * t**3
    half = terms // 2
    assert np.allclose(np.convolve(cubic, henderson(terms), mode="valid"), cubic[half : 60 - half])
    assert about_trend(cubic, 12) < 1e-9


def test_qs_finds_a_season_and_none_in_noise() -> None:
    random = np.random.default_rng(1)
    t = np.arange(180)
    noise = 100 * np.exp(0.003 * t + 0.01 * random.standard_normal(180).cumsum())
    assert qs(noise * np.exp(0.03 * np.sin(2 * np.pi * t / 12)), 12) < 1e-6
    p = [qs(100 * np.exp(0.01 * random.standard_normal(180).cumsum()), 12) for _ in range(200)]
    # Zero lags count as p = 1, so that small p values are rarer than their level.
    assert np.mean(np.array(p) < 0.05) < 0.06
    assert np.isnan(qs(noise[:20], 12))


def test_gaps_signs_and_roughness_are_what_they_say() -> None:
    direct, one = np.array([100.0, 102, 101, 103]), np.array([60.0, 61.5, 62, 62])
    two = np.array([40.0, 41, 40, 40])
    both = direct_and_indirect(fake("all", direct), [fake("a", one), fake("b", two)])
    indirect = one + two
    assert both.mean_gap == pytest.approx(np.mean(100 * np.abs(indirect / direct - 1)))
    # +2.0 and +2.5, -1.0 and -0.5, +2.0 and 0.0
    assert both.same_sign == pytest.approx(100 * 2 / 3)
    changes = 100 * (direct[1:] / direct[:-1] - 1)
    assert both.roughness_direct == pytest.approx(np.sqrt(np.mean(changes**2)))
    assert "66.7 % of the changes" in both.told()[0]
    assert set(both.measures) >= {"mean_gap", "same_sign", "roughness_direct", "season_indirect"}


def test_weights_are_one_where_parts_add_up_else_estimated() -> None:
    random = np.random.default_rng(2)
    a, b = 100 + random.normal(0, 5, 60).cumsum(), 80 + random.normal(0, 5, 60).cumsum()
    parts = [fake("a", a), fake("b", b)]
    assert weights_of_parts(fake("all", a + b), parts)[0] is None
    weights, how = weights_of_parts(fake("all", 0.3 * a + 0.7 * b), parts)
    assert weights == pytest.approx({"a": 0.3, "b": 0.7})
    assert "estimated" in how
    assert weights_of_parts(fake("all", a), parts, {"a": 1.0, "b": 0.0}) == ({"a": 1.0, "b": 0.0}, "weights as given")
    with pytest.raises(MadeinError, match="no period in common"):
        weights_of_parts(fake("all", a), [fake("b", b, start=1990 * 12)])
