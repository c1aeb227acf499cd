"""What inspections found, read back: hit rates with their intervals, and how they would move the order of the queue.

Who is inspected is chosen by rank, so a hit rate speaks of findings such as those inspected and of no others. Nothing here changes
a screen by itself.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from madein.core.errors import MadeinError, Problem
from madein.screening.flows.weigh import rules

INSPECTION_SCHEMA: dict[str, Any] = {
    "finding": pl.String, "rule": pl.String, "tie": pl.String, "strength": pl.Float64, "inspected_on": pl.Date, "outcome": pl.String,
    "remark": pl.String,
}  # fmt: skip
_NEEDS = ("finding", "inspected_on", "outcome")
Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Inspections:
    """A queue as officers gave it back.

    Attributes
    ----------
    done : Polars frame in `INSPECTION_SCHEMA`
        Rows with an outcome, sorted by finding: confirmed, cleared or open.
    left : int
        Rows with nothing filled in.
    problems : tuple of Problem
        Rows set aside, each with its row and what is wrong.
    """

    done: pl.DataFrame
    left: int
    problems: tuple[Problem, ...]


def read_inspections(path: Path | str) -> Inspections:
    """Read a filled queue: .xlsx (its first sheet), .csv or .parquet.

    Raises
    ------
    MadeinError
        If there is no such file, it cannot be read, or it lacks a column.
    """
    path = Path(path)
    if not path.is_file():
        raise MadeinError("there is no such file", path.name, fix="name the queue that was filled")
    frame = _cells(path)
    lacks = [c for c in _NEEDS if c not in frame.columns]
    if lacks:
        raise MadeinError(
            f"no column {', '.join(lacks)}",
            path.name,
            "the queue is read back by these columns",
            "keep the header of the queue",
        )
    problems: list[Problem] = []
    done: dict[str, tuple[Any, ...]] = {}
    left = 0
    for i, row in enumerate(frame.iter_rows(named=True), 2):
        cells = {k: (str(v).strip() if v is not None else "") for k, v in row.items()}
        if not any(cells.get(c) for c in ("inspected_on", "outcome", "remark")):
            left += bool(cells["finding"])
            continue
        found = _row(cells, f"{path.name} row {i}", done, problems)
        if found is not None:
            done[cells["finding"]] = found
    held = pl.DataFrame(list(done.values()), schema=INSPECTION_SCHEMA, orient="row").sort("finding")
    return Inspections(held, left, tuple(problems))


def _cells(path: Path) -> pl.DataFrame:
    from madein.core.grid import read_sheets

    if path.suffix.lower() == ".parquet":
        try:
            return pl.read_parquet(path).cast(pl.String)
        except (pl.exceptions.PolarsError, OSError) as fault:
            raise MadeinError("the file is no Parquet", path.name, fix="save it again as .xlsx or .csv") from fault
    text = read_sheets(path, path.name)[0].text
    names = [str(c or "").strip() for c in text.row(0)]
    kept = [i for i, name in enumerate(names) if name]
    return text.slice(1).select(pl.nth(i).alias(names[i]) for i in kept)


def _row(cells: dict[str, str], where: str, done: dict[str, tuple[Any, ...]], problems: list[Problem]) -> tuple[Any, ...] | None:
    def bad(column: str, what: str, fix: str) -> None:
        problems.append(Problem(what, f"{where}, column {column}", "the row is set aside", fix))

    said = _outcome(cells["outcome"])
    day = _day(cells["inspected_on"])
    if not cells["finding"]:
        bad("finding", "no finding is named", "copy it from the queue")
    elif cells["finding"] in done:
        bad("finding", "the finding stands there twice", "keep one row")
    elif said is None:
        bad("outcome", "no outcome that is known", f"write one of: {', '.join(rules()['outcomes'])}")
    elif day is None:
        bad("inspected_on", "no date that can be read", "write it as 2026-03-04")
    else:
        try:
            strength = float(cells["strength"]) if cells.get("strength") else None
        except ValueError:
            strength = None
        return cells["finding"], cells.get("rule") or "", cells.get("tie") or "", strength, day, said, cells.get("remark") or None
    return None


def _outcome(text: str) -> str | None:
    plain = " ".join(text.casefold().split())
    return next((str(k) for k, names in rules()["outcomes"].items() if plain in names), None)


def _day(text: str) -> date | None:
    """A day written year first; 03/04/2026 may be two days and is none."""
    try:
        return date.fromisoformat(text.replace("/", "-")[:10])
    except ValueError:
        return None


def wilson(hits: int, n: int) -> tuple[float, float]:
    """95 percent interval of a share (Wilson, JASA 22, 1927).

    Examples
    --------
    >>> [round(x, 3) for x in wilson(8, 10)], wilson(0, 0)
    ([0.49, 0.943], (0.0, 1.0))
    """
    if not n:
        return 0.0, 1.0
    p, z = hits / n, Z95
    middle, half = p + z * z / (2 * n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    low, high = (middle - half) / (1 + z * z / n), (middle + half) / (1 + z * z / n)
    return (0.0 if hits == 0 else low), (1.0 if hits == n else high)


def hit_rates(held: Inspections, by: tuple[str, ...] = ("rule",)) -> pl.DataFrame:
    """How many inspections confirmed what was asked, by rule or tie, beside what the screen expected.

    Returns
    -------
    Polars frame
        The columns of `by`, inspected (open ones aside), confirmed, rate, low, high (Wilson, 95 percent; 0 to 1), expected (mean
        strength of those inspected), shift (nats by which their log odds would move; see `reweighted`).
    """
    settled = held.done.filter(pl.col("outcome") != "open").sort("finding")
    rows = []
    for key, part in settled.group_by(*by, maintain_order=True):
        n, hits = part.height, int((part["outcome"] == "confirmed").sum())
        expected = part["strength"].drop_nulls().sort()
        mean = float(expected.mean()) if len(expected) else None  # type: ignore[arg-type]
        rows.append((*key, n, hits, hits / n, *wilson(hits, n), mean, _shift(expected.to_list(), hits / n)))
    numbers = {"inspected": pl.Int64, "confirmed": pl.Int64, **dict.fromkeys(("rate", "low", "high", "expected", "shift"), pl.Float64)}
    return pl.DataFrame(rows, schema={**dict.fromkeys(by, pl.String), **numbers}, orient="row").sort(by)


def _shift(strength: list[float], rate: float) -> float:
    """Shift of log odds that makes the mean strength what was seen, with the screen's own strength worth so many inspections more."""
    if not strength:
        return 0.0
    odds = [math.log(min(max(s, 1e-6), 1 - 1e-6) / (1 - min(max(s, 1e-6), 1 - 1e-6))) for s in strength]
    n, worth = len(odds), float(rules()["prior_inspections"])
    # A rule that was never right is not proof that it never is: the target lies between what was seen and what was expected.
    target = (n * rate + worth * sum(strength) / n) / (n + worth)
    low, high = -20.0, 20.0
    for _ in range(100):
        middle = (low + high) / 2
        mean = sum(1 / (1 + math.exp(-(o + middle))) for o in odds) / n
        low, high = (middle, high) if mean < target else (low, middle)
    return round((low + high) / 2, 6)


