"""Borin and Mancini's decomposition of gross exports, by exporter, for all perimeters and both approaches.

Content is counted once inside a perimeter; what crosses it again is double counted. For exporter s and partner r, with B the
Leontief inverse, L the local inverses, V the value added per unit, ``M_s = sum of A_sj B_js`` over partners j:

* exporter, source (first crossing): ``DVA = V_s L_s``, ``FVA = V_t B_ts (I + M_s)^-1`` times gross exports;
* exporter, sink (last crossing): ``V_s B_ss``, ``V_t B_ts`` times the exports that do not pass the border of s again;
* self: the perimeter is the flow itself (a country's, a sector's, a bilateral, a bilateral sector's);
* world: foreign value counted once in the exports of all other countries together, first or last.

The output of r for the last crossing of s comes from ``B - B_.s B_ss^-1 (B_s. - L_s)``, the inverse without the intermediate
exports of s, applied to final demand: one small solve an exporter instead of a large inverse.

Source: A. Borin and M. Mancini, Measuring What Matters in Value-Added Trade, Economic Systems Research 35 (2023); World Bank
Policy Research Working Paper 8804 (2019). World perimeter: F. Belotti, A. Borin, M. Mancini, icio, Stata Journal 21 (2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from madein.core.errors import MadeinError
from madein.core.icio import Floats
from madein.tiva import identities
from madein.tiva.exporter import Exporter, exporter, partner_outputs
from madein.tiva.factored import Factored
from madein.tiva.result import Decomposition, Level

Perimeter = Literal["exporter", "self", "world"]
Approach = Literal["source", "sink"]

SOURCE = ("GEXP", "DC", "DVA", "VAX", "DAVAX", "REF", "DDC", "FC", "FVA", "FDC", "GVC", "GVCB", "GVCF")
SINK = ("GEXP", "DC", "DVA", "VAX", "VAXIM", "REF", "DDC", "FC", "FVA", "FDC")
SELF = ("GEXP", "DC", "DVA", "VAX", "REF", "DDC", "FC", "FVA", "FDC")
BASIC = ("VAX1", "VAX2", "VAX3", "VAX4", "REF1", "REF2", "DDC", "FVA1", "FVA2", "FVA3", "FVA4", "FDC")
"""The twelve basic terms of the source and of the sink approach; they add up to gross exports.

