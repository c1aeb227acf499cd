"""Doors: files in other people's words read into the schema, through a mapping that a person has confirmed."""

from __future__ import annotations

from madein.screening.doors.mapping import Link, Mapping, load_mapping
from madein.screening.doors.opening import open_data
from madein.screening.doors.pairing import pair_mappings
from madein.screening.doors.propose import propose_mapping

__all__ = ["Link", "Mapping", "load_mapping", "open_data", "pair_mappings", "propose_mapping"]
