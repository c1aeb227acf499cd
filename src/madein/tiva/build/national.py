"""National tables as the builder needs them: read by the folder, audited, their totals at hand."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from madein.core.errors import BadInput, MadeinError, Problem, Problems
from madein.tiva.readers.national import NationalTable, read_national

Floats = NDArray[np.float64]

PRINTED = 5e-4
"""Half of the last decimal the files print; a sum of n figures may be off by n halves."""
ROUNDED, WRONG = 1e-6, 1e-3
"""Share of output by which a row or column may miss it in silence, and before the table is refused."""


def abroad(table: NationalTable) -> Floats:
    """Sales of each product to non-residents (N,): exports and what visitors buy; bilateral flows hold both."""
    return table.exports + table.nonresident


def used(table: NationalTable) -> Floats:
    """Use of each product at home (N,): intermediate and final, domestic and imported."""
    out: Floats = table.inter.sum(1) + table.final.sum(1)
    return out


def other(table: NationalTable) -> Floats:
    """What a column holds besides products and value added (N,): product taxes, and imports that no product is named for."""
    return table.taxes + table.imports_other


def read_nationals(paths: Iterable[Path] | Path) -> list[NationalTable]:
    """Read a folder of national tables of total uses (``*ttl.csv``), or the files given.

    Raises
    ------
    MadeinError
        If there is none.
    BadInput
        Every fault of every file: unreadable cells, totals that miss (`audit_national`), economies twice, other years or industries.
    """
    files = sorted(paths.glob("*ttl.csv")) if isinstance(paths, Path) and paths.is_dir() else [paths] if isinstance(paths, Path) else list(paths)
    if not files:
        raise MadeinError("there is no national table", str(paths), "no file is called CCCYYYYttl.csv", "name the files")
    tables: list[NationalTable] = []
    faults: list[Problem] = []
    for file in files:
        try:
            tables.append(read_national(file))
        except MadeinError as fault:
            faults += fault.problems
    for table in tables:
        faults += [p for p in audit_national(table) if p.severity == "error"]
    faults += same_kind(tables)
    if faults:
        raise BadInput(faults)
    return tables


def same_kind(tables: Iterable[NationalTable]) -> list[Problem]:
    """What keeps tables from standing side by side: an economy twice, other industries, final uses, years or units."""
    held = list(tables)
    names = [t.economy for t in held]
    out = [Problem(f"there are {names.count(n)} tables of {n}", fix="keep one") for n in sorted({n for n in names if names.count(n) > 1})]
    for t in held:
        if t.kind != "TTL":
            out.append(
                Problem(f"the table of {t.economy} holds {t.kind} products only", t.source, fix="give domestic and imported uses together (TTL)")
            )
        out += [Problem(f"{kind} of {t.economy} and {held[0].economy} differ", t.source, fix="give tables of one edition, year and unit")
                for kind in ("industries", "categories", "unit", "year") if getattr(t, kind) != getattr(held[0], kind)]  # fmt: skip
    return out


def audit_national(table: NationalTable) -> list[Problem]:
    """Rows and columns against output, and signs; errors where a table cannot be used, warnings for what its reader should know.

    Examples
    --------
    >>> import numpy as np
    >>> a, o = np.array, np.zeros(1)
    >>> t = NationalTable("VNM", "TTL", ("all",), ("final",), a([[4.0]]), a([[6.0]]), a([2.0]), a([2.0]), o, a([5.0]), o, o, a([10.0]))
    >>> print(audit_national(t)[0])
    column all: inputs, product taxes and value added of VNM do not add up to output (they miss it by -1). Mend: look for a shifted row.
    """
    found = Problems(table.source)
    twice = sorted({i for i in table.industries if table.industries.count(i) > 1})
    for name in twice:
        found.error(f"industry {name!r} of {table.economy} stands {table.industries.count(name)} times", fix="keep one")
    if twice:
        return found.errors
    x = table.output
    rounding = PRINTED * (len(x) + len(table.categories) + 10)
    for j in np.flatnonzero(x < 0):
        found.error("output is negative", f"column {table.industries[j]}", f"it is {x[j]:.6g}", "look at the file")
    columns = table.inter.sum(0) + other(table) + table.value_added - x
    rows = used(table) + abroad(table) - table.imports - x
    for off, what, kind, mend in (
        (columns, "inputs, product taxes and value added", "column", "look for a shifted row"),
        (rows, "uses and exports less imports", "row", "look for a wrong cell"),
    ):
        for k in np.flatnonzero(np.abs(off) > rounding + ROUNDED * np.abs(x)):
            say = found.error if abs(off[k]) > rounding + WRONG * abs(x[k]) else found.warn
            say(f"{what} of {table.economy} do not add up to output", f"{kind} {table.industries[k]}", f"they miss it by {off[k]:.6g}", mend)
    for i, j in np.argwhere(table.inter < -rounding)[:20]:
        at = f"row {table.industries[i]}, column {table.industries[j]}"
        found.warn("an intermediate use is negative", at, f"it is {table.inter[i, j]:.6g}", "check it")
    for i in np.flatnonzero(table.imports < -rounding):
        found.error("imports are negative", f"row {table.industries[i]}", f"they are {table.imports[i]:.6g}", "the file gives imports a minus sign")
    return [*found.errors, *found.warnings]


def domestic_share(table: NationalTable) -> tuple[float, Floats]:
    """Domestic value added in exports from one national table alone.

    Returns
    -------
    share, by_industry : float, array (N,)
        Of all exports, and of one unit of each industry's output.

    Notes
    -----
    Imports of a product are spread over its domestic uses in proportion, exports hold none of them: ``v (I - (1 - m) A)^-1 e`` with
    ``m`` the imports in domestic use. Value of the economy that comes back in its imports is not seen (Hummels, Ishii and Yi 2001,
    Journal of International Economics 54(1), 75-96).

    Examples
    --------
    >>> import numpy as np
    >>> a, o = np.array, np.zeros(1)
    >>> t = NationalTable("VNM", "TTL", ("all",), ("final",), a([[4.0]]), a([[6.0]]), a([2.0]), a([2.0]), o, a([6.0]), o, o, a([10.0]))
    >>> round(domestic_share(t)[0], 6)
    0.882353
    """
    per = np.divide(1.0, table.output, out=np.zeros_like(table.output), where=table.output > 0)
    use, sold = used(table), abroad(table)
    home = 1.0 - np.divide(table.imports, use, out=np.zeros_like(use), where=use > 0)
    content: Floats = np.asarray(np.linalg.solve((np.eye(len(use)) - home[:, None] * table.inter * per).T, table.value_added * per), np.float64)
    total = float(sold.sum())
    if not total > 0:
        raise MadeinError(f"{table.economy} exports nothing", table.source, fix="give the table of an economy that exports")
    return float(content @ sold) / total, content
