"""Figures of the chapter: rows and labels, leaks, areas, what the first declarations hold, calibration, novelty, and the queue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.periods import Period
from madein.core.step import Figure, Ref, Table, row_at
from madein.screening.labels_chapter import Case
from madein.screening.labels_chapter.tables import ERRORS, ORDERS

if TYPE_CHECKING:
    from madein.screening.labels_step import Config

TOP = {"inspected_precision": "precision", "inspected_recall": "recall", "inspected_revenue": "revenue"}
"""Measures of those inspected first, and the columns that hold them."""
RESAMPLED = "95 % interval over resampled test rows"


def figures_of(case: Case, tables: Mapping[str, Table], config: Config) -> list[Figure]:
    """All figures."""
    out = [*_parts(case, tables["parts"]), *_search(case, tables["search"])]
    for name, made in (("leaks", _leaks), ("metrics", _top), ("areas", _areas), ("errors", _errors), ("novelty", _novelty)):
        out += made(case, tables[name]) if name in tables else ()
    return [*out, *_queue(case, tables["queue"], config.show)]


def top_id(case: Case, measure: str, model: str, order: str, first: float) -> str:
    """Id of precision, recall or revenue of those inspected first."""
    return _id(measure, _first(case, model, order, first))


def auc_id(case: Case, model: str, order: str = "probability") -> str:
    """Id of an area under the curve on the test rows."""
    return _id("label_auc", case.tested(actor=model, series=f"by {ORDERS[order]}"))


def error_id(case: Case, model: str, of: str) -> str:
    """Id of a calibration error."""
    return _id("calibration_error", case.tested(actor=model, series=ERRORS[of]))


def leak_id(case: Case, measure: str, number: str) -> str:
    """Id of what was measured of a set of columns."""
    return _id(measure, case.tested(series=f"set {number}"))


def novelty_id(case: Case, measure: str, row: Mapping[str, Any]) -> str:
    """Id of what was measured on test rows whose values were seen, or new."""
    return _id(measure, _values(case, row))


def part_id(case: Case, part: str, measure: str = "inspected_rows") -> str:
    """Id of the rows of a part, or of the share with the label among them."""
    return _id(measure, _part(case, next(r for r in case.result.parts.iter_rows(named=True) if r["part"] == part)))


def search_id(case: Case, measure: str) -> str:
    """Id of how many sets were searched, or found."""
    return _id(measure, case.dims())


def queue_id(case: Case, measure: str, rank: str) -> str:
    """Id of what is said of a declaration of the queue."""
    return _id(measure, case.dims(series=f"declaration {rank}"))


def _id(measure: str, dims: dict[str, str]) -> str:
    return Figure(measure, dims, None, "number", ()).id


def _row(name: str, /, **key: str) -> tuple[Ref, ...]:
    return (Ref(f"table:.{name}", row_at(key)),)


def _figure(measure: str, dims: dict[str, str], value: float | None, unit: str, parents: tuple[Ref, ...], method: str, absent: str,
            low: float | None = None, high: float | None = None, basis: str = "computed") -> Figure:  # fmt: skip
    """A figure, or why there is none; an interval of resampled rows need not hold the number itself, a figure's bounds must."""
    if value is None:
        return Figure(measure, dims, None, unit, parents, absent=absent)
    low = None if low is None else min(low, value)
    high = None if high is None else max(high, value)
    return Figure(measure, dims, value, unit, parents, low=low, high=high, basis=basis, method=method)


def _part(case: Case, row: Mapping[str, Any]) -> dict[str, str]:
    return case.dims(series=row["part"], period=str(Period(row["first"], row["last"])))


def _first(case: Case, model: str, order: str, first: float) -> dict[str, str]:
    return case.tested(actor=model, series=f"first {first:g} percent by {ORDERS[order]}")


def _values(case: Case, row: Mapping[str, Any]) -> dict[str, str]:
    return case.tested(actor=row["model"], series=f"values {row['set']} {row['values']}")


def _parts(case: Case, table: Table) -> Iterator[Figure]:
    for name in case.result.parts["part"]:
        row = table.frame.filter(pl.col("part") == name).row(0, named=True)
        parents = _row("parts", part=name)
        yield Figure(
            "inspected_rows", _part(case, row), float(row["labelled"]), "declaration", parents, method="rows with a label that counts in this part"
        )
        yield Figure("label_share", _part(case, row), row["share"], "percent", parents, method="labels that say yes over labelled rows")


