"""Whether a statement is about a series adjusted for its season; the phrases stand in ``adjustment.yaml``."""

from __future__ import annotations

import functools
from importlib import resources
from typing import Any

from madein.core.period_labels import fold
from madein.press.model import Fact


@functools.cache
def _phrases() -> dict[str, Any]:
    import yaml

    held: dict[str, Any] = yaml.safe_load(resources.files("madein.study.links").joinpath("adjustment.yaml").read_text("utf-8"))
    return held


def adjustment_words() -> frozenset[str]:
    """Words that say how a series was treated, and name no part of it."""
    return frozenset(_phrases()["words"].split())


def adjustment_of(fact: Fact) -> str:
    """'seasonal' where the clause of a statement says that the series is adjusted for its season, else ''.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> one, two = read_text("In May 2024 exports rose a seasonally adjusted 2% on the month before, while unadjusted they fell 3%.").facts
    >>> adjustment_of(one), adjustment_of(two)
    ('seasonal', '')
    """
    sentence = fold(fact.sentence)
    at = max(0, sentence.find(fold(fact.text)))
    held = _phrases()
    ends = [sentence.find(b, at) for b in held["boundaries"]]
    begins = [sentence.rfind(b, 0, at) for b in held["boundaries"]]
    clause = sentence[max([0, *begins]) : min([len(sentence), *(e for e in ends if e >= 0)])]
    for phrase in held["not_adjusted"]:
        clause = clause.replace(phrase, " ")
    return "seasonal" if any(p in clause for p in held["adjusted"]) else ""
