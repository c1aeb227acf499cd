"""All decompositions of a table in one sweep over its exporters, sharing what they share.

The column of the inverse, the uses of its inputs by partner, and M_s are computed once an exporter and serve Borin and Mancini's
source, sink, self and world terms and the sixteen of Wang, Wei and Zhu.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from madein.core.icio import Floats
from madein.tiva import wwz as wwz_terms
from madein.tiva.bm import SELF, SINK, SOURCE, gather, own_flow, sink, source, world
from madein.tiva.exporter import Exporter
from madein.tiva.factored import Factored
from madein.tiva.imports import Imports, decompose_imports
from madein.tiva.kww import koopman_wang_wei
from madein.tiva.origins import Origins, leontief
from madein.tiva.result import Decomposition, Level
from madein.tiva.standing import downstreamness, upstreamness


@dataclass(frozen=True, eq=False)
class Everything:
    """Every decomposition of one table.

    Attributes
    ----------
    by_name : dict
        ``bm_source``, ``bm_sink``, ``bm_self``, ``wwz`` at the level asked for; ``bm_world_source``, ``bm_world_sink``, ``kww`` by country.
    origins : Origins
        Leontief origins of exports.
    imports : Imports
        By origin of value.
    upstreamness, downstreamness : arrays (n,)
        Positions.
    """

    by_name: dict[str, Decomposition]
    origins: Origins
    imports: Imports
    upstreamness: Floats
    downstreamness: Floats


def decompose(f: Factored, level: Level = "bilateral-sector", exporters: Sequence[str] | None = None) -> Everything:
    """All decompositions at one level.

    Parameters
    ----------
    f : Factored
        The table; the inverse is formed.
    level : {"country", "sector", "bilateral", "bilateral-sector"}
        Of the cells of source, sink, self and WWZ.
    exporters : sequence of str, optional
        Economies or groups; all if left out. KWW, origins and imports are of all.

    Raises
    ------
    MadeinError
        If an exporter is unknown.
    ContractBroken
        If an identity is missed.
    """
    chosen = [f.index(name) for name in exporters] if exporters is not None else list(range(len(f.names)))
    tax = ("TAX",) if f.rest is not None else ()
    names = {"bm_source": (*SOURCE, *tax), "bm_sink": (*SINK, *tax), "bm_self": (*SELF, *tax), "wwz": (*wwz_terms.WWZ, *tax),
             "bm_world_source": (*SELF, *tax), "bm_world_sink": (*SELF, *tax)}  # fmt: skip
    found: dict[str, list[Floats]] = {name: [] for name in names}
    _ = f.inverse
    with f.limited():
        for s in chosen:
            k = Exporter(f, s)
            src = source(k)
            held = {"bm_source": src, "bm_sink": sink(k), "bm_self": own_flow(k, level), "wwz": wwz_terms.block(f, s, k.m)}
            for approach in ("source", "sink"):
                fva, fdc = world(f, s, approach)
                held[f"bm_world_{approach}"] = {t: v.sum((0, 1), keepdims=True) for t, v in ({**src, "FVA": fva, "FDC": fdc}).items() if t in SELF}
            rest = k.rest() if tax else None
            for name, terms in held.items():
                if rest is not None:
                    terms["TAX"] = rest.sum((0, 1), keepdims=True) if "world" in name else rest
                block = np.stack([terms[t] for t in names[name]], axis=2)
                found[name].append(_spread(block, s, len(f.names)) if "world" in name else _reduced(block, s, level))
    out = {}
    for name in list(found):
        blocks = found.pop(name)
        perimeter, _, approach = name.removeprefix("bm_").partition("_") if "world" in name else (name.removeprefix("bm_"), "", "")
        if name == "wwz":
            out[name] = gather(f, chosen, blocks, "WWZ", "", "", names[name], level)
        elif "world" in name:
            out[name] = gather(f, chosen, blocks, "BM", perimeter, approach, names[name], "country")
        elif name == "bm_self":
            out[name] = gather(f, chosen, blocks, "BM", "self", "", names[name], level)
        else:
            out[name] = gather(f, chosen, blocks, "BM", "exporter", perimeter, names[name], level)
    out["kww"] = koopman_wang_wei(f)
    return Everything(out, leontief(f), decompose_imports(f), upstreamness(f), downstreamness(f))


def _reduced(block: Floats, s: int, level: Level) -> Floats:
    """Cells that a coarser level adds up anyway are added up at once, to hold less."""
    if level in ("country", "bilateral"):
        block = block.sum(0, keepdims=True)
    return block if level in ("bilateral", "bilateral-sector") else _spread(np.delete(block, s, axis=1).sum(1, keepdims=True), s, block.shape[1])


def _spread(block: Floats, s: int, parts: int) -> Floats:
    """A block summed over partners, put where `gather` adds it up."""
    out = np.zeros((block.shape[0], parts, block.shape[2]))
    if parts > 1:
        out[:, 0 if s else 1] = block[:, 0]
    return out
