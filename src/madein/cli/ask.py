"""Commands that ask a finished study: why, cite, diff."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.tree import Tree

    from madein.study.why import Certificate

Folder = Annotated[Path, typer.Argument(help="Folder of the study.", show_default=False)]


def add_to(app: typer.Typer) -> None:
    """Put the commands on the main command."""
    app.command()(why)
    app.command()(cite)
    app.command()(diff)


def why(
    folder: Folder,
    what: Annotated[
        str,
        typer.Argument(help="A figure id, a cell such as iip.levels[series=total,period=2024-07].value, or a printed number.", show_default=False),
    ],
    json: Annotated[bool, typer.Option("--json", help="Print the chain as JSON.")] = False,
) -> None:
    """Where does a number come from? Prints its chain down to file, sha256 and place."""
    from madein.study.finished import open_study
    from madein.study.why import certificate, find

    study = open_study(folder)
    found = find(study, what)
    if json:
        import json as js

        typer.echo(js.dumps([_plain(certificate(study, ref)) for ref in found], ensure_ascii=False, indent=1))
        return
    console = _console()
    if len(found) > 1:
        console.print(f"{len(found)} numbers read {what!r}:", markup=False)
    for ref in found[:5]:
        console.print(_tree(certificate(study, ref), set()))
    if len(found) > 5:
        console.print("also:")
        for ref in found[5:]:
            console.print(f"  {ref.name} {ref.at}".rstrip(), markup=False)
    for name, change in study.changed_sources.items():
        console.print(f"note: {name}: {change}", style="yellow", markup=False)


def cite(folder: Folder, figure: Annotated[str, typer.Argument(help="A figure id or a printed number.", show_default=False)]) -> None:
    """Print one line to copy for a figure: value, bounds, sources, study."""
    from madein.core.errors import MadeinError
    from madein.study.finished import open_study
    from madein.study.why import cite as line
    from madein.study.why import find

    study = open_study(folder)
    found = [r for r in find(study, figure) if r.kind == "figure"]
    if not found:
        raise MadeinError(f"{figure!r} is no figure", fix="cite figures; ask for cells with: madein why")
    for ref in found:
        typer.echo(line(study, study.figures[ref.name]))


def diff(
    old: Annotated[Path, typer.Argument(help="A study's folder, or an out folder.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="Another.", show_default=False)],
    threshold: Annotated[float | None, typer.Option(help="End with 1 if a value moved by more than this many percent.")] = None,
) -> None:
    """Say what changed between two outputs."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from madein.core.errors import FINDING
    from madein.study.diff import diff as changes
    from madein.study.finished import open_study

    a, b = open_study(old), open_study(new)
    found = changes(a, b)
    if not found:
        typer.echo("nothing differs")
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("what", "about", "before", "after"):
        table.add_column(column, overflow="fold")
    for c in found:
        table.add_row(*(Text(x) for x in (c.kind, c.about, c.before, c.after)))
    Console().print(table)
    if threshold is not None:
        moved = [n for n, f in a.figures.items() if (g := b.figures.get(n)) and f.value and g.value and abs(g.value / f.value - 1) * 100 > threshold]
        if moved:
            typer.echo(f"{len(moved)} values moved by more than {threshold:g} percent", err=True)
            raise typer.Exit(FINDING)


def _console() -> Console:
    """A console wide enough for a hash on one line where nobody's window says otherwise."""
    from rich.console import Console

    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=120)


def _tree(node: Certificate, told: set[str]) -> Tree:
    """The chain as a tree; what is known of a source is said once."""
    from rich.text import Text
    from rich.tree import Tree

    head = Text(node.title, style="bold")
    if node.value:
        head.append(f"   {node.value}", style="bold cyan")
    facts = node.facts if node.ref.node not in told else tuple(f for f in node.facts if f[0] == "warning")
    if node.ref.kind == "source":
        told.add(node.ref.node)
    for name, text in facts:
        head.append(f"\n{name}: ", style="dim")
        head.append(text, style="bold yellow" if name == "warning" else "not bold")
    if node.place:
        head.append_text(_place(node))
    tree = Tree(head)
    for child in node.children:
        tree.children.append(_tree(child, told))
    if node.more:
        tree.add(Text(f"and {node.more} more", style="dim"))
    return tree


def _place(node: Certificate) -> Any:
    from rich.text import Text

    place = node.place
    out = Text()
    if place is None:
        return out
    if place.grid:
        widths = [max(len(row[i]) for row in place.grid) for i in range(len(place.grid[0]))]
        for r, row in enumerate(place.grid):
            out.append("\n  ")
            for c, cell in enumerate(row):
                out.append(cell.rjust(widths[c]), style="reverse" if place.at == (r, c) else "dim" if not r or not c else "")
                out.append("  ")
    else:
        out.append(f"\n  … {place.before} ")
        out.append(place.text, style="reverse")
        out.append(f" {place.after} …")
    return out


def _plain(node: Certificate) -> dict[str, Any]:
    out: dict[str, Any] = {"ref": str(node.ref), "title": node.title, "value": node.value, "facts": dict(node.facts)}
    if node.place:
        out["place"] = {"grid": node.place.grid, "at": node.place.at, "text": node.place.text, "before": node.place.before, "after": node.place.after}
    return {**out, "rests_on": [_plain(c) for c in node.children], "more": node.more}
