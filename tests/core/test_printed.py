"""Printed numbers: read as they were meant, or refused; never another number."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from madein.core.printed import MISSING, Mark, iter_numeric, parse_numbers, settle

Read = tuple[float | None, int | None, bool]


def parse(cell: str | None, decimal: Mark) -> Read:
    value, decimals, bad = parse_numbers(pl.Series([cell], dtype=pl.String), decimal)
    return value[0], decimals[0], bad[0]


@pytest.mark.parametrize(
    ("cell", "value", "decimals"),
    [
        ("0", 0, 0),
        ("5", 5, 0),
        ("007", 7, 0),
        ("-6.8", -6.8, 1),
        ("−6.8", -6.8, 1),
        ("–6.8", -6.8, 1),
        ("+6.80", 6.8, 2),
        ("(6.8)", -6.8, 1),
        ("(1,234.50)", -1234.5, 2),
        (" 6.8 ", 6.8, 1),
        ("\u00a06.8\u00a0", 6.8, 1),
        ("6.8%", 6.8, 1),
        ("6.8 %", 6.8, 1),
        ("(6.8)%", -6.8, 1),
        (".5", 0.5, 1),
        ("5.", 5, 0),
        ("-.5", -0.5, 1),
        ("1,234", 1234, 0),
        ("1,234,567.891", 1234567.891, 3),
        ("1 234 567.9", 1234567.9, 1),
        ("1\u00a0234\u00a0567", 1234567, 0),
        ("1\u202f234.5", 1234.5, 1),
        ("1\u2009234", 1234, 0),
        ("1'234'567.5", 1234567.5, 1),
        ("1’234", 1234, 0),
        ("12345678901234567", 12345678901234567, 0),
        ("1e5", 1e5, -5),
        ("1.234E+05", 123400, -2),
        ("1.5e-3", 0.0015, 4),
        ("-2E3", -2000, -3),
    ],
)
def test_numbers_under_either_convention(cell: str, value: float, decimals: int) -> None:
    assert parse(cell, ".") == (float(value), decimals, False)
    turned = cell.translate(str.maketrans(".,", ",."))
    assert parse(turned, ",") == (float(value), decimals, False)


NO_NUMBERS = """1,2,34|1.2.3|12,34,567|1,23|1234,567|,123|0,123|00,123|1,234,56|1,,234|1,234 567|1 234,567|1 23|1  234|1 2345|1'23|1,234.5.6|1.234,5
5-|--5|+-5|-(5)|(-5)|(+5)|(−5)|(5|5)|((5))|5%%|%5|(5%)|.|+|()|(.)|=5|'5|5 USD|$5|5.5 p|6.5*|5,5 5|12x|1/2|½|²|٣|0x10|1_000|TRUE|#DIV/0!
1e|e5|.e5|1,234e5|1e5.5|1e400|1e1234|inf|infinity|-inf|2024-07|12:30|1\t234"""


@pytest.mark.parametrize("cell", NO_NUMBERS.replace("\n", "|").split("|"))
def test_what_is_no_number_is_bad_and_never_a_wrong_number(cell: str) -> None:
    for decimal, text in ((".", cell), (",", cell.translate(str.maketrans(".,", ",.")))):
        if text.strip().lower() not in MISSING:
            assert parse(text, decimal) == (None, None, True), text  # type: ignore[arg-type]


HOLES = "| |-|--|–|—|..|...|…|:|n/a|N/A|NA|n.a.|#N/A|NaN|null|None|x|X|*|(x)|c| .. |%"


@pytest.mark.parametrize("cell", [None, *HOLES.split("|")])
def test_marks_for_a_hole(cell: str | None) -> None:
    for decimal in (".", ","):
        assert parse(cell, decimal) == (None, None, False)  # type: ignore[arg-type]


def printed(value: int, places: int, mark: Mark, group: str) -> str:
    """An integer of the last place as an office prints it."""
    whole, rest = divmod(abs(value), 10**places)
    text = f"{whole:,}".replace(",", group) + (mark + f"{rest:0{places}d}" if places else "")
    return "-" + text if value < 0 else text


GROUPS = {".": ["", ",", " ", "\u00a0", "\u202f", "'", "’"], ",": ["", ".", " ", "\u00a0", "\u202f", "'", "’"]}
NUMBERS = st.tuples(st.integers(-(10**15), 10**15) | st.integers(-(10**4), 10**4), st.integers(0, 6))


@settings(deadline=None)
@given(st.lists(NUMBERS, min_size=1, max_size=20), st.sampled_from([".", ","]), st.data())
def test_what_was_printed_comes_back(numbers: list[tuple[int, int]], mark: Mark, data: st.DataObject) -> None:
    group = data.draw(st.sampled_from(GROUPS[mark]))
    values, decimals, bad = parse_numbers(pl.Series([printed(v, p, mark, group) for v, p in numbers]), mark)
    assert not bad.any()
    assert decimals.to_list() == [p for _, p in numbers]
    for got, (v, p) in zip(values, numbers, strict=True):
        assert got == float(f"{v}e-{p}")


@settings(deadline=None)
@given(st.lists(NUMBERS.filter(lambda n: n[1] > 0), min_size=1, max_size=20), st.sampled_from([".", ","]))
def test_the_other_convention_reads_a_number_right_or_not_at_all(numbers: list[tuple[int, int]], mark: Mark) -> None:
    """Only three places behind the mark of an ungrouped number are open to both readings; all else is told."""
    other: Mark = "," if mark == "." else "."
    cells = [printed(v, p, mark, "") for v, p in numbers]
    values, _, bad = parse_numbers(pl.Series(cells), other)
    for cell, got, wrong in zip(cells, values, bad, strict=True):
        assert wrong == (got is None)
        assert wrong or settle([cell]).open_cell == cell


@settings(deadline=None, max_examples=300)
@given(st.text(st.sampled_from("0123456789.,' -+()%eE\u00a0x"), max_size=10), st.sampled_from([".", ","]))
@example("1,234 567", ".")
def test_a_number_read_is_a_number_printed(cell: str, mark: Mark) -> None:
    """Whatever is read equals the digits printed, group marks dropped: nothing is cut off, doubled or turned."""
    value, decimals, bad = parse(cell, mark)
    assert not (bad and value is not None)
    if value is None:
        assert decimals is None
        assert bad == (cell.strip().removesuffix("%").strip().lower() not in MISSING)
        return
    assert math.isfinite(value)
    plain = cell.strip().removesuffix("%").strip()
    negative = plain.startswith(("-", "("))
    digits = "".join(c for c in plain if c in "0123456789.,eE" or (c in "+-" and plain[plain.index(c) - 1] in "eE" and plain.index(c) > 0))
    digits = digits.replace("," if mark == "." else ".", "").replace(",", ".")
    assert value == pytest.approx(float(digits) * (-1 if negative else 1), rel=1e-12)


def test_every_cell_keeps_its_place() -> None:
    cells = ["1.5", None, "x", "(2)", "bad", "1,000", "..", "3e2", "7"]
    values, decimals, bad = parse_numbers(pl.Series(cells), ".")
    assert values.to_list() == [1.5, None, None, -2.0, None, 1000.0, None, 300.0, 7.0]
    assert decimals.to_list() == [1, None, None, 0, None, 0, None, -2, 0]
    assert bad.to_list() == [False, False, False, False, True, False, False, False, False]
    assert [s.len() for s in parse_numbers(pl.Series([], dtype=pl.String), ",")] == [0, 0, 0]


@pytest.mark.parametrize(
    ("cells", "dot", "comma", "open_cell"),
    [
        (["1.234,5"], 0, 1, ""),
        (["1,234.5"], 1, 0, ""),
        (["0,123"], 0, 1, ""),
        (["0.123", "12.5"], 2, 0, ""),
        (["1,234"], 0, 0, "1,234"),
        (["-1.234", "7"], 0, 0, "-1.234"),
        (["1,234,567"], 1, 0, ""),
        (["1.234.567"], 0, 1, ""),
        (["1234.567"], 1, 0, ""),
        (["1 234,567"], 0, 1, ""),
        (["1'234.567"], 1, 0, ""),
        (["12", "1 234", "5%"], 0, 0, ""),
        (["1,5", "1.5"], 1, 1, ""),
        (["(1,234)", "(0.5)"], 1, 0, "(1,234)"),
        (["1,234E+05"], 0, 1, ""),
        (["1.234e5"], 1, 0, ""),
        ([], 0, 0, ""),
    ],
)
def test_evidence_for_the_decimal_mark(cells: list[str], dot: int, comma: int, open_cell: str) -> None:
    found = settle(cells)
    assert (found.dot, found.comma, found.open_cell) == (dot, comma, open_cell)


@given(st.lists(NUMBERS, min_size=1, max_size=30), st.sampled_from([".", ","]), st.data())
def test_evidence_never_points_the_wrong_way(numbers: list[tuple[int, int]], mark: Mark, data: st.DataObject) -> None:
    group = data.draw(st.sampled_from(GROUPS[mark]))
    found = settle([printed(v, p, mark, group) for v, p in numbers])
    wrong = found.comma if mark == "." else found.dot
    assert wrong == 0


def test_only_numbers_are_asked() -> None:
    assert list(iter_numeric(["1,5", None, "", "abc", "5 p", "1,2E+05", "..", "(3)", "12%", "1e5", "e5", "1/2", "8471-07", "-5"])) == [
        "1,5", "1,2E+05", "(3)", "12%", "1e5", "-5"]  # fmt: skip
