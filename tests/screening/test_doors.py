"""Files in other people's words: what is proposed, what must be asked, and every bad input that reading has to survive."""

from __future__ import annotations

import unicodedata
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from madein.core.errors import MadeinError
from madein.screening.doors import Mapping, load_mapping, open_data, propose_mapping
from madein.screening.quality import quality
from madein.screening.schema import Dataset, schemas
from madein.screening.simulator import simulate

HEAD = "Số tờ khai,Dòng hàng,Ngày đăng ký,Xuất nhập,Mã số thuế,Tên đối tác,Mã HS,Nước xuất xứ,Nước đi,Nước đến,Tỉnh,Số lượng,ĐVT,Trọng lượng,Trị giá,Mã tiền tệ"
ROW = [
    "1001",
    "1",
    "25/03/2024",
    "nhập",
    "0101234567",
    "Bright Co",
    "8517.12.00",
    "Trung Quốc",
    "CN",
    "VN",
    "Bắc Ninh",
    "10",
    "chiếc",
    "5.5",
    "1000.50",
    "USD",
]
COLUMN = {name: i for i, name in enumerate(HEAD.split(","))}


def row(**change: str) -> str:
    cells = list(ROW)
    names = {
        "id": 0,
        "line": 1,
        "date": 2,
        "flow": 3,
        "firm": 4,
        "party": 5,
        "hs": 6,
        "origin": 7,
        "departure": 8,
        "destination": 9,
        "province": 10,
        "quantity": 11,
        "unit": 12,
        "kg": 13,
        "value": 14,
        "currency": 15,
    }
    for key, value in change.items():
        cells[names[key]] = value
    return ",".join(f'"{c}"' if "," in c else c for c in cells)


def write(folder: Path, rows: list[str], head: str = HEAD, name: str = "khai.csv") -> Path:
    path = folder / name
    path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
    return path


def read(folder: Path, rows: list[str], head: str = HEAD, **answers: object) -> tuple[pl.DataFrame, Dataset]:
    path = write(folder, rows, head)
    mapping = propose_mapping(path)
    data = open_data(path, (mapping.answer(**answers) if answers else mapping).confirm(), into=folder / "in")
    return data.scan().collect(), data


def aside(data: Dataset) -> list[tuple[int, str, str]]:
    return [] if data.rejected is None else pl.read_parquet(data.rejected).select("row", "column", "reason").rows()


def test_a_vietnamese_customs_csv(tmp_path: Path) -> None:
    frame, data = read(tmp_path, [row(), row(id="1002", flow="xuất", hs="0101.21", origin="Việt Nam", departure="VNM", destination="Hoa Kỳ")])
    one, two = frame.to_dicts()
    assert dict(frame.schema) == schemas()["declarations"].polars
    assert (one["date"], one["flow"], one["hs"], one["origin"], one["departure"], one["destination"]) == (
        date(2024, 3, 25),
        "import",
        "85171200",
        "CHN",
        "CHN",
        "VNM",
    )
    assert (one["province"], one["unit"], one["quantity"], one["net_kg"], one["value"], one["currency"]) == (
        "bac-ninh",
        "unit",
        10.0,
        5.5,
        1000.5,
        "USD",
    )
    assert (one["counterparty_country"], two["counterparty_country"], two["hs"], two["destination"]) == ("CHN", "USA", "010121", "USA")
    assert aside(data) == []


def test_a_mapping_is_shown_confirmed_and_kept(tmp_path: Path) -> None:
    path = write(tmp_path, [row()])
    mapping = propose_mapping(path)
    assert not mapping.confirmed
    assert ("hs", "Mã HS") in [r[:2] for r in mapping.rows()]
    assert not any("Bright" in cell for r in mapping.rows() for cell in r)
    with pytest.raises(MadeinError, match="not confirmed"):
        open_data(path, mapping, into=tmp_path / "in")
    mapping.confirm().save(tmp_path / "m.yaml")
    assert load_mapping(tmp_path / "m.yaml").confirmed
    assert open_data(path, tmp_path / "m.yaml", into=tmp_path / "in").scan().collect().height == 1
    with pytest.raises(MadeinError, match="no mapping"):
        open_data(path, into=tmp_path / "in")
    other = write(tmp_path, ["1,2"], "a,b", "other.csv")
    with pytest.raises(MadeinError, match="lacks columns"):
        open_data(other, tmp_path / "m.yaml", into=tmp_path / "in")


