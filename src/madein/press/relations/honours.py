"""Who is recognised as what, by whom and when; who is ranked, certified or audited; and what companies say they plan."""

from __future__ import annotations

from collections.abc import Iterator

from madein.press.relations.model import Mark, Plan, Recognition
from madein.press.relations.names import Name
from madein.press.relations.parties import Focus, actor, bodies_from, body_at, subjects
from madein.press.relations.said import Said

_BE = frozenset({"is", "are", "was", "were", "be", "been", "being", "also", "officially", "internationally"})
_AFTER = frozenset({"as", "by", "to", "for", "among", "at", "under", "the", "in", "one", "with"})
_STOP = frozenset({"by", "in", "at", "from", "on", "with", "for", "last", "this"})


def recognitions(said: Said, focus: Focus) -> Iterator[Recognition]:
    """Subjects named, honoured, ranked, certified or audited.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "The Solace ventilator made by Medisera was named Product of the Year by the Kerala Industries Department in 2023."
    >>> got = next(recognitions(next(said_of(read_text(text), relation_language("en"))), Focus()))
    >>> got.subject, got.scheme, got.owner, got.by, got.date, got.result
    ('Solace ventilator', 'Product of the Year', 'Medisera', 'Kerala Industries Department', '2023', 'named')
    """
    known: tuple[str, int, int, bool] | None = None
    for i in range(len(said.tokens)):
        if said.isin(i, "rel_won"):
            yield from _prize(said, i, focus)
        if not said.isin(i, "rel_recognised") or not _passive(said, i, known is not None):
            continue
        subject = known if known and said.low(i - 1) == "and" else _subject(said, i, focus)
        if subject is None:
            continue
        known = subject
        text, first, last, with_ = subject
        owner = _owner(said, first, i, focus) if first >= 0 else None
        by = _by(said, i, focus) or (_presenter(said, i, focus, first) if with_ else None)
        scheme = _scheme(said, i)
        t = said.time_near(i)
        if not (by or scheme or said.low(i) == "ranked"):
            continue
        marks = [said.mark("result", i, i + 1)]
        if first >= 0:
            marks.append(said.mark("subject", first, last))
        for name, one in (("owner", owner), ("by", by)):
            if one is not None:
                marks.append(said.mark(name, one.first, one.last))
        if scheme:
            marks.append(said.mark("scheme", *scheme))
        if t is not None:
            marks.append(said.mark("date", t.first, t.last))
        facts = tuple(p.fact.id for p in said.facts if any(m.start <= p.fact.start and p.fact.end <= m.end for m in marks))
        yield Recognition(
            subject=text,
            scheme=said.words(*scheme) if scheme else "",
            owner=owner.text if owner else "",
            by=by.text if by else "",
            date=str(t.period) if t else "",
            result=said.low(i),
            item=said.item,
            start=said.start,
            end=said.end,
            marks=tuple(marks),
            facts=facts,
        )


def _prize(said: Said, i: int, focus: Focus) -> Iterator[Recognition]:
    """``SUBJECT won the Golden Leaf award [from BODY]``."""
    k = i + 2 if said.low(i + 1) in ("the", "a", "an", "its") else i + 1
    name = said.name_at(k)
    group = subjects(said, i, focus)
    first, last = (group[0].first, group[-1].last) if group else (int(said.low(0) in ("the", "its")), i)
    if name is None or not 0 < last - first <= 8 or not any(said.isin(j, "rel_scheme_word") for j in range(name.first, name.last + 1)):
        return
    end = name.last + 1 if said.isin(name.last, "rel_scheme_word") else name.last
    t = said.time_near(i)
    marks = [said.mark("subject", first, last), said.mark("scheme", name.first, end)]
    if t is not None:
        marks.append(said.mark("date", t.first, t.last))
    yield Recognition(
        subject=said.words(first, last),
        scheme=said.words(name.first, end),
        date=str(t.period) if t else "",
        result="awarded",
        item=said.item,
        start=said.start,
        end=said.end,
        marks=tuple(marks),
    )


def _passive(said: Said, i: int, goes_on: bool) -> bool:
    """True after a form of "be", at the beginning of a sentence or aside, behind another, and in a headline: "X recognised as Y"."""
    after = said.low(i + 1)
    if said.low(i) in ("named", "crowned", "voted") and said.low(i - 1) in _BE and after not in ("after", "in", "by") and said.low(i - 1) != "be":
        return True
    if goes_on and said.low(i - 1) == "and" and after in _AFTER:
        return True
    follows = after in _AFTER or after in said.lang.maps["ordinals"] or said.name_at(i + 1) is not None
    if not follows or said.low(i - 1) == "-" or said.low(i - 1) in ("to", "not"):
        return False
    if said.low(i - 1) in _BE:
        return True
    opens = i == 0 or said.low(i - 1) == ","
    headline = after == "as" and any(n.last == i for n in said.names) and not any(said.isin(k, "verbs") for k in range(i))
    return (opens and after == "by") or headline


