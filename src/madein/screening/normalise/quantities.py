"""Units of quantity, and money carried into one currency at the rate of its day."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from pathlib import Path

import polars as pl

from madein.core.errors import MadeinError, Problems
from madein.core.period_labels import fold
from madein.core.units import is_money, parse_unit

NONE = frozenset({"", "-1", "0", "1", "n/a", "na", "no quantity", "none", "-"})
"""What is written where there is no supplementary unit; 1 and -1 are Comtrade's."""


@functools.cache
def _units() -> Mapping[str, tuple[str, float]]:
    import yaml

    data = yaml.safe_load(resources.files("madein.screening.normalise").joinpath("units.yaml").read_text("utf-8"))
    return {spelling: (noun, float(factor)) for noun, by in data.items() for factor, words in by.items() for spelling in (noun, *words)}


def unit(text: str) -> tuple[str, float] | None:
    """Noun of the house and the factor to it; None for a unit that is not known, a noun of "" where none is meant.

    Examples
    --------
    >>> unit("TNE"), unit("chiếc"), unit("g"), unit("-1"), unit("furlong")
    (('kilogram', 1000.0), ('unit', 1.0), ('kilogram', 0.001), ('', 1.0), None)
    """
    plain = fold(text).strip().rstrip(".")
    if plain in NONE:
        return "", 1.0
    return _units().get(plain)


def currency(text: str) -> str | None:
    """ISO 4217 code of any spelling the house knows; None where there is none.

    Examples
    --------
    >>> currency("usd"), currency("đồng"), currency("US$"), currency("bananas")
    ('USD', 'VND', 'USD', None)
    """
    plain = text.strip()
    if is_money(plain.upper()) and "/" not in plain:
        return plain.upper()
    try:
        scale, found = parse_unit(plain)
    except ValueError:
        return None
    return found if scale == 1.0 and is_money(found) and "/" not in found else None


def read_rates(path: Path) -> pl.DataFrame:
    """A table of exchange rates: columns currency, from (a day) and rate, units of the target for one unit of the currency.

    Raises
    ------
    MadeinError
        If the file or one of the columns is missing, or a cell cannot be read.
    """
    if not path.is_file():
        raise MadeinError("there is no such table of rates", path.name, fix="check its name")
    frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema=False)
    return check_rates(frame, path.name)


def check_rates(frame: pl.DataFrame, where: str = "rates") -> pl.DataFrame:
    """A table of rates with its types, sorted; every row that cannot be used is named.

    Raises
    ------
    BadInput
        On a missing column, an unknown currency, a day or a rate that cannot be read.
    """
    found = Problems(where)
    for name in ("currency", "from", "rate"):
        if name not in frame.columns:
            found.error(f"no column {name}", fix="the columns are currency, from, rate")
    found.raise_errors()
    out = frame.select(
        pl.col("currency").cast(pl.String).str.strip_chars().str.to_uppercase(), pl.col("from").cast(pl.String).str.to_date("%Y-%m-%d", strict=False),
        pl.col("rate").cast(pl.Float64, strict=False),
    )  # fmt: skip
    for row, (code, day, rate) in enumerate(out.iter_rows(), start=1):
        if code is None or not is_money(code):
            found.error("no ISO 4217 code", f"row {row} column currency", fix="write a code such as VND")
        if day is None:
            found.error("no day", f"row {row} column from", fix="write it as 2024-07-01")
        if rate is None or not 0 < rate < float("inf"):
            found.error("no rate above zero", f"row {row} column rate", fix="write units of the target for one unit of the currency")
    found.raise_errors()
    return out.sort("currency", "from")


def convert_money(frame: pl.DataFrame, rates: pl.DataFrame, target: str) -> tuple[pl.DataFrame, pl.Series]:
    """Value and tariff_paid in one currency, at the last rate on or before the row's date.

    Returns
    -------
    frame : polars.DataFrame
        With the columns value, tariff_paid and currency replaced.
    bad : boolean series
        True where no rate is held for the row's currency and day.

    Examples
    --------
    >>> from datetime import date
    >>> rows = pl.DataFrame({"date": [date(2024, 2, 1)], "currency": ["VND"], "value": [25_000_000.0], "tariff_paid": [None]})
    >>> rates = check_rates(pl.DataFrame({"currency": ["VND", "VND"], "from": ["2024-01-01", "2025-01-01"], "rate": ["0.00004", "0.000039"]}))
    >>> convert_money(rows, rates, "USD")[0]["value"].to_list()
    [1000.0]
    """
    order = frame.with_row_index("_n").sort("date")
    rate = order.join_asof(rates.sort("from"), left_on="date", right_on="from", by="currency", strategy="backward", check_sortedness=False).sort(
        "_n"
    )["rate"]
    same = (frame["currency"] == target).fill_null(False)
    rate = rate.zip_with(~same, pl.Series([1.0]).gather([0] * len(frame)))
    bad = rate.is_null()
    money = [(pl.col(c).cast(pl.Float64) * rate).round(2).alias(c) for c in ("value", "tariff_paid")]
    return frame.with_columns(*money, pl.when(~bad).then(pl.lit(target)).otherwise("currency").alias("currency")), bad
