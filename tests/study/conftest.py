"""A step that reads a table and counts its runs: what a link between rooms looks like to the study."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

STEP = '''
"""Doubles the values of a table."""
from pydantic import BaseModel, ConfigDict
from madein.core.errors import Problem
from madein.core.step import Block, Figure, Ref, Result, Table, row_at

ROLES = {"table": "table", "other": "table", "files": "source"}
ENGINES = ("polars",)
RUNS = []


class Config(BaseModel):
    model_config = ConfigDict(extra="forbid")
    times: int = 2
    warn: str = ""
    basis: str = "computed"


def run(config, inputs):
    import polars as pl

    RUNS.append(config.times)
    name = inputs.table_names["table"]
    source = inputs.tables["table"].frame.select("series", "period", "value", "unit")
    src = [[str(Ref(f"table:{name}", row_at({"series": s, "period": p})))] for s, p in source.select("series", "period").iter_rows()]
    frame = source.with_columns(value=pl.col("value") * config.times, _src=pl.Series(src, dtype=pl.List(pl.String)))
    last = frame.row(-1, named=True)
    at = row_at({"series": last["series"], "period": last["period"]})
    figure = Figure("observation", {"series": f"times {config.times}", "period": last["period"]}, last["value"], last["unit"],
                    (Ref("table:.doubled", at),), basis=config.basis)
    block = Block("finding", "", {"text": "It is {" + figure.id + "}."})
    problems = (Problem(config.warn, severity="warning"),) if config.warn else ()
    return Result({"doubled": Table(frame, ("series", "period"), {"value": "@unit"}, "Doubled")}, (figure,), (block,), problems)
'''


@pytest.fixture
def double(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Registers the step ``double``; the list grows with every run of it."""
    from madein.study import steps

    package = tmp_path / "lib" / "rooms_for_tests"
    (package / "double").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "double" / "__init__.py").touch()
    (package / "double" / "step.py").write_text(STEP)
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setitem(steps.STEPS, "double", "rooms_for_tests.double.step")
    steps.step_source.cache_clear()
    for name in [n for n in sys.modules if n.startswith("rooms_for_tests")]:
        del sys.modules[name]
    importlib.invalidate_caches()
    yield importlib.import_module("rooms_for_tests.double.step").RUNS
    steps.step_source.cache_clear()
