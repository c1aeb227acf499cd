"""The engine: one economy without the inverse, groups, the cube, the third country, imports by sector, positions, dependence."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from madein.core.errors import MadeinError
from madein.core.icio import IcioTable
from madein.tiva import (
    Factored,
    borin_mancini,
    concentration,
    cube,
    decompose,
    decompose_imports,
    extract,
    import_reliance,
    leontief,
    market_reliance,
    panel,
    participation,
    positions,
    third_country,
    wang_wei_zhu,
)
from madein.tiva.indicators import side_by_side

from .conftest import random_table


def test_inverse_of_a_matrix_that_needs_row_exchanges() -> None:
    draw = np.random.default_rng(0)
    f = Factored(random_table(3, 4, 0))
    f.z = draw.normal(size=(12, 12)) * 5
    f.xinv = np.ones(12)
    assert np.allclose(f.inverse @ (np.eye(12) - f.z), np.eye(12), atol=1e-9)


@pytest.mark.parametrize("perimeter", ["exporter", "self", "world"])
@pytest.mark.parametrize("approach", ["source", "sink"])
def test_one_exporter_needs_no_inverse(table: IcioTable, perimeter: str, approach: str) -> None:
    alone, all_ = Factored(random_table(9, 2, 3)), Factored(random_table(9, 2, 3))
    level = "country" if perimeter == "world" else "bilateral-sector"
    one = borin_mancini(alone, level, perimeter, approach, exporters=["C05"])  # type: ignore[arg-type]
    assert "inverse" not in alone.__dict__
    whole = borin_mancini(all_, level, perimeter, approach)  # type: ignore[arg-type]
    assert np.allclose(one.values, whole.values[whole.exporter == 5], rtol=1e-10)


def test_sweep_gives_what_single_calls_give(table: IcioTable) -> None:
    f = Factored(table)
    for level in ("country", "sector", "bilateral", "bilateral-sector"):
        held = decompose(f, level).by_name  # type: ignore[arg-type]
        assert np.allclose(held["bm_source"].values, borin_mancini(f, level).values)  # type: ignore[arg-type]
        assert np.allclose(held["bm_sink"].values, borin_mancini(f, level, approach="sink").values)  # type: ignore[arg-type]
        assert np.allclose(held["bm_self"].values, borin_mancini(f, level, "self").values)  # type: ignore[arg-type]
        assert np.allclose(held["wwz"].values, wang_wei_zhu(f, level).values)
    for approach in ("source", "sink"):
        assert np.allclose(held[f"bm_world_{approach}"].values, borin_mancini(f, "country", "world", approach).values)  # type: ignore[arg-type]


def test_own_flow_of_a_country_is_the_exporter(table: IcioTable) -> None:
    f = Factored(table)
    a, b = borin_mancini(f, "country", "self"), borin_mancini(f, "country")
    assert np.allclose(a.term("DVA"), b.term("DVA"))
    with pytest.raises(MadeinError, match="do not add up"):
        borin_mancini(f, "bilateral", "self").at("country")


def test_own_flow_is_the_inverse_without_that_flow() -> None:
    t = random_table(3, 2, 9)
    f = Factored(t)
    a = f.z * f.xinv
    a[0:2, 2:4] = 0
    b = np.linalg.inv(np.eye(6) - a)
    d = borin_mancini(f, "bilateral", "self")
    expected = (f.v[:2] @ b[:2, :2]) @ f.exports[:2, 1]
    assert np.isclose(d.term("DVA")[(d.exporter == 0) & (d.importer == 1)][0], expected)


def test_group_is_a_true_perimeter() -> None:
    t = random_table(4, 2, 11)
    f = Factored(t, groups={"G": ["C01", "C03"]})
    assert f.names == ("C00", "G", "C02")
    d = borin_mancini(f, "country")
    own = [2, 3, 6, 7]
    a = t.inter / t.output
    out = [i for i in range(8) if i not in own]
    e = t.inter[np.ix_(own, out)].sum(1) + t.demand[np.ix_(own, [0, 2])].sum(1)
    local = np.linalg.inv(np.eye(4) - a[np.ix_(own, own)])
    v = t.residual / t.output
    assert np.isclose(d.term("DVA")[1], v[own] @ local @ e)
    assert np.isclose(d.term("GEXP")[1], e.sum())
    sector = borin_mancini(f, "sector", approach="sink").frame()
    assert sector.filter(pl.col("exporter") == "G")["economy"].to_list() == ["C01", "C01", "C03", "C03"]
    with pytest.raises(MadeinError, match="one group at most"):
        Factored(t, groups={"G": ["C01"], "H": ["C01"]})
    with pytest.raises(MadeinError, match="does not hold"):
        Factored(t, groups={"G": ["C09"]})
    assert all(c.holds for c in decompose(f).by_name["wwz"].checks)


def test_cube_adds_up_to_exports_and_to_value_added(table: IcioTable) -> None:
    f = Factored(table)
    whole, once = cube(f, "C01"), cube(f, "C01", "once")
    d = borin_mancini(f, exporters=["C01"])
    cells = whole.total(over=("origin", "destination"))
    assert np.allclose(cells.reshape(-1), d.term("GEXP"))
    kept = once.total(over=("origin", "destination")).reshape(-1)
    assert np.allclose(kept, d.term("DVA") + d.term("FVA"))
    home = once.total(over=("origin",), origins=["C01"])
    assert np.allclose(home[:, :, 1].reshape(-1), d.term("REF"))
    part = whole.slice(origins=["C00"], industries=["S01"], partners=["C02"], destinations=["C03"])
    assert part.height == 3
    assert np.isclose(part["value_added"].sum(), whole.total(origins=["C00"])[:, 1, 1, 3].sum())
    with pytest.raises(MadeinError, match="no industry"):
        whole.slice(industries=["x"])


def test_third_country_split_adds_up(table: IcioTable) -> None:
    f = Factored(table)
    d = wang_wei_zhu(f, exporters=["C02"])
    split = third_country(f, "C02")
    together = sum(d.term(t) for t in ("DVA_INTrexI1", "DVA_INTrexF", "DVA_INTrexI2"))
    assert np.allclose(split.sum(2)[:, [0, 1, 3]].reshape(-1), together)
    assert (split[:, :, 2] == 0).all()
    assert (split[:, [0, 1, 3], [0, 1, 3]] == 0).all()


def test_imports_by_sector_are_the_inverse_without_what_enters() -> None:
    t = random_table(3, 2, 12)
    f = Factored(t)
    d = decompose_imports(f, ["C01"], sectors=True)
    a = f.z * f.xinv
    a[np.ix_([0, 1, 4, 5], [2, 3])] = 0
    b = np.linalg.inv(np.eye(6) - a)
    expected = np.stack([f.v[f.at(s)] @ b[f.at(s)] for s in range(3)]) * f.exports[:, 1]
    assert d.va is not None
    assert np.allclose(d.va[0], expected)
    assert np.isclose(d.sectors()["VA"].sum(), d.country()["VA"][0])
    assert np.isclose(d.sectors("C00")["VA"].sum(), d.bilateral()["VA"][0])
    assert np.isclose(d.by_origin_industry()["VA"].sum(), d.country()["VA"][0])


def test_positions_are_those_of_the_definition(table: IcioTable) -> None:
    f = Factored(table)
    live = f.x > 0
    share = np.divide(f.z, f.x[:, None], out=np.zeros_like(f.z), where=live[:, None])
    shown = positions(f)
    assert np.allclose(shown["upstreamness"].to_numpy(), np.linalg.inv(np.eye(f.n) - share).sum(1))
    assert np.allclose(shown["downstreamness"].to_numpy(), np.linalg.inv(np.eye(f.n) - f.z * f.xinv).sum(0))
    p = participation(f)
    assert np.allclose(p["total"].to_numpy(), p["backward"].to_numpy() + p["forward"].to_numpy())


@pytest.mark.parametrize("measure", ["value added", "gross", "face value"])
def test_reliance_is_made_of_shares(table: IcioTable, measure: str) -> None:
    f = Factored(table)
    for shares in (import_reliance(f, measure), market_reliance(f, measure)):  # type: ignore[arg-type]
        assert np.allclose(shares.sum(1)[f.x > 0], 1)
        assert (shares[f.x == 0] == 0).all()


def test_concentration_is_bounded_by_what_the_rest_hides() -> None:
    t = random_table(3, 1, 2)
    f = Factored(IcioTable.of(t.inter, t.final, ["VNM", "CHN", "ROW"], t.industries))
    (one,) = concentration(f, np.array([[0.2, 0.6, 0.2]]))
    assert (round(one.named), round(one.upper), one.largest) == (4000, 4400, "CHN")
    (abroad,) = concentration(f, np.array([[0.2, 0.6, 0.2]]), home="VNM")
    assert (round(abroad.named), round(abroad.upper)) == (5625, 6250)


@pytest.mark.parametrize(("seller", "buyer", "industries"), [("C00", "C01", None), ("C00", "*", None), ("*", "C02", None), ("C03", "C01", ["S01"])])
@pytest.mark.parametrize("what", ["all", "inputs", "final"])
def test_extraction_is_a_new_inverse(seller: str, buyer: str, industries: list[str] | None, what: str) -> None:
    t = random_table(4, 3, 8)
    f = Factored(t)
    rows = [
        i
        for i in range(12)
        if (f.row_economy[i] == seller if seller != "*" else f.row_economy[i] != buyer) and (not industries or f.row_industry[i] in industries)
    ]
    buyers = [i for i in range(4) if (f.names[i] == buyer if buyer != "*" else f.names[i] != seller)]
    columns = [j for b in buyers for j in range(b * 3, b * 3 + 3)]
    a, y = f.z * f.xinv, f.demand.copy()
    if what != "final":
        a[np.ix_(rows, columns)] = 0
    if what != "inputs":
        y[np.ix_(rows, buyers)] = 0
    after = np.linalg.solve(np.eye(12) - a, y.sum(1))
    got = extract(f, seller, buyer, industries, what)  # type: ignore[arg-type]
    assert np.allclose(got.output, after)
    assert np.isclose(got.by_economy()["lost"].sum(), (f.v * (f.x - after)).sum())


def test_origins_add_up_and_come_as_rows(table: IcioTable) -> None:
    f = Factored(table)
    for use in ("exports", "output", "final_demand", "none"):
        held = leontief(f, use)  # type: ignore[arg-type]
        assert np.allclose(np.add.reduceat(held.by_industry(), f.starts[:-1], axis=0), held.by_economy())
        assert held.frame().height == held.by_industry().size
    exports = leontief(f).frame()
    at = exports.filter(origin="C01", origin_industry="S00", user="C03", user_industry="S01")["value_added"][0]
    assert np.isclose(at, f.v[3] * f.inverse[3, 10] * f.exports[10].sum())


def test_traps_are_told() -> None:
    told = side_by_side().filter(pl.col("tiva") == "EXGR_DVA")
    assert told["borin_mancini"].to_list() == ["DC"]
    assert "not Borin and Mancini's DVA" in told["trap"][0]


def test_panel_writes_a_year_at_a_time(tmp_path: Path) -> None:
    years = [random_table(3, 2, y, year=y) for y in (2018, 2019)]
    written = panel(iter(years), tmp_path)
    assert len(written) == 16
    back = pl.read_parquet(tmp_path / "bm_source" / "*.parquet")
    assert back["year"].unique().sort().to_list() == [2018, 2019]
    one = borin_mancini(Factored(years[1])).frame()
    assert np.allclose(back.filter(year=2019)["DVA"].to_numpy(), one["DVA"].to_numpy())
    before = {p: p.read_bytes() for p in written}
    panel(years, tmp_path)
    assert {p: p.read_bytes() for p in written} == before
    with pytest.raises(MadeinError, match="second of 2018"):
        panel([years[0], years[0]], tmp_path)
    with pytest.raises(MadeinError, match="labels or unit differ"):
        panel([years[0], random_table(2, 2, 1, year=2020)], tmp_path)


def test_no_inverse_is_told_by_column() -> None:
    t = IcioTable.of([[10.0, 0], [0, 1]], [[0.0, 0], [1, 8]], ["A", "B"], ["i"])
    with pytest.raises(MadeinError, match=r"column A\|i"):
        _ = Factored(t).inverse


def test_unknown_names_are_told(table: IcioTable) -> None:
    f = Factored(table)
    with pytest.raises(MadeinError, match="no economy or group is called 'X'"):
        borin_mancini(f, exporters=["X"])
    with pytest.raises(MadeinError, match="world perimeter"):
        borin_mancini(f, "sector", "world")
    with pytest.raises(MadeinError, match="has no term"):
        borin_mancini(f).term("NO")
