"""What the chapter shows: findings, what the first declarations hold, calibration, seen and unseen values, leaks, the queue, the limits."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.step import Block, Figure, Table
from madein.core.units import format_value
from madein.screening.labels_chapter import Case, charts
from madein.screening.labels_chapter.figures import TOP, auc_id, error_id, leak_id, novelty_id, queue_id, top_id
from madein.screening.labels_chapter.sentences import METHODS, findings
from madein.screening.labels_chapter.tables import NONE, ORDERS

if TYPE_CHECKING:
    from madein.screening.labels_step import Config

_VERDICT = {
    "function": "nearly a function", "memory": "carried by exact combinations", "together": "all of these together", "none": "not accused",
}  # fmt: skip


def blocks(case: Case, tables: Mapping[str, Table], figures: Sequence[Figure], config: Config) -> Iterator[Block]:
    """Blocks in reading order."""
    held = {f.id: f for f in figures}
    for text in findings(case, tables, held):
        yield Block("finding", "", {"text": text})
    yield from _leaks(case, tables, held)
    yield _curve(case, tables["curve"])
    for model in reversed(case.result.models):
        yield _first(case, tables["metrics"], held, model.name)
    yield _calibration(case, tables["calibration"])
    yield _models(case, held)
    yield from _novelty(case, tables, held)
    yield _queue(case, tables["queue"], held, config)
    yield Block("note", "How it is computed, and what it cannot show", {"text": _note(case, config)})


def _cell(held: Mapping[str, Figure], id_: str, view: str = "value") -> Any:
    """A figure in a cell; nothing where there is none."""
    return {"figure": id_, "view": view} if id_ in held and held[id_].value is not None else ""


def _leaks(case: Case, tables: Mapping[str, Table], held: Mapping[str, Figure]) -> Iterator[Block]:
    if "leaks" not in tables:
        return
    rows: list[tuple[Any, ...]] = []
    for row in tables["leaks"].frame.iter_rows(named=True):
        ids = [leak_id(case, m, row["set"]) for m in ("values_seen", "label_repeats", "label_kappa", "label_auc")]
        cells: list[Any] = [_cell(held, id_) for id_ in ids]
        if row["verdict"] == "none":
            cells = ["" if row[c] is None else format_value(row[c], "percent") for c in ("seen", "agree", "kappa", "auc")]
        rows.append((_read(row), _VERDICT[row["verdict"]], *cells))
    columns = ("columns", "verdict", "values seen before", "label repeats", "beyond chance", "area of their table")
    yield Block("table", "Do a few columns carry the label? Sets found, and the best of those not accused", {"columns": columns, "rows": tuple(rows)})


def _read(row: Mapping[str, Any]) -> str:
    """Columns, with how numbers were read among them."""
    kinds = set(row["kinds"].split(" + "))
    how = [text for kind, text in (("exact", "exact values"), ("range", "ranges of values")) if kind in kinds]
    return str(row["columns"]) + (f" ({' and '.join(how)} of numbers)" if how else "")


def _curve(case: Case, table: Table) -> Block:
    name = case.result.fit.name
    own = table.frame.filter(model=name)
    revenue = bool(own["revenue"].count())
    most = float(min(100, 10 * math.ceil(max(own["precision"]) / 10)))
    *first, last = (m.removesuffix(" %") for m in own["mark"].unique(maintain_order=True) if m)
    dots = f"dots: the first {', '.join(first)} and {last} %"
    return Block("chart", f"Precision over {'revenue' if revenue else 'labels'} found as more is inspected; {dots}; model: {name}", {
        "spec": charts.curve_lines(revenue, most), "table": "curve", "where": {"model": name},
        "alt": "Lines from the first declarations inspected to all of them: percent that bear the label over percent of what there is to find.",
    })  # fmt: skip


def _first(case: Case, table: Table, held: Mapping[str, Figure], model: str) -> Block:
    rows: list[tuple[Any, ...]] = []
    frame = table.frame.filter(pl.col("model").is_in([model, *([NONE] if model == case.result.fit.name else [])]))
    money = bool(frame["revenue"].count())
    orders = [o for o in ORDERS if o in frame["order"].to_list()]
    for row in sorted(frame.iter_rows(named=True), key=lambda r: (orders.index(r["order"]), r["first"])):
        precision, recall, revenue = (top_id(case, m, row["model"], row["order"], float(row["first"])) for m in TOP)
        found = [_cell(held, revenue), _cell(held, revenue, "interval")] if money else []
        rows.append((ORDERS[row["order"]], f"first {float(row['first']):g} %", _cell(held, precision), _cell(held, precision, "interval"),
                     _cell(held, recall), *found))  # fmt: skip
    columns = ("order", "inspected", "precision", "its interval", "recall", *(("revenue", "interval of revenue") if money else ()))
    return Block("table", f"What the declarations inspected first hold; model: {model}", {"columns": columns, "rows": tuple(rows)})


def _calibration(case: Case, table: Table) -> Block:
    name = case.result.fit.name
    own = table.frame.filter(model=name)
    most = max(v for c in ("said", "found_high") for v in own[c].drop_nulls())
    return Block("chart", f"Probabilities said, and shares found with their 95 % interval; model: {name}", {
        "spec": charts.calibration_dots(float(min(100, 5 * math.ceil(most / 5)))), "table": "calibration", "where": {"model": name},
        "alt": "A dot for each of ten bins of equally many test rows: share that bears the label over the mean probability, with its interval.",
    })  # fmt: skip


def _models(case: Case, held: Mapping[str, Figure]) -> Block:
    rows: list[tuple[Any, ...]] = []
    for m in reversed(case.result.models):
        area = auc_id(case, m.name)
        errors = [_cell(held, error_id(case, m.name, of)) for of in ("before", "after", "width", "chance")]
        rows.append((m.name, _cell(held, area), _cell(held, area, "interval"), METHODS[m.calibration.method], *errors))
    if case.result.baseline:
        area = auc_id(case, NONE, "stake")
        rows.append(("stake alone", _cell(held, area), _cell(held, area, "interval"), "", "", "", "", ""))
    columns = (
        "model",
        "area under the curve",
        "its interval",
        "calibration",
        "error before",
        "error after",
        "bins of equal width",
        "by chance alone",
    )
    return Block("table", "Skill and calibration", {"columns": columns, "rows": tuple(rows)})


def _novelty(case: Case, tables: Mapping[str, Table], held: Mapping[str, Figure]) -> Iterator[Block]:
    if "novelty" not in tables:
        return
    rows: list[tuple[Any, ...]] = []
    for row in tables["novelty"].frame.filter(model=case.result.fit.name).sort("set", "values", descending=[False, True]).iter_rows(named=True):
        measured = [_cell(held, novelty_id(case, m, row)) for m in ("inspected_rows", "label_share", "label_auc")]
        rows.append((row["columns"], row["values"], *measured))
    columns = ("values of", "in training", "test rows", "bear the label", "area under the curve")
    yield Block(
        "table", f"Values that stood together in training, and new ones; model: {case.result.fit.name}", {"columns": columns, "rows": tuple(rows)}
    )


def _queue(case: Case, table: Table, held: Mapping[str, Figure], config: Config) -> Block:
    rows: list[tuple[Any, ...]] = []
    first = table.frame.head(config.show)
    known, money = bool((first["label"] != "").any()), bool(first["expected"].count())
    for row in first.iter_rows(named=True):
        amounts = [_cell(held, queue_id(case, "expected_revenue", row["rank"]))] if money else []
        rows.append((str(int(row["rank"])), row["id"], str(row["date"]), _cell(held, queue_id(case, "label_probability", row["rank"])), *amounts,
                     *([row["label"]] if known else [])))  # fmt: skip
    columns = ("place", "declaration", "date", "probability", *(("expected revenue",) if money else ()), *(("label",) if known else ()))
    what = "test rows, whose labels are known and were not used" if known else "declarations not yet inspected"
    by = "probability times stake" if money else "probability"
    return Block("table", f"What needs a look first, by {by}: {what}", {"columns": columns, "rows": tuple(rows)})


_METHOD = """Rows are cut at two days. Trees are grown on training rows, stopped and calibrated on validation rows; what is reported is of the \
test rows, which nothing else looks at. Parties and categories are coded by how often they were met and by the share of labels among \
other rows with the same value, so that no row sees its own label. Precision is the share of those inspected that bear the label; recall and \
revenue are the shares of all labels, and of all revenue behind labels, that they hold. Intervals are of 95 % over resampled test rows.

