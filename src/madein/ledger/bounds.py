"""Intervals: what a number or date may be, given what the source said beside it, and arithmetic that keeps the bounds."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from madein.ledger.rules import rules

if TYPE_CHECKING:
    import polars as pl

TOLERANCE = 1e-12
"""Relative slack of comparisons, for the floating-point error of a few operations."""


@dataclass(frozen=True, slots=True)
class Interval:
    """All numbers from `low` to `high`, both inside; an infinite end is open.

    Results of arithmetic hold every result of numbers from the operands (Moore, Interval Analysis, 1966).

    Examples
    --------
    >>> more_than = Interval(800e6, math.inf)
    >>> more_than / Interval(200_000, 200_000), Interval(1, 2) + Interval(3, 5), Interval(3, 5) - Interval(1, 2)
    (Interval(low=4000.0, high=inf), Interval(low=4, high=7), Interval(low=1, high=4))
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        if math.isnan(self.low) or math.isnan(self.high) or self.high < self.low:
            raise ValueError(f"no interval from {self.low} to {self.high}")

    def __add__(self, other: Interval) -> Interval:
        return Interval(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Interval) -> Interval:
        return Interval(self.low - other.high, self.high - other.low)

    def __truediv__(self, other: Interval) -> Interval:
        if other.low <= 0.0 <= other.high:
            return WHOLE
        ends = [0.0 if math.isinf(b) else a / b for a in (self.low, self.high) for b in (other.low, other.high)]
        return Interval(min(ends), max(ends))

    def above(self, other: Interval) -> bool:
        """True if every number of this one exceeds every number of the other."""
        return exceeds(self.low, other.high)

    def meets(self, other: Interval) -> bool:
        """True if some number lies in both."""
        return not (self.above(other) or other.above(self))

    @property
    def ends(self) -> tuple[float | None, float | None]:
        """Both ends, None for an open one."""
        return (self.low if math.isfinite(self.low) else None, self.high if math.isfinite(self.high) else None)


WHOLE = Interval(-math.inf, math.inf)


def exceeds(a: float, b: float) -> bool:
    """True if `a` is larger than `b` by more than rounding of the machine."""
    return a > b if math.isinf(a) or math.isinf(b) else a - b > TOLERANCE * max(abs(a), abs(b))


def total(parts: Iterable[Interval]) -> Interval:
    """The sum of some intervals, 0 of none."""
    out = Interval(0.0, 0.0)
    for part in parts:
        out = out + part
    return out


def significant(value: float) -> float:
    """The unit of the last digit of a number that is not a closing zero.

    Examples
    --------
    >>> significant(168e6), significant(65_000.0), significant(11.3), significant(0.0)
    (1000000.0, 1000.0, 0.1, 0.0)
    """
    if not value or not math.isfinite(value):
        return 0.0
    exponent = Decimal(repr(value)).normalize().as_tuple().exponent
    return float(f"1e{exponent}")


def number_bounds(value: float | None, low: float | None, high: float | None, qualifier: str, *, rounded: bool = False) -> Interval:
    """The interval of a number that somebody said.

    Parameters
    ----------
    value, low, high : float or None
        As in a `Claim`; bounds given by the source win.
    qualifier : str
        "more_than" opens the upper end; "less_than" and "nearly" the lower one, down to zero for a positive number; "approx"
        widens both by ``approx_units`` of the last significant digit; "vague" tells nothing.
    rounded : bool
        Take a number without qualifier for rounded at its last significant digit, though not to fewer than
        ``round_digits`` digits: the reading under which two sources may differ and still agree.

    Examples
    --------
    >>> number_bounds(168e6, None, None, "approx"), number_bounds(65_000, None, None, "", rounded=True)
    (Interval(low=165500000.0, high=170500000.0), Interval(low=64500.0, high=65500.0))
    """
    a, b = -math.inf, math.inf
    if value is not None and qualifier != "vague":
        a = b = value
        if qualifier == "more_than":
            b = math.inf
        elif qualifier in ("less_than", "nearly"):
            a = 0.0 if value >= 0 else -math.inf
        elif qualifier == "approx":
            half = rules().approx_units * significant(value)
            a, b = value - half, value + half
        elif rounded and not qualifier and value:
            coarsest = 10.0 ** (math.floor(math.log10(abs(value))) - rules().round_digits + 1)
            half = min(significant(value), coarsest) / 2
            a, b = value - half, value + half
    a, b = a if low is None else low, b if high is None else high
    return Interval(min(a, b), max(a, b))


def with_bounds(frame: pl.DataFrame, *, rounded: bool = False) -> pl.DataFrame:
    """A frame of claims with the columns ``lo`` and ``hi``: bounds of numbers, and of dates as days since 1970-01-01.

    Open ends are infinite; texts have none.
    """
    import polars as pl

    number, qualifier = pl.col("number"), pl.col("qualifier")
    opens = qualifier.is_in(["more_than", "less_than", "nearly", "vague"])
    slow = number.is_not_null() & ((qualifier == "approx") | ((qualifier == "") & pl.lit(rounded)))
    floor = pl.when(number >= 0).then(0.0).otherwise(-math.inf)
    a = (
        pl.when(number.is_null() | (qualifier == "vague"))
        .then(-math.inf)
        .when(qualifier.is_in(["less_than", "nearly"]))
        .then(floor)
        .otherwise(number)
    )
    b = pl.when(number.is_null() | (qualifier.is_in(["more_than", "vague"]))).then(math.inf).otherwise(number)
    numeric = (
        number.is_not_null()
        | pl.col("low").is_not_null()
        | pl.col("high").is_not_null()
        | (opens & pl.col("first").is_null() & pl.col("text").is_null())
    )
    first, last = (pl.col(c).to_physical().cast(pl.Float64) for c in ("first", "last"))
    dated = pl.col("first").is_not_null()
    out = frame.with_columns(
        lo=pl.when(dated).then(pl.when(qualifier == "by").then(-math.inf).otherwise(first)).when(numeric).then(pl.coalesce("low", a)),
        hi=pl.when(dated).then(pl.when(qualifier == "from").then(math.inf).otherwise(last)).when(numeric).then(pl.coalesce("high", b)),
    )
    rows = out.with_row_index("_n").filter(slow).select("_n", "number", "low", "high", "qualifier")
    if not rows.height:
        return out
    ends = [number_bounds(row[1], row[2], row[3], row[4], rounded=rounded) for row in rows.iter_rows()]
    lo, hi = out["lo"].clone(), out["hi"].clone()
    return out.with_columns(lo.scatter(rows["_n"], [e.low for e in ends]), hi.scatter(rows["_n"], [e.high for e in ends]))
