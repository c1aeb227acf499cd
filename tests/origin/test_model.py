"""Exact amounts, trees of lines, and rolling up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.errors import BadInput
from madein.origin.model import Bill, Line, Product, exact
from madein.origin.records import bill_of
from madein.origin.rollup import roll_up


def test_exact_takes_the_shortest_decimal_of_a_float_and_refuses_what_is_none() -> None:
    assert exact(0.1) == Decimal("0.1")
    assert exact(Fraction(1, 3)) == Fraction(1, 3)
    for bad in ("", "12x", float("nan"), float("inf"), True, "Infinity"):
        with pytest.raises(ValueError, match="number"):
            exact(bad)


@given(st.lists(st.decimals(0, 10**9, places=4), min_size=1, max_size=9))
def test_whole_values_keep_every_digit(values: list[Decimal]) -> None:
    bill = Bill(Product(value=values[0]), tuple(Line(str(n), value=v) for n, v in enumerate(values)))
    assert [Fraction(bill.whole(v) or 0, bill.scale) for v in values] == [Fraction(v) for v in values]


def test_fractions_and_decimals_share_one_scale() -> None:
    bill = Bill(Product(value=Decimal("0.5")), (Line("1", value=Fraction(1, 3)),))
    assert bill.scale == 6
    assert bill.whole(bill.product.value) == 3


def test_walk_visits_a_shared_part_once_and_knows_no_depth() -> None:
    cell = Line("9", "cell")
    pack = Line("1", children=(cell,))
    spare = Line("2", children=(cell,))
    assert [line.id for line in Bill(Product(), (pack, spare)).walk()] == ["1", "9", "2"]
    deep = Line("end")
    for n in range(20_000):
        deep = Line(str(n), children=(deep,))
    assert sum(1 for _ in Bill(Product(), (deep,)).walk()) == 20_001


def rows(*pairs: tuple[str, str]) -> list[dict[str, str]]:
    return [{"line": line, "parent": parent, "hs": "", "name": f"part {line}"} for line, parent in pairs]


def test_rows_that_name_parents_make_a_tree_in_any_order() -> None:
    bill = bill_of({"materials": rows(("1.1", "1"), ("1", ""), ("1.1.1", "1.1"), ("2", ""))})
    assert [line.id for line in bill.lines] == ["1", "2"]
    assert bill.lines[0].children[0].children[0].id == "1.1.1"


def test_a_sub_assembly_used_twice_is_one_object_with_its_parts_listed_once() -> None:
    bill = bill_of({"materials": rows(("a", ""), ("b", ""), ("pack", "a"), ("pack", "b"), ("cell", "pack"))})
    first, second = (line.children[0] for line in bill.lines)
    assert first.children is second.children
    assert [c.id for c in first.children] == ["cell"]


def test_a_circle_is_reported_with_its_rows() -> None:
    with pytest.raises(BadInput) as caught:
        bill_of({"materials": rows(("1", "3"), ("2", "1"), ("3", "2"), ("4", ""))})
    said = str(caught.value)
    assert "a part of itself" in said
    assert all(f"material {n}" in said for n in (1, 2, 3))
    assert "material 4" not in said


def test_ten_tiers_and_an_unknown_parent() -> None:
    chain = rows(*((str(n), str(n - 1) if n > 1 else "") for n in range(1, 11)))
    line, depth = bill_of({"materials": chain}).lines[0], 1
    while line.children:
        line, depth = line.children[0], depth + 1
    assert depth == 10
    with pytest.raises(BadInput, match="its parent '7' is no line"):
        bill_of({"materials": rows(("1", "7"))})


def test_a_number_used_twice_under_one_parent_is_refused() -> None:
    with pytest.raises(BadInput, match="line 1 stands twice"):
        bill_of({"materials": rows(("1", ""), ("1", ""))})


@given(
    st.integers(1, 60).flatmap(
        lambda n: st.tuples(st.lists(st.integers(-1, n - 1), min_size=n, max_size=n), st.lists(st.integers(0, 99), min_size=n, max_size=n))
    )
)
def test_rolled_up_sums_are_those_of_walking_up(drawn: tuple[list[int], list[int]]) -> None:
    parent = np.array([p if p < n else -1 for n, p in enumerate(drawn[0])])
    own = np.array(drawn[1])
    want = own.copy()
    for n in range(len(own)):
        up = int(parent[n])
        while up >= 0:
            want[up] += own[n]
            up = int(parent[up])
    found = roll_up(parent, own)
    assert found.total.tolist() == want.tolist()
    assert all(found.level[n] == (0 if parent[n] < 0 else found.level[parent[n]] + 1) for n in range(len(own)))


def test_rolling_up_names_every_row_of_every_circle_and_no_other() -> None:
    parent = np.array([-1, 2, 3, 1, 1, 6, 5])
    with pytest.raises(BadInput) as caught:
        roll_up(parent, np.ones(7, np.int64))
    assert [p.where for p in caught.value.problems] == ["row 2", "row 3", "row 4", "row 6", "row 7"]


def test_rolling_up_large_whole_numbers_stays_exact() -> None:
    own = np.array([0, 2**61, 2**61, 2**61], np.int64)
    assert roll_up(np.array([-1, 0, 0, 0]), own).total[0] == 3 * 2**61


def test_a_parent_that_is_no_row_is_refused() -> None:
    with pytest.raises(BadInput, match="row 1: its parent is no row"):
        roll_up(np.array([5]), np.array([1]))
