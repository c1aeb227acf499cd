"""Files as people send them, at the command line: holes, zeros, short series, twins, mixed frequencies, bases, text, NFD labels."""

from __future__ import annotations

import csv
import io
import math
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest

from madein.indices.seasonal import has_binary

needs_x13 = pytest.mark.skipif(not has_binary(), reason="no X-13 program: install the extra indices")
PERIODS = [f"{2015 + i // 12}-{i % 12 + 1:02d}" for i in range(96)]
NFD = unicodedata.normalize("NFD", "Khai khoáng")
Cell = Callable[[int], object]
Run = Callable[..., tuple[int, str, str]]


def value(i: int) -> float:
    """A trend and a season with noise that repeats."""
    return round((100 + 0.3 * i) * math.exp(0.08 * math.sin(i * math.pi / 6) + 0.01 * math.sin(7.7 * i * i)), 1)


def down(cell: Cell, extra: str = "", head: str = "month,Output\n") -> str:
    return head + "".join(f"{p},{x}\n" for i, p in enumerate(PERIODS) if (x := cell(i)) is not None) + extra


@pytest.fixture
def madein(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    from madein.cli import main

    monkeypatch.chdir(tmp_path)

    def run(*args: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["madein", "indices", *args])
        try:
            main()
            code = 0
        except SystemExit as end:
            code = int(end.code or 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return run


@needs_x13
@pytest.mark.parametrize(
    ("text", "note"),
    [
        (down(lambda i: None if i in (40, 70, 71, 72) else value(i)), "4 holes were estimated"),
        (down(lambda i: "..." if i == 40 else value(i)), "1 hole was estimated"),
        (down(lambda i: 0 if i in (5, 50) else value(i)), "2 values are zero or negative, the first in 2015-06"),
        (down(lambda i: -3.5 if i == 50 else value(i)), "one value is zero or negative, the first in 2019-03"),
        (down(lambda i: value(i) if i < 44 else None), "only 3.7 years of data"),
        (down(value, f"2015-03,{value(2)}\n"), "'Output' 2015-03 stands there twice"),
        (down(value, "2023-Q1,120\n"), "'2023-Q1' is longer than a month"),
        (down(lambda i: round(value(i) * (1.6 if i < 50 else 1), 1)), "% in 2019-03 (an outlier stands for it)"),
        (down(value, head=f"{unicodedata.normalize('NFD', 'Tháng')},{NFD}\n"), ""),
    ],
    ids=["holes", "mark", "zeros", "negative", "short", "twin", "mixed", "base", "nfd"],
)
def test_what_can_be_adjusted_is_with_a_note(madein: Run, tmp_path: Path, text: str, note: str) -> None:
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    code, out, err = madein("adjust", "s.csv", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 0, err
    assert note in err
    assert {r["basis"] for r in rows} == {"estimated" if "hole" in note else "computed"}
    assert all(r["adjusted"] for r in rows)
    if not note:
        assert {r["series"] for r in rows} == {"Khai khoáng"}


REFUSED = {
    "always_missing": (down(lambda i: None if i % 12 == 7 else value(i)), "some month of the year has no value in any year", "fill some of the holes"),
    "short": (down(lambda i: value(i) if i < 30 else None), "shorter than three complete years", "wait for more data"),
    "unlike_twins": (down(value, "2015-03,7\n"), "cells B4, B98: 'Output' 2015-03 has several values", "keep one"),
    "text": (down(lambda i: "about 5" if i == 40 else value(i)), "cell B42: text where a number should be", "write the number"),
    "two_marks": ("month;Output\n" + "".join(f"{p};{str(value(i)).replace('.', ',' if i % 2 else '.')}\n" for i, p in enumerate(PERIODS)),
                  "some numbers have a decimal point, others a decimal comma", "use one mark throughout"),
    "quarters": ("quarter,Output\n2023-Q1,5\n2023-Q2,6\n2023-Q3,7\n2023-Q4,6\n", "the file holds quarters and no months", "set frequency to quarter"),
    "years": ("year,Output\n" + "".join(f"{y},{y % 7}\n" for y in range(2000, 2020)), "the file holds years and no months", "set frequency to year"),
    "bases": ("month,series,unit,value\n" + "".join(
        f"{p},IIP,index ({2010 if i < 48 else 2015}=100),{value(i)}\n" for i, p in enumerate(PERIODS)), "cell D50: the series 'IIP' has several units",
        "a name of their own"),
    "nfd_and_nfc": ("Tháng," + NFD + ",Khai khoáng\n2024-01,5,6\n", "cells B2, C2: 'Khai khoáng' 2024-01 has several values", "different names"),
    "no_month": (down(value, "2023-13,5\n"), "cell A98: '2023-13' is no month", "write it as 2024-07"),
    "no_rows": ("month,Output\n", "no row or column of months was found", "put the periods"),
    "empty": ("", "the file is empty", "put a header"),
}  # fmt: skip


@needs_x13
@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_is_told_by_cell_with_a_mend(madein: Run, tmp_path: Path, name: str) -> None:
    text, what, mend = REFUSED[name]
    (tmp_path / "s.csv").write_text(text, encoding="utf-8")
    code, out, err = madein("adjust", "s.csv", "--format", "csv")
    assert (code, out) == (2, "")
    assert what in err
    assert mend in err
    assert "Traceback" not in err


def test_an_index_in_two_bases_is_two_series(madein: Run, tmp_path: Path) -> None:
    rows = "".join(f"{p},{'' if i > 60 else value(i)},{'' if i < 48 else value(i)}\n" for i, p in enumerate(PERIODS))
    (tmp_path / "s.csv").write_text("month,IIP (2010=100),IIP (2015=100)\n" + rows)
    code, out, _ = madein("show", "s.csv", "--format", "csv")
    assert code == 0
    assert [r["unit"] for r in csv.DictReader(io.StringIO(out))] == ["index (2010=100)", "index (2015=100)"]


def test_revisions_do_not_cross_bases(madein: Run, tmp_path: Path) -> None:
    rows = [("2024-06", "2024-06-29", 110.9, 2010), ("2024-06", "2024-07-29", 98.2, 2015), ("2024-06", "2024-08-29", 98.5, 2015)]
    text = "series,period,release,value,base\n" + "".join(f"IIP,{p},{r},{v},{b}=100\n" for p, r, v, b in rows)
    (tmp_path / "p.csv").write_text(text)
    code, out, err = madein("vintages", "p.csv", "--revisions", "--format", "csv")
    (row,) = csv.DictReader(io.StringIO(out))
    assert (code, row["first"], row["later"], row["unit"]) == (0, "98.2", "98.5", "index (2015=100)")
    assert "several units or bases" in err


def test_the_nearest_month_is_named_where_one_is_a_hole(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "s.csv").write_text(down(lambda i: None if i == 40 else value(i)))
    code, _, err = madein("explain", "s.csv", "Output", "2018-05", "--holiday", "")
    assert code == 2
    assert "the nearest held is 2018-04 or 2018-06" in err
    assert "a total needs parts" in madein("weights", "s.csv", "--total", "Output")[2]


def test_a_fault_in_weights_names_their_file(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        "establishment,product,industry,month,quantity\n" + "".join(f"a,fish,1020,2023-{m:02d},{m}\n" for m in range(1, 13))
    )
    (tmp_path / "w.csv").write_text("industry,weight,year\n1020,-25,2023\n")
    code, _, err = madein("compile", "r.csv", "--weights", "w.csv")
    assert code == 2
    assert "w.csv weights row 2: the weight of '1020' is -25" in err
