"""What a number is: no fact at all, a level, a growth with its sign, a share, a count, a capacity, an investment."""

from __future__ import annotations

import functools
from importlib import resources

from madein.press.model import Quantity
from madein.press.percents import percent_added, percent_kind
from madein.press.senses import PERCENT, Sense, near
from madein.press.sentence import Sentence
from madein.press.signs import is_change, sign_of

_MOST_LISTED = 9
"""Numbers of a list that are looked at for the kind of one of them."""


@functools.cache
def _units(name: str) -> frozenset[str]:
    import yaml

    data = yaml.safe_load(resources.files("madein.press").joinpath("kinds.yaml").read_text("utf-8"))
    return frozenset(data[name])


def no_fact(s: Sentence, q: Quantity) -> str:
    """Why a quantity states nothing, '' where it does.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.model import Item
    >>> from madein.press.sentence import analyse
    >>> def why(said):
    ...     s = analyse(said, 0, len(said), Item(0, len(said), "", None, False), language("en"))
    ...     return [no_fact(s, q) for q in s.quantities]
    >>> why("The two sides met a month ago and agreed on 12 projects.")
    ['an expression, not a count', '']
    """
    if "=" in (s.low(q.after), s.low(q.first - 1)):
        return "a rate of exchange"
    in_words = s.kind(q.first) != "d"
    if q.sort == "count" and in_words:
        both = q.value is not None and q.value <= 2 and q.unit in _units("parties")
        one_of_these = s.isin(q.first - 1, "these") and s.isin(q.first - 2, "one_some")
        if both or one_of_these or (q.value == 1 and q.plain):
            return "an expression, not a count"
    if q.unit == "number" and not _stated(s, q):
        return "a number without a thing counted"
    return _no_length(s, q, in_words) if q.sort == "duration" else ""


def _stated(s: Sentence, q: Quantity) -> bool:
    """True for a bare number that says something by itself: no year, and with decimals or behind a word such as "reached"."""
    if q.plain and q.value is not None and 1900 <= q.value <= 2100:
        return False
    clause = s.clause_of(q.first)
    return (q.value is not None and not q.plain) or s.has(max(clause.first, q.first - 3), q.first, "states")


def _no_length(s: Sentence, q: Quantity, in_words: bool) -> str:
    if q.value is not None and s.isin(q.last, "ago"):
        return "tells when, not how long"
    if q.value == 1 and in_words and s.low(q.first + 1) != "-" and not s.isin(q.first - 1, "length_before"):
        return "an expression, not a length"
    return "an age" if s.low(q.last) == "-" and s.isin(q.last + 1, "age") else ""


def kind_in_list(s: Sentence, q: Quantity, direction: int, k: int) -> Sense:
    """What a number, the k-th of its sentence, says; in a list such as "10.4, 9.1 and 7.2 per cent of sales" what the last says."""
    own = kind_of(s, q, direction, k)
    if q.sort not in PERCENT or own.kind == "share" or not s.lang.grammar.close_reading:
        return own
    run = _list_of(s, k)
    senses = [kind_of(s, s.quantities[i], direction, i) for i in run] if len(run) > 1 else [own]
    told = next((x for x in senses if x.comparison == "contribution"), None) or next((x for x in senses if x.kind == "share"), None)
    return told or (own if own.kind != "level" else senses[-1])


def _list_of(s: Sentence, k: int) -> range:
    """Positions of the numbers of a list, nothing but "and" and commas between them."""

    def joined(i: int) -> bool:
        a, b = s.quantities[i], s.quantities[i + 1]
        return a.sort == b.sort and all(s.isin(j, "and") for j in range(a.last, b.first))

    first = last = k
    while first > 0 and k - first < _MOST_LISTED - 1 and joined(first - 1):
        first -= 1
    while last + 1 < len(s.quantities) and last - k < _MOST_LISTED - 1 and joined(last):
        last += 1
    return range(first, last + 1)


def kind_of(s: Sentence, q: Quantity, direction: int, k: int) -> Sense:
    """What the k-th number of a sentence says by itself; `direction` is the sign of the growth before it."""
    if q.sort == "ordinal":
        return Sense("rank", None, direction)
    if q.sort == "duration":
        longer = s.isin(q.after, "change_after") and s.isin(q.after + 1, "than")
        return Sense("growth", "abs", -1 if s.isin(q.after, "fall") else 1) if longer else Sense("duration", None, direction)
    clause = s.clause_of(q.first)
    if q.sort == "multiple":
        return Sense("growth", "vs_previous" if s.has(*clause.subject, "successor") else None, 1)
    if q.sort == "percent" and s.has(q.first, q.last, "odds", "odds_out", "odds_every"):
        return Sense("share", "share_of_total", direction)
    if q.sort in PERCENT:
        return percent_kind(s, q, clause, direction, k > 0)
    sign = sign_of(s, q, clause)
    if sign and is_change(s, q, clause):
        return Sense("growth", "abs", sign)
    if q.sort == "points" and percent_added(s, q, clause):
        return percent_kind(s, q, clause, direction, k > 0)
    if q.sort == "points" and any(-1 <= m.first - q.last <= 2 for m in s.matches("contribution")):
        return Sense("growth", "contribution", direction or 1)
    if k and q.sort in ("money", "count", "measure") and s.has(q.first - 6, q.first, "equal") and s.has(q.first - 6, q.first, "extra"):
        return Sense("growth", "abs", direction or 1)  # "equivalent to an increase of"
    return Sense(_amount(s, q), None, direction)


def _amount(s: Sentence, q: Quantity) -> str:
    """Kind of an amount that is neither a change nor a part."""
    if q.sort == "money":
        return "investment" if near(s, q, "invest") and not near(s, q, "trade") else "level"
    if q.sort == "measure":
        close = q.unit not in _units("extent") and s.has(q.first - 4, q.first, "capacity")
        made = q.unit in _units("bulk") or "/" in q.unit or q.unit.endswith("watt")
        return "capacity" if close or (made and near(s, q, "capacity")) else "level"
    if q.sort == "count" and q.unit not in _units("no_output") and (near(s, q, "capacity") or _makes(s, q)):
        return "capacity"
    return "count" if q.sort == "count" and q.unit != "number" else "level"


def _makes(s: Sentence, q: Quantity) -> bool:
    """True for units per time that something makes; "an average of 20,000 firms a month" is a count."""
    if "/" not in q.unit:
        return False
    return q.unit.endswith("/year") or not s.lang.grammar.close_reading or near(s, q, "makes")
