"""One branch as numbers: its sums over slots, the cheapest choices, and whether they are proved."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import lcm

from madein.origin.fixes.highs import held as highs_held
from madein.origin.fixes.highs import solve as by_highs
from madein.origin.fixes.model import Alternative
from madein.origin.fixes.rows import Row, Sheet, Tests, sheet
from madein.origin.fixes.search import NODES, Option, Pick, cheapest
from madein.origin.fixes.slots import Cut, Frame, everyone
from madein.origin.fixes.ways import Mode, Way
from madein.origin.frame import Good

_MOST_FOR_HIGHS = 250
"""Slots up to which HiGHS is asked; beyond, the own search has come within a hair of its bound long before HiGHS ends."""


@dataclass
class Table:
    """The options of every slot with what they add to each sum, and the limits, in whole numbers.

    Attributes
    ----------
    cut : Cut
        The slots.
    options, limits
        What the search is handed.
    still : list of int
        The sums while every slot stays as it is.
    fewer : list of list of list of (int, int)
        For each slot and option: the options with one step less, and that step's weight.
    refused : set of Pick
        Choices that keep every limit and that the engine does not call a yes.
    """

    cut: Cut
    options: list[list[Option]]
    limits: list[int]
    still: list[int]
    fewer: list[list[list[tuple[int, int]]]]
    refused: set[Pick] = field(default_factory=set)

    def steps(self, pick: Pick) -> list[Alternative]:
        """What is done in a choice."""
        return [s for slot, option in enumerate(pick) if option for s in self.cut.slots[slot].choices[option].steps]

    def keeps(self, steps: Iterable[Alternative]) -> bool:
        """Whether some steps keep every limit; True as well where the table does not hold them together."""
        chosen: dict[int, frozenset[str]] = {}
        for step in steps:
            slot = self.cut.at.get(step.id)
            if slot is None:
                return False
            chosen[slot] = chosen.get(slot, frozenset()) | {step.id}
        options = self.options
        total = list(self.still)
        for slot, ids in chosen.items():
            at = self.cut.index[slot].get(ids)
            if at is None:
                return True
            if not options[slot][at].allowed:
                return False
            total = [t + new - old for t, new, old in zip(total, options[slot][at].adds, options[slot][0].adds, strict=True)]
        if any(t > limit for t, limit in zip(total, self.limits, strict=True)):
            return False
        return all(options[slot][0].allowed for slot in self.must if slot not in chosen)

    def spared(self, steps: Iterable[Alternative]) -> set[str]:
        """Steps each of which could be left out with every limit still kept, as far as the table holds what is left."""
        chosen: dict[int, frozenset[str]] = {}
        for step in steps:
            slot = self.cut.at.get(step.id)
            if slot is None:
                return set()
            chosen[slot] = chosen.get(slot, frozenset()) | {step.id}
        places = {slot: self.cut.index[slot].get(ids) for slot, ids in chosen.items()}
        if None in places.values():
            return {i for ids in chosen.values() for i in ids}
        options = self.options
        slack = [limit - still for limit, still in zip(self.limits, self.still, strict=True)]
        barred = [slot for slot in self.must if slot not in chosen]
        for slot, at in places.items():
            here = options[slot][at]  # type: ignore[index]
            if not here.allowed:
                barred.append(slot)
            slack = [s - new + old for s, new, old in zip(slack, here.adds, options[slot][0].adds, strict=True)]
        found: set[str] = set()
        for slot, ids in chosen.items():
            if any(other != slot for other in barred):
                continue
            here = options[slot][places[slot]]  # type: ignore[index]
            for gone in ids:
                at = self.cut.index[slot].get(ids - {gone})
                if at is None:
                    found.add(gone)
                    continue
                new = options[slot][at]
                if new.allowed and all(s >= n - o for s, n, o in zip(slack, new.adds, here.adds, strict=True)):
                    found.add(gone)
        return found

    @functools.cached_property
    def must(self) -> list[int]:
        """Slots that may not stay as they are."""
        return [n for n, options in enumerate(self.options) if not options[0].allowed]


@dataclass(slots=True)
class Nature:
    """What was seen of a branch while its tables were made.

    Attributes
    ----------
    open : bool
        Whether it hangs on more than statuses and facts.
    asked : set of (str, bool)
        Facts it hangs on, with the answer that meets it.
    weighed : bool
        Whether it counts weights.
    """

    open: bool = False
    asked: set[tuple[str, bool]] = field(default_factory=set)
    weighed: bool = False


def sheets(way: Way, mode: Mode, good: Good, tests: Tests, code: str) -> Sheet:
    """Everything a branch asks of a good under one code."""
    found = Sheet()
    for demand, (tolerance, weighed) in zip(way.demands, mode, strict=True):
        if demand.code == code:
            part = sheet(demand.leaves, tolerance, weighed, good, tests)
            found.rows += part.rows
            found.unmet += part.unmet
            found.barred.update(part.barred)
            found.barred_out.update(part.barred_out)
            found.asked |= part.asked
            found.open = found.open or part.open
    return found


def table(way: Way, mode: Mode, by_code: Mapping[str, Frame], tests: Tests, weight: Mapping[str, int], nature: Nature) -> Table | None:
    """The choices of a branch as numbers; None where no sourcing can meet it.

    Parameters
    ----------
    way, mode
        The branch and the tolerances it uses.
    by_code : mapping of str to Frame
        The bill cut into the same slots under each code of the good.
    tests : Tests
        Remembers outcomes.
    weight : mapping of str to int
        What a step costs, by its id, in whole numbers.
    nature : Nature
        Noted down in it: what the branch hangs on.
    """
    cut = next(iter(by_code.values())).cut
    counts = [len(slot.choices) for slot in cut.slots]
    allowed = [[True] * n for n in counts]
    adds: list[list[list[Fraction | int]]] = [[[] for _ in range(n)] for n in counts]
    limits: list[Fraction | int] = []
    possible = True
    for code, frame in by_code.items():
        one = _one(way, mode, code, frame, tests, allowed, nature)
        if one is None:
            possible = False
            continue
        here, most = one
        limits += most
        for own, more in zip(adds, here, strict=True):
            for sums, further in zip(own, more, strict=True):
                sums.extend(further)
    if not possible:
        return None
    scales = [lcm(limit.denominator, *{sums[r].denominator for options in adds for sums in options}) for r, limit in enumerate(limits)]
    plain = all(scale == 1 for scale in scales) and all(type(v) is int for options in adds for sums in options for v in sums)
    slots: list[list[Option]] = []
    fewer: list[list[list[tuple[int, int]]]] = []
    for at, slot in enumerate(cut.slots):
        made, less = [], []
        for o, choice in enumerate(slot.choices):
            row = adds[at][o]
            whole = tuple(row) if plain else tuple([int(v * scales[r]) for r, v in enumerate(row)])
            made.append(Option(sum([weight[s.id] for s in choice.steps]), whole, allowed[at][o]))  # type: ignore[arg-type]
            steps = choice.steps
            if len(steps) == 1:
                less.append([(0, weight[steps[0].id])])
            else:
                index = cut.index[at]
                less.append([(n, weight[s.id]) for s in steps if (n := index.get(choice.ids - {s.id})) is not None])
        slots.append(made)
        fewer.append(less)
    still = [sum(options[0].adds[r] for options in slots) for r in range(len(limits))]
    return Table(cut, slots, [int(limit * scales[r]) for r, limit in enumerate(limits)], still, fewer)


def _one(
    way: Way, mode: Mode, code: str, frame: Frame, tests: Tests, allowed: list[list[bool]], nature: Nature
) -> tuple[list[list[list[Fraction | int]]], list[Fraction | int]] | None:
    """What every option adds to every sum under one code, and the limits less what stays as it is."""
    base = sheets(way, mode, frame.rest, tests, code)
    nature.asked |= base.asked
    nature.open = nature.open or base.open
    nature.weighed = nature.weighed or any(not row.money for row in base.rows)
    if base.unmet or base.barred or any(row.limit is None for row in base.rows):
        return None
    limits: list[Fraction | int] = [row.limit - _total(row) for row in base.rows]  # type: ignore[operator]
    spent = [row.spent for row in base.rows]
    if any(spent):
        scale = frame.cut.scale
        adds: list[list[list[Fraction | int]]] = [
            [[-s * choice.cost * scale if s else 0 for s in spent] for choice in slot.choices] for slot in frame.cut.slots
        ]
    else:
        adds = [[[0] * len(spent) for _ in slot.choices] for slot in frame.cut.slots]
    for good, slot, option, here in everyone(frame):
        if slot is None:
            continue
        part = sheets(way, mode, good, tests, code)
        nature.open = nature.open or part.open
        if here is None:
            if part.barred:
                allowed[slot][option] = False
            for r, row in enumerate(part.rows):
                adds[slot][option][r] += _total(row)
            continue
        lines = {id(m): here[id(m.line)] for m in good.working}
        if len(good.valued) != len(good.working) or any(a is not b for a, b in zip(good.working, good.valued, strict=True)):
            lines.update((id(m), here[id(m.line)]) for m in good.valued)
        for key in part.barred:
            allowed[lines[key]][option] = False
        for r, row in enumerate(part.rows):
            for key, amount in row.adds.items():
                if amount:
                    adds[lines[key]][option][r] += amount
    return adds, limits


def _total(row: Row) -> Fraction | int:
    total: Fraction | int = 0
    for amount in row.adds.values():
        total += amount
    return total


def choose(
    found: Table, count: int, refuse: Callable[[Pick], bool], does: Callable[[Pick], bool] | None = None, every: bool = False, coarse: int = 1
) -> tuple[list[tuple[int, Pick]], bool]:
    """The cheapest choices of a table, minimal ones only, and whether nothing cheaper exists.

    Parameters
    ----------
    found : Table
        The branch.
    count : int
        How many are wanted.
    refuse : callable
        True for a choice that keeps the limits and does not do.
    does : callable, optional
        Whether a choice that keeps the limits does, where that must be known of a part of another to leave the other out. Without it
        a part that was not refused is taken to do: it costs no more, so that it is looked at first.
    every : bool
        Whether options that lower no sum are tried as well: what the sums do not show may hang on them.
    coarse : int
        Whole numbers of cost that decide only between equals.
    """
    options, limits = found.options, found.limits
    sums = range(len(limits))
    adds = [[option.adds for option in each] for each in options]

    def minimal(pick: Pick) -> bool:
        moved = [(s, o) for s, o in enumerate(pick) if o]
        slack = [limits[r] - found.still[r] - sum([adds[s][o][r] - adds[s][0][r] for s, o in moved]) for r in sums]
        for s, o in moved:
            old = adds[s][o]
            for other, _ in found.fewer[s][o]:
                if not options[s][other].allowed:
                    continue
                new = adds[s][other]
                if all(new[r] - old[r] <= slack[r] for r in sums):
                    part = (*pick[:s], other, *pick[s + 1 :])
                    if part not in found.refused and (does is None or does(part)):
                        return False
        return True

    nodes = min(NODES, max(3 * len(options), 16_000_000 // max(1, len(options))))
    got = cheapest(options, limits, count, refuse, minimal, nodes, every)
    if not got.proved and len(limits) > 1 and len(options) <= _MOST_FOR_HIGHS and highs_held():
        more = by_highs(options, limits, count, refuse, minimal, coarse=coarse)
        if more is not None:
            return more, True
    return got.picks, got.proved


__all__ = ["Nature", "Table", "choose", "sheets", "table"]
