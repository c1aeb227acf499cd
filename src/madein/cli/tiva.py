"""``madein tiva``: how much of an economy's exports is its own, from an inter-country input-output table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from madein.cli.default import new_group

group = new_group("show", "Trade in value added from inter-country tables: own share, origins, final use, decompositions; build and balance tables.")

Format = Literal["table", "csv", "json", "parquet", "xlsx"]
Method = Literal["bm", "wwz", "kww", "imports", "oecd", "third"]
Level = Literal["country", "sector", "bilateral", "bilateral-sector"]

TableFile = Annotated[
    Path,
    typer.Argument(help="Inter-country table: OECD ICIO, WIOD, labelled CSV or Excel, Stata's layout, a zip, npz, or a folder.", show_default=False),
]
Economy = Annotated[str, typer.Option("--economy", help="Whose exports: a label of the table, or a country in any spelling.", show_default=False)]
Industries = Annotated[str, typer.Option("--industry", help="Exports of these industries only, with commas.")]
Share = Annotated[
    Literal["residual", "stated"], typer.Option("--value-added", help="Value added that is traced: output less inputs, or as the table states.")
]
Groups = Annotated[
    list[str] | None, typer.Option("--group", help="Economies that count as one, as EU=AUT,BEL,...; may be given again.", show_default=False)
]
Levels = Annotated[Level, typer.Option("--level", help="Of the cells; imports: country, bilateral, sector.")]
Perimeters = Annotated[Literal["exporter", "self", "world"], typer.Option("--perimeter", help="bm: inside which value counts once.")]
Approaches = Annotated[Literal["source", "sink"], typer.Option("--approach", help="bm: whether the first or the last crossing counts.")]
Exporters = Annotated[str, typer.Option("--economy", help="These exporters (or importers) only, with commas; all if empty.")]
Year = Annotated[int | None, typer.Option("--year", help="Which year of a zip, or the year of a file that tells none.", show_default=False)]
Labels = Annotated[Path | None, typer.Option("--economies", help="Economies of a table without labels, one a line.", show_default=False)]
Formats = Annotated[Format, typer.Option("--format", help="How to print.")]
Out = Annotated[Path | None, typer.Option("--out", help="File to write to.", show_default=False)]


@group.command()
def show(
    table: TableFile,
    economy: Economy,
    industry: Industries = "",
    partner: Annotated[str, typer.Option("--partner", help="Exports to these economies only, with commas.")] = "",
    year: Year = None,
    value_added: Share = "residual",
    group: Groups = None,
    economies: Labels = None,
    format: Formats = "table",
    out: Out = None,
) -> None:
    """Show the domestic share of exports, whose value the rest is, where it is finally used, and who stands behind it."""
    from madein.cli import tivas
    from madein.tiva.account import profile

    f = tivas.factored(table, year, value_added, group, economies)
    tivas.write_profile(profile(f, economy, tivas.listed(industry), tivas.listed(partner)), format, out)


@group.command()
def decompose(
    table: TableFile,
    method: Annotated[
        Method,
        typer.Option(
            "--method",
            help="Borin-Mancini, Wang-Wei-Zhu, Koopman-Wang-Wei, imports, the OECD's indicators, or third: own value that partners "
            "re-export (DVA_INTrex), by the third country it goes on to.",
        ),
    ] = "bm",
    level: Levels = "country",
    perimeter: Perimeters = "exporter",
    approach: Approaches = "source",
    economy: Exporters = "",
    year: Year = None,
    value_added: Share = "residual",
    group: Groups = None,
    economies: Labels = None,
    format: Formats = "table",
    out: Out = None,
) -> None:
    """Decompose gross exports or imports into terms that add up to them, put to their identities.

    Whose value a flow holds and who finally uses it, by origin and destination: madein tiva trace. The value that partners send on to
    third countries, by third country: --method third.
    """
    from madein.cli import tivas

    f = tivas.factored(table, year, value_added, group, economies)
    frame = tivas.decomposed(f, method, level, perimeter, approach, tivas.listed(economy))
    tivas.write_cells(f, frame, f"{method} {level}", format, out)


@group.command()
def trace(
    table: TableFile,
    economy: Economy,
    by: Annotated[
        str, typer.Option("--by", help="What is told apart, with commas: origin, origin_industry, industry, partner, destination.")
    ] = "origin,destination",
    origin: Annotated[str, typer.Option("--origin", help="Value of these economies only, with commas.")] = "",
    origin_industry: Annotated[str, typer.Option("--origin-industry", help="Value added in these industries only, with commas.")] = "",
    industry: Industries = "",
    partner: Annotated[str, typer.Option("--partner", help="Exports to these economies only, with commas.")] = "",
    destination: Annotated[str, typer.Option("--destination", help="What these economies finally use only, with commas.")] = "",
    content: Annotated[
        Literal["all", "once"], typer.Option("--content", help="All value in gross exports, or what crosses the border for the first time.")
    ] = "all",
    year: Year = None,
    value_added: Share = "residual",
    group: Groups = None,
    economies: Labels = None,
    format: Formats = "table",
    out: Out = None,
) -> None:
    """Trace exports from the industry and economy that added the value to the economy that finally uses it, by any route."""
    from madein.cli import tiva_behind, tivas
    from madein.tiva import economy_of

    f = tivas.factored(table, year, value_added, group, economies)
    named = {k: [economy_of(f, name) for name in tivas.listed(v)] or None
             for k, v in (("origins", origin), ("partners", partner), ("destinations", destination))}  # fmt: skip
    named |= {"industries": tivas.listed(industry) or None, "origin_industries": tivas.listed(origin_industry) or None}
    tiva_behind.write_traced(f, economy_of(f, economy), tivas.listed(by), named, content, format, out)


@group.command()
def sensitivity(
    table: TableFile,
    economy: Economy,
    industry: Industries = "",
    noise: Annotated[float, typer.Option("--noise", help="Standard deviation of each flow between industries, as a share of it.", min=0.0)] = 0.1,
    final_noise: Annotated[float, typer.Option("--final-noise", help="The same of each flow to final demand.", min=0.0)] = 0.0,
    level: Annotated[float, typer.Option("--level", help="How much of the distribution the interval holds.")] = 0.9,
    output: Annotated[
        Literal["kept", "recomputed"], typer.Option("--output", help="A larger flow takes from other sales, or is made in addition.")
    ] = "kept",
    most: Annotated[int, typer.Option("--most", help="Flows that are told, those that move the share most.", min=1, max=10_000)] = 20,
    year: Year = None,
    value_added: Share = "residual",
    group: Groups = None,
    economies: Labels = None,
    format: Formats = "table",
    out: Out = None,
) -> None:
    """Tell how far the domestic share of exports can be trusted: its interval if flows err, and the flows that move it most."""
    from madein.cli import tiva_behind, tivas

    f = tivas.factored(table, year, value_added, group, economies)
    tiva_behind.write_sensitivity(f, economy, tivas.listed(industry), (noise, final_noise, level), output, most, format, out)


@group.command()
def panel(
    tables: Annotated[list[Path], typer.Argument(help="A table a year; a zip gives each of its tables.", show_default=False)],
    out: Annotated[Path, typer.Option("--out", help="A file (.parquet) for one decomposition, or a folder for all of them.", show_default=False)],
    method: Annotated[Method, typer.Option("--method", help="Of the file; see decompose.")] = "bm",
    level: Levels = "sector",
    perimeter: Perimeters = "exporter",
    approach: Approaches = "source",
    economy: Exporters = "",
    value_added: Share = "residual",
    group: Groups = None,
) -> None:
    """Decompose tables of several years, one after the other, to Parquet; a study takes the file for its role years."""
    from madein.cli import tiva_behind, tivas

    tiva_behind.write_panel(tables, out, (method, level, perimeter, approach), tivas.listed(economy), value_added, group)


@group.command()
def localise(
    table: TableFile,
    economy: Economy,
    product: Annotated[str, typer.Option("--product", help="Inputs that move home, with commas; each by itself if empty.")] = "",
    origin: Annotated[str, typer.Option("--origin", help="Economies they move from, with commas; all if empty.")] = "",
    user: Annotated[str, typer.Option("--user", help="Industries at home that use them, with commas; all if empty.")] = "",
    part: Annotated[float, typer.Option("--part", help="Share of the imported input that moves.", min=0.0, max=1.0)] = 1.0,
    industry: Industries = "",
    exports: Annotated[
        Literal["held", "recomputed"], typer.Option("--exports", help="The same exports, or computed anew with final demand held.")
    ] = "held",
    year: Year = None,
    value_added: Share = "residual",
    group: Groups = None,
    economies: Labels = None,
    format: Formats = "table",
    out: Out = None,
) -> None:
    """Tell what the domestic share of exports becomes if an input is made at home: accounting, no forecast."""
    from madein.cli import tivas
    from madein.core.errors import MadeinError
    from madein.tiva import economy_of, localisation_gains
    from madein.tiva.localisation import localise as move

    f = tivas.factored(table, year, value_added, group, economies)
    name = economy_of(f, economy)
    if product:
        origins = [economy_of(f, o) for o in tivas.listed(origin)]
        told = move(
            f, name, tivas.listed(product), users=tivas.listed(user), origins=origins, part=part,
            industries=tivas.listed(industry), exports=exports,
        )  # fmt: skip
        tivas.write_localised(f, told, origins, format, out)
        return
    if origin or user or exports != "held":
        raise MadeinError("origins, users and exports are chosen for one input", fix="name it with --product")
    gains = localisation_gains(f, name, industries=tivas.listed(industry), part=part)
    tivas.write_cells(f, gains, "What each input would add if it were made at home", format, out)


@group.command()
def build(
    national: Annotated[Path, typer.Argument(help="Folder of national tables of total uses (CCCYYYYttl.csv).", show_default=False)],
    flows: Annotated[
        Path, typer.Option("--flows", help="Bilateral flows by industry: npz, or exporter, importer, industry, value.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="Table to write (.npz).", show_default=False)],
    detail: Annotated[
        Literal["merge", "split"], typer.Option("--detail", help="Merge the tables to the industries of the flows, or split the flows.")
    ] = "merge",
    rest: Annotated[Literal["gras", "residual"], typer.Option("--rest", help="How the economy without a table is closed.")] = "gras",
    concordance: Annotated[str, typer.Option("--concordance", help="Members of the wide industries of the flows; none if empty.")] = "oecd_2025",
    edition: Annotated[str, typer.Option("--edition", help="Edition of the sources, as the table shall tell it.")] = "",
) -> None:
    """Build an inter-country table from national tables and bilateral flows; what it gives is an estimate."""
    from madein.cli import tivas
    from madein.cli.grids import working
    from madein.tiva import build_table, read_cube, read_nationals

    tivas.check_npz(out)
    with working("building the table"):
        made = build_table(read_nationals(national), read_cube(flows), detail=detail, rest=rest, concordance=concordance or {}, edition=edition)
    tivas.save(made, out)


@group.command()
def balance(
    table: TableFile,
    margins: Annotated[
        Path, typer.Option("--margins", help="Table with the columns margin (output, value added, final), label, value.", show_default=False)
    ],
    out: Annotated[Path, typer.Option("--out", help="Table to write (.npz).", show_default=False)],
    year: Year = None,
    economies: Labels = None,
) -> None:
    """Bring a table to new margins by GRAS, as close to it as they allow."""
    from madein.cli import tivas
    from madein.cli.grids import working
    from madein.tiva import balance as bring

    tivas.check_npz(out)
    wanted, held = tivas.read_margins(margins), tivas.read(table, year, economies)
    with working("balancing the table"):
        new = bring(held, output=wanted.get("output"), value_added=wanted.get("value_added"), final=wanted.get("final"))
    tivas.save(new.table, out)


@group.command()
def check(
    table: TableFile,
    year: Year = None,
    value_added: Share = "residual",
    group: Groups = None,
    economies: Labels = None,
    format: Formats = "table",
    out: Out = None,
) -> None:
    """Check a table: what it states against its cells, and the identities of production and of the decompositions."""
    from madein.cli import tivas

    f = tivas.factored(table, year, value_added, group, economies)
    if not tivas.write_checks(f, format, out):
        raise typer.Exit(1)


@group.command()
def names() -> None:
    """List the OECD's TiVA indicators beside Borin and Mancini's terms, and what each name is easily taken for and is not."""
    from madein.cli import tivas

    tivas.print_names()
