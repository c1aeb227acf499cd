"""Vega-Lite specifications of the chapter; the report adds data, theme and size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

SEEN, CHANCE = "#c2502e", "#9aa3aa"


def excess_bars(labels: Sequence[str]) -> dict[str, Any]:
    """A row an indicator: what chance alone gives as a grey tick, what is seen as a dot, the interval of what lies between as a line."""
    y = {"field": "label", "type": "nominal", "title": None, "sort": list(labels), "axis": {"labelLimit": 230}, "scale": {"round": True}}
    x = {"type": "quantitative", "title": "percent; grey: by chance", "scale": {"round": True}}
    return {
        "transform": [
            {"filter": "isValid(datum.share)"}, {"calculate": "datum.null + datum.low", "as": "from"},
            {"calculate": "datum.null + datum.high", "as": "to"},
        ],
        "layer": [
            {"mark": {"type": "rule", "strokeWidth": 2, "color": SEEN, "opacity": 0.5},
             "encoding": {"y": y, "x": {"field": "from", **x}, "x2": {"field": "to"}}},
            {"mark": {"type": "tick", "thickness": 3, "size": 14, "color": CHANCE, "opacity": 1}, "encoding": {"y": y, "x": {"field": "null", **x}}},
            {"mark": {"type": "point", "filled": True, "size": 60, "color": SEEN, "opacity": 1}, "encoding": {"y": y, "x": {"field": "share", **x}}},
        ],
        "height": 70 + 26 * len(labels),
    }  # fmt: skip


def found_curve() -> dict[str, Any]:
    """Two lines over lanes looked at: how much of what is asked about is true, and how much of what is true has been found."""
    names = "{'precision': 'right among what was asked', 'recall': 'found of all that was rerouted'}"
    return {
        "transform": [{"fold": ["precision", "recall"], "as": ["which", "percent"]}, {"calculate": f"({names})[datum.which]", "as": "line"}],
        "mark": {"type": "line", "strokeWidth": 2, "point": True, "interpolate": "monotone"},
        "encoding": {
            "x": {"field": "looked_at", "type": "quantitative", "title": "lanes looked at, in the order of the queue",
                  "axis": {"tickMinStep": 1, "format": "d"}, "scale": {"zero": False, "nice": False}},
            "y": {"field": "percent", "type": "quantitative", "title": "percent by value", "scale": {"domain": [0, 100]}},
            "color": {"field": "line", "type": "nominal", "title": None},
        },
    }  # fmt: skip
