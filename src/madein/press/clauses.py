"""A sentence cut into clauses: what each is about, and which words of rise and fall, share, plan and chance it holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from madein.press.language import Language
from madein.press.model import Token

_BREAKS = frozenset({",", ";", ":", "[", "]", '"'})


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of tokens between breaks; `subject` is the token span of what it is about, its own or the one it carries on.

    `head` is the subject before, where the own one only adds to it: "exports to Japan rose 5%, to China 6%".
    """

    first: int
    last: int
    verb: int
    subject: tuple[int, int]
    own: bool
    head: tuple[int, int] = (0, 0)


def clauses(tokens: Sequence[Token], lang: Language, taken: Sequence[bool], numbers: Sequence[bool]) -> list[Clause]:
    """The clauses of a sentence, the shortest first, so that the first that holds a token is the closest around it.

    A joint such as *and* breaks only where a verb of its own follows before the next break; a clause without a subject
    carries on the one before.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> said = tokenize("Coffee sales rose 4.5% to US$2.1 billion, and timber products fetched US$3.4 billion, up 7%")
    >>> none = [False] * len(said)
    >>> [" ".join(t.low for t in said[c.subject[0]:c.subject[1]]) for c in clauses(said, language("en"), none, none)]
    ['timber products', 'timber products', 'coffee sales']
    """
    out: list[Clause] = []
    subject = head = (0, 0)
    listed = listed_end = -1
    aside, insides = _asides(tokens)
    free = taken
    taken = [t or x for t, x in zip(taken, aside, strict=True)]
    for a, b in _stretches(tokens, lang, aside):
        verb = next((i for i in range(a, b) if not taken[i] and not numbers[i] and _is_verb(tokens, i, lang)), b)
        own = _subject(tokens, a, verb, lang, taken, numbers) if verb < b else None
        if own is None and not out:
            own = _subject(tokens, a, b, lang, taken, numbers)
        if own is not None and verb < b and listed >= 0 and a == listed_end + 1:
            own = (max(listed, own[1] - 14), own[1])
        listed, listed_end = (_list_start(tokens, a, b, lang, taken, numbers, listed if a == listed_end + 1 else -1), b) if verb >= b else (-1, -1)
        adds = own is not None and own[0] > a and tokens[own[0] - 1].low in lang.lists["elliptic"] and bool(out)
        if own is not None:
            head = _head(tokens, head if head != (0, 0) else subject, lang) if adds else (0, 0)
            subject = own
        out.append(Clause(a, b, verb, subject, own is not None, head))
        if own is not None and verb < b and tokens[verb].low in lang.lists["copula"] and not any(numbers[verb:b]):
            # "China is the largest market for imports, at US$5 billion": what it is tells what the number means.
            subject = (own[0], min(b, own[0] + 14))
    for a, b in insides:
        around = next((c for c in out if c.first <= a < c.last), None)
        verb = next((i for i in range(a, b) if tokens[i].low in lang.lists["naming"] and not free[i]), b)
        out.append(Clause(a, b, verb, around.subject if around else (0, 0), False))
    return sorted(out, key=lambda c: c.last - c.first)


def _head(tokens: Sequence[Token], subject: tuple[int, int], lang: Language) -> tuple[int, int]:
    """A subject without its last place or other addition: "exports to Japan" is "exports"."""
    return (subject[0], next((i for i in range(subject[1] - 1, subject[0], -1) if tokens[i].low in lang.lists["elliptic"]), subject[1]))


def _list_start(tokens: Sequence[Token], a: int, b: int, lang: Language, taken: Sequence[bool], numbers: Sequence[bool], since: int) -> int:
    """Where a list of nouns parted by commas begins that this verbless stretch may belong to, -1 where it is something else."""
    if not lang.maps["grammar"]["comma-list"] or b >= len(tokens) or tokens[b].low != "," or any(taken[a:b]) or any(numbers[a:b]):
        return -1
    if tokens[a].low in lang.lists["stop"] or any(tokens[i].low in lang.lists["report_verb"] for i in range(a, b)):
        return -1
    return since if since >= 0 else a


def _asides(tokens: Sequence[Token]) -> tuple[list[bool], list[tuple[int, int]]]:
    """Tokens in round brackets, which do not break the clause around them, and the spans inside."""
    mask, spans, opened = [False] * len(tokens), [], -1
    for i, t in enumerate(tokens):
        if t.low == "(":
            opened = i
        elif t.low == ")" and opened >= 0:
            mask[opened : i + 1] = [True] * (i + 1 - opened)
            if i > opened + 1:
                spans.append((opened + 1, i))
            opened = -1
    return mask, spans


