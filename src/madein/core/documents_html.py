"""The text of an HTML page: decoded as it says, without scripts and furniture, and bounded whatever the page holds."""

from __future__ import annotations

import codecs
import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from madein.core.errors import MadeinError
from madein.core.grid import decode

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MOST_ELEMENTS = 50_000
"""Elements of a page; extraction takes quadratic time in some shapes of markup."""

MOST_ATTRIBUTES = 100
"""Attributes of one element that are kept; parsers compare each with all others."""

_CHARSET = re.compile(rb"""<meta[^>]{0,200}?charset\s{0,9}=\s{0,9}["']?\s{0,9}([A-Za-z0-9_:.-]{1,40})""", re.IGNORECASE)
_KNOWN = re.compile(r"utf-8|utf-16(-[bl]e)?|ascii|iso8859-[0-9]+|cp125[0-8]|cp874|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc_(jp|kr)|tis-620")
_WESTERN = frozenset({"ascii", "iso8859-1"})
"""Names that pages use when they mean Windows-1252, as the encoding standard of the web has it."""

_TAG = re.compile(r"<[a-zA-Z][^\s/>]{0,60}+")
_ATTRIBUTE = re.compile(r"""[\s/]*+(?:=?[^\s=>/]++)(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]++)?+)?+""")

_GONE = ("script", "style", "noscript", "template", "iframe", "object", "svg", "math", "select", "del", "s", "strike")
_INLINE = (
    "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "samp", "small",
    "span", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
)  # fmt: skip
_NOTE = re.compile(r"[0-9\s,;*()\[\]†‡§-]*")
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Characters that a tree gives out but does not take in."""

_STATED = frozenset({
    "article:published_time", "og:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "dcterms.date", "dcterms.issued",
    "pubdate", "publishdate", "publish-date", "publication_date", "citation_publication_date", "parsely-pub-date", "sailthru.date",
})  # fmt: skip
"""Names of metadata in which publishers state the day of an article."""

_DAY = re.compile(r"((?:19|20)[0-9]{2})[-/]?([0-9]{2})[-/]?([0-9]{2})(?![0-9])")


def read_html(data: bytes, label: str, encoding: str = "") -> tuple[str, str]:
    """The text of a page and the day it states in its metadata ('' where it states none).

    Raises
    ------
    MadeinError
        Where the encoding is not what the page says, or the page is nested or filled beyond what an article is.

    Examples
    --------
    >>> read_html(b"<p>It cost US$5<sup>1</sup> <b>million</b>.</p><script>let x = 99</script>", "a.html")
    ('It cost US$5¹ million.', '')
    """
    try:
        import trafilatura
    except ImportError as fault:
        raise MadeinError("reading HTML needs the extra 'press'", label, fix="pip install 'madein[press]'") from fault
    tree = _tree(lean(_decoded(data, label, encoding)), label)
    if tree is None:
        return "", ""
    day = stated_day(tree)
    _simplify(tree)
    whole = all_text(tree)
    with quiet("trafilatura", "htmldate"):
        try:
            text = trafilatura.extract(
                tree, include_comments=False, include_tables=True, include_links=False, deduplicate=False, favor_recall=True, with_metadata=False
            )
        except Exception:  # noqa: BLE001 an extractor fed hostile markup may fail in any way; the whole text of the page remains
            text = None
    return text or whole, day


def _decoded(data: bytes, label: str, encoding: str) -> str:
    """The page in the encoding named, a byte order mark's, the one it states, or UTF-8; no other is guessed."""
    stated = _CHARSET.search(data[:4096])
    if not encoding and stated and not data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        try:
            name = codecs.lookup(stated[1].decode("ascii")).name
        except LookupError:
            name = ""
        # A page whose letters can be read as ASCII is not UTF-16, whatever it says.
        if _KNOWN.fullmatch(name) and not name.startswith("utf-16"):
            try:
                return data.decode("cp1252" if name in _WESTERN else name)
            except UnicodeDecodeError:
                pass
    return decode(data, label, encoding)


