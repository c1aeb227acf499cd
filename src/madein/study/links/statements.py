"""What came of every statement, as table, figures and annotated articles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from madein.core.step import Block, Figure, Ref, Result, Table, row_at
from madein.study.links.compare import Compared

STATES = ("agrees", "revised", "contradicts", "nothing")
WORDS = {
    "agrees": "agree with the data held", "revised": "agree with a print that was revised since",
    "contradicts": "contradict the data held", "nothing": "have nothing held against them",
}  # fmt: skip
SHORT = {
    "agrees": "agrees with the data held", "revised": "agrees with an earlier print", "contradicts": "contradicts the data held",
    "nothing": "nothing held",
}  # fmt: skip
JUDGED = {
    "agrees": "held against the statement, which agrees", "contradicts": "held against the statement, which contradicts it", "nothing": "",
    "revised": "held against the statement, which agrees with an earlier print",
}  # fmt: skip

_NOTE = """A statement agrees where the interval its words and digits leave meets the interval of the number held for the same measure, \
comparison and period of the whole economy. It contradicts only where the two exclude each other. Statements about parts (a product, a \
province, a partner) are left alone unless data about that part are held; so are plans."""


def result(compared: Sequence[Compared], texts: Mapping[str, str], facts: str) -> Result:
    """Table ``statements``, one figure a number that was found, counts, and an excerpt an article."""
    table = _table(compared, facts)
    figures = [*_counts(compared), *(f for c in compared if (f := _figure(c, facts)))]
    return Result({"statements": table}, tuple(figures), tuple(_blocks(compared, texts)))


def _table(compared: Sequence[Compared], facts: str) -> Table:
    rows = []
    for c in compared:
        held = c.held
        src = [str(Ref(f"table:{facts}", row_at({"id": c.fact.id}))), *(str(r) for r in (held.refs if held else ()))]
        rows.append((
            c.fact.id, c.fact.article, c.fact.text, c.verdict, c.why, c.fact.value if isinstance(c.fact.value, float) else None,
            held.value if held else None, held.low if held else None, held.high if held else None, c.fact.unit, c.fact.measure, c.fact.comparison,
            c.fact.period, src,
        ))  # fmt: skip
    schema: dict[str, Any] = {
        "id": pl.String, "article": pl.String, "text": pl.String, "verdict": pl.String, "why": pl.String, "stated": pl.Float64, "held": pl.Float64,
        "low": pl.Float64, "high": pl.Float64, "unit": pl.String, "measure": pl.String, "comparison": pl.String, "period": pl.String,
        "_src": pl.List(pl.String),
    }  # fmt: skip
    frame = pl.DataFrame(rows, schema, orient="row").sort("id")
    return Table(frame, ("id",), dict.fromkeys(("stated", "held", "low", "high"), "@unit"), "Statements against the data held")


def _figure(c: Compared, facts: str) -> Figure | None:
    """The number held, with the statement it was held against: what a reader sees who asks an underlined number."""
    if c.held is None or c.fact.measure is None:
        return None
    dims = {"series": f"held against {c.fact.id}", **({"comparison": c.fact.comparison} if c.fact.comparison else {}), "period": c.fact.period or ""}
    parents = (*c.held.refs, Ref(f"table:{facts}", row_at({"id": c.fact.id})))
    return Figure(c.fact.measure, dims, c.held.value, c.held.unit, parents[:20], c.held.low, c.held.high, method=f"{JUDGED[c.verdict]}; {c.why}")


def _counts(compared: Sequence[Compared]) -> Iterator[Figure]:
    counts = Counter(c.verdict for c in compared)
    for state in (*STATES, "all"):
        n = sum(counts.values()) if state == "all" else counts[state]  # type: ignore[index]
        yield Figure("statements", {"series": f"checked: {state}"}, float(n), "number", (Ref("table:.statements"),), method="counted")


def _blocks(compared: Sequence[Compared], texts: Mapping[str, str]) -> Iterator[Block]:
    holes = {s: "{statements/series=checked: " + s + "}" for s in (*STATES, "all")}
    said = ", ".join(f"{holes[s]} {WORDS[s]}" for s in STATES)
    yield Block("finding", "", {"text": f"Of {holes['all']} numbers in the articles, {said}."})
    yield _legend()
    by_article: dict[str, list[Compared]] = {}
    for c in compared:
        by_article.setdefault(c.fact.article, []).append(c)
    for article, text in texts.items():
        marks, end = [], 0
        for c in sorted(by_article.get(article, ()), key=lambda c: c.fact.start):
            if c.fact.start < end:
                continue
            figure = _figure(c, "")
            mark = {"start": c.fact.start, "end": c.fact.end, "state": c.verdict, "title": c.why[:300]}
            marks.append({**mark, "figure": figure.id} if figure else mark)
            end = c.fact.end
        yield Block("excerpt", _headline(text) or article, {"text": text, "marks": marks, "source": article})
    columns = ("text", "verdict", "why", "period", "article")
    yield Block("table", "Every statement", {"table": "statements", "columns": columns})
    yield Block("note", "What the four states mean", {"text": _NOTE})


def _legend() -> Block:
    """The four states, each underlined as in the articles."""
    text, marks = "", []
    for state in STATES:
        text += "; " if text else ""
        marks.append({"start": len(text), "end": len(text) + len(SHORT[state]), "state": state, "title": WORDS[state]})
        text += SHORT[state]
    return Block("excerpt", "How numbers are underlined", {"text": text, "marks": marks, "source": ""})


def _headline(text: str) -> str:
    first = next((line.strip().lstrip("# ") for line in text.splitlines() if line.strip()), "")
    return first if len(first) <= 120 else ""
