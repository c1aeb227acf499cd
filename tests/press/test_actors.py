"""Whose a number is: own passages, gold facts where they are at hand, and time that grows with length only."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest
import yaml

from madein.core.period_labels import fold
from madein.press.actors import Speech
from madein.press.items import sentences
from madein.press.language import language
from madein.press.model import Fact
from madein.press.reading import read_text

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = yaml.safe_load((HERE / "actors_cases.yaml").read_text("utf-8"))


def with_actors(text: str, name: str = "text") -> list[Fact]:
    """Facts of a text, each with its actor, as `read_text` would give them."""
    seen = read_text(text, name)
    speech = Speech(text, seen.document.language)
    words = language(seen.document.language)
    return [
        fact
        for number, item in enumerate(seen.items)
        for a, b in sentences(text, item.start, item.end, words)
        for fact in speech.hear(item, number, a, b, [f for f in seen.facts if a <= f.start < b])
    ]


def test_own_passages_name_whose_a_number_is() -> None:
    right = wrong = missed = 0
    notes = []
    for case in CASES:
        for fact in with_actors(case["text"], case["id"]):
            noted = case["actors"].get(fact.text)
            right += noted is not None and fact.actor == noted
            wrong += fact.actor is not None and fact.actor != noted
            missed += noted is not None and fact.actor != noted
            if fact.actor != noted:
                notes.append((case["id"], fact.text, noted, fact.actor))
    assert right / (right + wrong) >= 0.9, notes
    assert right / (right + missed) >= 0.85, notes


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("Lotus Rice plans to hire 300 people.", "Lotus Rice"),
        ("Electricity sold by Enerco rose 4% in May 2025.", "Enerco"),
        ("According to Danbank, exports rose 4% in May 2025.", None),
        ("Exports rose 4% in May 2025, Danbank said.", None),
        ("The lender Danbank said it lost 4 million dollars in May 2025.", "Danbank"),
        ("Viet Nam exported 2.3 million tonnes of rice in May 2025.", None),
        ("Visitors to Orlena Park numbered 40,000 in May 2025.", None),
        ("Đại Phong đã bàn giao 3.150 xe điện trong quý I/2025.", "Đại Phong"),
        ("Kim ngạch xuất khẩu gạo đạt 2,1 tỷ USD trong tháng 5/2025.", None),
    ],
)
def test_sources_and_countries_are_no_actors(text: str, actor: str | None) -> None:
    assert {f.actor for f in with_actors(text)} == {actor}


def test_the_company_spoken_of_lasts_some_sentences_and_one_item() -> None:
    near = "Lotus Rice opened a mill in Can Tho. It employs 120 people."
    assert [f.actor for f in with_actors(near)][-1] == "Lotus Rice"
    far = "Lotus Rice opened a mill in Can Tho. Rain fell. Rivers rose. Fields lay bare. Roads were cut. It took 40 days to mend the dykes."
    assert with_actors(far)[-1].actor is None


def parts(actor: str | None) -> set[str]:
    return {fold(re.sub(r"\([^)]*\)", "", x)).strip() for x in (actor or "").split(";") if x.strip()}


def scored(folder: Path, of: str = "") -> tuple[int, int, int]:
    """Right, wrong and missed actors of the facts a folder's gold holds, the optional ones aside."""
    gold: dict[str, list[dict[str, Any]]] = {}
    for line in (folder / "gold.jsonl").read_text("utf-8").splitlines():
        if line.strip():
            note = json.loads(line)
            if note["article"].startswith(of) and not note.get("optional"):
                gold.setdefault(note["article"], []).append(note)
    right = wrong = missed = 0
    for name, notes in gold.items():
        found = with_actors((folder / "articles" / name).read_bytes().decode("utf-8"), name)
        for note in notes:
            fact = next((f for f in found if f.start < note["end"] and note["start"] < f.end), None)
            noted, read = parts(note.get("actor")), parts(fact.actor if fact else None)
            right += bool(noted) and noted == read
            wrong += bool(read) and noted != read
            missed += bool(noted) and noted != read
    return right, wrong, missed


def test_gold_facts(reference: Path) -> None:
    if not (reference / "press" / "gold.jsonl").is_file():
        pytest.skip("no press/gold.jsonl in the reference data")
    right, wrong, missed = scored(reference / "press")
    assert right / (right + wrong) >= 0.9
    assert right / (right + missed) >= 0.85


def test_own_gold_facts() -> None:
    right, wrong, missed = scored(HERE / "gold" / "pieces")
    assert wrong <= 4
    assert missed <= 4
    assert right >= 7


@pytest.mark.parametrize("junk", ["In Aa Bb " * 4_000, "Bo Ltd said it lost 3 million. " * 800, "the company " * 4_000])
def test_time_grows_with_length_only(junk: str) -> None:
    begun = time.process_time()
    with_actors(junk)
    assert time.process_time() - begun < 12.0
