"""The chapter of the step ``diffusion``: the composite and its parts, the indices of the questions, how they were counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from madein.core.errors import MadeinError
from madein.core.periods import Period
from madein.core.step import Block, Figure, Inputs, Ref, Result, Table, row_at
from madein.indices import diffusion_tables as tables
from madein.indices.charts import share_lines
from madein.indices.diffusion_step import Config

_MOST_LINES = 8
_BROUGHT = ", points in the composite"
"""What tells the points of a component from its index."""


def run(config: Config, inputs: Inputs) -> Result:
    """See `madein.indices.diffusion_step.run`."""
    if not inputs.sources.get("answers"):
        raise MadeinError("there are no answers", "from.answers", fix="name the files of answers or of component indices")
    index, parts, problems = tables.read(config, inputs.sources["answers"])
    made = {"index": index, "parts": parts, "figures": tables.figures(index, config), "lines": tables.lines(index, config.shown)}
    figures = {f.id: f for f in (*_indices(made["figures"], config), *_weighed(parts, config))}
    return Result(made, tuple(figures.values()), tuple(_blocks(config, made, figures)), tuple(problems))


def _indices(table: Table, config: Config) -> Iterator[Figure]:
    latest = table.frame["period"].unique().sort().tail(config.certify).to_list()
    method = "percentage up and half the percentage same, weighted" if not config.scheme else "weighted composite of diffusion indices"
    for row in table.frame.filter(pl.col("period").is_in(latest)).iter_rows(named=True):
        dims = tables.dims_of(row["of"], config) | ({"comparison": row["comparison"]} if row["comparison"] else {})
        ref = Ref("table:.figures", row_at({k: row[k] for k in table.key}))
        yield Figure(row["measure"], {**dims, "period": row["period"]}, row["value"], row["unit"], (ref,), row["low"], row["high"],
                     row["_basis"] or "computed", method if not row["comparison"] else "index less index of the month before")  # fmt: skip


def _weighed(parts: Table, config: Config) -> Iterator[Figure]:
    """Points of each component in the composite of the latest month."""
    place = {"economy": config.economy} if config.economy else {}
    if not parts.frame.height:
        return
    last = str(parts.frame["period"].max())
    for row in parts.frame.filter(pl.col("period") == last).iter_rows(named=True):
        ref = Ref("table:.parts", row_at({"period": row["period"], "component": row["component"]}))
        dims = {**place, "series": f"{row['component']}{_BROUGHT}", "period": row["period"]}
        yield Figure("diffusion_index", dims, row["points"], tables.UNIT, (ref,), method="weight x index, inverted where the scheme says so")


def _blocks(config: Config, made: Mapping[str, Table], figures: Mapping[str, Figure]) -> Iterator[Block]:
    index = made["index"].frame
    period = str(index["period"].max())
    said = index.select("question", "label").unique().sort("question", "label").iter_rows()
    names = {q: config.labels.get(q) or config.labels.get(label) or _spoken(label) for q, label in said}
    if tables.COMPOSITE in names:
        names[tables.COMPOSITE] = config.label or _scheme_name(config)
    head = tables.COMPOSITE if tables.COMPOSITE in names else sorted(names)[0]
    yield Block("finding", "", {"text": _sentence(config, head, names[head], period, figures)})
    told = list(_of_parts(made["parts"], period, figures))
    if told:
        yield Block("finding", "", {"text": told[0]})
    shown = {head: names[head], **{q: names[q] for q in sorted(names) if q != head}}
    shown = dict(list(shown.items())[:_MOST_LINES])
    body = {"spec": share_lines(shown), "table": "lines", "pivot": ("period", "series", "value"), "labels": names,
            "alt": f"Line chart of {', '.join(shown.values())} to {Period.parse(period).label()}, with the mark of fifty."}  # fmt: skip
    yield Block("chart", "Diffusion indices: above fifty more firms report a rise than a fall", body)
    columns = [c for c in ("question", "value", "error", "low", "high", "up", "same", "down", "answers") if c in index.columns]
    grid = {"table": "index", "columns": tuple(columns), "where": {"period": period}, "labels": names | _COLUMNS}
    yield Block("table", f"Indices of {Period.parse(period).label()}", grid)
    if made["parts"].frame.height:
        labels = {c: _spoken(c) for c in made["parts"].frame["component"].unique().to_list()} | _COLUMNS
        grid = {"table": "parts", "columns": ("component", "index", "weight", "points"), "where": {"period": period}, "labels": labels}
        yield Block("table", "What each component brings to the composite", grid)
    if config.note:
        yield Block("note", "What to know of this survey", {"text": config.note})
    yield Block("note", "How diffusion indices are counted", {"text": _NOTE})


_COLUMNS = {"value": "Index", "error": "Standard error", "low": "At least", "high": "At most", "up": "Up", "same": "Same", "down": "Down",
            "answers": "Answers", "index": "Index", "weight": "Weight", "points": "Points"}  # fmt: skip


def _sentence(config: Config, question: str, name: str, period: str, figures: Mapping[str, Figure]) -> str:
    def id_of(**more: str) -> str:
        measure = config.measure if question == tables.COMPOSITE else "diffusion_index"
        return Figure(measure, {**tables.dims_of(question, config), **more, "period": period}, None, "", ()).id

    level, change = id_of(), id_of(comparison="mom_abs")
    text = f"{_plain(name)}: {{{level}}} in {{{level}|period}}"
    if change in figures and figures[change].value is not None:
        text += f", {{{change}|change}} on the month before"
    value, low, high = figures[level].value, figures[level].low, figures[level].high
    if low is not None and high is not None and low != high:
        text += f"; bounds {{{level}|interval}}"
        if low <= 50 <= high:
            return text + ", so that rises and falls may balance."
    if value is None or value == 50:
        return text + "."
    return text + f"; more firms report a {'rise than a fall' if value > 50 else 'fall than a rise'}."


def _of_parts(parts: Table, period: str, figures: Mapping[str, Figure]) -> Iterator[str]:
    mine = parts.frame.filter(pl.col("period") == period)
    if not mine.height:
        return
    by_series = {f.dims.get("series", ""): f.id for f in figures.values()}
    rows = mine.sort("points", descending=True)["component"].to_list()
    told = [f"{_plain(_spoken(c)).lower()} {{{by_series[c + _BROUGHT]}}}" for c in rows]
    yield f"Its points come from {', '.join(told[:-1])} and {told[-1]}."


def _scheme_name(config: Config) -> str:
    from madein.indices.diffusion import scheme

    return scheme(config.scheme).name if config.scheme else "Composite"


def _spoken(text: str) -> str:
    """A key as words."""
    words = text.replace("_", " ").strip()
    return words[:1].upper() + words[1:] if words else "All answers"


def _plain(text: str) -> str:
    """A name fit for a finding, where digits stand only in holes and braces make them."""
    return text if not any(c.isdigit() or c in "{}" for c in text) else "The index"


_NOTE = """A diffusion index is the percentage of firms that report a rise and half the percentage that report no change: fifty says that \
both balance. Firms weigh by their size inside a stratum, strata by their known weights; bounds are those of the standard error of a \
stratified ratio, or, for component indices, of their rounding.

A composite is the weighted mean of its components. In the weighting of S&P Global suppliers' delivery times count the other way round, \
because there quicker deliveries raise the component; in that of the ISM slower ones do."""
