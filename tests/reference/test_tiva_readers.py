"""Files in the layouts of publishers, read and folded; real tables where they are held."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from madein.tiva import Factored, check_table, read_icio, read_national


@pytest.fixture(scope="module")
def fixtures(reference: Path) -> Path:
    folder = reference / "tiva" / "parser_fixtures"
    if not folder.is_dir():
        pytest.skip(f"no {folder}")
    return folder


def body(path: Path) -> np.ndarray:
    frame = pl.read_csv(path)
    return frame.drop(frame.columns[0]).to_numpy().astype(float)


def test_extended_edition_is_folded_on_flows(fixtures: Path) -> None:
    for path in sorted(fixtures.glob("oecd*extended_layout*.csv")):
        t = read_icio(path)
        assert not {"CN1", "CN2", "MX1", "MX2"} & set(t.countries)
        assert np.allclose(t.inter, body(fixtures / "oecd_extended_expected_inter_folded.csv"), rtol=1e-12, atol=1e-12)
        assert np.allclose(t.final, body(fixtures / "oecd_extended_expected_final_folded.csv"), rtol=1e-12, atol=1e-12)
        assert t.year == 2020
        assert any("folded" in n.what for n in t.notes)
        kept = read_icio(path, keep_split=True)
        assert {"CN1", "CN2", "MX1", "MX2", "CHN", "MEX"} <= set(kept.countries)
        assert np.isclose(kept.inter.sum(), t.inter.sum())
        assert all(c.holds for c in check_table(Factored(t)) + check_table(Factored(kept)))


def test_small_edition_and_stata_layout_are_the_same_table(fixtures: Path) -> None:
    small = read_icio(next(iter(sorted(fixtures.glob("oecd*small_layout*.csv")))))
    stata = read_icio(fixtures / "stata_icio_user_table.csv", countries=fixtures / "stata_icio_countrylist.csv")
    assert small.countries == stata.countries
    assert small.unit == "USD million"
    assert np.allclose(small.inter, stata.inter, rtol=1e-12)
    assert np.allclose(small.demand, stata.demand, rtol=1e-9)
    # The stated value added leaves taxes on products out; with them the columns add up.
    taxes = sum(g.found - g.stated for g in small.gaps() if g.item == "value added")
    assert taxes > 0
    assert not [g for g in small.gaps(1e-5) if g.item == "output"]


def test_real_tables_meet_the_identities(reference: Path) -> None:
    held = sorted((reference / "tiva" / "real").glob("*/*.npz")) if (reference / "tiva" / "real").is_dir() else []
    tables = [p for p in held if "inter" in np.load(p).files]
    if not tables:
        pytest.skip("no real table held")
    for path in tables:
        t = read_icio(path)
        f = Factored(t)
        assert [c for c in check_table(f) if not c.holds] == [], path.name
        if "value added" in t.stated:
            g = Factored(t, value_added="stated")
            assert [c for c in check_table(g) if not c.holds] == [], path.name


def test_national_tables(reference: Path) -> None:
    files = sorted((reference / "tiva" / "real").glob("oecd_iot*/[A-Z][A-Z][A-Z][0-9]*.csv"))
    if not files:
        pytest.skip("no national table held")
    for path in files:
        t = read_national(path)
        assert len(t.economy) == 3
        assert t.kind == "TTL"
        made = t.inter.sum(1) + t.final.sum(1) + t.exports + t.nonresident - t.imports
        assert np.allclose(made, t.output, rtol=1e-4, atol=300), path.name
        assert np.allclose(t.inter.sum(0) + t.taxes + t.imports_other + t.value_added, t.output, rtol=1e-4, atol=30), path.name
