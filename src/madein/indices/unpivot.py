"""From a sheet and its layout to one row per printed number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError, Problems
from madein.core.grid import Sheet
from madein.core.period_labels import fold, read_day_column, read_month, read_period, read_year
from madein.core.periods import month_number
from madein.core.printed import iter_numeric
from madein.indices.layout import VALUE_WORDS, Layout, month_of

if TYPE_CHECKING:
    import polars as pl

MOST_PROBLEMS = 10_000
"""Problems of one kind written out one by one; what exceeds them is counted."""


def unpivot(sheet: Sheet, layout: Layout, problems: Problems) -> pl.DataFrame:
    """One row per cell of the body that belongs to a series and a month.

    Returns
    -------
    polars.DataFrame
        ``series`` (empty where nothing names it), ``month``, ``unit`` (null where none is printed), ``text`` (the cell),
        ``row`` and ``column`` (its place, from 0).
    """
    import polars as pl

    body = sheet.text.with_row_index("row").slice(layout.body).with_columns(pl.col("row").cast(pl.Int64))
    # The text of a merged cell stands in its first cell only: labels and years are carried down through the range.
    for top, left, bottom, right in sheet.merged:
        if bottom > top and left == right and (left in layout.labels or left in layout.period_columns):
            inside = pl.col("row").is_between(top, bottom)
            body = body.with_columns(pl.when(inside).then(pl.lit(sheet.text[top, left])).otherwise(f"c{left}").alias(f"c{left}"))
    unit = pl.col(f"c{layout.unit_column}") if layout.unit_column is not None else pl.lit(None, pl.String)
    if layout.kind in ("down", "split"):
        return _down(sheet, layout, body, unit, problems)
    return _across(sheet, layout, body, unit, problems)


def _down(sheet: Sheet, layout: Layout, body: pl.DataFrame, unit: pl.Expr, problems: Problems) -> pl.DataFrame:
    import polars as pl

    numbers = list(layout.numbers)
    if not numbers:
        raise MadeinError("there is no column of numbers beside the periods", problems.place(sheet.name))
    if layout.kind == "split":
        # A year printed once stands for the rows below it.
        body = body.with_columns(pl.col(f"c{layout.period_columns[0]}").forward_fill())
    body = body.join(_months(layout, body), on=[f"c{c}" for c in layout.period_columns], how="left", maintain_order="left")
    _report_lost(sheet, layout, body, numbers, problems)
    body = body.filter(pl.col("month").is_not_null())
    labels = _label(layout.labels)
    parts = []
    for c in numbers:
        header = layout.names.get(c, "")
        if len(numbers) == 1 and (layout.labels or fold(header) in VALUE_WORDS):
            header = ""
        series = pl.concat_str([labels, pl.lit(header)], separator=", ") if header and layout.labels else pl.lit(header) if header else labels
        parts.append(body.select("row", "month", series=series, unit=unit, text=f"c{c}", column=pl.lit(c, pl.Int64)))
    return pl.concat(parts)


def _months(layout: Layout, body: pl.DataFrame) -> pl.DataFrame:
    """Every distinct text of the period columns with the month it names, null where it names none."""
    import polars as pl

    columns = [f"c{c}" for c in layout.period_columns]
    texts = body.select(columns).drop_nulls().unique(maintain_order=True)
    if layout.kind == "split":
        months = [_split_month(year, month) for year, month in texts.iter_rows()]
    else:
        only = texts[columns[0]].to_list()
        months = [month_of(t) for t in only]
        if not any(months):
            days = read_day_column(only)
            months = [d.first_month for d in days] if days else months
    return texts.with_columns(month=pl.Series(months, dtype=pl.Int64))


def _split_month(year: str, month: str) -> int | None:
    y, m = read_year(year), read_month(month)
    if m is None and month.strip().isdigit() and 1 <= int(month.strip()[:3]) <= 12:
        m = int(month)
    return month_number(y, m) if y and m else None


def _report_lost(sheet: Sheet, layout: Layout, body: pl.DataFrame, numbers: Sequence[int], problems: Problems) -> None:
    """Rows that hold numbers but name no month: sums over longer periods are left out, anything else is an error."""
    import polars as pl

    period = layout.period_columns[-1]
    lost = body.filter(pl.col("month").is_null() & pl.any_horizontal([pl.col(f"c{c}").is_not_null() for c in numbers]))
    for row in lost.head(MOST_PROBLEMS).iter_rows(named=True):
        if next(iter_numeric([row[f"c{c}"] for c in numbers]), None) is None:
            continue
        text, at = row[f"c{period}"], f"cell {sheet.address(row['row'], period)}"
        longer = read_period(text) if text else None
        if longer is not None and longer.kind in ("quarter", "year", "range"):
            problems.warn("row left out", at=at, why=f"{text!r} is longer than a month")
        elif text:
            problems.error(f"{text[:60]!r} is no month", at=at, fix="write it as 2024-07, or empty the numbers beside it")
        else:
            problems.error("numbers without a period", at=at, fix="write the period beside them, as in 2024-07")
    if lost.height > MOST_PROBLEMS:
        problems.error(f"{lost.height - MOST_PROBLEMS:,} more rows hold numbers but no month")


def _across(sheet: Sheet, layout: Layout, body: pl.DataFrame, unit: pl.Expr, problems: Problems) -> pl.DataFrame:
    import polars as pl

    columns = list(layout.months)
    if layout.kind == "calendar":
        year = f"c{layout.period_columns[0]}"
        years = body[year].drop_nulls().unique(maintain_order=True).to_list()
        keys = pl.DataFrame({year: years, "year": [read_year(y) for y in years]}, schema={year: pl.String, "year": pl.Int64})
        body = body.join(keys, on=year, how="left", maintain_order="left")
        for row in body.filter(pl.col("year").is_null()).head(MOST_PROBLEMS).iter_rows(named=True):
            if next(iter_numeric([row[f"c{c}"] for c in columns]), None) is not None:
                at = f"cell {sheet.address(row['row'], layout.period_columns[0])}"
                problems.error("numbers without a year", at=at, fix="write the year beside them")
        body = body.filter(pl.col("year").is_not_null())
    label = _label(layout.labels)
    parts = []
    for c, month in layout.months.items():
        when = pl.col("year") * 12 + (month - 1) if layout.kind == "calendar" else pl.lit(month, pl.Int64)
        parts.append(body.select("row", month=when, series=label, unit=unit, text=f"c{c}", column=pl.lit(c, pl.Int64)))
    long = pl.concat(parts)
    if layout.kind == "calendar":
        return long
    # A row without a name or without any number is a heading or a footnote, unless it is the only row.
    named = (pl.col("series") != "") | (pl.col("row").n_unique() == 1)
    filled = pl.col("text").is_not_null().any().over("row")
    unnamed = long.filter(~named & filled)
    for row, column in unnamed.unique("row", keep="first", maintain_order=True).select("row", "column").head(MOST_PROBLEMS).iter_rows():
        problems.error("numbers without a name", at=f"cell {sheet.address(row, column)}", fix="name the series at the left of the row")
    return long.filter(named & filled)


def _label(columns: Sequence[int]) -> pl.Expr:
    import polars as pl

    if not columns:
        return pl.lit("")
    clean = [pl.col(f"c{c}").str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars() for c in columns]
    return pl.concat_str(clean, separator=", ", ignore_nulls=True)