def _subject(said: Said, i: int, focus: Focus) -> tuple[str, int, int, bool] | None:
    """Text and tokens of what is recognised (-1 where it stands in another sentence), and whether "with" leads it."""
    if i == 0:
        comma = next((k for k in range(1, min(len(said.tokens), 16)) if said.low(k) == ","), -1)
        if comma < 0:
            return None
        if said.low(comma + 1) in said.lang.lists["rel_pronoun"]:
            return (focus.subject or focus.company, -1, -1, False) if focus.subject or focus.company else None
        begin = comma + 2 if said.low(comma + 1) in ("the", "its", "their") else comma + 1
        end = begin
        while end < min(len(said.tokens), begin + 6) and said.tokens[end].kind == "w" and not said.isin(end, "verbs"):
            end += 1
        return (said.words(begin, end), begin, end, False) if end > begin else None
    group = subjects(said, i, focus, with_=True)
    if not group and not any(_owns(said, n, i) for n in said.names):
        return _lower_subject(said, i, focus)
    group = group or next(((n,) for n in said.names if _owns(said, n, i)), ())
    made = next((n for n in said.names if group and n in group and said.low(n.first - 1) == "by"), None)
    if not group or made is not None:
        return None
    name = group[0]
    end = group[-1].last
    if said.low(end) == "'" and said.low(end + 1) == "s":
        end += 2
    while (
        end < i
        and end < group[-1].last + 6
        and said.tokens[end].kind == "w"
        and not (said.isin(end, "verbs") or said.isin(end, "rel_made_by") or said.isin(end, "stop") or said.isin(end, "rel_recognised"))
    ):
        end += 1
    origin = said.name_at(end + 1) if said.low(end) in ("from", "of") else None
    end = origin.last if origin is not None and origin.last < i else end
    return said.words(name.first, end), name.first, end, said.low(name.first - 1) == "with"


def _lower_subject(said: Said, i: int, focus: Focus) -> tuple[str, int, int, bool] | None:
    """A subject without a name of its own: "The cooperative has been accredited" speaks of the cooperative named before."""
    end = i
    while end > 0 and (said.low(end - 1) in _BE or said.low(end - 1) in ("has", "have", "had")):
        end -= 1
    first = said.clause(i)[0]
    while first < end and said.low(first) in ("the", "its", "this", "their", "a", "and", '"'):
        first += 1
    if not 0 < end - first <= 10 or any(said.isin(k, "verbs") for k in range(first, end)) or said.isin(first, "stop"):
        return None
    text = said.words(first, end)
    named = next((s for s in (focus.subject, focus.company) if s.lower().endswith(text.lower())), "")
    return named or text, first, end, False


def _owns(said: Said, name: Name, i: int) -> bool:
    return name.last < i and said.low(name.last) == "'" and i - name.last < 10


def _owner(said: Said, first: int, i: int, focus: Focus) -> Name | None:
    """The maker between subject and verb: "developed by", "from"."""
    for k in range(first, i):
        if (said.low(k) == "by" and said.isin(k - 1, "rel_made_by")) or said.low(k) == "from":
            return body_at(said, k + 1, focus)
    return None


def _by(said: Said, i: int, focus: Focus) -> Name | None:
    for k in range(i + 1, min(len(said.tokens), i + 18)):
        if said.low(k) == "by" and not said.isin(k - 1, "rel_made_by"):
            names = bodies_from(said, k + 1, focus)
            return names[0] if names else None
        if said.low(k) in (";", '"'):
            return None
    return None


def _presenter(said: Said, i: int, focus: Focus, first: int) -> Name | None:
    """Who holds the ceremony: the subject of a sentence whose "with X being named" tells the outcome."""
    group = subjects(said, max(0, min(first - 1, i)), focus)
    return group[0] if group else None


def _scheme(said: Said, i: int) -> tuple[int, int] | None:
    """What a subject is recognised as, or certified to: behind "as" and "to", or the name right after "named"."""
    k = i + 1
    if said.low(k) in ("as", "to", "under", "among"):
        if said.low(i) == "ranked":
            return None
        k += 1
    elif said.low(i) not in ("named", "awarded", "crowned", "voted", "rated") or said.low(k) in ("by", "in", "at"):
        return None
    while said.low(k) in ("a", "an", "the"):
        k += 1
    end = k
    while end < min(len(said.tokens), k + 12):
        if (
            (said.tokens[end].kind == "p" and said.low(end) not in ("-", "'", "/", "&"))
            or said.low(end) in _STOP
            or any(t.first == end for t in said.times)
        ):
            break
        end += 1
    return (k, end) if end > k else None


def plans(said: Said, focus: Focus) -> Iterator[Plan]:
    """What companies say they plan: to expand, add, hire, move.

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
        k = m.last + 1 if said.low(m.last) == "to" else m.last
        if not said.isin(k, "rel_expand"):
            continue
        names, span = actor(said, m.first, focus)
        if not names:
            continue
        end = k
        while end < len(said.tokens) and end < k + 40 and said.tokens[end].low not in (".", ";", '"', ":"):
            if (said.low(end) == "to" and said.isin(end + 1, "rel_purpose_verb")) or (
                end > k and said.low(end) in ("while", "whereas", "but", "said")
            ):
                break
            end += 1
        while end > k and said.tokens[end - 1].kind == "p":
            end -= 1
        marks: list[Mark] = [said.mark("action", k, end)]
        if span:
            marks.append(said.mark("company", *span))
        facts = tuple(p.fact.id for p in said.facts if k <= p.first < end)
        yield Plan(company=names[0], action=said.words(k, end), item=said.item, start=said.start, end=said.end, marks=tuple(marks), facts=facts)
