"""Units as texts with one spelling, scale words resolved, and numbers printed no finer than they are known.

A unit is ``percent``, ``pp``, ``multiple``, an ISO 4217 code, an SI or counted noun in the singular, each optionally
``/noun`` (``vehicle/year``), ``index (2015=100)``, ``index_point``, ``ordinal``, ``top_n``, ``date``, or ``number``.
"""

from __future__ import annotations

import functools
import math
import re
from importlib import resources

from madein.core.period_labels import fold

_INDEX = re.compile(r"index(?: \([^()]{1,30}\))?")
_NOUN = re.compile(r"[a-z][a-z_ -]{0,30}[a-z]|TEU")
_BASE = re.compile(r"\(?((?:19|20)[0-9]{2}) ?= ?100(?:[.,]0+)?(?![0-9]|[.,][0-9])\)?")

MINUS = "\N{MINUS SIGN}"
NARROW = "\N{NO-BREAK SPACE}"


@functools.cache
def _words() -> tuple[dict[str, float], dict[str, str], frozenset[str]]:
    import yaml

    data = yaml.safe_load(resources.files("madein.core").joinpath("units.yaml").read_text("utf-8"))
    return (
        {str(k): float(v) for k, v in data["scales"].items()},
        {str(k): str(v) for k, v in data["names"].items()},
        frozenset(data["currencies"].split()),
    )


def is_money(unit: str) -> bool:
    """True for an ISO 4217 code, alone or per something.

    Examples
    --------
    >>> is_money("USD"), is_money("USD/month"), is_money("vehicle"), is_money("TEU")
    (True, True, False, False)
    """
    return unit.partition("/")[0] in _words()[2]


def unit_kind(unit: str) -> str:
    """'percent', 'money', 'index', 'count', or the unit itself where it is a class of its own.

    Raises
    ------
    ValueError
        If the text is no unit of the house.

    Examples
    --------
    >>> [unit_kind(u) for u in ("percent", "USD", "index (2015=100)", "vehicle/year")]
    ['percent', 'money', 'index', 'count']
    """
    head, slash, per = unit.partition("/")
    if unit in ("percent", "pp", "multiple", "index_point", "ordinal", "top_n", "date", "number"):
        return "percent" if unit in ("percent", "pp") else unit
    if slash and not _NOUN.fullmatch(per):
        raise ValueError(f"{unit!r} is no unit: write a singular noun after the slash")
    if is_money(head):
        return "money"
    if _INDEX.fullmatch(unit):
        return "index"
    if _NOUN.fullmatch(head):
        return "count"
    raise ValueError(f"{unit!r} is no unit: write percent, USD, index (2015=100), tonne, vehicle/year ...")


def parse_unit(text: str) -> tuple[float, str]:
    """Scale and unit of a printed unit; the scale times the printed number is the value in the unit.

    A scale word alone, such as "million", scales plain numbers.

    Raises
    ------
    ValueError
        If a word is neither a scale, a name nor a unit.

    Examples
    --------
    >>> parse_unit("Triệu USD"), parse_unit("nghìn tỷ đồng"), parse_unit("1000 tonnes"), parse_unit("2015=100")
    ((1000000.0, 'USD'), (1000000000000.0, 'VND'), (1000.0, 'tonne'), (1.0, 'index (2015=100)'))
    """
    scales, names, currencies = _words()
    base = _BASE.search(text[:60])
    if base and fold(text[: base.start()]).rstrip(" (,:") in ("", "index", "chi so"):
        return 1.0, f"index ({base[1]}=100)"
    head, slash, per = text[:60].partition("/")
    words = fold(head).replace("us $", "us$").split()
    scale = 1.0
    while words:
        if " ".join(words[:2]) in scales:
            scale, words = scale * scales[" ".join(words[:2])], words[2:]
        elif words[0] in scales:
            scale, words = scale * scales[words[0]], words[1:]
        else:
            break
    # "phần trăm" is percent, though "trăm" alone is a hundred.
    while len(words) > 1 and words[-1] in scales and " ".join(words) not in names:
        scale, words = scale * scales[words[-1]], words[:-1]
    noun = " ".join(words) or ("number" if scale != 1.0 and not slash else "")
    # Only capitals tell a currency from a noun: TRY is money, a try is not.
    code = next((word for word in head.split() if word in currencies and fold(word) == noun), "")
    unit = names.get(noun) or code or noun
    if slash:
        unit += "/" + names.get(fold(per), fold(per))
    unit_kind(unit)
    return scale, unit


