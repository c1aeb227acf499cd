"""Relations of a reading: projects, shipments, orders, owners, roles, agreements, recognitions and plans, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from madein.press.language import Language
from madein.press.model import Reading
from madein.press.relations.deliveries import deliveries
from madein.press.relations.honours import recognitions
from madein.press.relations.model import JointVenture, Ownership, PersonRole, Project, Recognition, Relation
from madein.press.relations.orders import export_plans, order_books
from madein.press.relations.owners import in_brackets, ownerships, shared, ventures
from madein.press.relations.pacts import pacts
from madein.press.relations.parties import Focus, is_body, main_subject
from madein.press.relations.pilots import pilots
from madein.press.relations.plans import plans
from madein.press.relations.projects import projects
from madein.press.relations.roles import person_roles
from madein.press.relations.said import Said, said_of
from madein.press.relations.shipments import shipments
from madein.press.relations.sites import site_of
from madein.press.relations.words import relation_language


def relations_of(reading: Reading) -> tuple[Relation, ...]:
    """Relations a text states, in order of place; none in a language for which no words are held.

    Parameters
    ----------
    reading : Reading
        Facts, items and text, as `read_text` gives them.

    Returns
    -------
    tuple of Relation

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> seen = read_text("Bandara Textiles, a unit of Lanka Weave, plans to export denim to Kenya in 2026.", "a.txt")
    >>> for relation in relations_of(seen):
    ...     print(relation.as_dict())
    {'article': 'a.txt', 'type': 'export_plan', 'actor': 'Bandara Textiles', 'destinations': ['Kenya'], 'period': '2026'}
    {'article': 'a.txt', 'type': 'ownership', 'child': 'Bandara Textiles', 'parent': 'Lanka Weave'}
    """
    lang = relation_language(reading.document.language)
    if lang is None:
        return ()
    by_item: dict[int, list[Said]] = {}
    for said in said_of(reading, lang):
        by_item.setdefault(said.item, []).append(said)
    long_forms = _long_forms(by_item)
    out: list[Relation] = []
    for number, sentences in by_item.items():
        item = reading.items[number]
        day = item.anchor if item.precision == "day" else None
        out += _of_item(sentences, long_forms, day, lang)
    return tuple(sorted((replace(r, article=reading.document.name) for r in _distinct(out)), key=lambda r: (r.start, r.type)))


def _distinct(found: Sequence[Relation]) -> list[Relation]:
    """Relations of a page without those of which another says all they say, and more or earlier."""
    kept: dict[tuple[str, str], list[Relation]] = {}
    for one in sorted(found, key=lambda r: (-len(r.as_dict()), r.start)):
        told = one.as_dict()
        near = kept.setdefault((one.type, str(list(told.values())[2:3])), [])
        # The newest twenty: a page that repeats one company a thousand times is still read in linear time.
        if not any(told.items() <= x.as_dict().items() for x in near[-20:]):
            near.append(one)
    return [one for near in kept.values() for one in near]


def _of_item(sentences: Sequence[Said], long_forms: dict[str, str], day: date | None, lang: Language) -> list[Relation]:
    focus = Focus(long_forms=long_forms)
    focuses: list[Focus] = []
    out: list[Relation] = []
    owned: list[Ownership] = []
    joint: list[JointVenture] = []
    # Persons first: they are nobody's subsidiary and build nothing. Whoever is named once is a person everywhere.
    told_by = [list(person_roles(said, focus)) for said in sentences]
    for n, said in enumerate(sentences):
        out += told_by[n]
        # Persons are shared; company, subject and speaker are those of this place.
        seen = replace(focus, speaker=_speaker(told_by, n))
        focuses.append(seen)
        own = list(ownerships(said, seen))
        here = list(ventures(said, seen))
        joint += [*here, *shared(own, here, said, seen)]
        owned += [*own, *in_brackets(here, said)]
        signed = next((p.parties for p in pacts(said, seen)), ())
        focus.partners = next((j.partners for j in joint if j.start == said.start), ()) or signed or focus.partners
        place = site_of(said, 0).location
        seen.place, focus.place = focus.place, place.text if place is not None else focus.place
        focus.child = own[-1].child if own else focus.child
        focus.known.update({n.text.split()[-1].lower(): n.text for n in said.names if n.kind == "name" and " " in n.text})
        focus.venture = next((j.name for j in here if j.name), "") or focus.venture
        focus.subject = _last_part(said, seen) or focus.subject
        company = main_subject(said, seen)
        if company and not {w.lower() for w in company.split()} & lang.lists["rel_not_company"]:
            focus.company = company
    # A sentence that only says what is intended is a plan, not a project.
    tied = {r.start for r in (*owned, *joint)}
    planned = {said.start: list(plans(said, seen, said.start in tied)) for said, seen in zip(sentences, focuses, strict=True)}
    parents = {o.child: o.parent for o in reversed(owned)}
    partners = {j.name: j.partners for j in reversed(joint) if j.name}
    sent = [replace(s, parent=parents.get(s.actor, "")) for s in shipments(sentences, focuses, day)]
    built = [_with_partners(p, partners) for p in projects(sentences, focuses) if p.facts or p.milestones or not planned[p.start]]
    covered = {s.start for s, p in _inside(sentences, built)}
    out += [*_once(owned), *joint, *sent, *built]
    told: list[Relation] = []
    for n, (said, seen) in enumerate(zip(sentences, focuses, strict=True)):
        told += order_books(said, seen, sent)
        told += deliveries(said, seen, sent)
        exports = list(export_plans(said, seen))
        told += exports
        # A plan that a project or an export plan tells better is left to it.
        if not exports and said.start not in covered:
            told += planned[said.start]
        told += pacts(said, seen, sentences[n + 1 : n + 3])
        told += pilots(said, seen, sentences[n + 1 : n + 3])
        told += recognitions(said, seen)
    return [*_roles(out), *_recognised(told)]


def _speaker(told_by: Sequence[Sequence[PersonRole]], n: int) -> str:
    """The body for which "we" speaks in a sentence: that of a person named in it, in the two after it, or last before it."""
    order = [n, n + 1, n + 2, *range(n - 1, max(-1, n - 6), -1)]
    return next((r.org for k in order if k < len(told_by) for r in told_by[k] if r.org), "")


def _last_part(said: Said, focus: Focus) -> str:
    """What a pronoun of the next sentence stands for: the thing of "Delta Soft's Delta Vault", not its owner."""
    first = main_subject(said, focus)
    if not first:
        return ""
    for a, b in pairwise(said.names):
        if a.text == first and said.low(a.last) == "'" and b.first == a.last + 2 and is_body(b, focus):
            return b.text
    return first


def _long_forms(by_item: dict[int, list[Said]]) -> dict[str, str]:
    """Abbreviations spelt out as "electric vehicles (EVs)": the singular long form by the short one."""
    out: dict[str, str] = {}
    for sentences in by_item.values():
        for said in sentences:
            for name in said.names:
                short = name.text.removesuffix("s")
                n = len(short)
                if said.low(name.first - 1) != "(" or said.low(name.last) != ")" or not 2 <= n <= 5 or not short.isupper():
                    continue
                first = name.first - 1 - n
                if first >= 0 and all(said.low(first + k)[:1] == short[k].lower() for k in range(n)):
                    words = said.words(first, name.first - 1)
                    out.setdefault(short, words.removesuffix("s"))
    return out


def _inside(sentences: Sequence[Said], built: Sequence[Project]) -> Iterator[tuple[Said, Project]]:
    """Sentences with the project they tell of; both stand in order, so one walk over both will do."""
    left = sorted(built, key=lambda p: p.start)
    k = 0
    for said in sentences:
        while k < len(left) and left[k].end <= said.start:
            k += 1
        if k < len(left) and left[k].start <= said.start:
            yield said, left[k]


def _with_partners(project: Project, partners: Mapping[str, tuple[str, ...]]) -> Project:
    return replace(project, partners=next((partners[n] for n in project.company.split(" / ") if n in partners), project.partners))


def _once(owned: Iterable[Ownership]) -> list[Ownership]:
    """Each pair of child and parent once, the share kept where any sentence gives it."""
    out: dict[tuple[str, str], Ownership] = {}
    for one in owned:
        known = out.get((one.child, one.parent))
        if known is None or (known.share_pct is None and one.share_pct is not None):
            out[one.child, one.parent] = one
    return list(out.values())


def _roles(found: Sequence[Relation]) -> list[Relation]:
    """Each person's role once."""
    seen: set[tuple[str, str]] = set()
    out: list[Relation] = []
    for one in found:
        if isinstance(one, PersonRole):
            if (one.person, one.role) in seen:
                continue
            seen.add((one.person, one.role))
        out.append(one)
    return out


