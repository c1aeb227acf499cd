"""Numbers in a run of tokens: digits or words, scale, currency, percent, measure, counted noun, range, rate.

A number that cannot be one (``1.2.3``, ``VF 8``, a telephone number, a footnote mark) is returned as seen but not read, with the
reason, so that nothing a reader sees as a number vanishes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from madein.press.language import Language
from madein.press.model import Quantity, Token
from madein.press.nouns import is_plural, singular_of

_SORTS = {"percent": "percent", "pp": "pp", "index_point": "points", "multiple": "multiple", "ordinal": "ordinal"}
"""Units that words or marks name, and the sort of quantity each makes."""

BARE = frozenset({"", "number", "item"})
"""Units of numbers with which nothing is counted; such a number may take the unit of the next."""

MOST_LENT = 8
"""Numbers in a row that share the unit of the last."""

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
    """
    found: list[Quantity] = []
    unread: list[NotRead] = []
    scanner = _Scanner(text, tokens, lang, taken)
    i = 0
    while i < len(tokens):
        if taken[i]:
            i += 1
            continue
        skip = scanner.web_address(i)
        if skip > i:
            i = skip
            continue
        got = scanner.at(i)
        if isinstance(got, Quantity):
            found.append(got)
            i = got.last
        elif isinstance(got, NotRead):
            unread.append(got)
            i = got.last
        else:
            i += 1
    return found, unread