Columns carry the label where their exact joint values give the label of later rows beyond chance, and beyond what the columns say one by one. \
It is a question about how labels were made and no finding about traders: labels made together with the data, rows that were copied, \
and columns filled in after an inspection all look like this, and so does a true relation that lives in exact combinations. \
It is cleared if labels were given to each declaration by an inspection of its goods.

What it cannot show: inspected declarations were not drawn at random, so that probabilities hold for declarations inspected the same way; a \
few inspections drawn at random are needed to say more. Calibration lasts as long as the mix of trade does, and new parties and codes are \
where skill ends first. A probability is no verdict: each declaration of the queue still needs its inspection."""


def _note(case: Case, config: Config) -> str:
    parts = [config.note] if config.note else []
    result, model = case.result, case.result.fit
    roles = result.roles
    learnt = ", ".join(c for c in roles.features if c not in model.left_out)
    told = f"Validation begins on {result.split.valid_from}, the test on {result.split.test_from}. Learnt from: {learnt}."
    if model.left_out:
        told += f" Left out because they carry the label: {', '.join(model.left_out)}."
    if roles.stake:
        told += f" At stake is {' times '.join(roles.stake)}" + (f" times {roles.stake_scale:g}." if roles.stake_scale != 1 else ".")
    told += f" {model.rounds} trees, seed {config.seed}."
    return "\n\n".join([*parts, told, _METHOD])
