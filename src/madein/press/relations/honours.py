"""Who is recognised as what, by whom and when; who is ranked, certified or audited, and who won what."""

from __future__ import annotations

from collections.abc import Iterator

from madein.press.relations.model import Recognition
from madein.press.relations.names import Name
from madein.press.relations.owners import marked
from madein.press.relations.parties import Focus, bodies_from, body_at, first_verb, goes_on, possessor, subjects
from madein.press.relations.rules import Found, find
from madein.press.relations.said import Said

_BE = frozenset({"is", "are", "was", "were", "be", "been", "being", "also", "officially", "internationally"})
_AFTER = frozenset({"a", "an", "as", "by", "to", "for", "among", "at", "under", "the", "in", "one", "with"})
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
    for found in find(said, focus, "recognition"):
        one = _by_rule(said, focus, found)
        if one is not None:
            yield one
    for i in range(len(said.tokens)):
        if not said.isin(i, "rel_recognised") or not _passive(said, i, known is not None):
            continue
        subject = known if known and said.low(i - 1) == "and" else _subject(said, i, focus)
        if subject is None:
            continue
        known = subject
        text, first, last, with_ = subject
        owner = _owner(said, first, i, focus) if first >= 0 else None
        whose = possessor(said, first - 1, focus)[0] if owner is None and first > 0 and said.isin(first - 1, "rel_its") else ""
        by = _by(said, i, focus) or (_presenter(said, i, focus, first) if with_ else None)
        scheme = _scheme(said, i)
        t = said.time_near(i)
        if not (by or scheme):
            continue
        marks = [said.mark("result", i, i + 1)]
        if first >= 0:
            marks.append(said.mark("subject", first, last))
        for name, body in (("owner", owner), ("by", by)):
            if body is not None:
                marks.append(said.mark(name, body.first, body.last))
        if scheme:
            marks.append(said.mark("scheme", *scheme))
        if t is not None:
            marks.append(said.mark("date", t.first, t.last))
        facts = tuple(p.fact.id for p in said.facts if any(m.start <= p.fact.start and p.fact.end <= m.end for m in marks))
        yield Recognition(
            subject=text,
            scheme=said.words(*scheme) if scheme else "",
            owner=owner.text if owner else whose if whose != text else "",
            by=by.text if by else "",
            date=str(t.period) if t else "",
            result=said.low(i),
            item=said.item,
            start=said.start,
            end=said.end,
            marks=tuple(marks),
            facts=facts,
        )


def _by_rule(said: Said, focus: Focus, found: Found) -> Recognition | None:
    """Somebody who received, won or was given something, or is named something in the active voice."""
    scheme = found.fields.get("scheme")
    if "subject" in found.fields:
        text, span = found.text("subject"), found.fields["subject"].spans[0]
        if not any(span[0] <= n.first < span[1] for n in said.names):
            return None
    else:
        told = _noun_before(said, min(found.at, found.first), focus)
        if told is None:
            return None
        text, span = told
    maker = next((k for k in range(*span) if said.isin(k, "rel_of")), -1) if said.lang.maps["grammar"]["noun-before"] else -1
    owner = None
    if maker > 0 and any(span[0] <= n.first < maker for n in said.names) and (owner := body_at(said, maker + 1, focus)) is not None:
        text, span = said.words(span[0], maker), (span[0], maker)  # "Nền tảng SenPay của Bạch Đằng Số": whose it is stands behind
    result = found.constants.get("result", "") or said.low(found.at)
    if result == "won":
        caught = range(*scheme.spans[0]) if scheme is not None else range(0)
        result = "certified" if any(said.isin(k, "rel_certificate") for k in (*caught, *(k + 1 for k in caught))) else "awarded"
    t = said.time_near(found.at)
    marks = [said.mark("subject", *span)] if span[1] > span[0] else []
    marks += [m for name in ("scheme", "by", "owner") for m, _ in marked(said, found, name)]
    if t is not None:
        marks.append(said.mark("date", t.first, t.last))
    owned_by = found.text("owner") or (owner.text if owner is not None else "")
    if owner is not None:
        marks.append(said.mark("owner", owner.first, owner.last))
    if not owned_by and said.isin(span[0] - 1, "rel_its"):
        owned_by = possessor(said, span[0] - 1, focus)[0] or focus.subject
    return Recognition(
        subject=text, scheme=found.text("scheme"), owner=owned_by if owned_by != text else "", by=found.text("by"), result=result,
        date=str(t.period) if t else "", item=said.item, start=said.start, end=said.end, marks=tuple(marks),
        facts=tuple(p.fact.id for p in said.facts if any(m.start <= p.fact.start and p.fact.end <= m.end for m in marks)),
    )  # fmt: skip


