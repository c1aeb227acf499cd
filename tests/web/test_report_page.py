"""The report in a real browser: no script, no request, readable at phone width, in the dark and on paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def url(finished: Path) -> str:
    return (finished / "out" / "report.html").as_uri()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (1280, "dark"), (390, "light"), (320, "dark")])
def test_nothing_overflows_nothing_loads(browser: Any, url: str, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: said.append(m.text))
    page.goto(url)
    assert asked == [url]
    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.locator("svg.chart:visible")
    assert shown.count() == page.locator("figure:has(svg.chart)").count()
    assert all(box and box["width"] <= width for box in (shown.nth(i).bounding_box() for i in range(shown.count())))
    page.close()


def test_contrast_of_text_is_at_least_four_and_a_half(browser: Any, url: str) -> None:
    script = """() => {
      const lum = c => { const [r,g,b] = c.match(/[0-9.]+/g).slice(0,3).map(v => v/255).map(v => v <= .03928 ? v/12.92 : ((v+.055)/1.055)**2.4);
                         return .2126*r + .7152*g + .0722*b };
      const ground = e => { for (; e; e = e.parentElement) { const b = getComputedStyle(e).backgroundColor; if (!b.endsWith(', 0)')) return b } return 'rgb(255,255,255)' };
      return [...document.querySelectorAll('p, th, td, dt, dd, a, h1, h2, h3, figcaption, summary, .chart text')].slice(0, 1500).map(e => {
        const s = getComputedStyle(e), fg = e instanceof SVGElement ? s.fill : s.color, a = lum(fg), b = lum(ground(e));
        return [(Math.max(a,b)+.05)/(Math.min(a,b)+.05), e.tagName + ' ' + e.textContent.slice(0,30)] }).filter(x => x[0] < 4.5).slice(0, 5) }"""
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(url)
        assert page.evaluate(script) == []
        page.close()


def test_a_number_opens_its_certificate_and_the_way_back(browser: Any, url: str) -> None:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    number = page.locator("p.finding a.num").first
    target = (number.get_attribute("href") or "")[1:]
    number.click()
    card = page.locator(f"#{target}")
    assert card.is_visible()
    box = card.bounding_box()
    assert box
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 900
    assert number.inner_text().lstrip("−") in card.inner_text()
    card.locator("a.close").click()
    assert page.evaluate("location.hash") == "#said-1"
    page.close()


def test_paper_shows_certificates_with_numbers_and_no_navigation(browser: Any, url: str, tmp_path: Path) -> None:
    page = browser.new_page()
    page.goto(url)
    page.emulate_media(media="print")
    assert not page.locator("nav").is_visible()
    assert page.locator("article.card").first.is_visible()
    marks = page.evaluate("getComputedStyle(document.querySelector('a.num'), '::after').content")
    assert "attr(data-n)" in marks or "[1]" in marks
    assert len(page.pdf(format="A4")) > 50_000
    page.close()


def test_the_page_works_without_scripts_allowed(browser: Any, url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(url)
    page.locator("details summary").first.click()
    assert page.locator("details[open] table").first.is_visible()
    context.close()


def test_headings_and_labels_for_a_screen_reader(browser: Any, url: str) -> None:
    page = browser.new_page()
    page.goto(url)
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(levels, levels[1:], strict=False))
    assert page.get_by_role("img").count() == page.locator("figure:has(svg.chart)").count()
    assert page.evaluate("[...document.querySelectorAll('table.data')].every(t => t.tHead && t.querySelector('tbody th[scope=row]'))")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.close()
