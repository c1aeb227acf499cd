"""A page cut into articles, and an article into sentences, with the date from which its words count."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import islice

from madein.core.errors import MadeinError
from madein.press.language import Language
from madein.press.lines import Line, goes_on, lines_of, paragraphs, wrapped
from madein.press.model import Item
from madein.press.times import TimeFound, find_times
from madein.press.tokens import tokenize

MOST_SENTENCE = 2000
"""Characters after which a sentence without an end is cut: behind a semicolon or comma in its second half, else at a space."""

MOST_NUMBERS = 60
"""Runs of digits after which it is cut likewise: what is read of a number depends on the others of its sentence."""

EVIDENCE = 40_000
"""Characters from the beginning of an item in which its date is looked for."""

# Begins at the first of a run of marks and gives none back, so that a million dots are looked at once.
_END = re.compile(r"(?<![.!?…。])[.!?…。]++[\"'”’»)\]]*+(?=\s)")
FIRST_YEAR, LAST_YEAR = 1800, 2200
"""Years of which an article may be."""

_DIGITS = re.compile(r"\d+")


def split_items(text: str, published: Collection[str] = ("published",), lang: Language | None = None) -> list[tuple[int, int, str]]:
    """Spans and headlines of the articles on a page; one item where nothing divides it.

    An article begins at a headline in capitals above running text, or at a headline above a word such as "Published" or above a
    line that is only a date (read in `lang`, where one is given).

    Examples
    --------
    >>> page = "Steel up\\n\\nPublished\\n\\nOutput rose 5% in May, it said.\\n\\nShoes down\\n\\nPublished\\n\\nSales fell 3% in June."
    >>> [title for _, _, title in split_items(page)]
    ['Steel up', 'Shoes down']
    """
    lines = lines_of(text)
    starts: list[int] = []
    for i, line in enumerate(lines[:-1]):
        below = lines[i + 1]
        if line.prose or _only_date(line, text, lang):
            continue
        label = below.text.lower().startswith(tuple(published)) and not below.prose and len(line.text.split()) > 1
        dated = i + 2 < len(lines) and lines[i + 2].prose and (i == 0 or lines[i - 1].prose) and _only_date(below, text, lang)
        if label or dated or (line.shouting and below.prose):
            starts.append(i)
    if not starts:
        return [(0, len(text), _title(lines))]
    # What stands before the first headline is an article of its own if it holds running text.
    spans = []
    if any(x.prose for x in lines[: starts[0]]):
        spans.append((0, lines[starts[0]].start, _title(lines[: starts[0]])))
    for i, nxt in zip(starts, [*starts[1:], None], strict=True):
        spans.append((lines[i].start, lines[nxt].start if nxt is not None else len(text), lines[i].text))
    if spans[0][0] > 0:
        spans[0] = (0, *spans[0][1:])
    return spans


_LONGEST_DATE = 60
"""Characters of a line that may be only a date and a place."""


def _only_date(line: Line, text: str, lang: Language | None) -> bool:
    """True for a line that is a day with its year, at most a place or the day of the week beside it: "Hanoi, 12 May 2025"."""
    if lang is None or len(line.text) > _LONGEST_DATE or not _DIGITS.search(line.text):
        return False
    tokens = lang.join(tokenize(text, line.start, line.end))
    day = next((t for t in find_times(tokens, lang, None, text) if t.tag in _FULL_DAYS and t.period is not None), None)
    if day is None:
        return False
    rest = [*tokens[: day.first], *tokens[day.last :]]
    return len(rest) <= _BESIDE_DATE and all(t.kind == "p" or t.upper or t.low in lang.lists["stop"] for t in rest)


_FULL_DAYS = frozenset({"month_day_year", "day_month_year", "date"})
_BESIDE_DATE = 5
"""Words and marks beside a date on a line of its own."""


def _title(lines: Sequence[Line]) -> str:
    """The last short line before the first running text."""
    for i, line in enumerate(lines):
        if line.prose:
            return lines[i - 1].text if i else ""
    return lines[0].text if lines else ""


def sentences(text: str, start: int, end: int, lang: Language) -> Iterator[tuple[int, int]]:
    """Spans of the sentences of a stretch; a line that goes on in small letters belongs to the one before.

    Examples
    --------
    >>> from madein.press.language import language
    >>> said = "Mr. Hung of U.S. Steel Co. said it cost $1.5 billion. It rose 3.2%.\\nNew line"
    >>> [said[a:b] for a, b in sentences(said, 0, len(said), language("en"))]
    ['Mr. Hung of U.S. Steel Co. said it cost $1.5 billion.', 'It rose 3.2%.', 'New line']
    """
    for paragraph in paragraphs(text, start, end):
        whole = wrapped(text, paragraph)
        block = paragraph[0]
        for line in paragraph[1:]:
            if whole or goes_on(text, block, line):
                block = (block[0], line[1])
            else:
                yield from _in_block(text, *block, lang)
                block = line
        yield from _in_block(text, *block, lang)


def _in_block(text: str, start: int, end: int, lang: Language) -> Iterator[tuple[int, int]]:
    at = start
    for found in _END.finditer(text, start, end):
        if found.end() - at > MOST_SENTENCE or _ends(text, found, end, lang):
            yield from _cut(text, at, found.end())
            at = found.end()
    yield from _cut(text, at, end)


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while (most := _most(text, start, end)) < end:
        least = start + (most - start) // 2
        # Not inside a number with its unit, if that can be helped.
        stop = next((at for mark in ("; ", ", ", " ") if (at := text.rfind(mark, least, most) + len(mark) - 1) >= least), most)
        yield from _stripped(text, start, stop)
        start = stop
    yield from _stripped(text, start, end)


def _most(text: str, start: int, end: int) -> int:
    """Where a sentence that begins here ends at the latest."""
    most = min(end, start + MOST_SENTENCE)
    if most - start > 2 * MOST_NUMBERS:
        for n, found in enumerate(_DIGITS.finditer(text, start, most)):
            if n == MOST_NUMBERS:
                return found.start()
    return most


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if piece.strip():
        yield start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())


def _ends(text: str, found: re.Match[str], end: int, lang: Language) -> bool:
    after = text[found.end() : min(end, found.end() + 12)].lstrip()
    if after and after[0].islower():
        return False
    if found[0][0] != ".":
        return True
    before = text[max(0, found.start() - 24) : found.start()]
    word = re.split(r"[\s(\"“]", before)[-1]
    return not (word.lower() in lang.lists["title"] or (len(word) == 1 and word.isupper()) or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word))


def anchored(text: str, spans: Sequence[tuple[int, int, str]], lang: Language, given: date | None) -> list[Item]:
    """Items with the date their words count from: printed, inferred from the years they name, from their neighbours, or given.

    Raises
    ------
    MadeinError
        If the date given is of no year in which an article could have been written, or be of.
    """
    if given is not None and not FIRST_YEAR <= given.year <= LAST_YEAR:
        raise MadeinError(f"{given} is no day of an article", "date", fix=f"give a day of the years {FIRST_YEAR} to {LAST_YEAR}")
    items = []
    for start, end, title in spans:
        anchor, inferred, precision = (given, False, "day") if given else _infer(_evidence(text, start, end, lang))
        items.append(Item(start, end, title, anchor, inferred, precision))
    dated = [i.anchor for i in items if i.anchor]
    if not dated:
        return items
    latest = max(dated)
    out = []
    for item in items:
        if item.anchor is not None:
            out.append(item)
            continue
        day = _first_day(text, item, lang)
        if day:
            near = [at for y in (-1, 0, 1) if (at := _on(day, latest.year + y))]
            guess = min(near, key=lambda at: abs(at - latest), default=latest)
            out.append(replace(item, anchor=guess, anchor_inferred=True, precision="day"))
        else:
            out.append(replace(item, anchor=latest, anchor_inferred=True, precision="year"))
    return out


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a sentence says of time.

    Its expressions, whether it speaks of last year, the future, the past, "more than last year", and whether a verb tells what happened.
    """

    times: tuple[TimeFound, ...]
    last_year: bool
    future: bool
    history: bool
    against_last: bool = False
    told: bool = False


