"""``madein origin``: products held against the rules of origin of their markets."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from madein.cli.default import new_group

if TYPE_CHECKING:
    from madein.origin.assessment import Assessment, Terms
    from madein.origin.read import BillFile

group = new_group("decide", "Rules of origin decided on bills of materials, market by market; it explains and issues no certificate.")

Products = Annotated[
    list[Path], typer.Argument(help="Bills of materials (.xlsx .csv .yaml .json); madein origin template writes the Excel form.", show_default=False)
]
To = Annotated[str, typer.Option("--to", help="Markets, with commas: countries in any spelling, or EU.", show_default=False)]
On = Annotated[str, typer.Option("--on", help="Day the law is applied at; the newest law held if empty.")]
Regimes = Annotated[str, typer.Option("--regime", help="Only these regimes, with commas; every one that is open if empty.")]
Edition = Annotated[Literal["", "2012", "2017", "2022"], typer.Option("--edition", help="Edition of HS codes that name none.")]
Out = Annotated[Path | None, typer.Option("--out", help="File to write to.", show_default=False)]


@group.command()
def decide(
    products: Products,
    to: To,
    on: On = "",
    regime: Regimes = "",
    edition: Edition = "",
    format: Annotated[
        Literal["", "text", "table", "json", "csv", "xlsx", "html"],
        typer.Option("--format", help="How to print; the explanation of one product and a table of several if empty."),
    ] = "",
    rates: Annotated[list[Path] | None, typer.Option("--rates", help="Files of duty rates, which go before those held.", show_default=False)] = None,
    alternatives: Annotated[
        list[Path] | None,
        typer.Option("--alternatives", help="Table of what could be sourced or made elsewhere; one product at a time.", show_default=False),
    ] = None,
    answers: Annotated[
        list[Path] | None, typer.Option("--answers", help="Sheets of questions that came back filled in; one product at a time.", show_default=False)
    ] = None,
    shipment_value: Annotated[float | None, typer.Option(help="Customs value of a shipment, in the product's currency.", show_default=False)] = None,
    compliance_cost: Annotated[float | None, typer.Option(help="What claiming costs per shipment.", show_default=False)] = None,
    out: Out = None,
) -> None:
    """Decide whether products originate on each market, by which rule, with what margin, and what is missing where that is open."""
    from madein.cli import origins as show
    from madein.core.errors import MadeinError
    from madein.origin.assessment import assess
    from madein.origin.regimes import load_regime

    if (alternatives or answers) and len(products) > 1:
        raise MadeinError("alternatives and answers belong to one product", fix="name one product at a time")
    if answers and format == "html":
        raise MadeinError("a page rests on the file of the product alone", fix="write the answers into it, or print --format text")
    if format in ("html", "xlsx") and out is None:
        raise MadeinError(f"{format} needs a file to write to", fix=f"add --out FILE.{format}")
    markets, regimes, day = _listed(to), _listed(regime), _day(on)
    if not markets:
        raise MadeinError("no market is named", "--to", fix="write --to CAN,EU,GBR,USA")
    for name in regimes:
        load_regime(name.upper())
    if format == "html" and out is not None:
        options = {"to": markets, "on": on, "regimes": regimes, "hs_edition": edition, "folded": len(products) > 1,
                   "shipment_value": shipment_value, "compliance_cost": compliance_cost}  # fmt: skip
        show.write_page({"products": products, "rates": rates or [], "alternatives": alternatives or []}, options, out)
        return
    found: list[tuple[BillFile, tuple[Assessment, ...]]] = []
    terms = _terms(rates or [], alternatives or [], shipment_value, compliance_cost, edition)
    for path in products:
        read = _bill(path, edition)
        if answers:
            read = _answered(read, answers, markets, day, regimes)
        found.append((read, assess(read.bill, markets, day, regimes, terms)))
    show.write_found(found, format or ("text" if len(found) == 1 else "table"), out)
    _tell(found)


@group.command()
def template(file: Annotated[Path, typer.Argument(help="Excel file to write (.xlsx).", show_default=False)]) -> None:
    """Write the Excel form of a bill of materials, with drop-down lists and an explanation of every column."""
    from madein.core.documents import printable
    from madein.core.errors import MadeinError
    from madein.origin.template import write_template

    if file.suffix.lower() != ".xlsx":
        raise MadeinError("the form is an Excel file", str(file), fix="name a file that ends in .xlsx")
    if file.exists():
        raise MadeinError("the file is there already", str(file), fix="name another, or delete it first")
    write_template(file)
    typer.echo(f"Fill in {printable(str(file))}, then: madein origin {printable(str(file))} --to CAN,EU,GBR,USA")


@group.command()
def regimes() -> None:
    """List the regimes that are held: parties, rules, how many of their texts were checked, and the day of the law."""
    from madein.cli import origins as show

    show.print_regimes()


@group.command()
def rule(
    code: Annotated[str, typer.Argument(help="HS code, 2 to 10 digits, dots allowed.", show_default=False)],
    regime: Regimes = "",
    edition: Edition = "2022",
    on: On = "",
) -> None:
    """Print the rules of origin that a code falls under, in the words of the engine."""
    from madein.cli import origins as show

    show.print_rules(code, _listed(regime), edition, _day(on))


@group.command("import-tariff")
def import_tariff(
    file: Annotated[Path, typer.Argument(help="Published schedule or table of rates (.csv .csv.gz .xlsx .parquet).", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="Table of rates to write (.parquet or .csv); --rates reads it.", show_default=False)],
    edition: Annotated[str, typer.Option("--edition", help="Edition of HS codes, where the file names none.")] = "",
    source: Annotated[str, typer.Option("--source", help="Title of the document, where the file names none.")] = "",
) -> None:
    """Read a tariff: EVFTA's schedules, the UK tariff, the US schedule, or a table importer, hs, from, to, rate, kind."""
    from madein.cli.show import print_problems
    from madein.core.documents import printable
    from madein.origin.duty import import_tariff as read_tariff

    read = read_tariff(file, edition=edition, source=source)
    read.tariffs.write(out)
    print_problems(read.unread)
    typer.echo(f"{read.summary}; written to {printable(str(out))}")


