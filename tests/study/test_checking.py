"""Statements against data: four states, and never a contradiction about something else."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from madein.report.html import render
from madein.study.checking import check_articles
from madein.study.finished import open_study
from madein.study.overlay import overlay
from madein.study.run import run_study

STUDY = """\
title: Numbers
steps:
  - id: trade
    use: indices
    from: {series: trade.csv}
    with:
      every: {economy: Viet Nam}
      series:
        exports: {unit: million USD}
        imports: {unit: million USD}
        now: {measure: industrial_production, comparison: yoy, vintage: 2}
        first: {measure: industrial_production, comparison: yoy, vintage: 1}
"""


@pytest.fixture(scope="module")
def numbers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("numbers")
    rows = [
        f"{y}-{m:02d},{1000 + 10 * m + 100 * (y - 2023)}.0,{900 + 10 * m + 100 * (y - 2023)}.0,{5 + m / 10:.1f},{6 + m / 10:.1f}"
        for y in (2023, 2024)
        for m in range(1, 13)
    ]
    (folder / "trade.csv").write_text("month,exports,imports,now,first\n" + "\n".join(rows) + "\n")
    (folder / "study.yaml").write_text(STUDY)
    run_study(folder)
    return folder


def verdicts(folder: Path, text: str, tmp_path: Path) -> list[tuple[str, str]]:
    (tmp_path / "a.txt").write_text(text, encoding="utf-8")
    said = check_articles(open_study(folder), [tmp_path / "a.txt"], date="2025-01-10")[-1].result.tables["statements"].frame
    return list(said.select("text", "verdict").iter_rows())


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("Viet Nam's exports were US$1,110 million in January 2024.", "agrees"),
        ("Exports were US$1.11 billion in January 2024.", "agrees"),
        ("Exports were US$1.2 billion in January 2024.", "contradicts"),
        ("Exports were more than US$1.1 billion in January 2024.", "agrees"),
        ("Exports were more than US$1.2 billion in January 2024.", "contradicts"),
        ("Exports were nearly US$1.2 billion in January 2024.", "agrees"),
        ("Exports were nearly US$9 billion in January 2024.", "contradicts"),
        ("Exports were about US$1 billion in January 2024.", "agrees"),
        ("Exports rose 9.9% year-on-year in January 2024.", "agrees"),
        ("Exports fell 9.9% year-on-year in January 2024.", "contradicts"),
        ("Exports rose 9.3% year-on-year in the first three months of 2024.", "contradicts"),
        ("Exports came to US$13.98 billion in 2024.", "agrees"),
        ("Total imports and exports reached US$26.76 billion in 2024.", "agrees"),
        ("Total imports and exports rose 9.9% in 2024 from 2023.", "agrees"),
        ("The trade surplus was US$1.2 billion in 2024.", "agrees"),
        ("Industrial production rose 5.7% year-on-year in July 2024.", "agrees"),
        ("Industrial production rose 6.7% year-on-year in July 2024.", "revised"),
        ("Industrial production rose 9.7% year-on-year in July 2024.", "contradicts"),
        ("Shrimp exports were US$300 million in January 2024.", "nothing"),
        ("Exports to the United States were US$300 million in January 2024.", "nothing"),
        ("Exports of Hai Phong were US$300 million in January 2024.", "nothing"),
        ("Thailand's exports were US$300 million in January 2024.", "nothing"),
        ("Exports should reach US$2 billion in January 2026.", "nothing"),
        ("Exports were US$1.2 billion in January 2019.", "nothing"),
        ("Exports will reach US$9 billion in January 2024.", "nothing"),
        ("The firm employs 300 people.", "nothing"),
    ],
)
def test_verdicts(numbers: Path, tmp_path: Path, text: str, verdict: str) -> None:
    assert [v for _, v in verdicts(numbers, text, tmp_path)] == [verdict]


def test_every_number_found_leads_to_sentence_and_cell(numbers: Path, tmp_path: Path) -> None:
    from madein.core.step import Ref
    from madein.study.why import certificate

    article = tmp_path / "a.txt"
    article.write_text("Total imports and exports rose 9.9% in 2024 from 2023.")
    laid = overlay(open_study(numbers), check_articles(open_study(numbers), [article]), tmp_path / "out", "T")
    (id_,) = [i for i in laid.figures if i.startswith("trade_turnover/series=held against")]
    chain = json.dumps([str(n.ref) for n in _walk(certificate(laid, Ref(f"figure:{id_}")))])
    assert "source:a.txt::chars" in chain
    assert "source:trade.csv::cell" in chain


def _walk(node: object) -> list[object]:
    return [node, *(x for child in node.children for x in _walk(child))]  # type: ignore[attr-defined]


def test_hostile_articles_stay_text(numbers: Path, tmp_path: Path) -> None:
    article = tmp_path / "<b>.txt"
    article.write_text("<script>alert(1)</script> Exports rose 5% in 2024. </blockquote>{{7*7}} <img src=x onerror=alert(1)>")
    page = render(overlay(open_study(numbers), check_articles(open_study(numbers), [article]), tmp_path / "out", "<i>"))
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;" in page


def test_the_command_prints_a_summary_json_and_a_page(numbers: Path, tmp_path: Path) -> None:
    article = tmp_path / "a.txt"
    article.write_text("Exports were US$1.11 billion in January 2024. Imports were US$9 billion in January 2024. It hired 300 people.")

    def check(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "madein", "check", str(article), "--against", str(numbers), *more]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    plain = check()
    assert plain.returncode == 0
    assert plain.stdout.strip().endswith("3 numbers: 1 agree, 0 after revision, 1 contradicts, 1 nothing held")
    records = json.loads(check("--format", "json").stdout)
    assert [(r["text"], r["verdict"]) for r in records] == [("US$1.11 billion", "agrees"), ("US$9 billion", "contradicts"), ("300", "nothing")]
    text = article.read_text()
    assert all(text[r["start"] : r["end"]] == r["text"] for r in records)
    assert check("--format", "html").returncode == 2
    assert check("--format", "html", "--out", str(tmp_path / "c.html")).returncode == 0
    assert "m-contradicts" in (tmp_path / "c.html").read_text()
    assert check("--strict").returncode == 1
