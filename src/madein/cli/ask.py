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
    # A number may begin with a minus: it is no option.
    app.command(context_settings={"ignore_unknown_options": True})(why)
    app.command(context_settings={"ignore_unknown_options": True})(cite)
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

        typer.echo(js.dumps([_plain(certificate(study, f.ref, column=f.column)) for f in found], ensure_ascii=False, indent=1))
        return
    console = _console()
    if len(found) > 1:
        console.print(f"{len(found)} numbers read {what!r}:", markup=False)
    for f in found[:5]:
        console.print(_tree(certificate(study, f.ref, column=f.column), set()))
    if len(found) > 5:
        console.print("also:")
        for f in found[5:]:
            console.print(f"  {f.ref.name} {f.ref.at}".rstrip(), markup=False)
    for name, change in study.changed_sources.items():
        console.print(f"note: {name}: {change}", style="yellow", markup=False)


def cite(folder: Folder, figure: Annotated[str, typer.Argument(help="A figure id or a printed number.", show_default=False)]) -> None:
    """Print one line to copy for a figure: value, bounds, sources, study."""
    from madein.core.errors import MadeinError
    from madein.study.finished import open_study
    from madein.study.why import cite as line
    from madein.study.why import find

    study = open_study(folder)
    found = [f.ref for f in find(study, figure) if f.ref.kind == "figure"]
    if not found:
        raise MadeinError(f"{figure!r} is no figure", fix="cite figures; ask for cells with: madein why")
    for ref in found:
        typer.echo(line(study, study.figures[ref.name]))


def diff(
    old: Annotated[Path, typer.Argument(help="A study's folder, or an out folder.", show_default=False)],
    new: Annotated[Path, typer.Argument(help="Another.", show_default=False)],
    json: Annotated[bool, typer.Option("--json", help="Print the changes as JSON.")] = False,
    threshold: Annotated[float | None, typer.Option(help="End with 1 if a value moved by more than this many percent.")] = None,
) -> None:
    """Say what changed between two outputs."""
    import dataclasses
    import json as js

    from rich.table import Table
    from rich.text import Text

    from madein.core.errors import FINDING
    from madein.study.diff import diff as changes
    from madein.study.finished import open_study

    a, b = open_study(old), open_study(new)
    found = changes(a, b)
    if json:
        typer.echo(js.dumps([dataclasses.asdict(c) for c in found], ensure_ascii=False, indent=1))
    elif not found:
        typer.echo("nothing differs")
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in ("what", "about", "before", "after"):
        table.add_column(column, overflow="fold")
    for c in found:
        table.add_row(*(Text(x) for x in (c.kind, c.about, c.before, c.after)))
    if found and not json:
        _console().print(table)
    if threshold is not None:
        moved = [n for n, f in a.figures.items() if (g := b.figures.get(n)) and _moved(f.value, g.value, threshold)]
        if moved:
            typer.echo(f"{len(moved)} values moved by more than {threshold:g} percent", err=True)
            raise typer.Exit(FINDING)


def _moved(before: float | None, after: float | None, percent: float) -> bool:
    """True if a value moved by more than some percent, or to or from zero, or came or went."""
    if before is None or after is None or not before:
        return before != after
    return abs(after / before - 1) * 100 > percent


def _console() -> Console:
    """A console as wide as the window, or wide enough for ids and hashes on one line where the output goes elsewhere."""
    from madein.cli.show import Plain

    console = Plain(highlight=False)
    return console if console.is_terminal else Plain(highlight=False, width=220)


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
