"""Bills that fall under rules of one form, as arrays over their lines, and sums and worst states by bill.

States of lines and bills are small integers (0 no, 1 open, 2 yes). Amounts are whole numbers; a share is compared with its limit by
multiplying out, so that equal to the limit passes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from madein.origin.batch.codes import NO, OPEN, YES, CodeTable, Traits
from madein.origin.batch.court import KLEENE, Item, Reading, Seen, reading
from madein.origin.batch.numbers import distinct
from madein.origin.cumulation import clause_applies, counts
from madein.origin.frame import Good, Material
from madein.origin.leaves.obtained import _line
from madein.origin.model import Bill, Product
from madein.origin.provisions import Clause, Law
from madein.origin.result import State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.batch.table import Table
    from madein.origin.decide import Court
    from madein.origin.hs import HsSet
    from madein.origin.model import Line

    States = NDArray[np.int8]
    Whole = NDArray[np.int64]
    Flags = NDArray[np.bool_]

_MOST_SUM = 4e13


class Asks(NamedTuple):
    """What of a line the answer to a test hangs on: traits of its code, fields of its kind."""

    code: Traits = Traits()
    line: tuple[str, ...] = ()


@dataclass
class Memory:
    """What a regime was asked before, by the reading of what is open; it serves every piece of a catalogue.

    Parameters
    ----------
    answers : dict
        Answers of the tests of the scalar path, by test and by what it asks of product, code and line.
    seen : dict
        What the regime makes of kinds of products.
    marks : dict
        What tells codes of goods apart.
    """

    answers: dict[Hashable, dict[Hashable, dict[Hashable, int]]] = field(default_factory=dict)
    seen: dict[Hashable, dict[Hashable, Seen]] = field(default_factory=dict)
    marks: dict[Hashable, Hashable] = field(default_factory=dict)

    def tidy(self, most: int = 400_000) -> None:
        """Forget everything where there is too much of it."""
        if sum(map(len, self.seen.values())) > most:
            self.seen.clear()
            self.marks.clear()
        if sum(len(held) for tests in self.answers.values() for held in tests.values()) > 4 * most:
            self.answers.clear()


@dataclass
class View:
    """A table as one regime sees it under one reading of what is open.

    Parameters
    ----------
    table : Table
        The catalogue.
    court : Court
        The regime.
    destination : str
        Importing country.
    assume : bool or None
        Status taken for lines of unknown status.
    other : bool or None
        Answer taken for open questions.
    codes : CodeTable
        Codes of the lines in the edition of the rules.
    base : int8 array, shape (lines,)
        Stated statuses.
    low, high : int64 arrays, shape (bills,); low_given, high_given : bool arrays
        Bounds of the value of the goods on the basis of the regime.
    """

    table: Table
    court: Court
    destination: str
    assume: State
    other: Reading
    codes: CodeTable
    base: States
    low: Whole
    low_given: Flags
    high: Whole
    high_given: Flags
    memo: dict[Hashable, dict[Hashable, int]] = field(default_factory=dict)
    _kinds: dict[int, Line] = field(default_factory=dict)
    _by_kind: dict[Hashable, NDArray[np.int64]] = field(default_factory=dict)

    @property
    def law(self) -> Law:
        """The provisions."""
        return self.court.law

    def kind(self, n: int) -> Line:
        """A kind of line under the reading."""
        found = self._kinds.get(n)
        if found is None:
            found = self._kinds[n] = reading(self.table.kinds[n], self.other)
        return found

    def by_kind(self, what: Hashable, fields: tuple[str, ...], test: Callable[[Line], int]) -> NDArray[np.int64]:
        """A whole number for each kind of line, asked once for each that differs in some fields; kept under the name of the test."""
        found = self._by_kind.get(what)
        if found is None:
            of, _, first = self.table.kind_classes(fields)
            found = self._by_kind[what] = np.array([test(self.kind(n)) for n in first], np.int64)[of]
        return found

    @cached_property
    def working_kinds(self) -> Flags:
        """Kinds of lines that take part in tests of working."""
        treatments = self.law.treatments
        return self.by_kind("working", ("role",), lambda k: k.role not in treatments or treatments[k.role].working).astype(bool)

    @cached_property
    def valued_kinds(self) -> Flags:
        """Kinds of lines that take part in tests of value."""
        treatments = self.law.treatments
        return self.by_kind("valued", ("role",), lambda k: k.role not in treatments or treatments[k.role].value).astype(bool)

    @cached_property
    def obtained_kinds(self) -> States:
        """Whether kinds of lines are wholly obtained."""
        nowhere = Good("", self.law, Bill(Product()), None, None, None, [], [], None, {})
        fields = ("wholly_obtained", "origin", "catch", "processes")
        return self.by_kind("obtained", fields, lambda k: KLEENE[_line(Material(k, None, (), None), nowhere)]).astype(np.int8)

    @cached_property
    def cumulated_kinds(self) -> Flags:
        """Kinds of lines that are offered for cumulation."""
        return self.by_kind("cumulated", ("role",), lambda k: k.role == "cumulated").astype(bool)

    def material(self, code: int, kind: int) -> Material:
        """A line of a code and a kind that does not originate, for a test of the scalar path."""
        return Material(self.kind(kind), False, self.codes.images[code], None)


class Group:
    """Some products (each under one of its codes) with their lines.

    Parameters
    ----------
    view : View
        The catalogue as the regime sees it.
    bills : int array, shape (n,)
        Bills, one for each product and code; a bill stands as often as it has codes.
    items : list of Item; item : int array, shape (n,)
        Kinds of products under one code, and which each of the n is.
    """

    def __init__(self, view: View, bills: NDArray[np.integer], items: list[Item], item: NDArray[np.integer]) -> None:
        self.view, self.bills, self.items, self.item = view, bills, items, item
        table = view.table
        self.n = len(bills)
        self.counts = table.counts[bills]
        self.starts = np.concatenate([[0], np.cumsum(self.counts)[:-1]]).astype(np.int64)
        self.of = np.repeat(np.arange(self.n), self.counts)
        self.at = np.arange(len(self.of)) + np.repeat(table.starts[bills] - self.starts, self.counts)
        self.code = table.code[self.at]
        self.kind = table.kind[self.at]
        self.low, self.low_given = view.low[bills], view.low_given[bills]
        self.high, self.high_given = view.high[bills], view.high_given[bills]
        self.scalar = np.zeros(self.n, bool)
        self.clause = np.zeros(len(self.of), bool)
        self.state = self._states()
        self.working = view.working_kinds[self.kind]
        self.valued = view.valued_kinds[self.kind]

    def _states(self) -> States:
        """Status of each line after cumulation and what is assumed."""
        view = self.view
        state: States = view.base[self.at]
        # What is said to originate and cannot stays open, whatever is assumed of lines of unknown status.
        fixed = state == 3
        state[fixed] = OPEN
        offered = np.flatnonzero(view.cumulated_kinds[self.kind] & (state != YES))
        if len(offered):
            asks = Asks(Traits(tuple(c.materials for c in self._clauses if c.materials is not None)), ("origin", "proof"))
            found = self.by_scalar("cumulation", offered, self._counts, asks, self._offer)
            reached = found != NO
            state[offered[found == YES]] = YES
            self.clause[offered[found == YES]] = True
            state[offered[reached & (found != YES)]] = OPEN
            # An open clause that asks something is open whatever is assumed of the line itself.
            fixed[offered[reached]] = found[reached] == 3
        if view.assume is not None:
            state[(state == OPEN) & ~fixed] = YES if view.assume else NO
        return state

    @property
    def _clauses(self) -> list[Clause]:
        return [c for c in self.view.law.clauses if c.kind in ("bilateral", "diagonal")]

    def _offer(self, item: Item) -> Hashable:
        """Which clauses of cumulation may be used for a product."""
        law, good = self.view.law, item.good
        found = (clause_applies(c, law, good.bill, good.code, good.bill.product.country) for c in self._clauses)
        return tuple([(state, bool(asks)) for state, asks in found])

    def _counts(self, material: Material, item: Item) -> int:
        good = item.good
        state, _, asks = counts(material, self.view.law, good.bill, good.code, good.bill.product.country)
        return 3 if state is None and asks else KLEENE[state]

    def by_scalar(
        self, what: Hashable, lines: NDArray[np.integer], test: Callable[[Material, Item], int], asks: Asks,
        sort: Callable[[Item], Hashable] | None = None,
    ) -> States:  # fmt: skip
        """A test of the scalar path on some lines, asked once for each class of code and line (and sort of product).

        Parameters
        ----------
        what : hashable
            Names the test; equal tests share their answers, also with other tables.
        lines : int array, shape (k,)
            Places of the lines in the group.
        test : callable
            The test of one material for one product.
        asks : Asks
            What of a code and of a kind of line the answer hangs on.
        sort : callable, optional
            What of the product the answer hangs on; nothing if absent.
        """
        view = self.view
        codes, code_names, code_at = view.codes.classes(asks.code)
        kinds, kind_names, kind_at = view.table.kind_classes(asks.line)
        parts: list[tuple[NDArray[np.integer], int]] = [(codes[self.code[lines]], len(code_names)), (kinds[self.kind[lines]], len(kind_names))]
        names: list[Hashable] = [None]
        first = [0]
        if sort is not None:
            place: dict[Hashable, int] = {}
            sorts = np.array([place.setdefault(sort(i), len(place)) for i in self.items], np.int64)
            names = list(place)
            at = np.zeros(len(place), np.int64)
            at[sorts[::-1]] = np.arange(len(sorts) - 1, -1, -1)
            first = at.tolist()
            parts.append((sorts[self.item[self.of[lines]]], len(place)))
        back, combos = distinct(parts, len(lines))
        memo = view.memo.setdefault(what, {})
        answers = np.empty(len(combos), np.int8)
        for n, (code, kind, *rest) in enumerate(combos):
            at_item = rest[0] if rest else 0
            name = code_names[code], kind_names[kind], names[at_item]
            answer = memo.get(name)
            if answer is None:
                answer = memo[name] = test(view.material(code_at[code], kind_at[kind]), self.items[first[at_item]])
            answers[n] = answer
        found: States = answers[back]
        return found

    @cached_property
    def own(self) -> Whole:
        """Code of the good of each line."""
        found: Whole = np.array([i.low for i in self.items], np.int64)[self.item][self.of]
        return found

    @cached_property
    def own_length(self) -> Whole:
        """Digits of the code of the good of each line."""
        found: Whole = np.array([i.length for i in self.items], np.int64)[self.item][self.of]
        return found

    def differs(self, length: int) -> States:
        """Whether each line differs from its good at a level."""
        return self.view.codes.differs(self.code, self.own, self.own_length, length)

    def inside(self, codes: HsSet) -> States:
        """Whether each line is of one of the codes."""
        found: States = self.view.codes.inside(codes)[self.code]
        return found

    def by_item(self, test: Callable[[Item], int]) -> States:
        """A small integer for each product, asked once for each kind."""
        found: States = np.array([test(i) for i in self.items], np.int8)[self.item]
        return found

    def worst(self, states: States) -> States:
        """Kleene's "and" over the lines of each product."""
        found: States = np.minimum.reduceat(states, self.starts)
        return found

    def any(self, flags: Flags) -> Flags:
        """Whether some line of each product is flagged."""
        found: Flags = np.logical_or.reduceat(flags, self.starts)
        return found

    def total(self, amounts: Whole, flags: Flags) -> Whole:
        """Sum of the amounts of the flagged lines of each product."""
        found: Whole = np.add.reduceat(np.where(flags, amounts, 0), self.starts)
        return found

    @cached_property
    def value(self) -> Whole:
        """Value of each line, 0 where it is not given."""
        found: Whole = self.view.table.lines["value"].whole[self.at]
        return found

    @cached_property
    def valueless(self) -> Flags:
        """Lines without a value; nothing is the value of no material."""
        return self.value <= 0

    @cached_property
    def shares(self) -> tuple[Whole, Flags, Whole]:
        """Share of weight of each line, whether it is known, and how many units make one percent of each product's weight."""
        table = self.view.table
        pct, weight, good = table.lines["weight_pct"], table.lines["weight"], table.goods["weight"]
        share, told = pct.whole[self.at].copy(), pct.given[self.at]
        known = share > 0
        unit = np.full(self.n, 10**pct.decimals, np.int64)
        whole = np.where(good.given[self.bills], good.whole[self.bills], 0)
        by_weight = ~told & (weight.whole[self.at] > 0) & (whole[self.of] > 0)
        mixed = self.any(by_weight)
        if mixed.any():
            large = mixed & (whole.astype(float) * max(100.0, float(pct.whole.max(initial=0))) * 10.0**pct.decimals > _MOST_SUM)
            self.scalar |= large
            unit = np.where(mixed & ~large, whole * unit, unit)
            line = (mixed & ~large)[self.of]
            share = np.where(line & known, share * whole[self.of], share)
            use = by_weight & line
            share = np.where(use, np.where(use, weight.whole[self.at], 0) * 100 * 10**pct.decimals, share)
            known |= use
            self.scalar |= np.add.reduceat(share.astype(float), self.starts) > 10 * _MOST_SUM
        return share, known, unit


def at_most(low: Whole, high: Whole, known: Flags, pct: Fraction, group: Group, net: tuple[Whole, Flags] | None = None) -> States:
    """Whether shares of the value of goods lie at or under a limit, as `madein.origin.leaves.common.at_most` decides."""
    p, q = pct.numerator, pct.denominator * 100
    least, least_given = net or (group.low, group.low_given)
    most, most_given = net or (group.high, group.high_given)
    yes = known & least_given & (least > 0) & (high * q <= p * least)
    no = most_given & (low * q > p * most)
    found: States = np.where(yes, YES, np.where(no, NO, OPEN)).astype(np.int8)
    return found


def under(low: Whole, high: Whole, known: Flags, pct: Fraction, whole_low: Whole, whole_high: Whole, whole_known: Flags) -> States:
    """Whether one sum is at most a percentage of another."""
    p, q = pct.numerator, pct.denominator * 100
    yes = known & whole_known & (whole_low > 0) & (high * q <= p * whole_low)
    no = whole_known & (low * q > p * whole_high)
    found: States = np.where(yes, YES, np.where(no, NO, OPEN)).astype(np.int8)
    return found
