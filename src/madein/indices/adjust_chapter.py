"""The chapter of the step ``adjust``: findings, original beside adjusted and trend, seasonal factors, quality."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from madein.core.errors import Problem
from madein.core.step import Block, Figure, Inputs, Ref, Result, Table, row_at
from madein.core.units import is_money
from madein.indices.adjust_step import Config
from madein.indices.adjust_tables import Adjusted, by_other_method, components, drawn, figures, kinds_of, quality, windows
from madein.indices.adjust_totals import BothWays, blocks_of, both_ways, figures_of, tables_of
from madein.indices.charts import component_lines
from madein.indices.held_levels import Held, held_levels, named

NAMES = {"x11": "X-11", "seats": "SEATS"}
_WORDS = {"mom": "on the month before", "qoq": "on the quarter before", "3m_3m": "in three months against the three before",
          "yoy": "on a year before"}  # fmt: skip
_YEAR = 12
"""Periods of which the season is shown."""
_LINES, _SEASON = ("original", "adjusted", "trend"), ("seasonal", "holiday")
_SHORT = {"original": "Original", "adjusted": "Adjusted", "trend": "Trend", "seasonal": "Seasonal", "holiday": "Moving holiday"}


def run(config: Config, inputs: Inputs) -> Result:
    """See `madein.indices.adjust_step.run`."""
    held = held_levels(inputs.many["figures"], {**config.parts, **config.series})
    chosen = named(held, config.series, "with.series")
    done = [adjusted(h, config.method, config.holiday, config.calendar) for h in chosen]
    found, missed = both_ways(config, held, done, lambda h: adjusted(h, config.method, config.holiday, config.calendar, twice=False))
    used = [*done, *(a for a in (found.total, *found.parts) if a not in done)] if found else done
    made = {"components": components(used), "quality": quality(used), "windows": windows(used), "figures": figures(done)}
    keys = [a.held.key for a in done]
    made["lines"] = drawn(made["components"], keys, _LINES, config.shown, "Original, adjusted and trend of the latest periods")
    made["season"] = drawn(made["components"], keys, _SEASON, _YEAR, "What was taken out in the latest periods")
    if config.total:
        made |= tables_of(found)
    certified = (*_certified(made["figures"], done, config.certify), *figures_of(found))
    known = {f.id: f for f in certified}
    blocks = tuple(_blocks(config, made, done, used, known, found))
    problems = (*(p for each in used for p in _problems(each)), *missed)
    return Result(made, certified, blocks, problems)


def adjusted(held: Held, method: str, holiday: str, calendar: Sequence[str], *, twice: bool = True) -> Adjusted:
    """One series adjusted by a method and, unless `twice` is False, by the other for comparison."""
    from madein.indices.seasonal import Observed, adjust

    dense = held.dense
    observed = Observed.of(held.key, (dense.numbers + 1) * dense.every - 1, dense.value)
    made = adjust(observed, method, holiday, calendar=calendar)
    return Adjusted(held, made, by_other_method(made) if twice else None)


def _problems(each: Adjusted) -> Iterator[Problem]:
    where = f"series {each.held.key!r}"
    if each.made.refused:
        reason = each.made.reason
        yield Problem("it was not adjusted", where, reason.plain if reason else "", reason.mend if reason else "", "warning")
    yield from each.made.warnings


def method_of(each: Adjusted) -> str:
    """How an adjusted series was made, in one clause."""
    made = each.made
    kept = f", {', '.join(made.holiday)} kept by AICc" if made.holiday else ""
    return f"{NAMES.get(made.method, '')} of X-13ARIMA-SEATS on the whole series, model {made.model or 'none'}{kept}; ours, not the publisher's"


def _certified(table: Table, done: Sequence[Adjusted], certify: int) -> Iterator[Figure]:
    for each in done:
        rows = table.frame.filter(pl.col("of") == each.held.key)
        latest = rows["period"].unique().sort().tail(certify).to_list()
        for row in rows.filter(pl.col("period").is_in(latest)).iter_rows(named=True):
            yield figure_of(each, row)


def figure_of(each: Adjusted, row: dict[str, object]) -> Figure:
    """The figure a row of the table ``figures`` stands for."""
    comparison = str(row["comparison"])
    dims = {**each.dims, **({"comparison": comparison} if comparison else {}), "period": str(row["period"])}
    at = row_at({"of": each.held.key, "comparison": comparison, "period": str(row["period"])})
    value, low, high = (None if row[c] is None else float(str(row[c])) for c in ("value", "low", "high"))
    return Figure(each.held.measure, dims, value, str(row["unit"]), (Ref("table:.figures", at),), low, high, each.basis, method_of(each))


def _blocks(
    config: Config, made: dict[str, Table], done: Sequence[Adjusted], used: Sequence[Adjusted], known: dict[str, Figure], found: BothWays | None
) -> Iterator[Block]:
    for each in done:
        yield Block("finding", "", {"text": _sentence(each, known)})
    for each in done:
        if not each.made.refused:
            yield from _charts(each)
    yield from blocks_of(found, _labels(used), _plain)
    if any(not a.made.refused for a in done):
        yield Block("table", "Quality of the adjustments", {"table": "quality", "columns": _QUALITY, "labels": _labels(used)})
    if made["windows"].frame.height:
        grid = {"table": "windows", "columns": ("series", "windows", "aicc", "kept"), "labels": _labels(used) | {"aicc": "AICc", "kept": "Kept"}}
        yield Block("table", "Which windows of the moving holiday AICc keeps", grid)
    if config.note:
        yield Block("note", "What to know of these series", {"text": config.note})
    yield Block("note", "How these series were adjusted", {"text": _NOTE})


_QUALITY = ("series", "method", "model", "transform", "holiday", "holes", "outliers", "m7", "q", "qs_original_p", "qs_adjusted_p", "reason")
_NOTE = """The adjusted numbers are computed here; the publisher prints none. X-13ARIMA-SEATS identifies model, calendar effects and outliers; \
windows of a moving holiday are kept where they lower AICc, and their effect leaves the adjusted series with the season.

