"""Ways to read a column as values that can repeat."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl

from madein.screening.labelled.lookup import Codes, Mask
from madein.screening.labelled.rules import Rules, rules


@dataclass(frozen=True, slots=True)
class Coding:
    """One way to read a column as values that can repeat.

    Attributes
    ----------
    column : str
    kind : {"value", "range", "filled", "exact"}
        Its values as they are; ranges of a number with equally many rows; whether it is filled at all; the exact values of a number
        that has so many that only a copied row would repeat them.
    codes : int array (rows,)
    """

    column: str
    kind: str
    codes: Codes = field(compare=False, repr=False)


def codings(frame: pl.DataFrame, columns: Sequence[str], fit: Mask, found: Rules | None = None) -> list[Coding]:
    """All ways to read columns, constants left out; ranges are cut on the fitted rows only."""
    how = found or rules()
    out: list[Coding] = []
    for name in columns:
        cells = frame[name]
        codes = cells.rank("dense").cast(pl.Int64).fill_null(0).to_numpy().copy()
        values = len(np.unique(codes))
        if values < 2:
            continue
        numeric = cells.dtype.is_numeric()
        fine = numeric and values > how.coded_values
        out.append(Coding(name, "exact" if fine else "value", codes))
        if fine:
            held = cells.to_numpy().astype(np.float64)
            known = held[fit & np.isfinite(held)]
            cuts = np.unique(np.quantile(known, np.linspace(0, 1, how.ranges + 1)[1:-1])) if len(known) else np.zeros(0)
            # Zero stands for "none" in many columns of amounts, so that it is a range of its own.
            ranges = np.where(np.isfinite(held), np.where(held == 0, 1, 2 + np.searchsorted(cuts, held, side="right")), 0)
            out.append(Coding(name, "range", ranges.astype(np.int64)))
        if cells.null_count() and values > 2:
            out.append(Coding(name, "filled", cells.is_not_null().cast(pl.Int64).to_numpy().copy()))
    return out
