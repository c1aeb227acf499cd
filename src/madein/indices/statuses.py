"""What tables say of how final a number is: "Chính thức tháng 6/2024", "Jul 2024 (preliminary)", a column of statuses.

Such words keep a header from reading as a period. They are taken off before the layout is sought, and kept beside the numbers.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from madein.core.grid import Sheet
from madein.core.period_labels import fold, read_month, read_period, read_year

if TYPE_CHECKING:
    import polars as pl

WORDS = {
    "chinh thuc": "official", "thuc hien": "official", "official": "official", "final": "official", "revised": "official", "actual": "official",
    "so bo": "preliminary", "preliminary": "preliminary", "provisional": "preliminary", "prel": "preliminary", "prov": "preliminary",
    "uoc tinh": "estimate", "uoc thuc hien": "estimate", "uoc": "estimate", "estimate": "estimate", "estimated": "estimate", "est": "estimate",
    "forecast": "forecast", "du bao": "forecast",
}  # fmt: skip
"""Status words, folded, in Vietnamese as the National Statistics Office prints them and in English."""

RANK = {"official": 3, "preliminary": 2, "estimate": 1, "forecast": 0}
"""Which of two prints of one period in one file is the one in force."""

COLUMN_WORDS = frozenset({"status", "trang thai", "tinh trang", "obs_status", "loai so lieu"})
"""Headers of a column of statuses."""

_CODES = {"p": "preliminary", "e": "estimate", "f": "forecast"}
"""Codes of CL_OBS_STATUS in a column headed obs_status or status."""

_HEAD = 60
_LONGEST = 60
"""Rows looked at, and characters of a label."""
_ALTERNATIVES = "|".join(sorted(map(re.escape, WORDS), key=len, reverse=True))
_BEFORE = re.compile(rf"({_ALTERNATIVES})\.? +(.+)")
_BEHIND = re.compile(rf"(.+?) ?(?:\(({_ALTERNATIVES})\.?\)|,? ({_ALTERNATIVES})\.?)")


@dataclass(frozen=True, slots=True)
class Statuses:
    """Statuses of the cells of a sheet.

    Parameters
    ----------
    columns, rows : dict of int to str
        By column (said in a header) and by row (said in the period or a column of statuses).
    """

    columns: Mapping[int, str] = field(default_factory=dict)
    rows: Mapping[int, str] = field(default_factory=dict)


@functools.lru_cache(maxsize=65_536)
def split_status(text: str) -> tuple[str, str]:
    """Status word and the rest of a label, ("", text) where there is none or the rest is no period.

    Examples
    --------
    >>> split_status("Ước tính tháng 7/2024"), split_status("Jul 2024 (preliminary)"), split_status("Sơ bộ")
    (('estimate', 'thang 7/2024'), ('preliminary', 'jul 2024'), ('preliminary', ''))
    >>> split_status("Official reserves")
    ('', 'Official reserves')
    """
    if len(text) > _LONGEST or not _has_letters(text):
        return "", text
    label = fold(text)
    if label in WORDS:
        return WORDS[label], ""
    for pattern, word, rest in ((_BEFORE, (1,), 2), (_BEHIND, (2, 3), 1)):
        found = pattern.fullmatch(label)
        if found and _is_period(found[rest]):
            return WORDS[next(found[w] for w in word if found[w])], found[rest]
    return "", text


def _has_letters(text: str) -> bool:
    """Most cells of a sheet are numbers; they are let pass before anything is folded."""
    return any(map(str.isalpha, text))


def _is_period(text: str) -> bool:
    return bool(read_period(text) or read_month(text) or read_year(text))


def without_status(sheet: Sheet) -> tuple[Sheet, Statuses]:
    """The sheet with status words taken off its periods, and what they said.

    Examples
    --------
    >>> import polars as pl
    >>> sheet = Sheet("", pl.DataFrame({"c0": ["", "Mining"], "c1": ["Chính thức T6/2024", "1"], "c2": ["Ước tính T7/2024", "2"]}))
    >>> clean, said = without_status(sheet)
    >>> clean.text.row(0), said.columns
    (('', 't6/2024', 't7/2024'), {1: 'official', 2: 'estimate'})
    """
    head = sheet.head(_HEAD)
    spread = {(r, c): (top, left) for top, left, bottom, right in sheet.merged for r in range(top, min(bottom + 1, len(head)))
              for c in range(left, right + 1)}  # fmt: skip
    columns: dict[int, str] = {}
    edits: dict[tuple[int, int], str | None] = {}
    tall = [c for c in range(sheet.text.width) if sum(_with_period(row[c]) and sum(map(bool, row)) > 1 for row in head) > 1]
    for r, row in enumerate(head):
        told = {c: split_status(row[c]) for c in range(len(row)) if row[c]}
        said = {c: s for c, (s, _) in told.items() if s}
        # A text alone in its row is a title.
        if not said or set(said) <= set(tall) or len(told) < 2:
            continue
        for c, (status, rest) in told.items():
            if status and rest and c not in tall:
                columns[c] = status
                edits[r, c] = rest
        bare = {c for c, (status, rest) in told.items() if status and not rest and c not in tall}
        if bare and _heads_numbers(bare, told, row):
            for c in range(len(row)):
                origin = spread.get((r, c), (r, c))
                status = told.get(c, ("", ""))[0] or (split_status(head[origin[0]][origin[1]])[0] if origin != (r, c) else "")
                if status:
                    columns[c] = status
            if len(bare) == len(told):
                edits |= {(r, c): None for c in bare}
    rows, text = _by_rows(sheet, head, tall, edits)
    if not columns and not rows and text is sheet.text:
        return sheet, Statuses()
    return Sheet(sheet.name, text, sheet.numbers, sheet.delimiter, sheet.merged), Statuses(columns, rows)


def _with_period(text: str) -> bool:
    status, rest = split_status(text) if text else ("", "")
    return bool(status and rest)


def _heads_numbers(bare: set[int], told: Mapping[int, tuple[str, str]], row: Sequence[str]) -> bool:
    """True for a row of statuses above numbers: whatever else stands in it stands to their left."""
    first = min(bare)
    return all(c in bare or c < first for c in told) and len(row) > 1 and not any(x.isdigit() for c in told if c < first for x in row[c])


def _by_rows(
    sheet: Sheet, head: list[list[str]], tall: Sequence[int], edits: Mapping[tuple[int, int], str | None]
) -> tuple[dict[int, str], pl.DataFrame]:
    """Statuses of rows, and the text with every edit made."""
    import polars as pl

    text = sheet.text
    rows: dict[int, str] = {}
    for c in tall:
        name = f"c{c}"
        said = {t: split_status(t) for t in text[name].drop_nulls().unique().to_list()}
        rows |= {r: said[t][0] for r, t in enumerate(text[name].to_list()) if t and said[t][0] and said[t][1]}
        text = text.with_columns(pl.col(name).replace({t: rest for t, (status, rest) in said.items() if status and rest}))
    for c in range(text.width):
        name = f"c{c}"
        at = next((r for r in range(min(len(head), 20)) if _is_column_word(head[r][c])), None)
        start = at if at is not None else _unnamed_column(head, c)
        if start is None:
            continue
        codes = _CODES if at is not None else {}
        for r, t in enumerate(text[name].to_list()):
            if r > start and t and (status := split_status(t)[0] or codes.get(fold(t), "")):
                rows[r] = status
        if at is None:
            edits = {**edits, (start, c): "status"}
    for c in {c for _, c in edits}:
        # One pass over a column, also where several of its cells change.
        own = {r: t for (r, k), t in edits.items() if k == c}
        values = text[f"c{c}"].to_list()
        for r, t in own.items():
            values[r] = t
        text = text.with_columns(pl.Series(f"c{c}", values, dtype=pl.String))
    return rows, text


def _is_column_word(text: str) -> bool:
    return 0 < len(text) < 20 and _has_letters(text) and fold(text) in COLUMN_WORDS


def _unnamed_column(head: list[list[str]], c: int) -> int | None:
    """Header row of a column that holds statuses only, whatever its header; None where it holds anything else."""
    filled = [r for r, row in enumerate(head) if row[c].strip()]
    if len(filled) < 3 or split_status(head[filled[0]][c])[0]:
        return None
    return filled[0] if all(fold(head[r][c]) in WORDS for r in filled[1:]) else None
