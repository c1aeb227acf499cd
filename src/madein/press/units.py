"""The unit behind a number: per cent, currency, measure, length of time, or the noun it counts; and per what."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import NamedTuple

from madein.press.currencies import shared_currency
from madein.press.literals import Literal, Scan
from madein.press.nouns import is_plural, singular_of

_WRITABLE = re.compile(r"[a-z][a-z_ -]{0,30}[a-z]")
"""Counted nouns that are units of the house."""

BARE = frozenset({"", "number", "item"})
"""Units of numbers with which nothing is counted; such a number may take the unit of the next."""

_SORTS = {"percent": "percent", "pp": "pp", "index_point": "points", "multiple": "multiple", "ordinal": "ordinal"}
"""Units that words or marks name, and the sort of quantity each makes."""

_FROM_HERE = 1000
"""A bare number from here on counts something, though the text does not say what."""


class Unit(NamedTuple):
    """A unit, the sort of quantity it makes, and the position behind it."""

    name: str
    sort: str
    end: int


def unit_of(s: Scan, n: Literal, j: int, currency: str, factor: float) -> Unit:
    """The unit of a number whose scale words end at `j`; `currency` is what stood before it, `factor` what they make.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.literals import literal
    >>> from madein.press.tokens import tokenize
    >>> def told(said):
    ...     scan = Scan(said, tokenize(said), language("en"), [False] * 20)
    ...     return tuple(unit_of(scan, literal(scan, 0), 1, "", 1.0))[:2]
    >>> told("5 per cent"), told("25 hectares"), told("84 textile mills"), told("51")
    (('percent', 'percent'), ('hectare', 'measure'), ('mill', 'count'), ('number', 'count'))
    """
    if currency:
        return Unit(currency, "money", j)
    return _named(s, n, j) or _money(s, j, factor) or _measure(s, n, j) or _duration(s, j) or _counted(s, n, j, factor)


def _named(s: Scan, n: Literal, j: int) -> Unit | None:
    """Per cent, points and the like; "times" only where its cues say that it is no number of occasions."""
    found = s.find("unit", j)
    name = str(found.tag) if found else str(s.maps["glued_units"].get(s.low(j), "")) if s.glued(j) else ""
    needs_cue = name == "multiple" and s.lists["multiple_after"] and not n.decimals
    if name not in _SORTS or (needs_cue and not s.has(n.first - 3, n.first, "multiple_after")):
        return None
    return Unit(name, _SORTS[name], found.last if found else j + 1)


def _money(s: Scan, j: int, factor: float) -> Unit | None:
    """``dollars``, ``US dollars``, ``đồng``, ``USD``; ``a 2 billion-peso expansion``."""
    low, names = s.low(j), s.maps["currency_words"]
    if low in s.maps["dollar_prefix"] and s.isin(j + 1, "dollar"):
        return Unit(str(s.maps["dollar_prefix"][low]), "money", j + 2)
    if low in names:
        return Unit(str(names[low]), "money", j + 1)
    if low in s.maps["shared_currencies"] and (shared := shared_currency(s, j)):
        return Unit(shared, "money", j + 1)
    if low in s.maps["currencies"] and (s.printed(j).isupper() or not low.isalpha()):
        return Unit(str(s.maps["currencies"][low]), "money", j + 1)
    if factor > 1 and _hyphen(s, j):
        joined = names.get(s.low(j + 1)) or (shared_currency(s, j + 1) if s.low(j + 1) in s.maps["shared_currencies"] else "")
        return Unit(str(joined), "money", j + 2) if joined else None
    return None


def _hyphen(s: Scan, j: int) -> bool:
    return s.low(j) == "-" and s.glued(j) and s.glued(j + 1)


def _measure(s: Scan, n: Literal, j: int) -> Unit | None:
    """``tonnes``, ``sq. m``, ``Mt``; ``a 287-ha park``."""
    told = s.find("measure", j)
    if told:
        return Unit(str(told.tag), "measure", told.last)
    measures = s.maps["measures"]
    if _hyphen(s, j) and s.low(j + 1) in measures:
        return Unit(str(measures[s.low(j + 1)]), "measure", j + 2)
    cased = s.maps["cased_measures"].get(s.printed(j)) if n.digits else None
    if cased:
        return Unit(str(cased[0]), "measure", j + 1)
    return Unit(str(measures[s.low(j)]), "measure", j + 1) if s.low(j) in measures and s.low(j + 1) != "-" else None


def _duration(s: Scan, j: int) -> Unit | None:
    """``months``, ``consecutive months``; ``a 3-year plan``."""
    k = j + 1 if s.low(j) == "-" or s.isin(j, "in_a_row") else j
    name = s.maps["durations"].get(s.low(k))
    return Unit(str(name), "duration", k + 1) if name else None


def _counted(s: Scan, n: Literal, j: int, factor: float) -> Unit:
    noun, end = counted_noun(s, n, j, factor)
    # Where a language has one currency of its own, "500 tỷ" is money.
    money = s.maps["bare_scale_money"].get(s.low(j - 1)) if noun == "item" and end == j else None
    return Unit(str(money), "money", j) if money else Unit(noun, "count", end)


def counted_noun(s: Scan, n: Literal, j: int, factor: float) -> tuple[str, int]:
    """The counted noun behind a number, in the singular, and where it ends: the first known noun or plural within a few words.

    Where the language has no plural, a noun stands at once behind the number or its classifier, and a noun that no
    list holds counts only after a word such as *have*. A number with no noun is an 'item', a bare 'number', or '' in words.
    """
    grammar = s.lang.grammar
    start = j
    if s.isin(j, "of"):
        if s.isin(j + 1, "which") and n.digits:
            return "item", j  # "84 vendors, 27 of which"
        if s.kind(j + 1) == "d" and n.digits and grammar.plural:
            whole = replace(n, last=j + 2)  # "27 of 84 vendors"
            return counted_noun(s, whole, j + 2, factor) if not s.isin(j + 2, "of") else ("item", j)
        if s.isin(j + 1, "of_the"):
            # "60 of the provinces", "55 of the country's 63 provinces" count provinces.
            other = next((i for i in range(j + 2, j + 6) if s.kind(i) == "d"), j + 1)
            start = other + 1
    found = _first_noun(s, start)
    if found:
        return found
    if s.isin(j, "classifier"):
        return "item", j + 1
    if s.kind(j) == "w" and not s.glued(j) and n.digits and s.isin(n.first - 1, "counting") and not s.isin(j, "stop", "verbs", "rise", "fall"):
        return "item", j + 1
    named = grammar.plural and s.kind(j) == "w" and not s.glued(j) and s.upper(j) and not s.shouting and not s.isin(j, "stop")
    if factor >= 1e3 or (n.digits and (n.decimals or n.value >= _FROM_HERE or named)):
        return "item", j
    return ("number", j) if n.digits else ("", j)


def _first_noun(s: Scan, start: int) -> tuple[str, int] | None:
    """The first known noun or plural of a window, before anything that ends a noun phrase."""
    singular, grammar = s.maps["singular"], s.lang.grammar
    for k in range(start, min(len(s), start + grammar.noun_window)):
        low = s.low(k)
        if (s.kind(k) != "w" and low not in ("-", "'", "/")) or s.isin(k, "preposition", "noun_break"):
            return None
        if low in singular:
            return str(singular[low]), k + 1
        if grammar.plural and is_plural(low) and not s.isin(k, "verbs"):
            noun = singular_of(low)
            return (noun if _WRITABLE.fullmatch(noun) else "item"), k + 1
        if not grammar.plural and not s.isin(k, "classifier"):
            return None
    return None


def with_rate(s: Scan, unit: str, end: int) -> tuple[str, int]:
    """A unit with what it is per, and where that ends: ``per year``, ``a year``, ``annually``, ``/tonne``, ``/person/month``."""
    low, nxt = s.low(end), s.low(end + 1)
    durations, measures, nouns, cased = s.maps["durations"], s.maps["measures"], s.maps["singular"], s.maps["cased_measures"]
    if s.isin(end, "per") and nxt in durations and not s.isin(end + 2, "not_rate"):
        return f"{unit}/{durations[nxt]}", end + 2
    if low == "/":
        if s.low(end + 2) == "/" and s.low(end + 3) in durations:
            return f"{unit}/{durations[s.low(end + 3)]}", end + 4
        if s.printed(end + 1) in cased and s.glued(end + 1):
            return f"{unit}/{cased[s.printed(end + 1)][0]}", end + 2
        if nxt in measures or nxt in nouns:
            return f"{unit}/{measures[nxt] if nxt in measures else nouns[nxt]}", end + 2
    if s.isin(end, "per_measure") and nxt in measures:
        return f"{unit}/{measures[nxt]}", end + 2
    if s.isin(end, "per_only"):
        sized = next((k for k in range(end + 2, end + 5) if s.low(k) in nouns or s.low(k) in measures), 0)
        if sized and all(s.kind(i) == "w" or s.low(i) == "-" for i in range(end + 1, sized)):
            # "per forty-foot box"
            return f"{unit}/{nouns.get(s.low(sized)) or measures[s.low(sized)]}", sized + 1
    if low in s.maps["rate_words"]:
        return f"{unit}/{s.maps['rate_words'][low]}", end + 1
    return unit, end