def names_unit(text: str) -> bool:
    """True if a text is a unit this package knows by name, and not any noun in brackets.

    Examples
    --------
    >>> names_unit("million USD"), names_unit("nghìn tấn"), names_unit("FOB"), names_unit("C26")
    (True, True, False, False)
    """
    try:
        scale, unit = parse_unit(text)
    except ValueError:
        return False
    return scale != 1.0 or unit_kind(unit) != "count" or unit.partition("/")[0] in _words()[1].values()


def known_decimals(low: float | None, high: float | None, most: int) -> int:
    """Decimals that an interval warrants: the last one printed is at least as coarse as the interval is wide.

    Examples
    --------
    >>> known_decimals(11.21, 11.25, 3), known_decimals(169.895, 169.905, 3), known_decimals(None, None, 1)
    (1, 2, 1)
    """
    if low is None or high is None or not math.isfinite(high - low):
        return most
    if high <= low:
        return most
    return max(0, min(most, math.floor(-math.log10(high - low) + 1e-6)))


def format_value(value: float, unit: str, low: float | None = None, high: float | None = None) -> str:
    """A number with its unit for a reader, no finer than its interval warrants.

    Examples
    --------
    >>> format_value(-6.8012, "percent", -6.83, -6.77).replace("\\xa0", " ")
    '−6.8 %'
    >>> format_value(405_531.74e6, "USD").replace("\\xa0", " ")
    '405.5 billion USD'
    >>> format_value(169.9, "index (2015=100)", 169.895, 169.905)
    '169.90'
    """
    kind = unit_kind(unit)
    if kind == "percent":
        return f"{_signed(value, known_decimals(low, high, 1))}{NARROW}{'%' if unit == 'percent' else 'pp'}"
    if kind in ("index", "index_point"):
        return _signed(value, known_decimals(low, high, 2))
    if kind in ("ordinal", "top_n"):
        return f"{'top ' if kind == 'top_n' else ''}{_signed(value, 0)}"
    scale, word = _scale_word(value) if kind == "money" or abs(value) >= 1e6 else (1.0, "")
    shown = value / scale
    most = max(0, 3 - math.floor(math.log10(abs(shown)))) if shown else 0
    if abs(shown) < 1e4 and shown == round(shown) and not word:
        most = 0
    decimals = min(most, 4) if low is None or high is None else known_decimals(low / scale, high / scale, min(most, 4))
    noun = "" if unit == "number" else NARROW + plural(unit, value)
    return f"{_signed(shown, decimals)}{NARROW + word if word else ''}{noun}"


def _signed(value: float, decimals: int) -> str:
    text = f"{abs(round(value, decimals)):,.{decimals}f}"
    return MINUS + text if value < 0 and any(c in "123456789" for c in text) else text


def _scale_word(value: float) -> tuple[float, str]:
    for scale, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= scale:
            return scale, word
    return 1.0, ""


def plural(unit: str, value: float) -> str:
    """The unit as it stands after a number; codes stay, nouns take their plural.

    Examples
    --------
    >>> plural("vehicle/year", 2), plural("company", 3), plural("USD", 3), plural("day", 1)
    ('vehicles/year', 'companies', 'USD', 'day')
    """
    head, slash, per = unit.partition("/")
    if is_money(unit) or abs(value) == 1 or head in ("percent", "number"):
        return unit
    if head == "person":
        head = "people"
    elif head.endswith("y") and head[-2:-1] not in "aeiou":
        head = head[:-1] + "ies"
    elif head.endswith(("s", "x", "ch", "sh")):
        head += "es"
    else:
        head += "s"
    return head + slash + per
