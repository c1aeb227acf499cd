"""Tolerances: how much of a good may fall short of its rule.

A tolerance lifts a change of classification or a process for materials that together stay under a share of value or weight.
It never lifts a cap on value or weight, and what it lets through stays in every count of value (EVFTA Protocol 1, Art 5(3)-(5) and
Annex I, Notes 6 and 7; CPTPP Art 3.11; RCEP Art 3.7; ATIGA Art 33).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache
from math import lcm

from madein.origin.frame import Amount, Good, Material
from madein.origin.hs import HsSet
from madein.origin.leaves.common import ask_value, at_most, put, share
from madein.origin.leaves.shift import _differs
from madein.origin.leaves.value import _percent, base_name
from madein.origin.leaves.weight import Sum, ask_weight, weights
from madein.origin.leaves.words import stage
from madein.origin.provisions import Tolerance
from madein.origin.result import Explained, Question, State, both, either

_TEXTILE = HsSet([("50", "63")])
_THREAD = HsSet([("5204", "5204"), ("5401", "5401"), ("5508", "5508")])
_MAY_STRETCH = HsSet([("5402", "5402"), ("5404", "5404"), ("5604", "5606"), ("58", "60")])
"""Headings of HS 2012 whose goods may be, or hold, elastomeric yarn."""


def tolerated(tolerance: Tolerance, good: Good, offenders: Sequence[Material], doubtful: Sequence[Material]) -> Explained:
    """Whether a tolerance covers the materials that fall short, those that may included.

    Parameters
    ----------
    tolerance : Tolerance
        The provision.
    good : Good
        The good.
    offenders, doubtful : sequence of Material
        Materials that fall short of the rule; materials that may.

    Returns
    -------
    Explained
        Its state is True where all of them together stay under the limit, False where the sure ones exceed it or one of them may
        not be tolerated, None where that is open.
    """
    key = (tolerance.name, tuple(map(id, offenders)), tuple(map(id, doubtful)))
    found = good.tried.get(key)
    if found is None:
        found = good.tried[key] = _tolerated(tolerance, good, offenders, doubtful)
    return found


def _tolerated(tolerance: Tolerance, good: Good, offenders: Sequence[Material], doubtful: Sequence[Material]) -> Explained:
    asks: list[Question] = []
    allowed: State = True
    if tolerance.goods is not None:
        allowed = tolerance.goods.holds(good.code) if good.code else None
    for material in offenders:
        allowed = both(allowed, _eligible(tolerance, good, material))
    for material in doubtful:
        if not _eligible(tolerance, good, material):
            allowed = both(allowed, None)
    kind = tolerance.kind
    if kind in ("value", "textile_value"):
        state, low, high, of = _by_value(tolerance, good, offenders, doubtful, asks)
    elif kind == "value_or_weight":
        state, low, high, of = _by_value(tolerance, good, offenders, doubtful, asks)
        by_weight, *figures, weight_of = _by_weight(tolerance, good, offenders, doubtful, asks)
        if by_weight and not state:
            low, high, of = *figures, weight_of
        state = either(state, by_weight)
    else:
        state, low, high, of = _by_weight(tolerance, good, offenders, doubtful, asks)
    children: tuple[Explained, ...] = ()
    if tolerance.elastomeric:
        stretch = _stretch(good, asks)
        allowed = both(allowed, stretch)
        if stretch is not True:
            children = (Explained("elastomeric yarn is wholly formed in the Parties", stretch, "ELASTOMERIC", article=tolerance.article),)
    name = {"value": "tolerance_pct", "value_or_weight": "tolerance_pct", "weight": "tolerance_pct", "textile_value": "textile_value_pct"}
    put(good, name.get(kind, "textile_weight_pct"), low, high)
    state = both(state, allowed)
    note = "" if allowed is not False else "a material that may not be tolerated falls short"
    if state and not tolerance.verified:
        state, note = None, "the text of the tolerance was not seen"
    if state is not False and tolerance.seen_for is not None and not (good.code and tolerance.seen_for.holds(good.code)):
        key = f"list_refers_to_{tolerance.name}"
        answer = good.fact(key)
        if answer is None:
            asks.append(good.ask(key, f"Does the entry of the list for {good.code} refer to this tolerance ({tolerance.article})?"))
            note = "the list held here has lost its footnotes: that its entry refers to this tolerance was not seen"
        state = both(state, answer)
    pct = _limit(tolerance, (*offenders, *doubtful))
    label = f"tolerance: what falls short is at most {_percent(pct)} % of the {of}"
    lines = tuple(m.id for m in (*offenders, *doubtful))
    return Explained(
        label, state, tolerance.code, low, high, pct, "max", "%", lines, tolerance.article, () if state is not None else tuple(asks), note, children
    )


def _limit(tolerance: Tolerance, materials: Sequence[Material]) -> Fraction:
    """The limit to show: that of a special yarn where nothing else falls short."""
    kinds = {_special(tolerance, m) for m in materials} if tolerance.special else set()
    only = kinds.pop() if len(kinds) == 1 else None
    return tolerance.pct if only is None else tolerance.special[only][1]


def _eligible(tolerance: Tolerance, good: Good, material: Material) -> State:
    """Whether a tolerance may be used for one material at all."""
    state: State = True
    if material.line.role in tolerance.not_for_roles:
        return False
    if tolerance.elsewhere or tolerance.not_same_subheading:
        length = 6 if tolerance.not_same_subheading or tolerance.elsewhere == "subheading" else 4
        state = both(state, _differs(material, good.code[:length], length))
    for materials, goods, open_ in tolerance.excluded:
        if goods is not None and good.code and goods.holds(good.code) is False:
            continue
        inside: State = True if materials is None else material.inside(materials)
        if goods is not None:
            inside = both(inside, goods.holds(good.code) if good.code else None)
        if inside is not False:
            state = both(state, False if inside and not open_ else None)
    if tolerance.kind.startswith(("textile", "component")):
        state = both(state, _is_textile(material))
    if tolerance.kind == "component_weight":
        # The tolerance is of the component that decides the classification. Whether the rule reaches further components at all stands
        # in a note that was not seen; sewing thread must be made in the Parties either way.
        if material.line.component == "other":
            state = both(state, False if material.inside(_THREAD) else None)
        stages = {stage(code) for code in material.codes} or {None}
        state = both(state, None if None in stages else all(s is not None and s <= 2 for s in stages))
    return state


def _is_textile(material: Material) -> State:
    if material.line.basic_textiles is not None:
        return bool(material.line.basic_textiles)
    return material.inside(_TEXTILE)


def _stretch(good: Good, asks: list[Question]) -> State:
    """Elastomeric yarn in the good must be wholly formed in the Parties, else no tolerance of weight helps."""
    state: State = True
    for material in good.working:
        if material.state is True or material.line.elastomeric is False:
            continue
        line = material.line
        here: State = None
        if line.elastomeric is None:
            here = True if material.inside(_MAY_STRETCH) is False else None
            if here is None:
                text = f"Is line {line.id} elastomeric yarn, or does it hold any?"
                asks.append(Question("elastomeric", line.id, "", text, (True, False), line.producer))
        elif material.state is False:
            here = False
        state = both(state, here)
    return state


_Found = tuple[State, Fraction | None, Fraction | None, str]


def _by_value(tolerance: Tolerance, good: Good, offenders: Sequence[Material], doubtful: Sequence[Material], asks: list[Question]) -> _Found:
    low: Amount = 0
    high: Amount | None = 0
    for material in (*offenders, *doubtful):
        value = material.value
        if value is None:
            high = None
            asks.append(ask_value(material))
            continue
        if high is not None:
            high += value
    for material in offenders:
        low += material.value or 0
    state = at_most(low, high, tolerance.pct, good.low, good.high)
    one = share(low, good.high) if good.low == good.high else None
    return state, one, one if high == low or good.low != good.high else share(high, good.low), base_name(good)


def _by_weight(tolerance: Tolerance, good: Good, offenders: Sequence[Material], doubtful: Sequence[Material], asks: list[Question]) -> _Found:
    if tolerance.kind == "component_weight":
        return _component(tolerance, offenders, doubtful, asks)
    if tolerance.denominator == "basic_textiles":
        return _basic(tolerance, good, offenders, doubtful, asks)
    total = _together(good, offenders, doubtful, asks)
    return total.at_most(tolerance.pct), *total.figures, "weight of the good"


def _together(good: Good, offenders: Sequence[Material], doubtful: Sequence[Material], asks: list[Question]) -> Sum:
    scale, shares = weights(good)
    total = Sum(scale)
    for sure, materials in ((True, offenders), (False, doubtful)):
        for material in materials:
            part = shares.get(id(material))
            if part is None:
                asks.append(ask_weight(material))
            total.add(part, sure)
    return total


def _component(tolerance: Tolerance, offenders: Sequence[Material], doubtful: Sequence[Material], asks: list[Question]) -> _Found:
    """Share of the weight of the component that decides the classification (CPTPP Art 3.11(5))."""
    ratios = [(m, sure, m.line.component_weight_pct) for sure, ms in ((True, offenders), (False, doubtful)) for m in ms]
    scale = lcm(*{r.as_integer_ratio()[1] for _, _, r in ratios if r is not None})
    total = Sum(scale)
    for material, sure, part in ratios:
        if part is None or part <= 0:
            asks.append(ask_weight(material))
            total.add(None, sure)
            continue
        n, d = part.as_integer_ratio()
        total.add(n * (scale // d), sure)
    return total.at_most(tolerance.pct), *total.figures, "weight of the component that decides the classification"


@lru_cache(256)
def _words(text: str) -> frozenset[str]:
    return frozenset(text.replace("-", " ").replace("/", " ").split()) - {"or", "of", "and"}


def _special(tolerance: Tolerance, material: Material) -> int | None:
    """Which of the special yarns of the tolerance a material is: its place in the list, None for an ordinary one."""
    held = material.line.basic_textiles
    if held is None or len(held) != 1:
        return None
    words = _words(held[0])
    return next((n for n, (word, _) in enumerate(tolerance.special) if _words(word) <= words), None)


def _textiles(good: Good, asks: list[Question]) -> tuple[Sum, State]:
    """Weight of all basic textile materials of the good, and whether they are of two kinds or more."""
    scale, shares = weights(good)
    total = Sum(scale)
    kinds: set[str] = set()
    every = True
    for material in good.working:
        textile = _is_textile(material)
        if textile is False:
            continue
        held = material.line.basic_textiles
        if held is None:
            every = False
            text = f"Which basic textile materials are in line {material.id}?"
            asks.append(Question("textiles", material.id, "", text, (), material.line.producer))
        else:
            kinds.update(held)
        part = shares.get(id(material))
        if part is None:
            asks.append(ask_weight(material))
        total.add(part, textile is True)
    return total, True if len(kinds) > 1 else None if not every else False


def _basic(tolerance: Tolerance, good: Good, offenders: Sequence[Material], doubtful: Sequence[Material], asks: list[Question]) -> _Found:
    """Share of the weight of all basic textile materials, for goods of two or more of them (EVFTA Annex I, Note 6)."""
    total, mixed = _textiles(good, asks)
    scale, shares = weights(good)
    parts: dict[int | None, Sum] = {}
    every = Sum(scale)
    for sure, materials in ((True, offenders), (False, doubtful)):
        for material in materials:
            share_ = shares.get(id(material))
            parts.setdefault(_special(tolerance, material), Sum(scale)).add(share_, sure)
            every.add(share_, sure)
    state: State = True
    for kind, part in parts.items():
        state = both(state, _within(part, total, _pct(tolerance, kind)))
    if len(parts) > 1 and state:
        # Whether the shares of ordinary and special yarns may stand side by side the note does not say.
        state = _within(every, total, max(_pct(tolerance, kind) for kind in parts)) or None
    if tolerance.only_mixed:
        state = both(state, mixed)
    low = Fraction(100 * every.low, total.high) if total.high else None
    high = Fraction(100 * every.high, total.low) if every.high is not None and total.high is not None and total.low else None
    return state, low, high, "weight of all basic textile materials"


def _pct(tolerance: Tolerance, kind: int | None) -> Fraction:
    return tolerance.pct if kind is None else tolerance.special[kind][1]


def _within(part: Sum, whole: Sum, pct: Fraction) -> State:
    """Whether one sum is at most a percentage of another."""
    p, q = pct.numerator, pct.denominator * 100
    if part.high is not None and whole.high is not None and whole.low > 0 and part.high * q <= p * whole.low:
        return True
    return False if whole.high is not None and part.low * q > p * whole.high else None
