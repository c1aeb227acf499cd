"""Run the X-13 program and read what it leaves behind.

Every run has a folder of its own, in memory where possible; the files in it are named by this module, never by a series.
Several series in one process (a metafile, option ``-m``) share the cost of starting the program: their tables are those of
single runs to the last digit, and a run that the process did not finish is repeated alone.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import signal
import subprocess
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from math import isnan
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from madein.core.errors import MadeinError
from madein.indices.seasonal.binary import find_binary, work_folder
from madein.indices.seasonal.spec import Regression, Section, X13Spec, write_spc

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIMEOUT = 300.0
"""Seconds a single run may take."""

TABLES = {"x11": ("d10", "d11", "d12", "d13"), "seats": ("s10", "s11", "s12", "s13")}
"""Seasonal, adjusted, trend and irregular, as each method calls them."""

_OUTLIER = re.compile(r"(?:ao|ls|tc|so|rp|tl|qi|qd)s?[0-9]{4}\.")
_FILES = ("file", "umfile")


@dataclass(frozen=True)
class Table:
    """A saved table: number of each period (as `Series.start` counts) and its value."""

    numbers: NDArray[np.int64]
    values: NDArray[np.float64]


@dataclass(frozen=True)
class Run:
    """What one run left: tables, diagnostics, messages.

    Parameters
    ----------
    spec : X13Spec
        What was asked for, with the tables saved.
    tables : dict
        Saved tables by their three-letter name (``d11``, ``s10``, ``mv``, ``hol`` ...).
    udg : dict
        The diagnostics file, key to text.
    errors, warnings : tuple of str
        The program's own messages, white space closed up.
    seconds : float
        Wall clock.
    timed_out : bool
        True if it was stopped at the time limit.
    """

    spec: X13Spec
    tables: dict[str, Table] = field(default_factory=dict)
    udg: dict[str, str] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    timed_out: bool = False

    @property
    def made(self) -> bool:
        """True if the method gave an adjusted series, or only a model was asked for and estimated."""
        method = self.spec.method
        return TABLES[method][1] in self.tables if method else "aicc" in self.udg


def with_tables(spec: X13Spec, factors: bool = True) -> X13Spec:
    """The same run with the tables saved that a result is read from.

    Parameters
    ----------
    spec : X13Spec
        The run.
    factors : bool
        Save the effects of holidays, trading days and outliers too.
    """
    holes = any(isnan(x) for x in spec.series.data)
    if holes:
        spec = replace(spec, series=spec.series.saving("mv"))
    if spec.x11 is not None:
        spec = replace(spec, x11=spec.x11.saving(*TABLES["x11"]))
    if spec.seats is not None:
        spec = replace(spec, seats=spec.seats.saving(*TABLES["seats"]))
    if factors and (spec.regression is not None or spec.outlier is not None):
        spec = replace(spec, regression=(spec.regression or Regression()).saving(*_factors(spec)))
    return spec


def _factors(spec: X13Spec) -> list[str]:
    """Tables of those effects that the run may have; one asked for in vain costs a little time."""
    held = spec.regression or Regression()
    variables = held.variables or ()
    tests = held.aictest or ()
    days = ("td", "lom", "loq", "lpyear", "tdstock")
    out = []
    if "td" in tests or any(v.startswith(days) for v in variables):
        out.append("td")
    if "easter" in tests or any(v.startswith(("easter", "labor", "thank", "sceaster")) for v in variables) or "holiday" in (held.usertype or ()):
        out.append("hol")
    if held.user and set(held.usertype or ("user",)) != {"holiday"}:
        out.append("usr")
    if spec.outlier is not None or any(_OUTLIER.match(v) for v in variables):
        out.append("otl")
    return out


def _guard(spec: X13Spec) -> None:
    others = {s.name: s.other for s in vars(spec).values() if isinstance(s, Section)} | dict(spec.other)
    for section, arguments in others.items():
        named = [a for a in arguments if a in _FILES]
        if named:
            raise MadeinError(
                f"section {section!r} names a file", where=f"argument {named[0]!r}",
                why="a run reads nothing but its spec", fix="write the numbers into the spec",
            )  # fmt: skip


def run_spec(spec: X13Spec, *, timeout: float = TIMEOUT, factors: bool = True) -> Run:
    """Run one spec in a folder of its own.

    Parameters
    ----------
    spec : X13Spec
        The run; tables needed for a result are added to those it saves.
    timeout : float
        Seconds after which the program is stopped.
    factors : bool
        Save the effects of holidays, trading days and outliers too.

    Returns
    -------
    Run
        Also where the program refuses: its words stand in ``errors``.

    Raises
    ------
    MadeinError
        Without the program, or where the spec cannot be written.

    Examples
    --------
    >>> from madein.indices.seasonal.spec import parse_spc
    >>> run = run_spec(parse_spc("series{start=2020.01 data=(1 2 3)} x11{}"))  # doctest: +SKIP
    >>> run.errors  # doctest: +SKIP
    ('Series to be modelled and/or seasonally adjusted must have at least 3 complete years of data.',)
    """
    spec = with_tables(spec, factors)
    _guard(spec)
    text = write_spc(spec)
    began = time.perf_counter()
    with work_folder() as folder:
        (folder / "s.spc").write_text(text, encoding="ascii")
        timed_out, said = _call([str(find_binary()), "s", "-q", "-s"], folder, timeout)
        return _read(folder, "s", spec, said, time.perf_counter() - began, timed_out)


def run_together(specs: Sequence[X13Spec], *, timeout: float = TIMEOUT, factors: bool = False) -> list[Run]:
    """Run several specs in one process of the program; equal to single runs, cheaper for short ones.

    Parameters
    ----------
    specs : sequence of X13Spec
        The runs.
    timeout : float
        Seconds a single run may take; the process may take that long for every run in it.
    factors : bool
        Save the effects of holidays, trading days and outliers too.
    """
    prepared = [with_tables(s, factors) for s in specs]
    began = time.perf_counter()
    with work_folder() as folder:
        for i, spec in enumerate(prepared):
            _guard(spec)
            (folder / f"s{i}.spc").write_text(write_spc(spec), encoding="ascii")
        (folder / "all.mta").write_text("".join(f"s{i}\n" for i in range(len(prepared))), encoding="ascii")
        # -n drops the printed tables, which nobody reads here and which cost a third of a short run.
        timed_out, _ = _call([str(find_binary()), "-m", "all", "-q", "-s", "-n"], folder, timeout * len(prepared))
        share = (time.perf_counter() - began) / max(1, len(prepared))
        runs = [_read(folder, f"s{i}", spec, "", share, False) for i, spec in enumerate(prepared)]
    if timed_out or not all(r.made or r.errors for r in runs):
        # The process stopped on the way: whatever it did not finish runs alone and gets its own answer.
        runs = [r if r.made or r.errors else run_spec(s, timeout=timeout, factors=factors) for r, s in zip(runs, prepared, strict=True)]
    return runs


_meter = threading.local()


@contextlib.contextmanager
def metered() -> Iterator[list[float]]:
    """Gathers the CPU-seconds of every process of the program that this thread waits for.

    Examples
    --------
    >>> with metered() as spent:  # doctest: +SKIP
    ...     adjust(frame)
    >>> sum(spent)  # doctest: +SKIP
    0.51
    """
    spent: list[float] = []
    _meter.spent = spent
    try:
        yield spent
    finally:
        del _meter.spent


def _reap(process: subprocess.Popen[bytes]) -> None:
    """Take an ended process off the system's list, and what it used if somebody asks."""
    spent: list[float] | None = getattr(_meter, "spent", None)
    if spent is None:
        process.wait()
        return
    with contextlib.suppress(ChildProcessError):
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        spent.append(used.ru_utime + used.ru_stime)


