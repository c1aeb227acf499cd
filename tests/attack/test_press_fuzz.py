"""Any text at all: the tokenizer and the grammar read it without failing, in its place, and without losing a number."""

from __future__ import annotations

import functools
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from madein.core.check import check_result
from madein.core.documents_html import read_html
from madein.core.errors import MadeinError
from madein.core.step import Inputs, Source
from madein.core.units import unit_kind
from madein.press.items import MOST_NUMBERS, MOST_SENTENCE, anchored, sentences, split_items
from madein.press.language import LANGUAGES, language
from madein.press.model import Fact, Reading
from madein.press.reading import read_text
from madein.press.sentence import analyse
from madein.press.step import Config, run
from madein.press.times import find_times
from madein.press.tokens import tokenize

some = settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.too_slow])

ODD = [
    "5", "5%", "1,234", "3.5", "US$3.2 billion", "-7", "+2.1%", "1.2.3", "2024", "31 February", "1/2", "2½", "31/12/2024", "1,2,34", "007",
    "99999999999999999999", "5 000", "$", "€5m", "cafés", "ships", "TEU", "m²", "3rd", "#9", "(5)", "[12]", "5-6", "5–6", "%", "\n", "\n\n", ".", ";", ":",
    ",", "(", ")", '"', "-", "—", "https://a.example/2024?x=3", "a@b7.example", "VF 8", "24/7", "10:30", "+84 24 3942 1234", "1990s", "mid-2024",
    "2024-25", "FY2025", "5USD", "No. 5", "Decree 15/2026/ND-CP", "0.5", ".5", "5.", "1.000.000", "٣", "１２％", "\u202e", "\x1b[31m", "\x00", "\u200b",
]  # fmt: skip


@functools.cache
def said(code: str) -> tuple[str, ...]:
    """Words, examples of patterns, and odd numbers of a language."""
    words = language(code)
    listed = {w for found in words.lists.values() for w in found} | {str(w) for named in words.maps.values() for w in named}
    return (*sorted(listed), *(e for found in words.examples.values() for _, e in found))


@st.composite
def passages(draw: st.DrawFn) -> tuple[str, str]:
    """A language, and words and numbers of it in any order."""
    code = draw(st.sampled_from(LANGUAGES))
    piece = st.one_of(st.sampled_from(ODD), st.sampled_from(said(code)), st.from_regex(r"[0-9]{1,4}([.,][0-9]{1,3}){0,2}%?", fullmatch=True))
    return code, draw(st.sampled_from([" ", " ", ""])).join(draw(st.lists(piece, max_size=30)))


def numbers(text: str) -> list[re.Match[str]]:
    return list(re.finditer(r"\d+", text))


def places_of_time_and_names(text: str, code: str) -> list[tuple[int, int]]:
    """Spans of what a reader sees as a date, a comparison or the name of a unit or an address: no number of its own."""
    words = language(code)
    spans = [found.span() for found in re.finditer(r"(?:https?|www)\S+|\S+@\S+|(?:\x1b\[|\x9b)[0-?]*[!-/]*[@-~]?", text)]
    for item in anchored(text, split_items(text, words.lists["published"]), words, None):
        for start, end in sentences(text, item.start, item.end, words):
            s = analyse(text, start, end, item, words)
            marks = (m for group in ("plan", "plan_before", "period") for m in words.scan(group, s.tokens))
            found = (*s.times, *s.bases, *s.comparisons, *find_times(s.tokens, words, None, text), *marks)
            spans += [(s.tokens[m.first].start, s.tokens[m.last - 1].end) for m in found]
            spans += [(t.start, t.end) for t in s.tokens if t.kind == "w"]
    return spans


def lost(text: str, code: str, reading: Reading) -> list[str]:
    """Numbers that stand in no fact, are not told as unread, and are no part of a date or a name."""
    spans = [(x.start, x.end) for x in (*reading.facts, *reading.unread)] + places_of_time_and_names(text, code)
    return [f"{n[0]} at {n.start()}" for n in numbers(text) if not any(a <= n.start() and n.end() <= b for a, b in spans)]


