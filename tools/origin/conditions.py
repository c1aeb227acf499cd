"""Which goods of a position a rule is for: by codes where they tell, by facts where they do not."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from tools.origin import names, spans
from tools.origin.spans import Span

When = dict[str, bool]


@dataclass
class Claim:
    """Part of a position: codes, the facts that must hold there, and the part in words."""

    where: list[Span]
    when: When = field(default_factory=dict)


def claims(entry: dict[str, Any], where: list[Span]) -> list[Claim]:
    """The claims of a named part, from its entry in ``names.yaml``.

    Examples
    --------
    >>> [c.when for c in claims({"target": [["240220", "240220"]], "also": [{"target": [["240290", "240290"]], "when": {"x": True}}]}, [])]
    [{}, {'x': True}]
    """
    found = [Claim(_spans(entry["target"]) if "target" in entry else where, entry.get("when", {}))]
    return found + [Claim(_spans(e["target"]), e.get("when", {})) for e in entry.get("also", [])]


def _spans(target: list[list[str]]) -> list[Span]:
    return [spans.of(a, b) for a, b in target]


def rest(where: list[Span], taken: list[Claim]) -> list[Claim]:
    """What "any other good" is: everything of a position that no named part claims.

    Examples
    --------
    >>> whole, part = [spans.of("0511", "0511")], [spans.of("051191", "051191")]
    >>> [(spans.digits(c.where), c.when) for c in rest(whole, [Claim(part, {"roes": True})])]
    [([['051100', '051190'], ['051192', '051199']], {}), ([['051191', '051191']], {'roes': False})]
    """
    left = spans.minus(where, [s for claim in taken if not claim.when for s in claim.where])
    partly = [claim for claim in taken if claim.when]
    edges = sorted({e for c in partly for low, high in spans.common(c.where, left) for e in (low, high + 1)})
    cells: dict[tuple[tuple[tuple[str, bool], ...], ...], list[Span]] = {}
    for low, high in left:
        cuts = [low, *(e for e in edges if low < e <= high), high + 1]
        for a, b in zip(cuts, cuts[1:], strict=False):
            key = tuple(tuple(c.when.items()) for c in partly if spans.common(c.where, [(a, b - 1)]))
            cells.setdefault(key, []).append((a, b - 1))
    found = []
    for key, places in cells.items():
        found += [Claim(_joined(places), when) for when in _none_of([dict(w) for w in key])]
    return found


def _none_of(conditions: list[When]) -> list[When]:
    """Ways in which none of some conjunctions holds: each as facts with their values, no way inside another."""
    ways: list[When] = []
    for pick in product(*[list(c.items()) for c in conditions]):
        way: When = {}
        if all(way.setdefault(key, not value) == (not value) for key, value in pick) and way not in ways:
            ways.append(way)
    return [w for w in ways if not any(o != w and o.items() <= w.items() for o in ways)]


def _joined(places: list[Span]) -> list[Span]:
    found: list[Span] = []
    for low, high in sorted(places):
        if found and found[-1][1] + 1 == low:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


def is_other(subdivision: str) -> bool:
    """True for a description that means the rest of a position.

    Examples
    --------
    >>> is_other("Any other product from heading 0306"), is_other("Felt ▸ Other;"), is_other("Felt ▸ Other ▸ Embroidered; and")
    (True, True, False)
    """
    last = re.split("▸", subdivision)[-1].strip(" .;,")
    return bool(re.match(r"Any other (?:product|good)", last)) or last.removesuffix(" and").strip(" ;") in ("Other", "other", "Others")


def entry_of(phrase: str, heading: str, own_words: bool) -> dict[str, Any]:
    """Words and facts for a named part.

    Raises
    ------
    LookupError
        If the list is one that ships in our own words and nobody has written them.
    """
    entry = names.good(phrase, heading)
    if entry is not None:
        return entry
    if own_words:
        raise LookupError(f"no words for {phrase!r} of {heading}: add them to names.yaml")
    return {"when": {names.slug(phrase.rsplit("▸", maxsplit=1)[-1]): True}, "words": re.sub(r"<([0-9-]+)>", r"\1", phrase).strip(" ;,.")}
