"""Declarations with results of inspections: a calibrated probability, revenue at stake, and which columns carry the label."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.screening.labelled.leak import Leak, LeakReport, find_leaks
    from madein.screening.labelled.metrics import Metrics, measure
    from madein.screening.labelled.results import Calibration, Labelled, Model, Split
    from madein.screening.labelled.roles import Roles, load_roles, propose_roles
    from madein.screening.labelled.training import train
    from madein.screening.labelled.wording import Saying, describe

_HOMES = {
    "Leak": "leak", "LeakReport": "leak", "find_leaks": "leak", "Metrics": "metrics", "measure": "metrics",
    "Calibration": "results", "Labelled": "results", "Model": "results", "Split": "results",
    "Roles": "roles", "load_roles": "roles", "propose_roles": "roles", "train": "training", "Saying": "wording", "describe": "wording",
}  # fmt: skip

__all__ = [
    "Calibration", "Labelled", "Leak", "LeakReport", "Metrics", "Model", "Roles", "Saying", "Split", "describe", "find_leaks", "load_roles",
    "measure", "propose_roles", "train",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'madein.screening.labelled' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"madein.screening.labelled.{_HOMES[name]}"), name)
