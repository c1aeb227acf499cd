"""Provinces and the days they hold."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from madein.core.provinces import Province, find_province, find_provinces, province_on, provinces, same_place

BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


def on(day: date) -> list[Province]:
    return [p for p in provinces().values() if p.on(day)]


@pytest.mark.parametrize(("day", "count"), [(date(2008, 8, 1), 63), (date(2024, 12, 31), 63), (date(2025, 1, 1), 63), (BEFORE, 63), (AFTER, 34)])
def test_as_many_as_the_law_says(day: date, count: int) -> None:
    held = on(day)
    assert len(held) == count
    # On any one day codes and names are unique; across days they are not.
    assert len({p.code for p in held}) == len({p.en for p in held}) == len({p.vi for p in held}) == count


def test_every_unit_that_ends_goes_into_one_that_begins_on_that_day() -> None:
    held = provinces()
    for p in held.values():
        assert (p.ends is None) == (p.merged_into == "")
        if p.ends is not None:
            heir = held[p.merged_into]
            assert heir.begins is not None
            assert heir.begins <= p.ends
            assert heir.on(p.ends)
        assert 102 < p.lon < 110
        assert 8 < p.lat < 24
        assert unicodedata.is_normalized("NFC", p.vi)


def test_twenty_three_mergers_take_up_fifty_two_units() -> None:
    heirs: dict[str, int] = {}
    for p in provinces().values():
        if p.ends == AFTER:
            heirs[p.merged_into] = heirs.get(p.merged_into, 0) + 1
    assert len(heirs) == 23
    assert sum(heirs.values()) == 52
    assert set(heirs.values()) == {2, 3}


def test_a_merged_unit_lies_between_its_parts() -> None:
    held = provinces()
    for heir in (p for p in held.values() if p.begins == AFTER):
        parts = [p for p in held.values() if p.merged_into == heir.key]
        assert min(p.lon for p in parts) <= heir.lon <= max(p.lon for p in parts)
        assert min(p.lat for p in parts) <= heir.lat <= max(p.lat for p in parts)


def test_spellings() -> None:
    for text in ("Ho Chi Minh City", "TP.HCM", "Thành phố Hồ Chí Minh", "Saigon", "hcmc"):
        assert {p.code for p in find_provinces(text)} == {"79"}, text
    decomposed = unicodedata.normalize("NFD", "Thái Bình")
    assert [p.key for p in find_provinces(decomposed)] == ["thai-binh"]
    assert find_provinces("") == find_provinces("x" * 100_000) == find_provinces("33") == ()


def test_a_name_of_the_future_is_not_known_before_its_day() -> None:
    old, new = find_province("Hung Yen", BEFORE), find_province("Hung Yen", AFTER)
    assert old is not None
    assert new is not None
    assert (old.key, new.key) == ("hung-yen", "hung-yen-2025")
    thai_binh = provinces()["thai-binh"]
    assert not same_place(thai_binh, old, BEFORE)
    assert same_place(thai_binh, old, AFTER)
    assert province_on(thai_binh, BEFORE) is thai_binh


def test_no_divisions_held() -> None:
    assert provinces("FRA") == {}
    assert find_provinces("Bretagne", "FRA") == ()
    assert find_province("Bretagne", AFTER, "FRA") is None
