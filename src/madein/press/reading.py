"""Read a text into facts: items, sentences, facts in order of place, and every number that was not read."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from madein.press.actors import Speech
from madein.press.carried import Carried
from madein.press.facts import hear, read_sentence, with_ids
from madein.press.headlines import with_bodies
from madein.press.items import anchored, sentences, split_items
from madein.press.language import Language, detect, language
from madein.press.model import Document, Fact, Reading, Unread

_BULLET = re.compile(r"(?:[-+*•·▪●○►‣–—]|\(?[^\W_]{1,2}[.)])\s")
"""The mark before a line of a list."""

_DIGIT = re.compile(r"\d")


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
    items = anchored(text, split_items(text, words.lists["published"], words), words, day)
    speech = Speech(text, code)
    for number, item in enumerate(items):
        carried, last = Carried(), item.start
        for start, end in sentences(text, item.start, item.end, words):
            if "\n" in text[last:start]:
                carried.new_line(bullet=_BULLET.match(text, start, end) is not None)
            carried.named, last = None, end
            if _DIGIT.search(text, start, end) or _speaks_of_numbers(text[start:end], words):
                got, left = read_sentence(text, start, end, item, number, words, carried)
                facts += speech.hear(item, number, start, end, got)
                unread += left
            else:
                hear(text, start, end, item, words, carried)
                speech.hear(item, number, start, end)
    done = with_ids(with_bodies(facts, items, text), name)
    return Reading(Document(name, text, code), tuple(items), done, tuple(unread))


def _speaks_of_numbers(sentence: str, words: Language) -> bool:
    """True if a sentence without digits may hold a number or a time in words."""
    low = unicodedata.normalize("NFC", sentence).lower()
    return any(w in low for w in words.lists["numeric_words"]) or not words.spelled_numbers.isdisjoint(low.split())
