"""A bill after a change: lines from other sources, further working, and what that does to net cost and weight.

The price of the good is taken as given, so that a dearer material lowers the profit and no share of value has another denominator;
the net cost rises and falls with what is spent (CPTPP Art 3.9).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from fractions import Fraction
from typing import Any

from madein.core.errors import BadInput, Problem
from madein.origin.assemble import bottom_up
from madein.origin.fixes.model import Alternative, Fix
from madein.origin.model import Bill, Line, Number, Process

SOURCE = frozenset({"origin", "originating", "status", "producer", "hs", "wholly_obtained"})
"""Fields that name another source of a line."""

_FIELDS = frozenset(f.name for f in fields(Line)) - {"id"} | {"add_processes"}
_OF_OLD_SOURCE: Mapping[str, Any] = {
    "status": {}, "undeterminable": False, "wholly_obtained": None, "catch": None, "regional_content_pct": None, "acquired_in": "",
    "related_seller": None, "proof": None, "processes": None, "originating": None,
}  # fmt: skip
"""What was known of the former source and says nothing of another."""


def apply(bill: Bill, fix: Fix | Iterable[Alternative]) -> Bill:
    """The bill after a fix; the old one stays as it is.

    Parameters
    ----------
    bill : Bill
        The bill the fix was found for.
    fix : Fix or iterable of Alternative
        What is done.

    Raises
    ------
    BadInput
        If an alternative changes a line the bill has not, a field a line has not, or makes a value negative.

    Examples
    --------
    >>> from madein.origin.model import Product, exact
    >>> bill = Bill(Product(value=exact(100), net_cost=exact(80)), (Line("1", origin="CHN", originating=False, value=exact(50)),))
    >>> new = apply(bill, [Alternative("local", {"1": {"origin": "VNM", "originating": True}}, cost=exact(4))])
    >>> new.lines[0].originating, new.lines[0].value == 54, new.product.net_cost == 84
    (True, True, True)
    """
    steps = fix.steps if isinstance(fix, Fix) else tuple(fix)
    if not steps:
        return bill
    known = {line.id: line for line in bill.walk()}
    check(known, steps)
    changes = changes_of(known, steps)
    facts = dict(bill.facts)
    own = bill.product.processes
    for step in steps:
        facts.update(step.facts)
        own = _inserted(own, step)
    good: dict[str, Any] = {}
    if own is not bill.product.processes:
        good["processes"] = own
    if bill.product.net_cost is not None:
        good["net_cost"] = Fraction(bill.product.net_cost) + sum(cost_of(step, known) for step in steps)
    heavier = sum((_heavier(known[number], change) for number, change in changes.items()), Fraction(0))
    if heavier and bill.product.weight is not None:
        good["weight"] = Fraction(bill.product.weight) + heavier
    lines = changed(bill.lines, changes) if changes else bill.lines
    return Bill(replace(bill.product, **good) if good else bill.product, lines, facts, bill.gates, bill.label)


def check(known: Mapping[str, Line], steps: Iterable[Alternative]) -> None:
    """Refuse alternatives that fit no line of the bill.

    Raises
    ------
    BadInput
        With every one of them.
    """
    wrong = []
    for step in steps:
        for number, change in step.lines.items():
            at = step.where or f"alternative {step.id}"
            if number not in known:
                wrong.append(Problem(f"the bill has no line {number!r}", at, "", f"name one of {', '.join(list(known)[:12])}"))
                continue
            strange = [name for name in change if name not in _FIELDS]
            if strange:
                wrong.append(Problem(f"a line has no field {', '.join(strange)}", at, "", "use fields of a line, or add_processes"))
                continue
            value = complete(known[number], change, step).get("value")
            if value is not None and value < 0:
                wrong.append(Problem(f"line {number} would have a negative value", at, f"{value}", "correct the cost, or give the new value"))
            if step.cost is None and ("value" in change) and (change["value"] is None or known[number].value is None):
                wrong.append(Problem(f"the cost of a change of line {number} is open", at, "a value is not known", "give the cost per unit"))
    if wrong:
        raise BadInput(wrong)


def cost_of(step: Alternative, known: Mapping[str, Line]) -> Fraction:
    """What a step adds to the cost of one unit: what it says, or the new values of its lines less the old."""
    if step.cost is not None:
        return Fraction(step.cost)
    total = Fraction(0)
    for number, change in step.lines.items():
        new, old = change.get("value"), known[number].value
        if new is not None and old is not None:
            total += Fraction(new) - Fraction(old)
    return total


def complete(line: Line, change: Mapping[str, Any], step: Alternative) -> dict[str, Any]:
    """A change with what follows from it: facts of the old source go, and a price paid is the value."""
    if not SOURCE & change.keys():
        return dict(change)
    full = {**_OF_OLD_SOURCE, **change}
    if "status" in change and "originating" not in change:
        # A status under one regime only: under the others the status is that of before only if the source is the same, so it is open.
        full["originating"] = None
    if "origin" not in change and "originating" not in change and "status" not in change:
        full = {**{k: getattr(line, k) for k in _OF_OLD_SOURCE}, **change}
    if "value" not in change and "children" not in change and step.cost is not None and len(step.lines) == 1 and line.value is not None:
        full["value"] = Fraction(line.value) + Fraction(step.cost)
    return full


def changes_of(known: Mapping[str, Line], steps: Iterable[Alternative]) -> dict[str, dict[str, Any]]:
    """What changes of each line; further working comes behind that of the source, whichever of the two stands first in the table."""
    changes: dict[str, dict[str, Any]] = {}
    further: dict[str, tuple[Process, ...]] = {}
    for step in steps:
        for number, change in step.lines.items():
            full = complete(known[number], change, step)
            added = full.pop("add_processes", None)
            changes.setdefault(number, {}).update(full)
            if added:
                further[number] = (*further.get(number, ()), *added)
    for number, added in further.items():
        into = changes[number]
        into["processes"] = (*(into.get("processes", known[number].processes) or ()), *added)
    return changes


def _inserted(own: tuple[Process, ...] | None, step: Alternative) -> tuple[Process, ...] | None:
    if not step.processes:
        return own
    done = own or ()
    at = next((n for n, process in enumerate(done) if process.op == step.before), len(done)) if step.before else len(done)
    return (*done[:at], *step.processes, *done[at:])


def _heavier(line: Line, change: Mapping[str, Any]) -> Fraction:
    new: Number | None = change.get("weight")
    return Fraction(0) if new is None or line.weight is None else Fraction(new) - Fraction(line.weight)


def changed(lines: tuple[Line, ...], changes: Mapping[str, Mapping[str, Any]]) -> tuple[Line, ...]:
    """Lines with some fields changed; what is not touched, and sub-assemblies that are shared, stay the same objects."""
    made: dict[int, Line] = {}
    if all(not line.children for line in lines):
        return tuple(replace(line, **changes[line.id]) if line.id in changes else line for line in lines)
    for line in bottom_up(lines):
        change = changes.get(line.id)
        new = line if change is None else replace(line, **change)
        if line.children and (change is None or "children" not in change):
            children = tuple(made[id(child)] for child in line.children)
            if any(a is not b for a, b in zip(children, line.children, strict=True)):
                new = replace(new, children=children)
        made[id(line)] = new
    return tuple(made[id(line)] for line in lines)
