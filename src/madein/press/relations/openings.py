"""Where a text begins to speak of a project: who builds, pays for, enlarges, opens or owns what."""

from __future__ import annotations

from dataclasses import dataclass

from madein.core.units import is_money
from madein.press.relations.amounts import amounts
from madein.press.relations.milestones import events
from madein.press.relations.names import Name
from madein.press.relations.parties import Focus, actor, bodies_from, body_at, is_body, possessor, told_by
from madein.press.relations.said import Said

WINDOW = 14
"""Tokens between the verb of building and what is built at most."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Companies of a project, their tokens where the sentence names them, and the token from which it is told.

    `site` is the token of what is built (-1 where money alone is told), `another` True where the text sets it apart from
    one told before ("a second plant"), `bare` True where the sentence names the plant and its owner and no more.
    """

    names: tuple[str, ...]
    span: tuple[int, int] | None
    at: int
    site: int
    another: bool = False
    bare: bool = False


def opening(said: Said, focus: Focus) -> Opening | None:
    """Who builds or pays for something, or whose plant a sentence tells numbers or dates of.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.relations.said import said_of
    >>> text = "The Barrow refinery of Meridian Fuels has cost $4.6 billion."
    >>> opening(next(said_of(read_text(text), relation_language("en"))), Focus()).names
    ('Meridian Fuels',)
    """
    return _by_licence(said, focus) or _by_verb(said, focus) or owned(said, focus)


def _by_verb(said: Said, focus: Focus) -> Opening | None:
    for m in said.lang.scan("rel_build", said.tokens):
        if any(said.isin(k, "rel_not") for k in range(max(0, m.first - 4), m.first)):
            continue
        if m.tag == "begun":
            site = site_after(said, m.last)
            owner = _owner(said, site, focus, ordered=True) if site >= 0 else None
            if owner is not None:
                return Opening((owner.text,), (owner.first, owner.last), m.first, site)
            continue
        if m.tag == "passive":
            found = _passive(said, m.first, m.last, focus)
            if found is not None:
                return found
            continue
        site = site_after(said, m.last)
        money = m.tag == "invest" and any(m.last <= p.first <= m.last + 6 and is_money(p.fact.unit) for p in said.facts)
        if m.tag == "lift" or (m.tag == "active" and site < 0):
            own = m.tag == "lift" and said.isin(m.last, "rel_its")
            site = next(
                (k for k in range(m.last, min(len(said.tokens), m.last + 8)) if said.isin(k, "rel_capacity") or (own and said.isin(k, "rel_site"))),
                -1,
            )
            if (m.tag == "lift" or site >= 0) and not any(t.name == "capacity" for t in amounts(said, m.first)):
                continue
        put = m.tag == "put" or (said.isin(m.first, "rel_put") and not money)
        if put and not any(x.tag == "operational" for x in said.lang.scan("rel_event", said.tokens[m.last : m.last + WINDOW])):
            continue
        if site < 0 and not money:
            site = _site_before(said, m.first, focus)
            if site < 0:
                continue
        names, span = actor(said, m.first, focus)
        if names:
            return Opening(names, span, min(m.first, site) if site >= 0 else m.first, site, _another(said, site))
    return None


def _passive(said: Said, first: int, last: int, focus: Focus) -> Opening | None:
    """``A complex is being built in Mombasa by Frostline``."""
    by = next((k for k in range(last, min(len(said.tokens), last + WINDOW)) if said.isin(k, "rel_by")), -1)
    names = bodies_from(said, by + 1, focus) if by >= 0 else []
    site = next((k for k in range(first - 1, max(-1, first - WINDOW), -1) if said.isin(k, "rel_site")), -1)
    if not names or site < 0:
        return None
    return Opening(tuple(x.text for x in names), (names[0].first, names[-1].last), max(0, first - WINDOW), site, _another(said, site))


def site_after(said: Said, i: int) -> int:
    """Position of the thing built, before the next mark or preposition that leads elsewhere; -1 where there is none."""
    deep = seen = 0
    for k in range(i, len(said.tokens)):
        deep += (said.low(k) == "(") - (said.low(k - 1) == ")" and deep > 0)
        if deep:
            continue  # "a VND1.15 trillion (US$43.8 million) mill"
        seen += 1
        if seen > WINDOW:
            return -1
        named = said.tokens[k].upper and not any(n.first <= k < n.last and n.kind == "site" for n in said.names)
        if (said.isin(k, "rel_site") and not named) or (said.isin(k, "rel_own_one") and said.isin(k - 1, "rel_its")):
            return k
        if said.tokens[k].low in (";", ":", '"', "(") or said.isin(k, "rel_which"):
            return -1
    return -1


def _site_before(said: Said, verb: int, focus: Focus) -> int:
    """The thing built before its verb: "a furnace it is building near Adana"."""
    i = verb - 1
    while i > 0 and said.isin(i, "rel_adverb") and not said.isin(i, "rel_pronoun"):
        i -= 1
    if said.isin(i, "rel_pronoun", "rel_we", "rel_company_noun"):
        i -= 1 + (said.isin(i, "rel_company_noun") and said.isin(i - 1, "rel_article"))
    else:
        name = said.ending.get(i + 1)
        if name is None or not is_body(name, focus):
            return -1
        i = name.first - 1
    i -= said.isin(i, "rel_which")
    return i if said.isin(i, "rel_site") else -1