def _call(command: list[str], folder: Path, timeout: float) -> tuple[bool, str]:
    out = folder / "said.txt"
    with out.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=folder, stdin=subprocess.DEVNULL, stdout=said, stderr=said, start_new_session=True, env={"LC_ALL": "C"}
        )  # fmt: skip
        try:
            timed_out = not _ended(process, timeout)
            if not timed_out:
                _reap(process)
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return timed_out, out.read_text(encoding="latin-1")[:20000] if out.exists() else ""


def _ended(process: subprocess.Popen[bytes], timeout: float) -> bool:
    """Wait for a process; False if the time is over first."""
    try:
        handle = os.pidfd_open(process.pid)
    except (AttributeError, OSError):
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout)
        return process.poll() is not None
    try:
        # Popen.wait polls with pauses of up to 50 ms, longer than most runs take.
        waiter = select.poll()
        waiter.register(handle, select.POLLIN)
        return bool(waiter.poll(timeout * 1000))
    finally:
        os.close(handle)


def _read(folder: Path, stem: str, spec: X13Spec, said: str, seconds: float, timed_out: bool) -> Run:
    def text(ending: str) -> str:
        try:
            with open(f"{folder}/{stem}.{ending}", "rb") as file:  # noqa: PTH123 - ten files a run: a Path each would cost as much as reading
                return file.read().decode("latin-1")
        except FileNotFoundError:
            return ""

    wanted = (
        *(TABLES.get(spec.method, ())), *(spec.series.save or ()), *((spec.regression.save or ()) if spec.regression else ()),
        *((spec.forecast.save or ()) if spec.forecast else ()), *((spec.x11.save or ()) if spec.x11 else ()),
        *((spec.seats.save or ()) if spec.seats else ()),
    )  # fmt: skip
    tables = {name: table for name in dict.fromkeys(wanted) if (table := read_table(text(name), spec.series.period)) is not None}
    errors, warnings = read_messages(text("err"))
    if not errors:
        # Some faults, such as lines too long, are told to the terminal alone.
        errors = read_messages(said)[0]
    return Run(spec, tables, read_udg(text("udg")), errors, warnings, seconds, timed_out)


