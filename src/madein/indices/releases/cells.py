"""Cells of statistical releases to vintages: every number with its series, growth type, period, status and address.

A cell is what a parsed worksheet hands over: the table, the row label, the column header, the value, and where it stands.
What cannot be understood is never dropped in silence: it comes back in `Release.unread` with the reason.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madein.core.errors import MadeinError, Problem
from madein.core.grid import column_letters
from madein.indices.releases.headers import Header, read_headers
from madein.indices.releases.labels import DITTO, Row, first_of_two, plain, read_label, uncounted
from madein.indices.vintages.store import VintageStore

if TYPE_CHECKING:
    import polars as pl

COLUMNS = ("release_date", "table", "sheet", "row", "label", "col", "header", "value")
_OTHER_NAMES = {"label_vi": "label", "header_vi": "header", "column": "col", "release": "release_date"}


@dataclass(frozen=True, slots=True)
class Release:
    """What releases print.

    Parameters
    ----------
    store : VintageStore
        Every number understood. Rates are percent changes (an index of 104.76 against the year before is 4.76).
    labels : dict of str to str
        The newest printed label of every series.
    unread : polars.DataFrame
        Cells that are not understood, or print once more what another cell does:
        ``release_date``, ``table``, ``sheet``, ``cell``, ``label``, ``header``, ``value``
        (text) and ``why``.
    warnings : tuple of Problem
        What a reader of the result should know, such as numbers that two sheets print unlike.
    """

    store: VintageStore
    labels: dict[str, str]
    unread: pl.DataFrame
    warnings: tuple[Problem, ...] = ()


@functools.cache
def tables() -> dict[str, dict[str, Any]]:
    """The tables of the monthly release by name; see ``tables.yaml``."""
    import yaml

    loaded: dict[str, dict[str, Any]] = yaml.safe_load(resources.files("madein.indices.releases").joinpath("tables.yaml").read_text("utf-8"))
    return loaded


def read_cells(path: str | Path) -> Release:
    """Read a CSV (also gzipped) or Parquet file of parsed cells.

    Raises
    ------
    MadeinError
        If the file lacks a column.
    """
    import polars as pl

    path = Path(path)
    try:
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path, infer_schema_length=0)
    except (OSError, pl.exceptions.PolarsError) as fault:
        raise MadeinError("the file cannot be read as a table", path.name, str(fault).splitlines()[0][:120]) from fault
    return typed_cells(frame, path.name)


def typed_cells(cells: pl.DataFrame, where: str = "cells") -> Release:
    """Type cells by their headers and labels.

    Parameters
    ----------
    cells : polars.DataFrame
        ``release_date`` (date or text), ``table`` (a name of ``tables.yaml``, perhaps with ``_q`` for its quarterly form),
        ``sheet``, ``row`` and ``col`` (counted from 0), ``label``, ``header`` and ``value``, all of them may be text.
    where : str
        What addresses call the file.

    Returns
    -------
    Release
        Where two sheets of one release print a number unlike, the first sheet's is kept, with a warning.

    Raises
    ------
    MadeinError
        If a column is missing or a release has no day.

    Examples
    --------
    >>> import polars as pl
    >>> rows = pl.DataFrame({"release_date": "2024-07-29", "table": "iip", "sheet": "2. IIP", "row": 8, "col": 4,
    ...                      "label": "Toàn ngành công nghiệp", "header": "Tháng 7 năm 2024 so với cùng kỳ năm trước", "value": "111.23"})
    >>> typed_cells(rows).store.frame.select("series", "growth", "value", "half", "cell").rows()
    [('iip/total', 'yoy', 11.23, 0.005, '2. IIP!E9')]
    """
    import polars as pl

    cells = cells.rename({old: new for old, new in _OTHER_NAMES.items() if old in cells.columns and new not in cells.columns})
    lost = [c for c in COLUMNS if c not in cells.columns]
    if lost:
        raise MadeinError(f"column {lost[0]!r} is missing", where, fix="give " + ", ".join(COLUMNS))
    undated = cells.filter(pl.col("release_date").cast(pl.String).str.to_date(strict=False).is_null())
    if undated.height:
        raise MadeinError(f"{str(undated['release_date'][0])[:40]!r} is no day of a release", where, fix="write 2024-08-29")
    cells = cells.select(
        pl.col("release_date", "table", "sheet", "value").cast(pl.String).fill_null(""), pl.col("row", "col").cast(pl.Int64),
        pl.col("label", "header").cast(pl.String).fill_null("").str.normalize("NFC"),
    ).with_row_index("at")  # fmt: skip
    parts = [_typed(part, table) for (_, table, _), part in cells.group_by("release_date", "table", "sheet", maintain_order=True)]
    return _gathered(pl.concat(parts) if parts else _typed(cells, ""), where)


def _typed(part: pl.DataFrame, table: str) -> pl.DataFrame:
    """One table of one release: its cells with what header and label say."""
    import polars as pl

    rules = tables().get(table.removesuffix("_q"))
    heads = part.select("col", "header").unique(maintain_order=True).group_by("col", maintain_order=True).first().sort("col")
    said = dict(zip(heads["col"].to_list(), read_headers(heads["header"].to_list()), strict=True)) if rules else {}
    rows = _rows(part, rules) if rules else {}
    texts = dict(heads.iter_rows())
    out: list[tuple[str, str, str, int, str, str, str, str]] = []
    for row, col in part.select("row", "col").iter_rows():
        line = rows.get(row)
        out.append(_meaning(said.get(col), line, rules, texts.get(col, "")))
    names = ("series", "growth", "span", "month", "status", "unit", "why", "name")
    schema = {n: pl.Int64 if n == "month" else pl.String for n in names}
    return part.hstack(pl.DataFrame(out, schema=schema, orient="row"))


def _meaning(head: Header | None, line: Row | None, rules: Mapping[str, Any] | None, text: str) -> tuple[str, str, str, int, str, str, str, str]:
    """Series, growth, span, month, status, unit, why not, label."""

    def no(why: str) -> tuple[str, str, str, int, str, str, str, str]:
        return "", "", "", -1, "", "", why, ""

    if rules is None:
        return no("the table is none of those known")
    if head is None:
        return no("the column header is not understood" if text else "no header stands above the column")
    if line is None or not line.key:
        return no(line.why_not if line else "the row has no label")
    if rules["growth"] and not head.growth:
        return no("the header says no comparison, and the table prints rates only")
    start = rules["series"] or head.group
    if not start:
        return no("the header does not say which index it speaks of")
    kind = "_quantity" if head.kind == "quantity" else ""
    unit = "percent" if head.growth else line.unit or rules["units"].get(head.kind, "")
    if head.kind == "quantity" and not head.growth and uncounted(line.label):
        unit = ""
    span = "ytd" if head.cumulative and head.span == "month" else head.span
    return f"{start}{kind}/{line.key}", head.growth or "level", span, head.month, head.status, unit, "", line.label


def _rows(part: pl.DataFrame, rules: Mapping[str, Any]) -> dict[int, Row]:
    """What every row of a table speaks of; rows that share a label are told apart by rule, or not read."""
    labels = part.select("row", "label").unique(maintain_order=True).sort("row")
    out: dict[int, Row] = {}
    above, unit = "", ""
    for row, text in labels.iter_rows():
        line = read_label(text, industries=rules["labels"] == "industries")
        if line.unit in DITTO:
            line = Row(line.key, line.label, unit, line.part, line.why_not)
        unit = line.unit or unit
        if line.key and line.part:
            line = Row(f"{above}/{line.key}" if above else "", line.label, line.unit, True, "" if above else "a part of nothing above it")
        elif line.key:
            above = line.key
        out[row] = line
    keys: dict[str, list[int]] = {}
    for row, line in out.items():
        if line.key:
            keys.setdefault(line.key, []).append(row)
    for at in keys.values():
        if len(at) < 2:
            continue
        first = out[at[0]]
        own = first_of_two(plain(first.label)) if len(at) == 2 else ""
        if own:
            out[at[0]] = Row(own, first.label, first.unit)
            continue
        for row in at:
            line = out[row]
            out[row] = Row("", line.label, line.unit, why_not=f"the label stands in rows {', '.join(str(r + 1) for r in at)}")
    return out


def _gathered(typed: pl.DataFrame, where: str) -> Release:
    import polars as pl

    letters = {c: column_letters(c) for c in typed["col"].unique().to_list()}
    typed = typed.with_columns(
        number=pl.col("value").str.strip_chars().cast(pl.Float64, strict=False),
        cell=pl.concat_str(pl.when(pl.col("sheet") != "").then(pl.col("sheet") + "!").otherwise(pl.lit("")),
                           pl.col("col").replace_strict(letters, default="", return_dtype=pl.String), (pl.col("row") + 1).cast(pl.String)),
    )  # fmt: skip
    rate = pl.col("growth") != "level"
    typed = typed.with_columns(why=_why_not(rate))
    unread = typed.filter(pl.col("why") != "")
    read = typed.filter(pl.col("why") == "")
    text = pl.col("value").str.strip_chars()
    behind = text.str.len_bytes().cast(pl.Int64) - 1 - text.str.find(".", literal=True)
    # A closing ".0" is what a program made of a whole number; with an exponent the digits say nothing.
    whole = text.str.ends_with(".0") | text.str.contains("[eE]")
    finest = pl.when(whole).then(pl.lit(0)).otherwise(behind.fill_null(0)).clip(0, 12)
    value = pl.when(rate).then((pl.col("number") - 100).round(10)).otherwise("number")
    half = pl.lit(0.5) * pl.lit(10.0).pow(-finest.cast(pl.Float64))
    read = read.with_columns(printed="value", value=value, half=half, release="release_date")
    read, again, warnings = _settled(read, where)
    shown = ["release_date", "table", "sheet", "cell", "label", "header", "value", "why"]
    unread = pl.concat([unread.select(*shown, "at"), again.drop("value").rename({"printed": "value"}).select(*shown, "at")]).sort("at").drop("at")
    labels = dict(read.sort("release", "at").group_by("series", maintain_order=True).agg(pl.col("name").last()).iter_rows())
    read = read.with_columns(source=pl.lit(where))
    columns = ["series", "growth", "span", "month", "release", "value", "half", "unit", "status", "source", "cell"]
    return Release(VintageStore.of(read.select(columns), where), labels, unread, tuple(warnings))


_DAYS = (36_526, 47_482)
"""Excel's numbers of the days of 2000 to 2029: a date in a header row that slipped among the rates."""

