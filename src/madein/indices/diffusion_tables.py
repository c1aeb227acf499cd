"""Diffusion indices as tables: indices with errors and shares, parts of a composite, numbers in the common form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import polars as pl

from madein.core.errors import MadeinError, Problem
from madein.core.period_labels import fold
from madein.core.periods import Period
from madein.core.step import Ref, Source, Table, row_at
from madein.indices.held_levels import DIMS

if TYPE_CHECKING:
    from madein.indices.diffusion_step import Config

_TEXT = pl.String
_SRC = pl.List(_TEXT)
COMPOSITE = "composite"
"""Key of the composite among the questions."""

UNIT = "index_point"
_MOST = 18


def read(config: Config, sources: Sequence[Source]) -> tuple[Table, Table, list[Problem]]:
    """Indices of every question and month, and the parts of the composite.

    Raises
    ------
    MadeinError
        If some files hold answers and others components, or components come without a scheme.
    """
    from madein.indices.diffusion import holds_answers

    kinds = [holds_answers(s.path) for s in sources]
    where = ", ".join(s.id for s in sources[:3])
    if all(kinds):
        return _of_answers(config, sources, where)
    if any(kinds):
        odd = sources[kinds.index(False)].id
        raise MadeinError("the file holds no answers of firms", odd, "others of the step do", "keep answers and component indices in two steps")
    if not config.scheme:
        raise MadeinError("the files hold no answers of firms", where, "answers have the columns firm, month and answer",
                          "if their series are component indices, set scheme: sp_global or ism")  # fmt: skip
    return _of_components(config, sources, where)


def _of_answers(config: Config, sources: Sequence[Source], where: str) -> tuple[Table, Table, list[Problem]]:
    from madein.indices.diffusion import read_answers, survey_index

    frames = [read_answers(s.path, source=s.id) for s in sources]
    rows = frames[0] if len(frames) == 1 else pl.concat([f.drop("row") for f in frames], how="diagonal")
    found = survey_index(
        rows, config.strata or None, population=config.population or None, composite=config.scheme, level=config.level, where=where
    )  # fmt: skip
    names = {q: key_of(q) for q in found.frame["question"].unique(maintain_order=True).to_list()}
    src = [f"source:{s.id}" for s in sources][:_MOST]
    frame = found.frame.select(
        question=pl.col("question").replace_strict(names, return_dtype=_TEXT),
        period=pl.Series([str(Period.months(m)) for m in found.frame["month"].to_list()], dtype=_TEXT),
        label="question", value="value", error="error", low="low", high="high", up="up", same="same", down="down", answers="answers",
    ).with_columns(_src=pl.Series([src] * found.frame.height, dtype=_SRC), _basis=pl.lit("estimated", _TEXT))  # fmt: skip
    table = Table(frame.sort("question", "period"), ("question", "period"), _UNITS, "Diffusion indices of each question")
    return table, _parts_of_answers(config, table), list(found.warnings)


_UNITS = dict.fromkeys(("value", "error", "low", "high"), UNIT) | dict.fromkeys(("up", "same", "down"), "percent") | {"answers": "answer"}
_PARTS: dict[str, Any] = {"period": _TEXT, "component": _TEXT, "index": pl.Float64, "weight": pl.Float64, "points": pl.Float64, "_src": _SRC}


def _parts_of_answers(config: Config, made: Table) -> Table:
    from madein.indices.diffusion import composite

    rows = []
    frame = made.frame
    for (period,), part in frame.group_by("period", maintain_order=True):
        values = dict(part.filter(pl.col("question") != COMPOSITE).select("label", "value").iter_rows())
        if config.scheme and COMPOSITE in part["question"].to_list():
            whole = composite(_known(values, config.scheme), config.scheme, Period.parse(str(period)).first_month)
            rows += _weighed(whole, str(period), values)
    return _parts_table(rows)


def _known(values: Mapping[str, float], scheme: str) -> dict[str, float]:
    from madein.indices.diffusion.pmi import scheme as scheme_of

    held = scheme_of(scheme)
    return {k: v for k, v in values.items() if held.component(k)}


def _weighed(made: Any, period: str, values: Mapping[str, float]) -> list[tuple[object, ...]]:
    """One row a component of a composite: its index, weight, and points."""
    of = {made.scheme.component(name): name for name in values}
    return [
        (period, component, values[of[component]], 100 * made.scheme.weights[component], points,
         [str(Ref("table:.index", row_at({"question": key_of(of[component]), "period": period})))])
        for component, points in made.parts.items()
    ]  # fmt: skip


def _parts_table(rows: list[tuple[object, ...]]) -> Table:
    frame = pl.DataFrame(rows, _PARTS, orient="row").sort("period", "component")
    units = {"index": UNIT, "weight": "percent", "points": UNIT}
    return Table(frame, ("period", "component"), units, "What each component brings to the composite")


def _of_components(config: Config, sources: Sequence[Source], where: str) -> tuple[Table, Table, list[Problem]]:
    from madein.indices.diffusion import composites
    from madein.indices.door import read_observations

    seen = [read_observations(s.path, source=s.id) for s in sources]
    frame = pl.concat([each.frame for each in seen])
    made = composites(frame, config.scheme, half=config.half, where=where)
    one = next(iter(made.values())).scheme
    mine = frame.filter(pl.col("series").map_elements(lambda n: one.component(n) is not None, return_dtype=pl.Boolean))
    rows: list[tuple[object, ...]] = [
        (key_of(name), str(Period.months(month)), name, value, value - half, value + half, [str(Ref(f"source:{source}", f"cell {cell}"))])
        for name, month, value, half, source, cell in mine.select("series", "month", "value", "half", "source", "cell").iter_rows()
    ]
    for month, each in made.items():
        period = str(Period.months(month))
        src = [str(Ref("table:.parts", row_at({"period": period, "component": c}))) for c in each.parts]
        rows.append((COMPOSITE, period, each.scheme.name, each.value, each.low, each.high, src))
    schema: dict[str, Any] = dict.fromkeys(("question", "period", "label"), _TEXT) | dict.fromkeys(("value", "low", "high"), pl.Float64)
    index = pl.DataFrame(rows, schema | {"_src": _SRC}, orient="row").sort("question", "period")
    table = Table(index, ("question", "period"), dict.fromkeys(("value", "low", "high"), UNIT), "Component indices and their composite")
    parts: list[tuple[object, ...]] = []
    for (month,), part in mine.group_by("month", maintain_order=True):
        number = int(str(month))
        parts += _weighed(made[number], str(Period.months(number)), dict(part.select("series", "value").iter_rows()))
    return table, _parts_table(parts), [w for each in seen for w in each.warnings]


def key_of(question: str) -> str:
    """Key of a question: its words without marks; ``all`` where there is only one that has no name."""
    return "_".join("".join(c if c.isalnum() and c.isascii() else " " for c in fold(question)).split()) or "all"


def lines(made: Table, shown: int) -> Table:
    """The latest months of every question, for the chart."""
    latest = made.frame["period"].unique().sort().tail(shown).to_list()
    frame = made.frame.filter(pl.col("period").is_in(latest))
    src = [[str(Ref("table:.index", row_at({"question": q, "period": p})))] for q, p in frame.select("question", "period").iter_rows()]
    out = frame.select(series="question", period="period", value="value").with_columns(_src=pl.Series(src, dtype=_SRC))
    return Table(out.sort("series", "period"), ("series", "period"), {"value": UNIT}, "Indices of the latest months")


def dims_of(question: str, config: Config) -> dict[str, str]:
    """Dimensions of the figures of a question; the composite is the measure itself."""
    place = {"economy": config.economy} if config.economy else {}
    return place if question == COMPOSITE else {**place, "series": question}


def figures(made: Table, config: Config) -> Table:
    """Indices and their changes on the month before in the form in which statements are checked."""
    rows = []
    frame = made.frame
    value = {(q, p): v for q, p, v in frame.select("question", "period", "value").iter_rows()}
    basis = "_basis" if "_basis" in frame.columns else None
    for r in frame.iter_rows(named=True):
        question, period = r["question"], r["period"]
        measure = config.measure if question == COMPOSITE else "diffusion_index"
        dims = dims_of(question, config)
        place = tuple(dims.get(d) for d in DIMS)
        refs = [str(Ref("table:.index", row_at({"question": question, "period": p}))) for p in (period, str(Period.parse(period).shift(-1)))]
        told = r[basis] if basis else None
        rows.append((question, "", period, measure, *place, None, r["value"], r["low"], r["high"], UNIT, refs[:1], told))
        before = value.get((question, str(Period.parse(period).shift(-1))))
        if before is not None and r["value"] is not None:
            rows.append((question, "mom_abs", period, measure, *place, None, r["value"] - before, None, None, UNIT, refs, told))
    schema: dict[str, Any] = dict.fromkeys(("of", "comparison", "period", "measure", *DIMS, "vintage"), _TEXT)
    schema |= {"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "unit": _TEXT, "_src": _SRC, "_basis": _TEXT}
    key = ("of", "comparison", "period")
    out = pl.DataFrame(rows, schema, orient="row").sort(key)
    return Table(out, key, dict.fromkeys(("value", "low", "high"), "@unit"), "Diffusion indices by what they say")
