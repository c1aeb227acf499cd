"""The step that adjusts: components add up, Tet is kept where it is, holes mark everything, refusals are told, statements are answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from madein.core.check import check_result
from madein.core.errors import MadeinError
from madein.core.step import Inputs, Result, Source, Table
from madein.indices import adjust_step, step
from madein.indices.seasonal import has_binary, moving_holiday
from madein.press.reading import read_text
from madein.study.links.adjustment import adjustment_of
from madein.study.links.compare import compare
from madein.study.links.held import Holdings

pytestmark = pytest.mark.skipif(not has_binary(), reason="no X-13 program: install the extra indices")

START, MONTHS = 2012, 120
EFFECT = -0.12
"""Share of output that a month loses which holds the whole week of Tet."""


def made_up(seed: int = 3) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A trend, a season and an effect of Tet that are known, with small noise."""
    random = np.random.default_rng(seed)
    t = np.arange(MONTHS)
    tet = moving_holiday("tet").regressors(START * 12, MONTHS, ("tet_dur",))[:, 0]
    season = 0.08 * np.sin(2 * np.pi * t / 12) + 0.03 * np.cos(4 * np.pi * t / 12)
    return 100 * np.exp(0.005 * t + season + EFFECT * tet + random.normal(0, 0.008, MONTHS))


def levels(folder: Path, values: Any, drop: slice | None = None) -> Table:
    rows = [f"{START + i // 12}-{i % 12 + 1:02d},{v:.3f}" for i, v in enumerate(values)]
    if drop:
        del rows[drop]
    file = folder / "made.csv"
    file.write_text("month,Industry\n" + "\n".join(rows) + "\n")
    config = step.Config(
        every={"economy": "VNM", "measure": "industrial_production", "unit": "index (2015=100)"}, series={"Industry": {"key": "all"}}
    )
    return step.run(config, Inputs({"series": (Source("made.csv", file, ""),)})).tables["figures"]


def adjusted(table: Table, **options: Any) -> Result:
    result = adjust_step.run(adjust_step.Config(**options), Inputs(many={"figures": (("iip.figures", table),)}))
    check_result(result, "test")
    return result


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    return levels(tmp_path_factory.mktemp("levels"), made_up())


@pytest.mark.parametrize("method", ["x11", "seats"])
def test_components_make_the_original_and_tet_is_found(table: Table, method: str) -> None:
    result = adjusted(table, method=method, holiday="tet")
    wide = result.tables["components"].frame.pivot("component", index="period", values="value").sort("period")
    # The combined factor of X-13 holds season, holiday and trading day; the original is its product with the adjusted series.
    trading = wide["trading_day"] if "trading_day" in wide.columns else 1.0
    assert np.allclose(wide["original"] / wide["adjusted"], wide["seasonal"] * wide["holiday"] * trading, rtol=2e-3)
    row = result.tables["quality"].frame.row(0, named=True)
    assert (row["method"], row["code"]) == (method, None)
    assert "tet_dur" in row["holiday"]
    kept = result.tables["windows"].frame.filter("kept")
    assert kept.height == 1
    assert kept["aicc"][0] == result.tables["windows"].frame["aicc"].min()
    tet = moving_holiday("tet").regressors(START * 12, MONTHS, ("tet_dur",))[:, 0]
    slope = np.polyfit(tet, np.log(wide["holiday"].to_numpy()), 1)[0]
    assert slope == pytest.approx(EFFECT, abs=0.02)


def test_growth_of_figures_is_that_of_the_adjusted_levels(table: Table) -> None:
    result = adjusted(table, holiday="tet", certify=5)
    frame = result.tables["figures"].frame
    level = dict(frame.filter(pl.col("comparison") == "").select("period", "value").iter_rows())
    for kind, back in (("mom", 1), ("yoy", 12)):
        rates = dict(frame.filter(pl.col("comparison") == kind).select("period", "value").iter_rows())
        for i, (period, value) in enumerate(sorted(level.items())):
            if i >= back:
                before = sorted(level.items())[i - back][1]
                assert rates[period] == pytest.approx(100 * (value / before - 1))
    assert {f.dims["series"] for f in result.figures} == {"seasonally adjusted"}
    assert all("ours" in f.method for f in result.figures)
    assert all(f.low <= f.value <= f.high for f in result.figures if f.value is not None and f.low is not None and f.high is not None)
    assert len(result.figures) == 5 * 4


def test_holes_make_every_adjusted_number_an_estimate(tmp_path: Path) -> None:
    result = adjusted(levels(tmp_path, made_up(), slice(50, 54)), holiday="tet")
    assert set(result.tables["figures"].frame["_basis"]) == {"estimated"}
    assert {f.basis for f in result.figures} == {"estimated"}
    assert result.tables["quality"].frame["holes"].to_list() == [4]
    originals = result.tables["components"].frame.filter(pl.col("component") == "original")
    assert originals.height == MONTHS - 4
    assert any("holes were estimated" in p.what for p in result.problems)


def test_a_refused_series_is_told_and_has_no_numbers(tmp_path: Path) -> None:
    result = adjusted(levels(tmp_path, made_up()[:20]), holiday="tet")
    assert result.tables["figures"].frame.height == 0
    assert not result.figures
    row = result.tables["quality"].frame.row(0, named=True)
    assert (row["method"], row["code"]) == ("none", "too_short")
    assert "could not be adjusted" in result.blocks[0].body["text"]
    assert any(p.what == "it was not adjusted" for p in result.problems)


