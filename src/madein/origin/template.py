"""The Excel form in which a bill is written: sheets for the product, its materials, working, facts and route, with drop-down lists."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from madein.origin.editions import EDITIONS
from madein.origin.model import BASES, ROLES
from madein.origin.records import vocabulary

ROWS = 2000
"""Rows of materials that carry drop-down lists."""

_PRODUCT = (
    ("name", "What it is."),
    ("hs", "Code of the Harmonized System, 6 digits or more."),
    ("hs_edition", "Edition of the codes in this workbook: 2012, 2017 or 2022."),
    ("country", "Country the good is made in and exported from."),
    ("destination", "Country, or EU, it is sold to."),
    ("value", "Value of one unit, in the currency below."),
    ("basis", "What the value is: EXW (ex works), FOB, VOG (value of the good)."),
    ("currency", "One currency for the product and all its materials, such as USD."),
    ("net_cost", "Net cost of one unit; only vehicles need it."),
    ("weight", "Net weight of one unit, in the unit of the materials' weights."),
    ("is_set", "yes if it is a set of several goods."),
    ("gri", "Of a set: the General Interpretative Rule that classifies it, 3a, 3b or 3c."),
)

_COLUMNS = (
    ("line", "Number of the line, without repetition. A sub-assembly used in several places keeps its number.", 8),
    ("parent", "Number of the line it is a part of; empty for a direct material of the product.", 8),
    ("name", "What it is.", 30),
    ("hs", "Code of the Harmonized System, as text, so that no zero is lost.", 12),
    ("origin", "Country it was made in. That is no statement of its status.", 14),
    ("originating", "yes, no, or empty if not known. Empty too for a line whose parts are listed: it is worked out.", 12),
    ("proof", "yes if the proof of origin for cumulation is held.", 8),
    ("value", "Value in one unit of the product.", 12),
    ("quantity", "How much of it one unit of the product takes.", 10),
    ("unit", "Unit of the quantity.", 8),
    ("unit_value", "Value of one unit of the material, where the value is not written.", 12),
    ("weight", "Net weight in one unit of the product.", 10),
    ("weight_pct", "The same as percent of the product's weight.", 10),
    ("role", "cumulated, accessory, retail_packaging, shipping_packing, lining, interlining; empty for an ordinary material.", 16),
    ("bought", "bought or made: whether the maker of the product bought it or made it.", 10),
    ("producer", "Who makes or supplies it. Open questions are sorted by this name.", 20),
    ("wholly_obtained", "yes if it is wholly obtained (grown, raised, caught) in a Party.", 10),
    ("basic_textiles", "Of textiles: the basic textile materials in it, with commas, such as cotton, wool.", 20),
    ("component", "Of a garment: main if it is the component that decides the classification, else other.", 12),
    ("component_weight_pct", "Percent of the weight of the main component.", 12),
    ("elastomeric", "yes if it is or holds elastomeric yarn.", 10),
)

_GUIDE = (
    ("How to fill in this workbook", ""),
    ("product", "One value beside each name."),
    ("materials", "One row a material, for ONE unit of the product. What the value of the product has beyond them is labour, overhead and profit."),
    ("processes", "One row a working step, in order of time. Leave line empty for what you do yourself; else the line it was done on."),
    ("facts", "Answers to questions the program asked: the key it printed, and yes or no. An empty answer is not known, never no."),
    ("route", "The countries the good goes through, in order, what was done there, and whether customs supervised it."),
    ("Not known", "Leave the cell empty. The program never takes empty for no; it tells which empty cell decides."),
    ("Cells", "Merge none. A row of totals is left out, and must add up. Write codes as text: 0902.10, not 902.1."),
    ("One currency", "Amounts in two currencies are refused; convert them first."),
)


def write_template(path: str | Path) -> None:
    """Write the empty form; `madein.origin.read.read_bill` reads it once it is filled in.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "bill.xlsx"
    >>> write_template(file)
    >>> from madein.core.grid import read_sheets
    >>> [sheet.name for sheet in read_sheets(file)]
    ['instructions', 'product', 'materials', 'processes', 'facts', 'route', 'lists']
    """
    import xlsxwriter

    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        text = book.add_format({"num_format": "@"})
        _instructions(book.add_worksheet("instructions"), head, wrap)
        _product(book.add_worksheet("product"), head, text, wrap)
        _materials(book.add_worksheet("materials"), head, text)
        processes = _listed(book.add_worksheet("processes"), head, text, ("line", "op", "in", "simple", "from"))
        _listed(book.add_worksheet("facts"), head, text, ("fact", "answer"))
        route = _listed(book.add_worksheet("route"), head, text, ("country", "operations", "customs_supervision"))
        lists = book.add_worksheet("lists")
        words = vocabulary()
        for column, (name, values) in enumerate((("processes", words["processes"]), ("operations", words["operations"]))):
            lists.write_string(0, column, name, head)
            lists.set_column(column, column, 28)
            for n, word in enumerate(values, 1):
                lists.write_string(n, column, word)
        _choose(processes, 1, f"=lists!$A$2:$A${len(words['processes']) + 1}")
        _choose(processes, 3, ["yes", "no"])
        _choose(route, 2, ["yes", "no"])


def _instructions(sheet: Any, head: Any, wrap: Any) -> None:
    sheet.set_column(0, 0, 26, wrap)
    sheet.set_column(1, 1, 110, wrap)
    rows = [*_GUIDE, ("", ""), ("Column of materials", "What to write"), *((name, what) for name, what, _ in _COLUMNS)]
    for n, (left, right) in enumerate(rows):
        bold = head if not right or left == "Column of materials" else wrap
        sheet.write_string(n, 0, left, bold)
        sheet.write_string(n, 1, right, wrap)


def _product(sheet: Any, head: Any, text: Any, wrap: Any) -> None:
    sheet.set_column(0, 0, 16)
    sheet.set_column(1, 1, 30, text)
    sheet.set_column(2, 2, 80, wrap)
    for column, name in enumerate(("field", "value", "what to write")):
        sheet.write_string(0, column, name, head)
    for n, (name, what) in enumerate(_PRODUCT, 1):
        sheet.write_string(n, 0, name)
        sheet.write_string(n, 2, what)
        choices = {"hs_edition": list(EDITIONS), "basis": list(BASES), "is_set": ["yes", "no"], "gri": ["3a", "3b", "3c"]}.get(name)
        if choices:
            sheet.data_validation(n, 1, n, 1, {"validate": "list", "source": choices})


def _materials(sheet: Any, head: Any, text: Any) -> None:
    for column, (name, what, width) in enumerate(_COLUMNS):
        sheet.write_string(0, column, name, head)
        sheet.write_comment(0, column, what, {"x_scale": 2})
        sheet.set_column(column, column, width, text)
        choices = {
            "originating": ["yes", "no"], "proof": ["yes", "no"], "wholly_obtained": ["yes", "no"], "elastomeric": ["yes", "no"],
            "bought": ["bought", "made"], "component": ["main", "other"], "role": [r for r in ROLES if r],
        }.get(name)  # fmt: skip
        if choices:
            _choose(sheet, column, choices)
    sheet.freeze_panes(1, 3)


def _listed(sheet: Any, head: Any, text: Any, names: tuple[str, ...]) -> Any:
    for column, name in enumerate(names):
        sheet.write_string(0, column, name, head)
        sheet.set_column(column, column, 26, text)
    return sheet


def _choose(sheet: Any, column: int, source: Any) -> None:
    fault = {"error_title": "Not in the list", "error_message": "Choose one of the list, or leave the cell empty."}
    sheet.data_validation(1, column, ROWS, column, {"validate": "list", "source": source, **fault})
