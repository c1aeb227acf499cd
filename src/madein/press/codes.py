"""What looks like a number and is no amount: telephone numbers, codes, dates and times of day, names, marks of notes."""

from __future__ import annotations

from collections.abc import Callable

from madein.press.literals import Literal, Scan, follows_unit
from madein.press.nouns import is_plural

_CODE = "part of a code, date or time"
_NAME = "part of a name"
_PHONE = "a telephone number or code"
_THING = "the number of a thing, not a count"
_WEB = frozenset({"http", "https", "www"})


def web_address(s: Scan, i: int) -> int:
    """Position behind a web address that begins here, the position itself for none."""
    if s.low(i) not in _WEB or not s.glued(i + 1):
        return i
    j = i + 1
    # A word of several ("Ba Lan" in Vietnamese) may begin inside the address and end behind the space that ends it.
    while s.glued(j) and len(s.text[s.tokens[j].start : s.tokens[j].end].split()) < 2:
        j += 1
    return j


def code_end(s: Scan, n: Literal) -> int:
    """End of the letters and digits that go on without a space behind a number."""
    j = n.last
    while s.glued(j) and s.kind(j) in ("w", "d"):
        j += 1
    return j


def phone_end(s: Scan, n: Literal) -> int:
    """End of three or more groups of digits parted by spaces, dots or dashes, or of a number after a plus; 0 for none."""
    groups, j = 1, n.last
    area = s.low(n.first - 1) == "(" and s.low(j) == ")" and s.low(n.first)[:1] == "0" and len(s.low(n.first)) > 2
    j += area  # "(024) 3734 8219"
    while j < min(len(s), n.last + 12) and (s.kind(j) == "d" or (s.low(j) in ("-", ".") and s.kind(j + 1) == "d")):
        groups += s.kind(j) == "d"
        j += 1
    international = s.low(n.first - 1) == "+" and n.value < 1000 and s.kind(n.last) == "d"
    if follows_unit(s, j) and not (international or area):
        return 0  # "6-6.5%"
    split = groups == 2 and len(s.low(n.first)) > 3 and len(s.low(n.first + 1)) >= 3
    return j if groups >= 3 or international or area or split else 0


def no_amount(s: Scan, n: Literal) -> str:
    """Why a bare number is no amount, '' where it may be one.

    Examples
    --------
    >>> from madein.press.language import language
    >>> from madein.press.literals import literal
    >>> from madein.press.tokens import tokenize
    >>> def why(said, i):
    ...     scan = Scan(said, tokenize(said), language("en"), [False] * 20)
    ...     return no_amount(scan, literal(scan, i))
    >>> why("Call 024 3942 1234", 1), why("the report [12]", 3), why("Decree 15", 1), why("15 mills", 0)
    ('part of a code, date or time', 'a mark of a note', 'the number of a thing, not a count', '')
    """
    if not n.digits:
        return "an expression, not a count" if s.isin(n.first, "one") and s.isin(n.last, "of") else ""
    return next((why for rule, why in _RULES if rule(s, n)), "")


# -- the rules, in the order in which they are asked


def _leading_zero(s: Scan, n: Literal) -> bool:
    return len(s.low(n.first)) > 1 and s.low(n.first)[0] == "0" and not n.decimals


def _behind_letters(s: Scan, n: Literal) -> bool:
    return s.glued(n.first) and s.kind(n.first - 1) == "w"


def _hyphenated(s: Scan, n: Literal) -> bool:
    """``Covid-19``; "half-5-percent" has a unit and is none."""
    joined = s.glued(n.first) and s.low(n.first - 1) == "-" and s.glued(n.first - 1)
    return joined and s.kind(n.first - 2) == "w" and not follows_unit(s, n.last)


def _behind_digits(s: Scan, n: Literal) -> bool:
    mark = n.first - 1
    return s.glued(n.first) and s.low(mark) in (".", ",", "/", ":") and s.glued(mark) and s.kind(mark - 1) == "d"


