"""Expressions of time in a run of tokens, resolved against the date of the item they stand in."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from madein.core.periods import Period
from madein.press.fiscal import fiscal
from madein.press.language import Language, Match
from madein.press.meanings import meaning, months_named
from madein.press.model import Token


@dataclass(frozen=True, slots=True)
class TimeFound:
    """An expression of time.

    `tag` is the pattern's, `period` what it means (None where the text gives no year and no anchor helps), `point` is
    True for an end or a day rather than a stretch, `inferred` tells that the year is not in the text.
    """

    first: int
    last: int
    tag: str
    period: Period | None
    point: bool = False
    inferred: bool = False
    month_day: tuple[int, int] | None = None


_POINTS = frozenset({
    "month_day_year", "month_day", "day_month_year", "day_month", "end_year", "end_this_year", "end_next_year", "end_last_year",
    "end_month", "date",
})  # fmt: skip
"""Tags that name a day, not a stretch."""


def find_times(tokens: Sequence[Token], lang: Language, anchor: date | None, text: str) -> list[TimeFound]:
    """Every expression of time, left to right, none inside another.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> said = "Exports rose in the first 11 months of 2025 and in November alone."
    >>> [str(t.period) for t in find_times(tokenize(said), language("en"), date(2025, 12, 6), said)]
    ['2025-01..2025-11', '2025-11']
    """
    out: list[TimeFound] = []
    numeric = deque(_numeric_dates(tokens))
    end = 0
    for match in _matches(tokens, lang):
        plausible = _plausible(match, tokens, lang)
        while numeric and numeric[0].first < match.last:
            day = numeric.popleft()
            # "Q3/2024" and "tháng 3/2024" hold what alone would be a date.
            inside = plausible and end <= match.first <= day.first and day.last <= match.last
            if day.first >= end and not inside:
                out.append(day)
                end = day.last
        if match.first >= end and plausible:
            out.append(_resolved(match, tokens, lang, anchor, text))
            end = match.last
    out.extend(t for t in numeric if t.first >= end)
    return sorted(out, key=lambda t: t.first)


_KEPT: dict[tuple[str, ...], tuple[Match, ...]] = {}
_MOST_KEPT = 128
"""Sentences of which the matches are kept: each is asked for its times when its item is dated, when it is read, and for who acts."""


def _matches(tokens: Sequence[Token], lang: Language) -> tuple[Match, ...]:
    """Matches of the patterns of time, which depend on nothing but words."""
    key = (lang.code, *(t.low for t in tokens))
    found = _KEPT.get(key)
    if found is None:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        found = _KEPT[key] = tuple(lang.scan("period", tokens))
    return found


def _resolved(match: Match, tokens: Sequence[Token], lang: Language, anchor: date | None, text: str) -> TimeFound:
    tag, months, day = str(match.tag), months_named(match), match.get("<day>")
    found = TimeFound(
        match.first,
        match.last,
        tag,
        fiscal(match, text, lang) if tag.startswith("fiscal") else meaning(match, anchor),
        tag in _POINTS,
        match.get("<year>") is None,
        (months[0], day) if day and months else None,
    )
    # "trong tháng" needs its first word to tell it from "tháng", which is all of the date.
    inner = found.last - found.first > 2 and tokens[found.first].low in lang.lists["time_prefix"]
    return replace(found, first=found.first + 1) if inner else found


# -- what only looks like time


def _plausible(match: Match, tokens: Sequence[Token], lang: Language) -> bool:
    """Drop readings that only look like time: the verb 'may', a year that counts things, a day glued to a name."""
    first = tokens[match.first]
    before = tokens[match.first - 1] if match.first else None
    if match.tag in _MONTHS and match.get("<month>") is not None:
        names = [t for t in tokens[match.first : match.last] if t.low in lang.maps["months"]]
        if any(not t.upper for t in names):
            return False
        if match.tag == "month" and any(t.low in lang.lists["month_doubtful"] for t in names):
            return before is not None and before.low in lang.lists["before_month"]
    if before is not None and first.glued and before.kind in ("w", "d") and first.kind != "w":
        return False
    if match.get("<month>") is not None and _half_a_name(match, tokens, lang):
        return False
    rule = _ONLY_IF.get(match.tag)
    if rule is not None and not rule(match, tokens, lang):
        return False
    return match.tag in _OF_THEIR_OWN or not any(_is_number(t, lang) for t in _months_in(match, tokens, lang))


_MONTHS = frozenset({"month", "month_day", "day_month", "month_or", "months"})
_OF_THEIR_OWN = frozenset({"adjective_months", "first_months_or"})


def _is_number(token: Token, lang: Language) -> bool:
    """True for a month's word in small letters that is a number or "year" as well: "năm"."""
    return token.low in lang.lists["weak_numbers"] and not token.upper


def _months_in(match: Match, tokens: Sequence[Token], lang: Language) -> Iterator[Token]:
    """The words that name the months of a match."""
    if match.get("<monthnumber>") is not None:
        for i in range(match.first + 1, match.last):
            if tokens[i].low in lang.maps["months"] and tokens[i - 1].low in lang.lists["month_words"]:
                yield tokens[i]


def _after(match: Match, tokens: Sequence[Token]) -> Token | None:
    return tokens[match.last] if match.last < len(tokens) else None


