"""First-level divisions of countries (provinces, cities under the state), each with the days on which it exists.

On 1 July 2025 the 63 provinces of Viet Nam became 34. A plant announced in Thai Binh in 2023 stands in Hung Yen today, and
"Hung Yen" of 2024 is not the Hung Yen of 2026: a name alone names no place, a name and a day do.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib import resources

from madein.core.period_labels import fold

_PREFIX = re.compile(r"^(?:tinh|thanh pho|tp\.?|province of|city of) +")
_SUFFIX = re.compile(r" +(?:province|city)$")


@dataclass(frozen=True, slots=True)
class Province:
    """A division and the days it holds: `begins` is the first day inside, `ends` the first day outside; None: open.

    `key` is readable and unique in its economy, `code` the official code (two provinces of different days may share one),
    `iso` the ISO 3166-2 code where there is one, `merged_into` the key of the unit it went into. `lon` and `lat` are degrees
    of its centroid.
    """

    key: str
    economy: str
    code: str
    iso: str
    en: str
    vi: str
    other: tuple[str, ...]
    begins: date | None
    ends: date | None
    merged_into: str
    lon: float
    lat: float

    def on(self, day: date) -> bool:
        """True if the division exists on a day."""
        return (self.begins is None or self.begins <= day) and (self.ends is None or day < self.ends)


@functools.cache
def provinces(economy: str = "VNM") -> Mapping[str, Province]:
    """All divisions of an economy by key, past and present; empty where none are held.

    Examples
    --------
    >>> held = provinces().values()
    >>> [sum(p.on(date(*day)) for p in held) for day in ((2025, 6, 30), (2025, 7, 1))]
    [63, 34]
    """
    import yaml

    data = yaml.safe_load(resources.files("madein.core").joinpath("provinces.yaml").read_text("utf-8"))
    return {
        key: Province(
            key, economy, u["code"], u.get("iso", ""), u["en"], u["vi"], tuple(u.get("other", ())),
            u.get("from"), u.get("until"), u.get("merged_into", ""), u["lon"], u["lat"],
        )
        for key, u in data.get(economy, {}).get("units", {}).items()
    }  # fmt: skip


def _spelling(text: str) -> str:
    plain = _SUFFIX.sub("", _PREFIX.sub("", fold(text)))
    return "".join(c for c in plain if c.isalnum())


@functools.cache
def _spellings(economy: str) -> Mapping[str, tuple[Province, ...]]:
    out: dict[str, list[Province]] = {}
    for p in provinces(economy).values():
        # An official code is no spelling: those of 2004 and of 2025 number different places alike.
        for word in dict.fromkeys(_spelling(w) for w in (p.key, p.en, p.vi, p.iso, *p.other) if w):
            out.setdefault(word, []).append(p)
    return {word: tuple(found) for word, found in out.items()}


def find_provinces(text: str, economy: str = "VNM") -> tuple[Province, ...]:
    """Every division, past or present, that a name may stand for; marks, case and words such as "tỉnh" aside.

    Examples
    --------
    >>> [p.key for p in find_provinces("tỉnh Hưng Yên")], [p.key for p in find_provinces("Thai Binh Province")], find_provinces("Atlantis")
    (['hung-yen', 'hung-yen-2025'], ['thai-binh'], ())
    """
    word = _spelling(text[:80])
    return _spellings(economy).get(word, ()) if word else ()


def find_province(text: str, day: date, economy: str = "VNM") -> Province | None:
    """The division a name stands for on a day.

    A name of the past is still understood later, as the unit it went into: papers keep writing "Thai Binh". A name of the
    future is not understood before its day.

    Examples
    --------
    >>> for day in (date(2024, 1, 1), date(2025, 11, 2)):
    ...     print([found.key for name in ("Thai Binh", "Hung Yen") if (found := find_province(name, day))])
    ['thai-binh', 'hung-yen']
    ['hung-yen-2025', 'hung-yen-2025']
    """
    found = find_provinces(text, economy)
    now = [p for p in found if p.on(day)]
    past = [p for p in found if p.ends is not None and p.ends <= day]
    best = now or past[-1:]
    return province_on(best[0], day) if best else None


def province_on(province: Province, day: date) -> Province:
    """The division that holds the place of another on a later day: itself, or what it was merged into.

    Examples
    --------
    >>> province_on(provinces()["thua-thien-hue"], date(2026, 1, 1)).key
    'hue'
    """
    held = provinces(province.economy)
    while province.ends is not None and province.ends <= day and province.merged_into:
        province = held[province.merged_into]
    return province


def same_place(one: Province, other: Province, day: date) -> bool:
    """True if two divisions are, or went into, one unit that exists on a day.

    Examples
    --------
    >>> old, new = provinces()["thai-binh"], provinces()["hung-yen-2025"]
    >>> same_place(old, new, date(2026, 1, 1)), same_place(old, provinces()["hung-yen"], date(2024, 1, 1))
    (True, False)
    """
    return province_on(one, day) == province_on(other, day)
