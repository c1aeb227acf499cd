"""Where a name begins: small words, descriptions and the capital of a sentence's first word taken off a run of capitals."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from madein.press.language import Language
from madein.press.model import Token
from madein.press.relations.words import vocabulary


def head(text: str, tokens: Sequence[Token], i: int, j: int, lang: Language, common: frozenset[str]) -> int:
    """Where the name begins once small words, descriptions and the capital of a sentence's first word are taken off."""
    lists, nations = lang.lists, lang.maps["rel_demonyms"]
    opens = i == 0 or (tokens[i - 1].low in ('"', ":", "-") and not tokens[i].glued)
    while i < j:
        low, single = tokens[i].low, j - i == 1
        shout = tokens[i].end - tokens[i].start > 1 and text[tokens[i].start : tokens[i].end].isupper()
        if (
            ((low in lists["rel_not_head"] or (opens and low in lang.maps["numbers"])) and not shout)
            or ((low in lists["rel_descriptor"] or low.endswith("maker")) and not single and tokens[i + 1].low not in lists["rel_legal"])
            or tokens[i].kind == "p"
            or (tokens[i].kind == "d" and not (not single and tokens[i + 1].upper and tokens[i + 1].glued))
            or (
                low in nations
                and not single
                and tokens[i + 1].low not in lists["rel_national"]
                and (opens or tokens[i + 1].low in lists["rel_descriptor"])
            )
            or (opens and single and not lang.maps["grammar"]["noun-before"] and (_describes(text, tokens, i, lang) or _many(text, tokens, i, lang)))
            or (single and not shout and lang.maps["grammar"]["noun-before"] and _syllable(low) and (opens or len(low) < 3))
            or (opens and not shout and (low in common or low.endswith("ly") or any(low in lists[k] for k in ("stop", "report_verb", "verbs"))))
        ):
            i += 1
        else:
            break
        opens = False
    return i


def _many(text: str, tokens: Sequence[Token], i: int, lang: Language) -> bool:
    """True for the first word of "Orders for the van", "Completion of the mill", "Work is": a plural before a preposition, or a common noun."""
    after = tokens[i + 1].low if i + 1 < len(tokens) else ""
    nouns = ("rel_project_noun", "rel_building", "rel_plant", "rel_orders", "milestone", "rel_phase", "rel_venture", "rel_pact", "rel_pilot")
    if text[tokens[i].start : tokens[i].end].istitle() and tokens[i].low in vocabulary(lang.code):
        return True
    if after in lang.lists["rel_of"] or lang.find("rel_event", tokens, i) is not None or any(tokens[i].low in lang.lists[x] for x in nouns):
        return True
    return after in lang.lists["preposition"] and tokens[i].low.endswith("s") and tokens[i].end - tokens[i].start > 4


_SYLLABLE = re.compile(r"(?:ngh?|kh|th|tr|ch|gh|gi|nh|ph|qu|[bcdđghklmnpqrstvx])?[aăâeêioôơuưy]{1,3}(?:ch|ng|nh|[cmnpt])?")


def _syllable(low: str) -> bool:
    """True for what may be one Vietnamese syllable, so that its capital at the head of a sentence means nothing.

    Examples
    --------
    >>> [_syllable(w) for w in ("nhà", "giá", "samsung", "ford")]
    [True, True, False, False]
    """
    bare = "".join(c for c in unicodedata.normalize("NFD", low) if c not in "\u0300\u0301\u0303\u0309\u0323")
    return " " in low or _SYLLABLE.fullmatch(unicodedata.normalize("NFC", bare)) is not None


def _describes(text: str, tokens: Sequence[Token], i: int, lang: Language) -> bool:
    """True for the first word of "Organic tea won": one plain word before a small one that is no verb."""
    after = tokens[i + 1] if i + 1 < len(tokens) else None
    if after is not None and after.low == "-" and after.glued and i + 2 < len(tokens) and tokens[i + 2].glued and not tokens[i + 2].upper:
        return tokens[i + 2].low not in lang.lists["rel_after_hyphen"]  # "Solar-glass producer", not "Dhaka-based"
    if after is None or any(after.low in lang.lists[k] for k in _VERBAL):
        return False
    if after.low.endswith(("ers", "ors", "ists", "ians")):
        return True  # "Soy crushers in Rosario"
    behind = tokens[i + 2].low if i + 2 < len(tokens) else ""
    if behind in lang.lists["rel_descriptor"] or behind.endswith("maker"):
        return True  # "Electric bus maker Voltara"
    if after.low.endswith("s") and any(behind in lang.lists[x] for x in ("rel_noun_before", "verbs", "past", "rise", "fall")):
        return True  # "Customs authorities of", "Grain exports rose"
    if after.kind != "w" or after.upper or not text[tokens[i].start : tokens[i].end].istitle():
        return False
    return not after.low.endswith(("s", "ed", "ing"))


_VERBAL = (
    "verbs", "stop", "report_verb", "rel_adverb", "preposition", "past", "present", "rel_carried", "milestone", "will", "rel_expand",
    "rel_won", "rel_own", "rel_agentive",
)  # fmt: skip
"""Lists of words that may follow a name at the head of a sentence."""
