"""Loads and views of a ledger of N claims: ``python -m benchmarks.ledger [N]``, CPU seconds, wall seconds and peak memory.

The claims are made up: a tenth as many subjects, predicates of the vocabulary, days of eleven years, one in a hundred a
correction of another. Each task runs in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

TODAY = date(2026, 1, 1)


def make(count: int, path: Path) -> None:
    """Write made-up claims as CSV, without ids, so that the reader has all its work to do."""
    import numpy as np
    import polars as pl

    draw = np.random.default_rng(20260101)
    subjects = max(1, count // 10)
    kinds = np.array(["capacity", "capital", "construction_start", "mass_production", "state", "area"])
    kind = draw.integers(0, 6, count)
    who = draw.integers(0, subjects, count)
    days = draw.integers(0, 365 * 10, count)
    said = [(date(2015, 1, 1) + timedelta(days=int(d))).isoformat() for d in range(365 * 10)]
    due = [(date(2016, 1, 1) + timedelta(days=int(d))).isoformat() for d in range(365 * 15)]
    numbers = (draw.integers(1, 10_000, count) * 10).astype(str)
    dates = np.array(due)[draw.integers(0, len(due), count)]
    states = np.array(["announced", "construction", "operating"])[draw.integers(0, 3, count)]
    value = np.where(kind < 2, numbers, np.where(kind < 4, dates, np.where(kind == 4, states, numbers)))
    unit = np.array(["vehicle/year", "USD", "", "", "", "hectare"])[kind]
    source = np.array([f"paper {n}" for n in range(500)])[draw.integers(0, 500, count)]
    frame = pl.DataFrame({
        "id": pl.Series([f"r{n}" for n in range(count)]), "subject": pl.Series([f"project:plant-{n}/phase={n % 3 + 1}" for n in who]),
        "predicate": kinds[kind], "value": value, "unit": unit, "as_of": np.array(said)[days], "status": "planned", "source": source,
    })  # fmt: skip
    corrects = draw.random(count) < 0.01
    corrects[0] = False
    order = np.arange(count)
    # A correction names the row before it.
    frame = frame.with_columns(supersedes=pl.when(pl.Series(corrects)).then(pl.format("r{}", pl.Series(order - 1))).otherwise(pl.lit("")))
    frame.write_csv(path)


def peak() -> float:
    """Peak memory of this process, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def task(name: str, folder: Path) -> str:
    """Run one task and tell its cost."""
    from madein.ledger import Claims

    source = folder / ("claims.csv" if name == "csv" else "claims.parquet")
    base, cpu, wall = peak(), time.process_time(), time.perf_counter()
    ledger = Claims.read(source, today=TODAY)
    cost = f"{time.process_time() - cpu:.2f} CPU-s, {time.perf_counter() - wall:.2f} s"
    lines = [f"load {source.suffix[1:]}: {len(ledger):,} claims, {cost}, peak {peak():.2f} GB (imports {base:.2f})"]
    if name == "csv":
        ledger.write(folder / "claims.parquet")
    for day in (date(2025, 12, 31), date(2020, 6, 30), date(2015, 2, 1)):
        cpu, wall = time.process_time(), time.perf_counter()
        view = ledger.as_of(day)
        lines.append(f"view of {day}: {view.frame.height:,} claims, {time.process_time() - cpu:.2f} CPU-s, {time.perf_counter() - wall:.2f} s")
    cpu, wall = time.process_time(), time.perf_counter()
    found = ledger.history("project:plant-7/phase=2", "capacity").height
    lines.append(f"history of one item: {found} claims, {time.process_time() - cpu:.3f} CPU-s; peak {peak():.2f} GB")
    return "\n".join(lines)


def main(args: Iterable[str] | None = None) -> None:
    """Print the cost of every task."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--task", default="")
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args(None if args is None else list(args))
    if given.task == "make":
        make(given.count, given.folder / "claims.csv")
        return
    if given.task:
        print(task(given.task, given.folder))
        return
    print(__doc__)
    with tempfile.TemporaryDirectory() as made:
        for name in ("make", "csv", "parquet"):
            # A child begins with the peak of its parent, so the claims are made in a child, too.
            command = [sys.executable, "-m", "benchmarks.ledger", str(given.count), "--task", name, "--folder", made]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            size = (Path(made) / "claims.csv").stat().st_size / 1e6
            print(done.stdout or f"{given.count:,} claims, CSV of {size:.0f} MB, {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
