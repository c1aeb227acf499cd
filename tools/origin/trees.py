"""Small makers of trees in their YAML form, so that the grammar reads as grammar."""

from __future__ import annotations

from typing import Any

Tree = dict[str, Any]


def any_of(parts: list[Tree]) -> Tree:
    """The parts as alternatives; one part stands alone, alternatives inside alternatives are drawn up."""
    flat = [p for part in parts for p in part.get("any_of", [part])]
    unique = [p for n, p in enumerate(flat) if p not in flat[:n]]
    return unique[0] if len(unique) == 1 else {"any_of": unique}


def all_of(parts: list[Tree]) -> Tree:
    """The parts together; one part stands alone, ``any`` without exceptions asks nothing and is left out."""
    flat = [p for part in parts for p in part.get("all_of", [part])]
    needed = [p for p in flat if p != {"test": "any"}] or flat[:1]
    return needed[0] if len(needed) == 1 else {"all_of": needed}


def leaf(test: str, **fields: Any) -> Tree:
    """A leaf without the fields that are empty."""
    return {"test": test} | {k: v for k, v in fields.items() if v not in (None, [], "")}


def number(text: str) -> int | float:
    """A percentage as YAML writes it: 40, 47.5."""
    value = float(text)
    return int(value) if value == int(value) else value
