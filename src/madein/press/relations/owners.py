"""Who belongs to whom: subsidiaries, owners with their shares, and joint ventures with their partners."""

from __future__ import annotations

from collections.abc import Iterator

from madein.press.relations.model import JointVenture, Mark, Ownership
from madein.press.relations.names import Name
from madein.press.relations.parties import Focus, bodies_from, body_at, is_body, printed, subjects
from madein.press.relations.said import Placed, Said


def ownerships(said: Said, focus: Focus) -> Iterator[Ownership]:
    """Owners and what they own, as a sentence states them.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("Dutch brewer Van Dalen owns 51 per cent of Saigon Malt."), relation_language("en")))
    >>> [(r.child, r.parent, r.share_pct) for r in ownerships(said, Focus())]
    [('Saigon Malt', 'Van Dalen', 51.0)]
    """
    whole = {m.first: m for m in said.lang.scan("rel_share_of", said.tokens)}
    for i in range(len(said.tokens)):
        found: tuple[Name | str | None, Name | str | None, Placed | float | None] = (None, None, None)
        if said.low(i) == "part" and said.low(i + 1) == "of":
            group = body_at(said, i + 2, focus, within=2)
            found = (_before(said, i, focus) if group else None, group, None)
        elif said.isin(i, "rel_child"):
            found = (*_by_noun(said, i, focus), None)
        elif said.isin(i, "rel_owned") and said.low(i + 1) == "by":
            tag = next((str(m.tag) for m in whole.values() if m.first <= i < m.last), "")
            share = next((p for p in reversed(said.facts) if i - 5 <= p.first < i and p.fact.unit == "percent"), None)
            found = (_before(said, i, focus), body_at(said, i + 2, focus), 100.0 if tag == "whole" else share)
        elif said.isin(i, "rel_own"):
            found = _by_verb(said, i, focus)
        elif said.low(i) == "parent":
            k = i + 2 if said.isin(i + 1, "rel_company_noun") else i + 1
            of = body_at(said, k + 1, focus) if said.low(k) == "of" else None
            if of is not None:
                verb = of.last
                found = (of, body_at(said, verb + 1, focus) if said.low(verb) in ("is", "was", ",") else None, None)
            else:
                found = (_possessor(said, i, focus), said.name_at(k), None)
        child, parent, share_of = found
        if child and parent and _text(child) != _text(parent):
            yield _ownership(said, child, parent, share_of)


def _text(one: Name | str) -> str:
    return one if isinstance(one, str) else one.text


def _ownership(said: Said, child: Name | str, parent: Name | str, share: Placed | float | None) -> Ownership:
    marks = [said.mark(k, n.first, n.last) for k, n in (("child", child), ("parent", parent)) if isinstance(n, Name)]
    facts: tuple[str, ...] = ()
    value = share if isinstance(share, float) else None
    if isinstance(share, Placed) and isinstance(share.fact.value, float):
        value, facts = share.fact.value, (share.fact.id,)
        marks.append(Mark("share_pct", share.fact.start, share.fact.end))
    return Ownership(
        child=_text(child), parent=_text(parent), share_pct=value, item=said.item, start=said.start, end=said.end, marks=tuple(marks), facts=facts
    )


def _before(said: Said, i: int, focus: Focus) -> Name | None:
    """The name in apposition to what follows: ``NAME, a ... |`` or ``NAME is ... |``, at most eight tokens back."""
    for end in range(i, max(0, i - 9), -1):
        name = said.ending.get(end)
        if name is not None:
            near = is_body(name, focus)
            between = [said.low(k) for k in range(name.last, i)]
            joined = bool(between) and (
                between[0] in (",", "is", "was", "are", "remains", "became", "-", "(") or all(said.isin(k, "rel_wholly") for k in range(name.last, i))
            )
            return name if near and joined else None
    return None


