"""``madein ledger``: dated claims from studies and plain files, sailing times, order books."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from madein.cli.default import new_group

if TYPE_CHECKING:
    from madein.ledger.chapters import Asked
    from madein.ledger.gather import Gathered

WHICH = "Which table."

group = new_group("claims", "Dated claims about projects, shipments, order books and recognitions; none is ever overwritten.")


def _here() -> list[Path]:
    return [Path()]


Where = Annotated[
    list[Path],
    typer.Argument(
        help="Folders of studies, or files of claims (.csv .xlsx .yaml .jsonl .parquet); the current folder if left out.", default_factory=_here
    ),
]
AsOf = Annotated[str, typer.Option("--as-of", help="Day, month or year on which the knowledge is asked for; that of the last claim if empty.")]
Date = Annotated[str, typer.Option("--date", help="Day, month or year on which rows of plain files were said that do not tell.")]
Decimal = Annotated[Literal["", ".", ","], typer.Option("--decimal", help="Decimal mark of numbers printed as text in plain files.")]
Encoding = Annotated[str, typer.Option("--encoding", help="Encoding of plain text files, such as cp1258; UTF-8 if empty.")]
Economy = Annotated[str, typer.Option("--economy", help="Country whose provinces names are looked up in, as ISO 3166 code.")]
Format = Annotated[Literal["table", "json", "jsonl", "csv", "parquet", "xlsx"], typer.Option("--format", help="How to print.")]
Out = Annotated[Path | None, typer.Option("--out", help="File to write to.", show_default=False)]


@group.command()
def claims(
    where: Where,
    subject: Annotated[str, typer.Option(help="Only this subject and its parts, such as project:hung-phu.")] = "",
    predicate: Annotated[str, typer.Option(help="Only what is said under this predicate, such as capacity.")] = "",
    history: Annotated[bool, typer.Option("--history", help="Every statement ever made, also those that a later one replaced.")] = False,
    as_of: AsOf = "",
    date: Date = "",
    decimal: Decimal = "",
    encoding: Encoding = "",
    format: Format = "table",
    out: Out = None,
) -> None:
    """Print what was known on a day, statement by statement, each with who said it when and where it stands."""
    from madein.cli import claims as show
    from madein.cli.grids import screen, write_frame
    from madein.ledger.convert import SCHEMA
    from madein.ledger.writing import external
    from madein.study.ledgers import chosen

    held = _held(where, date, decimal, encoding)
    day = _day(held, as_of)
    frame = chosen(held.claims, day, subject, predicate, history)
    if format == "table":
        with screen(out) as console:
            show.print_claims(console, frame, held, day, history)
    else:
        # In the form in which claims are read, so that what is printed can be read again.
        write_frame(frame.select(*SCHEMA) if format == "parquet" else external(frame), format, out, "claims")
    _tell(held)


@group.command()
def projects(
    where: Where,
    what: Annotated[Literal["projects", "pipeline", "capital", "cost", "moves"], typer.Option(help=WHICH)] = "projects",
    as_of: AsOf = "",
    date: Date = "",
    decimal: Decimal = "",
    encoding: Encoding = "",
    economy: Economy = "VNM",
    format: Format = "table",
    out: Out = None,
) -> None:
    """Print investment projects phase by phase: who, where, how much, when, and how far they are."""
    from madein.cli import claims as show
    from madein.cli.grids import screen, write_frame
    from madein.ledger.chapters import projects as chapter

    held = _held(where, date, decimal, encoding)
    asked = _asked(held, as_of, economy)
    tables = {name: table.frame for name, table in chapter.chapter(asked).tables.items()}
    if format == "table":
        with screen(out) as console:
            if what == "projects":
                show.print_projects(console, tables, asked.day)
            elif what == "moves":
                show.print_moves(console, tables[what], asked.day)
            else:
                show.print_amounts(console, tables[what], what, asked.day)
    else:
        write_frame(tables[what], format, out, what)
    _tell(held)


@group.command()
def shipments(
    where: Where,
    what: Annotated[Literal["shipments", "tellings"], typer.Option(help=WHICH)] = "shipments",
    as_of: AsOf = "",
    date: Date = "",
    decimal: Decimal = "",
    encoding: Encoding = "",
    format: Format = "table",
    out: Out = None,
) -> None:
    """Print shipments leg by leg: what was promised, what happened, and by how many days it moved."""
    from madein.cli import claims as show
    from madein.cli.grids import screen, write_frame
    from madein.ledger import shipment_legs, slips

    held = _held(where, date, decimal, encoding)
    day = _day(held, as_of)
    frame = shipment_legs(held.claims, day) if what == "shipments" else slips(held.claims, kind="shipment", day=day)
    if format == "table":
        with screen(out) as console:
            (show.print_shipments if what == "shipments" else show.print_moves)(console, frame, day)
    else:
        write_frame(frame, format, out, what)
    _tell(held)


@group.command()
def orders(
    where: Where,
    as_of: AsOf = "",
    date: Date = "",
    decimal: Decimal = "",
    encoding: Encoding = "",
    format: Format = "table",
    out: Out = None,
) -> None:
    """Print order books, each telling against the one before."""
    from madein.cli import claims as show
    from madein.cli.grids import screen, write_frame
    from madein.ledger import order_books

    held = _held(where, date, decimal, encoding)
    day = _day(held, as_of)
    frame = order_books(held.claims, day)
    if format == "table":
        with screen(out) as console:
            show.print_orders(console, frame, day)
    else:
        write_frame(frame, format, out, "orders")
    _tell(held)


@group.command()
def attestations(
    where: Where,
    as_of: AsOf = "",
    date: Date = "",
    decimal: Decimal = "",
    encoding: Encoding = "",
    format: Format = "table",
    out: Out = None,
) -> None:
    """Print recognitions: who attests what of whom, until when, and what such a word proves."""
    from madein.cli import claims as show
    from madein.cli.grids import screen, write_frame
    from madein.ledger import attestation_table

    held = _held(where, date, decimal, encoding)
    day = _day(held, as_of)
    frame = attestation_table(held.claims.as_of(day))
    if format == "table":
        with screen(out) as console:
            show.print_attestations(console, frame, day)
    else:
        write_frame(frame, format, out, "attestations")
    _tell(held)


@group.command()
def check(
    where: Where,
    only: Annotated[list[str], typer.Option(help="Only this check, such as time_order; may be given several times.", default_factory=list)],
    as_of: AsOf = "",
    date: Date = "",
    decimal: Decimal = "",
    encoding: Encoding = "",
    economy: Economy = "VNM",
    format: Format = "table",
    out: Out = None,
    strict: Annotated[bool, typer.Option("--strict", help="End with 1 if claims contradict each other.")] = False,
) -> None:
    """Print what cannot be true together, and what asks for a look."""
    from madein.cli import claims as show
    from madein.cli.grids import screen, working, write_frame
    from madein.core.errors import FINDING
    from madein.ledger.checks import check as checks
    from madein.ledger.checks import finding_rows

    held = _held(where, date, decimal, encoding)
    day = _day(held, as_of)
    with working("checking"):
        found = checks(held.claims, day, only=only, economy=economy)
    if format == "table":
        with screen(out) as console:
            show.print_findings(console, found, held, day)
    else:
        write_frame(finding_rows(found), format, out, "findings")
    _tell(held)
    if strict and any(f.severity == "contradiction" for f in found):
        raise typer.Exit(FINDING)


@group.command()
def export(
    file: Annotated[Path, typer.Argument(help="File to write: .csv, .xlsx, .yaml, .jsonl or .parquet.", show_default=False)],
    where: Where,
    date: Date = "",
    decimal: Decimal = "",
    encoding: Encoding = "",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Write over a file that is there already.")] = False,
) -> None:
    """Write all claims to one file that reads back unchanged."""
    from madein.study.ledgers import export_claims

    held = _held(where, date, decimal, encoding)
    export_claims(held.claims, file, where, overwrite)
    _tell(held)
    typer.echo(f"{len(held.claims):,} claims are in {file}")


@group.command()
def template(
    file: Annotated[Path, typer.Argument(help="Workbook to make, .xlsx.", show_default=False)],
) -> None:
    """Make an empty workbook in which people write claims, with lists to choose from and instructions."""
    from madein.study.ledgers import make_template

    make_template(file)
    typer.echo(f"made {file}; write on its sheet claims, then: madein ledger claims {file}")


@group.command()
def voyage(
    origin: Annotated[str, typer.Argument(help="Port of departure, a name or a UN/LOCODE.", show_default=False)],
    destination: Annotated[str, typer.Argument(help="Port, state, coast or country of arrival.", show_default=False)],
    via: Annotated[list[str], typer.Option(help="Only ways through this passage, such as suez; may be given several times.", default_factory=list)],
    avoid: Annotated[list[str], typer.Option(help="Keep out of this passage; may be given several times.", default_factory=list)],
    days: Annotated[str, typer.Option(help="Days from departure to arrival that somebody stated, such as 20 or 19..21.")] = "",
    ship: Annotated[str, typer.Option(help="Kind of ship, such as container ship.")] = "vehicle carrier",
    format: Format = "table",
    out: Out = None,
) -> None:
    """Weigh a sailing time against the sea distance and the speeds of ships."""
    from madein.cli import claims as show
    from madein.cli.grids import screen, working, write_frame
    from madein.study.voyages import bounds_of, voyage_by

    with working("finding ways"):
        found = voyage_by(origin, destination, bounds_of(days, "--days"), ship, via, avoid)
    if format == "table":
        with screen(out) as console:
            show.print_voyage(console, found)
    else:
        write_frame(show.voyage_frame(found), format, out, "ways")


@group.command()
def backlog(
    orders: Annotated[
        str, typer.Option(help="Units ordered in all: here and below a number, its bounds as 4000..5000, or 4000.. for at least so many.")
    ],
    shipped: Annotated[str, typer.Option(help="Units shipped so far.")] = "0",
    per_voyage: Annotated[str, typer.Option(help="Units a voyage carries.")] = "",
    round_trip: Annotated[str, typer.Option(help="Days from one departure of a ship to its next.")] = "",
    one_way: Annotated[str, typer.Option(help="Days from departure to arrival; half a round trip if left out.")] = "",
    ships: Annotated[str, typer.Option(help="Ships at work.")] = "",
    rate: Annotated[str, typer.Option(help="Units shipped a month.")] = "",
    within: Annotated[str, typer.Option(help="Period in which all shall arrive, such as 2023 or 2023-01..2023-06.")] = "",
    noun: Annotated[str, typer.Option(help="What is ordered, in the plural.")] = "units",
    format: Format = "table",
    out: Out = None,
) -> None:
    """Work out an order book: voyages, ships and months for what is left."""
    from madein.cli import claims as show
    from madein.cli.grids import screen, write_frame
    from madein.study.voyages import backlog_by

    given = {
        "orders": orders, "shipped": shipped, "per_voyage": per_voyage, "round_trip": round_trip, "one_way": one_way, "ships": ships, "rate": rate,
    }  # fmt: skip
    book = backlog_by(given, within)
    if format == "table":
        with screen(out) as console:
            show.print_backlog(console, book, noun)
    else:
        write_frame(show.backlog_frame(book), format, out, "backlog")


def _held(where: list[Path], said: str, decimal: Any, encoding: str) -> Gathered:
    from madein.cli.grids import day_of, working
    from madein.study.ledgers import FileReading, held_claims

    day_of(said, "--date")
    with working("reading claims"):
        return held_claims(where, FileReading(said, decimal, encoding))


def _day(held: Gathered, as_of: str) -> date:
    from madein.cli.grids import day_of

    return day_of(as_of, "--as-of") or next(iter(held.claims.days[-1:]), date.today())


def _asked(held: Gathered, as_of: str, economy: str = "VNM") -> Asked:
    from madein.ledger.chapters import Asked
    from madein.ledger.step import Config

    return Asked(Config(as_of=as_of, economy=economy), held, _day(held, as_of))


def _tell(held: Gathered) -> None:
    from madein.cli.show import print_problems

    print_problems(held.claims.warnings, limit=5)
