"""A catalogue of products against markets: the table in, one row for each product and market out."""

from __future__ import annotations

import gc
import multiprocessing
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from madein.core.errors import Problem
from madein.origin.batch.cut import Piece, cut, opened
from madein.origin.batch.group import Memory
from madein.origin.batch.judge import Judge
from madein.origin.batch.margin import REASONS
from madein.origin.batch.table import Table
from madein.origin.decide import Court, court_of
from madein.origin.provisions import place
from madein.origin.regimes import load_regime

Market = str | tuple[str, str]
"""A regime for the destination each product names, or a regime and the country sold to."""

_WORDS = ("no", "unknown", "yes", None)
_PIECE = 250_000
"""Bills that are worked on at once."""


@dataclass
class Catalogue:
    """The decisions on a catalogue.

    Parameters
    ----------
    decisions : DataFrame
        One row for each bill and market, bill after bill and the markets in their order: ``bill``, ``regime``, ``destination``,
        ``verdict`` (``yes``, ``no``, ``unknown``; null for a bill that was refused), ``rule`` (ids of the rules), ``margin`` (percentage
        points from the nearest deciding limit of value, negative beyond it; null where no such limit decides), ``reason`` (one of
        `madein.origin.batch.margin.REASONS`).
    problems : list of Problem
        What could not be read, with row and column.
    scalar : dict of str to int
        For each market, how many bills the scalar path decided.
    refused : int
        Bills with an error, which are not decided.
    """

    decisions: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)
    scalar: dict[str, int] = field(default_factory=dict)
    refused: int = 0


