"""Open questions as one sheet for each supplier, to send out, and the sheets that come back read in as answers.

A sheet holds its questions in the order in which they settle the case; whoever fills it in writes into one column. Read back, every
answer that cannot be taken is told with file, row and column, and nothing is taken before all of them can be.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from madein.core.errors import Problems, csv_text, neutral
from madein.origin.editions import EDITIONS, known
from madein.origin.model import Bill
from madein.origin.questions import by_supplier
from madein.origin.records import Reader, vocabulary
from madein.origin.result import Decision, Question

COLUMNS = ("number", "product", "line", "material", "question", "how to answer", "answer", "ask", "key")
"""Columns of a sheet. ``line``, ``ask`` and ``key`` find the question again; only ``answer`` is filled in."""

_ANSWER = COLUMNS.index("answer")
_WIDTHS = (8, 24, 8, 24, 70, 44, 24, 14, 24)
_NUMBERS = frozenset({"value", "weight", "price", "net_cost"})
_PLACES = frozenset({"origin", "country"})
_HOW = {
    "value": "a number, in the currency of the bill, for one unit of the product; decimal dot",
    "price": "a number, for one unit of the product; decimal dot",
    "net_cost": "a number, for one unit of the product; decimal dot",
    "weight": "percent of the product's weight; decimal dot",
    "textiles": "the basic textile materials, with commas, such as cotton, wool",
    "processes": "each working step and its country, in order, with semicolons, such as weaving VN; sewing VN",
    "origin": "a country",
    "country": "a country",
}
_ANSWERED = frozenset({*_HOW, "fact", "text", "named", "originating", "proof", "wholly_obtained", "bought", "elastomeric", "hs"})
"""What `madein.origin.questions.answered` can fill in; everything else is answered by completing the bill."""


def _how(question: Question) -> str:
    if question.ask not in _ANSWERED:
        return "not here: complete the bill"
    if question.ask == "hs":
        return "a code" + (f", one of {', '.join(map(str, question.choices[:12]))}" if question.choices else ", 6 digits")
    return _HOW.get(question.ask, "yes or no")


def write_sheets(bill: Bill, decisions: Iterable[Decision], folder: str | Path, form: Literal["xlsx", "csv"] = "xlsx") -> dict[str, Path]:
    """One sheet of open questions for each supplier.

    Parameters
    ----------
    bill : Bill
        The bill the questions are about.
    decisions : iterable of Decision
        Decisions on it, under one regime or several; a question several of them ask stands once, where it settles most.
    folder : str or Path
        Folder the sheets are written to; it is made if it is not there.
    form : {"xlsx", "csv"}
        Kind of file.

    Returns
    -------
    dict of str to Path
        The sheet of each supplier; under "" that of the maker of the good.

    Examples
    --------
    >>> import tempfile
    >>> from madein.origin.decide import decide
    >>> from madein.origin.model import Line, Product, exact
    >>> car = Product("car", "870380", "2022", country="VNM", destination="EU", value=exact(100), basis="EXW")
    >>> bill = Bill(car, (Line("1", "pack", value=exact(60), producer="Hai An"),), gates={"minimal_operations": "met"})
    >>> found = write_sheets(bill, [decide(bill, "EVFTA")], tempfile.mkdtemp(), "csv")
    >>> {who: path.name for who, path in found.items()}
    {'Hai An': 'hai-an.csv'}
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    material = {line.id: line.name for line in bill.walk()}
    used: set[str] = set()
    found: dict[str, Path] = {}
    for supplier, questions in by_supplier(open_questions(decisions)).items():
        rows = [
            (n, bill.product.name, q.line, material.get(q.line, ""), q.text, _how(q), "", q.ask, q.key) for n, q in enumerate(questions, 1)
        ]  # fmt: skip
        path = folder / f"{_file_name(supplier, used)}.{form}"
        if form == "csv":
            path.write_text(csv_text(COLUMNS, rows), encoding="utf-8-sig")
        else:
            _workbook(path, rows, questions)
        found[supplier] = path
    return found


def open_questions(decisions: Iterable[Decision]) -> tuple[Question, ...]:
    """Questions of several decisions, each once, in turn by rank: what settles most under any of them comes first.

    Examples
    --------
    >>> from madein.origin.result import Explained
    >>> a, b = Question("fact", key="a"), Question("fact", key="b")
    >>> one = Decision(regime="X", verdict="unknown", tree=Explained("x"), questions=(a, b))
    >>> two = Decision(regime="Y", verdict="unknown", tree=Explained("x"), questions=(b,))
    >>> [q.key for q in open_questions([one, two])]
    ['a', 'b']
    """
    ranked = sorted(((n, at, q) for at, d in enumerate(decisions) for n, q in enumerate(d.questions)), key=lambda r: r[:2])
    found: dict[tuple[str, str, str], Question] = {}
    for _, _, question in ranked:
        found.setdefault((question.ask, question.line, question.key), question)
    return tuple(found.values())


def _file_name(supplier: str, used: set[str]) -> str:
    # Marks are dropped, and the Vietnamese d with a stroke, which no decomposition knows, becomes a d.
    plain = unicodedata.normalize("NFKD", supplier.lower().replace("đ", "d")).encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or ("supplier" if supplier else "own-questions")
    name, n = stem, 2
    while name in used:
        name, n = f"{stem}-{n}", n + 1
    used.add(name)
    return name


