"""The step ``gaps``: the example's trade, planted rerouting and none, the contract, the same bytes twice, and what is refused."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from madein.core.blocks import HOLE
from madein.core.check import check_result
from madein.core.errors import MadeinError
from madein.core.step import Figure, Inputs, Result, Source
from madein.screening.flows.gaps import triple_gap
from madein.screening.gaps_step import Config, run

TRADE = Path(__file__).parents[2] / "examples" / "vietnam" / "trade"
YEARS = (2016, 2017, 2019, 2020)
WHO: dict[str, Any] = {"source": "China", "home": "Viet Nam", "market": "United States"}


def went(files: dict[str, Path], **options: Any) -> Result:
    given = {**WHO, "before": (2016, 2017), "after": (2019, 2020), **options}
    result = run(Config(**given), Inputs({role: (Source(path.name, path, ""),) for role, path in files.items()}))
    check_result(result, "gaps")
    return result


def example(legs: str = "legs.csv", wedge: str = "wedge.csv", **options: Any) -> Result:
    files = {"legs": TRADE / legs, "wedge": TRADE / wedge, "names": TRADE / "names.csv"}
    return went(files, **{"before": (2015, 2017), "after": (2019, 2022), "at_least": 5, **options})


def figure(result: Result, measure: str, **dims: str) -> Figure:
    (held,) = [f for f in result.figures if f.measure == measure and all(f.dims.get(k) == v for k, v in dims.items())]
    return held


def gap(result: Result, leg: str) -> Figure:
    return figure(result, "rerouting_gap", series=leg)


def findings(result: Result) -> list[str]:
    return [b.body["text"] for b in result.blocks if b.kind == "finding"]


def made(folder: Path, n: int = 40, planted: float = 0.0, seed: int = 1, legs: tuple[str, ...] = ("source_home", "home_market", "source_market"),
         name: Callable[[int], str] = "P{:03}".format) -> dict[str, Path]:  # fmt: skip
    """Legs that grow at random; where the wedge holds the first two also by `planted` and the third by as much less, in logs."""
    draw = np.random.default_rng(seed)
    grown = {leg: draw.normal(0.2, 0.3, n) for leg in legs}
    rows = []
    for k in range(n):
        for year in YEARS:
            moved = {leg: (grown[leg][k] + (planted if k % 2 else 0) * (-1 if leg == "source_market" else 1)) * (year > 2018) for leg in legs}
            rows.append((name(k), str(year), *(f"{100 * math.exp(moved[leg]):.6f}" for leg in legs)))
    pl.DataFrame(rows, ["product", "period", *legs], orient="row").write_csv(folder / "legs.csv")
    points = [(name(k), f"{10 + k / 100 if k % 2 else 1 + k / 100:.2f}", "2018-07-06") for k in range(n)]
    pl.DataFrame(points, ["product", "points", "from"], orient="row").write_csv(folder / "wedge.csv")
    return {role: folder / f"{role}.csv" for role in ("legs", "wedge")}


def edited(folder: Path, role: str, change: Callable[[str], str], **options: Any) -> str:
    """The message of a run after one of the files has been changed."""
    files = made(folder)
    files[role].write_text(change(files[role].read_text()))
    with pytest.raises(MadeinError) as fault:
        went(files, **options)
    return str(fault.value)


def test_example_growth_is_that_of_the_flows() -> None:
    result = example()
    flows = pl.read_csv(TRADE / "legs.csv").filter(pl.col("product") == "C26")
    mean = [flows.filter(pl.col("period").is_between(*w))["home_market"].mean() for w in ((2015, 2017), (2019, 2022))]
    assert figure(result, "trade_growth", origin="VNM", product="C26").value == pytest.approx(100 * (mean[1] / mean[0] - 1), rel=1e-9)  # type: ignore[operator]
    assert figure(result, "wedge", product="C26").value == pl.read_csv(TRADE / "wedge.csv").filter(pl.col("product") == "C26")["points"].item()


def test_example_says_what_its_intervals_say() -> None:
    result = example()
    joint, text = gap(result, "joint"), findings(result)[0]
    assert joint.low is not None
    assert joint.high is not None
    assert ("no more than chance explains" in text) == (joint.low <= 0 <= joint.high)
    assert len(findings(result)) == 5
    assert all(HOLE.search(t) for t in findings(result))
    assert sum(b.kind == "chart" for b in result.blocks) == 2


def test_chapters_show_the_wedge_on_the_leg_it_was_laid_on() -> None:
    # A wedge on goods of the source must show on that leg, or the data would not be fit to look for anything.
    result = example("legs_hs2.csv", "wedge_hs2.csv", after=(2019, 2020))
    fall = gap(result, "source_market")
    assert fall.high is not None
    assert fall.high < 0
    assert "lower than chance explains" in findings(result)[2]
    assert gap(result, "joint").absent == "all three legs are needed"
    assert "cannot be said: all three legs are needed" in findings(result)[0]


def test_joint_is_the_triple_gap() -> None:
    result = example(at_least=0)
    flows = pl.read_csv(TRADE / "legs.csv").with_columns(after=pl.col("period") >= 2019, hs="product")
    flows = flows.filter(pl.col("period").is_between(2015, 2017) | pl.col("after"))
    told = triple_gap(flows).drop_nulls("source_market").select(product="hs", other="joint")
    both = result.tables["legs"].frame.join(told, on="product").drop_nulls(["joint", "other"])
    assert both.height > 20
    assert np.allclose(both["joint"], 100 * np.expm1(both["other"].to_numpy()), rtol=1e-9, atol=1e-7)


def test_planted_rerouting_is_found_and_its_size(tmp_path: Path) -> None:
    result = went(made(tmp_path, planted=0.6))
    joint = gap(result, "joint")
    assert joint.low is not None
    assert joint.low > 0
    assert "more than chance explains" in findings(result)[0]
    for leg, way in (("source_home", 0.6), ("home_market", 0.6), ("source_market", -0.6)):
        f = gap(result, leg)
        assert f.low is not None
        assert f.high is not None
        assert f.low < 100 * math.expm1(way) < f.high, leg
        assert (f.low > 0) if way > 0 else (f.high < 0), leg
    assert result.tables["gap"].frame.filter(pl.col("leg") == "joint")["p"].item() == pytest.approx(0.001)


def test_trade_without_a_link_is_no_finding(tmp_path: Path) -> None:
    clear = 0
    for seed in range(40):
        result = went(made(tmp_path, seed=seed), seed=seed)
        for leg in ("source_home", "home_market", "source_market", "joint"):
            f = gap(result, leg)
            assert f.low is not None
            assert f.high is not None
            clear += not f.low <= 0 <= f.high
    assert clear <= 8  # 5 % of 160


def test_it_is_the_same_twice_and_moves_with_the_seed() -> None:
    one, two, other = example(), example(), example(seed=2)
    assert one.figures == two.figures
    assert one.blocks == two.blocks
    for name, table in one.tables.items():
        assert table.frame.equals(two.tables[name].frame), name
    assert gap(one, "joint").low != gap(other, "joint").low
    assert gap(one, "joint").value == gap(other, "joint").value


def test_two_such_steps_can_stand_in_one_study() -> None:
    one, two = {f.id for f in example().figures}, {f.id for f in example(scenario="by chapter").figures}
    assert not one & two
    assert len(one) == len(two)


def test_rows_in_another_order_and_parquet_give_the_same(tmp_path: Path) -> None:
    files = made(tmp_path, planted=0.2)
    one = went(files)
    pl.read_csv(files["legs"]).sample(fraction=1, shuffle=True, seed=3).write_parquet(tmp_path / "legs.parquet")
    two = went({**files, "legs": tmp_path / "legs.parquet"})
    assert one.tables["gap"].frame.drop("_src").equals(two.tables["gap"].frame.drop("_src"))


def test_a_figure_leads_to_the_cells_it_was_computed_from() -> None:
    parents = [str(p) for p in figure(example(show=27), "trade_growth", origin="VNM", product="A01").parents]
    assert parents[0] == "table:.legs::row product=A01"
    assert parents[1:] == [f"source:legs.csv::cell D{row}" for row in (6, 7, 8, 10, 11, 12, 13)]
    assert (TRADE / "legs.csv").read_text().splitlines()[5].startswith("A01,2015,")


def test_exposure_is_at_the_middle_product_or_as_set(tmp_path: Path) -> None:
    result = went(made(tmp_path))
    assert result.tables["legs"].frame["exposed"].value_counts().sort("exposed")["count"].to_list() == [20, 20]
    few = went(made(tmp_path), exposed_from=10.36)
    assert "exposed products 2, others 38" in gap(few, "joint").absent
    assert "too few products are exposed" in findings(few)[0]
    # Most products without any wedge: the middle one has none, and still not all are exposed.
    files = made(tmp_path)
    files["wedge"].write_text("product,points\n" + "".join(f"P{k:03},{7 if k < 12 else 0}\n" for k in range(40)))
    assert went(files).tables["gap"].frame.filter(pl.col("leg") == "joint")["exposed"].item() == 12
    files["wedge"].write_text("product,points\n" + "".join(f"P{k:03},7\n" for k in range(40)))
    with pytest.raises(MadeinError, match="the same for every product"):
        went(files)


def test_a_missing_or_empty_leg_is_said(tmp_path: Path) -> None:
    result = went(made(tmp_path, legs=("source_home", "home_market")))
    assert gap(result, "source_market").absent == "no such leg is given"
    assert gap(result, "joint").absent == "all three legs are needed"
    assert gap(result, "home_market").value is not None
    files = made(tmp_path)
    frame = pl.read_csv(files["legs"], infer_schema=False)
    frame.with_columns(source_home=pl.lit("")).write_csv(files["legs"])
    assert gap(went(files), "source_home").absent == "no such leg is given"


def test_nothing_before_or_little_of_it_has_no_growth(tmp_path: Path) -> None:
    files = made(tmp_path)
    rows = [line.split(",") for line in files["legs"].read_text().splitlines()]
    for row in rows[1:5]:
        row[3] = "0" if row[1] < "2018" else "5"
    files["legs"].write_text("\n".join(map(",".join, rows)))
    result = went(files, show=40)
    assert figure(result, "trade_growth", origin="VNM", product="P000").absent == "no trade before"
    assert figure(went(files, at_least=1000, show=40), "trade_growth", origin="CHN", destination="USA", product="P001").absent == (
        "less trade before than what counts"
    )


def test_names_with_digits_braces_and_commas_stay_out_of_sentences(tmp_path: Path) -> None:
    files = made(tmp_path, name='"{{9}},{:03}"'.format)
    for path in files.values():
        path.write_text(path.read_text().replace('"""', '"'))
    result = went(files)
    assert "one of them" in findings(result)[-1]
    assert not any("," in p for p in result.tables["legs"].frame["product"])


