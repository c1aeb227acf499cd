"""XML of unknown origin, read as a stream: no document type, no entities, bounded depth and size.

Expat hands over one element after the other, so that a message of any length costs no more memory than its numbers. A document
type declaration is refused before it is looked into: entities are where an XML file does harm, and no SDMX message needs one.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, cast
from xml.parsers import expat

from madein.core.errors import MadeinError

MAX_BYTES = 1_000_000_000
MAX_DEPTH = 60
MAX_TEXT = 100_000
"""Limits on one file: unpacked size, depth of elements, length of one text or attribute."""

_CHUNK = 1 << 18
_AGAIN = "get the message from its publisher again"

Start = Callable[[str, dict[str, str], int], None]
End = Callable[[str, str], None]


class _Refused(Exception):
    """Carries a message out of a callback of the parser."""


def stream(path: Path, label: str, start: Start, end: End | None = None) -> None:
    """Call back for every element of an XML file, gzipped or not.

    Parameters
    ----------
    path, label : Path and str
        The file, and what messages call it.
    start : callable of (name, attributes, line)
        Called where an element begins; names are local, attributes of other namespaces keep their local name too.
    end : callable of (name, text), optional
        Called where an element ends, with the text directly inside it.

    Raises
    ------
    MadeinError
        If the file is no well-formed XML, declares a document type, or exceeds a limit.
    """
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True
    texts: list[list[str]] = []
    depth = 0

    def begin(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise _Refused(f"elements are nested more than {MAX_DEPTH} deep")
        if end is not None:
            texts.append([])
        start(name.rpartition("}")[2], {k.rpartition("}")[2]: v for k, v in attributes.items()}, parser.CurrentLineNumber)

    def finish(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end is not None:
            end(name.rpartition("}")[2], "".join(texts.pop()).strip())

    def data(text: str) -> None:
        if texts:
            if len(text) + sum(map(len, texts[-1])) > MAX_TEXT:
                raise _Refused(f"a text is longer than {MAX_TEXT:,} characters")
            texts[-1].append(text)

    def refuse(*_: object) -> None:
        raise _Refused("it declares a document type, in which entities can do harm")

    parser.StartElementHandler, parser.EndElementHandler = begin, finish
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    if end is not None:
        parser.CharacterDataHandler = data
    try:
        with _opened(path) as file:
            read = 0
            while chunk := file.read(_CHUNK):
                read += len(chunk)
                if read > MAX_BYTES:
                    raise _Refused(f"it is larger than {MAX_BYTES // 1_000_000:,} MB")
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
    except _Refused as fault:
        raise MadeinError("the XML is refused", f"{label} line {parser.CurrentLineNumber}", str(fault), _AGAIN) from None
    except expat.ExpatError as fault:
        raise MadeinError("the file is no well-formed XML", f"{label} line {fault.lineno}", str(fault), _AGAIN) from fault
    except (OSError, EOFError) as fault:
        raise MadeinError("the file cannot be opened", label, str(fault)) from fault


def _opened(path: Path) -> BinaryIO:
    with path.open("rb") as file:
        packed = file.read(2) == b"\x1f\x8b"
    return cast(BinaryIO, gzip.open(path, "rb")) if packed else path.open("rb")
