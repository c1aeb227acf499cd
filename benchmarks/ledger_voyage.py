"""Sea distances against searoute in CPU-seconds: ``python -m benchmarks.ledger_voyage [--ports N] [--pairs N]``.

Peer: one call of ``searoute.searoute`` a pair, network loaded, with the Northwest Passage closed. Ours: one search a port.
The peer's matrix is its measured time a pair times the number of pairs. Prints how far the two differ, too.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterable

import numpy as np

from madein.ledger.lanes import distance_matrix, sea_route
from madein.ledger.ports import Port, find_port, ports, searoute_package
from madein.ledger.voyage import check_voyage


def cpu(work: Callable[[], object]) -> float:
    """CPU-seconds of one call."""
    began = time.process_time()
    work()
    return time.process_time() - began


def fresh(code: str) -> float:
    """CPU-seconds that code takes in a fresh interpreter, less those of an empty one; the least of five."""
    timed = "import time; a = time.process_time(); {}; print(time.process_time() - a)"
    return min(float(subprocess.run([sys.executable, "-c", timed.format(code)], capture_output=True, text=True, check=True).stdout) for _ in range(5))


def main(args: Iterable[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ports", type=int, default=300)
    parser.add_argument("--pairs", type=int, default=200)
    given = parser.parse_args(None if args is None else list(args))
    searoute = searoute_package()
    served = sorted((p for p in ports().values() if p.commercial), key=lambda p: p.code)
    some = random.Random(1).sample(served, min(given.ports, len(served)))
    draw = random.Random(2)
    pairs = [(draw.randrange(len(some)), draw.randrange(len(some))) for _ in range(given.pairs)]

    def peer(a: Port, b: Port) -> float:
        told = searoute.searoute((a.lon, a.lat), (b.lon, b.lat), units="naut", speed_knot=15, restrictions=["northwest"])
        return float(told.properties["length"])

    home = find_port("Hai Phong")
    peer(home, some[0])
    sea_route(home, some[0])
    told: list[float] = []
    by_peer = cpu(lambda: told.extend(peer(some[i], some[j]) for i, j in pairs)) / len(pairs)
    single = cpu(lambda: [sea_route(some[i], home) for i, _ in pairs]) / len({i for i, _ in pairs})
    again = cpu(lambda: [sea_route(home, some[j]) for _, j in pairs]) / len(pairs)
    began = time.perf_counter()
    held: list[np.ndarray] = []
    matrix_cpu = cpu(lambda: held.append(distance_matrix(some)))
    wall = time.perf_counter() - began
    matrix = held[0]
    off = [abs(matrix[i, j] - t) for (i, j), t in zip(pairs, told, strict=True)]
    n = len(some)
    first = "from madein.ledger.lanes import sea_route as r; from madein.ledger.ports import find_port as p; r(p('Hai Phong'), p('Oakland'))"
    rows = {
        "import searoute, fresh interpreter": fresh("import searoute"),
        "ports read, network built, first route": fresh(first),
        "one pair, searoute": by_peer,
        "one pair, ours, new origin": single,
        "one pair, ours, origin searched before": again,
        "20 days to California (10 ports), warm": cpu(lambda: check_voyage("Hai Phong", "California", 20)),
        f"matrix of {n} ports, ours": matrix_cpu,
        f"matrix of {n} ports, searoute ({n * n:,} pairs, extrapolated)": by_peer * n * n,
    }
    print(__doc__)
    for name, seconds in rows.items():
        print(f"{name:70s} {seconds:10.4f} CPU-s")
    print(f"{'matrix, wall':70s} {wall:10.4f} s")
    print(f"matrix {by_peer * n * n / matrix_cpu:,.0f} times quicker; greatest difference over {len(pairs)} pairs {max(off):.6f} nm")
    print(json.dumps({k: round(v, 6) for k, v in rows.items()}))


if __name__ == "__main__":
    main()
