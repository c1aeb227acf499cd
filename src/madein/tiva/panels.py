"""Panels: a table a year, decomposed one after the other and written to Parquet, so that memory holds one year at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from madein.core.errors import MadeinError
from madein.core.icio import IcioTable
from madein.tiva.factored import Factored
from madein.tiva.result import Level
from madein.tiva.sweep import decompose


def panel(
    tables: Iterable[IcioTable | Path | str], folder: Path, level: Level = "bilateral-sector", groups: dict[str, list[str]] | None = None,
    read: Callable[[Path], IcioTable] | None = None, threads: int = 1,
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

    Returns
    -------
    list of Path
        What was written, in order.

    Raises
    ------
    MadeinError
        If a table has no year, two have the same, or labels change from year to year.
    """
    from madein.tiva.readers import read_icio

    written: list[Path] = []
    years: set[int] = set()
    first: tuple[tuple[str, ...], tuple[str, ...], str] | None = None
    for item in tables:
        table = item if isinstance(item, IcioTable) else (read or read_icio)(Path(item))
        if table.year is None or table.year in years:
            told = "has no year" if table.year is None else f"is the second of {table.year}"
            raise MadeinError(f"a table {told}", table.source, fix="give each table its own year")
        labels = (table.countries, table.industries, table.unit)
        if first is not None and labels != first:
            raise MadeinError(
                "labels or unit differ from those of the first table", f"{table.source} {table.year}", fix="aggregate all to common labels"
            )
        first = first or labels
        years.add(table.year)
        written += _year(table, folder, level, groups, threads)
    return written


def _year(table: IcioTable, folder: Path, level: Level, groups: dict[str, list[str]] | None, threads: int) -> list[Path]:
    f = Factored(table, groups, threads=threads)
    held = decompose(f, level)
    out = []
    for name, d in held.by_name.items():
        path = folder / name / f"year={table.year}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        d.frame(year=True).write_parquet(path, compression="zstd", compression_level=1, statistics=False)
        out.append(path)
    path = folder / "imports" / f"year={table.year}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    import polars as pl

    held.imports.bilateral().select(pl.lit(table.year, pl.Int32).alias("year"), pl.all()).write_parquet(path)
    return [*out, path]
