"""Tables that say how final each number is: the words come off the periods and stay beside the numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from madein.core.errors import BadInput
from madein.indices.read import read_series
from madein.indices.statuses import split_status

MAY, JUNE, JULY = (2024 * 12 + m for m in (4, 5, 6))
WIDE = [("Dệt", MAY, 1.1, "official"), ("Dệt", JUNE, 2.2, "preliminary"), ("Dệt", JULY, 3.3, "estimate")]


def read(path: Path, text: str) -> list[tuple[str, int, float, str]]:
    path.write_text(text, "utf-8")
    return read_series(path).frame.select("series", "month", "value", "status").rows()


@pytest.mark.parametrize("head", [
    "Chỉ tiêu;Chính thức tháng 5/2024;Sơ bộ tháng 6/2024;Ước tính tháng 7/2024",
    "Chỉ tiêu;T5/2024 (chính thức);T6/2024 (sơ bộ);T7/2024 (ước tính)",
    "Indicator;May 2024 (final);Jun 2024, preliminary;Jul 2024 (est.)",
    "Chỉ tiêu;Chính thức;Sơ bộ;Ước tính\n;5/2024;6/2024;7/2024",
    "Chỉ tiêu;5/2024;6/2024;7/2024\n;Chính thức;Sơ bộ;Ước tính",
])  # fmt: skip
def test_statuses_above_the_numbers(head: str, tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", f"{head}\nDệt;1,1;2,2;3,3\nKhai khoáng;1,5;2,5;3,5\n")[:3] == WIDE


@pytest.mark.parametrize("text", [
    "Tháng;Chỉ tiêu;Giá trị;Trạng thái\n2024-05;Dệt;1,1;Chính thức\n2024-06;Dệt;2,2;Sơ bộ\n2024-07;Dệt;3,3;Ước tính\n",
    "Tháng;Chỉ tiêu;Loại;Giá trị\n2024-05;Dệt;Chính thức;1,1\n2024-06;Dệt;Sơ bộ;2,2\n2024-07;Dệt;Ước tính;3,3\n",
    "Tháng;Dệt\nChính thức tháng 5/2024;1,1\nSơ bộ tháng 6/2024;2,2\nƯớc tính tháng 7/2024;3,3\n",
])  # fmt: skip
def test_statuses_beside_the_numbers(text: str, tmp_path: Path) -> None:
    assert read(tmp_path / "a.csv", text) == WIDE


def test_a_merged_status_holds_for_all_columns_below_it(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "a.xlsx")
    s = book.add_worksheet("IIP")
    s.merge_range(0, 0, 1, 0, "Chỉ tiêu")
    s.merge_range(0, 1, 0, 2, "Chính thức")
    s.write(0, 3, "Ước tính")
    s.write_row(1, 1, ["5/2024", "6/2024", "7/2024"])
    s.write_row(2, 0, ["Dệt", 1.1, 2.2, 3.3])
    s.write_row(3, 0, ["Khai khoáng", 1.5, 2.5, 3.5])
    book.close()
    rows = read_series(tmp_path / "a.xlsx").frame.select("series", "month", "status", "cell").rows()
    assert rows[:3] == [("Dệt", MAY, "official", "IIP!B3"), ("Dệt", JUNE, "official", "IIP!C3"), ("Dệt", JULY, "estimate", "IIP!D3")]


def test_of_two_prints_of_a_month_the_official_one_is_in_force(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Chỉ tiêu;Sơ bộ tháng 6/2024;Chính thức tháng 6/2024;Ước tính tháng 7/2024\nDệt;1,1;2,2;3,3\n", "utf-8")
    found = read_series(tmp_path / "a.csv")
    assert found.frame.select("month", "value", "status").rows() == [(JUNE, 2.2, "official"), (JULY, 3.3, "estimate")]
    assert "left out" in str(found.warnings[0]) and "cell B2" in str(found.warnings[0])
    (tmp_path / "b.csv").write_text("Chỉ tiêu;6/2024;6/2024;Ước tính tháng 7/2024\nDệt;1,1;2,2;3,3\n", "utf-8")
    with pytest.raises(BadInput, match="has several values"):
        read_series(tmp_path / "b.csv")


def test_words_that_are_names_stay(tmp_path: Path) -> None:
    assert split_status("Official reserves") == ("", "Official reserves")
    assert read(tmp_path / "a.csv", "Month,Official reserves,Final demand\n2024-05,1.5,2\n2024-06,2.5,3\n")[0] == ("Final demand", MAY, 2.0, "")


@given(st.text(max_size=70))
def test_any_label_is_split_or_kept(text: str) -> None:
    status, rest = split_status(text)
    assert status or rest == text
