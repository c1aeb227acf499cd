"""Facts and checked statements as a terminal and as records show them."""

from __future__ import annotations

import dataclasses
import json
import math
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from madein.core.documents import DOCUMENTS, read_document
from madein.core.errors import BadInput, MadeinError, Problem

if TYPE_CHECKING:
    import polars as pl

    from madein.press.model import Fact, Reading, Unread

STYLES = {"agrees": "underline green", "revised": "underline yellow", "contradicts": "bold underline red", "nothing": "underline dim"}


def each_reading(paths: Iterable[Path], day: date | None, language: str) -> Iterator[Reading]:
    """Readings one by one, so that a folder of any size streams; what cannot be read is told at the end.

    Raises
    ------
    BadInput
        After all others were read, with every file that could not be.
    """
    from madein.cli.show import Plain
    from madein.press.chapter import day_of
    from madein.press.reading import read_text

    problems: list[Problem] = []
    files = list(_files(paths))
    quiet = len(files) < 20 or not sys.stderr.isatty()
    with Plain(stderr=True, quiet=quiet).status("reading") as status:
        for n, path in enumerate(files, 1):
            try:
                document = read_document(path, str(path))
            except MadeinError as fault:
                problems.extend(fault.problems)
                continue
            status.update(f"{n:,} of {len(files):,}: {path.name}")
            yield read_text(document.text, path.name, day=day or day_of(document.date, str(path)), lang=language)
    if problems:
        raise BadInput(problems)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (p for p in sorted(path.rglob("*")) if p.is_file() and p.suffix.lower() in DOCUMENTS)
        else:
            yield path


def fact_dict(fact: Fact) -> dict[str, Any]:
    """A fact under the names of its fields, bounds of ranges only where it has them."""
    out = {k: v for k, v in dataclasses.asdict(fact).items() if k not in ("item",)}
    return {k: v for k, v in out.items() if v not in (None, "", False) or k in ("value", "comparison", "period", "geography", "actor", "measure")}


def unread_dict(reading: Reading, unread: Unread) -> dict[str, Any]:
    """A number that was not read, with its article."""
    return {"article": reading.document.name, **dataclasses.asdict(unread)}


def relation_dicts(readings: Iterable[Reading]) -> Iterator[dict[str, Any]]:
    """Relations of each article, in the order of their places."""
    from madein.press.relations import relations_of

    return (relation.as_dict() for reading in readings for relation in relations_of(reading))


def verdict_dicts(readings: Iterable[Reading]) -> Iterator[dict[str, Any]]:
    """What agrees, contradicts or follows among the facts of all articles together."""
    from madein.press.reconcile import reconcile

    for verdict in reconcile(list(readings)):
        yield {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in dataclasses.asdict(verdict).items()}


def write_records(records: Iterable[dict[str, Any]], format_: str, out: Path | None) -> None:
    """Records as JSON, JSON lines, or a table format."""
    if format_ in ("json", "jsonl"):
        target = out.open("w", encoding="utf-8") if out else sys.stdout
        try:
            _write_json(records, format_, target)
        finally:
            if out:
                target.close()
        return
    import polars as pl

    from madein.cli.show import write_frame

    rows = [{k: v if isinstance(v, (int, float)) or v is None else str(v) for k, v in r.items()} for r in records]
    for row in rows:
        row["value"] = None if row.get("value") is None else str(row["value"])
    write_frame(pl.DataFrame(rows, infer_schema_length=None), format_, out, "facts")  # type: ignore[arg-type]


def _write_json(records: Iterable[dict[str, Any]], format_: str, target: Any) -> None:
    first = True
    for record in records:
        lead = "" if format_ == "jsonl" else "[" if first else ",\n"
        target.write(lead + json.dumps(record, ensure_ascii=False) + ("\n" if format_ == "jsonl" else ""))
        first = False
    if format_ == "json":
        target.write("[]\n" if first else "]\n")


def print_facts(readings: Iterable[Reading], unread: bool) -> None:
    """A table of facts an article."""
    from rich.table import Table
    from rich.text import Text

    from madein.cli.show import Plain

    console = Plain(highlight=False)
    for reading in readings:
        title = Text(f"{reading.document.name}: {len(reading.facts)} facts, {len(reading.unread)} numbers that state none", style="bold")
        table = Table(title=title, title_justify="left", box=None, header_style="dim", pad_edge=False)
        for name in ("said", "kind", "what", "compared", "period", "how surely"):
            table.add_column(name, overflow="fold")
        for f in reading.facts:
            sure = ", ".join(x for x in (f.qualifier.replace("_", " "), f.status) if x not in ("exact", "actual"))
            table.add_row(*(Text(x) for x in (f.text, f.kind, f.indicator[:60], f.comparison or "", f.period or "", sure)))
        console.print(table)
        for u in reading.unread if unread else ():
            console.print(Text(f"  {u.text!r} at {u.start}: {u.why}", style="dim"))


def summary(said: pl.DataFrame) -> str:
    """``37 numbers: 21 agree, 2 after revision, 1 contradicts, 13 nothing held``."""
    n = Counter(said["verdict"].to_list())
    verb = "contradicts" if n["contradicts"] == 1 else "contradict"
    return f"{said.height} numbers: {n['agrees']} agree, {n['revised']} after revision, {n['contradicts']} {verb}, {n['nothing']} nothing held"


def print_checked(said: pl.DataFrame, facts: pl.DataFrame, texts: dict[str, str]) -> None:
    """Each article with its numbers underlined, what they were held against below, and the summary."""
    from rich.text import Text

    from madein.cli.show import Plain

    console = Plain(highlight=False)
    rows = said.join(facts.select("id", "start", "end"), on="id", how="left", maintain_order="left").sort("article", "start")
    for article, text in texts.items():
        shown = Text(text)
        for row in rows.filter(rows["article"] == article).iter_rows(named=True):
            shown.stylize(STYLES[row["verdict"]], row["start"], row["end"])
        console.print(shown)
        console.print()
    for row in rows.iter_rows(named=True):
        if row["verdict"] != "nothing":
            line = Text(f"  {row['verdict']:<12}", style=STYLES[row["verdict"]].replace("underline ", ""))
            console.print(line.append(f"{row['text']}: {row['why']}", style="not bold default"))
    console.print(Text(summary(said), style="bold"))


def check_record(row: dict[str, Any], fact: dict[str, Any]) -> dict[str, Any]:
    """A statement with its place, verdict and what it rests on."""
    out = {k: v for k, v in row.items() if not k.startswith("_")}
    return {**out, "start": fact["start"], "end": fact["end"], "sentence": fact["sentence"], "rests_on": row["_src"]}
