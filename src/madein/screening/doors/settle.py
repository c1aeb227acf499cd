"""What several rows say of one declaration: cancellations, amendments and repeats; and places carried over a merger of provinces."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from madein.core.errors import Problem
from madein.screening.doors.cells import REJECTED
from madein.screening.normalise.places import key_on
from madein.screening.schema import schemas
from madein.screening.streams import ROW_GROUP

_WHOLE_MONTH = 0.4
"""Share of a month's rows that stand there again from which the month was loaded twice; a full second copy makes a half."""


def settle_repeats(staged: Path, target: Path, files: Sequence[str], put_aside: Callable[[pl.DataFrame], None], notes: list[Problem]) -> int:
    """Write the rows that hold.

    A cancelled declaration goes with all its rows. Of several rows with one number and line the highest version holds, then the
    last one. Rows without a line of their own that repeat another word for word are a month loaded twice where that is what most
    rows of the month do; elsewhere they may be two like lots, and stay.

    Returns
    -------
    int
        Rows written.
    """
    lazy = pl.scan_parquet(staged)
    columns = list(schemas()["declarations"].columns)
    drop: list[pl.DataFrame] = []

    def aside(rows: pl.DataFrame, column: str, reason: str) -> None:
        if not rows.height:
            return
        drop.append(rows.select("_n"))
        name = pl.col("_file").replace_strict(dict(enumerate(files)), return_dtype=pl.String)
        put_aside(rows.select(
            pl.lit("declarations").alias("table"), name.alias("file"), pl.col("_row").alias("row"), pl.lit(column).alias("column"),
            pl.lit(reason).alias("reason"), pl.lit(None, pl.String).alias("value"),
        ).cast(REJECTED))  # type: ignore[arg-type]  # fmt: skip

    cancelled = lazy.filter(pl.col("_status") == "cancelled").select("declaration_id").unique().collect()
    gone = lazy.filter(pl.col("declaration_id").is_in(cancelled.to_series().implode())).select("_n", "_row", "_file", "_status").collect()
    aside(gone, "status", "cancelled")
    live = lazy.join(gone.lazy().select("_n"), on="_n", how="anti") if gone.height else lazy
    keyed = live.filter(pl.col("_own_id") & pl.col("_own_line"))
    twice = keyed.select("_n", k=pl.struct("declaration_id", "line").hash()).filter(pl.col("k").is_duplicated()).select("_n").collect()
    if twice.height:
        rows = keyed.join(twice.lazy(), on="_n", how="semi").collect()
        rows = rows.sort(pl.col("_version").fill_null(-1.0), pl.col("_status") == "amended", "_n")
        last = rows.select(pl.struct("declaration_id", "line").is_last_distinct()).to_series()
        same = rows.select(pl.struct(columns).is_duplicated()).to_series()
        aside(rows.filter(~last & same), "declaration_id", "a repeat: another row has the same number, line and content")
        aside(rows.filter(~last & ~same), "declaration_id", "superseded: a later version has the same number and line")
    _repeats(live.filter(~(pl.col("_own_id") & pl.col("_own_line"))), columns, aside, notes)
    kept = lazy.join(pl.concat(drop).unique().lazy(), on="_n", how="anti", maintain_order="left") if drop else lazy
    numbered = pl.when("_own_line").then("line").otherwise(pl.int_range(1, pl.len() + 1, dtype=pl.Int32).over("declaration_id"))
    if lazy.select((~pl.col("_own_line")).any()).collect().item():
        kept = kept.with_columns(line=numbered)
    kept.select(columns).sink_parquet(target, maintain_order=True, row_group_size=ROW_GROUP)
    return int(pl.scan_parquet(target).select(pl.len()).collect().item())


def _repeats(rows: pl.LazyFrame, columns: list[str], aside: Callable[[pl.DataFrame, str, str], None], notes: list[Problem]) -> None:
    content = [c for c in columns if c not in ("declaration_id", "line")]
    own = pl.when("_own_id").then("declaration_id")
    light = rows.select(
        "_n", "_row", "_file", month=pl.col("date").dt.strftime("%Y-%m"), k=pl.struct(*content, own.alias("declaration_id")).hash()
    ).collect()
    if not light.height:
        return
    light = light.sort("_n").with_columns(again=~pl.col("k").is_first_distinct())
    months = light.group_by("month").agg(share=pl.col("again").mean(), n=pl.col("again").sum()).sort("month")
    loaded = months.filter(pl.col("share") >= _WHOLE_MONTH)["month"].to_list()
    why, mend = "most of its rows are repeated word for word", "the second copy was set aside; check its source"
    notes.extend(Problem(f"the month {month} stands there twice", "", why, mend, "warning") for month in loaded)
    aside(light.filter(pl.col("again") & pl.col("month").is_in(loaded)), "date", "a repeat: its month was loaded twice")
    rest = int(months.filter(~pl.col("month").is_in(loaded))["n"].sum())
    if rest:
        notes.append(
            Problem(
                f"{rest:,} rows repeat another word for word",
                "",
                "they have no number and line of their own, and may be two like lots",
                "they were kept; give rows a number to tell",
                "warning",
            )
        )


def harmonise(path: Path, target: Path, economy: str, notes: list[Problem]) -> Path:
    """Name provinces as the units of the last day of the data; the file itself where that changes nothing."""
    lazy = pl.scan_parquet(path)
    held = lazy.select(pl.col("province").drop_nulls().unique()).collect(engine="streaming").to_series().sort().to_list()
    if not held:
        return path
    last = lazy.select(pl.col("date").max()).collect(engine="streaming").item()
    moved = {key: new for key in held if (new := key_on(key, last, economy)) != key}
    if not moved:
        return path
    lazy.with_columns(pl.col("province").replace(moved)).sink_parquet(target, maintain_order=True, row_group_size=ROW_GROUP)
    notes.append(
        Problem(
            f"{len(moved)} provinces are named as the units they went into",
            "",
            f"provinces were merged before the last day of the data, {last}",
            severity="warning",
        )
    )
    return target
