"""Which numbers of a sentence are a project's capacity, investment, area or count of phases."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from madein.core.units import is_money
from madein.press.relations.milestones import phase_of
from madein.press.relations.model import Amount
from madein.press.relations.said import Placed, Said

NEAR = 9
"""Tokens between a number and the word that says what it is at most."""

AREAS = frozenset({"hectare", "square metre", "acre", "square kilometre"})


@dataclass(frozen=True, slots=True)
class Told:
    """A number of a project: what it is, its amount, and the fact it was read from."""

    name: str
    amount: Amount
    placed: Placed


def amounts(said: Said, at: int) -> Iterator[Told]:
    """Numbers of a sentence that measure a project; `at` is the verb of building, 0 in sentences that follow.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "The plant, with an annual capacity of 300,000 tonnes, will cost about $1.2 billion."
    >>> [(t.name, t.amount.value, t.amount.unit) for t in amounts(next(said_of(read_text(text), relation_language("en"))), 0)]
    [('capacity', 300000.0, 'tonne/year'), ('investment', 1200000000.0, 'USD')]
    """
    for p in said.facts:
        fact = p.fact
        if not isinstance(fact.value, float | int) or fact.kind in ("growth", "share", "rank", "date", "duration"):
            continue
        name = _name(said, p, at)
        if not name:
            continue
        unit = _per_year(said, p) if name == "capacity" else fact.unit
        what = _what(said, p, name)
        yield Told(name, Amount(float(fact.value), unit, fact.qualifier, None if name == "phases" else phase_of(said, p.first), what), p)


def _name(said: Said, p: Placed, at: int) -> str:
    fact = p.fact
    if is_money(fact.unit):
        return "investment" if _is_investment(said, p, at) else ""
    if fact.unit in AREAS:
        return "area"
    if fact.unit in ("phase", "stage"):
        return "phases"
    if _near(said, p, "rel_capacity") or fact.kind == "capacity":
        return "capacity"
    made = any(said.isin(k, "rel_output") for k in range(max(0, p.first - 5), p.first))
    return "capacity" if made and _yearly(said, p) else ""


def _is_investment(said: Said, p: Placed, at: int) -> bool:
    if p.fact.kind == "investment" or _near(said, p, "rel_invest"):
        return True
    if at and said.low(p.first - 1) == "for" and p.first > at:
        return True
    # "a $75 million cold-storage complex": the price stands before what it buys
    return p.last > at - 4 and any(said.isin(k, "rel_site") for k in range(p.last, min(len(said.tokens), p.last + 6)))


def _near(said: Said, p: Placed, name: str) -> bool:
    first, last = said.clause(p.first)
    return any(said.isin(k, name) for k in range(max(first, p.first - NEAR), min(last, p.last + 4)))


def _yearly(said: Said, p: Placed) -> bool:
    first, last = said.clause(p.first)
    after = [(said.low(k), said.low(k + 1)) for k in range(p.last, min(last, p.last + 8))]
    annual = any(said.isin(k, "annual") and said.low(k) != "year" for k in range(max(first, p.first - NEAR), min(last, p.last + 8)))
    return "/year" in p.fact.unit or annual or any(a in ("a", "per", "each", "every") and b == "year" for a, b in after)


def _per_year(said: Said, p: Placed) -> str:
    """The unit of a capacity, a year where the clause says so."""
    return p.fact.unit + "/year" if "/" not in p.fact.unit and _yearly(said, p) else p.fact.unit


def _what(said: Said, p: Placed, name: str) -> str:
    """What a capacity counts, as printed; "additional" or "initial" of an investment."""
    if name == "investment":
        before = any(said.isin(k, "rel_more") and said.low(k) != "more" for k in range(p.first - 3, p.first))
        if before or (said.isin(p.last, "rel_more") and said.low(p.last + 1) != "than"):
            return "additional"  # "$30 million more", but not "more than $30 million"
        return "initial" if any(said.low(k) in ("initial", "registered", "first") for k in range(p.first - 5, p.first)) else ""
    if name != "capacity" or p.fact.unit.partition("/")[0] in ("unit", "piece", "item", "tonne", "megawatt", "gigawatt-hour", "megawatt-hour"):
        return ""
    end = p.last
    while end < len(said.tokens) and end < p.last + 6 and said.tokens[end].kind == "w" and not said.isin(end, "stop") and not said.isin(end, "verbs"):
        end += 1
    return said.words(p.last, end) if said.low(p.last) not in ("per", "a", "each") else ""
