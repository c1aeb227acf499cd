"""Editions of the Harmonized System: which codes each has, and where a code goes in another edition.

The system is revised every five years; a code may be split, merged or given other goods under the same digits. A code of one
edition therefore has one image in another, or several: several are all returned, because only the goods themselves can tell.
The data stands in ``hs/`` beside this file and holds only what differs (``tools/origin/make_hs.py`` writes it).
"""

from __future__ import annotations

import functools
from bisect import bisect_left
from collections.abc import Mapping
from importlib import resources

from madein.core.errors import MadeinError

EDITIONS = ("2012", "2017", "2022")
"""Editions held, oldest first."""


def _lines(name: str) -> list[str]:
    text = resources.files("madein.origin").joinpath("hs", name).read_text("utf-8")
    return [line for line in text.splitlines() if not line.startswith("#")]


@functools.cache
def _tables() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {edition: [] for edition in EDITIONS}
    for line in _lines("codes.txt"):
        heading, *tails = line.split()
        for tail in tails:
            end, _, marks = tail.partition(":")
            for n in marks or "012":
                found[EDITIONS[int(n)]].append(heading + end)
    return {edition: tuple(sorted(codes)) for edition, codes in found.items()}


@functools.cache
def _parts(edition: str) -> frozenset[str]:
    return frozenset(code[:n] for code in codes(edition) for n in (2, 4, 6))


def codes(edition: str) -> tuple[str, ...]:
    """Every six-digit code of an edition, sorted.

    Raises
    ------
    MadeinError
        If the edition is not held.

    Examples
    --------
    >>> [len(codes(edition)) for edition in EDITIONS]
    [5205, 5387, 5612]
    """
    try:
        return _tables()[edition]
    except KeyError:
        raise MadeinError(f"HS {edition} is not held", fix=f"held are {', '.join(EDITIONS)}") from None


def known(code: str, edition: str) -> bool:
    """True if the edition has the code, or its first six digits.

    Examples
    --------
    >>> known("870380", "2022"), known("870380", "2012"), known("87038000", "2022"), known("77", "2022")
    (True, False, True, False)
    """
    return code[:6] in _parts(edition)


@functools.cache
def _moves(start: str, end: str) -> Mapping[str, tuple[str, ...]]:
    """Codes of ``start`` whose images in ``end`` are not just themselves."""
    later, earlier = max(start, end), min(start, end)
    table: dict[str, tuple[str, ...]] = {}
    at = ("", "")
    for line in _lines("images.txt"):
        if line.startswith("@"):
            at = (line.split()[1], line.split()[2])
        elif at == (later, earlier):
            left, _, right = line.partition(" > ")
            found = tuple(right.split())
            for code in left.split():
                table[code] = found
    if start == later:
        return {code: _own_first(code, found) for code, found in table.items()}
    back: dict[str, list[str]] = {}
    for code, found in table.items():
        for image in found:
            back.setdefault(image, []).append(code)
    # A code that stayed itself is in no line of the table, yet it is an image of itself beside those that came to it.
    stayed = frozenset(codes(later)) - table.keys()
    for image, found_list in back.items():
        if image in stayed:
            found_list.append(image)
    for code in codes(earlier):
        if code not in back and code not in stayed:
            back[code] = []
    return {code: _own_first(code, tuple(sorted(found_list))) for code, found_list in back.items()}


def _own_first(code: str, found: tuple[str, ...]) -> tuple[str, ...]:
    return (code, *(c for c in found if c != code)) if code in found else found


@functools.lru_cache(65536)
def images(code: str, start: str, end: str) -> tuple[str, ...]:
    """Codes of another edition that the goods of a code may have there.

    Parameters
    ----------
    code : str
        2 to 10 digits of edition ``start``; digits beyond six are a country's own and do not carry over.
    start, end : str
        Editions.

    Returns
    -------
    tuple of str
        One code, or several where the table does not tell which; the code itself first where it is among them. Empty where
        the edition has no such code or the table leaves it without an image. A heading or chapter keeps its length where all
        its codes stay inside one, and becomes the headings of their images otherwise.

    Raises
    ------
    MadeinError
        If an edition is not held.

    Examples
    --------
    >>> images("870380", "2022", "2012"), images("854143", "2022", "2012"), images("870323", "2022", "2012")
    (('870390',), ('854140',), ('870323',))
    >>> images("9401", "2022", "2012"), len(images("852411", "2022", "2012")) > 1
    (('9401',), True)
    """
    if start == end:
        codes(start)
        return (code,)
    if len(code) >= 6:
        code = code[:6]
        found = _moves(start, end).get(code)
        return found if found is not None else (code,) if known(code, start) else ()
    all_codes = codes(start)
    first = bisect_left(all_codes, code)
    out: dict[str, None] = {}
    for member in all_codes[first:]:
        if not member.startswith(code):
            break
        out |= dict.fromkeys(image[: max(len(code), 2)] for image in images(member, start, end))
    return _own_first(code, tuple(sorted(out)))


@functools.cache
def _names() -> Mapping[str, str]:
    return dict(line.split(" ", 1) for line in _lines("names.txt"))


def describe(code: str) -> str:
    """Short name of the heading of a code, or of its chapter; empty for one that no edition has.

    Examples
    --------
    >>> describe("640399")
    'Footwear; with outer soles'
    """
    names = _names()
    return names.get(code[:4]) or names.get(code[:2]) or ""


def nearest(code: str, edition: str) -> tuple[str, str]:
    """Why an edition has no such code and which to write: two clauses for a message.

    Examples
    --------
    >>> nearest("851712", "2022")
    ('it is a code of HS 2012 and 2017', 'write 851713 or 851714')
    >>> nearest("870399", "2022")
    ('heading 8703 has no such subheading', 'its last ones are 870370, 870380, 870390')
    """
    code = code[:6]
    others = [e for e in EDITIONS if e != edition and known(code, e)]
    if others:
        found = images(code, others[-1], edition)
        near = [c for c in found if c[:4] == code[:4]] or list(found)
        shown = [*near[:4], *([f"{len(near) - 4} others"] if len(near) > 4 else [])]
        return f"it is a code of HS {' and '.join(others)}", f"write {' or '.join(shown)}" if found else "look the good up in this edition"
    heading, chapter = code[:4], code[:2]
    if len(code) == 6 and known(heading, edition):
        inside = [c for c in codes(edition) if c.startswith(heading)]
        at = bisect_left(inside, code)
        near = inside[max(0, at - 3) : at + 3]
        word = "its last ones are" if at == len(inside) else "near are"
        return f"heading {heading} has no such subheading", f"{word} {', '.join(near)}"
    if known(chapter, edition):
        headings = sorted({c[:4] for c in codes(edition) if c.startswith(chapter)})
        return f"chapter {chapter} has no heading {heading}", f"its headings are {headings[0]} to {headings[-1]}"
    return f"there is no chapter {chapter}", "look the good up again"
