"""Who is what, and where: "Mei Aoki, CEO of Tanabe", "Envoy to Ghana Olu Ade", "chief executive Ola Lund"."""

from __future__ import annotations

from collections.abc import Iterator

from madein.press.relations.model import Mark, PersonRole
from madein.press.relations.names import Name
from madein.press.relations.parties import Focus, body_at, subjects
from madein.press.relations.said import Said

_Role = tuple[int, int, Name | None]
"""Tokens of a role, and the body it is held in."""

MOST_WORDS = 4
"""Small words before the word of a role that belong to it at most: "country supply chain manager"."""


def person_roles(said: Said, focus: Focus) -> Iterator[PersonRole]:
    """Persons of a sentence with their role; a surname alone names nobody.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "Mei Aoki, CEO of robot maker Tanabe, met Indian Ambassador to Ghana Ravi Menon."
    >>> said = next(said_of(read_text(text), relation_language("en")))
    >>> [(r.person, r.role, r.org) for r in person_roles(said, Focus())]
    [('Mei Aoki', 'CEO', 'Tanabe'), ('Ravi Menon', 'Indian Ambassador to Ghana', '')]
    """
    bodies: set[str] = set()
    for name in said.names:
        if name.kind not in ("name", "person") or name.text in bodies or not _looks_personal(said, name):
            continue
        found = _role_after(said, name, focus) or _role_before(said, name)
        if found is None:
            continue
        first, last, org = found
        bodies.update([org.text] if org else [])
        focus.add_person(name.text, org.text if org else "")
        if name.last - name.first < 2:
            continue
        marks = [said.mark("person", name.first, name.last), said.mark("role", first, last)]
        if org:
            marks.append(Mark("org", said.tokens[org.first].start, said.tokens[org.last - 1].end))
        yield PersonRole(
            person=name.text,
            role=said.words(first, last),
            org=org.text if org else "",
            item=said.item,
            start=said.start,
            end=said.end,
            marks=tuple(marks),
        )


def _looks_personal(said: Said, name: Name) -> bool:
    """True for one to five capitalised words, none of them a body's: "Olu B. Ade"; where family names are known, with one or a title."""
    surnames = said.lang.lists["rel_surname"]
    if (
        said.lang.maps["grammar"]["noun-before"]
        and name.kind != "person"
        and not (said.low(name.first) in surnames and name.last - name.first in (2, 3, 4))
    ):
        return False
    tokens = said.tokens[name.first : name.last]
    words = [t for t in tokens if t.kind == "w"]
    fine = all(t.kind == "w" or t.low in (".", "-", "'") for t in tokens) and 1 <= len(words) <= 5
    return fine and not any(t.low in said.lang.lists["rel_body"] or t.low in said.lang.lists["rel_site_name"] for t in words)


def _phrase(said: Said, i: int) -> int:
    """End of a run of words of rank that holds a role; `i` itself where there is none.

    A few small words may lead to the word of the role ("personnel chief", "country supply manager") where only a mark, an
    article, "of", "at" or a name follows it.
    """
    k, role = i, i
    while said.isin(k, "rel_role") or said.isin(k, "rel_role_before") or (said.low(k) == "-" and k > i and said.tokens[k].glued):
        if said.isin(k, "rel_of") and not said.isin(k - 1, "rel_role_before"):
            break
        k += 1
        if said.isin(k - 1, "rel_role"):
            role = k
    if role > i or said.lang.maps["grammar"]["noun-before"]:
        return role
    k = i
    while k < i + MOST_WORDS and _qualifies(said, k) and not said.isin(k, "rel_role"):
        k += 1
    return _phrase(said, k) if k > i and said.isin(k, "rel_role") and not said.isin(k, "rel_role_weak") else i


def _qualifies(said: Said, k: int) -> bool:
    """True for a small word that may stand before the word of a role."""
    if not 0 <= k < len(said.tokens) or said.tokens[k].kind != "w" or said.tokens[k].upper or (said.low(k) == "s" and said.tokens[k].glued):
        return False
    return not said.isin(k, "stop", "preposition", "verbs", "report_verb", "rel_adverb", "rel_company_noun", "rel_article", "rel_appointed", "past")


