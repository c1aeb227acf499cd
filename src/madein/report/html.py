"""One self-contained HTML file: no script, nothing loaded, good on paper, phone, dark ground and for a screen reader."""

from __future__ import annotations

from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined

from madein.report.view import Page, anchor
from madein.study.finished import FinishedStudy

BASIS_WORDS = {
    "published": "as the source prints it",
    "computed": "computed from published numbers",
    "estimated": "rests on an estimate",
    "illustrative": "rests on made-up numbers that show how it works",
    "simulated": "rests on simulated data",
}


def render(study: FinishedStudy) -> str:
    """The report of a study as HTML text."""
    env = Environment(loader=PackageLoader("madein.report"), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined)
    page = Page(study)
    chapters = [page.chapter(c) for c in study.chapters]
    cards = page.cards()
    css = resources.files("madein.report").joinpath("templates/style.css").read_text("utf-8")
    return env.get_template("report.html.j2").render(
        study=study, css=css, chapters=chapters, cards=cards, absent=page.absent(), bases=page.bases(), words=BASIS_WORDS, anchor=anchor,
    )  # fmt: skip
