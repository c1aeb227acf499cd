"""The noun phrase a number is about."""

from __future__ import annotations

from madein.press.clauses import Clause
from madein.press.model import Quantity
from madein.press.sentence import Sentence
from madein.press.when import Carried

_VERBS = ("verbs", "verbs_before_number", "rise", "fall")


def indicator_of(s: Sentence, q: Quantity, kind: str, carried: Carried, last: str) -> tuple[str, bool]:
    """The noun phrase a number is about, and whether the sentence itself names it."""
    clause = s.clause_of(q.first)
    if last and s.low(q.first - 1) in s.lang.lists["to_level"] and any(clause.first <= o.first < q.first for o in s.quantities):
        # "from 3 to 5 million": the second number is about what the first is about
        return last, False
    subject = " ".join(x for x in (s.words(*clause.head), s.words(*clause.subject)) if x)
    local = ""
    if q.sort == "count":
        end = phrase_end(s, q.after if q.after > q.last else q.last, clause)
        local = s.words(q.last, max(end, q.after))
    elif s.low(q.after) in s.lang.lists["of_what"] and not any(t.first <= q.after + 1 < t.last for t in s.times):
        local = s.words(q.after + 1, phrase_end(s, q.after + 1, clause))
    elif s.lang.maps["grammar"]["noun-before"] and (q.sort == "measure" or kind == "share"):
        local = s.words(q.after, phrase_end(s, q.after, clause))
    before = _before(s, q, clause)
    if clause.verb < q.first and s.low(clause.verb) in s.lang.lists["naming"]:
        before = s.words(clause.verb, clause.verb + 1)
    if kind == "duration":
        before = s.words(clause.verb, q.first)
    if kind in ("growth", "share") and not clause.own and last and not (local and s.low(q.after) in s.lang.lists["of_what"]):
        subject = last
    predicate = ""
    if kind in ("level", "growth", "share") and not (before or local) and _only_names(s, clause):
        predicate = _predicate(s, q, clause)
    parts = [p for p in dict.fromkeys((before, local, predicate, subject)) if p]
    if not parts:
        inherited = last or carried.indicator or s.item.title
        return inherited, False
    return ", ".join(parts)[:160], bool(clause.own or before or local or subject not in last)


def _only_names(s: Sentence, clause: Clause) -> bool:
    """True if the subject is a bare name ("Viet Nam", "the Port of Hue"): then the predicate says what is counted."""
    words = [t for t in s.tokens[clause.subject[0] : clause.subject[1]] if t.kind == "w" and t.low not in s.lang.lists["stop"]]
    return bool(words) and all(t.upper for t in words)


def _predicate(s: Sentence, q: Quantity, clause: Clause) -> str:
    """The words between the verb and the number that name something: ``tonnes of coffee abroad``."""
    first, last = max(clause.verb + 1, q.first - 12), q.first
    idle = s.lang.lists["stop"] | s.lang.lists["before_number"] | s.lang.lists["between"]
    while last > first and (s.low(last - 1) in idle or s.tokens[last - 1].kind == "p"):
        last -= 1
    return s.words(first, last) if clause.verb < q.first and first < last else ""


def phrase_end(s: Sentence, i: int, clause: Clause) -> int:
    """End of a noun phrase that begins at a token: a few words on, up to a break, a verb or a time."""
    j = i
    while j < min(clause.last, i + 9):
        low = s.low(j)
        if s.tokens[j].kind == "p" and low not in ("'", "-", "/", "&", "."):
            break
        if any(low in s.lang.lists[x] for x in ("verbs", "report_verb", "phrase_break")):
            break
        if any(t.first <= j < t.last for t in s.times) or any(m.first <= j < m.last for m in s.comparisons):
            break
        j += 1
    while j > i and (s.low(j - 1) in s.lang.lists["stop"] or s.tokens[j - 1].kind == "p"):
        j -= 1
    return j


def _before(s: Sentence, q: Quantity, clause: Clause) -> str:
    """``investment`` of ``with an investment put at some $90 million``."""
    i = q.first - 1
    skip = s.lang.lists["before_number"]
    if s.lang.maps["grammar"]["noun-before"]:
        skip |= s.lang.lists["between"]
    moved = False
    while i >= clause.first and s.low(i) in skip:
        moved = True
        i -= 1
    if not moved and not s.lang.maps["grammar"]["noun-before"]:
        return ""
    if i < clause.first or clause.subject[0] <= i < clause.subject[1] or any(s.low(i) in s.lang.lists[x] for x in _VERBS):
        return ""
    if any(t.first <= i < t.last for t in s.times):
        return ""
    end = i + 1
    while (
        i >= clause.first
        and s.tokens[i].kind == "w"
        and s.low(i) not in s.lang.lists["stop"]
        and s.low(i) not in s.lang.lists["verbs"]
        and end - i <= 5
    ):
        i -= 1
    return s.words(i + 1, end)


def respectively(s: Sentence) -> dict[int, str]:
    """Indicator by number for ``A and B rose by x and y, respectively``, wherever the language puts that word."""
    at = next((i for i, t in enumerate(s.tokens) if t.low in s.lang.lists["respectively"]), None)
    if at is None:
        return {}
    numbers = [q for q in s.quantities if q.first < at]
    if len(numbers) < 2:
        numbers = _listed(s, [q for q in s.quantities if q.first > at])
    if len(numbers) < 2:
        return {}
    verb = next((c.verb for c in s.clauses if c.verb < numbers[0].first and c.verb < c.last), numbers[0].first)
    verb = min(verb, at)
    names, begin = [], 0
    for i in range(verb + 1):
        if i == verb or s.low(i) in s.lang.lists["and"]:
            name = s.words(begin, i).strip()
            if name:
                names.append(name)
            begin = i + 1
    if len(names) < len(numbers):
        return {}
    return {q.first: name for q, name in zip(numbers[-len(names) :], names[-len(numbers) :], strict=False)}


def _listed(s: Sentence, numbers: list[Quantity]) -> list[Quantity]:
    """The first numbers of a list: nothing but "and" and commas between them."""
    out = numbers[:1]
    for q in numbers[1:]:
        if any(s.low(i) not in s.lang.lists["and"] for i in range(out[-1].last, q.first)):
            break
        out.append(q)
    return out
