"""The nouns of the press room: tokens, quantities, periods found, facts, items, documents."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from madein.core.periods import Period


class Token(NamedTuple):
    """One word, run of digits or mark.

    `start` and `end` count characters of the text as it came; `low` is the normalised lower-case form that patterns
    see; `kind` is 'w' (word), 'd' (digits) or 'p' (anything else); `glued` tells that no space stands before it.
    """

    start: int
    end: int
    low: str
    kind: str
    glued: bool
    upper: bool


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as printed, with scale, currency or measure.

    `first` and `last` are token positions (last is outside), `value` is in base units; a range has `low` and `high`
    and no value; `noun` is the counted noun or measure as unit, '' where the text names none; `sort` is 'number',
    'percent', 'pp', 'money', 'measure', 'count', 'duration', 'multiple', 'ordinal' or 'points'.
    """

    first: int
    last: int
    value: float | None
    unit: str
    sort: str
    low: float | None = None
    high: float | None = None
    after: int = 0
    plain: bool = False


@dataclass(frozen=True, slots=True)
class PeriodFound:
    """An expression of time: token span, the period it means, whether it is a base of comparison, and how sure."""

    first: int
    last: int
    period: Period
    sort: str
    core: tuple[int, int]
    inferred: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One number (or milestone date) that a text states, with what the text says about it.

    `start:end` is the exact span of characters; `value` is in base units of `unit`, falls negative; where the text
    gives a range, `value` is None and `value_low`, `value_high` are set. The vocabulary of kind, unit, comparison,
    qualifier and status is fixed; see the reference page on facts.
    """

    article: str
    start: int
    end: int
    text: str
    sent_start: int
    sent_end: int
    sentence: str
    kind: str
    indicator: str
    value: float | str | None
    unit: str
    comparison: str | None = None
    period: str | None = None
    geography: str | None = None
    actor: str | None = None
    qualifier: str = "exact"
    status: str = "actual"
    value_low: float | None = None
    value_high: float | None = None
    measure: str | None = None
    item: int = 0
    inferred: bool = False
    note: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Unread:
    """A number seen but not read as a fact, and why."""

    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Item:
    """One article of a page: its span, headline span, and the date its words are counted from."""

    start: int
    end: int
    title: str
    anchor: date | None
    anchor_inferred: bool
    precision: str = "day"


@dataclass(frozen=True, slots=True)
class Document:
    """A text with its name and language; offsets of everything else count in `text`."""

    name: str
    text: str
    language: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a document says: items, facts in order of their place, and every number that was seen but not read."""

    document: Document
    items: tuple[Item, ...]
    facts: tuple[Fact, ...]
    unread: tuple[Unread, ...] = field(default_factory=tuple)
