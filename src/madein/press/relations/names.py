"""Proper names in a sentence, found by capitals and a few words that join, begin or end them; no model, no list of companies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madein.core.countries import economy_label, find_economy
from madein.core.period_labels import fold
from madein.press.language import Language
from madein.press.model import Token
from madein.press.places import places_in

LONGEST = 10
"""Tokens of a name at most: a longer run of capitals is a headline."""


@dataclass(frozen=True, slots=True)
class Name:
    """A proper name: token span, text as printed, and kind.

    Kind is 'place' (a place known, or followed by "province"), 'site' (a park, zone or port), 'role' (an office without its
    holder), 'person' (right after an office or a title), 'nation' (an adjective), 'modifier' (stands before the noun of
    another: "Nimbus supplier Forecon"), 'model' (letters and digits) or 'name'.
    """

    first: int
    last: int
    text: str
    kind: str


def find_names(text: str, tokens: Sequence[Token], taken: Sequence[bool], lang: Language, common: frozenset[str]) -> Iterator[Name]:
    """Names of a sentence from left to right.

    Parameters
    ----------
    text : str
        The document.
    tokens : sequence of Token
        The sentence.
    taken : sequence of bool
        Tokens of numbers and times, which are in no name.
    lang : Language
        With the word lists of relations.
    common : frozenset of str
        Words the document also writes small: at the beginning of a sentence their capital means nothing.

    Examples
    --------
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.tokens import tokenize
    >>> said = "Bus maker Volt & Sohn chose Batang Industrial Park in Ha Nam."
    >>> [(n.text, n.kind) for n in find_names(said, tokenize(said), [False] * 99, relation_language("en"), frozenset())]
    [('Volt & Sohn', 'name'), ('Batang Industrial Park', 'site'), ('Ha Nam', 'place')]
    """
    i = 0
    while i < len(tokens):
        if not _begins(tokens, i, taken):
            i += 1
            continue
        j = _run(text, tokens, i, taken, lang)
        first = _head(text, tokens, i, j, lang, common)
        if first < j and j - first <= LONGEST:
            yield from _split(text, tokens, first, j, lang)
        i = max(j, i + 1)


def place_of(text: str, tokens: Sequence[Token], lang: Language) -> str | None:
    """The canonical name of a place if a span of tokens is one and nothing else."""
    if not tokens:
        return None
    own = " ".join(text[tokens[0].start : tokens[-1].end].split())
    # Short codes are words more often than countries: IT, IN, NO.
    if len(own) > 3 or own in ("US", "UK", "UAE", "EU"):
        code = find_economy(own)
        if code:
            return economy_label(code)
    found = places_in(text, tokens, lang)
    return found if found and fold(found) == fold(own) else None


def _begins(tokens: Sequence[Token], i: int, taken: Sequence[bool]) -> bool:
    t = tokens[i]
    if taken[i]:
        return False
    if t.kind == "d":
        return i + 1 < len(tokens) and tokens[i + 1].upper and tokens[i + 1].glued and not taken[i + 1] and not (i and t.glued)
    return t.kind == "w" and t.upper


def _run(text: str, tokens: Sequence[Token], i: int, taken: Sequence[bool], lang: Language) -> int:
    """End of the run of capitals that begins at a token."""
    n, j, lists = len(tokens), i + 1, lang.lists
    while j < n and not taken[j]:
        t, before = tokens[j], tokens[j - 1]
        nxt = tokens[j + 1] if j + 1 < n and not taken[j + 1] else None
        upper = nxt is not None and nxt.upper
        if (t.kind == "w" and t.upper and not (t.glued and before.low in ("'", '"'))) or (t.kind == "d" and before.kind == "w" and len(t.low) <= 5):
            j += 1
        elif t.kind == "w" and t.glued and before.kind == "d" and t.low == "s":
            j += 1  # "VF 8s"
        elif upper and (
            t.low == "&" or (t.low in ("-", "/") and t.glued and nxt is not None and nxt.glued and not _two_places(text, tokens, j, lang))
        ):
            j += 2
        elif t.low == "-" and t.glued and nxt is not None and nxt.glued and nxt.kind == "w" and before.upper and _given_name(nxt.low, lang):
            j += 2  # "Chen Yu-ting"
        elif t.low in lists["rel_particle"] and upper:
            j += 2  # "Energia do Norte"
        elif t.low == "." and t.glued and upper and (before.end - before.start == 1 or before.low in lists["rel_title"] | lists["title"]):
            j += 1
        elif (
            t.low == "'"
            and t.glued
            and before.low in lists["rel_inside_possessive"]
            and j + 2 < n
            and tokens[j + 1].low == "s"
            and tokens[j + 2].upper
        ) or (t.low in ("of", "for") and upper and any(x.low in lists["rel_of_heads"] for x in tokens[i:j])):
            j += 2
        elif t.low == "of" and nxt is not None and nxt.low == "the" and j + 2 < n and tokens[j + 2].upper and before.low in lists["rel_of_heads"]:
            j += 3
        elif t.low in ("and", ",") and upper and nxt is not None and nxt.low in lists["rel_portfolio"] and any(x.low == "of" for x in tokens[i:j]):
            j += 2
        else:
            break
    while j > i + 1 and tokens[j - 1].kind == "p":
        j -= 1
    return j


def _given_name(low: str, lang: Language) -> bool:
    """True for the small half of a given name, not for "based" or "listed"."""
    return len(low) <= 6 and not low.endswith("ed") and low not in lang.lists["rel_after_hyphen"] and low not in lang.lists["rel_descriptor"]


def _two_places(text: str, tokens: Sequence[Token], j: int, lang: Language) -> bool:
    """True for "US-Vietnam": two places, not one name."""
    nations = lang.maps["rel_demonyms"]
    return all(x.low in nations or place_of(text, [x], lang) for x in (tokens[j - 1], tokens[j + 1]))


def _head(text: str, tokens: Sequence[Token], i: int, j: int, lang: Language, common: frozenset[str]) -> int:
    """Where the name begins once small words, descriptions and the capital of a sentence's first word are taken off."""
    lists, nations = lang.lists, lang.maps["rel_demonyms"]
    opens = i == 0 or (tokens[i - 1].low in ('"', ":", "-") and not tokens[i].glued)
    while i < j:
        low, single = tokens[i].low, j - i == 1
        shout = tokens[i].end - tokens[i].start > 1 and text[tokens[i].start : tokens[i].end].isupper()
        if (
            (low in lists["rel_not_head"] and not shout)
            or ((low in lists["rel_descriptor"] or low.endswith("maker")) and not single)
            or tokens[i].kind == "p"
            or (tokens[i].kind == "d" and not (not single and tokens[i + 1].upper and tokens[i + 1].glued))
            or (low in nations and not single and (opens or tokens[i + 1].low in lists["rel_descriptor"]))
            or (opens and single and _describes(text, tokens, i, lang))
            or (opens and not shout and (low in common or low.endswith("ly") or any(low in lists[k] for k in ("stop", "report_verb", "verbs"))))
        ):
            i += 1
        else:
            break
        opens = False
    return i