def decide_many(
    table: pl.DataFrame | str | Path, regimes: Sequence[Market], on: date | None = None, products: pl.DataFrame | str | Path | None = None,
    edition: str = "", label: str = "", *, workers: int = 1, executor: Executor | None = None,
) -> Catalogue:  # fmt: skip
    """Decide a catalogue of bills under several regimes at once.

    Parameters
    ----------
    table : DataFrame, or path of a CSV, Parquet or Excel file
        One row for each line of each bill. ``bill`` names the product; the other columns are those of the reader of bills (``hs``,
        ``hs_edition``, ``origin``, ``originating``, ``value``, ``weight_pct``, ``role``, ...), ``status_REGIME`` for the status under
        one regime. Values are per unit of the product, in its currency, weights in the unit of its weight, shares in percent. A bill
        whose lines name a ``parent`` is read and rolled up by itself, which takes longer. A Parquet file, or a large CSV file, whose rows
        stand bill after bill is read piece by piece.
    regimes : sequence of str or (str, str)
        Regimes; with a country, goods are sold there.
    on : date, optional
        Day the law is applied at; without it, the newest law held.
    products : DataFrame or path, optional
        One row for each ``bill`` with ``product_hs``, ``product_hs_edition``, ``product_country``, ``product_destination``,
        ``product_value``, ``product_basis``, ``product_currency``, ``product_net_cost``, ``product_weight``, ``product_processes``,
        ``gate_minimal_operations``, ``gate_transport``, ``fact_...``. Without it these columns stand in `table`, the same on every
        row of a bill.
    edition : str
        Edition of codes that name none.
    label : str
        How messages call the catalogue.
    workers : int
        Processes that share the pieces of the catalogue. With more than one, a script must start its work under
        ``if __name__ == "__main__"``.
    executor : Executor, optional
        What the pieces are handed to instead, such as the pool of a cluster; `workers` then tells how many of them work at once.

    Returns
    -------
    Catalogue
        Decisions equal to those of `madein.origin.decide.decide`, and what could not be read.

    Raises
    ------
    MadeinError
        If no such regime is held, or the table names no bills.

    Examples
    --------
    >>> lines = pl.DataFrame({
    ...     "bill": ["fan", "fan"], "product_hs": ["841451"] * 2, "product_country": ["VN"] * 2, "product_value": [100] * 2,
    ...     "product_basis": ["EXW"] * 2, "gate_minimal_operations": ["met"] * 2, "hs": ["850110", "841490"], "hs_edition": ["2012"] * 2,
    ...     "product_hs_edition": ["2012"] * 2, "originating": ["no", "no"], "origin": ["CN", "CN"], "value": [30, 45],
    ... })
    >>> found = decide_many(lines, [("EVFTA", "EU")]).decisions
    >>> found["verdict"][0], found["margin"][0]
    ('no', -5.0)
    """
    label = label or (Path(table).name if isinstance(table, str | Path) else "")
    markets = tuple((m, "") if isinstance(m, str) else m for m in regimes)
    courts = _courts(markets, on)
    found: list[pl.DataFrame] = []
    out = Catalogue(pl.DataFrame(), scalar=dict.fromkeys((_name(court, to) for court, to, _ in courts), 0))
    with ExitStack() as stack:
        frame, first = stack.enter_context(opened(table))
        goods = None if products is None else stack.enter_context(opened(products))[0].lazy().collect()
        parts = cut(frame, goods, label, edition, first, out.problems, _PIECE, max(1, workers))
        if executor is None and workers > 1:
            executor = stack.enter_context(ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")))
        for done in _each(parts, markets, on, executor, max(1, workers)):
            found.append(done.decisions)
            out.problems += done.problems
            out.refused += done.refused
            for name, count in done.scalar.items():
                out.scalar[name] += count
    out.decisions = pl.concat(found) if found else pl.DataFrame()
    return out


_Markets = tuple[tuple[str, str], ...]
_Courts = list[tuple[Court, str, Memory]]
_HELD: dict[tuple[_Markets, date | None], _Courts] = {}


def _courts(markets: _Markets, on: date | None) -> _Courts:
    """The regimes of the markets on a day, with the answers they have given; those asked for last are kept."""
    found = _HELD.get((markets, on))
    if found is None:
        _HELD.clear()
        found = [(court_of(load_regime(name.upper()), on), place(country) if country else "", Memory()) for name, country in markets]
        _HELD[markets, on] = found
    return found


def _name(court: Court, destination: str) -> str:
    return f"{court.law.regime}:{destination}" if destination else court.law.regime


def _each(parts: Iterable[Piece], markets: _Markets, on: date | None, executor: Executor | None, workers: int) -> Iterator[Catalogue]:
    """The pieces decided, in their order; no more of them wait than there are workers, and one."""
    if executor is None:
        yield from (_piece(part, markets, on) for part in parts)
        return
    waiting: deque[Future[Catalogue]] = deque()
    for part in parts:
        waiting.append(executor.submit(_piece, part, markets, on))
        if len(waiting) > workers:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@dataclass
class _Sweeping:
    """How many threads want the collector of cycles to rest, and whether it was on before."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    resting: int = 0
    on: bool = False


_SWEEPING = _Sweeping()


@contextmanager
def _unswept() -> Iterator[None]:
    """The collector of cycles rests.

    What a regime makes of products and codes is kept and makes no cycles; looking through all of it at every turn takes a third of the
    time of a first piece.
    """
    with _SWEEPING.lock:
        if not _SWEEPING.resting:
            _SWEEPING.on = gc.isenabled()
            gc.disable()
        _SWEEPING.resting += 1
    try:
        yield
    finally:
        with _SWEEPING.lock:
            _SWEEPING.resting -= 1
            if not _SWEEPING.resting and _SWEEPING.on:
                gc.enable()


def _piece(part: Piece, markets: _Markets, on: date | None) -> Catalogue:
    """One piece under every regime."""
    with _unswept():
        table = part.table()
        scalar: dict[str, int] = {}
        found = []
        own = pl.Series([s.product.destination for s in table.sorts], dtype=pl.String).gather(table.told)
        for court, destination, memory in _courts(markets, on):
            judge = Judge(table, court, destination, memory)
            name = _name(court, destination)
            decided, count = _rows(table, judge, own)
            scalar[name] = scalar.get(name, 0) + count
            found.append(decided)
        # Bill after bill, so that the order hangs neither on pieces nor on workers.
        order = np.arange(len(found) * len(table.ids), dtype=np.uint32).reshape(len(found), -1).T.ravel()
        return Catalogue(pl.concat(found)[order], table.problems, scalar, int(table.bad.sum()))


def _rows(table: Table, judge: Judge, own: pl.Series) -> tuple[pl.DataFrame, int]:
    """The rows of one market, and how many bills the scalar path decided."""
    said = judge.verdicts()
    n, destination = len(table.ids), judge.destination

    def words(of: Sequence[str | None], at: np.ndarray[tuple[int], np.dtype[np.generic]]) -> pl.Series:
        return pl.Series(of, dtype=pl.String).cast(pl.Categorical).gather(at.astype(np.uint32))

    frame = pl.DataFrame(
        {
            "bill": table.ids,
            "regime": pl.repeat(judge.court.law.regime, n, eager=True),
            "destination": pl.repeat(destination, n, eager=True) if destination else own,
            "verdict": words(_WORDS, said.verdict),
            "rule": words(said.names, said.rule),
            "margin": pl.Series(said.margin).fill_nan(None),
            "reason": words(REASONS, said.why),
        }
    )
    return frame, int(said.scalar.sum())
