"""The lunisolar calendar and the regressors that follow from it."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.indices.seasonal import lunar_months, lunar_new_year, moving_holiday, read_holidays, solar_date
from madein.indices.seasonal.moon import delta_t, new_moon, solar_longitude


def rows(reference: Path, name: str) -> list[dict[str, str]]:
    path = reference / "indices" / name
    if not path.is_file():
        pytest.skip(f"no {name} in the reference folder")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_worked_examples_of_meeus() -> None:
    assert new_moon(-283) == pytest.approx(2443192.65118, abs=1e-5)
    assert solar_longitude(2448908.5) == pytest.approx(199.90895, abs=2e-5)


@pytest.mark.parametrize(
    ("year", "seconds", "slack"), [(1900, -2.8, 0.5), (1920, 21.2, 0.1), (1950, 29.1, 0.3), (1980, 50.5, 0.2), (2000, 63.8, 0.2), (2015, 67.6, 1.5)]
)
def test_rotation_of_the_earth_against_observed_values(year: int, seconds: float, slack: float) -> None:
    assert delta_t(year) == pytest.approx(seconds, abs=slack)


def test_tet_and_chinese_new_year_against_the_table(reference: Path) -> None:
    table = rows(reference, "tet_dates.csv")
    assert len(table) > 100
    wrong = [
        r["year"]
        for r in table
        if str(lunar_new_year(int(r["year"]), 7)) != r["tet_vn_utc7"] or str(lunar_new_year(int(r["year"]), 8)) != r["cny_utc8"]
    ]
    assert wrong == []


def test_years_in_which_the_two_differ() -> None:
    differ = [y for y in range(1968, 2061) if lunar_new_year(y, 7) != lunar_new_year(y, 8)]
    assert differ == [1968, 1969, 1985, 2007, 2030, 2053]


def test_known_leap_months() -> None:
    # Leap months of the Chinese calendar, as almanacs print them.
    known = {
        1984: 10,
        1987: 6,
        1990: 5,
        1993: 3,
        1995: 8,
        1998: 5,
        2001: 4,
        2004: 2,
        2006: 7,
        2009: 5,
        2012: 4,
        2014: 9,
        2017: 6,
        2020: 4,
        2023: 2,
        2025: 6,
        2033: 11,
    }
    for year, month in known.items():
        assert [n for n, leap, _ in lunar_months(year, 8) if leap] == [month], year
    assert [n for n, leap, _ in lunar_months(1985, 7) if leap] == [2]


@given(st.integers(1902, 2147), st.sampled_from([7.0, 8.0]))
def test_months_follow_one_another(year: int, offset: float) -> None:
    months = lunar_months(year, offset)
    starts = [first for _, _, first in months] + [lunar_new_year(year + 1, offset)]
    assert {(b - a).days for a, b in pairwise(starts)} <= {29, 30}
    assert [n for n, leap, _ in months if not leap] == list(range(1, 13))
    assert len(months) in (12, 13)
    assert date(year, 1, 20) <= starts[0] <= date(year, 2, 21)


def test_dates_of_the_lunar_calendar() -> None:
    assert solar_date(2024, 8, 15) == date(2024, 9, 17)
    assert solar_date(2025, 6, 1, leap=True) == date(2025, 7, 25)
    with pytest.raises(ValueError, match="no leap month 3"):
        solar_date(2024, 3, 1, leap=True)
    with pytest.raises(ValueError, match="days"):
        solar_date(2024, 1, 31)
    with pytest.raises(ValueError, match="1902 to 2149"):
        lunar_new_year(1850)


def test_regressors_against_the_table(reference: Path) -> None:
    table = rows(reference, "tet_regressors.csv")
    tet = moving_holiday("tet")
    first = table[0]["period"]
    ours = tet.regressors(int(first[:4]) * 12 + int(first[5:]) - 1, len(table))
    theirs = np.array([[float(r[n]) for n in tet.names] for r in table])
    np.testing.assert_allclose(ours, theirs, atol=1e-11)
    raw = np.stack([tet.shares(w)[(int(first[:4]) - tet.years[0]) * 12 :][: len(table)] for w in tet.windows], axis=1)
    np.testing.assert_allclose(raw, [[float(r[f"{n}_raw"]) for n in tet.names] for r in table], atol=1e-11)


def test_regressors_go_on_beyond_the_table() -> None:
    beyond = moving_holiday("tet").regressors(2060 * 12, 60, ("tet_dur",))
    assert beyond.shape == (60, 1)
    assert np.abs(beyond).max() > 0.3


@pytest.mark.parametrize("key", ["tet", "cny", "eid", "diwali"])
def test_each_window_is_shared_out_whole(key: str) -> None:
    holiday = moving_holiday(key)
    for window in holiday.windows:
        shares = holiday.shares(window).reshape(-1, 12)
        inner = shares[1:-1].sum()
        inside = sum(holiday.years[0] < d.year < holiday.years[1] for d in holiday.dates)
        assert inner == pytest.approx(inside, abs=1.0)
        first, last = (holiday.centre[i] - holiday.years[0] for i in (0, 1))
        centred = holiday.regressors(holiday.years[0] * 12, 12 * len(shares), (f"{key}_{window}",))
        assert np.abs(centred.reshape(-1, 12)[first : last + 1].mean(axis=0)).max() < 1e-12


def test_the_quarter_of_tet_is_always_the_first() -> None:
    assert np.abs(moving_holiday("tet").regressors(2000 * 4, 40, period=4)).max() < 1e-12


def test_eid_moves_back_through_the_year() -> None:
    steps = {(b - a).days for a, b in pairwise(moving_holiday("eid").dates)}
    assert steps <= {354, 355}


def test_dates_that_do_not_reach_far_enough() -> None:
    with pytest.raises(MadeinError, match="2001 to 2035"):
        moving_holiday("diwali").regressors(2034 * 12, 36)
    with pytest.raises(MadeinError, match="name one of: cny, diwali, eid, tet"):
        moving_holiday("christmas")


OWN = """
songkran:
  label: Songkran
  years: [2020, 2022]
  windows: {dur: [0, 2]}
  dates: [2020-04-13, 2021-04-13, 2022-04-13]
"""


def test_own_table(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN)
    own = read_holidays(path)["songkran"]
    assert own.names == ("songkran_dur",)
    assert own.dates[0] + timedelta(days=365) == own.dates[1]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (("2021-04-13, ", ""), "no date in 2021"),
        (("2020-04-13, 2021-04-13", "2021-04-13, 2020-04-13"), "out of order"),
        (("songkran:", "'a b':"), "short ASCII word"),
        (("[0, 2]", "[2, 0]"), "a first and a last day"),
        (("2021-04-13", "soon"), "soon"),
        (("windows", "window"), "KeyError"),
    ],
)
def test_own_table_with_a_fault(tmp_path: Path, change: tuple[str, str], why: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN.replace(*change))
    with pytest.raises(MadeinError, match=why):
        read_holidays(path)