def test_warnings_travel_with_the_result(tmp_path: Path) -> None:
    files = made(tmp_path)
    files["wedge"].write_text(files["wedge"].read_text().replace("P000,1.00,2018-07-06", "P000,1.00,2017-02-01").replace("P001,", "Q001,"))
    files["legs"].write_text(files["legs"].read_text().replace("P002,2017,", "P002,2012,"))
    told = " | ".join(str(p) for p in went(files, before=("2015-07", "2017-12")).problems)
    for words in ("no points for P001", "no trade of Q001", "some periods are empty for P002", "does not begin between the windows for P000"):
        assert words in told
    assert "2012" not in told
    assert "2016 lies only in part in before" in " | ".join(str(p) for p in went(files, before=("2016-07", "2017")).problems)


@pytest.mark.parametrize(
    ("role", "old", "new", "told"),
    [
        ("legs", "P000,2016,100.000000", "P000,2016,n.a.", "row 2, column source_home: text where a number should be (it reads 'n.a.')"),
        ("legs", "P000,2016,100.000000", 'P000,2016,"1,000"', "without separators of thousands"),
        ("legs", "P000,2016,100.000000", "P000,2016,nan", "it reads 'nan'"),
        ("legs", "P000,2016,100.000000", "P000,2016,-3", "row 2, column source_home: trade is negative"),
        ("legs", "P000,2016,100.000000", "P000,2016,1e300", "larger than any trade"),
        ("legs", "P000,2017", "P000,2016", "a product and period stand twice"),
        ("legs", "P000,2017", "P000,last year", "row 3, column period: a period is none (it reads 'last year')"),
        ("legs", "P000,2017", "P000,2017-03", "periods are of unlike length"),
        ("legs", "P000,2017", ",2017", "row 3, column product: a product has no code"),
        ("legs", "product,", "code,", "column 'product' is missing"),
        ("legs", "source_home,home_market,source_market", "a,b,c", "no column holds a leg of trade"),
        ("wedge", "points,", "rate,", "column 'points' is missing"),
        ("wedge", "P000,1.00", "P000,much", "row 2, column points: text where a number should be"),
        ("wedge", "P001,", "P000,", "rows 2 and 3: a product stands twice"),
        ("wedge", "P000,1.00,2018-07-06", "P000,1.00,July", "row 2, column from: a date is none"),
        ("wedge", "P", "X", "no product of the legs has a wedge"),
    ],
)
def test_bad_cells_are_told_by_file_row_and_column(tmp_path: Path, role: str, old: str, new: str, told: str) -> None:
    message = edited(tmp_path, role, lambda text: text.replace(old, new) if old == "P" else text.replace(old, new, 1))
    assert told in message
    assert f"{role}.csv" in message or old == "P"
    assert "Mend: " in message


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"before": (2001, 2002)}, "no period lies in before"),
        ({"before": (2017, 2016)}, "before is no stretch of time"),
        ({"before": ("x", "2016")}, "before is no stretch of time"),
        ({"before": (2016, 2019)}, "before does not end before after begins"),
        ({"unit": "tonne"}, "is no unit of money"),
        ({"market": "Atlantis"}, "no country or group"),
        ({"market": "VN"}, "not three economies"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path: Path, options: dict[str, Any], told: str) -> None:
    assert told in edited(tmp_path, "legs", lambda text: text, **options)


