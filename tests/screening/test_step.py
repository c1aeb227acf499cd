"""The step on simulated trade and on tables of one's own: the contract, figures against the tables, the truth left closed, what is refused."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from madein.core.check import check_result
from madein.core.errors import MadeinError
from madein.core.step import Inputs, Result, Source
from madein.screening import flows
from madein.screening.score import curve, score_lines
from madein.screening.simulator import simulate
from madein.screening.step import Config, run

FAMILY = Path(__file__).parents[2] / "examples" / "vietnam" / "trade" / "family.yaml"
ROWS, SEED = 12_000, 5


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return simulate(FAMILY, ROWS, SEED, tmp_path_factory.mktemp("trade") / "data").folder


@pytest.fixture(scope="module")
def simulated() -> Result:
    return run(Config(rows=ROWS, seed=SEED, show=3), Inputs({"family": (Source("family.yaml", FAMILY, "", basis="simulated"),)}))


def given(folder: Path, *names: str) -> dict[str, tuple[Source, ...]]:
    return {n: (Source(f"{n}.parquet", folder / f"{n}.parquet", ""),) for n in names}


@pytest.fixture(scope="module")
def declared(folder: Path) -> Result:
    return run(Config(show=3), Inputs(given(folder, "declarations", "firms", "tariffs")))


def value(result: Result, measure: str, **dims: str) -> Any:
    (found,) = [f for f in result.figures if f.measure == measure and ({k: f.dims.get(k) for k in dims} == dims if dims else not f.dims)]
    return found.value


def test_both_ways_hold_the_contract(simulated: Result, declared: Result) -> None:
    check_result(simulated, "look")
    check_result(declared, "look")


def test_both_ways_say_the_same_but_for_the_truth(simulated: Result, declared: Result) -> None:
    assert value(simulated, "value_at_issue") == value(declared, "value_at_issue") > 0
    own = {f.measure for f in simulated.figures} - {f.measure for f in declared.figures}
    assert own == {"screening_precision", "screening_recall", "honest_at_issue"}
    assert {f.basis for f in simulated.figures} == {"simulated"}
    assert {f.basis for f in declared.figures} == {"computed"}
    assert "curve" in simulated.tables and "curve" not in declared.tables


def test_the_truth_does_not_move_the_screen(folder: Path, declared: Result, tmp_path: Path) -> None:
    bare = Path(shutil.copytree(folder, tmp_path / "bare"))
    (bare / "truth.parquet").unlink()
    again = run(Config(show=3), Inputs(given(bare, "declarations", "firms", "tariffs")))
    assert again.tables["lanes"].frame.equals(declared.tables["lanes"].frame)


def test_figures_are_those_of_the_engine(folder: Path, simulated: Result) -> None:
    found = flows.run(folder)
    truth = pl.read_parquet(folder / "truth.parquet")
    held = score_lines(found.lines, truth)
    assert value(simulated, "lanes_to_look_at") == found.findings.height == simulated.tables["lanes"].frame.height
    assert value(simulated, "screening_precision") == pytest.approx(100 * (held.precision or 0))
    assert value(simulated, "screening_recall") == pytest.approx(100 * (held.recall or 0))
    assert value(simulated, "duty_at_stake") == pytest.approx(found.findings["at_stake"].sum())
    matrix = simulated.tables["matrix"].frame["value_at_issue"].sum()
    assert matrix == pytest.approx(value(simulated, "value_at_issue"), abs=0.05)
    last = curve(found.findings, found.lines, truth).row(-1, named=True)
    assert (last["precision"], last["recall"]) == pytest.approx((held.precision, held.recall))


def test_lines_lead_to_their_declaration(declared: Result) -> None:
    rows = declared.tables["evidence"].frame
    assert rows.height
    for row in rows.head(5).iter_rows(named=True):
        assert row["_src"] == [f"source:declarations.parquet::row declaration_id={row['declaration_id']}&line={row['line']}"]


def test_each_lane_opens_its_evidence(simulated: Result) -> None:
    trees = {b.body["name"] for b in simulated.blocks if b.kind == "tree"}
    queue = next(b for b in simulated.blocks if b.title.startswith("What needs a look"))
    assert {row[0]["to"] for row in queue.body["rows"]} == trees
    assert "never a verdict" in simulated.blocks[-1].body["text"]


def test_two_runs_are_one(simulated: Result) -> None:
    again = run(Config(rows=ROWS, seed=SEED, show=3), Inputs({"family": (Source("family.yaml", FAMILY, "", basis="simulated"),)}))
    assert again.figures == simulated.figures
    assert all(again.tables[n].frame.equals(t.frame) for n, t in simulated.tables.items())


def test_without_tariffs_and_register_it_says_so(folder: Path) -> None:
    result = run(Config(), Inputs(given(folder, "declarations")))
    check_result(result, "look")
    assert any("no tariff wedge is given" in p.what for p in result.problems)
    assert {f.absent for f in result.figures if f.absent} >= {"no register of firms is given"}


def test_nothing_to_look_at_is_told(tmp_path: Path) -> None:
    path = simulate("null", 3000, 2, tmp_path / "null").folder
    result = run(Config(), Inputs(given(path, "declarations", "firms", "tariffs")))
    check_result(result, "look")
    assert value(result, "lanes_to_look_at") == 0
    assert any(b.title == "Nothing needs a look" for b in result.blocks)


@pytest.mark.parametrize(
    ("roles", "match"),
    [
        ({}, "neither declarations nor a family"),
        ({"family": 1, "declarations": 1}, "both declarations and a family"),
        ({"family": 2}, "2 files are given"),
    ],
)
def test_roles_that_do_not_fit_are_refused(roles: dict[str, int], match: str) -> None:
    held = {role: tuple(Source(f"{role}{n}", FAMILY, "") for n in range(count)) for role, count in roles.items()}
    with pytest.raises(MadeinError, match=match):
        run(Config(), Inputs(held))


def test_an_economy_nobody_knows_is_refused(folder: Path) -> None:
    with pytest.raises(MadeinError, match="Atlantis"):
        run(Config(market="Atlantis"), Inputs(given(folder, "declarations")))
