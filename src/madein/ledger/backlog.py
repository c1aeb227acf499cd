"""The arithmetic of an order book: what is left, how many voyages, ships and months that is.

Every input may be a bound ("more than 4,000 cars"), and then so is every answer. All quantities are monotone in each
input, so the two ends of an answer are reached at ends of the inputs: the bounds are exact (Moore, Kearfott and Cloud,
*Introduction to Interval Analysis*, SIAM 2009, chapter 5).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

from madein.core.errors import BadInput, MadeinError, Problems
from madein.core.periods import Period
from madein.ledger.bounds import Interval

DAYS_PER_YEAR = 365.2425
DAYS_PER_MONTH = DAYS_PER_YEAR / 12


Amount = float | tuple[float, float] | Interval
"""A number, a pair of its bounds, or an interval; the upper end of "more than 4,000" is infinite."""


def interval(value: Amount) -> Interval:
    """Any `Amount` as an interval.

    Raises
    ------
    MadeinError
        If an end is not a number, or the lower end is above the upper one.

    Examples
    --------
    >>> interval((4000, math.inf)), interval(7.5)
    (Interval(low=4000, high=inf), Interval(low=7.5, high=7.5))
    """
    if isinstance(value, Interval):
        return value
    low, high = value if isinstance(value, tuple) else (value, value)
    try:
        return Interval(low, high)
    except ValueError as fault:
        raise MadeinError(str(fault), fix="give two numbers, the lower one first") from fault


def said(value: Interval, places: int = 0) -> str:
    """An interval as a sentence says it; ends that print alike print once.

    Examples
    --------
    >>> said(Interval(16.1, 19.42), 1), said(Interval(4000, math.inf)), said(Interval(65_000, 65_000))
    ('16.1 to 19.4', 'at least 4,000', '65,000')
    """
    low, high = (f"{x:,.{places}f}" for x in (value.low, value.high))
    if math.isinf(value.high):
        return f"at least {low}"
    return low if low == high else f"{low} to {high}"


@dataclass(frozen=True, slots=True)
class Backlog:
    """What an order book amounts to; None where the inputs do not tell, with the reason in `why_absent`.

    Attributes
    ----------
    orders, shipped, left : Interval
        Units; `left` is never below zero.
    share_shipped : Interval
        Percent of the orders; above 100 where more was shipped than is still on order.
    voyages : Interval or None
        Whole voyages for what is left.
    arrival_days, return_days : Interval or None
        Days from the first departure until the last load arrives, and until the last ship is back. All ships are taken
        to leave on day 0 and to turn round without waiting: no fleet is quicker.
    ships_needed : Interval or None
        Whole ships so that the last load arrives within the window.
    months_at_rate : Interval or None
        Months to clear what is left at the given rate.
    rate_needed : Interval or None
        Units a month so that what is left goes within the window.
    """

    orders: Interval
    shipped: Interval
    left: Interval
    share_shipped: Interval
    per_voyage: Interval | None = None
    round_trip_days: Interval | None = None
    ships: Interval | None = None
    rate: Interval | None = None
    within: Period | None = None
    voyages: Interval | None = None
    arrival_days: Interval | None = None
    return_days: Interval | None = None
    ships_needed: Interval | None = None
    months_at_rate: Interval | None = None
    rate_needed: Interval | None = None
    why_absent: tuple[tuple[str, str], ...] = field(default=())

    @property
    def arrival_years(self) -> Interval | None:
        """`arrival_days` in years of 365.2425 days."""
        return None if self.arrival_days is None else Interval(self.arrival_days.low / DAYS_PER_YEAR, self.arrival_days.high / DAYS_PER_YEAR)

    def answer(self, unit: str = "units") -> str:
        """One line of plain English.

        Examples
        --------
        >>> print(plan(65_000, per_voyage=999, round_trip_days=40, ships=1).answer("cars"))
        65,000 cars to ship: 66 voyages at 999 each; with 1 ship and 40 days a round trip the last arrives after 7.2 years.
        >>> print(plan(65_000, 999, within=Period.year(2023)).answer("cars"))
        64,001 of 65,000 cars left (1.5 % shipped); to ship them within 2023 takes 5,334 a month.
        """
        head = f"{said(self.orders)} {unit} to ship"
        if self.shipped.high > 0:
            head = f"{said(self.left)} of {said(self.orders)} {unit} left ({said(self.share_shipped, 1)} % shipped)"
        first, rest = self._voyages_said(), []
        if self.months_at_rate is not None and self.rate is not None:
            rest.append(f"at {said(self.rate)} a month it takes {_time_said(self.months_at_rate, DAYS_PER_MONTH)}")
        if self.within is not None and self.rate_needed is not None:
            ships = f"{_counted(self.ships_needed, 'ship')}, or " if self.ships_needed is not None else ""
            rest.append(f"to ship them within {self.within.label()} takes {ships}{_up(self.rate_needed)} a month")
        if self.within is not None and self.voyages is not None and (late := dict(self.why_absent).get("ships_needed")) and self.round_trip_days:
            rest.append(late)
        told = "; ".join([part for part in (first, *rest) if part])
        return f"{head}{': ' if first else '; ' if rest else ''}{told}."

    def _voyages_said(self) -> str:
        if self.voyages is None or self.per_voyage is None:
            return ""
        told = f"{_counted(self.voyages, 'voyage')} at {said(self.per_voyage)} each"
        if self.arrival_days is not None and self.ships is not None and self.round_trip_days is not None:
            told += f"; with {_counted(self.ships, 'ship')} and {said(self.round_trip_days)} days a round trip the last arrives after "
            told += _time_said(self.arrival_days, 1.0)
        return told


def _counted(count: Interval, noun: str) -> str:
    return f"{said(count)} {noun}" + ("" if count == Interval(1, 1) else "s")


def _up(rate: Interval) -> str:
    """A rate that is needed is rounded up: one car fewer a month would not do."""
    return said(Interval(math.ceil(rate.low), rate.high if math.isinf(rate.high) else math.ceil(rate.high)))


def _time_said(time: Interval, days: float) -> str:
    """A time given in units of so many days: in days below ninety, in months below a year, else in years."""
    end = (time.low if math.isinf(time.high) else time.high) * days
    for most, size, noun in ((90, 1.0, "day"), (DAYS_PER_YEAR, DAYS_PER_MONTH, "month"), (math.inf, DAYS_PER_YEAR, "year")):
        if end < most:
            shown = said(Interval(time.low * days / size, time.high * days / size), 0 if noun == "day" else 1)
            return f"{shown} {noun}s"
    raise AssertionError("an infinite time has a finite lower end")


def _rising(f: Callable[..., float], *args: tuple[Interval, int]) -> Interval:
    """Bounds of a function that rises (+1) or falls (-1) in each argument."""
    low = f(*(b.low if sign > 0 else b.high for b, sign in args))
    high = f(*(b.high if sign > 0 else b.low for b, sign in args))
    return Interval(low, high)


def _ceil(x: float) -> float:
    return x if math.isinf(x) else float(math.ceil(x))


def _voyages(left: float, load: float) -> float:
    return 0.0 if left == 0 else 1.0 if math.isinf(load) else _ceil(left / load)


def _rounds(voyages: float, ships: float) -> float:
    return 0.0 if voyages == 0 else 1.0 if math.isinf(ships) else _ceil(voyages / ships)


def _arrival(voyages: float, ships: float, trip: float, way: float) -> float:
    rounds = _rounds(voyages, ships)
    return 0.0 if rounds == 0 else (rounds - 1) * trip + way if rounds > 1 else way


def _return(voyages: float, ships: float, trip: float) -> float:
    rounds = _rounds(voyages, ships)
    return rounds * trip if rounds else 0.0


def _ships(voyages: float, days: float, trip: float, way: float) -> float:
    """Ships so that so many voyages arrive within so many days: each brings one load on its first way and one per round trip."""
    if voyages == 0:
        return 0.0
    loads = math.floor((days - way) / trip) + 1 if days >= way else 0
    return _ceil(voyages / loads) if loads else math.inf


def months_in(window: Period) -> float:
    """Calendar months of a stretch of whole months; else its days over the mean month of 30.44 days.

    Examples
    --------
    >>> months_in(Period.year(2023)), round(months_in(Period.parse("2023-01-01..2023-01-15")), 2)
    (12.0, 0.49)
    """
    return float(window.n_months) if window.whole_months else days_in(window) / DAYS_PER_MONTH


def days_in(window: Period) -> float:
    """Days of a stretch, both ends counted."""
    return float((window.last - window.first).days + 1)


def plan(
    orders: Amount,
    shipped: Amount = 0.0,
    *,
    per_voyage: Amount | None = None,
    round_trip_days: Amount | None = None,
    ships: Amount | None = None,
    one_way_days: Amount | None = None,
    rate: Amount | None = None,
    within: Period | None = None,
) -> Backlog:
    """Work out an order book.

    Parameters
    ----------
    orders, shipped : Amount
        Units ordered in all and shipped so far.
    per_voyage : Amount, optional
        Units a ship takes.
    round_trip_days : Amount, optional
        Days from one departure of a ship to its next, ports included.
    ships : Amount, optional
        Ships that sail.
    one_way_days : Amount, optional
        Days from departure to arrival; half a round trip where it is not given.
    rate : Amount, optional
        Units shipped a month.
    within : Period, optional
        Window in which everything is promised: from the first possible departure to the last possible arrival.

    Raises
    ------
    BadInput
        If orders are not above zero, a quantity is negative, or a load, rate, trip or number of ships may be zero; all at once.

    Examples
    --------
    One ship that took 999 cars, and 65,000 orders:

    >>> book = plan(65_000, per_voyage=999, round_trip_days=40, ships=1, within=Period.year(2023))
    >>> [said(x, n) for x, n in ((book.voyages, 0), (book.arrival_years, 1), (book.ships_needed, 0), (book.rate_needed, 0))]
    ['66', '7.2', '8', '5,417']
    >>> said(plan((65_000, math.inf), per_voyage=(999, 1879)).voyages)
    'at least 35'
    """
    given = {
        "orders": orders, "shipped": shipped, "per_voyage": per_voyage, "round_trip_days": round_trip_days,
        "ships": ships, "one_way_days": one_way_days, "rate": rate,
    }  # fmt: skip
    known = _checked({k: v for k, v in given.items() if v is not None})
    book, sent = known["orders"], known["shipped"]
    left = _rising(lambda a, b: max(0.0, a - b) if not math.isinf(b) else 0.0, (book, 1), (sent, -1))
    share = _rising(lambda b, a: 0.0 if math.isinf(a) else 100 * b / a, (sent, 1), (book, -1))
    load, trip, fleet, pace = (known.get(k) for k in ("per_voyage", "round_trip_days", "ships", "rate"))
    way = known.get("one_way_days") or (Interval(trip.low / 2, trip.high / 2) if trip else None)
    voyages = _rising(_voyages, (left, 1), (load, -1)) if load else None
    arrival = back = needed = None
    too_far = ""
    if voyages and fleet and trip and way:
        arrival = _rising(_arrival, (voyages, 1), (fleet, -1), (trip, 1), (way, 1))
        back = _rising(_return, (voyages, 1), (fleet, -1), (trip, 1))
    if voyages and trip and way and within:
        days = days_in(within)
        if _ships(voyages.low, days, trip.low, way.low) == math.inf:
            too_far = f"no ship that needs {said(way)} days can arrive within {days:.0f} days"
        else:
            needed = _rising(lambda v, t, w: _ships(v, days, t, w), (voyages, 1), (trip, 1), (way, 1))
    absent = [("ships_needed", too_far)] if too_far else []
    for name, value, needs in (
        ("voyages", voyages, "per_voyage"), ("arrival_days", arrival, "per_voyage, round_trip_days and ships"),
        ("ships_needed", needed or too_far, "per_voyage, round_trip_days and within"),
        ("months_at_rate", pace, "rate"), ("rate_needed", within, "within"),
    ):  # fmt: skip
        if not value:
            absent.append((name, f"needs {needs}"))
    return Backlog(
        book, sent, left, share, load, trip, fleet, pace, within, voyages, arrival, back, needed,
        _rising(lambda x, r: 0.0 if math.isinf(r) else x / r, (left, 1), (pace, -1)) if pace else None,
        Interval(left.low / months_in(within), left.high / months_in(within)) if within else None,
        tuple(absent),
    )  # fmt: skip


def _checked(given: dict[str, Amount]) -> dict[str, Interval]:
    found = Problems("backlog")
    out: dict[str, Interval] = {}
    for name, value in given.items():
        try:
            b = interval(value)
        except MadeinError as fault:
            found.error(fault.problems[0].what, name, fix=fault.problems[0].fix)
            continue
        if b.low < 0:
            found.error(f"{b.low:g} is negative", name, fix="give a quantity of zero or more")
        elif b.low == 0 and name not in ("shipped",):
            found.error("may be zero", name, "nothing can be divided by it", "give a quantity above zero, or leave it out")
        elif math.isinf(b.low):
            found.error("is infinite", name, fix="give a number")
        out[name] = b
    if found.errors:
        raise BadInput(found.errors)
    return out
