"""``madein indices`` on every form of file: SDMX, releases, workbooks; series chosen by name, and told where the choice is missing."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xlsxwriter

from madein.indices.seasonal import has_binary

needs_x13 = pytest.mark.skipif(not has_binary(), reason="no X-13 program: install the extra indices")
MONTHS = 60
PERIODS = [f"{2019 + i // 12}-{i % 12 + 1:02d}" for i in range(MONTHS)]


def numbers(seed: int) -> list[float]:
    random = np.random.default_rng(seed)
    t = np.arange(MONTHS)
    return [round(float(x), 1) for x in 100 * np.exp(0.004 * t + 0.08 * np.sin(2 * np.pi * t / 12) + random.normal(0, 0.01, MONTHS))]


B, C = numbers(1), numbers(2)
DATA = {"AIP_B": B, "AIP_C": C, "AIP": [round(0.25 * b + 0.75 * c, 3) for b, c in zip(B, C, strict=True)]}


def sdmx_csv(data: dict[str, list[float]] = DATA) -> str:
    head = "DATAFLOW,FREQ,INDICATOR,TIME_PERIOD,OBS_VALUE,BASE_PER\n"
    return head + "".join(f"X:IIP(1.0),M,{k},{p},{v},2015\n" for k, values in data.items() for p, v in zip(PERIODS, values, strict=True))


def sdmx_xml() -> str:
    ns = ('xmlns:m="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message" '
          'xmlns:s="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific"')  # fmt: skip
    series = "".join(f'<Series FREQ="M" INDICATOR="{k}" BASE_PER="2015">' + "".join(
        f'<Obs TIME_PERIOD="{p}" OBS_VALUE="{v}"/>' for p, v in zip(PERIODS, values, strict=True)) + "</Series>" for k, values in DATA.items())  # fmt: skip
    header = "<m:Header><m:ID>T</m:ID><m:Prepared>2024-01-10T00:00:00</m:Prepared></m:Header>"
    return f"<m:StructureSpecificData {ns}>{header}<m:DataSet>{series}</m:DataSet></m:StructureSpecificData>"


def sdmx_json() -> str:
    structure = {
        "dimensions": {
            "dataSet": [{"id": "FREQ", "values": [{"id": "M"}]}], "series": [{"id": "INDICATOR", "values": [{"id": k} for k in DATA]}],
            "observation": [{"id": "TIME_PERIOD", "values": [{"id": p} for p in PERIODS]}],
        },
        "attributes": {"series": [{"id": "BASE_PER", "values": [{"id": "2015"}]}], "observation": []},
    }  # fmt: skip
    series = {str(i): {"attributes": [0], "observations": {str(j): [v] for j, v in enumerate(values)}} for i, values in enumerate(DATA.values())}
    meta = {"schema": "https://json.sdmx.org/1.0.0/sdmx-json-data-schema.json", "prepared": "2024-01-10T00:00:00Z"}
    return json.dumps({"meta": meta, "data": {"structure": structure, "dataSets": [{"series": series}]}})


def workbook(path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Tháng", *DATA])
        for i, p in enumerate(PERIODS):
            sheet.write_row(i + 1, 0, [p, *(values[i] for values in DATA.values())])


def release(path: Path) -> None:
    """A workbook of two tables, laid out as the office does."""
    with xlsxwriter.Workbook(str(path)) as book:
        one = book.add_worksheet("XK")
        one.write(0, 0, "Xuất khẩu hàng hóa")
        one.write_row(
            3, 1, ["Thực hiện tháng 6 năm 2024 Trị giá", "Ước tính tháng 7 năm 2024 Trị giá", "Tháng 7 năm 2024 so với cùng kỳ năm trước (%) Trị giá"]
        )
        for r, row in enumerate(
            (["TỔNG TRỊ GIÁ", 33659, 36240, 119.1], ["Gạo", 326, 452, 127.7], ["Thủy sản", 850, 930, 112.9], ["Điện thoại", 4200, 5300, 115.5])
        ):
            one.write_row(5 + r, 0, row)
        two = book.add_worksheet("IIP")
        two.write(0, 0, "Chỉ số sản xuất công nghiệp")
        two.write_row(3, 1, ["Tháng 7 năm 2024 so với tháng trước", "Tháng 7 năm 2024 so với cùng kỳ năm trước"])
        for r, row in enumerate(
            (["Toàn ngành công nghiệp", 100.69, 111.23], ["Khai khoáng", 99.1, 93.4], ["Khai thác than", 98.2, 97.1], ["Dệt", 101.5, 112.2])
        ):
            two.write_row(5 + r, 0, row)


Run = Callable[..., Any]


@pytest.fixture
def madein(command: Run) -> Run:
    """The command ``madein indices`` in a folder that holds the same series in every form."""
    Path("iip.csv").write_text(sdmx_csv())
    Path("iip.xml").write_text(sdmx_xml())
    Path("iip.json").write_text(sdmx_json())
    Path("plain.csv").write_text(
        "month," + ",".join(DATA) + "\n" + "".join(f"{p},{','.join(str(v[i]) for v in DATA.values())}\n" for i, p in enumerate(PERIODS))
    )
    workbook(Path("iip.xlsx"))
    release(Path("release_2024-07-29.xlsx"))
    return partial(command, "indices")


def test_a_workbook_of_series_is_no_release_whatever_its_titles_say(madein: Run) -> None:
    with xlsxwriter.Workbook("titled.xlsx") as book:
        for name, title in (("XK", "Xuất khẩu hàng hóa"), ("NK", "Nhập khẩu hàng hóa")):
            sheet = book.add_worksheet(name)
            sheet.write(0, 0, title)
            sheet.write_row(2, 1, [f"Tháng {m} năm {y}" for y in (2023, 2024) for m in range(1, 13)])
            for r, good in enumerate(("Gạo", "Thủy sản", "Điện thoại")):
                sheet.write_row(3 + r, 0, [f"{good} {name}", *range(100 + r, 124 + r)])
    names = madein("show", "titled.xlsx", "--what", "names", "--format", "csv").rows
    assert len(names) == 6
    assert {(r["first"], r["last"], r["numbers"]) for r in names} == {("2023-01", "2024-12", "24")}


FORMS = ("plain.csv", "iip.xlsx", "iip.csv", "iip.xml", "iip.json")


@pytest.mark.parametrize("form", FORMS)
def test_every_form_holds_the_same_levels(madein: Run, form: str) -> None:
    name = "M.AIP" if form == "iip.csv" else "AIP"
    (row,) = madein("show", form, "--series", name, "--format", "csv").rows
    assert float(row["value"]) == DATA["AIP"][-1]
    names = [r["series"] for r in madein("show", form, "--what", "names", "--format", "csv").rows]
    assert sorted(n.removeprefix("M.") for n in names) == sorted(DATA)


@needs_x13
def test_every_form_is_adjusted_alike(madein: Run) -> None:
    told = []
    for form in FORMS:
        done = madein("adjust", form, "--series", "aip_b", "--format", "csv", "--quiet")
        assert done.code == 0, done.err
        told.append([r["adjusted"] for r in done.rows])
    assert all(t == told[0] for t in told)
    assert len(told[0]) == MONTHS


@pytest.mark.parametrize("form", FORMS)
def test_weights_and_reasons_come_out_of_every_form(madein: Run, form: str) -> None:
    found = {r["part"]: float(r["weight"]) for r in madein("weights", form, "--total", "AIP", "--format", "csv").rows}
    assert sorted(found.values()) == pytest.approx([0.25, 0.75], abs=1e-3)
    done = madein("explain", form, "AIP", "2023-05", "--holiday", "", "--part", "AIP_B", "--part", "AIP_C")
    assert done.code == 0, done.err
    assert "AIP_C" in done.out
    assert "on a year before" in done.out


@pytest.mark.parametrize("form", ["iip.xml", "iip.json"])
def test_a_message_is_a_vintage_of_the_day_it_was_prepared(madein: Run, form: str) -> None:
    rows = madein("vintages", form, "--series", "AIP", "--format", "csv").rows
    assert {r["release"] for r in rows} == {"2024-01-10"}
    assert {r["unit"] for r in rows} == {"index (2015=100)"}
    assert madein("vintages", form, "--as-known", "2024-01-09").code == 2


def test_vintages_of_files_that_do_not_say_their_day(madein: Run, tmp_path: Path) -> None:
    refused = madein("vintages", "iip.csv")
    assert (refused.code, "when it was prepared" in refused.err) == (2, True)
    rows = madein("vintages", "iip.csv", "--release", "2024-02-01", "--format", "csv").rows
    assert {r["release"] for r in rows} == {"2024-02-01"}
    assert "the day of the release is not known" in madein("vintages", "plain.csv").err
    (tmp_path / "plain_2024-01.csv").write_text((tmp_path / "plain.csv").read_text())
    (tmp_path / "plain_2024-02.csv").write_text((tmp_path / "plain.csv").read_text().replace(f",{B[-1]},", f",{B[-1] + 1:.1f},"))
    rows = madein("vintages", "plain_2024-01.csv", "plain_2024-02.csv", "--revisions", "--series", "AIP_B", "--format", "csv").rows
    assert [(r["period"], float(r["revision"])) for r in rows if float(r["revision"])] == [("2023-12", pytest.approx(1.0))]


def test_a_release_gives_levels_rates_and_prints(madein: Run) -> None:
    done = madein("show", "release_2024-07-29.xlsx", "--what", "levels", "--format", "csv")
    held = {(r["series"], r["period"]): r["value"] for r in done.rows}
    assert float(held["exports_gao", "2024-07"]) == 452e6
    assert float(held["iip_total_yoy", "2024-07"]) == pytest.approx(11.23)
    (row,) = madein("show", "release_2024-07-29.xlsx", "--series", "Thủy sản", "--format", "csv").rows
    assert row["series"] == "exports_thuy_san"
    (row,) = madein("vintages", "release_2024-07-29.xlsx", "--series", "iip/total", "--format", "csv").rows[1:]
    assert (row["comparison"], row["value"], row["release"]) == ("yoy", "11.23", "2024-07-29")


@pytest.mark.parametrize(
    ("args", "what", "mend"),
    [
        (("show", "iip.xml", "--series", "Exports"), "no series is called 'Exports'", "the files hold:"),
        (("adjust", "iip.json", "--series", "AIP_D"), "no series is called 'AIP_D'", "'AIP_B' (M.AIP_B)"),
        (("weights", "iip.xml", "--total", "All"), "no series is called 'All'", "AIP_B"),
        (("explain", "iip.xml", "IIPP", "2023-05"), "no series is called 'IIPP'", "AIP"),
        (("vintages", "iip.xml", "--series", "All"), "no series is called 'All'", "M.AIP"),
        (("adjust", "many.csv"), "the files hold 70 series", "and 58 more"),
        (("show", "iip.xml", "--frequency", "quarter"), "holds no series of quarters", "set frequency to month"),
        (("adjust", "nothing.csv"), "there is no such file", "check its name"),
        (("adjust", "plain.csv", "--total", "AIP", "--part", "AIP"), "is the total itself", "name its parts"),
        (("adjust", "plain.csv", "--weights", "1,2"), "parts are of a total", "--total"),
        (("adjust", "plain.csv", "--total", "AIP", "--weights", "1"), "1 weights for 2 parts", "one for each part"),
        (("show", "plain.csv", "--structure", "iip.xml"), "names the codes of SDMX data", "leave --structure out"),
    ],
)
def test_a_choice_that_is_missing_is_told_with_what_the_file_holds(madein: Run, tmp_path: Path, args: tuple[str, ...], what: str, mend: str) -> None:
    (tmp_path / "many.csv").write_text(sdmx_csv({f"S{i:02d}": B for i in range(70)}))
    done = madein(*args)
    assert done.code == 2
    assert what in done.err
    assert mend in done.err.split("mend:", 1)[1]
    assert len(done.err) < 1500


@needs_x13
def test_a_total_is_set_beside_the_sum_of_its_parts(madein: Run) -> None:
    done = madein("adjust", "iip.xml", "--total", "AIP", "--quality", "q.csv", "--format", "csv")
    assert done.code == 0
    assert {"direct", "indirect", "gap"} <= set(done.rows[0])
    gaps = [abs(float(r["gap"])) for r in done.rows]
    assert f"the mean absolute gap is {sum(gaps) / len(gaps):.3f} %" in done.err
    assert "weights estimated" in done.err
    assert "have the same sign" in done.err
    given = madein("adjust", "iip.xml", "--total", "AIP", "--part", "AIP_B", "--part", "AIP_C", "--weights", "0.25,0.75", "--format", "csv")
    assert [float(r["indirect"]) for r in given.rows] == pytest.approx([float(r["indirect"]) for r in done.rows], rel=1e-3)
    assert "weights as given" in given.err


STUDY = """\
title: Made here
steps:
  - id: made
    use: compile
    from: {reports: reports.csv, weights: weights.csv, products: products.csv}
    with: {economy: VNM}
  - id: survey
    use: diffusion
    from: {answers: pmi.csv}
    with: {economy: VNM, scheme: ism}
  - id: message
    use: indices
    from: {series: iip.xml}
    with: {every: {economy: VNM}}
  - id: said
    use: press_vs_data
    from: {facts: press.facts, texts: press.texts, figures: [made.figures, survey.figures]}
  - id: press
    use: press
    from: {articles: article.md}
