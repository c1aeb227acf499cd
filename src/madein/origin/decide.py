"""Whether a product originates under a regime: every path, the rule, the tolerances, the gates, in Kleene's logic.

A wrong yes is the one unforgivable error. A yes therefore needs every fact it rests on; a text that was not seen, a code with
several images, a status nobody stated leave the answer open, with the question that would settle it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import lru_cache

from madein.origin.assemble import assemble
from madein.origin.choose import Ruled, by_rules
from madein.origin.frame import Good, codes_in
from madein.origin.gates import minimal_operations, transport
from madein.origin.leaves.material import all_originating
from madein.origin.leaves.obtained import wo
from madein.origin.leaves.words import nature
from madein.origin.model import Bill
from madein.origin.provisions import Clause, Law, law_of
from madein.origin.regimes import Regime, load_regime
from madein.origin.result import Decision, Explained, Question, State, both, either, verdict_of
from madein.origin.rules import Rule
from madein.origin.sets import of_components, of_unknown_rule, set_rule

Rules = Callable[[str], Sequence[Rule]]
"""The rules in force for a code of the regime's edition."""


_FEW = 6
"""Codes of a good that are tried one by one where only the verdict is wanted."""


@dataclass(frozen=True)
class Court:
    """A regime ready to decide: its provisions on a day and its rules by code."""

    law: Law
    rules: Rules
    gap: Callable[[str], bool] = field(default=lambda _: False)


@lru_cache(256)
def _court(name: str, on: date | None) -> Court:
    return court_of(load_regime(name), on)


def court_of(regime: Regime, on: date | None = None) -> Court:
    """A regime on a day, ready to decide."""

    @lru_cache(4096)
    def rules(code: str) -> tuple[Rule, ...]:
        return regime.rules_for(code, on)

    return Court(law_of(regime, on), rules, lambda code: bool(regime.no_rule.holds(code)))


def given(rule: Rule, provisions: Law) -> Court:
    """A rule that comes with the question, under the provisions of a regime."""
    return Court(provisions, lambda _: (rule,))


def decide(bill: Bill, regime: str | Regime | Court, on: date | None = None, *, ranked: bool = True) -> Decision:
    """Whether the product of a bill originates under a regime.

    Parameters
    ----------
    bill : Bill
        Product, materials, facts.
    regime : str, Regime or Court
        Key of a regime that is held, or a regime loaded from anywhere.
    on : date, optional
        Day the law is applied at; without it, the newest law held.
    ranked : bool
        Whether the questions of an open decision are put in the order of how much each settles, which takes most of its time. Without
        it they stand as they arose, and `Decision.depends` is left out; all else is the same.

    Returns
    -------
    Decision
        Verdict, explanation, figures, open questions.

    Raises
    ------
    MadeinError
        If no such regime is held.

    Examples
    --------
    >>> from madein.origin.model import Line, Product, exact
    >>> car = Product("car", "870380", "2022", country="VNM", destination="EU", value=exact(20000), basis="EXW")
    >>> bill = Bill(car, (Line("1", "parts", origin="CHN", originating=False, value=exact(9100)),), gates={"minimal_operations": "met"})
    >>> found = decide(bill, "EVFTA")
    >>> found.verdict, float(found.figures["max_nom_pct"]), found.fails
    ('no', 45.5, ('MAXNOM',))
    """
    court = regime if isinstance(regime, Court) else court_of(regime, on) if isinstance(regime, Regime) else _court(regime.upper(), on)
    found = once(bill, court)
    if found.verdict == "unknown" and not found.because.startswith("not_"):
        from madein.origin.questions import settle

        return settle(bill, court, found, ranked)
    return found


