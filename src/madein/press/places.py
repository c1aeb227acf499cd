"""Places named in a sentence: countries and groups of the house, provinces and regions of Viet Nam."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from madein.core.countries import countries, groups
from madein.core.period_labels import fold
from madein.press.language import Language
from madein.press.model import Token

LONGEST = 5


@functools.cache
def _names() -> dict[str, str]:
    out: dict[str, str] = {}
    for c in countries().values():
        for name in (c.en, c.vi, *c.other):
            if len(name) > 3 or name in ("US", "UK", "UAE", "Mỹ", "Nga", "Anh"):
                out.setdefault(fold(name), c.en)
    for g in groups().values():
        for name in (g.key, g.label, *g.other):
            out[fold(name)] = g.label
    for name in ("Europe", "Asia", "Southeast Asia", "California", "Africa", "Latin America", "Middle East", "North America", "Oceania"):
        out[fold(name)] = name
    return {**out, **_provinces()}


def places_in(text: str, tokens: Sequence[Token], lang: Language) -> str | None:
    """Names of the places a sentence mentions, in order, joined by '; '; None where there is none.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> said = "It will export to Canada and the US from Hai Phong."
    >>> places_in(said, tokenize(said), language("en"))
    'Canada; United States; Hai Phong'
    """
    found: dict[str, None] = {}
    names, heads = _names(), _heads()
    i = 0
    while i < len(tokens):
        step = 1
        money = i + 1 < len(tokens) and tokens[i + 1].low == "$"
        if tokens[i].kind == "w" and tokens[i].upper and not money and _folded(text[tokens[i].start : tokens[i].end]) in heads:
            for n in range(min(LONGEST, len(tokens) - i), 0, -1):
                phrase = fold(text[tokens[i].start : tokens[i + n - 1].end])
                if phrase in names and not (
                    phrase in ("us", "anh", "my", "nga") and not text[tokens[i].start : tokens[i].end].isupper() and lang.code == "en"
                ):
                    found[names[phrase]] = None
                    step = n
                    break
        i += step
    return "; ".join(found) or None


@functools.cache
def _heads() -> frozenset[str]:
    """The letters that names begin with: few words of a text are such, and only behind them is the rest of a name looked for."""
    return frozenset(found[0] for name in _names() if (found := re.match(r"[^\W\d_]+", name)))


@functools.lru_cache(4096)
def _folded(word: str) -> str:
    return fold(word)


@functools.cache
def _provinces() -> dict[str, str]:
    from importlib import resources

    import yaml

    data = yaml.safe_load(resources.files("madein.press").joinpath("provinces.yaml").read_text("utf-8"))
    return {fold(name): name for name in data["names"]}