def _evidence(text: str, start: int, end: int, lang: Language) -> Iterator[Evidence]:
    skipped = lang.lists["from_then"] | lang.lists["horizon"]
    for a, b in sentences(text, start, min(end, start + EVIDENCE), lang):
        tokens = lang.join(tokenize(text, a, b))
        times = tuple(t for t in find_times(tokens, lang, None, text) if not (t.first and tokens[t.first - 1].low in skipped))
        words = {t.low for t in tokens}
        told = [t for t in times if t.tag == "last_year"]
        against = [t for t in told if t.first and tokens[t.first - 1].low in lang.lists["than"]]
        future, history = (not words.isdisjoint(lang.lists[name]) for name in ("future", "history"))
        yield Evidence(times, len(told) > len(against), future, history, bool(against), not words.isdisjoint(lang.lists["past"]))


def _infer(evidence: Iterator[Evidence]) -> tuple[date | None, bool, str]:
    """The date an item counts from, whether it is inferred, and how fine it is; reads on only while it has to."""
    found = list(islice(evidence, 4))
    full = [t.period for e in found for t in e.times if t.period and t.tag in ("month_day_year", "day_month_year", "date")]
    if full:
        return full[0].first, False, "day"
    found += evidence
    day = next((t for e in found[:6] for t in e.times if t.tag in ("month_day", "day_month")), None)
    sure = [e for e in found if not e.future and not e.history]
    if not any(t.period for e in sure for t in e.times):
        sure = [e for e in found if e.told and not e.history]  # "rose 3.1% in November 2023, below the 4.4% forecast"
    past = [t.period for e in sure for t in e.times if t.period and t.period.whole_months]
    recent = [p for p in past if p.kind in ("month", "quarter") or (p.is_year_to_date and p.kind != "year")]
    recent += [p for e in sure for t in e.times if (p := t.period) and p.kind == "range" and not p.whole_months]
    if recent:
        latest = max(p.last for p in recent) + timedelta(days=5)
        if day is not None and day.month_day:
            near = [at for y in (-1, 0, 1) if (at := _on(day.month_day, latest.year + y))]
            if near:
                return min(near, key=lambda at: abs(at - latest)), True, "day"
        return latest, True, "month"
    year = _last_year(found) or max((p.first.year for p in past if p.kind == "year"), default=None)
    ahead = [(p.first.year, e.against_last) for e in found if e.future for t in e.times if (p := t.period) and p.kind == "year"]
    if ahead and (year is None or year < min(ahead)[0] - 1):
        # "could reach $46 billion in 2025, 6% more than last year" is said in 2025, else in the year before.
        first, against_last = max((a for a in ahead if a[0] == min(ahead)[0]), key=lambda a: a[1])
        year = first if against_last else first - 1
    if year is None:
        return None, True, "year"
    if day is not None and day.month_day:
        at = _on(day.month_day, year)
        if at:
            return at, True, "day"
    return date(year, 12, 31), True, "year"


def _last_year(found: Sequence[Evidence]) -> int | None:
    """The year after the one that 'last year' stands beside."""
    for i, e in enumerate(found):
        if e.last_year:
            for near in found[max(0, i - 1) : i + 2]:
                years = [t.period.first.year for t in near.times if t.tag == "year" and t.period]
                if years and not near.future and not near.history:
                    return years[0] + 1
    return None


def _on(month_day: tuple[int, int], year: int) -> date | None:
    try:
        return date(year, *month_day)
    except ValueError:
        return None


def _first_day(text: str, item: Item, lang: Language) -> tuple[int, int] | None:
    for e in islice(_evidence(text, item.start, item.end, lang), 6):
        for t in e.times:
            if t.tag in ("month_day", "day_month"):
                return t.month_day
    return None
