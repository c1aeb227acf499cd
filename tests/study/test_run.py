"""The runner: only what changed runs again, outputs are whole, equal and honest about what they rest on."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from madein.core.errors import BadInput, MadeinError
from madein.report import FINISH
from madein.study import publish
from madein.study.diff import diff
from madein.study.finished import open_study
from madein.study.run import run_study

LINK = """\
  - id: c
    use: double
    from: {table: a.levels}
    with: {times: 3}
"""


def add(folder: Path, text: str) -> None:
    with (folder / "study.yaml").open("a") as file:
        file.write(text)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def digests(out: Path) -> dict[str, str]:
    names = ["figures.csv", "report.html", *(f"tables/{p.name}" for p in (out / "tables").iterdir())]
    return {n: hashlib.sha256((out / n).read_bytes()).hexdigest() for n in sorted(names)}


def test_a_changed_cell_runs_again_only_what_rests_on_it(small: Path, double: list[int]) -> None:
    add(small, LINK)
    assert run_study(small).ran == ("a", "b", "c")
    again = run_study(small)
    assert again.unchanged
    assert again.ran == ()
    edit(small / "b.csv", "2024-03", "2024-03 ")
    assert run_study(small).ran == ("b",)
    edit(small / "a.csv", "104.5", "103.5")
    done = run_study(small)
    assert (done.ran, done.cached) == (("a", "c"), ("b",))
    edit(small / "study.yaml", "times: 3", "times: 4")
    assert run_study(small).ran == ("c",)
    edit(small / "study.yaml", "times: 4", "times: 3")
    assert run_study(small).ran == ()
    assert double == [3, 3, 4]


def test_title_alone_runs_nothing_but_is_published(small: Path) -> None:
    run_study(small)
    edit(small / "study.yaml", "title: Small", "title: Large")
    done = run_study(small)
    assert done.ran == ()
    assert not done.unchanged
    assert open_study(small).title == "Large"


def test_what_is_said_of_a_source_is_published_anew(small: Path) -> None:
    add(small, "sources:\n  a.csv: {licence: old}\n")
    run_study(small)
    edit(small / "study.yaml", "licence: old", "licence: new, url: https://example.org/")
    assert not run_study(small).unchanged
    assert open_study(small).sources["a.csv"].licence == "new"


def test_basis_of_a_source_reaches_every_figure_that_rests_on_it(small: Path, double: list[int]) -> None:
    add(small, LINK + "sources:\n  a.csv: {basis: illustrative}\n")
    run_study(small)
    study = open_study(small)
    by_step: dict[str, set[str]] = {}
    for figure in (f for f in study.manifest["figures"] if "value" in f):
        by_step.setdefault(figure["step"], set()).add(study.figures[figure["id"]].basis)
    assert by_step["a"] == by_step["c"] == {"illustrative"}
    assert by_step["b"] == {"published", "computed"}


def test_worse_of_own_and_parents_basis_holds(small: Path, double: list[int]) -> None:
    add(small, LINK.replace("times: 3", "times: 3, basis: simulated"))
    run_study(small)
    bases = {f["step"]: f["basis"] for f in open_study(small).manifest["figures"] if f["step"] == "c"}
    assert bases == {"c": "simulated"}


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ("  - {id: c, use: double, from: {table: a.nothing}}\n", ["makes no table 'nothing'", "line 11", "levels"]),
        ("  - {id: c, use: double, from: {table: a.csv.x}}\n", ["takes one table"]),
        ("  - {id: c, use: double, from: {table: a.csv}}\n", ["makes no table 'csv'"]),
        ("  - {id: c, use: double, from: {table: zz.levels}}\n", ["there is no step 'zz'"]),
        ("  - {id: c, use: double, from: {table: c.doubled}}\n", ["circle", "c -> c"]),
        ("  - {id: c, use: double, from: {table: d.doubled}}\n  - {id: d, use: double, from: {table: c.doubled}}\n", ["circle", "c -> d -> c"]),
    ],
)
def test_wrong_tables_are_explained_and_leave_no_trace(small: Path, double: list[int], entry: str, says: list[str]) -> None:
    run_study(small)
    before = (small / "out" / "figures.csv").read_bytes()
    add(small, entry)
    with pytest.raises(MadeinError) as fault:
        run_study(small)
    assert all(s in str(fault.value) for s in says), str(fault.value)
    assert (small / "out" / "figures.csv").read_bytes() == before
    assert not (small / "out.new").exists()


def test_two_steps_with_one_figure_are_refused(small: Path) -> None:
    add(small, "  - {id: c, use: indices, from: {series: a.csv}, with: {every: {economy: VNM, measure: exports, unit: million USD}}}\n")
    with pytest.raises(MadeinError, match="both make the figure"):
        run_study(small)


def test_bad_cells_stop_the_run_all_named(small: Path) -> None:
    run_study(small)
    kept = (small / "out" / "figures.csv").read_bytes()
    edit(small / "a.csv", "104.5", "1o3.5")
    edit(small / "a.csv", "107.5", "=1+1")
    with pytest.raises(BadInput) as fault:
        run_study(small)
    assert [p.where for p in fault.value.problems] == ["step a: a.csv cell B2", "step a: a.csv cell B3"]
    assert (small / "out" / "figures.csv").read_bytes() == kept


def test_warnings_travel_with_the_result(small: Path, double: list[int]) -> None:
    add(small, LINK.replace("times: 3", "times: 3, warn: 'mind =this'"))
    assert [p.what for p in run_study(small).problems] == ["mind =this"]
    assert [p.what for p in run_study(small).problems] == ["mind =this"]
    assert "mind =this" in (small / "out" / "problems.csv").read_text()


def test_two_fresh_runs_are_equal_byte_for_byte(example: Path, finished: Path) -> None:
    # The finished study was run in this process, whose seed of hashes is another.
    seed = "2" if os.environ.get("PYTHONHASHSEED") == "1" else "1"
    command = [sys.executable, "-m", "madein", "run", str(example)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, "PYTHONHASHSEED": seed})
    assert digests(example / "out") == digests(finished / "out")
    assert diff(open_study(example), open_study(finished)) == []
    books = [(f / "out" / "figures.xlsx").read_bytes() for f in (example, finished)]
    assert books[0] == books[1]


def test_damaged_output_and_cache_are_mended(small: Path) -> None:
    run_study(small, FINISH)
    good = digests(small / "out")
    (small / "out" / "report.html").write_text("gone")
    assert not run_study(small, FINISH).unchanged
    assert digests(small / "out") == good
    for entry in (small / ".madein" / "cache").iterdir():
        (entry / "result.json").write_text("{")
    shutil.rmtree(small / "out")
    assert len(run_study(small, FINISH).ran) == 2
    assert digests(small / "out") == good


def test_a_foreign_out_folder_is_left_alone(small: Path) -> None:
    (small / "out").mkdir()
    (small / "out" / "thesis.docx").write_text("precious")
    with pytest.raises(MadeinError, match="did not write"):
        run_study(small)
    assert (small / "out" / "thesis.docx").read_text() == "precious"


def test_a_folder_that_cannot_be_written_to(small: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root writes everywhere")
    small.chmod(0o500)
    with pytest.raises(MadeinError, match="cannot be written to"):
        run_study(small)
    small.chmod(0o700)


def test_a_file_that_changes_during_the_run_is_noticed(small: Path) -> None:
    def tamper(event: str, about: str) -> None:
        if (event, about) == ("done", "a"):
            edit(small / "a.csv", "104.5", "999.5")

    with pytest.raises(MadeinError, match="changed while the study ran"):
        run_study(small, tell=tamper)
    assert not (small / "out").exists()


def test_kill_between_the_renames_is_recovered(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run_study(small)
    (small / "out").rename(small / "out.old")
    assert open_study(small).title == "Small"
    monkeypatch.setattr(publish, "_exchange", lambda a, b: False)
    edit(small / "a.csv", "104.5", "103.5")
    assert run_study(small).ran == ("a",)
    assert not (small / "out.old").exists()
    assert not (small / "out.new").exists()


def wait_for(path: Path) -> None:
    for _ in range(400):
        if path.exists():
            return
        time.sleep(0.05)
    raise AssertionError(f"{path} never came")


HOLD = """
import sys, time
from pathlib import Path
from madein.study.run import run_study
flag, go = Path(sys.argv[2]), Path(sys.argv[3])
def tell(event, about):
    if event == "start":
        flag.touch()
        while not go.exists():
            time.sleep(0.02)
