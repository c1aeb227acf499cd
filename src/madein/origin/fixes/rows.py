"""What a branch of a rule asks, as limits on sums over lines.

Every test of the engine comes to one of three things: a material may not stand as it does (it is barred), what materials add must stay
under a limit, or something about the good itself must hold. The tests themselves are asked (`madein.origin.leaves.TESTS`), so that no
law is read twice; open materials count as if they fell short, which is what a sure yes asks. The sums may be looser than the engine,
never tighter: what they let through is decided by the engine afterwards.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from madein.origin.frame import Amount, Good, Material
from madein.origin.hs import HsSet
from madein.origin.leaves import TESTS
from madein.origin.leaves.common import Outcome, names
from madein.origin.leaves.obtained import _first, _line
from madein.origin.leaves.process import _needs
from madein.origin.leaves.tolerance import _MAY_STRETCH, _eligible, _is_textile
from madein.origin.leaves.value import base_name, scope_of
from madein.origin.leaves.weight import _kind, weights
from madein.origin.leaves.words import nature
from madein.origin.provisions import Tolerance
from madein.origin.result import State
from madein.origin.rules import Leaf
from madein.origin.tree import _allowed

WORKING = frozenset({"ctc", "any", "from_materials", "wo_materials", "process", "process_with_cap", "all_originating"})
"""Tests that each material passes or not."""

COMPONENTS = "set_components"
"""A test of our own: the components of a set that do not originate, up to a share."""

_HUNDRED = Fraction(100)


@dataclass(slots=True)
class Row:
    """One sum and its limit.

    Attributes
    ----------
    label, code : str
        What it is, in words, and its code.
    adds : dict of int to amount
        What each material adds, by the identity of the object.
    limit : amount or None
        What the sum may not exceed; None where no sum is small enough.
    pct : Fraction or None
        Limit in percent.
    money : bool
        Whether amounts are values, in whole units of the bill.
    rate : Fraction
        By how much the limit rises with the price of the good.
    spent : Fraction
        By how much the limit rises with what is spent on the good.
    cover : bool
        True for a sum of what must be there: amounts are negative.
    """

    label: str
    code: str
    limit: Amount | None
    pct: Fraction | None = None
    money: bool = True
    rate: Fraction = Fraction(0)
    spent: Fraction = Fraction(0)
    cover: bool = False
    adds: dict[int, Amount] = field(default_factory=dict)

    def add(self, material: Material, amount: Amount) -> None:
        """Add what a material comes to."""
        key = id(material)
        self.adds[key] = self.adds.get(key, 0) + amount


@dataclass(slots=True)
class Sheet:
    """What a branch asks of a good: sums, materials that may not stay as they are, and what is not met by the good itself.

    ``open`` where a test of a material hangs on more than its status (its code, its name, whether it was bought): the engine may then
    say yes although no single branch surely does, because one or the other does whatever the answer is. ``asked`` holds facts of the
    good that tests hang on, each with the answer that meets them.
    """

    rows: list[Row] = field(default_factory=list)
    barred: dict[int, tuple[Material, Leaf]] = field(default_factory=dict)
    unmet: list[tuple[Leaf, Outcome]] = field(default_factory=list)
    barred_out: dict[int, Outcome] = field(default_factory=dict)
    asked: set[tuple[str, bool]] = field(default_factory=set)
    open: bool = False


class Tests:
    """Outcomes of leaf tests, each asked once per good."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], tuple[Outcome, Good, Leaf]] = {}

    def __call__(self, good: Good, leaf: Leaf) -> Outcome:
        """The outcome of a leaf for a good."""
        key = id(good), id(leaf)
        if key not in self._found:
            self._found[key] = TESTS[leaf.test](good, leaf), good, leaf
        return self._found[key][0]


