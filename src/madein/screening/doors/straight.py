"""Parquet that is in the schema already: checked in one pass and, where every row is good, used where it lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from madein.core.countries import countries
from madein.core.units import is_money
from madein.screening.doors.cells import REJECTED
from madein.screening.schema import TableSchema, check_columns, faults_of

_ECONOMIES = {"declarations": ("counterparty_country", "origin", "departure", "destination"), "tariffs": ("importer", "origin"), "firms": ()}


@dataclass(frozen=True, slots=True)
class Taken:
    """Where a table can be read, how many rows its file had, and how many are left."""

    path: Path
    read: int
    kept: int


def fits(path: Path, table: TableSchema) -> bool:
    """True for a Parquet file with the schema's types whose countries, currencies and codes are spelt as the schema has them."""
    if path.suffix.lower() != ".parquet" or any(p.severity == "error" for p in check_columns(path, table)):
        return False
    held = pl.read_parquet_schema(path)
    if any(held[c.name] != c.dtype for c in table.columns.values() if c.name in held):
        return False
    lazy = pl.scan_parquet(path)
    listed = [c for c in (*_ECONOMIES[table.name], *(("currency",) if table.name == "declarations" else ())) if c in held]
    for column in listed:
        values = lazy.select(pl.col(column).drop_nulls().unique()).collect(engine="streaming").to_series().to_list()
        if not all(is_money(v) if column == "currency" else v in countries() for v in values):
            return False
    if "hs" in held and lazy.select((~pl.col("hs").str.contains(r"^(?:[0-9]{2}){1,5}$")).any()).collect(engine="streaming").item():
        return False
    return not (table.name == "declarations" and "net_kg" in held and lazy.select((pl.col("net_kg") == 0).any()).collect(engine="streaming").item())


def take_straight(path: Path, table: TableSchema, target: Path, put_aside: Callable[[pl.DataFrame], None]) -> Taken:
    """Check every row and the key; rows with a fault are set aside and the others written to `target`."""
    lazy = pl.scan_parquet(path)
    held = pl.read_parquet_schema(path)
    lazy = lazy.with_columns(pl.lit(None, c.dtype).alias(c.name) for c in table.columns.values() if c.name not in held)
    faults = faults_of(table)
    sums = (
        lazy.select(pl.len().alias("n"), *(f.sum().alias(f"f{i}") for i, (_, _, f) in enumerate(faults)))
        .collect(engine="streaming")
        .row(0, named=True)
    )
    some = [(c, r, f) for i, (c, r, f) in enumerate(faults) if sums[f"f{i}"]]
    mixed = pl.struct(table.key).hash()
    repeated = sums["n"] != lazy.select(mixed.n_unique()).collect(engine="streaming").item()
    if not some and not repeated and all(c in held for c in table.columns):
        return Taken(path, sums["n"], sums["n"])
    numbered = lazy.with_row_index("_n", offset=1)

    def aside(rows: pl.LazyFrame, column: str, reason: str, value: pl.Expr) -> None:
        held = {"table": pl.lit(table.name), "file": pl.lit(path.name), "row": pl.col("_n"), "column": pl.lit(column), "reason": pl.lit(reason)}
        put_aside(rows.select(**held, value=value).collect(engine="streaming").cast(REJECTED))  # type: ignore[arg-type]

    for column, reason, fault in some:
        aside(numbered.filter(fault), column, reason, pl.col(column).cast(pl.String, strict=False))
    bad = pl.any_horizontal([f for _, _, f in some]) if some else pl.lit(False)
    good = numbered.filter(~bad)
    if repeated:
        twice = good.select("_n", k=mixed).filter(pl.col("k").is_duplicated()).select("_n").collect()
        rows = good.join(twice.lazy(), on="_n", how="semi").collect().sort("_n")
        later = rows.filter(~rows.select(pl.struct(table.key).is_last_distinct()).to_series())
        aside(later.lazy(), table.key[0], "superseded: a later row has the same key", pl.lit(None, pl.String))
        good = good.join(later.lazy().select("_n"), on="_n", how="anti", maintain_order="left")
    good.select(list(table.polars)).sink_parquet(target, maintain_order=True, row_group_size=122_880)
    return Taken(target, sums["n"], pl.scan_parquet(target).select(pl.len()).collect().item())
