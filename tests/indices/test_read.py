"""Monthly series from files: each layout, each trap, each message. Numbers are asserted with the cell they stand in."""

from __future__ import annotations

import resource
import time
import unicodedata
from pathlib import Path

import pytest

from madein.core.errors import BadInput, MadeinError
from madein.core.periods import Period
from madein.indices.model import Observations
from madein.indices.read import holds_series, read_series


def write(folder: Path, text: str | bytes, name: str = "t.csv") -> Path:
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def lines(found: Observations) -> list[str]:
    """One line a number: ``series period value ±half cell``."""
    rows = found.frame.select("series", "month", "value", "half", "cell").iter_rows()
    return [f"{s} {Period.months(m)} {v:.12g} ±{h:g} {c}" for s, m, v, h, c in rows]


def read(folder: Path, text: str | bytes, name: str = "t.csv", **options: str) -> list[str]:
    return lines(read_series(write(folder, text, name), **options))  # type: ignore[arg-type]


def told(folder: Path, text: str, **options: str) -> list[str]:
    return [str(w) for w in read_series(write(folder, text), **options).warnings]  # type: ignore[arg-type]


def refused(folder: Path, text: str | bytes, name: str = "t.csv", **options: str) -> list[str]:
    with pytest.raises(MadeinError) as fault:
        read_series(write(folder, text, name), **options)  # type: ignore[arg-type]
    return [str(p) for p in fault.value.problems]


# ------------------------------------------------------------------------------------------------------------- layouts


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("period,a,b\n2024-01,1.5,2\n2024-02,2.5,3\n",
                     ["a 2024-01 1.5 ±0.05 B2", "a 2024-02 2.5 ±0.05 B3", "b 2024-01 2 ±0.5 C2", "b 2024-02 3 ±0.5 C3"], id="down"),
        pytest.param("Tháng;Khai khoáng\n01/2024;85,71\n02/2024;83,1\n",
                     ["Khai khoáng 2024-01 85.71 ±0.005 B2", "Khai khoáng 2024-02 83.1 ±0.005 B3"], id="down, Vietnamese"),
        pytest.param("Jul-24,1\nAug-24,2\n", ["t 2024-07 1 ±0.5 B1", "t 2024-08 2 ±0.5 B2"], id="down without a header"),
        pytest.param("product,period,value\nrice,2024-01,5\nrice,2024-02,6\ncoffee,2024-01,7\n",
                     ["coffee 2024-01 7 ±0.5 C4", "rice 2024-01 5 ±0.5 C2", "rice 2024-02 6 ±0.5 C3"], id="long"),
        pytest.param("kỳ,mặt hàng,nước,trị giá,sản lượng\n2024-01,gạo,Lào,5,6\n2024-01,gạo,Bỉ,7,8\n",
                     ["gạo, Bỉ, sản lượng 2024-01 8 ±0.5 E3", "gạo, Bỉ, trị giá 2024-01 7 ±0.5 D3",
                      "gạo, Lào, sản lượng 2024-01 6 ±0.5 E2", "gạo, Lào, trị giá 2024-01 5 ±0.5 D2"], id="long, two values"),
        pytest.param("period,isic,value\n2024-01,10,5.5\n2024-01,11,6.5\n",
                     ["10 2024-01 5.5 ±0.05 C2", "11 2024-01 6.5 ±0.05 C3"], id="codes are names"),
        pytest.param("Chỉ tiêu,T1/2024,T2/2024\nThan,1,2\nDầu,3,4\n",
                     ["Dầu 2024-01 3 ±0.5 B3", "Dầu 2024-02 4 ±0.5 C3", "Than 2024-01 1 ±0.5 B2", "Than 2024-02 2 ±0.5 C2"], id="across"),
        pytest.param("1010,x\n,2024-01,2024-02\n,5,6\n", ["t 2024-01 5 ±0.5 B3", "t 2024-02 6 ±0.5 C3"], id="across, one nameless row"),
        pytest.param(",2023,,2024,\nChỉ tiêu,T11,T12,T1,T2\nThan,1,2,3,4\n",
                     ["Than 2023-11 1 ±0.5 B3", "Than 2023-12 2 ±0.5 C3",
                      "Than 2024-01 3 ±0.5 D3", "Than 2024-02 4 ±0.5 E3"], id="years over months"),
        pytest.param("Year,Jan,Feb,Mar\n2023,1,2,3\n2024,4,,6\n",
                     ["t 2023-01 1 ±0.5 B2", "t 2023-02 2 ±0.5 C2", "t 2023-03 3 ±0.5 D2",
                      "t 2024-01 4 ±0.5 B3", "t 2024-03 6 ±0.5 D3"], id="calendar"),
        pytest.param("Năm,Tháng,Than\n2023,12,1\n2024,1,2\n,2,3\n",
                     ["Than 2023-12 1 ±0.5 C2", "Than 2024-01 2 ±0.5 C3", "Than 2024-02 3 ±0.5 C4"], id="split"),
        pytest.param("month,year,v\nJan,2024,1\nFeb,2024,2\n", ["v 2024-01 1 ±0.5 C2", "v 2024-02 2 ±0.5 C3"], id="split, names of months"),
        pytest.param("Ngày,v\n01/01/2024,1\n01/02/2024,2\n01/03/2024,3\n",
                     ["v 2024-01 1 ±0.5 B2", "v 2024-02 2 ±0.5 B3", "v 2024-03 3 ±0.5 B4"], id="first days"),
        pytest.param("Biểu 1\n\nNgày,v\n31/01/2024,1\n29/02/2024,2\n\nNguồn: x\n", ["v 2024-01 1 ±0.5 B4", "v 2024-02 2 ±0.5 B5"], id="last days"),
        pytest.param("date,name,v\n01/01/2024,a,1\n01/02/2024,a,2\n01/01/2024,b,3\n01/02/2024,b,4\n",
                     ["a 2024-01 1 ±0.5 C2", "a 2024-02 2 ±0.5 C3", "b 2024-01 3 ±0.5 C4", "b 2024-02 4 ±0.5 C5"], id="first days, long"),
        pytest.param("date,v\n1/31/2024,1\n2/29/2024,2\n", ["v 2024-01 1 ±0.5 B2", "v 2024-02 2 ±0.5 B3"], id="month first"),
        pytest.param("date,v\n2024-01-31,1\n2024-02-29,2\n", ["v 2024-01 1 ±0.5 B2", "v 2024-02 2 ±0.5 B3"], id="ISO days"),
        pytest.param("period,v\n202401,1\n202402,2\n", ["v 2024-01 1 ±0.5 B2", "v 2024-02 2 ±0.5 B3"], id="plain numbers"),
    ],
)  # fmt: skip
def test_layouts(tmp_path: Path, text: str, numbers: list[str]) -> None:
    assert read(tmp_path, text) == numbers
    assert told(tmp_path, text) == []
    assert read(tmp_path, unicodedata.normalize("NFD", text)) == numbers
    assert holds_series(tmp_path / "t.csv")


