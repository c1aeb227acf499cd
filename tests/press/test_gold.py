"""Floors on the gold pieces of this folder: all have been studied, so they tell whether reading gets worse, not how good it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from benchmarks.press import score
from benchmarks.press_match import rates

GOLD = Path(__file__).with_name("gold")

FLOORS = {"pieces": (0.962, 0.806, 0.036), "items": (0.955, 0.757, 0.038), "mixed": (0.912, 0.648, 0.077), "more": (0.975, 0.913, 0.025)}
"""By set: F1 of facts found, F1 of whole tuples, each 0.02 under what is measured; share of spurious facts, 0.02 above."""


@pytest.fixture(scope="module", params=FLOORS)
def done(request: pytest.FixtureRequest) -> tuple[str, dict[str, Any]]:
    return request.param, score(GOLD / request.param)


def test_facts_are_found_and_whole(done: tuple[str, dict[str, Any]]) -> None:
    name, scored = done
    found, whole, spurious = FLOORS[name]
    totals, report = scored["totals"], "\n".join(scored["report"])
    assert rates(totals["gold"], totals["said"], totals["found"])[2] >= found, report
    assert rates(totals["gold"], totals["said"], totals["tuple"])[2] >= whole, report
    assert totals["spurious"] <= spurious * totals["said"], report


def test_every_place_is_exact(done: tuple[str, dict[str, Any]]) -> None:
    for article in done[1]["articles"]:
        assert article.exact == len(article.said), article.name
        assert (article.moved, article.lost) == (0, 0), article.name


@pytest.mark.parametrize("name", FLOORS)
def test_gold_is_what_it_says(name: str) -> None:
    folder = GOLD / name
    facts = [json.loads(line) for line in (folder / "gold.jsonl").read_text("utf-8").splitlines()]
    texts = {p.name: p.read_text("utf-8") for p in (folder / "articles").iterdir()}
    assert {f["article"] for f in facts} == set(texts)
    assert len({f["id"] for f in facts}) == len(facts)
    for fact in facts:
        text = texts[fact["article"]]
        assert text[fact["start"] : fact["end"]] == fact["text"], fact["id"]
        assert text[fact["sent_start"] : fact["sent_end"]] == fact["sentence"], fact["id"]
