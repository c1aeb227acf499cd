"""``madein ledger`` as a person meets it: studies and plain files, every format, what is refused and how."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

CLAIMS = """\
subject,predicate,value,unit,qualifier,basis,as_of,status,source
project:delta-works,name,Delta works,,,,2023-11-02,,The Wire
project:delta-works,investor,Delta Group,,,,2023-11-02,,The Wire
project:delta-works,capital,800,million USD,more_than,,2023-11-02,planned,The Wire
project:delta-works/phase=1,capacity,50000,vehicle/year,,cumulative,2023-11-02,planned,The Wire
project:delta-works/phase=2,capacity,150000,vehicle/year,,cumulative,2023-11-02,planned,The Wire
project:delta-works/phase=1,state,announced,,,,2023-11-02,,The Wire
project:delta-works/phase=1,mass_production,2025-Q4,,,,2023-11-02,planned,The Wire
project:delta-works/phase=1,mass_production,2026-Q2,,,,2024-06-30,planned,The Post
shipment:delta-first,exporter,Delta Group,,,,2024-03-01,,The Post
shipment:delta-first,units,600,vehicle,,,2024-03-01,actual,The Post
shipment:delta-first,departure,2024-02-28,,,,2024-03-01,actual,The Post
shipment:delta-first,first_handover,2024-03-31,,by,,2024-03-01,planned,The Post
shipment:delta-first,first_handover,2024-04-15,,,,2024-06-30,actual,The Post
orders:delta/market=world,orders,65000,order,,,2024-03-01,,The Post
orders:delta/market=world,orders,55000,order,,,2024-06-30,,The Post
attestation:delta-award,holder,Delta Group,,,,2024-03-01,,The Post
attestation:delta-award,scheme,Best Goods,,,,2024-03-01,,The Post
attestation:delta-award,owner_kind,provincial award,,,,2024-03-01,,The Post
attestation:delta-award,result,awarded,,,,2024-03-01,actual,The Post
attestation:delta-award,issued,2024-02-20,,,,2024-03-01,actual,The Post
attestation:delta-award,valid_until,2024-12-31,,,,2024-03-01,planned,The Post
"""

APART = """\
subject,predicate,value,unit,as_of,status,source
project:far,area,64.3,hectare,2024-12-20,,The Wire
project:far/phase=1,area,99,hectare,2024-12-20,,The Wire
"""

ARTICLE = """\
A plant and a ship

Hai Phong, November 25, 2022 - Corvane Motors is building a car plant in Thai Binh in two phases. It will be able to make 150,000 vehicles \
per year and is to cost more than $400 million.

