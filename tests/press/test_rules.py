"""Rules of relations: every one reads its example back, and the little language they are written in does what it says."""

from __future__ import annotations

import pytest

from madein.press.reading import read_text
from madein.press.relations.parties import Focus
from madein.press.relations.rules import Rule, find, parse, rules_of
from madein.press.relations.said import Said, said_of
from madein.press.relations.words import relation_language, vocabulary

RULES = [
    (code, relation, rule)
    for code in ("en", "vi")
    for relation, index in rules_of(code).items()
    for rule in dict.fromkeys(id(r) for rules in index.values() for r in rules)
]
BY_ID = {id(r): r for code in ("en", "vi") for index in rules_of(code).values() for rules in index.values() for r in rules}


def sentence(text: str, code: str = "en") -> Said:
    lang = relation_language(code)
    assert lang is not None
    return next(said_of(read_text(text, lang=code), lang))


@pytest.mark.parametrize(("code", "relation", "key"), RULES, ids=lambda x: "" if isinstance(x, int) else x)
def test_every_rule_reads_its_example(code: str, relation: str, key: int) -> None:
    rule: Rule = BY_ID[key]
    found = [f for f in find(sentence(rule.example, code), Focus(), relation) if f.rule is rule]
    assert found, f"{rule.pattern} does not read {rule.example}"
    for name, wanted in rule.gives.items():
        texts = list(found[0].texts(name))
        assert texts == (wanted if isinstance(wanted, list) else [wanted]), (rule.pattern, name)


def test_rules_are_many_in_both_languages() -> None:
    counts = {code: len({id(r) for index in rules_of(code).values() for rules in index.values() for r in rules}) for code in ("en", "vi")}
    assert counts["en"] >= 100
    assert counts["vi"] >= 30
    assert rules_of("xx") == {}


@pytest.mark.parametrize(
    ("pattern", "why"),
    [("{child:thing} of", "known type"), ("^@nothing of", "no list"), ("^(a|b", "close its brackets"), ("a) ^b", "did not open")],
)
def test_malformed_patterns_are_told(pattern: str, why: str) -> None:
    lang = relation_language("en")
    assert lang is not None
    with pytest.raises(ValueError, match=why):
        parse(pattern, lang)


def owned(text: str, focus: Focus | None = None) -> list[tuple[str, str, str]]:
    return [(f.text("child"), f.text("parent"), f.text("share_pct")) for f in find(sentence(text), focus or Focus(), "ownership")]


def test_negations_are_no_relations() -> None:
    assert owned("Helix Optics is not a subsidiary of Orion Capital.") == []
    assert owned("Orion Capital denied it owns 40% of Helix Optics.") == []


def test_the_anchor_inside_what_was_read_says_nothing_more() -> None:
    assert owned("Harrow Group has a controlling stake in Dorset Dairies.") == [("Dorset Dairies", "Harrow Group", "")]


def test_a_relative_clause_speaks_of_what_it_follows() -> None:
    assert owned("Kestrel Foods was sold by Harrow Group, which also owns 30% of Dorset Dairies.")[-1] == ("Dorset Dairies", "Harrow Group", "30%")


def test_the_second_verb_has_the_first_subject() -> None:
    assert owned("Harrow acquired Kestrel Snacks and owns 30% of Dorset Dairies.")[-1] == ("Dorset Dairies", "Harrow", "30%")


def test_its_stands_for_the_subject_or_the_company_before() -> None:
    assert owned("Forecon builds routers at its unit Helix Optics.")[0][:2] == ("Helix Optics", "Forecon")
    assert owned("Work goes on at its unit Helix Optics.", Focus(company="Forecon"))[0][:2] == ("Helix Optics", "Forecon")


def test_words_of_lists_are_no_names_at_the_head_of_a_sentence() -> None:
    assert {"capital", "profit", "exports"} <= vocabulary("en")
    assert "orion" not in vocabulary("en")
