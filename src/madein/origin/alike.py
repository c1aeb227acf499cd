"""Codes that no provision tells apart: of hundreds of codes a material may have, each kind is decided once.

A code enters a decision through the sets of codes that rules, provisions and the words of the tests name, through its heading, and
where it is the code of another line or of the good. Two codes that agree in all of that lead to one decision.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from madein.origin.frame import codes_in
from madein.origin.hs import HsSet
from madein.origin.leaves import tolerance, words
from madein.origin.regimes import processes
from madein.origin.result import State

if TYPE_CHECKING:
    from madein.origin.decide import Court
    from madein.origin.model import Bill
    from madein.origin.provisions import Law

_SIX = 6

_MOST_COURTS = 64
"""Courts whose kinds of codes are remembered."""

_MOST_TRIED = 8
"""Kinds of codes that are remembered for having settled a question."""


def sets_in(thing: Any) -> Iterator[HsSet]:
    """Every set of codes inside a record, a list or a mapping, at whatever depth.

    Examples
    --------
    >>> [str(s) for s in sets_in({"hs": HsSet([("50", "63")]), "named": ({"hs": HsSet([("5604", "5606")])},)})]
    ['50-63', '5604-5606']
    """
    if isinstance(thing, HsSet):
        yield thing
    elif isinstance(thing, str | bytes):
        return
    elif isinstance(thing, Mapping):
        for value in thing.values():
            yield from sets_in(value)
    elif is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            yield from sets_in(getattr(thing, field.name))
    elif isinstance(thing, Iterable):
        for value in thing:
            yield from sets_in(value)


@functools.cache
def _of_words() -> tuple[HsSet, ...]:
    """Sets of codes that the tests themselves know: named materials, nature, stocks, textiles."""
    made = [HsSet(ranges) for ranges in (processes().get("makes") or {}).values()]
    own = (tolerance._TEXTILE, tolerance._THREAD, tolerance._MAY_STRETCH, words.nature())
    stocks = [found for op in words.stocks() if (found := words.stock(op)) is not None]
    return tuple(dict.fromkeys((*own, *stocks, *made, *sets_in(words.all_named()))))


_OF_LAW: dict[int, tuple[Law, tuple[HsSet, ...]]] = {}


def _of_law(law: Law) -> tuple[HsSet, ...]:
    found = _OF_LAW.get(id(law))
    if found is None or found[0] is not law:
        found = _OF_LAW[id(law)] = (law, tuple(dict.fromkeys((*_of_words(), *sets_in(law)))))
    return found[1]


def told_apart(bill: Bill, court: Court, line: str) -> Callable[[str], Hashable] | None:
    """What tells the codes apart that a material of a bill may have.

    Parameters
    ----------
    bill, court
        The bill and the regime.
    line : str
        Number of the line.

    Returns
    -------
    callable or None
        Of a code, a key: codes of one key lead to one decision. None for a line that is itself made of others, as each of its codes has
        rules of its own.
    """
    edition = court.law.edition
    product = bill.product
    own = codes_in(edition, product.hs, product.hs_edition, product.hs_in)
    every = {one.id: one for one in bill.walk()}
    if every[line].children:
        return None
    coded = {n: codes_in(edition, one.hs, one.hs_edition, one.hs_in) for n, one in every.items()}
    # A line of several codes is never taken for one of the same code: limits on each material alone look at what is sure.
    used = {codes[0][:_SIX] for n, codes in coded.items() if n != line and len(codes) == 1}
    beside = _beside(court, own)
    made = [code for n, codes in coded.items() if every[n].children for code in codes]
    rules = {rule.id: rule for code in dict.fromkeys((*own, *made)) for rule in court.rules(code)}
    named = [found for rule in rules.values() for found in sets_in(rule.needs)]
    # A limit on each material of a list alone looks at one range of the list at a time.
    ranges = [HsSet([one]) for found in named if len(found) > 1 for one in found]
    sets = tuple(dict.fromkeys((*_of_law(court.law), *named, *ranges)))

    def key(code: str) -> Hashable:
        here = code if code[:_SIX] in used else ""
        return code[:4], len(code), words.station(code), here, tuple([s.holds(code) for s in sets]), beside(code)

    return key


def _beside(court: Court, own: Sequence[str]) -> Callable[[str], Hashable]:
    """How a code of a material stands to the codes a good may have: which kinds of them share its subheading, heading and chapter."""
    if any(len(code) != _SIX for code in own):
        return lambda code: code if code[:_SIX] in {one[:_SIX] for one in own} else code[:4]
    kinds = {code: _kind(court, code) for code in own}

    @functools.cache
    def by_heading(heading: str) -> Hashable:
        chapter = heading[:2]
        return (
            frozenset(kind for code, kind in kinds.items() if code[:2] != chapter),
            frozenset(kind for code, kind in kinds.items() if code[:2] == chapter and code[:4] != heading),
        )

    def beside(code: str) -> Hashable:
        near = frozenset(kind for other, kind in kinds.items() if other[:4] == code[:4] and other != code[:_SIX])
        return by_heading(code[:4]), near, kinds.get(code[:_SIX])

    return beside


_KINDS: dict[int, tuple[Court, dict[str, int], dict[Hashable, int]]] = {}


def _kind(court: Court, code: str) -> int:
    """A number for all that a code of a good brings with it by itself: its rules, its chapter, the provisions that reach it.

    What its rules say counts, not what they are called.
    """
    held = _KINDS.get(id(court))
    if held is None or held[0] is not court:
        if len(_KINDS) >= _MOST_COURTS:
            _KINDS.clear()
            _TRIED.clear()
        held = _KINDS[id(court)] = (court, {}, {})
    _, found, numbers = held
    if code not in found:
        rules = tuple([(repr(r.needs), r.tolerance, r.when, r.exporters, r.importers, r.joint, r.verified) for r in court.rules(code)])
        limited = [HsSet(one["goods"]) for one in court.law.minimal.get("limited", ())]
        inside = tuple([s.holds(code) for s in (*_of_law(court.law), *limited)])
        found[code] = numbers.setdefault((code[:2], rules, court.gap(code), inside), len(numbers))
    return found[code]


def kinds_of_good(bill: Bill, court: Court, codes: Sequence[str]) -> list[str]:
    """Of the codes a good may have, one for each kind that leads to a decision of its own.

    Parameters
    ----------
    bill, court
        The bill and the regime.
    codes : sequence of str
        Codes of the good in the edition of the regime.
    """
    if any(len(code) != _SIX for code in codes):
        return list(codes)
    edition = court.law.edition
    held = {codes_in(edition, one.hs, one.hs_edition, one.hs_in) for one in bill.walk()}
    heads = [head for other in held for head in _heads(other)]
    found: dict[Hashable, str] = {}
    for code in codes:
        found.setdefault((_kind(court, code), tuple([_stands(code, head) for head in heads])), code)
    tried = _TRIED.get(id(court), ())
    return sorted(found.values(), key=lambda code: tried.index(kind) if (kind := _kind(court, code)) in tried else len(tried))


_TRIED: dict[int, tuple[int, ...]] = {}
"""Kinds of codes of a good, by court, that lately left an answer open or led elsewhere: tried first, they most often do again."""


def told(court: Court, code: str) -> None:
    """Remember that a code of a good left the answer open or led elsewhere than the others."""
    kind = _kind(court, code)
    _TRIED[id(court)] = (kind, *[other for other in _TRIED.get(id(court), ()) if other != kind])[:_MOST_TRIED]


@functools.lru_cache(4096)
def _heads(codes: tuple[str, ...]) -> tuple[frozenset[str], ...]:
    """Chapters, headings and subheadings of some codes."""
    return tuple([frozenset(code[:length] for code in codes) for length in (2, 4, _SIX)])


def _stands(code: str, heads: frozenset[str]) -> State:
    """Whether a code is under the one chapter, heading or subheading of some codes; None where it is under one of several."""
    if len(heads) == 1:
        (head,) = heads
        return code.startswith(head)
    return None if code[:2] in heads or code[:4] in heads or code in heads else False
