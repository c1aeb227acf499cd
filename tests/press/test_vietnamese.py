"""Vietnamese sentences and releases, composed and decomposed, read into the facts written beside them; patterns of both languages."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
import yaml

from madein.press.language import LANGUAGES, State, compile_pattern, detect, language
from madein.press.model import Fact
from madein.press.quantities import find_quantities
from madein.press.reading import read_text
from madein.press.tokens import tokenize

_CASES = yaml.safe_load(Path(__file__).with_name("vietnamese.yaml").read_text("utf-8"))
_TUPLE = ("kind", "value", "value_low", "value_high", "unit", "comparison", "period", "qualifier")
_FOUND = ("value", "value_low", "value_high", "unit")


@dataclass(frozen=True)
class Expected:
    """A fact as the file writes it; `mark` is "?" where it may be missed, "!" where more than its value and unit is still misread."""

    mark: str
    text: str
    kind: str
    value: float | str | None
    value_low: float | None
    value_high: float | None
    unit: str
    comparison: str | None
    period: str | None
    qualifier: str
    about: str


def _expected(line: str) -> Expected:
    mark = line[0] if line[0] in "?!" else ""
    parts = [None if p.strip() == "-" else p.strip() for p in line.removeprefix(mark).split("|")]
    text, kind, value, unit, comparison, period, qualifier, about = [*parts, *[None] * (8 - len(parts))]
    assert text is not None
    assert kind is not None
    assert value is not None
    assert unit is not None
    low, _, high = value.partition("..")
    single: float | str | None = value if kind == "date" else None if high else float(low)
    ends = (float(low), float(high)) if high else (None, None)
    return Expected(mark, text, kind, single, *ends, unit, comparison, period, qualifier or "exact", about or "")


def pairs(case: dict[str, Any], form: str = "NFC") -> Iterator[tuple[Expected | None, Fact | None]]:
    """Expected facts and those read, in order: paired where they begin at one place with one text."""
    text = unicodedata.normalize(form, case["text"].strip())
    seen = read_text(text, day=case.get("day"))
    assert seen.document.language == "vi"
    assert all(text[f.start : f.end] == f.text for f in seen.facts)
    left, at = list(seen.facts), 0
    for line in case["facts"]:
        want = _expected(line)
        printed = unicodedata.normalize(form, want.text)
        at = text.index(printed, at)
        got = next((f for f in left if (f.start, f.text) == (at, printed)), None)
        if got is not None:
            left.remove(got)
        at += len(printed)
        if got is not None or want.mark != "?":
            yield want, got
    yield from ((None, f) for f in left)


def faults(want: Expected, got: Fact) -> list[str]:
    """What a fact read says otherwise than the one expected."""
    out = [f"{k}: {getattr(want, k)} / {getattr(got, k)}" for k in _TUPLE if not _same(getattr(want, k), getattr(got, k))]
    about = unicodedata.normalize("NFC", got.indicator).lower()
    return out if want.about.lower() in about else [*out, f"indicator: {want.about} / {about}"]


def _same(a: Any, b: Any) -> bool:
    return abs(a - b) <= 1e-9 * max(1.0, abs(a)) if isinstance(a, float) and isinstance(b, float) else bool(a == b)


def _looked_at(want: Expected, found: list[str]) -> list[str]:
    return [] if want.mark == "?" else [f for f in found if f.startswith(_FOUND)] if want.mark == "!" else found


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("case", _CASES, ids=[c["id"] for c in _CASES])
def test_sentences_are_read_into_the_facts_beside_them(case: dict[str, Any], form: str) -> None:
    wrong = []
    for want, got in pairs(case, form):
        if want is None:
            assert got is not None
            wrong.append(f"{got.text!r} read, not expected: {got.kind} {got.value} {got.unit}")
        elif got is None:
            wrong.append(f"{want.text!r} not read")
        else:
            wrong += [f"{want.text!r} {fault}" for fault in _looked_at(want, faults(want, got))]
    assert not wrong, "\n".join(wrong)


def test_score_over_all_sentences() -> None:
    counts: Counter[str] = Counter()
    for case in _CASES:
        for want, got in pairs(case):
            if want is None:
                counts["spurious"] += 1
            elif want.mark != "?":
                found = faults(want, got) if got is not None else ["text"]
                counts["gold"] += 1
                counts["found"] += not any(f.startswith((*_FOUND, "text")) for f in found)
                counts["tuple"] += not found
    assert len(_CASES) >= 60
    assert counts["found"] >= 0.99 * counts["gold"], counts
    assert counts["tuple"] >= 0.97 * counts["gold"], counts
    assert counts["spurious"] <= 0.01 * counts["gold"], counts


def _patterns() -> list[tuple[str, str, str, str, str]]:
    out = []
    for code in LANGUAGES:
        data = yaml.load(resources.files("madein.press").joinpath(f"languages/{code}.yaml").read_text("utf-8"), Loader=yaml.BaseLoader)
        out += [(code, name, p["pattern"], p["is"], p["example"]) for name, group in data["patterns"].items() for p in group]
    return out


@pytest.mark.parametrize(("code", "name", "pattern", "tag", "example"), _patterns())
def test_each_example_is_read_by_its_pattern_and_its_group_says_the_same(code: str, name: str, pattern: str, tag: str, example: str) -> None:
    words = language(code)
    tokens = words.join(tokenize(example))
    alone = State()
    compile_pattern(alone, pattern, tag)
    own = type(words)(code, words.decimal, words.group, words.lists, words.maps, {name: alone}, {}, words.joined)
    spans = list(own.scan(name, tokens))
    assert spans, "the pattern does not read its example"
    assert any(m.tag == tag and m.first <= s.first and s.last <= m.last for m in words.scan(name, tokens) for s in spans)


def test_both_languages_hold_the_same_lists_maps_and_groups() -> None:
    en, vi = language("en"), language("vi")
    assert set(en.lists) == set(vi.lists)
    assert set(en.maps) == set(vi.maps)
    assert set(en.starts) == set(vi.starts)


def _numbers(text: str) -> list[float | None]:
    words = language("vi")
    tokens = words.join(tokenize(text))
    return [q.value for q in find_quantities(text, tokens, words, [False] * len(tokens))[0]]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("hai mươi mốt dự án", 21),
        ("chín mươi lăm xe", 95),
        ("ba trăm linh năm nghìn đồng", 305e3),
        ("hai nghìn ba trăm hộ", 2300),
        ("một triệu hai trăm nghìn tấn", 1.2e6),
        ("năm trăm triệu đồng", 500e6),
        ("nửa tỷ đồng", 0.5e9),
        ("hai triệu rưỡi đồng", 2.5e6),
        ("3 tỷ rưỡi đồng", 3.5e9),
        ("1.234,5 tỷ đồng", 1234.5e9),
        ("1.234.567 người", 1234567),
        ("0,5%", 0.5),
        ("5 nghìn tỷ đồng", 5e12),
    ],
)
def test_numbers_in_digits_and_words(text: str, value: float) -> None:
    assert _numbers(text) == [pytest.approx(value)]


@pytest.mark.parametrize("text", ["1.23 tỷ đồng", "1,234,5 tấn", "12.34.56 xe"])
def test_marks_of_another_language_are_not_read_as_numbers(text: str) -> None:
    assert _numbers(text) == []
    assert read_text(text, lang="vi").unread


def test_five_is_no_year_and_a_year_no_five() -> None:
    assert _numbers("trong năm doanh nghiệp có lãi") == []
    assert _numbers("có năm tỷ đồng") == [5e9]
    assert _numbers("mỗi năm người dân") == []


def test_language_is_found_from_letters() -> None:
    said = "Sản lượng điện tháng 5 tăng 4%"
    assert detect(said) == detect(unicodedata.normalize("NFD", said)) == "vi"
    assert detect("Prime Minister Phạm Minh Chính said output in Đồng Nai rose") == "en"
    assert detect("") == "en"


def test_words_of_several_syllables_keep_their_place_in_the_text() -> None:
    text = unicodedata.normalize("NFD", "Cả nước nhập  siêu hai mươi mốt tỷ")
    tokens = language("vi").join(tokenize(text))
    assert [t.low for t in tokens] == ["cả nước", "nhập siêu", "hai mươi mốt", "tỷ"]
    assert [unicodedata.normalize("NFC", text[t.start : t.end]) for t in tokens][1] == "nhập  siêu"
