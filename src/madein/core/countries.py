"""Countries: ISO 3166 alpha-3 inside, any common spelling at the door, and dated groups."""

from __future__ import annotations

import csv
import functools
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from importlib import resources

from madein.core.errors import MadeinError
from madein.core.period_labels import fold


@dataclass(frozen=True, slots=True)
class Country:
    """One economy with an ISO 3166 code (Kosovo under the user-assigned XKX)."""

    alpha3: str
    alpha2: str
    numeric: str
    en: str
    vi: str
    other: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A set of economies with the dates of membership, `until` being the first day outside."""

    key: str
    label: str
    other: tuple[str, ...]
    members: Mapping[str, tuple[date, date | None]]

    def on(self, day: date) -> frozenset[str]:
        """Members on a day, as alpha-3 codes.

        Examples
        --------
        >>> "GBR" in groups()["EU"].on(date(2020, 1, 31)), "GBR" in groups()["EU"].on(date(2020, 2, 1))
        (True, False)
        """
        return frozenset(c for c, (start, end) in self.members.items() if start <= day and (end is None or day < end))


@functools.cache
def countries() -> Mapping[str, Country]:
    """All countries by alpha-3 code."""
    text = resources.files("madein.core").joinpath("countries.csv").read_text("utf-8")
    rows = csv.DictReader(text.splitlines())
    return {r["alpha3"]: Country(r["alpha3"], r["alpha2"], r["numeric"], r["en"], r["vi"], tuple(filter(None, r["other"].split("|")))) for r in rows}


@functools.cache
def groups() -> Mapping[str, Group]:
    """All groups by key."""
    import yaml

    data = yaml.safe_load(resources.files("madein.core").joinpath("groups.yaml").read_text("utf-8"))
    return {
        key: Group(key, g["label"], tuple(g["other"]), {c: (m["from"], m.get("until")) for c, m in g["members"].items()}) for key, g in data.items()
    }


def _key(text: str) -> str:
    letters = "".join(c if c.isalnum() else " " for c in fold(text).replace("&", " and "))
    words = [w for w in letters.split() if w not in ("the", "of")]
    # "U.S." folds to single letters: join them, so that it meets "US"
    return "".join(words) if all(len(w) == 1 for w in words) else " ".join(words)


@functools.cache
def _spellings() -> tuple[dict[str, str], ...]:
    """Spellings as printed, without case, without marks: "Mỹ" is not "MY", nor "Nga" "NGA".

    A spelling two economies share within one layer is left out of it, so that it is refused and not guessed.
    """
    words = [
        *((w, c.alpha3) for c in countries().values() for w in (c.alpha3, c.alpha2, c.numeric, c.en, c.vi, *c.other) if w),
        *((w, g.key) for g in groups().values() for w in (g.key, g.label, *g.other)),
    ]
    layers = []
    for view in (_printed, _caseless, _key):
        codes: dict[str, set[str]] = {}
        for word, code in words:
            codes.setdefault(view(word), set()).add(code)
        layers.append({word: min(found) for word, found in codes.items() if len(found) == 1})
    return tuple(layers)


def _printed(text: str) -> str:
    return unicodedata.normalize("NFC", " ".join(text.split()))


def _caseless(text: str) -> str:
    return _printed(text).casefold()


def find_economy(text: str) -> str | None:
    """Alpha-3 code or group key for any spelling held; None where none is.

    Examples
    --------
    >>> [find_economy(x) for x in ("Viet Nam", "vietnam", "VN", "704", "U.S.", "Hàn Quốc", "EU", "Atlantis")]
    ['VNM', 'VNM', 'VNM', 'VNM', 'USA', 'KOR', 'EU', None]
    >>> [find_economy(x) for x in ("Nga", "NGA", "nga", "Mỹ", "MY", "Áo", "AO", "ao")]
    ['RUS', 'NGA', None, 'USA', 'MYS', 'AUT', 'AGO', None]
    """
    if not text.strip():
        return None
    printed, *_, known = _spellings()
    # "ao" is AO or Áo without its mark, and nothing tells which.
    if _printed(text) not in printed and fold(text) == _caseless(text) and _key(text) not in known:
        return None
    for layer, view in zip(_spellings(), (_printed, _caseless, _key), strict=True):
        if view(text) in layer:
            return layer[view(text)]
    return None


def economy(text: str, where: str = "") -> str:
    """Like `find_economy`, but an unknown name is an error that offers the nearest ones.

    Raises
    ------
    MadeinError
        If no spelling matches.
    """
    found = find_economy(text)
    if found is None:
        known = _spellings()[-1]
        near = get_close_matches(_key(text), known, n=3) if text.strip() else []
        names = ", ".join(dict.fromkeys(economy_label(known[n]) for n in near))
        raise MadeinError(
            f"{text!r} is no country or group", where,
            fix=f"did you mean {names}?" if names else "write an ISO 3166 code such as VNM",
        )  # fmt: skip
    return found


def economy_label(code: str) -> str:
    """English name for a code or group key; the code itself where none is held.

    Examples
    --------
    >>> economy_label("VNM"), economy_label("EU")
    ('Viet Nam', 'European Union')
    """
    if code in groups():
        return groups()[code].label
    return countries()[code].en if code in countries() else code
