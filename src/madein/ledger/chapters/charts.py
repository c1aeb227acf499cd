"""Vega-Lite specifications of the chapters; the report adds data, theme and size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

STATE_COLOURS = {
    "operating": "#2f6f8f", "construction": "#5b9bb8", "pre-construction": "#8fbcd0", "announced": "#c3d9e3", "not told": "#dddddd",
    "shelved": "#d8b26e", "mothballed": "#c98f4b", "cancelled": "#b8674a", "unclear": "#a07fb0",
}  # fmt: skip
"""One hue from light to dark as a project nears production, warm ones for what has stopped."""

PROMISED, DONE = "#d08c3f", "#2f6f8f"


def pipeline_bars(unit: str, states: Sequence[str]) -> dict[str, Any]:
    """Capacity by the year in which production is said to start, stacked by state."""
    colours = {k: v for k, v in STATE_COLOURS.items() if k in states}
    return {
        "transform": [{"filter": {"field": "unit", "equal": unit}}, {"filter": "isValid(datum.value)"}],
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "bucket", "type": "ordinal", "title": "start of production", "axis": {"labelAngle": 0}},
            "y": {"field": "value", "type": "quantitative", "title": unit, "aggregate": "sum", "axis": {"format": "~s"}},
            "color": {
                "field": "state", "type": "nominal", "title": None,
                "scale": {"domain": list(colours), "range": list(colours.values())}, "legend": {"symbolType": "square", "symbolStrokeWidth": 0},
            },
            "order": {"field": "state"},
        },
    }  # fmt: skip


def province_map() -> dict[str, Any]:
    """Provinces as dots at their centroids, those with projects larger, dark and named."""
    return {
        "projection": {"type": "mercator"},
        "layer": [
            {
                "mark": {"type": "circle", "size": 22, "color": "#c8c8c8"},
                "encoding": {"longitude": {"field": "lon", "type": "quantitative"}, "latitude": {"field": "lat", "type": "quantitative"}},
            },
            {
                "transform": [{"filter": "datum.projects > 0"}],
                "mark": {"type": "circle", "color": "#2f6f8f", "opacity": 0.85},
                "encoding": {
                    "longitude": {"field": "lon", "type": "quantitative"}, "latitude": {"field": "lat", "type": "quantitative"},
                    "size": {"field": "projects", "type": "quantitative", "title": "projects", "scale": {"range": [90, 420], "domainMin": 1},
                             "legend": None},
                },
            },
            {
                "transform": [{"filter": "datum.projects > 0"}, {"calculate": "datum.name + ' (' + datum.projects + ')'", "as": "label"}],
                "mark": {"type": "text", "align": "left", "dx": 11, "fontSize": 11, "color": "#333333"},
                "encoding": {
                    "longitude": {"field": "lon", "type": "quantitative"}, "latitude": {"field": "lat", "type": "quantitative"},
                    "text": {"field": "label"},
                },
            },
        ],
        "height": 520,
    }  # fmt: skip


def promise_lines() -> dict[str, Any]:
    """Each date told, at the day it was told: hollow where promised, filled where done."""
    return {
        "transform": [
            {"calculate": "toDate(datum.said_by)", "as": "said"},
            {"calculate": "toDate(datum.last)", "as": "due"},
            {"calculate": "datum.status == 'actual' ? 'happened' : 'promised'", "as": "what"},
        ],
        "layer": [
            {
                "mark": {"type": "line", "color": "#b9b9b9", "strokeWidth": 1.2},
                "encoding": {
                    "x": {"field": "said", "type": "temporal", "title": "said on"},
                    "y": {"field": "due", "type": "temporal", "title": "date told"},
                    "detail": {"field": "what_of", "type": "nominal"},
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 75},
                "encoding": {
                    "x": {"field": "said", "type": "temporal"}, "y": {"field": "due", "type": "temporal"},
                    "color": {"field": "what", "type": "nominal", "title": None,
                              "scale": {"domain": ["promised", "happened"], "range": [PROMISED, DONE]}},
                    "shape": {"field": "what", "type": "nominal", "title": None,
                              "scale": {"domain": ["promised", "happened"], "range": ["triangle-up", "circle"]}},
                },
            },
            {
                "transform": [{"filter": "datum.named != ''"}],
                "mark": {"type": "text", "align": "left", "dx": 9, "fontSize": 10.5, "color": "#444444"},
                "encoding": {"x": {"field": "said", "type": "temporal"}, "y": {"field": "due", "type": "temporal"}, "text": {"field": "named"}},
            },
        ],
    }  # fmt: skip


def sailing_bars() -> dict[str, Any]:
    """Days at sea from full to slow speed, the usual time and the days stated, way by way."""
    rows: dict[str, Any] = {"field": "way", "type": "nominal", "title": None, "axis": {"labelLimit": 320}}
    return {
        "layer": [
            {
                "mark": {"type": "bar", "height": 9, "color": "#c3d9e3"},
                "encoding": {"y": rows, "x": {"field": "days_low", "type": "quantitative", "title": "days at sea"}, "x2": {"field": "days_high"}},
            },
            {
                "mark": {"type": "tick", "thickness": 2, "color": "#2f6f8f"},
                "encoding": {"y": rows, "x": {"field": "usual_days", "type": "quantitative"}},
            },
            {
                "transform": [{"filter": "isValid(datum.stated)"}],
                "mark": {"type": "point", "filled": True, "color": PROMISED, "size": 70, "shape": "triangle-up"},
                "encoding": {"y": rows, "x": {"field": "stated", "type": "quantitative"}},
            },
        ]
    }
