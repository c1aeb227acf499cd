"""``madein screening`` as a person meets it: simulate, screen, look, score, bring tables of one's own, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

Run = Callable[..., Any]


@pytest.fixture
def madein(command: Run) -> Run:
    """``madein screening ...`` in an empty folder."""
    return partial(command, "screening")


@pytest.fixture(scope="module")
def trade(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from madein.screening.simulator import simulate

    return simulate("planted", 12_000, 9, tmp_path_factory.mktemp("trade") / "d").folder


def test_from_simulation_to_score(madein: Run, tmp_path: Path) -> None:
    done = madein("simulate", "--family", "planted", "--rows", "8000", "--seed", "3", "--out", "d")
    assert done.code == 0 and "simulated" in done.out
    done = madein("run", "d")
    assert done.code == 0 and "to look at" in done.out and "by chance" in done.out
    assert {p.name for p in (tmp_path / "d" / "out").iterdir()} >= {
        "findings.parquet",
        "lines.parquet",
        "weighed.parquet",
        "quality.txt",
        "excess.csv",
    }
    told = json.loads(madein("score", "d/out", "d", "--format", "json").out)
    assert told == json.loads(madein("score", "d", "d/truth.parquet", "--format", "json").out)
    assert set(told) >= {"precision", "recall", "honest_flagged"}
    done = madein("evidence", "d/out", "1")
    assert done.code == 0 and "What would clear it" in done.out and "nats" in done.out


def test_run_is_the_default_verb_and_gives_one_hash(madein: Run, trade: Path, tmp_path: Path) -> None:
    one = json.loads(madein(trade, "--no-excess", "--format", "json", "--out", "a").out)
    two = json.loads(madein("run", trade, "--no-excess", "--format", "json", "--out", "b").out)
    assert one == two and len(one["sha256"]) == 64 and one["excess"] is None
    assert [f["rank"] for f in one["findings"]] == list(range(1, len(one["findings"]) + 1))
    assert all(isinstance(f["pieces"], dict) and f["clears"] for f in one["findings"])


def test_the_truth_is_not_opened(madein: Run, trade: Path, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(trade, tmp_path / "bare", ignore=shutil.ignore_patterns("truth*", "out"))
    one, two = (json.loads(madein("run", f, "--no-excess", "--format", "json", "--out", "o").out) for f in (trade, tmp_path / "bare"))
    assert one["sha256"] == two["sha256"]


def test_formats(madein: Run, trade: Path, tmp_path: Path) -> None:
    csv = madein("run", trade, "--no-excess", "--format", "csv", "--out", "o").out
    assert csv.splitlines()[0].startswith("finding,rank,rule")
    assert madein("run", trade, "--no-excess", "--format", "xlsx", "--out", "o").code == 0
    assert (tmp_path / "o" / "findings.xlsx").stat().st_size > 0
    assert madein("excess", trade, "--format", "parquet", "--out", "x.parquet").code == 0
    assert pl.read_parquet(tmp_path / "x.parquet")["name"].n_unique() == 14


def test_families_are_listed(madein: Run) -> None:
    from madein.screening.simulator import families

    assert all(name in madein("simulate", "--list-families").out for name in families())
    told = json.loads(madein("simulate", "--list-families", "--format", "json").out)
    assert set(told["planted"]) >= {"share_rerouted", "lag_quarters", "tariff_wedge"}


TABLE = """Số tờ khai,STT,Ngày,Loại,Mã số thuế,Mã HS,Nước xuất xứ,Nước đến,Trọng lượng (tấn),Trị giá (nghìn USD)
1001,1,13/03/2024,NK,0101234567-001,8507.60.90,CN,VN,"1,5","12,4"
1002,1,25/03/2024,XK,0101234567,8507.60.90,VN,US,"1,4","14,1"
1003,1,26/03/2024,XK,0101234567,8507.60.90,VN,US,"nhiều","14,1"
"""


def test_tables_in_other_words_come_in_through_a_mapping(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "k.csv").write_text(TABLE, "utf-8")
    done = madein("run", "k.csv")
    assert done.code != 0 and "screening map" in done.err
    done = madein("map", "k.csv")
    assert done.code == 1 and "Not saved" in done.out and "times 1,000" in done.out
    done = madein("map", "k.csv", "--confirm")
    assert done.code == 0
    done = madein("quality", "k.csv", "--mapping", "k.csv.mapping.yaml")
    assert done.code == 0 and "2 kept" in done.out and "1 rows set aside" in done.out
    assert "nhiều" not in done.out + done.err
    done = madein("run", "k.csv", "--mapping", "k.csv.mapping.yaml", "--no-excess")
    assert done.code == 0 and "Nothing needs a look" in done.out


@pytest.mark.parametrize(
    ("args", "say"),
    [
        (["run", "nowhere"], "no such file"),
        (["score", ".", "."], "findings.parquet"),
        (["simulate", "--family", "unheard", "--out", "d"], "no family"),
        (["simulate"], "no folder is named"),
        (["map", "nowhere.csv"], "nowhere.csv"),
        (["evidence", ".", "1"], "run the screen"),
    ],
)
def test_what_cannot_be_is_told(madein: Run, args: list[str], say: str) -> None:
    done = madein(*args)
    assert done.code not in (0, 1) or "mend" in done.err
    assert say in done.err and "mend" in done.err


def test_options_that_cannot_be_are_told(madein: Run, trade: Path) -> None:
    assert "no amount of memory" in madein("run", trade, "--memory", "much").err
    assert "Atlantis" in madein("excess", trade, "--source", "Atlantis").err
    assert "there is no lane 999" in (madein("run", trade, "--no-excess", "--out", "o") and madein("evidence", "o", "999")).err
    assert "is no answer" in madein("map", trade / "declarations.parquet", "--answer", "dates").err


def test_a_filled_queue_is_read_back(madein: Run, trade: Path, tmp_path: Path) -> None:
    assert madein("run", trade, "--no-excess", "--out", "o").code == 0
    queue = pl.read_csv(tmp_path / "o" / "queue.csv", infer_schema=False)
    assert 0 < queue.height <= 50 and (tmp_path / "o" / "queue.xlsx").is_file()
    filled = queue.with_row_index("n").with_columns(
        inspected_on=pl.when(pl.col("n") < 2).then(pl.lit("2026-03-04")), outcome=pl.when(pl.col("n") < 2).then(pl.lit("confirmed"))
    )
    filled.drop("n").write_csv(tmp_path / "filled.csv")
    done = madein("inspections", "filled.csv", "--screen", "o")
    assert done.code == 0 and "2 inspections read" in done.out and f"{queue.height - 2} rows of the queue left open" in done.out
    told = json.loads(madein("inspections", "filled.csv", "--format", "json").out)
    assert told[0]["inspected"] == told[0]["confirmed"] == 2
    filled.drop("n").with_columns(outcome=pl.lit("perhaps")).write_csv(tmp_path / "filled.csv")
    done = madein("inspections", "filled.csv")
    assert "row 2, column outcome" in done.err


def test_a_run_leaves_nothing_of_the_one_before(madein: Run, trade: Path, tmp_path: Path) -> None:
    madein("run", trade, "--out", "o")
    assert (tmp_path / "o" / "excess.csv").is_file()
    madein("run", trade, "--no-excess", "--out", "o")
    assert not (tmp_path / "o" / "excess.csv").exists()
