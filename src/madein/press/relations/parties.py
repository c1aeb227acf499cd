"""Who acts in a sentence: subjects of verbs, lists of names, bodies after a preposition, and the company spoken of before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from madein.press.relations.names import Name
from madein.press.relations.said import Said

REACH = 40
"""Tokens between a subject and its verb at most."""

_OVER = frozenset({";", "while", "whereas", "but"})
_AND = (",", "and", "&")


@dataclass(slots=True)
class Focus:
    """What an item has spoken of so far: the company last acting, persons and their bodies, abbreviations spelt out."""

    company: str = ""
    subject: str = ""
    persons: dict[str, str] = field(default_factory=dict)
    parts: set[str] = field(default_factory=set)
    long_forms: dict[str, str] = field(default_factory=dict)

    def is_person(self, name: Name) -> bool:
        """True for a person named so far, in full or by one name."""
        return name.kind in ("person", "role") or name.text in self.persons or name.text in self.parts

    def add_person(self, person: str, org: str) -> None:
        """Remember a person and the body they speak for."""
        self.persons[person] = org or self.persons.get(person, "")
        self.parts.update(person.split())


def is_body(name: Name, focus: Focus) -> bool:
    """True for a name that may be a company or another body."""
    return name.kind in ("name", "site") and not focus.is_person(name) and name.text.removesuffix("s") not in focus.long_forms


def behind_preposition(said: Said, name: Name) -> str:
    """The preposition that governs a name, '' where none does; articles, adjectives and "Mexico's" in between are passed over."""
    i = name.first - 1
    for _ in range(8):
        low = said.low(i)
        before = said.ending.get(i)
        if low == "and" and before is not None and before.kind != "place":
            i = before.first - 1  # "of A and B": what governs A governs B
            continue
        if low == "based" and said.low(i - 1) == "-":
            i -= 3
            continue
        if low in said.lang.lists["preposition"] or low in ("between", "among", "including", "like"):
            return low
        place = said.ending.get(i + 1)
        if place is not None and place.kind in ("place", "nation"):
            i = place.first - 1
            continue
        adjective = i >= 0 and said.tokens[i].kind == "w" and not said.tokens[i].upper and not said.isin(i, "verbs")
        if not (adjective or low in ("'", "s", "-", '"')) or said.isin(i, "report_verb") or low in ("and", "that", "while", "but"):
            return ""
        i -= 1
    return ""


def subjects(said: Said, verb: int, focus: Focus, *, places: bool = False, with_: bool = False) -> tuple[Name, ...]:
    """The nearest group of names before a verb that no preposition governs; countries only where they may act.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "Celsia, a venture between Rhein Auto and Pacific Lithium, will build a plant in Debrecen."
    >>> said = next(said_of(read_text(text), relation_language("en")))
    >>> [n.text for n in subjects(said, [t.low for t in said.tokens].index("build"), Focus())]
    ['Celsia']
    """
    begin = next((i + 1 for i in range(verb - 1, max(-1, verb - REACH) - 1, -1) if said.low(i) in _OVER), max(0, verb - REACH))
    for group in reversed(said.groups):
        if group[-1].last > verb:
            continue
        if group[0].first < begin:
            break
        if not all((places and n.kind == "place") or is_body(n, focus) for n in group):
            continue
        governed = behind_preposition(said, group[0])
        led = governed == "by" and said.low(group[0].first - 2) in ("led", "headed")
        if governed and not led and not (with_ and governed == "with"):
            continue
        if said.low(group[-1].last) == "'" and said.low(group[-1].last + 1) == "s" and not with_:
            continue
        if any(p.last == group[0].first for p in said.facts):
            continue  # "999 EVs": goods, not an actor
        return group
    return ()


def actor(said: Said, verb: int, focus: Focus) -> tuple[tuple[str, ...], tuple[int, int] | None]:
    """Companies that a verb's subject names, or that its pronoun stands for, with their tokens.

    "It", "the company" and "the first EV maker" stand for the company of the sentence, of the person speaking, or of the
    sentences before.
    """
    found = subjects(said, verb, focus)
    if found:
        return tuple(n.text for n in found), (found[0].first, found[-1].last)
    at = _stands_in(said, verb)
    if at >= 0:
        speaker = next((focus.persons[n.text] for n in said.names if n.last <= verb and focus.persons.get(n.text)), "")
        org = speaker or focus.company
        return ((org,) if org else ()), (at, at + 1)
    return (), None


def _stands_in(said: Said, verb: int) -> int:
    """Position of the pronoun or company noun that is the subject of a verb, -1 where there is none."""
    for i in range(verb - 1, max(-1, verb - 10), -1):
        if said.isin(i, "rel_company_noun") or said.isin(i, "rel_pronoun"):
            return i
        if not said.isin(i, "rel_adverb") and said.low(i) not in (",", "first"):
            return -1
    return -1


def main_subject(said: Said, focus: Focus) -> str:
    """The first body of a sentence that no preposition governs: what a pronoun of the next sentence stands for; '' where none is."""
    verb = next((k for k in range(len(said.tokens)) if any(said.isin(k, x) for x in ("verbs", "report_verb", "rel_carried"))), len(said.tokens))
    for group in said.groups:
        if group[0].first > verb:
            break
        if len(group) == 1 and is_body(group[0], focus) and not behind_preposition(said, group[0]):
            return group[0].text
    return ""


def bodies_from(said: Said, i: int, focus: Focus, *, places: bool = False) -> list[Name]:
    """The list of names that begins at a token: "Mexico's Grupo Altamira and South Korea's Hanbit Motor" gives two.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "Ferrocar is a venture between Mexico's Grupo Altamira and South Korea's Hanbit Motor."
    >>> said = next(said_of(read_text(text), relation_language("en")))
    >>> [n.text for n in bodies_from(said, 5, Focus())]
    ['Grupo Altamira', 'Hanbit Motor']
    """
    out: list[Name] = []
    while True:
        name = body_at(said, i, focus, places=places)
        if name is None:
            return out
        out.append(name)
        i = name.last
        if said.low(i) not in _AND:
            return out
        i += 2 if said.low(i) == "," and said.low(i + 1) == "and" else 1


def body_at(said: Said, i: int, focus: Focus, *, places: bool = False, within: int = 5) -> Name | None:
    """The body named at a token or a few words on, past articles, descriptions, nations and "Mexico's"."""
    for k in range(i, min(len(said.tokens), i + within + 1)):
        name = said.name_at(k)
        if name is not None and name.kind == "place":
            owns = said.low(name.last) == "'" and said.low(name.last + 1) == "s"
            if places and not owns:
                return name
            if not owns and said.low(name.last) != "-":
                return None
        elif name is not None and is_body(name, focus) and said.low(name.last) != "-":
            return name
        if said.tokens[k].kind == "p" and said.low(k) not in ("'", "-", '"'):
            return None
        if said.isin(k, "preposition") or said.low(k) == "and":
            return None
    return None


def printed(names: Iterable[Name]) -> tuple[str, ...]:
    """Texts of names, each once, in order."""
    return tuple(dict.fromkeys(n.text for n in names))
