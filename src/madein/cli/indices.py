"""``madein indices``: monthly series from files, without a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from madein.cli.default import new_group

if TYPE_CHECKING:
    from madein.core.errors import Problem

group = new_group("show", "Short-term statistics: series read, adjusted, compiled, compared by vintage and explained.")

Format = Literal["table", "csv", "json", "parquet", "xlsx"]
FormatOption = Annotated[Format, typer.Option("--format", help="How to print.")]
Out = Annotated[Path | None, typer.Option("--out", help="File to write to.", show_default=False)]
Decimal = Annotated[Literal["", ".", ","], typer.Option("--decimal", help="Decimal mark of numbers printed as text.")]
Sheet = Annotated[str, typer.Option("--sheet", help="Read only this worksheet.")]
Series = Annotated[list[str] | None, typer.Option("--series", help="Only this series, by label or key; may be repeated.", show_default=False)]
Every = Annotated[Literal["month", "quarter", "year"], typer.Option("--frequency", help="What a number covers.")]
Structure = Annotated[Path | None, typer.Option("--structure", help="SDMX structure message: names of codes (.xml).", show_default=False)]
Files = Annotated[list[Path], typer.Argument(help="Files of series: CSV, Excel, SDMX or a release.", show_default=False)]


@group.command()
def show(
    files: Files,
    what: Annotated[Literal["latest", "levels", "to_date", "growth", "gaps", "names"], typer.Option(help="Which table.")] = "latest",
    series: Series = None,
    measure: Annotated[str, typer.Option(help="Measure of every series, such as exports.")] = "",
    economy: Annotated[str, typer.Option(help="Country or group of every series.")] = "",
    unit: Annotated[str, typer.Option(help="Unit as printed, such as 'million USD'.")] = "",
    frequency: Every = "month",
    decimal: Decimal = "",
    sheet: Sheet = "",
    structure: Structure = None,
    format: FormatOption = "table",
    out: Out = None,
) -> None:
    """Print levels and growth of every series in some files; with --what names what the files hold."""
    from madein.cli.series import Reading, names_frame, noted, write_table
    from madein.cli.show import print_problems, write_frame
    from madein.indices.chapter import made_of
    from madein.indices.step import Config, SeriesConfig
    from madein.indices.tables import latest

    seen = Reading(decimal, sheet, frequency, structure)(files, series or [])
    if what == "names":
        write_table(names_frame(seen), format, out, what)
        print_problems(noted(seen), limit=5)
        return
    result = made_of(Config(every=SeriesConfig(measure=measure, economy=economy, unit=unit), frequency=frequency), seen)
    frame = latest(result.tables) if what == "latest" else result.tables[what].frame.drop("_src", strict=False)
    write_frame(frame, format, out, what)
    print_problems(result.problems, limit=5)


@group.command()
def adjust(
    files: Files,
    method: Annotated[Literal["x11", "seats"], typer.Option(help="How a series is taken apart.")] = "x11",
    holiday: Annotated[str, typer.Option(help="Moving holiday whose windows AICc may keep: tet, cny, eid, diwali.")] = "",
    dates: Annotated[Path | None, typer.Option(help="Table of other moving holidays (.yaml).", show_default=False)] = None,
    spec: Annotated[Path | None, typer.Option(help="Run this X-13 spec (.spc) on the numbers of the files.", show_default=False)] = None,
    series: Series = None,
    every: Annotated[bool, typer.Option("--all", help="Every series, however many the files hold.")] = False,
    frequency: Every = "month",
    fallback: Annotated[bool, typer.Option(help="Where X-13 refuses, try simpler runs and say so.")] = True,
    freeze: Annotated[Path | None, typer.Option(help="Write how each series was adjusted, for --frozen (.json).", show_default=False)] = None,
    frozen: Annotated[Path | None, typer.Option(help="Adjust as identified before; see --freeze.", show_default=False)] = None,
    total: Annotated[str, typer.Option(help="Print this total adjusted by itself beside the sum of its adjusted parts, instead.")] = "",
    part: Annotated[list[str] | None, typer.Option(help="Part of the total, repeated; every other series if none.", show_default=False)] = None,
    weights: Annotated[str, typer.Option(help="Weights of the parts, with commas; estimated if they do not add up to the total.")] = "",
    quality: Annotated[Path | None, typer.Option(help="Write the quality report (.csv).", show_default=False)] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="No line of quality for each series.")] = False,
    decimal: Decimal = "",
    sheet: Sheet = "",
    structure: Structure = None,
    format: FormatOption = "table",
    out: Out = None,
) -> None:
    """Adjust series for season and moving holidays: original, seasonal, adjusted, trend, irregular. Ends with 2 if one is refused."""
    from madein.cli import adjusting as do
    from madein.cli.series import Reading, noted, write_table
    from madein.core.errors import MadeinError

    if frozen and (spec or freeze or holiday):
        raise MadeinError("a frozen run decides all itself", "--frozen", fix="leave --spec, --freeze and --holiday out")
    if (part or weights) and not total:
        raise MadeinError("parts are of a total", "--part, --weights", fix="name it with --total")
    read = Reading(decimal, sheet, frequency, structure)
    seen = read(files, [] if total else series or [])
    whole = do.whole_of(seen, total, part or series or [], weights) if total else None
    found = do.observed_of(seen)
    if whole:
        found = [o for o in found if o.key in (whole.total, *whole.parts)]
    elif not (series or every or frozen):
        do.refuse_many(found)
    batch = do.rerun_batch(found, frozen, dates) if frozen else do.adjusted_batch(found, method, holiday, dates, spec, fallback)
    said = [*noted(seen), *do.said_of(batch)]
    both = None
    if whole and not any(r.refused for r in batch):
        both, how = do.compared(batch, whole)
        said = [*how, *said]
    frame = both.frame if both else do.components_frame(batch)
    if frame.height and (both or not whole):
        write_table(frame, format, out, "direct and indirect" if both else "components")
    if quality:
        write_table(batch.quality, "csv", quality, "quality")
    if freeze:
        do.write_frozen(batch, holiday, dates, freeze)
    if not quiet:
        do.tell_quality(batch)
    if both:
        do.tell_compared(both)
    _end(said)


@group.command()
def weights(
    files: Files,
    total: Annotated[str, typer.Option(help="Label of the total.", show_default=False)],
    part: Annotated[list[str] | None, typer.Option(help="Label of a part, repeated; every other series if none.", show_default=False)] = None,
    since: Annotated[str, typer.Option(help="First month to use, such as 2023-01.")] = "",
    printed: Annotated[str, typer.Option(help="Weights as printed, with commas, in the order of the parts: the estimate stays near them.")] = "",
    half: Annotated[float, typer.Option(help="How far it may stray: half a unit of their last digit.")] = 0.0005,
    decimal: Decimal = "",
    sheet: Sheet = "",
    structure: Structure = None,
    format: FormatOption = "table",
    out: Out = None,
) -> None:
    """Find the weights, none negative and summing to one, by which published parts make their published total."""
    from madein.cli import compiling as do
    from madein.cli.series import Reading, noted, write_table
    from madein.cli.show import print_problems

    seen = Reading(decimal, sheet, "month", structure)(files)
    frame, near = do.weights_frame(seen, total, part or [], since, printed, half)
    write_table(frame, format, out, "weights")
    typer.echo(near, err=True)
    print_problems(noted(seen), limit=5)


@group.command("compile")
def compile_(
    reports: Annotated[list[Path], typer.Argument(help="Rows of establishments: product, class, month, quantity or value.", show_default=False)],
    weights: Annotated[Path, typer.Option("--weights", help="Gross value added of classes.", show_default=False)],
    products: Annotated[
        Path | None, typer.Option("--products", help="Value of output of products; from the rows if left out.", show_default=False)
    ] = None,
    base_year: Annotated[int | None, typer.Option(help="Year of weights that name none.", show_default=False)] = None,
    reference: Annotated[int | None, typer.Option(help="Year whose mean is 100.", show_default=False)] = None,
    chaining: Annotated[Literal["annual", "one_period", "over_the_year"], typer.Option(help="How years with unlike weights are linked.")] = "annual",
    industries: Annotated[Literal["isic4", "vsic2018", "vsic2025"], typer.Option(help="Classification of the rows.")] = "isic4",
    measure: Annotated[Literal["auto", "quantity", "deflation"], typer.Option(help="What volumes are.")] = "auto",
    missing: Annotated[Literal["growth", "year", "carry", "refuse"], typer.Option(help="What stands for a missing report.")] = "growth",
    conversions: Annotated[Path | None, typer.Option("--conversions", help="Factors between units of measure.", show_default=False)] = None,
    level: Annotated[list[str] | None, typer.Option(help="Only total, section, division, class or product.", show_default=False)] = None,
    contributions: Annotated[str, typer.Option(help="Points that sections add to growth, MONTH/BASE: 2024-02/2023-02.")] = "",
    drift: Annotated[bool, typer.Option("--drift", help="How far the chaining methods lead apart, instead of the indices.")] = False,
    format: FormatOption = "table",
    out: Out = None,
) -> None:
    """Compile the index of industrial production from rows of establishments, up from products to the total."""
    from madein.cli import compiling as do
    from madein.cli.series import write_table
    from madein.cli.show import print_problems

    made = do.compiled(
        reports, weights, products, conversions, base_year=base_year, reference=reference, method=chaining, industries=industries,
        measure=measure, imputation=missing,
    )  # fmt: skip
    frame = made.drift() if drift else do.contributions_frame(made, contributions) if contributions else do.index_frame(made, level or [])
    write_table(frame, format, out, "drift" if drift else "contributions" if contributions else made.unit)
    print_problems(made.warnings, limit=5)


@group.command()
def diffusion(
    file: Annotated[Path, typer.Argument(help="Answers of firms, or component indices: CSV, Excel, SDMX.", show_default=False)],
    scheme: Annotated[Literal["", "sp_global", "ism"], typer.Option(help="Composite to make.")] = "",
    strata: Annotated[str, typer.Option(help="Known weights of strata: large=0.6,small=0.4.")] = "",
    half: Annotated[float, typer.Option(help="Half a unit of the last digit of component indices.")] = 0.05,
    decimal: Decimal = "",
    sheet: Sheet = "",
    structure: Structure = None,
    format: FormatOption = "table",
    out: Out = None,
) -> None:
    """Diffusion indices of answers with their errors, and composites (PMI) from answers or from component indices."""
    from madein.cli import compiling as do
    from madein.cli.series import Reading, write_table
    from madein.cli.show import print_problems

    frame, noted = do.diffusion_frame(file, scheme, strata, half, Reading(decimal, sheet, "month", structure))
    write_table(frame, format, out, "diffusion")
    print_problems(noted, limit=5)


@group.command()
def vintages(
    files: Annotated[
        list[Path], typer.Argument(help="Tables of prints (series, period, release, value), SDMX messages, releases.", show_default=False)
    ],
    as_known: Annotated[str, typer.Option("--as-known", help="Every number as known on this day, such as 2024-03-15.")] = "",
    revisions: Annotated[bool, typer.Option("--revisions", help="First print against the latest, period by period.")] = False,
    statistics: Annotated[bool, typer.Option("--statistics", help="Mean, size and spread of revisions.")] = False,
    series: Series = None,
    release: Annotated[str, typer.Option(help="Day of release of files that do not say it: 2024-07-29.")] = "",
    structure: Structure = None,
    format: FormatOption = "table",
    out: Out = None,
) -> None:
    """Prints of numbers by release: all of them, those known on a day, or how they were revised."""
    from madein.cli import explaining as do
    from madein.cli.series import write_table
    from madein.cli.show import print_problems
    from madein.core.errors import MadeinError

    if sum((bool(as_known), revisions, statistics)) > 1:
        raise MadeinError("ask for one thing at a time", "--as-known, --revisions, --statistics", fix="name one of them")
    what = "as_known" if as_known else "revisions" if revisions else "statistics" if statistics else "prints"
    frame, noted = do.vintages_frame(files, what, as_known, series or [], release, structure)
    write_table(frame, format, out, what)
    print_problems(noted, limit=5)


@group.command()
def explain(
    where: Annotated[Path, typer.Argument(help="Folder of a finished study, or a file: CSV, Excel, SDMX.", show_default=False)],
    series: Annotated[str, typer.Argument(help="Key or label of the series, or its measure: IIP.", show_default=False)],
    months: Annotated[list[str], typer.Argument(help="Months, such as 2024-02.", show_default=False)],
    part: Annotated[list[str] | None, typer.Option(help="Part of the series, repeated; its industries if none.", show_default=False)] = None,
    prints: Annotated[Path | None, typer.Option(help="Prints by release, beside a file of series.", show_default=False)] = None,
    holiday: Annotated[str, typer.Option(help="Moving holiday that may explain; '' for none.")] = "tet",
    since: Annotated[str, typer.Option(help="First month used to estimate weights of parts.")] = "",
    decimal: Decimal = "",
    sheet: Sheet = "",
    structure: Structure = None,
    format: Annotated[Literal["text", "csv", "json"], typer.Option("--format", help="Sentences, or the numbers behind them.")] = "text",
    out: Out = None,
) -> None:
    """Say why a month grew as it did: growth of each kind, the holiday's shift, contributions of parts, revisions."""
    from madein.cli import explaining as do
    from madein.cli.series import Reading

    read = Reading(decimal, sheet, "month", structure)
    do.print_explained(do.explained(where, series, months, part or [], prints, holiday, since, read), format, out)


def _end(found: list[Problem]) -> None:
    """Notes are printed; an error among them ends the command with 2."""
    from madein.cli.show import print_problems
    from madein.core.errors import BadInput

    print_problems([p for p in found if p.severity == "warning"], limit=5)
    errors = [p for p in found if p.severity != "warning"]
    if errors:
        raise BadInput(errors)
