"""The tables of one folder as Ibis expressions: the columns every indicator is made of, in one place.

Sums are taken over whole cents and whole grams, so that a total does not depend on the order in which threads add.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ibis
import polars as pl

from madein.core.errors import MadeinError
from madein.screening.flows.editions import at_one_edition
from madein.screening.flows.intake import fit_columns, side_table, sound_lines
from madein.screening.normalise.hs import Correlation
from madein.screening.schema import Dataset

CENTS, GRAMS = 100, 1000


@dataclass(frozen=True)
class Frame:
    """An open folder of screening tables.

    Attributes
    ----------
    con : ibis backend
        DuckDB by default; any Ibis backend that reads Parquet serves.
    lines : ibis table
        declaration_id, line, date, flow, firm_id, counterparty_name, agent_id, province, hs8, hs6, origin, departure,
        destination, `q` (quarters since year 0), `cents` and `grams` (64-bit whole numbers, grams empty where not weighed or
        zero), `value_basis`, `currency`.
    firms, tariffs : Polars frames
        Empty where the folder has none.
    home : str
        The economy whose exports these are: the origin most exports declare.
    notes : tuple of str
        What was left aside on opening.
    """

    con: Any
    lines: Any
    firms: pl.DataFrame
    tariffs: pl.DataFrame
    home: str
    currency: str
    notes: tuple[str, ...]

    def take(self, expr: Any, *order: str) -> pl.DataFrame:
        """Run an expression and sort what it gives, so that two runs agree row for row."""
        frame: pl.DataFrame = self.con.to_polars(expr)
        wide = [c for c, t in frame.schema.items() if isinstance(t, pl.Decimal)]
        frame = frame.with_columns(pl.col(c).cast(pl.Int64) for c in wide)
        return frame.sort(order or frame.columns)


def quarter_number(date: Any) -> Any:
    """Quarters since the year 0, of an Ibis date."""
    return (date.year() * 4 + date.quarter() - 1).cast("int32")


def prepare(table: Any) -> Any:
    """Declarations in the schema as the columns of `Frame.lines`.

    Parameters
    ----------
    table : ibis table
        In the schema of declarations, on any backend.
    """
    return table.select(
        *(c for c in ("declaration_id", "line", "date", "flow", "firm_id", "counterparty_name", "agent_id", "province", "origin",
                      "departure", "destination", "value_basis", "currency", "hs_edition")),
        q=quarter_number(table.date), hs8=table.hs.substr(0, 8), hs6=table.hs.substr(0, 6),
        cents=(table.value * CENTS).round().cast("int64"),
        grams=(table.net_kg * GRAMS).round().cast("int64").nullif(0),
    )  # fmt: skip


def total(column: Any) -> Any:
    """Sum of whole numbers as a whole number of 64 bits; zero where nothing is added."""
    return column.sum().coalesce(0).cast("int64")


def open_frame(data: Path | str | Dataset, memory: str = "2GB", threads: int = 2, con: Any = None, correlation: Correlation | None = None) -> Frame:
    """Open ``declarations.parquet``, ``firms.parquet`` and ``tariffs.parquet`` of a folder, or the tables of a dataset.

    Parameters
    ----------
    data : Path or Dataset
    memory : str
        What DuckDB may hold before it spills to disk.
    threads : int
    con : ibis backend, optional
        Another engine; the other two settings then stay unused.
    correlation : Correlation, optional
        Which codes of one edition hold the goods of another's; without it, codes of mixed editions are compared as written.

    Raises
    ------
    MadeinError
        If the folder holds no declarations, a file is no Parquet, lacks a column that rows need or has one of another type, or no
        line can be used.
    """
    held = data if isinstance(data, Dataset) else _folder(Path(data))
    notes: list[str] = []
    if con is None:
        con = ibis.duckdb.connect(memory_limit=memory, threads=threads)
        # What is printed belongs to whoever calls.
        con.raw_sql("SET enable_progress_bar = false")
    where = held.declarations.name
    lines = prepare(sound_lines(con, fit_columns(con, held.declarations, "declarations", notes), where, notes))
    keys = ["flow", "origin", "currency", "hs_edition"]
    count = con.to_polars(
        lines.group_by(keys).agg(n=lines.count(), named=lines.firm_id.count(), weighed=lines.grams.count(), whole=(lines.hs6.length() == 6).sum())
    )
    lines, currency = _one_currency(lines, count, notes)
    editions = dict(count.group_by("hs_edition").agg(pl.col("n").sum()).sort("hs_edition").iter_rows())
    lines = at_one_edition(con, lines, correlation, editions, notes)
    notes += _gaps(count, where)
    made = count.filter((pl.col("flow") == "export") & pl.col("origin").is_not_null()).group_by("origin").agg(pl.col("n").sum())
    home = made.sort(["n", "origin"], descending=[True, False])["origin"].to_list()
    if not home:
        notes.append(f"no export of {where} declares an origin (column origin): what home is cannot be told")
    firms, tariffs = side_table(held.firms, "firms", notes), side_table(held.tariffs, "tariffs", notes)
    if not firms.height:
        notes.append("no register of firms is given: firms are tied by nothing but a common agent, and age and production are not known")
    return Frame(con, lines, firms, tariffs, home[0] if home else "", currency, tuple(notes))


def _one_currency(lines: Any, count: pl.DataFrame, notes: list[str]) -> tuple[Any, str]:
    """Lines in the currency of most of them: adding amounts of two would be no sum of anything."""
    money = count.group_by("currency").agg(pl.col("n").sum()).sort(["n", "currency"], descending=[True, False], nulls_last=True)
    currency = next((c for c in money["currency"].to_list() if c), "")
    if not currency:
        notes.append("no line names its currency (column currency): all values are taken for amounts of one")
    elif money.height > 1:
        other = int(money.filter(pl.col("currency").ne_missing(currency))["n"].sum())
        notes.append(f"{other} lines in other currencies than {currency} are left aside (column currency): convert them by date first")
        lines = lines.filter(lines.currency == currency)
    return lines, str(currency)


def _gaps(count: pl.DataFrame, where: str) -> list[str]:
    """What lines do not say, and so is not looked at."""
    n, said = int(count["n"].sum()), []
    for column, name, lost in (
        ("named", "firm_id", "nothing can be said of firms"), ("weighed", "net_kg", "prices and masses cannot be compared"),
        ("whole", "hs", "codes of fewer than six digits are compared as they are"),
    ):  # fmt: skip
        empty = n - int(count[column].fill_null(0).sum())
        if empty * 10 > n:
            told = "are short" if name == "hs" else "are empty or zero" if name == "net_kg" else "are empty"
            said.append(f"{empty} of {n} lines of {where} {told} in column {name}: {lost}")
    flows = set(count["flow"].to_list())
    said += [f"{where} holds no {flow}s (column flow): lanes need both directions" for flow in ("import", "export") if flow not in flows]
    return said


def _folder(folder: Path) -> Dataset:
    """The tables of a folder that are called as in the schema."""
    path = folder / "declarations.parquet"
    if not path.is_file():
        raise MadeinError("no declarations.parquet", str(folder.name), fix="name a folder that holds one, or read your tables through a mapping")
    firms, tariffs = (p if (p := folder / f"{name}.parquet").is_file() else None for name in ("firms", "tariffs"))
    return Dataset(path, firms, tariffs)
