"""Sets: by their components, up to a share of value that may not originate, or by the rule of the set itself.

EVFTA Protocol 1, Art 9 (15 % of the ex-works price); CPTPP Art 3.17 (10 % where General Rule 3(c) classifies the set, and for
textile sets; else the set's own rule).
"""

from __future__ import annotations

from madein.origin.frame import Good
from madein.origin.leaves.common import Outcome, at_most, put, values
from madein.origin.leaves.value import _bounds, _percent, _price_or_ask, base_name
from madein.origin.provisions import SetRule
from madein.origin.result import Explained, Question


def set_rule(good: Good) -> SetRule | None:
    """The provision for a set, None where the regime has none for it.

    A regime may tell sets apart by the General Rule that classifies them; where that is not given, none is chosen.
    """
    gri = good.bill.product.gri
    rules = good.law.sets
    textile = next((r for r in rules if r.textiles and good.textile), None)
    return textile or next((r for r in rules if not r.textiles and gri in r.gri), None)


def of_unknown_rule(good: Good) -> Explained:
    """A set of which it is not known by which General Rule it is classified, under a regime that asks for that."""
    ask = Question("gri", "", "", "By which General Interpretative Rule is the set classified: 3(a), 3(b) or 3(c)?", ())
    return Explained("the set by its components or by its own rule", None, "SETS", article=good.law.article.get("sets", ""), asks=(ask,))


def of_components(good: Good, rule: SetRule) -> Explained:
    """Whether every component originates, or those that do not stay under the share the regime allows."""
    out = Outcome(f"components that do not originate: at most {_percent(rule.pct)} % of the {base_name(good)} of the set", "SETS")
    low, high = values(good.valued, None, out)
    out.limit, out.sense = rule.pct, "max"
    out.state = True if good.valued and not out.offenders and not out.doubtful else at_most(low, high, rule.pct, good.low, good.high)
    if not good.valued:
        out.state = None
    out.low, out.high = _bounds(low, high, good.low, good.high)
    put(good, "set_pct", out.low, out.high)
    _price_or_ask(good, out)
    state = None if out.state and "sets" in good.law.unverified else out.state
    return out.node(state, good.law.article.get("sets", ""))
