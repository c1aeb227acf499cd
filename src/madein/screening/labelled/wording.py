"""What was found, in sentences: no digit stands in a sentence, every number is a named hole beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from madein.screening.labelled.leak import Leak
from madein.screening.labelled.results import Labelled, Model

_ENOUGH = 25
"""Rows of each class below which seen and unseen rows are not compared in a sentence."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence with holes.

    Attributes
    ----------
    about : {"parts", "leak", "skill", "calibration", "revenue", "novelty"}
    text : str
        Holes are ``{name}``; columns stand in it as they are called.
    values : mapping of hole to number or text
    percent : frozenset of str
        Holes whose number is a share of 1, shown in percent.
    """

    about: str
    text: str
    values: Mapping[str, float | int | str]
    percent: frozenset[str] = frozenset()

    def __str__(self) -> str:
        shown = {k: self._show(k, v) for k, v in self.values.items()}
        return self.text.format(**shown)

    def _show(self, name: str, value: float | int | str) -> str:
        if isinstance(value, str):
            return value
        if name in self.percent:
            return f"{value:.1%}"
        return f"{value:,}" if isinstance(value, int) else f"{value:.3f}"


def describe(result: Labelled) -> list[Saying]:
    """What a reader should know of a labelled table, the leak first where there is one.

    Returns
    -------
    list of Saying
        In a fixed order; `str` of one is the sentence with its numbers.
    """
    out = [_parts(result), *(_leak(result, leak) for leak in result.leaks.leaks)]
    if result.leaks.absent:
        out.append(Saying("leak", "Whether columns carry the label was not searched: {why}.", {"why": result.leaks.absent}))
    elif not result.leaks.leaks:
        out.append(Saying("leak", "No small set of columns carries the label, of {searched} sets scored.", {"searched": result.leaks.searched}))
    if result.leaks.together is not None:
        out.append(_together(result.leaks.together))
    for model in result.models:
        out += [_skill(model), _calibration(model), *_revenue(model), *_novelty(model)]
    return out


def _parts(result: Labelled) -> Saying:
    rows = {r["part"]: r for r in result.parts.iter_rows(named=True)}
    test, train = rows["test"], rows["training"]
    return Saying(
        "parts", "{where}: learnt from {train} labelled rows up to {until}, tested on {test} from {start}, of which {share} bear the label.",
        {"where": result.where, "train": train["labelled"], "until": str(train["last"]), "test": test["labelled"],
         "start": str(result.split.test_from), "share": test["positives"] / test["labelled"]}, frozenset({"share"}),
    )  # fmt: skip


def _leak(result: Labelled, leak: Leak) -> Saying:
    names = ", ".join(leak.columns)
    how = {
        "function": "The label is nearly a function of {names}",
        "memory": "{names} carry the label in their exact combinations, far beyond what they say one by one",
    }[leak.verdict]
    fine = " (exact values of numbers, as copied rows repeat them)" if "exact" in leak.kinds else ""
    after = result.models[-1].metrics.auc if len(result.models) > 1 else float("nan")
    text = how + fine + (
        ": where the same values stood before ({seen} of the test rows) the label repeats in {agree} (agreement beyond chance {kappa}, {low} to "
        "{high}). A table of these values alone reaches an area under the curve of {auc}; the model without all such columns {after}. This "
        "needs a look at how the labels were made: it is cleared if they were given to each declaration by an inspection of its goods."
    )  # fmt: skip
    return Saying("leak", text, {"names": names, "seen": leak.seen, "agree": leak.agree, "kappa": leak.kappa, "low": leak.kappa_low,
                                 "high": leak.kappa_high, "auc": leak.auc, "after": after}, frozenset({"seen", "agree"}))  # fmt: skip


def _together(leak: Leak) -> Saying:
    return Saying(
        "leak", "Together these columns repeat in {seen} of the test rows, and the label with them in {agree} of those: such rows look like "
        "copies of earlier ones.", {"seen": leak.seen, "agree": leak.agree}, frozenset({"seen", "agree"}),
    )  # fmt: skip


def _skill(model: Model) -> Saying:
    one, five = model.metrics.at(1), model.metrics.at(5)
    return Saying(
        "skill", "Model ({name}): area under the curve {auc} ({low} to {high}); of the first {few} of rows by probability {one} bear the label "
        "({one_low} to {one_high}), of the first {more} {five}.",
        {"name": model.name, "auc": model.metrics.auc, "low": model.metrics.auc_low, "high": model.metrics.auc_high, "few": 0.01, "more": 0.05,
         "one": one["precision"] or 0.0, "one_low": one["precision_low"] or 0.0, "one_high": one["precision_high"] or 0.0,
         "five": five["precision"] or 0.0}, frozenset({"few", "more", "one", "one_low", "one_high", "five"}),
    )  # fmt: skip


def _calibration(model: Model) -> Saying:
    held = model.calibration
    return Saying(
        "calibration", "Its probabilities are off by {error} on average over bins of equally many rows ({width} over bins of equal width; "
        "{before} before calibration, {chance} by chance alone). Calibration: {method}.",
        {"error": held.error, "width": held.error_width, "before": held.error_before, "chance": held.chance, "method": held.method},
    )  # fmt: skip


def _revenue(model: Model) -> list[Saying]:
    if model.by_stake is None:
        return []
    plain, money = model.metrics.at(1), model.by_stake.at(1)
    if plain["revenue"] is None:
        return []
    return [Saying(
        "revenue", "By expected revenue the first {few} of rows hold {rev} of the revenue at precision {pre}; "
        "by probability alone {rev_p} at {pre_p}.",
        {"few": 0.01, "rev": money["revenue"] or 0.0, "pre": money["precision"] or 0.0, "rev_p": plain["revenue"],
         "pre_p": plain["precision"] or 0.0}, frozenset({"few", "rev", "pre", "rev_p", "pre_p"}),
    )]  # fmt: skip


def _novelty(model: Model) -> list[Saying]:
    enough = model.novelty.filter((pl.col("positives") >= _ENOUGH) & (pl.col("rows") - pl.col("positives") >= _ENOUGH))
    name = next((t for t in enough["tuple"] if enough.filter(pl.col("tuple") == t).height == 2), None)
    if name is None:
        return []
    pair = enough.filter(pl.col("tuple") == name).sort("seen", descending=True).to_dicts()
    return [Saying(
        "novelty", "On rows whose {tuple} stood together in training the area under the curve is {seen}, on the other {rows} rows {unseen}.",
        {"tuple": name, "seen": pair[0]["auc"], "unseen": pair[1]["auc"], "rows": pair[1]["rows"]},
    )]  # fmt: skip
