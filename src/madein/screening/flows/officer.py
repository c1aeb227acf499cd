"""The officer's queue: the first findings with what they rest on, what they would cost and what would clear them, as a form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl

from madein.screening.flows.detect import Findings

QUEUE_SCHEMA: dict[str, Any] = {
    "rank": pl.Int64, "finding": pl.String, "rule": pl.String, "importer": pl.String, "exporter": pl.String, "hs_in": pl.String,
    "hs_out": pl.String, "source": pl.String, "market": pl.String, "tie": pl.String, "strength": pl.Float64, "value_at_issue": pl.Float64,
    "low": pl.Float64, "high": pl.Float64, "at_stake": pl.Float64, "currency": pl.String, "first_day": pl.Date, "last_day": pl.Date,
    "evidence_rows": pl.Int64, "evidence": pl.String, "pieces": pl.String, "clears": pl.String, "inspected_on": pl.String, "outcome": pl.String,
    "remark": pl.String,
}  # fmt: skip
"""Columns of a queue: the last three are empty, for the officer to fill."""

FILLED = ("inspected_on", "outcome", "remark")
SHOWN = 5
"""Export lines of a finding, the largest at issue, that the queue names by number and line; the sheet of evidence holds all."""

_ABOUT = (
    "One row a lane of trade that needs a look. Nothing here says that anybody did wrong.",
    "strength: chance, 0 to 1, that the pieces of evidence stand for. value_at_issue: part of the exports that what came in can account for.",
    "at_stake: duty on it at the tariff wedge of the day of each line. clears: documents that would settle the question.",
    "inspected_on: the day, written as 2026-03-04. outcome: {outcomes}. remark: anything else.",
    "Do not change the column finding: it is how the file is read back.",
)


def queue(found: Findings, most: int = 50) -> pl.DataFrame:
    """The first findings as a form to be filled.

    Parameters
    ----------
    found : Findings
    most : int
        How many.

    Returns
    -------
    Polars frame in `QUEUE_SCHEMA`
        `evidence` names the export lines with most at issue, as number/line, beside the import line they are like, if any;
        `inspected_on`, `outcome` and `remark` are empty.
    """
    first = found.findings.head(most)
    lines = found.lines.join(first.select("finding"), on="finding", how="semi")
    out = lines.filter(pl.col("side") == "export").sort("finding", "value_at_issue", "declaration_id", "line", descending=[False, True, False, False])
    like = pl.when(pl.col("like_declaration_id").is_not_null()).then(
        pl.format(" like {}/{}", "like_declaration_id", "like_line")
    ).otherwise(pl.lit(""))  # fmt: skip
    named = out.with_columns(text=pl.format("{}/{}", "declaration_id", "line") + like).group_by("finding").agg(
        evidence=pl.col("text").head(SHOWN).str.join("; "), first_day=pl.col("date").min(), last_day=pl.col("date").max()
    )  # fmt: skip
    count = lines.group_by("finding").agg(evidence_rows=pl.len().cast(pl.Int64))
    held = first.join(named, on="finding", how="left").join(count, on="finding", how="left").sort("rank")
    held = held.with_columns(pl.lit(found.currency).alias("currency"), *(pl.lit(None, pl.String).alias(c) for c in FILLED))
    return held.select(list(QUEUE_SCHEMA)).cast(QUEUE_SCHEMA)  # type: ignore[arg-type]


def write_queue(found: Findings, out: Path | str, most: int = 50) -> tuple[Path, Path, Path]:
    """Write the queue as ``queue.parquet``, ``queue.csv`` and the form ``queue.xlsx``, which has all evidence rows on a second sheet.

    Returns
    -------
    tuple of Path
        In this order; each of them is read back by `read_inspections` once it is filled.
    """
    folder = Path(out)
    folder.mkdir(parents=True, exist_ok=True)
    held = queue(found, most)
    paths = (folder / "queue.parquet", folder / "queue.csv", folder / "queue.xlsx")
    held.write_parquet(paths[0])
    # A spreadsheet takes a text that opens with one of these for a formula.
    text = [c for c, kind in held.schema.items() if kind == pl.String]
    held.with_columns(pl.col(text).str.replace(r"^([=+\-@\t\r])", "'$1")).write_csv(paths[1])
    _workbook(held, found.lines.join(held.select("finding"), on="finding", how="semi"), paths[2])
    return paths


def _workbook(held: pl.DataFrame, lines: pl.DataFrame, path: Path) -> None:
    import xlsxwriter

    from madein.screening.flows.weigh import rules

    outcomes = list(rules()["outcomes"])
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False, "nan_inf_to_errors": True}) as book:
        head = book.add_format({"bold": True, "bottom": 1, "valign": "top"})
        day, plain = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "@", "bg_color": "#FFF8DC"})
        sheet = book.add_worksheet("queue")
        _table(sheet, held, head, day)
        at = {c: i for i, c in enumerate(held.columns)}
        for name in FILLED:
            sheet.set_column(at[name], at[name], 18, plain)
        sheet.set_column(at["finding"], at["finding"], 30)
        sheet.set_column(at["evidence"], at["clears"], 40)
        if held.height:
            sheet.data_validation(1, at["outcome"], held.height, at["outcome"], {"validate": "list", "source": outcomes, "ignore_blank": True})
        sheet.freeze_panes(1, 2)
        _table(book.add_worksheet("evidence"), lines, head, day)
        about = book.add_worksheet("about")
        about.set_column(0, 0, 120)
        for i, text in enumerate(_ABOUT):
            about.write_string(i, 0, text.format(outcomes=", ".join(outcomes)))


def _table(sheet: Any, frame: pl.DataFrame, head: Any, day: Any) -> None:
    for j, name in enumerate(frame.columns):
        sheet.write_string(0, j, name, head)
    for i, row in enumerate(frame.iter_rows(), 1):
        for j, (cell, kind) in enumerate(zip(row, frame.dtypes, strict=True)):
            if cell is None:
                continue
            if kind == pl.Date:
                sheet.write_datetime(i, j, cell, day)
            elif kind == pl.String:
                sheet.write_string(i, j, cell)
            else:
                sheet.write_number(i, j, cell)
