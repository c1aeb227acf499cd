"""Tables that cannot be used, met at the command line: each fault is named by its label, nothing is repaired in silence, nothing crashes."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from .test_tiva import Run, madein

__all__ = ["madein"]

COUNTRIES, INDUSTRIES, KINDS = ["VNM", "JPN", "ROW"], ["A01", "C26"], ["HFCE", "GFCF"]
LABELS = [f"{c}_{i}" for c in COUNTRIES for i in INDUSTRIES]
Grid = list[list[str]]


def cells() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(3)
    return draw.uniform(1, 5, (6, 6)), draw.uniform(10, 30, (6, 6))


def grid() -> Grid:
    z, y = cells()
    x = z.sum(1) + y.sum(1)
    rows = [["V1", *LABELS, *(f"{c}_{k}" for c in COUNTRIES for k in KINDS), "OUT"]]
    rows += [[LABELS[i], *(f"{v:.9g}" for v in (*z[i], *y[i], x[i]))] for i in range(6)]
    rows.append(["TLS", *["0"] * 13])
    rows.append(["VA", *(f"{v:.9g}" for v in x - z.sum(0)), *["0"] * 7])
    return [*rows, ["OUT", *(f"{v:.9g}" for v in x), *["0"] * 7]]


def put(i: int, j: int, value: str) -> Grid:
    rows = grid()
    rows[i][j] = value
    return rows


def drop(row: int = -1, column: int = -1) -> Grid:
    return [[c for j, c in enumerate(r) if j != column] for i, r in enumerate(grid()) if i != row]


def scaled(rows: range | list[int], columns: range | list[int], by: float) -> Grid:
    out = grid()
    for i in rows:
        for j in columns:
            out[i][j] = repr(float(out[i][j]) * by)
    return out


def save(rows: Grid, mark: str = ",") -> None:
    Path("t.csv").write_text("\n".join(mark.join(r) for r in rows) + "\n", encoding="utf-8")


def turned() -> Grid:
    rows = grid()
    for i, row in enumerate(cells()[0].T):
        rows[i + 1][1:7] = [f"{v:.9g}" for v in row]
    return rows


@pytest.mark.parametrize(("rows", "words"), [
    (put(2, 3, "n.a."), "row VNM_C26, column JPN_A01: text where a number should be (it reads 'n.a.')"),
    (put(2, 3, "1 234.5"), "nothing between thousands"), (put(2, 3, '"1,234"'), "nothing between thousands"),
    (put(2, 3, ""), "row VNM|C26, column JPN|A01: a cell is no number (it is empty, or NaN)"),
    (put(2, 3, "NaN"), "row VNM|C26, column JPN|A01: a cell is no number"), (put(2, 3, "inf"), "it holds inf"),
    (drop(row=3), "row JPN_A01: a row is missing"), (drop(column=3), "column JPN_A01: a column is missing"),
    (drop(row=3, column=3), "row JPN_A01: a row is missing"),
    ([*grid()[:3], *grid()[2:]], "row 'VNM_C26' stands 2 times"), (put(0, 2, "VNM_A01"), "column 'VNM_A01' stands 2 times"),
    ([list(r) for r in zip(*grid(), strict=True)], "the axes are swapped"), (turned(), "its axes look swapped"),
    (put(1, 2, "500"), "column VNM|C26: a column uses far more than it makes"), (put(1, 2, "500"), "most of it sold by VNM|A01"),
    (put(1, 7, "-1e6"), "row VNM|A01: output is negative"),
    (scaled(range(1, 7), [13], 1e6), "stated output is 1e+06 times the output of the cells"),
    (scaled(range(1, 7), range(7, 13), 1e6), "give both in the same unit"), (scaled([2], range(1, 7), 1e6), "most of it sold by VNM|C26"),
    (scaled([8], range(1, 7), 1e6), "stated value added is 1e+06 times"),
    ([*grid()[:2], [*grid()[2], "5"], *grid()[3:]], "row VNM_C26, line 3, has 15 cells; there are 14 above"),
    (grid()[1:], "the first row holds flows, not labels"), ([r[:7] for r in grid()], "no column of final demand"),
    ([*grid()[:3], ["Hanoi", *["1"] * 13], *grid()[3:]], "row Hanoi: a row is neither an industry of an economy nor a total"),
    ([*grid()[:3], ["", *["1"] * 13], *grid()[3:]], "row 4: a row of flows has no label"),
    ([["<html>404</html>"]] * 3, "the file holds one column only"),
])  # fmt: skip
def test_faults_of_cells_and_labels(madein: Run, rows: Grid, words: str) -> None:
    save(grid())
    assert madein("t.csv", "--economy", "VNM").code == 0
    save(rows)
    done = madein("t.csv", "--economy", "VNM")
    assert done.code == 2, done.err
    assert "t.csv" in done.err
    assert words in done.err, done.err


def test_decimal_commas_are_not_guessed(madein: Run) -> None:
    save([[c.replace(".", ",") for c in r] for r in grid()], ";")
    done = madein("t.csv", "--economy", "VNM")
    assert done.code == 2
    assert "row VNM_A01, column VNM_A01: text where a number should be" in done.err
    assert "a point before decimals" in done.err


def test_order_blank_lines_and_encodings_are_of_no_account(madein: Run) -> None:
    save(grid())

    def told() -> dict[tuple[str, ...], float]:
        lines = csv.DictReader(io.StringIO(madein("t.csv", "--economy", "VNM", "--format", "csv").out))
        return {(r["measure"], r["industry"], r["partner"]): float(r["value"]) for r in lines if r["value"]}

    right = told()
    rows, text = grid(), Path("t.csv").read_text()
    order = np.random.default_rng(1).permutation(len(rows) - 1) + 1
    for data in (
        "\n".join(",".join(r) for r in [rows[0], *(rows[i] for i in order)]).encode(), text.replace("\nJPN_A01", "\n\nJPN_A01").encode(),
        (text + "\n\n").encode(), text.replace("\n", "\r\n").encode(), b"\xef\xbb\xbf" + text.encode(), text.encode("utf-16"),
    ):  # fmt: skip
        Path("t.csv").write_bytes(data)
        assert told() == pytest.approx(right, rel=1e-12), data[:40]


def test_stated_output_that_misses_is_told_and_not_taken(madein: Run) -> None:
    save(grid())
    right = madein("t.csv", "--economy", "VNM", "--format", "csv")
    assert right.err == ""
    save(scaled(range(1, 7), [13], 1.2))
    done = madein("t.csv", "--economy", "VNM", "--format", "csv")
    assert done.out == right.out
    assert "stated output misses what its row adds up to (6 of them" in done.err
    gaps = list(csv.DictReader(io.StringIO(madein("check", "t.csv", "--format", "csv").out)))
    assert [g["where"] for g in gaps if g["what"] == "output"][:1] == ["ROW|C26"]


def written(name: str, data: bytes) -> Callable[[], str]:
    def write() -> str:
        Path(name).write_bytes(data)
        return name

    return write


@pytest.mark.parametrize(("write", "words"), [
    (written("t.csv", b""), "the file is empty"), (written("t.csv", bytes(range(256)) * 9), "is not utf-8"),
    (written("t.csv.gz", gzip.compress(b"V1,a\n" * 999)[:40]), "no gzip, or cut short"),
    (written("t.zip", b"PK\x03\x04no"), "no zip that can be unpacked"), (written("t.xlsx", b"no"), "no workbook"),
    (written("t.npz", b"no"), "no npz"), (lambda: "none.csv", "there is no such file"),
])  # fmt: skip
def test_files_that_are_none(madein: Run, write: Callable[[], str], words: str) -> None:
    name = write()
    done = madein(name, "--economy", "VNM")
    assert done.code == 2, done.err
    assert name in done.err
    assert words in done.err, done.err


def test_tables_without_labels(madein: Run) -> None:
    z, y = cells()
    body = [[f"{v:.9g}" for v in row] for row in np.hstack([z, y[:, ::2]])]
    save(body)
    for names, words in (
        ("VNM\nJPN\nROW\n", ""), ("VNM\nJPN\n", "9 columns are not 6 industries and final demand of 2 economies"),
        ("VNM\nJPN\nROW\nUSA\n", "6 rows do not divide among 4 economies"), ("VNM\nVNM\nROW\n", "economy 'VNM' stands 2 times"),
    ):  # fmt: skip
        Path("e.txt").write_text(names)
        done = madein("t.csv", "--economy", "VNM", "--economies", "e.txt")
        assert done.code == (2 if words else 0)
        assert words in done.err
    assert "on the command line --economies" in madein("t.csv", "--economy", "VNM").err
    assert "none.txt: there is no such file of labels" in madein("t.csv", "--economy", "VNM", "--economies", "none.txt").err
    save(body[:-1])
    Path("e.txt").write_text("VNM\nJPN\nROW\n")
    assert "5 rows do not divide among 3 economies" in madein("t.csv", "--economy", "VNM", "--economies", "e.txt").err


def test_a_folder_whose_rows_differ(madein: Run) -> None:
    folder, rows = Path("t"), grid()
    folder.mkdir()
    assert "the folder holds no inter.csv" in madein("t", "--economy", "VNM").err
    (folder / "inter.csv").write_text("\n".join(",".join(r[:7]) for r in rows[:7]))
    final = [[r[0], *r[7:13]] for r in rows[:7]]
    for kept, words in ((final[:6], "only in inter.csv: ROW_C26"), ([final[0], final[2], final[1], *final[3:]], "VNM_A01 stands where VNM_C26")):
        (folder / "final.csv").write_text("\n".join(",".join(r) for r in kept))
        done = madein("t", "--economy", "VNM")
        assert done.code == 2
        assert words in done.err, done.err
