"""The vectorised path over a catalogue says what the scalar path says of each bill, and tells what it cannot read."""

from __future__ import annotations

import gc
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import polars as pl
import pytest
from benchmarks.origin_batch import MARKETS, compare, frame_of, random_catalogue, single

from madein.core.errors import MadeinError
from madein.origin.batch import decide_many
from madein.origin.batch.images import Materials
from madein.origin.batch.margin import reason_of
from madein.origin.batch.numbers import amounts
from madein.origin.decide import court_of, decide
from madein.origin.model import exact
from madein.origin.provisions import place
from madein.origin.regimes import load_regime

_FAN = {
    "bill": "fan", "product_hs": "841451", "product_hs_edition": "2012", "product_country": "VN", "product_value": "100", "product_basis": "EXW",
    "gate_minimal_operations": "met", "hs": "850110", "hs_edition": "2012", "origin": "CN", "originating": "no",
}  # fmt: skip


@pytest.mark.parametrize("day", [None, date(2020, 10, 1), date(2025, 6, 1)])
def test_random_bills_agree_with_the_scalar_path(day: date | None) -> None:
    found = compare(100, 77, day)
    assert found["wrong"] == 0
    assert found["refused"] < 10


def test_a_bill_agrees_in_every_market() -> None:
    assert compare(20, 5, None, MARKETS, every=True)["wrong"] == 0


@pytest.mark.parametrize(("value", "verdict", "margin"), [("70", "yes", 0.0), ("70.01", "no", -0.01), ("69.99", "yes", 0.01)])
def test_equal_to_the_limit_passes(value: str, verdict: str, margin: float) -> None:
    rows = [_FAN | {"hs": "841451", "value": value}]
    one = decide_many(frame_of(rows), [("EVFTA", "EU")]).decisions.row(0, named=True)
    assert (one["verdict"], one["margin"]) == (verdict, float(Fraction(str(margin))))


def test_pieces_and_order_of_rows_change_nothing() -> None:
    frame = frame_of(random_catalogue(60, 9))
    whole = decide_many(frame, MARKETS[:2]).decisions.sort("bill", "regime")
    turned = decide_many(frame.sort("bill", descending=True, maintain_order=True), MARKETS[:2]).decisions.sort("bill", "regime")
    assert whole.select("verdict", "margin").cast({"verdict": pl.String}).equals(turned.select("verdict", "margin").cast({"verdict": pl.String}))


def test_workers_pieces_and_files_change_nothing(tmp_path: Path) -> None:
    frame = frame_of(random_catalogue(40, 21))
    plain = decide_many(frame, MARKETS[:2])
    frame.write_parquet(tmp_path / "catalogue.parquet", row_group_size=50)
    shared = decide_many(tmp_path / "catalogue.parquet", MARKETS[:2], workers=2)
    assert _plain(shared.decisions).equals(_plain(plain.decisions))
    assert shared.scalar == plain.scalar
    with ThreadPoolExecutor(1) as pool:
        lent = decide_many(frame, MARKETS[:2], workers=3, executor=pool)
    assert _plain(lent.decisions).equals(_plain(plain.decisions))
    assert plain.decisions["regime"].to_list()[:4] == ["EVFTA", "UKVFTA"] * 2
    assert gc.isenabled()


def _plain(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col("bill", "verdict", "rule", "reason").cast(pl.String))


def test_bills_that_say_the_same_are_decided_once() -> None:
    # Bills with parts of parts are read one by one, so that no two of them are seen to be alike.
    frame = frame_of(random_catalogue(30, 8)).drop("parent", "regional_content_pct", "imparts_character", strict=False)
    again = pl.concat([frame, frame.with_columns(pl.col("bill") + 1000)])
    once, twice = decide_many(frame, MARKETS), decide_many(again, MARKETS)
    assert twice.scalar == once.scalar
    copies = twice.decisions.filter(pl.col("bill") >= 1000).with_columns(pl.col("bill") - 1000)
    assert _plain(copies).equals(_plain(once.decisions))
    changed = decide_many(again.with_columns(pl.when(pl.col("bill") == 1000).then(1.0).otherwise(pl.col("value")).alias("value")), MARKETS)
    alone = decide_many(frame.filter(pl.col("bill") == 0).with_columns(value=pl.lit(1.0)), MARKETS)
    assert _plain(changed.decisions.filter(pl.col("bill") == 1000)).drop("bill").equals(_plain(alone.decisions).drop("bill"))


