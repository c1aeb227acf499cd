"""What a number is: no fact at all, a level, a growth with its sign, a share, a count, a capacity, an investment."""

from __future__ import annotations

from madein.press.clauses import Clause
from madein.press.model import Quantity
from madein.press.sentence import Sentence

_BILATERAL = frozenset({"country", "side", "nation", "party", "economy", "government", "leader", "people"})
"""Counted nouns of "the two countries", which counts nothing."""


_NO_OUTPUT = frozenset(
    {"person", "factory", "phase", "project", "facility", "company", "enterprise", "province", "country", "industrial park", "contract"}
)
"""Counted nouns that no plant makes."""


def no_fact(s: Sentence, q: Quantity) -> str:
    """Why a quantity states nothing, '' where it does."""
    digits = s.tokens[q.first].kind == "d"
    if q.sort == "count" and not digits and q.value is not None and q.value <= 2 and q.unit in _BILATERAL:
        return "an expression, not a count"
    if q.sort == "count" and not digits and s.low(q.first - 1) in s.lang.lists["these"] and s.low(q.first - 2) in s.lang.lists["one_some"]:
        return "an expression, not a count"
    if q.sort == "count" and not digits and q.value == 1 and q.plain:
        return "an expression, not a count"
    if q.unit == "number":
        clause = s.clause_of(q.first)
        stated = any(s.low(i) in s.lang.lists["states"] for i in range(max(clause.first, q.first - 3), q.first))
        fine = q.value is not None and not q.plain
        if not (fine or stated) or (q.plain and q.value is not None and 1900 <= q.value <= 2100):
            return "a number without a thing counted"
    if q.sort == "duration" and q.value is not None and s.low(q.last) in s.lang.lists["ago"]:
        return "tells when, not how long"
    if q.sort == "duration" and q.value == 1 and not digits and s.low(q.first + 1) != "-" and s.low(q.first - 1) not in s.lang.lists["length_before"]:
        return "an expression, not a length"
    if q.sort == "duration" and s.low(q.last) == "-" and s.low(q.last + 1) in s.lang.lists["age"]:
        return "an age"
    return ""


_PERCENT = ("percent", "pp")


def kind_of(s: Sentence, q: Quantity, direction: int, k: int) -> tuple[str, str | None, int]:
    """Kind, comparison as far as its own words tell, and the sign of growth."""
    if q.sort == "ordinal":
        return "rank", None, direction
    if q.sort == "duration":
        return "duration", None, direction
    if q.sort == "multiple":
        return "growth", None, 1
    clause = s.clause_of(q.first)
    if q.sort in _PERCENT:
        return _percent_kind(s, q, clause, direction, k)
    sign = sign_of(s, q, clause)
    if sign and _is_change(s, q, clause):
        return "growth", "abs", sign
    if q.sort == "points":
        return "level", None, direction
    if q.sort == "measure":
        output = "/" in q.unit or q.unit.endswith("watt")
        return ("capacity" if output and near(s, clause, q, s.lang.lists["capacity"]) else "level"), None, direction
    if q.sort == "money":
        return (
            ("investment" if near(s, clause, q, s.lang.lists["invest"]) and not near(s, clause, q, s.lang.lists["trade"]) else "level"),
            None,
            direction,
        )
    if q.sort == "count" and q.unit not in _NO_OUTPUT and (near(s, clause, q, s.lang.lists["capacity"]) or "/" in q.unit):
        return "capacity", None, direction
    return ("level" if q.unit == "number" else "count"), None, direction


def near(s: Sentence, clause: Clause, q: Quantity, words: frozenset[str]) -> bool:
    """True if one of some words stands in the clause, in its subject, or shortly before the number."""
    a, b = min(clause.first, clause.subject[0], clause.head[0] or clause.first), max(clause.last, clause.subject[1])
    return any(s.low(i) in words for i in range(a, b)) or any(s.low(i) in words for i in range(max(0, q.first - 8), q.first))


