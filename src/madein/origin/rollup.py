"""Rolling up: from rows that name their parents to a tree of lines, and sums of parts over many levels at once.

A bill of a hundred thousand rows and a dozen levels is one pass of array sums per level; nothing recurses, and a row that is its own
ancestor is reported with every row of its circle.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from madein.core.errors import BadInput, Problem

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from madein.origin.model import Line
    from madein.origin.records import Reader

Row = tuple[Mapping[str, Any], str, str, str]
"""A record, the number of its line, the number of its parent ("" for the good itself), and where it stands."""


def nested(rows: Sequence[Row], read: Reader) -> tuple[Line, ...]:
    """The lines of the good from rows in any order.

    A line that several rows use (the same number under different parents) is one sub-assembly: its parts are listed once, under its
    number, and shared.
    """
    from madein.origin.records import line_of

    by_number: dict[str, int] = {}
    shared: dict[int, int] = {}
    for n, (_, number, parent, where) in enumerate(rows):
        first = by_number.setdefault(number, n)
        if first != n:
            if rows[first][2] == parent:
                read.problems.error(f"line {number} stands twice", where, f"first at {rows[first][3]}", "number the lines without repetition")
            shared[n] = first
    children: dict[int, list[int]] = {}
    top: list[int] = []
    for n, (_, _, parent, where) in enumerate(rows):
        if not parent:
            top.append(n)
        elif parent in by_number:
            children.setdefault(by_number[parent], []).append(n)
        else:
            read.problems.error(f"its parent {parent!r} is no line", where, fix="name the line it is a part of, or leave it empty")
    parents = np.full(len(rows), -1, np.int64)
    for whole, parts in children.items():
        parents[parts] = whole
    # A row that uses a sub-assembly hangs where it stands; for circles it counts as the row that lists the parts.
    for n, first in shared.items():
        if children.get(first):
            children.setdefault(n, children[first])
    circle = _circle(children, len(rows))
    if circle:
        where = ", ".join(rows[n][3] for n in circle)
        names = " > ".join(rows[n][1] for n in (*circle, circle[0]))
        read.problems.error("a line is a part of itself", where, names, "correct the parent of one of them")
        return ()
    made: dict[int, Line] = {}
    parts_of: dict[int, tuple[Line, ...]] = {}
    for n in _parts_first(children, top):
        first = shared.get(n, n)
        if first not in parts_of:
            parts_of[first] = tuple(made[c] for c in children.get(first, ()))
        made[n] = line_of(rows[n][0], read, rows[n][3], parts_of[first])
    return tuple(made[n] for n in top)


def _parts_first(children: Mapping[int, Sequence[int]], top: Sequence[int]) -> list[int]:
    order: list[int] = []
    done: set[int] = set()
    todo = [(n, False) for n in reversed(top)]
    while todo:
        n, ready = todo.pop()
        if n in done:
            continue
        if ready:
            done.add(n)
            order.append(n)
            continue
        todo.append((n, True))
        todo.extend((c, False) for c in reversed(children.get(n, ())))
    return order


def _circle(children: Mapping[int, Sequence[int]], size: int) -> list[int]:
    """Rows of one circle, in order; empty where there is none."""
    state = [0] * size
    for start in range(size):
        if state[start]:
            continue
        path: list[int] = []
        todo: list[tuple[int, int]] = [(start, 0)]
        while todo:
            n, at = todo.pop()
            if at == 0:
                state[n] = 1
                path.append(n)
            parts = children.get(n, ())
            while at < len(parts) and state[parts[at]] == 2:
                at += 1
            if at == len(parts):
                state[n] = 2
                path.pop()
                continue
            if state[parts[at]] == 1:
                return path[path.index(parts[at]) :]
            todo += [(n, at + 1), (parts[at], 0)]
    return []


@dataclass(frozen=True, slots=True)
class RolledUp:
    """Sums of parts.

    Parameters
    ----------
    level : int64 array, shape (n,)
        0 for rows under the good itself, 1 for their parts, and so on.
    total : array, shape (n,)
        Own amount plus that of everything below, in the kind of number given (whole numbers stay whole).
    """

    level: NDArray[np.int64]
    total: NDArray[Any]


def roll_up(parent: NDArray[np.int64], own: NDArray[Any], where: Sequence[str] | None = None) -> RolledUp:
    """Sums over a tree of rows, level by level.

    Parameters
    ----------
    parent : int64 array, shape (n,)
        Row of the parent, -1 for a row under the good itself.
    own : array, shape (n,)
        What a row adds by itself. Whole numbers (int64, or Python ints in an object array) are added exactly.
    where : sequence of str, optional
        Where the rows stand, for messages; ``row 1`` and so on if absent.

    Raises
    ------
    BadInput
        If rows form a circle (each is named), or a parent is no row.

    Examples
    --------
    >>> found = roll_up(np.array([-1, 0, 0, 1]), np.array([0, 5, 7, 11]))
    >>> found.total.tolist(), found.level.tolist()
    ([23, 16, 7, 11], [0, 1, 1, 2])
    """
    parent = np.asarray(parent, np.int64)
    own = np.asarray(own)
    size = len(parent)

    def place(n: int) -> str:
        return where[n] if where is not None else f"row {n + 1}"

    wrong = np.flatnonzero((parent < -1) | (parent >= size))
    if len(wrong):
        raise BadInput([Problem("its parent is no row", place(int(n)), fix="name a row of the table") for n in wrong[:1000]])
    level = _levels(parent, place)
    total = own.copy()
    if size and own.dtype.kind == "i" and int(np.abs(own).max()) * size >= 2**62:
        total = own.astype(object)
    order = np.argsort(level, kind="stable")
    edges = np.searchsorted(level[order], np.arange(int(level.max()) + 2 if size else 1))
    for at in range(len(edges) - 2, 0, -1):
        rows = order[edges[at] : edges[at + 1]]
        np.add.at(total, parent[rows], total[rows])
    return RolledUp(level, total)


def _levels(parent: NDArray[np.int64], place: Any) -> NDArray[np.int64]:
    """Depth of every row by doubling: each round a row looks twice as far up as before."""
    size = len(parent)
    root = parent < 0
    up = np.where(root, np.arange(size), parent)
    depth = np.where(root, 0, 1).astype(np.int64)
    for _ in range(max(1, size).bit_length() + 1):
        if root[up].all():
            return depth
        depth = depth + depth[up]
        up = up[up]
    lost = np.flatnonzero(~root[up])
    what, why, fix = "a row is a part of itself", "its parents lead back to it", "correct its parent"
    raise BadInput([Problem(what, place(n), why, fix) for n in _on_circles(parent, lost)])


def _on_circles(parent: NDArray[np.int64], lost: NDArray[np.int64]) -> list[int]:
    """Rows on circles, among those whose parents never lead to the good."""
    seen: dict[int, int] = {}
    circles: list[int] = []
    for mark, start in enumerate(lost.tolist()):
        n = int(start)
        while n not in seen:
            seen[n] = mark
            n = int(parent[n])
        if seen[n] == mark:
            first = n
            while True:
                circles.append(n)
                n = int(parent[n])
                if n == first:
                    break
    return sorted(circles)
