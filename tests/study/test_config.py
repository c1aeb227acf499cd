"""study.yaml: every complaint names file, line and the mend, and all complaints come at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from madein.core.errors import BadInput, MadeinError
from madein.study.config import check_options, parse_study, read_study
from madein.study.plan import make_plan
from madein.study.steps import load_step

GOOD = "title: T\nsteps:\n- id: a\n  use: indices\n  from: {series: a.csv}\n"


def complaints(text: str) -> str:
    with pytest.raises(MadeinError) as fault:
        parse_study(text)
    return str(fault.value)


def test_a_good_file_is_read() -> None:
    study = parse_study(GOOD)
    assert (study.title, study.steps[0].id, study.steps[0].inputs) == ("T", "a", {"series": ("a.csv",)})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("title: T\nstep: []\n" + GOOD[9:], ["line 2", "unknown key 'step'", "did you mean 'steps'?"]),
        (GOOD.replace("use: indices", "use: indeces"), ["line 4", "'indeces'", "did you mean 'indices'?"]),
        (GOOD.replace("  use: indices\n", ""), ["line 3", "lacks 'use'"]),
        (GOOD + "- id: a\n  use: indices\n  from: {series: b.csv}\n", ["line 6", "two steps have the id 'a'", "line 3"]),
        (GOOD.replace("id: a", "id: A-1"), ["line 3", "'A-1' cannot be the id"]),
        (GOOD.replace("id: a", "id: 7"), ["line 3", "'7' cannot be the id"]),
        ("title: T\nsteps: []\n", ["a study needs a list of steps"]),
        ("- 1\n", ["a study is a mapping"]),
        ("", ["a study is a mapping"]),
        ("title: [unclosed\n", ["no valid YAML", "line"]),
        ("title: a\ntitle: b\n", ["line 2", "'title' stands here twice"]),
        ("title: &x a\nsummary: *x\n", ["line 2", "aliases"]),
        ("title: !!python/object/apply:os.system [echo]\n", ["no valid YAML"]),
        (GOOD + "sources:\n  a.csv: {licens: x}\n", ["line 7", "unknown key 'licens'", "did you mean 'licence'?"]),
        (GOOD + "sources:\n  a.csv: {basis: guessed}\n", ["line 7", "unknown basis 'guessed'", "published"]),
        (GOOD.replace("{series: a.csv}", "a.csv"), ["line 5", "'from' maps roles"]),
        (GOOD.replace("a.csv", "3"), ["line 5", "role 'series' needs the name"]),
        (GOOD + "  with: 3\n", ["line 6", "'with' is a mapping"]),
    ],
)
def test_wrong_files_are_explained(text: str, says: list[str]) -> None:
    message = complaints(text)
    assert all(s in message for s in says), message
    assert "study.yaml" in message


def test_deep_nesting_is_refused_in_words() -> None:
    assert "no valid YAML" in complaints("title: " + "[" * 5000 + "]" * 5000)


def test_all_complaints_come_at_once() -> None:
    with pytest.raises(BadInput) as fault:
        parse_study("titel: T\nsteps:\n- id: a\n  uze: indices\n- {id: a, use: nothing, from: {x: y}}\n")
    assert len(fault.value.problems) >= 4


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ("{evry: {}}", ["line 6", "no option 'evry'", "did you mean 'every'?"]),
        ("{every: {economi: VNM}}", ["line 6", "'every.economi'", "did you mean 'economy'?"]),
        ("\n    series:\n      Total:\n        mesure: exports", ["line 9", "did you mean 'measure'?"]),
        ("{certify: many}", ["line 6", "'certify'", "'many'"]),
    ],
)
def test_wrong_options_name_line_and_nearest_key(options: str, says: list[str]) -> None:
    study = parse_study(f"{GOOD}  with: {options}\n")
    with pytest.raises(BadInput) as fault:
        check_options(load_step("indices").Config, study.steps[0], 0, study)
    assert all(s in str(fault.value) for s in says), str(fault.value)


def planned(folder: Path, text: str) -> str:
    (folder / "study.yaml").write_text(text)
    with pytest.raises(BadInput) as fault:
        make_plan(folder, read_study(folder / "study.yaml"))
    return str(fault.value)


def step(id_: str, source: str, role: str = "series") -> str:
    return f"- {{id: {id_}, use: indices, from: {{{role}: {source}}}}}\n"


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        (step("a", "a.cvs"), ["line 3", "there is no file 'a.cvs'", "did you mean 'a.csv'?"]),
        (step("a", "/etc/hostname"), ["leaves the folder"]),
        (step("a", "../small/a.csv"), ["leaves the folder"]),
        (step("a", "x/../../a.csv"), ["leaves the folder"]),
        (step("a", "'C:/a.csv'"), ["leaves the folder"]),
        (step("a", "sub"), ["'sub' is no file"]),
        (step("a", "'*.xlsx'"), ["no file matches '*.xlsx'"]),
        (step("a", "a.csv", "sereis"), ["takes no 'sereis'", "did you mean 'series'?"]),
        (step("a", "a.csv") + step("b", "a.levels"), ["line 4", "there is no file 'a.levels'", "takes files, not tables"]),
    ],
)
def test_wrong_inputs_are_explained(small: Path, entry: str, says: list[str]) -> None:
    (small / "sub").mkdir()
    message = planned(small, "title: T\nsteps:\n" + entry)
    assert all(s in message for s in says), message


def test_links_that_leave_the_folder_are_refused(small: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("month,value\n2024-01,1\n")
    (small / "inside.csv").symlink_to(secret)
    (small / "linked").symlink_to(tmp_path, target_is_directory=True)
    (small / "loop.csv").symlink_to(small / "loop.csv")
    for name in ("inside.csv", "linked/secret.csv", "loop.csv"):
        message = planned(small, "title: T\nsteps:\n" + step("a", name))
        assert "leads out of the folder" in message or "there is no file" in message
    assert "leads out" in planned(small, "title: T\nsteps:\n" + step("a", "'linked/*.csv'"))


def test_odd_names_are_only_names(small: Path) -> None:
    for name in ("a b.csv", "a'b.csv", '<b>"x"&.csv', "ab::c%.csv", "=cmd.csv", "{x|y}.csv"):
        (small / name).write_bytes((small / "a.csv").read_bytes())
        import yaml

        (small / "study.yaml").write_text(yaml.safe_dump({"title": "T", "steps": [{"id": "a", "use": "indices", "from": {"series": name}}]}))
        plan = make_plan(small, read_study(small / "study.yaml"))
        assert list(plan.sources) == [name]


def test_study_that_is_missing_or_foreign(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match=r"no study\.yaml"):
        read_study(tmp_path / "study.yaml")
    (tmp_path / "study.yaml").write_bytes(b"title: \xff\xfe\x00")
    with pytest.raises(MadeinError, match="not UTF-8"):
        read_study(tmp_path / "study.yaml")
    (tmp_path / "study.yaml").write_text("#" * 1_000_001)
    with pytest.raises(MadeinError, match="over 1 MB"):
        read_study(tmp_path / "study.yaml")


def test_codes_and_countries_stay_text() -> None:
    study = parse_study(GOOD + "  with: {a: NO, b: 01, c: 2024-07, d: 12:30, e: yes, f: 0x1F, g: 1_000, h: 10, i: 2.5, j: true, k: null, l: 1e3}\n")
    assert study.steps[0].options == {
        "a": "NO", "b": "01", "c": "2024-07", "d": "12:30", "e": "yes", "f": "0x1F", "g": "1_000", "h": 10, "i": 2.5, "j": True, "k": None, "l": 1000.0,
    }  # fmt: skip


def test_wrong_names_in_options_are_found_without_running(small: Path) -> None:
    for option, says in (
        ("economy: Veit Nam", "did you mean"),
        ("measure: export", "no measure is called"),
        ("unit: million bananas or so 7", "is no unit"),
    ):
        study = parse_study(f"{GOOD}  with: {{every: {{{option}}}}}\n")
        with pytest.raises(BadInput, match=says):
            check_options(load_step("indices").Config, study.steps[0], 0, study)
