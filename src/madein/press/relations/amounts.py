"""Which numbers of a sentence are a project's capacity, investment, area or count of phases, and of what they are the measure."""

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
_OUTPUT_AREAS = frozenset({"square metre"})  # glass, fabric and floorboards are made by the square metre
_PLAIN = frozenset({"unit", "piece", "item", "tonne", "megawatt", "gigawatt-hour", "megawatt-hour", "number", "product"})
_NO_AMOUNT = frozenset({"growth", "share", "rank", "date", "duration"})


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
    told = ""
    for p in said.facts:
        fact = p.fact
        if not isinstance(fact.value, float | int) or (fact.kind in _NO_AMOUNT and not _added_level(p)):
            continue
        name = _name(said, p, at, told)
        if not name or _stood_before(said, p) or (said.isin(p.first - 1, "rel_first") and said.isin(p.last, "rel_of")):
            continue
        told = name
        unit = _per_year(said, p) if name == "capacity" else fact.unit
        phase = None if name == "phases" else phase_of(said, p.first)
        yield Told(name, Amount(abs(float(fact.value)), unit, fact.qualifier, phase, _what(said, p, name), _basis(said, p, name)), p)


def _added_level(p: Placed) -> bool:
    """True for "adds 90,000 tonnes": a change by its kind, but so much capacity."""
    return p.fact.kind == "growth" and p.fact.unit not in ("percent", "pp", "multiple") and not is_money(p.fact.unit)


def _name(said: Said, p: Placed, at: int, before: str) -> str:
    fact = p.fact
    if is_money(fact.unit):
        return "investment" if _is_investment(said, p, at) else ""
    if fact.unit in AREAS and not (fact.unit in _OUTPUT_AREAS and any(said.isin(k, "rel_capacity") for k in range(max(0, p.first - NEAR), p.first))):
        return "area"
    if said.isin(p.last, "rel_phase") or fact.unit in ("phase", "stage"):
        return "phases"
    if fact.kind == "capacity" or fact.unit.endswith("watt") or _near(said, p, "rel_capacity"):
        return "capacity"
    sized = "-" in fact.text and fact.kind in ("level", "count", "growth") and fact.unit not in ("person", "number", "day", "year", "month")
    if sized and any(said.isin(k, "rel_works") for k in range(p.last, min(len(said.tokens), p.last + 5))):
        return "capacity"  # "a 40,000-tonne copper rod line"
    made = any(said.isin(k, "rel_output") for k in range(max(0, p.first - 5), p.first))
    added = before == "capacity" or any(said.isin(k, "rel_adding") or said.isin(k, "rel_lift") for k in range(max(0, p.first - 4), p.first))
    return "capacity" if (made or added) and _yearly(said, p) else ""


def _is_investment(said: Said, p: Placed, at: int) -> bool:
    beside = (*range(max(0, p.first - 3), p.first), *range(p.last, min(len(said.tokens), p.last + 2)))
    if any(said.isin(k, "rel_not_capital") for k in beside):
        return False  # "a loan of 90 million euros"
    if p.fact.kind == "investment" or _near(said, p, "rel_invest"):
        return True
    lead = p.first - 1 - said.isin(p.first - 1, "rel_article")
    if at and said.isin(lead, "rel_for") and p.first > at:
        return True
    # "a $75 million cold-storage complex": the price stands before what it buys
    return p.last > at - 4 and any(said.isin(k, "rel_site") for k in range(p.last, min(len(said.tokens), p.last + 6)))


def _near(said: Said, p: Placed, name: str) -> bool:
    first, last = said.clause(p.first)
    return any(said.isin(k, name) for k in range(max(first, p.first - NEAR), min(last, p.last + 4)))


def _stood_before(said: Said, p: Placed) -> bool:
    """True for what there was before: "from 1.2 million tonnes to 2 million", "to the 160,000 tonnes the mill already makes"."""
    i = p.first
    while i > 0 and said.isin(i - 1, "rel_before_number"):
        i -= 1
    to = any(said.isin(k, "rel_up_to") for k in range(p.last, min(len(said.tokens), p.last + 4)))
    before = any(
        said.isin(k, "rel_up_to") and q.last <= p.first
        for q in said.facts
        if q.first < p.first and q.last >= p.first - 4
        for k in range(q.first - 2, q.first)
    )
    return (said.isin(i - 1, "rel_from") and (to or before)) or (
        said.isin(i - 1, "rel_up_to") and any(said.isin(k, "rel_already") for k in range(p.last, p.last + 6))
    )


def _yearly(said: Said, p: Placed) -> bool:
    first, last = said.clause(p.first)
    after = [(k, k + 1) for k in range(p.last, min(last, p.last + 8))]
    annual = any(said.isin(k, "annual") and not said.isin(k, "rel_yearly_noun") for k in range(max(first, p.first - NEAR), min(last, p.last + 8)))
    return "/" in p.fact.unit or annual or any(said.isin(a, "rel_yearly_per") and said.isin(b, "rel_yearly_noun") for a, b in after)


def _per_year(said: Said, p: Placed) -> str:
    """The unit of a capacity, with the time it is for where the clause gives one: a year, else a day or month."""
    if "/" in p.fact.unit or not _yearly(said, p):
        return p.fact.unit
    last = said.clause(p.first)[1]
    after = range(p.last, min(last, p.last + 8))
    noun = next((said.low(k + 1) for k in after if said.isin(k, "rel_yearly_per") and said.isin(k + 1, "rel_yearly_noun")), "")
    return f"{p.fact.unit}/{said.lang.maps['durations'].get(noun, 'year')}"


def _basis(said: Said, p: Placed, name: str) -> str:
    """Whether an amount comes on top, is all there will be, or is a beginning."""
    first, last = said.clause(p.first)
    if any(said.isin(k, "rel_so_far") for k in range(p.last, min(last, p.last + 4))) or any(
        said.isin(k, "rel_so_far") for k in range(first, p.first)
    ):
        return "so_far"
    if name == "investment":
        before = any(said.isin(k, "rel_adding") and said.low(k) != "more" for k in range(p.first - 3, p.first))
        if before or (said.isin(p.last, "rel_adding") and not said.isin(p.last + 1, "rel_than")):
            return "additional"  # "$30 million more", but not "more than $30 million"
        return "initial" if any(said.isin(k, "rel_initial") for k in range(p.first - 5, p.first)) else ""
    if name != "capacity":
        return ""
    start = max(first, p.first - NEAR)
    lifted = next((k for k in range(p.first - 1, first - 1, -1) if said.isin(k, "rel_lift")), -1)
    reaches = any(said.isin(k, "rel_up_to") for k in range(max(lifted, p.first - 4), p.first))
    if lifted >= 0 and reaches:
        return "total"
    by = lifted >= 0 and any(said.isin(k, "rel_by_amount") for k in range(max(lifted, p.first - 3), p.first))
    adding = any(said.isin(k, "rel_adding") and not (said.isin(k + 1, "rel_than")) for k in range(max(start, p.first - 5), p.first))
    return "additional" if by or adding or (said.isin(p.last, "rel_adding") and not said.isin(p.last + 1, "rel_than")) else ""


def _what(said: Said, p: Placed, name: str) -> str:
    """What a capacity counts, as printed."""
    if name != "capacity" or p.fact.unit.partition("/")[0] in _PLAIN:
        return ""
    end = p.last
    while end < len(said.tokens) and end < p.last + 6 and said.tokens[end].kind == "w" and not said.isin(end, "stop", "verbs", "rel_stop_what"):
        end += 1
    return said.words(p.last, end) if not said.isin(p.last, "rel_yearly_per") else ""
