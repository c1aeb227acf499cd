"""Codes of several editions of the Harmonized System in one set of declarations, compared at the edition of most lines.

Where a correlation table says that the goods of a code went into one code of that edition, lines are compared under it. Where goods
of several codes went into several, no line tells which it belongs to: all codes that touch are compared as one, and this is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import ibis
import polars as pl

from madein.screening.normalise.hs import Correlation

Node = tuple[str, str]
"""Edition and code of six digits."""


def _images(correlation: Correlation, code: str, old: str, new: str) -> tuple[str, ...] | None:
    """Codes of `new` for a code of `old`; None where the table does not hold the pair of editions."""
    if (old, new) in correlation.pairs:
        return correlation.images(code, old, new)
    back = correlation.pairs.get((new, old))
    if back is None:
        return None
    found = tuple(sorted(c for c, images in back.items() if code in images))
    return found or (code,)


def common_codes(seen: Iterable[Node], to: str, correlation: Correlation) -> tuple[dict[Node, str], list[tuple[str, ...]], list[str]]:
    """The code of one edition under which each code that moved is compared.

    Parameters
    ----------
    seen : iterable of (edition, code)
        Codes of six digits that occur.
    to : str
        The edition to compare at.

    Returns
    -------
    moved : mapping of (edition, code) to code
        Codes that stay by themselves are not in it.
    mingled : list of tuple of str
        Sets of codes of `to` that cannot be told apart across editions; compared under the first of each.
    unheld : list of str
        Editions of which the table says nothing.

    Examples
    --------
    >>> table = Correlation.of([("2012", "2017", "851770", "851779"), ("2012", "2017", "290314", "290314"), ("2012", "2017", "290314", "290319")])
    >>> moved, mingled, _ = common_codes([("2012", "851770"), ("2012", "290314"), ("2012", "010121"), ("2017", "290319")], "2017", table)
    >>> moved[("2012", "851770")], moved[("2017", "290319")], mingled, ("2012", "010121") in moved
    ('851779', '290314', [('290314', '290319')], False)
    """
    parent: dict[Node, Node] = {}

    def root(node: Node) -> Node:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    unheld: set[str] = set()
    for edition, code in sorted(set(seen)):
        root((edition, code))
        images = () if edition == to else _images(correlation, code, edition, to)
        if images is None:
            unheld.add(edition)
        for image in images or ():
            one, two = root((edition, code)), root((to, image))
            parent[max(one, two)] = min(one, two)
    sets: dict[Node, list[Node]] = defaultdict(list)
    for node in sorted(parent):
        sets[root(node)].append(node)
    moved: dict[Node, str] = {}
    mingled = []
    for nodes in sets.values():
        targets = sorted(code for edition, code in nodes if edition == to)
        if not targets or len({code for _, code in nodes}) == 1:
            continue
        moved |= dict.fromkeys(nodes, targets[0])
        if len(targets) > 1:
            mingled.append(tuple(targets))
    return moved, sorted(mingled), sorted(unheld)


def at_one_edition(con: Any, lines: Any, correlation: Correlation | None, count: Mapping[str | None, int], notes: list[str]) -> Any:
    """Lines with the codes of one edition.

    Parameters
    ----------
    lines : ibis table
        With hs8, hs6 and hs_edition.
    correlation : Correlation, optional
        Without one, lines stay as they are and a note says so.
    count : mapping of edition to lines
    """
    named = {e: n for e, n in count.items() if e}
    if len(named) < 2:
        return lines
    to = max(named, key=lambda e: (named[e], e))
    if None in count:
        notes.append(f"{count[None]} lines do not name the edition of their code: they are taken for HS {to}")
    if correlation is None:
        others = ", ".join(f"{n} lines of HS {e}" for e, n in sorted(named.items()) if e != to)
        notes.append(f"codes are compared as written beside those of HS {to}: {others}; give a correlation table to compare them at one edition")
        return lines
    codes = con.to_polars(lines.select("hs_edition", "hs6").distinct()).drop_nulls().filter(pl.col("hs6").str.len_bytes() == 6)
    moved, mingled, unheld = common_codes(codes.iter_rows(), to, correlation)
    if unheld:
        notes.append(f"the correlation table does not join HS {', '.join(unheld)} with HS {to}: their codes are compared as written")
    if not moved:
        return lines
    rows = sorted((edition, code, image) for (edition, code), image in moved.items())
    table = pl.DataFrame(rows, schema={"e": pl.String, "c": pl.String, "image": pl.String}, orient="row")
    edition = lines.hs_edition.fill_null(to)
    held = ibis.memtable(table)
    both = lines.left_join(held, [edition == held.e, lines.hs6 == held.c])
    # A country's own digits do not carry over: a code that moved is compared at six.
    out = both.mutate(hs8=both.image.fill_null(both.hs8), hs6=both.image.fill_null(both.hs6)).select(*lines.columns)
    notes.append(
        f"codes are compared at HS {to}: {table.filter(pl.col('e') != to).height} codes of other editions moved and are compared at six digits"
    )
    if mingled:
        some = "; ".join(" ".join(group[:6]) + (" ..." if len(group) > 6 else "") for group in mingled[:3])
        notes.append(
            f"{len(mingled)} sets of codes were split and merged between editions, and no line tells which code it belongs to: each set is "
            f"compared as one code, under the rates of its first ({some}{'; ...' if len(mingled) > 3 else ''})"
        )
    return out