def lean(page: str) -> str:
    """A page whose elements have a bounded number of attributes; one pass.

    Examples
    --------
    >>> len(lean("<p " + "x=1 " * 1000 + ">5%</p>")) < 500, lean('<p title="a>b">5%</p>')
    (True, '<p title="a>b">5%</p>')
    """
    out, kept, at = [], 0, 0
    while (tag := _TAG.search(page, at)) is not None:
        at, count = tag.end(), 0
        cut = -1
        while (attribute := _ATTRIBUTE.match(page, at)) is not None:
            at, count = attribute.end(), count + 1
            cut = at if count == MOST_ATTRIBUTES else cut
        if cut >= 0:
            out.append(page[kept:cut])
            kept = at
    return "".join((*out, page[kept:]))


def _tree(page: str, label: str) -> HtmlElement | None:
    from lxml import etree, html

    if "\0" in page:
        raise MadeinError("the file is binary, not text", label, fix="save the page as HTML or as text")
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        tree = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    except etree.ParserError:
        return None
    # The parser stops at such a fault, and what stands behind it would be missing without a word.
    if any(e.level == etree.ErrorLevels.FATAL or "depth" in e.message for e in parser.error_log):
        raise MadeinError("the elements of the page are nested too deep", label, "what follows would be lost", "save the page as text")
    count = sum(1 for _ in tree.iter())
    if count > MOST_ELEMENTS:
        raise MadeinError(f"the page has {count:,} elements", label, "a page of this size is no article", "save the article alone, or as text")
    return tree


def stated_day(tree: HtmlElement) -> str:
    """The day a page states in its metadata as YYYY-MM-DD; '' where it states none that the calendar has.

    Examples
    --------
    >>> from lxml import html
    >>> stated_day(html.document_fromstring('<meta property="article:published_time" content="2024-08-05T07:00+07:00">'))
    '2024-08-05'
    """
    for node in tree.iter("meta", "time", "script"):
        if node.tag == "meta":
            named = {str(node.get(k, "")).strip().lower() for k in ("property", "name", "itemprop")}
            said = node.get("content", "") if named & _STATED else ""
        elif node.tag == "time":
            said = node.get("datetime", "") if node.get("itemprop", "").lower() == "datepublished" or "pubdate" in node.attrib else ""
        else:
            said = _published(node.text or "") if "ld+json" in node.get("type", "") else ""
        found = _DAY.match(said.strip())
        if found:
            try:
                return date(*map(int, found.groups())).isoformat()
            except ValueError:
                continue
    return ""


def _published(text: str) -> str:
    """``datePublished`` of a block of JSON-LD."""
    if "datePublished" not in text:
        return ""
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    stack: list[Any] = [said]
    while stack:
        node = stack.pop()
        if isinstance(node, dict):
            if isinstance(node.get("datePublished"), str):
                return str(node["datePublished"])
            stack.extend(node.values())
        elif isinstance(node, list):
            stack.extend(node)
    return ""


def _simplify(tree: HtmlElement) -> None:
    """Drop what is not said, raise the digits of note marks, and make one text of what emphasis parts."""
    from lxml import etree

    for node in tree.iter("sup"):
        if _NOTE.fullmatch("".join(node.itertext())):
            for part in node.iter():
                part.text = _NO_XML.sub("\ufffd", part.text.translate(_RAISED)) if part.text else None
                if part is not node and part.tail:
                    part.tail = _NO_XML.sub("\ufffd", part.tail.translate(_RAISED))
    for node in tree.iter("del", "s", "strike"):
        node.tail = _NO_XML.sub("\ufffd", " " + (node.tail or ""))
    etree.strip_elements(tree, *_GONE, with_tail=False)
    etree.strip_tags(tree, *_INLINE)


def all_text(tree: HtmlElement) -> str:
    """Everything a page says, an element a line, so that no number runs into the next.

    Examples
    --------
    >>> from lxml import html
    >>> all_text(html.document_fromstring("<table><tr><td>5</td><td>6</td></tr></table>"))
    '5\\n6'
    """
    body = tree.find("body")
    lines = (" ".join(piece.split()) for piece in (tree if body is None else body).itertext(with_tail=True))
    return "\n".join(line for line in lines if line)


@contextmanager
def quiet(*names: str) -> Iterator[None]:
    """Keep readers from printing about a file, in words that may be the file's own; faults come back as messages of ours."""
    loggers = [logging.getLogger(name) for name in names]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for logger, level in zip(loggers, levels, strict=True):
            logger.setLevel(level)
