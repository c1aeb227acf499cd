"""One unit of measure for each product: scales of one unit are resolved, any other change needs a given factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from madein.core.errors import Problems
from madein.core.units import parse_unit

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Conversion:
    """How much of one unit of measure another one is.

    Parameters
    ----------
    unit, into : str
        ``factor`` of `into` make one `unit`: 2 pieces make a pair.
    factor : float
        More than zero.
    product : str
        For this product only; for all if empty.
    """

    unit: str
    into: str
    factor: float
    product: str = ""


def to_one_unit(rows: pl.DataFrame, conversions: Sequence[Conversion], problems: Problems) -> pl.DataFrame:
    """Quantities of each product in one unit.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"product": ["shoes", "shoes"], "unit": ["pair", "piece"], "quantity": [5.0, 12.0], "row": [1, 2]})
    >>> to_one_unit(rows, [Conversion("pair", "piece", 2.0)], Problems())["quantity"].to_list()
    [10.0, 12.0]
    """
    import polars as pl

    for c in conversions:
        if not c.factor > 0:
            problems.error(f"the factor from {c.unit} to {c.into} is {c.factor:g}", fix="give a number above zero")
    found = rows.filter(pl.col("quantity").is_not_null()).group_by("product", "unit").agg(pl.col("row").min(), pl.len()).sort("product", "row")
    several = found.filter(pl.len().over("product") > 1)
    table: list[tuple[str, str, float, str]] = []
    for (product,), units in several.group_by("product", maintain_order=True):
        table += _product(str(product), [(str(u), int(r)) for u, r in units.select("unit", "row").iter_rows()], conversions, problems)
    if not table:
        return rows
    how = pl.DataFrame(table, {"product": pl.String, "unit": pl.String, "times": pl.Float64, "into": pl.String}, orient="row")
    rows = rows.join(how, on=["product", "unit"], how="left", maintain_order="left")
    return rows.with_columns(
        quantity=pl.when(pl.col("times").is_null()).then("quantity").otherwise(pl.col("quantity") * pl.col("times")),
        unit=pl.coalesce("into", "unit"),
    ).drop("times", "into")


def _product(name: str, units: list[tuple[str, int]], conversions: Sequence[Conversion], problems: Problems) -> list[tuple[str, str, float, str]]:
    """Factors of the units of one product into the one most of them can be brought to."""
    own = [c for c in conversions if c.product in ("", name)]
    # A conversion for the product alone goes before one for all.
    own.sort(key=lambda c: c.product == "")
    targets = [c.into for c in own if any(_same(u, c.unit) or _same(u, c.into) for u, _ in units)] or [units[0][0]]
    factors = [(u, row, _factor(u, targets[0], own)) for u, row in units]
    wrong = [(u, row) for u, row, f in factors if f is None]
    for unit, row in wrong:
        first = units[0]
        other = targets[0] if unit != targets[0] else first[0]
        problems.error(f"product {name!r} is reported in {unit or 'no unit'!r} and in {other or 'no unit'!r}", at=f"from row {row}",
                       why="quantities in two units cannot be added", fix="write one unit, or give the factor between them")  # fmt: skip
    if wrong:
        return []
    problems.warn(f"product {name!r} is reported in {', '.join(repr(u) for u, _ in units)}", at=f"from row {units[1][1]}",
                  why=f"all are brought to {targets[0]!r}: " + ", ".join(f"{u} x {f:g}" for u, _, f in factors if f != 1))  # fmt: skip
    return [(name, u, float(f), targets[0]) for u, _, f in factors if f is not None]


def _scaled(unit: str) -> tuple[float, str]:
    try:
        return parse_unit(unit)
    except ValueError:
        return 1.0, unit


def _same(one: str, other: str) -> bool:
    return bool(one) and _scaled(one)[1] == _scaled(other)[1]


def _factor(unit: str, into: str, conversions: Sequence[Conversion]) -> float | None:
    (scale, name), (target, noun) = _scaled(unit), _scaled(into)
    if unit == into:
        return 1.0
    if unit and name == noun:
        return scale / target
    for c in conversions:
        if _same(unit, c.unit) and _same(into, c.into):
            return c.factor * (scale / _scaled(c.unit)[0]) * (_scaled(c.into)[0] / target)
        if _same(unit, c.into) and _same(into, c.unit):
            return (scale / _scaled(c.into)[0]) * (_scaled(c.unit)[0] / target) / c.factor
    return None
