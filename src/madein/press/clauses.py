"""A sentence cut into clauses: what each is about, and where its verb stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from madein.press.runs import Run

_BREAKS = frozenset({",", ";", ":", "[", "]", '"'})

LONGEST_SUBJECT = 14
"""Tokens before a verb that are looked at for what it is about."""

_AHEAD = 12
"""Tokens behind a joint in which its verb stands, if it parts clauses."""


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of tokens between breaks; `subject` is the token span of what it is about, its own or the one it carries on.

    `verb` is `last` where there is none. `head` is the subject before, where the own one only adds to it: "exports to Japan rose
    5%, to China 6%".
    """

    first: int
    last: int
    verb: int
    subject: tuple[int, int]
    own: bool
    head: tuple[int, int] = (0, 0)

    @property
    def tells(self) -> bool:
        """True if it has a verb."""
        return self.verb < self.last

    def __contains__(self, i: int) -> bool:
        return self.first <= i < self.last


def clauses(s: Run, taken: Sequence[bool], numbers: Sequence[bool]) -> list[Clause]:
    """The clauses of a sentence, the shortest first, so that the first that holds a token is the closest around it.

    A joint such as *and* breaks only where a verb of its own follows before the next break; a clause without a subject
    carries on the one before. Tokens that are `taken` (times, names) or `numbers` are neither subject nor verb.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> said = "Coffee sales rose 4.5% to US$2.1 billion, and timber products fetched US$3.4 billion, up 7%"
    >>> run = Run(said, tokenize(said), language("en"))
    >>> [run.words(*clause.subject) for clause in clauses(run, [False] * len(run), [False] * len(run))]
    ['timber products', 'timber products', 'Coffee sales']
    """
    out: list[Clause] = []
    cutter = _Cutter(s, taken, numbers)
    subject = head = (0, 0)
    listed, listed_end = -1, -1  # where a list of nouns parted by commas begins and ends
    for a, b in cutter.stretches():
        verb = cutter.verb(a, b)
        own = cutter.subject(a, verb) if verb < b else None
        if own is None and not out:
            own = cutter.subject(a, b)
        list_goes_on = a == listed_end + 1
        if own is not None and verb < b and listed >= 0 and list_goes_on:
            own = (max(listed, own[1] - LONGEST_SUBJECT), own[1])
        listed, listed_end = (cutter.list_start(a, b, listed if list_goes_on else -1), b) if verb == b else (-1, -1)
        if own is not None:
            adds = own[0] > a and s.isin(own[0] - 1, "elliptic") and bool(out)
            head = _without_addition(s, head if head != (0, 0) else subject) if adds else (0, 0)
            subject = own
        out.append(Clause(a, b, verb, subject, own is not None, head))
        if own is not None and verb < b and s.isin(verb, "copula") and not any(numbers[verb:b]):
            # "China is the largest market for imports, at US$5 billion": what it is tells what the number means.
            subject = (own[0], min(b, own[0] + LONGEST_SUBJECT))
    for a, b in cutter.insides:
        around = next((c for c in out if a in c), None)
        verb = next((i for i in range(a, b) if s.isin(i, "naming") and not taken[i]), b)
        out.append(Clause(a, b, verb, around.subject if around else (0, 0), False))
    return sorted(out, key=lambda c: c.last - c.first)


def _without_addition(s: Run, subject: tuple[int, int]) -> tuple[int, int]:
    """A subject without its last place or other addition: "exports to Japan" is "exports"."""
    return (subject[0], next((i for i in range(subject[1] - 1, subject[0], -1) if s.isin(i, "elliptic")), subject[1]))


