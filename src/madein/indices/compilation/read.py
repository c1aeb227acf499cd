"""Tables of reports and weights from CSV, Excel and Parquet, with English and Vietnamese headers."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from madein.core.errors import MadeinError, Problems
from madein.core.grid import Sheet, read_sheets
from madein.core.period_labels import fold, read_month_number, read_year
from madein.core.periods import month_number
from madein.core.printed import MISSING, Mark, iter_numeric, parse_numbers, settle
from madein.indices.compilation.units import Conversion

if TYPE_CHECKING:
    import polars as pl

_HEAD = 30
_SHOWN = 10
_ASKED = 50_000
_NUMBERS_OF_MONTHS = (month_number(1800, 1), month_number(2199, 12))
NUMBERS = frozenset({"quantity", "value", "price", "weight", "base_quantity", "size", "factor"})


@functools.cache
def _headers(table: str) -> Mapping[str, str]:
    import yaml

    held: Mapping[str, Any] = yaml.safe_load(resources.files("madein.indices.compilation").joinpath("words.yaml").read_text("utf-8"))
    return {fold(word): name for name, words in held[table].items() for word in words}


def read_reports(path: str | Path, *, source: str = "", decimal: Literal["", ".", ","] = "", sheet: str = "") -> pl.DataFrame:
    """Rows of establishments, as `madein.indices.compilation.compile_index` takes them.

    Parameters
    ----------
    path : str or Path
        CSV, TSV, Excel or Parquet file with a header row.
    source : str
        What messages call the file; its name if empty.
    decimal : {"", ".", ","}
        Decimal mark of numbers printed as text; found from the numbers if empty.
    sheet : str
        Worksheet; the first that has the columns if empty.

    Returns
    -------
    polars.DataFrame
        ``establishment``, ``product``, ``industry``, ``month``, what the file has of ``quantity``, ``value``, ``price``,
        ``unit``, ``stratum``, and ``row``, the row of the file counted from 1.

    Raises
    ------
    BadInput
        With every cell that is no number, each with its row.
    MadeinError
        If no sheet has the columns.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "reports.csv"
    >>> _ = file.write_text("Doanh nghiệp;Sản phẩm;Mã ngành;Tháng;Sản lượng;ĐVT\\nA;áo;1410;01/2024;1.250,5;cái\\n", encoding="utf-8")
    >>> read_reports(file).rows()
    [('A', 'áo', '1410', 24288, 1250.5, 'cái', 2)]
    """
    return read_table(path, "reports", ("establishment", "product", "industry", "month"), source=source, decimal=decimal, sheet=sheet)


def read_weights(
    path: str | Path, of: Literal["industry", "product"], *, source: str = "", decimal: Literal["", ".", ","] = "", sheet: str = ""
) -> pl.DataFrame:  # fmt: skip
    """Weights of classes or products: ``industry`` or ``product``, ``weight``, perhaps ``year`` and ``base_quantity``, ``row``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "weights.csv"
    >>> _ = file.write_text("isic,gross value added,year\\n1410,250,2015\\n")
    >>> read_weights(file, "industry").rows()
    [('1410', 250.0, 2015, 2)]
    """
    return read_table(path, "weights", (of, "weight"), source=source, decimal=decimal, sheet=sheet)


def read_conversions(path: str | Path, *, source: str = "", decimal: Literal["", ".", ","] = "", sheet: str = "") -> list[Conversion]:
    """Factors between units of measure: ``unit``, ``into``, ``factor``, perhaps ``product``.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "factors.csv"
    >>> _ = file.write_text("unit,into,factor\\npair,piece,2\\n")
    >>> read_conversions(file)
    [Conversion(unit='pair', into='piece', factor=2.0, product='')]
    """
    frame = read_table(path, "conversions", ("unit", "into", "factor"), source=source, decimal=decimal, sheet=sheet)
    problems = Problems(source or Path(path).name)
    found = []
    for row in frame.iter_rows(named=True):
        if row["factor"] is None or not row["factor"] > 0 or not row["unit"] or not row["into"]:
            problems.error("no factor between two units", at=f"row {row['row']}", fix="give both units and a factor above zero")
            continue
        found.append(Conversion(row["unit"].strip(), row["into"].strip(), row["factor"], (row.get("product") or "").strip()))
    problems.raise_errors()
    return found


def read_table(
    path: str | Path, table: str, needed: tuple[str, ...], *, source: str = "", decimal: Literal["", ".", ","] = "", sheet: str = ""
) -> pl.DataFrame:  # fmt: skip
    """A table whose columns are found by their headers; see ``words.yaml``."""
    path = Path(path)
    label = source or path.name
    problems = Problems(label)
    if path.suffix.lower() == ".parquet":
        frame = _parquet(path, label, table, needed)
        return _finish(frame, "", decimal, problems)
    tried = []
    for each in read_sheets(path, label):
        if sheet and each.name != sheet:
            continue
        found = _header(each, table, needed)
        if found is not None:
            row, columns = found
            return _finish(_body(each, row, columns), each.name, decimal, problems)
        tried.append(each.name)
    if sheet and not tried:
        raise MadeinError(f"there is no filled sheet {sheet!r}", label, fix="check its name")
    raise _no_columns(label, table, needed)


def holds_table(path: str | Path, table: str, needed: tuple[str, ...]) -> bool:
    """True if a file has the columns of a table; see `read_table`."""
    path = Path(path)
    try:
        if path.suffix.lower() == ".parquet":
            import polars as pl

            return all(n in _named(list(pl.read_parquet_schema(path)), table) for n in needed)
        return any(_header(each, table, needed) is not None for each in read_sheets(path, path.name))
    except (MadeinError, OSError):
        return False


def _no_columns(label: str, table: str, needed: tuple[str, ...]) -> MadeinError:
    words = _headers(table)
    known = "; ".join(f"{n}: {', '.join([w for w, name in words.items() if name == n][:4])}" for n in needed)
    return MadeinError(f"no table with the columns {', '.join(needed)}", label, f"headers looked for are {known}", "name the columns so")


def _named(cells: list[str], table: str) -> dict[str, int]:
    words = _headers(table)
    out: dict[str, int] = {}
    for c, cell in enumerate(cells):
        name = words.get(fold(cell[:60]).strip(" :*.").partition(" (")[0])
        if name is not None and name not in out:
            out[name] = c
    return out


def _header(sheet: Sheet, table: str, needed: tuple[str, ...]) -> tuple[int, dict[str, int]] | None:
    for r, cells in enumerate(sheet.head(_HEAD)):
        columns = _named(cells, table)
        if all(n in columns for n in needed):
            return r, columns
    return None


def _body(sheet: Sheet, header: int, columns: Mapping[str, int]) -> pl.DataFrame:
    import polars as pl

    text = sheet.text.with_row_index("row", offset=1).slice(header + 1)
    picked = [pl.col(f"c{c}").alias(name) for name, c in columns.items()]
    if sheet.numbers is not None:
        typed = sheet.numbers.slice(header + 1)
        held = [typed[f"c{c}"].alias(f"_{name}") for name, c in columns.items() if name in NUMBERS]
        text = text.with_columns(held)
        picked += [pl.col(f"_{name}") for name in columns if name in NUMBERS]
    frame = text.select("row", *picked)
    return frame.filter(~pl.all_horizontal(pl.col(name).is_null() | (pl.col(name).str.strip_chars() == "") for name in columns))


def _parquet(path: Path, label: str, table: str, needed: tuple[str, ...]) -> pl.DataFrame:
    import polars as pl

    try:
        frame = pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise MadeinError("the file is no Parquet", label, str(fault)[:120], "write it once more") from fault
    columns = _named(frame.columns, table)
    if any(n not in columns for n in needed):
        raise _no_columns(label, table, needed)
    return frame.with_row_index("row", offset=1).select("row", *(pl.col(frame.columns[c]).alias(name) for name, c in columns.items()))


def _finish(frame: pl.DataFrame, sheet: str, decimal: str, problems: Problems) -> pl.DataFrame:
    """Numbers and months read, columns in one order."""
    import polars as pl

    if not frame.height:
        raise MadeinError("the table holds no rows", problems.place(sheet), fix="put at least one row under its header")
    names = [c for c in frame.columns if not c.startswith("_") and c != "row"]
    printed = [c for c in names if c in NUMBERS and frame[c].dtype == pl.String]
    mark = cast(Mark, decimal) if decimal else _mark(frame, printed, problems)
    for name in printed:
        values, _, bad = parse_numbers(frame[name], mark)
        if f"_{name}" in frame.columns:
            typed = frame[f"_{name}"]
            values, bad = typed.fill_null(values), bad & typed.is_null()
        _no_number(frame, name, bad, problems)
        frame = frame.with_columns(values.alias(name))
    if "month" in names and not _numbered(frame["month"]):
        frame = _month(frame, "year" in names, problems)
    elif "year" in names:
        frame = _year(frame, problems)
    problems.raise_errors()
    order = [c for c in _order() if c in frame.columns and not (c == "year" and "month" in names)]
    texts = [c for c in order if frame[c].dtype != pl.String and c not in NUMBERS and c not in ("month", "year", "row")]
    frame = frame.with_columns(pl.col(c).cast(pl.String) for c in texts).with_columns(pl.col(c).cast(pl.Float64) for c in order if c in NUMBERS)
    _codes_kept(frame, problems)
    problems.raise_errors()
    return frame.select(*order, pl.col("row").cast(pl.Int64))


def _order() -> tuple[str, ...]:
    return ("establishment", "firm", "question", "product", "industry", "month", "answer", "weight", "year", "base_quantity",
            "quantity", "value", "price", "unit", "into", "factor", "stratum", "size")  # fmt: skip


def _codes_kept(frame: pl.DataFrame, problems: Problems) -> None:
    """A spreadsheet that typed codes as numbers has dropped the zero that a mining class begins with."""
    import polars as pl

    if "industry" not in frame.columns:
        return
    short = frame.filter(pl.col("industry").str.contains("^[5-9][0-9]{2}$"))
    if short.height:
        problems.error(f"{short['industry'][0]!r} is no class", at=f"row {short['row'][0]}", why="a zero at its front may have been lost",
                       fix="write the code as text, such as 0510")  # fmt: skip


def _mark(frame: pl.DataFrame, names: list[str], problems: Problems) -> Mark:
    import polars as pl

    # Only text leaves the mark open: a number a spreadsheet typed is a number.
    cells = [(frame.filter(pl.col(f"_{c}").is_null()) if f"_{c}" in frame.columns else frame)[c].rename("x") for c in names]
    distinct = pl.concat([pl.Series("x", [], dtype=pl.String), *cells]).drop_nulls().unique().sort()
    found = settle(iter_numeric(distinct.head(_ASKED)))
    if found.dot and found.comma:
        problems.error("numbers have dots and commas as decimal marks", why=f"{found.dot} prove a dot, {found.comma} a comma",
                       fix="write them in one way")  # fmt: skip
    elif not found.dot and not found.comma and found.open_cell:
        problems.error(f"is {found.open_cell!r} a thousand or a fraction?", why="no number in the table settles it", fix="set decimal to '.' or ','")
    return "," if found.comma else "."


def _no_number(frame: pl.DataFrame, name: str, bad: pl.Series, problems: Problems) -> None:
    wrong = frame.filter(bad)
    for row, text in wrong.select("row", name).head(_SHOWN).iter_rows():
        problems.error(f"text where {name} should be a number", at=f"row {row}", why=f"it reads {str(text)[:40]!r}",
                       fix="write the number, or leave the cell empty if the report is missing")  # fmt: skip
    if wrong.height > _SHOWN:
        problems.error(f"{wrong.height - _SHOWN:,} more cells of {name} hold text")


def _numbered(months: pl.Series) -> bool:
    """True for month numbers of the house, as its own Parquet tables hold them; 202407 is none."""
    return months.dtype.is_integer() and bool(months.is_between(*_NUMBERS_OF_MONTHS).all())


def _month(frame: pl.DataFrame, with_year: bool, problems: Problems) -> pl.DataFrame:
    """Month numbers from labels, dates, or a month beside a year; whatever is none is an error of its row."""
    import polars as pl

    from madein.indices.months import month_of

    labels = frame["month"].cast(pl.String).fill_null("").str.strip_chars()
    if with_year:
        keys = labels + "|" + frame["year"].cast(pl.String).fill_null("")
        known = {k: _of_two(*k.split("|", 1)) for k in keys.unique().to_list()}
    else:
        keys = labels
        known = {k: month_of(k) for k in keys.unique().to_list()}
    frame = frame.with_columns(month=keys.replace_strict(known, return_dtype=pl.Int64), _label=labels)
    wrong = frame.filter(pl.col("month").is_null())
    for row, text in wrong.select("row", "_label").head(_SHOWN).iter_rows():
        problems.error(f"{text[:40]!r} is no month" if text else "no month", at=f"row {row}", why="the table is read by month, all of one frequency",
                       fix="write it as 2024-07")  # fmt: skip
    if wrong.height > _SHOWN:
        problems.error(f"{wrong.height - _SHOWN:,} more rows name no month")
    return frame.drop("_label")


def _of_two(month: str, year: str) -> int | None:
    from madein.core.period_labels import read_month

    m, y = read_month_number(month) or read_month(month), read_year(year.removesuffix(".0"))
    return month_number(y, m) if m and y else None


def _year(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    import polars as pl

    labels = frame["year"].cast(pl.String).fill_null("").str.strip_chars().str.strip_suffix(".0")
    known = {k: None if k.lower() in MISSING else read_year(k) for k in labels.unique().to_list()}
    frame = frame.with_columns(year=labels.replace_strict(known, return_dtype=pl.Int64), _label=labels)
    wrong = frame.filter(pl.col("year").is_null() & ~pl.col("_label").str.to_lowercase().is_in(sorted(MISSING)))
    for row, text in wrong.select("row", "_label").head(_SHOWN).iter_rows():
        problems.error(f"{text[:40]!r} is no year", at=f"row {row}", fix="write it as 2015")
    return frame.drop("_label")