def _before_digits(s: Scan, n: Literal) -> bool:
    return s.glued(n.last) and s.low(n.last) in (":", "/") and s.kind(n.last + 1) == "d" and s.glued(n.last + 1)


def _number_of_an_office(s: Scan, n: Literal) -> bool:
    """``15/QD-TTg``; not ``15/MW``."""
    word = n.last + 1
    office = s.low(n.last) == "/" and s.glued(word) and s.kind(word) == "w" and s.printed(word).isupper()
    return office and not any(s.low(word) in s.maps[name] for name in ("measures", "durations", "singular"))


def _before_letters(s: Scan, n: Literal) -> bool:
    """``5G``; ``5kg`` has a unit."""
    return s.glued(n.last) and s.kind(n.last) == "w" and not _glued_unit(s, n.last)


def _glued_unit(s: Scan, j: int) -> bool:
    names = ("glued_units", "glued_scales", "measures", "currencies")
    return s.printed(j) in s.maps["cased_measures"] or any(s.low(j) in s.maps[name] for name in names) or s.find("measure", j) is not None


def _mark_of_a_note(s: Scan, n: Literal) -> bool:
    return s.low(n.first - 1) in ("(", "[") and s.low(n.last) in (")", "]") and n.value < 200 and not n.decimals


def _heading(s: Scan, n: Literal) -> bool:
    """``2. Xuất khẩu``: where a noun stands at once behind its number, one with a capital at the beginning is a heading."""
    small = n.first == 0 and s.lang.grammar.noun_before and n.value < 100 and not n.decimals
    return small and s.upper(n.last) and s.kind(n.last) == "w" and not s.shouting


def _phone(s: Scan, n: Literal) -> bool:
    return phone_end(s, n) > 0


def _plain(s: Scan, n: Literal) -> bool:
    return not n.decimals and not follows_unit(s, n.last)


def _called(s: Scan, n: Literal) -> bool:
    """``hotline: 1900``."""
    word = n.first - 2 if s.low(n.first - 1) == ":" else n.first - 1
    return s.isin(word, "code_words") and _plain(s, n)


def _plan(s: Scan, n: Literal) -> bool:
    """``Vision 2045``, the year in the name of a plan; not "Programme 12 countries joined"."""
    named = n.first > 1 and s.isin(n.first - 1, "named_plan") and s.upper(n.first - 1) and not s.shouting
    return named and n.value < 10_000 and _plain(s, n) and not is_plural(s.low(n.last))


def _model(s: Scan, n: Literal) -> bool:
    """``Article 15``, ``Terminal 3``."""
    return s.isin(n.first - 1, "model_words") and n.value < 1_000_000 and not follows_unit(s, n.last)


def _numbered(s: Scan, n: Literal) -> bool:
    """``No. 15``, ``Lot #4``."""
    return s.low(n.first - 1) in (".", "#", "°") and s.isin(n.first - 2, "model_words") and _plain(s, n)


def _acronym(s: Scan, n: Literal) -> bool:
    """``VF 8``; not ``PMI 51``, nor any word of a sentence in capitals."""
    name = s.printed(n.first - 1)
    short = 1 if s.low(n.first - 2) == "&" else 2
    acronym = s.kind(n.first - 1) == "w" and name.isupper() and short <= len(name) <= 6 and not s.shouting
    return acronym and not s.isin(n.first - 1, "indicator_acronyms") and n.value < 100_000 and _plain(s, n)


_RULES: tuple[tuple[Callable[[Scan, Literal], bool], str], ...] = (
    (_leading_zero, _CODE),
    (_behind_letters, _NAME),
    (_hyphenated, _NAME),
    (_behind_digits, _CODE),
    (_before_digits, _CODE),
    (_number_of_an_office, _CODE),
    (_before_letters, _NAME),
    (_mark_of_a_note, "a mark of a note"),
    (_heading, "the number of a heading"),
    (_phone, _PHONE),
    (_called, _PHONE),
    (_plan, _THING),
    (_model, _THING),
    (_numbered, _THING),
    (_acronym, _NAME),
)
