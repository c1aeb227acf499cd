"""Reconciling what writers print of true numbers: whatever is true contradicts nothing, however it is rounded and qualified."""

from __future__ import annotations

import math

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from madein.press.reading import read_text
from madein.press.reconcile import reconcile
from madein.press.reconcile.verdicts import Verdict

some = settings(max_examples=120, deadline=None)

millions = st.floats(1.2e6, 9e8)
decimals = st.integers(0, 2)
WORDS = {"exact": "", "nearly": "nearly ", "more_than": "more than ", "approx": "about "}


def read(*texts: str) -> tuple[Verdict, ...]:
    return reconcile([read_text(text, f"{n}.txt") for n, text in enumerate(texts)])


def accused(*texts: str) -> list[str]:
    return [f"{v.what} | {v.why}" for v in read(*texts) if v.verdict == "contradiction"]


def money(true: float, digits: int, way: str = "exact") -> str:
    """A true amount as a writer prints it: "nearly" above it, "more than" below it, else rounded."""
    unit = 10.0**-digits
    scaled = true / 1e6 / unit
    whole = math.ceil(scaled) if way == "nearly" else math.floor(scaled) if way == "more_than" else round(scaled)
    return f"{WORDS[way]}${whole * unit:,.{digits}f} million"


def percent(true: float, digits: int) -> str:
    return f"{abs(true):.{digits}f}%"


ways = st.sampled_from(["exact", "exact", "nearly", "more_than", "approx"])


@some
@given(millions, st.floats(-40, 90), decimals, decimals, ways, ways)
def test_growth_and_the_level_before_it(before: float, growth: float, d1: int, d2: int, way: str, other: str) -> None:
    assume(round(abs(growth), 1) > 0)
    after = before * (1 + growth / 100)
    assume(after > 2e6)
    verb = "rose" if growth > 0 else "fell"
    text = f"Coffee exports {verb} {percent(growth, 1)} to {money(after, d1, way)} in 2024. Coffee exports were {money(before, d2, other)} in 2023."
    assert accused(text) == []


@some
@given(millions, st.floats(1.25, 3.0), st.floats(-40, 90), st.booleans())
def test_a_level_before_that_growth_excludes_is_found(before: float, factor: float, growth: float, above: bool) -> None:
    assume(round(abs(growth), 1) > 0)
    after = before * (1 + growth / 100)
    wrong = before * factor if above else before / factor
    assume(min(after, wrong) > 5e6)
    verb = "rose" if growth > 0 else "fell"
    text = f"Coffee exports {verb} {percent(growth, 1)} to {money(after, 1)} in 2024. Coffee exports were {money(wrong, 1)} in 2023."
    assert accused(text) != []


@some
@given(millions, st.floats(3, 95), decimals, decimals, ways)
def test_a_share_its_part_and_its_whole(whole: float, share: float, d1: int, d2: int, way: str) -> None:
    part = whole * share / 100
    assume(part > 2e6)
    text = (
        f"Exports to the United States were {money(part, d1)} in 2024, accounting for {percent(share, 1)} of total exports. "
        f"Total exports were {money(whole, d2, way)} in 2024."
    )
    assert accused(text) == []


@some
@given(st.lists(millions, min_size=2, max_size=4), decimals, decimals, ways, st.floats(1.0, 1.6))
def test_parts_and_a_total_that_holds_them(parts: list[float], d1: int, d2: int, way: str, more: float) -> None:
    names = ["durian", "bananas", "dragon fruit", "mangoes"]
    listed = " and ".join(f"{money(p, d2)} from {name}" for p, name in zip(parts, names, strict=False))
    assert accused(f"In 2024 fruit exports earned {money(sum(parts) * more, d1, way)}, including {listed}.") == []


@some
@given(st.lists(st.floats(2e7, 9e8), min_size=2, max_size=4), st.floats(1.1, 2.0))
def test_parts_that_exceed_their_total_are_found(parts: list[float], less: float) -> None:
    names = ["durian", "bananas", "dragon fruit", "mangoes"]
    listed = " and ".join(f"{money(p, 1)} from {name}" for p, name in zip(parts, names, strict=False))
    total = sum(parts) / less
    assume(total > max(parts) * 1.02 and sum(parts) - total > 1e6)
    assert accused(f"In 2024 fruit exports earned {money(total, 1)}, including {listed}.") != []


@some
@given(st.floats(2e8, 9e11), st.floats(2e8, 9e11), decimals, decimals, decimals)
def test_exports_imports_and_their_balance(out: float, into: float, d1: int, d2: int, d3: int) -> None:
    balance = abs(out - into)
    assume(balance > 2e6)
    side = "surplus" if out > into else "deficit"
    text = f"Exports were {money(out, d1)} and imports were {money(into, d2)} in 2024. The trade {side} was {money(balance, d3)} in 2024."
    assert accused(text) == []


@some
@given(millions, decimals, decimals, ways, ways)
def test_two_articles_on_one_true_number(true: float, d1: int, d2: int, way: str, other: str) -> None:
    one = f"Coffee exports were {money(true, d1, way)} in 2024."
    two = f"In 2024 coffee exports came to {money(true, d2, other)}, traders say."
    assert accused(one, two) == []


@some
@given(st.floats(60, 140), st.integers(0, 1), st.integers(0, 1))
def test_percent_of_plan_and_distance_from_it(ratio: float, d1: int, d2: int) -> None:
    assume(round(abs(ratio - 100), 1) > 0)
    side = "above" if ratio > 100 else "below"
    text = f"Budget revenue in 2024 reached {percent(ratio, d1)} of the plan. Budget revenue in 2024 was {percent(ratio - 100, d2)} {side} the plan."
    assert accused(text) == []
