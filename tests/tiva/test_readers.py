"""Readers: every layout gives the same table; every fault is named by its labels, and nothing is repaired."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import xlsxwriter

from madein.core.errors import MadeinError
from madein.core.icio import IcioTable
from madein.tiva import Factored, aggregate, fold, from_pymrio, read_icio

from .conftest import random_table

KINDS = ["HFCE", "GFCF"]


def held() -> IcioTable:
    t = random_table(3, 2, 21)
    final = np.stack([t.final * 0.7, t.final * 0.3], axis=2).reshape(6, 6)
    return IcioTable.of(t.inter, final, ["VNM", "JPN", "ROW"], ["A01_02", "C26"], KINDS)


def cells(t: IcioTable, mark: str = "_", reverse: bool = False, margins: bool = True) -> list[list[str]]:
    labels = [f"{c}{mark}{i}" for c in t.countries for i in t.industries]
    buyers = [f"{k}{mark}{c}" if reverse else f"{c}{mark}{k}" for c in t.countries for k in t.categories]
    rows = [["V1", *labels, *buyers, *(["OUT"] if margins else [])]]
    for i, name in enumerate(labels):
        rows.append([name, *map(repr, map(float, t.inter[i])), *map(repr, map(float, t.final[i])), *([repr(float(t.output[i]))] if margins else [])])
    if margins:
        rows.append(["TLS", *["0.0"] * (len(labels) + len(buyers)), "0.0"])
        rows.append(["VA", *map(repr, map(float, t.residual)), *["0.0"] * len(buyers), repr(float(t.residual.sum()))])
        rows.append(["OUT", *map(repr, map(float, t.output)), *map(repr, map(float, t.final.sum(0))), "0.0"])
    return rows


def text(rows: list[list[str]], mark: str = ",") -> str:
    return "\n".join(mark.join(r) for r in rows) + "\n"


def write_csv(folder: Path) -> Path:
    path = folder / "2020_SML.csv"
    path.write_text(text(cells(held())))
    return path


def write_quoted(folder: Path) -> Path:
    path = folder / "ICIO2016_2020.csv"
    path.write_text(text([[f'"{c}"' if i == 0 or j == 0 else c for j, c in enumerate(r)] for i, r in enumerate(cells(held(), reverse=True))]))
    return path


def write_gz(folder: Path) -> Path:
    path = folder / "2020.csv.gz"
    path.write_bytes(gzip.compress(text(cells(held())).encode()))
    return path


def write_zip(folder: Path) -> Path:
    path = folder / "2016-2020.zip"
    with zipfile.ZipFile(path, "w") as z:
        z.writestr("2020_SML.csv", text(cells(held())))
        z.writestr("2019_SML.csv", text(cells(held())))
    return path


def write_bar(folder: Path) -> Path:
    path = folder / "table 2020.tsv"
    path.write_text(text(cells(held(), "|", margins=False), "\t"))
    return path


def write_levels(folder: Path) -> Path:
    rows = cells(held(), "|", margins=False)
    top = [["", "", *(c.split("|")[0] for c in rows[0][1:])], ["region", "sector", *(c.split("|")[1] for c in rows[0][1:])]]
    path = folder / "levels 2020.csv"
    path.write_text(text([*top, *([*r[0].split("|"), *r[1:]] for r in rows[1:])]))
    return path


def write_excel(folder: Path) -> Path:
    path = folder / "table 2020.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("table")
    short = book.add_format({"num_format": "0.0"})
    for i, row in enumerate(cells(held(), "|", margins=False)):
        for j, cell in enumerate(row):
            sheet.write(i, j, float(cell) if i and j else cell, short)
    book.close()
    return path


def write_npz(folder: Path) -> Path:
    t, path = held(), folder / "2020.npz"
    np.savez(path, inter=t.inter, final=t.final, countries=np.array(t.countries), industries=np.array(t.industries), final_categories=np.array(KINDS))
    return path


def write_folder(folder: Path) -> Path:
    t, labels = held(), cells(held(), "|", margins=False)
    n = len(t.labels) + 1
    (folder / "inter.csv").write_text(text([["id", *r[1:n]] if not i else r[:n] for i, r in enumerate(labels)]))
    (folder / "final.csv").write_text(text([["id", *r[n:]] if not i else [r[0], *r[n:]] for i, r in enumerate(labels)]))
    return folder


@pytest.mark.parametrize("write", [write_csv, write_quoted, write_gz, write_zip, write_bar, write_levels, write_excel, write_npz, write_folder])
def test_every_layout_gives_the_same_table(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    t = read_icio(write(tmp_path), year=2020)
    whole = held()
    assert (t.countries, t.industries, t.categories, t.year) == (whole.countries, whole.industries, whole.categories, 2020)
    assert np.allclose(t.inter, whole.inter, rtol=1e-12)
    assert np.allclose(t.final, whole.final, rtol=1e-12)
    assert t.gaps(1e-7) == []
    assert len(t.sha256) == 64


def test_years_are_read_from_names_that_hold_one(tmp_path: Path) -> None:
    for name, year in (("ICIO2018_2010.csv", 2010), ("2020_SML.csv", 2020), ("1995-2000.csv", None), ("x.csv", None)):
        (tmp_path / name).write_text(text(cells(held())))
        assert read_icio(tmp_path / name).year == year


def test_a_zip_of_several_years_wants_one_named(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="2 tables that fit"):
        read_icio(write_zip(tmp_path))


def test_headerless_layout_needs_a_list(tmp_path: Path) -> None:
    t = held()
    path = tmp_path / "user.csv"
    path.write_text(text([[repr(float(v)) for v in row] for row in np.hstack([t.inter, t.demand])]))
    with pytest.raises(MadeinError, match="no labels"):
        read_icio(path)
    with pytest.raises(MadeinError, match="do not divide among 4"):
        read_icio(path, countries=["a", "b", "c", "d"])
    assert np.array_equal(read_icio(path, countries=t.countries, industries=t.industries).demand, t.demand)


def changed(
    at: tuple[int, int] | None = None, value: str = "", drop: int | None = None, twice: int | None = None, column: int | None = None
) -> list[list[str]]:
    rows = cells(held())
    if at:
        rows[at[0]][at[1]] = value
    if drop is not None:
        rows.pop(drop)
    if twice is not None:
        rows.insert(twice, rows[twice])
    if column is not None:
        rows = [r[:column] + r[column + 1 :] for r in rows]
    return rows


@pytest.mark.parametrize(("rows", "told"), [
    (changed((2, 3), "n.a."), "row VNM_C26, column JPN_A01_02: text where a number should be (it reads 'n.a.')"),
    (changed((3, 9), ""), "row JPN|A01_02, column JPN|HFCE: a cell is no number"),
    (changed((3, 9), "NaN"), "row JPN|A01_02, column JPN|HFCE: a cell is no number"),
    (changed(drop=4), "row JPN_C26: a row is missing"),
    (changed(twice=2), "row 'VNM_C26' stands 2 times"),
    (changed((0, 2), "VNM_A01_02"), "column 'VNM_A01_02' stands 2 times"),
    (changed(column=2), "column VNM_C26: a column is missing"),
    (changed(column=8), "VNM has no final demand GFCF"),
    (changed((0, 7), "XXX_HFCE"), "column XXX_HFCE: a column is neither an industry"),
    (changed((1, 7), "-1e9"), "row VNM|A01_02: output is negative"),
    ([list(r) for r in zip(*cells(held()), strict=True)], "the axes are swapped"),
    ([[*r[:-1], str(float(r[-1]) * 1e6)] if 0 < i < 7 else r for i, r in enumerate(cells(held()))], "stated output is 1e+06 times"),
])  # fmt: skip
def test_faults_are_named_by_label(tmp_path: Path, rows: list[list[str]], told: str) -> None:
    path = tmp_path / "bad.csv"
    path.write_text(text(rows))
    with pytest.raises(MadeinError) as fault:
        read_icio(path)
    assert told in str(fault.value)


def test_inputs_over_output_travel_with_the_table(tmp_path: Path) -> None:
    rows = cells(held(), margins=False)
    rows[1][2] = str(float(rows[1][2]) + held().output[1])
    (tmp_path / "t.csv").write_text(text(rows))
    assert ["column VNM|C26" in n.where and "inputs add up" in n.what for n in read_icio(tmp_path / "t.csv").notes] == [True]


def test_files_that_are_none(tmp_path: Path) -> None:
    for name, data, told in (("a.csv", b"", "empty"), ("a.npz", b"x", "no npz"), ("a.zip", b"x", "no zip")):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(MadeinError, match=told):
            read_icio(tmp_path / name)
    with pytest.raises(MadeinError, match="no such file"):
        read_icio(tmp_path / "b.csv")


def test_folding_counts_nothing_twice() -> None:
    t = random_table(4, 2, 3)
    named = IcioTable.of(t.inter, t.final, ["CHN", "CN1", "CN2", "VNM"], t.industries)
    with pytest.raises(MadeinError, match="counted twice"):
        fold(named)
    parts = IcioTable.of(t.inter, t.final, ["CN1", "JPN", "CN2", "VNM"], t.industries)
    folded = fold(parts)
    assert folded.countries == ("CHN", "JPN", "VNM")
    assert np.isclose(folded.inter.sum(), t.inter.sum())
    a = Factored(parts, groups={"CHN": ["CN1", "CN2"]})
    # Flows, never coefficients: exports agree, technologies do not.
    assert np.isclose(a.exports[:4].sum(), Factored(folded).exports[:2].sum())
    with pytest.raises(MadeinError, match="left out: JPN"):
        aggregate(parts, {"CN1": "a", "CN2": "a", "VNM": "b"})


class Labelled(np.ndarray):
    """An array with axes of labels, as far as the door looks at a data frame."""

    index: list[tuple[str, str]]
    columns: list[tuple[str, str]]


def labelled(values: np.ndarray, index: list[tuple[str, str]], columns: list[tuple[str, str]]) -> Labelled:
    out = values.view(Labelled)
    out.index, out.columns = index, columns
    return out


def test_tables_of_pymrio_come_in_by_their_looks() -> None:
    t = held()
    rows = [(c, i) for c in t.countries for i in t.industries]
    buyers = [(c, k) for c in t.countries for k in t.categories]
    system = SimpleNamespace(Z=labelled(t.inter.copy(), rows, rows), Y=labelled(t.final.copy(), rows, buyers), unit=np.array(["M.USD"] * 6))
    got = from_pymrio(system, year=2020)
    assert (got.countries, got.categories, got.unit) == (t.countries, t.categories, "M.USD")
    assert np.array_equal(got.inter, t.inter)
    with pytest.raises(MadeinError, match="no Z or no Y"):
        from_pymrio(SimpleNamespace())
    system.Z.columns = rows[::-1]
    with pytest.raises(MadeinError, match="not the same industries"):
        from_pymrio(system)


def test_pymrio_itself() -> None:
    pymrio = pytest.importorskip("pymrio")
    system = pymrio.load_test().calc_all()
    t = from_pymrio(system, value_added="Value Added")
    assert t.gaps(), "its value added row is known to disagree"
    f = Factored(t, value_added="stated")
    footprint = (f.vb.sum(0)[:, None] * f.demand).reshape(len(t.countries), len(t.industries), -1).sum(0).T.reshape(-1)
    assert np.allclose(footprint, np.asarray(system.factor_inputs.D_cba.loc["Value Added"]).reshape(-1), rtol=1e-9)
