"""Changes of classification: ``ctc``, ``any`` and ``nochange``.

Only materials that do not originate must change; a material the rule excludes must originate (CPTPP Annex 3-D, notes 3(c), (d)).
"""

from __future__ import annotations

from functools import lru_cache

from madein.origin.frame import Amount, Good, Material
from madein.origin.hs import HsSet
from madein.origin.leaves.common import Outcome, ask_code, judge, names, once, put, share
from madein.origin.result import State, both
from madein.origin.rules import Leaf

_LENGTH = {"chapter": 2, "heading": 4, "subheading": 6, "split": 6}
_CODE = {"chapter": "CC", "heading": "CTH", "subheading": "CTSH", "split": "CTC"}


def _label(leaf: Leaf) -> tuple[str, str]:
    if leaf.test == "any":
        text, code = "materials of any heading", "ANY"
    else:
        level = leaf.get("level")
        what = f"codes {leaf.get('target')}" if leaf.get("target") is not None else "the good"
        inside = ", also within that group" if leaf.get("within_group") else ""
        text = f"every non-originating material changes {level} to {what}{inside}"
        if level == "split":
            text = "every non-originating material is another good"
        code = _CODE[level]
    parts = [str(leaf.get("except"))] if leaf.get("except") else []
    parts += [f"{n.get('words') or n['named'].replace('_', ' ')} ({n['hs']})" for n in leaf.get("except_named") or ()]
    if parts:
        text += ", except from " + "; ".join(parts)
        code = "ANY_EXCEPT" if leaf.test == "any" else "CTC_EXCEPT"
    return text, code


def ctc(good: Good, leaf: Leaf) -> Outcome:
    """Every non-originating material must be of another chapter, heading or subheading than the good, and of no excluded code."""
    label, code = once(leaf, _label)
    out = Outcome(label, code)
    level = leaf.fields["level"]
    length = _LENGTH[level]
    target: HsSet | None = leaf.get("target")
    own = good.code[:length]
    group = target is not None and not leaf.get("within_group")
    excluded, named = leaf.get("except"), leaf.get("except_named")
    split = level == "split"

    def test(material: Material) -> State:
        if group and target is not None:
            state = _outside(material, target, length)
        else:
            state = _differs(material, own, length)
            if split and state is False:
                state = None
        if excluded is not None and state is not False:
            inside = material.inside(excluded)
            state = both(state, None if inside is None else not inside)
        if state is None:
            out.asks.append(ask_code(material))
        if named and state is not False:
            state = _none_named(material, leaf, out, state)
        return state

    judge(good.working, test, out)
    if length < 6:
        _same(good, own, length)
    return out


def anything(good: Good, leaf: Leaf) -> Outcome:
    """Materials of any heading, except those of excluded codes or names."""
    label, code = once(leaf, _label)
    out = Outcome(label, code)
    excluded = leaf.get("except")

    def test(material: Material) -> State:
        state: State = True
        if excluded is not None:
            inside = material.inside(excluded)
            state = None if inside is None else not inside
        if state is None:
            out.asks.append(ask_code(material))
        if leaf.get("except_named") and state is not False:
            state = _none_named(material, leaf, out, state)
        return state

    if code == "ANY":
        out.state = True
    else:
        judge(good.working, test, out)
    return out


def nochange(_good: Good, _leaf: Leaf) -> Outcome:
    """No change of classification is asked for."""
    return Outcome("no change of classification is asked for", "NOCHANGE", True)


def _differs(material: Material, own: str, length: int) -> State:
    """Whether every code the material may have differs from the good's at a level."""
    if len(material.codes) == 1:
        head = material.codes[0][:length]
        if len(head) == length == len(own):
            return head != own
    return _all_differ(material.codes, own, length)


@lru_cache(65536)
def _all_differ(codes: tuple[str, ...], own: str, length: int) -> State:
    found: State = None
    for n, code in enumerate(codes):
        k = min(length, len(code), len(own))
        here: State = True if code[:k] != own[:k] else False if k == length else None
        if here is None or (n and here is not found):
            return None
        found = here
    return found


def _outside(material: Material, target: HsSet, length: int) -> State:
    """Whether every code the material may have lies outside the target group, seen at a level."""
    found: State = None
    for n, code in enumerate(material.codes):
        here: State = True
        for first, last in target.ranges:
            k = min(length, len(code), len(first))
            j = min(length, len(code), len(last))
            if first[:k] <= code[:k] and code[:j] <= last[:j]:
                here = False if k >= min(length, len(first)) and j >= min(length, len(last)) else None
                break
        if here is None or (n and here is not found):
            return None
        found = here
    return found


def _none_named(material: Material, leaf: Leaf, out: Outcome, state: State) -> State:
    for entry in leaf.get("except_named"):
        is_it = names(material, entry["named"], entry["hs"], entry.get("words", ""), out)
        state = both(state, None if is_it is None else not is_it)
    return state


def _same(good: Good, own: str, length: int) -> None:
    """Record the share of non-originating materials of the good's own heading or chapter."""
    low: Amount = 0
    high: Amount = 0
    for material in good.valued:
        if material.state is True:
            continue
        state = _differs(material, own, length)
        if state is True:
            continue
        if material.high is None:
            return
        if state is False and material.state is False:
            low += material.low
        high += material.high
    name = "same_heading_pct" if length == 4 else "same_chapter_pct"
    if good.low is not None and good.low == good.high:
        one = share(low, good.low)
        put(good, name, one, one if high == low else share(high, good.low))
