"""A table built from national tables and bilateral flows that were themselves made from a known one."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from madein.core.errors import BadInput, MadeinError
from madein.core.icio import IcioTable
from madein.tiva.build import BilateralCube, audit_national, build_table, read_cube, read_nationals, split_cube, update_tables
from madein.tiva.build.detail import members
from madein.tiva.readers.national import NationalTable

COUNTRIES, INDUSTRIES = ("VNM", "JPN", "USA", "ROW"), ("A", "C", "G", "K")
G, N = len(COUNTRIES), len(INDUSTRIES)


def known(seed: int = 3) -> IcioTable:
    """A table in which every user of a product has the same suppliers: what the builder can find again."""
    draw = np.random.default_rng(seed)
    uses, ends = draw.random((G, N, N)), 5 * draw.random((G, N, 1))
    shares = draw.random((G, G, N)) + 8 * np.eye(G)[:, :, None]
    shares /= shares.sum(0)
    inter = np.einsum("ock,ckj->okcj", shares, uses).reshape(G * N, G * N)
    final = np.einsum("ock,ckm->okcm", shares, ends).reshape(G * N, G)
    return IcioTable.of(inter, final, COUNTRIES, INDUSTRIES, unit="USD million", year=2022)


def halves(t: IcioTable) -> tuple[list[NationalTable], BilateralCube]:
    """National tables and bilateral flows of a table."""
    z, y = t.inter.reshape(G, N, G, N), t.final.reshape(G, N, G)
    flows = (z.sum(3) + y).transpose(0, 2, 1)
    tables, none = [], np.zeros(N)
    for c, name in enumerate(t.countries):
        out = flows[c].sum(0) - flows[c, c]
        into = flows[:, c].sum(0) - flows[c, c]
        rows = slice(c * N, (c + 1) * N)
        x = t.output[rows]
        tables.append(NationalTable(name, "TTL", t.industries, t.categories, z[:, :, c].sum(0), y[:, :, c].sum(0)[:, None], out, into, none,
                                    t.residual[rows], none, none, x, 2022))  # fmt: skip
    return tables, BilateralCube.of(flows, t.countries, t.industries, year=2022, unit="USD million")


def test_a_table_of_proportional_imports_is_found_again() -> None:
    t = known()
    built = build_table(*halves(t), concordance={})
    np.testing.assert_allclose(built.inter, t.inter, rtol=1e-12)
    np.testing.assert_allclose(built.final, t.final, rtol=1e-12)
    assert built.basis == "estimated"
    assert not built.gaps(1e-9)


@pytest.mark.parametrize("rest", ["gras", "residual"])
def test_the_rest_of_the_world_keeps_output_and_purchases(rest: str) -> None:
    tables, cube = halves(known())
    built = build_table(tables[:-1], cube, concordance={}, rest=rest)  # type: ignore[arg-type]
    np.testing.assert_allclose(built.output, cube.output.reshape(-1), rtol=1e-9)
    at = built.country("ROW")
    bought = built.inter[:, at].sum() + built.final[:, 3].sum()
    assert bought == pytest.approx(cube.used[3].sum())
    if rest == "gras":
        assert built.final.min() >= 0


def test_wide_flows_are_split_to_what_the_national_tables_state() -> None:
    tables, cube = halves(known())
    wide = BilateralCube.of(
        np.concatenate([cube.flows[:, :, :2], cube.flows[:, :, 2:].sum(2, keepdims=True)], axis=2), COUNTRIES, ("A", "C", "D_T"), year=2022
    )
    parts = members(INDUSTRIES, wide.industries, {"D_T": ["G", "K"]})
    split = split_cube(tables[:-1], wide, parts)
    np.testing.assert_allclose(split.cube.flows[:, :, 2:].sum(2), wide.flows[:, :, 2], rtol=1e-9)
    for c in range(3):
        out = split.cube.flows[c].sum(0) - split.cube.flows[c, c]
        np.testing.assert_allclose(out, tables[c].exports, rtol=1e-6)
        np.testing.assert_allclose(split.cube.flows[:, c].sum(0) - split.cube.flows[c, c], tables[c].imports, rtol=1e-6)
    merged = build_table(tables, wide, concordance={"D_T": ["G", "K"]})
    assert merged.industries == ("A", "C", "D_T")
    fine = build_table(tables, wide, concordance={"D_T": ["G", "K"]}, detail="split")
    assert fine.industries == INDUSTRIES
    np.testing.assert_allclose(fine.output, known().output, rtol=1e-6)


@pytest.mark.parametrize("method", ["gras", "fixed"])
def test_tables_brought_to_their_own_year_stay(method: str) -> None:
    tables, cube = halves(known())
    for old, new in zip(tables, update_tables(tables, cube, method=method, concordance={}).tables, strict=True):  # type: ignore[arg-type]
        np.testing.assert_allclose(new.inter, old.inter, rtol=1e-7)
        np.testing.assert_allclose(new.final, old.final, rtol=1e-7)


def test_tables_of_another_year_meet_its_output_and_purchases() -> None:
    tables, cube = halves(known())
    draw = np.random.default_rng(8)
    later = BilateralCube.of(cube.flows * np.exp(draw.normal(0, 0.1, cube.flows.shape)), COUNTRIES, INDUSTRIES, year=2023)
    new = update_tables(tables, later, concordance={}).tables
    for c, (t, old) in enumerate(zip(new, tables, strict=True)):
        assert t.year == 2023
        np.testing.assert_allclose(t.output, later.output[c], rtol=1e-9)
        np.testing.assert_allclose(t.inter.sum(1) + t.final.sum(1), later.used[c], rtol=1e-8)
        np.testing.assert_allclose(t.value_added / t.output, old.value_added / old.output, rtol=1e-9)
        assert not audit_national(t)
    built = build_table(new, later, concordance={})
    np.testing.assert_allclose(built.output, later.output.reshape(-1), rtol=1e-8)


def test_a_new_industry_takes_the_average_technology_and_says_so() -> None:
    tables, cube = halves(known())
    t = tables[0]
    gone = replace(t, output=np.where(np.arange(N) == 1, 0, t.output), inter=np.where(np.arange(N) == 1, 0, t.inter), value_added=np.where(
        np.arange(N) == 1, 0, t.value_added))  # fmt: skip
    new = update_tables([gone, *tables[1:]], cube, concordance={}, method="fixed")
    assert new.tables[0].inter[:, 1].sum() > 0
    assert any("VNM makes" in str(p) and "of C" in str(p) for p in new.notes)


def test_faults_are_named_together() -> None:
    tables, cube = halves(known())
    with pytest.raises(BadInput) as told:
        build_table([*tables, replace(tables[0], year=2021, economy="XXX")], replace(cube, year=2020, unit="EUR"), concordance={})
    text = str(told.value)
    for words in (
        "do not hold XXX",
        "year of XXX and VNM differ",
        "are of 2022, the bilateral flows of 2020",
        "in USD million, the bilateral flows in EUR",
    ):
        assert words in text
    with pytest.raises(BadInput, match=r"2 economies of the bilateral flows have no national table.*USA, ROW"):
        build_table(tables[:2], cube, concordance={})
    with pytest.raises(BadInput, match=r"output of JPN is .* in its table, .* in the bilateral flows"):
        off = {k: getattr(tables[1], k) * 1e6 for k in ("inter", "final", "exports", "imports", "value_added", "output")}
        build_table([tables[0], replace(tables[1], **off), *tables[2:]], cube, concordance={})
    with pytest.raises(BadInput, match="industry 'K' of the national tables stands in 0 industries"):
        build_table(tables, BilateralCube.of(cube.flows[:, :, :3], COUNTRIES, INDUSTRIES[:3], year=2022), concordance={})
    with pytest.raises(BadInput, match="column C: inputs, product taxes and value added of JPN do not add up"):
        build_table([tables[0], replace(tables[1], value_added=tables[1].value_added * [1, 2, 1, 1]), *tables[2:]], cube, concordance={})
    with pytest.raises(BadInput, match="industry 'A' of VNM stands 2 times"):
        build_table([replace(t, industries=("A", "A", "G", "K")) for t in tables], cube, concordance={})
    nobody = cube.flows.copy()
    nobody[:, 0, 1] = 0
    with pytest.raises(MadeinError, match=r"VNM uses .* of C, the bilateral flows have no supplier"):
        build_table(tables, replace(cube, flows=nobody), concordance={})


def test_flows_are_checked_by_label() -> None:
    flows = np.ones((2, 2, 1))
    flows[0, 1, 0] = -1
    with pytest.raises(BadInput, match="exporter VNM, importer JPN, industry A: a flow is negative"):
        BilateralCube.of(flows, ["VNM", "JPN"], ["A"])
    with pytest.raises(BadInput, match="country 'VNM' stands 2 times"):
        BilateralCube.of(np.ones((2, 2, 1)), ["VNM", "VNM"], ["A"])
    with pytest.raises(BadInput, match=r"the flows have shape \(2, 2\)"):
        BilateralCube.of(np.ones((2, 2)), ["VNM", "JPN"], ["A"])


def test_flows_read_from_a_long_table(tmp_path: Path) -> None:
    path = tmp_path / "flows_2022.csv"
    path.write_text("exporter,importer,industry,value\nVNM,JPN,A,3\nJPN,VNM,A,4\nVNM,VNM,A,5\n")
    cube = read_cube(path)
    assert (cube.year, cube.flows[:, :, 0].tolist()) == (2022, [[5, 3], [4, 0]])
    path.write_text("exporter,importer,industry,value\nVNM,JPN,A,x\n")
    with pytest.raises(BadInput, match="row 2: a value is no number"):
        read_cube(path)
    path.write_text("exporter,importer,industry,value\nVNM,JPN,A,1\nVNM,JPN,A,1\n")
    with pytest.raises(BadInput, match="exporter VNM, importer JPN, industry A: a flow stands twice"):
        read_cube(path)
    (tmp_path / "no.npz").write_bytes(b"no")
    with pytest.raises(MadeinError, match="holds no bilateral flows"):
        read_cube(tmp_path / "no.npz")
    np.savez(tmp_path / "bare_2022.npz", flows=np.ones((1, 1, 1)))
    with pytest.raises(MadeinError, match="labels of the countries are not to be found"):
        read_cube(tmp_path / "bare_2022.npz")
    np.savez(tmp_path / "whole_2022.npz", flows=np.ones((1, 1, 1)), countries=["VNM"], industries=["A"])
    assert read_cube(tmp_path / "whole_2022.npz").countries == ("VNM",)


def test_no_national_table(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="there is no national table"):
        read_nationals(tmp_path)


HEAD = ",A01,C26,G,HFCE,EXPO,IMPO,TOTAL"
A01, C26, SERVICES = "TTL_A01,1,2,1,5,3,-2,10", "TTL_C26,3,4,0,9,8,-4,20", "TTL_G,1,1,1,4,1,0,8"
ENDS = ("IMP_OTHER,0,0,0,0,0,0,0", "TXS_INT_FNL,1,1,0,0,0,0,2", "VALU,4,12,6,0,0,0,22", "OUTPUT,10,20,8,0,0,0,38")
ROWS = (A01, C26, SERVICES, *ENDS)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((A01, "TTL_C26,3,x,0,9,8,-4,20", SERVICES, *ENDS), "row TTL_C26, column C26"),
        ((A01, "TTL_C26,3,44,0,9,8,-4,20", SERVICES, *ENDS), "column C26: inputs, product taxes and value added of VNM do not add up"),
        (("TTL_A01,1,2,1,5,3,2,10", C26, SERVICES, *ENDS), "row A01: imports are negative"),
        ((A01, C26, SERVICES, *ENDS[:2], ENDS[3]), "VALU"),
        ((A01, *ROWS), "row TTL_A01: a row stands 2 times"),
    ],
)
def test_national_tables_are_audited_by_label(tmp_path: Path, rows: tuple[str, ...], words: str) -> None:
    (tmp_path / "JPN2022ttl.csv").write_text("\n".join([HEAD, *ROWS]) + "\n")
    assert [t.economy for t in read_nationals(tmp_path)] == ["JPN"]
    (tmp_path / "VNM2022ttl.csv").write_text("\n".join([HEAD, *rows]) + "\n")
    with pytest.raises(BadInput) as told:
        read_nationals(tmp_path)
    assert words in str(told.value)
    assert "VNM2022ttl.csv" in str(told.value)
