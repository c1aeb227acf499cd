"""Which rule a good falls under, and what it says: the choice between rules of one code, facts that choose, dates and Parties."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product as combinations
from typing import NamedTuple

from madein.origin.frame import Good
from madein.origin.hs import HsSet
from madein.origin.provisions import Law, Tolerance
from madein.origin.result import Explained, Question, State, both
from madein.origin.rules import Rule
from madein.origin.tree import Met, evaluate

_MOST_KEYS = 8
"""Facts that may choose between rules of one code; with more of them open, the answer is open."""


class Ruled(NamedTuple):
    """What the product-specific rules came to."""

    state: State
    node: Explained
    by: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    because: str = ""


def applies(rule: Rule, good: Good) -> State:
    """Whether a rule is the one for the good, as far as the facts tell."""
    state: State = True
    for key, wanted in rule.when:
        answer = good.fact(key)
        state = both(state, None if answer is None else answer is wanted)
    return state


def _reachable(rule: Rule, good: Good) -> bool:
    exporters, importers = getattr(rule, "exporters", ()), getattr(rule, "importers", ())
    destination = good.bill.product.destination
    return (not exporters or good.country in exporters) and (not importers or destination in importers)


def _tolerances(rule: Rule, law: Law) -> tuple[Tolerance, ...]:
    return tuple(law.tolerances[name] for name in rule.tolerance if name in law.tolerances)


def _one(rule: Rule, good: Good) -> Met:
    """A rule against the good; a rule whose text was not seen answers neither yes nor no."""
    met = evaluate(rule.needs, good, _tolerances(rule, good.law), rule.article)
    label = f"{rule.id}: {rule.ex}" if rule.ex else rule.id
    if not rule.verified and met.state is not None:
        read = "yes" if met.state else "no"
        note = f"the text of this rule was not seen: check it (as recalled it would say {read})"
        ask = Question("text", good.line, rule.id, f"What does {rule.article} say for {good.code}?", ())
        return Met(None, Explained(label, None, "UNVERIFIED", article=rule.article, asks=(ask,), note=note, children=(met.node,)), (), ())
    return Met(met.state, Explained(label, met.state, "RULE", article=rule.article, note=rule.note, children=(met.node,)), met.by, met.fails)


def by_rules(good: Good, rules: Sequence[Rule], gap: bool = False) -> Ruled:
    """The good against the rules its code meets.

    Parameters
    ----------
    good : Good
        The good.
    rules : sequence of Rule
        Every rule of its code in force.
    gap : bool
        True where the published list itself has no rule for the code.

    Notes
    -----
    Where a fact chooses between rules and is not known, every reading is tried; they must agree, or the fact is asked for.
    """
    ruled = _by_rules(good, rules, gap)
    reach = [r for rule in ruled.rules for r in rule.target.ranges]
    if ruled.state and reach and 0 < len(good.code) < 6 and not HsSet(reach).holds(good.code):
        # A short code may be one that no rule reaches.
        ask = Question("hs", good.line, "", "What is the code of the good, to six digits, in the edition of the rule?", ())
        note = "the code is too short: part of it is under no rule that is held"
        return Ruled(None, Explained("product-specific rule", None, "HS", asks=(ask,), note=note, children=(ruled.node,)), rules=ruled.rules)
    return ruled


def _by_rules(good: Good, rules: Sequence[Rule], gap: bool) -> Ruled:
    held = [(rule, state) for rule in rules if _reachable(rule, good) and (state := applies(rule, good)) is not False]
    if not held:
        note = "the published list has no rule for this code" if gap else "no rule is held for this code"
        return Ruled(None, Explained("product-specific rule", None, "NO_RULE", note=note), because="no_rule")
    if len(held) == 1 and held[0][1] is True:
        rule = held[0][0]
        met = _one(rule, good)
        return Ruled(met.state, met.node, met.by, met.fails, (rule,), "unverified" if met.node.code == "UNVERIFIED" else "")
    found = {rule.id: _one(rule, good) for rule, _ in held}
    keys = list(dict.fromkeys(key for rule, _ in held for key, _ in rule.when if good.fact(key) is None))
    state = _agree([rule for rule, _ in held], found, keys, good)
    nodes = tuple(found[rule.id].node for rule, _ in held)
    asks = tuple(good.ask(key) for key in keys) if state is None else ()
    by = tuple(dict.fromkeys(code for met in found.values() if met.state for code in met.by)) if state else ()
    fails = tuple(dict.fromkeys(code for met in found.values() if met.state is False for code in met.fails)) if state is False else ()
    label = "all of the rules of this code" if held[0][0].joint else "the rule of this code that the good falls under"
    because = "unverified" if state is None and all(met.node.code == "UNVERIFIED" for met in found.values()) else ""
    return Ruled(state, Explained(label, state, "RULE", asks=asks, children=nodes), by, fails, tuple(rule for rule, _ in held), because)


def _agree(rules: Sequence[Rule], found: dict[str, Met], keys: Sequence[str], good: Good) -> State:
    """The verdict on which every way of answering the open facts agrees."""
    if len(keys) > _MOST_KEYS:
        return None
    verdicts: set[State] = set()
    for answers in combinations((True, False), repeat=len(keys)):
        if len(verdicts) > 1 or None in verdicts:
            return None
        said = dict(zip(keys, answers, strict=True))
        fitting = [r for r in rules if all((said.get(k, good.fact(k))) is wanted for k, wanted in r.when)]
        if not fitting:
            # No rule would be left: nothing can be said for a good of that kind.
            verdicts.add(None)
            continue
        if any(rule.joint for rule in fitting):
            state: State = True
            for rule in fitting:
                state = both(state, found[rule.id].state)
            verdicts.add(state)
        else:
            here = {found[rule.id].state for rule in fitting}
            verdicts.add(here.pop() if len(here) == 1 else None)
    return verdicts.pop() if len(verdicts) == 1 else None
