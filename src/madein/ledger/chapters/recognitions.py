"""The chapter *Recognitions*: who attests what of whom, until when, and what such a word proves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import polars as pl

from madein.core.step import Block, Figure, Ref, Result, Table
from madein.ledger.attestations import attestation_table, owner_kinds
from madein.ledger.chapters import Asked
from madein.ledger.chapters.common import claims_table, findings, findings_blocks, table


def chapter(asked: Asked) -> Result:
    """Tables attestations, kinds, claims and findings, their figures and the blocks."""
    rows = attestation_table(asked.held.claims.as_of(asked.day))
    attestations = table(rows, ("attestation",), {"strength": "step"}, "Recognitions as known on the day", asked)
    tables = {"attestations": attestations, "kinds": _kinds(rows), "claims": claims_table(asked, ("attestation",))}
    tables["findings"], contradictions = findings(asked, ("attestation",))
    period = {"period": asked.when}
    figures = [
        Figure("attestations", {"series": "all", **period}, float(rows.height), "recognition", (Ref("table:.attestations"),), method="counted"),
        *(Figure("attestations", {"series": state, **period}, float(n), "recognition", (Ref("table:.attestations"),), method="counted by state")
          for state, n in sorted(Counter(rows["state"].to_list()).items())),
        contradictions,
    ]  # fmt: skip
    return Result(tables, tuple(figures), tuple(_blocks(tables, figures, contradictions)))


def _kinds(rows: pl.DataFrame) -> Table:
    counted = Counter(rows["kind"].to_list())
    told = [(f"{5 - k.strength}", k.label, counted[k.key], k.proves, k.proves_not) for k in owner_kinds().values() if counted[k.key]]
    schema = {"rank": pl.String, "owner": pl.String, "recognitions": pl.Int64, "proves": pl.String, "proves_not": pl.String}
    frame = pl.DataFrame(told, schema, orient="row").sort("rank", "owner")
    return Table(frame, ("rank", "owner"), {"recognitions": "recognition"}, "What the word of each kind of owner proves")


def _blocks(tables: dict[str, Table], figures: list[Figure], contradictions: Figure) -> Iterator[Block]:
    every = figures[0]
    if not every.value:
        yield Block("note", "Recognitions", {"text": "No recognition was known on that day."})
        return
    lasting = [f for f in figures if f.measure == "attestations" and f.dims["series"] in ("valid", "no end told")]
    text = f"{{{every.id}}} are known"
    text += "; " + ", ".join(f"{{{f.id}}}: {f.dims['series']}" for f in lasting) if lasting else ""
    yield Block("finding", "", {"text": text + "."})
    yield Block(
        "table",
        "Recognitions",
        {"table": "attestations", "columns": ("holder", "product", "scheme", "owner", "scope", "result", "issued_by", "valid_to", "state")},
    )
    yield Block("table", "What each word proves", {"table": "kinds", "columns": ("owner", "recognitions", "proves", "proves_not")})
    yield from findings_blocks(tables["findings"], contradictions)
    yield Block("note", "How recognitions are held", {"text": _NOTE})


_NOTE = """A regulator's approval, a carrier's acceptance, a province's award and a private audit are words of different weight about \
different things. They are held in one form, each with its owner, its scope and its last day, so that none is read for another: an \
award proves no origin, and a phone accepted by a carrier is not thereby licensed elsewhere."""
