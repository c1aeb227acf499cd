"""``madein press`` reads articles into facts; ``madein check`` holds them against a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from madein.cli.default import new_group

ENCODING = "Encoding of text and HTML files, such as cp1258; UTF-8 or what a file says of itself if empty."

group = new_group("read", "Press articles read into sourced facts.")


@group.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Articles (.txt .md .html .pdf), or folders of them.", show_default=False)],
    date: Annotated[str, typer.Option(help="Day, month or year from which 'last year' counts, for texts that print none.")] = "",
    language: Annotated[Literal["", "en", "vi"], typer.Option(help="Language; found in each text if empty.")] = "",
    encoding: Annotated[str, typer.Option(help=ENCODING)] = "",
    unread: Annotated[bool, typer.Option("--unread", help="Print the numbers seen but not read, with the reason.")] = False,
    relations: Annotated[bool, typer.Option("--relations", help="Print relations: projects, shipments, orders, owners, roles.")] = False,
    reconcile: Annotated[bool, typer.Option("--reconcile", help="Print what agrees, contradicts or follows among all facts read.")] = False,
    format: Annotated[Literal["table", "json", "jsonl", "csv", "parquet", "xlsx"], typer.Option(help="How to print.")] = "table",
    out: Annotated[Path | None, typer.Option(help="File to write to.", show_default=False)] = None,
) -> None:
    """Print every fact an article states: value, unit, comparison, period, and its exact place."""
    from madein.cli import articles as show
    from madein.cli.article_run import Run
    from madein.press.chapter import day_of

    run = Run(files, day_of(date, "--date"), language, encoding)
    readings = run.readings()
    if relations or reconcile:
        found = show.relation_dicts(readings) if relations else show.verdict_dicts(readings)
        show.write_records(found, "jsonl" if format == "table" else format, out)
    elif format == "table":
        show.print_facts(readings, unread, out)
    elif unread:
        show.write_records((show.unread_dict(r, u) for r in readings for u in r.unread), format, out, show.unread_columns())
    else:
        show.write_records((show.fact_dict(f) for r in readings for f in r.facts), format, out, show.fact_columns())
    if code := run.close(out):
        raise typer.Exit(code)


def check(
    articles: Annotated[list[Path], typer.Argument(help="Articles (.txt .md .html .pdf), or folders of them.", show_default=False)],
    against: Annotated[Path, typer.Option(help="Folder of a study that has been run.", show_default=False)],
    date: Annotated[str, typer.Option(help="Day, month or year from which 'last year' counts, for texts that print none.")] = "",
    economy: Annotated[str, typer.Option(help="Economy the articles speak of where they name none.")] = "",
    encoding: Annotated[str, typer.Option(help=ENCODING)] = "",
    format: Annotated[Literal["text", "html", "json"], typer.Option(help="How to print.")] = "text",
    out: Annotated[Path | None, typer.Option(help="File to write to; needed for html.", show_default=False)] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 if a statement contradicts the data.")] = False,
) -> None:
    """Show an article with every number in one of four states against the data of a study."""
    import tempfile

    from madein.cli.article_run import Run, progress
    from madein.cli.articles import as_json, check_record, console_for, print_checked, summary, write_text
    from madein.core.documents import printable
    from madein.core.errors import FINDING, MadeinError
    from madein.study.checking import check_articles
    from madein.study.finished import open_study

    if format == "html" and out is None:
        raise MadeinError("html needs a file to write to", fix="add --out FILE.html")
    study = open_study(against)
    run = Run(articles)
    files = [path for path, _, _ in run.files()]
    with progress(f"reading {len(files):,} articles"):
        layers = check_articles(study, files, date, economy, encoding)
    said = layers[-1].result.tables["statements"].frame
    texts: dict[str, Any] = dict(layers[0].result.tables["texts"].frame.select("article", "text").iter_rows())
    if format == "json":
        facts = {r["id"]: r for r in layers[0].result.tables["facts"].frame.iter_rows(named=True)}
        write_text(as_json([check_record(row, facts[row["id"]]) for row in said.iter_rows(named=True)], indent=1) + "\n", out)
    elif format == "html" and out is not None:
        from madein.report.html import render
        from madein.study.overlay import overlay

        what = next(iter(texts)) if len(texts) == 1 else f"{len(texts):,} articles"
        with tempfile.TemporaryDirectory() as folder, progress("drawing the page"):
            page = render(overlay(study, layers, Path(folder) / "out", f"{what} against the data of {study.title}"))
        write_text(page, out)
        write_text(f"{summary(said)}\nOpen {printable(str(out))}\n", None)
    else:
        with console_for(out) as console:
            print_checked(console, said, layers[0].result.tables["facts"].frame, texts)
    run.close()
    if strict and "contradicts" in said["verdict"].to_list():
        raise typer.Exit(FINDING)
