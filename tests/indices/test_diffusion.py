"""Diffusion indices: worked numbers, published months, standard errors against repeated draws, bad answers."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import BadInput, MadeinError
from madein.core.periods import month_number
from madein.indices.diffusion import composite, diffusion_index, read_answers, scheme, survey_index

JAN = month_number(2024, 1)
WORDS = ("up", "same", "down")


def test_shares_and_index() -> None:
    found = diffusion_index(19, 22, 9)
    assert (found.index, found.balance) == (60.0, 20.0)
    assert found.balance == 2 * found.index - 100
    for bad in ((-1, 1, 1), (0, 0, 0)):
        with pytest.raises(MadeinError, match="answers cannot divide"):
            diffusion_index(*bad)


def test_delivery_times_are_inverted_by_one_scheme_alone() -> None:
    sp = {"new_orders": 56.2, "output": 55.1, "employment": 51.0, "suppliers_delivery_times": 47.3, "stocks_of_purchases": 49.4}
    assert composite(sp).value == pytest.approx(53.68, abs=1e-12)
    assert composite(sp).parts["suppliers_delivery_times"] == pytest.approx(0.15 * 52.7)
    ism = {"New Orders": 49.2, "Production": 48.4, "Employment": 45.9, "Supplier Deliveries": 50.1, "Inventories": 45.3}
    found = composite(ism, "ism", month_number(2024, 2), half=0.05)
    assert found.value == pytest.approx(47.78, abs=1e-12)
    assert (found.low, found.high) == pytest.approx((47.73, 47.83))


def test_weights_have_their_time() -> None:
    """January 2008 is the first month with equal weights: 50.7 as released; those of 1982 would give 50.9."""
    parts = dict(zip(("new_orders", "production", "employment", "supplier_deliveries", "inventories"), (49.5, 55.2, 47.1, 52.6, 49.1), strict=True))
    assert round(composite(parts, "ism", month_number(2008, 1)).value, 1) == 50.7
    assert round(composite(parts, "ism", month_number(2007, 12)).value, 1) == 50.9
    with pytest.raises(MadeinError, match="no weights before January 1982"):
        composite(parts, "ism", month_number(1981, 12))


@pytest.mark.parametrize("key", ["sp_global", "ism"])
def test_schemes_add_up_and_say_their_source(key: str) -> None:
    for month in (month_number(2000, 1), None):
        held = scheme(key, month)
        assert sum(held.weights.values()) == pytest.approx(1, abs=1e-12)
        assert held.source
        assert held.inverted <= set(held.weights)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"employment": None}, "lacks employment"),
        ({"prices": 50.0}, "'prices' is no component"),
        ({"orders": 50.0}, "given twice"),
        ({"employment": 101.0}, "is 101"),
    ],
)
def test_components_that_are_none_are_told(change: dict[str, float | None], said: str) -> None:
    parts: dict[str, float | None] = dict.fromkeys(scheme("ism").weights, 50.0)
    with pytest.raises(MadeinError, match=said):
        composite({k: v for k, v in (parts | change).items() if v is not None}, "ism")


# --- answers ---


def answers(rows: list[tuple[Any, ...]], *names: str) -> pl.DataFrame:
    return pl.DataFrame(rows, list(names) or ["firm", "answer", "stratum", "size"], orient="row").with_columns(month=pl.lit(JAN))


def test_strata_and_sizes_by_hand() -> None:
    """Large 0.6: (3 x 100 + 1 x 50) / 4 = 87.5; small 0.4: (0 + 100) / 2 = 50; together 72.5."""
    rows = answers([("a", "up", "large", 3.0), ("b", "same", "large", 1.0), ("c", "down", "small", 1.0), ("d", "tăng", "small", 1.0)])
    row = survey_index(rows, {"large": 0.6, "small": 0.4}).frame.row(0, named=True)
    assert row["value"] == pytest.approx(72.5, abs=1e-12)
    # Deviations: large 3/4 (100 - 87.5), 1/4 (50 - 87.5), times 0.6; small half of 50 either way, times 0.4; n / (n - 1) = 2.
    variance = 2 * 0.36 * (9.375**2 + 9.375**2) + 2 * 0.16 * (25.0**2 + 25.0**2)
    assert row["error"] == pytest.approx(variance**0.5, rel=1e-12)
    assert (row["up"], row["same"], row["down"]) == pytest.approx((65.0, 15.0, 20.0))
    whole = survey_index(rows, {"large": 0.6, "small": 0.4}, population={"large": 2, "small": 4}).frame.row(0, named=True)
    assert whole["error"] == pytest.approx((0.5 * 2 * 0.16 * 2 * 25.0**2) ** 0.5, rel=1e-12)


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from("xyz"), st.floats(0.1, 50)), min_size=3, max_size=30), st.randoms())
def test_identities_of_answers(rows: list[tuple[str, str, float]], mixed: random.Random) -> None:
    table = [(f"f{i:03d}", *r) for i, r in enumerate(rows)]
    weights = {"x": 1.0, "y": 2.0, "z": 3.0}
    plain = survey_index(answers(table), weights).frame
    row = plain.row(0, named=True)
    assert row["value"] == pytest.approx(row["up"] + row["same"] / 2, abs=1e-9)
    assert row["up"] + row["same"] + row["down"] == pytest.approx(100, abs=1e-9)
    assert row["low"] <= row["value"] + 1e-9
    shuffled = table[:]
    mixed.shuffle(shuffled)
    assert survey_index(answers(shuffled), weights).frame.equals(plain)
    scaled = survey_index(answers([(f, a, s, 4.0 * z) for f, a, s, z in table]), {k: 8 * w for k, w in weights.items()}).frame
    assert scaled.equals(plain)
    turned = {"up": "down", "same": "same", "down": "up"}
    other = survey_index(answers([(f, turned[a], s, z) for f, a, s, z in table]), weights).frame.row(0, named=True)
    assert other["value"] == pytest.approx(100 - row["value"], abs=1e-9)
    assert other["error"] == pytest.approx(row["error"], abs=1e-9)


def test_standard_error_is_that_of_repeated_samples() -> None:
    """Samples of 30 and 20 firms out of 300 and 100: their spread is what each says of itself, and 95 % hold the truth."""
    draw = np.random.default_rng(5)
    kinds = {"x": (300, 30, (0.5, 0.3, 0.2)), "y": (100, 20, (0.2, 0.3, 0.5))}
    world = {s: (draw.choice(3, n, p=p), draw.lognormal(1, 0.6, n)) for s, (n, _, p) in kinds.items()}
    weights = {s: float(size.sum()) for s, (_, size) in world.items()}
    score = np.array([100.0, 50.0, 0.0])
    truth = sum((score[a] * z).sum() for a, z in world.values()) / sum(weights.values())
    found = []
    for _ in range(300):
        rows = []
        for s, (n, take, _) in kinds.items():
            a, z = world[s]
            rows += [(f"{s}{i}", WORDS[a[i]], s, z[i]) for i in draw.choice(n, take, replace=False).tolist()]
        row = survey_index(answers(rows), weights, population={s: k[0] for s, k in kinds.items()}).frame.row(0, named=True)
        found.append((row["value"], row["error"], row["low"] <= truth <= row["high"]))
    value, error, inside = map(np.array, zip(*found, strict=True))
    assert error.mean() / value.std() == pytest.approx(1, abs=0.15)
    assert 0.90 <= inside.mean() <= 0.99


QUESTIONS = ("New Orders", "Output", "Employment", "Suppliers' Delivery Times", "Stocks of Purchases")


def test_composite_of_answers_and_its_error() -> None:
    """Its value is the composite of the questions; its error that of each firm's own composite score."""
    draw = random.Random(2)
    rows = [(f"f{i}", q, draw.choice(WORDS), 1.0 + i % 3) for i in range(12) for q in QUESTIONS]
    table = answers(rows, "firm", "question", "answer", "size")
    found = survey_index(table, composite="sp_global").frame
    parts = {r["question"]: r["value"] for r in found.iter_rows(named=True) if r["question"] != "composite"}
    row = found.filter(pl.col("question") == "composite").row(0, named=True)
    assert row["value"] == pytest.approx(composite(parts).value, abs=1e-12)
    weight = dict(zip(QUESTIONS, (0.3, 0.25, 0.2, -0.15, 0.1), strict=True))
    score = {"up": 100.0, "same": 50.0, "down": 0.0}
    own = np.array([sum(weight[q] * score[a] for f, q, a, _ in rows if f == f"f{i}") for i in range(12)])
    size = np.array([1.0 + i % 3 for i in range(12)])
    mean = (size * own).sum() / size.sum()
    assert row["error"] == pytest.approx(np.sqrt(12 / 11 * ((size * (own - mean) / size.sum()) ** 2).sum()), rel=1e-12)


