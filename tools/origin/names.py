"""Named goods, materials and conditions of the published lists, looked up by pattern."""

from __future__ import annotations

import functools
import re
from pathlib import Path
from typing import Any

import yaml
from tools.origin.wording import CODE, ranges

Data = dict[str, Any]


@functools.cache
def _names() -> Data:
    data: Data = yaml.safe_load((Path(__file__).parent / "names.yaml").read_text("utf-8"))
    for part in ("materials", "goods", "facts"):
        for entry in data[part]:
            entry["match"] = re.compile(entry["match"])
    return data


def material(phrase: str) -> Data | None:
    """``{named, words, hs}`` of a material a rule names in words; its codes are those in the phrase where it has any.

    Examples
    --------
    >>> material("stators or rotors of <8503>")
    {'named': 'stators_or_rotors', 'words': 'stators or rotors', 'hs': [['8503', '8503']]}
    >>> material("moonbeams") is None
    True
    """
    phrase = phrase.strip(" ,.;")
    for entry in _names()["materials"]:
        if entry["match"].fullmatch(phrase):
            codes = entry.get("hs") or ranges(phrase)
            return {"named": entry["key"], "words": entry["words"], "hs": codes} if codes else None
    return None


def codes(name: str) -> list[list[str]]:
    """A set of codes that several wordings share, such as ``natural_fibres``."""
    found: list[list[str]] = _names()["sets"][name]
    return found


def good(phrase: str, heading: str = "") -> Data | None:
    """Entry for a part of a position: ``words`` with ``when``, ``target`` and ``also`` as far as it has them."""
    for entry in _names()["goods"]:
        if ("at" not in entry or heading in entry["at"].split()) and entry["match"].search(phrase):
            return {k: v for k, v in entry.items() if k not in ("match", "at")}
    return None


def fact(condition: str) -> Data | None:
    """A leaf for a condition that only an answer settles.

    Examples
    --------
    >>> fact("not less than 40% by weight of the total polymer content is originating")["key"]
    'polymer_40_pct_originating'
    """
    for entry in _names()["facts"]:
        found = entry["match"].fullmatch(condition.strip(" ."))
        if found:
            groups = found.groupdict()
            return {"test": "fact", "key": entry["key"].format(**groups), "question": entry["question"].format(**groups)}
    return None


def questions(keys: set[str]) -> dict[str, str]:
    """What to ask for each fact that selects a rule, for the keys that have words here.

    Examples
    --------
    >>> questions({"outdoor_furniture"})
    {'outdoor_furniture': 'Does this describe the good: outdoor furniture?'}
    """
    found: dict[str, str] = {}
    for entry in _names()["goods"]:
        for part in (entry, *entry.get("also", [])):
            for key in part.get("when", {}):
                found.setdefault(key, f"Does this describe the good: {entry['words']}?")
    found |= _names()["questions"]
    return {key: found[key] for key in sorted(keys) if key in found}


def slug(text: str, most: int = 6) -> str:
    """A key made of the first words of a phrase, for lists nobody has written words for.

    Examples
    --------
    >>> slug("Tube or pipe fittings of <7307>")
    'tube_or_pipe_fittings_of'
    """
    words = re.findall(r"[a-z]+", re.sub(CODE, " ", text).lower())
    return "_".join(words[:most]) or "described_good"
