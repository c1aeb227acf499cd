"""Names of parties, compared as people compare them: marks, case and legal forms aside, other names of one party as data."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from importlib import resources

from madein.core.period_labels import fold

_SPLIT = re.compile(r"[;/]| and | và ")
LONGEST = 200


@functools.cache
def _data() -> tuple[tuple[tuple[str, ...], ...], Mapping[str, str]]:
    import yaml

    data = yaml.safe_load(resources.files("madein.ledger").joinpath("parties.yaml").read_text("utf-8"))
    # Longest first: "co ltd" before "co".
    forms = sorted((tuple(f.split()) for f in data["legal_forms"]), key=len, reverse=True)
    aliases = {_words(name): key for key, names in data["aliases"].items() for name in (key, *names)}
    return tuple(forms), {" ".join(words): key for words, key in aliases.items()}


def _words(text: str) -> tuple[str, ...]:
    return tuple("".join(c if c.isalnum() else " " for c in fold(text[:LONGEST]).replace("&", " ").replace(".", "")).split())


def party_key(name: str) -> str:
    """What a name is compared by: folded words without legal form, or the key of the party where its names are held.

    Examples
    --------
    >>> [party_key(x) for x in ("Geleximco Group", "Tập đoàn Geleximco", "Chery International", "Công ty CP Tasco", "Omoda & Jaecoo")]
    ['geleximco', 'geleximco', 'chery', 'tasco', 'omoda jaecoo']
    """
    forms, aliases = _data()
    words = _words(name)
    stripped = True
    while stripped and " ".join(words) not in aliases:
        stripped = False
        for form in forms:
            n = len(form)
            if len(words) > n and words[-n:] == form:
                words, stripped = words[:-n], True
            elif len(words) > n and words[:n] == form:
                words, stripped = words[n:], True
    plain = " ".join(words)
    return aliases.get(plain, plain)


def party_keys(text: str) -> frozenset[str]:
    """Keys of all parties a text names, several being parted by semicolon, slash or "and".

    Examples
    --------
    >>> sorted(party_keys("Geely / Tasco Auto"))
    ['geely', 'tasco']
    """
    return frozenset(key for part in _SPLIT.split(text[: 10 * LONGEST]) if (key := party_key(part)))