def test_slower_deliveries_raise_one_index_and_lower_the_other() -> None:
    found = {}
    for key in ("sp_global", "ism"):
        rows = [("f", q, "slower" if "deliver" in q else "same") for q in scheme(key).weights]
        table = survey_index(answers(rows, "firm", "question", "answer"), composite=key).frame  # type: ignore[arg-type]
        found[key] = table.filter(pl.col("question") == "composite")["value"][0]
        delivery = table.filter(pl.col("question").str.contains("deliver"))["value"][0]
        assert delivery == (0.0 if key == "sp_global" else 100.0)
    assert found == {"sp_global": pytest.approx(57.5), "ism": pytest.approx(60.0)}


def test_what_is_missing_is_told_and_never_assumed() -> None:
    rows = answers([("a", "up", "x", 1.0), ("b", "", "x", 1.0), ("c", "down", "x", 1.0)])
    found = survey_index(rows, {"x": 1.0, "y": 1.0})
    assert found.frame["answers"].to_list() == [2]
    assert "nobody answers for 'y'" in found.warnings[0].what
    alone = survey_index(rows.head(1))
    assert alone.frame["error"].to_list() == [None]
    assert "a single firm answers" in alone.warnings[0].what
    table = answers([("a", "Output", "up"), ("b", "Output", "down")], "firm", "question", "answer")
    lacking = survey_index(table, composite="sp_global")
    assert "composite" not in lacking.frame["question"].to_list()
    assert "nobody answered on new_orders, employment" in lacking.warnings[-1].why


