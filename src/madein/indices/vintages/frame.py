"""The tidy frame of vintages: its columns, and what is checked before a frame becomes a store.

One row is one printed number: a series, a period, the day of its release. Growth rates that an office prints stand beside
levels, told apart by ``growth``; sums since January beside months, told apart by ``span``.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from madein.core.errors import Problems
from madein.core.periods import Period

if TYPE_CHECKING:
    import polars as pl

KEY = ("series", "growth", "span", "month")
"""What one observation is; with ``release`` it is unique."""

TEXTS = {"growth": "level", "span": "month", "unit": "", "base": "", "definition": "", "status": "", "basis": "published", "source": "", "cell": ""}
"""Text columns and what they are where a frame has none of them."""

SPANS = {"month": 1, "quarter": 3, "year": 12, "ytd": 1}
"""Months between two observations of one kind."""

MOST_SHOWN = 10_000
"""Problems of one kind written out one by one; what exceeds them is counted."""


def tidy(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """A frame with every column of a store, sorted by key and release; what cannot stand is noted in `problems`.

    Accepted instead of ``span`` and ``month``: a text column ``period`` (``2024-07``, ``2024-Q3``, ``2024``,
    ``2024-01..2024-07``). A release may be a date, ``2024-08-29``, or a month, ``2024-08``, which counts from its last day:
    only then is it certain that it was out.
    """
    import polars as pl

    needed = {"series", "release", "value"} | (set() if "period" in frame.columns else {"month"})
    lost = sorted(needed - set(frame.columns))
    if lost:
        problems.error(f"column {lost[0]!r} is missing", why="a vintage needs series, period or month, release and value",
                       fix="add " + ", ".join(repr(c) for c in lost))  # fmt: skip
        return empty()
    frame = frame.with_row_index("row")
    if "period" in frame.columns:
        frame = _with_periods(frame, problems)
    frame = _with_releases(frame, problems)
    frame = frame.with_columns([pl.lit(v).alias(c) for c, v in TEXTS.items() if c not in frame.columns])
    if "half" not in frame.columns:
        frame = frame.with_columns(half=pl.lit(0.0))
    frame = _with_numbers(frame, problems)
    frame = frame.select(
        "row", pl.col("series").cast(pl.String).str.normalize("NFC").str.strip_chars(), pl.col("month").cast(pl.Int64),
        pl.col("release").cast(pl.Date), pl.col("value").cast(pl.Float64), pl.col("half").cast(pl.Float64).fill_null(0.0),
        *[pl.col(c).cast(pl.String).fill_null(v) for c, v in TEXTS.items()],
    )  # fmt: skip
    _check(frame, problems)
    return _once(frame.sort(*KEY, "release", "row"), problems).select(COLUMNS)


COLUMNS = ["series", "growth", "span", "month", "release", "value", "half", "unit", "base", "definition", "status", "basis", "source", "cell"]


def empty() -> pl.DataFrame:
    """A frame of vintages without rows."""
    import polars as pl

    kinds: dict[str, type[pl.DataType]] = dict.fromkeys(COLUMNS, pl.String)
    kinds |= {"month": pl.Int64, "release": pl.Date, "value": pl.Float64, "half": pl.Float64}
    return pl.DataFrame(schema=kinds)


def _with_periods(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    import polars as pl

    read: dict[str, tuple[str, int] | None] = {}
    for text in frame["period"].cast(pl.String).unique().drop_nulls().to_list():
        read[text] = span_of(text)
    spans = {t: r[0] for t, r in read.items() if r}
    months = {t: r[1] for t, r in read.items() if r}
    text = pl.col("period").cast(pl.String)
    frame = frame.with_columns(
        span=text.replace_strict(spans, default=None, return_dtype=pl.String),
        month=text.replace_strict(months, default=None, return_dtype=pl.Int64),
    )
    for row, said in frame.filter(pl.col("month").is_null()).select("row", "period").head(MOST_SHOWN).iter_rows():
        problems.error(f"{str(said)[:40]!r} is no period", at=f"row {row + 1}", fix="write 2024-07, 2024-Q3, 2024 or 2024-01..2024-07")
    return frame.filter(pl.col("month").is_not_null())


def span_of(text: str) -> tuple[str, int] | None:
    """Span and last month of a canonical period, None where it is no month, quarter, year or year to date.

    Examples
    --------
    >>> span_of("2024-07") == ("month", 2024 * 12 + 6), span_of("2024-01..2024-07")[0], span_of("2024-02..2024-07")
    (True, 'ytd', None)
    """
    try:
        period = Period.parse(text.strip())
    except ValueError:
        return None
    if period.kind in ("month", "quarter", "year"):
        return period.kind, period.last_month
    return ("ytd", period.last_month) if period.is_year_to_date else None


def _with_releases(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    import polars as pl

    kind = frame["release"].dtype
    if kind == pl.Date:
        read = frame
    elif kind == pl.Datetime:
        read = frame.with_columns(pl.col("release").dt.date())
    else:
        days = {t: release_day(t) for t in frame["release"].cast(pl.String).unique().drop_nulls().to_list()}
        known = {t: d for t, d in days.items() if d}
        said = pl.col("release").cast(pl.String)
        read = frame.with_columns(release=said.replace_strict(known, default=None, return_dtype=pl.Date))
    bad = read["release"].is_null()
    for row, told in frame.filter(bad).select("row", "release").head(MOST_SHOWN).iter_rows():
        problems.error(f"{str(told)[:40]!r} is no day of a release", at=f"row {row + 1}",
                       fix="write 2024-08-29, or 2024-08 for some day of the month")  # fmt: skip
    return read.filter(~bad)


def release_day(text: str) -> date | None:
    """The day a release counts from: the day itself, or the last day of a month.

    Examples
    --------
    >>> release_day("2024-02"), release_day("2024-02-29"), release_day("February")
    (datetime.date(2024, 2, 29), datetime.date(2024, 2, 29), None)
    """
    try:
        period = Period.parse(text.strip())
    except ValueError:
        return None
    return period.last if period.kind in ("day", "month") else None


def _with_numbers(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Values as numbers; an empty one is a hole and is dropped, a text among them is an error."""
    import polars as pl

    if frame["value"].dtype == pl.String:
        number = frame["value"].str.strip_chars().cast(pl.Float64, strict=False)
        text = frame["value"].is_not_null() & (frame["value"].str.strip_chars() != "") & number.is_null()
        for row, said in frame.filter(text).select("row", "value").head(MOST_SHOWN).iter_rows():
            problems.error("text where a number should be", at=f"row {row + 1}", why=f"it reads {said[:60]!r}",
                           fix="write the number with a decimal point, or leave the cell empty")  # fmt: skip
        frame = frame.with_columns(value=number)
    value = pl.col("value").cast(pl.Float64)
    infinite = frame.filter(value.is_infinite())
    for (row,) in infinite.select("row").head(MOST_SHOWN).iter_rows():
        problems.error("an infinite value", at=f"row {row + 1}", fix="empty the cell")
    return frame.filter(value.is_finite().fill_null(False))


