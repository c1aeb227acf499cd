"""Parts of one thing against the thing: a phase cannot be larger, cost more or make more than its project."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from madein.core.units import is_money
from madein.press.language import Language
from madein.press.reconcile.alike import AMOUNTS, Stated
from madein.press.reconcile.verdicts import Verdict, parent, shown
from madein.press.relations.amounts import AREAS
from madein.press.relations.words import relation_language
from madein.press.tokens import tokenize

WITHIN = 8
"""Facts between a whole and its part at most."""


def phases_within(held: Sequence[Stated], project_of: Mapping[tuple[int, str], int] | None = None) -> Iterator[Verdict]:
    """Amounts of a phase against the amount of the same kind told of the whole before it, in one item.

    `project_of` tells by page and fact id which project a fact belongs to: a phase of one is no part of another. Money and
    capacity are compared only inside one project; areas also where no project was read.

    Examples
    --------
    >>> from madein.press.reconcile.alike import stated
    >>> from madein.press.reading import read_text
    >>> text = "The park covers 20 hectares in Debrecen. The first phase of 31 hectares opens in May."
    >>> [v.verdict for v in phases_within(stated([read_text(text)]))]
    ['contradiction']
    """
    lang = relation_language("en")
    if lang is None:
        return
    wholes: dict[tuple[object, ...], list[tuple[int, Stated]]] = {}
    for n, s in enumerate(held):
        sort = _sort(s)
        if not sort:
            continue
        key = (s.item, s.fact.unit.removesuffix("/year"), sort)
        role = _role(s, lang)
        if role == "whole":
            wholes.setdefault(key, []).append((n, s))
        elif role == "part":
            # The whole nearest before; a capacity of one product is no part of that of another.
            near = [w for k, w in wholes.get(key, [])[-WITHIN:] if n - k <= WITHIN]
            known = project_of or {}
            near = [w for w in near if _one_project(known.get((s.page, s.fact.id)), known.get((w.page, w.fact.id)), sort)]
            if near:
                yield _within(near[-1], s, sort)


def _one_project(a: int | None, b: int | None, sort: str) -> bool:
    """True if two facts may speak of one project; money is compared only where one was read, for articles are full of it."""
    if sort == "money":
        return a is not None and a == b
    return a == b or None in (a, b)


def _sort(s: Stated) -> str:
    fact = s.fact
    if fact.kind not in AMOUNTS or fact.comparison is not None:
        return ""
    if fact.unit in AREAS:
        return "area"
    if is_money(fact.unit):
        return "money" if fact.kind == "investment" else ""
    head = fact.sentence[: max(0, fact.start - fact.sent_start)][-40:].lower()
    return "capacity" if fact.kind == "capacity" or "capacity" in head else ""


def _role(s: Stated, lang: Language) -> str:
    """'part' where a phase, stage or section is named before the number in its clause, 'whole' where the thing itself is; '' else."""
    fact = s.fact
    tokens = tokenize(fact.sentence[: max(0, fact.start - fact.sent_start)])[-14:]
    lows = [t.low for t in tokens]
    behind = [t.low for t in tokenize(fact.sentence[max(0, fact.end - fact.sent_start) :][:60])][:6]
    if any(a in lang.maps["ordinals"] and b in lang.lists["rel_phase"] for a, b in pairwise(behind)):
        return "part"
    for i in range(len(tokens) - 1, -1, -1):
        low = lows[i]
        if low in (";", "."):
            return ""
        if low in lang.lists["rel_phase"] or low in ("section", "part", "portion"):
            after = lows[i + 1] if i + 1 < len(lows) else ""
            before = lows[i - 1] if i else ""
            counted = after.isdigit() or after in ("i", "ii", "iii", "iv", "one", "two", "three", "four")
            return "part" if counted or before in lang.maps["ordinals"] or before in ("a", "one", "this", "its", "initial") else ""
        if low in lang.lists["rel_project_noun"] or low in lang.lists["rel_site"]:
            ahead = any(x in lang.lists["rel_phase"] for x in lows[max(0, i - 4) : i])
            return "part" if ahead else "whole"
    return ""


def _within(whole: Stated, part: Stated, sort: str) -> Verdict:
    over = part.strict.above(whole.strict)
    sure = part.loose.above(whole.loose)
    why = f"the part {shown(part.strict)}, the whole {shown(whole.strict)}"
    what = f"{sort} of a phase, {part.fact.text}, against {whole.fact.text} of the whole"
    return Verdict(
        "part",
        "contradiction" if over and sure else "cannot_tell" if over else "consistent",
        what,
        (parent(whole.fact), parent(part.fact)),
        unit=part.fact.unit,
        why=why,
    )
