"""The index of industrial production, compiled from rows of establishments: levels, links, contributions, weights.

The names below are imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.indices.compilation.chain import Chain, Leg, Segment, laspeyres, segments_of
    from madein.indices.compilation.drifts import drift
    from madein.indices.compilation.engine import compile_index
    from madein.indices.compilation.estimate import EstimatedWeights, estimate_weights
    from madein.indices.compilation.industries import Classification, classification
    from madein.indices.compilation.model import Compiled, Growth, Node
    from madein.indices.compilation.points import Contribution, contributions, growth
    from madein.indices.compilation.read import read_conversions, read_reports, read_weights
    from madein.indices.compilation.reference import growth_across, rereference, splice
    from madein.indices.compilation.units import Conversion

_HOMES = {
    "Chain": "chain", "Leg": "chain", "Segment": "chain", "laspeyres": "chain", "segments_of": "chain",
    "Classification": "industries", "classification": "industries",
    "Contribution": "points", "contributions": "points", "growth": "points",
    "drift": "drifts", "compile_index": "engine", "EstimatedWeights": "estimate", "estimate_weights": "estimate",
    "Compiled": "model", "Growth": "model", "Node": "model", "read_conversions": "read", "read_reports": "read", "read_weights": "read",
    "growth_across": "reference", "rereference": "reference", "splice": "reference", "Conversion": "units",
}  # fmt: skip

__all__ = [
    "Chain", "Classification", "Compiled", "Contribution", "Conversion", "EstimatedWeights", "Growth", "Leg", "Node", "Segment",
    "classification", "compile_index", "contributions", "drift", "estimate_weights", "growth", "growth_across", "laspeyres",
    "read_conversions", "read_reports", "read_weights", "rereference", "segments_of", "splice",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'madein.indices.compilation' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"madein.indices.compilation.{_HOMES[name]}"), name)
