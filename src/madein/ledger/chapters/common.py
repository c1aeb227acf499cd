"""What the chapters share: tables with the places their rows rest on, and the contradictions found."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl

from madein.core.step import Block, Figure, Ref, Table, row_at
from madein.ledger.chapters import Asked
from madein.ledger.checks import check

CLAIM_UNITS = {"number": "@unit", "low": "@unit", "high": "@unit"}


def with_places(frame: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    """A frame with a column ``claims`` of ids, and in ``_src`` the places of these claims."""
    refs = [asked.held.refs(ids or []) for ids in frame["claims"].to_list()]
    return frame.with_columns(pl.Series("_src", refs, pl.List(pl.String)), claims=pl.col("claims").list.join(" "))


def table(frame: pl.DataFrame, key: Sequence[str], units: Mapping[str, str], title: str, asked: Asked) -> Table:
    """A table of the step: texts instead of days, rows in the order of the key, places from the claims."""
    days = [c for c, t in frame.schema.items() if t == pl.Date]
    lists = [c for c, t in frame.schema.items() if t == pl.List(pl.String) and c != "claims"]
    plain = frame.with_columns(*(pl.col(c).cast(pl.String) for c in days), *(pl.col(c).list.join("; ") for c in lists))
    plain = with_places(plain, asked) if "claims" in plain.columns else plain
    return Table(plain.sort(*key, maintain_order=True).unique(list(key), keep="first", maintain_order=True), tuple(key), units, title)


def claims_table(asked: Asked, kinds: Sequence[str]) -> Table:
    """Every claim about some types of subject that was known on the day, with its place."""
    frame = asked.held.claims.frame.filter((pl.col("said_by") <= asked.day) & pl.col("subject").str.extract("^([a-z_]+):", 1).is_in(list(kinds)))
    frame = frame.with_columns(
        unit=pl.when((pl.col("unit") == "") & pl.any_horizontal(pl.col(c).is_not_null() for c in CLAIM_UNITS))
        .then(pl.lit("number"))
        .otherwise("unit"),
        claims=pl.concat_list("id"),
    )
    return table(frame, ("id",), CLAIM_UNITS, "Every claim, with the place it stands at", asked)


def findings(asked: Asked, kinds: Sequence[str]) -> tuple[Table, Figure]:
    """What the checks find in the claims about some types of subject."""
    found = [f for f in check(asked.held.claims, asked.day, economy=asked.config.economy) if f.subject.partition(":")[0] in kinds]
    rows = [(f"{n:03d}", f.severity, f.label, f.subject, f.sentence, list(f.claims)) for n, f in enumerate(found, 1)]
    schema: dict[str, Any] = {**dict.fromkeys(("finding", "severity", "check", "subject", "sentence"), pl.String), "claims": pl.List(pl.String)}
    frame = pl.DataFrame(rows, schema, orient="row")
    hard = sum(f.severity == "contradiction" for f in found)
    figure = Figure("findings", {"series": f"contradictions about {' and '.join(kinds)}", "period": asked.when}, float(hard), "contradiction",
                    (Ref("table:.findings"),), method="checks of the ledger, counted")  # fmt: skip
    return table(frame, ("finding",), {}, "What cannot be true together, and what asks for a look", asked), figure


def findings_blocks(found: Table, figure: Figure) -> Iterator[Block]:
    """The findings, where there are any."""
    if found.frame.height:
        yield Block("finding", "", {"text": f"Held against each other, the statements show {{{figure.id}}}."})
        yield Block("table", "What cannot be true together, and what asks for a look",
                    {"table": "findings", "columns": ("severity", "subject", "sentence")})  # fmt: skip


def row_ref(name: str, key: Mapping[str, str]) -> Ref:
    """A reference to a row of a table of this step."""
    return Ref(f"table:.{name}", row_at(key))


def closed(low: float | None, high: float | None) -> tuple[float | None, float | None]:
    """Bounds of a figure: both ends, or none where one is open."""
    return (low, high) if low is not None and high is not None else (None, None)
