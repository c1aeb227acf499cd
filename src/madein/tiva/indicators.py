"""The OECD's TiVA names for exporter-industry by partner, beside Borin and Mancini's, and where the names mislead.

Source: OECD, Guide to OECD Trade in Value Added (TiVA) Indicators; the definitions by exporter-industry and partner are those of its
bilateral tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from madein.core.icio import Floats
from madein.tiva.factored import Factored

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Indicator:
    """One TiVA name.

    Attributes
    ----------
    name, meaning : str
        The OECD's code and what it measures.
    same_as : str
        Borin and Mancini's term that it equals; empty if none does.
    trap : str
        What the name is easily taken for, and is not.
    """

    name: str
    meaning: str
    same_as: str = ""
    trap: str = ""


INDICATORS: tuple[Indicator, ...] = (
    Indicator("EXGR", "gross exports", "GEXP"),
    Indicator("EXGR_FNL", "gross exports of final goods"),
    Indicator("EXGR_INT", "gross exports of inputs"),
    Indicator("EXGR_DVA", "domestic content of gross exports", "DC",
              "it includes what crosses the border twice: it is DC = DVA + DDC, not Borin and Mancini's DVA"),
    Indicator("EXGR_FVA", "foreign content of gross exports", "FC", "it is FC = FVA + FDC, not Borin and Mancini's FVA"),
    Indicator("EXGR_DDC", "direct domestic content: value added in the exporting industry itself, stages at home", "",
              "here DDC is direct domestic content; Borin and Mancini's DDC is domestic double counting"),
    Indicator("EXGR_IDC", "indirect domestic content: value added in upstream industries at home"),
    Indicator("EXGR_RIM", "re-imported domestic content", "DDC", "it is what Borin and Mancini call DDC by source"),
    Indicator("IMGR", "gross imports from the partner, of the same product"),
    Indicator("IMGR_FNL", "gross imports of final goods"),
    Indicator("IMGR_INT", "gross imports of inputs"),
    Indicator("BALGR", "gross trade balance, EXGR - IMGR"),
    Indicator("DOM", "sales at home"),
    Indicator("DOM_FNL", "sales at home of final goods"),
    Indicator("DOM_INT", "sales at home of inputs"),
    Indicator("FD_VA", "value added of the industry in final demand of the partner, at home too"),
    Indicator("FFD_DVA", "domestic value added in foreign final demand", "", "by industry of origin, not by exporting one: only its total is VAX"),
    Indicator("DXD_DVA", "domestic value added in domestic final demand"),
    Indicator("DFD_FVA", "foreign value added in domestic final demand"),
    Indicator("BALVAFD", "balance of value added in final demand, FFD_DVA - DFD_FVA"),
    Indicator("DEXFVAP", "foreign value added of the partner in domestic exports: backward participation"),
    Indicator("FEXDVAP", "domestic value added in the partner's exports: forward participation"),
    Indicator("REF", "own value added at home in exports less that in foreign final demand", "",
              "by industry and partner it is a difference of unlike flows and may be negative; its total is Borin and Mancini's REF"),
    Indicator("PROD", "gross output", "", "by industry only"),
    Indicator("VA", "value added", "", "by industry only"),
)  # fmt: skip


def tiva(f: Factored) -> dict[str, Floats]:
    """All indicators as arrays (n, R), exporter-industry by partner; PROD and VA are (n, 1).

    Groups need equal industries to mirror trade: products of a group's members are matched by position, so indicators of imports
    (IMGR, BALGR, DFD_FVA, BALVAFD, DEXFVAP, FEXDVAP) are left out where a table is factored with groups.
    """
    parts, n = len(f.names), len(f.table.industries)
    final, home_final, home_all = f.demand.copy(), np.zeros_like(f.demand), np.zeros_like(f.demand)
    for s in range(parts):
        at = f.at(s)
        final[at, s] = 0.0
        home_final[at, s] = f.demand[at, s]
        home_all[at, s] = f.z[at, at].sum(1) + f.demand[at, s]
    absorbed = f.v[:, None] * f.absorbed
    abroad = absorbed.copy()
    for s in range(parts):
        abroad[f.at(s), s] = 0.0
    direct = np.concatenate([np.diagonal(f.local[s]) * f.v[f.at(s)] for s in range(parts)])
    e = f.exports
    out = {
        "EXGR": e, "EXGR_FNL": final, "EXGR_INT": e - final, "EXGR_DVA": f.home[:, None] * e, "EXGR_FVA": f.abroad[:, None] * e,
        "EXGR_DDC": direct[:, None] * e, "EXGR_IDC": (f.vl - direct)[:, None] * e, "EXGR_RIM": (f.home - f.vl)[:, None] * e,
        "DOM": home_all, "DOM_FNL": home_final, "DOM_INT": home_all - home_final, "FD_VA": absorbed, "FFD_DVA": abroad, "DXD_DVA": absorbed - abroad,
        "REF": f.vl[:, None] * e - abroad, "PROD": f.x[:, None], "VA": (f.v * f.x)[:, None],
    }  # fmt: skip
    if f.n == parts * n:
        total = e.sum(1)

        def mirror(cells: Floats) -> Floats:
            return np.ascontiguousarray(cells.reshape(parts, n, parts).transpose(2, 1, 0).reshape(f.n, parts))

        # Value of each origin in the exports of each industry, origin by exporting row; at home it is no participation.
        inside = (f.vb * total).reshape(parts, parts, n)
        backward = np.ascontiguousarray(inside.transpose(1, 2, 0).reshape(f.n, parts))
        for s in range(parts):
            backward[f.at(s), s] = 0.0
        imports, mirrored = mirror(e), mirror(final)
        out |= {
            "IMGR": imports, "IMGR_FNL": mirrored, "IMGR_INT": imports - mirrored, "BALGR": e - imports, "DFD_FVA": mirror(abroad),
            "BALVAFD": abroad - mirror(abroad), "DEXFVAP": backward, "FEXDVAP": mirror(backward),
        }  # fmt: skip
    return out


def side_by_side() -> pl.DataFrame:
    """TiVA names with Borin and Mancini's and the traps, as a frame."""
    import polars as pl

    return pl.DataFrame(
        [(i.name, i.meaning, i.same_as, i.trap) for i in INDICATORS], schema=["tiva", "meaning", "borin_mancini", "trap"], orient="row"
    )
