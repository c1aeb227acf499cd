"""Tolerances over many bills: the twin of `madein.origin.leaves.tolerance`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from madein.origin.batch.codes import NO, OPEN, YES, Traits
from madein.origin.batch.court import KLEENE, Item
from madein.origin.batch.group import Asks, at_most, under
from madein.origin.batch.weight import limited, sums
from madein.origin.frame import Material
from madein.origin.leaves.tolerance import _MAY_STRETCH, _TEXTILE, _THREAD, _eligible, _pct, _special
from madein.origin.tree import _MOST_GROUPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.batch.group import Flags, Group, States
    from madein.origin.provisions import Tolerance

_MOST_WORDS = 62


def _eligibility(tolerance: Tolerance, group: Group, wanting: Flags) -> States:
    """Whether the tolerance may be used for lines at all."""
    length = 6 if tolerance.not_same_subheading or tolerance.elsewhere == "subheading" else 4 if tolerance.elsewhere else 0
    by_words = bool(tolerance.not_for_roles) or tolerance.kind.startswith(("textile", "component"))
    out = np.full(len(group.code), YES, np.int8)
    at = np.flatnonzero(wanting)
    if not len(at):
        return out
    if by_words or tolerance.excluded:
        # What hangs on the good's own code is compared for all lines at once.
        rest = replace(tolerance, elsewhere="", not_same_subheading=False)
        sets = [materials for materials, _, _ in tolerance.excluded if materials is not None]

        def sort(item: Item) -> Any:
            return tuple([goods is None or (goods.holds(item.code) if item.code else None) for _, goods, _ in tolerance.excluded])

        asks = Asks(Traits((*sets, _TEXTILE, _THREAD), stations=True), ("role", "basic_textiles", "component"))
        out[at] = group.by_scalar(("eligible", tolerance.name), at, lambda m, i: KLEENE[_eligible(rest, i.good, m)], asks, sort)
    if length:
        out[at] = np.minimum(out[at], group.differs(length)[at])
    return out


def tolerated(tolerance: Tolerance, group: Group, lines: States) -> States:
    """Whether a tolerance covers the lines that fall short (0) or may (1), for each product."""
    sure, wanting = lines == NO, lines != YES
    goods = tolerance.goods
    allowed = np.full(group.n, YES, np.int8)
    if goods is not None:
        allowed = group.by_item(lambda i: KLEENE[goods.holds(i.code)] if i.code else OPEN)
    eligible = _eligibility(tolerance, group, wanting)
    allowed = np.minimum(allowed, group.worst(np.where(sure, eligible, np.where(wanting & (eligible != YES), OPEN, YES)).astype(np.int8)))
    kind = tolerance.kind
    if kind in ("value", "textile_value"):
        state = _by_value(tolerance, group, sure, wanting)
    elif kind == "value_or_weight":
        state = np.maximum(_by_value(tolerance, group, sure, wanting), _by_weight(tolerance, group, sure, wanting))
    else:
        state = _by_weight(tolerance, group, sure, wanting)
    if tolerance.elastomeric:
        allowed = np.minimum(allowed, _stretch(group))
    state = np.minimum(state, allowed)
    if not tolerance.verified:
        state = np.where(state == YES, OPEN, state)
    seen_for = tolerance.seen_for
    if seen_for is not None:
        key = f"list_refers_to_{tolerance.name}"
        refers = group.by_item(lambda i: YES if i.code and seen_for.holds(i.code) else KLEENE[i.good.fact(key)])
        state = np.minimum(state, refers)
    return state.astype(np.int8)


def _by_value(tolerance: Tolerance, group: Group, sure: Flags, wanting: Flags) -> States:
    low, high = group.total(group.value, sure), group.total(group.value, wanting)
    return at_most(low, high, ~group.any(wanting & group.valueless), tolerance.pct, group)


def _by_weight(tolerance: Tolerance, group: Group, sure: Flags, wanting: Flags) -> States:
    if tolerance.kind == "component_weight":
        held = group.view.table.lines["component_weight_pct"]
        share, known = held.whole[group.at], held.given[group.at]
        low, high = group.total(share, sure & known), group.total(share, wanting & known)
        return limited(low, high, ~group.any(wanting & ~known), tolerance.pct, np.full(group.n, 10**held.decimals, np.int64))
    if tolerance.denominator == "basic_textiles":
        return _basic(tolerance, group, sure, wanting)
    return limited(*sums(group, wanting, sure), tolerance.pct, group.shares[2])


_HELD = ("basic_textiles",)


def _textile(group: Group) -> States:
    said = group.view.by_kind("textile", _HELD, lambda k: 3 if k.basic_textiles is None else YES if k.basic_textiles else NO)[group.kind]
    return np.where(said == 3, group.inside(_TEXTILE), said).astype(np.int8)


def _mixed(group: Group, textile: States) -> States:
    """Whether goods are of two basic textile materials or more."""
    _, held_by, _ = group.view.table.kind_classes(_HELD)
    every = {word for one in held_by if isinstance(one, tuple) for word in one[0] or ()}
    words = {word: n for n, word in enumerate(sorted(every))}
    if len(words) > _MOST_WORDS:
        group.scalar[:] = True
        return np.full(group.n, OPEN, np.int8)
    bits = group.view.by_kind("words", _HELD, lambda k: sum(1 << words[w] for w in set(k.basic_textiles or ())))
    counted = group.working & (textile != NO)
    held = np.bitwise_or.reduceat(np.where(counted, bits[group.kind], 0), group.starts)
    unsaid = group.any(counted & (group.view.by_kind("unsaid", _HELD, lambda k: k.basic_textiles is None)[group.kind] == 1))
    two = (held & (held - 1)) != 0
    return np.where(two, YES, np.where(unsaid, OPEN, NO)).astype(np.int8)


def _specials(tolerance: Tolerance, group: Group) -> NDArray[np.int64]:
    """Place of each line's special yarn in the list of the tolerance, -1 for an ordinary one."""

    def place(kind: Any) -> int:
        found = _special(tolerance, Material(kind, False, (), None))
        return -1 if found is None else found

    found: NDArray[np.int64] = group.view.by_kind(("special", tolerance.name), _HELD, place)[group.kind]
    return found