def _by_noun(said: Said, i: int, focus: Focus) -> tuple[Name | str | None, Name | str | None]:
    """``CHILD, a subsidiary of PARENT``, ``PARENT's subsidiary CHILD``, ``its Polish subsidiary CHILD``."""
    if said.low(i + 1) in ("of", "under"):
        return _before(said, i, focus), body_at(said, i + 2, focus)
    child = said.name_at(i + 1)
    if child is None or not is_body(child, focus):
        return None, None
    return child, _possessor(said, i, focus)


def _possessor(said: Said, i: int, focus: Focus) -> Name | str | None:
    """Whose: the name before "'s", or the subject that "its" stands for, at most four tokens back."""
    for k in range(i - 1, max(-1, i - 5), -1):
        if said.low(k) == "s" and said.low(k - 1) == "'":
            owner = said.ending.get(k - 1)
            return owner if owner is not None and is_body(owner, focus) else None
        if said.low(k) in ("its", "their"):
            group = subjects(said, k, focus)
            return group[0] if group else focus.company or None
        if said.tokens[k].kind == "p":
            return None
    return None


def _by_verb(said: Said, i: int, focus: Focus) -> tuple[Name | None, Name | None, Placed | None]:
    """``PARENT owns 51 per cent of CHILD``, ``PARENT bought a 30% stake in CHILD``."""
    share = next((p for p in said.facts if i < p.first <= i + 6 and p.fact.unit == "percent"), None)
    if share is None:
        return None, None, None
    which = next((k for k in range(i - 1, max(0, i - 8), -1) if said.low(k) == "which" and said.low(k - 1) == "in"), -1)
    if which > 0:  # "CHILD, in which PARENT holds a 22 per cent stake"
        return _before(said, which - 1, focus), body_at(said, which + 1, focus), share
    for k in range(share.last, min(len(said.tokens), share.last + 6)):
        if said.low(k) in ("of", "in"):
            owner = subjects(said, i, focus)
            child = body_at(said, k + 1, focus)
            return child, owner[0] if owner else None, share
    return None, None, None


def ventures(said: Said, focus: Focus) -> Iterator[JointVenture]:
    """Joint ventures of a sentence, with name and partners as far as it gives them.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> said = next(said_of(read_text("Arden Chemicals and Daiwa Kogyo agreed to set up a joint venture called Ardaiwa."), relation_language("en")))
    >>> [(r.name, r.partners) for r in ventures(said, Focus())]
    [('Ardaiwa', ('Arden Chemicals', 'Daiwa Kogyo'))]
    """
    for m in said.lang.scan("rel_joint", said.tokens):
        after = said.low(m.last)
        name = _before(said, m.first, focus)
        if name is not None and any(said.low(k) in ("to", "up", "form", "formed") for k in range(name.last, m.first)):
            name = None  # "are to set up a joint venture": whoever stands before founds it
        partners: list[Name] = []
        if after in ("between", "of", "by", "among", "with"):
            partners = bodies_from(said, m.last + 1, focus)
        if after in ("called", "named", "dubbed"):
            name = body_at(said, m.last + 1, focus)
        elif said.name_at(m.last) is not None:
            name = said.name_at(m.last)
        elif after == "," and (aside := said.name_at(m.last + 1)) is not None and said.low(aside.last) in (",", "."):
            name = aside
        built = any(
            said.isin(k, "verbs") or said.low(k) in ("form", "set", "establish", "create", "forming") for k in range(max(0, m.first - 5), m.first)
        )
        if len(partners) < 2 and built and (name is None or name.first > m.first):
            partners = [*subjects(said, m.first, focus), *partners]
        if len(partners) < 2:
            continue
        marks = [said.mark("partners", p.first, p.last) for p in partners]
        if name is not None:
            marks.append(said.mark("name", name.first, name.last))
        yield JointVenture(
            name=name.text if name else "", partners=printed(partners), item=said.item, start=said.start, end=said.end, marks=tuple(marks)
        )