def test_titles_units_and_footnotes(tmp_path: Path) -> None:
    title = "Bảng 5. Xuất khẩu\n,Đơn vị tính: Triệu USD\nTháng 3/2024,(sơ bộ)\n\nTháng;x\n"
    text = title + "Tháng,Gạo,Cà phê\n01/2024,1.5,2\n02/2024,2.5,3\n\nNguồn: TCTK\n(*) 5 tháng\n"
    found = read_series(write(tmp_path, text))
    assert lines(found) == ["Cà phê 2024-01 2 ±0.5 C7", "Cà phê 2024-02 3 ±0.5 C8", "Gạo 2024-01 1.5 ±0.05 B7", "Gạo 2024-02 2.5 ±0.05 B8"]
    assert found.frame["unit"].unique().to_list() == ["Triệu USD"]
    assert found.warnings == ()


@pytest.mark.parametrize("line", ["Đơn vị tính: Triệu CHF", "ĐƠN VỊ: Triệu CHF", "(ĐVT: Triệu CHF)", "Unit: Triệu CHF.", "- Đơn vị tính : Triệu CHF"])
def test_the_unit_keeps_its_letters(tmp_path: Path, line: str) -> None:
    for text in (
        f"{line}\nTháng,a\n01/2024,1\n02/2024,2\n",
        f"Bảng 1,{line}\nTháng,a\n01/2024,1\n02/2024,2\n",
        f"{line}\nx,T1/2024,T2/2024\na,1,2\n",
    ):
        found = read_series(write(tmp_path, unicodedata.normalize("NFD", text)))
        assert found.frame["unit"].to_list() == ["Triệu CHF", "Triệu CHF"]
        assert found.frame["series"].to_list() == ["a", "a"]


