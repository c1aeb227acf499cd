"""What each piece of evidence about a lane weighs, as a log likelihood ratio in nats.

All weights and caps are in ``rules.yaml``. The pieces are: the firm buys the code from the source only; sells it to the market
only; began when the wedge did; hardly adds to the price; weighs out what came in; ships lots that match; is new; has no
production record, or ships more than it allows.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from importlib import resources
from typing import Any


@functools.cache
def rules() -> dict[str, Any]:
    """The contents of ``rules.yaml``."""
    import yaml

    return dict(yaml.safe_load(resources.files("madein.screening.flows").joinpath("rules.yaml").read_text("utf-8")))


def _clip(name: str, value: float) -> float:
    low, high = (float(x) for x in rules()["caps"][name])
    return min(max(value, low), high)


def _normal(x: float, mean: float, sd: float) -> float:
    return math.exp(-0.5 * ((x - mean) / sd) ** 2) / (sd * math.sqrt(2 * math.pi))


def only(name: str, n: int, k: int, base: float) -> float:
    """`k` of `n` lines with the partner, where trade at large has a share of `base`.

    Examples
    --------
    >>> only("only_source", 20, 20, 0.4), only("only_source", 20, 8, 0.4)
    (4.0, -2.0)
    """
    base = min(max(base, 0.05), 0.9)
    return _clip(name, k * math.log(0.97 / base) + (n - k) * math.log(0.03 / (1 - base)))


def began(before: int, after: int, base: float) -> float:
    """Lots before and after the wedge began, where trade at large has a share of `base` before; nothing where it cannot tell."""
    if base < 0.005 or base > 0.95:
        return 0.0
    return _clip("began", before * math.log(0.02 / base) + after * math.log(0.98 / (1 - base)))


def price(markup: float) -> float:
    """Export over import price per kilogram: little above one, against trade at large and honest working up.

    Examples
    --------
    >>> price(1.1) > 1, price(1.7) < -2
    (True, True)
    """
    x = math.log(markup)
    passed = 0.75 * _normal(x, 0.1, 0.08) + 0.25 * _normal(x, 0.22, 0.08)
    other = 0.5 * _normal(x, 0.12, 0.35) + 0.5 * _normal(x, 0.51, 0.13)
    return _clip("price", float(rules()["price_weight"]) * math.log((passed + 1e-9) / other))


def mass(ratio: float) -> float:
    """Mass out over mass in: equal, or up to twice where own goods are blended in, against any ratio."""
    x = math.log(ratio)
    blended = 1.0 / 0.95 if -0.1 <= x <= 0.85 else 0.0
    passed = 0.65 * _normal(x, 0.0, 0.12) + 0.3 * blended + 0.05 * _normal(x, 0.0, 0.5)
    return _clip("mass", math.log((passed + 1e-9) / _normal(x, 0.3, 1.6)))


def log_odds(pieces: Mapping[str, float]) -> float:
    """Pieces added up, those of the link together capped.

    Examples
    --------
    >>> log_odds({"prior": -4.0, "only_source": 4.0, "only_market": 4.0, "lots": 9.0, "began": -6.0})
    -1.0
    """
    r = rules()
    link = sum(pieces.get(k, 0.0) for k in r["link"])
    return min(link, float(r["link_most"])) + sum(pieces[k] for k in sorted(pieces) if k not in r["link"])


def strength(pieces: Mapping[str, float]) -> float:
    """Chance that the pieces together stand for, 0 to 1.

    Examples
    --------
    >>> round(strength({"price": 2.0, "began": -2.0}), 2)
    0.5
    """
    odds = log_odds(pieces)
    return 1 / (1 + math.exp(-min(max(odds, -40.0), 40.0)))


def clearing(pieces: Mapping[str, float], one_firm: bool) -> list[str]:
    """Documents that would clear a lane, that which answers its heaviest piece first.

    Parameters
    ----------
    pieces : mapping of name to nats
    one_firm : bool
        True where importer and exporter are one.

    Examples
    --------
    >>> clearing({"prior": -4.0, "price": 2.5, "record": -1.2}, True)
    ['cost sheet of the lots, from the price of what came in to the price of what left', 'proof of origin with the cost sheet behind it']
    """
    r = rules()
    weight = {k: w for k, w in pieces.items() if w > 0 and k in r["clears"]}
    if pieces.get("record", 0.0) > 0:
        weight["no_record"] = pieces["record"]
    if not one_firm:
        # Two firms always owe an answer to what binds them, however little the tie weighs.
        weight["tie"] = max(weight.get("tie", 0.0), 0.1)
    named = sorted(weight, key=lambda k: (-weight[k], k))[: r["clears_most"] - 1]
    return [*(r["clears"][k] for k in named), r["clears"]["always"]]
