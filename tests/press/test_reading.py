"""Articles into facts: shapes of numbers, what is no fact, offsets, hostile text, linear time."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.press.reading import read_text
from madein.press.tokens import tokenize


def said(text: str, **more: object) -> list[tuple[object, ...]]:
    return [(f.text, f.value, f.unit, f.comparison, f.period) for f in read_text(text, **more).facts]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("Steel output fell by 4.2 per cent year on year in March 2025.", [("4.2 per cent", -4.2, "percent", "yoy", "2025-03")]),
        ("In June 2024 sales rose to $3.5bn, up from May by 2%.", [("$3.5bn", 3.5e9, "USD", None, "2024-06"), ("2%", 2.0, "percent", "mom", "2024-06")]),
        ("Coffee exports reached 1.2 million tonnes in 2023.", [("1.2 million tonnes", 1.2e6, "tonne", None, "2023")]),
        ("Growth of 4 to 5 per cent is forecast for 2026.", [("4 to 5 per cent", None, "percent", "yoy", "2026")]),
        ("Imports and exports rose by 14 and 17.5 per cent, respectively, in 2024.", [("14", 14.0, "percent", "yoy", "2024"), ("17.5 per cent", 17.5, "percent", "yoy", "2024")]),
        ("The plant covers 25 hectares.", [("25 hectares", 25.0, "hectare", None, None)]),
        ("Output doubled in 2024.", [("doubled", 2.0, "multiple", "yoy", "2024")]),
        ("It collected 60% of the annual plan in the first half of 2025.", [("60%", 60.0, "percent", "ratio_to_plan", "2025-01..2025-06")]),
        ("In the first seven months of 2024 sales rose 9.1% year-on-year.", [("9.1%", 9.1, "percent", "ytd_yoy", "2024-01..2024-07")]),
        ("In Q3 2024 profits shrank 3% from the previous quarter.", [("3%", -3.0, "percent", "qoq", "2024-Q3")]),
    ],
)  # fmt: skip
def test_shapes_of_statements(text: str, facts: list[tuple[object, ...]]) -> None:
    assert said(text) == facts


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("The model VF 8 and the 5G phone were shown.", "8"),
        ("Call 024 3942 1234 for details.", "024 3942 1234"),
        ("Version 1.2.3 was released.", "1.2.3"),
        ("A figure of 1,2,34 makes no sense.", "1,2,34"),
        ("As the report says [12], it is so.", "12"),
        ("Under Decree 15 it is allowed.", "15"),
    ],
)
def test_what_states_nothing_is_seen_but_not_read(text: str, number: str) -> None:
    reading = read_text(text)
    assert reading.facts == ()
    assert number in [u.text for u in reading.unread]


def test_a_milestone_at_the_end_of_a_sentence_without_a_verb_behind_it() -> None:
    text = "A second phase, due to be completed by the end of 2027, will bring annual capacity to 6 million."
    assert ("2027-12-31", "date") in [(f.value, f.kind) for f in read_text(text).facts]


def test_the_time_of_one_number_alone_is_not_that_of_the_next_sentence() -> None:
    text = "The index slipped to 52.4 in August 2024 from July's 54.7. New orders grew at their weakest pace in four months."
    assert [(f.text, f.period) for f in read_text(text).facts] == [("52.4", "2024-08"), ("54.7", "2024-07"), ("four months", "2024-08")]


def test_a_currency_many_countries_share_is_that_of_the_nearest_country() -> None:
    text = "Pakistan sold goods for Rs 5 million in 2024. India sold goods for Rs 7 million in 2024, or 9 million rupees."
    assert [(f.value, f.unit) for f in read_text(text).facts] == [(5e6, "PKR"), (7e6, "INR"), (9e6, "INR")]


def test_no_number_vanishes() -> None:
    text = "In 2024, VF 8 sales rose 5% to 1,200 cars; call 0243 942 1234 or see [3]. Phase 2 covers 7 ha, 1.2.3 and 31/02/2024 aside."
    reading = read_text(text)
    covered = [(f.start, f.end) for f in reading.facts] + [(u.start, u.end) for u in reading.unread]
    for i, c in enumerate(text):
        if c.isdigit() and "2024" not in (text[max(0, i - 3) : i + 4]):
            assert any(a <= i < b for a, b in covered), (c, i, text[max(0, i - 8) : i + 8])


def test_offsets_refer_to_the_text_as_it_came() -> None:
    text = "Xuất khẩu của Việt Nam đạt 39,07 tỷ USD trong tháng 11/2025, tăng 15,1% so với cùng kỳ năm trước."
    for form in ("NFC", "NFD"):
        turned = unicodedata.normalize(form, text)
        reading = read_text(turned)
        assert [f.value for f in reading.facts] == [39.07e9, 15.1]
        assert all(turned[f.start : f.end] == f.text for f in reading.facts)


def test_the_date_of_an_article_places_its_words() -> None:
    text = "Exports rose 5% last year. In November they fell 2% on the month."
    assert [f.period for f in read_text(text, day=date(2025, 12, 6)).facts] == ["2024", "2025-11"]
    assert all(f.inferred for f in read_text(text, day=date(2025, 12, 6)).facts)
    assert [f.period for f in read_text(text).facts] == [None, None]


def test_a_page_of_several_articles_is_read_article_by_article() -> None:
    page = (
        "STEEL OUTPUT RISES AGAIN IN JULY\nSteel output rose 3% year-on-year in July 2024, the ministry said in a note to reporters.\n"
        "SHOE EXPORTS SLIP IN THE THIRD QUARTER\nShoe exports fell 2% from a year earlier in the third quarter of 2025, customs said.\n"
    )
    reading = read_text(page)
    assert len(reading.items) == 2
    assert [(f.value, f.period, f.item) for f in reading.facts] == [(3.0, "2024-07", 0), (-2.0, "2025-Q3", 1)]


def test_every_fact_of_two_articles_has_an_id_of_its_own() -> None:
    facts = [f for name in ("dev_01.txt", "dev_02.txt", "dev_02.md") for f in read_text("Sales rose 5% to 1,200 cars.", name).facts]
    assert len({f.id for f in facts}) == len(facts) == 6


def test_a_month_that_is_a_syllable_of_a_name_dates_nothing() -> None:
    assert [f.period for f in read_text("Lee Jun-ho said sales rose 5% in May 2025.").facts] == ["2025-05"]
    assert [f.period for f in read_text("Sales rose 5% in the June-July period of 2025.").facts] == ["2025-06..2025-07"]


def test_to_last_is_a_verb_that_tells_how_long() -> None:
    assert said("The truce is to last six months.") == [("six months", 6.0, "month", None, None)]
    assert [f.kind for f in read_text("In the last six months of 2024 sales rose 5%.").facts] == ["growth"]


def test_what_should_be_done_has_not_happened() -> None:
    (fact,) = read_text("The road should be completed by the end of 2026.").facts
    assert (fact.kind, fact.value, fact.status) == ("date", "2026-12-31", "forecast")


@pytest.mark.parametrize("gap", ["\n", "\n\n"])
def test_a_headline_above_a_date_begins_an_article(gap: str) -> None:
    page = gap.join((
        "Steel output rises", "12 May 2025", "Output rose 5% in April, it said, to 3 million tonnes of steel.",
        "Shoe sales slip", "Hanoi, 14 June 2026", "Shoe sales fell 2% in May, customs said in a note to the press.",
    ))  # fmt: skip
    reading = read_text(page)
    assert [i.title for i in reading.items] == ["Steel output rises", "Shoe sales slip"]
    assert [f.period for f in reading.facts] == ["2025-04", "2025-04", "2026-05"]


def test_a_paragraph_broken_at_a_width_is_read_as_one() -> None:
    text = (
        "Steel\n\nOutput of steel rose by 5% in April 2025 from a year\nearlier, the ministry said on Monday in Hanoi, to\n"
        "3.5 million tonnes, which it called a record for\nmills."
    )
    reading = read_text(text)
    assert [(f.value, f.period) for f in reading.facts] == [(5.0, "2025-04"), (3.5e6, "2025-04")]
    assert len({f.sent_start for f in reading.facts}) == 1 and reading.items[0].title == "Steel"


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "no numbers here", "\x00\x01", "٤٥٪ ارتفعت", "\ufeff5%", "31 February 2024 was 5% warmer", "5", "%", "$", "1" * 5000]
)
def test_odd_texts_do_no_harm(text: str) -> None:
    reading = read_text(text)
    assert all(text[f.start : f.end] == f.text for f in reading.facts)


WORDS = ["exports", "rose", "fell", "to", "by", "and", "5%", "US$3.2 billion", "1,234", "in", "2024", "July", "the", "first", "11 months", "of", "year-on-year",
         "nearly", "respectively", ",", ".", "(", ")", "-", "million", "per cent", "VND", "tăng", "tỷ đồng", "tháng", "7/2024", "so với cùng kỳ", "\n"]  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=40), st.sampled_from(["", "en", "vi"]))
def test_any_order_of_words_is_read_without_failing(words: list[str], code: str) -> None:
    text = " ".join(words)
    reading = read_text(text, lang=code)
    for f in reading.facts:
        assert text[f.start : f.end] == f.text
        assert (f.value is None) == (f.value_low is not None)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_tokenized_once_and_in_order(text: str) -> None:
    tokens = tokenize(text)
    assert all(a.end <= b.start for a, b in zip(tokens, tokens[1:], strict=False))
    assert sum(t.end - t.start for t in tokens) == sum(not c.isspace() for c in text)
    read_text(text)


@pytest.mark.parametrize(
    "piece", ["1,", " ", "(", "million ", "1-2-", "the first ", "and ", "5% ", "US$", "A. ", "tăng ", "\n", "Rs 5 ", "A\n\n5% up\n"]
)
def test_time_grows_with_length_only(piece: str, cpu: Callable[[Callable[[], object]], float]) -> None:
    small, large = (cpu(lambda n=n: read_text(piece * n)) for n in (1000, 8000))
    assert large < 20 * small + 0.5, (small, large)


def test_the_step_makes_relations_and_checks_of_all_articles(tmp_path: object) -> None:
    from pathlib import Path

    from madein.core.check import check_result
    from madein.core.step import Inputs, Source
    from madein.press.step import Config, run

    folder = Path(str(tmp_path))
    (folder / "a.txt").write_text("The park covers 20 hectares in Debrecen. Its first phase covers 31 hectares.")
    (folder / "b.txt").write_text("Corvane, a subsidiary of Orion Group, exported 300 vehicles in May 2024.")
    sources = tuple(Source(n, folder / n, "") for n in ("a.txt", "b.txt"))
    result = run(Config(), Inputs({"articles": sources}))
    check_result(result, "press")
    checks = result.tables["checks"].frame
    assert ("contradiction", "part") in list(checks.select("outcome", "about").iter_rows())
    relations = result.tables["relations"].frame
    assert ("ownership", "child", "Corvane") in list(relations.select("type", "field", "content").iter_rows())
