"""Order books: the worked examples, and bounds that hold for every number between the ends of the inputs."""

from __future__ import annotations

import math
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import BadInput, MadeinError
from madein.core.periods import Period
from madein.ledger.backlog import Backlog, interval, months_in, plan, said
from madein.ledger.bounds import Interval, number_bounds


def value(x: Interval | None) -> float:
    assert x is not None and x.low == x.high
    return x.low


@pytest.mark.parametrize(
    ("per_voyage", "ships", "voyages", "arrival_years", "return_years"),
    [
        (999, 1, 66, 7.2, 7.2),  # 65,000 / 999 = 65.07
        (1879, 1, 35, 3.8, 3.8),
        # The short way of saying it, 65,000 / 4,000 voyages over two ships of 40 days, is 325 days or 0.9 years. In whole
        # voyages one ship sails nine times: its last load arrives on day 340 (0.9) and it is back on day 360 (1.0).
        (4000, 2, 17, 0.9, 1.0),
    ],
)
def test_the_order_book_of_november_2022(per_voyage: float, ships: float, voyages: float, arrival_years: float, return_years: float) -> None:
    book = plan(65_000, per_voyage=per_voyage, round_trip_days=40, ships=ships)
    assert value(book.voyages) == voyages
    assert round(value(book.arrival_years), 1) == arrival_years
    assert round(value(book.return_days) / 365.2425, 1) == return_years


def test_rates_needed_by_a_date() -> None:
    assert math.ceil(value(plan(65_000, within=Period.year(2023)).rate_needed)) == 5417
    # With the first load gone a little less is needed.
    assert math.ceil(value(plan(65_000, 999, within=Period.year(2023)).rate_needed)) == 5334
    assert value(plan(65_000, rate=5417).months_at_rate) == pytest.approx(11.999, abs=0.001)


def test_ships_needed_are_enough_and_one_fewer_is_not() -> None:
    book = plan(65_000, per_voyage=999, round_trip_days=40, within=Period.year(2023))
    n = value(book.ships_needed)
    assert n == 8  # nine arrivals a ship within 365 days: 66 / 9
    for ships, enough in ((n, True), (n - 1, False)):
        again = plan(65_000, per_voyage=999, round_trip_days=40, ships=ships)
        assert (value(again.arrival_days) <= 365) is enough


