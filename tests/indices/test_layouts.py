"""Any table an office might print, written in every layout, reads back number by number and cell by cell."""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.grid import column_letters
from madein.core.periods import MONTHS, Period
from madein.indices.read import read_series

NAMES = ["Khai khoáng", "Chế biến, chế tạo", "Mining & quarrying", "R&D <b>", "Điện, khí", "Coal (B05)", "Nước; rác thải"]
LONG = (
    "{y}-{m:02d}",
    "{m:02d}/{y}",
    "Tháng {m}/{y}",
    "Tháng {m} năm {y}",
    "T{m}/{y}",
    "{y}M{m}",
    "{name} {y}",
    "{name:.3}-{yy:02d}",
    "01/{m:02d}/{y}",
    "{y}{m:02d}",
)
SHORT = ("T{m}", "Tháng {m}", "{name}", "{name:.3}", "{m}")
UNITS = ("Đơn vị tính: Triệu USD", "Đơn vị: Triệu USD", "(Unit: Triệu USD)")

Key = tuple[str, int]


@dataclass(frozen=True)
class Data:
    """Numbers by series and month, as integers of the last place printed."""

    numbers: dict[Key, int]
    places: int
    mark: str
    group: str
    hole: str = ""

    @property
    def series(self) -> list[str]:
        return list(dict.fromkeys(s for s, _ in self.numbers))

    @property
    def months(self) -> list[int]:
        return sorted({m for _, m in self.numbers})

    def printed(self, series: str, month: int) -> str:
        number = self.numbers.get((series, month))
        if number is None:
            return self.hole
        whole, rest = divmod(abs(number), 10**self.places)
        text = f"{whole:,}".replace(",", self.group) + (f"{self.mark}{rest:0{self.places}d}" if self.places else "")
        return "-" + text if number < 0 else text


@dataclass
class Page:
    """Rows of text, and where each number went."""

    rows: list[list[str]] = field(default_factory=list)
    where: dict[Key, str] = field(default_factory=dict)

    def put(self, row: list[str], keys: dict[int, Key] | None = None) -> None:
        self.rows.append(row)
        for column, key in (keys or {}).items():
            if any(c.isdigit() for c in row[column]):
                self.where[key] = f"{column_letters(column)}{len(self.rows)}"


@st.composite
def tables(draw: st.DrawFn) -> Data:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4, unique=True))
    start = draw(st.integers(1970 * 12, 2030 * 12))
    months = range(start, start + draw(st.integers(2, 30)))
    places = draw(st.integers(0, 4))
    mark = draw(st.sampled_from([".", ","]))
    group = draw(st.sampled_from(["", "", " ", "\u00a0", "," if mark == "." else "."]))
    cells = st.integers(-(10**7), 10**7) | st.integers(0, 10**4)
    numbers = {(s, m): draw(cells) for s in names for m in months if draw(st.integers(0, 9))}
    for s in names:
        numbers.setdefault((s, months[0]), 10**places)
    for m in months:
        numbers.setdefault((names[0], m), 10**places)
    return Data(
        dict(sorted(numbers.items(), key=lambda n: (names.index(n[0][0]), n[0][1]))),
        places,
        mark,
        group,
        draw(st.sampled_from(["", "..", "-", "x", "n/a"])),
    )


def label(form: str, month: int) -> str:
    y, m = divmod(month, 12)
    return form.format(y=y, yy=y % 100, m=m + 1, name=MONTHS[m])


def down(data: Data, page: Page, form: str) -> None:
    page.put(["Tháng", *data.series])
    for m in data.months:
        page.put([label(form, m), *(data.printed(s, m) for s in data.series)], {i: (s, m) for i, s in enumerate(data.series, 1)})


def long(data: Data, page: Page, form: str) -> None:
    page.put(["Chỉ tiêu", "Kỳ", "Giá trị", "Ghi chú"])
    for s, m in data.numbers:
        page.put([s, label(form, m), data.printed(s, m), "(*)" if m % 5 == 0 else ""], {2: (s, m)})


def across(data: Data, page: Page, form: str) -> None:
    page.put(["Chỉ tiêu", *(label(form.replace("01/{m:02d}/{y}", "{m:02d}/{y}"), m) for m in data.months)])
    for s in data.series:
        page.put([s, *(data.printed(s, m) for m in data.months)], {i: (s, m) for i, m in enumerate(data.months, 1)})