def test_all_faults_of_a_file_are_told_at_once_and_other_files_refused(tmp_path: Path) -> None:
    message = edited(tmp_path, "legs", lambda t: t.replace("P000,2016,100.000000", "P000,2016,a").replace("P001,2016,100.000000", "P001,2016,-1"))
    assert "row 2" in message
    assert "row 6" in message
    (tmp_path / "empty.csv").write_text("")
    (tmp_path / "binary.parquet").write_bytes(b"PAR1\0\1")
    for name in ("empty.csv", "binary.parquet", "none.csv"):
        with pytest.raises(MadeinError, match="holds no table"):
            went({**made(tmp_path), "legs": tmp_path / name})
    with pytest.raises(MadeinError, match="no file is given"):
        went({"legs": made(tmp_path)["legs"]})


def test_months_and_many_periods(tmp_path: Path) -> None:
    rows = [
        (f"P{k:02}", f"{y}-{m:02}", 10 + (k * m) % 7, 5 + k % 3 + (y > 2018) * (k % 2)) for k in range(14) for y in range(2015, 2021) for m in range(1, 13)
    ]  # fmt: skip
    pl.DataFrame(rows, ["product", "period", "source_home", "home_market"], orient="row").write_csv(tmp_path / "legs.csv")
    pl.DataFrame([(f"P{k:02}", k % 2 * 20) for k in range(14)], ["product", "points"], orient="row").write_csv(tmp_path / "wedge.csv")
    files = {role: tmp_path / f"{role}.csv" for role in ("legs", "wedge")}
    result = went(files, before=("2015-01", "2017-12"))
    assert not result.problems
    assert all(len(f.parents) <= 20 for f in result.figures)
    assert any("season" in str(p) for p in went(files, before=("2015-01", "2017-06")).problems)


