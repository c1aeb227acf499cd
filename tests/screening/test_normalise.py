"""One spelling for each thing."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from madein.core.countries import countries
from madein.core.errors import MadeinError
from madein.screening.normalise.firms import address_key, name_key, phone_key, similar_names, tax_root
from madein.screening.normalise.hs import Correlation, clean_codes, edition, edition_on
from madein.screening.normalise.places import economy_code, key_on, province_key
from madein.screening.normalise.quantities import check_rates, convert_money, currency, read_rates, unit


@given(st.lists(st.integers(1, 97).filter(lambda c: c != 77), min_size=1, max_size=5), st.integers(0, 4))
def test_codes_come_back_whatever_a_spreadsheet_did(chapters: list[int], pairs: int) -> None:
    codes = [f"{c:02d}" + "05" * pairs for c in chapters]
    lost = [str(int(c)) for c in codes]
    dotted = [".".join([c[:4], *(c[i : i + 2] for i in range(4, len(c), 2))]) for c in codes]
    for spelt in (codes, lost, dotted, [int(c) for c in codes]):
        assert clean_codes(pl.Series(spelt))["hs"].to_list() == codes


@given(st.text(max_size=20))
def test_any_text_is_a_code_or_has_a_fault(text: str) -> None:
    read = clean_codes(pl.Series([text])).row(0, named=True)
    assert (read["hs"] is None) != (read["fault"] is None)


def test_every_country_by_each_of_its_codes() -> None:
    for code, c in countries().items():
        assert economy_code(code)[0] == code
        if c.numeric:
            assert economy_code(c.numeric)[0] == code
            assert economy_code(str(int(c.numeric)))[0] in (code, None)


def test_numbers_of_comtrade_and_the_census() -> None:
    assert [economy_code(n)[0] for n in ("842", "251", "757", "699", "490", "5700", "5520", "36", "156.0")] == [
        "USA",
        "FRA",
        "CHE",
        "IND",
        "TWN",
        "CHN",
        "VNM",
        "AUS",
        "CHN",
    ]
    assert [economy_code(n)[1].split(":")[0] for n in ("0", "World", "European Union", "899", "")] == [
        "all partners, or a group of them", "all partners, or a group of them", "all partners, or a group of them", "no economy", "missing",
    ]  # fmt: skip


def test_census_codes_agree_with_the_list(reference: Path) -> None:
    path = reference / "codes" / "us_census_country_codes.csv"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the reference data")
    rows = [r for r in pl.read_csv(path, infer_schema=False).iter_rows(named=True) if r["ISO3"] in countries() and len(r["CTY_CODE"] or "") == 4]
    assert len(rows) > 200
    assert [r for r in rows if economy_code(r["CTY_CODE"])[0] != r["ISO3"]] == []


def test_names_of_economies_in_the_us_panel(reference: Path) -> None:
    path = reference / "screening" / "trade" / "us_imports_hs2_month_2013_2021.parquet"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the reference data")
    names = pl.read_parquet(path)["country"].unique().sort().to_list()
    found = {n: economy_code(n) for n in names}
    assert [n for n, (code, why) in found.items() if code is None and not why.startswith("all partners")] == []


def test_editions() -> None:
    assert [edition_on(date(y, 1, 1)) for y in (1990, 2007, 2016, 2027, 2028)] == ["1988", "2007", "2012", "2022", "2028"]
    assert [edition(t) for t in ("HS1992", "h4", "2022", "HS-17", "HTS2022", "S4", "")] == ["1988", "2012", "2022", "2017", "2022", None, None]


def test_codes_through_editions_are_never_guessed() -> None:
    table = Correlation.of(
        [
            ("2017", "2022", "854370", "854370"),
            ("2017", "2022", "854370", "854340"),
            ("2017", "2022", "010121", "010121"),
            ("2012", "2017", "854371", "854370"),
        ]
    )
    assert table.images("85437090", "2017", "2022") == ("854340", "854370")
    assert table.images("010121", "2017", "2022") == ("010121",)
    assert len({table.group("854340", "2022"), table.group("854370", "2017"), table.group("854371", "2012")}) == 1
    assert table.group("010121", "2017") != table.group("854340", "2022")


def test_units_and_currencies() -> None:
    assert [unit(u) for u in ("KGM", "tấn", "cái", "DZN", "5", "8", "m²")] == [
        ("kilogram", 1.0), ("kilogram", 1000.0), ("unit", 1.0), ("unit", 12.0), ("unit", 1.0), ("kilogram", 1.0), ("square metre", 1.0),
    ]  # fmt: skip
    assert [currency(c) for c in ("VND", "krw", "₫", "US Dollar", "million USD", "x")] == ["VND", "KRW", "VND", "USD", None, None]


def test_rates_hold_from_their_day(tmp_path: Path) -> None:
    (tmp_path / "rates.csv").write_text("currency,from,rate\nkrw,2024-01-01,0.00075\nKRW,2024-07-01,0.0007\n")
    rates = read_rates(tmp_path / "rates.csv")
    days = [date(2023, 12, 31), date(2024, 6, 30), date(2024, 7, 1)]
    rows = pl.DataFrame({"date": [*days, days[0]], "currency": ["KRW"] * 3 + ["USD"], "value": [1e6] * 4, "tariff_paid": [None, 10_000.0, None, 5.0]})
    frame, bad = convert_money(rows, rates, "USD")
    assert bad.to_list() == [True, False, False, False]
    assert frame["value"].to_list()[1:] == [750.0, 700.0, 1e6]
    assert frame["tariff_paid"].to_list() == [None, 7.5, None, 5.0]
    with pytest.raises(MadeinError, match="row 1 column from"):
        check_rates(pl.DataFrame({"currency": ["KRW"], "from": ["then"], "rate": ["1"]}))
    with pytest.raises(MadeinError, match="no column rate"):
        check_rates(pl.DataFrame({"currency": ["KRW"], "from": ["2024-01-01"]}))


def test_provinces_by_day() -> None:
    assert province_key("Hung Yen", date(2025, 6, 30)) == "hung-yen"
    assert province_key("Hung Yen", date(2025, 7, 1)) == "hung-yen-2025"
    assert province_key("hung-yen", date(2025, 7, 1)) == "hung-yen-2025"
    assert province_key("nowhere", date(2025, 7, 1)) is None
    assert key_on("bac-giang", date(2025, 7, 1)) == "bac-ninh-2025"


def test_one_firm_under_many_names() -> None:
    names = [
        "Công ty TNHH Một thành viên Điện tử Sao Mai",
        "CTY TNHH MTV ĐIỆN TỬ SAO MAI",
        "Sao Mai Electronics Co., Ltd.",
        "SAO MAI ELECTRONIC JSC",
        "Sao Mai 电子有限公司",
    ]
    assert {name_key(n) for n in names} == {"electronics mai sao"}
    assert name_key(unicodedata.normalize("NFD", names[0])) == name_key(names[0])
    assert name_key("Công ty") == "cong ty"


def test_names_that_are_nearly_one_and_names_that_are_not() -> None:
    names = ["Công ty TNHH Thép Hòa Phú", "Hoa Phu Steel Corp", "Hoa Phuu Steel Co", "Hoa Binh Plastics", "启明电子有限公司", "Qiming Electronics"]
    found = {(p.one, p.other): p.score for p in similar_names(names, aliases={"启明电子有限公司": "Qiming Electronics"})}
    assert found[0, 1] == 100.0
    assert found[0, 2] >= 90
    assert found[4, 5] == 100.0
    assert not any(3 in pair for pair in found)
    assert similar_names(names[4:]) == []


@given(st.text(max_size=60))
def test_keys_of_any_text_hold_still(text: str) -> None:
    assert name_key(text) == name_key(unicodedata.normalize("NFD", text)) or not text.isascii()
    assert isinstance(address_key(text), str)
    assert phone_key(text) == phone_key(phone_key(text)) or phone_key(text).startswith("84")
    assert tax_root(tax_root(text)[0])[0] == tax_root(text)[0]