class _Scanner:
    def __init__(self, text: str, tokens: Sequence[Token], lang: Language, taken: Sequence[bool]) -> None:
        self.text, self.t, self.lang, self.taken = text, tokens, lang, taken
        self.maps, self.lists = lang.maps, lang.lists
        letters = [c for x in tokens[:60] if x.kind == "w" for c in text[x.start : x.end]]
        self.shouting = bool(letters) and sum(c.isupper() for c in letters) > 0.6 * len(letters)

    def low(self, i: int) -> str:
        return self.t[i].low if 0 <= i < len(self.t) else ""

    def glued(self, i: int) -> bool:
        return 0 < i < len(self.t) and self.t[i].glued

    def printed(self, i: int) -> str:
        return self.text[self.t[i].start : self.t[i].end] if 0 <= i < len(self.t) else ""

    def web_address(self, i: int) -> int:
        """Position after a web or mail address that begins here."""
        low = self.low(i)
        if low in ("http", "https", "www") and self.glued(i + 1):
            j = i + 1
            while j < len(self.t) and self.t[j].glued:
                j += 1
            return j
        return i

    def at(self, i: int) -> Quantity | NotRead | None:
        """What begins at a token."""
        currency, j = self.currency_before(i)
        if not currency and self.t[i].kind == "w":
            found = self.multiple(i) or self.fraction(i)
            if found:
                return found
        number = self.literal(j)
        if isinstance(number, NotRead):
            return NotRead(i, number.last, number.why)
        if number is None:
            return None
        if not currency:
            why = self.no_amount(number)
            if why:
                return NotRead(number.first, max(number.last, self.code_end(number), self.phone(number)), why)
        return self.quantity(i, number, currency)

    # -- the bare number

    def literal(self, i: int) -> Literal | NotRead | None:
        if i >= len(self.t) or self.taken[i]:
            return None
        return self.digits(i) if self.t[i].kind == "d" else self.words(i) if self.t[i].kind == "w" else None

    def digits(self, i: int) -> Literal | NotRead:
        """``1,234.5`` in the marks of the language; anything malformed is not read."""
        parts, marks, j = [self.low(i)], [], i + 1
        while j + 1 < len(self.t) and self.low(j) in (".", ",") and self.glued(j) and self.t[j + 1].kind == "d" and self.glued(j + 1):
            marks.append(self.low(j))
            parts.append(self.low(j + 1))
            j += 2
        if sum(map(len, parts)) > MAX_DIGITS:
            return NotRead(i, j, "too long for an amount")
        group, point = self.lang.group, self.lang.decimal
        if point in marks[:-1] or (marks.count(point) and marks[-1] != point):
            return NotRead(i, j, "not written as a number")
        whole, fraction = (parts[:-1], parts[-1]) if marks and marks[-1] == point else (parts, "")
        if any(m == group for m in marks) and (len(whole[0]) > 3 or any(len(p) != 3 for p in whole[1:])):
            return NotRead(i, j, "not written as a number")
        return Literal(i, j, float("".join(whole) + ("." + fraction if fraction else "")), len(fraction), True)

    def words(self, i: int) -> Literal | None:
        """``two``, ``twenty-five``, ``a million``, ``two and a half``."""
        numbers, scales = self.maps["numbers"], self.maps["scales"]
        low = self.low(i)
        if self.is_number_word(i):
            value, j = float(numbers[low]), i + 1
            if value >= 20 and value % 10 == 0 and self.low(j) == "-" and numbers.get(self.low(j + 1), 99) < 10:
                value, j = value + numbers[self.low(j + 1)], j + 2
            value, j = self.composed(value, j)
            half = self.lang.find("and_a_half", self.t, j)
            if half:
                value, j = value + 0.5, half.last
            return Literal(i, j, value, 0, False)
        if low in self.lists["one_article"] and self.low(i + 1) in scales:
            return Literal(i, i + 1, 1.0, 0, False)
        if low in self.lists["half"]:
            j = i + 1 + (self.low(i + 1) in self.lists["half_article"])
            return Literal(i, j, 0.5, 0, False) if self.low(j) in scales else None
        return None

    def is_number_word(self, i: int) -> bool:
        """True for a word that is a number here; one that also means something else needs a unit behind it."""
        low = self.low(i)
        if low not in self.maps["numbers"] or not 0 <= i < len(self.t) or self.taken[i]:
            return False
        if low not in self.lists["weak_numbers"]:
            return True
        return self.low(i - 1) not in self.lists["weak_before"] and (self.follows_unit(i + 1) or self.low(i + 1) in self.maps["singular"])

    def composed(self, value: float, j: int) -> tuple[float, int]:
        """``three hundred and fifty``, ``two thousand five hundred``; a scale with no number after it is left to `scaled`."""
        numbers, scales = self.maps["numbers"], self.maps["scales"]
        total, last = 0.0, float("inf")
        while self.low(j) in scales:
            scale = float(scales[self.low(j)])
            k = j + 1
            if scale == 100 and self.low(k) in self.lists["number_link"] and float(scales.get(self.low(k + 2), 0)) != scale:
                k += 1
            more = self.is_number_word(k) and scale < last
            if scale == 100 and (more or total):
                value, j = value * scale, j + 1
                if more:
                    value, j = value + float(numbers[self.low(k)]), k + 1
            elif more:
                total, value, last, j = total + value * scale, float(numbers[self.low(k)]), scale, k + 1
            elif total and scale < last:
                value, last, j = value * scale, scale, j + 1
            else:
                break
        return total + value, j

    def currency_before(self, i: int) -> tuple[str, int]:
        """Currency that begins here and where its number begins: ``US$``, ``VND``, ``€``."""
        low = self.low(i)
        if low in self.maps["dollar_prefix"] and self.low(i + 1) == "$" and self.glued(i + 1):
            return str(self.maps["dollar_prefix"][low]), i + 2
        code = self.maps["currencies"].get(low)
        if code and (low == "$" or not low.isalpha() or self.printed(i).isupper()) and i + 1 < len(self.t):
            return str(code), i + 1
        return "", i

    # -- what is no amount

    def code_end(self, number: Literal) -> int:
        j = number.last
        while j < len(self.t) and self.t[j].glued and (self.t[j].kind in "wd"):
            j += 1
        return j

    def no_amount(self, n: Literal) -> str:
        """Why a bare number is no amount, '' where it may be one."""
        before, after = n.first - 1, n.last
        if not n.digits:
            return "an expression, not a count" if self.low(n.first) in self.lists["one"] and self.low(after) in self.lists["of"] else ""
        if self.glued(n.first) and self.t[before].kind == "w":
            return "part of a name"
        if (
            self.glued(n.first)
            and self.low(before) == "-"
            and self.glued(before)
            and before > 0
            and self.t[before - 1].kind == "w"
            and not self.follows_unit(after)
        ):
            return "part of a name"
        if self.glued(n.first) and self.low(before) in (".", ",", "/", ":") and before > 0 and self.t[before - 1].kind == "d" and self.glued(before):
            return "part of a code, date or time"
        if (
            self.glued(after)
            and self.low(after) in (":", "/")
            and after + 1 < len(self.t)
            and self.t[after + 1].kind == "d"
            and self.glued(after + 1)
        ):
            return "part of a code, date or time"
        office = self.low(after) == "/" and self.glued(after + 1) and self.t[after + 1].kind == "w" and self.printed(after + 1).isupper()
        if office and not any(self.low(after + 1) in self.maps[x] for x in ("measures", "durations", "singular")):
            return "part of a code, date or time"
        if self.glued(after) and self.t[after].kind == "w" and not self.glued_unit(after):
            return "part of a name"
        if self.low(before) in ("(", "[") and self.low(after) in (")", "]") and n.value < 200 and not n.decimals:
            return "a mark of a note"
        heading = n.first == 0 and self.maps["grammar"]["noun-before"] and n.value < 100 and not n.decimals
        if heading and after < len(self.t) and self.t[after].upper and not self.shouting and self.t[after].kind == "w":
            return "the number of a heading"
        if self.phone(n):
            return "a telephone number or code"
        plain = not n.decimals and not self.follows_unit(after)
        if plain and (self.low(before) in self.lists["code_words"] or (self.low(before) == ":" and self.low(before - 1) in self.lists["code_words"])):
            return "a telephone number or code"
        if plain and before >= 0 and self.low(before) in self.lists["model_words"] and n.value < 1_000_000:
            return "the number of a thing, not a count"
        if plain and before > 0 and self.low(before) in (".", "#", "°") and self.low(before - 1) in self.lists["model_words"]:
            return "the number of a thing, not a count"
        name = self.printed(before)
        acronym = before >= 0 and self.t[before].kind == "w" and name.isupper() and 2 <= len(name) <= 6 and not self.shouting
        if plain and acronym and name.lower() not in self.lists["indicator_acronyms"] and n.value < 10_000:
            return "part of a name"
        return ""

    def glued_unit(self, j: int) -> bool:
        return any(self.low(j) in self.maps[name] for name in ("glued_units", "glued_scales", "measures", "currencies"))

    def follows_unit(self, j: int) -> bool:
        words = ("scales", "currency_words", "currencies", "measures", "durations")
        return any(self.low(j) in self.maps[name] for name in words) or self.lang.find("unit", self.t, j) is not None

    def phone(self, n: Literal) -> int:
        """End of three or more groups of digits parted by spaces, dots or dashes, or of a number after a plus; 0 for none."""
        groups, j = 1, n.last

        def goes_on(k: int) -> bool:
            return self.t[k].kind == "d" or (self.low(k) in ("-", ".") and k + 1 < len(self.t) and self.t[k + 1].kind == "d")

        while j < min(len(self.t), n.last + 12) and goes_on(j):
            groups += self.t[j].kind == "d"
            j += 1
        international = self.low(n.first - 1) == "+" and n.value < 1000 and n.last < len(self.t) and self.t[n.last].kind == "d"
        return j if groups >= 3 or international else 0

    # -- the quantity

    def scaled(self, n: Literal) -> tuple[float, int]:
        """Factor and end of the scale words after a number."""
        factor, j = 1.0, n.last
        glued = self.maps["glued_scales"].get(self.low(j)) if self.glued(j) and n.digits else None
        if glued:
            return float(glued), j + 1
        while j < len(self.t) and not self.taken[j]:
            if self.low(j) not in self.maps["scales"]:
                break
            factor, j = factor * float(self.maps["scales"][self.low(j)]), j + 1
        return factor, j

    def quantity(self, start: int, n: Literal, currency: str) -> Quantity | None:
        factor, j = self.scaled(n)
        half = self.lang.find("and_a_half", self.t, j) if factor > 1 else None
        if half:
            n, j = replace(n, value=n.value + 0.5), half.last
        value, low, high = n.value * factor, None, None
        second = self.range_end(start, n, j, currency)
        if second is not None:
            other, end = second
            scale, end = self.scaled(replace(other, last=end))
            first = n.value * (factor if factor != 1.0 else scale)
            low, high, j, factor = first, other.value * scale, end, scale
            if low > high:
                return None
        unit, sort, end = self.unit(n, j, currency, factor)
        if unit in BARE and n.digits and factor == 1.0 and second is None:
            lent = self.lent(n)
            if lent:
                return Quantity(start, n.last, n.value * lent[0], lent[1], lent[2], after=n.last)
        if not unit:
            return None
        if sort in ("count", "measure", "money"):
            unit, end = self.rate(unit, end)
        if sort == "count":
            end_span = end if unit.count("/") else j
        else:
            end_span = end
        return Quantity(start, end_span, None if low is not None else value, unit, sort, low, high, after=end, plain=factor == 1.0 and not n.decimals)

    def lent(self, n: Literal, depth: int = 0) -> tuple[float, str, str] | None:
        """Scale, unit and sort that ``14 and 17.5 per cent`` lends to its first number."""
        j = n.last + (self.low(n.last) == ",")
        j += self.low(j) in self.lists["and"] and self.low(j) != ","
        other = self.literal(j) if j > n.last else None
        if not isinstance(other, Literal) or not other.digits:
            return None
        factor, end = self.scaled(other)
        unit, sort, _ = self.unit(other, end, "", factor)
        if unit in BARE and depth < MOST_LENT:
            return self.lent(other, depth + 1)
        return (factor, unit, sort) if sort in ("percent", "pp", "money", "measure") else None

    def range_end(self, start: int, n: Literal, j: int, currency: str) -> tuple[Literal, int] | None:
        """The second number of ``4 to 5 per cent``, ``10-15 days``, ``between 3 and 4 million``."""
        k, percent, money = j, self.low(j) == "%", self.low(j) in self.maps["currency_words"] or self.low(j) in self.maps["currencies"]
        if percent or money:
            k += 1
        link = self.low(k)
        rule, _, word = str(self.maps["range_links"].get(link, "never")).partition(" ")
        if rule == "never" or (rule == "after" and self.low(start - 1) != word) or (rule == "not" and self.low(start - 1) == word):
            return None
        k += 1
        other_currency, k = self.currency_before(k)
        if other_currency and not currency:
            return None
        other = self.literal(k)
        if not isinstance(other, Literal) or other.value * 1e3 < n.value:
            return None
        end_factor, end = self.scaled(other)
        if (percent and not self.lang.find("unit", self.t, end)) or (money and self.low(end) != self.low(j)):
            return None
        if not (self.follows_unit(end) or end_factor != 1.0 or currency or link == "-"):
            return None
        return other, other.last

    def unit(self, n: Literal, j: int, currency: str, factor: float) -> tuple[str, str, int]:
        """Unit, sort and end position after the unit."""
        low, maps = self.low(j), self.maps
        if currency:
            return currency, "money", j
        found = self.lang.find("unit", self.t, j)
        name = str(found.tag) if found else str(maps["glued_units"].get(low, "")) if self.glued(j) else ""
        cues = self.lists["multiple_after"]
        occasions = name == "multiple" and cues and not n.decimals and not any(self.low(i) in cues for i in range(n.first - 3, n.first))
        if name in _SORTS and not occasions:
            return name, _SORTS[name], found.last if found else j + 1
        if low in maps["dollar_prefix"] and self.low(j + 1) in self.lists["dollar"]:
            return str(maps["dollar_prefix"][low]), "money", j + 2
        if low in maps["currency_words"]:
            return str(maps["currency_words"][low]), "money", j + 1
        if low in maps["currencies"] and (self.printed(j).isupper() or not low.isalpha()):
            return str(maps["currencies"][low]), "money", j + 1
        if low in maps["measures"] and self.low(j + 1) != "-":
            return str(maps["measures"][low]), "measure", j + 1
        k = j + 1 if low == "-" or low in self.lists["in_a_row"] else j
        if self.low(k) in maps["durations"]:
            return str(maps["durations"][self.low(k)]), "duration", k + 1
        noun, end = self.counted(n, j, factor)
        money = self.maps["bare_scale_money"].get(self.low(j - 1)) if noun == "item" and end == j else None
        return (str(money), "money", j) if money else (noun, "count", end)

    def counted(self, n: Literal, j: int, factor: float) -> tuple[str, int]:
        """The counted noun after a number, in the singular: the first known noun or plural within a few words.

        Where the language has no plural, a noun stands at once behind the number or its classifier, and a noun that no
        list holds counts only after a word such as *have*.
        """
        singular, grammar, k = self.maps["singular"], self.maps["grammar"], j
        plural = bool(grammar["plural"])
        if self.low(j) in self.lists["of"] and self.low(j + 1) in self.lists["of_the"]:
            # "60 of the provinces" counts provinces
            k = j + 2
        while k < min(len(self.t), j + int(grammar["noun-window"])):
            token = self.t[k]
            if token.kind != "w" and token.low not in ("-", "'", "/"):
                break
            if token.low in self.lists["preposition"] or token.low in self.lists["noun_break"]:
                break
            if token.low in singular:
                return str(singular[token.low]), k + 1
            if plural and is_plural(token.low) and token.low not in self.lists["verbs"]:
                return singular_of(token.low), k + 1
            if not plural and token.low not in self.lists["classifier"]:
                break
            k += 1
        if k > j and self.low(j) in self.lists["classifier"]:
            return "item", j + 1
        word = j < len(self.t) and self.t[j].kind == "w" and not self.glued(j)
        named = plural and word and self.t[j].upper and not self.shouting
        counted = word and n.digits and self.low(n.first - 1) in self.lists["counting"]
        if counted and not any(self.low(j) in self.lists[x] for x in ("stop", "verbs", "rise", "fall")):
            return "item", j + 1
        if factor >= 1e3 or (n.digits and (n.decimals or n.value >= 1000)) or (n.digits and named and self.low(j) not in self.lists["stop"]):
            return "item", j
        return ("number", j) if n.digits else ("", j)

    def rate(self, unit: str, end: int) -> tuple[str, int]:
        """``per year``, ``a year``, ``/year``, ``annually``, ``each month``, ``/tonne``, ``/person/month`` after a unit."""
        low, nxt = self.low(end), self.low(end + 1)
        durations, measures, nouns = self.maps["durations"], self.maps["measures"], self.maps["singular"]
        if low in self.lists["per"] and nxt in durations:
            return f"{unit}/{durations[nxt]}", end + 2
        if low == "/" and self.low(end + 2) == "/" and self.low(end + 3) in durations:
            return f"{unit}/{durations[self.low(end + 3)]}", end + 4
        if (low == "/" or low in self.lists["per_measure"]) and (nxt in measures or (low == "/" and nxt in nouns)):
            return f"{unit}/{measures[nxt] if nxt in measures else nouns[nxt]}", end + 2
        if low in self.maps["rate_words"]:
            return f"{unit}/{self.maps['rate_words'][low]}", end + 1
        return unit, end

    def fraction(self, i: int) -> Quantity | None:
        """``a fifth``, ``nine-tenths``, ``half``: shares in percent, where a share or a change is meant and no time of day or year."""
        parts, numbers = self.maps["fractions"], self.maps["numbers"]
        low, n, j = self.low(i), 1.0, i + 1
        if low in numbers and numbers[low] < 20:
            n, j = float(numbers[low]), i + 1 + (self.low(i + 1) == "-")
        elif low not in self.lists["one_article"]:
            n, j = (1.0, i) if low in self.lists["half"] else (0.0, i)
        part = parts.get(self.low(j)) if n else None
        if part is None or not (self.low(j + 1) in self.lists["fraction_after"] or self.low(i - 1) in self.lists["fraction_before"]):
            return None
        compared = self.lang.find("comparison", self.t, j + 1)
        if (self.low(j + 1) in self.maps["durations"] and not compared) or self.low(j + 1) in self.maps["scales"]:
            return None
        return Quantity(i, j + 1, n * float(part), "percent", "percent", after=j + 1)

    def multiple(self, i: int) -> Quantity | None:
        """``tripled``, ``will double the ...``."""
        low = self.low(i)
        value = self.maps["multiples"].get(low)
        if value is None and self.low(i - 1) in self.lists["bare_multiple_after"]:
            value = self.maps["bare_multiples"].get(low)
        return None if value is None else Quantity(i, i + 1, float(value), "multiple", "multiple", after=i + 1)
