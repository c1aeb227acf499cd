"""The commands of the press room under hostile names, escapes in the text, Ctrl-C, closed pipes and folders of thousands."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

SAID = "Exports rose 5.1 per cent year-on-year to US$36.2 billion in July 2024, the office said.\n"
ACTING = "Exports \x1b[31mrose\x1b[0m 5% \x1b]0;owned\x07 in 2024,\x9b2J by \u202e6%\u202c\rOVERWRITTEN\r\nof 7% \x08\x08\x0c in 2023.\n"
MADEIN = [sys.executable, "-m", "madein"]


def madein(*args: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*MADEIN, *map(str, args)], capture_output=True, text=True, check=False, cwd=cwd, encoding="utf-8")


def on_terminal(*args: object) -> str:
    """What a terminal would get."""
    parent, child = pty.openpty()
    with subprocess.Popen([*MADEIN, *map(str, args)], stdout=child, stderr=child, stdin=child, close_fds=True) as process:
        os.close(child)
        out = b""
        while True:
            try:
                piece = os.read(parent, 65536)
            except OSError:
                break
            if not piece:
                break
            out += piece
        process.wait()
    os.close(parent)
    return out.decode("utf-8", "replace")


def acts(text: str) -> set[str]:
    """Characters of a text that move a cursor or turn writing, colours set by us aside."""
    import re

    plain = re.sub("\x1b\\[[0-9;]*m|\x1b\\[\\?25[lh]|\x1b\\[[12]?K|\x1b\\[1A", "", text)
    return {c for c in plain if (c < " " and c not in "\r\n\t") or "\x7f" <= c <= "\x9f" or "\u202a" <= c <= "\u202e" or "\u2066" <= c <= "\u2069"}


@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv"])
@pytest.mark.parametrize("more", [[], ["--unread"]])
def test_no_text_acts_on_the_terminal(tmp_path: Path, format_: str, more: list[str]) -> None:
    (tmp_path / "e\x1b[31m\n\u202ex.txt").write_text(ACTING, newline="")
    out = on_terminal("press", "read", tmp_path, "--format", format_, *more)
    assert "5%" in out or more
    assert acts(out) == set()


def test_no_message_acts_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "e\x1b[31m\n\u202ex.txt").write_bytes(b"")
    (tmp_path / "b\x9b2J.pdf").write_bytes(b"%PDF-1.4 \x1b[2J \x9b2J")
    out = on_terminal("press", "read", tmp_path)
    assert "the file is empty" in out
    assert acts(out) == set()


def test_a_command_to_a_terminal_in_a_text_is_no_number(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ACTING, newline="")
    facts = json.loads(madein("press", "read", tmp_path / "a.txt", "--format", "json").stdout)
    assert [f["text"] for f in facts] == ["5%", "6%", "7%"]
    text = ACTING
    assert all(text[f["start"] : f["end"]] == f["text"] for f in facts)


@pytest.mark.parametrize("format_", ["csv", "parquet", "json", "jsonl", "xlsx", "table"])
def test_every_format_holds_the_same_facts(tmp_path: Path, format_: str) -> None:
    (tmp_path / "=1+1.txt").write_text("=HYPERLINK(1) " + SAID)
    (tmp_path / "b.txt").write_text("5% of exports were shrimp. " + SAID)
    out = tmp_path / f"facts.{format_}"
    done = madein("press", "read", tmp_path / "=1+1.txt", tmp_path / "b.txt", "--format", format_, "--out", out)
    assert done.returncode == 0, done.stderr
    assert "2 of 2 articles were read" in done.stderr
    if format_ in ("csv", "parquet"):
        frame = pl.read_csv(out, infer_schema_length=0) if format_ == "csv" else pl.read_parquet(out)
        assert [t for t in frame["text"].to_list() if t] == ["5.1 per cent", "US$36.2 billion", "5%", "5.1 per cent", "US$36.2 billion"]
        assert [str(s) for s in frame["start"].to_list()].count("0") == 1
        if format_ == "csv":
            assert not any(line.startswith("=") for line in out.read_text("utf-8").splitlines())
    elif format_ in ("json", "jsonl"):
        text = out.read_text("utf-8")
        facts = json.loads(text) if format_ == "json" else [json.loads(line) for line in text.splitlines()]
        assert [f["start"] for f in facts][2] == 0
        assert all({"start", "end", "sent_start", "sentence", "value"} <= f.keys() for f in facts)
    else:
        assert out.stat().st_size > 100


def test_what_cannot_be_read_does_not_keep_the_rest_from_being_read(tmp_path: Path) -> None:
    for n in range(3):
        (tmp_path / f"{n}.txt").write_text(SAID)
    (tmp_path / "1b.txt").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "sheet.xlsx").write_bytes(b"x")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "0.txt").write_text(SAID)
    (tmp_path / "2b.txt").symlink_to("nowhere")
    done = madein("press", "read", tmp_path, "--format", "jsonl")
    assert done.returncode == 2
    assert [json.loads(line)["article"] for line in done.stdout.splitlines()][::2] == ["0.txt", "1.txt", "2.txt", "deep/0.txt"]
    assert "1b.txt" in done.stderr
    assert "2b.txt" in done.stderr
    assert "1 file is no article by its ending" in done.stderr


@pytest.mark.parametrize("name", [b"\xff\xfe.txt", b"a::b.txt", b"new\nline.txt", b"<script>alert(1)</script>.txt".replace(b"/", b"_"), b"#1.txt"])
def test_any_name_is_written_as_text(tmp_path: Path, name: bytes) -> None:
    with open(os.fsencode(tmp_path) + b"/" + name, "wb") as file:  # noqa: PTH123 a path that is no text
        file.write(SAID.encode())
    done = madein("press", "read", tmp_path, "--format", "jsonl")
    assert done.returncode == 0, done.stderr
    assert len({json.loads(line)["article"] for line in done.stdout.splitlines()}) == 1
    assert madein("press", "read", tmp_path, "--format", "csv", "--out", tmp_path / "out.csv").returncode == 0


@pytest.mark.parametrize(
    "args", [["--date", "yesterday"], ["--date", "2024-13"], ["--encoding", "klingon"], ["--format", "parquet"], ["--out", "no/such/folder/x.csv"]]
)
def test_what_cannot_be_done_is_told(tmp_path: Path, args: list[str]) -> None:
    (tmp_path / "a.txt").write_text(SAID)
    done = madein("press", "read", "a.txt", *args, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    assert "error:" in done.stderr
    assert "mend:" in done.stderr


@pytest.mark.parametrize("day", ["0001", "9999", "2100-12-31", "1899"])
def test_any_date_may_be_given(tmp_path: Path, day: str) -> None:
    (tmp_path / "a.txt").write_text(
        "Exports rose 5% last year, 6% in the first quarter, and may rise 7% next year and by the end of next year. On 29 February it opened.\n"
    )
    done = madein("press", "read", "a.txt", "--date", day, cwd=tmp_path)
    assert done.returncode in (0, 2), done.stderr
    assert "fault of madein" not in done.stderr


def test_an_empty_folder_says_nothing_and_is_no_fault(tmp_path: Path) -> None:
    done = madein("press", "read", tmp_path, "--format", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout) == []


@pytest.mark.parametrize("format_", ["table", "jsonl", "json", "csv"])
def test_a_reader_that_has_seen_enough_ends_it_quietly(tmp_path: Path, format_: str) -> None:
    for n in range(60):
        (tmp_path / f"{n}.txt").write_text(SAID * 40)
    with subprocess.Popen([*MADEIN, "press", "read", str(tmp_path), "--format", format_], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        told = process.stderr.read()
        assert process.wait() == 0, told
        assert b"Traceback" not in told


def write_many(folder: Path, count: int) -> None:
    folder.mkdir()
    for n in range(count):
        (folder / f"{n:05d}.txt").write_text(f"{SAID}Industrial output was up {n % 90}.5 per cent.\n")


@pytest.mark.parametrize("format_", ["jsonl", "json", "csv", "parquet", "table"])
def test_ctrl_c_keeps_what_was_read_and_tells_how_many(tmp_path: Path, format_: str) -> None:
    write_many(tmp_path / "many", 2500)
    out = tmp_path / f"facts.{format_}"
    command = [*MADEIN, "press", "read", str(tmp_path / "many"), "--format", format_, "--out", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        # Binary formats are written at the end: there is nothing to wait for but time.
        began = time.monotonic()
        while (
            (not out.exists() or not out.stat().st_size) and process.poll() is None and time.monotonic() - began < (3 if format_ == "parquet" else 60)
        ):
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        told = process.stderr.read()
        assert process.wait() == 130, told
    assert "stopped: " in told
    read = int(told.partition("stopped: ")[2].split(" of ")[0].replace(",", ""))
    assert 0 <= read < 2500
    if format_ in ("json", "jsonl"):
        text = out.read_text("utf-8")
        facts = json.loads(text) if format_ == "json" else [json.loads(line) for line in text.splitlines()]
        assert len({f["article"] for f in facts}) == read
        assert len(facts) == 3 * read
    elif format_ in ("csv", "parquet"):
        frame = pl.read_csv(out, infer_schema_length=0) if format_ == "csv" else pl.read_parquet(out)
        assert frame.height == 3 * read


def test_ctrl_c_gives_up_the_article_that_is_being_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(SAID)
    (tmp_path / "b.txt").write_text(SAID * 100_000)
    out = tmp_path / "facts.jsonl"
    command = [*MADEIN, "press", "read", str(tmp_path / "a.txt"), str(tmp_path / "b.txt"), "--format", "jsonl", "--out", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(4)
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        told = process.stderr.read()
        assert process.wait(20) == 130
    assert "stopped: 1 of 2 articles were read" in told
    assert len(out.read_text("utf-8").splitlines()) == 2


def test_memory_does_not_grow_with_the_folder(tmp_path: Path) -> None:
    peaks = []
    for count in (100, 1000):
        write_many(tmp_path / f"many{count}", count)
        command = [*MADEIN, "press", "read", str(tmp_path / f"many{count}"), "--format", "jsonl", "--out", str(tmp_path / "out.jsonl")]
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0
        peaks.append(usage.ru_maxrss)
    assert peaks[1] < 1.3 * peaks[0]
