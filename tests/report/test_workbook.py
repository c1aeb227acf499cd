"""figures.xlsx and warehouse.duckdb hold what the study holds."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from madein.core.grid import read_sheets
from madein.report.workbook import write_sheets
from madein.study.finished import FinishedStudy, open_study


@pytest.fixture(scope="module")
def study(finished: Path) -> FinishedStudy:
    return open_study(finished)


def test_workbook_holds_every_figure_source_and_table(study: FinishedStudy) -> None:
    sheets = {s.name: s for s in read_sheets(study.out / "figures.xlsx")}
    assert set(sheets) == {"figures", "sources", *(n for n, t in study.tables.items())}
    header, *rows = sheets["figures"].text.rows()
    value = header.index("value")
    held = {r[0]: n[value] for r, n in zip(rows, sheets["figures"].numbers.rows()[1:], strict=True)}
    # a workbook keeps sixteen digits
    assert held == {i: None if f.value is None else pytest.approx(f.value, rel=1e-15) for i, f in study.figures.items()}


def test_warehouse_answers_sql(study: FinishedStudy) -> None:
    with duckdb.connect(str(study.out / "warehouse.duckdb"), read_only=True) as db:
        count, total = db.execute("SELECT count(*), sum(value) FROM trade.levels WHERE series = 'exports' AND period LIKE '2024-%'").fetchone()
        assert count == 12
        assert total == pytest.approx(402845.221611e6, rel=1e-9)
        assert db.execute("SELECT count(*) FROM figures").fetchone()[0] == len(study.figures)
        rests = db.execute("SELECT node FROM parents WHERE figure = 'exports/economy=VNM/period=2024-12'").fetchall()
        assert rests == [("table:trade.levels",)]
        for name, about in study.tables.items():
            schema, _, table = name.partition(".")
            assert db.execute(f'SELECT count(*) FROM "{schema}"."{table}"').fetchone()[0] == about["rows"]


def test_formulas_stay_text_and_sheet_names_are_mended(tmp_path: Path) -> None:
    frame = pl.DataFrame({"=a": ["=1+1", "@x", "+3", "-2"], "n": [1.5, 2.0, None, -3.0]})
    write_sheets(tmp_path / "x.xlsx", {"a/b" * 20: frame, "A_B" * 20: frame})
    sheets = read_sheets(tmp_path / "x.xlsx")
    assert [len(s.name) for s in sheets] == [31, 31]
    assert sheets[0].text["c0"].to_list() == ["=a", "=1+1", "@x", "+3", "-2"]
    assert sheets[0].numbers["c1"].to_list()[1:] == [1.5, 2.0, None, -3.0]