_OLDEST = 12
"""Months between a period and its release beyond which a header names the wrong year: no table goes back further."""


def _why_not(rate: pl.Expr) -> pl.Expr:
    """The reason a typed cell is not read, empty where there is none."""
    import polars as pl

    number = pl.col("number")
    # An index of rates stands on 100; only a product can fall to nothing.
    nothing = (number == 0) & ~pl.col("series").str.starts_with("products/")
    day = (number == number.round()) & number.is_between(*_DAYS)
    day_of_release = pl.col("release_date").str.to_date(strict=False)
    lag = day_of_release.dt.year().cast(pl.Int64) * 12 + day_of_release.dt.month().cast(pl.Int64) - 1 - pl.col("month")
    back = pl.col("span").replace_strict({"quarter": 2, "year": 11}, default=0, return_dtype=pl.Int64)
    return (
        pl.when(pl.col("why") != "").then("why")
        .when(number.is_null() | number.is_infinite() | number.is_nan()).then(pl.lit("it is no number"))
        .when(rate & ((number < 0) | nothing | day)).then(pl.lit("no index of growth is zero, negative or the number of a day"))
        .when(lag + back < 0).then(pl.lit("the header names a period that begins after the release"))
        .when(lag > _OLDEST).then(pl.lit("the header names a period more than a year before the release"))
        .otherwise(pl.lit(""))
    )  # fmt: skip