def _recognised(found: Sequence[Relation]) -> list[Relation]:
    """Sentences about one recognition joined: the same subject and kind, the fields of the first completed by the next."""
    out: list[Relation] = []
    for one in found:
        if isinstance(one, Recognition):
            near = range(max(0, len(out) - 20), len(out))
            k = next((k for k in near if isinstance(x := out[k], Recognition) and _same_honour(x, one)), -1)
            if k >= 0:
                out[k] = _joined(out[k], one)
                continue
        out.append(one)
    return out


def _same_honour(a: Recognition, b: Recognition) -> bool:
    near = a.subject.startswith(b.subject) or b.subject.startswith(a.subject)
    return near and a.result == b.result and a.item == b.item and (not a.by or not b.by or a.by == b.by)


def _joined(a: Relation, b: Recognition) -> Recognition:
    assert isinstance(a, Recognition)
    finer = b.date if len(b.date) > len(a.date) and b.date.startswith(a.date) else a.date or b.date
    marks = (*a.marks, *(m for m in b.marks if m.name not in {x.name for x in a.marks}))
    return replace(
        a,
        owner=a.owner or b.owner,
        by=a.by or b.by,
        scheme=a.scheme or b.scheme,
        date=finer,
        end=max(a.end, b.end),
        marks=marks,
        facts=tuple(dict.fromkeys((*a.facts, *b.facts))),
    )
