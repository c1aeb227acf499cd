"""Wang, Wei and Zhu's sixteen terms of gross exports by exporter-industry and partner, and the split by third country.

All terms are own-country multipliers times what the partner's block of inputs is drawn for: ``A_sr`` times a vector. Every such
vector is a block of a matrix with one column an economy (B times block-diagonal final demand, B times final exports, the diagonal
blocks of B times final demand), so that the sixteen terms cost a few products of n x n by n x R.

Source: Z. Wang, S.-J. Wei, K. Zhu, Quantifying International Production Sharing at the Bilateral and Sector Levels, NBER Working
Paper 19677 (2013, revised 2018), equation 22 and table 1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from madein.core.icio import Floats
from madein.tiva.bm import gather
from madein.tiva.exporter import partner_outputs
from madein.tiva.factored import Factored
from madein.tiva.result import Decomposition, Level

if TYPE_CHECKING:
    import polars as pl

WWZ = (
    "DVA_FIN", "DVA_INT", "DVA_INTrexI1", "DVA_INTrexF", "DVA_INTrexI2", "RDV_INT", "RDV_FIN", "RDV_FIN2", "OVA_FIN", "MVA_FIN", "OVA_INT", "MVA_INT",
    "DDC_FIN", "DDC_INT", "ODC", "MDC",
)  # fmt: skip
"""DVA: own value absorbed abroad (final goods; inputs for the partner; re-exported to third countries by three ways). RDV: own value
that returns. MVA, OVA: value of the partner and of others. DDC, MDC, ODC: double counted, own, partner's, others'."""

FORWARD: Mapping[str, tuple[str, ...]] = {
    "DVA_FIN": ("DVA_FIN",), "DVA_INT": ("DVA_INT", "DVA_INTrexI1"), "DVA_INTrex": ("DVA_INTrexF", "DVA_INTrexI2"),
    "RDV_FIN": ("RDV_FIN", "RDV_FIN2"), "RDV_INT": ("RDV_INT",), "DDC": ("DDC_FIN", "DDC_INT"), "FVA_FIN": ("OVA_FIN", "MVA_FIN"),
    "FVA_INT": ("OVA_INT", "MVA_INT"), "FDC": ("ODC", "MDC"),
}  # fmt: skip
"""Which of the sixteen terms make up the nine of Koopman, Wang and Wei, once added up to the exporter."""


class Drawn:
    """Outputs that final demand draws on, by what it is: all (n, R), one column an economy.

    Attributes
    ----------
    own : array
        Column t: B_.t Y_tt, outputs for final goods of t used in t.
    exported : array
        Column t: B_.t times final exports of t.
    here : array
        Rows of r, column u: B_rr Y_ru.
    """

    def __init__(self, f: Factored) -> None:
        own, exported = np.zeros_like(f.demand), np.zeros_like(f.demand)
        for t in range(len(f.names)):
            at = f.at(t)
            own[at, t] = f.demand[at, t]
            exported[at, t] = np.delete(f.demand[at], t, axis=1).sum(1)
        self.own, self.exported = f.solve(own), f.solve(exported)
        with f.limited():
            self.here = np.concatenate([f.inverse[f.at(r), f.at(r)] @ f.demand[f.at(r)] for r in range(len(f.names))])


def drawn(f: Factored) -> Drawn:
    """`Drawn` of a table, computed once."""
    held = f.__dict__.get("_drawn")
    if held is None:
        held = f.__dict__["_drawn"] = Drawn(f)
    return held


def _others(blocks: Floats) -> Floats:
    """Sums (R, N) over all rows but one, added up from both ends so that nothing cancels."""
    before, after = np.zeros_like(blocks), np.zeros_like(blocks)
    before[1:] = np.cumsum(blocks[:-1], axis=0)
    after[:-1] = np.cumsum(blocks[:0:-1], axis=0)[::-1]
    out: Floats = before + after
    return out


def _uses(f: Factored, s: int) -> Floats:
    """What becomes of the inputs s sells to each partner, (N_s, R, 9), in the order the terms need them."""
    d, parts, own = drawn(f), partner_outputs(f), f.at(s)
    all_own, all_exported, all_here = _totals(f)
    out = np.zeros((own.stop - own.start, len(f.names), 9))
    for r in range(len(f.names)):
        if r == s:
            continue
        at = f.at(r)
        back = f.absorbed[at, s] - d.own[at, s] - d.here[at, s]
        stacked = np.column_stack([
            d.here[at, r],
            all_own[at] - d.own[at, s] - d.own[at, r],
            all_here[at] - d.here[at, s] - d.here[at, r],
            all_exported[at] - d.exported[at, s] - d.exported[at, r] - back,
            d.here[at, s], back, d.own[at, s], d.exported[at, s], parts.final[at],
        ])  # fmt: skip
        out[:, r] = f.z[own, at] @ (stacked * f.xinv[at, None])
    return out


def _totals(f: Factored) -> tuple[Floats, Floats, Floats]:
    held = f.__dict__.get("_drawn_totals")
    if held is None:
        d = drawn(f)
        held = f.__dict__["_drawn_totals"] = (d.own.sum(1), d.exported.sum(1), d.here.sum(1))
    return held


def block(f: Factored, s: int, m: Floats | None = None) -> dict[str, Floats]:
    """The sixteen terms of one exporter, arrays (N_s, R), 0 at home.

    Parameters
    ----------
    m : array (N_s, N_s), optional
        M_s = sum of A_sj B_js over partners, if it is at hand.
    """
    own = f.at(s)
    u = _uses(f, s)
    y = f.demand[own].copy()
    y[:, s] = 0.0
    inputs = f.exports[own] - y
    if m is None:
        sold = f.z[own] * f.xinv
        sold[:, own] = 0.0
        m = sold @ f.inverse[:, own]
    vl, ds = f.vl[own, None], f.home[own, None]
    partner = f.vb[:, own].copy()
    partner[s] = 0.0
    other = _others(partner)
    other[s] = 0.0
    mva, ova = partner.T, other.T
    final, again = u[..., 8], inputs - u[..., 8]
    return {
        "DVA_FIN": ds * y, "DVA_INT": vl * u[..., 0], "DVA_INTrexI1": vl * u[..., 1], "DVA_INTrexF": vl * u[..., 2], "DVA_INTrexI2": vl * u[..., 3],
        "RDV_INT": vl * u[..., 6], "RDV_FIN": vl * u[..., 4], "RDV_FIN2": vl * u[..., 5], "OVA_FIN": ova * y, "MVA_FIN": mva * y,
        "OVA_INT": ova * final, "MVA_INT": mva * final, "DDC_FIN": vl * u[..., 7], "DDC_INT": (f.vl[own] @ m)[:, None] * inputs,
        "ODC": ova * again, "MDC": mva * again,
    }  # fmt: skip


def wang_wei_zhu(f: Factored, level: str = "bilateral-sector", exporters: Sequence[str] | None = None) -> Decomposition:
    """Decompose gross exports by Wang, Wei and Zhu into sixteen terms that add up to them in every cell.

    Parameters
    ----------
    f : Factored
        The table.
    level : {"country", "sector", "bilateral", "bilateral-sector"}
        Of the cells; coarser levels are sums.
    exporters : sequence of str, optional
        Economies or groups; all if left out. The inverse is needed either way: diagonal blocks of all partners enter.

    Raises
    ------
    MadeinError
        If an exporter is unknown.
    ContractBroken
        If an identity is missed.
    """
    chosen = [f.index(name) for name in exporters] if exporters is not None else list(range(len(f.names)))
    names = (*WWZ, "TAX") if f.rest is not None else WWZ
    _ = f.inverse
    found = []
    with f.limited():
        for s in chosen:
            held = block(f, s)
            if f.rest is not None:
                held["TAX"] = f.rest_content[f.at(s)][:, None] * f.exports[f.at(s)]
            found.append(np.stack([held[t] for t in names], axis=2))
    return gather(f, chosen, found, "WWZ", "", "", names, level)  # type: ignore[arg-type]


def third_country(f: Factored, exporter: str) -> Floats:
    """Own value that partners re-export to third countries, by the country it goes on to: array (N_s, R, R), partner then third.

    It splits DVA_INTrexI1 + DVA_INTrexF + DVA_INTrexI2: inputs that the partner r turns into what t buys from it, either final goods for t
    or inputs t uses for its own final goods and its final exports. Entries where the third is the exporter or the partner are 0.
    Its sum over t is the sum of the three terms in every cell.
    """
    s = f.index(exporter)
    own, parts = f.at(s), len(f.names)
    d = drawn(f)
    out = np.zeros((own.stop - own.start, parts, parts))
    with f.limited():
        weighted = np.add.reduceat(f.inverse * f.demand[:, s], f.starts[:-1], axis=1)
        for r in range(parts):
            if r == s:
                continue
            at = f.at(r)
            drawn_by = d.own[at] + d.here[at] + d.exported[at] - weighted[at]
            drawn_by[:, [s, r]] = 0.0
            out[:, r] = f.vl[own, None] * (f.z[own, at] @ (drawn_by * f.xinv[at, None]))
    return out


def third_country_frame(f: Factored, level: Level = "bilateral", exporters: Sequence[str] | None = None) -> pl.DataFrame:
    """`third_country` as tidy rows: exporter, (economy, industry, importer,) third, DVA_INTrex; rows of nothing are left out.

    Parameters
    ----------
    f : Factored
        The table; its inverse is formed.
    level : {"country", "sector", "bilateral", "bilateral-sector"}
        What is told apart beside the third country.
    exporters : sequence of str, optional
        Economies or groups; all if left out.

    Raises
    ------
    MadeinError
        If an exporter is unknown.

    Examples
    --------
    >>> from madein.core.icio import IcioTable
    >>> t = IcioTable.of([[4, 2, 1], [3, 8, 1], [1, 1, 5]], [[7, 1, 2], [2, 9, 1], [1, 2, 8]], ["VNM", "JPN", "USA"], ["all"])
    >>> [(s, r, u, round(v, 3)) for s, r, u, v in third_country_frame(Factored(t), exporters=["VNM"]).rows()]
    [('VNM', 'JPN', 'USA', 0.175), ('VNM', 'USA', 'JPN', 0.148)]
    """
    import polars as pl

    by_row, by_partner = level in ("sector", "bilateral-sector"), level in ("bilateral", "bilateral-sector")
    parts = []
    for name in f.names if exporters is None else exporters:
        cells, own = third_country(f, name), f.at(f.index(name))
        cells = cells if by_row else cells.sum(0, keepdims=True)
        cells = cells if by_partner else cells.sum(1, keepdims=True)
        i, r, t = np.nonzero(cells)
        columns = {"exporter": [name] * len(i)}
        if by_row:
            columns |= {"economy": [f.row_economy[own.start + k] for k in i], "industry": [f.row_industry[own.start + k] for k in i]}
        if by_partner:
            columns["importer"] = [f.names[k] for k in r]
        parts.append(pl.DataFrame({**columns, "third": [f.names[k] for k in t], "DVA_INTrex": cells[i, r, t]}))
    return pl.concat(parts)


def forward(f: Factored) -> Floats:
    """Own value added by industry of origin in exports to each partner, stages at home only: array (n, R), 0 at home.

    It is DVA by source seen from where the value was made: its sum over industries is the same for every partner.
    """
    with f.limited():
        out: Floats = np.concatenate([f.v[f.at(s), None] * (f.local[s] @ f.exports[f.at(s)]) for s in range(len(f.names))])
    return out
