"""Period labels as tables print them, in English and Vietnamese, read into `Period`.

``Jul 2024``, ``2024M7``, ``07/2024``, ``Tháng 7 năm 2024``, ``T7/2024``, ``Quý III/2024``, ``Năm 2024``.
A label may also hold only a month or only a year, the other half standing in a merged header above it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from madein.core.periods import MONTHS, Period

_FIRST, _LAST = 1800, 2199
"""Years outside are codes or numbers, not periods."""

_LONGEST = 48
"""Labels longer than this are prose, not periods; it also bounds every pattern below."""

_VI_MONTHS = ("mot", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "muoi mot", "muoi hai")
_MONTH_NAMES = {
    **{m.lower(): i for i, m in enumerate(MONTHS, 1)},
    **{m[:3].lower(): i for i, m in enumerate(MONTHS, 1)},
    "sept": 9,
    **{f"thang {m}": i for i, m in enumerate(_VI_MONTHS, 1)},
    "thang gieng": 1,
    "thang chap": 12,
    "thang muoi hai": 12,
}
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}

_Y = r"(?P<y>(?:1[89]|20|21)[0-9]{2})"
_M = r"(?P<m>0?[1-9]|1[0-2])"
_NAME = "(?P<name>" + "|".join(sorted(_MONTH_NAMES, key=len, reverse=True)) + r")\.?"
_THANG = r"(?:thang|thg|th|t)\.? ?"
_SEP = r"(?: ?[-/.,] ?| )"
_NAM = r"(?: ?[-/.,] ?| nam | )"

_PATTERNS = tuple(
    re.compile(p)
    for p in (
        rf"{_Y}[-/]{_M}",
        # Not 2024.1: a spreadsheet that took 2024.10 for a number prints October so.
        rf"{_Y}\.(?P<mm>0[1-9]|1[0-2]|[2-9])",
        rf"{_Y} ?m(?:onth)? ?{_M}",
        rf"{_Y}(?P<mm>0[1-9]|1[0-2])",
        rf"m?{_M}[-/.]{_Y}",
        rf"m ?{_M}{_SEP}{_Y}",
        rf"{_NAME}{_SEP}?{_Y}",
        rf"{_NAME}{_SEP}(?P<yy>[0-9]{{2}})",
        rf"{_Y}{_SEP}?{_NAME}",
        rf"{_NAME} nam {_Y}",
        rf"{_THANG}{_M}{_NAM}{_Y}",
        rf"{_Y}{_SEP}{_THANG}{_M}",
        rf"{_Y}{_SEP}?q(?:uarter)? ?(?P<q>[1-4])",
        rf"q(?:uarter)? ?(?P<q>[1-4]){_SEP}?{_Y}",
        rf"quy ?(?P<q>[1-4]|i{{1,3}}|iv){_NAM}{_Y}",
    )
)
_YEAR_INSIDE = re.compile(_Y)
_MONTH_ALONE = re.compile(rf"{_THANG}{_M}|m ?{_M.replace('?P<m>', '?P<m2>')}|{_NAME}")
_YEAR_ALONE = re.compile(rf"(?:nam |year )?{_Y}(?: ?\(?(?:\*{{1,3}}|[a-z]|est|prel?|prov|rev|sb|uoc)\.?\)?)?")
_NUMBER_ALONE = re.compile(_M)
_DAY = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")


def fold(text: str) -> str:
    """Lower case, without Vietnamese marks, single spaces: what headers are compared by.

    Examples
    --------
    >>> fold("  Tháng  7 năm 2024 "), fold("Đơn vị tính")
    ('thang 7 nam 2024', 'don vi tinh')
    """
    marks = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return " ".join("".join(c for c in marks if not unicodedata.combining(c)).lower().split())


def _short(text: str) -> str | None:
    return None if len(text) > _LONGEST else fold(text)


def read_period(text: str) -> Period | None:
    """The period a label names, or None where it names none or only half of one.

    Examples
    --------
    >>> for label in ("2024M7", "Jul-24", "Tháng 7/2024", "T7 2024", "Quý III/2024", "Năm 2024", "July"):
    ...     print(read_period(label))
    2024-07
    2024-07
    2024-07
    2024-07
    2024-Q3
    2024
    None
    """
    label = _short(text)
    # Every pattern below holds a year or, short of its century, a month's name first.
    if not label or not (_YEAR_INSIDE.search(label) or label[0].isalpha()):
        return None
    try:
        period = Period.parse(label.upper())
    except ValueError:
        pass
    else:
        return period if period.first.year >= _FIRST and period.last.year <= _LAST else None
    for pattern in _PATTERNS:
        found = pattern.fullmatch(label)
        if found:
            return _build(found)
    year = read_year(text)
    return Period.year(year) if year else None


def _build(found: re.Match[str]) -> Period:
    parts = {k: v for k, v in found.groupdict().items() if v}
    if "yy" in parts:
        year = 2000 + int(parts["yy"]) if int(parts["yy"]) < 70 else 1900 + int(parts["yy"])
    else:
        year = int(parts["y"])
    if "q" in parts:
        q = parts["q"]
        return Period.quarter(year, _ROMAN.get(q) or int(q))
    name = parts.get("name")
    return Period.month(year, _MONTH_NAMES[name] if name else int(parts.get("m") or parts["mm"]))


def read_month(text: str) -> int | None:
    """The month, 1 to 12, that a label without a year names.

    Examples
    --------
    >>> read_month("Tháng 12"), read_month("Feb"), read_month("T3"), read_month("2024")
    (12, 2, 3, None)
    """
    label = _short(text)
    found = _MONTH_ALONE.fullmatch(label) if label else None
    if not found:
        return None
    number = found["m"] or found["m2"]
    return int(number) if number else _MONTH_NAMES[found["name"]]


def read_year(text: str) -> int | None:
    """The year that a label without a month names; a short footnote mark after it is dropped.

    Examples
    --------
    >>> read_year("Năm 2024"), read_year("2023 (p)"), read_year("T7/2024")
    (2024, 2023, None)
    """
    label = _short(text)
    found = _YEAR_ALONE.fullmatch(label) if label else None
    return int(found["y"]) if found else None


def read_month_number(text: str) -> int | None:
    """The month that a plain number, ``7`` or ``07``, stands for in a column or row of months.

    Examples
    --------
    >>> read_month_number("07"), read_month_number("12"), read_month_number("13"), read_month_number("\u00b2")
    (7, 12, None, None)
    """
    found = _NUMBER_ALONE.fullmatch(text.strip())
    return int(found[0]) if found else None


def read_day_column(labels: Iterable[str]) -> dict[str, Period]:
    """Months by date label, ``01/07/2024``, where one reading makes all dates of a column month starts or ends.

    Day-first and month-first are both tried; if neither or both would do, none is read: the order is not guessed.
    Labels that are no such dates are left out.

    Examples
    --------
    >>> {k: str(p) for k, p in read_day_column(["Total", "01/07/2024", "01/08/2024"]).items()}
    {'01/07/2024': '2024-07', '01/08/2024': '2024-08'}
    >>> read_day_column(["07/01/2024", "13/02/2024"])
    {}
    """
    dates = {x: (int(f[1]), int(f[2]), int(f[3])) for x in labels if len(x) <= _LONGEST and (f := _DAY.fullmatch(x.strip()))}
    readings = []
    for order in ((0, 1), (1, 0)):
        months = {x: m for x, d in dates.items() if (m := _edge_month(d[order[0]], d[order[1]], d[2]))}
        if len(set(months.values())) == len(dates):
            readings.append(months)
    return readings[0] if readings and readings[0] == readings[-1] else {}


def _edge_month(day: int, month: int, year: int) -> Period | None:
    if not (1 <= month <= 12 and _FIRST <= year <= _LAST):
        return None
    period = Period.month(year, month)
    return period if day in (1, period.last.day) else None
