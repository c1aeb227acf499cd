"""Codes as people write them, and sets of codes that are never expanded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.origin.hs import HsSet, parse_hs, span

DIGITS = st.integers(0, 99).map(lambda n: f"{n:02d}")
CODE = st.lists(DIGITS, min_size=1, max_size=5).map("".join)


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("8703.80", "870380"),
        ("8703 80 10", "87038010"),
        (" HS 6109.10 ", "610910"),
        ("0902", "0902"),
        ("01", "01"),
        ("870380.0", "870380"),
        ("8703-80-10-00", "8703801000"),
    ],
)
def test_the_ways_a_code_is_written(text: str, digits: str) -> None:
    assert parse_hs(text, "2022").digits == digits


@pytest.mark.parametrize(
    ("given_text", "says"),
    [
        (90210, "write 090210 as text"),
        ("10121", "leading zero was lost"),
        (8703.8, "the last zero was lost. Mend: write 870380 as text".replace(". Mend", "). Mend")),
        ("", "no code of the Harmonized System is given"),
        (None, "no code"),
        ("shoes", "only digits"),
        ("6109.10; 6109.90", "only digits"),
        ("123456789012", "12 digits"),
        ("1234567", "with 2, 4, 6, 8 or 10 digits"),
        ("851712", "it is a code of HS 2012 and 2017). Mend: write 851713 or 851714"),
        ("870399", "heading 8703 has no such subheading"),
        ("8799", "chapter 87 has no heading 8799"),
        ("770110", "there is no chapter 77"),
        ("=1+1", "only digits"),
        ("8" * 50000, "only digits"),
    ],
)
def test_a_code_that_cannot_be_taken_says_what_to_write(given_text: object, says: str) -> None:
    with pytest.raises(MadeinError) as caught:
        parse_hs(given_text, "2022", "bill.xlsx row 7, column HS")
    assert says in str(caught.value)
    assert str(caught.value).startswith("bill.xlsx row 7, column HS: ")
    assert len(str(caught.value)) < 400


def test_without_an_edition_any_digits_are_taken() -> None:
    assert parse_hs("851712").digits == "851712"
    assert (parse_hs("8517.12").chapter, parse_hs("8517.12").heading, parse_hs("85171200").subheading) == ("85", "8517", "851712")


@given(CODE)
def test_a_code_survives_its_dots(code: str) -> None:
    dotted = ".".join(filter(None, (code[:4], *(code[n : n + 2] for n in range(4, len(code), 2)))))
    assert parse_hs(dotted).digits == code


@given(st.lists(st.tuples(CODE, CODE), max_size=6), CODE)
def test_holds_is_what_the_ranges_say(pairs: list[tuple[str, str]], code: str) -> None:
    ranges = [(a, b) for a, b in pairs if span(a)[0] <= span(b)[1]]
    codes = HsSet(ranges)
    low, high = span(code)
    covered = sum(max(0, min(b, high) - max(a, low) + 1) for a, b in codes.bounds)
    assert codes.holds(code) is (True if covered == high - low + 1 else None if covered else False)
    assert codes.overlaps(HsSet([(code, code)])) is (covered > 0)


@given(st.lists(st.tuples(CODE, CODE), max_size=6))
def test_order_and_joints_of_ranges_do_not_matter(pairs: list[tuple[str, str]]) -> None:
    ranges = [(a, b) for a, b in pairs if span(a)[0] <= span(b)[1]]
    assert HsSet(ranges) == HsSet(reversed(ranges))
    assert hash(HsSet(ranges)) == hash(HsSet([*ranges, *ranges]))


@pytest.mark.parametrize("bad", [[("6117", "6101")], [("61.01", "6117")], [("", "61")], [("61010000000", "62")]])
def test_a_range_must_be_one(bad: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match="range"):
        HsSet(bad)
