"""Proper names in a sentence, found by capitals and a few words that join, begin or end them; no model, no list of companies."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from madein.core.countries import economy_label, find_economy
from madein.core.period_labels import fold
from madein.press.language import Language
from madein.press.model import Token
from madein.press.places import places_in
from madein.press.relations.heads import head

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
        if not _begins(tokens, i, taken, lang):
            i += 1
            continue
        j = _run(text, tokens, i, taken, lang)
        first = head(text, tokens, i, j, lang, common)
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
    if found and fold(found) == fold(own):
        return found
    return own if fold(own) in _cities() else None


@functools.cache
def _cities() -> frozenset[str]:
    from madein.press.relations.words import held

    return frozenset(fold(name.strip()) for name in held("cities.yaml")["names"].split(","))


def _begins(tokens: Sequence[Token], i: int, taken: Sequence[bool], lang: Language) -> bool:
    t = tokens[i]
    if taken[i]:
        return False
    if t.low in lang.lists["rel_site_head"] and i + 1 < len(tokens) and (tokens[i + 1].upper or tokens[i + 1].kind == "d"):
        return True  # "khu kinh tế Vũng Áng": the small word is half of the name
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
        elif (
            t.low == "-"
            and t.glued
            and nxt is not None
            and nxt.glued
            and nxt.kind == "w"
            and before.upper
            and j - 1 > i
            and _given_name(nxt.low, lang)
        ):
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
        elif lang.maps["grammar"]["noun-before"] and t.kind == "w" and (k := _bridge(tokens, i, j, taken, lang)):
            j = k
        elif t.low in lists["rel_group_tail"] and tokens[i - 1].low in lists["rel_definite"] and not upper:
            return j + 1  # "the Sarvam group"
        else:
            break
    while j > i + 1 and tokens[j - 1].kind == "p":
        j -= 1
    return j


def _bridge(tokens: Sequence[Token], i: int, j: int, taken: Sequence[bool], lang: Language) -> int:
    """End of small syllables inside a name whose words are written large by their first syllable only: "Điện tử Sao Mai".

    0 where they do not lead on to a large one.
    """
    lists = lang.lists
    heads = lists["rel_body"] | lists["rel_site_head"] | lists["rel_site"] | lists["rel_descriptor"]
    small = (
        "stop", "preposition", "verbs", "report_verb", "rel_role", "rel_adverb", "rel_build_verb", "rel_expand", "rel_own", "rel_like",
        "rel_bound", "rel_left", "rel_carried", "rel_won", "rel_deliver", "rel_sign", "rel_named", "rel_sell", "rel_form", "rel_with",
        "rel_port", "rel_child",
    )  # fmt: skip
    for k in range(j, min(len(tokens) - 1, j + (4 if tokens[i].low in heads else 2))):
        if taken[k] or tokens[k].kind != "w" or any(tokens[k].low in lists[x] for x in small):
            return 0
        if tokens[k + 1].upper and not taken[k + 1]:
            return 0 if tokens[k + 1].low in lists["rel_title"] or tokens[k].low in lists["rel_title"] else k + 1
    return 0


def _given_name(low: str, lang: Language) -> bool:
    """True for the small half of a given name, not for "based" or "listed"."""
    return len(low) <= 6 and not low.endswith("ed") and low not in lang.lists["rel_after_hyphen"] and low not in lang.lists["rel_descriptor"]


def _two_places(text: str, tokens: Sequence[Token], j: int, lang: Language) -> bool:
    """True for "US-Vietnam": two places, not one name."""
    nations = lang.maps["rel_demonyms"]
    return all(x.low in nations or place_of(text, [x], lang) for x in (tokens[j - 1], tokens[j + 1]))


def _split(text: str, tokens: Sequence[Token], i: int, j: int, lang: Language) -> Iterator[Name]:
    """An office and its holder apart; a place before a person ("Envoy to Ghana Olu Ade") apart."""
    lists = lang.lists
    office = max((k for k in range(i, j) if tokens[k].low in lists["rel_role"]), default=-1)
    if office >= 0:
        k = office + 1
        if k < j and tokens[k].low == "of":
            while k < j and tokens[k].low in lists["rel_portfolio"]:
                k += 1
        person = _surname(text, tokens, k, j, lang)
        if k < j and person >= 0 and lang.maps["grammar"]["noun-before"]:
            yield Name(i, k, _printed(text, tokens, i, k), "role")
            if person > k:
                yield Name(k, person, _printed(text, tokens, k, person), "name")
            yield Name(person, j, _printed(text, tokens, person, j), "person")
            return
        if k < j and lang.maps["grammar"]["noun-before"]:
            yield Name(i, k, _printed(text, tokens, i, k), "role")
            k += tokens[k].low in lists["rel_descriptor"] and k + 1 < j and tokens[k + 1].low not in lists["rel_legal"]
            yield Name(k, j, _printed(text, tokens, k, j), _kind(text, tokens, k, j, lang))
            return
        if k < j and office - i < 6 and not any(t.low in lists["rel_body"] for t in tokens[k:j]):
            yield Name(i, k, _printed(text, tokens, i, k), "role")
            yield Name(k, j, _printed(text, tokens, k, j), "person")
            return
        if k >= j:
            yield Name(i, j, _printed(text, tokens, i, j), "role")
            return
    if i >= 2 and tokens[i - 1].low in lists["rel_office_of"] and tokens[i - 2].low in lists["rel_role"]:
        k = i
        while k < j - 2 and tokens[k].low in lists["rel_portfolio"]:
            k += 1
        if k > i:
            yield Name(i, k, _printed(text, tokens, i, k), "role")  # "Secretary for Trade Moses Kiprono"
            yield Name(k, j, _printed(text, tokens, k, j), "person")
            return
        k = next((k for k in range(j - 1, i, -1) if place_of(text, tokens[i:k], lang)), i)
        if k > i:
            yield Name(i, k, _printed(text, tokens, i, k), "place")
            yield Name(k, j, _printed(text, tokens, k, j), "person")
            return
    led = i > 0 and tokens[i - 1].low in lists["rel_role"] | lists["rel_role_before"]
    person = _surname(text, tokens, i, j, lang)
    if person > i and (led or tokens[person - 1].low in lists["rel_body"]):
        # "giám đốc Đại Phong Lê Văn An": a body and its officer in one run of capitals.
        first = i + (tokens[i].low in lists["rel_descriptor"] and tokens[i + 1].low not in lists["rel_legal"])
        yield Name(first, person, _printed(text, tokens, first, person), "name")
        yield Name(person, j, _printed(text, tokens, person, j), "person")
        return
    yield Name(i, j, _printed(text, tokens, i, j), _kind(text, tokens, i, j, lang))


def _surname(text: str, tokens: Sequence[Token], i: int, j: int, lang: Language) -> int:
    """Where a person begins at the end of a run of names, told by a family name and one to three names behind it; -1 where none does."""
    for k in range(max(i, j - 4), j - 1):
        if tokens[k].low in lang.lists["rel_surname"] and all(t.kind == "w" and t.upper and " " not in t.low for t in tokens[k:j]):
            return -1 if place_of(text, tokens[k:j], lang) else k
    return -1


def _kind(text: str, tokens: Sequence[Token], i: int, j: int, lang: Language) -> str:
    lists = lang.lists
    after = tokens[j].low if j < len(tokens) else ""
    before = tokens[i - 1].low if i else ""
    if tokens[j - 1].low in lang.maps["rel_demonyms"] and all(t.low in lists["rel_direction"] for t in tokens[i : j - 1]):
        return "nation"
    if after in lists["rel_not_company"] and j < len(tokens) and not tokens[j].upper:
        return "modifier"  # "the Andhra Pradesh government"
    if place_of(text, tokens[i:j], lang) or after in lists["rel_place_word"] or (j - i > 1 and tokens[j - 1].low in lists["rel_place_word"]):
        return "place"
    if (before in lists["rel_of"] and i >= 2 and tokens[i - 2].low in lists["rel_place_prefix"]) or (
        before in lists["rel_place_prefix"] and lang.maps["grammar"]["noun-before"]
    ):
        return "place"
    if any(t.kind == "d" for t in tokens[i:j]) and j - i <= 3 and tokens[i].kind == "w":
        return "model"
    if tokens[i].low in lists["rel_site_head"] or (lists["rel_site_head"] and tokens[i].low in lists["rel_site"] and j - i > 1):
        return "site"
    if before in lists["rel_title"] or (before == "." and i >= 2 and tokens[i - 2].low in lists["rel_title"]):
        return "person"
    if (
        not lists["rel_site_head"]
        and after in lists["rel_descriptor"]
        and ((j + 1 < len(tokens) and tokens[j + 1].upper) or after not in lists["rel_company_word"])
    ):
        return "modifier"
    if tokens[j - 1].low in lists["rel_site_name"] or (j - i > 1 and after in lists["rel_crossing"]):
        return "site"
    return "name"


def _printed(text: str, tokens: Sequence[Token], i: int, j: int) -> str:
    return " ".join(text[tokens[i].start : tokens[j - 1].end].split())
