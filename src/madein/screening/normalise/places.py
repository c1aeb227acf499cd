"""Economies by any code or name, and provinces by name and day."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from datetime import date
from importlib import resources
from typing import Any

from madein.core.countries import countries, find_economy
from madein.core.provinces import find_province, find_provinces, province_on, provinces

TOTAL = "all partners, or a group of them: the rows of single partners are counted again"
NOWHERE = "no economy: an area not specified"


@functools.cache
def _data() -> Mapping[str, Any]:
    import yaml

    return dict(yaml.safe_load(resources.files("madein.screening.normalise").joinpath("places.yaml").read_text("utf-8")))


@functools.cache
def _sets() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(t.casefold() for t in _data()["totals"]), frozenset(t.casefold() for t in _data()["nowhere"])


@functools.cache
def _names() -> Mapping[str, str]:
    return {name.casefold(): code for name, code in _data()["names"].items()}


@functools.lru_cache(maxsize=100_000)
def economy_code(text: str) -> tuple[str | None, str]:
    """ISO 3166 alpha-3 code, and what is wrong where there is none.

    Read are ISO codes of two and three letters and three digits (a lost leading zero is put back), the numbers of Comtrade and
    BACI, those of the US Census, and names in English and Vietnamese.

    Examples
    --------
    >>> [economy_code(t)[0] for t in ("VN", "VNM", "704", "Viet Nam", "5520", "842", "36", "Trung Quốc")]
    ['VNM', 'VNM', 'VNM', 'VNM', 'VNM', 'USA', 'AUS', 'CHN']
    >>> economy_code("World")[1].startswith("all partners"), economy_code("Atlantis")
    (True, (None, 'no country of this name or code'))
    """
    plain = " ".join(text.split())
    totals, nowhere = _sets()
    if not plain:
        return None, "missing"
    if plain.casefold() in totals:
        return None, TOTAL
    if plain.removesuffix(".0").isdigit() and plain.isascii():
        plain = plain.removesuffix(".0")
        plain = plain.zfill(3)
        found = _data()["own_numbers"].get(plain) or _data()["schedule_c"].get(plain)
        if found:
            return found, ""
    elif plain.casefold() in _names():
        return _names()[plain.casefold()], ""
    elif plain in _data()["own_numbers"]:
        return _data()["own_numbers"][plain], ""
    code = find_economy(plain) or find_economy(plain.title())
    if code in countries():
        return code, ""
    if plain.casefold() in nowhere:
        return None, NOWHERE
    return None, TOTAL if code else "no country of this name or code"


def province_key(text: str, day: date, economy: str = "VNM") -> str | None:
    """Key of the province a name, a key or an ISO code stands for on a day; None where it stands for none.

    Examples
    --------
    >>> province_key("tỉnh Thái Bình", date(2024, 1, 1)), province_key("Thai Binh", date(2026, 1, 1)), province_key("VN-HN", date(2024, 1, 1))
    ('thai-binh', 'hung-yen-2025', 'ha-noi')
    """
    held = provinces(economy).get(text)
    if held is not None:
        return province_on(held, day).key
    found = find_province(text, day, economy)
    return found.key if found else None


def is_province(text: str, economy: str = "VNM") -> bool:
    """True if a text is the key or a name of a province, past or present."""
    return text in provinces(economy) or bool(find_provinces(text, economy))


def key_on(key: str, day: date, economy: str = "VNM") -> str:
    """The key of the unit that holds a province's place on a later day; the key itself where it is not known.

    Examples
    --------
    >>> key_on("thai-binh", date(2026, 1, 1)), key_on("ha-noi", date(2026, 1, 1))
    ('hung-yen-2025', 'ha-noi')
    """
    held = provinces(economy).get(key)
    return province_on(held, day).key if held else key
