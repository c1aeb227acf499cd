"""Relations read from passages made up for these tests, and from reference articles where they are at hand."""

from __future__ import annotations

import importlib.util
import json
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from madein.press.model import Document, Item, Reading
from madein.press.reading import read_text
from madein.press.relations import relations_of
from madein.press.relations.model import Relation
from madein.press.relations.said import said_of
from madein.press.relations.words import join, relation_language
from madein.press.tokens import tokenize

HERE = Path(__file__).parent
SETS = {
    "cases": (0.97, 0.98),
    "styles": (0.93, 0.96),
    "more": (0.92, 0.95),
    "third": (0.86, 0.95),
    "fourth": (0.92, 0.95),
    "lines": (0.88, 0.96),
    "unseen": (0.78, 0.92),
    "final": (0.84, 0.92),
    "vietnamese": (0.93, 0.96),
    "vietnamese_more": (0.85, 0.94),
}
"""Recall and precision of fields that each set of passages must reach: all have been used to widen the rules since they were first scored."""


def load(name: str) -> list[dict[str, Any]]:
    cases: list[dict[str, Any]] = yaml.safe_load((HERE / f"relations_{name}.yaml").read_text("utf-8"))
    return cases


BY_SET = {name: load(name) for name in SETS}
CASES = [case for cases in BY_SET.values() for case in cases]

_spec = importlib.util.spec_from_file_location("relation_scores", HERE / "relation_scores.py")
assert _spec and _spec.loader
scores = importlib.util.module_from_spec(_spec)
sys.modules["relation_scores"] = scores
_spec.loader.exec_module(scores)


STANDS_FOR = frozenset(
    "it its they their we our company firm group yard guild co-operative venture union maker partners countries nó đây công_ty".replace(
        "_", " "
    ).split()
)


def read(case: dict[str, Any]) -> tuple[Reading, tuple[Relation, ...]]:
    reading = read_text(case["text"], case["id"], day=case.get("day"))
    return reading, relations_of(reading)


def test_the_passages_are_many_and_their_kinds_too() -> None:
    noted = {r["type"] for c in CASES for r in c["relations"]}
    assert len(CASES) >= 250
    assert sum(len(c["relations"]) for c in BY_SET["vietnamese"]) >= 20
    assert noted >= {
        "project",
        "shipment",
        "order_book",
        "export_plan",
        "ownership",
        "joint_venture",
        "person_role",
        "pilot",
        "agreement",
        "recognition",
        "plan",
        "delivery",
    }
    assert len({c["id"] for c in CASES}) == len(CASES)


@pytest.mark.parametrize("name", SETS)
def test_passages_are_read_as_a_reader_notes_them(name: str) -> None:
    recall, precision = SETS[name]
    whole = scores.Score()
    for case in BY_SET[name]:
        whole.add(scores.score([r.as_dict() for r in read(case)[1]], case["relations"]))
    assert whole.recall >= recall, whole.notes
    assert whole.precision >= precision, whole.notes


def test_few_fields_are_read_that_no_reader_noted() -> None:
    """Beyond the fields noted: where the sets were annotated whole, what else is found is wrong or idle."""
    idle = {"article", "type", "investment_qualifier", "qualifier", "share_shipped_pct", "capacity_unit"}
    noted = extra = 0
    for case in (c for name in ("styles", "more", "third", "fourth") for c in BY_SET[name]):
        left = [r.as_dict() for r in read(case)[1]]
        for note in case["relations"]:
            fields = {k: v for k, v in note.items() if k != "type"}
            same = [o for o in left if o["type"] == note["type"]]
            one = max(same, key=lambda o: sum(k in o and scores.same(k, o[k], v) for k, v in fields.items()), default=None)
            if one is None:
                continue
            left.remove(one)
            noted += len(fields)
            extra += sum(k not in fields and k not in idle and not k.endswith("_per_unit_capacity") for k in one)
    assert extra <= 0.06 * noted, (extra, noted)