def sheet(leaves: Iterable[Leaf], tolerance: Tolerance | None, weighed: bool, good: Good, tests: Tests) -> Sheet:
    """What a branch asks, read off a good, or off a part of its lines.

    Parameters
    ----------
    leaves : iterable of Leaf
        All of them must be met.
    tolerance : Tolerance or None
        The one tolerance that is used for all of them together.
    weighed : bool
        Of a tolerance of value or weight: by weight.
    good : Good
        The good with some or all of its lines.
    tests : Tests
        Remembers outcomes.
    """
    found = Sheet()
    short: dict[int, Material] = {}
    for leaf in leaves:
        if leaf.test == "however":
            inner = leaf.fields["rule"]
            _working(inner, leaf.fields["relax"], tolerance, good, tests, found, short)
        elif leaf.test in WORKING:
            _working(leaf, None, tolerance, good, tests, found, short)
        elif leaf.test in ("max_nom", "rvc", COMPONENTS):
            _value(leaf, good, found)
        elif leaf.test in ("max_weight", "min_weight"):
            (_max_weight if leaf.test == "max_weight" else _min_weight)(leaf, good, found)
        elif leaf.test == "wo":
            _obtained(leaf, good, found, tests)
        else:
            out = tests(good, leaf)
            if out.whole is not True:
                found.unmet.append((leaf, out))
                if out.whole is None:
                    found.asked.update((q.key, bool(leaf.get("value", True))) for q in out.asks if q.choices)
    if tolerance is not None:
        _tolerance(tolerance, weighed, good, list(short.values()), found)
    return found


def _bar(found: Sheet, material: Material, leaf: Leaf, out: Outcome) -> None:
    found.barred[id(material)] = material, leaf
    found.barred_out[id(material)] = out


def _obtained(leaf: Leaf, good: Good, found: Sheet, tests: Tests) -> None:
    """A good is wholly obtained where all its materials are; one grown or raised by its producer is left to the engine."""
    product = good.bill.product
    raised = bool(good.processes) and _first(good.processes or ()) is not None and bool(good.code) and nature().holds(good.code) is not False
    if product.wholly_obtained_in or raised:
        return
    for material in good.valued:
        here = _line(material, good)
        if here is not True:
            _bar(found, material, leaf, tests(good, leaf))
            found.open = found.open or here is None


def _working(leaf: Leaf, relax: Leaf | None, tolerance: Tolerance | None, good: Good, tests: Tests, found: Sheet, short: dict[int, Material]) -> None:
    """Materials that fall short of a test of working, less those an allowance covers."""
    out = tests(good, leaf)
    if leaf.test in ("process", "process_with_cap") and good.law.process_scope == "good":
        own = Outcome(out.label, "PROCESS")
        _needs(good, leaf, own)
        if own.fixed is not True:
            found.unmet.append((leaf, own))
    if leaf.test == "process_with_cap":
        _capped(leaf, good, found)
    cap = None
    if relax is not None and relax.get("pct") is not None:
        pct = relax.fields["pct"]
        cap = Row(f"materials that may be used however, of the {base_name(good)}", "ALLOWED", _part(good.low, pct), pct, rate=pct / 100)
        found.rows.append(cap)
    lifted = tolerance is not None and leaf.test in tolerance.lifts
    found.open = found.open or any(map(_hangs, out.doubtful))
    for material in (*out.offenders, *out.doubtful):
        if relax is not None:
            scope = _allowed(material, relax, good, out)
            found.open = found.open or scope is None
            if scope is not False and cap is not None:
                if material.value is None:
                    _bar(found, material, leaf, out)
                    continue
                cap.add(material, material.value)
            if scope:
                continue
        fits: State = _eligible(tolerance, good, material) if lifted and tolerance is not None else False
        found.open = found.open or fits is None
        if fits:
            short[id(material)] = material
        else:
            _bar(found, material, leaf, out)


def _hangs(material: Material) -> bool:
    """Whether a doubt about a material is not only that of its status."""
    return material.state is False or bool(material.asks) or material.inputs is not None


def _part(amount: Amount | None, pct: Fraction) -> Amount | None:
    return None if amount is None else amount * pct / _HUNDRED


