"""What a check of statements against each other comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from madein.press.model import Fact
from madein.press.reconcile.intervals import Interval

Outcome = Literal["consistent", "contradiction", "derived", "revision", "cannot_tell"]


@dataclass(frozen=True, slots=True)
class Parent:
    """A statement a verdict rests on: id of the fact, article, and characters."""

    id: str
    article: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """A check and what it came to.

    Parameters
    ----------
    kind : str
        What was checked: 'same', 'headline', 'prior', 'plan', 'total', 'share', 'per_unit', 'sum', 'identity', 'part', 'record',
        'growth' or 'order'.
    verdict : {"consistent", "contradiction", "derived", "revision", "cannot_tell"}
        What it came to; a contradiction is stated only where the intervals exclude each other.
    what : str
        One sentence.
    parents : tuple of Parent
        The statements it rests on.
    low, high, value : float or None
        Interval of a derived number or of a remainder; None at an open end. `value` is the number computed from the printed
        ones, None where one of them is only a bound.
    unit : str
        Unit of the three.
    why : str
        The reason, with the intervals compared.
    period : str
        Period a derived number holds for.
    """

    kind: str
    verdict: Outcome
    what: str
    parents: tuple[Parent, ...]
    low: float | None = None
    high: float | None = None
    value: float | None = None
    unit: str = ""
    why: str = ""
    period: str = ""


def parent(fact: Fact) -> Parent:
    """The place of a fact.

    Examples
    --------
    >>> parent(Fact("a.txt", 3, 7, "37", 0, 9, "", "count", "", 37.0, "item", id="a-001"))
    Parent(id='a-001', article='a.txt', start=3, end=7)
    """
    return Parent(fact.id, fact.article, fact.start, fact.end)


def shown(interval: Interval) -> str:
    """An interval as a reader sees it.

    Examples
    --------
    >>> shown(Interval(1.5e9, float("inf"))), shown(Interval(2.0, 2.5))
    ('at least 1.5e+09', '2 to 2.5')
    """
    low, high = interval.ends
    if low is None and high is None:
        return "any number"
    if low is None:
        return f"at most {high:.6g}"
    return f"at least {low:.6g}" if high is None else f"{low:.6g} to {high:.6g}"
