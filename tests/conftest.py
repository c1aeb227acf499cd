"""What all tests share: the example study, a small study, the reference data."""

from __future__ import annotations

import gc
import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

# The same change must pass or fail everywhere alike; MADEIN_EXAMPLES=10 searches at random, and longer where a test says so.
# Machines differ, so no single example has a deadline.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("search", deadline=None)
settings.load_profile("steady" if "MADEIN_EXAMPLES" not in os.environ else "search")

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "vietnam"


@pytest.fixture(scope="session")
def reference() -> Path:
    """Folder of reference data; tests that need it are skipped where it is absent."""
    folder = Path(os.environ.get("MADEIN_REFERENCE", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"no reference data at {folder}: set MADEIN_REFERENCE to a folder that holds them")
    return folder


@pytest.fixture(scope="session")
def cpu() -> Callable[[Callable[[], object]], float]:
    """CPU-seconds of a call: the least of two, the collector at rest, for what else a process holds is no cost of the call."""

    def least(call: Callable[[], object]) -> float:
        took = []
        for _ in range(2):
            gc.collect()
            gc.disable()
            try:
                began = time.process_time()
                call()
                took.append(time.process_time() - began)
            finally:
                gc.enable()
        return min(took)

    return least


@pytest.fixture
def example(tmp_path: Path) -> Path:
    """A copy of the example study, never run."""
    return shutil.copytree(EXAMPLE, tmp_path / "vietnam", ignore=shutil.ignore_patterns("out", "out.*", ".madein"))


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example study, run once for all tests that only read it."""
    from madein.report import FINISH
    from madein.study.run import run_study

    folder = tmp_path_factory.mktemp("finished") / "vietnam"
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("out", "out.*", ".madein"))
    run_study(folder, FINISH)
    return folder


SMALL = """\
title: Small
steps:
  - id: a
    use: indices
    from: {series: a.csv}
    with: {every: {economy: VNM, measure: exports, unit: million USD}}
  - id: b
    use: indices
    from: {series: b.csv}
    with: {every: {economy: VNM, measure: imports, unit: million USD}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A study of two steps over two files of a dozen numbers."""
    folder = tmp_path / "small"
    folder.mkdir()
    (folder / "study.yaml").write_text(SMALL)
    for name, base in (("a", 100), ("b", 50)):
        rows = "".join(f"{y}-{m:02d},{base + 3 * m + y - 2022}.5\n" for y in (2023, 2024) for m in range(1, 7))
        (folder / f"{name}.csv").write_text("month,value\n" + rows)
    return folder
