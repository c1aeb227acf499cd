"""Bare numbers: digits in the marks of the language or words, and the scale words behind them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from madein.press.language import Language
from madein.press.model import Token
from madein.press.runs import Run

MAX_DIGITS = 15
"""Longer runs of digits are codes or telephone numbers, not amounts."""


@dataclass(frozen=True, slots=True)
class Literal:
    """A bare number: token span, value, decimals printed, whether it was digits."""

    first: int
    last: int
    value: float
    decimals: int
    digits: bool


@dataclass(frozen=True, slots=True)
class NotRead:
    """A span of tokens that looks like a number and is none, and why."""

    first: int
    last: int
    why: str


class Scan(Run):
    """The tokens of a sentence in which numbers are looked for; `taken` marks those of times and names, which are no numbers."""

    __slots__ = ("_shouting", "taken")

    def __init__(self, text: str, tokens: Sequence[Token], lang: Language, taken: Sequence[bool]) -> None:
        super().__init__(text, tokens, lang)
        self.taken = taken
        self._shouting: bool | None = None

    @property
    def shouting(self) -> bool:
        """True if the sentence is in capitals, so that a capital tells nothing."""
        if self._shouting is None:
            letters = "".join(self.printed(i) for i in range(min(60, len(self))) if self.kind(i) == "w")
            self._shouting = bool(letters) and sum(map(str.isupper, letters)) > 0.6 * len(letters)
        return self._shouting


def exact(value: float, factor: float) -> float:
    """A printed number by its scale word, as the decimal it is.

    Examples
    --------
    >>> 257.4 * 1e9, exact(257.4, 1e9)
    (257399999999.99997, 257400000000.0)
    """
    return float(Decimal(repr(value)) * Decimal(repr(factor)))


def literal(s: Scan, i: int) -> Literal | NotRead | None:
    """The number that begins at a token, if one does.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.tokens import tokenize
    >>> said = "1,234.5 or three hundred and fifty or 1.2.3"
    >>> scan = Scan(said, tokenize(said), language("en"), [False] * 20)
    >>> literal(scan, 0).value, literal(scan, 6).value, literal(scan, 11).why
    (1234.5, 350.0, 'not written as a number')
    """
    if i >= len(s) or s.taken[i]:
        return None
    return _digits(s, i) if s.kind(i) == "d" else in_words(s, i) if s.kind(i) == "w" else None


def _digits(s: Scan, i: int) -> Literal | NotRead:
    """``1,234.5`` in the marks of the language; anything malformed is not read."""
    parts, marks, j = [s.low(i)], [], i + 1
    while s.low(j) in (".", ",") and s.glued(j) and s.kind(j + 1) == "d" and s.glued(j + 1):
        marks.append(s.low(j))
        parts.append(s.low(j + 1))
        j += 2
    if sum(map(len, parts)) > MAX_DIGITS:
        return NotRead(i, j, "too long for an amount")
    group, point = s.lang.group, s.lang.decimal
    if point in marks[:-1]:
        return NotRead(i, j, "not written as a number")
    whole, fraction = (parts[:-1], parts[-1]) if marks and marks[-1] == point else (parts, "")
    if group in marks and (len(whole[0]) > 3 or any(len(p) != 3 for p in whole[1:])):
        return NotRead(i, j, "not written as a number")
    return Literal(i, j, float("".join(whole) + ("." + fraction if fraction else "")), len(fraction), True)


def in_words(s: Scan, i: int) -> Literal | None:
    """``two``, ``twenty-five``, ``two and a half``; ``a`` and ``half`` before what they count: ``a million``, ``half a year``."""
    if is_number_word(s, i):
        value, j = _composed(s, *_hyphenated(s, i))
        half = s.find("and_a_half", j)
        return Literal(i, half.last, value + 0.5, 0, False) if half else Literal(i, j, value, 0, False)
    scales, durations = s.maps["scales"], s.maps["durations"]
    if s.isin(i, "one_article"):
        counts = s.low(i + 1) in durations and s.isin(i - 1, "length_over") and not s.isin(i + 2, "not_rate")
        return Literal(i, i + 1, 1.0, 0, False) if s.low(i + 1) in scales or counts else None
    if s.isin(i, "half"):
        j = i + 1 + s.isin(i + 1, "half_article")
        counts = j > i + 1 and s.low(j) in durations and not s.isin(i - 1, "number_link")
        return Literal(i, j, 0.5, 0, False) if s.low(j) in scales or counts else None
    return None


def is_number_word(s: Scan, i: int) -> bool:
    """True for a word that is a number here; one that also means something else needs a unit behind it."""
    if s.low(i) not in s.maps["numbers"] or not 0 <= i < len(s) or s.taken[i]:
        return False
    if not s.isin(i, "weak_numbers"):
        return True
    return not s.isin(i - 1, "weak_before") and (follows_unit(s, i + 1) or s.low(i + 1) in s.maps["singular"])


def _hyphenated(s: Scan, i: int) -> tuple[float, int]:
    """Value and end of ``twenty`` or ``twenty-five``."""
    numbers = s.maps["numbers"]
    value = float(numbers[s.low(i)])
    if value >= 20 and value % 10 == 0 and s.low(i + 1) == "-" and numbers.get(s.low(i + 2), 99) < 10:
        return value + numbers[s.low(i + 2)], i + 3
    return value, i + 1


def _composed(s: Scan, value: float, j: int) -> tuple[float, int]:
    """``three hundred and fifty``, ``two thousand five hundred``; a scale with no number after it is left to `scaled`."""
    numbers, scales = s.maps["numbers"], s.maps["scales"]
    total, last = 0.0, float("inf")
    while s.low(j) in scales:
        scale = float(scales[s.low(j)])
        k = j + 1
        if scale == 100 and s.isin(k, "number_link") and float(scales.get(s.low(k + 2), 0)) != scale:
            k += 1
        more = is_number_word(s, k) and scale < last
        if scale == 100 and (more or total):
            value, j = value * scale, j + 1
            if more:
                value, j = value + float(numbers[s.low(k)]), k + 1
        elif more:
            total, value, last, j = total + value * scale, float(numbers[s.low(k)]), scale, k + 1
        elif total and scale < last:
            value, last, j = value * scale, scale, j + 1
        else:
            break
    return total + value, j


def scaled(s: Scan, n: Literal, last: int | None = None) -> tuple[float, int]:
    """Factor and end of the scale words behind a number, or behind another position: ``million``, ``5bn``, ``VND85-trillion``."""
    j, scales = n.last if last is None else last, s.maps["scales"]
    factor = 1.0
    if n.digits:
        cased = s.maps["cased_measures"].get(s.printed(j))
        if cased and float(cased[1]) != 1.0:
            return float(cased[1]), j  # "3 Mt": the sign is scale and measure in one
        glued = s.maps["glued_scales"].get(s.low(j)) if s.glued(j) else None
        if glued and not cased:
            return float(glued), j + 1
        if s.low(j) == "-" and s.glued(j) and s.glued(j + 1) and s.low(j + 1) in scales:
            j += 1
    while s.low(j) in scales and not s.taken[j]:
        factor, j = factor * float(scales[s.low(j)]), j + 1
    return factor, j


def follows_unit(s: Scan, j: int) -> bool:
    """True if a scale, currency, measure or length of time begins here, so that a number before it is an amount."""
    return s.low(j) in s.lang.unit_words or s.printed(j) in s.maps["cased_measures"] or s.find("unit", j) is not None
