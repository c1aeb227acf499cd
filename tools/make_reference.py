"""Writes the generated pages of docs/reference/ from the code and from a run of the example.

``python tools/make_reference.py`` writes them; with ``--check`` it writes nothing and ends with 1 if a page is out of date.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from reference import commands, errors, files, measures, study_yaml, tables, units

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
EXAMPLE = ROOT / "examples" / "vietnam"
MARK = "<!-- Made by tools/make_reference.py: edit that, not this. -->"


def pages(study: Path) -> dict[str, str]:
    """Every generated page by file name; `study` is the example, already run with report, workbook and warehouse."""
    made: dict[str, Iterator[str]] = {
        "commands.md": commands.page(),
        "study-yaml.md": study_yaml.page(EXAMPLE / "study.yaml"),
        "measures.md": measures.page(),
        "tables.md": tables.page(study),
        "units-and-periods.md": units.page(),
        "files.md": files.page(study),
        "errors.md": errors.page(ROOT / "src" / "madein"),
    }
    return {name: "\n".join([MARK, *lines]).rstrip() + "\n" for name, lines in made.items()}


def out_of_date(made: dict[str, str]) -> list[str]:
    """Names of pages whose file is missing or differs."""
    return [n for n, text in made.items() if not (REFERENCE / n).is_file() or (REFERENCE / n).read_text("utf-8") != text]


def run_example(folder: Path) -> Path:
    """A copy of the example, run as ``madein run`` does."""
    from madein.report import FINISH
    from madein.study.run import run_study

    study = shutil.copytree(EXAMPLE, folder / "vietnam", ignore=shutil.ignore_patterns("out", "out.*", ".madein"))
    run_study(study, FINISH)
    return study


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the generated pages of docs/reference/.")
    parser.add_argument("--check", action="store_true", help="write nothing; end with 1 if a page is out of date")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        made = pages(run_example(Path(folder)))
    old = out_of_date(made)
    if not old:
        print("all pages are up to date")
    elif check:
        print("out of date: " + ", ".join(old))
        sys.exit(1)
    for name in old:
        (REFERENCE / name).write_text(made[name], encoding="utf-8")
        print("wrote", name)


if __name__ == "__main__":
    main()
