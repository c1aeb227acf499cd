"""A tokenizer that consumes every character once, whatever the text holds."""

from __future__ import annotations

import functools
import re
import unicodedata

from madein.press.model import Token

# Three disjoint character classes and a single-character rest: no alternative can give back what another took.
# What stands between the letters of a word without a width of its own (combining marks, soft hyphens, joiners) belongs to it.
_TOKEN = re.compile(
    r"([^\W\d_]+(?:[\u0300-\u036f\u00ad\u200b-\u200d\u2060\ufeff]+[^\W\d_]*)*)"
    # The raised digit of a note mark belongs to what it stands behind: "$5² million" is five million.
    r"|(\d+)[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]*+"
    # A command to a terminal, such as a colour, says nothing: its digits are no number.
    r"|(?:\x1b\[|\x9b)[0-?]*+[!-/]*+[@-~]|\x1b\][^\s\x07\x1b]{0,200}+"
    r"|[^\s]"
)

_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]+")
"""Characters that no reader sees: soft hyphen, zero-width spaces and joiners."""

_WORD, _DIGITS = 1, 2

# A token is made for every word: this leaves out the call in Python that a named tuple makes of it.
_token = functools.partial(tuple.__new__, Token)


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Words, runs of digits and single marks of a stretch of text.

    Combining marks stay inside their word, so that a decomposed text gives the same words as a composed one while
    offsets refer to the text as it came. Digits of any script become those of ASCII, as do their marks.

    Examples
    --------
    >>> [t.low for t in tokenize("VF 8s cost US$1,5 (tăng)")]
    ['vf', '8', 's', 'cost', 'us', '$', '1', ',', '5', '(', 'tăng', ')']
    >>> [(t.low, t.kind) for t in tokenize("１２％, ٣٫٥")]
    [('12', 'd'), ('%', 'p'), (',', 'p'), ('3', 'd'), ('.', 'p'), ('5', 'd')]
    """
    end = len(text) if end is None else end
    if end - start > _LONGEST_KEPT:
        return _cut(text[start:end], start)
    return list(_kept(text[start:end], start))


_LONGEST_KEPT = 2000
"""Characters of a stretch whose tokens are kept for a while: a sentence is asked for them when its item is dated, and by each reader."""


@functools.lru_cache(256)
def _kept(piece: str, start: int) -> tuple[Token, ...]:
    return tuple(_cut(piece, start))


def _cut(piece: str, start: int) -> list[Token]:
    """Tokens of a stretch that begins at a place of its text."""
    out: list[Token] = []
    add = out.append
    last = -1
    for found in _TOKEN.finditer(piece):
        word, kind = found[0], found.lastindex
        a, b = found.span()
        a, b = a + start, b + start
        if kind == _WORD:
            low = word.lower() if word.isascii() else unicodedata.normalize("NFC", _UNSEEN.sub("", word)).lower()
            # A fraction such as one half keeps the number before it from being read alone; a raised digit by itself does not.
            add(_token((a, b, low, "p" if word[0].isdigit() else "w", a == last, word[0].isupper())))
        elif kind == _DIGITS:
            low = word if word.isascii() else "".join(str(unicodedata.decimal(c)) for c in found[2])
            add(_token((a, b, low, "d", a == last, False)))
        else:
            add(_token((a, b, _MARKS.get(word, word), "p", a == last, False)))
        last = b
    return out


_MARKS = {
    "’": "'", "‘": "'", "′": "'", "–": "-", "—": "-", "−": "-", "‑": "-", "‐": "-", "－": "-", "“": '"', "”": '"', "％": "%", "٪": "%",
    "，": ",", "٬": ",", "．": ".", "٫": ".", "＄": "$", "（": "(", "）": ")", "／": "/", "：": ":", "＋": "+",
}  # fmt: skip
"""Typographic variants, and the marks of numbers in other scripts, that patterns see as one."""
