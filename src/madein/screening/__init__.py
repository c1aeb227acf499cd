"""What needs a look? Declarations and mirror statistics screened for rerouting and misdeclared origin, with a null and an interval.

The names below are imported when first used, so that a study can look at the room without loading it. A flag is never a verdict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from madein.screening.doors import Link, Mapping, load_mapping, open_data, propose_mapping
    from madein.screening.flows import (
        Findings,
        Frame,
        Inspections,
        excesses,
        hit_rates,
        mirror_gaps,
        open_frame,
        partners,
        queue,
        read_inspections,
        rerouted,
        reweighted,
        run,
        survey,
        triple_gap,
        wedges,
        write,
        write_queue,
    )  # fmt: skip
    from madein.screening.networks import clusters, fan_in, fan_out, fans, link_keys, phantoms, resolve
    from madein.screening.normalise.hs import Correlation
    from madein.screening.nulls import Excess
    from madein.screening.quality import Quality
    from madein.screening.schema import Dataset, schemas
    from madein.screening.score import Score, score_lines
    from madein.screening.simulator import Family, Simulated, families, read_family, simulate

__all__ = [
    "Correlation", "Dataset", "Excess", "Family", "Findings", "Frame", "Inspections", "Link", "Mapping", "Quality", "Score", "Simulated",
    "clusters", "excesses", "families", "fan_in", "fan_out", "fans", "hit_rates", "link_keys", "load_mapping", "mirror_gaps", "open_data",
    "open_frame", "partners", "phantoms", "propose_mapping", "queue", "read_family", "read_inspections", "rerouted", "resolve", "reweighted",
    "run", "schemas", "score_lines", "simulate", "survey", "triple_gap", "wedges", "write", "write_queue",
]  # fmt: skip

# No name here is that of a module: an imported module would take its place. Hence `quality.quality` and `score.score` are not here.
_HOMES = {
    "doors": ("Link", "Mapping", "load_mapping", "open_data", "propose_mapping"),
    "flows": (
        "Findings", "Frame", "Inspections", "excesses", "hit_rates", "mirror_gaps", "open_frame", "partners", "queue", "read_inspections",
        "rerouted", "reweighted", "run", "survey", "triple_gap", "wedges", "write", "write_queue",
    ),
    "networks": ("clusters", "fan_in", "fan_out", "fans", "link_keys", "phantoms", "resolve"),
    "normalise.hs": ("Correlation",),
    "nulls": ("Excess",),
    "quality": ("Quality",),
    "schema": ("Dataset", "schemas"),
    "score": ("Score", "score_lines"),
    "simulator": ("Family", "Simulated", "families", "read_family", "simulate"),
}  # fmt: skip


def __getattr__(name: str) -> Any:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(f"madein.screening.{home}"), name)
    raise AttributeError(f"module 'madein.screening' has no attribute {name!r}")
