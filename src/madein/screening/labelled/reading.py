"""A labelled table read by its roles into typed columns in order of time, every fault of its cells told at once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from madein.core.errors import MadeinError, Problem, Problems
from madein.core.period_labels import fold
from madein.screening.doors.cells import Block, days, numbers, text
from madein.screening.doors.reading import blocks
from madein.screening.labelled.metrics import Reals
from madein.screening.labelled.roles import Roles, check_roles, words

_ROW = "__row"


@dataclass(frozen=True, slots=True)
class Cases:
    """Rows of a labelled table, the earliest first.

    Attributes
    ----------
    frame : polars.DataFrame
        id (text), row (number in the table, from 1), date, then the columns of the roles: text, or Float64.
    label : int8 array (rows,)
        1, 0, or -1 where a row has none.
    stake, revenue : float array (rows,) or None
        Money at stake, and money found; nan where unknown.
    decided : date series or None
    where : str
        Name of the file or ``table``.
    notes : tuple of Problem
        Warnings.
    """

    frame: pl.DataFrame
    label: NDArray[np.int8]
    stake: Reals | None
    revenue: Reals | None
    decided: pl.Series | None
    where: str
    notes: tuple[Problem, ...]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return self.frame.height


def read_cases(table: Any, roles: Roles) -> Cases:
    """Read a labelled table.

    Parameters
    ----------
    table : Path, list of Path, Polars frame, or anything that speaks the Arrow PyCapsule interface
        Files of one list are put one under the other; they must have the columns of the roles.
    roles : Roles

    Returns
    -------
    Cases

    Raises
    ------
    BadInput
        Columns that are missing, dates and numbers that are none, labels of more or fewer than two kinds. No message holds a cell.
    """
    parts = _parts(table)
    frames = []
    used = list(dict.fromkeys([*(n for n in (roles.label, roles.date, roles.id, roles.revenue, roles.decided) if n), *roles.features,
                               *roles.stake, *(n for t in roles.tuples for n in t)]))  # fmt: skip
    found = Problems()
    notes: list[Problem] = []
    for where, frame in parts:
        check_roles(roles, frame.columns, where)
        frames.append(_typed(frame.select(used), roles, where, found))
    found.raise_errors()
    where = ", ".join(w for w, _ in parts)
    whole = pl.concat(frames).with_row_index(_ROW, offset=1)
    label = _labels(whole[roles.label], roles, where)
    undated = int(whole[roles.date].null_count())
    if undated:
        notes.append(Problem(f"{undated:,} rows have no date", f"{where} column {roles.date!r}", "their place in time is not known",
                             "fill the dates in; the rows are left out", "warning"))  # fmt: skip
    order = np.argsort(whole[roles.date].cast(pl.Int32).fill_null(2**31 - 1).to_numpy(), kind="stable")[: whole.height - undated]
    whole, label = whole[order], label[order]
    bare = int((label < 0).sum())
    if bare:
        notes.append(Problem(f"{bare:,} of {len(label):,} rows have no label", f"{where} column {roles.label!r}",
                             "inspections are not drawn at random, so that what holds for inspected rows may not hold for these",
                             "inspect a few drawn at random", "warning"))  # fmt: skip
    ids = whole[roles.id].cast(pl.String) if roles.id else whole[_ROW].cast(pl.String)
    frame = whole.select(
        pl.Series("id", ids), pl.col(_ROW).cast(pl.Int64).alias("row"), pl.col(roles.date).alias("date"),
        *(pl.col(n) for n in dict.fromkeys([*roles.features, *(n for t in roles.tuples for n in t)]) if n != roles.date),
    )  # fmt: skip
    stake = None
    if roles.stake:
        stake = np.prod([whole[n].to_numpy() for n in roles.stake], axis=0) * roles.stake_scale
        if (stake < 0).any():
            n = int((stake < 0).sum())
            notes.append(Problem(f"{n:,} rows have less than nothing at stake", f"{where} columns {', '.join(roles.stake)}",
                                 "corrections, or a wrong sign", "look at them; nothing is counted at stake for them", "warning"))  # fmt: skip
            stake = np.maximum(stake, 0.0)
    revenue = whole[roles.revenue].to_numpy() if roles.revenue else stake
    decided = whole[roles.decided] if roles.decided else None
    return Cases(frame, label, stake, revenue, decided, where, tuple(notes))


def _parts(table: Any) -> list[tuple[str, pl.DataFrame]]:
    if isinstance(table, str | Path):
        table = [Path(table)]
    if isinstance(table, list | tuple):
        if not table:
            raise MadeinError("no file is named", fix="name the table with the labels")
        return [(Path(p).name, pl.concat(list(blocks(Path(p))), how="vertical_relaxed")) for p in table]
    frame = table if isinstance(table, pl.DataFrame) else table.collect() if isinstance(table, pl.LazyFrame) else pl.DataFrame(table)
    if frame.is_empty():
        raise MadeinError("the table has no rows", "table", fix="put the rows under its header")
    return [("table", frame)]


def _typed(frame: pl.DataFrame, roles: Roles, where: str, found: Problems) -> pl.DataFrame:
    """Columns of the roles with their types; every kind of fault of a column is one problem with its first row and their number."""
    rows = pl.Series(np.arange(1, frame.height + 1))
    dates = {roles.date, roles.decided} - {""}
    figures = {*roles.numbers, *roles.stake, roles.revenue} - {""}
    # A rate may be a category for learning and a number for the stake; then its number decides how it is read.
    out: dict[str, pl.Series] = {}
    for name in frame.columns:
        cells = frame[name]
        block = Block("labelled", where, rows)
        if name in dates:
            out[name] = days(block, cells, name, roles.dates)
        elif name in figures:
            out[name] = numbers(block, _blank(cells), name, roles.decimal, 1.0)
        elif name == roles.label or cells.dtype.is_numeric() or cells.dtype == pl.Boolean:
            out[name] = cells.cast(pl.Float64).cast(pl.String) if cells.dtype.is_numeric() and name == roles.label else text(cells)
        else:
            out[name] = text(cells)
        bad = block.rejected()
        if bad.height:
            what = {"no number": "text where numbers should be"}.get(bad["reason"][0], bad["reason"][0])
            mend = f"write them in the order {roles.dates}, or name another order" if name in dates else "empty the cells or write numbers"
            found.error(what, f"{where} column {name!r}, row {bad['row'][0]:,}", f"{bad['row'].n_unique():,} cells of {frame.height:,}", mend)
    return pl.DataFrame({name: cells.rename(name) for name, cells in out.items()})


def _blank(cells: pl.Series) -> pl.Series:
    return cells if cells.dtype.is_numeric() else text(cells)


def _labels(cells: pl.Series, roles: Roles, where: str) -> NDArray[np.int8]:
    """1 for yes, 0 for no, -1 for empty; every other cell is an error, and so is a table with one kind only."""
    at = f"{where} column {roles.label!r}"
    folded = cells.drop_nulls().unique().sort().to_list()
    yes = {fold(w) for w in roles.positive or words()["positive"]}
    no = {fold(w) for w in roles.negative or ([] if roles.positive else words()["negative"])}
    means: dict[str, int] = {}
    for cell in folded:
        key = fold(cell)
        # Whole numbers arrive as "1.0": what the roles name is compared with and without the point.
        keys = {key, key.removesuffix(".0")}
        means[cell] = 1 if keys & yes else 0 if keys & no or (roles.positive and not roles.negative) else -2
    if not means:
        raise MadeinError("no row has a label", at, "there is nothing to learn from", "fill in the results of inspections")
    unknown = [c for c, m in means.items() if m == -2]
    if unknown:
        n = int(cells.is_in(unknown).sum())
        raise MadeinError(f"{n:,} cells of the label are neither yes nor no", at, f"{len(unknown)} different ones",
                          "name the cells that mean yes as positive, and those that mean no as negative")  # fmt: skip
    out = cells.replace_strict(means, default=-1, return_dtype=pl.Int8).to_numpy().astype(np.int8)
    if len({m for m in means.values() if m >= 0}) < 2:
        only = "yes" if 1 in means.values() else "no"
        raise MadeinError(f"every label says {only}", at, "a model needs rows of both kinds", "add inspected rows of the other kind")
    return out
