"""The chapter of the step ``indices``: figures, findings, charts and tables from the computed tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import polars as pl

from madein.core.errors import MadeinError, Problem
from madein.core.measures import measures
from madein.core.periods import Period
from madein.core.step import COMPARISONS, Block, Figure, Inputs, Ref, Result, Table, row_at
from madein.core.units import format_value, is_money
from madein.indices import tables
from madein.indices.catalogue import catalogue
from madein.indices.charts import growth_bars, level_lines
from madein.indices.door import read_observations
from madein.indices.frequency import EVERY
from madein.indices.growth import Dense
from madein.indices.model import Observations, Series
from madein.indices.step import Config, SeriesConfig

_SHORT = {"mom": "On the period before", "yoy": "On a year before"}

_METHODS = {
    "mom": "100 x (value / value of the month before - 1)",
    "qoq": "100 x (value / value of the quarter before - 1)",
    "qoq_abs": "value less value of the quarter before",
    "yoy": "100 x (value / value of the same period a year before - 1)",
    "ytd_yoy": "100 x (sum since January / sum of the same months a year before - 1)",
    "mom_abs": "value less value of the month before",
    "yoy_abs": "value less value of the same period a year before",
    "ytd_yoy_abs": "year to date less the same months a year before",
}


def run(config: Config, inputs: Inputs) -> Result:
    """See `madein.indices.step.run`."""
    return made_of(config, [
        read_observations(
            source.path, source=source.id, decimal=config.decimal, encoding=config.encoding,
            delimiter=config.delimiter, sheet=config.sheet, frequency=config.frequency,
        ) for source in inputs.sources["series"]
    ])  # fmt: skip


def made_of(config: Config, seen: Sequence[Observations]) -> Result:
    """Tables, figures and chapter of what was read."""
    config, frame, series, problems = catalogued(config, seen)
    frame = _keyed(frame, series, config)
    data = [(s, tables.dense(frame, s)) for s in series]
    made = {
        "levels": tables.levels(frame, series),
        "to_date": tables.to_date(data),
        "growth": tables.growth(data),
        "gaps": tables.gaps(data),
    }
    made["figures"] = tables.figures(made, series)
    figures = tuple(_figures(made, data, config.certify))
    head = next((d for d in data if d[0].key == config.headline), data[0])
    if config.headline and head[0].key != config.headline:
        raise MadeinError(f"no series has the key {config.headline!r}", "with.headline", fix="use: " + ", ".join(s.key for s in series))
    blocks = tuple(_blocks(made, data, head, {f.id for f in figures if f.value is not None}, {f.id for f in figures}, config.note))
    return Result(made, figures, blocks, tuple(problems))


def catalogued(config: Config, seen: Sequence[Observations]) -> tuple[Config, pl.DataFrame, list[Series], list[Problem]]:
    """What was read in one frame, what each label is a series of, and what was noticed; comparisons that files tell of are in the configuration.

    Raises
    ------
    MadeinError
        If a month of a series stands in two files, or as `madein.indices.catalogue.catalogue` does.
    """
    frame = pl.concat([each.frame for each in seen])
    _refuse_overlap(frame)
    config = _told(config, {name: kind for each in seen for name, kind in each.rates.items()})
    series, warnings = catalogue(frame, config.series, config.every)
    series = [replace(s, every=EVERY[config.frequency]) for s in series]
    return config, frame, series, [*(w for each in seen for w in each.warnings), *warnings]


def _told(config: Config, rates: Mapping[str, str]) -> Config:
    """The configuration with the comparisons that files themselves tell of."""
    # Rates of kinds that a series cannot have stay plain numbers.
    known = {n: c for n, c in rates.items() if c in ("mom", "yoy", "ytd_yoy") and not config.series.get(n, config.every).comparison}
    own = {n: config.series.get(n, SeriesConfig()).model_copy(update={"comparison": c}) for n, c in known.items()}
    return config.model_copy(update={"series": {**config.series, **own}}) if own else config


def _keyed(frame: pl.DataFrame, series: Sequence[Series], config: Config) -> pl.DataFrame:
    """The frame with the key of each label; labels are one to one with series, in the order of the catalogue."""
    labels = frame["series"].unique(maintain_order=True).to_list()
    order = {name: i for i, name in enumerate(config.series)}
    ranked = sorted(labels, key=lambda n: order.get(n, len(order)))
    keys = {label: s.key for label, s in zip(ranked, series, strict=True)}
    return frame.with_columns(key=pl.col("series").replace_strict(keys, return_dtype=pl.String))


def _refuse_overlap(frame: pl.DataFrame) -> None:
    twice = frame.filter(pl.struct("series", "month").is_duplicated()).sort("series", "month")
    if twice.height:
        a, b = twice.head(2).iter_rows(named=True)
        raise MadeinError(
            f"{a['series']!r} {Period.months(a['month'])} stands in two files",
            f"{a['source']} cell {a['cell']} and {b['source']} cell {b['cell']}", fix="give each file its own step, or its series other names",
        )  # fmt: skip


def figure_of(series: Series, row: dict[str, object], table: str) -> Figure:
    """The figure a row of levels, year to date or growth stands for."""
    comparison = str(row.get("comparison") or "")
    dims = {**series.dims, "period": str(row["period"]), **({"comparison": comparison} if comparison else {})}
    key = {"series": series.key, **({"comparison": comparison} if comparison else {}), "period": str(row["period"])}
    absent = str(row.get("absent") or "")
    method = _METHODS.get(
        comparison, "as printed" if table == "levels" else {"sum": "sum of the months", "mean": "mean of the months"}.get(series.over_time, "")
    )
    value, low, high = (None if row[c] is None else float(row[c]) for c in ("value", "low", "high"))  # type: ignore[arg-type]
    return Figure(
        series.measure, dims, value, str(row["unit"]), () if absent else (Ref(f"table:.{table}", row_at(key)),),
        low, high, "published" if table == "levels" else "computed", method, absent,
    )  # fmt: skip


def _figures(made: dict[str, Table], data: Sequence[tuple[Series, Dense]], certify: int) -> Iterator[Figure]:
    for series, dense in data:
        first = (dense.start + len(dense.value) - certify) * dense.every
        for name in ("levels", "to_date", "growth"):
            rows = made[name].frame.filter(pl.col("series") == series.key)
            for row in rows.iter_rows(named=True):
                if Period.parse(row["period"]).last_month >= first:
                    yield figure_of(series, row, name)


def _blocks(
    made: dict[str, Table], data: Sequence[tuple[Series, Dense]], head: tuple[Series, Dense], held: set[str], known: set[str], note: str
) -> Iterator[Block]:
    names = {s.key: s.label for s, _ in data}
    yield Block("finding", "", {"text": _sentence(head, held)})
    others = [d for d in data if d is not head]
    for each in others[:3] if len(others) <= 3 else ():
        yield Block("finding", "", {"text": _sentence(each, held)})
    if not all("comparison" in s.dims for s, _ in data):
        yield _latest(data, known)
    for group in _same_unit(data):
        yield _levels_chart(group)
    if "comparison" not in head[0].dims:
        yield _growth_chart(head[0])
        grid = {"table": "growth", "where": {"series": head[0].key}, "pivot": ("period", "comparison", "value"), "labels": _SHORT, "last": 16}
        yield Block("table", f"{head[0].label}: growth of the latest periods", grid)
    if made["gaps"].frame.height:
        yield Block("table", "Months for which no value is held", {"table": "gaps", "columns": ("series", "period", "months"), "labels": names})
    if note:
        yield Block("note", "What to know of these series", {"text": note})
    yield Block("note", "How these numbers were computed", {"text": _NOTE})


_NOTE = """Levels stand as the source prints them, scale words resolved. Growth is computed from them, and every rate has an \
interval: a printed number stands for all numbers that round to it. The finest number a series prints within a calendar year \
tells how finely that year is printed, because spreadsheets drop closing zeros.

