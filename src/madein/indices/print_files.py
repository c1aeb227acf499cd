"""Prints of numbers by release out of files: tables of prints, SDMX messages, workbooks of releases, each number with its cell."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from madein.core.errors import MadeinError, Problem
from madein.core.grid import EXCEL, column_letters
from madein.core.step import Source

if TYPE_CHECKING:
    from madein.indices.vintages import VintageStore

    Named = tuple["VintageStore", dict[str, str]]


def read_prints(sources: Sequence[Source], release: date | None = None, structure: Path | None = None) -> Named:
    """The prints of some files, and the series by other names they answer to.

    A CSV or Parquet file holds a table of prints (series, period, release, value); numbers written as text are known to half
    a unit of the finest digit their series prints. An SDMX message is a vintage of the day it was prepared. The workbook of a
    release, or any other file of series, is one of the day in its name.

    Parameters
    ----------
    sources : sequence of Source
        The files.
    release : date, optional
        Day of release of files that are no tables of prints.
    structure : Path, optional
        SDMX structure message with the names of codes.

    Raises
    ------
    BadInput
        With every row that cannot stand.
    MadeinError
        If the day of a release is not known.
    """
    from madein.indices.vintages import VintageStore

    stores: list[VintageStore] = []
    aliases: dict[str, str] = {}
    for source in sources:
        store, names = _one(source, release, structure)
        stores.append(store)
        aliases |= names
    whole = stores[0]
    for store in stores[1:]:
        whole = whole.join(store)
    return VintageStore(whole.frame, tuple(w for s in stores for w in s.warnings)), aliases


def _one(source: Source, release: date | None, structure: Path | None) -> Named:
    from madein.indices.door import read_observations, release_day_of
    from madein.indices.sdmx import holds_sdmx, read_sdmx
    from madein.indices.vintages import VintageStore

    path = source.path
    if not path.is_file():
        raise MadeinError("there is no such file", source.id, fix="check its name, and the folder it is looked for in")
    if holds_sdmx(path):
        message = read_sdmx(path, structure=structure, source=source.id)
        held = message.store(release or message.prepared or release_day_of(path))
        told = message.series.filter(pl.col("label").is_first_distinct() & pl.col("label").is_last_distinct())
        frame = held.frame.with_columns(source=pl.lit(source.id))
        return VintageStore(frame, (*message.warnings, *held.warnings)), dict(told.select("label", "series").iter_rows())
    if path.suffix.lower() not in EXCEL:
        table = _table(source)
        if "release" in table.columns or {"series", "value"} <= set(table.columns):
            return _prints_of(table, source), {}
    day = release or release_day_of(path)
    if day is None:
        raise MadeinError("the day of the release is not known", source.id, "the file is no table of prints, and its name bears no day",
                          "name the file by it, such as iip_2024-07-29.xlsx, or give a table with series, period, release and value")  # fmt: skip
    if path.suffix.lower() in EXCEL and (found := _release(path, day, source)) is not None:
        return found
    seen = read_observations(path, source=source.id)
    rows = seen.frame.with_columns(release=pl.lit(day), span=pl.lit("month"), growth=pl.lit("level"))
    return VintageStore(VintageStore.of(rows, source.id).frame, seen.warnings), dict(seen.aliases)


def _release(path: Path, day: date, source: Source) -> Named | None:
    """The workbook of a release; None if it is none."""
    from madein.indices.releases import read_release
    from madein.indices.vintages import VintageStore

    try:
        found = read_release(path, day, source=source.id)
    except MadeinError:
        return None
    told: dict[str, list[str]] = {}
    for key, text in found.labels.items():
        told.setdefault(text, []).append(key)
    more = found.unread.height
    left = [Problem(f"{more} cells of the release are left out", source.id, "no header, label or number is understood there", severity="warning")]
    return VintageStore(found.store.frame, (*found.warnings, *(left if more else []))), {t: k[0] for t, k in told.items() if len(k) == 1}


def _table(source: Source) -> pl.DataFrame:
    try:
        parquet = source.path.suffix.lower() == ".parquet"
        return pl.read_parquet(source.path) if parquet else pl.read_csv(source.path, infer_schema_length=0)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise MadeinError("the file cannot be read as a table", source.id, str(fault).splitlines()[0][:120],
                          "give a CSV or Parquet file with series, period, release and value") from fault  # fmt: skip


def _prints_of(frame: pl.DataFrame, source: Source) -> VintageStore:
    """A table of prints, each with the cell it stands in."""
    from madein.indices.vintages import VintageStore

    if "value" in frame.columns:
        column = column_letters(frame.columns.index("value"))
        frame = frame.with_columns(source=pl.lit(source.id), cell=pl.format(f"{column}{{}}", pl.int_range(2, pl.len() + 2)))
        if frame.schema["value"] == pl.String and "half" not in frame.columns:
            frame = _with_half(frame)
    return VintageStore.of(frame, source.id)


def _with_half(frame: pl.DataFrame) -> pl.DataFrame:
    """Half a unit of the finest digit that a series prints for one kind of growth."""
    groups = [c for c in ("series", "growth") if c in frame.columns]
    places = pl.col("value").str.strip_chars().str.split(".").list.get(1, null_on_oob=True).str.len_chars().fill_null(0)
    finest = places.max().over(groups) if groups else places.max()
    return frame.with_columns(half=pl.lit(0.5) * pl.lit(10.0).pow(-finest.cast(pl.Float64)))
