"""New margins of an inter-country table."""

from __future__ import annotations

import numpy as np
import pytest

from madein.core.errors import BadInput
from madein.core.icio import IcioTable
from madein.tiva.build import balance


def table(seed: int = 1, negatives: bool = True) -> IcioTable:
    draw = np.random.default_rng(seed)
    z, y = draw.random((6, 6)), 4 * draw.random((6, 6))
    if negatives:
        y[2, 1], y[4, 3] = -0.3, -0.2
    return IcioTable.of(z, y, ["VNM", "JPN", "ROW"], ["a", "b"], ["use", "stocks"], unit="USD million", year=2022)


def test_a_table_at_its_own_margins_stays() -> None:
    t = table()
    new = balance(t)
    np.testing.assert_allclose(new.table.inter, t.inter, rtol=1e-9)
    np.testing.assert_allclose(new.table.final, t.final, rtol=1e-9)
    assert new.moved < 1e-9


def test_named_margins_are_met_and_the_rest_stays() -> None:
    t = table()
    value = float(t.residual[0]) + 1.0
    new = balance(t, output={"VNM|a": t.output[0] + 2, "JPN|b": t.output[3] - 1}, value_added={"VNM|a": value}, final={"VNM|use": 9.0})
    x = t.output.copy()
    x[0] += 2
    x[3] -= 1
    np.testing.assert_allclose(new.table.output, x, rtol=1e-8)
    assert new.table.residual[0] == pytest.approx(value)
    np.testing.assert_allclose(new.table.residual[1:3] / x[1:3], t.residual[1:3] / t.output[1:3], rtol=1e-8)
    assert new.table.final[:, 0].sum() == pytest.approx(9.0)
    assert new.table.basis == "estimated"
    assert (np.sign(new.table.final) == np.sign(t.final)).all()
    assert 0 < new.moved < 1


@pytest.mark.parametrize(
    ("margins", "words"),
    [
        ({"output": {"VNM|c": 1.0}}, "output is given for 'VNM|c', which the table does not hold"),
        ({"output": [1.0]}, "output has 1 figures"),
        ({"output": {"VNM|a": float("nan")}}, "VNM|a: output is no number"),
        ({"value_added": {"VNM|a": 1e3}}, "VNM|a: value added of 1000 is above output"),
        ({"final": {"VNM|use": 1e6}}, "nothing is left for the other totals"),
        ({"final": np.ones(6)}, "final demand adds up to 6"),
    ],
)
def test_margins_that_make_no_sense_are_named(margins: dict[str, object], words: str) -> None:
    with pytest.raises(BadInput) as told:
        balance(table(), **margins)  # type: ignore[arg-type]
    assert words in str(told.value)


def test_an_industry_without_sales_cannot_be_given_output() -> None:
    t = table(negatives=False)
    z, y = t.inter.copy(), t.final.copy()
    z[1], y[1], z[:, 1] = 0, 0, 0
    dead = IcioTable.of(z, y, t.countries, t.industries, t.categories)
    with pytest.raises(BadInput, match=r"VNM\|b: a sum of 3 cannot be reached"):
        balance(dead, output={"VNM|b": 3.0})
    assert balance(dead, output={"VNM|a": 12.0}).table.output[1] == 0
