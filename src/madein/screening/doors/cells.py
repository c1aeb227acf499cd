"""Cells of a block turned into the types and spellings of the schema, column by column, every cell that cannot be kept with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date

import polars as pl

from madein.core.printed import parse_numbers

REJECTED = {"table": pl.String, "file": pl.String, "row": pl.Int64, "column": pl.String, "reason": pl.String, "value": pl.String}
"""Columns of the file of rows set aside; `row` counts data rows from 1."""

_ISO = ("%Y-%m-%d", "%Y%m%d", "%Y/%m/%d", "%Y.%m.%d")
_TIMES = r"[T ][0-9]{1,2}:.*$"
_SHORT = {"dmy": ("%d/%m/%Y", "%d/%m/%y"), "mdy": ("%m/%d/%Y", "%m/%d/%y")}


class Block:
    """One block on its way through a door: gathers faults and mends.

    Parameters
    ----------
    table, file : str
    rows : int series
        Number of each row in its file, from 1.
    """

    def __init__(self, table: str, file: str, rows: pl.Series) -> None:
        self.table, self.file, self.rows = table, file, rows
        self.faults: list[pl.DataFrame] = []
        self.mended: Counter[tuple[str, str, str]] = Counter()
        self.bad = pl.Series([False]).gather([0] * len(rows)) if len(rows) else pl.Series([], dtype=pl.Boolean)

    def reject(self, where: pl.Series, column: str, reason: str | pl.Series, cells: pl.Series | None) -> None:
        """Set rows aside, with a reason and the cell as it stood."""
        where = where.fill_null(False)
        if not where.any():
            return
        self.bad = self.bad | where
        n = int(where.sum())
        reasons = reason.filter(where) if isinstance(reason, pl.Series) else pl.Series([reason]).gather([0] * n)
        value = cells.filter(where).cast(pl.String, strict=False) if cells is not None else pl.Series([None], dtype=pl.String).gather([0] * n)
        self.faults.append(
            pl.DataFrame({"row": self.rows.filter(where).cast(pl.Int64), "reason": reasons, "value": value})
            .with_columns(table=pl.lit(self.table), file=pl.lit(self.file), column=pl.lit(column))
            .select(list(REJECTED)).cast(REJECTED)  # type: ignore[arg-type]
        )  # fmt: skip

    def mend(self, where: pl.Series, column: str, what: str) -> None:
        """Count cells that were changed."""
        n = int(where.fill_null(False).sum())
        if n:
            self.mended[self.table, column, what] += n

    def rejected(self) -> pl.DataFrame:
        """All faults of the block, by row."""
        return pl.concat(self.faults).sort("row", maintain_order=True) if self.faults else pl.DataFrame(schema=REJECTED)


def text(cells: pl.Series) -> pl.Series:
    """Text in NFC with single spaces; empty cells null."""
    clean = pl.col("c").str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars()
    return pl.DataFrame({"c": cells.cast(pl.String, strict=False)}).select(pl.when(clean != "").then(clean)).to_series()


def by_unique(cells: pl.Series, read: Callable[[str], str | None]) -> pl.Series:
    """A function of text applied once to each different cell."""
    uniques = [u for u in cells.unique().to_list() if u is not None]
    return cells.replace_strict({u: read(u) for u in uniques}, default=None, return_dtype=pl.String) if uniques else cells.cast(pl.String)


def numbers(block: Block, cells: pl.Series, column: str, decimal: str, scale: float) -> pl.Series:
    """Numbers, scaled; a cell that holds something else sets its row aside."""
    if cells.dtype.is_numeric():
        values = cells.cast(pl.Float64)
    else:
        values, _, bad = parse_numbers(cells.cast(pl.String, strict=False), "," if decimal == "," else ".")
        block.reject(bad, column, "no number", cells)
    block.reject(values.is_not_null() & ~values.is_finite(), column, "not a finite number", cells)
    return values * scale if scale != 1.0 else values


def days(block: Block, cells: pl.Series, column: str, order: str) -> pl.Series:
    """Days; of a month, quarter or year written alone the first. A cell that is none sets its row aside."""
    if cells.dtype == pl.Date:
        return cells
    if cells.dtype.is_temporal():
        return cells.cast(pl.Date)
    raw = cells.cast(pl.String, strict=False).str.strip_chars().str.replace(r"\.0$", "").str.replace(_TIMES, "")
    uniques = raw.drop_nulls().unique().sort()
    uniques = uniques.filter(uniques != "")
    if order == "excel":
        # Serial 1 is 1900-01-01; spreadsheets count a 29 February 1900 that never was.
        number = uniques.cast(pl.Float64, strict=False).floor().cast(pl.Int32, strict=False)
        found = (number.filter(number.is_not_null()) - 25_569).cast(pl.Date)
        parsed = pl.DataFrame({"t": uniques.filter(number.is_not_null()), "d": found})
    else:
        e = pl.col("t")
        tries = [e.str.to_date(f, strict=False) for f in _ISO]
        if order in _SHORT:
            dashed = e.str.replace_all(r"[.-]", "/")
            long, short = _SHORT[order]
            tries += [
                pl.when(dashed.str.contains(r"/[0-9]{4}$")).then(dashed).str.to_date(long, strict=False),
                pl.when(dashed.str.contains(r"/[0-9]{2}$")).then(dashed).str.to_date(short, strict=False),
            ]
        month = (
            pl.when(e.str.contains(r"^[0-9]{4}[-/]?(0[1-9]|1[0-2])$"))
            .then(e.str.head(4) + "-" + e.str.tail(2) + "-01")
            .str.to_date("%Y-%m-%d", strict=False)
        )
        year = pl.when(e.str.contains(r"^(19|20|21)[0-9]{2}$")).then(e + "-01-01").str.to_date("%Y-%m-%d", strict=False)
        # 202407 would also parse as a day of six digits: months and years are told by their length first.
        parsed = pl.DataFrame({"t": uniques}).select("t", d=pl.coalesce(month, year, *tries))
        parsed = parsed.with_columns(d=pl.when(pl.col("d").is_between(date(1900, 1, 1), date(2199, 12, 31))).then("d"))
    out = (
        raw.replace_strict(parsed["t"], parsed["d"], default=None, return_dtype=pl.Date)
        if len(parsed)
        else pl.Series([None], dtype=pl.Date).gather([0] * len(raw))
    )
    block.reject(out.is_null() & raw.is_not_null() & (raw != ""), column, "no day in the order the mapping names", cells)
    return out


def mapped(block: Block, cells: pl.Series, column: str, known: Mapping[str, str], reason: str) -> pl.Series:
    """Cells translated by a table of folded texts; a cell that is not in it sets its row aside."""
    from madein.core.period_labels import fold

    clean = text(cells)
    out = by_unique(clean, lambda t: known.get(fold(t)))
    block.reject(clean.is_not_null() & out.is_null(), column, reason, cells)
    return out
