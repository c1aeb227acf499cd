"""Speed and scale of the press room: ``python -m benchmarks.press_scale [--quick] [--articles DIR]``.

Measures, each in a process of its own, with the CPU time after import and the peak of resident memory:

- one text of 10 kB, 100 kB, 1 MB and 10 MB, made of articles in turn: milliseconds of CPU per 10 kB, at most 50, and the
  same at each size, for time must grow with length only;
- one text each of marks, digits and words repeated without an end, at one length and twice that: where time is linear the
  second takes no more than twice the first;
- a folder of 1,000 and of 10,000 articles through ``madein press read --format jsonl``: memory must not grow with it;
- the same interrupted by Ctrl-C: exit code 130, a line that tells how many, and every line of the output whole.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

ROOT = Path(__file__).parents[1]
ARTICLES = ROOT / "tests" / "press" / "gold"

MOST_MS = 50.0
"""Promised CPU milliseconds per 10 kB of article."""

MOST_RATIO = 2.6
"""Twice the text may take this many times the CPU: two, and the noise of a shared machine."""

PIECES = (
    " ", "\n", "a\n", "A\n", ".", '."', "(", "1", "1,", "1-2-", "1/2/", "7 ", "5% ", "US$", "million ", "and ", "the first ", "in 2024 ", "Q3/2024 ",
    "in the first 11 months of ", "exports rose 5% ", "rose 5%, fell 6%; ", "a: 5\n", "a\u0301", "http://a.b/1 ", "tăng 5% trong tháng 3 năm 2024 ",
    "Steel up\n\nPublished\n\n5% up\n\n", "THE NEW STEEL MILL OPENS\n\nOutput rose 5% in May.\n\n", "\x1b[31m5%",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process cost: its exit code, CPU-seconds, peak of memory in MB, and what it printed."""

    code: int
    seconds: float
    megabytes: float
    out: str
    err: str


