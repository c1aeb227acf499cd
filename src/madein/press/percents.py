"""What a percentage is: growth with its sign, a share, an execution of a plan, a contribution to growth, or a level."""

from __future__ import annotations

from madein.press.clauses import Clause
from madein.press.language import Match
from madein.press.model import Quantity
from madein.press.senses import PERCENT, Sense, before
from madein.press.sentence import Sentence
from madein.press.signs import apposition_sign, aside_sign, printed_sign, rate_before, sign_of


def percent_kind(s: Sentence, q: Quantity, clause: Clause, direction: int, later: bool) -> Sense:
    """Kind of a percentage; `direction` is the sign of the growth before it, `later` that it is not the first number."""
    exceeds = before(s, q, clause, 3, "exceed")
    told = _against_plan(s, q, clause, direction, exceeds) or _contribution(s, q, clause)
    if told:
        return told
    if exceeds and s.isin(q.last, "compare"):
        return Sense("growth", "other", 1)
    marked = printed_sign(s, q)
    if marked:
        return Sense("growth", None, marked)
    if direction and rate_before(s, q):
        return Sense("growth", None, 1)
    sign = sign_of(s, q, clause) or aside_sign(s, q, direction) or apposition_sign(s, q, clause)
    own = next((m for m in s.comparisons if 0 <= m.first - q.last <= 4), None)
    return _share(s, q, clause, direction, sign, own) or _growth(s, q, clause, direction, sign, later, own)


def percent_added(s: Sentence, q: Quantity, clause: Clause) -> bool:
    """True for "points" that stand for percentage points in a sentence that has told such: "trade subtracted 0.5 points"."""
    if before(s, q, clause, 4, "contribute_verbs"):
        return any(o.sort in PERCENT for o in s.quantities)
    last = next((o for o in reversed(s.quantities) if o.last <= q.first), None)
    return last is not None and last.sort in PERCENT and s.isin(q.after, "more", "below") and s.has(q.after, q.after + 4, "than", "more", "below")


def _against_plan(s: Sentence, q: Quantity, clause: Clause, direction: int, exceeds: bool) -> Sense | None:
    """``60% of the annual plan``, ``5% above the target``, ``missed its target by 3%``."""
    told = next((m for m in s.matches("plan_before") if m.last == q.first), None)
    if told:
        return Sense("growth", "vs_plan", -1 if told.tag == "below" else 1)
    plan = s.find("plan", q.last)
    if plan is None:
        return Sense("share", "ratio_to_plan", direction) if _of_a_plan(s, q) else None
    change = 1 if exceeds else sign_of(s, q, clause)
    if plan.tag == "plan" and change:
        return Sense("growth", "vs_plan", change)
    if plan.tag in ("ratio_to_plan", "plan"):
        return Sense("share", "ratio_to_plan", direction)
    return Sense("growth", "vs_plan", -1 if s.has(plan.first, plan.last, "below") else 1)


def _of_a_plan(s: Sentence, q: Quantity) -> bool:
    """True for "56% of its full-year tourism revenue plan"."""
    if not s.isin(q.last, "of") or not s.isin(q.last + 1, "of_the", "article"):
        return False
    for i in range(q.last + 2, q.last + 8):
        if s.isin(i, "plan_noun"):
            return not s.isin(i + 1, "topic")
        if s.kind(i) == "p" and s.low(i) not in ("-", "'"):
            return False
    return False


def _contribution(s: Sentence, q: Quantity, clause: Clause) -> Sense | None:
    """``contributing 2.1 percentage points to the growth``, ``trade subtracted 0.5 points``."""
    # Where "points" are asked for, a percentage is the share of a growth, not what it adds to it.
    cue = any(m.first in clause and (m.tag != "points" or q.unit == "pp") for m in s.matches("contribution"))
    if cue and s.has(q.first - 6, q.last + 6, "contributing"):
        return Sense("growth", "contribution", sign_of(s, q, clause) or 1)
    if q.unit != "pp" and not (q.sort == "points" and any(o.sort in PERCENT for o in s.quantities)):
        return None
    verb = next((i for i in range(q.first - 1, max(clause.first, q.first - 7) - 1, -1) if s.isin(i, "contribute_verbs")), None)
    if verb is None:
        return None
    return Sense("growth", "contribution", -1 if s.isin(q.after, "off") or s.isin(verb, "contribute_less") else 1)


