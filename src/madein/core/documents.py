"""The text of a document: plain text and Markdown as they stand, HTML without its page furniture, PDF page by page.

Offsets such as ``chars 10:20`` count characters of this text; reading the same file again gives the same text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from madein.core.errors import MadeinError
from madein.core.grid import decode

PLAIN = frozenset({".txt", ".md", ".markdown", ".text"})
HTML = frozenset({".html", ".htm", ".xhtml"})
PDF = frozenset({".pdf"})
DOCUMENTS = PLAIN | HTML | PDF

MAX_BYTES = 60_000_000
MAX_HTML_BYTES = 20_000_000
"""Limits on one document; a larger one is refused with a message."""

_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Characters that move a cursor, colour a terminal, turn the direction of writing, or are no characters."""


@dataclass(frozen=True, slots=True)
class DocumentText:
    """Text of a document and the date its file states of itself, as YYYY-MM-DD, '' where it states none."""

    text: str
    date: str = ""


def read_document(path: Path, label: str = "", encoding: str = "") -> DocumentText:
    """Read the text of a .txt, .md, .html or .pdf file.

    Parameters
    ----------
    path : Path
        The file.
    label : str
        How messages call it; the file's name if empty.
    encoding : str
        Encoding of a text file; UTF-8, or what a byte order mark says, if empty.

    Raises
    ------
    MadeinError
        On a file that is missing, empty, binary, too large, in another encoding, locked, or holds no text.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "a.txt"
    >>> _ = file.write_text("Exports rose 5%.")
    >>> read_document(file).text
    'Exports rose 5%.'
    """
    label = printable(label or path.name)
    try:
        return _read(path, label, encoding)
    except OSError as fault:
        raise MadeinError("the file cannot be read", label, fault.strerror or type(fault).__name__, "check who may read it, and its disk") from fault


def printable(text: str) -> str:
    """Text on one line in which every character that could act on a terminal is spelt out.

    Examples
    --------
    >>> print(printable("a\\x1b[31m\\n.txt"))
    a\\x1b[31m\\n.txt
    """
    return _CONTROLS.sub(lambda found: found[0].encode("unicode_escape", "surrogatepass").decode("ascii"), text)


def _read(path: Path, label: str, encoding: str) -> DocumentText:
    if not path.is_file():
        raise MadeinError(_why_none(path), label, fix="check its name and folder")
    suffix, size = path.suffix.lower(), path.stat().st_size
    if suffix not in DOCUMENTS:
        kind = printable(suffix[:20]) or "nothing"
        raise MadeinError(f"cannot read files ending in {kind!r}", label, fix="save it as .txt, .md, .html or .pdf")
    if size > (MAX_HTML_BYTES if suffix in HTML else MAX_BYTES):
        raise MadeinError(f"the file is {size / 1e6:,.0f} MB", label, "a document of this size is no article", "cut it into articles")
    if not size:
        raise MadeinError("the file is empty", label, fix="put the text of an article into it")
    if suffix in PDF:
        from madein.core.documents_pdf import read_pdf

        text, day = read_pdf(path, label)
        mend = "a scanned page needs text recognition first"
    elif suffix in HTML:
        from madein.core.documents_html import read_html

        text, day = read_html(path.read_bytes(), label, encoding)
        mend = "save the page once its scripts have run, or save it as text"
    else:
        text, day, mend = _plain(path.read_bytes(), label, encoding), "", ""
    if not text.strip():
        raise MadeinError("the file holds no text", label, fix=mend)
    return DocumentText(text, day)


def _why_none(path: Path) -> str:
    if path.is_dir():
        return "this is a folder, not a file"
    if path.is_symlink():
        return "this is a link that leads to no file"
    return "this is no ordinary file" if path.exists() else "there is no such file"


def _plain(data: bytes, label: str, encoding: str) -> str:
    wide = "" if encoding else _unmarked(data)
    if wide:
        what = f"the file looks like {wide} without its byte order mark"
        raise MadeinError(what, label, fix=f"save it as UTF-8, or name its encoding, {wide}")
    text = decode(data, label, encoding)
    if "\0" in text:
        raise MadeinError("the file is binary, not text", label, fix="save it as text, or give it its true ending")
    return text


def _unmarked(data: bytes) -> str:
    """``utf-16-le`` or ``utf-16-be`` where every other byte of many is zero and hardly any of the rest."""
    head = data[:4096]
    if len(head) < 8 or head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return ""
    even, odd = head[::2].count(0) / len(head[::2]), head[1::2].count(0) / len(head[1::2])
    return "utf-16-le" if odd > 0.3 and even < 0.02 else "utf-16-be" if even > 0.3 and odd < 0.02 else ""
