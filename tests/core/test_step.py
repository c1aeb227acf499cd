"""The contract's nouns: references and ids that read back as what they were written from."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from madein.core.blocks import HOLE
from madein.core.step import BASES, DIMS, Figure, Ref, escape, read_row_at, row_at, worst

NODES = st.text(st.sampled_from("a:%3A25/=.é \n&"), min_size=1, max_size=12) | st.text(min_size=1, max_size=20)
PLACES = st.text(st.sampled_from("a:% =&"), max_size=10) | st.text(max_size=20)


@given(NODES, PLACES)
@example("source:a:", "row x")
@example("source:a::b", "cell C14")
@example("source:100%.csv", "")
@example("source:%3A%3A", ":")
@example("table:a.b", "::")
def test_references_read_back(node: str, at: str) -> None:
    assert Ref.parse(str(Ref(node, at))) == Ref(node, at)


@given(NODES, PLACES, NODES, PLACES)
def test_unlike_references_have_unlike_texts(node: str, at: str, other: str, there: str) -> None:
    assert (str(Ref(node, at)) == str(Ref(other, there))) == ((node, at) == (other, there))


def test_references_stay_readable() -> None:
    assert str(Ref("source:data/iip.csv", "cell IIP!C14")) == "source:data/iip.csv::cell IIP!C14"
    assert str(Ref("table:iip.levels")) == "table:iip.levels"
    ref = Ref("figure:exports/period=2024")
    assert (ref.kind, ref.name) == ("figure", "exports/period=2024")
    assert Ref("source:a:b").name == "a:b"


KEYS = st.dictionaries(
    st.sampled_from(["series", "period", "a b", "é"]), st.text(max_size=12) | st.text(st.sampled_from("&=%26\n"), max_size=8), max_size=4
)


@given(KEYS)
def test_row_addresses_read_back(key: dict[str, str]) -> None:
    assert read_row_at(row_at(key)) == key


@given(KEYS, KEYS)
def test_unlike_rows_have_unlike_addresses(a: dict[str, str], b: dict[str, str]) -> None:
    assert (row_at(a) == row_at(b)) == (list(a.items()) == list(b.items()))


def test_row_addresses_stay_readable() -> None:
    assert row_at({"series": "Khai khoáng, R&D", "period": "2024-01..2024-07"}) == "row series=Khai khoáng, R%26D&period=2024-01..2024-07"


@given(st.text(max_size=20), st.text("/=&%{}|", max_size=3))
def test_escaping_leaves_no_special_character(text: str, special: str) -> None:
    escaped = escape(text, special)
    assert not set(escaped) & (set(special) - {"%"})
    assert not any(ord(c) < 32 for c in escaped)
    assert escaped.count("%") == sum(c in special or c == "%" or ord(c) < 32 for c in text)


VALUES = st.text(st.sampled_from("a/=%2F{}|\n é"), max_size=8) | st.text(max_size=12)
DIM = st.dictionaries(st.sampled_from(DIMS), VALUES, max_size=4)


def figure(measure: str, dims: dict[str, str]) -> Figure:
    return Figure(measure, dims, 1.0, "USD", ())


@given(st.sampled_from(["exports", "imports"]), DIM, st.sampled_from(["exports", "imports"]), DIM)
def test_unlike_figures_have_unlike_ids(measure: str, dims: dict[str, str], other: str, those: dict[str, str]) -> None:
    assert (figure(measure, dims).id == figure(other, those).id) == ((measure, dims) == (other, those))


@given(DIM)
def test_an_id_fits_a_hole_and_a_reference(dims: dict[str, str]) -> None:
    id_ = figure("exports", dims).id
    found = HOLE.fullmatch("{" + id_ + "|change}")
    assert found is not None
    assert (found[1], found[2]) == (id_, "change")
    assert Ref.parse(str(Ref(f"figure:{id_}", "x"))).name == id_


def test_ids_are_in_the_order_of_the_dimensions() -> None:
    assert figure("exports", {"period": "2024", "economy": "VNM", "partner": "USA"}).id == "exports/economy=VNM/partner=USA/period=2024"


def test_the_worst_basis_wins() -> None:
    for i, basis in enumerate(BASES):
        assert worst(BASES[: i + 1]) == worst(reversed(BASES[: i + 1])) == basis
    assert worst([]) == "published"
    with pytest.raises(ValueError, match="not in tuple"):
        worst(["hearsay", "published"])
