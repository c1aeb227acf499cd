"""Scores on families and seeds on which no weight was set; every family of the package is one of them."""

import polars as pl
import pytest

from madein.core.errors import MadeinError
from madein.screening.flows import run, write
from madein.screening.score import score, score_lines
from madein.screening.simulator import simulate

FAMILIES = ["blended", "crowded", "everything", "plain", "planted", "screwdriver", "shells", "split_chains", "warehoused"]


@pytest.mark.parametrize("family", FAMILIES)
def test_finds_what_was_planted(family, tmp_path):
    simulated = simulate(family, 60_000, 611, tmp_path / "data")
    write(run(simulated.folder), tmp_path / "out")
    found = score(tmp_path / "out", simulated.truth)
    assert found.precision >= 0.90
    assert found.recall >= 0.85
    assert found.honest_flagged <= 0.01
    assert found.rerouted == pytest.approx(simulated.summary["rerouted_usd"], rel=1e-3)


def test_nothing_planted_nothing_found(tmp_path):
    simulated = simulate("null", 60_000, 612, tmp_path)
    assert run(tmp_path).findings.is_empty()
    assert simulated.summary["rerouted_usd"] == 0


def test_detector_opens_no_truth(tmp_path):
    simulated = simulate("planted", 30_000, 613, tmp_path)
    first = run(tmp_path)
    simulated.truth.unlink()
    (tmp_path / "simulation.json").unlink()
    assert run(tmp_path).findings.equals(first.findings)


def test_same_input_same_hash(tmp_path):
    simulate("everything", 60_000, 614, tmp_path / "data")
    assert write(run(tmp_path / "data", threads=2), tmp_path / "a") == write(run(tmp_path / "data", threads=1), tmp_path / "b")
    assert (tmp_path / "a" / "findings.parquet").read_bytes() == (tmp_path / "b" / "findings.parquet").read_bytes()


def test_a_flag_on_nothing_costs_precision():
    flags = pl.DataFrame({"declaration_id": ["1", "9"], "line": [1, 1], "value": [100.0, 300.0], "value_at_issue": [100.0, 300.0]})
    truth = pl.DataFrame({
        "declaration_id": ["1", "2", "9"], "line": [1, 1, 1], "kind": ["rerouted", "rerouted", "honest_processor"],
        "value": [100.0, 100.0, 300.0], "rerouted_value": [100.0, 100.0, 0.0],
    })  # fmt: skip
    found = score_lines(flags, truth)
    assert (found.precision, found.recall, found.honest_flagged) == (0.25, 0.5, 1.0)
    assert (found.line_precision, found.line_recall) == (0.25, 0.5)


def test_no_flags_at_all():
    truth = pl.DataFrame({"declaration_id": ["1"], "line": [1], "kind": ["rerouted"], "value": [1.0], "rerouted_value": [1.0]})
    found = score_lines(
        pl.DataFrame(schema={"declaration_id": pl.String, "line": pl.Int32, "value": pl.Float64, "value_at_issue": pl.Float64}), truth
    )
    assert found.precision is None
    assert found.recall == 0.0


def test_missing_file_is_told(tmp_path):
    with pytest.raises(MadeinError, match=r"findings\.parquet"):
        score(tmp_path, tmp_path)
