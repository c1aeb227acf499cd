"""Levels out of the common form of numbers: what the steps that adjust, revise and explain take from other steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError
from madein.core.measures import measures
from madein.core.periods import Period
from madein.core.step import Ref, Table, row_at
from madein.indices.growth import Dense

if TYPE_CHECKING:
    import polars as pl
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

DIMS = ("economy", "place", "partner", "industry", "product", "series")
"""Dimensions of figures that a table of numbers carries."""

_EVERY = {"month": 1, "quarter": 3}


@dataclass(frozen=True, slots=True)
class Held:
    """Levels of one series that another step holds.

    Parameters
    ----------
    key, label, measure, unit : str
        As that step calls them.
    dims : mapping
        Dimensions of its figures but for comparison and period.
    node : str
        ``STEP.NAME`` of the table.
    keys : tuple of str
        Columns that address its rows.
    dense : Dense
        Values and half-units, holes as NaN.
    basis : mapping of int to str
        What a period rests on, by its number, where that is worse than the step's inputs.
    """

    key: str
    label: str
    measure: str
    unit: str
    dims: Mapping[str, str]
    node: str
    keys: tuple[str, ...]
    dense: Dense
    basis: Mapping[int, str]

    def ref(self, period: Period | str) -> Ref:
        """The row of a period."""
        found = {"of": self.key, "comparison": "", "period": str(period), "vintage": ""}
        return Ref(f"table:{self.node}", row_at({k: found[k] for k in self.keys}))

    @property
    def flow(self) -> bool:
        """True where periods add up."""
        return measures()[self.measure].over_time == "sum"


def held_levels(tables: Iterable[tuple[str, Table]], labels: Mapping[str, str] | None = None) -> list[Held]:
    """Every monthly or quarterly series in tables of numbers, in their order.

    Parameters
    ----------
    tables : iterable of (name, Table)
        Tables with the columns of ``figures`` of the step ``indices``.
    labels : mapping of str to str, optional
        Names for readers by key.

    Raises
    ------
    MadeinError
        If a table has not that form, or two series share a key.
    """
    import polars as pl

    out: list[Held] = []
    for name, table in tables:
        missing = [c for c in ("of", "comparison", "period", "measure", "value", "low", "high", "unit") if c not in table.frame.columns]
        if missing:
            raise MadeinError(f"table {name} has no column {missing[0]!r}", "from", fix="name the table figures of a step indices")
        frame = table.frame.filter((pl.col("comparison") == "") & pl.col("value").is_not_null())
        if "vintage" in frame.columns:
            frame = frame.filter(pl.col("vintage").fill_null("") == "")
        for part in frame.partition_by("of", maintain_order=True):
            held = _one(name, table.key, part, labels or {})
            if held is not None:
                out.append(held)
    twice = {h.key for h in out if sum(o.key == h.key for o in out) > 1}
    if twice:
        raise MadeinError(f"two tables hold a series {min(twice)!r}", "from", fix="give one of them another key")
    return out


def _one(name: str, keys: tuple[str, ...], rows: pl.DataFrame, labels: Mapping[str, str]) -> Held | None:
    periods = [Period.parse(p) for p in rows["period"].to_list()]
    # Sums since January may look like quarters; where there are months, only they are observations.
    kind = next((k for k in _EVERY if any(p.kind == k for p in periods)), None)
    if kind is None:
        return None
    every = _EVERY[kind]
    kept = [i for i, p in enumerate(periods) if p.kind == kind]
    numbers = np.array([periods[i].last_month for i in kept], dtype=np.int64)
    order = np.argsort(numbers)
    rows = rows[[kept[i] for i in order.tolist()]]
    numbers = numbers[order]
    value, low = rows["value"].to_numpy(), rows["low"].fill_null(rows["value"]).to_numpy()
    first = rows.row(0, named=True)
    dims = {d: str(first[d]) for d in DIMS if first.get(d)}
    told = rows["_basis"].to_list() if "_basis" in rows.columns else []
    basis = {int(n) // every: b for n, b in zip(numbers.tolist(), told, strict=False) if b}
    label = labels.get(first["of"]) or _label(str(first["measure"]), dims)
    dense = Dense.of(numbers, value, value - low, every)
    return Held(str(first["of"]), label, str(first["measure"]), str(first["unit"]), dims, name, keys, dense, basis)


def _label(measure: str, dims: Mapping[str, str]) -> str:
    """A name from what the series is of, where none was given."""
    parts = [_industry(v) if k == "industry" else v for k, v in dims.items() if k != "economy"]
    if list(dims) in (["economy", "industry"], ["industry"]):
        return parts[0]
    return measures()[measure].label + (f", {', '.join(parts)}" if parts else "")


def _industry(code: str) -> str:
    """Name of a section or division of ISIC; other codes stay."""
    from madein.indices.compilation import classification

    return classification("isic4").labels.get(code, (code, ""))[0]


def named(found: list[Held], keys: Iterable[str], where: str) -> list[Held]:
    """The series of some keys, all of them where none is named.

    Raises
    ------
    MadeinError
        If one is not held.
    """
    by_key = {h.key: h for h in found}
    wanted = list(keys)
    unknown = [k for k in wanted if k not in by_key]
    if unknown or not found:
        raise MadeinError(f"no series has the key {unknown[0]!r}" if unknown else "no series is held", where, fix="use: " + ", ".join(by_key))
    return [by_key[k] for k in wanted] if wanted else found
