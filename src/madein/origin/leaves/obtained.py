"""Wholly obtained goods: grown, raised, caught or made only of such (EVFTA Protocol 1, Art 4; CPTPP Art 3.3)."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from madein.core.countries import find_economy
from madein.origin.frame import Good, Material
from madein.origin.leaves.common import Outcome
from madein.origin.leaves.words import nature, stock
from madein.origin.model import Catch, Process
from madein.origin.provisions import Law, places
from madein.origin.result import Question, State, both
from madein.origin.rules import Leaf

GROWN = frozenset({"grown_harvested", "growing", "harvesting", "born_and_raised", "hunting", "extraction", "mining", "fishing"})
"""Operations by which something is obtained and not made."""

_BEYOND = frozenset({"SEAS", "EEZ", "OCEAN", "INTERNATIONAL", "HIGH"})
"""Words of zones beyond any territorial sea."""


def wo(good: Good, _leaf: Leaf | None = None) -> Outcome:
    """The good is wholly obtained in a Party."""
    out = Outcome("the good is wholly obtained", "WO")
    state = obtained(good, out)
    out.fixed, out.state = state, True
    out.article = good.law.article.get("wholly_obtained", "")
    return out


def obtained(good: Good, out: Outcome) -> State:
    """Whether the good is wholly obtained; False as soon as a material that is not obtained goes into it."""
    product = good.bill.product
    if not good.line and product.wholly_obtained_in:
        if any(m.state is False for m in good.valued):
            text = "The good is said to be wholly obtained, yet the bill lists materials that do not originate: which is right?"
            out.asks.append(Question("materials", "", "", text, ()))
            return None
        return product.wholly_obtained_in in good.worked_in or good.law.party(product.wholly_obtained_in)
    state = _raised(good, out)
    if state is not False:
        return state
    if not good.valued or any(m.state is False for m in good.valued):
        return False
    found: State = True
    for material in good.valued:
        here = _line(material, good)
        if here is None:
            out.doubtful.append(material)
            text = f"Is line {material.id} ({material.line.name or 'no name'}) wholly obtained in a Party?"
            out.asks.append(Question("wholly_obtained", material.id, "", text, (True, False), material.line.producer))
        elif here is False:
            out.offenders.append(material)
        found = both(found, here)
    return found


def _line(material: Material, good: Good) -> State:
    line = material.line
    if material.state is False:
        return False
    if line.wholly_obtained is not None:
        return None if line.wholly_obtained and good.law.abroad(line.origin) else line.wholly_obtained
    if line.catch is not None:
        return caught(line.catch, good.law)
    if line.processes and _first(line.processes) is not None:
        return _grown(line.processes, good)
    return None


def _first(processes: Sequence[Process]) -> Process | None:
    return next((p for p in processes if p.op in GROWN or p.op == "aquaculture_raising"), None)


def _grown(processes: Sequence[Process], good: Good) -> State:
    process = _first(processes)
    if process is None:
        return False
    at_home: State = True if process.place in good.worked_in or good.law.party(process.place) else None if not process.place else False
    if process.op != "aquaculture_raising":
        return at_home if process.op != "fishing" else both(at_home, None)
    stages = good.law.obtained.get("aquaculture_from", ())
    return both(at_home, None if not process.source else process.source in stages)


def _raised(good: Good, out: Outcome) -> State:
    """A good grown or raised by its producer; the one stock it was raised from may come from anywhere."""
    processes = good.processes
    first = _first(processes) if processes else None
    if processes is None or first is None or not good.code or not nature().holds(good.code):
        return False
    state = _grown(processes, good)
    # Whatever goes in must be obtained too, but for the stock it was raised from (larvae, seed). Where another line does, or the stock is
    # not of a code that stock has, nothing tells what was raised and what only packed.
    other = [m for m in good.valued if m.state is not True or not m.line.wholly_obtained]
    codes = stock(first.op)
    if state and other and not (len({m.codes for m in other}) == 1 and codes is not None and other[0].inside(codes)):
        text = "Was every material of the good raised or grown by the producer?"
        out.asks.append(Question("fact", good.line, "raised_from_stock", text, (True, False)))
        state = good.fact("raised_from_stock")
    if state is None and not out.asks:
        out.asks.append(Question("processes", good.line, "", "Where was it grown or raised, and from which stage?", ()))
    return state


def caught(catch: Catch, law: Law) -> State:
    """Whether fish taken in a zone by a vessel is wholly obtained: in territorial waters by anybody, beyond them by own vessels.

    Own vessels are registered in and fly the flag of a Party; where the regime asks for it, at least half is owned there.
    """
    words = catch.zone.upper().replace("-", " ").replace("_", " ").split()
    homes = [found for word in words if (found := find_economy(word)) is not None]
    if _BEYOND & set(words):
        return _own_vessel(catch, law)
    if homes:
        # In the territorial waters of a Party whoever fishes there obtains the fish there; in those of others nobody does.
        return any(law.party(code) for code in homes)
    return None


def _own_vessel(catch: Catch, law: Law) -> State:
    """Whether a vessel is one of the Parties' own."""
    vessel = law.obtained.get("vessel") or {}
    state: State = True
    for field, word in (("registered", catch.vessel_registered), ("flag", catch.vessel_flag)):
        allowed = vessel.get(field, "parties")
        homes = law.members if allowed == "parties" else places(tuple(allowed), law.on)
        state = both(state, (word in homes) if word else None)
    if vessel.get("owned_pct") is not None:
        state = both(state, _owned(catch, law, vessel))
    return state


def _owned(catch: Catch, law: Law, vessel: dict[str, object]) -> State:
    allowed = vessel.get("owners", "parties")
    homes = law.members if allowed == "parties" else places(tuple(allowed), law.on)  # type: ignore[arg-type]
    least = Fraction(str(vessel["owned_pct"]))
    held = None if catch.owned_by_party_pct is None else Fraction(catch.owned_by_party_pct)
    if held is not None and held >= least:
        return True
    if not catch.other_owner:
        return None
    if catch.other_owner in homes:
        # The other owner holds the rest, so that together it is all of the vessel.
        return True if held is not None else None
    return False if held is not None else None
