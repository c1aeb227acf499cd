"""Release workbooks written here, and cells as a parser hands them over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from madein.core.errors import MadeinError
from madein.indices.releases import read_cells, read_release, typed_cells


def rows(release: str, table: str, headers: list[str], *lines: tuple[str, list[str | None]], sheet: str = "S") -> pl.DataFrame:
    return pl.DataFrame([
        {"release_date": release, "table": table, "sheet": sheet, "row": 8 + r, "label": label, "col": 2 + c, "header": headers[c], "value": v}
        for r, (label, values) in enumerate(lines) for c, v in enumerate(values) if v is not None
    ])  # fmt: skip


TRADE = ["Ước tính tháng 7 năm 2024 Lượng", "Trị giá", "7 tháng năm 2024 so với cùng kỳ năm trước (%) Lượng", "Nghìn tấn; Triệu USD Trị giá", "ut7"]


def test_trade_quantity_value_and_growth() -> None:
    found = typed_cells(
        rows("2024-07-29", "exp", TRADE, ("TỔNG TRỊ GIÁ", [None, "36240", None, "115.7", "1"]), ("Gạo", ["751.3", "452", "108.3", "127.7", "2"]))
    )
    told = found.store.frame.select("series", "growth", "span", "value", "half", "unit", "status", "cell").rows()
    assert told == [
        ("exports/gao", "level", "month", 452.0, 0.5, "triệu USD", "estimate", "S!D10"),
        ("exports/gao", "ytd_yoy", "ytd", 27.7, 0.05, "percent", "", "S!F10"),
        ("exports/total", "level", "month", 36240.0, 0.5, "triệu USD", "estimate", "S!D9"),
        ("exports/total", "ytd_yoy", "ytd", 15.7, 0.05, "percent", "", "S!F9"),
        ("exports_quantity/gao", "level", "month", 751.3, 0.05, "nghìn tấn", "estimate", "S!C10"),
        ("exports_quantity/gao", "ytd_yoy", "ytd", 8.3, 0.05, "percent", "", "S!E10"),
    ]
    assert found.unread.select("cell", "why").rows() == [
        ("S!G9", "the column header is not understood"),
        ("S!G10", "the column header is not understood"),
    ]
    assert found.labels["exports/gao"] == "Gạo"


def test_units_ditto_and_parts_of_the_row_above() -> None:
    heads = ["Thực hiện tháng 6 năm 2024", "Ước tính tháng 7 năm 2024"]
    found = typed_cells(
        rows(
            "2024-07-29",
            "prod",
            heads,
            ("Than đá | Nghìn tấn", ["3859", "3747"]),
            ('Dầu thô | "', ["664", "668"]),
            ('Trong đó: trong nước | "', ["600", "601"]),
        )
    )
    assert found.store.frame.select("series", "unit").unique(maintain_order=True).rows() == [
        ("products/dau_tho", "Nghìn tấn"), ("products/dau_tho/trong_nuoc", "Nghìn tấn"), ("products/than_da", "Nghìn tấn"),
    ]  # fmt: skip


def test_a_label_that_stands_twice_is_told_apart_by_rule_or_not_read() -> None:
    found = typed_cells(
        rows(
            "2024-07-29",
            "exp",
            TRADE[:2],
            ("Khu vực có vốn đầu tư NN", [None, "9"]),
            ("Dầu thô", [None, "5"]),
            ("Gạo", ["1", "2"]),
            ("Dầu thô", ["3", "5"]),
            ("Gạo", ["1", "4"]),
        )
    )
    assert found.store.frame["series"].unique().sort().to_list() == [
        "exports/dau_tho", "exports/foreign_invested_sector", "exports/foreign_invested_sector/dau_tho", "exports_quantity/dau_tho",
    ]  # fmt: skip
    assert found.unread["why"].unique().to_list() == ["the label stands in rows 11, 13"]


def test_what_is_no_rate_no_number_or_of_another_time_is_listed() -> None:
    heads = [
        "Tháng 7 năm 2024 so với cùng kỳ năm trước",
        "Tháng 7 năm 2022 so với cùng kỳ năm trước",
        "Tháng 9 năm 2024 so với cùng kỳ năm trước",
        "Tháng 7 năm 2024",
    ]
    found = typed_cells(
        rows(
            "2024-07-29",
            "iip",
            heads,
            ("Khai khoáng", ["45000", "101", "102", "103"]),
            ("Dệt", ["#REF!", None, None, None]),
            ("Toàn ngành công nghiệp", ["111.23", None, None, None]),
        )
    )
    assert found.store.frame["value"].to_list() == [11.23]
    assert found.unread["why"].to_list() == [
        "no index of growth is zero, negative or the number of a day", "the header names a period more than a year before the release",
        "the header names a period that begins after the release", "the header says no comparison, and the table prints rates only", "it is no number",
    ]  # fmt: skip


def test_the_next_release_is_the_second_print() -> None:
    one = rows("2024-06-29", "iip", ["Tháng 6 năm 2024 so với cùng kỳ năm trước"], ("Toàn ngành công nghiệp", ["110.92"]))
    two = rows("2024-07-29", "iip", ["Tháng 6 năm 2024 so với cùng kỳ năm trước", "Tháng 7 năm 2024 so với cùng kỳ năm trước"],
               ("Toàn ngành công nghiệp", ["112.36", "111.23"]))  # fmt: skip
    store = typed_cells(pl.concat([one, two])).store
    assert store.known("iip/total", "2024-06", "2024-07-01", "yoy").value == pytest.approx(10.92)
    assert store.known("iip/total", "2024-06", "2024-07-29", "yoy").value == pytest.approx(12.36)


def test_two_sheets_of_one_release_that_differ_are_told() -> None:
    heads = ["Quý II năm 2024 so với cùng kỳ năm trước"]
    both = pl.concat(
        [
            rows("2024-06-29", "iip_q", heads, ("Khai khoáng", ["95.1"]), sheet="Q"),
            rows("2024-06-29", "iip", heads, ("Khai khoáng", ["96.2"]), sheet="M"),
        ]
    )
    found = typed_cells(both)
    assert found.store.frame["value"].to_list() == [-3.8] and "stands there as -3.8 and as -4.9" in str(found.warnings[0])


def test_bad_frames_are_refused(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="column 'header' is missing"):
        typed_cells(rows("2024-07-29", "iip", ["x"], ("Dệt", ["1"])).drop("header"))
    with pytest.raises(MadeinError, match="'July' is no day"):
        typed_cells(rows("July", "iip", ["x"], ("Dệt", ["1"])))
    (tmp_path / "c.csv").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(MadeinError):
        read_cells(tmp_path / "c.csv")
    assert typed_cells(rows("2024-07-29", "weather", ["x"], ("Dệt", ["1"]))).unread["why"].to_list() == ["the table is none of those known"]


def write_release(path: Path) -> None:
    book = xlsxwriter.Workbook(path)
    book.add_worksheet("Bìa").write(0, 0, "BÁO CÁO")
    s = book.add_worksheet("2. IIP")
    s.merge_range(0, 0, 0, 4, "2. Chỉ số sản xuất công nghiệp")
    s.write(2, 4, "%")
    # Headers are broken over lines, as the office sets them.
    for c, lines in enumerate((("Tháng 6", "năm 2024 so với", "cùng kỳ năm trước"), ("Tháng 7", "năm 2024 so với", "tháng trước"),
                               ("Tháng 7", "năm 2024 so với", "cùng kỳ năm trước"), ("7 tháng", "năm 2024 so với", "cùng kỳ năm trước")), 1):  # fmt: skip
        for r, line in enumerate(lines):
            s.write(3 + r, c, line)
    wood = "Chế biến gỗ và sản xuất sản phẩm từ gỗ, tre, nứa (trừ giường, tủ, bàn, ghế);"
    for r, (label, values) in enumerate((("Toàn ngành công nghiệp", (112.36, 100.69, 111.23, 108.5)), ("Khai khoáng", (95.1, 101.2, 94.3, 93.8)),
                                         (wood, ()), ("sản xuất sản phẩm từ rơm, rạ và vật liệu tết bện", (101, 102, 103, 104)))):  # fmt: skip
        s.write(7 + r, 0, label)
        for c, v in enumerate(values):
            s.write(7 + r, 1 + c, v)
    s = book.add_worksheet("14.XK")
    s.write(0, 0, "14. Hàng hóa xuất khẩu")
    s.write(2, 5, "Nghìn tấn; Triệu USD")
    for c, text in ((2, "Ước tính tháng 7 năm 2024"), (4, "Tháng 7 năm 2024 so với cùng kỳ năm trước (%)")):
        s.merge_range(3, c, 3, c + 1, text)
        s.write(4, c, "Lượng")
        s.write(4, c + 1, "Trị giá")
    for r, (label, values) in enumerate((("TỔNG TRỊ GIÁ", (None, "36.240,0", None, "119,1")), ("Gạo", ("751,3", "452,5", "113,5", "124,2")))):
        s.write(6 + r, min(r, 1), label)
        for c, v in enumerate(values):
            if v is not None:
                s.write_string(6 + r, 2 + c, v)
    book.close()


def test_a_workbook_of_that_look(tmp_path: Path) -> None:
    write_release(tmp_path / "r.xlsx")
    found = read_release(tmp_path / "r.xlsx", date(2024, 7, 29))
    told = {(s, g, m): (v, c) for s, g, m, v, c in found.store.frame.select("series", "growth", "month", "value", "cell").rows()}
    july = 2024 * 12 + 6
    assert told["iip/total", "yoy", july] == (11.23, "2. IIP!D8") and told["iip/total", "yoy", july - 1] == (12.36, "2. IIP!B8")
    assert told["iip/C16", "mom", july] == (2.0, "2. IIP!C11")
    assert told["exports/total", "level", july] == (36240.0, "14.XK!D7")
    assert told["exports_quantity/gao", "yoy", july] == (13.5, "14.XK!E8")
    assert len(told) == 12 + 6 and found.unread.height == 0
    assert ["Bìa" in w.where for w in found.warnings] == [True]


def test_a_workbook_of_something_else(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(tmp_path / "x.xlsx")
    s = book.add_worksheet("A")
    s.write_row(0, 0, ["Cán bộ", "Lương"])
    s.write_row(1, 0, ["An", 5])
    s.write_row(2, 0, ["Bình", 6])
    book.close()
    with pytest.raises(MadeinError, match="no sheet holds a table of the release"):
        read_release(tmp_path / "x.xlsx", date(2024, 7, 29))
