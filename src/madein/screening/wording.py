"""Words for indicators, pieces of evidence and ties, from ``words.yaml``."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any


@functools.cache
def words() -> Mapping[str, Mapping[Any, Any]]:
    """All words by kind: indicators, lags, pieces, ties."""
    import yaml

    held: dict[str, dict[Any, Any]] = yaml.safe_load(resources.files("madein.screening").joinpath("words.yaml").read_text("utf-8"))
    return held


def indicator_label(name: str, long: bool = False) -> str:
    """What an indicator is called, in a chart or in a sentence.

    Examples
    --------
    >>> indicator_label("rerouting firm lag 1")
    'firm, late'
    >>> indicator_label("rerouting firm lag 0", long=True)
    'Exports covered by imports of the same code by the firm'
    """
    base, _, lag = name.partition(" lag ")
    held = words()["indicators"].get(base, {})
    late = words()["lags"].get(int(lag), f"up to {lag} quarters late") if lag else ""
    return str(held.get("long" if long else "short", base)) + (f", {late}" if late else "")


def tie_label(kind: str) -> str:
    """What ties importer and exporter.

    Examples
    --------
    >>> tie_label("owner")
    'one owner'
    """
    return str(words()["ties"].get(kind, kind))


def pieces_of(text: str) -> list[tuple[str, str, float]]:
    """Pieces of evidence of a finding, the heaviest first.

    Parameters
    ----------
    text : str
        The column `pieces`: JSON of name and weight, in nats.

    Returns
    -------
    list of (name, label, weight)

    Examples
    --------
    >>> pieces_of('{"prior": -4.0, "price": 2.5, "tie": 0.0}')
    [('prior', 'how rare such trade is', -4.0), ('price', 'the price per kilogram hardly rises on the way', 2.5)]
    """
    held: dict[str, float] = json.loads(text)
    told = [(name, words()["pieces"].get(name, name.replace("_", " ")), weight) for name, weight in held.items() if weight]
    return sorted(told, key=lambda t: (-abs(t[2]), t[0]))