class _Cutter:
    """A sentence while it is cut: what may not be subject or verb, what stands in round brackets, and every verb."""

    def __init__(self, s: Run, taken: Sequence[bool], numbers: Sequence[bool]) -> None:
        self.s, self.taken, self.numbers = s, taken, numbers
        self.aside, self.insides = _asides(s)
        self.verbs = [_is_verb(s, i) for i in range(len(s))]

    def stretches(self) -> list[tuple[int, int]]:
        """Spans between breaks; what stands in round brackets does not break the clause around it."""
        s, cuts = self.s, [0]
        for i, token in enumerate(s.tokens):
            if self.aside[i]:
                continue
            if token.kind != "w":
                dash = token.low == "-" and not token.glued and i + 1 < len(s) and not s.glued(i + 1)
                parts = dash or _breaks(s, i)
            elif self.taken[i]:
                continue
            else:
                said = s.isin(i, "that") and s.isin(i - 1, "report_verb")
                parts = said or (s.isin(i, "joint") and self._parts_clauses(cuts[-1], i))
            if parts:
                cuts += [i, i + 1]
        cuts.append(len(s))
        spans = zip(cuts, cuts[1:], strict=False)
        return [(a, b) for a, b in spans if a < b and not (b - a == 1 and (s.kind(a) == "p" or s.isin(a, "joint", "that")))]

    def _parts_clauses(self, since: int, i: int) -> bool:
        """True if a joint parts clauses: both sides hold a verb. "Imports and exports reached" is one subject."""
        if self.s.isin(i, "noun_joint") and not any(self.verbs[since:i]):
            return False
        for j in range(i + 1, min(len(self.s), i + 1 + _AHEAD)):
            if _breaks(self.s, j):
                return False
            if self.verbs[j]:
                return True
        return False

    def verb(self, a: int, b: int) -> int:
        """The verb of a stretch, its end where there is none; no participle that opens it before a noun: "sold production"."""
        for i in range(a, b):
            free = self.verbs[i] and not self.taken[i] and not self.aside[i] and not self.numbers[i]
            if free and not (i == a and self.s.isin(i + 1, "topic")):
                return i
        return b

    def _idle(self, i: int) -> bool:
        return self.taken[i] or self.aside[i] or self.numbers[i] or self.s.kind(i) != "w" or self.s.isin(i, "stop")

    def subject(self, a: int, b: int) -> tuple[int, int] | None:
        """The noun phrase before a verb, time, numbers and small words at its edges stripped; None if nothing is left."""
        s = self.s
        while a < b and self._idle(a):
            a += 1
        while b > a and self._idle(b - 1):
            b -= 1
        if a >= b or s.isin(a, "report_verb"):
            return None
        if s.lang.grammar.noun_before:
            # "the office said exports ..." is about exports
            a = next((i + 1 for i in range(b - 1, a, -1) if s.isin(i, "report_verb")), a)
            while a < b and self._idle(a):
                a += 1
            if a >= b:
                return None
        first = max(a, b - LONGEST_SUBJECT)
        if s.low(b) == "(" and s.low(b + 2) == ")" and s.kind(b + 1) == "w" and s.upper(b + 1):
            b += 3  # the abbreviation of the name
        return (first, b)

    def list_start(self, a: int, b: int, since: int) -> int:
        """Where a list of nouns parted by commas begins that this verbless stretch may belong to, -1 where it is something else."""
        s = self.s
        if not s.lang.grammar.comma_list or s.low(b) != "," or any(self.taken[a:b]) or any(self.aside[a:b]) or any(self.numbers[a:b]):
            return -1
        if s.isin(a, "stop") or s.has(a, b, "report_verb"):
            return -1
        return since if since >= 0 else a


def _asides(s: Run) -> tuple[list[bool], list[tuple[int, int]]]:
    """Tokens in round brackets, which do not break the clause around them, and the spans inside."""
    mask, spans, opened = [False] * len(s), [], -1
    for i, t in enumerate(s.tokens):
        if t.low == "(":
            opened = i
        elif t.low == ")" and opened >= 0:
            mask[opened : i + 1] = [True] * (i + 1 - opened)
            if i > opened + 1:
                spans.append((opened + 1, i))
            opened = -1
    return mask, spans


def _is_verb(s: Run, i: int) -> bool:
    if s.kind(i) != "w" or not s.isin(i, "verbs", "rise", "fall", "verbs_before_number"):
        return False
    if s.isin(i, "verbs_before_number"):
        return s.kind(i + 1) == "d" or s.isin(i + 1, "between")
    if s.isin(i, "rise", "fall"):
        # "the rise", "export growth of", "an increase" are nouns; "exports to US jump" is none.
        country = s.low(i - 1) == "us" and s.upper(i - 1)
        return not s.isin(i, "no_verb") and (country or not s.isin(i - 1, "article"))
    return not s.isin(i - 1, "article", "no_verb_after")


def _breaks(s: Run, i: int) -> bool:
    """True for a mark that parts clauses: no comma or colon inside a number."""
    low = s.low(i)
    if low not in _BREAKS:
        return False
    inside = low == "," and s.glued(i + 1) and s.tokens[i].glued and s.kind(i + 1) == "d" and s.tokens[i - 1].kind == "d"
    return not inside and not (low == ":" and s.glued(i + 1))
