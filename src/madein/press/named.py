"""The measure that words name, by its synonyms."""

from __future__ import annotations

import functools
import re

from madein.core.measures import measures
from madein.core.period_labels import fold


def words_of(phrase: str) -> set[str]:
    """The words of a phrase in lower case.

    Examples
    --------
    >>> sorted(words_of("Viet Nam's 12 exports"))
    ['exports', 'nam', 's', 'viet']
    """
    return set(re.findall(r"[^\W\d_]+", phrase.lower()))


@functools.lru_cache(4096)
def measure_of(indicator: str) -> str | None:
    """Key of the measure an indicator names: the longest run of its words that is a synonym.

    Examples
    --------
    >>> measure_of("Vietnam's total import-export turnover"), measure_of("whiteleg shrimp")
    ('trade_turnover', None)
    """
    words = fold(indicator.replace("-", " ").replace("’", " ").replace("'", " ")).replace(",", " ").split()
    named, longest = _synonyms()
    for size in range(min(longest, len(words)), 0, -1):
        for i in range(len(words) - size + 1):
            key = named.get(" ".join(words[i : i + size]))
            if key:
                return key
    return None


@functools.cache
def _synonyms() -> tuple[dict[str, str], int]:
    """Every synonym of a measure in the letters that `measure_of` compares, and the words of the longest."""
    named = {fold(w.replace("-", " ").replace("'", " ")): key for key, m in measures().items() if key != "observation" for w in (*m.en, *m.vi)}
    return named, max((len(w.split()) for w in named), default=1)
