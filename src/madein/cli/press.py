"""``madein press`` reads articles into facts; ``madein check`` holds them against a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from madein.cli.default import new_group

group = new_group("read", "Press articles read into sourced facts.")


@group.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Articles (.txt .md .html .pdf), or folders of them.", show_default=False)],
    date: Annotated[str, typer.Option(help="Day, month or year from which 'last year' counts, for texts that print none.")] = "",
    language: Annotated[Literal["", "en", "vi"], typer.Option(help="Language; found in each text if empty.")] = "",
    unread: Annotated[bool, typer.Option("--unread", help="Print the numbers seen but not read, with the reason.")] = False,
    relations: Annotated[bool, typer.Option("--relations", help="Print relations: projects, shipments, orders, owners, roles.")] = False,
    reconcile: Annotated[bool, typer.Option("--reconcile", help="Print what agrees, contradicts or follows among all facts read.")] = False,
    format: Annotated[Literal["table", "json", "jsonl", "csv", "parquet", "xlsx"], typer.Option(help="How to print.")] = "table",
    out: Annotated[Path | None, typer.Option(help="File to write to.", show_default=False)] = None,
) -> None:
    """Print every fact an article states: value, unit, comparison, period, and its exact place."""
    from madein.cli.articles import each_reading, fact_dict, print_facts, relation_dicts, unread_dict, verdict_dicts, write_records
    from madein.press.chapter import day_of

    readings = each_reading(files, day_of(date, "--date"), language)
    if relations or reconcile:
        found = relation_dicts(readings) if relations else verdict_dicts(readings)
        write_records(found, "jsonl" if format == "table" else format, out)
        return
    if format == "table" and out is None:
        print_facts(readings, unread)
        return
    records = (unread_dict(r, u) for r in readings for u in r.unread) if unread else (fact_dict(f) for r in readings for f in r.facts)
    write_records(records, format, out)


def check(
    articles: Annotated[list[Path], typer.Argument(help="Articles (.txt .md .html .pdf).", show_default=False)],
    against: Annotated[Path, typer.Option(help="Folder of a study that has been run.", show_default=False)],
    date: Annotated[str, typer.Option(help="Day, month or year from which 'last year' counts, for texts that print none.")] = "",
    economy: Annotated[str, typer.Option(help="Economy the articles speak of where they name none.")] = "",
    format: Annotated[Literal["text", "html", "json"], typer.Option(help="How to print.")] = "text",
    out: Annotated[Path | None, typer.Option(help="File to write to; needed for html.", show_default=False)] = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 if a statement contradicts the data.")] = False,
) -> None:
    """Show an article with every number in one of four states against the data of a study."""
    import json
    import tempfile

    from madein.cli.articles import check_record, print_checked, summary
    from madein.core.errors import FINDING, MadeinError
    from madein.study.checking import check_articles
    from madein.study.finished import open_study

    study = open_study(against)
    layers = check_articles(study, articles, date, economy)
    said = layers[-1].result.tables["statements"].frame
    texts: dict[str, Any] = dict(layers[0].result.tables["texts"].frame.select("article", "text").iter_rows())
    if format == "json":
        facts = {r["id"]: r for r in layers[0].result.tables["facts"].frame.iter_rows(named=True)}
        text = json.dumps([check_record(row, facts[row["id"]]) for row in said.iter_rows(named=True)], ensure_ascii=False, indent=1) + "\n"
        out.write_text(text, encoding="utf-8") if out else typer.echo(text, nl=False)
    elif format == "html":
        if out is None:
            raise MadeinError("html needs a file to write to", fix="add --out FILE.html")
        from madein.report.html import render
        from madein.study.overlay import overlay

        with tempfile.TemporaryDirectory() as folder:
            page = render(overlay(study, layers, Path(folder) / "out", ", ".join(a.name for a in articles)[:120]))
        out.write_text(page, encoding="utf-8")
        typer.echo(summary(said))
        typer.echo(f"Open {out}")
    else:
        print_checked(said, layers[0].result.tables["facts"].frame, texts)
    if strict and "contradicts" in said["verdict"].to_list():
        raise typer.Exit(FINDING)