def test_day_and_month_are_asked_for_where_nothing_tells(tmp_path: Path) -> None:
    mapping = propose_mapping(write(tmp_path, [row(date="03/04/2024"), row(id="2", date="11/12/2024")]))
    assert mapping.dates == ""
    with pytest.raises(MadeinError, match="dates"):
        mapping.confirm()
    for order, month in (("dmy", 4), ("mdy", 3)):
        frame, _ = read(tmp_path, [row(date="03/04/2024")], dates=order)
        assert frame["date"][0].month == month
    assert propose_mapping(write(tmp_path, [row(date="03/14/2024")])).dates == "mdy"
    assert propose_mapping(write(tmp_path, [row(date="14/03/2024"), row(date="03/14/2024")])).dates == ""


def test_days_that_are_none_are_set_aside(tmp_path: Path) -> None:
    frame, data = read(tmp_path, [row(), row(id="2", date="31/02/2024"), row(id="3", date="soon"), row(id="4", date="")])
    assert frame.height == 1
    assert [r[:2] for r in aside(data)] == [(2, "date"), (3, "date"), (4, "date")]


def test_a_decimal_comma_and_one_that_cannot_be_told(tmp_path: Path) -> None:
    frame, _ = read(tmp_path, [row(value="1.234.567,5", kg="1,25")])
    assert (frame["value"][0], frame["net_kg"][0]) == (1234567.5, 1.25)
    mapping = propose_mapping(write(tmp_path, [row(value="1.234", kg="7", quantity="1")]))
    assert [q.partition(":")[0] for q in mapping.questions] == ["decimal"]
    frame, _ = read(tmp_path, [row(value="1.234", kg="7", quantity="1")], decimal=",")
    assert frame["value"][0] == 1234.0


def test_codes_dotted_short_of_a_zero_mixed_and_wrong(tmp_path: Path) -> None:
    codes = ["8517.12.00", "1012100", "10121", "101210000", "0101", "9999", "77010000", "85x", "", "12345678901", "851712.0"]
    frame, data = read(tmp_path, [row(id=str(i), hs=c) for i, c in enumerate(codes)])
    assert frame["hs"].to_list() == ["85171200", "01012100", "010121", "0101210000", "0101", "9999", "851712"]
    assert [r[0] for r in aside(data)] == [7, 8, 9, 10]
    assert data.intake.mended["declarations", "hs", "a lost leading zero put back"] == 3
    notes = [str(n) for n in quality(data).notes]
    assert any("98 and 99" in n for n in notes)
    assert any("digits" in n for n in notes)


def test_mass_and_value_of_zero_and_below(tmp_path: Path) -> None:
    frame, data = read(
        tmp_path,
        [row(kg="0"), row(id="2", value="0"), row(id="3", value="-10.5"), row(id="4", kg="-1"), row(id="5", value=""), row(id="6", value="abc")],
    )
    assert frame["declaration_id"].to_list() == ["1001", "2"]
    assert frame["net_kg"][0] is None
    assert [(r, c) for r, c, _ in aside(data)] == [(3, "value"), (4, "net_kg"), (5, "value"), (6, "value")]
    assert "correction" in aside(data)[0][2]
    assert any("value of zero" in str(n) for n in quality(data).notes)


@pytest.mark.parametrize("spelling", ["VN", "VNM", "704", "Viet Nam", "5520", "Việt Nam", "VIETNAM", unicodedata.normalize("NFD", "Việt Nam")])
def test_spellings_of_a_country(spelling: str, tmp_path: Path) -> None:
    frame, _ = read(tmp_path, [row(origin=spelling)])
    assert frame["origin"].to_list() == ["VNM"]


def test_unknown_countries_are_refused_and_empty_ones_kept(tmp_path: Path) -> None:
    frame, data = read(tmp_path, [row(origin=""), row(id="2", origin="Atlantis"), row(id="3", origin="ZZ"), row(id="4"), row(id="5"), row(id="6")])
    assert frame["origin"].to_list() == [None, None, "CHN", "CHN", "CHN"]
    assert aside(data) == [(2, "origin", "no country of this name or code")]


