"""Articles read one by one, and facts and checked statements as a terminal and as records show them."""

from __future__ import annotations

import dataclasses
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from madein.core.documents import printable
from madein.core.errors import MadeinError, csv_text

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from madein.press.model import Fact, Reading, Unread

STYLES = {"agrees": "underline green", "revised": "underline yellow", "contradicts": "bold underline red", "nothing": "underline dim"}

BATCH = 20_000
"""Records that a table format holds as Python objects before they are packed into columns."""


def shown(text: str) -> str:
    r"""Text of an article for a terminal, as long as it was: what could move its cursor or turn its writing is a mark instead.

    Examples
    --------
    >>> shown("5%\x1b[2J\r\n")
    '5%␛[2J \n'
    """
    if text.isascii() and text.isprintable():
        return text
    return _ACTING.sub(_mark, text)


_ACTING = re.compile("\r(?=\n)|[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _mark(found: re.Match[str]) -> str:
    c = found[0]
    if c == "\r":
        return " " if found.string[found.end() : found.end() + 1] == "\n" else "\n"
    return "\n" if c in "\u2028\u2029\x85" else chr(0x2400 + ord(c)) if c < " " else "\ufffd"


def fact_dict(fact: Fact) -> dict[str, Any]:
    """A fact under the names of its fields, bounds of ranges only where it has them."""
    out = {k: getattr(fact, k) for k in _columns(fact)}
    always = ("value", "comparison", "period", "geography", "actor", "measure")
    return {k: v for k, v in out.items() if k in always or not (v is None or v is False or v == "")}


def _columns(record: type[Fact | Unread] | Fact) -> list[str]:
    return [f.name for f in dataclasses.fields(record) if f.name != "item"]


def fact_columns() -> list[str]:
    """Columns of facts in table formats."""
    from madein.press.model import Fact

    return _columns(Fact)


def unread_dict(reading: Reading, unread: Unread) -> dict[str, Any]:
    """A number that was not read, with its article."""
    return {"article": reading.document.name, **dataclasses.asdict(unread)}


def unread_columns() -> list[str]:
    """Columns of numbers that were not read in table formats."""
    from madein.press.model import Unread

    return ["article", *_columns(Unread)]


def relation_dicts(readings: Iterable[Reading]) -> Iterator[dict[str, Any]]:
    """Relations of each article, in the order of their places."""
    from madein.press.relations import relations_of

    return (relation.as_dict() for reading in readings for relation in relations_of(reading))


def verdict_dicts(readings: Iterable[Reading]) -> Iterator[dict[str, Any]]:
    """What agrees, contradicts or follows among the facts of all articles together."""
    from madein.press.reconcile import reconcile

    for verdict in reconcile(list(readings)):
        yield {k: None if isinstance(v, float) and not math.isfinite(v) else v for k, v in dataclasses.asdict(verdict).items()}


def write_records(records: Iterable[dict[str, Any]], format_: str, out: Path | None, columns: Sequence[str] = ()) -> None:
    """Records as JSON, JSON lines, or a table format; with `columns` given, as they come, however many there are.

    Raises
    ------
    MadeinError
        If the file cannot be written, or a binary format has none to go to.
    """
    if format_ in ("parquet", "xlsx") and out is None:
        raise MadeinError(f"{format_} needs a file to write to", fix="add --out FILE")
    if out is None:
        with _printed():
            _write(records, format_, sys.stdout, columns)
        return
    with _written(out):
        if format_ in ("parquet", "xlsx"):
            _write_frame(records, format_, out, columns)
        else:
            with out.open("w", encoding="utf-8", newline="") as target:
                _write(records, format_, target, columns)


def _write(records: Iterable[dict[str, Any]], format_: str, target: IO[str], columns: Sequence[str]) -> None:
    if format_ == "csv":
        for text in _csv(records, columns):
            # A file keeps every character; a terminal would obey some.
            target.write(shown(text) if target.isatty() else text)
        return
    first = True
    for record in records:
        lead = "" if format_ == "jsonl" else "[" if first else ",\n"
        target.write(lead + as_json(record) + ("\n" if format_ == "jsonl" else ""))
        first = False
    if format_ == "json":
        target.write("[]\n" if first else "]\n")


def as_json(record: Any, indent: int | None = None) -> str:
    r"""JSON in which characters that act on a terminal, or cannot be encoded, are escaped.

    Examples
    --------
    >>> print(as_json({"tăng": "5%\x1b\x9b\u202e"}))
    {"tăng": "5%\u001b\u009b\u202e"}
    """
    said = json.dumps(record, ensure_ascii=False, indent=indent)
    return said if said.isascii() else _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", said)


_UNSAFE = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def _csv(records: Iterable[dict[str, Any]], columns: Sequence[str]) -> Iterator[str]:
    if not columns:
        records = list(records)
        columns = _all_columns(records)
    header = csv_text(columns, ())
    yield header
    for rows in _batches(records, 500):
        yield csv_text(columns, [[_plain(row.get(k)) for k in columns] for row in rows]).removeprefix(header)


def _all_columns(records: Iterable[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(k for r in records for k in r))


def _plain(value: Any) -> Any:
    return value if isinstance(value, (int, float)) or value is None else str(value)


def _batches(records: Iterable[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    rest = iter(records)
    while batch := list(islice(rest, size)):
        yield batch


def _write_frame(records: Iterable[dict[str, Any]], format_: str, out: Path, columns: Sequence[str]) -> None:
    import polars as pl

    from madein.cli.show import write_frame

    if columns:
        # A value is a number or the text of a date; only text holds both.
        whole, real = {"start", "end", "sent_start", "sent_end"}, {"value_low", "value_high"}
        schema = {k: pl.Int64 if k in whole else pl.Float64 if k in real else pl.Boolean if k == "inferred" else pl.String for k in columns}
        empty = pl.DataFrame(schema=schema)
        parts = (
            pl.DataFrame([[v if (v := r.get(k)) is None or schema[k] != pl.String else str(v) for k in columns] for r in batch], schema, orient="row")
            for batch in _batches(records, BATCH)
        )
        frame = pl.concat([empty, *parts])
    else:
        rows = [{k: _plain(v) for k, v in r.items()} for r in records]
        frame = pl.DataFrame([{**r, "value": None if r.get("value") is None else str(r["value"])} for r in rows], infer_schema_length=None)
    write_frame(frame, format_, out, "facts")  # type: ignore[arg-type]


@contextmanager
def console_for(out: Path | None) -> Iterator[Console]:
    """The terminal, or a file as wide as a page.

    Raises
    ------
    MadeinError
        If the file cannot be written.
    """
    from madein.cli.show import Plain

    if out is None:
        yield Plain(highlight=False)
        return
    with _written(out), out.open("w", encoding="utf-8") as file:
        yield Plain(highlight=False, file=file, width=160)


@contextmanager
def _printed() -> Iterator[None]:
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        from madein.cli.show import Plain

        Plain().on_broken_pipe()


@contextmanager
def _written(out: Path) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        raise MadeinError("cannot write the file", printable(str(out)), fault.strerror or type(fault).__name__, "name another with --out") from fault


def write_text(text: str, out: Path | None) -> None:
    """Text to a file, or to standard output.

    Raises
    ------
    MadeinError
        If the file cannot be written.
    """
    if out is None:
        with _printed():
            sys.stdout.write(text)
        return
    with _written(out):
        out.write_text(text, encoding="utf-8", newline="")


def print_facts(readings: Iterable[Reading], unread: bool, out: Path | None = None) -> None:
    """A table of facts an article."""
    with console_for(out) as console:
        for reading in readings:
            _print_reading(console, reading, unread)


def _print_reading(console: Console, reading: Reading, unread: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    said = f"{reading.document.name}: {len(reading.facts)} facts, {len(reading.unread)} numbers that state none"
    table = Table(title=Text(said, style="bold"), title_justify="left", box=None, header_style="dim", pad_edge=False)
    for name in ("said", "kind", "what", "compared", "period", "how surely"):
        table.add_column(name, overflow="fold")
    for f in reading.facts:
        sure = ", ".join(x for x in (f.qualifier.replace("_", " "), f.status) if x not in ("exact", "actual"))
        table.add_row(*(Text(printable(x)) for x in (f.text, f.kind, f.indicator[:60], f.comparison or "", f.period or "", sure)))
    console.print(table)
    for u in reading.unread if unread else ():
        console.print(Text(f"  {u.text!r} at {u.start}: {u.why}", style="dim"))


def summary(said: pl.DataFrame) -> str:
    """``37 numbers: 21 agree, 2 after revision, 1 contradicts, 13 nothing held``."""
    n = Counter(said["verdict"].to_list())
    verb = "contradicts" if n["contradicts"] == 1 else "contradict"
    return f"{said.height} numbers: {n['agrees']} agree, {n['revised']} after revision, {n['contradicts']} {verb}, {n['nothing']} nothing held"


def print_checked(console: Console, said: pl.DataFrame, facts: pl.DataFrame, texts: dict[str, str]) -> None:
    """Each article with its numbers underlined, what they were held against below it, and the summary."""
    from rich.text import Text

    rows = said.join(facts.select("id", "start", "end"), on="id", how="left", maintain_order="left").sort("article", "start")
    for article, text in texts.items():
        own = rows.filter(rows["article"] == article)
        if len(texts) > 1:
            console.print(Text(article, style="bold"))
        # The length stays, so that places count in it; the terminal's own mending would shorten it.
        lines = Text(shown(text))
        for row in own.iter_rows(named=True):
            lines.stylize(STYLES[row["verdict"]], row["start"], row["end"])
        console.print(lines)
        console.print()
        for row in own.filter(own["verdict"] != "nothing").iter_rows(named=True):
            line = Text(f"  {row['verdict']:<12}", style=STYLES[row["verdict"]].replace("underline ", ""))
            console.print(line.append(f"{printable(row['text'])}: {printable(row['why'])}", style="not bold default"))
    console.print(Text(summary(said), style="bold"))


def check_record(row: dict[str, Any], fact: dict[str, Any]) -> dict[str, Any]:
    """A statement with its place, verdict and what it rests on."""
    out = {k: v for k, v in row.items() if not k.startswith("_")}
    return {**out, "start": fact["start"], "end": fact["end"], "sentence": fact["sentence"], "rests_on": row["_src"]}