Growth of a year to date compares the sum of its months with the sum of the same months of the year before, and is absent if \
one of them is missing. Nothing is interpolated; nothing here is seasonally adjusted."""


_CLAUSES = {
    1: (("mom", "on the month before"), ("yoy", "on the same month a year before")),
    3: (("qoq", "on the quarter before"), ("yoy", "on the same quarter a year before")),
    12: (("yoy", "on the year before"),),
}
"""What a sentence says of growth, by the months an observation covers."""


def _id(series: Series, period: Period, comparison: str = "") -> str:
    dims = {**series.dims, "period": str(period), **({"comparison": comparison} if comparison else {})}
    return Figure(series.measure, dims, None, series.unit, ()).id


def _sentence(each: tuple[Series, Dense], held: set[str]) -> str:
    series, dense = each
    month = dense.last
    level = _id(series, month)
    name = series.label[:1].upper() + series.label[1:]
    if "comparison" in series.dims:
        return f"{_no_digits(name)}: {{{level}|change}} in {{{level}|period}} {COMPARISONS[series.dims['comparison']]}."
    parts = [f"{_no_digits(name)}: {{{level}}} in {{{level}|period}}"]
    clauses = []
    for comparison, words in _CLAUSES[dense.every]:
        figure = _id(series, month, comparison)
        if figure in held:
            clauses.append(f"{{{figure}|change}} {words}")
    total = month.year_to_date()
    if series.over_time != "none" and total != month:
        year = _id(series, total, "yoy" if total.kind in ("quarter", "year") else "ytd_yoy")
        if year in held:
            clauses.append(f"{{{year}|change}} since January on the same months a year before")
    if clauses:
        parts.append(", ".join(clauses[:-1]) + (" and " if clauses[1:] else "") + clauses[-1])
    return "; ".join(parts) + "."


def _no_digits(text: str) -> str:
    """A name fit for a finding, where digits stand only in holes and braces make them."""
    return text if not any(c.isdigit() or c in "{}" for c in text) else "The series"


def _latest(data: Sequence[tuple[Series, Dense]], known: set[str]) -> Block:
    columns = ("", "Latest", "Level", "On the period before", "On a year before", "Year to date on a year before")
    rows: list[tuple[object, ...]] = []
    for series, dense in data:
        if "comparison" in series.dims:
            continue
        month = dense.last
        total = month.year_to_date()
        wanted = [
            _id(series, month),
            _id(series, month, tables.PREVIOUS.get(dense.every, "")),
            _id(series, month, "yoy"),
            _id(series, total, "yoy" if total.kind in ("quarter", "year") else "ytd_yoy"),
        ]
        rows.append((series.label, {"figure": wanted[0], "view": "period"}, *({"figure": w} if w in known else "" for w in wanted)))
    return Block("table", "Latest numbers", {"columns": columns, "rows": tuple(rows)})


def _same_unit(data: Sequence[tuple[Series, Dense]]) -> list[list[tuple[Series, Dense]]]:
    """Series gathered by unit, eight to a chart at most."""
    groups: dict[str, list[tuple[Series, Dense]]] = {}
    for each in data:
        groups.setdefault(each[0].unit, []).append(each)
    return [group[i : i + 8] for group in groups.values() for i in range(0, len(group), 8)]


def _levels_chart(group: Sequence[tuple[Series, Dense]]) -> Block:
    series = [s for s, _ in group]
    unit = series[0].unit
    largest = max(float(pl.Series(d.value).fill_nan(None).abs().max() or 0) for _, d in group)  # type: ignore[arg-type]
    scale, word = next(((s, w) for s, w in ((1e12, "trillion "), (1e9, "billion "), (1e6, "million ")) if is_money(unit) and largest >= s), (1.0, ""))
    label = (
        f"{measures()[series[0].measure].label}, growth as printed"
        if "comparison" in series[0].dims
        else series[0].label
        if len(series) == 1
        else " and ".join(dict.fromkeys(measures()[s.measure].label for s in series))
    )
    spec = level_lines({s.key: s.label for s in series}, [s.label for s in series], scale)
    span = Period(min(d.period(d.start).first for _, d in group), max(d.last.last for _, d in group)).label()
    lows = "; ".join(
        f"{s.label} from {format_value(float(d.value[0]), unit)} to {format_value(float(d.value[-1]), unit)}" for s, d in group
    )  # fmt: skip
    holes = [p.label() for p in dict.fromkeys(p for _, d in group for p in tables.gaps_of(d))]
    alt = f"Line chart, {span}: {lows}." + (f" No values for {', '.join(holes)}." if holes else "")
    body = {"spec": spec, "table": "levels", "alt": alt, "pivot": ("period", "series", "value"), "labels": {s.key: s.label for s in series}}
    return Block("chart", f"{label}, {word}{unit}, {span}", body)


def _growth_chart(series: Series) -> Block:
    body = {
        "spec": growth_bars({series.key: series.label}), "table": "growth",
        "where": {"comparison": "yoy", "series": series.key}, "pivot": ("period", "comparison", "value"),
        "alt": f"Bar chart of the growth of {series.label} {COMPARISONS['yoy']}, month by month.",
    }  # fmt: skip
    return Block("chart", f"{series.label}: change {COMPARISONS['yoy']}, percent", body)
