"""The ``madein`` command: one module per group, no logic; whatever is heavy is imported when a command runs."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from madein import __version__
from madein.cli import ask, indices, ledger, make, origin, press, screening, tiva
from madein.core.errors import INTERNAL, MadeinError

app = typer.Typer(
    name="madein",
    help="Where goods come from, and where every figure about them comes from.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"madein {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and end.")] = False,
) -> None:
    pass


make.add_to(app)
ask.add_to(app)
app.command()(press.check)
app.add_typer(indices.group, name="indices")
app.add_typer(ledger.group, name="ledger")
app.add_typer(origin.group, name="origin")
app.add_typer(press.group, name="press")
app.add_typer(screening.group, name="screening")
app.add_typer(tiva.group, name="tiva")


def main() -> None:
    """Run the command line; errors the user can mend are printed as sentences, not as traces."""
    try:
        app()
    except MadeinError as fault:
        from madein.cli.show import print_fault

        print_fault(fault)
        sys.exit(fault.exit_code)
    except KeyboardInterrupt:
        print("stopped; nothing was changed", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception:  # noqa: BLE001 the last net: a fault of ours, told as one, with the trace to report it by
        import traceback

        traceback.print_exc()
        print("\nThis is a fault of madein, not of your data. The lines above say where.", file=sys.stderr)
        sys.exit(INTERNAL)
