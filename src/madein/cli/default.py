"""A group of commands with a default verb: ``madein indices FILE`` is ``madein indices show FILE``."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup


def group_with_default(verb: str) -> type[TyperGroup]:
    """A group class that puts `verb` before arguments that begin with no verb of the group."""

    class DefaultGroup(TyperGroup):
        def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
            if args and args[0] not in self.commands and args[0] != "--help":
                args = [verb, *args]
            return super().parse_args(ctx, args)

    return DefaultGroup


def new_group(verb: str, help_: str) -> typer.Typer:
    """A Typer for a room's group with its default verb."""
    return typer.Typer(cls=group_with_default(verb), help=help_, no_args_is_help=True, rich_markup_mode=None)
