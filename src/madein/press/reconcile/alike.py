"""When two facts speak of the same thing: the words that name it, and periods, places, units and status that may be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from madein.core.countries import find_economy
from madein.core.period_labels import fold
from madein.press.language import language
from madein.press.model import Fact, Reading
from madein.press.reconcile.intervals import Interval, interval_of, loose_interval_of
from madein.press.relations.words import relation_language
from madein.press.tokens import tokenize

AMOUNTS = frozenset({"level", "count", "investment", "capacity"})
"""Kinds of facts that say how much; readers draw the line between them differently, so a comparison does not."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A fact ready to be compared.

    `strict` is the interval as printed, `loose` the one that lets round numbers be rounded; `words` name the thing;
    `headline` tells whether it stands in the headline of its item; `day` is the date of the item, `page` the number of the reading.
    """

    fact: Fact
    strict: Interval
    loose: Interval
    words: frozenset[str]
    headline: bool
    day: date | None
    page: int
    places: frozenset[str]

    @property
    def item(self) -> tuple[int, int]:
        """Page and item the fact stands in."""
        return self.page, self.fact.item


def stated(readings: Sequence[Reading]) -> list[Stated]:
    """Facts of some readings with a number, in order.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> [sorted(s.words) for s in stated([read_text("In 2024 Kenya's seafood export revenue came to US$2 billion.")])]
    [['export', 'seafood']]
    """
    out = []
    for page, reading in enumerate(readings):
        for fact in reading.facts:
            strict, loose = interval_of(fact), loose_interval_of(fact)
            if strict is None or loose is None:
                continue
            item = reading.items[fact.item] if fact.item < len(reading.items) else None
            head = item is not None and bool(item.title) and fact.sentence.strip() == item.title.strip()
            out.append(
                Stated(fact, strict, loose, content(fact, reading.document.language), head, item.anchor if item else None, page, _places(fact))
            )
    return out


_GLOSS = re.compile(r" ?\(([^()]{2,80})\)")
"""A usual name that a reader adds to an indicator in brackets; it is no word of the text."""


def content(fact: Fact, lang: str = "en") -> frozenset[str]:
    """Words that name what a fact is about: places, verbs and words such as "value" or "total" taken off, singular.

    A coordinated name is taken whole: where the sentence says "imports and exports", the indicator "exports" means both.

    Examples
    --------
    >>> fact = Fact("", 0, 0, "", 0, 0, "Imports and exports rose.", "level", "exports", 1.0, "USD")
    >>> sorted(content(fact))
    ['export', 'import']
    """
    said = _GLOSS.sub(lambda m: m[0] if m[1].lower() in fact.sentence.lower() else " ", fact.indicator)
    before = _coordinated(fact)
    return named(f"{before} {said}" if before else said, lang)


def _coordinated(fact: Fact) -> str:
    """The words before "and" where an indicator begins right after it, up to a mark or "of"."""
    at = fact.sentence.lower().find(fact.indicator.lower()) if fact.indicator else -1
    if at <= 0 or "," in fact.indicator:
        return ""
    head = fact.sentence[max(0, at - 60) : at].split()
    if len(head) < 2 or head[-1].lower() not in ("and", "or", "&"):
        return ""
    out: list[str] = []
    for word in reversed(head[:-1]):
        number = any(c.isdigit() for c in word) or word.lower() in ("million", "billion", "trillion", "percent", "cent", "tỷ", "triệu")
        if word.lower() in ("of", "the", "in", "and", "as", "to", "from") or not word[-1].isalnum() or number:
            break
        out.append(word)
        if len(out) == 3:
            break
    return " ".join(reversed(out))


def named(text: str, lang: str = "en") -> frozenset[str]:
    """Content words of a phrase.

    Examples
    --------
    >>> sorted(named("KENYA’S COFFEE EXPORTS HIT")), sorted(named("total import-export turnover"))
    (['coffee', 'export'], ['export', 'import'])
    """
    words = relation_language(lang) or relation_language("en") or language("en")
    idle = ("stop", "verbs", "report_verb", "rise", "fall", "growth_noun", "milestone", "past", "present", "same_idle")
    nations = words.maps.get("rel_demonyms", {})
    out = set()
    for token in tokenize(text[:1200]):
        low = token.low
        if token.kind != "w" or len(low) < 2 or low in nations:
            continue
        if low not in words.lists.get("same_things", ()) and any(low in words.lists.get(k, ()) for k in idle):
            continue
        if len(low) > 3 and find_economy(low) is not None:
            continue
        bare = fold(low)
        out.add(bare[:-1] if len(bare) > 3 and bare.endswith("s") and not bare.endswith("ss") else bare)
    return frozenset(out)


def _places(fact: Fact) -> frozenset[str]:
    text = (fact.geography or "").replace("->", ";")
    return frozenset(p.strip() for p in text.split(";") if p.strip())


def same_kind(a: Fact, b: Fact) -> bool:
    """True for facts of one unit and comparison, and kinds a comparison does not tell apart."""
    if a.unit != b.unit or a.comparison != b.comparison:
        return False
    return a.kind == b.kind or (a.kind in AMOUNTS and b.kind in AMOUNTS)


def places_agree(a: Stated, b: Stated) -> bool | None:
    """True for the same places, False where they exclude each other, None where one says more than the other."""
    if a.places == b.places:
        return True
    return None if not a.places or not b.places or a.places & b.places else False


_REAL = frozenset({"actual", "estimate"})


def comparable_status(a: Fact, b: Fact) -> bool:
    """True where both tell what was, or both are the same sort of outlook in one article."""
    if a.status in _REAL and b.status in _REAL:
        return True
    return a.status == b.status and a.article == b.article


def own_words(s: Stated) -> frozenset[str]:
    """Words beyond the counted noun: "orders" alone do not say whose or which."""
    unit = s.fact.unit.partition("/")[0]
    return s.words - {unit, unit.removesuffix("s")} if s.fact.kind == "count" else s.words


def grounded(s: Stated) -> bool:
    """True if a word that names the thing stands in the sentence itself; a name carried over from the sentence before may be wrong."""
    return bool((own_words(s) or s.words) & named(s.fact.sentence[:1200]))


def nearest(one: Stated, among: Iterable[Stated], most: int = 12) -> list[Stated]:
    """The facts nearest to one, at most some of them."""
    return sorted(among, key=lambda s: (abs(s.fact.start - one.fact.start), s.fact.start))[:most]


_QUALIFIERS = frozenset(
    {
        "nearly",
        "almost",
        "about",
        "around",
        "some",
        "roughly",
        "approximately",
        "over",
        "more",
        "than",
        "just",
        "under",
        "at",
        "least",
        "an",
        "estimated",
        "the",
        "a",
    }
)
_BASES = frozenset({"from", "against", "versus", "exceeding", "surpassing", "beating"})


def is_base(s: Stated) -> bool:
    """True for the amount something is compared with: "up from 4 billion", "the record of 62.4 billion", "compared with 4 billion".

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> seen = stated([read_text("In 2024 rice exports rose to US$5.8 billion from US$4.7 billion.")])
    >>> [(s.fact.text, is_base(s)) for s in seen]
    [('US$5.8 billion', False), ('US$4.7 billion', True)]
    """
    words = _before(s).split()[-9:]
    while words and words[-1] in _QUALIFIERS:
        words.pop()
    if not words:
        return False
    two = words[-2] if len(words) > 1 else ""
    if words[-1] in _BASES or (words[-1] in ("with", "to") and two in ("compared", "relative")):
        return True
    return words[-1] == "of" and two.strip(",") in ("record", "high", "peak", "low", "level")


def is_threshold(s: Stated) -> bool:
    """True for "12 goods with a turnover of over $2 billion": a bound behind a count in its clause, not a level.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> seen = stated([read_text("In 2024, it sold 12 goods with a turnover of over $2 billion each.")])
    >>> [(s.fact.text, is_threshold(s)) for s in seen]
    [('12', False), ('$2 billion', True)]
    """
    if s.fact.qualifier not in ("more_than", "less_than"):
        return False
    clause = f" {_before(s)[-80:].rsplit(',', 1)[-1]} "
    return any(f" {w} " in clause for w in ("with", "worth", "each", "valued")) and any(c.isdigit() for c in clause)


def _before(s: Stated) -> str:
    """The sentence before a fact, in small letters."""
    return s.fact.sentence[: max(0, s.fact.start - s.fact.sent_start)].lower()