@pytest.mark.parametrize("case", [c for c in CASES if not c["relations"]], ids=lambda c: c["id"])
def test_statistics_and_chatter_hold_no_relations(case: dict[str, Any]) -> None:
    assert read(case)[1] == ()


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["id"])
def test_every_field_points_to_its_characters(case: dict[str, Any]) -> None:
    """A field is cut from the text, but for a name that stands for "it", "the company" or "the union"."""
    reading, found = read(case)
    ids = {f.id for f in reading.facts}
    for relation in found:
        assert 0 <= relation.start < relation.end <= len(case["text"])
        assert set(relation.facts) <= ids
        for mark in relation.marks:
            cut = " ".join(case["text"][mark.start : mark.end].split())
            assert cut
            value = getattr(relation, mark.name, None)
            if mark.name in ("person", "vessel", "org", "name", "location", "province", "action"):
                assert value == cut or relation.type == "shipment", (mark, value, cut)
            if mark.name in ("child", "parent", "by", "owner"):
                assert value == cut or cut.lower() in STANDS_FOR, (mark, value, cut)
            if isinstance(value, tuple) and value and all(isinstance(v, str) for v in value):
                assert cut in value or cut.lower() in STANDS_FOR, (mark, value, cut)


def test_reading_twice_gives_the_same() -> None:
    for case in CASES[:10]:
        assert read(case)[1] == read(case)[1]


@pytest.mark.parametrize("code", ["en", "vi"])
def test_patterns_read_their_examples_back(code: str) -> None:
    lang = relation_language(code)
    assert lang is not None
    for name, examples in lang.examples.items():
        if name.startswith("rel_"):
            for tag, said in examples:
                assert tag in [m.tag for m in lang.scan(name, join(lang, tokenize(said)))], (name, tag, said)


def test_a_language_without_words_has_no_relations() -> None:
    reading = read_text("Voltara shipped 40 buses to Chile in May 2024.", lang="en")
    assert relations_of(replace(reading, document=replace(reading.document, language="xx"))) == ()


def test_capital_per_unit_needs_one_part() -> None:
    text = (
        "Corvane Steel is building a mill in Odisha at a total cost of $300 million. The first phase, with a capacity of 50,000 tonnes a year, "
        "is to be completed in 2027."
    )
    (built,) = [r for r in relations_of(read_text(text)) if r.type == "project"]
    told = built.as_dict()
    assert (told["investment_usd"], told["capacity"], told["phase"]) == (300_000_000, 50_000, 1)
    # The money pays for all of it, the capacity is that of a phase: their ratio means nothing.
    assert "usd_per_unit_capacity" not in told


@pytest.mark.parametrize(
    "junk",
    [
        "Aa " * 20_000,
        "A, B and " * 8_000,
        "The X will build a plant in " * 2_500,
        "a subsidiary of " * 5_000,
        "(" * 30_000,
        "Bo-" * 20_000,
        "CEO of " * 8_000,
    ],
)
def test_time_grows_with_length_only(junk: str) -> None:
    reading = Reading(Document("junk", junk, "en"), (Item(0, len(junk), "", date(2025, 1, 1), False),), ())
    begun = time.process_time()
    relations_of(reading)
    assert time.process_time() - begun < 4.0


def test_a_thousand_sentences_take_ten_times_a_hundred() -> None:
    said = (
        "Bo Ltd shipped {n} buses to Chile. Ann Lee, CEO of Bo Ltd, plans to hire 30 workers. "
        "Bo Ltd, owned by Ma Group, was named Best Shop by Co Media. "
    )
    took = []
    for count in (100, 1000):
        reading = read_text("".join(said.format(n=n + 2) for n in range(count)))
        begun = time.process_time()
        relations_of(reading)
        took.append(time.process_time() - begun)
    # Ten times the text may take ten times as long, with room for a machine that is busy.
    assert took[1] < 30 * took[0] + 0.5


def test_names_in_headlines_of_capitals_are_left_alone() -> None:
    lang = relation_language("en")
    assert lang is not None
    seen = read_text("VOLTARA SHIPS BUSES TO CHILE\nVoltara shipped 40 buses to Chile in May 2024, the company said.")
    assert [s.text[s.start : s.end][:7] for s in said_of(seen, lang)] == ["Voltara"]


def test_reference_articles(reference: Path) -> None:
    notes = reference / "press" / "relations.jsonl"
    if not notes.is_file():
        pytest.skip(f"no {notes.name} in the reference data")
    noted = [json.loads(line) for line in notes.read_text("utf-8").splitlines() if line.strip()]
    whole = scores.Score()
    for name in sorted({n["article"] for n in noted}):
        text = (reference / "press" / "articles" / name).read_bytes().decode("utf-8")
        found = [r.as_dict() for r in relations_of(read_text(text, name))]
        whole.add(scores.score(found, [n for n in noted if n["article"] == name]))
    assert whole.recall >= 0.9, whole.notes
    assert whole.precision >= 0.85, whole.notes