def check(text: str, reading: Reading) -> None:
    """What holds for any reading of any text."""
    for f in reading.facts:
        assert 0 <= f.sent_start <= f.start < f.end <= f.sent_end <= len(text), f
        assert text[f.start : f.end] == f.text
        assert text[f.sent_start : f.sent_end] == f.sentence
        assert len(f.sentence) <= MOST_SENTENCE or "\n" in f.sentence
        assert (f.value is None) == (f.value_low is not None and f.value_high is not None)
        assert f.value_low is None or f.value_high is None or f.value_low <= f.value_high
        assert unit_kind(f.unit)
        assert f.qualifier
        assert f.status
    for u in reading.unread:
        assert 0 <= u.start < u.end <= len(text)
        assert u.why
    assert list(reading.facts) == sorted(reading.facts, key=lambda f: (f.start, f.end))
    amounts = [f for f in reading.facts if f.kind not in ("rank", "date")]
    assert all(not _overlap(a, b) for a, b in zip(amounts, amounts[1:], strict=False)), "two amounts share characters"


def _overlap(a: Fact, b: Fact) -> bool:
    return a.start < b.end and b.start < a.end


@some
@given(st.text(max_size=300))
@example("\x1b[31m5%\x1b[0m \x9b31m \x1b]0;title 5\x07")
@example("5\u0301% e\u0301\u0302\u0300 a\u00adb \ufeff1\u200b000")
@example("١٢٣٫٥٪ １２３．５％ १२३")
def test_any_characters_are_tokens_once_and_in_order(text: str) -> None:
    tokens = tokenize(text)
    assert all(0 <= t.start < t.end <= len(text) for t in tokens)
    assert all(a.end <= b.start for a, b in zip(tokens, tokens[1:], strict=False))
    assert sum(t.end - t.start for t in tokens) == sum(not c.isspace() for c in text)
    assert all(t.glued == (i > 0 and tokens[i - 1].end == t.start) for i, t in enumerate(tokens))
    assert all(t.low.isascii() and t.low.isdigit() for t in tokens if t.kind == "d")


@some
@given(st.text(max_size=400), st.sampled_from(["", *LANGUAGES]))
def test_any_characters_are_read(text: str, code: str) -> None:
    check(text, read_text(text, lang=code))


@some
@given(st.text(st.characters(codec="utf-8", categories=["Nd", "No", "Nl", "Sc", "Po", "Pd", "Zs", "Mn", "Cf"]), max_size=120))
def test_any_marks_and_digits_are_read(text: str) -> None:
    check(text, read_text(text))


@settings(some, max_examples=400)
@given(passages())
@example(("en", "Exports hit US$3.2 billion — 5 per cent more than a year earlier."))
@example(("en", "Sales of €5m – 3% up – were 18 million - 5G phones."))
@example(("en", "The price was $ 2024-25 and 1,234 -7 mid-2024 - in"))
@example(("en", "Sales rose ١٢٪."))
@example(("en", "About 5 cafés and 200 TEU a year."))
def test_no_number_of_any_passage_is_lost(passage: tuple[str, str]) -> None:
    code, text = passage
    reading = read_text(text, lang=code)
    check(text, reading)
    assert lost(text, code, reading) == []


@some
@given(
    st.lists(
        st.sampled_from(["Steel up", "Published", "OUTPUT OF STEEL RISES AGAIN", "5% more.", "\n", "\n\n", "a", "It rose 5% in May 2024. " * 9]),
        max_size=30,
    )
)
def test_items_of_any_page_follow_each_other_and_leave_nothing_out(lines: list[str]) -> None:
    text = "\n".join(lines)
    spans = split_items(text)
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text)
    assert all(a[1] == b[0] for a, b in zip(spans, spans[1:], strict=False))