def _share(s: Sentence, q: Quantity, clause: Clause, direction: int, sign: int, own: Match | None) -> Sense | None:
    """A part of a whole: "accounting for 94 per cent of", "20% had adopted", "26.1 per cent of the $1,850 targeted"."""
    if q.unit != "percent":
        return None
    if _targeted(s, q):
        return Sense("share", "ratio_to_plan", direction)
    part = Sense("share", "share_of_total", direction)
    if not sign and not any(0 <= m.first - q.last <= 2 for m in s.comparisons) and _of_people(s, q, clause):
        return part
    of = s.isin(q.last, "of")
    cued = _of_which(s, q) or any(0 <= q.first - m.last <= 4 and m.first >= clause.first for m in s.matches("share_cue"))
    if (cued or of) and s.isin(q.last + 1, "gdp") and not sign:
        return Sense("share", None, direction)
    if s.isin(q.first - 1, "to") and (before(s, q, clause, 14, "share_noun") or s.has(*clause.subject, "share_noun")):
        return part
    if (cued or of) and not (sign and _verb_close(s, q)) and (of or own is None):
        return part
    return None


def _growth(s: Sentence, q: Quantity, clause: Clause, direction: int, sign: int, later: bool, own: Match | None) -> Sense:
    """Growth, if a word of it, a comparison or the number before says so; else a level."""
    if sign:
        return Sense("growth", None, sign)
    goes_on = later and direction != 0 and s.isin(q.first - 1, "and") and not s.isin(q.first - 1, "equal")
    if own is not None or goes_on or q.unit == "pp":
        return Sense("growth", None, direction or 1)
    if before(s, q, clause, 5, "growth_noun"):
        return Sense("growth", None, -1 if before(s, q, clause, 6, "fall") else 1)
    head = clause.subject[0], min(clause.subject[0] + 2, clause.subject[1])
    if s.has(*head, "growth_noun") and q.unit == "percent":
        return Sense("growth", None, -1 if s.has(*head, "fall") else 1)
    return Sense("level", None, direction)


def _of_which(s: Sentence, q: Quantity) -> bool:
    """True behind "of which", "of this sum": the number is a part of what was told before."""
    return any(s.isin(i, "of") and s.isin(i + 1, "which") for i in range(max(0, q.first - 6), q.first - 1))


def _of_people(s: Sentence, q: Quantity, clause: Clause) -> bool:
    """True for "20% had adopted", "a company's share at 52 per cent": the percentage is a part by its place."""
    starts = q.first == clause.first or (q.first == clause.first + 1 and s.isin(clause.first, "stop"))
    return (starts and s.isin(q.after, "perfect", "be")) or before(s, q, clause, 3, "share_noun")


def _targeted(s: Sentence, q: Quantity) -> bool:
    """True for "26.1 per cent of the $1,850 targeted": the part of an amount that was planned."""
    if not s.isin(q.after, "of"):
        return False
    whole = next((o for o in s.quantities if o.first > q.last and o.first - q.after <= 2), None)
    return whole is not None and s.has(whole.last, whole.last + 6, "targeted")


def _verb_close(s: Sentence, q: Quantity) -> bool:
    """True if a word of rise or fall, no part of a cue of shares, stands shortly before a number."""
    cues = s.matches("share_cue")
    return any(s.isin(i, "rise", "fall") and not any(m.first <= i < m.last for m in cues) for i in range(max(0, q.first - 3), q.first))
