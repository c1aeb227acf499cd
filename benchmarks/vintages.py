"""Speed of vintages, releases and SDMX: ``python -m benchmarks.vintages [--reference DIR] [--rows N]``.

Measures CPU-seconds, best of three, in one process:

- a store of N prints (a million) made, asked "as known on" a day, revised first against latest, written and read;
- each SDMX message of the reference folder, at most a second, against the library ``sdmx1`` where it is installed (its
  import of about a second not counted; it stops at a value that is no number);
- the parsed cells of all releases of the reference folder, and how many of them are understood.

Exit code 1 where a promise is not kept.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MOST_SECONDS = 1.0
"""Promised CPU-seconds of an SDMX message, and of "as known on" over a million prints."""


def best(work: Callable[[], Any], times: int = 3) -> tuple[float, Any]:
    """Least CPU-seconds of a few runs, and the last result."""
    least, result = float("inf"), None
    for _ in range(times):
        began = time.process_time()
        result = work()
        least = min(least, time.process_time() - began)
    return least, result


def of_store(rows: int) -> Iterator[tuple[str, bool]]:
    """A store of many prints: series of 120 months, each month printed four times."""
    import numpy as np
    import polars as pl

    from madein.indices.vintages import VintageStore, revision_stats, revision_table

    at = np.arange(rows)
    series, rest = np.divmod(at, 480)
    month = 2010 * 12 + rest // 4
    days = [date((m + j + 1) // 12, (m + j + 1) % 12 + 1, 6) for m in range(2010 * 12, 2020 * 12) for j in range(4)]
    release = pl.Series(days).gather(rest)
    value = np.random.default_rng(5).normal(100, 5, rows)
    frame = pl.DataFrame({"series": [f"s{n:05d}" for n in series], "month": month, "release": release, "value": value})
    spent, store = best(lambda: VintageStore.of(frame))
    yield f"store of {rows:,} prints, made            {spent:7.2f} CPU-s", True
    spent, seen = best(lambda: store.as_known(date(2016, 1, 1) + timedelta(3)))
    yield f"as known on a day ({seen.height:,} numbers)    {spent:7.2f} CPU-s", spent < MOST_SECONDS
    spent, stats = best(lambda: revision_stats(revision_table(store, "s00001")["revision"]))
    yield f"revisions of one series (n = {stats.n})        {spent:7.3f} CPU-s", spent < MOST_SECONDS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "v.parquet"
        spent, _ = best(lambda: store.write(path))
        yield f"written ({path.stat().st_size / 1e6:.1f} MB)                    {spent:7.2f} CPU-s", True
        spent, _ = best(lambda: VintageStore.read(path))
        yield f"read                                    {spent:7.2f} CPU-s", True


def of_sdmx(folder: Path) -> Iterator[tuple[str, bool]]:
    """Every message, read here and by sdmx1."""
    from madein.indices.sdmx import read_sdmx

    peer = importlib.util.find_spec("sdmx") is not None
    for path in sorted(folder.glob("*.xml")):
        spent, found = best(lambda path=path: read_sdmx(path))
        line = f"{path.name:28} {path.stat().st_size / 1e3:6.0f} kB {found.frame.height:6,} numbers {spent:7.3f} CPU-s"
        if peer:
            line += "   sdmx1 " + by_peer(path, spent)
        yield line, spent < MOST_SECONDS


def by_peer(path: Path, ours: float) -> str:
    """CPU-seconds of sdmx1 to a series of pandas, and the ratio; or why it stops."""
    import sdmx

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            spent, _ = best(lambda: sdmx.to_pandas(sdmx.read_sdmx(path)))
        except ValueError as fault:
            return f"stops: {str(fault)[:50]}"
    return f"{spent:6.2f} CPU-s, {spent / ours:.0f} times ours"


def of_releases(folder: Path) -> Iterator[tuple[str, bool]]:
    """Every file of parsed cells."""
    from madein.indices.releases import read_cells

    for path in sorted(folder.glob("*release_cells*.csv.gz")):
        spent, found = best(lambda path=path: read_cells(path))
        read, left = found.store.frame.height, found.unread.height
        yield f"{path.name}: {read:,} of {read + left:,} cells understood ({read / (read + left):.1%}) {spent:.2f} CPU-s", True


def main() -> int:
    """Print every line; 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--reference", type=Path, default=Path(os.environ.get("MADEIN_REFERENCE", ROOT.parent / "shared" / "data")))
    parser.add_argument("--rows", type=int, default=1_000_000)
    given = parser.parse_args()
    kept = True
    folder = given.reference / "indices"
    for lines in (of_store(given.rows), of_sdmx(folder / "sdmx"), of_releases(folder / "vintages")):
        for line, fine in lines:
            kept &= fine
            print(line if fine else f"{line}   PROMISE BROKEN", flush=True)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
