"""What commands print: frames in the format asked for, problems, progress."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from rich.console import Console

from madein.core.errors import SHOWN, MadeinError, Problem, csv_text, write_problems

if TYPE_CHECKING:
    import polars as pl


class Plain(Console):
    """A console that ends quietly when its reader has seen enough (``| head``)."""

    def on_broken_pipe(self) -> None:
        """End as if all had been read; the exit code 1 is kept for findings."""
        import os

        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise SystemExit(0)


Format = Literal["table", "csv", "json", "parquet", "xlsx"]


def print_fault(fault: MadeinError) -> None:
    """Problems of a fault on standard error; all of them in problems.csv where they are many."""
    print_problems(fault.problems)


def print_problems(problems: Iterable[Problem], limit: int = SHOWN) -> None:
    """Each problem with its mend, `limit` at most; the rest go to problems.csv in the current folder."""
    from rich.text import Text

    from madein.core.documents import printable

    found = list(problems)
    console = Console(stderr=True, soft_wrap=True, highlight=False)
    for problem in found[:limit]:
        head = Text("error: " if problem.severity == "error" else "note: ", style="bold red" if problem.severity == "error" else "yellow")
        text = Text(printable(f"{problem.where}: {problem.what}" if problem.where else problem.what))
        if problem.why:
            text.append(printable(f" ({problem.why})"))
        console.print(head + text)
        if problem.fix:
            console.print(Text(printable(f"       mend: {problem.fix}"), style="dim"))
    if len(found) > limit and all(p.severity == "warning" for p in found):
        console.print(f"... and {len(found) - limit:,} more notes")
    elif len(found) > limit:
        path = Path("problems.csv")
        try:
            write_problems(path, found)
            console.print(f"... and {len(found) - limit:,} more; all {len(found):,} are in {path.resolve()}")
        except OSError:
            console.print(f"... and {len(found) - limit:,} more")


@contextmanager
def progress() -> Iterator[Callable[[str, str], None]]:
    """A teller of run events: one line a step, with a spinner while it works if somebody watches."""
    import time

    from rich.markup import escape

    console = Console(stderr=True, highlight=False)
    started: dict[str, float] = {}
    words = {"report": "drawing the report", "workbook": "writing figures.xlsx", "warehouse": "filling warehouse.duckdb"}
    with console.status("reading the study") as status:

        def tell(event: str, about: str) -> None:
            if event == "wait":
                status.update(f"another run is at work on {escape(about)}; waiting for it to end")
                console.print(f"another run is at work on {escape(about)}; waiting", style="yellow")
            elif event == "start":
                started[about] = time.monotonic()
                status.update(f"step {escape(about)}")
            elif event == "done":
                console.print(f"  {escape(about):<20} ran     {time.monotonic() - started[about]:5.1f} s")
            elif event == "cached":
                console.print(f"  {escape(about):<20} cached", style="dim")
            elif event == "finish":
                status.update(words.get(about, about))

        yield tell


def write_frame(frame: pl.DataFrame, format_: Format, out: Path | None, title: str = "") -> None:
    """A frame to the terminal or a file, formulas made harmless.

    Raises
    ------
    MadeinError
        If a binary format has no file to go to.
    """
    import polars as pl

    if format_ in ("parquet", "xlsx") and out is None:
        raise MadeinError(f"{format_} needs a file to write to", fix="add --out FILE")
    plain = frame.with_columns(pl.col(pl.List(pl.String)).list.join(" ; "))
    if format_ == "parquet" and out:
        frame.write_parquet(out)
    elif format_ == "xlsx" and out:
        from madein.report.workbook import write_sheets

        write_sheets(out, {title or "data": plain})
    elif format_ == "csv":
        _emit(csv_text(plain.columns, plain.iter_rows()), out)
    elif format_ == "json":
        _emit(json.dumps(plain.to_dicts(), ensure_ascii=False, indent=1, default=str) + "\n", out)
    else:
        _print_table(plain, title, out)


def _emit(text: str, out: Path | None) -> None:
    if out is None:
        sys.stdout.write(text)
    else:
        out.write_text(text, encoding="utf-8")


def _print_table(frame: pl.DataFrame, title: str, out: Path | None) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(title=Text(title) if title else None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for name, dtype in frame.schema.items():
        table.add_column(Text(name), justify="right" if dtype.is_numeric() else "left")
    for row in frame.iter_rows():
        table.add_row(*(Text("" if c is None else f"{c:,.6g}" if isinstance(c, float) else str(c)) for c in row))
    if out is None:
        Plain().print(table)
    else:
        with out.open("w", encoding="utf-8") as file:
            Console(file=file, width=160).print(table)
