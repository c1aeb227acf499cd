"""An article held against a finished study, without a step of its own."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from madein.core.errors import MadeinError
from madein.core.step import Inputs, Source
from madein.study.finished import FinishedStudy
from madein.study.overlay import Layer
from madein.study.plan import hash_file

FIGURES = ".figures"
"""Tables in the common form of numbers are called so, whatever step made them."""


def check_articles(study: FinishedStudy, files: Sequence[Path], date: str = "", economy: str = "") -> list[Layer]:
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
    sources = tuple(Source(f.name, f.resolve(), hash_file(f), title=f.name) for f in files if _there(f))
    facts = press.run(press.Config(date=date), Inputs({"articles": sources}))
    inputs = Inputs(
        {}, {"facts": facts.tables["facts"], "texts": facts.tables["texts"]}, {"facts": "article.facts", "texts": "article.texts"},
        {"figures": tuple((n, study.table(n)) for n in names)},
    )  # fmt: skip
    said = press_vs_data.run(press_vs_data.Config(economy=economy), inputs)
    return [Layer("article", "", facts, sources), Layer("checked", "Against the data held", said, sources)]


def _there(file: Path) -> bool:
    if not file.is_file():
        raise MadeinError("there is no such file", str(file), fix="check its name and folder")
    return True
