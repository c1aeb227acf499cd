"""What parties sign together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from madein.press.relations.milestones import date_of
from madein.press.relations.model import Mark, Pact
from madein.press.relations.owners import marked
from madein.press.relations.parties import Focus
from madein.press.relations.rules import find
from madein.press.relations.said import Said

WINDOW = 14
"""Tokens behind the noun of an agreement in which it may be said what it is about."""


def pacts(said: Said, focus: Focus, after: Sequence[Said] = ()) -> Iterator[Pact]:
    """Agreements signed by two parties or more; `after` are the sentences that follow, which may tell the day.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "Kenya and Rwanda signed a memorandum of understanding on 14 May 2024 on electronic cargo tracking."
    >>> [(p.parties, p.what, p.signed) for p in pacts(next(said_of(read_text(text), relation_language("en"))), Focus())]
    [(('Kenya', 'Rwanda'), 'electronic cargo tracking', '2024-05-14')]
    """
    for found in find(said, focus, "agreement"):
        parties = tuple(dict.fromkeys(found.texts("parties")))
        noun = next(
            (k for k in range(found.first, found.last) if said.isin(k, "rel_pact")), found.last - 2 if said.isin(found.last - 1, "rel_about") else -1
        )
        if len(parties) < 2 or noun < 0:
            continue
        what = _about(said, noun) or _kind(said, noun)
        t = said.time_near(found.at)
        later = None if t is not None else next((x for near in after[:2] if (x := _signed_later(near)) is not None), None)
        marks = [m for m, _ in marked(said, found, "parties")]
        if what:
            marks.append(said.mark("what", *what))
        if t is not None:
            marks.append(said.mark("signed", t.first, t.last))
        elif later is not None:
            marks.append(later[1])
        yield Pact(
            parties=parties,
            what=said.words(*what) if what else "",
            signed=date_of(said, t) if t else later[0] if later else "",
            item=said.item,
            start=said.start,
            end=max(said.end, *(m.end for m in marks)),
            marks=tuple(marks),
            facts=facts_in(said, marks),
        )


def _signed_later(near: Said) -> tuple[str, Mark] | None:
    """The day of "The accord was signed in Budapest on 6 November 2024"."""
    noun = next((k for k in range(min(4, len(near.tokens))) if near.isin(k, "rel_pact")), -1)
    verb = next((k for k in range(noun + 1, len(near.tokens)) if near.isin(k, "rel_sign")), -1) if noun > 0 and near.isin(0, "rel_definite") else -1
    t = near.time_after(verb) if verb >= 0 else None
    return (date_of(near, t), near.mark("signed", t.first, t.last)) if t is not None else None


def facts_in(said: Said, marks: list[Mark]) -> tuple[str, ...]:
    """Ids of the facts that share characters with some marks."""
    return tuple(p.fact.id for p in said.facts if any(p.fact.start < m.end and m.start < p.fact.end for m in marks))


def _about(said: Said, noun: int) -> tuple[int, int] | None:
    """The phrase after "on", "for" or "related to" behind the noun of an agreement, times and "of understanding" passed over."""
    k = noun + 1
    while k < min(len(said.tokens), noun + WINDOW):
        t = next((t for t in said.times if t.first <= k < t.last), None)
        if t is not None:
            k = t.last
        elif said.low(k) == "," and not (said.ending.get(k) is not None and said.name_at(k + 1) is not None):
            return None
        elif said.isin(k, "rel_about") and not any(t.first == k + 1 for t in said.times) and not said.isin(k + 1, "rel_not_about"):
            return phrase(said, k + 1)
        else:
            k += 1
    return None


def _kind(said: Said, noun: int) -> tuple[int, int] | None:
    """What stands before the noun: "a free trade agreement", "a 10-year supply contract"; words that only say how are left out."""
    first = noun
    numbers = {k for p in said.facts for k in range(p.first, p.last)}
    while first > 0 and said.tokens[first - 1].kind == "w" and first - 1 not in numbers:
        small = ("stop", "preposition", "verbs", "rel_article", "rel_sign", "rel_not_about", "report_verb", "rel_adverb")
        if said.tokens[first - 1].upper or said.isin(first - 1, *small):
            break
        first -= 1
    return (first, noun) if first < noun and not said.lang.maps["grammar"]["noun-before"] else None


def phrase(said: Said, i: int, stop: str = "") -> tuple[int, int] | None:
    """A run of tokens up to the next mark or time, or a word of a list; leading articles stay out."""
    while said.isin(i, "rel_article"):
        i += 1
    k = i
    while k < min(len(said.tokens), i + 16):
        if said.tokens[k].low in (",", ";", ":", ".", '"', "(") or any(t.first == k for t in said.times) or (stop and said.isin(k, stop)):
            break
        k += 1
    while k > i and said.isin(k - 1, "preposition", "rel_and", "rel_article", "rel_trailing"):
        k -= 1
    return (i, k) if k > i else None
