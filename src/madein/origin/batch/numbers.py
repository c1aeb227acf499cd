"""Columns of amounts as whole numbers with one number of decimals, so that tests at a limit are exact.

A binary float stands for the shortest decimal that prints as it, as in `madein.origin.model.exact`. A decimal of at most fifteen digits
is that decimal, so the whole column can be scaled at once; every other cell is read by itself and its bill left to the scalar path.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from madein.origin.model import Number, exact

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_DECIMALS = 6
_MOST = 10**15
"""Whole numbers below it, divided by a power of ten, have a float of their own: at most fifteen digits."""


@dataclass
class Amounts:
    """A column of amounts.

    Attributes
    ----------
    whole : int64 array, shape (n,)
        Amount times ten to the `decimals`; 0 where none is given.
    given : bool array, shape (n,)
        Whether there is one.
    decimals : int
        Decimals that are kept.
    odd : dict of int to Decimal or Fraction
        Rows whose amount needs more digits than that, exactly.
    wrong : dict of int to str
        Rows whose cell is no amount, and why.
    """

    whole: NDArray[np.int64]
    given: NDArray[np.bool_]
    decimals: int
    odd: dict[int, Number] = field(default_factory=dict)
    wrong: dict[int, str] = field(default_factory=dict)

    def at(self, row: int) -> Number | None:
        """The amount of one row, exactly."""
        if row in self.odd:
            return self.odd[row]
        return exact(int(self.whole[row])).scaleb(-self.decimals) if self.given[row] else None  # type: ignore[union-attr]

    def scaled(self, decimals: int) -> None:
        """Keep more decimals."""
        more = decimals - self.decimals
        if more > 0:
            large = np.flatnonzero(np.abs(self.whole) >= 10 ** (17 - more))
            for row in large.tolist():
                self.odd[row] = self.odd.get(row) or self.at(row)  # type: ignore[assignment]
            self.whole[large] = 0
            self.whole *= 10**more
            self.decimals = decimals


def amounts(column: pl.Series) -> Amounts:
    """A column of numbers or texts as amounts.

    Parameters
    ----------
    column : polars.Series, shape (n,)
        Integers, floats, decimals or texts with a decimal dot; null or empty where none is given.

    Examples
    --------
    >>> found = amounts(pl.Series([47.5, None, 1e-9, -1.0]))
    >>> found.whole.tolist(), found.decimals, found.at(0), found.at(2), found.wrong
    ([475, 0, 0, 0], 1, Decimal('47.5'), Decimal('1E-9'), {3: 'is negative'})
    """
    size = len(column)
    wrong: dict[int, str] = {}
    odd: dict[int, Number] = {}
    if column.dtype.is_integer():
        given = column.is_not_null().to_numpy()
        wide = column.cast(pl.Float64).fill_null(0.0).to_numpy()
        whole = column.fill_null(0).cast(pl.Int64, strict=False).fill_null(0).to_numpy().copy()
        found = Amounts(whole, given.copy(), 0)
        _by_hand(column, np.flatnonzero(np.abs(wide) >= _MOST), found)
        return _signed(found)
    by_hand = np.zeros(size, bool)
    if column.dtype.is_float():
        given = column.is_not_null().to_numpy().copy()
        floats = column.cast(pl.Float64).fill_null(0.0).to_numpy()
    else:
        text = column.cast(pl.String).str.strip_chars()
        given = (text.is_not_null() & (text != "")).fill_null(False).to_numpy().copy()
        plain = text.str.contains(r"^[+-]?[0-9]{1,12}(\.[0-9]{0,6})?$").fill_null(False).to_numpy()
        floats = text.cast(pl.Float64, strict=False).fill_null(0.0).to_numpy()
        by_hand = given & ~plain
    use = given & ~by_hand & np.isfinite(floats)
    by_hand = given & ~use
    values = np.where(use, floats, 0.0)
    decimals, whole_f, fits = 0, np.zeros(size), np.zeros(size, bool)
    for tried in range(_MOST_DECIMALS + 1):
        scaled = np.rint(values * 10.0**tried)
        here = (scaled / 10.0**tried == values) & (np.abs(scaled) < _MOST)
        if not tried or here.sum() > fits.sum():
            decimals, whole_f, fits = tried, scaled, here
        if fits.all():
            break
    found = Amounts(np.where(fits, whole_f, 0.0).astype(np.int64), given, decimals, odd, wrong)
    _by_hand(column, np.flatnonzero(by_hand | ~fits), found)
    return _signed(found)


def _by_hand(column: pl.Series, rows: NDArray[np.int64], found: Amounts) -> None:
    """Read cells one by one: they keep every digit they have."""
    for row in rows.tolist():
        cell = column[row]
        try:
            number = exact(cell.strip() if isinstance(cell, str) else cell)
        except ValueError:
            found.wrong[row] = f"is no number: it reads {str(cell)[:40]!r}"
            found.given[row] = False
        else:
            n, d = number.as_integer_ratio()
            scale = 10**found.decimals
            if n * scale % d == 0 and abs(n * scale // d) < _MOST:
                found.whole[row] = n * scale // d
            else:
                found.odd[row] = number
                if n < 0:
                    found.wrong[row] = "is negative"


def _signed(found: Amounts) -> Amounts:
    for row in np.flatnonzero(found.whole < 0).tolist():
        found.wrong[row] = "is negative"
    for row in found.wrong:
        found.whole[row] = 0
        found.given[row] = False
    return found


def same_decimals(columns: Sequence[Amounts]) -> int:
    """Give all columns the same decimals; returned are how many."""
    decimals = max((c.decimals for c in columns), default=0)
    for column in columns:
        column.scaled(decimals)
    return decimals


def products(each: Amounts, quantity: Amounts) -> Amounts:
    """Quantity times unit value, row by row, where both are given."""
    given = each.given & quantity.given
    size = np.abs(each.whole.astype(float)) * np.abs(quantity.whole.astype(float))
    found = Amounts(np.where(given & (size < _MOST), each.whole * quantity.whole, 0), given, each.decimals + quantity.decimals)
    rows = {*np.flatnonzero(given & (size >= _MOST)).tolist(), *each.odd, *quantity.odd}
    for row in rows:
        a, b = each.at(row), quantity.at(row)
        if a is not None and b is not None:
            (n, d), (m, e) = a.as_integer_ratio(), b.as_integer_ratio()
            from fractions import Fraction

            found.odd[row] = Fraction(n * m, d * e)
            found.given[row] = True
    return found


def distinct(parts: Sequence[tuple[NDArray[np.integer], int]], size: int) -> tuple[NDArray[np.int32], list[tuple[int, ...]]]:
    """Rows of small integers by which distinct combination they hold.

    Parameters
    ----------
    parts : sequence of (int array of shape (n,), number of values)
        The columns.
    size : int
        n, for the case of no columns.

    Returns
    -------
    int32 array, shape (n,), and list of tuple of int
        Place of each row's combination in the list; the combinations.

    Examples
    --------
    >>> found, held = distinct([(np.array([1, 0, 1]), 2), (np.array([0, 0, 0]), 1)], 3)
    >>> found.tolist(), held
    ([1, 0, 1], [(0, 0), (1, 0)])
    """
    if not parts:
        return np.zeros(size, np.int32), [()]
    key = np.zeros(size, np.int64)
    radix = 1
    for codes, count in parts:
        if radix * count >= 2**62:
            _, key = np.unique(key, return_inverse=True)
            radix = size + 1
        key = key * count + codes
        radix *= count
    # Narrow keys are counted, wide ones sorted.
    if radix <= max(4_000_000, 4 * size):
        seen = np.zeros(radix, bool)
        seen[key] = True
        held = np.flatnonzero(seen)
        place = np.zeros(radix, np.int32)
        place[held] = np.arange(len(held), dtype=np.int32)
        inverse = place[key]
    else:
        held, back = np.unique(key, return_inverse=True)
        inverse = back.astype(np.int32)
    first = np.zeros(len(held), np.int64)
    first[inverse[::-1]] = np.arange(size - 1, -1, -1)
    columns = [codes[first].tolist() for codes, _ in parts]
    return inverse, list(zip(*columns, strict=True))


def encoded(column: pl.Series) -> tuple[NDArray[np.int32], list[str | None]]:
    """A column of words as places in the list of its distinct words; null is the last of them."""
    text = column.cast(pl.String)
    words = text.drop_nulls().unique().sort()
    codes = text.cast(pl.Enum(words)).to_physical().cast(pl.Int32).fill_null(len(words)).to_numpy()
    return codes, [*words.to_list(), None]


Columns = Mapping[str, pl.Series]
