"""The ledger: append-only, as of any day, corrections as new claims."""

from __future__ import annotations

import random
from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import BadInput
from madein.core.periods import Period
from madein.ledger import Claim, Claims, Subject, slug

TODAY = date(2026, 11, 21)


def say(value: float | str | Period, day: str, **more: object) -> Claim:
    told = {"subject": "orders:a", "predicate": "orders", "unit": "order", "source": "x", **more}
    return Claim(value=value, as_of=Period.parse(day), **told)  # type: ignore[arg-type]


def ledger(*claims: Claim) -> Claims:
    return Claims.of(claims, today=TODAY)


def values(book: Claims, day: str, subject: str = "orders:a", predicate: str = "orders") -> list[object]:
    return [c.value for c in book.as_of(date.fromisoformat(day)).answer(subject, predicate).claims]


def test_subjects() -> None:
    one = Subject.parse("project:x/product=cars/phase=1")
    assert str(one) == "project:x/phase=1/product=cars"
    assert str(one.without("phase")) == "project:x/product=cars"
    for bad in ("", "x", "project:", "project:a b", "project:a/phase", "project:a/phase=1/phase=2", "Project:a", "project:a//phase=1"):
        with pytest.raises(ValueError, match=r"subject|twice"):
            Subject.parse(bad)
    assert slug("Nhà máy Hưng Phú (GĐ 1)") == "nha-may-hung-phu-gd-1"


def test_a_revision_takes_the_place_of_what_was_said_before_and_erases_nothing() -> None:
    book = ledger(say(65000.0, "2022-11-25"), say(55000.0, "2023-02-09"))
    assert [values(book, day) for day in ("2022-11-24", "2022-11-25", "2023-02-08", "2023-02-09")] == [[], [65000.0], [65000.0], [55000.0]]
    assert book.history("orders:a", "orders")["number"].to_list() == [65000.0, 55000.0]
    assert len(book) == 2


def test_statements_that_cannot_be_put_in_order_stand_side_by_side() -> None:
    book = ledger(say(10.0, "2025"), say(20.0, "2025-11-02", source="y"))
    # "Said in 2025" may be before or after 2 November; it counts as known from the last day of the year.
    assert values(book, "2025-11-30") == [20.0]
    assert sorted(map(float, values(book, "2025-12-31"))) == [10.0, 20.0]  # type: ignore[arg-type]
    assert book.as_of(date(2025, 12, 31)).answer("orders:a", "orders").agreement == "differ"
    assert values(book.append([say(30.0, "2026-01-01")], TODAY), "2026-01-01") == [30.0]


def test_sources_of_one_day_are_never_settled_silently() -> None:
    book = ledger(say(65000.0, "2023-01-01"), say(12000.0, "2023-01-01", source="y"))
    answer = book.as_of(date(2023, 1, 1)).answer("orders:a", "orders")
    assert answer.agreement == "differ"
    assert {c.source for c in answer.claims} == {"x", "y"}
    assert book.as_of(date(2023, 1, 1)).differing.height == 2
    # 65 thousand may be 64,873 rounded; "more than 60,000" holds both.
    for value, qualifier in ((64873.0, ""), (60000.0, "more_than")):
        near = ledger(say(65000.0, "2023-01-01"), say(value, "2023-01-01", source="y", qualifier=qualifier))
        assert near.as_of(date(2023, 1, 1)).answer("orders:a", "orders").agreement == "agree"


def test_what_does_not_change_keeps_every_source() -> None:
    def flag(text: str, day: str, source: str, predicate: str) -> Claim:
        return Claim(subject="shipment:s", predicate=predicate, value=text, as_of=Period.parse(day), source=source)

    fixed = ledger(flag("VinFast", "2022-01-01", "x", "exporter"), flag("VinSmart", "2023-01-01", "y", "exporter"))
    assert fixed.as_of(date(2023, 1, 1)).answer("shipment:s", "exporter").agreement == "differ"
    moving = ledger(flag("PA", "2022-01-01", "x", "vessel_flag"), flag("LR", "2023-01-01", "y", "vessel_flag"))
    assert [c.value for c in moving.as_of(date(2023, 1, 1)).answer("shipment:s", "vessel_flag").claims] == ["LR"]


