"""Codes that no provision tells apart: of hundreds of codes a material may have, each kind is decided once.

A code enters a decision through the sets of codes that rules, provisions and the words of the tests name, through its heading, and
where it is the code of another line or of the good. Two codes that agree in all of that lead to one decision.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any

from madein.origin.frame import codes_in
from madein.origin.hs import HsSet
from madein.origin.leaves import tolerance, words
from madein.origin.regimes import processes

if TYPE_CHECKING:
    from madein.origin.decide import Court
    from madein.origin.model import Bill
    from madein.origin.provisions import Law

_SIX = 6


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
    used = {code[:_SIX] for code in (*own, *(c for n, codes in coded.items() if n != line for c in codes))}
    made = [code for n, codes in coded.items() if every[n].children for code in codes]
    rules = {rule.id: rule for code in dict.fromkeys((*own, *made)) for rule in court.rules(code)}
    named = [found for rule in rules.values() for found in sets_in(rule.needs)]
    # A limit on each material of a list alone looks at one range of the list at a time.
    ranges = [HsSet([one]) for found in named if len(found) > 1 for one in found]
    sets = tuple(dict.fromkeys((*_of_law(court.law), *named, *ranges)))

    def key(code: str) -> Hashable:
        return code[:4], len(code), words.station(code), code if code[:_SIX] in used else "", tuple([s.holds(code) for s in sets])

    return key
