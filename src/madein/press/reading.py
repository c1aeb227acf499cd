"""Read a text into facts: items, sentences, facts in order of place, and every number that was not read."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from madein.core.measures import find_measure, measures
from madein.core.period_labels import fold
from madein.press.facts import read_sentence, with_ids
from madein.press.items import anchored, sentences, split_items
from madein.press.language import detect, language
from madein.press.model import Document, Fact, Reading, Unread
from madein.press.when import Carried

_BULLET = re.compile(r"(?:[-+*•·▪●○►‣–—]|\(?[^\W_]{1,2}[.)])\s")
"""The mark before a line of a list."""


def read_text(text: str, name: str = "text", *, day: date | None = None, lang: str = "") -> Reading:
    """Facts of a text.

    Parameters
    ----------
    text : str
        As it came; offsets of facts count its characters.
    name : str
        What facts call the article.
    day : date or None
        The date its words count from; found in the text if None.
    lang : {"", "en", "vi"}
        Language; found from everyday words if empty.

    Returns
    -------
    Reading

    Examples
    --------
    >>> seen = read_text("In July 2024 exports rose by 19.1% year-on-year to US$36.2 billion.")
    >>> [(f.text, f.value, f.unit, f.comparison, f.period) for f in seen.facts]
    [('19.1%', 19.1, 'percent', 'yoy', '2024-07'), ('US$36.2 billion', 36200000000.0, 'USD', None, '2024-07')]
    """
    code = lang or detect(text)
    words = language(code)
    facts: list[Fact] = []
    unread: list[Unread] = []
    items = anchored(text, split_items(text, words.lists["published"]), words, day)
    for number, item in enumerate(items):
        carried, last = Carried(), item.start
        for start, end in sentences(text, item.start, item.end, words):
            own = carried.period is not None and carried.period == carried.named
            if "\n" in text[last:start]:
                bullet = _BULLET.match(text, start, end) is not None
                carried.listed = carried.listed if bullet else None
                carried.period = carried.period if own else carried.listed or carried.label
            carried.named, last = None, end
            if not any("0" <= c <= "9" for c in text[start:end]) and not _speaks_of_numbers(text[start:end], code):
                continue
            got, left = read_sentence(text, start, end, item, number, words, carried)
            facts += got
            unread += left
    done = with_ids([_with_measure(f) for f in facts], name)
    return Reading(Document(name, text, code), tuple(items), done, tuple(unread))


def _speaks_of_numbers(sentence: str, code: str) -> bool:
    """True if a sentence without digits may hold a number or a time in words."""
    words = language(code)
    low = unicodedata.normalize("NFC", sentence).lower()
    return any(w in low for w in words.lists["numeric_words"]) or bool(
        {*low.split()} & {*words.maps["numbers"], *words.maps["multiples"], *words.maps["scales"]}
    )


def _with_measure(fact: Fact) -> Fact:
    from dataclasses import replace

    key = measure_of(fact.indicator)
    return replace(fact, measure=key) if key else fact


def measure_of(indicator: str) -> str | None:
    """Key of the measure an indicator names: the longest run of its words that is a synonym.

    Examples
    --------
    >>> measure_of("Vietnam's total import-export turnover"), measure_of("whiteleg shrimp")
    ('trade_turnover', None)
    """
    words = fold(indicator.replace("-", " ").replace("’", " ").replace("'", " ")).replace(",", " ").split()
    longest = max((len(w.split()) for m in measures().values() for w in (*m.en, *m.vi)), default=1)
    for size in range(min(longest + 1, len(words)), 0, -1):
        for i in range(len(words) - size + 1):
            phrase = " ".join(words[i : i + size])
            key = find_measure(phrase) or find_measure(phrase.replace("import export", "import-export"))
            if key and key != "observation":
                return key
    return None