1: final goods; 2: inputs for final goods used by the importer; 3: inputs for final goods the importer exports; 4: inputs that travel
on as inputs. REF1 returns in final goods of the importer, REF2 by longer ways.
"""


def _col(v: Floats) -> Floats:
    return v[:, None]


def source(k: Exporter) -> dict[str, Floats]:
    """Terms by the first crossing, arrays (N_s, R); additive over industries and partners."""
    vl, first = _col(k.vl), _col(k.first)
    refl = vl * k.back
    vax = vl * (k.y + k.inputs - k.back)
    davax = vl * (k.y + k.final)
    ddc, fva, fdc = _col(k.vl @ k.m) * k.e, first * k.e, _col(k.first @ k.m) * k.e
    dva, fc, dc = vl * k.e, _col(k.fs) * k.e, _col(k.ds) * k.e
    return {
        "GEXP": k.e, "DC": dc, "DVA": dva, "VAX": vax, "DAVAX": davax, "REF": refl, "DDC": ddc, "FC": fc, "FVA": fva, "FDC": fdc,
        "GVC": k.e - davax, "GVCB": fc + ddc, "GVCF": dva - davax,
    }  # fmt: skip


def sink(k: Exporter) -> dict[str, Floats]:
    """Terms by the last crossing, arrays (N_s, R); additive over industries and partners."""
    ds, fs = _col(k.ds), _col(k.fs)
    counted = k.y + k.last
    return {
        "GEXP": k.e, "DC": ds * k.e, "DVA": ds * counted, "VAX": ds * (counted - k.last_back), "VAXIM": ds * (k.y + k.last_here),
        "REF": ds * k.last_back, "DDC": ds * k.again, "FC": fs * k.e, "FVA": fs * counted, "FDC": fs * k.again,
    }  # fmt: skip


def basic(k: Exporter, approach: Approach) -> dict[str, Floats]:
    """The twelve basic terms, arrays (N_s, R)."""
    if approach == "source":
        d, fo, back, left = _col(k.vl), _col(k.first), k.back, k.inputs
        ddc, fdc = _col(k.vl @ k.m) * k.e, _col(k.first @ k.m) * k.e
    else:
        d, fo, back, left = _col(k.ds), _col(k.fs), k.last_back, k.last
        ddc, fdc = d * k.again, fo * k.again
    third = k.onward - k.back1
    return {
        "VAX1": d * k.y, "VAX2": d * k.final, "VAX3": d * third, "VAX4": d * (left - back - k.final - third), "REF1": d * k.back1,
        "REF2": d * (back - k.back1), "DDC": ddc, "FVA1": fo * k.y, "FVA2": fo * k.final, "FVA3": fo * k.onward,
        "FVA4": fo * (left - k.final - k.onward), "FDC": fdc,
    }  # fmt: skip


def own_flow(k: Exporter, level: Level) -> dict[str, Floats]:
    """Terms where the perimeter is the flow itself, arrays (N_s, R): what of it passes the same flow again is double counted."""
    f, n, parts = k.f, len(k.vl), len(k.f.names)
    fresh_d, fresh_f = np.zeros((n, parts)), np.zeros((n, parts))
    twice_d, twice_f = np.zeros((n, parts)), np.zeros((n, parts))
    if level in ("country", "sector"):
        if level == "country":
            d, fo = k.vl, k.first
            dd, ff = k.vl @ k.m, k.first @ k.m
        else:
            m = np.diagonal(k.m)
            d, fo = k.ds / (1 + m), k.fs / (1 + m)
            dd, ff = d * m, fo * m
        fresh_d[:], fresh_f[:], twice_d[:], twice_f[:] = _col(d), _col(fo), _col(dd), _col(ff)
    else:
        both = np.stack([k.ds, k.fs], axis=1)
        for r in range(parts):
            if r == k.s:
                continue
            at = f.at(r)
            if level == "bilateral":
                m = k.sold[:, at] @ k.b[at]
                fresh = np.linalg.solve(np.eye(n) + m.T, both)
                twice = m.T @ fresh
            else:
                m1 = np.einsum("ij,ji->i", k.sold[:, at], k.b[at])
                fresh = both / (1 + m1)[:, None]
                twice = fresh * m1[:, None]
            fresh_d[:, r], fresh_f[:, r], twice_d[:, r], twice_f[:, r] = *fresh.T, *twice.T
    return {
        "GEXP": k.e, "DC": _col(k.ds) * k.e, "DVA": fresh_d * k.e, "VAX": fresh_d * (k.y + k.inputs - k.back), "REF": fresh_d * k.back,
        "DDC": twice_d * k.e, "FC": _col(k.fs) * k.e, "FVA": fresh_f * k.e, "FDC": twice_f * k.e,
    }  # fmt: skip


def world(f: Factored, s: int, approach: Approach) -> tuple[Floats, Floats]:
    """Foreign value in the exports of s that no other exporter counts, and the rest of its foreign content, (N_s, R) each.

    Source: made in t, shipped to s at once, and exported by s. Sink: the last export by anybody but its maker: absorbed by the
    importer, or sold to its maker, who exports it once more to where it is absorbed. Only the sum over industries and partners is a term.
    """
    own, e = f.at(s), f.exports[f.at(s)]
    if approach == "source":
        vl = f.vl.copy()
        vl[own] = 0.0
        first = ((vl @ f.z[:, own]) * f.xinv[own]) @ f.local[s]
        fva: Floats = first[:, None] * e
        return fva, f.abroad[own][:, None] * e - fva
    once = _absorbed_next(f)
    sold = f.z[own] * f.xinv
    out = np.zeros_like(e)
    for t in range(len(f.names)):
        if t == s:
            continue
        at = f.at(t)
        out[:, t] += f.abroad[own] * (f.demand[own, t] + sold[:, at] @ partner_outputs(f).final[at])
        out[:, t] += f.vb[t, own] * (sold[:, at] @ (f.local[t] @ once[at]))
    return out, f.abroad[own][:, None] * e - out


def _absorbed_next(f: Factored) -> Floats:
    """Exports of each row that their importer absorbs: final goods, and inputs for final goods of its own (n,)."""
    held = f.__dict__.get("_absorbed_next")
    if held is None:
        final = partner_outputs(f).final * f.xinv
        held = f.z @ final
        for r in range(len(f.names)):
            at = f.at(r)
            held[at] -= f.z[at, at] @ final[at]
            held[at] += np.delete(f.demand[at], r, axis=1).sum(1)
        f.__dict__["_absorbed_next"] = held
    return np.asarray(held)


def borin_mancini(
    f: Factored, level: Level = "bilateral-sector", perimeter: Perimeter = "exporter", approach: Approach = "source",
    exporters: Sequence[str] | None = None, terms: Literal["standard", "basic"] = "standard",
) -> Decomposition:  # fmt: skip
    """Decompose gross exports by Borin and Mancini.

    Parameters
    ----------
    f : Factored
        The table.
    level : {"country", "sector", "bilateral", "bilateral-sector"}
        Of the cells. With perimeter ``exporter`` the levels add up; with ``self`` each level has its own perimeter.
    perimeter : {"exporter", "self", "world"}
        Inside which value is counted once. ``world`` knows countries only.
    approach : {"source", "sink"}
        Whether the first or the last crossing counts; ``self`` has one only.
    exporters : sequence of str, optional
        Economies or groups; all if left out. A few need no inverse of the whole table.
    terms : {"standard", "basic"}
        GEXP, DC, DVA ... or the twelve basic terms that add up to gross exports.

    Raises
    ------
    MadeinError
        If the perimeter has no such level, or an exporter is unknown.
    ContractBroken
        If an identity is missed.
    """
    if perimeter == "world" and level != "country":
        raise MadeinError(
            "the world perimeter is one of countries", why="foreign value is counted once across all exporters", fix="ask for level 'country'"
        )
    if terms == "basic" and perimeter != "exporter":
        raise MadeinError("basic terms belong to the exporter perimeter", fix="ask for terms='standard'")
    chosen = [f.index(name) for name in exporters] if exporters is not None else list(range(len(f.names)))
    if exporters is None or len(chosen) * 3 > len(f.names):
        _ = f.inverse
    names = BASIC if terms == "basic" else SOURCE if (perimeter, approach) == ("exporter", "source") else SINK if perimeter == "exporter" else SELF
    found = []
    with f.limited():
        _ = f.vb, f.absorbed
        for s in chosen:
            k = exporter(f, s)
            if terms == "basic":
                held = basic(k, approach)
            elif perimeter == "exporter":
                held = source(k) if approach == "source" else sink(k)
            elif perimeter == "self":
                held = own_flow(k, level)
            else:
                held = source(k)
                held["FVA"], held["FDC"] = world(f, s, approach)
            if f.rest is not None:
                held["TAX"] = k.rest()
            found.append(np.stack([held[t] for t in (*names, *(["TAX"] if f.rest is not None else []))], axis=2))
    names = (*names, "TAX") if f.rest is not None else names
    return gather(f, chosen, found, "BM", perimeter, "" if perimeter == "self" else approach, names, level)


def gather(
    f: Factored, exporters: Sequence[int], blocks: Sequence[Floats], method: str, perimeter: str, approach: str, terms: Sequence[str], level: Level
) -> Decomposition:
    """Blocks (N_s, R, K), one an exporter, as a decomposition at a level, put to its identities."""
    by_row, by_partner = level in ("sector", "bilateral-sector"), level in ("bilateral", "bilateral-sector")
    count = len(f.names) - 1
    sizes = [((f.at(s).stop - f.at(s).start) if by_row else 1) * (count if by_partner else 1) for s in exporters]
    ends = np.concatenate([[0], np.cumsum(sizes)]).astype(np.intp)
    values = np.empty((int(ends[-1]), len(terms)))
    rows, partners = (np.full(int(ends[-1]), -1, dtype=np.intp) for _ in range(2))
    for k, s in enumerate(exporters):
        block = blocks[k] if by_row else blocks[k].sum(0, keepdims=True)
        # Cells go to their place at once: at the size of published tables copies cost more than terms.
        place = slice(int(ends[k]), int(ends[k + 1]))
        if by_partner:
            to = values[place].reshape(block.shape[0], count, len(terms))
            to[:, :s], to[:, s:] = block[:, :s], block[:, s + 1 :]
            partners[place] = np.tile(np.delete(np.arange(count + 1), s), block.shape[0])
        else:
            values[place] = block[:, :s].sum(1) + block[:, s + 1 :].sum(1)
        if by_row:
            rows[place] = np.repeat(np.arange(f.at(s).start, f.at(s).stop), count if by_partner else 1)
    codes = np.repeat(np.asarray(exporters, dtype=np.intp), sizes)
    return identities.checked(Decomposition(method, level, perimeter, approach, tuple(terms), values, codes, rows, partners, f))