def reweighted(findings: pl.DataFrame, held: Inspections, by: tuple[str, ...] = ("rule", "tie")) -> pl.DataFrame:
    """How inspections would move the queue. A report: no screen uses it unless somebody sorts by it.

    Parameters
    ----------
    findings : Polars frame
        Of `Findings.findings`.
    held : Inspections
    by : tuple of str
        Findings alike in these share a shift.

    Returns
    -------
    Polars frame
        finding, the columns of `by`, rank, strength, shift (nats; zero where nothing like it was inspected), new_strength, new_rank,
        inspected (true where it was). Sorted by new_rank.
    """
    shift = hit_rates(held, by).select(*by, "shift")
    out = findings.select("finding", *by, "rank", "strength", "log_odds", "value_at_issue", "at_stake").join(shift, on=list(by), how="left")
    out = out.with_columns(pl.col("shift").fill_null(0.0), inspected=pl.col("finding").is_in(held.done["finding"].to_list()))
    odds = (pl.col("log_odds") + pl.col("shift")).clip(-40, 40)
    out = out.with_columns(new_strength=(1 / (1 + (-odds).exp())).round(6))
    stake = pl.when(pl.col("at_stake") > 0).then("at_stake").otherwise("value_at_issue") * pl.col("new_strength")
    out = out.sort(stake.round(2), "finding", descending=[True, False]).with_columns(new_rank=pl.int_range(1, pl.len() + 1, dtype=pl.Int64))
    return out.select("finding", *by, "rank", "strength", "shift", "new_strength", "new_rank", "inspected")