def test_units_of_mass_and_of_quantity(tmp_path: Path) -> None:
    head = HEAD.replace("Trọng lượng", "Trọng lượng (tấn)").replace("Trị giá", "Trị giá (nghìn USD)")
    frame, _ = read(tmp_path, [row(unit="TNE", quantity="2")], head)
    assert (frame["net_kg"][0], frame["value"][0], frame["quantity"][0], frame["unit"][0]) == (5500.0, 1000500.0, 2000.0, "kilogram")
    frame, data = read(tmp_path, [row(unit="furlong"), row(id="2"), row(id="3")])
    assert frame["quantity"].to_list() == [None, 10.0, 10.0]
    assert any("unit" in key for key in data.intake.mended)


def test_grams_among_kilograms_are_noticed(tmp_path: Path) -> None:
    rows = [row(id=str(i), kg="10.5", value=str(100 + i)) for i in range(20)] + [row(id="x", kg="10500.0", value="110")]
    _, data = read(tmp_path, rows)
    assert any("a thousandth" in str(n) for n in quality(data).notes)


def test_currencies_by_day(tmp_path: Path) -> None:
    rows = [
        row(),
        row(id="2", currency="đồng", value="25000000.0"),
        row(id="3", currency="KRW", value="100.0"),
        row(id="4", currency="VND", date="25/03/2020"),
    ]
    path = write(tmp_path, rows)
    rates = pl.DataFrame({"currency": ["VND", "VND"], "from": ["2024-01-01", "2024-06-01"], "rate": ["0.00004", "0.00005"]})
    data = open_data(path, propose_mapping(path).confirm(), into=tmp_path / "in", rates=rates)
    assert data.scan().collect().select("value", "currency").rows() == [(1000.5, "USD"), (1000.0, "USD")]
    assert [(r, c) for r, c, _ in aside(data)] == [(3, "currency"), (4, "currency")]
    _, plain = read(tmp_path, rows)
    assert any("3 currencies" in str(n) for n in quality(plain).notes)
    with pytest.raises(MadeinError, match="rate"):
        open_data(
            path,
            propose_mapping(path).confirm(),
            into=tmp_path / "in",
            rates=pl.DataFrame({"currency": ["VND"], "from": ["2024-01-01"], "rate": ["-1"]}),
        )


def test_provinces_before_and_after_the_merger(tmp_path: Path) -> None:
    old, new = row(province="tỉnh Thái Bình"), row(id="2", date="25/03/2026", province="Hưng Yên")
    frame, data = read(tmp_path, [old, new])
    assert frame["province"].to_list() == ["hung-yen-2025", "hung-yen-2025"]
    assert any("merged" in str(n) for n in data.intake.notes)
    frame, _ = read(tmp_path, [old, row(id="2", province="Hưng Yên")])
    assert frame["province"].to_list() == ["thai-binh", "hung-yen"]
    frame, _ = read(tmp_path, [row(province=unicodedata.normalize("NFD", "Thái Bình")), row(id="2", province="Atlantis"), row(id="3")])
    assert frame["province"].to_list() == ["thai-binh", None, "bac-ninh"]


def test_branches_of_one_firm(tmp_path: Path) -> None:
    frame, _ = read(tmp_path, [row(firm="0101234567-001"), row(id="2", firm="0101234567"), row(id="3", firm="0101234567 002")])
    assert frame["firm_id"].unique().to_list() == ["0101234567"]


def test_amended_and_cancelled_declarations(tmp_path: Path) -> None:
    head = HEAD + ",Trạng thái,Lần sửa"
    rows = [
        row(value="10.5") + ",gốc,0",
        row(value="20.5") + ",sửa,2",
        row(value="15.5") + ",sửa,1",
        row(id="2") + ",gốc,0",
        row(id="2", line="2") + ",hủy,1",
        row(id="3") + ",,",
    ]
    path = write(tmp_path, rows, head)
    mapping = propose_mapping(path).answer(values={"status": {"gốc": "original"}})
    data = open_data(path, mapping.confirm(), into=tmp_path / "in")
    assert data.scan().collect().select("declaration_id", "value").rows() == [("1001", 20.5), ("3", 1000.5)]
    assert sorted((r, reason.partition(":")[0]) for r, _, reason in aside(data)) == [
        (1, "superseded"),
        (3, "superseded"),
        (4, "cancelled"),
        (5, "cancelled"),
    ]


def test_one_declaration_many_lines_and_repeats(tmp_path: Path) -> None:
    frame, data = read(tmp_path, [row(), row(line="2", hs="0101"), row()])
    assert sorted(frame["line"].to_list()) == [1, 2]
    assert "a repeat" in aside(data)[0][2]
    head = HEAD.replace("Dòng hàng", "x1")
    frame, _ = read(tmp_path, [row(line="a"), row(line="a", hs="0101"), row(id="2", line="a"), row(line="a", hs="0102")], head)
    assert frame.select("declaration_id", "line").rows() == [("1001", 1), ("1001", 2), ("2", 1), ("1001", 3)]


