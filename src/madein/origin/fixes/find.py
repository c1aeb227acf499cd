"""The cheapest change that makes a good originate.

Every branch of the rule is written as limits on sums over lines (`rows`), the cheapest choices are searched (`search`), and the engine
decides each of them again: what it does not call a yes is thrown out and the search goes on. So the sums only guide; the verdict is the
engine's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from fractions import Fraction

from madein.core.errors import MadeinError
from madein.origin.decide import Court, _court, _good, court_of, decide, once
from madein.origin.fixes.apply import apply, check, complete, cost_of
from madein.origin.fixes.gap import at_home, gaps, localising
from madein.origin.fixes.model import Alternative, Branch, Fix, Fixes, Gap, unique
from madein.origin.fixes.rows import COMPONENTS, Tests
from madein.origin.fixes.search import Pick
from madein.origin.fixes.slots import Frame, ancestry, frames, subsets
from madein.origin.fixes.solve import choose, table
from madein.origin.fixes.ways import Mode, Way, court_for, modes, ways
from madein.origin.frame import Good, codes_in
from madein.origin.model import Bill, Line, Number, exact
from madein.origin.regimes import Regime
from madein.origin.result import Decision

_MOST_OF_GOOD = 64
"""Sets of alternatives to what is done to the good itself that are tried, each with the best sourcing."""

_ROUNDS = 12
"""Times a choice the engine refuses is replaced by the next."""

_ALL_UNDONE = 8
"""Steps of a fix up to which each is undone before the engine; of more, those whose undoing leaves the smallest gap."""

_LEAST = 2
"""How many those are."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A set of steps that meets a branch."""

    key: tuple[Fraction, Fraction, int, tuple[str, ...]]
    steps: tuple[Alternative, ...]
    way: int


@dataclass(slots=True)
class _Work:
    """What stays the same through one question."""

    bill: Bill
    court: Court
    steps: tuple[Alternative, ...]
    price: Callable[[Alternative], Fraction]
    cost: Callable[[Alternative], Fraction]
    said: dict[tuple[int, frozenset[str]], bool] = field(default_factory=dict)
    courts: dict[int, Court] = field(default_factory=dict)
    figures: dict[frozenset[str], Mapping[str, Fraction]] = field(default_factory=dict)
    alone: dict[str, tuple[int, Line]] | None = None

    def after(self, steps: tuple[Alternative, ...]) -> Bill:
        """The bill after some steps; lines that one step each changes are taken from what was made before."""
        if self.alone is None:
            self.alone = self._plain()
        found: dict[int, Line] = {}
        for step in steps:
            one = self.alone.get(step.id)
            if one is None or one[0] in found:
                return apply(self.bill, steps)
            found[one[0]] = one[1]
        bill = self.bill
        good = bill.product
        if good.net_cost is not None:
            good = replace(good, net_cost=Fraction(good.net_cost) + sum(self.cost(s) for s in steps))
        lines = tuple([found.get(n, line) for n, line in enumerate(bill.lines)])
        return Bill(good, lines, bill.facts, bill.gates, bill.label)

    def _plain(self) -> dict[str, tuple[int, Line]]:
        """For each step that changes one line without parts and nothing else: the place of the line, and the line after it."""
        bill = self.bill
        place = {line.id: n for n, line in enumerate(bill.lines) if not line.children}
        found = {}
        for step in self.steps:
            if len(step.lines) == 1 and not step.of_good:
                ((number, change),) = step.lines.items()
                heavier = "weight" in change and bill.product.weight is not None
                if number in place and not {"children", "add_processes"} & change.keys() and not heavier:
                    found[step.id] = place[number], replace(bill.lines[place[number]], **complete(bill.lines[place[number]], change, step))
        return found

    def yes(self, steps: Iterable[Alternative], way: int, ways_: list[Way]) -> bool:
        """Whether the engine says yes after some steps, in one branch (-1: in the whole rule)."""
        chosen = tuple(steps)
        key = way, frozenset(s.id for s in chosen)
        if key not in self.said:
            only = sum(w.kind != "all_originating" for w in ways_) == 1
            court = self.court if way < 0 or only else self.courts.get(way)
            if court is None:
                court = self.courts[way] = court_for(self.court, ways_[way])
            if only and way >= 0:
                # One branch is the whole rule: what the regime says is what the branch says.
                self.said[key] = self.yes(chosen, -1, ways_)
            else:
                found = _said(self.after(chosen), court)
                self.said[key] = found.verdict == "yes"
                if way < 0:
                    self.figures[key[1]] = dict(found.figures)
        return self.said[key]


