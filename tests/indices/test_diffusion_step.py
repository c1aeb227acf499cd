"""The step of diffusion indices: answers and components make a composite, its points sum to it, statements meet it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from madein.core.check import check_result
from madein.core.errors import MadeinError
from madein.core.step import Inputs, Result, Source
from madein.indices import diffusion_step

ISM = "month,New Orders,Production,Employment,Supplier Deliveries,Inventories\n2024-01,52.5,50.4,47.1,49.1,46.2\n2024-02,49.2,48.4,45.9,50.1,45.3\n"
QUESTIONS = ("New orders", "Output", "Employment", "Suppliers' delivery times", "Stocks of purchases")


def answers() -> str:
    said = ("up", "same", "down", "up", "same", "up", "down")
    rows = [f"firm{i},{q},2024-0{m},{'slower' if 'delivery' in q and said[(i + m) % 7] == 'down' else said[(i + m) % 7]},{'large' if i % 2 else 'small'},{1 + i}"
            for i in range(9) for m in (1, 2, 3) for q in QUESTIONS]  # fmt: skip
    return "firm,question,month,answer,stratum,size\n" + "\n".join(rows) + "\n"


def made(folder: Path, text: str, **options: Any) -> Result:
    file = folder / "survey.csv"
    file.write_text(text)
    result = diffusion_step.run(diffusion_step.Config(economy="VNM", **options), Inputs({"answers": (Source("survey.csv", file, ""),)}))
    check_result(result, "test")
    return result


def test_published_months_of_the_ism_reproduce(tmp_path: Path) -> None:
    result = made(tmp_path, ISM, scheme="ism")
    told = dict(result.tables["index"].frame.filter(pl.col("question") == "composite").select("period", "value").iter_rows())
    assert [round(v, 1) for v in told.values()] == [49.1, 47.8]
    head = next(f for f in result.figures if f.id == "pmi/economy=VNM/period=2024-02")
    assert head.low == pytest.approx(47.78 - 0.05)
    assert head.high == pytest.approx(47.78 + 0.05)
    assert "more firms report a fall than a rise" in result.blocks[0].body["text"]


@pytest.mark.parametrize(("text", "scheme"), [(ISM, "ism"), (answers(), "sp_global")])
def test_points_of_the_components_sum_to_the_composite(tmp_path: Path, text: str, scheme: str) -> None:
    result = made(tmp_path, text, scheme=scheme)
    whole = dict(result.tables["index"].frame.filter(pl.col("question") == "composite").select("period", "value").iter_rows())
    points = dict(result.tables["parts"].frame.group_by("period").agg(pl.col("points").sum()).iter_rows())
    assert points == pytest.approx(whole)
    weights = result.tables["parts"].frame.group_by("period").agg(pl.col("weight").sum())["weight"].to_list()
    assert weights == pytest.approx([100.0] * len(weights))


def test_answers_have_bounds_and_count_as_estimates(tmp_path: Path) -> None:
    result = made(tmp_path, answers(), strata={"large": 0.7, "small": 0.3})
    frame = result.tables["index"].frame
    assert frame["question"].n_unique() == 5
    assert (frame["low"] <= frame["value"]).all()
    assert (frame["value"] <= frame["high"]).all()
    assert set(frame["_basis"]) == {"estimated"}
    changes = result.tables["figures"].frame.filter((pl.col("comparison") == "mom_abs") & (pl.col("of") == "output"))
    level = dict(frame.filter(pl.col("question") == "output").select("period", "value").iter_rows())
    assert changes["value"].to_list() == pytest.approx([level["2024-02"] - level["2024-01"], level["2024-03"] - level["2024-02"]])


def test_components_without_a_scheme_and_missing_components_are_told(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="hold no answers of firms") as fault:
        made(tmp_path, ISM)
    assert "set scheme" in fault.value.problems[0].fix
    with pytest.raises(MadeinError, match="no series is inventories"):
        made(tmp_path, "\n".join(line.rpartition(",")[0] for line in ISM.splitlines()) + "\n", scheme="ism")
    with pytest.raises(MadeinError, match="diffusion index lies between"):
        made(tmp_path, ISM.replace("47.1", "147.1"), scheme="ism")
