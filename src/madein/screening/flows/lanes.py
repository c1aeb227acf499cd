"""Lanes: a code that one firm imports from a source and the same or a tied firm exports to the market that taxes the source.

Aggregation runs as Ibis expressions over all declarations; what is left after it, lanes and their lines, is small.
"""

from __future__ import annotations

from typing import Any

import ibis
import polars as pl

from madein.screening.flows.frame import GRAMS, Frame, total


def traded(lines: Any, flow: str, partner: Any, codes: Any) -> Any:
    """Firms by code on one side: all lines, and those with the partner.

    Parameters
    ----------
    lines : ibis table
        Of `Frame.lines`.
    flow : {"import", "export"}
    partner : ibis boolean
        True for lines from the source, or to the market.
    codes : ibis table
        One column hs6: the codes that count.

    Returns
    -------
    ibis table
        firm_id, hs8, hs6, n (all lines), n_with (those with the partner), and of the latter cents and grams.
    """
    held = lines.mutate(with_=partner)
    held = held.filter((held.flow == flow) & held.firm_id.notnull()).semi_join(codes, "hs6")
    return held.group_by(["firm_id", "hs8", "hs6"]).agg(
        n=held.count(), n_with=held.with_.sum().coalesce(0).cast("int64"),
        cents=total(held.with_.ifelse(held.cents, 0)), grams=total((held.with_ & held.grams.notnull()).ifelse(held.grams, 0)),
    )  # fmt: skip


def partners_of(lines: Any, source: str, market: str) -> tuple[Any, Any]:
    """Tests for lines from the source and lines to the market."""
    return (lines.origin == source) | (lines.departure == source), lines.destination == market


def sides(frame: Frame, market: str, source: str, codes: list[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Firms by code that buy from a source, and those that sell to a market."""
    lines, held = frame.lines, ibis.memtable(pl.DataFrame({"hs6": codes}, schema={"hs6": pl.String}))
    come, go = partners_of(lines, source, market)
    came, left = traded(lines, "import", come.coalesce(False), held), traded(lines, "export", go.coalesce(False), held)
    return frame.take(came.filter(came.n_with > 0), "firm_id", "hs8"), frame.take(left.filter(left.n_with > 0), "firm_id", "hs8")


def agents_of(frame: Frame, flow: str, firms: pl.DataFrame) -> pl.DataFrame:
    """The agent who makes most lines of a firm in a code: firm_id, hs8, agent_id, share of the lines."""
    keys = ibis.memtable(firms.select("firm_id", "hs8"))
    held = frame.lines.filter((frame.lines.flow == flow) & frame.lines.agent_id.notnull()).semi_join(keys, ["firm_id", "hs8"])
    count = frame.take(held.group_by(["firm_id", "hs8", "agent_id"]).agg(n=held.count()))
    return (
        count.sort(["firm_id", "hs8", "n", "agent_id"], descending=[False, False, True, False])
        .group_by("firm_id", "hs8", maintain_order=True)
        .agg(pl.col("agent_id").first(), share=pl.col("n").first() / pl.col("n").sum())
    )


def candidates(came: pl.DataFrame, left: pl.DataFrame, keys: pl.DataFrame, least: int) -> pl.DataFrame:
    """Lanes to look into: pairs of importer and exporter in codes with the same six digits who share a key.

    Parameters
    ----------
    came, left : Polars frames
        Of `sides`.
    keys : Polars frame
        firm_id, kind, key, bearers, of `networks.links`; for agents with hs6 in the key.
    least : int
        Fewest lots on either side.

    Returns
    -------
    Polars frame
        importer, exporter, hs_in, hs_out, kind, key, bearers and the sums of both sides; a pair tied in several ways stands
        once, with the tie of fewest bearers.
    """

    def named(side: pl.DataFrame, way: str) -> pl.DataFrame:
        names = {"hs8": f"hs_{way}", "n": f"{way}_n", "n_with": f"{way}_with", "cents": f"{way}_cents", "grams": f"{way}_grams"}
        return side.filter(pl.col("n_with") >= least).rename(names)

    a, b = named(came, "in"), named(left, "out")
    ends = keys.lazy()
    pairs = (
        a.lazy().join(ends, on="firm_id").rename({"firm_id": "importer"})
        .join(b.lazy().join(ends.drop("bearers"), on="firm_id").rename({"firm_id": "exporter"}), on=["hs6", "kind", "key"])
        .filter((pl.col("kind") == "firm") | (pl.col("importer") != pl.col("exporter")))
    )  # fmt: skip
    rank = pl.col("kind").replace_strict({"firm": 0, "owner": 1, "phone": 2, "address": 3, "agent": 4}, default=5)
    return (
        pairs.with_columns(rank=rank).sort("importer", "exporter", "hs_in", "hs_out", "rank", "bearers", "key")
        .unique(["importer", "exporter", "hs_in", "hs_out"], keep="first", maintain_order=True).drop("rank").collect()
    )  # fmt: skip


def lane_lines(frame: Frame, flow: str, ends: pl.DataFrame, partner: Any) -> pl.DataFrame:
    """Weighed lines of firms in codes with the partner: firm_id, hs8, date, declaration_id, line, cents, grams, counterparty_name.

    Parameters
    ----------
    ends : Polars frame
        firm_id and hs8.
    partner : ibis boolean
        True for lines from the source, or to the market.
    """
    wanted = ibis.memtable(ends.select("firm_id", "hs8").unique().sort("firm_id", "hs8"))
    lines = frame.lines
    held = lines.filter((lines.flow == flow) & partner.coalesce(False) & (lines.grams > 0) & (lines.cents > 0)).semi_join(wanted, ["firm_id", "hs8"])
    columns = ["firm_id", "hs8", "date", "declaration_id", "line", "cents", "grams", "counterparty_name"]
    return frame.take(held.select(*columns), "firm_id", "hs8", "date", "declaration_id", "line")


def largest_years(frame: Frame, firms: list[str]) -> dict[str, float]:
    """Kilograms that firms exported, of all codes together, in the year in which they exported most."""
    who = ibis.memtable(pl.DataFrame({"firm_id": firms}, schema={"firm_id": pl.String}))
    held = frame.lines.filter(frame.lines.flow == "export").semi_join(who, "firm_id")
    held = held.mutate(year=(held.q / 4).floor().cast("int32"))
    year = frame.take(held.group_by(["firm_id", "year"]).agg(grams=total(held.grams)), "firm_id", "year")
    most = year.group_by("firm_id").agg(pl.col("grams").max() / GRAMS).sort("firm_id")
    return dict(most.iter_rows())