def _office(said: Said, i: int, last: int) -> int:
    """End of the title with the complement of an office: "Minister of Labour and Energy", "Envoy to Ghana"."""
    k = last
    place = said.name_at(k + 1) if said.isin(k, "rel_office_of") else None
    landed = place is not None and place.kind == "place"
    if not any(said.isin(j, "rel_office") for j in range(i, last)):
        return place.last if place is not None and landed and said.isin(k, "rel_office_for") else last
    if place is not None and (landed or (said.isin(last - 1, "rel_seat") and place.kind == "name")):
        return place.last
    if said.isin(k, "rel_office_of"):
        k += 1
        while (said.isin(k, "rel_portfolio") and (said.tokens[k].upper or said.low(k) != ",")) or (
            said.isin(k - 1, "rel_portfolio") and _qualifies(said, k)
        ):
            k += 1
        while k > last and said.low(k - 1) in ("of", "for", "and", "the", ",", "to"):
            k -= 1
    return k


def _role_after(said: Said, name: Name, focus: Focus) -> _Role | None:
    """The role in ``NAME, [a] role of ORG``, ``NAME, who is ...`` and ``NAME (role of ORG)``."""
    after = name.last + (said.isin(name.last, "rel_has") and said.isin(name.last + 1, "rel_been"))
    stated = said.isin(after, "rel_copula") or (after > name.last and said.isin(after + 1, "rel_appointed"))
    hired = said.isin(name.first - 1, "rel_appointed") and not said.isin(name.first - 2, "rel_copula")
    if hired:
        return _appointed(said, name, focus)
    speaks_for = body_at(said, name.last + 1, focus, within=3) if said.isin(name.last, "rel_of") else None
    if speaks_for is not None and said.low(speaks_for.last) == ",":
        after = speaks_for.last  # "Priya Nair of Kochi Marine, its head of exports"
    elif not stated and said.low(name.last) not in (",", "(", "-"):
        return None
    i = after + 1
    while stated and (said.isin(i, "rel_appointed") or said.isin(i, "rel_as")):
        i += 1
    while said.isin(i, "rel_article") or said.isin(i, "rel_which") or said.isin(i, "copula") or said.low(i) in ("is", "was"):
        i += 1
    begin = i
    owner: Name | None = None
    if said.isin(i, "rel_company_noun") and said.low(i + 1) == "'":
        begin = i = i + 3  # "the company's head of operations"
    nation = said.name_at(i)
    if nation is not None and nation.kind in ("nation", "place", "name", "modifier"):
        owns = said.low(nation.last) == "'"
        i = nation.last + 2 * owns
        begin = i if owns or nation.kind in ("name", "modifier") else begin
        owner = nation if nation.kind in ("name", "modifier") else None
    while said.isin(i, "rel_not_role"):
        begin = i = i + 1
    last = _phrase(said, i)
    if said.isin(last, "report_verb"):
        return None  # "..., the mayor said": somebody else's office
    if last == i or (said.name_at(last) is not None and not said.lang.maps["grammar"]["noun-before"]):
        return None  # "A, B's chief executive C": the role is that of C
    if last == i + 1 and said.isin(i, "rel_role_led"):
        return None  # "a member of the Chaopraya Group" is a company
    office = _office(said, i, last)
    if office > last:
        return begin, office, owner
    posted = any(said.isin(k, "rel_office") for k in range(i, last)) and said.isin(last, "rel_in")
    owner = owner or speaks_for
    if owner is not None:
        return begin, max(last, _complement(said, last)), owner
    if posted or not said.isin(last, "rel_office_at"):
        return begin, last, _direct(said, last, focus)
    # "head of research at the Chamber": what stands between two prepositions belongs to the role.
    end = last
    for k in range(last + 1, min(len(said.tokens), last + 7)):
        inner = said.name_at(k)
        if (inner is not None and not (inner.kind == "place" and said.isin(k - 1, "rel_in"))) or said.tokens[k].kind == "p":
            break
        if said.isin(k, "rel_office_at") and said.low(k) != "in" and k > last + 1:
            end = k
            break
    org = body_at(said, end + 1, focus, within=6)
    if org is None:
        end = _complement(said, last)
    return begin, end, org


