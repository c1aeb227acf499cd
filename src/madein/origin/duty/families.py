"""Families of published tariffs: rows with a rate, with a staging category, with a column per year, or lines of a tree.

Each function takes a layout of ``layouts.yaml`` and the rows of a file, and gives lines of the common table. A rate that is not understood
stays as a line that says so (``? text``) and is told; a row without a rate of its own is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from madein.core.errors import MadeinError, Problem
from madein.origin.duty.rate import LONGEST, Rate, parse_rate
from madein.origin.duty.staging import Dated, applies, article, stage
from madein.origin.duty.table import ALL, TariffLine

Row = tuple[int, Mapping[str, str]]
"""Row number in the file, and its cells by folded heading."""

_GIVE = "give the rate yourself where a product needs it"
_WORDS = 100
"""Length to which the description of a part of a code is kept."""
_DIGITS = re.compile(r"[0-9]+")


@dataclass
class Reading:
    """What a reader has found so far.

    ``rows`` are those of the file behind its header; ``silent`` those that carry no rate of their own (headings of a tree, splits
    for statistics); ``unread`` are told texts.
    """

    label: str
    lines: list[TariffLine] = field(default_factory=list)
    unread: list[Problem] = field(default_factory=list)
    rows: int = 0
    silent: int = 0

    def tell(self, what: str, row: int, column: str, why: str = "", fix: str = "") -> None:
        """Note what could not be read, without stopping."""
        self.unread.append(Problem(what, f"{self.label} row {row} column {column}", why, fix, "warning"))

    def rate(self, text: str, bare: bool, row: int, column: str) -> Rate | None:
        """A rate, or None after telling that it is not understood."""
        try:
            return parse_rate(text.strip(), bare)
        except MadeinError as fault:
            self.tell(fault.problems[0].what, row, column, fix=_GIVE)
            return None


def code_of(text: str) -> str | None:
    """Digits of a code; None where it is no code of 2 to 10 digits.

    Examples
    --------
    >>> code_of("0101.21.00.10"), code_of("8703 80"), code_of("Note 3")
    ('0101210010', '870380', None)
    """
    digits = text.strip().replace(".", "").replace(" ", "")
    return digits if _DIGITS.fullmatch(digits) and len(digits) in (2, 4, 6, 8, 10) else None


def _code(row: int, cells: Mapping[str, str], layout: Mapping[str, Any], into: Reading) -> str | None:
    text = cells[layout["code"]]
    code = code_of(text)
    if code is None:
        into.tell(f"{text!r} is no code", row, layout["code"], "2, 4, 6, 8 or 10 digits make one", "write the code as text, with its leading zero")
    return code


def flat(rows: Iterable[Row], layout: Mapping[str, Any], into: Reading, tree: bool = False) -> None:
    """One rate a row, in one or more columns of prices; with ``tree``, rows without a rate are counted and passed over."""
    for row, cells in rows:
        into.rows += 1
        if tree and not (cells[layout["code"]].strip() and any(cells[price["column"]].strip() for price in layout["prices"])):
            into.silent += 1
            continue
        code = _code(row, cells, layout, into)
        if code is None:
            continue
        flags = [flag for name, flag in layout.get("flags", {}).items() if cells.get(name, "").strip() not in ("", "False", "No additional duty")]
        for price in layout["prices"]:
            own = [flag for flag in flags if flag["importer"] == price["importer"]]
            for column in [price["column"], *(flag["also"] for flag in own if "also" in flag)]:
                printed = cells[column].strip()
                if not printed:
                    into.tell("the rate is empty", row, column, fix=_GIVE)
                    continue
                bare = any(p["column"] == column and p.get("bare") for p in layout["prices"])
                rate = into.rate(printed, bare, row, column) or Rate(words=" ".join(printed[:LONGEST].split()))
                note = "; ".join(flag["note"] for flag in own)
                named = (price["edition"], price["nomenclature"], price["from"], price["to"])
                into.lines.append(TariffLine(price["importer"], ALL, "", code, "", *named, rate.text, "mfn", price["source"], note))


def hts(rows: Iterable[Row], layout: Mapping[str, Any], into: Reading) -> None:
    """Lines of a tree, of which only some carry a rate; the others are headings and splits for statistics."""
    flat(rows, layout, into, tree=True)


def _base(row: int, cells: Mapping[str, str], layout: Mapping[str, Any], into: Reading) -> Rate | None:
    """Base rate of a staged line, put together again where its text ran into the description."""
    how = layout["base"]
    text, description = cells[how["column"]].strip(), cells.get(layout.get("description", ""), "")
    if "stray" in layout and re.search(layout["stray"], description[:600]):
        found = re.match(layout["mended"], description[:600])
        unit = " eda" if found and found[4] else ""
        whole = f"{found[2]}% {found[3]} {text}{unit}" if found else ""
        try:
            rate = parse_rate(whole, False)
        except MadeinError:
            rate = None
        whole_rate = rate is not None and any(p.kind == "specific" for p in (*rate.parts, *rate.least))
        if whole_rate and found and not re.search(layout["stray"], found[1]):
            return rate
        into.tell(f"the rate {text!r} is a piece of one", row, how["column"], "the rest ran into the description", _GIVE)
        return None
    return into.rate(text, how.get("bare", False), row, how["column"])


def staged(rows: Iterable[Row], layout: Mapping[str, Any], into: Reading) -> None:
    """A base rate and a category: the base is the rate without preference of its day, the category gives dated preferences."""
    agreement = layout["agreement"]
    base_day = layout["base"]["date"]
    for row, cells in rows:
        into.rows += 1
        code = _code(row, cells, layout, into)
        if code is None:
            continue
        category, remark = cells["category"].strip(), cells.get(layout.get("comment", ""), "")
        try:
            if not applies(agreement, category):
                into.silent += 1
                continue
            where = article(agreement, category)
        except MadeinError as fault:
            into.tell(fault.problems[0].what, row, "category", fix=fault.problems[0].fix)
            continue
        base = _base(row, cells, layout, into)
        ex = cells.get(layout.get("ex", ""), "").strip()
        words = cells[layout["description"]].strip(" -")
        described = f"part {ex} of the code: {words[:_WORDS].rsplit(' ', 1)[0] if len(words) > _WORDS else words}" if ex else ""
        common = (code, ex, layout["edition"], layout["nomenclature"])
        if base is not None and not any(words in remark for words in layout.get("base_is_not_mfn", ())):
            into.lines.append(TariffLine(layout["importer"], ALL, "", *common, base_day, base_day, base.text, "mfn", layout["source"], described))
        if any(words in remark for words in layout.get("other_cuts", ())):
            into.tell("the cuts are others than the category's", row, "category", remark.strip(), _GIVE)
            continue
        try:
            dated = stage(base, category, agreement, code)
        except MadeinError as fault:
            into.tell(fault.problems[0].what, row, "category", fix=fault.problems[0].fix)
            continue
        for d in dated:
            note = "; ".join(x for x in (f"category {category}, {where}", described) if x)
            party = (layout["importer"], layout["origin"], agreement)
            into.lines.append(TariffLine(*party, *common, d.start, d.end, d.rate.text, "preferential", layout["source"], note))


def _by_year(row: int, cells: Mapping[str, str], layout: Mapping[str, Any], into: Reading) -> list[Dated] | None:
    """Rates of a row that prints one per year, equal neighbours merged; None where one is not understood."""
    words, years = layout.get("words", {}), [(name, day) for name, day in layout["years"].items()]
    if first := layout.get("first"):
        printed = {cells[name].strip() for name in first["columns"]}
        if len(printed) == 1:
            years.insert(0, (first["columns"][-1], first["date"]))
    found: list[Dated] = []
    for n, (name, day) in enumerate(years):
        text = cells[name].strip()
        rate = into.rate(words.get(text, text), True, row, name)
        if rate is None:
            return None
        end = years[n + 1][1] - timedelta(1) if n + 1 < len(years) else None
        if found and found[-1].rate == rate:
            found[-1] = Dated(found[-1].start, end, rate)
        else:
            found.append(Dated(day, end, rate))
    return found


def yearly(rows: Iterable[Row], layout: Mapping[str, Any], into: Reading) -> None:
    """A column per year; the last one stays."""
    for row, cells in rows:
        into.rows += 1
        code = _code(row, cells, layout, into)
        if code is None:
            continue
        flag = cells.get(layout.get("flag", ""), "").strip()
        if flag and cells[next(iter(layout["years"]))].strip() not in layout.get("words", {}):
            into.tell(f"the row is marked {flag!r}", row, layout["flag"], "its figures are not sure", _GIVE)
            continue
        parties = layout["by_length"].get(len(code))
        if parties is None:
            lengths = " or ".join(str(n) for n in layout["by_length"])
            into.tell(f"{code} has {len(code)} digits", row, layout["code"], f"codes of this schedule have {lengths}", "correct the code")
            continue
        for d in _by_year(row, cells, layout, into) or ():
            party = (parties["importer"], parties["origin"], parties["regime"])
            named = (layout["edition"], parties["nomenclature"])
            into.lines.append(TariffLine(*party, code, "", *named, d.start, d.end, d.rate.text, "preferential", parties["source"]))


FAMILIES = {"flat": flat, "hts": hts, "staged": staged, "yearly": yearly}


def folded(header: Sequence[str]) -> list[str]:
    """Headings in one spelling.

    Examples
    --------
    >>> folded([" Importer ", "HS  Code"])
    ['importer', 'hs code']
    """
    return [" ".join(cell.split()).casefold() for cell in header]
