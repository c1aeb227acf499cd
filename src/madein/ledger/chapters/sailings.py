"""Sailing times to be held against the sea: those of the configuration, and those that the claims of a shipment make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from madein.core.errors import MadeinError, Problem
from madein.core.periods import Period
from madein.ledger.chapters import Asked
from madein.ledger.step import VoyageConfig
from madein.ledger.voyage import Voyage, check_voyage


@dataclass(frozen=True)
class Sailing:
    """A voyage, the days stated for it, and the ids of the claims that state them (none for one of the configuration)."""

    shipment: str
    days: float | None
    voyage: Voyage
    claims: tuple[str, ...]


def sailings(asked: Asked, legs: pl.DataFrame) -> tuple[list[Sailing], list[Problem]]:
    """Every sailing time there is; ports that cannot be placed are told as warnings.

    Parameters
    ----------
    asked : Asked
        Configuration and claims.
    legs : polars.DataFrame
        As `madein.ledger.shipments.shipment_legs` gives them.
    """
    out: list[Sailing] = []
    problems: list[Problem] = []
    for shipment, config, ids in (*_told(legs, asked.config.ship), *(("", v, ()) for v in asked.config.voyages)):
        try:
            voyage = check_voyage(config.origin, config.destination, config.days, config.ship)
        except MadeinError as fault:
            problems += [Problem(p.what, shipment or "with.voyages", p.why, p.fix, "warning") for p in fault.problems]
            continue
        out.append(Sailing(shipment, config.days, voyage, tuple(ids)))
    return out, problems


def _told(legs: pl.DataFrame, ship: str) -> Iterator[tuple[str, VoyageConfig, list[str]]]:
    """Shipments of which both the departure and the arrival are told, from a port to a port."""
    for (shipment,), rows in legs.group_by(["shipment"], maintain_order=True):
        by_leg = {r["leg"]: r for r in rows.iter_rows(named=True)}
        if "departure" not in by_leg or "arrival" not in by_leg:
            continue
        left, due = by_leg["departure"], by_leg["arrival"]
        start, end = (left["actual"] or left["last_promise"]), (due["first_promise"] or due["actual"])
        origin, destination = left["from_port"], due["to_port"] or left["to_port"]
        if not (start and end and origin and destination):
            continue
        days = (Period.parse(end).last - Period.parse(start).last).days
        if days > 0:
            yield str(shipment), VoyageConfig(origin=origin, destination=destination, days=days, ship=ship), [*left["claims"], *due["claims"]]
