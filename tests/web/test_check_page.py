"""The page of checked articles in a real browser: hostile text, titles and names stay text; readable, by keyboard and on paper too."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("browser")

SAID = "Viet Nam's exports rose 14.3 per cent in 2024 from 2023, the office said. The plant in Hai Phong hired 300 people."

HOSTILE = """<script>window.ran = 1; alert(1)</script><img src="http://evil.test/i" onerror="window.ran = 2; alert(2)"><svg onload="alert(3)">
</title></style></blockquote></section><style>body { background: url(http://evil.test/css) !important; display: none }</style>
<meta http-equiv="refresh" content="0;url=http://evil.test/refresh"><base href="http://evil.test/"><iframe src="javascript:alert(4)"></iframe>
<a href="javascript:window.ran = 5">click</a><link rel="stylesheet" href="http://evil.test/x.css"><form action="http://evil.test/f"><button>go</button></form>
{{7*7}} {% raw %} ${7*7} " onmouseover="window.ran = 6" x=" ' onfocus='window.ran = 7' autofocus tabindex=1 x='
\u202e%5 esrever\u202c \u2066isolate\u2069 <!-- --> ]]> &lt;script&gt;window.ran = 8&lt;/script&gt; &#60;script&#62; \x1b[31m \x08"""

NAMES = (
    "<img src=x onerror=alert(1)>.txt", 'a"onmouseover="alert(1).txt', "b'onfocus='alert(1).txt", "javascript:alert(1).txt", "</title><script>alert(1)<_script>.txt",
    "new\nline.txt", "esc\x1b[31m.txt", "\u202etxt.moc.txt", "c::chars 0:9.txt", "&lt;b&gt;.txt", "#d.txt", "{{7*7}}.txt", "100%.txt", "[red].txt",
)  # fmt: skip