def _said(bill: Bill, court: Court) -> Decision:
    found = once(bill, court)
    if found.verdict != "unknown":
        return found
    low = once(bill, court, False)
    if low.verdict == "yes" or not found.questions:
        return low if low.verdict == "yes" else found
    return decide(bill, court, ranked=False)


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
    found, whole = ways(bill, court, good)
    tests = Tests()
    shortfall = [gaps(way, good, tests) for way in found]
    home = at_home(bill, court)
    saving = None if duty_saving is None else Fraction(exact(duty_saving))
    if not given:
        return _without(bill, court, base, blocked, found, shortfall, home, localising(bill, good), whole)
    if base.because in ("not_a_party", "not_in_force") or base.gates.get("transport") in ("no", "unknown"):
        why = "; ".join(blocked)
        dead = tuple(Branch(_label(w, good, tests), w.rule, _article(w), g, why=why) for w, g in zip(found, shortfall, strict=True))
        return Fixes(court.law.regime, base.verdict, branches=dead, blocked=blocked, at_home=home, questions=base.questions)

    costs = {s.id: cost_of(s, known) for s in given}
    prices = {s.id: costs[s.id] + Fraction(s.fixed) / volume for s in given} if volume else costs
    work = _Work(bill, court, given, lambda s: prices[s.id], lambda s: costs[s.id])
    want = count
    while True:
        candidates, proved = _search(work, found, want)
        best, cut = _minimal(work, found, candidates, count)
        if len(best) >= count or not cut or want >= 8 * count:
            break
        # What is minimal in its branch and not in the whole rule left no room for the next: ask for more of each.
        want *= 2
    branches = []
    for n, way in enumerate(found):
        mine = next((c for c in candidates if c.way == n), None)
        fix = None if mine is None else _fix(work, mine, _label(way, good, tests), saving)
        why = "" if fix is not None else _why(way)
        branches.append(Branch(_label(way, good, tests), way.rule, _article(way), shortfall[n], fix, None, why, proved[n]))
    fine = tuple(_fix(work, c, _label(found[c.way], good, tests), saving) for c in best)
    return Fixes(court.law.regime, base.verdict, fine, tuple(branches), blocked if not fine else (), home, base.questions, whole and all(proved))


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


def _search(work: _Work, found: list[Way], count: int) -> tuple[list[_Candidate], list[bool]]:
    """The cheapest sets of every branch, over everything that can be done to the good itself."""
    of_good = [s for s in work.steps if s.of_good]
    of_lines = [s for s in work.steps if not s.of_good]
    _, above = ancestry(work.bill)
    sets, whole = subsets(of_good, above, _MOST_OF_GOOD)
    proved = [whole] * len(found)
    candidates: dict[tuple[int, frozenset[str]], _Candidate] = {}
    product = work.bill.product
    codes = codes_in(work.court.law.edition, product.hs, product.hs_edition, product.hs_in) or ("",)
    for done in sets:
        bill = apply(work.bill, done)
        rest = [s for s in of_lines if not any(_clash(s, d) for d in done)]
        by_code: dict[str, Frame] = {}
        for code in codes:
            by_code[code], every = frames(bill, work.court, code, rest)
            proved = [p and every for p in proved]
        first = by_code[codes[0]]
        here, _ = ways(bill, work.court, first.rest)
        same = len(here) == len(found)
        tests = Tests()
        for n, way in enumerate(here if same else found):
            if not way.verified:
                continue
            for mode in modes(way):
                ok = _mode(work, way, mode, n, found, done, by_code, tests, count, candidates)
                proved[n] = proved[n] and ok
    return sorted(candidates.values(), key=lambda c: c.key), proved


def _clash(a: Alternative, b: Alternative) -> bool:
    return bool(a.touches & b.touches)


def _mode(
    work: _Work, way: Way, mode: Mode, n: int, found: list[Way], done: tuple[Alternative, ...], by_code: dict[str, Frame], tests: Tests, count: int,
    candidates: dict[tuple[int, frozenset[str]], _Candidate],
) -> bool:  # fmt: skip
    """One branch with one use of tolerances; True if nothing cheaper was missed."""
    frame = next(iter(by_code.values()))

    def weigh(_: Fraction, slot: int, option: int) -> Fraction:
        steps = frame.slots[slot].choices[option].steps
        return work.price(steps[0]) if len(steps) == 1 else sum((work.price(s) for s in steps), Fraction(0))

    numbers = table(way, mode, by_code, tests, weigh)
    if numbers is None:
        return True
    refused: set[Pick] = set()
    for _ in range(_ROUNDS):
        picks, proved = choose(numbers, frame, count, refused)
        bad = False
        for rank, (_, pick) in enumerate(picks):
            steps = (*done, *(s for slot, option in enumerate(pick) for s in frame.slots[slot].choices[option].steps))
            if rank and _beaten(work, steps, candidates, count):
                continue
            if work.yes(steps, n, found):
                _note(work, steps, n, candidates)
            else:
                refused.add(pick)
                bad = True
        if not bad:
            return proved
    return False


