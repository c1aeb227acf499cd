"""Proofs of origin: which document would do for a consignment, when none is needed, and how long one is valid.

Thresholds, documents and periods are data of the regime (EVFTA and UKVFTA Arts 15-24; CPTPP Arts 3.20-3.26).
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from madein.origin.model import Bill, Number, exact
from madein.origin.provisions import Law, places
from madein.origin.result import Explained, Question, State, both, either


@dataclass(frozen=True, slots=True, kw_only=True)
class Proofs:
    """Documents that would do for a consignment.

    ``documents`` holds those that surely would; it is empty and ``needed`` False where none is asked for. ``open`` holds those that
    hang on something not known.
    """

    needed: State
    documents: tuple[str, ...]
    open: tuple[str, ...]
    tree: Explained
    questions: tuple[Question, ...] = ()


def _ask(key: str, law: Law) -> Question:
    return Question("fact", "", key, law.questions.get(key) or key.replace("_", " ") + "?", (True, False))


def _reaches(record: Mapping[str, Any], name: str, code: str, law: Law) -> State:
    words = record.get(name)
    if words is None:
        return True
    return code in places(tuple(words), law.on) if code else None


def _under(limit: Mapping[str, Any], value: Number | None, currency: str) -> State:
    """Whether a value is at or under a threshold; another currency leaves it open, no rate is guessed."""
    if value is None or not currency or currency != limit["currency"]:
        return None
    return exact(limit["amount"]) >= value


def proofs(bill: Bill, law: Law) -> Proofs:
    """Documents of origin for the consignment of a bill.

    Examples
    --------
    >>> from madein.origin.model import Product, Shipment
    >>> from madein.origin.provisions import law
    >>> parcel = Product(country="VNM", destination="EU", shipment=Shipment(exact(5900), "EUR", "ordinary"))
    >>> "certificate_of_origin" in proofs(Bill(parcel), law("EVFTA")).documents
    True
    """
    product, shipment = bill.product, bill.product.shipment
    rules = law.proof
    article = law.article.get("proof", "")
    value, currency = (shipment.value, shipment.currency) if shipment else (None, "")
    asks: list[Question] = []
    nodes: list[Explained] = []
    waived: State = False
    for waiver in rules.get("waivers", ()):
        state = both(_reaches(waiver, "destination", product.destination, law), True)
        if waiver.get("not_destination"):
            state = both(state, product.destination not in places(tuple(waiver["not_destination"]), law.on))
        state = both(state, _under(waiver, value, currency)) if state is not False else False
        key = waiver.get("unless_fact")
        if key and state is not False:
            answer = bill.facts.get(key)
            if answer is None:
                asks.append(_ask(key, law))
            state = both(state, None if answer is None else not answer)
        nodes.append(Explained(f"no proof is needed up to {waiver['amount']} {waiver['currency']}", state, "WAIVER", article=article))
        waived = either(waived, state)
    if waived:
        tree = Explained("a proof of origin is needed", False, "PROOF", article=article, children=tuple(nodes))
        return Proofs(needed=False, documents=(), open=(), tree=tree)
    sure: list[str] = []
    maybe: list[str] = []
    for document in rules.get("documents", ()):
        state = _document(document, bill, law, asks)
        nodes.append(Explained(str(document["code"]).replace("_", " "), state, "DOCUMENT", article=article))
        if state:
            sure.append(str(document["code"]))
        elif state is None:
            maybe.append(str(document["code"]))
    needed: State = True if waived is False else None
    tree = Explained("a proof of origin is needed", needed, "PROOF", article=article, children=tuple(nodes))
    found, open_ = tuple(dict.fromkeys(sure)), tuple(dict.fromkeys(maybe))
    return Proofs(needed=needed, documents=found, open=open_, tree=tree, questions=tuple(dict.fromkeys(asks)))


def _document(document: Mapping[str, Any], bill: Bill, law: Law, asks: list[Question]) -> State:
    product, shipment = bill.product, bill.product.shipment
    state = both(_reaches(document, "exporter", product.country, law), _reaches(document, "destination", product.destination, law))
    if document.get("up_to") and state is not False:
        value, currency = (shipment.value, shipment.currency) if shipment else (None, "")
        limit = document["up_to"]
        under = _under(limit, value, currency)
        if under is None:
            asks.append(Question("shipment", "", "", f"What is the value of the consignment in {limit['currency']}?", ()))
        state = both(state, under)
    if document.get("status") and state is not False:
        standing = shipment.exporter_status if shipment else ""
        state = both(state, (standing in document["status"]) if standing else None)
    key = document.get("needs_fact")
    if key and state is not False:
        answer = bill.facts.get(key)
        if answer is None:
            asks.append(_ask(key, law))
        state = both(state, answer)
    return state


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last day of that month.

    Examples
    --------
    >>> months_after(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    year, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + year, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def proof_valid(bill: Bill, law: Law) -> Explained:
    """Whether a proof of origin was presented in time, or may still be accepted late."""
    product = bill.product
    paper = product.proof_document
    rules = law.proof
    article = law.article.get("proof", "")
    months = next((int(v["months"]) for v in rules.get("validity", ()) if _reaches(v, "destination", product.destination, law)), None)
    label = f"the proof is presented within {months} months of its issue" if months else "the proof is presented in time"
    if paper is None or paper.issued is None or paper.presented is None or months is None:
        ask = Question("proof_document", "", "", "When was the proof issued, and when presented?", ())
        return Explained(label, None, "PROOF", article=article, asks=(ask,))
    last = months_after(paper.issued, months)
    if paper.presented < paper.issued:
        return Explained(label, False, "PROOF", article=article, note="it was presented before it was issued")
    if paper.presented <= last:
        return Explained(label, True, "PROOF", article=article, note=f"valid to {last}")
    late = rules.get("late") or {}
    asks: list[Question] = []
    excused: State = False
    for key in late.get("facts", ()):
        answer = bill.facts.get(key)
        if answer is None:
            asks.append(_ask(key, law))
        excused = either(excused, answer)
    if late.get("imported_within"):
        came = paper.goods_imported
        if came is None:
            asks.append(Question("proof_document", "", "", "When were the goods imported?", ()))
        excused = either(excused, None if came is None else came <= last)
    note = f"valid to {last}; presented later"
    return Explained(label, excused, "PROOF", article=article, asks=() if excused is not None else tuple(asks), note=note)