def _workbook(path: Path, rows: Sequence[tuple[Any, ...]], questions: Sequence[Question]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("questions")
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        entry = book.add_format(
            {"num_format": "@", "text_wrap": True, "valign": "top", "bg_color": "#FFF8D6", "border": 1, "border_color": "#C8C2A0"}
        )
        for column, (name, width) in enumerate(zip(COLUMNS, _WIDTHS, strict=True)):
            sheet.set_column(column, column, width, text)
            sheet.write_string(0, column, name, head)
        for n, (row, question) in enumerate(zip(rows, questions, strict=True), 1):
            for column, cell in enumerate(row):
                sheet.write_string(n, column, str(cell), entry if column == _ANSWER else text)
            choices = ["yes", "no"] if set(question.choices) == {True, False} else [str(c) for c in question.choices]
            if choices and len(",".join(choices)) < 255:
                sheet.data_validation(n, _ANSWER, n, _ANSWER, {"validate": "list", "source": choices})
        sheet.freeze_panes(1, 0)


def read_answers(paths: Iterable[str | Path], questions: Sequence[Question]) -> dict[Question, Any]:
    """Answers from sheets that came back; questions without an answer stay open.

    Parameters
    ----------
    paths : iterable of str or Path
        Sheets as `write_sheets` wrote them, filled in.
    questions : sequence of Question
        The questions that are open.

    Returns
    -------
    dict of Question to answer
        For `madein.origin.questions.answered`.

    Raises
    ------
    BadInput
        If an answer is of another kind than its question asks for, belongs to no open question, or two sheets contradict each other;
        each with file, row and column.
    """
    wanted = {(q.ask, neutral(q.line), neutral(q.key)): q for q in questions}
    found: dict[Question, Any] = {}
    places: dict[Question, str] = {}
    problems = Problems()
    for path in map(Path, paths):
        _read(path, wanted, found, places, problems)
    problems.raise_errors()
    return found


def _read(
    path: Path, wanted: Mapping[tuple[str, str, str], Question], found: dict[Question, Any], places: dict[Question, str], all_: Problems
) -> None:
    from madein.core.grid import read_sheets

    problems = Problems(path.name)
    sheet = read_sheets(path, path.name)[0]
    rows = sheet.head(sheet.text.height)
    names = [cell.strip().lower() for cell in rows[0]] if rows else []
    missing = [name for name in ("line", "answer", "ask", "key") if name not in names]
    if missing:
        problems.error(f"the sheet has no column {', '.join(missing)}", sheet.address(0, 0), fix="send back the sheet as it was sent out")
        all_.errors += problems.errors
        return
    at = {name: names.index(name) for name in ("line", "answer", "ask", "key")}
    for n, row in enumerate(rows[1:], 1):
        cells = {name: row[column].strip() if column < len(row) else "" for name, column in at.items()}
        if not cells["answer"]:
            continue
        where = sheet.address(n, at["answer"])
        question = wanted.get((cells["ask"], neutral(cells["line"]), neutral(cells["key"]))) or wanted.get(
            (cells["ask"], cells["line"], cells["key"])
        )
        if question is None:
            problems.error(
                "this question is not open",
                where,
                f"{cells['ask']} {cells['line']} {cells['key']}".strip(),
                "leave the other columns as they were sent",
            )
            continue
        before = len(problems.errors)
        answer = _value(question, cells["answer"], where, problems)
        if len(problems.errors) > before or answer is None:
            continue
        if question in found and found[question] != answer:
            problems.error("two sheets answer this differently", where, f"the other answer stands at {places[question]}", "settle which is right")
            continue
        found[question], places[question] = answer, problems.place(where)
    all_.errors += problems.errors


def _value(question: Question, cell: str, where: str, problems: Problems) -> Any:
    """An answer as its question asks for it; None with a problem noted where it is none."""
    read = Reader(problems)
    if question.ask not in _ANSWERED:
        problems.error("this question is not answered in a sheet", where, question.text, "complete the bill")
        return None
    if question.ask in _NUMBERS:
        number = read.number(cell, where, "the answer")
        if number is not None and (number <= 0 or (question.ask == "weight" and number > 100)):
            problems.error(
                "the answer is out of range", where, f"it reads {cell}", "write an amount above 0" + (" and up to 100" if number > 100 else "")
            )
            return None
        return number
    if question.ask in _PLACES:
        return read.place(cell, where, "the answer") or None
    if question.ask == "hs":
        return _code(question, cell, where, problems)
    if question.ask == "textiles":
        return tuple(part.strip() for part in cell.replace(";", ",").split(",") if part.strip())
    if question.ask == "processes":
        return read.processes(cell, where)
    if question.ask == "bought":
        for key, answer in (("bought", True), ("made", False)):
            if cell.lower() in {str(w).lower() for w in vocabulary()[key]}:
                return answer
    return read.answer(cell, where, "the answer")


def _code(question: Question, cell: str, where: str, problems: Problems) -> str | None:
    digits = Reader(problems, any_place=True).code(cell, "", where)
    if not digits:
        return None
    if not any(known(digits, edition) for edition in EDITIONS):
        problems.error(f"no edition has the code {digits}", where, fix="look the material up again")
        return None
    if question.choices and not any(
        str(choice).startswith(digits[: len(str(choice))]) and len(digits) >= len(str(choice)) for choice in question.choices
    ):
        problems.error("the code is none of those asked for", where, f"it reads {cell}", f"write one of {', '.join(map(str, question.choices[:12]))}")
        return None
    return digits


__all__ = ["COLUMNS", "open_questions", "read_answers", "write_sheets"]
