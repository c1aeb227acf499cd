"""What a labelled table gave: scores of rows, measures, curves, calibration, and which columns carry the label."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from madein.core.errors import MadeinError, Problem
from madein.screening.labelled.calibrate import Calibrator
from madein.screening.labelled.leak import LeakReport
from madein.screening.labelled.metrics import Metrics
from madein.screening.labelled.roles import Roles

ALL, LEFT = "all columns", "without the columns that carry the label"
"""Names of the two models."""


@dataclass(frozen=True, slots=True)
class Split:
    """Where the parts begin: rows before `valid_from` are fitted on, rows from `test_from` are the test."""

    valid_from: date
    test_from: date


@dataclass(frozen=True, slots=True)
class Calibration:
    """How far the probabilities of the test part are right.

    Attributes
    ----------
    method : str
        Kind chosen on the validation part.
    tried : polars.DataFrame
        method, log_loss on the later half of the validation part.
    error, error_width : float
        Expected calibration error over ten bins of equally many rows, and of equal width.
    error_before : float
        The first without calibration.
    chance, chance_high : float
        Mean and 95th percentile of the first if every probability were right.
    log_loss : float
    bins, bins_width : polars.DataFrame
        low, high, rows, said, found, found_low, found_high.
    """

    method: str
    tried: pl.DataFrame
    error: float
    error_width: float
    error_before: float
    chance: float
    chance_high: float
    log_loss: float
    bins: pl.DataFrame
    bins_width: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Model:
    """One model and what it reached on the test part.

    Attributes
    ----------
    name : str
    left_out : tuple of str
        Columns not learnt from.
    setting, rounds : str, int
        Setting of the trees that was kept, and how many there are.
    calibrator : Calibrator
    calibration : Calibration
    metrics : Metrics
        Of the order by probability.
    by_stake : Metrics or None
        Of the order by probability times stake; None where no stake is known.
    curve : polars.DataFrame
        order ("probability" or "expected"), percent, inspected, precision, recall, revenue.
    frontier : polars.DataFrame
        part, power, percent, precision, recall, revenue: rows ordered by probability times stake to a power from 0 to 1.
    novelty : polars.DataFrame
        tuple, seen, rows, positives, share, auc, precision, said: rows whose values stood together in a fitted row, and others.
        `precision` is that of their own top 5 percent, `said` their mean probability.
    gain : polars.DataFrame
        column, gain: share of the trees' gain.
    text : str
        The trees as LightGBM writes them.
    """

    name: str
    left_out: tuple[str, ...]
    setting: str
    rounds: int
    calibrator: Calibrator
    calibration: Calibration
    metrics: Metrics
    by_stake: Metrics | None
    curve: pl.DataFrame
    frontier: pl.DataFrame
    novelty: pl.DataFrame
    gain: pl.DataFrame
    text: str

    def point(self, percent: float, least_precision: float = 0.0) -> dict[str, float]:
        """A chosen point: the most revenue at a share of inspections with at least so much precision.

        Parameters
        ----------
        percent : float
            One of those in `frontier`.
        least_precision : float
            0 to 1.

        Returns
        -------
        dict
            power, percent, precision, recall, revenue. The power of the stake is chosen on the validation part, the rest is of the
            test part.

        Raises
        ------
        MadeinError
            If no stake is known, or no power reaches the precision on the validation part.
        """
        if self.frontier.is_empty():
            raise MadeinError("no revenue at stake is known", fix="name the columns whose product it is as stake")
        known = sorted(self.frontier["percent"].unique().to_list())
        if percent not in known:
            raise MadeinError(f"no point at {percent} percent was computed", fix="take one of: " + ", ".join(f"{k:g}" for k in known))
        here = self.frontier.filter(pl.col("percent") == percent)
        able = here.filter((pl.col("part") == "validation") & (pl.col("precision") >= least_precision))
        if able.is_empty():
            most = max(here.filter(pl.col("part") == "validation")["precision"].to_list())
            why = f"the best on the validation part is {most:.0%}"
            what = f"no order reaches a precision of {least_precision:.0%} at {percent:g} percent"
            raise MadeinError(what, why=why, fix="ask for less precision, or inspect fewer")
        power = able.sort("revenue", "power", descending=[True, False])["power"][0]
        return here.filter((pl.col("part") == "test") & (pl.col("power") == power)).drop("part").row(0, named=True)


@dataclass(frozen=True, slots=True)
class Labelled:
    """Everything a labelled table gave.

    Attributes
    ----------
    where : str
        Name of the file.
    roles : Roles
    split : Split
    parts : polars.DataFrame
        part, first, last, rows, labelled, positives.
    leaks : LeakReport
    models : tuple of Model
        That of all columns; where columns carry the label, that without them as second.
    scores : polars.DataFrame
        id, row, date, part, label (null where none), probability, stake, expected, and the same of the second model
        (``probability_left``, ``expected_left``), in order of time.
    baseline : Metrics or None
        Of the test part ordered by stake alone.
    notes : tuple of Problem
        Warnings.
    """

    where: str
    roles: Roles
    split: Split
    parts: pl.DataFrame
    leaks: LeakReport
    models: tuple[Model, ...]
    scores: pl.DataFrame
    baseline: Metrics | None
    notes: tuple[Problem, ...]

    @property
    def fit(self) -> Model:
        """The model to speak of: that without the columns that carry the label, where any do."""
        return self.models[-1]

    def queue(self, size: int = 50, by: str = "expected", part: str = "") -> pl.DataFrame:
        """Rows that need a look first.

        Parameters
        ----------
        size : int
        by : {"expected", "probability"}
            Probability times stake, or probability; the latter where no stake is known.
        part : str
            "test" and so on; rows without a label where empty, and the test part where all rows have one.
        """
        suffix = "_left" if len(self.models) > 1 else ""
        held = self.scores.filter(pl.col("part") == part) if part else self.scores.filter(pl.col("label").is_null())
        held = self.scores.filter(pl.col("part") == "test") if held.is_empty() and not part else held
        name = by + suffix
        if held[name].null_count() == held.height:
            name = "probability" + suffix
        return held.sort(name, "row", descending=[True, False], nulls_last=True).head(size)

    def tables(self) -> Mapping[str, pl.DataFrame]:
        """All results as tables, the model named in the first column.

        These are scores, parts, leaks, metrics, curve, frontier, calibration, tried,
        novelty, gain.
        """
        out: dict[str, pl.DataFrame] = {"scores": self.scores, "parts": self.parts, "leaks": self.leaks.table()}

        def stack(frames: list[tuple[str, pl.DataFrame]]) -> pl.DataFrame:
            return pl.concat([f.select(pl.lit(n).alias("model"), pl.all()) for n, f in frames])

        tops = [(m.name, m.metrics.top.select(pl.lit("probability").alias("order"), pl.all())) for m in self.models]
        tops += [(m.name, m.by_stake.top.select(pl.lit("expected").alias("order"), pl.all())) for m in self.models if m.by_stake]
        if self.baseline:
            tops.append(("none", self.baseline.top.select(pl.lit("stake").alias("order"), pl.all())))
        out["metrics"] = stack(tops)
        for name in ("curve", "frontier", "novelty", "gain"):
            out[name] = stack([(m.name, getattr(m, name)) for m in self.models])
        out["calibration"] = stack([(m.name, m.calibration.bins) for m in self.models])
        out["tried"] = stack([(m.name, m.calibration.tried) for m in self.models])
        return out
