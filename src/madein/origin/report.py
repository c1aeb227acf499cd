"""An assessment as plain data for machines."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from madein.origin.assessment import Assessment, reading
from madein.origin.duty import record as duty_record
from madein.origin.explain import decision_record
from madein.origin.explain import record as tree_record
from madein.origin.fixes import Fix, Fixes
from madein.origin.proofs import Proofs
from madein.origin.result import shown


def record(found: Assessment) -> dict[str, Any]:
    """One market and regime: verdict, rule, article, the deciding figure with limit and margin, failing and open leaves, proof.

    Examples
    --------
    >>> from madein.origin.model import Bill, Product
    >>> record(Assessment(bill=Bill(Product()), destination="BRA"))["verdict"]
    'no_regime'
    """
    data: dict[str, Any] = {"market": found.destination, "regime": found.name or None, "on": found.on.isoformat() if found.on else None}
    if found.regime is not None:
        data["law_held_as_of"] = found.regime.law_held_as_of.isoformat() if found.regime.law_held_as_of else None
    data["duty"] = duty_record(found.duty) if found.duty else None
    if found.decision is not None:
        node = found.deciding
        decides = None if node is None else {
            "test": node.label, "article": node.article, "lines": list(node.lines),
            **{name: str(shown(value)) for name, value in zip(("share", "margin"), reading(node) or (), strict=False)},
            **{name: str(shown(value)) for name, value in (("low", node.low), ("high", node.high), ("limit", node.limit)) if value is not None},
        }  # fmt: skip
        leaves = [n for n in found.decision.tree.walk() if not any(c.state is n.state for c in n.children)]
        data |= decision_record(found.decision) | {"market": found.destination, "deciding": decides}
        data["failing"] = [_leaf(n) for n in leaves if n.state is False]
        data["open"] = [_leaf(n) for n in leaves if n.state is None]
        data["proof"] = _proof(found.proofs)
        data["fixes"] = _fixes(found.fixes)
        return data
    if found.country is not None:
        country = found.country
        return data | {
            "verdict": "no_preference", "country_of_origin": country.country or None, "step": country.step or None, "by_line": dict(country.by_line),
            "questions": [{k: v for k, v in ask._asdict().items() if v} for ask in country.questions], "tree": tree_record(country.tree),
        }  # fmt: skip
    return data | {"verdict": "no_regime"}


def _leaf(node: Any) -> dict[str, Any]:
    return {"test": node.label, "article": node.article, "lines": list(node.lines), "questions": [ask.text for ask in node.asks]}


def _proof(found: Proofs | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {"needed": found.needed, "documents": list(found.documents), "open": list(found.open), "questions": [ask.text for ask in found.questions]}


def _fixes(found: Fixes | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "best": [_fix(fix) for fix in found.best],
        "branches": [
            {
                "branch": branch.label, "rule": branch.rule, "article": branch.article, "why": branch.why, "proved": branch.exact,
                "gaps": [{"test": str(gap), "lines": list(gap.lines), **_amounts(cut=gap.cut, price=gap.price)} for gap in branch.gaps],
                "lines": None if branch.lines is None else list(branch.lines), "fix": _fix(branch.fix) if branch.fix else None,
            }
            for branch in found.branches
        ],
        "blocked": list(found.blocked), "at_home": list(found.at_home),
    }  # fmt: skip


def _fix(fix: Fix) -> dict[str, Any]:
    amounts = _amounts(cost=fix.cost, fixed_cost=fix.fixed, duty_saved=fix.saving)
    return {"steps": list(fix.ids), "branch": fix.branch, "break_even_units": fix.break_even, **amounts}


def _amounts(**amounts: Fraction | None) -> dict[str, str]:
    return {name: str(shown(value)) for name, value in amounts.items() if value is not None}
