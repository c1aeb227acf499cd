"""What the chapter shows: counts, the matrix of products and markets, what decides, what is open, and every explanation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from madein.core.countries import economy_label
from madein.core.step import Block, Figure, Table
from madein.origin.assessment import Assessment
from madein.origin.chapter import Case
from madein.origin.chapter.duties import duties_block
from madein.origin.chapter.mends import mends_blocks
from madein.origin.chapter.tables import answer, dims, proof_text, share_id
from madein.origin.explain import block
from madein.origin.regimes import Regime

if TYPE_CHECKING:
    from madein.origin.step import Config

_STATES = {"yes": "yes", "no": "no", "unknown": "open"}


def blocks(cases: Sequence[Case], tables: Mapping[str, Table], figures: Sequence[Figure], config: Config) -> Iterator[Block]:
    """Blocks in reading order."""
    if not cases:
        yield Block("note", "Products", {"text": "No product was given."})
        return
    by_id = {f.id: f for f in figures}
    yield from _findings(cases, by_id)
    yield _matrix(cases)
    if decides := _decides(cases, by_id):
        yield decides
    if saves := duties_block(cases, by_id):
        yield saves
    yield from mends_blocks(tables["mends"])
    if tables["questions"].frame.height:
        columns = ("product", "market", "regime", "supplier", "line", "question")
        yield Block("table", "What is not known, and who can tell", {"table": "questions", "columns": columns})
    if config.trees:
        yield from (tree for case in cases for found in case.found if (tree := _tree(case, found, by_id, config.folded)))
    yield Block("note", "How origin is decided", {"text": _METHOD})
    yield Block("note", "Law held", {"text": _law(cases)})


def _findings(cases: Sequence[Case], figures: Mapping[str, Figure]) -> Iterator[Block]:
    if len(cases) == 1:
        yield from (_one_finding(cases[0], found, figures) for found in cases[0].found if found.verdict is not None)
        return
    counts = [f for f in figures.values() if f.measure == "products_by_origin"]
    for destination, regime in dict.fromkeys((f.dims["destination"], f.dims["regime"]) for f in counts):
        told = {f.dims["series"]: f for f in counts if (f.dims["destination"], f.dims["regime"]) == (destination, regime)}
        parts = [text.format(f"{{{told[word].id}}}") for word, text in _COUNTED.items() if told[word].value]
        yield Block("finding", "", {"text": f"{economy_label(destination)} ({regime}): {', '.join(parts)}."})


_COUNTED = {"yes": "{} with a yes", "no": "{} with a no", "open": "{} with an open answer"}


def _one_finding(case: Case, found: Assessment, figures: Mapping[str, Figure]) -> Block:
    says = {"yes": "it originates", "no": "it does not originate", "unknown": "the answer is open"}[str(found.verdict)]
    share, margin = share_id(case, found), Figure("origin_margin", dims(case, found), None, "pp", ()).id
    if share in figures and margin in figures:
        side = "beyond" if (figures[margin].value or 0) < 0 else "inside"
        says += f". The share that decides is {{{share}}}, {{{margin}|abs}} {side} its limit"
    return Block("finding", "", {"text": f"{economy_label(found.destination)} ({found.name}): {says}."})


def name_of(case: Case, found: Assessment) -> str:
    """What links call the explanation of an answer."""
    return f"{case.name}|{found.destination}|{found.name}"


def title_of(case: Case, found: Assessment) -> str:
    """Title of an explanation."""
    return f"{case.name}: {economy_label(found.destination)}, {found.name}: {answer(found)}"


def _matrix(cases: Sequence[Case]) -> Block:
    heads = dict.fromkeys((found.destination, found.name) for case in cases for found in case.found)
    rows: list[tuple[Any, ...]] = []
    for case in cases:
        by_head = {(found.destination, found.name): found for found in case.found}
        row: list[Any] = [case.name]
        for head in heads:
            found = by_head.get(head)
            if found is None:
                row.append("")
                continue
            state = _STATES.get(found.verdict or "", "plain")
            row.append({"text": answer(found), "to": name_of(case, found) if found.tree else "", "state": state})
        rows.append(tuple(row))
    columns = ("product", *(f"{economy_label(destination)} {name if name != 'US' else ''}".strip() for destination, name in heads))
    return Block("table", "Which product originates, by market: each answer opens its explanation", {"columns": columns, "rows": tuple(rows)})


def _decides(cases: Sequence[Case], figures: Mapping[str, Figure]) -> Block | None:
    rows: list[tuple[Any, ...]] = []
    for case in cases:
        for found in case.found:
            figure = figures.get(share_id(case, found))
            node = found.deciding
            if figure is None or node is None:
                continue
            margin = Figure("origin_margin", dims(case, found), None, "pp", ()).id
            rows.append((case.name, f"{economy_label(found.destination)} {found.name}", answer(found), node.label, {"figure": figure.id},
                         {"figure": margin} if margin in figures else "", proof_text(found)))  # fmt: skip
    columns = ("product", "market", "answer", "test", "share", "margin", "proof")
    return Block("table", "The figure that decides, where one does", {"columns": columns, "rows": tuple(rows)}) if rows else None


def _tree(case: Case, found: Assessment, figures: Mapping[str, Figure], folded: bool) -> Block | None:
    if found.tree is None:
        return None
    share = share_id(case, found)
    body = block(found.tree, found.deciding if share in figures else None, share).model_dump()
    return Block("tree", title_of(case, found), {**body, "name": name_of(case, found), "folded": folded})


def _law(cases: Sequence[Case]) -> str:
    held: dict[str, Regime] = {found.name: found.regime for case in cases for found in case.found if found.regime}
    on = next((found.on for case in cases for found in case.found if found.on), None)
    day = f"Applied as it stood on {on.isoformat()}." if on else "The newest law held is applied."
    return "\n\n".join([day, *(f"{r.name}: {r.title}. Law held as of {r.law_held_as_of}." for r in held.values())])


_METHOD = """Every answer is yes, no or open. A yes needs every fact it rests on; a fact nobody stated, a code with several \
images in the edition of the rule, or a rule whose text was not checked leave it open, with the question that would settle it.

Shares are computed from exact amounts; equal to the limit passes. An intermediate that originates by its own rule counts as a \
whole.

This decides and explains. It issues no certificate of origin, and it is no legal advice."""