def test_a_unit_column_beats_the_unit_of_the_sheet(tmp_path: Path) -> None:
    found = read_series(write(tmp_path, "Unit: tonne\nname,unit,2024-01,2024-02\na,USD,1,2\nb,,3,4\n"))
    assert found.frame.select("series", "unit").unique().sort("series").rows() == [("a", "USD"), ("b", "tonne")]


def test_columns_that_are_no_months_are_left_out_aloud(tmp_path: Path) -> None:
    text = "Chỉ tiêu,2023,T1/2024,T2/2024,T3/2024,Quý I/2024,Năm 2024,3 tháng 2024,,Ghi chú\nThan,9,1,2,3,6,7,8,5,7\n"
    assert read(tmp_path, text) == ["Than 2024-01 1 ±0.5 C2", "Than 2024-02 2 ±0.5 D2", "Than 2024-03 3 ±0.5 E2"]
    assert told(tmp_path, text) == [
        "t.csv cell B1: column left out ('2023' is no month).",
        "t.csv cell F1: column left out ('Quý I/2024' is no month).",
        "t.csv cell G1: column left out ('Năm 2024' is no month).",
        "t.csv cell H1: column left out ('3 tháng 2024' is no month).",
        "t.csv cell I1: column left out (no month stands above it).",
    ]
    assert told(tmp_path, "Năm,T1,T2,T3,Cả năm\n2023,1,2,3,9\n") == ["t.csv cell E1: column left out ('Cả năm' is no month)."]
    assert told(tmp_path, "year,period,v\n2024,2024-01,5\n2024,2024-02,6\n") == ["t.csv cell A1: column left out ('year' stands beside the period)."]


def test_rows_longer_than_a_month_are_left_out_aloud(tmp_path: Path) -> None:
    text = "Kỳ;A\n2023;9,5\nQuý I/2024;9,5\nT1/2024;3,5\nT2/2024;3,1\nNăm 2024;7\n"
    assert read(tmp_path, text) == ["A 2024-01 3.5 ±0.05 B4", "A 2024-02 3.1 ±0.05 B5"]
    assert [w.partition(":")[0] for w in told(tmp_path, text)] == ["t.csv cell A2", "t.csv cell A3", "t.csv cell A6"]


def test_a_row_that_numbers_the_columns_is_no_series(tmp_path: Path) -> None:
    across = "Chỉ tiêu,Mã,T1/2024,T2/2024,T3/2024\nA,B,1,2,3\nThan,05,5.5,6.5,7.5\n"
    assert read(tmp_path, across) == ["Than 2024-01 5.5 ±0.05 C3", "Than 2024-02 6.5 ±0.05 D3", "Than 2024-03 7.5 ±0.05 E3"]
    assert "it numbers the columns" in told(tmp_path, across)[0]
    assert read(tmp_path, "Tháng,Than,Dầu\nA,1,2\n01/2024,5.5,6\n02/2024,6.5,7\n")[:2] == ["Dầu 2024-01 6 ±0.5 C3", "Dầu 2024-02 7 ±0.5 C4"]
    assert read(tmp_path, "Tháng,Than,Dầu\n(1),(2),(3)\n01/2024,5.5,6\n02/2024,6.5,7\n")[:2] == ["Dầu 2024-01 6 ±0.5 C3", "Dầu 2024-02 7 ±0.5 C4"]


def test_a_column_that_begins_with_holes_is_a_column_of_numbers(tmp_path: Path) -> None:
    months = [f"{y}-{m:02d}" for y in range(2000, 2010) for m in range(1, 13)]
    for hole in ("..", "-", "x", "n/a", "", "…"):
        text = "period,early,late\n" + "".join(f"{p},{i},{hole if i < 100 else i + 0.5}\n" for i, p in enumerate(months))
        found = read(tmp_path, text)
        assert found[0] == "early 2000-01 0 ±0.5 B2"
        assert found[120:122] == ["late 2008-05 100.5 ±0.05 C102", "late 2008-06 101.5 ±0.05 C103"]
        assert len(found) == 140