def run(command: Sequence[str], stop_when: Path | None = None) -> Cost:
    """Run a command and tell what it cost; with `stop_when`, send it Ctrl-C once that file holds something."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        process = subprocess.Popen(command, stdout=out, stderr=err, cwd=ROOT)
        while stop_when is not None and process.poll() is None:
            if stop_when.exists() and stop_when.stat().st_size > 0:
                process.send_signal(signal.SIGINT)
                break
            time.sleep(0.02)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        # Kilobytes on Linux, bytes on macOS.
        unit = 1e6 if sys.platform == "darwin" else 1e3
        return Cost(process.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, out.read(), err.read())


def texts(folder: Path) -> list[str]:
    """The articles of a folder and those below it."""
    files = (p for p in sorted(folder.rglob("*")) if p.suffix in (".txt", ".md") and p.name != "README.md")
    return [p.read_text("utf-8") for p in files]


def text_of(size: int, folder: Path) -> str:
    """Articles in turn, up to a number of bytes of UTF-8 or slightly fewer."""
    parts, length = [], 0
    for article in cycle(texts(folder)):
        parts.append(article + "\n\n")
        length += len(parts[-1].encode())
        if length >= size:
            return "".join(parts).encode()[:size].decode("utf-8", "ignore")
    raise ValueError(f"no articles in {folder}")


def time_one(size: int, folder: Path) -> None:
    """In a process of its own: print the CPU-seconds of reading a text, and how much was read."""
    from madein.press.reading import read_text

    text = text_of(size, folder)
    read_text(text[:10_000])
    best, seen = float("inf"), None
    for _ in range(3 if size <= 100_000 else 1):
        began = time.process_time()
        seen = read_text(text)
        best = min(best, time.process_time() - began)
    assert seen is not None
    print(json.dumps({"seconds": best, "facts": len(seen.facts), "unread": len(seen.unread)}))


def time_pieces(size: int) -> None:
    """In a process of its own: print the CPU-seconds of each repeated piece at a length and at twice that."""
    from madein.press.reading import read_text

    read_text("Exports rose 5% in 2024.")
    for piece in PIECES:
        spent = []
        for length in (size, 2 * size):
            text = (piece * (length // len(piece) + 1))[:length]
            best = float("inf")
            for _ in range(2):
                began = time.process_time()
                read_text(text)
                best = min(best, time.process_time() - began)
            spent.append(best)
        print(json.dumps([piece, *spent]), flush=True)


def by_length(sizes: Iterable[int], folder: Path) -> Iterator[tuple[str, bool]]:
    """Lines for one text of each length, and whether the promise is kept."""
    yield f"{'text':>8} {'CPU-s':>8} {'ms/10 kB':>9} {'facts':>8} {'not read':>9} {'peak MB':>8}", True
    for size in sizes:
        cost = run([sys.executable, "-m", "benchmarks.press_scale", "--one", str(size), "--articles", str(folder)])
        if cost.code:
            yield cost.err, False
            continue
        done = json.loads(cost.out)
        rate = 1e7 * done["seconds"] / size
        line = f"{size / 1000:6,.0f}kB {done['seconds']:8.2f} {rate:9.1f} {done['facts']:8,} {done['unread']:9,} {cost.megabytes:8,.0f}"
        yield line, rate <= MOST_MS


def by_piece(size: int) -> Iterator[tuple[str, bool]]:
    """Lines for texts of one thing repeated, and whether time is linear in each."""
    cost = run([sys.executable, "-m", "benchmarks.press_scale", "--pieces", str(size)])
    yield f"{'repeated':34} {size // 1000:5} kB {2 * size // 1000:5} kB {'ratio':>6} {'ms/10 kB':>9}", cost.code == 0
    for line in cost.out.splitlines():
        piece, one, two = json.loads(line)
        linear = two <= MOST_RATIO * one + 0.02
        yield (
            f"{piece!r:34} {one:6.2f} s {two:6.2f} s {two / max(one, 1e-4):6.1f} {1e7 * two / (2 * size):9.1f}{'' if linear else '  NOT LINEAR'}",
            linear,
        )


def by_folder(counts: Iterable[int], folder: Path, work: Path) -> Iterator[tuple[str, bool]]:
    """Lines for folders of articles read into one file, and for one of them interrupted."""
    yield f"{'articles':>9} {'MB':>6} {'CPU-s':>8} {'ms each':>8} {'facts':>9} {'peak MB':>8}", True
    first = None
    for count in counts:
        many = work / f"many{count}"
        size = write_many(many, count, folder)
        out = work / "facts.jsonl"
        cost = run([sys.executable, "-m", "madein", "press", "read", str(many), "--format", "jsonl", "--out", str(out)])
        facts = sum(1 for _ in out.open(encoding="utf-8"))
        first = first or cost.megabytes
        bounded = cost.code == 0 and cost.megabytes < 1.5 * first
        yield f"{count:9,} {size / 1e6:6.1f} {cost.seconds:8.1f} {1e3 * cost.seconds / count:8.1f} {facts:9,} {cost.megabytes:8,.0f}", bounded
    cut = work / "cut.jsonl"
    cost = run([sys.executable, "-m", "madein", "press", "read", str(many), "--format", "jsonl", "--out", str(cut)], stop_when=cut)
    rows = [json.loads(line) for line in cut.open(encoding="utf-8")]
    told = cost.err.strip().splitlines()[-1] if cost.err.strip() else "nothing was told"
    yield f"Ctrl-C: exit code {cost.code}, {len(rows):,} whole lines; {told}", cost.code == 130 and bool(rows)


def write_many(target: Path, count: int, folder: Path) -> int:
    """A folder of articles in turn; its size in bytes."""
    target.mkdir()
    size = 0
    for n, text in zip(range(count), cycle(texts(folder)), strict=False):
        size += (target / f"{n:06d}.txt").write_bytes(text.encode())
    return size


def main(args: Sequence[str] | None = None) -> int:
    """Print the tables; ends with 1 where a promise is not kept."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="a tenth of every size")
    parser.add_argument("--articles", type=Path, default=ARTICLES, help="folder of .txt and .md articles to make texts of")
    parser.add_argument("--one", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--pieces", type=int, help=argparse.SUPPRESS)
    given = parser.parse_args(args)
    if given.one:
        time_one(given.one, given.articles)
        return 0
    if given.pieces:
        time_pieces(given.pieces)
        return 0
    part = 10 if given.quick else 1
    print(__doc__)
    kept = True
    with tempfile.TemporaryDirectory() as work:
        sizes = (10_000, 100_000, 1_000_000 // part, 10_000_000 // part)
        for lines in (
            by_length(sizes, given.articles),
            by_piece(200_000 // part),
            by_folder((1000 // part, 10_000 // part), given.articles, Path(work)),
        ):
            for line, good in lines:
                print(line + ("" if good else "  <- not as promised"), flush=True)
                kept = kept and good
            print()
    print("every promise is kept" if kept else "not every promise is kept: see the lines marked above")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
