"""The step that explains: contributions add up to growth, a moved holiday is seen, printed rates go before those of levels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from madein.core.blocks import HOLE
from madein.core.check import check_result
from madein.core.errors import MadeinError
from madein.core.step import Inputs, Result, Source, Table
from madein.indices import explain_step, revisions_step, step
from madein.indices.seasonal import has_binary, moving_holiday

WEIGHTS = {"b": 0.2, "c": 0.7, "d": 0.1}
START, MONTHS = 2014, 132
INDEX = {"economy": "VNM", "measure": "industrial_production", "unit": "index (2015=100)"}


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Table:
    """A total that is exactly the weighted mean of three parts, with an effect of Tet."""
    random = np.random.default_rng(5)
    t = np.arange(MONTHS)
    tet = moving_holiday("tet").regressors(START * 12, MONTHS, ("tet_dur",))[:, 0]
    parts = {k: 100 * np.exp(g * t + 0.05 * np.sin(t * np.pi / 6 + i) - 0.1 * tet + random.normal(0, 0.006, MONTHS))
             for i, (k, g) in enumerate((("b", -0.002), ("c", 0.006), ("d", 0.004)))}  # fmt: skip
    parts = {k: v.round(2) for k, v in parts.items()}
    total = sum(w * parts[k] for k, w in WEIGHTS.items())
    file = tmp_path_factory.mktemp("levels") / "made.csv"
    lines = [f"{START + i // 12}-{i % 12 + 1:02d},{total[i]:.4f}," + ",".join(f"{parts[k][i]:.2f}" for k in WEIGHTS) for i in range(MONTHS)]  # type: ignore[index]
    file.write_text("month,All,B,C,D\n" + "\n".join(lines) + "\n")
    series = {"All": {"key": "all"}} | {k.upper(): {"key": k, "industry": k.upper()} for k in WEIGHTS}
    return step.run(step.Config(every=INDEX, series=series), Inputs({"series": (Source("made.csv", file, ""),)})).tables["figures"]


def explained(table: Table, prints: Table | None = None, **options: Any) -> Result:
    options = {"series": "all", "months": ["2024-02"], "parts": {"b": "Mining", "c": "Manufacturing", "d": "Power"}} | options
    tables = {"prints": prints} if prints else {}
    inputs = Inputs({}, tables, {"prints": "said.prints"} if prints else {}, {"figures": (("iip.figures", table),)})
    result = explain_step.run(explain_step.Config(**options), inputs)
    check_result(result, "test")
    return result


def printed(folder: Path, text: str) -> Table:
    file = folder / "prints.csv"
    file.write_text("series,period,growth,release,value,unit\n" + text)
    series = {"All": {"key": "all"}, "B": {"key": "b"}, "C": {"key": "c"}, "D": {"key": "d"}}
    config = revisions_step.Config(
        every={"measure": "industrial_production", "economy": "VNM"}, series={k: v for k, v in series.items() if f"{k}," in text}
    )
    return revisions_step.run(config, Inputs({"prints": (Source("prints.csv", file, ""),)})).tables["prints"]


def said(result: Result) -> list[str]:
    figures = {f.id: f for f in result.figures}
    return [HOLE.sub(lambda m: f"{figures[m[1]].value:.2f}", b.body["text"]) for b in result.blocks if b.kind == "finding"]


def test_contributions_of_levels_add_up_to_growth(table: Table) -> None:
    made = explained(table).tables
    weights = dict(made["weights"].frame.select("part", "weight").iter_rows())
    assert {k: round(v / 100, 3) for k, v in weights.items()} == WEIGHTS
    for kind in ("yoy", "ytd_yoy"):
        growth = made["growth"].frame.filter((pl.col("comparison") == kind) & (pl.col("origin") == "levels"))["value"][0]
        points = made["contributions"].frame.filter(pl.col("comparison") == kind)["points"].sum()
        assert points == pytest.approx(growth, abs=0.005)
    assert set(made["contributions"].frame["_basis"]) == {"estimated"}


def test_rates_are_those_of_the_levels(table: Table) -> None:
    level = {p: v for c, o, p, v in table.frame.select("comparison", "of", "period", "value").iter_rows() if (c, o) == ("", "all")}
    growth = dict(explained(table, parts={}).tables["growth"].frame.select("comparison", "value").iter_rows())
    assert growth["yoy"] == pytest.approx(100 * (level["2024-02"] / level["2023-02"] - 1))
    both = [level[f"{y}-01"] + level[f"{y}-02"] for y in (2024, 2023)]
    assert growth["ytd_yoy"] == pytest.approx(100 * (both[0] / both[1] - 1))
    assert growth["mom"] == pytest.approx(100 * (level["2024-02"] / level["2024-01"] - 1))


@pytest.mark.skipif(not has_binary(), reason="no X-13 program: install the extra indices")
def test_a_moved_holiday_accounts_for_a_month_and_not_for_two(table: Table) -> None:
    result = explained(table, holiday="tet")
    rows = {r["comparison"]: r for r in result.tables["holiday"].frame.iter_rows(named=True)}
    # Tet began on 22 January 2023 and on 10 February 2024.
    assert (rows["yoy"]["share"], rows["yoy"]["base_share"]) == (pytest.approx(100), 0)
    assert (rows["ytd_yoy"]["share"], rows["ytd_yoy"]["base_share"]) == (pytest.approx(100), pytest.approx(100))
    assert rows["yoy"]["points"] == pytest.approx(-10, abs=3)
    assert abs(rows["ytd_yoy"]["points"]) < 1
    assert any(text.startswith("Of the week of Tet, 100.00 fell in") and "Its shift accounts for" in text for text in said(result))


def test_printed_rates_go_first_and_their_revision_is_told(table: Table, tmp_path: Path) -> None:
    text = (
        "All,2024-02,yoy,2024-02-29,-6.81,percent\nAll,2024-02,yoy,2024-03-29,-5.92,percent\nAll,2024-01..2024-02,ytd_yoy,2024-02-29,5.74,percent\n"
    )
    text += "B,2024-02,yoy,2024-02-29,-15.00,percent\nC,2024-02,yoy,2024-02-29,-5.00,percent\nD,2024-02,yoy,2024-02-29,1.00,percent\n"
    result = explained(table, printed(tmp_path, text))
    first = said(result)[0]
    assert "-6.81 on a year before" in first
    assert "5.74 for" in first
    assert "as first printed" in first
    assert any("The levels held give" in s and "do not agree" in s for s in said(result))
    assert any("at -5.92, a revision of 0.89" in s for s in said(result))
    shares = result.tables["contributions"].frame.filter((pl.col("origin") == "first print") & (pl.col("comparison") == "yoy"))
    assert (shares["rate"] * shares["share"] / 100).to_list() == pytest.approx(shares["points"].to_list())
    left = next(f for f in result.figures if "not explained" in f.dims.get("series", ""))
    assert left.value == pytest.approx(-6.81 - shares["points"].sum())


def test_january_has_no_rate_since_january_of_its_own(table: Table) -> None:
    assert all("together" not in s for s in said(explained(table, months=["2024-01"])))


def test_flows_need_no_weights(tmp_path: Path) -> None:
    file = tmp_path / "trade.csv"
    rows = [f"{y}-{m:02d},{30 + m + y - 2023},{10 + m},{20 + y - 2023}" for y in (2023, 2024) for m in range(1, 13)]
    file.write_text("month,All,Here,There\n" + "\n".join(rows) + "\n")
    every = {"economy": "VNM", "measure": "exports", "unit": "million USD"}
    series = {"All": {"key": "all"}, "Here": {"key": "here", "product": "a"}, "There": {"key": "there", "product": "b"}}
    flows = step.run(step.Config(every=every, series=series), Inputs({"series": (Source("trade.csv", file, ""),)})).tables["figures"]
    result = explained(flows, months=["2024-05"], parts={"here": "Here", "there": "There"})
    made = result.tables["contributions"].frame.filter(pl.col("comparison") == "yoy")
    assert made["points"].sum() == pytest.approx(100 / 35)
    assert made["_basis"].null_count() == made.height


@pytest.mark.parametrize(
    ("options", "what"),
    [({"series": "nobody"}, "no series has the key 'nobody'"), ({"parts": {"x": "X"}}, "no series has the key 'x'"),
     ({"months": ["2031-01"]}, "no value of 2031-01 is held")],
)  # fmt: skip
def test_what_is_not_held_is_named(table: Table, options: dict[str, Any], what: str) -> None:
    with pytest.raises(MadeinError, match=what):
        explained(table, **options)


def test_contributions_month_by_month_sum_to_growth(table: Table) -> None:
    result = explained(table, shown=24)
    frame = result.tables["by_month"].frame
    level = {p: v for c, o, p, v in table.frame.select("comparison", "of", "period", "value").iter_rows() if (c, o) == ("", "all")}
    sums = dict(frame.group_by("period").agg(pl.col("points").sum()).iter_rows())
    assert len(sums) == 24
    for period, points in sums.items():
        before = f"{int(period[:4]) - 1}{period[4:]}"
        assert points == pytest.approx(100 * (level[period] / level[before] - 1), abs=0.01)
    assert [b.kind for b in result.blocks].count("chart") == 1
    assert "by_month" not in explained(table).tables
