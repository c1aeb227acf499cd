"""Compile the index of industrial production from N rows: ``python -m benchmarks.compilation [N]``.

Rows are made up: establishments that report about eight products each by month, five years, a base for every year, one report
in fifty missing, some establishments that come and some that go. Timed: all product, class, division, section and total
indices from a frame in memory (from Parquet as well), against one pass of plain Polars group sums over the same rows, which
does no imputation, no links, no weights and no chain, as the floor. Wall seconds and CPU seconds of this process.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from madein.core.periods import month_number
from madein.indices.compilation import compile_index, read_reports
from madein.indices.compilation.industries import classification

FIRST, YEARS = 2019, 5


def make(count: int, seed: int = 20260101) -> tuple[pl.DataFrame, dict[int, dict[str, float]]]:
    """Rows and value-added weights; the same bytes for the same count."""
    draw = np.random.default_rng(seed)
    classes = sorted(classification("isic4").classes)
    months = 12 * YEARS
    units = max(len(classes) * 4, int(1.08 * count) // months)
    products = max(len(classes), units // 12)
    product = np.sort(draw.integers(0, products, units))
    product[:products] = np.arange(products)
    maker = draw.integers(0, max(1, units // 8), units) * 1_000_000 + np.arange(units)
    level = draw.lognormal(3, 1, units)
    season = 1 + 0.1 * np.sin(2 * np.pi * (np.arange(months)[:, None] + draw.integers(0, 12, units)) / 12)
    trend = np.cumprod(1 + draw.normal(0.003, 0.05, (months, units)), axis=0)
    quantity = np.round(level * season * trend, 3)
    first = np.where(draw.random(units) < 0.05, draw.integers(1, months - 12, units), 0)
    last = np.where(draw.random(units) < 0.05, draw.integers(18, months, units), months)
    at = np.arange(months)[:, None]
    there = (at >= first) & (at < last) & (draw.random((months, units)) > 0.02)
    t, u = np.nonzero(there)
    names = np.array([f"p{i:05d}" for i in range(products)], dtype=object)
    code = np.array(classes, dtype=object)[np.arange(products) % len(classes)]
    price = np.round(draw.lognormal(2, 0.5, products), 2)
    frame = pl.DataFrame({
        "establishment": pl.Series("e", maker[u]).cast(pl.String), "product": pl.Series(names[product[u]].tolist()),
        "industry": pl.Series(code[product[u]].tolist()), "month": month_number(FIRST, 1) + t,
        "quantity": quantity[t, u], "value": np.round(quantity[t, u] * price[product[u]], 2), "unit": "tonne",
    }).sample(fraction=1.0, shuffle=True, seed=1).head(count)  # fmt: skip
    weights = {y: dict(zip(classes, draw.uniform(1, 10, len(classes)).round(3).tolist(), strict=True)) for y in range(FIRST, FIRST + YEARS - 1)}
    return frame, weights


def floor(rows: pl.DataFrame) -> pl.DataFrame:
    """Plain sums by product and month."""
    return rows.group_by("product", "industry", "month").agg(pl.col("quantity").sum()).sort("product", "month")


def timed(what: Callable[[], Any]) -> tuple[Any, float, float]:
    """Result, wall and CPU seconds."""
    wall, cpu = time.perf_counter(), time.process_time()
    found = what()
    return found, time.perf_counter() - wall, time.process_time() - cpu


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("rows", nargs="?", type=int, default=1_000_000)
    rows, weights = make(ask.parse_args().rows)
    print(f"{rows.height:,} rows, {rows['product'].n_unique():,} products, {len(next(iter(weights.values())))} classes, {12 * YEARS} months")
    _, wall, cpu = timed(lambda: floor(rows))
    print(f"{'plain sums by product and month (floor)':44} {wall:6.2f} s wall {cpu:6.2f} s CPU")
    made, wall, cpu = timed(lambda: compile_index(rows, weights))
    print(f"{'compile, from memory':44} {wall:6.2f} s wall {cpu:6.2f} s CPU")
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("rows.parquet", rows.write_parquet), ("rows.csv", rows.with_columns(month=_label()).write_csv)):
            file = Path(folder) / name
            write(file)
            read, wall, cpu = timed(lambda file=file: read_reports(file))
            print(f"{'read ' + name:44} {wall:6.2f} s wall {cpu:6.2f} s CPU")
    again = compile_index(read.sample(fraction=1.0, shuffle=True, seed=2), weights)
    same = bool((again.index == made.index).all())
    print(f"{made.imputations.height:,} reports imputed, {made.links.height:,} links; same bits in another order: {same}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


def _label() -> pl.Expr:
    month = pl.col("month")
    return pl.format("{}-{}", month // 12, (month % 12 + 1).cast(pl.String).str.zfill(2))


if __name__ == "__main__":
    main()
