"""Seasonal adjustment: ``python -m benchmarks.seasonal [--frozen N] [--auto N] [--workers N]``.

Frozen specs rerun on many series, the automatic batch on one worker and on several, and statsmodels' wrapper of the same
program on the same series in the same run, where statsmodels is installed. CPU-seconds count this process and the program.
Series are made here: trend, season, noise, and the dent of Tet; lengths of 8 to 15 years.

How much faster several workers are is told twice. The ratio of wall clocks holds on a machine that does nothing else. The
ratio by CPU does not depend on who else uses the cores: CPU-seconds of all workers, over those on the critical path, which is
what this process does before and after, and then the busiest worker or, if that is more, all Python code, which runs one thread
at a time.
"""

from __future__ import annotations

import argparse
import os
import resource
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

import numpy as np

from madein.core.periods import month_number
from madein.indices.seasonal import Batch, Observed, adjust_many, find_binary, freeze, moving_holiday, rerun_many
from madein.indices.seasonal.run import metered

START = month_number(2010, 1)


def made(count: int) -> list[Observed]:
    """Series of a trend, a season, noise and a dent of Tet."""
    draw = np.random.default_rng(1)
    out = []
    for k in range(count):
        n = int(draw.integers(96, 181))
        i = np.arange(n)
        tet = moving_holiday("tet").regressors(START, n, ("tet_dur",))[:, 0]
        log = 4.6 + draw.uniform(-0.002, 0.008) * i + 0.1 * np.sin(2 * np.pi * i / 12 + draw.uniform(0, 6))
        log += draw.uniform(-0.3, -0.1) * tet + np.cumsum(0.01 * draw.standard_normal(n)) + 0.02 * draw.standard_normal(n)
        out.append(Observed.of(f"s{k}", START + i, np.exp(log)))
    return out


def cost(work: Callable[[], object]) -> tuple[object, float, float]:
    """The result, wall-clock seconds and CPU-seconds with those of ended children."""

    def spent() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(u.ru_utime + u.ru_stime for u in used)

    before, began = spent(), time.perf_counter()
    result = work()
    return result, time.perf_counter() - began, spent() - before


class Metered(ThreadPoolExecutor):
    """Threads that count the CPU-seconds of what they run: their own, and those of the program."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.own: dict[int, float] = defaultdict(float)
        self.program: dict[int, float] = defaultdict(float)
        self.began = time.thread_time()

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Run with the meter on."""

        def work() -> Any:
            began, me = time.thread_time(), threading.get_ident()
            with metered() as spent:
                try:
                    return fn(*args, **kwargs)
                finally:
                    self.own[me] += time.thread_time() - began
                    self.program[me] += sum(spent)

        return super().submit(work)

    def paths(self) -> tuple[float, float, float]:
        """CPU-seconds of all workers and this thread; those on the critical path; those of this thread alone."""
        serial = time.thread_time() - self.began
        busiest = max((self.own[w] + self.program[w] for w in self.own), default=0.0)
        total = serial + sum(self.own.values()) + sum(self.program.values())
        return total, serial + max(busiest, sum(self.own.values())), serial


def peer(series: list[Observed]) -> int:
    """How many series the same program adjusts through statsmodels' wrapper: automatic model, trading days, outliers."""
    import pandas as pd
    from statsmodels.tools.sm_exceptions import X13Error
    from statsmodels.tsa.x13 import x13_arima_analysis

    done = 0
    for one in series:
        at = pd.period_range("2010-01", periods=len(one.values), freq="M").to_timestamp()
        try:
            x13_arima_analysis(pd.Series(one.values, index=at, name="s"), x12path=str(find_binary()), outlier=True, trading=True, prefer_x13=True)
        except X13Error:
            continue
        done += 1
    return done


def main(args: Iterable[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frozen", type=int, default=2000)
    parser.add_argument("--auto", type=int, default=40)
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args(None if args is None else list(args))
    print(__doc__)
    rows: list[tuple[str, int, float, float]] = []

    few = made(given.auto)
    one_batch, one, cpu_one = cost(lambda: adjust_many(few, "x11", "tet"))
    rows.append(("automatic, Tet windows chosen, one worker", len(few), one, cpu_one))
    with Metered(given.workers) as pool:
        more_batch, more, cpu_more = cost(lambda: adjust_many(few, "x11", "tet", executor=pool))
        total, critical, serial = pool.paths()
    rows.append((f"automatic, {given.workers} workers", len(few), more, cpu_more))
    assert isinstance(one_batch, Batch)
    assert isinstance(more_batch, Batch)
    assert all(np.array_equal(a.adjusted, b.adjusted) for a, b in zip(one_batch, more_batch, strict=True))
    if find_spec("statsmodels"):
        done, wall, cpu = cost(lambda: peer(few))
        rows.append((f"automatic, no Tet, statsmodels' wrapper ({done} adjusted)", len(few), wall, cpu))
        ours, wall, cpu = cost(lambda: adjust_many(few, "x11", calendar=("td",)))
        assert isinstance(ours, Batch)
        rows.append((f"automatic, no Tet, ours ({sum(not r.refused for r in ours)} adjusted)", len(few), wall, cpu))

    many = made(given.frozen)
    models = [freeze(r) for r in one_batch if not r.refused]
    frozen = {o.key: replace(models[i % len(models)], key=o.key) for i, o in enumerate(many)}
    for name, pool_of in (("threads", ThreadPoolExecutor), ("processes", ProcessPoolExecutor)):

        def work(pool_of: type = pool_of) -> Batch:
            with pool_of(given.workers) as pool:
                return rerun_many(frozen, many, executor=pool)

        batch, wall, cpu = cost(work)
        assert isinstance(batch, Batch)
        assert len(batch) == len(many)
        rows.append((f"frozen specs, {given.workers} {name} ({sum(r.method != 'x11' for r in batch)} refused)", len(many), wall, cpu))

    print(f"cores: {os.cpu_count()}, load as the run ends: {os.getloadavg()[0]:.1f}")
    print(f"{'':60s} {'series':>7s} {'wall s':>9s} {'CPU s':>9s} {'CPU ms each':>12s}")
    for name, n, wall, cpu in rows:
        print(f"{name:60s} {n:7d} {wall:9.2f} {cpu:9.2f} {1000 * cpu / n:12.1f}")
    print(f"automatic, {given.workers} workers against one: {one / more:.2f} times as fast by wall clock, {total / critical:.2f} by CPU "
          f"({total:.2f} s in all, {critical:.2f} s on the critical path, {serial:.2f} s of it before and after the workers)")  # fmt: skip


if __name__ == "__main__":
    main()