def once(bill: Bill, court: Court, assume: State = None, quick: bool = False) -> Decision:
    """One pass of Kleene's logic over a bill, without trying out the answers to open questions.

    ``assume`` takes every line of unknown status as originating, or as not. With ``quick`` the codes a product may have are tried only
    until one leaves the answer open or two disagree, and one of each kind of them; the verdict is the same, what it rests on tells less.
    """
    barred = _barred(bill, court.law)
    if barred is not None:
        return barred
    product = bill.product
    codes = codes_in(court.law.edition, product.hs, product.hs_edition, product.hs_in)
    if product.originated_before_transport:
        return _conclude(bill, court, _settled(bill, court), Ruled(True, Explained("it originated before its transport", True)))
    if len(codes) <= 1:
        good, ruled = _good(bill, court, codes[0] if codes else "", assume)
        return _conclude(bill, court, good, ruled)
    # Several images of the product's own code: one decision each, and they must agree.
    found: list[Decision] = []
    many = quick and len(codes) > _FEW
    if many:
        from madein.origin.alike import kinds_of_good, told

        codes = tuple(kinds_of_good(bill, court, codes))
    for code in codes:
        found.append(_conclude(bill, court, *_good(bill, court, code, assume)))
        if quick and (found[-1].verdict == "unknown" or found[-1].verdict != found[0].verdict):
            if many:
                told(court, code)
            break
    return _joined(codes[: len(found)], found)


def _settled(bill: Bill, court: Court) -> Good:
    product = bill.product
    home = frozenset((product.country,))
    return Good("", court.law, bill, None, None, None, [], [], product.processes, bill.facts, product.country, worked_in=home)


def _joined(codes: Sequence[str], found: Sequence[Decision]) -> Decision:
    first = found[0]
    nodes = tuple(d.tree._replace(label=f"as {code}: {d.tree.label}") for code, d in zip(codes, found, strict=True))
    verdicts = {d.verdict for d in found}
    if len(verdicts) == 1:
        verdict = first.verdict
        asks: tuple[Question, ...] = ()
    else:
        verdict = "unknown"
        asks = (Question("hs", "", "", "What is the code of the good in the edition of the rule?", tuple(codes)),)
    state: State = {"yes": True, "no": False}.get(verdict)
    tree = Explained("whichever code of the rule's edition the good has", state, "HS", asks=asks, children=nodes)
    return Decision(
        regime=first.regime, verdict=verdict, tree=tree, origin=verdict, because="" if state is not None else "hs_mapping",
        rule=" | ".join(dict.fromkeys(d.rule for d in found)), article=" | ".join(dict.fromkeys(d.article for d in found)), gates=first.gates,
        conditions=first.conditions, figures=first.figures,
        by=tuple(dict.fromkeys(c for d in found for c in d.by)) if state else (),
        fails=tuple(dict.fromkeys(c for d in found for c in d.fails)) if state is False else (),
        questions=(*asks, *(q for d in found for q in d.questions)), parts=first.parts, entries=first.entries, on=first.on,
    )  # fmt: skip


def _barred(bill: Bill, law: Law) -> Decision | None:
    """No regime applies before its day, or between countries that are not both Parties."""
    product = bill.product
    if not law.parties:
        return None
    for code, word in ((product.country, "exporting"), (product.destination, "importing")):
        if code and not law.party(code):
            late = [day for place_, day in law.parties.items() if place_ == code and day is not None]
            why = f"{code} is a Party from {late[0]}" if late else f"{code} is no Party"
            tree = Explained(f"the {word} country is a Party", False, "PARTY", note=why)
            because = "not_in_force" if late else "not_a_party"
            return Decision(regime=law.regime, verdict="no", tree=tree, origin="no", because=because, fails=("PARTY",), on=law.on)
    if not law.members:
        tree = Explained("the agreement is in force", False, "PARTY", note=f"not on {law.on}")
        return Decision(regime=law.regime, verdict="no", tree=tree, origin="no", because="not_in_force", fails=("PARTY",), on=law.on)
    if product.country and product.destination in law.home(product.country):
        tree = Explained("the good is exported to another Party", False, "PARTY", note="exporting and importing country are of the same Party")
        return Decision(regime=law.regime, verdict="no", tree=tree, origin="no", because="not_a_party", fails=("PARTY",), on=law.on)
    return None


