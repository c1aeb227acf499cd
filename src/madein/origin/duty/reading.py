"""Tariffs from files: the layout is told from the header, and every row is read or reported.

Layouts, their columns and sources are data (``layouts.yaml``); `import_tariff` reads each into the same common table.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from madein.core.countries import find_economy
from madein.core.errors import MadeinError, Problem, Problems
from madein.origin.duty.families import FAMILIES, Reading, Row, code_of, folded
from madein.origin.duty.rate import parse_rate
from madein.origin.duty.table import ALL, Kind, TariffLine, Tariffs, layouts
from madein.origin.editions import EDITIONS

_HEAD = 20
"""Rows that are looked at to find the header."""
_SIGNLESS = "rate_pct"
"""Heading of a column whose numbers are percentages without a sign."""
_MOST = 400_000_000
"""Bytes of an unpacked file that are read at most."""


@dataclass(frozen=True)
class Imported:
    """A tariff as read.

    Parameters
    ----------
    tariffs : Tariffs
        The common table.
    layout : str
        Key of the layout that was recognised.
    rows, silent : int
        Rows behind the header; those of them that carry no rate of their own.
    unread : tuple of Problem
        What was not understood, with row and column.
    """

    tariffs: Tariffs
    layout: str
    rows: int
    silent: int
    unread: tuple[Problem, ...]

    @property
    def summary(self) -> str:
        """One line for a terminal."""
        told = f"{self.silent} rows without a rate of their own, {len(self.unread)} texts not read"
        return f"{self.layout}: {self.rows} rows, {len(self.tariffs)} rates, {told}"


def import_tariff(
    path: str | Path, *, edition: str = "", nomenclature: str = "", source: str = "", bare: bool = False, layout: str = "", label: str = ""
) -> Imported:
    """A tariff from a file, whatever its layout.

    Parameters
    ----------
    path : str or Path
        CSV (also ``.gz``), Excel or Parquet.
    edition, nomenclature, source : str
        For the generic layout, where the file has no such columns: edition of the Harmonized System, name of the tariff, where the
        figures are from.
    bare : bool
        For the generic layout: a number without a sign is a percentage.
    layout : str
        Key of a layout, to require it.
    label : str
        How messages call the file.

    Raises
    ------
    BadInput
        If no layout fits, or rows of the generic layout cannot be read; each problem with row, column and mend.

    Examples
    --------
    >>> import tempfile
    >>> file = Path(tempfile.mkdtemp()) / "canada.csv"
    >>> _ = file.write_text("importer,origin,hs,from,to,rate,kind,regime\\nCanada,VN,6109.10,2019-01-14,,Free,preferential,CPTPP\\n")
    >>> found = import_tariff(file, edition="2012", source="schedule of Canada")
    >>> found.summary, next(iter(found.tariffs)).hs
    ('generic: 1 rows, 1 rates, 0 rows without a rate of their own, 0 texts not read', '610910')
    """
    path = Path(path)
    label = label or path.name
    grid = _grid(path, label)
    head, header, key = _sniff(grid, label, layout)
    spec = layouts()["layouts"][key]
    into = Reading(label)
    rows = _rows(grid[head + 1 :], header, head + 2, into)
    if spec["family"] in FAMILIES:
        FAMILIES[spec["family"]](rows, spec, into)
    else:
        _generic(rows, header, into, edition, nomenclature, source, bare, spec["family"] == "common")
    return Imported(Tariffs(into.lines), key, into.rows, into.silent, tuple(into.unread))


def read_table(path: str | Path, label: str = "") -> Tariffs:
    """A common table that `Tariffs.write` wrote.

    Raises
    ------
    BadInput
        If columns are missing or rows cannot be read.
    """
    return import_tariff(path, layout="common", label=label).tariffs


def _grid(path: Path, label: str) -> Sequence[Sequence[str]]:
    if not path.is_file():
        raise MadeinError("there is no such file", label, fix="check its name and folder")
    name = path.name.lower()
    if name.endswith(".parquet"):
        import polars as pl

        try:
            frame = pl.read_parquet(path)
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise MadeinError("the file is no Parquet table", label, str(fault).splitlines()[0][:200], "write it again") from fault
        return [frame.columns, *(tuple("" if c is None else str(c) for c in row) for row in frame.iter_rows())]
    from madein.core.grid import EXCEL, decode, find_delimiter, read_sheets

    if Path(name).suffix in EXCEL:
        for sheet in read_sheets(path, label):
            found = [tuple("" if c is None else str(c) for c in row) for row in sheet.text.iter_rows()]
            if _found(found) is not None:
                return found
        raise _unknown([], label)
    data = path.read_bytes()
    if name.endswith(".gz"):
        try:
            with gzip.open(io.BytesIO(data)) as packed:
                data = packed.read(_MOST + 1)
        except (OSError, EOFError) as fault:
            raise MadeinError("the file is not packed by gzip", label, str(fault)[:200], "unpack it and give the CSV") from fault
    if len(data) > _MOST:
        raise MadeinError("the file is too large", label, f"more than {_MOST // 1_000_000} MB", "split it by chapters")
    if not data.strip():
        raise MadeinError("the file is empty", label, fix="put a header and at least one row into it")
    text = decode(data, label)
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=find_delimiter(text[:20_000])))
    except csv.Error as fault:
        raise MadeinError("the file is no table", label, str(fault)[:200], "save it as CSV in UTF-8") from fault


def _found(grid: Sequence[Sequence[str]], only: str = "") -> tuple[int, list[str], str] | None:
    """Row of the header, its headings, the key of the layout: the layout that asks for most columns wins."""
    every = layouts()["layouts"]
    for at, cells in enumerate(grid[:_HEAD]):
        header = folded(cells)
        fits = [key for key, spec in every.items() if set(spec["needs"]) <= set(header) and only in ("", key)]
        if fits:
            return at, header, max(fits, key=lambda key: len(every[key]["needs"]))
        named = [name if name == _SIGNLESS else _canonical(name) for name in header]
        if only in ("", "generic") and set(every["generic"]["needs"]) <= {"rate" if name == _SIGNLESS else name for name in named}:
            return at, named, "generic"
    return None


def _canonical(heading: str) -> str:
    plain = heading.replace("_", " ")
    for name, others in layouts()["headings"].items():
        if {heading, plain} & {name, *others}:
            return str(name)
    return heading


def _sniff(grid: Sequence[Sequence[str]], label: str, only: str) -> tuple[int, list[str], str]:
    found = _found(grid, only)
    if found is None:
        raise _unknown(grid, label, only)
    return found


def _unknown(grid: Sequence[Sequence[str]], label: str, only: str = "") -> MadeinError:
    header = folded(grid[0]) if grid else []
    every = {key: spec for key, spec in layouts()["layouts"].items() if only in ("", key)}
    nearest = max(every, key=lambda key: sum(name in header for name in every[key]["needs"]) / len(every[key]["needs"]))
    needs = every[nearest]["needs"]
    near = [name for name in needs if name in header]
    if not near and not only:
        nearest, needs = "generic", every["generic"]["needs"]
    missing = ", ".join(name for name in needs if name not in header)
    why = f"nearest is the layout {nearest}; columns that are missing: {missing}"
    return MadeinError("no layout of a tariff fits the header", f"{label} row 1", why, "name the columns importer, origin, hs, from, to, rate, kind")


def _rows(body: Iterable[Sequence[str]], header: Sequence[str], first: int, into: Reading) -> Iterator[Row]:
    width = len(header)
    for n, cells in enumerate(body, first):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != width and any(cell.strip() for cell in cells[width:]):
            into.tell(f"the row has {len(cells)} cells and the header {width}", n, "all", fix="put texts with the delimiter in quotation marks")
        yield n, dict(zip(header, cells if len(cells) >= width else (*cells, *[""] * (width - len(cells))), strict=False))


def _generic(
    rows: Iterable[Row], header: Sequence[str], into: Reading, edition: str, nomenclature: str, source: str, bare: bool, common: bool
) -> None:
    """The generic layout and the common table: a row is a line of the table, and everything wrong is collected."""
    problems = Problems(into.label)
    given = dict.fromkeys(layouts()["columns"], "") | {"edition": edition, "nomenclature": nomenclature, "source": source}
    if "edition" not in header and not edition:
        problems.error("no column says the edition of the codes", fix=f"add a column edition, or give one of {', '.join(EDITIONS)}")
    if "from" not in header:
        problems.error("no column says from when a rate holds", fix="add a column from with dates as 2021-01-01")
    problems.raise_errors()
    known: dict[str, str | None] = {}
    for n, cells in rows:
        into.rows += 1
        line = _line(n, {**given, **{k: v.strip() for k, v in cells.items() if v.strip()}}, problems, bare, common, known)
        if line is not None:
            into.lines.append(line)
    problems.raise_errors()


def _line(n: int, cells: Mapping[str, str], problems: Problems, bare: bool, common: bool, known: dict[str, str | None]) -> TariffLine | None:
    before = len(problems.errors)

    def at(column: str) -> str:
        return f"row {n} column {column}"

    def place(column: str) -> str:
        text = cells.get(column, "")
        if common or text.casefold() in ("", ALL, "mfn"):
            return text if common else ALL
        if text not in known:
            known[text] = find_economy(text)
        if known[text] is None:
            problems.error(f"{text!r} is no country or group", at(column), fix="write its ISO code, or erga omnes for every origin")
        return known[text] or ""

    def day(column: str) -> date | None:
        text = cells.get(column, "")
        if not text:
            return None
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            problems.error(f"{text!r} is no date", at(column), fix="write it as 2021-01-01")
            return None

    importer, origin, code = place("importer"), place("origin"), code_of(cells.get("hs", ""))
    if importer in ("", ALL):
        problems.error("the row names no importer", at("importer"), fix="write the country or group whose tariff it is")
    if code is None:
        fix = "write the code as text, with its leading zero"
        problems.error(f"{cells.get('hs', '')!r} is no code", at("hs"), "2, 4, 6, 8 or 10 digits make one", fix)
    if cells["edition"] not in EDITIONS:
        problems.error(f"HS {cells['edition']} is not held", at("edition"), fix=f"write one of {', '.join(EDITIONS)}")
    start, end = day("from"), day("to")
    if start is None and not cells.get("from"):
        problems.error("the row does not say from when the rate holds", at("from"), fix="write a date as 2021-01-01")
    if start and end and end < start:
        problems.error("the last day is before the first", at("to"), f"{end} is before {start}", "correct one of the two")
    kind = cells["kind"].casefold() or ("mfn" if origin == ALL else "")
    if kind not in ("mfn", "preferential"):
        problems.error(f"{cells['kind']!r} is no kind of rate", at("kind"), fix="write mfn or preferential")
    if kind == "preferential" and origin == ALL:
        problems.error("a preferential rate needs an origin", at("origin"), fix="write the country whose goods pay it")
    column = _SIGNLESS if _SIGNLESS in cells else "rate"
    try:
        rate = parse_rate(cells.get(column, ""), bare or column == _SIGNLESS, problems.place(at(column))).text
    except MadeinError as fault:
        problems.errors += fault.problems
        return None
    if len(problems.errors) > before or code is None or start is None:
        return None
    name = cells["nomenclature"] or f"{importer} {cells['edition']}"
    which: Kind = "mfn" if kind == "mfn" else "preferential"
    party = (importer, origin, cells["regime"])
    return TariffLine(*party, code, cells["ex"], cells["edition"], name, start, end, rate, which, cells["source"], cells["note"])
