"""Open declarations, firms and tariffs, in the schema or through a mapping, as tables fit for screening."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from madein.core.errors import BadInput, MadeinError, Problem
from madein.screening.doors.cells import REJECTED, Block
from madein.screening.doors.convert import HELPERS, convert
from madein.screening.doors.mapping import Link, load_mapping
from madein.screening.doors.mapping import Mapping as ColumnMapping
from madein.screening.doors.propose import propose_mapping
from madein.screening.doors.reading import BLOCK, DATA, blocks, header_and_sample
from madein.screening.doors.settle import harmonise, settle_repeats
from madein.screening.doors.straight import fits, take_straight
from madein.screening.normalise.quantities import check_rates, convert_money
from madein.screening.schema import Dataset, Intake, check_columns, schemas
from madein.screening.streams import sink

Mapped = ColumnMapping | Path | str | Mapping[str, "ColumnMapping | Path | str"] | None

TRUTH = "truth.parquet"
"""The one file of a simulation that is never opened here."""


def open_data(
    data: Path | str | Sequence[Path | str], mapping: Mapped = None, *, into: Path | str | None = None, rates: pl.DataFrame | None = None,
    currency: str = "USD", economy: str = "VNM",
) -> Dataset:  # fmt: skip
    """Make tables fit for screening of a folder or of files.

    Files in the schema are taken as they are; any other needs a confirmed mapping. Rows that cannot be used are set aside with
    their reasons; nothing leaves the machine and no message holds a cell of the data.

    Parameters
    ----------
    data : Path or list of Path
        A folder, or files. In a folder the tables are the files called declarations, firms and tariffs; where none is called so,
        all its files.
    mapping : Mapping, Path, or mapping of file name to either
        One mapping serves every file that has its columns.
    into : Path
        Folder for what has to be written; a temporary one where none is named, which stays until it is deleted.
    rates : polars.DataFrame
        Exchange rates (currency, from, rate): where given, values are carried into `currency` at the last rate before each date.
    currency : str
        Target of `rates`.
    economy : str
        Economy whose provinces are meant, alpha-3.

    Returns
    -------
    Dataset
        Sorted as the files are; provinces are units of the last day of the data, so that places can be compared over a merger.

    Raises
    ------
    MadeinError
        If a file cannot be read, a mapping is missing, unconfirmed or does not fit, or no row is left.
    """
    jobs = _jobs(_files(data), mapping)
    folder = Path(into) if into is not None else Path(tempfile.mkdtemp(prefix="madein-screening-"))
    folder.mkdir(parents=True, exist_ok=True)
    run = _Run(folder, check_rates(rates) if rates is not None else None, currency, economy)
    paths: dict[str, Path] = {}
    for table in schemas():
        own = [(path, how) for path, how in jobs if how.table == table]
        if own:
            paths[table] = run.table(table, own)
    if "declarations" not in paths:
        raise MadeinError("no file holds declarations", fix="name one, or give it a mapping whose table is declarations")
    return Dataset(paths["declarations"], paths.get("firms"), paths.get("tariffs"), run.rejected(), run.intake())


def _files(data: Path | str | Sequence[Path | str]) -> list[Path]:
    if not isinstance(data, str | Path):
        return [Path(p) for p in data]
    path = Path(data)
    if not path.is_dir():
        return [path]
    held = sorted(p for p in path.iterdir() if p.is_file() and p.suffix.lower() in DATA and p.name != TRUTH and p.stem != "rejected")
    named = [p for p in held if p.stem in schemas()]
    if not held:
        raise MadeinError("the folder holds no table", path.name, fix="put declarations.parquet or a CSV into it")
    return named or held


def _jobs(files: list[Path], mapping: Mapped) -> list[tuple[Path, ColumnMapping]]:
    jobs: list[tuple[Path, ColumnMapping]] = []
    faults: list[Problem] = []
    for path in files:
        try:
            jobs.append((path, _mapping_for(path, mapping)))
        except MadeinError as fault:
            faults += fault.problems
    if faults:
        raise BadInput(faults)
    return jobs


def _mapping_for(path: Path, mapping: Mapped) -> ColumnMapping:
    given = mapping.get(path.name) if isinstance(mapping, Mapping) else mapping
    if isinstance(given, str | Path):
        given = load_mapping(Path(given))
    header = tuple(header_and_sample(path, 100).columns)
    if given is not None and {link.column for link in given.links} <= set(header):
        if not given.confirmed:
            raise MadeinError(
                "the mapping is not confirmed", path.name, "nobody has looked at it yet", "look at its rows, answer its questions, confirm it"
            )
        return given
    own = next((t for t in schemas().values() if {c.name for c in t.columns.values() if c.needs} <= set(header)), None)
    if own is not None and path.suffix.lower() == ".parquet" and not any(p.severity == "error" for p in check_columns(path, own)):
        links = tuple(Link(name, name, 1.0, "the schema's own name") for name in own.columns if name in header)
        return ColumnMapping(own.name, "schema", header, links, confirmed=True)
    if own is not None:
        proposed = propose_mapping(path)
        if proposed.table == own.name and not proposed.questions and all(link.target == link.column for link in proposed.links):
            return replace(proposed, confirmed=True)
    why = "its columns are not the schema's" if given is None else "it lacks columns that the mapping names"
    mend = "madein screening map FILE proposes one; look at it, confirm it, and name it as the mapping"
    raise MadeinError("there is no mapping for the file", path.name, why, mend)


class _Run:
    """Counts and files of one opening."""

    def __init__(self, folder: Path, rates: pl.DataFrame | None, currency: str, economy: str) -> None:
        self.folder, self.rates, self.currency, self.economy = folder, rates, currency, economy
        self.read: Counter[str] = Counter()
        self.kept: Counter[str] = Counter()
        self.aside: Counter[tuple[str, str, str]] = Counter()
        self.mended: Counter[tuple[str, str, str]] = Counter()
        self.notes: list[Problem] = []
        self._parts: list[pl.DataFrame] = []
        self._spilled: list[Path] = []

    def put_aside(self, faults: pl.DataFrame) -> None:
        """Keep rows set aside, on disk once they are many."""
        if not faults.height:
            return
        for table, column, reason, n in faults.group_by("table", "column", "reason").len().iter_rows():
            self.aside[table, column, reason] += n
        self._parts.append(faults)
        if sum(p.height for p in self._parts) > BLOCK:
            self._spill()

    def _spill(self) -> None:
        path = self.folder / f".rejected-{len(self._spilled)}.parquet"
        pl.concat(self._parts).write_parquet(path)
        self._parts = []
        self._spilled.append(path)

    def table(self, table: str, jobs: list[tuple[Path, ColumnMapping]]) -> Path:
        """One table from its files; the path it can be read at."""
        self.folder.mkdir(parents=True, exist_ok=True)
        target = self.folder / f"{table}.parquet"
        if len(jobs) == 1 and fits(jobs[0][0], schemas()[table]) and self.rates is None:
            path = jobs[0][0]
            self.notes += [Problem(f"no column {c.name}", path.name, f"it holds the {c.about}", "add it where you have it", "warning")
                           for c in schemas()[table].columns.values() if c.name not in pl.read_parquet_schema(path)]  # fmt: skip
            if target.exists() and target.samefile(path):
                target = self.folder / f"{table}-checked.parquet"
            found = take_straight(path, schemas()[table], target, self.put_aside)
            self.read[table], self.kept[table] = found.read, found.kept
            path = found.path
        else:
            path = self._through(table, jobs, target)
        if not self.kept[table]:
            where = ", ".join(p.name for p, _ in jobs)
            most = max(((n, f"{c}: {r}") for (t, c, r), n in self.aside.items() if t == table), default=(0, "there were no rows"))
            raise MadeinError(
                f"no row of {table} is left", where, f"most were set aside for {most[1]}", "look at the mapping and at rejected.parquet"
            )
        if table == "declarations":
            path = harmonise(path, self.folder / "declarations-places.parquet", self.economy, self.notes)
        return path

    def _through(self, table: str, jobs: list[tuple[Path, ColumnMapping]], target: Path) -> Path:
        if any(target.exists() and target.samefile(p) for p, _ in jobs):
            target = target.with_name(f"{table}-checked.parquet")
        schema = schemas()[table].polars
        if table != "declarations":
            frame = pl.concat(list(self._blocks(jobs)))
            first = frame.select(pl.struct(schemas()[table].key).is_first_distinct()).to_series()
            again = frame.filter(~first)
            self.put_aside(again.select(
                pl.lit(table).alias("table"), pl.lit(jobs[0][0].name).alias("file"), pl.lit(None, pl.Int64).alias("row"),
                pl.lit(schemas()[table].key[0]).alias("column"), pl.lit("a repeat: an earlier row has the same key").alias("reason"),
                pl.col(schemas()[table].key[0]).alias("value"),
            ).cast(REJECTED))  # type: ignore[arg-type]  # fmt: skip
            self.kept[table] = int(first.sum())
            frame.filter(first).select(list(schema)).write_parquet(target)
            return target
        staged = self.folder / ".staged.parquet"
        sink(self._blocks(jobs), {**schema, **HELPERS}, staged)
        try:
            self.kept[table] = settle_repeats(staged, target, [p.name for p, _ in jobs], self.put_aside, self.notes)
        finally:
            staged.unlink()
        return target

    def _blocks(self, jobs: list[tuple[Path, ColumnMapping]]) -> Iterator[pl.DataFrame]:
        n = 0
        for number, (path, mapping) in enumerate(jobs):
            row = 1
            for raw in blocks(path):
                block = Block(mapping.table, path.name, pl.int_range(row, row + raw.height, eager=True))
                frame = convert(raw, mapping, block, self.economy)
                if self.rates is not None and mapping.table == "declarations":
                    frame, without = convert_money(frame, self.rates, self.currency)
                    block.reject(without & ~block.bad, "currency", "no exchange rate for the currency on or before the day", frame["currency"])
                self.put_aside(block.rejected())
                self.mended.update(block.mended)
                self.read[mapping.table] += raw.height
                if mapping.table == "declarations":
                    frame = frame.with_columns(
                        _n=pl.int_range(n, n + raw.height, eager=True), _row=block.rows.cast(pl.Int64), _file=pl.lit(number, pl.Int32)
                    )
                    frame = frame.select([*schemas()["declarations"].columns, *HELPERS]).cast(HELPERS)  # type: ignore[arg-type]
                row, n = row + raw.height, n + raw.height
                yield frame.filter(~block.bad)

    def rejected(self) -> Path | None:
        """Write the rows set aside, where there are any."""
        if not self.aside:
            return None
        if self._parts:
            self._spill()
        path = self.folder / "rejected.parquet"
        pl.scan_parquet(self._spilled, schema=REJECTED).sink_parquet(path, maintain_order=True)
        for part in self._spilled:
            part.unlink()
        return path

    def intake(self) -> Intake:
        """What happened."""
        return Intake(dict(self.read), dict(self.kept), dict(sorted(self.aside.items())), dict(sorted(self.mended.items())), tuple(self.notes))
