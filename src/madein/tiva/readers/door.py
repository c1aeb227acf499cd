"""The door: a path, or a table of another package, in; an `IcioTable` out."""

from __future__ import annotations

import gzip
import hashlib
import re
import tempfile
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from madein.core.errors import MadeinError
from madein.core.grid import EXCEL, decode, read_sheets
from madein.core.icio import LAYOUT, Floats, IcioTable
from madein.tiva.folding import fold
from madein.tiva.readers.labelled import labelled_table
from madein.tiva.readers.matrix import Matrix, is_excel, sheet_grid, sheet_matrix, text_grid, text_head, text_matrix
from madein.tiva.readers.wiod import HEAD, Corner, corner, relabelled

_YEAR = re.compile(r"(?<![0-9A-Za-z])(?:19|20)[0-9]{2}(?![0-9])")
"""A year that no letter stands before: ``ICIO2018_2010`` is the edition of 2018 and the year 2010."""
_LARGEST = 4_000_000_000


def read_icio(
    path: Path | str, *, countries: Sequence[str] | Path | str | None = None, industries: Sequence[str] | Path | str | None = None, member: str = "",
    year: int | None = None, unit: str = "", edition: str = "", keep_split: bool = False,
) -> IcioTable:  # fmt: skip
    """Read an inter-country table of any layout this room knows.

    Parameters
    ----------
    path : path
        CSV (plain, gzipped, in a zip), Excel, npz, or a folder with ``inter.csv`` and ``final.csv``.
    countries, industries : sequence of str or path, optional
        Labels of a file without any: rows and columns economy by economy, final demand one column (or M) an economy, as Stata's icio has it.
    member : str
        Which file of a zip; by `year` if left out.
    year, unit, edition
        What the file does not say. The year is taken from the name where it holds one only.
    keep_split : bool
        Keep CN1, CN2, MX1, MX2 as economies of their own; else they are folded.

    Raises
    ------
    MadeinError
        If there is no such file, or its layout is none of those.
    BadInput
        Naming every fault of the cells by label.
    """
    path = Path(path)
    if path.is_dir():
        return _folder(path, year, unit, edition, keep_split)
    if not path.is_file():
        raise MadeinError("there is no such file", path.name, fix="check its name and folder")
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    name = path.name
    if path.suffix.lower() == ".npz":
        return _npz(path, digest, year, unit, edition, keep_split)
    if is_excel(path):
        return _workbook(path, digest, year, unit, edition, keep_split)
    if path.suffix.lower() == ".zip":
        name, data = _member(path, member, year)
        if is_excel(Path(name)):
            with tempfile.TemporaryDirectory() as folder:
                unpacked = Path(folder) / Path(name).name
                unpacked.write_bytes(data)
                return _workbook(unpacked, digest, year, unit, edition, keep_split)
    elif path.suffix.lower() == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as fault:
            raise MadeinError("the file is no gzip, or cut short", path.name, str(fault)[:120], "download it once more") from fault
    year = year if year is not None else _year(name) or _year(path.name)
    if at := corner(head := text_head(data, name, HEAD + 1)):
        left, body = text_grid(data, name, head[: at.row + 1], at.column + 1)
        return _wiod(at, head, left, body, name, "", digest, year, unit, edition, keep_split)
    matrix = text_matrix(data, name)
    if not matrix.columns:
        return _headerless(matrix, countries, industries, year=year, unit=unit, edition=edition, digest=digest, keep_split=keep_split)
    if not unit and _is_oecd(matrix):
        unit, edition = "USD million", edition or "OECD ICIO"
    return labelled_table(matrix, keep_split=keep_split, unit=unit, year=year, edition=edition, sha256=digest)


def _is_oecd(matrix: Matrix) -> bool:
    return any(c.endswith(("_HFCE", "_GGFC")) or c.startswith("HFCE_") for c in matrix.columns) and any(
        r in ("TLS", "VA", "VALU", "OUT", "OUTPUT") for r in matrix.rows
    )


