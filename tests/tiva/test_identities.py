"""The identities as properties of any table: one economy, one industry, closed economies, dead sectors, negative inventories."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from madein.core.errors import ContractBroken
from madein.core.icio import IcioTable
from madein.tiva import Factored, aggregate, borin_mancini, check_across, check_levels, check_table, decompose, decompose_imports, tiva
from madein.tiva.identities import checked

from .conftest import random_table

tables = st.builds(
    random_table,
    st.integers(1, 5),
    st.integers(1, 4),
    st.integers(0, 2**31),
    st.lists(st.integers(0, 19), max_size=3).map(tuple),
    st.booleans(),
    st.booleans(),
)


@settings(max_examples=60, deadline=None)
@given(tables)
def test_every_identity_on_every_table(t: IcioTable) -> None:
    f = Factored(t)
    assert [c for c in check_table(f) + check_across(f) if not c.holds] == []
    fine = decompose(f)
    for level in ("country", "sector", "bilateral"):
        coarse = decompose(f, level)  # type: ignore[arg-type]
        for name in ("bm_source", "bm_sink", "wwz"):
            assert [c for c in check_levels(fine.by_name[name], coarse.by_name[name]) if not c.holds] == []
    assert all(np.isfinite(d.values).all() for d in fine.by_name.values())


@settings(max_examples=25, deadline=None)
@given(tables, st.floats(1e-3, 1e3))
def test_scaling_scales_every_term(t: IcioTable, by: float) -> None:
    a, b = (decompose(Factored(x)).by_name for x in (t, IcioTable.of(t.inter * by, t.final * by, t.countries, t.industries, t.categories)))
    for name in a:
        scale = np.abs(a[name].values).max(initial=0.0) * by
        assert np.allclose(a[name].values * by, b[name].values, rtol=1e-9, atol=1e-11 * scale + 1e-300)


@settings(max_examples=25, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_order_does_not_matter(t: IcioTable, shuffle: object) -> None:
    g, n = len(t.countries), len(t.industries)
    c, i = list(range(g)), list(range(n))
    shuffle.shuffle(c)  # type: ignore[attr-defined]
    shuffle.shuffle(i)  # type: ignore[attr-defined]
    rows = [a * n + b for a in c for b in i]
    m = len(t.categories)
    buyers = [a * m + k for a in c for k in range(m)]
    u = IcioTable.of(
        t.inter[np.ix_(rows, rows)], t.final[np.ix_(rows, buyers)], [t.countries[a] for a in c], [t.industries[b] for b in i], t.categories
    )
    for name, d in decompose(Factored(t)).by_name.items():
        left, right = d.frame(), decompose(Factored(u)).by_name[name].frame()
        keys = [k for k in ("exporter", "industry", "importer") if k in left.columns]
        import polars as pl

        left, right = (x.with_columns(pl.col(keys).cast(pl.String)).sort(keys) for x in (left, right))
        assert left.select(keys).equals(right.select(keys))
        a, b = (x.select(d.terms).to_numpy() for x in (left, right))
        assert np.allclose(a, b, rtol=1e-9, atol=1e-11 * np.abs(a).max(initial=0.0) + 1e-300)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 4), st.integers(1, 3), st.integers(0, 2**31), st.floats(0.1, 0.9))
def test_splitting_an_economy_in_two_shares_changes_nobody_elses_world(g: int, n: int, seed: int, share: float) -> None:
    t = random_table(g, n, seed)
    parts = np.array([[share, 1 - share]])
    own = slice(0, n)

    def split_rows(cells: np.ndarray) -> np.ndarray:
        return np.vstack([cells[own] * parts[0, 0], cells[own] * parts[0, 1], cells[n:]])

    inter = split_rows(split_rows(t.inter).T).T
    final = np.column_stack([t.final[:, :1] * parts, t.final[:, 1:]])
    split = IcioTable.of(inter, split_rows(final), ["P1", "P2", *t.countries[1:]], t.industries)
    whole = aggregate(split, {"P1": t.countries[0], "P2": t.countries[0], **{c: c for c in t.countries[1:]}})
    assert np.allclose(whole.inter, t.inter)
    a, b = Factored(t), Factored(split, groups={t.countries[0]: ["P1", "P2"]})
    for level in ("country", "bilateral"):
        assert np.allclose(borin_mancini(a, level).values, borin_mancini(b, level).values, rtol=1e-9, atol=1e-9)  # type: ignore[arg-type]
    assert np.isclose((a.v * a.x).sum(), (b.v * b.x).sum())


def test_one_economy_exports_nothing() -> None:
    f = Factored(random_table(1, 3, 1))
    held = decompose(f)
    assert {name: d.values.sum() for name, d in held.by_name.items()} == dict.fromkeys(held.by_name, 0.0)
    assert decompose_imports(f).country()["GIMP"].to_list() == [0.0]


def test_closed_economies_export_nothing_and_have_no_share() -> None:
    held = decompose(Factored(random_table(3, 2, 1, closed=True)))
    assert all((d.values == 0).all() for d in held.by_name.values())


def test_a_dead_sector_gives_zero() -> None:
    f = Factored(random_table(3, 3, 4, dead=(4,)))
    d = borin_mancini(f)
    assert (d.values[d.row == 4] == 0).all()
    assert (f.v[4], f.xinv[4]) == (0, 0)


def test_a_broken_identity_is_named() -> None:
    d = borin_mancini(Factored(random_table(3, 2, 5)), "country")
    values = d.values.copy()
    values[1, d.terms.index("DVA")] *= 1.001
    with pytest.raises(ContractBroken, match=r"2 DC = DVA \+ DDC.*C01"):
        checked(replace(d, values=values))


def test_stated_value_added_leaves_taxes_as_their_own_origin() -> None:
    t = random_table(3, 3, 6)
    u = IcioTable.of(t.inter, t.final, t.countries, t.industries, value_added=t.residual * 0.9)
    f = Factored(u, value_added="stated")
    assert [c for c in check_table(f) if not c.holds] == []
    full, part = decompose(Factored(t)), decompose(f)
    for name, d in part.by_name.items():
        assert d.terms[-1] == "TAX"
        for term in full.by_name[name].terms:
            if term not in ("GEXP", "GVC", "DAVAX", "GVCF", "GVCB"):
                assert np.allclose(d.term(term), 0.9 * full.by_name[name].term(term)), (name, term)
    assert np.allclose(part.by_name["bm_source"].term("TAX"), 0.1 * full.by_name["bm_source"].term("GEXP"))


def test_names_of_the_oecd_beside_borin_and_mancini(table: IcioTable) -> None:
    f = Factored(table)
    names, d = tiva(f), borin_mancini(f)
    for oecd, bm in (("EXGR_DVA", "DC"), ("EXGR_FVA", "FC"), ("EXGR_RIM", "DDC"), ("EXGR", "GEXP")):
        assert np.allclose(names[oecd][d.row, d.importer], d.term(bm)), oecd
    assert not np.allclose(names["EXGR_DVA"][d.row, d.importer], d.term("DVA"))
    c = d.at("country")
    assert np.allclose(names["FFD_DVA"].reshape(4, -1).sum(1), c.term("VAX"))
    assert np.allclose(names["REF"].reshape(4, -1).sum(1), c.term("REF"))
