"""English plurals, as far as counted nouns need them."""

from __future__ import annotations

_NOT_PLURAL = frozenset(
    (
        "this its was is has as us plus versus thus less across news always perhaps besides mas yes gas bus process business success access "
        "series various previous famous numerous basis analysis crisis status focus bonus virus campus census surplus congress progress "
        "express does goes says address press class glass loss mass cross gross pass miss discuss assess overseas towards afterwards"
    ).split()
)


def is_plural(word: str) -> bool:
    """True for a word that looks like an English plural noun.

    Examples
    --------
    >>> [is_plural(w) for w in ("items", "companies", "process", "this", "data")]
    [True, True, False, False, False]
    """
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")) and word not in _NOT_PLURAL


def singular_of(word: str) -> str:
    """The singular of a regular English plural.

    Examples
    --------
    >>> singular_of("orders"), singular_of("policies"), singular_of("boxes"), singular_of("phases")
    ('order', 'policy', 'box', 'phase')
    """
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("xes", "ches", "shes", "sses", "zes")):
        return word[:-2]
    return word[:-1]
