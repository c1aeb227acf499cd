"""Establishment x product rows checked and laid on a grid of months."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from madein.core.errors import MadeinError, Problems
from madein.core.periods import Period
from madein.indices.compilation.industries import Classification
from madein.indices.compilation.panel import Panel
from madein.indices.compilation.units import Conversion, to_one_unit

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

Measure = Literal["auto", "quantity", "deflation"]
NEEDED = ("establishment", "product", "industry", "month")
NUMBERS = ("quantity", "value", "price")
MOST_CELLS = 200_000_000
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Reports:
    """Checked rows on a grid.

    Parameters
    ----------
    panel : Panel
        Volumes of units by month.
    months : ndarray of int, shape (periods,)
        Consecutive months (`madein.core.periods.month_number`).
    products, classes : tuple of str
        Products in the order of the panel's numbers, and the class of each.
    establishments : tuple of str
        Of all rows.
    establishment : ndarray, shape (units,)
        Establishment of each unit.
    value : ndarray, shape (periods, products)
        Value at current prices as far as it was reported; zero where none was.
    units : tuple of str
        Unit of measure of each product; ``constant prices`` for deflated values.
    """

    panel: Panel
    months: NDArray[np.int64]
    products: tuple[str, ...]
    classes: tuple[str, ...]
    establishments: tuple[str, ...]
    establishment: NDArray[np.int64]
    value: NDArray[np.float64]
    units: tuple[str, ...]


def lay(
    rows: pl.DataFrame, industries: Classification, measure: Measure, late: int, conversions: Sequence[Conversion], problems: Problems,
) -> Reports:  # fmt: skip
    """Check rows and lay them on a grid; every fault found is noted with its row before any is raised."""
    import polars as pl

    rows = _typed(rows, problems)
    problems.raise_errors()
    rows = to_one_unit(rows, conversions, problems)
    classes = _classes(rows, industries, problems)
    _numbers(rows, problems)
    problems.raise_errors()
    rows = _measured(rows, measure, problems)
    problems.raise_errors()
    products = rows["product"].unique().sort()
    makers = rows["establishment"].unique().sort()
    p, e = _codes(rows["product"], products), _codes(rows["establishment"], makers)
    month = rows["month"].to_numpy()
    months = np.arange(month.min(), month.max() + 1)
    unit, of_row = np.unique(p * len(makers) + e, return_inverse=True)
    if len(unit) * len(months) > MOST_CELLS:
        size = f"{len(unit):,} units over {len(months):,} months"
        raise MadeinError(f"{size} are more than {MOST_CELLS:,} cells", problems.place(), fix="split the rows")
    place = of_row * len(months) + (month - months[0])
    _refuse_twice(rows, place, problems)
    problems.raise_errors()
    volume = np.full((len(months), len(unit)), np.nan)
    volume[month - months[0], of_row] = rows["volume"].to_numpy()
    product = unit // len(makers)
    stratum = _strata(rows, product[of_row], of_row, len(unit))
    by_class = rows.select("product", "industry").unique("product").sort("product")["industry"]
    value = np.zeros((len(months), len(products)))
    order = np.argsort(place, kind="stable")
    # In the order of units and months, so that the order of rows does not change a bit.
    np.add.at(value, ((month - months[0])[order], p[order]), rows["value"].fill_null(0.0).to_numpy()[order])
    units = rows.group_by("product").agg(pl.col("measured").first()).sort("product")["measured"]
    return Reports(
        Panel(volume, _expected(volume, np.bincount(place, minlength=volume.size).reshape(len(unit), -1).T > 0, late, problems), product, stratum),
        months, tuple(products), tuple(classes[c] for c in by_class), tuple(makers), unit % len(makers), value, tuple(units),
    )  # fmt: skip


def at_rows(frame: pl.DataFrame) -> str:
    """Where rows stand, for a message."""
    shown = [str(r) for r in frame["row"].head(5)]
    rest = frame.height - len(shown)
    return f"row{'s' if frame.height > 1 else ''} {', '.join(shown)}{f' and {rest:,} more' if rest > 0 else ''}"


def _typed(rows: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    import polars as pl

    missing = [c for c in NEEDED if c not in rows.columns]
    if missing or not {"quantity", "value"} & set(rows.columns):
        problems.error(f"there is no column {', '.join(missing) or 'quantity or value'}", fix="name the columns so, see the reference of tables")
        return rows
    if not rows.height:
        problems.error("the table holds no rows", fix="put at least one report into it")
        return rows
    if "row" not in rows.columns:
        rows = rows.with_row_index("row", offset=1)
    absent = [pl.lit(None, pl.Float64).alias(c) for c in NUMBERS if c not in rows.columns]
    absent += [pl.lit("", pl.String).alias(c) for c in ("unit", "stratum") if c not in rows.columns]
    rows = rows.with_columns(*absent)
    texts = ("establishment", "product", "industry", "unit", "stratum")
    rows = rows.with_columns(pl.col(c).cast(pl.String).fill_null("").str.strip_chars() for c in texts)
    rows = rows.with_columns(pl.col(c).cast(pl.Float64).fill_nan(None) for c in NUMBERS)
    for name in ("establishment", "product", "industry"):
        empty = rows.filter(pl.col(name) == "")
        if empty.height:
            problems.error(f"no {name}", at=at_rows(empty), fix="fill it in")
    return _months(rows, problems)


def _months(rows: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    import polars as pl

    if rows["month"].dtype.is_integer():
        empty = rows.filter(pl.col("month").is_null())
        if empty.height:
            problems.error("no month", at=at_rows(empty), fix="fill it in")
        return rows.with_columns(pl.col("month").cast(pl.Int64))
    from madein.indices.months import month_of

    labels = rows["month"].cast(pl.String).fill_null("")
    known = {label: month_of(label) for label in labels.unique().to_list()}
    rows = rows.with_columns(month=labels.replace_strict(known, return_dtype=pl.Int64), printed=labels)
    wrong = rows.filter(pl.col("month").is_null())
    for (label,), found in wrong.group_by("printed", maintain_order=True):
        problems.error(f"{label!r} is no month", at=at_rows(found), why="rows are compiled by month, all of one frequency", fix="write it as 2024-07")
    return rows.drop("printed")


def _classes(rows: pl.DataFrame, industries: Classification, problems: Problems) -> Mapping[str, str]:
    import polars as pl

    classes: dict[str, str] = {}
    for code in rows["industry"].unique().sort().to_list():
        found = industries.class_of(code)
        if found is None and code:
            at = at_rows(rows.filter(pl.col("industry") == code))
            problems.error(f"{code!r} is no class of {industries.name}, sections B to E", at=at, fix="write a class of four digits, such as 1410")
        else:
            classes[code] = found or ""
    held = rows.select("product", "industry", "row").with_columns(
        found=pl.col("industry").replace_strict(classes, default=None, return_dtype=pl.String)
    )
    several = held.group_by("product").agg(pl.col("found").unique().drop_nulls().sort(), pl.col("row").min()).filter(pl.col("found").list.len() > 1)
    for product, found, row in several.sort("row").head(_SHOWN).iter_rows():
        problems.error(f"product {product!r} stands in classes {', '.join(found)}", at=f"from row {row}", fix="give it one class, or two names")
    return classes


def _numbers(rows: pl.DataFrame, problems: Problems) -> None:
    import polars as pl

    for name in NUMBERS:
        low = pl.col(name) <= 0 if name == "price" else pl.col(name) < 0
        under = "is zero or negative" if name == "price" else "is negative"
        for what, wrong in (("is not a finite number", pl.col(name).is_infinite()), (under, low & pl.col(name).is_finite())):
            bad = rows.filter(wrong)
            if bad.height:
                problems.error(f"{name} {what}", at=at_rows(bad), why=f"it reads {bad[name][0]:g}",
                               fix="write what was made; leave the cell empty if nothing is known")  # fmt: skip


def _measured(rows: pl.DataFrame, measure: Measure, problems: Problems) -> pl.DataFrame:
    """Volume of each row: its quantity, or its value over its price index."""
    import polars as pl

    if measure not in ("auto", "quantity", "deflation"):
        raise MadeinError(f"no measure is called {measure!r}", fix="name auto, quantity or deflation")
    counted = pl.col("quantity").is_not_null().any().over("product") if measure == "auto" else pl.lit(measure == "quantity")
    rows = rows.with_columns(counted=counted)
    both = rows.filter(pl.col("counted") & pl.col("quantity").is_null() & pl.col("value").is_not_null())
    if both.height:
        problems.error("a value without the quantity", at=at_rows(both), why="other rows of the product give quantities",
                       fix="fill in the quantity, empty the value too if the report is missing, or set measure to deflation")  # fmt: skip
    bare = rows.filter(~pl.col("counted") & pl.col("value").is_not_null() & pl.col("price").is_null())
    if bare.height:
        problems.error("a value without a price index", at=at_rows(bare), why="a volume is the value over its price index",
                       fix="fill in the price index")  # fmt: skip
    volume = pl.when("counted").then("quantity").otherwise(pl.col("value") / (pl.col("price") / 100))
    return rows.with_columns(volume=volume, measured=pl.when("counted").then("unit").otherwise(pl.lit("constant prices")))


def _codes(column: pl.Series, names: pl.Series) -> NDArray[np.int64]:
    import polars as pl

    return column.replace_strict(names, pl.arange(0, len(names), eager=True), return_dtype=pl.Int64).to_numpy()


def _refuse_twice(rows: pl.DataFrame, place: NDArray[np.int64], problems: Problems) -> None:
    import polars as pl

    ordered = np.sort(place)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    if not len(twice):
        return
    found = rows.with_columns(place=pl.Series(place)).filter(pl.col("place").is_in(np.unique(twice)[:_SHOWN].tolist()))
    for (_,), same in found.sort("row").group_by("place", maintain_order=True):
        who, what, month = same.select("establishment", "product", "month").row(0)
        problems.error(f"{who!r} reports {what!r} twice for {Period.months(month)}", at=at_rows(same), fix="keep one row, or add them up")
    if len(twice) > _SHOWN:
        problems.error(f"{len(twice) - _SHOWN:,} more reports stand there twice")


def _strata(rows: pl.DataFrame, product: NDArray[np.int64], of_row: NDArray[np.int64], units: int) -> NDArray[np.int64]:
    """Number of each unit's stratum within its product; a unit keeps the stratum of its first row."""
    names = rows["stratum"].unique().sort()
    code = _codes(rows["stratum"], names)
    own = np.full(units, len(names), dtype=np.int64)
    np.minimum.at(own, of_row, code)
    of_unit = np.zeros(units, dtype=np.int64)
    of_unit[of_row] = product
    return np.asarray(np.unique(of_unit * len(names) + own, return_inverse=True)[1], dtype=np.int64)


def _expected(volume: NDArray[np.float64], asked: NDArray[np.bool_], late: int, problems: Problems) -> NDArray[np.bool_]:
    """From the first report on, but for silences of more than `late` months."""
    periods = len(volume)
    reported = ~np.isnan(volume)
    first = np.where(reported.any(0), reported.argmax(0), periods)
    never = int((first == periods).sum())
    if never:
        problems.warn(f"{never:,} establishment-product pairs never report a number", why="they are left out")
    at = np.arange(periods, dtype=np.int32)[:, None]
    before = np.maximum.accumulate(np.where(asked, at, -1), axis=0)
    after = np.minimum.accumulate(np.where(asked, at, periods)[::-1], axis=0)[::-1]
    return (at >= first) & (asked | (after - before - 1 <= late))