def _noun_before(said: Said, i: int, focus: Focus) -> tuple[str, tuple[int, int]] | None:
    """The noun phrase that is the subject of a verb, small words and all: "its cream line", "Andina's Malbec"."""
    end = i
    while end > 0 and (said.isin(end - 1, "rel_adverb") or said.isin(end - 1, "verbs")) and not said.isin(end - 1, "rel_pronoun"):
        end -= 1
    first = end
    while first > max(0, end - 12):
        name = said.ending.get(first)
        if name is not None:
            first = name.first
            continue
        t, k = said.tokens[first - 1], first - 1
        mark = t.kind == "p" and t.low not in ("-", "'", "/", "&")
        leads = said.isin(k, "report_verb", "rel_over", "that", "rel_article", "rel_its", "rel_which")
        if leads and k > 0 and first < end and (said.isin(k - 1, "rel_of") or said.isin(k - 1, "rel_from")) and said.isin(k, "rel_article"):
            first = k  # "tea from the Ilam Cooperative"
            continue
        if mark or leads or said.isin(k, "verbs") or (said.isin(k, "preposition") and not said.isin(k, "rel_of") and not said.isin(k, "rel_from")):
            break
        first = k
    if end - first == 1 and said.isin(first, "rel_pronoun"):
        known = focus.subject or focus.company
        return (known, (first, first)) if known else None
    if first < end and said.isin(first, "rel_and"):
        first += 1
    bare = said.words(first, end).lower()
    if end - first == 1 and said.isin(first, "rel_company_noun") and (focus.company or focus.subject):
        return focus.company or focus.subject, (first, end)
    if end - first == 1 and bare in focus.known:
        return focus.known[bare], (first, end)  # "the union" named before
    return (said.words(first, end), (first, end)) if first < end else None


def _passive(said: Said, i: int, goes_on: bool) -> bool:
    """True after a form of "be", at the beginning of a sentence or aside, behind another, and in a headline: "X recognised as Y"."""
    after = said.low(i + 1)
    if said.low(i) in ("named", "crowned", "voted") and said.low(i - 1) in _BE and after not in ("after", "in", "by") and said.low(i - 1) != "be":
        return True
    if goes_on and said.low(i - 1) == "and" and after in _AFTER:
        return True
    follows = (
        after in _AFTER
        or (i == 0 and any(said.low(k) == "by" for k in range(i + 1, i + 4)))
        or after in said.lang.maps["ordinals"]
        or said.name_at(i + 1) is not None
    )
    if not follows or said.low(i - 1) == "-" or said.low(i - 1) in ("to", "not"):
        return False
    k = i - 1
    while said.isin(k, "rel_adverb") and said.low(k) not in _BE:
        k -= 1
    if said.low(k) in _BE:
        return True
    opens = i == 0 or said.low(i - 1) == ","
    headline = after == "as" and any(n.last == i for n in said.names) and not any(said.isin(k, "verbs") for k in range(i))
    return (opens and any(said.low(k) == "by" for k in range(i + 1, i + 4))) or headline


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
    if goes_on(said, i):
        told = _noun_before(said, first_verb(said, i), focus)
        return (told[0], *told[1], False) if told is not None else None
    its = next((k for k in range(i - 1, max(0, i - 9), -1) if said.isin(k, "rel_its")), -1)
    if its > 0 and (said.isin(its - 1, "that") or said.isin(its - 1, "report_verb")):
        told = _noun_before(said, i, focus)  # "announced that its anchovy line has been certified"
        if told is not None:
            return (told[0], *told[1], False)
    group = subjects(said, i, focus, with_=True)
    if not group and not any(_owns(said, n, i) for n in said.names):
        told = _noun_before(said, i, focus)
        named = told is not None and (told[0] != said.words(*told[1]) or any(told[1][0] <= n.first < told[1][1] for n in said.names))
        return (told[0], *told[1], False) if told is not None and named else _lower_subject(said, i, focus)
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
    named = next((s for s in (focus.subject, focus.company) if s.lower().endswith(text.lower())), "") or focus.known.get(text.lower(), "")
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
            if not names and said.isin(k + 2, "rel_of"):
                names = bodies_from(said, k + 3, focus)  # "by readers of Cocoa Weekly"
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