def _basic(tolerance: Tolerance, group: Group, sure: Flags, wanting: Flags) -> States:
    textile = _textile(group)
    total = sums(group, group.working & (textile != NO), textile == YES)
    special = _specials(tolerance, group)
    state = np.full(group.n, YES, np.int8)
    several = np.zeros(group.n, np.int64)
    most = np.zeros(group.n, np.int64)
    limits = [tolerance.pct, *(pct for _, pct in tolerance.special)]
    ranked = sorted(range(len(limits)), key=lambda n: limits[n])
    for n, pct in enumerate(limits):
        here = wanting & (special == n - 1)
        some = group.any(here)
        if not some.any():
            continue
        part = under(*sums(group, here, sure), _pct(tolerance, None if n == 0 else n - 1), *total)
        state = np.where(some, np.minimum(state, part), state).astype(np.int8)
        several += some
        most = np.where(some, np.maximum(most, ranked.index(n)), most)
        del pct
    mixed_kinds = (several > 1) & (state == YES)
    if mixed_kinds.any():
        every = sums(group, wanting, sure)
        for rank, n in enumerate(ranked):
            joined = under(*every, limits[n], *total)
            here_ = mixed_kinds & (most == rank)
            state = np.where(here_, np.where(joined == YES, YES, OPEN), state).astype(np.int8)
    if tolerance.only_mixed:
        state = np.minimum(state, _mixed(group, textile))
    return state.astype(np.int8)


