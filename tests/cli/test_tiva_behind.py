"""``madein tiva trace``, ``sensitivity`` and ``panel``: what stands behind a share, how far it can be trusted, the same over years."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from madein.core.icio import IcioTable
from madein.tiva import Factored, cube, domestic_share_gradient, third_country, wang_wei_zhu

from .test_tiva import TABLE, Run, madein

__all__ = ["madein"]

EXPORTS = 377_596.12


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture(scope="module")
def table() -> IcioTable:
    return IcioTable.load(TABLE)


def test_traced_value_adds_up_to_exports_however_it_is_told_apart(madein: Run) -> None:
    for by in ("origin,destination", "origin", "destination", "partner", "industry,origin", "origin_industry", "origin,origin_industry,destination"):
        told = rows(madein("trace", TABLE, "--economy", "Viet Nam", "--by", by, "--format", "csv").out)
        assert sum(float(r["value_added"]) for r in told) == pytest.approx(EXPORTS, rel=1e-7), by
        assert sum(float(r["share"]) for r in told) == pytest.approx(1)
        assert list(told[0])[:-2] == [a for a in ("origin", "origin_industry", "industry", "partner", "destination") if a in by.split(",")]
        assert len({tuple(list(r.values())[:-2]) for r in told}) == len(told), "each cell once"


def test_traced_cells_are_those_of_the_cube(madein: Run, table: IcioTable) -> None:
    given = ("--industry", "C26,C27", "--partner", "USA,CHN", "--origin", "KOR,VNM", "--destination", "USA")
    told = rows(madein("trace", TABLE, "--economy", "VNM", *given, "--by", "origin,partner,destination", "--format", "csv").out)
    part = cube(Factored(table), "VNM").slice(["KOR", "VNM"], ["C26", "C27"], ["USA", "CHN"], ["USA"]).cast({pl.Enum: pl.String})
    assert len(told) == 4
    for r in told:
        cells = part.filter(pl.col("origin") == r["origin"], pl.col("partner") == r["partner"])
        assert float(r["value_added"]) == pytest.approx(cells["value_added"].sum(), rel=1e-9)
    once = rows(madein("trace", TABLE, "--economy", "VNM", "--by", "origin", "--content", "once", "--format", "csv").out)
    assert sum(float(r["value_added"]) for r in once) < EXPORTS
    assert "KOR" in madein("trace", TABLE, "--economy", "VNM", "--by", "origin").out
    assert "... and 156 more" in madein("trace", TABLE, "--economy", "VNM").out


def test_members_of_a_group_are_one_origin(madein: Run) -> None:
    asked = ("trace", TABLE, "--economy", "ASEAN", "--group", "ASEAN=VNM,ASEAN without VNM", "--format", "csv", "--by")
    assert len(rows(madein(*asked, "origin").out)) == 13
    assert {"VNM", "ASEAN without VNM"} <= {r["origin"] for r in rows(madein(*asked, "origin,origin_industry").out)}


def test_help_of_decompose_leads_to_third_countries_and_the_cube(madein: Run, table: IcioTable) -> None:
    told = " ".join(madein("decompose", "--help").out.split())
    assert "madein tiva trace" in told
    assert "third" in told
    f = Factored(table)
    cells = rows(madein("decompose", TABLE, "--method", "third", "--level", "bilateral-sector", "--economy", "VNM", "--format", "csv").out)
    assert sum(float(r["DVA_INTrex"]) for r in cells) == pytest.approx(float(third_country(f, "VNM").sum()))
    d = wang_wei_zhu(f, "country", ["VNM"])
    whole = sum(d.term(t)[0] for t in ("DVA_INTrexI1", "DVA_INTrexF", "DVA_INTrexI2"))
    for level, count in (("country", 13), ("bilateral", 13 * 12), ("sector", 13 * 13)):
        cells = rows(madein("decompose", TABLE, "--method", "third", "--level", level, "--economy", "VNM", "--format", "csv").out)
        assert len(cells) == count
        assert sum(float(r["DVA_INTrex"]) for r in cells) == pytest.approx(whole, rel=1e-9)


def test_sensitivity_tells_intervals_and_cells(madein: Run, table: IcioTable) -> None:
    given = ("sensitivity", TABLE, "--economy", "VNM", "--value-added", "stated", "--noise", "0.2", "--level", "0.95", "--most", "7")
    g = domestic_share_gradient(Factored(table, value_added="stated"), "VNM")
    told = rows(madein(*given, "--format", "csv").out)
    intervals = {r["errors"]: r for r in told if r["kind"] == "interval"}
    assert list(intervals) == ["cell", "row", "column", "pair"]
    for how, r in intervals.items():
        i = g.interval(0.2, 0.95, how)  # type: ignore[arg-type]
        assert (float(r["low"]), float(r["high"])) == pytest.approx((100 * i.low, 100 * i.high))
        assert (r["economy"], float(r["noise"]), float(r["level"])) == ("VNM", 0.2, 0.95)
    flows = [r for r in told if r["kind"] == "flow"]
    assert len(flows) == 7
    assert [abs(float(r["effect"])) for r in flows] == sorted((abs(float(r["effect"])) for r in flows), reverse=True)
    done = madein(*given)
    assert "VNM: 50.6 % of gross exports is its own value added" in done.out
    assert "Interval of 95 % if each flow between industries has a standard deviation of 20 %" in done.out
    assert "of C26" in madein("sensitivity", TABLE, "--economy", "VNM", "--industry", "C26").out


def test_what_the_new_verbs_refuse(madein: Run) -> None:
    for given, words in (
        (("sensitivity", TABLE, "--economy", "VNM", "--level", "1.5"), "an interval of level 1.5 is none"),
        (("sensitivity", TABLE, "--economy", "Narnia"), "no economy or group is called 'Narnia'"),
        (("trace", TABLE, "--economy", "VNM", "--by", "colour"), "nothing is told apart by 'colour'"),
        (("trace", TABLE, "--economy", "VNM", "--industry", "C99"), "no industry is called 'C99'"),
        (("trace", TABLE, "--economy", "VNM", "--partner", "VNM"), "VNM is no partner of itself"),
        (("trace", TABLE, "--economy", "VNM", "--partner", "Mars"), "no economy or group is called 'Mars'"),
        ((TABLE, "--economy", "VNM", "--group", "A=VNM", "--group", "A=CHN"), "the group 'A' is given twice"),
    ):  # fmt: skip
        done = madein(*given)
        assert done.code == 2, given
        assert words in done.err, done.err


@pytest.fixture
def years(tmp_path: Path, table: IcioTable) -> list[str]:
    draw = np.random.default_rng(4)
    for year in (2020, 2021):
        inter = table.inter * draw.uniform(0.9, 1.0, table.inter.shape)
        told = {"value_added": table.value_added, "unit": table.unit, "basis": table.basis}
        IcioTable.of(inter, table.final, table.countries, table.industries, table.categories, year=year, **told).save(tmp_path / f"{year}.npz")
    return ["2020.npz", "2021.npz"]


def test_a_panel_is_one_file_or_a_folder(madein: Run, tmp_path: Path, years: list[str]) -> None:
    done = madein("panel", *years, "--economy", "Viet Nam", "--out", "p.parquet")
    assert done.code == 0, done.err
    assert "p.parquet: bm by sector, 2 years, 2020 to 2021" in done.out
    frame = pl.read_parquet(tmp_path / "p.parquet")
    assert frame.columns[:4] == ["year", "exporter", "economy", "industry"]
    assert frame["year"].unique().sort().to_list() == [2020, 2021]
    for year in (2020, 2021):
        alone = rows(madein("decompose", f"{year}.npz", "--level", "sector", "--economy", "VNM", "--format", "csv").out)
        part = frame.filter(pl.col("year") == year)
        assert part["DVA"].to_list() == pytest.approx([float(r["DVA"]) for r in alone], rel=1e-9)
        assert f"{year}  VNM" in done.out
    assert set(frame["basis"]) == {"estimated"}
    assert madein("panel", *years, "--out", "all", "--value-added", "stated").code == 0
    assert sorted(p.name for p in (tmp_path / "all").iterdir())[-2:] == ["kww", "wwz"]
    assert "TAX" in pl.read_parquet(tmp_path / "all" / "bm_source" / "year=2021.parquet").columns
    for method in ("kww", "oecd", "imports", "wwz", "third"):
        assert madein("panel", *years, "--method", method, "--level", "country", "--out", "q.parquet").code == 0, method


def test_a_zip_gives_each_of_its_tables(madein: Run, tmp_path: Path) -> None:
    for year in (2020, 2021):
        lines = ["V1,VNM_A,JPN_A,VNM_FD,JPN_FD", f"VNM_A,1,2,7,{year - 2019}", "JPN_A,3,4,2,5"]
        (tmp_path / f"{year}.csv").write_text("\n".join(lines) + "\n")
    with zipfile.ZipFile(tmp_path / "years.zip", "w") as z:
        for year in (2020, 2021):
            z.write(tmp_path / f"{year}.csv", f"{year}.csv")
    assert madein("panel", "years.zip", "--out", "p.parquet", "--level", "country").code == 0
    assert pl.read_parquet(tmp_path / "p.parquet").filter(pl.col("exporter") == "VNM")["GEXP"].to_list() == [3.0, 4.0]


def test_panels_that_cannot_be_made_leave_nothing(madein: Run, tmp_path: Path, years: list[str], table: IcioTable) -> None:
    names = ["ZZZ", *table.countries[1:]]
    IcioTable.of(table.inter, table.final, names, table.industries, table.categories, unit=table.unit, year=2019).save(tmp_path / "o.npz")
    IcioTable.of(table.inter, table.final, table.countries, table.industries, table.categories, unit=table.unit, year=2018).save(tmp_path / "n.npz")
    for given, words in (
        (("2020.npz", "2020.npz"), "a table is the second of 2020"),
        (("2020.npz", "o.npz"), "not in 2020: ZZZ; only in 2020: VNM"),
        (("2020.npz", "n.npz", "--value-added", "stated"), "n.npz 2018: the table states no value added"),
        (("2020.npz", "none.npz"), "there is no such file"),
        (("2020.npz", "--economy", "Mars"), "no economy or group is called 'Mars'"),
        (("2020.npz", "--group", "ASEAN"), "'ASEAN' is no group"),
        (("2020.npz", "--method", "kww"), "KWW is valid for countries only"),
    ):  # fmt: skip
        done = madein("panel", *given, "--out", "p.parquet")
        assert done.code == 2, given
        assert words in done.err, done.err
        assert not [p for p in tmp_path.iterdir() if "p.parquet" in p.name or p.name.startswith(".panel")]
    assert "ends in .parquet, or a folder" in madein("panel", *years, "--out", "p.csv").err
    assert "there is no such folder" in madein("panel", *years, "--out", "no/p.parquet").err
    assert "takes all decompositions at once" in madein("panel", *years, "--economy", "VNM", "--out", "all").err
