"""Koopman, Wang and Wei's nine terms of a country's gross exports.

The terms are sums over industries and partners; at the level of sectors they are not valid, since foreign and returned value of one
sector's exports is not separated from that of others. FVA is biased low and FDC high, by what its maker exports once more: the world
perimeter of Borin and Mancini corrects both and leaves their sum.

Source: R. Koopman, Z. Wang, S.-J. Wei, Tracing Value-Added and Double Counting in Gross Exports, American Economic Review 104 (2014), equation 36.
"""

from __future__ import annotations

import numpy as np

from madein.core.icio import Floats
from madein.tiva.bm import gather
from madein.tiva.exporter import partner_outputs
from madein.tiva.factored import Factored
from madein.tiva.result import Decomposition

KWW = ("DVA_FIN", "DVA_INT", "DVA_INTrex", "RDV_FIN", "RDV_INT", "DDC", "FVA_FIN", "FVA_INT", "FDC")


def koopman_wang_wei(f: Factored) -> Decomposition:
    """Decompose the gross exports of every economy into nine terms that add up to them.

    Raises
    ------
    ContractBroken
        If they do not.
    """
    parts, count = partner_outputs(f), len(f.names)
    with f.limited():
        total = np.concatenate([f.local[r] @ f.exports[f.at(r)].sum(1) for r in range(count)])
        # One pass over the flows: sales to each partner's output for own final goods, and for all its exports.
        own_use = _by_buyer(f, parts.final * f.xinv)
        exported = _by_buyer(f, total * f.xinv)
        out = np.zeros((count, len(KWW)))
        rest = []
        for s in range(count):
            own, vb = f.at(s), f.vb[s].copy()
            home = vb[own].copy()
            vb[own] = 0.0
            sold_final = np.delete(f.demand[own], s, axis=1).sum(1)
            others = np.concatenate([np.delete(f.demand[f.at(r)], [r, s], axis=1).sum(1) for r in range(count)])
            here = np.concatenate([f.demand[f.at(r), r] for r in range(count)])
            inputs_final, inputs_exported = (np.delete(m[own], s, axis=1).sum(1) for m in (own_use, exported))
            fs = f.abroad[own]
            out[s] = [
                home @ sold_final, vb @ here, vb @ others, vb @ f.demand[:, s], vb @ own_use[:, s], vb @ exported[:, s],
                fs @ sold_final, fs @ inputs_final, fs @ inputs_exported,
            ]  # fmt: skip
            rest.append(float(f.rest_content[own] @ f.exports[own].sum(1)))
    names: tuple[str, ...] = KWW
    if f.rest is not None:
        out, names = np.column_stack([out, rest]), (*KWW, "TAX")
    # One row an economy: gather adds up over partners, so the terms stand at the first of them.
    blocks = []
    for s in range(count):
        block = np.zeros((1, count, len(names)))
        if count > 1:
            block[0, 0 if s else 1] = out[s]
        blocks.append(block)
    return gather(f, range(count), blocks, "KWW", "", "", names, "country")


def _by_buyer(f: Factored, weights: Floats) -> Floats:
    """Flows times weights of the column, added up by buying economy (n, R)."""
    out: Floats = np.stack([f.z[:, f.at(r)] @ weights[f.at(r)] for r in range(len(f.names))], axis=1)
    return out
