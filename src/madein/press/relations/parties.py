"""Who acts in a sentence: subjects of verbs, lists of names, bodies after a preposition, and the company spoken of before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from madein.press.relations.names import Name
from madein.press.relations.said import Said

REACH = 40
"""Tokens between a subject and its verb at most."""


@dataclass(slots=True)
class Focus:
    """What an item has spoken of so far: the company last acting, persons and their bodies, abbreviations spelt out."""

    company: str = ""
    subject: str = ""
    venture: str = ""
    partners: tuple[str, ...] = ()
    place: str = ""
    speaker: str = ""
    child: str = ""
    known: dict[str, str] = field(default_factory=dict)
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


def alike(a: str, b: str) -> bool:
    """True for two names of one body: the same, or one the first words of the other.

    Examples
    --------
    >>> alike("Harrow", "Harrow Group"), alike("Harrow Foods", "Harrow Group")
    (True, False)
    """
    return a == b or a.startswith(b + " ") or b.startswith(a + " ")


def is_body(name: Name, focus: Focus) -> bool:
    """True for a name that may be a company or another body."""
    return name.kind in ("name", "site") and not focus.is_person(name) and name.text.removesuffix("s") not in focus.long_forms


def behind_preposition(said: Said, name: Name) -> str:
    """The preposition that governs a name, '' where none does; articles, adjectives and "Mexico's" in between are passed over."""
    i = name.first - 1
    for _ in range(8):
        low = said.low(i)
        before = said.ending.get(i)
        if said.isin(i, "rel_and") and before is not None and before.kind != "place":
            i = before.first - 1  # "of A and B": what governs A governs B
            continue
        if low == "based" and said.low(i - 1) == "-":
            i -= 3
            continue
        if said.isin(i, "preposition") or said.isin(i, "rel_like") or said.isin(i, "rel_in"):
            return low
        place = said.ending.get(i + 1)
        if place is not None and place.kind in ("place", "nation"):
            i = place.first - 1
            continue
        adjective = i >= 0 and said.tokens[i].kind == "w" and not said.tokens[i].upper and not said.isin(i, "verbs")
        if not (adjective or low in ("'", "s", "-", '"')) or said.isin(i, "report_verb", "rel_and", "rel_over", "that"):
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
    told = _antecedent(said, verb, focus, places)
    if told:
        return told
    if _lower_subject(said, verb):
        return ()
    if goes_on(said, verb):
        acts = first_verb(said, verb)
        return next((g for g in said.groups if g[-1].last <= acts and all(is_body(n, focus) for n in g) and not behind_preposition(said, g[0])), ())
    begin = next(
        (i + 1 for i in range(verb - 1, max(-1, verb - REACH) - 1, -1) if said.low(i) == ";" or said.isin(i, "rel_over")), max(0, verb - REACH)
    )
    for group in reversed(said.groups):
        if group[-1].last > verb:
            continue
        if group[0].first < begin:
            break
        if not all((places and n.kind == "place") or is_body(n, focus) for n in group):
            continue
        governed = behind_preposition(said, group[0])
        if governed and len(group) > 2 and group[-1].last >= verb - 1 and said.low(group[0].last) == ",":
            return group[1:]  # "During his visit to Hanoi, Viet Nam and Nigeria signed"
        led = said.isin(group[0].first - 1, "rel_by") and said.isin(group[0].first - 2, "rel_led")
        town = places and said.isin(group[0].first - 1, "rel_of") and said.isin(group[0].first - 2, "rel_place_prefix")
        if governed and not led and not town and not (with_ and governed in said.lang.lists["rel_with"]):
            continue
        if said.low(group[-1].last) == "'" and said.low(group[-1].last + 1) == "s" and not with_:
            continue
        if any(p.last == group[0].first for p in said.facts):
            continue  # "999 EVs": goods, not an actor
        return group
    return ()


_ACTS = ("verbs", "report_verb", "rel_own", "rel_won", "rel_carried", "rel_deliver", "rel_form", "rel_sign", "rel_sell")
"""Lists of words that may be the first verb of a sentence."""


def _lower_subject(said: Said, verb: int) -> bool:
    """True where a thing without a name is the subject: "the board said the trial aims", "that its mill will open"."""
    i = verb - 1
    while i > 0 and i > verb - 6 and said.isin(i, "rel_adverb") and not said.isin(i, "rel_pronoun"):
        i -= 1
    plain = ("rel_company_noun", "rel_which", "stop", "verbs", "report_verb", "rel_and", "rel_body", "rel_partners", "preposition", "past")
    if not 0 < i < len(said.tokens) or said.tokens[i].kind != "w" or said.tokens[i].upper or said.isin(i, *plain):
        return False
    k = i
    while k > max(0, i - 3) and said.tokens[k - 1].kind == "w" and not said.tokens[k - 1].upper and not said.isin(k - 1, *plain):
        k -= 1
    return said.isin(k - 1, "rel_definite") and not (k > 1 and said.isin(k - 2, "rel_and"))


def first_verb(said: Said, before: int) -> int:
    """The first verb of a sentence before a token, that token where there is none; "May" of a date is no verb."""
    times = {k for t in said.times for k in range(t.first, t.last)}
    return next((k for k in range(before) if k not in times and said.isin(k, *_ACTS)), before)


def possessor(said: Said, i: int, focus: Focus) -> tuple[str, tuple[int, int] | None]:
    """Whose "its" is: the subject before it, else the first body of the sentence, else the one spoken of before; '' for nobody's."""
    group = subjects(said, i, focus) or next((g for g in said.groups if g[0].last <= i and is_body(g[0], focus)), ())
    if group:
        return group[0].text, (group[0].first, group[0].last)
    if i < 4:  # "Through its unit Sahel Gold, Wattle Mining operates two mines"
        comma = next((k for k in range(i, min(len(said.tokens), i + 12)) if said.low(k) == ","), -1)
        owner = body_at(said, comma + 1, focus) if comma > 0 else None
        if owner is not None:
            return owner.text, (owner.first, owner.last)
    return focus.company, None


