"""Headers of releases: each part told apart, and a header half understood is none."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.period_labels import fold
from madein.indices.releases import read_header, read_headers
from madein.indices.releases.headers import _rules
from madein.indices.releases.labels import read_label


def said(text: str) -> tuple[str, str, str, str] | None:
    h = read_header(text)
    return (str(h.period), h.growth, h.status, h.kind) if h and h.span else None


@pytest.mark.parametrize(("text", "expected"), [
    ("Tháng 7 năm 2024 so với cùng kỳ năm trước", ("2024-07", "yoy", "", "")),
    ("% 7 tháng năm 2024 so với cùng kỳ năm trước", ("2024-01..2024-07", "ytd_yoy", "", "")),
    ("Tháng 07/2024 so với tháng 06/2024 (%)", ("2024-07", "mom", "", "")),
    ("Tháng 01 năm 2024 so với tháng 12 năm 2023", ("2024-01", "mom", "", "")),
    ("Tháng 01 năm 2012 so với tháng 01 năm năm 2011", ("2012-01", "yoy", "", "")),
    ("Chính thức tháng 10 năm 2012 so với tháng 10 năm 2011", ("2012-10", "yoy", "official", "")),
    ("Đơn vị tính:% Quí I năm 2018 so với cùng kỳ năm 2017", ("2018-Q1", "yoy", "", "")),
    ("Qúy II năm 2014 so với cùng kỳ năm 2013", ("2014-Q2", "yoy", "", "")),
    ("Cả năm 2015 so với năm 2014", ("2015", "yoy", "", "")),
    ("Ước tính 9 tháng năm 2023 Lượng", ("2023-01..2023-09", "", "estimate", "quantity")),
    ("Sơ bộ tháng 9 năm 2024 Trị giá", ("2024-09", "", "preliminary", "value")),
    ("Thực hiện quý III năm 2024", ("2024-Q3", "", "official", "")),
    ("Cộng dồn 7 tháng năm 2024", ("2024-01..2024-07", "", "", "")),
    ("So với cùng kỳ năm trước (%) Tháng 9 năm 2018", ("2018-09", "yoy", "", "")),
    ("Chỉ số sử dụng lao động thời điểm 01/7/2024 so với cùng thời điểm tháng trước", ("2024-07", "mom", "", "")),
    ("Tháng 5 năm 2013 tháng 5 so với năm 2012", ("2013-05", "yoy", "", "")),
    ("2 tháng đầu năm 2012 so với cùng kỳ năm 2011 (%)", ("2012-01..2012-02", "ytd_yoy", "", "")),
])  # fmt: skip
def test_headers(text: str, expected: tuple[str, str, str, str]) -> None:
    assert said(text) == expected
    assert said(unicodedata.normalize("NFD", text).upper()) == expected


@pytest.mark.parametrize("text", [
    "", "utt8", "tht2-utt2", "t3/t2", "ước tính t8", "Trị giá 2", "Tháng 7", "Tháng 13 năm 2024", "Tháng 7 năm 2024 so với bình quân 5 năm",
    "Tháng 7 năm 2024 so với tháng 5 năm 2024", "Tháng 7 năm 2024 so với cùng kỳ năm 2022", "7 tháng năm 2024 so với tháng trước",
    "Tháng 7 năm 2024 không tính Samsung", "x" * 300,
])  # fmt: skip
def test_what_is_not_understood_whole_is_not_read(text: str) -> None:
    assert said(text) is None


def test_merged_headers_go_on_to_the_right() -> None:
    heads = read_headers([
        "Thực hiện tháng 8 năm 2018", "Ước tính tháng 9 năm 2018", "Cộng dồn 9 tháng năm 2018", "So với cùng kỳ năm trước (%) Tháng 9 năm 2018",
        "9 tháng năm 2018", "tht-ut",
    ])  # fmt: skip
    assert [(h.growth, str(h.period)) if h else None for h in heads] == [
        ("", "2018-08"), ("", "2018-09"), ("", "2018-01..2018-09"), ("yoy", "2018-09"), ("ytd_yoy", "2018-01..2018-09"), None,
    ]  # fmt: skip
    sales = read_headers(["Chỉ số tiêu thụ Tháng 9 năm 2018 so với tháng trước", "9 tháng năm 2018 so với cùng kỳ năm trước",
                          "Chỉ số tồn kho Thời điểm 30/9/2018 so với cùng thời điểm tháng trước"])  # fmt: skip
    assert [h.group for h in sales if h] == ["sales", "sales", "stocks"]
    assert read_headers(["Trị giá"]) == [None]


@given(st.text(max_size=80))
def test_any_text_is_read_or_not_but_never_fails(text: str) -> None:
    read_header(text)
    read_label(text, industries=True)


def test_words_of_the_rules_are_folded() -> None:
    words, _ = _rules()
    assert all(word == fold(word) for listed in words.values() for word, _ in listed)


@pytest.mark.parametrize(("text", "key"), [
    ("TOÀN NGÀNH CÔNG NGHIỆP", "total"), ("Khai khoáng", "B"), ("SX máy móc, thiết bị chưa được phân vào đâu", "C28"),
    ("sản xuất sản phẩm từ rơm, rạ và vật liệu tết bện", "C16"), ("Sản xuất xi măng", "san_xuat_xi_mang"),
])  # fmt: skip
def test_industries_have_their_code(text: str, key: str) -> None:
    assert read_label(text, industries=True).key == key
    assert read_label(unicodedata.normalize("NFD", text), industries=True).key == key


def test_a_period_among_the_labels_is_a_heading() -> None:
    assert read_label("tháng 6/2013 | tháng 6 so | 6 tháng 2013", industries=True).key == ""
