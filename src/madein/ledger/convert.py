"""Rows of text into typed claims, and their ids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from madein.core.errors import Problems
from madein.ledger import fields
from madein.ledger.fields import EXTERNAL, SHOWN, Reader, Rows
from madein.ledger.identity import WRITTEN, resolve

SCHEMA: dict[str, Any] = {
    "id": pl.String, "subject": pl.String, "predicate": pl.String, "number": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "first": pl.Date, "last": pl.Date, "text": pl.String, "unit": pl.String, "qualifier": pl.String, "basis": pl.String,
    "valid_from": pl.Date, "valid_to": pl.Date, "said_from": pl.Date, "said_by": pl.Date, "status": pl.String, "source": pl.String,
    "place": pl.String, "supersedes": pl.String, "note": pl.String,
}  # fmt: skip
"""The one schema of claims inside: a value is a number (`number`, `low`, `high`), a window of days (`first`, `last`) or a `text`;
`said_from` and `said_by` are the first and last day on which it may have been said. Texts that are not there are empty."""


def to_claims(drafts: pl.DataFrame, reader: Reader, problems: Problems) -> pl.DataFrame:
    """Typed claims of rows of text; rows that say the same twice are kept once, with a warning.

    Parameters
    ----------
    drafts : polars.DataFrame
        Text columns of `EXTERNAL`, those that are missing count as empty; an optional ``_at`` says where each row stands.
    reader : Reader
        What the rows do not say.
    problems : Problems
        Takes every row that cannot be read; if it then holds errors, the frame returned is not to be used.

    Returns
    -------
    polars.DataFrame
        With the columns of `SCHEMA`, in the order of the rows.

    Examples
    --------
    >>> from datetime import date
    >>> rows = pl.DataFrame({"subject": ["orders:vinfast"], "predicate": ["orders"], "value": ["65,000.0"], "unit": ["vehicles"],
    ...                      "as_of": ["2022-11-25"]})
    >>> to_claims(rows, Reader(date(2026, 1, 1)), Problems("o.csv")).select("subject", "number", "unit", "said_by", "status").rows()
    [('orders:vinfast', 65000.0, 'vehicle', datetime.date(2022, 11, 25), 'actual')]
    """
    frame = fields.cleaned(drafts)
    del drafts  # A million rows are held once, not twice.
    rows = Rows(frame, problems)
    words = reader.words
    rows.complain(
        fields.any_text(frame, r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"), "a control character", "value", "delete it", lambda _: "no text holds it"
    )
    rows.complain(fields.any_longer(frame), "a text of more than 20,000 characters", "note", "shorten it, and name the place in its source")
    subject = fields.subjects(rows, words)
    predicate, bad = fields.mapped(frame["predicate"], words.find)
    rows.complain(bad, "no such predicate", "predicate", "use one of predicates.yaml, or add it in a file of your own")
    out = frame.with_columns(subject=subject, predicate=predicate)
    rows.complain(
        fields.unlike(out, words),
        "the predicate is not said of such subjects",
        "predicate",
        "change the type of the subject, or use another predicate",
    )
    kind = fields.looked_up(predicate, {k: p.kind for k, p in words.predicates.items()})
    numbers = fields.numbers(rows, kind == "number", reader)
    first, last = fields.dates(rows, kind == "date", words)
    text = frame.select(pl.when(kind == "text").then("value"))["value"]
    rows.complain((kind == "text") & (frame["value"] == ""), "a text is missing", "value", "write it, or delete the row")
    required = fields.looked_up(predicate, {k: p.status for k, p in words.predicates.items()}) == "required"
    out = out.with_columns(numbers).with_columns(
        first=first, last=last, text=text, status=fields.statuses(rows, required, words), **fields.words_beside(rows, kind, words),
        **fields.said(rows, reader), **fields.valid(rows),
    )  # fmt: skip
    # A row that carries its id says all it has to say: what was empty when it was written stays empty.
    bare = ~pl.col("id").str.contains(WRITTEN)
    source = pl.when((pl.col("source") == "") & bare).then(pl.lit(reader.source)).otherwise("source").alias("source")
    untold = ((pl.col("place") == "") & bare & pl.lit(reader.places)) | pl.lit(reader.here)
    place = pl.when(untold).then(fields.places(frame)).otherwise("place").alias("place")
    out = out.with_columns(source, place).select(name for name in SCHEMA if name != "id")
    if problems.errors:
        return pl.DataFrame(schema=SCHEMA)
    rows.frame = frame.select("id", *(c for c in ("_at", "_repeats") if c in frame.columns))
    del frame, numbers, first, last, text, kind, required, predicate, subject, bad
    return _identified(out, rows)


def _identified(frame: pl.DataFrame, rows: Rows) -> pl.DataFrame:
    """Ids computed, labels resolved, ids given compared with what the row says, repetitions dropped."""
    given = rows.frame["id"]
    ids, supersedes, circles = resolve(frame, given)
    for chain, row in circles:
        rows.problems.error(
            "claims that supersede each other in a circle", f"{rows.at(row)} column supersedes", chain, "let the first of them supersede nothing"
        )
    written = given.str.contains(WRITTEN)
    rows.complain(
        written & (given != ids), "the row was changed after it was written", "id",
        "put the row back, and write the correction as a new row that supersedes it",
        lambda row: f"its id is {given[row]}, what it says now would be {ids[row]}",
    )  # fmt: skip
    labels = given.filter(~written & (given != ""))
    rows.complain(
        given.is_in(labels.filter(labels.is_duplicated()).unique().to_list()),
        "two rows with one label",
        "id",
        "give each row a label of its own, or none",
    )
    frame = frame.with_columns(id=ids, supersedes=supersedes).select(*SCHEMA).cast(SCHEMA)  # type: ignore[arg-type]
    again = ~frame["id"].is_first_distinct()
    # Tables of events repeat on every row what holds for all of them; that is no slip.
    told = again & (rows.frame["_repeats"] != "yes") if "_repeats" in rows.frame.columns else again
    for row in told.arg_true().head(SHOWN):
        first = (frame["id"] == frame["id"][row]).arg_max() or 0
        rows.problems.warn("the same claim again, kept once", rows.at(row), f"{rows.at(first)} says it already", "delete one of them")
    return frame.filter(~again)


def rows_to_frame(rows: Sequence[dict[str, str]]) -> pl.DataFrame:
    """Rows held as mappings of text as the frame that `to_claims` reads."""
    names = [n for n in (*EXTERNAL, "_at", "_repeats") if any(n in r for r in rows)]
    return pl.DataFrame({n: pl.Series(n, [r.get(n, "") for r in rows], pl.String) for n in names})
