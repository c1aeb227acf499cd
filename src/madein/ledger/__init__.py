"""Can it prove it? Statements about projects, shipments, orders and recognitions, each with its day and source, none overwritten.

The names below are imported when first used, so that a study can look at the room without loading it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.ledger.attestations import attestation_table, valid_on
    from madein.ledger.checks import Finding, check
    from madein.ledger.claims import Claims
    from madein.ledger.model import Claim, Subject, slug
    from madein.ledger.orders import order_books
    from madein.ledger.pipeline import by_year, capacity_pipeline, promised_by
    from madein.ledger.projects import Project, capital_per_capacity, projects_of
    from madein.ledger.shipments import shipment_legs
    from madein.ledger.slippage import slips
    from madein.ledger.template import write_template
    from madein.ledger.view import Answer, View
    from madein.ledger.vocabulary import Vocabulary, default_vocabulary

__all__ = [
    "Answer", "Claim", "Claims", "Finding", "Project", "Subject", "View", "Vocabulary", "attestation_table", "by_year", "capacity_pipeline",
    "capital_per_capacity", "check", "default_vocabulary", "order_books", "projects_of", "promised_by", "shipment_legs", "slips", "slug", "valid_on",
    "write_template",
]  # fmt: skip

# No name here is that of a module: an imported module would take its place.
_HOMES = {
    "attestations": ("attestation_table", "valid_on"),
    "checks": ("Finding", "check"),
    "claims": ("Claims",),
    "model": ("Claim", "Subject", "slug"),
    "orders": ("order_books",),
    "pipeline": ("by_year", "capacity_pipeline", "promised_by"),
    "projects": ("Project", "capital_per_capacity", "projects_of"),
    "shipments": ("shipment_legs",),
    "slippage": ("slips",),
    "template": ("write_template",),
    "view": ("Answer", "View"),
    "vocabulary": ("Vocabulary", "default_vocabulary"),
}


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"madein.ledger.{home}"), name)
    raise AttributeError(f"module 'madein.ledger' has no attribute {name!r}")
