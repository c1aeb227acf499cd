"""Every command with its arguments and options, from the Typer app."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import typer
from typer.models import ArgumentInfo, OptionInfo, ParameterInfo

from reference.markdown import code, prose, sentence, table, title


def page() -> Iterator[str]:
    """The page ``commands.md``."""
    from madein.cli import app

    yield from title("Commands")
    yield from prose("""
        `python -m madein` is the same as `madein`. Every command takes `--help`, and `madein --version` prints the version.
        How commands end: [exit codes](errors.md#exit-codes). A value that begins with a minus goes behind `--`, so that it
        is not taken for an option: `madein why vietnam -- -4.6%`.
    """)
    for path, function in walk(app):
        yield from title(path, 2)
        if isinstance(function, str):
            yield from prose(function)
        else:
            yield from command(path, function)


def walk(app: typer.Typer, path: str = "madein") -> Iterator[tuple[str, Callable[..., None] | str]]:
    """Path and function of every command; path and text of every group."""
    for info in app.registered_commands:
        if info.callback is not None:
            yield f"{path} {info.name or info.callback.__name__.replace('_', '-')}", info.callback
    for group in app.registered_groups:
        inner, name = group.typer_instance, f"{path} {group.name}"
        if inner is None:
            continue
        verb = default_verb(inner)
        yield name, f"{inner.info.help} {f'`{name} ...` is short for `{name} {verb} ...`.' if verb else ''}"
        yield from walk(inner, name)


def default_verb(group: typer.Typer) -> str:
    """The verb a group puts in where none is given."""
    return str(inspect.getclosurevars(group.info.cls.parse_args).nonlocals.get("verb", "")) if group.info.cls else ""


def command(path: str, function: Callable[..., None]) -> Iterator[str]:
    """One command: what it does, how it is written, what it takes."""
    yield from prose(inspect.getdoc(function) or "")
    parts = [path]
    rows = []
    for name, takes, default, info in parameters(function):
        meaning = sentence(info.help or "")
        if isinstance(info, ArgumentInfo):
            many = typing.get_origin(takes) is list
            parts.append(name.upper() + "..." * many)
            # What has a factory may be left out; its meaning says what then holds.
            rows.append((code(name.upper()), kind(takes), "" if info.default_factory else "needed", meaning))
        else:
            # In Annotated, Typer keeps the first name of an option where its default would stand.
            first = [info.default] if isinstance(info.default, str) and info.default.startswith("-") else []
            flag = ", ".join([*first, *(info.param_decls or ())]) or "--" + name.replace("_", "-")
            rows.append((code(flag), kind(takes), "" if default in (None, "", False) else code(default), meaning))
    if any(row[0].startswith("`-") for row in rows):
        parts.append("[OPTIONS]")
    yield from ("```text", " ".join(parts), "```", "")
    yield from table(("", "takes", "default", "meaning"), rows)


def parameters(function: Callable[..., None]) -> Iterator[tuple[str, Any, Any, ParameterInfo]]:
    """Name, type, default and Typer's notes of every parameter of a command."""
    hints = typing.get_type_hints(function, include_extras=True)
    for name, parameter in inspect.signature(function).parameters.items():
        takes, *notes = typing.get_args(hints[name])
        info = next(n for n in notes if isinstance(n, (ArgumentInfo, OptionInfo)))
        yield name, takes, None if parameter.default is parameter.empty else parameter.default, info


def kind(takes: Any) -> str:
    """What a parameter takes, in words."""
    args = [a for a in typing.get_args(takes) if a is not type(None)]
    if typing.get_origin(takes) is typing.Literal:
        return ", ".join(code(a) for a in args if a)
    if typing.get_origin(takes) is list:
        return f"one or more: {kind(args[0])}"
    if args:
        return kind(args[0])
    return {Path: "a path", bool: "", float: "a number", int: "a whole number"}.get(takes, "text")
