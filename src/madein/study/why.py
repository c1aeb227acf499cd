"""The certificate of a figure: the chain from a number down to a file, its sha256 and the place in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from madein.core.errors import MadeinError
from madein.core.measures import measures
from madein.core.step import Figure, Ref, read_row_at, row_at
from madein.core.units import MINUS, format_value, parse_unit
from madein.study.finished import FinishedStudy
from madein.study.places import Place, place_of

DEEPEST = 12
"""Levels a chain is followed; deeper ones are asked for by name."""

MOST_SOURCES = 40
"""Places printed for one node that rests on many; the rest are counted."""

_CELL = re.compile(r"([A-Za-z0-9_]+\.[A-Za-z0-9_]+)\[(.*)\](?:\.([A-Za-z0-9_]+))?", re.DOTALL)
_NUMBER = re.compile(rf"([-+{MINUS}]?[0-9][0-9,. \u00a0]*)\s*([^0-9\s].*)?", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Certificate:
    """One node of a chain: a figure, a table row, a whole table or a source, and what it rests on.

    Parameters
    ----------
    ref : Ref
        The node itself.
    title : str
        How a reader calls it.
    value : str
        What it says, formatted; empty for a source.
    facts : tuple of (name, text)
        Everything else worth knowing, in order.
    place : Place or None
        For a source: the place with its context.
    children : tuple of Certificate
        What it rests on.
    more : int
        Children not shown.
    """

    ref: Ref
    title: str
    value: str = ""
    facts: tuple[tuple[str, str], ...] = ()
    place: Place | None = None
    children: tuple[Certificate, ...] = ()
    more: int = 0


def figure_title(figure: Figure) -> str:
    """Measure and dimensions in words.

    Examples
    --------
    >>> figure_title(Figure("exports", {"economy": "VNM", "comparison": "yoy", "period": "2024-07"}, 1.0, "percent", ()))
    'Exports of goods, Viet Nam, July 2024, against the same period a year before'
    """
    from madein.core.countries import economy_label
    from madein.core.periods import Period
    from madein.core.step import COMPARISONS

    label = measures()[figure.measure].label if figure.measure in measures() else figure.measure
    if figure.measure == "observation" and "series" in figure.dims:
        label = figure.dims["series"]
    parts = [label]
    for dim, value in figure.dims.items():
        if dim in ("economy", "partner", "origin", "destination"):
            parts.append({"partner": "with ", "origin": "from ", "destination": "to "}.get(dim, "") + economy_label(value))
        elif dim == "period":
            parts.append(Period.parse(value).label())
        elif dim == "comparison":
            parts.append(COMPARISONS.get(value, value))
        elif not (dim == "series" and value == label):
            parts.append(f"{dim} {value}" if dim in ("industry", "scenario") else value)
    order = ["period", "comparison"]
    tail = [p for d, p in zip(figure.dims, parts[1:], strict=False) if d in order] if len(parts) == len(figure.dims) + 1 else []
    return ", ".join([p for p in parts if p not in tail] + sorted(tail, key=lambda p: p in COMPARISONS.values()))


def show_value(figure: Figure) -> str:
    """The value as a reader sees it, or that there is none."""
    return "no value" if figure.value is None else format_value(figure.value, figure.unit, figure.low, figure.high)


def certificate(study: FinishedStudy, ref: Ref, depth: int = DEEPEST, above: frozenset[str] = frozenset(), column: str = "") -> Certificate:
    """The chain below a node; of a table row the value of `column` is shown, else its first number.

    Raises
    ------
    MadeinError
        If the node does not exist.
    """
    parents = study.parents(ref)
    shown = parents[:MOST_SOURCES] if depth and str(ref) not in above else []
    children = tuple(certificate(study, p, depth - 1, above | {str(ref)}) for p in shown)
    more = len(parents) - len(shown)
    if ref.kind == "figure":
        return _of_figure(study, ref, children, more)
    if ref.kind == "table":
        return _of_table(study, ref, children, more, column)
    return _of_source(study, ref)


def _of_figure(study: FinishedStudy, ref: Ref, children: tuple[Certificate, ...], more: int) -> Certificate:
    figure = study.figures.get(ref.name)
    if figure is None:
        near = get_close_matches(ref.name, list(study.figures), n=1, cutoff=0.5)
        raise MadeinError(f"there is no figure {ref.name!r}", fix=f"did you mean {near[0]!r}?" if near else "see figures.csv")
    facts = [("id", figure.id)]
    if figure.value is not None:
        facts.append(("value", f"{figure.value!r} {figure.unit}"))
    if figure.low is not None or figure.high is not None:
        # A method that speaks of an interval has made one; all others carry on how printed numbers round.
        given = "see the method" if "interval" in figure.method else "given how its sources round"
        facts.append(("bounds", f"{_bound(figure.low)} to {_bound(figure.high)}, {given}"))
    if figure.absent:
        facts.append(("why absent", figure.absent))
    facts.append(("basis", figure.basis))
    if figure.method:
        facts.append(("method", figure.method))
    return Certificate(ref, figure_title(figure), show_value(figure), tuple(facts), None, children, more)


def _bound(value: float | None) -> str:
    if value is None:
        return "open"
    text = f"{value:,.10f}" if abs(value) < 1e3 else f"{value:,.3f}"
    return text.rstrip("0").rstrip(".")


def _of_table(study: FinishedStudy, ref: Ref, children: tuple[Certificate, ...], more: int, column: str) -> Certificate:
    about = study.tables.get(ref.name)
    if about is None:
        raise MadeinError(f"there is no table {ref.name!r}", fix="tables: " + ", ".join(study.tables))
    if not ref.at:
        return Certificate(
            ref, f"table {ref.name}", f"{about['rows']:,} rows", (("holds", about["title"]), ("basis", about["basis"])), None, children, more
        )
    row = study.row(ref.name, read_row_at(ref.at))
    if row is None:
        raise MadeinError(f"table {ref.name} has no row {ref.at.removeprefix('row ')!r}", fix="its key is: " + ", ".join(about["key"]))
    facts = [("holds", about["title"])]
    head = column or next((c for c in ("value", *about["units"]) if row.get(c) is not None), "")
    said = {*about["key"], head, *(u[1:] for u in about["units"].values() if u.startswith("@"))}
    facts += [(c, _cell_text(about, row, c)) for c in row if c not in said and not c.startswith("_") and row[c] is not None]
    facts.append(("sources", row.get("_basis") or about["basis"]))
    title = cell_name(ref.name, [str(row[k]) for k in about["key"]]) + (f".{column}" if column else "")
    return Certificate(ref, title, _cell_text(about, row, head) if head else "", tuple(facts), None, children, more)


def _cell_text(about: dict[str, Any], row: dict[str, Any], column: str) -> str:
    value = row[column]
    if value is None:
        return "no value"
    unit = str(about["units"].get(column, ""))
    unit = str(row.get(unit[1:], "")) if unit.startswith("@") else unit
    return f"{value!r} {unit}".strip() if isinstance(value, (int, float)) else str(value)


def _of_source(study: FinishedStudy, ref: Ref) -> Certificate:
    source = study.sources.get(ref.name)
    if source is None:
        raise MadeinError(f"there is no source {ref.name!r}", fix="sources: " + ", ".join(study.sources))
    facts = [("file", source.id)]
    facts += [(n, v) for n, v in (("title", source.title), ("publisher", source.publisher), ("date", source.date), ("licence", source.licence)) if v]
    facts += [("basis", source.basis), ("sha256", source.sha256)]
    if source.id in study.changed_sources:
        facts.append(("warning", f"{study.changed_sources[source.id]}: what is shown may not be what was read"))
    return Certificate(ref, f"{source.id} {ref.at}".strip(), "", tuple(facts), place_of(source, ref))


@dataclass(frozen=True, slots=True)
class Found:
    """What a question means: a node, and of a table row the column asked for."""

    ref: Ref
    column: str = ""


def find(study: FinishedStudy, words: str) -> list[Found]:
    """What a person means by a figure id, a table cell, a table, a source, or a printed number.

    A cell is ``iip.levels[total,2024-07].value`` or ``iip.levels[series=total,period=2024-07]``; a value that holds a comma
    stands in double quotes, as in CSV.

    Raises
    ------
    MadeinError
        If nothing fits; the nearest candidates are named.
    """
    words = words.strip()
    if words in study.figures:
        return [Found(Ref(f"figure:{words}"))]
    if words in study.sources:
        return [Found(Ref(f"source:{words}"))]
    if words in study.tables:
        return [Found(Ref(f"table:{words}"))]
    cell = _CELL.fullmatch(words)
    if cell:
        return [_find_cell(study, cell[1], cell[2], cell[3] or "")]
    if _NUMBER.fullmatch(words):
        found = list(_find_number(study, words))
        if found:
            return found
        raise MadeinError(f"no figure and no table cell reads {words!r}", fix="write it as the report prints it, or give an id from figures.csv")
    hits = [i for i in study.figures if words.lower() in i.lower() or words.lower() in figure_title(study.figures[i]).lower()]
    if len(hits) == 1:
        return [Found(Ref(f"figure:{hits[0]}"))]
    near = hits[:8] or get_close_matches(words, list(study.figures), n=5, cutoff=0.4)
    raise MadeinError(
        f"{len(hits) if hits else 'no'} figures fit {words!r}", fix="name one, such as:\n  " + "\n  ".join(near) if near else "see figures.csv"
    )


def cell_name(table: str, values: Sequence[str]) -> str:
    """How a row is called and asked for: ``iip.levels[total,2024-07]``.

    Examples
    --------
    >>> cell_name("iip.levels", ["Mining, quarrying", "2024-07"])
    'iip.levels["Mining, quarrying",2024-07]'
    """
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow(values)
    return f"{table}[{line.getvalue()}]"


def _find_cell(study: FinishedStudy, table: str, keys: str, column: str) -> Found:
    about = study.tables.get(table)
    if about is None:
        raise MadeinError(f"there is no table {table!r}", fix="tables: " + ", ".join(study.tables))
    if column and column not in about["columns"]:
        raise MadeinError(f"{table} has no column {column!r}", fix="columns: " + ", ".join(c for c in about["columns"] if c[0] != "_"))
    import polars as pl

    frame = study.table(table).frame
    for key, value in _keys_of(table, keys, about["key"]).items():
        frame = frame.filter(pl.col(key).cast(pl.String) == value)
    if frame.height != 1:
        some = [cell_name(table, [str(v) for v in r]) for r in frame.select(about["key"]).head(6).iter_rows()]
        mend = "name one: " + "; ".join(some) if some else f"look into tables/{table}.parquet"
        raise MadeinError(f"{frame.height or 'no'} rows of {table} fit [{keys}]", fix=mend)
    row = frame.row(0, named=True)
    return Found(Ref(f"table:{table}", row_at({k: str(row[k]) for k in about["key"]})), column)


def _keys_of(table: str, text: str, key: Sequence[str]) -> dict[str, str]:
    """Values by key column, whether they are named or stand in the order of the key."""
    parts = [p.strip() for p in next(csv.reader([text], skipinitialspace=True), [])]
    wanted: dict[str, str] = {}
    for i, part in enumerate(p for p in parts if p):
        name, equals, value = part.partition("=")
        if equals and name.strip() in key:
            wanted[name.strip()] = value.strip()
        elif equals or i >= len(key):
            raise MadeinError(f"{name.strip()!r} is no key of {table}", fix="its key is: " + ", ".join(key))
        else:
            wanted[key[i]] = part
    return wanted


def _find_number(study: FinishedStudy, words: str) -> Iterator[Found]:
    """Figures that read so, else cells: a number printed with n decimals is meant by all that round to it, in the unit given."""
    wanted = _Printed.read(words)
    if wanted is None:
        return
    hits = 0
    for figure in study.figures.values():
        if figure.value is not None and wanted.means(figure.value, figure.unit, show_value(figure)):
            hits += 1
            yield Found(Ref(f"figure:{figure.id}"))
    if hits:
        return
    import polars as pl

    for name, about in study.tables.items():
        frame = study.table(name).frame
        for column, unit in about["units"].items():
            if column in ("low", "high") or not frame.schema[column].is_numeric():
                continue
            near = frame.filter((pl.col(column) - wanted.value).abs() <= wanted.half)
            for row in near.head(200).iter_rows(named=True):
                if wanted.means(float(row[column]), str(row.get(unit[1:], "")) if unit.startswith("@") else unit, ""):
                    yield Found(Ref(f"table:{name}", row_at({k: str(row[k]) for k in about["key"]})), column)


@dataclass(frozen=True, slots=True)
class _Printed:
    """A number as a person types it: value in base units, half a unit of its last digit, unit ('' where none is given)."""

    value: float
    half: float
    unit: str
    text: str

    @classmethod
    def read(cls, words: str) -> _Printed | None:
        plain = _plain(words)
        digits = plain.lstrip("-").rstrip("%abcdefghijklmnopqrstuvwxyz/().=€$")
        number = plain[: plain.index(digits) + len(digits)] if digits else ""
        try:
            value, decimals = float(number), len(number.partition(".")[2])
        except ValueError:
            return None
        scale, unit = 1.0, ""
        rest = words.strip()[len(words.strip().rstrip("%abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ/()= \u00a0€$")) :].strip("\u00a0 ")
        if rest:
            try:
                scale, unit = parse_unit(rest.replace("\u00a0", " "))
            except ValueError:
                return None
        return cls(value * scale, 0.5 * scale * 10.0**-decimals * (1 + 1e-9), unit, plain)

    def means(self, value: float, unit: str, shown: str) -> bool:
        if self.unit and self.unit != unit and self.unit.rstrip("s") != unit:
            return False
        if abs(value - self.value) <= self.half:
            return True
        return bool(shown) and not self.unit and re.match(re.escape(self.text) + "(?![0-9.])", _plain(shown)) is not None


def _plain(text: str) -> str:
    """A printed number with its unit, without spaces, grouping and typographic signs."""
    text = text.replace(MINUS, "-").replace("\u00a0", "").replace(" ", "").replace(",", "").lower()
    return text.removeprefix("+").replace("percent", "%")


def cite(study: FinishedStudy, figure: Figure) -> str:
    """One line to copy: what, value, bounds, sources with their hashes, study."""
    names: dict[str, str] = {}
    seen: set[str] = set()
    stack = [Ref(f"figure:{figure.id}")]
    while stack:
        ref = stack.pop()
        if str(ref) in seen:
            continue
        seen.add(str(ref))
        if ref.kind == "source" and ref.name in study.sources:
            s = study.sources[ref.name]
            about = ", ".join(x for x in (s.publisher, s.title or s.id, s.date) if x)
            names[s.id] = f"{about} (sha256 {s.sha256[:12]})"
        stack.extend(study.parents(ref))
    bounds = f", between {_bound(figure.low)} and {_bound(figure.high)}" if figure.low is not None and figure.high is not None else ""
    origin = "; ".join(names[k] for k in sorted(names)) or "no source"
    return f"{figure_title(figure)}: {show_value(figure)}{bounds} ({figure.basis}). {origin}. {study.title}, figure {figure.id}."
