"""Industrial classifications as data: class, division, section, total.

Sources: UN, ISIC Rev. 4 (2008); Viet Nam, Decisions 27/2018/QD-TTg and 36/2025/QD-TTg. The lists stand in ``industries.yaml``.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

TOTAL = "total"
"""Code of all industry together."""

LEVELS = ("total", "section", "division", "class", "product")
"""From the whole to its parts."""


@dataclass(frozen=True, slots=True)
class Classification:
    """One edition of a classification of industry.

    Parameters
    ----------
    key, name : str
        How settings and readers call it.
    section_of : mapping of str to str
        Section of each division.
    classes : frozenset of str
        Codes of four digits that exist.
    labels : mapping of str to tuple of str
        English and Vietnamese name of sections and divisions.
    longest : int
        Digits of the finest codes.
    """

    key: str
    name: str
    section_of: Mapping[str, str]
    classes: frozenset[str]
    labels: Mapping[str, tuple[str, str]]
    longest: int

    def class_of(self, code: str) -> str | None:
        """The class of a code as tables print it, None where the edition has none.

        Examples
        --------
        >>> vsic = classification("vsic2018")
        >>> vsic.class_of("10761"), vsic.class_of("C1076"), vsic.class_of("10.76"), vsic.class_of("9999")
        ('1076', '1076', '1076', None)
        """
        digits = code.strip().replace(".", "").replace(" ", "")
        if digits[:1].upper() in self.labels and digits[1:].isdigit() and self.section_of.get(digits[1:3]) == digits[0].upper():
            digits = digits[1:]
        known = digits.isascii() and digits.isdigit() and 4 <= len(digits) <= self.longest and digits[:4] in self.classes
        return digits[:4] if known else None

    def level_of(self, code: str) -> str | None:
        """Level of a code of a table of weights: total, section, division or class; None for any other.

        Examples
        --------
        >>> [classification("isic4").level_of(c) for c in ("total", "C", "10", "1010", "101")]
        ['total', 'section', 'division', 'class', None]
        """
        text = code.strip()
        if text.lower() in (TOTAL, "b-e", "bcde"):
            return TOTAL
        if text in self.section_of:
            return "division"
        if text in self.labels:
            return "section"
        return "class" if self.class_of(text) else None


@functools.cache
def classification(key: str) -> Classification:
    """The edition of that key: ``isic4``, ``vsic2018`` or ``vsic2025``.

    Raises
    ------
    MadeinError
        If no edition is called so.

    Examples
    --------
    >>> isic = classification("isic4")
    >>> isic.section_of["26"], "2610" in isic.classes, isic.labels["26"][0]
    ('C', True, 'Computer, electronic and optical products')
    """
    import yaml

    from madein.core.errors import MadeinError

    held: Mapping[str, Any] = yaml.safe_load(resources.files("madein.indices.compilation").joinpath("industries.yaml").read_text("utf-8"))
    if key not in held["editions"]:
        raise MadeinError(f"no classification is called {key!r}", fix=f"name one of: {', '.join(held['editions'])}")
    edition = held["editions"][key]
    section_of = {d: s for s, about in held["sections"].items() for d in about["divisions"]}
    classes = {d + c for d, about in held["divisions"].items() for c in about["classes"].split()}
    classes = classes - set(edition.get("without", ())) | set(edition.get("also", ()))
    labels = {code: (about["en"], about["vi"]) for kind in ("sections", "divisions") for code, about in held[kind].items()}
    return Classification(key, edition["name"], section_of, frozenset(classes), labels, edition["longest"])