def test_a_month_loaded_twice(tmp_path: Path) -> None:
    head = "month,hs,country of origin,destination,value,flow,currency"
    month = {m: [f"2021-{m:02d},{c},CN,US,{c}.5,import,USD" for c in range(1001, 1031)] for m in (5, 6, 7)}
    frame, data = read(tmp_path, month[5] + month[6] + month[7] + month[6] + month[5][:2], head)
    assert frame.height == 92
    assert {r for _, _, r in aside(data)} == {"a repeat: its month was loaded twice"}
    notes = [str(n) for n in data.intake.notes]
    assert any("2021-06 stands there twice" in n for n in notes)
    assert any("2 rows repeat" in n for n in notes)


def test_own_trade_and_re_imports_are_noticed(tmp_path: Path) -> None:
    _, data = read(tmp_path, [row(), row(id="2", departure="VN"), row(id="3", origin="VN")])
    notes = " ".join(str(n) for n in quality(data).notes)
    assert "trade with the declaring economy itself" in notes
    assert "home origin" in notes


def test_comtrade_new_and_old(tmp_path: Path) -> None:
    head = "typeCode,period,reporterCode,reporterISO,flowCode,partnerCode,partnerISO,classificationCode,cmdCode,qtyUnitCode,qty,netWgt,primaryValue,isAggregate"
    rows = ["C,202403,704,VNM,M,156,CHN,H6,851712,5,10,0,5000.25,false", "C,202403,704,VNM,M,0,W00,H6,851712,5,10,7,5000.25,false", "C,202403,704,VNM,X,842,USA,H6,TOTAL,-1,,7,5000.25,false",
            "C,202403,704,VNM,X,842,USA,H6,851712,5,10,7,5000.25,false", "C,202403,704,VNM,M,899,_X,H6,851712,5,10,7,5000.25,false"]  # fmt: skip
    frame, data = read(tmp_path, rows, head)
    assert frame.select(
        "date", "flow", "hs", "hs_edition", "origin", "departure", "destination", "counterparty_country", "net_kg", "value_basis"
    ).rows() == [
        (date(2024, 3, 1), "import", "851712", "2022", "CHN", "CHN", "VNM", "CHN", None, "CIF"),
        (date(2024, 3, 1), "export", "851712", "2022", None, "VNM", "USA", "USA", 7.0, "FOB"),
        (date(2024, 3, 1), "import", "851712", "2022", None, None, "VNM", None, 7.0, "CIF"),
    ]
    assert [(r, c) for r, c, _ in aside(data)] == [(2, "partner"), (3, "hs")]
    head = "Classification,Period,Trade Flow,Reporter,Partner,Commodity Code,Qty Unit,Qty,Netweight (kg),Trade Value (US$)"
    frame, _ = read(
        tmp_path,
        ['HS,2016,Re-Export,Viet Nam,"China, Hong Kong SAR",0101,,,12,500', "HS,2016,Import,Viet Nam,USA,0101,,,12,500"],
        head,
        columns={"hs_edition": ""},
    )
    assert frame["counterparty_country"].to_list() == ["HKG", "USA"]


def test_baci(tmp_path: Path) -> None:
    frame, _ = read(tmp_path, ["2022,156,704,10121,12.5,3.25", "2022,842,36,851712,1.5,"], "t,i,j,k,v,q", constants={"hs_edition": "HS22"})
    assert frame.select("date", "flow", "hs", "origin", "destination", "value", "net_kg", "value_basis", "hs_edition").rows() == [
        (date(2022, 1, 1), "export", "010121", "CHN", "VNM", 12500.0, 3250.0, "FOB", "2022"), (date(2022, 1, 1), "export", "851712", "USA", "AUS", 1500.0, None, "FOB", "2022"),
    ]  # fmt: skip


