"""Quantities in a run of tokens: bare numbers with their scale and unit, ranges, fractions and multiples in words.

A number that cannot be one (``1.2.3``, ``VF 8``, a telephone number, a footnote mark) is returned as seen but not read, with the
reason, so that nothing a reader sees as a number vanishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from madein.press.codes import code_end, no_amount, phone_end, web_address
from madein.press.currencies import currency_before
from madein.press.language import Language
from madein.press.literals import Literal, NotRead, Scan, exact, follows_unit, in_words, literal, scaled
from madein.press.model import Quantity, Token
from madein.press.units import BARE, unit_of, with_rate

MOST_LENT = 8
"""Numbers in a row that share the unit of the last."""


def find_quantities(text: str, tokens: Sequence[Token], lang: Language, taken: Sequence[bool]) -> tuple[list[Quantity], list[NotRead]]:
    """Every quantity of a sentence, left to right.

    Parameters
    ----------
    text : str
        The document, for the letters as they were printed.
    tokens : sequence of Token
        One sentence.
    lang : Language
        Words and marks.
    taken : sequence of bool
        Tokens that belong to an expression of time and are no quantity.

    Returns
    -------
    list of Quantity, list of NotRead

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> said = "The VF 8 cost US$46,000 to 50,000, a third of which is the battery"
    >>> found, unread = find_quantities(said, tokenize(said), language("en"), [False] * 30)
    >>> [(q.value, q.low, q.high, q.unit) for q in found], [n.why for n in unread]
    ([(None, 46000.0, 50000.0, 'USD'), (33.333333333333336, None, None, 'percent')], ['part of a name'])
    """
    found: list[Quantity] = []
    unread: list[NotRead] = []
    s = Scan(text, tokens, lang, taken)
    end = 0
    for i, token in enumerate(tokens):
        if i < end or taken[i]:
            continue
        end = web_address(s, i)
        if end > i or not (token.kind == "d" or token.low in lang.number_words):
            continue
        got = _at(s, i)
        if isinstance(got, Quantity):
            found.append(got)
        elif got is not None:
            unread.append(got)
        end = got.last if got is not None else i + 1
    return found, unread


def _at(s: Scan, i: int) -> Quantity | NotRead | None:
    """What begins at a token."""
    currency, j = currency_before(s, i)
    if not currency and s.kind(i) == "w":
        found = _multiple(s, i) or _odds(s, i) or _fraction(s, i)
        if found:
            return found
    number = literal(s, j)
    if isinstance(number, NotRead):
        return NotRead(i, number.last, number.why)
    if number is None:
        return None
    why = "" if currency else no_amount(s, number)
    if why:
        return NotRead(number.first, max(number.last, code_end(s, number), phone_end(s, number)), why)
    found = _quantity(s, i, number, currency)
    return NotRead(i, number.last, "a number without a thing counted") if found is None and number.digits else found


def _quantity(s: Scan, start: int, n: Literal, currency: str) -> Quantity | None:
    """A number with its scale, the number it ranges to, its unit and rate; None where it has neither digits nor a unit."""
    factor, j = scaled(s, n)
    half = s.find("and_a_half", j) if factor > 1 else None
    if half:
        n, j = replace(n, value=n.value + 0.5), half.last
    value, low, high = exact(n.value, factor), None, None
    other = _range_end(s, start, n, j, currency)
    if other is not None:
        scale, end = scaled(s, other)
        first, last = exact(n.value, factor if factor != 1.0 else scale), exact(other.value, scale)
        # What falls is no range but a dash: "hit US$3.2 billion - 5 per cent more".
        if first <= last:
            low, high, factor, j = first, last, scale, end
    unit, sort, end = unit_of(s, n, j, currency, factor)
    if unit in BARE and n.digits and factor == 1.0 and low is None and (lent := _lent(s, n)):
        scale, unit, sort = lent
        return Quantity(start, n.last, exact(n.value, scale), unit, sort, after=n.last)
    if not unit:
        return None
    if sort in ("count", "measure", "money"):
        unit, end = with_rate(s, unit, end)
    # The counted noun is no part of the number, unless it tells of what per time: "20,000 firms a month".
    last = j if sort == "count" and "/" not in unit else end
    return Quantity(start, last, None if low is not None else value, unit, sort, low, high, after=end, plain=factor == 1.0 and not n.decimals)


def _lent(s: Scan, n: Literal, depth: int = 0) -> tuple[float, str, str] | None:
    """Scale, unit and sort that ``14 and 17.5 per cent`` lends to its first number."""
    j = n.last + (s.low(n.last) == ",")
    j += s.isin(j, "and") and s.low(j) != ","
    j += s.isin(j, "sign_words")
    other = literal(s, j) if j > n.last else None
    if not isinstance(other, Literal) or not other.digits:
        return None
    factor, end = scaled(s, other)
    unit, sort, _ = unit_of(s, other, end, "", factor)
    if unit in BARE and depth < MOST_LENT:
        return _lent(s, other, depth + 1)
    return (factor, unit, sort) if sort in ("percent", "pp", "money", "measure") else None


def _range_end(s: Scan, start: int, n: Literal, j: int, currency: str) -> Literal | None:
    """The second number of ``4 to 5 per cent``, ``10-15 days``, ``between 3 and 4 million``."""
    percent = s.low(j) == "%"
    money = s.low(j) in s.maps["currency_words"] or s.low(j) in s.maps["currencies"]
    link = j + 1 if percent or money else j
    if not _links(s, start, link):
        return None
    other_currency, k = currency_before(s, link + 1)
    if other_currency and not currency:
        return None
    other = literal(s, k)
    if not isinstance(other, Literal) or other.value * 1e3 < n.value:
        return None
    factor, end = scaled(s, other)
    if (percent and not s.find("unit", end)) or (money and s.low(end) != s.low(j)):
        return None
    aimed = n.value >= _LEAST_AIMED and s.has(start - 8, start, "goal_verbs") and s.isin(start - 1, "of")
    return other if follows_unit(s, end) or factor != 1.0 or currency or s.low(link) == "-" or aimed else None


_LEAST_AIMED = 1000.0
"""The least bare number that begins a range of what is aimed at: "expects deliveries of 155,000 to 160,000"."""


def _links(s: Scan, start: int, link: int) -> bool:
    """True for a word that makes one range of two numbers: "from 3 to 4" is none, but for an aim ("expects from 3 to 4")."""
    rule, _, word = str(s.maps["range_links"].get(s.low(link), "never")).partition(" ")
    behind = s.low(start - 1) == word
    if rule == "not" and behind:
        return s.has(start - 6, start - 1, "goal_verbs") and not s.has(start - 8, start - 1, "rise", "fall")
    return rule in ("any", "not") or (rule == "after" and behind)


# -- numbers that are words of their own


def _odds(s: Scan, i: int) -> Quantity | None:
    """``one in five``, ``two out of every three``: shares in percent."""
    part = s.maps["numbers"].get(s.low(i))
    if part is None:
        return None
    k = i + 1 + s.isin(i + 1, "odds_out")
    of = s.isin(k, "odds_of") and (k > i + 1 or s.isin(k + 1, "odds_every"))
    if not of and not s.isin(k, "odds"):
        return None
    k += 1 + s.isin(k + 1, "odds_every")
    whole = in_words(s, k) if s.kind(k) == "w" else None
    if whole is None or whole.last >= len(s) or part >= whole.value or s.low(whole.last) in s.maps["durations"]:
        return None
    return Quantity(i, whole.last, 100.0 * float(part) / whole.value, "percent", "percent", after=whole.last)


def _fraction(s: Scan, i: int) -> Quantity | None:
    """``a fifth``, ``nine-tenths``, ``half``: shares in percent, where a share or a change is meant and no time of day or year."""
    number = s.maps["numbers"].get(s.low(i))
    if number is not None and number < 20:
        n, j = float(number), i + 1 + (s.low(i + 1) == "-")
    elif s.isin(i, "one_article"):
        n, j = 1.0, i + 1
    elif s.isin(i, "half"):
        if s.isin(i + 1, "half_article") and s.low(i + 2) in s.maps["scales"]:
            return None  # "half a million"
        n, j = 1.0, i
    else:
        return None
    part = s.maps["fractions"].get(s.low(j))
    if not n or part is None or not (s.isin(j + 1, "fraction_after") or s.isin(i - 1, "fraction_before")):
        return None
    lasts = s.low(j + 1) in s.maps["durations"] and not s.find("comparison", j + 1)
    if lasts or s.low(j + 1) in s.maps["scales"]:
        return None
    return Quantity(i, j + 1, n * float(part), "percent", "percent", after=j + 1)


def _multiple(s: Scan, i: int) -> Quantity | None:
    """``tripled``, ``will double the ...``, ``twice as many``."""
    value = s.maps["multiples"].get(s.low(i))
    bare = s.maps["bare_multiples"].get(s.low(i))
    if value is None and bare is not None:
        joined = s.isin(i - 1, "and") and s.has(i - 25, i - 1, "will")
        value = bare if joined or s.isin(i + 1, "as_the") or s.isin(i - 1, "bare_multiple_after") else None
    return None if value is None else Quantity(i, i + 1, float(value), "multiple", "multiple", after=i + 1)
