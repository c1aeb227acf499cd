"""The step of prints: revisions are differences of cells, every print is held, bad rows are told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from madein.core.check import check_result
from madein.core.errors import BadInput, MadeinError
from madein.core.step import Inputs, Result, Source
from madein.indices.revisions_step import Config, run

PRINTS = """\
series,period,growth,release,value,unit
All,2024-01,yoy,2024-01-29,18.26,percent
All,2024-01,yoy,2024-02-29,18.86,percent
All,2024-02,yoy,2024-02-29,-6.81,percent
All,2024-02,yoy,2024-03-29,-5.92,percent
All,2024-03,yoy,2024-03-29,4.13,percent
All,2024-01..2024-02,ytd_yoy,2024-02-29,5.7,percent
Mining,2024-02,yoy,2024-02-29,-15.35,percent
"""


def revisions(folder: Path, text: str = PRINTS, **options: Any) -> Result:
    file = folder / "prints.csv"
    file.write_text(text, encoding="utf-8")
    every = {"economy": "VNM", "measure": "industrial_production"}
    series = {"All": {"key": "all", "label": "Industry"}, "Mining": {"key": "mining", "industry": "B"}} if "Mining" in text else {}
    result = run(Config(every=every, **({"series": series} | options)), Inputs({"prints": (Source("prints.csv", file, ""),)}))
    check_result(result, "test")
    return result


def test_revisions_are_latest_less_first(tmp_path: Path) -> None:
    made = revisions(tmp_path).tables
    rows = made["revisions"].frame.select("series", "comparison", "period", "first_release", "later_release", "revision").rows()
    assert rows == [("all", "yoy", "2024-01", "2024-01-29", "2024-02-29", 0.6), ("all", "yoy", "2024-02", "2024-02-29", "2024-03-29", 0.89)]
    stats = made["statistics"].frame.row(0, named=True)
    assert (stats["n"], stats["mean"], stats["unit"]) == (2, pytest.approx(0.745), "pp")
    assert made["prints"].frame.filter(pl.col("period") == "2024-02")["_src"].to_list()[0] == ["source:prints.csv::cell E4"]


def test_rounding_is_that_of_the_finest_print_of_its_kind(tmp_path: Path) -> None:
    prints = revisions(tmp_path).tables["prints"].frame
    widths = {c: round(high - low, 6) for c, low, high in prints.filter(pl.col("series") == "all").select("comparison", "low", "high").iter_rows()}
    assert widths == {"yoy": 0.01, "ytd_yoy": 0.1}


def test_every_print_can_be_asked_and_later_ones_are_higher_vintages(tmp_path: Path) -> None:
    frame = revisions(tmp_path).tables["figures"].frame
    february = frame.filter((pl.col("of") == "all") & (pl.col("period") == "2024-02")).sort("vintage")
    assert february["vintage"].to_list() == ["2024-02-29", "2024-03-29"]
    assert february["series"].to_list() == ["first print", "print of 2024-03-29"]
    assert february["value"].to_list() == [-6.81, -5.92]


def test_the_chapter_speaks_of_the_headline(tmp_path: Path) -> None:
    result = revisions(tmp_path, certify=1)
    revision = next(f for f in result.figures if f.measure == "revision" and f.dims.get("period"))
    assert (revision.value, revision.unit, revision.dims["period"]) == (0.89, "pp", "2024-02")
    assert any(revision.id in b.body["text"] for b in result.blocks if b.kind == "finding")
    with pytest.raises(MadeinError, match="no series has the key 'x'"):
        revisions(tmp_path, headline="x")


def test_prints_without_revisions_still_make_a_chapter(tmp_path: Path) -> None:
    result = revisions(tmp_path, "series,period,release,value\nIIP,2024-01,2024-02-01,101\n")
    assert result.tables["revisions"].frame.height == 0
    assert result.tables["prints"].frame.height == 1


def test_rows_that_cannot_stand_are_all_told(tmp_path: Path) -> None:
    text = PRINTS + "All,soon,yoy,2024-03-29,1,percent\nAll,2024-04,yoy,someday,1,percent\nAll,2024-03,yoy,2024-03-29,9,percent\n"
    with pytest.raises(BadInput) as fault:
        revisions(tmp_path, text)
    told = " ".join(str(p.what) + str(p.where) for p in fault.value.problems)
    assert "'soon' is no period" in told
    assert "'someday' is no day of a release" in told
    assert "row 8" in told