def _capped(leaf: Leaf, good: Good, found: Sheet) -> None:
    cap = leaf.fields["cap"]
    pct: Fraction = cap["pct"]
    key, codes, words = cap.get("named"), cap.get("hs"), str(cap.get("words") or "")
    side = Outcome("", "")
    label = f"non-originating {words or str(key or codes).replace('_', ' ')} of the {base_name(good)}"
    row = Row(label, "PROCESS", _part(good.low, pct), pct, rate=pct / 100)
    found.rows.append(row)
    for material in good.valued:
        if material.state is True:
            continue
        scope = names(material, str(key), codes, words, side) if key else True if codes is None else material.inside(codes)
        if scope is not False:
            found.open = found.open or scope is None
            _count(row, material, leaf, found)


def _count(row: Row, material: Material, leaf: Leaf, found: Sheet) -> None:
    found.open = found.open or material.low != material.high or bool(material.asks)
    if material.high is None:
        _bar(found, material, leaf, Outcome(row.label, row.code))
    else:
        row.add(material, material.high)


def _value(leaf: Leaf, good: Good, found: Sheet) -> None:
    """Shares of value: the sum of what does not originate, or of what does for build-up."""
    method = leaf.get("method", "")
    if method == "build_up":
        pct = leaf.get("min_pct")
        limit = None if pct is None or good.high is None else -_part(good.high, pct)  # type: ignore[operator]
        row = Row(f"originating materials of the {base_name(good)}", "RVC_BUILD_UP", limit, pct, cover=True)
        # A value of materials above that of the good cannot be right, and the engine says so.
        whole = Row(f"all materials of the {base_name(good)}", "RVC_BUILD_UP", good.high, _HUNDRED, rate=Fraction(1))
        found.rows += [row, whole]
        for material in good.valued:
            if material.state is True and material.value is not None:
                row.add(material, -material.value)
                whole.add(material, material.value)
            elif material.state is False:
                whole.add(material, material.low)
        return
    out = Outcome("", "")
    if leaf.test == "rvc":
        pct = leaf.get("min_pct")
        barred = pct is None or any(leaf.get(k) is not None for k in ("excluding", "except", "except_named"))
        share = None if barred else _HUNDRED - pct
        base = good.net if method == "net_cost" else good.low
        of = "net cost" if method == "net_cost" else base_name(good)
        row = Row(f"non-originating materials of the {of} ({method.replace('_', '-')})", f"RVC_{method.upper()}", None, share)
        if share is not None:
            row.limit = _part(base, share)
            row.rate, row.spent = (Fraction(0), share / 100) if method == "net_cost" else (share / 100, Fraction(0))
        scope = scope_of(good, leaf, out) if method == "focused" else None
    else:
        pct = leaf.fields["pct"]
        code = "SETS" if leaf.test == COMPONENTS else "MAXNOM"
        row = Row(f"non-originating materials of the {base_name(good)}", code, _part(good.low, pct), pct, rate=pct / 100)
        scope = None if leaf.test == COMPONENTS else scope_of(good, leaf, out)
    found.rows.append(row)
    for material in good.valued:
        inside = material.state is not True and (scope is None or scope(material))
        if inside is not False:
            found.open = found.open or inside is None
            _count(row, material, leaf, found)


def _share(good: Good, material: Material) -> Fraction | None:
    scale, shares = weights(good)
    part = shares.get(id(material))
    return None if part is None else Fraction(part, scale)


