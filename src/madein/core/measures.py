"""The measures: what a figure is a figure of, with the words by which people call it."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources

from madein.core.period_labels import fold


@dataclass(frozen=True, slots=True)
class Measure:
    """One entry of ``measures.yaml``: key, label, kind of unit, how months add up, which way is good, synonyms."""

    key: str
    label: str
    unit: str
    over_time: str
    higher_is: str
    en: tuple[str, ...]
    vi: tuple[str, ...]
    made_of: tuple[tuple[str, int], ...] = ()


@functools.cache
def measures() -> Mapping[str, Measure]:
    """All measures by key.

    Examples
    --------
    >>> measures()["exports"].label
    'Exports of goods'
    """
    import yaml

    data = yaml.safe_load(resources.files("madein.core").joinpath("measures.yaml").read_text("utf-8"))
    return {
        k: Measure(k, v["label"], v["unit"], v["over_time"], v["higher_is"], tuple(v["en"]), tuple(v["vi"]), tuple(v.get("made_of", {}).items()))
        for k, v in data.items()
    }


@functools.cache
def _synonyms() -> dict[str, str]:
    return {fold(word): m.key for m in measures().values() for word in (m.key, m.label, *m.en, *m.vi)}


def find_measure(text: str) -> str | None:
    """The key whose label or synonym the text is, marks and case aside; None where none is.

    Examples
    --------
    >>> find_measure("IIP"), find_measure("Kim ngạch xuất khẩu"), find_measure("rainfall")
    ('industrial_production', 'exports', None)
    """
    return _synonyms().get(fold(text))
