"""Cases of the tiva room: a folder with a table and folders of expected figures, and how a file of figures is compared."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from madein.core.icio import IcioTable
from madein.tiva import Factored, borin_mancini, decompose_imports, koopman_wang_wei, leontief, read_icio, vertical_specialisation, wang_wei_zhu
from madein.tiva.dependence import import_reliance, market_reliance
from madein.tiva.indicators import tiva
from madein.tiva.standing import downstreamness, upstreamness
from madein.tiva.wwz import FORWARD, forward

RELATIVE = 1e-9
NOISE = 1e-12
"""Share of the flow a figure is part of, below which a difference of large figures is noise in the expected file too."""


@cache
def table(folder: Path) -> IcioTable:
    return read_icio(folder / "table.npz" if (folder / "table.npz").is_file() else folder / "table")


@cache
def factored(folder: Path) -> Factored:
    return Factored(table(folder))


def same(got: np.ndarray, expected: np.ndarray, scale: np.ndarray | float, what: str) -> None:
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    assert got.shape == expected.shape, what
    # What the peer divides by nothing is nothing here, or absent.
    none = ~np.isfinite(expected)
    assert not np.nan_to_num(got[none]).any(), what
    got, expected = np.where(none, 0.0, got), np.where(none, 0.0, expected)
    if not got.size:
        return
    allowed = RELATIVE * np.abs(expected) + NOISE * np.abs(scale)
    off = np.abs(got - expected) - allowed
    assert np.isfinite(got).all(), what
    worst = int(np.argmax(off))
    assert off.reshape(-1)[worst] <= 0, f"{what}: {got.reshape(-1)[worst]!r} is not {expected.reshape(-1)[worst]!r} (cell {worst})"


def frames(path: Path, got: pl.DataFrame, names: dict[str, str], optional: tuple[str, ...] = (), scale: str = "") -> None:
    """Every numeric column of the file against the columns of the same name."""
    head = pl.read_csv(path, n_rows=0).columns
    kinds = {c: pl.String if c in names else pl.Float64 for c in head}
    expected = pl.read_csv(path, schema=kinds, null_values=["NA", "NaN", "Inf", ""])
    keys = [c for c in head if c in names]
    terms = [c for c in expected.columns if c not in keys and c not in optional]
    got = got.rename({names[c]: c for c in keys}).with_columns(pl.col(c).cast(pl.String) for c in keys)
    joined = expected.join(got, on=keys, how="left", suffix=" got", maintain_order="left")
    home = joined[f"{terms[0]} got"].is_null()
    # Files that list home flows too hold zeros there.
    assert all((joined.filter(home)[t].fill_null(0) == 0).all() for t in terms), f"{path.name}: rows are missing"
    joined = joined.filter(~home)
    assert joined.height == got.height, f"{path.name}: {got.height - joined.height} of our rows are not in the file"
    size = joined.select(pl.max_horizontal(pl.col(t).abs() for t in terms)).to_series().to_numpy()
    if scale:
        size = np.maximum(size, joined[scale].to_numpy())
    for t in terms:
        same(joined[f"{t} got"].to_numpy(), joined[t].to_numpy(), size, f"{path.name} {t}")


BM = {"Exporting_Country": "exporter", "Exporting_Industry": "industry", "Importing_Country": "importer", "Country": "exporter"}


def bm(level: str, perimeter: str, approach: str = "source") -> Callable[[Path, Factored], None]:
    return lambda path, f: frames(path, borin_mancini(f, level, perimeter, approach).frame(), BM)  # type: ignore[arg-type]


def wwz(path: Path, f: Factored) -> None:
    d = wang_wei_zhu(f)
    if "countrypair" in path.name:
        return frames(path, d.at("bilateral").frame(), BM)
    e, r, i = f.exports, d.importer, d.row
    final = f.demand[i, r]
    extra = {"texp": e[i, r], "texpfd": final, "texpint": e[i, r] - final, "DViX_Fsr": forward(f)[i, r]}
    shown = d.frame().with_columns(pl.Series(k, v) for k, v in extra.items())
    checks = tuple(c for c in pl.read_csv(path, n_rows=1).columns if "diff" in c)
    return frames(path, shown, BM, checks, "texp")


def wwz2kww(path: Path, f: Factored) -> None:
    d = wang_wei_zhu(f)
    # The file keeps the direct importer's use apart: DVA_INT is INT + INTrexI1.
    shown = d.frame().select(
        "exporter",
        "industry",
        "importer",
        *(sum((pl.Series(d.term(p)) for p in ps[1:]), pl.Series(d.term(ps[0]))).alias(t) for t, ps in FORWARD.items()),
    )
    frames(path, shown, BM)


def kww(path: Path, f: Factored) -> None:
    frames(path, koopman_wang_wei(f).frame(), BM)


def imports(path: Path, f: Factored) -> None:
    d = decompose_imports(f, sectors=True)
    frames(path, d.country() if "country" in path.name else d.bilateral(), {"Importing_Country": "importer", "Origin_Country": "origin"})


def origins(use: str) -> Callable[[Path, Factored], None]:
    names = {"Source_Country": "origin", "Source_Industry": "origin_industry", "Using_Country": "user", "Using_Industry": "user_industry",
             "Importing_Country": "destination"}  # fmt: skip

    def run(path: Path, f: Factored) -> None:
        value = pl.read_csv(path, n_rows=1).columns[-1]
        frames(path, leontief(f, use).frame().rename({"value_added": value}), names)  # type: ignore[arg-type]

    return run


def by_country(path: Path, f: Factored) -> None:
    cells = leontief(f, "final_demand").by_economy()
    shown = pl.DataFrame({"o": [c for c in f.names for _ in f.names], "d": list(f.names) * len(f.names), "va": cells.reshape(-1)})
    frames(path, shown, {"Source_Country": "o", "Importing_Country": "d"})


def matrix(make: Callable[[Factored], np.ndarray]) -> Callable[[Path, Factored], None]:
    def run(path: Path, f: Factored) -> None:
        expected = pl.read_csv(path)
        cells = expected.drop(expected.columns[0]).to_numpy().astype(float)
        same(make(f).reshape(cells.shape), cells, np.abs(cells).max(axis=1, keepdims=True), path.name)

    return run


def vs(path: Path, f: Factored) -> None:
    frames(path, vertical_specialisation(f), {"country": "economy"})


def trade_totals(f: Factored) -> np.ndarray:
    parts, n = len(f.names), len(f.table.industries)
    bought = f.exports.reshape(parts, n, parts).sum(0).T.reshape(-1)
    return np.column_stack([f.exports.sum(1), bought])


def footprint(f: Factored) -> np.ndarray:
    """Value added in final demand of each region by product."""
    parts, n = len(f.names), len(f.table.industries)
    return (f.vb.sum(0)[:, None] * f.demand).reshape(parts, n, parts).sum(0).T.reshape(1, -1)


def footprints(path: Path, f: Factored) -> None:
    expected = pl.read_csv(path)
    total = expected.drop(expected.columns[0]).to_numpy().astype(float).sum()
    if abs(total - float((f.v * f.x).sum())) > 1e-6 * abs(total):
        pytest.skip(f"{path.name} was made with a value added row that the case does not hold: it adds up to {total:.6g}")
    matrix(footprint)(path, f)


FILES: dict[str, Callable[[Path, Factored], None]] = {
    "bm_country_exporter": bm("country", "exporter"), "bm_country_world_source": bm("country", "world"), "bm_country_world_sink": bm("country", "world", "sink"),
    "bm_country_exporter_source": bm("country", "exporter"), "bm_country_exporter_sink": bm("country", "exporter", "sink"),
    "bm_country_self": bm("country", "self"), "bm_sector_exporter_source": bm("sector", "exporter"), "bm_sector_exporter_sink": bm("sector", "exporter", "sink"),
    "bm_sector_self": bm("sector", "self"), "bm_bilateral_exporter_source": bm("bilateral-sector", "exporter"),
    "bm_bilateral_exporter_sink": bm("bilateral-sector", "exporter", "sink"), "bm_bilateral_self": bm("bilateral-sector", "self"),
    "bm_countrypair_exporter_source": bm("bilateral", "exporter"), "bm_countrypair_exporter_sink": bm("bilateral", "exporter", "sink"),
    "bm_imports_country": imports, "bm_imports_bilateral": imports, "kww": kww, "wwz": wwz, "wwz_countrypair": wwz, "wwz2kww_bilateral": wwz2kww,
    "leontief_exports": origins("exports"), "leontief_output": origins("output"), "leontief_final_demand": origins("final_demand"),
    "leontief_none": origins("none"), "leontief_va_by_final_demand_country": by_country,
    "va_origin_by_final_demand": matrix(lambda f: leontief(f, "final_demand").by_industry()), "supplier_va_share": matrix(import_reliance),
    "market_va_share": matrix(market_reliance), "position": matrix(lambda f: np.column_stack([upstreamness(f), downstreamness(f)])), "vs_country": vs,
    "A": matrix(lambda f: f.z * f.xinv), "L": matrix(lambda f: f.inverse), "gross_trade_bilateral": matrix(lambda f: f.exports),
    "gross_trade_totals": matrix(trade_totals), "value_added_D_cba": footprints,
}  # fmt: skip


@cache
def by_term(f: Factored, method: str, output: str) -> dict[str, np.ndarray]:
    """Terms as exporter-industry by partner, under the names of the files ``exv_METHOD_OUTPUT__TERM.csv``."""
    if method == "oecd":
        return tiva(f)
    if method == "kww":
        d = koopman_wang_wei(f)
        to = {"VAX1": "DVA_FIN", "VAX2": "DVA_INT", "VAX3": "DVA_INTrex", "REF1": "RDV_FIN", "REF2": "RDV_INT", "DDC": "DDC", "FVA1": "FVA_FIN", "FVA2": "FVA_INT",
              "FDC": "FDC"}  # fmt: skip
        return {name: d.term(t) for name, t in to.items()} | {"EXGR": np.array([f.exports[f.at(s)].sum() for s in range(len(f.names))])}
    if method == "wwz":
        d, to = wang_wei_zhu(f), {"OVA_FIN": "FVA_FIN2", "MVA_FIN": "FVA_FIN1", "MVA_INT": "FVA_INT1", "OVA_INT": "FVA_INT2", "RDV_FIN": "RDV_FIN1",
                                  "DVA_INTrexI1": "DVA_INTrex1", "DVA_INTrexF": "DVA_INTrex2", "DVA_INTrexI2": "DVA_INTrex3"}  # fmt: skip
    elif method == "my":
        d, to = borin_mancini(f), {}
    else:
        approach = {"bm_src": "source", "bm_snk": "sink"}[method]
        d, to = borin_mancini(f, approach=approach, terms="basic" if output == "terms" else "standard"), {}  # type: ignore[arg-type]
    out = {}
    for name in d.terms:
        cells = np.zeros_like(f.exports)
        cells[d.row, d.importer] = d.term(name)
        out[to.get(name, name)] = cells
    return {"EXGR": f.exports, **out}


def exvatools(path: Path, f: Factored) -> None:
    head, _, term = path.stem.removeprefix("exv_").partition("__")
    method, _, output = head.rpartition("_")
    expected = pl.read_csv(path)
    cells = expected.drop(expected.columns[0]).to_numpy().astype(float)
    got = by_term(f, method, output)[term]
    if method == "kww" and cells.shape[0] != len(f.names):
        # Sector figures of this method are not valid; their sum by country is.
        cells = np.array([cells[f.at(s)].sum() for s in range(len(f.names))])
        return same(got, cells, by_term(f, method, output)["EXGR"], path.name)
    if method == "kww":
        return same(got, cells.sum(1), by_term(f, method, output)["EXGR"], path.name)
    scale = f.exports if method != "oecd" else np.abs(cells).max()
    return same(got.reshape(cells.shape), cells, scale, path.name)
