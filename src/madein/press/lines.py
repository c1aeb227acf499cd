"""Lines and paragraphs of a text, those broken at a width as one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_LINE = re.compile(r"[^\r\n]+")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text that holds something: its span and its looks."""

    start: int
    end: int
    text: str

    @property
    def prose(self) -> bool:
        """True for running text: long, or closed like a sentence."""
        return len(self.text) > 110 or (len(self.text) > 40 and self.text.rstrip("\"'”’)").endswith((".", "!", "?", "…")))

    @property
    def shouting(self) -> bool:
        """True for a headline in capitals."""
        letters = [c for c in self.text if c.isalpha()]
        return len(self.text.split()) >= 4 and bool(letters) and sum(c.isupper() for c in letters) >= 0.8 * len(letters)


def lines_of(text: str) -> list[Line]:
    """Every line with something on it; a paragraph broken at a width is one."""
    out = []
    for paragraph in paragraphs(text, 0, len(text)):
        spans = [(paragraph[0][0], paragraph[-1][1])] if wrapped(text, paragraph) else paragraph
        for a, b in spans:
            stripped = text[a:b].strip()
            start = text.index(stripped[0], a)
            out.append(Line(start, start + len(stripped), " ".join(stripped.split()) if len(spans) < len(paragraph) else stripped))
    return out


def paragraphs(text: str, start: int, end: int) -> Iterator[list[tuple[int, int]]]:
    """Lines between empty ones, by their spans."""
    lines: list[tuple[int, int]] = []
    for found in _LINE.finditer(text, start, end):
        if not found[0].strip() or (lines and text.count("\n", lines[-1][1], found.start()) > 1):
            if lines:
                yield lines
            lines = []
        if found[0].strip():
            lines.append(found.span())
    if lines:
        yield lines


def goes_on(text: str, before: tuple[int, int], line: tuple[int, int]) -> bool:
    """True for a line in small letters behind one that ends no sentence."""
    said = text[line[0] : line[1]].lstrip()
    return said[0].islower() and text[max(before[0], before[1] - 40) : before[1]].rstrip()[-1:] not in _CLOSED


_CLOSED = frozenset(".!?:;")

_NARROW, _FULL = 40, 0.6
"""Characters of the longest line of a paragraph that is broken at a width, and the share of it that each line but the last holds."""


def wrapped(text: str, lines: Sequence[tuple[int, int]]) -> bool:
    """True for a paragraph broken at a width: its lines are about as long, the last aside, and one goes on in small letters."""
    if len(lines) < 2 or not any(goes_on(text, a, b) for a, b in pairwise(lines)):
        return False
    sizes = [len(text[a:b].strip()) for a, b in lines]
    marked = any(_MARKED.match(text, a, b) for a, b in lines[1:])
    return not marked and max(sizes) >= _NARROW and min(sizes[:-1]) >= _FULL * max(sizes)


_MARKED = re.compile(r"\s*(?:[-+*•·▪●○►‣–—]|\(?[^\W_]{1,2}[.)])\s")
"""A line of a list."""
