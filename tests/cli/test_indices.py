"""``madein indices`` as a person meets it: series adjusted, weights found, an index compiled, prints compared, a month explained."""

from __future__ import annotations

import csv
import json
import math
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from madein.indices.seasonal import has_binary

EXAMPLE = Path(__file__).parents[2] / "examples" / "vietnam" / "data"
IIP, PRINTS = EXAMPLE / "industrial_production.csv", EXAMPLE / "industrial_growth_printed.csv"
needs_x13 = pytest.mark.skipif(not has_binary(), reason="no X-13 program: install the extra indices")


Run = Callable[..., Any]


@pytest.fixture
def madein(command: Run) -> Run:
    """``madein indices ...`` in an empty folder."""
    return partial(command, "indices")


@needs_x13
@pytest.mark.parametrize("method", ["x11", "seats"])
def test_adjust_gives_the_components_as_csv(madein: Run, method: str) -> None:
    done = madein("adjust", IIP, "--series", "Whole industry", "--method", method, "--holiday", "tet", "--format", "csv")
    assert done.code == 0
    assert list(done.rows[0])[:7] == ["series", "period", "original", "seasonal", "adjusted", "trend", "irregular"]
    held = {r["Month"]: float(r["Whole industry"]) for r in csv.DictReader(IIP.read_text().splitlines())}
    assert {r["period"]: float(r["original"]) for r in done.rows} == held
    for row in done.rows:
        total = math.fsum(float(row[c]) for c in ("adjusted", "seasonal", "holiday"))
        assert total == pytest.approx(held[row["period"]], abs=0.2)
    assert "Adjusted by" in done.err
    assert "tet_dur" in done.err


@needs_x13
def test_every_series_of_a_file_is_adjusted_and_quality_written(madein: Run, tmp_path: Path) -> None:
    done = madein("adjust", IIP, "--quality", "q.csv", "--quiet", "--format", "csv")
    assert done.code == 0
    assert len({r["series"] for r in done.rows}) == 5
    assert "Adjusted by" not in done.err
    report = list(csv.DictReader((tmp_path / "q.csv").read_text().splitlines()))
    assert [r["method"] for r in report] == ["x11"] * 5
    assert all(float(r["m7"]) < 1 for r in report if r["series"] == "Whole industry")


@needs_x13
def test_a_frozen_run_needs_no_identification(madein: Run) -> None:
    first = madein("adjust", IIP, "--series", "Whole industry", "--method", "seats", "--holiday", "tet", "--freeze", "f.json", "--format", "csv")
    again = madein("adjust", IIP, "--series", "Whole industry", "--frozen", "f.json", "--format", "csv")
    assert again.code == 0
    pairs = zip(first.rows, again.rows, strict=True)
    assert all(float(a["adjusted"]) == pytest.approx(float(b["adjusted"]), rel=1e-4) for a, b in pairs)
    both = madein("adjust", IIP, "--frozen", "f.json", "--holiday", "tet")
    assert both.code == 2
    assert "a frozen run decides all itself" in both.err


@needs_x13
def test_refused_series_are_told_and_the_others_printed(madein: Run, tmp_path: Path) -> None:
    rows = [f"{2018 + i // 12}-{i % 12 + 1:02d},{100 + i % 12 + i / 10}," + (f"{i}" if i > 60 else "") for i in range(72)]
    (tmp_path / "two.csv").write_text("month,long,short\n" + "\n".join(rows) + "\n")
    done = madein("adjust", "two.csv", "--format", "csv")
    assert done.code == 2
    assert {r["series"] for r in done.rows} == {"long"}
    assert "error: series 'short': not adjusted: the series is shorter than three complete years" in done.err
    assert done.err.count("shorter than three complete years (X-13") == 1
    assert "mend: wait for more data" in done.err


@pytest.mark.parametrize(
    ("args", "what"),
    [
        (("adjust", IIP, "--series", "Nobody"), "no series is called 'Nobody'"),
        (("adjust", IIP, "--holiday", "easter-monday"), "no moving holiday 'easter-monday'"),
        (("weights", IIP, "--total", "Nobody"), "no series is called 'Nobody'"),
        (("weights", IIP, "--total", "Whole industry", "--printed", "0.1,0.9"), "2 weights for 4 parts"),
        (("vintages", PRINTS, "--as-known", "2000-01-01"), "nothing was known on 2000-01-01"),
        (("vintages", PRINTS, "--as-known", "2024-01-01", "--revisions"), "ask for one thing at a time"),
        (("vintages", PRINTS, "--series", "Nobody"), "no series is called 'Nobody'"),
        (("explain", IIP, "Nobody", "2024-02"), "no series is called 'Nobody'"),
    ],
)
def test_what_cannot_be_done_is_told_with_a_mend(madein: Run, args: tuple[str | Path, ...], what: str) -> None:
    done = madein(*args)
    assert done.code == 2
    assert what in done.err
    assert "mend: " in done.err


