"""Which materials may be used: ``wo_materials`` and ``from_materials``, ``however`` with its allowances, ``all_originating``."""

from __future__ import annotations

from madein.origin.frame import Good, Material
from madein.origin.hs import HsSet
from madein.origin.leaves.common import Outcome, ask_code, judge, names, once
from madein.origin.leaves.words import earlier, named
from madein.origin.result import State, both
from madein.origin.rules import Leaf

NATURE = "other_materials_cannot_by_nature_meet_rule"
"""Fact: the other non-originating materials cannot, by their nature, satisfy the rule (EVFTA Annex I, Note 3.7)."""


def _label(leaf: Leaf) -> str:
    of = leaf.get("words") or (str(leaf.get("named")).replace("_", " ") if leaf.get("named") else str(leaf.get("hs") or "any heading"))
    if leaf.test == "wo_materials":
        return f"all materials of {of} are wholly obtained"
    state = {"wo": "wholly obtained ", "originating": "originating "}.get(leaf.get("state", ""), "")
    return f"made from {state}materials of {of}"


def _kind(material: Material, leaf: Leaf, out: Outcome) -> State:
    """Whether a material is of the codes of the leaf and, where it names one, that material."""
    codes: HsSet | None = leaf.get("hs")
    inside: State = True if codes is None else material.inside(codes)
    key = leaf.get("named")
    if key and inside is not False:
        inside = both(inside, names(material, str(key), codes, leaf.get("words", ""), out))
    return inside


def wo_materials(good: Good, leaf: Leaf) -> Outcome:
    """Materials of certain codes must be wholly obtained; an originating one needs no more (EVFTA Protocol 1, Art 5(2))."""
    out = Outcome(once(leaf, _label), "WO_MATERIALS")

    def test(material: Material) -> State:
        inside = _kind(material, leaf, out)
        if inside is None and not any(q.line == material.id for q in out.asks):
            out.asks.append(ask_code(material))
        return None if inside is None else not inside

    judge(good.working, test, out)
    return out


def from_materials(good: Good, leaf: Leaf) -> Outcome:
    """Non-originating materials must be those the rule lets be used, or an earlier stage of them.

    Materials that by their nature cannot meet the rule (paint on steel) are free if the fact says so; what is made of the
    permitted material, or stands in its chapter or in the good's own, is never taken for such.
    """
    out = Outcome(once(leaf, _label), "FROM_MATERIALS")
    codes: HsSet | None = leaf.get("hs")
    excluded: HsSet | None = leaf.get("except")
    key = leaf.get("named")
    known = named(str(key)) if key else None
    allowed = codes if codes is not None else known.codes if known else None
    chapters = {first[:2] for first, _ in allowed.ranges} | {good.code[:2]} if allowed is not None else {good.code[:2]}
    free = good.law.free_outside if good.is_free(leaf.test) else None
    used: set[str] = set()

    def test(material: Material) -> State:
        if free is not None and material.inside(free) is False:
            return True
        if excluded is not None and (barred := material.inside(excluded)) is not False:
            return None if barred is None else False
        kind = _kind(material, leaf, out)
        if leaf.get("state") is not None:
            return False if kind else None
        if kind:
            return True
        if allowed is not None and leaf.get("or_earlier", True) and material.codes and all(earlier(c, allowed) for c in material.codes):
            used.add("EARLIER_STAGE")
            return True
        if kind is None:
            if not any(q.line == material.id for q in out.asks):
                out.asks.append(ask_code(material))
            return None
        if any(code[:2] in chapters for code in material.codes):
            return False
        answer = good.fact(NATURE)
        if answer is None:
            out.asks.append(good.ask(NATURE, "Can the other non-originating materials, by their nature, not satisfy the rule?"))
        if answer:
            used.add("INHERENT_NATURE")
        return answer

    judge(good.working, test, out)
    out.also = tuple(sorted(used))
    return out


def all_originating(good: Good, _leaf: Leaf | None = None) -> Outcome:
    """Every material originates."""
    out = Outcome("every material originates", "ALL_ORIGINATING")
    judge(good.working, lambda _: False, out)
    out.fixed, out.state = out.state, True
    return out
