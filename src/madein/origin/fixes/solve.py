"""One branch, solved: its sums over slots, the cheapest choices, and whether they are proved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

from madein.origin.fixes.highs import held as highs_held
from madein.origin.fixes.highs import solve as by_highs
from madein.origin.fixes.rows import Row, Sheet, Tests, sheet
from madein.origin.fixes.search import NODES, Option, Pick, cheapest
from madein.origin.fixes.slots import Frame, everyone
from madein.origin.fixes.ways import Mode, Way
from madein.origin.frame import Good

_MOST_FOR_HIGHS = 250
"""Slots up to which HiGHS is asked; beyond, the own search has come within a hair of its bound long before HiGHS ends."""


@dataclass(slots=True)
class Table:
    """The options of every slot with what they add to each sum, and the limits, in whole numbers."""

    options: list[list[Option]]
    limits: list[int]
    unit: int


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
    return found


def table(way: Way, mode: Mode, by_code: dict[str, Frame], tests: Tests, weigh: Callable[[Fraction, int, int], Fraction]) -> Table | None:
    """The choices of a branch as numbers; None where no sourcing can meet it.

    Parameters
    ----------
    way, mode
        The branch and the tolerances it uses.
    by_code : dict of str to Frame
        The bill cut into the same slots under each code of the good.
    tests : Tests
        Remembers outcomes.
    weigh : callable
        Cost that is minimised, from the cost per unit, the slot and the option.
    """
    first = next(iter(by_code.values()))
    counts = [len(slot.choices) for slot in first.slots]
    allowed = [[True] * n for n in counts]
    adds: list[list[list[Fraction | int]]] = [[[] for _ in range(n)] for n in counts]
    limits: list[Fraction | int] = []
    for code, frame in by_code.items():
        one = _one(way, mode, code, frame, tests, allowed)
        if one is None:
            return None
        here, most = one
        limits += most
        for slot, options in enumerate(here):
            for option, sums in enumerate(options):
                adds[slot][option] += sums
    prices = [[weigh(c.cost, s, o) for o, c in enumerate(slot.choices)] for s, slot in enumerate(first.slots)]
    unit = lcm(*{price.denominator for options in prices for price in options}, 1)
    scales = [lcm(limit.denominator, *{adds[s][o][r].denominator for s, n in enumerate(counts) for o in range(n)}) for r, limit in enumerate(limits)]
    slots: list[list[Option]] = []
    for at, costs in enumerate(prices):
        made = []
        for o, price in enumerate(costs):
            whole = tuple([v * scales[r] if type(v) is int else int(v * scales[r]) for r, v in enumerate(adds[at][o])])
            made.append(Option(price.numerator * (unit // price.denominator), whole, allowed[at][o]))
        slots.append(made)
    return Table(slots, [int(limit * scales[r]) for r, limit in enumerate(limits)], unit)


def _one(
    way: Way, mode: Mode, code: str, frame: Frame, tests: Tests, allowed: list[list[bool]]
) -> tuple[list[list[list[Fraction | int]]], list[Fraction | int]] | None:
    """What every option adds to every sum under one code, and the limits less what stays as it is."""
    base = sheets(way, mode, frame.rest, tests, code)
    if base.unmet or base.barred or any(row.limit is None for row in base.rows):
        return None
    limits: list[Fraction | int] = [row.limit - _total(row) for row in base.rows]  # type: ignore[operator]
    adds: list[list[list[Fraction | int]]] = [
        [[-row.spent * choice.cost * frame.scale if row.spent else 0 for row in base.rows] for choice in slot.choices] for slot in frame.slots
    ]
    for good, slot, option, here in everyone(frame):
        if slot is None:
            continue
        part = sheets(way, mode, good, tests, code)
        if here is None:
            if part.barred:
                allowed[slot][option] = False
            for r, row in enumerate(part.rows):
                adds[slot][option][r] += _total(row)
            continue
        seen: set[int] = set()
        for material in (*good.working, *good.valued):
            if id(material) in seen:
                continue
            seen.add(id(material))
            at = here[id(material.line)]
            if id(material) in part.barred:
                allowed[at][option] = False
            for r, row in enumerate(part.rows):
                amount = row.adds.get(id(material))
                if amount:
                    adds[at][option][r] += amount
    return adds, limits


def _total(row: Row) -> Fraction | int:
    total: Fraction | int = 0
    for amount in row.adds.values():
        total += amount
    return total


def choose(found: Table, frame: Frame, count: int, refused: set[Pick]) -> tuple[list[tuple[int, Pick]], bool]:
    """The cheapest choices of a table, minimal ones only, and whether nothing cheaper exists."""
    index = [{choice.ids: n for n, choice in enumerate(slot.choices)} for slot in frame.slots]
    sums = range(len(found.limits))
    still = [sum(options[0].adds[r] for options in found.options) for r in sums]

    def minimal(pick: Pick) -> bool:
        moved = [(s, option) for s, option in enumerate(pick) if option]
        total = [still[r] + sum([found.options[s][o].adds[r] - found.options[s][0].adds[r] for s, o in moved]) for r in sums]
        for s, option in moved:
            ids = frame.slots[s].choices[option].ids
            for gone in ids:
                other = index[s].get(ids - {gone})
                if other is None or not found.options[s][other].allowed:
                    continue
                new, old = found.options[s][other].adds, found.options[s][option].adds
                if all(total[r] - old[r] + new[r] <= found.limits[r] for r in sums):
                    return False
        return True

    nodes = min(NODES, max(3 * len(index), 16_000_000 // max(1, len(index))))
    got = cheapest(found.options, found.limits, count, refused.__contains__, minimal, nodes)
    if not got.proved and len(found.limits) > 1 and len(index) <= _MOST_FOR_HIGHS and highs_held():
        more = by_highs(found.options, found.limits, count, refused.__contains__, minimal)
        if more is not None:
            return more, True
    return got.picks, got.proved


__all__ = ["Table", "choose", "sheets", "table"]
