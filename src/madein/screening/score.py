"""A screen held against the truth of a simulation: how much of what it asks about was rerouted, and how much of that it asks about."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from madein.core.errors import MadeinError


@dataclass(frozen=True, slots=True)
class Score:
    """Shares by value, 0 to 1; None where nothing could be counted.

    Attributes
    ----------
    precision : float or None
        Of the value at issue, the share that was truly rerouted.
    recall : float or None
        Of the rerouted value, the share that is at issue.
    honest_flagged : float or None
        Of the export value of honest processors, the share at issue.
    line_precision, line_recall : float or None
        The same with whole lines: value of flagged lines that are rerouted in any part over value of flagged lines; and over
        the value of all rerouted lines.
    at_issue, rerouted, found, honest, findings
        The amounts behind them, in the currency of the truth, and how many findings there are.
    """

    precision: float | None
    recall: float | None
    honest_flagged: float | None
    line_precision: float | None
    line_recall: float | None
    at_issue: float
    rerouted: float
    found: float
    honest: float
    findings: int


def _cents(column: str) -> pl.Expr:
    return (pl.col(column) * 100).round().cast(pl.Int64)


def score_lines(lines: pl.DataFrame, truth: pl.DataFrame) -> Score:
    """Hold flagged lines against the truth.

    Parameters
    ----------
    lines : Polars frame
        declaration_id, line, value, value_at_issue; lines with nothing at issue are no flags.
    truth : Polars frame
        declaration_id, line, kind, value, rerouted_value.

    Notes
    -----
    Of a line that blends rerouted goods with others only the rerouted value can be found, and asking about more than that costs
    precision: found = sum of min(value at issue, rerouted value).

    Examples
    --------
    >>> flags = pl.DataFrame({"declaration_id": ["1", "2"], "line": [1, 1], "value": [100.0, 50.0], "value_at_issue": [100.0, 50.0]})
    >>> known = pl.DataFrame({"declaration_id": ["1", "3"], "line": [1, 1], "kind": ["rerouted"] * 2, "value": [100.0, 60.0],
    ...     "rerouted_value": [80.0, 60.0]})
    >>> s = score_lines(flags, known)
    >>> round(s.precision, 3), round(s.recall, 3), s.honest_flagged
    (0.533, 0.571, None)
    """
    flags = lines.filter(pl.col("value_at_issue") > 0).group_by("declaration_id", "line").agg(
        issue=_cents("value_at_issue").max(), whole=_cents("value").max()
    )  # fmt: skip
    known = truth.select("declaration_id", pl.col("line").cast(flags.schema["line"]), "kind", v=_cents("value"), r=_cents("rerouted_value"))
    both = flags.join(known, on=["declaration_id", "line"], how="left").with_columns(pl.col("r").fill_null(0))
    found = int(both.select(pl.min_horizontal("issue", "r").sum()).item())
    at_issue, rerouted = int(flags["issue"].sum()), int(known["r"].sum())
    honest = int(known.filter(pl.col("kind") == "honest_processor")["v"].sum())
    asked = int(both.filter(pl.col("kind") == "honest_processor")["issue"].sum())
    whole, right = int(flags["whole"].sum()), int(both.filter(pl.col("r") > 0)["whole"].sum())
    every = int(known.filter(pl.col("r") > 0)["v"].sum())

    def share(a: int, b: int) -> float | None:
        return a / b if b else None

    return Score(
        share(found, at_issue), share(found, rerouted), share(asked, honest), share(right, whole), share(right, every),
        at_issue / 100, rerouted / 100, found / 100, honest / 100, 0,
    )  # fmt: skip


def curve(findings: pl.DataFrame, lines: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """What is found as an officer works down the queue: the precision-revenue curve of a screen.

    Parameters
    ----------
    findings : Polars frame
        finding, rank, at_stake.
    lines : Polars frame
        finding and the columns of `score_lines`.
    truth : Polars frame
        Of a simulation.

    Returns
    -------
    Polars frame
        A row a finding in the order of the queue: rank, finding, and of all findings up to it value_at_issue, at_stake (money),
        precision and recall (shares by value, 0 to 1; recall empty where nothing was rerouted).
    """
    known = truth.select("declaration_id", pl.col("line").cast(lines.schema["line"]), r=_cents("rerouted_value"))
    flags = lines.filter(pl.col("value_at_issue") > 0).join(known, on=["declaration_id", "line"], how="left")
    issue = _cents("value_at_issue")
    each = flags.group_by("finding").agg(issue=issue.sum(), found=pl.min_horizontal(issue, pl.col("r").fill_null(0)).sum())
    queue = findings.select("rank", "finding", "at_stake").join(each, on="finding", how="left").sort("rank").with_columns(
        pl.col("issue", "found").fill_null(0).cum_sum(), pl.col("at_stake").cum_sum()
    )  # fmt: skip
    every = int(truth.select(_cents("rerouted_value").sum()).item() or 0)
    recall = pl.col("found") / every if every else pl.lit(None, pl.Float64)
    precision = pl.when(pl.col("issue") > 0).then(pl.col("found") / pl.col("issue"))
    return queue.select("rank", "finding", pl.col("issue").truediv(100).alias("value_at_issue"), "at_stake", precision=precision, recall=recall)


def score(out: Path | str, truth: Path | str) -> Score:
    """Hold a written screen against a truth file.

    Parameters
    ----------
    out : Path
        Folder with ``findings.parquet`` and ``lines.parquet``, as `write` leaves them.
    truth : Path
        ``truth.parquet`` of a simulation, or the folder that holds it.

    Raises
    ------
    MadeinError
        If a file is missing.
    """
    from dataclasses import replace

    out, truth = Path(out), Path(truth)
    truth = truth / "truth.parquet" if truth.is_dir() else truth
    for path in (out / "findings.parquet", out / "lines.parquet", truth):
        if not path.is_file():
            raise MadeinError(f"no {path.name}", str(path.parent.name), fix="run the screen into this folder, or name the truth of a simulation")
    found = score_lines(pl.read_parquet(out / "lines.parquet"), pl.read_parquet(truth))
    return replace(found, findings=pl.read_parquet(out / "findings.parquet").height)