def _search(case: Case, table: Table) -> Iterator[Figure]:
    known = dict(table.frame.select("what", "number").iter_rows())
    for measure, what, how in (
        ("leak_sets", "sets of columns scored", "sets of columns whose exact values were held against the label"),
        ("label_leaks", "sets that carry the label", "sets whose exact values give the label beyond chance and beyond the columns one by one"),
    ):
        number = None if case.result.leaks.absent else float(known[what])
        yield _figure(measure, case.dims(), number, "set", _row("search", what=what), how, case.result.leaks.absent)


def _leaks(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.filter(pl.col("verdict") != "none").iter_rows(named=True):
        dims, parents, what = case.tested(series=f"set {row['set']}"), _row("leaks", set=row["set"]), f"exact values of {row['columns']}"
        none = "no later row has values that stood before"
        yield _figure("values_seen", dims, row["seen"], "percent", parents, f"test rows whose {what} stood before", none)
        yield _figure(
            "label_repeats", dims, row["agree"], "percent", parents, f"test rows that bear the label of an earlier row with equal {what}", none
        )
        yield _figure("label_kappa", dims, row["kappa"], "percent", parents, f"one less disagreement over that of rows paired at random; {what}; "
                      "95 % interval over resampled groups of equal values", none, row["kappa_low"], row["kappa_high"])  # fmt: skip
        yield _figure("label_auc", dims, row["auc"], "percent", parents, f"rank sum of a table of {what} on the test rows", none)


def _top(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.iter_rows(named=True):
        dims = _first(case, row["model"], row["order"], float(row["first"]))
        parents = _row("metrics", model=row["model"], order=row["order"], first=row["first"])
        for measure, column in TOP.items():
            how = f"of the {row['inspected']:,} test rows inspected first" + (f"; {RESAMPLED}" if column != "recall" else "")
            low, high = (row.get(f"{column}_{end}") for end in ("low", "high"))
            # Where no column is named as stake or revenue, nobody asks for revenue.
            if row[column] is not None:
                yield _figure(measure, dims, row[column], "percent", parents, how, "", low, high)


def _areas(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.iter_rows(named=True):
        dims = case.tested(actor=row["model"], series=f"by {ORDERS[row['order']]}")
        parents = _row("areas", model=row["model"], order=row["order"])
        yield _figure("label_auc", dims, row["auc"], "percent", parents, f"rank sum, ties counted half; {RESAMPLED}", "labels of one kind only",
                      row["low"], row["high"])  # fmt: skip


def _errors(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.iter_rows(named=True):
        dims, parents = case.tested(actor=row["model"], series=ERRORS[row["of"]]), _row("errors", model=row["model"], of=row["of"])
        chance = row["of"] == "chance"
        how = "mean over drawn labels; the bound is their 95th percentile" if chance else f"expected calibration error; calibration: {row['method']}"
        yield _figure("calibration_error", dims, row["error"], "pp", parents, how, "", None, row["high"])


def _novelty(case: Case, table: Table) -> Iterator[Figure]:
    for row in table.frame.iter_rows(named=True):
        dims, parents = _values(case, row), _row("novelty", model=row["model"], set=row["set"], values=row["values"])
        whose = f"test rows whose {row['columns']} {'stood together' if row['values'] == 'seen' else 'did not stand together'} in training"
        yield _figure("inspected_rows", dims, float(row["rows"]), "declaration", parents, whose, "")
        yield _figure("label_share", dims, row["labelled"], "percent", parents, f"labels that say yes over {whose}", "")
        yield _figure("label_auc", dims, row["auc"], "percent", parents, f"rank sum on {whose}", "labels of one kind only")


def _queue(case: Case, table: Table, show: int) -> Iterator[Figure]:
    for row in table.frame.head(show).iter_rows(named=True):
        dims, parents = case.dims(series=f"declaration {row['rank']}"), _row("queue", rank=row["rank"])
        yield _figure("label_probability", dims, row["probability"], "percent", parents, f"calibrated; {case.result.fit.name}", "", basis="estimated")
        if case.result.roles.stake:
            how = "probability times stake"
            yield _figure("expected_revenue", dims, row["expected"], case.money, parents, how, "its stake is not known", basis="estimated")
