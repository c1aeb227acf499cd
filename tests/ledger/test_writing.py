"""Out and back again: nothing is lost, and nothing harms a spreadsheet."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.core.periods import Period
from madein.ledger import Claim, Claims
from madein.ledger.writing import write_claims

TODAY = date(2026, 11, 21)
DAYS = st.dates(date(1990, 1, 1), date(2026, 11, 1))
PERIODS = st.one_of(
    DAYS.map(Period.day), st.integers(1990, 2025).map(Period.year), st.tuples(st.integers(1990, 2025), st.integers(1, 4)).map(lambda x: Period.quarter(*x)),
    st.tuples(DAYS, DAYS).map(lambda x: Period(min(x), max(x))),
)  # fmt: skip
LETTERS = st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))
TEXT = st.text(st.one_of(LETTERS, st.sampled_from("=+-@'\"\n,;_x0041_ é")), max_size=25)
SOME = TEXT.map(lambda t: t.strip() or "x")


@st.composite
def claims(draw: st.DrawFn) -> Claim:
    kind = draw(st.sampled_from(["number", "range", "date", "text"]))
    both = {"as_of": draw(PERIODS), "source": draw(TEXT), "place": draw(TEXT), "note": draw(TEXT), "valid_to": draw(st.one_of(st.none(), DAYS))}
    if kind == "text":
        return Claim(subject="plan:a", predicate="action", value=draw(SOME), **both)
    if kind == "date":
        qualifier = draw(st.sampled_from(["", "by", "from"]))
        return Claim(
            subject="project:a/phase=1",
            predicate="operation",
            value=draw(PERIODS),
            qualifier=qualifier,
            status=draw(st.sampled_from(["planned", "actual"])),
            **both,
        )
    if kind == "range":
        low, high = sorted(draw(st.tuples(st.integers(0, 10**9), st.integers(0, 10**9))))
        return Claim(subject="orders:a", predicate="orders", value=None, low=float(low), high=float(high), unit="order", **both)
    value = draw(st.floats(-1e300, 1e300, allow_nan=False))
    qualifier = draw(st.sampled_from(["", "more_than", "approx", "exact"]))
    return Claim(
        subject="project:a",
        predicate="capital",
        value=value,
        unit="USD",
        basis=draw(st.sampled_from(["", "cumulative"])),
        qualifier=qualifier,
        status="planned",
        **both,
    )


@pytest.mark.parametrize("suffix", [".csv", ".xlsx", ".yaml", ".jsonl", ".parquet"])
@settings(deadline=None, max_examples=30)
@given(told=st.lists(claims(), min_size=1, max_size=6), fix=st.booleans())
def test_reading_what_was_written_gives_the_same_claims(tmp_path_factory: pytest.TempPathFactory, suffix: str, told: list[Claim], fix: bool) -> None:
    book = Claims.of(told, TODAY)
    if fix:
        first = next(iter(book))
        book = book.append([first.correct(note="again", as_of=Period.day(TODAY))], TODAY)
    path = tmp_path_factory.mktemp("w") / f"c{suffix}"
    book.write(path)
    back = Claims.read(path, today=TODAY, decimal=".")
    assert back.frame.equals(book.frame)
    assert not back.warnings


FORMULAS = ['=HYPERLINK("http://x")', "+1+1", "-2+3", "@SUM(A1)", "'=1", "''=1", "＝1", "-6.8", "=", "'"]


def test_no_cell_of_a_csv_is_a_formula(tmp_path: Path) -> None:
    told = [Claim(subject="plan:a", predicate="action", value=text, as_of=Period.year(2024), source=text, note=text) for text in FORMULAS]
    book = Claims.of(told, TODAY)
    path = tmp_path / "c.csv"
    book.write(path)
    with path.open(encoding="utf-8", newline="") as file:
        cells = [cell for row in csv.reader(file) for cell in row]
    assert {c for c in cells if c.startswith(("=", "+", "-", "@", "＝", "\t", "\r"))} <= {"-6.8"}
    assert list(Claims.read(path, today=TODAY)) == told


def test_negative_numbers_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    Claims.of([Claim(subject="thing:a", predicate="amount", value=-6.8e-7, unit="percent", as_of=Period.year(2024))], TODAY).write(path)
    assert ",-6.8e-7," in path.read_text()


def test_what_cannot_be_written(tmp_path: Path) -> None:
    book = Claims.of([Claim(subject="plan:a", predicate="action", value="x", as_of=Period.year(2024))], TODAY)
    with pytest.raises(MadeinError, match=r"cannot write files ending in"):
        book.write(tmp_path / "c.doc")


def test_more_rows_than_a_sheet_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("madein.ledger.writing.MAX_SHEET_ROWS", 1)
    book = Claims.of([Claim(subject="plan:a", predicate="action", value=x, as_of=Period.year(2024)) for x in "ab"], TODAY)
    with pytest.raises(MadeinError, match="more than a worksheet holds"):
        write_claims(book.frame, tmp_path / "c.xlsx")
    monkeypatch.setattr("madein.ledger.writing.MAX_SHEET_ROWS", 9)
    monkeypatch.setattr("madein.ledger.writing.MAX_CELL", 5)
    with pytest.raises(MadeinError, match="longer than a cell"):
        write_claims(book.frame, tmp_path / "c.xlsx")
