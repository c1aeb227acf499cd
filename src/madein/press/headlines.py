"""What a headline leaves out: its period and comparison, taken from the sentence that says the same number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from madein.press.indicator import LONGEST
from madein.press.model import Fact, Item

_LONGEST_HEADLINE = 2000
"""Characters after which a first line is no headline of anything."""


def with_bodies(facts: Sequence[Fact], items: Sequence[Item], text: str) -> list[Fact]:
    """Facts, those of headlines with the period, comparison and noun of the body's fact of the same number.

    A headline that prints its own period keeps it. A number that the body does not repeat, within the rounding of the
    headline and in the same unit, is left as it is.

    Examples
    --------
    >>> from madein.press.reading import read_text
    >>> said = "Trade hits $38 billion\\n\\nHanoi, 6 May 2024 - Trade in goods reached $38.4 billion in April, up 5% on the year."
    >>> [(f.text, f.period) for f in read_text(said).facts if f.kind == "level"]
    [('$38 billion', '2024-04'), ('$38.4 billion', '2024-04')]
    """
    out: list[Fact] = []
    for number, told in groupby(facts, key=lambda f: f.item):
        own, item = list(told), items[number]
        end = _first_line_end(text, item)
        body = [f for f in own if f.start >= end and f.period is not None]
        if end >= item.end or end - item.start > _LONGEST_HEADLINE or not body:
            out += own
            continue
        undated = (None, str(item.anchor))
        for fact in own:
            open_ = fact.end <= end and fact.kind != "date" and fact.sent_end <= end + 1 and fact.period in undated
            same = next((b for b in body if _says_the_same(fact, b)), None) if open_ else None
            out.append(_with_body(fact, same) if same is not None else fact)
    return out


def _first_line_end(text: str, item: Item) -> int:
    """End of the first line of an item that holds something, or of the item if it has no other."""
    first = item.start
    while first < item.end and text[first].isspace():
        first += 1
    end = text.find("\n", first, item.end)
    return item.end if end < 0 or not text[end : item.end].strip() else end


def _with_body(fact: Fact, body: Fact) -> Fact:
    noun = fact.indicator if fact.indicator in body.indicator else f"{fact.indicator} ({body.indicator})"[:LONGEST]
    vague = fact.comparison == "vs_previous" and body.comparison is not None
    measure, comparison = fact.measure or body.measure, (None if vague else fact.comparison) or body.comparison
    return replace(fact, period=body.period, comparison=comparison, indicator=noun, measure=measure, inferred=True)


def _says_the_same(headline: Fact, body: Fact) -> bool:
    """True for numbers of one kind and unit that are equal within the rounding of the headline."""
    a, b = headline.value, body.value
    if (
        not isinstance(a, float)
        or not isinstance(b, float)
        or headline.kind != body.kind
        or not (headline.unit == body.unit or headline.kind == "count")
    ):
        return False
    return abs(a - b) <= max(_half_unit(headline.text, abs(a)), 1e-9)


def _half_unit(text: str, value: float) -> float:
    """Half a unit of the last digit printed that is not a zero of a round number: 0.5e9 for "$38 billion", 50 for "11,500"."""
    digits = "".join(c for c in text if c.isdigit() or c == ".").strip(".")
    significant = len(digits.replace(".", "").strip("0")) if "." not in digits else len(digits.replace(".", "").lstrip("0"))
    return 0.5 * 10 ** (len(str(int(value))) - significant) if value >= 1 and significant else 0.0
