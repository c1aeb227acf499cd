"""A rule in the words of the engine, without a good: what `madein origin rule` prints."""

from __future__ import annotations

from madein.origin.assemble import assemble
from madein.origin.model import Bill, Line, Product
from madein.origin.provisions import law
from madein.origin.result import Explained
from madein.origin.rules import Rule
from madein.origin.tree import evaluate


def in_words(rule: Rule) -> Explained:
    """The tests of a rule as an explanation in which everything is open.

    Examples
    --------
    >>> from madein.origin.regimes import load_regime
    >>> in_words(load_regime("EVFTA").rules_for("870380")[0]).label
    'non-originating materials: at most 45 % of the ex-works price'
    """
    provisions = law(rule.regime)
    code = _code_of(rule)
    good = assemble(Bill(Product(hs=code, hs_edition=rule.edition), (Line("1"),)), provisions, code)
    return _bare(evaluate(rule.needs, good, (), rule.article).node)


def _code_of(rule: Rule) -> str:
    first = rule.target.ranges[0][0] if rule.target.ranges else ""
    return first.ljust(6, "0")[:6] if first else ""


def _bare(node: Explained) -> Explained:
    """The node without what a good would add."""
    return Explained(node.label, children=tuple(_bare(child) for child in node.children))