@pytest.mark.parametrize(
    ("rows", "strata", "said"),
    [
        ([("a", "maybe", "x", 1.0)], None, "row 1: the answer 'maybe' is neither up, same nor down"),
        ([("a", "up", "x", -1.0)], None, "row 1: the size is -1"),
        ([("a", "up", "x", None)], None, "row 1: the size is missing"),
        ([("a", "up", "x", 1.0), ("a", "down", "x", 1.0)], None, "rows 1, 2: 'a' answers the question twice for 2024-01"),
        ([("a", "up", "x", 1.0)], {"y": 1.0}, "rows 1: stratum 'x' has no weight"),
    ],
)
def test_bad_answers_are_told_with_their_rows(rows: list[tuple[Any, ...]], strata: dict[str, float] | None, said: str) -> None:
    table = pl.DataFrame(rows, {"firm": pl.String, "answer": pl.String, "stratum": pl.String, "size": pl.Float64}, orient="row").with_columns(
        month=pl.lit(JAN)
    )
    with pytest.raises(BadInput) as fault:
        survey_index(table, strata)
    assert said in str(fault.value)


def test_tables_without_their_columns_are_told() -> None:
    with pytest.raises(MadeinError, match="no column firm"):
        survey_index(pl.DataFrame({"month": [JAN], "answer": ["up"]}))
    with pytest.raises(MadeinError, match="no answers"):
        survey_index(answers([("a", "", "x", 1.0)]))
    with pytest.raises(MadeinError, match="no composite is called"):
        composite({}, "pmi")
    with pytest.raises(BadInput, match="'soon' is no month"):
        survey_index(pl.DataFrame({"firm": ["a"], "month": ["soon"], "answer": ["up"]}))


def test_answers_are_read_in_vietnamese(tmp_path: Path) -> None:
    file = tmp_path / "tra_loi.csv"
    file.write_text(
        "Doanh nghiệp,Chỉ tiêu,Kỳ,Đánh giá,Nhóm,Số lao động\nA,Sản lượng,01/2024,Tăng,lớn,500\nB,Sản lượng,01/2024,Không đổi,lớn,500\n",
        encoding="utf-8",
    )
    found = survey_index(read_answers(file), {"lớn": 1.0}, composite="sp_global")
    assert found.frame.select("question", "value").row(0) == ("output", 75.0)
