"""Articles read one by one, with progress, what could not be read told at the end, and Ctrl-C answered."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from madein.core.documents import DOCUMENTS, printable, read_document
from madein.core.errors import BadInput, MadeinError, Problem

if TYPE_CHECKING:
    from madein.press.model import Reading

INTERRUPTED = 130
"""Exit code of a command that Ctrl-C ended, as shells have it."""

LONG = 300_000
"""Bytes of articles from which reading takes long enough to tell how far it is."""


@dataclass(slots=True)
class Run:
    """Articles to read: how many there are, how many were read, what could not be, and whether Ctrl-C ended it.

    A first Ctrl-C gives up the article being read, or lets the one being written be finished; a second one ends at once.
    """

    paths: Sequence[Path]
    day: date | None = None
    language: str = ""
    encoding: str = ""
    total: int = 0
    done: int = 0
    stopped: bool = False
    problems: list[Problem] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)
    _reading: bool = False

    def readings(self) -> Iterator[Reading]:
        """Readings one by one, so that a folder of any size streams."""
        from rich.markup import escape

        from madein.cli.show import Plain

        files = list(self.files())
        self.total = len(files)
        quiet = sum(size for _, _, size in files) < LONG or not sys.stderr.isatty()
        with self._stoppable(), Plain(stderr=True, quiet=quiet).status("reading") as status:
            for path, name, size in files:
                status.update(f"{self.done:,} of {self.total:,} read; now {escape(name)} ({size / 1e6:,.1f} MB)")
                reading = self._read(path, name)
                if reading is not None:
                    self.done += 1
                    yield reading
                if self.stopped:
                    break

    def _read(self, path: Path, name: str) -> Reading | None:
        from madein.press.chapter import day_of
        from madein.press.reading import read_text

        try:
            self._reading = True
            document = read_document(path, str(path), self.encoding)
            return read_text(document.text, name, day=self.day or day_of(document.date, str(path)), lang=self.language)
        except KeyboardInterrupt:
            self.stopped = True
        except MadeinError as fault:
            self.problems.extend(fault.problems)
        finally:
            self._reading = False
        return None

    def files(self) -> Iterator[tuple[Path, str, int]]:
        """Files with what to call them and their size; a file in a folder is called by its path in it."""
        for path in self.paths:
            if not path.is_dir():
                yield path, printable(path.name), _size(path)
                continue
            for folder, below, names in os.walk(path, onerror=self._closed):
                below.sort()
                for name in sorted(names):
                    file = Path(folder, name)
                    if file.suffix.lower() in DOCUMENTS:
                        yield file, printable(file.relative_to(path).as_posix()), _size(file)
                    else:
                        self.left_out[file.suffix.lower() or "no ending"] += 1

    def _closed(self, fault: OSError) -> None:
        what, why = "the folder cannot be read", fault.strerror or type(fault).__name__
        self.problems.append(Problem(what, printable(str(fault.filename)), why, "check who may read it"))

    @contextmanager
    def _stoppable(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():
            yield
            return

        def stop(*_: object) -> None:
            if self._reading or self.stopped:
                raise KeyboardInterrupt
            self.stopped = True

        before = signal.signal(signal.SIGINT, stop)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    def close(self, out: Path | None = None) -> int:
        """Tell on standard error what was not read and how far it went; the exit code, 0 where all is well.

        Raises
        ------
        BadInput
            With every file that could not be read, unless Ctrl-C ended the run.
        """
        from madein.cli.show import print_problems

        where = f"; what they say is in {printable(str(out))}" if out else ""
        others = sum(self.left_out.values())
        if others:
            kinds = ", ".join(f"{n:,} {printable(kind)}" for kind, n in self.left_out.most_common(8))
            where_from = printable(", ".join(str(p) for p in self.paths))[:200]
            what = "1 file is no article by its ending" if others == 1 else f"{others:,} files are no articles by their ending"
            print_problems([Problem(what, where_from, kinds, severity="warning")])
        if self.stopped:
            print_problems(self.problems)
            print(f"stopped: {self.done:,} of {self.total:,} articles were read{where}", file=sys.stderr)
            return INTERRUPTED
        if out:
            print(f"{self.done:,} of {self.total:,} articles were read{where}", file=sys.stderr)
        if self.problems:
            raise BadInput(self.problems)
        return 0


@contextmanager
def progress(what: str) -> Iterator[None]:
    """Tell what takes a while, where somebody watches."""
    from madein.cli.show import Plain

    with Plain(stderr=True, quiet=not sys.stderr.isatty()).status(what):
        yield


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
