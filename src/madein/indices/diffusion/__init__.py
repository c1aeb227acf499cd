"""Diffusion indices and purchasing managers' indices, from the answers of firms or from components.

The names below are imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.indices.diffusion.balance import Shares, diffusion_index
    from madein.indices.diffusion.pmi import Composite, Scheme, composite, composites, scheme
    from madein.indices.diffusion.survey import Survey, holds_answers, read_answers, survey_index

_HOMES = {
    "Shares": "balance", "diffusion_index": "balance", "Composite": "pmi", "Scheme": "pmi", "composite": "pmi", "composites": "pmi",
    "holds_answers": "survey", "scheme": "pmi", "Survey": "survey", "read_answers": "survey", "survey_index": "survey",
}  # fmt: skip

__all__ = [
    "Composite", "Scheme", "Shares", "Survey", "composite", "composites", "diffusion_index", "holds_answers", "read_answers", "scheme",
    "survey_index",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'madein.indices.diffusion' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"madein.indices.diffusion.{_HOMES[name]}"), name)
