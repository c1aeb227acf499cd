"""Order books over time: each telling against the one before, as a revision and not as an error."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from madein.ledger.bounds import with_bounds
from madein.ledger.model import Subject

if TYPE_CHECKING:
    from madein.ledger.claims import Claims


def order_books(claims: Claims, day: date | None = None) -> pl.DataFrame:
    """Every telling of every order book, oldest first.

    Parameters
    ----------
    claims : Claims
        The ledger.
    day : date
        Only what was said by then; everything if None.

    Returns
    -------
    polars.DataFrame
        subject, exporter, market, models (as in the subject, "" where it does not part them), said_from, said_by, orders,
        low, high (null: open), change on the telling before (orders), kind (first, revision or repeat), source, id.

    Examples
    --------
    >>> from madein.core.periods import Period
    >>> from madein.ledger.claims import Claims
    >>> from madein.ledger.model import Claim
    >>> def told(orders, day):
    ...     return Claim(subject="orders:a/market=world", predicate="orders", value=orders, unit="order", as_of=Period.parse(day))
    >>> order_books(Claims.of([told(65000.0, "2022-11-25"), told(55000.0, "2023-02-09")])).select("market", "orders", "change", "kind").rows()
    [('world', 65000.0, None, 'first'), ('world', 55000.0, -10000.0, 'revision')]
    """
    told = claims.frame.filter((pl.col("predicate") == "orders") & (pl.lit(day is None) | (pl.col("said_by") <= (day or date.max))))
    told = with_bounds(told.sort("subject", "unit", "said_by", "said_from", maintain_order=True))
    change = pl.col("number") - pl.col("number").shift(1).over("subject", "unit")
    first = pl.int_range(pl.len()).over("subject", "unit") == 0
    parsed = [Subject.parse(s) for s in told["subject"]]
    return told.select(
        "subject",
        pl.Series("exporter", [s.name for s in parsed], pl.String),
        pl.Series("market", [s.dims.get("market", "") for s in parsed], pl.String),
        pl.Series("models", [s.dims.get("models", "") for s in parsed], pl.String),
        "said_from", "said_by",
        orders="number",
        low=pl.when(pl.col("lo").is_finite()).then("lo"),
        high=pl.when(pl.col("hi").is_finite()).then("hi"),
        change=change,
        kind=pl.when(first).then(pl.lit("first")).when(change == 0).then(pl.lit("repeat")).otherwise(pl.lit("revision")),
        source="source", id="id",
    )  # fmt: skip