def _max_weight(leaf: Leaf, good: Good, found: Sheet) -> None:
    out = Outcome("", "")
    kind, pct, base = _kind(leaf, out), leaf.fields["pct"], leaf.get("base")
    groups: Sequence[object] = [None]
    if leaf.get("mode") == "individual" and base is None:
        groups = list(leaf.get("groups") or (HsSet([r]) for r in leaf.get("hs") or ())) or [None]
    rows = [Row("non-originating materials by weight", "MAXWEIGHT", Fraction(0) if base is not None else pct, pct, money=False) for _ in groups]
    found.rows += rows
    dry = bool(leaf.get("dry")) and good.fact("dry_weight_limit_met") is not True
    if dry:
        found.asked.add(("dry_weight_limit_met", True))
    for material in good.working:
        if base is not None and material.inside(base) is True:
            rows[0].add(material, -pct * (_share(good, material) or 0) / 100)
        if material.state is True or (which := kind(material)) is False:
            continue
        found.open = found.open or which is None or bool(material.asks)
        part = _share(good, material)
        if part is None or dry:
            _bar(found, material, leaf, Outcome(rows[0].label, "MAXWEIGHT"))
            continue
        for group, row in zip(groups, rows, strict=True):
            if group is None or material.inside(group) is not False:  # type: ignore[arg-type]
                row.add(material, part)


def _min_weight(leaf: Leaf, good: Good, found: Sheet) -> None:
    out = Outcome("", "")
    kind, pct, base, want = _kind(leaf, out), leaf.fields["pct"], leaf.get("base"), leaf.get("state")
    row = Row("materials that must be in the good, by weight", "MINWEIGHT", -pct if base is None else Fraction(0), pct, money=False, cover=True)
    found.rows.append(row)
    if leaf.get("dry") and good.fact("dry_weight_limit_met") is not True:
        found.asked.add(("dry_weight_limit_met", True))
        found.unmet.append((leaf, Outcome("the limit by dry weight is met", "MINWEIGHT")))
    for material in good.working:
        part = _share(good, material) or Fraction(0)
        status_open = want == "wo" and material.state is not False and material.line.wholly_obtained is None
        found.open = found.open or kind(material) is None or status_open or bool(material.asks)
        if base is not None and material.inside(base) is not False:
            row.add(material, pct * part / 100)
        if kind(material) and _counts(material, want):
            row.add(material, -part)


def _counts(material: Material, want: str | None) -> bool:
    """Whether a material may have the status a share counts; the engine looks at it more closely afterwards."""
    if want is None:
        return True
    return material.state is True if want == "originating" else material.state is not False and bool(material.line.wholly_obtained)


def _tolerance(tolerance: Tolerance, weighed: bool, good: Good, short: list[Material], found: Sheet) -> None:
    """The sum of what falls short, under the limit of the tolerance."""
    pct = tolerance.pct if not tolerance.special else max(tolerance.pct, *(p for _, p in tolerance.special))
    label = f"what falls short, under the tolerance ({tolerance.article})"
    open_ = tolerance.verified and (tolerance.goods is None or bool(good.code and tolerance.goods.holds(good.code)))
    by_value = tolerance.kind in ("value", "textile_value") or (tolerance.kind == "value_or_weight" and not weighed)
    row = Row(label, tolerance.code, None, pct, money=by_value)
    found.rows.append(row)
    basic = not by_value and tolerance.kind != "component_weight" and tolerance.denominator == "basic_textiles"
    if open_:
        row.limit = _part(good.low, pct) if by_value else Fraction(0) if basic else pct
        row.rate = pct / 100 if by_value else Fraction(0)
    leaf = Leaf("tolerance", {})
    if basic:
        for material in good.working:
            if _is_textile(material) is True:
                row.add(material, -pct * (_share(good, material) or 0) / 100)
    for material in short:
        amount: Amount | None
        if by_value:
            amount = material.value
        elif tolerance.kind == "component_weight":
            amount = None if material.line.component_weight_pct is None else Fraction(material.line.component_weight_pct)
        else:
            amount = _share(good, material)
        if amount is None:
            _bar(found, material, leaf, Outcome(label, tolerance.code))
        else:
            row.add(material, amount)
    if tolerance.elastomeric:
        for material in good.working:
            line = material.line
            found.open = found.open or (line.elastomeric is None and material.state is not True and material.inside(_MAY_STRETCH) is not False)
            fine = material.state is True or line.elastomeric is False or (line.elastomeric is None and material.inside(_MAY_STRETCH) is False)
            if not fine:
                _bar(found, material, leaf, Outcome("elastomeric yarn is wholly formed in the Parties", "ELASTOMERIC"))
