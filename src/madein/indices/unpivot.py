"""From a sheet and its layout to one row per printed number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError, Problems
from madein.core.grid import Sheet
from madein.core.period_labels import fold, read_day_column, read_month, read_month_number, read_period, read_year
from madein.core.periods import month_number
from madein.core.printed import iter_numeric
from madein.indices.layout import VALUE_WORDS, Layout
from madein.indices.months import MONTH_WORDS, PERIOD_WORDS, YEAR_WORDS, month_of, one_way

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
    unit = pl.lit(None, pl.String)
    if layout.unit_column is not None:
        unit = pl.col(f"c{layout.unit_column}").str.normalize("NFC").str.strip_chars()
    by_rows = layout.kind in ("down", "split")
    long = (_down if by_rows else _across)(sheet, layout, body, unit, problems)
    _report_merged(sheet, layout, long, problems)
    return long


def _report_unnamed(sheet: Sheet, layout: Layout, body: pl.DataFrame, columns: Sequence[int], problems: Problems) -> None:
    """Rows without a name in a table whose rows have names: whose numbers they hold is not guessed."""
    if not layout.labels or body.height <= 1:
        return
    unnamed = body.filter((_label(layout.labels) == "") & _any_text(columns))
    for row in unnamed.head(MOST_PROBLEMS).iter_rows(named=True):
        first = next(c for c in columns if row[f"c{c}"] is not None)
        problems.error("numbers without a name", at=f"cell {sheet.address(row['row'], first)}", fix="write the name of the series into the row")
    if unnamed.height > MOST_PROBLEMS:
        problems.error(f"{unnamed.height - MOST_PROBLEMS:,} more rows hold numbers without a name")


def _report_merged(sheet: Sheet, layout: Layout, long: pl.DataFrame, problems: Problems) -> None:
    """A number in a cell merged over several months or series belongs to none of them alone."""
    import polars as pl

    for top, left, bottom, right in sheet.merged:
        if top < layout.body or next(iter_numeric([sheet.text[top, left]]), None) is None:
            continue
        inside = long.filter(pl.col("row").is_between(top, bottom) & pl.col("column").is_between(left, right))
        if inside.select("series", "month").n_unique() > 1:
            problems.error("one number in a cell merged over several", at=f"cell {sheet.address(top, left)}",
                           why="it belongs to no single month", fix="split the cell")  # fmt: skip


def _down(sheet: Sheet, layout: Layout, body: pl.DataFrame, unit: pl.Expr, problems: Problems) -> pl.DataFrame:
    import polars as pl

    numbers = list(layout.numbers)
    if not numbers:
        raise MadeinError("there is no column of numbers beside the periods", problems.place(sheet.name))
    if layout.kind == "split":
        # A year printed once stands for the rows below it.
        year = pl.col(f"c{layout.period_columns[0]}")
        body = body.with_columns(year.is_not_null().cum_sum().alias("run"), year.forward_fill())
    body = body.join(_months(layout, body), on=[f"c{c}" for c in layout.period_columns], how="left", maintain_order="left")
    _report_lost(sheet, layout, body, numbers, problems)
    _report_scaled(sheet, layout, body, problems)
    body = body.filter(pl.col("month").is_not_null())
    _report_unnamed(sheet, layout, body, numbers, problems)
    if layout.kind == "split" and not layout.labels:
        for months, row in body.group_by("run", maintain_order=True).agg("month", pl.col("row").first()).select("month", "row").iter_rows():
            if not one_way(months):
                problems.error("the months below a year printed once begin anew", at=f"cell {sheet.address(row, layout.period_columns[0])}",
                               why="which year they belong to is not said", fix="write the year into every row")  # fmt: skip
    # Narrow first: selecting from a frame of thousands of columns costs time for each of them.
    base = body.select("row", "month", unit=unit, label=_label(layout.labels))
    labels = pl.col("label")
    parts = []
    for c in numbers:
        header = layout.names.get(c, "")
        if len(numbers) == 1 and (layout.labels or fold(header) in VALUE_WORDS):
            header = ""
        named = pl.when(labels == "").then(pl.lit(header)).otherwise(pl.concat_str([labels, pl.lit(header)], separator=", "))
        series = named if header and layout.labels else pl.lit(header) if header else labels
        parts.append(base.select("row", "month", "unit", series=series, text=body[f"c{c}"], column=pl.lit(c, pl.Int64)))
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
            months = [days[t].first_month if t in days else None for t in only]
    return texts.with_columns(month=pl.Series(months, dtype=pl.Int64))


def _split_month(year: str, month: str) -> int | None:
    y, m = read_year(year), read_month(month) or read_month_number(month)
    return month_number(y, m) if y and m else None


def _report_lost(sheet: Sheet, layout: Layout, body: pl.DataFrame, numbers: Sequence[int], problems: Problems) -> None:
    """Rows that hold numbers but name no month: sums over longer periods are left out, anything else is an error."""
    import polars as pl

    period = layout.period_columns[-1]
    _report_headings(sheet, period, body, "month", numbers, problems)
    lost = body.filter(pl.col("month").is_null() & _any_text(numbers))
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


def _report_headings(sheet: Sheet, period: int, body: pl.DataFrame, read: str, numbers: Sequence[int], problems: Problems) -> None:
    """Words in the period column between rows of numbers: what stands below them might be another series."""
    import polars as pl

    rows = body.filter(_any_text(numbers) & pl.col(read).is_not_null())["row"]
    between = pl.col("row").is_between(rows.min(), rows.max()) & pl.col(read).is_null() & pl.col(f"c{period}").str.contains("[A-Za-z]")
    for row, text in body.filter(between & ~_any_text(numbers)).select("row", f"c{period}").head(MOST_PROBLEMS).iter_rows():
        if read_period(text) is None and fold(text) not in PERIOD_WORDS | YEAR_WORDS | MONTH_WORDS:
            problems.warn(f"{text[:60]!r} stands among the periods", at=f"cell {sheet.address(row, period)}",
                          why="the rows below it are read as going on with the series above it")  # fmt: skip


def _report_scaled(sheet: Sheet, layout: Layout, body: pl.DataFrame, problems: Problems) -> None:
    """Powers of ten in a column of their own are a scale that this reader does not apply."""
    import polars as pl

    if layout.scale_column is None:
        return
    powers = pl.col(f"c{layout.scale_column}").str.strip_chars()
    scaled = body.filter(powers.is_not_null() & ~powers.is_in(["", "0"]))
    if scaled.height:
        problems.error("the numbers are scaled by a power of ten in a column", at=f"cell {sheet.address(scaled['row'][0], layout.scale_column)}",
                       fix="delete the column and say it in the unit, such as 'million USD'")  # fmt: skip


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
        _report_headings(sheet, layout.period_columns[0], body, "year", columns, problems)
        body = body.filter(pl.col("year").is_not_null())
    # A row without any number is a heading or a footnote.
    body = body.filter(_any_text(columns))
    _report_unnamed(sheet, layout, body, columns, problems)
    printed = pl.col("year") if layout.kind == "calendar" else pl.lit(None, pl.Int64)
    base = body.select("row", series=_label(layout.labels), unit=unit, year=printed)
    parts = []
    for c, month in layout.months.items():
        when = pl.col("year") * 12 + (month - 1) if layout.kind == "calendar" else pl.lit(month, pl.Int64)
        parts.append(base.select("row", "series", "unit", month=when, text=body[f"c{c}"], column=pl.lit(c, pl.Int64)))
    return pl.concat(parts)


def _any_text(columns: Sequence[int]) -> pl.Expr:
    import polars as pl

    return pl.any_horizontal([pl.col(f"c{c}").is_not_null() for c in columns])


def _label(columns: Sequence[int]) -> pl.Expr:
    import polars as pl

    if not columns:
        return pl.lit("")
    clean = [pl.col(f"c{c}").str.normalize("NFC").str.replace_all(r"\s+", " ").str.strip_chars() for c in columns]
    return pl.concat_str(clean, separator=", ", ignore_nulls=True)
