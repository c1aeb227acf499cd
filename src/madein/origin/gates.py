"""Gates beside the rule: operations that are never enough, and a journey that leaves the good as it was.

A good may meet its rule and still not originate: when all that was done to it is on the list of minimal operations (EVFTA
Protocol 1, Art 6; RCEP Art 3.6), or when it was worked on, or left customs control, on the way (Art 13; CPTPP Art 3.18).
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from madein.origin.frame import Good
from madein.origin.hs import HsSet
from madein.origin.model import Bill, Process, Stop
from madein.origin.provisions import Law
from madein.origin.records import vocabulary
from madein.origin.result import Explained, Question, State, both

BEYOND = "beyond_minimal_operations"
"""Fact: the working done goes beyond the operations that are never enough."""


@functools.cache
def _known() -> frozenset[str]:
    return frozenset(vocabulary()["processes"])


def minimal_operations(good: Good) -> Explained | None:
    """Whether the working goes beyond minimal operations; None where the regime has no such bar.

    All operations in the Parties count together, those on intermediate lines among them; the gate closes when every one of them is
    on the list, opens as soon as one surely is not, and stays open while that hangs on something not known.
    """
    law = good.law
    rules = law.minimal
    if not rules.get("bar"):
        return None
    article = law.article.get("minimal_operations", "")
    label = "the working goes beyond minimal operations"
    answer = good.facts.get(BEYOND)
    text = "Does the working go beyond simple operations such as packing, sorting or simple assembly?"
    question = Question("fact", good.line, BEYOND, text, (True, False))
    if good.processes is None:
        return Explained(label, answer, "MINIMAL_OPERATIONS", article=article, asks=() if answer is not None else (question,))
    done = [p for p in _all_processes(good) if p.place in good.worked_in or not p.place or law.party(p.place)]
    found = [(p, _beyond(p, law, good.code)) for p in done]
    if any(state for _, state in found):
        state: State = True
    elif any(state is None for _, state in found):
        state = answer
    else:
        state = False
    listed = ", ".join(dict.fromkeys(p.op.replace("_", " ") for p, s in found if s is not True))
    note = f"on the list: {listed}" if listed and state is not True else ""
    if state is not None and "minimal_operations" in law.unverified:
        state, note = None, "the text of the list was not seen"
    return Explained(label, state, "MINIMAL_OPERATIONS", article=article, asks=() if state is not None else (question,), note=note)


def _all_processes(good: Good) -> Iterable[Process]:
    yield from good.processes or ()
    for material in good.working:
        if material.state is not True:
            yield from material.made or ()
            yield from material.then or ()


def _beyond(process: Process, law: Law, code: str) -> State:
    """Whether one operation is more than minimal."""
    rules = law.minimal
    op = process.op
    if op not in _known():
        return None
    if op in rules.get("always", ()):
        return False
    for limit in rules.get("limited", ()):
        if limit["op"] == op:
            inside = HsSet(limit["goods"]).holds(code) if code else None
            if inside is not False:
                return None if inside is None else False
    if op in rules.get("simple", ()):
        return None if process.simple is None else not process.simple
    unclear = rules.get("unclear", ())
    if unclear == "any_other" or op in unclear:
        return None
    if process.simple:
        # Whatever it is called, somebody calls it simple: no list of complex operations says otherwise.
        return None
    return True


def transport(bill: Bill, law: Law) -> Explained:
    """Whether the good stayed as it was on its way: only permitted operations, under customs control where the regime asks for it."""
    rules = law.transport
    article = law.article.get("transport", "")
    label = "the good is not altered on its way" + (" and stays under customs control" if rules.get("control") else "")
    if bill.product.route is None:
        question = Question("route", "", "", "Through which countries does the good travel, what is done there, and under customs control?", ())
        return Explained(label, None, "TRANSPORT", article=article, asks=(question,))
    state: State = True
    notes: list[str] = []
    asks: list[Question] = []
    home = law.home(bill.product.country) | law.home(bill.product.destination)
    for at, stop in enumerate(bill.product.route):
        if stop.country in home and at in (0, len(bill.product.route) - 1):
            continue
        if rules.get("parties_free") and law.party(stop.country):
            continue
        here = _stop(stop, law, bill, asks)
        if here is not True:
            notes.append(f"{stop.country}: {', '.join(stop.operations) or 'transit'}" + ("" if here is False else " (open)"))
        state = both(state, here)
    if state is not None and "transport" in law.unverified:
        state, notes = None, ["the text was not seen"]
    return Explained(label, state, "TRANSPORT", article=article, asks=() if state is not None else tuple(asks), note="; ".join(notes))


def _stop(stop: Stop, law: Law, bill: Bill, asks: list[Question]) -> State:
    rules = law.transport
    state: State = True
    if rules.get("control"):
        state = both(state, stop.customs_supervision)
    for op in stop.operations:
        here: State
        if op in rules.get("allowed", ()):
            here = True
        else:
            excused = rules.get("any_by_fact") if op in rules.get("may_preserve", ()) else None
            key = str((rules.get("by_fact") or {}).get(op) or excused or "")
            here = bill.facts.get(key) if key else False
            if here is None:
                text = law.questions.get(key) or f"{key.replace('_', ' ')} ({op} in {stop.country})?"
                asks.append(Question("fact", "", key, text, (True, False)))
        if op in rules.get("supervised", ()):
            here = both(here, stop.customs_supervision)
        state = both(state, here)
    if state is None and stop.customs_supervision is None:
        asks.append(Question("route", "", stop.country, f"Did the good stay under customs control in {stop.country}?", ()))
    return state
