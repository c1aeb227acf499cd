"""What companies say they plan, where no project, export plan or agreement says it better."""

from __future__ import annotations

from collections.abc import Iterator

from madein.press.relations.model import Mark, Plan
from madein.press.relations.parties import Focus, actor
from madein.press.relations.said import Said

MOST = 40
"""Tokens of an action at most."""


def plans(said: Said, focus: Focus, tied: bool = False) -> Iterator[Plan]:
    """What companies say they plan: to expand, add, hire, move; `tied` where the sentence tells who will own what, which is no plan.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("Pelangi Plastics said it intends to double output at its Johor plant."), relation_language("en")))
    >>> [(p.company, p.action) for p in plans(said, Focus())]
    [('Pelangi Plastics', 'double output at its Johor plant')]
    """
    for m in said.lang.scan("rel_intend", said.tokens):
        k = m.last + 1 if said.isin(m.last, "rel_to_do") else m.last
        if not said.isin(k, "rel_expand") or any(said.isin(j, "rel_not") for j in range(max(0, m.first - 2), m.last)):
            continue
        if m.tag == "will" and not said.isin(k, "rel_will_do"):
            continue
        if tied and said.isin(k, "rel_own", "rel_sell", "rel_form"):
            continue
        names, span = actor(said, m.first, focus)
        if not names:
            continue
        end = _end(said, k)
        marks: list[Mark] = [said.mark("action", k, end)]
        if span:
            marks.append(said.mark("company", *span))
        facts = tuple(p.fact.id for p in said.facts if k <= p.first < end)
        yield Plan(company=names[0], action=said.words(k, end), item=said.item, start=said.start, end=said.end, marks=tuple(marks), facts=facts)


def _end(said: Said, k: int) -> int:
    """End of an action: a strong mark, a word that tells what for, another clause, or whoever said so."""
    end = k
    while end < len(said.tokens) and end < k + MOST and said.tokens[end].low not in (".", ";", '"', ":"):
        purpose = said.isin(end, "rel_to_do") and said.isin(end + 1, "rel_purpose_verb")
        if purpose or (end > k and (said.isin(end, "rel_over") or said.isin(end, "rel_said"))):
            break
        if said.low(end) == "," and _told_by(said, end + 1):
            break
        end += 1
    while end > k and said.tokens[end - 1].kind == "p":
        end -= 1
    return end


def _told_by(said: Said, i: int) -> bool:
    """True where a comma leads to whoever says so: ", the company's chief, Eva Lind, told the Courier"."""
    for k in range(i, min(len(said.tokens), i + 14)):
        if said.isin(k, "report_verb"):
            return True
        if said.isin(k, "rel_expand") or said.isin(k, "rel_and") or said.isin(k, "verbs"):
            return False
    return False