run_study(sys.argv[1], tell=tell)
"""


def test_two_runs_at_once_take_turns(small: Path, tmp_path: Path) -> None:
    flag, go = tmp_path / "flag", tmp_path / "go"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(small), str(flag), str(go)]) as first:
        wait_for(flag)
        with pytest.raises(MadeinError, match="another run of this study"):
            run_study(small, wait=False)
        told: list[str] = []
        go.touch()
        done = run_study(small, tell=lambda event, about: told.append(event))
        assert first.wait(30) == 0
    assert done.unchanged or "wait" not in told
    assert open_study(small).damage() == []


def kill_twenty_times(folder: Path) -> None:
    """Runs killed at moments spread over a run's length; out/ is whole after each."""
    command = [sys.executable, "-m", "madein", "run", str(folder), "--fresh"]
    began = time.monotonic()
    subprocess.run(command, check=True, capture_output=True)
    length = time.monotonic() - began
    for i in range(20):
        edit(folder / "study.yaml", "title: ", "title: x")
        with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
            time.sleep(length * (0.1 + 0.95 * ((i * 7) % 20) / 20))
            process.send_signal(signal.SIGKILL)
        assert open_study(folder).damage() == []
    run_study(folder, FINISH)
    assert open_study(folder).damage() == []
    assert open_study(folder).title.startswith("x" * 20)
    assert not (folder / "out.new").exists()
    assert not (folder / "out.old").exists()


def test_kill_nine_at_twenty_moments_leaves_a_whole_state(small: Path) -> None:
    kill_twenty_times(small)


@pytest.mark.slow
def test_kill_nine_at_twenty_moments_of_the_example(example: Path) -> None:
    kill_twenty_times(example)


def test_the_code_of_rooms_is_in_the_key_of_links(monkeypatch: pytest.MonkeyPatch) -> None:
    from madein.study import steps

    seen: list[set[str]] = []
    monkeypatch.setattr(steps, "hash_files", lambda paths: seen.append({f"{p.parent.name}/{p.name}" for p in paths}) or "x")
    steps.step_source.cache_clear()
    steps.step_source("press_vs_data")
    steps.step_source("indices")
    steps.step_source.cache_clear()
    assert {"links/statements.py", "links/compare.py", "reconcile/intervals.py", "indices/tables.py"} <= seen[0]
    assert "indices/tables.py" in seen[1]
    assert "reconcile/intervals.py" not in seen[1]
