"""Where a bill can change: slots of lines that move together, the options of each, and the materials every option leaves.

Lines that one alternative touches at once, and the parts of one sub-assembly, are one slot, because how a sub-assembly counts hangs on
all that is done to it: made to originate by its own rule it counts as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import combinations
from math import lcm

from madein.origin.assemble import assemble
from madein.origin.decide import Court, _good
from madein.origin.fixes.apply import apply, cost_of
from madein.origin.fixes.model import Alternative
from madein.origin.frame import Good
from madein.origin.model import Bill, Line

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
class Frame:
    """A bill cut into what stays and its slots, with the goods the tests are asked about.

    Attributes
    ----------
    bill : Bill
        The bill with what is done to the good itself.
    slots : list of Slot
        Slots.
    rest : Good
        The good with only the lines nothing changes.
    layers : list of (Good, mapping)
        Goods of many slots at once: in the n-th, every plain slot takes its n-th option; with the slot of each line by the identity
        of the line.
    parts : dict of (slot, option) to Good
        Goods of one slot with sub-assemblies, under one option.
    """

    bill: Bill
    slots: list[Slot]
    rest: Good
    layers: list[tuple[Good, dict[int, int]]]
    parts: dict[tuple[int, int], Good]
    scale: int


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


def scale_of(bills: Iterable[Bill]) -> int:
    """One scale by which every value of all the bills is whole."""
    return lcm(*(bill.scale for bill in bills))


def _scaled(bill: Bill, scale: int) -> Bill:
    # The scale of a part of a bill must be that of the whole, so that sums over parts may be added.
    bill.__dict__["scale"] = scale
    return bill


def frames(bill: Bill, court: Court, code: str, steps: Sequence[Alternative]) -> tuple[Frame, bool]:
    """A bill cut into slots, and whether every option of every slot is in it.

    Parameters
    ----------
    bill : Bill
        The bill; what is done to the good itself is applied already.
    court, code
        The regime, and the code of the good.
    steps : sequence of Alternative
        Those that change lines.
    """
    tops, above = ancestry(bill)
    known = {line.id: line for line in bill.walk()}
    every = True
    slots: list[Slot] = []
    touched: set[int] = set()
    for places, own in grouped(bill, steps, tops):
        touched.update(places)
        part = replace(bill, lines=tuple(bill.lines[n] for n in places))
        sets, whole = subsets(own, above)
        every = every and whole
        choices = []
        for chosen in sets:
            lines = apply(part, chosen).lines if chosen else part.lines
            cost = sum((cost_of(step, known) for step in chosen), Fraction(0))
            choices.append(Choice(chosen, lines, cost, frozenset(s.id for s in chosen)))
        simple = len(places) == 1 and not any(line.children for choice in choices for line in choice.lines)
        slots.append(Slot(tuple(choices), simple))
    everything = tuple(line for slot in slots for choice in slot.choices for line in choice.lines)
    scale = lcm(bill.scale, replace(bill, lines=everything).scale) if everything else bill.scale
    left = tuple(line for n, line in enumerate(bill.lines) if n not in touched)
    rest = _of(bill, left, court, code, scale)
    layers: list[tuple[Good, dict[int, int]]] = []
    plain = [n for n, slot in enumerate(slots) if slot.simple]
    for depth in range(max((len(slots[n].choices) for n in plain), default=0)):
        here = {id(slots[n].choices[depth].lines[0]): n for n in plain if depth < len(slots[n].choices)}
        lines = tuple(slots[n].choices[depth].lines[0] for n in plain if depth < len(slots[n].choices))
        layers.append((assemble(_scaled(replace(bill, lines=lines), scale), court.law, code), here))
    parts = {
        (n, k): _of(bill, choice.lines, court, code, scale)
        for n, slot in enumerate(slots) if not slot.simple for k, choice in enumerate(slot.choices)
    }  # fmt: skip
    return Frame(bill, slots, rest, layers, parts, scale), every


def _of(bill: Bill, lines: tuple[Line, ...], court: Court, code: str, scale: int) -> Good:
    part = _scaled(replace(bill, lines=lines), scale)
    if any(line.children for line in lines):
        return _good(part, court, code, None)[0]
    return assemble(part, court.law, code)


def everyone(frame: Frame) -> Iterator[tuple[Good, int | None, int, dict[int, int] | None]]:
    """Every good of a frame: itself, its slot (None: what stays, -1: many), its option, and the slots of lines."""
    yield frame.rest, None, 0, None
    for depth, (good, here) in enumerate(frame.layers):
        yield good, -1, depth, here
    for (slot, option), good in frame.parts.items():
        yield good, slot, option, None
