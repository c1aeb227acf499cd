"""What a column header of a statistical release says: period, comparison, status, kind of number.

``Ước tính tháng 7 năm 2024``, ``7 tháng năm 2024 so với cùng kỳ năm trước (%)``, ``Thực hiện quý I năm 2024``. The words are
data (``headers.yaml``); the order in which they may stand is here. A header is understood whole or not at all: a word that no
rule knows makes it unread, because it may turn the meaning of the column.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from importlib import resources
from typing import Literal

from madein.core.period_labels import fold
from madein.core.periods import Period

Span = Literal["month", "quarter", "year", "ytd"]
"""What an observation covers: a month, a quarter, a year, or the months since January."""

SPANS: tuple[Span, ...] = ("month", "quarter", "year", "ytd")

LONGEST = 200
"""Headers longer than this are prose."""

_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_GROUPS = {
    "m": r"(?P<m>0?[1-9]|1[0-2])", "y": r"(?P<y>(?:19|20)[0-9]{2})", "n": r"(?P<n>0?[1-9]|1[0-2])",
    "q": r"(?P<q>[1-4]|iv|i{1,3})", "d": r"(?P<d>[0-3]?[0-9])",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says; what it leaves open is empty.

    Parameters
    ----------
    span : {"", "month", "quarter", "year", "ytd"}
        What a number below it covers.
    month : int
        Number of the last month covered (`madein.core.periods.month_number`); -1 where no period is said.
    growth : str
        Empty for a level; else mom, qoq, yoy or ytd_yoy.
    status : str
        official, estimate, preliminary or empty.
    kind : str
        quantity, value or empty.
    group : str
        labour, sales, stocks or empty: which index of a table of several.
    ahead : bool
        True where the comparison stood before the period and so holds for the columns to the right as well.
    cumulative : bool
        True where a word says that months are added up.
    """

    span: Span | Literal[""] = ""
    month: int = -1
    growth: str = ""
    status: str = ""
    kind: str = ""
    group: str = ""
    ahead: bool = False
    cumulative: bool = False

    @property
    def period(self) -> Period:
        """The stretch a number below it covers.

        Raises
        ------
        ValueError
            If the header says no period.
        """
        if not self.span:
            raise ValueError("the header says no period")
        return period_of(self.span, self.month)


def period_of(span: Span | str, month: int) -> Period:
    """The stretch that ends with a month.

    Examples
    --------
    >>> str(period_of("ytd", 2024 * 12 + 6)), str(period_of("quarter", 2024 * 12 + 5))
    ('2024-01..2024-07', '2024-Q2')
    """
    first = {"month": month, "quarter": month - 2, "year": month - 11, "ytd": month - month % 12}[span]
    return Period.months(first, month)


@functools.cache
def _rules() -> tuple[dict[str, list[tuple[str, str]]], dict[str, tuple[re.Pattern[str], ...]]]:
    """Words by role, each with what it stands for and longest first, and patterns by span."""
    import yaml

    data = yaml.safe_load(resources.files("madein.indices.releases").joinpath("headers.yaml").read_text("utf-8"))
    words: dict[str, list[tuple[str, str]]] = {}
    for role in ("status", "kind", "group"):
        words[role] = [(word, name) for name, listed in data[role].items() for word in listed]
    for role in ("noise", "cumulative", "against", "same_period", "year_before", "month_before", "quarter_before"):
        words[role] = [(word, role) for word in data[role]]
    for listed in words.values():
        listed.sort(key=lambda pair: (-len(pair[0]), pair[0]))
    spans = ("point", "month", "to_date", "quarter", "year", "bare_month", "bare_year")
    return words, {span: tuple(re.compile(p.format(**_GROUPS)) for p in data[span]) for span in spans}


@functools.lru_cache(maxsize=16_384)
def read_header(text: str) -> Header | None:
    """Read one header, or None where a part of it is not understood.

    Raises nothing: a header of a stray working column is simply None.

    Examples
    --------
    >>> h = read_header("7 tháng năm 2024 so với cùng kỳ năm trước (%) Lượng")
    >>> str(h.period), h.growth, h.kind
    ('2024-01..2024-07', 'ytd_yoy', 'quantity')
    >>> h = read_header("Ước tính tháng 7 năm 2024")
    >>> str(h.period), h.growth, h.status
    ('2024-07', '', 'estimate')
    >>> read_header("tht2-utt2") is None
    True
    """
    if not text or len(text) > LONGEST:
        return None
    words, _ = _rules()
    said = re.sub(r"[%()\"⁽⁾*:;,.]", " ", fold(text))
    said = " ".join(said.split())
    for word, _role in words["noise"]:
        said = _without(said, word)
    found = Header()
    said, group = _leading(said, words["group"])
    said, kind = _trailing(said, words["kind"])
    found = replace(found, group=group, kind=kind)
    # The comparison ahead of the period: "So voi cung ky nam truoc: thang 9 nam 2018".
    said, ahead = _comparison_ahead(said)
    said, cumulative = _leading(said, words["cumulative"])
    said, status = _leading(said, words["status"])
    if not cumulative:
        said, cumulative = _leading(said, words["cumulative"])
    found = replace(found, status=status, cumulative=bool(cumulative), ahead=bool(ahead))
    if not said:
        return found if group or kind or status or ahead else None
    said, span, month = _period(said)
    if not span:
        return None
    found = replace(found, span=span, month=month)
    if ahead:
        return replace(found, growth=_typed(span, ahead)) if not said else None
    if not said:
        return found
    growth = _growth(said, span, month)
    return replace(found, growth=growth) if growth else None


