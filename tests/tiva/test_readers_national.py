"""National tables: rows and columns are found by label; whatever is missing, doubled or unknown is named, and nothing is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from madein.core.errors import BadInput, MadeinError
from madein.tiva import read_national

HEAD = ["", "A01", "C26", "G", "HFCE", "GFCF", "EXPO", "IMPO", "TOTAL"]
BODY = [
    ["TTL_A01", "1", "2", "1", "4", "1", "3", "-2", "10"],
    ["TTL_C26", "3", "4", "0", "6", "3", "8", "-4", "20"],
    ["TTL_G", "1", "1", "1", "4", "0", "1", "0", "8"],
    ["TXS_INT_FNL", "1", "1", "0", "", "", "", "", "2"],
    ["VALU", "4", "12", "6", "", "", "", "", "22"],
    ["OUTPUT", "10", "20", "8", "", "", "", "", "38"],
]
GRID = [HEAD, *BODY]


def write(folder: Path, grid: list[list[str]]) -> Path:
    path = folder / "VNM2022ttl.csv"
    path.write_text("\n".join(",".join(row) for row in grid) + "\n")
    return path


def without(row: str = "", column: str = "") -> list[list[str]]:
    drop = HEAD.index(column) if column else -1
    return [[c for j, c in enumerate(r) if j != drop] for r in GRID if not row or r[0] != row]


def renamed(old: str, new: str) -> list[list[str]]:
    return [[new if c == old else c for c in r] for r in GRID]


def emptied(row: str, column: str, text: str = "") -> list[list[str]]:
    return [[text if r[0] == row and j == HEAD.index(column) else c for j, c in enumerate(r)] for r in GRID]


@pytest.mark.parametrize(
    ("grid", "words"),
    [
        (without(column="C26"), "column C26: a column is missing (the row TTL_C26 is there)"),
        (without(column="A01"), "column A01: a column is missing"),
        (without(row="TTL_C26"), "row TTL_C26: a row is missing (its column is there, and is no final use that is known)"),
        (without(row="TTL_G"), "row TTL_G: a row is missing"),
        (without(row="VALU"), "row VALU: a row is missing"),
        (without(row="OUTPUT"), "row OUTPUT: a row is missing"),
        (without(column="HFCE"), "column HFCE: a column is missing"),
        (without(column="EXPO"), "column EXPO: a column is missing"),
        (without(column="IMPO"), "column IMPO: a column is missing"),
        ([HEAD, BODY[0], *BODY], "row TTL_A01: a row stands 2 times"),
        ([*GRID, BODY[4]], "row VALU: a row stands 2 times"),
        ([[*r[:2], r[1], *r[2:]] for r in GRID], "column A01: a column stands 2 times"),
        ([[*r[:5], r[4], *r[5:]] for r in GRID], "column HFCE: a column stands 2 times"),
        (renamed("TTL_C26", "TTL_C27"), "column C27: a column is missing"),
        (renamed("TTL_C26", "DOM_C26"), "row TTL_C26: a row is missing"),
        (renamed("C26", "C27"), "row TTL_C27: a row is missing"),
        (renamed("GFCF", "GFCP"), "row TTL_GFCP: a row is missing"),
        ([[*HEAD[:2], "", *HEAD[3:]], *BODY], "column 3: a column has no label"),
        (emptied("TTL_C26", "G"), "row TTL_C26, column G: a cell is empty"),
        (emptied("TTL_C26", "EXPO"), "row TTL_C26, column EXPO: a cell is empty"),
        (emptied("VALU", "G"), "row VALU, column G: a cell is empty"),
        (emptied("OUTPUT", "A01", "nan"), "row OUTPUT, column A01: a cell is empty or no number"),
        (emptied("TTL_A01", "A01", "lots"), "row TTL_A01, column A01: text where a number should be"),
    ],
)
def test_every_fault_is_named_by_its_label(tmp_path: Path, grid: list[list[str]], words: str) -> None:
    assert read_national(write(tmp_path, GRID)).industries == ("A01", "C26", "G")
    with pytest.raises(BadInput) as told:
        read_national(write(tmp_path, grid))
    assert words in str(told.value)


def test_several_faults_are_told_at_once(tmp_path: Path) -> None:
    grid = [r for r in without(column="C26") if r[0] not in ("VALU", "TTL_G")]
    with pytest.raises(BadInput) as told:
        read_national(write(tmp_path, grid))
    assert [p.where for p in told.value.problems] == ["VNM2022ttl.csv column C26", "VNM2022ttl.csv row TTL_G", "VNM2022ttl.csv row VALU"]


@pytest.mark.parametrize("seed", range(5))
def test_order_of_rows_and_columns_is_of_no_account(tmp_path: Path, seed: int) -> None:
    plain = read_national(write(tmp_path, GRID))
    draw = np.random.default_rng(seed)
    order, across = draw.permutation(len(BODY)), [0, *(1 + draw.permutation(len(HEAD) - 1))]
    mixed = read_national(write(tmp_path, [[r[j] for j in across] for r in [HEAD, *(BODY[i] for i in order)]]))
    assert sorted(mixed.industries) == sorted(plain.industries)
    to = [mixed.industries.index(i) for i in plain.industries]
    finals = [mixed.categories.index(c) for c in plain.categories]
    assert np.array_equal(mixed.inter[np.ix_(to, to)], plain.inter)
    assert np.array_equal(mixed.final[np.ix_(to, finals)], plain.final)
    for name in ("exports", "imports", "value_added", "taxes", "output"):
        assert np.array_equal(getattr(mixed, name)[to], getattr(plain, name)), name


def test_what_is_no_national_table(tmp_path: Path) -> None:
    with pytest.raises(MadeinError, match="no such file"):
        read_national(tmp_path / "VNM2022ttl.csv")
    with pytest.raises(MadeinError, match="no row is called TTL_"):
        read_national(write(tmp_path, [[c.replace("TTL_", "") for c in r] for r in GRID]))


def test_editions_before_tell_taxes_and_purchases_abroad_otherwise(tmp_path: Path) -> None:
    older = [[*r[:6], "0.5" if r[0].startswith("TTL") else "", *r[6:]] for r in BODY]
    older.insert(4, ["TXS_IMP_FNL", "0.25", "0.5", "0", *[""] * 6])
    table = read_national(write(tmp_path, [[*HEAD[:6], "CONS_ABR", *HEAD[6:]], *older]))
    assert table.categories == ("HFCE", "GFCF", "CONS_ABR")
    assert table.taxes.tolist() == [1.25, 1.5, 0]
    assert table.final[:, 2].tolist() == [0.5] * 3