def _year(name: str) -> int | None:
    found = {int(y) for y in _YEAR.findall(name)}
    return found.pop() if len(found) == 1 else None


def _member(path: Path, member: str, year: int | None) -> tuple[str, bytes]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = sorted(n for n in archive.namelist() if n.lower().endswith((".csv", ".txt", ".tsv", *EXCEL)))
            chosen = [n for n in names if n == member] if member else [n for n in names if year is None or str(year) in Path(n).name]
            if len(chosen) != 1:
                raise MadeinError(f"the zip holds {len(chosen)} tables that fit", path.name, ", ".join(names[:30]), "name one with member= or year=")
            if archive.getinfo(chosen[0]).file_size > _LARGEST:
                raise MadeinError("the table is over 4 GB unpacked", f"{path.name} {chosen[0]}", fix="unpack it and aggregate it first")
            return chosen[0], archive.read(chosen[0])
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError) as fault:
        raise MadeinError("the file is no zip that can be unpacked", path.name, str(fault), "download it once more") from fault


def _names(given: Sequence[str] | Path | str | None) -> list[str] | None:
    if given is None or (not isinstance(given, Path | str)):
        return None if given is None else [str(v) for v in given]
    path = Path(given)
    if not path.is_file():
        raise MadeinError("there is no such file of labels", path.name, fix="check its name and folder")
    text = decode(path.read_bytes(), path.name)
    lines = [line.strip().strip('"').split(",")[0].strip('"') for line in text.splitlines() if line.strip()]
    return lines[1:] if lines and lines[0].lower() in ("country", "countries", "industry", "industries", "sector", "code") else lines


def _headerless(
    m: Matrix, countries: Sequence[str] | Path | str | None, industries: Sequence[str] | Path | str | None, *, year: int | None, unit: str,
    edition: str,
    digest: str, keep_split: bool,
) -> IcioTable:  # fmt: skip
    held = _names(countries)
    if held is None:
        raise MadeinError(
            "the table has no labels",
            m.source,
            "its first row is numbers",
            "name its economies, one a line: countries=, on the command line --economies",
        )
    rows, columns = m.cells.shape
    if rows % len(held):
        raise MadeinError(
            f"{rows} rows do not divide among {len(held)} economies", m.source, fix="look for missing rows or a wrong list of economies"
        )
    n = rows // len(held)
    sectors = _names(industries) or [f"s{i + 1:0{len(str(n))}}" for i in range(n)]
    if len(sectors) != n:
        raise MadeinError(f"{len(sectors)} industries are named and {n} are there", m.source, fix="give one label for each")
    left = columns - rows
    if left <= 0 or left % len(held):
        raise MadeinError(
            f"{columns} columns are not {rows} industries and final demand of {len(held)} economies",
            m.source,
            fix="give one or more columns an economy",
        )
    m_count = left // len(held)
    categories = ["final"] if m_count == 1 else [f"f{i + 1}" for i in range(m_count)]
    table = IcioTable.of(
        m.cells[:, :rows], m.cells[:, rows:], held, sectors, categories, unit=unit, year=year, edition=edition, sha256=digest, source=m.source
    )
    return table if keep_split else fold(table)


def _npz(path: Path, digest: str, year: int | None, unit: str, edition: str, keep_split: bool) -> IcioTable:
    try:
        with np.load(path, allow_pickle=False) as held:
            arrays = {k: held[k] for k in held.files}
    except (OSError, ValueError) as fault:
        raise MadeinError("the file is no npz of plain arrays", path.name, str(fault)[:120], "save arrays, not objects") from fault
    if "meta" in arrays and LAYOUT in str(arrays["meta"]):
        return IcioTable.load(path)
    names = arrays.get("countries", arrays.get("regions"))
    missing = [k for k in ("inter", "final", "industries") if k not in arrays] + ([] if names is not None else ["countries"])
    if names is None or missing:
        raise MadeinError("arrays are missing", path.name, ", ".join(missing), "save inter, final, countries and industries")
    kinds = arrays.get("categories", arrays.get("final_categories"))
    count = arrays["final"].shape[-1] // max(1, len(names))
    categories = [str(k) for k in kinds] if kinds is not None else ["final"] if count == 1 else [f"f{i + 1}" for i in range(count)]
    table = IcioTable.of(
        arrays["inter"], arrays["final"], [str(c) for c in names], [str(i) for i in arrays["industries"]], categories, output=arrays.get("output"),
        value_added=arrays.get("value_added", arrays.get("va")), unit=unit, year=year if year is not None else _year(path.name), edition=edition,
        sha256=digest, source=path.name,
    )  # fmt: skip
    return table if keep_split else fold(table)