def _half_a_name(match: Match, tokens: Sequence[Token], lang: Language) -> bool:
    """True for the month in "Lee Jun-ho"."""
    k = match.last
    if k + 1 >= len(tokens) or tokens[k].low != "-" or not (tokens[k].glued and tokens[k + 1].glued):
        return False
    before = tokens[match.first - 1] if match.first else None
    named = before is not None and before.upper and before.low not in lang.lists["stop"]
    return tokens[k + 1].kind == "w" and not tokens[k + 1].upper and (named or len(tokens[k - 1].low) <= _SHORT_MONTH)


_SHORT_MONTH = 3
"""Letters of a month's name cut short, which before a hyphen is more often a syllable of a name."""


def _no_verb(match: Match, tokens: Sequence[Token], lang: Language) -> bool:
    """False for "expected to last six months", which tells how long; "compared to last six months" does not."""
    before = [t.low for t in tokens[max(0, match.first - 2) : match.first]]
    if not before or tokens[match.first].low not in lang.lists["lasting"]:
        return True
    return before[-1] not in lang.lists["lasting_after"] or before[0] in lang.lists["compare"]


def _no_record(match: Match, tokens: Sequence[Token], lang: Language) -> bool:
    """False for "the highest in 11 months", which is no stretch since January."""
    if tokens[match.first].low not in lang.lists["in_years"] or tokens[match.first + 1].low in lang.lists["article"]:
        return True
    return all(t.low not in lang.lists["superlative"] for t in tokens[max(0, match.first - 6) : match.first])


def _no_length(match: Match, tokens: Sequence[Token], lang: Language) -> bool:
    """True for "the six-month total"; "a six-month contract" lasts so long."""
    after, article = _after(match, tokens), match.first and tokens[match.first - 1].low in lang.lists["one_article"]
    if after is not None and any(after.low in lang.lists[name] for name in ("flow", "deficit", "surplus")):
        return True  # "a 10-month deficit of $3 billion"
    return not article and after is not None and after.kind == "w" and after.low not in lang.lists["length_nouns"]


def _so_far(match: Match, tokens: Sequence[Token], lang: Language) -> bool:
    """True for months that head a sentence, or stand before a word of reaching: "10 tháng ước đạt"."""
    after = _after(match, tokens)
    return after is not None and ((match.first <= 1 and after.low == ",") or after.low in lang.lists["so_far_before"])


def _no_amount(match: Match, tokens: Sequence[Token], lang: Language) -> bool:
    """False for "March 5%"."""
    after = _after(match, tokens)
    return after is None or after.low not in lang.lists["after_no_year"]


def _no_number(match: Match, tokens: Sequence[Token], lang: Language) -> bool:
    """False for four digits that are a part of a number or code, or count something."""
    if tokens[match.first].kind != "d":
        return True
    first, before, after = tokens[match.first], tokens[match.first - 1] if match.first else None, _after(match, tokens)
    if before is not None and (before.low in lang.lists["before_no_year"] or (before.low in _INSIDE and before.glued and first.glued)):
        return False
    if after is None:
        return True
    behind = tokens[match.last + 1] if match.last + 1 < len(tokens) else None
    decimals = after.low in (",", ".") and after.glued and behind is not None and behind.kind == "d" and behind.glued
    letters = after.glued and (after.kind == "w" or after.low == "%")
    counts = after.low in lang.lists["after_no_year"] or (after.kind == "d" and len(after.low) > 2)
    return not (decimals or letters or counts)


_INSIDE = frozenset({".", ",", "/", ":"})
"""Marks inside a number, code or time of day."""

_ONLY_IF: dict[str, Callable[[Match, Sequence[Token], Language], bool]] = {
    "first_months": _no_record,
    "adjective_months": _no_length,
    "first_months_or": _so_far,
    "last_months": _no_verb,
    "month_day": _no_amount,
    "year": _no_number,
    "years": _no_number,
}
"""What must be true besides for a tag to be time."""


# -- dates in digits alone


def _numeric_dates(tokens: Sequence[Token]) -> Iterator[TimeFound]:
    """``13/12/2024`` (day first), ``2024-12-13`` and ``12/2024``."""
    i = 0
    while i + 2 < len(tokens):
        a, mark, b = tokens[i : i + 3]
        joined = a.kind == "d" and mark.low in ("/", "-", ".") and b.kind == "d" and mark.glued and b.glued
        if not joined or (a.glued and tokens[i - 1].kind == "d"):
            i += 1
            continue
        third = tokens[i + 4] if i + 4 < len(tokens) and tokens[i + 3].low == mark.low and tokens[i + 3].glued and tokens[i + 4].glued else None
        if third is not None and third.kind == "d":
            day = _day(a.low, b.low, third.low) if len(third.low) == 4 else _day(third.low, b.low, a.low) if len(a.low) == 4 else None
            if day:
                yield TimeFound(i, i + 5, "date", Period.day(day), point=True)
            i += 5
            continue
        year = mark.low == "/" and third is None and len(b.low) == 4 and "1900" <= b.low <= "2100"
        if year and len(a.low) <= 2 and 1 <= int(a.low) <= 12:
            yield TimeFound(i, i + 3, "month_year", Period.month(int(b.low), int(a.low)))
            i += 3
            continue
        i += 1


def _day(day: str, month: str, year: str) -> date | None:
    try:
        return date(int(year), int(month[:3]), int(day[:3])) if 1900 <= int(year) <= 2100 else None
    except ValueError:
        return None
