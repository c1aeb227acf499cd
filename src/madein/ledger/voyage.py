"""Is a stated sailing time plausible? Sea distances against the speeds of ships, and the verdict.

Implied speed is distance over stated time; it is set beside the speeds that ships of a kind are reported to keep
(``ships.yaml``). Ports are not counted: a stated time runs from departure to arrival.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from madein.core.errors import MadeinError
from madein.core.period_labels import fold
from madein.ledger.backlog import Amount, interval, said
from madein.ledger.bounds import Interval
from madein.ledger.lanes import NoRoute, Route, lane_distance, sea_routes
from madein.ledger.places import Place, find_place
from madein.ledger.ports import Port, data_file

FARTHEST_LANE_NM = 60.0
"""A port farther than this from any sea lane lies inland, or its position is wrong."""

Verdict = Literal["plausible", "too fast", "slow steaming or waiting"]


@dataclass(frozen=True, slots=True)
class Ship:
    """A kind of ship with its average speeds in knots: slow steaming, usual, full."""

    kind: str
    slow: float
    usual: float
    full: float
    source: str


@functools.cache
def ships() -> dict[str, Ship]:
    """Kinds of ships by name."""
    return {k: Ship(k, float(s["slow"]), float(s["usual"]), float(s["full"]), s["source"]) for k, s in data_file("ships.yaml")["ships"].items()}


def find_ship(text: str) -> Ship:
    """The kind of ship a text names.

    Raises
    ------
    MadeinError
        If it names none.

    Examples
    --------
    >>> find_ship("PCTC").kind, find_ship("Bulker").usual
    ('vehicle carrier', 10.9)
    """
    for kind, about in data_file("ships.yaml")["ships"].items():
        if fold(text) in (kind, *about["names"]):
            return ships()[kind]
    raise MadeinError(f"{text!r} is no kind of ship known here", fix=f"name one of: {', '.join(ships())}")


@dataclass(frozen=True, slots=True)
class Leg:
    """One way and what a stated sailing time means on it.

    Attributes
    ----------
    days : Interval
        From full to slow speed.
    usual_days : float
        At the mean speed of the fleet.
    implied_knots, slack_days : Interval or None
        Average speed that the stated days need; stated days less days at usual speed. None where no days were stated.
    verdict : str or None
        "too fast" if even the longest time stated needs more than full speed; "slow steaming or waiting" if even the
        shortest needs less than slow speed; else "plausible".
    """

    route: Route
    days: Interval
    usual_days: float
    implied_knots: Interval | None
    slack_days: Interval | None
    verdict: Verdict | None


@dataclass(frozen=True, slots=True)
class Voyage:
    """A sailing time against every way from an origin to a destination that may be several ports.

    Attributes
    ----------
    legs : tuple of Leg
        Every pair of ports, every way, shortest first.
    distance_nm, days, usual_days : Interval
        Over the shortest way of each pair; days from full speed on the nearest to slow speed on the farthest.
    implied_knots, slack_days : Interval or None
        Over the same ways.
    verdict : str or None
        Of all ways: plausible if one is; too fast if all are.
    left_out : tuple of Port
        Ports without a sea lane within 60 nautical miles.
    """

    origin: Place
    destination: Place
    ship: Ship
    stated_days: Interval | None
    legs: tuple[Leg, ...]
    distance_nm: Interval
    days: Interval
    usual_days: Interval
    implied_knots: Interval | None
    slack_days: Interval | None
    verdict: Verdict | None
    left_out: tuple[Port, ...]

    def answer(self) -> str:
        """One line of plain English.

        Examples
        --------
        >>> print(check_voyage("Hai Phong", "Zeebrugge", 20).answer())
        Hai Phong to Zeebrugge is 9,636 nautical miles via the Suez Canal (12,980 via the Cape of Good Hope): 20 to 33 days \
