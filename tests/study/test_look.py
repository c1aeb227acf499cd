"""Folders without study.yaml, new studies, examples."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from madein.core.errors import MadeinError
from madein.study.finished import open_study
from madein.study.look import examples, make_study, propose, study_of
from madein.study.run import run_study


def test_files_are_recognised_by_their_look(tmp_path: Path) -> None:
    (tmp_path / "Chỉ số SX.csv").write_text("Tháng;Khai khoáng\n01/2024;85,71\n02/2024;83,1\n", encoding="utf-8")
    (tmp_path / "prose.txt").write_text("Once upon a time\nthere was a factory\n")
    (tmp_path / "empty.csv").touch()
    (tmp_path / "numbers[1].csv").write_text("month,exports\n2024-01,5\n2024-02,6\n")
    book = xlsxwriter.Workbook(str(tmp_path / "2024.xlsx"))
    sheet = book.add_worksheet("A")
    for i, m in enumerate(("2024-01", "2024-02", "2024-03")):
        sheet.write_row(i + 1, 0, [m, i + 1.5])
    book.close()
    study, text = study_of(tmp_path)
    assert [s.id for s in study.steps] == ["s_2024", "ch_s_sx", "numbers_1"]
    assert "use: indices" in text
    assert not (tmp_path / "study.yaml").exists()
    run_study(tmp_path, study=study)
    assert len(open_study(tmp_path).figures) > 5


def test_nothing_to_recognise_says_what_was_looked_into(tmp_path: Path) -> None:
    (tmp_path / "prose.txt").write_text("no months here\n")
    with pytest.raises(MadeinError, match=r"nothing here is recognised.*prose\.txt"):
        propose(tmp_path)
    with pytest.raises(MadeinError, match="no such folder"):
        study_of(tmp_path / "none")


def test_a_new_study_runs_as_it_is(tmp_path: Path) -> None:
    for name in ("mine", 'my "study": {1}'):
        make_study(tmp_path / name)
        run_study(tmp_path / name)
        study = open_study(tmp_path / name)
        assert study.title == name
        assert {f.basis for f in study.figures.values() if f.value is not None} == {"illustrative"}


def test_new_never_overwrites(tmp_path: Path) -> None:
    (tmp_path / "kept.txt").write_text("x")
    with pytest.raises(MadeinError, match="something in this folder"):
        make_study(tmp_path)
    with pytest.raises(MadeinError, match="something in this folder"):
        make_study(tmp_path / "kept.txt")


def test_every_example_can_be_copied(tmp_path: Path) -> None:
    assert "vietnam" in examples()
    for name in examples():
        make_study(tmp_path / name, name)
        assert not (tmp_path / name / "out").exists()
    with pytest.raises(MadeinError, match="examples: "):
        make_study(tmp_path / "x", "atlantis")
