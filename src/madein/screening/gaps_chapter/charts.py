"""Vega-Lite specifications of the chapter; the report adds data, theme and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

COLOURS = {"home_market": "#c2502e", "source_market": "#2f6f8f"}
TICKS = (0.001, 0.01, 0.1, 0.2, 0.5, 1, 2, 5, 10, 100, 1000)
ONCE = {"transform": [{"aggregate": [{"op": "count", "as": "rows"}]}]}
"""A rule is drawn for each row of its data: one is enough."""
SEEN, NONE = "#c2502e", "#9aa3aa"


def _text(words: str) -> str:
    """Words inside an expression, whatever characters they hold."""
    return "'" + "".join(c if c.isalnum() or c == " " else f"\\u{ord(c):04x}" if ord(c) < 65536 else "?" for c in words) + "'"


def growth_dots(labels: Mapping[str, str], threshold: float) -> dict[str, Any]:
    """A dot a product and leg over the points of its wedge, a line at the threshold; how many times as much as before, in logs."""
    names = "{" + ", ".join(f"{leg}: {_text(label)}" for leg, label in labels.items()) + "}"
    order = list(labels.values())
    return {
        "layer": [
            {**ONCE, "mark": {"type": "rule", "color": NONE, "strokeDash": [4, 3]}, "encoding": {"x": {"datum": threshold, "type": "quantitative"}}},
            {**ONCE, "mark": {"type": "rule", "color": NONE}, "encoding": {"y": {"datum": 1, "type": "quantitative"}}},
            {
                "transform": [
                    {"fold": list(labels), "as": ["leg", "growth"]}, {"filter": "isValid(datum.growth) && datum.growth > -100"},
                    {"calculate": f"({names})[datum.leg]", "as": "line"}, {"calculate": "1 + datum.growth / 100", "as": "times"},
                ],
                "mark": {"type": "point", "filled": True, "size": 45, "opacity": 0.8},
                "encoding": {
                    "x": {"field": "points", "type": "quantitative", "title": "points of the wedge; dashed: exposed from here",
                          "scale": {"zero": False}},
                    "y": {"field": "times", "type": "quantitative", "title": "times as much as before",
                          "scale": {"type": "log", "nice": False, "padding": 12},
                          "axis": {"labelExpr": "'' + datum.value", "tickCount": len(TICKS), "values": list(TICKS)}},
                    "color": {"field": "line", "type": "nominal", "title": None, "sort": order,
                              "scale": {"domain": order, "range": [COLOURS[leg] for leg in labels]},
                              "legend": {"symbolType": "circle", "symbolStrokeWidth": 0}},
                },
            },
        ],
    }  # fmt: skip


def gap_bars(labels: Sequence[str]) -> dict[str, Any]:
    """A row a leg: the difference as a dot, its interval as a line, and nought, where the wedge makes no difference."""
    y = {"field": "label", "type": "nominal", "title": None, "sort": list(labels), "axis": {"labelLimit": 190}, "scale": {"round": True}}
    x = {"type": "quantitative", "title": "percent", "scale": {"round": True}}
    return {
        "transform": [{"filter": "isValid(datum.difference)"}],
        "layer": [
            {**ONCE, "mark": {"type": "rule", "color": NONE}, "encoding": {"x": {"datum": 0, "type": "quantitative"}}},
            {"mark": {"type": "rule", "strokeWidth": 2, "color": SEEN, "opacity": 0.5},
             "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}}},
            {"mark": {"type": "point", "filled": True, "size": 60, "color": SEEN, "opacity": 1},
             "encoding": {"y": y, "x": {"field": "difference", **x}}},
        ],
        "height": 70 + 26 * len(labels),
    }  # fmt: skip
