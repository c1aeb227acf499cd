"""The chapter of the step ``compile``: the index, what its industries add, what was imputed, how the years are linked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import polars as pl

from madein.core.errors import MadeinError
from madein.core.measures import measures
from madein.core.periods import Period
from madein.core.step import Block, Figure, Inputs, Ref, Result, Source, Table, row_at
from madein.indices import compile_tables as tables
from madein.indices.charts import contribution_bars, level_lines
from madein.indices.compile_step import Config

if TYPE_CHECKING:
    from madein.indices.compilation import Compiled

_WORDS = {"mom": "on the month before", "yoy": "on a year before"}
_MOST_PARTS = 8
"""Parts in the chart; the others stand in the table."""


def run(config: Config, inputs: Inputs) -> Result:
    """See `madein.indices.compile_step.run`."""
    config = config.model_copy(update={"economy": _economy(config.economy)})
    made = compiled(config, inputs)
    keys = tables.keys_of(made)
    reports, weights = ([f"source:{s.id}" for role in roles for s in inputs.sources.get(role, ())][:18]
                        for roles in (("reports", "conversions"), ("weights", "products")))  # fmt: skip
    found = {
        "index": tables.index_table(made, config, keys, reports), "weights": tables.weights_table(made, config, keys, weights),
        "contributions": tables.contributions_table(made, config, keys), "imputations": tables.imputations_table(made, reports),
        "drift": tables.drift_table(made), "figures": tables.figures_table(made, config, keys), "lines": tables.lines_table(made, config, keys),
    }  # fmt: skip
    names = {keys[n.code]: _label(config) if n.level == "total" else n.label for n in made.nodes}
    points = _points(found["contributions"], config, made, keys)
    figures = {f.id: f for f in (*_levels(found["figures"], config, made), *points, *_imputed(made, config))}
    return Result(found, tuple(figures.values()), tuple(_blocks(config, made, found, names, keys, figures)), made.warnings)


def compiled(config: Config, inputs: Inputs) -> Compiled:
    """The index out of the files of a step.

    Raises
    ------
    MadeinError
        Without reports or weights.
    """
    from madein.indices.compilation import compile_index, read_conversions, read_reports, read_weights

    for role in ("reports", "weights"):
        if not inputs.sources.get(role):
            raise MadeinError(f"an index needs {role}", f"from.{role}", fix="name the files that hold them")

    def frame_of(role: str, read: object) -> pl.DataFrame | None:
        frames = [read(s.path, source=s.id) for s in inputs.sources.get(role, ())]  # type: ignore[operator]
        return None if not frames else frames[0] if len(frames) == 1 else pl.concat([f.drop("row") for f in frames], how="diagonal")

    rows = frame_of("reports", read_reports)
    classes = frame_of("weights", lambda p, source: read_weights(p, "industry", source=source))
    assert rows is not None
    assert classes is not None
    conversions = [c for s in inputs.sources.get("conversions", ()) for c in read_conversions(s.path, source=s.id)]
    return compile_index(
        rows, classes, frame_of("products", lambda p, source: read_weights(p, "product", source=source)), conversions=conversions,
        base_year=config.base_year, reference=config.reference, method=config.chaining, industries=config.industries,
        measure=config.volumes, imputation=config.missing, entrants=config.entrants, where=_names(inputs.sources["reports"]),
        weights_from=_names(inputs.sources["weights"]), products_from=_names(inputs.sources.get("products", ())),
    )  # fmt: skip


def _names(sources: Sequence[Source]) -> str:
    return ", ".join(s.id for s in sources[:3]) + (" and others" if len(sources) > 3 else "")


def _economy(name: str) -> str:
    from madein.core.countries import economy

    return economy(name, "with.economy") if name else ""


def _label(config: Config) -> str:
    return config.label or measures()[config.measure].label


# ------------------------------------------------------------------------------------------------------------ figures


def _levels(table: Table, config: Config, made: Compiled) -> Iterator[Figure]:
    latest = [str(Period.months(int(m))) for m in made.months[-config.certify :]]
    for row in table.frame.filter(pl.col("period").is_in(latest)).iter_rows(named=True):
        dims = {d: row[d] for d in ("economy", "industry", "product") if row[d]} | {"series": _OURS}
        dims |= {"comparison": row["comparison"]} if row["comparison"] else {}
        ref = Ref("table:.figures", row_at({k: row[k] for k in table.key}))
        yield Figure(config.measure, {**dims, "period": row["period"]}, row["value"], row["unit"], (ref,), basis=row["_basis"] or "computed",
                     method=f"compiled from reports, weights of {made.chain.segments[-1].reference}; ours, not the publisher's")  # fmt: skip


_OURS = "compiled here"
"""What tells a compiled index from one that an office prints."""


def _points(table: Table, config: Config, made: Compiled, keys: Mapping[str, str]) -> Iterator[Figure]:
    nodes = {keys[n.code]: n for n in made.nodes}
    latest = [str(Period.months(int(m))) for m in made.months[-config.certify :]]
    for row in table.frame.filter((pl.col("comparison") == "yoy") & pl.col("period").is_in(latest)).iter_rows(named=True):
        dims = {**tables.dims_of(nodes[row["part"]], config), "series": f"{_OURS}, {_WORDS['yoy']}", "comparison": "contribution"}
        ref = Ref("table:.contributions", row_at({k: row[k] for k in table.key}))
        yield Figure(config.measure, {**dims, "period": row["period"]}, row["points"], "pp", (ref,), basis=row["_basis"] or "computed",
                     method="weight x (index - index of the base) / total of the base, leg by leg across links")  # fmt: skip


def _imputed(made: Compiled, config: Config) -> Iterator[Figure]:
    total = next(i for i, n in enumerate(made.nodes) if n.level == "total")
    place = {"economy": config.economy} if config.economy else {}
    for at in range(max(0, len(made.months) - config.certify), len(made.months)):
        period = str(Period.months(int(made.months[at])))
        ref = Ref("table:.index", row_at({"code": "total", "period": period}))
        yield Figure("imputed_share", {**place, "series": _OURS, "period": period}, 100 * float(made.imputed[total, at]), "percent", (ref,),
                     method="weight of imputed reports in the index")  # fmt: skip


# ------------------------------------------------------------------------------------------------------------- blocks


def _blocks(
    config: Config, made: Compiled, found: Mapping[str, Table], names: Mapping[str, str], keys: Mapping[str, str], figures: Mapping[str, Figure]
) -> Iterator[Block]:
    period = str(Period.months(int(made.months[-1])))
    yield from _findings(config, period, names, keys, made, figures)
    labels = dict(names) | {"weight": "Weight", "points": "Points", "imputed": "Imputed"}
    shown = {k: names[k] for k in found["lines"].frame["series"].unique().sort().to_list()}
    shown = {"total": shown.pop("total"), **shown} if "total" in shown else shown
    body = {"spec": level_lines(shown, list(shown.values())), "table": "lines", "pivot": ("period", "series", "value"), "labels": labels,
            "alt": f"Line chart of {', '.join(list(shown.values())[:6])} to {Period.parse(period).label()}."}  # fmt: skip
    yield Block("chart", f"{_label(config)}, compiled: {made.unit}", body)
    points = found["contributions"].frame
    by_year = points.filter(pl.col("comparison") == "yoy")
    if by_year.height:
        size = by_year.group_by("part").agg(pl.col("points").abs().sum()).sort("points", "part", descending=[True, False])
        top = {k: names[k] for k in size["part"].head(_MOST_PARTS).to_list()}
        body = {"spec": contribution_bars(top), "table": "contributions", "where": {"comparison": "yoy"}, "pivot": ("period", "part", "points"),
                "labels": labels, "alt": f"Stacked bars of the points that {', '.join(list(top.values())[:6])} add to growth on a year before; "
                                         "a dot marks their sum."}  # fmt: skip
        yield Block("chart", f"What each {config.by} adds to growth on a year before, percentage points", body)
    grid = {"table": "weights", "columns": ("code", "year", "weight"), "labels": labels}
    yield Block("table", "Weights of the industries, percent of all", grid)
    if found["drift"].frame.height:
        yield Block("table", "How far the ways of linking years lead apart", {"table": "drift", "columns": _DRIFT, "labels": _METHODS})
    if found["imputations"].frame.height:
        columns = ("establishment", "product", "period", "volume", "donors")
        yield Block("table", "Reports that were not there", {"table": "imputations", "columns": columns, "labels": _DONORS, "last": 24})
    if config.note:
        yield Block("note", "What to know of this index", {"text": config.note})
    yield Block("note", "How the index was compiled", {"text": _NOTE})


_DRIFT = ("method", "against", "year", "gap", "year_gap")
_METHODS = {"annual": "Annual overlap", "one_period": "One-period overlap", "over_the_year": "Over the year", "gap": "Gap of the annual means",
            "year_gap": "Largest gap of growth on a year before"}  # fmt: skip
_DONORS = {"donors": "Whose growth stands for it", "volume": "Volume"}


def _findings(
    config: Config, period: str, names: Mapping[str, str], keys: Mapping[str, str], made: Compiled, figures: Mapping[str, Figure]
) -> Iterator[Block]:
    def id_of(measure: str, **dims: str) -> str:
        place = {"economy": config.economy} if config.economy else {}
        return Figure(measure, {**place, "period": period, **dims}, None, "", ()).id

    level = id_of(config.measure, series=_OURS)
    clauses = [f"{{{i}|change}} {_WORDS[k]}" for k in tables.KINDS if (i := id_of(config.measure, series=_OURS, comparison=k)) in figures]
    name = _plain(_label(config)[:1].upper() + _label(config)[1:])
    text = f"{name}, compiled from reports: {{{level}}} in {{{level}|period}}" + ("; " + " and ".join(clauses) if clauses else "")
    yield Block("finding", "", {"text": text + ". Ours, not the publisher's."})
    parts = [
        (f, n) for n in made.nodes if n.level == config.by
        for f in figures.values() if f.dims.get("comparison") == "contribution" and f.dims["period"] == period and f.dims.get("industry") == n.code
    ]  # fmt: skip
    rate = id_of(config.measure, series=_OURS, comparison="yoy")
    if parts and rate in figures:
        largest = sorted(parts, key=lambda p: -abs(p[0].value or 0.0))[:4]
        told = [f"{_plain(names[keys[n.code]]).lower()} {{{f.id}}}" for f, n in largest]
        listed = ", ".join(told[:-1]) + (" and " if told[1:] else "") + told[-1]
        most = "" if len(largest) == len(parts) else "the largest parts are "
        yield Block("finding", "", {"text": f"Of the change of {{{rate}}} on a year before, {most}{listed}."})
    share = id_of("imputed_share", series=_OURS)
    if (figures[share].value or 0.0) > 0:
        yield Block("finding", "", {"text": f"Reports that were not there stand behind {{{share}}} of the index of {{{share}|period}}."})


def _plain(text: str) -> str:
    """A name fit for a finding, where digits stand only in holes and braces make them."""
    return text if not any(c.isdigit() or c in "{}" for c in text) else "the industry"


_NOTE = """Products are volumes: quantities, or values over price indices. A class is the mean of its products' relatives weighted by \
value of output; divisions, sections and the total are means weighted by gross value added. Where weights change, the years are \
linked, and points of growth are counted leg by leg, so that the points of all parts sum to the growth of the total.

A missing report takes the growth of the establishments nearest to it. Every index that rests on one counts as estimated, and the \
table of imputed reports lists each."""