def _is_verb(tokens: Sequence[Token], i: int, lang: Language) -> bool:
    low = tokens[i].low
    if tokens[i].kind != "w":
        return False
    before = tokens[i - 1].low if i else ""
    if low in lang.lists["verbs_before_number"]:
        return i + 1 < len(tokens) and (tokens[i + 1].kind == "d" or tokens[i + 1].low in lang.lists["between"])
    if low in lang.lists["rise"] or low in lang.lists["fall"]:
        # "the rise", "export growth of", "an increase": nouns
        return before not in lang.lists["article"] and low not in lang.lists["no_verb"]
    return low in lang.lists["verbs"] and before not in lang.lists["article"] and before not in lang.lists["no_verb_after"]


def _stretches(tokens: Sequence[Token], lang: Language, aside: Sequence[bool]) -> list[tuple[int, int]]:
    cuts = [0]
    n = len(tokens)
    for i in range(n):
        if aside[i]:
            continue
        low = tokens[i].low
        dash = low == "-" and not tokens[i].glued and i + 1 < n and not tokens[i + 1].glued
        if (
            dash
            or _breaks(tokens, i)
            or (low in lang.lists["joint"] and i + 1 < n and _joins_clauses(tokens, cuts[-1], i, lang))
            or (low in lang.lists["that"] and i and tokens[i - 1].low in lang.lists["report_verb"])
        ):
            cuts += [i, i + 1]
    cuts.append(n)
    return [
        (a, b)
        for a, b in zip(cuts, cuts[1:], strict=False)
        if a < b and not (b - a == 1 and (tokens[a].kind == "p" or tokens[a].low in lang.lists["joint"] | lang.lists["that"]))
    ]


def _breaks(tokens: Sequence[Token], i: int) -> bool:
    """True for a mark that parts clauses: no comma or colon inside a number."""
    low = tokens[i].low
    glued = i + 1 < len(tokens) and tokens[i + 1].glued
    inside = low == "," and glued and tokens[i].glued and tokens[i + 1].kind == "d" and tokens[i - 1].kind == "d"
    return low in _BREAKS and not inside and not (low == ":" and glued)


def _joins_clauses(tokens: Sequence[Token], since: int, i: int, lang: Language) -> bool:
    """True if a joint parts clauses: both sides hold a verb. "Imports and exports reached" is one subject."""
    if tokens[i].low in lang.lists["noun_joint"] and not any(_is_verb(tokens, j, lang) for j in range(since, i)):
        return False
    return _verb_ahead(tokens, i + 1, lang)


def _verb_ahead(tokens: Sequence[Token], i: int, lang: Language) -> bool:
    """True if a verb comes within a dozen words, before the next break."""
    for j in range(i, min(len(tokens), i + 12)):
        if _breaks(tokens, j):
            return False
        if _is_verb(tokens, j, lang):
            return True
    return False


def _subject(tokens: Sequence[Token], a: int, b: int, lang: Language, taken: Sequence[bool], numbers: Sequence[bool]) -> tuple[int, int] | None:
    """The noun phrase before a verb, time, numbers and small words at its edges stripped; None if nothing is left."""

    def idle(i: int) -> bool:
        return taken[i] or numbers[i] or tokens[i].kind != "w" or tokens[i].low in lang.lists["stop"]

    while a < b and idle(a):
        a += 1
    while b > a and idle(b - 1):
        b -= 1
    if a >= b or tokens[a].low in lang.lists["report_verb"]:
        return None
    if lang.maps["grammar"]["noun-before"]:
        # "the office said exports ..." is about exports
        a = next((i + 1 for i in range(b - 1, a, -1) if tokens[i].low in lang.lists["report_verb"]), a)
        while a < b and idle(a):
            a += 1
        if a >= b:
            return None
    first = max(a, b - 14)
    if b + 2 < len(tokens) and tokens[b].low == "(" and tokens[b + 2].low == ")" and tokens[b + 1].kind == "w" and tokens[b + 1].upper:
        b += 3  # the abbreviation of the name
    return (first, b)


def content_words(tokens: Sequence[Token], first: int, last: int, lang: Language) -> list[str]:
    """Words of a span that name something."""
    return [t.low for t in tokens[first:last] if t.kind == "w" and len(t.low) > 1 and t.low not in lang.lists["stop"]]
