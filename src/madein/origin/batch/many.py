"""A catalogue of products against markets: the table in, one row for each product and market out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl

from madein.core.errors import MadeinError, Problem
from madein.origin.batch.judge import Judge
from madein.origin.batch.margin import REASONS
from madein.origin.batch.table import Table, column_key, table_of
from madein.origin.decide import Court, court_of
from madein.origin.provisions import place
from madein.origin.regimes import Regime, load_regime

Market = str | tuple[str, str]
"""A regime for the destination each product names, or a regime and the country sold to."""

_WORDS = ("no", "unknown", "yes", None)
_PIECE = 250_000
"""Bills that are worked on at once."""


@dataclass
class Catalogue:
    """The decisions on a catalogue.

    Parameters
    ----------
    decisions : DataFrame
        One row for each bill and market: ``bill``, ``regime``, ``destination``, ``verdict`` (``yes``, ``no``, ``unknown``; null for a
        bill that was refused), ``rule`` (ids of the rules), ``margin`` (percentage points from the nearest deciding limit of value,
        negative beyond it; null where no such limit decides), ``reason`` (one of `madein.origin.batch.margin.REASONS`).
    problems : list of Problem
        What could not be read, with row and column.
    scalar : dict of str to int
        For each market, how many bills the scalar path decided.
    refused : int
        Bills with an error, which are not decided.
    """

    decisions: pl.DataFrame
    problems: list[Problem] = field(default_factory=list)
    scalar: dict[str, int] = field(default_factory=dict)
    refused: int = 0


def decide_many(
    table: pl.DataFrame | str | Path, regimes: Sequence[Market], on: date | None = None, products: pl.DataFrame | str | Path | None = None,
    edition: str = "", label: str = "",
) -> Catalogue:  # fmt: skip
    """Decide a catalogue of bills under several regimes at once.

    Parameters
    ----------
    table : DataFrame, or path of a CSV, Parquet or Excel file
        One row for each line of each bill. ``bill`` names the product; the other columns are those of the reader of bills (``hs``,
        ``hs_edition``, ``origin``, ``originating``, ``value``, ``weight_pct``, ``role``, ...), ``status_REGIME`` for the status under
        one regime. Values are per unit of the product, in its currency, weights in the unit of its weight, shares in percent.
    regimes : sequence of str or (str, str)
        Regimes; with a country, goods are sold there.
    on : date, optional
        Day the law is applied at; without it, the newest law held.
    products : DataFrame or path, optional
        One row for each ``bill`` with ``product_hs``, ``product_hs_edition``, ``product_country``, ``product_destination``,
        ``product_value``, ``product_basis``, ``product_currency``, ``product_net_cost``, ``product_weight``, ``product_processes``,
        ``gate_minimal_operations``, ``gate_transport``, ``fact_...``. Without it these columns stand in `table`, the same on every
        row of a bill.
    edition : str
        Edition of codes that name none.
    label : str
        How messages call the catalogue.

    Returns
    -------
    Catalogue
        Decisions equal to those of `madein.origin.decide.decide`, and what could not be read.

    Raises
    ------
    MadeinError
        If no such regime is held, or the table names no bills.

    Examples
    --------
    >>> lines = pl.DataFrame({
    ...     "bill": ["fan", "fan"], "product_hs": ["841451"] * 2, "product_country": ["VN"] * 2, "product_value": [100] * 2,
    ...     "product_basis": ["EXW"] * 2, "gate_minimal_operations": ["met"] * 2, "hs": ["850110", "841490"], "hs_edition": ["2022"] * 2,
    ...     "product_hs_edition": ["2022"] * 2, "originating": ["no", "no"], "origin": ["CN", "CN"], "value": [30, 45],
    ... })
    >>> found = decide_many(lines, [("EVFTA", "EU")]).decisions
    >>> found["verdict"][0], found["margin"][0]
    ('no', -5.0)
    """
    label = label or (Path(table).name if isinstance(table, str | Path) else "")
    frame, first = _frame(table)
    goods = None if products is None else _frame(products)[0]
    courts = [_court(market, on) for market in regimes]
    found: list[pl.DataFrame] = []
    out = Catalogue(pl.DataFrame())
    for piece in pieces(frame, goods, label, edition, first, out.problems):
        found.append(_decided(piece, courts, out))
    out.decisions = pl.concat(found) if found else pl.DataFrame()
    return out


def _court(market: Market, on: date | None) -> tuple[Court, str]:
    name, country = (market, "") if isinstance(market, str) else market
    regime = load_regime(name.upper()) if isinstance(name, str) else name
    assert isinstance(regime, Regime)
    return court_of(regime, on), place(country) if country else ""


def _frame(table: pl.DataFrame | str | Path) -> tuple[pl.DataFrame, int]:
    """The table, and the number people give its first row."""
    if isinstance(table, pl.DataFrame):
        return table, 1
    path = Path(table)
    suffix = path.suffix.lower()
    if suffix in (".parquet", ".pq"):
        return pl.read_parquet(path), 1
    if not path.is_file():
        raise MadeinError("there is no such file", path.name, fix="check its name and folder")
    if suffix in (".csv", ".tsv"):
        return pl.read_csv(path, infer_schema=False, separator="\t" if suffix == ".tsv" else ","), 2
    from madein.core.grid import read_sheets

    sheet = read_sheets(path)[0]
    rows = sheet.head(sheet.text.height)
    names = [c.strip() or f"column {n + 1}" for n, c in enumerate(rows[0])] if rows else []
    columns = {name: [r[n].strip() or None if n < len(r) else None for r in rows[1:]] for n, name in enumerate(names)}
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String)), 2


def _named(frame: pl.DataFrame, label: str, problems: list[Problem]) -> pl.DataFrame:
    """The columns by their keys."""
    names: dict[str, str] = {}
    for name in frame.columns:
        key = column_key(name)
        if key is None or key in names.values():
            why = "" if key is None else f"{key} stands twice"
            problems.append(Problem(f"the column {name!r} is not read", label, why, "use a name of the reader of bills, or delete it", "warning"))
            continue
        names[name] = key
    return frame.select(list(names)).rename(names)


def pieces(
    frame: pl.DataFrame, goods: pl.DataFrame | None, label: str, edition: str, first: int, problems: list[Problem], size: int = _PIECE
) -> Iterator[Table]:
    """The catalogue in pieces of whole bills.

    Parameters
    ----------
    frame, goods : DataFrame
        Lines and, if they stand apart, products.
    label, edition, first
        How messages call it; edition of codes that name none; number of its first row.
    problems : list of Problem
        Takes what is wrong with the columns.
    size : int
        Bills in one piece.

    Raises
    ------
    MadeinError
        If there is no column ``bill``.
    """
    frame = _named(frame, label, problems)
    if "bill" not in frame.columns:
        raise MadeinError("no column names the bill of each row", label, fix="add a column bill")
    goods = None if goods is None else _named(goods, label, problems)
    if goods is not None and "bill" not in goods.columns:
        raise MadeinError("no column names the bill of each product", label, fix="add a column bill")
    blank = np.flatnonzero(frame["bill"].is_null().to_numpy())
    problems += [Problem("the row names no bill", f"{label} row {int(n) + first}".strip(), fix="name its bill") for n in blank[:1000]]
    rows = np.arange(first, first + frame.height)
    if len(blank):
        keep = frame["bill"].is_not_null()
        frame, rows = frame.filter(keep), rows[keep.to_numpy()]
    if frame.height == 0:
        return
    new = frame["bill"] != frame["bill"].shift(1)
    starts = np.flatnonzero(new.fill_null(True).to_numpy())
    if frame["bill"].gather(starts).is_duplicated().any():
        order = frame["bill"].arg_sort(nulls_last=True)
        order = frame.with_row_index("_at").sort("bill", maintain_order=True)["_at"]
        frame, rows = frame[order], rows[order.to_numpy()]
        starts = np.flatnonzero((frame["bill"] != frame["bill"].shift(1)).fill_null(True).to_numpy())
    if goods is not None:
        twice = goods.filter(goods["bill"].is_duplicated())["bill"].unique(maintain_order=True)
        problems += [Problem(f"the product {b!r} stands twice", label, fix="keep one row for each product") for b in twice.to_list()[:1000]]
        goods = goods.unique("bill", keep="first", maintain_order=True)
    ends = np.append(starts[size::size], frame.height)
    begin = 0
    for end in ends.tolist():
        part = frame[begin:end]
        own = None if goods is None else part.select("bill").unique(maintain_order=True).join(goods, on="bill", how="left", maintain_order="left")
        table = table_of(part, rows[begin:end], own, label, edition)
        if goods is not None:
            lost = np.flatnonzero(~table.ids.is_in(goods["bill"].implode()).to_numpy())
            table.bad[lost] = True
            problems += [Problem(f"the product {table.ids[int(n)]!r} has no row of its own", label, fix="add it to the products") for n in lost[:1000]]
        problems += table.problems
        yield table
        begin = end


def _decided(table: Table, courts: Iterable[tuple[Court, str]], out: Catalogue) -> pl.DataFrame:
    found = []
    own = pl.Series([s.product.destination for s in table.sorts], dtype=pl.String).gather(table.told)
    verdict_words, reasons = pl.Series(_WORDS, dtype=pl.String), pl.Series(REASONS, dtype=pl.String)
    for court, destination in courts:
        said = Judge(table, court, destination).verdicts()
        name = court.law.regime
        market = f"{name}:{destination}" if destination else name
        out.scalar[market] = out.scalar.get(market, 0) + int(said.scalar.sum())
        found.append(
            pl.DataFrame(
                {
                    "bill": table.ids,
                    "regime": pl.repeat(name, len(table.ids), eager=True),
                    "destination": pl.repeat(destination, len(table.ids), eager=True) if destination else own,
                    "verdict": verdict_words.gather(said.verdict.astype(np.uint32)).cast(pl.Categorical),
                    "rule": pl.Series(said.rule.tolist(), dtype=pl.String).cast(pl.Categorical),
                    "margin": pl.Series(said.margin).fill_nan(None),
                    "reason": reasons.gather(said.why.astype(np.uint32)).cast(pl.Categorical),
                }
            )
        )
    out.refused += int(table.bad.sum())
    return pl.concat(found)