"""


def test_a_small_study_of_compiled_and_diffusion_indices(madein: Run, tmp_path: Path) -> None:
    from madein.report import FINISH
    from madein.study.finished import open_study
    from madein.study.run import run_study

    goods = (("fish", "1020", 50, 1), ("chips", "2610", 400, 3), ("coal", "0510", 70, -1))
    rows = "".join(f"{g}er,{g},{code},{2023 + m // 12}-{m % 12 + 1:02d},{q + d * m},tonne\n" for g, code, q, d in goods for m in range(18))
    files = {
        "study.yaml": STUDY, "reports.csv": "establishment,product,industry,month,quantity,unit\n" + rows,
        "weights.csv": "industry,weight,year\n1020,25,2023\n2610,55,2023\n0510,20,2023\n",
        "products.csv": "product,weight,year\nfish,1,2023\nchips,1,2023\ncoal,1,2023\n",
        "pmi.csv": "month,New Orders,Production,Employment,Supplier Deliveries,Inventories\n2024-05,45.4,50.2,51.1,48.9,47.9\n",
        "article.md": "---\ndate: 2024-06-05\n---\n# Industry\n\nThe PMI of Viet Nam stood at 48.7 points in May 2024.\n",
    }  # fmt: skip
    folder = tmp_path / "study"
    folder.mkdir()
    for name, text in (files | {"iip.xml": (tmp_path / "iip.xml").read_text()}).items():
        (folder / name).write_text(text)
    run_study(folder, FINISH)
    first = {p.name: p.read_bytes() for p in (folder / "out" / "tables").iterdir()}
    done = open_study(folder)
    assert {"made.index", "made.contributions", "made.weights", "survey.index", "survey.parts", "message.levels"} <= set(done.tables)
    assert done.figures["pmi/economy=VNM/period=2024-05"].value == pytest.approx(48.7)
    (said,) = done.table("said.statements").frame.filter(done.table("said.statements").frame["verdict"] != "nothing").iter_rows(named=True)
    assert said["verdict"] == "agrees"
    run_study(folder, FINISH, fresh_run=True)
    assert {p.name: p.read_bytes() for p in (folder / "out" / "tables").iterdir()} == first
    page = (folder / "out" / "report.html").read_text()
    for words in ("compiled from reports", "What each section adds to growth", "Diffusion indices", "points come from"):
        assert words in page


def test_the_office_weights_come_out_of_its_own_message(madein: Run, reference: Path) -> None:
    found = sorted((reference / "indices" / "sdmx").glob("IIPVNM*.xml"))
    if not found:
        pytest.skip("the reference data hold no message of industrial production")
    done = madein("weights", found[0], "--total", "AIP_ISIC4_IX", "--since", "2023-01", "--format", "csv")
    weights = [float(r["weight"]) for r in done.rows]
    assert [round(w, 3) for w in weights] == [0.157, 0.737, 0.089, 0.016]
    assert float(done.err.rsplit("within ", 1)[1].split()[0]) < 0.01
