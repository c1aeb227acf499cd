"""Limits of every rule and tolerance held, at the limit and 0.01 to each side of it: equal to the limit passes, 0.01 beyond does not.

Nothing is typed in here: the limits, their materials and their bases are read from the rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from madein.origin.assemble import assemble
from madein.origin.editions import codes
from madein.origin.hs import HsSet
from madein.origin.leaves import TESTS
from madein.origin.leaves.tolerance import tolerated
from madein.origin.model import Bill, Line, Process, Product
from madein.origin.provisions import Tolerance, law
from madein.origin.regimes import load_regime, regimes
from madein.origin.rules import Leaf, leaves
from madein.origin.tree import evaluate

CENT = Fraction(1, 100)
HELD = [name for name in regimes() if load_regime(name).rules]


def a_code(of: HsSet) -> str:
    return next(c for c in codes("2012") if of.holds(c))


def limits(regime: str, *tests: str) -> list[tuple[str, Leaf]]:
    """Every distinct leaf with a percentage, with the rule it stands in."""
    found: dict[str, tuple[str, Leaf]] = {}
    for rule in load_regime(regime).rules:
        for leaf in leaves(rule.needs):
            if leaf.test in tests:
                found.setdefault(f"{leaf.test} {sorted((k, str(v)) for k, v in leaf.fields.items())}", (rule.id, leaf))
    return list(found.values())


def bill_at(regime: str, lines: tuple[Line, ...], code: str, **more: Any) -> Bill:
    basis = law(regime).basis
    return Bill(Product("good", code, "2012", country="VNM", value=Decimal(100), basis=basis, currency="USD", **more), lines)


def counted(leaf: Leaf, code: str) -> dict[str, Any]:
    """Fields of a line that a leaf counts, for a good of a code."""
    of = leaf.get("of", "hs" if leaf.get("hs") is not None else "all")
    fields: dict[str, Any] = {"hs_edition": "2012", "hs": "482190", "origin": "CHN"}
    if of in ("same_heading", "same_subheading"):
        fields["hs"] = code
    elif of == "restricted":
        fields["restricted"] = True
    elif leaf.get("hs") is not None:
        fields["hs"] = a_code(leaf.fields["hs"])
    if leaf.get("named"):
        fields["named"] = str(leaf.fields["named"])
    return fields


def state(regime: str, leaf: Leaf, bill: Bill, code: str) -> bool | None:
    return TESTS[leaf.test](assemble(bill, law(regime), code), leaf).whole


def around(limit: Fraction) -> Iterator[tuple[Fraction, int]]:
    for step in (-1, 0, 1):
        amount = limit + step * CENT
        if 0 < amount < 100:
            yield amount, step


@pytest.mark.parametrize("regime", HELD)
def test_shares_of_value_turn_exactly_at_their_limit(regime: str) -> None:
    seen = 0
    for rule, leaf in limits(regime, "max_nom", "rvc"):
        code = "940360"
        if leaf.test == "max_nom":
            limit, at_most = leaf.fields["pct"], True
        else:
            limit, at_most = leaf.fields["min_pct"], False
        for amount, step in around(limit):
            share = amount if at_most else 100 - amount
            status = False
            if leaf.get("method") == "build_up":
                share, status = amount, True
            line = Line("1", value=share, originating=status, **counted(leaf, code) | ({"origin": "VNM"} if status else {}))
            found = state(regime, leaf, bill_at(regime, (line,), code, net_cost=Decimal(100)), code)
            inside = step <= 0 if at_most else step >= 0
            if leaf.get("method") == "build_up" and not inside and law(regime).build_up != "materials":
                # The producer's own costs may count besides, and the bill does not list them.
                assert found is None, (rule, leaf, amount)
            else:
                assert found is inside, (rule, leaf, amount, found)
            seen += 1
    assert seen or regime == "US"


@pytest.mark.parametrize("regime", HELD)
def test_shares_of_weight_turn_exactly_at_their_limit(regime: str) -> None:
    for rule, leaf in limits(regime, "max_weight", "min_weight"):
        if leaf.get("dry"):
            continue
        code = "210690"
        for amount, step in around(leaf.fields["pct"]):
            at_most = leaf.test == "max_weight"
            fields = counted(leaf, code) | ({} if at_most else {"origin": "VNM"})
            lines = [Line("1", weight_pct=amount, originating=not at_most, wholly_obtained=not at_most, **fields)]
            if leaf.get("base") is not None:
                # The rest of the base is what the leaf does not count: originating under a cap, not originating under a floor.
                rest, home = a_code(leaf.fields["base"]), "VNM" if at_most else "CHN"
                lines.append(Line("2", hs=rest, hs_edition="2012", weight_pct=100 - amount, originating=at_most, origin=home))
            found = state(regime, leaf, bill_at(regime, tuple(lines), code), code)
            assert found is (step <= 0 if at_most else step >= 0), (rule, leaf, amount, found)


@pytest.mark.parametrize("regime", HELD)
def test_caps_beside_a_process_turn_exactly_at_their_limit(regime: str) -> None:
    for rule, leaf in limits(regime, "process_with_cap"):
        cap = leaf.fields["cap"]
        done = tuple(Process(word, "VNM", simple=False) for word in words(leaf.fields["all"]))
        fields = {"hs": a_code(cap["hs"]) if cap.get("hs") is not None else "520811", "named": str(cap.get("named") or "")}
        for amount, step in around(cap["pct"]):
            line = Line("1", hs_edition="2012", origin="CHN", originating=False, value=amount, **fields)
            good = assemble(bill_at(regime, (line,), "620520", processes=done), law(regime), "620520")
            out = TESTS["process_with_cap"](good, leaf)
            assert out.fixed is (step <= 0), (rule, leaf, amount)


def words(steps: Any) -> Iterator[str]:
    for step in steps:
        if isinstance(step, str):
            yield step
        elif "together" in step:
            yield from words(step["together"])
        elif isinstance(step["any"], str):
            yield from ("bleaching", "scouring", "calendering")[: step["count"]] if step["any"] == "finishing" else (step["any"],)
        else:
            yield from step["any"][: step["count"]]


@pytest.mark.parametrize("regime", HELD)
def test_allowances_turn_exactly_at_their_limit(regime: str) -> None:
    for rule, leaf in limits(regime, "however"):
        relax, inner = leaf.fields["relax"], leaf.fields["rule"]
        if relax.get("pct") is None or relax.fields["of"] != "same_heading" or not isinstance(inner, Leaf):
            continue
        code = a_code(next(r for r in load_regime(regime).rules if r.id == rule).target)
        for amount, step in around(relax.fields["pct"]):
            line = Line("1", hs=code, hs_edition="2012", origin="CHN", originating=False, value=amount)
            good = assemble(bill_at(regime, (line,), code), law(regime), code)
            assert evaluate(leaf, good, (), "").state is (step <= 0), (rule, amount)


TOLERANCES = [(regime, name) for regime in HELD for name in law(regime).tolerances]


def falls_short(tolerance: Tolerance, amount: Fraction) -> tuple[Line, ...]:
    fields: dict[str, Any] = {"hs_edition": "2012", "origin": "CHN", "originating": False, "elastomeric": False}
    short = Line(
        "1", hs="520512", value=amount, weight_pct=amount, component="main", component_weight_pct=amount, basic_textiles=("cotton",), **fields
    )
    rest = Line(
        "2",
        hs="510710",
        value=Decimal(1),
        weight_pct=100 - amount,
        component="main",
        component_weight_pct=100 - amount,
        basic_textiles=("wool",),
        **fields,
    )
    return short, rest


@pytest.mark.parametrize(("regime", "name"), TOLERANCES)
def test_tolerances_turn_exactly_at_their_limit(regime: str, name: str) -> None:
    tolerance = law(regime).tolerances[name]
    code = a_code(tolerance.seen_for) if tolerance.seen_for is not None else "580230"
    for amount, step in around(tolerance.pct):
        good = assemble(bill_at(regime, falls_short(tolerance, amount), code), law(regime), code)
        found = tolerated(tolerance, good, good.working[:1], ()).state
        assert found is (step <= 0), (amount, found)


@pytest.mark.parametrize(("regime", "name"), TOLERANCES)
def test_no_tolerance_lifts_a_share(regime: str, name: str) -> None:
    assert not law(regime).tolerances[name].lifts & {"max_nom", "rvc", "max_weight", "min_weight"}


@pytest.mark.parametrize("regime", [name for name in HELD if law(name).sets])
def test_sets_turn_exactly_at_their_limit(regime: str) -> None:
    from madein.origin.sets import of_components

    for rule in law(regime).sets:
        if not rule.by_components:
            continue
        for amount, step in around(rule.pct):
            lines = (
                Line("1", hs="821599", hs_edition="2012", origin="CHN", originating=False, value=amount),
                Line("2", hs="821510", hs_edition="2012", origin="VNM", originating=True, value=Decimal(50)),
            )
            good = assemble(bill_at(regime, lines, "821520", is_set=True), law(regime), "821520")
            assert of_components(good, rule).state is (step <= 0), amount
