"""The OECD's harmonised national tables: one economy, uses of domestic and imported products together or apart.

Rows ``TTL_A01`` (or ``DOM_``, ``IMP_``), then taxes, totals, value added and its parts, output; columns industries, final demand,
exports and imports (negative). Source: OECD, Input-Output Tables (IOTs), oe.cd/io.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from madein.core.errors import MadeinError, Problems
from madein.core.icio import Floats
from madein.tiva.folding import rules
from madein.tiva.readers.matrix import text_matrix

_KINDS = ("TTL", "DOM", "IMP")
_TRADE = ("EXPO", "IMPO", "CONS_NONRES")
_SUMS = ("TOTAL", "TTL_INT_FNL")
_MARGINS = ("IMP_OTHER", "TXS_INT_FNL", "TXS_IMP_FNL", "VALU", "OUTPUT")
_ROWS = ("IMP_OTHER", "TTL_INT_FNL", "DOM_INT_FNL", "IMP_INT_FNL")
"""Rows that begin like an industry's and are none."""


@dataclass(frozen=True, eq=False)
class NationalTable:
    """One economy's table.

    Attributes
    ----------
    economy : str
        As given or read from the name of the file.
    kind : {"TTL", "DOM", "IMP"}
        Products of all origins, domestic or imported ones.
    industries, categories : tuple of str
        N industries; the M final uses, exports and imports apart.
    inter, final : array (N, N), array (N, M)
        Uses.
    exports, imports, nonresident : array (N,)
        By product; imports as positive figures; purchases of non-residents in the economy.
    value_added, taxes, imports_other, output : array (N,)
        By industry; taxes less subsidies on products, paid at home and (editions to 2021) abroad, and imports that no product row holds.
    year, unit, sha256, source
        As in `IcioTable`.
    """

    economy: str
    kind: str
    industries: tuple[str, ...]
    categories: tuple[str, ...]
    inter: Floats
    final: Floats
    exports: Floats
    imports: Floats
    nonresident: Floats
    value_added: Floats
    taxes: Floats
    imports_other: Floats
    output: Floats
    year: int | None = None
    unit: str = "USD million"
    sha256: str = ""
    source: str = ""


def read_national(path: Path | str, economy: str = "", year: int | None = None) -> NationalTable:
    """Read one national table: rows and columns are found by label, in whatever order each of them stands.

    Every industry needs its row and its column, and every other column must be a final use, trade or a sum that is known; nothing is
    left out. Columns ``CONS_NONRES``, rows ``TXS_INT_FNL``, ``TXS_IMP_FNL`` and ``IMP_OTHER`` count as zero where the file has none.

    Parameters
    ----------
    path : path
        CSV.
    economy : str
        Its code; the first three letters of the file's name if left out.
    year : int, optional
        Taken from the file's name if left out.

    Raises
    ------
    MadeinError
        If there is no such file, or it is no table.
    BadInput
        Naming rows or columns that are missing, stand twice or are not known, and cells that are no numbers.
    """
    path = Path(path)
    if not path.is_file():
        raise MadeinError("there is no such file", path.name, fix="check its name and folder")
    data = path.read_bytes()
    m = text_matrix(data, path.name)
    found = Problems(path.name)
    rows, columns = [r.strip('"') for r in m.rows], [c.strip('"') for c in m.columns]
    kind = next((k for k in _KINDS if any(r.startswith(k + "_") and r not in _ROWS for r in rows)), "")
    if not kind:
        found.error("no row is called TTL_, DOM_ or IMP_ and an industry", fix="give a national table in the OECD's layout")
        found.raise_errors()
    industries = list(dict.fromkeys(r.removeprefix(kind + "_") for r in rows if r.startswith(kind + "_") and r not in _ROWS))
    _labels(rows, columns, kind, industries, found)
    found.raise_errors()
    at = [rows.index(f"{kind}_{i}") for i in industries]
    by = [columns.index(i) for i in industries]
    categories = [c for c in columns if c not in industries and c not in (*_TRADE, *_SUMS)]
    uses = [columns.index(c) for c in (*categories, *_TRADE) if c in columns]
    margins = [rows.index(r) for r in _MARGINS if r in rows]
    for i, j in [*((i, j) for i in at for j in by + uses), *((i, j) for i in margins for j in by)]:
        if not np.isfinite(m.cells[i, j]):
            found.error("a cell is empty or no number", f"row {rows[i]}, column {columns[j]}", fix="give the flow, or 0")
    found.raise_errors()

    def column(name: str) -> Floats:
        return m.cells[at, columns.index(name)] if name in columns else np.zeros(len(at))

    def row(name: str) -> Floats:
        return m.cells[rows.index(name), by] if name in rows else np.zeros(len(by))

    digits = "".join(c if c.isdigit() else " " for c in path.stem).split()
    return NationalTable(
        economy or path.stem[:3], kind, tuple(industries), tuple(categories), m.cells[np.ix_(at, by)],
        m.cells[np.ix_(at, [columns.index(c) for c in categories])],
        column("EXPO"), -column("IMPO"), column("CONS_NONRES"), row("VALU"), row("TXS_INT_FNL") + row("TXS_IMP_FNL"), row("IMP_OTHER"), row("OUTPUT"),
        year if year is not None else next((int(d) for d in digits if len(d) == 4), None), sha256=hashlib.sha256(data).hexdigest(), source=path.name,
    )  # fmt: skip


def _labels(rows: list[str], columns: list[str], kind: str, industries: list[str], found: Problems) -> None:
    """Labels that are missing, stand twice, or mean nothing here."""
    for what, held in (("row", rows), ("column", columns)):
        for name, count in Counter(x for x in held if x).items():
            if count > 1:
                found.error(f"a {what} stands {count} times", f"{what} {name}", "only one of them can be meant", "keep one")
    for name in industries:
        if name not in columns:
            found.error("a column is missing", f"column {name}", f"the row {kind}_{name} is there", "give the column, zeros if it buys nothing")
    finals = set(rules()["final"])
    for j, name in enumerate(columns):
        if not name:
            found.error("a column has no label", f"column {j + 2}", fix="name its industry or final use")
        elif name not in industries and name not in finals and name not in (*_TRADE, *_SUMS):
            found.error("a row is missing", f"row {kind}_{name}", "its column is there, and is no final use that is known",
                        "give the row, or leave the column out")  # fmt: skip
    for name in ("VALU", "OUTPUT"):
        if name not in rows:
            found.error("a row is missing", f"row {name}", fix="give it")
    for name in ("HFCE", "EXPO", *(["IMPO"] if kind == "TTL" else [])):
        if name not in columns:
            found.error("a column is missing", f"column {name}", fix="give it")