def _folder(path: Path, year: int | None, unit: str, edition: str, keep_split: bool) -> IcioTable:
    parts = {name: path / f"{name}.csv" for name in ("inter", "final")}
    for name, file in parts.items():
        if not file.is_file():
            raise MadeinError(f"the folder holds no {name}.csv", path.name, fix="name a file, or a folder with inter.csv and final.csv")
    data = {name: file.read_bytes() for name, file in parts.items()}
    inter, final = (text_matrix(data[name], parts[name].name) for name in ("inter", "final"))
    if inter.rows != final.rows:
        raise MadeinError("rows of inter.csv and final.csv differ", path.name, _unlike(inter.rows, final.rows, ("inter.csv", "final.csv")),
                          "give the same rows in the same order")  # fmt: skip
    both = Matrix(inter.rows, (*inter.columns, *final.columns), np.hstack([inter.cells, final.cells]), path.name)
    digest = hashlib.sha256(data["inter"] + data["final"]).hexdigest()
    return labelled_table(both, keep_split=keep_split, unit=unit, year=year, edition=edition, sha256=digest)


def _unlike(a: Sequence[str], b: Sequence[str], names: tuple[str, str]) -> str:
    """How two lists of labels differ, in words."""
    only = [(name, [x for x in mine if x not in set(other)]) for name, mine, other in ((names[0], a, b), (names[1], b, a))]
    told = [f"only in {name}: {', '.join(held[:10])}" for name, held in only if held]
    return "; ".join(told) or next((f"{x} stands where {y} stands in {names[1]}" for x, y in zip(a, b, strict=False) if x != y), "a row stands twice")


def _workbook(path: Path, digest: str, year: int | None, unit: str, edition: str, keep_split: bool) -> IcioTable:
    sheets = read_sheets(path)
    corners = {sheet.name: at for sheet in sheets if (at := corner(sheet.head(HEAD + 1)))}
    if len(corners) > 1:
        corners = {name: at for name, at in corners.items() if year is not None and str(year) in name}
        if len(corners) != 1:
            raise MadeinError("several sheets hold a table", path.name, ", ".join(s.name for s in sheets)[:300], "name one with year=, or keep one")
    for sheet in sheets:
        if at := corners.get(sheet.name):
            top = sheet.head(at.row + 1)
            left, body = sheet_grid(sheet, at.row + 1, at.column + 1, top, f"{path.name} {sheet.name}")
            return _wiod(at, top, left, body, path.name, sheet.name, digest, year, unit, edition, keep_split)
    year = year if year is not None else _year(path.name)
    held = [m for sheet in sheets if (m := sheet_matrix(sheet, f"{path.name} {sheet.name}".strip())) is not None]
    if not held:
        raise MadeinError("no sheet holds a table", path.name, fix="put labels into the first row and the first column")
    by_name = {m.source.removeprefix(path.name).strip().lower(): m for m in held}
    if {"inter", "final"} <= set(by_name):
        a, b = by_name["inter"], by_name["final"]
        if a.rows != b.rows:
            raise MadeinError("rows of the sheets inter and final differ", path.name, _unlike(a.rows, b.rows, ("inter", "final")),
                              "give the same rows in the same order")  # fmt: skip
        whole = Matrix(a.rows, (*a.columns, *b.columns), np.hstack([a.cells, b.cells]), path.name)
    else:
        whole = held[0]
    return labelled_table(whole, keep_split=keep_split, unit=unit, year=year, edition=edition, sha256=digest)


