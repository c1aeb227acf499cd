"""The press benchmark scores any folder of its layout by the rules it prints, and tells of what it cannot read."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
from benchmarks import press, press_match, press_peer, press_scale

SAID = "Exports rose 5.1 per cent year-on-year in July 2024. The firm hired 300 people and plans 200 more.\n"


def fact(article: str, text: str, of: str = SAID, **fields: Any) -> dict[str, Any]:
    start = of.index(text)
    return {"article": article, "start": start, "end": start + len(text), "text": text, **fields}


def folder(tmp_path: Path, facts: list[dict[str, Any]], **articles: str) -> Path:
    (tmp_path / "articles").mkdir()
    for name, text in articles.items():
        (tmp_path / "articles" / name.replace("_", ".")).write_text(text, encoding="utf-8")
    (tmp_path / "gold.jsonl").write_text("".join(json.dumps(f) + "\n" for f in facts), encoding="utf-8")
    return tmp_path


GROWTH = {"value": 5.1, "unit": "percent", "kind": "growth", "indicator": "exports", "comparison": "yoy", "period": "2024-07"}


def test_counts_follow_the_printed_rules(tmp_path: Path) -> None:
    gold = [
        fact("a.txt", "5.1 per cent", **GROWTH),
        fact("a.txt", "300", value=300, unit="worker", kind="count", indicator="hired", comparison=None, period="1999"),
        fact("a.txt", "plans", value=7, unit="USD", kind="level", indicator="x", comparison=None, period=None),
        fact("a.txt", "200", value=1, unit="USD", kind="level", indicator="x", comparison=None, period=None, optional=True),
    ]
    done = press.score(folder(tmp_path, gold, a_txt=SAID))
    assert done["totals"] == {"gold": 3, "found": 2, "said": 2, "tuple": 1}
    assert done["kinds"]["level"]["gold"] == 1
    assert done["kinds"]["level"]["found"] == 0
    report = "\n".join(done["report"])
    assert "MISS line 3 level 'plans' = 7 USD: got nothing" in report
    assert "TUPLE line 2 '300' period: 1999 / 2024-07" in report
    assert "SPURIOUS" not in report
    assert (
        press.places(done["articles"])
        == f"PLACES: {len(done['articles'][0].said)} of {len(done['articles'][0].said)} facts are exactly the characters of their span and sentence"
    )


def test_gold_without_optional_fields_is_scored(tmp_path: Path) -> None:
    done = press.score(folder(tmp_path, [fact("a.txt", "5.1 per cent", value=5.1, unit="percent")], a_txt=SAID))
    assert done["totals"]["found"] == 1
    assert any("geography" in line and "does not state it" in line for line in press.tables(done))


def test_articles_may_be_of_any_ending_and_gold_may_count_in_the_page(tmp_path: Path) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    page = f"<html><head><title>T</title></head><body><article><p>{SAID.strip()}</p></article></body></html>"
    gold = [
        fact("a.md", "5.1 per cent", **GROWTH),
        fact("b.html", "5.1 per cent", of=page, sentence=SAID.partition(". ")[0] + ".", sent_start=page.index("Exports"), **GROWTH),
    ]
    done = press.score(folder(tmp_path, gold, a_md=SAID, b_html=page))
    assert [a.moved for a in done["articles"]] == [0, 1]
    assert done["totals"]["found"] == done["totals"]["tuple"] == 2
    assert "1 gold spans count in another text" in press.places(done["articles"])


def test_each_fact_is_used_once_and_the_better_pair_goes_first() -> None:
    said = [{"start": 0, "end": 3, "value": 5.0, "unit": "percent", "indicator": "exports", "comparison": None, "period": None}]
    wrong = {**said[0], "indicator": "imports"}
    optional = {**said[0], "optional": True}
    assert [(s is not None, r) for _, s, r in press_match.match([wrong, said[0]], said)] == [(False, False), (True, True)]
    assert [s is not None for _, s, _ in press_match.match([optional, said[0]], said)] == [False, True]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["{"], "line 1: this is no fact"),
        (['{"article": "a.txt"}'], "line 1"),
        ([json.dumps(fact("no.txt", "300", value=1, unit="x"))], "no such file"),
    ],
)
def test_what_cannot_be_read_is_told(tmp_path: Path, lines: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    made = folder(tmp_path, [], a_txt=SAID)
    (made / "gold.jsonl").write_text("\n".join(lines), encoding="utf-8")
    assert press.main([str(made)]) == 2
    assert says in capsys.readouterr().err
    assert press.main([str(made / "nowhere")]) == 2


def test_the_peer_stands_beside_it_or_its_absence_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = folder(tmp_path, [fact("a.txt", "5.1 per cent", **GROWTH)], a_txt=SAID)
    monkeypatch.setitem(sys.modules, "quantulum3", None)
    assert press.main([str(made)]) == 0
    assert f"quantulum3 not installed: pip install {press_peer.PINNED}" in capsys.readouterr().out


def test_the_peer_is_scored_by_the_same_rules() -> None:
    pytest.importorskip("quantulum3", reason="the peer of the benchmark is not installed")
    gold = [fact("a.txt", "5.1 per cent", **GROWTH)]
    lines = press_peer.beside(press_peer.load(), [("Exports rose 5.1% in July.", gold, [])], 0.01)
    row = next(line for line in lines if line.startswith("quantulum3") and "same rules" in line)
    assert row.split()[3] == "1"
    assert float(row.split()[6]) == 1.0


def test_texts_of_any_length_are_made_of_articles(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Xuất khẩu tăng 5%. ", encoding="utf-8")
    for size in (10, 100, 1000):
        assert size - 4 <= len(press_scale.text_of(size, tmp_path).encode()) <= size
    assert press_scale.write_many(tmp_path / "many", 5, tmp_path) == 5 * len((tmp_path / "a.txt").read_bytes())