def _good(bill: Bill, court: Court, code: str, assume: State) -> tuple[Good, Ruled]:
    """The good of a code with every intermediate decided, and what its rules say."""
    parts: dict[str, Ruled] = {}
    figures: dict[str, dict[str, Fraction]] = {}

    def part(inner: Good) -> State:
        found = _path(inner, court)
        gate = None if found.by[:1] == ("WO",) or _home_made(inner) else minimal_operations(inner)
        if gate is not None and gate.state is not False and bill.gates.get("minimal_operations") == "met":
            # What is settled for the good is settled for its parts, but for one whose working all stands on the list.
            gate = None
        if gate is not None and found.state is not False:
            found = found._replace(state=both(found.state, gate.state), node=found.node._replace(children=(*found.node.children, gate)))
        parts[inner.line] = found
        figures[inner.line] = inner.figures
        return found.state

    good = assemble(bill, court.law, code, part, assume)
    for line, found in figures.items():
        # With several intermediates each figure says of which it is.
        good.figures.update({f"part_{name}" if len(figures) == 1 else f"part_{name}[{line}]": value for name, value in found.items()})
    ruled = _path(good, court)
    if parts:
        nodes = tuple(
            Explained(f"line {line} by its own rule", found.state, "ROLL_UP", lines=(line,), article=court.law.article.get("intermediate", ""),
                      children=(found.node,)) for line, found in parts.items()
        )  # fmt: skip
        ruled = ruled._replace(node=ruled.node._replace(children=(*ruled.node.children, *nodes)))
    return good, ruled


def _path(good: Good, court: Court) -> Ruled:
    """Every way to originate: wholly obtained, only of originating materials, as a set, or by the product-specific rule."""
    product = good.bill.product
    if not good.line and (product.is_set or (product.is_set is None and product.gri)):
        chosen = set_rule(good)
        if chosen is None and not product.gri and court.law.sets:
            return Ruled(None, of_unknown_rule(good))
        if chosen is not None and chosen.by_components:
            node = of_components(good, chosen)
            return Ruled(node.state, node, ("SETS",) if node.state else (), ("SETS",) if node.state is False else ())
    own = wo(good)
    if own.fixed is True:
        return Ruled(True, own.node(True, own.article), ("WO",))
    if not good.working:
        note = "the bill lists no materials" + (" but packing and accessories" if good.valued else "")
        ask = Question("materials", good.line, "", "What is the good made of?", ())
        return Ruled(None, Explained("product-specific rule", None, "NO_MATERIALS", asks=(ask,), note=note), because="no_materials")
    if not good.code:
        ask = Question("hs", good.line, "", "What is the code of the good in the edition of the rule?", ())
        ruled = Ruled(None, Explained("product-specific rule", None, "HS", asks=(ask,), note="the code of the good is not known"))
        if not court.law.parties and court.rules(""):
            ruled = by_rules(good, court.rules(""))
    else:
        ruled = by_rules(good, court.rules(good.code), court.gap(good.code))
    if good.working and all(m.state for m in good.working) and all(m.state for m in good.valued):
        node = all_originating(good).node(True, good.law.article.get("originating", ""))
        by = tuple(dict.fromkeys((*(ruled.by if ruled.state else ()), "ALL_ORIGINATING")))
        return Ruled(True, Explained("any of", True, children=(node, ruled.node)), by, (), ruled.rules)
    if own.fixed is None and ruled.state is not True:
        state = either(own.fixed, ruled.state)
        node = own.node(None, own.article)
        if ruled.state is None and ruled.because != "no_rule" and not (good.code and nature().holds(good.code)):
            # A made good hardly is wholly obtained; what its own rule asks comes first.
            node = node._replace(asks=())
        return ruled._replace(state=state, node=Explained("any of", state, children=(node, ruled.node)))
    return ruled


