"""The OECD's harmonised national tables: one economy, uses of domestic and imported products together or apart.

Rows ``TTL_A01`` (or ``DOM_``, ``IMP_``), then taxes, totals, value added and its parts, output; columns industries, final demand,
exports and imports (negative). Source: OECD, Input-Output Tables (IOTs), oe.cd/io.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from madein.core.errors import Problems
from madein.core.icio import Floats
from madein.tiva.readers.matrix import text_matrix

_KINDS = ("TTL", "DOM", "IMP")
_TRADE = ("EXPO", "IMPO", "CONS_NONRES")
_ROWS = ("IMP_OTHER", "TXS_INT_FNL", "VALU", "OUTPUT")


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
        By industry; taxes less subsidies on products, and imports that no product row holds.
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
    """Read one national table.

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
    BadInput
        Naming rows or columns that are missing, and cells that are no numbers.
    """
    path = Path(path)
    data = path.read_bytes()
    m = text_matrix(data, path.name)
    found = Problems(path.name)
    rows, columns = [r.strip('"') for r in m.rows], [c.strip('"') for c in m.columns]
    kind = next((k for k in _KINDS if sum(r.startswith(k + "_") for r in rows) > 2), "")
    if not kind:
        found.error("no row is called TTL_, DOM_ or IMP_ and an industry", fix="give a national table in the OECD's layout")
        found.raise_errors()
    industries = [r.removeprefix(kind + "_") for r in rows if r.startswith(kind + "_") and r not in (*_ROWS, "TTL_INT_FNL")]
    industries = [i for i in industries if i in columns] or industries
    for name in industries:
        if name not in columns:
            found.error("a column is missing", f"column {name}", "its row is there", "give the column")
    for name in columns[: columns.index("HFCE")] if "HFCE" in columns else []:
        if name not in industries:
            found.error("a row is missing", f"row {kind}_{name}", "its column is there", "give the row")
    for name in ("VALU", "OUTPUT"):
        if name not in rows:
            found.error("a row is missing", f"row {name}", fix="give it")
    for name in ("HFCE", "EXPO"):
        if name not in columns:
            found.error("a column is missing", f"column {name}", fix="give it")
    found.raise_errors()
    at = [rows.index(f"{kind}_{i}") for i in industries]
    by = [columns.index(i) for i in industries]
    categories = [c for c in columns if c not in industries and c not in (*_TRADE, "TOTAL", "TTL_INT_FNL")]
    needed = np.ix_(at, by + [columns.index(c) for c in categories])
    for i, j in np.argwhere(~np.isfinite(m.cells[needed]))[:50]:
        found.error("a cell is empty", f"row {rows[at[i]]}, column {(industries + categories)[j]}", fix="give the flow, or 0")
    found.raise_errors()

    def column(name: str) -> Floats:
        return m.cells[at, columns.index(name)] if name in columns else np.zeros(len(at))

    def row(name: str) -> Floats:
        return m.cells[rows.index(name), by] if name in rows else np.zeros(len(by))

    digits = "".join(c if c.isdigit() else " " for c in path.stem).split()
    return NationalTable(
        economy or path.stem[:3], kind, tuple(industries), tuple(categories), m.cells[np.ix_(at, by)],
        m.cells[np.ix_(at, [columns.index(c) for c in categories])],
        column("EXPO"), -column("IMPO"), column("CONS_NONRES"), row("VALU"), row("TXS_INT_FNL"), row("IMP_OTHER"), row("OUTPUT"),
        year if year is not None else next((int(d) for d in digits if len(d) == 4), None), sha256=hashlib.sha256(data).hexdigest(), source=path.name,
    )  # fmt: skip
