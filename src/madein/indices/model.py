"""The nouns of short-term statistics: a series, its observations, what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import polars as pl

    from madein.core.errors import Problem

OverTime = Literal["sum", "mean", "none"]
"""How months make a year to date: flows add up, indices average, stocks do neither."""


@dataclass(frozen=True, slots=True)
class Observations:
    """Monthly observations as read from files.

    Parameters
    ----------
    frame : polars.DataFrame
        Sorted by ``series`` and ``month``, one row each: ``series`` (label in the file), ``month``
        (`madein.core.periods.month_number`), ``value`` and ``half`` (half a unit of the last digit printed) in the unit
        as printed, ``unit`` (as printed, may be empty), ``source`` and ``cell`` (where the number stands), ``status``
        (official, preliminary, estimate, forecast or empty, where the table says so).
    warnings : tuple of Problem
        What was left out or inferred while reading.
    aliases : mapping of str to str
        Series by other names they answer to, such as the keys of an SDMX message.
    rates : mapping of str to str
        Comparison of each series whose numbers the file says to be growth rates.
    """

    frame: pl.DataFrame
    warnings: tuple[Problem, ...] = ()
    aliases: Mapping[str, str] = field(default_factory=dict)
    rates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Series:
    """What a label in a file is a series of.

    Parameters
    ----------
    key : str
        Short name that addresses it in tables.
    label : str
        Name for readers.
    measure : str
        Key of ``core/measures.yaml``.
    dims : mapping
        Dimensions of its figures but for comparison and period.
    unit : str
        Unit of its values, scale resolved.
    scale : float
        What a printed number is multiplied by to be in `unit`.
    over_time : {"sum", "mean", "none"}
        How its months make a year to date.
    every : int
        Months an observation covers: 1, 3 or 12.
    vintage : str
        Order of this print among the prints of one series; empty for the one in force.
    """

    key: str
    label: str
    measure: str
    dims: Mapping[str, str]
    unit: str
    scale: float
    over_time: OverTime
    vintage: str = ""
    every: int = 1
