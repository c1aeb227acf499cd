"""Interval arithmetic: whatever lies inside the operands lies inside the result, however numbers were printed."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from madein.press.model import Fact
from madein.press.reconcile.intervals import APPROX_UNITS, Interval, growth_between, interval_of, loose_interval_of, printed_step, prior, total

finite = st.floats(-1e9, 1e9, allow_nan=False)
some = settings(max_examples=150, deadline=None)


def printed(value: float, decimals: int, scale: float, word: str, qualifier: str = "exact", unit: str = "USD") -> Fact:
    """A fact as an article prints it."""
    shown = f"{abs(value) / scale:,.{decimals}f}"
    sign = -1.0 if value < 0 else 1.0
    text = f"{shown} {word}".strip()
    return Fact("a", 0, len(text), text, 0, len(text), text, "level", "", sign * float(shown.replace(",", "")) * scale, unit, qualifier=qualifier)


@st.composite
def around(draw: st.DrawFn) -> tuple[Interval, float]:
    """An interval, one end perhaps open, and a number in it."""
    a, b = sorted((draw(finite), draw(finite)))
    x = draw(st.floats(a, b))
    return Interval(draw(st.sampled_from([a, a, -math.inf])), draw(st.sampled_from([b, b, math.inf]))), x


@some
@given(around(), around())
def test_arithmetic_holds_every_result(p: tuple[Interval, float], q: tuple[Interval, float]) -> None:
    (a, x), (b, y) = p, q
    # Rounding of the operation itself: a few units in the last place of the operands.
    slack = 1e-9 * (1 + abs(x) + abs(y))

    def holds(i: Interval, v: float) -> bool:
        return i.low - slack <= v <= i.high + slack

    assert holds(a + b, x + y)
    assert holds(a - b, x - y)
    product = a * b
    assert product.low - 1e-6 * abs(x * y) - 1e-9 <= x * y <= product.high + 1e-6 * abs(x * y) + 1e-9
    if y:
        assume(math.isfinite(x / y))
        quotient = a / b
        assert quotient.low - 1e-9 * (1 + abs(x / y)) <= x / y <= quotient.high + 1e-9 * (1 + abs(x / y))


@some
@given(st.floats(0.01, 99_999), st.integers(0, 3), st.sampled_from([(1.0, ""), (1e3, "thousand"), (1e6, "million"), (1e9, "billion")]), st.booleans())
def test_a_true_value_lies_where_it_was_printed(value: float, decimals: int, scaled: tuple[float, str], fall: bool) -> None:
    scale, word = scaled
    true = (-1 if fall else 1) * value * scale
    fact = printed(true, decimals, scale, word)
    for reach in (interval_of, loose_interval_of):
        where = reach(fact)
        assert where is not None
        assert where.holds(true)
    if fact.value:
        assert math.isclose(printed_step(fact), scale * 10.0**-decimals, rel_tol=1e-9)


@some
@given(st.floats(1, 9e5), st.floats(-95, 400), st.integers(0, 2), st.integers(0, 2))
def test_the_level_before_lies_in_the_derived_interval(before: float, growth: float, d1: int, d2: int) -> None:
    after = before * (1 + growth / 100)
    level, rate = interval_of(printed(after, d1, 1.0, "")), interval_of(printed(growth, d2, 1.0, "", unit="percent"))
    assert level is not None
    assert rate is not None
    assert prior(level, rate).holds(before)
    if level.low > 0:
        # Subtracting a hundred leaves an error of the size of a rounded hundred.
        found = growth_between(Interval(before, before), level)
        assert found.low - 1e-9 <= growth <= found.high + 1e-9


@some
@given(st.lists(st.floats(0.1, 9e4), min_size=2, max_size=6), st.integers(0, 2))
def test_printed_parts_add_up_to_the_printed_total(parts: list[float], decimals: int) -> None:
    held = [interval_of(printed(p, decimals, 1.0, "")) for p in parts]
    whole = interval_of(printed(sum(parts), decimals, 1.0, ""))
    assert whole is not None
    together = total(i for i in held if i is not None)
    assert together.meets(whole)
    assert (whole - together).holds(0.0)


def fact(text: str, value: float | None, qualifier: str = "exact", unit: str = "USD", low: float | None = None, high: float | None = None) -> Fact:
    return Fact("a", 0, len(text), text, 0, len(text), text, "level", "", value, unit, qualifier=qualifier, value_low=low, value_high=high)


@pytest.mark.parametrize(
    ("said", "low", "high"),
    [
        (fact("$786.3 billion", 786.3e9), 786.25e9, 786.35e9),
        (fact("65,000", 65_000.0, unit="order"), 64_999.5, 65_000.5),
        (fact("641,7 nghìn tỷ đồng", 641.7e12, unit="VND"), 641.65e12, 641.75e12),
        (fact("1.234,5 tỷ", 1234.5e9, unit="VND"), 1234.45e9, 1234.55e9),
        (fact("two million", 2e6, unit="person"), 1.5e6, 2.5e6),
        (fact("twenty million", 20e6, unit="person"), 19.5e6, 20.5e6),
        (fact("three", 3.0, unit="phase"), 2.5, 3.5),
        (fact("0.0%", 0.0, unit="percent"), -0.05, 0.05),
        (fact("6.8%", -6.8, unit="percent"), -6.85, -6.75),
        (fact("two million", 2e6, "nearly"), -math.inf, 2e6),
        (fact("$800 million", 8e8, "more_than"), 8e8, math.inf),
        (fact("20", 20.0, "less_than", "vehicle"), -math.inf, 20.0),
        (fact("5%", -5.0, "more_than", "percent"), -math.inf, -5.0),
        (fact("7%", -7.0, "nearly", "percent"), -7.0, math.inf),
        (fact("$168 million", 168e6, "approx"), 165.5e6, 170.5e6),
        (fact("80,000", 80_000.0, "approx", "person"), 55_000.0, 105_000.0),
        (fact("35.0%", 35.0, "approx", "percent"), 34.75, 35.25),
        (fact("4 to 5 per cent", None, unit="percent", low=4.0, high=5.0), 3.5, 5.5),
        (fact("many", None, "vague"), -math.inf, math.inf),
    ],
    ids=lambda x: x.text if isinstance(x, Fact) else None,
)
def test_half_a_unit_of_the_last_digit_and_what_qualifiers_open(said: Fact, low: float, high: float) -> None:
    where = interval_of(said)
    assert where is not None
    assert (where.low, where.high) == (pytest.approx(low, rel=1e-12), pytest.approx(high, rel=1e-12))


def test_the_policy_for_about_is_visible() -> None:
    assert APPROX_UNITS == 2.5


def test_a_round_number_may_have_been_rounded_but_keeps_two_digits() -> None:
    assert loose_interval_of(fact("200,000", 2e5, unit="vehicle")) == Interval(195_000.0, 205_000.0)
    assert loose_interval_of(fact("214,000", 214e3, unit="vehicle")) == Interval(213_500.0, 214_500.0)


@pytest.mark.parametrize("said", [fact("2026", "2026"), fact("from some", None)])  # type: ignore[arg-type]
def test_dates_and_unknown_amounts_have_no_interval(said: Fact) -> None:
    assert interval_of(said) is None


def test_intervals_refuse_to_run_backwards() -> None:
    with pytest.raises(ValueError, match="no interval"):
        Interval(2.0, 1.0)


def test_division_by_an_interval_around_zero_tells_nothing() -> None:
    assert Interval(1.0, 2.0) / Interval(-1.0, 1.0) == Interval(-math.inf, math.inf)


def test_nearly_bounds_a_base_from_below() -> None:
    before = prior(Interval(641.65, 641.75), Interval(-math.inf, 25.0))
    assert (before.low, before.high) == (pytest.approx(513.32), math.inf)
    assert prior(Interval(0.0, math.inf), Interval(-math.inf, math.inf)).low == 0.0
