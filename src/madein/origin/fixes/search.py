"""The cheapest choices under limits on sums: a covering knapsack with several options per slot, exact, with the next best ones.

Depth first by the bound of the linear relaxation (Horowitz and Sahni 1974; Martello and Toth 1990, chapter 2), after slots are fixed
whose reduced cost exceeds the gap between the best choices found and the bound (Dembo and Hammer 1980). One limit, which nearly every
branch of a rule comes to, is solved in milliseconds by that; where several limits interact and the nodes run out, HiGHS takes over.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

Pick = tuple[int, ...]
"""The option taken in each slot."""

NODES = 40_000
"""Nodes of one search, before another method is asked."""

_FIRST = 600
"""Nodes that look for good choices before slots are fixed."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a slot: its cost, what it adds to each sum, and whether it may be taken at all."""

    cost: int
    adds: tuple[int, ...]
    allowed: bool = True


@dataclass(slots=True)
class Found:
    """Choices by rising cost, whether nothing cheaper can exist, and the bound on what could."""

    picks: list[tuple[int, Pick]] = field(default_factory=list)
    proved: bool = True
    bound: int | None = None


@dataclass(slots=True)
class _Slot:
    """A slot with its default taken out: extra cost and change of each sum for the other options."""

    at: int
    default: int
    others: list[tuple[int, int, tuple[int, ...]]]
    must: bool


def cheapest(
    slots: Sequence[Sequence[Option]],
    limits: Sequence[int],
    count: int = 1,
    refuse: Callable[[Pick], bool] = lambda _: False,
    minimal: Callable[[Pick], bool] = lambda _: True,
    nodes: int = NODES,
    every: bool = False,
) -> Found:
    """The cheapest choices of one option per slot that keep every sum at or under its limit.

    Parameters
    ----------
    slots : sequence of sequences of Option
        Option 0 of each is to leave it as it is, and costs nothing.
    limits : sequence of int
        One limit per sum.
    count : int
        How many choices are wanted.
    refuse : callable
        True for a choice that is known not to do although its sums keep the limits.
    minimal : callable
        False for a choice of which a part would do; such choices are left out.
    nodes : int
        Nodes of the search after which it gives up proving; `Found.proved` is then False.
    every : bool
        Whether options that lower no sum are tried too; without, they are left out, as leaving a slot as it is does as well.

    Examples
    --------
    >>> slots = [[Option(0, (50,)), Option(7, (0,))], [Option(0, (30,)), Option(4, (0,))], [Option(0, (10,)), Option(1, (0,))]]
    >>> cheapest(slots, (50,), 2).picks
    [(5, (0, 1, 1)), (7, (1, 0, 0))]
    """
    made = _prepare(slots, len(limits), every)
    if made is None:
        return Found()
    work, base, cost = made
    need = [b - limit for b, limit in zip(base, limits, strict=True)]
    start = [slot.default for slot in work]
    run = _Run(slots, work, need, cost, count, refuse, minimal, start)
    if any(n > r for n, r in zip(need, run.most[0], strict=True)):
        return Found()
    return run.solve(nodes)


def _prepare(slots: Sequence[Sequence[Option]], sums: int, every: bool) -> tuple[list[_Slot], list[int], int] | None:
    """Slots with the cheapest allowed option as default; options that lower no sum dropped. None where a slot allows nothing."""
    base = [0] * sums
    total = 0
    work = []
    for at, options in enumerate(slots):
        allowed = [n for n, option in enumerate(options) if option.allowed]
        if not allowed:
            return None
        must = not options[0].allowed
        default = min(allowed, key=lambda n: (options[n].cost, n)) if must else 0
        first = options[default]
        total += first.cost
        for n, add in enumerate(first.adds):
            base[n] += add
        others = []
        for n in allowed:
            if n == default:
                continue
            less = tuple([a - b for a, b in zip(first.adds, options[n].adds, strict=True)])
            if must or every or any(d > 0 for d in less):
                others.append((options[n].cost - first.cost, n, less))
        work.append(_Slot(at, default, others, must))
    return work, base, total