def goes_on(said: Said, verb: int) -> bool:
    """True for the second verb of one subject: "X acquired Y and owns Z", nothing between "and" and the verb but auxiliaries."""
    i = verb - 1
    while i > 0 and i > verb - 5 and said.isin(i, "rel_adverb") and not said.isin(i, "rel_pronoun"):
        i -= 1
    return i > 0 and said.isin(i, "rel_and") and (said.ending.get(i) is None or said.name_at(i + 1) is None) and i < verb


def _antecedent(said: Said, verb: int, focus: Focus, places: bool) -> tuple[Name, ...]:
    """The group that a relative clause speaks of: "Harrow Group, which also has a stake"; whatever governs it."""
    i = verb - 1
    while i > 0 and i > verb - 5 and said.isin(i, "rel_adverb") and not said.isin(i, "rel_which"):
        i -= 1
    if not said.isin(i, "rel_which"):
        return ()
    end = i - 1 if said.low(i - 1) == "," else i
    for group in said.groups:
        if group[-1].last == end and all((places and n.kind == "place") or is_body(n, focus) for n in group):
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
    if at >= 0 and said.isin(at, "rel_we"):
        we = focus.speaker or focus.company
        return ((we,) if we else ()), (at, at + 1)
    if at >= 0 and said.isin(at, "rel_jv") and focus.venture:
        return (focus.venture,), (at, at + 1)
    if at >= 0 and said.isin(at, "rel_partners") and focus.partners:
        return ((focus.venture,) if focus.venture else focus.partners), (at, at + 1)
    own = _own_subject(said, at, focus) if at >= 0 and said.isin(at, "rel_pronoun") else None
    if own is not None:
        return (own.text,), (own.first, own.last)
    if at >= 0:
        speaker = next((focus.persons[n.text] for n in said.names if n.last <= verb and focus.persons.get(n.text)), "")
        org = speaker or focus.company
        return ((org,) if org else ()), (at, at + 1)
    return (), None


def _own_subject(said: Said, at: int, focus: Focus) -> Name | None:
    """The subject of an earlier clause of the sentence, for which its pronoun stands: "Eikaby has no plans; it means to ..."."""
    acts = first_verb(said, at)
    groups = [g for g in said.groups if g[-1].last <= min(acts, at) and g[0].first >= dateline_end(said)]
    own = [g[0] for g in groups if len(g) == 1 and is_body(g[0], focus) and not behind_preposition(said, g[0])]
    return own[0] if own and acts < at else None


def _stands_in(said: Said, verb: int) -> int:
    """Position of the pronoun or company noun that is the subject of a verb, -1 where there is none."""
    for i in range(verb - 1, max(-1, verb - 10), -1):
        if said.isin(i, "rel_company_noun", "rel_pronoun", "rel_we"):
            return i
        if not said.isin(i, "rel_adverb") and said.low(i) not in (",", "first"):
            return -1
    return -1


