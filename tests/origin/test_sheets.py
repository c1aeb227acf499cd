"""Questions go out, one sheet a supplier, and come back as answers that change the decision; a bad answer is told with its cell."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from madein.core.errors import BadInput
from madein.core.grid import read_sheets
from madein.origin.decide import decide
from madein.origin.model import Bill, Line, Product
from madein.origin.questions import answered
from madein.origin.result import Decision, Question
from madein.origin.sheets import COLUMNS, open_questions, read_answers, write_sheets

PRODUCT = Product("car", "870390", "2012", country="VNM", destination="EU", value=Decimal(100), basis="EXW", currency="USD")


def bill() -> Bill:
    lines = (
        Line("1", "pack", "850760", "2012", origin="VNM", value=Decimal(40), producer="Hải An Điện"),
        Line("2", "wheels", "870870", "2012", origin="CHN", originating=False, producer="Hai An Dien"),
        Line("=3", "seats", "940190", "2012", origin="VNM", value=Decimal(20)),
    )
    return Bill(PRODUCT, lines, gates={"minimal_operations": "met", "transport": "met"})


def fill(path: Path, answers: dict[tuple[str, str], str]) -> Path:
    """The sheet with answers in, as its supplier would send it back: by line and kind of question."""
    (sheet,) = read_sheets(path, path.name)
    rows = sheet.head(100)
    at = {name: rows[0].index(name) for name in COLUMNS}
    for row in rows[1:]:
        row[at["answer"]] = answers.get((row[at["line"]].removeprefix("'"), row[at["ask"]]), "")
    if path.suffix == ".csv":
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    else:
        with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False}) as book:
            out = book.add_worksheet("questions")
            for n, row in enumerate(rows):
                for c, cell in enumerate(row):
                    out.write_string(n, c, cell)
    return path


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_sheets_go_out_and_answers_change_the_decision(tmp_path: Path, form: Any) -> None:
    first = decide(bill(), "EVFTA")
    assert first.verdict == "unknown"
    sheets = write_sheets(bill(), [first], tmp_path / "out", form)
    assert set(sheets) == {"Hải An Điện", "Hai An Dien", ""}
    assert len({path.name for path in sheets.values()}) == 3
    fill(sheets["Hải An Điện"], {("1", "originating"): "có"})
    fill(sheets["Hai An Dien"], {("2", "value"): "24.99"})
    fill(sheets[""], {("=3", "originating"): "no"})
    answers = read_answers(sheets.values(), first.questions)
    assert {(q.line, q.ask): a for q, a in answers.items()} == {
        ("1", "originating"): True,
        ("2", "value"): Decimal("24.99"),
        ("=3", "originating"): False,
    }
    then = decide(answered(bill(), answers), "EVFTA")
    assert (then.verdict, then.figures["max_nom_pct"]) == ("yes", Decimal("44.99"))


def test_an_empty_answer_stays_open(tmp_path: Path) -> None:
    first = decide(bill(), "EVFTA")
    sheets = write_sheets(bill(), [first], tmp_path)
    assert read_answers(sheets.values(), first.questions) == {}


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize(
    ("line", "ask", "answer", "what"),
    [
        ("1", "originating", "perhaps", "neither yes nor no"),
        ("2", "value", "24,99", "is no number"),
        ("2", "value", "0", "out of range"),
        ("2", "value", "-3", "is negative"),
        ("2", "value", "25 USD", "is no number"),
    ],
)
def test_a_bad_answer_is_told_with_file_row_and_column(tmp_path: Path, form: Any, line: str, ask: str, answer: str, what: str) -> None:
    first = decide(bill(), "EVFTA")
    sheets = write_sheets(bill(), [first], tmp_path, form)
    who = {"1": "Hải An Điện", "2": "Hai An Dien"}[line]
    path = fill(sheets[who], {(line, ask): answer})
    with pytest.raises(BadInput) as caught:
        read_answers([path], first.questions)
    (problem,) = caught.value.problems
    assert what in problem.what
    assert path.name in problem.where
    assert problem.where.endswith("G2")
    assert problem.fix


def test_answers_that_contradict_each_other_name_both_places(tmp_path: Path) -> None:
    first = decide(bill(), "EVFTA")
    one = fill(write_sheets(bill(), [first], tmp_path / "a")["Hải An Điện"], {("1", "originating"): "yes"})
    two = fill(write_sheets(bill(), [first], tmp_path / "b", "csv")["Hải An Điện"], {("1", "originating"): "no"})
    with pytest.raises(BadInput, match=r"hai-an-dien.csv.*two sheets answer this differently.*hai-an-dien.xlsx"):
        read_answers([one, two], first.questions)


def test_an_answer_to_no_open_question_is_refused(tmp_path: Path) -> None:
    first = decide(bill(), "EVFTA")
    path = fill(write_sheets(bill(), [first], tmp_path, "csv")["Hải An Điện"], {("1", "originating"): "yes"})
    with pytest.raises(BadInput, match=r"G2.*not open"):
        read_answers([path], [q for q in first.questions if q.line != "1"])
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(BadInput, match="no column line, answer, ask, key"):
        read_answers([path], first.questions)


def asked(question: Question, cell: str, tmp_path: Path) -> Any:
    tree = decide(bill(), "EVFTA").tree
    line = (Line(question.line, "m"),) if question.line else ()
    sheets = write_sheets(Bill(PRODUCT, line), [Decision(regime="EVFTA", verdict="unknown", tree=tree, questions=(question,))], tmp_path, "csv")
    path = fill(sheets[question.supplier], {(question.line, question.ask): cell})
    return read_answers([path], [question])[question]


def test_every_kind_of_answer_is_read(tmp_path: Path) -> None:
    assert asked(Question("fact", "", "embroidered"), "Không", tmp_path) is False
    assert asked(Question("bought", "1"), "made", tmp_path) is False
    assert asked(Question("textiles", "1"), "cotton, wool", tmp_path) == ("cotton", "wool")
    assert asked(Question("origin", "1"), "Viet Nam", tmp_path) == "VNM"
    assert asked(Question("country"), "VN", tmp_path) == "VNM"
    assert asked(Question("hs", "1", "", "", ("851770", "852990")), "8529.90", tmp_path) == "852990"
    assert [p.op for p in asked(Question("processes", "1"), "weaving VN; sewing VN", tmp_path)] == ["weaving", "sewing"]
    for question, cell in (
        (Question("hs", "1", "", "", ("851770", "852990")), "901380"),
        (Question("hs", "1"), "999999"),
        (Question("weight", "1"), "101"),
        (Question("route"), "VN, SG"),
        (Question("processes", "1"), "wevaing VN"),
        (Question("origin", "1"), "Atlantis"),
    ):
        with pytest.raises(BadInput, match="G2"):
            asked(question, cell, tmp_path)


def test_what_settles_most_is_asked_first() -> None:
    # Whether the small part originates settles nothing; whether the body does settles all.
    mirror, body = (
        Line("1", "mirror", "700910", "2012", origin="VNM", value=Decimal(1)),
        Line("2", "body", "870710", "2012", origin="VNM", value=Decimal(60)),
    )
    glass = Line("3", "glass", "700711", "2012", origin="VNM", value=Decimal("44.5"))
    one = decide(Bill(PRODUCT, (mirror, body), gates=bill().gates), "EVFTA")
    assert one.questions[0].line == "2"
    two = decide(Bill(PRODUCT, (mirror, glass), gates=bill().gates), "EVFTA")
    ranked = open_questions([one, two])
    assert ranked[0].line == "2"
    assert len(ranked) == len({(q.ask, q.line, q.key) for q in ranked})