class _Run:
    """One search."""

    def __init__(
        self, slots: Sequence[Sequence[Option]], work: list[_Slot], need: list[int], cost: int, count: int,
        refuse: Callable[[Pick], bool], minimal: Callable[[Pick], bool], start: list[int],
    ) -> None:  # fmt: skip
        self.slots, self.need, self.cost, self.count = slots, need, cost, count
        self.refuse, self.minimal, self.start = refuse, minimal, start
        self.free = [slot for slot in work if slot.others]
        self.row = self._primary()
        self._order()
        self.picks: list[tuple[int, Pick]] = []

    def _primary(self) -> int:
        """The sum whose limit is hardest to reach: the one bounds are taken from."""
        reach = [sum(max((less[r] for _, _, less in s.others), default=0) for s in self.free if s.others) for r in range(len(self.need))]
        ratios = [n / r if r > 0 else (1.0 if n > 0 else 0.0) for n, r in zip(self.need, reach, strict=True)]
        return max(range(len(ratios)), key=lambda n: ratios[n], default=0)

    def _order(self) -> None:
        """Slots that must change first, the others by cost per unit of the primary sum; sums over all that follow."""
        row = self.row
        keyed = []
        for slot in self.free:
            price, reach, full = _efficiency(slot, row)
            slot.others.sort(key=lambda o: (price * o[2][row] < o[0] * reach if reach else False, o[0]))
            keyed.append((not slot.must, full / reach if reach else float("inf"), -reach, slot.at, slot, full, reach))
        keyed.sort(key=lambda k: k[:4])
        # Floats may part two rates that whole numbers do not, or swap them: the bound needs them in their true order.
        n = 1
        while n < len(keyed):
            one, two = keyed[n - 1], keyed[n]
            if one[0] == two[0] and one[6] and two[6] and one[5] * two[6] > two[5] * one[6]:
                keyed[n - 1], keyed[n] = two, one
                n = max(n - 1, 1)
            else:
                n += 1
        self.free = [k[4] for k in keyed]
        self.musts = sum(slot.must for slot in self.free)
        count, sums = len(self.free), len(self.need)
        self.most = [[0] * sums for _ in range(count + 1)]
        self.gained, self.paid = [0], [0]
        self.single: list[tuple[int, int]] = []
        self.saves = self.musts
        self.rebate = 0
        for *_, slot, full, reach in keyed:
            cost, least = full, min(0, *(o[0] for o in slot.others))
            if slot.must:
                cost = least
            elif full < 0:
                cost = least
                self.saves += 1
            else:
                self.rebate += least
            self.gained.append(self.gained[-1] + reach)
            self.paid.append(self.paid[-1] + cost)
            self.single.append((cost, reach))
        for n in range(count - 1, -1, -1):
            slot = self.free[n]
            after = self.most[n + 1]
            self.most[n] = [after[r] + max(0, *(o[2][r] for o in slot.others)) for r in range(sums)]

    def bound(self, at: int, need: int) -> int:
        """Least cost of lowering the primary sum by `need` with the slots from `at` on; those that save money are taken in any case."""
        cost = self.rebate
        if at < self.saves:
            cost += self.paid[self.saves] - self.paid[at]
            need -= self.gained[self.saves] - self.gained[at]
            at = self.saves
        if need <= 0:
            return cost
        goal = self.gained[at] + need
        end = bisect_left(self.gained, goal, at)
        if end >= len(self.gained):
            return 1 << 200
        price, reach = self.single[end - 1]
        rest = goal - self.gained[end - 1]
        return cost + self.paid[end - 1] - self.paid[at] + -(-price * rest // reach) if reach else cost

    @property
    def worst(self) -> int | None:
        """Cost a further choice must stay under."""
        return self.picks[-1][0] if len(self.picks) >= self.count else None

    def solve(self, nodes: int) -> Found:
        """Search, fix what cannot change, search on."""
        row = self.row
        bound = self.cost + self.bound(0, self.need[row] if self.need else 0)
        if self.dive(min(_FIRST, nodes)):
            return Found(self.picks, True, bound)
        left = nodes - _FIRST
        while left > 0:
            fixed = self._fix()
            share = left if not fixed else min(left, max(2000, nodes // 4))
            if self.dive(share):
                return Found(self.picks, True, bound)
            left -= share
        return Found(self.picks, False, bound)

    def _fix(self) -> bool:
        """Fix slots whose deviation from the relaxed optimum costs more than the gap to the worst choice kept."""
        worst = self.worst
        if worst is None or not self.need or self.need[self.row] <= 0:
            return False
        row = self.row
        goal = self.need[row] - (self.gained[self.saves])
        at = bisect_left(self.gained, self.gained[self.saves] + max(goal, 1), self.saves)
        if goal <= 0 or at >= len(self.gained):
            return False
        price, reach = self.single[at - 1]
        if not reach:
            return False
        # Everything times `reach`, so that the multiplier price / reach stays whole.
        relaxed = self.cost * reach + price * self.need[row]
        bests = []
        for slot in self.free:
            reduced = [0] + [o[0] * reach - price * o[2][row] for o in slot.others]
            best = min(reduced)
            relaxed += best
            bests.append((best, reduced))
        gap = worst * reach - relaxed
        keep, fixed = [], False
        for slot, (best, reduced) in zip(self.free, bests, strict=True):
            if slot.must:
                keep.append(slot)
                continue
            open_ = [n for n, value in enumerate(reduced) if value - best < gap]
            if open_ == [0]:
                fixed = True
                continue
            if len(open_) == 1:
                cost, option, less = slot.others[open_[0] - 1]
                self.start[slot.at] = option
                self.cost += cost
                self.need = [n - d for n, d in zip(self.need, less, strict=True)]
                fixed = True
                continue
            if 0 in open_ and len(open_) <= len(slot.others):
                fixed = True
                slot.others = [slot.others[n - 1] for n in open_ if n]
            keep.append(slot)
        if fixed:
            self.free = keep
            self._order()
        return fixed

    def dive(self, nodes: int) -> bool:
        """Depth-first search; True if it came to its end."""
        free, row, count = self.free, self.row, len(self.free)
        sums = range(len(self.need))
        stack: list[tuple[int, int, tuple[int, ...], object]] = [(0, self.cost, tuple(self.need), None)]
        known = {pick for _, pick in self.picks}
        while stack:
            at, cost, need, chain = stack.pop()
            worst = self.worst
            if worst is not None and need and cost + self.bound(at, need[row]) >= worst:
                continue
            if at >= self.musts and all(n <= 0 for n in need):
                if worst is not None and cost >= worst:
                    continue
                pick = self._pick(chain)
                if pick in known:
                    continue
                if not self.refuse(pick):
                    if self.minimal(pick):
                        known.add(pick)
                        self.picks.append((cost, pick))
                        self.picks.sort()
                        del self.picks[self.count :]
                    continue
            if at == count:
                continue
            most = self.most[at]
            if any(need[r] > most[r] for r in sums):
                continue
            nodes -= 1
            if nodes < 0:
                return False
            stack.append((at + 1, cost, need, chain))
            slot = free[at]
            for extra, option, less in reversed(slot.others):
                stack.append((at + 1, cost + extra, tuple([need[r] - less[r] for r in sums]), (chain, slot.at, option)))
        return True

    def _pick(self, chain: object) -> Pick:
        pick = list(self.start)
        while isinstance(chain, tuple):
            chain, at, option = chain
            pick[at] = option
        return tuple(pick)


def _efficiency(slot: _Slot, row: int) -> tuple[int, int, int]:
    """Cost and reach in the primary sum of the slot's cheapest rate, and that rate times the slot's longest reach, rounded down.

    The third is a lower bound of what any option costs for all of the second; (0, 0, 0) where no option lowers the sum.
    """
    best: tuple[int, int] | None = None
    longest = 0
    for cost, _, less in slot.others:
        reach = less[row] if less else 0
        if reach > 0:
            longest = max(longest, reach)
            if best is None or cost * best[1] < best[0] * reach:
                best = cost, reach
    if best is None:
        return 0, 0, 0
    return best[0] * longest // best[1], longest, best[0] * longest // best[1]
