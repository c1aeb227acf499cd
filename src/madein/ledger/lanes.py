"""Sea lanes: the shortest way from port to port, with and without canals, and distances between many ports at once.

Distances are shortest paths over the network of sea lanes that searoute carries (Eurostat's marnet as edited by G. Halili),
found here with Dijkstra's algorithm (1959) from one port to all at once. searoute's own call is not used: it keeps
restrictions in shared state, forgets that the Northwest Passage is closed as soon as another passage is named, and where
no way is left it returns length zero with a warning. Here a closed passage is no edge, a port that cannot be reached is an
error, and every route is checked against the closed passages as places on the map.
"""

from __future__ import annotations

import functools
import json
import math
import sqlite3
from array import array
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from heapq import heappop, heappush
from pathlib import Path
from typing import TYPE_CHECKING

from madein.core.errors import MadeinError
from madein.ledger.ports import Port, data_file, great_circle, searoute_package

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Point = tuple[float, float]


class NoRoute(MadeinError):
    """No sea lane joins two ports, or none is left once the named passages are closed."""


@dataclass(frozen=True, slots=True)
class Route:
    """A way over the sea.

    Attributes
    ----------
    distance_nm : float
        Nautical miles along the sea lanes.
    approach_nm : float
        Straight line from both ports to their nearest lane, which `distance_nm` leaves out.
    great_circle_nm : float
        Straight line from port to port over the sphere: no ship sails less.
    passages : tuple of str
        Keys of the passages on the way, in order.
    closed : tuple of str
        Passages it was told to keep out of.
    line : tuple of (lon, lat)
        For drawing; longitudes run on past 180 so that no stretch jumps.
    """

    origin: Port
    destination: Port
    distance_nm: float
    approach_nm: float
    great_circle_nm: float
    passages: tuple[str, ...]
    closed: tuple[str, ...]
    line: tuple[Point, ...]

    @property
    def way(self) -> str:
        """What people call it: "via the Suez Canal"; "direct" where there is nothing to choose."""
        data = data_file("passages.yaml")
        told = [data["passages"][p]["name"] for p in data["called_by"] if p in self.passages]
        return f"via {' and '.join(told)}" if told else "direct"

    def days(self, knots: float) -> float:
        """Days at sea at an average speed, without time in ports or canals.

        Raises
        ------
        MadeinError
            If the speed is not above zero.
        """
        if not knots > 0:
            raise MadeinError(f"{knots} knots is no speed", fix="give an average speed above zero")
        return self.distance_nm / (24 * knots)


@dataclass(frozen=True, slots=True)
class _Lanes:
    """The network: nodes by number, and for each its edges (node, km as searoute rounds them, nautical miles, passage)."""

    nodes: list[Point]
    edges: list[list[tuple[int, float, float, str]]]
    nearest: Callable[[Point], int]


@functools.cache
def _lanes() -> _Lanes:
    graph = searoute_package().setup_M()
    number = {node: i for i, node in enumerate(graph.nodes())}
    edges: list[list[tuple[int, float, float, str]]] = [[] for _ in number]
    for u, v, about in graph.edges(data=True):
        nm = _miles(u, v)
        for a, b in ((u, v), (v, u)):
            edges[number[a]].append((number[b], float(about["weight"]), nm, str(about.get("passage") or "")))
    return _Lanes(list(number), edges, lambda point: number[graph.kdtree.query(point)])


def _miles(u: Point, v: Point) -> float:
    return great_circle(Port("", "", "", *u), Port("", "", "", *v))


def _tree(source: int, closed: frozenset[str]) -> tuple[array[float], array[int]]:
    """Nautical miles from one node to all (infinite where there is no way), and the node before each.

    Lengths are compared in searoute's rounded kilometres, so that both choose the same path.
    """
    edges = _lanes().edges
    best = [math.inf] * len(edges)
    miles = array("d", [math.inf]) * len(edges)
    before = array("i", [-1]) * len(edges)
    done = bytearray(len(edges))
    best[source] = miles[source] = 0.0
    heap = [(0.0, source)]
    while heap:
        length, node = heappop(heap)
        if done[node]:
            continue
        done[node] = 1
        for other, km, nm, passage in edges[node]:
            if length + km < best[other] and passage not in closed:
                best[other] = length + km
                miles[other] = miles[node] + nm
                before[other] = node
                heappush(heap, (best[other], other))
    return miles, before


