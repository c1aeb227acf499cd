"""The same expressions on Spark and on DuckDB give the same whole numbers."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from madein.core.errors import MadeinError
from madein.screening.flows import indicators as ind
from madein.screening.flows import open_frame, rerouted, run
from madein.screening.flows.engines import spark_engine
from madein.screening.simulator import simulate

pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.xdist_group("spark")]

EXPRESSIONS = {
    "rerouting, country": lambda f: rerouted(f.lines, "CHN", "USA"),
    "rerouting, province": lambda f: rerouted(f.lines, "CHN", "USA", "province"),
    "rerouting, firm, a quarter late": lambda f: rerouted(f.lines, "CHN", "USA", "firm_id", 1),
    "origin is not departure": lambda f: ind.mismatch(f.lines),
    "no conversion": lambda f: ind.converted_not(f.lines, "CHN", "USA"),
    "unit values": lambda f: ind.outlying(f.lines),
    "legs": lambda f: ind.legs(f.lines, "CHN", "USA"),
}


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    pytest.importorskip("pyspark", reason="PySpark is not installed: pip install 'madein[spark]'")
    if shutil.which("java") is None:
        pytest.skip("no Java runtime on the path: Spark needs version 17 or later")
    con = spark_engine()
    yield con
    con.disconnect()


def test_without_pyspark_the_mend_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    for name in ("pyspark", "pyspark.sql"):
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(MadeinError, match=r"madein\[spark\]"):
        spark_engine()


@pytest.mark.slow
def test_two_million_lines_agree(spark: Any, tmp_path: Path) -> None:
    folder = simulate("everything", 2_000_000, 51, tmp_path).folder
    here, there = open_frame(folder), open_frame(folder, con=spark)
    assert here.notes == there.notes
    for name, build in EXPRESSIONS.items():
        one, other = here.take(build(here)), there.take(build(there))
        assert one.height > 0, name
        assert one.equals(other.cast(one.schema)), name  # type: ignore[arg-type]
    one, other = run(folder, frame=here), run(folder, frame=there)
    assert one.findings.height > 0
    assert one.findings.equals(other.findings)
    assert one.lines.equals(other.lines)
