"""What one sentence hands on to the next of its item."""

from __future__ import annotations

from dataclasses import dataclass, field

from madein.core.periods import Period

STALE = 2
"""Sentences without a word of time after which a period is handed on no further."""


@dataclass(slots=True)
class Carried:
    """What is handed on: period, comparison, subject, unit.

    A period is handed on within a paragraph, and over its end only by the sentence that names it, by a heading that is only
    a label, or to the lines of the list that the sentence opens.

    Attributes
    ----------
    period, named, label, listed : Period or None
        The period told last; the one the last sentence names itself; that of a heading; that of a sentence that opens a list.
    recent : dict
        The period told last by its kind, for "in the quarter".
    by_day : Period or None
        The stretch that the text counts up to a day: "as of 31 October".
    comparison, compared_period : str
        The comparison told last, and the period it was told of.
    indicator, topic : str
        What the last number was about, and what the text is about.
    unit, rate : str
        Unit of the last count or measure, unit of the last price.
    price : float
        The last price.
    growth : bool
        True if the last percentage was one of growth.
    idle : int
        Sentences since the period was named or taken.
    """

    period: Period | None = None
    named: Period | None = None
    label: Period | None = None
    listed: Period | None = None
    recent: dict[str, Period] = field(default_factory=dict)
    by_day: Period | None = None
    comparison: str | None = None
    compared_period: str = ""
    indicator: str = ""
    topic: str = ""
    unit: str = ""
    rate: str = ""
    price: float = 0.0
    growth: bool = False
    idle: int = 0

    def new_line(self, bullet: bool) -> None:
        """A line begins, of a list or not: what was told for the lines of a list alone ends with it."""
        self.listed = self.listed if bullet else None
        self.period = (self.listed or self.label) if bullet else (self.label or self.period)

    def grow_stale(self, took: bool) -> None:
        """A sentence ends that took the period or named one, or did not: after some that did not, it is handed on no further.

        Examples
        --------
        >>> told = Carried(period=Period.year(2024))
        >>> for _ in range(STALE + 1):
        ...     told.grow_stale(False)
        >>> told.period is None
        True
        """
        self.idle = 0 if took else self.idle + 1
        if self.idle > STALE:
            self.period = None
