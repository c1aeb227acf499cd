"""The tree of a rule: leaves joined by "all of" and "any of" in Kleene's logic, with the tolerances and allowances that relax them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from madein.origin.frame import Good, Material
from madein.origin.leaves import TESTS
from madein.origin.leaves.common import Outcome, at_most, names, share
from madein.origin.leaves.shift import _differs
from madein.origin.leaves.tolerance import tolerated
from madein.origin.leaves.value import _percent, base_name
from madein.origin.provisions import Tolerance
from madein.origin.result import Explained, State, both, either
from madein.origin.rules import AllOf, AnyOf, Leaf, Node

Saved = Mapping[str, tuple[tuple[Material, ...], tuple[Material, ...]]]
"""Materials that a tolerance had to cover, by its name: those that surely fall short, those that may."""

_NONE: Saved = {}

_MOST_GROUPS = 8
"""Kinds of materials that are tried under two tolerances at once."""


class Met(NamedTuple):
    """What a node of the rule came to: its state, its explanation, the codes of what was met and not met."""

    state: State
    node: Explained
    by: tuple[str, ...]
    fails: tuple[str, ...]
    saved: Saved = _NONE


def evaluate(node: Node, good: Good, tolerances: Sequence[Tolerance], article: str) -> Met:
    """A node of a rule's tree against a good.

    Parameters
    ----------
    node : Leaf, AllOf or AnyOf
        The node.
    good : Good
        The good, as its regime sees it.
    tolerances : sequence of Tolerance
        Any one of them may save a test it lifts.
    article : str
        Where the rule stands.
    """
    if isinstance(node, Leaf):
        if node.test == "however":
            return _however(node, good, tolerances, article)
        return _leaf(node, good, tolerances, article)
    parts = [evaluate(part, good, tolerances, article) for part in node.parts]
    if isinstance(node, AnyOf):
        return _any(parts, article)
    return _all(parts, good, tolerances, article)


def _any(parts: Sequence[Met], article: str) -> Met:
    state: State = False
    for part in parts:
        state = either(state, part.state)
    by = tuple(dict.fromkeys(code for part in parts if part.state for code in part.by))
    fails = () if state else tuple(dict.fromkeys(code for part in parts for code in part.fails))
    # The passing branch that leans least on a tolerance stands for the node.
    best = min((part.saved for part in parts if part.state), key=lambda s: sum(len(a) + len(b) for a, b in s.values()), default=_NONE)
    return Met(state, Explained("any of", state, children=tuple(part.node for part in parts), article=article), by, fails, best)


def _all(parts: Sequence[Met], good: Good, tolerances: Sequence[Tolerance], article: str) -> Met:
    state: State = True
    for part in parts:
        state = both(state, part.state)
    children = [part.node for part in parts]
    by = tuple(dict.fromkeys(code for part in parts for code in part.by)) if state else ()
    fails = () if state else tuple(dict.fromkeys(code for part in parts if part.state is False for code in part.fails))
    saved: dict[str, tuple[tuple[Material, ...], tuple[Material, ...]]] = {}
    for part in parts:
        for name, (sure, may) in part.saved.items():
            before = saved.get(name, ((), ()))
            saved[name] = (_union(before[0], sure), _union(before[1], may))
    if state and saved and sum(bool(part.saved) for part in parts) > 1:
        # One tolerance for all the conditions together: what falls short of either must fit into it at once.
        joined: State = True
        for tolerance in tolerances:
            if tolerance.name in saved:
                node = tolerated(tolerance, good, *saved[tolerance.name])
                children.append(node)
                joined = both(joined, node.state)
        if len(saved) > 1:
            joined = both(joined, None)
        if not joined:
            state, by = joined, ()
            fails = tuple(dict.fromkeys([t.code for t in tolerances if t.name in saved])) if joined is False else ()
    return Met(state, Explained("all of", state, children=tuple(children), article=article), by, fails, saved)


def _union(a: tuple[Material, ...], b: tuple[Material, ...]) -> tuple[Material, ...]:
    return a + tuple(m for m in b if m not in a)


def _leaf(leaf: Leaf, good: Good, tolerances: Sequence[Tolerance], article: str) -> Met:
    return _finish(TESTS[leaf.test](good, leaf), leaf.test, good, tolerances, article)


def _finish(out: Outcome, test: str, good: Good, tolerances: Sequence[Tolerance], article: str) -> Met:
    """The outcome of a test with the tolerances that may lift it."""
    state = out.state
    if state is True:
        whole = out.fixed
        by = (out.code, *out.also) if whole else ()
        return Met(whole, out.node(whole, article), by, (_fail(out, test),) if whole is False else ())
    if not tolerances or not (out.offenders or out.doubtful):
        whole = out.whole
        return Met(whole, out.node(whole, article), (), _fails(out, test) if whole is False else ())
    nodes: list[Explained] = []
    lifted: State = False
    saved: Saved = _NONE
    codes: list[str] = []
    for tolerance in tolerances:
        if test not in tolerance.lifts:
            continue
        node = tolerated(tolerance, good, out.offenders, out.doubtful)
        nodes.append(node)
        lifted = either(lifted, node.state)
        if node.state:
            if not saved:
                saved = {tolerance.name: (tuple(out.offenders), tuple(out.doubtful))}
            codes.append(tolerance.code)
    if lifted is False and len(nodes) > 1 and out.state is False and _together(good, out, tolerances, test):
        lifted = None
    whole = both(either(state, lifted), out.fixed)
    fails = (*_fails(out, test), *(c.code for n in nodes for c in (n, *n.children) if c.state is False)) if whole is False else ()
    return Met(whole, out.node(whole, article, tuple(nodes)), (out.code, *codes) if whole else (), fails, saved if whole else _NONE)


def _together(good: Good, out: Outcome, tolerances: Sequence[Tolerance], test: str) -> bool:
    """True if two tolerances, each for some of the materials, might cover all: whether that is allowed the texts do not say."""
    usable = [t for t in tolerances if test in t.lifts]
    kinds: dict[object, list[Material]] = {}
    for m in (*out.offenders, *out.doubtful):
        line = m.line
        kinds.setdefault((m.codes, line.role, line.basic_textiles, line.component, line.elastomeric), []).append(m)
    groups = list(kinds.values())
    if not 1 < len(groups) <= _MOST_GROUPS:
        return False
    figures = dict(good.figures)
    for cut in range(1, 2 ** len(groups) - 1):
        first = [m for n, group in enumerate(groups) if cut >> n & 1 for m in group]
        rest = [m for n, group in enumerate(groups) if not cut >> n & 1 for m in group]
        fits = tolerated(usable[0], good, first, []).state is not False and tolerated(usable[1], good, rest, []).state is not False
        if fits:
            break
    else:
        fits = False
    good.figures.clear()
    good.figures.update(figures)
    return fits


def _fail(out: Outcome, test: str) -> str:
    return _fails(out, test)[0]


def _fails(out: Outcome, test: str) -> tuple[str, ...]:
    return (out.code, "EXCLUSION") if test == "any" else (out.code,)


def _however(leaf: Leaf, good: Good, tolerances: Sequence[Tolerance], article: str) -> Met:
    """A rule with an allowance: materials the allowance covers do not count against the rule, up to its share of value."""
    rule, relax = leaf.fields["rule"], leaf.fields["relax"]
    if isinstance(rule, AnyOf):
        return _any([_relaxed(part, relax, good, tolerances, article) for part in rule.parts], article)
    return _relaxed(rule, relax, good, tolerances, article)


def _relaxed(rule: Node, relax: Leaf, good: Good, tolerances: Sequence[Tolerance], article: str) -> Met:
    if isinstance(rule, AnyOf):
        return _any([_relaxed(part, relax, good, tolerances, article) for part in rule.parts], article)
    if isinstance(rule, AllOf):
        return _all([_relaxed(part, relax, good, tolerances, article) for part in rule.parts], good, tolerances, article)
    if rule.test == "however":
        return evaluate(rule, good, tolerances, article)
    out = TESTS[rule.test](good, rule)
    wanting = [*out.offenders, *out.doubtful]
    if out.state is True or not wanting:
        return _finish(out, rule.test, good, tolerances, article)
    scope = {id(m): _allowed(m, relax, good, out) for m in wanting}
    covered = [m for m in wanting if scope[id(m)]]
    maybe = [m for m in wanting if scope[id(m)] is None]
    node, capped = _cap(relax, good, covered, maybe, article)
    out.fixed = both(out.fixed, capped)
    out.doubtful = [m for m in out.doubtful if not scope[id(m)]] + [m for m in out.offenders if scope[id(m)] is None]
    out.offenders = [m for m in out.offenders if scope[id(m)] is False]
    out.state = False if out.offenders else None if out.doubtful else True
    out.children = (*out.children, node)
    return _finish(out, rule.test, good, tolerances, article)


def _allowed(material: Material, relax: Leaf, good: Good, out: Outcome) -> State:
    """Whether an allowance reaches a material."""
    of = relax.fields["of"]
    if of in ("same_heading", "same_subheading"):
        changed = _differs(material, good.code[: 4 if of == "same_heading" else 6], 4 if of == "same_heading" else 6)
        return None if changed is None else not changed
    codes = relax.get("hs")
    if of == "named":
        return names(material, str(relax.get("named")), codes, relax.get("words", ""), out)
    return material.inside(codes) if codes is not None else False


def _cap(relax: Leaf, good: Good, covered: Sequence[Material], maybe: Sequence[Material], article: str) -> tuple[Explained, State]:
    """The allowance itself: what it covers together stays at most at its share of the price."""
    words = {"same_heading": "materials of the good's own heading", "same_subheading": "materials of the good's own subheading"}
    what = relax.get("words") or words.get(relax.fields["of"]) or str(relax.get("named") or f"materials of {relax.get('hs')}").replace("_", " ")
    pct = relax.get("pct")
    lines = tuple(m.id for m in (*covered, *maybe))
    if pct is None:
        return Explained(f"however, {what} may be used", True, "ALLOWED", lines=lines, article=article), True
    values = [m.value for m in (*covered, *maybe)]
    low = sum(m.value or 0 for m in covered if m.state is False)
    high = None if None in values else sum(v for v in values if v is not None)
    state = at_most(low, high, pct, good.low, good.high)
    same = good.low == good.high
    label = f"however, {what} may be used up to {_percent(pct)} % of the {base_name(good)}"
    low_pct, high_pct = (share(low, good.high), share(high, good.low)) if same else (None, None)
    return Explained(label, state, "ALLOWED", low_pct, high_pct, pct, "max", "%", lines, article), state
