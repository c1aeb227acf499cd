"""Planted trade: schemes that reroute goods of the source through home to the market, and firms that honestly work on them.

A scheme is a code, a firm that imports, a firm that exports, a supplier and a buyer; it runs as chains. A chain is one lot that
comes in and leaves as one or two lines, later, dearer by the mark-up and lighter or heavier by the mass ratio.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from madein.screening.simulator.calendar import apportion
from madein.screening.simulator.legs import CHINA, EXPORT, HOME, HONEST, HONEST_INPUT, HUB, IMPORT, MARKET, REROUTED, SOURCE, blank, plants
from madein.screening.simulator.world import LONG_AGO, World, honest_firms, stream, words

PER_SCHEME, PER_HONEST = 24, 12
"""Chains of a scheme and of an honest firm in small data; in large data there are as many as the firms allow, with more each."""
_BLOCK = 200_000
MIXED_SHARE = (0.5, 0.9)
"""Share of a blended line that is rerouted, drawn evenly between the two."""
LINKS = ("address", "owner", "phone", "agent")
"""What the two firms of a split scheme share."""
VALUE_SD = 1.1
"""Spread of the values of lines of one code, in logs."""
LESS = 0.1
"""By how much, in logs, goods of the source are cheaper than others."""


@dataclass(frozen=True)
class Schemes:
    """Planted schemes as arrays of one length; `chains` counts the lots of each.

    `link` is the index in `LINKS` of what importer and exporter share, -1 where they are one firm. `record` marks exporters
    with a production record that is false. `level` is added to the logs of values.
    """

    hs: np.ndarray
    out_hs: np.ndarray
    importer: np.ndarray
    exporter: np.ndarray
    supplier: np.ndarray
    buyer: np.ndarray
    agent_in: np.ndarray
    agent_out: np.ndarray
    start: np.ndarray
    mixing: np.ndarray
    partial: np.ndarray
    new: np.ndarray
    link: np.ndarray
    record: np.ndarray
    markup: np.ndarray
    mass: np.ndarray
    price: np.ndarray
    chains: np.ndarray
    honest: bool = False
    level: float = 0.0

    def __len__(self) -> int:
        return len(self.hs)


def chains_for(lines: int) -> int:
    """How many chains give about so many export lines: every fourth leaves as two.

    Examples
    --------
    >>> [lines_of(chains_for(n)) for n in (0, 1, 4, 5, 101)]
    [0, 1, 3, 5, 101]
    """
    return (lines * 4 + 4) // 5 if lines % 5 != 4 else lines // 5 * 4 + 3


def lines_of(chains: int) -> int:
    """Export lines of so many chains."""
    return chains + chains // 4


def _flags(weights: np.ndarray, share: float, rng: np.random.Generator) -> np.ndarray:
    """True for schemes that together carry about a share of the weight, so that small data keep a family's shares."""
    order = rng.permutation(len(weights))
    total = np.cumsum(weights[order]) / max(weights.sum(), 1)
    before = np.concatenate([[0.0], total[:-1]])
    out = np.zeros(len(weights), bool)
    out[order] = (before + total) / 2 < share
    return out


def lag_chances(mean: float, longest: int) -> np.ndarray:
    """Chances of 0 ... longest quarters with a given mean: the distribution of greatest entropy on them.

    Examples
    --------
    >>> p = lag_chances(0.4, 1)
    >>> [round(float(x), 3) for x in p], round(float(lag_chances(1.5, 4) @ range(5)), 6)
    ([0.6, 0.4], 1.5)
    """
    k = np.arange(longest + 1)
    low, high = -40.0, 40.0
    for _ in range(200):
        mid = (low + high) / 2
        p = np.exp(mid * (k - longest / 2))
        p /= p.sum()
        low, high = (mid, high) if p @ k < mean else (low, mid)
    return np.asarray(p)


