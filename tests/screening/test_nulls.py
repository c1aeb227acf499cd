"""On random data the interval of the excess covers zero at all levels; with a planted link it does not."""

from collections import Counter

import numpy as np
import polars as pl
import pytest

from madein.screening.flows import open_frame, survey
from madein.screening.flows.rerouting import LEVELS, excesses
from madein.screening.nulls.excess import exposure_excess
from madein.screening.nulls.overlap import Cells, strata, time_excess, unit_excess
from madein.screening.schema import schemas
from madein.screening.simulator import simulate


def random_lines(seed, folder, n=12_000):
    """Rows in which nothing depends on anything: firms, provinces, codes, days and values are drawn apart."""
    rng = np.random.default_rng(seed)
    come = rng.random(n) < 0.5
    table = schemas()["declarations"]
    frame = pl.DataFrame({
        "declaration_id": [str(i) for i in range(n)], "line": 1, "date": pl.Series(rng.integers(19_000, 19_730, n)).cast(pl.Int32).cast(pl.Date),
        "flow": np.where(come, "import", "export"), "firm_id": rng.integers(0, 500, n).astype(str), "province": rng.integers(0, 63, n).astype(str),
        "hs": [f"{x:08d}" for x in 10_000_000 + rng.integers(0, 60, n) * 100], "origin": np.where(come, "CHN", "VNM"),
        "departure": np.where(come, "CHN", "VNM"), "destination": np.where(come, "VNM", "USA"), "net_kg": rng.lognormal(5, 1, n),
        "value": rng.lognormal(9, 1.2, n).round(2), "currency": "USD",
    })  # fmt: skip
    frame = frame.with_columns(pl.lit(None).alias(c) for c in table.polars if c not in frame.columns)
    frame.select(list(table.polars)).cast(table.polars).write_parquet(folder / "declarations.parquet")


@pytest.mark.parametrize("kind", ["rows", "economy"])
def test_interval_covers_zero_on_random_data(kind, tmp_path):
    seeds = 12
    covered, share = Counter(), Counter()
    for seed in range(seeds):
        if kind == "rows":
            random_lines(seed, tmp_path)
        else:
            simulate("null", 12_000, seed, tmp_path)
        for e in excesses(open_frame(tmp_path), "CHN", "USA", seed=seed):
            covered[e.name] += e.low <= 0 <= e.high
            share[e.name] += e.share
    assert len(covered) == 2 * len(LEVELS)
    # Chance of two misses in twelve at the nominal 95 percent: 12 percent; of three, 2 percent.
    assert min(covered.values()) >= seeds - 2
    assert share["rerouting country lag 0"] > 5 * share["rerouting firm lag 0"]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rows", "economy"])
def test_interval_covers_zero_in_95_of_100_seeds(kind, tmp_path):
    covered = Counter()
    for seed in range(100):
        if kind == "rows":
            random_lines(seed, tmp_path)
        else:
            simulate("null", 40_000, 1000 + seed, tmp_path)
        for e in survey(open_frame(tmp_path), "CHN", "USA", seed=seed):
            if e.draws:
                covered[e.name] += e.low <= 0 <= e.high
    assert min(covered.values()) >= 95, covered


def test_planted_link_shows_at_every_unit(tmp_path):
    simulate("planted", 60_000, 621, tmp_path)
    by_name = {e.name: e for e in survey(open_frame(tmp_path), "CHN", "USA")}
    for level in ("province", "firm", "cluster"):
        assert by_name[f"rerouting {level} lag 1"].low > 0
    assert by_name["rerouting cluster lag 0"].excess > by_name["rerouting firm lag 0"].excess


def test_unit_excess_by_hand():
    # Two units; each imports and exports its own code: all is covered, and dealing the labels covers half.
    came = Cells(*(np.array(x) for x in ([0, 1], [0, 1], [0, 0], [100, 100])))
    e = unit_excess("x", came, came, np.array([0, 1]), np.zeros(2, np.int64), 2, 1, draws=199)
    assert e.share == 1.0
    assert 0.3 < e.null < 0.7


def test_too_few_quarters_are_told():
    cells = Cells(*(np.array([0]) for _ in range(4)))
    e = time_excess("x", cells, cells, 1, 3)
    assert e.draws == 0
    assert "at least 4" in e.absent


def test_strata_put_firms_without_exports_apart():
    assert strata(4, np.array([0, 5, 0, 9])).tolist() == [0, 1, 0, 2]


def test_exposure_shows_a_planted_difference():
    rng = np.random.default_rng(1)
    whole = rng.integers(1000, 2000, 200)
    exposed = np.arange(200) < 60
    part = (whole * (0.1 + 0.3 * exposed) * rng.uniform(0.8, 1.2, 200)).astype(np.int64)
    e = exposure_excess("x", part, whole, exposed)
    assert e.low > 0
    assert e.share == pytest.approx(0.4, abs=0.02)
    assert exposure_excess("x", part, whole, np.arange(200) < 2).draws == 0