@some
@given(passages())
def test_sentences_leave_out_white_space_only_and_are_bounded(passage: tuple[str, str]) -> None:
    code, text = passage
    words = language(code)
    spans = list(sentences(text, 0, len(text), words))
    assert all(a[1] <= b[0] for a, b in zip(spans, spans[1:], strict=False))
    inside = sum(sum(not c.isspace() for c in text[a:b]) for a, b in spans)
    assert inside == sum(not c.isspace() for c in text)
    assert all(b - a <= MOST_SENTENCE and len(numbers(text[a:b])) <= MOST_NUMBERS + 1 for a, b in spans)


@settings(max_examples=40, deadline=None)
@given(st.lists(passages(), min_size=1, max_size=3))
@example([("en", "As of 31 October 2025, investors had registered US$31.85 billion, up 12.6 per cent over the same period last year.")])
@example([("en", "The port handled 2.1 million TEU in May 2024, and 300 cafés opened.")])
@example([("en", "Exports rose 5% in May 2024."), ("en", "Exports rose 6% in May 2024.")])
def test_whatever_is_read_the_step_gives_a_result_that_keeps_the_contract(said: list[tuple[str, str]]) -> None:
    texts = [text for _, text in said if text.strip() and "\0" not in text]
    with tempfile.TemporaryDirectory() as folder:
        sources = []
        for n, text in enumerate(texts):
            file = Path(folder) / f"{n}.txt"
            file.write_bytes(text.encode())
            sources.append(Source(file.name, file, ""))
        if sources:
            check_result(run(Config(), Inputs({"articles": tuple(sources)})), "press")


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_unit_of_a_language_is_a_unit_of_the_house(code: str) -> None:
    words = language(code)
    named = ("measures", "currencies", "currency_words", "dollar_prefix", "glued_units", "durations", "singular", "bare_scale_money")
    units = {str(u) for name in named for u in words.maps.get(name, {}).values() if u} | {str(tag) for tag, _ in words.examples["unit"]}
    strange = []
    for unit in sorted(units):
        try:
            unit_kind(unit)
        except ValueError:
            strange.append(unit)
    assert strange == []


@settings(max_examples=10, deadline=None)
@given(passages())
def test_time_of_any_passage_grows_with_length_only(cpu: Callable[[Callable[[], object]], float], passage: tuple[str, str]) -> None:
    code, text = passage
    piece = text or "5 "

    def cost(length: int) -> float:
        long = (piece * (length // len(piece) + 1))[:length]
        return cpu(lambda: read_text(long, lang=code))

    assert cost(16_000) < 12 * cost(2000) + 0.3


MARKUP = [
    "<p>", "</p>", "<div ", "class=", '"', "'", ">", "<", "</", "/>", "<table><tr><td>", "</table>", "<!--", "-->", "<![CDATA[", "]]>", "<?xml", "?>",
    "<!DOCTYPE html>", "<html>", "<head>", "<body>", "<script>", "</script>", "<style>", "<svg>", "<math>", "<template>", "<noscript>", "<sup>1</sup>",
    "<del>5</del>", "<br>", "&amp;", "&#x0;", "&#55296;", "&#x1b;", "&bogus;", "&#", "<meta charset=", "utf-16", "<base href=", "<p hidden>", "<frameset>",
    "<select><option>", "<li>" * 40, "<b>" * 300, "5% more in May 2024. ", "Exports rose to US$36.2 billion. ", "\ud7ff", "\ufffe", " ", "\n",
]  # fmt: skip


@some
@given(st.lists(st.one_of(st.sampled_from(MARKUP), st.text(max_size=5)), max_size=40))
def test_any_page_is_read_or_told(parts: list[str]) -> None:
    pytest.importorskip("trafilatura", reason="the extra press reads HTML")
    try:
        text, day = read_html("".join(parts).encode(), "a.html")
    except MadeinError as fault:
        assert fault.problems[0].what
        return
    assert text.encode("utf-8").decode("utf-8") == text
    assert "\0" not in text
    assert not day or len(day) == 10
    check(text, read_text(text))
