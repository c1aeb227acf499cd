"""Many series at once, on an executor of the caller's, with one line of quality for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from madein.core.errors import MadeinError
from madein.indices.seasonal.adjusting import TIMEOUT, adjust
from madein.indices.seasonal.frozen import Frozen, rerun_chunk
from madein.indices.seasonal.holidays import MovingHoliday
from madein.indices.seasonal.observed import Observed
from madein.indices.seasonal.result import Adjustment
from madein.indices.seasonal.spec import X13Spec

if TYPE_CHECKING:
    import polars as pl

CHUNK = 25
"""Series a process of the program takes in a batch of frozen runs."""

T = TypeVar("T")
R = TypeVar("R")


@dataclass(frozen=True)
class Batch:
    """Adjustments of many series, in the order given.

    Examples
    --------
    >>> batch.quality.filter(pl.col("q") > 1)  # doctest: +SKIP
    """

    results: tuple[Adjustment, ...]

    def __iter__(self) -> Iterator[Adjustment]:
        return iter(self.results)

    def __len__(self) -> int:
        return len(self.results)

    def __getitem__(self, key: str) -> Adjustment:
        for r in self.results:
            if r.key == key:
                return r
        raise KeyError(key)

    @property
    def frame(self) -> pl.DataFrame:
        """The frames of all series, one below the other (see `Adjustment.frame`)."""
        import polars as pl

        return pl.concat([r.frame for r in self.results]) if self.results else pl.DataFrame()

    @property
    def quality(self) -> pl.DataFrame:
        """One row a series: what was done, how good it is, why it is not what was asked.

        Columns: ``series``, ``asked``, ``method``, ``steps`` (how many of the chain), ``reason`` and ``code`` of the first
        refusal, ``model``, ``transform``, ``mode``, ``observations``, ``holes``, ``aicc``, ``m1`` to ``m11``, ``q``, ``q2``,
        ``qs_original``, ``qs_original_p``, ``qs_adjusted``, ``qs_adjusted_p``, ``seasonal`` (X-11's test), ``residual_f_p``
        (percent), ``ljung_box_fails``, ``outliers``, ``holiday`` (windows kept) and ``warnings``; null where X-13 gives none.
        """
        import polars as pl

        return pl.DataFrame([_row(r) for r in self.results], schema=_schema(), orient="row")


def _schema() -> dict[str, Any]:
    import polars as pl

    text, count, real = pl.String, pl.Int64, pl.Float64
    names = {
        "series": text,
        "asked": text,
        "method": text,
        "steps": count,
        "reason": text,
        "code": text,
        "model": text,
        "transform": text,
        "mode": text,
    }
    names |= {"observations": count, "holes": count, "aicc": real} | {f"m{i}": real for i in range(1, 12)} | {"q": real, "q2": real}
    names |= {"qs_original": real, "qs_original_p": real, "qs_adjusted": real, "qs_adjusted_p": real, "seasonal": text, "residual_f_p": real}
    return names | {"ljung_box_fails": count, "outliers": count, "holiday": text, "warnings": count}


def _row(r: Adjustment) -> tuple[object, ...]:
    q, none = r.quality, (None, None)
    first = r.reason
    return (
        r.key, r.asked, r.method, len(r.steps), first.plain if first else None, first.code if first else None, r.model, r.transform, r.mode,
        len(r.original), int(r.estimated.sum()), q.aicc, *(q.m.get(f"m{i}") for i in range(1, 12)), q.q, q.q2,
        *(q.qs_original or none), *(q.qs_adjusted or none), q.seasonal, (q.residual_f or none)[1], q.ljung_box_fails,
        len(r.outliers), " ".join(r.holiday), len(r.warnings),
    )  # fmt: skip


def _spread(work: Callable[[T], R], jobs: Sequence[T], executor: Executor | None, size: Callable[[T], int]) -> list[R]:
    """Results in the order of the jobs; the largest are begun first, so that no worker is left with a long one at the end."""
    if executor is None:
        return [work(job) for job in jobs]
    waiting: dict[int, Future[R]] = {}
    try:
        for i in sorted(range(len(jobs)), key=lambda i: -size(jobs[i])):
            waiting[i] = executor.submit(work, jobs[i])
        return [waiting[i].result() for i in range(len(jobs))]
    except BaseException:
        for w in waiting.values():
            w.cancel()
        raise


@dataclass(frozen=True)
class _One:
    """The work of one series, in a form that a process pool can send."""

    method: str
    holiday: str | MovingHoliday
    spec: X13Spec | None
    calendar: tuple[str, ...]
    fallback: bool
    timeout: float

    def __call__(self, observed: Observed) -> Adjustment:
        return adjust(
            observed, self.method, self.holiday, self.spec, calendar=self.calendar, fallback=self.fallback, timeout=self.timeout
        )  # fmt: skip


def adjust_many(
    series: Mapping[str, pl.DataFrame] | pl.DataFrame | Sequence[Observed],
    method: str = "x11",
    holiday: str | MovingHoliday = "",
    *,
    spec: X13Spec | None = None,
    calendar: Sequence[str] = ("td", "easter"),
    fallback: bool = True,
    executor: Executor | None = None,
    timeout: float = TIMEOUT,
) -> Batch:
    """Adjust many series, each with everything identified.

    Parameters
    ----------
    series : mapping of frames, long frame with a column ``series``, or sequence of Observed
        The numbers.
    method, holiday, spec, calendar, fallback, timeout
        As for `adjust`.
    executor : concurrent.futures.Executor, optional
        Where the work runs: threads do, since the program is a process of its own; without one, one series after another.

    Returns
    -------
    Batch
        In the order given; a refused series is a result with its reason, never an exception.

    Examples
    --------
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> with ThreadPoolExecutor(2) as pool:  # doctest: +SKIP
    ...     batch = adjust_many(frame, "x11", "tet", executor=pool)
    """
    work = _One(method, holiday, spec, tuple(calendar), fallback, timeout)
    return Batch(tuple(_spread(work, _observed(series), executor, lambda o: len(o.values))))


def _observed(series: Mapping[str, pl.DataFrame] | pl.DataFrame | Sequence[Observed]) -> list[Observed]:
    if isinstance(series, Mapping):
        return [Observed.from_frame(f.drop("series", strict=False), k) for k, f in series.items()]
    if isinstance(series, Sequence):
        return list(series)
    if "series" not in series.columns:
        return [Observed.from_frame(series)]
    parts = series.partition_by("series", maintain_order=True)
    return [Observed.from_frame(part) for part in parts]


@dataclass(frozen=True)
class _Chunk:
    timeout: float

    def __call__(self, jobs: Sequence[tuple[Frozen, Observed]]) -> list[Adjustment]:
        return rerun_chunk(jobs, self.timeout)


def rerun_many(
    frozen: Mapping[str, Frozen] | Sequence[Frozen],
    series: Mapping[str, pl.DataFrame] | pl.DataFrame | Sequence[Observed],
    *,
    executor: Executor | None = None,
    timeout: float = TIMEOUT,
) -> Batch:
    """Rerun frozen specs on new numbers of their series.

    Parameters
    ----------
    frozen : mapping or sequence of Frozen
        By key of the series.
    series : mapping of frames, long frame with a column ``series``, or sequence of Observed
        The numbers; each has its frozen spec.
    executor : concurrent.futures.Executor, optional
        Where the work runs.
    timeout : float
        Seconds a run may take.

    Raises
    ------
    MadeinError
        For a series that was never frozen.
    """
    by_key = dict(frozen) if isinstance(frozen, Mapping) else {f.key: f for f in frozen}
    observed = _observed(series)
    unknown = [o.key for o in observed if o.key not in by_key]
    if unknown:
        raise MadeinError(f"{len(unknown)} series were never frozen", where=f"series {unknown[0]!r}", fix="identify and freeze them first")
    jobs = [(by_key[o.key], o) for o in observed]
    chunks = [jobs[i : i + CHUNK] for i in range(0, len(jobs), CHUNK)]
    return Batch(tuple(r for part in _spread(_Chunk(timeout), chunks, executor, len) for r in part))
