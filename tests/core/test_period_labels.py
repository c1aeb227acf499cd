"""Labels as tables print them, English and Vietnamese, and all that must not be taken for a period."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.period_labels import fold, read_day_column, read_month, read_month_number, read_period, read_year
from madein.core.periods import MONTHS, Period

JULY = """2024-07|2024/07|2024.07|2024-7|2024/7|2024M7|2024M07|2024 M7|2024m7|202407|07/2024|7/2024|07-2024|07.2024|M7/2024|M7 2024
July 2024|Jul 2024|Jul. 2024|JULY 2024|july, 2024|Jul-2024|Jul/2024|Jul-24|Jul 24|2024 July|2024 Jul|2024-Jul|2024Jul|July2024
Tháng 7/2024|Tháng 7 năm 2024|tháng 7 năm 2024|Tháng 07/2024|Tháng 7-2024|Tháng 7 2024|Tháng 7, 2024|THÁNG 7/2024|Tháng bảy năm 2024
Tháng Bảy 2024|T7/2024|T7-2024|T7 2024|T7.2024|T07/2024|Th7/2024|Thg 7/2024|Thg. 7, 2024|2024-T7|2024 tháng 7|Thang 7 nam 2024| Tháng  7 năm 2024 """
OTHERS = {
    "2024-Q3": "Q3 2024|Q3/2024|Q3-2024|2024Q3|2024 Q3|2024-Q3|Quý 3/2024|Quý III/2024|quý iii năm 2024|Quý III năm 2024|Quý 3 2024|2024q3",
    "2024-Q1": "Quý I/2024|Q1-2024|Quý 1 năm 2024",
    "2024-Q4": "Quý IV/2024|QUÝ IV NĂM 2024",
    "2024": "2024|Năm 2024|năm 2024|Year 2024|2024 (p)|2024*|2024 (*)|2024 est.|2024 sb|2024p",
    "2024-01": "Tháng Giêng 2024|Tháng một năm 2024|Jan-24|1/2024|2024M1|T1/2024",
    "2024-05": "May 2024|Tháng năm 2024|Tháng năm năm 2024|Tháng 5 năm 2024|May-24",
    "2024-04": "Tháng tư 2024|Tháng tư năm 2024|April 2024",
    "2024-10": "Tháng mười 2024|Tháng mười năm 2024|2024.10|10/2024|202410",
    "2024-11": "Tháng mười một 2024|Tháng 11/2024|2024.11",
    "2024-12": "Tháng chạp 2024|Tháng mười hai năm 2024|Tháng 12 2024|12.2024|Dec 2024",
    "2024-09": "Sept 2024|Sep-24|Tháng chín 2024|2024.9",
    "1999-12": "Dec-99",
    "1970-01": "Jan-70",
    "2069-01": "Jan-69",
    "2024-07-15": "2024-07-15",
    "2024-01..2024-07": "2024-01..2024-07",
    "1800-01": "1800-01",
    "2199-12": "12/2199",
}
NO_PERIODS = """1.2.3|2024-13|2024-00|31/02/2024|15/07/2024|VF 8|1234567|12345678|20240715|1234|9999|0000|999|1234-05|8471-07|2200|1799
2024.1|2024,5|24|7|T7|July|Q3|Quý III|13/2024|00/2024|0/2024|T13/2024|Tháng 13/2024|Tháng 0/2024|Q5/2024|Quý V/2024|Quý 0/2024
7 tháng 2024|7 tháng năm 2024|7 tháng đầu năm 2024|7T/2024|7M/2024|7M2024|T1-7/2024|Tháng 1-7/2024|Jan-Jul 2024|6 tháng
2024 Mai|2024 Total|2024 and so on|Total 2024|+5.5|5,5|-|..|n/a|²|٢٠٢٤|٧/٢٠٢٤|Jul|2024-07-32|2024-02-30|Weekly 2024|Bảng 7/2024|(2024)
Marchand 2024|2024-07 (p)|July 2024*|Julyy 2024|H1 2024|1H2024|FY2024|2023/24|2023-2024|12:30|2024-07-15 12:30:00|#N/A|=2024|C14"""


@pytest.mark.parametrize("label", JULY.replace("\n", "|").split("|"))
def test_july_2024(label: str) -> None:
    assert str(read_period(label)) == "2024-07"
    assert str(read_period(unicodedata.normalize("NFD", label))) == "2024-07"


@pytest.mark.parametrize(("text", "label"), [(k, x) for k, v in OTHERS.items() for x in v.split("|")])
def test_other_periods(text: str, label: str) -> None:
    assert str(read_period(label)) == text
    assert str(read_period(unicodedata.normalize("NFD", label))) == text


@pytest.mark.parametrize("label", ["", *NO_PERIODS.replace("\n", "|").split("|"), "July 2024 " + "x" * 60, " " * 100 + "2024-07"])
def test_no_period(label: str) -> None:
    assert read_period(label) is None


