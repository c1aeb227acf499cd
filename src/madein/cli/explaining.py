"""What ``madein indices vintages`` and ``explain`` do with files and finished studies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from madein.cli.series import levels_of, named
from madein.core.errors import MadeinError, Problem

if TYPE_CHECKING:
    import polars as pl

    from madein.cli.series import Reading
    from madein.core.step import Result, Table
    from madein.indices.held_levels import Held


def vintages_frame(
    files: Sequence[Path], what: str, on: str, only: Sequence[str], release: str = "", structure: Path | None = None
) -> tuple[pl.DataFrame, list[Problem]]:
    """Prints, those known on a day, revisions, or their statistics."""
    import polars as pl

    from madein.cli.grids import day_of
    from madein.core.step import Source
    from madein.indices import prints as of
    from madein.indices.door import no_series
    from madein.indices.print_files import read_prints
    from madein.indices.step import SeriesConfig
    from madein.indices.vintages import VintageStore

    store, aliases = read_prints([Source(str(f), f, "") for f in files], day_of(release, "--release"), structure)
    if only:
        held = store.frame["series"].unique().sort().to_list()
        wanted = [aliases.get(n, n) for n in only]
        for asked, name in zip(only, wanted, strict=True):
            if name not in held:
                raise no_series(asked, held, aliases, "--series")
        store = VintageStore(store.frame.filter(pl.col("series").is_in(wanted)), store.warnings)
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


def explained(
    where: Path, series: str, months: Sequence[str], parts: Sequence[str], prints: Path | None, holiday: str, since: str, reading: Reading
) -> Result:
    """Months of a series of a finished study, or of a file, explained."""
    from madein.core.step import Inputs
    from madein.indices import explain_chapter
    from madein.indices.explain_step import Config

    tables, held, printed, labels, aliases = _of_study(where) if where.is_dir() else _of_file(where, prints, reading)
    total = named(held, series, labels, aliases)
    node = [t for t in tables if t[0] == total.node]
    chosen = [named(held, p, labels, aliases, "--part") for p in parts] or [h for h in held if _is_part(h, total)]
    if not total.flow and not parts:
        chosen = chosen if len(chosen) > 1 else []
    config = Config(
        series=total.key, label=_veiled(labels.get(total.key) or total.label), months=tuple(months), holiday=holiday, since=since,
        parts={h.key: _veiled(labels.get(h.key) or h.label) for h in chosen},
    )  # fmt: skip
    more = {"prints": printed[1]} if printed else {}
    return explain_chapter.run(config, Inputs({}, more, {"prints": printed[0]} if printed else {}, {"figures": tuple(node)}))


Found = tuple[list[tuple[str, "Table"]], list["Held"], "tuple[str, Table] | None", Mapping[str, str], Mapping[str, str]]


def _of_file(path: Path, prints: Path | None, reading: Reading) -> Found:
    from madein.core.step import Inputs, Source
    from madein.indices import revisions_step

    found = levels_of(reading([path]))
    printed = None
    if prints is not None:
        made = revisions_step.run(revisions_step.Config(), Inputs({"prints": (Source(str(prints), prints, ""),)}))
        printed = ("prints.prints", made.tables["prints"])
    return [("levels.figures", found.result.tables["figures"])], found.held, printed, found.labels, found.aliases


def _of_study(folder: Path) -> Found:
    from madein.indices.held_levels import held_levels
    from madein.study.finished import open_study

    study = open_study(folder)
    uses = {c.id: c.use for c in study.chapters}
    tables = [(n, study.table(n)) for n in study.tables if n.endswith(".figures") and uses.get(n.partition(".")[0]) in ("indices", "compile")]
    held = [h for t in tables for h in held_levels([t])]
    found = [(n, study.table(n)) for n in study.tables if n.endswith(".prints")]
    return tables, held, found[0] if found else None, {}, {}


def _is_part(held: Held, total: Held) -> bool:
    """True for a series of the same measure and table that is of one industry."""
    return held.node == total.node and held.measure == total.measure and bool(held.dims.get("industry")) and not total.dims.get("industry")


_VEIL = {ord("0") + d: 0xE000 + d for d in range(10)}
_UNVEIL = {v: k for k, v in _VEIL.items()}


def _veiled(label: str) -> str:
    """A label with other characters for digits: a sentence holds digits only in its numbers, and here nothing but the label tells a series."""
    return label.translate(_VEIL)


def told(result: Result) -> Iterator[str]:
    """Findings of a result with their numbers filled in."""
    from madein.core.blocks import HOLE
    from madein.report.view import view_of

    figures = {f.id: f for f in result.figures}
    for block in result.blocks:
        if block.kind == "finding":
            yield HOLE.sub(lambda m: view_of(figures[m[1]], m[2] or "value"), block.body["text"]).replace("\xa0", " ").translate(_UNVEIL)


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