def _appointed(said: Said, name: Name, focus: Focus) -> _Role | None:
    """``ORG named NAME [as its] role``."""
    i = name.last
    if said.low(i) == ",":  # "named Burak Sahin, a former deputy minister, as chairman"
        i = next((k + 1 for k in range(i + 1, min(len(said.tokens), i + 10)) if said.low(k) == "," and said.isin(k + 1, "rel_as")), i)
    while said.isin(i, "rel_as", "rel_article", "rel_to_do", "rel_not_role"):
        i += 1
    last = _phrase(said, i)
    if last == i:
        return None
    group = subjects(said, name.first - 1, focus)
    return i, last, group[0] if group else None


def _direct(said: Said, last: int, focus: Focus) -> Name | None:
    """The body right behind a role, where a language needs no "of": "Chủ tịch Sông Thao"."""
    if not said.lang.maps["grammar"]["noun-before"]:
        return None
    return body_at(said, last, focus, within=2)


def _complement(said: Said, last: int) -> int:
    """End of "head of operations": small words behind "of" up to the next mark, where no body is named."""
    k = last + 1
    while k < min(len(said.tokens), last + 5) and said.tokens[k].kind == "w" and not said.tokens[k].upper and not said.isin(k, "article"):
        k += 1
    ends = k >= len(said.tokens) or said.tokens[k].low in (",", ".", '"', ";")
    return k if said.isin(last, "rel_of") and ends and k > last + 1 else last


def _role_before(said: Said, name: Name) -> _Role | None:
    """The role in ``[ORG] role [of ORG] [,] NAME`` and ``Minister of Trade, NAME,``."""
    end = name.first
    while end > 0 and (said.low(end - 1) in (".", '"') or said.isin(end - 1, "rel_title")):
        end -= 1
    aside = said.low(end - 1) == "," and (
        said.low(name.last) in (",", ".", '"') or said.isin(name.last, "report_verb") or name.last == len(said.tokens)
    )
    will = said.isin(end - 1, "rel_copula") and said.isin(end - 2, "will")
    stated = said.isin(end - 1, "rel_copula") and said.isin(end - 2 - will, "rel_role")
    end -= (1 + will) if stated else aside
    aside = aside or stated
    org: Name | None = None
    ended = said.ending.get(end)
    office = ended if ended is not None and ended.kind == "role" else None
    if ended is not None and ended.kind == "place" and said.isin(ended.first - 1, "rel_office_of"):
        posted = said.ending.get(ended.first - 1)
        office = posted if posted is not None and posted.kind == "role" else None
        if office is None and said.isin(ended.first - 1, "rel_office_for") and said.isin(ended.first - 2, "rel_role"):
            end, office = ended.first - 1, None
            return _back(said, end, ended.last, aside, name)
    elif ended is not None and ended.kind in ("name", "site") and (aside or said.lang.maps["grammar"]["noun-before"]):
        # "the head of research at Nordkraft, Ingrid Solberg,": the body stands between role and person.
        place = ended.first - 1 - said.isin(ended.first - 1, "rel_article")
        of = said.isin(place, "rel_office_at")
        held = place if of else ended.first
        before = said.ending.get(held)
        if said.isin(held - 1, "rel_role") and (of or said.lang.maps["grammar"]["noun-before"]):
            org, end = ended, held
            office = before if before is not None and before.kind == "role" else None
    elif (
        (ended is None or (ended.kind == "name" and said.isin(ended.last - 1, "rel_body")))
        and not aside
        and (called := _called(said, end)) is not None
    ):
        org, end = called, called.first - 1 - said.isin(called.first - 1, "rel_article")
    found = _back(said, end, end, aside, name, office, held=org is not None)
    if found is None:
        return None
    first, last, owner = found
    if not any(said.isin(k, "rel_role") for k in range(first, last)):
        return None
    return first, last, org or owner


