"""The leaf tests over many bills at once, each the twin of one in `madein.origin.leaves`.

Tests of codes, values and weights are array operations; tests that hang on words (named materials, working, stages) ask the scalar
path once for each distinct code and kind of line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from madein.origin.batch.codes import NO, OPEN, YES, Traits
from madein.origin.batch.court import KLEENE, Item, text_of
from madein.origin.batch.group import Asks, Group, at_most
from madein.origin.frame import Material
from madein.origin.leaves import TESTS
from madein.origin.leaves.common import Outcome, names
from madein.origin.leaves.material import NATURE
from madein.origin.leaves.process import _needs, _starts
from madein.origin.leaves.shift import _outside
from madein.origin.leaves.words import named as named_material
from madein.origin.leaves.words import stage
from madein.origin.rules import Leaf

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.batch.group import Flags, States, Whole
    from madein.origin.hs import HsSet

_LENGTH = {"chapter": 2, "heading": 4, "subheading": 6, "split": 6}


@dataclass
class Out:
    """What a test found for each product.

    Attributes
    ----------
    lines : int8 array, shape (lines,), or None
        0 for a line that falls short, 1 for one that may, 2 for others; None where no tolerance can help.
    fixed : int8 array, shape (n,)
        Whether the part that no tolerance lifts is met.
    margin : float array, shape (n,), or None
        Percentage points to the limit, for a share of value.
    """

    lines: States | None
    fixed: States
    margin: NDArray[np.float64] | None = None


def _all(group: Group, state: int) -> States:
    return np.full(group.n, state, np.int8)


def _judged(group: Group, test: States) -> States:
    """Which lines fall short of a test that concerns materials that do not originate."""
    fine = ~group.working | (group.state == YES) | (test == YES)
    return np.where(fine, YES, np.where((test == NO) & (group.state == NO), NO, OPEN)).astype(np.int8)


def _concerned(group: Group) -> Flags:
    found: Flags = group.working & (group.state != YES)
    return found


def naming(key: str, codes: HsSet | None) -> Asks:
    """What `madein.origin.leaves.common.names` asks of a line."""
    known = named_material(key)
    sets = (codes, *((known.further, known.codes, known.never, known.tells) if known else ()))
    return Asks(Traits(tuple(s for s in sets if s is not None), six=True), ("named",))


def named(group: Group, key: str, codes: Any, words: str, lines: Flags) -> States:
    """Whether lines are the material a rule names; 0 for lines that are not asked about."""
    out = np.zeros(len(group.code), np.int8)
    at = np.flatnonzero(lines)
    if len(at):
        nothing = Outcome("", "")
        out[at] = group.by_scalar(("named", key, codes), at, lambda m, _: KLEENE[names(m, key, codes, words, nothing)], naming(key, codes))
    return out


def _one(good: Any, material: Material) -> Any:
    return replace(good, working=[material], valued=[material], figures={}, tried={}, weights=None, done={})


def _except(group: Group, leaf: Leaf, test: States) -> States:
    excluded = leaf.get("except")
    if excluded:
        test = np.where(test != NO, np.minimum(test, YES - group.inside(excluded)), test)
    for entry in leaf.get("except_named") or ():
        is_it = named(group, entry["named"], entry["hs"], entry.get("words", ""), _concerned(group) & (test != NO))
        test = np.minimum(test, YES - is_it)
    return test.astype(np.int8)


def ctc(group: Group, leaf: Leaf) -> Out:
    """A change of classification."""
    level = leaf.fields["level"]
    target = leaf.get("target")
    if target is not None and not leaf.get("within_group"):
        test = np.full(len(group.code), YES, np.int8)
        at = np.flatnonzero(_concerned(group))
        if len(at):
            length = _LENGTH[level]
            test[at] = group.by_scalar(("outside", target, length), at, lambda m, _: KLEENE[_outside(m, target, length)], Asks(Traits(whole=True)))
    else:
        test = group.differs(_LENGTH[level])
    if level == "split":
        # Goods of one subheading may be two goods.
        test = np.maximum(test, OPEN)
    test = _except(group, leaf, test)
    return Out(_judged(group, test), _all(group, YES))


def anything(group: Group, leaf: Leaf) -> Out:
    """Materials of any heading, but for what is excluded."""
    if not leaf.get("except") and not leaf.get("except_named"):
        return Out(None, _all(group, YES))
    return Out(_judged(group, _except(group, leaf, np.full(len(group.code), YES, np.int8))), _all(group, YES))


def wo_materials(group: Group, leaf: Leaf) -> Out:
    """Materials of certain codes must be wholly obtained."""
    codes, key = leaf.get("hs"), leaf.get("named")
    kind = np.full(len(group.code), YES, np.int8) if codes is None else group.inside(codes)
    if key:
        kind = np.minimum(kind, named(group, str(key), codes, leaf.get("words", ""), _concerned(group) & (kind != NO)))
    return Out(_judged(group, (YES - kind).astype(np.int8)), _all(group, YES))


def from_materials(group: Group, leaf: Leaf) -> Out:
    """Only materials the rule lets be used."""
    found = np.full(len(group.code), YES, np.int8)
    at = np.flatnonzero(_concerned(group))
    if len(at):
        run, key, codes = TESTS[leaf.test], leaf.get("named"), leaf.get("hs")
        kind = naming(str(key), codes) if key else Asks(Traits(() if codes is None else (codes,)))
        sets = [s for s in (*kind.code.sets, leaf.get("except"), group.view.law.free_outside) if s is not None]
        asks = Asks(Traits(tuple(sets), stations=True, chapters=True, six=True), kind.line)

        def sort(item: Item) -> Any:
            return item.code[:2], item.good.is_free(leaf.test), item.good.fact(NATURE)

        found[at] = group.by_scalar(text_of(leaf), at, lambda m, i: KLEENE[run(_one(i.good, m), leaf).state], asks, sort)
    return Out(_judged(group, found), _all(group, YES))


def _steps(group: Group, leaf: Leaf) -> Out:
    if group.view.law.process_scope == "good":
        return Out(None, group.by_item(lambda i: KLEENE[_done(i, leaf).fixed]))

    def sort(item: Item) -> Any:
        good = item.good
        return good.processes, good.country, good.worked_in, good.open_places, good.is_free(leaf.test)

    def test(material: Material, item: Item) -> int:
        out = Outcome("", "")
        _needs(_one(item.good, material), leaf, out)
        return KLEENE[out.state]

    found = np.full(len(group.code), YES, np.int8)
    at = np.flatnonzero(_concerned(group))
    if len(at):
        steps = leaf.fields["all"]
        sets = [s for s in (*_starts(steps), group.view.law.free_outside) if s is not None]
        found[at] = group.by_scalar(("steps", text_of(leaf)), at, test, Asks(Traits(tuple(sets), stations=True), ("processes",)), sort)
    return Out(_judged(group, found), _all(group, YES))


def _done(item: Item, leaf: Leaf) -> Outcome:
    out = Outcome("", "")
    _needs(item.good, leaf, out)
    return out


def process_with_cap(group: Group, leaf: Leaf) -> Out:
    """Steps of working, with a cap on the value of what they start from."""
    out = _steps(group, leaf)
    cap = leaf.fields["cap"]
    key, codes = cap.get("named"), cap.get("hs")
    scope = None
    if key:
        scope = named(group, str(key), codes, str(cap.get("words") or ""), group.valued & (group.state != YES))
    elif codes is not None:
        scope = group.inside(codes)
    low, high, known = values(group, scope)
    out.fixed = np.minimum(out.fixed, at_most(low, high, known, cap["pct"], group)).astype(np.int8)
    if key:
        lines = np.full(len(group.code), YES, np.int8) if out.lines is None else out.lines
        at = np.flatnonzero(group.working & (group.state == NO) & (lines != NO))
        if len(at):
            nothing = Outcome("", "")

            def later(material: Material, _: Item) -> int:
                return int({stage(code) for code in material.codes} == {3} and names(material, str(key), None, "", nothing) is False)

            kind = naming(str(key), None)
            asks = Asks(kind.code._replace(stations=True), kind.line)
            lines[at[group.by_scalar(("later", key), at, later, asks) == 1]] = NO
        out.lines = lines
    return out


def values(group: Group, scope: States | None) -> tuple[Whole, Whole, Flags]:
    """Bounds of the value of materials that do not originate, and whether the upper one is known."""
    counted = group.valued & (group.state != YES)
    sure = counted & (group.state == NO)
    if scope is not None:
        counted &= scope != NO
        sure &= scope == YES
    return group.total(group.value, sure), group.total(group.value, counted), ~group.any(counted & group.valueless)


def _scope(group: Group, leaf: Leaf) -> States | None:
    of = leaf.get("of", "hs" if leaf.get("hs") is not None else "all")
    if of == "all":
        return None
    if of == "restricted":
        said: States = group.view.by_kind("restricted", ("restricted",), lambda k: KLEENE[k.restricted])[group.kind].astype(np.int8)
        return said
    if of in ("same_heading", "same_subheading"):
        return (YES - group.differs(4 if of == "same_heading" else 6)).astype(np.int8)
    codes = leaf.get("hs")
    counted = group.valued & (group.state != YES)
    if of == "named":
        return named(group, str(leaf.get("named")), codes, leaf.get("words", ""), counted)
    state = np.zeros(len(group.code), np.int8) if codes is None else group.inside(codes)
    for entry in leaf.get("plus_named") or ():
        state = np.maximum(state, named(group, entry["named"], entry["hs"], entry.get("words", ""), counted & (state != YES)))
    return state


def _margin(limit: Fraction, part: Whole, part_known: Flags, base: Whole, base_known: Flags, sign: int) -> NDArray[np.float64]:
    """``sign`` times (limit - 100 part / base), as the float nearest to the exact value."""
    p, q = limit.numerator, limit.denominator
    given = part_known & base_known & (base > 0)
    top = sign * (p * base - 100 * q * part)
    bottom = np.where(given, q * base, 1)
    wide = np.longdouble if max(abs(top).max(initial=0), bottom.max(initial=1)) >= 2**53 else np.float64
    return np.where(given, (top.astype(wide) / bottom.astype(wide)).astype(np.float64), np.nan)


def max_nom(group: Group, leaf: Leaf) -> Out:
    """Non-originating materials up to a share of value."""
    low, high, known = values(group, _scope(group, leaf))
    pct = leaf.fields["pct"]
    return Out(None, at_most(low, high, known, pct, group), _margin(pct, high, known, group.low, group.low_given, 1))


def rvc(group: Group, leaf: Leaf) -> Out:
    """Regional value content of at least a share."""
    method, pct = leaf.fields["method"], leaf.get("min_pct")
    if pct is None or leaf.get("except") is not None or leaf.get("except_named") is not None:
        group.scalar[:] = True
        return Out(None, _all(group, OPEN), np.full(group.n, np.nan))
    if method == "build_up":
        return _build_up(group, pct)
    net = None
    if method == "net_cost":
        held = group.view.table.goods["net_cost"]
        net = held.whole[group.bills], held.given[group.bills]
    low, high, known = values(group, _scope(group, leaf) if method == "focused" else None)
    rest = 100 - pct
    base, given = net or (group.low, group.low_given)
    return Out(None, at_most(low, high, known, rest, group, net), _margin(rest, high, known, base, given, 1))


def _build_up(group: Group, pct: Fraction) -> Out:
    lines = group.valued
    low = group.total(group.value, lines & (group.state == YES))
    high = group.total(group.value, lines & (group.state != NO))
    known = ~group.any(lines & (group.state != NO) & group.valueless)
    if group.view.law.build_up != "materials":
        high, known = group.high - group.total(group.value, lines & (group.state == NO)), group.high_given
    p, q = pct.numerator, pct.denominator * 100
    yes = group.high_given & (group.high > 0) & (low * q >= p * group.high)
    no = known & group.low_given & (group.low > 0) & (high * q < p * group.low)
    # Materials that cost more than the good: its value cannot be right.
    over = low + group.total(group.value, lines & (group.state == NO)) > group.high
    state = np.where(yes, np.where(over, OPEN, YES), np.where(no, NO, OPEN)).astype(np.int8)
    margin = _margin(pct, low, np.ones(group.n, bool), group.high, group.high_given, -1)
    return Out(None, state, margin)


def nochange(group: Group, _leaf: Leaf) -> Out:
    """No change is asked for."""
    return Out(None, _all(group, YES))


def by_product(group: Group, leaf: Leaf) -> Out:
    """Tests that hang on the answers alone."""
    run = TESTS[leaf.test]
    return Out(None, group.by_item(lambda i: KLEENE[run(i.good, leaf).fixed]))


def all_originating(group: Group, _leaf: Leaf) -> Out:
    """Every material originates."""
    return Out(None, group.worst(_judged(group, np.zeros(len(group.code), np.int8))))


def obtained(group: Group) -> States:
    """Whether products are wholly obtained: nothing but obtained materials in them."""
    here = np.where(group.state == NO, NO, group.view.obtained_kinds[group.kind])
    state = group.worst(np.where(group.valued, here, YES).astype(np.int8))
    return np.where(group.any(group.valued), state, NO).astype(np.int8)


def wo(group: Group, _leaf: Leaf) -> Out:
    """The product is wholly obtained."""
    return Out(None, obtained(group))


def _weight(group: Group, leaf: Leaf) -> Out:
    from madein.origin.batch.weight import max_weight, min_weight

    return Out(None, (max_weight if leaf.test == "max_weight" else min_weight)(group, leaf))


LEAVES: Mapping[str, Callable[[Group, Leaf], Out]] = MappingProxyType(
    {
        "ctc": ctc, "any": anything, "nochange": nochange, "wo_materials": wo_materials, "from_materials": from_materials, "process": _steps,
        "process_with_cap": process_with_cap, "max_nom": max_nom, "rvc": rvc, "max_weight": _weight, "min_weight": _weight, "fact": by_product,
        "chem": by_product, "ref": by_product, "all_originating": all_originating, "wo": wo,
    }
)  # fmt: skip
"""The tests by the names rules give them."""
