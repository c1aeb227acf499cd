"""The share over the years and by other methods, from files of shares or from tables of several years."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from madein.core.errors import MadeinError, Problems
from madein.core.step import BASES, Source, Table, worst
from madein.tiva.account import TOTAL, method_line
from madein.tiva.chapter import Case

WANTED = ("economy", "industry", "period", "value", "key", "method")
"""Columns of a file of shares; ``basis`` and ``source`` may follow."""

TABLES, PANEL = "tables", "panel"
"""Keys of shares that follow from the tables given, and from a panel."""
OWN_SERIES = (TABLES, PANEL)


@dataclass(frozen=True)
class _Row:
    key: str
    industry: str
    period: str
    share: float
    method: str
    src: str
    basis: str


def read_shares(source: Source, economy: str) -> list[_Row]:
    """Rows of a file of domestic shares that are about an economy.

    Raises
    ------
    BadInput
        Missing columns; values that are no percentages; a share twice: each with its line.
    """
    if source.path.suffix.lower() == ".parquet":
        return read_panel(source, economy)
    found = Problems(source.id)
    try:
        frame = pl.read_csv(source.path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise MadeinError("the file holds no shares", source.id, str(fault).splitlines()[0][:120], "give a CSV file") from fault
    for column in [c for c in WANTED if c not in frame.columns]:
        found.error(f"column {column!r} is missing", fix="name the columns " + ", ".join(WANTED))
    found.raise_errors()
    letter = chr(ord("A") + frame.columns.index("value"))
    out: dict[tuple[str, str, str], _Row] = {}
    for line, row in enumerate(frame.iter_rows(named=True), 2):
        if row["economy"] != economy:
            continue
        try:
            value = float(row["value"])
        except (TypeError, ValueError):
            value = float("nan")
        if not 0 <= value <= 100:
            found.error("a share is no percentage", f"row {line}, column value", f"it reads {row['value']!r}", "give a number from 0 to 100")
            continue
        if not str(row["period"]).isdecimal():
            found.error("a period is no year", f"row {line}, column period", f"it reads {row['period']!r}", "write 2022")
            continue
        key = (row["key"], row["industry"], row["period"])
        if key in out:
            found.error("a share stands twice", f"row {line}", ", ".join(key), "keep one")
        basis = str(row.get("basis") or "computed")
        out[key] = _Row(*key, value, str(row["method"]), f"source:{source.id}::cell {letter}{line}", basis if basis in BASES else "computed")
    found.raise_errors()
    return list(out.values())


def read_panel(source: Source, economy: str) -> list[_Row]:
    """Domestic shares of an economy's exports from a panel of Borin and Mancini's terms by industry, as ``madein tiva panel`` writes it.

    Raises
    ------
    MadeinError
        If the file is no such panel, or does not hold the economy.
    """
    wanted = ("year", "exporter", "industry", "GEXP", "DC", "basis", "method")
    try:
        lazy = pl.scan_parquet(source.path)
        lacking = [c for c in wanted if c not in lazy.collect_schema()]
        if lacking:
            raise MadeinError("the file is no panel of shares", source.id, f"it has no column {', '.join(lacking)}",
                              "write it with madein tiva panel, method bm, level sector")  # fmt: skip
        frame = lazy.filter(pl.col("exporter") == economy).select(wanted).collect()
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise MadeinError("the file is no panel", source.id, str(fault).splitlines()[0][:120], "write it with madein tiva panel") from fault
    if frame.is_empty():
        raise MadeinError(f"the panel holds no exports of {economy}", source.id, fix="write it with that economy")
    out = []
    for (year, basis, method), part in frame.group_by("year", "basis", "method", maintain_order=True):
        cells = {str(i): (float(p["GEXP"].to_numpy().sum()), float(p["DC"].to_numpy().sum()))
                 for (i,), p in part.group_by("industry", maintain_order=True)}  # fmt: skip
        cells[TOTAL] = (float(part["GEXP"].to_numpy().sum()), float(part["DC"].to_numpy().sum()))
        told = worst(["computed", str(basis)]) if basis in BASES else "computed"
        out += [
            _Row(PANEL, i, str(year), 100 * own / gross, str(method), f"source:{source.id}", told) for i, (gross, own) in cells.items() if gross > 0
        ]
    return out


def years_table(case: Case, sources: Sequence[Source], series: Mapping[str, str]) -> Table | None:
    """Table ``years``: share by series, industry and year; None where nothing tells of other years.

    Raises
    ------
    MadeinError
        If `series` names a key that no file holds.
    """
    rows = [row for source in sources for row in read_shares(source, case.profile.economy)]
    if unknown := [key for key in series if key not in {r.key for r in rows}]:
        held = ", ".join(sorted({r.key for r in rows})) or "none"
        raise MadeinError(f"no file of shares has the key {unknown[0]!r}", "series", f"held are {held}", "name one of those")
    if case.earlier:
        rows += [r for source, profile in [*case.earlier] for r in _of_table(source.id, profile)]
        rows += _of_table(case.source, case.profile)
    if not rows:
        return None
    return _table(rows, case, ("series", "industry", "period"), "The domestic share of exports over the years")


def methods_table(case: Case, sources: Sequence[Source]) -> Table | None:
    """Table ``methods``: the share of one year by other methods; None where no file tells of them."""
    rows = [row for source in sources for row in read_shares(source, case.profile.economy)]
    return _table(rows, case, ("series", "industry", "period"), "The domestic share of exports by the method it is computed with") if rows else None


def _of_table(source: str, profile: object) -> list[_Row]:
    from madein.tiva.account import Profile

    assert isinstance(profile, Profile)
    table = profile.factored.table
    basis = worst(["computed", table.basis]) if table.basis in BASES else "computed"
    return [
        _Row(TABLES, industry, str(table.year), 100 * share, method_line(profile.factored), f"source:{source}", basis)
        for industry, share in profile.shares().select("industry", "share").rows() if share is not None
    ]  # fmt: skip


def _table(rows: Sequence[_Row], case: Case, key: tuple[str, ...], title: str) -> Table:
    frame = pl.DataFrame(
        [(r.key, r.industry, case.names.industry(r.industry), r.period, r.share, r.method, [r.src], r.basis) for r in rows],
        {"series": pl.String, "industry": pl.String, "name": pl.String, "period": pl.String, "share": pl.Float64, "method": pl.String,
         "_src": pl.List(pl.String), "_basis": pl.String}, orient="row",
    )  # fmt: skip
    return Table(frame.sort(key), key, {"share": "percent"}, title)


def total_of(table: Table, series: str) -> pl.DataFrame:
    """Rows of all industries together of one series, by period."""
    return table.frame.filter((pl.col("series") == series) & (pl.col("industry") == TOTAL)).sort("period")