def test_flags_and_codes_of_data_services(tmp_path: Path) -> None:
    text = "DATAFLOW,LAST UPDATE,freq,nace_r2,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n" + "".join(
        f"ESTAT:X(1.0),14/08/24 23:00:00,M,{nace},DE,2024-0{m},9{m}.5,{'p' if m == 2 else ''},\n" for nace in "BC" for m in (1, 2)
    )
    assert read(tmp_path, text) == [
        "ESTAT:X(1.0), M, B, DE 2024-01 91.5 ±0.05 G2", "ESTAT:X(1.0), M, B, DE 2024-02 92.5 ±0.05 G3",
        "ESTAT:X(1.0), M, C, DE 2024-01 91.5 ±0.05 G4", "ESTAT:X(1.0), M, C, DE 2024-02 92.5 ±0.05 G5",
    ]  # fmt: skip
    assert "the numbers are scaled by a power of ten" in refused(tmp_path, "TIME_PERIOD,OBS_VALUE,UNIT_MULT\n2024-01,5,6\n2024-02,6,6\n")[0]
    assert read(tmp_path, "TIME_PERIOD,OBS_VALUE,UNIT_MULT\n2024-01,5,0\n2024-02,6,0\n") == ["t 2024-01 5 ±0.5 B2", "t 2024-02 6 ±0.5 B3"]


@pytest.mark.parametrize(
    ("frequency", "text", "numbers"),
    [
        ("quarter", "Kỳ;a\nQuý I/2024;1,5\nQuý II/2024;2\n", ["a 2024-03 1.5 ±0.05 B2", "a 2024-06 2 ±0.05 B3"]),
        ("quarter", "x,Q1 2024,Q2 2024\na,1,2\n", ["a 2024-03 1 ±0.5 B2", "a 2024-06 2 ±0.5 C2"]),
        ("year", "Năm;a\n2021;1,5\n2022 (p);2\n", ["a 2021-12 1.5 ±0.05 B2", "a 2022-12 2 ±0.5 B3"]),
        ("year", "x,2021,2022\na,2001,2002\n", ["a 2021-12 2001 ±0.5 B2", "a 2022-12 2002 ±0.5 C2"]),
        ("year", "x,2021,2022\na,2020,2023\n", ["a 2021-12 2020 ±0.5 B2", "a 2022-12 2023 ±0.5 C2"]),
        ("year", "Năm,a\n2021,2020\n2022,2023\n", ["a 2021-12 2020 ±0.5 B2", "a 2022-12 2023 ±0.5 B3"]),
        ("year", "name,year,value\nrice,2022,5\nrice,2023,6\n", ["rice 2022-12 5 ±0.5 C2", "rice 2023-12 6 ±0.5 C3"]),
        ("year", "date,v\n2021-12-31,5\n2022-12-31,6\n", ["v 2021-12 5 ±0.5 B2", "v 2022-12 6 ±0.5 B3"]),
    ],
)
def test_quarters_and_years_stand_for_their_last_month(tmp_path: Path, frequency: str, text: str, numbers: list[str]) -> None:
    assert read(tmp_path, text, frequency=frequency) == numbers
    if "date" not in text:
        assert "no row or column of months" in refused(tmp_path, text)[0]


@pytest.mark.parametrize("frequency", ["quarter", "year"])
def test_months_are_not_taken_for_quarters_or_years(tmp_path: Path, frequency: str) -> None:
    monthly = "k,a\n" + "".join(f"2024-{i:02d},{i}\n" for i in range(1, 7))
    assert f"t.csv cell B2: 2024-01 is no {frequency}" in refused(tmp_path, monthly, frequency=frequency)[0]
    mixed = "k,a\n2023,50\n2023-Q4,9\n2024-01,1\n2024-02,2\n"
    assert f"cell B4: 2024-01 is no {frequency}" in refused(tmp_path, mixed, frequency=frequency)[0]


# ------------------------------------------------------------------------------------------------------------- numbers


def test_decimal_marks(tmp_path: Path) -> None:
    assert read(tmp_path, "k;a;b\n2024-01;1.234,5;1.234\n2024-02;7;12\n") == [
        "a 2024-01 1234.5 ±0.05 B2", "a 2024-02 7 ±0.05 B3", "b 2024-01 1234 ±0.5 C2", "b 2024-02 12 ±0.5 C3"]  # fmt: skip
    assert read(tmp_path, 'k,a\n2024-01,"1,234.5"\n2024-02,"1,234"\n') == ["a 2024-01 1234.5 ±0.05 B2", "a 2024-02 1234 ±0.05 B3"]
    assert read(tmp_path, "k\ta\n2024-01\t1,23E+05\n2024-02\t(2,5)\n") == ["a 2024-01 123000 ±0.05 B2", "a 2024-02 -2.5 ±0.05 B3"]
    assert read(tmp_path, "k,a\n2024-01,−5.5%\n2024-02,6 %\n") == ["a 2024-01 -5.5 ±0.05 B2", "a 2024-02 6 ±0.05 B3"]


