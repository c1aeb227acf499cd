"""The step over the example's table and over small ones: the contract, findings, the same bytes twice, a table swapped in, what is refused."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from madein.core.blocks import HOLE
from madein.core.check import check_result
from madein.core.errors import MadeinError
from madein.core.icio import IcioTable
from madein.core.step import Inputs, Result, Source
from madein.tiva import Factored, borin_mancini, read_icio
from madein.tiva.step import Config, run

TIVA = Path(__file__).parents[2] / "examples" / "vietnam" / "tiva"


def source(path: Path) -> Source:
    return Source(f"tiva/{path.name}", path, "", basis="estimated")


def example(**options: Any) -> Result:
    roles = {
        "table": (source(TIVA / "table_2022.npz"),), "years": (source(TIVA / "domestic_share_by_year.csv"),),
        "methods": (source(TIVA / "domestic_share_by_method.csv"),), "names": tuple(source(TIVA / f"{n}.csv") for n in ("economies", "industries")),
    }  # fmt: skip
    given = {"economy": "Viet Nam", "value_added": "stated", "series": {"gras": "balanced", "fixed": "fixed"}, **options}
    result = run(Config(**given), Inputs(roles))
    check_result(result, "tiva")
    return result


@pytest.fixture(scope="module")
def result() -> Result:
    return example()


def of(result: Result, measure: str, **dims: str) -> float:
    (figure,) = [f for f in result.figures if f.measure == measure and {k: v for k, v in f.dims.items() if k not in ("economy", "period")} == dims]
    assert figure.value is not None
    return figure.value


def test_shares_are_those_of_the_methods_at_hand(result: Result) -> None:
    # The file of methods was computed apart from the step, from the same table.
    told = result.tables["methods"].frame.filter(pl.col("series") == "compact")
    for industry, share in told.select("industry", "share").rows():
        where = {} if industry == "total" else {"industry": industry}
        assert of(result, "domestic_share", **where) == pytest.approx(share, abs=6e-4)


def test_shares_are_borin_mancini_s_content(result: Result) -> None:
    f = Factored(read_icio(TIVA / "table_2022.npz"), value_added="stated")
    d = borin_mancini(f, "sector", exporters=["VNM"])
    frame = result.tables["shares"].frame.filter(pl.col("industry") != "total").join(d.frame().with_columns(pl.col("industry").cast(str)), "industry")
    for column, term in (("exports", "GEXP"), ("domestic", "DC"), ("once", "DVA"), ("foreign", "FC"), ("taxes", "TAX")):
        assert np.allclose(frame[column], 1e6 * frame[term], rtol=1e-10), column


def test_parts_add_up(result: Result) -> None:
    shares = result.tables["shares"].frame
    assert np.allclose(shares["domestic"] + shares["foreign"] + shares["taxes"], shares["exports"], rtol=1e-10)
    for name in ("origins", "uses", "whose"):
        for total in result.tables[name].frame.group_by("industry").agg(pl.col("share").sum())["share"]:
            assert total == pytest.approx(100, abs=1e-8), name
    own = shares.filter(pl.col("industry") == "total")["domestic"].item()
    assert result.tables["flows"].frame["value_added"].sum() == pytest.approx(own, rel=1e-9)
    assert result.tables["uses"].frame.filter(pl.col("industry") == "total")["value_added"].sum() == pytest.approx(own, rel=1e-9)


def test_findings_quote_figures_and_everything_is_estimated(result: Result) -> None:
    found = [b.body["text"] for b in result.blocks if b.kind == "finding"]
    assert len(found) == 5
    assert all(HOLE.search(text) for text in found)
    assert {f.basis for f in result.figures} == {"estimated"}
    assert sum(b.kind == "chart" for b in result.blocks) == 4


def test_a_gain_is_that_of_the_input_moved(result: Result) -> None:
    from madein.tiva.localisation import localise

    f = Factored(read_icio(TIVA / "table_2022.npz"), value_added="stated")
    gain = of(result, "localisation_gain", product="C26", scenario="made at home, all of it")
    told = localise(f, "VNM", "C26")
    assert gain == pytest.approx(100 * (told.share_after - told.share_before), rel=1e-9)
    half = example(part=0.5)
    assert 0 < of(half, "localisation_gain", product="C26", scenario="made at home, 50 percent of it") < gain


def test_it_is_quick_and_the_same_twice(result: Result) -> None:
    began = time.process_time()
    again = example()
    assert time.process_time() - began < 2
    assert again.figures == result.figures
    assert again.blocks == result.blocks
    for name, table in result.tables.items():
        assert table.frame.equals(again.tables[name].frame), name


def test_residual_value_added_tells_the_gap() -> None:
    result = example(value_added="residual")
    assert any("miss what follows" in p.what for p in result.problems)
    assert of(result, "domestic_share") == pytest.approx(54.05, abs=0.02)
    note = next(b for b in result.blocks if b.kind == "note").body["text"]
    assert "the share would be 50.6 %" in note


def save(folder: Path, name: str, table: IcioTable) -> Source:
    table.save(folder / name)
    return Source(name, folder / name, "")


def small(year: int | None = 2020, g: int = 3, n: int = 2, seed: int = 1) -> IcioTable:
    draw = np.random.default_rng(seed)
    z, y = draw.uniform(1, 5, (g * n, g * n)), draw.uniform(20, 40, (g * n, g))
    names = ["VNM", "JPN", "USA", "C07", "ROW"][:g]
    return IcioTable.of(z, y, names, [f"D{i:02}" for i in range(n)], unit="USD million", year=year)


def test_labels_with_digits_stay_out_of_sentences(tmp_path: Path) -> None:
    result = run(Config(economy="VNM"), Inputs({"table": (save(tmp_path, "a.npz", small(g=5, n=4)),)}))
    check_result(result, "tiva")


def test_tables_of_several_years_give_the_share_over_the_years(tmp_path: Path) -> None:
    sources = tuple(save(tmp_path, f"{y}.npz", small(y, seed=y)) for y in (2021, 2019, 2020))
    result = run(Config(economy="VNM"), Inputs({"table": sources}))
    check_result(result, "tiva")
    years = result.tables["years"].frame.filter(pl.col("industry") == "total")
    assert years["period"].to_list() == ["2019", "2020", "2021"]
    assert of(result, "domestic_share") == years["share"][-1]
    with pytest.raises(MadeinError, match="several tables"):
        run(Config(economy="VNM"), Inputs({"table": (sources[0], save(tmp_path, "b.npz", small(2021)))}))


def test_one_industry_no_year_no_unit_and_groups(tmp_path: Path) -> None:
    table = IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"])
    check_result(run(Config(economy="VNM"), Inputs({"table": (save(tmp_path, "a.npz", table),)})), "tiva")
    grouped = Inputs({"table": (save(tmp_path, "b.npz", small()),)})
    check_result(run(Config(economy="Asia", groups={"Asia": ("VNM", "JPN")}), grouped), "tiva")


def test_what_cannot_be_used_is_told_by_its_place(tmp_path: Path) -> None:
    table = save(tmp_path, "a.npz", small())
    with pytest.raises(MadeinError, match="no inter-country table"):
        run(Config(economy="VNM"), Inputs({}))
    with pytest.raises(MadeinError, match="no economy or group is called 'Mars'"):
        run(Config(economy="Mars"), Inputs({"table": (table,)}))
    head = "economy,industry,period,value,key,method\n"
    for row, words in (
        ("VNM,total,2020,many,a,m\n", "row 2, column value"), ("VNM,total,2020,140,a,m\n", "it reads '140'"),
        ("VNM,total,2020,50,a,m\nVNM,total,2020,51,a,m\n", "row 3"), ("VNM,total,soon,50,a,m\n", "column period"),
    ):  # fmt: skip
        (tmp_path / "years.csv").write_text(head + row)
        with pytest.raises(MadeinError, match=words):
            run(Config(economy="VNM"), Inputs({"table": (table,), "years": (Source("years.csv", tmp_path / "years.csv", ""),)}))
    (tmp_path / "years.csv").write_text(head + "VNM,total,2020,50,a,m\n")
    years = (Source("years.csv", tmp_path / "years.csv", ""),)
    with pytest.raises(MadeinError, match="key 'b'"):
        run(Config(economy="VNM", series={"b": "B"}), Inputs({"table": (table,), "years": years}))
    (tmp_path / "names.csv").write_text("label,text\nVNM,Viet Nam\n")
    with pytest.raises(MadeinError, match="holds no names"):
        run(Config(economy="VNM"), Inputs({"table": (table,), "names": (Source("names.csv", tmp_path / "names.csv", ""),)}))


def test_the_interval_stands_beside_the_share(result: Result) -> None:
    from madein.tiva import domestic_share_gradient

    f = Factored(read_icio(TIVA / "table_2022.npz"), value_added="stated")
    i = domestic_share_gradient(f, "VNM").interval(0.1, 0.9, "pair")
    low, high = (of(result, "domestic_share_bound", scenario=f"flows err; {end} end") for end in ("lower", "upper"))
    assert (low, high) == pytest.approx((100 * i.low, 100 * i.high), rel=1e-12)
    first = next(b.body["text"] for b in result.blocks if b.kind == "finding")
    assert first.count("domestic_share_bound/") == 2
    assert "standard deviation of 10 % of itself" in next(b for b in result.blocks if b.kind == "note").body["text"]
    frame = result.tables["intervals"].frame
    assert frame["errors"].to_list() == ["cell", "column", "pair", "row"]
    assert frame["share"].to_list() == pytest.approx([of(result, "domestic_share")] * 4)
    wide = example(noise=0.2, errors="row", level=0.99)
    assert of(wide, "domestic_share_bound", scenario="flows err; lower end") < low
    none = example(noise=0)
    assert "intervals" not in none.tables
    assert "domestic_share_bound" not in {f.measure for f in none.figures}


def titles(result: Result) -> list[str]:
    return [b.title for b in result.blocks if b.kind == "chart"]


def test_tables_of_several_years_are_drawn_by_industry(tmp_path: Path) -> None:
    sources = tuple(save(tmp_path, f"{y}.npz", small(y, seed=y)) for y in (2019, 2020))
    drawn = run(Config(economy="VNM"), Inputs({"table": sources}))
    block = next(b for b in drawn.blocks if b.title.startswith("Own value in exports over the years, the largest industries"))
    assert block.body["where"] == {"series": "tables"}
    assert set(block.body["labels"]) == {"D00", "D01"}
    one = run(Config(economy="VNM"), Inputs({"table": sources[:1]}))
    assert not any("largest industries; " in t for t in titles(one))
    assert not any("over the years, the largest" in t for t in titles(example())), "files of shares are no panel"


def test_a_panel_gives_the_years(tmp_path: Path) -> None:
    from madein.tiva.panels import panel_file

    tables = [small(y, seed=y) for y in (2019, 2020)]
    panel_file(tables, tmp_path / "p.parquet", lambda f: borin_mancini(f, "sector").frame())
    given = {"table": (save(tmp_path, "a.npz", tables[1]),), "years": (Source("p.parquet", tmp_path / "p.parquet", ""),)}
    result = run(Config(economy="VNM", series={"panel": "one method"}), Inputs(given))
    check_result(result, "tiva")
    same = run(Config(economy="VNM"), Inputs({"table": tuple(save(tmp_path, f"{t.year}.npz", t) for t in tables)}))
    columns = ["industry", "period", "share"]
    assert (
        result.tables["years"].frame.select(columns).with_columns(pl.col("share").round(9))
        .equals(same.tables["years"].frame.select(columns).with_columns(pl.col("share").round(9)))
    )  # fmt: skip
    assert any("the largest industries; computed" in t for t in titles(result))
    for write, words in (
        (lambda p: p.write_bytes(b"no"), "the file is no panel"),
        (lambda p: pl.DataFrame({"year": [2020]}).write_parquet(p), "it has no column exporter, industry"),
        (lambda p: panel_file(tables, p, lambda f: borin_mancini(f, "sector", exporters=["JPN"]).frame()), "holds no exports of VNM"),
    ):
        write(tmp_path / "p.parquet")
        with pytest.raises(MadeinError, match=words):
            run(Config(economy="VNM"), Inputs(given))
