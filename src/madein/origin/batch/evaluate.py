"""Trees of rules over many bills: the twin of `madein.origin.tree`, `choose` and the paths and gates of `decide`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from madein.origin.batch.codes import NO, OPEN, YES
from madein.origin.batch.group import Group, at_most
from madein.origin.batch.leaves import LEAVES, Out, named, obtained
from madein.origin.batch.margin import REASONS
from madein.origin.batch.tolerance import may_share, shared, tolerated
from madein.origin.hs import HsSet
from madein.origin.rules import AllOf, AnyOf, Leaf, Node

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.batch.court import Case
    from madein.origin.batch.group import Flags, States
    from madein.origin.provisions import Tolerance

    Margins = NDArray[np.float64]

_SIX = 6

REASON = {word: n for n, word in enumerate(REASONS)}


class Met(NamedTuple):
    """What a node came to for each product: its state, the margin of its nearest deciding leaf, whether a tolerance was needed."""

    state: States
    margin: Margins
    saved: Flags


def nearest(parts: Sequence[tuple[States, Margins]], state: States) -> Margins:
    """Of the parts that share the state of their whole, the margin that lies nearest to its limit."""
    found = np.full(len(state), np.nan)
    for own, margin in parts:
        here = np.where(own == state, margin, np.nan)
        found = np.where(np.isnan(found) | (np.abs(here) < np.abs(found)), here, found)
    return found


def _any(parts: Sequence[Met]) -> Met:
    state = np.maximum.reduce([p.state for p in parts])
    saved = np.logical_and.reduce([(p.state != YES) | p.saved for p in parts]) & (state == YES)
    return Met(state, nearest([(p.state, p.margin) for p in parts], state), saved)


def _all(parts: Sequence[Met], group: Group) -> Met:
    state = np.minimum.reduce([p.state for p in parts])
    many = np.add.reduce([p.saved.astype(np.int64) for p in parts])
    # One tolerance for several conditions at once: the scalar path joins what each of them needs.
    group.scalar |= (state == YES) & (many > 1)
    return Met(state, nearest([(p.state, p.margin) for p in parts], state), many > 0)


def _node(node: Node, group: Group, tolerances: Sequence[Tolerance]) -> Met:
    if isinstance(node, AnyOf):
        return _any([_node(part, group, tolerances) for part in node.parts])
    if isinstance(node, AllOf):
        return _all([_node(part, group, tolerances) for part in node.parts], group)
    if node.test == "however":
        return _relaxed(node.fields["rule"], node.fields["relax"], group, tolerances)
    return _finish(LEAVES[node.test](group, node), node.test, group, tolerances)


def _finish(out: Out, test: str, group: Group, tolerances: Sequence[Tolerance]) -> Met:
    margin = np.full(group.n, np.nan) if out.margin is None else out.margin
    saved = np.zeros(group.n, bool)
    if out.lines is None:
        return Met(out.fixed, margin, saved)
    state = group.worst(out.lines)
    lifting = [t for t in tolerances if test in t.lifts]
    short = state != YES
    if not lifting or not short.any():
        return Met(np.minimum(state, out.fixed), margin, saved)
    lifted = np.zeros(group.n, np.int8)
    for tolerance in lifting:
        lifted = np.maximum(lifted, tolerated(tolerance, group, out.lines))
    if len(lifting) > 1:
        open_ = short & (lifted == NO) & (state == NO)
        if open_.any():
            rows = np.flatnonzero(open_ & (out.fixed != NO) & may_share(lifting, group, out.lines))
            lifted[rows[shared(lifting, group, out.lines, rows)]] = OPEN
    lifted = np.where(short, lifted, NO)
    whole = np.minimum(np.maximum(state, lifted), out.fixed).astype(np.int8)
    return Met(whole, margin, short & (lifted == YES) & (whole == YES))


def _relaxed(rule: Node, relax: Leaf, group: Group, tolerances: Sequence[Tolerance]) -> Met:
    if isinstance(rule, AnyOf):
        return _any([_relaxed(part, relax, group, tolerances) for part in rule.parts])
    if isinstance(rule, AllOf):
        return _all([_relaxed(part, relax, group, tolerances) for part in rule.parts], group)
    if rule.test == "however":
        return _node(rule, group, tolerances)
    out = LEAVES[rule.test](group, rule)
    if out.lines is None:
        return _finish(out, rule.test, group, tolerances)
    wanting = out.lines != YES
    scope = _allowed(relax, group, wanting)
    covered, maybe = wanting & (scope == YES), wanting & (scope == OPEN)
    pct = relax.get("pct")
    if pct is not None:
        low = group.total(group.value, covered & (group.state == NO))
        both = covered | maybe
        capped = at_most(low, group.total(group.value, both), ~group.any(both & group.valueless), pct, group)
        out.fixed = np.where(group.any(wanting), np.minimum(out.fixed, capped), out.fixed).astype(np.int8)
    lines = out.lines
    out.lines = np.where(lines == NO, scope, np.where((lines == OPEN) & (scope == YES), YES, lines)).astype(np.int8)
    return _finish(out, rule.test, group, tolerances)


def _allowed(relax: Leaf, group: Group, wanting: Flags) -> States:
    of, codes = relax.fields["of"], relax.get("hs")
    if of in ("same_heading", "same_subheading"):
        return (YES - group.differs(4 if of == "same_heading" else 6)).astype(np.int8)
    if of == "named":
        return named(group, str(relax.get("named")), codes, relax.get("words", ""), wanting)
    return group.inside(codes) if codes is not None else np.zeros(len(group.code), np.int8)


class Ruled(NamedTuple):
    """What products came to by rule: state, margin, why (places in `REASONS`)."""

    state: States
    margin: Margins
    why: NDArray[np.int8]


def _reach(case: Case) -> HsSet:
    return HsSet([r for rule in case.rules for r in rule.target.ranges])


def by_rules(case: Case, group: Group) -> tuple[States, Margins, Flags]:
    """Products against the rules of their codes: states, margins, and where nothing but an unverified text answers."""
    law = group.view.law
    found: list[tuple[States, Margins]] = []
    unread = np.ones(group.n, bool)
    for rule in case.rules:
        met = _node(rule.needs, group, tuple(law.tolerances[name] for name in rule.tolerance if name in law.tolerances))
        state = met.state
        if rule.verified:
            unread[:] = False
        else:
            unread &= state != OPEN
            state = np.full(group.n, OPEN, np.int8)
        found.append((state, met.margin))
    verdict: States | None = None
    for joint, fits in case.fitting:
        held = [found[n][0] for n in fits]
        if not held:
            here = np.full(group.n, OPEN, np.int8)
        elif joint:
            here = np.minimum.reduce(held)
        else:
            low, high = np.minimum.reduce(held), np.maximum.reduce(held)
            here = np.where(low == high, low, OPEN).astype(np.int8)
        verdict = here if verdict is None else np.where(verdict == here, verdict, OPEN).astype(np.int8)
    assert verdict is not None
    margin, unread = nearest(found, verdict), unread & (verdict == OPEN)
    short = [0 < i.length < _SIX and i.case is not None and not _reach(i.case).holds(i.code) for i in group.items]
    if any(short):
        # A short code may be one that no rule reaches.
        verdict = np.where((verdict == YES) & np.array(short)[group.item], OPEN, verdict).astype(np.int8)
    return verdict, margin, unread


def decided(case: Case | None, coded: bool, group: Group) -> Ruled:
    """Every path to origin for some products under one case: obtained, of originating materials, by rule.

    Parameters
    ----------
    case : Case or None
        The rules; None where there is none for the code.
    coded : bool
        Whether the code in the edition of the rules is known.
    group : Group
        The products.
    """
    own = obtained(group)
    if case is None:
        state, margin = np.full(group.n, OPEN, np.int8), np.full(group.n, np.nan)
        why = np.full(group.n, REASON["no_rule" if coded else "open"], np.int8)
    else:
        state, margin, unread = by_rules(case, group)
        why = np.where(unread, REASON["unverified"], np.where(state == OPEN, REASON["open"], REASON["rule"])).astype(np.int8)
    some_working = group.any(group.working)
    takes_part = group.working | group.valued
    whole = some_working & ~group.any(takes_part & (group.state != YES))
    margin = np.where(whole & (state != YES), np.nan, margin)
    held_open = (own == OPEN) & (state == NO) & ~whole
    why = np.where(held_open, REASON["open"], why)
    state = np.where(held_open, OPEN, state)
    state = np.where(whole, YES, state)
    why = np.where(whole, REASON["all_originating"], why)
    nothing = ~some_working
    state = np.where(nothing, OPEN, state)
    why = np.where(nothing, REASON["no_materials"], why)
    state = np.where(own == YES, YES, state)
    why = np.where(own == YES, REASON["wholly_obtained"], why)
    margin = np.where(nothing | (own == YES), np.nan, margin)
    return Ruled(state.astype(np.int8), margin, why.astype(np.int8))


def home_made(group: Group, homes: NDArray[np.bool_]) -> Flags:
    """Products of which every material originates at home, so that nothing was imported that could only be repacked."""
    fine = (group.state == YES) & ~group.clause & homes
    return group.any(group.valued) & ~group.any(group.valued & ~fine)
