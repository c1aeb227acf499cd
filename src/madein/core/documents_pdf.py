"""The text of a PDF, page by page, bounded whatever the file unfolds to."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

from madein.core.documents_html import quiet
from madein.core.errors import MadeinError

MOST_PAGES = 3000
MOST_OPERATIONS = 1_000_000
"""Drawing operations of one file: a few kilobytes can call for any number of them."""

MOST_TEXT = 60_000_000
"""Characters of text of one file."""

_MADE = re.compile(r"(?:D:)?((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})")


def read_pdf(path: Path, label: str) -> tuple[str, str]:
    """The text of a PDF and the day its metadata give, '' where they give none the calendar has.

    Raises
    ------
    MadeinError
        If the file is locked, damaged, no PDF, or larger inside than an article is.
    """
    try:
        import pypdf
    except ImportError as fault:
        raise MadeinError("reading PDF needs the extra 'press'", label, fix="pip install 'madein[press]'") from fault
    with quiet("pypdf"):
        try:
            book = pypdf.PdfReader(path)
            if book.is_encrypted and not book.decrypt(""):
                raise MadeinError("the PDF is locked by a password", label, fix="save it without one")
            if len(book.pages) > MOST_PAGES:
                raise MadeinError(f"the PDF has {len(book.pages):,} pages", label, fix="cut it into articles")
            return _text(book, label), _day(book)
        except (MadeinError, OSError):
            raise
        except Exception as fault:
            # A parser fed a damaged or hostile file may fail in any way; its reader needs a sentence.
            why = " ".join(str(fault).split())[:160] or type(fault).__name__
            raise MadeinError("the file is no readable PDF", label, why, "save it as PDF once more, or as text") from fault


def _text(book: Any, label: str) -> str:
    left = MOST_OPERATIONS

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise MadeinError("the pages of the PDF unfold without end", label, f"more than {MOST_OPERATIONS:,} operations", "save it as text")

    pages, size = [], 0
    for page in book.pages:
        text = page.extract_text(visitor_operand_before=count)
        size += len(text)
        if size > MOST_TEXT:
            raise MadeinError("the text of the PDF is too long for an article", label, f"over {MOST_TEXT:,} characters", "cut it into articles")
        pages.append(text)
    # Damaged fonts map glyphs to halves of characters, which no file or page could hold.
    return "\n\n".join(pages).replace("\0", "\ufffd").encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _day(book: Any) -> str:
    found = _MADE.match(str((book.metadata or {}).get("/CreationDate", "")))
    try:
        return date(*map(int, found.groups())).isoformat() if found else ""
    except ValueError:
        return ""
