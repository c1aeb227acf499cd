"""Tables of the chapter: parts, the search for leaks, measures, curves, calibration, seen and unseen values, gain, and the queue."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.step import Table
from madein.screening.labels_chapter import Case

if TYPE_CHECKING:
    from madein.screening.labels_step import Config

ORDERS = {"probability": "probability", "expected": "probability times stake", "stake": "stake alone"}
"""What orders are called."""
NONE = "no model"
ERRORS = {
    "after": "after calibration, bins of equally many rows", "width": "after calibration, bins of equal width",
    "before": "before calibration, bins of equally many rows", "chance": "if every probability were right, bins of equally many rows",
}  # fmt: skip
"""What calibration errors are of."""
_PERCENT = ("seen", "agree", "kappa", "kappa_low", "kappa_high", "auc")
_LEAK = (*_PERCENT, "skill", "apart", "apart_high", "shuffled_high", "p")


def tables_of(case: Case, config: Config) -> dict[str, Table]:
    """All tables."""
    held = {
        "parts": parts_table(case), "search": search_table(case), "leaks": leaks_table(case), "metrics": metrics_table(case),
        "areas": areas_table(case), "curve": curve_table(case), "frontier": frontier_table(case), "errors": errors_table(case),
        "calibration": calibration_table(case), "novelty": novelty_table(case), "gain": gain_table(case), "queue": queue_table(case, config.queue),
    }  # fmt: skip
    return {name: table for name, table in held.items() if table.frame.height}


def _made(case: Case, frame: pl.DataFrame, key: tuple[str, ...], units: dict[str, str], title: str, basis: str = "computed") -> Table:
    columns = [] if "_src" in frame.columns else [pl.lit(case.refs(), pl.List(pl.String)).alias("_src")]
    frame = frame.with_columns(pl.col(pl.Float64).fill_nan(None)).with_columns(*columns, pl.lit(basis).alias("_basis"))
    return Table(frame.sort(key), key, units, title)


def _stacked(case: Case, name: str) -> pl.DataFrame:
    return case.result.tables()[name]


def _numbered(column: str, width: int = 2) -> pl.Expr:
    return pl.col(column).cast(pl.String).str.zfill(width)


def parts_table(case: Case) -> Table:
    """Table ``parts``: days, rows and labels of training, validation and test."""
    frame = case.result.parts.with_columns(share=pl.col("positives") * 100 / pl.col("labelled"))
    units = {"rows": "row", "labelled": "row", "positives": "row", "share": "percent"}
    return _made(case, frame, ("part",), units, "Parts in order of time")


def search_table(case: Case) -> Table:
    """Table ``search``: how many sets of columns were held against the label, and how many carry it."""
    held = case.result.leaks
    rows = [("sets of columns scored", held.searched), ("sets that carry the label", len(held.leaks)), ("columns in them", len(held.columns))]
    frame = pl.DataFrame(rows, {"what": pl.String, "number": pl.Int64}, orient="row").with_columns(absent=pl.lit(held.absent))
    return _made(case, frame, ("what",), {"number": "number"}, "The search for columns that carry the label")


def leaks_table(case: Case) -> Table:
    """Table ``leaks``: sets of columns that carry the label, all of them together, and the best ones that were looked at and not accused."""
    held = case.result.leaks
    rows: list[dict[str, Any]] = []
    for leak in (*held.leaks, *((held.together,) if held.together else ()), *held.tried):
        verdict = "together" if leak is held.together else leak.verdict or "none"
        rows.append({"set": f"{len(rows) + 1:02}", "columns": " + ".join(leak.columns), "kinds": " + ".join(leak.kinds), "verdict": verdict}
                    | {n: asdict(leak)[n] for n in _LEAK})  # fmt: skip
    schema = {"set": pl.String, "columns": pl.String, "kinds": pl.String, "verdict": pl.String, **dict.fromkeys(_LEAK, pl.Float64)}
    frame = pl.DataFrame(rows, schema).with_columns(pl.col(n) * 100 for n in _PERCENT)
    units = dict.fromkeys(_LEAK, "number") | dict.fromkeys(_PERCENT, "percent")
    return _made(case, frame, ("set",), units, "Do a few columns carry the label?")


def metrics_table(case: Case) -> Table:
    """Table ``metrics``: precision, recall and revenue of those inspected first, by model and order."""
    names = ("precision", "precision_low", "precision_high", "recall", "revenue", "revenue_low", "revenue_high")
    frame = _stacked(case, "metrics").select(
        pl.col("model").replace({"none": NONE}), "order", first=pl.col("percent").round(2).cast(pl.Int64).cast(pl.String).str.zfill(3),
        inspected="inspected", **{n: pl.col(n) * 100 for n in names},
    )  # fmt: skip
    units = {"inspected": "row", **dict.fromkeys(names, "percent")}
    return _made(case, frame, ("model", "order", "first"), units, "What the declarations inspected first hold; first is percent of the test rows")


def areas_table(case: Case) -> Table:
    """Table ``areas``: area under the curve and best F1 by model and order."""
    held = [(m.name, order, x) for m in case.result.models for order, x in (("probability", m.metrics), ("expected", m.by_stake)) if x]
    held += [(NONE, "stake", case.result.baseline)] if case.result.baseline else []
    rows = [(name, order, x.rows, x.positives, x.auc, x.auc_low, x.auc_high, x.f1) for name, order, x in held]
    numbers = ("auc", "low", "high", "f1")
    schema = {"model": pl.String, "order": pl.String, "rows": pl.Int64, "positives": pl.Int64, **dict.fromkeys(numbers, pl.Float64)}
    units = {"rows": "row", "positives": "row", **dict.fromkeys(numbers, "percent"), "f1": "number"}
    frame = pl.DataFrame(rows, schema, orient="row").with_columns(pl.col(n) * 100 for n in numbers if n != "f1")
    return _made(case, frame, ("model", "order"), units, "Area under the curve and best F1")


def curve_table(case: Case) -> Table:
    """Table ``curve``: precision, recall and revenue at every share inspected; `mark` stands at the shares that are reported."""
    names = ("precision", "recall", "revenue")
    keys = ["model", "order", "inspected"]
    rows = {m.name: m.metrics.rows for m in case.result.models}
    told = _stacked(case, "metrics").filter(pl.col("model").is_in(list(rows))).unique(keys, keep="first", maintain_order=True)
    told = told.select(
        *keys, percent=pl.col("inspected") * 100 / pl.col("model").replace_strict(rows, return_dtype=pl.Int64),
        **{n: pl.col(n) for n in names}, mark=pl.col("percent").map_elements(lambda p: f"{p:g} %", pl.String),
    )  # fmt: skip
    # Between them the curve has points of its own, which need not fall on the shares that are reported.
    rest = _stacked(case, "curve").join(told, on=keys, how="anti").select(*keys, "percent", *names, mark=pl.lit(""))
    frame = pl.concat([told, rest]).with_columns(pl.col(n) * 100 for n in names)
    frame = frame.with_columns(label=pl.col("order").replace_strict({k: f"by {v}" for k, v in ORDERS.items()}, return_dtype=pl.String))
    units = {"inspected": "row", **dict.fromkeys(("percent", *names), "percent")}
    return _made(case, frame, ("model", "order", "inspected"), units, "Precision, recall and revenue at every share inspected")


def frontier_table(case: Case) -> Table:
    """Table ``frontier``: orders by probability times stake to a power from 0 to 1, on validation and test."""
    frame = _stacked(case, "frontier").with_columns(
        pl.col("power").round(3).cast(pl.String), first=pl.col("percent").round(2).cast(pl.Int64).cast(pl.String).str.zfill(3),
        **{n: pl.col(n) * 100 for n in ("precision", "recall", "revenue")},
    ).drop("percent")  # fmt: skip
    units = dict.fromkeys(("precision", "recall", "revenue"), "percent")
    return _made(case, frame, ("model", "part", "power", "first"), units, "Between the order by probability and that by probability times stake")


def errors_table(case: Case) -> Table:
    """Table ``errors``: how far probabilities are off, in percentage points."""
    rows = []
    for m in case.result.models:
        c = m.calibration
        rows += [(m.name, "after", c.error, None), (m.name, "width", c.error_width, None), (m.name, "before", c.error_before, None),
                 (m.name, "chance", c.chance, c.chance_high)]  # fmt: skip
    schema = {"model": pl.String, "of": pl.String, "error": pl.Float64, "high": pl.Float64}
    frame = pl.DataFrame(rows, schema, orient="row").with_columns(pl.col("error") * 100, pl.col("high") * 100)
    methods = {m.name: m.calibration.method for m in case.result.models}
    frame = frame.with_columns(method=pl.col("model").replace_strict(methods, return_dtype=pl.String))
    return _made(case, frame, ("model", "of"), {"error": "pp", "high": "pp"}, "How far probabilities are off")


def calibration_table(case: Case) -> Table:
    """Table ``calibration``: mean probability and share of labels in ten bins of equally many rows, with the interval of the share."""
    names = ("low", "high", "said", "found", "found_low", "found_high")
    frame = pl.concat([m.calibration.bins.with_row_index("bin", 1).select(pl.lit(m.name).alias("model"), _numbered("bin"), "rows", *names)
                       for m in case.result.models])  # fmt: skip
    frame = frame.with_columns(pl.col(n) * 100 for n in names).with_columns(pl.col("rows").cast(pl.Int64))
    units = {"rows": "row", **dict.fromkeys(names, "percent")}
    return _made(case, frame, ("model", "bin"), units, "Probabilities said, and shares found")


def novelty_table(case: Case) -> Table:
    """Table ``novelty``: test rows whose values stood together in training, and others."""
    frame = _stacked(case, "novelty").filter(pl.col("rows") > 0)
    sets = {name: f"{i + 1:02}" for i, name in enumerate(frame["tuple"].unique(maintain_order=True))}
    if not sets:
        return Table(pl.DataFrame(schema={"model": pl.String}), ("model",))
    shares = ("share", "auc", "precision", "said")
    frame = frame.select(
        "model", pl.col("tuple").replace_strict(sets, return_dtype=pl.String).alias("set"),
        pl.when("seen").then(pl.lit("seen")).otherwise(pl.lit("new")).alias("values"), pl.col("tuple").alias("columns"), "rows", "positives",
        (pl.col("positives") * 100 / pl.col("rows")).alias("labelled"), *(pl.col(n) * 100 for n in shares),
    )  # fmt: skip
    units = {"rows": "row", "positives": "row", **dict.fromkeys((*shares, "labelled"), "percent")}
    return _made(case, frame, ("model", "set", "values"), units, "Values seen in training, and new ones")


def gain_table(case: Case) -> Table:
    """Table ``gain``: what each column brought to the trees."""
    frame = _stacked(case, "gain").with_columns(pl.col("gain") * 100, number=pl.int_range(pl.len()).over("model") + 1)
    frame = frame.select("model", _numbered("number"), "column", "gain")
    return _made(case, frame, ("model", "number"), {"gain": "percent"}, "Share of the trees' gain by column")


def queue_table(case: Case, size: int) -> Table:
    """Table ``queue``: declarations that need a look first, each leading to its row."""
    suffix = "_left" if len(case.result.models) > 1 else ""
    frame = case.result.queue(size)
    refs = [[case.line_ref(name, row), case.refs()[-1]] for name, row in frame.select("id", "row").iter_rows()]
    frame = frame.with_row_index("rank", 1).select(
        _numbered("rank", 5), "id", pl.col("row").cast(pl.String), "date", "part",
        label=pl.col("label").cast(pl.Int64).replace_strict({1: "yes", 0: "no"}, default="", return_dtype=pl.String),
        probability=pl.col(f"probability{suffix}") * 100, stake="stake", expected=f"expected{suffix}", _src=pl.Series(refs, dtype=pl.List(pl.String)),
    )  # fmt: skip
    units = {"probability": "percent", "stake": case.money, "expected": case.money}
    return _made(case, frame, ("rank",), units, "Declarations that need a look first", "estimated")
