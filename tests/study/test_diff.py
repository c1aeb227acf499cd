"""What changed between two outputs."""

from __future__ import annotations

import shutil
from pathlib import Path

from madein.study.diff import diff
from madein.study.finished import open_study
from madein.study.run import run_study


def test_a_revision_shows_in_figures_sources_and_tables(small: Path, tmp_path: Path) -> None:
    other = shutil.copytree(small, tmp_path / "other")
    text = (other / "a.csv").read_text()
    (other / "a.csv").write_text(text.replace("120.5", "121.5") + "2024-07,123.5\n")
    run_study(small)
    run_study(other)
    found = diff(open_study(small), open_study(other))
    by_kind: dict[str, list[str]] = {}
    for change in found:
        by_kind.setdefault(change.kind, []).append(change.about)
    assert "exports/economy=VNM/period=2024-06" in by_kind["value"]
    assert "exports/economy=VNM/period=2024-07" in by_kind["new"]
    assert "exports/economy=VNM/period=2023-06" in by_kind["gone"]
    assert by_kind["source"] == ["a.csv"]
    assert set(by_kind["table"]) == {"a.figures", "a.growth", "a.levels", "a.to_date"}
    assert not any("imports" in c.about or c.about.startswith("b.") for c in found)
    before = next(c for c in found if c.about == "exports/economy=VNM/period=2024-06")
    assert (before.before, before.after) == ("120.5\xa0million\xa0USD", "121.5\xa0million\xa0USD")
