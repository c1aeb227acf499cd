"""The matching rules of the press benchmark: when a fact is found, when its tuple is right, which of its fields are."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

from madein.core.period_labels import fold

Record = dict[str, Any]

_STOP = frozenset("the a an of in on at by to for from and or with its their per s as into".split())
_FIXED = frozenset({"percent", "pp", "multiple", "index_point", "ordinal", "top_n", "date", "day", "week", "month", "year", "hectare", "tonne"})

FIELDS = ("kind", "indicator", "comparison", "period", "geography", "actor", "qualifier", "status")
"""Fields compared one by one in facts that were found; only `indicator`, `comparison` and `period` are in the tuple."""


def is_noun(unit: str) -> bool:
    """True for a counted noun, alone or per time."""
    head = unit.partition("/")[0]
    return head not in _FIXED and not re.fullmatch("[A-Z]{3}", head)


def same_unit(a: str, b: str) -> bool:
    """Units are equal, or both count something at the same rate."""
    return a == b or (is_noun(a) and is_noun(b) and a.partition("/")[2] == b.partition("/")[2])


def same_value(a: Record, b: Record, signed: bool = True) -> bool:
    """Values, or both ends of ranges, are equal within 1e-6; without their sign if not `signed`."""
    for key in ("value", "value_low", "value_high"):
        x, y = a.get(key), b.get(key)
        if isinstance(x, str) or isinstance(y, str) or x is None or y is None:
            if x != y:
                return False
            continue
        x, y = (x, y) if signed else (abs(x), abs(y))
        if abs(x - y) > 1e-6 * max(1.0, abs(x)):
            return False
    return True


def words(text: str) -> set[str]:
    """Content words of an indicator, plurals folded."""
    return {w.rstrip("s") for w in re.findall(r"[^\W\d_]+", text.lower()) if w not in _STOP}


def overlap(a: Record, b: Record) -> bool:
    """Spans share a character."""
    return bool(a["start"] < b["end"] and b["start"] < a["end"])


def found(gold: Record, said: Record) -> bool:
    """Span, value and unit fit."""
    return overlap(gold, said) and same_value(gold, said) and same_unit(gold["unit"], said["unit"])


def number_found(gold: Record, said: Record) -> bool:
    """Span and value fit, sign and unit aside: all that a reader of plain quantities promises."""
    return overlap(gold, said) and same_value(gold, said, signed=False)


def right(gold: Record, said: Record) -> bool:
    """The tuple of a fact that was found is right."""
    return bool(words(gold["indicator"]) & words(said["indicator"])) and gold["comparison"] == said["comparison"] and gold["period"] == said["period"]


def match(gold: Sequence[Record], said: Sequence[Record]) -> list[tuple[Record, Record | None, bool]]:
    """For each gold fact the fact that found it, and whether its tuple is right; each fact is used once.

    Pairs whose tuple is right go first, then facts that must be found, then optional ones, so that no fact is taken from
    a better pair.
    """
    left = list(said)
    best: dict[int, tuple[Record, bool]] = {}
    for whole in (True, False):
        for i in sorted(range(len(gold)), key=lambda i: bool(gold[i].get("optional"))):
            fits = (s for s in left if found(gold[i], s) and (right(gold[i], s) or not whole))
            if i not in best and (s := next(fits, None)) is not None:
                best[i] = (s, whole)
                left.remove(s)
    return [(g, *best.get(i, (None, False))) for i, g in enumerate(gold)]


def field_counts(pairs: Sequence[tuple[Record, Record | None, bool]]) -> dict[str, Counter[str]]:
    """For each field: how often gold states it, what was said of it is right, wrong or missing, and said where gold has none.

    Fields that the gold of a folder leaves out are not counted.
    """
    out: dict[str, Counter[str]] = {name: Counter() for name in FIELDS}
    for gold, said, _ in pairs:
        if said is None or gold.get("optional"):
            continue
        for name in FIELDS:
            if name not in gold:
                continue
            a, b = gold[name] or None, said.get(name) or None
            count = out[name]
            count["pairs"] += 1
            count["stated"] += a is not None
            if a is None:
                count["extra"] += b is not None
            elif b is None:
                count["missing"] += 1
            else:
                count["right" if same_field(name, a, b) else "wrong"] += 1
    return out


def same_field(name: str, a: str, b: str) -> bool:
    """Indicators share a content word, places are the same in any order, names hold one another; all else is equal."""
    if name == "indicator":
        return bool(words(a) & words(b))
    if name == "geography":
        return _places(a) == _places(b)
    if name == "actor":
        return fold(a) in fold(b) or fold(b) in fold(a)
    return a == b


def _places(text: str) -> set[str]:
    return {fold(part) for part in re.split(r";|->", text) if part.strip()}


def rates(gold: int, said: int, hits: int) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    precision, recall = hits / said if said else 0.0, hits / gold if gold else 0.0
    return precision, recall, 2 * precision * recall / (precision + recall) if hits else 0.0