Corvane Motors shipped its first batch of 600 electric cars to California on November 20, 2022 aboard the Silver Tern.
"""

STUDY = """\
title: Kept
steps:
  - {id: press, use: press, from: {articles: articles/*.md}}
  - {id: told, use: press_claims, from: {relations: press.relations, items: press.items}}
  - {id: projects, use: ledger, from: {claims: claims.csv, told: told.claims}}
  - {id: water, use: ledger, from: {claims: undated.csv, told: told.claims}, with: {chapter: water, dates: {undated.csv: 2024-05-01}}}
"""

UNDATED = "subject,predicate,value,unit,source\norders:epsilon/market=world,orders,1200,order,A letter\n"


@dataclass(frozen=True)
class Done:
    code: int
    out: str
    err: str

    def records(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.out.splitlines()]


Run = Callable[..., Done]


@pytest.fixture
def madein(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """The command, run in this process; the current folder is empty."""
    from madein.cli import main

    (tmp_path / "desk").mkdir()
    monkeypatch.chdir(tmp_path / "desk")

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


@pytest.fixture
def claims(tmp_path: Path) -> Path:
    (tmp_path / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    return tmp_path / "claims.csv"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study whose ledger rests on files and on what an article tells, run once."""
    from madein.study.run import run_study

    folder = tmp_path_factory.mktemp("kept")
    (folder / "articles").mkdir()
    (folder / "articles" / "a.md").write_text(ARTICLE, encoding="utf-8")
    (folder / "claims.csv").write_text(CLAIMS, encoding="utf-8")
    (folder / "undated.csv").write_text(UNDATED, encoding="utf-8")
    (folder / "study.yaml").write_text(STUDY, encoding="utf-8")
    run_study(folder)
    return folder


# ---------------------------------------------------------------------------------------------------------- plain files


def test_projects_are_told_phase_by_phase(madein: Run, claims: Path) -> None:
    done = madein("ledger", "projects", claims)
    assert (done.code, done.err) == (0, "")
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert lines[0] == "1 project as known on 2024-06-30"
    assert "by Delta Group" in lines
    assert "all 800 million USD or more" in lines
    assert "1 announced 50,000 vehicles/year 2026 (mass production)" in lines
    assert "2 100,000 vehicles/year undated" in lines  # what it adds to the first, not what is told of both


def test_a_day_before_shows_what_was_known_then(madein: Run, claims: Path) -> None:
    before = madein("ledger", "projects", claims, "--as-of", "2024-01").out
    assert "as known on 2024-01-31" in before
    assert "2025 (mass production)" in before
    assert madein("ledger", "projects", claims, "--as-of", "2022").out == "0 projects as known on 2022-12-31\n"
    orders = madein("ledger", "orders", claims, "--as-of", "2024-05-01", "--format", "jsonl").records()
    assert [r["orders"] for r in orders] == [65000]


def test_shipments_tell_promise_and_deed(madein: Run, claims: Path) -> None:
    done = madein("ledger", "shipments", claims)
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    assert "leg units first promised happened days moved state" in lines
    assert "departure 600 2024-02-28 done" in lines
    assert "first handover 600 2024-03-31 2024-04-15 +15 done" in lines
    tellings = madein("ledger", "shipments", claims, "--what", "tellings", "--format", "jsonl").records()
    assert [(r["predicate"], r["moved"]) for r in tellings] == [("departure", None), ("first_handover", None), ("first_handover", 15)]


def test_orders_are_revised_not_overwritten(madein: Run, claims: Path) -> None:
    lines = [" ".join(line.split()) for line in madein("ledger", "orders", claims).out.splitlines()]
    assert lines[0] == "1 order book as told until 2024-06-30"
    assert lines[2:] == ["delta world 2024-03-01 65,000 first The Post", "delta world 2024-06-30 55,000 -10,000 revision The Post"]


def test_attestations_tell_what_the_word_proves(madein: Run, claims: Path) -> None:
    done = madein("ledger", "attestations", claims, "--as-of", "2024-07-01")
    assert "Best Goods by nobody named" in done.out
    assert "issued 2024-02-20, last day 2024-12-31, state: valid" in done.out
    assert "province or city" in done.out
    assert "state: ended" in madein("ledger", "attestations", claims, "--as-of", "2025").out


def test_claims_of_one_subject_and_predicate(madein: Run, claims: Path) -> None:
    standing = madein("ledger", "claims", claims, "--subject", "project:delta-works", "--predicate", "Mass production")
    assert "1 claim standing on 2024-06-30" in standing.out
    assert "second quarter of 2026" in standing.out
    assert "claims.csvrow9" in "".join(standing.out.split())  # a long path folds the last column
    history = madein("ledger", claims, "--subject", "project:delta-works/phase=1", "--predicate", "mass_production", "--history")
    assert "2 claims said by 2024-06-30" in history.out
    assert "fourth quarter of 2025" in history.out


def test_a_correction_is_told_in_the_history_and_stands_alone(madein: Run, tmp_path: Path) -> None:
    text = "id,subject,predicate,value,unit,as_of,source,supersedes\nr1,orders:a,orders,65000,order,2024-03-01,X,\n"
    (tmp_path / "c.csv").write_text(text + ",orders:a,orders,56000,order,2024-03-05,X,r1\n")
    assert "65,000" not in madein("ledger", "claims", tmp_path / "c.csv").out
    lines = madein("ledger", "claims", tmp_path / "c.csv", "--history").out.splitlines()
    told = next(line for line in lines if "65,000" in line)
    assert told.rstrip().endswith("2024-03-05")
    assert lines[2].rstrip().endswith("corrected")


def test_unknown_subjects_and_predicates_name_the_nearest(madein: Run, claims: Path) -> None:
    done = madein("ledger", "claims", claims, "--subject", "project:delta")
    assert done.code == 2
    assert "project:delta-works" in done.err
    done = madein("ledger", "claims", claims, "--predicate", "capacities")
    assert done.code == 2
    assert "use capacity" in done.err


def test_check_ends_with_one_only_where_asked_and_found(madein: Run, claims: Path, tmp_path: Path) -> None:
    (tmp_path / "apart.csv").write_text(APART)
    done = madein("ledger", "check", tmp_path / "apart.csv")
    assert done.code == 0
    assert "64.3 hectares" in done.out
    assert "see " in done.out
    assert done.out.splitlines()[-1] == "2 claims known on 2024-12-20: 1 contradiction, 0 to look at"
    assert madein("ledger", "check", tmp_path / "apart.csv", "--strict").code == 1
    assert madein("ledger", "check", claims, "--strict").code == 0
    assert madein("ledger", "check", tmp_path / "apart.csv", "--strict", "--only", "overdue").code == 0
    assert madein("ledger", "check", claims, "--only", "phase_of_the_moon").code == 2
    (found,) = madein("ledger", "check", tmp_path / "apart.csv", "--format", "jsonl").records()
    assert (found["check"], found["severity"]) == ("part_exceeds_whole", "contradiction")


@pytest.mark.parametrize("command", ["claims", "projects", "shipments", "orders", "attestations", "check"])
def test_every_format(madein: Run, claims: Path, tmp_path: Path, command: str) -> None:
    late = ("--as-of", "2027")  # by then a promise has passed in silence, so that there is something to check
    whole = json.loads(madein("ledger", command, claims, *late, "--format", "json").out)
    assert whole == madein("ledger", command, claims, *late, "--format", "jsonl").records()
    table = madein("ledger", command, claims, *late, "--format", "csv").out
    assert table.splitlines()[0].split(",") == list(whole[0])
    assert "_src" not in whole[0]
    for kind in ("parquet", "xlsx"):
        assert madein("ledger", command, claims, *late, "--format", kind).code == 2
        assert madein("ledger", command, claims, *late, "--format", kind, "--out", tmp_path / f"x.{kind}").code == 0
        assert madein("ledger", command, claims, *late, "--format", kind, "--out", tmp_path / "no" / f"x.{kind}").code == 2
    assert pl.read_parquet(tmp_path / "x.parquet").height == len(whole)
    assert madein("ledger", command, claims, *late, "--out", tmp_path / "x.txt").code == 0
    assert (tmp_path / "x.txt").read_text("utf-8").strip()


# --------------------------------------------------------------------------------------------- export, template, errors


@pytest.mark.parametrize("ending", ["csv", "xlsx", "yaml", "jsonl", "parquet"])
def test_export_reads_back_unchanged(madein: Run, claims: Path, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"all.{ending}"
    done = madein("ledger", "export", file, claims)
    assert (done.code, done.out) == (0, f"21 claims are in {file}\n")
    told = [madein("ledger", "claims", path, "--history", "--format", "csv").out for path in (claims, file)]
    assert told[0] == told[1]
    assert len(told[0].splitlines()) == 22


def test_claims_printed_are_claims_that_can_be_read(madein: Run, claims: Path, tmp_path: Path) -> None:
    for kind in ("csv", "jsonl", "parquet", "xlsx"):
        assert madein("ledger", "claims", claims, "--history", "--format", kind, "--out", tmp_path / f"again.{kind}").code == 0
        again = madein("ledger", "claims", tmp_path / f"again.{kind}", "--history", "--format", "jsonl").records()
        assert again == madein("ledger", "claims", claims, "--history", "--format", "jsonl").records()


def test_nothing_that_is_there_is_written_over(madein: Run, claims: Path, tmp_path: Path) -> None:
    held = claims.read_bytes()
    assert madein("ledger", "export", claims, claims, "--overwrite").code == 2
    (tmp_path / "mine.csv").write_text("mine")
    done = madein("ledger", "export", tmp_path / "mine.csv", claims)
    assert (done.code, (tmp_path / "mine.csv").read_text()) == (2, "mine")
    assert "--overwrite" in done.err
    assert madein("ledger", "export", tmp_path / "mine.csv", claims, "--overwrite").code == 0
    assert madein("ledger", "export", tmp_path / "x.doc", claims).code == 2
    assert claims.read_bytes() == held
    assert madein("ledger", "template", tmp_path / "t.xlsx").code == 0
    empty = (tmp_path / "t.xlsx").read_bytes()
    assert madein("ledger", "template", tmp_path / "t.xlsx").code == 2
    assert madein("ledger", "template", tmp_path / "t.csv").code == 2
    assert madein("ledger", "template", tmp_path / "no" / "t.xlsx").code == 2
    assert (tmp_path / "t.xlsx").read_bytes() == empty


def test_an_empty_template_holds_no_claims(madein: Run, tmp_path: Path) -> None:
    madein("ledger", "template", tmp_path / "t.xlsx")
    assert madein("ledger", "claims", tmp_path / "t.xlsx", "--format", "json").out == "[]\n"
    assert madein("ledger", "projects", tmp_path / "t.xlsx").out.startswith("0 projects")


def test_bad_rows_are_named_with_file_row_and_column(madein: Run, tmp_path: Path) -> None:
    rows = "project:a,capital,12x,USD,2023-11-02,planned\nproject:a,capitol,12,,2023-11-02,\nproject a,state,x,,2023-11-02,\n"
    (tmp_path / "bad.csv").write_text("subject,predicate,value,unit,as_of,status\n" + rows)
    done = madein("ledger", "projects", tmp_path / "bad.csv", tmp_path / "none.csv", tmp_path)
    assert (done.code, done.out) == (2, "")
    assert "bad.csv row 2 column value: text where a number should be (it reads '12x')" in done.err
    assert "bad.csv row 3 column predicate: no such predicate (it reads 'capitol')" in done.err
    assert "bad.csv row 4 column subject: no subject (it reads 'project a'" in done.err
    assert "none.csv: there is no such file" in done.err
    assert "the folder is no study" in done.err
    assert done.err.count("mend: ") == done.err.count("error: ") == 5


def test_options_that_are_no_dates(madein: Run, claims: Path) -> None:
    for option in ("--as-of", "--date"):
        done = madein("ledger", "claims", claims, option, "soon")
        assert done.code == 2
        assert f"{option}: 'soon' is no date" in done.err


def test_the_decimal_mark_is_asked_for_and_taken(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text("subject,predicate,value,unit,as_of\nproject:a,area,1.234,hectare,2024-01-01\n")
    (open_one,) = madein("ledger", "claims", tmp_path / "m.csv", "--format", "jsonl", "--decimal", ",").records()
    assert open_one["value"] == "1234"
    (other,) = madein("ledger", "claims", tmp_path / "m.csv", "--format", "jsonl", "--decimal", ".").records()
    assert other["value"] == "1.234"


def test_of_very_many_a_part_is_shown_and_the_rest_counted(madein: Run, tmp_path: Path) -> None:
    rows = "".join(f"project:p-{n:04d},name,Works {n},2024-01-01\nshipment:s-{n:04d},departure,2024-01-01,2024-01-02\n" for n in range(1200))
    (tmp_path / "many.csv").write_text("subject,predicate,value,as_of,status\n" + rows.replace("\n", ",actual\n"))
    for command, shown, left in (
        ("claims", 1000, "... and 1,400 more"),
        ("projects", 200, "... and 1,000 more"),
        ("shipments", 200, "... and 1,000 more"),
    ):
        done = madein("ledger", command, tmp_path / "many.csv")
        assert done.out.splitlines()[-1].startswith(left)
        assert len(done.out.splitlines()) >= shown
        assert len(madein("ledger", command, tmp_path / "many.csv", "--format", "jsonl").records()) >= 1200


def test_a_table_fits_the_window_and_cuts_no_date() -> None:
    import io

    from rich.console import Console

    from madein.cli import grids

    rows = [("first handover of the cars", "Silver Queen of the Seas", "2022-12-31", "2023-03-02", "a very long name of a paper")]
    for window in (60, 80, 200):
        console = Console(file=io.StringIO(), width=window)
        grids.grid(console, ("leg", "vessel", "promised", "happened", "by"), rows)
        lines = console.file.getvalue().splitlines()  # type: ignore[attr-defined]
        assert max(len(line) for line in lines) <= window
        assert any("2022-12-31" in line and "2023-03-02" in line for line in lines)


def test_what_files_hold_cannot_act_on_the_terminal(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "e.csv").write_text("subject,predicate,value,as_of,source\nproject:a,name,\u202egnp\x9b31m,2024-01-01,\u2066x\n", encoding="utf-8")
    for extra in ((), ("--format", "jsonl")):
        assert not set("\u202e\u2066\x9b\x1b") & set(madein("ledger", "claims", tmp_path / "e.csv", *extra).out)
    assert not set("\u202e\u2066\x9b\x1b") & set(madein("ledger", "projects", tmp_path / "e.csv").out)


# ------------------------------------------------------------------------------------------------------------- relations


def test_relations_of_an_article_become_claims(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(ARTICLE, encoding="utf-8")
    told = madein("press", "read", tmp_path / "a.md", "--relations", "--format", "jsonl")
    file = tmp_path / "relations.jsonl"
    file.write_text(told.out, encoding="utf-8")
    kinds = {r["type"] for r in told.records()}
    assert {"project", "shipment"} <= kinds

    refused = madein("ledger", "claims", file)
    assert refused.code == 2
    assert "relations.jsonl line 1: nothing tells when it was said" in refused.err
    dated = madein("ledger", "claims", file, "--date", "2022-11-25", "--format", "jsonl").records()
    assert {r["as_of"] for r in dated} == {"2022-11-25"}
    subjects = {str(r["subject"]).partition("/")[0] for r in dated}
    assert any(s.startswith("project:corvane-motors") for s in subjects)
    assert any(s.startswith("shipment:") and "silver-tern" in s for s in subjects)
    capital = next(r for r in dated if r["predicate"] == "capital")
    assert (capital["value"], capital["unit"], capital["qualifier"]) == ("400000000", "USD", "more_than")

    # A day that the record carries itself comes before that of the command.
    file.write_text("".join(json.dumps({**r, "said": "2022-11-26"}) + "\n" for r in told.records()), encoding="utf-8")
    again = madein("ledger", "claims", file, "--date", "2020", "--format", "jsonl").records()
    assert {r["as_of"] for r in again} == {"2022-11-26"}
    assert [r["value"] for r in again] == [r["value"] for r in dated]


# --------------------------------------------------------------------------------------------------------------- studies


def test_a_study_is_read_with_what_its_articles_tell(madein: Run, study: Path) -> None:
    done = madein("ledger", "claims", study, "--history", "--format", "jsonl")
    assert (done.code, done.err) == (0, "")
    by = {r["source"] for r in done.records()}
    assert {"The Wire", "The Post", "articles/a.md", "A letter"} <= by
    assert len([r for r in done.records() if r["source"] in ("The Wire", "The Post")]) == 21
    plain = madein("ledger", "claims", study, "--subject", "project:delta-works", "--predicate", "capital").out
    assert "claims.csv row 4" in plain
    told = next(r for r in done.records() if r["source"] == "articles/a.md" and r["predicate"] == "capital")
    start, end = map(int, str(told["place"]).removeprefix("chars ").split(":"))
    assert "more than $400 million" in ARTICLE[start:end]


def test_days_that_a_step_gives_its_files_hold(madein: Run, study: Path) -> None:
    (order,) = madein("ledger", "claims", study, "--subject", "orders:epsilon", "--format", "jsonl").records()
    assert order["as_of"] == "2024-05-01"


def test_the_current_folder_and_its_out_folder_are_the_study(madein: Run, study: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = madein("ledger", "orders", study, "--format", "csv").out
    monkeypatch.chdir(study)
    assert madein("ledger", "orders", "--format", "csv").out == there
    assert madein("ledger", "orders", study / "out", "--format", "csv").out == there


def test_study_and_files_together(madein: Run, study: Path, claims: Path, tmp_path: Path) -> None:
    (tmp_path / "apart.csv").write_text(APART)
    done = madein("ledger", "projects", study, tmp_path / "apart.csv", "--format", "jsonl")
    assert {"project:delta-works", "project:far"} <= {r["project"] for r in done.records()}
    twice = madein("ledger", "orders", study, claims)
    assert twice.code == 0
    assert "21 claims are held twice and kept once" in twice.err


def test_studies_that_cannot_be_read(madein: Run, study: Path, tmp_path: Path) -> None:
    import shutil

    never = shutil.copytree(study, tmp_path / "never", ignore=shutil.ignore_patterns("out", ".madein"))
    done = madein("ledger", "projects", never)
    assert done.code == 2
    assert "the study has not been run" in done.err
    (never / "study.yaml").write_text("title: T\nsteps:\n- {id: a, use: indices, from: {series: claims.csv}}\n")
    assert "no step of the study keeps a ledger" in madein("ledger", "projects", never).err
    (never / "study.yaml").write_text("title: T\nsteps:\n- {id: a, use: ledger, from: {claims: claims.csv}, with: {chaptre: x}}\n")
    done = madein("ledger", "projects", never)
    assert done.code == 2
    assert "has no option 'chaptre'" in done.err
    two = "title: T\nsteps:\n- {id: a, use: ledger, from: {claims: undated.csv}, with: {dates: {undated.csv: 2024}}}\n"
    (never / "study.yaml").write_text(two + "- {id: b, use: ledger, from: {claims: undated.csv}, with: {dates: {undated.csv: 2023}}}\n")
    assert "two days for 'undated.csv'" in madein("ledger", "projects", never).err
    (never / "study.yaml").write_text(two)
    assert madein("ledger", "orders", never).code == 0  # without told tables no run is needed


def test_an_article_changed_since_the_run_is_told(madein: Run, study: Path, tmp_path: Path) -> None:
    import shutil

    other = shutil.copytree(study, tmp_path / "other")
    (other / "articles" / "a.md").write_text(ARTICLE.replace("600", "700"), encoding="utf-8")
    done = madein("ledger", "shipments", other)
    assert done.code == 0
    assert "note: articles/a.md: the file has changed since the run" in done.err
    assert "600" in done.out
    with (other / "claims.csv").open("a", encoding="utf-8") as file:
        file.write("orders:delta/market=world,orders,50000,order,,,2024-07-30,,The Post\n")
    assert "50,000" in madein("ledger", "orders", other).out  # files are read as they are now


def test_export_of_a_study_never_takes_the_place_of_its_files(madein: Run, study: Path, tmp_path: Path) -> None:
    held = (study / "claims.csv").read_bytes()
    done = madein("ledger", "export", study / "claims.csv", study, "--overwrite")
    assert done.code == 2
    assert "the claims were read from this file" in done.err
    assert (study / "claims.csv").read_bytes() == held
    assert madein("ledger", "export", tmp_path / "kept.parquet", study).code == 0
    told = [madein("ledger", "claims", where, "--history", "--format", "csv").out for where in (study, tmp_path / "kept.parquet")]
    assert told[0] == told[1]


# ------------------------------------------------------------------------------------------------------ voyage, backlog


def test_a_voyage_in_a_line_and_every_way(madein: Run) -> None:
    done = madein("ledger", "voyage", "Hải Phòng", "Zeebrugge", "--days", "20")
    assert done.code == 0
    assert done.out.startswith("Hai Phong to Zeebrugge is 9,636 nautical miles via the Suez Canal (12,980 via the Cape of Good Hope)")
    assert "20 days need 20.1 knots: too fast." in done.out
    rows = madein("ledger", "voyage", "VNHPH", "BEZEE", "--days", "19..21", "--format", "jsonl").records()
    assert [r["way"] for r in rows] == ["via the Suez Canal", "via the Cape of Good Hope"]
    for r in rows:
        assert r["knots_low"] == pytest.approx(r["nautical_miles"] / 24 / 21)
        assert r["days_low"] == pytest.approx(r["nautical_miles"] / 24 / 20)


def test_passages_are_chosen(madein: Run) -> None:
    def ways(*options: str) -> list[tuple[object, ...]]:
        done = madein("ledger", "voyage", "VNHPH", "BEZEE", *options, "--format", "jsonl")
        assert done.code == 0, done.err
        return [(r["passages"], round(float(str(r["nautical_miles"])))) for r in done.records()]

    assert [p for p, _ in ways("--avoid", "suez")] == ["sunda ; south_africa"]
    (around,) = ways("--avoid", "malacca")
    assert "sunda" in str(around[0])
    assert around[1] > 9636
    assert [n for _, n in ways("--via", "suez")] == [9636]
    assert "9,636" not in madein("ledger", "voyage", "VNHPH", "BEZEE", "--avoid", "suez").out
    done = madein("ledger", "voyage", "VNHPH", "BEZEE", "--via", "panama")
    assert done.code == 2
    assert "no way from Hai Phong to Zeebrugge leads through the Panama Canal" in done.err
    assert madein("ledger", "voyage", "VNHPH", "BEZEE", "--avoid", "nile").code == 2
    assert madein("ledger", "voyage", "VNHPH", "Constanta", "--avoid", "bosporus").code == 2


def test_choosing_passages_changes_nothing_else() -> None:
    from madein.ledger.voyage import check_voyage
    from madein.study.voyages import voyage_by

    told = check_voyage("VNHPH", "California", (19.0, 21.0), "container ship")
    assert voyage_by("VNHPH", "California", (19.0, 21.0), "container ship") == told
    # Nothing there leads through Suez, so keeping out of it leaves every shortest way and what follows from it.
    kept = voyage_by("VNHPH", "California", (19.0, 21.0), "container ship", avoid=["suez"])
    assert [(leg.days, leg.usual_days, leg.implied_knots, leg.slack_days, leg.verdict) for leg in kept.legs] == [
        (leg.days, leg.usual_days, leg.implied_knots, leg.slack_days, leg.verdict) for leg in told.legs
    ]
    assert (kept.distance_nm, kept.days, kept.usual_days, kept.implied_knots, kept.slack_days, kept.verdict) == (
        told.distance_nm, told.days, told.usual_days, told.implied_knots, told.slack_days, told.verdict
    )  # fmt: skip


def test_ports_and_days_that_cannot_be(madein: Run) -> None:
    for arguments, said in (
        (("Vancouver", "BEZEE"), "2 ports are called 'Vancouver'"), (("VNHPH", "Atlantis City"), "Atlantis City"),
        (("VNHPH", "BEZEE", "--days", "soon"), "--days: 'soon' is no number"), (("VNHPH", "BEZEE", "--days", "0"), "0 days is no sailing time"),
        (("VNHPH", "BEZEE", "--ship", "raft"), "'raft' is no kind of ship"),
    ):  # fmt: skip
        done = madein("ledger", "voyage", *arguments)
        assert done.code == 2, arguments
        assert said in done.err


def test_a_backlog_in_a_line_and_its_bounds(madein: Run) -> None:
    asked = ("--orders", "65,000", "--shipped", "999", "--per-voyage", "999", "--round-trip", "40", "--ships", "1", "--within", "2023")
    done = madein("ledger", "backlog", *asked, "--noun", "cars")
    assert done.out.startswith("64,001 of 65,000 cars left (1.5 % shipped): 65 voyages at 999 each;")
    assert "5,334 a month" in done.out
    rows = {r["what"]: r for r in madein("ledger", "backlog", *asked, "--format", "jsonl").records()}
    assert (rows["voyages"]["low"], rows["voyages"]["high"]) == (65, 65)
    assert rows["ships_needed"]["low"] == 8
    assert rows["months_at_rate"]["why_absent"] == "needs rate"
    open_end = {r["what"]: r for r in madein("ledger", "backlog", "--orders", "4000..", "--per-voyage", "999..1879", "--format", "jsonl").records()}
    assert (open_end["voyages"]["low"], open_end["voyages"]["high"]) == (3, None)


def test_backlogs_that_cannot_be_tell_all_that_is_wrong(madein: Run) -> None:
    done = madein("ledger", "backlog", "--orders", "many", "--ships", "1,5", "--within", "soon")
    assert done.code == 2
    assert done.err.count("error: ") == 3
    assert "--orders: 'many' is no number" in done.err
    assert "--ships: '1,5' is no number" in done.err
    assert "--within: 'soon' is no period" in done.err
    done = madein("ledger", "backlog", "--orders", "0", "--per-voyage", "-3")
    assert done.err.count("error: ") == 2