def _percent_kind(s: Sentence, q: Quantity, clause: Clause, direction: int, k: int) -> tuple[str, str | None, int]:
    after = q.last
    plan = s.lang.find("plan", s.tokens, after)
    told = next((m for m in s.matches("plan_before") if m.last == q.first), None)
    if told:
        return "growth", "vs_plan", -1 if told.tag == "below" else 1
    exceeds = any(s.low(i) in s.lang.lists["exceed"] for i in range(max(clause.first, q.first - 3), q.first))
    if plan:
        change = 1 if exceeds else sign_of(s, q, clause)
        if plan.tag == "plan" and change:
            return "growth", "vs_plan", change
        if plan.tag in ("ratio_to_plan", "plan"):
            return "share", "ratio_to_plan", direction
        below = any(s.low(i) in s.lang.lists["below"] for i in range(plan.first, plan.last))
        return "growth", "vs_plan", -1 if below else 1
    # Where "points" are asked for, a percentage is the share of a growth, not what it adds to it.
    contributes = any(clause.first <= m.first < clause.last and (m.tag != "points" or q.unit == "pp") for m in s.matches("contribution"))
    if contributes and _near_word(s, q, 6, s.lang.lists["contributing"]):
        return "growth", "contribution", sign_of(s, q, clause) or 1
    if exceeds and s.low(after) in s.lang.lists["compare"]:
        return "growth", "other", 1
    marked = _marked(s, q)
    if marked:
        return "growth", None, marked
    sign = sign_of(s, q, clause)
    share_before = any(m.last <= q.first and q.first - m.last <= 4 and m.first >= clause.first for m in s.matches("share_cue"))
    of = s.low(after) in s.lang.lists["of"]
    own = next((m for m in s.comparisons if m.first >= q.last and m.first - q.last <= 4), None)
    if (share_before or of) and q.unit == "percent" and not (sign and _verb_close(s, q)) and not (own and not of):
        return "share", "share_of_total", direction
    if sign:
        return "growth", None, sign
    if own is not None or (k and direction and s.low(q.first - 1) in s.lang.lists["and"]):
        return "growth", None, direction or 1
    if q.unit == "pp":
        return "growth", None, direction or 1
    if any(s.low(i) in s.lang.lists["growth_noun"] for i in range(max(clause.first, q.first - 5), q.first)):
        return "growth", None, _noun_sign(s, q, clause)
    head = range(clause.subject[0], min(clause.subject[0] + 2, clause.subject[1]))
    if any(s.low(i) in s.lang.lists["growth_noun"] for i in head) and q.unit == "percent":
        return "growth", None, -1 if any(s.low(i) in s.lang.lists["fall"] for i in head) else 1
    return "level", None, direction


def _marked(s: Sentence, q: Quantity) -> int:
    """The sign printed before a percentage: ``(+14.2%)``, ``-3.1%``; 0 where there is none, or a dash."""
    mark = s.low(q.first - 1)
    if mark not in ("+", "-") or not s.tokens[q.first].glued:
        return 0
    apart = q.first < 2 or not s.tokens[q.first - 1].glued or s.low(q.first - 2) in ("(", "[")
    return (1 if mark == "+" else -1) if apart else 0


def _near_word(s: Sentence, q: Quantity, n: int, words: frozenset[str]) -> bool:
    return any(s.low(i) in words for i in range(max(0, q.first - n), min(len(s.tokens), q.last + n)))


def _noun_sign(s: Sentence, q: Quantity, clause: Clause) -> int:
    for i in range(q.first - 1, max(clause.first, q.first - 6) - 1, -1):
        if s.low(i) in s.lang.lists["fall"]:
            return -1
    return 1


def _verb_close(s: Sentence, q: Quantity) -> bool:
    return any(s.low(i) in s.lang.lists["rise"] or s.low(i) in s.lang.lists["fall"] for i in range(max(0, q.first - 3), q.first))


def sign_of(s: Sentence, q: Quantity, clause: Clause) -> int:
    """+1 or -1 from the word of rise or fall that governs a number, 0 where none does."""
    rise, fall = s.lang.lists["rise"], s.lang.lists["fall"]
    for i in range(q.after, min(len(s.tokens), q.after + 3, clause.last + 1)):
        low = s.low(i)
        if low in s.lang.lists["signless"] or not s.lang.maps["grammar"]["sign-after"]:
            break
        if low in fall:
            return -1
        if low in rise or low in s.lang.lists["more"]:
            return 1
    for i in range(q.first - 1, max(clause.first, q.first - 9) - 1, -1):
        low = s.low(i)
        if low in s.lang.lists["growth_noun"] and low not in rise:
            return -1 if low in fall else 1
        if low in fall or low in rise:
            reached = s.low(i + 1) in s.lang.lists["to_level"] or (s.low(i + 1) in s.lang.lists["to"] and q.sort not in _PERCENT)
            return 0 if reached else -1 if low in fall else 1
    return 0


def _is_change(s: Sentence, q: Quantity, clause: Clause) -> bool:
    """True if an amount is the size of a change ("rose by $3 billion", "an increase of 200 vehicles"), not the level reached."""
    lists = s.lang.lists
    i = q.first - 1
    while i >= clause.first and s.low(i) in s.lang.lists["between"]:
        i -= 1
    word = s.low(i)
    if word in lists["growth_noun"]:
        return True
    if word not in lists["rise"] and word not in lists["fall"]:
        return s.low(q.after) in s.lang.lists["change_after"] and q.sort != "money"
    if word in s.lang.lists["no_change"]:
        return False
    return s.low(i + 1) in s.lang.lists["by"] or word in s.lang.lists["change_before"] or q.sort in ("points", "money", "measure")