def test_a_code_with_hundreds_of_images_agrees_and_is_quick() -> None:
    # 8549.21 of 2022 may be one of a thousand codes of 2012, 8542.31 one of 159.
    for code in ("854921", "854231"):
        line: dict[str, str | None] = {"hs": code, "hs_edition": "2022", "value": "30", "origin": "CN", "originating": "no"}
        for own in ("841451", "848790"):
            good = {**_FAN, "product_hs": own, "product_hs_edition": "2022", **line}
            rows = [good, {**good, "hs": "850110", "originating": None}]
            bill = single([row | {"bill": 1} for row in rows])
            court = court_of(load_regime("EVFTA"))
            full, short = decide(bill, court), decide(bill, court, ranked=False)
            assert (full.verdict, full.rule, full.figures) == (short.verdict, short.rule, short.figures)


def _same(rows: list[dict[str, Any]], market: tuple[str, str]) -> str:
    """Verdict of one bill by both paths, which must agree."""
    found = decide_many(frame_of(rows), [market]).decisions.row(0, named=True)
    bill = single(rows)
    said = decide(replace(bill, product=replace(bill.product, destination=place(market[1]))), market[0], ranked=False)
    assert (found["verdict"], found["rule"], found["reason"]) == (said.verdict, said.rule, reason_of(said))
    return said.verdict


@pytest.mark.parametrize("own", ["854921", "854231", "852491"])
def test_a_good_with_hundreds_of_codes_is_decided_under_all_that_matter(own: str) -> None:
    good = _FAN | {"bill": 1, "product_hs": own, "product_hs_edition": "2022", "value": 30}
    codes_ = ("850110", "854233", "848620", "392690", "720711")
    for market in MARKETS:
        for code in codes_:
            _same([good | {"hs": code}, good | {"hs": "854921", "hs_edition": "2022", "value": 1}], market)
            _same([good | {"hs": code, "originating": None}, good | {"hs": "85"}], market)


def test_images_of_one_kind_are_decided_once() -> None:
    made = Materials([("854233",), ("720711", "39"), ()], np.array([0, 1, 2, 1], np.int32), np.array([0, 1]), np.array([1, 3]))
    items = [SimpleNamespace(code=c, low=int(c.ljust(10, "0"))) for c in ("850110", "854231", "850120", "850211", "390110", "720110", "720211")]
    kinds = np.array([0, 0, 0, 0, 4, 5, 5])
    item, row = np.tile(np.arange(7), 2), np.repeat([0, 1], 7)
    needed = made.needed(items, kinds, item, row, np.array([0, 1]))  # type: ignore[arg-type]
    # The first bill has a material of heading 8542, and one good of another heading stands for the rest; the second one of 7207 and any of 39.
    assert needed.reshape(2, 7).tolist() == [[True, True, True, False, True, True, False], [True, False, False, False, True, True, True]]


@pytest.mark.parametrize(("origin", "told"), [("DE", None), ("VN", None), ("VN", "yes"), ("DE", "yes")])
def test_tobacco_of_no_party_is_wholly_obtained_in_none(origin: str, told: str | None) -> None:
    good = _FAN | {"bill": 1, "product_hs": "240220", "value": 5}
    leaf = {"hs": "240120", "origin": origin, "originating": None, "weight_pct": 20, "wholly_obtained": told}
    verdict = _same([good | leaf, good | {"hs": "480840", "weight_pct": 10, "wholly_obtained": None}], ("UKVFTA", "GB"))
    assert (verdict == "no") == (origin == "DE")