def read_headers(texts: Sequence[str], *, one_group: str = "") -> list[Header | None]:
    """Read the headers of a table together: what is merged over several columns stands in the first of them only.

    Quantity and value of one period share it; a comparison ahead of its period, and the name of an index, hold for the
    columns to their right until another one is said.

    Parameters
    ----------
    texts : sequence of str
        Headers from left to right, empty for a column without one.
    one_group : str
        Name of the index that all columns speak of, where no header says it.

    Returns
    -------
    list of Header or None
        None for a column that is not understood. A column that still says no period is None too.

    Examples
    --------
    >>> both = read_headers(["Sơ bộ tháng 9 năm 2024 Lượng", "Nghìn tấn; Triệu USD Trị giá"])
    >>> [(str(h.period), h.status, h.kind) for h in both]
    [('2024-09', 'preliminary', 'quantity'), ('2024-09', 'preliminary', 'value')]
    """
    out: list[Header | None] = []
    comparison, group = "", one_group
    last: Header | None = None
    for text in texts:
        found = read_header(text)
        if found is None:
            out.append(None)
            continue
        group = found.group or group
        if found.ahead:
            comparison = found.growth or comparison
        elif found.group:
            comparison = ""
        if not found.span and found.kind == "value" and last is not None and last.kind == "quantity":
            found = replace(last, kind="value")
        elif found.span and not found.growth and comparison and not found.cumulative:
            found = replace(found, growth=_typed(found.span, "yoy"))
        if found.span:
            last = found
            out.append(replace(found, group=group))
        else:
            out.append(None)
    return out


def _without(said: str, word: str) -> str:
    return " ".join(re.sub(rf"(?<![a-z]){re.escape(word)}(?![a-z])", " ", said).split())


def _leading(said: str, words: Iterable[tuple[str, str]]) -> tuple[str, str]:
    for word, name in words:
        if said == word or said.startswith(word + " "):
            return said[len(word) :].strip(), name
    return said, ""


def _trailing(said: str, words: Iterable[tuple[str, str]]) -> tuple[str, str]:
    for word, name in words:
        if said == word or said.endswith(" " + word):
            return said[: len(said) - len(word)].strip(), name
    return said, ""


def _comparison_ahead(said: str) -> tuple[str, str]:
    words, _ = _rules()
    rest, against = _leading(said, words["against"])
    if not against:
        return said, ""
    rest, same = _leading(rest, words["same_period"])
    rest, before = _leading(rest, words["year_before"])
    return (rest, "yoy") if same and before else (said, "")


def _period(said: str) -> tuple[str, Span | Literal[""], int]:
    """The period a text begins with, what is left of the text, and the number of its last month."""
    _, patterns = _rules()
    for name in ("point", "month", "to_date", "quarter", "year"):
        for pattern in patterns[name]:
            found = pattern.match(said)
            if not found or (found.end() < len(said) and said[found.end()].isalnum()):
                continue
            parts = {k: v for k, v in found.groupdict().items() if v}
            year = int(parts["y"])
            if name == "quarter":
                q = _ROMAN.get(parts["q"]) or int(parts["q"])
                span, month = "quarter", 3 * q
            elif name == "year":
                span, month = "year", 12
            elif name == "to_date":
                span, month = "ytd", int(parts["n"])
            else:
                span, month = "month", int(parts["m"])
            return said[found.end() :].strip(), span, year * 12 + month - 1  # type: ignore[return-value]
    return said, "", -1


def _typed(span: str, growth: str) -> str:
    return "ytd_yoy" if growth == "yoy" and span == "ytd" else growth


def _growth(said: str, span: Span, month: int) -> str:
    """The type of growth that the rest of a header, from "so voi" on, says; empty where it is not understood."""
    words, patterns = _rules()
    # "Thang 5 nam 2013 thang 5 so voi nam 2012": the month once more.
    for pattern in patterns["bare_month"]:
        again = pattern.match(said)
        if again and int(again["m"]) == month % 12 + 1:
            said = said[again.end() :].strip()
    said, against = _leading(said, words["against"])
    if not against:
        return ""
    said, _ = _leading(said, words["same_period"])
    for role, growth in (("year_before", "yoy"), ("month_before", "mom"), ("quarter_before", "qoq")):
        rest, hit = _leading(said, words[role])
        if hit and not rest:
            if growth == "mom":
                return "mom" if span == "month" else ""
            if growth == "qoq":
                return "qoq" if span == "quarter" else ""
            return _typed(span, "yoy")
    for pattern in patterns["bare_year"]:
        year = pattern.fullmatch(said)
        if year:
            return _typed(span, "yoy") if int(year["y"]) == month // 12 - 1 else ""
    rest, base, at = _period(said)
    if rest or not base:
        return ""
    if base == "year" and at == month - 12 - (month % 12) + 11:
        return _typed(span, "yoy")
    if base != span:
        return ""
    if at == month - 12:
        return _typed(span, "yoy")
    return "mom" if span == "month" and at == month - 1 else ""
