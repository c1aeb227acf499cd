"""What a number says, as far as its own words tell, and how it goes with the words around it."""

from __future__ import annotations

from typing import NamedTuple

from madein.press.clauses import Clause
from madein.press.model import Quantity
from madein.press.sentence import Sentence

PERCENT = frozenset({"percent", "pp"})
"""Sorts of quantity that may be growth or share."""

_BEFORE = 8
"""Tokens before a number that are looked at besides its clause."""


class Sense(NamedTuple):
    """Kind of a fact, its comparison as far as its own words tell, and the sign of growth.

    The sign is handed on: a number that is no growth passes on that of the growth before it. The comparison is one of the
    vocabulary of facts, 'abs' for an amount by which something changed, or 'other' for a comparison that the vocabulary lacks.
    """

    kind: str
    comparison: str | None
    sign: int


def near(s: Sentence, q: Quantity, *names: str) -> bool:
    """True if a word of one of some lists stands in the clause of a number, in its subject, or shortly before the number."""
    clause = s.clause_of(q.first)
    first = min(clause.first, clause.subject[0], clause.head[0] or clause.first)
    return s.has(first, max(clause.last, clause.subject[1]), *names) or s.has(q.first - _BEFORE, q.first, *names)


def before(s: Sentence, q: Quantity, clause: Clause, n: int, *names: str) -> bool:
    """True if a word of one of some lists is one of the n before a number, inside its clause."""
    return s.has(max(clause.first, q.first - n), q.first, *names)
