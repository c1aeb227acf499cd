"""From a bill to what a regime sees: statuses, cumulation, intermediates, packing, and where working counts.

Every line is visited once, parts before what they make, so that a sub-assembly used in ten places is decided once and depth is no
limit. How an intermediate counts follows the regime: one that originates counts as a whole; one that does not counts at its price
if it was bought, by what went into it if the producer made it, and both ways where that is open.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from madein.origin.cumulation import counts, partial, working_places
from madein.origin.frame import Good, Material, codes_in, price
from madein.origin.leaves.obtained import caught
from madein.origin.model import Bill, Line, Process
from madein.origin.provisions import Clause, Law
from madein.origin.result import Question, State

Places = tuple[frozenset[str], frozenset[str], frozenset[str]]
"""Where working counts, where that is open, and where it counts under full cumulation."""

Decide = Callable[[Good], State]
"""Decides an intermediate: whether it originates by its own rule."""


class Seen:
    """How one line enters the tests of the good above it."""

    __slots__ = ("valued", "working")

    def __init__(self, working: tuple[Material, ...], valued: tuple[Material, ...]) -> None:
        self.working = working
        self.valued = valued


def assemble(bill: Bill, law: Law, code: str, decide: Decide | None = None, assume: State = None) -> Good:
    """The good of a bill as a regime sees it.

    Parameters
    ----------
    bill : Bill
        Product and lines; sub-assemblies shared by several lines must be the same object.
    law : Law
        Provisions of the regime on a day.
    code : str
        Code of the product in the edition of the rule, "" where it is not known.
    decide : callable, optional
        Decides an intermediate whose status is open; without it such a line stays open.
    assume : bool or None
        Status taken for every line whose status is not known, to see the best and the worst reading.

    Returns
    -------
    Good
        With materials for tests of working and of value.
    """
    product = bill.product
    places_ = _places(bill, law, code)
    seen: dict[int, Seen] = {}
    rolled: list[tuple[Material, tuple[Material, ...]]] = []
    if any(line.children for line in bill.lines):
        for line in bottom_up(bill.lines):
            _line(line, bill, law, code, places_, seen, decide, rolled, assume)
    working: list[Material] = []
    valued: list[Material] = []
    for line in bill.lines:
        here = seen.get(id(line)) if seen else None
        if here is None and not line.children:
            material = _material(line, bill, law, code, assume)
            treatment = law.treatments.get(line.role) if line.role else None
            if treatment is None or treatment.working:
                working.append(material)
            if treatment is None or treatment.value:
                valued.append(material)
            continue
        here = here or _line(line, bill, law, code, places_, seen, decide, rolled, assume)
        treatment = law.treatments.get(line.role)
        if treatment is None or treatment.working:
            working += here.working
        if treatment is None or treatment.value:
            valued += here.valued
    low, high = price(bill, law.basis, law.accepts)
    good = Good(
        code, law, bill, low, high, bill.whole(product.net_cost), working, valued, product.processes, bill.facts,
        product.country, law.basis, "", None if product.weight is None else Fraction(product.weight), *places_[:2],
    )  # fmt: skip
    good.rolled = rolled
    return good


def _places(bill: Bill, law: Law, code: str) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    exporter = bill.product.country
    if not law.full:
        return law.home(exporter), frozenset(), frozenset()
    return working_places(law, bill, code, exporter)


def _worth(bill: Bill, line: Line) -> int | None:
    """Value of a line in whole units; nothing, or less than nothing, is the value of no material and says as little as an empty cell."""
    value = bill.whole(line.value)
    return value if value is None or value > 0 else None


def bottom_up(lines: Sequence[Line]) -> list[Line]:
    """Every line once, parts before the lines they go into; iterative, so that depth is no limit."""
    order: list[Line] = []
    done: set[int] = set()
    todo: list[tuple[Line, bool]] = [(line, False) for line in reversed(lines)]
    while todo:
        line, ready = todo.pop()
        if id(line) in done:
            continue
        if ready or not line.children:
            done.add(id(line))
            order.append(line)
            continue
        todo.append((line, True))
        todo.extend((child, False) for child in reversed(line.children))
    return order


def _material(line: Line, bill: Bill, law: Law, code: str, assume: State) -> Material:
    """A line that is no intermediate, as a material of the good."""
    state = False if line.originating is False and not line.status else _stated(line, law)
    material = Material(line, state, codes_in(law.edition, line.hs, line.hs_edition, line.hs_in), _worth(bill, line))
    if state is None and line.originating:
        text = f"Line {line.id} ({line.name or 'no name'}) is said to originate, but was made in {line.origin}, which is no Party: where was it made?"
        material.asks = (Question("origin", line.id, "", text, (), line.producer),)
    _count(material, bill, law, code, assume)
    return material


def _count(material: Material, bill: Bill, law: Law, code: str, assume: State) -> None:
    """Cumulation, and what is assumed of a status nobody stated."""
    line = material.line
    if material.state is not True:
        if line.role == "cumulated":
            _cumulate(material, law, bill, code)
        if line.regional_content_pct is not None and material.value is not None and material.state is False:
            bounds = partial(line, law, material.value)
            if bounds is not None:
                material.low, material.high = bounds
        if material.state is None and assume is not None and not material.asks:
            material.state = assume
    elif line.origin and line.origin != bill.product.country:
        material.clause = next((c for c in law.clauses if c.kind == "bilateral" and line.origin in c.of), None)


def _line(
    line: Line, bill: Bill, law: Law, code: str, places_: Places, seen: dict[int, Seen], decide: Decide | None,
    rolled: list[tuple[Material, tuple[Material, ...]]], assume: State,
) -> Seen:  # fmt: skip
    if not line.children:
        material = _material(line, bill, law, code, assume)
    else:
        material = Material(line, _stated(line, law), codes_in(law.edition, line.hs, line.hs_edition, line.hs_in), _worth(bill, line))
        if material.state is None and not line.undeterminable:
            material.state = _intermediate(line, material, bill, law, places_, seen, decide)
            rolled.append((material, tuple(m for child in line.children for m in seen[id(child)].valued)))
        _count(material, bill, law, code, assume)
    result = _plain(material) if material.state is True or not line.children else _look(material, law, places_, seen, bill.product.country)
    seen[id(line)] = result
    return result


def _stated(line: Line, law: Law) -> State:
    """The status a line states, or that follows from what it states, before cumulation and rolling up."""
    if line.status and law.regime in line.status:
        return line.status[law.regime]
    if line.undeterminable:
        return False
    if line.originating is not None:
        # What was made in a country of no Party does not originate because somebody ticked a box, it may by a clause of cumulation.
        return None if line.originating and law.abroad(line.origin) else line.originating
    if line.catch is not None:
        return caught(line.catch, law)
    return None


def _plain(material: Material) -> Seen:
    one = (material,)
    return Seen(one, one)


def _cumulate(material: Material, law: Law, bill: Bill, code: str) -> None:
    state, clause, asks = counts(material, law, bill, code, bill.product.country)
    if state:
        material.state, material.clause = True, clause
    elif state is None:
        material.state, material.asks = None, asks


def _intermediate(line: Line, material: Material, bill: Bill, law: Law, places_: Places, seen: dict[int, Seen], decide: Decide | None) -> State:
    """Whether an intermediate originates by its own rule: made in a Party from the lines below it."""
    sure, open_, _ = places_
    if line.origin and not (line.origin in sure or line.origin in open_ or law.party(line.origin) or line.origin == bill.product.country):
        return False
    if decide is None:
        return None
    working = [m for child in line.children for m in seen[id(child)].working]
    valued = [m for child in line.children for m in seen[id(child)].valued]
    place = line.origin or bill.product.country
    codes = material.codes
    states: set[State] = set()
    for code in codes or ("",):
        part = Good(
            code, law, bill, material.value, material.value, None, working, valued, line.processes, line.facts, place, law.basis, line.id,
            None if line.weight is None else Fraction(line.weight), sure if place in sure else law.home(place), open_,
        )  # fmt: skip
        states.add(decide(part))
    state = states.pop() if len(states) == 1 else None
    return None if state and not line.origin else state


def _look(material: Material, law: Law, places_: Places, seen: dict[int, Seen], country: str) -> Seen:
    """How an intermediate that does not (surely) originate enters the tests: itself, what it was made from, or both while open."""
    line = material.line
    sure, open_, full = places_
    inner_working = tuple(m for child in line.children for m in seen[id(child)].working)
    inner_valued = tuple(m for child in line.children for m in seen[id(child)].valued)
    place = line.origin
    at_home: State = True if place in sure else None if not place or place in open_ else False
    if at_home is False:
        # Worked elsewhere, it is a material like any other.
        return _plain(material)
    if line.processes is None:
        material.made = None
    working: State
    if place in full:
        working = True
    else:
        working = _mode(line, law.self_produced, "whole")
    valued = _mode(line, law.self_produced, law.bought)
    if at_home is None:
        working = None if working else working
        valued = None if valued else valued
    clause = next((c for c in law.full if place != country and place in c.of), None)
    taken = tuple(_below(m, line, len(inner_working) == 1, clause) for m in inner_working)
    as_working: tuple[Material, ...] = (material,)
    if material.state is None:
        # While its status is open it stays a line of its own, and what it was made from is looked at beside it.
        if working is not False:
            material.inputs = taken
        if valued is not False and material.high is not None:
            tops = [m.high for m in inner_valued if m.state is not True]
            material.high = None if None in tops else max(material.high, sum(t for t in tops if t is not None))
        return _plain(material)
    if working:
        as_working = taken
    elif working is None:
        material.inputs = taken
    as_valued: tuple[Material, ...] = (material,)
    if valued:
        as_valued = inner_valued
    elif valued is None and material.value is not None:
        least = sum((m.low for m in inner_valued if m.state is False), 0)
        material.low = min(least, material.low)
    return Seen(as_working, as_valued)


def _mode(line: Line, self_produced: str, bought: str) -> State:
    """Whether what went into a line stands for it: yes, no, or open."""
    word = {True: (bought,), False: (self_produced,), None: (bought, self_produced)}[line.bought]
    found = {{"inputs": True, "whole": False}.get(w) for w in word}
    return found.pop() if len(found) == 1 else None


def _below(material: Material, line: Line, only: bool, clause: Clause | None) -> Material:
    """A material of an intermediate as a material of the good: it also went through the working done on the intermediate."""
    copy = Material(material.line, material.state, material.codes, material.value)
    copy.low, copy.high, copy.inputs, copy.clause, copy.asks = material.low, material.high, material.inputs, material.clause or clause, material.asks
    copy.made = material.made
    done: tuple[Process, ...] | None = line.processes
    copy.then = None if done is None or material.then is None else (*material.then, *done)
    if only and material.line.component_weight_pct is None and line.component_weight_pct is not None:
        copy.line = _weighed(material.line, line)
    return copy


def _weighed(below: Line, above: Line) -> Line:
    """The one material of an intermediate, with the weight and place the intermediate has in the good."""
    from dataclasses import replace

    return replace(below, component_weight_pct=above.component_weight_pct, component=above.component, weight_pct=below.weight_pct or above.weight_pct)