def test_a_decimal_mark_that_nothing_settles_is_asked_for_or_told(tmp_path: Path) -> None:
    text = "k\ta\n2024-01\t1.234\n2024-02\t5\n"
    assert "is '1.234' a thousand and more, or a number with three decimals?" in refused(tmp_path, text)[0]
    assert read(tmp_path, text, decimal=".") == ["a 2024-01 1.234 ±0.0005 B2", "a 2024-02 5 ±0.0005 B3"]
    assert read(tmp_path, text, decimal=",") == ["a 2024-01 1234 ±0.5 B2", "a 2024-02 5 ±0.5 B3"]
    assert "took the point for the decimal mark" in told(tmp_path, text.replace("\t", ","))[0]
    assert "took the comma for the decimal mark" in told(tmp_path, text.replace("\t", ";"))[0]


def test_two_decimal_marks_in_one_file(tmp_path: Path) -> None:
    problems = refused(tmp_path, "k;a\n2024-01;1,5\n2024-02;2.5\n")
    assert "some numbers have a decimal point, others a decimal comma" in problems[0]
    assert "cell B3: text where a number should be (it reads '2.5')" in refused(tmp_path, "k;a\n2024-01;1,5\n2024-02;2.5\n", decimal=",")[0]


def test_the_finest_number_of_a_year_tells_how_finely_it_is_printed(tmp_path: Path) -> None:
    text = "k,a\n2023-11,5\n2023-12,6\n2024-01,7.25\n2024-02,8\n2024-03,9.1\n"
    assert [x.split(" ")[3] for x in read(tmp_path, text)] == ["±0.5", "±0.5", "±0.005", "±0.005", "±0.005"]
    assert read(tmp_path, "k,a\n2024-01,1.5e6\n2024-02,2e6\n") == ["a 2024-01 1500000 ±50000 B2", "a 2024-02 2000000 ±50000 B3"]


@pytest.mark.parametrize("hole", ["", "..", "-", "–", "…", "n/a", "NA", ":", "x", "*", "#N/A"])
def test_holes(tmp_path: Path, hole: str) -> None:
    assert read(tmp_path, f"k,a\n2024-01,{hole}\n2024-02,5\n2024-03,{hole}\n2024-04,6\n") == ["a 2024-02 5 ±0.5 B3", "a 2024-04 6 ±0.5 B5"]


@pytest.mark.parametrize(
    "cell", ["5 p", "abc", "1.2.3", "5.5*", "12:30", "(-5)", "1,2,34", "=5", "5 USD", "<b>5</b>", "2024-07", "²", "TRUE", "#DIV/0!"]
)
def test_text_among_numbers_is_an_error_that_names_the_cell(tmp_path: Path, cell: str) -> None:
    (problem,) = refused(tmp_path, f'k;a\n2024-01;5,5\n2024-02;"{cell}"\n2024-03;7\n', decimal=",")
    assert problem.startswith(f"t.csv cell B3: text where a number should be (it reads '{cell}')")


def test_many_problems_are_collected_whole(tmp_path: Path) -> None:
    text = "k,a,b\n" + "".join(f"{2000 + i // 12}-{i % 12 + 1:02d},{'bad' if i % 2 else i},{f'x{i}y' if i % 4 == 1 else i}\n" for i in range(60))
    text += "garbage,5,5\n,6,6\n"
    with pytest.raises(BadInput) as fault:
        read_series(write(tmp_path, text))
    found = fault.value.problems
    assert sum("text where a number" in p.what for p in found) == 30 + 15
    assert "t.csv cell A62: 'garbage' is no month" in str(found[0])
    assert "t.csv cell A63: numbers without a period" in str(found[1])
    assert str(fault.value).count("\n") == 20
    assert f"and {len(found) - 20} more" in str(fault.value)


# ------------------------------------------------------------------------------------------------------ never a guess


