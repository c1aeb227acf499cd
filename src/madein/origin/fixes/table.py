"""The table of sourcing alternatives: one row a change, rows of one alternative done together.

Columns (English or Vietnamese headers, ``vocabulary.yaml``): ``alternative``, ``line`` (empty: what is done to the good itself),
``origin``, ``originating`` (also per regime, such as "originating EVFTA"), ``value`` or ``cost`` per unit, ``fixed``, ``processes`` with
``where`` and ``before``, and fields of the line that change. Every cell that cannot be read is told with its row and column.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import replace
from fractions import Fraction
from importlib import resources
from pathlib import Path
from typing import Any

from madein.core.errors import MadeinError, Problems
from madein.core.grid import Sheet, read_sheets
from madein.origin.fixes.model import Alternative
from madein.origin.model import ROLES, Number, Process, exact
from madein.origin.read import _plain_number
from madein.origin.records import Reader, _plain, vocabulary
from madein.origin.regimes import read_yaml, regimes

_NUMBERS = frozenset({"value", "cost", "fixed", "weight", "weight_pct", "component_weight_pct"})
_HEAD = 30


@functools.cache
def words() -> Mapping[str, Any]:
    """Words of tables of alternatives as data."""
    found: Mapping[str, Any] = read_yaml(resources.files("madein.origin.fixes").joinpath("vocabulary.yaml").read_text("utf-8"))
    return found


@functools.cache
def _headers() -> Mapping[str, str]:
    return {_plain(spelling): key for key, spellings in words()["headers"].items() for spelling in (key, *spellings)}


def _key(cell: str) -> str | None:
    """Key of a header; ``status:EVFTA`` where it names a regime."""
    found = _headers().get(_plain(cell))
    if found is None and cell.strip():
        *first, last = cell.split()
        if first and last.upper() in regimes() and _headers().get(_plain(" ".join(first))) == "originating":
            return f"status:{last.upper()}"
    return found


def read_alternatives(path: str | Path, decimal: str = ".", edition: str = "", encoding: str = "", label: str = "") -> tuple[Alternative, ...]:
    """Alternatives from a spreadsheet or a delimited text.

    Parameters
    ----------
    path : str or Path
        ``.xlsx``, ``.csv`` and what else `madein.core.grid` reads; the first sheet with the columns ``alternative`` and ``line``.
    decimal : {".", ","}
        Decimal mark of a text file.
    edition : str
        Edition of the Harmonized System of the codes.
    encoding, label : str
        Encoding of a text file; how messages call the file.

    Raises
    ------
    BadInput
        With everything that cannot be read, each with row and column and what mends it.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "sources.csv"
    >>> _ = file.write_text("alternative,line,origin,originating,cost,fixed cost\\nlocal pack,1,Viet Nam,yes,400,50000\\n")
    >>> one = read_alternatives(file)[0]
    >>> one.id, one.lines["1"]["origin"], one.cost, one.fixed
    ('local pack', 'VNM', Decimal('400'), Fraction(50000, 1))
    """
    path = Path(path)
    label = label or path.name
    problems = Problems(label)
    for sheet in read_sheets(path, label, encoding):
        rows = sheet.head(sheet.text.height)
        for at, row in enumerate(rows[:_HEAD]):
            columns = {n: key for n, cell in enumerate(row) if (key := _key(cell)) is not None}
            if {"alternative", "line"} <= set(columns.values()):
                found = _rows(sheet, rows, at, columns, problems, decimal if sheet.numbers is None else ".", edition)
                problems.raise_errors()
                return found
    raise MadeinError("no table of alternatives is found", label, "no row holds the headers alternative and line", "name the columns so")


def _rows(
    sheet: Sheet, rows: list[list[str]], at: int, columns: Mapping[int, str], problems: Problems, mark: str, edition: str
) -> tuple[Alternative, ...]:
    for n, cell in enumerate(rows[at]):
        if cell.strip() and n not in columns:
            problems.error(f"the column {cell.strip()!r} is not known", sheet.address(at, n), fix=f"name it one of {', '.join(words()['headers'])}")
    twice = [key for key in columns.values() if list(columns.values()).count(key) > 1]
    for key in dict.fromkeys(twice):
        place = next(n for n, k in columns.items() if k == key)
        problems.error(f"two columns are called {key}", sheet.address(at, place), fix="delete one")
    for top, left, bottom, _ in sheet.merged:
        if bottom > at:
            problems.error("cells are merged", sheet.address(top, left), fix="unmerge them and write each cell")
    read = Reader(problems)
    found: dict[str, Alternative] = {}
    for n in range(at + 1, len(rows)):
        cells = {key: rows[n][c].strip() for c, key in columns.items() if c < len(rows[n]) and rows[n][c].strip()}
        if not cells:
            continue
        where = {key: sheet.address(n, c) for c, key in columns.items()}
        one = _row(cells, where, read, problems, mark, edition)
        if one is None:
            continue
        if one.id in found:
            _join(found, one, where, problems)
        else:
            found[one.id] = replace(one, where=f"{problems.place()} row {n + 1}")
    if not found and not problems.errors:
        problems.error("the table holds no alternative", sheet.address(at, 0), fix="write one row for each")
    return tuple(found.values())


def _join(found: dict[str, Alternative], one: Alternative, where: Mapping[str, str], problems: Problems) -> None:
    """A further row of an alternative: done together with the first, its costs added."""
    first = found[one.id]
    again = first.touches & one.touches
    if again:
        problems.error(f"alternative {one.id!r} changes line {', '.join(sorted(again))} twice", where["line"], fix="give each change its own id")
        return
    if one.before and first.before and one.before != first.before:
        problems.error(f"alternative {one.id!r} names two steps to come before", where["before"], fix="give each its own id")
    cost: Number | None = None
    if first.cost is not None or one.cost is not None:
        if first.cost is None or one.cost is None:
            missing = [c for c in (first, one) if c.cost is None and any("value" in change for change in c.lines.values())]
            if missing:
                problems.error("one row of an alternative has a cost, another only a value", where.get("cost", ""), fix="write the cost in each row")
        cost = Fraction(first.cost or 0) + Fraction(one.cost or 0)
    found[one.id] = replace(
        first, lines={**first.lines, **one.lines}, cost=cost, fixed=Fraction(first.fixed) + Fraction(one.fixed),
        processes=(*first.processes, *one.processes), before=first.before or one.before, facts={**first.facts, **one.facts},
        words="; ".join(w for w in (first.words, one.words) if w),
    )  # fmt: skip


def _row(cells: Mapping[str, str], where: Mapping[str, str], read: Reader, problems: Problems, mark: str, edition: str) -> Alternative | None:
    name = cells.get("alternative", "")
    if not name:
        problems.error("the row has no alternative", where["alternative"], fix="give it a name of its own")
        return None
    number = {key: _number(cells[key], key, where[key], problems, mark) for key in _NUMBERS & cells.keys()}
    change: dict[str, Any] = {}
    if "origin" in cells:
        change["origin"] = read.place(cells["origin"], where["origin"], "the origin")
    for key in ("originating", "proof", "wholly_obtained"):
        if key in cells:
            change[key] = read.answer(cells[key], where[key], key)
    said = {key.removeprefix("status:"): read.answer(cells[key], where[key], "status") for key in cells if key.startswith("status:")}
    status = {regime: word for regime, word in said.items() if word is not None}
    if status:
        change["status"] = status
    if "hs" in cells:
        change |= {"hs": read.code(cells["hs"], edition, where["hs"]), "hs_in": {}} | ({"hs_edition": edition} if edition else {})
    if "role" in cells:
        change["role"] = read.choice(cells["role"], ROLES, where["role"], "the role")
    if "producer" in cells:
        change["producer"] = cells["producer"]
    if "bought" in cells:
        change["bought"] = _bought(cells["bought"], where["bought"], problems)
    change |= {key: number[key] for key in ("value", "weight", "weight_pct", "component_weight_pct") if number.get(key) is not None}
    steps = _steps(cells, where, read, problems)
    line = cells.get("line", "")
    facts = {}
    if "fact" in cells:
        key, _, answer = cells["fact"].partition("=")
        holds = read.answer(answer.strip() or "yes", where["fact"], "the answer")
        facts = {key.strip(): holds} if holds is not None else {}
    if not line and change:
        problems.error("the row changes a line and names none", where["line"], f"it gives {', '.join(change)}", "write the number of the line")
        return None
    if not line and not steps and not facts:
        problems.error("the row changes nothing", where["alternative"], fix="name a line with its new origin, or processes")
        return None
    if line and steps:
        change["processes" if change.keys() & {"origin", "originating", "status"} else "add_processes"] = steps
    if line and not change:
        problems.error("the row changes nothing of its line", where["line"], fix="write its new origin, status, value or processes")
        return None
    if number.get("cost") is None and "cost" not in cells and (not line or "value" not in change):
        mend = "write the cost per unit, 0 if there is none, or the new value"
        problems.error("the cost is not given", where.get("cost", where["alternative"]), fix=mend)
    fixed = Fraction(number.get("fixed") or 0)
    if fixed < 0:
        problems.error("the fixed cost is negative", where["fixed"], fix="write what is paid once, without sign")
    return Alternative(
        name, {line: change} if line else {}, number.get("cost"), fixed, () if line else steps, "" if line else cells.get("before", ""), facts,
        cells.get("words", ""),
    )  # fmt: skip


def _number(cell: str, key: str, at: str, problems: Problems, mark: str) -> Number | None:
    try:
        number = exact(_plain_number(cell, mark))
    except ValueError:
        problems.error(f"the {key} is no number", at, f"it reads {cell[:40]!r}", "write digits, without unit or currency")
        return None
    if number < 0 and key not in ("cost",):
        problems.error(f"the {key} is negative", at, f"it reads {cell}", "write the amount without sign; only a cost may be negative, a saving")
        return None
    return number


def _bought(cell: str, at: str, problems: Problems) -> bool | None:
    said = _plain(cell)
    for key, value in (("bought", True), ("made", False)):
        if said in {_plain(w) for w in words()[key]}:
            return value
    problems.error(f"{cell!r} is neither bought nor made", at, fix="write bought or made")
    return None


def _steps(cells: Mapping[str, str], where: Mapping[str, str], read: Reader, problems: Problems) -> tuple[Process, ...]:
    """Steps of working, in order, parted by commas or semicolons; each in the country of the row."""
    if "processes" not in cells:
        return ()
    place = read.place(cells.get("where", ""), where.get("where", where["processes"]), "the place")
    if not place:
        problems.error("the processes have no place", where.get("where", where["processes"]), fix="write the country they are done in")
    done = []
    for word in cells["processes"].replace(";", ",").split(","):
        op = "_".join(word.lower().split())
        if op not in vocabulary()["processes"]:
            problems.error(f"{word.strip()!r} is no process", where["processes"], fix="use a word of the list in the form of the bill")
        done.append(Process(op, place))
    return tuple(done)