def _stretch(group: Group) -> States:
    said = group.view.by_kind("elastomeric", ("elastomeric",), lambda k: KLEENE[k.elastomeric])[group.kind]
    concerned = group.working & (group.state != YES) & (said != NO)
    by_code = np.where(group.inside(_MAY_STRETCH) == NO, YES, OPEN)
    here = np.where(said == OPEN, by_code, np.where(group.state == NO, NO, OPEN))
    return group.worst(np.where(concerned, here, YES).astype(np.int8))


def shared(tolerances: Sequence[Tolerance], group: Group, lines: States, rows: NDArray[np.int64]) -> Flags:
    """Whether two tolerances, each for some kinds of the lines that fall short, cover all of them: every way to part them is tried.

    Parameters
    ----------
    tolerances : sequence of Tolerance
        The first two are used.
    group : Group
        The products.
    lines : int8 array, shape (lines,)
        2 for lines that need no tolerance.
    rows : int64 array, shape (k,)
        Places of the products that are asked about.
    """
    places: list[int] = []
    first: list[NDArray[np.bool_]] = []
    for row in rows.tolist():
        begin = int(group.starts[row])
        here = np.arange(begin, begin + int(group.counts[row]))
        sorts: dict[object, int] = {}
        of = np.full(len(here), -1)
        for n, at in enumerate(here.tolist()):
            if lines[at] != YES:
                kind = group.view.kind(int(group.kind[at]))
                sort = (group.view.codes.images[group.code[at]], kind.role, kind.basic_textiles, kind.component, kind.elastomeric)
                of[n] = sorts.setdefault(sort, len(sorts))
        if 1 < len(sorts) <= _MOST_GROUPS:
            for cut in range(1, 2 ** len(sorts) - 1):
                places.append(row)
                first.append((of >= 0) & ((cut >> np.maximum(of, 0)) & 1 == 1))
    found = np.zeros(group.n, bool)
    if places:
        from madein.origin.batch.group import Group as Some

        tries = np.array(places, np.int64)
        tried = Some(group.view, group.bills[tries], group.items, group.item[tries])
        wanting = np.concatenate([lines[int(group.starts[r]) : int(group.starts[r]) + int(group.counts[r])] != YES for r in places])
        one = np.concatenate(first)
        fits = tolerated(tolerances[0], tried, np.where(one, NO, YES).astype(np.int8)) != NO
        fits &= tolerated(tolerances[1], tried, np.where(wanting & ~one, NO, YES).astype(np.int8)) != NO
        np.logical_or.at(found, tries, fits)
        group.scalar[tries[tried.scalar]] = True
    return found[rows]


def may_share(tolerances: Sequence[Tolerance], group: Group, lines: States) -> Flags:
    """Products whose lines two tolerances might cover between them; others need not be tried.

    Each line must then be within one of the two by itself; where some line is not, no partition is.
    """
    wanting = lines != YES
    counts = group.any(wanting)
    fits = []
    for tolerance in tolerances[:2]:
        eligible = _eligibility(tolerance, group, wanting)
        fine = (lines == OPEN) | (eligible != NO)
        if tolerance.kind in ("value", "textile_value"):
            p, q = tolerance.pct.numerator, tolerance.pct.denominator * 100
            over = group.high_given[group.of] & (group.value * q > p * group.high[group.of])
            fine &= ~((lines == NO) & over)
        elif tolerance.kind == "textile_weight" and tolerance.denominator == "basic_textiles":
            textile = _textile(group)
            _, high, known = sums(group, group.working & (textile != NO), textile == YES)
            pct = max([tolerance.pct, *(pct for _, pct in tolerance.special)])
            p, q = pct.numerator, pct.denominator * 100
            share, given, _ = group.shares
            over = given & known[group.of] & (share * q > p * high[group.of])
            fine &= ~((lines == NO) & over)
            if tolerance.only_mixed:
                fine &= (_mixed(group, textile) != NO)[group.of]
        fits.append(fine & wanting)
    covered = ~group.any(wanting & ~(fits[0] | fits[1]))
    return counts & covered & group.any(fits[0]) & group.any(fits[1])
