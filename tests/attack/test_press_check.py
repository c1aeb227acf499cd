"""``madein check`` on many, nameless, alike, unreadable and hostile articles."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from madein.core.errors import MadeinError
from madein.core.step import Ref
from madein.study.checking import check_articles
from madein.study.finished import open_study

SAID = "Viet Nam's exports rose 14.3 per cent in 2024 from 2023, the office said. The plant hired 300 people.\n"
ACTING = "\x1b[31mViet Nam's\x1b[0m exports\r\nrose 14.3 per cent in 2024 from 2023,\x9b2J \u202eit said\u202c.\rOVER\x08\n"


def check(study: Path, *args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "madein", "check", *map(str, args), "--against", str(study)]
    return subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")


@pytest.mark.parametrize(
    "name",
    ["a.txt", "b\nc.txt", "d\x1b[31m.txt", "e::chars 0:9.txt", "f#1.txt", "g h.txt", "table:x.txt", "=1+1.txt", "<b>.txt", "{x}.txt", "i%20.txt"],
)
def test_any_name_leads_back_to_its_sentence(finished: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(SAID)
    facts, said = check_articles(open_study(finished), [tmp_path / name])
    assert said.result.tables["statements"].frame["verdict"].to_list() == ["agrees", "nothing"]
    for row in facts.result.tables["facts"].frame.iter_rows(named=True):
        ref = Ref.parse(row["_src"][0])
        assert (ref.kind, ref.name) == ("source", facts.sources[0].id)
        assert ref.at.startswith("chars ")


def test_articles_of_one_name_are_told_apart(finished: Path, tmp_path: Path) -> None:
    for folder in ("2024/05", "2024/06", "2025"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "news.txt").write_text(SAID)
    (tmp_path / "other.txt").write_text(SAID)
    files = [*sorted(tmp_path.rglob("*.txt")), tmp_path / "other.txt"]
    facts, said = check_articles(open_study(finished), files)
    assert [s.id for s in facts.sources] == ["2024/05/news.txt", "2024/06/news.txt", "2025/news.txt", "other.txt"]
    assert said.result.tables["statements"].frame["id"].n_unique() == 8


def test_a_folder_is_checked_whole_and_an_empty_one_told(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    for n, folder in enumerate(("in", "in", "in/deep")):
        (tmp_path / folder / f"{n}.txt").write_text(SAID)
    done = check(finished, tmp_path / "in")
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("6 numbers: 3 agree, 0 after revision, 0 contradict, 3 nothing held")
    (tmp_path / "none").mkdir()
    with pytest.raises(MadeinError, match="no article to check"):
        check_articles(open_study(finished), [])
    assert check(finished, tmp_path / "none").returncode == 2


def test_every_article_that_cannot_be_read_is_told_by_name(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(SAID)
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "wide.txt").write_bytes(SAID.encode("utf-16-le"))
    (tmp_path / "gone.txt").symlink_to("nowhere.txt")
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    done = check(finished, tmp_path)
    assert done.returncode == 2
    for name in ("empty.txt", "wide.txt", "gone.txt", "loop.txt"):
        assert f"error: {name}: " in done.stderr
    assert "good.txt" not in done.stderr
    assert check(finished, tmp_path / "wide.txt", "--encoding", "utf-16-le").returncode == 0


def test_no_text_acts_on_the_reader_and_places_hold_in_spite_of_it(finished: Path, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ACTING, newline="")
    plain = check(finished, tmp_path / "a.txt")
    assert not {c for c in plain.stdout if (c < " " and c not in "\n\t") or "\x7f" <= c <= "\x9f" or "\u202a" <= c <= "\u202e"}
    (record,) = json.loads(check(finished, tmp_path / "a.txt", "--format", "json").stdout)
    assert ACTING[record["start"] : record["end"]] == record["text"] == "14.3 per cent"
    for format_ in ("text", "json", "html"):
        out = tmp_path / f"out.{format_}"
        assert check(finished, tmp_path / "a.txt", "--format", format_, "--out", out).returncode == 0
        assert "14.3 per cent" in out.read_text("utf-8")
    done = check(finished, tmp_path / "a.txt", "--format", "html", "--out", tmp_path / "no" / "x.html")
    assert done.returncode == 2
    assert "cannot write the file" in done.stderr
