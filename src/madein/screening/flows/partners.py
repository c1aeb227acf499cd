"""Between whom trade is screened: pairs of a market and a source with a wedge between them, by the trade they concern."""

from __future__ import annotations

import polars as pl

from madein.screening.flows.frame import Frame, total
from madein.screening.flows.wedge import wedges


def partners(frame: Frame) -> list[tuple[str, str]]:
    """Sources and markets with a wedge between them; the largest partners where no tariff is given.

    Returns
    -------
    list of (source, market)
        By what is exported to the market and imported from the source, whichever is less, the largest first.
    """
    lines = frame.lines
    left = lines.filter((lines.flow == "export") & (lines.destination != frame.home))
    came = lines.filter((lines.flow == "import") & (lines.origin != frame.home))
    out = dict(frame.take(left.group_by("destination").agg(n=total(left.cents))).drop_nulls().iter_rows())
    come = dict(frame.take(came.group_by("origin").agg(n=total(came.cents))).drop_nulls().iter_rows())
    held = _held(frame)
    pairs = [(str(s), str(m)) for m, s in held.select("market", "source").unique().iter_rows()]
    if not pairs and out and come:
        pairs = [(max(come, key=lambda k: (come[k], k)), max(out, key=lambda k: (out[k], k)))]
    return sorted(pairs, key=lambda p: (-min(come.get(p[0], 0), out.get(p[1], 0)), p))


def largest_wedge(frame: Frame, source: str, market: str) -> float | None:
    """The largest rate that a market charges more on a source than on home, percentage points; None where none is held."""
    held = _held(frame).filter((pl.col("market") == market) & (pl.col("source") == source))
    return float(held["points"].max()) if held.height else None  # type: ignore[arg-type]


def _held(frame: Frame) -> pl.DataFrame:
    codes = frame.take(frame.lines.select("hs8").distinct(), "hs8")["hs8"].to_list()
    return wedges(frame.tariffs, frame.home, codes)
