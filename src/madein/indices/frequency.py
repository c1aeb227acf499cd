"""Quarterly and yearly series read by the readers of months: a quarter or year stands for its last month."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from madein.core.grid import Sheet
from madein.core.period_labels import read_period

if TYPE_CHECKING:
    import polars as pl

Frequency = Literal["month", "quarter", "year"]
EVERY: dict[Frequency, int] = {"month": 1, "quarter": 3, "year": 12}
"""Months an observation covers."""

_HEAD = 60


def in_last_months(sheet: Sheet, frequency: Frequency) -> Sheet:
    """The sheet with its quarters or years written as their last month.

    Only the row or column that holds most of them is touched, so that numbers which look like years stay numbers.

    Examples
    --------
    >>> import polars as pl
    >>> sheet = Sheet("", pl.DataFrame({"c0": ["Year", "2023", "2024"], "c1": ["Exports", "2001", "2002"]}))
    >>> in_last_months(sheet, "year").text.rows()
    [('Year', 'Exports'), ('2023-12', '2001'), ('2024-12', '2002')]
    """
    if frequency == "month":
        return sheet
    import polars as pl

    head = sheet.head(_HEAD)
    # Of two lines that hold as many, the outer one: numbers stand inside.
    across, row = max((_held(cells, frequency), -r) for r, cells in enumerate(head))
    down, column = max((_held([cells[c] for cells in head], frequency), -c) for c in range(sheet.text.width))
    row, column = -row, -column
    if (across, -row) > (down, -column):
        line = [_last_month(c or "", frequency) or c for c in sheet.text.row(row)]
        here = pl.col("_row") == row
        turned = [pl.when(here).then(pl.lit(v)).otherwise(pl.col(c)).alias(c) for c, v in zip(sheet.text.columns, line, strict=True)]
        text = sheet.text.with_row_index("_row").with_columns(turned)
        return Sheet(sheet.name, text.drop("_row"), sheet.numbers, sheet.delimiter, sheet.merged)
    name = f"c{column}"
    said = {c: _last_month(c, frequency) or c for c in sheet.text[name].drop_nulls().unique().to_list()}
    text = sheet.text.with_columns(pl.col(name).replace_strict(said, default=None, return_dtype=pl.String))
    return Sheet(sheet.name, text, sheet.numbers, sheet.delimiter, sheet.merged)


def _held(cells: Sequence[str], frequency: Frequency) -> int:
    """How many quarters or years a line holds; none where they lie so far apart that they may be plain numbers."""
    found = [m for cell in cells if (m := _last_month(cell, frequency))]
    years = {int(m[:4]) for m in found}
    return len(found) if years and max(years) - min(years) < 4 * len(years) else 0


def _last_month(cell: str, frequency: Frequency) -> str | None:
    period = read_period(cell) if cell else None
    return f"{period.last.year:04d}-{period.last.month:02d}" if period is not None and period.kind == frequency else None


def periods_of(frame: pl.DataFrame, every: int) -> dict[int, str]:
    """The period of each last month of a frame, as text."""
    from madein.core.periods import Period

    return {n: str(Period.months(n - every + 1, n)) for n in frame["month"].unique().to_list()}