@group.command()
def questions(
    product: Annotated[Path, typer.Argument(help="Bill of materials.", show_default=False)],
    to: To,
    out: Annotated[Path, typer.Option("--out", help="Folder to write the sheets to.", show_default=False)],
    on: On = "",
    regime: Regimes = "",
    edition: Edition = "",
    format: Annotated[Literal["xlsx", "csv"], typer.Option("--format", help="Kind of sheets.")] = "xlsx",
) -> None:
    """Write one sheet of open questions for each supplier, those first that settle most; decide --answers reads them back."""
    from madein.cli.grids import counted
    from madein.core.documents import printable
    from madein.origin.assessment import assess
    from madein.origin.sheets import write_sheets

    read = _bill(product, edition)
    found = assess(read.bill, _listed(to), _day(on), _listed(regime))
    written = write_sheets(read.bill, [a.decision for a in found if a.decision], out, format)
    for who, path in written.items():
        typer.echo(f"{printable(str(path))}: {printable(who) or 'for the maker of the product'}")
    typer.echo(f"{counted(len(written), 'sheet')} written" if written else "nothing is open")


@group.command()
def batch(
    catalogue: Annotated[
        Path, typer.Argument(help="Lines of many bills: column bill, those of a bill, product_... (.csv .parquet .xlsx).", show_default=False)
    ],
    to: To,
    on: On = "",
    regime: Regimes = "",
    products: Annotated[
        Path | None, typer.Option(help="Table of products, one row a bill, with the columns product_....", show_default=False)
    ] = None,
    country: Annotated[str, typer.Option(help="Country of export.")] = "VNM",
    edition: Edition = "",
    workers: Annotated[int, typer.Option(min=1, max=64, help="Processes that work at once.")] = 1,
    format: Annotated[Literal["table", "csv", "json", "parquet", "xlsx"], typer.Option("--format", help="How to print.")] = "table",
    out: Out = None,
) -> None:
    """Decide a whole catalogue under every regime open on some markets: verdict, rule, margin and reason of each."""
    from madein.cli import origins as show
    from madein.core.countries import economy
    from madein.core.errors import MadeinError
    from madein.origin.batch import decide_many
    from madein.origin.markets import market, open_regimes

    day, home = _day(on), economy(country, "--country")
    markets = dict.fromkeys(market(word, day) for word in _listed(to))
    wanted = [(r.name, m) for m in markets for r in open_regimes(home, m, day, _listed(regime)) if r.kind == "preference"]
    if not wanted:
        raise MadeinError("no agreement is open on these markets", "--to", fix="madein origin regimes lists what is held")
    if not show.write_catalogue(decide_many(catalogue, wanted, day, products, edition, str(catalogue), workers=workers), format, out):
        raise typer.Exit(1)


def _answered(read: BillFile, answers: list[Path], markets: list[str], day: date | None, regimes: list[str]) -> BillFile:
    """The bill with the answers of sheets filled in."""
    from madein.origin.assessment import assess
    from madein.origin.questions import answered
    from madein.origin.read import BillFile
    from madein.origin.sheets import open_questions, read_answers

    asked = open_questions([a.decision for a in assess(read.bill, markets, day, regimes) if a.decision])
    return BillFile(answered(read.bill, read_answers(answers, asked)), read.warnings)


def _terms(rates: list[Path], tables: list[Path], shipment_value: float | None, compliance_cost: float | None, edition: str) -> Terms:
    from madein.origin.assessment import Terms
    from madein.origin.duty import held, import_tariff, read_table
    from madein.origin.fixes import read_alternatives
    from madein.origin.model import exact

    tariffs = None
    for path in rates:
        read = read_table(path) if path.suffix == ".parquet" else import_tariff(path).tariffs
        tariffs = read if tariffs is None else tariffs.joined(read)
    value, cost = (None if amount is None else exact(amount) for amount in (shipment_value, compliance_cost))
    others = tuple(one for path in tables for one in read_alternatives(path, edition=edition, label=str(path)))
    return Terms(tariffs=tariffs.joined(held()) if tariffs else None, shipment_value=value, compliance_cost=cost, alternatives=others)


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _day(text: str) -> date | None:
    from madein.cli.grids import day_of

    return day_of(text, "--on")


def _bill(path: Path, edition: str) -> BillFile:
    from madein.origin.read import read_bill

    return read_bill(path, edition=edition, label=str(path))


def _tell(found: list[tuple[BillFile, tuple[Assessment, ...]]]) -> None:
    from madein.cli.show import print_problems

    print_problems([problem for read, _ in found for problem in read.warnings])
