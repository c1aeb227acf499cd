"""Monthly series from CSV and Excel, every number with the cell it stands in."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Literal, cast

from madein.core.errors import MadeinError, Problem, Problems
from madein.core.grid import Sheet, column_letters, read_sheets
from madein.core.periods import Period
from madein.core.printed import Mark, iter_numeric, parse_numbers, settle
from madein.core.units import names_unit
from madein.indices.frequency import EVERY, Frequency, in_last_months
from madein.indices.layout import find_layout
from madein.indices.model import Observations
from madein.indices.statuses import RANK, Statuses, without_status
from madein.indices.unpivot import MOST_PROBLEMS, unpivot

if TYPE_CHECKING:
    import polars as pl


_MONTHS = 100_000
"""More than any month number."""

ASKED = 50_000
"""Distinct numbers that are asked about the decimal mark of a sheet."""


def read_series(
    path: str | Path,
    *,
    source: str = "",
    decimal: Literal["", ".", ","] = "",
    encoding: str = "",
    delimiter: str = "",
    sheet: str = "",
    frequency: Frequency = "month",
) -> Observations:
    """Read every monthly series of a file.

    Parameters
    ----------
    path : str or Path
        CSV, TSV or Excel file in any of the layouts of `madein.indices.layout`.
    source : str
        What messages and addresses call the file; its name if empty.
    decimal : {"", ".", ","}
        Decimal mark of numbers printed as text; found from the numbers if empty.
    encoding, delimiter : str
        Of a text file; found if empty.
    sheet : str
        Read only this worksheet; all that hold months if empty.
    frequency : {"month", "quarter", "year"}
        What an observation covers; quarters and years are told by their last month in the result.

    Returns
    -------
    Observations

    Raises
    ------
    BadInput
        With every cell that cannot be read: text among numbers, two values for one period, an open decimal mark.
    MadeinError
        If the file cannot be opened or no sheet holds a monthly series.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "iip.csv"
    >>> _ = file.write_text("Tháng;Khai khoáng\\n01/2024;85,71\\n02/2024;83,1\\n", encoding="utf-8")
    >>> read_series(file).frame.select("series", "value", "half", "cell").rows()
    [('Khai khoáng', 85.71, 0.005, 'B2'), ('Khai khoáng', 83.1, 0.005, 'B3')]
    """
    import polars as pl

    path = Path(path)
    label = source or path.name
    sheets = read_sheets(path, label, encoding, delimiter)
    if sheet:
        names = ", ".join(s.name for s in sheets)
        sheets = [s for s in sheets if s.name == sheet]
        if not sheets:
            raise MadeinError(f"there is no filled sheet {sheet!r}", label, fix=f"name one of: {names}")
    problems = Problems(label)
    frames: list[pl.DataFrame] = []
    failures: list[Problem] = []
    for given in sheets:
        bare, said = without_status(given)
        each = in_last_months(bare, frequency)
        try:
            layout = find_layout(each, f"{label} sheet {each.name}" if each.name else label)
        except MadeinError as fault:
            failures.extend(fault.problems)
            continue
        for what, row, column, why in layout.skipped:
            problems.warn(f"{what} left out", at=f"cell {each.address(row, column)}", why=why)
        long = unpivot(each, layout, problems)
        _refuse_shorter(each, long, frequency, problems)
        long = _with_status(_values(each, long, decimal, problems), said)
        unnamed = path.stem if len(sheets) == 1 else each.name
        frames.append(long.with_columns(
            series=pl.when(pl.col("series") == "").then(pl.lit(unnamed)).otherwise("series"),
            unit=_unit_of(long["series"], layout.unit),
        ))  # fmt: skip
    problems.raise_errors()
    if not frames:
        raise MadeinError(failures[0].what, failures[0].where, failures[0].why, failures[0].fix)
    for p in failures:
        problems.warnings.append(Problem(f"sheet left out: {p.what}", p.where, p.why, severity="warning"))
    frame = pl.concat(frames)
    if not frame.height:
        raise MadeinError("the file holds periods but no numbers", label, fix="fill in at least one value")
    frame = _unique(frame, problems)
    problems.raise_errors()
    return Observations(_precision(frame.with_columns(source=pl.lit(label))), tuple(problems.warnings))


def holds_series(path: Path) -> bool:
    """True if a file looks like one of monthly series: it opens, and months stand in a row or column of it.

    Large text files are judged by their beginning.
    """
    try:
        sheets = read_sheets(path, most_bytes=200_000)
    except (MadeinError, OSError):
        return False
    for sheet in sheets:
        try:
            find_layout(sheet, path.name)
        except MadeinError:
            continue
        return True
    return False


def _refuse_shorter(sheet: Sheet, long: pl.DataFrame, frequency: Frequency, problems: Problems) -> None:
    """Months that end no quarter or year are not what the file was said to hold."""
    import polars as pl

    every = EVERY[frequency]
    shorter = long.filter(pl.col("month") % every != every - 1)
    for row, column, month in shorter.select("row", "column", "month").head(1).iter_rows():
        problems.error(f"{Period.months(month)} is no {frequency}", at=f"cell {sheet.address(row, column)}",
                       why=f"the file is read as one of {frequency}s", fix="set frequency to month, or keep rows of one frequency")  # fmt: skip


def _unit_of(series: pl.Series, sheet_unit: str) -> pl.Expr:
    """Unit of each row: its own, else the one its name ends in, "Coal (thousand tonnes)", else that of the sheet."""
    import polars as pl

    brackets = {n: n[n.rfind("(") + 1 : -1] for n in series.unique().to_list() if n.endswith(")") and "(" in n}
    named = {n: unit for n, unit in brackets.items() if names_unit(unit)}
    unit = pl.col("series").replace_strict(named, default=sheet_unit, return_dtype=pl.String) if named else pl.lit(sheet_unit)
    return pl.col("unit").fill_null(unit)


def _values(sheet: Sheet, long: pl.DataFrame, decimal: str, problems: Problems) -> pl.DataFrame:
    """Numbers of the cells: typed ones as the file typed them, text by the decimal mark of the sheet."""
    import polars as pl

    long = _typed(sheet, long)
    printed = long.filter(pl.col("typed").is_null() & pl.col("text").is_not_null())["text"]
    mark = cast(Mark, decimal) if decimal else _decimal_mark(sheet, printed, problems)
    values, decimals, bad = parse_numbers(long["text"], mark)
    plain, fine, _ = (
        parse_numbers(pl.Series([repr_number(v) for v in long["typed"]], dtype=pl.String), ".")
        if sheet.numbers is not None
        else (values, decimals, bad)
    )
    typed = pl.col("typed").is_not_null()
    long = long.with_columns(v=values, d=decimals, bad=bad, tv=plain, td=fine)
    address = pl.concat_str([
        pl.lit(f"{sheet.name}!" if sheet.name else ""),
        pl.col("column").replace_strict({c: column_letters(c) for c in long["column"].unique().to_list()}, return_dtype=pl.String),
        (pl.col("row") + 1).cast(pl.String),
    ])  # fmt: skip
    long = long.with_columns(cell=address)
    wrong = long.filter(pl.col("bad") & ~typed)
    for cell, text in wrong.select("cell", "text").head(MOST_PROBLEMS).iter_rows():
        problems.error("text where a number should be", at=f"cell {cell}", why=f"it reads {text[:60]!r}",
                       fix="write the number, or leave the cell empty if there is none")  # fmt: skip
    if wrong.height > MOST_PROBLEMS:
        problems.error(f"{wrong.height - MOST_PROBLEMS:,} more cells hold text where a number should be")
    value = pl.when(typed).then("tv").otherwise("v")
    decimals_ = pl.when(typed).then("td").otherwise("d")
    places = ["series", "month", "unit", "cell", "row", "column"]
    return long.select(*places, value=value, decimals=decimals_).filter(pl.col("value").is_not_null())


def _with_status(long: pl.DataFrame, said: Statuses) -> pl.DataFrame:
    """What the table says of each number: official, preliminary, estimate, forecast, or nothing."""
    import polars as pl

    status = pl.lit("")
    for name, told in (("column", said.columns), ("row", said.rows)):
        if told:
            own = pl.col(name).replace_strict(dict(told), default="", return_dtype=pl.String)
            status = pl.when(own != "").then(own).otherwise(status)
    return long.with_columns(status=status).drop("row", "column")


def _typed(sheet: Sheet, long: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    if sheet.numbers is None:
        return long.with_columns(typed=pl.lit(None, pl.Float64))
    typed = sheet.numbers.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64)).unpivot(index="row", value_name="typed")
    typed = typed.with_columns(column=pl.col("variable").str.slice(1).cast(pl.Int64)).drop("variable")
    return long.join(typed, on=["row", "column"], how="left", maintain_order="left")


def repr_number(value: float | None) -> str | None:
    """Shortest decimal text of a number a spreadsheet typed, with the noise of binary arithmetic taken off.

    Whole numbers keep every digit. Others are cut to 12 digits where what follows is noise, else to the 15 a spreadsheet keeps.

    Examples
    --------
    >>> repr_number(169.9), repr_number(0.1 + 0.2), repr_number(1e-7), repr_number(None)
    ('169.9', '0.3', '0.0000001', None)
    >>> repr_number(1234567890123.0), repr_number(1234567890.12345)
    ('1234567890123', '1234567890.12345')
    """
    if value is None:
        return None
    if value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    text = f"{value:.12g}"
    if abs(float(text) - value) > 1e-13 * abs(value):
        text = f"{value:.15g}"
    return format(Decimal(text), "f")


def _decimal_mark(sheet: Sheet, printed: pl.Series, problems: Problems) -> Mark:
    marked = printed.filter(printed.str.contains("[.,]")).unique(maintain_order=True).head(ASKED)
    found = settle(iter_numeric(marked))
    if found.dot and found.comma:
        problems.error(
            "some numbers have a decimal point, others a decimal comma", at=sheet.name,
            why=f"{found.dot} cells against {found.comma}", fix="use one mark throughout, or set decimal to the right one",
        )  # fmt: skip
    if found.dot or found.comma or not found.open_cell:
        return "," if found.comma > found.dot else "."
    cell = found.open_cell
    if sheet.delimiter in (",", ";"):
        mark: Mark = "." if sheet.delimiter == "," else ","
        problems.warn(
            f"took the {'point' if mark == '.' else 'comma'} for the decimal mark", at=sheet.name,
            why=f"no number settles how {cell!r} is meant, and the file separates its columns by {sheet.delimiter!r}",
            fix="set decimal if that is wrong",
        )  # fmt: skip
        return mark
    problems.error(
        f"is {cell!r} a thousand and more, or a number with three decimals?", at=sheet.name,
        why="no number in the sheet settles it", fix="set decimal to '.' or ','",
    )  # fmt: skip
    return "."


def _unique(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Sorted, one number per series and month: a repeated equal one is dropped with a warning, an unlike one is an error."""
    import polars as pl

    # Sorting millions of names is slow; their ranks are numbers.
    names = frame["series"].unique().sort()
    rank = pl.col("series").replace_strict(names, pl.arange(0, len(names), eager=True), return_dtype=pl.Int64)
    frame = frame.with_columns(place=rank * _MONTHS + pl.col("month")).sort("place", maintain_order=True)
    again = frame["place"].diff().fill_null(1) == 0
    if not again.any():
        return frame
    frame = _in_force(frame, again | again.shift(-1).fill_null(False), problems)
    again = frame["place"].diff().fill_null(1) == 0
    twice = frame.filter(again | again.shift(-1).fill_null(False))
    groups = twice.group_by("place", maintain_order=True).agg(pl.col("series", "month").first(), "cell", "value").head(MOST_PROBLEMS)
    for series, month, cells, values in groups.drop("place").iter_rows():
        name = f"{series[:60]!r} {Period.months(month)}"
        if len(set(values)) == 1:
            problems.warn(f"{name} stands there twice", at="cells " + ", ".join(cells[:5]), why="with the same value")
        else:
            shown = " and ".join(f"{v:g}" for v in values[:3])
            problems.error(f"{name} has several values", at="cells " + ", ".join(cells[:5]), why=f"{shown}",
                           fix="keep one, or give the rows or columns different names")  # fmt: skip
    return frame.filter(~again)


