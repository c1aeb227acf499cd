"""An empty workbook in which people write claims: a sheet with drop-down lists, one with instructions, one with the words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from madein.ledger.fields import EXTERNAL
from madein.ledger.model import BASES, QUALIFIERS, STATUSES
from madein.ledger.vocabulary import Vocabulary, default_vocabulary

ROWS = 5000
"""Rows that carry drop-down lists."""

_WIDTHS = {"subject": 44, "predicate": 22, "value": 22, "source": 30, "place": 16, "note": 40, "id": 18, "supersedes": 18}

_ABOUT = (
    ("id", "Leave it empty, or write a short label if another row corrects this one. Claims written by the program carry their id here."),
    ("subject", "What it is about: type:name, without spaces, such as project:hung-phu. A part of it: project:hung-phu/phase=1."),
    ("predicate", "What is said of it; choose from the list. The sheet lists says what each is and which unit it wants."),
    ("value", "A number (the unit stands in its own column), a text, or a date: 2025-04-30, 2025-04, 2025-Q2, 2025-H1, 2025, 2031..2033."),
    ("low, high", "Bounds of a number, where the source gives them."),
    ("unit", "percent, USD, VND, hectare, vehicle, vehicle/year, or another noun in the singular; million USD is understood."),
    ("qualifier", "What the source says beside it: more_than, less_than, approx, nearly; by or from for dates. Empty if nothing."),
    ("basis", "Of an amount by phase: cumulative if it counts the phases before, incremental if it does not. Empty if not said."),
    ("valid_from, valid_to", "The days for which it is meant to hold, where that is not simply from then on."),
    ("as_of", "When it was said: the date of the article or document, not the date it is about."),
    ("status", "planned, estimated, actual or requested. Required for dates and for amounts that may only be planned."),
    ("source", "Who said it: publisher and date, or file."),
    ("place", "Where in the source: page, row, characters. Empty: the cell of this workbook."),
    ("supersedes", "Only for a correction: the id or label of the claim it corrects. Never change a row that is already in use; add one."),
    ("note", "Anything else."),
)

_EXAMPLES = (
    ("project:a-plant/phase=1", "capacity", "50000", "vehicle/year", "", "cumulative", "2023-11-02", "planned", "A paper, 2023-11-02"),
    ("project:a-plant", "capital", "800 (unit: million USD)", "million USD", "more_than", "", "2023-11-02", "planned", "A paper, 2023-11-02"),
    ("project:a-plant/phase=1", "mass_production", "2025-Q4", "", "", "", "2023-11-02", "planned", "A paper, 2023-11-02"),
    ("shipment:first-batch", "first_handover", "2022-12-31", "", "by", "", "2022-11-25", "planned", "A wire, 2022-11-25"),
    ("orders:a-maker/market=world", "orders", "65000", "order", "", "", "2022-11-25", "actual", "A wire, 2022-11-25"),
)


def write_template(path: str | Path, words: Vocabulary | None = None) -> None:
    """Write the workbook; `Claims.read` reads it once rows are filled in.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "claims.xlsx"
    >>> write_template(path)
    >>> from madein.core.grid import read_sheets
    >>> [sheet.name for sheet in read_sheets(path)]
    ['claims', 'instructions', 'lists']
    """
    import xlsxwriter

    words = words or default_vocabulary()
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        # Cells hold text, so that Excel makes no date of 2025-04 and no number of a label.
        plain = book.add_format({"num_format": "@"})
        _claims(book.add_worksheet("claims"), head, plain, len(words.predicates))
        _instructions(book.add_worksheet("instructions"), head, wrap)
        _lists(book.add_worksheet("lists"), head, words)


def _claims(sheet: Any, head: Any, plain: Any, predicates: int) -> None:
    about = {name: text for names, text in _ABOUT for name in names.split(", ")}
    for i, name in enumerate(EXTERNAL):
        sheet.write_string(0, i, name, head)
        sheet.write_comment(0, i, about[name], {"x_scale": 2})
        sheet.set_column(i, i, _WIDTHS.get(name, 12), plain)
    sheet.freeze_panes(1, 2)
    choices: dict[str, Any] = {
        "predicate": f"=lists!$A$2:$A${predicates + 1}",
        "status": list(STATUSES),
        "qualifier": list(QUALIFIERS),
        "basis": list(BASES),
    }
    for name, source in choices.items():
        column = EXTERNAL.index(name)
        fault = {"error_title": f"No such {name}", "error_message": "Choose one of the list, or leave the cell empty."}
        sheet.data_validation(1, column, ROWS, column, {"validate": "list", "source": source, **fault})


def _instructions(sheet: Any, head: Any, wrap: Any) -> None:
    sheet.set_column(0, 0, 24, wrap)
    sheet.set_column(1, 1, 110, wrap)
    lines = [
        ("How to fill in this workbook", ""),
        (
            "One row, one claim",
            "Each row is one thing that one source said on one day. Nothing is overwritten: if a source says something else later, add a row.",
        ),
        ("Two sources differ", "Write both. The program keeps them side by side and says so."),
        ("A slip in a row", "If nobody has used the row yet, correct it. If it is in use, add a row and name the wrong one in supersedes."),
        ("Cells", "Merge none; the program refuses merged numbers. A row of totals is left out, with a message."),
        ("", ""),
        ("Column", "What to write"),
        *_ABOUT,
        ("", ""),
        ("Examples", "subject | predicate | value | unit | qualifier | basis | as_of | status | source"),
        *(("", " | ".join(e)) for e in _EXAMPLES),
    ]
    for n, (left, right) in enumerate(lines):
        sheet.write_string(n, 0, left, head if (left and not right) or left in ("Column", "Examples") else wrap)
        sheet.write_string(n, 1, right, head if left in ("Column", "Examples") else wrap)


def _lists(sheet: Any, head: Any, words: Vocabulary) -> None:
    for i, (name, width) in enumerate((("predicate", 24), ("what it is", 36), ("value", 10), ("unit", 12), ("said of", 44), ("status", 12))):
        sheet.write_string(0, i, name, head)
        sheet.set_column(i, i, width)
    for n, p in enumerate(words.predicates.values(), 1):
        for i, text in enumerate((p.key, p.label, p.kind, p.unit, ", ".join(p.subjects), p.status)):
            sheet.write_string(n, i, text)
    for n, (kind, what) in enumerate(words.subjects.items(), 1):
        sheet.write_string(n, 7, f"{kind}:")
        sheet.write_string(n, 8, what)
    sheet.write_string(0, 7, "subjects", head)
    sheet.set_column(7, 7, 16)
    sheet.set_column(8, 8, 60)