def test_parts_of_parts_are_rolled_up_as_in_a_bill_by_itself() -> None:
    pack = _FAN | {"bill": 1, "product_hs": "870390", "product_value": 20000, "line": "1", "parent": None, "hs": "850760", "value": 9000}
    made = pack | {"originating": None, "origin": "VN", "processes": None}
    cells = pack | {"line": "2", "parent": "1", "hs": "850650", "value": 3000}
    wheels = pack | {"line": "3", "hs": "870870", "value": 2500}
    assert _same([made, cells, wheels], ("EVFTA", "EU")) == "yes"
    assert _same([made, cells | {"value": 8900}, wheels | {"value": 9500}], ("EVFTA", "EU")) == "no"
    assert _same([pack, wheels], ("EVFTA", "EU")) == "no"
    broken = decide_many(frame_of([made, cells | {"parent": "9"}]), [("EVFTA", "EU")], label="cars.csv")
    assert broken.refused == 1
    assert "cars.csv row 2: its parent '9' is no line" in str(broken.problems[0])


def test_columns_that_few_bills_have_are_read() -> None:
    part = _FAN | {"bill": 1, "product_hs": "870390", "hs": "870899", "value": 65, "origin": "TH", "product_basis": "FOB"}
    for pct in (None, 30, 60):
        _same([part | {"asean_content_pct": pct, "processes": None}], ("ATIGA", "ID"))


def test_what_cannot_be_read_is_told_with_row_and_column(tmp_path: Path) -> None:
    good = _FAN | {"value": "30"}
    rows = [
        good,
        good | {"bill": "b", "hs": "85011"},
        good | {"bill": "c", "value": "-3"},
        good | {"bill": "d", "origin": "Atlantis"},
        good | {"bill": "e", "value": "12x"},
        good | {"bill": "f", "product_basis": "DDP"},
    ]
    path = tmp_path / "catalogue.csv"
    frame_of(rows).write_csv(path)
    found = decide_many(path, [("EVFTA", "EU")])
    assert found.refused == 5
    assert found.decisions["verdict"].cast(pl.String).to_list() == ["yes", None, None, None, None, None]
    told = "\n".join(str(p) for p in found.problems)
    for words in ("row 3 hs", "row 4 value", "row 5 origin", "row 6 value", "row 7 product_basis"):
        assert f"catalogue.csv {words}" in told
    assert all(p.fix for p in found.problems)


def test_a_product_that_differs_between_its_rows_is_refused() -> None:
    rows = [_FAN | {"value": "30"}, _FAN | {"value": "30", "product_value": "90"}]
    found = decide_many(frame_of(rows), ["EVFTA"])
    assert found.refused == 1
    assert "product_value" in found.problems[0].where


def test_a_table_without_bills_is_refused() -> None:
    with pytest.raises(MadeinError, match="no column names the bill"):
        decide_many(pl.DataFrame({"hs": ["850110"]}), ["EVFTA"])


def test_products_may_stand_in_a_table_of_their_own() -> None:
    rows = [_FAN | {"value": "71"}]
    frame = frame_of(rows)
    goods = [c for c in frame.columns if c.startswith(("product_", "gate_"))]
    apart = decide_many(frame.drop(goods), [("EVFTA", "EU")], products=frame.select("bill", *goods))
    assert apart.decisions.equals(decide_many(frame, [("EVFTA", "EU")]).decisions)


def test_amounts_are_exact() -> None:
    cells = [0.1, 47.5, 1234567.89, 1e-9, None, 0.30000000000000004]
    found = amounts(pl.Series(cells))
    assert [found.at(n) for n in range(len(cells))] == [None if c is None else exact(c) for c in cells]
    rng = np.random.default_rng(1)
    cents = rng.integers(0, 10**9, 2000)
    held = amounts(pl.Series(cents / 100))
    assert (held.whole * 100 // 10**held.decimals == cents).all()
