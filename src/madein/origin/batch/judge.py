"""One regime over one table of bills: every reading the scalar path would try, as passes over arrays, and what is left to it.

An open answer is open for good if some reading of all that is open (statuses, answers, codes) is itself open, or if two readings
disagree: more facts never make a decided answer another. Where neither shows, the scalar path decides the bill.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from madein.origin.assemble import _material
from madein.origin.batch.codes import NO, OPEN, YES, CodeTable
from madein.origin.batch.court import KLEENE, Item, Reading, Seen, chosen, seen
from madein.origin.batch.evaluate import REASON, Ruled, decided, home_made
from madein.origin.batch.group import Group, Memory, View
from madein.origin.batch.images import Materials
from madein.origin.batch.margin import REASONS, margin_of, reason_of
from madein.origin.batch.numbers import distinct
from madein.origin.decide import decide
from madein.origin.frame import _ORDER, codes_in
from madein.origin.model import Bill, Product

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.batch.group import Flags, States, Whole
    from madein.origin.batch.table import Table
    from madein.origin.decide import Court
    from madein.origin.result import State

_BARE = (REASON["wholly_obtained"], REASON["no_materials"])
_READINGS: tuple[tuple[State, Reading], ...] = (
    (False, True), (False, False), (True, True), (True, False), *((bool(n % 2), n // 2) for n in range(4, 24)),
)  # fmt: skip
"""Readings that are tried to show that an answer stays open."""
_MOST_LINES = 2_000_000
"""Lines of one group that are worked on at once."""


@dataclass
class Pass:
    """One reading of some bills; arrays of shape (bills,).

    ``bare`` marks bills that no rule was asked for, ``yes``, ``no`` and ``open`` those of which some code of the product
    says so, ``settled`` those that are open and stay so in every reading.
    """

    verdict: States
    margin: NDArray[np.float64]
    why: NDArray[np.int8]
    scalar: Flags
    bare: Flags
    yes: Flags
    no: Flags
    open: Flags
    settled: Flags


@dataclass
class Verdicts:
    """What a regime says to every bill of a table; arrays of shape (bills,).

    ``why`` holds places in `madein.origin.batch.margin.REASONS`, ``rule`` places in ``names``, the ids of rules, ``scalar`` the bills the
    scalar path decided; of bills that say the same it decides the first.
    """

    verdict: States
    margin: NDArray[np.float64]
    why: NDArray[np.int8]
    rule: NDArray[np.int32]
    scalar: Flags
    names: list[str]


class Judge:
    """A regime ready to decide the bills of a table.

    Parameters
    ----------
    table : Table
        The bills.
    court : Court
        The regime on a day.
    destination : str
        Importing country, "" for that of each product.
    memory : Memory, optional
        What the same regime, for the same country, was asked before.
    """

    def __init__(self, table: Table, court: Court, destination: str = "", memory: Memory | None = None) -> None:
        self.table, self.court, self.destination = table, court, destination
        self.memory = memory or Memory()
        self.memory.tidy()
        self._names: dict[str, int] = {"": 0}
        law = court.law
        self._images = [codes_in(law.edition, *code) for code in table.codes]
        own = table.by_regime.get(law.regime)
        said = table.status if own is None else table.status + 3 * own
        self._base = self._statuses(said)
        self._price = self._prices()
        self._views: dict[tuple[State, object], View] = {}
        self._seen: dict[object, list[Seen | None]] = {}
        self._homes: dict[str, NDArray[np.bool_]] = {}
        # Working stated for single lines is read by the scalar path alone.
        worked = np.array([k.processes is not None for k in table.kinds], bool)
        self._worked = np.logical_or.reduceat(worked[table.kind], table.starts) if worked.any() else np.zeros(len(table.starts), bool)
        self._unsaid, self._denied = self._certain()

    def _statuses(self, said: NDArray[np.int8]) -> NDArray[np.int8]:
        """Status of each line before cumulation, asked once for each kind and what it states; 3 where it stays open whatever is assumed.

        ``said`` is the stated status, plus three times that for the regime where the catalogue has a column for it.
        """
        law, nobody, kinds = self.court.law, Bill(Product()), self.table.kinds
        several = law.regime in self.table.by_regime
        key, back = distinct([(self.table.kind, len(kinds)), (said, 12)], len(said))
        found = []
        for n, at in back:
            own = {law.regime: at // 3 == YES} if several and at // 3 != 3 else {}
            line = replace(kinds[n], id="0", role="", originating=(False, None, True)[at % 3], status=own)
            material = _material(line, nobody, law, "", None)
            found.append(3 if material.state is None and material.asks else KLEENE[material.state])
        return np.array(found, np.int8)[key]

    def _certain(self) -> tuple[Flags, Flags]:
        """Bills with a line whose status is assumed, and bills with a material that counts and never originates."""
        table, treatments = self.table, self.court.law.treatments
        offered = np.array([k.role == "cumulated" for k in table.kinds], bool)
        valued = np.array([k.role not in treatments or treatments[k.role].value for k in table.kinds], bool)
        unsaid = (self._base == OPEN) | (offered[table.kind] & (self._base != YES))
        denied = (self._base == NO) & (valued & ~offered)[table.kind]
        return np.logical_or.reduceat(unsaid, table.starts), np.logical_or.reduceat(denied, table.starts)

    def _prices(self) -> tuple[Whole, Flags, Whole, Flags]:
        """Bounds of the value of each good on the basis of the regime, as `madein.origin.frame.price` gives them."""
        table, law = self.table, self.court.law
        n = len(table.starts)
        value = table.goods["value"]
        basis = np.array([s.product.basis for s in table.sorts])[table.told] if n else np.zeros(0, str)
        if law.basis == "any":
            given = value.given & (value.whole > 0)
            return value.whole, given, value.whole, given
        held: dict[str, tuple[Whole, Flags]] = {}
        for word in {*basis.tolist(), *(k.removeprefix("value_") for k in table.goods if k.startswith("value_"))}:
            own = (basis == word) & value.given
            other = table.goods.get(f"value_{word}")
            whole, given = np.where(own, value.whole, 0), own
            if other is not None:
                whole, given = np.where(other.given, other.whole, whole), given | other.given
            held[word] = whole, given & (whole > 0)
        low, low_given, high, high_given = np.zeros(n, np.int64), np.zeros(n, bool), np.zeros(n, np.int64), np.zeros(n, bool)
        exact = np.zeros(n, bool)
        for word in (law.basis, *sorted(law.accepts)):
            if word in held:
                whole, given = held[word]
                use = given & ~exact
                low, high = np.where(use, whole, low), np.where(use, whole, high)
                exact |= use
        low_given, high_given = exact.copy(), exact.copy()
        at = _ORDER.get(law.basis)
        for word, (whole, given) in held.items():
            order = _ORDER.get(word, 9)
            if at is None:
                continue
            if order < at:
                use = given & ~exact
                low = np.where(use, np.where(low_given, np.maximum(low, whole), whole), low)
                low_given |= use
            elif 9 > order > at:
                use = given & ~exact
                high = np.where(use, np.where(high_given, np.minimum(high, whole), whole), high)
                high_given |= use
        return low, low_given, high, high_given

    def _view(self, assume: State, other: Reading) -> View:
        key = assume, (type(other), other)
        found = self._views.get(key)
        if found is None:
            same = next((v for (_, o), v in self._views.items() if o == key[1]), None)
            codes = same.codes if same is not None else CodeTable([chosen(i, other) for i in self._images])
            found = View(self.table, self.court, self.destination, assume, other, codes, self._base, *self._price)
            found.memo = self.memory.answers.setdefault(key[1], {})
            self._views[key] = found
        return found

    def _sorts(self, told: NDArray[np.integer], other: Reading) -> list[Seen | None]:
        held = self._seen.setdefault((type(other), other), [None] * len(self.table.sorts))
        before = self.memory.seen.setdefault((type(other), other), {})
        for n in np.unique(told).tolist():
            if held[n] is None:
                kind = self.table.sorts[n]
                found = before.get(kind.key)
                if found is None:
                    found = before[kind.key] = seen(self.court, kind, self.destination, other, self.memory.marks)
                held[n] = found
        return held

    @cached_property
    def _materials(self) -> Materials:
        return Materials(self._images, self.table.code, self.table.starts, self.table.counts)

    def _home(self, country: str) -> NDArray[np.bool_]:
        found = self._homes.get(country)
        if found is None:
            home = self.court.law.home(country)
            found = self._homes[country] = np.array([k.origin in home for k in self.table.kinds], bool)
        return found

    def _gate(self, gate: States, found: Ruled, group: Group) -> States:
        """What minimal operations say, but for goods that are obtained or made only of what is the producer's own."""
        if (gate == YES).all():
            return gate
        skip = (found.why == REASON["wholly_obtained"]) & (found.state == YES)
        countries = [i.good.country for i in group.items]
        for country in set(countries):
            mine = np.array([c == country for c in countries], bool)[group.item]
            skip |= mine & home_made(group, self._home(country)[group.kind])
        return np.where(skip, YES, gate).astype(np.int8)

    def read(self, bills: NDArray[np.integer], assume: State, other: Reading) -> Pass:
        """One reading of some bills.

        Parameters
        ----------
        bills : int array, shape (k,)
            Places of the bills in the table.
        assume, other : bool or None
            Status of lines of unknown status, and answer to open questions; None leaves them open.
        """
        table = self.table
        told = table.told[bills]
        held = self._sorts(told, other)
        sorts = np.unique(told)
        place = np.zeros(len(table.sorts), np.int64)
        place[sorts] = np.arange(len(sorts))
        here = [s for n in sorts.tolist() if (s := held[n]) is not None]
        of = place[told]
        barred = np.array([REASON[s.barred] if s.barred else 0 for s in here], np.int8)[of]
        scalar = np.array([s.scalar for s in here], bool)[of]
        nothing = np.zeros((3, len(bills)), bool)
        lost = barred != 0
        out = Pass(np.full(len(bills), NO, np.int8), np.full(len(bills), np.nan), barred, scalar, lost, nothing[0], lost.copy(), *nothing[1:])
        items: list[Item] = [i for s in here for i in s.items]
        if not items:
            return out
        row, item, several = self._spread(bills, here, np.where(scalar, -1, of), items)
        counts = np.bincount(row, minlength=len(bills))
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        state, margin, why = np.full(len(row), OPEN, np.int8), np.full(len(row), np.nan), np.zeros(len(row), np.int8)
        working = np.array([s.working for s in here], np.int8)[of][row]
        cases: dict[object, int] = {}
        case = np.array([cases.setdefault((i.case.key if i.case else None, bool(i.code)), len(cases)) for i in items], np.int64)[item]
        order = np.argsort(case, kind="stable")
        edges = np.searchsorted(case[order], np.arange(len(cases) + 1))
        view = self._view(assume, other)
        for n in range(len(cases)):
            rows = order[edges[n] : edges[n + 1]]
            for part in _pieces(rows, table.counts[bills[row[rows]]]):
                names, local = np.unique(item[part], return_inverse=True)
                group = Group(view, bills[row[part]], [items[i] for i in names.tolist()], local)
                one = group.items[0]
                found = decided(one.case, bool(one.code), group)
                working[part] = self._gate(working[part], found, group)
                state[part], margin[part], why[part] = found
                # No rule was asked where nothing but obtained materials, or none at all, went in.
                out.bare[row[part]] = np.isin(found.why, _BARE)
                scalar[row[part[group.scalar]]] = True
        route = np.array([s.route for s in here], np.int8)[of][row]
        verdict = np.minimum(np.minimum(state, working), route)
        nowhere = np.array([bool(self.court.law.parties) and not i.good.country for i in items], bool)[item]
        verdict = np.where(nowhere & (verdict == YES), OPEN, verdict).astype(np.int8)
        margin = np.where((verdict == state) & (verdict != OPEN), margin, np.nan)
        why = np.where(verdict == state, why, REASON["gate"])
        why = np.where((verdict == OPEN) & (state == YES), REASON["open"], why).astype(np.int8)
        if other is None and assume is None:
            dead = np.array([i.case is None or not any(r.verified for r in i.case.rules) for i in items], bool)[item]
            self._settle(out, bills, row, dead, state, working, verdict)
        self._join(out, row, starts, counts, several, verdict, margin, why)
        return out

    def _spread(self, bills: NDArray[np.integer], here: list[Seen], of: Whole, items: list[Item]) -> tuple[Whole, Whole, Flags]:
        """Bills under each code of their goods that has to be decided: which bill, which of the items; bills whose goods have several codes.

        ``of`` is the kind of each bill's product, -1 for bills that are left out.
        """
        first = np.concatenate([[0], np.cumsum([len(s.items) for s in here])]).astype(np.int64)
        counts = np.where(of < 0, 0, np.diff(first)[of])
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        row = np.repeat(np.arange(len(bills)), counts)
        item = first[of][row] + np.arange(len(row)) - starts[row]
        lead = np.array([at + n for s, at in zip(here, first.tolist(), strict=False) for n in s.lead], np.int64)
        if (lead != np.arange(len(lead))).any():
            keep = self._materials.needed(items, lead, item, row, bills)
            row, item = row[keep], item[keep]
        return row, item, counts > 1

    def _settle(self, out: Pass, bills: NDArray[np.integer], row: Whole, dead: Flags, state: States, working: States, verdict: States) -> None:
        """Bills that stay open whatever is assumed and answered, told from the first pass alone.

        Where no text that was seen can answer, and a material surely does not originate, the rule stays open (``dead``). Where the rule
        says yes and only the gate is open, the answer is that of the gate. Either way the readings of all questions as yes and as no
        tell what the gates may come to.
        """
        told = self.table.told[bills]
        yes, no = self._gates(told, True)[row], self._gates(told, False)[row]
        dead = dead & self._denied[bills][row] & (verdict == OPEN)
        out.settled[row[dead & ((yes != NO) | (no != NO))]] = True
        held = (state == YES) & (working == OPEN) & (verdict == OPEN)
        out.settled[row[held & (yes != NO) & (no != YES)]] = True

    def _gates(self, told: NDArray[np.int32], other: bool) -> States:
        """What the gates say of each bill; where they are open, with one answer to every question about them."""
        plain = self._sorts(told, None)
        found = np.array([YES if s is None else min(s.working, s.route) for s in plain], np.int8)
        asked = np.flatnonzero(found == OPEN)
        asked = asked[np.isin(asked, told)]
        if len(asked):
            read = self._sorts(asked, other)
            for n in asked.tolist():
                one = read[n]
                found[n] = OPEN if one is None else min(one.working, one.route)
        return found[told]

    def _join(
        self, out: Pass, row: Whole, starts: Whole, counts: Whole, several: Flags, verdict: States, margin: NDArray[np.float64],
        why: NDArray[np.int8],
    ) -> None:  # fmt: skip
        """Bills of several codes, also where they lead to one decision: they must agree."""
        out.yes[row[verdict == YES]] = True
        out.no[row[verdict == NO]] = True
        out.open[row[verdict == OPEN]] = True
        one = (counts == 1) & ~several
        at = starts[one]
        out.verdict[one], out.margin[one], out.why[one] = verdict[at], margin[at], why[at]
        many = np.flatnonzero(several & (counts > 0))
        if not len(many):
            return
        # The runs of bills with several codes, one after the other.
        keep = several[row]
        runs = np.concatenate([[0], np.cumsum(counts[many])[:-1]]).astype(np.int64)
        low, high = np.minimum.reduceat(verdict[keep], runs), np.maximum.reduceat(verdict[keep], runs)
        agree = (low == high) & (low != OPEN)
        size = np.where(np.isnan(margin[keep]), np.inf, np.abs(margin[keep]))
        least = np.minimum.reduceat(size, runs)
        out.verdict[many] = np.where(agree, low, OPEN)
        sign = np.where(low == YES, 1.0, -1.0)
        out.margin[many] = np.where(agree & np.isfinite(least), sign * least, np.nan)
        reason = np.where(low == NO, REASON["rule"], why[starts[many]])
        out.why[many] = np.where(agree, reason, REASON["open"])

    def verdicts(self) -> Verdicts:
        """What the regime says to every bill of the table."""
        table = self.table
        n = len(table.starts)
        first = table.first
        ours = ~table.bad & (first == np.arange(n))
        left = table.odd | self._worked
        out = Verdicts(np.full(n, OPEN, np.int8), np.full(n, np.nan), np.zeros(n, np.int8), np.zeros(n, np.int32), left & ours, [""])
        bills = np.flatnonzero(~left & ours)
        if len(bills):
            self._all(bills, out)
        self._by_scalar(out)
        for held in (out.verdict, out.margin, out.why, out.rule):
            held[:] = held[first]
        out.verdict[table.bad] = 3
        out.names = list(self._names)
        return out

    def _all(self, bills: NDArray[np.int64], out: Verdicts) -> None:
        found = self.read(bills, None, None)
        out.verdict[bills], out.margin[bills], out.why[bills] = found.verdict, found.margin, found.why
        out.scalar[bills[found.scalar]] = True
        self._name(bills, out, found.bare)
        at = np.flatnonzero((found.verdict == OPEN) & ~found.scalar & ~found.settled)
        if not len(at):
            return
        rest = bills[at]
        yes, no = found.yes[at], found.no[at]
        # Where no status is assumed, both ends say what the first pass says.
        guess = np.flatnonzero(self._unsaid[rest])
        left = np.ones(len(rest), bool)
        if len(guess):
            some = rest[guess]
            low, high = self.read(some, False, None), self.read(some, True, None)
            lost = low.scalar | high.scalar
            agree = ~lost & (low.verdict == high.verdict) & (low.verdict != OPEN)
            here = some[agree]
            out.verdict[here], out.margin[here], out.why[here] = low.verdict[agree], low.margin[agree], low.why[agree]
            self._name(here, out, low.bare[agree])
            out.scalar[some[lost]] = True
            left[guess] = ~lost & ~agree
            yes[guess] |= low.yes | high.yes
            no[guess] |= low.no | high.no
        rest, yes, no = rest[left], yes[left], no[left]
        for assume, other in _READINGS:
            open_ = np.flatnonzero(~(yes & no))
            if not len(open_):
                break
            one = self.read(rest[open_], assume, other)
            sure = ~one.scalar
            yes[open_] |= sure & (one.yes | one.open)
            no[open_] |= sure & (one.no | one.open)
        out.scalar[rest[~(yes & no)]] = True

    def _name(self, bills: NDArray[np.int64], out: Verdicts, bare: Flags) -> None:
        held = self._sorts(self.table.told[bills], None)
        texts = ("" if s is None else " | ".join(dict.fromkeys(i.case.names if i.case else "" for i in s.items)) for s in held)
        names = np.array([self._named(text) for text in texts], np.int32)
        out.rule[bills] = np.where(bare, 0, names[self.table.told[bills]])

    def _named(self, text: str) -> int:
        return self._names.setdefault(text, len(self._names))

    def _by_scalar(self, out: Verdicts) -> None:
        for n in np.flatnonzero(out.scalar).tolist():
            found = decide(self.table.bill(n, self.destination), self.court, ranked=False)
            margin = margin_of(found)
            out.verdict[n] = {"no": NO, "unknown": OPEN, "yes": YES}[found.verdict]
            out.margin[n] = np.nan if margin is None else float(margin)
            out.why[n] = REASONS.index(reason_of(found))
            out.rule[n] = self._named(found.rule)


def _pieces(rows: NDArray[np.int64], counts: Whole) -> list[NDArray[np.int64]]:
    """Rows of a group in pieces of so many lines at most."""
    total = np.cumsum(counts)
    if not len(rows) or total[-1] <= _MOST_LINES:
        return [rows] if len(rows) else []
    return [p for p in np.split(rows, np.flatnonzero(np.diff(total // _MOST_LINES)) + 1) if len(p)]
