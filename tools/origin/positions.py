"""The positions of a published list: codes, groups of goods and the sets beside them; and which goods each group is for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tools.origin import spans
from tools.origin.conditions import Claim, claims, entry_of, is_other, rest
from tools.origin.sets import Group, groups
from tools.origin.spans import Span

Record = dict[str, Any]
Part = tuple[Group, Claim, str | None]
REST = "any other good"


@dataclass
class Position:
    """One rule set: its own record, its codes, what it says, and the sets that share some of its codes."""

    own: Record
    where: list[Span]
    said: list[Group]
    beside: list[tuple[Record, list[Span]]]

    @property
    def code(self) -> str:
        """First code, in the shortest digits."""
        return spans.digits(self.where)[0][0]

    @property
    def text(self) -> str:
        """Description of the goods, where the list has one."""
        return str(self.own.get("subdivision") or "")


def bounds(one: Record) -> Span:
    """Codes of a set: those its heading names exactly, else the span it is filed under, which later editions have widened.

    Examples
    --------
    >>> bounds({"heading": "220290", "min": "2202900000", "max": "2202999999"}) == spans.of("220290", "220290")
    True
    """
    exact = re.fullmatch(r"([0-9]{4}|[0-9]{6})(?:\s*(?:-|to)\s*([0-9]{4}|[0-9]{6}))?", str(one["heading"]))
    low, high = int(one["min"]), int(one["max"])
    if exact is None:
        return low, high
    first, last = spans.of(exact[1], exact[2] or exact[1])
    return (first, last) if low <= first and last <= high else (low, high)


def positions(sets: list[Record], name: str) -> Iterator[Position]:
    """Each set of a list with the sets beside it."""
    where = [bounds(s) for s in sets]
    order = sorted(range(len(sets)), key=lambda n: where[n])
    beside: dict[int, list[int]] = {n: [] for n in order}
    for i, n in enumerate(order):
        for m in order[i + 1 :]:
            if where[m][0] > where[n][1]:
                break
            beside[n].append(m)
            beside[m].append(n)
    for n, one in enumerate(sets):
        here = [where[n]]
        said = groups(one["rules"], f"{name} {spans.digits(here)[0][0]}")
        yield Position(one, here, said, [(sets[m], [where[m]]) for m in beside[n]])


def parts(position: Position, own_words: bool) -> list[Part]:
    """Each group of a position with the goods it is for: by the set's description, then by the phrase of the group."""
    places = _places(position, own_words)
    named = {id(g): entry_of(g.goods, position.code, own_words) for g in position.said if g.kind == "named"}
    found: list[Part] = []
    for g in position.said:
        for place, words in places:
            if id(g) in named:
                entry = named[id(g)]
                found += [(g, _within(place, c), entry["words"]) for c in claims(entry, place.where)]
            elif g.kind == "other" and named:
                taken = [c for entry in named.values() for c in claims(entry, place.where)]
                found += [(g, _within(place, c), REST) for c in rest(place.where, taken)]
            else:
                found.append((g, place, words))
    return found


def _within(place: Claim, claim: Claim) -> Claim:
    return Claim(claim.where, {**place.when, **claim.when})


def _wider(where: list[Span], other: list[Span]) -> bool:
    return bool(spans.minus(where, other)) and not spans.minus(other, where)


def _places(position: Position, own_words: bool) -> list[tuple[Claim, str | None]]:
    """The goods a set describes: all of its codes, a named part of them, or what other sets leave of them."""
    where = position.where
    if is_other(position.text) or any(_wider(where, w) for _, w in position.beside):
        taken: list[Claim] = []
        for other, w in position.beside:
            if is_other(str(other.get("subdivision") or "")) or _wider(w, where):
                continue
            if _wider(where, w) and not str(other["heading"]).startswith("ex"):
                taken.append(Claim(w))
            else:
                taken += claims(entry_of(str(other["subdivision"]), spans.digits(w)[0][0], own_words), w)
        return [(c, REST if c.when else None) for c in rest(where, taken)]
    shared = any(w == where for _, w in position.beside)
    if shared or re.match(r"ex [0-9]{4}", str(position.own["heading"])):
        entry = entry_of(position.text, position.code, own_words)
        return [(c, entry["words"]) for c in claims(entry, where)]
    return [(Claim(where), None)]
