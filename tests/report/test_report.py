"""The report: self-contained, complete, honest, and safe with hostile text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from madein.core.blocks import HOLE
from madein.report import FINISH
from madein.report.charts import NARROW, WIDE, draw
from madein.report.html import render
from madein.study.finished import FinishedStudy, open_study
from madein.study.run import run_study


@pytest.fixture(scope="module")
def study(finished: Path) -> FinishedStudy:
    return open_study(finished)


@pytest.fixture(scope="module")
def page(study: FinishedStudy) -> str:
    return (study.out / "report.html").read_text(encoding="utf-8")


class Reader(HTMLParser):
    """Ids, links, tags and attributes of a page; complains of tags that do not close in order."""

    VOID = frozenset({"meta", "br", "link", "img", "hr"})

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.feed(text)
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(k, v or "") for k, v in attrs]
        self.ids += [v or "" for k, v in attrs if k == "id"]
        self.links += [v or "" for k, v in attrs if k == "href"]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(k, v or "") for k, v in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_is_self_contained_and_inert(page: str) -> None:
    seen = Reader(page)
    assert not {"script", "iframe", "object", "embed", "form", "img", "link", "base"} & set(seen.tags)
    assert all(link.startswith("#") for link in seen.links)
    assert not [k for k, _ in seen.attributes if k.startswith("on") or k in ("src", "action", "style")]
    assert "default-src 'none'; style-src 'unsafe-inline'; img-src data:" in page
    assert not re.findall(r"url\(\s*['\"]?(?!#)", page)


def test_ids_are_unique_and_every_link_lands(page: str) -> None:
    seen = Reader(page)
    assert len(seen.ids) == len(set(seen.ids))
    assert {link[1:] for link in seen.links} <= set(seen.ids)


def test_report_is_small(page: str) -> None:
    assert len(page.encode()) <= 1_000_000


def test_every_figure_named_by_a_block_has_its_certificate(study: FinishedStudy, page: str) -> None:
    from madein.report.view import anchor

    named = {h[1] for c in study.chapters for b in c.blocks if b.kind == "finding" for h in HOLE.finditer(b.body["text"])}
    named = {i for i in named if study.figures[i].low is not None}
    assert len(named) > 10
    for id_ in named:
        card = page[page.index(f'id="{anchor("f", id_)}"') :]
        card = card[: card.index("</article>")]
        figure = study.figures[id_]
        for part in ("bounds", figure.basis, "method", "in the source", f"{figure.value!r}"):
            assert part in card, (id_, part)
    for source in study.sources.values():
        assert source.sha256 in page


def test_what_is_absent_is_said_with_its_reason(page: str) -> None:
    section = page[page.index('id="not-computed"') :]
    assert "No value for January to September 2023" in section
    assert "more" in section[: section.index("</section>")]


def test_every_chart_has_alt_text_two_sizes_and_its_numbers(study: FinishedStudy, page: str) -> None:
    charts = [b for c in study.chapters for b in c.blocks if b.kind == "chart"]
    assert len(charts) >= 5
    assert page.count('class="chart wide"') == page.count('class="chart narrow"') == len(charts)
    assert page.count('role="img" aria-label="') == len(charts)
    assert page.count("The numbers behind it") == len(charts)


def test_rendering_twice_gives_the_same_bytes(study: FinishedStudy, page: str) -> None:
    assert render(study) == render(FinishedStudy(study.out, study.root)) == page


HOSTILE = "<script>alert('x')</script>\"'&{{7*7}}{%raw%}</style></table>"


def test_hostile_names_and_cells_stay_text(tmp_path: Path) -> None:
    import csv

    import yaml

    with (tmp_path / "d.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["month", HOSTILE, "=HYPERLINK(1)"])
        writer.writerows([f"2024-0{m}", m + 0.5, 2 * m] for m in range(1, 7))
    study = {
        "title": HOSTILE,
        "summary": HOSTILE,
        "steps": [{"id": "a", "use": "indices", "title": HOSTILE, "from": {"series": "d.csv"}, "with": {"note": HOSTILE}}],
        "sources": {"d.csv": {"publisher": HOSTILE, "url": "javascript:alert(1)", "title": HOSTILE, "licence": "=1+1"}},
    }
    (tmp_path / "study.yaml").write_text(yaml.safe_dump(study))
    run_study(tmp_path, FINISH)
    page = (tmp_path / "out" / "report.html").read_text()
    seen = Reader(page)
    assert "script" not in seen.tags
    assert all(link.startswith("#") for link in seen.links)
    assert "{{7*7}}" in page
    assert HOSTILE not in page
    figures = (tmp_path / "out" / "figures.csv").read_text()
    assert not [line for line in figures.splitlines() for cell in next(csv.reader([line])) if cell and cell[0] in "=+@"]


def test_charts_that_load_or_act_are_refused() -> None:
    import polars as pl

    from madein.core.errors import ContractBroken

    frame = pl.DataFrame({"x": ["a"], "y": [1.0]})
    base = {"mark": "bar", "encoding": {"x": {"field": "x", "type": "nominal"}, "y": {"field": "y", "type": "quantitative"}}}
    assert draw(base, frame, "c1", WIDE).startswith("<svg")
    linked = {**base, "encoding": {**base["encoding"], "href": {"value": "https://example.org/"}}}
    image = {"mark": {"type": "image", "url": "https://example.org/x.png"}, "encoding": base["encoding"]}
    for spec in (linked, image):
        with pytest.raises(ContractBroken):
            draw(spec, frame, "c2", NARROW)
    with pytest.raises(ContractBroken, match="cannot be drawn"):
        draw({"mark": "no such mark"}, frame, "c3", WIDE)


def test_chart_ids_are_the_charts_own() -> None:
    import polars as pl

    frame = pl.DataFrame({"x": [1.0, 2.0], "y": [1.0, 3.0]})
    xy = {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "quantitative"}}
    spec = {"mark": {"type": "line", "clip": True}, "encoding": xy}
    first, second = draw(spec, frame, "one", WIDE), draw(spec, frame, "one", WIDE)
    assert first == second
    assert all(i.startswith("one-w") for i in re.findall(r'\sid="([^"]+)"', first))
    assert re.findall(r"url\(#([^)]+)\)", first)


def test_chart_specifications_of_the_example_fit_the_vega_lite_schema(study: FinishedStudy) -> None:
    altair = pytest.importorskip("altair", reason="altair, of the test extra, validates specifications")
    for chapter in study.chapters:
        for block in (b for b in chapter.blocks if b.kind == "chart"):
            altair.Chart.from_dict({**block.body["spec"], "data": {"values": []}})


def test_all_six_kinds_are_drawn(tmp_path: Path, finished: Path) -> None:
    from madein.core.step import Block
    from madein.report.view import Page
    from madein.study.finished import Chapter

    study = open_study(finished)
    figure = "exports/economy=VNM/period=2024-12"
    blocks = (
        Block("finding", "", {"text": "It was {" + figure + "|abs} in {" + figure + "|period}, within {" + figure + "|interval}."}),
        Block("chart", "C", {"spec": {"mark": "bar"}, "table": "gaps", "alt": "alt"}),
        Block("table", "T", {"table": "gaps"}),
        Block("excerpt", "E", {"text": "up 5 % <b>", "marks": [{"start": 3, "end": 6, "state": "agrees", "figure": figure}], "source": "s"}),
        Block("tree", "R", {"label": "all of", "state": "no", "children": [{"label": "value", "state": "yes", "figure": figure}]}),
        Block("note", "N", {"text": "One.\n\nTwo."}),
    )
    made = Page(study).chapter(Chapter("trade", "indices", "Trade", blocks, ()))
    assert [b["kind"] for b in made["blocks"]] == ["finding", "chart", "table", "excerpt", "tree", "note"]
    assert "35.53" in made["blocks"][0]["parts"][1].text
    assert made["blocks"][3]["parts"][1] == {"text": "5 %", "state": "agrees", "title": "", "anchor": made["blocks"][0]["parts"][1].anchor}


def test_slimmer_drawings_are_the_same_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawn with and without what draws nothing, no pixel differs."""
    import polars as pl
    import vl_convert

    from madein.report import charts

    frame = pl.DataFrame({"x": list(range(40)), "y": [(i * 37) % 11 - 3.3 for i in range(40)], "c": ["ab"[i % 2] for i in range(40)]})
    for mark in ("line", "area", "bar", "point", "tick", "rule", "text"):
        spec = {
            "mark": mark,
            "encoding": {
                "x": {"field": "x", "type": "quantitative"},
                "y": {"field": "y", "type": "quantitative"},
                "color": {"field": "c", "type": "nominal"},
            },
        }
        small = draw(spec, frame, "c1", NARROW)
        with monkeypatch.context() as patch:
            patch.setattr(charts, "slim", lambda svg: svg)
            svg = draw(spec, frame, "c1", NARROW)
        # Places are rounded to a tenth of a unit, of which a page shows two pixels at most.
        svg = re.sub(r' d="[^"A]*"', lambda path: re.sub(r"-?[0-9]+\.[0-9]{2,}", lambda m: f"{float(m[0]):.1f}", path[0]), svg)
        assert len(small) < 0.9 * len(svg), mark
        before, after = (vl_convert.svg_to_png(s, scale=2) for s in (svg, small))
        assert before == after, mark
