"""Vintages: every number of a series as it was known on any day, how it was revised since, and growth at any vintage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.indices.vintages.breaks import Break, breaks_of, known_breaks
    from madein.indices.vintages.growth import GrowthType, growth_as_known, growth_of, growth_vintages
    from madein.indices.vintages.revisions import RevisionStats, revision_stats, revision_stats_by, revision_table
    from madein.indices.vintages.store import Known, VintageStore

_HOMES = {
    "Break": "breaks", "breaks_of": "breaks", "known_breaks": "breaks",
    "GrowthType": "growth", "growth_as_known": "growth", "growth_of": "growth", "growth_vintages": "growth",
    "RevisionStats": "revisions", "revision_stats": "revisions", "revision_stats_by": "revisions", "revision_table": "revisions",
    "Known": "store", "VintageStore": "store",
}  # fmt: skip

__all__ = [
    "Break", "GrowthType", "Known", "RevisionStats", "VintageStore", "breaks_of", "growth_as_known", "growth_of",
    "growth_vintages", "known_breaks", "revision_stats", "revision_stats_by", "revision_table",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'madein.indices.vintages' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"madein.indices.vintages.{_HOMES[name]}"), name)
