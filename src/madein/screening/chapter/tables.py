"""Tables of the chapter: intake, excess over chance, lanes that need a look, their lines, where they are, and the curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from madein.core.countries import economy
from madein.core.provinces import provinces
from madein.core.step import Table
from madein.screening.chapter import Case
from madein.screening.wording import indicator_label, tie_label

if TYPE_CHECKING:
    from madein.screening.step import Config

SHARES = ("share", "null", "excess", "low", "high")
CHAPTERS = 10
"""Chapters of the Harmonized System that the matrix tells apart, the largest first."""


def tables_of(case: Case, config: Config) -> dict[str, Table]:
    """All tables."""
    held = {
        "intake": intake_table(case), "excess": excess_table(case), "lanes": lanes_table(case), "evidence": evidence_table(case, config.show),
        "matrix": matrix_table(case, economy(config.economy)),
    }  # fmt: skip
    return held | ({"curve": curve_table(case)} if case.curve is not None else {})


def _made(case: Case, frame: pl.DataFrame, key: tuple[str, ...], units: dict[str, str], title: str) -> Table:
    columns = [] if "_src" in frame.columns else [pl.lit(case.refs(), pl.List(pl.String)).alias("_src")]
    return Table(frame.with_columns(*columns, pl.lit(case.basis).alias("_basis")).sort(key), key, units, title)


def intake_table(case: Case) -> Table:
    """Table ``intake``: rows read, kept and set aside, and why."""
    rows = case.quality.rows.select("table", pl.lit("read").alias("what"), pl.col("read").cast(pl.Int64).alias("rows"))
    kept = case.quality.rows.select("table", pl.lit("kept").alias("what"), pl.col("kept").cast(pl.Int64).alias("rows"))
    why = case.quality.reasons.select("table", (pl.col("kind") + ": " + pl.col("column") + " " + pl.col("reason")).alias("what"), rows="n")
    frame = pl.concat([rows, kept, why.group_by("table", "what").agg(pl.col("rows").sum())])
    frame = frame.with_columns(pl.col("what").str.replace_all(",", ";"))
    return _made(case, frame, ("table", "what"), {"rows": "row"}, "What was read, kept and set aside")


def excess_table(case: Case) -> Table:
    """Table ``excess``: each indicator, what chance alone gives, and the interval of what is left."""
    frame = case.excess.with_columns(
        *(pl.col(c) * 100 for c in SHARES),
        pl.Series("label", [indicator_label(n) for n in case.excess["name"].to_list()], pl.String).str.replace_all(",", ";"),
    )
    frame = frame.select(pl.col("name").alias("indicator"), "label", *SHARES, "p", "draws", "absent")
    units = {"share": "percent", "null": "percent", "excess": "pp", "low": "pp", "high": "pp", "p": "number", "draws": "permutation"}
    return _made(case, frame, ("indicator",), units, "Shares, what chance alone gives, and what is left with its interval")


def lanes_table(case: Case) -> Table:
    """Table ``lanes``: the queue of what needs a look, in its order."""
    money = case.findings.currency or "number"
    cols = [
        "finding", "rank", "rule", "source", "market", "importer", "exporter", "hs_in", "hs_out", "tie", "strength", "lots_in", "lots_out",
        "value", "value_at_issue", "low", "high", "at_stake", "markup", "mass_ratio", "matched", "matched_by_chance", "pieces", "clears",
    ]  # fmt: skip
    frame = case.findings.findings.select(cols).with_columns(pl.col("strength") * 100)
    frame = frame.with_columns(tie=pl.col("tie").map_elements(tie_label, pl.String), rank=pl.col("rank").cast(pl.String).str.zfill(4))
    units = {
        "strength": "percent", "lots_in": "line", "lots_out": "line", "markup": "multiple", "mass_ratio": "multiple", "matched": "lot",
        "matched_by_chance": "lot", **dict.fromkeys(("value", "value_at_issue", "low", "high", "at_stake"), money),
    }  # fmt: skip
    return _made(case, frame, ("rank",), units, "Lanes that need a look, in the order of the queue")


def evidence_table(case: Case, show: int) -> Table:
    """Table ``evidence``: lines of the first lanes of the queue, each leading to its declaration."""
    money = case.findings.currency or "number"
    first = case.findings.findings.filter(pl.col("rank") <= show).select("finding", lane=pl.col("rank").cast(pl.String).str.zfill(4))
    frame = case.findings.lines.join(first, on="finding", how="inner")
    refs = [[case.line_ref(d, n)] for d, n in frame.select("declaration_id", "line").iter_rows()]
    frame = frame.with_columns(pl.col("line", "like_line").cast(pl.String), pl.Series("_src", refs, pl.List(pl.String)))
    cols = ["lane", "side", "declaration_id", "line", "date", "value", "value_at_issue", "points", "like_declaration_id", "like_line", "_src"]
    units = {"value": money, "value_at_issue": money, "points": "pp"}
    return _made(case, frame.select(cols), ("lane", "side", "declaration_id", "line"), units, "Lines of declarations behind the first lanes")


def matrix_table(case: Case, home: str) -> Table:
    """Table ``matrix``: value at issue by chapter of the Harmonized System and province of the exporter."""
    money = case.findings.currency or "number"
    asked = case.findings.lines.filter(pl.col("value_at_issue") > 0).unique(["declaration_id", "line"], keep="first", maintain_order=True)
    frame = asked.join(case.places, on=["declaration_id", "line"], how="left") if asked.height else asked.with_columns(hs2=None, province=None)
    frame = frame.select(
        pl.col("hs2").cast(pl.String).fill_null("unknown"), pl.col("province").cast(pl.String).fill_null("unknown"), "value_at_issue"
    )
    cents = (pl.col("value_at_issue") * 100).round().cast(pl.Int64)
    names = {key: p.en for key, p in provinces(home).items()}
    frame = frame.group_by("hs2", "province").agg(value_at_issue=cents.sum() / 100)
    frame = frame.with_columns(chapter=pl.lit("HS ") + pl.col("hs2"), province=pl.col("province").replace(names).str.replace_all(",", ";"))
    frame = frame.select("chapter", "province", "value_at_issue")
    return _made(case, frame, ("chapter", "province"), {"value_at_issue": money}, "Value at issue by chapter and province of the exporter")


def curve_table(case: Case) -> Table:
    """Table ``curve``: what is found as the queue is worked down, from the truth of the simulation."""
    assert case.curve is not None
    money = case.findings.currency or "number"
    frame = case.curve.with_columns(pl.col("precision", "recall") * 100).select(
        pl.col("rank").cast(pl.String).str.zfill(4).alias("lane"), pl.col("rank").cast(pl.Int64).alias("looked_at"),
        "value_at_issue", "at_stake", "precision", "recall",
    )  # fmt: skip
    units = {"looked_at": "lane", "value_at_issue": money, "at_stake": money, "precision": "percent", "recall": "percent"}
    return _made(case, frame, ("lane",), units, "What is found as the queue is worked down")
