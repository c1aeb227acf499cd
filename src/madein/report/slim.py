"""Drawings without what draws nothing: they are most of a page, and a converter writes for every case."""

from __future__ import annotations

import re
from xml.etree import ElementTree

_NS = "{http://www.w3.org/2000/svg}"
_KEPT = ("role-axis-grid", "role-axis-domain", "role-axis-tick")
"""Classes that the page styles."""
_HEIRLOOMS = ("fill", "stroke", "stroke-width", "stroke-linecap", "stroke-linejoin", "font-size", "font-weight", "text-anchor")
"""Attributes that a group hands down."""
_DEFAULTS = {"stroke-width": "1", "x2": "0", "y2": "0"}
"""What a line is without saying so."""
FINE = 1
"""Decimals of a place on a drawing, in units of which a page shows two pixels at most."""
_STEP = re.compile(r"([MLHVChvZ])([^MLHVChvZ]*)")
_NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")


def slim(svg: str) -> str:
    """The same drawing in fewer bytes.

    Groups that hold nothing or say nothing go, what all members of a group share stands on the group, invisible text and grounds
    without colour go, and paths step from point to point instead of from the corner.

    Examples
    --------
    >>> slim('<svg><g class="role-axis-tick"><text fill="#555" opacity="0">1</text><text fill="#555">2</text><text fill="#555">3</text></g></svg>')
    '<svg><g class="role-axis-tick" fill="#555"><text>2</text><text>3</text></g></svg>'
    >>> slim('<svg><path fill="red" d="M0,10L5.5,12L6,12L6,20Z"/><path d="M0,0h9"/></svg>')
    '<svg><path fill="red" d="M0 10l5.5 2h.5v8z"/></svg>'
    """
    root = ElementTree.fromstring(svg)
    _thin(root)
    _hand_up(root)
    ElementTree.register_namespace("", _NS[1:-1])
    text = ElementTree.tostring(root, encoding="unicode", short_empty_elements=True)
    return text.replace(" />", "/>")


def _thin(node: ElementTree.Element) -> None:
    kept: list[ElementTree.Element] = []
    for child in node:
        _thin(child)
        tag = child.tag.removeprefix(_NS)
        classes = [c for c in child.attrib.pop("class", "").split() if c in _KEPT]
        if classes:
            child.set("class", " ".join(classes))
        if child.get("transform") == "translate(0,0)":
            del child.attrib["transform"]
        if _invisible(child, tag):
            continue
        if tag == "g" and not child.attrib:
            kept += list(child)
            continue
        if tag == "path" and "d" in child.attrib:
            child.set("d", relative(child.attrib["d"]))
        kept.append(child)
    node[:] = kept
    if node.tag.removeprefix(_NS) == "line":
        for name in [n for n, plain in _DEFAULTS.items() if node.get(n) == plain]:
            del node.attrib[name]


def _invisible(node: ElementTree.Element, tag: str) -> bool:
    if tag == "g":
        return not len(node)
    if tag == "text":
        return node.get("opacity") == "0" or not "".join(node.itertext()).strip()
    if tag == "path":
        plain = node.get("fill") in (None, "none", "transparent") and "stroke" not in node.attrib
        return (
            "d" not in node.attrib or not node.attrib["d"] or node.get("display") == "none" or (plain and not len(node) and "M" in node.attrib["d"])
        )
    return False


def _hand_up(node: ElementTree.Element) -> None:
    for child in node:
        _hand_up(child)
    if node.tag.removeprefix(_NS) != "g" or len(node) < 2:
        return
    for name in _HEIRLOOMS:
        values = [child.get(name) for child in node]
        if None in values or node.get(name) is not None:
            continue
        common = max(sorted({v or "" for v in values}), key=values.count)
        node.set(name, common)
        for child in node:
            if child.get(name) == common:
                del child.attrib[name]
    _strokes(node)


def _strokes(node: ElementTree.Element) -> None:
    """Lines of a group that differ in nothing but their place, as one path."""
    if any(c.tag.removeprefix(_NS) != "line" or set(c.attrib) - {"transform", "x2", "y2"} for c in node):
        return
    d = ""
    for child in node:
        at = [float(n) for n in _NUMBER.findall(child.get("transform", "").removeprefix("translate"))] or [0.0, 0.0]
        to = [float(child.get(k, "0")) for k in ("x2", "y2")]
        if len(at) != 2 or not child.get("transform", "translate(").startswith("translate("):
            return
        d += "M" + _join(at) + ("h" + _short(to[0]) if not to[1] else "v" + _short(to[1]) if not to[0] else "l" + _join(to))
    node[:] = [ElementTree.Element(node.tag[: -len("g")] + "path", {"d": d})]


def _short(x: float) -> str:
    text = f"{x:.{FINE}f}".rstrip("0").rstrip(".")
    text = "0" if text in ("-0", "") else text
    return text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text


def _join(numbers: list[float]) -> str:
    out = ""
    for x in numbers:
        text = _short(x)
        out += text if not out or text.startswith("-") else " " + text
    return out


def relative(d: str) -> str:
    """A path of absolute steps as one of relative steps; any other is left alone.

    Steps are taken from where rounding has led, so that errors do not add up.

    Examples
    --------
    >>> relative("M1,2L3,5C4,6,5,6,6,6Z"), relative("M0,0A3,3,0,1,1,0,1")
    ('M1 2l2 3c1 1 2 1 3 1z', 'M0,0A3,3,0,1,1,0,1')
    """
    if re.search(r"[^MLHVChvZ0-9,.\s-]", d):
        return d
    x = y = sx = sy = 0.0
    out: list[str] = []
    for letter, rest in _STEP.findall(d):
        v = [float(n) for n in _NUMBER.findall(rest)]
        if letter == "Z":
            out.append("z")
            x, y = sx, sy
        elif letter == "M" and len(v) == 2:
            out.append("M" + _join(v))
            x, y = round(v[0], FINE), round(v[1], FINE)
            sx, sy = x, y
        elif letter in "HVhv" and len(v) == 1:
            step = round(v[0] - ((x if letter == "H" else y) if letter in "HV" else 0.0), FINE)
            out.append(letter.lower() + _short(step))
            x, y = (x + step, y) if letter in "Hh" else (x, y + step)
        elif letter == "L" and len(v) == 2:
            dx, dy = round(v[0] - x, FINE), round(v[1] - y, FINE)
            out.append("h" + _short(dx) if not dy else "v" + _short(dy) if not dx else "l" + _join([dx, dy]))
            x, y = x + dx, y + dy
        elif letter == "C" and len(v) == 6:
            steps = [round(a - (y if i % 2 else x), FINE) for i, a in enumerate(v)]
            out.append("c" + _join(steps))
            x, y = x + steps[4], y + steps[5]
        else:
            return d
    merged: list[str] = []
    last = ""
    for part in out:
        # A letter that repeats may be left out.
        if merged and part[0] in "lhvc" and part[0] == last:
            merged.append(part[1:] if part[1] == "-" else " " + part[1:])
        else:
            merged.append(part)
        last = part[0]
    return "".join(merged)
