"""The search over every branch, every use of tolerances and everything that can be done to the good itself.

The sums of a branch are never tighter than the engine, so that what keeps none of them needs no asking, and what keeps them is put
before the engine. That the cheapest is the cheapest is claimed only where all of this was gone through to its end, and nothing is open
by which the engine could say yes across branches.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from madein.origin.fixes.model import Alternative
from madein.origin.fixes.rows import Tests
from madein.origin.fixes.search import Pick
from madein.origin.fixes.slots import ancestry, conflict, cut, frame, subsets
from madein.origin.fixes.solve import Nature, Table, choose, table
from madein.origin.fixes.trials import Trials
from madein.origin.fixes.ways import Way, modes, ways
from madein.origin.frame import codes_in

_MOST_OF_GOOD = 64
"""Sets of alternatives to what is done to the good itself that are tried, each with the best sourcing."""

_ROUNDS = 4
"""Times a branch is searched again after the engine refused a choice."""

_MOST_ASKED = 600
"""Choices that are put before the engine one by one while the sums tell too little."""

_MOST_PARTS = 10
"""Steps of a fix up to which all its parts are looked at where steps may save money."""

_ALL_UNDONE = 8
"""Steps of a fix up to which each is undone before the engine where the sums are no proof."""


class _Tired(Exception):
    """The engine was asked often enough."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A set of steps the engine says yes to, by one branch (-1: by one or another, whatever open facts are)."""

    key: tuple[int, int, tuple[str, ...]]
    steps: tuple[Alternative, ...]
    ids: frozenset[str]
    way: int


@dataclass(slots=True)
class _Entry:
    """A table to search, with what came of it."""

    way: int
    table: Table
    done: tuple[Alternative, ...]
    proved: bool = True
    horizon: int | None = None
    """Weight from which on not all choices were looked at; None: all were."""
    wanted: int = 0


