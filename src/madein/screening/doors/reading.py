"""Files as blocks of text cells: Parquet, CSV and workbooks, read a block at a time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from madein.core.errors import MadeinError
from madein.core.grid import EXCEL, TEXT, Sheet, decode, find_delimiter, read_sheets

BLOCK = 200_000
"""Rows held at once."""
_WHOLE = 48_000_000
"""A text file up to so many bytes is read through the grid, which takes any encoding and any quoting; a larger one is streamed."""
DATA = frozenset({".parquet", *EXCEL, *TEXT})
"""Endings of files that can hold a table."""


def _names(cells: list[str], label: str) -> list[str]:
    names = [" ".join(c.split()) or f"column {i + 1}" for i, c in enumerate(cells)]
    twice = sorted({n for n in names if names.count(n) > 1})
    if twice:
        raise MadeinError(f"two columns are called {twice[0]!r}", label, fix="rename one of them")
    return names


def _table(sheet: Sheet, label: str) -> pl.DataFrame:
    """A sheet as a table: the first row with more than one cell is the header."""
    head = sheet.head(30)
    at = next((i for i, row in enumerate(head) if sum(bool(c.strip()) for c in row) > 1), 0)
    return sheet.text[at + 1 :].rename(dict(zip(sheet.text.columns, _names(head[at], label), strict=True)))


def header_and_sample(path: Path, rows: int = 2000) -> pl.DataFrame:
    """The first rows of a file; text as text, columns of Parquet with their types.

    Raises
    ------
    MadeinError
        If the file is missing, empty, or of an ending that is not read.
    """
    return next(blocks(path, rows), pl.DataFrame())


def blocks(path: Path, size: int = BLOCK) -> Iterator[pl.DataFrame]:
    """A file in blocks of rows, in order.

    Raises
    ------
    MadeinError
        If the file is missing, empty, or of an ending that is not read.
    """
    label = path.name
    if not path.is_file():
        raise MadeinError("there is no such file", label, fix="check its name and folder")
    ending = path.suffix.lower()
    if ending == ".parquet":
        yield from _streamed(pl.scan_parquet(path), size, label)
    elif ending in TEXT and path.stat().st_size > _WHOLE:
        with path.open("rb") as file:
            raw = file.read(65_536)
        start = decode(raw[: raw.rfind(b"\n") + 1], label)
        mark = find_delimiter(start)
        lazy = pl.scan_csv(path, separator=mark, infer_schema=False)
        names = lazy.collect_schema().names()
        yield from _streamed(lazy.rename(dict(zip(names, _names(names, label), strict=True))), size, label)
    else:
        sheets = read_sheets(path, label)
        table = _table(max(sheets, key=lambda s: s.text.height * s.text.width), label)
        if not table.height:
            raise MadeinError("the file has a header and no rows", label, fix="put the rows under it")
        yield from table.iter_slices(size)


def _streamed(lazy: pl.LazyFrame, size: int, label: str) -> Iterator[pl.DataFrame]:
    try:
        for frame in lazy.collect_batches(chunk_size=size, maintain_order=True):
            yield from frame.iter_slices(size)
    except pl.exceptions.PolarsError as fault:
        # The engine's message may quote cells; only its kind is passed on.
        raise MadeinError(
            "the file cannot be read to its end", label, type(fault).__name__, "check that every row has as many columns as the header"
        ) from fault
