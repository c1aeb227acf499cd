"""What ``madein indices`` does with files: series adjusted, weights found, indices compiled, prints compared, months explained."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from madein.core.errors import MadeinError, Problem
from madein.core.periods import Period

if TYPE_CHECKING:
    import polars as pl

    from madein.core.step import Result, Table
    from madein.indices.compilation import Compiled
    from madein.indices.held_levels import Held
    from madein.indices.seasonal import Batch, MovingHoliday, Observed
    from madein.indices.step import SeriesConfig

Frequency = Literal["month", "quarter"]
Format = Literal["table", "csv", "json", "parquet", "xlsx"]
COLUMNS = ("series", "period", "original", "seasonal", "adjusted", "trend", "irregular", "holiday", "trading_day", "basis")


def write_table(frame: pl.DataFrame, format_: Format, out: Path | None, title: str) -> None:
    """A frame as a table as wide as the window, or in a format for machines."""
    from madein.cli.grids import grid, screen
    from madein.cli.show import write_frame

    if format_ != "table":
        write_frame(frame, format_, out, title)
        return
    right = [n for n, t in frame.schema.items() if t.is_numeric()]
    rows = [["" if c is None else f"{c:,.6g}" if isinstance(c, float) else str(c) for c in row] for row in frame.iter_rows()]
    with screen(out) as console:
        grid(console, frame.columns, rows, right)


# --------------------------------------------------------------------------------------------------------- adjustment


def observed_of(files: Sequence[Path], only: Sequence[str], decimal: str, sheet: str, frequency: Frequency) -> tuple[list[Observed], list[Problem]]:
    """Every series of some files, ready for adjustment, and what was noticed while reading."""
    import polars as pl

    from madein.indices.read import read_series
    from madein.indices.seasonal import Observed

    seen = [read_series(f, source=str(f), decimal=decimal, sheet=sheet, frequency=frequency) for f in files]  # type: ignore[arg-type]
    found: dict[str, Observed] = {}
    for each in seen:
        for name in each.frame["series"].unique(maintain_order=True).to_list():
            rows = each.frame.filter(pl.col("series") == name)
            if name in found:
                raise MadeinError(f"two files hold a series {name!r}", str(rows["source"][0]), fix="adjust them one by one, or rename one")
            found[name] = Observed.of(name, rows["month"].to_numpy(), rows["value"].to_numpy())
    unknown = [n for n in only if n not in found]
    if unknown:
        raise MadeinError(f"no series is called {unknown[0]!r}", "--series", fix="the files hold: " + ", ".join(map(repr, list(found)[:12])))
    return [found[n] for n in only] if only else list(found.values()), [w for each in seen for w in each.warnings]


def adjusted_batch(series: Sequence[Observed], method: str, holiday: str, dates: Path | None, spec: Path | None, fallback: bool) -> Batch:
    """Every series adjusted, spread over the cores."""
    import os
    from concurrent.futures import ThreadPoolExecutor

    from madein.indices.seasonal import Batch, adjust, read_spc

    own = read_spc(spec) if spec else None
    moving = _holiday(holiday, dates)
    with ThreadPoolExecutor(min(len(series), os.cpu_count() or 1) or 1) as pool:
        done = list(pool.map(lambda o: adjust(o, method, moving, own, fallback=fallback), series))
    return Batch(tuple(done))


def _holiday(name: str, dates: Path | None) -> MovingHoliday | str:
    from madein.indices.seasonal import moving_holiday, read_holidays

    if not dates:
        return moving_holiday(name) if name else ""
    held = read_holidays(dates)
    if name and name not in held:
        raise MadeinError(f"the table holds no holiday {name!r}", str(dates), fix="name one of: " + ", ".join(held))
    if not name and len(held) > 1:
        raise MadeinError("the table holds several holidays", str(dates), fix="name one with --holiday: " + ", ".join(held))
    return held[name or next(iter(held))]


def components_frame(batch: Batch) -> pl.DataFrame:
    """Components of every series that was adjusted, one below the other; what is null throughout is left out."""
    import polars as pl

    parts = [r.frame.select(COLUMNS) for r in batch if not r.refused]
    if not parts:
        return pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))
    frame = pl.concat(parts)
    return frame.drop([c for c in ("holiday", "trading_day") if frame[c].null_count() == frame.height])


def said_of(batch: Batch) -> list[Problem]:
    """Notes on every series, and an error for each that was refused."""
    out: list[Problem] = []
    for r in batch:
        where = f"series {r.key!r}"
        if not r.refused:
            out += [p for p in r.warnings if p.severity == "warning"]
        else:
            reason = r.reason
            out.append(Problem(f"not adjusted: {reason.plain if reason else 'no method'}", where, _words(reason.said if reason else ""),
                               reason.mend if reason else ""))  # fmt: skip
    return out


def _words(said: str) -> str:
    return f"X-13: {said}" if said else ""


def tell_quality(batch: Batch) -> None:
    """One line a series on standard error: what was done and how good it is."""
    from madein.core.documents import printable

    for r in batch:
        q = r.quality
        parts = [r.sentence()]
        if r.holiday:
            parts.append(f"Kept by AICc: {', '.join(r.holiday)}.")
        numbers = [f"{name} {value:.2f}" for name, value in (("M7", q.m.get("m7")), ("Q", q.q)) if value is not None]
        numbers += [f"QS p {pair[1]:.3f} {what}" for what, pair in (("before", q.qs_original), ("after", q.qs_adjusted)) if pair is not None]
        if not r.refused and numbers:
            parts.append("; ".join(numbers) + ".")
        print(printable(f"{r.key}: {' '.join(parts)}"), file=sys.stderr)


def write_frozen(batch: Batch, holiday: str, dates: Path | None, path: Path) -> None:
    """How each series was adjusted, to run again on later numbers."""
    import json

    from madein.indices.seasonal import freeze

    moving = _holiday(holiday, dates) if dates else None
    own = None if isinstance(moving, str) else moving
    texts = [freeze(r, holiday=own).to_json() for r in batch if not r.refused]
    path.write_text(json.dumps([json.loads(t) for t in texts], indent=1) + "\n", encoding="utf-8")


def rerun_batch(series: Sequence[Observed], path: Path, dates: Path | None = None) -> Batch:
    """Every series adjusted as it was identified before."""
    import json

    from madein.indices.seasonal import Frozen, read_holidays, rerun_many

    holidays = read_holidays(dates) if dates else None
    try:
        held = [Frozen.from_json(json.dumps(one), holidays) for one in json.loads(path.read_text("utf-8"))]
    except (OSError, ValueError, TypeError, KeyError) as fault:
        raise MadeinError("this is no file of frozen adjustments", str(path), str(fault).split("\n")[0], "write one with --freeze") from fault
    return rerun_many(held, series)


# ------------------------------------------------------------------------------------------------------------ weights


def weights_frame(files: Sequence[Path], total: str, parts: Sequence[str], since: str, printed: str, half: float) -> tuple[pl.DataFrame, str]:
    """Weights of parts that bring them nearest to their total, and how near that is in a sentence."""
    import polars as pl

    from madein.indices.explain import weights_for

    held = {h.label: h for h in _held_of(files)}
    whole = total
    names = list(parts) or [n for n in held if n != whole]
    unknown = [n for n in (whole, *names) if n not in held]
    if unknown:
        raise MadeinError(f"no series is called {unknown[0]!r}", "--total, --part", fix="the files hold: " + ", ".join(map(repr, held)))
    first = Period.parse(since).first_month if since else None
    told = dict(zip((held[n].key for n in names), _numbers(printed, len(names)), strict=True)) if printed else None
    found = weights_for(held[whole], [held[n] for n in names], since=first, printed=told, half=half)
    frame = pl.DataFrame({"part": names, "weight": found.weights, "error": found.errors, "at_bound": found.held})
    span = f"{Period.months(int(found.months[0]))} to {Period.months(int(found.months[-1]))}"
    near = f"{len(found.months)} months, {span}: the parts bring {whole} to within {found.largest_error:.4f} index points"
    return frame, near


def _numbers(text: str, n: int) -> list[float]:
    try:
        out = [float(x) for x in text.split(",")]
    except ValueError as fault:
        raise MadeinError(f"{text!r} is no list of numbers", "--printed", fix="write 0.157,0.737,0.089,0.016") from fault
    if len(out) != n:
        raise MadeinError(f"{len(out)} weights for {n} parts", "--printed", fix="give one for each part, in their order")
    return out


def _held_of(files: Sequence[Path], every: SeriesConfig | None = None) -> list[Held]:
    """Levels of every series of some files, under the labels of the files."""
    from madein.indices.catalogue import catalogue
    from madein.indices.held_levels import held_levels
    from madein.indices.read import read_series
    from madein.indices.step import SeriesConfig

    default = every or SeriesConfig()
    result = _read(files, default)
    labels = {s.key: s.label for f in files for s in catalogue(read_series(f, source=str(f)).frame, {}, default)[0]}
    return held_levels([("levels.figures", result.tables["figures"])], labels)


def _read(files: Sequence[Path], every: SeriesConfig) -> Result:
    from madein.core.step import Inputs, Source
    from madein.indices.step import Config, run

    return run(Config(every=every), Inputs({"series": tuple(Source(str(f), f, "") for f in files)}))


# -------------------------------------------------------------------------------------------- compilation and diffusion


def compiled(reports: Sequence[Path], weights: Path, products: Path | None, conversions: Path | None, **options: Any) -> Compiled:
    """The index compiled from files."""
    import polars as pl

    from madein.indices.compilation import compile_index, read_conversions, read_reports, read_weights

    frames = [read_reports(f, source=str(f)) for f in reports]
    rows = frames[0] if len(frames) == 1 else pl.concat([f.drop("row") for f in frames], how="diagonal")
    return compile_index(
        rows, read_weights(weights, "industry", source=str(weights)), read_weights(products, "product", source=str(products)) if products else None,
        conversions=read_conversions(conversions, source=str(conversions)) if conversions else (), where=", ".join(map(str, reports)), **options,
    )  # fmt: skip


def index_frame(made: Compiled, levels: Sequence[str]) -> pl.DataFrame:
    """Indices with their periods as text."""
    frame = made.frame(*levels)
    periods = [str(Period.months(m)) for m in frame["month"].to_list()]
    import polars as pl

    frame = frame.with_columns(period=pl.Series(periods, dtype=pl.String), unit=pl.lit(made.unit))
    return frame.select("code", "level", "parent", "label", "period", "value", "unit", "imputed", "basis")


def contributions_frame(made: Compiled, months: str) -> pl.DataFrame:
    """Points of each section between two months, and their sum."""
    import polars as pl

    month, _, base = months.partition("/")
    try:
        now, then = Period.parse(month.strip()).first_month, Period.parse(base.strip()).first_month
    except ValueError as fault:
        raise MadeinError(f"{months!r} are no two months", "--contributions", fix="write 2024-02/2023-02") from fault
    found = made.growth(now, then)
    rows = [(c.key, c.points, c.weight) for c in found.parts] + [("total", found.rate, sum(c.weight for c in found.parts))]
    frame = pl.DataFrame(rows, {"code": pl.String, "points": pl.Float64, "weight": pl.Float64}, orient="row")
    return frame.with_columns(period=pl.lit(month.strip()), base=pl.lit(base.strip()), basis=pl.lit(found.basis))


def diffusion_frame(path: Path, scheme: str, strata: str, half: float) -> tuple[pl.DataFrame, list[Problem]]:
    """Diffusion indices of a file of answers, or composites of a file of components."""
    import polars as pl

    from madein.indices.diffusion import read_answers, survey_index

    try:
        answers = read_answers(path, source=str(path))
    except MadeinError:
        if not scheme:
            raise
        return _composites(path, scheme, half)
    known = {}
    for pair in filter(None, strata.split(",")):
        name, _, weight = pair.partition("=")
        try:
            known[name.strip()] = float(weight)
        except ValueError as fault:
            raise MadeinError(f"{pair!r} is no weight of a stratum", "--strata", fix="write large=0.6,small=0.4") from fault
    found = survey_index(answers, known or None, composite=scheme, where=str(path))  # type: ignore[arg-type]
    periods = [str(Period.months(m)) for m in found.frame["month"].to_list()]
    frame = found.frame.with_columns(period=pl.Series(periods, dtype=pl.String)).drop("month")
    return frame.select("question", "period", pl.exclude("question", "period")), list(found.warnings)


def _composites(path: Path, scheme: str, half: float) -> tuple[pl.DataFrame, list[Problem]]:
    """A composite for every month of which a file holds all components."""
    import polars as pl

    from madein.indices.diffusion import composite
    from madein.indices.read import read_series

    seen = read_series(path, source=str(path))
    rows = []
    for (month,), part in seen.frame.group_by("month", maintain_order=True):
        number = int(str(month))
        made = composite(dict(part.select("series", "value").iter_rows()), scheme, number, half=half)
        rows.append((number, str(Period.months(number)), made.value, made.low, made.high, *made.parts.values()))
        names = list(made.parts)
    schema = {"month": pl.Int64, "period": pl.String, **dict.fromkeys(("value", "low", "high", *names), pl.Float64)}
    return pl.DataFrame(rows, schema, orient="row").sort("month").drop("month"), list(seen.warnings)


# ----------------------------------------------------------------------------------------------------------- vintages


def vintages_frame(files: Sequence[Path], what: str, on: str, only: Sequence[str]) -> tuple[pl.DataFrame, list[Problem]]:
    """Prints, those known on a day, revisions, or their statistics."""
    import polars as pl

    from madein.core.step import Source
    from madein.indices import prints as of
    from madein.indices.step import SeriesConfig
    from madein.indices.vintages import VintageStore

    store = of.read_prints([Source(str(f), f, "") for f in files])
    if only:
        unknown = [n for n in only if n not in store.frame["series"].unique().to_list()]
        if unknown:
            near = ", ".join(map(repr, store.frame["series"].unique().sort().to_list()[:12]))
            raise MadeinError(f"no series is called {unknown[0]!r}", "--series", fix=f"the files hold: {near}")
        store = VintageStore(store.frame.filter(pl.col("series").is_in(list(only))), store.warnings)
    noted = of.warnings_of(store)
    if what == "as_known":
        store = VintageStore(store.as_known(on))
        if not store.frame.height:
            raise MadeinError(f"nothing was known on {on}", "--as-known", fix="choose a later day")
    table = of.prints_table(store, of.catalogue(store, {}, SeriesConfig()))
    if what in ("revisions", "statistics"):
        table = of.revisions_table(table)
    if what == "statistics":
        table = of.statistics_table(table)
    return table.frame.drop("_src"), noted


# -------------------------------------------------------------------------------------------------------- explanation


def explained(where: Path, series: str, months: Sequence[str], parts: Sequence[str], prints: Path | None, holiday: str, since: str) -> Result:
    """Months of a series of a finished study, or of a file, explained."""
    from madein.core.step import Inputs
    from madein.indices import explain_chapter
    from madein.indices.explain_step import Config

    tables, held, printed, labels = _of_study(where) if where.is_dir() else _of_file(where, prints)
    total = _named(held, series, labels)
    node = [t for t in tables if t[0] == total.node]
    chosen = [_named(held, p, labels) for p in parts] or [h for h in held if _is_part(h, total)]
    if not total.flow and not parts:
        chosen = chosen if len(chosen) > 1 else []
    config = Config(
        series=total.key, label=labels.get(total.key) or total.label, months=tuple(months), holiday=holiday, since=since,
        parts={h.key: labels.get(h.key) or h.label for h in chosen},
    )  # fmt: skip
    more = {"prints": printed[1]} if printed else {}
    return explain_chapter.run(config, Inputs({}, more, {"prints": printed[0]} if printed else {}, {"figures": tuple(node)}))


Found = tuple[list[tuple[str, "Table"]], list["Held"], "tuple[str, Table] | None", dict[str, str]]


def _of_file(path: Path, prints: Path | None) -> Found:
    from madein.core.step import Inputs, Source
    from madein.indices import revisions_step
    from madein.indices.catalogue import catalogue
    from madein.indices.held_levels import held_levels
    from madein.indices.read import read_series
    from madein.indices.step import SeriesConfig

    result = _read([path], SeriesConfig())
    labels = {s.key: s.label for s in catalogue(read_series(path, source=str(path)).frame, {}, SeriesConfig())[0]}
    tables = [("levels.figures", result.tables["figures"])]
    printed = None
    if prints is not None:
        made = revisions_step.run(revisions_step.Config(), Inputs({"prints": (Source(str(prints), prints, ""),)}))
        printed = ("prints.prints", made.tables["prints"])
    return tables, held_levels(tables, labels), printed, labels


def _of_study(folder: Path) -> Found:
    from madein.indices.held_levels import held_levels
    from madein.study.finished import open_study

    study = open_study(folder)
    uses = {c.id: c.use for c in study.chapters}
    tables = [(n, study.table(n)) for n in study.tables if n.endswith(".figures") and uses.get(n.partition(".")[0]) == "indices"]
    held = [h for t in tables for h in held_levels([t])]
    found = [(n, study.table(n)) for n in study.tables if n.endswith(".prints")]
    return tables, held, found[0] if found else None, {}


def _named(held: Sequence[Held], name: str, labels: Mapping[str, str]) -> Held:
    """The series of a key, label, or measure of the whole economy."""
    from madein.core.measures import find_measure
    from madein.core.period_labels import fold

    measure = find_measure(name)
    ways = (
        [h for h in held if h.key == name],
        [h for h in held if fold(labels.get(h.key) or h.label) == fold(name)],
        [h for h in held if h.measure == measure and set(h.dims) <= {"economy"}],
    )
    found = next((w for w in ways if w), [])
    if len(found) != 1:
        known = ", ".join(f"{h.key} ({labels.get(h.key) or h.label})" for h in held[:12])
        what = f"several series fit {name!r}" if found else f"no series is called {name!r}"
        raise MadeinError(what, "SERIES", fix=f"name one of: {known}")
    return found[0]


def _is_part(held: Held, total: Held) -> bool:
    """True for a series of the same measure and table that is of one industry."""
    return held.node == total.node and held.measure == total.measure and bool(held.dims.get("industry")) and not total.dims.get("industry")


def told(result: Result) -> Iterator[str]:
    """Findings of a result with their numbers filled in."""
    from madein.core.blocks import HOLE
    from madein.report.view import view_of

    figures = {f.id: f for f in result.figures}
    for block in result.blocks:
        if block.kind == "finding":
            yield HOLE.sub(lambda m: view_of(figures[m[1]], m[2] or "value"), block.body["text"]).replace("\xa0", " ")


def print_explained(result: Result, format_: str, out: Path | None) -> None:
    """Sentences, or the figures that stand in them."""
    import json

    from madein.cli.articles import write_text
    from madein.core.documents import printable
    from madein.core.errors import csv_text

    if format_ == "text":
        write_text("".join(printable(line) + "\n" for line in told(result)), out)
        return
    columns = ("figure", "value", "low", "high", "unit", "basis", "method")
    rows = [(f.id, f.value, f.low, f.high, f.unit, f.basis, f.method) for f in result.figures]
    if format_ == "csv":
        write_text(csv_text(columns, rows), out)
    else:
        record = {"findings": list(told(result)), "figures": [dict(zip(columns, r, strict=True)) for r in rows]}
        write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", out)