def test_a_subject_may_have_several_partners_at_once() -> None:
    def partner(name: str, day: str) -> Claim:
        return Claim(subject="project:p", predicate="partner", value=name, as_of=Period.parse(day))

    book = ledger(partner("Geleximco", "2022-01-01"), partner("Chery", "2023-01-01"))
    assert {c.value for c in book.as_of(date(2023, 1, 1)).answer("project:p", "partner").claims} == {"Geleximco", "Chery"}


def test_done_comes_before_promised() -> None:
    def handover(day: str, status: str, said: str) -> Claim:
        return Claim(subject="shipment:s", predicate="first_handover", value=Period.parse(day), status=status, as_of=Period.parse(said))

    book = ledger(handover("2023-03-02", "actual", "2023-03-03"), handover("2023-02-28", "planned", "2023-04-01"))
    view = book.as_of(date(2023, 4, 1))
    assert [str(c.value) for c in view.answer("shipment:s", "first_handover").claims] == ["2023-03-02"]
    assert {c.status for c in view.claims("shipment:s", "handover")} == {"actual", "planned"}


def test_a_correction_is_a_new_claim() -> None:
    wrong = say(6500.0, "2022-11-25")
    right = wrong.correct(value=65000.0, as_of=Period.parse("2022-12-01"))
    again = right.correct(value=65001.0, as_of=Period.parse("2023-01-01"))
    book = ledger(wrong, right, again)
    assert [values(book, d) for d in ("2022-11-30", "2022-12-01", "2023-01-01")] == [[6500.0], [65000.0], [65001.0]]
    assert book.history("orders:a", "orders")["superseded_by"].to_list() == [[right.id], [again.id], None]
    assert book.claim(right.id) == right
    with pytest.raises(KeyError):
        book.claim("0" * 16)


def test_a_correction_also_takes_the_place_of_another_source() -> None:
    theirs = say(1.0, "2022-01-01", source="y")
    book = ledger(say(2.0, "2022-01-01"), theirs, theirs.correct(value=2.0, source="editor", as_of=Period.parse("2022-02-01")))
    assert book.as_of(date(2022, 3, 1)).answer("orders:a", "orders").agreement == "alone"


def test_append_changes_nothing_and_keeps_a_claim_once() -> None:
    first = ledger(say(1.0, "2022-01-01"))
    more = first.append([say(2.0, "2022-02-01"), say(1.0, "2022-01-01")], TODAY)
    assert (len(first), len(more)) == (1, 2)
    assert more.frame.head(1).equals(first.frame)
    assert "held twice" in str(more.warnings[0])
    assert len(more.append(first)) == 2


def test_what_cannot_be_held() -> None:
    with pytest.raises(BadInput, match="said in the future"):
        ledger(say(1.0, "2026-12-01"))
    with pytest.raises(BadInput, match=r"supersedes a claim that is not held.*0123456789abcdef"):
        ledger(say(1.0, "2022-01-01", supersedes="0123456789abcdef"))
    with pytest.raises(BadInput, match="no such predicate"):
        ledger(say(1.0, "2022-01-01", predicate="mood"))
    with pytest.raises(BadInput, match="not said of such subjects"):
        ledger(say(1.0, "2022-01-01", subject="person:a"))
    with pytest.raises(BadInput, match="planned or done is not said"):
        ledger(Claim(subject="project:a", predicate="capacity", value=1.0, unit="vehicle/year", as_of=Period.parse("2022"), status=""))
    with pytest.raises(BadInput, match="valid from a day after"):
        ledger(say(1.0, "2022-01-01", valid_from=date(2022, 2, 1), valid_to=date(2022, 1, 1)))
    with pytest.raises(BadInput, match="do not hold the value"):
        ledger(say(1.0, "2022-01-01", low=2.0))


def test_a_statement_of_this_year_is_held_with_a_warning() -> None:
    book = ledger(say(1.0, "2026"))
    assert "known only after today" in str(book.warnings[0])
    assert values(book, "2026-12-30") == []
    assert values(book, "2026-12-31") == [1.0]


def test_empty() -> None:
    book = ledger()
    assert (len(book), list(book), book.days) == (0, [], [])
    assert book.as_of(TODAY).frame.height == 0
    assert not book.as_of(TODAY).answer("orders:a", "orders")
    assert book.history("orders:a", "orders").height == 0