def check(folder: Path, study: Path, page: Path) -> str:
    command = [sys.executable, "-m", "madein", "check", str(folder), "--against", str(study), "--format", "html", "--out", str(page)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def hostile(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of articles whose every part is hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "in").mkdir()
    for n, name in enumerate(NAMES):
        (folder / "in" / name.replace("/", "_")).write_text(
            f"{HOSTILE if n % 2 else SAID}\n\n{SAID}\n\n{HOSTILE}\nOutput rose 5% <b>in</b> 2023 {HOSTILE}", encoding="utf-8"
        )
    (folder / "in" / "p.html").write_text(
        f"<title>{HOSTILE}</title><article><p>{SAID} &lt;script&gt;window.ran = 9&lt;/script&gt;</p><p>{SAID}{HOSTILE}</p></article>",
        encoding="utf-8",
    )
    check(folder / "in", finished, folder / "page.html")
    return folder / "page.html"


@pytest.mark.parametrize("guarded", [True, False], ids=["as written", "without its policy"])
def test_hostile_articles_neither_run_nor_ask_nor_hide(browser: Any, hostile: Path, tmp_path: Path, guarded: bool) -> None:
    text = hostile.read_text("utf-8")
    page_file = tmp_path / "page.html"
    # The policy of the page would stop a script by itself: the text must be harmless without it too.
    page_file.write_text(text if guarded else re.sub(r"<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "", text), encoding="utf-8")
    assert guarded or "Content-Security-Policy" not in page_file.read_text("utf-8")
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda r: asked.append(r.url))
    page.on("console", lambda m: told.append(m.text))
    page.on("dialog", lambda d: (told.append(d.message), d.dismiss()))
    page.goto(page_file.as_uri())
    page.wait_for_timeout(300)
    for mark in page.locator("a.mark, a.num").all()[:20]:
        mark.hover()
        mark.focus()
    page.wait_for_timeout(300)
    assert asked == [page_file.as_uri()]
    assert told == []
    assert page.evaluate("window.ran") is None
    assert page.url == page_file.as_uri()
    assert page.locator("script, iframe, img, form, button, link, base, object, svg").count() == 0
    assert page.locator("style").count() == 1
    assert page.locator("meta[http-equiv=refresh]").count() == 0
    attributes = page.evaluate("[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())")
    assert {a for a in attributes if a.startswith("on")} == set()
    hrefs = page.evaluate("[...document.querySelectorAll('[href]')].map(e => e.getAttribute('href'))")
    assert {h for h in hrefs if not h.startswith("#")} == set()
    assert page.locator("main").is_visible()
    body = page.inner_text("main")
    assert body.count("<script>window.ran = 1; alert(1)</script>") >= len(NAMES)
    assert "{{7*7}}" in body
    assert "{% raw %}" in body
    page.close()


def test_names_are_shown_as_they_are_and_act_on_nothing(browser: Any, hostile: Path) -> None:
    page = browser.new_page()
    page.goto(hostile.as_uri())
    shown = page.inner_text("#sources")
    assert "<img src=x onerror=alert(1)>.txt" in shown
    assert r"new\nline.txt" in shown
    assert r"esc\x1b[31m.txt" in shown
    assert r"\u202etxt.moc.txt" in shown
    assert "&lt;b&gt;.txt" in shown
    page.close()


@pytest.fixture(scope="module")
def many(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of the articles of the example, of one longer than a sheet, one in Vietnamese, and one of words without a break."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "in").mkdir()
    for file in sorted((finished / "articles").glob("*.md")):
        (folder / "in" / file.name).write_bytes(file.read_bytes())
    (folder / "in" / "0-long.txt").write_text("A long report of many lines\n\n" + f"{SAID}\n\n" * 60, encoding="utf-8")
    (folder / "in" / "tin.txt").write_text("Năm 2024, kim ngạch xuất khẩu của Việt Nam tăng 14,3% so với năm trước.", encoding="utf-8")
    (folder / "in" / ("unbroken_" * 12 + ".txt")).write_text("x" * 400 + f"\n{SAID}\n" + "https://a.example/" + "y" * 300, encoding="utf-8")
    assert "numbers" in check(folder / "in", finished, folder / "page.html")
    return folder / "page.html"


@pytest.mark.parametrize(("width", "scheme"), [(1200, "light"), (1200, "dark"), (400, "light"), (320, "dark")])
def test_nothing_runs_over_the_edge(browser: Any, many: Path, width: int, scheme: str) -> None:
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(many.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def test_text_and_underlines_stand_out(browser: Any, many: Path) -> None:
    script = """() => {
      const lum = c => { const [r,g,b] = c.match(/[0-9.]+/g).slice(0,3).map(v => v/255).map(v => v <= .03928 ? v/12.92 : ((v+.055)/1.055)**2.4);
                         return .2126*r + .7152*g + .0722*b };
      const ground = e => { for (; e; e = e.parentElement) { const b = getComputedStyle(e).backgroundColor; if (!b.endsWith(', 0)')) return b } return 'rgb(255,255,255)' };
      const ratio = (a, b) => (Math.max(a,b)+.05)/(Math.min(a,b)+.05);
      const text = [...document.querySelectorAll('p, th, td, dt, dd, a, h1, h2, h3, figcaption, blockquote, mark')].slice(0, 2000)
        .map(e => [ratio(lum(getComputedStyle(e).color), lum(ground(e))), e.tagName + ' ' + e.textContent.slice(0,30)]).filter(x => x[0] < 4.5);
      const lines = [...document.querySelectorAll('.mark')]
        .map(e => [ratio(lum(getComputedStyle(e).textDecorationColor), lum(ground(e.parentElement))), e.className]).filter(x => x[0] < 3);
      return [...text.slice(0, 5), ...lines.slice(0, 5)] }"""
    for scheme in ("light", "dark"):
        page = browser.new_page(color_scheme=scheme)
        page.goto(many.as_uri())
        assert page.evaluate(script) == [], scheme
        page.close()


def test_states_differ_without_colour(browser: Any, many: Path) -> None:
    page = browser.new_page()
    page.goto(many.as_uri())
    styles = page.evaluate("""['agrees', 'revised', 'contradicts', 'nothing'].map(s => { const e = document.createElement('span');
      e.className = 'mark m-' + s; document.body.append(e); return getComputedStyle(e).textDecorationStyle })""")
    assert len(set(styles)) == 4
    page.close()


def test_the_keyboard_reaches_a_statement_its_certificate_and_the_way_back(browser: Any, many: Path) -> None:
    page = browser.new_page(viewport={"width": 1200, "height": 900})
    page.goto(many.as_uri())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator("a.skip").bounding_box()["x"] >= 0
    mark = page.locator("a.mark").first
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('mark')"):
            break
    assert page.evaluate("document.activeElement.classList.contains('mark')")
    outlined = page.evaluate(
        "(() => { const s = getComputedStyle(document.activeElement); return s.outlineStyle != 'none' || s.backgroundColor != 'rgba(0, 0, 0, 0)' })()"
    )
    assert outlined
    target = (mark.get_attribute("href") or "")[1:]
    page.keyboard.press("Enter")
    card = page.locator(f"[id='{target}']")
    assert card.is_visible()
    assert card.bounding_box()["y"] >= 0
    assert "held against the statement" in card.inner_text()
    page.close()


def test_paper_begins_with_the_first_article(browser: Any, many: Path, tmp_path: Path) -> None:
    pypdf = pytest.importorskip("pypdf", reason="the extra press reads PDF")
    page = browser.new_page()
    page.goto(many.as_uri())
    page.pdf(path=str(tmp_path / "page.pdf"), format="A4")
    page.close()
    sheets = pypdf.PdfReader(tmp_path / "page.pdf").pages
    first = " ".join(sheets[0].extract_text().split())
    assert "Against the data held" in first
    assert "A long report of many lines" in first
