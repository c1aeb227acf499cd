"""The contract enforced: what a step returns is checked before anything is stored or drawn."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from pydantic import ValidationError

from madein.core.blocks import BODIES, HOLE, VIEWS, Cell, Chart, Excerpt, Finding, Grid, Node
from madein.core.errors import ContractBroken
from madein.core.measures import measures
from madein.core.periods import Period
from madein.core.step import BASES, COMPARISONS, DIMS, MAX_PARENTS, Block, Figure, Ref, Result, Table
from madein.core.units import unit_kind


def check_result(result: Result, step: str) -> None:
    """Raise `ContractBroken` with the first thing in a result that the contract forbids.

    Examples
    --------
    >>> check_result(Result(figures=(Figure("exports", {"colour": "red"}, 1.0, "USD", ()),)), "trade")
    Traceback (most recent call last):
    madein.core.errors.ContractBroken: step trade: figure exports uses the dimension 'colour'. Mend: use only: \
actor, economy, place, partner, origin, destination, industry, product, regime, series, scenario, comparison, period.
    """
    seen: set[str] = set()
    for name, table in result.tables.items():
        for fault, fix in _table_faults(table):
            raise ContractBroken(f"table {name} {fault}", f"step {step}", fix=fix)
    for figure in result.figures:
        for fault, fix in _figure_faults(figure, result.tables):
            raise ContractBroken(f"figure {figure.id} {fault}", f"step {step}", fix=fix)
        if figure.id in seen:
            raise ContractBroken(f"figure {figure.id} is returned twice", f"step {step}", fix="give it one more dimension")
        seen.add(figure.id)
    for block in result.blocks:
        for fault, fix in _block_faults(block, result.tables, seen):
            raise ContractBroken(f"{block.kind} block {block.title!r} {fault}", f"step {step}", fix=fix)


def _table_faults(table: Table) -> Iterator[tuple[str, str]]:
    import polars as pl

    columns = table.frame.columns
    missing = [c for c in (*table.key, *table.units) if c not in columns]
    if missing:
        yield f"has no column {missing[0]!r}", "name key and units after its columns"
        return
    if not table.key:
        yield "has no key", "name the columns that address a row"
        return
    for column, dtype in table.frame.schema.items():
        if dtype.is_numeric() and column not in table.units and column not in table.key:
            yield f"gives no unit for {column!r}", "add it to units"
        if dtype.is_float() and not table.frame[column].is_finite().all():
            yield f"holds NaN or infinity in {column!r}", "leave the cell empty and say why elsewhere"
    for column, unit in table.units.items():
        if unit.startswith("@"):
            if unit[1:] not in columns:
                yield f"has no column {unit[1:]!r} that holds the unit of {column!r}", "name a column of the frame after the @"
        else:
            try:
                unit_kind(unit)
            except ValueError as fault:
                yield f"gives {column!r} a unit that is none: {fault}", "see core/units.py"
    if table.frame.select(pl.struct(table.key).is_duplicated().any()).item():
        yield f"has two rows of one key {table.key}", "make the key unique"
    elif not table.frame.select(table.key).equals(table.frame.select(table.key).sort(table.key)):
        yield "is not sorted by its key", "sort the frame by the key"
    if "_src" in columns and table.frame.schema["_src"] != pl.List(pl.String):
        yield "has a column _src that is no list of text", "write each reference with str(Ref(...))"
    if "_basis" in columns and not set(table.frame["_basis"].drop_nulls().unique()) <= set(BASES):
        yield "has an unknown basis in _basis", "use one of: " + ", ".join(BASES)


def _figure_faults(figure: Figure, tables: Collection[str]) -> Iterator[tuple[str, str]]:
    for dim in figure.dims:
        if dim not in DIMS:
            yield f"uses the dimension {dim!r}", "use only: " + ", ".join(DIMS)
    if figure.measure not in measures():
        yield "has an unknown measure", "add it to core/measures.yaml"
    else:
        yield from _unit_faults(figure)
    if (figure.value is None) != bool(figure.absent):
        yield "is empty without a reason, or has both a value and a reason", "set exactly one of value and absent"
    if any(x is not None and not math.isfinite(x) for x in (figure.value, figure.low, figure.high)):
        yield "is not finite", "use absent with a reason"
    elif figure.value is not None:
        slack = 1e-9 * max(1.0, abs(figure.value))
        if (figure.low is not None and figure.low > figure.value + slack) or (figure.high is not None and figure.high < figure.value - slack):
            yield "lies outside its own bounds", "recompute low and high"
    if figure.basis not in BASES:
        yield f"has the unknown basis {figure.basis!r}", "use one of: " + ", ".join(BASES)
    if not figure.parents and figure.value is not None:
        yield "has no parents", "say what it was computed from"
    if len(figure.parents) > MAX_PARENTS:
        yield f"has {len(figure.parents)} parents", f"at most {MAX_PARENTS}: refer to a table that gathers them"
    for ref in figure.parents:
        yield from _ref_faults(ref, tables)
    if "period" in figure.dims:
        try:
            canonical = str(Period.parse(figure.dims["period"]))
        except ValueError as fault:
            yield str(fault), "write the period in its canonical form"
        else:
            if canonical != figure.dims["period"]:
                yield f"writes its period as {figure.dims['period']}", f"write {canonical}"
    if figure.dims.get("comparison", "yoy") not in COMPARISONS:
        yield f"has the unknown comparison {figure.dims['comparison']!r}", "use one of: " + ", ".join(COMPARISONS)


def _unit_faults(figure: Figure) -> Iterator[tuple[str, str]]:
    try:
        kind = unit_kind(figure.unit)
    except ValueError as fault:
        yield str(fault), "see core/units.py"
        return
    wanted = measures()[figure.measure].unit
    comparison = figure.dims.get("comparison", "")
    relative = comparison and not comparison.endswith("_abs")
    if relative and kind not in ("percent", "multiple", "ordinal"):
        yield f"compares ({comparison}) in {figure.unit}", "give the comparison in percent, pp or as a multiple"
    if not relative and wanted not in ("any", kind) and kind != "number":
        yield f"is measured in {figure.unit}", f"the measure {figure.measure} wants a unit of kind {wanted}"


def _ref_faults(ref: Ref, tables: Collection[str]) -> Iterator[tuple[str, str]]:
    if ref.kind not in ("source", "table", "figure"):
        yield f"refers to {ref.node!r}", "write source:ID, table:STEP.NAME or figure:ID"
    elif ref.kind == "table" and ref.name.startswith(".") and ref.name[1:] not in tables:
        yield f"refers to the table {ref.name[1:]!r} that this step does not return", "return it"


def _block_faults(block: Block, tables: Mapping[str, Table], figures: Collection[str]) -> Iterator[tuple[str, str]]:
    if block.kind not in BODIES:
        yield "is of no known kind", "use one of: " + ", ".join(BODIES)
        return
    try:
        body = BODIES[block.kind].model_validate(dict(block.body))
    except ValidationError as fault:
        first = fault.errors()[0]
        yield f"has a wrong body: {'.'.join(map(str, first['loc']))} {first['msg']}", "see core/blocks.py"
        return
    if isinstance(body, Finding):
        for hole in HOLE.finditer(body.text):
            yield from _figure_link(hole[1], hole[2] or "value", figures)
        if any(c.isdigit() for c in HOLE.sub("", body.text)):
            yield "prints a digit outside a hole", "make the number a figure and write {its id}"
    elif isinstance(body, Chart):
        if body.table not in tables:
            yield f"draws the table {body.table!r} that this step does not return", "return it"
        else:
            yield from _column_faults(tables[body.table], (*body.where, *(body.pivot or ())))
        if "data" in body.spec or "datasets" in body.spec:
            yield "carries its own data", "name a table of the result"
    elif isinstance(body, Grid):
        if bool(body.table) == bool(body.rows):
            yield "needs either a table or rows", "name one"
        if body.table and body.table not in tables:
            yield f"shows the table {body.table!r} that this step does not return", "return it"
        elif body.table:
            yield from _column_faults(tables[body.table], (*body.columns, *body.where, *(body.pivot or ())))
        for row in body.rows:
            if len(row) != len(body.columns):
                yield f"has a row of {len(row)} cells under {len(body.columns)} columns", "make them equal"
            for cell in row:
                if isinstance(cell, Cell):
                    yield from _figure_link(cell.figure, cell.view, figures)
    elif isinstance(body, Excerpt):
        end = 0
        for mark in body.marks:
            if not end <= mark.start < mark.end <= len(body.text):
                yield f"has a mark {mark.start}:{mark.end} that overlaps or leaves the text", "sort and clip the marks"
                return
            end = mark.end
    elif isinstance(body, Node):
        yield from _tree_faults(body, figures)


def _column_faults(table: Table, columns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for column in columns:
        if column not in table.frame.columns:
            yield f"names the column {column!r} that its table does not have", "name one of: " + ", ".join(table.frame.columns)


def _tree_faults(node: Node, figures: Collection[str]) -> Iterator[tuple[str, str]]:
    if node.figure:
        yield from _figure_link(node.figure, "value", figures)
    for child in node.children:
        yield from _tree_faults(child, figures)


def _figure_link(figure: str, view: str, figures: Collection[str]) -> Iterator[tuple[str, str]]:
    if figure not in figures:
        yield f"names the figure {figure!r} that this step does not return", "return it"
    if view not in VIEWS:
        yield f"asks for the view {view!r}", "use one of: " + ", ".join(VIEWS)
