"""Where a bill can change: slots of lines that move together, the options of each, and the materials every option leaves.

Lines that one alternative touches at once, and the parts of one sub-assembly, are one slot, because how a sub-assembly counts hangs on
all that is done to it: made to originate by its own rule it counts as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import lcm

from madein.origin.assemble import assemble
from madein.origin.decide import Court, _good
from madein.origin.fixes.model import Alternative
from madein.origin.fixes.trials import Trials
from madein.origin.frame import Good
from madein.origin.model import Bill, Line
from madein.origin.result import State

MOST_COMBOS = 512
"""Options of one slot; with more, sets of two, and growing sets by value for money, stand for all."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a slot: what is done, its lines after that, its cost."""

    steps: tuple[Alternative, ...]
    lines: tuple[Line, ...]
    cost: Fraction
    ids: frozenset[str]


@dataclass(frozen=True, slots=True)
class Slot:
    """Lines that change together, with every option; the first leaves them as they are."""

    choices: tuple[Choice, ...]
    simple: bool


@dataclass(slots=True)
class Cut:
    """A bill cut into what stays and its slots.

    Attributes
    ----------
    bill : Bill
        The bill with what is done to the good itself.
    slots : list of Slot
        Slots.
    left : tuple of Line
        Lines nothing changes.
    scale : int
        One scale by which every value, with whatever is done, is whole.
    at : dict of str to int
        The slot of each step by its id.
    """

    bill: Bill
    slots: list[Slot]
    left: tuple[Line, ...]
    scale: int
    at: dict[str, int]
    index: list[dict[frozenset[str], int]]


@dataclass(slots=True)
class Frame:
    """The goods the tests are asked about.

    Attributes
    ----------
    cut : Cut
        The bill in slots.
    rest : Good
        The good with only the lines nothing changes.
    layers : list of (Good, mapping)
        Goods of many slots at once: in the n-th, every plain slot takes its n-th option; with the slot of each line by the identity
        of the line.
    parts : dict of (slot, option) to Good
        Goods of one slot with sub-assemblies, under one option.
    """

    cut: Cut
    rest: Good
    layers: list[tuple[Good, dict[int, int]]]
    parts: dict[tuple[int, int], Good]

    def goods(self) -> Iterator[Good]:
        """Every good of it."""
        yield self.rest
        for good, _ in self.layers:
            yield good
        yield from self.parts.values()

    @property
    def unsure(self) -> bool:
        """Whether the status of some material is open."""
        return any(m.state is None for good in self.goods() for ms in (good.working, good.valued) for m in ms)


def conflict(a: Alternative, b: Alternative, above: Mapping[str, frozenset[str]]) -> bool:
    """Whether two alternatives exclude each other: both change one line's source, or one takes away the parts the other changes."""
    for one, other in ((a, b), (b, a)):
        for number, change in one.lines.items():
            if number in other.lines and (change.keys() - {"add_processes"}) and (other.lines[number].keys() - {"add_processes"}):
                return True
            if "children" in change and any(number in above.get(t, ()) for t in other.lines):
                return True
    return False


def ancestry(bill: Bill) -> tuple[dict[str, frozenset[int]], dict[str, frozenset[str]]]:
    """For each line, the top lines it is in, by their place, and the numbers of all lines above it."""
    tops: dict[str, set[int]] = {}
    above: dict[str, set[str]] = {}
    todo = [(line, n, frozenset[str]()) for n, line in enumerate(bill.lines)]
    while todo:
        line, top, over = todo.pop()
        tops.setdefault(line.id, set()).add(top)
        above.setdefault(line.id, set()).update(over)
        if line.children:
            below = over | {line.id}
            todo.extend((child, top, below) for child in line.children)
    return {k: frozenset(v) for k, v in tops.items()}, {k: frozenset(v) for k, v in above.items()}


def subsets(steps: Sequence[Alternative], above: Mapping[str, frozenset[str]], most: int = MOST_COMBOS) -> tuple[list[tuple[Alternative, ...]], bool]:
    """Sets of alternatives that go together, the empty one first, and whether these are all.

    Examples
    --------
    >>> a, b = Alternative("a", {"1": {"origin": "VNM"}}), Alternative("b", {"1": {"origin": "KOR"}})
    >>> [[s.id for s in each] for each in subsets([a, b], {})[0]]
    [[], ['a'], ['b']]
    """
    found: list[tuple[Alternative, ...]] = [()]
    for step in steps:
        for have in list(found):
            if not any(conflict(step, other, above) for other in have):
                found.append((*have, step))
                if len(found) > most:
                    return _some(steps, above), False
    return found, True


def _some(steps: Sequence[Alternative], above: Mapping[str, frozenset[str]]) -> list[tuple[Alternative, ...]]:
    """Single alternatives, then ever larger sets, cheapest first; with pairs where there are few enough."""
    ranked = sorted(steps, key=lambda s: (float(s.cost or 0), s.id))
    found: dict[frozenset[str], tuple[Alternative, ...]] = {frozenset(): ()}
    sets = [(s,) for s in ranked]
    if len(ranked) <= 30:
        sets += list(combinations(ranked, 2))  # type: ignore[arg-type]
    for each in sets:
        if not any(conflict(a, b, above) for a, b in combinations(each, 2)):
            found.setdefault(frozenset(s.id for s in each), tuple(each))
    grown: list[Alternative] = []
    for step in ranked:
        if not any(conflict(step, other, above) for other in grown):
            grown.append(step)
            found.setdefault(frozenset(s.id for s in grown), tuple(grown))
            for gone in grown[:-1] if len(grown) <= 30 else ():
                less = tuple(s for s in grown if s is not gone)
                found.setdefault(frozenset(s.id for s in less), less)
    return list(found.values())


