"""Vega-Lite specifications drawn to SVG that can stand inside a page: own ids, no outside references, colours from CSS."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from madein.core.errors import ContractBroken
from madein.report.slim import slim

if TYPE_CHECKING:
    import polars as pl

WIDE, NARROW = 760, 360
PALETTE = ("#2f6f8f", "#c2502e", "#5b8a3c", "#8a5aa3", "#b8892b", "#3d9a94", "#b04a77", "#6d7580")
"""Told apart on light and on dark ground, and by most colour-blind readers in this order."""

_FONT = "'Source Sans 3', 'Segoe UI', Roboto, 'Noto Sans', 'DejaVu Sans', sans-serif"
_ID = re.compile(r"""(?<=\sid=")[^"]+(?=")|(?<=url\(#)[^)]+(?=\))""")
_FINE = re.compile(r"(?<=[ ,(\"MLHVCZ-])[0-9]{1,5}\.[0-9]{2,}(?=[ ,)\"LHVCMZ-])")
_SPOKEN = re.compile(r' (?:(?:aria-[a-z]+|role|pointer-events)="[^"]*"|opacity="1")')
_EMPTY = re.compile(r'<path class="(?:foreground" d="" display="none"|background" d="M0,0h0v0h0Z")/>')
_UNSAFE = re.compile(r"<(?:script|foreignObject|image|a)\b|\son[a-z]+=|(?:href|src)=", re.IGNORECASE)


def rows_of(frame: pl.DataFrame, where: dict[str, str]) -> pl.DataFrame:
    """Rows of a table with given values, references left out."""
    import polars as pl

    for column, value in where.items():
        frame = frame.filter(pl.col(column).cast(pl.String) == value)
    return frame.select(c for c in frame.columns if not c.startswith("_"))


def draw(spec: dict[str, Any], frame: pl.DataFrame, chart_id: str, width: int) -> str:
    """A specification over a frame as inline SVG.

    Raises
    ------
    ContractBroken
        If the specification cannot be drawn, or draws something that may act or load.
    """
    import vl_convert

    vega_lite = "vega-lite" in str(spec.get("$schema", "vega-lite"))
    data = {"name": "table", "values": json.loads(frame.write_json())}
    full = {**spec, "data": data} if vega_lite else {**spec, "data": [data, *spec.get("data", [])]}
    full.setdefault("width", width - (20 if width == NARROW else 0))
    full.setdefault("height", 250 if width == WIDE else 230)
    full["autosize"] = {"type": "fit", "contains": "padding"}
    full["background"] = "transparent"
    full["config"] = {**_theme(width), **spec.get("config", {})}
    try:
        if vega_lite:
            svg = vl_convert.vegalite_to_svg(full, allowed_base_urls=[])
        else:
            svg = vl_convert.vega_to_svg(full, allowed_base_urls=[])
    except ValueError as fault:
        raise ContractBroken("a chart cannot be drawn", chart_id, str(fault).splitlines()[0][:200]) from fault
    return _inline(svg, chart_id, width)


def _theme(width: int) -> dict[str, Any]:
    small = width == NARROW
    return {
        "font": _FONT,
        "view": {"stroke": None},
        "range": {"category": list(PALETTE)},
        "axis": {"labelFontSize": 12, "titleFontSize": 12, "titleFontWeight": "normal", "labelColor": "#555", "titleColor": "#555",
                 "gridColor": "#ddd", "domainColor": "#999", "tickColor": "#999", "labelFlush": True},
        "axisX": {"grid": False, "tickCount": 5 if small else 9},
        "axisY": {"domain": False, "ticks": False, "tickCount": 5, "labelPadding": 6},
        "legend": {"orient": "top", "direction": "horizontal", "columns": 1 if small else 3, "columnPadding": 24, "offset": 6,
                   "labelFontSize": 12, "labelColor": "#555", "symbolType": "stroke", "symbolStrokeWidth": 3, "labelLimit": 320},
        "line": {"strokeCap": "round", "strokeJoin": "round"},
        "bar": {"color": PALETTE[0]},
    }  # fmt: skip


def _inline(svg: str, chart_id: str, width: int) -> str:
    """The drawing with ids of its own, scaling with the page, hidden from readers that read the text beside it."""
    svg = svg[svg.index("<svg") :]
    names: dict[str, str] = {}
    # Converters count clip ids per process; numbering them per chart keeps pages equal from run to run.
    svg = _ID.sub(lambda m: names.setdefault(m[0], f"{chart_id}-{'w' if width == WIDE else 'n'}{len(names)}"), svg)
    svg = _FINE.sub(lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), svg)
    svg = _SPOKEN.sub("", svg)
    # The page sets the same font, which drawings inherit; empty paths draw nothing. Both are a tenth of a page.
    svg = _EMPTY.sub("", svg.replace(f' font-family="{_FONT}"', ""))
    head, rest = svg.split(">", 1)
    head = re.sub(r'\s(?:width|height|class|xmlns:xlink)="[^"]*"', "", head)
    if _UNSAFE.search(svg):
        raise ContractBroken("a chart draws something that may act or load", chart_id, fix="leave href, image and script out")
    kind = "wide" if width == WIDE else "narrow"
    return slim(f'{head} class="chart {kind}" aria-hidden="true" focusable="false">{rest}')
