"""Vega-Lite specifications of the chapter; the report adds data, theme and size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

OWN, FOREIGN, TAX = "#2f6f8f", ("#c2502e", "#d98a3d", "#b8892b", "#8a5aa3", "#b04a77", "#5b8a3c", "#3d9a94"), "#cfcfcf"
"""The economy itself, others one by one, and taxes."""
OTHER = "#9aa3aa"
LINES = 8
"""Lines that a chart over years can tell apart."""
POINTS = 6
"""Stretches of a ribbon; more bend no smoother at this size."""


def _js(text: str) -> str:
    escaped = "".join(c if c.isalnum() or c == " " else f"\\u{ord(c):04x}" if ord(c) < 65536 else "?" for c in text)
    return f"'{escaped}'"


def _rows(field: str, order: Sequence[str]) -> dict[str, Any]:
    return {"field": field, "type": "nominal", "title": None, "sort": list(order), "axis": {"labelLimit": 210}}


def year_lines(field: str, names: Mapping[str, str]) -> dict[str, Any]:
    """A line a series or industry over years; keys not named are left out."""
    table = "{" + ", ".join(f"{_js(k)}: {_js(v)}" for k, v in names.items()) + "}"
    return {
        "transform": [
            {"calculate": f"({table})[datum.{field}]", "as": "line"}, {"filter": "isValid(datum.line)"},
            {"calculate": "toNumber(datum.period)", "as": "year"},
        ],
        "mark": {"type": "line", "strokeWidth": 1.8, "strokeDash": [5, 2]},
        "encoding": {
            "x": {"field": "year", "type": "quantitative", "title": None, "scale": {"zero": False, "nice": False},
                  "axis": {"format": "d", "tickCount": 4, "tickMinStep": 1, "ticks": False}},
            "y": {"field": "share", "type": "quantitative", "title": "percent of gross exports", "scale": {"zero": False}, "axis": {"tickCount": 4}},
            "color": {"field": "line", "type": "nominal", "title": None, "sort": list(names.values())},
        },
    }  # fmt: skip


def origin_bars(industries: Sequence[str], origins: Sequence[str], taxes: bool) -> dict[str, Any]:
    """A bar an industry, split by whose value it holds; `origins` in order, the economy itself first, its share beside the bar."""
    count = len(origins) - 2 - taxes
    colours = [OWN, *(FOREIGN[i % len(FOREIGN)] for i in range(count)), OTHER, *([TAX] if taxes else [])]
    # Whole pixels keep the drawing small.
    y = {**_rows("industry", industries), "scale": {"round": True, "paddingInner": 0.25}}
    bars = {
        "mark": {"type": "bar"},
        "encoding": {
            "y": y,
            "x": {"field": "share", "type": "quantitative", "title": "percent of gross exports", "stack": "zero",
                  "scale": {"domain": [0, 108], "round": True}, "axis": {"values": [0, 25, 50, 75, 100]}},
            "color": {"field": "origin", "type": "nominal", "title": None, "sort": list(origins),
                      "scale": {"domain": list(origins), "range": colours[: len(origins)]},
                      "legend": {"symbolType": "square", "symbolStrokeWidth": 0}},
            "order": {"field": "rank", "type": "nominal"},
        },
    }  # fmt: skip
    figures = {
        "transform": [{"filter": "datum.rank == '00'"}],
        "mark": {"type": "text", "align": "left", "dx": 4, "baseline": "middle", "fontSize": 11, "color": "#555"},
        "encoding": {"y": y, "x": {"datum": 100, "type": "quantitative"}, "text": {"field": "share", "type": "quantitative", "format": ".1f"}},
    }  # fmt: skip
    return {"layer": [bars, figures], "height": 90 + 21 * len(industries)}


def use_ribbons(industries: Sequence[str], users: Sequence[str], total: float) -> dict[str, Any]:
    """Ribbons from exporting industries on the left to final users on the right, as wide as the value that goes there.

    A Sankey diagram in Vega-Lite: flows are stacked twice, by industry and by user, and each is drawn as an area between its two
    places along a smooth step.
    """
    gap = 0.025 * total
    stack = [
        {"stack": "value_added", "groupby": [], "sort": [{"field": "industry_rank"}, {"field": "user_rank"}], "as": ["l0", "l1"]},
        {"stack": "value_added", "groupby": [], "sort": [{"field": "user_rank"}, {"field": "industry_rank"}], "as": ["r0", "r1"]},
        *({"calculate": f"datum.{side}{end} + toNumber(datum.{rank}) * {gap!r}", "as": f"{side}{end}"}
          for side, rank in (("l", "industry_rank"), ("r", "user_rank")) for end in (0, 1)),
    ]  # fmt: skip
    x = {"type": "quantitative", "scale": {"domain": [-1.05, 2.05], "nice": False, "round": True}, "axis": None}
    y = {"type": "quantitative", "scale": {"reverse": True, "zero": True, "nice": False}, "axis": None}

    def labels(by: str, side: str, at: float, align: str, dx: int) -> dict[str, Any]:
        return {
            "transform": [
                *stack,
                {"aggregate": [{"op": "min", "field": f"{side}0", "as": "a"}, {"op": "max", "field": f"{side}1", "as": "b"},
                               {"op": "sum", "field": "value_added", "as": "sum"}], "groupby": [by]},
                {"calculate": f"format(100 * datum.sum / {total!r}, '.0f') + ' % ' + datum.{by}", "as": "label"},
                {"calculate": "(datum.a + datum.b) / 2", "as": "middle"},
            ],
            "mark": {"type": "text", "align": align, "dx": dx, "baseline": "middle", "fontSize": 11, "color": "#444",
                     "limit": {"expr": "width * 0.32"}},
            "encoding": {"x": {"datum": at, **x}, "y": {"field": "middle", **y}, "text": {"field": "label"}},
        }  # fmt: skip

    ribbons = {
        "transform": [
            *stack, {"calculate": f"sequence(0, {POINTS + 1})", "as": "step"}, {"flatten": ["step"]},
            {"calculate": f"datum.step / {POINTS}", "as": "t"}, {"calculate": "datum.t * datum.t * (3 - 2 * datum.t)", "as": "s"},
            {"calculate": "datum.l0 + (datum.r0 - datum.l0) * datum.s", "as": "top"},
            {"calculate": "datum.l1 + (datum.r1 - datum.l1) * datum.s", "as": "foot"},
        ],
        "mark": {"type": "area", "opacity": 0.62, "line": False},
        "encoding": {
            "x": {"field": "t", **x}, "y": {"field": "top", **y}, "y2": {"field": "foot"},
            "color": {"field": "industry", "type": "nominal", "sort": list(industries), "legend": None},
            "detail": {"field": "user", "type": "nominal"},
        },
    }  # fmt: skip
    layers = [ribbons, labels("industry", "l", 0, "right", -6), labels("user", "r", 1, "left", 6)]
    return {"layer": layers, "height": 60 + 34 * max(len(industries), len(users))}


def gain_bars(order: Sequence[str]) -> dict[str, Any]:
    """A bar an input: points that the domestic share gains if it is made at home."""
    names = "[" + ", ".join(map(_js, order)) + "]"
    return {
        "transform": [{"filter": f"indexof({names}, datum.name) >= 0"}],
        "mark": {"type": "bar", "height": {"band": 0.7}, "color": "#5b8a3c"},
        "encoding": {
            "y": {**_rows("name", order), "scale": {"round": True}},
            "x": {"field": "gain", "type": "quantitative", "title": "percentage points", "scale": {"round": True}, "axis": {"tickCount": 4}},
        },
        "height": 60 + 21 * len(order),
    }