def test_wco_names(tmp_path: Path) -> None:
    head = "DeclarationID,GoodsItemSequenceNumeric,AcceptanceDateTime,DeclarationTypeCode,ImporterID,ExporterID,ImporterName,ExporterName,CommodityClassificationID,OriginCountryCode,ExportationCountryCode,DestinationCountryCode,NetNetWeightMeasure,StatisticalValueAmount,CurrencyTypeCode,TradeTermsConditionCode"
    rows = [
        "D1,1,2024-03-05T10:00:00Z,IM,0101234567,X9,An Phat,Heng Co,85171200,CN,CN,VN,5.5,100.5,USD,CIF",
        "D2,1,2024-03-06T10:00:00Z,EX,B7,0101234567,Crown Inc,An Phat,85171200,VN,VN,US,5.5,100.5,USD,FOB",
    ]
    frame, _ = read(tmp_path, rows, head)
    assert frame["firm_id"].to_list() == ["0101234567", "0101234567"]
    assert frame["counterparty_name"].to_list() == ["Heng Co", "Crown Inc"]
    assert frame["date"].to_list() == [date(2024, 3, 5), date(2024, 3, 6)]


def test_the_korean_set(reference: Path, tmp_path: Path) -> None:
    path = reference / "screening" / "cdd2022draw_test.parquet"
    if not path.is_file():
        pytest.skip(f"no {path.name} in the reference data")
    mapping = propose_mapping(path)
    assert (mapping.door, mapping.questions) == ("korea", ())
    assert {"Fraud", "Critical Fraud"} <= set(mapping.unused)
    data = open_data(path, mapping.confirm(), into=tmp_path)
    raw = pl.read_parquet(path)
    assert data.scan().collect().height == raw.height
    assert data.intake.mended["declarations", "net_kg", "a mass of zero left empty: it was not weighed"] == raw.filter(pl.col("Net Mass") == 0).height
    assert data.scan().collect()["value"].sum() == pytest.approx(raw["Item Price"].sum())


def test_a_column_called_so_but_holding_something_else_is_left_unread(tmp_path: Path) -> None:
    rows = [row(origin=x) for x in ("blue", "red", "green")]
    mapping = propose_mapping(write(tmp_path, rows))
    assert mapping.column("origin") is None
    assert any("origin" in n for n in mapping.notes)


def test_contents_settle_what_names_do_not(tmp_path: Path) -> None:
    mapping = propose_mapping(
        write(tmp_path, [f"{c},2024-03-{d:02d},nk,7.5,USD" for c in ("85171200", "01012100") for d in (1, 20)], "cột a,cột b,cột c,trị giá,cột e")
    )
    assert {t: mapping.column(t) for t in ("hs", "date", "flow", "currency")} == {
        "hs": "cột a",
        "date": "cột b",
        "flow": "cột c",
        "currency": "cột e",
    }
    asked = propose_mapping(write(tmp_path, ["85171200,2024-03-01,7.5"], "hs,date,value")).questions
    assert [q.partition(":")[0] for q in asked] == ["flow", "currency"]


def test_a_simulated_folder_opens_as_it_lies_and_the_truth_stays_shut(tmp_path: Path) -> None:
    made = simulate("plain", 5_000, 1, tmp_path / "data")
    made.truth.write_bytes(b"not a table")
    data = open_data(tmp_path / "data", into=tmp_path / "in")
    assert data.declarations == tmp_path / "data" / "declarations.parquet"
    assert data.rejected is None
    assert data.intake.kept == {"declarations": 5000, "firms": 6000, "tariffs": data.scan("tariffs").collect().height}
    assert not list((tmp_path / "in").glob("declarations*"))


def test_bad_rows_of_the_schemas_own_parquet(tmp_path: Path) -> None:
    simulate("plain", 1_000, 1, tmp_path / "data")
    path = tmp_path / "data" / "declarations.parquet"
    frame = pl.read_parquet(path).with_row_index()
    spoilt = frame.with_columns(
        value=pl.when(pl.col("index") == 3).then(-5.0).when(pl.col("index") == 4).then(float("nan")).otherwise("value"),
        flow=pl.when(pl.col("index") == 7).then(pl.lit("transit")).otherwise("flow"),
        declaration_id=pl.when(pl.col("index") == 10).then(pl.col("declaration_id").gather(9)).otherwise("declaration_id"),
    ).drop("index")  # fmt: skip
    spoilt.write_parquet(path)
    data = open_data(tmp_path / "data", into=tmp_path / "in")
    assert data.scan().collect().height == 996
    assert sorted((r, c) for r, c, _ in aside(data)) == [(4, "value"), (5, "value"), (8, "flow"), (10, "declaration_id")]
    with pytest.raises(MadeinError, match="no row"):
        spoilt.with_columns(flow=pl.lit("transit")).write_parquet(path)
        open_data(tmp_path / "data", into=tmp_path / "in2")


