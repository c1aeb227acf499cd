"""Messages that say what, where, why and how; tables that do no harm in a spreadsheet."""

from __future__ import annotations

import csv
import io
import pickle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.errors import (
    BAD_INPUT,
    INTERNAL,
    SHOWN,
    BadInput,
    ContractBroken,
    MadeinError,
    Problem,
    Problems,
    csv_text,
    neutral,
    write_problems,
)

FORMULAS = """=1+1|+1+1|-1+1|@SUM(A1)|=HYPERLINK("http://x","y")|=cmd/' /C calc'!A0|-A1|+A1|--1|＝1+1|＋1|－1|＠x|=|+|-|@|-1-|+84 24 3846"""


@pytest.mark.parametrize("text", [*FORMULAS.split("|"), "\t=1", "\n=1"])
def test_formulas_are_made_harmless(text: str) -> None:
    assert neutral(text) == "'" + text
    (row,) = csv.reader(io.StringIO(csv_text([text], []), newline=""))
    assert row == ["'" + text]


@pytest.mark.parametrize("text", ["", "-6.8", "+5", "-1e5", "Hải Phòng", "a=1", "1-2", "'x", " =1", "–5", "−5", "VF 8", "a@b"])
def test_plain_text_and_numbers_are_left_alone(text: str) -> None:
    assert neutral(text) == text


def test_a_carriage_return_begins_no_row(tmp_path: Path) -> None:
    text = csv_text(["a", "b"], [["x\r=1+1", "y\r\nz"], ["\r=1", "\r\n=1"]])
    assert "\r" not in text
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], ["x\n=1+1", "y\nz"], ["'\n=1", "'\n=1"]]


CELLS = st.text(st.sampled_from("=+-@\t\r\n'\",;a1 .＝é"), max_size=6)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=5))
def test_no_cell_of_a_written_table_begins_like_a_formula(rows: list[list[str]]) -> None:
    text = csv_text(["a", "b"], rows)
    back = list(csv.reader(io.StringIO(text, newline="")))[1:]
    plain = [[cell.replace("\r\n", "\n").replace("\r", "\n") for cell in row] for row in rows]
    assert [len(row) for row in back] == [2] * len(rows)
    assert all(b in (p, "'" + p) for row, wanted in zip(back, plain, strict=True) for b, p in zip(row, wanted, strict=True))
    for cell in (cell for row in back for cell in row):
        assert not cell.startswith(("=", "@", "\t", "\r", "\n", "＝")), cell
        if cell.startswith(("+", "-")):
            float(cell)


def test_empty_cells_and_numbers_in_tables() -> None:
    assert csv_text(["a", "b", "c"], [[None, 1.5, True], ["x", -2, ""]]) == "a,b,c\n,1.5,True\nx,-2,\n"


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (Problem("broken"), "broken."),
        (Problem("broken", "a.csv"), "a.csv: broken."),
        (Problem("broken", "a.csv", "it is"), "a.csv: broken (it is)."),
        (Problem("broken", "a.csv", "it is", "mend it"), "a.csv: broken (it is). Mend: mend it."),
        (Problem("broken", "", "", "mend it"), "broken. Mend: mend it."),
    ],
)
def test_messages(problem: Problem, text: str) -> None:
    assert str(problem) == text
    assert str(MadeinError(problem.what, problem.where, problem.why, problem.fix)) == text


def test_many_problems_are_kept_and_twenty_shown() -> None:
    fault = BadInput([Problem(f"fault {i}") for i in range(50)])
    assert len(fault.problems) == 50
    assert str(fault).count("\n") == SHOWN
    assert str(fault).endswith("... and 30 more")
    assert "more" not in str(BadInput([Problem("x")] * SHOWN))


def test_exit_codes() -> None:
    assert (MadeinError("x").exit_code, BadInput([]).exit_code, ContractBroken("x").exit_code) == (BAD_INPUT, BAD_INPUT, INTERNAL) == (2, 2, 3)


@pytest.mark.parametrize("fault", [MadeinError("a", "b", "c", "d"), BadInput([Problem("a"), Problem("b")]), ContractBroken("a", fix="b")])
def test_errors_cross_processes(fault: MadeinError) -> None:
    back = pickle.loads(pickle.dumps(fault))
    assert type(back) is type(fault)
    assert (str(back), back.problems) == (str(fault), fault.problems)


def test_problems_are_collected_whole() -> None:
    found = Problems("iip.csv")
    found.raise_errors()
    found.warn("odd", at="cell A1", why="so", fix="that")
    found.error("bad", at="cell B2")
    found.error("worse")
    assert found.warnings == [Problem("odd", "iip.csv cell A1", "so", "that", "warning")]
    with pytest.raises(BadInput) as fault:
        found.raise_errors()
    assert [p.where for p in fault.value.problems] == ["iip.csv cell B2", "iip.csv"]
    assert Problems().place("x") == "x"
    assert Problems().place() == ""


def test_problems_csv(tmp_path: Path) -> None:
    path = tmp_path / "problems.csv"
    problems = [Problem("=1+1", "a.csv cell A1", 'it reads "x"\nand more', "@mend"), Problem("Thiếu số", severity="warning")]
    write_problems(path, problems)
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    assert rows == [
        {"severity": "error", "where": "a.csv cell A1", "what": "'=1+1", "why": 'it reads "x"\nand more', "fix": "'@mend"},
        {"severity": "warning", "where": "", "what": "Thiếu số", "why": "", "fix": ""},
    ]