_kept_tree = functools.lru_cache(maxsize=128)(_tree)


def lane_distance(port: Port) -> float:
    """Nautical miles in a straight line from a port to the nearest point of the sea lanes."""
    lanes, point = _lanes(), (port.lon, port.lat)
    return _miles(point, lanes.nodes[lanes.nearest(point)])


def _closed(avoid: Collection[str]) -> frozenset[str]:
    data = data_file("passages.yaml")
    unknown = sorted(set(avoid) - set(data["passages"]))
    if unknown:
        raise MadeinError(f"{unknown[0]!r} is no passage", fix=f"name some of: {', '.join(data['passages'])}")
    return frozenset(avoid) | frozenset(data["always_closed"])


def sea_route(origin: Port, destination: Port, avoid: Collection[str] = (), cache: Path | None = None) -> Route:
    """The shortest way between two ports that keeps out of some passages.

    Parameters
    ----------
    origin, destination : Port
        Any two places with positions.
    avoid : collection of str
        Keys of ``passages.yaml``: suez, panama, babalmandab ...; the Northwest Passage is closed always.
    cache : pathlib.Path, optional
        A file in which routes are kept from run to run; several processes may use one.

    Raises
    ------
    NoRoute
        If no way is left.
    MadeinError
        If a passage is unknown, the cache is no cache, or a route leads through a closed passage after all.

    Examples
    --------
    >>> from madein.ledger.ports import find_port
    >>> route = sea_route(find_port("Hai Phong"), find_port("Oakland"))
    >>> round(route.distance_nm), round(route.days(16.5), 1), route.way
    (6625, 16.7, 'direct')
    """
    closed = _closed(avoid)
    found = _recalled(origin, destination, closed, cache)
    if found is None:
        found = _computed(origin, destination, closed)
        if cache is not None:
            _keep(origin, destination, closed, cache, found)
    miles, approach, passages, line = found
    route = Route(origin, destination, miles, approach, great_circle(origin, destination), passages, tuple(sorted(closed)), line)
    _verify(route)
    return route


_Found = tuple[float, float, tuple[str, ...], tuple[Point, ...]]


def _computed(origin: Port, destination: Port, closed: frozenset[str]) -> _Found:
    lanes = _lanes()
    ends = [(p.lon, p.lat) for p in (origin, destination)]
    a, b = (lanes.nearest(p) for p in ends)
    miles, before = _kept_tree(a, closed)
    if math.isinf(miles[b]):
        data = data_file("passages.yaml")["passages"]
        shut = " and ".join(data[p]["name"] for p in sorted(closed) if p in data)
        raise NoRoute(f"no way over the sea from {origin} to {destination}", why=f"closed: {shut}", fix="close fewer passages")
    path = [b]
    while path[-1] != a:
        path.append(before[path[-1]])
    path.reverse()
    names = data_file("passages.yaml")["passages"]
    labels = [e[3] for u, v in zip(path, path[1:], strict=False) for e in lanes.edges[u] if e[0] == v and e[3] in names]
    approach = sum(_miles(end, lanes.nodes[n]) for end, n in zip(ends, (a, b), strict=True))
    return miles[b], approach, tuple(dict.fromkeys(labels)), tuple(_unwrapped([lanes.nodes[n] for n in path]))


def _unwrapped(points: Sequence[Point]) -> Iterator[Point]:
    turn = 0.0
    for i, (lon, lat) in enumerate(points):
        if i:
            step = lon - points[i - 1][0]
            turn -= 360.0 * round(step / 360.0)
        yield lon + turn, lat


def _verify(route: Route) -> None:
    """Look on the map whether a route crosses a passage it was to keep out of: labels in a network can be wrong."""
    for passage in route.closed:
        gate = data_file("passages.yaml")["passages"][passage].get("gate")
        if passage in route.passages or (gate and crosses(route.line, gate)):
            raise NoRoute(f"the route from {route.origin} to {route.destination} leads through {passage}", why="it was to be closed")


