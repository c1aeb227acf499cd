"""One exporter: its column of the inverse, what its partners make of its inputs, and what is drawn for them at each."""

from __future__ import annotations

import numpy as np

from madein.core.icio import Floats
from madein.tiva.factored import Factored


class Exporter:
    """What the perimeters and approaches of one exporter share: its column of the inverse, and the partners' uses of its inputs.

    Attributes
    ----------
    ds, fs : arrays (N_s,)
        Own and foreign content of a unit of its output, all crossings.
    m : array (N_s, N_s)
        M_s, output of its own that comes back in a unit of its output by way of others.
    e, y : arrays (N_s, R)
        Gross and final exports, 0 at home.
    """

    def __init__(self, f: Factored, s: int) -> None:
        self.f, self.s, self.own = f, s, f.at(s)
        self.inverted = "inverse" in f.__dict__
        self.b = f.columns(s)
        self.ds, self.fs, self.vl = f.home[self.own], f.abroad[self.own], f.vl[self.own]
        self.e = f.exports[self.own]
        self.y = f.demand[self.own].copy()
        self.y[:, s] = 0.0
        # What s sells to others as inputs, as coefficients: the block at home is left out.
        sold = f.z[self.own] * f.xinv
        sold[:, self.own] = 0.0
        self.sold = sold
        self.m = sold @ self.b
        i = np.eye(len(self.vl))
        self.first: Floats = np.asarray(np.linalg.solve((i + self.m).T, self.fs), np.float64)
        self._use()

    def _use(self) -> None:
        """Exports of inputs by what becomes of them at the partner: arrays (N_s, R).

        ``final``: final goods the partner uses; ``onward``: final goods it exports; ``back1``: of those, to s; ``back``: final
        demand of s by any way; ``last``: output that passes s no more; ``last_back``: of that, for s; ``last_here``: for the partner.
        """
        f, s, own = self.f, self.s, self.own
        parts = partner_outputs(f)
        bss = self.b[own]
        need = np.column_stack([f.x[own] - parts.final[own], f.absorbed[own, s] - parts.final[own], f.absorbed[own]])
        again = np.linalg.solve(bss, need)
        shape = (*self.e.shape, 7)
        out = np.zeros(shape)
        for r in range(len(f.names)):
            if r == s:
                continue
            at = f.at(r)
            through = self.b[at] @ again[:, [0, 1, 2 + r]]
            stacked = np.column_stack([
                parts.final[at], parts.exported[at], parts.by_buyer[at, s], f.absorbed[at, s], through[:, 0],
                f.absorbed[at, s] - through[:, 1], f.absorbed[at, r] - through[:, 2],
            ])  # fmt: skip
            out[:, r] = self.sold[:, at] @ stacked
        self.final, self.onward, self.back1, self.back, self.again, self.last_back, self.last_here = np.moveaxis(out, 2, 0)
        self.inputs = self.e - self.y
        self.last = self.inputs - self.again

    def rest(self) -> Floats:
        """Content of exports that is neither value added nor input, (N_s, R)."""
        out: Floats = self.f.rest_content[self.own][:, None] * self.e
        return out


def exporter(f: Factored, s: int) -> Exporter:
    """`Exporter` of a position; the last one asked for is kept, since its solves are what several variants share."""
    held = f.__dict__.get("_exporter")
    if held is None or held.s != s or held.inverted != ("inverse" in f.__dict__):
        held = f.__dict__["_exporter"] = Exporter(f, s)
    return held


class PartnerOutputs:
    """Outputs of each economy for its own final goods, those it exports, and by buyer: local inverses times final demand.

    Attributes
    ----------
    final, exported : arrays (n,)
        L_r Y_rr and L_r times final exports of r.
    by_buyer : array (n, R)
        L_r Y_ru.
    """

    def __init__(self, f: Factored) -> None:
        with f.limited():
            self.by_buyer = np.concatenate([f.local[r] @ f.demand[f.at(r)] for r in range(len(f.names))])
        self.final = np.concatenate([self.by_buyer[f.at(r), r] for r in range(len(f.names))])
        self.exported = np.concatenate([np.delete(self.by_buyer[f.at(r)], r, axis=1).sum(1) for r in range(len(f.names))])


def partner_outputs(f: Factored) -> PartnerOutputs:
    """`PartnerOutputs` of a table, computed once."""
    held = f.__dict__.get("_partner_outputs")
    if held is None:
        held = f.__dict__["_partner_outputs"] = PartnerOutputs(f)
    return held