def plainly(claims: list[Claim], day: date) -> set[str]:
    """What stands on a day, told one claim at a time: the oracle of the view."""
    fixed, many = {"exporter"}, {"partner"}
    known = [c for c in claims if c.as_of.last <= day]
    gone = {c.supersedes for c in known}
    live = [c for c in known if c.id not in gone]

    def slot(c: Claim) -> tuple[str, ...]:
        value = str(c.value).lower() if c.predicate in many else ""
        return (c.subject, c.predicate, c.status, c.basis, c.unit, value, c.source if c.predicate in fixed else "")

    return {c.id for c in live if not any(slot(o) == slot(c) and o.as_of.first > c.as_of.last for o in live)}


START = date(2022, 1, 1)
SAID = st.builds(
    lambda start, length: Period(START + timedelta(start), START + timedelta(start + length)), st.integers(0, 40), st.sampled_from([0, 0, 0, 6, 30])
)
NUMBERS = st.builds(
    lambda s, v, q, said, source, status: Claim(subject=s, predicate="capacity", value=v, qualifier=q, unit="vehicle/year", as_of=said, source=source, status=status),
    st.sampled_from(["project:a", "project:a/phase=1", "project:b"]), st.sampled_from([1000.0, 1400.0, 5e4]), st.sampled_from(["", "more_than"]), SAID,
    st.sampled_from(["x", "y"]), st.sampled_from(["planned", "actual"]),
)  # fmt: skip
TEXTS = st.builds(
    lambda s, p, v, said, source: Claim(subject=s, predicate=p, value=v, as_of=said, source=source),
    st.sampled_from(["plan:a", "plan:b"]), st.sampled_from(["exporter", "company"]), st.sampled_from(["Delta", "delta", "Orion"]), SAID, st.sampled_from(["x", "y"]),
)  # fmt: skip


@st.composite
def books(draw: st.DrawFn) -> list[Claim]:
    claims = {c.id: c for c in draw(st.lists(st.one_of(NUMBERS, TEXTS), min_size=1, max_size=10))}
    for _ in range(draw(st.integers(0, 3))):
        target = draw(st.sampled_from(sorted(claims)))
        new = claims[target].correct(
            as_of=Period.day(claims[target].as_of.last + timedelta(draw(st.integers(0, 9)))), note=draw(st.sampled_from(["", "n"]))
        )
        claims[new.id] = new
    return list(claims.values())


@settings(deadline=None, max_examples=25)
@given(claims=books(), seed=st.integers(0, 9))
def test_every_view_shows_what_was_known_then_and_nothing_later(claims: list[Claim], seed: int) -> None:
    book = ledger(*claims)
    shuffled = list(claims)
    random.Random(seed).shuffle(shuffled)
    other = ledger(*shuffled)
    for day in [book.days[0] - timedelta(1), *book.days]:
        view = book.as_of(day)
        ids = set(view.frame["id"])
        assert ids == plainly(claims, day)
        assert (view.frame["said_by"] <= day).all()
        then = [c for c in claims if c.as_of.last <= day]
        assert view.frame.equals(ledger(*then).as_of(day).frame) or not then
        # The order in which claims were added decides nothing.
        columns = ["id", "agreement", "current"]
        assert view.frame.select(columns).sort("id").equals(other.as_of(day).frame.select(columns).sort("id"))


@settings(deadline=None, max_examples=40)
@given(claims=books())
def test_every_claim_is_seen_on_its_day_unless_corrected_that_day(claims: list[Claim]) -> None:
    book = ledger(*claims)
    for c in claims:
        ids = set(book.as_of(c.as_of.last).frame["id"])
        corrected = any(o.supersedes == c.id and o.as_of.last <= c.as_of.last for o in claims)
        assert (c.id in ids) != corrected


@settings(deadline=None, max_examples=40)
@given(claims=books())
def test_ids_of_the_frame_are_those_of_the_claims(claims: list[Claim]) -> None:
    book = ledger(*claims)
    assert book.frame["id"].to_list() == [c.id for c in book] == [c.id for c in claims]
    assert list(book) == claims


def test_a_view_is_a_frame_of_the_schema() -> None:
    view = ledger(say(1.0, "2022-01-01")).as_of(TODAY)
    assert view.frame.columns[:2] == ["id", "subject"]
    assert view.frame.schema["current"] == pl.Boolean
