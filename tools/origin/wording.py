"""Published wording made plain: no markup, one kind of dash and percent, codes marked so that a pattern can name them.

A code in the text becomes ``<8703>``, a range ``<6101-6117>``; the words heading, subheading and chapter before it are dropped,
because the number of digits says the same. Everything the data is known to carry by mistake is mended here and nowhere else.
"""

from __future__ import annotations

import re

_MONTHS = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"}
CODE = r"<[0-9]+(?:-[0-9]+)?>"
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_ABBR = re.compile(r"<abbr[^>]*>([A-Z]+)</abbr>:?")
_TAG = re.compile(r"</?(?:p|br|ul|li|em|strong|sup|sub|abbr)\b[^>]*>")
_LEVEL = r"(?:sub-?heading|heading|chapter|HS)s?"
_NUMBER = r"(?:[0-9]{4}\.[0-9]{2}(?:\.[0-9]{2})?|[0-9]{2}\.[0-9]{2}(?:\.[0-9]{2})?|[0-9]{10}|[0-9]{8}|[0-9]{6}|[0-9]{4})"


def plain(text: str) -> str:
    """Text without markup and without the known slips of the data; paragraphs and list items on lines of their own.

    Examples
    --------
    >>> plain("Manufacture from [heading&nbsp;7201](/headings/7201), process(es)1, **20%**")
    'Manufacture from heading 7201, process(es), 20%'
    """
    text = _ABBR.sub(lambda m: m[1] + " ", text)
    text = _LINK.sub(r"\1", text.replace("&nbsp;", " ").replace("\u00a0", " ").replace("\t", " "))
    text = _TAG.sub(" ", text)
    text = text.replace("*", "").replace("\u2019", "'").replace("\u2018", "'")
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    # "man- made", "making- up": a hyphen that met the end of a line in print.
    text = re.sub(r"\b(man|making|non|semi|re|end)- (made|up|woven|finished|tanning|jointing)\b", r"\1-\2", text)
    text = re.sub(r"\bmanmade\b", "man-made", text)
    text = re.sub(r"\bendjoint", "end-joint", text)
    # A note's number that slid into the text: "process(es)1".
    text = re.sub(r"(?<=[a-z)])[0-9]{1,2}(?=[.,;]|\s|$)", "", text)
    text = re.sub(r"\band ?/ ?or\b", "or", text)
    text = re.sub(r"\b(\w+) \1\b(?=\s*[0-9])", r"\1", text)
    text = re.sub(r"(?<=[0-9]) ?(?:%|per cent\b|percent\b)", "%", text)
    # A line that broke inside a list of codes or between a word and its code.
    text = re.sub(r"(heading|subheading|chapter|,|and|or|to) *\n+ *(?=[0-9]{2}\.?[0-9]{2}\b)", r"\1 ", text)
    lines = [re.sub(r" +", " ", line).strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not re.fullmatch(r"[0-9]\.[0-9]+ or", line)]
    return "\n".join(lines)


def marked(text: str) -> str:
    """Plain text whose codes are marked.

    Examples
    --------
    >>> marked("except from heading 5204 to heading 5212 or 5401 to 5402, subheading 540333 through 540339 or chapter 3")
    'except from <5204-5212> or <5401-5402>, <540333-540339> or <03>'
    """
    text = re.sub(rf"\b{_LEVEL} ({_NUMBER})", lambda m: f"<{_digits(m[1])}>", text, flags=re.IGNORECASE)
    text = re.sub(r"\bchapters? ([0-9]{1,2})\b(?!\.?[0-9]|%)", lambda m: f"<{int(m[1]):02d}>", text, flags=re.IGNORECASE)
    before = None
    while before != text:
        before = text
        # Numbers that go on a list begun by a marked code.
        text = re.sub(
            rf"(<[0-9]+>)((?:,| and| or| to| through|, and|, or|;) ?)({_NUMBER})(?![0-9%<>]|[.,][0-9])",
            lambda m: f"{m[1]}{m[2]}<{_digits(m[3])}>",
            text,
        )
        text = re.sub(
            r"(<[0-9]{2}>(?:, <[0-9]{2}>)*)((?:,| and| or| to|, and) )([0-9]{1,2})\b(?!\.?[0-9]|%)",
            lambda m: f"{m[1]}{m[2]}<{int(m[3]):02d}>",
            text,
        )
        text = re.sub(r"(<[0-9]+)>\s*(?:to|through|-)\s*<([0-9]+>)", r"\1-\2", text)
        text = re.sub(
            rf"(<[0-9]+-[0-9]+>)((?:,| and| or|, and|, or|;) ?)({_NUMBER})(?![0-9%<>]|[.,][0-9])",
            lambda m: f"{m[1]}{m[2]}<{_digits(m[3])}>",
            text,
        )
    # A number that stands for itself, as in "and 2303" or "assemblies of 841869"; never a year.
    alone = r"(?P<month>\b[A-Z][a-z]+ )?(?<![0-9<>.%-])\b(?P<code>[0-9]{6}|[0-9]{4})\b(?!\.?[0-9]|[>%]| ?(?:mm|cm|kg|bar|decitex))"
    return re.sub(alone, lambda m: m[0] if m["month"] and m["month"].strip() in _MONTHS else f"{m['month'] or ''}<{m['code']}>", text)


def _digits(number: str) -> str:
    return number.replace(".", "")


def ranges(tokens: str) -> list[list[str]]:
    """The codes marked in a text, as ranges.

    Examples
    --------
    >>> ranges("<5204-5212> or <03>")
    [['5204', '5212'], ['03', '03']]
    """
    found = []
    for token in re.findall(CODE, tokens):
        first, _, last = token[1:-1].partition("-")
        found.append([first, last or first])
    return found
