"""Staging categories of EVFTA Annex 2-A, Section A: worked out by hand from the paragraphs, and the tables the annex prints."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.errors import MadeinError
from madein.origin.duty.rate import parse_rate
from madein.origin.duty.staging import schedules, stage


def rates(base: str, category: str, code: str = "") -> list[tuple[str, str]]:
    return [(d.start.isoformat(), d.rate.text) for d in stage(parse_rate(base), category, code=code)]


@pytest.mark.parametrize(
    ("base", "category", "expected"),
    [
        # par. 1(a): free on the day of entry into force.
        ("12%", "A", [("2020-08-01", "0%")]),
        # par. 1(b): four equal stages; 9 x 3/4 = 6.75, 9 x 2/4 = 4.5, 9 x 1/4 = 2.25, each down to a tenth (par. 4).
        ("9%", "B3", [("2020-08-01", "6.7%"), ("2021-01-01", "4.5%"), ("2022-01-01", "2.2%"), ("2023-01-01", "0%")]),
        # par. 1(c): six equal stages.
        (
            "12%",
            "B5",
            [("2020-08-01", "10%"), ("2021-01-01", "8%"), ("2022-01-01", "6%"), ("2023-01-01", "4%"), ("2024-01-01", "2%"), ("2025-01-01", "0%")],
        ),
        # par. 1(d): eight equal stages of 1.25 points.
        (
            "10%",
            "B7",
            [
                ("2020-08-01", "8.7%"),
                ("2021-01-01", "7.5%"),
                ("2022-01-01", "6.2%"),
                ("2023-01-01", "5%"),
                ("2024-01-01", "3.7%"),
                ("2025-01-01", "2.5%"),
                ("2026-01-01", "1.2%"),
                ("2027-01-01", "0%"),
            ],
        ),
        # par. 1(k): the ad valorem part goes, the specific duty of the entry price system stays.
        ("EP", "A+EP", [("2020-08-01", "0% + EP")]),
        # Section B: free inside the quota.
        ("120 EUR/100 kg", "TRQ", [("2020-08-01", "quota 0%")]),
    ],
)
def test_categories_by_hand(base: str, category: str, expected: list[tuple[str, str]]) -> None:
    assert rates(base, category) == expected


@pytest.mark.parametrize(("category", "stages"), [("B9", 10), ("B10", 11), ("B15", 16)])
def test_longer_categories_end_free_after_so_many_stages(category: str, stages: int) -> None:
    # par. 1(f), (g), (j): 2020 is the first stage, so the n-th one falls on 1 January 2020 + n - 1.
    found = stage(parse_rate("80%"), category)
    assert len(found) == stages
    assert found[-1].start == date(2020 + stages - 1, 1, 1)
    assert found[-1].rate.free
    assert found[-1].end is None
    assert found[-2].end == date(2020 + stages - 2, 12, 31)


def test_tables_that_the_annex_prints() -> None:
    # par. 1(h), beer: from 34 in the first year down to 0 in the eleventh, by these steps.
    steps = [1, 1, 2, 1, 4, 3, 4, 3, 4, 11]
    beer = rates("35%", "B10*", "22030010")
    assert [r for _, r in beer] == [f"{34 - sum(steps[:n])}%" for n in range(11)]
    assert beer[0][0] == "2020-08-01"
    assert beer[-1][0] == "2030-01-01"
    # par. 1(i), kerosene of 2710.12.80: 20 for four years, then 15, 10, then 7 until the eleventh.
    fuel = rates("20%", "B10**", "27101280")
    assert fuel == [("2020-08-01", "20%"), ("2024-01-01", "15%"), ("2025-01-01", "10%"), ("2026-01-01", "7%"), ("2030-01-01", "0%")]
    with pytest.raises(MadeinError, match="prints no rates for 99999999"):
        rates("20%", "B10**", "99999999")


def test_bananas_go_by_the_calendar() -> None:
    # par. 1(l): 100 EUR/tonne in 2020, five less each year, 75 from 2025 onwards; never reduced retroactively.
    found = stage(parse_rate("136 EUR/1000 kg"), "R75")
    assert [d.rate.parts[0].amount for d in found] == [100, 95, 90, 85, 80, 75]
    assert found[0].start == date(2020, 8, 1)
    assert found[-1].end is None


def test_an_unread_base_leaves_only_what_does_not_hang_on_it() -> None:
    assert [(d.start.isoformat(), d.rate.text) for d in stage(None, "B3")] == [("2023-01-01", "0%")]


def test_an_unknown_category_names_the_known_ones() -> None:
    with pytest.raises(MadeinError, match=r"'B6' is no staging category of EVFTA.*B5"):
        stage(parse_rate("5%"), "B6")


CATEGORIES = [key for key, rule in schedules()["EVFTA"]["categories"].items() if "stages" in rule and not rule.get("quota") and not rule.get("keep")]


@given(st.integers(0, 2000), st.sampled_from(CATEGORIES))
def test_stages_never_rise_are_tenths_and_end_free(tenths: int, category: str) -> None:
    base = Fraction(tenths, 10)
    found = [d.rate.ad_valorem for d in stage(parse_rate(f"{tenths / 10:.1f}%"), category)]
    assert all(a is not None and b is not None and a >= b for a, b in zip(found, found[1:], strict=False))
    assert all(a is not None and (a * 10).denominator == 1 and a <= base for a in found)
    assert found[-1] == 0
    n = schedules()["EVFTA"]["categories"][category]["stages"]
    first = found[0]
    assert first is not None
    assert 0 <= base * Fraction(n - 1, n) - first < Fraction(1, 10)