def test_an_unknown_series_is_named(table: Table) -> None:
    with pytest.raises(MadeinError, match="no series has the key 'nobody'"):
        adjusted(table, series={"nobody": "Nobody"})


def parts_of(folder: Path, weights: tuple[float, float], hole: bool = False) -> Table:
    """A total that is the weighted sum of two parts with effects and noise of their own."""
    one, two = made_up(3), made_up(4)[::-1] + 40
    total = weights[0] * one + weights[1] * two
    rows = [f"{START + i // 12}-{i % 12 + 1:02d},{total[i]:.4f},{one[i]:.4f},{'' if hole and i > 20 else f'{two[i]:.4f}'}" for i in range(MONTHS)]
    file = folder / "parts.csv"
    file.write_text("month,All,B,C\n" + "\n".join(rows) + "\n")
    index = {"economy": "VNM", "measure": "industrial_production", "unit": "index (2015=100)"}
    series = {"All": {"key": "all"}, "B": {"key": "b", "industry": "B"}, "C": {"key": "c", "industry": "C"}}
    return step.run(step.Config(every=index, series=series), Inputs({"series": (Source("parts.csv", file, ""),)})).tables["figures"]


@pytest.mark.parametrize("given", [{}, {"b": 0.3, "c": 0.7}])
def test_a_total_is_adjusted_both_ways(tmp_path: Path, given: dict[str, float]) -> None:
    result = adjusted(parts_of(tmp_path, (0.3, 0.7)), series={"all": "Industry"}, total="all", parts={"b": "Mining", "c": "Making"}, weights=given)
    tables = result.tables
    adjusted_of = {k: dict(tables["components"].frame.filter((pl.col("series") == k) & (pl.col("component") == "adjusted")).select("period", "value").iter_rows())
                   for k in ("all", "b", "c")}  # fmt: skip
    lines = {(c, p): v for c, p, v in tables["indirect"].frame.select("component", "period", "value").iter_rows()}
    for period, direct in adjusted_of["all"].items():
        assert lines["direct", period] == pytest.approx(direct)
        assert lines["indirect", period] == pytest.approx(0.3 * adjusted_of["b"][period] + 0.7 * adjusted_of["c"][period], rel=1e-4)
    told = dict(tables["agreement"].frame.select("measure", "value").iter_rows())
    gaps = [abs(100 * (lines["indirect", p] / lines["direct", p] - 1)) for p in adjusted_of["all"]]
    assert told["mean_gap"] == pytest.approx(np.mean(gaps))
    assert told["largest_gap"] == pytest.approx(max(gaps))
    assert told["mean_residual"] < 0.001
    assert set(tables["agreement"].frame["_basis"]) == {"computed" if given else "estimated"}
    assert any("as the sum of its adjusted parts" in b.body.get("text", "") for b in result.blocks if b.kind == "finding")
    assert tables["lines"].frame["series"].unique().to_list() == ["all"]


def test_a_part_that_is_refused_leaves_the_total_alone(tmp_path: Path) -> None:
    result = adjusted(
        parts_of(tmp_path, (1.0, 1.0), hole=True), series={"all": "Industry"}, total="all", parts={"b": "", "c": ""}, weights={"b": 1, "c": 1}
    )
    assert result.tables["indirect"].frame.height == 0
    assert any(p.what.startswith("no sum of adjusted parts: 'c' has no adjusted series") for p in result.problems)


@pytest.mark.parametrize("options", [{"parts": {"b": ""}}, {"total": "all", "parts": {"b": "", "c": ""}, "weights": {"b": 1.0}}, {"since": "soon"}])
def test_settings_of_a_total_that_cannot_hold(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"name its key as total|has no weight|soon"):
        adjust_step.Config(**options)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Seasonally adjusted, industrial production rose 2% in May 2021 from the month before.", "seasonal"),
        ("In May 2021 industrial production rose a seasonally adjusted 2% from the month before.", "seasonal"),
        ("Chỉ số sản xuất công nghiệp tháng 5/2021 đã điều chỉnh mùa vụ tăng 2% so với tháng trước.", "seasonal"),
        ("Industrial production, not seasonally adjusted, rose 2% in May 2021 from the month before.", ""),
        ("Industrial production rose 2% in May 2021 from the month before.", ""),
    ],
)
def test_adjustment_is_read_from_the_clause(text: str, said: str) -> None:
    (fact,) = read_text(text).facts
    assert adjustment_of(fact) == said


def test_adjusted_statements_meet_adjusted_numbers_only(table: Table) -> None:
    result = adjusted(table, holiday="tet")
    holdings = Holdings([("iip.figures", table), ("sa.figures", result.tables["figures"])])
    frames = {"": table.frame, "Seasonally adjusted, ": result.tables["figures"].frame}
    rates = {}
    for words, frame in frames.items():
        rates[words] = frame.filter((pl.col("comparison") == "mom") & (pl.col("period") == "2021-02"))["value"][0]
    assert abs(rates[""] - rates["Seasonally adjusted, "]) > 1
    for words in frames:
        for said, rate in rates.items():
            move = "rose" if rate > 0 else "fell"
            text = f"{words}industrial production {move} {abs(rate):.3f}% in February 2021 from the month before."
            (fact,) = read_text(text).facts
            assert compare(fact, holdings, "VNM").verdict == ("agrees" if said == words else "contradicts"), text
