"""The text of a document: plain text and Markdown as they stand, HTML without its page furniture, PDF page by page.

Offsets such as ``chars 10:20`` count characters of this text; reading the same file again gives the same text.
"""

from __future__ import annotations

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
MAX_PAGES = 3000
"""Limits on one document; a larger one is refused with a message."""


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
    label = label or path.name
    if not path.is_file():
        raise MadeinError("there is no such file", label, fix="check its name and folder")
    suffix, size = path.suffix.lower(), path.stat().st_size
    if suffix not in DOCUMENTS:
        raise MadeinError(f"cannot read files ending in {suffix or 'nothing'!r}", label, fix="save it as .txt, .md, .html or .pdf")
    if size > (MAX_HTML_BYTES if suffix in HTML else MAX_BYTES):
        raise MadeinError(f"the file is {size / 1e6:,.0f} MB", label, "a document of this size is no article", "cut it into articles")
    if not size:
        raise MadeinError("the file is empty", label, fix="put the text of an article into it")
    found = _pdf(path, label) if suffix in PDF else _html(path, label, encoding) if suffix in HTML else _plain(path, label, encoding)
    if not found.text.strip():
        raise MadeinError("the file holds no text", label, fix="a scanned page needs text recognition first" if suffix in PDF else "")
    return found


def _plain(path: Path, label: str, encoding: str) -> DocumentText:
    data = path.read_bytes()
    text = decode(data, label, encoding)
    if "\0" in text[:65536]:
        raise MadeinError("the file is binary, not text", label, fix="save it as text, or give it its true ending")
    return DocumentText(text)


def _html(path: Path, label: str, encoding: str) -> DocumentText:
    try:
        import trafilatura
    except ImportError as fault:
        raise MadeinError("reading HTML needs the extra 'press'", label, fix="pip install 'madein[press]'") from fault
    data = path.read_bytes()
    page: str | bytes = decode(data, label, encoding) if encoding else data
    text = trafilatura.extract(page, include_comments=False, include_tables=True, include_links=False, deduplicate=False, favor_recall=True)
    if not text:
        from lxml import html

        tree = html.fromstring(page)
        for node in tree.xpath("//script|//style|//noscript|//template"):
            node.drop_tree()
        text = "\n".join(line.strip() for line in tree.text_content().splitlines() if line.strip())
    about = trafilatura.extract_metadata(page)
    return DocumentText(text, str(about.date or "") if about else "")


def _pdf(path: Path, label: str) -> DocumentText:
    try:
        import pypdf
    except ImportError as fault:
        raise MadeinError("reading PDF needs the extra 'press'", label, fix="pip install 'madein[press]'") from fault
    try:
        book = pypdf.PdfReader(path)
        if book.is_encrypted and not book.decrypt(""):
            raise MadeinError("the PDF is locked by a password", label, fix="save it without one")
        if len(book.pages) > MAX_PAGES:
            raise MadeinError(f"the PDF has {len(book.pages):,} pages", label, fix="cut it into articles")
        text = "\n\n".join(page.extract_text() for page in book.pages)
        made = book.metadata.creation_date if book.metadata else None
    except pypdf.errors.PyPdfError as fault:
        raise MadeinError("the file is no readable PDF", label, str(fault)[:160], "save it as PDF once more, or as text") from fault
    return DocumentText(text, made.date().isoformat() if made else "")
