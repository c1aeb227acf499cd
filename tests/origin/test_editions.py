"""Codes from one edition of the Harmonized System to another."""

from __future__ import annotations

import time
from itertools import permutations

import pytest

from madein.core.errors import MadeinError
from madein.origin.editions import EDITIONS, codes, describe, images, known, nearest


def test_editions_have_their_number_of_codes() -> None:
    assert {edition: len(codes(edition)) for edition in EDITIONS} == {"2012": 5205, "2017": 5387, "2022": 5612}


@pytest.mark.parametrize(
    ("code", "there"),
    [
        ("854142", {"854140"}), ("854143", {"854140"}), ("851713", {"851712"}), ("870380", {"870390"}), ("870240", {"870290"}),
        ("030617", {"030617"}), ("610910", {"610910"}), ("220299", {"220290"}),
    ],
)  # fmt: skip
def test_known_moves_to_2012(code: str, there: set[str]) -> None:
    assert set(images(code, "2022", "2012")) == there


def test_a_module_of_2022_has_many_images() -> None:
    found = images("852492", "2022", "2012")
    assert {code[:4] for code in found} > {"8517", "8529"}
    assert len(found) > 10


@pytest.mark.parametrize(("start", "end"), list(permutations(EDITIONS, 2)))
def test_a_way_there_is_a_way_back(start: str, end: str) -> None:
    for code in codes(start):
        for image in images(code, start, end):
            assert known(image, end), (code, image)
            assert code in images(image, end, start), (code, image)


@pytest.mark.parametrize(("start", "end"), list(permutations(EDITIONS, 2)))
def test_every_code_is_an_image_or_the_table_has_none(start: str, end: str) -> None:
    without = [code for code in codes(start) if not images(code, start, end)]
    assert without in ([], ["300219"])


def test_headings_and_national_codes() -> None:
    assert images("9401", "2022", "2012") == ("9401",)
    assert images("94013900", "2022", "2012") == images("940139", "2022", "2012") == ("940130",)
    assert "9401" in images("94", "2022", "2012") or images("94", "2022", "2012") == ("94",)
    assert images("870380", "2022", "2022") == ("870380",)
    assert images("999999", "2022", "2012") == ()


def test_unknown_edition_and_nearest_codes() -> None:
    with pytest.raises(MadeinError, match="held are 2012, 2017, 2022"):
        codes("2007")
    with pytest.raises(MadeinError, match="2027 is not held"):
        images("870380", "2027", "2027")
    assert nearest("854140", "2022")[1].startswith("write 85414")
    assert describe("870380").startswith("Motor cars")
    assert describe("77") == ""


def test_a_look_up_takes_microseconds() -> None:
    every = codes("2022")
    for code in every:
        images(code, "2022", "2012")
    start = time.process_time()
    for code in every:
        images(code, "2022", "2012")
    assert (time.process_time() - start) / len(every) < 5e-6
