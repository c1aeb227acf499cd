"""Writes src/madein/core/countries.csv: ISO 3166 codes with English and Vietnamese names.

Codes and formal names come from the ISO 3166 list that pycountry carries, names in both languages from Unicode CLDR as
babel carries it, further spellings from OTHER below. Run by hand when either changes:
``pip install pycountry babel && python tools/make_countries.py``.
"""

import csv
import pathlib

import pycountry
from babel import Locale

OTHER = {
    "BOL": "Bolivia", "BRN": "Brunei", "CIV": "Ivory Coast", "CHN": "Mainland China|PR China|PRC|Trung Hoa",
    "COD": "DR Congo|Congo, Dem. Rep.|Zaire", "COG": "Congo, Rep.|Republic of Congo", "CPV": "Cape Verde", "CZE": "Czech Republic",
    "EGY": "Egypt, Arab Rep.", "FSM": "Micronesia", "GBR": "UK|U.K.|Great Britain|Britain|Anh",
    "HKG": "Hong Kong|Hong Kong, China|Hồng Kông", "IRN": "Iran", "KOR": "South Korea|Korea|Korea, Rep.|Republic of Korea|Hàn Quốc",
    "LAO": "Laos|Lao PDR", "MAC": "Macao|Macau|Macao, China", "MDA": "Moldova", "MKD": "Macedonia", "MMR": "Burma",
    "PRK": "North Korea|DPRK", "PSE": "Palestine", "RUS": "Russia|Nga", "SVK": "Slovak Republic", "SWZ": "Swaziland", "SYR": "Syria",
    "TUR": "Turkey|Turkiye", "TWN": "Taiwan|Chinese Taipei|Taiwan, China|Đài Loan", "TZA": "Tanzania", "ARE": "UAE",
    "USA": "US|U.S.|U.S.A.|United States of America|America|Hoa Kỳ|Mỹ", "VAT": "Holy See|Vatican", "VEN": "Venezuela",
    "VNM": "Vietnam|Viet Nam|Việt Nam", "NLD": "Holland|The Netherlands", "PHL": "The Philippines", "THA": "Thái Lan", "AUS": "Úc",
    "DEU": "Đức", "FRA": "Pháp", "ITA": "Ý", "ESP": "Tây Ban Nha", "IND": "Ấn Độ", "JPN": "Nhật Bản|Nhật",
}  # fmt: skip


def main() -> None:
    english, vietnamese = Locale("en").territories, Locale("vi").territories
    rows = []
    for country in [*pycountry.countries, None]:
        if country is None:
            alpha3, alpha2, numeric, formal = "XKX", "XK", "", []
        else:
            alpha3, alpha2, numeric = country.alpha_3, country.alpha_2, country.numeric
            formal = [country.name, getattr(country, "common_name", ""), getattr(country, "official_name", "")]
        en, vi = english[alpha2].replace("’", "'"), vietnamese[alpha2]
        if alpha3 == "VNM":
            en = "Viet Nam"
        others = dict.fromkeys(x for x in [*formal, *OTHER.get(alpha3, "").split("|")] if x and x not in (en, vi))
        rows.append((alpha3, alpha2, numeric, en, vi, "|".join(others)))
    target = pathlib.Path(__file__).parents[1] / "src/madein/core/countries.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("alpha3", "alpha2", "numeric", "en", "vi", "other"))
        writer.writerows(sorted(rows))


main()