for a vehicle carrier, usually 27; 20 days need 20.1 knots: too fast.
        """
        ends = [p.label if len(p.ports) == 1 else f"{p.label} ({len(p.ports)} ports)" for p in (self.origin, self.destination)]
        first = self.legs[0].route
        around = [leg.route for leg in self.legs if leg.route.origin == first.origin and leg.route.destination == first.destination][1:]
        detours = f" ({', '.join(f'{r.distance_nm:,.0f} {r.way}' for r in around)})" if around else ""
        way = "" if first.way == "direct" else f" {first.way}"
        told = f"{ends[0]} to {ends[1]} is {said(self.distance_nm)} nautical miles{way}{detours}: {said(self.days)} days for a {self.ship.kind}"
        told += f", usually {said(self.usual_days)}"
        if self.stated_days is None or self.implied_knots is None:
            return told + "."
        knots = f"at most {self.implied_knots.high:.1f}" if self.implied_knots.low == 0 else said(self.implied_knots, 1)
        return f"{told}; {said(self.stated_days)} days need {knots} knots: {self.verdict}{self._where()}."

    def _where(self) -> str:
        """By which way, or for how many pairs of ports, a time is plausible, where that is not the whole answer."""
        if self.verdict != "plausible":
            return ""
        good = [leg for leg in self.legs if leg.verdict == "plausible"]
        pairs = {(leg.route.origin, leg.route.destination) for leg in self.legs}
        fine = {(leg.route.origin, leg.route.destination) for leg in good}
        if len(pairs) > 1:
            return f" for {len(fine)} of {len(pairs)} pairs of ports" if len(fine) < len(pairs) else ""
        return "" if good[0] == self.legs[0] else f" {good[0].route.way}"


def check_voyage(
    origin: str | Place | Port,
    destination: str | Place | Port,
    days: Amount | None = None,
    ship: str | Ship = "vehicle carrier",
    cache: Path | None = None,
) -> Voyage:
    """Weigh a stated sailing time against the sea distance and the speeds of a kind of ship.

    Parameters
    ----------
    origin, destination : str, Place or Port
        Ports, or states, coasts and countries, which stand for all their ports.
    days : Amount, optional
        Days from departure to arrival as stated; two dates that differ by n days mean (n - 1, n + 1), as hours are untold.
    ship : str or Ship
        Kind of ship of ``ships.yaml``, or one with speeds of its own.
    cache : pathlib.Path, optional
        As in `sea_route`.

    Raises
    ------
    PortQuestion
        If a port is unknown or ambiguous.
    NoRoute
        If no pair of ports is joined.
    MadeinError
        If days are not above zero, or the ship is unknown.

    Examples
    --------
    >>> check = check_voyage("VNHPH", "California", 20)
    >>> said(check.distance_nm), said(check.implied_knots, 1), check.verdict
    ('6,625 to 7,041', '13.8 to 14.7', 'plausible')
    """
    kind = find_ship(ship) if isinstance(ship, str) else ship
    stated = None if days is None else interval(days)
    if stated is not None and not stated.low > 0:
        raise MadeinError(f"{stated.low:g} days is no sailing time", fix="give days above zero")
    ends = [_place(end, name) for end, name in ((origin, "origin"), (destination, "destination"))]
    (froms, tos), left_out = zip(*(_afloat(e) for e in ends), strict=True)
    ways: list[tuple[Route, ...]] = []
    missing: NoRoute | None = None
    for a in froms:
        for b in tos:
            try:
                ways.append(sea_routes(a, b, cache))
            except NoRoute as fault:
                missing = fault
    if not ways:
        raise missing or NoRoute(f"no port of {ends[0].label} or {ends[1].label} lies on a sea lane")
    legs = sorted((_leg(r, kind, stated) for rs in ways for r in rs), key=lambda leg: (leg.route.distance_nm, leg.route.destination.code))
    nearest = [_leg(rs[0], kind, stated) for rs in ways]
    return Voyage(
        ends[0], ends[1], kind, stated, tuple(legs),
        _span([Interval(leg.route.distance_nm, leg.route.distance_nm) for leg in nearest]),
        _span([leg.days for leg in nearest]),
        _span([Interval(leg.usual_days, leg.usual_days) for leg in nearest]),
        _span([leg.implied_knots for leg in nearest if leg.implied_knots]) if stated else None,
        _span([leg.slack_days for leg in nearest if leg.slack_days]) if stated else None,
        _overall(legs) if stated else None,
        (*left_out[0], *left_out[1]),
    )  # fmt: skip


def _place(end: str | Place | Port, where: str) -> Place:
    if isinstance(end, str):
        return find_place(end, where=where)
    return end if isinstance(end, Place) else Place(end.name, "port", (end,))


def _afloat(place: Place) -> tuple[list[Port], tuple[Port, ...]]:
    """Ports with a sea lane near, and the others; a place named alone is taken as it is."""
    far = [p for p in place.ports if lane_distance(p) > FARTHEST_LANE_NM]
    near = [p for p in place.ports if p not in far]
    return (near, tuple(far)) if near else (list(place.ports), ())


def _leg(route: Route, ship: Ship, stated: Interval | None) -> Leg:
    days, usual = Interval(route.days(ship.full), route.days(ship.slow)), route.days(ship.usual)
    if stated is None:
        return Leg(route, days, usual, None, None, None)
    knots = Interval(0.0 if math.isinf(stated.high) else route.distance_nm / (24 * stated.high), route.distance_nm / (24 * stated.low))
    verdict: Verdict = "too fast" if knots.low > ship.full else "slow steaming or waiting" if knots.high < ship.slow else "plausible"
    return Leg(route, days, usual, knots, Interval(stated.low - usual, stated.high - usual), verdict)


def _overall(legs: Sequence[Leg]) -> Verdict:
    verdicts = {leg.verdict for leg in legs}
    if "plausible" in verdicts:
        return "plausible"
    # Slow on a short way and too fast on a long one: the ship took the short one and had time left.
    return "too fast" if verdicts == {"too fast"} else "slow steaming or waiting"


def _span(parts: Sequence[Interval]) -> Interval:
    return Interval(min(p.low for p in parts), max(p.high for p in parts))
