"""Voyages through chosen passages, and order books from numbers as people write them."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from madein.core.errors import BadInput, MadeinError, Problems

if TYPE_CHECKING:
    from madein.ledger.backlog import Amount, Backlog
    from madein.ledger.bounds import Interval
    from madein.ledger.lanes import Route
    from madein.ledger.voyage import Leg, Ship, Verdict, Voyage


def voyage_by(
    origin: str, destination: str, days: Amount | None = None, ship: str = "vehicle carrier", via: Collection[str] = (), avoid: Collection[str] = ()
) -> Voyage:
    """As `madein.ledger.voyage.check_voyage`, with a choice of passages.

    Parameters
    ----------
    origin, destination, days, ship
        As in `madein.ledger.voyage.check_voyage`.
    via : collection of str
        Keys of ``ledger/passages.yaml`` through all of which a way must lead to be weighed.
    avoid : collection of str
        Keys of passages to keep out of; then only the shortest way of each pair of ports is weighed.

    Raises
    ------
    MadeinError
        If a passage is unknown, or no way is left. Else as `check_voyage`.

    Examples
    --------
    >>> voyage_by("VNHPH", "Zeebrugge", avoid=["suez"]).legs[0].route.way
    'via the Cape of Good Hope'
    """
    from madein.ledger.lanes import NoRoute, sea_route
    from madein.ledger.ports import data_file
    from madein.ledger.voyage import check_voyage

    names = data_file("passages.yaml")["passages"]
    if unknown := sorted({*via, *avoid} - set(names)):
        raise MadeinError(f"{unknown[0]!r} is no passage", fix=f"name some of: {', '.join(names)}")
    found = check_voyage(origin, destination, days, ship)
    legs = list(found.legs)
    if avoid:
        legs = []
        missing: NoRoute | None = None
        for ends in dict.fromkeys((leg.route.origin, leg.route.destination) for leg in found.legs):
            try:
                legs.append(_leg(sea_route(*ends, avoid), found.ship, found.stated_days))
            except NoRoute as fault:
                missing = fault
        if not legs and missing:
            raise missing
    kept = [leg for leg in legs if set(via) <= set(leg.route.passages)]
    if not kept:
        ways = ", ".join(dict.fromkeys(leg.route.way for leg in legs))
        wanted = " and ".join(names[p]["name"] for p in via)
        raise NoRoute(f"no way from {found.origin.label} to {found.destination.label} leads through {wanted}", why=f"the ways weighed are {ways}",
                      fix="close others with --avoid")  # fmt: skip
    return _again(found, sorted(kept, key=lambda leg: (leg.route.distance_nm, leg.route.destination.code))) if via or avoid else found


def _leg(route: Route, ship: Ship, stated: Interval | None) -> Leg:
    from madein.ledger.bounds import Interval
    from madein.ledger.voyage import Leg

    days, usual = Interval(route.days(ship.full), route.days(ship.slow)), route.days(ship.usual)
    if stated is None:
        return Leg(route, days, usual, None, None, None)
    # Knots are nautical miles over hours; an open end of the days stands for a ship that lies still.
    knots = Interval(route.distance_nm / (24 * stated.high), route.distance_nm / (24 * stated.low))
    verdict: Verdict = "too fast" if knots.low > ship.full else "slow steaming or waiting" if knots.high < ship.slow else "plausible"
    return Leg(route, days, usual, knots, Interval(stated.low - usual, stated.high - usual), verdict)


def _again(found: Voyage, legs: list[Leg]) -> Voyage:
    """A voyage told anew over some ways: spans over the shortest of each pair of ports, the verdict over all."""
    from madein.ledger.bounds import Interval

    nearest: dict[tuple[str, str], Leg] = {}
    for leg in legs:
        nearest.setdefault((leg.route.origin.code, leg.route.destination.code), leg)
    short = list(nearest.values())

    def span(parts: list[Interval]) -> Interval:
        return Interval(min(p.low for p in parts), max(p.high for p in parts))

    verdicts = {leg.verdict for leg in legs}
    verdict = next((v for v in ("plausible", "slow steaming or waiting", "too fast") if v in verdicts), None)
    lengths = [leg.route.distance_nm for leg in short]
    usual = [leg.usual_days for leg in short]
    knots, slack = [leg.implied_knots for leg in short if leg.implied_knots], [leg.slack_days for leg in short if leg.slack_days]
    return replace(
        found, legs=tuple(legs), distance_nm=Interval(min(lengths), max(lengths)), days=span([leg.days for leg in short]),
        usual_days=Interval(min(usual), max(usual)), implied_knots=span(knots) if knots else None, slack_days=span(slack) if slack else None,
        verdict=verdict,
    )  # fmt: skip


def bounds_of(text: str, where: str) -> Amount | None:
    """A number or its bounds, as people write them: ``65000``, ``4000..5000``, ``4000..`` for at least 4,000; None for ''.

    Raises
    ------
    MadeinError
        If the text is none of these.

    Examples
    --------
    >>> bounds_of("65,000", "--orders"), bounds_of("4000..", "--orders"), bounds_of("19..21", "--days"), bounds_of("", "--days")
    (65000.0, (4000.0, inf), (19.0, 21.0), None)
    """
    if not text.strip():
        return None
    low, dots, high = text.partition("..")
    try:
        ends = _number(low), (_number(high) if high.strip() else math.inf) if dots else _number(low)
    except ValueError as fault:
        raise MadeinError(f"{text[:60]!r} is no number", where, fix="write 65000, 4000..5000, or 4000.. for at least 4000") from fault
    return ends if dots else ends[0]


def _number(text: str) -> float:
    # Commas part thousands here; 1,5 would be read as fifteen and is refused.
    whole, _, rest = text.strip().partition(".")
    groups = whole.lstrip("+-").split(",")
    if len(groups) > 1 and (len(groups[0]) > 3 or any(len(g) != 3 for g in groups[1:])):
        raise ValueError(text)
    value = float(whole.replace(",", "") + (f".{rest}" if rest else ""))
    if not math.isfinite(value):
        raise ValueError(text)
    return value


def backlog_by(given: Mapping[str, str], within: str = "") -> Backlog:
    """An order book worked out from quantities written as `bounds_of` reads them.

    Parameters
    ----------
    given : mapping
        Text by name: orders, shipped, per_voyage, round_trip, one_way, ships, rate; empty where not told.
    within : str
        Period in which all shall arrive.

    Raises
    ------
    BadInput
        With every quantity that cannot be read, or cannot be.

    Examples
    --------
    >>> print(backlog_by({"orders": "65000", "per_voyage": "999", "round_trip": "40", "ships": "1"}).answer("cars"))
    65,000 cars to ship: 66 voyages at 999 each; with 1 ship and 40 days a round trip the last arrives after 7.2 years.
    """
    from madein.core.periods import Period
    from madein.ledger.backlog import plan

    problems, read = Problems(), {}
    for name, text in given.items():
        try:
            read[name] = bounds_of(text, f"--{name.replace('_', '-')}")
        except MadeinError as fault:
            problems.errors += fault.problems
    window = None
    if within:
        try:
            window = Period.parse(within)
        except ValueError as fault:
            problems.error(f"{within[:60]!r} is no period", "--within", str(fault), "write 2023, 2023-Q1 or 2023-01..2023-06")
    if problems.errors:
        raise BadInput(problems.errors)
    # An order book that was not told is zero, which the room refuses by name.
    return plan(
        read.get("orders") or 0.0, read.get("shipped") or 0.0, per_voyage=read.get("per_voyage"), round_trip_days=read.get("round_trip"),
        ships=read.get("ships"), one_way_days=read.get("one_way"), rate=read.get("rate"), within=window,
    )  # fmt: skip