def _check(frame: pl.DataFrame, problems: Problems) -> None:
    """Unknown spans, nameless series, releases before their periods begin."""
    import polars as pl

    for row, span in frame.filter(~pl.col("span").is_in(list(SPANS))).select("row", "span").head(MOST_SHOWN).iter_rows():
        problems.error(f"{span!r} is no span", at=f"row {row + 1}", fix="use one of " + ", ".join(SPANS))
    for (row,) in frame.filter(pl.col("month").is_null()).select("row").head(MOST_SHOWN).iter_rows():
        problems.error("a number without a period", at=f"row {row + 1}", fix="give the number of its last month, or a column period")
    for (row,) in frame.filter(pl.col("series").fill_null("") == "").select("row").head(MOST_SHOWN).iter_rows():
        problems.error("a number without a series", at=f"row {row + 1}", fix="name the series")
    # Offices release an estimate of a month a few days before it ends, never before it begins.
    # A sum since January speaks of its last month, so that one must have begun.
    first = pl.col("month") - pl.col("span").replace_strict({"quarter": 2, "year": 11}, default=0, return_dtype=pl.Int64)
    released = pl.col("release").dt.year().cast(pl.Int64) * 12 + pl.col("release").dt.month().cast(pl.Int64) - 1
    early = frame.filter(released < first)
    for row, series, month, release in early.select("row", "series", "month", "release").head(MOST_SHOWN).iter_rows():
        problems.error(f"{series[:60]!r} {Period.months(month)} is released on {release}", at=f"row {row + 1}",
                       why="that is before the period begins", fix="mend the release date or the period")  # fmt: skip


def _once(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """One number per key and release: equal twins are dropped with a warning, unlike ones are an error."""
    import polars as pl

    same = pl.all_horizontal([pl.col(c).eq_missing(pl.col(c).shift(1)) for c in (*KEY, "release")])
    frame = frame.with_columns(again=same.fill_null(False))
    if not frame["again"].any():
        return frame
    unlike = frame.with_columns(other=pl.col("again") & (pl.col("value") != pl.col("value").shift(1)), before=pl.col("value").shift(1),
                                place=pl.col("row").shift(1))  # fmt: skip
    for r in unlike.filter("other").head(MOST_SHOWN).iter_rows(named=True):
        problems.error(f"{r['series'][:60]!r} {Period.months(r['month'])} has two values in the release of {r['release']}",
                       at=f"rows {r['place'] + 1} and {r['row'] + 1}", why=f"{r['before']:g} and {r['value']:g}",
                       fix="keep one, or name two series")  # fmt: skip
    equal = unlike.filter(pl.col("again") & ~pl.col("other"))
    if equal.height:
        problems.warn(f"{equal.height} numbers stand there twice with one value", at=f"row {equal['row'][0] + 1} is the first",
                      why="one of each is kept")  # fmt: skip
    return frame.filter(~pl.col("again"))
