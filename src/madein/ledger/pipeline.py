"""Capacity to come, year by year: what is promised, within what bounds, and what nobody has dated."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import polars as pl

from madein.ledger.amounts import Added
from madein.ledger.bounds import Interval, total
from madein.ledger.projects import Milestone, Phase, Project, projects_of
from madein.ledger.rules import Rules, rules
from madein.ledger.view import View
from madein.ledger.vocabulary import Vocabulary

UNDATED = "undated"

SCHEMA: dict[str, Any] = {
    "project": pl.String, "phase": pl.String, "product": pl.String, "unit": pl.String, "value": pl.Float64, "low": pl.Float64, "high": pl.Float64,
    "bucket": pl.String, "first": pl.Date, "last": pl.Date, "start_event": pl.String, "start_status": pl.String, "state": pl.String,
    "stage": pl.String, "overdue": pl.Boolean, "province": pl.String, "province_key": pl.String, "note": pl.String, "claims": pl.List(pl.String),
}  # fmt: skip


def capacity_pipeline(view: View, economy: str = "VNM", by: Rules | None = None) -> pl.DataFrame:
    """What each phase of each project adds to capacity, and when.

    Parameters
    ----------
    view : View
        As `Claims.as_of` gives it.
    economy : str
        Whose provinces names are looked up in.
    by : Rules
        Rules of silence and of starts other than the package's, see `madein.ledger.rules.rules`.

    Returns
    -------
    polars.DataFrame
        A row a project, phase, product and unit: `value`, `low`, `high` (null: open; "more than" has no upper end) of what
        is added; `bucket`, the year in which production starts, the range of years where the source gives a range, or
        "undated": a capacity is never spread over years; `start_event`, which milestone dates it (``start_events`` in
        rules.yaml); `stage`: ahead, made or dead, from the state; `overdue`, the promised start has passed and nobody said
        that it happened; `claims`, the ids it rests on. A project that is declared
        the same as another (`same_as`) is counted with that one only.
    """
    doubles = _doubles(view)
    rows = []
    for project in projects_of(view, economy, by):
        if project.subject in doubles:
            continue
        for unit in project.units("capacity"):
            rows += [_row(project, a, view, by or rules()) for a in project.added("capacity", unit)]
    return pl.DataFrame(rows, SCHEMA, orient="row")


def _doubles(view: View) -> frozenset[str]:
    """Projects said to be the same as another one that is held."""
    frame = view.frame.filter(pl.col("predicate") == "same_as")
    held = set(view.frame["subject"].str.extract("^([^/]+)", 1).unique().to_list())
    return frozenset(s for s, t in frame.select("subject", "text").iter_rows() if t in held and t != s)


def _row(project: Project, added: Added, view: View, by: Rules) -> tuple[object, ...]:
    phase, whole = project.phase(added.phase), project.phase()
    start, notes = _start(phase, view.words, by)
    # A state told of the whole holds for phases of which nothing else is told.
    state = (phase.state if phase else "") or (whole.state if whole else "")
    stage = str(by.states[state]["pipeline"]) if state in by.states else "ahead"
    window = start.window if start else None
    if start is not None and start.qualifier in ("by", "from"):
        window = None
        notes.append(f"start only told as {start.qualifier} {start.window}")
    years = (window.first.year, window.last.year) if window else None
    bucket = UNDATED if years is None else str(years[0]) if years[0] == years[1] else f"{years[0]}..{years[1]}"
    overdue = bool(start and window and start.status != "actual" and window.last < view.day)
    low, high = added.interval.ends
    return (
        project.subject, added.phase, added.product, added.unit, added.value, low, high, bucket, window.first if window else None,
        window.last if window else None, start.event if start else "", start.status if start else "", state, stage, overdue, project.province_text,
        project.province.key if project.province else "", "; ".join([*added.notes, *notes]), [*added.ids, *([start.id] if start else [])],
    )  # fmt: skip


def _start(phase: Phase | None, words: Vocabulary, by: Rules) -> tuple[Milestone | None, list[str]]:
    """The milestone that dates a phase, and why others do not.

    The first known of the rule's list counts; of several unreconciled ones the last to come. A promise is passed over once a
    step that must come before it was put off, by a later statement, beyond it.
    """
    notes: list[str] = []
    for event in by.start_events if phase else ():
        told = [m for m in phase.milestones if m.event == event] if phase else []
        if not told:
            continue
        best = max(told, key=lambda m: m.window.last)
        passed = [m for m in phase.milestones if overtakes(m, best, words)] if phase else []
        if not passed:
            return best, notes
        notes.append(f"{best.event} {best.window} was overtaken by {passed[0].event} {passed[0].window}")
    return None, notes


def overtakes(one: Milestone, other: Milestone, words: Vocabulary) -> bool:
    """True if a step that must come before another was said, later, to come surely after it."""
    earlier = words.predicates.get(one.event)
    must = earlier is not None and other.event in earlier.precedes
    return must and other.status != "actual" and one.said.first > other.said.last and one.window.first > other.window.last


def by_year(rows: pl.DataFrame, by: Sequence[str] = ("unit", "stage")) -> pl.DataFrame:
    """A pipeline added up by bucket of years.

    Units are never mixed: `unit` is always among the columns that part the rows.

    Returns
    -------
    polars.DataFrame
        The columns of `by`, bucket, value (of those phases that tell one), low, high (null: open), phases (how many).

    Examples
    --------
    >>> from madein.core.periods import Period
    >>> from madein.ledger.claims import Claims
    >>> from madein.ledger.model import Claim
    >>> said = {"status": "planned", "as_of": Period.parse("2023-11-02")}
    >>> def told(phase, predicate, value, **more):
    ...     return Claim(subject=f"project:a/phase={phase}", predicate=predicate, value=value, **said, **more)
    >>> rate = {"unit": "vehicle/year", "basis": "cumulative"}
    >>> book = Claims.of([told(1, "capacity", 5e4, **rate), told(1, "operation", Period.parse("2025-Q4")), told(2, "capacity", 1e5, **rate)])
    >>> by_year(capacity_pipeline(book.as_of(date(2024, 1, 1)))).select("bucket", "value", "low", "high", "phases").rows()
    [('2025', 50000.0, 50000.0, 50000.0, 1), ('undated', 50000.0, 50000.0, 50000.0, 1)]
    """
    keys = list(dict.fromkeys([*by, "unit"]))
    groups: dict[tuple[str, ...], list[tuple[float | None, Interval]]] = {}
    for row in rows.iter_rows(named=True):
        key = (*(row[k] for k in keys), row["bucket"])
        groups.setdefault(key, []).append((row["value"], _interval(row["low"], row["high"])))
    out = []
    for key in sorted(groups):
        told = groups[key]
        low, high = total(i for _, i in told).ends
        values = [v for v, _ in told if v is not None]
        out.append((*key, sum(values) if values else None, low, high, len(told)))
    schema = {**dict.fromkeys((*keys, "bucket"), pl.String), **dict.fromkeys(("value", "low", "high"), pl.Float64), "phases": pl.Int64}
    return pl.DataFrame(out, schema, orient="row")


def promised_by(rows: pl.DataFrame, day: date) -> pl.DataFrame:
    """Capacity that, by what was promised, runs on a day: surely (`low`) and at most (`high`), by unit.

    Surely counts phases whose window ends by then and is not overdue; at most also those whose window has begun, is overdue
    or was never told. Dead projects count in neither.
    """
    sums: dict[str, list[Interval]] = {}
    for row in rows.filter(pl.col("stage") != "dead").iter_rows(named=True):
        amount = _interval(row["low"], row["high"])
        if row["first"] is not None and row["first"] > day:
            amount = Interval(0.0, 0.0)
        elif row["last"] is None or row["last"] > day or row["overdue"]:
            amount = Interval(0.0, amount.high)
        sums.setdefault(row["unit"], []).append(amount)
    out = [(unit, *total(parts).ends) for unit, parts in sorted(sums.items())]
    return pl.DataFrame(out, {"unit": pl.String, "low": pl.Float64, "high": pl.Float64}, orient="row")


def _interval(low: float | None, high: float | None) -> Interval:
    return Interval(-float("inf") if low is None else low, float("inf") if high is None else high)
