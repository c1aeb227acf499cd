"""``madein origin`` as a person meets it: one product explained, several in a table, every format, what is refused and how."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

CAR = """\
product: {name: Car, hs: "870380", hs_edition: "2022", country: VN, value: 20000, basis: EXW, currency: USD}
materials:
- {line: "1", name: pack, hs: "850760", origin: CN, originating: "no", value: 6000, producer: Pack maker}
- {line: "2", name: seats, hs: "940120", origin: VN, value: 3500, producer: Seat maker}
gates: {minimal_operations: met, transport: met}
"""


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str


Run = Callable[..., Done]


@pytest.fixture
def madein(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The command, run in this process; the current folder holds car.yaml."""
    from madein.cli import main

    monkeypatch.chdir(tmp_path)
    (tmp_path / "car.yaml").write_text(CAR, encoding="utf-8")

    def run(*args: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["madein", *map(str, args)])
        capsys.readouterr()
        code = 0
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Done(code, out, err)

    return run


def test_one_product_is_explained_with_figure_limit_margin_and_article(madein: Run) -> None:
    done = madein("origin", "car.yaml", "--to", "EU,USA")
    assert done.code == 0
    assert "European Union, EVFTA: open" in done.out
    assert "= 30.00 % to 47.50 %, limit 45.00 %, margin -2.50 (lines 1, 2) [Protocol 1, Annex II]" in done.out
    assert "? Does line 2 (seats) originate under this regime? (ask Seat maker)" in done.out
    assert "United States, US: no preference" in done.out
    assert "Law held as of: EVFTA" in done.out


def test_a_fact_that_is_given_settles_the_answer(madein: Run, tmp_path: Path) -> None:
    for answer, verdict in (("yes", "yes"), ("no", "no")):
        (tmp_path / "known.yaml").write_text(CAR.replace("origin: VN, value", f'origin: VN, originating: "{answer}", value'), encoding="utf-8")
        assert f"European Union, EVFTA: {verdict}" in madein("origin", "known.yaml", "--to", "EU").out


def test_json_holds_verdict_rule_article_figures_leaves_questions_and_proof(madein: Run) -> None:
    (record,) = json.loads(madein("origin", "car.yaml", "--to", "EU", "--format", "json", "--on", "2025-06-01").out)
    assert (record["market"], record["regime"], record["verdict"], record["on"]) == ("EU", "EVFTA", "unknown", "2025-06-01")
    assert record["rule"] == "evfta.8701-8710"
    assert record["deciding"]["limit"] == "45.00"
    assert record["open"][0]["lines"] == ["1", "2"]
    assert record["questions"][0]["supplier"] == "Seat maker"
    assert "certificate_of_origin" in record["proof"]["documents"]


def test_several_products_make_a_table(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "second.yaml").write_text(CAR.replace("name: Car", "name: Bus"), encoding="utf-8")
    lines = [" ".join(line.split()) for line in madein("origin", "car.yaml", "second.yaml", "--to", "EU").out.splitlines()]
    assert lines[1] == "Bus EU EVFTA open 47.50 45.00 -2.50 1"
    assert madein("origin", "car.yaml", "--to", "EU", "--format", "csv").out.splitlines()[1].startswith("Car,EU,EVFTA,open,evfta.8701-8710,")


def test_a_page_is_whole_and_leads_to_the_place_in_the_file(madein: Run, tmp_path: Path) -> None:
    done = madein("origin", "car.yaml", "--to", "EU,CAN", "--format", "html", "--out", "car.html")
    assert done.code == 0
    page = (tmp_path / "car.html").read_text("utf-8")
    assert "<script" not in page
    assert "non-originating materials: at most 45 % of the ex-works price" in page
    start = CAR.index("6000")
    assert f"chars {start}:{start + 4}" in page


def test_what_a_file_says_cannot_act_on_the_page(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "evil.yaml").write_text(
        CAR.replace("name: Car", 'name: "<script>alert(1)</script>"').replace("Seat maker", "<img src=x onerror=y>"), "utf-8"
    )
    assert madein("origin", "evil.yaml", "--to", "EU", "--format", "html", "--out", "evil.html").code == 0
    page = (tmp_path / "evil.html").read_text("utf-8")
    assert "<script" not in page
    assert "<img" not in page


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("car.yaml", "--to", "Atlantis"), "'Atlantis' is no country or group"),
        (("none.yaml", "--to", "EU"), "there is no such file"),
        (("car.yaml", "--to", "EU", "--format", "html"), "html needs a file to write to"),
        (("car.yaml", "--to", "EU", "--regime", "MERCOSUR"), "no regime is called 'MERCOSUR'"),
        (("car.yaml", "--to", "EU", "--on", "soon"), "'soon' is no date"),
        (("car.yaml", "--to", ","), "no market is named"),
    ],
)
def test_what_cannot_be_done_is_told_with_its_mend(madein: Run, arguments: tuple[str, ...], said: str) -> None:
    done = madein("origin", *arguments)
    assert done.code == 2
    assert said in done.err
    assert "mend:" in done.err


def test_no_regime_is_open_to_every_market(madein: Run) -> None:
    done = madein("origin", "car.yaml", "--to", "Brazil")
    assert "Brazil: no preference held" in done.out
    assert "no agreement between the two countries is held" in done.out
    assert "Canada: no preference held" in madein("origin", "car.yaml", "--to", "Canada", "--on", "2018-12-01").out


def test_rules_and_regimes_are_told(madein: Run) -> None:
    assert "non-originating materials: at most 45 % of the ex-works price" in madein("origin", "rule", "8703.80", "--regime", "evfta").out
    assert "CPTPP" in madein("origin", "regimes").out


def test_the_form_is_written_once(madein: Run, tmp_path: Path) -> None:
    assert madein("origin", "template", "bill.xlsx").code == 0
    assert (tmp_path / "bill.xlsx").stat().st_size > 5000
    assert madein("origin", "template", "bill.xlsx").code == 2
    assert madein("origin", "template", "bill.csv").code == 2


def test_a_catalogue_is_decided_and_counted(madein: Run, tmp_path: Path) -> None:
    head = "bill,product_hs,product_country,product_value,product_basis,product_currency,id,hs,origin,value\n"
    rows = "".join(
        f"b{n},870380,VNM,100,EXW,USD,1,{hs},CHN,{value}\n" for n, (hs, value) in enumerate([("850760", 20), ("850760", 60), ("870322", 30)])
    )
    (tmp_path / "c.csv").write_text(head + rows)
    done = madein("origin", "batch", "c.csv", "--to", "EU", "--edition", "2022")
    assert done.code == 0 and "open" in done.out and "Margins in percentage points" in done.out
    told = json.loads(madein("origin", "batch", "c.csv", "--to", "EU", "--edition", "2022", "--format", "json").out)
    assert [r["bill"] for r in told] == ["b0", "b1", "b2"]
    assert {r["verdict"] for r in told} <= {"yes", "no", "open"}
    (tmp_path / "c.csv").write_text(head + rows + "b3,870380,VNM,100,EXW,USD,1,850760,CHN,lots\n")
    done = madein("origin", "batch", "c.csv", "--to", "EU", "--edition", "2022")
    assert done.code == 1 and "row 5" in done.err and "refused" in done.out
