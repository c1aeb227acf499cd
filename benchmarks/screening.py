"""Flow indicators and the combined screen on simulated declarations, beside pandas: ``python -m benchmarks.screening [ROWS ...]``.

Each figure is taken in a process of its own: CPU seconds (user and system) and peak memory. Sizes may be written 1e6; default 1e6 1e7.
Every figure includes opening the data: looking all lines over and counting what cannot be used. The peer is pandas on the rerouting
indicator at three levels alone, left out where its frame would not fit into the memory of the machine.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

_MEASURE = """
import resource, sys
{body}
r = resource.getrusage(resource.RUSAGE_SELF)
print(round(r.ru_utime + r.ru_stime, 2), round(r.ru_maxrss / 1024))
"""

_BODIES = {
    "simulate": "from madein.screening.simulator import simulate\nsimulate({family!r}, {rows}, 1, {folder!r})",
    "rerouting, three levels": (
        "from madein.screening.flows import open_frame, rerouted\nf = open_frame({folder!r}, {memory!r})\n"
        "for u in (None, 'province', 'firm_id'):\n"
        "    t = rerouted(f.lines, 'CHN', 'USA', u)\n    f.con.to_polars(t.agg(n=t.covered.sum().cast('int64')))"
    ),
    "all indicators with nulls": (
        "from madein.screening.flows import open_frame, survey\nprint(len(survey(open_frame({folder!r}, {memory!r}), 'CHN', 'USA')), file=sys.stderr)"
    ),
    "combined screen": (
        "from madein.screening.flows import run, write\nprint(write(run({folder!r}, {memory!r}), {folder!r} + '/out'), file=sys.stderr)"
    ),
    "pandas, three levels": (
        "import pandas as pd\n"
        "d = pd.read_parquet({folder!r} + '/declarations.parquet', columns='flow date hs province firm_id origin destination value'.split())\n"
        "t = pd.to_datetime(d['date']); d['q'] = t.dt.year * 4 + t.dt.quarter\n"
        "m = d[(d.flow == 'import') & (d.origin == 'CHN')]; x = d[(d.flow == 'export') & (d.destination == 'USA')]\n"
        "for u in ([], ['province'], ['firm_id']):\n"
        "    k = u + ['hs', 'q']\n"
        "    a, b = (t.groupby(k)['value'].sum() for t in (x, m))\n"
        "    a.to_frame('x').join(b.to_frame('m'), how='inner').min(axis=1).sum()"
    ),
}


PANDAS_BYTES = 250
"""Memory pandas takes for one line of the eight columns it needs, measured at ten million lines."""


def fits_pandas(rows: int) -> bool:
    """True where pandas can be tried without taking the machine down."""
    import os

    return rows * PANDAS_BYTES < 0.7 * os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def measure(name: str, folder: str, rows: int, family: str, memory: str) -> tuple[float, int] | None:
    """CPU seconds and peak megabytes of one body in a process of its own; None where it could not run."""
    body = _BODIES[name].format(folder=folder, rows=rows, family=family, memory=memory)
    done = subprocess.run([sys.executable, "-c", _MEASURE.format(body=body)], capture_output=True, text=True, check=False)
    if done.returncode:
        print(done.stderr.strip().splitlines()[-1] if done.stderr.strip() else name, file=sys.stderr)
        return None
    cpu, peak = done.stdout.split()[-2:]
    return float(cpu), int(peak)


def main() -> None:
    """Print the table."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("rows", nargs="*", type=lambda t: int(float(t)), default=[1_000_000, 10_000_000])
    arguments.add_argument("--family", default="planted")
    arguments.add_argument("--memory", default="2GB", help="what DuckDB may hold before it spills")
    given = arguments.parse_args()
    print("| rows | what | CPU s | peak MB |\n| ---: | --- | ---: | ---: |")
    for rows in given.rows:
        with tempfile.TemporaryDirectory() as folder:
            for name in _BODIES:
                if "pandas" in name and not fits_pandas(rows):
                    print(f"| {rows:,} | {name} | would not fit into memory | |", flush=True)
                    continue
                found = measure(name, str(Path(folder) / "data"), rows, given.family, given.memory)
                print(f"| {rows:,} | {name} | {found[0]:.1f} | {found[1]:,} |" if found else f"| {rows:,} | {name} | could not run | |", flush=True)


if __name__ == "__main__":
    main()
