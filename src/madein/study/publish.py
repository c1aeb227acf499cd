"""``out/``: built beside, then swapped in, so that whoever looks sees a finished state whole, or the one before."""

from __future__ import annotations

import ctypes
import errno
import json
import os
import shutil
import sys
from pathlib import Path

from madein.core.errors import MadeinError

OUT, NEW, OLD = "out", "out.new", "out.old"
MANIFEST = "study.json"


def fresh(folder: Path) -> Path:
    """An empty ``out.new``; what a killed run left is removed.

    Raises
    ------
    MadeinError
        If ``out`` exists and no run wrote it, or the folder cannot be written to.
    """
    out = folder / OUT
    if out.exists() and not (out / MANIFEST).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise MadeinError("there is an 'out' that madein did not write", str(out), fix="move it away, or run the study in another folder")
    new = folder / NEW
    try:
        tidy(folder)
        new.mkdir()
    except OSError as fault:
        raise MadeinError("the folder of the study cannot be written to", str(folder), str(fault.strerror), "copy the study elsewhere") from fault
    return new


def publish(folder: Path) -> None:
    """Make ``out.new`` the ``out`` of the study in one atomic step where the system has one."""
    out, new, old = folder / OUT, folder / NEW, folder / OLD
    if not out.exists():
        new.replace(out)
        return
    if not _exchange(new, out):
        _remove(old)
        out.replace(old)
        new.replace(out)
        _remove(old)
    _remove(new)


def is_whole(out: Path) -> bool:
    """True if a run finished writing this folder: its manifest lists the files, which is the last thing a run writes."""
    try:
        return bool(json.loads((out / MANIFEST).read_text("utf-8"))["files"])
    except (OSError, ValueError, KeyError):
        return False


def tidy(folder: Path) -> None:
    """Remove what killed runs left beside ``out``."""
    for name in (NEW, OLD):
        _remove(folder / name)


def recover(folder: Path) -> None:
    """After a kill between two renames: put the newest whole state back to ``out``."""
    out = folder / OUT
    if not out.exists():
        for name in (NEW, OLD):
            if is_whole(folder / name):
                (folder / name).replace(out)
                return


def _remove(path: Path) -> None:
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


def _exchange(a: Path, b: Path) -> bool:
    """Swap two folders atomically (renameat2 on Linux, renamex_np on macOS); False where the system cannot."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            at_cwd, exchange = -100, 2
            done = libc.renameat2(at_cwd, os.fsencode(a), at_cwd, os.fsencode(b), exchange)
        elif sys.platform == "darwin":
            done = libc.renamex_np(os.fsencode(a), os.fsencode(b), 2)
        else:
            return False
    except (AttributeError, OSError, TypeError):
        return False
    if done != 0 and ctypes.get_errno() not in (errno.EINVAL, errno.ENOSYS, errno.ENOTSUP):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(b))
    return bool(done == 0)