NUMBERED = "Năm," + ",".join(f"X{i}" for i in range(12)) + "\nA," + ",".join(map(str, range(1, 13))) + "\n2020" + ",5" * 12 + "\n2021" + ",6" * 12
VINTAGES = "period,2024-01,2024-02,2024-03\n{}"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("a,b\n1,2\n", "no row or column of months was found", id="no months"),
        pytest.param("Tháng,X\nT1,5\nT2,6\n", "no row or column of months was found", id="months without a year"),
        pytest.param("Năm,GDP,CPI,Dân số\nA,1,2,3\n2020,5,6,7\n2021,5,6,7\n", "no row or column of months", id="years under numbered columns"),
        pytest.param(NUMBERED, "no row or column of months", id="years under twelve numbered columns"),
        pytest.param("Năm,A,B,C\n2021,201101,202102,180512\n2022,201207,219208,180511\n", "no row or column", id="numbers like months"),
        pytest.param(",2022,,,,,,2023,\n,T8,T9,T10,T11,T12,T1,T2,T3\na,1,2,3,4,5,6,7,8\n", "no row or column", id="years centred over months"),
        pytest.param("year,²,x\n2024,1,2\n", "no row or column of months", id="a superscript"),
        pytest.param(VINTAGES.format("".join(f"2023-0{i},1,2,3\n" for i in range(1, 4))), "months stand both in a row and in", id="vintages"),
        pytest.param(VINTAGES.format("".join(f"2023-0{i},1,2,3\n" for i in range(1, 8))), "months stand both", id="periods and fewer vintages"),
        pytest.param("x,2024-07-01,2024-07-08,2024-08-01\na,1,2,3\n", "column '2024-07-08' is a day within a month", id="weeks across"),
        pytest.param("date,v\n2024-07-01,1\n2024-07-02,2\n2024-08-01,3\n", "cell A3: '2024-07-02' is no month", id="days down"),
        pytest.param("year,month,v\n2022,11,1\n,12,2\n,1,3\n2023,2,4\n", "the months below a year printed once begin anew", id="a year not printed"),
        pytest.param("period,v\n2024.1,1.5\n2024.11,1.25\n2024.12,3.5\n", "cell A2: '2024.1' is no month", id="October cut to 2024.1"),
        pytest.param("period,v\n2023.12,1\n2024.1,2\n2024.2,3\n", "cell A3: '2024.1' is no month", id="January as 2024.1"),
        pytest.param("period,product,v\n2024-01,rice,5\n2024-02,,6\n", "cell C3: numbers without a name", id="a row without a name, down"),
        pytest.param("product,2024-01,2024-02\nrice,5,6\n,7,8\n", "cell B3: numbers without a name", id="a row without a name, across"),
        pytest.param("x,Năm,T1,T2,T3\na,2023,1,2,3\n,2024,4,5,6\n", "cell C3: numbers without a name", id="a row without a name, calendar"),
        pytest.param("Năm,T1,T2,T3\n2023,1,2,3\nBình quân,1,2,3\n", "cell A3: numbers without a year", id="a mean below years"),
        pytest.param("period,a\n2024-01,1\nTổng số,5\n2024-02,2\n", "cell A3: 'Tổng số' is no month", id="a sum between months"),
        pytest.param("period,a\n2024-01,1\n,5\n2024-02,2\n", "cell A3: numbers without a period", id="no period"),
        pytest.param("period,a\n2024-01,1\nJuillet 2024,5\n2024-02,2\n", "cell A3: 'Juillet 2024' is no month", id="French"),
        pytest.param("period\n2024-01\n2024-02\n", "there is no column of numbers beside the periods", id="no numbers"),
        pytest.param("period,a\n2024-01,\n2024-02,..\n", "the file holds periods but no numbers", id="only holes"),
        pytest.param("", "the file is empty", id="empty"),
    ],
)  # fmt: skip
def test_what_cannot_be_told_is_refused(tmp_path: Path, text: str, fault: str) -> None:
    assert any(fault in problem for problem in refused(tmp_path, text))


def test_the_column_called_the_period_is_the_period(tmp_path: Path) -> None:
    text = "released,period,value\n2024-02-29,2024-01,5\n2024-03-31,2024-02,6\n"
    assert read(tmp_path, text) == ["2024-02-29 2024-01 5 ±0.5 C2", "2024-03-31 2024-02 6 ±0.5 C3"]
    assert read(tmp_path, "period,released,value\n2024-01,2024-02-29,5\n2024-02,2024-03-31,6\n") == [
        "2024-02-29 2024-01 5 ±0.5 C2", "2024-03-31 2024-02 6 ±0.5 C3"]  # fmt: skip
    for header in ("a,b,value", "date,period,value"):
        longer = text.replace("released,period,value", header) + "2024-04-30,2024-03,7\n"
        assert "months stand both in column A and in column B" in refused(tmp_path, longer)[0]


