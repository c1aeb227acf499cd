"""Decompositions of a table of G x N industries: ``python -m benchmarks.tiva [G N] [--years Y]``, CPU seconds on one BLAS thread and peak memory.

The table is made up: flows at home fifty times those abroad, as in published ones. Each task runs in a process of its own, so that its
peak memory is its own; making the table is not timed, and BLAS is warmed before. The limit is what LAPACK takes for the factors, the
inverse and one product of that size in the same run; the peer is pymrio's ``calc_all`` where it is installed.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

TASKS = ("limit", "everything", "wwz_sink", "leontief", "one", "groups", "pymrio", "panel")


def make(g: int, n: int, seed: int = 1) -> tuple[Any, Any]:
    """Flows (GN, GN) and final demand (GN, G)."""
    import numpy as np

    draw = np.random.default_rng(seed)
    z, y = draw.random((g * n, g * n)), draw.random((g * n, g)) * n * 3
    for s in range(g):
        own = slice(s * n, s * n + n)
        z[own, own] *= 50
        y[own, s] *= 50
    return z, y


def table(g: int, n: int, year: int = 2020) -> Any:
    """The same as a table of the room."""
    from madein.core.icio import IcioTable

    return IcioTable.of(*make(g, n, year), [f"C{i:03}" for i in range(g)], [f"S{i:03}" for i in range(n)], unit="USD million", year=year)


def timed(label: str, do: Callable[[], Any]) -> Any:
    """Print the CPU and wall seconds of a call."""
    cpu, wall = time.process_time(), time.perf_counter()
    out = do()
    print(f"{label:58} {time.process_time() - cpu:8.3f} CPU s {time.perf_counter() - wall:8.3f} s", flush=True)
    return out


def limit(g: int, n: int) -> None:
    import numpy as np
    from scipy.linalg import lapack

    z, y = make(g, n)
    a = np.asfortranarray(np.eye(g * n) - z / (z.sum(1) + y.sum(1)))
    b = np.asfortranarray(np.eye(g * n))
    timed("LAPACK: factors (dgetrf)", lambda: lapack.dgetrf(a))
    timed("LAPACK: full inverse (dgesv)", lambda: lapack.dgesv(a, b))
    timed("BLAS: one product GN x GN x GN", lambda: a @ b)


def everything(g: int, n: int) -> None:
    from madein.tiva.factored import Factored
    from madein.tiva.sweep import decompose

    t = table(g, n)
    cpu = time.process_time()
    f = timed("coefficients, exports", lambda: Factored(t))
    timed("factors", lambda: f._lu)
    timed("inverse", lambda: f.inverse)
    timed("all decompositions at bilateral-sector level, checked", lambda: decompose(f))
    print(f"{'together':58} {time.process_time() - cpu:8.3f} CPU s")


def wwz_sink(g: int, n: int) -> None:
    from madein.tiva.bm import borin_mancini
    from madein.tiva.factored import Factored
    from madein.tiva.wwz import wang_wei_zhu

    f = Factored(table(g, n))
    _ = f.inverse
    cpu = time.process_time()
    timed("WWZ, sixteen terms, after the inverse", lambda: wang_wei_zhu(f))
    timed("Borin-Mancini sink, after that", lambda: borin_mancini(f, approach="sink"))
    print(f"{'together':58} {time.process_time() - cpu:8.3f} CPU s")


def leontief(g: int, n: int) -> None:
    from madein.tiva.factored import Factored
    from madein.tiva.origins import leontief as origins

    f = Factored(table(g, n))
    _ = f.inverse
    timed("Leontief origins of exports, full matrix, after the inverse", lambda: origins(f).by_industry())


def one(g: int, n: int) -> None:
    from madein.tiva.bm import borin_mancini
    from madein.tiva.factored import Factored

    t = table(g, n)
    cpu = time.process_time()
    f = Factored(t)
    who = [f.names[g // 2]]
    for perimeter, approach, level in (("exporter", "source", "bilateral-sector"), ("exporter", "sink", "bilateral-sector"),
                                       ("self", "source", "bilateral-sector"), ("self", "source", "bilateral"), ("self", "source", "sector"),
                                       ("world", "source", "country"), ("world", "sink", "country")):  # fmt: skip
        borin_mancini(f, level, perimeter, approach, exporters=who)  # type: ignore[arg-type]
    assert "inverse" not in f.__dict__
    print(f"{'one economy, all Borin-Mancini variants, no inverse':58} {time.process_time() - cpu:8.3f} CPU s")


def groups(g: int, n: int) -> None:
    from madein.tiva.bm import borin_mancini
    from madein.tiva.factored import Factored

    t = table(g, n)
    members = list(t.countries[: max(2, g // 8)])
    timed(f"a group of {len(members)} as one exporter, source", lambda: borin_mancini(Factored(t, {"GROUP": members}), exporters=["GROUP"]))


def pymrio(g: int, n: int) -> None:
    try:
        import pandas as pd
        import pymrio as peer
    except ImportError:
        print("pymrio is not installed: no peer beside these figures")
        return
    z, y = make(g, n)
    names = pd.MultiIndex.from_product([[f"C{i:03}" for i in range(g)], [f"S{i:03}" for i in range(n)]], names=["region", "sector"])
    use = pd.MultiIndex.from_product([[f"C{i:03}" for i in range(g)], ["final"]], names=["region", "category"])
    zf, yf = pd.DataFrame(z, names, names), pd.DataFrame(y, names, use)
    va = pd.DataFrame([z.sum(1) + y.sum(1) - z.sum(0)], index=pd.Index(["va"], name="stressor"), columns=names)
    system = peer.IOSystem(Z=zf, Y=yf)
    system.va = peer.Extension("va", F=va)
    timed("pymrio calc_all (x, A, L, footprint of value added)", system.calc_all)
    from madein.tiva.factored import Factored
    from madein.tiva.origins import leontief as origins
    from madein.tiva.readers import from_pymrio

    t = from_pymrio(peer.IOSystem(Z=zf, Y=yf))

    def same() -> Any:
        f = Factored(t)
        a, inverse = f.z * f.xinv, f.inverse
        return a, inverse, origins(f, "final_demand").by_industry()

    timed("the same here (x, A, L, value added by origin and use)", same)


def panel(g: int, n: int, years: int) -> None:
    from madein.tiva.panels import panel as run

    with tempfile.TemporaryDirectory() as folder:
        held = timed(f"{years} years of all decompositions to Parquet", lambda: run((table(g, n, 1995 + y) for y in range(years)), Path(folder)))
        print(f"{'written':58} {sum(p.stat().st_size for p in held) / 1e6:8.1f} MB")


def main() -> None:
    """Run all tasks, each in its own process, or the one that is named."""
    parse = argparse.ArgumentParser()
    parse.add_argument("size", nargs="*", type=int, default=[40, 35])
    parse.add_argument("--years", type=int, default=0)
    parse.add_argument("--task", choices=TASKS)
    parse.add_argument("--tasks", default=",".join(TASKS))
    asked = parse.parse_args()
    g, n = asked.size
    if asked.task:
        import numpy as np
        from scipy.linalg import lapack

        lapack.dgetrf(np.eye(256) @ np.eye(256))
        globals()[asked.task](g, n, *([asked.years] if asked.task == "panel" else []))
        print(f"{'peak memory':58} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3:8.0f} MB")
        return
    print(f"{g} x {n} = {g * n} industries, one BLAS thread")
    for task in asked.tasks.split(","):
        if task != "panel" or asked.years:
            print(f"-- {task}", flush=True)
            subprocess.run([sys.executable, "-m", "benchmarks.tiva", str(g), str(n), "--years", str(asked.years), "--task", task], check=True)


if __name__ == "__main__":
    main()