def _wiod(
    at: Corner, top: list[list[str]], left: list[list[str]], body: Floats, name: str, sheet: str, digest: str, year: int | None, unit: str,
    edition: str, keep_split: bool,
) -> IcioTable:  # fmt: skip
    matrix, about = relabelled(at, top[: at.row + 1], left, body, name, sheet)
    year = year if year is not None else _year(name) or (about.years[0] if len(about.years) == 1 else None)
    table = labelled_table(
        matrix, keep_split=keep_split, unit=unit or about.unit, year=year, edition=edition or about.edition, sha256=digest,
    )  # fmt: skip
    return replace(table, notes=(*about.notes, *table.notes))


def from_pymrio(system: Any, unit: str = "", year: int | None = None, edition: str = "", value_added: str = "") -> IcioTable:
    """A table from a pymrio ``IOSystem``: every format that package parses comes in by this door.

    Parameters
    ----------
    system : pymrio.IOSystem
        With ``Z`` and ``Y`` as data frames indexed by region and sector; the package itself is not imported.
    unit, year, edition
        What the system does not say; the unit is read from ``system.unit`` where it has one only.
    value_added : str
        Name of a row of one of its extensions to be taken as stated value added.

    Raises
    ------
    MadeinError
        If Z or Y are missing, or rows and columns are ordered differently.
    """
    z, y = getattr(system, "Z", None), getattr(system, "Y", None)
    if z is None or y is None:
        raise MadeinError("the system holds no Z or no Y", fix="call system.calc_all() first")
    rows, columns, buyers = ([tuple(map(str, k)) if isinstance(k, tuple) else (str(k),) for k in axis] for axis in (z.index, z.columns, y.columns))
    if rows != columns or rows != [tuple(map(str, k)) for k in y.index]:
        raise MadeinError("rows and columns of Z and Y are not the same industries in the same order", fix="reindex them alike")
    countries, industries = list(dict.fromkeys(r[0] for r in rows)), list(dict.fromkeys(r[1] for r in rows))
    kinds = list(dict.fromkeys("|".join(b[1:]) or "final" for b in buyers))
    place = {r: i for i, r in enumerate(rows)}
    missing = [(c, i) for c in countries for i in industries if (c, i) not in place]
    if missing:
        raise MadeinError("regions have unlike sectors", f"row {'|'.join(missing[0])}", f"{len(missing)} rows are missing", "aggregate sectors first")
    order = [place[(c, i)] for c in countries for i in industries]
    z_cells, y_cells = np.asarray(z, dtype=np.float64)[np.ix_(order, order)], np.asarray(y, dtype=np.float64)[order]
    final = np.zeros((len(rows), len(countries) * len(kinds)))
    for j, buyer in enumerate(buyers):
        if buyer[0] not in countries:
            raise MadeinError(f"final demand names the region {buyer[0]!r}, which sells nothing", fix="aggregate regions alike")
        final[:, countries.index(buyer[0]) * len(kinds) + kinds.index("|".join(buyer[1:]) or "final")] += y_cells[:, j]
    stated = None
    if value_added:
        for name in getattr(system, "get_extensions", list)():
            f = getattr(getattr(system, str(name), None), "F", None)
            if f is not None and value_added in [str(i) for i in f.index]:
                stated = np.asarray(f, dtype=np.float64)[[str(i) for i in f.index].index(value_added)][order]
    held = getattr(system, "unit", None)
    if not unit and held is not None and len({str(u) for u in np.asarray(held).reshape(-1)}) == 1:
        unit = str(np.asarray(held).reshape(-1)[0])
    x = getattr(system, "x", None)
    output = None if x is None else np.asarray(x, dtype=np.float64).reshape(-1)[order]
    return IcioTable.of(
        z_cells, final, countries, industries, kinds, output=output, value_added=stated, unit=unit, year=year, edition=edition, source="pymrio"
    )
