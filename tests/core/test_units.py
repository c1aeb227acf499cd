"""Units: one spelling, scale resolved, nothing taken for money that is none, nothing printed finer than it is known."""

from __future__ import annotations

import math
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.units import format_value, is_money, known_decimals, parse_unit, plural, unit_kind


@pytest.mark.parametrize(
    ("scale", "unit", "texts"),
    [
        (1, "percent", "%|percent|per cent|pct|phần trăm"),
        (1, "pp", "pp|percentage points|điểm phần trăm"),
        (1e6, "USD", "million USD|USD million|mn USD|USD mn|Triệu USD|triệu đô la Mỹ|million US dollars|US$ million|million US $|MILLION USD"),
        (1e9, "USD", "billion USD|bn USD|tỷ USD|tỉ USD|USD billion|thousand million USD|USD thousand million"),
        (1e9, "VND", "tỷ đồng|tỉ đồng|Tỷ Đồng|billion VND|tỷ VND"),
        (1e12, "VND", "nghìn tỷ đồng|ngàn tỷ đồng|trillion VND"),
        (1e15, "VND", "triệu tỷ đồng"),
        (1e3, "tonne", "1000 tonnes|nghìn tấn|thousand tons|'000 tonnes|000 tonnes|1000 tấn"),
        (1e6, "CHF", "million CHF|CHF million|triệu CHF"),
        (1e6, "number", "million|triệu|Millions"),
        (1e12, "number", "nghìn tỷ|trillion"),
        (1, "index (2015=100)", "2015=100|2015 = 100|index (2015=100)|Index, 2015=100|Chỉ số (2015=100)|2015=100.0|INDEX 2015=100"),
        (1, "TRY", "TRY"),
        (1, "vehicle", "vehicles|xe|vehicle"),
        (1, "vehicle/year", "vehicles/year|vehicle / year"),
        (1, "USD/tonne", "USD/tonne|USD/tấn|$/tons"),
        (1, "kilowatt-hour", "kWh"),
        (1, "multiple", "times|lần"),
        (1, "index", "index|chỉ số"),
    ],
)
def test_printed_units(scale: float, unit: str, texts: str) -> None:
    for text in texts.split("|"):
        assert parse_unit(text) == (scale, unit), text
        assert parse_unit(unicodedata.normalize("NFD", text)) == (scale, unit), text
        assert unit_kind(unit)


NO_UNITS = "| |/|USD/|million/|2010=1000|2015=100.5|5|1.000 tấn|US$m|%%|tấn, triệu USD|tram ty/x|=100"


@pytest.mark.parametrize("text", [*NO_UNITS.split("|"), "a" * 80])
def test_no_unit(text: str) -> None:
    with pytest.raises(ValueError, match="is no unit"):
        parse_unit(text)


def test_capital_letters_alone_make_no_money() -> None:
    assert [is_money(u) for u in ("USD", "VND", "EUR", "USD/month", "XDR", "DEM")] == [True] * 6
    assert [is_money(u) for u in ("TEU", "GDP", "MWH", "ABC", "usd", "", "USDX", "/USD", "percent")] == [False] * 9
    assert parse_unit("thousand TEU") == (1000, "teu")
    assert unit_kind("TEU") == unit_kind("TEU/year") == "count"  # the one counted unit that is written in capitals
    with pytest.raises(ValueError, match="is no unit"):
        unit_kind("ABC")


@pytest.mark.parametrize(
    ("unit", "kind"),
    [("percent", "percent"), ("pp", "percent"), ("USD", "money"), ("USD/tonne", "money"), ("index", "index"), ("index (2015=100)", "index"),
     ("index_point", "index_point"), ("tonne", "count"), ("vehicle/year", "count"), ("number", "number"), ("ordinal", "ordinal"), ("date", "date"),
     ("top_n", "top_n"), ("multiple", "multiple")],
)  # fmt: skip
def test_kinds(unit: str, kind: str) -> None:
    assert unit_kind(unit) == kind


@pytest.mark.parametrize("unit", ["", "Tonne", "x", "USD/", "percent/", "a" * 40, "5", "index ()", "tonne/Year", "a/b/c"])
def test_no_kind(unit: str) -> None:
    with pytest.raises(ValueError, match="is no unit"):
        unit_kind(unit)


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ((11.23, "percent"), "11.2 %"),
        ((11.23, "percent", 11.225, 11.235), "11.2 %"),
        ((-6.8, "percent"), "−6.8 %"),
        ((-0.04, "percent"), "0.0 %"),
        ((15.394, "percent", 15.0, 16.0), "15 %"),
        ((0.5, "pp"), "0.5 pp"),
        ((405_531.74e6, "USD"), "405.5 billion USD"),
        ((999_999.0, "USD"), "999,999 USD"),
        ((1e6, "USD"), "1.000 million USD"),
        ((33_574_000_000.0, "USD", 33_573_500_000.0, 33_574_500_000.0), "33.57 billion USD"),
        ((-1.5e12, "VND"), "−1.500 trillion VND"),
        ((0.0, "USD"), "0 USD"),
        ((786.3, "tonne", 786.25, 786.35), "786.3 tonnes"),
        ((1.0, "vehicle"), "1 vehicle"),
        ((97_000.0, "vehicle/year"), "97,000 vehicles/year"),
        ((2.5e6, "person"), "2.500 million people"),
        ((169.9, "index (2015=100)"), "169.90"),
        ((12.0, "number"), "12"),
        ((3.0, "ordinal"), "3"),
        ((5.0, "top_n"), "top 5"),
    ],
)
def test_numbers_for_readers(args: tuple[float, str], text: str) -> None:
    assert format_value(*args).replace("\u00a0", " ") == text


@given(st.floats(-1e4, 1e4), st.floats(1e-6, 0.9), st.integers(0, 6))
def test_the_last_digit_printed_is_no_finer_than_the_interval(low: float, width: float, most: int) -> None:
    decimals = known_decimals(low, low + width, most)
    assert 0 <= decimals <= most
    assert 10.0**-decimals >= width * (1 - 1e-5) - 1e-9
    assert decimals == most or 10.0 ** -(decimals + 1) < width * (1 + 1e-5) + 1e-9


@pytest.mark.parametrize(("low", "high"), [(None, 1.0), (1.0, None), (None, None), (2.0, 1.0), (1.0, 1.0), (-math.inf, 1.0), (math.nan, 1.0)])
def test_no_interval_leaves_the_usual_decimals(low: float | None, high: float | None) -> None:
    assert known_decimals(low, high, 2) == 2


@pytest.mark.parametrize(
    ("unit", "value", "text"),
    [("company", 2, "companies"), ("day", 2, "days"), ("box", 2, "boxes"), ("branch/year", 2, "branches/year"), ("tonne", 1, "tonne"),
     ("tonne", -1, "tonne"), ("tonne", 0, "tonnes"), ("person", 5, "people"), ("USD", 5, "USD"), ("USD/tonne", 5, "USD/tonne")],
)  # fmt: skip
def test_plurals(unit: str, value: float, text: str) -> None:
    assert plural(unit, value) == text
