"""Bills from files, good and bad: every complaint names its cell, and nothing is guessed."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from madein.core.errors import BadInput, MadeinError
from madein.origin.decide import decide
from madein.origin.read import read_bill
from madein.origin.records import header
from madein.origin.regimes import load_regime, processes, regimes
from madein.origin.rules import leaves
from madein.origin.template import write_template

CHAIR = {"name": "chair", "hs": "940130", "country": "VN", "destination": "EU", "value": "100", "basis": "EXW", "currency": "EUR"}
TABLE = """line,name,hs,origin,originating,value,producer
1,mechanism,9401.90,China,no,30,Ningbo
2,springs,8302.20,704,yes,36,Ha Noi
3,fabric,5903.90,,,6,
"""


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def complaints(path: Path, **more: Any) -> str:
    with pytest.raises(BadInput) as caught:
        read_bill(path, **{"product": CHAIR, "edition": "2012", **more})
    return "\n".join(str(p) for p in caught.value.problems)


def test_csv_in_english_and_vietnamese_give_the_same_lines(tmp_path: Path) -> None:
    english = read_bill(write(tmp_path / "a.csv", TABLE), CHAIR, "2012").bill
    head = "STT;Tên nguyên liệu;Mã HS;Xuất xứ;Có xuất xứ;Trị giá;Nhà cung cấp\n"
    body = "1;mechanism;9401.90;Trung Quốc;không;30,00;Ningbo\n2;springs;8302.20;Việt Nam;có;36,00;Ha Noi\n3;fabric;5903.90;;;6,00;\n"
    other = read_bill(write(tmp_path / "b.csv", head + body), CHAIR, "2012").bill
    assert [(line.id, line.hs, line.origin, line.originating, line.value, line.producer) for line in english.lines] == [
        (line.id, line.hs, line.origin, line.originating, line.value, line.producer) for line in other.lines
    ]
    assert english.lines[0].origin == "CHN"
    assert english.lines[1].origin == "VNM"


def test_what_is_not_stated_stays_unknown_and_is_told(tmp_path: Path) -> None:
    read = read_bill(write(tmp_path / "a.csv", TABLE), CHAIR, "2012")
    assert read.bill.lines[2].originating is None
    assert read.bill.lines[2].origin == ""
    assert ["row 4" in w.where and "not known" in w.why for w in read.warnings] == [True]


def test_json_yaml_and_excel_read_the_same(tmp_path: Path) -> None:
    materials = [
        {
            "line": "1",
            "name": "pack",
            "hs": "850760",
            "origin": "VN",
            "value": 60.5,
            "bought": True,
            "children": [{"line": "1.1", "hs": "850790", "value": 40.25, "originating": False}],
        },
        {"line": "2", "hs": "870829", "origin": "EU", "originating": False, "value": 20},
    ]
    product = {**CHAIR, "hs": "870390", "value": 200, "hs_edition": "2012"}
    a = read_bill(write(tmp_path / "a.json", json.dumps({"product": product, "materials": materials}))).bill
    text = (
        "product: {name: chair, hs: '870390', hs_edition: '2012', country: VN, destination: EU, value: 200, basis: EXW, currency: EUR}\nmaterials:\n"
    )
    text += "- {line: 1, name: pack, hs: '850760', origin: VN, value: 60.5, bought: true}\n- {line: 1.1, parent: 1, hs: '850790', value: 40.25, originating: false}\n"
    text += "- {line: 2, hs: '870829', origin: European Union, originating: no, value: 20}\n"
    b = read_bill(write(tmp_path / "b.yaml", text)).bill
    assert a.lines == b.lines
    file = tmp_path / "c.xlsx"
    write_template(file)
    fill(
        file,
        {
            "product": {
                "hs": "870390",
                "hs_edition": "2012",
                "country": "VN",
                "destination": "EU",
                "value": "200",
                "basis": "EXW",
                "currency": "EUR",
                "name": "chair",
            },
            "materials": [
                {"line": "1", "name": "pack", "hs": "850760", "origin": "VN", "value": 60.5, "bought": "bought"},
                {"line": "1.1", "parent": "1", "hs": "850790", "value": 40.25, "originating": "no"},
                {"line": "2", "hs": "870829", "origin": "EU", "originating": "no", "value": 20},
            ],
            "processes": [{"op": "assembly", "in": "VN", "simple": "no"}, {"line": "1", "op": "assembly", "in": "VN"}],
            "facts": [("vehicle_appendix_methodology_used", "no")],
        },
    )
    c = read_bill(file).bill
    assert [(x.id, x.hs, x.origin, x.originating, x.value, x.bought) for x in c.walk()] == [
        (x.id, x.hs, x.origin, x.originating, x.value, x.bought) for x in a.walk()
    ]
    assert c.product.processes is not None
    assert c.product.processes[0].op == "assembly"
    assert c.lines[0].processes is not None
    assert c.facts == {"vehicle_appendix_methodology_used": False}
    assert decide(c, "EVFTA").verdict == "yes"


def fill(path: Path, data: dict[str, Any]) -> None:
    """A workbook in the form of the template, filled in."""
    columns = ["line", "parent", "name", "hs", "origin", "originating", "value", "bought"]
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("product")
        for n, (key, value) in enumerate([("field", "value"), *data["product"].items()]):
            sheet.write(n, 0, key)
            sheet.write(n, 1, value)
        sheet = book.add_worksheet("materials")
        for c, name in enumerate(columns):
            sheet.write(0, c, name)
            for n, row in enumerate(data["materials"], 1):
                if row.get(name) is not None:
                    sheet.write(n, c, row[name])
        sheet = book.add_worksheet("processes")
        for c, name in enumerate(("line", "op", "in", "simple", "from")):
            sheet.write(0, c, name)
            for n, row in enumerate(data["processes"], 1):
                if row.get(name) is not None:
                    sheet.write(n, c, row[name])
        sheet = book.add_worksheet("facts")
        for n, row in enumerate([("fact", "answer"), *data["facts"]]):
            sheet.write_row(n, 0, row)


@pytest.mark.parametrize(
    ("cell", "wanted"),
    [
        ("1,tea,90210,VN,no,5", "row 2 hs: '90210' is no code of the Harmonized System"),
        ("1,tea,9021.0,VN,no,5", "row 2 hs"),
        ("1,tea,abc,VN,no,5", "row 2 hs: 'abc' is no code"),
        ("1,tea,940199,VN,no,5", "HS 2012 has no code 940199"),
        ("1,tea,0902.10,Vietname,no,5", "row 2 origin: the origin 'Vietname' is no country"),
        ("1,tea,0902.10,VN,perhaps,5", "row 2 originating: originating is neither yes nor no"),
        ("1,tea,0902.10,VN,no,-5", "row 2 value: the value is negative"),
        ("1,tea,0902.10,VN,no,five", "row 2 value: the value is no number"),
        ("1,tea,0902.10,VN,no,5 USD", "row 2 value: the value is no number"),
    ],
)
def test_bad_cells_are_refused_with_row_and_column(tmp_path: Path, cell: str, wanted: str) -> None:
    assert wanted in complaints(write(tmp_path / "a.csv", f"line,name,hs,origin,originating,value\n{cell}\n"))


def test_lost_zeros_are_told_with_the_code_they_may_be(tmp_path: Path) -> None:
    said = complaints(write(tmp_path / "a.csv", "line,name,hs,origin,originating,value\n1,tea,90210,VN,no,5\n"))
    assert "the leading zero was lost" in said
    assert "write 090210 as text" in said


def test_every_complaint_comes_at_once(tmp_path: Path) -> None:
    said = complaints(write(tmp_path / "a.csv", "line,name,hs,origin,originating,value\n1,tea,90210,Atlantis,no,-5\n2,cup,6911.10,CN,maybe,x\n"))
    assert len(said.splitlines()) == 5


def test_mixed_currencies_are_never_added(tmp_path: Path) -> None:
    said = complaints(write(tmp_path / "a.csv", "line,name,hs,value,currency\n1,tea,0902.10,5,EUR\n2,cup,6911.10,9,USD\n"))
    assert "row 3 currency: the line is in USD, the product in EUR" in said


def test_a_row_of_totals_is_left_out_if_it_adds_up_and_refused_if_not(tmp_path: Path) -> None:
    good = read_bill(write(tmp_path / "a.csv", TABLE + "Tổng cộng,,,,,72,\n"), CHAIR, "2012")
    assert len(good.bill.lines) == 3
    assert any("row of totals is left out" in w.what and "A5" in w.where for w in good.warnings)
    said = complaints(write(tmp_path / "b.csv", TABLE + "Total,,,,,73,\n"))
    assert "F5: the lines do not add up to the total (they come to 72, the row says 73)" in said


def test_merged_cells_are_refused_with_their_address(tmp_path: Path) -> None:
    file = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(file)) as book:
        sheet = book.add_worksheet("materials")
        sheet.write_row(0, 0, ["line", "name", "hs", "origin", "value"])
        sheet.write_row(1, 0, ["1", "tea", "0902.10", "VN", 5])
        sheet.write_row(2, 0, ["2", "cup", "6911.10", "", 5])
        sheet.merge_range(1, 3, 2, 3, "VN")
    assert "materials!D2: cells are merged (materials!D2 to materials!D3)" in complaints(file)


def test_parts_that_cost_more_than_the_whole_are_refused(tmp_path: Path) -> None:
    assert "the parts of the good cost more than it does (102 against 100)" in complaints(
        write(tmp_path / "a.csv", "line,name,hs,value\n1,tea,0902.10,60\n2,cup,6911.10,42\n")
    )


def test_quantity_times_unit_value_must_be_the_value(tmp_path: Path) -> None:
    head = "line,name,hs,quantity,unit value,value\n"
    assert "quantity times unit value is not the value" in complaints(write(tmp_path / "a.csv", head + "1,tea,0902.10,3,1.10,3.40\n"))
    one = read_bill(write(tmp_path / "b.csv", head + "1,tea,0902.10,3,1.10,\n"), CHAIR, "2012").bill.lines[0]
    assert one.value == Decimal("3.30")


def test_an_open_decimal_mark_is_asked_for(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "line;name;hs;value\n1;tea;0902.10;1,234\n")
    assert "A2" not in complaints(file)
    assert "D2: the decimal mark is open ('1,234' may be read with either mark)" in complaints(file)
    big = {**CHAIR, "value": "5000"}
    assert read_bill(file, big, "2012", decimal=",").bill.lines[0].value == Decimal("1.234")
    assert read_bill(file, big, "2012", decimal=".").bill.lines[0].value == Decimal(1234)


def test_shares_over_one_hundred_are_refused(tmp_path: Path) -> None:
    assert "weight_pct adds up to more than 100" in complaints(
        write(tmp_path / "a.csv", "line,name,hs,value,weight %\n1,tea,0902.10,5,60\n2,cup,6911.10,5,41\n")
    )


def test_a_status_under_one_regime_has_a_column_of_its_own(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "line,name,hs,value,originating EVFTA,originating CPTPP\n1,fabric,5209.42,40,no,yes\n")
    line = read_bill(file, CHAIR, "2012").bill.lines[0]
    assert line.status == {"EVFTA": False, "CPTPP": True}


def test_columns_that_are_not_read_are_told(tmp_path: Path) -> None:
    read = read_bill(write(tmp_path / "a.csv", "line,name,hs,value,colour\n1,tea,0902.10,5,green\n"), CHAIR, "2012")
    assert any(w.what == "the column 'colour' is not read" and w.where == "a.csv E1" for w in read.warnings) or any(
        "colour" in w.what for w in read.warnings
    )


def test_a_misspelt_key_or_word_is_refused_with_the_right_one(tmp_path: Path) -> None:
    file = write(tmp_path / "a.json", json.dumps({"product": CHAIR, "materials": [{"line": "1", "orign": "VN", "role": "acessory"}]}))
    said = complaints(file)
    assert "the key 'orign' is not read. Mend: did you mean origin?" in said
    assert "did you mean accessory?" in said
    file = write(tmp_path / "b.json", json.dumps({"product": {**CHAIR, "processes": [{"op": "weavng", "in": "VN"}]}, "materials": []}))
    assert "did you mean weaving?" in complaints(file, product=None)


def test_files_that_hold_no_bill_are_refused(tmp_path: Path) -> None:
    for name, text in (("a.json", "[1]"), ("b.json", "{"), ("c.yaml", "a: [b"), ("d.csv", "x,y\n1,2\n")):
        with pytest.raises(MadeinError):
            read_bill(write(tmp_path / name, text), CHAIR)
    with pytest.raises(MadeinError, match="there is no such file"):
        read_bill(tmp_path / "none.json")


def test_the_edition_is_never_guessed(tmp_path: Path) -> None:
    assert "the edition of the code is not given" in complaints(write(tmp_path / "a.csv", TABLE), edition="")


def test_every_process_a_rule_names_is_a_word_of_the_forms() -> None:
    from madein.origin.records import vocabulary

    known = set(vocabulary()["processes"])
    used: set[str] = set()

    def words(step: Any) -> None:
        if isinstance(step, str):
            used.add(step)
        elif "together" in step:
            for part in step["together"]:
                words(part)
        else:
            used.update([step["any"]] if isinstance(step["any"], str) else step["any"])

    for name in regimes():
        for rule in load_regime(name).rules:
            for leaf in leaves(rule.needs):
                for step in leaf.get("all") or ():
                    words(step)
    groups = processes()["groups"]
    assert {w for word in used for w in groups.get(word, [word])} <= known


def test_headers_are_known_without_case_and_marks() -> None:
    assert header("ĐƠN GIÁ") == "unit_value"
    assert header("don gia") == "unit_value"
    assert header("HS Code") == "hs"


@pytest.mark.parametrize(
    ("spelling", "found"), [("VN", "VNM"), ("Viet Nam", "VNM"), ("704", "VNM"), ("vietnam", "VNM"), ("", ""), ("EU", "EU"), ("European Union", "EU")]
)
def test_an_origin_in_every_usual_spelling(tmp_path: Path, spelling: str, found: str) -> None:
    file = write(tmp_path / "a.csv", f"line,name,hs,origin,originating,value\n1,tea,0902.10,{spelling},no,5\n")
    assert read_bill(file, CHAIR, "2012").bill.lines[0].origin == found


@pytest.mark.parametrize(
    ("code", "digits"),
    [
        ("0902", "0902"),
        ("0902.10", "090210"),
        ("090210", "090210"),
        ("0902 10 00", "09021000"),
        ("0902.10.00.00", "0902100000"),
        ("HS 0902.10", "090210"),
    ],
)
def test_a_code_in_every_usual_length_and_spelling(tmp_path: Path, code: str, digits: str) -> None:
    file = write(tmp_path / "a.csv", f"line,name,hs,origin,value\n1,tea,{code},VN,5\n")
    assert read_bill(file, CHAIR, "2012").bill.lines[0].hs == digits


def test_a_code_of_another_edition_is_told_with_its_successors(tmp_path: Path) -> None:
    assert "it is a code of HS 2012 and 2017" in complaints(write(tmp_path / "a.csv", "line,name,hs,value\n1,phone,8517.12,5\n"), edition="2022")


def test_a_circle_of_parts_is_told_with_every_row_of_it(tmp_path: Path) -> None:
    said = complaints(write(tmp_path / "a.csv", "line,parent,name,hs,value\n1,3,a,8501.10,5\n2,1,b,8501.10,5\n3,2,c,8501.10,5\n4,,d,8501.10,5\n"))
    assert "a line is a part of itself" in said
    assert all(f"row {n}" in said for n in (2, 3, 4))
    assert "row 5" not in said


def test_ten_tiers_are_read_and_a_parent_that_is_no_line_is_told(tmp_path: Path) -> None:
    rows = "".join(f"{n},{n - 1 if n > 1 else ''},part {n},8501.10,VN,{20 - n}\n" for n in range(1, 12))
    bill = read_bill(write(tmp_path / "a.csv", "line,parent,name,hs,origin,value\n" + rows), CHAIR, "2012").bill
    depth, line = 1, bill.lines[0]
    while line.children:
        depth, line = depth + 1, line.children[0]
    assert depth == 11
    assert "its parent '9' is no line" in complaints(write(tmp_path / "b.csv", "line,parent,name,hs,value\n1,9,a,8501.10,5\n"))


def test_a_weight_that_is_needed_and_absent_is_asked_for(tmp_path: Path) -> None:
    file = write(tmp_path / "a.csv", "line,name,hs,origin,originating,value\n1,sugar,1701.99,CN,no,5\n")
    biscuit = {**CHAIR, "hs": "190531"}
    found = decide(read_bill(file, biscuit, "2012").bill, "EVFTA")
    assert found.verdict == "unknown"
    assert any(q.ask == "weight" and q.line == "1" for q in found.questions)
