"""Declarations of an economy that does not exist, in which the truth is known: families in, three tables and their truth out."""

from __future__ import annotations

from madein.screening.simulator.family import Family, families, read_family
from madein.screening.simulator.run import Simulated, simulate

__all__ = ["Family", "Simulated", "families", "read_family", "simulate"]
