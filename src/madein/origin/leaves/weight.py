"""Shares of weight: ``max_weight`` (non-originating materials at most) and ``min_weight`` (materials of a kind at least).

Limits in weight concern non-originating materials only; "individual" limits each material named, "sum" and "combined" limit
their total (EVFTA Protocol 1, Annex I, Note 4.2). No tolerance lifts them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from math import lcm

from madein.origin.frame import Good, Material
from madein.origin.hs import HsSet
from madein.origin.leaves.common import Outcome, ask_code, ask_status, names, once, put
from madein.origin.leaves.value import _percent
from madein.origin.result import Question, State, both
from madein.origin.rules import Leaf


def ask_weight(material: Material) -> Question:
    """The question of a line's weight."""
    line = material.line
    text = f"What share of the good's weight is line {line.id} ({line.name or 'no name'})?"
    return Question("weight", line.id, "", text, (), line.producer)


def weights(good: Good) -> tuple[int, dict[int, int | None]]:
    """Shares of the good's weight in whole numbers: how many make one percent, and the share of each material by its id.

    A weight per unit of the good counts where the good's own weight is given too; without either the share is None.
    """
    if good.weights is None:
        found: dict[int, tuple[int, int] | None] = {}
        for material in (*good.working, *good.valued):
            line = material.line
            if line.weight_pct is not None:
                # What weighs nothing was not weighed.
                found[id(material)] = line.weight_pct.as_integer_ratio() if line.weight_pct > 0 else None
            elif line.weight is not None and line.weight > 0 and good.weight:
                found[id(material)] = (100 * Fraction(line.weight) / good.weight).as_integer_ratio()
            else:
                found[id(material)] = None
        scale = lcm(*{r[1] for r in found.values() if r is not None})
        good.weights = scale, {key: None if r is None else r[0] * (scale // r[1]) for key, r in found.items()}
    return good.weights


def _label(leaf: Leaf) -> str:
    of = leaf.get("words") or (str(leaf.get("named")).replace("_", " ") if leaf.get("named") else str(leaf.get("hs")))
    base = f"the weight of the materials of {leaf.get('base')}" if leaf.get("base") is not None else "the weight of the good"
    if leaf.test == "min_weight":
        kind = {"wo": "wholly obtained ", "originating": "originating "}.get(leaf.get("state", ""), "")
        return f"{kind}materials of {of}: at least {_percent(leaf.fields['pct'])} % of {base}"
    each = "each of the non-originating materials" if leaf.get("mode") == "individual" else "non-originating materials together"
    return f"{each} of {of}: at most {_percent(leaf.fields['pct'])} % of {base}"


class Sum:
    """Bounds of a sum of shares of which some are open, in whole numbers of which ``scale`` make one percent."""

    __slots__ = ("high", "low", "scale")

    def __init__(self, scale: int) -> None:
        self.scale = scale
        self.low = 0
        self.high: int | None = 0

    def add(self, share: int | None, sure: bool) -> None:
        """Add one share, to both bounds where it surely counts."""
        if share is None:
            self.high = None
            return
        if sure:
            self.low += share
        if self.high is not None:
            self.high += share

    def at_most(self, pct: Fraction) -> State:
        """Whether the sum is at or under a percentage."""
        p, q = pct.numerator * self.scale, pct.denominator
        return True if self.high is not None and self.high * q <= p else False if self.low * q > p else None

    @property
    def figures(self) -> tuple[Fraction, Fraction | None]:
        """Both bounds in percent."""
        low = Fraction(self.low, self.scale)
        return low, low if self.high == self.low else None if self.high is None else Fraction(self.high, self.scale)


def _counted(good: Good, within: Callable[[Material], State], out: Outcome) -> list[tuple[Material, int | None, bool]]:
    """Materials that do not originate and are, or may be, of the kind: each with its share and whether it surely counts."""
    found = []
    _, shares = weights(good)
    for material in good.working:
        if material.state is True:
            continue
        scope = within(material)
        if scope is False:
            continue
        sure = scope is True and material.state is False
        (out.offenders if sure else out.doubtful).append(material)
        share = shares[id(material)]
        if share is None:
            out.asks.append(ask_weight(material))
        if material.state is None:
            out.asks.append(ask_status(material))
        if scope is None and not any(q.line == material.id for q in out.asks):
            out.asks.append(ask_code(material))
        found.append((material, share, sure))
    return found


def _kind(leaf: Leaf, out: Outcome) -> Callable[[Material], State]:
    codes: HsSet | None = leaf.get("hs")
    key = leaf.get("named")
    if key:
        return lambda m: names(m, key, codes, leaf.get("words", ""), out)
    return lambda m: m.inside(codes) if codes is not None else True


def max_weight(good: Good, leaf: Leaf) -> Outcome:
    """Non-originating materials of a kind may make up at most a share of the good's weight."""
    out = Outcome(once(leaf, _label), "MAXWEIGHT")
    pct: Fraction = leaf.fields["pct"]
    out.limit, out.sense = pct, "max"
    found = _counted(good, _kind(leaf, out), out)
    if not found:
        out.state, out.low, out.high = True, Fraction(0), Fraction(0)
    elif leaf.get("base") is not None:
        out.state = _of_base(good, leaf, found, out)
    elif leaf.get("mode") == "individual":
        out.state = _individual(leaf, found, out, pct, weights(good)[0])
    else:
        total = _total(((share, sure) for _, share, sure in found), weights(good)[0])
        out.state, (out.low, out.high) = total.at_most(pct), total.figures
    if leaf.get("dry") and found and out.state is not False:
        out.state = _dry(good, out)
    if out.state is False and out.low == out.high and out.low is not None:
        good.figures["max_weight_pct"] = out.low
    put(good, "max_weight_pct", out.low, out.high)
    out.fixed, out.state = out.state, True
    return out


def _total(shares: Iterable[tuple[int | None, bool]], scale: int) -> Sum:
    total = Sum(scale)
    for share, sure in shares:
        total.add(share, sure)
    return total


def _individual(leaf: Leaf, found: list[tuple[Material, int | None, bool]], out: Outcome, pct: Fraction, scale: int) -> State:
    """Each material alone. Whether two lines of one group are one material or two the texts leave open.

    A yes therefore needs each group as a whole under the limit, a no one code alone over it; what lies between stays open.
    """
    groups: list[HsSet] = list(leaf.get("groups") or (HsSet([r]) for r in leaf.get("hs") or ()))
    wide: State = True
    for group in groups or [None]:  # type: ignore[list-item]
        inside = [(s, sure and (group is None or m.inside(group) is True)) for m, s, sure in found if group is None or m.inside(group) is not False]
        if inside:
            total = _total(inside, scale)
            wide = both(wide, total.at_most(pct))
            low, high = total.figures
            if out.high is None or (high is not None and high > out.high):
                out.low, out.high = low, high
    codes: dict[str, Sum] = {}
    for material, share, sure in found:
        code = " ".join(c[:6] for c in material.codes)
        codes.setdefault(code, Sum(scale)).add(share, sure)
    narrow: State = True
    for total in codes.values():
        narrow = both(narrow, total.at_most(pct))
    if wide is False and narrow is not False:
        out.note = "the materials of one group together exceed the limit, no single one does; whether they count together is open"
        return None
    # While it is open whether a group exceeds the limit, that no single code does is not enough for a yes.
    return True if wide else False if narrow is False else None


def _of_base(good: Good, leaf: Leaf, found: list[tuple[Material, int | None, bool]], out: Outcome) -> State:
    """Share of the weight of certain materials: counted ones against the base, each with its bounds."""
    base: HsSet = leaf.fields["base"]
    scale, shares = weights(good)
    counted = _total(((share, sure) for _, share, sure in found), scale)
    total = _total(((shares[id(m)], m.inside(base) is True) for m in good.working if m.inside(base) is not False), scale)
    pct: Fraction = leaf.fields["pct"]
    out.low, out.high = _ratio(counted, total)
    if out.high is not None and out.high <= pct:
        return True
    return False if out.low is not None and out.low > pct else None


def _ratio(part: Sum, whole: Sum) -> tuple[Fraction | None, Fraction | None]:
    """Bounds in percent of one sum within another."""
    low = Fraction(100 * part.low, whole.high) if whole.high else None
    return low, Fraction(100 * part.high, whole.low) if part.high is not None and whole.low else None


def min_weight(good: Good, leaf: Leaf) -> Outcome:
    """Materials of a kind must make up at least a share of a weight, as originating or wholly obtained where the rule says so."""
    out = Outcome(once(leaf, _label), "MINWEIGHT")
    pct: Fraction = leaf.fields["pct"]
    out.limit, out.sense = pct, "min"
    base: HsSet | None = leaf.get("base")
    kind, want = _kind(leaf, out), leaf.get("state")
    scale, shares = weights(good)
    counted, total = Sum(scale), Sum(scale)
    for material in good.working:
        share = shares[id(material)]
        part = True if base is None else material.inside(base)
        if part is not False and base is not None:
            total.add(share, part is True)
        fits = both(kind(material), _status(material, good, want, out))
        if fits is False:
            continue
        if share is None:
            out.asks.append(ask_weight(material))
        counted.add(share, fits is True)
    if base is None:
        total.low = total.high = 100 * scale
    elif total.high == 0:
        out.asks.append(Question("materials", good.line, "", f"Which materials of {base} is the good made of? The bill lists none", ()))
    out.low, out.high = _ratio(counted, total)
    state: State = None
    if out.low is not None and out.low >= pct:
        state = True
    elif out.high is not None and out.high < pct:
        state = False
    if leaf.get("dry") and state is not False:
        state = _dry(good, out)
    out.fixed, out.state = state, True
    return out


def _status(material: Material, good: Good, want: str | None, out: Outcome) -> State:
    """Whether a material has the status a share counts: any, originating, or wholly obtained."""
    if want is None:
        return True
    if want == "originating":
        if material.state is None:
            out.asks.append(ask_status(material))
        return material.state
    state = False if material.state is False or good.law.abroad(material.line.origin) else material.line.wholly_obtained
    if state is None:
        text = f"Is line {material.id} ({material.line.name or 'no name'}) wholly obtained in a Party?"
        out.asks.append(Question("wholly_obtained", material.id, "", text, (True, False), material.line.producer))
    return state


def _dry(good: Good, out: Outcome) -> State:
    """The bill gives weights as they are; shares of dry matter cannot be derived from them and are asked for."""
    out.note = "the limit is on dry weight; the bill gives none"
    out.asks.append(Question("fact", good.line, "dry_weight_limit_met", f"By dry weight: {out.label}?", (True, False)))
    return good.fact("dry_weight_limit_met")
