"""Workbooks as grids: addresses, typed and printed numbers, and files that would do harm."""

from __future__ import annotations

import struct
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core import workbook
from madein.core.errors import MadeinError
from madein.core.grid import read_sheets

PATH = "t.xlsx"


@pytest.fixture
def book(tmp_path: Path) -> xlsxwriter.Workbook:
    return xlsxwriter.Workbook(str(tmp_path / PATH))


def refused(path: Path) -> str:
    with pytest.raises(MadeinError) as fault:
        read_sheets(path)
    return str(fault.value)


def test_addresses_with_empty_rows_and_columns_before(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet("IIP")
    sheet.write("C14", "Tháng")
    sheet.write("D15", 5.5)
    book.add_worksheet("empty")
    book.add_chartsheet("chart")
    late = book.add_worksheet("Biểu 2")
    late.write("B2", "x")
    book.close()
    first, second = read_sheets(tmp_path / PATH)
    assert (first.name, second.name) == ("IIP", "Biểu 2")
    assert first.text[13, 2] == "Tháng"
    assert first.address(13, 2) == "IIP!C14"
    assert first.numbers is not None
    assert (first.numbers[14, 3], first.text[14, 3]) == (5.5, "5.5")
    assert sum(first.text.null_count().row(0)) == first.text.height * first.text.width - 2
    assert second.text[1, 1] == "x"


def test_cells_of_every_type(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    day, minute = book.add_format({"num_format": "mmm-yy"}), book.add_format({"num_format": "d/m/yy hh:mm"})
    sheet.write_row("A1", [2024, 85.71, -0.5, 1234567890123456, 1e-7, True, "  5 ", "005"])
    sheet.write_datetime("A2", datetime(2024, 7, 1), day)
    sheet.write_datetime("B2", datetime(2024, 7, 1, 12, 30), minute)
    sheet.write_formula("C2", "=1+1", None, 2)
    sheet.write_formula("D2", "=1/0", None, "#DIV/0!")
    sheet.write_formula("E2", '=IF(A1>"&<",1,NA())', None, "#N/A")
    sheet.write_formula("F2", '="x"', None, "x")
    sheet.write_string("G2", 't="e"><v>#REF!</v>')
    book.close()
    (grid,) = read_sheets(tmp_path / PATH)
    assert grid.text.row(0) == ("2024", "85.71", "-0.5", "1234567890123456", "1e-07", "TRUE", "  5 ", "005")
    assert grid.text.row(1) == ("2024-07-01", "2024-07-01 12:30:00", "2", "#DIV/0!", "#N/A", "x", 't="e"><v>#REF!</v>', None)
    assert grid.numbers is not None
    assert grid.numbers.row(0) == (2024, 85.71, -0.5, 1234567890123456, 1e-7, None, None, None)
    assert grid.numbers.row(1) == (None, None, 2, None, None, None, None, None)


def test_a_number_printed_as_percent_is_the_number_printed(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheets = {name: book.add_worksheet(name) for name in ("Tăng & giảm <1>", "plain")}
    formats = ["0.0%", "0%", 9, 10, "0.00%;[Red]-0.00%", '0.0"%"', "0.0\\%", "[$%-409]0.0", "General", "0.0"]
    for sheet in sheets.values():
        for column, form in enumerate(formats):
            sheet.write_number(2, column, 0.154, book.add_format({"num_format": form}) if sheet.name != "plain" else None)
        sheet.write_number(3, 0, 0.07, book.add_format({"num_format": "0.0%"}))
        sheet.write_string(4, 0, "15.4%", book.add_format({"num_format": "0.0%"}))
    book.close()
    percent, plain = read_sheets(tmp_path / PATH)
    assert percent.numbers is not None
    assert plain.numbers is not None
    assert percent.numbers.row(2) == (15.4, 15.4, 15.4, 15.4, 15.4, 0.154, 0.154, 0.154, 0.154, 0.154)
    assert percent.text.row(2)[:6] == ("15.4%", "15.4%", "15.4%", "15.4%", "15.4%", "0.154")
    assert plain.numbers.row(2) == (0.154,) * len(formats)
    assert percent.numbers[3, 0] == plain.numbers[3, 0] == 7.0
    assert (percent.numbers[4, 0], percent.text[4, 0]) == (None, "15.4%")


def test_a_number_printed_in_thousands_is_the_number_printed(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    formats = [
        "#,##0,",
        "0.0,,",
        "#,##0.00,",
        '#,##0, "k"',
        "#,##0,_);(#,##0,)",
        "#,##0",
        "#,##0.00",
        "# ##0",
        '0","',
        "0\\,",
        "_-* #,##0_-",
        "@",
        3,
        4,
        37,
    ]
    for column, form in enumerate(formats):
        sheet.write_number(0, column, 1234567.0, book.add_format({"num_format": form}))
    book.close()
    (grid,) = read_sheets(tmp_path / PATH)
    assert grid.numbers is not None
    assert grid.numbers.row(0) == (1234.567, 1.234567, 1234.567, 1234.567, 1234.567) + (1234567.0,) * 10
    assert grid.text.row(0)[:2] == ("1234.567", "1.234567")


@settings(deadline=None, max_examples=40)
@given(values=st.lists(st.tuples(st.integers(-(10**6), 10**6), st.integers(0, 4)), min_size=1, max_size=30), power=st.sampled_from([2, -3, -6]))
def test_a_shifted_number_keeps_every_digit(values: list[tuple[int, int]], power: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.getbasetemp() / "shifted.xlsx"
    with xlsxwriter.Workbook(str(path)) as made:
        sheet, form = made.add_worksheet(), made.add_format({"num_format": {2: "0.00%", -3: "#,##0,", -6: "0.0,,"}[power]})
        for row, (value, places) in enumerate(values):
            sheet.write_number(row, 0, float(f"{value}e{-places - power}"), form)
    numbers = read_sheets(path)[0].numbers
    assert numbers is not None
    assert numbers["c0"].to_list() == [float(f"{value}e-{places}") for value, places in values]


def test_merged_cells_are_told(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    sheet.merge_range("B2:D3", "2024")
    sheet.write("E5", 1)
    book.close()
    (grid,) = read_sheets(tmp_path / PATH)
    assert grid.merged == ((1, 1, 2, 3),)
    assert grid.text[1, 1] == "2024"
    assert grid.text[2, 3] is None


def test_empty_workbooks(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    book.add_worksheet()
    book.add_worksheet()
    book.close()
    assert "every sheet is empty" in refused(tmp_path / PATH)
    (tmp_path / PATH).write_bytes(b"")
    assert "the file is empty" in refused(tmp_path / PATH)


@pytest.mark.parametrize("ending", [".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"])
@pytest.mark.parametrize(
    "raw", [b"garbage", b"PK\x03\x04" + bytes(100), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), b"a,b\n1,2\n", bytes(5000)]
)
def test_garbage_is_no_workbook(tmp_path: Path, ending: str, raw: bytes) -> None:
    path = tmp_path / f"t{ending}"
    path.write_bytes(raw)
    assert "the file is no workbook" in refused(path)


def test_a_workbook_under_a_false_name(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    book.add_worksheet().write(0, 0, "x")
    book.close()
    raw = (tmp_path / PATH).read_bytes()
    (tmp_path / "t.csv").write_bytes(raw)
    assert refused(tmp_path / "t.csv")
    (tmp_path / "t.xls").write_bytes(raw)
    assert "no workbook" in refused(tmp_path / "t.xls")


@pytest.mark.parametrize("cut", [10, 100, 1000, -1, -30])
def test_a_cut_off_workbook(book: xlsxwriter.Workbook, tmp_path: Path, cut: int) -> None:
    book.add_worksheet().write(0, 0, "x")
    book.close()
    (tmp_path / PATH).write_bytes((tmp_path / PATH).read_bytes()[:cut])
    assert "no workbook" in refused(tmp_path / PATH)


def rewrite(path: Path, part: str, change: bytes | None, old: bytes = b"") -> None:
    """Put other bytes into one part of a workbook, or into a piece of it."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    if change is None:
        del members[part]
    else:
        assert old in members[part]
        members[part] = members[part].replace(old, change) if old else change
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/_rels/workbook.xml.rels"])
@pytest.mark.parametrize("change", [b"<broken", b"", b'<?xml version="1.0" encoding="UTF-99"?><a/>', b"\0" * 100])
def test_a_workbook_with_a_broken_part(book: xlsxwriter.Workbook, tmp_path: Path, part: str, change: bytes) -> None:
    book.add_worksheet().write(0, 0, 1)
    book.close()
    rewrite(tmp_path / PATH, part, change)
    assert refused(tmp_path / PATH)


def test_a_workbook_without_styles(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    book.add_worksheet().write(0, 0, 1)
    book.close()
    rewrite(tmp_path / PATH, "xl/styles.xml", None)
    assert read_sheets(tmp_path / PATH)[0].text[0, 0] == "1"


def test_a_bomb_is_not_opened(book: xlsxwriter.Workbook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    book.add_worksheet().write(0, 0, 1)
    book.close()
    monkeypatch.setattr(workbook, "MAX_EXCEL_UNPACKED", 30_000_000)
    rewrite(tmp_path / PATH, "xl/worksheets/sheet1.xml", b"<x>" + b" " * 40_000_000)
    assert (tmp_path / PATH).stat().st_size < 200_000
    assert "the workbook holds 40 MB" in refused(tmp_path / PATH)
    monkeypatch.setattr(workbook, "MAX_EXCEL_UNPACKED", 10**9)
    monkeypatch.setattr(workbook, "MAX_EXCEL_BYTES", 1000)
    assert "workbooks over" in refused(tmp_path / PATH)


def test_a_bomb_that_lies_about_its_size(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    book.add_worksheet().write(0, 0, 1)
    book.close()
    rewrite(tmp_path / PATH, "xl/worksheets/sheet1.xml", b"<x>" + b" " * 20_000_000)
    raw, told, lie = (tmp_path / PATH).read_bytes(), struct.pack("<L", 20_000_003), struct.pack("<L", 3)
    assert raw.count(told) == 2
    (tmp_path / PATH).write_bytes(raw.replace(told, lie))
    assert "no workbook" in refused(tmp_path / PATH)


def test_entities_do_not_explode(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    book.add_worksheet().write(0, 0, 1)
    book.close()
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "boom">{entities}]><a>&e11;</a>'
    rewrite(tmp_path / PATH, "xl/styles.xml", bomb.encode())
    assert "no workbook" in refused(tmp_path / PATH)


def test_a_stray_cell_in_the_far_corner(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    sheet.write("A1", 1)
    sheet.write("XFD1048576", 1)
    book.close()
    message = refused(tmp_path / PATH)
    assert "reaches to column XFD and row 1,048,576" in message
    assert "delete the stray cells" in message
    rewrite(tmp_path / PATH, "xl/worksheets/sheet1.xml", b"s='0' r = 'XFD1048576'", old=b'r="XFD1048576"')
    assert "reaches to column XFD" in refused(tmp_path / PATH)


def test_a_long_column_is_no_stray_cell(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet()
    sheet.write("A1", 1)
    sheet.write("C20000", 2)
    book.close()
    (grid,) = read_sheets(tmp_path / PATH)
    assert (grid.text.height, grid.text[19_999, 2]) == (20_000, "2")


def locked() -> bytes:
    """The smallest compound file (MS-CFB) that holds an encrypted package: a header, a FAT, a directory."""
    free, end, fat = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = struct.pack("<8s16xHHHHH6xLLLLLLLLLL", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header += struct.pack("<108L", *[free] * 108)

    def entry(name: str, kind: int, child: int, right: int) -> bytes:
        text = (name + "\0").encode("utf-16-le")
        return text.ljust(64, b"\0") + struct.pack("<HBBLLL36xLQ", len(text), kind, 1, free, right, child, end, 0)

    directory = entry("Root Entry", 5, 1, free) + entry("EncryptedPackage", 2, free, 2) + entry("EncryptionInfo", 2, free, free) + bytes(128)
    return header + struct.pack("<128L", fat, end, *[free] * 126) + directory


def test_a_locked_workbook(tmp_path: Path) -> None:
    (tmp_path / PATH).write_bytes(locked())
    assert "locked by a password" in refused(tmp_path / PATH)
