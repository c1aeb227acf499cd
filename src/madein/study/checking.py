"""An article held against a finished study, without a step of its own."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from madein.core.documents import printable
from madein.core.errors import MadeinError
from madein.core.step import Inputs, Source
from madein.study.finished import FinishedStudy
from madein.study.overlay import Layer
from madein.study.plan import hash_file

FIGURES = ".figures"
"""Tables in the common form of numbers are called so, whatever step made them."""


def check_articles(study: FinishedStudy, files: Sequence[Path], date: str = "", economy: str = "", encoding: str = "") -> list[Layer]:
    """Read articles and hold their statements against every number of a study.

    Returns
    -------
    list of Layer
        ``checked`` (with a chapter) over ``article`` (the facts, without one).

    Raises
    ------
    MadeinError
        If the study holds no table of numbers, or an article cannot be read.
    """
    from madein.press import step as press
    from madein.study.links import press_vs_data

    names = [n for n in study.tables if n.endswith(FIGURES)]
    if not names:
        raise MadeinError("the study holds no numbers to check against", str(study.root), fix="add a step such as indices to it")
    found = list(dict.fromkeys(files))
    if not found:
        raise MadeinError("there is no article to check", fix="name a .txt, .md, .html or .pdf file, or a folder that holds some")
    sources = tuple(_source(f, id_) for f, id_ in zip(found, _names(found), strict=True))
    facts = press.run(press.Config(date=date, encoding=encoding, show=0), Inputs({"articles": sources}))
    inputs = Inputs(
        {}, {"facts": facts.tables["facts"], "texts": facts.tables["texts"]}, {"facts": "article.facts", "texts": "article.texts"},
        {"figures": tuple((n, study.table(n)) for n in names)},
    )  # fmt: skip
    said = press_vs_data.run(press_vs_data.Config(economy=economy), inputs)
    return [Layer("article", "", facts, sources), Layer("checked", "Against the data held", said, sources)]


def _names(files: Sequence[Path]) -> list[str]:
    """What each file is called: its name, or where two are alike its path from the folder they share."""
    count = Counter(f.name for f in files)
    alike = [f.absolute() for f in files if count[f.name] > 1]
    root = os.path.commonpath([f.parent for f in alike]) if alike else ""
    names = [f.name if count[f.name] == 1 else Path(os.path.relpath(f.absolute(), root)).as_posix() for f in files]
    # Two colons part a source from the place in it.
    return [printable(name).replace("::", ": :") for name in names]


def _source(file: Path, id_: str) -> Source:
    """A file as a source of a page for one look; what keeps it from being read is told when it is read."""
    try:
        return Source(id_, file.resolve(), hash_file(file) if file.is_file() else "", title=id_)
    except (OSError, RuntimeError):
        return Source(id_, file.absolute(), "", title=id_)
