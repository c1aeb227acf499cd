"""Tariffs from files: layouts told apart by their header, bad rows named with row, column and mend, tables read back."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from madein.core.errors import BadInput, MadeinError
from madein.origin.duty import import_tariff, read_table

HEAD = "importer,origin,hs,edition,from,to,rate,kind,regime,source\n"


def write(folder: Path, text: str, name: str = "rates.csv") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_generic_rows_are_read(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        HEAD
        + "Canada,Viet Nam,6109.10,2012,2019-01-14,2019-12-31,15%,preferential,CPTPP,Annex 2-D\nCAN,,610910,2012,2019-01-01,,18%,mfn,,Customs Tariff\n",
    )
    lines = import_tariff(file).tariffs.lines
    assert [(x.importer, x.origin, x.hs, x.rate, x.kind) for x in lines] == [
        ("CAN", "VNM", "610910", "15%", "preferential"),
        ("CAN", "erga omnes", "610910", "18%", "mfn"),
    ]
    assert lines[1].end is None


def test_headings_in_vietnamese_and_signless_percentages(tmp_path: Path) -> None:
    file = write(tmp_path, "Nước nhập khẩu;Mã HS;Từ ngày;rate_pct\nCA;610910;2019-01-01;18\n")
    (line,) = import_tariff(file, edition="2012").tariffs
    assert (line.importer, line.rate, line.kind) == ("CAN", "18%", "mfn")


def test_excel_reads_like_csv(tmp_path: Path) -> None:
    import xlsxwriter

    file = tmp_path / "rates.xlsx"
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for n, row in enumerate(
            [["importer", "origin", "hs", "from", "to", "rate", "kind"], ["JPN", "VNM", "030617", "2019-01-14", "", "Free", "preferential"]]
        ):
            sheet.write_row(n, 0, row)
    (line,) = import_tariff(file, edition="2012").tariffs
    assert (line.importer, line.hs, line.rate) == ("JPN", "030617", "0%")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            "Atlantis,VN,610910,2012,2019-01-14,,Free,preferential,CPTPP,",
            "row 2 column importer: 'Atlantis' is no country or group.*Mend: write its ISO code",
        ),
        ("CAN,VN,61091,2012,2019-01-14,,Free,preferential,CPTPP,", "row 2 column hs: '61091' is no code"),
        ("CAN,VN,610910,1996,2019-01-14,,Free,preferential,CPTPP,", "row 2 column edition: HS 1996 is not held"),
        ("CAN,VN,610910,2012,14/1/2019,,Free,preferential,CPTPP,", "row 2 column from: '14/1/2019' is no date.*write it as 2021-01-01"),
        ("CAN,VN,610910,2012,,,Free,preferential,CPTPP,", "row 2 column from: the row does not say"),
        ("CAN,VN,610910,2012,2019-01-14,2018-01-01,Free,preferential,CPTPP,", "row 2 column to: the last day is before the first"),
        ("CAN,VN,610910,2012,2019-01-14,,18,preferential,CPTPP,", "row 2 column rate: '18' is no rate of duty.*Mend: write percent with its sign"),
        ("CAN,VN,610910,2012,2019-01-14,,about a fifth,preferential,CPTPP,", "row 2 column rate: 'about a fifth' is no rate of duty"),
        ("CAN,VN,610910,2012,2019-01-14,,Free,special,CPTPP,", "row 2 column kind: 'special' is no kind of rate.*mfn or preferential"),
        ("CAN,,610910,2012,2019-01-14,,Free,preferential,CPTPP,", "row 2 column origin: a preferential rate needs an origin"),
    ],
)
def test_a_bad_row_is_named_with_its_mend(tmp_path: Path, row: str, message: str) -> None:
    with pytest.raises(BadInput, match=message):
        import_tariff(write(tmp_path, HEAD + row + "\n"))


def test_every_bad_row_is_told_at_once(tmp_path: Path) -> None:
    rows = "CAN,VN,610910,2012,2019-01-14,,nought,preferential,CPTPP,\n" * 30
    with pytest.raises(BadInput) as caught:
        import_tariff(write(tmp_path, HEAD + rows))
    assert len(caught.value.problems) == 30


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("hs,rate\n610910,5%\n", "row 1: no layout of a tariff fits the header .*missing: importer"),
        ("commodity,cet_duty_rate\n61091000,12%\n", "nearest is the layout ukgt; columns that are missing: ukgt_duty_rate"),
        ("importer,hs,rate\nCAN,610910,5%\n", "no column says the edition"),
        ("a,b\n1,2\n", "no layout of a tariff fits the header"),
        ("", "the file is empty"),
    ],
)
def test_a_file_that_is_no_tariff_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(MadeinError, match=message):
        import_tariff(write(tmp_path, text))


def test_missing_damaged_and_packed_files(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="there is no such file"):
        import_tariff(tmp_path / "none.csv")
    (tmp_path / "bad.csv.gz").write_bytes(b"no archive")
    with pytest.raises(MadeinError, match="not packed by gzip"):
        import_tariff(tmp_path / "bad.csv.gz")
    (tmp_path / "bad.parquet").write_bytes(b"no parquet")
    with pytest.raises(MadeinError, match="no Parquet table"):
        import_tariff(tmp_path / "bad.parquet")
    (tmp_path / "ok.csv.gz").write_bytes(
        gzip.compress(b"hts,indent,description,unit,general,special,column2\n0101.21.00,2,Horses,,Free,,Free\n,1,Other:,,,,\n")
    )
    found = import_tariff(tmp_path / "ok.csv.gz")
    assert (found.layout, found.rows, found.silent, [x.hs for x in found.tariffs]) == ("hts", 2, 1, ["01012100"])


def test_a_rate_that_ran_into_the_description_is_put_together_or_told(tmp_path: Path) -> None:
    text = (
        "cn2012_8,suffix,description,base_rate,category,comment\n"
        "01022921,,---- For slaughter 10.2 +,93.1 EUR/100 kg,A,\n"
        "08101000,,- Strawberries 12.8 MIN,2.4 EUR/100kg/net,A,\n"
        "07115100,,-- Mushrooms of the genus Agaricus 9.6 + eda,191 EUR/100 kg/net,TRQ,\n"
        "20096979,,------ Other 22.4 + 27 EUR/hl + EUR/100 kg,20.6,B3,\n"
        '87071010,,-- For industrial assembly,"4,5",A,\n'
        "03046200,,-- Catfish,5.5,B3,Base rate = GSP duty\n"
        "10064000,,- Broken rice,65 EUR/1000 kg,B5,(see 50% cut at EIF)\n"
        "99999999,,- Nothing,1,B99,\n"
    )
    found = import_tariff(write(tmp_path, text))
    base = {x.hs: x.rate for x in found.tariffs if x.kind == "mfn"}
    assert base == {
        "01022921": "10.2% + 93.1 EUR/100 kg",
        "08101000": "12.8% MIN 2.4 EUR/100 kg/net",
        "07115100": "9.6% + 191 EUR/100 kg/net eda",
        "87071010": "4.5%",
        "10064000": "65 EUR/1000 kg",
    }
    # The piece of a rate tells nothing but the last stage; the remark on other cuts takes the category away.
    assert [(x.start.year, x.rate) for x in found.tariffs if x.hs == "20096979"] == [(2023, "0%")]
    assert [x.rate for x in found.tariffs if x.hs == "03046200"] == ["4.1%", "2.7%", "1.3%", "0%"]
    assert {p.where.split(" row ")[1] for p in found.unread} == {"5 column base_rate", "8 column category", "9 column category"}


def test_published_flags_become_notes(tmp_path: Path) -> None:
    text = (
        "commodity,description,cet_duty_rate,ukgt_duty_rate,change,trade_remedy_applies,cet_applies_until_trade_remedy_transition_reviews_concluded,suspension_applies,atq_applies\n"
        "15180091,x,7.7%,6.0%,Simplified,False,True,True,False\n"
    )
    lines = [x for x in import_tariff(write(tmp_path, text)).tariffs if x.importer == "GBR"]
    assert sorted(x.rate for x in lines) == ["6%", "7.7%"]
    assert all("suspension" in x.note and "review" in x.note for x in lines)


@pytest.mark.parametrize("name", ["out.csv", "out.parquet"])
def test_a_table_is_read_back_as_it_was(tmp_path: Path, name: str) -> None:
    file = write(
        tmp_path,
        HEAD + "CAN,VN,610910,2012,2019-01-14,2019-12-31,15%,preferential,CPTPP,Annex\nCAN,,610910,2012,2019-01-01,,5.5¢/kg,mfn,,Customs Tariff\n",
    )
    table = import_tariff(file).tariffs
    table.write(tmp_path / name)
    assert read_table(tmp_path / name).lines == table.lines