The interval of an adjusted number spans X-11 and SEATS on one model. It is no confidence interval, and another model, another \
span or a later month can move it further. Where months are missing the model fills them, and every number of the series counts as estimated.

M and Q statistics above one speak against an adjustment; a small p value of QS says that seasonality is there: wanted in the \
original, not in the adjusted series."""


def _labels(done: Sequence[Adjusted]) -> dict[str, str]:
    return {a.held.key: a.held.label for a in done}


def _plain(text: str) -> str:
    """A name fit for a finding, where digits stand only in holes and braces make them."""
    return text if not any(c.isdigit() or c in "{}" for c in text) else "The series"


def _sentence(each: Adjusted, known: dict[str, Figure]) -> str:
    name = _plain(each.held.label[:1].upper() + each.held.label[1:])
    if each.made.refused:
        reason = each.made.reason
        return f"{name} could not be adjusted: {_plain(reason.plain) if reason else 'no method was asked for'}."
    levels = each.levels()
    period = str(levels.last)

    def id_of(kind: str) -> str:
        dims = {**each.dims, **({"comparison": kind} if kind else {}), "period": period}
        return Figure(each.held.measure, dims, None, each.held.unit, ()).id

    what = "season and moving holidays" if each.made.holiday else "season"
    clauses = [f"{{{id_of(k)}|change}} {_WORDS[k]}" for k in kinds_of(levels.every) if k and k != "yoy" and id_of(k) in known]
    text = f"{name}, adjusted for {what}: {{{id_of('')}}} in {{{id_of('')}|period}}"
    return text + ("; " + " and ".join(clauses) if clauses else "") + ". Ours, not the publisher's."


def _charts(each: Adjusted) -> Iterator[Block]:
    held = each.held
    money = is_money(held.unit)
    scale, word = (1e9, "billion ") if money and float(pl.Series(held.dense.value).fill_nan(None).max() or 0) >= 1e9 else (1.0, "")  # type: ignore[arg-type]
    span = f"the latest periods to {held.dense.last.label()}"
    body = {
        "spec": component_lines(_LINES, _SHORT, scale), "table": "lines", "where": {"series": held.key},
        "alt": f"Line chart of {held.label}, {span}: the original with its yearly swing, the adjusted series without, and the trend.",
        "pivot": ("period", "component", "value"), "labels": _SHORT,
    }  # fmt: skip
    yield Block("chart", f"{held.label}: original, adjusted and trend, {word}{held.unit}", body)
    unit = held.unit if each.made.mode == "additive" else "factors around one"
    grid = {"table": "season", "where": {"series": held.key}, "pivot": ("period", "component", "value"), "labels": _SHORT}
    yield Block("table", f"{held.label}: season and moving holiday of the latest periods, {unit}", grid)