def two_rows(data: Data, page: Page, form: str) -> None:
    years = [str(m // 12) for m in data.months]
    page.put(["", *("" if i and years[i - 1] == y else y for i, y in enumerate(years))])
    page.put(["Chỉ tiêu", *(label(form, m) for m in data.months)])
    for s in data.series:
        page.put([s, *(data.printed(s, m) for m in data.months)], {i: (s, m) for i, m in enumerate(data.months, 1)})


def split(data: Data, page: Page, form: str) -> None:
    page.put(["Năm", "Tháng", *data.series])
    before = 0
    for m in data.months:
        year = m // 12
        page.put(
            [str(year) if year != before else "", label(form, m), *(data.printed(s, m) for s in data.series)],
            {i: (s, m) for i, s in enumerate(data.series, 2)},
        )
        before = year


def calendar(data: Data, page: Page, form: str) -> None:
    page.put(["Chỉ tiêu", "Năm", *(label(form, m) for m in range(12))])
    for s in data.series:
        for y in sorted({m // 12 for m in data.months}):
            keys = {m % 12 + 2: (s, m) for m in data.months if m // 12 == y}
            page.put([s, str(y), *(data.printed(s, y * 12 + i) for i in range(12))], keys)


LAYOUTS = [(down, LONG), (long, LONG), (across, LONG), (two_rows, SHORT[:4]), (split, SHORT), (calendar, SHORT)]


@st.composite
def pages(draw: st.DrawFn) -> tuple[Data, Page]:
    data = draw(tables())
    layout, forms = draw(st.sampled_from(LAYOUTS))
    page = Page()
    unit = draw(st.sampled_from(["", *UNITS]))
    for title in draw(st.lists(st.sampled_from(["Bảng 1. Chỉ số sản xuất", "", "Tháng 3 năm 2024 (sơ bộ)"]), max_size=3)):
        page.put([title])
    if unit:
        page.put(["", "", unit] if draw(st.booleans()) else [unit])
    layout(data, page, draw(st.sampled_from(forms)))
    for foot in draw(st.lists(st.sampled_from(["", "Nguồn: Tổng cục Thống kê", "(*) Số liệu sơ bộ"]), max_size=2)):
        page.put([foot])
    return data, page


def check(path: Path, data: Data, page: Page, sheet: str = "", **options: str) -> None:
    found = read_series(path, **options)  # type: ignore[arg-type]
    got = {(s, m): (v, h, c) for s, m, v, h, c in found.frame.select("series", "month", "value", "half", "cell").iter_rows()}
    # Where the numbers of one series stand without its name, the file or sheet lends its own.
    names = {path.stem: data.series[0], sheet: data.series[0]} if len(data.series) == 1 else {}
    got = {(names.get(s, s), m): v for (s, m), v in got.items()}
    assert {k: c for k, (_, _, c) in got.items()} == {k: f"{sheet}!{c}" if sheet else c for k, c in page.where.items()}
    assert {k: v for k, (v, _, _) in got.items()} == {k: float(f"{n}e-{data.places}") for k, n in data.numbers.items()}
    if not sheet:
        assert all(h == pytest.approx(0.5 * 10**-data.places) for _, h, _ in got.values())
    assert set(found.frame["unit"].unique()) <= {"", "Triệu USD"}
    told = [w for w in found.warnings if "for the decimal mark" not in w.what]
    assert told == []


@settings(deadline=None, max_examples=150)
@given(made=pages(), delimiter=st.sampled_from([",", ";", "\t"]), form=st.sampled_from(["NFC", "NFD"]), ending=st.sampled_from(["\n", "\r\n"]))
def test_text_files_read_back(made: tuple[Data, Page], delimiter: str, form: str, ending: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    data, page = made
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ending).writerows(page.rows)
    path = tmp_path_factory.getbasetemp() / "made.csv"
    path.write_text(unicodedata.normalize(form, out.getvalue()), encoding="utf-8", newline="")  # type: ignore[arg-type]
    check(path, data, page, decimal=data.mark, delimiter=delimiter)


@settings(deadline=None, max_examples=60)
@given(made=pages(), typed=st.booleans(), top=st.integers(0, 3), left=st.integers(0, 3))
def test_workbooks_read_back(made: tuple[Data, Page], typed: bool, top: int, left: int, tmp_path_factory: pytest.TempPathFactory) -> None:
    data, page = made
    path = tmp_path_factory.getbasetemp() / "made.xlsx"
    numbers = {cell: float(f"{data.numbers[key]}e-{data.places}") for key, cell in page.where.items()}
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("Biểu")
        for r, row in enumerate(page.rows):
            for c, text in enumerate(row):
                cell = f"{column_letters(c)}{r + 1}"
                if typed and cell in numbers:
                    sheet.write_number(top + r, left + c, numbers[cell])
                elif text:
                    sheet.write_string(top + r, left + c, text)
    moved = Page(page.rows, {k: move(cell, top, left) for k, cell in page.where.items()})
    check(path, data, moved, sheet="Biểu", decimal=data.mark)


def move(cell: str, top: int, left: int) -> str:
    from madein.core.grid import cell_position

    row, column = cell_position(cell)
    return f"{column_letters(column + left)}{row + top + 1}"


def test_the_labels_of_this_test_name_their_months() -> None:
    for form in LONG[:8]:
        for month in (1970 * 12, 2024 * 12 + 6, 2029 * 12 + 11):
            from madein.core.period_labels import read_period

            assert read_period(label(form, month)) == Period.months(month)