def crosses(line: Sequence[Point], gate: Sequence[Sequence[float]]) -> bool:
    """True if a line on the map cuts a gate, wherever its longitudes run.

    Examples
    --------
    >>> crosses([(0, 0), (2, 2)], [[0, 2], [2, 0]]), crosses([(360, 0), (362, 2)], [[0, 2], [2, 0]]), crosses([(0, 0), (1, 0)], [[0, 2], [2, 0]])
    (True, True, False)
    """

    def side(p: Point, q: Point, r: Point) -> float:
        return (q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0])

    a, b = ((float(g[0]), float(g[1])) for g in gate)
    for p, q in zip(line, line[1:], strict=False):
        for turn in (-360.0, 0.0, 360.0):
            u, v = (p[0] + turn, p[1]), (q[0] + turn, q[1])
            if side(a, b, u) * side(a, b, v) < 0 and side(u, v, a) * side(u, v, b) < 0:
                return True
    return False


def _key(origin: Port, destination: Port, closed: frozenset[str]) -> str:
    # The network changes with searoute's version only; positions say more than codes, which may be mended.
    ends = [[p.lon, p.lat] for p in (origin, destination)]
    return json.dumps([searoute_package().__version__, *ends, sorted(closed)])


@contextmanager
def _opened(cache: Path) -> Iterator[sqlite3.Connection]:
    try:
        with closing(sqlite3.connect(cache, timeout=60)) as link, link:
            link.execute("CREATE TABLE IF NOT EXISTS route (key TEXT PRIMARY KEY, found TEXT NOT NULL) WITHOUT ROWID")
            yield link
    except sqlite3.Error as fault:
        raise MadeinError("the file is no cache of routes", str(cache), str(fault), "name another file, or remove this one") from fault


def _recalled(origin: Port, destination: Port, closed: frozenset[str], cache: Path | None) -> _Found | None:
    if cache is None or not cache.exists():
        return None
    with _opened(cache) as link:
        row = link.execute("SELECT found FROM route WHERE key = ?", (_key(origin, destination, closed),)).fetchone()
    if row is None:
        return None
    miles, approach, passages, line = json.loads(row[0])
    return miles, approach, tuple(passages), tuple((x, y) for x, y in line)


def _keep(origin: Port, destination: Port, closed: frozenset[str], cache: Path, found: _Found) -> None:
    with _opened(cache) as link:
        link.execute("INSERT OR REPLACE INTO route VALUES (?, ?)", (_key(origin, destination, closed), json.dumps(found)))


def sea_routes(origin: Port, destination: Port, cache: Path | None = None) -> tuple[Route, ...]:
    """The ways worth naming between two ports, shortest first: with canals open, and around each that lies on the way.

    Raises
    ------
    NoRoute
        If there is none.

    Examples
    --------
    >>> from madein.ledger.ports import find_port
    >>> for route in sea_routes(find_port("Hai Phong"), find_port("Zeebrugge")):
    ...     print(f"{route.distance_nm:,.0f} {route.way}")
    9,636 via the Suez Canal
    12,980 via the Cape of Good Hope
    """
    out: dict[tuple[str, ...], Route] = {}
    shortest = sea_route(origin, destination, (), cache)
    out[shortest.passages] = shortest
    for closure in data_file("passages.yaml")["closures"]:
        # Shutting what no way uses changes nothing.
        if any(set(closure) & set(r.passages) for r in out.values()):
            try:
                route = sea_route(origin, destination, closure, cache)
            except NoRoute:
                continue
            out.setdefault(route.passages, route)
    return tuple(sorted(out.values(), key=lambda r: r.distance_nm))


def distance_matrix(ports: Sequence[Port], avoid: Collection[str] = ()) -> NDArray[np.float64]:
    """Nautical miles between all pairs of ports, one search per sea lane's end; infinite where there is no way.

    Returns
    -------
    ndarray, shape (ports, ports), float64
        Symmetric up to ties between ways of equal length; zero on the diagonal.
    """
    import numpy as np

    lanes, closed = _lanes(), _closed(avoid)
    ends = [lanes.nearest((p.lon, p.lat)) for p in ports]
    rows = {node: np.array(_tree(node, closed)[0])[ends] for node in dict.fromkeys(ends)}
    return np.array([rows[node] for node in ends]).reshape(len(ends), len(ends))