def test_the_same_months_twice(tmp_path: Path) -> None:
    text = "Kỳ,Month,Than\nT1/2024,Jan 2024,5\nT2/2024,Feb 2024,6\n"
    assert read(tmp_path, text) == ["Than 2024-01 5 ±0.5 C2", "Than 2024-02 6 ±0.5 C3"]
    assert told(tmp_path, text) == ["t.csv cell B1: column left out ('Month' stands beside the period)."]
    text = "start,end,v\n2024-01-01,2024-01-31,5\n2024-02-01,2024-02-29,6\n2024-03-01,2024-03-31,7\n"
    assert read(tmp_path, text) == ["v 2024-01 5 ±0.5 C2", "v 2024-02 6 ±0.5 C3", "v 2024-03 7 ±0.5 C4"]
    text = "Chỉ tiêu,T1/2024,T2/2024,T3/2024\nItem,Jan 2024,Feb 2024,Mar 2024\nThan,5,6,7\n"
    assert read(tmp_path, text) == ["Than 2024-01 5 ±0.5 B3", "Than 2024-02 6 ±0.5 C3", "Than 2024-03 7 ±0.5 D3"]


def test_a_second_row_of_months_begins_another_table(tmp_path: Path) -> None:
    for second in ("202301,202302,202303", "2023-01,2023-02,2023-03"):
        text = f"x,202401,202402,202403\nThan,5,6,7\n\ny,{second}\nDầu,8,9,10\n"
        assert "months stand both in row 1 and in row 4" in refused(tmp_path, text)[0]


def test_a_column_that_numbers_the_rows_is_no_series(tmp_path: Path) -> None:
    for start in (0, 1):
        text = ",period,value\n" + "".join(f"{start + i},2024-0{i + 1},{i * 7}\n" for i in range(4))
        assert read(tmp_path, text)[:2] == ["t 2024-01 0 ±0.5 C2", "t 2024-02 7 ±0.5 C3"]
        assert told(tmp_path, text) == ["t.csv cell A1: column left out (it numbers the rows)."]
    assert len(read(tmp_path, "period,value\n" + "".join(f"2024-0{i + 1},{i}\n" for i in range(4)))) == 4


def test_numbers_like_months_do_not_move_the_period_column(tmp_path: Path) -> None:
    assert read(tmp_path, "period,a\n2024-01,201201\n2024-02,201202\n2024-03,9999\n") == [
        "a 2024-01 201201 ±0.5 B2", "a 2024-02 201202 ±0.5 B3", "a 2024-03 9999 ±0.5 B4"]  # fmt: skip
    assert read(tmp_path, "pair,2024-01,2024-02\nEUR/USD,1.2014,1.2034\n") == ["EUR/USD 2024-01 1.2014 ±5e-05 B2", "EUR/USD 2024-02 1.2034 ±5e-05 C2"]
    assert read(tmp_path, "part,period,v\n8471-07,2024-01,5\n8517-12,2024-01,6\n8517-11,2024-02,6\n") == [
        "8471-07 2024-01 5 ±0.5 C2", "8517-11 2024-02 6 ±0.5 C4", "8517-12 2024-01 6 ±0.5 C3"]  # fmt: skip


def test_a_heading_among_the_periods_is_told(tmp_path: Path) -> None:
    assert "cell A3: 'Dầu thô' stands among the periods" in told(tmp_path, "Năm,T1,T2,T3\n2020,1,2,3\nDầu thô\n2021,4,5,6\n")[0]
    assert "cell A3: 'Dầu thô' stands among the periods" in told(tmp_path, "k,a\n2024-01,1\nDầu thô\n2024-02,2\n")[0]
    assert told(tmp_path, "Tháng,a\n2024-01,1\nTháng,\nNăm 2024,\n2024-02,2\nNguồn: x\n") == []


