"""Columns as numbers a tree can split on: what the label was for a value before, how often the value was met, and its place among the values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from madein.screening.labelled.lookup import Mask
from madein.screening.labelled.metrics import Reals

_WEIGHT = 10.0
"""How many rows of the mean share a value's own share starts from (Micci-Barreca 2001)."""
_BLOCKS = 10


@dataclass(frozen=True, slots=True)
class Coded:
    """Features of all rows.

    Attributes
    ----------
    matrix : float array (rows, features)
    names : tuple of str
        Column, and what of it: ``share`` of the label, ``met`` times, ``order`` of the value; or the number itself.
    """

    matrix: Reals
    names: tuple[str, ...]


def code_columns(frame: pl.DataFrame, label: Reals, fit: Mask, categories: Sequence[str], numbers: Sequence[str]) -> Coded:
    """Code columns with what was known before each row.

    Rows that are fitted on are cut into blocks in order of time, and each block is coded from the other fitted blocks only, so that
    no row sees its own label; every other row is coded from all fitted rows. Nothing of a row outside `fit` is used anywhere.

    Parameters
    ----------
    frame : polars.DataFrame
        In order of time.
    label : float array (rows,)
        Only that of rows in `fit` is read.
    fit : boolean array (rows,)
    categories, numbers : sequence of str

    Notes
    -----
    The share of a value v is (hits_v + w m) / (rows_v + w) with m the share of all counted rows and w = 10. Leaving out one row
    instead of a block would give the label away: rows of one value would then differ by their own label only.

    References
    ----------
    Micci-Barreca (2001), A preprocessing scheme for high-cardinality categorical attributes, SIGKDD Explorations 3(1).
    """
    columns: list[Reals] = []
    names: list[str] = []
    where = np.flatnonzero(fit)
    block = np.full(len(label), -1)
    block[where] = np.arange(len(where)) * _BLOCKS // max(len(where), 1)
    for name in categories:
        codes = frame[name].rank("dense").cast(pl.Int64).fill_null(0).to_numpy()
        size = int(codes.max()) + 1 if len(codes) else 1
        rows = np.bincount(codes[fit], minlength=size).astype(np.float64)
        hits = np.bincount(codes[fit], label[fit], size)
        base = hits.sum() / max(rows.sum(), 1)
        share = (hits[codes] + _WEIGHT * base) / (rows[codes] + _WEIGHT)
        met = rows[codes].copy()
        for b in range(_BLOCKS):
            own = block == b
            if not own.any():
                continue
            n = rows - np.bincount(codes[own], minlength=size)
            h = hits - np.bincount(codes[own], label[own], size)
            m = h.sum() / max(n.sum(), 1)
            share[own] = (h[codes[own]] + _WEIGHT * m) / (n[codes[own]] + _WEIGHT)
            met[own] = n[codes[own]] * _BLOCKS / (_BLOCKS - 1)
        # Neighbours in the order of codes are kin (tariff codes above all); a new value stands half a step behind the one before it.
        place: Reals = np.cumsum(rows > 0) - np.where(rows > 0, 1.0, 0.5)
        columns += [share, np.log1p(met), place[codes]]
        names += [f"{name}: share", f"{name}: met", f"{name}: order"]
    for name in numbers:
        columns.append(frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy().astype(np.float64))
        names.append(name)
    return Coded(np.column_stack(columns) if columns else np.zeros((len(label), 0)), tuple(names))
