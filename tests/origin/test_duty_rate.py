"""Rates as typed things: what tariffs print is read back, computed only from what is given, and bounded where it is open."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest

from madein.core.errors import MadeinError
from madein.origin.duty.rate import parse_rate

F = Fraction


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("Free", "0%"),
        ("6.8%", "6.8%"),
        ("12.00%", "12%"),
        ("10.20% + 93.10 EUR / 100 kg", "10.2% + 93.1 EUR/100 kg"),
        ("52.00 EUR / 1,000 items", "52 EUR/1000 items"),
        ("5.5¢/kg", "0.055 USD/kg"),
        ("$1.035/kg + 17%", "1.035 USD/kg + 17%"),
        ("51¢ each + 6.25% on the case and strap, band or bracelet", "0.51 USD/item + 6.25% on the case and strap, band or bracelet"),
        ("90¢/pr. + 37.5%", "0.9 USD/pr. + 37.5%"),
        ("4.50% MIN 0.30 EUR / item MAX 0.80 EUR / item", "4.5% MIN 0.3 EUR/item MAX 0.8 EUR/item"),
        ("9.00% +  EA MAX 18.70%  + ADSZ", "9% + EA MAX 18.7% + ADSZ"),
        ("Entry Price", "EP"),
        ("8.00% (01 NOV - 14 MAY), 14.00% (15 MAY - 31 OCT)", "8% (01 NOV-14 MAY), 14% (15 MAY-31 OCT)"),
        ("1.75 EUR/% vol/hl", "1.75 EUR/%vol/hl"),
        ("excluded", "excluded"),
        ("quota 0%", "quota 0%"),
    ],
)
def test_printed_rates_are_read_and_written_back(printed: str, text: str) -> None:
    rate = parse_rate(printed)
    assert rate.text == text
    assert parse_rate(rate.text) == rate


@pytest.mark.parametrize(
    "printed",
    [
        "",
        "about 5%",
        "5",
        "12 EUR/100",
        "5% + ",
        "0.4 EUR/100 fathoms",
        "The duty provided in the applicable subheading",
        "1.31 EUR/kg/lactic matter +",
        "5% MIN",
        "-3%",
        "5%%",
        "٥%",
        "5% (01 FOO-14 MAY)",
        "1/0%",
        "x" * 100_000,
        "1" * 300 + "%",
    ],
)
def test_what_is_not_understood_is_refused(printed: str) -> None:
    with pytest.raises(MadeinError, match="no rate of duty that is understood"):
        parse_rate(printed)


def test_a_number_without_a_sign_is_percent_only_where_the_column_says_so() -> None:
    assert parse_rate("4,5", bare=True).ad_valorem == F(9, 2)
    with pytest.raises(MadeinError):
        parse_rate("4,5")


def test_a_specific_duty_needs_value_quantity_and_one_currency() -> None:
    cattle = parse_rate("10.2% + 93.1 EUR/100 kg")
    due = cattle.duty(F(400), {"kg": F(100)}, "EUR")
    # 10.2% + 93.1/400 = 10.2% + 23.275%
    assert due.low == due.high == F("33.475")
    assert cattle.duty(F(400), {"kg": F(100)}, "USD").asks == (("fx", "how many USD is one EUR?"),)
    assert cattle.duty(F(400), {"kg": F(100)}, "USD", fx={"EUR": F("1.1")}).low == F("10.2") + F("93.1") * F("1.1") / 4
    open_ = cattle.duty(F(400), {}, "EUR")
    assert (open_.low, open_.high) == (F("10.2"), None)
    assert [key for key, _ in open_.asks] == ["kg"]
    assert [key for key, _ in cattle.duty().asks] == ["kg", "value"]


def test_floor_and_ceiling_bound_the_duty() -> None:
    watch = parse_rate("4.5% MIN 0.3 EUR/p/st MAX 0.8 EUR/p/st")
    one = {"item": F(1)}
    assert watch.duty(F(10), one, "EUR").low == F("4.5")  # 0.45 per watch
    assert watch.duty(F(2), one, "EUR").low == 15  # the floor: 0.30 of 2
    assert watch.duty(F(100), one, "EUR").low == F("0.8")  # the ceiling: 0.80 of 100
    sweets = parse_rate("9% + EA MAX 18.7% + ADSZ")
    due = sweets.duty()
    assert due.low == 9
    assert due.high is None  # the ceiling has a part that is only named


def test_a_ceiling_in_percent_bounds_a_named_component() -> None:
    due = parse_rate("9% + EA MAX 24.2%").duty()
    assert (due.low, due.high) == (9, F("24.2"))


def test_seasons_go_by_the_day_and_run_over_the_new_year() -> None:
    tomatoes = parse_rate("8.00% (01 NOV - 14 MAY), 14.00% (15 MAY - 31 OCT)")
    for day, expected in ((date(2021, 1, 1), 8), (date(2021, 5, 14), 8), (date(2021, 5, 15), 14), (date(2021, 10, 31), 14), (date(2021, 11, 1), 8)):
        assert tomatoes.duty(on=day).low == expected, day
    assert tomatoes.duty().asks[0][0] == "date"
    # A day that no season holds is open, not free.
    assert parse_rate("8% (01 JAN-31 MAY)").duty(on=date(2021, 7, 1)).low is None


def test_a_quota_rate_is_due_inside_the_quota_only() -> None:
    garlic = parse_rate("quota 0%")
    assert garlic.duty(in_quota=True).low == 0
    assert garlic.duty().low is None
    assert garlic.duty(in_quota=False).low is None
    assert not garlic.free


def test_scaling_rounds_each_figure_down() -> None:
    # EVFTA Annex 2-A, Section A, par. 4: to the tenth of a point, money to the tenth of a euro cent.
    rate = parse_rate("9% + 9.4 EUR/100 kg/net MAX 18.7%").scaled(F(5, 6), F(1, 10), F(1, 1000))
    assert rate.text == "7.5% + 7.833 EUR/100 kg/net MAX 15.5%"
    assert parse_rate("9% + EA").scaled(F(5, 6), F(1, 10), F(1, 1000)).text == "7.5% + 5/6 EA"
    assert parse_rate("9% + EA").scaled(F(0), F(1, 10), F(1, 1000)).free