def _in_force(frame: pl.DataFrame, several: pl.Series, problems: Problems) -> pl.DataFrame:
    """Of an estimate and an official number of one period the official one, with a warning."""
    import polars as pl

    rank = pl.col("status").replace_strict(RANK, default=-1, return_dtype=pl.Int64)
    frame = frame.with_columns(rank=rank, several=several)
    best = pl.col("rank").max().over("place")
    least = pl.col("rank").min().over("place")
    lesser = frame.select((pl.col("several") & (least >= 0) & (pl.col("rank") < best)).alias("lesser"))["lesser"]
    for series, month, status, cell in frame.filter(lesser).select("series", "month", "status", "cell").head(MOST_PROBLEMS).iter_rows():
        problems.warn(f"{series[:60]!r} {Period.months(month)} left out", at=f"cell {cell}",
                      why=f"beside the {status} number stands a more final one")  # fmt: skip
    return frame.filter(~lesser).drop("rank", "several")


def _precision(frame: pl.DataFrame) -> pl.DataFrame:
    """Half a unit of the last digit printed.

    A spreadsheet drops closing zeros, so the finest number of a series within a calendar year speaks for that year.
    """
    import polars as pl

    year = (pl.col("place") - pl.col("month")) + pl.col("month") // 12
    finest = pl.col("decimals").max().over(year).cast(pl.Float64)
    half = (pl.lit(0.5) * pl.lit(10.0).pow(-finest)).alias("half")
    return frame.select("series", "month", "value", half, "unit", "source", "cell", "status")
