"""Revision statistics against their definitions, and against a worked Newey-West variance."""

from __future__ import annotations

import math
from datetime import date

import numpy as np
import polars as pl
import pytest

from madein.core.errors import MadeinError
from madein.core.periods import month_number
from madein.indices.vintages import VintageStore, revision_stats, revision_stats_by, revision_table

JAN = month_number(2024, 1)


def two_prints(first: list[float], later: list[float], third: list[float] | None = None) -> VintageStore:
    rows = []
    for i, prints in enumerate(zip(first, later, *([third] if third else []), strict=True)):
        for k, v in enumerate(prints):
            rows.append(("exports/total", JAN + i, date(2024 + (i + k + 1) // 12, (i + k + 1) % 12 + 1, 6), v))
    return VintageStore.of(pl.DataFrame(rows, schema=["series", "month", "release", "value"], orient="row"))


def test_kth_against_later_prints() -> None:
    store = two_prints([10.0, 20.0], [11.0, 19.0], [12.0, 18.0])
    assert revision_table(store, "exports/total", later=2)["revision"].to_list() == [1.0, -1.0]
    assert revision_table(store, "exports/total")["revision"].to_list() == [2.0, -2.0]
    assert revision_table(store, "exports/total", first=2, later=3)["revision"].to_list() == [1.0, -1.0]
    assert revision_table(store, "exports/total", later=date(2024, 3, 31))["later"].to_list() == [11.0]
    assert revision_table(store, "exports/total", later=2)["percent"].to_list() == pytest.approx([10.0, -5.0])
    with pytest.raises(MadeinError, match="not later"):
        revision_table(store, "exports/total", first=2, later=2)


def test_a_break_of_the_process_splits_the_statistics() -> None:
    store = two_prints([10.0] * 10, [11.0] * 7 + [10.1] * 3)
    by = revision_stats_by(revision_table(store, "exports/total"), "regime")
    assert by.select("by", "n").rows() == [(0, 7), (1, 3)]
    assert by["mean"].to_list() == pytest.approx([1.0, 0.1])
    months = revision_stats_by(revision_table(store, "exports/total"), "month_of_year", column="percent")
    assert months["by"].to_list() == list(range(1, 11)) and months["n"].sum() == 10


def test_statistics_are_their_definitions() -> None:
    r = np.array([0.3, -0.1, 0.0, -0.4, 0.2, -0.2])
    s = revision_stats(r, first=np.arange(6.0), lags=0)
    assert s.n == 6 and s.mean == pytest.approx(r.mean()) and s.sd == pytest.approx(r.std(ddof=1))
    assert s.mean_absolute == pytest.approx(np.abs(r).mean())
    assert (s.share_up, s.share_down, s.same_sign) == pytest.approx((2 / 6, 3 / 6, 3 / 5))
    assert s.t == pytest.approx(r.mean() / (r.std(ddof=1) / math.sqrt(6)))
    assert s.noise == pytest.approx(np.corrcoef(r, np.arange(6.0))[0, 1])
    assert s.news == pytest.approx(np.corrcoef(r, np.arange(6.0) + r)[0, 1])


def test_newey_west_by_hand() -> None:
    # e = (1, 1, -1, -1): gamma0 = 1, gamma1 = (1 - 1 + 1) / 4 = 0.25; one lag weighs 1/2: 1.25; n - 1 = 3.
    s = revision_stats([3.0, 3.0, 1.0, 1.0], lags=1)
    assert s.t == pytest.approx(2 / math.sqrt(1.25 / 3))


def test_newey_west_against_statsmodels() -> None:
    sm = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(7)
    r = np.convolve(rng.normal(size=83), [1, 0.6, 0.3], "valid") + 0.2
    fit = sm.OLS(r, np.ones(len(r))).fit(cov_type="HAC", cov_kwds={"maxlags": 3, "use_correction": True})
    assert revision_stats(r, lags=3).t == pytest.approx(float(fit.tvalues[0]), rel=1e-9)


def test_few_or_no_revisions() -> None:
    assert revision_stats([]).n == 0 and math.isnan(revision_stats([]).mean)
    one = revision_stats([0.5])
    assert one.mean == 0.5 and math.isnan(one.sd) and math.isnan(one.t)
    assert math.isnan(revision_stats([0.0, 0.0]).same_sign)
    assert revision_stats([1.0, math.nan]).n == 1