def _called(said: Said, end: int) -> Name | None:
    """The body called by what it is between a role and its holder: "governor of the central bank Amina Yusuf"."""
    if not said.isin(end - 1, "rel_body"):
        return None
    whole = said.ending.get(end)
    first = whole.first if whole is not None else end - 1
    while _qualifies(said, first - 1):
        first -= 1
    of = first - 1 - said.isin(first - 1, "rel_article")
    held = of - 1
    while said.isin(held, "rel_role") or said.isin(held, "rel_role_before"):
        held -= 1
    # "Wu Lang, CEO of media company Sunrise": the role is that of whoever stands before the comma.
    fits = said.isin(of, "rel_office_at") and held < of - 1 and said.low(held) != ","
    return Name(first, end, said.words(first, end), "name") if fits else None


def _back(said: Said, end: int, last: int, aside: bool, name: Name, office: Name | None = None, *, held: bool = False) -> _Role | None:
    """The role that ends at a token, read backwards, with the body before it."""
    first = office.first if office else end
    if office and said.isin(first - 1, "rel_office_of") and said.isin(first - 2, "rel_role"):
        posted = said.ending.get(first - 1)
        first = posted.first if posted is not None and posted.kind == "role" else first - 1  # "Secretary for | Trade"
    while first > 0 and (
        said.isin(first - 1, "rel_role") or (said.isin(first - 1, "rel_role_before") and said.low(first - 1) not in ("of", "and", "&"))
    ):
        first -= 1
    if first == end:
        return None
    weak = not held and office is None and first == end - 1 and said.isin(first, "rel_role_weak")
    if aside and office is None and name.last - name.first < 2:
        return None
    k = first
    while k > max(0, first - MOST_WORDS) and _qualifies(said, k - 1):
        k -= 1
    # Small words belong to the role where something opens the phrase: an article, "said", a possessive, a mark.
    opened = (
        k == 0 or said.isin(k - 1, "rel_article", "report_verb", "rel_and", "rel_appointed", "preposition") or said.low(k - 1) in (",", "s", '"', "(")
    )
    quoted = said.isin(name.last, "report_verb") or any(said.isin(j, "report_verb") for j in range(max(0, first - 4), first))
    told = aside and quoted and said.isin(first - 1, "rel_its") and not said.isin(end - 1, "rel_partners")
    ranked = told or any(said.isin(j, "rel_role_before") and not said.isin(j, "rel_role") for j in range(first, end))
    if any(said.isin(j, "rel_role_ranked") for j in range(first, end)) and not ranked and office is None:
        return None  # "local partner Orion" is no person
    if weak and (k == first or not opened) and not said.isin(first - 1, "rel_its"):
        return None  # "its partner Orion" is no person
    while said.isin(k, "rel_not_role"):
        k += 1
    if k == 1 and k < first and said.tokens[0].upper and said.name_at(0) is None and said.tokens[0].kind == "w" and not said.isin(0, "stop"):
        k, opened = 0, True  # "State industries minister R. V. Prasad"
    country = said.ending.get(min(k, first))
    if country is not None and country.kind in ("place", "nation") and said.isin(country.first - 1, "rel_its"):
        k, opened = country.first, True  # "its Vietnam country head"
    if k < first and opened and not said.lang.maps["grammar"]["noun-before"]:
        first = k
    return first, last, _owner_before(said, first)


def _owner_before(said: Said, first: int) -> Name | None:
    """The body whose role follows: "Nordkraft chief executive", "Nordkraft's chief executive"."""
    end = first - 2 if said.low(first - 1) == "s" and said.low(first - 2) == "'" else first
    owner = said.ending.get(end)
    return owner if owner is not None and owner.kind == "name" and not said.lang.maps["grammar"]["noun-before"] else None
