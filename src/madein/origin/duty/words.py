"""Spellings of rates: money signs, blanks, months, brackets, brought to one form before they are read."""

from __future__ import annotations

import re

Days = tuple[tuple[tuple[int, int], tuple[int, int]], ...]
"""Ranges of days within a year: (month, day) of the first and the last one, both inside; a range may run over the new year."""

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_TAG = re.compile(r"<[^<>]{0,60}>")
_THOUSANDS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_CENTS = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,6})?) ?¢")
_DOLLARS = re.compile(r"\$ ?([0-9]{1,9}(?:\.[0-9]{1,6})?)")
_EUROS = re.compile(r"(?<=[0-9]) ?€")
_EACH = re.compile(r"(?<=USD) each\b")
_PLAIN_THOUSAND = re.compile(r"(?<=USD)/ ?(1000?)$")
_COMMA = re.compile(r"([0-9]{1,3}),([0-9]{1,2})$")
_RANGE = re.compile(r"([0-9]{1,2}) ?([A-Z]{3,9})? ?- ?([0-9]{1,2}) {0,2}([A-Z]{3,9})$")


def _money(found: re.Match[str]) -> str:
    whole, _, rest = found[1].partition(".")
    digits = whole.rjust(3, "0") + rest
    cut = len(digits) - len(rest) - 2
    return f"{digits[:cut].lstrip('0') or '0'}.{digits[cut:]} USD"


def tidy(text: str) -> str:
    """A rate with one spelling for money, blanks and nothing due.

    Examples
    --------
    >>> tidy("5.5¢/kg"), tidy("$1.25 each + 3% <u></u>"), tidy("52.00 EUR / 1,000 items"), tidy("Entry Prices"), tidy("4,5")
    ('0.055 USD/kg', '1.25 USD/item + 3%', '52.00 EUR / 1000 items', 'EP', '4.5')
    """
    text = _TAG.sub("", text.replace("<sup>", "").replace("\u00a0", " "))
    text = " ".join(text.split())
    if _COMMA.fullmatch(text):
        return text.replace(",", ".")
    text = _THOUSANDS.sub("", text)
    text = _EUROS.sub(" EUR", _DOLLARS.sub(r"\1 USD", _CENTS.sub(_money, text)))
    # "38.4¢/1000": the tariff of the United States leaves the word for things away.
    text = _PLAIN_THOUSAND.sub(r"/\1 items", _EACH.sub("/item", text))
    folded = text.casefold()
    if folded == "free":
        return "0%"
    if folded in ("entry price", "entry prices"):
        return "EP"
    return text


def months(text: str) -> bool:
    """Whether a text names a month, in capitals.

    Examples
    --------
    >>> months("8% (01 NOV - 14 MAY)"), months("8%")
    (True, False)
    """
    return any(month in text for month in _MONTHS)


def season(text: str) -> Days:
    """Ranges of days within a year, as (month, day).

    Raises
    ------
    ValueError
        If a range is not understood.

    Examples
    --------
    >>> season("01 JAN-14 FEB, 16-31 DEC")
    (((1, 1), (2, 14)), ((12, 16), (12, 31)))
    """
    ranges = []
    for piece in text.split(","):
        found = _RANGE.match(piece.strip())
        if found is None:
            raise ValueError(text)
        last = _MONTHS.index(found[4][:3]) + 1
        first = _MONTHS.index(found[2][:3]) + 1 if found[2] else last
        if not (1 <= int(found[1]) <= 31 and 1 <= int(found[3]) <= 31):
            raise ValueError(text)
        ranges.append(((first, int(found[1])), (last, int(found[3]))))
    return tuple(ranges)


def join_season(days: Days) -> str:
    """Ranges of days as a tariff prints them.

    Examples
    --------
    >>> join_season((((11, 1), (5, 14)),))
    '01 NOV-14 MAY'
    """
    return ", ".join(f"{a[1]:02d} {_MONTHS[a[0] - 1]}-{b[1]:02d} {_MONTHS[b[0] - 1]}" for a, b in days)
