"""The score on gold articles, the sample and whatever folder of that layout MADEIN_REFERENCE names."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.press import score


def rates(counts: dict[str, int], key: str) -> float:
    precision = counts[key] / max(1, counts["said"])
    recall = counts[key] / max(1, counts["gold"])
    return 2 * precision * recall / max(1e-9, precision + recall)


def test_gold_articles_are_read_as_two_annotators_read_them(reference: Path) -> None:
    if not (reference / "press" / "gold.jsonl").is_file():
        pytest.skip("the reference data hold no press/gold.jsonl")
    done = score(reference / "press")
    totals = done["totals"]
    report = "\n".join(done["report"])
    assert rates(totals, "found") >= 0.95, report
    assert rates(totals, "tuple") >= 0.85, report
    assert totals["spurious"] <= 0.03 * totals["said"], report
