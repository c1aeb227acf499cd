"""Numbers that decide in this folder, from ``rules.yaml``."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Rules:
    """Thresholds of the search for leaks; ``rules.yaml`` says what each decides."""

    coded_values: int
    ranges: int
    few_values: int
    most_triples: int
    most_rows: int
    beams: int
    most_columns: int
    least_gain: float
    standard_errors: float
    least_class: int
    least_seen: float
    function_kappa: float
    function_low: float
    memory_kappa: float
    memory_low: float
    memory_excess: float
    draws: int
    null_draws: int
    most_leaks: int


@functools.cache
def data() -> dict[str, Any]:
    """The file as it stands."""
    import yaml

    return dict(yaml.safe_load(resources.files("madein.screening.labelled").joinpath("rules.yaml").read_text("utf-8")))


@functools.cache
def rules() -> Rules:
    """The thresholds of the package.

    Examples
    --------
    >>> rules().most_columns
    6
    """
    return Rules(**data()["leak"])
