"""``madein screening``: which trade needs a look, with evidence, what chance alone gives, and what would clear it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from madein.cli.default import new_group

group = new_group("run", "Screening for rerouting and misdeclared origin: flags with evidence, a null and an interval. A flag is never a verdict.")

Format = Literal["table", "csv", "json", "jsonl", "parquet", "xlsx"]

Data = Annotated[
    list[Path],
    typer.Argument(help="Folder with declarations (and firms, tariffs), or files; anything but the schema needs --mapping.", show_default=False),
]
Mapped = Annotated[
    list[Path] | None, typer.Option("--mapping", help="Confirmed mapping of columns, from 'screening map'; may be given again.", show_default=False)
]
Rates = Annotated[Path | None, typer.Option("--rates", help="Exchange rates: currency, from, rate.", show_default=False)]
Currency = Annotated[str, typer.Option("--currency", help="What --rates carry values into.")]
Economy = Annotated[str, typer.Option("--economy", help="Whose provinces are meant.")]
Source = Annotated[str, typer.Option("--source", help="Whose goods may pass through; of the largest trade under a wedge if empty.")]
Market = Annotated[str, typer.Option("--market", help="Where they may end; of the largest trade under a wedge if empty.")]
Memory = Annotated[str, typer.Option("--memory", help="Memory the engine may hold before it spills to disk, as 2GB.")]
Threads = Annotated[int, typer.Option("--threads", help="Threads of the engine.", min=1)]
Formats = Annotated[Format, typer.Option("--format", help="How to print.")]
OutFile = Annotated[Path | None, typer.Option("--out", help="File to write to.", show_default=False)]


@group.command()
def run(
    data: Data,
    mapping: Mapped = None,
    rates: Rates = None,
    currency: Currency = "USD",
    economy: Economy = "VNM",
    source: Source = "",
    market: Market = "",
    excess: Annotated[bool, typer.Option("--excess/--no-excess", help="Whether indicators are put beside what chance gives.")] = True,
    seed: Annotated[int, typer.Option("--seed", help="Of the permutations.", min=0)] = 0,
    show: Annotated[int, typer.Option("--show", help="Lanes a terminal is shown.", min=1)] = 20,
    memory: Memory = "2GB",
    threads: Threads = 2,
    format: Formats = "table",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Folder for the findings, their lines and the queue; 'out' beside the data if empty.", show_default=False),
    ] = None,
) -> None:
    """Rank the lanes of trade that need a look, the quality of the data first, and write them with their evidence."""
    from madein.cli import screenings

    with screenings.opened(data, mapping, rates, currency, economy) as held:
        screenings.run(held, screenings.out_folder(data, out), (source, market), excess, seed, show, memory, threads, format)


@group.command()
def simulate(
    out: Annotated[Path | None, typer.Option("--out", help="Folder to write to.", show_default=False)] = None,
    family: Annotated[str, typer.Option("--family", help="Name of a family, or a YAML file of your own.")] = "planted",
    rows: Annotated[int, typer.Option("--rows", help="Lines of declarations.", min=100)] = 100_000,
    seed: Annotated[int, typer.Option("--seed", help="The same seed gives the same bytes.", min=0)] = 1,
    list_families: Annotated[bool, typer.Option("--list-families", help="List the families and end.")] = False,
    format: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """Write declarations, firms and tariffs of an economy that does not exist, and the truth in a file of its own."""
    from madein.cli import screened
    from madein.core.errors import MadeinError

    if list_families:
        screened.print_families(format)
        return
    if out is None:
        raise MadeinError("no folder is named", "--out", fix="add --out FOLDER, or --list-families to see what there is")
    screened.simulate(family, rows, seed, out, format)


@group.command()
def score(
    out: Annotated[Path, typer.Argument(help="Folder that 'screening run' wrote.", show_default=False)],
    truth: Annotated[Path, typer.Argument(help="truth.parquet of a simulation, or its folder.", show_default=False)],
    format: Annotated[Literal["table", "json"], typer.Option("--format", help="How to print.")] = "table",
) -> None:
    """Hold a screen against the truth of a simulation: precision and recall by value, honest processors asked about."""
    from madein.cli import screened

    screened.score(out, truth, format)


@group.command()
def evidence(
    out: Annotated[Path, typer.Argument(help="Folder that 'screening run' wrote.", show_default=False)],
    lane: Annotated[int, typer.Argument(help="Number of the lane in the queue.", min=1, show_default=False)],
    format: Formats = "table",
    to: OutFile = None,
) -> None:
    """Show what speaks for and against a lane, its lines, what it would cost and what would clear it."""
    from madein.cli import screened

    screened.print_evidence(out, lane, format, to)


@group.command()
def inspections(
    queue: Annotated[Path, typer.Argument(help="The queue as officers filled it: .xlsx, .csv or .parquet.", show_default=False)],
    out: Annotated[
        Path | None, typer.Option("--screen", help="Folder of the screen, to see how findings would be weighed anew.", show_default=False)
    ] = None,
    format: Formats = "table",
    to: OutFile = None,
) -> None:
    """Read a filled queue back: how often each rule was confirmed, with its interval, and what that would move. Nothing is applied."""
    from madein.cli import screened

    screened.print_inspections(queue, out, format, to)


@group.command()
def excess(
    data: Data,
    mapping: Mapped = None,
    rates: Rates = None,
    currency: Currency = "USD",
    economy: Economy = "VNM",
    source: Source = "",
    market: Market = "",
    seed: Annotated[int, typer.Option("--seed", help="Of the permutations.", min=0)] = 0,
    memory: Memory = "2GB",
    threads: Threads = 2,
    format: Formats = "table",
    out: OutFile = None,
) -> None:
    """Put each indicator of rerouting beside what chance alone gives, with the interval of what is left."""
    from madein.cli import screenings

    with screenings.opened(data, mapping, rates, currency, economy) as held:
        screenings.print_excess(held, (source, market), seed, memory, threads, format, out)


@group.command()
def quality(
    data: Data,
    mapping: Mapped = None,
    rates: Rates = None,
    currency: Currency = "USD",
    economy: Economy = "VNM",
    format: Formats = "table",
    out: OutFile = None,
) -> None:
    """Tell what was read, set aside, mended and noticed, before anything is computed."""
    from madein.cli import screened, screenings

    with screenings.opened(data, mapping, rates, currency, economy) as held:
        screened.print_quality(held, format, out)


@group.command("map")
def map_columns(
    file: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet file of declarations, firms or tariffs.", show_default=False)],
    answer: Annotated[
        list[str] | None,
        typer.Option(
            "--answer", help="Settle an open point, as dates=dmy, decimal=, or FIELD=COLUMN, FIELD=:VALUE for a constant.", show_default=False
        ),
    ] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Agree to the mapping as it is shown.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="YAML file to save it to; FILE.mapping.yaml if empty.", show_default=False)] = None,
) -> None:
    """Propose which column of a file holds which field, show it, and save it once it is confirmed."""
    from madein.cli import mapping

    mapping.propose(file, answer or [], confirm, out)


@group.command()
def roles(
    file: Annotated[Path, typer.Argument(help="CSV, Excel or Parquet file of declarations with results of inspections.", show_default=False)],
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", help="Say what a column is, as label=COLUMN, numbers=COLUMN, aside=COLUMN, dates=dmy.", show_default=False),
    ] = None,
    confirm: Annotated[bool, typer.Option("--confirm", help="Agree to the roles as they are shown.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="YAML file to save them to; FILE.roles.yaml if empty.", show_default=False)] = None,
) -> None:
    """Propose what each column of a table with results of inspections is, show it, and save it once it is confirmed."""
    from madein.cli import labels as printed

    printed.propose(file, answer or [], confirm, out)


@group.command()
def labels(
    tables: Annotated[list[Path], typer.Argument(help="Files of declarations with results of inspections, one below the other.", show_default=False)],
    roles: Annotated[Path | None, typer.Option("--roles", help="Confirmed roles of the columns, from 'screening roles'.", show_default=False)] = None,
    seed: Annotated[int, typer.Option("--seed", help="Of trees, draws and resampled rows.", min=0)] = 0,
    threads: Annotated[int, typer.Option("--threads", help="Threads of the trees; another number may give other bytes.", min=1)] = 1,
    show: Annotated[int, typer.Option("--show", help="Declarations of the queue.", min=1)] = 20,
    format: Annotated[Literal["table", "json", "csv", "parquet", "xlsx"], typer.Option("--format", help="How to print.")] = "table",
    out: Annotated[Path | None, typer.Option("--out", help="Folder for all results; 'labels' beside the data if empty.", show_default=False)] = None,
) -> None:
    """Learn from inspections what needs a look, with the columns that carry the label told first."""
    from madein.cli import labels as printed

    printed.run(tables, roles, out, seed, threads, show, format)
