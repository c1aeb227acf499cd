"""The nouns of an answer: a node of the explanation, a question that is open, a gate, and the decision itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal, NamedTuple

from madein.origin.model import Verdict

State = bool | None
"""Kleene's three values: met, not met, open."""

WORDS: Mapping[State, Literal["yes", "no", "open"]] = {True: "yes", False: "no", None: "open"}
"""A state as blocks and files print it."""


def verdict_of(state: State) -> Verdict:
    """``yes``, ``no`` or ``unknown``.

    Examples
    --------
    >>> [verdict_of(state) for state in (True, False, None)]
    ['yes', 'no', 'unknown']
    """
    return "unknown" if state is None else "yes" if state else "no"


def both(a: State, b: State) -> State:
    """Kleene's "and".

    Examples
    --------
    >>> both(True, None), both(False, None)
    (None, False)
    """
    return False if a is False or b is False else True if a and b else None


def either(a: State, b: State) -> State:
    """Kleene's "or".

    Examples
    --------
    >>> either(True, None), either(False, None)
    (True, None)
    """
    return True if a or b else False if a is False and b is False else None


def shown(value: Fraction | int | None) -> Decimal | None:
    """A figure as it is printed: rounded half up to two decimals; the tests themselves use the exact value.

    Examples
    --------
    >>> shown(Fraction(25, 6))
    Decimal('4.17')
    """
    if value is None:
        return None
    n, d = value.numerator, value.denominator
    sign = -1 if n < 0 else 1
    return (Decimal(sign * ((abs(n) * 200 + d) // (2 * d))) / 100).quantize(Decimal("0.01"), ROUND_HALF_UP)


class Question(NamedTuple):
    """A fact that is missing, in plain words, and what may be answered.

    Parameters
    ----------
    ask : str
        What is asked for: ``originating``, ``fact``, ``proof``, ``named``, ``wholly_obtained``, ``bought``, ``hs``, ``value``,
        ``weight``, ``textiles``, ``elastomeric``, ``processes``, ``price``, ``net_cost``, ``text``, ...
    line : str
        Number of the line it is about, "" for the good itself.
    key : str
        Key of the fact, or of the material a rule names.
    text : str
        The question.
    choices : tuple
        Answers that can be tried out; empty where the answer is a number or a list.
    supplier : str
        Who can answer: the producer of the line, "" for the maker of the good.
    """

    ask: str
    line: str = ""
    key: str = ""
    text: str = ""
    choices: tuple[bool | str, ...] = ()
    supplier: str = ""


class Explained(NamedTuple):
    """One node of an explanation: what is tested, by which text, with which figure, against which limit.

    ``low`` and ``high`` are the figure where nothing is open, and its range where something is.
    """

    label: str
    state: State = None
    code: str = ""
    low: Fraction | None = None
    high: Fraction | None = None
    limit: Fraction | None = None
    sense: str = ""
    unit: str = "%"
    lines: tuple[str, ...] = ()
    article: str = ""
    asks: tuple[Question, ...] = ()
    note: str = ""
    children: tuple[Explained, ...] = ()

    @property
    def figure(self) -> Fraction | None:
        """The figure, where it is certain."""
        return self.low if self.low == self.high else None

    @property
    def margin(self) -> Fraction | None:
        """How far the worst reading of the figure stays inside its limit; negative where it does not."""
        worst = self.high if self.sense == "max" else self.low
        if self.limit is None or worst is None:
            return None
        return self.limit - worst if self.sense == "max" else worst - self.limit

    @property
    def word(self) -> Literal["yes", "no", "open"]:
        """The state as it is printed."""
        return WORDS[self.state]

    def walk(self) -> Iterator[Explained]:
        """The node and all below it, parents first."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo.extend(reversed(node.children))


@dataclass(frozen=True, slots=True)
class Depends:
    """A verdict that turns on the code of one line in the edition of the rule.

    ``results`` holds prefixes of codes and the verdict each leads to; ``other`` stands for every code not listed.
    """

    line: str
    hs: str
    hs_edition: str
    results: Mapping[str, Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether a good originates under one regime, and why.

    Parameters
    ----------
    regime : str
        Key of the regime.
    verdict : {"yes", "no", "unknown"}
        With the gates taken in.
    because : str
        Why there is no answer from a rule: ``no_rule``, ``not_in_force``, ``not_a_party``, ``hs_mapping``, ``unverified`` or "".
    rule, article : str
        Id of the rule (several joined by ``|`` while a fact chooses between them) and where it stands.
    tree : Explained
        The whole explanation.
    origin : {"yes", "no", "unknown"}
        The verdict before the gates.
    gates : mapping of str to str
        Verdict of each gate.
    conditions : tuple of str
        What a yes still asks of the consignment.
    figures : mapping of str to Fraction
        Named figures; ``_low`` and ``_high`` where a line is open.
    by, fails : tuple of str
        Codes of what was met, of what was not.
    questions : tuple of Question
        Open facts, those that settle most first.
    depends : tuple of Depends
        Lines whose code in the rule's edition decides.
    parts : mapping of str to bool or None
        Status found for each intermediate line.
    entries : tuple of str
        Texts a proof of origin must bear.
    on : date or None
        Day the law was applied at.
    """

    regime: str
    verdict: Verdict
    tree: Explained
    origin: Verdict = "unknown"
    because: str = ""
    rule: str = ""
    article: str = ""
    gates: Mapping[str, Verdict] = field(default_factory=dict)
    conditions: tuple[str, ...] = ()
    figures: Mapping[str, Fraction] = field(default_factory=dict)
    by: tuple[str, ...] = ()
    fails: tuple[str, ...] = ()
    questions: tuple[Question, ...] = ()
    depends: tuple[Depends, ...] = ()
    parts: Mapping[str, bool | None] = field(default_factory=dict)
    entries: tuple[str, ...] = ()
    on: date | None = None

    @property
    def limit(self) -> Fraction | None:
        """Limit of the leaf that carried a yes; of a good that falls short, the limit it missed by least."""
        wanted = {"yes": True, "no": False, "unknown": None}[self.origin]
        missed: list[tuple[Fraction, Fraction]] = []
        todo = [self.tree]
        while todo:
            node = todo.pop()
            todo.extend(c for c in reversed(node.children) if c.code != "ROLL_UP")
            if node.limit is None:
                continue
            if wanted and node.state:
                return node.limit
            margin = node.margin
            if not wanted and node.state is not True and margin is not None and margin < 0:
                missed.append((margin, node.limit))
        return max(missed, default=(None, None), key=lambda m: m[0])[1]
