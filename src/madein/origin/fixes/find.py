"""The cheapest change that makes a good originate.

Every branch of the rule is written as limits on sums over lines (`rows`), never tighter than the engine; the cheapest choices are
searched (`search`, `hunt`), and the engine decides each of them again (`trials`): what it does not call a yes is thrown out and the
search goes on. So the sums only guide; the verdict is the engine's, and what was not gone through to its end is not called exact.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from fractions import Fraction

from madein.core.errors import MadeinError
from madein.origin.decide import Court, _court, _good, court_of, decide
from madein.origin.fixes.apply import check, cost_of
from madein.origin.fixes.gap import at_home, gaps, localising
from madein.origin.fixes.hunt import Candidate, Hunt
from madein.origin.fixes.model import Alternative, Branch, Fix, Fixes, Gap, unique
from madein.origin.fixes.rows import COMPONENTS, Tests
from madein.origin.fixes.trials import Trials
from madein.origin.fixes.ways import Way, ways
from madein.origin.frame import Good, codes_in
from madein.origin.model import Bill, Number, exact
from madein.origin.regimes import Regime
from madein.origin.result import Decision

_EITHER = "one branch or another, whatever the open facts are"
"""Label of a set by which every answer to an open fact leads to a yes, though not by one branch."""


def fixes(
    bill: Bill, regime: str | Regime | Court, on: date | None = None, alternatives: Iterable[Alternative] = (),
    duty_saving: Number | float | None = None, volume: int | None = None, count: int = 4,
) -> Fixes:  # fmt: skip
    """What would make a good originate at the least cost.

    Parameters
    ----------
    bill : Bill
        The good as it is.
    regime : str, Regime or Court
        As of `madein.origin.decide.decide`.
    on : date, optional
        Day the law is applied at.
    alternatives : iterable of Alternative
        What could be done. Without any, the gap of each branch is told in money, with the fewest lines that would close it if they
        became originating.
    duty_saving : number, optional
        Duty saved per unit once it originates, in the product's currency; it gives gain and break-even volume.
    volume : int, optional
        Units over which fixed costs are spread. With it they count in what is minimised; without it only the cost per unit does, and
        fixed costs decide between equals.
    count : int
        How many sets are wanted, the cheapest among them.

    Returns
    -------
    Fixes
        Every set in `Fixes.best` makes the engine say yes, and no step of it can be left out.

    Raises
    ------
    BadInput
        If an alternative fits no line, has an unknown field or an open cost, or two have one id.
    MadeinError
        If no such regime is held, or `volume` is not positive.

    Notes
    -----
    The price of the good stays; what is spent lowers the profit, and raises the net cost where a rule counts by it.

    Examples
    --------
    >>> from madein.origin.model import Line, Product
    >>> car = Product("car", "870380", "2022", country="VNM", destination="EU", value=exact(20000), basis="EXW")
    >>> lines = (Line("1", "pack", origin="CHN", originating=False, value=exact(7000)), Line("2", "seats", originating=False, value=exact(2500)))
    >>> bill = Bill(car, lines, gates={"minimal_operations": "met"})
    >>> home = {"origin": "VNM", "originating": True}
    >>> table = [Alternative("pack", {"1": home}, exact(400)), Alternative("seats", {"2": home}, exact(90), exact(50000))]
    >>> best = fixes(bill, "EVFTA", alternatives=table, duty_saving=1800).cheapest
    >>> best.ids, int(best.cost), best.break_even
    (('seats',), 90, 30)
    >>> gap = fixes(bill, "EVFTA").branches[0].gaps[0]
    >>> int(gap.cut), round(float(gap.price), 2), gap.lines
    (500, 1111.11, ('1', '2'))
    """
    court = regime if isinstance(regime, Court) else court_of(regime, on) if isinstance(regime, Regime) else _court(regime.upper(), on)
    if volume is not None and volume <= 0:
        raise MadeinError(f"a volume of {volume} units is none", "volume", fix="give a positive number of units, or leave it out")
    given = unique(alternatives)
    known = {line.id: line for line in bill.walk()}
    check(known, given)
    base = decide(bill, court)
    if base.verdict == "yes":
        return Fixes(court.law.regime, "yes")
    blocked = _blocked(base)
    good = _good(bill, court, next(iter(codes_in(court.law.edition, bill.product.hs, bill.product.hs_edition, bill.product.hs_in)), ""), None)[0]
    found, whole = ways(bill, court, good, given)
    tests = Tests()
    shortfall = [gaps(way, good, tests) for way in found]
    home = at_home(bill, court)
    saving = None if duty_saving is None else Fraction(exact(duty_saving))
    if not given:
        return _without(bill, court, base, blocked, found, shortfall, home, localising(bill, good), whole)
    if base.because in ("not_a_party", "not_in_force") or (base.gates.get("transport") in ("no", "unknown") and not any(s.facts for s in given)):
        why = "; ".join(blocked)
        dead = tuple(Branch(_label(w, good, tests), w.rule, _article(w), g, why=why) for w, g in zip(found, shortfall, strict=True))
        return Fixes(court.law.regime, base.verdict, branches=dead, blocked=blocked, at_home=home, questions=base.questions)

    costs = {s.id: cost_of(s, known) for s in given}
    prices = {s.id: costs[s.id] + Fraction(s.fixed) / volume for s in given} if volume else costs
    hunt = Hunt(Trials(bill, court, given, costs, prices, known), found, whole)
    best, proved = hunt.best(count)
    shortfall += [gaps(way, good, tests) for way in hunt.ways[len(shortfall) :]]
    first: dict[int, Candidate] = {}
    for one in hunt.ranked():
        first.setdefault(one.way, one)
    branches = []
    for n, way in enumerate(hunt.ways):
        label = _label(way, good, tests)
        fix = _fix(hunt.trials, first[n], label, saving) if n in first else None
        branches.append(Branch(label, way.rule, _article(way), shortfall[n], fix, None, "" if fix is not None else _why(way), hunt.proved(n)))
    fine = tuple(_fix(hunt.trials, c, branches[c.way].label if c.way >= 0 else _EITHER, saving) for c in best)
    return Fixes(court.law.regime, base.verdict, fine, tuple(branches), blocked if not fine else (), home, base.questions, proved)


def _label(way: Way, good: Good, tests: Tests) -> str:
    said = []
    for demand in way.demands:
        for leaf in demand.leaves:
            inner = leaf.fields["rule"] if leaf.test == "however" else leaf
            word = "components that do not originate stay under the share for sets" if inner.test == COMPONENTS else tests(good, inner).label
            said.append(word + (", with an allowance" if leaf.test == "however" else ""))
    return "; ".join(dict.fromkeys(said))


def _article(way: Way) -> str:
    return " | ".join(dict.fromkeys(d.rule.article for d in way.demands if d.rule is not None))


def _why(way: Way) -> str:
    if not way.verified:
        return "the text of this rule was not seen: check it first"
    return "no set of the alternatives meets it"


def _blocked(base: Decision) -> tuple[str, ...]:
    """What no change of sourcing mends."""
    found = []
    if base.because in ("not_a_party", "not_in_force"):
        found.append(f"{base.tree.note or base.because}: no change of sourcing mends that")
    if base.because == "no_rule":
        found.append("no rule is held for the code of the good: only a good all of whose materials originate is sure")
    if base.because == "unverified":
        found.append("the text of the rule was not seen: no change of sourcing gives a sure yes; check the text")
    words = {
        "transport": "the transport: no change of sourcing mends it",
        "minimal_operations": "minimal operations: only further working in the Parties mends them, no change of sourcing does",
    }
    for gate, verdict in base.gates.items():
        if verdict != "yes":
            found.append(f"{words.get(gate, gate)} ({'open' if verdict == 'unknown' else verdict})")
    return tuple(found)


def _fix(trials: Trials, candidate: Candidate, label: str, saving: Fraction | None) -> Fix:
    steps = trials.sorted(candidate.steps)
    cost = sum((trials.cost[s.id] for s in steps), Fraction(0))
    fixed = sum((Fraction(s.fixed) for s in steps), Fraction(0))
    figures = dict(trials.figures[candidate.ids])
    return Fix(trials.court.law.regime, label, steps, cost, fixed, saving, figures)


def _without(
    bill: Bill, court: Court, base: Decision, blocked: tuple[str, ...], found: list[Way], shortfall: list[tuple[Gap, ...]],
    home: tuple[str, ...], local: tuple[Alternative, ...], whole: bool,
) -> Fixes:  # fmt: skip
    """The gap of each branch, with the fewest lines that would close it."""
    settled = replace(bill, gates={**bill.gates, "minimal_operations": "met", "transport": "met"})
    one = {s.id: Fraction(1) for s in local}
    hunt = Hunt(Trials(settled, court, local, one, one, {line.id: line for line in bill.walk()}), found, whole)
    hunt.search(1)
    first: dict[int, Candidate] = {}
    for candidate in hunt.ranked():
        first.setdefault(candidate.way, candidate)
    good = _good(bill, court, next(iter(codes_in(court.law.edition, bill.product.hs, bill.product.hs_edition, bill.product.hs_in)), ""), None)[0]
    tests = Tests()
    branches = []
    for n, way in enumerate(found):
        lines = tuple(sorted(first[n].ids, key=lambda i: (len(i), i))) if n in first else None
        why = "" if lines is not None else "no line that becomes originating closes it" if way.verified else _why(way)
        branches.append(Branch(_label(way, good, tests), way.rule, _article(way), shortfall[n], None, lines, why, hunt.proved(n)))
    proved = all(hunt.proved(n) for n in range(len(found)))
    return Fixes(court.law.regime, base.verdict, (), tuple(branches), blocked, home, base.questions, proved)