def test_weights_are_those_of_the_office(madein: Run) -> None:
    done = madein("weights", IIP, "--total", "Whole industry", "--since", "2023-01", "--format", "csv")
    found = {r["part"]: float(r["weight"]) for r in done.rows}
    assert sum(found.values()) == pytest.approx(1)
    assert [round(found[n], 3) for n in ("Mining and quarrying", "Manufacturing", "Electricity and gas", "Water supply and waste")] == [
        0.157, 0.737, 0.089, 0.016,
    ]  # fmt: skip
    assert float(done.err.rsplit("within ", 1)[1].split()[0]) < 0.01


REPORTS = "establishment,product,industry,month,quantity,unit\n" + "".join(
    f"{who},{what},{code},2023-0{m},{q * (1 + 0.02 * m)},{unit}\n"
    for m in (1, 2, 3) for who, what, code, q, unit in (("a", "fish", "1020", 50, "t"), ("b", "chips", "2610", 400, "piece"))
)  # fmt: skip


def test_compile_prints_indices_contributions_and_drift(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "reports.csv").write_text(REPORTS)
    (tmp_path / "w.csv").write_text("industry,weight,year\n1020,25,2023\n2610,75,2023\n")
    (tmp_path / "p.csv").write_text("product,weight,year\nfish,1,2023\nchips,1,2023\n")
    files = ("compile", "reports.csv", "--weights", "w.csv", "--products", "p.csv", "--format", "csv")
    done = madein(*files, "--level", "total")
    values = [float(r["value"]) for r in done.rows]
    assert sum(values) / 3 == pytest.approx(100)
    assert values[2] / values[0] == pytest.approx(1.06 / 1.02)
    parts = {r["code"]: float(r["points"]) for r in madein(*files, "--contributions", "2023-03/2023-01").rows}
    assert parts["total"] == pytest.approx(100 * (1.06 / 1.02 - 1))
    assert madein(*files, "--drift").code == 0
    assert "no two months" in madein(*files, "--contributions", "soon").err


def test_diffusion_of_answers_and_of_components(madein: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(
        "firm,month,answer,stratum,size\nA,2024-01,up,large,3\nB,2024-01,same,large,1\nC,2024-01,down,small,1\nD,2024-01,up,small,1\n"
    )
    (row,) = madein("diffusion", "a.csv", "--strata", "large=0.6,small=0.4", "--format", "csv").rows
    assert float(row["value"]) == pytest.approx(0.6 * (75 + 12.5) + 0.4 * 50)
    (tmp_path / "c.csv").write_text("month,New Orders,Production,Employment,Supplier Deliveries,Inventories\n2024-01,52.5,50.4,47.1,49.1,46.2\n")
    (row,) = madein("diffusion", "c.csv", "--scheme", "ism", "--format", "csv").rows
    assert float(row["value"]) == pytest.approx(49.06)
    assert madein("diffusion", "c.csv").code == 2


def test_vintages_as_known_and_revised(madein: Run) -> None:
    known = madein("vintages", PRINTS, "--series", "Whole industry", "--as-known", "2024-03-15", "--format", "csv").rows
    february = [r for r in known if (r["period"], r["comparison"]) == ("2024-02", "yoy")]
    assert [(r["value"], r["release"]) for r in february] == [("-6.81", "2024-02-29")]
    rows = madein("vintages", PRINTS, "--series", "Whole industry", "--revisions", "--format", "csv").rows
    assert next(r["revision"] for r in rows if (r["period"], r["comparison"]) == ("2024-02", "yoy")) == "0.89"
    (stats,) = madein("vintages", PRINTS, "--series", "Whole industry", "--statistics", "--format", "csv").rows
    revisions = [float(r["revision"]) for r in rows if r["comparison"] == "yoy"]
    assert float(stats["mean"]) == pytest.approx(sum(revisions) / len(revisions))


@needs_x13
def test_a_month_of_a_study_is_explained(madein: Run, finished: Path, tmp_path: Path) -> None:
    study = shutil.copytree(finished, tmp_path / "vietnam")
    done = madein("explain", study, "IIP", "2024-02", "--since", "2023-01")
    assert done.code == 0
    for words in ("down 6.8 % on a year before", "up 5.7 % for January to February 2024 together", "as first printed",
                  "Of the week of Tet, 100.0 % fell in February 2024, but 0.0 % in February 2023", "manufacturing", "a revision of 0.9 pp"):  # fmt: skip
        assert words in done.out
    told = json.loads(madein("explain", study, "total", "2024-02", "--since", "2023-01", "--format", "json").out)
    assert "\n".join(told["findings"]) + "\n" == done.out
    assert {f["basis"] for f in told["figures"]} == {"published", "computed", "estimated"}


@needs_x13
def test_a_month_of_a_file_is_explained_with_its_prints(madein: Run) -> None:
    parts = [w for name in ("Mining and quarrying", "Manufacturing", "Electricity and gas", "Water supply and waste") for w in ("--part", name)]
    done = madein("explain", IIP, "Whole industry", "2024-02", "--prints", PRINTS, "--since", "2023-01", *parts)
    assert done.code == 0
    assert "manufacturing \N{MINUS SIGN}5.1 pp, mining and quarrying \N{MINUS SIGN}1.4 pp" in done.out
    plain = madein("explain", IIP, "Whole industry", "2024-02", "--holiday", "").out
    assert "down 3.4 % on a year before" in plain
    assert "Tet" not in plain