def main_subject(said: Said, focus: Focus) -> str:
    """The first body of a sentence that no preposition governs: what a pronoun of the next sentence stands for; '' where none is.

    Of "the Barrow refinery of Meridian" it is Meridian. The town of a dateline acts nowhere.
    """
    begin = dateline_end(said)
    verb = next((k for k in range(len(said.tokens)) if said.isin(k, "verbs", "report_verb", "rel_carried")), len(said.tokens))
    for group in said.groups:
        if group[0].first > verb:
            break
        if group[0].first < begin:
            continue
        if said.isin(group[-1].last, "rel_site"):
            owner = body_at(said, group[-1].last + 2, focus) if said.isin(group[-1].last + 1, "rel_of") else None
            if owner is not None:
                return owner.text
            continue
        if len(group) == 1 and is_body(group[0], focus) and not behind_preposition(said, group[0]):
            return group[0].text
    return ""


def parties_of(said: Said, i: int, focus: Focus) -> tuple[Name, ...]:
    """Bodies or countries that act before a token: its subject, else "customs in Malawi and Zambia"."""
    group = subjects(said, i, focus, places=True)
    if group:
        return group
    listed = (g for g in reversed(said.groups) if g[-1].last <= i and len(g) > 1 and all(n.kind == "place" for n in g))
    return next(listed, ())


def told_by(said: Said, focus: Focus) -> Name | None:
    """The company that closes a sentence as its speaker: "..., Deccan Lorries said."; offices speak of others."""
    for name in said.names:
        ends = name.last >= len(said.tokens) - 6 and said.isin(name.last, "report_verb")
        office = any(said.isin(k, "rel_not_company") or said.isin(k, "rel_office_word") for k in range(name.first, name.last))
        led = next((k for k in range(name.first - 1, max(-1, name.first - 4), -1) if said.low(k) == ","), -1)
        if ends and not office and led >= 0 and is_body(name, focus):
            return name
    return None


def dateline_end(said: Said) -> int:
    """The token after the dash of a dateline, 0 where a sentence has none: "SZEGED, 14 March 2025 - ..."."""
    covered = {k for n in said.names for k in range(n.first, n.last)} | {k for t in said.times for k in range(t.first, t.last)}
    for i in range(1, min(16, len(said.tokens) - 1)):
        if said.low(i) == "-" and not said.tokens[i].glued and not said.tokens[i + 1].glued:
            return i + 1 if all(k in covered or said.low(k) in (",", "(", ")", "/") for k in range(i)) else 0
    return 0


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
        if said.low(i) == "(":  # "Luzon Steel (60%) and Hakata Dock (40%)"
            i = next((k + 1 for k in range(i, min(len(said.tokens), i + 8)) if said.low(k) == ")"), i)
        if said.low(i) != "," and not said.isin(i, "rel_and"):
            return out
        i += 2 if said.low(i) == "," and said.isin(i + 1, "rel_and") else 1


def body_at(said: Said, i: int, focus: Focus, *, places: bool = False, within: int = 7) -> Name | None:
    """The body named at a token or a few words on, past articles, descriptions, nations and "Mexico's"."""
    for k in range(i, min(len(said.tokens), i + within + 1)):
        name = said.name_at(k)
        if name is not None and name.kind == "modifier" and said.isin(name.last, "rel_child"):
            return name  # "its Minera Alba unit"
        if name is not None and name.kind == "place":
            owns = said.low(name.last) == "'" and said.low(name.last + 1) == "s"
            if places and not owns:
                return name
            if not owns and not _hyphen(said, name.last) and not said.isin(name.last, "rel_descriptor"):
                return None
        elif name is not None and is_body(name, focus) and not _hyphen(said, name.last):
            return name
        if said.tokens[k].kind == "p" and said.low(k) not in ("'", "-", '"'):
            return None
        town = said.isin(k, "rel_of") and said.isin(k - 1, "rel_place_prefix")  # "the city of Tirana"
        if (said.isin(k, "preposition") and not town) or said.isin(k, "rel_and"):
            return None
    return None


def _hyphen(said: Said, i: int) -> bool:
    """True for the hyphen of "Colombo-based", not for a dash between words."""
    return said.low(i) == "-" and said.tokens[i].glued


def printed(names: Iterable[Name]) -> tuple[str, ...]:
    """Texts of names, each once, in order."""
    return tuple(dict.fromkeys(n.text for n in names))
