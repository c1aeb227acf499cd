"""Ordinary trade of one slot: exports, the materials they are made from, and imports for the home market."""

from __future__ import annotations

import numpy as np

from madein.screening.simulator.legs import CHINA, EXPORT, HOME, HUB, IMPORT, MARKET, blank, economies, plants
from madein.screening.simulator.planted import LESS, VALUE_SD
from madein.screening.simulator.world import EXPORTERS, IMPORTERS, World, stream, words


def _pick(shares: dict[str, float], n: int, rng: np.random.Generator) -> np.ndarray:
    index = {code: i for i, code in enumerate(economies())}
    ends = np.cumsum(list(shares.values()))
    return np.array([index[c] for c in shares])[np.searchsorted(ends / ends[-1], rng.random(n), side="right")]


def _established(world: World, firms: np.ndarray, day: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Firms, those not yet founded on the day replaced by others that are."""
    late = day < world.entry[firms]
    held = np.unique(world.exporters)
    old = held[world.entry[held] < 0]
    if late.any() and len(old):
        firms = firms.copy()
        firms[late] = old[rng.integers(0, len(old), int(late.sum()))]
    return firms


def _agents(world: World, firms: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    return np.where(rng.random(len(firms)) < 0.85, world.agent[firms], rng.integers(0, world.agents, len(firms)))


def ordinary_legs(world: World, slot: int, low: int, high: int, counts: tuple[int, int, int, int]) -> np.ndarray:
    """Lines of a slot that belong to no planted trade.

    Parameters
    ----------
    slot, low, high : int
        Number of the slot, its first day and the day after its last.
    counts : (int, int, int, int)
        Lines: exports to the market, exports elsewhere, imported materials, other imports.
    """
    rng = stream(world.seed, 5, slot)
    market, elsewhere, materials, general = counts
    out = _exports(world, low, high, market, elsewhere, rng)
    return np.concatenate([out, _materials(world, low, out, materials, rng), _imports(world, low, high, general, rng)])


def _exports(world: World, low: int, high: int, market: int, elsewhere: int, rng: np.random.Generator) -> np.ndarray:
    n = market + elsewhere
    legs = blank(n)
    hs = np.searchsorted(world.export_cum, rng.random(n), side="right")
    day = rng.integers(low, high, n)
    firm = _established(world, world.exporters[hs, (EXPORTERS * rng.random(n) ** 1.4).astype(np.int64)], day, rng)
    value = np.exp(rng.normal(world.size[hs], VALUE_SD))
    legs["day"], legs["flow"], legs["firm"], legs["hs"] = day, EXPORT, firm, hs
    legs["party"] = (firm * 7919 + (5 * rng.random(n) ** 2).astype(np.int64) * 104_729) % world.buyers
    legs["agent"], legs["province"] = _agents(world, firm, rng), plants(world, firm, rng)
    legs["origin"] = legs["departure"] = HOME
    legs["destination"] = np.where(np.arange(n) < market, MARKET, _pick(words()["destinations"], n, rng))
    legs["value"], legs["kg"] = value, value / np.exp(world.uv[hs] + world.export_price[firm] + rng.normal(0, 0.15, n))
    return legs


def _bought(world: World, legs: np.ndarray, rng: np.random.Generator) -> None:
    """Fill what all imports have: where from, from whom, through whom."""
    n = len(legs)
    firm = legs["firm"].astype(np.int64)
    origin = _pick(words()["origins"], n, rng)
    legs["flow"], legs["origin"], legs["destination"] = IMPORT, origin, HOME
    legs["departure"] = np.where((origin == CHINA) & (rng.random(n) < words()["hub_share"]), HUB, origin)
    legs["party"] = (firm * 6007 + (5 * rng.random(n) ** 2).astype(np.int64) * 15_485_863) % world.suppliers
    legs["agent"], legs["province"] = _agents(world, firm, rng), plants(world, firm, rng)


def _price(world: World, legs: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """USD per kilogram of imports."""
    cheaper = np.where(legs["origin"] == CHINA, LESS, 0.0)
    return np.asarray(np.exp(world.uv[legs["hs"]] - cheaper + world.import_price[legs["firm"]] + rng.normal(0, 0.15, len(legs))))


def _materials(world: World, low: int, exports: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Imports that the conversion requirement asks for: materials of another heading, before the export, by its mass."""
    makers = exports[world.producer[exports["firm"]]]
    legs = blank(n)
    if not len(makers):
        return legs[:0] if not len(exports) else _filled(world, legs, exports[rng.integers(0, len(exports), n)], low, rng)
    return _filled(world, legs, makers[rng.integers(0, len(makers), n)], low, rng)


def _filled(world: World, legs: np.ndarray, made: np.ndarray, low: int, rng: np.random.Generator) -> np.ndarray:
    n = len(legs)
    legs["hs"] = world.inputs[made["hs"], rng.integers(0, 3, n)]
    legs["firm"] = made["firm"]
    legs["day"] = low + ((made["day"] - low + 1) * rng.random(n)).astype(np.int64)
    _bought(world, legs, rng)
    legs["kg"] = made["kg"] / 0.85 * rng.uniform(0.2, 0.6, n)
    legs["value"] = legs["kg"] * _price(world, legs, rng)
    return legs


def _imports(world: World, low: int, high: int, n: int, rng: np.random.Generator) -> np.ndarray:
    legs = blank(n)
    hs = np.searchsorted(world.import_cum, rng.random(n), side="right")
    legs["hs"], legs["day"] = hs, rng.integers(low, high, n)
    firm = world.importers[hs, (IMPORTERS * rng.random(n) ** 1.4).astype(np.int64)]
    legs["firm"] = _established(world, firm, legs["day"], rng)
    _bought(world, legs, rng)
    legs["value"] = np.exp(rng.normal(world.size[hs], VALUE_SD))
    legs["kg"] = legs["value"] / _price(world, legs, rng)
    return legs
