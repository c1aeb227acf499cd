"""SDMX in each of its forms: the same series out of all of them, and what is refused."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path

import pytest

from madein.core.errors import BadInput, MadeinError
from madein.core.periods import month_number
from madein.indices.sdmx import SdmxMessage, holds_sdmx, read_sdmx, read_structure

NS = (
    'xmlns:message="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" '
    'xmlns:generic="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic" '
    'xmlns:common="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common" '
    'xmlns:str="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure" '
    'xmlns:ss="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific"'
)
HEADER = (
    "<message:Header><message:ID>T1</message:ID><message:Test>false</message:Test><message:Prepared>2024-08-06T01:02:03Z</message:Prepared>"
    '<message:Structure structureID="DSD" dimensionAtObservation="TIME_PERIOD"/></message:Header>'
)
DATA = {
    "TB": {"2024-05": ("-981.19", "A"), "2024-06": ("1450.5", "P"), "2024-07": ("na", "O")},
    "TX": {"2024-06": ("33090", "A"), "2024-07": ("36240.2", "E")},
}
EXPECTED = [
    ("M.VN.TB", month_number(2024, 5), -981.19, 0.005, ""),
    ("M.VN.TB", month_number(2024, 6), 1450.5, 0.05, "preliminary"),
    ("M.VN.TX", month_number(2024, 6), 33090.0, 0.5, ""),
    ("M.VN.TX", month_number(2024, 7), 36240.2, 0.05, "estimate"),
]


def specific() -> str:
    series = "".join(
        f'<Series FREQ="M" REF_AREA="VN" INDICATOR="{i}" UNIT_MULT="6" UNIT_MEASURE="USD">'
        + "".join(f'<Obs TIME_PERIOD="{p}" OBS_VALUE="{v}" OBS_STATUS="{s}"/>' for p, (v, s) in obs.items()) + "</Series>"
        for i, obs in DATA.items()
    )  # fmt: skip
    return (f'<?xml version="1.0" encoding="UTF-8"?><message:StructureSpecificData {NS}>{HEADER}<message:DataSet ss:dataScope="DataStructure">'
            f"{series}</message:DataSet></message:StructureSpecificData>")  # fmt: skip


def flat() -> str:
    obs = "".join(
        f'<Obs FREQ="M" REF_AREA="VN" INDICATOR="{i}" UNIT_MULT="6" UNIT_MEASURE="USD" TIME_PERIOD="{p}" OBS_VALUE="{v}" OBS_STATUS="{s}"/>'
        for i, rows in DATA.items() for p, (v, s) in rows.items()
    )  # fmt: skip
    return f"<message:StructureSpecificData {NS}>{HEADER}<message:DataSet>{obs}</message:DataSet></message:StructureSpecificData>"


def values(tag: str, **codes: str) -> str:
    return f"<generic:{tag}>" + "".join(f'<generic:Value id="{k}" value="{v}"/>' for k, v in codes.items()) + f"</generic:{tag}>"


def generic() -> str:
    series = "".join(
        "<generic:Series>" + values("SeriesKey", FREQ="M", REF_AREA="VN", INDICATOR=i) + values("Attributes", UNIT_MULT="6", UNIT_MEASURE="USD")
        + "".join(f'<generic:Obs><generic:ObsDimension value="{p}"/><generic:ObsValue value="{v}"/>{values("Attributes", OBS_STATUS=s)}</generic:Obs>'
                  for p, (v, s) in obs.items()) + "</generic:Series>"
        for i, obs in DATA.items()
    )  # fmt: skip
    return f"<message:GenericData {NS}>{HEADER}<message:DataSet>{series}</message:DataSet></message:GenericData>"


def generic_flat() -> str:
    obs = "".join(
        "<generic:Obs>" + values("ObsKey", FREQ="M", REF_AREA="VN", INDICATOR=i, TIME_PERIOD=p) + f'<generic:ObsValue value="{v}"/>'
        + values("Attributes", OBS_STATUS=s, UNIT_MULT="6", UNIT_MEASURE="USD") + "</generic:Obs>"
        for i, rows in DATA.items() for p, (v, s) in rows.items()
    )  # fmt: skip
    return f"<message:GenericData {NS}>{HEADER}<message:DataSet>{obs}</message:DataSet></message:GenericData>"


def csv_text(lead: str = "DATAFLOW", flow: str = "X:TRADE(1.0)") -> str:
    head = f"{lead},FREQ,REF_AREA,INDICATOR,TIME_PERIOD,OBS_VALUE,OBS_STATUS,UNIT_MULT,UNIT_MEASURE\n"
    return head + "".join(f"{flow},M,VN,{i},{p},{'' if v == 'na' else v},{s},6,USD\n" for i, rows in DATA.items() for p, (v, s) in rows.items())


def json_text(version: int) -> str:
    periods = ["2024-05", "2024-06", "2024-07"]
    statuses = ["A", "P", "O", "E"]
    structure = {
        "name": "Trade",
        "dimensions": {
            "dataSet": [{"id": "FREQ", "values": [{"id": "M", "name": "Monthly"}]}],
            "series": [{"id": "REF_AREA", "values": [{"id": "VN", "name": "Viet Nam"}]},
                       {"id": "INDICATOR", "values": [{"id": "TB", "name": "Trade balance"}, {"id": "TX", "name": "Exports"}]}],
            "observation": [{"id": "TIME_PERIOD", "values": [{"id": p} for p in periods]}],
        },
        "attributes": {
            "series": [{"id": "UNIT_MULT", "values": [{"id": "6"}]}, {"id": "UNIT_MEASURE", "values": [{"id": "USD"}]}],
            "observation": [{"id": "OBS_STATUS", "values": [{"id": s} for s in statuses]}],
        },
    }  # fmt: skip
    series = {
        f"0:{i}": {"attributes": [0, 0], "observations": {
            str(periods.index(p)): [None if v == "na" else float(v), statuses.index(s)] for p, (v, s) in rows.items()}}
        for i, rows in enumerate(DATA.values())
    }  # fmt: skip
    schema = f"https://json.sdmx.org/{version}.0.0/sdmx-json-data-schema.json"
    meta = {"schema": schema, "id": "T1", "prepared": "2024-08-06T01:02:03Z"}
    if version == 1:
        return json.dumps({"meta": meta, "data": {"structure": structure, "dataSets": [{"action": "Information", "series": series}]}})
    return json.dumps({"meta": meta, "data": {"structures": [structure], "dataSets": [{"structure": 0, "series": series}]}})


def read(tmp_path: Path, text: str | bytes, name: str = "m", **more: object) -> SdmxMessage:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_sdmx(path, **more)  # type: ignore[arg-type]


FORMS = {"specific": specific, "flat": flat, "generic": generic, "generic_flat": generic_flat, "csv": csv_text,
         "csv2": lambda: csv_text("STRUCTURE,STRUCTURE_ID,ACTION", "dataflow,X:TRADE(1.0),I"),
         "json1": lambda: json_text(1), "json2": lambda: json_text(2)}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_series(form: str, tmp_path: Path) -> None:
    found = read(tmp_path, FORMS[form]())
    assert holds_sdmx(tmp_path / "m")
    assert found.frame.select("series", "month", "value", "half", "status").rows() == EXPECTED
    told = found.series.sort("series").select("series", "every", "scale", "unit", "INDICATOR", "REF_AREA").rows()
    assert told == [("M.VN.TB", 1, 1e6, "USD", "TB", "VN"), ("M.VN.TX", 1, 1e6, "USD", "TX", "VN")]
    assert found.frame["basis"].to_list() == ["published"] * 3 + ["estimated"]
    if not form.startswith("csv"):
        assert found.prepared == date(2024, 8, 6) and found.identifier == "T1"


def test_a_message_is_a_vintage(tmp_path: Path) -> None:
    store = read(tmp_path, specific()).store()
    assert store.known("M.VN.TX", "2024-07", "2024-08-06").value == pytest.approx(36240.2e6)
    assert store.frame["half"].to_list() == pytest.approx([5e3, 5e4, 5e5, 5e4])
    with pytest.raises(MadeinError, match="when it was prepared"):
        read(tmp_path, csv_text()).store()


def test_names_come_from_codelists(tmp_path: Path) -> None:
    path = tmp_path / "dsd.xml"
    path.write_text(
        f'<message:Structure {NS} xmlns:xml="http://www.w3.org/XML/1998/namespace"><message:Structures><str:Codelists><str:Codelist id="CL_I">'
        '<str:Code id="TB"><common:Name xml:lang="vi">Cán cân</common:Name><common:Name xml:lang="en">Balance</common:Name></str:Code>'
        '<str:Code id="TX"><common:Name xml:lang="vi">Xuất khẩu</common:Name></str:Code></str:Codelist></str:Codelists>'
        '<str:DataStructures><str:DataStructure id="DSD"><str:DataStructureComponents><str:DimensionList>'
        '<str:Dimension id="FREQ"/><str:Dimension id="REF_AREA"/><str:Dimension id="INDICATOR"><str:LocalRepresentation><str:Enumeration>'
        '<Ref id="CL_I"/></str:Enumeration></str:LocalRepresentation></str:Dimension></str:DimensionList></str:DataStructureComponents>'
        "</str:DataStructure></str:DataStructures></message:Structures></message:Structure>", "utf-8")  # fmt: skip
    codes = read_structure(path)
    assert codes.dimensions == ("FREQ", "REF_AREA", "INDICATOR")
    assert read(tmp_path, specific(), structure=path).series["label"].to_list() == ["Balance", "Xuất khẩu"]
    assert read(tmp_path, specific(), structure=path, language="vi").series["label"].to_list() == ["Cán cân", "Xuất khẩu"]
    assert read(tmp_path, json_text(2)).series["label"].to_list() == ["Trade balance", "Exports"]
    assert read(tmp_path, csv_text().replace("VN,TB", "VN,TB: Trade balance").replace("VN,TX", "VN,TX: Exports")).series["label"].to_list() == [
        "Trade balance", "Exports",
    ]  # fmt: skip


def test_periods_in_every_spelling(tmp_path: Path) -> None:
    obs = [("M", "2024-M07"), ("Q", "2024-Q3"), ("A", "2024"), ("A", "2023-A1"), ("M", "2024-06-30")]
    text = "DATAFLOW,FREQ,TIME_PERIOD,OBS_VALUE\n" + "".join(f"f,{f},{p},1\n" for f, p in obs)
    frame = read(tmp_path, text).frame
    assert frame.select("series", "every", "month").rows() == [
        ("A", 12, month_number(2023, 12)), ("A", 12, month_number(2024, 12)),
        ("M", 1, month_number(2024, 6)), ("M", 1, month_number(2024, 7)), ("Q", 3, month_number(2024, 9)),
    ]  # fmt: skip


def bad(obs: str) -> str:
    return f'<message:StructureSpecificData {NS}>{HEADER}<message:DataSet><Series FREQ="M" I="X">{obs}</Series></message:DataSet></message:StructureSpecificData>'


@pytest.mark.parametrize(("obs", "told"), [
    ('<Obs TIME_PERIOD="2024-01" OBS_VALUE="1.5x7"/>', "series 1 observation 1: text where a number should be.*1.5x7"),
    ('<Obs TIME_PERIOD="2024-01" OBS_VALUE="1"/><Obs TIME_PERIOD="2024-01" OBS_VALUE="2"/>', "has two values.*1 and 2"),
    ('<Obs TIME_PERIOD="2024-01" OBS_VALUE="1"/><Obs TIME_PERIOD="2024-Q2" OBS_VALUE="2"/>', "mixes months, quarters or years"),
    ('<Obs TIME_PERIOD="2024-Q2" OBS_VALUE="2"/>', "another frequency than FREQ says"),
    ('<Obs TIME_PERIOD="2024-W05" OBS_VALUE="2"/>', "'2024-W05' is no month, quarter or year"),
    ('<Obs TIME_PERIOD="2024-13" OBS_VALUE="2"/>', "'2024-13' is no month"),
    ('<Obs OBS_VALUE="2"/>', "'' is no month"),
])  # fmt: skip
def test_what_cannot_stand_is_told_with_its_place(obs: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=told):
        read(tmp_path, bad(obs))


def test_marks_behind_numbers_and_grouped_thousands_are_read_with_a_warning(tmp_path: Path) -> None:
    found = read(tmp_path, bad('<Obs TIME_PERIOD="2024-01" OBS_VALUE="519.4sb"/><Obs TIME_PERIOD="2024-02" OBS_VALUE="7 902.3"/>'))
    assert found.frame.select("value", "half", "status").rows() == [(519.4, 0.05, "preliminary"), (7902.3, 0.05, "")]
    assert len(found.warnings) == 2


BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">' + "".join(f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(9)) + "]>"


@pytest.mark.parametrize(("text", "told"), [
    (BOMB + specific().partition("?>")[2].replace("VN", "&j;"), "document type"),
    ('<!DOCTYPE r SYSTEM "file:///etc/passwd">' + flat(), "document type"),
    ('<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + flat(), "document type"),
    ("<message:StructureSpecificData " + NS + ">" + "<a>" * 100, "nested more than"),
    (flat()[:-40], "no well-formed XML"),
    (flat().replace("VN", "&undefined;"), "no well-formed XML"),
    ("<html><body/></html>", "no data message"),
    (f"<message:StructureSpecificData {NS}>{HEADER}</message:StructureSpecificData>", "no SDMX data"),
    (f"<message:StructureSpecificData {NS}>{HEADER}<message:DataSet/></message:StructureSpecificData>", "no observation"),
    (f'<message:Error {NS}><message:ErrorMessage code="100"><common:Text>No results</common:Text></message:ErrorMessage></message:Error>', "No results"),
    ("", "empty"),
    ("{", "no JSON"),
    ('{"data": {"dataSets": [{"series": {"0:9": {"observations": {"0": [1]}}}}], "structures": [{"dimensions": {"series": []}}]}}', "cannot be followed"),
    ("[" * 100_000, "TIME_PERIOD is missing|no JSON|read as CSV"),
    ("{" + '"a":[' * 100_000, "no JSON"),
    ("a,b\n1,2\n", "column TIME_PERIOD is missing"),
])  # fmt: skip
def test_hostile_and_foreign_files_are_refused(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match=told):
        read(tmp_path, text)


def test_an_entity_in_another_encoding_is_refused_too(tmp_path: Path) -> None:
    text = '<?xml version="1.0" encoding="UTF-16"?>' + BOMB + flat()
    with pytest.raises(MadeinError, match="document type"):
        read(tmp_path, text.encode("utf-16"))


def test_gzip_is_fine_and_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(tmp_path, gzip.compress(specific().encode())).frame.height == 4
    monkeypatch.setattr("madein.indices.sdmx.xml.MAX_BYTES", 1000)
    with pytest.raises(MadeinError, match="larger than"):
        read(tmp_path, gzip.compress(specific().encode()))
    with pytest.raises(MadeinError):
        read(tmp_path, gzip.compress(specific().encode())[:50])


def test_the_library_that_others_use_reads_the_same(tmp_path: Path) -> None:
    pytest.importorskip("sdmx")
    import warnings

    import sdmx

    path = tmp_path / "m.xml"
    path.write_text(specific().replace('"na"', '"NaN"').replace("<message:DataSet ", '<message:DataSet ss:structureRef="DSD" ').replace(
        "/></message:Header>", '><common:Structure><Ref agencyID="X" id="DSD" version="1.0"/></common:Structure></message:Structure></message:Header>'),
        "utf-8")  # fmt: skip
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frame = sdmx.to_pandas(sdmx.read_sdmx(path)).dropna().reset_index()
    theirs = sorted((r["INDICATOR"], r["TIME_PERIOD"], r["value"]) for _, r in frame.iterrows())
    ours = [(s.split(".")[2], f"{m // 12}-{m % 12 + 1:02d}", v) for s, m, v in read_sdmx(path).frame.select("series", "month", "value").rows()]
    assert ours == theirs