def _beaten(work: _Work, steps: Iterable[Alternative], candidates: Mapping[tuple[int, frozenset[str]], _Candidate], count: int) -> bool:
    """Whether enough cheaper sets are known already that a set need not be put before the engine."""
    cost = sum((work.price(s) for s in steps), Fraction(0))
    return len({ids for (_, ids), c in candidates.items() if c.key[0] < cost}) >= count


def _note(work: _Work, steps: tuple[Alternative, ...], n: int, candidates: dict[tuple[int, frozenset[str]], _Candidate]) -> None:
    ids = tuple(sorted(s.id for s in steps))
    fixed = sum((Fraction(s.fixed) for s in steps), Fraction(0))
    cost = sum((work.price(s) for s in steps), Fraction(0))
    candidates.setdefault((n, frozenset(ids)), _Candidate((cost, fixed, len(ids), ids), steps, n))


def _minimal(work: _Work, found: list[Way], candidates: list[_Candidate], count: int) -> tuple[list[_Candidate], bool]:
    """The first candidates that are minimal in the whole rule, each set once; and whether any was left out for not being so."""
    best: list[_Candidate] = []
    seen: set[frozenset[str]] = set()
    cut = False
    for candidate in candidates:
        if len(best) >= count:
            break
        ids = frozenset(s.id for s in candidate.steps)
        if ids in seen:
            continue
        seen.add(ids)
        if any(frozenset(s.id for s in other.steps) < ids for other in best) or not work.yes(candidate.steps, -1, found):
            cut = True
            continue
        if any(work.yes([s for s in candidate.steps if s is not gone], -1, found) for gone in _undone(work, candidate.steps)):
            cut = True
            continue
        best.append(candidate)
    return best, cut


def _undone(work: _Work, steps: tuple[Alternative, ...]) -> list[Alternative]:
    """Steps that are undone before the engine: all of a short fix; of a long one those that move least, whose undoing leaves least to mend."""
    if len(steps) <= _ALL_UNDONE:
        return list(steps)
    values = {line.id: Fraction(line.value or 0) for line in work.bill.walk()}
    ranked = sorted(steps, key=lambda s: (sum((values[t] for t in s.touches), Fraction(0)), s.id))
    return ranked[:_LEAST] + [s for s in ranked[_LEAST:] if s.of_good]


def _fix(work: _Work, candidate: _Candidate, label: str, saving: Fraction | None) -> Fix:
    order = {s.id: n for n, s in enumerate(work.steps)}
    steps = tuple(sorted(candidate.steps, key=lambda s: order[s.id]))
    cost = sum((work.cost(s) for s in steps), Fraction(0))
    fixed = sum((Fraction(s.fixed) for s in steps), Fraction(0))
    figures = work.figures.get(frozenset(s.id for s in steps))
    if figures is None:
        figures = dict(once(work.after(steps), work.court).figures)
    return Fix(work.court.law.regime, label, steps, cost, fixed, saving, figures)


def _without(
    bill: Bill, court: Court, base: Decision, blocked: tuple[str, ...], found: list[Way], shortfall: list[tuple[Gap, ...]],
    home: tuple[str, ...], local: tuple[Alternative, ...], whole: bool,
) -> Fixes:  # fmt: skip
    """The gap of each branch, with the fewest lines that would close it."""
    settled = replace(bill, gates={**bill.gates, "minimal_operations": "met", "transport": "met"})
    work = _Work(settled, court, local, lambda _: Fraction(1), lambda _: Fraction(1))
    candidates, proved = _search(work, found, 1)
    good = _good(bill, court, next(iter(codes_in(court.law.edition, bill.product.hs, bill.product.hs_edition, bill.product.hs_in)), ""), None)[0]
    tests = Tests()
    branches = []
    for n, way in enumerate(found):
        mine = next((c for c in candidates if c.way == n), None)
        lines = None if mine is None else tuple(sorted((s.id for s in mine.steps), key=lambda i: (len(i), i)))
        why = "" if lines is not None else "no line that becomes originating closes it" if way.verified else _why(way)
        branches.append(Branch(_label(way, good, tests), way.rule, _article(way), shortfall[n], None, lines, why, proved[n]))
    return Fixes(court.law.regime, base.verdict, (), tuple(branches), blocked, home, base.questions, whole and all(proved))
