"""The chapters of the step ``ledger``, each over the same claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from madein.core.periods import Period
from madein.core.step import Inputs, Result
from madein.ledger.gather import Gathered, gather

if TYPE_CHECKING:
    from madein.ledger.step import Config


@dataclass(frozen=True)
class Asked:
    """What a chapter is written from: the configuration, the claims with their places, and the day of the knowledge."""

    config: Config
    held: Gathered
    day: date

    @property
    def when(self) -> str:
        """The day as a period of figures."""
        return str(Period.day(self.day))


def write(config: Config, inputs: Inputs) -> Result:
    """See `madein.ledger.step.run`."""
    from madein.ledger.chapters import projects, recognitions, water

    held = gather(inputs, config.dates)
    days = held.claims.days
    day = Period.parse(config.as_of).last if config.as_of else days[-1] if days else date.min
    chapters: dict[str, Callable[[Asked], Result]] = {"projects": projects.chapter, "water": water.chapter, "recognitions": recognitions.chapter}
    made = chapters[config.chapter](Asked(config, held, day))
    return Result(made.tables, made.figures, made.blocks, (*held.claims.warnings, *made.problems))