@settings(deadline=None, max_examples=300)
@given(st.integers(1, 5000), st.integers(1, 300), st.integers(2, 90), st.integers(1, 400))
def test_the_fewest_ships_that_arrive_in_time(orders: int, load: int, trip: int, days: int) -> None:
    window = Period(date(2023, 1, 1), date.fromordinal(date(2023, 1, 1).toordinal() + days - 1))
    book = plan(orders, per_voyage=load, round_trip_days=trip, within=window)
    if book.ships_needed is None:
        assert trip / 2 > days
        return
    n = int(value(book.ships_needed))

    def last(ships: int) -> float:
        """Sail it out: ship by ship, load by load."""
        left, arrivals = orders, [0.0]
        for voyage in range(10**6):
            if left <= 0:
                break
            arrivals.append((voyage // ships) * trip + trip / 2)
            left -= load
        return max(arrivals)

    assert last(n) <= days
    assert n == 1 or last(n - 1) > days
    assert value(plan(orders, per_voyage=load, round_trip_days=trip, ships=n).arrival_days) == last(n)


PAIR = st.tuples(st.integers(1, 5000), st.integers(0, 3000)).map(lambda p: (float(p[0]), float(p[0] + p[1])))
SMALL = st.tuples(st.integers(1, 60), st.integers(0, 40)).map(lambda p: (float(p[0]), float(p[0] + p[1])))
INPUTS = ("orders", "shipped", "per_voyage", "round_trip_days", "ships", "rate")
RESULTS = ("left", "share_shipped", "voyages", "arrival_days", "return_days", "ships_needed", "months_at_rate", "rate_needed")
WINDOW = Period.year(2023)


def results(book: Backlog) -> dict[str, Interval]:
    return {name: x for name in RESULTS if (x := getattr(book, name)) is not None}


@settings(deadline=None, max_examples=300)
@given(PAIR, PAIR, SMALL, SMALL, SMALL, PAIR, st.data())
def test_bounds_hold_every_inner_case_and_their_ends_are_reached(
    orders: tuple[float, float], shipped: tuple[float, float], load: tuple[float, float], trip: tuple[float, float],
    ships: tuple[float, float], rate: tuple[float, float], data: st.DataObject,
) -> None:  # fmt: skip
    ends = dict(zip(INPUTS, (orders, shipped, load, trip, ships, rate), strict=True))
    outer = results(plan(**ends, within=WINDOW))  # type: ignore[arg-type]
    point = {k: data.draw(st.integers(int(v[0]), int(v[1]))) for k, v in ends.items()}
    inner = results(plan(**point, within=WINDOW))  # type: ignore[arg-type]
    for name, x in inner.items():
        assert outer[name].low - 1e-9 <= x.low <= outer[name].high + 1e-9, name
    # Each end of an answer is an answer for some choice of ends of the inputs.
    seen: dict[str, list[float]] = {}
    for corner in range(2 ** len(ends)):
        chosen = {k: v[corner >> i & 1] for i, (k, v) in enumerate(ends.items())}
        for name, x in results(plan(**chosen, within=WINDOW)).items():  # type: ignore[arg-type]
            seen.setdefault(name, []).append(x.low)
    for name, x in outer.items():
        assert min(seen[name]) == pytest.approx(x.low)
        if math.isfinite(x.high):
            assert max(seen[name]) == pytest.approx(x.high)


def test_open_bounds_give_open_answers() -> None:
    book = plan(number_bounds(65_000, None, None, "more_than"), per_voyage=(999, 1879), round_trip_days=40, ships=1)
    assert book.voyages == Interval(35, math.inf)
    assert book.arrival_years is not None and round(book.arrival_years.low, 1) == 3.8
    assert plan(65_000, per_voyage=(999, math.inf)).voyages == Interval(1, 66)
    assert plan(65_000, (0, math.inf)).left == Interval(0, 65_000)


def test_an_order_book_that_shrank_below_what_was_shipped_has_nothing_left() -> None:
    book = plan(800, 999, per_voyage=999, round_trip_days=40, ships=1, rate=10, within=WINDOW)
    assert value(book.left) == value(book.voyages) == value(book.arrival_days) == value(book.ships_needed) == value(book.rate_needed) == 0
    assert value(book.share_shipped) == pytest.approx(124.9, abs=0.05)


def test_what_is_absent_says_why() -> None:
    book = plan(65_000, round_trip_days=40, within=Period.parse("2023-01-01..2023-01-10"), per_voyage=999)
    assert book.ships_needed is None and "20 days can arrive within 10 days" in dict(book.why_absent)["ships_needed"]
    assert "no ship that needs 20 days" in book.answer("cars")
    assert dict(plan(5).why_absent).keys() == {"voyages", "arrival_days", "ships_needed", "months_at_rate", "rate_needed"}
    assert plan(5).answer() == "5 units to ship."


def test_answers() -> None:
    assert plan((60_000, 65_000), 999, per_voyage=999, round_trip_days=40, ships=2, within=WINDOW).answer("cars") == (
        "59,001 to 64,001 of 60,000 to 65,000 cars left (1.5 to 1.7 % shipped): 60 to 65 voyages at 999 each; with 2 ships and 40 days"
        " a round trip the last arrives after 3.2 to 3.6 years; to ship them within 2023 takes 7 to 8 ships, or 4,917 to 5,334 a month."
    )
    assert plan(5000, rate=2500).answer("cars") == "5,000 cars to ship; at 2,500 a month it takes 61 days."
    assert (
        plan(1879, per_voyage=1879, round_trip_days=45, ships=1).answer("cars").startswith("1,879 cars to ship: 1 voyage at 1,879 each; with 1 ship")
    )


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ({"orders": -1}, ["orders"]),
        ({"orders": 0}, ["orders"]),
        ({"orders": math.nan}, ["orders"]),
        ({"orders": math.inf}, ["orders"]),
        ({"orders": (5, 3)}, ["orders"]),
        ({"orders": 5, "shipped": -2, "per_voyage": 0, "rate": (0, 4), "ships": math.nan}, ["shipped", "per_voyage", "ships", "rate"]),
    ],
)
def test_bad_inputs_are_told_together(given: dict[str, float], names: list[str]) -> None:
    with pytest.raises(BadInput) as told:
        plan(**given)  # type: ignore[arg-type]
    assert [p.where for p in told.value.problems] == [f"backlog {n}" for n in names]
    assert all(p.fix for p in told.value.problems)


def test_amounts() -> None:
    with pytest.raises(MadeinError, match="lower one first"):
        interval((2, 1))
    assert said(Interval(1, 1.04), 1) == "1.0"
    assert months_in(Period.parse("2023-01-01..2023-12-30")) == pytest.approx(11.96, abs=0.01)
