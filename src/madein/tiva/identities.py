"""The identities a decomposition of value added must meet, each with its number, put to every result.

Tolerances are shares of the figures compared: 1e-9, about a million times the arithmetic error of a well-conditioned table.
Inequalities (8: sink between direct and total absorption; 11: positions of at least one) are put only where all flows are
non-negative, since they follow from that.

Source of the numbering: docs of the room; 1 production accounting, 2 content, 3 exporter and source, 4 levels, 5 value-added exports
(R. Johnson, G. Noguera, 2012), 6 KWW, 7 WWZ, 8 sink and self, 9 imports, 10 vertical specialisation (Hummels, Ishii, Yi, 2001),
11 positions, 12 homogeneity and permutation, 13 dead sectors, 14 one economy.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from madein.core.icio import Floats
from madein.tiva.result import Check, Decomposition, closest

if TYPE_CHECKING:
    from madein.tiva.factored import Factored

TOLERANCE = 1e-9


def _where(d: Decomposition) -> object:
    f = d.factored

    def label(i: int) -> str:
        parts = [f.names[d.exporter[i]]]
        if d.row[i] >= 0:
            parts.append(f"{f.row_economy[d.row[i]]}|{f.row_industry[d.row[i]]}")
        if d.importer[i] >= 0:
            parts.append(f"to {f.names[d.importer[i]]}")
        return " ".join(parts)

    return label


def checked(d: Decomposition) -> Decomposition:
    """The decomposition with its checks; raises `ContractBroken` if one fails."""
    return replace(d, checks=tuple(_checks(d))).raise_broken()


def _checks(d: Decomposition) -> list[Check]:
    t = {name: d.term(name) for name in d.terms}
    where = _where(d)
    extra = t.get("TAX", np.zeros(len(d.values)))
    exports = _exports(d)

    def same(name: str, left: Floats, right: Floats) -> Check:
        return closest(name, left, right, exports, TOLERANCE, where)

    out = [Check("13 no result is NaN or infinite", 0.0 if np.isfinite(d.values).all() else np.inf, 0.0)]
    if d.method == "KWW":
        return [*out, same("6 nine terms = exports", d.values.sum(1), exports)]
    if d.method == "WWZ":
        out.append(same("7 sixteen terms = exports", d.values.sum(1), exports))
        return [*out, same("7 terms of final goods = final exports", t["DVA_FIN"] + t["OVA_FIN"] + t["MVA_FIN"] + _rest_final(d), _final(d))]
    if "GEXP" not in t:
        return [*out, same("2 twelve terms = exports", d.values.sum(1), exports)]
    out += [
        same("2 GEXP = DC + FC", t["GEXP"], t["DC"] + t["FC"] + extra),
        same("2 DC = DVA + DDC", t["DC"], t["DVA"] + t["DDC"]),
        same("2 FC = FVA + FDC", t["FC"], t["FVA"] + t["FDC"]),
        same("2 DVA = VAX + REF", t["DVA"], t["VAX"] + t["REF"]),
        same("4 GEXP = exports of the table", t["GEXP"], exports),
    ]
    if "GVC" in t:
        out += [
            same("2 GVC = GVCB + GVCF", t["GVC"], t["GVCB"] + t["GVCF"] + extra),
            same("2 GVC = GEXP - DAVAX", t["GVC"], t["GEXP"] - t["DAVAX"]),
        ]
    if "VAXIM" in t and _plain(d.factored):
        over = np.maximum(0.0, t["VAXIM"] - t["VAX"])
        out.append(same("8 VAXIM <= VAX", over, np.zeros_like(over)))
    return out


def _exports(d: Decomposition) -> Floats:
    return _from_cells(d, d.factored.exports)


def _final(d: Decomposition) -> Floats:
    return _from_cells(d, _final_cells(d.factored))


def _rest_final(d: Decomposition) -> Floats:
    f = d.factored
    return _from_cells(d, f.rest_content[:, None] * _final_cells(f)) if f.rest is not None else np.zeros(len(d.values))


def _final_cells(f: Factored) -> Floats:
    y = f.demand.copy()
    for r in range(len(f.names)):
        y[f.at(r), r] = 0.0
    return y


def _from_cells(d: Decomposition, cells: Floats) -> Floats:
    """Cells (n, R) added up to those of the decomposition."""
    if d.row.size and d.row[0] < 0:
        cells = np.add.reduceat(cells, d.factored.starts[:-1], axis=0)
        rows = d.exporter
    else:
        rows = d.row
    if d.importer.size and d.importer[0] < 0:
        out: Floats = cells.sum(1)[rows]
        return out
    return np.asarray(cells[rows, d.importer])


def _plain(f: Factored) -> bool:
    held = f.__dict__.get("_plain")
    if held is None:
        held = f.__dict__["_plain"] = bool((f.z.min(initial=0.0) >= 0) and (f.demand.min(initial=0.0) >= 0) and (f.v.min(initial=0.0) >= 0))
    return bool(held)


def check_table(f: Factored) -> list[Check]:
    """Identities 1, 10 and 11 of a table: production accounting, content shares, positions."""
    from madein.tiva.standing import downstreamness, upstreamness

    live = f.x != 0

    def row(i: int) -> str:
        return f"{f.row_economy[i]}|{f.row_industry[i]}"

    one = live.astype(float)
    content = f.vb.sum(0) + f.rest_content
    va = f.v * f.x
    rest = np.zeros_like(va) if f.rest is None else f.rest * f.x
    # Sales to industries without output lead nowhere: they are a final use of their own, and have no value added to show for it.
    lost = f.z[:, ~live].sum(1)
    ends = f.demand.sum(1) + lost
    drawn = f.absorbed.sum(1) + (f.solve(lost) if lost.any() else 0.0)
    u, d = upstreamness(f), downstreamness(f)
    total = float(f.x[live].sum())
    full = (f.v if f.rest is None else f.v + f.rest) * f.x
    own = np.array([f.home[f.at(s)] @ f.exports[f.at(s)].sum(1) for s in range(len(f.names))])
    foreign = np.array([f.abroad[f.at(s)] @ f.exports[f.at(s)].sum(1) for s in range(len(f.names))])
    tax = np.array([f.rest_content[f.at(s)] @ f.exports[f.at(s)].sum(1) for s in range(len(f.names))])
    gross = np.array([f.exports[f.at(s)].sum() for s in range(len(f.names))])
    out = [
        closest("1 value added in a unit of final output = 1", np.where(live, content, 0.0), one, 1.0, TOLERANCE, row),
        closest("1 value added by final demand = value added", f.v * drawn, va, np.maximum(np.abs(va), f.x * 1e-3), TOLERANCE, row),
        closest("1 world value added = world final demand", np.array([va.sum() + rest.sum()]), np.array([ends.sum() - f.x[~live].sum()]),
                max(float(np.abs(f.demand).sum()), 1e-300), TOLERANCE),
        closest("10 vertical specialisation + domestic content = exports", own + foreign + tax, gross, gross, TOLERANCE, lambda i: f.names[i]),
        closest("11 value added times upstreamness = output", np.array([float(full @ u)]), np.array([total]), max(total, 1e-300), TOLERANCE),
        closest("11 final demand times downstreamness = output", np.array([float(ends @ d)]), np.array([float(f.x.sum())]),
                max(total, 1e-300), TOLERANCE),
    ]  # fmt: skip
    if _plain(f):
        out.append(Check("11 positions are at least 1", float(max(0.0, 1 - min(u.min(initial=1.0), d.min(initial=1.0)))), TOLERANCE))
    return out


def check_levels(fine: Decomposition, coarse: Decomposition) -> list[Check]:
    """Identity 4: a coarser level is the sum of a finer one, term by term."""
    summed = fine.at(coarse.level)
    scale = np.repeat(_exports(coarse)[:, None], len(coarse.terms), axis=1)
    return [closest(f"4 {fine.level} adds up to {coarse.level}", summed.values, coarse.values, scale, TOLERANCE)]


def check_across(f: Factored) -> list[Check]:
    """Identities 3 to 8 between methods, at country level and, where cells can be compared, in every cell."""
    from madein.tiva.bm import borin_mancini
    from madein.tiva.kww import koopman_wang_wei
    from madein.tiva.wwz import FORWARD, wang_wei_zhu

    src, snk, slf = (borin_mancini(f, "bilateral-sector", p, a) for p, a in (("exporter", "source"), ("exporter", "sink"), ("self", "source")))  # type: ignore[arg-type]
    cs, ck, kww, wwz = src.at("country"), snk.at("country"), koopman_wang_wei(f), wang_wei_zhu(f)
    wc = wwz.at("country")
    e, cells = cs.term("GEXP"), src.term("GEXP")
    names = [f.names[s] for s in cs.exporter]

    def country(name: str, left: Floats, right: Floats) -> Check:
        return closest(name, left, right, e, TOLERANCE, lambda i: names[i])

    jn = np.array([(f.v[f.at(s)] @ np.delete(f.absorbed[f.at(s)], s, axis=1)).sum() for s in cs.exporter])
    k = {t: kww.term(t)[cs.exporter] for t in kww.terms}
    out = [country(f"4 {t}: source = sink for a country", cs.term(t), ck.term(t)) for t in ("DVA", "VAX", "REF", "DDC", "FVA", "FDC")]
    out += [
        closest(f"4 {t}: source = sink = self in every cell", src.term(t), other.term(t), cells, TOLERANCE)
        for t in ("DC", "FC")
        for other in (snk, slf)
    ]
    out += [
        country("5 VAX = value added absorbed abroad", cs.term("VAX"), jn),
        country("5 VAX = KWW terms 1 to 3", cs.term("VAX"), k["DVA_FIN"] + k["DVA_INT"] + k["DVA_INTrex"]),
        country("5 REF = KWW RDV_FIN + RDV_INT", cs.term("REF"), k["RDV_FIN"] + k["RDV_INT"]),
        country("5 DDC = KWW DDC", cs.term("DDC"), k["DDC"]),
    ]
    out += [country(f"7 WWZ adds up to KWW {t}", sum((wc.term(p) for p in ps), np.zeros(len(e))), k[t]) for t, ps in FORWARD.items()]
    if _plain(f):
        low = np.maximum(0.0, src.term("DVA") - slf.term("DVA"))
        out.append(closest("8 DVA of its own flow >= DVA", low, np.zeros_like(low), cells, TOLERANCE))
    return out
