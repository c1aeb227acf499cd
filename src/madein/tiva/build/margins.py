"""An inter-country table brought to new margins: output, value added, final demand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from madein.core.errors import Problem, Problems
from madein.core.icio import IcioTable
from madein.tiva.build.gras import MARGIN, ROUNDS, TOLERANCE, Balanced, gras

Floats = NDArray[np.float64]
Margin = ArrayLike | Mapping[str, float]


@dataclass(frozen=True, eq=False)
class NewMargins:
    """A table at its new margins and how it got there.

    Attributes
    ----------
    table : IcioTable
        Basis ``estimated``.
    fit : Balanced
        Sweeps, gap and multipliers of GRAS; rows are industries, columns industries and then final demand.
    moved : float
        Half the sum of absolute changes as a share of all flows before: how much of the table was shifted.
    """

    table: IcioTable
    fit: Balanced
    moved: float


def balance(
    table: IcioTable, *, output: Margin | None = None, value_added: Margin | None = None, final: Margin | None = None,
    tolerance: float = TOLERANCE, rounds: int = ROUNDS,
) -> NewMargins:  # fmt: skip
    """Bring a table to new margins by GRAS, staying as close to it as the margins allow.

    Parameters
    ----------
    table : IcioTable
        As it stands; need not be balanced.
    output, value_added : array (GN,) or mapping ``country|industry`` -> figure
        What rows shall add up to, and what columns shall leave over. A mapping changes what it names. Output not named stays as
        stated by the table (else as its rows add up); value added not named stays the same share of output.
    final : array (G*M,) or mapping ``country|category`` -> figure
        Totals of final demand. Those not named are scaled together, so that final demand is value added of all.
    tolerance, rounds : float, int
        Of `gras`.

    Raises
    ------
    BadInput
        Labels the table does not hold, and margins that cannot be met, by label.

    Examples
    --------
    >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
    >>> new = balance(t, output={"VNM|all": 12})
    >>> new.fit.converged, new.table.output.round(6)
    (True, array([12., 14.]))
    """
    found = Problems(table.source)
    buyers = tuple(f"{c}|{k}" for c in table.countries for k in table.categories)
    before = table.output if table.stated_output is None else table.stated_output
    x = _vector(output, before, table.labels, "output", found)
    share = np.divide(table.residual, table.output, out=np.zeros_like(x), where=table.output > 0)
    va = _vector(value_added, share * x, table.labels, "value added", found)
    had = table.final.sum(0)
    y = _vector(final, had, buyers, "final demand", found)
    free = np.full(len(y), final is None) if not isinstance(final, Mapping) else np.array([b not in final for b in buyers])
    found.raise_errors()
    for i in np.flatnonzero(va > x + MARGIN * np.abs(x)):
        if table.inter[:, i].min(initial=0.0) >= 0:
            found.error(f"value added of {va[i]:.6g} is above output of {x[i]:.6g}", table.labels[i], fix="give less value added or more output")
    left = float(va.sum() - y[~free].sum())
    if free.any():
        had_free = float(y[free].sum())
        if left * had_free <= 0:
            found.error(f"final demand named adds up to {y[~free].sum():.6g}, value added of all to {va.sum():.6g}",
                        why="nothing is left for the other totals", fix="name lower totals of final demand")  # fmt: skip
        else:
            y = np.where(free, y * left / had_free, y)
    elif abs(left) > MARGIN * np.abs(va).sum():
        found.error(f"final demand adds up to {y.sum():.10g}, value added to {va.sum():.10g}", why="the two are the same sum in a world table",
                    fix="make them equal, or leave a total of final demand open")  # fmt: skip
    found.raise_errors()
    cells = np.column_stack([table.inter, table.final])
    fit = gras(cells, x, np.concatenate([x - va, y]), row_labels=table.labels, column_labels=[*table.labels, *(f"{b} (final)" for b in buyers)],
               tolerance=tolerance, rounds=rounds)  # fmt: skip
    n = len(x)
    total = float(np.abs(cells).sum())
    moved = float(np.abs(fit.cells - cells).sum()) / (2 * total) if total else 0.0
    note = Problem("the table was balanced to new margins",
                   why=f"GRAS, {fit.rounds} sweeps, largest gap {fit.gap:.1e} ({fit.worst}), {100 * moved:.3g} % of the flows moved",
                   fix="" if fit.converged else "it did not converge: allow more sweeps", severity="warning")  # fmt: skip
    made = IcioTable.of(fit.cells[:, :n], fit.cells[:, n:], table.countries, table.industries, table.categories, unit=table.unit, year=table.year,
                        edition=table.edition, basis="estimated", source=table.source, notes=(note,))  # fmt: skip
    return NewMargins(replace(made, sha256=table.sha256), fit, moved)


def _vector(given: Margin | None, start: Floats, labels: Sequence[str], what: str, found: Problems) -> Floats:
    if given is None:
        return np.array(start, dtype=np.float64)
    if isinstance(given, Mapping):
        place = {label: i for i, label in enumerate(labels)}
        out = np.array(start, dtype=np.float64)
        for label, value in given.items():
            if label not in place:
                found.error(f"{what} is given for {label!r}, which the table does not hold", fix=f"write it like {labels[0]}")
            elif not np.isfinite(value):
                found.error(f"{what} is no number", label, f"it is {value}", "give a number")
            else:
                out[place[label]] = value
        return out
    out = np.array(given, dtype=np.float64).reshape(-1)
    if len(out) != len(labels):
        found.error(f"{what} has {len(out)} figures", why=f"there are {len(labels)}", fix="give one to each label")
        return np.array(start, dtype=np.float64)
    for i in np.flatnonzero(~np.isfinite(out))[:20]:
        found.error(f"{what} is no number", labels[i], f"it is {out[i]}", "give a number")
    return out