def _describes(text: str, tokens: Sequence[Token], i: int, lang: Language) -> bool:
    """True for the first word of "Organic tea won": one plain word before a small one that is no verb."""
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after is None or after.kind != "w" or after.upper or not text[tokens[i].start : tokens[i].end].istitle():
        return False
    known = (
        "verbs",
        "stop",
        "report_verb",
        "rel_adverb",
        "preposition",
        "past",
        "present",
        "rel_carried",
        "milestone",
        "will",
        "rel_expand",
        "rel_won",
        "rel_own",
    )
    return not any(after.low in lang.lists[k] for k in known) and not after.low.endswith(("s", "ed", "ing"))


def _split(text: str, tokens: Sequence[Token], i: int, j: int, lang: Language) -> Iterator[Name]:
    """An office and its holder apart; a place before a person ("Envoy to Ghana Olu Ade") apart."""
    lists = lang.lists
    office = max((k for k in range(i, j) if tokens[k].low in lists["rel_role"]), default=-1)
    if office >= 0:
        k = office + 1
        if k < j and tokens[k].low == "of":
            while k < j and tokens[k].low in lists["rel_portfolio"]:
                k += 1
        if k < j and office - i < 6 and not any(t.low in lists["rel_body"] for t in tokens[k:j]):
            yield Name(i, k, _printed(text, tokens, i, k), "role")
            yield Name(k, j, _printed(text, tokens, k, j), "person")
            return
        if k >= j:
            yield Name(i, j, _printed(text, tokens, i, j), "role")
            return
    if i >= 2 and tokens[i - 1].low in ("to", "of") and tokens[i - 2].low in lists["rel_role"]:
        k = next((k for k in range(j - 1, i, -1) if place_of(text, tokens[i:k], lang)), i)
        if k > i:
            yield Name(i, k, _printed(text, tokens, i, k), "place")
            yield Name(k, j, _printed(text, tokens, k, j), "person")
            return
    yield Name(i, j, _printed(text, tokens, i, j), _kind(text, tokens, i, j, lang))


