"""Up or down: the sign of a number from the mark before it and the words of rise and fall around it."""

from __future__ import annotations

from madein.press.clauses import Clause
from madein.press.model import Quantity
from madein.press.senses import PERCENT
from madein.press.sentence import Sentence

_REACH = 9
"""Tokens before a number among which the word of rise or fall stands that governs it."""


def sign_of(s: Sentence, q: Quantity, clause: Clause) -> int:
    """+1 or -1 from the word of rise or fall that governs a number, 0 where none does.

    "5% lower" has it behind, "fell by some 5%" before; "rose to 5%" is the level reached, and has none.
    """
    return _sign_behind(s, q, clause) or _sign_before(s, q, clause)


def _sign_behind(s: Sentence, q: Quantity, clause: Clause) -> int:
    if not s.lang.grammar.sign_after:
        return 0
    for i in range(q.last if q.sort == "count" else q.after, min(len(s), q.after + 3, clause.last + 1)):
        if s.isin(i, "signless"):
            return 0
        if s.isin(i, "fall", "below"):
            return -1
        if s.isin(i, "rise", "more"):
            return 1
    return 0


def _sign_before(s: Sentence, q: Quantity, clause: Clause) -> int:
    cues = [*s.matches("share_cue"), *(m for m in s.matches("qualifier") if m.last == q.first)]
    for i in range(q.first - 1, max(clause.first, q.first - _REACH) - 1, -1):
        if not s.isin(i, "growth_noun", "rise", "fall") or any(m.first <= i < m.last for m in cues):
            continue  # the "up" of "makes up"
        down = s.isin(i, "fall")
        if s.isin(i, "growth_noun") and not s.isin(i, "rise"):
            return -1 if down else 1
        return 0 if _reaches(s, q, i) else -1 if down else 1
    return 0


def _reaches(s: Sentence, q: Quantity, i: int) -> bool:
    """True for a word of rise or fall that leads to a level: "rose to"."""
    if s.isin(i + 1, "to_level"):
        return True
    at_once = i + 2 >= q.first - 1 and s.lang.grammar.close_reading
    return s.isin(i + 1, "to") and (q.sort not in PERCENT or at_once)


def printed_sign(s: Sentence, q: Quantity) -> int:
    """The sign written before a percentage: ``(+14.2%)``, ``-3.1%``, ``minus 3 per cent``; 0 where there is none, or a dash."""
    if s.isin(q.first - 1, "sign_words"):
        return -1 if s.isin(q.first - 1, "minus_words") else 1
    mark = s.low(q.first - 1)
    if mark not in ("+", "-") or not s.tokens[q.first].glued:
        return 0
    apart = q.first < 2 or not s.glued(q.first - 1) or s.low(q.first - 2) in ("(", "[")
    return (1 if mark == "+" else -1) if apart else 0


def aside_sign(s: Sentence, q: Quantity, direction: int) -> int:
    """The sign of a percentage in brackets, from the growth before it or the word of rise or fall that governs the list.

    "up 7.4 pct (2024: 6.8 pct)", "falls hit twelve branches, among them coal mining (by 6.4%)".
    """
    opened = next((i for i in range(q.first - 1, max(-1, q.first - 5), -1) if s.low(i) == "("), -1)
    if opened < 0:
        return 0
    last = next((o for o in reversed(s.quantities) if o.last == opened), None)
    if last is not None and last.sort == q.sort and direction:
        return direction
    if not s.isin(opened + 1, "by"):
        return 0
    governs = (i for i in range(opened - 1, max(-1, opened - 20), -1) if s.isin(i, "rise", "fall"))
    return next((-1 if s.isin(i, "fall") else 1 for i in governs), 0)


def apposition_sign(s: Sentence, q: Quantity, clause: Clause) -> int:
    """The sign of a percentage that stands alone behind the word of rise or fall it measures: "the steepest fall, 1.94 per cent"."""
    if clause.last - clause.first > q.last - q.first + 1 or q.first < 2 or s.low(q.first - 1) != ",":
        return 0
    return -1 if s.isin(q.first - 2, "fall") else int(s.isin(q.first - 2, "rise"))


def rate_before(s: Sentence, q: Quantity) -> bool:
    """True for the rate that another came down or up from: "down from 2.4 percent", "down from October's 10.2%"."""
    first = q.first - 4
    return s.has(first, q.first, "off") and not s.has(first, q.first, "to") and s.has(q.first - 7, q.first, "rise", "fall")


def is_change(s: Sentence, q: Quantity, clause: Clause) -> bool:
    """True if an amount is the size of a change ("rose by $3 billion", "an increase of 200 vehicles"), not the level reached."""
    i = q.first - 1
    while i >= clause.first and s.isin(i, "between"):
        i -= 1
    if s.isin(i, "growth_noun"):
        return True
    if not s.isin(i, "rise", "fall"):
        behind = q.last if q.sort == "count" else q.after
        return s.isin(behind, "change_after") and (q.sort != "money" or s.isin(q.after + 1, "than"))
    if s.isin(i, "no_change"):
        return False
    return s.isin(i + 1, "by") or s.isin(i, "change_before") or q.sort in ("points", "money", "measure")
