"""Leaks that were planted are found with their columns, and strong but honest relations are not taken for leaks."""

from __future__ import annotations

import zlib

import numpy as np
import polars as pl
import pytest

from madein.screening.labelled.kinds import codings
from madein.screening.labelled.leak import LeakReport, find_leaks
from madein.screening.labelled.lookup import additive, joint, look, repeats, skill

ROWS = 9000
COLUMNS = ["importer", "broker", "hs", "origin", "office", "mode", "kind", "mass", "price"]
PART = np.arange(ROWS) * 3 // ROWS


def rng_of(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def plain(seed: int) -> pl.DataFrame:
    """Declarations without a label."""
    rng = rng_of(seed)

    def pick(prefix: str, n: int) -> list[str]:
        weight = 1 / np.arange(1, n + 1) ** 0.7
        return [f"{prefix}{i}" for i in rng.choice(n, ROWS, p=weight / weight.sum())]

    mass = np.round(rng.lognormal(5, 2, ROWS), 1) + 0.1
    return pl.DataFrame({
        "importer": pick("i", 900), "broker": pick("b", 60), "hs": pick("h", 80), "origin": pick("o", 12), "office": pick("c", 8),
        "mode": pick("m", 4), "kind": pick("k", 5), "mass": mass, "price": np.round(mass * rng.lognormal(1, 1, ROWS), 2) + 0.01,
    })  # fmt: skip


def hashed(frame: pl.DataFrame, columns: list[str], share: float, salt: str = "") -> np.ndarray:
    """A label that is an exact function of some columns and shows in none of them alone."""
    return np.array([zlib.crc32("|".join((salt, *map(str, r))).encode()) % 1000 < share * 1000 for r in frame.select(columns).rows()], np.int8)


def flipped(label: np.ndarray, share: float, seed: int) -> np.ndarray:
    return np.where(rng_of(seed).random(len(label)) < share, 1 - label, label).astype(np.int8)


def drawn(p: np.ndarray, seed: int) -> np.ndarray:
    return (rng_of(seed).random(len(p)) < p).astype(np.int8)


def effect(frame: pl.DataFrame, columns: list[str], sd: float, seed: int) -> np.ndarray:
    """A normal effect of each joint value."""
    key = np.unique(joint([frame[c].rank("dense").cast(pl.Int64).to_numpy() for c in columns]), return_inverse=True)[1]
    return rng_of(seed).normal(0, sd, key.max() + 1)[key]


def logistic(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def search(frame: pl.DataFrame, label: np.ndarray, columns: list[str] = COLUMNS, seed: int = 0) -> LeakReport:
    return find_leaks(frame, label, columns, PART == 0, PART == 1, PART == 2, seed)


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("columns", [["hs", "origin"], ["hs", "kind", "mode"], ["origin", "office", "mode", "kind"]])
@pytest.mark.parametrize("noise", [0.0, 0.01])
def test_a_function_of_some_columns_is_found_exactly(columns: list[str], noise: float, seed: int) -> None:
    frame = plain(seed)
    found = search(frame, flipped(hashed(frame, columns, 0.25, str(seed)), noise, seed))
    assert set(found.leaks[0].columns) == set(columns)
    assert found.leaks[0].verdict == "function"
    assert found.columns == found.leaks[0].columns
    assert found.leaks[0].kappa > 0.9 and found.leaks[0].p <= 0.01


def test_a_parity_of_three_shows_in_no_pair_and_is_found() -> None:
    frame = plain(3)
    odd = sum(frame[c].str.slice(1).cast(pl.Int64) % 2 for c in ("office", "mode", "kind")) % 2
    found = search(frame, odd.cast(pl.Int8).to_numpy())
    assert set(found.columns) == {"office", "mode", "kind"}


def test_one_column_that_is_the_label_in_other_words() -> None:
    frame = plain(4)
    label = drawn(np.full(ROWS, 0.2), 4)
    frame = frame.with_columns(severity=pl.Series(np.where(label == 1, rng_of(5).integers(1, 4, ROWS), 0)))
    found = search(frame, label, [*COLUMNS, "severity"])
    assert (found.columns, found.leaks[0].verdict) == (("severity",), "function")
    assert found.leaks[0].kappa == pytest.approx(1.0)


def test_an_amount_that_is_only_there_after_an_inspection() -> None:
    frame = plain(6)
    label = drawn(np.full(ROWS, 0.15), 6)
    fine = np.where(label == 1, rng_of(7).lognormal(6, 1, ROWS), 0.0)
    found = search(frame.with_columns(fine=pl.Series(fine)), label, [*COLUMNS, "fine"])
    assert (found.leaks[0].columns, found.leaks[0].kinds) == (("fine",), ("range",))


def test_a_remark_that_is_only_filled_in_for_finds() -> None:
    frame = plain(8)
    label = drawn(np.full(ROWS, 0.2), 8)
    remark = pl.Series([f"case {i}" if y else None for i, y in enumerate(label)])
    found = search(frame.with_columns(remark=remark), label, [*COLUMNS, "remark"])
    assert (found.leaks[0].columns, found.leaks[0].kinds) == (("remark",), ("filled",))


def test_copied_rows_give_themselves_away_by_exact_numbers() -> None:
    source = plain(9)[:1500]
    label = drawn(np.full(1500, 0.25), 9)
    pick = rng_of(10).integers(0, 1500, ROWS)
    # Everything but the two numbers is drawn anew, so that only they tell one copy from another.
    frame = plain(11).with_columns(mass=source["mass"][pick], price=source["price"][pick])
    found = search(frame, label[pick])
    assert "price" in found.leaks[0].columns and set(found.leaks[0].columns) <= {"price", "mass"}
    assert set(found.leaks[0].kinds) == {"exact"}


def test_two_leaks_are_found_one_after_the_other() -> None:
    frame = plain(12)
    label = hashed(frame, ["hs", "kind"], 0.25)
    frame = frame.with_columns(twin=pl.Series(np.where(flipped(label, 0.005, 1) == 1, "a", "b")))
    found = search(frame, label, [*COLUMNS, "twin"])
    assert [set(k.columns) for k in found.leaks] in ([{"twin"}, {"hs", "kind"}], [{"hs", "kind"}, {"twin"}])
    assert found.together is not None and set(found.together.columns) == {"twin", "hs", "kind"}


def test_rare_labels() -> None:
    frame = plain(13)
    found = search(frame, hashed(frame, ["origin", "office", "kind"], 0.04, "x"))
    assert set(found.columns) == {"origin", "office", "kind"}


HONEST = {
    "nothing": lambda f, s: np.full(ROWS, 0.2),
    "rare": lambda f, s: np.full(ROWS, 0.02),
    "columns one by one": lambda f, s: logistic(-2 + effect(f, ["hs"], 1.5, s) + effect(f, ["origin"], 1.5, s + 1) + effect(f, ["broker"], 1, s + 2)),
    "importers differ": lambda f, s: logistic(-2 + effect(f, ["importer"], 2.0, s)),
    "importers differ very much": lambda f, s: logistic(-2 + effect(f, ["importer"], 3.5, s)),
    "pairs differ": lambda f, s: logistic(-1.8 + effect(f, ["hs", "origin"], 1.2, s)),
    "price tells": lambda f, s: logistic(-2 + 2.0 * (np.log(f["price"].to_numpy()) - np.log(f["mass"].to_numpy()) - 1)),
    "drift": lambda f, s: np.linspace(0.05, 0.4, ROWS),
    "steep": lambda f, s: logistic(-4 + 3 * effect(f, ["hs"], 1, s) + 3 * effect(f, ["origin"], 1, s + 1)),
}


@pytest.mark.parametrize("seed", [21, 22, 23])
@pytest.mark.parametrize("kind", HONEST)
def test_honest_data_are_not_accused(kind: str, seed: int) -> None:
    frame = plain(seed)
    found = search(frame, drawn(HONEST[kind](frame, seed), seed + 100))
    assert found.leaks == ()
    assert found.searched > 50 and found.tried


def test_too_few_rows_are_said_not_judged() -> None:
    frame = plain(1)
    label = np.zeros(ROWS, np.int8)
    label[:40] = 1
    found = search(frame, label)
    assert not found.leaks and "middle part has 0 rows with the label" in found.absent


def test_same_seed_same_report() -> None:
    frame = plain(30)
    label = flipped(hashed(frame, ["hs", "origin"], 0.3), 0.05, 1)
    assert repr(search(frame, label)) == repr(search(frame, label))


def test_the_last_part_is_never_searched_on() -> None:
    """Labels of the last part may be anything: the same sets are chosen, only their verdict changes."""
    frame = plain(31)
    label = hashed(frame, ["hs", "kind"], 0.3)
    other = np.where(PART == 2, drawn(np.full(ROWS, 0.3), 5), label).astype(np.int8)
    assert set(search(frame, label).leaks[0].columns) == set(search(frame, other).tried[0].columns) == {"hs", "kind"}


def test_kinds_of_codings() -> None:
    frame = pl.DataFrame({"a": ["x", "y", None] * 700, "b": list(range(2100)), "c": [1] * 2100})
    found = {(c.column, c.kind): c.codes for c in codings(frame, ["a", "b", "c"], np.arange(2100) < 1000)}
    assert set(found) == {("a", "value"), ("a", "filled"), ("b", "exact"), ("b", "range")}
    assert len(np.unique(found["b", "exact"])) == 2100
    # Ranges are cut on the fitted rows: everything beyond them is the last range.
    assert len(np.unique(found["b", "range"][1000:])) == 1


def test_lookup_against_a_slow_count() -> None:
    rng = rng_of(1)
    a, b, y = rng.integers(0, 5, 400), rng.integers(0, 7, 400), rng.integers(0, 2, 400).astype(float)
    fit = np.arange(400) < 250
    table = look(joint([a, b]), y, fit, ~fit)
    base = y[fit].mean()
    for i, row in enumerate(np.flatnonzero(~fit)):
        same = fit & (a == a[row]) & (b == b[row])
        assert table.rows[i] == same.sum()
        assert table.p[i] == pytest.approx((y[same].sum() + base) / (same.sum() + 1))
    pairs = [(y[r], y[t]) for r in np.flatnonzero(~fit) for t in np.flatnonzero(fit & (a == a[r]) & (b == b[r]))]
    agree, _, seen = repeats(y[~fit], table)
    weights = [1 / (fit & (a == a[r]) & (b == b[r])).sum() for r in np.flatnonzero(~fit) for _ in np.flatnonzero(fit & (a == a[r]) & (b == b[r]))]
    assert agree == pytest.approx(np.average([u == v for u, v in pairs], weights=weights))
    assert seen == pytest.approx((table.rows > 0).mean())


def test_joint_values_stay_apart_when_there_are_very_many() -> None:
    rng = rng_of(2)
    columns = [rng.integers(0, 4000, 3000) for _ in range(6)]
    key = joint(columns)
    assert len(np.unique(key)) == len(np.unique(np.column_stack(columns), axis=0))


def test_additive_model_finds_effects_and_no_combinations() -> None:
    rng = rng_of(3)
    a, b = rng.integers(0, 8, 40_000), rng.integers(0, 8, 40_000)
    true = logistic(-1 + np.linspace(-2, 2, 8)[a] + np.linspace(1, -1, 8)[b])
    y = (rng.random(40_000) < true).astype(float)
    fit = np.arange(40_000) < 30_000
    assert np.abs(additive([a, b], y, fit) - true).mean() < 0.01
    odd = ((a + b) % 2).astype(float)
    assert skill(odd[~fit], additive([a, b], odd, fit)[~fit], 0.5) < 0.01