def test_one_period_twice(tmp_path: Path) -> None:
    same = "k,a\n2024-01,5\n2024-02,6\n01/2024,5.0\n"
    assert read(tmp_path, same) == ["a 2024-01 5 ±0.5 B2", "a 2024-02 6 ±0.5 B3"]
    assert told(tmp_path, same) == ["t.csv cells B2, B4: 'a' 2024-01 stands there twice (with the same value)."]
    (problem,) = refused(tmp_path, same.replace("5.0", "5.5"))
    assert problem.startswith("t.csv cells B2, B4: 'a' 2024-01 has several values (5 and 5.5)")
    (problem,) = refused(tmp_path, "k,a,a\n2024-01,5,7\n2024-02,6,6\n")
    assert "cells B2, C2: 'a' 2024-01 has several values" in problem
    assert len(refused(tmp_path, "k,a\n" + "2024-01,5\n2024-02,6\n" + "2024-01,7\n2024-02,8\n2024-01,9\n")) == 2


def test_names_are_data(tmp_path: Path) -> None:
    names = ["<script>alert(1)</script>", 'say "hi"', "{a|b}", "=1+1", "a/b=c", "x & y", "'", "💡"]
    text = "k;" + ";".join('"' + n.replace('"', '""') + '"' for n in names) + "\n2024-01" + ";1,5" * 8 + "\n2024-02" + ";2,5" * 8 + "\n"
    found = read_series(write(tmp_path, text))
    assert set(found.frame["series"]) == set(names)
    assert found.frame["value"].to_list() == [1.5, 2.5] * 8


def test_messages_call_the_file_as_they_are_told(tmp_path: Path) -> None:
    assert refused(tmp_path, "k,a\n2024-01,x1\n2024-02,5\n", source="data/iip.csv")[0].startswith("data/iip.csv cell B2:")
    assert read_series(write(tmp_path, "k,a\n2024-01,1\n2024-02,5\n"), source="data/iip.csv").frame["source"].unique().to_list() == ["data/iip.csv"]


# ------------------------------------------------------------------------------------------------------------ by looks


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "year,²,x\n2024,1,2\n", "\0\0", "9999,9999\n9999,9999\n", '"', "Năm;GDP\n2020;5\n"])
def test_what_does_not_look_like_series(tmp_path: Path, text: str) -> None:
    assert not holds_series(write(tmp_path, text))
    assert not holds_series(tmp_path / "none.csv")
    assert not holds_series(write(tmp_path, text, "t.xlsx"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_long_file_is_judged_by_its_beginning(tmp_path: Path, encoding: str) -> None:
    text = "period,name,value\n" + "".join(f"{2000 + i % 20}-01,số {i},5\n" for i in range(30_000))
    assert holds_series(write(tmp_path, text.encode(encoding)))


# ---------------------------------------------------------------------------------------------------------------- size


def test_three_hundred_thousand_numbers_in_seconds(tmp_path: Path) -> None:
    months = [f"{y}-{m:02d}" for y in range(2000, 2010) for m in range(1, 13)]
    body = "".join(f"{p},p{s},{s % 97}.{i % 10}\n" for s in range(2500) for i, p in enumerate(months))
    path = write(tmp_path, "period,product,value\n" + body)
    start = time.process_time()
    found = read_series(path, decimal=".")
    assert found.frame.height == 300_000
    assert found.frame["value"].sum() == pytest.approx(sum(s % 97 + i % 10 / 10 for s in range(2500) for i in range(120)))
    assert time.process_time() - start < 10


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["long", "quoted", "across"])
def test_two_hundred_megabytes(tmp_path: Path, shape: str) -> None:
    months = [f"{y}-{m:02d}" for y in range(1980, 2020) for m in range(1, 13)]
    path, size, series = tmp_path / "big.csv", 0, 0
    with path.open("w", encoding="utf-8") as file:
        file.write("period,product,value\n" if shape != "across" else f"product,{','.join(months)}\n")
        while size < 200_000_000:
            values = [f"{(series * 7 + i * 13) % 100000 / 100:.2f}" for i in range(len(months))]
            name = f'"Product {series:06d}"' if shape == "quoted" else f"Product {series:06d}"
            size += file.write(
                f"{name},{','.join(values)}\n" if shape == "across" else "".join(f"{p},{name},{v}\n" for p, v in zip(months, values, strict=True))
            )
            series += 1
    start = time.monotonic()
    found = read_series(path)
    assert time.monotonic() - start < 60
    assert found.frame.height == series * len(months)
    assert found.frame["value"][-1] == ((series - 1) * 7 + (len(months) - 1) * 13) % 100000 / 100
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 6_000_000
