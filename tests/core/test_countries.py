"""Countries: any spelling in, one code out, and no guess where two would do."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from madein.core.countries import countries, economy, economy_label, find_economy, groups
from madein.core.errors import MadeinError

ALL = countries()


def test_the_list_is_whole() -> None:
    assert len(ALL) == 250
    for code, c in ALL.items():
        # Kosovo has codes of use, not of ISO, and no number.
        assert (len(c.alpha3), len(c.alpha2), len(c.numeric)) == (3, 2, 0 if code == "XKX" else 3), code
        assert c.alpha3 == code
        assert c.alpha3.isupper()
        assert c.alpha2.isupper()
        assert c.numeric.isdigit() or not c.numeric
        assert c.en == " ".join(c.en.split())
        assert c.vi
    for field in ("alpha2", "numeric", "en", "vi"):
        assert len({getattr(c, field) for c in ALL.values()}) == len(ALL), field


@pytest.mark.parametrize("code", sorted(ALL))
def test_every_name_and_code_finds_its_country(code: str) -> None:
    c = ALL[code]
    for spelling in filter(None, (c.alpha3, c.alpha2, c.numeric, c.en, c.vi, *c.other)):
        assert find_economy(spelling) == code, spelling
        assert find_economy(unicodedata.normalize("NFD", f"  {spelling} ")) == code, spelling
    assert find_economy(economy_label(code)) == code
    assert economy(code) == code


@pytest.mark.parametrize("code", sorted(ALL))
def test_no_spelling_finds_another_country(code: str) -> None:
    c = ALL[code]
    others = {word for o in ALL.values() if o.alpha3 != code for word in (o.alpha2, o.alpha3, o.vi)}
    for word in (c.alpha3, c.alpha2, c.en, c.vi, *c.other):
        views = {word, unmarked(word)}
        for view in {turned for v in views for turned in (v, v.upper(), v.lower(), v.title())} - others:
            assert find_economy(view) in (code, None), view


def unmarked(text: str) -> str:
    folded = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(c for c in folded if not unicodedata.combining(c))


@pytest.mark.parametrize("text", ["ao", "Ao", "my", "My", "bi", "Bi", "nga", "", " ", "Atlantis", "999", "XXX", "24", "-", "EU15", "the"])
def test_what_two_economies_or_none_could_mean_is_refused(text: str) -> None:
    assert find_economy(text) is None
    with pytest.raises(MadeinError, match="is no country or group"):
        economy(text)


@pytest.mark.parametrize(
    ("text", "code"),
    [("Mỹ", "USA"), ("mỹ", "USA"), ("MY", "MYS"), ("Áo", "AUT"), ("áo", "AUT"), ("AO", "AGO"), ("Bỉ", "BEL"), ("BI", "BDI"), ("Nga", "RUS"),
     ("NGA", "NGA"),
     ("Viet Nam", "VNM"), ("VIETNAM", "VNM"), ("việt nam", "VNM"), ("U.S.", "USA"), ("u.k.", "GBR"), ("The Netherlands", "NLD"),
     ("Republic of Korea", "KOR"),
     ("Korea, Republic of", "KOR"), ("South Korea", "KOR"), ("North Korea", "PRK"), ("Hàn Quốc", "KOR"), ("han quoc", "KOR"), ("Trung Quốc", "CHN"),
     ("Nhật Bản", "JPN"), ("Lào", "LAO"), ("Guinea", "GIN"), ("Guinea-Bissau", "GNB"), ("Niger", "NER"), ("Nigeria", "NGA"), ("Congo", "COG"),
     ("Dominica", "DMA"), ("Dominican Republic", "DOM"), ("EU", "EU"), ("European Union", "EU"), ("eu27", "EU"), ("ASEAN", "ASEAN")],
)  # fmt: skip
def test_spellings(text: str, code: str) -> None:
    assert find_economy(text) == code


def test_an_unknown_name_offers_the_nearest() -> None:
    with pytest.raises(MadeinError, match=r"^study\.yaml line 3: 'Viet Nan' .* did you mean Viet Nam"):
        economy("Viet Nan", "study.yaml line 3")
    with pytest.raises(MadeinError, match="ISO 3166"):
        economy("")


@pytest.mark.parametrize(
    ("day", "members"),
    [
        ("1957-12-31", 0), ("1958-01-01", 6), ("1973-01-01", 9), ("1981-01-01", 10), ("1986-01-01", 12), ("1995-01-01", 15), ("2004-04-30", 15),
        ("2004-05-01", 25), ("2007-01-01", 27), ("2013-06-30", 27), ("2013-07-01", 28), ("2020-01-31", 28), ("2020-02-01", 27),
    ],
)  # fmt: skip
def test_members_of_the_european_union_by_date(day: str, members: int) -> None:
    held = groups()["EU"].on(date.fromisoformat(day))
    assert len(held) == members
    assert ("GBR" in held) == ("1973-01-01" <= day < "2020-02-01")


@pytest.mark.parametrize(
    ("day", "members"), [("1967-08-07", 0), ("1967-08-08", 5), ("1995-07-28", 7), ("1999-04-30", 10), ("2025-10-25", 10), ("2025-10-26", 11)]
)
def test_members_of_asean_by_date(day: str, members: int) -> None:
    assert len(groups()["ASEAN"].on(date.fromisoformat(day))) == members


def test_members_are_countries_and_groups_have_labels() -> None:
    for key, group in groups().items():
        assert set(group.members) <= set(ALL)
        assert all(end is None or start < end for start, end in group.members.values())
        assert economy_label(key) == group.label
    assert economy_label("XYZ") == "XYZ"
