"""``madein indices``: monthly series from files, without a study."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from madein.cli.default import new_group

group = new_group("show", "Monthly series: levels and growth with the interval that rounding leaves.")


@group.command()
def show(
    files: Annotated[list[Path], typer.Argument(help="CSV or Excel files with monthly series.", show_default=False)],
    what: Annotated[Literal["latest", "levels", "to_date", "growth", "gaps"], typer.Option(help="Which table.")] = "latest",
    measure: Annotated[str, typer.Option(help="Measure of every series, such as exports.")] = "",
    economy: Annotated[str, typer.Option(help="Country or group of every series.")] = "",
    unit: Annotated[str, typer.Option(help="Unit as printed, such as 'million USD'.")] = "",
    decimal: Annotated[Literal["", ".", ","], typer.Option(help="Decimal mark of numbers printed as text.")] = "",
    sheet: Annotated[str, typer.Option(help="Read only this worksheet.")] = "",
    format: Annotated[Literal["table", "csv", "json", "parquet", "xlsx"], typer.Option(help="How to print.")] = "table",
    out: Annotated[Path | None, typer.Option(help="File to write to.", show_default=False)] = None,
) -> None:
    """Print levels and growth of every series in some files."""
    from madein.cli.show import print_problems, write_frame
    from madein.core.step import Inputs, Source
    from madein.indices.step import Config, SeriesConfig, run
    from madein.indices.tables import latest

    every = SeriesConfig(measure=measure, economy=economy, unit=unit)
    sources = tuple(Source(str(f), f, "") for f in files)
    result = run(Config(every=every, decimal=decimal, sheet=sheet), Inputs({"series": sources}))
    frame = latest(result.tables) if what == "latest" else result.tables[what].frame.drop("_src", strict=False)
    write_frame(frame, format, out, what)
    print_problems(result.problems, limit=5)
