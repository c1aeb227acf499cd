"""A good as one regime sees it: each material with its status, its codes in the rule's edition and its exact value.

A `Good` is what the leaf tests are asked about. It is built once per good and regime; the tests only read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache

from madein.origin.editions import EDITIONS, images, known
from madein.origin.hs import HsSet, parse_hs, span
from madein.origin.model import Bill, Line, Process
from madein.origin.provisions import Clause, Law
from madein.origin.result import Explained, Question, State


@lru_cache(65536)
def _spans(codes: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    return tuple([span(code) for code in codes])


Amount = int | Fraction
"""A value in whole units of the bill; a fraction of them where a share of a line counts."""


class Material:
    """One line as a regime sees it.

    Attributes
    ----------
    line : Line
        The line.
    state : bool or None
        Whether it counts as originating, after cumulation and rolling up.
    codes : tuple of str
        Its codes in the edition of the rule; several where the table does not tell which, none where it is not known.
    low, high : int or None
        What it adds to non-originating value while it is non-originating, in whole units of the bill; ``high`` None: not known.
    value : int or None
        Its whole value.
    inputs : tuple of Material or None
        What it was made from, where it is open whether these or the line itself are to be tested.
    clause : Clause or None
        The clause of cumulation that made it originating.
    made : tuple of Process or None
        Working by which the line itself was made; None where not known.
    then : tuple of Process or None
        Working done on it by others after that and before the producer's own; None where not known.
    asks : tuple of Question
        What would settle its status.
    """

    __slots__ = ("asks", "clause", "codes", "high", "inputs", "line", "low", "made", "spans", "state", "then", "value")

    def __init__(self, line: Line, state: State, codes: tuple[str, ...], value: int | None) -> None:
        self.line = line
        self.state = state
        self.codes = codes
        self.spans = _spans(codes)
        self.value = value
        self.low: Amount = value or 0
        self.high: Amount | None = value
        self.inputs: tuple[Material, ...] | None = None
        self.clause: Clause | None = None
        self.made: tuple[Process, ...] | None = line.processes or ()
        self.then: tuple[Process, ...] | None = ()
        self.asks: tuple[Question, ...] = ()

    @property
    def id(self) -> str:
        """Number of the line."""
        return self.line.id

    def inside(self, codes: HsSet) -> State:
        """Whether the material is of one of the codes; None where its code is not known, too short, or has images in and out."""
        spans = self.spans
        if not spans:
            return None
        if spans in codes.memo:
            return codes.memo[spans]
        found = self._inside(codes)
        codes.remember(spans, found)
        return found

    def _inside(self, codes: HsSet) -> State:
        bounds = codes.bounds
        if len(self.spans) == 1:
            return within(bounds, *self.spans[0])
        found: State = None
        for n, (low, high) in enumerate(self.spans):
            here = within(bounds, low, high)
            if here is None or (n and here is not found):
                return None
            found = here
        return found


def within(bounds: Sequence[tuple[int, int]], low: int, high: int) -> State:
    """Whether a span of ten-digit codes lies inside, outside, or across the edge of sorted closed intervals."""
    if len(bounds) > 8:
        left, right = 0, len(bounds)
        while left < right:
            middle = (left + right) // 2
            if bounds[middle][1] < low:
                left = middle + 1
            else:
                right = middle
        bounds = bounds[left : left + 1]
    for first, last in bounds:
        if first <= low and high <= last:
            return True
        if low <= last and first <= high:
            return None
    return False


@dataclass(slots=True)
class Good:
    """The good, or an intermediate, whose rule is tested.

    Attributes
    ----------
    code : str
        Its code in the edition of the rule, "" where not known.
    low, high : int or None
        Its value on the basis of the regime, in whole units; bounds where it is only known on another basis.
    net : int or None
        Net cost.
    working, valued : list of Material
        Materials that take part in tests of working, and in tests of value.
    processes : tuple of Process or None
        Working by the producer in places that count.
    facts : mapping of str to bool
        Answers.
    """

    code: str
    law: Law
    bill: Bill
    low: int | None
    high: int | None
    net: int | None
    working: list[Material]
    valued: list[Material]
    processes: tuple[Process, ...] | None
    facts: Mapping[str, bool]
    country: str = ""
    basis: str = ""
    line: str = ""
    weight: Fraction | None = None
    worked_in: frozenset[str] = frozenset()
    open_places: frozenset[str] = frozenset()
    figures: dict[str, Fraction] = field(default_factory=dict)
    rolled: list[tuple[Material, tuple[Material, ...]]] = field(default_factory=list)
    tried: dict[tuple[object, ...], Explained] = field(default_factory=dict)
    weights: tuple[int, dict[int, int | None]] | None = None
    done: dict[tuple[int, tuple[int, int]], State] = field(default_factory=dict)

    @property
    def textile(self) -> bool:
        """True for a good of chapters 50 to 63."""
        return "50" <= self.code[:2] <= "63"

    def is_free(self, test: str) -> bool:
        """True where materials outside the textile chapters need not meet a test of working (EVFTA Annex I, Note 7.2)."""
        law = self.law
        return test in law.free_tests and law.free_goods is not None and bool(self.code) and bool(law.free_goods.holds(self.code))

    def __iter__(self) -> Iterator[Material]:
        return iter(self.valued)

    def fact(self, key: str) -> State:
        """The answer to a question, None where it is not given."""
        return self.facts.get(key)

    def ask(self, key: str, text: str = "") -> Question:
        """The question a missing fact stands for."""
        return Question("fact", self.line, key, text or self.law.questions.get(key) or key.replace("_", " ") + "?", (True, False))


def codes_in(edition: str, hs: str, hs_edition: str, stated: Mapping[str, str]) -> tuple[str, ...]:
    """Codes a good may have in an edition: the one established for it, or every image of its code.

    Examples
    --------
    >>> codes_in("2012", "854143", "2022", {}), codes_in("2012", "852491", "2022", {"2012": "851770"})
    (('854140',), ('851770',))
    """
    if stated and edition in stated:
        return (stated[edition],)
    if not hs:
        return ()
    return _codes(edition, hs, hs_edition)


@lru_cache(65536)
def _codes(edition: str, hs: str, hs_edition: str) -> tuple[str, ...]:
    code = parse_hs(hs).digits
    if edition not in EDITIONS:
        # A rule that comes with the question names no edition we hold: its codes and those of the bill are of one list.
        return (code,) if not edition or not hs_edition or edition == hs_edition else ()
    if hs_edition == edition:
        # A code the edition does not have is no code: nothing is known of the good.
        return (code,) if known(code, edition) else ()
    if not hs_edition:
        # Of no edition in particular: whatever it may mean in any of them.
        return tuple(dict.fromkeys(image for other in EDITIONS if known(code, other) for image in images(code, other, edition)))
    return images(code, hs_edition, edition) if hs_edition in EDITIONS else ()


_ORDER = {"EXW": 0, "VOG": 1, "FOB": 1, "AV": 1, "TV": 2, "CIF": 3}
"""Bases in the order of the delivery chain; a later one is never below an earlier one."""


def price(bill: Bill, basis: str, accepts: frozenset[str]) -> tuple[int | None, int | None]:
    """Bounds of the value of the good on a basis: equal where it is given on it, one-sided where only another is known.

    Examples
    --------
    >>> from madein.origin.model import Product, exact
    >>> price(Bill(Product(value=exact(100), basis="FOB")), "EXW", frozenset())
    (None, 100)
    """
    product = bill.product
    stated = {**({product.basis: product.value} if product.value is not None else {}), **product.values}
    # A price of nothing is no price: it says nothing of any share.
    held = {word: v for word, v in stated.items() if v > 0}
    if basis == "any":
        value = bill.whole(product.value) if product.basis in held else None
        return value, value
    for word in (basis, *sorted(accepts)):
        if word in held:
            value = bill.whole(held[word])
            return value, value
    at = _ORDER.get(basis)
    below = [bill.whole(v) for word, v in held.items() if at is not None and _ORDER.get(word, 9) < at]
    above = [bill.whole(v) for word, v in held.items() if at is not None and 9 > _ORDER.get(word, 9) > at]
    return max((v for v in below if v is not None), default=None), min((v for v in above if v is not None), default=None)