def grouped(bill: Bill, steps: Sequence[Alternative], tops: Mapping[str, frozenset[int]]) -> list[tuple[list[int], list[Alternative]]]:
    """Places of top lines that move together, each group with its alternatives."""
    parent = list(range(len(bill.lines)))

    def root(n: int) -> int:
        while parent[n] != n:
            parent[n] = parent[parent[n]]
            n = parent[n]
        return n

    first: dict[str, int] = {}
    for step in steps:
        places = [top for number in step.lines for top in tops[number]]
        for other in places[1:]:
            parent[root(other)] = root(places[0])
        first[step.id] = places[0]
    groups: dict[int, tuple[list[int], list[Alternative]]] = {}
    for step in steps:
        groups.setdefault(root(first[step.id]), ([], []))[1].append(step)
    for place in range(len(bill.lines)):
        at = root(place)
        if at in groups:
            groups[at][0].append(place)
    return [groups[at] for at in sorted(groups)]


def _scaled(bill: Bill, scale: int) -> Bill:
    # The scale of a part of a bill must be that of the whole, so that sums over parts may be added.
    bill.__dict__["scale"] = scale
    return bill


def cut(trials: Trials, done: Sequence[Alternative], steps: Sequence[Alternative]) -> tuple[Cut, bool]:
    """A bill cut into slots, and whether every option of every slot is in it.

    Parameters
    ----------
    trials : Trials
        The bill as it is, and what could be done.
    done : sequence of Alternative
        What is done to the good itself.
    steps : sequence of Alternative
        Those that change lines.
    """
    bill = trials.after(done)
    tops, above = ancestry(trials.bill)
    every = True
    slots: list[Slot] = []
    touched: set[int] = set()
    at: dict[str, int] = {}
    for places, own in grouped(trials.bill, steps, tops):
        touched.update(places)
        here = frozenset(places)
        also = [d for d in done if any(tops[number] & here for number in d.lines)]
        sets, whole = subsets(own, above)
        every = every and whole
        choices = []
        for chosen in sets:
            lines = _inside(trials, places, [*also, *chosen], tops)
            cost = trials.cost[chosen[0].id] if len(chosen) == 1 else trials.summed(chosen, lambda s: trials.cost[s.id])
            choices.append(Choice(chosen, lines, cost, frozenset([s.id for s in chosen])))
        simple = len(places) == 1 and not any(line.children for choice in choices for line in choice.lines)
        at.update((s.id, len(slots)) for s in own)
        slots.append(Slot(tuple(choices), simple))
    everything = tuple([line for slot in slots for choice in slot.choices for line in choice.lines])
    scale = lcm(bill.scale, Bill(bill.product, everything).scale) if everything else bill.scale
    left = tuple([line for n, line in enumerate(bill.lines) if n not in touched])
    index = [{choice.ids: n for n, choice in enumerate(slot.choices)} for slot in slots]
    return Cut(bill, slots, left, scale, at, index), every


def _inside(trials: Trials, places: Sequence[int], steps: Sequence[Alternative], tops: Mapping[str, frozenset[int]]) -> tuple[Line, ...]:
    """Top lines after some steps, of which some may change others as well."""
    here = frozenset(places)
    if all(tops[number] <= here for step in steps for number in step.lines):
        return trials.lines_after(places, steps)
    known = {number for number, where in tops.items() if where & here}
    return trials.lines_after(places, [replace(s, lines={n: c for n, c in s.lines.items() if n in known}) for s in steps])


def frame(found: Cut, court: Court, code: str, assume: State = None) -> Frame:
    """The goods of a bill in slots, under one code, as one reading of open statuses has them."""
    slots, bill, scale = found.slots, found.bill, found.scale
    rest = _of(bill, found.left, court, code, scale, assume)
    layers: list[tuple[Good, dict[int, int]]] = []
    plain = [n for n, slot in enumerate(slots) if slot.simple]
    for depth in range(max((len(slots[n].choices) for n in plain), default=0)):
        here = {id(slots[n].choices[depth].lines[0]): n for n in plain if depth < len(slots[n].choices)}
        lines = tuple([slots[n].choices[depth].lines[0] for n in plain if depth < len(slots[n].choices)])
        layers.append((assemble(_scaled(Bill(bill.product, lines, bill.facts, bill.gates), scale), court.law, code, None, assume), here))
    parts = {
        (n, k): _of(bill, choice.lines, court, code, scale, assume)
        for n, slot in enumerate(slots) if not slot.simple for k, choice in enumerate(slot.choices)
    }  # fmt: skip
    return Frame(found, rest, layers, parts)


def _of(bill: Bill, lines: tuple[Line, ...], court: Court, code: str, scale: int, assume: State) -> Good:
    part = _scaled(Bill(bill.product, lines, bill.facts, bill.gates), scale)
    if any(line.children for line in lines):
        return _good(part, court, code, assume)[0]
    return assemble(part, court.law, code, None, assume)


def everyone(found: Frame) -> Iterator[tuple[Good, int | None, int, dict[int, int] | None]]:
    """Every good of a frame: itself, its slot (None: what stays, -1: many), its option, and the slots of lines."""
    yield found.rest, None, 0, None
    for depth, (good, here) in enumerate(found.layers):
        yield good, -1, depth, here
    for (slot, option), good in found.parts.items():
        yield good, slot, option, None
