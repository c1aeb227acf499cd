"""What stands before any declaration is written: products with their prices, firms with their plants, who buys and sells what.

Importers and exporters of a code are drawn apart from each other, and values do not depend on the firm, so that ordinary trade
holds no link between what a firm imports and what it exports beyond chance; every link there is was planted.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from importlib import resources
from typing import Any

import numpy as np

from madein.screening.simulator.calendar import Calendar, calendar
from madein.screening.simulator.family import Family

IMPORTERS, EXPORTERS = 24, 16
"""How many ordinary firms import and export one code."""
LONG_AGO = -(10**6)
"""Day from which firms trade that were always there."""


@functools.cache
def words() -> dict[str, Any]:
    """The contents of ``world.yaml``."""
    import yaml

    return dict(yaml.safe_load(resources.files("madein.screening.simulator").joinpath("world.yaml").read_text("utf-8")))


def stream(seed: int, *at: int) -> np.random.Generator:
    """Random numbers for one place of a run, the same whatever is drawn elsewhere (Philox, counter-based)."""
    return np.random.Generator(np.random.Philox(np.random.SeedSequence([seed, *at])))


@dataclass
class World:
    """Arrays over products (h), firms (f) and foreign parties; drawn once, then only read, but for `made`.

    Attributes
    ----------
    codes : list of str
        Codes of 8 digits; `sister[h]` is another with the same six digits, or h itself.
    uv, size : float arrays over h
        Logs of usual value per kilogram (USD) and of median value of a line (USD).
    exported, wedged : boolean arrays over h
        Not a material; under the added rate.
    export_cum, import_cum, material_cum : float arrays over h
        Cumulative chances that a line carries the code.
    importers, exporters : int arrays, (h, IMPORTERS) and (h, EXPORTERS)
    inputs : int array (h, 3)
        Materials the code is made of: the conversion requirement is a change of heading.
    plant, second : int arrays over f
        Province of the main plant, and of the second one or -1.
    entry : int array over f
        First day of trade; firms that were always there have a very early one.
    producer : boolean array over f
    agent, usual_import_price, usual_export_price : arrays over f
    suppliers, buyers : int
        How many foreign parties there are of each.
    """

    family: Family
    seed: int
    time: Calendar
    codes: list[str]
    sister: np.ndarray
    uv: np.ndarray
    size: np.ndarray
    exported: np.ndarray
    wedged: np.ndarray
    export_cum: np.ndarray
    import_cum: np.ndarray
    material_cum: np.ndarray
    importers: np.ndarray
    exporters: np.ndarray
    inputs: np.ndarray
    plant: np.ndarray
    second: np.ndarray
    entry: np.ndarray
    producer: np.ndarray
    agent: np.ndarray
    import_price: np.ndarray
    export_price: np.ndarray
    agents: int
    suppliers: int
    buyers: int
    provinces: list[str]
    reserved: np.ndarray
    mfn: np.ndarray
    own_mfn: np.ndarray
    notes: list[str] = field(default_factory=list)


def build_world(family: Family, seed: int) -> World:
    """Draw the world of a family: products, firms, plants and who trades what."""
    rng = stream(seed, 1)
    time = calendar(family, words()["first_day"])
    notes: list[str] = []
    codes, sister = _codes(family.n_hs8, rng)
    n, firms = len(codes), family.n_firms
    chapter = np.array([int(c[:2]) for c in codes])
    exported = ~np.isin(chapter, words()["materials"])
    if not exported.any() or exported.all():
        exported = np.arange(n) >= max(1, n // 5)
    wedged = np.zeros(n, bool)
    # The rate falls on goods that are exported first: on materials alone it would move nobody.
    order = np.concatenate([rng.permutation(np.flatnonzero(exported)), rng.permutation(np.flatnonzero(~exported))])
    wedged[order[: round(family.tariff_wedge.hs_share * n)]] = True
    provinces = _provinces(family, time, notes)
    # Firms set aside for planted trade take no part in ordinary trade: they may be founded later, or work on one code only.
    reserved = rng.permutation(firms)
    free = np.ones(firms, bool)
    free[reserved[: _set_aside(family)]] = False
    pool = np.flatnonzero(free)
    entry = np.full(firms, LONG_AGO, np.int64)
    young = rng.random(firms) < 0.06
    entry[young] = rng.integers(time.bounds[0], time.bounds[-1], int(young.sum()))
    uniform = 1 / len(provinces)
    place = rng.dirichlet(np.full(len(provinces), 0.7)) * 0.8 + 0.2 * uniform
    agents = max(8, firms // 40)
    materials = np.flatnonzero(~exported)
    return World(
        family=family, seed=seed, time=time, codes=codes, sister=sister,
        uv=rng.normal(np.log(9.0), 1.1, n), size=rng.normal(np.log(18_000.0), 0.5, n),
        exported=exported, wedged=wedged,
        export_cum=_cumulative(np.where(exported, _zipf(n, rng), 0.0)), import_cum=_cumulative(_zipf(n, rng)),
        material_cum=_cumulative(np.where(exported, 0.0, _zipf(n, rng))),
        importers=pool[rng.integers(0, len(pool), (n, IMPORTERS))], exporters=pool[rng.integers(0, len(pool), (n, EXPORTERS))],
        inputs=materials[rng.integers(0, len(materials), (n, 3))],
        plant=rng.choice(len(provinces), firms, p=place), second=np.where(rng.random(firms) < 0.06, rng.integers(0, len(provinces), firms), -1),
        entry=entry, producer=rng.random(firms) < 0.8,
        agent=np.minimum((agents * rng.random(firms) ** 1.6).astype(np.int64), agents - 1),
        import_price=rng.normal(0.0, 0.2, firms), export_price=rng.normal(0.0, 0.2, firms),
        agents=agents, suppliers=max(20, firms // 2), buyers=max(20, firms // 3), provinces=provinces,
        reserved=reserved, mfn=np.round(rng.uniform(0, 8, n) * 2) / 2, own_mfn=np.round(rng.uniform(0, 20, n)), notes=notes,
    )  # fmt: skip


def _set_aside(family: Family) -> int:
    """Firms kept out of ordinary trade: honest processors, and a tenth for firms founded to reroute."""
    honest = min(round(family.honest_processors.share * family.n_firms), family.n_firms // 2)
    shells = family.n_firms // 10 if family.share_rerouted and family.new_exporter_share else 0
    return honest + shells


def honest_firms(world: World) -> np.ndarray:
    """Firms that work on goods of one code and stay within it."""
    n = min(round(world.family.honest_processors.share * world.family.n_firms), world.family.n_firms // 2)
    if not n and world.family.honest_processors.share > 0:
        n = 1
    return world.reserved[:n]


def _codes(n: int, rng: np.random.Generator) -> tuple[list[str], np.ndarray]:
    chapters = words()["chapters"]
    stems = (n + 1) // 2
    per = -(-stems // len(chapters))
    made = [f"{c:02d}{1 + k // 18:02d}{10 + 5 * (k % 18):02d}" for k in range(per) for c in chapters]
    keep = rng.permutation(len(made))[:stems]
    codes = sorted(code + end for code in (made[k] for k in keep) for end in ("10", "90"))[:n]
    sister = np.arange(n)
    for h in range(0, n - 1):
        if codes[h][:6] == codes[h + 1][:6]:
            sister[h], sister[h + 1] = h + 1, h
    return codes, sister


def _zipf(n: int, rng: np.random.Generator) -> np.ndarray:
    return rng.permutation((np.arange(n) + 6.0) ** -0.8)


def _cumulative(weights: np.ndarray) -> np.ndarray:
    total = np.cumsum(weights)
    return np.asarray(total / total[-1])


def _provinces(family: Family, time: Calendar, notes: list[str]) -> list[str]:
    from datetime import timedelta

    from madein.core.provinces import provinces
    from madein.screening.simulator.calendar import EPOCH

    first = EPOCH + timedelta(days=int(time.bounds[0]))
    held = [p.key for p in provinces(words()["home"]).values() if p.on(first)]
    if family.n_provinces > len(held):
        notes.append(f"the country has {len(held)} provinces on {first}; the family asks for {family.n_provinces}")
    return held[: family.n_provinces]
