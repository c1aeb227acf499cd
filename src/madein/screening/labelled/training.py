"""From a labelled table to calibrated probabilities: parts in order of time, a search for leaks, trees, calibration, measures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from madein.core.errors import BadInput, Problem
from madein.screening.labelled.boosting import fit_trees
from madein.screening.labelled.calibrate import bins, calibration_error, choose_calibrator, error_by_chance, log_loss
from madein.screening.labelled.coding import code_columns
from madein.screening.labelled.leak import LeakReport, find_leaks
from madein.screening.labelled.lookup import Mask, joint
from madein.screening.labelled.metrics import SHARES, Reals, auc, curve, inspected, measure, order
from madein.screening.labelled.reading import Cases, read_cases
from madein.screening.labelled.results import ALL, LEFT, Calibration, Labelled, Model, Split
from madein.screening.labelled.roles import Roles
from madein.screening.labelled.rules import data

PARTS = ("training", "validation", "test")


@dataclass(frozen=True, slots=True)
class _Parts:
    """Rows of the three parts; `training` and so on only hold rows with a usable label."""

    where: np.ndarray[Any, np.dtype[np.int8]]
    training: Mask
    validation: Mask
    test: Mask


def train(
    table: Any, roles: Roles, *, split: Split | None = None, seed: int = 0, threads: int = 1, rounds: int = 0, leaks: bool = True
) -> Labelled:  # fmt: skip
    """Learn from inspections what needs a look, and say how far that can be believed.

    Parameters
    ----------
    table : Path, list of Path, Polars frame, or anything that speaks the Arrow PyCapsule interface
        Rows without a label are scored and not learnt from.
    roles : Roles
        What each column is; `propose_roles` proposes them.
    split : Split
        First days of validation and test; where none is given, the days that cut the labelled rows at 2/3 and 5/6.
    seed, threads : int
        The same of both give the same bytes. Another number of threads may give other bytes.
    rounds : int
        At most so many trees; those of ``rules.yaml`` where 0.
    leaks : bool
        False leaves out the search for columns that carry the label, and with it the second model.

    Returns
    -------
    Labelled

    Raises
    ------
    BadInput
        See `read_cases`; also if a part has too few rows of one kind, or LightGBM is not installed.

    Notes
    -----
    Training rows make the coding and the trees; the earlier half of the validation rows stops the trees; all of them make the
    calibration, whose kind is chosen by fitting on the earlier and judging on the later half. The test part is only looked at for
    what is reported. Whatever carries the label is found without the test part, confirmed on it, and left out of the second model.
    """
    cases = read_cases(table, roles)
    notes = list(cases.notes)
    days = cases.frame["date"]
    split = split or _default_split(cases)
    parts = _cut(cases, split, notes)
    label = np.maximum(cases.label, 0).astype(np.int8)
    report = LeakReport(absent="not asked for")
    if leaks:
        report = find_leaks(cases.frame, label, roles.features, parts.training, parts.validation, parts.test, seed)
    models = [_model(ALL, (), cases, roles, parts, report, seed, threads, rounds)]
    if report.leaks and roles.without(report.columns).features:
        models.append(_model(LEFT, report.columns, cases, roles, parts, report, seed, threads, rounds))
    elif report.leaks:
        notes.append(Problem("no column is left without those that carry the label", cases.where, "", "name more columns", "warning"))
    stake = cases.stake
    scores = cases.frame.select(
        "id", "row", "date", part=pl.Series(np.array(PARTS)[parts.where]),
        label=pl.Series(cases.label).replace(-1, None), stake=_column(stake, cases.rows),
    )  # fmt: skip
    for (_, p), suffix in zip(models, ("", "_left"), strict=False):
        scores = scores.with_columns(
            pl.Series(f"probability{suffix}", p), _column(None if stake is None else p * stake, cases.rows).alias(f"expected{suffix}")
        )
    revenue = None if cases.revenue is None else cases.revenue[parts.test]
    baseline = measure(label[parts.test], np.nan_to_num(stake[parts.test]), revenue, seed=seed) if stake is not None else None
    table_of_parts = pl.DataFrame([
        (name, days.filter(parts.where == i).min(), days.filter(parts.where == i).max(), int((parts.where == i).sum()), int(held.sum()),
         int(label[held].sum()))
        for i, (name, held) in enumerate(zip(PARTS, (parts.training, parts.validation, parts.test), strict=True))
    ], schema={"part": pl.String, "first": pl.Date, "last": pl.Date, "rows": pl.Int64, "labelled": pl.Int64, "positives": pl.Int64},
       orient="row")  # fmt: skip
    return Labelled(cases.where, roles, split, table_of_parts, report, tuple(m for m, _ in models), scores, baseline, tuple(notes))


def _column(values: Reals | None, rows: int) -> pl.Series:
    return pl.Series(np.full(rows, np.nan) if values is None else values).cast(pl.Float64).fill_nan(None)


def _default_split(cases: Cases) -> Split:
    """Days that cut the labelled rows; a day is never cut."""
    days = cases.frame["date"].filter(pl.Series(cases.label >= 0)).to_list()
    first, second = (days[min(int(share * len(days)), len(days) - 1)] for share in data()["split"]["shares"])
    if not days[0] < first < second:
        raise BadInput([Problem("the rows cannot be cut into three parts in order of time", f"{cases.where} column of dates",
                                f"all labelled rows are of {len(set(days)):,} days", "bring rows of more days, or name a split")])  # fmt: skip
    return Split(first, second)


def _cut(cases: Cases, split: Split, notes: list[Problem]) -> _Parts:
    days = cases.frame["date"]
    if not split.valid_from < split.test_from:
        raise BadInput([Problem("the test begins before the validation", "split", "", "name two days in order of time")])
    where = ((days >= split.valid_from).cast(pl.Int8) + (days >= split.test_from).cast(pl.Int8)).to_numpy()
    known = cases.label >= 0
    held = [known & (where == i) for i in range(3)]
    if cases.decided is not None:
        # What is learnt on a day may only use labels that were known on that day.
        for i, limit in ((0, split.valid_from), (1, split.test_from)):
            late = (cases.decided >= limit).fill_null(False).to_numpy() & held[i]
            if late.any():
                notes.append(Problem(f"{int(late.sum()):,} labels of the {PARTS[i]} part became known after it", cases.where,
                                     "nobody could have learnt from them in time", "nothing: they are left out", "warning"))  # fmt: skip
                held[i] &= ~late
    least = data()["split"]["least_class"]
    found = []
    for name, part in zip(PARTS, held, strict=True):
        n1, n = int((cases.label[part] == 1).sum()), int(part.sum())
        if min(n1, n - n1) < least:
            found.append(Problem(f"the {name} part has {n1:,} labelled rows that say yes and {n - n1:,} that say no", cases.where,
                                 f"{least} of each are needed", "bring more inspected rows, or name other days of the split"))  # fmt: skip
    if found:
        raise BadInput(found)
    return _Parts(where, held[0], held[1], held[2])


def _model(
    name: str, left_out: tuple[str, ...], cases: Cases, given: Roles, parts: _Parts, report: LeakReport, seed: int, threads: int, rounds: int
) -> tuple[Model, Reals]:  # fmt: skip
    roles = given.without(left_out)
    y = np.maximum(cases.label, 0).astype(np.int8)
    coded = code_columns(cases.frame, y.astype(np.float64), parts.training, (*roles.entities, *roles.categories), roles.numbers)
    at = np.flatnonzero(parts.validation)
    early = at[: len(at) // 2]
    trees = fit_trees(coded.matrix[parts.training], y[parts.training], coded.matrix[early], y[early], seed, threads, rounds)
    raw = trees(coded.matrix, threads)
    calibrator, tried = choose_calibrator(raw[parts.validation], y[parts.validation])
    p = calibrator(raw)
    test, truth = parts.test, y[parts.test]
    pt = p[test]
    revenue = None if cases.revenue is None else cases.revenue[test]
    chance, high = error_by_chance(pt, seed=seed)
    calibration = Calibration(
        calibrator.method, tried, calibration_error(truth, pt), calibration_error(truth, pt, equal="width"), calibration_error(truth, raw[test]),
        chance, high, log_loss(truth, pt), bins(truth, pt), bins(truth, pt, equal="width"),
    )  # fmt: skip
    # Calibration may make ties of what the trees tell apart: rows are ordered by the score before it.
    curves = [curve(truth, raw[test], revenue).select(pl.lit("probability").alias("order"), pl.all())]
    by_stake = None
    if cases.stake is not None:
        expected = p * np.nan_to_num(cases.stake)
        by_stake = measure(truth, expected[test], revenue, pt, seed=seed)
        curves.append(curve(truth, expected[test], revenue).select(pl.lit("expected").alias("order"), pl.all()))
    gain = pl.DataFrame({"column": [n.partition(": ")[0] if n not in roles.numbers else n for n in coded.names], "gain": trees.gain})
    gain = gain.group_by("column", maintain_order=True).agg(pl.col("gain").sum()).sort("gain", "column", descending=[True, False])
    return Model(
        name, left_out, trees.setting, trees.rounds, calibrator, calibration, measure(truth, raw[test], revenue, pt, seed=seed), by_stake,
        pl.concat(curves), _frontier(cases, y, p, parts), _novelty(cases, given, y, raw, p, parts, report), gain, trees.text,
    ), p  # fmt: skip


def _frontier(cases: Cases, y: Any, p: Reals, parts: _Parts) -> pl.DataFrame:
    """Orders between that by probability and that by expected revenue, on validation and test."""
    schema = {"part": pl.String, "power": pl.Float64, "percent": pl.Float64, "precision": pl.Float64, "recall": pl.Float64, "revenue": pl.Float64}
    rows: list[tuple[Any, ...]] = []
    if cases.stake is None or cases.revenue is None:
        return pl.DataFrame(rows, schema=schema, orient="row")
    stake = np.nan_to_num(cases.stake)
    for name, part in (("validation", parts.validation), ("test", parts.test)):
        label = y[part]
        money = np.where(label == 1, np.nan_to_num(cases.revenue[part]), 0.0)
        for power in data()["point"]["powers"]:
            first = order(p[part] * stake[part] ** power)
            for percent in SHARES:
                top = first[: inspected(percent, len(label))]
                whole = float(money.sum())
                rows.append((name, power, percent, float(label[top].mean()), float(label[top].sum() / label.sum()),
                             float(money[top].sum()) / whole if whole > 0 else 0.0))  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row")


def _novelty(cases: Cases, roles: Roles, y: Any, raw: Reals, p: Reals, parts: _Parts, report: LeakReport) -> pl.DataFrame:
    """Test rows whose values stood together in a training row, and those whose did not, by tuple."""
    frame = cases.frame
    leaking = tuple(c for leak in report.leaks if "exact" not in leak.kinds and "range" not in leak.kinds for c in leak.columns)
    sets = [*roles.tuples, *([leaking] if leaking else []), *((e,) for e in roles.entities)]
    rows: list[tuple[Any, ...]] = []
    for columns in dict.fromkeys(sets):
        key = joint([frame[c].rank("dense").cast(pl.Int64).fill_null(0).to_numpy() for c in columns])
        known = np.isin(key, np.unique(key[parts.training]))
        for seen in (True, False):
            held = parts.test & (known == seen)
            n, hits = int(held.sum()), int(y[held].sum())
            top = order(raw[held])[: inspected(5, n)] if n else np.zeros(0, np.intp)
            rows.append((" + ".join(columns), seen, n, hits, n / int(parts.test.sum()), auc(y[held], raw[held]) if n else None,
                         float(y[held][top].mean()) if n else None, float(p[held].mean()) if n else None))  # fmt: skip
    schema = {"tuple": pl.String, "seen": pl.Boolean, "rows": pl.Int64, "positives": pl.Int64, "share": pl.Float64, "auc": pl.Float64,
              "precision": pl.Float64, "said": pl.Float64}  # fmt: skip
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.col("auc").fill_nan(None))
