"""Tables of texts for a terminal, frames as records and files, amounts in words."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from madein.cli.articles import console_for, write_records
from madein.core.documents import printable
from madein.core.errors import MadeinError

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

Format = Literal["table", "json", "jsonl", "csv", "parquet", "xlsx"]
Row = Mapping[str, Any]

MOST_ROWS = 1_000
"""Rows a terminal is shown; files hold all."""

NARROWEST = 6
"""Characters that a column keeps, however narrow the window."""

LONGEST_NUMBER = 14
"""Characters of the longest number or date that is not cut."""


@contextmanager
def screen(out: Path | None) -> Iterator[Console]:
    """The terminal, or a page as wide as a line of a table where nobody watches."""
    from madein.cli.show import Plain

    with console_for(out) as console:
        yield console if out or console.is_terminal else Plain(highlight=False, width=160)


@contextmanager
def working(what: str) -> Iterator[None]:
    """A word of what is going on, if somebody watches."""
    from madein.cli.show import Plain

    with Plain(stderr=True, quiet=not sys.stderr.isatty()).status(what):
        yield


def day_of(text: str, option: str) -> date | None:
    """The last day of a date, month or year that an option names; None for ''.

    Raises
    ------
    MadeinError
        If the text is no date.
    """
    from madein.core.periods import Period

    if not text:
        return None
    try:
        return Period.parse(text).last
    except ValueError as fault:
        raise MadeinError(f"{printable(text)!r} is no date", option, str(fault), "write 2024, 2024-12 or 2024-12-13") from fault


def write_frame(frame: pl.DataFrame, format_: Format, out: Path | None, title: str) -> None:
    """A frame as records or as a file, dates as text; `format_` is not "table".

    Raises
    ------
    MadeinError
        If the file cannot be written, or a binary format has none to go to.
    """
    import polars as pl

    from madein.cli.show import write_frame as write_file
    from madein.study.ledgers import writing

    frame = frame.drop("_src", strict=False)
    if format_ in ("parquet", "xlsx"):
        with writing(out) if out else nullcontext():
            write_file(frame, format_, out, title)
        return
    plain = frame.with_columns(pl.col(pl.Date).cast(pl.String), pl.col(pl.List(pl.String)).list.join(" ; "))
    write_records(plain.iter_rows(named=True), format_, out, plain.columns)


def grid(console: Console, header: Sequence[str], rows: Iterable[Sequence[Any]], right: Sequence[str] = ()) -> None:
    """A table of texts; columns that are empty throughout are left out, and rows beyond `MOST_ROWS` are counted."""
    grids(console, header, {"": list(rows)}, right)


def grids(console: Console, header: Sequence[str], parts: Mapping[str, Sequence[Sequence[Any]]], right: Sequence[str] = ()) -> None:
    """Several tables below each other, each under its heading, with columns of one width; see `grid`."""
    from rich.table import Table
    from rich.text import Text

    told = {name: [["" if c is None else printable(str(c)) for c in row] for row in rows] for name, rows in parts.items()}
    flat = [row for rows in told.values() for row in rows]
    kept = [i for i in range(len(header)) if any(row[i] for row in flat)]
    if not kept:
        return
    widths = _fitted([[header[i], *(row[i] for row in flat[:MOST_ROWS])] for i in kept], console.width)
    left = MOST_ROWS
    for n, (name, rows) in enumerate(told.items()):
        if left <= 0:
            break
        if name:
            say(console, name, "bold")
        table = Table(box=None, header_style="dim", pad_edge=False, show_header=n == 0)
        for i, width in zip(kept, widths, strict=True):
            table.add_column(Text(header[i]), justify="right" if header[i] in right else "left", overflow="fold", width=width)
        for row in rows[:left]:
            table.add_row(*(Text(row[i]) for i in kept))
        console.print(table)
        left -= len(rows)
    more(console, len(flat) - MOST_ROWS)


def more(console: Console, left: int) -> None:
    """How many were not shown, if any, and how to have them."""
    if left > 0:
        say(console, f"... and {left:,} more; --format csv writes all", "dim")


def _fitted(columns: Sequence[Sequence[str]], window: int) -> list[int]:
    """Widths of columns that fit a window: the widest is made narrower first, and words are cut only where nothing else helps.

    Examples
    --------
    >>> _fitted([["a ship", "Silver Queen"], ["2022-11-25"]], 30), _fitted([["a ship", "Silver Queen"], ["2022-11-25"]], 18)
    ([12, 10], [6, 10])
    """
    widths = [max(map(len, texts)) for texts in columns]
    words = [{w for t in texts for w in t.split()} for texts in columns]
    # Numbers and dates are never cut; a path with a digit in it may be.
    numbers = [max((len(w) for w in ws if len(w) <= LONGEST_NUMBER and any(c.isdigit() for c in w)), default=NARROWEST) for ws in words]
    for least in ([max(map(len, ws), default=0) for ws in words], numbers):
        room = [w - least for w, least in zip(widths, least, strict=True)]
        while sum(widths) + 2 * (len(widths) - 1) > window and any(r > 0 for r in room):
            i = max((i for i, r in enumerate(room) if r > 0), key=lambda i: (widths[i], i))
            widths[i], room[i] = widths[i] - 1, room[i] - 1
    return widths


def say(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    """Text that may hold what files told, wrapped at words in a window and left on one line elsewhere."""
    from rich.padding import Padding
    from rich.text import Text

    told = Text(printable(text), style=style)
    if console.is_terminal:
        console.print(Padding(told, (0, 0, 0, indent), expand=False))
    else:
        told.pad_left(indent)
        console.print(told, soft_wrap=True)


def counted(n: int, noun: str) -> str:
    """``1 claim``, ``1,200 claims``."""
    return f"{n:,} {noun}{'' if n == 1 else 's'}"


def amount(row: Row) -> str:
    """Value, bounds and unit of a row in words.

    Examples
    --------
    >>> for low, high in ((8e8, 8e8), (8e8, None), (7.9e8, 8.1e8)):
    ...     print(amount({"value": 8e8, "low": low, "high": high, "unit": "USD"}))
    800 million USD
    800 million USD or more
    about 800 million USD
    >>> amount({"value": None, "low": 0.0, "high": 9e5, "unit": "pack/year"})
    '0 to 900,000 packs/year'
    """
    from madein.ledger.checks.model import printed

    value, low, high, unit = (row[k] for k in ("value", "low", "high", "unit"))
    if value is None:
        ends = [printed(x, unit) if x else "0" if x == 0 else "" for x in (low, high)]
        return f"{ends[0]} or more" if not ends[1] else f"{ends[0] or 'up'} to {ends[1]}"
    told = printed(value, unit)
    if high is None:
        return f"{told} or more"
    if low is None or low < value == high:
        return f"at most {told}"
    return told if low == high else f"about {told}"
