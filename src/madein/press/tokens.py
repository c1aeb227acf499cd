"""A tokenizer that consumes every character once, whatever the text holds."""

from __future__ import annotations

import re
import unicodedata

from madein.press.model import Token

# Three disjoint character classes and a single-character rest: no alternative can give back what another took.
_TOKEN = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*|[0-9]+|[^\s]")


def tokenize(text: str, start: int = 0, end: int | None = None) -> list[Token]:
    """Words, runs of digits and single marks of a stretch of text.

    Combining marks stay inside their word, so that a decomposed text gives the same words as a composed one while
    offsets refer to the text as it came.

    Examples
    --------
    >>> [t.low for t in tokenize("VF 8s cost US$1,5 (tăng)")]
    ['vf', '8', 's', 'cost', 'us', '$', '1', ',', '5', '(', 'tăng', ')']
    """
    out: list[Token] = []
    last = -1
    for found in _TOKEN.finditer(text, start, len(text) if end is None else end):
        word = found[0]
        a, b = found.span()
        first = word[0]
        if first.isalpha():
            low = word.lower() if word.isascii() else unicodedata.normalize("NFC", word).lower()
            out.append(Token(a, b, low, "w", a == last, first.isupper()))
        elif "0" <= first <= "9":
            out.append(Token(a, b, word, "d", a == last, False))
        else:
            out.append(Token(a, b, _MARKS.get(word, word), "p", a == last, False))
        last = b
    return out


_MARKS = {"’": "'", "‘": "'", "–": "-", "—": "-", "−": "-", "‑": "-", "‐": "-", "“": '"', "”": '"', "％": "%", "′": "'"}
"""Typographic variants that patterns see as one."""
