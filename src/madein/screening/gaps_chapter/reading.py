"""Tables of legs, wedge and names as somebody gives them, read whole: every fault with its file, row, column and mend."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from madein.core.errors import MadeinError, Problems
from madein.core.periods import Period
from madein.core.step import Ref, Source

LEGS = ("source_home", "home_market", "source_market")
"""From the source to home, from home to the market, from the source to the market."""

MOST = 1e15
"""No amount of trade, in any unit, is larger."""

_TOLD = 50


def read_legs(source: Source, scale: float = 1.0) -> pl.DataFrame:
    """Trade by product and period.

    Parameters
    ----------
    scale : float
        What one unit of the file is in money.

    Returns
    -------
    Polars frame
        product, first and last (days of the period), the legs of `LEGS` in money (empty where not given), row (of the file).

    Raises
    ------
    BadInput
        Missing columns, text in numbers, negative trade, a product and period twice, periods of unlike length.
    """
    frame = _opened(source, ("product", "period"))
    found = Problems(source.id)
    held = [leg for leg in LEGS if leg in frame.columns]
    if not held:
        found.error("no column holds a leg of trade", why=_holds(frame), fix="name at least one of " + ", ".join(LEGS))
        found.raise_errors()
    out = frame.select("row", product=_keys(frame, "product", found))
    out = out.with_columns(*_days(frame, "period", found), *(_numbers(frame, leg, found) for leg in held))
    for leg in held:
        for row, value in out.filter(pl.col(leg) < 0).select("row", leg).head(_TOLD).rows():
            found.error("trade is negative", f"row {row}, column {leg}", f"it reads {value:g}", "give the gross flow, or empty the cell")
        for row, value in out.filter(pl.col(leg) > MOST).select("row", leg).head(_TOLD).rows():
            found.error("a flow is larger than any trade", f"row {row}, column {leg}", f"it reads {value:g}", "check the unit")
    _once(out, ("product", "first", "last"), found, "a product and period stand twice")
    _alike(out, found)
    found.raise_errors()
    return out.with_columns(*(pl.col(leg) * scale if leg in held else pl.lit(None, pl.Float64).alias(leg) for leg in LEGS))


def read_wedge(source: Source) -> pl.DataFrame:
    """Points by product.

    Returns
    -------
    Polars frame
        product, points (percentage points, empty where not given), starts (first day of the wedge, empty where not given), row.

    Raises
    ------
    BadInput
        Missing columns, text in numbers, dates that are none, a product twice.
    """
    frame = _opened(source, ("product", "points"))
    found = Problems(source.id)
    out = frame.select("row", product=_keys(frame, "product", found))
    out = out.with_columns(_numbers(frame, "points", found))
    if "from" in frame.columns:
        out = out.with_columns(_days(frame, "from", found, empty=True)[0].alias("starts"))
    else:
        out = out.with_columns(starts=pl.lit(None, pl.Date))
    for row, value in out.filter(pl.col("points").abs() > 10_000).select("row", "points").head(_TOLD).rows():
        found.error("points are no difference of duties", f"row {row}, column points", f"it reads {value:g}", "give percentage points")
    _once(out, ("product",), found, "a product stands twice")
    found.raise_errors()
    return out


def read_names(source: Source | None) -> dict[str, str]:
    """Name of each product; nothing where no file is given.

    Raises
    ------
    BadInput
        Missing columns, a product twice.
    """
    if source is None:
        return {}
    frame = _opened(source, ("product", "name"))
    found = Problems(source.id)
    out = frame.select("row", product=_keys(frame, "product", found)).with_columns(frame["name"].cast(pl.String).fill_null("").str.strip_chars())
    _once(out, ("product",), found, "a product stands twice")
    found.raise_errors()
    return {k: v for k, v in out.select("product", "name").rows() if v}


def cell(source: Source, column: str, row: int) -> str:
    """Reference to a cell of a file; to the whole of it where it is no text, or lacks the column.

    Examples
    --------
    >>> from pathlib import Path
    >>> cell(Source("a.parquet", Path("a.parquet"), ""), "points", 3)
    'source:a.parquet'
    """
    if source.path.suffix == ".parquet":
        return str(Ref(f"source:{source.id}"))
    with source.path.open(encoding="utf-8-sig") as file:
        header = [h.strip() for h in file.readline().strip("\r\n").split(",")]
    at = header.index(column) if column in header and len(header) <= 26 else -1
    return str(Ref(f"source:{source.id}", f"cell {chr(ord('A') + at)}{row}" if at >= 0 else ""))


def _opened(source: Source, wanted: Sequence[str]) -> pl.DataFrame:
    """The table with a column ``row``; text columns as they stand."""
    parquet = source.path.suffix == ".parquet"
    try:
        frame = pl.read_parquet(source.path) if parquet else pl.read_csv(source.path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise MadeinError("the file holds no table", source.id, str(fault).splitlines()[0][:120], "give a CSV or Parquet file") from fault
    frame = frame.rename({c: c.strip() for c in frame.columns}) if len({c.strip() for c in frame.columns}) == frame.width else frame
    found = Problems(source.id)
    for column in [c for c in wanted if c not in frame.columns]:
        found.error(f"column {column!r} is missing", why=_holds(frame), fix="name the columns " + ", ".join(wanted))
    found.raise_errors()
    if not frame.height:
        raise MadeinError("the file has no rows", source.id, fix="give one row a product")
    # A header stands in the first row of a CSV file.
    return frame.drop("row", strict=False).with_row_index("row", 1 if parquet else 2).with_columns(pl.col("row").cast(pl.Int64))


def _holds(frame: pl.DataFrame) -> str:
    return "it holds " + ", ".join(c for c in frame.columns[:12] if c != "row")


def _keys(frame: pl.DataFrame, column: str, found: Problems) -> pl.Series:
    # Keys of tables hold no commas, so that a reader can ask for a row by its key.
    keys = frame[column].cast(pl.String).str.strip_chars().str.replace_all(",", ";").fill_null("")
    for row in frame.filter(keys == "")["row"].head(_TOLD):
        found.error("a product has no code", f"row {row}, column {column}", "the cell is empty", "write the code, or leave the row out")
    return keys.alias(column)


def _numbers(frame: pl.DataFrame, column: str, found: Problems) -> pl.Series:
    raw = frame[column]
    if raw.dtype.is_numeric():
        # Parquet files of other tools hold NaN where nothing is known.
        number = raw.cast(pl.Float64).fill_nan(None)
        bad = number.is_infinite().fill_null(False)
    else:
        text = raw.cast(pl.String).str.strip_chars().fill_null("")
        number = text.cast(pl.Float64, strict=False)
        bad = (text != "") & (number.is_null() | ~number.is_finite().fill_null(False))
    for row, value in frame.filter(bad).select("row", column).head(_TOLD).rows():
        comma = "," in str(value)
        found.error("text where a number should be", f"row {row}, column {column}", f"it reads {str(value)[:40]!r}",
                    "write 1234.5, without separators of thousands" if comma else "write a number, or empty the cell")  # fmt: skip
    return number.alias(column)


def _days(frame: pl.DataFrame, column: str, found: Problems, empty: bool = False) -> tuple[pl.Series, pl.Series]:
    """First and last day of each period."""
    texts = frame[column].cast(pl.String).str.strip_chars().fill_null("")
    read: dict[str, Period | None] = {}
    for text in texts.unique().to_list():
        try:
            read[text] = Period.parse(text)
        except ValueError:
            read[text] = None
    bad = texts.is_in([t for t, p in read.items() if p is None and not (empty and not t)])
    for row, text in frame.select("row").with_columns(t=texts).filter(bad).head(_TOLD).rows():
        found.error("a date is none" if empty else "a period is none", f"row {row}, column {column}", f"it reads {text[:40]!r}",
                    "write 2018-07-06" if empty else "write 2018, 2018-Q3 or 2018-07")  # fmt: skip
    first, last = ({t: getattr(p, end) if p else None for t, p in read.items()} for end in ("first", "last"))
    return (
        pl.Series("first", [first[t] for t in texts.to_list()], pl.Date),
        pl.Series("last", [last[t] for t in texts.to_list()], pl.Date),
    )


def _once(out: pl.DataFrame, keys: Sequence[str], found: Problems, what: str) -> None:
    twice = out.filter(out.select(keys).is_duplicated()).group_by(keys, maintain_order=True).agg("row").head(_TOLD)
    for *key, rows in twice.rows():
        told = ", ".join(f"{name} {value}" for name, value in zip(keys, key, strict=True))
        found.error(what, "rows " + " and ".join(map(str, rows[:3])), told, "keep one, or add them up")


def _alike(out: pl.DataFrame, found: Problems) -> None:
    """All periods of one length: a year and its months would count twice."""
    spans = out.drop_nulls(["first", "last"]).select("first", "last", "row").unique(["first", "last"], maintain_order=True)
    kinds = {Period(first, last).kind: row for first, last, row in reversed(spans.rows())}
    if len(kinds) > 1:
        told = ", ".join(f"a {kind} in row {row}" for kind, row in sorted(kinds.items(), key=lambda k: k[1]))
        found.error("periods are of unlike length", "column period", told, "keep years, quarters or months alone")
