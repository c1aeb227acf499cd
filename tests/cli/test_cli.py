"""The command line as a person meets it: exit codes, messages, formats, speed."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from madein.cli import app


def madein(*args: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "madein", *map(str, args)], capture_output=True, text=True, check=False)


def test_help_is_quick_and_imports_nothing_heavy() -> None:
    code = "import sys, madein.cli; heavy = {'polars', 'numpy', 'duckdb', 'vl_convert', 'pydantic', 'jinja2', 'rich.table'} & set(sys.modules); print(heavy)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "set()"
    began = time.process_time()
    done = CliRunner().invoke(app, ["--help"])
    assert done.exit_code == 0
    assert time.process_time() - began < 0.5
    for word in ("run", "validate", "new", "why", "cite", "diff", "indices"):
        assert word in done.output


def test_a_cached_run_imports_nothing_heavy(finished: Path) -> None:
    code = (
        "import sys; from madein.report import FINISH; from madein.study.run import run_study\n"
        f"done = run_study({str(finished)!r}, FINISH); heavy = {{'polars', 'numpy', 'duckdb', 'vl_convert', 'jinja2'}} & set(sys.modules)\n"
        "print(done.unchanged, heavy)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip() == "True set()"


def test_run_prints_what_to_do_next(small: Path) -> None:
    first = madein("run", small)
    assert first.returncode == 0
    assert f"Open {small}/out/report.html" in first.stderr
    assert "2 steps ran" in first.stderr
    again = madein("run", small)
    assert "nothing has changed" in again.stderr


def test_bad_input_ends_with_two_and_names_the_mend(small: Path) -> None:
    (small / "study.yaml").write_text("title: T\nsteps:\n- {id: a, use: indeces, from: {series: a.csv}}\n")
    done = madein("run", small)
    assert done.returncode == 2
    assert "error: study.yaml line 3: there is no step to use called 'indeces'" in done.stderr
    assert "mend: did you mean 'indices'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert madein("validate", small).returncode == 2
    assert madein("run", small / "nowhere").returncode == 2
    assert madein("why", small, "5").returncode == 2


def test_many_problems_are_counted_and_written_out(small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = "".join(f"{1990 + i // 12}-{i % 12 + 1:02d},x{i}\n" for i in range(60))
    (small / "a.csv").write_text("month,value\n2024-01,1\n" + rows)
    monkeypatch.chdir(tmp_path)
    done = madein("run", small)
    assert done.returncode == 2
    assert done.stderr.count("error: ") == 20
    assert "all 60 are in" in done.stderr
    assert len((tmp_path / "problems.csv").read_text().splitlines()) == 61


def test_a_fault_of_ours_is_told_as_one(small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    from madein import cli

    def broken() -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "app", broken)
    with pytest.raises(SystemExit) as end:
        cli.main()
    assert end.value.code == 3
    assert "fault of madein, not of your data" in capsys.readouterr().err


def test_validate_says_what_is_sound(small: Path) -> None:
    done = madein("validate", small)
    assert (done.returncode, done.stdout) == (0, "study.yaml is sound: 2 steps over 2 files\n")
    assert not (small / "out").exists()


def test_why_prints_the_chain_and_json(finished: Path) -> None:
    id_ = "industrial_production/economy=VNM/comparison=yoy/period=2025-03"
    plain = madein("why", finished, "9.3%").stdout
    sha = "sha256: "
    assert id_ in plain
    assert plain.count(sha) == 1
    assert "data/industrial_production.csv cell B100" in plain
    assert "169.9" in plain
    (chain,) = json.loads(madein("why", finished, id_, "--json").stdout)
    assert chain["rests_on"][0]["rests_on"][0]["rests_on"][0]["place"]["at"]


def test_a_number_may_begin_with_a_minus(finished: Path) -> None:
    assert "industry=B" in madein("why", finished, "-4.6%").stdout


def test_a_reader_that_has_seen_enough_is_no_error(finished: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", f"{sys.executable} -m madein why {finished} 9% | head -1; exit ${{PIPESTATUS:-0}}"], capture_output=True, text=True, check=False
    )
    assert "Traceback" not in done.stderr


def test_files_that_are_not_there(tmp_path: Path) -> None:
    done = madein("indices", tmp_path / "none.csv")
    assert done.returncode == 2
    assert "there is no such file" in done.stderr


def test_cite_and_diff(small: Path, tmp_path: Path) -> None:
    import shutil

    madein("run", small)
    assert madein("cite", small, "exports/economy=VNM/period=2024-06").stdout.startswith("Exports of goods, Viet Nam, June 2024: 120.5")
    other = shutil.copytree(small, tmp_path / "other")
    assert madein("diff", small, other).stdout == "nothing differs\n"
    (other / "a.csv").write_text((other / "a.csv").read_text().replace("120.5", "180.5"))
    madein("run", other)
    assert madein("diff", small, other).returncode == 0
    assert madein("diff", small, other, "--threshold", "5").returncode == 1
    assert madein("diff", small, other, "--threshold", "100000").returncode == 0


def test_indices_works_on_plain_files_in_every_format(small: Path, tmp_path: Path) -> None:
    import polars as pl

    plain = madein("indices", small / "a.csv", "--economy", "VNM", "--measure", "exports", "--unit", "million USD")
    assert plain.returncode == 0
    assert "2024-06" in plain.stdout
    rows = json.loads(madein("indices", small / "a.csv", "--what", "levels", "--format", "json").stdout)
    assert len(rows) == 12
    table = madein("indices", "show", small / "a.csv", "--what", "growth", "--format", "csv").stdout
    assert table.startswith("series,comparison,period,value")
    for kind in ("parquet", "xlsx"):
        assert madein("indices", small / "a.csv", "--format", kind).returncode == 2
        assert madein("indices", small / "a.csv", "--what", "levels", "--format", kind, "--out", tmp_path / f"x.{kind}").returncode == 0
    assert pl.read_parquet(tmp_path / "x.parquet").height == 12


def test_folder_without_study_proposes_one_and_writes_it_on_request(small: Path) -> None:
    (small / "study.yaml").unlink()
    done = madein("run", small)
    assert done.returncode == 0
    assert "use: indices" in done.stdout
    assert not (small / "study.yaml").exists()
    assert madein("run", small, "--write").returncode == 0
    assert (small / "study.yaml").read_text() == done.stdout.rstrip("\n") + "\n"
    assert "nothing has changed" in madein("run", small).stderr


def test_new_makes_a_study_that_runs(tmp_path: Path) -> None:
    assert madein("new", tmp_path / "s").returncode == 0
    assert madein("run", tmp_path / "s").returncode == 0
    assert madein("new", tmp_path / "s").returncode == 2
