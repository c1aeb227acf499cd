"""The step that compiles: its tables make each other, contributions sum to growth, imputed reports mark what rests on them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from madein.core.check import check_result
from madein.core.errors import BadInput, MadeinError
from madein.core.step import Inputs, Result, Source
from madein.indices import adjust_step, compile_step
from madein.indices.held_levels import held_levels

GOODS = (("north", "fish", "1020", 50.0, 1.0), ("north", "shirts", "1410", 900.0, 2.0), ("east", "chips", "2610", 400.0, 3.0),
         ("pit", "coal", "0510", 70.0, -1.0))  # fmt: skip
WEIGHTS = {"0510": 20.0, "1020": 15.0, "1410": 25.0, "2610": 40.0}


def write(folder: Path, months: int = 30, gap: tuple[str, int] | None = None) -> dict[str, tuple[Source, ...]]:
    rows = [
        f"{who},{what},{code},{2022 + m // 12}-{m % 12 + 1:02d},{'' if gap == (what, m) else base + step * m},tonne"
        for who, what, code, base, step in GOODS for m in range(months)
    ]  # fmt: skip
    years = ("2022", "2023") if months > 24 else ("2022",)
    texts = {
        "reports": "establishment,product,industry,month,quantity,unit\n" + "\n".join(rows) + "\n",
        "weights": "industry,weight,year\n"
        + "".join(f"{k},{v + (5 if y == '2023' and k == '2610' else 0)},{y}\n" for y in years for k, v in WEIGHTS.items()),
        "products": "product,weight,year\n" + "".join(f"{what},1,{y}\n" for y in years for _, what, *_ in GOODS),
    }
    out = {}
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text)
        out[name] = (Source(f"{name}.csv", folder / f"{name}.csv", ""),)
    return out


def made(folder: Path, sources: dict[str, tuple[Source, ...]] | None = None, **options: Any) -> Result:
    result = compile_step.run(compile_step.Config(economy="Viet Nam", **options), Inputs(sources or write(folder)))
    check_result(result, "test")
    return result


def test_contributions_sum_to_the_growth_of_the_total(tmp_path: Path) -> None:
    tables = made(tmp_path).tables
    growth = tables["figures"].frame.filter(pl.col("of") == "total")
    for kind in ("mom", "yoy"):
        rates = dict(growth.filter(pl.col("comparison") == kind).select("period", "value").iter_rows())
        points = tables["contributions"].frame.filter(pl.col("comparison") == kind).group_by("period").agg(pl.col("points").sum())
        assert points.height == (29 if kind == "mom" else 18)
        for period, value in points.iter_rows():
            assert value == pytest.approx(rates[period], abs=1e-10)


def test_weights_of_each_level_sum_to_all(tmp_path: Path) -> None:
    frame = made(tmp_path, levels=("total", "section", "division", "class")).tables["weights"].frame
    sums = frame.group_by("year", "level").agg(pl.col("weight").sum())
    assert sums["weight"].to_list() == pytest.approx([100.0] * sums.height)
    told = dict(frame.filter((pl.col("year") == "2022") & (pl.col("level") == "section")).select("label", "weight").iter_rows())
    assert sorted(told.values()) == pytest.approx([20.0, 80.0])


def test_drift_is_told_only_where_weights_change(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    assert made(one, write(one, 18)).tables["drift"].frame.height == 0
    assert made(two).tables["drift"].frame.height > 0


def test_an_imputed_report_marks_what_rests_on_it(tmp_path: Path) -> None:
    result = made(tmp_path, write(tmp_path, 18, ("fish", 17)))
    assert result.tables["imputations"].frame.select("product", "period").rows() == [("fish", "2023-06")]
    marked = result.tables["index"].frame.filter(pl.col("period") == "2023-06")
    assert dict(marked.select("code", "_basis").iter_rows()) == {"total": "estimated", "c": "estimated", "b": None, "05": None, "10": "estimated",
                                                                "14": None, "26": None}  # fmt: skip
    share = next(f for f in result.figures if f.measure == "imputed_share" and f.dims["period"] == "2023-06")
    assert share.value is not None
    assert 0 < share.value < 30
    assert any("Reports that were not there" in b.body.get("text", "") for b in result.blocks)
    with pytest.raises(MadeinError):
        made(tmp_path, write(tmp_path, 18, ("fish", 17)), missing="refuse")


def test_what_is_compiled_can_be_adjusted_and_explained(tmp_path: Path) -> None:
    held = held_levels([("made.figures", made(tmp_path).tables["figures"])])
    assert {h.key for h in held} == {"total", "b", "c", "05", "10", "14", "26"}
    assert adjust_step.Config(series={"total": "Industry"}).series


def test_faults_name_their_rows(tmp_path: Path) -> None:
    sources = write(tmp_path, 14)
    text = sources["reports"][0].path.read_text().replace("2022-03,52.0", "2022-03,many")
    sources["reports"][0].path.write_text(text)
    with pytest.raises(BadInput, match="row 4"):
        made(tmp_path, sources)
    del sources["weights"]
    with pytest.raises(MadeinError, match="an index needs weights"):
        made(tmp_path, sources)


@pytest.mark.parametrize("options", [{"measure": "exports"}, {"levels": ("section",)}, {"economy": "Nowhere"}])
def test_settings_that_cannot_hold_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"no measure that is an index|total is always kept|Nowhere"):
        compile_step.Config(**options)
