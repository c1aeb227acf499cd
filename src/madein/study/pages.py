"""The page of one step over plain files, without a study of its own."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from madein.core.documents import printable
from madein.core.errors import MadeinError
from madein.study.config import StepConfig, StudyConfig
from madein.study.finished import FinishedStudy, open_study
from madein.study.run import Finish, run_study


def with_step(use: str, files: Mapping[str, Sequence[Path]], options: Mapping[str, Any], title: str, finish: Finish) -> FinishedStudy:
    """Run one step over copies of files in a folder that is gone afterwards, and hand the finished study to `finish` before.

    Parameters
    ----------
    use : str
        Name of the step, as in ``use:``.
    files : mapping of str to sequence of path
        Files of each role.
    options : mapping
        What would stand under ``with:``.
    title : str
        Title of the page.
    finish : callable
        Receives the finished study while its folder exists.

    Raises
    ------
    MadeinError
        If a file cannot be read, or the step refuses it.
    """
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        names: dict[str, tuple[str, ...]] = {}
        for role, paths in files.items():
            names[role] = tuple(_copied(path, folder) for path in paths)
        step = StepConfig(use, use, title, {role: found for role, found in names.items() if found}, dict(options), 0)
        run_study(folder, (), study=StudyConfig(title, "", (step,), {}))
        study = open_study(folder)
        finish(study)
        return study


def _copied(path: Path, folder: Path) -> str:
    """Name of a copy of a file in a folder, one of its own where two files are called alike."""
    if not path.is_file():
        raise MadeinError("there is no such file", printable(str(path)), fix="check its name and folder")
    name = path.name
    n = 1
    while (folder / name).exists():
        n += 1
        name = f"{path.stem}-{n}{path.suffix}"
    shutil.copyfile(path, folder / name)
    return name
