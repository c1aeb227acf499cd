"""How dates move as they are told again: days by restatement, and in all."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from madein.ledger.claims import Claims

SCHEMA: dict[str, Any] = {
    "subject": pl.String, "predicate": pl.String, "telling": pl.Int64, "said_from": pl.Date, "said_by": pl.Date, "order_sure": pl.Boolean,
    "status": pl.String, "first": pl.Date, "last": pl.Date, "qualifier": pl.String, "moved": pl.Int64, "moved_low": pl.Int64, "moved_high": pl.Int64,
    "total": pl.Int64, "source": pl.String, "id": pl.String,
}  # fmt: skip


def slips(claims: Claims, *, subject: str = "", kind: str = "", predicate: str = "", day: date | None = None) -> pl.DataFrame:
    """Every telling of every date, oldest first, with the days by which it moved.

    Parameters
    ----------
    claims : Claims
        The ledger.
    subject, kind, predicate : str
        Only this subject (its parts included), this type of subject, this predicate; all if empty.
    day : date
        Only what was said by then; everything if None.

    Returns
    -------
    polars.DataFrame
        A row a telling. `moved` is in days, against the telling before: from deadline to deadline, that is between the last
        days of both windows ("from" dates: the first days); negative where it was brought forward; null for the first.
        `moved_low` and `moved_high` bound the true move, given that each date may lie anywhere in its window; null where an
        end is open. `total` is the move since the first telling. `order_sure` is false where it is open which of two
        tellings came first. A correction said on the day of what it corrects is no new telling, but takes its place.

    Examples
    --------
    >>> from madein.core.periods import Period
    >>> from madein.ledger.claims import Claims
    >>> from madein.ledger.model import Claim
    >>> tellings = [("2022-12-31", "planned", "2022-11-25"), ("2023-01-31", "planned", "2023-01-08"), ("2023-03-02", "actual", "2023-04-17")]
    >>> book = Claims.of([Claim(subject="shipment:a", predicate="first_handover", value=Period.parse(due), status=status, as_of=Period.parse(said))
    ...                   for due, status, said in tellings])
    >>> slips(book).select("moved", "total", "status").rows()
    [(None, None, 'planned'), (31, 31, 'planned'), (30, 61, 'actual')]
    """
    key = claims.words.find(predicate) or predicate
    dated = [k for k, p in claims.words.predicates.items() if p.kind == "date" and p.status == "required"]
    told = claims.frame.filter(
        pl.col("first").is_not_null() & pl.col("predicate").is_in([key] if key else dated)
        & (pl.lit(day is None) | (pl.col("said_by") <= (day or date.max)))
        & (pl.lit(not kind) | pl.col("subject").str.starts_with(f"{kind}:"))
        & (pl.lit(not subject) | (pl.col("subject") == subject) | pl.col("subject").str.starts_with(f"{subject}/"))
    )  # fmt: skip
    on_its_day = told.select(id="supersedes", said_by="said_by").filter(pl.col("id") != "")
    told = told.join(on_its_day, on=["id", "said_by"], how="anti", maintain_order="left")
    item = ["subject", "predicate"]
    due = pl.when(pl.col("qualifier") == "from").then("first").otherwise("last")
    low = pl.when(pl.col("qualifier") != "by").then("first")
    high = pl.when(pl.col("qualifier") != "from").then("last")
    told = told.sort(*item, "said_by", "said_from", "last", maintain_order=True).with_columns(_due=due, _low=low, _high=high)
    before = {c: pl.col(c).shift(1).over(item) for c in ("_due", "_low", "_high", "said_by")}
    return (
        told.with_columns(
            telling=pl.int_range(1, pl.len() + 1).over(item),
            order_sure=(pl.col("said_from") > before["said_by"]) | before["said_by"].is_null(),
            moved=(pl.col("_due") - before["_due"]).dt.total_days(),
            moved_low=(pl.col("_low") - before["_high"]).dt.total_days(),
            moved_high=(pl.col("_high") - before["_low"]).dt.total_days(),
        )
        .with_columns(total=pl.when(pl.col("telling") > 1).then((pl.col("_due") - pl.col("_due").first().over(item)).dt.total_days()))
        .select(*SCHEMA)
        .cast(SCHEMA)  # type: ignore[arg-type]
    )
