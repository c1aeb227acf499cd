"""Monthly series from workbooks: sheets, merged cells, typed and printed numbers side by side."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from madein.core.errors import BadInput, MadeinError
from madein.core.periods import Period
from madein.indices.model import Observations
from madein.indices.read import read_series, repr_number


def lines(found: Observations) -> list[str]:
    """One line a number: ``series period value ±half cell``."""
    rows = found.frame.select("series", "month", "value", "half", "cell").iter_rows()
    return [f"{s} {Period.months(m)} {v:.12g} ±{h:g} {c}" for s, m, v, h, c in rows]


@pytest.fixture
def book(tmp_path: Path) -> xlsxwriter.Workbook:
    return xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))


def test_a_workbook_of_several_sheets(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    first, second, text = book.add_worksheet("IIP"), book.add_worksheet("Biểu 2"), book.add_worksheet("Ghi chú")
    book.add_worksheet("trống")
    for i, row in enumerate([["Tháng", "Than"], ["01/2024", 85.71], ["02/2024", 83.1]]):
        first.write_row(i + 13, 2, row)
    for i, row in enumerate([["", "T1/2024", "T2/2024"], ["Dầu", 5, 6.25]]):
        second.write_row(i, 0, row)
    text.write(0, 0, "Phương pháp")
    book.close()
    found = read_series(tmp_path / "t.xlsx")
    assert lines(found) == ["Dầu 2024-01 5 ±0.005 Biểu 2!B2", "Dầu 2024-02 6.25 ±0.005 Biểu 2!C2", "Than 2024-01 85.71 ±0.005 IIP!D15",
                            "Than 2024-02 83.1 ±0.005 IIP!D16"]  # fmt: skip
    (warning,) = found.warnings
    assert str(warning).startswith("t.xlsx sheet Ghi chú: sheet left out: no row or column of months was found")
    assert lines(read_series(tmp_path / "t.xlsx", sheet="IIP")) == lines(found)[2:]
    with pytest.raises(MadeinError, match=r"there is no filled sheet 'X'.*name one of: IIP, Biểu 2, Ghi chú"):
        read_series(tmp_path / "t.xlsx", sheet="X")


def test_years_merged_over_months(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet("S")
    sheet.merge_range("A1:F1", "Bảng 1. Tháng 3 năm 2024")
    sheet.merge_range("A2:A3", "Chỉ tiêu")
    sheet.merge_range("B2:D2", 2023)
    sheet.merge_range("E2:F2", 2024)
    sheet.write_row("B3", ["T11", "T12", "Cả năm", "T1", "T2"])
    sheet.write_row("A4", ["Than", 1, 2, 99, 3, 4])
    book.close()
    found = read_series(tmp_path / "t.xlsx")
    assert lines(found) == ["Than 2023-11 1 ±0.5 S!B4", "Than 2023-12 2 ±0.5 S!C4", "Than 2024-01 3 ±0.5 S!E4", "Than 2024-02 4 ±0.5 S!F4"]
    assert [str(w) for w in found.warnings] == ["t.xlsx cell S!D3: column left out ('2023, Cả năm' is no month)."]


def test_names_and_years_merged_down(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet("S")
    sheet.write_row("A1", ["Nhóm", "Năm", "T1", "T2", "T3"])
    sheet.merge_range("A2:A3", "Than")
    sheet.merge_range("A4:A5", "Dầu")
    for i in range(4):
        sheet.write_row(i + 1, 1, [2023 + i % 2, i, i + 10, i + 20])
    book.close()
    assert lines(read_series(tmp_path / "t.xlsx"))[::3] == ["Dầu 2023-01 2 ±0.5 S!C4", "Dầu 2024-01 3 ±0.5 S!C5", "Than 2023-01 0 ±0.5 S!C2",
                                                            "Than 2024-01 1 ±0.5 S!C3"]  # fmt: skip


def test_one_number_merged_over_two_months_belongs_to_neither(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet("S")
    sheet.write_row("A1", ["", "T1/2024", "T2/2024", "T3/2024"])
    sheet.write_row("A2", ["Than", None, None, 7])
    sheet.merge_range("B2:C2", 12)
    book.close()
    with pytest.raises(BadInput, match=r"cell S!B2: one number in a cell merged over several \(it belongs to no single month\)"):
        read_series(tmp_path / "t.xlsx")


def test_a_month_merged_over_two_columns_may_hold_numbers_merged_alike(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet("S")
    sheet.write("A2", "Than")
    for i, column in enumerate(("B{r}:C{r}", "D{r}:E{r}")):
        sheet.merge_range(column.format(r=1), f"T{i + 1}/2024")
        sheet.merge_range(column.format(r=2), 5 + i)
    book.close()
    assert lines(read_series(tmp_path / "t.xlsx")) == ["Than 2024-01 5 ±0.5 S!B2", "Than 2024-02 6 ±0.5 S!D2"]


def test_typed_and_printed_numbers_in_one_sheet(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet("S")
    percent = book.add_format({"num_format": "0.0%"})
    sheet.write_row("A1", ["Tháng", "a", "b", "c"])
    for i, (a, b, c) in enumerate([(0.1 + 0.2, "1.234,5", 0.154), (1234567890123, "7", 0.07), (1e-7, "..", -0.068)]):
        sheet.write_row(i + 1, 0, [f"{i + 1:02d}/2024", a, b])
        sheet.write_number(i + 1, 3, c, percent)
    book.close()
    assert lines(read_series(tmp_path / "t.xlsx")) == [
        "a 2024-01 0.3 ±5e-08 S!B2", "a 2024-02 1.23456789012e+12 ±5e-08 S!B3", "a 2024-03 1e-07 ±5e-08 S!B4",
        "b 2024-01 1234.5 ±0.05 S!C2", "b 2024-02 7 ±0.05 S!C3",
        "c 2024-01 15.4 ±0.05 S!D2", "c 2024-02 7 ±0.05 S!D3", "c 2024-03 -6.8 ±0.05 S!D4",
    ]  # fmt: skip
    assert read_series(tmp_path / "t.xlsx").frame["value"][1] == 1234567890123


def test_texts_that_nothing_settles_in_a_workbook(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet("S")
    sheet.write_row("A1", ["Tháng", "a"])
    sheet.write_row("A2", ["01/2024", "1.234"])
    sheet.write_row("A3", ["02/2024", 5.5])
    book.close()
    with pytest.raises(BadInput, match=r"S: is '1\.234' a thousand and more"):
        read_series(tmp_path / "t.xlsx")


def test_failed_formulas_are_no_holes(book: xlsxwriter.Workbook, tmp_path: Path) -> None:
    sheet = book.add_worksheet("S")
    sheet.write_column("A1", ["Tháng", "01/2024", "02/2024", "03/2024"])
    sheet.write("B1", "a")
    sheet.write("B2", 5)
    sheet.write_formula("B3", "=NA()", None, "#N/A")
    sheet.write_formula("B4", "=1/0", None, "#DIV/0!")
    book.close()
    with pytest.raises(BadInput) as fault:
        read_series(tmp_path / "t.xlsx")
    assert [p.where for p in fault.value.problems] == ["t.xlsx cell S!B4"]


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.3"), (100 * 1.1, "110"), (681.08 - 354.72, "326.36"), (1.1 * 3, "3.3"), (169.9, "169.9"), (-0.0, "0"), (5.0, "5"),
     (1e20, "1" + "0" * 20), (1234567890123.0, "1234567890123"), (9007199254740991.0, "9007199254740991"), (1234567890123.45, "1234567890123.45"),
     (2 / 3, "0.666666666666667"), (1e-7, "0.0000001"), (1.5e-10, "0.00000000015"), (None, None)],
)  # fmt: skip
def test_the_text_of_a_typed_number(value: float | None, text: str | None) -> None:
    assert repr_number(value) == text
