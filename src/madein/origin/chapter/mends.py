"""What would make a product originate: the gap of each way to meet the rule, and the cheapest changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import polars as pl

from madein.core.step import Block, Table
from madein.origin.assessment import Assessment
from madein.origin.chapter import Case
from madein.origin.fixes import Branch, Fix

_MENDS: dict[str, Any] = {
    "product": pl.String, "market": pl.String, "regime": pl.String, "number": pl.String, "change": pl.String, "way": pl.String,
    "cut": pl.Float64, "price": pl.Float64, "cost": pl.Float64, "fixed_cost": pl.Float64, "currency": pl.String, "break_even": pl.Int64,
    "_src": pl.List(pl.String),
}  # fmt: skip

MONEY = ("cut", "price", "cost", "fixed_cost")


def mends_table(cases: Sequence[Case]) -> Table:
    """Table ``mends``: for every answer that is not a yes, the cheapest sets of changes first, then what each way falls short by."""
    rows = [row for case in cases for found in case.found for row in _rows(case, found)]
    key = ("product", "market", "regime", "number")
    units = dict.fromkeys(MONEY, "@currency") | {"break_even": "product"}
    return Table(pl.DataFrame(rows, _MENDS, orient="row").sort(*key), key, units, "What would make a product originate")


def _rows(case: Case, found: Assessment) -> Iterator[tuple[Any, ...]]:
    if found.fixes is None:
        return
    head = (case.name, found.destination, found.name)
    told = [*(_change(fix) for fix in found.fixes.best), *(_way(branch) for branch in found.fixes.branches if branch.gaps)]
    for n, (change, way, cut, price, cost, fixed, units) in enumerate(told, 1):
        money = tuple(None if x is None else float(x) for x in (cut, price, cost, fixed))
        yield (*head, f"{n:02d}", change, way, *money, case.bill.product.currency or "number", units, [f"source:{case.source}"])


Told = tuple[str, str, Fraction | None, Fraction | None, Fraction | None, Fraction | None, int | None]


def _change(fix: Fix) -> Told:
    return "; ".join(fix.ids), fix.branch, None, None, fix.cost, fix.fixed, fix.break_even


def _way(branch: Branch) -> Told:
    """The fewest lines that would close the gap; amounts only where one limit alone is missed."""
    cut, price = (branch.gaps[0].cut, branch.gaps[0].price) if len(branch.gaps) == 1 else (None, None)
    if branch.lines:
        change = f"make line {branch.lines[0]} originate" if len(branch.lines) == 1 else f"make lines {', '.join(branch.lines)} originate"
    else:
        change = branch.why or "meet what is missing"
    return change, branch.label, cut, price, None, None, None


def mends_blocks(table: Table) -> Iterator[Block]:
    """The table, and what its amounts mean."""
    if not table.frame.height:
        return
    columns = ("product", "market", "regime", "change", "way", "cut", "price", "cost", "fixed_cost", "break_even")
    yield Block("table", "What would make it a yes", {"table": "mends", "columns": columns})
    yield Block("note", "Reading these changes", {"text": _NOTE})


_NOTE = """Changes with a cost are the cheapest sets out of the alternatives given; none of their steps can be left out. The others \
name the fewest lines that would have to originate, and by how much non-originating value exceeds the limit. A higher price would \
also meet a limit on value. That is legal arithmetic that is open to manipulation, and customs look into it."""
