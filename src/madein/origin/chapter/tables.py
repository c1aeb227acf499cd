"""Tables and figures of the chapter: materials, decisions, open questions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import polars as pl

from madein.core.step import MAX_PARENTS, Figure, Ref, Table, row_at
from madein.origin.assessment import Assessment, reading
from madein.origin.chapter import Case
from madein.origin.explain import why
from madein.origin.model import Line
from madein.origin.result import Explained

WORDS = {"yes": "yes", "no": "no", "unknown": "open"}
"""Verdicts as tables print them."""

NO_REGIME = "no preference held"


def answer(found: Assessment) -> str:
    """Answer in one word or two, as the matrix prints it."""
    if found.verdict is not None:
        return WORDS[found.verdict]
    return "no preference" if found.country is not None else NO_REGIME


def dims(case: Case, found: Assessment) -> dict[str, str]:
    """Dimensions of a figure about a product on a market."""
    told = {"origin": case.bill.product.country, "destination": found.destination, "product": case.name, "regime": found.name or "none"}
    return told | ({"period": found.on.isoformat()} if found.on else {})


def figures_of(cases: Sequence[Case]) -> list[Figure]:
    """How many products originate on each market, and the deciding share and margin of every answer a figure decided."""
    return [*_counts(cases), *(f for case in cases for found in case.found for f in _deciding(case, found))]


def _counts(cases: Sequence[Case]) -> Iterator[Figure]:
    markets = dict.fromkeys((found.destination, found.name, found.on) for case in cases for found in case.found if found.verdict is not None)
    for destination, regime, on in markets:
        told: Counter[str] = Counter(str(f.verdict) for case in cases for f in case.found if (f.destination, f.name) == (destination, regime))
        where = {"destination": destination, "regime": regime} | ({"period": on.isoformat()} if on else {})
        for verdict, word in WORDS.items():
            yield Figure("products_by_origin", {**where, "series": word}, float(told[verdict]), "product", (Ref("table:.decisions"),),
                         method=f"products whose answer is {word}, counted")  # fmt: skip


def share_id(case: Case, found: Assessment) -> str:
    """Id of the figure of the deciding share."""
    return Figure("origin_share", dims(case, found), None, "percent", ()).id


def _deciding(case: Case, found: Assessment) -> Iterator[Figure]:
    node = found.deciding
    read = reading(node) if node is not None else None
    if node is None or read is None or node.unit != "%" or node.limit is None:
        return
    share, margin = map(float, read)
    method = f"{node.label} ({node.article})" if node.article else node.label
    # A bound that is open stays out; the study wants both ends or none.
    low, high = (float(node.low), float(node.high)) if node.low is not None and node.high is not None else (None, None)
    yield Figure("origin_share", dims(case, found), share, "percent", _parents(case, node), low, high, method=method)
    bound = "at most" if node.sense == "max" else "at least"
    parent = Ref(f"figure:{share_id(case, found)}")
    yield Figure("origin_margin", dims(case, found), margin, "pp", (parent,), method=f"distance to the limit: {bound} {float(node.limit):g} percent")


def _parents(case: Case, node: Explained) -> tuple[Ref, ...]:
    lines = node.lines or tuple(line.id for line in case.bill.lines)
    if 0 < len(lines) <= MAX_PARENTS:
        return tuple(Ref("table:.materials", row_at({"product": case.name, "line": line})) for line in lines)
    return (Ref("table:.materials"),)


def tables_of(cases: Sequence[Case]) -> dict[str, Table]:
    """Tables ``materials``, ``decisions`` and ``questions``."""
    return {"materials": _materials(cases), "decisions": _decisions(cases), "questions": _questions(cases)}


_MATERIALS: dict[str, Any] = {
    "product": pl.String, "line": pl.String, "part_of": pl.String, "name": pl.String, "hs": pl.String, "hs_edition": pl.String,
    "origin": pl.String, "originating": pl.String, "value": pl.Float64, "currency": pl.String, "supplier": pl.String, "_src": pl.List(pl.String),
}  # fmt: skip


def _materials(cases: Sequence[Case]) -> Table:
    rows = []
    for case in cases:
        unit = case.bill.product.currency or "number"
        for line, above in _with_parents(case.bill.lines):
            value = None if line.value is None else float(line.value)
            stated = {True: "yes", False: "no", None: ""}[line.originating]
            rows.append((case.name, line.id, above, line.name, line.hs, line.hs_edition, line.origin, stated, value, unit, line.producer,
                         [case.ref(line)]))  # fmt: skip
    frame = pl.DataFrame(rows, _MATERIALS, orient="row").unique(["product", "line"], keep="first", maintain_order=True)
    return Table(frame.sort("product", "line"), ("product", "line"), {"value": "@currency"}, "Materials of each product, within one unit of it")


def _with_parents(lines: Iterable[Line]) -> Iterator[tuple[Line, str]]:
    todo = [(line, "") for line in reversed(tuple(lines))]
    seen: set[int] = set()
    while todo:
        line, above = todo.pop()
        if id(line) in seen:
            continue
        seen.add(id(line))
        yield line, above
        todo += [(child, line.id) for child in reversed(line.children)]


_DECISIONS: dict[str, Any] = {
    "product": pl.String, "market": pl.String, "regime": pl.String, "verdict": pl.String, "rule": pl.String, "article": pl.String,
    "test": pl.String, "share": pl.Float64, "limit": pl.Float64, "margin": pl.Float64, "proof": pl.String, "open": pl.Int64, "why": pl.String,
    "_src": pl.List(pl.String),
}  # fmt: skip


def _decisions(cases: Sequence[Case]) -> Table:
    rows = []
    for case in cases:
        src = [f"source:{case.source}"]
        for found in case.found:
            node, d = found.deciding, found.decision
            share, margin = map(float, read) if node is not None and (read := reading(node)) else (None, None)
            limit = None if node is None or node.limit is None else float(node.limit)
            rows.append((case.name, found.destination, found.name or "none", answer(found), d.rule if d else "", d.article if d else "",
                         node.label if node else "", share, limit, margin, proof_text(found), len(found.questions), reason(found), src))  # fmt: skip
    frame = pl.DataFrame(rows, _DECISIONS, orient="row")
    units = {"share": "percent", "limit": "percent", "margin": "pp", "open": "question"}
    return Table(frame.sort("product", "market", "regime"), ("product", "market", "regime"), units, "What each product can claim, by market")


def proof_text(found: Assessment) -> str:
    """Documents that would do, in words; "" where there is nothing to prove."""
    if found.proofs is None or found.verdict != "yes":
        return ""
    if found.proofs.needed is False:
        return "none needed"
    return " or ".join(d.replace("_", " ") for d in found.proofs.documents or found.proofs.open)


def reason(found: Assessment) -> str:
    """The answer in one line: what carried it, or what is missing."""
    if found.decision is not None:
        return why(found.decision)
    if found.country is None:
        return "no agreement between the two countries is held"
    if found.country.country:
        return f"the facts given lead to {found.country.country} as country of origin"
    return "; ".join(q.text for q in found.questions[:3])


_QUESTIONS: dict[str, Any] = {
    "product": pl.String, "market": pl.String, "regime": pl.String, "number": pl.String, "supplier": pl.String, "line": pl.String,
    "question": pl.String, "key": pl.String, "_src": pl.List(pl.String),
}  # fmt: skip


def _questions(cases: Sequence[Case]) -> Table:
    rows = [
        (case.name, found.destination, found.name or "none", f"{n:03d}", q.supplier or "maker of the product", q.line, q.text, q.key,
         [f"source:{case.source}"])
        for case in cases for found in case.found for n, q in enumerate(found.questions, 1)
    ]  # fmt: skip
    key = ("product", "market", "regime", "number")
    return Table(pl.DataFrame(rows, _QUESTIONS, orient="row").sort(*key), key, {}, "Facts that are missing, those that settle most first")
