"""What the engine says of a bill after some of the changes, each question asked once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import lcm

from madein.origin.decide import Court, once
from madein.origin.fixes.apply import apply, changed, changes_of, complete
from madein.origin.fixes.model import Alternative
from madein.origin.fixes.ways import Way, court_for
from madein.origin.model import Bill, Line
from madein.origin.questions import settle
from madein.origin.result import Decision


@dataclass(slots=True)
class Trials:
    """A bill, what could be done to it, and what was found out so far.

    Attributes
    ----------
    bill, court, steps
        The bill, the regime, every alternative in the order of its table.
    cost, price : mapping of str to Fraction
        By id: what a step adds to the cost of one unit, and what is minimised.
    weight : mapping of str to int
        The price as a whole number, what it costs once deciding between equals.
    unit : int
        How many of these make one of the currency.
    known : mapping of str to Line
        The lines of the bill by their numbers.
    """

    bill: Bill
    court: Court
    steps: tuple[Alternative, ...]
    cost: Mapping[str, Fraction]
    price: Mapping[str, Fraction]
    known: Mapping[str, Line]
    weight: Mapping[str, int] = field(init=False)
    unit: int = field(init=False)
    coarse: int = field(init=False)
    said: dict[tuple[int, frozenset[str]], bool] = field(default_factory=dict)
    courts: dict[int, Court] = field(default_factory=dict)
    figures: dict[frozenset[str], Mapping[str, Fraction]] = field(default_factory=dict)
    place: Mapping[str, int] = field(init=False)
    alone: dict[str, tuple[int, Line] | None] = field(default_factory=dict)
    order: Mapping[str, int] = field(init=False)

    def __post_init__(self) -> None:
        scale = lcm(1, *(p.denominator for p in self.price.values()))
        fixed = {s.id: Fraction(s.fixed) for s in self.steps}
        small = lcm(1, *(f.denominator for f in fixed.values()))
        whole = {key: value.numerator * (small // value.denominator) for key, value in fixed.items()}
        # Larger than all that is paid once together, so that it only ever decides between equal prices.
        self.coarse = sum(whole.values()) + 1
        self.unit = scale * self.coarse
        self.weight = {key: p.numerator * (scale // p.denominator) * self.coarse + whole[key] for key, p in self.price.items()}
        self.place = {line.id: n for n, line in enumerate(self.bill.lines) if not line.children}
        self.order = {s.id: n for n, s in enumerate(self.steps)}

    @property
    def refunds(self) -> bool:
        """Whether some step saves money, so that more changes may cost less than fewer."""
        return any(w < 0 for w in self.weight.values())

    def sorted(self, steps: Iterable[Alternative]) -> tuple[Alternative, ...]:
        """Steps in the order of the table."""
        return tuple(sorted(steps, key=lambda s: self.order[s.id]))

    def single(self, step: Alternative) -> tuple[int, Line] | None:
        """Of a step that changes one line without parts and nothing else: the place of the line, and the line after it."""
        if step.id not in self.alone:
            self.alone[step.id] = self._single(step)
        return self.alone[step.id]

    def _single(self, step: Alternative) -> tuple[int, Line] | None:
        if len(step.lines) != 1 or step.of_good:
            return None
        ((number, change),) = step.lines.items()
        if number not in self.place or "children" in change or "add_processes" in change:
            return None
        if "weight" in change and self.bill.product.weight is not None:
            return None
        at = self.place[number]
        line = self.bill.lines[at]
        return at, replace(line, **complete(line, change, step))

    def after(self, steps: Iterable[Alternative]) -> Bill:
        """The bill after some steps; lines that one step each changes are taken from what was made before."""
        chosen = self.sorted(steps)
        found: dict[int, Line] = {}
        for step in chosen:
            one = self.single(step)
            if one is None or one[0] in found:
                return apply(self.bill, chosen)
            found[one[0]] = one[1]
        bill = self.bill
        good = bill.product
        if good.net_cost is not None and chosen:
            good = replace(good, net_cost=Fraction(good.net_cost) + sum(self.cost[s.id] for s in chosen))
        lines = tuple([found.get(n, line) for n, line in enumerate(bill.lines)])
        return Bill(good, lines, bill.facts, bill.gates, bill.label)

    def lines_after(self, places: Sequence[int], steps: Sequence[Alternative]) -> tuple[Line, ...]:
        """Some of the top lines after some steps."""
        lines = self.bill.lines
        if not steps:
            return tuple([lines[n] for n in places])
        if len(places) == len(steps) == 1:
            one = self.single(steps[0])
            if one is not None and one[0] == places[0]:
                return (one[1],)
        return changed(tuple([lines[n] for n in places]), changes_of(self.known, self.sorted(steps)))

    def yes(self, steps: Iterable[Alternative], way: int, ways: Sequence[Way]) -> bool:
        """Whether the engine says yes after some steps, in one branch (-1: in the whole rule)."""
        chosen = tuple(steps)
        ids = frozenset(s.id for s in chosen)
        if way >= 0 and sum(w.kind != "all_originating" for w in ways) == 1:
            # One branch is the whole rule: what the regime says is what the branch says.
            way = -1
        key = way, ids
        if key not in self.said:
            court = self.court if way < 0 else self.courts.get(way)
            if court is None:
                court = self.courts[way] = court_for(self.court, ways[way])
            found = said(self.after(chosen), court)
            self.said[key] = found.verdict == "yes"
            if way < 0:
                self.figures[ids] = found.figures
        return self.said[key]

    def summed(self, steps: Iterable[Alternative], of: Callable[[Alternative], Fraction]) -> Fraction:
        """A sum over steps."""
        return sum((of(s) for s in steps), Fraction(0))


def said(bill: Bill, court: Court) -> Decision:
    """The decision of the engine, its questions left as they arose."""
    found = once(bill, court)
    return settle(bill, court, found, False) if found.verdict == "unknown" and not found.because.startswith("not_") else found