def _conclude(bill: Bill, court: Court, good: Good, ruled: Ruled) -> Decision:
    """Add the gates to what the rules say."""
    law_ = court.law
    state = ruled.state
    by, fails = list(ruled.by), list(ruled.fails)
    children = [ruled.node]
    gates: dict[str, State] = {}
    settled = bill.product.originated_before_transport
    if bill.gates.get("minimal_operations") == "met" or settled:
        gates["minimal_operations"] = True
    elif not (ruled.by and ruled.by[0] == "WO") and not _home_made(good):
        gate = minimal_operations(good)
        if gate is not None:
            gates["minimal_operations"] = gate.state
            children.append(gate)
            if gate.state is False:
                fails.append("MINIMAL_OPERATIONS")
    conditions: list[str] = []
    if bill.gates.get("transport") == "met":
        gates["transport"] = True
    elif bill.product.route is not None or bill.gates.get("transport") == "test":
        gate = transport(bill, law_)
        gates["transport"] = gate.state
        children.append(gate)
        (by if gate.state else fails if gate.state is False else []).append("TRANSPORT")
    else:
        conditions.append(f"transport: it is not altered on its way ({law_.article.get('transport', 'as the regime asks')})")
    verdict = state
    if law_.parties and not bill.product.country:
        ask = Question("country", "", "", "In which country is the good made, and exported from?", ())
        children.append(Explained("the exporting country is a Party", None, "PARTY", asks=(ask,)))
        verdict = both(verdict, None)
    for gate_state in gates.values():
        verdict = both(verdict, gate_state)
    used = _cumulated(good)
    entries: list[str] = []
    for clause in used:
        if clause.entry and clause.entry not in entries:
            entries.append(clause.entry)
    if used and verdict:
        by.append("CUMULATION")
    if good.rolled and any(m.state for m, _ in good.rolled) and verdict:
        by.append("ROLL_UP")
    if verdict is False and state is not True and _refused(good):
        fails.append("CUMULATION")
    if verdict and any(m.line.role == "accessory" and m.state is not True and m not in good.working for m in good.valued):
        by.append("ACCESSORY")
    _without_roll_up(good)
    tree = Explained(f"originates under {law_.regime}", verdict, article=law_.article.get("originating", ""), children=tuple(children))
    return Decision(
        regime=law_.regime, verdict=verdict_of(verdict), tree=tree, origin=verdict_of(state), because=ruled.because if verdict is None else "",
        rule=" | ".join(r.id for r in ruled.rules), article=" | ".join(dict.fromkeys(r.article for r in ruled.rules)),
        gates={name: verdict_of(gate_state) for name, gate_state in gates.items()}, conditions=tuple(conditions),
        figures=good.figures, by=tuple(dict.fromkeys(by)) if verdict else (),
        fails=tuple(dict.fromkeys(fails)) if verdict is False else (),
        questions=_open(tree) if verdict is None else (), parts={m.id: m.state for m, _ in good.rolled}, entries=tuple(entries) if verdict else (),
        on=law_.on,
    )  # fmt: skip


def _home_made(good: Good) -> bool:
    """True where every material originates in the exporting Party: nothing was imported that could only be repacked."""
    home = good.law.home(good.country)
    return bool(good.valued) and all(m.state and m.clause is None and m.line.origin in home for m in good.valued)


def _cumulated(good: Good) -> list[Clause]:
    found: list[Clause] = []
    for material in good.working:
        clause = material.clause
        if clause is not None and clause not in found:
            found.append(clause)
        if clause is None and material.state is False and material.made:
            for full in good.law.full:
                if full not in found and any(p.place in full.of and p.place != good.country for p in material.made):
                    found.append(full)
    return found


def _refused(good: Good) -> bool:
    """True where a material was offered for cumulation, or comes from a country some clause knows, and none reached it."""
    return any(m.line.role == "cumulated" and m.state is False for m in good.working)


def _without_roll_up(good: Good) -> None:
    """Record what the share would be if originating intermediates were counted by what went into them."""
    whole = good.figures.get("max_nom_pct")
    lifted = [(m, inner) for m, inner in good.rolled if m.state]
    if whole is None or not lifted or not good.low or good.low != good.high:
        return
    inside = sum((part.low for _, inner in lifted for part in inner if part.state is False), 0)
    good.figures.setdefault("without_roll_up_max_nom_pct", whole + Fraction(100 * inside) / good.low)


def _open(tree: Explained) -> tuple[Question, ...]:
    """Questions on the open paths of an explanation, each once, in its order."""
    found: dict[tuple[str, str, str], Question] = {}
    todo = [tree]
    while todo:
        node = todo.pop()
        if node.state is not None:
            continue
        for ask in node.asks:
            found.setdefault((ask.ask, ask.line, ask.key), ask)
        todo.extend(reversed(node.children))
    return tuple(found.values())
