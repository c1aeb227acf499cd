"""A folder without study.yaml: files are recognised by their look and a study.yaml is proposed."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path

import yaml

from madein.core.errors import MadeinError
from madein.study.config import STUDY_FILE, StudyConfig, parse_study, read_study
from madein.study.plan import walk

MOST_FILES = 500
"""Files of a folder that are looked into."""


def _monthly(path: Path) -> bool:
    from madein.core.grid import EXCEL, TEXT
    from madein.indices.read import holds_series

    return path.suffix.lower() in EXCEL | TEXT and holds_series(path)


LOOKS: tuple[tuple[str, str, Callable[[Path], bool]], ...] = (("indices", "series", _monthly),)
"""Step, role, and the look of a file that fits; the first that fits takes the file. A room adds one line."""


def study_of(folder: Path) -> tuple[StudyConfig, str]:
    """The study of a folder and, where it has no study.yaml, the text of the proposed one.

    Raises
    ------
    MadeinError
        If there is no such folder, or nothing in it is recognised.
    """
    if not folder.is_dir():
        raise MadeinError("there is no such folder", str(folder), fix="name the folder that holds study.yaml or data files")
    if (folder / STUDY_FILE).is_file():
        return read_study(folder / STUDY_FILE), ""
    text = propose(folder)
    return parse_study(text, "the proposed study.yaml"), text


def propose(folder: Path) -> str:
    """A study.yaml for the files of a folder, one step a file so that each stands by itself.

    Raises
    ------
    MadeinError
        If no file is recognised.
    """
    steps, seen = [], list(_files(folder))
    taken: set[str] = set()
    for path in seen:
        name = str(path.relative_to(folder)).replace(os.sep, "/")
        for use, role, fits in LOOKS:
            if fits(path):
                steps.append({"id": _id(path.stem, taken), "use": use, "title": path.stem.replace("_", " "), "from": {role: _pattern(name)}})
                break
    if not steps:
        looked = ", ".join(p.name for p in seen[:8]) or "no files at all"
        raise MadeinError(
            "nothing here is recognised",
            str(folder),
            f"looked into {looked}",
            "put in a CSV or Excel file with months, or write a study.yaml: madein new FOLDER",
        )
    return yaml.safe_dump({"title": folder.resolve().name, "steps": steps}, sort_keys=False, allow_unicode=True, width=120)


def _files(folder: Path) -> Iterator[Path]:
    for n, path in enumerate(walk(folder)):
        if n >= MOST_FILES:
            return
        if not path.is_symlink():
            yield path


def _pattern(name: str) -> str:
    """A file name as a pattern that matches only itself."""
    return re.sub(r"([*?\[])", r"[\1]", name)


def _id(stem: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", stem.lower()).strip("_")[:36]
    base = base if base[:1].isalpha() else f"s_{base}".rstrip("_")
    name, n = base, 2
    while name in taken:
        name, n = f"{base}_{n}", n + 1
    taken.add(name)
    return name


def examples() -> dict[str, Path]:
    """Example studies by name: those inside the installed package, else those beside it in a checkout."""
    installed = Path(str(resources.files("madein"))) / "examples"
    checkout = Path(__file__).parents[3] / "examples"
    root = installed if installed.is_dir() else checkout
    return {p.name: p for p in sorted(root.iterdir()) if (p / STUDY_FILE).is_file()} if root.is_dir() else {}


_STUDY = """\
# A study: files in, numbers with certificates out. Run it with: madein run {folder}
title: {title}
steps:
  - id: production          # tables are called production.levels, production.growth ...
    use: indices            # monthly series: levels and growth
    from: {{series: data/production.csv}}
    with:
      every: {{economy: VNM, measure: industrial_production, unit: index (2015=100)}}
sources:                    # what is known of each file; basis: published, estimated, illustrative, simulated
  data/production.csv: {{publisher: made up, licence: none, date: 2024-01, basis: illustrative}}
"""

_DATA = "month,Manufacturing\n" + "".join(f"{y}-{m:02d},{100 + 5 * (y - 2022) + (m * 7) % 5}\n" for y in (2022, 2023) for m in range(1, 13))


def make_study(folder: Path, example: str = "") -> list[str]:
    """Make a study folder and return the lines to tell its owner.

    Raises
    ------
    MadeinError
        If the folder holds something already, or the example is not known.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise MadeinError("there is something in this folder already", str(folder), fix="name a new one")
    if example:
        known = examples()
        if example not in known:
            raise MadeinError(f"there is no example {example!r}", fix="examples: " + ", ".join(known))
        shutil.copytree(known[example], folder, ignore=shutil.ignore_patterns("out", "out.*", ".madein"), dirs_exist_ok=True)
    else:
        (folder / "data").mkdir(parents=True)
        (folder / "data" / "production.csv").write_text(_DATA, encoding="utf-8")
        name = folder.resolve().name
        text = _STUDY.format(folder=folder, title=yaml.safe_dump(name, allow_unicode=True, default_style='"').strip())
        (folder / STUDY_FILE).write_text(text, encoding="utf-8")
    return [f"made {folder}", f"run it:  madein run {folder}"]