@pytest.mark.parametrize("month", range(1, 13))
@pytest.mark.parametrize("form", ["{y}-{m:02d}", "{y}M{m}", "{m}/{y}", "Tháng {m}/{y}", "T{m}/{y}", "{name} {y}", "{name:.3}-{yy:02d}", "{y}{m:02d}"])
def test_every_month_in_every_form(month: int, form: str) -> None:
    for year in (1970, 1999, 2024, 2069):
        label = form.format(y=year, m=month, yy=year % 100, name=MONTHS[month - 1])
        assert str(read_period(label)) == f"{year}-{month:02d}", label


@pytest.mark.parametrize(
    ("month", "labels"),
    [
        (7, "T7|Tháng 7|tháng 07|Th7|Thg 7|M7|m 7|July|Jul|Jul.|JUL|Tháng bảy|THÁNG BẢY"),
        (4, "Tháng tư|April|T4"),
        (5, "Tháng năm|May|Tháng 5"),
        (12, "Tháng 12|Tháng mười hai|Dec|T12|Tháng chạp"),
        (1, "Tháng giêng|T1|T01|Jan"),
        (None, "7|2024|T13|T0|Q3|Juli|July 2024|T7/2024|năm|Tháng|T|²|"),
    ],
)
def test_halves_that_name_a_month(month: int | None, labels: str) -> None:
    for label in labels.split("|"):
        assert read_month(label) == month, label
        assert read_month(unicodedata.normalize("NFD", label)) == month, label


@pytest.mark.parametrize(
    ("year", "labels"),
    [
        (2024, "2024|Năm 2024|năm 2024|NĂM 2024|Year 2024| 2024 |2024 (p)|2024*|2024 **|2024e|2024 sb"),
        (None, "24|T7/2024|2024-07|1234|2200|2024 Jan|2024Jan|2024 Mai|Total|20245|²|"),
    ],
)
def test_halves_that_name_a_year(year: int | None, labels: str) -> None:
    for label in labels.split("|"):
        assert read_year(label) == year, label
        assert read_year(unicodedata.normalize("NFD", label)) == year, label


@pytest.mark.parametrize(("month", "texts"), [(1, "1|01| 1 "), (7, "7|07"), (12, "12"), (None, "0|00|13|001|0034|120|1.0|-1|²|٣||x")])
def test_months_as_plain_numbers(month: int | None, texts: str) -> None:
    for text in texts.split("|"):
        assert read_month_number(text) == month, text


def read_days(*labels: str) -> dict[str, str]:
    return {k: str(v) for k, v in read_day_column(labels).items()}


def test_dates_are_months_where_one_reading_makes_all_of_them_edges() -> None:
    assert read_days("01/07/2024", "01/08/2024") == {"01/07/2024": "2024-07", "01/08/2024": "2024-08"}
    assert read_days("31-01-2024", "29-02-2024") == {"31-01-2024": "2024-01", "29-02-2024": "2024-02"}
    assert read_days("1/31/2024", "2/29/2024") == {"1/31/2024": "2024-01", "2/29/2024": "2024-02"}
    assert read_days("Tổng", "1.7.2024", "Nguồn: x") == {"1.7.2024": "2024-07"}
    assert read_days("01/01/2024") == {"01/01/2024": "2024-01"}


@pytest.mark.parametrize(
    "labels",
    [
        (),
        ("Tổng",),
        ("15/07/2024", "15/08/2024"),
        ("01/07/2024", "02/07/2024", "13/07/2024"),
        ("28/02/2024", "31/03/2024"),
        ("31/02/2024", "31/03/2024"),
        ("00/01/2024",),
        ("01/07/2024", "1/7/2024"),
        ("01/13/2024", "01/14/2024"),
        ("01/07/1066",),
    ],
)
def test_dates_are_not_guessed(labels: tuple[str, ...]) -> None:
    assert read_days(*labels) == {}


@given(st.lists(st.tuples(st.integers(1970, 2030), st.integers(1, 12)), min_size=2, max_size=30, unique=True), st.sampled_from("/-."))
def test_day_first_month_starts_read_back(months: list[tuple[int, int]], mark: str) -> None:
    labels = {f"01{mark}{m:02d}{mark}{y}": f"{y}-{m:02d}" for y, m in months}
    assert read_days(*labels) == labels


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    found = read_period(text)
    assert found is None or 1800 <= found.first.year <= found.last.year <= 2199
    assert read_month(text) in (None, *range(1, 13))
    assert fold(fold(text)) == fold(text)


@given(st.dates(date(1800, 1, 1), date(2199, 12, 31)))
def test_iso_days_are_days(day: date) -> None:
    assert read_period(day.isoformat()) == Period.day(day)


def test_headers_compare_without_case_marks_and_spaces() -> None:
    assert fold("  Đơn  vị\u00a0tính ") == fold(unicodedata.normalize("NFD", "ĐƠN VỊ TÍNH")) == "don vi tinh"
