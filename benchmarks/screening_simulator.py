"""How long a simulated economy takes to write and to open, and how much memory: ``python -m benchmarks.screening_simulator 1000000``.

Each step runs in a process of its own, so that its peak memory is its own. The peer of a step is the time Polars takes to copy
the finished Parquet file row group by row group: the floor for anything that writes the same bytes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

POLARS = "import polars as pl; held = pl.scan_parquet({data!r} + '/declarations.parquet'); "
OPEN = "from madein.screening.doors import open_data; "
STEPS = {
    "simulate": "from madein.screening.simulator import simulate; simulate({family!r}, {rows}, 1, {data!r})",
    "copy (peer)": POLARS + "held.sink_parquet({out!r} + '/copy.parquet', compression='zstd', compression_level=3)",
    "open and check": OPEN + "open_data({data!r}, into={out!r})",
    "quality report": OPEN + "from madein.screening.quality import quality; quality(open_data({data!r}, into={out!r}))",
    "write CSV": POLARS + "held.sink_csv({out!r} + '/declarations.csv')",
    "open the CSV": OPEN + "open_data({out!r} + '/declarations.csv', into={out!r} + '/csv')",
}
TAIL = "; import resource, json; r = resource.getrusage(resource.RUSAGE_SELF); print(json.dumps([r.ru_utime + r.ru_stime, r.ru_maxrss / 1024]))"


def main(sizes: list[int], family: str = "planted") -> None:
    print(f"family {family}\n{'rows':>12} {'step':<16} {'CPU s':>8} {'peak MB':>8}")
    for rows in sizes:
        with tempfile.TemporaryDirectory() as folder:
            data, out = Path(folder) / "data", Path(folder) / "out"
            out.mkdir()
            for step, code in STEPS.items():
                text = code.format(family=family, rows=rows, data=str(data), out=str(out)) + TAIL
                done = subprocess.run([sys.executable, "-c", text], capture_output=True, text=True, check=True)
                cpu, peak = json.loads(done.stdout.splitlines()[-1])
                print(f"{rows:>12,} {step:<16} {cpu:>8.1f} {peak:>8,.0f}", flush=True)


if __name__ == "__main__":
    main([int(a) for a in sys.argv[1:]] or [100_000, 1_000_000])
