"""The public Korean set (Jeong, Kim, Park and Choi 2022): the leak is found by itself, and probabilities are right on a later quarter."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from madein.screening.labelled import Labelled, Split, describe, propose_roles, train

# One training serves all tests, on whichever worker.
pytestmark = pytest.mark.xdist_group("korea")

FIVE = {"HS10 Code", "Country of Departure", "Country of Origin", "Tax Rate", "Tax Type"}


@pytest.fixture(scope="module")
def found(reference: Path) -> Labelled:
    files = [reference / "screening" / f"cdd2022draw_{part}.parquet" for part in ("train", "valid", "test")]
    missing = [f.name for f in files if not f.is_file()]
    if missing:
        pytest.skip(f"the reference data hold no {missing[0]}")
    roles = propose_roles(files[0]).confirm()
    assert (roles.label, roles.date, roles.aside) == ("Fraud", "Date", ("Critical Fraud",))
    assert roles.stake == ("Item Price", "Tax Rate") and roles.stake_scale == 0.01
    return train(files, roles, split=Split(date(2021, 1, 1), date(2021, 4, 1)))


def test_the_five_columns_are_found(found: Labelled) -> None:
    first = found.leaks.leaks[0]
    assert set(first.columns) == FIVE and first.verdict == "memory"
    assert first.auc > 0.85 and first.kappa_low > 0.4
    assert first.skill > first.apart + 0.15 and first.skill > first.apart_high + 0.15
    assert all(first.drops[c] > 0 for c in FIVE)
    # Rows are copies of a few source rows: exact masses and prices repeat, and the label with them.
    second = found.leaks.leaks[1]
    assert set(second.columns) == {"Item Price", "Net Mass"} and set(second.kinds) == {"exact"} and second.verdict == "function"
    assert found.leaks.together is not None and found.leaks.together.agree > 0.95
    assert any("Tax Rate" in str(s) and "needs a look" in str(s) for s in describe(found))


def test_calibration_holds_a_quarter_later(found: Labelled) -> None:
    for model in found.models:
        assert model.calibration.error <= 0.02
        assert model.calibration.error_width <= 0.02
        assert model.calibration.bins["rows"].sum() == 8927


def test_skill_goes_with_the_columns_that_carry_the_label(found: Labelled) -> None:
    whole, left = found.models
    assert whole.metrics.auc > 0.78 and (whole.metrics.at(5)["precision"] or 0) > 0.75
    assert set(left.left_out) >= FIVE and left.metrics.auc_low < 0.5 < left.metrics.auc_high
    rows = whole.novelty.filter(whole.novelty["tuple"] == " + ".join(found.leaks.leaks[0].columns)).to_dicts()
    assert rows[0]["seen"] and rows[0]["auc"] > rows[1]["auc"] + 0.2


def test_revenue(found: Labelled) -> None:
    model = found.fit
    assert model.by_stake is not None and model.by_stake.at(1)["revenue"] > 20 * (model.metrics.at(1)["revenue"] or 0)  # type: ignore[operator]
    assert found.scores.filter(found.scores["part"] == "test").height == 8927
