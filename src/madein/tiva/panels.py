"""Panels: a table a year, decomposed one after the other and written to Parquet, so that memory holds one year at a time."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError
from madein.core.icio import IcioTable
from madein.tiva.factored import Factored, Share
from madein.tiva.result import Level
from madein.tiva.sweep import decompose

if TYPE_CHECKING:
    import polars as pl

Groups = Mapping[str, Sequence[str]]


def tables_of(paths: Iterable[Path | str]) -> Iterator[IcioTable]:
    """Tables of several files one by one; a zip gives each of its tables.

    Raises
    ------
    MadeinError
        As `read_icio`; or if a zip holds no table.
    """
    from madein.core.grid import EXCEL
    from madein.tiva.readers import read_icio

    for path in map(Path, paths):
        if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
            # Messages name the file that was given, not what the table says of its origin.
            yield replace(read_icio(path), source=path.name)
            continue
        with zipfile.ZipFile(path) as archive:
            members = sorted(n for n in archive.namelist() if n.lower().endswith((".csv", ".txt", ".tsv", *EXCEL)))
        if not members:
            raise MadeinError("the zip holds no table", path.name, fix="name a zip with CSV files or workbooks")
        for member in members:
            yield replace(read_icio(path, member=member), source=f"{path.name} {member}")


def one_a_year(tables: Iterable[IcioTable | Path | str], read: Callable[[Path], IcioTable] | None = None) -> Iterator[IcioTable]:
    """The tables, each seen to have a year of its own and the labels and unit of the first.

    Raises
    ------
    MadeinError
        If a table has no year, two have the same, or labels change from year to year.
    """
    from madein.tiva.readers import read_icio

    years: dict[int, str] = {}
    first: IcioTable | None = None
    for item in tables:
        table = item if isinstance(item, IcioTable) else (read or read_icio)(Path(item))
        if table.year is None:
            raise MadeinError("a table has no year", table.source, "neither its name nor its cells tell one", "put it into the file's name")
        if table.year in years:
            told = f"{years[table.year]} is of {table.year} too" if years[table.year] else ""
            raise MadeinError(f"a table is the second of {table.year}", table.source, told, "give each table its own year")
        first = first or table
        for kind in ("countries", "industries", "unit"):
            mine, theirs = getattr(table, kind), getattr(first, kind)
            if mine != theirs:
                raise MadeinError(
                    f"labels or unit differ from those of the first table: {kind}", f"{table.source} {table.year}", _difference(mine, theirs, first),
                    "aggregate all to common labels",
                )  # fmt: skip
        years[table.year] = table.source
        yield table


def _difference(mine: Sequence[str] | str, theirs: Sequence[str] | str, first: IcioTable) -> str:
    if isinstance(mine, str) or isinstance(theirs, str):
        return f"{mine or 'none'} here, {theirs or 'none'} in {first.year}"
    new, gone = [x for x in mine if x not in theirs], [x for x in theirs if x not in mine]
    told = [f"{what}: {', '.join(held[:10])}" for what, held in ((f"not in {first.year}", new), (f"only in {first.year}", gone)) if held]
    return "; ".join(told) or "the same labels in another order"


def panel(
    tables: Iterable[IcioTable | Path | str], folder: Path, level: Level = "bilateral-sector", groups: Groups | None = None,
    read: Callable[[Path], IcioTable] | None = None, threads: int = 1, value_added: Share = "residual",
) -> list[Path]:  # fmt: skip
    """Decompose a table a year into ``folder/NAME/year=YYYY.parquet``.

    Parameters
    ----------
    tables : iterable of IcioTable or paths
        Taken one by one, so a generator is never held whole. Each with its year.
    folder : Path
        Made if it is missing; files of the same year are replaced.
    level : {"country", "sector", "bilateral", "bilateral-sector"}
        Of the cells.
    groups : dict, optional
        Economies that count as one.
    read : callable, optional
        Reader of a path; `read_icio` if left out.
    threads : int
        BLAS threads.
    value_added : {"residual", "stated"}
        Whose value added is traced.

    Returns
    -------
    list of Path
        What was written, in order.

    Raises
    ------
    MadeinError
        If a table has no year, two have the same, or labels change from year to year.
    """
    written: list[Path] = []
    for table in one_a_year(tables, read):
        written += _year(Factored(table, groups, value_added, threads), folder, level)
    return written


def _year(f: Factored, folder: Path, level: Level) -> list[Path]:
    import polars as pl

    held, year = decompose(f, level), f.table.year
    out = []
    for name, d in held.by_name.items():
        path = folder / name / f"year={year}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        d.frame(year=True).write_parquet(path, compression="zstd", compression_level=1, statistics=False)
        out.append(path)
    path = folder / "imports" / f"year={year}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    held.imports.bilateral().select(pl.lit(year, pl.Int32).alias("year"), pl.all()).write_parquet(path)
    return [*out, path]


def panel_file(
    tables: Iterable[IcioTable | Path | str], out: Path, cells: Callable[[Factored], pl.DataFrame], groups: Groups | None = None,
    threads: int = 1, value_added: Share = "residual",
) -> tuple[int, ...]:  # fmt: skip
    """Write one decomposition of a table a year to a single Parquet file; memory holds one year at a time.

    Parameters
    ----------
    tables, groups, threads, value_added
        As `panel` takes them.
    out : Path
        Replaced when the last year is written, and not before.
    cells : callable
        The cells of one year, such as ``lambda f: borin_mancini(f, "sector").frame()``; columns year, unit, basis and method are added.

    Returns
    -------
    tuple of int
        The years, in order.

    Raises
    ------
    MadeinError
        As `panel`; or if there is no table, or a table states no value added that is to be traced.
    """
    import polars as pl

    from madein.tiva.account import method_line

    years: list[int] = []
    with tempfile.TemporaryDirectory(prefix=".panel-", dir=out.parent) as folder:
        parts: list[Path] = []
        for table in one_a_year(tables):
            if value_added == "stated" and "value added" not in table.stated:
                raise MadeinError("the table states no value added", f"{table.source} {table.year}", "only output less inputs is known",
                                  "trace the residual")  # fmt: skip
            f = Factored(table, groups, value_added, threads)
            frame = cells(f).with_columns(pl.col(pl.Enum).cast(pl.String))
            about = {"unit": table.unit, "basis": table.basis, "method": method_line(f)}
            frame = frame.select(pl.lit(table.year, pl.Int32).alias("year"), pl.all(), *(pl.lit(v).alias(k) for k, v in about.items()))
            parts.append(Path(folder) / f"{len(parts)}.parquet")
            frame.write_parquet(parts[-1])
            years.append(int(table.year or 0))
        if not parts:
            raise MadeinError("there is no table to make a panel of", str(out), fix="name a file a year, or a zip of them")
        whole = Path(folder) / "whole"
        pl.scan_parquet(parts).sink_parquet(whole)
        whole.replace(out)
    return tuple(years)
