"""An inter-country table from national tables and bilateral flows.

What an economy uses of a product, its national table says; whom it buys that product from, the bilateral flows say. Every user of
the product, industry or household, is given the same suppliers in the same shares: the import proportionality assumption (UN,
Handbook on Supply and Use Tables and Input-Output Tables 2018, chapters 8 and 17; OECD ICIO uses it within an end-use category).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from madein.core.errors import MadeinError, Problem, Problems
from madein.core.icio import IcioTable
from madein.tiva.build.cube import BilateralCube
from madein.tiva.build.detail import concordances, members, merge_national, split_cube
from madein.tiva.build.gras import gras
from madein.tiva.build.national import audit_national, same_kind, used
from madein.tiva.readers.national import NationalTable

Floats = NDArray[np.float64]
Detail = Literal["merge", "split"]
Rest = Literal["residual", "gras"]

AGREE = 1e-3
"""Share of a total by which national table and bilateral flows may differ before it is told."""


def build_table(
    tables: Sequence[NationalTable], cube: BilateralCube, *, detail: Detail = "merge", rest: Rest = "gras",
    concordance: Mapping[str, Sequence[str]] | str = "oecd_2025", edition: str = "",
) -> IcioTable:  # fmt: skip
    """Build an inter-country table.

    Parameters
    ----------
    tables : sequence of NationalTable
        One an economy, all of one year, unit and list of industries.
    cube : BilateralCube
        Flows between all these economies; at most one economy of it may lack a table and is the rest of the world.
    detail : {"merge", "split"}
        Where an industry of the flows holds several of the tables: merge the tables, or split the flows (see `split_cube`).
    rest : {"gras", "residual"}
        The rest of the world uses the average technology of all tables. Its final demand is what remains of its purchases, which
        may be negative (``residual``); or its uses, begun with average technology and average final demand, are balanced to its
        purchases of each product and its inputs in all (``gras``).
    concordance : mapping or str
        Members of the wide industries of the flows; or the name of one in ``concordance.yaml``.
    edition : str
        Of the sources, as the table shall tell it.

    Returns
    -------
    IcioTable
        Basis ``estimated``. Value added and output are stated as the tables state them; the residual holds product taxes too.
        ``notes`` tell the method and where table and flows disagree.

    Raises
    ------
    BadInput
        Economies without flows or without a table, other years or units, industries without counterpart: each by its label.

    Examples
    --------
    >>> import numpy as np
    >>> a, o = np.array, np.zeros(1)
    >>> rest = a([[4.0]]), a([[6.0]]), a([2.0]), a([2.0]), o, a([6.0]), o, o, a([10.0])
    >>> tables = [NationalTable(c, "TTL", ("all",), ("final",), *rest) for c in ("VNM", "JPN")]
    >>> cube = BilateralCube.of([[[8.0], [2.0]], [[2.0], [8.0]]], ["VNM", "JPN"], ["all"])
    >>> build_table(tables, cube, concordance={}).inter
    array([[3.2, 0.8],
           [0.8, 3.2]])
    """
    _check(tables, cube)
    parts = members(tables[0].industries, cube.industries, concordances()[concordance] if isinstance(concordance, str) else concordance)
    notes: list[Problem] = []
    missed = [p for t in tables for p in audit_national(t)]
    if missed:
        notes.append(Problem(f"{len(missed)} rows or columns of national tables miss their output a little", missed[0].where, missed[0].why,
                             "they are used as they stand; audit_national lists them", "warning"))  # fmt: skip
    wide = cube.industries
    if detail == "merge":
        tables = [merge_national(t, wide, parts) for t in tables]
    elif any(len(p) > 1 for p in parts):
        split = split_cube(tables, cube, parts)
        cube = split.cube
        notes += split.notes
        if split.gap > AGREE:
            notes.append(Problem("the split of the bilateral flows does not meet all totals", cube.source,
                                 f"after {split.rounds} sweeps a pair misses {split.gap:.2e} of the larger partner's trade",
                                 "the pairs' totals are kept; compare with detail=merge", "warning"))  # fmt: skip
    elif len(wide) == len(tables[0].industries):
        order = [p[0] for p in parts]
        cube = replace(cube, flows=cube.flows[:, :, np.argsort(order)], industries=tables[0].industries)
    have = {t.economy: t for t in tables}
    first = tables[0]
    g, n, m = len(cube.countries), len(first.industries), len(first.categories)
    average = _rest(tables, cube, rest, notes) if len(have) < g else None
    shares = np.divide(cube.flows, cube.used[None], out=np.zeros_like(cube.flows), where=cube.used[None] > 0)
    inter, final = np.zeros((g * n, g * n)), np.zeros((g * n, g * m))
    value, output = np.zeros(g * n), np.zeros(g * n)
    for c, name in enumerate(cube.countries):
        table = have.get(name) or average
        assert table is not None
        here = slice(c * n, (c + 1) * n)
        _agree(table, cube.used[c], notes)
        source = shares[:, c, :]
        inter[:, here] = (source[:, :, None] * table.inter[None]).reshape(g * n, n)
        final[:, c * m : (c + 1) * m] = (source[:, :, None] * table.final[None]).reshape(g * n, m)
        value[here], output[here] = table.value_added, table.output
    how = "flows split to the tables' industries" if detail == "split" else "tables merged to the flows' industries"
    notes.insert(0, Problem(
        "the table is estimated", why=f"import proportionality; {how}" + (f"; {average.economy} with average technology ({rest})" if average else ""),
        fix="use a published inter-country table where there is one", severity="warning"))  # fmt: skip
    return IcioTable.of(
        inter, final, cube.countries, first.industries, first.categories, output=output, value_added=value, unit=first.unit, year=first.year,
        edition=edition, basis="estimated", source=f"{len(tables)} national tables and {cube.source or 'bilateral flows'}", notes=notes,
    )  # fmt: skip


def _check(tables: Sequence[NationalTable], cube: BilateralCube) -> None:
    found = Problems()
    if not tables:
        raise MadeinError("there is no national table", fix="give at least one")
    first = tables[0]
    names = [t.economy for t in tables]
    for t in tables:
        if t.economy not in cube.countries:
            found.error(f"the bilateral flows do not hold {t.economy}", t.source, fix="leave the table out or give flows that hold it")
        found.errors += [p for p in audit_national(t) if p.severity == "error"]
    found.errors += same_kind(tables)
    lacking = [c for c in cube.countries if c not in names]
    if len(lacking) > 1:
        found.error(f"{len(lacking)} economies of the bilateral flows have no national table", why=", ".join(lacking[:20]),
                    fix="give their tables, or add the flows of all but one of them together to a rest of the world")  # fmt: skip
    if first.year is not None and cube.year is not None and first.year != cube.year:
        found.error(f"the national tables are of {first.year}, the bilateral flows of {cube.year}", cube.source,
                    fix="give flows of the same year, or update the tables first (update_tables)")  # fmt: skip
    if first.unit and cube.unit and first.unit != cube.unit:
        found.error(f"the national tables are in {first.unit}, the bilateral flows in {cube.unit}", cube.source, fix="give both in one unit")
    found.raise_errors()
    for t in tables:
        made, sold = float(t.output.sum()), float(cube.output[cube.countries.index(t.economy)].sum())
        if (made > 0) != (sold > 0) or (made > 0 and not 0.5 < made / sold < 2):
            found.error(f"output of {t.economy} is {made:.4g} in its table, {sold:.4g} in the bilateral flows", t.source,
                        "the units differ, or the years", "give both in one unit")  # fmt: skip
    found.raise_errors()


def _agree(table: NationalTable, bought: Floats, notes: list[Problem]) -> None:
    """Uses of the table against purchases of the flows; a product used but never bought cannot be given a supplier."""
    mine = used(table)
    for k in np.flatnonzero((mine > AGREE * max(float(mine.max()), 1e-300)) & ~(bought > 0)):
        raise MadeinError(f"{table.economy} uses {mine[k]:.6g} of {table.industries[k]}, the bilateral flows have no supplier", table.source,
                          fix="complete the flows")  # fmt: skip
    scale = AGREE * np.maximum(mine, bought) + 1e-6 * max(float(bought.sum()), 1e-300)
    notes += [
        Problem(f"{table.economy} uses {mine[k]:.6g} of {table.industries[k]} by its table, {bought[k]:.6g} by the bilateral flows", table.source,
                fix="the table gives the use, the flows the shares of suppliers", severity="warning")
        for k in np.flatnonzero(np.abs(mine - bought) > scale)
    ]  # fmt: skip


def _rest(tables: Sequence[NationalTable], cube: BilateralCube, rest: Rest, notes: list[Problem]) -> NationalTable:
    """The economy without a table: average technology of all tables, its own output and purchases."""
    name = next(c for c in cube.countries if c not in {t.economy for t in tables})
    at = cube.countries.index(name)
    first = tables[0]
    world = {k: np.sum([getattr(t, k) for t in tables], axis=0) for k in ("inter", "final", "value_added", "output", "taxes", "imports_other")}
    per = np.divide(1.0, world["output"], out=np.zeros_like(world["output"]), where=world["output"] > 0)
    output, bought = cube.output[at], cube.used[at]
    uses = world["inter"] * per * output
    final = bought - uses.sum(1)
    spread = np.maximum(world["final"], 0.0)
    if rest == "gras":
        # Inputs of each industry in all are kept; which products they are gives way to what the economy buys.
        start = np.column_stack([uses, spread * (bought.sum() - uses.sum()) / spread.sum()])
        inputs = np.append(uses.sum(0), start[:, len(output) :].sum(0))
        balanced = gras(start, bought, inputs, row_labels=[f"{name} uses of {i}" for i in first.industries],
                        column_labels=[f"{name} {i}" for i in (*first.industries, *first.categories)])  # fmt: skip
        uses, ends = balanced.cells[:, : len(output)], balanced.cells[:, len(output) :]
        if not balanced.converged:
            notes.append(Problem(f"the uses of {name} are not balanced", balanced.worst, f"gap {balanced.gap:.1e}", "see rest=residual", "warning"))
    else:
        part = spread.sum(1)
        ends = np.divide(spread * final[:, None], part[:, None], out=np.zeros_like(spread), where=part[:, None] > 0)
        ends[part == 0, 0] = final[part == 0]
        notes += [
            Problem(f"final demand of {name} for {first.industries[k]} is {final[k]:.6g}", why="average technology uses more than it buys",
                    fix="see rest=gras", severity="warning")
            for k in np.flatnonzero(final < 0)
        ]  # fmt: skip
    out, into = cube.flows[at].sum(0) - cube.flows[at, at], cube.flows[:, at].sum(0) - cube.flows[at, at]
    scaled = {k: world[k] * per * output for k in ("value_added", "taxes", "imports_other")}
    return replace(first, economy=name, inter=uses, final=ends, exports=out, imports=into, nonresident=np.zeros_like(out), output=output, sha256="",
                   source="average technology", **scaled)  # fmt: skip
