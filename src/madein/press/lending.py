"""What a number takes from the numbers beside it: unit, rate, kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from madein.press.carried import Carried
from madein.press.model import Fact, Quantity
from madein.press.named import words_of
from madein.press.percents import percent_added
from madein.press.senses import Sense
from madein.press.sentence import Sentence
from madein.press.units import BARE

_NEAR = 3
"""Tokens before a number in which a word stands that ties it to the one before."""

# -- unit and rate


def lend(s: Sentence, q: Quantity, k: int, carried: Carried) -> Quantity:
    """The k-th number of a sentence with the unit of a neighbour, where it is told without its own."""
    before = s.quantities[k - 1] if k else None
    after = s.quantities[k + 1] if k + 1 < len(s.quantities) else None
    more_than = s.isin(q.after, "change_after")
    if q.unit in BARE:
        based = before is not None and (s.has(before.last, q.first, "compare") or (s.isin(q.first - 1, "off") and q.first - before.after <= 2))
        if before is not None and based and before.sort in ("measure", "count", "money", "duration") and q.value is not None:
            q = replace(q, unit=before.unit, sort=before.sort)  # "172,000 barrels per day, compared with 344,000", "45 days from 60"
        if q.unit in BARE and (named := _like_before(s, q, k)) is not None:
            return replace(q, unit=named.unit, sort=named.sort)
        if q.unit in BARE and carried.unit and more_than and s.isin(q.after + 1, "than"):
            return replace(q, unit=carried.unit, sort="measure" if carried.unit.isupper() else "count")
        return q
    if q.sort != "money" or "/" in q.unit:
        return q
    if before is not None and more_than and before.unit.startswith(q.unit + "/"):
        return replace(q, unit=before.unit)
    if before is not None and before.sort == "money" and q.first - before.last <= 4:
        currency, slash, rate = before.unit.partition("/")
        if slash and currency != q.unit:
            return replace(q, unit=f"{q.unit}/{rate}")  # "9.4m dong a month, roughly $360"
    if after is not None and after.unit.startswith(q.unit + "/") and after.first - q.last <= 2 and s.isin(q.last, "to", "and"):
        return replace(q, unit=after.unit)  # "from $586 to $463 a tonne"
    return q


def _like_before(s: Sentence, q: Quantity, k: int) -> Quantity | None:
    """The number that a bare one is of the kind of: "8.4 million tonnes ... and the other 20.2 million", "of the 23 groups, 10 grew"."""
    if not s.lang.grammar.close_reading or q.value is None or (s.kind(q.last) == "w" and not s.isin(q.last, "stop", "verbs", "past")):
        return None
    before = s.quantities[k - 1] if k else None
    if before is not None and before.sort == "count" and before.unit not in BARE and q.unit == "number" and before.value is not None:
        part = s.isin(before.first - 1, "of_the", "which") and s.isin(before.first - 2, "of") and s.low(q.first - 1) == ","
        return before if part and q.plain and q.value < before.value else None
    if q.plain and q.value < _LARGE:
        return None
    last = next((o for o in reversed(s.quantities[:k]) if o.sort in ("measure", "count", "money", "points")), None)
    return last if last is not None and last.sort == "measure" and "/" not in last.unit and last.value is not None else None


_LARGE = 10_000
"""Bare numbers from here on are amounts of what was told before them."""


def with_price_rate(s: Sentence, q: Quantity, indicator: str, carried: Carried) -> Quantity:
    """A price told without its measure takes that of the price before: "$3,907 a tonne ... touched $4,900"."""
    if q.sort != "money":
        return q
    clause = s.clause_of(q.first)
    if words_of(indicator).isdisjoint(s.lists["price"]) and not s.has(clause.first, clause.last, "price"):
        return q
    if "/" in q.unit:
        carried.rate = q.unit
    elif carried.rate.partition("/")[0] == q.unit:
        return replace(q, unit=carried.rate)
    return q


_PRICES = 3.0
"""How many times the price told last another may be."""


def with_rate_of_last(s: Sentence, q: Quantity, carried: Carried) -> Quantity:
    """An amount of the size of the price told last takes its rate: "$597 per tonne ... still fetched between $630 and $640"."""
    if q.sort != "money" or not s.lang.grammar.close_reading:
        return q
    value = q.value if q.value is not None else q.high
    if "/" in q.unit:
        carried.price = value or 0.0
        carried.rate = q.unit
    elif value and carried.price and carried.rate.partition("/")[0] == q.unit and carried.price / _PRICES < value < carried.price * _PRICES:
        return replace(q, unit=carried.rate)
    return q


def in_points(s: Sentence, q: Quantity, kind: str, carried: Carried) -> tuple[Quantity, str]:
    """A bare number with a decimal said of an index ("rose to 51.8 from 50.3") is its level in points."""
    clause = s.clause_of(q.first)
    if q.sort == "points" and kind == "growth" and percent_added(s, q, clause):
        return replace(q, unit="pp", sort="pp"), kind
    if q.unit not in BARE or q.plain or q.value is None or q.value >= 1000:
        return q, kind
    told = any(o.sort == "points" and o.last <= q.first for o in s.quantities)
    about = s.has(clause.first, clause.last, "index") or s.has(*clause.subject, "index")
    if told or about or not words_of(carried.topic).isdisjoint(s.lists["index"]):
        return replace(q, unit="index_point", sort="points"), "level"
    return q, kind


def converts(s: Sentence, q: Quantity, k: int) -> bool:
    """True for an amount in brackets behind the same amount in another currency."""
    before = s.quantities[k - 1] if k else None
    if before is None or q.sort != "money" or before.sort != "money" or before.unit == q.unit or not 0 < q.first - before.after <= 3:
        return False
    return any(s.low(i) == "(" for i in range(before.after, q.first))


# -- kind


def sense_after(s: Sentence, q: Quantity, sense: Sense, facts: Sequence[Fact], carried: Carried) -> Sense:
    """What a number says, in the light of the `facts` that its sentence has told before it."""
    before = facts[-1] if facts else None
    if before is not None and before.comparison == "contribution" and sense.kind == "level" and q.sort in ("points", "percent", "pp"):
        sense = Sense("growth", "contribution", 1)
    if before is not None and _restates(s, q, sense, before):
        sense = Sense("growth", "abs", -1 if isinstance(before.value, float) and before.value < 0 else 1)
    if sense.kind == "level" and sense.comparison is None and q.unit == "percent":
        sense = _goes_on(s, q, facts, sense.sign)
        if sense.kind == "level" and carried.growth and before is None and not _is_rate(s, q):
            sense = Sense("growth", None, 1)
    plain = sense.comparison is None and (sense.kind == "level" or (sense.kind == "growth" and s.lang.grammar.close_reading))
    from_it = before is not None and before.kind == "level" and before.unit == q.unit == "percent" and s.isin(q.first - 1, "off")
    if from_it and before is not None and s.tokens[q.first - 1].start - before.end <= _ADJACENT:
        return Sense("level", None, sense.sign)  # "down to 0.3% from 1.9%"
    if plain and before is not None and _set_against(s, q, before):
        return Sense("share", before.comparison, sense.sign)
    return sense


_ADJACENT = 2
"""Characters between a number and the word behind it."""


def _restates(s: Sentence, q: Quantity, sense: Sense, before: Fact) -> bool:
    """True for the amount of a growth just told in percent: "the increase was 9.4%, or 160,000 TEU"."""
    if before.kind != "growth" or before.unit != "percent" or sense.kind not in ("level", "count", "investment"):
        return False
    if q.unit == "percent":
        return False
    behind = next((i for i in range(max(0, q.first - _NEAR), q.first) if s.tokens[i].start >= before.end), None)
    return behind is not None and s.tokens[behind].start - before.end <= 2 and s.has(behind, q.first, "equal")


def _goes_on(s: Sentence, q: Quantity, facts: Sequence[Fact], sign: int) -> Sense:
    """A percentage without a word of its own goes on with the last: "grew 2%, mining 7.4%", "$12.8 billion, or 68.7 per cent"."""
    level = Sense("level", None, sign)
    if not s.lang.grammar.close_reading or not facts:
        return level
    before = facts[-1]
    if s.has(q.first - _NEAR, q.first, "equal") and before.end <= s.tokens[q.first].start:
        if before.kind == "growth" and ((before.comparison or "").endswith("_abs") or before.unit == "percent"):
            return Sense("growth", None, sign)
        if before.kind in ("level", "count", "investment") and before.unit not in ("percent", "index_point", "number"):
            return Sense("share", "share_of_total", sign)
    last = next((f for f in reversed(facts) if f.unit in ("percent", "pp")), None)
    goes_on = not s.clause_of(q.first).tells or s.isin(q.after, "to")
    if last is None or last.kind not in ("growth", "share") or not goes_on:
        return level
    if last.kind == "share":
        return Sense("share", "share_of_total" if last.comparison == "ratio_to_plan" else last.comparison, sign)
    return Sense("growth", "contribution" if last.comparison == "contribution" else None, sign)


def _set_against(s: Sentence, q: Quantity, before: Fact) -> bool:
    """True for a percentage that a share is compared with: "58% of the volume, versus 74% a year before"."""
    if before.kind != "share" or before.unit != "percent" or q.unit != "percent":
        return False
    return any(s.isin(i, "compare", "off") for i in range(max(0, q.first - 5), q.first) if s.tokens[i].start >= before.end)


def _is_rate(s: Sentence, q: Quantity) -> bool:
    """True for a duty, a rate of interest and the like, which are levels in percent."""
    clause = s.clause_of(q.first)
    return s.has(clause.first, clause.last, "rate_noun") or s.has(*clause.subject, "rate_noun")
