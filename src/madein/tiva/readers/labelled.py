"""Labelled matrices: the OECD's editions and every other table whose rows and columns are called economy and industry.

Columns that bear the label of a row are industries, those of an economy and something else are final demand, the rest are margins.
Labels split at the first separator only, since industry codes may hold it too; final demand may be called ``VNM_HFCE``, as in most
editions, or ``HFCE_VNM``, as in the OECD's of 2016.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from madein.core.errors import Problem, Problems
from madein.core.icio import IcioTable
from madein.tiva.folding import fold, rules
from madein.tiva.readers.matrix import Matrix


def plain(label: str) -> str:
    """A label as margins are compared.

    Examples
    --------
    >>> plain(" Value Added ")
    'VALUEADDED'
    """
    return label.strip().strip('"').upper().replace(" ", "")


def separator(labels: Sequence[str]) -> str:
    """What stands between economy and industry in most labels; empty if nothing does."""
    for mark in rules()["separators"]:
        if sum(mark in x for x in labels) * 2 > len(labels):
            return str(mark)
    return ""


def labelled_table(m: Matrix, *, keep_split: bool = False, unit: str = "", year: int | None = None, edition: str = "", sha256: str = "") -> IcioTable:
    """A table from a labelled matrix.

    Raises
    ------
    BadInput
        Naming rows that are missing or stand twice, buyers without final demand, empty cells, axes that are swapped.
    """
    found = Problems(m.source)
    margin = {plain(x): kind for kind in ("value_added", "taxes", "between", "output", "aside") for x in rules()[kind]}
    rows = [r.strip().strip('"') for r in m.rows]
    columns = [c.strip().strip('"') for c in m.columns]
    kinds = [margin.get(plain(r), "") for r in rows]
    # A row without an economy and any number is none: a blank line, or a remark below the table.
    blank = np.asarray(np.isnan(m.cells).all(axis=1))
    named = [any(mark in r for mark in rules()["separators"]) for r in rows]
    flows = [i for i, kind in enumerate(kinds) if not kind and (named[i] or not blank[i])]
    sellers = [rows[i] for i in flows]
    for i in (i for i in flows if not rows[i]):
        found.error("a row of flows has no label", f"row {i + 2}", fix="name its economy and industry")
    found.raise_errors()
    _swapped(sellers, columns, margin, found)
    for name in sorted({r for r in sellers if sellers.count(r) > 1} if len(set(sellers)) < len(sellers) else ()):
        found.error(f"row {name!r} stands {sellers.count(name)} times", fix="give each label once")
    for name in sorted({c for c in columns if columns.count(c) > 1} if len(set(columns)) < len(columns) else ()):
        found.error(f"column {name!r} stands {columns.count(name)} times", fix="give each label once")
    found.raise_errors()
    mark = separator(sellers)
    if not mark:
        found.error(
            "row labels do not name an economy and an industry", f"row {sellers[0] if sellers else ''}", fix="call rows like VNM_C26 or Viet Nam|C26"
        )
        found.raise_errors()
    for name in (r for r in sellers if mark not in r):
        found.error("a row is neither an industry of an economy nor a total", f"row {name}", f"others are called like {sellers[0]}",
                    "name its economy as the others do, or leave it out")  # fmt: skip
    found.raise_errors()
    pairs = [r.split(mark, 1) for r in sellers]
    countries, industries = list(dict.fromkeys(p[0] for p in pairs)), list(dict.fromkeys(p[1] for p in pairs))
    place_r = dict(zip(sellers, flows, strict=True))
    place_c = {c: j for j, c in enumerate(columns)}
    wanted = [f"{c}{mark}{i}" for c in countries for i in industries]
    for name in wanted:
        if name not in place_r:
            found.error("a row is missing", f"row {name}", f"other economies have {name.split(mark, 1)[1]!r}", "give the row, zeros if there is none")
        if name not in place_c:
            found.error("a column is missing", f"column {name}", "the row of this label is there", "give the column")
    known = set(wanted)
    for j, name in enumerate(columns):
        parts = name.split(mark, 1)
        if name not in known and len(parts) == 2 and parts[1] in set(industries):
            found.error("a row is missing", f"row {name}", f"column {j + 2} has this label", "give the row")
    found.raise_errors()
    buyers, categories = _buyers(columns, known, countries, mark, margin, found)
    found.raise_errors()
    at_r, at_c = [place_r[w] for w in wanted], [place_c[w] for w in wanted]
    inter = m.cells[np.ix_(at_r, at_c)]
    final = np.zeros((len(wanted), len(countries) * len(categories)))
    for (country, category), j in buyers.items():
        final[:, countries.index(country) * len(categories) + categories.index(category)] = m.cells[at_r, j]
    stated = {kind: [m.cells[i, at_c] for i, k in enumerate(kinds) if k == kind] for kind in ("value_added", "taxes", "between", "output")}
    outputs = [m.cells[at_r, j] for j, c in enumerate(columns) if margin.get(plain(c)) == "output"]
    notes = []
    for kind, what in (("taxes", "taxes on products stand"), ("between", "adjustments of trade and transport margins stand")):
        if total := float(np.nansum(stated[kind])) if stated[kind] else 0.0:
            told = f"they add up to {total:.6g}; the residual counts them as value added, the stated value added leaves them out"
            notes.append(Problem(f"{what} between value added and output", m.source, told, severity="warning"))
    table = IcioTable.of(
        inter, final, countries, industries, categories, output=next(iter(outputs + stated["output"]), None),
        value_added=next(iter(stated["value_added"]), None), unit=unit, year=year, edition=edition, sha256=sha256, source=m.source,
        notes=notes,
    )  # fmt: skip
    return table if keep_split else fold(table)


def _swapped(sellers: Sequence[str], columns: Sequence[str], margin: dict[str, str], found: Problems) -> None:
    finals = {plain(x) for x in rules()["final"]}

    def demands(labels: Sequence[str]) -> int:
        return sum(any(plain(part) in finals for mark in rules()["separators"] for part in x.split(mark)) for x in labels)

    values = sum(margin.get(plain(c)) in ("value_added", "taxes") for c in columns)
    if demands(sellers) > demands(columns) or values:
        found.error("final demand stands in the rows" if demands(sellers) > demands(columns) else "value added stands in a column",
                    why="rows sell and columns buy: the axes are swapped", fix="transpose the table")  # fmt: skip


def _buyers(
    columns: Sequence[str], known: set[str], countries: Sequence[str], mark: str, margin: dict[str, str], found: Problems
) -> tuple[dict[tuple[str, str], int], list[str]]:
    """Columns of final demand by (economy, category)."""
    buyers: dict[tuple[str, str], int] = {}
    held = set(countries)
    for j, name in enumerate(columns):
        if name in known or (plain(name) in margin and name not in held):
            continue
        left, _, right = name.partition(mark)
        if name in held:
            key = (name, "final")
        elif left in held and right:
            key = (left, right)
        elif name.rpartition(mark)[2] in held:
            key = (name.rpartition(mark)[2], name.rpartition(mark)[0])
        else:
            found.error(
                "a column is neither an industry, nor final demand of an economy, nor a total",
                f"column {name}",
                fix="name its economy as the rows do",
            )
            continue
        buyers[key] = j
    categories = list(dict.fromkeys(category for _, category in buyers))
    parts = {p for ps in rules()["splits"].values() for p in ps}
    for country in countries:
        lacking = [c for c in categories if (country, c) not in buyers]
        if lacking and not (country in parts and len(lacking) == len(categories)):
            found.error(
                f"{country} has no final demand {', '.join(lacking)}",
                f"column {country}{mark}{lacking[0]}",
                "other economies have it",
                "give the column",
            )
    if not categories:
        found.error("there is no column of final demand", fix="give at least one for each economy")
    return buyers, categories