def draw_schemes(world: World, chains: int) -> Schemes:
    """Schemes that reroute; the firms of a pair under one address are put into one province."""
    rng, family = stream(world.seed, 2), world.family
    n = min(max(1, chains // PER_SCHEME), max(1, round(family.n_firms * max(family.share_rerouted, 0.002)))) if chains else 0
    count = apportion(chains, rng.lognormal(0, 0.5, n)) if n else np.zeros(0, np.int64)
    exposed = np.flatnonzero(world.exported & world.wedged)
    codes = exposed if len(exposed) and world.time.rate_day is not None else np.flatnonzero(world.exported)
    hs = codes[rng.integers(0, len(codes), n)]
    ordinary = np.setdiff1d(np.arange(family.n_firms), world.reserved[: len(honest_firms(world)) + family.n_firms // 10])
    picked = rng.permutation(ordinary)[: 2 * n] if len(ordinary) >= 2 * n else rng.choice(ordinary, 2 * n)
    exporter, other = picked[:n].copy(), picked[n:]
    split = _flags(count, family.split_firms.share, rng)
    new = _flags(count, family.new_exporter_share, rng)
    shells = world.reserved[len(honest_firms(world)) :][: max(1, family.n_firms // 10)]
    exporter[new] = shells[np.arange(int(new.sum())) % len(shells)]
    importer = np.where(split, other, exporter)
    link = np.full(n, -1)
    address = split & _flags(np.where(split, count, 0), family.split_firms.same_address_share, rng)
    link[split] = 1 + np.searchsorted([0.45, 0.8], rng.random(int(split.sum())))
    link[address] = 0
    partial = _flags(count, family.partial_processing_share, rng)
    # Whoever takes part was there before; only firms founded for it are new.
    world.entry[picked] = LONG_AGO
    world.plant[importer[address]] = world.plant[exporter[address]]
    world.second[importer[address]] = -1
    agent_in, agent_out = world.agent[importer], world.agent[exporter].copy()
    small = world.agents - 1 - rng.integers(0, max(1, world.agents // 3), n)
    agent_in, agent_out = np.where(link == 3, small, agent_in), np.where(link == 3, small, agent_out)
    eligible = world.time.quarters - world.time.wedge_quarter
    mark, mass = family.markup, family.mass_ratio
    return Schemes(
        hs=hs, out_hs=np.where(partial & (rng.random(n) < 0.5), world.sister[hs], hs), importer=importer, exporter=exporter,
        supplier=rng.integers(0, world.suppliers, n), buyer=rng.integers(0, world.buyers, n), agent_in=agent_in, agent_out=agent_out,
        start=world.time.wedge_quarter + (eligible * rng.random(n) ** 2.5).astype(np.int64), mixing=_flags(count, family.mixing_share, rng),
        partial=partial, new=new, link=link, record=rng.random(n) < 0.15,
        markup=np.maximum(rng.normal(mark.mean, 0.6 * mark.sd, n), 0.1), mass=np.maximum(rng.normal(mass.mean, 0.6 * mass.sd, n), 0.05),
        price=rng.normal(0, 0.15, n), chains=count,
    )  # fmt: skip


def draw_honest(world: World, chains: int) -> Schemes:
    """Honest processors as schemes of one firm each: `markup` holds the share of value added at home."""
    rng, family = stream(world.seed, 4), world.family
    firms = honest_firms(world)
    n = min(len(firms), max(1, chains // PER_HONEST)) if chains else 0
    firms = firms[:n]
    world.entry[firms] = LONG_AGO
    exposed, all_codes = np.flatnonzero(world.exported & world.wedged), np.flatnonzero(world.exported)
    hs = all_codes[rng.integers(0, len(all_codes), n)]
    if len(exposed):
        hs = np.where(rng.random(n) < 0.5, exposed[rng.integers(0, len(exposed), n)], hs)
    added = family.honest_processors.value_added
    none = np.zeros(n, bool)
    return Schemes(
        hs=hs, out_hs=hs, importer=firms, exporter=firms, supplier=rng.integers(0, world.suppliers, n), buyer=rng.integers(0, world.buyers, n),
        agent_in=world.agent[firms], agent_out=world.agent[firms], start=np.zeros(n, np.int64), mixing=none, partial=none, new=none,
        link=np.full(n, -1), record=none, markup=np.clip(rng.normal(added.mean, added.sd, n), 0.02, 0.95), mass=np.exp(rng.normal(-0.03, 0.04, n)),
        price=rng.normal(0, 0.15, n), chains=apportion(chains, rng.lognormal(0, 0.5, n)) if n else np.zeros(0, np.int64), honest=True,
    )  # fmt: skip


def levelled(world: World, schemes: Schemes, honest: Schemes, ordinary: int) -> Schemes:
    """Schemes at the level of value that makes their share of exports to the market the family's.

    A draw of few codes is dearer or cheaper than trade at large; without this, small data would miss their share by half.

    Parameters
    ----------
    ordinary : int
        Ordinary export lines to the market.
    """
    if not len(schemes):
        return schemes
    share = world.family.share_rerouted
    chance = np.diff(world.export_cum, prepend=0.0)
    trade = ordinary * float(chance @ np.exp(world.size))
    trade += float(np.sum(honest.chains * np.exp(world.size[honest.hs]) / (1 - honest.markup)))
    passed = schemes.chains * np.exp(world.size[schemes.hs]) * schemes.mass * schemes.markup * np.where(schemes.partial, 1.14, 1.0)
    low, high = MIXED_SHARE
    lines = passed * np.where(schemes.mixing, np.log(high / low) / (high - low), 1.0)
    spare = float(passed.sum()) - share * float(lines.sum())
    level = np.log(share * trade / spare) if spare > 0 and trade > 0 else 0.0
    return replace(schemes, level=float(np.clip(level, -1.0, 1.0)))


def legs_of(world: World, schemes: Schemes, first_chain: int) -> Iterator[np.ndarray]:
    """All legs of schemes, in blocks; chains are numbered from `first_chain`."""
    ends = np.cumsum(schemes.chains)
    total = int(ends[-1]) if len(ends) else 0
    for block, low in enumerate(range(0, total, _BLOCK)):
        chain = np.arange(low, min(low + _BLOCK, total))
        scheme = np.searchsorted(ends, chain, side="right")
        yield _block(world, schemes, chain, scheme, first_chain, stream(world.seed, 6 + schemes.honest, block))


def _days(world: World, s: Schemes, scheme: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Days of import and of export: whole quarters apart as the family says, never in the wrong order."""
    time, n = world.time, len(scheme)
    ends = np.cumsum(time.weights)
    before = np.concatenate([[0.0], ends])[s.start[scheme]]
    quarter = np.minimum(np.searchsorted(ends, before + (ends[-1] - before) * rng.random(n), side="right"), time.quarters - 1)
    first = time.bounds[quarter] if s.honest else np.maximum(time.bounds[quarter], time.wedge_day)
    out = first + ((time.bounds[quarter + 1] - first) * rng.random(n)).astype(np.int64)
    lag = world.family.lag_quarters
    chances = np.array([0.6, 0.4]) if s.honest else lag_chances(lag.mean, lag.max)
    lags = np.searchsorted(np.cumsum(chances)[:-1], rng.random(n), side="right")
    came = np.maximum(quarter - lags, 0)
    last = np.where(came == quarter, out + 1, time.bounds[came + 1])
    return time.bounds[came] + ((last - time.bounds[came]) * rng.random(n)).astype(np.int64), out


def _block(world: World, s: Schemes, chain: np.ndarray, scheme: np.ndarray, first_chain: int, rng: np.random.Generator) -> np.ndarray:
    n, family = len(chain), world.family
    hs = s.hs[scheme]
    came, left = _days(world, s, scheme, rng)
    value = np.exp(rng.normal(world.size[hs], VALUE_SD) + s.level)
    kg = value / np.exp(world.uv[hs] - LESS + s.price[scheme] + rng.normal(0, 0.05, n))
    source = blank(n)
    hub = rng.random(n) < words()["hub_share"]
    for name, column in {
        "day": came, "flow": IMPORT, "firm": s.importer[scheme], "hs": hs, "party": s.supplier[scheme], "agent": s.agent_in[scheme],
        "province": plants(world, s.importer[scheme], rng), "origin": CHINA, "departure": np.where(hub, HUB, CHINA), "destination": HOME,
        "value": value, "kg": kg, "chain": chain + first_chain, "scheme": scheme, "role": HONEST_INPUT if s.honest else SOURCE,
    }.items():  # fmt: skip
        source[name] = column
    share = np.ones(n)
    if s.honest:
        added = np.clip(s.markup[scheme] + rng.normal(0, 0.015, n), 0.01, 0.95)
        out_value, out_kg = value / (1 - added), kg * s.mass[scheme] * np.exp(rng.normal(0, 0.03, n))
        share = 1 - added
    else:
        markup = np.maximum(s.markup[scheme] + rng.normal(0, 0.8 * family.markup.sd, n), 0.05)
        mass = np.maximum(s.mass[scheme] + rng.normal(0, 0.8 * family.mass_ratio.sd, n), 0.05)
        worked = s.partial[scheme]
        markup = np.where(worked, markup * rng.uniform(1.06, 1.22, n), markup)
        mass = np.where(worked, mass * rng.uniform(0.96, 1.04, n), mass)
        out_kg, out_value = kg * mass, kg * mass * (value / kg) * markup
        share = np.where(s.mixing[scheme], rng.uniform(*MIXED_SHARE, n), 1.0)
        own = out_value * (1 - share) / share
        own_price = np.exp(world.uv[hs] + world.export_price[s.exporter[scheme]] + rng.normal(0, 0.1, n))
        out_value, out_kg = out_value + own, out_kg + own / own_price
    two = chain % 4 == 3
    part = np.where(two, rng.uniform(0.3, 0.7, n), 1.0)
    whole = blank(n)
    for name, column in {
        "day": left, "flow": EXPORT, "firm": s.exporter[scheme], "hs": s.out_hs[scheme], "party": s.buyer[scheme], "agent": s.agent_out[scheme],
        "province": plants(world, s.exporter[scheme], rng), "origin": HOME, "departure": HOME, "destination": MARKET, "value": out_value * part,
        "kg": out_kg * part, "chain": chain + first_chain, "scheme": scheme, "role": HONEST if s.honest else REROUTED, "share": share,
    }.items():  # fmt: skip
        whole[name] = column
    rest = whole[two]
    scale = (1 - part[two]) / part[two]
    rest["value"] *= scale
    rest["kg"] *= scale
    end = world.time.bounds[np.searchsorted(world.time.bounds, rest["day"], side="right")]
    rest["day"] = np.minimum(rest["day"] + rng.integers(1, 15, len(rest)), end - 1)
    return np.concatenate([source, whole, rest])
