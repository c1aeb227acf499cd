"""What the pages show of a finished study: holes filled, tables cut and turned, certificates gathered."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from madein.core.blocks import HOLE
from madein.core.periods import Period
from madein.core.step import BASES, Block, Figure, Ref
from madein.core.units import MINUS, format_value
from madein.report.charts import NARROW, WIDE, draw, rows_of
from madein.study.finished import Chapter, FinishedStudy
from madein.study.why import Certificate, certificate, figure_title, show_value

MOST_ROWS = 400
"""Rows of a table that a page prints; the rest lie in tables/ and figures.xlsx."""

MOST_BEHIND = 12
"""Rows of the table behind a chart that a page prints, the latest ones; the rest lie in tables/."""

MOST_LEAVES = 8
"""Places in sources that a certificate on a page lists; the rest are counted."""

MOST_LISTED = 3
"""Table rows between a figure and its sources that a certificate lists; the rest are counted."""

MOST_CERTIFICATES = 1200
"""Certificates on one page; figures beyond are asked for with ``madein why``."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number on a page: its text, the anchor of its certificate, what it rests on; or an answer and the anchor of its explanation."""

    text: str
    anchor: str = ""
    basis: str = ""
    title: str = ""
    n: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A place in a source at the end of a chain."""

    at: str
    source: str
    says: str
    node: Certificate


@dataclass(frozen=True, slots=True)
class Card:
    """A certificate as a page prints it."""

    n: int
    anchor: str
    figure: Figure
    title: str
    value: str
    facts: tuple[tuple[str, str], ...]
    figures: tuple[Number, ...]
    rows: tuple[tuple[str, str], ...]
    more_rows: int
    files: tuple[tuple[str, str, tuple[Leaf, ...]], ...]
    more: int
    back: str


def anchor(prefix: str, name: str) -> str:
    """A stable fragment for a name.

    Examples
    --------
    >>> anchor("f", "exports/period=2024")
    'f-ee5da332d0'
    """
    return f"{prefix}-{hashlib.sha256(name.encode()).hexdigest()[:10]}"


def view_of(figure: Figure, view: str) -> str:
    """The text a hole shows.

    Examples
    --------
    >>> figure = Figure("exports", {"period": "2024-07", "comparison": "yoy"}, -6.8, "percent", ())
    >>> view_of(figure, "change").replace("\\xa0", " "), view_of(figure, "period")
    ('down 6.8 %', 'July 2024')
    """
    if view == "period":
        return Period.parse(figure.dims["period"]).label() if "period" in figure.dims else "no period"
    if figure.value is None:
        return "not available"
    if view == "interval":
        low, high = (("open" if x is None else format_value(x, figure.unit)) for x in (figure.low, figure.high))
        return f"{low} to {high}"
    text = show_value(figure)
    if view == "abs":
        return text.lstrip(MINUS)
    if view == "change":
        size = text.lstrip(MINUS)
        return "unchanged" if not any(c in "123456789" for c in size) else f"{'down' if text.startswith(MINUS) else 'up'} {size}"
    return text


@dataclass
class Page:
    """Gathers, while blocks are laid out, the certificates the page needs.

    Parameters
    ----------
    study : FinishedStudy
        What is drawn.
    """

    study: FinishedStudy
    order: dict[str, int] = field(default_factory=dict)
    backs: dict[str, str] = field(default_factory=dict)
    _behind: bool = False
    _by_row: dict[str, str] = field(default_factory=dict)
    _trees: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for figure in self.study.figures.values():
            if len(figure.parents) == 1 and figure.parents[0].at.startswith("row "):
                self._by_row[str(figure.parents[0])] = figure.id

    def number(self, id_: str, view: str = "value", back: str = "") -> Number:
        """A figure as a link to its certificate."""
        figure = self.study.figures[id_]
        text = view_of(figure, view)
        if id_ not in self.order and (self._behind or len(self.order) >= MOST_CERTIFICATES):
            # What stands only behind a chart is asked for with ``madein why``: a card for each would outweigh the page.
            return Number(text, "", figure.basis, figure_title(figure))
        n = self.order.setdefault(id_, len(self.order) + 1)
        if back:
            self.backs.setdefault(id_, back)
        return Number(text, anchor("f", id_), figure.basis, f"{figure_title(figure)} ({figure.basis})", n)

    def chapter(self, chapter: Chapter) -> dict[str, Any]:
        """A chapter with its blocks laid out."""
        names = ((b.body.get("name"), f"{chapter.id}-{i}") for i, b in enumerate(chapter.blocks, 1) if b.kind == "tree")
        self._trees = {name: id_ for name, id_ in names if name}
        blocks = [self._block(b, f"{chapter.id}-{i + 1}", chapter.id) for i, b in enumerate(chapter.blocks)]
        return {"id": chapter.id, "title": chapter.title, "blocks": blocks, "problems": chapter.problems}

    def _block(self, block: Block, id_: str, step: str) -> dict[str, Any]:
        made: dict[str, Any] = {"kind": block.kind, "title": block.title, "id": id_}
        body = block.body
        if block.kind == "finding":
            made["parts"] = self._sentence(body["text"], id_)
        elif block.kind == "chart":
            frame = rows_of(self.study.table(f"{step}.{body['table']}").frame, body.get("where") or {})
            made["svg"] = [draw(body["spec"], frame, id_, width) for width in (WIDE, NARROW)]
            made["alt"] = body.get("alt") or block.title
            self._behind = True
            made["table"] = self._table(step, body, id_)
            self._behind = False
        elif block.kind == "table":
            made["table"] = self._table(step, body, id_) if body.get("table") else self._written(body, id_)
        elif block.kind == "excerpt":
            made["parts"] = list(self._marked(body, id_))
            made["source"] = body.get("source", "")
        elif block.kind == "tree":
            made["node"], made["folded"] = self._node(body, id_), bool(body.get("folded"))
        else:
            made["paragraphs"] = [p.strip() for p in body["text"].split("\n\n") if p.strip()]
        return made

    def _sentence(self, text: str, id_: str) -> list[str | Number]:
        parts: list[str | Number] = []
        end = 0
        for hole in HOLE.finditer(text):
            parts += [text[end : hole.start()], self.number(hole[1], hole[2] or "value", id_)]
            end = hole.end()
        return [*parts, text[end:]]

    def _marked(self, body: Mapping[str, Any], id_: str) -> Iterable[dict[str, Any]]:
        text, end = body["text"], 0
        for mark in body.get("marks", ()):
            yield {"text": text[end : mark["start"]]}
            figure = mark.get("figure")
            link = self.number(figure, "value", id_).anchor if figure in self.study.figures else ""
            yield {"text": text[mark["start"] : mark["end"]], "state": mark["state"], "title": mark.get("title", ""), "anchor": link}
            end = mark["end"]
        yield {"text": text[end:]}

    def _node(self, body: Mapping[str, Any], id_: str) -> dict[str, Any]:
        number = self.number(body["figure"], "value", id_) if body.get("figure") else None
        children = [self._node(c, id_) for c in body.get("children", ())]
        return {"label": body["label"], "state": body.get("state", "plain"), "number": number, "value": body.get("value", ""),
                "note": body.get("note", ""), "children": children}  # fmt: skip

    def _written(self, body: Mapping[str, Any], id_: str) -> dict[str, Any]:
        rows = [[self._written_cell(c, id_) for c in row] for row in body["rows"]]
        numeric = [any(isinstance(row[i], dict) and "figure" in row[i] for row in body["rows"]) for i in range(len(body["columns"]))]
        return {"columns": list(zip(body["columns"], numeric, strict=True)), "rows": rows, "left_out": 0, "file": ""}

    def _written_cell(self, cell: str | Mapping[str, Any], id_: str) -> Number:
        if isinstance(cell, str):
            return Number(cell)
        if "figure" in cell:
            return replace(self.number(cell["figure"], cell.get("view", "value"), id_), title="")
        return Number(cell["text"], self._trees.get(cell.get("to", ""), ""), state=cell.get("state", "plain"))

    def _table(self, step: str, body: Mapping[str, Any], id_: str) -> dict[str, Any]:
        name = f"{step}.{body['table']}"
        table = self.study.table(name)
        frame = table.frame
        for column, value in (body.get("where") or {}).items():
            frame = frame.filter(frame[column].cast(str) == value)
        labels = body.get("labels") or {}
        if body.get("pivot"):
            columns, rows = self._pivot(name, frame, body["pivot"], labels, id_)
        else:
            shown = [c for c in (body.get("columns") or frame.columns) if not c.startswith("_")]
            numeric = [frame.schema[c].is_numeric() for c in shown]
            columns = [(labels.get(c, c.replace("_", " ")), n) for c, n in zip(shown, numeric, strict=True)]
            rows = [[self._cell(name, table.key, row, c, labels, id_) for c in shown] for row in frame.tail(MOST_ROWS).iter_rows(named=True)]
        every = len(rows) if body.get("pivot") else frame.height
        rows = rows[-(body.get("last") or (MOST_BEHIND if self._behind else MOST_ROWS)) :]
        left = max(0, every - len(rows))
        return {"columns": columns, "rows": rows, "left_out": left, "file": f"tables/{name}.parquet"}

    def _cell(self, name: str, key: tuple[str, ...], row: Mapping[str, Any], column: str, labels: Mapping[str, str], id_: str) -> Number:
        value = row[column]
        if value is None:
            return Number("")
        if not isinstance(value, (int, float)) or isinstance(value, bool):
            return Number(labels.get(str(value), _period(str(value)) if column == "period" else str(value)))
        from madein.core.step import row_at

        figure = self._by_row.get(str(Ref(f"table:{name}", row_at({k: str(row[k]) for k in key})))) if column == "value" else None
        if figure:
            return replace(self.number(figure, "value", id_), title="")
        unit = self._unit(name, row, column)
        bounds = (row.get("low"), row.get("high")) if column == "value" else (None, None)
        text = format_value(float(value), unit, *bounds) if unit else f"{value:,.6g}"
        return Number(text, title="; ".join(row["_src"][:3]) if row.get("_src") else "")

    def _unit(self, name: str, row: Mapping[str, Any], column: str) -> str:
        unit = str(self.study.tables[name]["units"].get(column, ""))
        return str(row.get(unit[1:]) or "") if unit.startswith("@") else unit

    def _pivot(
        self, name: str, frame: Any, pivot: tuple[str, str, str], labels: Mapping[str, str], id_: str
    ) -> tuple[list[tuple[str, bool]], list[list[Number]]]:
        index, columns, values = pivot
        heads = [c for c in labels if c in set(frame[columns].to_list())] or frame[columns].unique(maintain_order=True).to_list()
        key = tuple(self.study.tables[name]["key"])
        lines: dict[str, dict[str, Number]] = {}
        for row in frame.iter_rows(named=True):
            lines.setdefault(str(row[index]), {})[row[columns]] = self._cell(name, key, row, values, {}, id_)
        latest = sorted(lines, key=_in_time)[-MOST_ROWS:]
        rows = [[Number(_period(line)), *(lines[line].get(h, Number("")) for h in heads)] for line in latest]
        rows = [row for row in rows if any(cell.text for cell in row[1:])]
        return [(index.capitalize(), False), *((labels.get(h, h), True) for h in heads)], rows

    def cards(self) -> list[Card]:
        """Certificates of every number on the page but those behind charts, and of every figure they rest on."""
        done: dict[str, Card] = {}
        while len(done) < len(self.order):
            for id_ in [i for i in self.order if i not in done]:
                done[id_] = self._card(id_)
        return [done[i] for i in self.order]

    def _card(self, id_: str) -> Card:
        figure = self.study.figures[id_]
        root = certificate(self.study, Ref(f"figure:{id_}"))
        figures, rows, leaves = [], [], []
        stack = list(reversed(root.children))
        while stack:
            node = stack.pop()
            if node.ref.kind == "figure":
                if node.ref.name in self.study.figures:
                    figures.append(self.number(node.ref.name))
                continue
            if node.ref.kind == "source":
                leaves.append(Leaf(node.ref.at.removeprefix("cell "), node.ref.name, _says(node), node))
                continue
            rows.append((node.title, node.value))
            stack.extend(reversed(node.children))
        facts = tuple((k, v) for k, v in root.facts if k not in ("basis",))
        return Card(
            self.order[id_], anchor("f", id_), figure, root.title, show_value(figure), facts, tuple(figures),
            tuple(rows[:MOST_LISTED]), max(0, len(rows) - MOST_LISTED), _by_file(leaves[:MOST_LEAVES]), max(0, len(leaves) - MOST_LEAVES),
            self.backs.get(id_, ""),
        )  # fmt: skip

    def absent(self) -> list[tuple[str, list[str], int]]:
        """Reasons why figures have no value, each with some of the figures and how many there are."""
        by_reason: dict[str, list[str]] = {}
        for figure in self.study.figures.values():
            if figure.value is None:
                by_reason.setdefault(figure.absent, []).append(figure_title(figure))
        return [(reason, names[:5], len(names)) for reason, names in sorted(by_reason.items())]

    def bases(self) -> list[tuple[str, int]]:
        """How many figures rest on each basis."""
        counts = [(b, sum(f.basis == b for f in self.study.figures.values())) for b in BASES]
        return [c for c in counts if c[1]]


def _by_file(leaves: list[Leaf]) -> tuple[tuple[str, str, tuple[Leaf, ...]], ...]:
    """Source id, its anchor, and the places in it, in order of first appearance."""
    files: dict[str, list[Leaf]] = {}
    for leaf in leaves:
        files.setdefault(leaf.source, []).append(leaf)
    return tuple((name, anchor("s", name), tuple(found)) for name, found in files.items())


def _says(node: Certificate) -> str:
    if node.place and node.place.at:
        return node.place.grid[node.place.at[0]][node.place.at[1]]
    return node.place.text if node.place else ""


def _period(text: str) -> str:
    try:
        return Period.parse(text).label()
    except ValueError:
        return text


def _in_time(text: str) -> tuple[Any, ...]:
    """Periods by their end, then the shorter first; other texts as they are."""
    try:
        period = Period.parse(text)
    except ValueError:
        return (1, text)
    return (0, period.last, period.n_months)
