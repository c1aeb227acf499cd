"""Shapes of trade between firms: one buyer behind many exporters, one importer feeding many, and firms with nothing behind them."""

from __future__ import annotations

from typing import Any

import polars as pl

from madein.screening.flows.frame import Frame, total
from madein.screening.flows.rerouting import exports_to, imports_from

PHANTOM_SCHEMA = {"firm_id": pl.String, "hs8": pl.String, "lines": pl.Int64, "value": pl.Float64, "tied": pl.Boolean, "importers": pl.Int64}


def fan_in(lines: Any, market: str) -> Any:
    """Foreign buyers by code and the firms that ship to them: counterparty_name, hs8, firms, cents.

    Parameters
    ----------
    lines : ibis table
        Of `Frame.lines`.
    """
    held = exports_to(lines, market)
    held = held.filter(held.counterparty_name.notnull() & held.firm_id.notnull())
    return held.group_by(["counterparty_name", "hs8"]).agg(firms=held.firm_id.nunique(), cents=total(held.cents))


def fan_out(lines: Any, source: str) -> Any:
    """Foreign suppliers by code and the firms they ship to: counterparty_name, hs8, firms, cents."""
    held = imports_from(lines, source)
    held = held.filter(held.counterparty_name.notnull() & held.firm_id.notnull())
    return held.group_by(["counterparty_name", "hs8"]).agg(firms=held.firm_id.nunique(), cents=total(held.cents))


def fans(findings: pl.DataFrame) -> pl.DataFrame:
    """Firms of findings that feed or draw on several: one importer behind many exporters, one exporter of many importers.

    Returns
    -------
    Polars frame
        shape (fan-out: one importer, fan-in: one exporter), firm_id, hs6, others (how many), value_at_issue.
    """
    held = findings.with_columns(hs6=pl.col("hs_out").str.slice(0, 6))
    parts = []
    for shape, one, other in (("fan-out", "importer", "exporter"), ("fan-in", "exporter", "importer")):
        cents = (pl.col("value_at_issue") * 100).round().cast(pl.Int64).sum()
        part = held.group_by(firm_id=one, hs6="hs6").agg(others=pl.col(other).n_unique().cast(pl.Int64), value_at_issue=cents / 100)
        parts.append(part.filter(pl.col("others") > 1).select(pl.lit(shape).alias("shape"), "firm_id", "hs6", "others", "value_at_issue"))
    return pl.concat(parts).sort("shape", "others", "firm_id", "hs6", descending=[False, True, False, False])


def phantoms(frame: Frame, market: str, least_cents: int = 100_000_00) -> pl.DataFrame:
    """Exporters to a market with nothing behind the goods: no import of anything, and no production record of the code.

    Parameters
    ----------
    least_cents : int
        Exports of a firm in a code below this are left aside.

    Returns
    -------
    Polars frame
        firm_id, hs8, lines, value (currency of the frame), tied (whether the firm shares an address, telephone or owner with an importer of
        the same six digits), importers (how many); empty without a register.
    """
    from madein.screening.networks.links import link_keys

    if not frame.firms.height:
        return pl.DataFrame(schema=PHANTOM_SCHEMA)
    lines = frame.lines
    bought = lines.filter((lines.flow == "import") & lines.firm_id.notnull())
    left = exports_to(lines, market).anti_join(bought.select("firm_id").distinct(), "firm_id")
    left = left.filter(left.firm_id.notnull())
    held = frame.take(left.group_by(["firm_id", "hs8"]).agg(lines=left.count(), cents=total(left.cents)), "firm_id", "hs8")
    held = held.filter(pl.col("cents") >= least_cents)
    made = frame.firms.select("firm_id", made=pl.col("produces_hs")).explode("made").drop_nulls().with_columns(hs6=pl.col("made").str.slice(0, 6))
    held = held.with_columns(hs6=pl.col("hs8").str.slice(0, 6)).join(made.select("firm_id", "hs6").unique(), on=["firm_id", "hs6"], how="anti")
    keys = link_keys(frame.firms).filter(pl.col("kind") != "firm")
    pairs = keys.join(keys, on=["kind", "key"], suffix="_other").filter(pl.col("firm_id") != pl.col("firm_id_other"))
    pairs = pairs.join(held.select("firm_id").unique(), on="firm_id").select("firm_id", "firm_id_other").unique()
    came = frame.take(bought.select("firm_id", "hs6").distinct(), "firm_id", "hs6").rename({"firm_id": "firm_id_other"})
    count = pairs.join(came, on="firm_id_other").group_by("firm_id", "hs6").agg(importers=pl.col("firm_id_other").n_unique().cast(pl.Int64))
    out = held.join(count, on=["firm_id", "hs6"], how="left").with_columns(pl.col("importers").fill_null(0))
    out = out.with_columns(value=pl.col("cents") / 100, tied=pl.col("importers") > 0).select(list(PHANTOM_SCHEMA)).cast(PHANTOM_SCHEMA)  # type: ignore[arg-type]
    return out.sort("value", "firm_id", "hs8", descending=[True, False, False])