def test_the_files_of_the_example_are_those_of_the_tool(reference: Path, tmp_path: Path) -> None:
    sys.path.insert(0, str(TRADE.parents[2]))
    from tools.screening.make_legs import main

    main(reference / "tiva" / "real" / "oecd_icio_trade28_2011_2022", reference / "screening" / "trade", tmp_path)
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == sorted(p.name for p in TRADE.glob("*.csv"))
    for name in names:
        assert (tmp_path / name).read_bytes() == (TRADE / name).read_bytes(), name
    assert sum(p.stat().st_size for p in TRADE.glob("*.csv")) < 60_000


def test_the_wedge_of_the_example_is_the_change_of_duties_paid(reference: Path) -> None:
    frame = pl.read_parquet(reference / "screening" / "trade" / "us_imports_hs2_month_2013_2021.parquet").filter(hs2="94")
    rate = {
        (who, year): 100 * f["duty_usd"].sum() / f["imports_usd"].sum()
        for who in ("CHINA", "VIETNAM") for year in ("2017", "2020") for f in [frame.filter(pl.col("month").str.starts_with(year), country=who)]
    }  # fmt: skip
    points = rate["CHINA", "2020"] - rate["CHINA", "2017"] - rate["VIETNAM", "2020"] + rate["VIETNAM", "2017"]
    assert pl.read_csv(TRADE / "wedge_hs2.csv").filter(product="HS 94")["points"].item() == pytest.approx(points, abs=6e-4)
