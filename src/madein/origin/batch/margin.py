"""What a decision of the scalar path comes to in one row: the margin to the nearest deciding limit of value, and why.

Both paths answer in these words, so that they can be compared.
"""

from __future__ import annotations

from fractions import Fraction

from madein.origin.result import Decision, Explained

VALUE_LEAVES = frozenset({"MAXNOM", "RVC_BUILD_DOWN", "RVC_BUILD_UP", "RVC_NET_COST", "RVC_FOCUSED"})
"""Codes of leaves that limit a share of value."""

REASONS = ("", "wholly_obtained", "all_originating", "rule", "gate", "not_a_party", "not_in_force", "no_rule", "no_materials", "unverified", "open")
"""Why: how a yes was reached; whether the rule or a gate (working, transport) says no; why there is no answer."""


def margin_of(found: Decision) -> Fraction | None:
    """Percentage points between the deciding leaf of value that lies nearest to its limit, and that limit.

    A leaf decides if it and every node above it have the verdict of the decision. Positive inside the limit, negative beyond it;
    while the status of a line is open, the reading that is worst for the good counts. None where no leaf of value decides.

    Examples
    --------
    >>> leaf = Explained("at most 45 %", False, "MAXNOM", Fraction(50), Fraction(50), Fraction(45), "max")
    >>> margin_of(Decision(regime="X", verdict="no", tree=Explained("originates", False, children=(leaf,))))
    Fraction(-5, 1)
    """
    if found.verdict == "unknown":
        return None
    best: Fraction | None = None
    todo = [found.tree]
    while todo:
        node: Explained = todo.pop()
        if node.code in VALUE_LEAVES:
            margin = node.margin
            if margin is not None and (best is None or abs(margin) < abs(best)):
                best = margin
        todo.extend(c for c in node.children if c.state is found.tree.state and c.code != "ROLL_UP")
    return best


def reason_of(found: Decision) -> str:
    """One of `REASONS` for a decision."""
    if found.verdict == "yes":
        return "wholly_obtained" if found.by[:1] == ("WO",) else "all_originating" if "ALL_ORIGINATING" in found.by else "rule"
    if found.verdict == "no":
        if found.because:
            return found.because
        return "rule" if found.origin == "no" else "gate"
    return found.because if found.because in REASONS and found.because else "open"
