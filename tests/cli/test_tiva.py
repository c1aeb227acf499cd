"""``madein tiva`` as a person meets it: the account of exports, decompositions, what an input moves, tables built and balanced, what is refused."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from madein.core.icio import IcioTable

TABLE = Path(__file__).parents[2] / "examples" / "vietnam" / "tiva" / "table_2022.npz"


Run = Callable[..., Any]


@pytest.fixture
def madein(command: Run) -> Run:
    """``madein tiva ...`` in an empty folder."""
    return partial(command, "tiva")


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_show_says_share_method_origins_uses_and_dependence(madein: Run) -> None:
    done = madein(TABLE, "--economy", "Viet Nam", "--value-added", "stated")
    assert done.code == 0
    for text in ("VNM: 50.6 % of gross exports is its own value added", "value added is the one that the table states", "basis estimated",
                 "OECD ICIO, 2025 edition", "it would be 54.0 %", "Whose value it is", "finally used", "HHI"):  # fmt: skip
        assert text in done.out, text
    residual = madein(TABLE, "--economy", "VNM").out
    assert "VNM: 54.0 %" in residual
    assert "the value added that the table states it would be 50.6 %" in residual


def test_figures_of_every_format_are_the_same(madein: Run, tmp_path: Path) -> None:
    given = (TABLE, "--economy", "VNM", "--industry", "C26,C27", "--partner", "USA,CHN")
    told = rows(madein(*given, "--format", "csv").out)
    assert {r["industry"] for r in told} == {"C26", "C27", "total"}
    assert json.loads(madein(*given, "--format", "json").out)[0]["measure"] == "exports"
    madein(*given, "--format", "parquet", "--out", "a.parquet")
    frame = pl.read_parquet(tmp_path / "a.parquet")
    assert frame["value"].to_list() == pytest.approx([float(r["value"]) for r in told])
    shares = frame.filter((pl.col("measure") == "origin_share") & (pl.col("industry") == "total"))["value"]
    assert shares.sum() == pytest.approx(100)
    assert madein(*given, "--format", "xlsx", "--out", "a.xlsx").code == 0
    exports = frame.filter((pl.col("measure") == "exports") & (pl.col("industry") == "total"))["value"].item()
    f = IcioTable.load(TABLE)
    n = len(f.industries)
    inter, final = f.inter[:n].reshape(n, len(f.countries), n).sum(2), f.demand[:n]
    sold = (inter + final)[np.ix_([f.industries.index(i) for i in ("C26", "C27")], [f.countries.index(c) for c in ("USA", "CHN")])]
    assert exports == pytest.approx(float(sold.sum()))


@pytest.mark.parametrize(("method", "total"), [("bm", ("DC", "FC")), ("wwz", ()), ("kww", ())])
def test_terms_add_up_to_exports(madein: Run, method: str, total: tuple[str, ...]) -> None:
    told = rows(madein("decompose", TABLE, "--method", method, "--economy", "VNM", "--format", "csv").out)
    (cell,) = told
    terms = total or tuple(k for k in cell if k != "exporter")
    assert sum(float(cell[t]) for t in terms) == pytest.approx(377_596.12, rel=1e-9)


def test_levels_and_kinds_of_decompositions(madein: Run) -> None:
    for level, count in (("sector", 13), ("bilateral", 13), ("bilateral-sector", 169)):
        assert len(rows(madein("decompose", TABLE, "--level", level, "--economy", "VNM", "--format", "csv").out)) == count
    assert len(rows(madein("decompose", TABLE, "--method", "imports", "--level", "sector", "--economy", "VNM", "--format", "csv").out)) == 182
    oecd = {level: rows(madein("decompose", TABLE, "--method", "oecd", "--level", level, "--economy", "VNM", "--format", "csv").out)
            for level in ("country", "sector", "bilateral", "bilateral-sector")}  # fmt: skip
    assert [len(r) for r in oecd.values()] == [1, 13, 14, 182]
    for told in oecd.values():
        assert sum(float(r["EXGR_DVA"]) for r in told) == pytest.approx(float(oecd["country"][0]["EXGR_DVA"]))
    assert madein("decompose", TABLE, "--method", "kww", "--level", "sector").code == 2
    assert madein("decompose", TABLE, "--method", "imports", "--level", "bilateral-sector").code == 2


def test_localise_one_input_or_all(madein: Run) -> None:
    done = madein("localise", TABLE, "--economy", "VNM", "--product", "C26", "--origin", "China", "--part", "0.5", "--value-added", "stated")
    assert "VNM: 50.65 % of exports is its own value" in done.out
    assert "if 50 % of C26 bought from CHN were made at home" in done.out
    ranked = rows(madein("localise", TABLE, "--economy", "VNM", "--format", "csv").out)
    gains = [float(r["gain"]) for r in ranked]
    assert gains == sorted(gains, reverse=True)
    assert len(gains) == 13
    assert madein("localise", TABLE, "--economy", "VNM", "--origin", "CHN").code == 2


def test_groups_count_as_one(madein: Run) -> None:
    done = madein(TABLE, "--economy", "ASEAN", "--group", "ASEAN=VNM,ASEAN without VNM")
    assert done.out.startswith("ASEAN: ")
    assert madein(TABLE, "--economy", "VNM", "--group", "ASEAN").code == 2


def test_check_lists_gaps_and_identities(madein: Run) -> None:
    done = madein("check", TABLE, "--value-added", "stated")
    assert done.code == 0
    assert "BROKEN" not in done.out
    assert "7 WWZ adds up to KWW DVA_FIN" in done.out
    assert "182, the largest first" in done.out
    kinds = [r["kind"] for r in rows(madein("check", TABLE, "--format", "csv").out)]
    assert kinds.count("stated") == 182


def test_a_broken_identity_ends_with_one(madein: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from madein.tiva import identities

    monkeypatch.setattr(identities, "check_table", lambda f: [identities.Check("a miss", 1.0, 1e-9)])
    done = madein("check", TABLE)
    assert done.code == 1
    assert "BROKEN" in done.out


NATIONAL = {
    "VNM2022ttl.csv": ",A,C,S,HFCE,EXPO,IMPO\nTTL_A,20,40,5,25,20,-10\nTTL_C,15,90,25,50,120,-100\nTTL_S,10,25,30,90,10,-15\n"
    "TXS_INT_FNL,1,3,2,,,\nVALU,54,42,88,,,\nOUTPUT,100,200,150,,,\n",
    "JPN2022ttl.csv": ",A,C,S,HFCE,EXPO,IMPO\nTTL_A,15,45,10,20,10,-20\nTTL_C,10,220,90,200,100,-120\nTTL_S,8,110,250,527,15,-10\n"
    "TXS_INT_FNL,1,5,10,,,\nVALU,46,120,540,,,\nOUTPUT,80,500,900,,,\n",
}
FLOWS = "exporter,importer,industry,value\n" + "".join(
    f"{a},{b},{i},{v}\n" for a, b, i, v in (
        ("VNM", "VNM", "A", 80), ("VNM", "VNM", "C", 80), ("VNM", "VNM", "S", 140), ("VNM", "JPN", "A", 20), ("VNM", "JPN", "C", 120),
        ("VNM", "JPN", "S", 10), ("JPN", "VNM", "A", 10), ("JPN", "VNM", "C", 100), ("JPN", "VNM", "S", 15), ("JPN", "JPN", "A", 70),
        ("JPN", "JPN", "C", 400), ("JPN", "JPN", "S", 885))
)  # fmt: skip


@pytest.fixture
def built(madein: Run, tmp_path: Path) -> Path:
    (tmp_path / "national").mkdir()
    for name, text in NATIONAL.items():
        (tmp_path / "national" / name).write_text(text)
    (tmp_path / "flows_2022.csv").write_text(FLOWS)
    done = madein("build", "national", "--flows", "flows_2022.csv", "--concordance", "", "--out", "table.npz")
    assert done.code == 0, done.err
    assert "basis estimated" in done.out
    return tmp_path / "table.npz"


def test_a_table_is_built_and_balanced(madein: Run, built: Path, tmp_path: Path) -> None:
    table = IcioTable.load(built)
    assert table.output.tolist() == pytest.approx([100, 200, 150, 80, 500, 900])
    assert madein(built, "--economy", "VNM", "--value-added", "stated").code == 0
    (tmp_path / "m.csv").write_text("margin,label,value\noutput,VNM|C,220\nvalue added,VNM|C,50\n")
    done = madein("balance", built, "--margins", "m.csv", "--out", "new.npz")
    assert done.code == 0, done.err
    new = IcioTable.load(tmp_path / "new.npz")
    at = new.labels.index("VNM|C")
    assert new.output[at] == pytest.approx(220)
    assert new.residual[at] == pytest.approx(50)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("margin,label\noutput,VNM|C\n", "column 'value' is missing"), ("margin,label,value\nsize,VNM|C,3\n", "'size' is no margin"),
        ("margin,label,value\noutput,VNM|C,lots\n", "it reads 'lots'"), ("margin,label,value\noutput,VNM|X,3\n", "'VNM|X'"),
        ("margin,label,value\noutput,VNM|C,3\noutput,VNM|C,4\n", "stands twice"),
    ],
)  # fmt: skip
def test_margins_that_cannot_be_read_are_told_by_row(madein: Run, built: Path, tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "m.csv").write_text(text)
    done = madein("balance", built, "--margins", "m.csv", "--out", "new.npz")
    assert done.code == 2
    assert words in done.err
    assert not (tmp_path / "new.npz").exists()


def test_names_tell_the_trap(madein: Run) -> None:
    done = madein("names")
    assert "EXGR_DVA" in done.out
    assert "not Borin and Mancini's DVA" in " ".join(done.out.split())


def test_what_is_refused_says_what_and_how_to_mend(madein: Run, tmp_path: Path) -> None:
    plain = tmp_path / "plain.npz"
    IcioTable.of([[1, 2], [3, 4]], [[7, 1], [2, 5]], ["VNM", "JPN"], ["all"]).save(plain)
    for given, words in (
        ((TABLE, "--economy", "Narnia"), "no economy or group is called 'Narnia'"), ((TABLE, "--economy", "VNM", "--industry", "C99"), "'C99'"),
        ((TABLE, "--economy", "VNM", "--partner", "Viet Nam"), "no partner of itself"), (("none.csv", "--economy", "VNM"), "there is no such file"),
        ((plain, "--economy", "VNM", "--value-added", "stated"), "states no value added"),
        (("build", "national", "--flows", "f.csv", "--out", "t.csv"), "ends in .npz"),
        ((TABLE, "--economy", "VNM", "--format", "xlsx"), "add --out"),
    ):  # fmt: skip
        done = madein(*given)
        assert done.code == 2, given
        assert words in done.err, done.err
