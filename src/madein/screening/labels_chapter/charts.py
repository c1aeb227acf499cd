"""Vega-Lite specifications of the chapter; the report adds data, theme and size."""

from __future__ import annotations

from typing import Any

BY_PROBABILITY, BY_STAKE, NONE = "#2f6f8f", "#c2502e", "#9aa3aa"
LABELS = ("by probability", "by probability times stake")
"""What the two orders are called in the column `label` of the curve."""


def curve_lines(revenue: bool, high: float) -> dict[str, Any]:
    """Precision over the revenue found (the labels found, where no revenue is known), a line an order, dots at the shares reported.

    Parameters
    ----------
    revenue : bool
    high : float
        Where the axis of precision ends, percent.
    """
    x = {"field": "revenue" if revenue else "recall", "type": "quantitative", "scale": {"domain": [0, 100]},
         "title": f"percent of all {'revenue' if revenue else 'labels'} found"}  # fmt: skip
    y = {"field": "precision", "type": "quantitative", "scale": {"domain": [0, high]}, "title": "percent that bear the label"}
    colour = {"field": "label", "type": "nominal", "title": None, "sort": list(LABELS),
              "scale": {"domain": list(LABELS[: 1 + revenue]), "range": [BY_PROBABILITY, BY_STAKE][: 1 + revenue]}}  # fmt: skip
    return {
        "layer": [
            {"mark": {"type": "line", "strokeWidth": 2},
             "encoding": {"x": x, "y": y, "color": colour, "order": {"field": "inspected", "type": "quantitative"}}},
            {"transform": [{"filter": "datum.mark != ''"}], "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
             "encoding": {"x": x, "y": y, "color": colour}},
        ],
        "height": 300,
    }  # fmt: skip


def calibration_dots(high: float) -> dict[str, Any]:
    """Share found over probability said, a dot a bin with the interval of the share; on the line the two are equal.

    Parameters
    ----------
    high : float
        Where both axes end, percent.
    """
    scale = {"domain": [0, high], "nice": False}
    x = {"field": "said", "type": "quantitative", "title": "percent said, mean of a bin; grey: said and found alike", "scale": scale}
    y = {"type": "quantitative", "title": "percent found", "scale": scale}
    start = {"datum": 0, "type": "quantitative", "scale": scale}
    ends = {"x": start, "x2": {"datum": high}, "y": start, "y2": {"datum": high}}
    once = {"transform": [{"aggregate": [{"op": "count", "as": "rows"}]}]}
    return {
        "layer": [
            {**once, "mark": {"type": "rule", "color": NONE, "strokeDash": [4, 3]}, "encoding": ends},
            {"mark": {"type": "rule", "strokeWidth": 2, "color": BY_PROBABILITY, "opacity": 0.5},
             "encoding": {"x": x, "y": {"field": "found_low", **y}, "y2": {"field": "found_high"}}},
            {"mark": {"type": "point", "filled": True, "size": 55, "color": BY_PROBABILITY, "opacity": 1},
             "encoding": {"x": x, "y": {"field": "found", **y}}},
        ],
        "height": 300,
    }  # fmt: skip