def _another(said: Said, site: int) -> bool:
    return any(said.isin(k, "rel_another") for k in range(max(0, site - 4), site))


def _by_licence(said: Said, focus: Focus) -> Opening | None:
    """``The committee granted a certificate to COMPANY for a project``, ``cleared COMPANY's plan``, ``COMPANY won approval for``."""
    for m in said.lang.scan("rel_licence", said.tokens):
        near = range(m.last, min(len(said.tokens), m.last + 2 * WINDOW))
        site = next((k for noun in ("rel_site", "rel_project_noun") for k in near if said.isin(k, noun)), -1)
        if site < 0:
            continue
        if m.tag == "granted":
            names, span = actor(said, m.first, focus)
            if names:
                return Opening(names, span, m.last, site)
            continue
        name = body_at(said, m.last, focus, within=5 if m.tag == "licence" else 2)
        if name is None or name.first >= site:
            continue
        # Whoever is cleared or given something must be given leave to build.
        leave = m.tag == "licence" or any(said.isin(k, "rel_plan_noun") for k in range(name.last, min(site + 1, name.last + 8)))
        if leave:
            return Opening((name.text,), (name.first, name.last), m.last, site)
    return None


def owned(said: Said, focus: Focus, bare: bool = False) -> Opening | None:
    """A plant told by its owner ("the Pune plant of Agni", "Agni's plant") with numbers or dates, or by "its" and "the".

    Plural plants and those of nobody are left alone: statistics speak of them.
    """
    told = bare or any(True for _ in amounts(said, 0)) or any(True for _ in events(said))
    if not told:
        return None
    for k in range(len(said.tokens)):
        if not said.isin(k, "rel_plant"):
            continue
        name = _owner(said, k, focus)
        if name is not None:
            return Opening((name.text,), (name.first, name.last), 0, k, bare=bare)
        its = next((j for j in range(max(0, k - 4), k) if said.isin(j, "rel_its")), -1)
        if its >= 0 and (bare or _place_behind(said, k)):
            who, span = possessor(said, its, focus)
            if who:
                return Opening((who,), span, 0, k, bare=bare)
        if not bare and focus.company and _definite(said, k) and _place_behind(said, k):
            return Opening((focus.company,), None, 0, k)
        teller = told_by(said, focus) if not bare and _definite(said, k) else None
        if teller is not None:
            return Opening((teller.text,), (teller.first, teller.last), 0, k)
        named = said.name_at(k)
        if not bare and named is not None and named.kind == "site":
            return Opening((), None, 0, k)  # a plant with a name of its own, whosever it is
    return None


def _owner(said: Said, k: int, focus: Focus, *, ordered: bool = False) -> Name | None:
    """The body behind "of" or "developed by" after a plant, or before "'s" and its words; behind "for" where it is being built."""
    whole = said.name_at(k)
    end = whole.last if whole is not None else k + 1
    inside = said.name_at(end)
    if said.lang.maps["grammar"]["noun-before"]:
        while end < min(len(said.tokens), k + 8) and said.tokens[end].kind == "w" and not said.isin(end, "rel_of") and not said.isin(end, "verbs"):
            inside = said.name_at(end)
            end = inside.last if inside is not None else end + 1
    elif inside is not None and inside.first == end:
        return None
    if said.isin(end, "rel_of"):
        found = body_at(said, end + 1, focus)
        return None if found is None or said.isin(found.first - 1, "rel_place_word") else found
    for j in range(end, min(len(said.tokens), end + 6)) if ordered else ():
        if said.isin(j, "rel_for"):
            return body_at(said, j + 1, focus)
    for j in range(end, min(len(said.tokens), end + 4)):
        if said.isin(j, "rel_by") and (said.isin(j - 1, "rel_made_by") or said.isin(j - 1, "rel_owned")):
            return body_at(said, j + 1, focus)
    for j in range(k - 1, max(0, k - 6), -1):
        if said.low(j) == "s" and said.low(j - 1) == "'":
            owner = said.ending.get(j - 1)
            if owner is None and said.isin(j - 2, "rel_company_noun") and focus.company:
                return Name(j - 2, j - 1, focus.company, "name")  # "the co-operative's mill"
            return owner if owner is not None and is_body(owner, focus) else None
        if said.tokens[j].kind == "p" and said.low(j) != "-":
            return None
    return None


def _definite(said: Said, k: int) -> bool:
    """True for "the plant", "its Bekasi plant", a few words between."""
    return any(said.isin(j, "rel_its") or said.isin(j, "rel_definite") for j in range(max(0, k - 4), k)) or (
        bool(said.lang.maps["grammar"]["noun-before"]) and said.isin(k + 1, "rel_in")
    )


def _place_behind(said: Said, k: int) -> bool:
    """True where a place follows the plant: "the plant in Bekasi"; or stands before it: "its Bekasi plant"."""
    behind = said.isin(k + 1, "rel_in") and any(n.first <= k + 4 and n.first > k for n in said.names)
    return behind or any(said.ending.get(j) is not None for j in range(k - 2, k + 1))
