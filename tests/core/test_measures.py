"""Measures: sane fields, and no word that would mean two of them."""

from __future__ import annotations

import unicodedata

import pytest

from madein.core.measures import find_measure, measures
from madein.core.period_labels import fold

ALL = measures()
KINDS = {"any", "percent", "money", "index", "count", "number", "multiple", "index_point", "ordinal", "date", "top_n"}


@pytest.mark.parametrize("key", sorted(ALL))
def test_fields(key: str) -> None:
    m = ALL[key]
    assert m.key == key
    assert key.isascii()
    assert key.replace("_", "a").isalnum()
    assert key == key.lower()
    assert m.label == m.label.strip() != ""
    assert m.unit in KINDS
    assert m.over_time in ("sum", "mean", "none")
    assert m.higher_is in ("good", "bad", "neutral")
    assert all(isinstance(word, str) and word == " ".join(word.split()) != "" for word in (*m.en, *m.vi))


@pytest.mark.parametrize("key", sorted(ALL))
def test_every_word_finds_its_measure(key: str) -> None:
    m = ALL[key]
    for word in (m.key, m.label, *m.en, *m.vi):
        assert find_measure(word) == key, word
        assert find_measure(unicodedata.normalize("NFD", f" {word.upper()} ")) == key, word


def test_no_word_means_two_measures() -> None:
    owners: dict[str, set[str]] = {}
    for m in ALL.values():
        for word in (m.key, m.label, *m.en, *m.vi):
            owners.setdefault(fold(word), set()).add(m.key)
    assert {w: o for w, o in owners.items() if len(o) > 1} == {}


def test_other_words_find_none() -> None:
    assert [find_measure(w) for w in ("", "rainfall", "export", "xuất", "IIP 2024")] == [None] * 5
