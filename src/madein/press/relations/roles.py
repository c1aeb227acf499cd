"""Who is what, and where: "Mei Aoki, CEO of Tanabe", "Envoy to Ghana Olu Ade", "chief executive Ola Lund"."""

from __future__ import annotations

from collections.abc import Iterator

from madein.press.relations.model import Mark, PersonRole
from madein.press.relations.names import Name
from madein.press.relations.parties import Focus, body_at
from madein.press.relations.said import Said

_AT = frozenset({"of", "at", "for", "with", "in"})


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
    for name in said.names:
        if name.kind not in ("name", "person") or not _looks_personal(said, name):
            continue
        found = _role_after(said, name, focus) or _role_before(said, name)
        if found is None:
            continue
        first, last, org = found
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
    """True for one to five capitalised words, none of them a body's: "Olu B. Ade"."""
    tokens = said.tokens[name.first : name.last]
    words = [t for t in tokens if t.kind == "w"]
    fine = all(t.kind == "w" or t.low in (".", "-", "'") for t in tokens) and 1 <= len(words) <= 5
    return fine and not any(t.low in said.lang.lists["rel_body"] or t.low in said.lang.lists["rel_site_name"] for t in words)


def _phrase(said: Said, i: int) -> int:
    """End of a run of words of rank that holds a role; `i` itself where there is none."""
    k, role = i, i
    while said.isin(k, "rel_role") or said.isin(k, "rel_role_before") or (said.low(k) == "-" and k > i and said.tokens[k].glued):
        if said.low(k) == "of" and not said.isin(k - 1, "rel_role_before"):
            break
        k += 1
        if said.isin(k - 1, "rel_role"):
            role = k
    return role


def _office(said: Said, i: int, last: int) -> int:
    """End of the title with the complement of an office: "Minister of Labour and Energy", "Envoy to Ghana"."""
    if not any(said.isin(k, "rel_office") for k in range(i, last)):
        return last
    k = last
    if said.low(k) == "to":
        name = said.name_at(k + 1)
        return name.last if name and name.kind == "place" else last
    if said.low(k) in ("of", "for"):
        k += 1
        while said.isin(k, "rel_portfolio") and (said.tokens[k].upper or said.low(k) != ","):
            k += 1
        while k > last and said.low(k - 1) in ("of", "for", "and", "the", ","):
            k -= 1
    return k


def _role_after(said: Said, name: Name, focus: Focus) -> tuple[int, int, Name | None] | None:
    """The role in ``NAME, [a] role of ORG``."""
    if said.low(name.last) != ",":
        return None
    i = name.last + 1
    while said.low(i) in ("a", "an", "the", "its", "who", "is", "was"):
        i += 1
    begin = i
    if said.isin(i, "rel_company_noun") and said.low(i + 1) == "'":
        begin = i = i + 3  # "the company's head of operations"
    nation = said.name_at(i)
    if nation is not None and nation.kind in ("nation", "place"):
        owns = said.low(nation.last) == "'"
        i = nation.last + 2 * owns
        begin = i if owns else begin
    last = _phrase(said, i)
    if last == i:
        return None
    office = _office(said, i, last)
    if office > last:
        return begin, office, None
    if said.low(last) not in _AT:
        return begin, last, None
    # "head of research at the Chamber": what stands between two prepositions belongs to the role.
    end = last
    for k in range(last + 1, min(len(said.tokens), last + 7)):
        if said.name_at(k) is not None or said.tokens[k].kind == "p":
            break
        if said.low(k) in ("at", "of", "for", "with") and k > last + 1:
            end = k
            break
    org = body_at(said, end + 1, focus, within=6)
    if org is None:
        end = _complement(said, last)
    return begin, end, org


def _complement(said: Said, last: int) -> int:
    """End of "head of operations": small words behind "of" up to the next mark, where no body is named."""
    k = last + 1
    while k < min(len(said.tokens), last + 5) and said.tokens[k].kind == "w" and not said.tokens[k].upper and not said.isin(k, "article"):
        k += 1
    ends = k >= len(said.tokens) or said.tokens[k].low in (",", ".", '"', ";")
    return k if said.low(last) == "of" and ends and k > last + 1 else last


def _role_before(said: Said, name: Name) -> tuple[int, int, Name | None] | None:
    """The role in ``[ORG] role NAME`` and ``Minister of Trade, NAME,``."""
    end = name.first
    if said.low(end - 1) == "," and said.low(name.last) == ",":
        end -= 1
    while end > 0 and said.low(end - 1) in (".", '"'):
        end -= 1
    ended = said.ending.get(end)
    office = ended if ended is not None and ended.kind == "role" else None
    if ended is not None and ended.kind == "place" and said.low(ended.first - 1) in ("to", "of"):
        posted = said.ending.get(ended.first - 1)
        office = posted if posted is not None and posted.kind == "role" else None
    last = end
    first = office.first if office else end
    while first > 0 and (
        said.isin(first - 1, "rel_role") or (said.isin(first - 1, "rel_role_before") and said.low(first - 1) not in ("of", "and", "&"))
    ):
        first -= 1
    if first == last or not any(said.isin(k, "rel_role") for k in range(first, last)):
        return None
    if end != name.first and said.low(end) == "," and office is None and name.last - name.first < 2:
        return None
    org = _owner_before(said, first)
    return first, last, org


def _owner_before(said: Said, first: int) -> Name | None:
    """The body whose role follows: "Nordkraft chief executive", "Nordkraft's chief executive"."""
    end = first - 2 if said.low(first - 1) == "s" and said.low(first - 2) == "'" else first
    owner = said.ending.get(end)
    return owner if owner is not None and owner.kind == "name" else None
