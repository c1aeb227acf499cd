"""Explanations for people and machines: one line, an indented text, JSON, and the tree of blocks a report draws."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from madein.core.blocks import Node
from madein.origin.result import WORDS, Decision, Explained, shown


def amount(value: Fraction | None, unit: str = "%") -> str:
    """A figure as printed, "" for none.

    Examples
    --------
    >>> amount(Fraction(125, 3)), amount(None)
    ('41.67 %', '')
    """
    if value is None:
        return ""
    return f"{shown(value)} {unit}".strip()


def figure_text(node: Explained) -> str:
    """Figure, limit and margin of a node: what a reader compares.

    Examples
    --------
    >>> figure_text(Explained("x", True, low=Fraction(40), high=Fraction(40), limit=Fraction(45), sense="max"))
    '40.00 %, limit 45.00 %, margin 5.00'
    """
    if node.low is None and node.high is None:
        return ""
    said = amount(node.low, node.unit) if node.low == node.high else f"{amount(node.low, node.unit) or '?'} to {amount(node.high, node.unit) or '?'}"
    return f"{said}, {limit}" if (limit := limit_text(node)) else said


def limit_text(node: Explained) -> str:
    """Limit and margin of a node, "" where it has none."""
    if node.limit is None:
        return ""
    margin = node.margin
    return f"limit {amount(node.limit, node.unit)}" + (f", margin {shown(margin)}" if margin is not None else "")


def line_text(node: Explained) -> str:
    """One node as one line of text."""
    said = figure_text(node)
    return " ".join(part for part in (node.label, f"= {said}" if said else "", _where(node)) if part)


def _where(node: Explained) -> str:
    """Lines, article and remark of a node."""
    parts = []
    if node.lines:
        named = ", ".join(node.lines[:12]) + (f" and {len(node.lines) - 12} more" if len(node.lines) > 12 else "")
        parts.append(f"(lines {named})" if len(node.lines) > 1 else f"(line {named})")
    if node.article:
        parts.append(f"[{node.article}]")
    if node.note:
        parts.append(f"- {node.note}")
    return " ".join(parts)


def text(tree: Explained) -> str:
    """The explanation as indented text, one node a line, with its state in front.

    Examples
    --------
    >>> print(text(Explained("all of", False, children=(Explained("a change of heading", False, lines=("2",)),))))
    no    all of
    no      a change of heading (line 2)
    """
    rows = []
    for depth, node in _deep(tree):
        rows.append(f"{node.word:<5} {'  ' * depth}{line_text(node)}")
        rows += [f"{'':<5} {'  ' * depth}  ? {ask.text}" for ask in node.asks if ask.text != node.label]
    return "\n".join(rows)


def _deep(tree: Explained) -> Iterator[tuple[int, Explained]]:
    todo = [(0, tree)]
    while todo:
        depth, node = todo.pop()
        yield depth, node
        todo.extend((depth + 1, child) for child in reversed(node.children))


def block(tree: Explained, marked: Explained | None = None, figure: str = "") -> Node:
    """The explanation as the tree block a report draws.

    Parameters
    ----------
    tree : Explained
        The explanation.
    marked : Explained, optional
        A node of it whose figure has a certificate.
    figure : str
        Id of that figure.
    """
    made: dict[int, Node] = {}
    order = [node for _, node in _deep(tree)]
    for node in reversed(order):
        asked = tuple(Node(label=ask.text, state="open") for ask in node.asks if ask.text != node.label)
        children = tuple(made[id(c)] for c in node.children) + asked
        here = figure if node is marked else ""
        value = limit_text(node) if here else figure_text(node)
        made[id(node)] = Node(label=node.label, state=WORDS[node.state], figure=here, value=value, note=_where(node), children=children)
    return made[id(tree)]


def record(tree: Explained) -> dict[str, Any]:
    """The explanation as plain data for JSON; figures are texts of exact decimals or fractions."""
    made: dict[int, dict[str, Any]] = {}
    for _, node in reversed(list(_deep(tree))):
        data: dict[str, Any] = {"label": node.label, "state": node.word}
        if node.code:
            data["test"] = node.code
        for name, value in (("figure", node.figure), ("low", node.low if node.figure is None else None),
                            ("high", node.high if node.figure is None else None), ("limit", node.limit), ("margin", node.margin)):  # fmt: skip
            if value is not None:
                data[name] = {"shown": str(shown(value)), "exact": str(value)}
        data |= {name: words for name, words in (("lines", list(node.lines)), ("article", node.article), ("note", node.note)) if words}
        if node.asks:
            data["questions"] = [{k: v for k, v in ask._asdict().items() if v} for ask in node.asks]
        if node.children:
            data["children"] = [made[id(c)] for c in node.children]
        made[id(node)] = data
    return made[id(tree)]


def decision_record(decision: Decision) -> dict[str, Any]:
    """A decision as plain data for JSON."""
    return {
        "regime": decision.regime,
        "verdict": decision.verdict,
        "because": decision.because,
        "rule": decision.rule,
        "article": decision.article,
        "on": decision.on.isoformat() if decision.on else None,
        "gates": dict(decision.gates),
        "conditions": list(decision.conditions),
        "by": list(decision.by),
        "fails": list(decision.fails),
        "figures": {name: str(shown(value)) for name, value in decision.figures.items()},
        "limit": None if decision.limit is None else str(shown(decision.limit)),
        "parts": dict(decision.parts),
        "questions": [{k: v for k, v in ask._asdict().items() if v} for ask in decision.questions],
        "depends": [{"line": d.line, "hs": d.hs, "hs_edition": d.hs_edition, "results": dict(d.results)} for d in decision.depends],
        "entries": list(decision.entries),
        "tree": record(decision.tree),
    }


def why(decision: Decision) -> str:
    """The decision in one line: the leaves that carried it, with figures and limits.

    Examples
    --------
    >>> why(Decision(regime="X", verdict="no", tree=Explained("x", False, children=(Explained("no rule", False),))))
    'no rule'
    """
    wanted = {"yes": True, "no": False, "unknown": None}[decision.verdict]
    leaves = [n for n in decision.tree.walk() if n.state is wanted and not any(c.state is wanted for c in n.children)]
    said = []
    for node in leaves[:4]:
        number = figure_text(node)
        asked = f" ? {node.asks[0].text}" if node.asks else ""
        said.append(node.label + (f" = {number}" if number else "") + (f" - {node.note}" if node.note else "") + asked)
    return "; ".join(said)
