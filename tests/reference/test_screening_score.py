"""Goals of the combined screen on families and seeds on which no weight was set, at default settings.

The families stand in ``tests/screening/economies.py``; weights were set on seeds below 100.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from madein.screening.flows import run, write
from madein.screening.score import Score, score

PRECISION, RECALL, HONEST = 0.90, 0.85, 0.01


def _economies() -> ModuleType:
    path = Path(__file__).parents[1] / "screening" / "economies.py"
    spec = importlib.util.spec_from_file_location("economies", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


economies = _economies()


def scored(name: str, rows: int, seed: int, folder: Path, own_trade: float = 0.0) -> Score:
    made = economies.economy(name, rows, seed, folder / "data", own_trade)
    write(run(made.folder), folder / "out")
    return score(folder / "out", made.truth)


def together(found: list[Score]) -> tuple[float, float, float]:
    """Precision, recall and honest share of several runs, by value."""
    right, asked, planted = (sum(getattr(s, k) for s in found) for k in ("found", "at_issue", "rerouted"))
    honest = sum(s.honest for s in found)
    return right / asked, right / planted, sum((s.honest_flagged or 0.0) * s.honest for s in found) / honest


@pytest.mark.parametrize("name", sorted(economies.FAMILIES))
def test_goals_are_met_on_families_written_here(name: str, tmp_path: Path) -> None:
    found = [scored(name, 50_000, seed, tmp_path / str(seed)) for seed in (101, 102)]
    precision, recall, honest = together(found)
    assert precision >= PRECISION
    assert recall >= RECALL
    assert honest <= HONEST


def test_goals_are_met_where_half_of_the_firms_trade_the_codes_themselves(tmp_path: Path) -> None:
    found = [scored(name, 50_000, 103, tmp_path / name, own_trade=0.5) for name in sorted(economies.FAMILIES)]
    precision, recall, honest = together(found)
    assert precision >= PRECISION
    assert recall >= RECALL
    assert honest <= HONEST


def test_parts_of_lanes_are_found(tmp_path: Path) -> None:
    """A firm that makes the goods and passes others on is asked about what it passes on."""
    import polars as pl

    made = economies.economy("from_the_first_day", 50_000, 104, tmp_path, 1.0)
    found = run(made.folder).findings
    assert found.filter(pl.col("supplier").is_not_null() | pl.col("buyer").is_not_null()).height >= 5


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(economies.FAMILIES))
@pytest.mark.parametrize("rows", [200_000, 1_000_000])
def test_goals_are_met_in_larger_data(name: str, rows: int, tmp_path: Path) -> None:
    precision, recall, honest = together([scored(name, rows, 120, tmp_path)])
    assert precision >= PRECISION
    assert recall >= RECALL
    assert honest <= HONEST