def test_parquet_with_the_schemas_names_and_other_words_is_normalised(tmp_path: Path) -> None:
    simulate("plain", 1_000, 1, tmp_path / "data")
    path = tmp_path / "data" / "declarations.parquet"
    frame = pl.read_parquet(path)
    frame.with_columns(
        origin=pl.col("origin").replace("CHN", "Trung Quốc"), hs=pl.col("hs").str.head(4) + "." + pl.col("hs").str.tail(4)
    ).write_parquet(path)
    back = open_data(tmp_path / "data", into=tmp_path / "in").scan().collect()
    assert back["origin"].to_list() == frame["origin"].to_list()
    assert back["hs"].to_list() == frame["hs"].to_list()


def test_firms_and_tariffs_as_csv(tmp_path: Path) -> None:
    (tmp_path / "firms.csv").write_text(
        "firm_id,name,address,phone,owner_ids,founded,produces_hs,capacity\n0101234567-001,A,B,1,P1;P2,2020-01-01,85171200; 0101,5\n0101234567,A,B,1,P1,2020-01-01,,\n"
    )
    (tmp_path / "tariffs.csv").write_text(
        "importer,origin,hs,from,to,rate,kind\nUS,China,8517.12,2025-04-05,2025-05-14,145,reciprocal\nUS,China,8517.12,2025-05-14,,-3,added\n"
    )
    simulate("plain", 200, 1, tmp_path / "sim")
    (tmp_path / "sim" / "declarations.parquet").rename(tmp_path / "declarations.parquet")
    data = open_data([tmp_path / f for f in ("declarations.parquet", "firms.csv", "tariffs.csv")], into=tmp_path / "in")
    assert data.scan("firms").collect().select("firm_id", "owner_ids", "produces_hs").rows() == [("0101234567", ["P1", "P2"], ["85171200", "0101"])]
    assert data.scan("tariffs").collect().rows() == [("USA", "CHN", "851712", date(2025, 4, 5), date(2025, 5, 14), 145.0, "added")]
    assert {c for _, c, _ in aside(data)} == {"firm_id", "rate"}


def test_files_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "head.csv").write_text("a,b\n")
    (tmp_path / "x.parquet").write_bytes(b"PAR1")
    (tmp_path / "twice.csv").write_text("hs,hs\n1,2\n")
    for name in ("empty.csv", "head.csv", "x.parquet", "twice.csv", "none.csv"):
        with pytest.raises(MadeinError):
            propose_mapping(tmp_path / name)
    (tmp_path / "nothing").mkdir()
    with pytest.raises(MadeinError, match="no table"):
        open_data(tmp_path / "nothing")


@pytest.mark.parametrize("text", ["", "a: 1", "[1]", "table: declarations\ndoor: plain\nheader: [a]\ncolumns: {hs: b}\n", "table: x\ndoor: p\nheader: [a]\ncolumns: {hs: a}\n",
                                  "table: declarations\ndoor: p\nheader: [a]\ncolumns: {colour: a}\n", "{"])  # fmt: skip
def test_mappings_that_are_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "m.yaml").write_text(text)
    with pytest.raises(MadeinError):
        load_mapping(tmp_path / "m.yaml")


def test_no_message_holds_a_cell(tmp_path: Path) -> None:
    _, data = read(
        tmp_path,
        [
            row(),
            row(id="2", value="SECRET"),
            row(id="3", hs="SECRET"),
            row(id="4", date="SECRET"),
            row(id="5", origin="SECRET"),
            row(id="6"),
            row(id="7"),
            row(id="8"),
        ],
    )
    assert "SECRET" not in "\n".join([*quality(data).lines(), *(str(n) for n in data.intake.notes)])
    assert pl.read_parquet(data.rejected)["value"].to_list() == ["SECRET"] * 4  # type: ignore[arg-type]


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    path = write(tmp_path, [row(id=str(i), value=f"{i}.5") for i in range(50)] + [row(hs="x")])
    mapping: Mapping = propose_mapping(path).confirm()
    one, two = (open_data(path, mapping, into=tmp_path / n) for n in ("a", "b"))
    assert one.declarations.read_bytes() == two.declarations.read_bytes()
    assert one.rejected.read_bytes() == two.rejected.read_bytes()  # type: ignore[union-attr]
