"""The tree of a rule: leaves joined by "all of" and "any of" in Kleene's logic, with the tolerances and allowances that relax them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from itertools import product as combinations
from math import prod
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

Saved = tuple[str, tuple[Material, ...], tuple[Material, ...]]
"""One way to pass: name of the tolerance it leans on, the materials that surely fall short, those that may."""

_FREE: tuple[Saved, ...] = ()
"""A pass that leans on no tolerance."""

_MOST_WAYS = 256
"""Ways to pass that are joined with one another where several conditions each lean on a tolerance."""

_MOST_SHOWN = 2
"""Ways to join conditions under one tolerance that are shown where none passes."""

_MOST_GROUPS = 8
"""Kinds of materials that are tried under two tolerances at once."""


class Met(NamedTuple):
    """What a node of the rule came to: its state, its explanation, the codes of what was met and not met.

    Where it passes only by a tolerance, ``saved`` holds every way it does; empty, it leans on none.
    """

    state: State
    node: Explained
    by: tuple[str, ...]
    fails: tuple[str, ...]
    saved: tuple[Saved, ...] = _FREE


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
    passing = [part.saved for part in parts if part.state]
    saved = _FREE if not all(passing) else tuple([way for ways in passing for way in ways])
    return Met(state, Explained("any of", state, children=tuple(part.node for part in parts), article=article), by, fails, saved)


def _all(parts: Sequence[Met], good: Good, tolerances: Sequence[Tolerance], article: str) -> Met:
    state: State = True
    for part in parts:
        state = both(state, part.state)
    children = [part.node for part in parts]
    by = tuple(dict.fromkeys(code for part in parts for code in part.by)) if state else ()
    fails = () if state else tuple(dict.fromkeys(code for part in parts if part.state is False for code in part.fails))
    leaning = [part.saved for part in parts if part.saved] if state else []
    saved = leaning[0] if leaning else _FREE
    if len(leaning) > 1:
        state, saved, nodes = _joint(leaning, good, tolerances)
        children += nodes
        if not state:
            names_ = {way[0] for ways in leaning for way in ways}
            by, fails = (), tuple(dict.fromkeys([t.code for t in tolerances if t.name in names_])) if state is False else ()
    return Met(state, Explained("all of", state, children=tuple(children), article=article), by, fails, saved)


def _joint(leaning: Sequence[Sequence[Saved]], good: Good, tolerances: Sequence[Tolerance]) -> tuple[State, tuple[Saved, ...], list[Explained]]:
    """One tolerance for all the conditions together: what falls short of any of them must fit into it at once.

    Whether two tolerances may be used beside each other for one good the texts do not say: that leaves it open.
    """
    passed: list[Saved] = []
    failed: list[Explained] = []
    nodes: list[Explained] = []
    whole = True
    for tolerance in tolerances:
        fitting = [[way for way in ways if way[0] == tolerance.name] for ways in leaning]
        if not all(fitting):
            continue
        whole = whole and prod(len(ways) for ways in fitting) <= _MOST_WAYS
        for chosen in islice(combinations(*fitting), _MOST_WAYS):
            sure: tuple[Material, ...] = ()
            may: tuple[Material, ...] = ()
            for _, own, maybe in chosen:
                sure, may = _union(sure, own), _union(may, maybe)
            may = tuple([m for m in may if m not in sure])
            node = tolerated(tolerance, good, sure, may)
            if node.state:
                passed.append((tolerance.name, sure, may))
            (nodes if node.state else failed).append(node)
    if passed:
        return True, tuple(passed), nodes[:1]
    one = len({way[0] for ways in leaning for way in ways}) == 1
    return (False if one and whole and all(node.state is False for node in failed) else None), _FREE, failed[:_MOST_SHOWN]


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
    saved: list[Saved] = []
    codes: list[str] = []
    for tolerance in tolerances:
        if test not in tolerance.lifts:
            continue
        node = tolerated(tolerance, good, out.offenders, out.doubtful)
        nodes.append(node)
        lifted = either(lifted, node.state)
        if node.state:
            saved.append((tolerance.name, tuple(out.offenders), tuple(out.doubtful)))
            codes.append(tolerance.code)
    if lifted is False and len(nodes) > 1 and out.state is False and _together(good, out, tolerances, test):
        lifted = None
    whole = both(either(state, lifted), out.fixed)
    fails = (*_fails(out, test), *(c.code for n in nodes for c in (n, *n.children) if c.state is False)) if whole is False else ()
    return Met(whole, out.node(whole, article, tuple(nodes)), (out.code, *codes) if whole else (), fails, tuple(saved) if whole else _FREE)


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