class Hunt:
    """One question: the bill, what could be done, every branch.

    Parameters
    ----------
    trials : Trials
        The bill and what could be done.
    found : list of Way
        Branches of the bill as it is; such as only a change of facts opens are added.
    whole : bool
        Whether these are all.
    """

    def __init__(self, trials: Trials, found: list[Way], whole: bool) -> None:
        self.trials, self.ways = trials, found
        self.candidates: dict[tuple[int, frozenset[str]], Candidate] = {}
        self.entries: list[_Entry] = []
        self.by_done: dict[frozenset[str], list[Table]] = {}
        self.sure = [whole] * len(found)
        self.asked = 0
        self.refunds = trials.refunds
        self._build(whole)

    def _build(self, whole: bool) -> None:
        trials = self.trials
        bill, court = trials.bill, trials.court
        above = ancestry(bill)[1]
        of_lines = [s for s in trials.steps if not s.of_good]
        sets, every = subsets([s for s in trials.steps if s.of_good], above, _MOST_OF_GOOD)
        product = bill.product
        codes = codes_in(court.law.edition, product.hs, product.hs_edition, product.hs_in) or ("",)
        heavier = product.weight is not None and any("weight" in change for s in trials.steps for change in s.lines.values())
        whole = whole and every
        facts: set[tuple[str, bool]] = set()
        for done in map(trials.sorted, sets):
            found, every = cut(trials, done, [s for s in of_lines if not any(conflict(s, d, above) for d in done)])
            tests = Tests()
            readings = [{code: frame(found, court, code) for code in codes}]
            first = readings[0][codes[0]]
            if any(one.unsure for one in readings[0].values()):
                readings.append({code: frame(found, court, code, False) for code in codes})
            here, all_ways = ways(found.bill, court, first.rest, trials.steps) if done else (self.ways, True)
            tables = self.by_done[frozenset(s.id for s in done)] = []
            for way in list(here):
                n = self._number(way)
                if not way.verified:
                    continue
                uses, all_uses = modes(way)
                for reading in readings:
                    nature = Nature()
                    for mode in uses:
                        made = table(way, mode, reading, tests, trials.weight, nature)
                        if made is not None:
                            tables.append(made)
                            self.entries.append(_Entry(n, made, done))
                facts |= nature.asked
                self.sure[n] = self.sure[n] and every and all_ways and all_uses and not nature.open and not (heavier and nature.weighed)
        keys = {key for key, _ in facts}
        choosing = {key for code in codes if code for rule in court.rules(code) for key, _ in rule.when}
        if not whole or len(keys) < len(facts) or keys & choosing:
            # A fact that meets one branch by its yes and another by its no may make a yes of the two together.
            self.sure = [False] * len(self.sure)

    def _number(self, way: Way) -> int:
        for n, other in enumerate(self.ways):
            if other is way or other == way:
                return n
        self.ways.append(way)
        self.sure.append(self.sure[0] if self.sure else True)
        return len(self.ways) - 1

    def search(self, want: int, limit: int | None = None) -> None:
        """Look for the cheapest sets of every branch; with a limit, only where something lighter than it may have been passed over."""
        for entry in self.entries:
            if entry.wanted and (entry.horizon is None or (limit is not None and entry.horizon >= limit)):
                continue
            entry.wanted = want
            try:
                self._run(entry, want)
            except _Tired:
                entry.proved = False

    def _run(self, entry: _Entry, want: int) -> None:
        made = entry.table
        entry.proved, entry.horizon = False, None
        for _ in range(_ROUNDS):
            before = len(made.refused)
            every = before > 0
            eager = every or self.refunds

            def refuse(pick: Pick, eager: bool = eager) -> bool:
                return pick in made.refused or (eager and not self._does(entry, pick, True))

            def does(pick: Pick) -> bool:
                return self._does(entry, pick, True)

            picks, proved = choose(made, want, refuse, does if self.refunds else None, every, self.trials.coarse)
            beyond = picks[-1][0] if len(picks) >= want else None
            if not eager:
                for rank, (weight, pick) in enumerate(picks):
                    if rank and (enough := self._enough(want)) is not None and weight > enough:
                        beyond = weight
                        break
                    self._does(entry, pick, False)
            if every or len(made.refused) == before:
                entry.proved = proved
                entry.horizon = None if beyond is None else beyond + sum(self.trials.weight[s.id] for s in entry.done)
                return

    def _does(self, entry: _Entry, pick: Pick, counted: bool) -> bool:
        """Whether the engine says yes to a choice; one it refuses is remembered."""
        if pick in entry.table.refused:
            return False
        steps = (*entry.done, *entry.table.steps(pick))
        ids = frozenset([s.id for s in steps])
        if (entry.way, ids) in self.candidates:
            return True
        if counted:
            self.asked += 1
            if self.asked > _MOST_ASKED:
                raise _Tired
        trials = self.trials
        if trials.yes(steps, -1, self.ways):
            tables = self.by_done[frozenset([s.id for s in entry.done])]
            mine = {id(e.table) for e in self.entries if e.way == entry.way}
            rivals = any(id(t) not in mine and t.keeps(self._of_lines(steps)) for t in tables)
            if not (rivals or self._open) or trials.yes(steps, entry.way, self.ways):
                self._note(steps, ids, entry.way)
                return True
            self._note(steps, ids, -1)
        entry.table.refused.add(pick)
        return False

    @property
    def _open(self) -> bool:
        return not all(self.sure)

    @staticmethod
    def _of_lines(steps: Iterable[Alternative]) -> list[Alternative]:
        return [s for s in steps if not s.of_good]

    def _note(self, steps: tuple[Alternative, ...], ids: frozenset[str], way: int) -> None:
        if (way, ids) not in self.candidates:
            key = sum([self.trials.weight[i] for i in ids]), len(ids), tuple(sorted(ids))
            self.candidates[way, ids] = Candidate(key, steps, ids, way)

    def _enough(self, want: int) -> int | None:
        """Weight of the last set that is wanted, among those known; None while too few are."""
        least: list[Candidate] = []
        for one in self.ranked():
            if not any(other.ids <= one.ids for other in least):
                least.append(one)
                if len(least) == want:
                    return one.key[0]
        return None

    def ranked(self) -> list[Candidate]:
        """Every set found, the cheapest first."""
        return sorted(self.candidates.values(), key=lambda c: (c.key, c.way < 0, c.way))

    def best(self, count: int) -> tuple[list[Candidate], bool]:
        """The cheapest sets no part of which does, each once, and whether it is proved that there are no others before or between them."""
        want, limit = count, None
        while True:
            self.search(want, limit)
            found = self._minimal(count)
            limit = found[-1].key[0] if len(found) >= count else None
            passed = [e for e in self.entries if e.horizon is not None and (limit is None or e.horizon < limit)]
            if not passed or want >= 8 * count:
                return found, not passed and all(self.sure) and all(e.proved for e in self.entries)
            want *= 2

    def proved(self, way: int) -> bool:
        """Whether the cheapest set of a branch is the cheapest."""
        return self.sure[way] and all(e.proved for e in self.entries if e.way == way)

    def _minimal(self, count: int) -> list[Candidate]:
        """The first sets no part of which does, each once."""
        best: list[Candidate] = []
        seen: set[frozenset[str]] = set()
        for one in self.ranked():
            if len(best) >= count:
                break
            if one.ids in seen:
                continue
            seen.add(one.ids)
            if not any(other.ids < one.ids for other in best) and not self._superfluous(one.steps):
                best.append(one)
        return best

    def _superfluous(self, steps: Sequence[Alternative]) -> bool:
        """Whether some step can be left out; where steps save money, whether any part would do."""
        parts: Iterable[Sequence[Alternative]]
        if self.refunds and len(steps) <= _MOST_PARTS:
            parts = (part for size in range(len(steps) - 1, -1, -1) for part in combinations(steps, size) if self._possible(part))
        else:
            gone = self._lightest(steps) if self._open else self._spared(steps)
            parts = ([s for s in steps if s is not one] for one in gone)
        return any(self.trials.yes(part, -1, self.ways) for part in parts)

    def _possible(self, steps: Sequence[Alternative]) -> bool:
        """Whether the sums of some branch are kept, or tell too little."""
        tables = self.by_done.get(frozenset([s.id for s in steps if s.of_good]))
        return tables is None or self._open or any(t.keeps(self._of_lines(steps)) for t in tables)

    def _spared(self, steps: Sequence[Alternative]) -> list[Alternative]:
        """Steps without which the sums of some branch are kept; of the others the engine need not be asked."""
        done = frozenset([s.id for s in steps if s.of_good])
        rest = self._of_lines(steps)
        tables = self.by_done.get(done)
        if tables is None:
            return list(steps)
        ids = {i for t in tables for i in t.spared(rest)}
        return [s for s in steps if s.id in ids or (s.of_good and self._possible([o for o in steps if o is not s]))]

    def _lightest(self, steps: Sequence[Alternative]) -> list[Alternative]:
        """Steps that move least, whose undoing leaves least to mend, and those of the good itself."""
        if len(steps) <= _ALL_UNDONE:
            return list(steps)
        known = self.trials.known
        ranked = sorted(steps, key=lambda s: (sum((Fraction(known[t].value or 0) for t in s.touches), Fraction(0)), s.id))
        return ranked[:_ALL_UNDONE] + [s for s in ranked[_ALL_UNDONE:] if s.of_good]


__all__ = ["Candidate", "Hunt"]
