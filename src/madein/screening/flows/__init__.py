"""Flows of goods: indicators as Ibis expressions over Parquet, each beside its null, and the combined screen made of them."""

from __future__ import annotations

from madein.screening.flows.detect import Findings, run, write
from madein.screening.flows.engines import spark_engine
from madein.screening.flows.frame import Frame, open_frame
from madein.screening.flows.gaps import mean_gap, mirror_gaps, triple_gap
from madein.screening.flows.inspections import Inspections, hit_rates, read_inspections, reweighted
from madein.screening.flows.officer import queue, write_queue
from madein.screening.flows.partners import largest_wedge, partners
from madein.screening.flows.rerouting import LEVELS, excesses, rerouted
from madein.screening.flows.survey import survey, table
from madein.screening.flows.wedge import wedges

__all__ = [
    "LEVELS", "Findings", "Frame", "Inspections", "excesses", "hit_rates", "largest_wedge", "mean_gap", "mirror_gaps", "open_frame",
    "partners", "queue", "read_inspections", "rerouted", "reweighted", "run", "spark_engine", "survey", "table", "triple_gap", "wedges",
    "write", "write_queue",
]  # fmt: skip
