"""A catalogue cut into pieces of whole bills, each small enough to be worked on at once, by one process or by several."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from madein.core.errors import MadeinError, Problem
from madein.origin.batch.table import Table, column_key, table_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_TOLD = 1000
_LARGE = 256 * 2**20
"""Bytes of a text file from which on it is first written as columns, so that pieces of it can be read."""


@dataclass(frozen=True)
class Piece:
    """Whole bills of a catalogue.

    Parameters
    ----------
    lines : DataFrame or LazyFrame
        Rows of the catalogue; a lazy one is read where the piece is worked on.
    names : dict of str to str
        Columns that are read, and their keys.
    rows : int64 array or int
        Number of each row as people count, or of the first of rows in a run.
    goods : DataFrame or None
        Products of these bills, if they stand apart.
    label, edition : str
        How messages call the catalogue; edition of codes that name none.
    """

    lines: pl.DataFrame | pl.LazyFrame
    names: dict[str, str]
    rows: NDArray[np.int64] | int
    goods: pl.DataFrame | None
    label: str
    edition: str

    def table(self) -> Table:
        """The arrays of the piece."""
        part = self.lines.lazy().select(list(self.names)).collect().rename(self.names)
        rows = np.arange(self.rows, self.rows + part.height) if isinstance(self.rows, int) else self.rows
        if self.goods is None:
            return table_of(part, rows, None, self.label, self.edition)
        own = part.select("bill").unique(maintain_order=True).join(self.goods, on="bill", how="left", maintain_order="left")
        table = table_of(part, rows, own, self.label, self.edition)
        lost = np.flatnonzero(~table.ids.is_in(self.goods["bill"].implode()).to_numpy())
        table.bad[lost] = True
        table.problems += [
            Problem(f"the product {table.ids[int(n)]!r} has no row of its own", self.label, fix="add it to the products") for n in lost[:_MOST_TOLD]
        ]
        return table


@contextmanager
def opened(table: pl.DataFrame | str | Path) -> Iterator[tuple[pl.DataFrame | pl.LazyFrame, int]]:
    """A catalogue, read or ready to be read in pieces, and the number people give its first row.

    Raises
    ------
    MadeinError
        If there is no such file.
    """
    if isinstance(table, pl.DataFrame):
        yield table, 1
        return
    path = Path(table)
    if not path.is_file():
        raise MadeinError("there is no such file", path.name, fix="check its name and folder")
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        yield pl.scan_parquet(path), 1
    elif suffix in (".csv", ".tsv"):
        text = pl.scan_csv(path, infer_schema=False, separator="\t" if suffix == ".tsv" else ",")
        if path.stat().st_size < _LARGE:
            yield text.collect(), 2
            return
        with tempfile.TemporaryDirectory() as folder:
            columns = Path(folder) / "catalogue.parquet"
            text.sink_parquet(columns)
            yield pl.scan_parquet(columns), 2
    else:
        yield _sheet(path), 2


def _sheet(path: Path) -> pl.DataFrame:
    from madein.core.grid import read_sheets

    sheet = read_sheets(path)[0]
    rows = sheet.head(sheet.text.height)
    names = [c.strip() or f"column {n + 1}" for n, c in enumerate(rows[0])] if rows else []
    columns = {name: [r[n].strip() or None if n < len(r) else None for r in rows[1:]] for n, name in enumerate(names)}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _names(columns: list[str], label: str, problems: list[Problem]) -> dict[str, str]:
    """The columns that are read, with their keys."""
    names: dict[str, str] = {}
    for name in columns:
        key = column_key(name)
        if key is None or key in names.values():
            why = "" if key is None else f"{key} stands twice"
            problems.append(Problem(f"the column {name!r} is not read", label, why, "use a name of the reader of bills, or delete it", "warning"))
            continue
        names[name] = key
    return names


def _products(goods: pl.DataFrame, label: str, problems: list[Problem]) -> pl.DataFrame:
    names = _names(goods.columns, label, problems)
    if "bill" not in names.values():
        raise MadeinError("no column names the bill of each product", label, fix="add a column bill")
    goods = goods.select(list(names)).rename(names)
    twice = goods.filter(goods["bill"].is_duplicated())["bill"].unique(maintain_order=True)
    problems += [Problem(f"the product {b!r} stands twice", label, fix="keep one row for each product") for b in twice.to_list()[:_MOST_TOLD]]
    return goods.unique("bill", keep="first", maintain_order=True) if len(twice) else goods


def cut(
    frame: pl.DataFrame | pl.LazyFrame, goods: pl.DataFrame | None, label: str, edition: str, first: int, problems: list[Problem], size: int,
    parts: int = 1,
) -> Iterator[Piece]:  # fmt: skip
    """The catalogue in pieces of whole bills.

    Parameters
    ----------
    frame, goods : DataFrame or LazyFrame
        Lines and, if they stand apart, products. Lines that stand in a file, bill after bill, are read piece by piece.
    label, edition, first
        How messages call it; edition of codes that name none; number of its first row.
    problems : list of Problem
        Takes what is wrong with the columns.
    size, parts : int
        Bills in one piece, at most; pieces there should be, at least.

    Raises
    ------
    MadeinError
        If there is no column ``bill``.
    """
    names = _names(frame.lazy().collect_schema().names(), label, problems)
    if "bill" not in names.values():
        raise MadeinError("no column names the bill of each row", label, fix="add a column bill")
    goods = None if goods is None else _products(goods, label, problems)
    column = next(name for name, key in names.items() if key == "bill")
    bills = frame.lazy().select(column).collect()[column]
    rows: NDArray[np.int64] | None = None
    if bills.null_count():
        blank = np.flatnonzero(bills.is_null().to_numpy())
        problems += [Problem("the row names no bill", f"{label} row {int(n) + first}".strip(), fix="name its bill") for n in blank[:_MOST_TOLD]]
        rows = np.flatnonzero(bills.is_not_null().to_numpy()) + first
        frame = frame.lazy().filter(pl.col(column).is_not_null()).collect()
        bills = frame[column]
    if not len(bills):
        return
    starts = _starts(bills)
    if bills.gather(starts).is_duplicated().any():
        order = bills.to_frame().with_row_index("_at").sort(column, maintain_order=True)["_at"]
        frame = frame.lazy().collect()[order]
        rows = order.to_numpy() + first if rows is None else rows[order.to_numpy()]
        bills = frame[column]
        starts = _starts(bills)
    size = max(1, min(size, -(-len(starts) // parts)))
    ends = np.append(starts[size::size], len(bills))
    begin = 0
    for end in ends.tolist():
        own = None
        if goods is not None:
            own = goods.join(pl.DataFrame({"bill": bills[begin:end].unique()}), on="bill", how="semi")
        yield Piece(frame.slice(begin, end - begin), names, begin + first if rows is None else rows[begin:end], own, label, edition)
        begin = end


def _starts(bills: pl.Series) -> NDArray[np.int64]:
    """Rows in which another bill begins."""
    return np.flatnonzero((bills != bills.shift(1)).fill_null(True).to_numpy())