def _kind(text: str, tokens: Sequence[Token], i: int, j: int, lang: Language) -> str:
    lists = lang.lists
    after = tokens[j].low if j < len(tokens) else ""
    before = tokens[i - 1].low if i else ""
    if place_of(text, tokens[i:j], lang) or after in lists["rel_place_word"] or (j - i > 1 and tokens[j - 1].low in lists["rel_place_word"]):
        return "place"
    if before == "of" and i >= 2 and tokens[i - 2].low in lists["rel_place_prefix"]:
        return "place"
    if j - i == 1 and tokens[i].low in lang.maps["rel_demonyms"]:
        return "nation"
    if any(t.kind == "d" for t in tokens[i:j]) and j - i <= 3 and tokens[i].kind == "w":
        return "model"
    if before in lists["rel_title"] or (before == "." and i >= 2 and tokens[i - 2].low in lists["rel_title"]):
        return "person"
    if after in lists["rel_descriptor"] and ((j + 1 < len(tokens) and tokens[j + 1].upper) or after not in lists["rel_company_word"]):
        return "modifier"
    if tokens[j - 1].low in lists["rel_site_name"] or (j - i > 1 and after in lists["rel_crossing"]):
        return "site"
    return "name"


def _printed(text: str, tokens: Sequence[Token], i: int, j: int) -> str:
    return " ".join(text[tokens[i].start : tokens[j - 1].end].split())


def grouped(tokens: Sequence[Token], names: Sequence[Name]) -> tuple[tuple[Name, ...], ...]:
    """Names joined by commas and a last "and", as one group; every other name alone.

    Examples
    --------
    >>> from madein.press.relations.words import relation_language
    >>> from madein.press.tokens import tokenize
    >>> said = "Georgia, Azerbaijan and Turkey signed in Kars, Monday."
    >>> tokens = tokenize(said)
    >>> names = tuple(find_names(said, tokens, [False] * 99, relation_language("en"), frozenset()))
    >>> [[n.text for n in g] for g in grouped(tokens, names)]
    [['Georgia', 'Azerbaijan', 'Turkey'], ['Kars']]
    """
    out: list[tuple[Name, ...]] = []
    run: list[Name] = []
    joined = False
    begin, skipped = 0, list[str]()
    for name in names:
        owner = name.kind == "place" and [t.low for t in tokens[name.last : name.last + 2]] == ["'", "s"]
        if run and (owner or name.kind == "nation") and name.first - run[-1].last <= 2 and any(n.first == name.last + 2 * owner for n in names):
            begin = name.last + 2 * owner  # "A and Brazil's B": Brazil is no third party
            skipped = [t.low for t in tokens[run[-1].last : name.first]]
            continue
        gap = [*skipped, *(t.low for t in tokens[begin : name.first])] if begin else [t.low for t in tokens[run[-1].last : name.first]] if run else []
        begin, skipped = 0, []
        if run and gap in ([","], ["and"], [",", "and"], ["&"], ["and", "the"], [",", "the"]) and not joined:
            joined = (gap[-1] != "," and "and" in gap) or gap == ["&"]
            run.append(name)
            continue
        out += _closed(run, joined)
        run, joined = [name], False
    return (*out, *_closed(run, joined))


def _closed(run: list[Name], joined: bool) -> list[tuple[Name, ...]]:
    return [tuple(run)] if joined and run else [(n,) for n in run]