def _settled(read: pl.DataFrame, where: str) -> tuple[pl.DataFrame, pl.DataFrame, list[Problem]]:
    """One number per key and release, monthly before quarterly tables, then in the order of the file; the others; warnings."""
    import polars as pl

    key = ["series", "growth", "span", "month", "release"]
    read = read.with_columns(later=pl.col("table").str.ends_with("_q")).sort(*key, "later", "at")
    again = pl.all_horizontal([pl.col(c).eq_missing(pl.col(c).shift(1)) for c in key]).fill_null(False)
    read = read.with_columns(again=again, group=(~again).cum_sum())
    first = pl.col("value").first().over("group")
    off = (pl.col("value") - first).abs() > pl.col("half") + pl.col("half").first().over("group") + 1e-9 * first.abs()
    unlike = read.with_columns(kept=first, kept_cell=pl.col("cell").first().over("group")).filter(pl.col("again") & off)
    warnings = [
        Problem(f"{s} {g} of one release stands there as {a:g} and as {b:g}", f"{where} release {r} cells {c} and {d}",
                "the first is kept", severity="warning")
        for s, g, r, a, b, c, d in unlike.select("series", "growth", "release", "kept", "value", "kept_cell", "cell").iter_rows()
    ]  # fmt: skip
    others = read.filter("again").with_columns(why=pl.lit("the release prints it in another cell as well"))
    return read.filter(~pl.col("again")), others, warnings
