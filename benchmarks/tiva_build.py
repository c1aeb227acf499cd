"""Building, balancing, sensitivity and localisation: ``python -m benchmarks.tiva_build FOLDER``, CPU seconds on one BLAS thread.

FOLDER holds ``*/CCC2022ttl.csv`` and ``*/trade_2022.npz`` (``tiva/real`` in MADEIN_REFERENCE if left out). Peers and limits stand in the same
run: GRAS beside the time that reading its matrix as often takes (memory bandwidth), gradients and localisation beside the ways
without adjoints and updates (a factorisation for each cell or each input, extrapolated from three).
"""

from __future__ import annotations

import os
import resource
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np
from scipy.linalg import lu_factor

from madein.tiva.build import balance, build_table, read_cube, read_nationals, split_cube, update_tables
from madein.tiva.build.detail import concordances, members
from madein.tiva.factored import Factored
from madein.tiva.localisation import localisation_gains, localise
from madein.tiva.sensitivity import domestic_share_gradient

T = TypeVar("T")


def timed(what: str, do: Callable[[], T], beside: str = "") -> T:
    start = time.process_time()
    out = do()
    print(f"{what:<78} {time.process_time() - start:8.3f} CPU-s  {beside}", flush=True)
    return out


def main(folder: Path) -> None:
    print(f"numpy {np.__version__}, one BLAS thread")
    tables = timed("80 national tables read and audited", lambda: read_nationals(sorted(folder.glob("*/*2022ttl.csv"))))
    cube = read_cube(next(iter(folder.glob("*/trade_2022.npz"))))
    parts = members(tables[0].industries, cube.industries, concordances()["oecd_2025"])
    split = timed("services of the flows split 1 -> 23 (81 x 81 x 23)", lambda: split_cube(tables, cube, parts))
    print(f"{'':<4}{split.rounds} sweeps, gap {split.gap:.1e}")
    timed("80 use tables to margins of the year by GRAS, 28 industries", lambda: update_tables(tables, cube))
    table = timed("table of 81 x 28 (2,268) built", lambda: build_table(tables, cube))
    timed("table of 81 x 50 (4,050) built, split included", lambda: build_table(tables, cube, detail="split"))

    draw = np.random.default_rng(0)
    x = table.output * np.exp(draw.normal(0, 0.1, len(table.output)))
    start = time.process_time()
    new = balance(table, output=x)
    spent = time.process_time() - start
    cells = np.column_stack([table.inter, table.final])
    ones, back = np.ones(cells.shape[1]), np.ones(len(cells))
    start = time.process_time()
    for _ in range(new.fit.rounds):
        cells @ ones
        back @ cells
    bare = time.process_time() - start
    said = f"{new.fit.rounds} sweeps, gap {new.fit.gap:.0e}; reading the cells as often: {bare:.3f} ({spent / bare:.1f} x)"
    print(f"{f'GRAS of {cells.shape[0]:,} x {cells.shape[1]:,} to new output (10 % noise)':<78} {spent:8.3f} CPU-s  {said}")

    f = Factored(table, value_added="stated")
    timed("factored (LU), 2,268", lambda: f.solve(f.demand))
    start = time.process_time()
    for _ in range(3):
        lu_factor(np.eye(f.n) - f.z * f.xinv)
    once = (time.process_time() - start) / 3
    g = timed("derivatives of the domestic share by all cells: two solves", lambda: domestic_share_gradient(f, "VNM"),
              f"cell by cell, {f.n**2:,} factorisations: {once * f.n**2:,.0f} CPU-s")  # fmt: skip
    timed("interval under independent noise", lambda: g.interval(0.1), f"Monte Carlo of 1,000 draws: {1000 * once:,.0f} CPU-s")
    timed("interval under noise by origin and user", lambda: g.interval(0.1, together="pair"))
    timed("the 20 cells that move it most", lambda: g.largest(20))
    f.vb  # noqa: B018
    n = len(table.industries)
    timed("one input moved home, by update", lambda: localise(f, "VNM", "C26"), f"made anew: {once:.2f} CPU-s")
    timed(f"{n} inputs one by one", lambda: localisation_gains(f, "VNM"), f"made anew: {n * once:.1f} CPU-s")
    timed(f"{n * n} pairs of input and user", lambda: localisation_gains(f, "VNM", by="pair"), f"made anew: {n * n * once:.0f} CPU-s")
    print(f"peak {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB")


if __name__ == "__main__":
    home = os.environ.get("MADEIN_REFERENCE")
    given = sys.argv[1:] or ([str(Path(home) / "tiva" / "real")] if home else [])
    if not given:
        sys.exit("name the folder of the tables, or set MADEIN_REFERENCE")
    main(Path(given[0]))
