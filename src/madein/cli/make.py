"""Commands that make something: run, validate, new."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Folder = Annotated[Path, typer.Argument(help="Folder of the study.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Put the commands on the main command."""
    app.command()(run)
    app.command()(validate)
    app.command()(new)


def run(
    folder: Folder,
    fresh: Annotated[bool, typer.Option("--fresh", help="Run every step, whatever is cached.")] = False,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="End at once if another run of this study is at work.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Keep the study.yaml proposed for a folder that has none.")] = False,
) -> None:
    """Run a study; out/ then holds report.html, figures.csv, figures.xlsx, tables and a warehouse."""
    import time

    from rich.console import Console

    from madein.cli.show import print_problems, progress
    from madein.report import FINISH
    from madein.study.look import study_of
    from madein.study.run import run_study

    began = time.monotonic()
    study, proposed = study_of(folder)
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    if proposed:
        console.print("There is no study.yaml; this one fits the files found:\n", style="bold")
        typer.echo(proposed)
        if write:
            (folder / "study.yaml").write_text(proposed, encoding="utf-8")
        else:
            console.print("Running it. Add --write to keep it in the folder, then edit it.\n")
    with progress() as tell:
        done = run_study(folder, FINISH, tell=tell, study=study, fresh_run=fresh, wait=not no_wait)
    print_problems(done.problems, limit=5)
    steps = f"{len(done.ran)} step{'' if len(done.ran) == 1 else 's'} ran"
    what = "nothing has changed" if done.unchanged else f"{steps}, {len(done.cached)} came from the cache"
    console.print(f"{what}; {time.monotonic() - began:.1f} s")
    console.print(f"Open {done.out / 'report.html'}", style="bold")
    console.print(f"Ask  madein why {folder} 'FIGURE, CELL OR NUMBER'")


def validate(folder: Folder) -> None:
    """Check study.yaml, the files it names and the options of every step, without running anything."""
    from madein.cli.show import print_problems
    from madein.study.config import check_options
    from madein.study.look import study_of
    from madein.study.plan import make_plan, problems_of
    from madein.study.steps import load_step

    study, _ = study_of(folder)
    plan = make_plan(folder, study)
    for step in plan.steps:
        check_options(load_step(step.config.use).Config, step.config, step.index, study)
    print_problems(problems_of(plan))
    counts = (len(plan.steps), len(plan.sources))
    words = [f"{n} {noun}{'' if n == 1 else 's'}" for n, noun in zip(counts, ("step", "file"), strict=True)]
    typer.echo(f"{study.file} is sound: {words[0]} over {words[1]}")


def new(
    folder: Annotated[Path, typer.Argument(help="Folder to make.", show_default=False)],
    example: Annotated[str, typer.Option(help="Start from an example that comes with madein, such as vietnam.")] = "",
) -> None:
    """Make a study: a small one to edit, or a copy of an example."""
    from madein.study.look import make_study

    for line in make_study(folder, example):
        typer.echo(line)
