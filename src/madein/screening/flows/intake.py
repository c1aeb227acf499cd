"""Tables as they are brought, made fit for sums: what cannot be used is left aside and told, nothing is repaired in silence.

Files that went through the doors were looked over row by row already; a folder of Parquet files is looked over here, by counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ibis
import polars as pl

from madein.core.errors import BadInput, MadeinError
from madein.screening.schema import TableSchema, check_columns, faults_of, schemas

FIRST_DAY, LAST_DAY = "1988-01-01", "2100-01-01"
"""Days outside these are no dates of declarations: the Harmonized System began on the first."""
FAR, FEW = 2, 0.01
"""Years apart from the others, and share of lines, from which a year is taken for a slip of the pen."""

_FAULTS = {
    "declaration_id": "no number of the declaration", "line": "no line number", "date": "no date, or one outside 1988 to 2099",
    "flow": "neither import nor export", "hs": "no commodity code of 2 to 10 digits", "value": "no value",
    "negative": "a negative value or mass: net corrections against the lines they correct first", "repeat": "a repeat of a number and line",
}  # fmt: skip
"""Why lines are left aside."""


def fit_columns(con: Any, path: Path, name: str, notes: list[str]) -> Any:
    """A table of a file with all columns of the schema, those it lacks empty.

    Raises
    ------
    BadInput
        If the file is no Parquet, lacks a column that rows need, or holds one of another type.
    """
    table = schemas()[name]
    _must_fit(path, table)
    held = con.read_parquet(str(path))
    lacks = [c for c in table.columns if c not in held.columns]
    if lacks:
        notes.append(f"{path.name} lacks {', '.join(lacks)}: what rests on them is not looked at")
    kinds = {"text": "string", "whole": "int32", "number": "float64", "date": "date", "texts": "array<string>"}
    return held.select(
        **{c.name: (held[c.name].cast(kinds[c.type]) if c.name in held.columns else ibis.null(kinds[c.type])) for c in table.columns.values()}
    )


def _must_fit(path: Path, table: TableSchema) -> None:
    try:
        found = check_columns(path, table)
    except (pl.exceptions.PolarsError, OSError) as fault:
        why = " ".join(str(fault).split())[:160]
        raise MadeinError("the file is no Parquet", path.name, why, "write it again, or read it through a mapping") from fault
    errors = [p for p in found if p.severity == "error"]
    if errors:
        raise BadInput(errors)


def usable(table: Any) -> dict[str, Any]:
    """Tests that a line of declarations must pass, by the keys of the reasons; repeats aside.

    Parameters
    ----------
    table : ibis table
        In the schema of declarations.
    """
    day = table.date
    tests = {
        "declaration_id": table.declaration_id.notnull() & (table.declaration_id != ""), "line": table.line.notnull(),
        "date": (day >= ibis.date(FIRST_DAY)) & (day < ibis.date(LAST_DAY)), "flow": table.flow.isin(["import", "export"]),
        "hs": table.hs.re_search("^([0-9]{2}){1,5}$"), "value": table.value.notnull() & ~table.value.isnan() & ~table.value.isinf(),
        "negative": (table.value >= 0) & (table.net_kg.isnull() | (table.net_kg >= 0)),
    }  # fmt: skip
    # A value that is missing is no negative one.
    tests["negative"] = tests["negative"].fill_null(True)
    return {k: t.fill_null(False) for k, t in tests.items()}


def sound_lines(con: Any, table: Any, where: str, notes: list[str]) -> Any:
    """Lines that can be used; those left aside are counted by reason.

    Raises
    ------
    MadeinError
        If there is no line, or none that can be used.
    """
    tests = usable(table)
    every = ibis.and_(*tests.values())
    key = table.declaration_id.concat("\x1f", table.line.cast("string")).hash()
    year = (table.date.year()).cast("int32")
    counted = table.mutate(ok=every, key=key, year=year, **{f"no_{k}": ~t for k, t in tests.items()})
    sums = {f"no_{k}": counted[f"no_{k}"].sum().fill_null(0).cast("int64") for k in tests}
    count = con.to_polars(counted.group_by("year").agg(n=counted.count(), ok=counted.ok.sum().fill_null(0).cast("int64"), **sums)).sort("year")
    n, ok = int(count["n"].sum()), int(count["ok"].sum())
    if not n:
        raise MadeinError("there are no declarations", where, "the file has columns and no rows", "bring the rows")
    for k in tests:
        wrong = int(count[f"no_{k}"].sum())
        if wrong:
            notes.append(f"{wrong} of {n} lines of {where} are left aside: {_FAULTS[k]} (column {'value' if k == 'negative' else k})")
    if not ok:
        most = max(tests, key=lambda k: int(count[f"no_{k}"].sum()))
        raise MadeinError("no line can be used", where, f"most have {_FAULTS[most]}", "read the file through a mapping")
    lines = table.filter(every) if ok < n else table
    strays = _strays(count.filter(pl.col("year").is_not_null() & (pl.col("ok") > 0)))
    if strays:
        lost = int(count.filter(pl.col("year").is_in(strays))["ok"].sum())
        named = ", ".join(str(y) for y in strays)
        notes.append(f"{lost} lines of {where} dated {named} are left aside: years apart from all others (column date)")
        lines = lines.filter(lines.date.year().isin(strays).fill_null(False) == ibis.literal(False))
    return _without_repeats(con, lines, where, notes)


def _strays(count: pl.DataFrame) -> list[int]:
    """Years that lie apart from the bulk and hold hardly a line: slips such as 2204 for 2024."""
    years, lines = count["year"].to_list(), count["ok"].to_list()
    if len(years) < 2:
        return []
    groups: list[list[int]] = [[0]]
    for i in range(1, len(years)):
        if years[i] - years[i - 1] > FAR:
            groups.append([])
        groups[-1].append(i)
    weight = [sum(lines[i] for i in g) for g in groups]
    return [years[i] for g, w in zip(groups, weight, strict=True) if w <= FEW * sum(weight) for i in g]


def _without_repeats(con: Any, lines: Any, where: str, notes: list[str]) -> Any:
    """Each number and line once: word for word repeats are one line, and of amendments the latest counts."""
    keyed = lines.select(key=(lines.declaration_id.concat("\x1f", lines.line.cast("string"))).hash())
    n, different = con.to_polars(keyed.agg(n=keyed.count(), d=keyed.key.nunique())).row(0)
    if n == different:
        return lines
    # Two keys may have one hash, on engines with short ones soon.
    exact = lines.select("declaration_id", "line").distinct()
    different = con.to_polars(exact.agg(n=exact.count())).item()
    if n == different:
        return lines
    columns = [c for c in lines.columns if c not in ("declaration_id", "line")]
    order = [lines.date.desc(), *(lines[c].desc() for c in columns if c != "date")]
    place = ibis.row_number().over(ibis.window(group_by=["declaration_id", "line"], order_by=order))
    kept = lines.mutate(_place=place)
    notes.append(f"{n - different} lines of {where} are left aside: {_FAULTS['repeat']}, of which the latest counts (columns declaration_id, line)")
    return kept.filter(kept._place == 0).drop("_place")


def side_table(path: Path | None, name: str, notes: list[str]) -> pl.DataFrame:
    """The register or the tariffs in the schema, without rows that cannot be used; empty where there is no file.

    Raises
    ------
    BadInput
        If the file is no Parquet, lacks a column that rows need, or holds one of another type.
    """
    table = schemas()[name]
    if path is None:
        return table.empty()
    _must_fit(path, table)
    held = pl.read_parquet(path)
    frame = held.select((pl.col(c) if c in held.columns else pl.lit(None)).cast(kind).alias(c) for c, kind in table.polars.items())
    return _sound_rows(frame, table, path.name, notes).sort(table.key)


def _sound_rows(frame: pl.DataFrame, table: TableSchema, where: str, notes: list[str]) -> pl.DataFrame:
    good = pl.Series(values=[True] * frame.height, dtype=pl.Boolean)
    for column, reason, fault in faults_of(table):
        bad = frame.select(fault.alias("bad"))["bad"].fill_null(False)
        if bad.any():
            notes.append(f"{int(bad.sum())} of {frame.height} rows of {where} are left aside: {reason} (column {column})")
            good &= ~bad
    frame = frame.filter(good)
    first = frame.select(pl.struct(table.key).is_first_distinct()).to_series()
    if not first.all():
        notes.append(f"{int((~first).sum())} rows of {where} are left aside: a repeat of {', '.join(table.key)}, of which the first counts")
    return frame.filter(first)
