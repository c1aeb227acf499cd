"""The chapter of the step ``explain``: plain sentences whose numbers are figures, and the tables they rest on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from madein.core.periods import Period
from madein.core.step import Block, Figure, Inputs, Result
from madein.indices.charts import contribution_bars
from madein.indices.explain import Explanation, explain_month, weights_for
from madein.indices.explain_step import Config
from madein.indices.explain_tables import (
    by_month,
    level_figure,
    rate_figure,
    residual_figure,
    revision_figure,
    share_figure,
    shift_figures,
    tables_of,
)
from madein.indices.held_levels import Held, held_levels, named

if TYPE_CHECKING:
    import polars as pl

Hole = Callable[..., str]
"""Makes a hole of a figure and, perhaps, a view of it."""

_CLEAR = 0.05
"""Points under which the parts are said to explain a rate."""


def run(config: Config, inputs: Inputs) -> Result:
    """See `madein.indices.explain_step.run`."""
    held = held_levels(inputs.many["figures"], {config.series: config.label, **config.parts})
    (total,) = named(held, [config.series], "with.series")
    parts = named(held, config.parts, "with.parts") if config.parts else []
    prints = inputs.tables.get("prints")
    told = explanations(config, total, parts, prints.frame if prints else None)
    made = tables_of(told, parts, inputs.table_names.get("prints", ""))
    weights = next((e.weights for e in told if e.weights is not None), None)
    if config.shown and parts:
        made["by_month"] = by_month(total, parts, weights, config.shown)
    figures: dict[str, Figure] = {}
    blocks: list[Block] = []
    for e in told:
        blocks += sentences(e, {p.key: p for p in parts}, config.holiday, figures)
    if "by_month" in made:
        names = {p.key: p.label for p in parts}
        body = {
            "spec": contribution_bars(names), "table": "by_month", "pivot": ("period", "part", "points"), "labels": names,
            "alt": f"Stacked bars of the points that {', '.join(names.values())} add to the growth of {total.label}; a dot marks their sum.",
        }  # fmt: skip
        blocks.append(Block("chart", f"{total.label}: what each part adds to growth on a year before, percentage points", body))
    blocks += _grids(config, told, parts)
    return Result(made, tuple(figures.values()), tuple(blocks))


def explanations(config: Config, total: Held, parts: Sequence[Held], prints: pl.DataFrame | None) -> list[Explanation]:
    """Every month of a configuration explained."""
    weights = None
    if parts and not total.flow:
        since = Period.parse(config.since).first_month if config.since else None
        weights = weights_for(total, parts, since=since, printed=config.weights or None, half=config.half)
    adjustment = None
    if config.holiday:
        from madein.indices.seasonal import Observed, adjust

        dense = total.dense
        adjustment = adjust(Observed.of(total.key, dense.numbers, dense.value), config.method, config.holiday, calendar=config.calendar)
    return [
        explain_month(total, Period.parse(m), parts, weights=weights, prints=prints, adjustment=adjustment, holiday=config.holiday)
        for m in config.months
    ]


def sentences(e: Explanation, parts: dict[str, Held], holiday: str, figures: dict[str, Figure]) -> Iterator[Block]:
    """Findings about a month; the figures they name are added to `figures`."""

    def hole(figure: Figure, view: str = "") -> str:
        figures.setdefault(figure.id, figure)
        return f"{{{figure.id}{'|' + view if view else ''}}}"

    for text in (_growth(e, hole), _levels(e, hole), _holiday(e, holiday, hole), *_parts(e, parts, hole), _revision(e, hole)):
        if text:
            yield Block("finding", "", {"text": text})


def _growth(e: Explanation, hole: Hole) -> str:
    level = level_figure(e)
    yoy, ytd = e.best("yoy"), e.best("ytd_yoy")
    text = f"{_plain(e.total.label)}: {hole(level)} in {hole(level, 'period')}"
    clauses = []
    if yoy:
        clauses.append(f"{hole(rate_figure(e, yoy), 'change')} on a year before")
    if ytd and ytd.period != e.month:
        clauses.append(f"{hole(rate_figure(e, ytd), 'change')} for {hole(rate_figure(e, ytd), 'period')} together")
    mom = e.best("mom")
    if mom:
        clauses.append(f"{hole(rate_figure(e, mom), 'change')} on the month before")
    printed = ", as first printed" if yoy and yoy.release else ""
    return text + (f"; {_listed(clauses)}{printed}." if clauses else ".")


def _levels(e: Explanation, hole: Hole) -> str:
    """Where rates were printed: what the levels held say."""
    said, held = e.rate("yoy", "first print"), e.rate("yoy", "levels")
    if not said or not held or (held.low <= said.high and said.low <= held.high):
        return ""
    text = f"The levels held give {hole(rate_figure(e, held), 'change')} on a year before"
    ytd = e.rate("ytd_yoy", "levels")
    if ytd and ytd.period != e.month:
        text += f" and {hole(rate_figure(e, ytd), 'change')} for {hole(rate_figure(e, ytd), 'period')} together"
    return text + "; levels and rates as printed do not agree."


def _holiday(e: Explanation, holiday: str, hole: Hole) -> str:
    from madein.indices.seasonal import moving_holiday

    if not e.shifts:
        return ""
    label = moving_holiday(holiday).label.partition(",")[0]
    month = next(s for s in e.shifts if s.comparison == "yoy")
    since = next((s for s in e.shifts if s.comparison == "ytd_yoy" and s.period != e.month), None)
    found = [shift_figures(e, s, label) for s in (month, since) if s is not None]
    now, before = found[0][:2]
    if month.share == month.base_share:
        text = f"Of the week of {label}, {hole(now)} fell in {hole(now, 'period')} and as much in {hole(before, 'period')}"
    else:
        text = f"Of the week of {label}, {hole(now)} fell in {hole(now, 'period')}, but {hole(before)} in {hole(before, 'period')}"
    if since is not None:
        whole, base = found[1][:2]
        even = since.share == since.base_share
        told = "both held" if even else "held"
        text += f"; {hole(whole, 'period')} and the same months a year before {told} {hole(whole)}"
        text += "" if even else f" and {hole(base)}"
    if len(found[0]) > 2:
        text += f". Its shift accounts for {hole(found[0][2])} of growth in the month"
        if since is not None and len(found[1]) > 2:
            text += f" and {hole(found[1][2])} since January"
        text += ", by the effect estimated for this series"
    else:
        text += ". The series shows no effect of it that would be kept"
    return text + "."


def _parts(e: Explanation, parts: dict[str, Held], hole: Hole) -> Iterator[str]:
    for comparison in ("yoy", "ytd_yoy"):
        rate = e.best(comparison)
        if rate is None or (comparison == "ytd_yoy" and rate.period == e.month):
            continue
        whole = [o for o in ("first print", "levels") if len(e.of(comparison, o)) == len(parts) and e.rate(comparison, o)]
        if not whole or not parts:
            continue
        origin = whole[0]
        rate = e.rate(comparison, origin) or rate
        shares = e.of(comparison, origin)[:4]
        told = [f"{_inside(_plain(parts[s.key].label))} {hole(share_figure(e, s, parts[s.key]))}" for s in shares]
        text = f"Of the {hole(rate_figure(e, rate), 'value')} in {hole(rate_figure(e, rate), 'period')}, {_listed(told)}"
        left = residual_figure(e, comparison, origin)
        if left is not None and abs(left.value or 0.0) >= _CLEAR:
            text += f"; {hole(left)} is not explained by the parts"
        yield text + "."


def _revision(e: Explanation, hole: Hole) -> str:
    figure, last = revision_figure(e, "yoy"), e.rate("yoy", "latest print")
    if figure is None or last is None:
        return ""
    return f"A later release put the change on a year before at {hole(rate_figure(e, last))}, a revision of {hole(figure)}."


def _listed(parts: Sequence[str]) -> str:
    return ", ".join(parts[:-1]) + (" and " if parts[1:] else "") + parts[-1]


def _inside(name: str) -> str:
    """A name within a sentence; abbreviations and codes keep their capitals."""
    return name if any(c.isupper() for c in name[1:]) else name.lower()


def _plain(text: str) -> str:
    """A name fit for a finding, where digits stand only in holes and braces make them."""
    return text if not any(c.isdigit() or c in "{}" for c in text) else "the series"


def _grids(config: Config, told: Sequence[Explanation], parts: Sequence[Held]) -> Iterator[Block]:
    labels = {p.key: p.label for p in parts} | {"yoy": "On a year before", "ytd_yoy": "Since January", "mom": "On the month before"}
    if any(e.shares for e in told):
        columns = ("month", "comparison", "origin", "part", "rate", "share", "points")
        yield Block("table", "What each part adds, percentage points", {"table": "contributions", "columns": columns, "labels": labels})
    if any(e.weights for e in told):
        yield Block("table", "Weights of the parts, estimated", {"table": "weights", "columns": ("part", "weight", "error"), "labels": labels})
    kinds = ("month", "comparison", "origin", "period", "value", "release")
    yield Block("table", "Growth by kind and by where it was read", {"table": "growth", "columns": kinds, "labels": labels})
    if config.note:
        yield Block("note", "What to know of this month", {"text": config.note})
    yield Block("note", "How a month is explained", {"text": _NOTE})


_NOTE = """Growth stands as first printed where a print is held, else as the levels give it. Weights of parts that no source prints are \
estimated by least squares from the published series, none negative and summing to one; contributions that rest on them are estimated. \
A contribution to a printed rate is the share of the part in the base, from the levels held, times its printed rate: what is left over \
says how far the printed rates and the levels disagree. The effect of a moving holiday is the one that the seasonal adjustment estimates."""
