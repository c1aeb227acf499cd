"""What the body of each kind of block holds, checked when a step returns it."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from madein.core.step import BlockKind

HOLE = re.compile(r"\{([^{}|]+)(?:\|([a-z]+))?\}")
"""``{figure id}`` or ``{figure id|view}``."""

VIEWS = ("value", "abs", "change", "period", "interval")
"""What a hole shows of its figure: the value (the default), its size without sign, "up 3 %", its period, its bounds."""

State = Literal["agrees", "revised", "contradicts", "nothing", "yes", "no", "open", "plain"]
"""Four states of a checked number, three of a decision, and none of them."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Finding(_Body):
    """A sentence; every number in it stands in a hole."""

    text: str


class Note(_Body):
    """A remark about method, coverage or limits; paragraphs are separated by a blank line."""

    text: str


class Chart(_Body):
    """A Vega-Lite (or Vega) specification without data, drawn over a table of the same result."""

    spec: dict[str, Any]
    table: str
    alt: str = ""
    where: dict[str, str] = Field(default_factory=dict, description="draw only rows with these values")
    pivot: tuple[str, str, str] | None = Field(None, description="index, columns, values of the table printed behind")
    labels: dict[str, str] = Field(default_factory=dict, description="what to print for keys and columns")


class Cell(_Body):
    """A cell that shows a figure and leads to its certificate."""

    figure: str
    view: str = "value"


class Link(_Body):
    """A cell with an answer that leads to the tree of that name in the same chapter."""

    text: str
    to: str = ""
    state: State = "plain"


class Grid(_Body):
    """A table: named columns of a table of the same result, or rows written out with figures in them."""

    table: str = ""
    columns: tuple[str, ...] = ()
    where: dict[str, str] = Field(default_factory=dict, description="print only rows with these values")
    pivot: tuple[str, str, str] | None = Field(None, description="index, columns, values")
    labels: dict[str, str] = Field(default_factory=dict, description="what to print for keys and columns")
    last: int | None = Field(None, description="print only the last rows")
    rows: tuple[tuple[str | Cell | Link, ...], ...] = ()


class Mark(_Body):
    """A span of an excerpt, in characters of its text, in one of the states."""

    start: int
    end: int
    state: State
    title: str = ""
    figure: str = ""


class Excerpt(_Body):
    """A text with marked spans that do not overlap."""

    text: str
    marks: tuple[Mark, ...] = ()
    source: str = ""


class Node(_Body):
    """A node of an explanation."""

    label: str
    state: State = "plain"
    figure: str = ""
    value: str = Field("", description="figure, limit and margin as printed")
    note: str = Field("", description="where it stands and what it concerns")
    children: tuple[Node, ...] = ()


class Tree(Node):
    """An explanation; `name` is what links of the same chapter call it, and one that is `folded` opens when asked for."""

    name: str = ""
    folded: bool = False


BODIES: dict[BlockKind, type[_Body]] = {
    "finding": Finding,
    "chart": Chart,
    "table": Grid,
    "excerpt": Excerpt,
    "tree": Tree,
    "note": Note,
}
