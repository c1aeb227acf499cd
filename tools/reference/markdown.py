"""Pieces of Markdown."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping


def prose(text: str) -> Iterator[str]:
    """Paragraphs wrapped for reading, a blank line after each."""
    for paragraph in text.strip().split("\n\n"):
        yield from textwrap.wrap(" ".join(paragraph.split()), 118, break_long_words=False, break_on_hyphens=False)
        yield ""


def title(text: str, level: int = 1) -> Iterator[str]:
    """A heading with a blank line after it."""
    yield "#" * level + " " + text
    yield ""


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> Iterator[str]:
    """A table with a blank line after it."""
    head = list(header)
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(c).replace("|", "\\|").replace("\n", " ") for c in row) + " |"
    yield ""


def code(text: object) -> str:
    """Text as code; nothing for an empty one."""
    return f"`{text}`" if str(text) else ""


def sentence(text: str) -> str:
    """Text with a capital at its head and a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if not text or text.endswith((".", "?")) else ".")


def meanings(names: Iterable[str], said: Mapping[str, str], of: str) -> list[tuple[str, str]]:
    """Names as code with their meanings; a name without one, or a meaning without a name, ends the program."""
    names = list(names)
    if missing := [n for n in names if n not in said]:
        raise SystemExit(f"{of}: say in tools/reference what this means: {', '.join(missing)}")
    if gone := [n for n in said if n not in names]:
        raise SystemExit(f"{of}: remove from tools/reference: {', '.join(gone)}")
    return [(code(n), sentence(said[n])) for n in names]
