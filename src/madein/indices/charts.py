"""Vega-Lite specifications of the chapter; the report adds data, theme and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_MONTH = {
    "calculate": (
        "datetime(toNumber(slice(datum.period, 0, 4)), length(datum.period) < 6 ? 0 : slice(datum.period, 5, 6) == 'Q' "
        "? 3 * toNumber(slice(datum.period, 6, 7)) - 3 : toNumber(slice(datum.period, 5, 7)) - 1, 1)"
    ),
    "as": "month",
}


def _named(names: Mapping[str, str]) -> list[dict[str, Any]]:
    """Transforms that turn periods into dates and keys into labels; keys not named are left out."""
    table = "{" + ", ".join(f"{_js(k)}: {_js(v)}" for k, v in names.items()) + "}"
    return [{"calculate": f"({table})[datum.series]", "as": "name"}, {"filter": "isValid(datum.name)"}, _MONTH]


_RUNS = [
    {"window": [{"op": "row_number", "as": "nth"}], "groupby": ["name"], "sort": [{"field": "month"}]},
    {"calculate": "toString(year(datum.month) * 12 + month(datum.month) - datum.nth)", "as": "run"},
]
"""Numbers the gapless runs of a series, so that a line breaks where months are missing."""


def _js(text: str) -> str:
    escaped = "".join(c if c.isalnum() or c == " " else f"\\u{ord(c):04x}" if ord(c) < 65536 else "?" for c in text)
    return f"'{escaped}'"


def level_lines(names: Mapping[str, str], order: Sequence[str], scale: float = 1.0) -> dict[str, Any]:
    """A line a series over months; `scale` divides the values for the axis."""
    return {
        "transform": [*_named(names), {"calculate": f"datum.value / {scale!r}", "as": "shown"}, *_RUNS],
        "mark": {"type": "line", "strokeWidth": 1.8},
        "encoding": {
            "x": {"field": "month", "type": "temporal", "title": None},
            "y": {"field": "shown", "type": "quantitative", "title": None, "scale": {"zero": False}},
            "color": {"field": "name", "type": "nominal", "title": None, "sort": list(order)},
            "detail": {"field": "run", "type": "nominal"},
        },
    }


def growth_bars(name: Mapping[str, str]) -> dict[str, Any]:
    """A bar a month for growth of one series, falls told from rises by colour."""
    return {
        "transform": _named(name),
        "mark": {"type": "bar"},
        "encoding": {
            "x": {"field": "month", "type": "temporal", "title": None, "timeUnit": "yearmonth", "axis": {"format": "%Y", "tickCount": "year"}},
            "y": {"field": "value", "type": "quantitative", "title": None, "stack": None},
            "color": {
                "condition": {"test": "datum.value < 0", "value": "#c2502e"},
                "value": "#2f6f8f",
            },
        },
    }


def component_lines(components: Sequence[str], names: Mapping[str, str], scale: float = 1.0) -> dict[str, Any]:
    """A line a component of one series over months, the original thin."""
    shown = {c: names.get(c, c) for c in components}
    table = "{" + ", ".join(f"{_js(k)}: {_js(v)}" for k, v in shown.items()) + "}"
    return {
        "transform": [
            {"calculate": f"({table})[datum.component]", "as": "name"}, {"filter": "isValid(datum.name)"},
            _MONTH,
            {"calculate": f"datum.value / {scale!r}", "as": "shown"}, *_RUNS,
        ],
        "mark": {"type": "line"},
        "encoding": {
            "x": {"field": "month", "type": "temporal", "title": None},
            "y": {"field": "shown", "type": "quantitative", "title": None, "scale": {"zero": False}},
            "color": {"field": "name", "type": "nominal", "title": None, "sort": list(shown.values())},
            "strokeWidth": {"condition": {"test": "datum.component == 'original'", "value": 1}, "value": 2},
            "detail": {"field": "run", "type": "nominal"},
        },
    }  # fmt: skip


def print_fan(order: Sequence[str]) -> dict[str, Any]:
    """Every print of a period as a point above its month, joined by a rule, the first apart from the later ones."""
    x = {"field": "month", "type": "temporal", "title": None}
    y = {"field": "value", "type": "quantitative", "title": None, "scale": {"zero": False}}
    return {
        "transform": [_MONTH],
        "layer": [
            {"mark": {"type": "rule", "color": "#999"}, "encoding": {
                "x": x, "y": {"aggregate": "min", "field": "value", "type": "quantitative", "title": None},
                "y2": {"aggregate": "max", "field": "value"}}},
            {"mark": {"type": "point", "filled": True, "size": 28, "opacity": 1}, "encoding": {
                "x": x, "y": y, "color": {"field": "print", "type": "nominal", "title": None, "sort": list(order)}}},
        ],
    }  # fmt: skip


def contribution_bars(names: Mapping[str, str]) -> dict[str, Any]:
    """Bars of points stacked by part, falls below zero, and the sum of all parts as a dot."""
    table = "{" + ", ".join(f"{_js(k)}: {_js(v)}" for k, v in names.items()) + "}"
    x = {"field": "month", "type": "temporal", "title": None, "timeUnit": "yearmonth", "axis": {"format": "%b %Y"}}
    return {
        "transform": [{"calculate": f"({table})[datum.part]", "as": "name"}, {"filter": "isValid(datum.name)"}, _MONTH],
        "layer": [
            {"mark": {"type": "bar"}, "encoding": {
                "x": x, "y": {"field": "points", "type": "quantitative", "title": None, "stack": "zero"},
                "color": {"field": "name", "type": "nominal", "title": None, "sort": list(names.values())}}},
            {"mark": {"type": "point", "filled": True, "color": "#222", "size": 22, "opacity": 1}, "encoding": {
                "x": x, "y": {"aggregate": "sum", "field": "points", "type": "quantitative", "title": None}}},
        ],
    }  # fmt: skip


def share_lines(names: Mapping[str, str]) -> dict[str, Any]:
    """A line an index between 0 and 100, with the mark of 50 below which answers speak of a fall."""
    spec = level_lines(names, list(names.values()))
    lines = {"transform": spec["transform"], "mark": spec["mark"], "encoding": spec["encoding"]}
    return {"layer": [{"mark": {"type": "rule", "color": "#999", "strokeDash": [4, 3]}, "encoding": {"y": {"datum": 50}}}, lines]}