def read_table(text: str, period: int) -> Table | None:
    """A saved table; None where there is none or the program left asterisks in it.

    Examples
    --------
    >>> read_table("date\\tx\\n------\\t----\\n202001\\t+0.5E+00\\n", 12).values
    array([0.5])
    """
    head, _, rest = text.partition("\n")
    words = rest.partition("\n")[2].split()
    width = head.count("\t") + 1
    if not words or width < 2:
        return None
    try:
        values = np.array(list(map(float, words[1::width])))
    except ValueError:
        return None
    first, last = (int(w) // 100 * period + int(w) % 100 - 1 for w in (words[0], words[-width]))
    if last - first + 1 != len(values):
        return None
    return Table(np.arange(first, last + 1), values)


def read_udg(text: str) -> dict[str, str]:
    """The diagnostics file as key and text; of a key that stands twice, the later.

    Examples
    --------
    >>> read_udg("aicc:  947.3395\\nMA$Seasonal$12$12: +0.5E+00 +0.1E+00 +0.5E+01\\n")["aicc"]
    '947.3395'
    """
    pairs = (line.partition(": ") for line in text.split("\n"))
    return {key: value.strip() for key, mark, value in pairs if mark}


def read_messages(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Errors and warnings of the error file, each on one line, none twice.

    Examples
    --------
    >>> read_messages(" ERROR: Series must have\\n        3 years.\\n\\n NOTE: x\\n")
    (('Series must have 3 years.',), ('x',))
    """
    errors: list[str] = []
    warnings: list[str] = []
    for kind, message in _paragraphs(text.split("\n")):
        into = errors if kind == "ERROR" else warnings
        if message and message not in into:
            into.append(message)
    return tuple(errors), tuple(warnings)


_CHATTER = ("Reading input", "Storing any", "Execution ", "Program error", "**Correct", "Version Number")
_SKIP = ("Error messages generated", "FILE SAVE REQUESTS", "X-13ARIMA-SEATS Seasonal Adj", "Check error file", "Program error(s) halt")


def _paragraphs(lines: Iterable[str]) -> list[tuple[str, str]]:
    out: list[tuple[str, list[str]]] = []
    kind, gap, skipping = "", True, False
    for raw in lines:
        line = raw.strip()
        if not line:
            gap, skipping = True, False
            continue
        if line.startswith(_CHATTER):
            continue
        if skipping or line.startswith(_SKIP):
            skipping = True
            continue
        head, mark, rest = line.partition(":")
        if mark and head in ("ERROR", "WARNING", "NOTE"):
            kind = head
            out.append((kind, [rest.strip()]))
        elif line.startswith("DECOMPOSITION INVALID") or ("INVALID" in line and line.isupper()):
            kind = "ERROR"
            out.append((kind, [line]))
        elif kind and (not gap or raw.startswith("   ")):
            out[-1][1].append(line)
        gap = False
    return [(k, " ".join(" ".join(words).split()).removesuffix(" ^")) for k, words in out]
