"""``madein screening map``: a mapping proposed, shown, settled and saved."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from madein.cli.grids import grid, say, screen
from madein.core.documents import printable
from madein.core.errors import MadeinError


def propose(file: Path, answers: Sequence[str], confirm: bool, out: Path | None) -> None:
    """Propose a mapping, settle its questions, show it, and save it if it is agreed to."""
    import typer

    from madein.screening.doors import propose_mapping

    held = propose_mapping(file)
    if answers:
        held = held.answer(**_answers(answers, set(held.header)))
    with screen(None) as console:
        say(console, f"{file.name}: {held.table}, read as {held.door}", "bold")
        grid(console, ("field", "column", "sure", "why"), held.rows())
        for target, scale in held.scales.items():
            say(console, f"{target} is the column times {scale:,g}", "dim")
        say(console, f"dates {held.dates or '?'}, decimal mark {held.decimal or '?'}", "dim")
        for note in held.notes:
            say(console, f"note: {note}", "yellow")
        for question in held.questions:
            say(console, f"open: {question}", "bold yellow")
        if held.questions:
            say(console, "Settle it with --answer, as --answer dates=dmy or --answer origin=COLUMN.", "dim")
            raise typer.Exit(1)
        agreed = confirm or (sys.stdin.isatty() and sys.stdout.isatty() and typer.confirm("Is this right?"))
        if not agreed:
            say(console, "Not saved: look it over and add --confirm.", "dim")
            raise typer.Exit(1)
        path = out or file.with_name(file.name + ".mapping.yaml")
        held.confirm().save(path)
        say(console, f"Saved to {path}; use it with --mapping.", "dim")


def _answers(answers: Sequence[str], header: set[str]) -> dict[str, Any]:
    """Options as answers of a mapping: settings, constants (with a colon), columns."""
    out: dict[str, Any] = {}
    for text in answers:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise MadeinError(f"{printable(text)!r} is no answer", "--answer", fix="write dates=dmy, FIELD=COLUMN or FIELD=:VALUE")
        if name in ("dates", "decimal", "door") and value not in header:
            out[name] = value
        elif value.startswith(":"):
            out.setdefault("constants", {})[name] = value[1:]
        else:
            out.setdefault("columns", {})[name] = value
    return out
