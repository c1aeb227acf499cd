"""Joining economies or industries of a table: split economies folded, countries or industries aggregated, always on flows.

Coefficients of a sum are not the sum of coefficients, so nothing is joined after a table is factored. To look at a group of economies
as one exporter without losing its members' technologies, factor with `groups` instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Any

import numpy as np
import yaml

from madein.core.errors import MadeinError, Problem
from madein.core.icio import Floats, IcioTable


@cache
def rules() -> Mapping[str, Any]:
    """Labels of margins and split economies."""
    return dict(yaml.safe_load(resources.files("madein.tiva.readers").joinpath("labels.yaml").read_text("utf-8")))


def fold(table: IcioTable, splits: Mapping[str, Sequence[str]] | None = None) -> IcioTable:
    """Join the parts of economies that publishers split (CN1 and CN2 to CHN, MX1 and MX2 to MEX), rows and columns.

    Parameters
    ----------
    table : IcioTable
        With the parts beside the whole (whose rows are then zero) or instead of it.
    splits : mapping of economy to parts, optional
        The OECD's if left out.

    Raises
    ------
    MadeinError
        If an economy has figures of its own beside those of its parts: they would be counted twice.

    Examples
    --------
    >>> t = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["CN1", "CN2"], ["all"])
    >>> fold(t).countries, fold(t).inter
    (('CHN',), array([[10.]]))
    """
    found = {whole: [p for p in parts if p in table.countries] for whole, parts in (splits or rules()["splits"]).items()}
    found = {whole: parts for whole, parts in found.items() if parts}
    if not found:
        return table
    for whole in found:
        if whole in table.countries and np.any(table.inter[table.country(whole)]):
            raise MadeinError(f"{whole} sells inputs beside its parts {', '.join(found[whole])}", table.source, "they would be counted twice",
                              "leave either out")  # fmt: skip
    to = {part: whole for whole, parts in found.items() for part in parts}
    joined = aggregate(table, countries={c: to.get(c, c) for c in table.countries})
    # Publishers list the parts last; the whole belongs where it stood, else where its first part stood.
    told = "; ".join(f"{', '.join(parts)} to {whole}" for whole, parts in found.items())
    return replace(joined, notes=(*joined.notes, Problem("split economies were folded", table.source, told, severity="warning")))


def aggregate(table: IcioTable, countries: Mapping[str, str] | None = None, industries: Mapping[str, str] | None = None) -> IcioTable:
    """Add up economies and industries to fewer, on flows.

    Parameters
    ----------
    table : IcioTable
        The table.
    countries, industries : mapping of old to new label, optional
        Every label must be there; new ones stand where their first member stood.

    Raises
    ------
    MadeinError
        If a label is missing from a mapping, or the mapping has one that the table does not hold.
    """
    new_countries, place_c = _places(table.countries, countries, "economy", table.source)
    new_industries, place_i = _places(table.industries, industries, "industry", table.source)
    g, n, m = len(table.countries), len(table.industries), len(table.categories)
    g2, n2 = len(new_countries), len(new_industries)
    rows = (place_c[:, None] * n2 + place_i[None, :]).reshape(-1)
    buyers = (place_c[:, None] * m + np.arange(m)[None, :]).reshape(-1)
    inter = _sum(_sum(table.inter, rows, g2 * n2).T, rows, g2 * n2).T
    final = _sum(_sum(table.final, rows, g2 * n2).T, buyers, g2 * m).T
    output = None if table.stated_output is None else _sum(table.stated_output[:, None], rows, g2 * n2)[:, 0]
    va = _sum(table.value_added[:, None], rows, g2 * n2)[:, 0] if "value added" in table.stated else None
    assert g * n == len(rows)
    return IcioTable.of(
        inter, final, new_countries, new_industries, table.categories, output=output, value_added=va, unit=table.unit, year=table.year,
        edition=table.edition, basis=table.basis, sha256=table.sha256, source=table.source, notes=table.notes,
    )  # fmt: skip


def _places(labels: Sequence[str], to: Mapping[str, str] | None, kind: str, source: str) -> tuple[list[str], np.ndarray]:
    if to is None:
        return list(labels), np.arange(len(labels))
    missing, unknown = [x for x in labels if x not in to], [x for x in to if x not in labels]
    if missing or unknown:
        told = [f"{what}: " + ", ".join(odd[:20]) for what, odd in (("left out", missing), ("not in the table", unknown)) if odd]
        raise MadeinError(f"the mapping of {kind} labels does not fit the table", source, "; ".join(told), "map every label once")
    new = list(dict.fromkeys(to[x] for x in labels))
    return new, np.array([new.index(to[x]) for x in labels], dtype=np.intp)


def _sum(cells: Floats, place: np.ndarray, count: int) -> Floats:
    order = np.argsort(place, kind="stable")
    starts = np.searchsorted(place[order], np.arange(count))
    return np.asarray(np.add.reduceat(np.asarray(cells)[order], starts, axis=0))
