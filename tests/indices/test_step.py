"""The step over files: what it makes of names, units and short series passes the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from madein.core.check import check_result
from madein.core.errors import MadeinError
from madein.core.step import Inputs, Result, Source
from madein.indices.step import Config, run


def made(folder: Path, *texts: str, **options: Any) -> Result:
    sources = []
    for i, text in enumerate(texts):
        path = folder / f"{'abc'[i]}.csv"
        path.write_text(text, encoding="utf-8")
        sources.append(Source(path.name, path, ""))
    result = run(Config(**options), Inputs({"series": tuple(sources)}))
    check_result(result, "test")
    return result


def months(n: int, *columns: str) -> str:
    header = "period;" + ";".join('"' + c.replace('"', '""') + '"' for c in columns) + "\n"
    body = (f"{2022 + i // 12}-{i % 12 + 1:02d}" + "".join(f";{100 + i + k},5" for k in range(len(columns))) + "\n" for i in range(n))
    return header + "".join(body)


@pytest.mark.parametrize("n", range(1, 27))
def test_series_of_any_length(tmp_path: Path, n: int) -> None:
    result = made(tmp_path, months(n, "a", "b"))
    assert result.tables["levels"].frame.height == 2 * n


@pytest.mark.parametrize(
    "name", ["{a|b}", "{exports/period=2024}", "<script>", 'say "hi"', "a/b=c|d", "5 % more", "=1+1", "Ω", "²", "x" * 300, "::", "%3A"]
)
def test_any_name(tmp_path: Path, name: str) -> None:
    result = made(tmp_path, months(14, name, "other"), every={"economy": "VNM"})
    assert name in {f.dims["series"] for f in result.figures}


def test_the_same_series_in_two_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="'a' 2022-01 stands in two files") as fault:
        made(tmp_path, months(3, "a"), months(3, "a"))
    assert "a.csv cell B2 and b.csv cell B2" in str(fault.value)
    longer = months(30, "a").split("\n")
    result = made(tmp_path, "\n".join(longer[:13]), "\n".join([longer[0], *longer[13:]]))
    assert result.tables["levels"].frame.height == 30
    assert result.tables["gaps"].frame.height == 0


@pytest.mark.parametrize(
    ("unit", "options", "value", "kept"),
    [
        ("", {"unit": "million USD"}, 100.5e6, "USD"),
        ("Đơn vị tính: Triệu USD\n", {}, 100.5e6, "USD"),
        ("Đơn vị tính: Triệu USD\n", {"unit": "billion USD"}, 100.5e6, "USD"),
        ("Unit: CHF million\n", {}, 100.5e6, "CHF"),
        ("", {}, 100.5, "number"),
    ],
)
def test_units_scale_the_numbers(tmp_path: Path, unit: str, options: dict[str, str], value: float, kept: str) -> None:
    result = made(tmp_path, unit + months(2, "exports"), every=options)
    first = result.figures[0]
    assert (first.value, first.unit) == (pytest.approx(value), kept)


def test_a_unit_in_the_name_beats_that_of_the_sheet(tmp_path: Path) -> None:
    result = made(tmp_path, "Đơn vị tính: Triệu USD\n" + months(2, "Than (nghìn tấn)", "Dầu (FOB)"))
    found = {f.dims["series"]: (f.value, f.unit) for f in result.figures if f.dims["period"] == "2022-01" and not f.absent}
    assert found == {"Than (nghìn tấn)": (pytest.approx(100_500), "tonne"), "Dầu (FOB)": (pytest.approx(101.5e6), "USD")}


def test_a_unit_that_the_measure_cannot_have_is_the_users_to_mend(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="the measure exports cannot be in percent"):
        made(tmp_path, "Unit: %\n" + months(3, "exports"))
    with pytest.raises(MadeinError, match="growth rates in USD"):
        made(tmp_path, months(3, "exports"), every={"comparison": "yoy", "unit": "USD"})
    result = made(tmp_path, "Unit: %\n" + months(3, "exports"), every={"comparison": "yoy"})
    assert {f.unit for f in result.figures} == {"percent"}
