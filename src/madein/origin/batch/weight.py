"""Shares of weight over many bills: the twins of `madein.origin.leaves.weight`."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from madein.origin.batch.codes import NO, OPEN, YES
from madein.origin.batch.court import KLEENE
from madein.origin.batch.leaves import named
from madein.origin.hs import HsSet

if TYPE_CHECKING:
    from fractions import Fraction

    from madein.origin.batch.group import Flags, Group, States, Whole
    from madein.origin.rules import Leaf


def sums(group: Group, lines: Flags, sure: Flags) -> tuple[Whole, Whole, Flags]:
    """Bounds of the weight of some lines in units of a percent, and whether the upper one is known."""
    share, known, _ = group.shares
    return group.total(share, lines & sure & known), group.total(share, lines & known), ~group.any(lines & ~known)


def limited(low: Whole, high: Whole, known: Flags, pct: Fraction, unit: Whole) -> States:
    """Whether sums of shares lie at or under a percentage."""
    p, q = pct.numerator, pct.denominator
    return np.where(known & (high * q <= p * unit), YES, np.where(low * q > p * unit, NO, OPEN)).astype(np.int8)


def _kind(group: Group, leaf: Leaf, lines: Flags) -> States:
    codes, key = leaf.get("hs"), leaf.get("named")
    if key:
        return named(group, key, codes, leaf.get("words", ""), lines)
    return group.inside(codes) if codes is not None else np.full(len(group.code), YES, np.int8)


def _dry(group: Group, state: States, asked: Flags) -> States:
    answer = group.by_item(lambda i: KLEENE[i.good.fact("dry_weight_limit_met")])
    return np.where(asked & (state != NO), answer, state).astype(np.int8)


def max_weight(group: Group, leaf: Leaf) -> States:
    """Non-originating materials of a kind up to a share of weight."""
    pct = leaf.fields["pct"]
    lines = group.working & (group.state != YES)
    kind = _kind(group, leaf, lines)
    lines &= kind != NO
    sure = (kind == YES) & (group.state == NO)
    low, high, known = sums(group, lines, sure)
    unit = group.shares[2]
    found = group.any(lines)
    if leaf.get("base") is not None:
        inside = group.inside(leaf.fields["base"])
        b_low, b_high, b_known = sums(group, group.working & (inside != NO), inside == YES)
        p, q = pct.numerator, pct.denominator * 100
        yes = known & (b_low > 0) & (high * q <= p * b_low)
        no = b_known & (b_high > 0) & (low * q > p * b_high)
        state = np.where(yes, YES, np.where(no, NO, OPEN)).astype(np.int8)
    elif leaf.get("mode") == "individual":
        state = _individual(group, leaf, lines, sure, pct)
    else:
        state = limited(low, high, known, pct, unit)
    state = np.where(found, state, YES).astype(np.int8)
    return _dry(group, state, found) if leaf.get("dry") else state


def _individual(group: Group, leaf: Leaf, lines: Flags, sure: Flags, pct: Fraction) -> States:
    groups = list(leaf.get("groups") or (HsSet([r]) for r in leaf.get("hs") or ()))
    unit = group.shares[2]
    wide = np.full(group.n, YES, np.int8)
    for codes in groups or [None]:
        inside = np.full(len(group.code), YES, np.int8) if codes is None else group.inside(codes)
        low, high, known = sums(group, lines & (inside != NO), sure & (inside == YES))
        wide = np.minimum(wide, limited(low, high, known, pct, unit))
    # One material alone: lines of one code of six digits (or one set of images) are taken together.
    texts: dict[str, int] = {}
    alike = np.array([texts.setdefault(" ".join(c[:6] for c in i), len(texts)) for i in group.view.codes.images], np.int64)
    at = np.flatnonzero(lines)
    narrow = np.full(group.n, YES, np.int8)
    if len(at):
        share, given, _ = group.shares
        key, back = np.unique(group.of[at] * len(texts) + alike[group.code[at]], return_inverse=True)
        low, high, lost = (np.zeros(len(key), np.int64) for _ in range(3))
        np.add.at(low, back, np.where(sure[at] & given[at], share[at], 0))
        np.add.at(high, back, np.where(given[at], share[at], 0))
        np.add.at(lost, back, ~given[at])
        of = key // len(texts)
        np.minimum.at(narrow, of, limited(low, high, lost == 0, pct, unit[of]))
    between = (wide == NO) & (narrow != NO)
    # While it is open whether a group exceeds the limit, that no single code does is not enough for a yes.
    return np.where(between, OPEN, np.where(wide == YES, YES, np.where(narrow == NO, NO, OPEN))).astype(np.int8)


def min_weight(group: Group, leaf: Leaf) -> States:
    """Materials of a kind of at least a share of weight."""
    pct, base, want = leaf.fields["pct"], leaf.get("base"), leaf.get("state")
    fits = _kind(group, leaf, group.working)
    if want == "originating":
        fits = np.minimum(fits, group.state)
    elif want == "wo":
        # What was made in no Party is obtained in none, whatever its line says.
        abroad = group.view.law.abroad
        fields = ("wholly_obtained", "origin")
        said = group.view.by_kind("obtained by weight", fields, lambda k: NO if abroad(k.origin) else KLEENE[k.wholly_obtained])
        fits = np.minimum(fits, np.where(group.state == NO, NO, said[group.kind]))
    low, high, known = sums(group, group.working & (fits != NO), fits == YES)
    unit = group.shares[2]
    if base is None:
        b_low = b_high = 100 * unit
        b_known = np.ones(group.n, bool)
    else:
        inside = group.inside(base)
        b_low, b_high, b_known = sums(group, group.working & (inside != NO), inside == YES)
    p, q = pct.numerator, pct.denominator * 100
    yes = b_known & (b_high > 0) & (low * q >= p * b_high)
    no = known & (b_low > 0) & (high * q < p * b_low)
    state = np.where(yes, YES, np.where(no, NO, OPEN)).astype(np.int8)
    return _dry(group, state, np.ones(group.n, bool)) if leaf.get("dry") else state
