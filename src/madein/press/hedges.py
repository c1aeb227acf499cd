"""How exactly and how surely a number is told: its qualifier and its status."""

from __future__ import annotations

from madein.press.model import Quantity
from madein.press.sentence import Sentence

_SURE = ("actual", "plan", "forecast", "estimate", "hypothetical")
"""Statuses, the surest first: of several told of one number the least sure counts."""

_BEFORE_CLAUSE = 6
"""Tokens before a clause in which a word of its status may stand: "is expected to ..."."""


def qualifier_of(s: Sentence, q: Quantity, kind: str) -> str:
    """``nearly``, ``more_than``, ``less_than`` or ``approx`` from the words at a number, else ``exact``."""
    for m in s.matches("qualifier"):
        if kind == "growth" and q.sort == "percent" and s.isin(m.first, "exceed"):
            continue  # "exceeded by 5%" tells of a change
        if m.last == q.first or (m.last == q.first - 1 and s.isin(m.last, "article")):
            return str(m.tag)
    tail = s.find("tail_qualifier", q.after) or s.find("tail_qualifier", q.last)
    return str(tail.tag) if tail else "exact"


def status_at(s: Sentence, i: int) -> str:
    """``actual``, or the least sure of what words before a token in its clause say: plan, forecast, estimate, hypothetical."""
    since = s.clause_of(i).first - _BEFORE_CLAUSE
    return max((str(m.tag) for m in s.matches("status") if since <= m.first < i), key=_SURE.index, default="actual")
