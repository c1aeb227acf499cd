"""Lines of declarations before they are written out: compact records, and files that hold them by time until their turn comes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from madein.screening.simulator.calendar import Calendar
from madein.screening.simulator.world import World, words

ORDINARY, SOURCE, REROUTED, HONEST_INPUT, HONEST = range(5)
KINDS = ("ordinary", "reroute_source", "rerouted", "honest_input", "honest_processor")
"""What a line truly is, as the truth file calls it; ordinary lines are not in it."""

IMPORT, EXPORT = 0, 1

LEG = np.dtype([
    ("day", "i4"), ("flow", "u1"), ("firm", "i4"), ("hs", "i4"), ("party", "i4"), ("agent", "i4"), ("province", "i2"), ("origin", "i1"),
    ("departure", "i1"), ("destination", "i1"), ("value", "f8"), ("kg", "f8"), ("chain", "i4"), ("scheme", "i4"), ("role", "u1"), ("share", "f4"),
])  # fmt: skip
"""One line: day since 1970-01-01, indices into the world's lists, USD, kilogram; `share` of the value is not of home origin."""


def economies() -> list[str]:
    """Codes that the fields origin, departure and destination index: home, source, market, hub, then the others."""
    w = words()
    return list(dict.fromkeys([w["home"], w["source"], w["market"], w["hub"], *w["origins"], *w["destinations"]]))


HOME, CHINA, MARKET, HUB = range(4)


def blank(n: int) -> np.ndarray:
    """`n` ordinary lines without content."""
    legs = np.zeros(n, LEG)
    legs["chain"] = legs["scheme"] = -1
    return legs


def plants(world: World, firms: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Province a firm declares from: its main plant, for some lines the second."""
    second = world.second[firms]
    other = (second >= 0) & (rng.random(len(firms)) < 0.3)
    return np.asarray(np.where(other, second, world.plant[firms]))


@dataclass(frozen=True, slots=True)
class Slots:
    """Stretches of time, each small enough to be written at once.

    Attributes
    ----------
    bounds : int array
        First day of each slot, and the day after the last.
    quarter : int array
        The quarter a slot lies in.
    """

    bounds: np.ndarray
    quarter: np.ndarray

    @classmethod
    def of(cls, time: Calendar, rows: int, most: int = 400_000) -> Slots:
        """Cut quarters so that a slot holds about `most` lines."""
        parts = max(1, -(-rows // (time.quarters * most)))
        bounds, quarter = [], []
        for q in range(time.quarters):
            cuts = np.unique(np.linspace(time.bounds[q], time.bounds[q + 1], min(parts, 80) + 1).astype(np.int64)[:-1])
            bounds.extend(cuts.tolist())
            quarter.extend([q] * len(cuts))
        return cls(np.array([*bounds, time.bounds[-1]], np.int64), np.array(quarter, np.int64))

    def weights(self, time: Calendar) -> np.ndarray:
        """Share of lines in each slot."""
        days = np.diff(self.bounds)
        return np.asarray(time.weights[self.quarter] * days / np.diff(time.bounds)[self.quarter])

    def __len__(self) -> int:
        return len(self.quarter)


class Shelf:
    """Legs of planted trade in one file a slot, so that they are never all in memory."""

    def __init__(self, folder: Path, slots: Slots) -> None:
        self._folder, self._slots = folder, slots

    def put(self, legs: np.ndarray) -> None:
        """Add legs of any days."""
        slot = np.searchsorted(self._slots.bounds, legs["day"], side="right") - 1
        order = np.argsort(slot, kind="stable")
        legs, slot = legs[order], slot[order]
        first = np.searchsorted(slot, np.arange(len(self._slots) + 1))
        for s in np.flatnonzero(np.diff(first)):
            with (self._folder / f"{s}.legs").open("ab") as file:
                legs[first[s] : first[s + 1]].tofile(file)

    def take(self, slot: int) -> np.ndarray:
        """All legs of a slot, in the order they came."""
        path = self._folder / f"{slot}.legs"
        return np.fromfile(path, LEG) if path.exists() else np.zeros(0, LEG)
