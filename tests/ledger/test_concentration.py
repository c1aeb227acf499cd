"""Concentration with bounds: a real bill of materials, and brute force over small cases."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from madein.core.errors import BadInput, MadeinError
from madein.ledger.bounds import Interval
from madein.ledger.concentration import (
    Line,
    Rest,
    _best_corner,
    _chords,
    by_supplier,
    concentration,
    from_values,
    sourcing,
)

N = 12
"""Shares of the small cases are whole twelfths."""


@cache
def splits(units: int, most: int) -> tuple[tuple[int, ...], ...]:
    """Every way to cut some units into parts of at most so many."""
    if units == 0:
        return ((),)
    return tuple((first, *rest) for first in range(min(units, most), 0, -1) for rest in splits(units - first, first))


def fillings(boxes: list[tuple[int, int]], rest: Rest) -> Iterator[tuple[int, ...]]:
    """Every way to fill in what is unknown: totals of all suppliers, in twelfths."""
    for named in product(*(range(low, high + 1) for low, high in boxes)):
        left = N - sum(named)
        if left < 0 or (rest == "none" and left):
            continue
        if rest == "anyone":
            for extra in product(range(left + 1), repeat=len(named)):
                if sum(extra) <= left:
                    for new in splits(left - sum(extra), N):
                        yield (*(a + b for a, b in zip(named, extra, strict=True)), *new)
        else:
            cap = min((x for x in named if x), default=N) if rest == "smaller others" else N
            yield from ((*named, *new) for new in splits(left, cap))


def top(filled: tuple[int, ...], k: int) -> int:
    return sum(sorted(filled, reverse=True)[:k])


BOXES = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 4)), min_size=0, max_size=3).map(lambda bs: [(a, min(N, a + b)) for a, b in bs])
EXACT = st.lists(st.integers(0, 7), min_size=0, max_size=3).map(lambda xs: [(x, x) for x in xs])
CRUMB = N * (1 / N) ** 2
"""Most that twelve crumbs of a twelfth add to the sum of squares: what brute force cannot reach below."""


@pytest.mark.parametrize("rest", ["anyone", "others", "smaller others", "none"])
@settings(deadline=None, max_examples=120)
@given(data=st.data())
def test_no_filling_lies_outside_the_bounds_and_some_reach_them(rest: Rest, data: st.DataObject) -> None:
    boxes = data.draw(EXACT if rest == "smaller others" else BOXES)
    assume(sum(low for low, _ in boxes) <= N)
    if rest == "none":
        assume(sum(high for _, high in boxes) >= N)
    if rest == "smaller others":
        assume(any(low for low, _ in boxes))
    found = concentration({f"s{i}": (low / N, high / N) for i, (low, high) in enumerate(boxes)}, rest=rest)
    filled = list(fillings(boxes, rest))
    squares = [sum(x * x for x in f) / N**2 for f in filled]
    low, high = found.hhi.low / 10_000, found.hhi.high / 10_000
    assert found.sharp
    assert low <= min(squares) + 1e-9 and max(squares) <= high + 1e-9
    # Upper bounds lie at corners, which twelfths hit; lower ones are missed by crumbs, or by rounding to a twelfth.
    assert max(squares) == pytest.approx(high)
    assert min(squares) - low <= CRUMB + 1e-9
    for k in (1, 2, 3):
        joint = [top(f, k) / N for f in filled]
        cr = found.top(k)
        assert cr.low <= min(joint) + 1e-9 and max(joint) == pytest.approx(cr.high)
        assert min(joint) - cr.low <= k / N + 1e-9
    assert found.effective.low == pytest.approx(1 / high)


@settings(deadline=None)
@given(EXACT, st.integers(2, 200))
def test_the_lower_bound_is_approached_by_ever_finer_crumbs(boxes: list[tuple[int, int]], crumbs: int) -> None:
    named = [low / N for low, _ in boxes]
    assume(sum(named) <= 1)
    unknown = 1 - sum(named)
    found = concentration({str(i): x for i, x in enumerate(named)})
    assert found.hhi.low / 10_000 + unknown**2 / crumbs == pytest.approx(sum(x * x for x in named) + crumbs * (unknown / crumbs) ** 2)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.tuples(st.floats(0, 0.3), st.floats(0.001, 0.3)), min_size=1, max_size=6), st.floats(0, 1))
def test_where_corners_are_too_many_the_bound_is_safe_and_near(boxes: list[tuple[float, float]], part: float) -> None:
    loose = [Interval(a, a + b) for a, b in boxes]
    free = part * sum(s.high - s.low for s in loose)
    best, safe = _best_corner(loose, free), _chords(loose, free)
    # A chord misses the parabola by a quarter of its squared width, and all shares but one stand at ends.
    assert best - 1e-9 <= safe <= best + max((s.high - s.low) ** 2 for s in loose) / 4 + 1e-9


def test_many_open_shares_are_bounded_and_say_that_they_are_not_sharp() -> None:
    found = concentration({str(i): (0.01, 0.05) for i in range(30)}, rest="others")
    assert not found.sharp and found.hhi.low == pytest.approx(30.0)
    assert found.top(3).high == pytest.approx(0.72)  # the 70 % that are free, wherever they go, and two of 1 %


@settings(deadline=None)
@given(st.lists(st.integers(1, 50), min_size=1, max_size=5), st.integers(0, 60))
def test_values_and_shares_say_the_same(values: list[int], unknown: int) -> None:
    named = {str(i): float(v) for i, v in enumerate(values)}
    total = sum(values) + unknown
    by_values = from_values(named, unknown)
    by_shares = concentration({k: 100 * v / total for k, v in named.items()}, percent=True)
    assert by_values.hhi.low == pytest.approx(by_shares.hhi.low) and by_values.hhi.high == pytest.approx(by_shares.hhi.high)
    assert by_values.identified_hhi == pytest.approx(1e4 * sum((v / sum(values)) ** 2 for v in values))
    # Who is known better cannot be bounded worse.
    others = concentration({k: v / total for k, v in named.items()}, rest="others")
    assert by_values.hhi.low == pytest.approx(others.hhi.low) and others.hhi.high <= by_values.hhi.high + 1e-6


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 10)), min_size=1, max_size=4), st.integers(0, 20), st.data())
def test_bounds_on_values_hold_every_inner_case(boxes: list[tuple[int, int]], unknown: int, data: st.DataObject) -> None:
    outer = from_values({str(i): (a, a + b) for i, (a, b) in enumerate(boxes)}, unknown)
    inner = from_values({str(i): data.draw(st.integers(a, a + b)) for i, (a, b) in enumerate(boxes)}, unknown)
    assert outer.hhi.low <= inner.hhi.low + 1e-6 and inner.hhi.high <= outer.hhi.high + 1e-6
    assert outer.sharp is all(b == 0 for _, b in boxes)


@pytest.fixture(scope="module")
def phone(reference: Path) -> list[Line]:
    with (reference / "ledger" / "gold" / "bom_iphone_3gs_2009.csv").open(encoding="utf-8") as file:
        return [Line(r["item"], (r["supplier"],) if r["supplier"] else (), float(r["cost_usd"])) for r in csv.DictReader(file)]


def test_the_phone_of_2009(phone: list[Line]) -> None:
    assert len(phone) == 17 and sum(float(line.value) for line in phone) == pytest.approx(178.96)  # type: ignore[arg-type]
    ((choice, found),) = by_supplier(phone).by_choice
    assert choice == () and found.sharp
    assert found.unknown.low == pytest.approx(48 / 178.96)
    assert round(found.identified_hhi or 0) == 2895
    assert (round(found.hhi.low), round(found.hhi.high)) == (1551, 4046)
    # By hand, in dollars: squares of nine suppliers, and with the unknown 48 dollars on top of the largest.
    squares = 59.25**2 + 28.85**2 + 22.96**2 + 6.5**2 + 5.95**2 + 3.65**2 + 1.35**2 + 1.30**2 + 1.15**2
    assert found.hhi.low == pytest.approx(1e4 * squares / 178.96**2)
    assert found.hhi.high == pytest.approx(1e4 * (squares - 59.25**2 + 107.25**2) / 178.96**2)
    assert found.shares[0][0] == "Toshiba" and found.largest.low == pytest.approx(59.25 / 178.96)
    # One firm that is none of the nine would make it 2,270, and none larger than the smallest of them 1,568.
    values = {name: share.low * 178.96 for name, share in found.shares}
    assert round(from_values(values, 48, rest="others").hhi.high) == 2270
    assert round(from_values(values, 48, rest="smaller others").hhi.high) == 1568


def test_the_memory_chip_that_two_reports_give_to_two_suppliers(phone: list[Line]) -> None:
    lines = [Line(x.item, ("Samsung", "Elpida"), x.value) if x.item == "SDRAM mobile DDR" else x for x in phone]
    both = by_supplier(lines)
    bounds = {choice[0][1]: (round(found.hhi.low), round(found.hhi.high)) for choice, found in both.by_choice}
    assert bounds == {"Samsung": (1551, 4046), "Elpida": (1474, 3969)}
    assert (round(both.hhi.low), round(both.hhi.high)) == (1474, 4046)
    status = {s.item: s.status for s in sourcing(lines)}
    assert status["SDRAM mobile DDR"] == "contradicted" and status["Rest of BOM"] == "unknown"
    assert sum(s == "single" for s in status.values()) == 15


def test_single_sources() -> None:
    lines = [
        Line("a", ("X",), 1), Line("a", ("X",), 2), Line("b", ("X",), 1), Line("b", (), 1),
        Line("c", ("X", "Y"), 1), Line("c", ("Z",), 1), Line("d", ("X", "Y"), 1), Line("d", ("X",), 1),
    ]  # fmt: skip
    assert {s.item: s.status for s in sourcing(lines)} == {"a": "single", "b": "unknown", "c": "several", "d": "contradicted"}
    assert sourcing(lines)[0].value == Interval(3, 3)


def test_a_share_is_no_more_than_the_others_leave() -> None:
    found = concentration({"A": (0.25, 0.9), "B": 0.5})
    assert dict(found.shares)["A"] == Interval(0.25, 0.5) and found.unknown == Interval(0, 0.25)


def test_edges() -> None:
    nobody = concentration({})
    assert nobody.hhi == Interval(0, 10_000) and nobody.effective == Interval(1, math.inf) and nobody.identified_hhi is None
    alone = concentration({"A": 1.0})
    assert alone.hhi == Interval(10_000, 10_000) and alone.effective == Interval(1, 1) and alone.top(5) == Interval(1, 1)
    thirds = concentration(dict.fromkeys("abc", 100 / 3), percent=True, rest="none")
    assert thirds.hhi.low == pytest.approx(1e4 / 3) and thirds.hhi.high == pytest.approx(1e4 / 3)
    assert from_values({"A": 3, "B": 0}).hhi == Interval(10_000, 10_000)


@pytest.mark.parametrize(
    ("shares", "options", "words"),
    [
        ({"A": -0.1}, {}, "share of -0.1"),
        ({"A": math.nan}, {}, "nan"),
        ({"A": math.inf}, {}, "share of inf"),
        ({"A": (0.5, 0.2)}, {}, "lower one first"),
        ({"A": 0.7, "B": 0.6}, {}, "sum to 130 %"),
        ({"A": 70, "B": 60}, {"percent": True}, "sum to 130 %"),
        ({"A": 70}, {}, "percent=True"),
        ({"A": 0.7}, {"rest": "none"}, "sum to 70 %"),
        ({"A": (0.1, 0.2)}, {"rest": "smaller others"}, "rest='others'"),
        ({"A": 0.0}, {"rest": "smaller others"}, "smallest"),
    ],
)
def test_bad_shares(shares: dict[str, float], options: dict[str, str], words: str) -> None:
    with pytest.raises(BadInput, match=words):
        concentration(shares, **options)  # type: ignore[arg-type]


def test_bad_values_are_told_together() -> None:
    with pytest.raises(BadInput) as told:
        from_values({"A": -1, "B": math.nan, "C": (1, math.inf)}, -2)
    assert [p.where for p in told.value.problems] == ["values A", "values B", "values C", "values unknown part"]
    for values in ({"A": 0.0}, {}):
        with pytest.raises(BadInput, match="total is zero"):
            from_values(values)
    with pytest.raises(BadInput, match="may be zero"):
        from_values({"A": (0, 5)})
    with pytest.raises(MadeinError, match="none"):
        concentration({"A": 1.0}).top(0)
    with pytest.raises(MadeinError, match="8,192 ways"):
        by_supplier(Line(str(i), ("X", "Y"), 1) for i in range(13))
