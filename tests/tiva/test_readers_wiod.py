"""Workbooks of the World Input-Output Database: both releases give the table they hold, other grids are not taken for one."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from madein.core.errors import MadeinError
from madein.core.icio import IcioTable
from madein.tiva import read_icio
from madein.tiva.readers.wiod import corner

from .conftest import random_table

Grid = list[list[str | float | None]]
CODES = ["CONS_h", "CONS_np", "CONS_g", "GFCF", "INVEN"]
WORDS = [
    "Final consumption expenditure by households", "Final consumption expenditure by non-profit organisations serving households (NPISH)",
    "Final consumption expenditure by government", "Gross fixed capital formation", "Changes in inventories and valuables",
]  # fmt: skip
MARGINS = [
    ("II_fob", "Total intermediate consumption"), ("TXSP", "taxes less subsidies on products"), ("EXP_adj", "Cif/ fob adjustments on exports"),
    ("PURR", "Direct purchases abroad by residents"), ("PURNR", "Purchases on the domestic territory by non-residents "),
    ("VA", "Value added at basic prices"), ("IntTTM", "International Transport Margins"), ("GO", "Output at basic prices"),
]  # fmt: skip
COUNTRIES = ["AUS", "ROU", "ROW"]


def held(industries: list[str]) -> IcioTable:
    t = random_table(3, len(industries), 5)
    parts = np.array([0.5, 0.1, 0.2, 0.3, -0.1])
    final = (t.final[:, :, None] * parts).reshape(len(t.output), 15)
    return IcioTable.of(t.inter, final, COUNTRIES, industries, CODES)


def grid(t: IcioTable, release: int = 2016) -> Grid:
    """The table as the release lays it out, with taxes and margins that take a tenth of what inputs leave."""
    new, n = release == 2016, len(t.industries)
    called = [c if new else c.replace("ROU", "ROM") for c in t.countries]
    names = [f"Making of {i}" for i in t.industries]
    rows: Grid = [
        ["Intercountry Input-Output Table" if new else "World Input-Output Table, 2011", *[None] * 3],
        ["43 countries, in current prices" if new else "in current prices", *[None] * 3],
        ["(industry-by-industry)", None, None, None, *(t.industries * 3), *((CODES if new else [None] * 5) * 3), "GO" if new else None],
        ["(millions of US$)", None, None, None, *(names * 3), *(WORDS * 3), "Total output"],
        [None, None, None, None, *(c for c in called for _ in range(n)), *(c for c in called for _ in range(5)), "TOT"],
        [None, None, None, None, *([f"c{k + 1}" for k in range(n)] * 3), *(["c37", "c38", "c39", "c41", "c42"] * 3), "c60"],
    ]
    width = len(rows[5])
    rows[0] += [None] * (width - 4)
    rows[1] += [None] * (width - 4)
    for i, label in enumerate(t.labels):
        country, industry = label.split("|")
        head = [industry, names[i % n], called[t.countries.index(country)], f"r{i % n + 1}"]
        rows.append([*head, *map(float, t.inter[i]), *map(float, t.final[i]), float(t.output[i])])
    shares = {"II_fob": t.inter.sum(0), "TXSP": 0.06 * t.residual, "VA": 0.9 * t.residual, "IntTTM": 0.04 * t.residual, "GO": t.output}
    for k, (code, words) in enumerate(MARGINS):
        values = shares.get(code, np.zeros(len(t.output)))
        rows.append([code if new else None, words, "TOT", f"r{60 + k}", *map(float, values), *[0.0] * 16])
    return rows


def write(folder: Path, rows: Grid, name: str = "table.xlsx", sheet: str = "2014", others: tuple[str, ...] = ()) -> Path:
    book = xlsxwriter.Workbook(str(folder / name))
    for other in others:
        book.add_worksheet(other).write(0, 0, "Notes on sources")
    page = book.add_worksheet(sheet)
    for i, row in enumerate(rows):
        for j, cell in enumerate(row):
            if cell is not None:
                page.write(i, j, cell)
    book.close()
    return folder / name


def write_text(folder: Path, rows: Grid, name: str = "table.csv") -> Path:
    (folder / name).write_text("\n".join(",".join("" if c is None else f'"{c}"' if isinstance(c, str) else repr(c) for c in r) for r in rows) + "\n")
    return folder / name


NEW, OLD = ["A01", "C10-C12", "L68"], ["AtB", "15t16", "20"]


@pytest.mark.parametrize("release", [2013, 2016])
@pytest.mark.parametrize("to", [write, write_text])
def test_both_releases_give_the_table_they_hold(tmp_path: Path, release: int, to: Callable[..., Path]) -> None:
    whole = held(NEW if release == 2016 else OLD)
    t = read_icio(to(tmp_path, grid(whole, release)))
    assert (t.countries, t.industries, t.categories) == (whole.countries, whole.industries, whole.categories)
    assert np.allclose(t.inter, whole.inter, rtol=1e-13)
    assert np.allclose(t.final, whole.final, rtol=1e-13)
    assert (t.unit, t.edition) == ("USD million", f"WIOD, release of {release}")
    assert t.stated == ("output", "value added")
    assert np.allclose(t.value_added, 0.9 * whole.residual)
    assert {g.item for g in t.gaps()} == {"value added"}, "taxes and margins stand between value added and output"
    told = " ".join(f"{n.what} {n.why}" for n in t.notes)
    assert f"taxes on products stand between value added and output they add up to {0.06 * whole.residual.sum():.6g}" in told
    assert f"transport margins stand between value added and output they add up to {0.04 * whole.residual.sum():.6g}" in told
    assert ("economy ROM is called ROU" in told) is (release == 2013)


def test_the_year_is_that_of_the_sheet_or_the_title(tmp_path: Path) -> None:
    assert read_icio(write(tmp_path, grid(held(NEW)), "WIOT14_Nov16_ROW.xlsx")).year == 2014
    assert read_icio(write(tmp_path, grid(held(OLD), 2013), sheet="WIOT")).year == 2011
    assert read_icio(write(tmp_path, grid(held(NEW)), sheet="table")).year is None
    assert read_icio(write(tmp_path, grid(held(NEW))), year=2000).year == 2000


def test_other_sheets_and_zips(tmp_path: Path) -> None:
    rows = grid(held(NEW))
    assert read_icio(write(tmp_path, rows, others=("Notes",))).year == 2014
    with zipfile.ZipFile(tmp_path / "WIOTS_in_EXCEL.zip", "w") as z:
        for year in (2013, 2014):
            write(tmp_path, rows, f"WIOT{year}_Nov16_ROW.xlsx", str(year))
            z.write(tmp_path / f"WIOT{year}_Nov16_ROW.xlsx", f"WIOT{year}_Nov16_ROW.xlsx")
    assert read_icio(tmp_path / "WIOTS_in_EXCEL.zip", year=2013).year == 2013
    with pytest.raises(MadeinError, match="2 tables that fit"):
        read_icio(tmp_path / "WIOTS_in_EXCEL.zip")
    book = xlsxwriter.Workbook(str(tmp_path / "both.xlsx"))
    for year in (2013, 2014):
        page = book.add_worksheet(str(year))
        for i, row in enumerate(rows):
            page.write_row(i, 0, ["" if c is None else c for c in row])
    book.close()
    assert read_icio(tmp_path / "both.xlsx", year=2014).year == 2014
    with pytest.raises(MadeinError, match="several sheets hold a table"):
        read_icio(tmp_path / "both.xlsx")


def test_order_and_notes_below_are_of_no_account(tmp_path: Path) -> None:
    whole, draw = held(NEW), np.random.default_rng(3)
    rows = grid(whole)
    across = [0, 1, 2, 3, *(4 + draw.permutation(len(rows[5]) - 4))]
    body = [rows[6 + i] for i in draw.permutation(len(rows) - 6)]
    mixed: Grid = [[r[j] for j in across] for r in [*rows[:6], *body]]
    mixed += [[None] * len(rows[5]), ["Source: national accounts", *[None] * (len(rows[5]) - 1)]]
    t = read_icio(write(tmp_path, mixed))
    rows_to = [t.labels.index(label) for label in whole.labels]
    assert np.allclose(t.inter[np.ix_(rows_to, rows_to)], whole.inter, rtol=1e-13)
    assert np.allclose(t.demand.sum(), whole.demand.sum())


def put(i: int, j: int, value: str | float | None) -> Grid:
    rows = grid(held(NEW))
    rows[i][j] = value
    return rows


def drop(row: int | None = None, column: int | None = None) -> Grid:
    rows = grid(held(NEW))
    return [[c for j, c in enumerate(r) if j != column] for i, r in enumerate(rows) if i != row]


@pytest.mark.parametrize(("rows", "words"), [
    (drop(row=7), "row AUS|C10-C12: a row is missing"),
    (drop(column=5), "column AUS|C10-C12: a column is missing"),
    (drop(column=14), "AUS has no final demand CONS_np"),
    (put(7, 0, "A01"), "row 'AUS|A01' stands 2 times"),
    (put(2, 5, "A01"), "column 'AUS|A01' stands 2 times"),
    (put(8, 9, "n/a"), "row L68|Making of L68|AUS|r3, column L68|Making of L68|ROU|c3: text where a number should be (it reads 'n/a')"),
    (put(8, 9, None), "row AUS|L68, column ROU|L68: a cell is no number"),
    (put(2, 13, "CONS_x"), "AUS has no final demand CONS_h"),
    (put(16, 0, "XYZ"), "row XYZ"),
    ([*grid(held(NEW)), [None, None, None, None, 5.0]], "row 24: a row of numbers has no label"),
    ([[*r, 1.0 if i > 5 else None] for i, r in enumerate(grid(held(NEW)))], "a column of numbers has no label"),
])  # fmt: skip
def test_faults_are_named(tmp_path: Path, rows: Grid, words: str) -> None:
    with pytest.raises(MadeinError) as told:
        read_icio(write(tmp_path, rows))
    assert words in str(told.value)


def test_what_looks_alike_is_not_taken_for_it(tmp_path: Path) -> None:
    t = held(["c1", "c2", "c3"])
    labels, buyers = [s.split("|") for s in t.labels], [(c, k) for c in t.countries for k in CODES]
    # Industries called c1 under two rows of header, and rows called so: a labelled matrix.
    rows: Grid = [["", "", *(c for c, _ in labels), *(c for c, _ in buyers)], ["", "", *(i for _, i in labels), *(k for _, k in buyers)]]
    rows += [[*labels[i], *map(float, t.inter[i]), *map(float, t.final[i])] for i in range(len(labels))]
    assert corner([[str(c) for c in r] for r in rows]) is None
    assert np.allclose(read_icio(write(tmp_path, rows)).inter, t.inter, rtol=1e-13)
    # The title of one over a matrix of another layout.
    titled: Grid = [["Intercountry Input-Output Table"]]
    titled += [[f"{c}|{i}", *map(float, t.inter[k])] for k, (c, i) in enumerate(labels)]
    assert corner([[str(c) for c in r] for r in titled]) is None
    # Numbers of rows and columns without economies.
    bare: Grid = [["", *(f"c{k}" for k in range(9))]]
    bare += [[f"r{k}", *map(float, t.inter[k])] for k in range(9)]
    with pytest.raises(MadeinError, match="do not name an economy and an industry"):
        read_icio(write(tmp_path, bare))
    # The layout, with economies that are called like numbers of columns.
    named = IcioTable.of(t.inter, t.final, ["C01", "C02", "R03"], ["A01", "B", "C"], CODES)
    assert np.allclose(read_icio(write(tmp_path, grid(named))).inter, t.inter, rtol=1e-13)
    # The layout, but a column that is numbered and names no economy; or rows numbered otherwise.
    assert corner([["" if c is None else str(c) for c in r] for r in put(4, 6, None)]) is None
    assert corner([["" if c is None else str(c) for c in r] for r in put(7, 3, "2")]) is None
