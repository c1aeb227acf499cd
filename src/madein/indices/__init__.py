"""What is made: short-term statistics, their levels and growth.

The names below are imported when first used, so that a study can look at the room without loading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.indices.door import read_observations
    from madein.indices.explain import Explanation, explain_month, weights_for
    from madein.indices.growth import Dense, change, growth_rate
    from madein.indices.held_levels import Held, held_levels
    from madein.indices.model import Observations, Series
    from madein.indices.read import read_series

__all__ = [
    "Dense", "Explanation", "Held", "Observations", "Series", "change", "explain_month", "growth_rate", "held_levels", "read_observations",
    "read_series", "weights_for",
]  # fmt: skip

_HOMES = {
    "Dense": "growth", "change": "growth", "growth_rate": "growth", "Observations": "model", "Series": "model", "read_series": "read",
    "Explanation": "explain", "explain_month": "explain", "weights_for": "explain", "Held": "held_levels", "held_levels": "held_levels",
    "read_observations": "door",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'madein.indices' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"madein.indices.{_HOMES[name]}"), name)
